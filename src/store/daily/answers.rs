//! What members answer to the questions of scheduled posts.

use super::unsigned;
use crate::store::{Store, StoreError, id};

/// An answer that is given.
#[derive(Clone, Debug)]
pub struct DailyGiven {
    pub post: u64,
    pub user: u64,
    pub guild: u64,
    pub name: String,
    /// JSON; empty when everything was taken back, which is no answer.
    pub given: String,
    pub is_right: bool,
    pub interaction: u64,
    pub at_ms: i64,
    /// The interaction that gave the answer so far, if there is one: what it is changed from.
    pub before: Option<u64>,
}

/// An answer as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DailyAnswer {
    pub user: u64,
    pub name: String,
    /// JSON; empty when everything was taken back, which is no answer.
    pub given: String,
    pub is_right: bool,
    pub interaction: u64,
    /// How many questions in a row, when the question is closed.
    pub streak: u32,
}

type Row = (i64, String, String, i64, i64, i64);

macro_rules! answers {
    ($condition:literal) => {
        concat!("SELECT user_id, name, given, is_right, interaction_id, streak FROM daily_answer WHERE ", $condition)
    };
}

impl Store {
    /// What somebody answered to a post.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn daily_answer(&self, post: u64, user: u64) -> Result<Option<DailyAnswer>, StoreError> {
        let row = sqlx::query_as(answers!("post_id = $1 AND user_id = $2"))
            .bind(id(post))
            .bind(id(user))
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(answer))
    }

    /// What everybody answered to a post, the first one first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn daily_answers(&self, post: u64) -> Result<Vec<DailyAnswer>, StoreError> {
        let rows = sqlx::query_as(answers!("post_id = $1 AND given <> '' ORDER BY at_ms, user_id"))
            .bind(id(post))
            .fetch_all(&self.readers)
            .await?;
        Ok(rows.into_iter().map(answer).collect())
    }

    /// How many have answered a post.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_daily_answers(&self, post: u64) -> Result<u64, StoreError> {
        let sql = "SELECT COUNT(*) FROM daily_answer WHERE post_id = $1 AND given <> ''";
        let count: i64 = sqlx::query_scalar(sql).bind(id(post)).fetch_one(&self.readers).await?;
        Ok(unsigned(count))
    }

    /// Keeps an answer while the question is open and the answer so far is the one that is changed. `false` when either is
    /// not so: nothing is written.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn keep_daily_answer(&self, given: &DailyGiven) -> Result<bool, StoreError> {
        let written = sqlx::query(
            "INSERT INTO daily_answer (post_id, user_id, guild_id, name, given, is_right, interaction_id, at_ms, streak)
             SELECT p.id, $2, $3, $4, $5, $6, $7, $8, 0 FROM daily_post p
             WHERE p.id = $1 AND p.closed_at_ms IS NULL AND p.stage < 4
             ON CONFLICT (post_id, user_id) DO UPDATE SET name = excluded.name, given = excluded.given,
             is_right = excluded.is_right, interaction_id = excluded.interaction_id, at_ms = excluded.at_ms
             WHERE daily_answer.interaction_id = $9",
        )
        .bind(id(given.post))
        .bind(id(given.user))
        .bind(id(given.guild))
        .bind(&given.name)
        .bind(&given.given)
        .bind(i64::from(given.is_right))
        .bind(id(given.interaction))
        .bind(given.at_ms)
        .bind(given.before.map(id))
        .execute(&self.writer)
        .await?;
        Ok(written.rows_affected() == 1)
    }
}

/// Closes the question of a schedule that takes answers, in favour of `by`: from now on its answers count.
pub(super) async fn close_open(
    connection: &mut sqlx::SqliteConnection,
    schedule: u64,
    by: Option<u64>,
    now_ms: i64,
) -> Result<(), StoreError> {
    let open: Vec<i64> = sqlx::query_scalar(
        "SELECT id FROM daily_post WHERE schedule_id = $1 AND question_id IS NOT NULL AND closed_at_ms IS NULL
         AND stage IN (1, 2, 3) AND id <> $2 ORDER BY id",
    )
    .bind(id(schedule))
    .bind(id(by.unwrap_or_default()))
    .fetch_all(&mut *connection)
    .await?;
    for post in open {
        // Before it is closed itself, so that the one before it is the last that was.
        sqlx::query(
            "UPDATE daily_answer SET counted_at_ms = $1, streak = CASE WHEN is_right = 0 THEN 0 ELSE 1 + COALESCE(
                 (SELECT b.streak FROM daily_answer b WHERE b.user_id = daily_answer.user_id AND b.post_id =
                     (SELECT MAX(p.id) FROM daily_post p WHERE p.schedule_id = $2 AND p.question_id IS NOT NULL
                      AND p.closed_at_ms IS NOT NULL AND p.id < $3)), 0) END
             WHERE post_id = $3",
        )
        .bind(now_ms)
        .bind(id(schedule))
        .bind(post)
        .execute(&mut *connection)
        .await?;
        sqlx::query("UPDATE daily_post SET closed_at_ms = $1, closed_by = $2 WHERE id = $3")
            .bind(now_ms)
            .bind(by.map(id))
            .bind(post)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Takes back that a post closed a question.
pub(super) async fn reopen(connection: &mut sqlx::SqliteConnection, by: u64) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE daily_answer SET counted_at_ms = NULL, streak = 0
         WHERE post_id IN (SELECT id FROM daily_post WHERE closed_by = $1)",
    )
    .bind(id(by))
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE daily_post SET closed_at_ms = NULL, closed_by = NULL WHERE closed_by = $1")
        .bind(id(by))
        .execute(connection)
        .await?;
    Ok(())
}

fn answer((user, name, given, is_right, interaction, streak): Row) -> DailyAnswer {
    DailyAnswer {
        user: unsigned(user),
        name,
        given,
        is_right: is_right != 0,
        interaction: unsigned(interaction),
        streak: u32::try_from(streak).unwrap_or_default(),
    }
}
