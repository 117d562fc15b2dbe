//! Faults that a test or a demo can order: REST requests that fail, are answered late or never, or whose connection is
//! cut.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

/// What goes wrong with the next requests that match.
#[derive(Clone, Debug)]
pub struct Fault {
    /// `None` matches every method.
    pub method: Option<String>,
    /// A path without the version, such as `/channels/*/messages`. `*` stands for one part, a final `**` for all that
    /// follow.
    pub path: String,
    /// How many requests it hits.
    pub times: u32,
    /// Whether the request is carried out nevertheless, before it fails. One with a late answer is otherwise carried out
    /// when the answer leaves, also if the client has given up by then.
    pub carried_out: bool,
    pub outcome: Outcome,
}

#[derive(Clone, Debug)]
pub enum Outcome {
    Answer {
        status: u16,
        headers: BTreeMap<String, String>,
        body: Value,
    },
    /// The connection is closed without an answer.
    Cut,
    /// What would be answered leaves after a time on the playground's clock (`None`: not by itself), or on
    /// `Playground::release`.
    Late(Option<Duration>),
    /// The connection stays open, and the answer never comes.
    Silence,
}

impl Fault {
    /// The next `times` requests of the method to the path get this answer and do nothing.
    pub fn answer(method: &str, path: &str, times: u32, status: u16, body: Value) -> Self {
        let outcome = Outcome::Answer { status, headers: BTreeMap::new(), body };
        Self { method: Some(method.to_owned()), path: path.to_owned(), times, carried_out: false, outcome }
    }

    /// The connection of the next request is cut before the request was carried out.
    pub fn cut_before(method: &str, path: &str) -> Self {
        let (method, path) = (Some(method.to_owned()), path.to_owned());
        Self { method, path, times: 1, carried_out: false, outcome: Outcome::Cut }
    }

    /// The connection of the next request is cut after the request was carried out.
    pub fn cut_after(method: &str, path: &str) -> Self {
        Self { carried_out: true, ..Self::cut_before(method, path) }
    }

    /// The next request is held until `Playground::release`.
    pub fn late(method: &str, path: &str) -> Self {
        Self { outcome: Outcome::Late(None), ..Self::cut_before(method, path) }
    }

    /// The next request is held for a time on the playground's clock, or until `Playground::release`.
    pub fn late_by(method: &str, path: &str, by: Duration) -> Self {
        Self { outcome: Outcome::Late(Some(by)), ..Self::cut_before(method, path) }
    }

    /// The next request is not carried out and never answered.
    pub fn silent(method: &str, path: &str) -> Self {
        Self { outcome: Outcome::Silence, ..Self::cut_before(method, path) }
    }

    /// The request is carried out before it meets its fault.
    #[must_use]
    pub fn after_carrying_out(self) -> Self {
        Self { carried_out: true, ..self }
    }

    /// Adds a header to the answer, such as `retry-after`.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if let Outcome::Answer { headers, .. } = &mut self.outcome {
            headers.insert(name.to_owned(), value.to_owned());
        }
        self
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method)) && path_matches(&self.path, path)
    }
}

/// Requests whose answers wait.
#[derive(Debug, Default)]
pub(super) struct Held {
    last: u64,
    waiting: BTreeMap<u64, Release>,
    ended: bool,
}

#[derive(Clone, Copy, Debug)]
enum Release {
    OnOrder { at_the_latest_ms: Option<i64> },
    Never,
}

/// What a held request has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hold {
    /// Wait for a change, or for so many milliseconds of the playground's clock.
    Wait(Option<i64>),
    /// Go on.
    Over,
    /// The playground ends.
    Ended,
}

impl Held {
    pub(super) fn add_late(&mut self, by: Option<Duration>, now_ms: i64) -> u64 {
        let by_ms = by.map(|by| i64::try_from(by.as_millis()).unwrap_or(i64::MAX));
        self.add(Release::OnOrder { at_the_latest_ms: by_ms.map(|by_ms| now_ms.saturating_add(by_ms)) })
    }

    pub(super) fn add_silent(&mut self) -> u64 {
        self.add(Release::Never)
    }

    fn add(&mut self, release: Release) -> u64 {
        self.last += 1;
        self.waiting.insert(self.last, release);
        self.last
    }

    /// How many wait to be released.
    pub(super) fn count(&self) -> usize {
        self.waiting.values().filter(|release| matches!(release, Release::OnOrder { .. })).count()
    }

    /// Lets all late answers go; how many there were.
    pub(super) fn release(&mut self) -> usize {
        let count = self.count();
        self.waiting.retain(|_, release| matches!(release, Release::Never));
        count
    }

    pub(super) fn end(&mut self) {
        self.ended = true;
    }

    pub(super) fn look(&self, ticket: u64, now_ms: i64) -> Hold {
        match self.waiting.get(&ticket) {
            _ if self.ended => Hold::Ended,
            None => Hold::Over,
            Some(Release::OnOrder { at_the_latest_ms: Some(due) }) if *due <= now_ms => Hold::Over,
            Some(Release::OnOrder { at_the_latest_ms: Some(due) }) => Hold::Wait(Some(due - now_ms)),
            Some(_) => Hold::Wait(None),
        }
    }

    pub(super) fn forget(&mut self, ticket: u64) {
        self.waiting.remove(&ticket);
    }
}

/// Takes one request out of the first fault that matches it.
pub(super) fn strike(faults: &mut Vec<Fault>, method: &str, path: &str) -> Option<Fault> {
    faults.retain(|fault| fault.times > 0);
    let fault = faults.iter_mut().find(|fault| fault.matches(method, path))?;
    fault.times -= 1;
    Some(fault.clone())
}

fn path_matches(pattern: &str, path: &str) -> bool {
    let mut wanted = pattern.trim_matches('/').split('/');
    let mut parts = path.trim_matches('/').split('/');
    loop {
        match (wanted.next(), parts.next()) {
            (Some("**"), _) | (None, None) => return true,
            (Some(wanted), Some(part)) if wanted == "*" || wanted == part => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_match_part_by_part() {
        for (pattern, path, expected) in [
            ("/channels/*/messages", "/channels/1/messages", true),
            ("/channels/*/messages", "/channels/1/messages/2", false),
            ("/channels/*/messages", "/channels/1", false),
            ("/webhooks/**", "/webhooks/1/token/messages/@original", true),
            ("/webhooks/**", "/channels/1", false),
            ("**", "/anything/at/all", true),
        ] {
            assert_eq!(path_matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn a_fault_strikes_as_often_as_it_says() {
        let mut faults = vec![Fault::answer("POST", "/a", 2, 500, Value::Null)];
        assert!(strike(&mut faults, "GET", "/a").is_none());
        assert!(strike(&mut faults, "post", "/a").is_some());
        assert!(strike(&mut faults, "POST", "/a").is_some());
        assert!(strike(&mut faults, "POST", "/a").is_none());
        assert!(faults.is_empty());
    }
}
