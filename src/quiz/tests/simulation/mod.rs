//! Many games at once on a machine that dies, against a model of the disk, of Discord and of its members. Everything
//! follows from a seed, so that what went wrong once goes wrong again:
//! `QUIZ_SEED=123 cargo test --lib simulation` replays one world, `QUIZ_SESSIONS=1000000` plays more.

mod discord;
mod disk;
mod members;
mod oracle;
mod process;
mod sender;
mod world;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::sabotage::{self, Fault};
use crate::quiz::SessionId;
use world::{GAMES, Seen, World};

/// What an ordinary test run plays.
const SESSIONS: u64 = 100_000;

#[test]
fn nothing_is_lost_or_doubled_whatever_happens() {
    if let Some(seed) = number("QUIZ_SEED") {
        replay(seed);
        return;
    }
    let worlds = number("QUIZ_SESSIONS").unwrap_or(SESSIONS).div_ceil(u64::from(GAMES));
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
        eprintln!("{error}\nreplay it: QUIZ_SEED={seed} cargo test --lib simulation");
        replay(seed);
    }
    let seen = seen.into_inner().unwrap();
    println!("{seen:?}");
    // A simulation in which nothing goes wrong shows nothing; a short one is let off.
    assert!(worlds < 100 || seen.rare().iter().all(|count| *count >= worlds / 4), "{seen:?}");
}

/// Plays one world again and says what led to its failure.
fn replay(seed: u64) {
    let mut world = World::new(seed, true);
    let Err(error) = world.run() else {
        println!("world {seed} is as it must be: {:?}", world.seen);
        return;
    };
    let id = error.split_once("SessionId(").and_then(|(_, rest)| rest.split(')').next()?.parse().ok()).unwrap_or(0);
    for line in world.trace_of(SessionId(id), 60) {
        println!("{line}");
    }
    panic!("world {seed}: {error}\nreplay it: QUIZ_SEED={seed} cargo test --lib simulation");
}

fn number(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name}={value} is no number")))
}

/// Sees that a mistake is found, and within how many games.
#[track_caller]
fn is_found(fault: Fault, within: u64, complaint: &str) {
    let worlds = within.div_ceil(u64::from(GAMES));
    let found = sabotage::with(fault, || (1..=worlds).find_map(|seed| World::new(seed, false).run().err()));
    let found = found.unwrap_or_else(|| panic!("{fault:?} was not found in {worlds} worlds"));
    assert!(found.contains(complaint), "{fault:?} was found in another way: {found}");
}

#[test]
fn the_simulation_finds_an_answer_that_counts_twice() {
    is_found(Fault::CountTwice, 128, "by what is recorded");
}

#[test]
fn the_simulation_finds_a_click_that_counts_again() {
    is_found(Fault::ForgetClicks, 1_280, "came again or late");
}

#[test]
fn the_simulation_finds_a_message_that_is_sent_without_a_claim() {
    is_found(Fault::ForgetClaims, 1_280, "was posted twice");
}

#[test]
fn the_simulation_finds_what_is_kept_of_a_batch_that_failed() {
    is_found(Fault::KeepAfterRollBack, 1_280, "was told to nobody");
}

#[test]
fn the_simulation_finds_an_answer_that_is_told_before_it_is_stored() {
    is_found(Fault::TellBeforeCommit, 1_280, "was told");
}

#[test]
fn the_simulation_finds_a_message_that_is_sent_again_without_looking() {
    is_found(Fault::SendWithoutLooking, 1_280, "was posted twice");
}

#[test]
fn the_simulation_finds_a_message_that_is_sent_again_without_its_nonce() {
    is_found(Fault::SendWithoutNonce, 128, "was posted twice");
}

#[test]
fn the_simulation_finds_a_second_game_in_a_channel() {
    is_found(Fault::StartWithoutLooking, 128, "two games at once");
}

#[test]
fn the_simulation_finds_games_that_nobody_wakes_after_a_restart() {
    is_found(Fault::ForgetRestart, 128, "neither goes on nor ends");
}

#[test]
fn the_simulation_finds_rounds_that_are_not_stored_with_their_session() {
    is_found(Fault::RecordApart, 1_280, "rounds are recorded");
}
