//! From a post that is wanted to a message that is there: each stage is stored before the next step is made.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;

use super::answers::Answer;
use super::stored::{self, Shown};
use super::ticker::Delivery;
use super::{DailyError, TRIES, timestamp};
use crate::app::App;
use crate::daily::{Pause, Post, PostId, Schedule, ScheduleId, Stage, Step, Trouble};
use crate::quiz::{Card, UnixMs};
use crate::store::{DailyPost, DailyStage, DailyStep};

/// The longest pause between two attempts, as a power of two in seconds: 256 s.
const PAUSES: u32 = 8;

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
    Nothing,
}

/// A question that takes no more answers, with all of them.
#[derive(Clone, Debug)]
pub struct Closed {
    pub post: PostId,
    pub guild: u64,
    pub channel: u64,
    pub message: Option<u64>,
    pub date: Date,
    pub card: Card,
    /// The first one first.
    pub answers: Vec<Answer>,
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
        let now = self.wall_time();
        self.step_daily(id, |post| post.claim(now, self.inner.catch_up)).await
    }

    /// A post was looked for, and is not there.
    ///
    /// # Errors
    /// As there.
    pub async fn daily_is_nowhere(&self, id: PostId) -> Result<Claimed, DailyError> {
        let now = self.wall_time();
        self.step_daily(id, |post| post.is_nowhere(now, self.inner.catch_up)).await
    }

    /// A post is there.
    ///
    /// # Errors
    /// As there; it is found out again.
    pub async fn daily_is_there(&self, id: PostId, message: u64) -> Result<Claimed, DailyError> {
        let next = self.step_daily(id, |post| post.is_there(message)).await?;
        if let Some(before) = self.daily_store().daily_post_before(id.0).await? {
            self.inner.daily.deliver(Delivery::Close { id: PostId(before.id), guild: before.guild });
        }
        Ok(next)
    }

    /// A post has its thread.
    ///
    /// # Errors
    /// As there; it is found out again.
    pub async fn daily_has_thread(&self, id: PostId) -> Result<(), DailyError> {
        let made = |post: &mut Post| {
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
        for _ in 0..TRIES {
            let Some(row) = self.daily_store().daily_post(id.0).await? else { return Ok(()) };
            let mut post = post(&row)?;
            // What cannot be seen may be there: it is looked for again when the schedule goes on.
            let parked = trouble == Trouble::NoHistory;
            if !parked {
                post.is_refused();
            }
            // What Discord does not take would not be taken the next time either.
            let comes_again = post.stage == Stage::Refused && trouble != Trouble::Refused;
            let mut schedule = self.daily_store().daily(row.schedule).await?.as_ref().and_then(stored::read);
            if let Some(stored) = &mut schedule {
                if post.stage == Stage::Refused {
                    stored.schedule.leave_out(post.date);
                }
                if comes_again {
                    take_back(&mut stored.schedule, &row);
                }
                stored.schedule.pause(Pause::Trouble { trouble, told: false });
            }
            let write = schedule.map(|stored| stored::write(&stored.schedule, stored.version)).transpose()?;
            let reopens = post.stage == Stage::Refused;
            let to = stage_row(post.stage);
            let step = DailyStep {
                id: id.0,
                from: row.stage,
                to,
                closes: None,
                reopens,
                comes_again,
                parked,
                schedule: write,
            };
            if self.daily_store().step_daily_post(&step).await? {
                tracing::warn!(post = id.0, schedule = row.schedule, ?trouble, "a schedule is paused: it cannot post");
                self.inner.daily.poke.notify_one();
                return Ok(());
            }
        }
        Ok(())
    }

    /// An attempt was in vain, and may succeed later: after 1, 2, 4 s and so on up to about four minutes.
    pub async fn daily_again(&self, id: PostId) {
        let again = async {
            let Some(row) = self.daily_store().daily_post(id.0).await? else { return Ok(()) };
            let pause = 1_000 << row.attempts.min(PAUSES);
            self.daily_store().daily_post_again(id.0, self.clock().wall().plus(pause).0).await
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
        match self.daily_store().daily_post(id.0).await? {
            Some(row) => Ok(self.shown_daily(&row).await?.map(|shown| *shown)),
            None => Ok(None),
        }
    }

    /// Takes one step with a post: its new stage is stored, then it is said what is to be done.
    async fn step_daily(&self, id: PostId, step: impl Fn(&mut Post) -> Step) -> Result<Claimed, DailyError> {
        for _ in 0..TRIES {
            let Some(row) = self.daily_store().daily_post(id.0).await? else { return Ok(Claimed::Nothing) };
            let mut post = post(&row)?;
            let before = post.stage;
            let next = step(&mut post);
            if post.stage != before && !self.store_step(&row, &post).await? {
                continue;
            }
            let Some(shown) = self.shown_daily(&row).await? else { return Ok(Claimed::Nothing) };
            return Ok(match next {
                Step::Send => Claimed::Send(shown),
                Step::LookFirst { since } => Claimed::LookFirst { since: UnixMs(since.as_millisecond()), shown },
                Step::MakeThread { message } => Claimed::MakeThread { message, shown },
                Step::Nothing => Claimed::Nothing,
            });
        }
        Ok(Claimed::Nothing)
    }

    async fn store_step(&self, row: &DailyPost, post: &Post) -> Result<bool, DailyError> {
        let is_claimed = matches!(post.stage, Stage::Claimed { .. });
        let mut schedule = None;
        if post.stage == Stage::LeftOut
            && let Some(mut stored) = self.daily_store().daily(row.schedule).await?.as_ref().and_then(stored::read)
        {
            tracing::warn!(
                post = row.id,
                schedule = row.schedule,
                "a scheduled post is left out: it is too late for it"
            );
            stored.schedule.leave_out(post.date);
            take_back(&mut stored.schedule, row);
            schedule = Some(stored::write(&stored.schedule, stored.version)?);
        }
        let step = DailyStep {
            id: row.id,
            from: row.stage,
            to: stage_row(post.stage),
            closes: is_claimed.then(|| self.clock().wall().0),
            reopens: post.stage == Stage::LeftOut,
            comes_again: post.stage == Stage::LeftOut,
            parked: false,
            schedule,
        };
        Ok(self.daily_store().step_daily_post(&step).await?)
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
        let answers = self.daily_store().daily_answers(row.id).await?;
        Ok(Some(Closed {
            post: PostId(row.id),
            guild: row.guild,
            channel: row.channel,
            message: stage(row.stage).message(),
            date,
            card,
            answers: answers.iter().filter_map(Answer::read).collect(),
        }))
    }
}

/// What somebody wanted first and was not posted is first again.
fn take_back(schedule: &mut Schedule, row: &DailyPost) {
    if let Some(entry) = stored::queued(row) {
        schedule.queue.put_back(entry);
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
