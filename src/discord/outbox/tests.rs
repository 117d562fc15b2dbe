//! The queue's rules.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use serenity::model::id::{ChannelId, MessageId};

use super::Edit;
use super::queue::{
    COSMETIC_PAUSE, COSMETIC_PER_SECOND, COSMETIC_UNDER_WAY, Job, Key, PACE, Queue, SECOND, UNDER_WAY, Work,
};
use crate::app::quiz::Delivery;
use crate::quiz::{Place, SessionId, Slot};

fn edit(message: u64, order: u64) -> Job {
    let body = format!("{message} {order}").into_bytes();
    Job::cosmetic(Edit { channel: ChannelId::new(1), message: MessageId::new(message), body, order })
}

/// An urgent one of a server.
fn urgent(guild: u64, session: u64) -> Job {
    let place = Place { guild, channel: session };
    Job::quiz(Delivery::Edit { id: SessionId(session), slot: Slot::End, place, urgent: true })
}

fn key(message: u64) -> Key {
    Key::Message(MessageId::new(message))
}

/// What stands in an edit.
fn text(job: Option<Job>) -> Option<String> {
    match job?.work {
        Work::Edit(edit) => Some(String::from_utf8(edit.body).unwrap()),
        Work::Quiz(_) => None,
    }
}

/// What is sent while time passes, as often as there is something.
fn sent(queue: &mut Queue, mut now: Instant, most: usize) -> Vec<(Instant, Job)> {
    let mut sent = Vec::new();
    while sent.len() < most {
        match (queue.next(now), queue.wake_at(now)) {
            (Some(job), _) => {
                queue.done(job.key, job.urgent, now);
                sent.push((now, job));
            }
            (None, Some(wake)) => now = wake,
            (None, None) => break,
        }
    }
    sent
}

#[test]
fn the_last_edit_of_a_message_wins_and_keeps_its_turn() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    queue.push(edit(1, 1));
    queue.push(edit(2, 2));
    queue.push(edit(1, 4));
    queue.push(edit(1, 3));
    assert_eq!(text(queue.next(now)).as_deref(), Some("1 4"));
    assert_eq!(text(queue.next(now)).as_deref(), Some("2 2"));
    assert!(queue.next(now).is_none());
}

#[test]
fn a_message_is_not_edited_again_while_an_edit_is_under_way_nor_before_its_pause_is_over() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    queue.push(edit(1, 1));
    assert!(queue.next(now).is_some());
    queue.push(edit(1, 2));
    let later = now + Duration::from_secs(60);
    assert!(queue.next(later).is_none() && queue.wake_at(later).is_none(), "the first one may still be retried");
    queue.done(key(1), false, later);
    assert!(queue.next(later).is_none());
    assert_eq!(queue.wake_at(later), Some(later + COSMETIC_PAUSE));
    assert_eq!(text(queue.next(later + COSMETIC_PAUSE)).as_deref(), Some("1 2"));
}

#[test]
fn an_edit_that_is_older_than_what_was_sent_is_dropped() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    queue.push(edit(1, 5));
    assert!(queue.next(now).is_some());
    queue.push(edit(1, 4));
    assert!(queue.is_empty());
}

#[test]
fn a_forgotten_message_is_not_edited() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    queue.push(edit(1, 1));
    queue.forget(key(1));
    assert!(queue.next(now).is_none() && queue.wake_at(now).is_none());
}

#[test]
fn what_is_urgent_goes_first_and_does_not_wait_for_a_pause() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    queue.push(edit(1, 1));
    queue.push(urgent(7, 1));
    let first = sent(&mut queue, now, 2);
    assert!(first[0].1.urgent && !first[1].1.urgent);
    queue.push(urgent(7, 1));
    assert!(sent(&mut queue, now, 1)[0].1.urgent, "also when the same message was edited a moment ago");
}

#[test]
fn servers_take_turns() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    for session in 0..50 {
        queue.push(urgent(1, session));
    }
    queue.push(urgent(2, 100));
    queue.push(urgent(3, 200));
    let guilds: Vec<u64> = sent(&mut queue, now, 4).into_iter().map(|(_, job)| job.guild).collect();
    assert_eq!(guilds, [1, 2, 3, 1], "one with fifty quizzes does not hold up those with one");
}

#[test]
fn what_discord_did_not_take_waits_longer_each_time_and_holds_up_nothing_else() {
    let (mut queue, mut now) = (Queue::default(), Instant::now());
    queue.push(urgent(1, 1).again(now));
    queue.push(urgent(1, 2));
    assert_eq!(queue.next(now).map(|job| job.key), Some(urgent(1, 2).key));
    assert_eq!(queue.wake_at(now + PACE), Some(now + SECOND));
    now += SECOND;
    let job = queue.next(now).unwrap();
    queue.done(job.key, job.urgent, now);
    queue.push(job.again(now));
    // News of the same message does not hurry it.
    queue.push(urgent(1, 1));
    assert!(queue.next(now + SECOND).is_none());
    assert!(queue.next(now + 2 * SECOND).is_some());
}

#[test]
fn what_becomes_urgent_while_it_waits_is_urgent() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    let place = Place { guild: 1, channel: 1 };
    let quiz = |urgent| Job::quiz(Delivery::Edit { id: SessionId(1), slot: Slot::Round(0), place, urgent });
    queue.push(quiz(true));
    queue.push(quiz(false));
    assert!(queue.next(now).is_some_and(|job| job.urgent) && queue.is_empty());
}

proptest! {
    #[test]
    fn every_message_ends_with_its_last_edit_and_no_second_exceeds_the_budget(
        pushes in proptest::collection::vec((1u64..60, 0u64..300, 0u64..500), 1..300), hurry in any::<bool>(),
    ) {
        let (mut queue, mut now) = (Queue::default(), Instant::now());
        let (mut sent, mut wanted) = (Vec::new(), HashMap::new());
        let mut under_way: Vec<(Key, bool)> = Vec::new();
        let mut take = |queue: &mut Queue, now: Instant, under_way: &mut Vec<(Key, bool)>| -> Result<(), TestCaseError> {
            while let Some(job) = queue.next(now) {
                prop_assert!(under_way.iter().all(|(key, _)| *key != job.key), "two requests for a message at once");
                under_way.push((job.key, job.urgent));
                sent.push((now, job));
            }
            prop_assert!(under_way.len() <= UNDER_WAY);
            prop_assert!(under_way.iter().filter(|(_, urgent)| !urgent).count() <= COSMETIC_UNDER_WAY);
            Ok(())
        };
        for (n, (message, wait, _)) in pushes.iter().enumerate() {
            now += Duration::from_millis(*wait);
            // Every third message is one of a quiz.
            let job = if message % 3 == 0 { urgent(message % 4, *message) } else { edit(*message, n as u64) };
            wanted.insert(job.key, text(Some(job.clone())));
            queue.push(job);
            take(&mut queue, now, &mut under_way)?;
            if n % 3 == 0 && let Some((key, urgent)) = under_way.pop() {
                queue.done(key, urgent, now);
            }
        }
        queue.hurry = hurry;
        take(&mut queue, now, &mut under_way)?;
        let mut took = pushes.iter().map(|(.., took)| *took).cycle();
        while !(queue.is_empty() && under_way.is_empty()) {
            match queue.wake_at(now) {
                Some(wake) if under_way.is_empty() || wake <= now => {
                    prop_assert!(wake > now, "it wakes only when there is something to send");
                    now = wake;
                }
                _ => {
                    now += Duration::from_millis(took.next().unwrap_or(0));
                    if let Some((key, urgent)) = under_way.pop() { queue.done(key, urgent, now); }
                }
            }
            take(&mut queue, now, &mut under_way)?;
        }
        let last: HashMap<Key, Option<String>> =
            sent.iter().map(|(_, job)| (job.key, text(Some(job.clone())))).collect();
        prop_assert_eq!(last, wanted);
        for (i, (then, _)) in sent.iter().enumerate() {
            let in_second: Vec<_> = sent[i..].iter().take_while(|(t, _)| t.duration_since(*then) < SECOND).collect();
            prop_assert!(in_second.len() <= 49, "{} requests in a second", in_second.len());
            prop_assert!(in_second.iter().filter(|(_, job)| !job.urgent).count() <= COSMETIC_PER_SECOND);
        }
    }
}
