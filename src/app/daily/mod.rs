//! Scheduled posts: what moderators and members can do with them. The rules are in [`crate::daily`]; `ticker` finds what is
//! due, `delivery` carries a post from stage to stage, `answers` takes what members answer.

mod answers;
mod delivery;
mod stored;
mod ticker;

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;

use super::App;
use crate::content::Library;
use crate::daily::{
    Choice, Due, Filter, Kind, NotNow, Pause, PostId, QueueError, Schedule, ScheduleId, Settings, Trouble, Used,
    choose, is_postable, supply, supply_with_question,
};
use crate::quiz::{Card, UnixMs};
use crate::store::{DailyPosts, DailyTurn, DailyWanted, Store, StoreError, Turned};

pub use answers::{Answer, Given, Pressed, Tally};
pub use delivery::{Claimed, Closed, Told};
pub use stored::Shown;
pub use ticker::Delivery;

/// How many schedules a server may have: all of them fit into a menu.
pub const SCHEDULES: usize = 20;

/// A pause between two attempts is never as long: a clock that is right now was ahead when it was planned.
const LONG_PAUSE: SignedDuration = SignedDuration::from_mins(10);

/// What is due so much later may have been planned by a clock that was ahead.
const FAR: SignedDuration = SignedDuration::from_hours(48);

/// So many schedules are planned anew at once.
const PLANNED_AT_ONCE: u32 = 200;

/// How often a change is tried again that another one came before.
const TRIES: usize = 5;

/// Why something about scheduled posts did not happen.
#[derive(Debug, thiserror::Error)]
pub enum DailyError {
    #[error("there is no such schedule")]
    Unknown,
    #[error("the server has as many schedules as it may have")]
    TooMany,
    /// The library has nothing that fits the filter.
    #[error("nothing fits")]
    Nothing,
    #[error("today's post is there already")]
    Today(Option<Box<Shown>>),
    #[error("the queue was left as it was")]
    Queue(QueueError),
    /// Something else has changed it again and again at the same moment.
    #[error("it was changed by somebody else at the same moment")]
    Busy,
    /// That cannot be posted.
    #[error("no such item")]
    Item,
    /// The command was heard before, and has had its effect.
    #[error("that is done already")]
    Done,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What runs beside the commands.
pub(super) struct Daily {
    /// Something has changed that may be due.
    poke: Notify,
    /// Where deliveries go, as soon as somebody takes them.
    deliveries: Mutex<Option<mpsc::UnboundedSender<Delivery>>>,
}

impl Daily {
    pub(super) fn new() -> Daily {
        Daily { poke: Notify::new(), deliveries: Mutex::new(None) }
    }

    fn deliver(&self, delivery: Delivery) {
        if let Some(deliveries) = self.deliveries.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            let _nobody_takes_it_at_shutdown = deliveries.send(delivery);
        }
    }
}

/// A schedule as it is stored.
#[derive(Clone, Debug)]
struct Stored {
    schedule: Schedule,
    version: u64,
}

impl App {
    /// Posts what is due, from now on. What is to be sent goes to `deliveries`. Only the first call has an effect; the task
    /// ends when it is aborted.
    pub fn run_daily(&self, deliveries: mpsc::UnboundedSender<Delivery>) -> Option<JoinHandle<()>> {
        let mut taken = self.inner.daily.deliveries.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.is_some() {
            return None;
        }
        *taken = Some(deliveries.clone());
        // The first look at all zones takes longer than somebody who types should wait.
        let now = self.wall_time();
        tokio::task::spawn_blocking(move || crate::daily::suggest_zones("", &[], now, 1));
        Some(tokio::spawn(ticker::Ticker::new(self.clone(), deliveries).run()))
    }

    /// What the wall clock shows: schedules go by it, however often it is set.
    pub fn wall_time(&self) -> Timestamp {
        timestamp(self.clock().wall())
    }

    /// Makes a schedule, one for each interaction.
    ///
    /// # Errors
    /// When the server has too many, nothing fits, or it cannot be stored; then there is none.
    pub async fn add_daily(
        &self,
        library: &Library,
        guild: u64,
        by: u64,
        settings: Settings,
        interaction: u64,
    ) -> Result<Schedule, DailyError> {
        if supply(library, settings.kind, &settings.filter) == 0 {
            return Err(DailyError::Nothing);
        }
        // After a kill Discord tells again of what was asked in the last seconds.
        let before = self.dailies(guild).await?.into_iter().find(|schedule| schedule.heard.contains(&interaction));
        if let Some(made) = before {
            return Ok(made);
        }
        let now = self.wall_time();
        let seed = rand::rng().random();
        let made = |id: u64| {
            let mut schedule = Schedule::new(ScheduleId(id), guild, by, settings.clone(), seed, now);
            schedule.hear(interaction);
            schedule
        };
        let make = |id: u64| {
            let schedule = made(id);
            Ok((stored::written(&schedule)?, schedule.wakes_at().map(Timestamp::as_millisecond)))
        };
        let id = self.daily_store().add_daily(guild, SCHEDULES, now.as_millisecond(), make).await?;
        let schedule = made(id.ok_or(DailyError::TooMany)?);
        self.inner.daily.poke.notify_one();
        Ok(schedule)
    }

    /// The schedules of a server.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn dailies(&self, guild: u64) -> Result<Vec<Schedule>, DailyError> {
        let rows = self.daily_store().dailies_of(guild).await?;
        Ok(rows.iter().filter_map(stored::read).map(|stored| stored.schedule).collect())
    }

    /// A schedule of a server.
    ///
    /// # Errors
    /// When the server has no such schedule, or the database cannot be read.
    pub async fn daily(&self, guild: u64, id: ScheduleId) -> Result<Schedule, DailyError> {
        Ok(self.stored_daily(guild, id).await?.schedule)
    }

    /// Sets a schedule anew. What is due is posted by the old settings first.
    ///
    /// # Errors
    /// When there is none, nothing fits the new settings, or it cannot be stored.
    pub async fn edit_daily(
        &self,
        library: &Library,
        guild: u64,
        id: ScheduleId,
        edit: impl Fn(&mut Settings),
    ) -> Result<Schedule, DailyError> {
        self.settle(guild, id).await?;
        self.change_daily(guild, id, |schedule| {
            let mut settings = schedule.settings.clone();
            edit(&mut settings);
            if supply(library, settings.kind, &settings.filter) == 0 {
                return Err(DailyError::Nothing);
            }
            schedule.change(settings, self.wall_time());
            // What was wrong with it is what was changed: who changes it has been told, and what is wrong now comes out.
            if matches!(schedule.paused, Some(Pause::Trouble { .. })) {
                schedule.resume(self.wall_time());
            }
            Ok(())
        })
        .await
    }

    /// Lets a schedule rest. A post that nobody has tried to send is left out.
    ///
    /// # Errors
    /// When there is none, or it cannot be stored.
    pub async fn pause_daily(&self, guild: u64, id: ScheduleId, by: &str) -> Result<Schedule, DailyError> {
        self.settle(guild, id).await?;
        for _ in 0..TRIES {
            let Stored { mut schedule, version } = self.stored_daily(guild, id).await?;
            let wanted = self.daily_store().wanted_daily_post(id.0).await?;
            if let Some(post) = &wanted {
                stored::take_back(&mut schedule, post);
            }
            schedule.pause(Pause::Moderator(by.to_owned()));
            let posts = DailyPosts::Stop { wanted: wanted.map(|post| post.id) };
            if self.set_daily(&schedule, version, posts).await? {
                return Ok(schedule);
            }
        }
        Err(DailyError::Busy)
    }

    /// Lets a schedule go on. What was missed meanwhile does not come; what may have been sent is looked for.
    ///
    /// # Errors
    /// When there is none, or it cannot be stored.
    pub async fn resume_daily(&self, guild: u64, id: ScheduleId) -> Result<Schedule, DailyError> {
        for _ in 0..TRIES {
            let Stored { mut schedule, version } = self.stored_daily(guild, id).await?;
            if schedule.paused.is_none() {
                return Ok(schedule);
            }
            schedule.resume(self.wall_time());
            if self.set_daily(&schedule, version, DailyPosts::TryAgain).await? {
                return Ok(schedule);
            }
        }
        Err(DailyError::Busy)
    }

    /// Removes a schedule.
    ///
    /// # Errors
    /// When there is none, or it cannot be stored.
    pub async fn remove_daily(&self, guild: u64, id: ScheduleId) -> Result<Schedule, DailyError> {
        let stored = self.stored_daily(guild, id).await?;
        let open = self.daily_store().open_daily_question(id.0).await?;
        if !self.daily_store().remove_daily(id.0, self.clock().wall().0).await? {
            return Err(DailyError::Unknown);
        }
        if let Some(open) = open {
            self.inner.daily.deliver(Delivery::Close { id: PostId(open.id), guild });
        }
        Ok(stored.schedule)
    }

    /// What a schedule posts next, as it would be shown now, and when.
    ///
    /// # Errors
    /// When there is no such schedule, nothing fits it, or the database cannot be read.
    pub async fn preview_daily(
        &self,
        library: &Library,
        guild: u64,
        id: ScheduleId,
    ) -> Result<(Schedule, Shown), DailyError> {
        let stored = self.stored_daily(guild, id).await?;
        let used = self.used(id).await?;
        let schedule = stored.schedule;
        let now = self.wall_time();
        let due = schedule.upcoming().next().unwrap_or(Due { date: schedule.settings.when.date_at(now), at: now });
        let choice = choose(library, &schedule, &used).ok_or(DailyError::Nothing)?;
        let open = self.daily_store().open_daily_question(id.0).await?;
        let before = match open {
            Some(open) => self.closed(&open).await?,
            None => None,
        };
        let shown = stored::shown(library, &schedule, due, &choice, card(library, &schedule, &choice), None);
        Ok((schedule, Shown { before: before.map(Box::new), ..shown }))
    }

    /// Posts now what would come next. It is today's post.
    ///
    /// # Errors
    /// When today has its post, there is no such schedule, nothing fits it, or it cannot be stored.
    pub async fn post_daily_now(
        &self,
        library: &Library,
        guild: u64,
        id: ScheduleId,
    ) -> Result<(Schedule, Choice), DailyError> {
        self.settle(guild, id).await?;
        for _ in 0..TRIES {
            let Stored { mut schedule, version } = self.stored_daily(guild, id).await?;
            let mut used = self.used(id).await?;
            let due = match schedule.post_now(self.wall_time()) {
                Ok(due) => due,
                Err(NotNow::Today) => {
                    let today = schedule.settings.when.date_at(self.wall_time()).to_string();
                    let post = self.daily_store().daily_post_of(id.0, &today).await?;
                    let shown = post.as_ref().and_then(|post| stored::shown_post(library, post));
                    return Err(DailyError::Today(shown.map(Box::new)));
                }
            };
            let choice = choose(library, &schedule, &used).ok_or(DailyError::Nothing)?;
            let turn = turn(library, &mut schedule, version, &mut used, Some((due, &choice)), true)?;
            match self.turn_one(turn).await? {
                Turned::Stale => {}
                Turned::Doubled => return Err(DailyError::Today(None)),
                Turned::Done { .. } => {
                    self.inner.daily.poke.notify_one();
                    return Ok((schedule, choice));
                }
            }
        }
        Err(DailyError::Busy)
    }

    /// Leaves out what would be posted next: it comes again when everything else has come. Returns what was skipped, and
    /// what comes in its place.
    ///
    /// # Errors
    /// When there is no such schedule, nothing fits it, or it cannot be stored.
    pub async fn skip_daily(
        &self,
        library: &Library,
        guild: u64,
        id: ScheduleId,
        interaction: u64,
    ) -> Result<(Schedule, Choice, Choice), DailyError> {
        self.settle(guild, id).await?;
        for _ in 0..TRIES {
            let Stored { mut schedule, version } = self.stored_daily(guild, id).await?;
            if !schedule.hear(interaction) {
                return Err(DailyError::Done);
            }
            let mut used = self.used(id).await?;
            let skipped = choose(library, &schedule, &used).ok_or(DailyError::Nothing)?;
            schedule.use_up(&skipped, &mut used);
            let turn = DailyTurn {
                used: used_by(&skipped, schedule.turn),
                schedule: stored::write(&schedule, version)?,
                post: None,
            };
            if self.turn_one(turn).await? != Turned::Stale {
                let next = choose(library, &schedule, &used).ok_or(DailyError::Nothing)?;
                return Ok((schedule, skipped, next));
            }
        }
        Err(DailyError::Busy)
    }

    /// Puts an item of the library at the end of the queue. Returns its id and its place from 1.
    ///
    /// # Errors
    /// When it is no item that can be posted, or stands there, or the queue is full, or it cannot be stored.
    pub async fn queue_daily(
        &self,
        library: &Library,
        guild: u64,
        id: ScheduleId,
        item: &str,
        interaction: u64,
    ) -> Result<(Schedule, String, usize), DailyError> {
        let item = match library.find(item) {
            Some(crate::content::Item::Topic(topic)) => topic.id.clone(),
            Some(crate::content::Item::Question(question)) if is_postable(question) => question.id.clone(),
            _ => return Err(DailyError::Item),
        };
        let place = Mutex::new(0);
        let schedule = self
            .do_once(guild, id, interaction, |schedule| {
                // What the library has no longer does not take a place.
                schedule.queue.retain(|known| library.find(known).is_some());
                let added = schedule.queue.add(&item).map_err(DailyError::Queue)?;
                *place.lock().unwrap_or_else(PoisonError::into_inner) = added;
                Ok(())
            })
            .await?;
        let place = *place.lock().unwrap_or_else(PoisonError::into_inner);
        Ok((schedule, item, place))
    }

    /// Takes what stands at a place (from 1) out of the queue.
    ///
    /// # Errors
    /// When there is no such place, or it cannot be stored.
    pub async fn unqueue_daily(
        &self,
        guild: u64,
        id: ScheduleId,
        place: usize,
        interaction: u64,
    ) -> Result<Schedule, DailyError> {
        let remove = |schedule: &mut Schedule| schedule.queue.remove(place).map(drop).map_err(DailyError::Queue);
        self.do_once(guild, id, interaction, remove).await
    }

    /// Moves what stands at a place (from 1) of the queue to another one.
    ///
    /// # Errors
    /// When there is no such place, or it cannot be stored.
    pub async fn move_daily(
        &self,
        guild: u64,
        id: ScheduleId,
        (from, to): (usize, usize),
        interaction: u64,
    ) -> Result<Schedule, DailyError> {
        let shift = |schedule: &mut Schedule| schedule.queue.shift(from, to).map_err(DailyError::Queue);
        self.do_once(guild, id, interaction, shift).await
    }

    /// Changes a schedule as below; for what would have another effect when it is done twice.
    async fn do_once(
        &self,
        guild: u64,
        id: ScheduleId,
        interaction: u64,
        change: impl Fn(&mut Schedule) -> Result<(), DailyError>,
    ) -> Result<Schedule, DailyError> {
        let once =
            |schedule: &mut Schedule| if schedule.hear(interaction) { change(schedule) } else { Err(DailyError::Done) };
        self.change_daily(guild, id, once).await
    }

    /// Stores what `change` makes of a schedule, anew if something else came first.
    async fn change_daily(
        &self,
        guild: u64,
        id: ScheduleId,
        change: impl Fn(&mut Schedule) -> Result<(), DailyError>,
    ) -> Result<Schedule, DailyError> {
        for _ in 0..TRIES {
            let Stored { mut schedule, version } = self.stored_daily(guild, id).await?;
            let rested = schedule.paused.is_some();
            change(&mut schedule)?;
            let goes_on = rested && schedule.paused.is_none();
            let posts = if goes_on { DailyPosts::TryAgain } else { DailyPosts::GoOn };
            if self.set_daily(&schedule, version, posts).await? {
                return Ok(schedule);
            }
        }
        Err(DailyError::Busy)
    }

    async fn set_daily(&self, schedule: &Schedule, version: u64, posts: DailyPosts) -> Result<bool, DailyError> {
        let write = stored::write(schedule, version)?;
        let is_set = self.daily_store().set_daily(&write, posts, self.clock().wall().0).await?;
        self.inner.daily.poke.notify_one();
        Ok(is_set)
    }

    /// Posts what is due of one schedule.
    async fn settle(&self, guild: u64, id: ScheduleId) -> Result<(), DailyError> {
        for _ in 0..TRIES {
            let stored = self.stored_daily(guild, id).await?;
            if stored.schedule.wakes_at().is_none_or(|at| at > self.wall_time()) {
                return Ok(());
            }
            self.settle_all(vec![stored]).await?;
        }
        Ok(())
    }

    /// Posts what is due of schedules, in one transaction. One that was changed meanwhile is left as it is.
    async fn settle_all(&self, stored: Vec<Stored>) -> Result<(), DailyError> {
        let (knowledge, now) = (self.knowledge(), self.wall_time());
        let mut turns = Vec::new();
        for stored in &stored {
            turns.push(self.turn_of(&knowledge.library, stored, now).await?);
        }
        let turned = self.daily_store().turn_dailies(&turns, now.as_millisecond()).await?;
        for (Stored { schedule, version }, turned) in stored.into_iter().zip(turned) {
            if turned == Turned::Doubled {
                tracing::warn!(schedule = %schedule.id, "a day has its post already: no second one is made");
                let mut settled = schedule;
                settled.tick(now, self.inner.catch_up);
                self.set_daily(&settled, version, DailyPosts::GoOn).await?;
            }
        }
        if turns.iter().any(|turn| turn.schedule.notice) {
            self.inner.daily.poke.notify_one();
        }
        Ok(())
    }

    /// What is due of a schedule.
    async fn turn_of(&self, library: &Library, stored: &Stored, now: Timestamp) -> Result<DailyTurn, DailyError> {
        let mut schedule = stored.schedule.clone();
        let due = schedule.tick(now, self.inner.catch_up);
        let mut used = if due.is_some() { self.used(schedule.id).await? } else { Used::new() };
        let chosen = due.map(|due| (due, choose(library, &schedule, &used)));
        let post = match &chosen {
            Some((due, Some(choice))) => Some((*due, choice)),
            Some((due, None)) => {
                tracing::warn!(schedule = %schedule.id, "a schedule is paused: the library has nothing for it");
                schedule.leave_out(due.date);
                schedule.pause(Pause::Trouble { trouble: Trouble::Nothing, told: false });
                None
            }
            None => None,
        };
        Ok(turn(library, &mut schedule, stored.version, &mut used, post, false)?)
    }

    /// After the clock was far ahead, what was planned by it is planned anew. After a backup was put back, nothing is posted
    /// that may have been posted since.
    async fn plan_anew(&self, restored: bool) -> Result<(), DailyError> {
        let (now, store) = (self.wall_time(), self.daily_store());
        if restored {
            store.doubt_daily_posts().await?;
        }
        let soon = |span: SignedDuration| now.checked_add(span).map_or(i64::MAX, Timestamp::as_millisecond);
        store.hurry_daily_posts(soon(LONG_PAUSE), now.as_millisecond()).await?;
        let after = if restored { i64::MIN } else { soon(FAR) };
        let mut last = 0;
        loop {
            let rows = store.dailies_due_after(after, last, PLANNED_AT_ONCE).await?;
            let Some(row) = rows.last() else { return Ok(()) };
            last = row.id;
            for Stored { mut schedule, version } in rows.iter().filter_map(stored::read) {
                if restored {
                    schedule.begin_anew(now);
                }
                if schedule.mend(now) || restored {
                    self.set_daily(&schedule, version, DailyPosts::GoOn).await?;
                }
            }
        }
    }

    async fn turn_one(&self, turn: DailyTurn) -> Result<Turned, DailyError> {
        let turned = self.daily_store().turn_dailies(&[turn], self.clock().wall().0).await?;
        Ok(turned.into_iter().next().unwrap_or(Turned::Stale))
    }

    async fn stored_daily(&self, guild: u64, id: ScheduleId) -> Result<Stored, DailyError> {
        let row = self.daily_store().daily(id.0).await?;
        let stored = row.as_ref().and_then(stored::read).ok_or(DailyError::Unknown)?;
        if stored.schedule.guild == guild { Ok(stored) } else { Err(DailyError::Unknown) }
    }

    async fn used(&self, id: ScheduleId) -> Result<Used, StoreError> {
        Ok(self.daily_store().daily_used(id.0).await?.into_iter().collect())
    }

    fn daily_store(&self) -> &Store {
        &self.inner.store
    }
}

/// How many different posts settings allow, and how many of them ask something beside a topic.
pub fn daily_supply(library: &Library, kind: Kind, filter: &Filter) -> (usize, Option<usize>) {
    let asking = (kind == Kind::Both).then(|| supply_with_question(library, filter));
    (supply(library, kind, filter), asking)
}

/// A schedule with what it used and the post that it wants, to be written.
fn turn(
    library: &Library,
    schedule: &mut Schedule,
    version: u64,
    used: &mut Used,
    post: Option<(Due, &Choice)>,
    anew: bool,
) -> Result<DailyTurn, StoreError> {
    let wanted = match post {
        None => None,
        Some((due, choice)) => {
            let card = card(library, schedule, choice);
            let topics = card.iter().flat_map(|card| card.topics.iter().map(|topic| topic.id.clone())).collect();
            schedule.use_up(choice, used);
            Some(DailyWanted {
                guild: schedule.guild,
                channel: schedule.settings.channel,
                date: due.date.to_string(),
                at_ms: due.at.as_millisecond(),
                topic: choice.topic.clone(),
                question: choice.question.clone(),
                topics,
                document: stored::document(schedule, choice, card)?,
                anew,
            })
        }
    };
    let used = post.map(|(_, choice)| used_by(choice, schedule.turn)).unwrap_or_default();
    Ok(DailyTurn { schedule: stored::write(schedule, version)?, used, post: wanted })
}

fn used_by(choice: &Choice, turn: u64) -> Vec<(String, u64)> {
    choice.items().map(|item| (item.to_owned(), turn)).collect()
}

/// The question of a post as it is shown. Its options stand the same way in a preview and in the post.
fn card(library: &Library, schedule: &Schedule, choice: &Choice) -> Option<Card> {
    let question = library.questions.get(choice.question.as_ref()?)?;
    let mut rng = ChaCha8Rng::seed_from_u64(schedule.seed ^ schedule.turn);
    Some(Card::deal(library, question, &mut rng))
}

fn timestamp(ms: UnixMs) -> Timestamp {
    Timestamp::from_millisecond(ms.0).unwrap_or(Timestamp::UNIX_EPOCH)
}
