//! How well a member knew a question, by their own word: the last word counts.

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

    fn of(number: i64) -> Option<Recall> {
        Recall::ALL.into_iter().find(|recall| recall.number() == number)
    }
}

/// What a member said of a question, and with which click: of two, the one with the higher id is the later one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recalled {
    pub question_id: String,
    pub recall: Recall,
    pub interaction_id: u64,
}

impl Store {
    /// Remembers what a member said of a question; an earlier click never replaces a later one. Returns what is remembered
    /// now.
    ///
    /// # Errors
    /// When the database fails; then nothing was remembered.
    pub async fn remember_recall(&self, user_id: u64, said: &Recalled) -> Result<Recall, StoreError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(
            "INSERT INTO question_recall (user_id, question_id, recall, interaction_id, at_ms)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (user_id, question_id) DO UPDATE SET recall = excluded.recall,
             interaction_id = excluded.interaction_id, at_ms = excluded.at_ms
             WHERE excluded.interaction_id > question_recall.interaction_id",
        )
        .bind(id(user_id))
        .bind(&said.question_id)
        .bind(said.recall.number())
        .bind(id(said.interaction_id))
        .bind(now_ms())
        .execute(&mut *tx)
        .await?;
        let number: i64 =
            sqlx::query_scalar("SELECT recall FROM question_recall WHERE user_id = $1 AND question_id = $2")
                .bind(id(user_id))
                .bind(&said.question_id)
                .fetch_one(&mut *tx)
                .await?;
        tx.commit().await?;
        Ok(Recall::of(number).unwrap_or(said.recall))
    }

    /// Everything that a member said.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recalls(&self, user_id: u64) -> Result<Vec<Recalled>, StoreError> {
        let rows: Vec<(String, i64, i64)> =
            sqlx::query_as("SELECT question_id, recall, interaction_id FROM question_recall WHERE user_id = $1")
                .bind(id(user_id))
                .fetch_all(&self.readers)
                .await?;
        let recalled = |(question_id, number, interaction_id): (String, i64, i64)| {
            let interaction_id = u64::try_from(interaction_id).unwrap_or_default();
            Some(Recalled { question_id, recall: Recall::of(number)?, interaction_id })
        };
        Ok(rows.into_iter().filter_map(recalled).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_word_on_a_question_counts() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).await.unwrap();
        let say = async |user, recall, interaction_id| {
            let said = Recalled { question_id: "q".to_owned(), recall, interaction_id };
            store.remember_recall(user, &said).await.unwrap()
        };
        assert_eq!(say(1, Recall::Didnt, 10).await, Recall::Didnt);
        assert_eq!(say(1, Recall::Knew, 12).await, Recall::Knew);
        assert_eq!(say(1, Recall::Partly, 11).await, Recall::Knew, "an earlier click that comes later changes nothing");
        assert_eq!(say(2, Recall::Partly, 13).await, Recall::Partly);
        let known = Recalled { question_id: "q".to_owned(), recall: Recall::Knew, interaction_id: 12 };
        assert_eq!(store.recalls(1).await.unwrap(), [known]);
        assert_eq!(store.recalls(3).await.unwrap(), []);
    }
}
