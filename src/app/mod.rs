//! One method for each thing that a user wants. Knows the library, the index and the database; knows nothing of Discord.

mod ask;
pub mod clock;
pub mod daily;
pub mod page;
pub mod practice;
pub mod quiz;

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use rand::seq::IteratorRandom;

use self::clock::Clock;
use self::daily::Daily;
use self::practice::{Lettering, Recent, Wanted};
use self::quiz::Quizzes;
use crate::content::{ItemKind, Level, Library, Project, Question};
use crate::quiz::Card;
use crate::search::{Search, SearchError, Suggestion, strip_markup};
use crate::store::{Store, StoreError, Tally};

pub use crate::store::{Recall, Recalled, Share, Vote};
pub use ask::{Answer, AskRequest};

/// The library and the index that was built from it: swapped together, never apart.
pub struct Knowledge {
    pub library: Library,
    pub search: Search,
}

/// How long a question waits for what the member knew of others.
const RECALLS_TIME: Duration = Duration::from_millis(300);

impl Knowledge {
    /// The best answer to a query with at most `others` further matches, or the nearest titles when there is no good one.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn ask(&self, request: &AskRequest<'_>, others: usize) -> Result<Answer, SearchError> {
        ask::ask(&self.search, request, others)
    }

    /// Titles that complete what somebody types, best first, at most `limit`.
    pub fn suggest(&self, typed: &str, kind: Option<ItemKind>, limit: usize) -> Vec<Suggestion> {
        self.search.suggest(typed, kind, limit)
    }

    /// The same among topics that a question or project is about.
    pub fn suggest_topics(&self, typed: &str, with: With, limit: usize) -> Vec<Suggestion> {
        let library = &self.library;
        let keep = |id: &str| match with {
            With::Anything => true,
            With::Questions => library.questions_of(id).next().is_some(),
            With::Playable => library.questions_of(id).any(|question| Card::is_playable(question.kind)),
            With::Projects => library.projects.values().any(|project| project.topics.iter().any(|topic| topic == id)),
        };
        self.search.suggest_among(typed, Some(ItemKind::Topic), &keep, limit)
    }
}

/// What topics must have to be suggested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    Anything,
    Questions,
    /// Questions that can be played in a quiz.
    Playable,
    Projects,
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
    /// Held only to copy or replace the pointer, so that it takes no more than a lock of the standard library.
    knowledge: RwLock<Arc<Knowledge>>,
    store: Store,
    other_matches: usize,
    time_zone: TimeZone,
    clock: Clock,
    recent: Mutex<Recent>,
    quizzes: Quizzes,
    daily: Daily,
    catch_up: SignedDuration,
}

/// What the application goes by.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many matches an answer offers beside the best one.
    pub other_matches: usize,
    /// In which days, weeks and months are counted.
    pub time_zone: TimeZone,
    pub clock: Clock,
    /// How late a scheduled post may come.
    pub catch_up: SignedDuration,
}

impl Default for Options {
    fn default() -> Options {
        let catch_up = SignedDuration::from_hours(12);
        Options { other_matches: 8, time_zone: TimeZone::UTC, clock: Clock::default(), catch_up }
    }
}

impl App {
    pub fn new(knowledge: Knowledge, store: Store, options: Options) -> App {
        let Options { other_matches, time_zone, clock, catch_up } = options;
        let (recent, quizzes, daily) = (Mutex::default(), Quizzes::new(), Daily::new());
        let knowledge = RwLock::new(Arc::new(knowledge));
        App {
            inner: Arc::new(Inner {
                knowledge,
                store,
                other_matches,
                time_zone,
                clock,
                recent,
                quizzes,
                daily,
                catch_up,
            }),
        }
    }

    /// What is known now. Hold it for one answer, so that the answer is of one piece.
    pub fn knowledge(&self) -> Arc<Knowledge> {
        Arc::clone(&self.inner.knowledge.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on this is known. Answers that are under way keep what they hold.
    pub fn set_knowledge(&self, knowledge: Knowledge) {
        let mut known = self.inner.knowledge.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *known, Arc::new(knowledge));
        // A library takes longer to free than anybody should wait for the next one.
        drop(known);
        drop(before);
    }

    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The best answer to a query, or the nearest titles when there is no good one.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn ask(&self, knowledge: &Knowledge, request: &AskRequest<'_>) -> Result<Answer, AppError> {
        Ok(knowledge.ask(request, self.inner.other_matches)?)
    }

    /// Remembers a query that found nothing. Best effort: a failure is logged, and nobody waits for it.
    pub async fn remember_missed(&self, query: &str) {
        // What is remembered names nobody.
        let query = strip_markup(query);
        if let Err(error) = self.inner.store.missed(&query).await {
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

    /// A question at random for a member, with its options lettered; what they did not know comes more often than what they
    /// did. `None` when nothing but `not` fits.
    pub async fn draw_question<'a>(
        &self,
        library: &'a Library,
        user_id: u64,
        wanted: &Wanted,
        not: Option<&str>,
    ) -> Option<(&'a Question, Lettering)> {
        let recalls = self.recalls(user_id).await;
        let recalls = practice::by_question(library, recalls);
        let mut rng = rand::rng();
        let mut recent = self.inner.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let question = practice::draw(library, wanted, not, &recalls, recent.of(user_id), &mut rng)?;
        recent.add(user_id, &question.id);
        Some((question, Lettering::shuffled(question, &mut rng)))
    }

    /// What a member last said of a question.
    pub async fn recall_of(&self, library: &Library, user_id: u64, question_id: &str) -> Option<Recall> {
        practice::by_question(library, self.recalls(user_id).await).remove(question_id)
    }

    /// Everything that a member said. Without it one can still practise, so nobody waits long for it, and a failure is only
    /// logged.
    async fn recalls(&self, user_id: u64) -> Vec<Recalled> {
        match tokio::time::timeout(RECALLS_TIME, self.inner.store.recalls(user_id)).await {
            Ok(Ok(recalls)) => return recalls,
            Ok(Err(error)) => tracing::warn!(%error, "what a member knew was not read"),
            Err(_elapsed) => tracing::warn!("reading what a member knew takes too long"),
        }
        Vec::new()
    }

    /// Remembers how well a member knew a question; their last word counts, and is returned.
    ///
    /// # Errors
    /// When the database fails; then nothing was remembered.
    pub async fn remember_recall(&self, user_id: u64, said: &Recalled) -> Result<Recall, AppError> {
        Ok(self.inner.store.remember_recall(user_id, said).await?)
    }

    /// A project at random that practises the topic and has the level, and is not `not`.
    pub fn draw_project<'a>(
        &self,
        library: &'a Library,
        topic: Option<&str>,
        level: Option<Level>,
        not: Option<&str>,
    ) -> Option<&'a Project> {
        let fitting = library.projects.values().filter(|project| {
            topic.is_none_or(|topic| project.topics.iter().any(|t| t == topic))
                && level.is_none_or(|level| project.level == level)
                && not.is_none_or(|not| project.id != not)
        });
        fitting.choose(&mut rand::rng())
    }

    /// Claims the showing of a private answer to the channel; `false` when another click did so before.
    ///
    /// # Errors
    /// When the database fails; then nothing was claimed.
    pub async fn claim_share(&self, share: &Share) -> Result<bool, AppError> {
        Ok(self.inner.store.claim_share(share).await?)
    }

    /// Gives a claim back, because the answer was not shown. Best effort: without it the member is told to find the answer
    /// anew.
    pub async fn release_share(&self, share: &Share) {
        if let Err(error) = self.inner.store.release_share(share).await {
            tracing::warn!(%error, "a claim to share was not given back");
        }
    }
}
