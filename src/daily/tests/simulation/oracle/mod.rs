//! What must hold, judged by what was set, what was there to see and when everything worked; it never asks the rules what
//! is due, only on which days and at which moments a setting means.

mod choices;
mod verdict;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use choices::Choices;

use super::courier::{BACKOFF, Sending};
use super::disk::{Disk, Write};
use super::moderators::Command;
use super::seen::Seen;
use super::world::{LIBRARY, MINUTE, SECOND};
use crate::daily::{PostId, Schedule, Stage, When};

/// When everything works for so long, an attempt is made and succeeds.
const ENOUGH: i64 = 2 * BACKOFF + MINUTE;

/// When everything works at a post's moment and before, it is there after so long.
const PROMPT: i64 = MINUTE;

/// What is under way when something changes takes so long.
const UNDER_WAY: i64 = MINUTE;

pub struct Oracle {
    begins: i64,
    catch_up: SignedDuration,
    /// Since when a time, a zone and days were set.
    epochs: Vec<Epoch>,
    /// In their order; one that was missing may come again by hand, under the same number.
    posts: Vec<Told>,
    /// As they came.
    messages: Vec<Message>,
    /// Ends are open in the last ones.
    pauses: Vec<(i64, Option<i64>)>,
    works: Vec<(i64, Option<i64>)>,
    /// When the clock was wrong, by how much, until when.
    wrong: Vec<(i64, i64, Option<i64>)>,
    choices: Choices,
}

struct Epoch {
    from: i64,
    when: When,
}

struct Message {
    date: Date,
    at: i64,
    sent_at: i64,
    channel: u64,
    by_hand: bool,
    /// It went with its channel.
    is_gone: bool,
}

/// A post that was wanted.
struct Told {
    id: PostId,
    date: Date,
    epoch: usize,
    /// When it was due.
    at: Timestamp,
    decided_at: i64,
    /// What our clock showed then.
    by_clock: Timestamp,
    clock_was_right: bool,
    by_hand: bool,
    there_at: Option<i64>,
    /// Since when it is certain that it will not come.
    missing_at: Option<i64>,
    /// Discord refused it or its thread, or did not let us see whether it is there.
    refused: bool,
}

impl Oracle {
    pub fn new(begins: i64, schedule: &Schedule, catch_up: SignedDuration) -> Oracle {
        Oracle {
            begins,
            catch_up,
            epochs: vec![Epoch { from: begins, when: schedule.settings.when.clone() }],
            posts: Vec::new(),
            messages: Vec::new(),
            pauses: Vec::new(),
            works: Vec::new(),
            wrong: Vec::new(),
            choices: Choices::default(),
        }
    }

    /// A transaction is on the disk.
    pub fn stored(
        &mut self,
        now: i64,
        write: &Write,
        posts: &[PostId],
        disk: &Disk,
        seen: &mut Seen,
    ) -> Result<(), String> {
        let schedule = disk.schedule();
        if self.epochs.last().is_some_and(|epoch| epoch.when != schedule.settings.when) {
            self.epochs.push(Epoch { from: now, when: schedule.settings.when.clone() });
        }
        match (is_last_open(&self.pauses), schedule.paused.is_some()) {
            (false, true) => self.pauses.push((now, None)),
            (true, false) => close(&mut self.pauses, now),
            _ => {}
        }
        for choice in &write.chosen {
            self.choices.chosen(&LIBRARY, &schedule.settings, choice, seen)?;
        }
        for (id, wanted) in posts.iter().zip(&write.wanted) {
            let row = &disk.rows[id];
            let told = Told {
                id: *id,
                date: row.post.date,
                epoch: self.epochs.len() - 1,
                at: row.post.at,
                decided_at: now,
                by_clock: wanted.by_clock,
                clock_was_right: self.is_clock_right(now),
                by_hand: row.by_hand,
                there_at: None,
                missing_at: None,
                refused: false,
            };
            seen.by_hand += u64::from(row.by_hand);
            self.posts.push(told);
        }
        if let Some((_, post)) = write.step.filter(|(_, post)| write.rests || post.stage == Stage::Refused) {
            self.posts.iter_mut().filter(|told| told.id == post.id).for_each(|told| told.refused = true);
        }
        for (id, row) in disk.rows.iter().filter(|(_, row)| row.post.stage.is_missing()) {
            let told = self.posts.iter_mut().rfind(|told| told.id == *id);
            if let Some(told) = told.filter(|told| told.missing_at.is_none()) {
                told.missing_at = Some(now);
                seen.left_out += u64::from(row.post.stage == Stage::LeftOut);
            }
        }
        Ok(())
    }

    /// What a moderator wants is stored.
    pub fn commanded(&mut self, command: &Command, disk: &Disk) -> Result<(), String> {
        self.choices.commanded(command);
        self.choices.compare(disk.schedule().queue.items())
    }

    /// Somebody has deleted a channel.
    pub fn channel_gone(&mut self, channel: u64) {
        self.messages
            .iter_mut()
            .filter(|message| message.channel == channel)
            .for_each(|message| message.is_gone = true);
    }

    pub fn thread_refused(&mut self, id: PostId) {
        self.posts.iter_mut().filter(|told| told.id == id).for_each(|told| told.refused = true);
    }

    pub fn works(&mut self, now: i64, works: bool) {
        match (is_last_open(&self.works), works) {
            (false, true) => self.works.push((now, None)),
            (true, false) => close(&mut self.works, now),
            _ => {}
        }
    }

    /// A request was lost: as if it had not worked for a moment.
    pub fn disturbed(&mut self, now: i64) {
        if is_last_open(&self.works) {
            close(&mut self.works, now);
            self.works.push((now + 10 * SECOND, None));
        }
    }

    pub fn clock(&mut self, now: i64, offset: i64) {
        if let Some((_, _, until @ None)) = self.wrong.last_mut() {
            *until = Some(now);
        }
        if offset != 0 {
            self.wrong.push((now, offset, None));
        }
    }

    fn is_clock_right(&self, now: i64) -> bool {
        !self.wrong.last().is_some_and(|(_, _, until)| until.is_none_or(|until| until >= now))
    }

    /// A message has appeared. `steady`: nobody has just set our clock.
    pub fn sent(&mut self, now: i64, sending: &Sending, steady: bool, seen: &mut Seen) -> Result<(), String> {
        let Sending { post, date, by_hand, channel, .. } = *sending;
        let told = self
            .posts
            .iter()
            .rfind(|told| told.id == post)
            .ok_or_else(|| format!("post {post} was sent and is not stored"))?;
        if let Some(before) = self.messages.iter().find(|other| other.date == date && !other.is_gone) {
            let before = Timestamp::from_millisecond(before.at).unwrap();
            return Err(format!("{date} was posted twice: at {before} already"));
        }
        // What is late at Discord may be overtaken by a post by hand.
        let overtakes = |other: &&Message| other.date > date && !(other.by_hand && sending.at < other.sent_at);
        if let Some(later) = self.messages.iter().find(overtakes) {
            return Err(format!("{date} was posted after {}", later.date));
        }
        if !by_hand {
            self.is_as_it_was_set(told, sending, steady, seen)?;
            self.is_only_one_of_its_day(told)?;
        }
        self.messages.push(Message { date, at: now, sent_at: sending.at, channel, by_hand, is_gone: false });
        if let Some(told) = self.posts.iter_mut().rfind(|told| told.id == post) {
            told.there_at = Some(now);
        }
        Ok(())
    }

    /// On a day that is on, at its moment or not much later, not while it is paused.
    fn is_as_it_was_set(&self, told: &Told, sending: &Sending, steady: bool, seen: &mut Seen) -> Result<(), String> {
        let (Sending { date, by_clock, .. }, when) = (*sending, &self.epochs[told.epoch].when);
        if !when.is_on(date) {
            return Err(format!("{date} was posted, which is off or quiet"));
        }
        let Some(moment) = when.moment_on(date) else { return Err(format!("{date} does not exist")) };
        if by_clock.max(told.by_clock) < moment {
            return Err(format!("{date} was posted before {moment}"));
        }
        let late = by_clock.duration_since(moment);
        if steady && late > self.catch_up.max(SignedDuration::from_mins(5)) + SignedDuration::from_secs(60) {
            return Err(format!("{date} was posted {late:#} late"));
        }
        let sent_in = |(from, until): &(i64, Option<i64>)| {
            *from + UNDER_WAY < sending.at && until.is_none_or(|until| sending.at < until)
        };
        if self.pauses.iter().any(sent_in) {
            return Err(format!("{date} was posted while it is paused"));
        }
        let at = moment.as_millisecond();
        let due_in = |(from, until): &(i64, Option<i64>)| {
            from + UNDER_WAY < at && until.is_some_and(|until| at + UNDER_WAY < until)
        };
        if self.wrong.is_empty() && self.pauses.iter().any(due_in) {
            return Err(format!("{date} was posted, and its moment was in a pause"));
        }
        let zone = when.zone.rules();
        let shown = moment.to_zoned(zone.clone());
        seen.caught_up += u64::from(late > SignedDuration::from_hours(1));
        seen.gaps += u64::from(shown.time() != when.time);
        seen.folds += u64::from(zone.to_ambiguous_timestamp(shown.datetime()).is_ambiguous());
        Ok(())
    }

    /// What was posted before a change is that day's post by the new calendar, too.
    fn is_only_one_of_its_day(&self, told: &Told) -> Result<(), String> {
        let when = &self.epochs[told.epoch].when;
        let before = self.posts.iter().filter(|other| other.there_at.is_some() && other.epoch < told.epoch);
        for other in before.filter(|other| other.clock_was_right && told.clock_was_right) {
            let day = when.date_at(other.by_clock);
            if day >= told.date {
                return Err(format!(
                    "a change led to a second post on {}: {} was posted on {day}",
                    told.date, other.date
                ));
            }
        }
        Ok(())
    }

    /// Discord has refused a message for good.
    pub fn refused(&self, now: i64, sending: &Sending) -> Result<(), String> {
        let long = |(from, until): &(i64, Option<i64>)| until.is_none() && from + UNDER_WAY < sending.at;
        match self.pauses.last().is_some_and(long) && !sending.by_hand {
            true => Err(format!("{} was refused at {now} while it is paused: it is hammered", sending.date)),
            false => Ok(()),
        }
    }
}

fn is_last_open(spans: &[(i64, Option<i64>)]) -> bool {
    spans.last().is_some_and(|(_, until)| until.is_none())
}

fn close(spans: &mut [(i64, Option<i64>)], now: i64) {
    if let Some((_, until)) = spans.last_mut() {
        *until = Some(now);
    }
}
