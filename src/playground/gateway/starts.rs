//! How often sessions may be started: so many a day, and one per concurrency key in a few seconds.

use std::collections::BTreeMap;

const DAY_MS: i64 = 24 * 60 * 60_000;
/// Sessions that may be started per day.
const MOST_STARTS: u64 = 1000;

/// What `GET /gateway/bot` tells.
#[derive(Clone, Copy, Debug)]
pub(in crate::playground) struct SessionStartLimit {
    pub(in crate::playground) total: u64,
    pub(in crate::playground) remaining: u64,
    pub(in crate::playground) reset_after_ms: i64,
    pub(in crate::playground) max_concurrency: u64,
}

#[derive(Debug)]
pub(super) struct Starts {
    /// Beginning of the running day, and the starts that are left in it.
    began_ms: i64,
    left: u64,
    /// Least time between two identifies of one concurrency key.
    spacing_ms: i64,
    max_concurrency: u64,
    /// The last identify of each concurrency key.
    last_ms: BTreeMap<u64, i64>,
}

impl Starts {
    pub(super) fn new(spacing_ms: i64, max_concurrency: u64) -> Self {
        let max_concurrency = max_concurrency.max(1);
        Self { began_ms: 0, left: MOST_STARTS, spacing_ms, max_concurrency, last_ms: BTreeMap::new() }
    }

    pub(super) fn limit(&self, now_ms: i64) -> SessionStartLimit {
        let over = now_ms >= self.began_ms.saturating_add(DAY_MS);
        SessionStartLimit {
            total: MOST_STARTS,
            remaining: if over { MOST_STARTS } else { self.left },
            reset_after_ms: if over { 0 } else { self.began_ms.saturating_add(DAY_MS) - now_ms },
            max_concurrency: self.max_concurrency,
        }
    }

    /// Takes one of the day's starts; false when none is left.
    pub(super) fn take(&mut self, now_ms: i64) -> bool {
        self.roll(now_ms);
        let has_one = self.left > 0;
        self.left = self.left.saturating_sub(1);
        has_one
    }

    /// Leaves so many starts for the rest of the day.
    pub(super) fn leave(&mut self, left: u64, now_ms: i64) {
        self.roll(now_ms);
        self.left = left.min(MOST_STARTS);
    }

    /// Whether the shard may identify now; one that may not has to wait.
    pub(super) fn is_shards_turn(&mut self, shard: u64, now_ms: i64) -> bool {
        let key = shard % self.max_concurrency;
        let may = self.last_ms.get(&key).is_none_or(|last| now_ms - last >= self.spacing_ms);
        if may {
            self.last_ms.insert(key, now_ms);
        }
        may
    }

    fn roll(&mut self, now_ms: i64) {
        if now_ms >= self.began_ms.saturating_add(DAY_MS) {
            (self.began_ms, self.left) = (now_ms, MOST_STARTS);
        }
    }
}
