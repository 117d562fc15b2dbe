//! What the bot sent over REST, kept for tests and for whoever looks over its shoulder.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use serde_json::Value;

/// One request to the API, in the order in which they came.
#[derive(Clone, Debug, Serialize)]
pub struct RecordedRequest {
    pub method: String,
    /// Without the version: `/channels/123/messages`.
    pub path: String,
    pub query: BTreeMap<String, String>,
    /// The path with Discord's names for its parts, `/channels/{channel_id}/messages`; `None` for an unknown route.
    pub route: Option<&'static str>,
    /// Of the headers those that Discord cares about: `authorization`, `user-agent`, `content-type`,
    /// `x-audit-log-reason`.
    pub headers: BTreeMap<String, String>,
    /// The JSON body; `null` without one, a string when it was not JSON.
    pub body: Value,
    /// What came with the JSON.
    pub files: Vec<RecordedFile>,
    /// The status of the answer; `None` when the connection was cut instead.
    pub status: Option<u16>,
    /// On the playground's clock, Unix milliseconds.
    pub at_ms: i64,
}

/// A file of a multipart body, without its content.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecordedFile {
    pub filename: String,
    pub content_type: Option<String>,
    /// In bytes.
    pub size: usize,
}

/// The headers that are recorded.
pub(super) const HEADERS: [&str; 4] = ["authorization", "user-agent", "content-type", "x-audit-log-reason"];

/// Most requests that are remembered; older ones are forgotten.
const MOST_REQUESTS: usize = 20_000;

/// The requests that came, the latest of them in full.
#[derive(Default)]
pub(super) struct Record {
    latest: VecDeque<RecordedRequest>,
    count: usize,
    /// How many got which status.
    statuses: BTreeMap<u16, usize>,
}

impl Record {
    pub(super) fn add(&mut self, request: RecordedRequest) {
        self.count += 1;
        if let Some(status) = request.status {
            *self.statuses.entry(status).or_default() += 1;
        }
        if self.latest.len() == MOST_REQUESTS {
            self.latest.pop_front();
        }
        self.latest.push_back(request);
    }

    /// Those that are remembered after the first `skipped` that came, oldest first.
    pub(super) fn after(&self, skipped: usize) -> impl Iterator<Item = &RecordedRequest> {
        let forgotten = self.count - self.latest.len();
        self.latest.iter().skip(skipped.saturating_sub(forgotten))
    }

    /// How many came, also those that are forgotten.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn answered_with(&self, status: u16) -> usize {
        self.statuses.get(&status).copied().unwrap_or_default()
    }
}
