//! Queries that found nothing: what the library lacks. Who asked is not kept.

use std::path::Path;

use super::file::{damaged_or, look_into};
use super::{Store, StoreError, now_ms};

/// Queries that a member typed are kept only so far.
const QUERY_CHARACTERS: usize = 200;

/// So many queries are kept; beyond that the rarest and oldest go, so that nobody can fill the disk by asking.
const QUERIES_KEPT: i64 = 10_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissedQuery {
    /// Lower case, single spaces, at most 200 characters.
    pub query: String,
    pub times: u32,
}

impl Store {
    /// Counts a query that found nothing. A query without a visible character is not counted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn missed(&self, query: &str) -> Result<(), StoreError> {
        let visible = query.chars().map(|c| if c.is_alphanumeric() || c.is_ascii_punctuation() { c } else { ' ' });
        let words = visible.collect::<String>().to_lowercase();
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let words: String = words.chars().take(QUERY_CHARACTERS).collect();
        if words.is_empty() {
            return Ok(());
        }
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(
            "INSERT INTO missed_query (query, times, first_at_ms, last_at_ms) VALUES ($1, 1, $2, $2)
             ON CONFLICT (query) DO UPDATE SET times = missed_query.times + 1, last_at_ms = excluded.last_at_ms",
        )
        .bind(words)
        .bind(now_ms())
        .execute(&mut *tx)
        .await?;
        let kept: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM missed_query").fetch_one(&mut *tx).await?;
        if kept > QUERIES_KEPT {
            sqlx::query(
                "DELETE FROM missed_query WHERE query IN
                 (SELECT query FROM missed_query ORDER BY times, last_at_ms LIMIT $1)",
            )
            .bind(kept - QUERIES_KEPT)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// The queries that most often found nothing, at most `limit`, from the database in `folder`, also while a bot uses it.
///
/// # Errors
/// When there is no database or it cannot be read.
pub async fn most_missed(folder: &Path, limit: u32) -> Result<Vec<MissedQuery>, StoreError> {
    let (pool, file) = look_into(folder).await?;
    let rows: Result<Vec<(String, i64)>, sqlx::Error> =
        sqlx::query_as("SELECT query, times FROM missed_query ORDER BY times DESC, last_at_ms DESC, query LIMIT $1")
            .bind(i64::from(limit))
            .fetch_all(&pool)
            .await;
    pool.close().await;
    let missed = |(query, times): (String, i64)| MissedQuery { query, times: u32::try_from(times).unwrap_or(0) };
    Ok(rows.map_err(|error| damaged_or(&file, error))?.into_iter().map(missed).collect())
}
