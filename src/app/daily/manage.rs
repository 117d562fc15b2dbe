//! What moderators do with schedules. Each change is stored by the version that it was made from, and made anew if another
//! one came first.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use rand::RngExt;

use super::settle::{card, turn, used_by};
use super::ticker::Delivery;
use super::{DailyError, SCHEDULES, Shown, Stored, TRIES, stored};
use crate::app::App;
use crate::content::{Item, Library};
use crate::daily::{Choice, Due, NotNow, Pause, PostId, Schedule, ScheduleId, Settings, choose, is_postable, supply};
use crate::store::{DailyPosts, DailyTurn, Turned};

impl App {
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
            let overtakes = self.overtake(&mut schedule, &mut used).await?;
            let choice = choose(library, &schedule, &used).ok_or(DailyError::Nothing)?;
            let turn = turn(library, &mut schedule, version, &mut used, Some((due, &choice)), true)?;
            let turn = DailyTurn { overtakes, ..turn };
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
                overtakes: None,
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
            Some(Item::Topic(topic)) => topic.id.clone(),
            Some(Item::Question(question)) if is_postable(question) => question.id.clone(),
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
    pub(super) async fn do_once(
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
    pub(super) async fn change_daily(
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
}
