//! Schedules, found by when they are due, and the posts that they want.

use super::{
    DailyOvertaken, DailyPosts, DailySchedule, DailyTurn, DailyWanted, DailyWrite, Turned, answers, fresh, stop,
    unsigned, write,
};
use crate::store::{Store, StoreError, id};

/// So far a zone's clocks are behind UTC at most, in milliseconds.
const HALF_A_DAY: i64 = 12 * 3_600_000;

impl Store {
    /// Keeps a new schedule; `document` is made for the number that it gets. `None` when the server has `most` already.
    ///
    /// # Errors
    /// When the database fails; then there is none.
    pub async fn add_daily(
        &self,
        guild: u64,
        most: usize,
        now_ms: i64,
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
        let number = fresh(last, now_ms);
        let (document, next_at_ms) = make(number)?;
        sqlx::query(
            "INSERT INTO daily_schedule (id, guild_id, version, removed, next_at_ms, notice, document, changed_at_ms)
             VALUES ($1, $2, 1, 0, $3, 0, $4, $5)",
        )
        .bind(id(number))
        .bind(id(guild))
        .bind(next_at_ms)
        .bind(document)
        .bind(now_ms)
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

    /// Takes a schedule that cannot be read or written out of the way until then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_daily_aside(&self, number: u64, until_ms: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE daily_schedule SET next_at_ms = $1, notice = 0 WHERE id = $2")
            .bind(until_ms)
            .bind(id(number))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Schedules that are due after this moment and this number, in that order, each with when it is due.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dailies_due_after(
        &self,
        (after_ms, number): (i64, u64),
        limit: u32,
    ) -> Result<Vec<(i64, DailySchedule)>, StoreError> {
        let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(
            "SELECT next_at_ms, id, version, document FROM daily_schedule
             WHERE next_at_ms IS NOT NULL AND (next_at_ms, id) > ($1, $2) ORDER BY next_at_ms, id LIMIT $3",
        )
        .bind(after_ms)
        .bind(id(number))
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await?;
        let each = |(at, id, version, document)| (at, schedule((id, version, document)));
        Ok(rows.into_iter().map(each).collect())
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
    pub async fn turn_dailies(&self, turns: &[DailyTurn], now_ms: i64) -> Result<Vec<Turned>, StoreError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let last: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM daily_post").fetch_one(&mut *tx).await?;
        let mut next = fresh(last, now_ms);
        let mut turned = Vec::new();
        for turn in turns {
            if let Some(post) = &turn.post
                && is_taken(&mut tx, turn.schedule.id, post).await?
            {
                turned.push(Turned::Doubled);
                continue;
            }
            if let Some(overtaken) = &turn.overtakes
                && !is_wanted(&mut tx, overtaken.id).await?
            {
                turned.push(Turned::Stale);
                continue;
            }
            if !write(&mut tx, &turn.schedule).await? {
                turned.push(Turned::Stale);
                continue;
            }
            if let Some(overtaken) = &turn.overtakes {
                leave_out(&mut tx, turn.schedule.id, *overtaken).await?;
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
            let wanted = match &turn.post {
                None => None,
                Some(post) => {
                    let number = want(&mut tx, turn.schedule.id, next, post).await?;
                    next = next.max(number + 1);
                    Some(number)
                }
            };
            turned.push(Turned::Done { post: wanted });
        }
        tx.commit().await?;
        Ok(turned)
    }

    /// Writes a changed schedule, and what becomes of its posts that are on their way. `false` when it is stored in another
    /// version: nothing is written.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn set_daily(&self, schedule: &DailyWrite, posts: DailyPosts, now_ms: i64) -> Result<bool, StoreError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        if !write(&mut tx, schedule).await? {
            return Ok(false);
        }
        match posts {
            DailyPosts::GoOn => {}
            DailyPosts::Stop { wanted } => {
                if stop(&mut tx, schedule.id).await?.into_iter().any(|left_out| Some(left_out) != wanted) {
                    return Ok(false);
                }
            }
            DailyPosts::TryAgain => {
                sqlx::query(
                    "UPDATE daily_post SET try_at_ms = $1 WHERE schedule_id = $2 AND stage < 3 AND try_at_ms > $1",
                )
                .bind(now_ms)
                .bind(id(schedule.id))
                .execute(&mut *tx)
                .await?;
            }
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
}

async fn want(
    connection: &mut sqlx::SqliteConnection,
    schedule: u64,
    number: u64,
    post: &DailyWanted,
) -> Result<u64, StoreError> {
    // Those that are due together are tried by their places in their servers: all servers' first ones, then all second
    // ones. Otherwise who has few would wait until others have had all of theirs. In no zone it is an earlier day than that
    // of twelve hours before by UTC.
    let day = jiff::Timestamp::from_millisecond(post.at_ms.saturating_sub(HALF_A_DAY)).unwrap_or_default();
    let place: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM daily_schedule s WHERE s.guild_id = $1 AND s.removed = 0 AND EXISTS
         (SELECT 1 FROM daily_post p WHERE p.schedule_id = s.id AND p.local_date >= $2 AND p.stage < 3)",
    )
    .bind(id(post.guild))
    .bind(day.strftime("%Y-%m-%d").to_string())
    .fetch_one(&mut *connection)
    .await?;
    let row: i64 = sqlx::query_scalar(
        "INSERT INTO daily_post (id, schedule_id, guild_id, channel_id, local_date, stage, at_ms, try_at_ms, place,
         attempts, topic_id, question_id, document) VALUES ($1, $2, $3, $4, $5, 0, $6, $6, $10, 0, $7, $8, $9)
         ON CONFLICT (schedule_id, local_date) DO UPDATE SET stage = 0, channel_id = excluded.channel_id,
         at_ms = excluded.at_ms, try_at_ms = excluded.try_at_ms, place = excluded.place, attempts = 0, claimed_at_ms = NULL, message_id = NULL,
         topic_id = excluded.topic_id, question_id = excluded.question_id, document = excluded.document,
         closed_at_ms = NULL, closed_by = NULL RETURNING id",
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
    .bind(place)
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM daily_post_topic WHERE post_id = $1").bind(row).execute(&mut *connection).await?;
    for topic in &post.topics {
        sqlx::query("INSERT INTO daily_post_topic (post_id, topic_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(row)
            .bind(topic)
            .execute(&mut *connection)
            .await?;
    }
    Ok(unsigned(row))
}

/// Whether a day has its post, or has had one that is not to be made anew.
async fn is_wanted(connection: &mut sqlx::SqliteConnection, post: u64) -> Result<bool, StoreError> {
    let wanted: Option<i64> = sqlx::query_scalar("SELECT id FROM daily_post WHERE id = $1 AND stage = 0")
        .bind(id(post))
        .fetch_optional(connection)
        .await?;
    Ok(wanted.is_some())
}

async fn leave_out(
    connection: &mut sqlx::SqliteConnection,
    schedule: u64,
    DailyOvertaken { id: post, turn }: DailyOvertaken,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE daily_post SET stage = 4 WHERE id = $1").bind(id(post)).execute(&mut *connection).await?;
    sqlx::query("DELETE FROM daily_used WHERE schedule_id = $1 AND turn = $2")
        .bind(id(schedule))
        .bind(id(turn))
        .execute(connection)
        .await?;
    Ok(())
}

async fn is_taken(
    connection: &mut sqlx::SqliteConnection,
    schedule: u64,
    post: &DailyWanted,
) -> Result<bool, StoreError> {
    // It is certain that one with stage 4 or 5 is not there.
    let taken: Option<i64> = sqlx::query_scalar(
        "SELECT id FROM daily_post WHERE schedule_id = $1 AND local_date = $2 AND NOT ($3 = 1 AND stage IN (4, 5))",
    )
    .bind(id(schedule))
    .bind(&post.date)
    .bind(i64::from(post.anew))
    .fetch_optional(connection)
    .await?;
    Ok(taken.is_some())
}

fn schedule((id, version, document): (i64, i64, String)) -> DailySchedule {
    DailySchedule { id: unsigned(id), version: unsigned(version), document }
}
