//! Commit, then act: one task owns all sessions. It takes what has arrived, lets the sessions handle it, writes everything
//! that has changed in one transaction, and only then answers and hands out what is to be sent. While one batch is written
//! the next one gathers, so that many clicks share a commit and a single one waits for none.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};

use super::stored;
use super::{Answered, Delivery, QuizError, Started};
use crate::app::clock::{Clock, Mark};
use crate::failpoint;
use crate::quiz::{Change, Desk, Effect, Event, Phase, Place, PostState, Session, SessionId, Slot, Told, UnixMs};
use crate::store::{QuizWrite, Store, StoreError};

/// So many orders are handled in one commit at most.
const BATCH: usize = 512;

/// How often it is tried whether the database can be written again.
const PROBE_EVERY: Duration = Duration::from_secs(1);

/// The documents of a session are kept so long after its end: for reports, and for another round of what was missed.
const KEPT: i64 = 90 * 24 * 3_600_000;

/// How often old documents are looked for.
const FORGET_EVERY: Duration = Duration::from_secs(3600);

/// What the engine is asked for.
pub(super) enum Order {
    Start(Start),
    Event(Happened),
    Look(Look),
}

pub(super) struct Start {
    pub(super) session: Box<Session>,
    pub(super) arrived: Mark,
    pub(super) reply: oneshot::Sender<Result<Started, QuizError>>,
}

/// Something happened to a session.
pub(super) struct Happened {
    pub(super) id: SessionId,
    /// Where it comes from, if the session must be played there.
    pub(super) place: Option<Place>,
    /// A message of the session that is surely there, because it was pressed.
    pub(super) proof: Option<(Slot, u64)>,
    pub(super) event: Event,
    pub(super) arrived: Mark,
    pub(super) reply: oneshot::Sender<Result<Answered, QuizError>>,
}

pub(super) enum Look {
    /// A session as it stands, and whether the database refuses to be written.
    At(SessionId, oneshot::Sender<Option<(Arc<Session>, bool)>>),
    /// The session that is played in a channel.
    In(u64, oneshot::Sender<Option<Arc<Session>>>),
}

pub(super) struct Engine {
    desk: Desk,
    store: Store,
    clock: Clock,
    inbox: mpsc::UnboundedReceiver<Order>,
    deliveries: mpsc::UnboundedSender<Delivery>,
    last_id: u64,
    /// The database cannot be written: nothing is handled until it can, which is tried then.
    stalled: Option<Instant>,
    /// By how much the clock was set without the sessions' having heard of it, in milliseconds.
    step_owed: i64,
    /// What happened to sessions that were stored in another version, to be handled anew.
    again: Vec<Happened>,
    /// Sessions that were read anew.
    revived: Vec<SessionId>,
    forget_at: Instant,
}

/// What is told when the batch is written.
enum Reply {
    Start(oneshot::Sender<Result<Started, QuizError>>, Result<SessionId, Started>),
    Event(Happened, Option<Told>),
    Look(Look),
}

#[derive(Default)]
struct Batch {
    replies: Vec<Reply>,
    effects: Vec<(SessionId, Effect)>,
    /// Whose time had come, and when.
    due: Vec<(SessionId, UnixMs)>,
}

impl Batch {
    /// Keeps the effects of a session, and returns what is told to who caused them.
    fn keep(&mut self, id: SessionId, effects: Vec<Effect>) -> Option<Told> {
        let mut told = None;
        for effect in effects {
            match effect {
                Effect::Tell(tell) => told = Some(tell),
                other => self.effects.push((id, other)),
            }
        }
        told
    }
}

impl Engine {
    pub(super) fn new(
        store: Store,
        clock: Clock,
        inbox: mpsc::UnboundedReceiver<Order>,
        deliveries: mpsc::UnboundedSender<Delivery>,
    ) -> Engine {
        Engine {
            desk: Desk::default(),
            store,
            clock,
            inbox,
            deliveries,
            last_id: 0,
            stalled: None,
            step_owed: 0,
            again: Vec::new(),
            revived: Vec::new(),
            forget_at: Instant::now(),
        }
    }

    /// Runs until nobody can give orders any more.
    pub(super) async fn run(mut self) {
        while let Err(error) = self.load().await {
            tracing::error!(%error, "the quiz sessions cannot be read; trying again");
            tokio::time::sleep(PROBE_EVERY).await;
        }
        self.handle_all(&[Event::Restarted]).await;
        loop {
            let mut orders: Vec<Order> = std::mem::take(&mut self.again).into_iter().map(Order::Event).collect();
            if orders.is_empty() && self.revived.is_empty() {
                let wait = async {
                    match self.stalled {
                        Some(probe_at) => tokio::time::sleep_until(probe_at.into()).await,
                        None => self.clock.wait(self.desk.next_due()).await,
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
            if let Some(probe_at) = self.stalled {
                self.refuse(orders);
                if probe_at <= Instant::now() {
                    self.probe().await;
                }
                continue;
            }
            if let Some(by) = self.clock.take_step() {
                tracing::warn!("the clock of this machine was set by {:.1} s: deadlines move with it", by as f64 / 1e3);
                self.step_owed += by;
                self.handle_all(&[Event::ClockStepped(self.step_owed)]).await;
                if self.stalled.is_some() {
                    self.refuse(orders);
                    continue;
                }
            }
            self.turn(orders).await;
            self.forget_old();
        }
    }

    async fn load(&mut self) -> Result<(), StoreError> {
        // Numbers are never given twice, also when a backup was restored that knows nothing of the last ones: their
        // buttons are still there.
        let seconds = u64::try_from(self.clock.now().0 / 1000).unwrap_or_default();
        self.last_id = self.store.last_quiz().await?.max(seconds);
        for row in self.store.open_quizzes().await? {
            match stored::read(&row) {
                Ok(session) => self.desk.load(session, row.version),
                Err(error) => self.set_aside(SessionId(row.id), &error.to_string()).await,
            }
        }
        Ok(())
    }

    /// A session that cannot be read or written holds up no other one, and leaves its channel free.
    async fn set_aside(&self, id: SessionId, why: &str) {
        tracing::error!(session = %id, "a quiz session is set aside, because it cannot be read or written: {why}");
        if let Err(error) = self.store.set_quiz_aside(id.0).await {
            tracing::error!(%error, session = %id, "it could not be marked so");
        }
    }

    /// In slices, beside everything else.
    fn forget_old(&mut self) {
        if self.forget_at > Instant::now() {
            return;
        }
        self.forget_at = Instant::now() + FORGET_EVERY;
        let (store, before) = (self.store.clone(), self.clock.now().plus(-KEPT).0);
        tokio::spawn(async move {
            match store.forget_quizzes_before(before).await {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "old quiz sessions are forgotten"),
                Err(error) => tracing::warn!(%error, "old quiz sessions were not forgotten"),
            }
        });
    }

    /// Every session handles some events, in one batch.
    async fn handle_all(&mut self, events: &[Event]) {
        let now = self.clock.now();
        let mut batch = Batch::default();
        for id in self.desk.ids() {
            for event in events {
                let _nobody_asked = batch.keep(id, self.desk.handle(id, event.clone(), now).unwrap_or_default());
            }
        }
        self.write(batch).await;
        if self.stalled.is_none() {
            self.step_owed = 0;
        }
    }

    /// Handles orders and what time has brought, and writes all of it.
    async fn turn(&mut self, orders: Vec<Order>) {
        let mut batch = Batch::default();
        for id in std::mem::take(&mut self.revived) {
            let effects = self.desk.handle(id, Event::Restarted, self.clock.now()).unwrap_or_default();
            let _nobody_asked = batch.keep(id, effects);
        }
        // Where more waits, something that arrived in time may be among it.
        let all_taken = orders.len() < BATCH;
        for order in orders {
            self.take(order, &mut batch);
        }
        let now = self.clock.now();
        for id in if all_taken { self.desk.due(now) } else { Vec::new() } {
            let at = self.desk.get(id).and_then(|session| session.wakes_at());
            batch.due.extend(at.map(|at| (id, at)));
            let _nobody_asked = batch.keep(id, self.desk.handle(id, Event::Tick, now).unwrap_or_default());
        }
        self.write(batch).await;
    }

    fn take(&mut self, order: Order, batch: &mut Batch) {
        match order {
            Order::Start(start) => self.start(start, batch),
            Order::Event(happened) => self.happened(happened, batch),
            // What they see must be stored.
            Order::Look(look) => batch.replies.push(Reply::Look(look)),
        }
    }

    fn start(&mut self, Start { mut session, arrived, reply }: Start, batch: &mut Batch) {
        // Who asked was told already that it takes too long.
        if reply.is_closed() {
            return;
        }
        if let Some(running) = self.desk.running_in(session.place.channel) {
            // The same event again, because its answer was lost with the process.
            let same = running.started_by == session.started_by;
            let started = if same { Ok(running.id) } else { Err(Started::Running(Arc::clone(running))) };
            return batch.replies.push(Reply::Start(reply, started));
        }
        self.last_id += 1;
        let id = SessionId(self.last_id);
        session.id = id;
        let _nobody_else_asked = batch.keep(id, self.desk.start(*session, self.clock.at(arrived)));
        batch.replies.push(Reply::Start(reply, Ok(id)));
    }

    fn happened(&mut self, happened: Happened, batch: &mut Batch) {
        if happened.reply.is_closed() {
            return;
        }
        let id = happened.id;
        let Some(session) = self.desk.get(id) else { return drop(happened.reply.send(Err(QuizError::NotHere))) };
        if happened.place.is_some_and(|place| place != session.place) {
            return drop(happened.reply.send(Err(QuizError::Unknown)));
        }
        let now = self.clock.at(happened.arrived);
        let unknown = |slot| session.post(slot).is_some_and(|post| post.state == PostState::Wanted);
        if let Some((slot, message)) = happened.proof.filter(|(slot, _)| unknown(*slot)) {
            let effects = self.desk.handle(id, Event::Posted { slot, message }, now).unwrap_or_default();
            let _nobody_asked = batch.keep(id, effects);
        }
        let told = batch.keep(id, self.desk.handle(id, happened.event.clone(), now).unwrap_or_default());
        batch.replies.push(Reply::Event(happened, told));
    }

    /// Writes what the batch changed; then, and only then, it is told and acted upon.
    async fn write(&mut self, batch: Batch) {
        let (changes, began) = (self.desk.changes(), Instant::now());
        let stale = match self.save(&changes).await {
            Ok(stale) => stale,
            Err(error) => return self.stall(batch, &error),
        };
        if !changes.is_empty() {
            let (sessions, replies) = (changes.len(), batch.replies.len());
            tracing::debug!(sessions, replies, took_us = began.elapsed().as_micros() as u64, "written");
        }
        for id in &stale {
            self.reload(*id).await;
        }
        self.desk.commit();
        // As they are stored now; the commit lets those go to which nothing can happen any more.
        let mut sessions: HashMap<SessionId, Arc<Session>> =
            changes.into_iter().map(|change| (change.session.id, change.session)).collect();
        sessions.retain(|id, _| !stale.contains(id));
        let now = self.clock.now();
        for (id, at) in batch.due {
            if let Some(session) = sessions.get(&id) {
                let round = session.round.number;
                let revealed = session.is_revealed(round);
                tracing::debug!(session = id.0, round, revealed, late_ms = now.since(at), "a quiz went on");
            }
        }
        for reply in batch.replies {
            self.answer(reply, &sessions, &stale);
        }
        for (id, effect) in batch.effects.iter().filter(|(id, _)| !stale.contains(id)) {
            if let Some(session) = sessions.get(id).or_else(|| self.desk.get(*id)) {
                self.act(session, effect);
            }
        }
    }

    /// Writes all changes in one transaction. Returns the sessions that were left out, because they are stored in another
    /// version or cannot be written at all.
    async fn save(&self, changes: &[Change]) -> Result<Vec<SessionId>, StoreError> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        failpoint::reach("quiz.before-commit");
        let now = self.clock.now();
        let (mut writes, mut left_out): (Vec<QuizWrite>, Vec<SessionId>) = (Vec::new(), Vec::new());
        for change in changes {
            match stored::write(change, now) {
                Ok(write) => writes.push(write),
                Err(error) => {
                    self.set_aside(change.session.id, &error.to_string()).await;
                    left_out.push(change.session.id);
                }
            }
        }
        match self.store.save_quizzes(&writes).await {
            Ok(stale) => left_out.extend(stale.into_iter().map(SessionId)),
            Err(error) if error.is_passing() => return Err(error),
            // One of them is at fault; the others are written without it.
            Err(_) => {
                for write in &writes {
                    match self.store.save_quizzes(std::slice::from_ref(write)).await {
                        Ok(stale) => left_out.extend(stale.into_iter().map(SessionId)),
                        Err(error) => {
                            if !error.is_passing() {
                                self.set_aside(SessionId(write.id), &error.to_string()).await;
                            }
                            left_out.push(SessionId(write.id));
                        }
                    }
                }
            }
        }
        failpoint::reach("quiz.after-commit");
        Ok(left_out)
    }

    fn answer(&mut self, reply: Reply, sessions: &HashMap<SessionId, Arc<Session>>, stale: &[SessionId]) {
        let stored = |id: SessionId| sessions.get(&id).or_else(|| self.desk.get(id)).cloned();
        match reply {
            Reply::Start(reply, Err(other)) => drop(reply.send(Ok(other))),
            Reply::Start(reply, Ok(id)) => {
                let _asker_is_gone = reply.send(stored(id).map(Started::New).ok_or(QuizError::NotWritten));
            }
            Reply::Event(happened, _) if stale.contains(&happened.id) => self.again.push(happened),
            Reply::Event(happened, told) => {
                let answered = stored(happened.id).map(|session| Answered { told, session });
                let _asker_is_gone = happened.reply.send(answered.ok_or(QuizError::NotHere));
            }
            Reply::Look(look) => self.show(look),
        }
    }

    fn show(&self, look: Look) {
        match look {
            Look::At(id, reply) => {
                let stalled = self.stalled.is_some();
                let _asker_is_gone = reply.send(self.desk.get(id).map(|session| (Arc::clone(session), stalled)));
            }
            Look::In(channel, reply) => drop(reply.send(self.desk.running_in(channel).cloned())),
        }
    }

    fn act(&self, session: &Arc<Session>, effect: &Effect) {
        let (id, place) = (session.id, session.place);
        let delivery = match *effect {
            Effect::Post(slot) => Delivery::Post { id, slot, place },
            Effect::Edit { slot, urgent } => Delivery::Edit { id, slot, place, urgent },
            Effect::TellModerators(trouble) => Delivery::TellModerators { session: Arc::clone(session), trouble },
            Effect::Tell(_) | Effect::Record(_) => return,
        };
        let _courier_is_gone_at_shutdown = self.deliveries.send(delivery);
    }

    /// A session that was changed by somebody else is read anew, and goes on as after a restart.
    async fn reload(&mut self, id: SessionId) {
        self.desk.drop_stale(id);
        match self.store.quiz(id.0).await {
            Ok(Some(row)) => match stored::read(&row) {
                Ok(session) if !session.is_done() => {
                    self.desk.load(session, row.version);
                    self.revived.push(id);
                }
                Ok(_) => {}
                Err(error) => self.set_aside(id, &error.to_string()).await,
            },
            Ok(None) => {}
            Err(error) => tracing::error!(%error, session = %id, "a quiz session cannot be read until the next start"),
        }
    }

    /// Nothing of the batch has happened. The games wait until the database can be written, and say so.
    fn stall(&mut self, batch: Batch, error: &StoreError) {
        self.desk.roll_back();
        tracing::error!(%error, "quizzes cannot be written: they wait until they can");
        self.stalled = Some(Instant::now() + PROBE_EVERY);
        for reply in batch.replies {
            match reply {
                Reply::Start(reply, _) => drop(reply.send(Err(QuizError::NotWritten))),
                Reply::Event(happened, _) => drop(happened.reply.send(Err(QuizError::NotWritten))),
                Reply::Look(look) => self.show(look),
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

    fn refuse(&self, orders: Vec<Order>) {
        for order in orders {
            match order {
                Order::Start(start) => drop(start.reply.send(Err(QuizError::NotWritten))),
                Order::Event(happened) => drop(happened.reply.send(Err(QuizError::NotWritten))),
                Order::Look(look) => self.show(look),
            }
        }
    }

    async fn probe(&mut self) {
        self.stalled = Some(Instant::now() + PROBE_EVERY);
        if self.store.try_writing().await.is_err() {
            return;
        }
        self.stalled = None;
        self.step_owed += self.clock.take_step().unwrap_or_default();
        self.handle_all(&[Event::ClockStepped(self.step_owed), Event::Restarted]).await;
        if self.stalled.is_none() {
            tracing::info!("quizzes can be written again, and go on");
            self.show_stall();
        }
    }
}
