//! Scheduled posts. The rules are in [`crate::daily`]; `manage` has what moderators do with schedules, `ticker` finds what
//! is due, `settle` makes posts of it, `delivery` carries a post from stage to stage, `answers` takes what members answer.

mod answers;
mod delivery;
mod manage;
mod settle;
mod stored;
mod ticker;

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;

use super::App;
use crate::content::Library;
use crate::daily::{Filter, Kind, QueueError, Schedule, ScheduleId, Used, supply, supply_with_question};
use crate::quiz::UnixMs;
use crate::store::{DailyPosts, Store, StoreError};

pub use answers::{Answer, Given, Pressed, Tally};
pub use delivery::{Claimed, Closed, Told};
pub use stored::Shown;
pub use ticker::Delivery;

/// How many schedules a server may have: all of them fit into a menu.
pub const SCHEDULES: usize = 20;

/// How often a change is tried again that another one came before.
const TRIES: usize = 5;

/// Why something about scheduled posts did not happen.
#[derive(Debug, thiserror::Error)]
pub enum DailyError {
    #[error("there is no such schedule")]
    Unknown,
    #[error("the server has as many schedules as it may have")]
    TooMany,
    /// The library has nothing that fits the filter.
    #[error("nothing fits")]
    Nothing,
    #[error("today's post is there already")]
    Today(Option<Box<Shown>>),
    #[error("the queue was left as it was")]
    Queue(QueueError),
    /// Something else has changed it again and again at the same moment.
    #[error("it was changed by somebody else at the same moment")]
    Busy,
    /// That cannot be posted.
    #[error("no such item")]
    Item,
    /// The command was heard before, and has had its effect.
    #[error("that is done already")]
    Done,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What runs beside the commands.
pub(super) struct Daily {
    /// Something has changed that may be due.
    poke: Notify,
    /// Where deliveries go, as soon as somebody takes them.
    deliveries: Mutex<Option<mpsc::UnboundedSender<Delivery>>>,
}

impl Daily {
    pub(super) fn new() -> Daily {
        Daily { poke: Notify::new(), deliveries: Mutex::new(None) }
    }

    fn deliver(&self, delivery: Delivery) {
        if let Some(deliveries) = self.deliveries.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            let _nobody_takes_it_at_shutdown = deliveries.send(delivery);
        }
    }
}

/// A schedule as it is stored.
#[derive(Clone, Debug)]
struct Stored {
    schedule: Schedule,
    version: u64,
}

impl App {
    /// Posts what is due, from now on. What is to be sent goes to `deliveries`. Only the first call has an effect; the task
    /// ends when it is aborted.
    pub fn run_daily(&self, deliveries: mpsc::UnboundedSender<Delivery>) -> Option<JoinHandle<()>> {
        let mut taken = self.inner.daily.deliveries.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.is_some() {
            return None;
        }
        *taken = Some(deliveries.clone());
        // The first look at all zones takes longer than somebody who types should wait.
        let now = self.wall_time();
        tokio::task::spawn_blocking(move || crate::daily::suggest_zones("", &[], now, 1));
        Some(tokio::spawn(ticker::Ticker::new(self.clone(), deliveries).run()))
    }

    /// What the wall clock shows: schedules go by it, however often it is set.
    pub fn wall_time(&self) -> Timestamp {
        timestamp(self.clock().wall())
    }

    /// The schedules of a server.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn dailies(&self, guild: u64) -> Result<Vec<Schedule>, DailyError> {
        let rows = self.daily_store().dailies_of(guild).await?;
        Ok(rows.iter().filter_map(stored::read).map(|stored| stored.schedule).collect())
    }

    /// A schedule of a server.
    ///
    /// # Errors
    /// When the server has no such schedule, or the database cannot be read.
    pub async fn daily(&self, guild: u64, id: ScheduleId) -> Result<Schedule, DailyError> {
        Ok(self.stored_daily(guild, id).await?.schedule)
    }

    async fn stored_daily(&self, guild: u64, id: ScheduleId) -> Result<Stored, DailyError> {
        let row = self.daily_store().daily(id.0).await?;
        let stored = row.as_ref().and_then(stored::read).ok_or(DailyError::Unknown)?;
        if stored.schedule.guild == guild { Ok(stored) } else { Err(DailyError::Unknown) }
    }

    async fn set_daily(&self, schedule: &Schedule, version: u64, posts: DailyPosts) -> Result<bool, DailyError> {
        let write = stored::write(schedule, version)?;
        let is_set = self.daily_store().set_daily(&write, posts, self.clock().wall().0).await?;
        self.inner.daily.poke.notify_one();
        Ok(is_set)
    }

    async fn used(&self, id: ScheduleId) -> Result<Used, StoreError> {
        Ok(self.daily_store().daily_used(id.0).await?.into_iter().collect())
    }

    fn daily_store(&self) -> &Store {
        &self.inner.store
    }
}

/// How many different posts settings allow, and how many of them ask something beside a topic.
pub fn daily_supply(library: &Library, kind: Kind, filter: &Filter) -> (usize, Option<usize>) {
    let asking = (kind == Kind::Both).then(|| supply_with_question(library, filter));
    (supply(library, kind, filter), asking)
}

fn timestamp(ms: UnixMs) -> Timestamp {
    Timestamp::from_millisecond(ms.0).unwrap_or(Timestamp::UNIX_EPOCH)
}
