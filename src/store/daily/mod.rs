//! Scheduled posts: the schedules by version, each post by its stage, what members answer. What the documents hold is for
//! others to say.

mod answers;
mod posts;
mod schedules;
#[cfg(test)]
mod turns;

use super::{StoreError, id, now_ms};

pub use answers::{DailyAnswer, DailyGiven, DailyTally};

/// A moment at which nothing is tried any more.
const NEVER: i64 = i64::MAX;

/// A schedule as it is kept. The document is JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DailySchedule {
    pub id: u64,
    pub version: u64,
    pub document: String,
}

/// A schedule to be written.
#[derive(Clone, Debug)]
pub struct DailyWrite {
    pub id: u64,
    /// The version that it must have in the database.
    pub version: u64,
    pub next_at_ms: Option<i64>,
    pub notice: bool,
    pub document: String,
}

/// How far a post is, with what belongs to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DailyStage {
    Wanted,
    Claimed { at_ms: i64 },
    Threadless { message: u64 },
    Done { message: u64 },
    LeftOut,
    Refused,
    InDoubt,
}

impl DailyStage {
    /// As it is kept; never changes.
    fn number(self) -> i64 {
        match self {
            DailyStage::Wanted => 0,
            DailyStage::Claimed { .. } => 1,
            DailyStage::Threadless { .. } => 2,
            DailyStage::Done { .. } => 3,
            DailyStage::LeftOut => 4,
            DailyStage::Refused => 5,
            DailyStage::InDoubt => 6,
        }
    }

    fn claimed_at(self) -> Option<i64> {
        match self {
            DailyStage::Claimed { at_ms } => Some(at_ms),
            _ => None,
        }
    }

    fn message(self) -> Option<i64> {
        match self {
            DailyStage::Threadless { message } | DailyStage::Done { message } => Some(id(message)),
            _ => None,
        }
    }

    fn read(number: i64, claimed_at_ms: Option<i64>, message: Option<i64>) -> DailyStage {
        let message = unsigned(message.unwrap_or_default());
        match number {
            0 => DailyStage::Wanted,
            1 => DailyStage::Claimed { at_ms: claimed_at_ms.unwrap_or_default() },
            2 => DailyStage::Threadless { message },
            3 => DailyStage::Done { message },
            4 => DailyStage::LeftOut,
            5 => DailyStage::Refused,
            _ => DailyStage::InDoubt,
        }
    }
}

/// A post as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DailyPost {
    pub id: u64,
    pub schedule: u64,
    pub guild: u64,
    pub channel: u64,
    /// 2026-11-21
    pub date: String,
    pub stage: DailyStage,
    pub at_ms: i64,
    pub attempts: u32,
    /// When the next attempt is due.
    pub try_at_ms: i64,
    pub topic: Option<String>,
    pub question: Option<String>,
    /// JSON; empty when it was forgotten.
    pub document: String,
    pub closed_at_ms: Option<i64>,
    /// The post that shows its answers.
    pub closed_by: Option<u64>,
}

/// A post that is wanted.
#[derive(Clone, Debug)]
pub struct DailyWanted {
    pub guild: u64,
    pub channel: u64,
    pub date: String,
    pub at_ms: i64,
    pub topic: Option<String>,
    pub question: Option<String>,
    /// What the question is about.
    pub topics: Vec<String>,
    pub document: String,
    /// Takes the place of that day's post if it is certain that there is none.
    pub anew: bool,
}

/// A schedule that goes on.
#[derive(Clone, Debug)]
pub struct DailyTurn {
    pub schedule: DailyWrite,
    /// Items with the turn at which they were used.
    pub used: Vec<(String, u64)>,
    pub post: Option<DailyWanted>,
    pub overtakes: Option<DailyOvertaken>,
}

/// A post of an earlier day that nobody has tried to send, and that will not come any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyOvertaken {
    pub id: u64,
    /// What was used at this turn counts as not used.
    pub turn: u64,
}

/// What became of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// Written, with the post that is wanted now.
    Done { post: Option<u64> },
    /// That day has its post already: nothing is written.
    Doubled,
    /// The schedule is stored in another version: nothing is written.
    Stale,
}

/// A post for which an attempt is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyOpen {
    pub id: u64,
    pub guild: u64,
    /// A number that changes when the post goes on.
    pub stage: i64,
}

/// What becomes of the posts of a schedule that are on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DailyPosts {
    GoOn,
    /// What nobody has tried to send is left out: this one, if any. What may have been sent rests.
    Stop {
        wanted: Option<u64>,
    },
    /// What rests is tried again.
    TryAgain,
}

/// A post that goes on.
#[derive(Clone, Debug)]
pub struct DailyStep {
    pub id: u64,
    pub from: DailyStage,
    pub to: DailyStage,
    /// From now on the question before takes no answers.
    pub closes: Option<i64>,
    /// The post will not be there: the question before takes answers again.
    pub reopens: bool,
    /// What was used at this turn counts as not used.
    pub gives_back: Option<u64>,
    /// The post is there: a later one that was claimed meanwhile closes its question.
    pub arrives: Option<i64>,
    /// Its own question takes no answers.
    pub ends: Option<i64>,
    /// No further attempt until somebody says so.
    pub parked: bool,
    /// The schedule goes on with it.
    pub schedule: Option<DailyWrite>,
    /// What becomes of the schedule's other posts.
    pub others: DailyPosts,
}

/// Numbers are never given twice, also when a backup was restored that knows nothing of the last ones: their buttons are
/// still there.
fn fresh(last: i64, now_ms: i64) -> u64 {
    unsigned(last.saturating_add(1).max(now_ms))
}

async fn write(connection: &mut sqlx::SqliteConnection, write: &DailyWrite) -> Result<bool, StoreError> {
    let written = sqlx::query(
        "UPDATE daily_schedule SET version = version + 1, next_at_ms = $1, notice = $2, document = $3,
         changed_at_ms = $4 WHERE id = $5 AND version = $6 AND removed = 0",
    )
    .bind(write.next_at_ms)
    .bind(i64::from(write.notice))
    .bind(&write.document)
    .bind(now_ms())
    .bind(id(write.id))
    .bind(id(write.version))
    .execute(connection)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// See [`DailyPosts::Stop`]. What is left out has used nothing up. Returns it.
async fn stop(connection: &mut sqlx::SqliteConnection, schedule: u64) -> Result<Vec<u64>, StoreError> {
    let left_out: Vec<i64> =
        sqlx::query_scalar("UPDATE daily_post SET stage = 4 WHERE schedule_id = $1 AND stage = 0 RETURNING id")
            .bind(id(schedule))
            .fetch_all(&mut *connection)
            .await?;
    for post in &left_out {
        sqlx::query(
            "DELETE FROM daily_used WHERE schedule_id = $1 AND item_id IN
             (SELECT topic_id FROM daily_post WHERE id = $2 UNION SELECT question_id FROM daily_post WHERE id = $2)",
        )
        .bind(id(schedule))
        .bind(post)
        .execute(&mut *connection)
        .await?;
    }
    sqlx::query("UPDATE daily_post SET try_at_ms = $1 WHERE schedule_id = $2 AND stage < 3")
        .bind(NEVER)
        .bind(id(schedule))
        .execute(connection)
        .await?;
    Ok(left_out.into_iter().map(unsigned).collect())
}

fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}

#[cfg(test)]
mod tests;
