//! The disk: it survives a kill, takes a transaction as a whole or not at all, and is full at times.

use std::collections::BTreeMap;
use std::fmt;
use std::mem::discriminant;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::daily::tests::sabotage::{self, Fault};
use crate::daily::{Choice, Due, Post, PostId, Schedule, Settings, Stage, Used};

pub struct Disk {
    schedule: Schedule,
    version: u64,
    pub wakes_at: Option<Timestamp>,
    pub used: Used,
    pub rows: BTreeMap<PostId, Row>,
    pub full: bool,
    posts: u64,
    writes: u32,
}

#[derive(Clone, Debug)]
pub struct Row {
    pub post: Post,
    pub channel: u64,
    pub by_hand: bool,
    /// It may have been sent, and nobody looks before somebody says so.
    pub rests: bool,
}

/// A post that is to be made.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub due: Due,
    /// What our clock showed when it was found due.
    pub by_clock: Timestamp,
    pub by_hand: bool,
    pub wants_thread: bool,
    pub channel: u64,
}

/// A transaction.
#[derive(Clone, Debug, Default)]
pub struct Write {
    /// With the version that it must have on the disk.
    pub schedule: Option<(Schedule, u64)>,
    pub used: Option<Used>,
    /// What was used up by it.
    pub chosen: Vec<Choice>,
    pub wanted: Vec<Wanted>,
    /// A post that goes on from a stage.
    pub step: Option<(Stage, Post)>,
    /// The post of the step rests.
    pub rests: bool,
    /// Leaves out what nobody has tried to send, and lets rest what may have been sent.
    pub stops: bool,
    /// What rests is tried again.
    pub goes_on: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Written {
    /// The numbers of the posts that are wanted now.
    Done(Vec<PostId>),
    Stale,
    Full,
}

/// A JSON round trip is slow, so it is made once in so many writes.
const ROUND_TRIP: u32 = 200;

impl Disk {
    pub fn new(schedule: Schedule) -> Disk {
        Disk {
            wakes_at: schedule.wakes_at(),
            schedule,
            version: 1,
            used: Used::default(),
            rows: BTreeMap::new(),
            full: false,
            posts: 0,
            writes: 0,
        }
    }

    pub fn read(&self) -> (Schedule, u64) {
        (self.schedule.clone(), self.version)
    }

    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    pub fn write(&mut self, write: &Write) -> Result<Written, String> {
        if self.full {
            return Ok(Written::Full);
        }
        if write.schedule.as_ref().is_some_and(|(_, version)| *version != self.version) {
            return Ok(Written::Stale);
        }
        let is_there = |(from, post): &(Stage, Post)| {
            self.rows.get(&post.id).is_some_and(|row| discriminant(&row.post.stage) == discriminant(from))
        };
        if write.step.as_ref().is_some_and(|step| !is_there(step)) {
            return Ok(Written::Stale);
        }
        if let Some((schedule, _)) = &write.schedule {
            self.writes += 1;
            if self.writes.is_multiple_of(ROUND_TRIP) {
                round_trip(schedule)?;
            }
            self.schedule = schedule.clone();
            self.version += 1;
        }
        if let Some((_, post)) = &write.step
            && let Some(row) = self.rows.get_mut(&post.id)
        {
            (row.post, row.rests) = (*post, write.rests);
        }
        self.stop_or_go_on(write);
        if let Some(used) = &write.used {
            self.used.clone_from(used);
        }
        let posts = write.wanted.iter().map(|wanted| self.want(wanted)).collect::<Result<Vec<_>, String>>()?;
        self.wakes_at = self.schedule.wakes_at();
        Ok(Written::Done(posts))
    }

    fn stop_or_go_on(&mut self, write: &Write) {
        for row in self.rows.values_mut() {
            match row.post.stage {
                Stage::Wanted if write.stops => {
                    row.post.stage = Stage::LeftOut;
                    self.schedule.leave_out(row.post.date);
                }
                Stage::Claimed { .. } | Stage::Threadless { .. } if write.stops => row.rests = true,
                _ if write.goes_on => row.rests = false,
                _ => {}
            }
        }
    }

    /// There is one row for each day; one whose post is certainly not there makes room for a post by hand.
    fn want(&mut self, wanted: &Wanted) -> Result<PostId, String> {
        let Due { date, at } = wanted.due;
        let is_same = |row: &&Row| match sabotage::is_on(Fault::KeyByInstant) {
            true => row.post.at == at,
            false => row.post.date == date,
        };
        let same = self.rows.values().find(is_same);
        if let Some(row) = same.filter(|row| !wanted.by_hand || !row.post.stage.is_missing()) {
            return Err(format!("a post of {date} is wanted, and there is one: {row:?}"));
        }
        let id = same.map_or(PostId(self.posts + 1), |row| row.post.id);
        self.posts = self.posts.max(id.0);
        let (schedule, wants_thread) = (self.schedule.id, wanted.wants_thread);
        let post = Post { id, schedule, date, at, stage: Stage::Wanted, wants_thread };
        self.rows.insert(id, Row { post, channel: wanted.channel, by_hand: wanted.by_hand, rests: false });
        Ok(id)
    }

    /// What the courier has to do: posts of earlier days first, then threads.
    pub fn open(&self) -> impl Iterator<Item = &Row> {
        let mut open: Vec<&Row> = self.rows.values().filter(|row| !row.rests && is_open(row.post.stage)).collect();
        open.sort_by_key(|row| (row.post.stage.message().is_some(), row.post.date));
        open.into_iter()
    }

    /// Whether a later day has its post, or will have it.
    pub fn is_overtaken(&self, date: Date) -> bool {
        self.rows.values().any(|row| row.post.date > date && !row.post.stage.is_missing())
    }
}

pub fn is_open(stage: Stage) -> bool {
    matches!(stage, Stage::Wanted | Stage::Claimed { .. } | Stage::Threadless { .. })
}

/// For the trace.
impl fmt::Display for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((schedule, version)) = &self.schedule {
            let Schedule { settings: Settings { when, kind, filter, .. }, .. } = schedule;
            let Schedule { since, settled, posted, missing, left_out, paused, .. } = schedule;
            write!(
                f,
                "v{version} {} {} {} quiet {:?} {kind:?} ",
                when.time,
                when.zone,
                when.days,
                when.quiet.to_string()
            )?;
            write!(f, "{:?} {:?} {:?} ", filter.path, filter.area, filter.level)?;
            write!(
                f,
                "since {since} settled {settled:?} posted {:?} missing {missing:?} ",
                posted.last().map(|posted| posted.at)
            )?;
            write!(
                f,
                "left out {:?} {paused:?} {:?}",
                left_out.map(|left_out| left_out.count),
                schedule.queue.items()
            )?;
        }
        for wanted in &self.wanted {
            write!(
                f,
                " wanted {} at {}{}",
                wanted.due.date,
                wanted.due.at,
                if wanted.by_hand { " by hand" } else { "" }
            )?;
        }
        if let Some((from, post)) = &self.step {
            write!(
                f,
                " post {} of {} {from:?} -> {:?}{}",
                post.id,
                post.date,
                post.stage,
                if self.rests { " rests" } else { "" }
            )?;
        }
        for choice in &self.chosen {
            write!(f, " {:?}", choice.items().collect::<Vec<_>>())?;
        }
        write!(f, "{}{}", if self.stops { " stops" } else { "" }, if self.goes_on { " goes on" } else { "" })
    }
}

fn round_trip(schedule: &Schedule) -> Result<(), String> {
    let stored = serde_json::to_string(schedule).map_err(|error| error.to_string())?;
    let loaded: Schedule = serde_json::from_str(&stored).map_err(|error| format!("{error} in {stored}"))?;
    (loaded == *schedule).then_some(()).ok_or_else(|| format!("{stored} is loaded as {loaded:?}"))
}
