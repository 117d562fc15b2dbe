//! The process around the rules: it ticks, and writes what follows as one transaction. It may be killed before and after
//! each of these, and keeps nothing but what is on the disk.

use jiff::{SignedDuration, Timestamp};

use super::courier::Next;
use super::disk::{Wanted, Write, Written};
use super::moderators::Command;
use super::world::{DAY, HOUR, Job, LIBRARY, MINUTE, SECOND, World};
use crate::daily::tests::sabotage::{self, Fault};
use crate::daily::{Choice, Due, Pause, Schedule, Trouble, Used, choose};

/// What could not be written is tried again after so long.
const AGAIN: i64 = 30 * SECOND;

#[derive(Default)]
pub struct Bot {
    wake_at: Option<i64>,
    /// Since when nothing was sent, as far as this life knows.
    pub sent_at: i64,
    /// The courier makes an attempt.
    pub busy: bool,
    /// When it makes the next one.
    pub attempt_at: Option<i64>,
    /// Attempts in vain, one after the other.
    pub failures: u32,
}

/// What follows when a transaction is written.
#[derive(Clone, Copy, Debug)]
pub enum Then {
    Ticked,
    /// What was due was settled; now what a moderator wants.
    Settled(Command),
    Commanded(Command),
    Courier(Next),
}

impl World {
    pub fn boot(&mut self) {
        if self.bot.is_some() {
            return;
        }
        self.life += 1;
        self.bot = Some(Bot { sent_at: self.now, ..Bot::default() });
        self.works_or_not();
        self.plan_wake(0);
        self.plan_attempt(SECOND);
        if !self.over {
            self.somebody_acts(MINUTE);
        }
    }

    pub fn die(&mut self, down: i64) {
        self.seen.deaths += 1;
        self.note("-- killed");
        self.life += 1;
        self.bot = None;
        self.works_or_not();
        self.plan(down, Job::Boot);
    }

    /// Kills the process if it is its time.
    pub fn is_killed(&mut self) -> bool {
        if self.bot.is_none() || !self.dies() {
            return false;
        }
        let down = if self.chance(900) { self.span(SECOND, 600 * SECOND) } else { self.span(SECOND, 2 * DAY) };
        self.die(down);
        true
    }

    /// Plans to look at the schedule when it is due by what is stored.
    pub fn plan_wake(&mut self, after: i64) {
        let Some(due) = self.disk.wakes_at.filter(|_| self.bot.is_some()) else { return };
        let after = (due.as_millisecond() - self.offset - self.now).max(after);
        let (at, life) = (self.now + after, self.life);
        let Some(bot) = &mut self.bot else { return };
        if bot.wake_at.is_none_or(|planned| at < planned) {
            bot.wake_at = Some(at);
            self.plan(after, Job::Wake { life, at });
        }
    }

    pub fn wake(&mut self, at: i64) {
        match &mut self.bot {
            Some(bot) if bot.wake_at == Some(at) => bot.wake_at = None,
            _ => return,
        }
        match self.turn() {
            Some(write) => self.begin(write, Then::Ticked),
            None => self.plan_wake(0),
        }
    }

    /// What a tick writes, if something is due.
    pub fn turn(&mut self) -> Option<Write> {
        self.disk.wakes_at.filter(|due| *due <= self.clock())?;
        let (now, (mut schedule, version)) = (self.clock(), self.disk.read());
        let mut used = self.disk.used.clone();
        let due = self.tick_by_the_rules_or_not(&mut schedule);
        let mut write = Write::default();
        for due in due {
            match self.take(&mut schedule, &mut used, &mut write) {
                Some(()) => write.wanted.push(wanted(&schedule, due, now, false)),
                None => {
                    schedule.pause(Pause::Trouble { trouble: Trouble::Nothing, told: false });
                    schedule.leave_out(due.date);
                }
            }
        }
        Some(Write { schedule: Some((schedule, version)), used: Some(used), ..write })
    }

    fn tick_by_the_rules_or_not(&mut self, schedule: &mut Schedule) -> Vec<Due> {
        let (now, before) = (self.clock(), schedule.left_out);
        let catch_up = self.catch_up();
        let missed: Vec<Due> = match sabotage::is_on(Fault::PostEachMissed) {
            true => schedule.upcoming().take_while(|due| due.at <= now).map(|due| Due { at: now, ..due }).collect(),
            false => Vec::new(),
        };
        let due = schedule.tick(now, catch_up);
        if sabotage::is_on(Fault::ReportNothing) {
            schedule.left_out = before;
        }
        if let Some(due) = due.filter(|_| sabotage::is_on(Fault::KeyByInstant)) {
            (schedule.settled, schedule.since) = (None, due.at + SignedDuration::from_millis(1));
        }
        let when = &schedule.settings.when;
        let in_gap = |due: &Due| due.at.to_zoned(when.zone.rules().clone()).time() != when.time;
        if sabotage::is_on(Fault::LoseGap) && due.as_ref().is_some_and(in_gap) {
            return Vec::new();
        }
        if missed.len() > 1 { missed } else { due.into_iter().collect() }
    }

    /// Chooses what is posted, and uses it up.
    pub fn take(&mut self, schedule: &mut Schedule, used: &mut Used, write: &mut Write) -> Option<()> {
        let choice = self.choice(schedule, used)?;
        schedule.use_up(&choice, used);
        write.chosen.push(choice);
        Some(())
    }

    fn choice(&mut self, schedule: &Schedule, used: &Used) -> Option<Choice> {
        let (mut schedule, mut used) = (schedule.clone(), used.clone());
        if sabotage::is_on(Fault::IgnoreQueue) {
            schedule.queue.retain(|_| false);
        }
        if sabotage::is_on(Fault::RepeatAtRandom) {
            for turn in used.values_mut() {
                *turn = self.roll(1000) as u64;
            }
        }
        choose(&LIBRARY, &schedule, &used)
    }

    pub fn catch_up(&self) -> SignedDuration {
        if sabotage::is_on(Fault::IgnoreCatchUp) { SignedDuration::MAX } else { self.catch_up }
    }

    /// Writes something a moment later, as a transaction takes its time.
    pub fn begin(&mut self, write: Write, then: Then) {
        let (life, slow) = (self.life, self.chance(20));
        let after = self.roll(if slow { 3 * SECOND } else { 30 });
        self.plan(after, Job::Commit { life, write: Box::new(write), then });
    }

    pub fn commit(&mut self, write: &Write, then: Then) -> Result<(), String> {
        if self.is_killed() {
            return Ok(());
        }
        if self.tracing() {
            self.note(&format!("   {write}"));
        }
        let written = self.disk.write(write)?;
        match &written {
            Written::Done(posts) => {
                self.oracle.stored(self.now, write, posts, &self.disk, &mut self.seen)?;
                if let Then::Commanded(command) = &then {
                    self.oracle.commanded(command, &self.disk)?;
                }
                self.works_or_not();
                self.plan_wake(0);
                if write.stops && !self.over {
                    self.somebody_acts(12 * HOUR);
                }
                if !posts.is_empty() || write.goes_on {
                    self.plan_attempt(0);
                }
            }
            Written::Stale => self.seen.stale += 1,
            Written::Full => self.seen.failed_writes += 1,
        }
        if self.tracing() && !matches!(written, Written::Done(_)) {
            self.note(&format!("   -- {written:?}"));
        }
        if self.is_killed() {
            return Ok(());
        }
        self.follow(then, &written);
        Ok(())
    }

    fn follow(&mut self, then: Then, written: &Written) {
        let is_done = matches!(written, Written::Done(_));
        match then {
            Then::Ticked if is_done => {}
            Then::Ticked => self.plan_wake(if *written == Written::Full { AGAIN } else { 0 }),
            // Nothing is half done: the moderator is told so.
            Then::Settled(_) | Then::Commanded(_) if *written == Written::Full => {}
            Then::Commanded(_) if is_done => {}
            Then::Settled(command) | Then::Commanded(command) => self.command(command),
            Then::Courier(next) if is_done => self.carry_on(next),
            Then::Courier(_) => self.try_again(if *written == Written::Full { AGAIN } else { SECOND }),
        }
    }
}

pub fn wanted(schedule: &Schedule, due: Due, by_clock: Timestamp, by_hand: bool) -> Wanted {
    let settings = &schedule.settings;
    Wanted { due, by_clock, by_hand, wants_thread: settings.thread.is_some(), channel: settings.channel }
}
