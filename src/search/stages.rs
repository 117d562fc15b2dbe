//! The stages of a query that can be left out, so that `eval` shows what each of them contributes. `/ask` uses all.

use super::abstention::Calibration;
use super::weights::Weights;

/// A stage, or a source of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Question words and chat-speak count for little or nothing.
    QuestionWords,
    /// Words and phrases that mean the same.
    Synonyms,
    /// `web socket` is also `websocket`, and `loadbalancer` is `load balancer`.
    Joints,
    /// Unknown words are spelled as known ones.
    Typos,
    /// Words of subjects that the library does not treat are known, and not taken for typos.
    Outside,
    /// What compares two things finds what treats both.
    Comparisons,
    /// The ways in which people ask for an item are searched.
    AskedAs,
    /// A query that is near to a name counts for more.
    Names,
    /// One that reads the same as a name counts for much more.
    Equality,
    /// Words that stand together in the query stand together in a name.
    Proximity,
    /// What such a wording is usually about counts for more.
    Intent,
    /// Of two items that match alike, a topic is the better answer.
    TopicsFirst,
}

impl Stage {
    pub const ALL: [Stage; 12] = [
        Stage::QuestionWords,
        Stage::Synonyms,
        Stage::Joints,
        Stage::Typos,
        Stage::Outside,
        Stage::Comparisons,
        Stage::AskedAs,
        Stage::Names,
        Stage::Equality,
        Stage::Proximity,
        Stage::Intent,
        Stage::TopicsFirst,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Stage::QuestionWords => "question-words",
            Stage::Synonyms => "synonyms",
            Stage::Joints => "joints",
            Stage::Typos => "typos",
            Stage::Outside => "outside",
            Stage::Comparisons => "comparisons",
            Stage::AskedAs => "asked-as",
            Stage::Names => "names",
            Stage::Equality => "equality",
            Stage::Proximity => "proximity",
            Stage::Intent => "intent",
            Stage::TopicsFirst => "topics-first",
        }
    }
}

/// Which stages a query passes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stages {
    left_out: u32,
}

impl Stages {
    pub const ALL: Stages = Stages { left_out: 0 };

    #[must_use]
    pub fn without(self, stage: Stage) -> Stages {
        Stages { left_out: self.left_out | 1 << stage as u32 }
    }

    pub(super) fn has(self, stage: Stage) -> bool {
        self.left_out & 1 << stage as u32 == 0
    }
}

/// How a query is understood and ranked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    pub stages: Stages,
    pub weights: Weights,
    pub calibration: Calibration,
}

impl Settings {
    /// Those of `/ask`.
    pub const SHIPPED: Settings =
        Settings { stages: Stages::ALL, weights: Weights::SHIPPED, calibration: Calibration::SHIPPED };
}
