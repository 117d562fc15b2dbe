//! Private answers that somebody showed to the channel: each of them once.

use super::{Store, StoreError, id, now_ms};

/// A private message is gone when its reader closes Discord, and nobody presses its button a day later.
const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// An item that a private message shows and its reader shows to the channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub message_id: u64,
    pub item_id: String,
    /// The click's id.
    pub interaction_id: u64,
}

impl Store {
    /// Claims a share. `false` when another click claimed it before; the same click, which comes again when the bot was
    /// killed before it answered, may claim it again.
    ///
    /// # Errors
    /// When the database fails; then nothing was claimed.
    pub async fn claim_share(&self, share: &Share) -> Result<bool, StoreError> {
        let now = now_ms();
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("DELETE FROM share WHERE at_ms < $1").bind(now - KEPT_MS).execute(&mut *tx).await?;
        let claimed = sqlx::query(
            "INSERT INTO share (message_id, item_id, interaction_id, at_ms) VALUES ($1, $2, $3, $4)
             ON CONFLICT (message_id, item_id) DO UPDATE SET at_ms = excluded.at_ms
             WHERE share.interaction_id = excluded.interaction_id",
        )
        .bind(id(share.message_id))
        .bind(&share.item_id)
        .bind(id(share.interaction_id))
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
    pub async fn release_share(&self, share: &Share) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM share WHERE message_id = $1 AND item_id = $2 AND interaction_id = $3")
            .bind(id(share.message_id))
            .bind(&share.item_id)
            .bind(id(share.interaction_id))
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_item_is_shared_once_unless_that_failed() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).await.unwrap();
        let share = |item: &str, interaction_id| Share { message_id: 7, item_id: item.to_owned(), interaction_id };
        assert!(store.claim_share(&share("jwt", 1)).await.unwrap());
        assert!(!store.claim_share(&share("jwt", 2)).await.unwrap());
        assert!(store.claim_share(&share("jwt", 1)).await.unwrap(), "the same click, after a kill");
        assert!(store.claim_share(&share("sessions", 3)).await.unwrap(), "another item of the same message");
        store.release_share(&share("jwt", 2)).await.unwrap();
        assert!(!store.claim_share(&share("jwt", 4)).await.unwrap(), "a claim is given back by who has it");
        store.release_share(&share("jwt", 1)).await.unwrap();
        assert!(store.claim_share(&share("jwt", 5)).await.unwrap());
    }
}
