//! What Discord says of its limits, and how near the bot is to a ban.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::HeaderMap;
use twilight_http_ratelimiting::RateLimitHeaders;

/// Discord bans an address after 10,000 invalid requests (401, 403, 429 that is not shared) in 10 minutes.
const INVALID_WINDOW: Duration = Duration::from_secs(600);
const INVALID_STOP: usize = 9_000;

/// The time between two requests when many wait: 48 a second, of the 50 that Discord grants a bot.
const PACE: Duration = Duration::from_nanos(1_000_000_000 / 48);

/// So many requests may follow one another at once after a pause.
const BURST: u32 = 2;

/// The header that says that a 429 concerns every request of the bot.
const GLOBAL: &str = "x-ratelimit-global";

/// Lets no request go from which Discord could ban the address, however many are under way at once.
#[derive(Default)]
pub(super) struct Breaker(Mutex<Invalid>);

#[derive(Default)]
struct Invalid {
    /// When invalid requests happened, as far back as Discord counts them.
    moments: VecDeque<Instant>,
    /// Each of these may turn out to be one more.
    under_way: usize,
}

/// A request that may be sent. It is under way until this is dropped.
pub(super) struct Permit<'a>(&'a Breaker);

impl Breaker {
    /// `None` when nothing may be sent before the window has passed.
    pub(super) fn permit(&self, now: Instant) -> Option<Permit<'_>> {
        let mut invalid = self.lock();
        while invalid.moments.front().is_some_and(|&then| now.duration_since(then) >= INVALID_WINDOW) {
            invalid.moments.pop_front();
        }
        (invalid.moments.len() + invalid.under_way < INVALID_STOP).then(|| {
            invalid.under_way += 1;
            Permit(self)
        })
    }

    fn lock(&self) -> MutexGuard<'_, Invalid> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// The request was an invalid one.
    pub(super) fn count(&self, now: Instant) {
        let mut invalid = self.0.lock();
        invalid.moments.push_back(now);
        if invalid.moments.len() == INVALID_STOP {
            tracing::error!(
                "Discord has refused {INVALID_STOP} requests within 10 minutes and bans at 10,000: nothing is sent until fewer lie \
                 in the last 10 minutes; look above for what was refused"
            );
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.lock().under_way -= 1;
    }
}

/// Lets requests go evenly, in the order in which they come. What was held up together does not go out together.
#[derive(Default)]
pub(super) struct Evenly(tokio::sync::Mutex<Pace>);

impl Evenly {
    /// Returns when the next request may be sent.
    pub(super) async fn turn(&self) {
        let mut pace = self.0.lock().await;
        if let Some(from) = pace.next_from() {
            tokio::time::sleep_until(from.into()).await;
        }
        pace.send(Instant::now());
    }
}

/// When the next request would be sent if all came evenly.
#[derive(Default)]
struct Pace(Option<Instant>);

impl Pace {
    /// From when on the next one may be sent; `None` for at once.
    fn next_from(&self) -> Option<Instant> {
        self.0?.checked_sub(PACE * (BURST - 1))
    }

    fn send(&mut self, now: Instant) {
        self.0 = Some(self.0.map_or(now, |even| even.max(now)) + PACE);
    }
}

/// Whom a 429 concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// This bot on this route.
    Route,
    /// Everybody on this route; no fault of ours.
    Shared,
    /// Every request of the bot, or of this address.
    Global,
}

pub(super) fn scope(headers: &HeaderMap) -> Scope {
    match headers.get(RateLimitHeaders::SCOPE).and_then(|scope| scope.to_str().ok()) {
        Some("shared") => Scope::Shared,
        Some("global") => Scope::Global,
        _ if headers.contains_key(GLOBAL) => Scope::Global,
        // A 429 without a bucket comes from in front of the API and concerns the address.
        _ if !headers.contains_key(RateLimitHeaders::BUCKET) => Scope::Global,
        _ => Scope::Route,
    }
}

pub(super) fn limits(headers: &HeaderMap) -> Option<RateLimitHeaders> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    Some(RateLimitHeaders {
        bucket: headers.get(RateLimitHeaders::BUCKET)?.as_bytes().to_vec(),
        limit: text(RateLimitHeaders::LIMIT)?.parse().ok()?,
        remaining: text(RateLimitHeaders::REMAINING)?.parse().ok()?,
        reset_at: Instant::now() + seconds(headers, RateLimitHeaders::RESET_AFTER)?,
    })
}

pub(super) fn seconds(headers: &HeaderMap, name: &str) -> Option<Duration> {
    let seconds: f64 = headers.get(name)?.to_str().ok()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_breaker_opens_before_discord_bans_and_closes_when_the_window_has_passed() {
        let start = Instant::now();
        let breaker = Breaker::default();
        for _ in 0..INVALID_STOP - 1 {
            breaker.permit(start).unwrap().count(start);
        }
        let last = breaker.permit(start).expect("one more may be sent");
        assert!(breaker.permit(start).is_none(), "the last one may turn out to be invalid");
        last.count(start + Duration::from_secs(1));
        drop(last);
        assert!(breaker.permit(start + Duration::from_secs(599)).is_none());
        assert!(breaker.permit(start + Duration::from_secs(600)).is_some());
    }

    #[test]
    fn limits_are_read_from_headers_and_nonsense_is_ignored() {
        let mut headers = HeaderMap::new();
        headers.insert("x-ratelimit-bucket", "abc".parse().unwrap());
        headers.insert("x-ratelimit-limit", "5".parse().unwrap());
        headers.insert("x-ratelimit-remaining", "4".parse().unwrap());
        assert!(limits(&headers).is_none(), "a header is missing");
        headers.insert("x-ratelimit-reset-after", "1.5".parse().unwrap());
        assert_eq!(limits(&headers).map(|l| (l.limit, l.remaining)), Some((5, 4)));
        headers.insert("x-ratelimit-reset-after", "-1e400".parse().unwrap());
        assert!(limits(&headers).is_none());
    }

    proptest! {
        /// However they come, and however late each goes.
        #[test]
        fn no_second_sees_more_requests_than_discord_grants(
            requests in proptest::collection::vec((0u64..60, 0u64..400), 1..400),
        ) {
            let (mut pace, mut now) = (Pace::default(), Instant::now());
            let mut sent: Vec<Instant> = Vec::new();
            for (wait, late) in requests {
                // Mostly at once, now and then after a pause or much too late.
                now += Duration::from_millis(if wait < 50 { 0 } else { wait });
                now = pace.next_from().map_or(now, |from| from.max(now));
                now += Duration::from_millis(if late < 380 { 0 } else { late });
                pace.send(now);
                sent.push(now);
            }
            for (first, then) in sent.iter().enumerate() {
                let in_second = sent[first..].iter().take_while(|at| at.duration_since(*then) < Duration::from_secs(1));
                prop_assert!(in_second.count() <= 50);
            }
        }
    }
}
