//! What the host of the playground tells whoever uses it, beside everything that happens in its Discord.

use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    News,
    Problem,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    pub kind: NoticeKind,
    /// One or two sentences.
    pub title: String,
    /// What else there is to say, line by line.
    pub lines: Vec<String>,
}

/// The place where the latest notice hangs.
#[derive(Default)]
pub(super) struct Board {
    /// How many notices there were.
    count: u64,
    latest: Option<Notice>,
}

/// A notice with its number, which is greater than that of every one before.
#[derive(Clone, Serialize)]
pub(super) struct Numbered {
    pub(super) number: u64,
    #[serde(flatten)]
    pub(super) notice: Notice,
}

impl Board {
    pub(super) fn put(&mut self, notice: Option<Notice>) {
        self.count += u64::from(notice.is_some());
        self.latest = notice;
    }

    pub(super) fn latest(&self) -> Option<Numbered> {
        Some(Numbered { number: self.count, notice: self.latest.clone()? })
    }
}
