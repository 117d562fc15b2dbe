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

/// How a question was answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DailyTally {
    /// Each answer as JSON, whether it is right, and how many gave it; the most frequent one first.
    pub given: Vec<(String, bool, u64)>,
    /// Who had the most questions in a row, with their number, when the question is closed.
    pub streaks: Vec<(String, u32)>,
    /// How many had two or more in a row.
    pub in_a_row: u64,
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

    /// How a post was answered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn daily_tally(&self, post: u64, streaks: u32) -> Result<DailyTally, StoreError> {
        let given: Vec<(String, i64, i64)> = sqlx::query_as(
            "SELECT given, is_right, COUNT(*) FROM daily_answer WHERE post_id = $1 AND given <> ''
             GROUP BY given, is_right ORDER BY COUNT(*) DESC, given",
        )
        .bind(id(post))
        .fetch_all(&self.readers)
        .await?;
        let best: Vec<(String, i64)> = sqlx::query_as(
            "SELECT name, streak FROM daily_answer WHERE post_id = $1 AND streak >= 2
             ORDER BY streak DESC, LOWER(name), user_id LIMIT $2",
        )
        .bind(id(post))
        .bind(i64::from(streaks))
        .fetch_all(&self.readers)
        .await?;
        let in_a_row: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM daily_answer WHERE post_id = $1 AND streak >= 2")
            .bind(id(post))
            .fetch_one(&self.readers)
            .await?;
        Ok(DailyTally {
            given: given.into_iter().map(|(given, right, count)| (given, right != 0, unsigned(count))).collect(),
            streaks: best.into_iter().map(|(name, streak)| (name, u32::try_from(streak).unwrap_or_default())).collect(),
            in_a_row: unsigned(in_a_row),
        })
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

/// Closes the questions of a schedule that take answers and stand before `by` (a post and its day), in its favour: from now
/// on their answers count. What was closed in favour of a post that may never be there is taken over.
pub(super) async fn close_open(
    connection: &mut sqlx::SqliteConnection,
    schedule: u64,
    by: Option<(u64, &str)>,
    now_ms: i64,
) -> Result<(), StoreError> {
    if let Some((by, date)) = by {
        sqlx::query(
            "UPDATE daily_post SET closed_by = $1 WHERE closed_by IN (SELECT id FROM daily_post WHERE schedule_id = $2
             AND stage NOT IN (2, 3) AND local_date < $3)",
        )
        .bind(id(by))
        .bind(id(schedule))
        .bind(date)
        .execute(&mut *connection)
        .await?;
    }
    let open: Vec<i64> = sqlx::query_scalar(
        "SELECT id FROM daily_post WHERE schedule_id = $1 AND question_id IS NOT NULL AND closed_at_ms IS NULL
         AND stage IN (2, 3) AND ($2 = '' OR local_date < $2) ORDER BY id",
    )
    .bind(id(schedule))
    .bind(by.map_or("", |(_, date)| date))
    .fetch_all(&mut *connection)
    .await?;
    for post in open {
        close(connection, unsigned(post), by.map(|(by, _)| by), now_ms).await?;
    }
    Ok(())
}

/// Closes a question whose post was not known to be there when the next one was claimed.
pub(super) async fn close_by_later(
    connection: &mut sqlx::SqliteConnection,
    post: u64,
    now_ms: i64,
) -> Result<(), StoreError> {
    let later: Option<i64> = sqlx::query_scalar(
        "SELECT l.id FROM daily_post l JOIN daily_post p ON p.schedule_id = l.schedule_id AND p.local_date < l.local_date
         WHERE p.id = $1 AND l.stage IN (1, 2, 3, 6) ORDER BY l.local_date LIMIT 1",
    )
    .bind(id(post))
    .fetch_optional(&mut *connection)
    .await?;
    match later {
        Some(later) => close(connection, post, Some(unsigned(later)), now_ms).await,
        None => Ok(()),
    }
}

/// Closes one question, unless it is closed.
pub(super) async fn close(
    connection: &mut sqlx::SqliteConnection,
    post: u64,
    by: Option<u64>,
    now_ms: i64,
) -> Result<(), StoreError> {
    let closed = sqlx::query(
        "UPDATE daily_post SET closed_at_ms = $1, closed_by = $2
         WHERE id = $3 AND closed_at_ms IS NULL AND question_id IS NOT NULL",
    )
    .bind(now_ms)
    .bind(by.map(id))
    .bind(id(post))
    .execute(&mut *connection)
    .await?;
    if closed.rows_affected() == 0 {
        return Ok(());
    }
    // A streak goes on from the question that was there before this one.
    sqlx::query(
        "UPDATE daily_answer SET counted_at_ms = $1, streak = CASE WHEN is_right = 0 THEN 0 ELSE 1 + COALESCE(
             (SELECT b.streak FROM daily_answer b WHERE b.user_id = daily_answer.user_id AND b.post_id =
                 (SELECT MAX(p.id) FROM daily_post p
                  WHERE p.schedule_id = (SELECT s.schedule_id FROM daily_post s WHERE s.id = $2)
                  AND p.question_id IS NOT NULL AND p.closed_at_ms IS NOT NULL AND p.stage IN (2, 3) AND p.id < $2)), 0) END
         WHERE post_id = $2",
    )
    .bind(now_ms)
    .bind(id(post))
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes back that a post closed a question, unless its schedule is removed.
pub(super) async fn reopen(connection: &mut sqlx::SqliteConnection, by: u64) -> Result<(), StoreError> {
    let kept = "SELECT p.id FROM daily_post p JOIN daily_schedule s ON s.id = p.schedule_id
                WHERE p.closed_by = $1 AND s.removed = 0";
    let closed: Vec<i64> = sqlx::query_scalar(kept).bind(id(by)).fetch_all(&mut *connection).await?;
    for post in closed {
        sqlx::query("UPDATE daily_answer SET counted_at_ms = NULL, streak = 0 WHERE post_id = $1")
            .bind(post)
            .execute(&mut *connection)
            .await?;
        sqlx::query("UPDATE daily_post SET closed_at_ms = NULL, closed_by = NULL WHERE id = $1")
            .bind(post)
            .execute(&mut *connection)
            .await?;
    }
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
