//! Finds what is due and hands it out. The database is all that it goes by: what waits there is found by its time, a bounded
//! part of it is under way, and after a restart everything that was not finished is found again.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::{DailyError, stored};
use crate::app::App;
use crate::daily::{PostId, ScheduleId};
use crate::failpoint;
use crate::quiz::UnixMs;

/// So many schedules are settled in one transaction.
const BATCH: u32 = 100;

/// So many posts are under way at once: more than the outbox sends in a second, so that it never waits for more.
const UNDER_WAY: usize = 128;

/// How often it is looked for what nobody has told of, such as a clock that was set.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// The pause after the database failed.
const PAUSE: Duration = Duration::from_secs(1);

/// The documents of posts are kept so long after their question was closed: for who comes late.
const KEPT: i64 = 30 * 24 * 3_600_000;

/// How often old documents are looked for.
const FORGET_EVERY: Duration = Duration::from_secs(3600);

/// What is to be sent.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// A post, from whatever stage it is at. `done` is dropped when the attempt is over.
    Post { id: PostId, guild: u64, done: Done },
    /// Who made a schedule is told that it cannot post.
    Tell { id: ScheduleId, guild: u64, done: Done },
    /// The message of a question that is closed loses the buttons for answers. May be left out.
    Close { id: PostId, guild: u64 },
}

/// Says that an attempt is over when the last clone of it is dropped, whatever came of it.
#[derive(Clone, Debug)]
pub struct Done {
    _last: Arc<Last>,
}

#[derive(Debug)]
struct Last {
    key: Key,
    over: mpsc::UnboundedSender<Key>,
}

impl Drop for Last {
    fn drop(&mut self) {
        let _nobody_counts_at_shutdown = self.over.send(self.key);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Post(PostId),
    Tell(ScheduleId),
}

pub(super) struct Ticker {
    app: App,
    deliveries: mpsc::UnboundedSender<Delivery>,
    under_way: HashSet<Key>,
    over: mpsc::UnboundedSender<Key>,
    ended: mpsc::UnboundedReceiver<Key>,
    /// When it is looked again for who is to be told something.
    notices_at: Instant,
    forget_at: Instant,
}

impl Ticker {
    pub(super) fn new(app: App, deliveries: mpsc::UnboundedSender<Delivery>) -> Ticker {
        let (over, ended) = mpsc::unbounded_channel();
        let now = Instant::now();
        Ticker { app, deliveries, under_way: HashSet::new(), over, ended, notices_at: now, forget_at: now }
    }

    /// Runs until it is aborted.
    pub(super) async fn run(mut self) {
        let mut failed = false;
        loop {
            match self.look().await {
                Ok(next) => {
                    if std::mem::take(&mut failed) {
                        tracing::info!("scheduled posts go on");
                    }
                    self.wait(next).await;
                }
                Err(error) => {
                    if !failed {
                        tracing::error!(%error, "scheduled posts wait: the database fails");
                    }
                    failed = true;
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Settles and hands out everything whose time has come. Returns when there will be more.
    async fn look(&mut self) -> Result<Option<UnixMs>, DailyError> {
        while let Ok(key) = self.ended.try_recv() {
            self.under_way.remove(&key);
        }
        let now = self.app.clock().wall();
        self.forget_old(now);
        let store = self.app.daily_store().clone();
        let due = store.due_dailies(now.0, BATCH).await?;
        let full = due.len() == BATCH as usize;
        let mut schedules = Vec::new();
        for row in &due {
            match stored::read(row) {
                Some(stored) => schedules.push(stored),
                // It has been said in the log; it holds up no other one.
                None => store.set_daily_aside(row.id).await?,
            }
        }
        if !schedules.is_empty() {
            failpoint::reach("daily.before-due");
            self.app.settle_all(schedules).await?;
            failpoint::reach("daily.after-due");
        }
        self.hand_out(now).await?;
        self.tell_notices().await?;
        // More is due: it is settled before anything is waited for.
        if full {
            return Ok(Some(now));
        }
        let next = store.next_daily().await?;
        let attempt = if self.room() == 0 { None } else { store.next_daily_attempt(now.0).await? };
        Ok([next, attempt].into_iter().flatten().min().map(UnixMs))
    }

    fn room(&self) -> usize {
        UNDER_WAY.saturating_sub(self.under_way.len())
    }

    async fn hand_out(&mut self, now: UnixMs) -> Result<(), DailyError> {
        if self.room() == 0 {
            return Ok(());
        }
        // Those under way are among them.
        let limit = u32::try_from(UNDER_WAY).unwrap_or(u32::MAX);
        for (post, guild) in self.app.daily_store().open_daily_posts(now.0, limit).await? {
            let id = PostId(post);
            if self.room() > 0 && self.under_way.insert(Key::Post(id)) {
                let done = self.done(Key::Post(id));
                let _nobody_takes_it_at_shutdown = self.deliveries.send(Delivery::Post { id, guild, done });
            }
        }
        Ok(())
    }

    async fn tell_notices(&mut self) -> Result<(), DailyError> {
        if self.notices_at > Instant::now() {
            return Ok(());
        }
        for row in self.app.daily_store().daily_notices(BATCH).await? {
            let Some(stored) = stored::read(&row) else { continue };
            let (id, guild) = (stored.schedule.id, stored.schedule.guild);
            if self.under_way.insert(Key::Tell(id)) {
                let done = self.done(Key::Tell(id));
                let _nobody_takes_it_at_shutdown = self.deliveries.send(Delivery::Tell { id, guild, done });
            }
        }
        self.notices_at = Instant::now() + LOOK_EVERY;
        Ok(())
    }

    fn done(&self, key: Key) -> Done {
        Done { _last: Arc::new(Last { key, over: self.over.clone() }) }
    }

    /// Returns when something may be due: then, or when somebody says so, or after a while.
    async fn wait(&mut self, next: Option<UnixMs>) {
        let app = self.app.clone();
        let time = async {
            while next.is_none_or(|next| app.clock().wall() < next) {
                app.clock().wait_wall(next).await;
            }
        };
        tokio::select! {
            () = app.inner.daily.poke.notified() => self.notices_at = Instant::now(),
            Some(key) = self.ended.recv() => {
                self.under_way.remove(&key);
            }
            () = time => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }

    /// In slices, beside everything else.
    fn forget_old(&mut self, now: UnixMs) {
        if self.forget_at > Instant::now() {
            return;
        }
        self.forget_at = Instant::now() + FORGET_EVERY;
        let (store, before) = (self.app.daily_store().clone(), now.plus(-KEPT).0);
        tokio::spawn(async move {
            match store.forget_dailies_before(before).await {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "old scheduled posts are forgotten"),
                Err(error) => tracing::warn!(%error, "old scheduled posts were not forgotten"),
            }
        });
    }
}
