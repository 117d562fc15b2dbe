//! The world: one schedule for a hundred days, its time, and what happens in it and when.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::bot::{Bot, Then};
use super::courier::Sending;
use super::discord::{Discord, Failure};
use super::disk::{Disk, Write};
use super::moderators::Command;
use super::oracle::Oracle;
use super::seen::Seen;
use super::weather::{Trouble, Weather};
use crate::content::Library;
use crate::daily::tests::library::library;
use crate::daily::{PostId, Schedule, ScheduleId, Zone};

pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// Days of a world.
pub const DAYS: i64 = 100;

/// After its last day everything works, so that what is open comes to an end.
const CALM: i64 = 3 * DAY;

/// Nothing is to be drawn after these: both are the beginning of a year.
const FIRST: i64 = 946_684_800_000;
const LAST: i64 = 2_114_380_800_000;

pub static LIBRARY: LazyLock<Library> = LazyLock::new(library);

/// All that the time zone database has and a schedule may take, by their names.
pub static ZONES: LazyLock<Vec<Zone>> = LazyLock::new(|| {
    let mut zones: Vec<Zone> = jiff::tz::db().available().filter_map(|name| Zone::named(name.as_str())).collect();
    zones.sort_by(|one, other| one.name().cmp(other.name()));
    zones.dedup();
    zones
});

static SHORT_YEARS: LazyLock<Vec<Zone>> =
    LazyLock::new(|| ZONES.iter().filter(|zone| long_jump(zone).is_some()).cloned().collect());

pub struct World {
    rng: ChaCha8Rng,
    /// Milliseconds since the epoch, on the right clock.
    pub now: i64,
    /// What our clock shows more.
    pub offset: i64,
    pub stepped_at: i64,
    queue: BinaryHeap<Planned>,
    planned: u64,
    pub weather: Weather,
    pub disk: Disk,
    pub discord: Discord,
    pub oracle: Oracle,
    pub bot: Option<Bot>,
    /// Which life of the process it is: what an earlier one planned does not happen.
    pub life: u32,
    fuse: u32,
    pub catch_up: SignedDuration,
    /// When all must have come to an end.
    ends: i64,
    /// Nothing goes wrong any more.
    pub over: bool,
    pub seen: Seen,
    trace: Option<Vec<String>>,
}

/// Something that will happen. What has a `life` happens only if that life lasts.
#[derive(Debug)]
pub enum Job {
    /// Another day: what goes wrong in it is drawn.
    Dawn,
    Go(Trouble),
    Do(Command),
    Calm,
    End,
    // The process.
    Boot,
    Wake {
        life: u32,
        at: i64,
    },
    Commit {
        life: u32,
        write: Box<Write>,
        then: Then,
    },
    // Its courier.
    Attempt {
        life: u32,
        at: i64,
    },
    Look {
        life: u32,
        post: PostId,
        since: Timestamp,
    },
    Arrive {
        sending: Sending,
        reply: Option<u32>,
    },
    Heard {
        life: u32,
        post: PostId,
        heard: Result<u64, Failure>,
    },
    Thread {
        life: u32,
        post: PostId,
        message: u64,
    },
}

struct Planned {
    at: i64,
    number: u64,
    job: Job,
}

impl World {
    pub fn new(seed: u64, trace: bool) -> World {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        // Each zone in turn, but those without a day more often: there are few.
        let zones = if rng.random_bool(0.01) { &*SHORT_YEARS } else { &*ZONES };
        let zone = &zones[(seed % zones.len() as u64) as usize];
        let begins = begin(&mut rng, zone);
        let weather = Weather::draw(&mut rng);
        let catch_up = SignedDuration::from_hours([12, 12, 12, 23, 0][rng.random_range(0..5)]);
        let settings = super::moderators::settings(&mut rng, zone, begins);
        let made = Timestamp::from_millisecond(begins).unwrap();
        let schedule = Schedule::new(ScheduleId(seed), 1, 2, settings, seed, made);
        let oracle = Oracle::new(begins, &schedule, catch_up);
        let mut world = World {
            rng,
            now: begins,
            offset: 0,
            stepped_at: 0,
            queue: BinaryHeap::new(),
            planned: 0,
            fuse: weather.life,
            weather,
            disk: Disk::new(schedule),
            discord: Discord::default(),
            oracle,
            bot: None,
            life: 0,
            catch_up,
            ends: begins + DAYS * DAY + CALM,
            over: false,
            seen: Seen::default(),
            trace: trace.then(Vec::new),
        };
        world.plan(0, Job::Boot);
        world.plan(1, Job::Dawn);
        world.plan(DAYS * DAY, Job::Calm);
        world.plan(DAYS * DAY + CALM, Job::End);
        world
    }

    /// Lets everything happen until the end.
    pub fn run(&mut self) -> Result<(), String> {
        if self.tracing() {
            let settings = format!("{:?} catch up {}", self.disk.schedule().settings, self.catch_up);
            self.note(&settings);
        }
        while let Some(Planned { at, job, .. }) = self.queue.pop() {
            self.now = at;
            if self.tracing() && !matches!(job, Job::Commit { .. } | Job::Wake { .. }) {
                self.note(&format!("{job:?}"));
            }
            if matches!(job, Job::End) {
                // What has just begun comes to its end.
                if self.disk.open().next().is_none() || at > self.ends {
                    break;
                }
                self.plan(HOUR, Job::End);
            }
            self.happen(job)?;
        }
        self.oracle.judge(self.now, &self.disk, &self.discord, &mut self.seen)
    }

    fn happen(&mut self, job: Job) -> Result<(), String> {
        match job {
            Job::Dawn => self.dawn(),
            Job::Go(trouble) => self.go(trouble),
            Job::Do(command) => self.command(command),
            Job::Calm => self.calm(),
            Job::End => {}
            Job::Boot => self.boot(),
            Job::Wake { life, at } if life == self.life => self.wake(at),
            Job::Commit { life, write, then } if life == self.life => return self.commit(&write, then),
            Job::Attempt { life, at } if life == self.life => self.attempt(at),
            Job::Look { life, post, since } if life == self.life => self.look(post, since),
            Job::Arrive { sending, reply } => return self.arrive(sending, reply),
            Job::Heard { life, post, heard } if life == self.life => self.heard(post, heard),
            Job::Thread { life, post, message } if life == self.life => self.make_thread(post, message),
            _of_an_earlier_life => {}
        }
        Ok(())
    }

    /// From now on nothing goes wrong.
    fn calm(&mut self) {
        self.over = true;
        self.discord.is_down = false;
        self.mend();
        self.disk.full = false;
        self.set_clock(0);
        if self.bot.is_none() {
            self.boot();
        }
        self.works_or_not();
    }

    pub fn plan(&mut self, after: i64, job: Job) {
        self.planned += 1;
        self.queue.push(Planned { at: self.now + after, number: self.planned, job });
    }

    /// What our clock shows.
    pub fn clock(&self) -> Timestamp {
        Timestamp::from_millisecond(self.now + self.offset).unwrap()
    }

    pub fn set_clock(&mut self, offset: i64) {
        if self.offset != offset {
            self.seen.clock_steps += 1;
            self.offset = offset;
            self.stepped_at = self.now;
            self.oracle.clock(self.now, offset);
            self.plan_wake(0);
        }
    }

    /// Tells the oracle whether bot, disk and Discord work together.
    pub fn works_or_not(&mut self) {
        let works = self.bot.is_some()
            && !self.disk.full
            && !self.discord.is_down
            && !self.discord.forbidden
            && !self.discord.no_history
            && !self.discord.gone.contains(&self.disk.schedule().settings.channel);
        self.oracle.works(self.now, works);
    }

    /// A number below `below`.
    pub fn roll(&mut self, below: i64) -> i64 {
        self.rng.random_range(0..below.max(1))
    }

    /// True so many times of a thousand.
    pub fn chance(&mut self, of_a_thousand: i64) -> bool {
        self.roll(1000) < of_a_thousand
    }

    /// A duration of any magnitude between two.
    pub fn span(&mut self, least: i64, most: i64) -> i64 {
        let ratio = (most as f64 / least as f64).powf(self.rng.random::<f64>());
        (least as f64 * ratio) as i64
    }

    pub fn rng(&mut self) -> &mut ChaCha8Rng {
        &mut self.rng
    }

    /// Whether the process is killed here.
    pub fn dies(&mut self) -> bool {
        if self.over || self.weather.life == 0 {
            return false;
        }
        self.fuse = self.fuse.saturating_sub(1);
        if self.fuse > 0 {
            return false;
        }
        self.fuse = self.rng.random_range(1..=2 * self.weather.life);
        true
    }

    pub fn tracing(&self) -> bool {
        self.trace.is_some()
    }

    pub fn note(&mut self, line: &str) {
        let at = Timestamp::from_millisecond(self.now).unwrap();
        let offset = SignedDuration::from_millis(self.offset);
        if let Some(trace) = &mut self.trace {
            let clock = if offset.is_zero() { String::new() } else { format!(" [clock {offset:+?}]") };
            trace.push(format!("{at}{clock} {line}"));
        }
    }

    pub fn trace(&self) -> &[String] {
        self.trace.as_deref().unwrap_or_default()
    }
}

/// Anywhere between 2000 and 2037, in every second world shortly before the zone's clocks change.
fn begin(rng: &mut ChaCha8Rng, zone: &Zone) -> i64 {
    let any = rng.random_range(FIRST..LAST);
    let from = Timestamp::from_millisecond(any).unwrap();
    let long = long_jump(zone);
    let next = zone.rules().following(from).next().filter(|_| rng.random_bool(0.5));
    let Some(change) = long.or(next.map(|next| next.timestamp())) else { return any };
    let before = change.as_millisecond() - rng.random_range(0..DAYS * DAY);
    if before < LAST { before.max(FIRST) } else { any }
}

/// When a day was left out of a zone's calendar.
fn long_jump(zone: &Zone) -> Option<Timestamp> {
    let change = zone.rules().following(Timestamp::from_millisecond(FIRST).unwrap()).take(80).find(|change| {
        let before = zone.rules().to_offset(change.timestamp() - SignedDuration::from_secs(1));
        change.offset().seconds() - before.seconds() >= 24 * 3600
    });
    change.map(|change| change.timestamp())
}

impl PartialEq for Planned {
    fn eq(&self, other: &Planned) -> bool {
        self.number == other.number
    }
}

impl Eq for Planned {}

impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Planned) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The earliest is the greatest, which is what the heap gives first.
impl Ord for Planned {
    fn cmp(&self, other: &Planned) -> Ordering {
        other.at.cmp(&self.at).then(other.number.cmp(&self.number))
    }
}
