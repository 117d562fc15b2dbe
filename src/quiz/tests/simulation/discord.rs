//! Discord: it keeps messages through our deaths, remembers nonces for a while, and people delete things.

use crate::quiz::{Session, SessionId, Slot};

/// How long a nonce is remembered, in milliseconds.
pub const NONCE_MEMORY: i64 = 5 * 60_000;

#[derive(Debug)]
pub struct Message {
    pub session: SessionId,
    pub slot: Slot,
    pub sent_at: i64,
    pub deleted: bool,
    /// Whether it shows that its question is over.
    pub closed: bool,
}

#[derive(Default)]
pub struct Discord {
    messages: Vec<Message>,
    /// The messages of each session, by its number.
    of_session: Vec<Vec<u64>>,
}

impl Discord {
    /// Create Message with the nonce of (session, slot), if there is one.
    pub fn create(
        &mut self,
        session: SessionId,
        slot: Slot,
        closed: bool,
        nonce: bool,
        now: i64,
    ) -> Result<u64, String> {
        for (id, message) in self.of(session).filter(|(_, message)| message.slot == slot) {
            if nonce && now - message.sent_at < NONCE_MEMORY {
                return Ok(id);
            }
            if !message.deleted {
                return Err(format!("{slot:?} was posted twice: message {id} is there already"));
            }
        }
        let id = self.messages.len() as u64;
        self.messages.push(Message { session, slot, sent_at: now, deleted: false, closed });
        let at = session.0 as usize;
        if self.of_session.len() <= at {
            self.of_session.resize(at + 1, Vec::new());
        }
        self.of_session[at].push(id);
        Ok(id)
    }

    pub fn of(&self, session: SessionId) -> impl Iterator<Item = (u64, &Message)> {
        let ids = self.of_session.get(session.0 as usize).into_iter().flatten();
        ids.map(|id| (*id, &self.messages[*id as usize]))
    }

    pub fn get(&self, id: u64) -> &Message {
        &self.messages[id as usize]
    }

    pub fn get_mut(&mut self, id: u64) -> &mut Message {
        &mut self.messages[id as usize]
    }
}

/// Whether a message that is drawn now shows that its question is over.
pub fn is_closed(session: &Session, slot: Slot) -> bool {
    match slot {
        Slot::Round(round) => session.results.len() > round as usize,
        _ => session.is_over(),
    }
}
