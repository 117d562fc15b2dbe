//! What happens to a session, and what shall be done about it.

use serde::{Deserialize, Serialize};

use super::answer::{Act, Given};
use super::post::Slot;
use super::{SessionId, UnixMs, UserId};

/// Somebody who does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub user: UserId,
    /// As they are called in this server.
    pub name: String,
    /// May do what the starter may.
    pub moderator: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Join(Actor),
    /// Presses Start in the lobby.
    Begin(Actor),
    Answer {
        actor: Actor,
        round: u32,
        act: Act,
        /// Of two clicks, the one with the higher id is the later one.
        click: u64,
        /// The message with the question, if the click came from there: it proves that the message exists.
        message: Option<u64>,
    },
    Skip {
        actor: Actor,
        /// The round that they saw; `None` for the one under way.
        round: Option<u32>,
        /// The interaction, if it was a command: when its event comes again after a kill, it has happened already.
        command: Option<u64>,
    },
    Next {
        actor: Actor,
        round: u32,
    },
    Pause(Actor),
    Resume(Actor),
    Stop(Actor),
    /// Time has passed.
    Tick,
    /// A message is about to be sent.
    Claim(Slot),
    /// A message is there.
    Posted {
        slot: Slot,
        message: u64,
    },
    /// A message that may have been sent is not there.
    Unsent(Slot),
    /// A message looks as it shall, up to this number of wants.
    Shown {
        slot: Slot,
        wants: u32,
    },
    /// A message is there no more.
    Gone(Slot),
    /// Nothing can be sent to the channel.
    Unreachable(Trouble),
    /// Whether a message is there cannot be found out.
    Blind(Slot),
    /// The process was started, or the disk can be written again.
    Restarted,
    /// The wall clock was set by so much.
    ClockStepped(i64),
}

/// Why a channel cannot be played in any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trouble {
    ChannelGone,
    /// The bot may not see it or write there.
    Forbidden,
    /// Discord did not take a message for another reason.
    Refused,
    /// The bot may not read what it wrote there.
    NoHistory,
}

/// Why something that somebody wanted did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The question's time was over.
    TooLate,
    /// A button of a question that is over.
    OldRound,
    /// A round that has not begun, or an option that does not exist: no button of ours says so.
    NoSuchThing,
    /// The session is over.
    Over,
    /// It is paused.
    Paused,
    /// It is not paused.
    NotPaused,
    /// It has begun already.
    Begun,
    /// Nothing can be skipped or paused in the lobby.
    InLobby,
    /// Only the starter or a moderator may.
    NotYours,
    /// Only the starter plays.
    Solo,
    /// Only who plays has a vote.
    NotPlaying,
    /// Nothing is open.
    NothingOpen,
}

/// What somebody is told, privately, when it is on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    Joined,
    JoinedBefore,
    Begun,
    Answered {
        round: u32,
        given: Given,
        whole: bool,
        changed: bool,
    },
    /// A majority is needed: (votes, needed).
    SkipVoted {
        votes: usize,
        needed: usize,
    },
    Skipped,
    NextVoted {
        votes: usize,
        needed: usize,
    },
    Next,
    Paused,
    Resumed,
    Stopped,
    /// It happened before; nothing changed.
    Before,
    /// To who claims a message: send it.
    Send,
    /// To who claims a message: it may have been sent since then, so look for it first.
    LookFirst {
        since: UnixMs,
    },
    /// To who claims a message: it is not to be sent.
    Leave,
    Refused(Refusal),
}

/// What shall happen, when what led to it is on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// To be told to who caused the event.
    Tell(Told),
    /// To be written in the same commit.
    Record(RoundRecord),
    /// A message shall be sent.
    Post(Slot),
    /// A message shall look another way. What is not urgent may be left out.
    Edit {
        slot: Slot,
        urgent: bool,
    },
    TellModerators(Trouble),
}

/// A round that is over, for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundRecord {
    pub session: SessionId,
    pub round: u32,
    pub question_id: String,
    pub topics: Vec<String>,
    pub at: UnixMs,
    /// For leaderboards: at least two answered, and it was no solo.
    pub counts: bool,
    pub answers: Vec<AnswerRecord>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerRecord {
    pub user: UserId,
    pub name: String,
    pub given: Given,
    pub right: bool,
    pub points: i64,
    pub click: u64,
}
