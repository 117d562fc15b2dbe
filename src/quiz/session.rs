//! A session as data: what is stored, and what can be read from it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::answer::Given;
use super::card::Card;
use super::post::{Post, Slot};
use super::{AWAY_ROUNDS, SessionId, UnixMs, UserId};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    #[default]
    Classic,
    /// Speed counts, and wrong answers cost.
    Race,
    /// A question stays open until everybody has answered.
    Untimed,
    /// Only who started it plays, and it counts nowhere.
    Solo,
}

impl Mode {
    pub const ALL: [Mode; 4] = [Mode::Classic, Mode::Race, Mode::Untimed, Mode::Solo];

    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Classic => "classic",
            Mode::Race => "race",
            Mode::Untimed => "untimed",
            Mode::Solo => "solo",
        }
    }
}

/// Where it is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    pub guild: u64,
    pub channel: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    pub mode: Mode,
    /// Seconds for a question, 10 to 120; unused when untimed.
    pub seconds: u32,
    /// What it is about, in words; empty for everything.
    pub about: String,
    /// The level and kinds of its questions, in words; empty for all.
    pub only: String,
    /// How many questions were asked for, when there were not so many.
    pub wanted: Option<u32>,
    /// With what the questions were drawn and their options shuffled.
    pub seed: u64,
}

impl Settings {
    pub fn is_timed(&self) -> bool {
        self.mode != Mode::Untimed
    }

    pub fn milliseconds(&self) -> i64 {
        i64::from(self.seconds) * 1000
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Player {
    /// As they were called last.
    pub name: String,
    pub points: i64,
    pub right: u32,
    /// Rounds that they answered and that counted.
    pub answered: u32,
    /// Right answers in a row, up to now.
    pub streak: u32,
    pub best_streak: u32,
    /// The round in which they joined, from 0.
    pub since: u32,
    /// Rounds in a row that they left without an answer.
    pub silent: u32,
}

/// What somebody has answered so far in the open round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub given: Given,
    /// Whether nothing more is expected.
    pub whole: bool,
    /// The last click that counted: of two clicks, the one with the higher id is the later one.
    pub click: u64,
    /// From the question's beginning to the last change.
    pub after_ms: i64,
}

/// The round under way, or the one that was just revealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// From 0: the place of its card.
    pub number: u32,
    pub answers: BTreeMap<UserId, Answer>,
    pub skip: BTreeSet<UserId>,
    pub next: BTreeSet<UserId>,
    /// What each answer was worth, once it is revealed.
    pub points: BTreeMap<UserId, i64>,
    /// Its message waited so long for its turn at Discord, in milliseconds.
    pub waited_ms: i64,
}

/// What remains of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundSummary {
    pub answered: u32,
    pub right: u32,
    /// Skipped, stopped, or nobody could answer it: nobody got points.
    pub void: bool,
}

impl RoundSummary {
    /// Worth asking again: it counted, and nobody answered it, or at least half of those who did were wrong.
    pub fn is_missed(&self) -> bool {
        !self.void && self.right * 2 <= self.answered
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pause {
    /// Somebody said so.
    Asked,
    /// Nobody answered for some rounds.
    Idle,
    /// Whether a message is there cannot be found out without the right to read the channel's history.
    Blind,
}

/// Where a paused session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Suspended {
    /// With the open question: so much of its time has passed, and so much is left.
    Question { passed_ms: i64, left_ms: i64 },
    /// With the next question.
    Between,
    /// With the message of the question.
    Asking,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// All questions were asked.
    Finished,
    /// Who stopped it.
    Stopped { by: String },
    /// The channel is gone, or nothing can be sent there.
    Unreachable,
    /// Paused for too long.
    Abandoned,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    Lobby {
        begins_at: UnixMs,
    },
    /// The question's message is on its way.
    Asking,
    Open {
        opened_at: UnixMs,
        /// What the countdown shows; for an untimed question when it is taken for forgotten.
        deadline: UnixMs,
        /// Earlier than the deadline once everybody has answered.
        closes_at: UnixMs,
    },
    Revealed {
        next_at: UnixMs,
    },
    Paused {
        why: Pause,
        at: UnixMs,
        then: Suspended,
    },
    Over {
        ending: Ending,
        at: UnixMs,
    },
}

/// One game in one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: SessionId,
    pub place: Place,
    pub settings: Settings,
    pub starter: UserId,
    pub starter_name: String,
    /// The interaction that started it: when its event comes again, it is the same session.
    pub started_by: u64,
    pub started_at: UnixMs,
    /// Never change, and are stored apart.
    #[serde(skip)]
    pub cards: Arc<[Card]>,
    pub phase: Phase,
    pub round: Round,
    /// The round before: its message may still have to be changed.
    pub previous: Option<Round>,
    pub players: BTreeMap<UserId, Player>,
    /// The rounds that are over, in order.
    pub results: Vec<RoundSummary>,
    /// Messages that exist or shall exist; those that nothing can happen to any more are dropped.
    pub posts: Vec<Post>,
    pub idle_rounds: u32,
    /// The last command that skipped something.
    #[serde(default)]
    pub last_skip: u64,
}

impl Session {
    /// A session as it is before [`Session::open`].
    pub fn new(
        id: SessionId,
        place: Place,
        settings: Settings,
        (starter, starter_name): (UserId, String),
        started_by: u64,
        cards: Arc<[Card]>,
        now: UnixMs,
    ) -> Session {
        Session {
            id,
            place,
            settings,
            starter,
            starter_name,
            started_by,
            started_at: now,
            cards,
            phase: Phase::Lobby { begins_at: now.plus(super::LOBBY) },
            round: Round::default(),
            previous: None,
            players: BTreeMap::new(),
            results: Vec::new(),
            posts: Vec::new(),
            idle_rounds: 0,
            last_skip: 0,
        }
    }

    /// The card of the round under way.
    pub fn card(&self) -> Option<&Card> {
        self.cards.get(self.round.number as usize)
    }

    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over { .. })
    }

    /// Nothing will happen to it any more.
    pub fn is_done(&self) -> bool {
        self.is_over() && self.posts.iter().all(Post::is_settled)
    }

    pub fn is_last_round(&self) -> bool {
        self.round.number as usize + 1 >= self.cards.len()
    }

    pub fn post(&self, slot: Slot) -> Option<&Post> {
        self.posts.iter().find(|post| post.slot == slot)
    }

    /// Players who are waited for, and whose majority decides.
    pub fn present(&self) -> impl Iterator<Item = UserId> {
        self.players.iter().filter(|(_, player)| player.silent < AWAY_ROUNDS).map(|(id, _)| *id)
    }

    /// How many of those present must agree.
    pub fn majority(&self) -> usize {
        self.present().count() / 2 + 1
    }

    /// A round whose message may still change: the one under way, or the one before.
    pub fn round(&self, number: u32) -> Option<&Round> {
        [Some(&self.round), self.previous.as_ref()].into_iter().flatten().find(|round| round.number == number)
    }

    /// Whether the answer to a round is known to everybody.
    pub fn is_revealed(&self, number: u32) -> bool {
        (number as usize) < self.results.len()
    }

    /// Whether a message is still to be sent, so that one that is nowhere to be found is sent again.
    pub fn wants_sent(&self, slot: Slot) -> bool {
        match slot {
            Slot::Lobby => false,
            Slot::Round(number) => number == self.round.number && matches!(self.phase, Phase::Asking),
            Slot::Reveal(_) | Slot::End => true,
        }
    }

    /// How many answers the open round has.
    pub fn answer_count(&self) -> usize {
        self.round.answers.values().filter(|answer| !answer.given.is_empty()).count()
    }

    /// The places of the rounds that are worth asking again.
    pub fn missed(&self) -> impl Iterator<Item = (usize, &Card)> {
        let cards = self.cards.iter().enumerate().zip(&self.results);
        cards.filter(|(_, result)| result.is_missed()).map(|(card, _)| card)
    }

    /// When something happens by itself.
    pub fn wakes_at(&self) -> Option<UnixMs> {
        match &self.phase {
            Phase::Lobby { begins_at } => Some(*begins_at),
            Phase::Open { closes_at, .. } => Some(*closes_at),
            Phase::Revealed { next_at } => Some(*next_at),
            Phase::Paused { at, .. } => Some(at.plus(super::PAUSED_TOO_LONG)),
            Phase::Asking | Phase::Over { .. } => None,
        }
    }
}
