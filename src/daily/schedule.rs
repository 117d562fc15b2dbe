//! A schedule: what a moderator set, and how far it is. A day of its calendar is settled once, whatever happens to clocks,
//! settings or the process in between.

use std::fmt;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::queue::Queue;
use super::when::When;
use crate::content::Level;

/// So long it is said that days were left out.
const NEWS: SignedDuration = SignedDuration::from_hours(14 * 24);

/// What is at most so late is on time: to tick, to claim and to send take a moment, also where nothing is caught up.
const ON_TIME: SignedDuration = SignedDuration::from_mins(5);

/// A schedule's number, counted over all servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScheduleId(pub u64);

impl fmt::Display for ScheduleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Topic,
    Question,
    /// A topic with a question about it.
    Both,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Topic, Kind::Question, Kind::Both];

    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Topic => "topic",
            Kind::Question => "question",
            Kind::Both => "both",
        }
    }
}

/// What is chosen from; nothing means everything. Ids of the library.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// A roadmap, whose topics are followed in order.
    pub path: Option<String>,
    pub area: Option<String>,
    pub level: Option<Level>,
}

/// After how long without a message Discord archives a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Archive {
    Hour,
    Day,
    ThreeDays,
    Week,
}

impl Archive {
    pub const ALL: [Archive; 4] = [Archive::Hour, Archive::Day, Archive::ThreeDays, Archive::Week];

    pub fn minutes(self) -> u32 {
        match self {
            Archive::Hour => 60,
            Archive::Day => 1_440,
            Archive::ThreeDays => 4_320,
            Archive::Week => 10_080,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Archive::Hour => "hour",
            Archive::Day => "day",
            Archive::ThreeDays => "threedays",
            Archive::Week => "week",
        }
    }
}

/// What a moderator set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    pub channel: u64,
    /// As it was called when it was chosen.
    pub channel_name: String,
    pub when: When,
    pub kind: Kind,
    #[serde(default)]
    pub filter: Filter,
    /// The only role that a post mentions.
    #[serde(default)]
    pub role: Option<u64>,
    #[serde(default)]
    pub thread: Option<Archive>,
}

/// Why nothing can be posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    ChannelGone,
    /// The channel may not be seen, or not be written to; or the bot is no longer in the server.
    Forbidden,
    /// Discord refuses the message itself.
    Refused,
    /// Whether the last message arrived cannot be seen.
    NoHistory,
    /// The post is there, but no thread may be made of it.
    ThreadForbidden,
    /// The post is there, but the server has too many open threads.
    ThreadLimit,
    /// The library has nothing (any more) that the schedule could post.
    Nothing,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// By a moderator of that name.
    Moderator(String),
    /// `told`: who made the schedule has been told, or cannot be.
    Trouble { trouble: Trouble, told: bool },
}

/// Days whose post could not be made, or may not have arrived, until it was too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub count: u32,
    pub first: Date,
    pub last: Date,
    /// Whether the post of the last of them is there is not known.
    #[serde(default)]
    pub in_doubt: bool,
}

impl LeftOut {
    fn add(before: Option<LeftOut>, date: Date, in_doubt: bool) -> LeftOut {
        let Some(LeftOut { count, first, last, in_doubt: before }) = before else {
            return LeftOut { count: 1, first: date, last: date, in_doubt };
        };
        // A post that was on its way is given up after later days were.
        let in_doubt = if date >= last { in_doubt } else { before };
        LeftOut { count: count.saturating_add(1), first: first.min(date), last: last.max(date), in_doubt }
    }

    /// Whether it is still worth saying on that day.
    pub fn is_news(&self, today: Date) -> bool {
        today.duration_since(self.last) <= NEWS
    }
}

/// That a post was made, or begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    pub date: Date,
    pub at: Timestamp,
}

/// The last one says which day has its post when the zone is changed; the others do when it turns out that it will not come.
const POSTED: usize = 3;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub id: ScheduleId,
    pub guild: u64,
    /// Who made it: they are told when it cannot post.
    pub by: u64,
    pub settings: Settings,
    pub queue: Queue,
    /// From which the order of what it posts follows.
    pub seed: u64,
    /// How many posts and skipped items there have been: what was used at which turn says what comes again when.
    pub turn: u64,
    /// Nothing is posted for moments before this one: it was made, changed or resumed then.
    pub since: Timestamp,
    /// The last day that is settled: posted or left out. No earlier day is looked at again.
    pub settled: Option<Date>,
    /// The last posts that are there or on their way, at most [`POSTED`] of them.
    #[serde(default)]
    pub posted: Vec<Posted>,
    /// When its time, zone or days were changed last.
    #[serde(default)]
    pub changed_at: Option<Timestamp>,
    /// That day's post is not there, which is certain: it may be posted by hand.
    pub missing: Option<Date>,
    pub left_out: Option<LeftOut>,
    pub paused: Option<Pause>,
    /// The last commands that changed it, the latest at the end: Discord may tell of one again after a kill.
    #[serde(default)]
    pub heard: Vec<u64>,
}

/// So many commands are remembered: more than a server's moderators send in the seconds that are told again.
const HEARD: usize = 16;

/// A post that is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The day of the schedule's calendar for which it stands: there is one post for each.
    pub date: Date,
    /// When it should be there.
    pub at: Timestamp,
}

/// Why there is no post by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNow {
    /// Today's is there, or on its way.
    Today,
}

impl Schedule {
    /// A schedule that is made now.
    pub fn new(id: ScheduleId, guild: u64, by: u64, settings: Settings, seed: u64, now: Timestamp) -> Schedule {
        Schedule {
            id,
            guild,
            by,
            settings,
            queue: Queue::default(),
            seed,
            turn: 0,
            since: now,
            settled: None,
            posted: Vec::new(),
            changed_at: None,
            missing: None,
            left_out: None,
            paused: None,
            heard: Vec::new(),
        }
    }

    /// Remembers a command by its interaction. `false` when it has had its effect before.
    pub fn hear(&mut self, interaction: u64) -> bool {
        if self.heard.contains(&interaction) {
            return false;
        }
        let forgotten = (self.heard.len() + 1).saturating_sub(HEARD);
        self.heard.drain(..forgotten);
        self.heard.push(interaction);
        true
    }

    /// The days and moments at which it will post from now on, as it is set.
    pub fn upcoming(&self) -> impl Iterator<Item = Due> + '_ {
        let when = &self.settings.when;
        let since = self.since;
        // A post of yesterday's date may be due today, where clocks were put forward over midnight.
        let day = when.date_at(since).yesterday().unwrap_or(Date::MIN);
        let done = self.settled.max(self.taken());
        let next = done.map_or(Date::MIN, |done| done.tomorrow().unwrap_or(Date::MAX));
        let due = when.occurrences(day.max(next)).map(|(date, at)| Due { date, at });
        due.skip_while(move |due| due.at < since)
    }

    /// When something is to be done for it: the next post, unless it is paused.
    pub fn wakes_at(&self) -> Option<Timestamp> {
        if self.paused.is_some() { None } else { self.upcoming().next().map(|due| due.at) }
    }

    /// Settles every day whose moment has come. What is to be posted, if anything: the last of them, unless it is more than
    /// `catch_up` late. The others are left out.
    pub fn tick(&mut self, now: Timestamp, catch_up: SignedDuration) -> Option<Due> {
        if self.paused.is_some() {
            return None;
        }
        let come: Vec<Due> = self.upcoming().take_while(|due| due.at <= now).collect();
        let (last, missed) = come.split_last()?;
        for due in missed {
            self.leave_out(due.date);
        }
        self.settled = Some(last.date);
        if is_too_late(last.at, now, catch_up) {
            self.leave_out(last.date);
            return None;
        }
        self.note(last.date, now);
        Some(*last)
    }

    /// That day's post is not there and will not come by itself.
    pub fn leave_out(&mut self, date: Date) {
        self.left_out = Some(LeftOut::add(self.left_out, date, false));
        self.missing = self.missing.max(Some(date));
        self.posted.retain(|posted| posted.date != date);
    }

    /// That day's post may be there, which cannot be seen, so it is not made again, not even by hand.
    pub fn leave_in_doubt(&mut self, date: Date) {
        self.left_out = Some(LeftOut::add(self.left_out, date, true));
    }

    /// Settles today with a post that somebody wants now, also on a day without a post, or while it is paused.
    ///
    /// # Errors
    /// When today has its post.
    pub fn post_now(&mut self, now: Timestamp) -> Result<Due, NotNow> {
        let today = self.settings.when.date_at(now);
        let is_settled = self.settled.is_some_and(|settled| settled >= today) && self.missing != Some(today);
        if is_settled || self.taken().is_some_and(|taken| taken >= today) {
            return Err(NotNow::Today);
        }
        self.settled = self.settled.max(Some(today));
        self.note(today, now);
        self.missing = None;
        Ok(Due { date: today, at: now })
    }

    /// Sets it anew. What has been posted today, by the old or the new calendar, is today's post; a moment that is over by
    /// the new settings does not come any more. What is due by the old settings must be settled before.
    pub fn change(&mut self, settings: Settings, now: Timestamp) {
        if settings.when != self.settings.when {
            self.since = now;
            self.changed_at = Some(now);
        }
        self.settings = settings;
    }

    pub fn pause(&mut self, pause: Pause) {
        self.paused = Some(pause);
    }

    /// Lets it go on, if it is paused. What was missed meanwhile does not come.
    pub fn resume(&mut self, now: Timestamp) {
        if self.paused.take().is_some() {
            self.since = self.since.max(now);
        }
    }

    /// The database was put back to an earlier state: what has come since then may be there, and does not come again.
    pub fn begin_anew(&mut self, now: Timestamp) {
        self.since = self.since.max(now);
    }

    /// The clock was far ahead and is right again: days that are still to come are not settled. Whether something changed.
    pub fn mend(&mut self, now: Timestamp) -> bool {
        let before = (self.since, self.settled);
        let tomorrow = self.settings.when.date_at(now).tomorrow().unwrap_or(Date::MAX);
        self.since = self.since.min(now);
        self.settled = self.settled.map(|settled| settled.min(tomorrow));
        self.posted.retain(|posted| posted.date <= tomorrow);
        before != (self.since, self.settled)
    }

    /// Whether somebody is to be told that it cannot post.
    pub fn owes_notice(&self) -> bool {
        matches!(self.paused, Some(Pause::Trouble { told: false, .. }))
    }

    /// The last day by the calendar as it is set now on which something was posted before it was set so.
    fn taken(&self) -> Option<Date> {
        let changed_at = self.changed_at?;
        let before = self.posted.iter().filter(|posted| posted.at <= changed_at);
        before.map(|posted| self.settings.when.date_at(posted.at)).max()
    }

    fn note(&mut self, date: Date, at: Timestamp) {
        let surplus = (self.posted.len() + 1).saturating_sub(POSTED);
        self.posted.drain(..surplus);
        self.posted.push(Posted { date, at });
    }
}

/// Whether it is too late for what was due at `at`. Five minutes are never too late.
pub fn is_too_late(at: Timestamp, now: Timestamp, catch_up: SignedDuration) -> bool {
    now.duration_since(at) > catch_up.max(ON_TIME)
}
