//! What waits to be sent to Discord: a pure queue (time is an argument) and the task that empties it into REST.
//!
//! Everything together stays below Discord's limit. What is urgent goes first, and servers take turns, so that one with many
//! quizzes holds up no other. What is only nice to see uses what is left. Edits of one message merge, the last one wins, one
//! is under way at a time.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use serenity::http::Route;
use serenity::model::id::{ChannelId, MessageId};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::courier::{Courier, Outcome};
use super::rest::Rest;
use crate::app::quiz::Delivery;
use crate::quiz::{SessionId, Slot};

/// The time between two requests when many wait: 46 a second, of the 50 that Discord grants a bot. The rest is for what
/// does not wait here (the history after a restart, registration), and for Discord counting them a little otherwise.
const PACE: Duration = Duration::from_nanos(1_000_000_000 / 46);

/// So many requests may follow one another at once after a pause.
const BURST: u32 = 3;

/// Requests a second for what is only nice to see.
const COSMETIC_PER_SECOND: usize = 20;

const SECOND: Duration = Duration::from_secs(1);

/// How long a message rests between two cosmetic edits.
const COSMETIC_PAUSE: Duration = Duration::from_secs(2);

/// So much is under way at once; what waits here can still be merged or forgotten, what is under way cannot.
const UNDER_WAY: usize = 32;

/// The same for what is only nice to see.
const COSMETIC_UNDER_WAY: usize = 8;

/// An edit of one message, as the JSON body of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub channel: ChannelId,
    pub message: MessageId,
    pub body: Vec<u8>,
    /// Of two edits of a message the one with the higher order is the later one, whichever comes here first.
    pub order: u64,
}

/// What one request at a time is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key {
    Message(MessageId),
    Quiz(SessionId, Slot),
    /// What moderators are told about a quiz.
    Trouble(SessionId),
}

#[derive(Clone, Debug)]
enum Work {
    Edit(Edit),
    Quiz(Delivery),
}

#[derive(Clone, Debug)]
struct Job {
    key: Key,
    urgent: bool,
    /// How often it was tried in vain.
    attempts: u32,
    not_before: Option<Instant>,
    /// Whose turn it uses.
    guild: u64,
    work: Work,
}

impl Job {
    fn cosmetic(edit: Edit) -> Job {
        let key = Key::Message(edit.message);
        Job { key, urgent: false, attempts: 0, not_before: None, guild: 0, work: Work::Edit(edit) }
    }

    fn quiz(delivery: Delivery) -> Job {
        let (key, urgent, guild) = match &delivery {
            Delivery::Post { id, slot, place, .. } => (Key::Quiz(*id, *slot), true, place.guild),
            Delivery::Edit { id, slot, place, urgent } => (Key::Quiz(*id, *slot), *urgent, place.guild),
            Delivery::TellModerators { session, .. } => (Key::Trouble(session.id), true, session.place.guild),
        };
        Job { key, urgent, attempts: 0, not_before: None, guild, work: Work::Quiz(delivery) }
    }

    /// The same once more after a pause that doubles from 1 s to 32 s.
    fn again(mut self, now: Instant) -> Job {
        self.not_before = Some(now + SECOND * (1 << self.attempts.min(5)));
        self.attempts += 1;
        self
    }

    /// The order of an edit that carries its content.
    fn order(&self) -> Option<u64> {
        match &self.work {
            Work::Edit(edit) => Some(edit.order),
            Work::Quiz(_) => None,
        }
    }
}

enum Order {
    Take(Job),
    Forget(MessageId),
    Drain(oneshot::Sender<()>),
}

/// Takes what shall be sent. Cheap to clone; the task ends when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Outbox {
    orders: mpsc::UnboundedSender<Order>,
}

impl Outbox {
    pub(super) fn start(rest: Arc<Rest>, courier: Courier) -> Outbox {
        let (orders, inbox) = mpsc::unbounded_channel();
        tokio::spawn(empty(rest, courier, inbox));
        Outbox { orders }
    }

    /// Edits a message some time soon, or never: for what is nice to see and harmless to miss.
    pub fn cosmetic(&self, edit: Edit) {
        let _gone_at_shutdown = self.orders.send(Order::Take(Job::cosmetic(edit)));
    }

    /// Sends what a quiz wants to show when it is its turn.
    pub fn deliver(&self, delivery: Delivery) {
        let _gone_at_shutdown = self.orders.send(Order::Take(Job::quiz(delivery)));
    }

    /// Drops what waits for a message that has just been changed in another way. An edit under way still arrives.
    pub fn forget(&self, message: MessageId) {
        let _gone_at_shutdown = self.orders.send(Order::Forget(message));
    }

    /// Sends what waits without further pauses, and returns when all of it has arrived or was given up.
    pub async fn drain(&self) {
        let (done, wait) = oneshot::channel();
        if self.orders.send(Order::Drain(done)).is_ok() {
            let _task_is_gone = wait.await;
        }
    }
}

async fn empty(rest: Arc<Rest>, courier: Courier, mut inbox: mpsc::UnboundedReceiver<Order>) {
    let mut queue = Queue::default();
    let mut under_way: JoinSet<(Job, Outcome)> = JoinSet::new();
    let mut drains: Vec<oneshot::Sender<()>> = Vec::new();
    loop {
        while let Some(job) = queue.next(Instant::now()) {
            let (rest, courier) = (Arc::clone(&rest), courier.clone());
            under_way.spawn(async move {
                let sent = AssertUnwindSafe(send(&rest, &courier, &job.work)).catch_unwind().await;
                let outcome = sent.unwrap_or_else(|_panic| {
                    tracing::error!(key = ?job.key, "sending panicked");
                    Outcome::Done
                });
                (job, outcome)
            });
        }
        if queue.is_empty() && under_way.is_empty() {
            for done in drains.drain(..) {
                let _nobody_waits = done.send(());
            }
        }
        let wake = queue.wake_at(Instant::now());
        let sleep = tokio::time::sleep_until(wake.unwrap_or_else(Instant::now).into());
        tokio::select! {
            order = inbox.recv() => match order {
                Some(Order::Take(job)) => queue.push(job),
                Some(Order::Forget(message)) => queue.forget(Key::Message(message)),
                Some(Order::Drain(done)) => {
                    queue.hurry = true;
                    drains.push(done);
                }
                None => return,
            },
            Some(sent) = under_way.join_next() => match sent {
                Ok((job, outcome)) => {
                    let now = Instant::now();
                    queue.done(job.key, job.urgent, now);
                    // At the end nobody waits for what does not arrive.
                    if outcome == Outcome::Again && !queue.hurry {
                        queue.push(job.again(now));
                    }
                }
                Err(error) => tracing::error!(%error, "sending failed"),
            },
            () = sleep, if wake.is_some() => {}
        }
    }
}

async fn send(rest: &Rest, courier: &Courier, work: &Work) -> Outcome {
    match work {
        Work::Quiz(delivery) => courier.deliver(delivery).await,
        Work::Edit(edit) => {
            let route = Route::ChannelMessage { channel_id: edit.channel, message_id: edit.message };
            if let Err(error) = rest.patch(route, edit.body.clone()).await {
                tracing::info!(%error, "an edit was not made");
            }
            Outcome::Done
        }
    }
}

/// What waits. Pure: the same calls with the same times give the same results.
#[derive(Debug, Default)]
struct Queue {
    /// By age: the number of the turn at which a key first wanted something.
    waiting: BTreeMap<u64, Job>,
    turn: HashMap<Key, u64>,
    next_turn: u64,
    /// When the next request would be sent if all came evenly.
    even: Option<Instant>,
    /// When the last second's cosmetic requests were sent.
    cosmetic: VecDeque<Instant>,
    /// The order of the last edit of each key that is under way or was made not long ago, and when it was made.
    made: HashMap<Key, (Option<u64>, Option<Instant>)>,
    /// At which turn each server with something urgent was served last.
    served: HashMap<u64, u64>,
    serves: u64,
    under_way: usize,
    cosmetic_under_way: usize,
    /// At the end nobody waits for a better moment.
    hurry: bool,
}

impl Queue {
    fn push(&mut self, job: Job) {
        let known = self.made.get(&job.key).and_then(|(order, _)| *order);
        let waits = self.turn.get(&job.key).and_then(|turn| self.waiting.get(turn));
        if known.max(waits.and_then(Job::order)).is_some_and(|order| job.order().is_some_and(|new| order > new)) {
            return;
        }
        let mut job = job;
        if let Some(waits) = waits {
            job.urgent |= waits.urgent;
            // What Discord did not take a moment ago is not tried again at once because there is news.
            job.not_before = job.not_before.max(waits.not_before);
            job.attempts = job.attempts.max(waits.attempts);
            // A message that is still to be sent will show what the edit wants.
            if matches!(waits.work, Work::Quiz(Delivery::Post { .. })) {
                return;
            }
        }
        let turn = *self.turn.entry(job.key).or_insert_with(|| {
            self.next_turn += 1;
            self.next_turn
        });
        self.waiting.insert(turn, job);
    }

    fn forget(&mut self, key: Key) {
        if let Some(turn) = self.turn.remove(&key) {
            self.waiting.remove(&turn);
        }
    }

    fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// What to send at `now`, if the budget allows it. It is under way until [`Queue::done`].
    fn next(&mut self, now: Instant) -> Option<Job> {
        while self.cosmetic.front().is_some_and(|&then| now.saturating_duration_since(then) >= SECOND) {
            self.cosmetic.pop_front();
        }
        self.made.retain(|_, (_, made)| made.is_none_or(|then| now.saturating_duration_since(then) < COSMETIC_PAUSE));
        if self.under_way >= UNDER_WAY || self.paced_until(now) > now {
            return None;
        }
        let turn = self.urgent(now).or_else(|| self.nice_to_see(now))?;
        let job = self.waiting.remove(&turn)?;
        self.turn.remove(&job.key);
        self.even = Some(self.even.map_or(now, |even| even.max(now)) + PACE);
        self.made.insert(job.key, (job.order(), None));
        self.under_way += 1;
        if job.urgent {
            self.serves += 1;
            self.served.insert(job.guild, self.serves);
        } else {
            self.cosmetic.push_back(now);
            self.cosmetic_under_way += 1;
        }
        if self.waiting.is_empty() {
            self.served.clear();
        }
        Some(job)
    }

    /// The oldest urgent one of the server that was served the longest time ago.
    fn urgent(&self, now: Instant) -> Option<u64> {
        let ready = self.waiting.iter().filter(|(_, job)| job.urgent && self.rests_until(job, now) == Some(now));
        ready
            .min_by_key(|(turn, job)| (self.served.get(&job.guild).copied().unwrap_or(0), **turn))
            .map(|(turn, _)| *turn)
    }

    /// The oldest one that is not urgent, if there is room for it.
    fn nice_to_see(&self, now: Instant) -> Option<u64> {
        if self.cosmetic.len() >= COSMETIC_PER_SECOND || self.cosmetic_under_way >= COSMETIC_UNDER_WAY {
            return None;
        }
        let ready = |job: &Job| !job.urgent && self.rests_until(job, now).is_some_and(|until| until <= now);
        self.waiting.iter().find(|(_, job)| ready(job)).map(|(turn, _)| *turn)
    }

    /// When the next request may be sent.
    fn paced_until(&self, now: Instant) -> Instant {
        self.even.and_then(|even| even.checked_sub(PACE * (BURST - 1))).map_or(now, |even| even.max(now))
    }

    /// What was under way has arrived or was given up.
    fn done(&mut self, key: Key, urgent: bool, now: Instant) {
        self.under_way = self.under_way.saturating_sub(1);
        if !urgent {
            self.cosmetic_under_way = self.cosmetic_under_way.saturating_sub(1);
        }
        if let Some((_, made)) = self.made.get_mut(&key) {
            *made = Some(now);
        }
    }

    /// When [`Queue::next`] may have something, given that it has nothing at `now`; `None` when only a further call of
    /// `push` or `done` can change that.
    fn wake_at(&self, now: Instant) -> Option<Instant> {
        if self.under_way >= UNDER_WAY {
            return None;
        }
        let paced = self.paced_until(now);
        if paced > now && !self.waiting.is_empty() {
            // Then it is time to look what is ready; much may come until then.
            return Some(paced);
        }
        let of = |urgent: bool| {
            let jobs = self.waiting.values().filter(move |job| job.urgent == urgent);
            jobs.filter_map(|job| self.rests_until(job, now)).min()
        };
        let budget = self.cosmetic.front().filter(|_| self.cosmetic.len() >= COSMETIC_PER_SECOND);
        let nice = of(false).filter(|_| self.cosmetic_under_way < COSMETIC_UNDER_WAY);
        let nice = nice.map(|until| until.max(budget.map_or(now, |&then| then + SECOND)));
        [of(true), nice].into_iter().flatten().min()
    }

    /// `None` while something of the same key is under way.
    fn rests_until(&self, job: &Job, now: Instant) -> Option<Instant> {
        let from = job.not_before.filter(|_| !self.hurry).map_or(now, |moment| moment.max(now));
        match self.made.get(&job.key) {
            Some((_, None)) => None,
            Some((_, Some(made))) if !self.hurry && !job.urgent => Some((*made + COSMETIC_PAUSE).max(from)),
            _ => Some(from),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn edit(message: u64, order: u64) -> Job {
        let body = format!("{message} {order}").into_bytes();
        Job::cosmetic(Edit { channel: ChannelId::new(1), message: MessageId::new(message), body, order })
    }

    /// An urgent one of a server.
    fn urgent(guild: u64, session: u64) -> Job {
        let place = crate::quiz::Place { guild, channel: session };
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
        let place = crate::quiz::Place { guild: 1, channel: 1 };
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
}
