//! From a post that is wanted to a message that is there: each stage is stored before the next step is made.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;

use super::answers::Tally;
use super::stored::{self, Shown};
use super::ticker::Delivery;
use super::{DailyError, TRIES, timestamp};
use crate::app::App;
use crate::daily::{Moment, Pause, Post, PostId, Schedule, ScheduleId, Stage, Step, Trouble};
use crate::quiz::{Card, UnixMs};
use crate::store::{DailyPost, DailyPosts, DailyStage, DailyStep};

/// The longest pause between two attempts, as a power of two in seconds: 256 s.
const PAUSES: u32 = 8;

/// How long it rests after so many attempts and one more, in milliseconds.
fn pause(attempts: u32) -> i64 {
    1_000 << attempts.min(PAUSES)
}

/// So many people are named who have a streak.
const STREAKS: u32 = 5;

/// The pause before another attempt that could not be stored.
const UNSTORED: Duration = Duration::from_secs(2);

/// What is to be done for a post.
#[derive(Clone, Debug)]
pub enum Claimed {
    Send(Box<Shown>),
    /// It may have been sent since then.
    LookFirst {
        since: UnixMs,
        shown: Box<Shown>,
    },
    MakeThread {
        message: u64,
        shown: Box<Shown>,
    },
    /// It may still arrive: another attempt is to be made in a while.
    Wait,
    Nothing,
}

/// A question with how it was answered.
#[derive(Clone, Debug)]
pub struct Closed {
    pub post: PostId,
    pub guild: u64,
    pub channel: u64,
    pub message: Option<u64>,
    pub date: Date,
    pub card: Card,
    pub tally: Tally,
}

/// A step of a post that is to be written, with its schedule if that goes on, too.
struct Going {
    step: DailyStep,
    schedule: Option<(Schedule, u64)>,
}

/// What somebody is told of a schedule that cannot post.
#[derive(Clone, Debug)]
pub struct Told {
    pub schedule: Schedule,
    pub trouble: Trouble,
}

impl App {
    /// Somebody is about to send a post. From then on the question before takes no answers.
    ///
    /// # Errors
    /// When the database fails; then nothing is to be sent.
    pub async fn claim_daily(&self, id: PostId) -> Result<Claimed, DailyError> {
        self.step_daily(id, Post::claim).await
    }

    /// A post was looked for, and is not there.
    ///
    /// # Errors
    /// As there.
    pub async fn daily_is_nowhere(&self, id: PostId) -> Result<Claimed, DailyError> {
        self.step_daily(id, Post::is_nowhere).await
    }

    /// A post is there.
    ///
    /// # Errors
    /// As there; it is found out again.
    pub async fn daily_is_there(&self, id: PostId, message: u64) -> Result<Claimed, DailyError> {
        let next = self.step_daily(id, |post, _| post.is_there(message)).await?;
        let (store, mut closed) = (self.daily_store(), Vec::new());
        closed.extend(store.daily_post_before(id.0).await?);
        // A later one was faster.
        closed.extend(store.daily_post(id.0).await?.filter(|post| post.closed_at_ms.is_some()));
        for post in closed {
            self.inner.daily.deliver(Delivery::Close { id: PostId(post.id), guild: post.guild });
        }
        Ok(next)
    }

    /// A post has its thread.
    ///
    /// # Errors
    /// As there; it is found out again.
    pub async fn daily_has_thread(&self, id: PostId) -> Result<(), DailyError> {
        let made = |post: &mut Post, _| {
            post.has_thread();
            Step::Nothing
        };
        self.step_daily(id, made).await.map(drop)
    }

    /// Discord refuses a post, or its thread, for good: its schedule is paused.
    ///
    /// # Errors
    /// When the database fails; then it is tried again.
    pub async fn daily_is_refused(&self, id: PostId, trouble: Trouble) -> Result<(), DailyError> {
        self.pause_for(id, trouble, |post, _| post.is_refused()).await
    }

    /// Whether a post is there cannot be seen. It rests until its schedule goes on, which is paused; when it is too late for
    /// it, nothing more is done.
    ///
    /// # Errors
    /// When the database fails; then it is tried again.
    pub async fn daily_is_hidden(&self, id: PostId) -> Result<(), DailyError> {
        self.pause_for(id, Trouble::NoHistory, Post::is_hidden).await
    }

    async fn pause_for(
        &self,
        id: PostId,
        trouble: Trouble,
        what: impl Fn(&mut Post, Moment),
    ) -> Result<(), DailyError> {
        for _ in 0..TRIES {
            let Some(row) = self.daily_store().daily_post(id.0).await? else { return Ok(()) };
            let mut post = post(&row)?;
            what(&mut post, self.moment(&row).await?);
            let mut going = self.step_of(&row, &post, trouble != Trouble::Refused).await?;
            // What is in doubt is no reason to stop what comes after it.
            if post.stage != Stage::InDoubt {
                going.step.parked = matches!(post.stage, Stage::Claimed { .. });
                let stored = match going.schedule.take() {
                    Some((schedule, version)) => Some((schedule, version)),
                    None => self.schedule_of(&row).await?,
                };
                let wanted =
                    self.daily_store().wanted_daily_post(row.schedule).await?.filter(|other| other.id != row.id);
                going.step.others = DailyPosts::Stop { wanted: wanted.as_ref().map(|post| post.id) };
                going.schedule = stored.map(|(mut schedule, version)| {
                    if let Some(other) = &wanted {
                        stored::take_back(&mut schedule, other);
                    }
                    schedule.pause(Pause::Trouble { trouble, told: false });
                    (schedule, version)
                });
            }
            if self.write_step(going).await? {
                tracing::warn!(post = id.0, schedule = row.schedule, ?trouble, "a scheduled post could not be made");
                self.inner.daily.poke.notify_one();
                return Ok(());
            }
        }
        Err(DailyError::Busy)
    }

    /// An attempt was in vain, and may succeed later: after 1, 2, 4 s and so on up to about four minutes.
    pub async fn daily_again(&self, id: PostId) {
        let again = async {
            let Some(row) = self.daily_store().daily_post(id.0).await? else { return Ok(()) };
            self.daily_store().daily_post_again(id.0, self.clock().wall().plus(pause(row.attempts)).0).await
        };
        if let Err(error) = again.await {
            tracing::warn!(%error, post = id.0, "that a scheduled post waits was not stored");
            // Otherwise it would be tried again at once.
            tokio::time::sleep(UNSTORED).await;
        }
    }

    /// What is to be told of a schedule, if anything.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn daily_trouble(&self, id: ScheduleId) -> Result<Option<Told>, DailyError> {
        let stored = self.daily_store().daily(id.0).await?.as_ref().and_then(stored::read);
        Ok(stored.and_then(|stored| match stored.schedule.paused {
            Some(Pause::Trouble { trouble, told: false }) => Some(Told { schedule: stored.schedule, trouble }),
            _ => None,
        }))
    }

    /// Whoever is to be told of a schedule's trouble was told, or cannot be.
    ///
    /// # Errors
    /// When the database fails; then they may be told again.
    pub async fn daily_was_told(&self, guild: u64, id: ScheduleId) -> Result<(), DailyError> {
        let told = |schedule: &mut Schedule| {
            if let Some(Pause::Trouble { told, .. }) = &mut schedule.paused {
                *told = true;
            }
            Ok(())
        };
        self.change_daily(guild, id, told).await.map(drop)
    }

    /// A post as it is shown, with the question before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn daily_post(&self, id: PostId) -> Result<Option<Shown>, DailyError> {
        let Some(row) = self.daily_store().daily_post(id.0).await? else { return Ok(None) };
        let Some(shown) = self.shown_daily(&row).await? else { return Ok(None) };
        Ok(Some(Shown { answered: self.daily_store().count_daily_answers(id.0).await?, ..*shown }))
    }

    /// Takes one step with a post: its new stage is stored, then it is said what is to be done.
    async fn step_daily(&self, id: PostId, step: impl Fn(&mut Post, Moment) -> Step) -> Result<Claimed, DailyError> {
        for _ in 0..TRIES {
            let Some(row) = self.daily_store().daily_post(id.0).await? else { return Ok(Claimed::Nothing) };
            let mut post = post(&row)?;
            let before = post.stage;
            let next = step(&mut post, self.moment(&row).await?);
            if post.stage != before && !self.write_step(self.step_of(&row, &post, true).await?).await? {
                continue;
            }
            let Some(shown) = self.shown_daily(&row).await? else {
                // It has been said in the log; it holds up nothing.
                self.daily_store().set_daily_post_aside(id.0).await?;
                return Ok(Claimed::Nothing);
            };
            return Ok(match next {
                Step::Send => Claimed::Send(shown),
                Step::LookFirst { since } => Claimed::LookFirst { since: UnixMs(since.as_millisecond()), shown },
                Step::MakeThread { message } => Claimed::MakeThread { message, shown },
                Step::Wait => Claimed::Wait,
                Step::Nothing => Claimed::Nothing,
            });
        }
        Err(DailyError::Busy)
    }

    async fn moment(&self, row: &DailyPost) -> Result<Moment, DailyError> {
        let overtaken = self.daily_store().is_daily_overtaken(row.schedule, &row.date).await?;
        // The next attempt is due a known while after the last one.
        let last = row.attempts.checked_sub(1).map(|attempts| row.try_at_ms.saturating_sub(pause(attempts)));
        let claimed = if let DailyStage::Claimed { at_ms } = row.stage { Some(at_ms) } else { None };
        let tried_at = last.max(claimed).map(|at| timestamp(UnixMs(at)));
        Ok(Moment { now: self.wall_time(), catch_up: self.inner.catch_up, overtaken, tried_at })
    }

    /// What is to be written with the new stage of a post. `comes_again`: if it is missing, what it was made of comes next.
    async fn step_of(&self, row: &DailyPost, post: &Post, comes_again: bool) -> Result<Going, DailyError> {
        let now = self.clock().wall().0;
        let is_claimed = matches!(post.stage, Stage::Claimed { .. }) && row.stage == DailyStage::Wanted;
        let mut going = Going {
            step: DailyStep {
                id: row.id,
                from: row.stage,
                to: stage_row(post.stage),
                closes: is_claimed.then_some(now),
                reopens: post.stage.is_missing(),
                gives_back: None,
                arrives: post.stage.message().is_some().then_some(now),
                ends: (post.stage == Stage::InDoubt).then_some(now),
                parked: false,
                schedule: None,
                others: DailyPosts::GoOn,
            },
            schedule: None,
        };
        if post.stage == Stage::InDoubt
            && let Some((mut schedule, version)) = self.schedule_of(row).await?
        {
            schedule.leave_in_doubt(post.date);
            going.schedule = Some((schedule, version));
        }
        if post.stage.is_missing() {
            // What Discord does not take would not be taken the next time either.
            let used = stored::used_for(row).filter(|_| comes_again);
            going.step.gives_back = used.as_ref().map(|used| used.turn);
            if let Some((mut schedule, version)) = self.schedule_of(row).await? {
                schedule.leave_out(post.date);
                schedule.give_back(used.as_ref().and_then(|used| used.queued.as_deref()));
                going.schedule = Some((schedule, version));
            }
            if post.stage == Stage::LeftOut {
                tracing::warn!(post = row.id, schedule = row.schedule, "a scheduled post is left out: it is too late");
            }
        }
        Ok(going)
    }

    async fn schedule_of(&self, row: &DailyPost) -> Result<Option<(Schedule, u64)>, DailyError> {
        let stored = self.daily_store().daily(row.schedule).await?.as_ref().and_then(stored::read);
        Ok(stored.map(|stored| (stored.schedule, stored.version)))
    }

    async fn write_step(&self, going: Going) -> Result<bool, DailyError> {
        let schedule = going.schedule.map(|(schedule, version)| stored::write(&schedule, version)).transpose()?;
        Ok(self.daily_store().step_daily_post(&DailyStep { schedule, ..going.step }).await?)
    }

    async fn shown_daily(&self, row: &DailyPost) -> Result<Option<Box<Shown>>, DailyError> {
        let knowledge = self.knowledge();
        let Some(shown) = stored::shown_post(&knowledge.library, row) else { return Ok(None) };
        let before = match self.daily_store().daily_post_before(row.id).await? {
            Some(before) => self.closed(&before).await?,
            None => None,
        };
        Ok(Some(Box::new(Shown { before: before.map(Box::new), ..shown })))
    }

    /// A question with its answers. `None` when its document was forgotten.
    pub(super) async fn closed(&self, row: &DailyPost) -> Result<Option<Closed>, DailyError> {
        let Some(card) = stored::card_of(row) else { return Ok(None) };
        let Ok(date) = row.date.parse() else { return Ok(None) };
        let tally = self.daily_store().daily_tally(row.id, STREAKS).await?;
        Ok(Some(Closed {
            post: PostId(row.id),
            guild: row.guild,
            channel: row.channel,
            message: stage(row.stage).message(),
            date,
            card,
            tally: Tally::read(tally),
        }))
    }
}

pub(super) fn stage(row: DailyStage) -> Stage {
    match row {
        DailyStage::Wanted => Stage::Wanted,
        DailyStage::Claimed { at_ms } => Stage::Claimed { at: timestamp(UnixMs(at_ms)) },
        DailyStage::Threadless { message } => Stage::Threadless { message },
        DailyStage::Done { message } => Stage::Done { message },
        DailyStage::LeftOut => Stage::LeftOut,
        DailyStage::Refused => Stage::Refused,
        DailyStage::InDoubt => Stage::InDoubt,
    }
}

fn stage_row(stage: Stage) -> DailyStage {
    match stage {
        Stage::Wanted => DailyStage::Wanted,
        Stage::Claimed { at } => DailyStage::Claimed { at_ms: at.as_millisecond() },
        Stage::Threadless { message } => DailyStage::Threadless { message },
        Stage::Done { message } => DailyStage::Done { message },
        Stage::LeftOut => DailyStage::LeftOut,
        Stage::Refused => DailyStage::Refused,
        Stage::InDoubt => DailyStage::InDoubt,
    }
}

fn post(row: &DailyPost) -> Result<Post, DailyError> {
    Ok(Post {
        id: PostId(row.id),
        schedule: ScheduleId(row.schedule),
        date: row.date.parse().map_err(|_| DailyError::Unknown)?,
        at: Timestamp::from_millisecond(row.at_ms).map_err(|_| DailyError::Unknown)?,
        stage: stage(row.stage),
        wants_thread: stored::wants_thread(row),
    })
}
