//! Posts: each goes from stage to stage, and only from the stage at which it is expected.

use super::{DailyOpen, DailyPost, DailyPosts, DailyStage, DailyStep, NEVER, answers, stop, unsigned, write};
use crate::store::{Store, StoreError, id};

/// So many old documents are forgotten in one statement.
const FORGOTTEN_AT_ONCE: i64 = 200;

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
    i64,
);

macro_rules! posts {
    ($condition:literal) => {
        concat!(
            "SELECT id, schedule_id, guild_id, channel_id, local_date, stage, at_ms, claimed_at_ms, message_id, attempts,
             topic_id, question_id, document, closed_at_ms, closed_by, try_at_ms FROM daily_post WHERE ",
            $condition
        )
    };
}

impl Store {
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

    /// The post of a schedule that nobody has tried to send, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn wanted_daily_post(&self, schedule: u64) -> Result<Option<DailyPost>, StoreError> {
        self.post_where(posts!("schedule_id = $1 AND stage = 0 ORDER BY id DESC LIMIT 1"), schedule).await
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

    /// Whether a schedule has a post of a later day that is there, or may be, or will come.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_daily_overtaken(&self, schedule: u64, date: &str) -> Result<bool, StoreError> {
        let later: Option<i64> = sqlx::query_scalar(
            "SELECT id FROM daily_post WHERE schedule_id = $1 AND local_date > $2 AND stage NOT IN (4, 5) LIMIT 1",
        )
        .bind(id(schedule))
        .bind(date)
        .fetch_optional(&self.readers)
        .await?;
        Ok(later.is_some())
    }

    /// The posts for which an attempt is due, with their servers, those first that wait longest; of posts that are due
    /// together each server's first one, then each server's second one, and so on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_daily_posts(&self, now_ms: i64, limit: u32) -> Result<Vec<DailyOpen>, StoreError> {
        let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
            "SELECT id, guild_id, stage FROM daily_post WHERE stage < 3 AND try_at_ms <= $1
             ORDER BY try_at_ms, place, id LIMIT $2",
        )
        .bind(now_ms)
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await?;
        let open = |(id, guild, stage)| DailyOpen { id: unsigned(id), guild: unsigned(guild), stage };
        Ok(rows.into_iter().map(open).collect())
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
        if let (DailyPosts::Stop { wanted }, Some(schedule)) = (step.others, &step.schedule)
            && stop(&mut tx, schedule.id).await?.into_iter().any(|left_out| Some(left_out) != wanted)
        {
            return Ok(false);
        }
        if let Some(now_ms) = step.closes {
            let (schedule, date): (i64, String) =
                sqlx::query_as("SELECT schedule_id, local_date FROM daily_post WHERE id = $1")
                    .bind(id(step.id))
                    .fetch_one(&mut *tx)
                    .await?;
            answers::close_open(&mut tx, unsigned(schedule), Some((step.id, &date)), now_ms).await?;
        }
        if step.reopens {
            answers::reopen(&mut tx, step.id).await?;
        }
        if let Some(turn) = step.gives_back {
            sqlx::query(
                "DELETE FROM daily_used WHERE turn = $1 AND schedule_id = (SELECT schedule_id FROM daily_post WHERE id = $2)",
            )
            .bind(id(turn))
            .bind(id(step.id))
            .execute(&mut *tx)
            .await?;
        }
        if let Some(now_ms) = step.arrives {
            answers::close_by_later(&mut tx, step.id, now_ms).await?;
        }
        if let Some(now_ms) = step.ends {
            answers::close(&mut tx, step.id, None, now_ms).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// An attempt was in vain: the next one is due then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn daily_post_again(&self, number: u64, try_at_ms: i64) -> Result<(), StoreError> {
        // What rests goes on resting.
        sqlx::query("UPDATE daily_post SET attempts = attempts + 1, try_at_ms = $1 WHERE id = $2 AND try_at_ms < $3")
            .bind(try_at_ms)
            .bind(id(number))
            .bind(NEVER)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Attempts that are planned for after this moment are due now: the clock was ahead when they were planned.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hurry_daily_posts(&self, after_ms: i64, now_ms: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE daily_post SET try_at_ms = $1 WHERE stage < 3 AND try_at_ms > $2 AND try_at_ms < $3")
            .bind(now_ms)
            .bind(after_ms)
            .bind(NEVER)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// After a backup was put back: what nobody had tried to send may have been sent since.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn doubt_daily_posts(&self) -> Result<(), StoreError> {
        sqlx::query("UPDATE daily_post SET stage = 1, claimed_at_ms = at_ms WHERE stage = 0")
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Takes a post that cannot be read out of the way: it is kept, and nothing will happen to it any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_daily_post_aside(&self, number: u64) -> Result<(), StoreError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("UPDATE daily_post SET stage = 5 WHERE id = $1 AND stage < 3")
            .bind(id(number))
            .execute(&mut *tx)
            .await?;
        answers::reopen(&mut tx, number).await?;
        Ok(tx.commit().await?)
    }

    /// Forgets the documents of posts that are older than this moment and take no answers any more. Answers stay.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_dailies_before(&self, at_ms: i64) -> Result<u64, StoreError> {
        let mut gone = 0;
        loop {
            let slice = sqlx::query(
                "UPDATE daily_post SET document = '' WHERE id IN (SELECT id FROM daily_post WHERE document <> '' AND at_ms < $1
                 AND stage >= 3 AND (question_id IS NULL OR closed_at_ms IS NOT NULL) LIMIT $2)",
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

fn post(row: PostRow) -> DailyPost {
    let (id, schedule, guild, channel, date, stage, at_ms, claimed, message, attempts, ..) = row;
    let (.., topic, question, document, closed_at_ms, closed_by, try_at_ms) = row;
    DailyPost {
        id: unsigned(id),
        schedule: unsigned(schedule),
        guild: unsigned(guild),
        channel: unsigned(channel),
        date,
        stage: DailyStage::read(stage, claimed, message),
        at_ms,
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
        try_at_ms,
        topic,
        question,
        document,
        closed_at_ms,
        closed_by: closed_by.map(unsigned),
    }
}
