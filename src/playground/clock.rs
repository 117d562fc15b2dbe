//! The playground's time: the real clock, running or stopped, plus an offset that tests and demos can push forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// Cheap to clone; all clones share the offset. Never goes back.
#[derive(Clone, Debug)]
pub struct Clock {
    started: Instant,
    stands: bool,
    started_ms: i64,
    offset_ms: Arc<AtomicI64>,
}

impl Clock {
    /// Begins at the real time, and runs with it unless it stands.
    pub(super) fn start(stands: bool) -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { started: Instant::now(), stands, started_ms: millis(since_epoch), offset_ms: Arc::default() }
    }

    /// Unix time in milliseconds.
    pub fn now_ms(&self) -> i64 {
        if self.stands { self.advanced_ms() } else { self.flowing_ms() }
    }

    /// What `now_ms` would be if the clock did not stand. Rate limits are measured with it: who waits for one waits in
    /// real time, and must find it over then.
    pub(super) fn flowing_ms(&self) -> i64 {
        self.advanced_ms().saturating_add(millis(self.started.elapsed()))
    }

    pub(super) fn stands(&self) -> bool {
        self.stands
    }

    fn advanced_ms(&self) -> i64 {
        self.started_ms.saturating_add(self.passed_ms())
    }

    /// How much time has been pushed forward in all.
    pub(super) fn passed_ms(&self) -> i64 {
        self.offset_ms.load(Ordering::SeqCst)
    }

    pub(super) fn advance(&self, by: Duration) {
        self.offset_ms.fetch_add(millis(by), Ordering::SeqCst);
    }
}

/// What was ordered about time, for a bot that takes its own time from here.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Orders {
    /// By how much the wall clock of the bot's machine was set off in all. The playground's own time knows nothing of it.
    pub(super) stepped_ms: i64,
    /// How often anything was ordered.
    pub(super) change: u64,
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// A moment as Discord writes it: `2026-01-31T12:00:00.123000+00:00`.
pub(super) fn iso8601(unix_ms: i64) -> String {
    let moment = Timestamp::from_millisecond(unix_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    moment.strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_clones_are_advanced_together() {
        let clock = Clock::start(false);
        let other = clock.clone();
        let before = other.now_ms();
        clock.advance(Duration::from_secs(3600));
        assert!(other.now_ms() >= before + 3_600_000);
        let standing = Clock::start(true);
        let before = standing.now_ms();
        standing.advance(Duration::from_secs(1));
        assert_eq!(standing.now_ms(), before + 1000);
        assert!(standing.flowing_ms() >= before + 1000);
    }

    #[test]
    fn moments_are_written_as_discord_writes_them() {
        assert_eq!(iso8601(1_462_015_105_796), "2016-04-30T11:18:25.796000+00:00");
    }
}
