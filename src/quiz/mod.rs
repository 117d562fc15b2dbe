//! The quiz: a pure state machine. Time and seeds are arguments, what shall happen is returned as data; who does it, and
//! what is written where, is `app`'s business.
//!
//! - [`Card`]: what a session keeps of a question, its options as they are shown
//! - [`Session`]: one game in one channel; [`Session::handle`] takes an [`Event`] and returns [`Effect`]s
//! - [`Desk`]: all sessions that are under way, changed in batches that are committed or taken back as a whole
//! - [`draw`]: which questions a session asks
//! - [`Standing`]: who is where, ties equal

mod answer;
mod card;
mod desk;
mod draw;
mod event;
mod machine;
mod post;
mod score;
mod session;
mod short;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use answer::{Act, Given, TYPED_MAX};
pub use card::{Card, CardOption, TopicName, letter};
pub use desk::{Change, Desk};
pub use draw::{Candidate, Seen, draw};
pub use event::{Actor, AnswerRecord, Effect, Event, Refusal, RoundRecord, Told, Trouble};
pub use post::{Post, PostState, Slot};
pub use score::{Rank, Standing, points_for};
pub use session::{
    Answer, Ending, Mode, Pause, Phase, Place, Player, Round, RoundSummary, Session, Settings, Suspended,
};
pub use short::matches_any;

/// How long a lobby waits before the quiz begins by itself.
pub const LOBBY: i64 = 15_000;

/// How long a round stays open after everybody who is waited for has answered.
pub const AFTER_LAST: i64 = 2_000;

/// After a restart, or when the disk can be written again, a question is open at least this long.
pub const AT_LEAST_AGAIN: i64 = 10_000;

/// The shortest wait before anything goes on after a restart.
pub const BREATH: i64 = 3_000;

/// A session whose rounds nobody answers pauses after so many.
pub const IDLE_ROUNDS: u32 = 2;

/// Somebody who has not answered so many rounds in a row is no longer waited for. They may have left.
pub const AWAY_ROUNDS: u32 = 2;

/// How long an untimed question waits for a first answer, or for the next one.
pub const UNTIMED_IDLE: i64 = 15 * 60_000;

/// A session that has been paused for so long ends.
pub const PAUSED_TOO_LONG: i64 = 7 * 24 * 3_600_000;

/// A message whose way to Discord took longer than this has its countdown set right.
pub const SLOW_POST: i64 = 2_000;

/// Milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixMs(pub i64);

impl UnixMs {
    #[must_use]
    pub fn plus(self, ms: i64) -> UnixMs {
        UnixMs(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this moment; negative when it is later.
    pub fn since(self, earlier: UnixMs) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Whole seconds since the epoch, rounded up: what a countdown shows is never over too early.
    pub fn seconds(self) -> i64 {
        self.0.saturating_add(999).div_euclid(1000)
    }
}

/// A session's number, counted from 1 over all servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(pub u64);

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Somebody, by Discord's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub u64);

#[cfg(test)]
mod tests;
