//! Finds what is due and hands it out. The database is all that it goes by: what waits there is found by its time, a bounded
//! part of it is under way, and after a restart everything that was not finished is found again.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::{DailyError, Stored, stored};
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

/// A post whose attempt has changed nothing rests at least so long.
const REST: Duration = Duration::from_secs(1);

/// So long nothing is tried with a schedule that cannot be read or written, in milliseconds.
const ASIDE: i64 = 3_600_000;

/// When the clock goes back by more than this, it was ahead before, in milliseconds.
const STEP_BACK: i64 = 600_000;

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
    /// At which stage a post was handed out, and until when it rests if it stays there: whatever went wrong, it is not tried
    /// again at once.
    tried: HashMap<PostId, (i64, Instant)>,
    /// Whether what was planned before the start has been looked at.
    planned: bool,
    /// What the clock showed at the last look.
    looked_at: UnixMs,
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
        Ticker {
            app,
            deliveries,
            under_way: HashSet::new(),
            tried: HashMap::new(),
            planned: false,
            looked_at: UnixMs::default(),
            over,
            ended,
            notices_at: now,
            forget_at: now,
        }
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
        let store = self.app.daily_store().clone();
        if !self.planned || now.since(self.looked_at) < -STEP_BACK {
            self.app.plan_anew(store.was_restored()).await?;
            store.restored_is_known();
            self.planned = true;
        }
        self.looked_at = now;
        self.forget_old(now);
        let due = store.due_dailies(now.0, BATCH).await?;
        let full = due.len() == BATCH as usize;
        let mut schedules = Vec::new();
        for row in &due {
            match stored::read(row) {
                Some(stored) => schedules.push(stored),
                // It has been said in the log; it holds up no other one.
                None => store.set_daily_aside(row.id, now.plus(ASIDE).0).await?,
            }
        }
        if !schedules.is_empty() {
            failpoint::reach("daily.before-due");
            self.settle(schedules, now).await?;
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

    /// What cannot be written for its content is set aside; the others are written without it.
    async fn settle(&self, schedules: Vec<Stored>, now: UnixMs) -> Result<(), DailyError> {
        match self.app.settle_all(schedules.clone()).await {
            Err(DailyError::Store(error)) if !error.is_passing() => {}
            settled => return settled,
        }
        for stored in schedules {
            let id = stored.schedule.id;
            match self.app.settle_all(vec![stored]).await {
                Err(DailyError::Store(error)) if !error.is_passing() => {
                    tracing::error!(schedule = %id, %error, "a schedule is set aside for an hour: it cannot be written");
                    self.app.daily_store().set_daily_aside(id.0, now.plus(ASIDE).0).await?;
                }
                settled => settled?,
            }
        }
        Ok(())
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
        let open = self.app.daily_store().open_daily_posts(now.0, limit).await?;
        self.tried.retain(|id, _| open.iter().any(|post| post.id == id.0));
        let at = Instant::now();
        for post in open {
            let (id, key) = (PostId(post.id), Key::Post(PostId(post.id)));
            let rests = self.tried.get(&id).is_some_and(|(stage, until)| *stage == post.stage && *until > at);
            if self.room() > 0 && !rests && self.under_way.insert(key) {
                self.tried.insert(id, (post.stage, at + REST));
                let (done, guild) = (self.done(key), post.guild);
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
            let Some(stored) = stored::read(&row) else {
                self.app.daily_store().set_daily_aside(row.id, self.app.clock().wall().plus(ASIDE).0).await?;
                continue;
            };
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
        let rest = self.rested_in().unwrap_or(LOOK_EVERY);
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
            () = tokio::time::sleep(rest) => {}
        }
    }

    /// When the first post that rests and is not under way may be tried again.
    fn rested_in(&self) -> Option<Duration> {
        if self.room() == 0 {
            return None;
        }
        let resting = self.tried.iter().filter(|(id, _)| !self.under_way.contains(&Key::Post(**id)));
        resting.map(|(_, (_, until))| until.saturating_duration_since(Instant::now())).min()
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
