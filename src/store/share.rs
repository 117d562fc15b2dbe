//! Private answers that somebody showed to the channel: each of them once.

use super::{Store, StoreError, id, now_ms};

/// A private message is gone when its reader closes Discord, and nobody presses its button a day later.
const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

impl Store {
    /// Claims the sharing of a private message; `false` when it was claimed before.
    ///
    /// # Errors
    /// When the database fails; then nothing was claimed.
    pub async fn claim_share(&self, message_id: u64) -> Result<bool, StoreError> {
        let now = now_ms();
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("DELETE FROM share WHERE at_ms < $1").bind(now - KEPT_MS).execute(&mut *tx).await?;
        let claimed = sqlx::query("INSERT INTO share (message_id, at_ms) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(id(message_id))
            .bind(now)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(claimed.rows_affected() == 1)
    }

    /// Gives a claim back, because nothing was shared.
    ///
    /// # Errors
    /// When the database fails; then the claim stands.
    pub async fn release_share(&self, message_id: u64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM share WHERE message_id = $1").bind(id(message_id)).execute(&self.writer).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_message_is_shared_once_unless_that_failed() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).await.unwrap();
        assert!(store.claim_share(7).await.unwrap());
        assert!(!store.claim_share(7).await.unwrap());
        store.release_share(7).await.unwrap();
        assert!(store.claim_share(7).await.unwrap());
    }
}
