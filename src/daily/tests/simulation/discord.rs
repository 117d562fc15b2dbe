//! Discord: it keeps messages through our deaths, remembers nonces for a while, is out of order at times, and people take
//! rights and channels away.

use std::collections::BTreeSet;

use crate::daily::{PostId, Trouble};

/// How long a nonce is remembered, in milliseconds.
pub const NONCE_MEMORY: i64 = 3 * 60_000;

#[derive(Clone, Debug)]
pub struct Message {
    pub post: PostId,
    pub channel: u64,
    /// By Discord's clock, which is right.
    pub at: i64,
    pub thread: bool,
}

#[derive(Default)]
pub struct Discord {
    /// By id, which grows.
    pub messages: Vec<Message>,
    pub is_down: bool,
    pub gone: BTreeSet<u64>,
    /// The bot may not write.
    pub forbidden: bool,
    pub no_history: bool,
    pub no_threads: Option<Trouble>,
}

/// Why Discord makes no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It may succeed later.
    Passing,
    Refused(Trouble),
}

impl Discord {
    /// Create Message with the post's number as nonce, if there is one. The second value: whether it was made just now.
    pub fn create(&mut self, post: PostId, channel: u64, nonce: bool, now: i64) -> Result<(u64, bool), Failure> {
        self.can_be_reached(channel)?;
        if self.forbidden {
            return Err(Failure::Refused(Trouble::Forbidden));
        }
        let recent = self.messages.iter().rposition(|message| message.post == post && now - message.at < NONCE_MEMORY);
        if let Some(id) = recent.filter(|_| nonce) {
            return Ok((id as u64, false));
        }
        self.messages.push(Message { post, channel, at: now, thread: false });
        Ok((self.messages.len() as u64 - 1, true))
    }

    /// The message of a post among what was written to its channel from a moment on.
    pub fn search(&self, post: PostId, channel: u64, from: i64) -> Result<Option<u64>, Failure> {
        self.can_be_reached(channel)?;
        if self.forbidden {
            return Err(Failure::Refused(Trouble::Forbidden));
        }
        if self.no_history {
            return Err(Failure::Refused(Trouble::NoHistory));
        }
        let is_it = |message: &Message| (message.post, message.channel) == (post, channel) && message.at >= from;
        Ok(self.messages.iter().rposition(is_it).map(|id| id as u64))
    }

    /// Makes a thread of a message. `false` when it has one already, which Discord says.
    pub fn make_thread(&mut self, message: u64) -> Result<bool, Failure> {
        self.can_be_reached(self.messages[message as usize].channel)?;
        match self.no_threads {
            Some(trouble) => Err(Failure::Refused(trouble)),
            None => Ok(!std::mem::replace(&mut self.messages[message as usize].thread, true)),
        }
    }

    fn can_be_reached(&self, channel: u64) -> Result<(), Failure> {
        if self.is_down {
            Err(Failure::Passing)
        } else if self.gone.contains(&channel) {
            Err(Failure::Refused(Trouble::ChannelGone))
        } else {
            Ok(())
        }
    }
}
