//! Quiz sessions: what is under way, by version, and the rounds that are over.

mod history;
mod report;

use super::{Store, StoreError, id, now_ms};

pub use history::{Asked, GuildStanding, Period, StandingLine, YourAnswer};
pub use report::{QuestionReport, reports};

/// About what a session with many players needs.
const PROBE_BYTES: usize = 16 * 1024;

/// So many old sessions are forgotten in one transaction, so that nobody waits for it.
const FORGOTTEN_AT_ONCE: i64 = 100;

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Played,
    /// Over, but something remains to be sent.
    Over,
    /// Nothing will happen to it any more.
    Done,
}

impl Stage {
    /// As it is kept; never changes.
    fn number(self) -> i64 {
        match self {
            Stage::Played => 0,
            Stage::Over => 1,
            Stage::Done => 2,
        }
    }
}

/// A session as it is kept. The documents are JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuizSession {
    pub id: u64,
    pub version: u64,
    pub cards: String,
    pub state: String,
}

/// A session to be written.
#[derive(Clone, Debug)]
pub struct QuizWrite {
    pub id: u64,
    pub guild_id: u64,
    pub channel_id: u64,
    /// The version that it must have in the database, or the cards of a new one.
    pub before: Before,
    pub stage: Stage,
    pub state: String,
    pub at_ms: i64,
    pub rounds: Vec<QuizRound>,
}

#[derive(Clone, Debug)]
pub enum Before {
    New { cards: String },
    Version(u64),
}

/// A round that is over.
#[derive(Clone, Debug)]
pub struct QuizRound {
    pub round: u32,
    pub question_id: String,
    pub topics: Vec<String>,
    pub at_ms: i64,
    /// Whether leaderboards count its answers.
    pub counts: bool,
    pub answers: Vec<QuizAnswer>,
}

#[derive(Clone, Debug)]
pub struct QuizAnswer {
    pub user_id: u64,
    pub name: String,
    pub given: String,
    pub is_right: bool,
    pub points: i64,
    pub interaction_id: u64,
}

impl Store {
    /// Writes all sessions of a batch in one transaction. Returns the ids of those that were left out, because they are
    /// stored in another version, or because another session is played in the channel of a new one.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn save_quizzes(&self, writes: &[QuizWrite]) -> Result<Vec<u64>, StoreError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let mut stale = Vec::new();
        for write in writes {
            let written = match &write.before {
                Before::New { cards } => sqlx::query(
                    "INSERT INTO quiz_session (id, guild_id, channel_id, version, stage, cards, state, changed_at_ms)
                         VALUES ($1, $2, $3, 1, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
                )
                .bind(id(write.id))
                .bind(id(write.guild_id))
                .bind(id(write.channel_id))
                .bind(write.stage.number())
                .bind(cards)
                .bind(&write.state)
                .bind(write.at_ms)
                .execute(&mut *tx)
                .await?,
                Before::Version(version) => {
                    sqlx::query(
                        "UPDATE quiz_session SET version = version + 1, stage = $1, state = $2, changed_at_ms = $3
                         WHERE id = $4 AND version = $5",
                    )
                    .bind(write.stage.number())
                    .bind(&write.state)
                    .bind(write.at_ms)
                    .bind(id(write.id))
                    .bind(id(*version))
                    .execute(&mut *tx)
                    .await?
                }
            };
            if written.rows_affected() == 0 {
                stale.push(write.id);
                continue;
            }
            for round in &write.rounds {
                save_round(&mut tx, write, round).await?;
            }
        }
        tx.commit().await?;
        Ok(stale)
    }

    /// Writes as much as a session needs, to find out whether it can be written again.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn try_writing(&self) -> Result<(), StoreError> {
        // Another filler each time, so that something is written.
        let filler = format!("{:013}", now_ms()).repeat(PROBE_BYTES / 13);
        sqlx::query("INSERT INTO write_probe (id, filler) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET filler = $1")
            .bind(filler)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// All sessions to which something may still happen, by their numbers.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_quizzes(&self) -> Result<Vec<QuizSession>, StoreError> {
        let rows: Vec<(i64, i64, String, String)> =
            sqlx::query_as("SELECT id, version, cards, state FROM quiz_session WHERE stage < 2 ORDER BY id")
                .fetch_all(&self.readers)
                .await?;
        Ok(rows.into_iter().map(session).collect())
    }

    /// Takes a session that cannot be read or written out of the way: it is kept, and nothing will happen to it any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_quiz_aside(&self, session_id: u64) -> Result<(), StoreError> {
        sqlx::query("UPDATE quiz_session SET stage = 3 WHERE id = $1")
            .bind(id(session_id))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// One session, unless it was set aside.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn quiz(&self, session_id: u64) -> Result<Option<QuizSession>, StoreError> {
        let row: Option<(i64, i64, String, String)> =
            sqlx::query_as("SELECT id, version, cards, state FROM quiz_session WHERE id = $1 AND stage < 3")
                .bind(id(session_id))
                .fetch_optional(&self.readers)
                .await?;
        Ok(row.map(session))
    }

    /// The highest number of a session so far, 0 when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_quiz(&self) -> Result<u64, StoreError> {
        let last: i64 = sqlx::query_scalar(
            "SELECT MAX(last) FROM (SELECT COALESCE(MAX(id), 0) AS last FROM quiz_session
                 UNION ALL SELECT COALESCE(MAX(session_id), 0) FROM quiz_round) AS both_tables",
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(u64::try_from(last).unwrap_or_default())
    }

    /// Forgets the documents of sessions that were over before this moment. Their rounds and answers stay.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_quizzes_before(&self, at_ms: i64) -> Result<u64, StoreError> {
        let mut gone = 0;
        loop {
            let slice = sqlx::query(
                "DELETE FROM quiz_session WHERE id IN
                 (SELECT id FROM quiz_session WHERE stage = 2 AND changed_at_ms < $1 LIMIT $2)",
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

fn session((id, version, cards, state): (i64, i64, String, String)) -> QuizSession {
    let number = |value: i64| u64::try_from(value).unwrap_or_default();
    QuizSession { id: number(id), version: number(version), cards, state }
}

async fn save_round(
    connection: &mut sqlx::SqliteConnection,
    write: &QuizWrite,
    round: &QuizRound,
) -> Result<(), StoreError> {
    let number = i64::from(round.round);
    sqlx::query(
        "INSERT INTO quiz_round (session_id, round, channel_id, question_id, at_ms) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id(write.id))
    .bind(number)
    .bind(id(write.channel_id))
    .bind(&round.question_id)
    .bind(round.at_ms)
    .execute(&mut *connection)
    .await?;
    for topic in &round.topics {
        sqlx::query(
            "INSERT INTO quiz_round_topic (session_id, round, topic_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(id(write.id))
        .bind(number)
        .bind(topic)
        .execute(&mut *connection)
        .await?;
    }
    for answer in &round.answers {
        sqlx::query(
            "INSERT INTO quiz_answer
             (session_id, round, user_id, guild_id, name, given, is_right, points, counts, interaction_id, at_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(id(write.id))
        .bind(number)
        .bind(id(answer.user_id))
        .bind(id(write.guild_id))
        .bind(&answer.name)
        .bind(&answer.given)
        .bind(i64::from(answer.is_right))
        .bind(answer.points)
        .bind(i64::from(round.counts))
        .bind(id(answer.interaction_id))
        .bind(round.at_ms)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
