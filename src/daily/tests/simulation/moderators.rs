//! Moderators: what they set at first, and what they do later.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use rand::{RngExt, rngs::ChaCha8Rng};

use super::bot::{Then, wanted};
use super::disk::Write;
use super::world::{World, ZONES};
use crate::content::Level;
use crate::daily::tests::library::{AREAS, ROAD};
use crate::daily::tests::sabotage::{self, Fault};
use crate::daily::{Archive, Days, Filter, Kind, Pause, Quiet, Schedule, Settings, When, Zone};

#[derive(Clone, Copy, Debug)]
pub enum Command {
    Change(Change),
    Pause,
    Resume,
    PostNow,
    Skip,
    Queue(&'static str),
    Unqueue(usize),
    Shift(usize, usize),
}

#[derive(Clone, Copy, Debug)]
pub enum Change {
    Time,
    Zone,
    ZoneAndTime,
    Days,
    Quiet,
    Kind,
    Filter,
}

impl World {
    /// A command comes in, and is tried again when what it changes was changed meanwhile.
    pub fn command(&mut self, command: Command) {
        if self.bot.is_none() || self.over {
            return;
        }
        let settles = matches!(command, Command::Change(_) | Command::PostNow | Command::Pause)
            && !sabotage::is_on(Fault::ChangeWithoutSettling);
        if settles && let Some(write) = self.turn() {
            self.begin(write, Then::Settled(command));
            return;
        }
        let (mut schedule, version) = self.disk.read();
        let mut write = Write::default();
        if self.act(command, &mut schedule, &mut write).is_none() {
            return;
        }
        write.stops |= sabotage::is_on(Fault::StopAtEachChange) && schedule.paused.is_some();
        write.schedule = Some((schedule, version));
        self.begin(write, Then::Commanded(command));
    }

    /// `None` when there is nothing to be written.
    fn act(&mut self, command: Command, schedule: &mut Schedule, write: &mut Write) -> Option<()> {
        let now = self.clock();
        match command {
            Command::Change(change) => {
                let settings = self.changed(change, &schedule.settings);
                schedule.change(settings, now);
                if sabotage::is_on(Fault::ForgetPosted) {
                    schedule.changed_at = None;
                }
                self.seen.changes += 1;
                self.seen.moves += u64::from(matches!(change, Change::Zone | Change::ZoneAndTime));
            }
            Command::Pause => {
                schedule.paused.is_none().then_some(())?;
                schedule.pause(Pause::Moderator("ada".into()));
                write.stops = !sabotage::is_on(Fault::SendWhilePaused);
                self.seen.pauses += 1;
            }
            Command::Resume => {
                schedule.paused.as_ref()?;
                if self.discord.gone.contains(&schedule.settings.channel) {
                    let channel = schedule.settings.channel + 1;
                    schedule.change(Settings { channel, ..schedule.settings.clone() }, now);
                }
                let since = schedule.since;
                schedule.resume(now);
                if sabotage::is_on(Fault::ForgetSince) {
                    schedule.since = since;
                }
                write.goes_on = true;
            }
            Command::PostNow => {
                let due = schedule.post_now(now).ok()?;
                let mut used = self.disk.used.clone();
                self.take(schedule, &mut used, write)?;
                write.used = Some(used);
                write.wanted.push(wanted(schedule, due, now, true));
            }
            Command::Skip => {
                let mut used = self.disk.used.clone();
                self.take(schedule, &mut used, write)?;
                write.used = Some(used);
            }
            Command::Queue(item) => drop(schedule.queue.add(item).ok()?),
            Command::Unqueue(place) => drop(schedule.queue.remove(place).ok()?),
            Command::Shift(from, to) => schedule.queue.shift(from, to).ok()?,
        }
        Some(())
    }

    fn changed(&mut self, change: Change, settings: &Settings) -> Settings {
        let mut settings = settings.clone();
        let today = settings.when.date_at(self.clock());
        let rng = self.rng();
        let when = &mut settings.when;
        match change {
            Change::Time => when.time = time(rng),
            Change::Zone => when.zone = ZONES[rng.random_range(0..ZONES.len())].clone(),
            Change::ZoneAndTime => {
                when.zone = ZONES[rng.random_range(0..ZONES.len())].clone();
                when.time = time(rng);
            }
            Change::Days => when.days = days(rng),
            Change::Quiet => when.quiet = quiet(rng, today),
            Change::Kind => settings.kind = Kind::ALL[rng.random_range(0..3)],
            Change::Filter => settings.filter = filter(rng),
        }
        settings
    }
}

pub fn settings(rng: &mut ChaCha8Rng, zone: &Zone, now: i64) -> Settings {
    let time = match next_gap(rng, zone, now) {
        Some(time) if rng.random_bool(0.5) => time,
        _ => time(rng),
    };
    let mut when = When { time, zone: zone.clone(), days: Days::ALL, quiet: Quiet::default() };
    if rng.random_bool(0.3) {
        when.days = days(rng);
    }
    if rng.random_bool(0.3) {
        when.quiet = quiet(rng, when.date_at(Timestamp::from_millisecond(now).unwrap()));
    }
    Settings {
        channel: 100,
        channel_name: "daily".into(),
        when,
        kind: Kind::ALL[rng.random_range(0..3)],
        filter: filter(rng),
        role: None,
        thread: [None, Some(Archive::Day)][rng.random_range(0..2)],
    }
}

/// A time that the zone's clocks pass over, or show twice, when they are set next.
fn next_gap(rng: &mut ChaCha8Rng, zone: &Zone, now: i64) -> Option<Time> {
    let change = zone.rules().following(Timestamp::from_millisecond(now).unwrap()).next()?;
    let before = change.timestamp().checked_sub(jiff::SignedDuration::from_secs(1)).ok()?;
    let shown = zone.rules().to_datetime(before).checked_add(jiff::SignedDuration::from_secs(1)).ok()?;
    let within = rng.random_range(-60..60);
    let shown = shown.checked_add(jiff::SignedDuration::from_mins(within)).ok()?;
    Time::new(shown.hour(), shown.minute(), 0, 0).ok()
}

/// Often around midnight, or when clocks are put forward.
fn time(rng: &mut ChaCha8Rng) -> Time {
    let minute: i8 = if rng.random_bool(0.5) { 15 * rng.random_range(0..4) } else { rng.random_range(0..60) };
    let hour = match rng.random_range(0..10) {
        0..4 => rng.random_range(0..4),
        4 => 23,
        _ => rng.random_range(0..24),
    };
    Time::new(hour, minute, 0, 0).unwrap()
}

fn days(rng: &mut ChaCha8Rng) -> Days {
    if rng.random_bool(0.3) { Days::ALL } else { Days::try_from(rng.random_range(1..=127)).unwrap() }
}

fn quiet(rng: &mut ChaCha8Rng, today: Date) -> Quiet {
    let mut span = || {
        let first = today.checked_add(jiff::Span::new().days(rng.random_range(-2..60))).unwrap();
        (first, first.checked_add(jiff::Span::new().days(rng.random_range(0..8))).unwrap())
    };
    Quiet::of([span(), span()])
}

fn filter(rng: &mut ChaCha8Rng) -> Filter {
    let none = Filter::default();
    match rng.random_range(0..8) {
        0..3 => none,
        3..6 => Filter { path: Some(ROAD.into()), ..none },
        6 => Filter { area: Some(AREAS[rng.random_range(0..3)].into()), ..none },
        _ => {
            let path = rng.random_bool(0.5).then(|| ROAD.into());
            let area = rng.random_bool(0.3).then(|| AREAS[rng.random_range(0..3)].into());
            Filter { path, area, level: Some(Level::ALL[rng.random_range(0..3)]) }
        }
    }
}
