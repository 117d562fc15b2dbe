//! How well a member knew a question, by their own word: the last word counts.

use std::collections::HashMap;

use super::{Store, StoreError, id, now_ms};

/// What a member said of a question after having seen its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recall {
    Didnt,
    Partly,
    Knew,
}

impl Recall {
    pub const ALL: [Recall; 3] = [Recall::Knew, Recall::Partly, Recall::Didnt];

    /// As it is kept; never changes.
    fn number(self) -> i64 {
        match self {
            Recall::Didnt => 0,
            Recall::Partly => 1,
            Recall::Knew => 2,
        }
    }
}

impl Store {
    /// Remembers how well a member knew a question. An earlier click never replaces a later one.
    ///
    /// # Errors
    /// When the database fails; then nothing was remembered.
    pub async fn remember_recall(
        &self,
        user_id: u64,
        question_id: &str,
        recall: Recall,
        interaction_id: u64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO question_recall (user_id, question_id, recall, interaction_id, at_ms)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (user_id, question_id) DO UPDATE SET recall = excluded.recall,
             interaction_id = excluded.interaction_id, at_ms = excluded.at_ms
             WHERE excluded.interaction_id > question_recall.interaction_id",
        )
        .bind(id(user_id))
        .bind(question_id)
        .bind(recall.number())
        .bind(id(interaction_id))
        .bind(now_ms())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Everything that a member said, by question id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recalls(&self, user_id: u64) -> Result<HashMap<String, Recall>, StoreError> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT question_id, recall FROM question_recall WHERE user_id = $1")
                .bind(id(user_id))
                .fetch_all(&self.readers)
                .await?;
        let known = |number| Recall::ALL.into_iter().find(|recall| recall.number() == number);
        Ok(rows.into_iter().filter_map(|(question, number)| Some((question, known(number)?))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_word_on_a_question_counts() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).await.unwrap();
        store.remember_recall(1, "q", Recall::Didnt, 10).await.unwrap();
        store.remember_recall(1, "q", Recall::Knew, 12).await.unwrap();
        store.remember_recall(1, "q", Recall::Partly, 11).await.unwrap();
        store.remember_recall(2, "q", Recall::Partly, 13).await.unwrap();
        assert_eq!(store.recalls(1).await.unwrap(), HashMap::from([("q".to_owned(), Recall::Knew)]));
        assert_eq!(store.recalls(3).await.unwrap(), HashMap::new());
    }
}
