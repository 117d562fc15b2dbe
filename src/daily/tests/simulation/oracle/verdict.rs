//! The verdict on a world that is over: nothing was lost, and what was left out is reported.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{ENOUGH, Epoch, Oracle, PROMPT, UNDER_WAY, close, is_last_open};
use crate::daily::tests::simulation::discord::Discord;
use crate::daily::tests::simulation::disk::{Disk, is_open};
use crate::daily::tests::simulation::seen::Seen;
use crate::daily::tests::simulation::world::{DAY, MINUTE};
use crate::daily::{Schedule, Stage};

impl Oracle {
    /// What is to be said at the end.
    pub fn judge(&mut self, now: i64, disk: &Disk, discord: &Discord, seen: &mut Seen) -> Result<(), String> {
        if is_last_open(&self.works) {
            close(&mut self.works, now);
        }
        if let Some(row) = disk.rows.values().find(|row| is_open(row.post.stage) && !row.rests) {
            return Err(format!("{} neither goes on nor ends: {row:?}", row.post.date));
        }
        for row in disk.rows.values() {
            let Stage::Done { message } = row.post.stage else { continue };
            let message = &discord.messages[message as usize];
            if message.post != row.post.id {
                return Err(format!("{row:?} takes {message:?} for its own"));
            }
            let is_refused = self.posts.iter().any(|told| told.id == row.post.id && told.refused);
            if row.post.wants_thread && !message.thread && !is_refused {
                return Err(format!("{row:?} has no thread"));
            }
        }
        let mut lost = 0;
        for epoch in 0..self.epochs.len() {
            lost += self.judge_epoch(epoch, now, disk, seen)?;
        }
        self.judge_decided(seen)?;
        self.judge_report(disk.schedule(), lost, now, seen)
    }

    /// Returns how many days have no post although nobody meddled: they are to be reported.
    fn judge_epoch(&self, number: usize, now: i64, disk: &Disk, seen: &mut Seen) -> Result<u32, String> {
        let Epoch { from, when } = &self.epochs[number];
        let to = self.epochs.get(number + 1).map_or(now, |next| next.from);
        let date_at = |at: i64| when.date_at(Timestamp::from_millisecond(at).unwrap());
        let (mut date, last) = (date_at(*from).yesterday().unwrap(), date_at(to));
        let mut lost = 0;
        while date <= last {
            let day = date;
            date = date.tomorrow().unwrap();
            if !when.is_on(day) {
                continue;
            }
            let Some(moment) = when.moment_on(day) else {
                seen.no_days += 1;
                continue;
            };
            let moment = moment.as_millisecond();
            let late = moment + self.catch_up.as_millis() as i64;
            self.judge_settled(number, day, moment, to)?;
            if moment < *from || late + ENOUGH > to || self.is_settled_before(number, day) {
                continue;
            }
            if self.was_meddled_with(day, moment, late) {
                seen.meddled += 1;
                continue;
            }
            seen.judged += 1;
            let there = self.there_at(day);
            if there.is_some_and(|at| at < moment) {
                return Err(format!("{day} was posted too early"));
            }
            let next = when.occurrences(date).next().map_or(i64::MAX, |(_, at)| at.as_millisecond());
            if let Some(due) = self.is_due_until(moment, late, next) {
                seen.promised += 1;
                is_kept(day, due, there)?;
            }
            // What may be there, and cannot be seen, is not left out.
            let in_doubt = disk.rows.values().any(|row| row.rests && row.post.date == day);
            lost += u32::from(there.is_none() && !in_doubt);
        }
        Ok(lost)
    }

    /// Before something is changed, what is due is settled.
    fn judge_settled(&self, number: usize, day: Date, moment: i64, to: i64) -> Result<(), String> {
        let Some(next) = self.epochs.get(number + 1) else { return Ok(()) };
        let when = &self.epochs[number].when;
        let is_last = when.occurrences(day.tomorrow().unwrap()).next().is_none_or(|(_, at)| at.as_millisecond() > to);
        let is_prompt = to - moment <= self.catch_up.as_millis() as i64;
        let came = self.epochs[number].from + UNDER_WAY < moment && moment + UNDER_WAY < to;
        if !came
            || !is_last
            || !is_prompt
            || self.is_settled_before(number, day)
            || self.was_meddled_with(day, moment, to)
        {
            return Ok(());
        }
        let is_known = self.posts.iter().any(|post| post.date == day && post.decided_at <= next.from);
        is_known.then_some(()).ok_or_else(|| format!("{day} was not settled before a change"))
    }

    fn there_at(&self, day: Date) -> Option<i64> {
        self.messages.iter().find(|message| message.date == day).map(|message| message.at)
    }

    /// What was decided is not lost, whatever is changed afterwards.
    fn judge_decided(&self, seen: &mut Seen) -> Result<(), String> {
        for post in self.posts.iter().filter(|post| !post.refused) {
            let (from, late) = (post.decided_at, post.at.as_millisecond() + self.catch_up.as_millis() as i64);
            let meanwhile = |at: i64| from <= at && at <= late + ENOUGH;
            let is_stopped = self.pauses.iter().any(|(from, _)| meanwhile(*from));
            let is_overtaken = self.posts.iter().any(|other| other.date > post.date && meanwhile(other.decided_at));
            if is_stopped || is_overtaken || self.is_clock_wrong(from, late) {
                continue;
            }
            if let Some(due) = self.is_due_until(from, late, i64::MAX) {
                seen.decided += 1;
                is_kept(post.date, due, self.there_at(post.date))?;
            }
        }
        Ok(())
    }

    /// When a post of that moment must be there, if it must.
    fn is_due_until(&self, moment: i64, late: i64, next: i64) -> Option<i64> {
        for (from, until) in &self.works {
            let until = until.unwrap_or(i64::MAX);
            if from + MINUTE < moment && moment + PROMPT <= until {
                return Some(moment + PROMPT);
            }
            let begin = moment.max(*from);
            if begin + ENOUGH <= until.min(late).min(next) {
                return Some(begin + ENOUGH);
            }
        }
        None
    }

    /// Whether a pause, a post by hand or a wrong clock has to do with that stretch.
    fn was_meddled_with(&self, day: Date, moment: i64, late: i64) -> bool {
        let stretch =
            |from: i64, until: Option<i64>| from <= late + ENOUGH && until.is_none_or(|until| until >= moment);
        self.pauses.iter().any(|(from, until)| stretch(*from, *until))
            || self.is_clock_wrong(moment, late)
            || self.posts.iter().filter(|post| post.by_hand).any(|post| {
                // A post by hand takes the day's place, whatever becomes of it.
                post.date == day || stretch(post.decided_at, Some(post.decided_at))
            })
    }

    /// Whether the clock was wrong then, or has shown that time before.
    fn is_clock_wrong(&self, moment: i64, late: i64) -> bool {
        self.wrong.iter().any(|(from, offset, until)| {
            *from <= late + ENOUGH && until.is_none_or(|until| until.max(until + offset) + 4 * DAY >= moment)
        })
    }

    /// Whether a day had its turn by earlier settings: its own or a later one's moment came, or what was posted then was
    /// posted on this day by the new calendar.
    fn is_settled_before(&self, epoch: usize, day: Date) -> bool {
        let from = self.epochs[epoch].from;
        let posted = self.posts.iter().filter(|post| post.epoch < epoch).any(|post| {
            let was_missing = post.missing_at.is_some_and(|at| at <= from);
            post.date >= day || (!was_missing && self.epochs[epoch].when.date_at(post.by_clock) >= day)
        });
        let by_hand = self.posts.iter().any(|post| post.by_hand && post.decided_at < from + MINUTE && post.date >= day);
        posted || by_hand || (0..epoch).any(|earlier| self.had_come(earlier, day))
    }

    fn had_come(&self, epoch: usize, day: Date) -> bool {
        let (Epoch { from, when }, to) = (&self.epochs[epoch], self.epochs[epoch + 1].from);
        // No calendar is more than two days ahead of another one.
        let days = std::iter::successors(Some(day), |day| day.tomorrow().ok()).take(4);
        days.filter(|day| when.is_on(*day)).filter_map(|day| when.moment_on(day)).any(|moment| {
            let moment = moment.as_millisecond();
            (*from..=to).contains(&moment)
        })
    }

    /// Whatever was left out is reported.
    fn judge_report(&self, schedule: &Schedule, lost: u32, now: i64, seen: &mut Seen) -> Result<(), String> {
        let count = schedule.left_out.map_or(0, |left_out| left_out.count);
        seen.reported += u64::from(count);
        if count < lost {
            return Err(format!("{lost} days were left out, and {count} are reported"));
        }
        let missing = self.posts.iter().filter(|post| post.missing_at.is_some()).count() as u32;
        if count < missing {
            return Err(format!("{missing} posts are missing, and {count} days are reported"));
        }
        let Some(left_out) = schedule.left_out else { return Ok(()) };
        let there: BTreeSet<Date> = self.messages.iter().map(|message| message.date).collect();
        let days = self.days(now).into_iter().filter(|day| !there.contains(day)).count() as u32;
        // A day that was left out may have been posted by hand after all.
        let by_hand = self.posts.iter().filter(|post| post.by_hand).count() as u32;
        if count > days + missing + by_hand {
            return Err(format!("{left_out:?} is reported, and {days} days have no post"));
        }
        if left_out.first > left_out.last {
            return Err(format!("what is reported is mixed up: {left_out:?}"));
        }
        Ok(())
    }

    /// The days that were on by some setting, and a few more.
    fn days(&self, now: i64) -> BTreeSet<Date> {
        let mut days = BTreeSet::new();
        for epoch in &self.epochs {
            let date_at = |at: i64| epoch.when.date_at(Timestamp::from_millisecond(at).unwrap());
            let last = date_at(now + 2 * DAY);
            let all = std::iter::successors(date_at(self.begins).yesterday().ok(), |day| day.tomorrow().ok());
            days.extend(all.take_while(|day| *day <= last).filter(|day| epoch.when.is_on(*day)));
        }
        days
    }
}

fn is_kept(day: Date, due: i64, there: Option<i64>) -> Result<(), String> {
    let due_at = Timestamp::from_millisecond(due).unwrap();
    let is_there = there.is_some_and(|at| at <= due);
    is_there.then_some(()).ok_or_else(|| format!("{day} should have been posted by {due_at}, and was lost"))
}
