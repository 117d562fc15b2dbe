//! Schedules for many days on a machine that dies, against a model of the disk, of Discord and of moderators, in all time
//! zones between 2000 and 2037. Everything follows from a seed, so that what went wrong once goes wrong again:
//! `DAILY_SEED=123 cargo test --lib daily::tests::simulation` replays one world, `DAILY_DAYS=1000000` plays more.

mod bot;
mod courier;
mod discord;
mod disk;
mod moderators;
mod oracle;
mod seen;
mod weather;
mod world;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::sabotage::{self, Fault};
use seen::Seen;
use world::{DAYS, World, ZONES};

/// What an ordinary test run plays.
const SCHEDULE_DAYS: u64 = 100_000;

#[test]
fn nothing_is_doubled_or_lost_whatever_happens() {
    if let Some(seed) = number("DAILY_SEED") {
        replay(seed);
        return;
    }
    let worlds = number("DAILY_DAYS").unwrap_or(SCHEDULE_DAYS).div_ceil(DAYS as u64);
    let (next, failed, seen) = (AtomicU64::new(1), Mutex::new(None), Mutex::new(Seen::default()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while failed.lock().unwrap().is_none() {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > worlds {
                        break;
                    }
                    let mut world = World::new(seed, false);
                    match world.run() {
                        Ok(()) => seen.lock().unwrap().add(&world.seen),
                        Err(error) => *failed.lock().unwrap() = Some((seed, error)),
                    }
                }
            });
        }
    });
    if let Some((seed, error)) = failed.into_inner().unwrap() {
        eprintln!("{error}");
        replay(seed);
    }
    let seen = seen.into_inner().unwrap();
    println!("{} zones, {seen:?}", ZONES.len());
    // A simulation in which nothing goes wrong shows nothing; a short one is let off.
    assert!(worlds < 500 || seen.never().is_empty(), "never happened: {:?}", seen.never());
}

/// Plays one world again and says what led to its failure.
fn replay(seed: u64) {
    let mut world = World::new(seed, true);
    let result = world.run();
    for line in world.trace() {
        println!("{line}");
    }
    match result {
        Ok(()) => println!("world {seed} is as it must be: {:?}", world.seen),
        Err(error) => {
            panic!("world {seed}: {error}\nreplay it: DAILY_SEED={seed} cargo test --lib daily::tests::simulation")
        }
    }
}

fn number(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name}={value} is no number")))
}

/// Sees that a mistake is found, and within how many schedule-days.
#[track_caller]
fn is_found(fault: Fault, within: u64, complaint: &str) {
    let worlds = within.div_ceil(DAYS as u64);
    let found = sabotage::with(fault, || {
        (1..=worlds).find_map(|seed| World::new(seed, false).run().err().map(|error| (seed, error)))
    });
    let (seed, error) = found.unwrap_or_else(|| panic!("{fault:?} was not found in {worlds} worlds"));
    println!("{fault:?} was found in world {seed}: {error}");
    if !error.contains(complaint) {
        sabotage::with(fault, || replay(seed));
    }
}

#[test]
fn the_simulation_finds_a_change_that_forgets_what_was_posted() {
    is_found(Fault::ForgetPosted, 20_000, "a second post on");
}

#[test]
fn the_simulation_finds_a_post_that_comes_too_late() {
    is_found(Fault::IgnoreCatchUp, 10_000, "late");
}

#[test]
fn the_simulation_finds_what_comes_after_a_pause_and_was_missed_in_it() {
    is_found(Fault::ForgetSince, 5_000, "its moment was in a pause");
}

#[test]
fn the_simulation_finds_posts_for_each_missed_day() {
    is_found(Fault::PostEachMissed, 20_000, "late");
}

#[test]
fn the_simulation_finds_posts_that_are_known_by_their_moment() {
    is_found(Fault::KeyByInstant, 5_000, "was posted twice");
}

#[test]
fn the_simulation_finds_a_day_lost_with_the_hour_that_clocks_pass_over() {
    is_found(Fault::LoseGap, 40_000, "was lost");
}

#[test]
fn the_simulation_finds_a_queue_that_nobody_looks_at() {
    is_found(Fault::IgnoreQueue, 1_000, "the queue is");
}

#[test]
fn the_simulation_finds_posts_that_come_again_too_early() {
    is_found(Fault::RepeatAtRandom, 1_000, "comes again too early");
}

#[test]
fn the_simulation_finds_days_that_are_lost_and_not_reported() {
    is_found(Fault::ReportNothing, 5_000, "are reported");
}

#[test]
fn the_simulation_finds_a_post_that_is_sent_without_a_claim() {
    is_found(Fault::ForgetClaims, 5_000, "was posted twice");
}

#[test]
fn the_simulation_finds_a_post_that_is_sent_again_without_looking_or_nonce() {
    is_found(Fault::SendBlindly, 5_000, "was posted twice");
}

#[test]
fn the_simulation_finds_a_search_that_trusts_the_clock() {
    is_found(Fault::LookNear, 40_000, "was posted twice");
}

#[test]
fn the_simulation_finds_a_post_that_is_given_up_and_may_be_there() {
    is_found(Fault::TakeBlindForRefused, 40_000, "was posted twice");
}

#[test]
fn the_simulation_finds_posts_in_the_wrong_order() {
    is_found(Fault::SendOutOfOrder, 40_000, "was posted after");
}

#[test]
fn the_simulation_finds_posts_that_do_not_stop_when_it_is_paused() {
    is_found(Fault::SendWhilePaused, 40_000, "while it is paused");
}

#[test]
fn the_simulation_finds_changes_that_settle_nothing_before() {
    is_found(Fault::ChangeWithoutSettling, 10_000, "was not settled before a change");
}

#[test]
fn the_simulation_finds_a_post_by_hand_that_any_change_stops() {
    is_found(Fault::StopAtEachChange, 10_000, "was lost");
}
