//! What waits to be sent. Pure: time is an argument, and the same calls with the same times give the same results.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::{Duration, Instant};

use serenity::model::id::MessageId;

use super::Edit;
use crate::app::quiz::Delivery;
use crate::quiz::{SessionId, Slot};

/// The time between two requests when many wait: 46 a second, of the 50 that Discord grants a bot. The rest is for what
/// does not wait here (the history after a restart, registration), and for Discord counting them a little otherwise.
pub(super) const PACE: Duration = Duration::from_nanos(1_000_000_000 / 46);

/// So many requests may follow one another at once after a pause.
const BURST: u32 = 3;

/// Requests a second for what is only nice to see.
pub(super) const COSMETIC_PER_SECOND: usize = 20;

pub(super) const SECOND: Duration = Duration::from_secs(1);

/// How long a message rests between two cosmetic edits.
pub(super) const COSMETIC_PAUSE: Duration = Duration::from_secs(2);

/// So much is under way at once; what waits here can still be merged or forgotten, what is under way cannot.
pub(super) const UNDER_WAY: usize = 32;

/// The same for what is only nice to see.
pub(super) const COSMETIC_UNDER_WAY: usize = 8;

/// What one request at a time is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Key {
    Message(MessageId),
    Quiz(SessionId, Slot),
    /// What moderators are told about a quiz.
    Trouble(SessionId),
}

#[derive(Clone, Debug)]
pub(super) enum Work {
    Edit(Edit),
    Quiz(Delivery),
}

#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) key: Key,
    pub(super) urgent: bool,
    /// How often it was tried in vain.
    attempts: u32,
    not_before: Option<Instant>,
    /// Whose turn it uses.
    pub(super) guild: u64,
    pub(super) work: Work,
}

impl Job {
    pub(super) fn cosmetic(edit: Edit) -> Job {
        let key = Key::Message(edit.message);
        Job { key, urgent: false, attempts: 0, not_before: None, guild: 0, work: Work::Edit(edit) }
    }

    pub(super) fn quiz(delivery: Delivery) -> Job {
        let (key, urgent, guild) = match &delivery {
            Delivery::Post { id, slot, place, .. } => (Key::Quiz(*id, *slot), true, place.guild),
            Delivery::Edit { id, slot, place, urgent } => (Key::Quiz(*id, *slot), *urgent, place.guild),
            Delivery::TellModerators { session, .. } => (Key::Trouble(session.id), true, session.place.guild),
        };
        Job { key, urgent, attempts: 0, not_before: None, guild, work: Work::Quiz(delivery) }
    }

    /// The same once more after a pause that doubles from 1 s to 32 s.
    pub(super) fn again(mut self, now: Instant) -> Job {
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

/// What waits, and what is under way.
#[derive(Debug, Default)]
pub(super) struct Queue {
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
    pub(super) hurry: bool,
}

impl Queue {
    pub(super) fn push(&mut self, job: Job) {
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

    pub(super) fn forget(&mut self, key: Key) {
        if let Some(turn) = self.turn.remove(&key) {
            self.waiting.remove(&turn);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// What to send at `now`, if the budget allows it. It is under way until [`Queue::done`].
    pub(super) fn next(&mut self, now: Instant) -> Option<Job> {
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
    pub(super) fn done(&mut self, key: Key, urgent: bool, now: Instant) {
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
    pub(super) fn wake_at(&self, now: Instant) -> Option<Instant> {
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
