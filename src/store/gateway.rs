//! Where each shard's event stream stood.

use super::{Store, StoreError, id, now_ms};

/// What is needed to resume a gateway session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewaySession {
    pub session_id: String,
    /// The number of the last event that was received.
    pub sequence: u64,
    pub resume_url: String,
}

impl Store {
    /// `shard` is its number and how many there are: a session belongs to both.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save_gateway_session(
        &self,
        application_id: u64,
        shard: (u32, u32),
        session: &GatewaySession,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO gateway_session (application_id, shard, shards, session_id, sequence, resume_url, saved_at_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (application_id, shard, shards) DO UPDATE SET session_id = excluded.session_id,
             sequence = excluded.sequence, resume_url = excluded.resume_url, saved_at_ms = excluded.saved_at_ms",
        )
        .bind(id(application_id))
        .bind(i64::from(shard.0))
        .bind(i64::from(shard.1))
        .bind(&session.session_id)
        .bind(id(session.sequence))
        .bind(&session.resume_url)
        .bind(now_ms())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// # Errors
    /// When the database fails.
    pub async fn gateway_session(
        &self,
        application_id: u64,
        shard: (u32, u32),
    ) -> Result<Option<GatewaySession>, StoreError> {
        let row: Option<(String, i64, String)> = sqlx::query_as(
            "SELECT session_id, sequence, resume_url FROM gateway_session
             WHERE application_id = $1 AND shard = $2 AND shards = $3",
        )
        .bind(id(application_id))
        .bind(i64::from(shard.0))
        .bind(i64::from(shard.1))
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.map(|(session_id, sequence, resume_url)| GatewaySession {
            session_id,
            sequence: u64::try_from(sequence).unwrap_or(0),
            resume_url,
        }))
    }

    /// # Errors
    /// When the database fails.
    pub async fn forget_gateway_session(&self, application_id: u64, shard: (u32, u32)) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM gateway_session WHERE application_id = $1 AND shard = $2 AND shards = $3")
            .bind(id(application_id))
            .bind(i64::from(shard.0))
            .bind(i64::from(shard.1))
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}
