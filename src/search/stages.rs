//! The stages of a query that can be left out, so that `eval` shows what each of them contributes. `/ask` uses all.

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
    /// What compares two things finds what treats both.
    Comparisons,
    /// The ways in which people ask for an item are searched.
    AskedAs,
    /// A query that is near to a name counts for more.
    Names,
    /// One that reads the same as a name counts for much more.
    Equality,
    /// Of two items that match alike, a topic is the better answer.
    TopicsFirst,
}

impl Stage {
    pub const ALL: [Stage; 9] = [
        Stage::QuestionWords,
        Stage::Synonyms,
        Stage::Joints,
        Stage::Typos,
        Stage::Comparisons,
        Stage::AskedAs,
        Stage::Names,
        Stage::Equality,
        Stage::TopicsFirst,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Stage::QuestionWords => "question-words",
            Stage::Synonyms => "synonyms",
            Stage::Joints => "joints",
            Stage::Typos => "typos",
            Stage::Comparisons => "comparisons",
            Stage::AskedAs => "asked-as",
            Stage::Names => "names",
            Stage::Equality => "equality",
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
