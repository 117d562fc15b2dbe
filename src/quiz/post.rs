//! A message of a session: wanted, claimed, there. Claimed before it is sent, so that after a kill it is looked for before
//! it is sent again.

use serde::{Deserialize, Serialize};

use super::UnixMs;

/// Which message. Rounds count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Slot {
    /// The response to `/quiz start`.
    Lobby,
    /// A question, later with its answer.
    Round(u32),
    /// A question's answer, when its message is gone.
    Reveal(u32),
    /// The podium.
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PostState {
    /// To be sent.
    Wanted,
    /// Being sent since then; whether it is there is unknown.
    Claimed(UnixMs),
    /// It is there, with this id.
    There(u64),
    /// It was there and is no more, or will never be.
    Gone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    pub slot: Slot,
    pub state: PostState,
    pub wanted_at: UnixMs,
    /// Grows whenever it must look another way.
    pub wants: u32,
    /// What of that is known to be shown.
    pub shown: u32,
}

impl Post {
    pub(super) fn new(slot: Slot, state: PostState, now: UnixMs) -> Post {
        Post { slot, state, wanted_at: now, wants: 1, shown: 0 }
    }

    /// Whether Discord shows it as it must be, as far as is known, or never will.
    pub fn is_settled(&self) -> bool {
        match self.state {
            // A response to an interaction is sent once, and by who answers it.
            PostState::Wanted | PostState::Claimed(_) => self.slot == Slot::Lobby,
            PostState::There(_) => self.shown >= self.wants,
            PostState::Gone => true,
        }
    }

    pub fn message(&self) -> Option<u64> {
        match self.state {
            PostState::There(message) => Some(message),
            _ => None,
        }
    }
}
