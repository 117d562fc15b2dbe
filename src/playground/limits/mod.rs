//! Rate limits as Discord serves them: a bucket for each route and top-level id, 50 requests a second in all, and a ban
//! for the address that sends too many invalid requests.
//!
//! Windows are measured in real time plus what the clock was advanced, also while the clock stands: who is told to wait
//! for a second waits in real time.

mod budgets;
mod orders;

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde_json::{Value, json};

use budgets::{Bucket, Budget};
pub use orders::LimitScope;

/// Requests a second of one bot, interaction endpoints not counted. Documented.
const GLOBAL: Budget = Budget { requests: 50, per_ms: 1_000 };
/// Invalid requests within the window that ban an address. Documented.
const MOST_INVALID: usize = 10_000;
const INVALID_WINDOW_MS: i64 = 600_000;
/// How long a ban lasts. Discord says "temporarily"; bots that were banned report about an hour.
const BAN_MS: i64 = 3_600_000;
/// From so many windows on, those that are over are thrown away whenever there are twice as many as were left.
const MANY_WINDOWS: usize = 1_000;

pub(super) type Headers = BTreeMap<String, String>;

/// A request as limits see it.
#[derive(Clone, Copy)]
pub(super) struct Asked<'r> {
    pub(super) method: &'static str,
    pub(super) template: &'static str,
    /// The channel, guild, webhook or interaction to which the path belongs; empty for others.
    pub(super) id: &'r str,
    /// Whether it counts towards the 50 requests a second.
    pub(super) counts_globally: bool,
}

/// A 429.
#[derive(Debug, PartialEq)]
pub(super) struct Refusal {
    pub(super) headers: Headers,
    pub(super) body: Value,
}

pub(super) struct Limits {
    on: bool,
    changed: HashMap<Bucket, Budget>,
    windows: HashMap<(Bucket, String), Window>,
    /// How many windows there are when those that are over are thrown away.
    swept_at: usize,
    blocks: Vec<Block>,
    global: Window,
    global_until_ms: i64,
    /// Moments of the invalid requests.
    invalid_ms: VecDeque<i64>,
    banned_until_ms: i64,
}

/// A time that began with a request, and the requests in it.
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    ends_ms: i64,
    used: u32,
}

/// A bucket that was exhausted on order.
struct Block {
    bucket: Bucket,
    /// `None` for every id.
    id: Option<String>,
    scope: LimitScope,
    until_ms: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            on: true,
            changed: HashMap::new(),
            windows: HashMap::new(),
            swept_at: MANY_WINDOWS,
            blocks: Vec::new(),
            global: Window::default(),
            global_until_ms: 0,
            invalid_ms: VecDeque::new(),
            banned_until_ms: 0,
        }
    }
}

impl Limits {
    /// Counts a request. Gives the headers that tell the bucket's state, or the 429 that the request gets instead of
    /// being carried out.
    pub(super) fn admit(&mut self, asked: Asked<'_>, now_ms: i64) -> Result<Headers, Refusal> {
        if !self.on {
            return Ok(Headers::new());
        }
        if asked.counts_globally {
            if self.global_until_ms > now_ms {
                return Err(Refusal::global(self.global_until_ms - now_ms));
            }
            if !self.global.take(GLOBAL, now_ms) {
                return Err(Refusal::global(self.global.ends_ms - now_ms));
            }
        }
        let (bucket, budget) = self.budget(asked.method, asked.template);
        if self.windows.len() >= self.swept_at {
            self.windows.retain(|_, window| window.ends_ms > now_ms);
            self.swept_at = MANY_WINDOWS.max(2 * self.windows.len());
        }
        let window = self.windows.entry((bucket, asked.id.to_owned())).or_default();
        self.blocks.retain(|block| block.until_ms > now_ms);
        let block = self.blocks.iter().find(|block| block.bucket == bucket && block.covers(asked.id));
        if let Some(block) = block {
            if block.scope == LimitScope::User {
                *window = Window { ends_ms: block.until_ms, used: budget.requests };
            }
            return Err(Refusal::of_bucket(
                block.scope,
                headers(bucket, budget, *window, now_ms),
                block.until_ms - now_ms,
            ));
        }
        if window.take(budget, now_ms) {
            Ok(headers(bucket, budget, *window, now_ms))
        } else {
            let wait_ms = window.ends_ms - now_ms;
            Err(Refusal::of_bucket(LimitScope::User, headers(bucket, budget, *window, now_ms), wait_ms))
        }
    }

    /// How long the address is still banned, in milliseconds.
    pub(super) fn banned_for_ms(&self, now_ms: i64) -> Option<i64> {
        Some(self.banned_until_ms - now_ms).filter(|left| self.on && *left > 0)
    }

    /// Notes requests that got 401, 403, or a 429 that is not shared.
    pub(super) fn count_invalid(&mut self, count: usize, now_ms: i64) {
        if !self.on {
            return;
        }
        self.forget_old_invalid(now_ms);
        self.invalid_ms.extend(std::iter::repeat_n(now_ms, count.min(MOST_INVALID)));
        if self.invalid_ms.len() >= MOST_INVALID {
            self.banned_until_ms = now_ms + BAN_MS;
            self.invalid_ms.clear();
        }
    }

    /// What a test may want to know.
    pub(super) fn json(&mut self, now_ms: i64) -> Value {
        self.forget_old_invalid(now_ms);
        let open = self.windows.iter().filter(|(_, window)| window.ends_ms > now_ms);
        let mut buckets: Vec<(String, Value)> = open
            .map(|(((method, template), id), window)| {
                let (bucket, budget) = self.budget(method, template);
                let json = json!({
                    "method": method, "path": template, "id": id, "bucket": budgets::hash(bucket),
                    "limit": budget.requests, "remaining": budget.requests.saturating_sub(window.used),
                    "reset_after_ms": window.ends_ms - now_ms,
                });
                (format!("{template} {method} {id}"), json)
            })
            .collect();
        buckets.sort_by(|(one, _), (other, _)| one.cmp(other));
        json!({
            "on": self.on, "buckets": buckets.into_iter().map(|(_, json)| json).collect::<Vec<_>>(),
            "global_for_ms": (self.global_until_ms - now_ms).max(0), "invalid_requests": self.invalid_ms.len(),
            "banned_for_ms": self.banned_for_ms(now_ms).unwrap_or_default(),
        })
    }

    fn budget(&self, method: &'static str, template: &'static str) -> (Bucket, Budget) {
        let (bucket, budget) = budgets::of_route(method, template);
        (bucket, self.changed.get(&bucket).copied().unwrap_or(budget))
    }

    fn forget_old_invalid(&mut self, now_ms: i64) {
        while self.invalid_ms.front().is_some_and(|moment| now_ms - moment >= INVALID_WINDOW_MS) {
            self.invalid_ms.pop_front();
        }
    }
}

impl Window {
    /// Takes one request out of the budget; a window that is over begins anew.
    fn take(&mut self, budget: Budget, now_ms: i64) -> bool {
        if self.ends_ms <= now_ms {
            *self = Self { ends_ms: now_ms + budget.per_ms, used: 0 };
        }
        let left = self.used < budget.requests;
        self.used += u32::from(left);
        left
    }
}

impl Block {
    fn covers(&self, id: &str) -> bool {
        self.id.as_ref().is_none_or(|only| only == id)
    }
}

impl Refusal {
    fn of_bucket(scope: LimitScope, mut headers: Headers, wait_ms: i64) -> Self {
        let (name, message) = match scope {
            LimitScope::User => ("user", "You are being rate limited."),
            LimitScope::Shared => ("shared", "The resource is being rate limited."),
        };
        headers.insert("x-ratelimit-scope".to_owned(), name.to_owned());
        Self::new(headers, wait_ms, message, false)
    }

    fn global(wait_ms: i64) -> Self {
        let headers = [("x-ratelimit-global", "true"), ("x-ratelimit-scope", "global")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Self::new(headers, wait_ms, "You are being rate limited.", true)
    }

    fn new(mut headers: Headers, wait_ms: i64, message: &str, global: bool) -> Self {
        headers.insert("retry-after".to_owned(), whole_seconds(wait_ms));
        // Exact: the wait in milliseconds is far below 2^53.
        let retry_after = wait_ms as f64 / 1000.0;
        Self { headers, body: json!({ "message": message, "retry_after": retry_after, "global": global }) }
    }
}

/// Seconds for `Retry-After`, rounded up.
pub(super) fn whole_seconds(ms: i64) -> String {
    (ms.max(0) as u64).div_ceil(1000).to_string()
}

fn headers(bucket: Bucket, budget: Budget, window: Window, now_ms: i64) -> Headers {
    let seconds = |ms: i64| format!("{}.{:03}", ms / 1000, ms % 1000);
    let left_ms = (window.ends_ms - now_ms).max(0);
    [
        ("x-ratelimit-limit", budget.requests.to_string()),
        ("x-ratelimit-remaining", budget.requests.saturating_sub(window.used).to_string()),
        ("x-ratelimit-reset", seconds(now_ms + left_ms)),
        ("x-ratelimit-reset-after", seconds(left_ms)),
        ("x-ratelimit-bucket", budgets::hash(bucket)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SEND: &str = "/channels/{channel_id}/messages";

    fn send(id: &str) -> Asked<'_> {
        Asked { method: "POST", template: SEND, id, counts_globally: true }
    }

    #[test]
    fn a_window_begins_with_a_request_and_is_full_again_when_it_is_over() {
        let mut limits = Limits::default();
        for left in (0..5).rev() {
            let headers = limits.admit(send("1"), 10_000).unwrap();
            assert_eq!(headers["x-ratelimit-remaining"], left.to_string());
        }
        let refused = limits.admit(send("1"), 12_500).unwrap_err();
        assert_eq!((refused.body["retry_after"].as_f64(), refused.headers["retry-after"].as_str()), (Some(2.5), "3"));
        assert!(limits.admit(send("2"), 12_500).is_ok(), "another channel has its own window");
        assert!(limits.admit(send("1"), 14_999).is_err());
        assert_eq!(limits.admit(send("1"), 15_000).unwrap()["x-ratelimit-reset"], "20.000");
    }

    proptest! {
        #[test]
        fn who_waits_as_told_is_never_refused_twice_and_none_gets_more_than_the_budget(
            pauses in proptest::collection::vec(0_i64..3_000, 1..200),
        ) {
            let mut limits = Limits::default();
            let mut now = 1_000;
            let mut admitted: Vec<i64> = Vec::new();
            for pause in pauses {
                now += pause;
                if let Err(refused) = limits.admit(send("1"), now) {
                    now += (refused.body["retry_after"].as_f64().unwrap() * 1000.0).round() as i64;
                    prop_assert!(limits.admit(send("1"), now).is_ok());
                }
                admitted.push(now);
            }
            // Fixed windows: at most two budgets within the length of one.
            for (first, last) in admitted.iter().zip(admitted.iter().skip(10)) {
                prop_assert!(last - first >= 5_000);
            }
        }
    }
}
