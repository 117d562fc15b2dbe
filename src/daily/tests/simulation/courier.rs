//! What brings posts to Discord: one attempt at a time, earlier days first; claims, looks, sends, makes threads, tries again.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::bot::Then;
use super::discord::Failure;
use super::disk::{Row, Write};
use super::world::{HOUR, Job, MINUTE, SECOND, World};
use crate::daily::tests::sabotage::{self, Fault};
use crate::daily::{Moment, Pause, Post, PostId, Schedule, Stage, Step, Trouble};

/// A request is given up after so long.
const TIMEOUT: i64 = 10 * SECOND;

/// After an attempt in vain it waits 1, 2, 4 s and so on up to this.
pub const BACKOFF: i64 = 256 * SECOND;

/// A post was claimed by a clock that was wrong by at most this: from so much earlier on it is looked for.
const LOOK_MARGIN: i64 = 49 * HOUR;

/// What comes after a transaction of the courier.
#[derive(Clone, Copy, Debug)]
pub enum Next {
    Send(PostId),
    MakeThread {
        post: PostId,
        message: u64,
    },
    /// The next post, if there is one.
    Go,
}

/// A Create Message on its way.
#[derive(Clone, Copy, Debug)]
pub struct Sending {
    pub post: PostId,
    pub date: Date,
    pub channel: u64,
    pub by_hand: bool,
    pub at: i64,
    pub by_clock: Timestamp,
}

impl World {
    /// Plans an attempt, unless one is planned for earlier.
    pub fn plan_attempt(&mut self, after: i64) {
        let (at, life) = (self.now + after, self.life);
        let Some(bot) = &mut self.bot else { return };
        if bot.attempt_at.is_none_or(|planned| at < planned) {
            bot.attempt_at = Some(at);
            self.plan(after, Job::Attempt { life, at });
        }
    }

    /// The attempt was in vain.
    pub fn try_again(&mut self, after: i64) {
        if let Some(bot) = &mut self.bot {
            bot.busy = false;
            self.plan_attempt(after);
        }
    }

    fn failed(&mut self) {
        let Some(bot) = &mut self.bot else { return };
        let after = (SECOND << bot.failures.min(8)).min(BACKOFF);
        bot.failures += 1;
        self.try_again(after);
    }

    pub fn attempt(&mut self, at: i64) {
        let Some(bot) = self.bot.as_mut().filter(|bot| bot.attempt_at == Some(at)) else { return };
        bot.attempt_at = None;
        if bot.busy {
            return;
        }
        let open = self.disk.open().count() as i64;
        let pick = if sabotage::is_on(Fault::SendOutOfOrder) { self.roll(open) as usize } else { 0 };
        let Some(row) = self.disk.open().nth(pick).cloned() else { return };
        let Some(bot) = &mut self.bot else { return };
        bot.busy = true;
        let (from, mut post) = (row.post.stage, row.post);
        let moment = self.moment(&row);
        match post.claim(moment) {
            Step::Send if sabotage::is_on(Fault::ForgetClaims) => self.transmit(post.id),
            Step::Send => {
                let write = Write { step: Some((from, post)), ..Write::default() };
                self.begin(write, Then::Courier(Next::Send(post.id)));
            }
            Step::LookFirst { .. } if sabotage::is_on(Fault::SendBlindly) => self.transmit(post.id),
            Step::LookFirst { since } => {
                let (after, life) = (100 + self.roll(400), self.life);
                self.plan(after, Job::Look { life, post: post.id, since });
            }
            Step::MakeThread { message } => self.carry_on(Next::MakeThread { post: post.id, message }),
            Step::Wait | Step::Nothing => self.leave_out(from, post),
        }
    }

    /// What decides whether it is too late for a post.
    fn moment(&self, row: &Row) -> Moment {
        let overtaken = self.disk.is_overtaken(row.post.date) && !sabotage::is_on(Fault::SendOutOfOrder);
        let (now, catch_up) = (self.clock(), self.catch_up());
        let sent_at = self.bot.as_ref().map_or(0, |bot| bot.sent_at);
        let tried_at = (sent_at > 0).then(|| now - SignedDuration::from_millis(self.now - sent_at));
        Moment { now, catch_up, overtaken, tried_at }
    }

    fn leave_out(&mut self, from: Stage, post: Post) {
        let (mut schedule, version) = self.disk.read();
        if !sabotage::is_on(Fault::ReportNothing) {
            schedule.leave_out(post.date);
        }
        let write = Write { step: Some((from, post)), schedule: Some((schedule, version)), ..Write::default() };
        self.begin(write, Then::Courier(Next::Go));
    }

    pub fn carry_on(&mut self, next: Next) {
        match next {
            Next::Send(post) => self.transmit(post),
            Next::MakeThread { post, message } => {
                let (after, life) = (50 + self.roll(300), self.life);
                self.plan(after, Job::Thread { life, post, message });
            }
            Next::Go => {
                let Some(bot) = &mut self.bot else { return };
                (bot.busy, bot.failures) = (false, 0);
                self.plan_attempt(100);
            }
        }
    }

    /// Looks through what was written to the channel since the post was claimed.
    pub fn look(&mut self, id: PostId, since: Timestamp) {
        self.seen.looks += 1;
        let Some(row) = self.disk.rows.get(&id).cloned() else { return };
        let margin = if sabotage::is_on(Fault::LookNear) { 15 * MINUTE } else { LOOK_MARGIN };
        let lost = self.loses();
        match self.discord.search(id, row.channel, since.as_millisecond() - margin) {
            _ if lost => self.failed(),
            Ok(Some(message)) => {
                self.seen.found += 1;
                self.heard(id, Ok(message));
            }
            Ok(None) => {
                let (from, mut post) = (row.post.stage, row.post);
                match post.is_nowhere(self.moment(&row)) {
                    Step::Send => {
                        let write = Write { step: Some((from, post)), rests: row.rests, ..Write::default() };
                        self.begin(write, Then::Courier(Next::Send(id)));
                    }
                    Step::Wait => self.failed(),
                    _ => self.leave_out(from, post),
                }
            }
            Err(Failure::Passing) => self.failed(),
            Err(Failure::Refused(Trouble::ChannelGone)) => {
                self.heard(id, Err(Failure::Refused(Trouble::ChannelGone)));
            }
            // It may be there, so that it is neither sent nor given up: it rests.
            Err(Failure::Refused(trouble)) => {
                self.seen.blind += 1;
                if sabotage::is_on(Fault::TakeBlindForRefused) {
                    self.heard(id, Err(Failure::Refused(trouble)));
                    return;
                }
                let mut post = row.post;
                post.is_hidden(self.moment(&row));
                let step = Some((row.post.stage, post));
                if post.stage == Stage::InDoubt {
                    // That is no reason to stop what comes after it.
                    let (mut schedule, version) = self.disk.read();
                    schedule.leave_in_doubt(post.date);
                    let write = Write { step, schedule: Some((schedule, version)), rests: true, ..Write::default() };
                    self.begin(write, Then::Courier(Next::Go));
                    return;
                }
                let (mut schedule, version) = self.disk.read();
                schedule.pause(Pause::Trouble { trouble, told: false });
                let schedule = Some((schedule, version));
                let write = Write { schedule, step, rests: true, stops: true, ..Write::default() };
                self.begin(write, Then::Courier(Next::Go));
            }
        }
    }

    /// Whether a request or its answer is lost.
    fn loses(&mut self) -> bool {
        let lost = !self.over && self.chance(self.weather.losses);
        if lost {
            self.oracle.disturbed(self.now);
        }
        lost
    }

    /// Create Message.
    fn transmit(&mut self, id: PostId) {
        let Some(row) = self.disk.rows.get(&id) else { return };
        // A moderator has paused it meanwhile.
        if row.rests && !sabotage::is_on(Fault::SendWhilePaused) {
            self.carry_on(Next::Go);
            return;
        }
        let (date, channel, by_hand) = (row.post.date, row.channel, row.by_hand);
        let sending = Sending { post: id, date, channel, by_hand, at: self.now, by_clock: self.clock() };
        let (life, after) = (self.life, 50 + self.roll(350));
        if let Some(bot) = &mut self.bot {
            bot.sent_at = self.now;
        }
        if !self.loses() {
            self.plan(after, Job::Arrive { sending, reply: Some(life) });
            return;
        }
        if self.chance(600) {
            let late = self.chance(300);
            let after = if late { self.roll(2 * TIMEOUT) } else { after };
            self.plan(after, Job::Arrive { sending, reply: None });
        }
        self.plan(TIMEOUT, Job::Heard { life, post: id, heard: Err(Failure::Passing) });
    }

    /// A request reaches Discord, which a kill of the sender does not stop.
    pub fn arrive(&mut self, sending: Sending, reply: Option<u32>) -> Result<(), String> {
        let Sending { post, channel, .. } = sending;
        let nonce = !sabotage::is_on(Fault::SendBlindly);
        let heard = self.discord.create(post, channel, nonce, self.now);
        let is_steady = self.now - self.stepped_at > MINUTE;
        match heard {
            Ok((_, true)) => {
                self.seen.messages += 1;
                self.oracle.sent(self.now, &sending, is_steady, &mut self.seen)?;
                // The worst moment: it is there, and nobody knows.
                if self.chance(20) && self.is_killed() {
                    return Ok(());
                }
            }
            Ok((_, false)) => self.seen.nonces += 1,
            Err(Failure::Refused(_)) => self.oracle.refused(self.now, &sending)?,
            Err(Failure::Passing) => {}
        }
        if let Some(life) = reply {
            let heard = heard.map(|(message, _)| message);
            self.plan(50, Job::Heard { life, post, heard });
        }
        Ok(())
    }

    /// What became of a post that was sent or looked for.
    pub fn heard(&mut self, id: PostId, heard: Result<u64, Failure>) {
        let Some(row) = self.disk.rows.get(&id) else { return };
        let (from, mut post) = (row.post.stage, row.post);
        if sabotage::is_on(Fault::ForgetClaims) && from == Stage::Wanted {
            post.stage = Stage::Claimed { at: self.clock() };
        }
        match heard {
            Err(Failure::Passing) => self.failed(),
            Ok(message) => {
                let next = match post.is_there(message) {
                    Step::MakeThread { message } => Next::MakeThread { post: id, message },
                    _ => Next::Go,
                };
                let write = Write { step: Some((from, post)), ..Write::default() };
                self.begin(write, Then::Courier(next));
            }
            Err(Failure::Refused(trouble)) => {
                let (mut schedule, version) = self.disk.read();
                post.is_refused();
                schedule.leave_out(post.date);
                self.pause_for(trouble, schedule, version, (from, post));
            }
        }
    }

    fn pause_for(&mut self, trouble: Trouble, mut schedule: Schedule, version: u64, step: (Stage, Post)) {
        self.seen.refused += 1;
        schedule.pause(Pause::Trouble { trouble, told: false });
        let stops = !sabotage::is_on(Fault::SendWhilePaused);
        let write = Write { schedule: Some((schedule, version)), step: Some(step), stops, ..Write::default() };
        self.begin(write, Then::Courier(Next::Go));
    }

    pub fn make_thread(&mut self, id: PostId, message: u64) {
        let Some(row) = self.disk.rows.get(&id) else { return };
        let (from, mut post) = (row.post.stage, row.post);
        let lost = self.loses();
        if lost && self.chance(500) {
            self.failed();
            return;
        }
        let made = self.discord.make_thread(message);
        match made {
            Ok(false) => self.seen.threads_again += 1,
            Ok(true) => self.seen.threads += 1,
            Err(_) => {}
        }
        match made {
            _ if lost => self.failed(),
            Err(Failure::Passing) => self.failed(),
            Ok(_) => {
                post.has_thread();
                let write = Write { step: Some((from, post)), ..Write::default() };
                self.begin(write, Then::Courier(Next::Go));
            }
            Err(Failure::Refused(trouble)) => {
                post.is_refused();
                self.oracle.thread_refused(id);
                let (schedule, version) = self.disk.read();
                self.pause_for(trouble, schedule, version, (from, post));
            }
        }
    }
}
