//! How soon a lost connection is opened again. Pure: time is an argument.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// So many connections in this time are opened at once; whoever needs more is being refused again and again.
const FREE: usize = 5;
const WINDOW: Duration = Duration::from_secs(60);

/// The longest pause.
const PAUSE_MAX: Duration = Duration::from_secs(60);

/// The connections that were lost within the window.
#[derive(Debug, Default)]
pub(super) struct Pace(VecDeque<Instant>);

impl Pace {
    /// A connection was lost: how long to wait before the next one. Nothing at first, then 1 s, 2 s, 4 s and so on.
    pub(super) fn lost(&mut self, now: Instant) -> Duration {
        while self.0.front().is_some_and(|&then| now.saturating_duration_since(then) >= WINDOW) {
            self.0.pop_front();
        }
        self.0.push_back(now);
        match self.0.len().checked_sub(FREE + 1) {
            None => Duration::ZERO,
            Some(n) => Duration::from_secs(1 << n.min(6)).min(PAUSE_MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_losses_of_a_minute_cost_no_time_and_the_next_ones_more_and_more() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        let pauses: Vec<u64> = (0..9).map(|_| pace.lost(now).as_secs()).collect();
        assert_eq!(pauses, [0, 0, 0, 0, 0, 1, 2, 4, 8]);
        assert_eq!(pace.lost(now + WINDOW), Duration::ZERO, "a quiet minute later all is well");
    }

    proptest! {
        /// However fast connections are lost, an hour sees few of them.
        #[test]
        fn no_loop_of_refusals_is_busy(lives in proptest::collection::vec(0u64..2_000, 600)) {
            let (mut pace, begun) = (Pace::default(), Instant::now());
            let mut now = begun;
            let mut in_hour = 0;
            for life in lives {
                now += Duration::from_millis(life);
                if now.duration_since(begun) > Duration::from_secs(3_600) {
                    break;
                }
                in_hour += 1;
                now += pace.lost(now);
            }
            prop_assert!(in_hour < 500, "{in_hour} connections in an hour");
        }
    }
}
