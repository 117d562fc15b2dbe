//! One method for each thing that a user wants. Knows the library, the index and the database; knows nothing of Discord.

mod ask;
pub mod page;

use std::sync::{Arc, PoisonError, RwLock};

use crate::content::ItemKind;
use crate::content::Library;
use crate::search::{Search, SearchError, Suggestion};
use crate::store::{Store, StoreError, Tally, Vote};

pub use ask::{Answer, AskRequest};

/// The library and the index that was built from it: swapped together, never apart.
pub struct Knowledge {
    pub library: Library,
    pub search: Search,
}

#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error(transparent)]
    Search(#[from] SearchError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Cheap to clone; every clone is the same application.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    knowledge: RwLock<Arc<Knowledge>>,
    store: Store,
    other_matches: usize,
}

impl App {
    /// `other_matches` is how many matches an answer offers beside the best one.
    pub fn new(knowledge: Knowledge, store: Store, other_matches: usize) -> App {
        App { inner: Arc::new(Inner { knowledge: RwLock::new(Arc::new(knowledge)), store, other_matches }) }
    }

    /// What is known now. Hold it for one answer, so that the answer is of one piece.
    pub fn knowledge(&self) -> Arc<Knowledge> {
        Arc::clone(&self.inner.knowledge.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The best answer to a query, or the nearest titles when there is no good one.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn ask(&self, request: &AskRequest<'_>) -> Result<Answer, AppError> {
        Ok(ask::ask(&self.knowledge().search, request, self.inner.other_matches)?)
    }

    /// Titles that complete what somebody types, best first, at most `limit`.
    pub fn suggest(&self, typed: &str, kind: Option<ItemKind>, limit: usize) -> Vec<Suggestion> {
        self.knowledge().search.suggest(typed, kind, limit)
    }

    /// Remembers a query that found nothing. Best effort: a failure is logged, and nobody waits for it.
    pub async fn remember_missed(&self, query: &str) {
        if let Err(error) = self.inner.store.missed(query).await {
            tracing::warn!(%error, "a query that found nothing was not remembered");
        }
    }

    /// Records whether a member found a message helpful; the last vote of a member counts.
    ///
    /// # Errors
    /// When the database fails; then nothing was recorded.
    pub async fn vote(&self, vote: &Vote) -> Result<Tally, AppError> {
        Ok(self.inner.store.vote(vote).await?)
    }
}
