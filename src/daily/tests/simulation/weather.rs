//! What goes wrong: each world draws how often, each day draws when.

use rand::{RngExt, rngs::ChaCha8Rng};

use super::moderators::{Change, Command};
use super::world::{DAY, HOUR, Job, MINUTE, SECOND, World};
use crate::daily;
use crate::daily::tests::library::QUEUED;

/// So many times of a thousand days, or of a thousand requests.
pub struct Weather {
    /// Steps between two deaths, on average; 0: it is not killed between steps.
    pub life: u32,
    /// Requests that are lost, or whose answers are.
    pub losses: i64,
    kills: i64,
    outages: i64,
    full_disks: i64,
    clock_steps: i64,
    refusals: i64,
    changes: i64,
    pauses: i64,
    by_hand: i64,
    queue: i64,
}

/// Something that goes wrong now.
#[derive(Clone, Copy, Debug)]
pub enum Trouble {
    Kill { down: i64 },
    Outage { lasts: i64 },
    OutageEnds,
    FullDisk { lasts: i64 },
    DiskHasRoom,
    SetClock { offset: i64, lasts: i64 },
    ClockIsRight,
    LoseChannel,
    LoseRight(daily::Trouble),
    Mend,
}

impl Weather {
    pub fn draw(rng: &mut ChaCha8Rng) -> Weather {
        let mut draw = |often: [i64; 4]| often[rng.random_range(0..4)];
        Weather {
            life: draw([0, 0, 20, 200]) as u32,
            losses: draw([0, 0, 20, 150]),
            kills: draw([0, 0, 20, 100]),
            outages: draw([0, 0, 30, 150]),
            full_disks: draw([0, 0, 20, 60]),
            clock_steps: draw([0, 0, 0, 30]),
            refusals: draw([0, 0, 10, 50]),
            changes: draw([0, 10, 60, 200]),
            pauses: draw([0, 0, 10, 60]),
            by_hand: draw([0, 0, 40, 150]),
            queue: draw([0, 0, 60, 300]),
        }
    }
}

impl World {
    pub fn dawn(&mut self) {
        if self.over {
            return;
        }
        self.seen.days += 1;
        self.plan(DAY, Job::Dawn);
        if self.chance(self.weather.kills) {
            let down = if self.chance(50) { self.span(DAY, 40 * DAY) } else { self.span(SECOND, DAY) };
            self.some_time(Job::Go(Trouble::Kill { down }));
        }
        if self.chance(self.weather.outages) {
            let lasts = if self.chance(100) { self.span(HOUR, 4 * DAY) } else { self.span(10 * SECOND, 6 * HOUR) };
            self.some_time(Job::Go(Trouble::Outage { lasts }));
        }
        if self.chance(self.weather.full_disks) {
            let lasts = self.span(10 * SECOND, 20 * HOUR);
            self.some_time(Job::Go(Trouble::FullDisk { lasts }));
        }
        if self.chance(self.weather.clock_steps) {
            let size = self.span(2 * SECOND, 2 * DAY);
            let (offset, lasts) = (if self.chance(500) { size } else { -size }, self.span(MINUTE, 3 * DAY));
            self.some_time(Job::Go(Trouble::SetClock { offset, lasts }));
        }
        if self.chance(self.weather.refusals) {
            let trouble = match self.roll(5) {
                0 => Trouble::LoseChannel,
                1 => Trouble::LoseRight(daily::Trouble::Forbidden),
                2 => Trouble::LoseRight(daily::Trouble::ThreadForbidden),
                3 => Trouble::LoseRight(daily::Trouble::ThreadLimit),
                _ => Trouble::LoseRight(daily::Trouble::NoHistory),
            };
            self.some_time(Job::Go(trouble));
        }
        if self.disk.schedule().paused.is_some() && self.chance(400) {
            if self.chance(800) {
                self.some_time(Job::Go(Trouble::Mend));
            }
            self.some_time(Job::Do(Command::Resume));
        }
        self.moderate();
    }

    fn moderate(&mut self) {
        if self.chance(self.weather.changes) {
            let change = self.change();
            self.some_time(Job::Do(Command::Change(change)));
            // Who has second thoughts has them soon.
            if self.chance(200) {
                let change = self.change();
                self.some_time(Job::Do(Command::Change(change)));
            }
        }
        if self.chance(self.weather.pauses) {
            self.some_time(Job::Do(Command::Pause));
        }
        if self.chance(self.weather.by_hand) {
            self.some_time(Job::Do(Command::PostNow));
        }
        if self.chance(self.weather.queue) {
            let place = |world: &mut World| 1 + world.roll(5) as usize;
            let command = match self.roll(6) {
                0..=2 => Command::Queue(QUEUED[self.roll(QUEUED.len() as i64) as usize]),
                3 => Command::Unqueue(place(self)),
                4 => Command::Shift(place(self), place(self)),
                _ => Command::Skip,
            };
            self.some_time(Job::Do(command));
        }
    }

    fn change(&mut self) -> Change {
        const ALL: [Change; 9] = [
            Change::Time,
            Change::Time,
            Change::Zone,
            Change::Zone,
            Change::ZoneAndTime,
            Change::Days,
            Change::Quiet,
            Change::Kind,
            Change::Filter,
        ];
        ALL[self.roll(ALL.len() as i64) as usize]
    }

    /// Plans it for some time of this day, often close to when the schedule is due. Trouble seldom comes alone.
    fn some_time(&mut self, job: Job) {
        let is_trouble = matches!(job, Job::Go(_));
        let after = self.some_time_of_the_day();
        self.plan(after, job);
        if is_trouble && self.chance(300) {
            let (after, lasts) = (after + self.span(1, HOUR), self.span(SECOND, 12 * HOUR));
            let other = match self.roll(3) {
                0 => Trouble::Kill { down: lasts },
                1 => Trouble::Outage { lasts },
                _ => Trouble::FullDisk { lasts },
            };
            self.plan(after, Job::Go(other));
        }
    }

    fn some_time_of_the_day(&mut self) -> i64 {
        let due = self.disk.wakes_at.map(|at| at.as_millisecond() - self.offset - self.now);
        let any = self.roll(DAY);
        let after = match due.filter(|due| (0..DAY).contains(due)) {
            Some(due) if self.chance(600) => {
                let off = self.span(1, 3 * HOUR);
                due + if self.chance(500) { off } else { -off }
            }
            _ => any,
        };
        after.max(0)
    }

    /// Somebody sees that there is no post, and does something.
    pub fn somebody_acts(&mut self, within: i64) {
        let command = match self.roll(10) {
            0..3 => Command::PostNow,
            3 | 4 => Command::Change(Change::Time),
            5 => Command::Queue(QUEUED[0]),
            _ => return,
        };
        let after = self.span(1, within);
        self.plan(after, Job::Do(command));
        if self.chance(500) {
            let after = after + self.span(1, MINUTE);
            self.plan(after, Job::Do(Command::Queue(QUEUED[1])));
        }
    }

    pub fn go(&mut self, trouble: Trouble) {
        if self.over {
            return;
        }
        match trouble {
            Trouble::Kill { down } => {
                if self.bot.is_some() {
                    self.seen.long_downtimes += u64::from(down > DAY);
                    self.die(down);
                }
            }
            Trouble::Outage { lasts } => {
                self.seen.outages += 1;
                self.discord.is_down = true;
                self.somebody_acts(lasts);
                self.plan(lasts, Job::Go(Trouble::OutageEnds));
            }
            Trouble::OutageEnds => self.discord.is_down = false,
            Trouble::FullDisk { lasts } => {
                self.disk.full = true;
                self.plan(lasts, Job::Go(Trouble::DiskHasRoom));
            }
            Trouble::DiskHasRoom => {
                self.disk.full = false;
                self.somebody_acts(MINUTE);
            }
            Trouble::SetClock { offset, lasts } => {
                self.set_clock(offset);
                self.plan(lasts, Job::Go(Trouble::ClockIsRight));
            }
            Trouble::ClockIsRight => self.set_clock(0),
            Trouble::LoseChannel => {
                let channel = self.disk.schedule().settings.channel;
                self.discord.gone.insert(channel);
                self.oracle.channel_gone(channel);
            }
            Trouble::LoseRight(daily::Trouble::NoHistory) => self.discord.no_history = true,
            Trouble::LoseRight(daily::Trouble::Forbidden) => self.discord.forbidden = true,
            Trouble::LoseRight(trouble) => self.discord.no_threads = Some(trouble),
            Trouble::Mend => self.mend(),
        }
        self.works_or_not();
    }

    /// Somebody gives the bot what it needs; in place of a channel that is gone another one is set when they resume.
    pub fn mend(&mut self) {
        (self.discord.forbidden, self.discord.no_history, self.discord.no_threads) = (false, false, None);
    }
}
