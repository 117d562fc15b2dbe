//! What waits to be sent. Pure: time is an argument, and the same calls with the same times give the same results. What is
//! next is found without looking at all that waits, which may be ten thousand posts that are due in the same minute.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use serenity::model::id::MessageId;

use super::Edit;
use super::lane::{Entry, Lane, Place};
use crate::app::daily;
use crate::app::quiz::Delivery;
use crate::daily::{PostId, ScheduleId};
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

/// The same for what moderators scheduled. Together with the cosmetic ones it leaves room for what is urgent, also while
/// Discord answers slowly.
pub(super) const SCHEDULED_UNDER_WAY: usize = 16;

/// The same for what is only nice to see.
pub(super) const COSMETIC_UNDER_WAY: usize = 8;

/// What goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Rank {
    /// Somebody waits for it: a quiz that is played.
    Urgent,
    /// Posts that moderators scheduled: they go when nothing urgent is ready.
    Scheduled,
    /// Only nice to see, and harmless to miss: uses what is left, and a message rests between two of them.
    Cosmetic,
}

impl Rank {
    pub(super) const ALL: [Rank; 3] = [Rank::Urgent, Rank::Scheduled, Rank::Cosmetic];
}

/// What one request at a time is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Key {
    Message(MessageId),
    Quiz(SessionId, Slot),
    /// What moderators are told about a quiz.
    Trouble(SessionId),
    DailyPost(PostId),
    /// The buttons of a post whose question is closed.
    DailyClose(PostId),
    /// What is told about a schedule.
    DailyTrouble(ScheduleId),
}

/// What is to be done; [`super::send`] does it.
#[derive(Clone, Debug)]
pub(super) enum Work {
    /// An edit whose content is known.
    Edit(Edit),
    /// What a quiz wants to show, drawn when it is sent.
    Quiz(Delivery),
    /// What a schedule wants, drawn when it is sent.
    Daily(daily::Delivery),
}

#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) key: Key,
    pub(super) rank: Rank,
    /// How often it was tried in vain.
    pub(super) attempts: u32,
    pub(super) not_before: Option<Instant>,
    /// Whose turn it uses.
    pub(super) guild: u64,
    pub(super) work: Work,
}

impl Job {
    pub(super) fn cosmetic(edit: Edit) -> Job {
        let key = Key::Message(edit.message);
        Job { key, rank: Rank::Cosmetic, attempts: 0, not_before: None, guild: 0, work: Work::Edit(edit) }
    }

    pub(super) fn quiz(delivery: Delivery) -> Job {
        let (key, urgent, guild) = match &delivery {
            Delivery::Post { id, slot, place, .. } => (Key::Quiz(*id, *slot), true, place.guild),
            Delivery::Edit { id, slot, place, urgent } => (Key::Quiz(*id, *slot), *urgent, place.guild),
            Delivery::TellModerators { session, .. } => (Key::Trouble(session.id), true, session.place.guild),
        };
        let rank = if urgent { Rank::Urgent } else { Rank::Cosmetic };
        Job { key, rank, attempts: 0, not_before: None, guild, work: Work::Quiz(delivery) }
    }

    pub(super) fn daily(delivery: daily::Delivery) -> Job {
        let (key, rank, guild) = match &delivery {
            daily::Delivery::Post { id, guild, .. } => (Key::DailyPost(*id), Rank::Scheduled, *guild),
            daily::Delivery::Tell { id, guild, .. } => (Key::DailyTrouble(*id), Rank::Scheduled, *guild),
            daily::Delivery::Close { id, guild } => (Key::DailyClose(*id), Rank::Cosmetic, *guild),
        };
        Job { key, rank, attempts: 0, not_before: None, guild, work: Work::Daily(delivery) }
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
            Work::Quiz(_) | Work::Daily(_) => None,
        }
    }
}

/// What waits, and what is under way.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: HashMap<Key, Waiting>,
    urgent: Lane,
    scheduled: Lane,
    cosmetic: Lane,
    next_turn: u64,
    /// When the next request would be sent if all came evenly.
    even: Option<Instant>,
    /// When the last second's cosmetic requests were sent.
    cosmetic_sent: VecDeque<Instant>,
    /// The order of the last edit of each key that is under way or was made not long ago, and when it was made.
    made: HashMap<Key, (Option<u64>, Option<Instant>)>,
    /// At the end nobody waits for a better moment.
    pub(super) hurry: bool,
}

#[derive(Debug)]
struct Waiting {
    job: Job,
    /// The number of the turn at which its key first wanted something.
    turn: u64,
    place: Place,
}

impl Waiting {
    /// How its lane knows it.
    fn entry(&self) -> Entry {
        // What is cosmetic goes by age, whosever it is.
        let server = if self.job.rank == Rank::Cosmetic { 0 } else { self.job.guild };
        Entry { key: self.job.key, server, turn: self.turn, place: self.place }
    }
}

impl Queue {
    pub(super) fn push(&mut self, job: Job) {
        let known = self.made.get(&job.key).and_then(|(order, _)| *order);
        let waits = self.waiting.get(&job.key).map(|waiting| &waiting.job);
        if known.max(waits.and_then(Job::order)).is_some_and(|order| job.order().is_some_and(|new| order > new)) {
            return;
        }
        let mut job = job;
        if let Some(waits) = waits {
            // A message that is still to be sent will show what the edit wants.
            if matches!(waits.work, Work::Quiz(Delivery::Post { .. })) {
                return;
            }
            job.rank = job.rank.min(waits.rank);
            // What Discord did not take a moment ago is not tried again at once because there is news.
            job.not_before = job.not_before.max(waits.not_before);
            job.attempts = job.attempts.max(waits.attempts);
        }
        let turn = self.take(job.key).map_or_else(
            || {
                self.next_turn += 1;
                self.next_turn
            },
            |waited| waited.turn,
        );
        self.put(job, turn);
    }

    pub(super) fn forget(&mut self, key: Key) {
        let _forgotten = self.take(key);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// What to send at `now`, if the budget allows it. It is under way until [`Queue::done`].
    pub(super) fn next(&mut self, now: Instant) -> Option<Job> {
        while self.cosmetic_sent.front().is_some_and(|&then| now.saturating_duration_since(then) >= SECOND) {
            self.cosmetic_sent.pop_front();
        }
        self.made.retain(|_, (_, made)| made.is_none_or(|then| now.saturating_duration_since(then) < COSMETIC_PAUSE));
        if self.under_way() >= UNDER_WAY || self.paced_until(now) > now {
            return None;
        }
        self.wake(now);
        let free = Rank::ALL.into_iter().filter(|rank| self.room_at(*rank, now).is_some_and(|at| at <= now));
        let key = free.filter_map(|rank| self.lane(rank).first()).next()?;
        let taken = self.take(key)?;
        let server = taken.entry().server;
        let job = taken.job;
        self.even = Some(self.even.map_or(now, |even| even.max(now)) + PACE);
        self.made.insert(job.key, (job.order(), None));
        let lane = self.lane_mut(job.rank);
        lane.under_way += 1;
        lane.serve(server);
        if job.rank == Rank::Cosmetic {
            self.cosmetic_sent.push_back(now);
        }
        if self.waiting.is_empty() {
            Rank::ALL.into_iter().for_each(|rank| self.lane_mut(rank).forget_turns());
        }
        Some(job)
    }

    /// What was under way has arrived or was given up.
    pub(super) fn done(&mut self, key: Key, rank: Rank, now: Instant) {
        let lane = self.lane_mut(rank);
        lane.under_way = lane.under_way.saturating_sub(1);
        if let Some((_, made)) = self.made.get_mut(&key) {
            *made = Some(now);
        }
        if let Some(held) = self.take(key) {
            self.put(held.job, held.turn);
        }
    }

    /// When [`Queue::next`] may have something, given that it has nothing at `now`; `None` when only a further call of
    /// `push` or `done` can change that.
    pub(super) fn wake_at(&self, now: Instant) -> Option<Instant> {
        if self.under_way() >= UNDER_WAY {
            return None;
        }
        let paced = self.paced_until(now);
        if paced > now && !self.waiting.is_empty() {
            // Then it is time to look what is ready; much may come until then.
            return Some(paced);
        }
        let of = |rank| Some(self.lane(rank).ready_at(now, self.hurry)?.max(self.room_at(rank, now)?));
        Rank::ALL.into_iter().filter_map(of).min()
    }

    fn put(&mut self, job: Job, turn: u64) {
        let place = self.place(&job);
        let waiting = Waiting { job, turn, place };
        self.lane_mut(waiting.job.rank).add(waiting.entry());
        self.waiting.insert(waiting.job.key, waiting);
    }

    fn take(&mut self, key: Key) -> Option<Waiting> {
        let waiting = self.waiting.remove(&key)?;
        self.lane_mut(waiting.job.rank).remove(waiting.entry());
        Some(waiting)
    }

    fn place(&self, job: &Job) -> Place {
        let pause = match self.made.get(&job.key) {
            Some((_, None)) => return Place::Held,
            Some((_, Some(made))) if job.rank == Rank::Cosmetic => Some(*made + COSMETIC_PAUSE),
            _ => None,
        };
        job.not_before.max(pause).map_or(Place::Ready, Place::Resting)
    }

    /// Makes ready what has rested long enough.
    fn wake(&mut self, now: Instant) {
        for rank in Rank::ALL {
            while let Some(key) = self.lane(rank).rested(now, self.hurry)
                && let Some(mut waiting) = self.take(key)
            {
                waiting.place = Place::Ready;
                self.lane_mut(rank).add(waiting.entry());
                self.waiting.insert(key, waiting);
            }
        }
    }

    fn under_way(&self) -> usize {
        Rank::ALL.into_iter().map(|rank| self.lane(rank).under_way).sum()
    }

    /// When the next request may be sent.
    fn paced_until(&self, now: Instant) -> Instant {
        self.even.and_then(|even| even.checked_sub(PACE * (BURST - 1))).map_or(now, |even| even.max(now))
    }

    /// From when there is room for another one of a rank; `None` until one of them is done.
    fn room_at(&self, rank: Rank, now: Instant) -> Option<Instant> {
        let most = match rank {
            Rank::Urgent => UNDER_WAY,
            Rank::Scheduled => SCHEDULED_UNDER_WAY,
            Rank::Cosmetic => COSMETIC_UNDER_WAY,
        };
        let spent = rank == Rank::Cosmetic && self.cosmetic_sent.len() >= COSMETIC_PER_SECOND;
        let budget = self.cosmetic_sent.front().filter(|_| spent).map_or(now, |&then| then + SECOND);
        (self.lane(rank).under_way < most).then_some(budget)
    }

    fn lane(&self, rank: Rank) -> &Lane {
        match rank {
            Rank::Urgent => &self.urgent,
            Rank::Scheduled => &self.scheduled,
            Rank::Cosmetic => &self.cosmetic,
        }
    }

    fn lane_mut(&mut self, rank: Rank) -> &mut Lane {
        match rank {
            Rank::Urgent => &mut self.urgent,
            Rank::Scheduled => &mut self.scheduled,
            Rank::Cosmetic => &mut self.cosmetic,
        }
    }
}
