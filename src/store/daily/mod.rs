//! Scheduled posts: the schedules by version, and each post by its stage. What the documents hold is for others to say.

mod answers;
#[cfg(test)]
mod turns;

use super::{Store, StoreError, id, now_ms};

pub use answers::{DailyAnswer, DailyGiven};

/// So many old documents are forgotten in one statement.
const FORGOTTEN_AT_ONCE: i64 = 200;

/// So far a zone's clocks are behind UTC at most, in milliseconds.
const HALF_A_DAY: i64 = 12 * 3_600_000;

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
            _ => DailyStage::Refused,
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
}

/// What became of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// Written, with the post that is wanted now.
    Done { post: Option<u64> },
    /// That day has its post already; everything else is written.
    Doubled,
    /// The schedule is stored in another version: nothing is written.
    Stale,
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
    /// No further attempt until somebody says so.
    pub parked: bool,
    /// The schedule goes on with it.
    pub schedule: Option<DailyWrite>,
}

type PostRow = (
    i64,
    i64,
    i64,
    i64,
    String,
    i64,
    i64,
    Option<i64>,
    Option<i64>,
    i64,
    Option<String>,
    Option<String>,
    String,
    Option<i64>,
    Option<i64>,
);

macro_rules! posts {
    ($condition:literal) => {
        concat!(
            "SELECT id, schedule_id, guild_id, channel_id, local_date, stage, at_ms, claimed_at_ms, message_id, attempts,
             topic_id, question_id, document, closed_at_ms, closed_by FROM daily_post WHERE ",
            $condition
        )
    };
}

impl Store {
    /// Keeps a new schedule; `document` is made for the number that it gets. `None` when the server has `most` already.
    ///
    /// # Errors
    /// When the database fails; then there is none.
    pub async fn add_daily(
        &self,
        guild: u64,
        most: usize,
        now_seconds: u64,
        make: impl FnOnce(u64) -> Result<(String, Option<i64>), StoreError>,
    ) -> Result<Option<u64>, StoreError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let kept: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM daily_schedule WHERE guild_id = $1 AND removed = 0")
            .bind(id(guild))
            .fetch_one(&mut *tx)
            .await?;
        if kept >= i64::try_from(most).unwrap_or(i64::MAX) {
            return Ok(None);
        }
        let last: i64 =
            sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM daily_schedule").fetch_one(&mut *tx).await?;
        let number = fresh(last, now_seconds);
        let (document, next_at_ms) = make(number)?;
        sqlx::query(
            "INSERT INTO daily_schedule (id, guild_id, version, removed, next_at_ms, notice, document, changed_at_ms)
             VALUES ($1, $2, 1, 0, $3, 0, $4, $5)",
        )
        .bind(id(number))
        .bind(id(guild))
        .bind(next_at_ms)
        .bind(document)
        .bind(now_ms())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Some(number))
    }

    /// The schedules of a server, by their numbers.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dailies_of(&self, guild: u64) -> Result<Vec<DailySchedule>, StoreError> {
        let rows = sqlx::query_as(
            "SELECT id, version, document FROM daily_schedule WHERE guild_id = $1 AND removed = 0 ORDER BY id",
        )
        .bind(id(guild))
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.into_iter().map(schedule).collect())
    }

    /// One schedule, unless it was removed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn daily(&self, number: u64) -> Result<Option<DailySchedule>, StoreError> {
        let row = sqlx::query_as("SELECT id, version, document FROM daily_schedule WHERE id = $1 AND removed = 0")
            .bind(id(number))
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(schedule))
    }

    /// The schedules whose time has come, those first that wait longest, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_dailies(&self, now_ms: i64, limit: u32) -> Result<Vec<DailySchedule>, StoreError> {
        let rows = sqlx::query_as(
            "SELECT id, version, document FROM daily_schedule
             WHERE next_at_ms IS NOT NULL AND next_at_ms <= $1 ORDER BY next_at_ms, id LIMIT $2",
        )
        .bind(now_ms)
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.into_iter().map(schedule).collect())
    }

    /// When the next schedule is due, if any is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_daily(&self) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT MIN(next_at_ms) FROM daily_schedule WHERE next_at_ms IS NOT NULL";
        Ok(sqlx::query_scalar(sql).fetch_one(&self.readers).await?)
    }

    /// Takes a schedule that cannot be read out of the way: it is kept, and nothing will happen to it any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_daily_aside(&self, number: u64) -> Result<(), StoreError> {
        sqlx::query("UPDATE daily_schedule SET next_at_ms = NULL, notice = 0 WHERE id = $1")
            .bind(id(number))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Schedules about which somebody is to be told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn daily_notices(&self, limit: u32) -> Result<Vec<DailySchedule>, StoreError> {
        let rows = sqlx::query_as(
            "SELECT id, version, document FROM daily_schedule WHERE notice = 1 AND removed = 0 ORDER BY id LIMIT $1",
        )
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.into_iter().map(schedule).collect())
    }

    /// At which turn a schedule used which item last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn daily_used(&self, number: u64) -> Result<Vec<(String, u64)>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as("SELECT item_id, turn FROM daily_used WHERE schedule_id = $1")
            .bind(id(number))
            .fetch_all(&self.readers)
            .await?;
        Ok(rows.into_iter().map(|(item, turn)| (item, unsigned(turn))).collect())
    }

    /// Lets schedules go on, in one transaction; one that is stale is left out.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn turn_dailies(&self, turns: &[DailyTurn], now_seconds: u64) -> Result<Vec<Turned>, StoreError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let last: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM daily_post").fetch_one(&mut *tx).await?;
        let mut next = fresh(last, now_seconds);
        let mut turned = Vec::new();
        for turn in turns {
            if !write(&mut tx, &turn.schedule).await? {
                turned.push(Turned::Stale);
                continue;
            }
            for (item, used) in &turn.used {
                sqlx::query(
                    "INSERT INTO daily_used (schedule_id, item_id, turn) VALUES ($1, $2, $3)
                     ON CONFLICT (schedule_id, item_id) DO UPDATE SET turn = excluded.turn",
                )
                .bind(id(turn.schedule.id))
                .bind(item)
                .bind(id(*used))
                .execute(&mut *tx)
                .await?;
            }
            turned.push(match &turn.post {
                None => Turned::Done { post: None },
                Some(post) => match want(&mut tx, turn.schedule.id, next, post).await? {
                    Some(number) => {
                        next = next.max(number + 1);
                        Turned::Done { post: Some(number) }
                    }
                    None => Turned::Doubled,
                },
            });
        }
        tx.commit().await?;
        Ok(turned)
    }

    /// Pauses, resumes or changes a schedule. `stops` leaves out what nobody has tried to send, and lets what may have been
    /// sent rest; otherwise what rests is tried again. `false` when it is stored in another version: nothing is written.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn set_daily(&self, schedule: &DailyWrite, stops: bool, now_ms: i64) -> Result<bool, StoreError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        if !write(&mut tx, schedule).await? {
            return Ok(false);
        }
        if stops {
            stop(&mut tx, schedule.id).await?;
        } else {
            sqlx::query("UPDATE daily_post SET try_at_ms = $1 WHERE schedule_id = $2 AND stage < 3 AND try_at_ms > $1")
                .bind(now_ms)
                .bind(id(schedule.id))
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Removes a schedule. Its posts and answers stay; its last question is closed. `false` when there was none.
    ///
    /// # Errors
    /// When the database fails; then nothing was removed.
    pub async fn remove_daily(&self, number: u64, now_ms: i64) -> Result<bool, StoreError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let removed = sqlx::query(
            "UPDATE daily_schedule SET removed = 1, next_at_ms = NULL, notice = 0, version = version + 1,
             changed_at_ms = $1 WHERE id = $2 AND removed = 0",
        )
        .bind(now_ms)
        .bind(id(number))
        .execute(&mut *tx)
        .await?;
        if removed.rows_affected() == 0 {
            return Ok(false);
        }
        stop(&mut tx, number).await?;
        answers::close_open(&mut tx, number, None, now_ms).await?;
        sqlx::query("DELETE FROM daily_used WHERE schedule_id = $1").bind(id(number)).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// One post.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn daily_post(&self, number: u64) -> Result<Option<DailyPost>, StoreError> {
        self.post_where(posts!("id = $1"), number).await
    }

    /// The last post whose answers this one shows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn daily_post_before(&self, number: u64) -> Result<Option<DailyPost>, StoreError> {
        self.post_where(posts!("closed_by = $1 ORDER BY id DESC LIMIT 1"), number).await
    }

    /// The last question of a schedule that still takes answers.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_daily_question(&self, schedule: u64) -> Result<Option<DailyPost>, StoreError> {
        let open = posts!(
            "schedule_id = $1 AND question_id IS NOT NULL AND closed_at_ms IS NULL AND stage IN (1, 2, 3)
             ORDER BY id DESC LIMIT 1"
        );
        self.post_where(open, schedule).await
    }

    /// A schedule's post of a day.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn daily_post_of(&self, schedule: u64, date: &str) -> Result<Option<DailyPost>, StoreError> {
        let row: Option<PostRow> = sqlx::query_as(posts!("schedule_id = $1 AND local_date = $2"))
            .bind(id(schedule))
            .bind(date)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(post))
    }

    async fn post_where(&self, sql: &'static str, number: u64) -> Result<Option<DailyPost>, StoreError> {
        let row: Option<PostRow> = sqlx::query_as(sql).bind(id(number)).fetch_optional(&self.readers).await?;
        Ok(row.map(post))
    }

    /// The posts for which an attempt is due, with their servers, those first that wait longest; of posts that are due
    /// together each server's first one, then each server's second one, and so on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_daily_posts(&self, now_ms: i64, limit: u32) -> Result<Vec<(u64, u64)>, StoreError> {
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT id, guild_id FROM daily_post WHERE stage < 3 AND try_at_ms <= $1 ORDER BY try_at_ms, id LIMIT $2",
        )
        .bind(now_ms)
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.into_iter().map(|(post, guild)| (unsigned(post), unsigned(guild))).collect())
    }

    /// When the next attempt after this moment is due, if any is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_daily_attempt(&self, after_ms: i64) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT MIN(try_at_ms) FROM daily_post WHERE stage < 3 AND try_at_ms > $1 AND try_at_ms < $2";
        Ok(sqlx::query_scalar(sql).bind(after_ms).bind(NEVER).fetch_one(&self.readers).await?)
    }

    /// Lets a post go on. `false` when it, or its schedule, is stored otherwise: nothing is written.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn step_daily_post(&self, step: &DailyStep) -> Result<bool, StoreError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let written = sqlx::query(
            "UPDATE daily_post SET stage = $1, claimed_at_ms = COALESCE($2, claimed_at_ms),
             message_id = COALESCE($3, message_id), try_at_ms = CASE WHEN $4 = 1 THEN $5 ELSE try_at_ms END
             WHERE id = $6 AND stage = $7",
        )
        .bind(step.to.number())
        .bind(step.to.claimed_at())
        .bind(step.to.message())
        .bind(i64::from(step.parked))
        .bind(NEVER)
        .bind(id(step.id))
        .bind(step.from.number())
        .execute(&mut *tx)
        .await?;
        if written.rows_affected() == 0 {
            return Ok(false);
        }
        if let Some(schedule) = &step.schedule
            && !write(&mut tx, schedule).await?
        {
            return Ok(false);
        }
        if let Some(now_ms) = step.closes {
            let schedule: i64 = sqlx::query_scalar("SELECT schedule_id FROM daily_post WHERE id = $1")
                .bind(id(step.id))
                .fetch_one(&mut *tx)
                .await?;
            answers::close_open(&mut tx, unsigned(schedule), Some(step.id), now_ms).await?;
        }
        if step.reopens {
            answers::reopen(&mut tx, step.id).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// An attempt was in vain: the next one is due then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn daily_post_again(&self, number: u64, try_at_ms: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE daily_post SET attempts = attempts + 1, try_at_ms = $1 WHERE id = $2")
            .bind(try_at_ms)
            .bind(id(number))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Forgets the documents of posts whose questions were closed before this moment. Answers stay.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_dailies_before(&self, at_ms: i64) -> Result<u64, StoreError> {
        let mut gone = 0;
        loop {
            let slice = sqlx::query(
                "UPDATE daily_post SET document = '' WHERE id IN (SELECT id FROM daily_post
                 WHERE closed_at_ms IS NOT NULL AND document <> '' AND closed_at_ms < $1 LIMIT $2)",
            )
            .bind(at_ms)
            .bind(FORGOTTEN_AT_ONCE)
            .execute(&self.writer)
            .await?;
            gone += slice.rows_affected();
            if slice.rows_affected() == 0 {
                return Ok(gone);
            }
        }
    }
}

/// Numbers are never given twice, also when a backup was restored that knows nothing of the last ones: their buttons are
/// still there.
fn fresh(last: i64, now_seconds: u64) -> u64 {
    (unsigned(last) + 1).max(now_seconds)
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

async fn want(
    connection: &mut sqlx::SqliteConnection,
    schedule: u64,
    number: u64,
    post: &DailyWanted,
) -> Result<Option<u64>, StoreError> {
    // Those that are due together are tried by their places in their servers, a millisecond apart: all servers' first ones,
    // then all second ones. Otherwise who has few would wait until others have had all of theirs. In no zone it is an
    // earlier day than that of twelve hours before by UTC.
    let day = jiff::Timestamp::from_millisecond(post.at_ms.saturating_sub(HALF_A_DAY)).unwrap_or_default();
    let place: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM daily_schedule s WHERE s.guild_id = $1 AND s.removed = 0 AND EXISTS
         (SELECT 1 FROM daily_post p WHERE p.schedule_id = s.id AND p.local_date >= $2 AND p.stage < 3)",
    )
    .bind(id(post.guild))
    .bind(day.strftime("%Y-%m-%d").to_string())
    .fetch_one(&mut *connection)
    .await?;
    // It is certain that one with stage 4 or 5 is not there.
    let row: Option<i64> = sqlx::query_scalar(
        "INSERT INTO daily_post (id, schedule_id, guild_id, channel_id, local_date, stage, at_ms, try_at_ms, attempts,
         topic_id, question_id, document) VALUES ($1, $2, $3, $4, $5, 0, $6, $6 + $11, 0, $7, $8, $9)
         ON CONFLICT (schedule_id, local_date) DO UPDATE SET stage = 0, channel_id = excluded.channel_id,
         at_ms = excluded.at_ms, try_at_ms = excluded.try_at_ms, attempts = 0, claimed_at_ms = NULL, message_id = NULL,
         topic_id = excluded.topic_id, question_id = excluded.question_id, document = excluded.document,
         closed_at_ms = NULL, closed_by = NULL
         WHERE $10 = 1 AND daily_post.stage IN (4, 5) RETURNING id",
    )
    .bind(id(number))
    .bind(id(schedule))
    .bind(id(post.guild))
    .bind(id(post.channel))
    .bind(&post.date)
    .bind(post.at_ms)
    .bind(&post.topic)
    .bind(&post.question)
    .bind(&post.document)
    .bind(i64::from(post.anew))
    .bind(place)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    sqlx::query("DELETE FROM daily_post_topic WHERE post_id = $1").bind(row).execute(&mut *connection).await?;
    for topic in &post.topics {
        sqlx::query("INSERT INTO daily_post_topic (post_id, topic_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(row)
            .bind(topic)
            .execute(&mut *connection)
            .await?;
    }
    Ok(Some(unsigned(row)))
}

/// What nobody has tried to send is left out; what may have been sent rests.
async fn stop(connection: &mut sqlx::SqliteConnection, schedule: u64) -> Result<(), StoreError> {
    sqlx::query("UPDATE daily_post SET stage = 4 WHERE schedule_id = $1 AND stage = 0")
        .bind(id(schedule))
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE daily_post SET try_at_ms = $1 WHERE schedule_id = $2 AND stage < 3")
        .bind(NEVER)
        .bind(id(schedule))
        .execute(connection)
        .await?;
    Ok(())
}

fn schedule((id, version, document): (i64, i64, String)) -> DailySchedule {
    DailySchedule { id: unsigned(id), version: unsigned(version), document }
}

fn post(row: PostRow) -> DailyPost {
    let (id, schedule, guild, channel, date, stage, at_ms, claimed, message, attempts, ..) = row;
    let (.., topic, question, document, closed_at_ms, closed_by) = row;
    DailyPost {
        id: unsigned(id),
        schedule: unsigned(schedule),
        guild: unsigned(guild),
        channel: unsigned(channel),
        date,
        stage: DailyStage::read(stage, claimed, message),
        at_ms,
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
        topic,
        question,
        document,
        closed_at_ms,
        closed_by: closed_by.map(unsigned),
    }
}

fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}
