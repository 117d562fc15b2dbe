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
    /// It may be there, which cannot be seen, and it is too late to send it.
    InDoubt,
}

impl Stage {
    pub fn message(self) -> Option<u64> {
        match self {
            Stage::Threadless { message } | Stage::Done { message } => Some(message),
            Stage::Wanted | Stage::Claimed { .. } | Stage::LeftOut | Stage::Refused | Stage::InDoubt => None,
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

/// What decides whether it is too late for a post.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub now: Timestamp,
    /// How late a post may come.
    pub catch_up: SignedDuration,
    /// Its schedule has a post of a later day that is there, or may be, or will come.
    pub overtaken: bool,
    /// When it was sent last, as far as that is known: the request may be under way for a while.
    pub tried_at: Option<Timestamp>,
}

/// After so long a request is not under way any more: several times as long as anybody waits for its answer.
const UNDER_WAY: SignedDuration = SignedDuration::from_secs(60);

impl Moment {
    fn is_too_late_for(self, at: Timestamp) -> bool {
        self.overtaken || is_too_late(at, self.now, self.catch_up)
    }

    /// Whether what was sent may still arrive.
    fn may_arrive(self) -> bool {
        self.tried_at.is_some_and(|at| self.now >= at && self.now.duration_since(at) < UNDER_WAY)
    }
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
    /// It is too late to send it again, and it may still arrive: look again in a while.
    Wait,
    Nothing,
}

impl Post {
    /// Somebody is about to send it.
    pub fn claim(&mut self, moment: Moment) -> Step {
        match self.stage {
            Stage::Wanted if moment.is_too_late_for(self.at) => {
                self.stage = Stage::LeftOut;
                Step::Nothing
            }
            Stage::Wanted => {
                self.stage = Stage::Claimed { at: moment.now };
                Step::Send
            }
            Stage::Claimed { at } => Step::LookFirst { since: at },
            Stage::Threadless { message } => Step::MakeThread { message },
            Stage::Done { .. } | Stage::LeftOut | Stage::Refused | Stage::InDoubt => Step::Nothing,
        }
    }

    /// It was looked for, and is not there.
    pub fn is_nowhere(&mut self, moment: Moment) -> Step {
        match self.stage {
            Stage::Claimed { .. } if moment.is_too_late_for(self.at) && moment.may_arrive() => Step::Wait,
            Stage::Claimed { .. } if moment.is_too_late_for(self.at) => {
                self.stage = Stage::LeftOut;
                Step::Nothing
            }
            Stage::Claimed { .. } => Step::Send,
            _ => Step::Nothing,
        }
    }

    /// It was looked for, and what is there cannot be seen: it is neither sent nor given up, as long as it is not too late.
    pub fn is_hidden(&mut self, moment: Moment) {
        if matches!(self.stage, Stage::Claimed { .. }) && moment.is_too_late_for(self.at) {
            self.stage = Stage::InDoubt;
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
            Stage::Done { .. } | Stage::LeftOut | Stage::Refused | Stage::InDoubt => {}
        }
    }
}
