//! Quizzes: what members and moderators can do with them. The rules are in [`crate::quiz`], the writing in `engine`.

mod choose;
mod engine;
mod leaderboard;
mod stored;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::RngExt;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use self::engine::{Engine, Happened, Look, Order, Start};
use super::clock::Clock;
use super::{App, AppError};
use crate::content::{Library, Question};
use crate::quiz::{
    Card, Event, Given, Mode, Place, Refusal, Session, SessionId, Settings, Slot, Told, Trouble, UserId,
};
use crate::store::{QuestionReport, Store, StoreError};

pub use choose::QuizWanted;
pub use leaderboard::{Leaderboard, LeaderboardPeriod};

/// How long a start waits for what the channel has been asked so far.
const HISTORY_TIME: Duration = Duration::from_millis(800);

/// What a channel was asked longer ago has no influence: such a question weighs nearly as much as a new one.
const HISTORY: i64 = 90 * 24 * 3_600_000;

/// How many questions a quiz may have.
pub const QUESTIONS: std::ops::RangeInclusive<u32> = 1..=50;

/// The longest report on a question, in characters.
pub const REPORT_MAX: u16 = 1_000;

/// How many seconds a question may be open.
pub const SECONDS: std::ops::RangeInclusive<u32> = 10..=120;

/// Why something about a quiz did not happen.
#[derive(Debug, thiserror::Error)]
pub enum QuizError {
    #[error("the database cannot be written")]
    NotWritten,
    /// The engine does not hold the session.
    #[error("no such session is under way")]
    NotHere,
    /// There has never been such a session, or its documents are forgotten.
    #[error("there is no such session")]
    Unknown,
    #[error("the bot is stopping")]
    Stopping,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What became of a wish to start a quiz.
#[derive(Clone, Debug)]
pub enum Started {
    New(Arc<Session>),
    /// One is played in the channel already.
    Running(Arc<Session>),
    /// No question is like that.
    Nothing,
}

/// What became of an event: what its sender is told, and the session as it is stored now.
#[derive(Clone, Debug)]
pub struct Answered {
    pub told: Option<Told>,
    pub session: Arc<Session>,
}

/// What is to be sent, now that what led to it is stored.
#[derive(Clone, Debug)]
pub enum Delivery {
    Post {
        id: SessionId,
        slot: Slot,
        place: Place,
    },
    /// What is not urgent may be left out.
    Edit {
        id: SessionId,
        slot: Slot,
        place: Place,
        urgent: bool,
    },
    TellModerators {
        session: Arc<Session>,
        trouble: Trouble,
    },
}

/// Who starts a quiz, where and of what kind.
#[derive(Clone, Debug)]
pub struct StartQuiz {
    pub place: Place,
    pub starter: UserId,
    pub starter_name: String,
    pub interaction_id: u64,
    pub wanted: QuizWanted,
    /// How many questions, 1 to 50.
    pub questions: u32,
    /// Seconds for each, 10 to 120.
    pub seconds: u32,
    pub mode: Mode,
}

/// A question of a session, as somebody answered it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    pub given: Option<Given>,
    pub right: bool,
    pub points: i64,
}

/// The way to the engine.
pub(super) struct Quizzes {
    orders: mpsc::UnboundedSender<Order>,
    /// Until the engine runs.
    inbox: Mutex<Option<mpsc::UnboundedReceiver<Order>>>,
}

impl Quizzes {
    pub(super) fn new() -> Quizzes {
        let (orders, inbox) = mpsc::unbounded_channel();
        Quizzes { orders, inbox: Mutex::new(Some(inbox)) }
    }

    async fn order<T>(&self, order: impl FnOnce(oneshot::Sender<T>) -> Order) -> Result<T, QuizError> {
        let (reply, answer) = oneshot::channel();
        self.orders.send(order(reply)).map_err(|_gone| QuizError::Stopping)?;
        answer.await.map_err(|_gone| QuizError::Stopping)
    }
}

impl App {
    /// Lets the quizzes run: those that were under way go on. What is to be sent goes to `deliveries`. Only the first call
    /// has an effect; the task ends when it is aborted.
    pub fn run_quizzes(&self, deliveries: mpsc::UnboundedSender<Delivery>) -> Option<JoinHandle<()>> {
        let inbox = self.inner.quizzes.inbox.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let engine = Engine::new(self.inner.store.clone(), self.clock().clone(), inbox, deliveries);
        Some(tokio::spawn(engine.run()))
    }

    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Draws questions and opens a session, unless one is played in the channel.
    ///
    /// # Errors
    /// When it cannot be stored; then there is none.
    pub async fn start_quiz(&self, library: &Library, start: StartQuiz) -> Result<Started, QuizError> {
        let now = self.clock().now();
        let fitting = start.wanted.fitting(library);
        if fitting.is_empty() {
            return Ok(Started::Nothing);
        }
        let since = now.plus(-HISTORY).0;
        let asked =
            match tokio::time::timeout(HISTORY_TIME, self.inner.store.asked_in(start.place.channel, since)).await {
                Ok(Ok(asked)) => asked,
                Ok(Err(error)) => {
                    tracing::warn!(%error, "what a channel was asked so far was not read");
                    Vec::new()
                }
                Err(_elapsed) => {
                    tracing::warn!("reading what a channel was asked so far takes too long");
                    Vec::new()
                }
            };
        let seed: u64 = rand::rng().random();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let drawn = choose::choose(library, &fitting, &asked, start.questions as usize, now, &mut rng);
        let about = start.wanted.about(library);
        self.open_quiz(library, start, &drawn, (seed, rng), about).await
    }

    /// Opens a session with the questions that were missed in another one.
    ///
    /// # Errors
    /// When the other one is unknown, or the new one cannot be stored.
    pub async fn repeat_missed(
        &self,
        library: &Library,
        of: SessionId,
        place: Place,
        (starter, starter_name): (UserId, String),
        interaction_id: u64,
    ) -> Result<Started, QuizError> {
        let before = self.quiz(of).await?;
        if before.place != place {
            return Err(QuizError::Unknown);
        }
        let missed: Vec<&Question> = before
            .missed()
            .filter_map(|(_, card)| match library.find(&card.question_id)? {
                crate::content::Item::Question(question) => Some(question),
                _ => None,
            })
            .collect();
        if missed.is_empty() {
            return Ok(Started::Nothing);
        }
        let seed: u64 = rand::rng().random();
        let start = StartQuiz {
            place,
            starter,
            starter_name,
            interaction_id,
            wanted: QuizWanted::default(),
            questions: u32::try_from(missed.len()).unwrap_or(u32::MAX),
            seconds: before.settings.seconds,
            mode: before.settings.mode,
        };
        let about = "what was missed".to_owned();
        self.open_quiz(library, start, &missed, (seed, ChaCha8Rng::seed_from_u64(seed)), about).await
    }

    async fn open_quiz(
        &self,
        library: &Library,
        start: StartQuiz,
        drawn: &[&Question],
        (seed, mut rng): (u64, ChaCha8Rng),
        about: String,
    ) -> Result<Started, QuizError> {
        let arrived = self.clock().mark();
        let now = self.clock().at(arrived);
        let cards: Vec<Card> = drawn.iter().map(|question| Card::deal(library, question, &mut rng)).collect();
        let fewer = (cards.len() < start.questions as usize).then_some(start.questions);
        let only = start.wanted.only();
        let settings = Settings { mode: start.mode, seconds: start.seconds, about, only, wanted: fewer, seed };
        let session = Session::new(
            SessionId(0),
            start.place,
            settings,
            (start.starter, start.starter_name),
            start.interaction_id,
            cards.into(),
            now,
        );
        self.inner.quizzes.order(|reply| Order::Start(Start { session: Box::new(session), arrived, reply })).await?
    }

    /// Lets a session handle an event that has just arrived. A session that has ended says so.
    ///
    /// # Errors
    /// When there has never been such a session, or what happened cannot be stored; then nothing has happened.
    pub async fn quiz_event(&self, id: SessionId, event: Event) -> Result<Answered, QuizError> {
        self.handle(id, None, None, event).await
    }

    /// The same for an event from a place: a session that is played elsewhere is as unknown there as one that never was.
    /// `proof` is the message that was pressed, which may be news.
    ///
    /// # Errors
    /// As there.
    pub async fn quiz_press(
        &self,
        id: SessionId,
        place: Place,
        proof: Option<(Slot, u64)>,
        event: Event,
    ) -> Result<Answered, QuizError> {
        self.handle(id, Some(place), proof, event).await
    }

    async fn handle(
        &self,
        id: SessionId,
        place: Option<Place>,
        proof: Option<(Slot, u64)>,
        event: Event,
    ) -> Result<Answered, QuizError> {
        let arrived = self.clock().mark();
        match self
            .inner
            .quizzes
            .order(|reply| Order::Event(Happened { id, place, proof, event, arrived, reply }))
            .await?
        {
            Err(QuizError::NotHere) => {
                let session = self.stored_quiz(id).await?;
                if place.is_some_and(|place| place != session.place) {
                    return Err(QuizError::Unknown);
                }
                Ok(Answered { told: Some(Told::Refused(Refusal::Over)), session })
            }
            answered => answered,
        }
    }

    /// The session that is played in a channel.
    ///
    /// # Errors
    /// When the bot is stopping.
    pub async fn quiz_in(&self, channel: u64) -> Result<Option<Arc<Session>>, QuizError> {
        self.inner.quizzes.order(|reply| Order::Look(Look::In(channel, reply))).await
    }

    /// A session that is under way as it stands, and whether all of them wait because the database cannot be written.
    ///
    /// # Errors
    /// When the bot is stopping.
    pub async fn quiz_under_way(&self, id: SessionId) -> Result<Option<(Arc<Session>, bool)>, QuizError> {
        self.inner.quizzes.order(|reply| Order::Look(Look::At(id, reply))).await
    }

    /// A session, whether it is under way or not.
    ///
    /// # Errors
    /// When there is none, or the database cannot be read.
    pub async fn quiz(&self, id: SessionId) -> Result<Arc<Session>, QuizError> {
        match self.quiz_under_way(id).await? {
            Some((session, _)) => Ok(session),
            None => self.stored_quiz(id).await,
        }
    }

    async fn stored_quiz(&self, id: SessionId) -> Result<Arc<Session>, QuizError> {
        let row = self.inner.store.quiz(id.0).await?.ok_or(QuizError::Unknown)?;
        match stored::read(&row) {
            Ok(session) => Ok(Arc::new(session)),
            Err(error) => {
                tracing::error!(%error, session = %id, "a quiz session cannot be read");
                Err(QuizError::Unknown)
            }
        }
    }

    /// What somebody answered in a session, by the place of the question.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn own_answers(&self, session: &Session, user: UserId) -> Result<Vec<Own>, AppError> {
        let rows = self.inner.store.answers_of(session.id.0, user.0).await?;
        let mut own = vec![Own { given: None, right: false, points: 0 }; session.results.len()];
        for row in rows {
            if let Some(own) = own.get_mut(row.round as usize) {
                let given = serde_json::from_str(&row.given).ok();
                *own = Own { given, right: row.is_right, points: row.points };
            }
        }
        Ok(own)
    }

    /// Keeps what a member says is wrong with a question.
    ///
    /// # Errors
    /// When the database fails; then nothing was kept.
    pub async fn report_question(&self, report: &QuestionReport) -> Result<(), AppError> {
        Ok(self.inner.store.report_question(report).await?)
    }

    pub(super) fn quiz_store(&self) -> &Store {
        &self.inner.store
    }
}
