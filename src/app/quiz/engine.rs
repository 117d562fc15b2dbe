//! Commit, then act: one task owns all sessions. It takes what has arrived, lets the sessions handle it, writes everything
//! that has changed in one transaction, and only then answers and hands out what is to be sent. While one batch is written
//! the next one gathers, so that many clicks share a commit and a single one waits for none.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};

use super::stored;
use super::{Answered, Delivery, QuizError, Started};
use crate::app::clock::Clock;
use crate::failpoint;
use crate::quiz::{Desk, Effect, Event, Phase, Session, SessionId, Slot, Told, UnixMs};
use crate::store::{Store, StoreError};

/// So many orders are handled in one commit at most.
const BATCH: usize = 512;

/// How often it is tried whether the database can be written again.
const PROBE_EVERY: Duration = Duration::from_secs(1);

/// The documents of a session are kept so long after its end: for reports, and for another round of what was missed.
const KEPT: i64 = 90 * 24 * 3_600_000;

/// What the engine is asked for. `now` is when it arrived.
pub(super) enum Order {
    Start {
        session: Box<Session>,
        now: UnixMs,
        reply: oneshot::Sender<Result<Started, QuizError>>,
    },
    Event {
        id: SessionId,
        event: Event,
        now: UnixMs,
        reply: oneshot::Sender<Result<Answered, QuizError>>,
    },
    /// A session as it stands, and whether the database refuses to be written.
    Look {
        id: SessionId,
        reply: oneshot::Sender<Option<(Arc<Session>, bool)>>,
    },
    Running {
        channel: u64,
        reply: oneshot::Sender<Option<Arc<Session>>>,
    },
}

pub(super) struct Engine {
    desk: Desk,
    store: Store,
    clock: Clock,
    inbox: mpsc::UnboundedReceiver<Order>,
    deliveries: mpsc::UnboundedSender<Delivery>,
    last_id: u64,
    /// The database cannot be written: nothing is handled until it can.
    stalled: bool,
    /// Events whose session was stored in another version, to be handled anew.
    again: Vec<Order>,
}

/// What is told when the batch is written.
enum Reply {
    Start(oneshot::Sender<Result<Started, QuizError>>, Started),
    Event { order: Order, told: Option<Told>, session: Arc<Session> },
}

#[derive(Default)]
struct Batch {
    replies: Vec<Reply>,
    effects: Vec<(SessionId, Effect)>,
    /// Whose time had come, and when.
    due: Vec<(SessionId, UnixMs)>,
}

impl Engine {
    pub(super) fn new(
        store: Store,
        clock: Clock,
        inbox: mpsc::UnboundedReceiver<Order>,
        deliveries: mpsc::UnboundedSender<Delivery>,
    ) -> Engine {
        let desk = Desk::default();
        Engine { desk, store, clock, inbox, deliveries, last_id: 0, stalled: false, again: Vec::new() }
    }

    /// Runs until nobody can give orders any more.
    pub(super) async fn run(mut self) {
        while let Err(error) = self.load().await {
            tracing::error!(%error, "the quiz sessions cannot be read; trying again");
            tokio::time::sleep(PROBE_EVERY).await;
        }
        self.handle_all(|_| Event::Restarted).await;
        loop {
            let mut orders = std::mem::take(&mut self.again);
            if orders.is_empty() {
                let wait = async {
                    match self.stalled {
                        true => tokio::time::sleep(PROBE_EVERY).await,
                        false => self.clock.wait(self.desk.next_due()).await,
                    }
                };
                tokio::select! {
                    biased;
                    order = self.inbox.recv() => match order {
                        Some(order) => orders.push(order),
                        None => return,
                    },
                    () = wait => {}
                }
            }
            while orders.len() < BATCH
                && let Ok(order) = self.inbox.try_recv()
            {
                orders.push(order);
            }
            if self.stalled {
                self.refuse(orders);
                self.probe().await;
                continue;
            }
            if let Some(by) = self.clock.take_step() {
                tracing::warn!("the clock of this machine was set by {:.1} s: deadlines move with it", by as f64 / 1e3);
                self.handle_all(|_| Event::ClockStepped(by)).await;
            }
            self.turn(orders).await;
        }
    }

    async fn load(&mut self) -> Result<(), StoreError> {
        self.last_id = self.store.last_quiz().await?;
        for row in self.store.open_quizzes().await? {
            let id = row.id;
            match stored::read(&row) {
                Ok(session) => self.desk.load(session, row.version),
                Err(error) => tracing::error!(%error, session = id, "a quiz session cannot be read and is left out"),
            }
        }
        if let Err(error) = self.store.forget_quizzes_before(self.clock.now().plus(-KEPT).0).await {
            tracing::warn!(%error, "old quiz sessions were not forgotten");
        }
        Ok(())
    }

    /// Every session handles an event, in one batch.
    async fn handle_all(&mut self, event: impl Fn(&Session) -> Event) {
        let now = self.clock.now();
        let mut batch = Batch::default();
        for id in self.desk.ids() {
            let Some(event) = self.desk.get(id).map(|session| event(session)) else { continue };
            let effects = self.desk.handle(id, event, now).unwrap_or_default();
            batch.effects.extend(effects.into_iter().map(|effect| (id, effect)));
        }
        self.write(batch).await;
    }

    /// Handles orders and what time has brought, and writes all of it.
    async fn turn(&mut self, orders: Vec<Order>) {
        let mut batch = Batch::default();
        for order in orders {
            self.take(order, &mut batch);
        }
        let now = self.clock.now();
        for id in self.desk.due(now) {
            batch.due.extend(self.desk.get(id).and_then(|session| session.wakes_at()).map(|at| (id, at)));
            let effects = self.desk.handle(id, Event::Tick, now).unwrap_or_default();
            batch.effects.extend(effects.into_iter().map(|effect| (id, effect)));
        }
        self.write(batch).await;
    }

    fn take(&mut self, order: Order, batch: &mut Batch) {
        match order {
            Order::Look { id, reply } => {
                let _asker_is_gone = reply.send(self.desk.get(id).map(|session| (Arc::clone(session), self.stalled)));
            }
            Order::Running { channel, reply } => {
                let _asker_is_gone = reply.send(self.desk.running_in(channel).cloned());
            }
            Order::Start { mut session, now, reply } => {
                if let Some(running) = self.desk.running_in(session.place.channel) {
                    // The same event again, because its answer was lost with the process.
                    let same = running.started_by == session.started_by;
                    let running = Arc::clone(running);
                    let started = if same { Started::New(running) } else { Started::Running(running) };
                    batch.replies.push(Reply::Start(reply, started));
                    return;
                }
                self.last_id += 1;
                let id = SessionId(self.last_id);
                session.id = id;
                let effects = self.desk.start(*session, now);
                batch.effects.extend(effects.into_iter().map(|effect| (id, effect)));
                if let Some(session) = self.desk.get(id) {
                    batch.replies.push(Reply::Start(reply, Started::New(Arc::clone(session))));
                }
            }
            Order::Event { id, event, now, reply } => {
                let Some(effects) = self.desk.handle(id, event.clone(), now) else {
                    let _asker_is_gone = reply.send(Err(QuizError::NotHere));
                    return;
                };
                let mut told = None;
                for effect in effects {
                    match effect {
                        Effect::Tell(tell) => told = Some(tell),
                        other => batch.effects.push((id, other)),
                    }
                }
                if let Some(session) = self.desk.get(id) {
                    let session = Arc::clone(session);
                    batch.replies.push(Reply::Event { order: Order::Event { id, event, now, reply }, told, session });
                }
            }
        }
    }

    /// Writes what the batch changed; then, and only then, it is told and acted upon.
    async fn write(&mut self, batch: Batch) {
        let (changes, now, began) = (self.desk.changes(), self.clock.now(), Instant::now());
        let written = match changes.is_empty() {
            true => Ok(Vec::new()),
            false => {
                failpoint::reach("quiz.before-commit");
                let writes: Result<Vec<_>, _> = changes.iter().map(|change| stored::write(change, now)).collect();
                match writes {
                    Ok(writes) => self.store.save_quizzes(&writes).await,
                    Err(error) => Err(StoreError::Document(error.to_string())),
                }
            }
        };
        let stale = match written {
            Ok(stale) => stale,
            Err(error) => return self.stall(batch, &error),
        };
        if !changes.is_empty() {
            failpoint::reach("quiz.after-commit");
            let (sessions, replies) = (changes.len(), batch.replies.len());
            tracing::debug!(sessions, replies, took_us = began.elapsed().as_micros() as u64, "written");
        }
        // As they are stored now: a session that is done is let go by the commit.
        let sessions: HashMap<SessionId, Arc<Session>> =
            changes.into_iter().map(|change| (change.session.id, change.session)).collect();
        for id in &stale {
            self.reload(SessionId(*id)).await;
        }
        self.desk.commit();
        let is_stale = |id: SessionId| stale.contains(&id.0);
        let now = self.clock.now();
        for (id, at) in batch.due {
            let Some(session) = sessions.get(&id).filter(|_| !is_stale(id)) else { continue };
            let round = session.round.number;
            let revealed = session.is_revealed(round);
            tracing::debug!(session = id.0, round, revealed, late_ms = now.since(at), "a quiz went on");
        }
        for reply in batch.replies {
            match reply {
                Reply::Start(reply, Started::New(session)) if is_stale(session.id) => {
                    let _asker_is_gone = reply.send(Err(QuizError::NotWritten));
                }
                Reply::Start(reply, started) => drop(reply.send(Ok(started))),
                Reply::Event { order: order @ Order::Event { id, .. }, .. } if is_stale(id) => self.again.push(order),
                Reply::Event { order: Order::Event { id, reply, .. }, told, session } => {
                    let session = sessions.get(&id).cloned().unwrap_or(session);
                    let _asker_is_gone = reply.send(Ok(Answered { told, session }));
                }
                Reply::Event { .. } => {}
            }
        }
        for (id, effect) in batch.effects {
            if is_stale(id) {
                continue;
            }
            let session = sessions.get(&id).or_else(|| self.desk.get(id));
            let Some(session) = session.map(Arc::clone) else { continue };
            self.act(&session, &effect);
        }
    }

    fn act(&self, session: &Arc<Session>, effect: &Effect) {
        let (id, place) = (session.id, session.place);
        let delivery = match *effect {
            Effect::Post(slot) => {
                let wanted_at = session.post(slot).map_or(self.clock.now(), |post| post.wanted_at);
                Delivery::Post { id, slot, place, wanted_at }
            }
            Effect::Edit { slot, urgent } => Delivery::Edit { id, slot, place, urgent },
            Effect::TellModerators(trouble) => Delivery::TellModerators { session: Arc::clone(session), trouble },
            Effect::Tell(_) | Effect::Record(_) => return,
        };
        let _courier_is_gone_at_shutdown = self.deliveries.send(delivery);
    }

    /// A session that was changed by somebody else is read anew.
    async fn reload(&mut self, id: SessionId) {
        self.desk.drop_stale(id);
        match self.store.quiz(id.0).await {
            Ok(Some(row)) => match stored::read(&row) {
                Ok(session) if !session.is_done() => self.desk.load(session, row.version),
                Ok(_) => {}
                Err(error) => tracing::error!(%error, session = %id, "a quiz session cannot be read"),
            },
            Ok(None) => {}
            Err(error) => tracing::error!(%error, session = %id, "a quiz session cannot be read"),
        }
    }

    /// Nothing of the batch has happened. The games wait until the database can be written, and say so.
    fn stall(&mut self, batch: Batch, error: &StoreError) {
        self.desk.roll_back();
        tracing::error!(%error, "quizzes cannot be written: they wait until they can");
        self.stalled = true;
        for reply in batch.replies {
            match reply {
                Reply::Start(reply, _) => drop(reply.send(Err(QuizError::NotWritten))),
                Reply::Event { order, .. } => self.refuse(vec![order]),
            }
        }
        self.show_stall();
    }

    /// What is played shows that it waits, or that it goes on.
    fn show_stall(&self) {
        for id in self.desk.ids() {
            let Some(session) = self.desk.get(id) else { continue };
            if matches!(session.phase, Phase::Open { .. } | Phase::Revealed { .. }) {
                let (slot, place) = (Slot::Round(session.round.number), session.place);
                let _courier_is_gone = self.deliveries.send(Delivery::Edit { id, slot, place, urgent: true });
            }
        }
    }

    fn refuse(&mut self, orders: Vec<Order>) {
        for order in orders {
            match order {
                Order::Start { reply, .. } => drop(reply.send(Err(QuizError::NotWritten))),
                Order::Event { reply, .. } => drop(reply.send(Err(QuizError::NotWritten))),
                look => self.take(look, &mut Batch::default()),
            }
        }
    }

    async fn probe(&mut self) {
        if self.store.try_writing().await.is_err() {
            return;
        }
        tracing::info!("quizzes can be written again, and go on");
        self.stalled = false;
        let _a_step_is_made_up_for = self.clock.take_step();
        self.handle_all(|_| Event::Restarted).await;
        if !self.stalled {
            self.show_stall();
        }
    }
}
