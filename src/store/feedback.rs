//! Helpful or not: one vote for each member and message.

use std::sync::atomic::Ordering;

use super::{Store, StoreError, id, now_ms};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    pub message_id: u64,
    pub user_id: u64,
    /// The click's id: ids grow with time, so they tell which of two clicks is the later one.
    pub interaction_id: u64,
    /// The library item that the message showed.
    pub item_id: String,
    pub helpful: bool,
}

/// How a message's votes stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub helpful: u32,
    pub not_helpful: u32,
    /// Of two tallies of one process the one with the higher order is the later one.
    pub order: u64,
}

impl Store {
    /// Records a vote, replacing the member's earlier one (an earlier click never replaces a later one), and counts the votes of that message and item.
    ///
    /// # Errors
    /// When the database fails; then nothing was recorded.
    pub async fn vote(&self, vote: &Vote) -> Result<Tally, StoreError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(
            "INSERT INTO feedback (message_id, user_id, interaction_id, item_id, helpful, at_ms)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (message_id, user_id) DO UPDATE SET interaction_id = excluded.interaction_id,
             item_id = excluded.item_id, helpful = excluded.helpful, at_ms = excluded.at_ms
             WHERE excluded.interaction_id > feedback.interaction_id",
        )
        .bind(id(vote.message_id))
        .bind(id(vote.user_id))
        .bind(id(vote.interaction_id))
        .bind(&vote.item_id)
        .bind(i64::from(vote.helpful))
        .bind(now_ms())
        .execute(&mut *tx)
        .await?;
        let (helpful, all): (i64, i64) = sqlx::query_as(
            "SELECT CAST(COALESCE(SUM(helpful), 0) AS BIGINT), COUNT(*) FROM feedback
             WHERE message_id = $1 AND item_id = $2",
        )
        .bind(id(vote.message_id))
        .bind(&vote.item_id)
        .fetch_one(&mut *tx)
        .await?;
        // Taken inside the transaction, so it grows in the order of the commits.
        let order = self.tallies.fetch_add(1, Ordering::Relaxed);
        tx.commit().await?;
        let count = |n: i64| u32::try_from(n).unwrap_or(0);
        Ok(Tally { helpful: count(helpful), not_helpful: count(all - helpful), order })
    }
}
