//! The queue's rules.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use serenity::model::id::{ChannelId, MessageId};

use super::Edit;
use super::queue::{
    COSMETIC_PAUSE, COSMETIC_PER_SECOND, COSMETIC_UNDER_WAY, Job, Key, PACE, Queue, Rank, SCHEDULED_UNDER_WAY, SECOND,
    UNDER_WAY, Work,
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

/// A scheduled one of a server. Their queue does not care what they do.
fn scheduled(guild: u64, session: u64) -> Job {
    Job { rank: Rank::Scheduled, ..urgent(guild, session) }
}

fn key(message: u64) -> Key {
    Key::Message(MessageId::new(message))
}

/// What stands in an edit.
fn text(job: Option<Job>) -> Option<String> {
    match job?.work {
        Work::Edit(edit) => Some(String::from_utf8(edit.body).unwrap()),
        Work::Quiz(_) | Work::Daily(_) => None,
    }
}

/// What is sent while time passes, as often as there is something.
fn sent(queue: &mut Queue, mut now: Instant, most: usize) -> Vec<(Instant, Job)> {
    let mut sent = Vec::new();
    while sent.len() < most {
        match (queue.next(now), queue.wake_at(now)) {
            (Some(job), _) => {
                queue.done(job.key, job.rank, now);
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
    queue.done(key(1), Rank::Cosmetic, later);
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
    assert_eq!((first[0].1.rank, first[1].1.rank), (Rank::Urgent, Rank::Cosmetic));
    queue.push(urgent(7, 1));
    assert_eq!(sent(&mut queue, now, 1)[0].1.rank, Rank::Urgent, "also when the same message was edited a moment ago");
}

#[test]
fn servers_take_turns() {
    for job in [urgent, scheduled] {
        let (mut queue, now) = (Queue::default(), Instant::now());
        for session in 0..50 {
            queue.push(job(1, session));
        }
        queue.push(job(2, 100));
        queue.push(job(3, 200));
        let guilds: Vec<u64> = sent(&mut queue, now, 4).into_iter().map(|(_, job)| job.guild).collect();
        assert_eq!(guilds, [1, 2, 3, 1], "one with fifty quizzes does not hold up those with one");
    }
}

#[test]
fn what_was_scheduled_goes_after_what_is_urgent_and_before_what_is_nice_to_see() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    queue.push(edit(1, 1));
    queue.push(scheduled(1, 1));
    queue.push(scheduled(1, 2));
    queue.push(urgent(1, 3).again(now));
    queue.push(urgent(1, 4));
    let ranks: Vec<Rank> = sent(&mut queue, now, 5).into_iter().map(|(_, job)| job.rank).collect();
    let last = Rank::Urgent;
    assert_eq!(
        ranks,
        [Rank::Urgent, Rank::Scheduled, Rank::Scheduled, Rank::Cosmetic, last],
        "the last one had to rest"
    );
}

#[test]
fn what_was_scheduled_leaves_room_for_what_is_urgent_while_discord_is_slow() {
    let (mut queue, mut now) = (Queue::default(), Instant::now());
    (0..100).for_each(|session| queue.push(scheduled(1, session)));
    let mut under_way = 0;
    while let Some(wake) = queue.wake_at(now) {
        now = wake;
        under_way += std::iter::from_fn(|| queue.next(now)).count();
    }
    assert_eq!(under_way, SCHEDULED_UNDER_WAY);
    queue.push(urgent(2, 100));
    now += SECOND;
    assert!(queue.next(now).is_some_and(|job| job.rank == Rank::Urgent));
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
    queue.done(job.key, job.rank, now);
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
    assert!(queue.next(now).is_some_and(|job| job.rank == Rank::Urgent) && queue.is_empty());
}

/// What the queue is held to: it looks at all that waits each time.
#[derive(Default)]
struct Naive {
    waiting: HashMap<Key, (u64, Job)>,
    /// When something of a key was made last; `None` while it is under way.
    made: HashMap<Key, Option<Instant>>,
    /// At which number a server was served last in its rank.
    served: HashMap<(Rank, u64), u64>,
    turns: u64,
    serves: u64,
    hurry: bool,
}

impl Naive {
    fn push(&mut self, mut job: Job) {
        self.turns += 1;
        let mut turn = self.turns;
        if let Some((waited, before)) = self.waiting.remove(&job.key) {
            turn = waited;
            job.rank = job.rank.min(before.rank);
            job.not_before = job.not_before.max(before.not_before);
        }
        self.waiting.insert(job.key, (turn, job));
    }

    /// What of a rank should be next.
    fn first(&self, rank: Rank, now: Instant) -> Option<Key> {
        let ready = |job: &Job| match self.made.get(&job.key) {
            Some(None) => false,
            Some(Some(made)) if rank == Rank::Cosmetic && !self.hurry && now < *made + COSMETIC_PAUSE => false,
            _ => self.hurry || job.not_before.is_none_or(|moment| moment <= now),
        };
        let ready = self.waiting.values().filter(|(_, job)| job.rank == rank && ready(job));
        let served = |job: &Job| match rank {
            Rank::Cosmetic => 0,
            _ => self.served.get(&(rank, job.guild)).copied().unwrap_or(0),
        };
        ready.min_by_key(|(turn, job)| (served(job), *turn)).map(|(_, job)| job.key)
    }

    fn send(&mut self, job: &Job) {
        self.waiting.remove(&job.key);
        self.made.insert(job.key, None);
        self.serves += 1;
        self.served.insert((job.rank, job.guild), self.serves);
        if self.waiting.is_empty() {
            self.served.clear();
        }
    }
}

proptest! {
    #[test]
    fn every_message_ends_with_its_last_edit_and_no_second_exceeds_the_budget(
        pushes in proptest::collection::vec((1u64..60, 0u64..300, 0u64..500), 1..300), hurry in any::<bool>(),
    ) {
        let (mut queue, mut now) = (Queue::default(), Instant::now());
        let (mut sent, mut wanted) = (Vec::new(), HashMap::new());
        let mut under_way: Vec<(Key, Rank)> = Vec::new();
        let mut take = |queue: &mut Queue, now: Instant, under_way: &mut Vec<(Key, Rank)>| -> Result<(), TestCaseError> {
            while let Some(job) = queue.next(now) {
                prop_assert!(under_way.iter().all(|(key, _)| *key != job.key), "two requests for a message at once");
                under_way.push((job.key, job.rank));
                sent.push((now, job));
            }
            prop_assert!(under_way.len() <= UNDER_WAY);
            prop_assert!(under_way.iter().filter(|(_, rank)| *rank == Rank::Cosmetic).count() <= COSMETIC_UNDER_WAY);
            Ok(())
        };
        for (n, (message, wait, _)) in pushes.iter().enumerate() {
            now += Duration::from_millis(*wait);
            let job = match message % 4 {
                0 => urgent(message % 5, *message),
                1 => scheduled(message % 5, *message),
                _ => edit(*message, n as u64),
            };
            wanted.insert(job.key, text(Some(job.clone())));
            queue.push(job);
            take(&mut queue, now, &mut under_way)?;
            if n % 3 == 0 && let Some((key, rank)) = under_way.pop() {
                queue.done(key, rank, now);
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
                    if let Some((key, rank)) = under_way.pop() { queue.done(key, rank, now); }
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
            prop_assert!(in_second.iter().filter(|(_, job)| job.rank == Rank::Cosmetic).count() <= COSMETIC_PER_SECOND);
        }
    }

    #[test]
    fn what_is_sent_is_what_a_look_at_everything_would_choose(
        pushes in proptest::collection::vec((1u64..80, 0usize..3, 0u64..20, any::<bool>(), 0u32..4), 1..400),
        hurry in any::<bool>(),
    ) {
        let (mut queue, mut naive, mut now) = (Queue::default(), Naive::default(), Instant::now());
        let (mut under_way, mut times): (Vec<Job>, Vec<Instant>) = (Vec::new(), Vec::new());
        let mut steps = pushes.iter();
        while !(steps.len() == 0 && queue.is_empty() && under_way.is_empty()) {
            let fails = match steps.next() {
                Some((session, rank, wait, fails, more)) => {
                    now += Duration::from_millis(*wait);
                    let job = Job { rank: Rank::ALL[*rank], ..urgent(session % 7, *session) };
                    queue.push(job.clone());
                    naive.push(job);
                    // Much comes before the task looks.
                    if *more > 0 { continue }
                    *fails
                }
                None => {
                    (queue.hurry, naive.hurry) = (hurry, hurry);
                    now = queue.wake_at(now).unwrap_or(now + SECOND);
                    false
                }
            };
            while let Some(job) = queue.next(now) {
                prop_assert_eq!(Some(job.key), naive.first(job.rank, now), "servers in turn, then by age");
                if job.rank != Rank::Urgent {
                    prop_assert_eq!(naive.first(Rank::Urgent, now), None, "something urgent was ready");
                }
                let of = |rank| under_way.iter().filter(|job| job.rank == rank).count();
                if job.rank == Rank::Cosmetic && of(Rank::Scheduled) < SCHEDULED_UNDER_WAY {
                    prop_assert_eq!(naive.first(Rank::Scheduled, now), None, "something scheduled was ready");
                }
                naive.send(&job);
                under_way.push(job);
                times.push(now);
            }
            prop_assert!(under_way.iter().filter(|job| job.rank == Rank::Scheduled).count() <= SCHEDULED_UNDER_WAY);
            if !under_way.is_empty() {
                let job = under_way.remove(times.len() % under_way.len());
                queue.done(job.key, job.rank, now);
                naive.made.insert(job.key, Some(now));
                if fails {
                    queue.push(job.clone().again(now));
                    naive.push(job.again(now));
                }
            }
        }
        prop_assert!(naive.waiting.is_empty());
        for (i, then) in times.iter().enumerate() {
            let in_second = times[i..].iter().take_while(|time| time.duration_since(*then) < SECOND).count();
            prop_assert!(in_second <= 49, "{in_second} requests in a second");
        }
    }
}
