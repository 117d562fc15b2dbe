//! What time it is. While the process lives, time runs evenly; that the wall clock was set is noticed as a step.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::quiz::UnixMs;

/// The wall clock may wander so far without anybody's deadlines being moved, in milliseconds.
const STEP: i64 = 2_000;

/// How often the wall clock is compared.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Cheap to clone; all clones are one clock.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
    /// What is added to the even time, so that it is the wall clock's.
    offset_ms: Arc<AtomicI64>,
}

/// A moment that stays the same when the wall clock is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark(i64);

#[derive(Clone, Debug)]
enum Source {
    Machine {
        started: Instant,
    },
    /// A local Discord tells, for tests and demonstrations.
    Told(watch::Receiver<Time>),
}

/// What a local Discord tells of the time.
#[derive(Clone, Copy, Debug)]
pub struct Time {
    /// Even time: milliseconds since the epoch, as if nobody had ever set a clock.
    pub now_ms: i64,
    /// By how much the wall clock was set since.
    pub stepped_ms: i64,
    /// Whether time passes only when it is told.
    pub stands: bool,
    /// When this was told.
    pub told: Instant,
}

impl Default for Clock {
    fn default() -> Clock {
        Clock::new(Source::Machine { started: Instant::now() })
    }
}

impl Clock {
    /// A clock that shows what it is told.
    pub fn told(times: watch::Receiver<Time>) -> Clock {
        Clock::new(Source::Told(times))
    }

    fn new(source: Source) -> Clock {
        let clock = Clock { source, offset_ms: Arc::default() };
        clock.offset_ms.store(clock.wall_ms() - clock.even_ms(), Ordering::SeqCst);
        clock
    }

    pub fn now(&self) -> UnixMs {
        self.at(self.mark())
    }

    /// What the wall clock shows, however it is set.
    pub fn wall(&self) -> UnixMs {
        UnixMs(self.wall_ms())
    }

    /// Returns when the wall clock shows the moment, or earlier: when it is time to look again, because it may have been
    /// set. Without a moment, when something is told.
    pub(super) async fn wait_wall(&self, moment: Option<UnixMs>) {
        let left = moment.map(|moment| u64::try_from(moment.since(self.wall())).unwrap_or_default());
        match (&self.source, left) {
            (Source::Told(times), left) if left != Some(0) => {
                let mut times = times.clone();
                let stands = times.borrow_and_update().stands;
                // What was told since the caller looked.
                if moment.is_some_and(|moment| moment <= self.wall()) {
                    return;
                }
                let over = async {
                    match left.filter(|_| !stands) {
                        Some(left) => tokio::time::sleep(Duration::from_millis(left)).await,
                        None => std::future::pending().await,
                    }
                };
                tokio::select! {
                    told = times.changed() => if told.is_err() { std::future::pending().await },
                    () = over => {}
                }
            }
            (_, Some(left)) => tokio::time::sleep(Duration::from_millis(left).min(LOOK_EVERY)).await,
            (_, None) => std::future::pending().await,
        }
    }

    /// This moment, told by time that nobody sets.
    pub(super) fn mark(&self) -> Mark {
        Mark(self.even_ms())
    }

    /// When that was, by the clock as it is set now.
    pub(super) fn at(&self, mark: Mark) -> UnixMs {
        UnixMs(mark.0 + self.offset_ms.load(Ordering::SeqCst))
    }

    /// Follows the wall clock. By how much it was set since the last look, in milliseconds, if that is more than 2 s.
    pub(super) fn take_step(&self) -> Option<i64> {
        let by = self.wall_ms() - self.now().0;
        self.offset_ms.fetch_add(by, Ordering::SeqCst);
        (by.abs() > STEP).then_some(by)
    }

    /// Returns when the moment has come, or earlier: when it is time to look at the wall clock again. Without a moment,
    /// when something is told.
    pub(super) async fn wait(&self, moment: Option<UnixMs>) {
        let left = moment.map(|moment| u64::try_from(moment.since(self.now())).unwrap_or_default());
        let left = left.map(Duration::from_millis);
        match (&self.source, left) {
            (Source::Machine { .. }, Some(left)) => tokio::time::sleep(left.min(LOOK_EVERY)).await,
            (Source::Machine { .. }, None) => std::future::pending().await,
            (Source::Told(times), left) => {
                let mut times = times.clone();
                let stands = times.borrow_and_update().stands;
                // What was told since the caller looked.
                let stepped = (self.wall_ms() - self.now().0).abs() > STEP;
                if stepped || moment.is_some_and(|moment| moment <= self.now()) {
                    return;
                }
                let over = async {
                    match left.filter(|_| !stands) {
                        Some(left) => tokio::time::sleep(left).await,
                        None => std::future::pending().await,
                    }
                };
                tokio::select! {
                    told = times.changed() => if told.is_err() { std::future::pending().await },
                    () = over => {}
                }
            }
        }
    }

    fn even_ms(&self) -> i64 {
        match &self.source {
            Source::Machine { started } => millis(started.elapsed()),
            Source::Told(times) => {
                let time = *times.borrow();
                time.now_ms + if time.stands { 0 } else { millis(time.told.elapsed()) }
            }
        }
    }

    fn wall_ms(&self) -> i64 {
        match &self.source {
            Source::Machine { .. } => jiff::Timestamp::now().as_millisecond(),
            Source::Told(times) => self.even_ms() + times.borrow().stepped_ms,
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(now_ms: i64, stepped_ms: i64) -> Time {
        Time { now_ms, stepped_ms, stands: true, told: Instant::now() }
    }

    #[test]
    fn a_wall_clock_that_is_set_is_a_step_and_one_that_wanders_is_followed() {
        let (tell, times) = watch::channel(told(1_000_000, 0));
        let clock = Clock::told(times);
        tell.send_replace(told(1_030_000, 0));
        assert_eq!((clock.take_step(), clock.now()), (None, UnixMs(1_030_000)), "time that passes is no step");
        tell.send_replace(told(1_030_000, 1_500));
        assert_eq!((clock.now(), clock.take_step()), (UnixMs(1_030_000), None));
        assert_eq!(clock.now(), UnixMs(1_031_500));
        tell.send_replace(told(1_030_000, -3_598_500));
        assert_eq!(clock.take_step(), Some(-3_600_000));
        assert_eq!((clock.now(), clock.take_step()), (UnixMs(1_030_000 - 3_598_500), None));
    }

    #[test]
    fn the_machine_tells_the_time_of_day() {
        let clock = Clock::default();
        let off = jiff::Timestamp::now().as_millisecond() - clock.now().0;
        assert!(off.abs() < 60_000, "{off}");
    }

    #[tokio::test]
    async fn a_moment_is_waited_for_on_the_clock_that_is_told() {
        let (tell, times) = watch::channel(told(0, 0));
        let clock = Clock::told(times);
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move {
                while clock.now() < UnixMs(60_000) {
                    clock.wait(Some(UnixMs(60_000))).await;
                }
            }
        });
        tell.send_replace(told(30_000, 0));
        tell.send_replace(told(60_000, 0));
        waiting.await.unwrap();
    }
}
