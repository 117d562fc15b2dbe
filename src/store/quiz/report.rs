//! What members say is wrong with questions.

use std::path::Path;

use crate::store::file::{damaged_or, look_into};
use crate::store::{Store, StoreError, id, now_ms};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionReport {
    pub question_id: String,
    pub guild_id: u64,
    pub user_id: u64,
    pub text: String,
    /// The interaction that brought it; the one with the highest id counts.
    pub interaction_id: u64,
}

impl Store {
    /// Keeps what a member says of a question, in place of what they said before.
    ///
    /// # Errors
    /// When the database fails; then nothing was kept.
    pub async fn report_question(&self, report: &QuestionReport) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO question_report (interaction_id, question_id, guild_id, user_id, text, at_ms)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (question_id, user_id) DO UPDATE SET
             interaction_id = excluded.interaction_id, guild_id = excluded.guild_id, text = excluded.text,
             at_ms = excluded.at_ms WHERE excluded.interaction_id > question_report.interaction_id",
        )
        .bind(id(report.interaction_id))
        .bind(&report.question_id)
        .bind(id(report.guild_id))
        .bind(id(report.user_id))
        .bind(&report.text)
        .bind(now_ms())
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}

/// The newest reports first, at most `limit`, also while a bot runs: (question, text, milliseconds since the epoch).
///
/// # Errors
/// When there is no database, or it cannot be read.
pub async fn reports(data: &Path, limit: u32) -> Result<Vec<(String, String, i64)>, StoreError> {
    let (pool, file) = look_into(data).await?;
    let rows = sqlx::query_as(
        "SELECT question_id, text, at_ms FROM question_report ORDER BY at_ms DESC, interaction_id DESC LIMIT $1",
    )
    .bind(i64::from(limit))
    .fetch_all(&pool)
    .await;
    pool.close().await;
    rows.map_err(|error| damaged_or(&file, error))
}
