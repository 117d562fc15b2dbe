//! One post on its way: claimed, sent, recorded, so that it appears once, whatever happens in between.

use std::fmt;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::schedule::{ScheduleId, is_too_late};

/// A post's number, counted over all servers. Its buttons carry it, so that it is known again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PostId(pub u64);

impl fmt::Display for PostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How far a post is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nobody has tried to send it.
    Wanted,
    /// It may have been sent from this moment on.
    Claimed { at: Timestamp },
    /// It is there, and a thread is to be made of it.
    Threadless { message: u64 },
    /// Nothing more is to be done.
    Done { message: u64 },
    /// It was too late for it.
    LeftOut,
    /// It cannot be sent.
    Refused,
}

impl Stage {
    pub fn message(self) -> Option<u64> {
        match self {
            Stage::Threadless { message } | Stage::Done { message } => Some(message),
            Stage::Wanted | Stage::Claimed { .. } | Stage::LeftOut | Stage::Refused => None,
        }
    }

    /// It is certain that it is not there and will not come.
    pub fn is_missing(self) -> bool {
        matches!(self, Stage::LeftOut | Stage::Refused)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Post {
    pub id: PostId,
    pub schedule: ScheduleId,
    pub date: Date,
    /// When it should be there.
    pub at: Timestamp,
    pub stage: Stage,
    pub wants_thread: bool,
}

/// What is to be done for a post, when its new stage is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Send,
    /// It may have been sent since then: look for it first.
    LookFirst {
        since: Timestamp,
    },
    MakeThread {
        message: u64,
    },
    Nothing,
}

impl Post {
    /// Somebody is about to send it.
    pub fn claim(&mut self, now: Timestamp, catch_up: SignedDuration) -> Step {
        match self.stage {
            Stage::Wanted if is_too_late(self.at, now, catch_up) => {
                self.stage = Stage::LeftOut;
                Step::Nothing
            }
            Stage::Wanted => {
                self.stage = Stage::Claimed { at: now };
                Step::Send
            }
            Stage::Claimed { at } => Step::LookFirst { since: at },
            Stage::Threadless { message } => Step::MakeThread { message },
            Stage::Done { .. } | Stage::LeftOut | Stage::Refused => Step::Nothing,
        }
    }

    /// It was looked for, and is not there.
    pub fn is_nowhere(&mut self, now: Timestamp, catch_up: SignedDuration) -> Step {
        match self.stage {
            Stage::Claimed { .. } if is_too_late(self.at, now, catch_up) => {
                self.stage = Stage::LeftOut;
                Step::Nothing
            }
            Stage::Claimed { .. } => Step::Send,
            _ => Step::Nothing,
        }
    }

    /// It is there.
    pub fn is_there(&mut self, message: u64) -> Step {
        if !matches!(self.stage, Stage::Claimed { .. }) {
            return Step::Nothing;
        }
        if self.wants_thread {
            self.stage = Stage::Threadless { message };
            Step::MakeThread { message }
        } else {
            self.stage = Stage::Done { message };
            Step::Nothing
        }
    }

    /// Its thread is there, or will never be.
    pub fn has_thread(&mut self) {
        if let Stage::Threadless { message } = self.stage {
            self.stage = Stage::Done { message };
        }
    }

    /// Discord refuses it for good.
    pub fn is_refused(&mut self) {
        match self.stage {
            Stage::Wanted | Stage::Claimed { .. } => self.stage = Stage::Refused,
            Stage::Threadless { message } => self.stage = Stage::Done { message },
            Stage::Done { .. } | Stage::LeftOut | Stage::Refused => {}
        }
    }
}
