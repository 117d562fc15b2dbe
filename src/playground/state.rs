//! The whole state of a playground behind one lock, and the signal that something in it changed.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::archive::Messages;
use super::attachments::Attachment;
use super::clock::{Clock, Orders};
use super::faults::{Fault, Held};
use super::fixture;
use super::gateway::Sessions;
use super::limits::Limits;
use super::notice::Board;
use super::page::StartingPoint;
use super::record::Record;
use super::rest::commands::RegisteredCommands;
use super::snowflake::{Snowflake, Snowflakes};
use super::under_way::Interactions;
use super::world::World;

pub(super) struct State {
    pub(super) clock: Clock,
    pub(super) time_orders: Orders,
    /// The bot's token.
    pub(super) token: String,
    pub(super) ids: Snowflakes,
    pub(super) world: World,
    pub(super) messages: Messages,
    /// Files that members added to forms; they belong to no message.
    pub(super) loose_files: Vec<Attachment>,
    /// When polls end, in Unix milliseconds, and in which messages.
    pub(super) poll_ends: BTreeSet<(i64, Snowflake)>,
    /// When threads may become idle, in Unix milliseconds.
    pub(super) thread_ends: BTreeSet<(i64, Snowflake)>,
    pub(super) interactions: Interactions,
    pub(super) commands: RegisteredCommands,
    pub(super) sessions: Sessions,
    pub(super) requests: Record,
    pub(super) faults: Vec<Fault>,
    pub(super) held: Held,
    pub(super) limits: Limits,
    pub(super) try_this: Vec<StartingPoint>,
    pub(super) board: Board,
}

impl State {
    pub(super) fn new(clock: Clock, token: String, sessions: Sessions) -> Self {
        Self {
            clock,
            time_orders: Orders::default(),
            token,
            ids: Snowflakes::default(),
            world: fixture::world(),
            messages: Messages::default(),
            loose_files: Vec::new(),
            poll_ends: BTreeSet::new(),
            thread_ends: BTreeSet::new(),
            interactions: Interactions::default(),
            commands: RegisteredCommands::default(),
            sessions,
            requests: Record::default(),
            faults: Vec::new(),
            held: Held::default(),
            limits: Limits::default(),
            try_this: Vec::new(),
            board: Board::default(),
        }
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    fn order_time(&mut self, advance: Duration, step_ms: i64) {
        let orders = &mut self.time_orders;
        orders.change += 1;
        orders.stepped_ms = orders.stepped_ms.saturating_add(step_ms);
        let before = self.now_ms();
        self.clock.advance(advance);
        let now = self.now_ms();
        self.sessions.leapt(now.saturating_sub(before), now);
    }

    pub(super) fn next_id(&mut self) -> Snowflake {
        self.ids.next(self.clock.now_ms())
    }

    /// Where the server can be reached, `http://127.0.0.1:PORT`.
    pub(super) fn base_url(&self) -> String {
        let gateway = self.sessions.url.trim_end_matches("/gateway");
        gateway.replacen("ws://", "http://", 1)
    }

    /// Does what the clock brings about.
    fn pass_time(&mut self) {
        self.archive_idle_threads();
        self.end_polls();
    }
}

/// What the server, the members and the handle of the playground hold together.
pub(super) struct Shared {
    state: Mutex<State>,
    changed: watch::Sender<()>,
    /// The clock was pushed forward, or that of the bot's machine was set.
    leapt: watch::Sender<()>,
    stop: watch::Sender<bool>,
    pub(super) clock: Clock,
    pub(super) address: SocketAddr,
    /// How long (in real time) to wait for something before saying that it did not come.
    pub(super) patience: Duration,
}

impl Shared {
    pub(super) fn new(state: State, address: SocketAddr, patience: Duration) -> Self {
        let clock = state.clock.clone();
        Self {
            state: Mutex::new(state),
            changed: watch::Sender::new(()),
            leapt: watch::Sender::new(()),
            stop: watch::Sender::new(false),
            clock,
            address,
            patience,
        }
    }

    pub(super) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock())
    }

    /// Changes the state and wakes everybody who waits for a change.
    pub(super) fn change<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let result = {
            let mut state = self.lock();
            // What was due before the act, and what is due if it advanced the clock.
            state.pass_time();
            let result = act(&mut state);
            state.pass_time();
            result
        };
        self.changed.send_replace(());
        result
    }

    /// Pushes the clock forward, and sets the wall clock of the bot's machine off by so much more.
    pub(super) fn order_time(&self, advance: Duration, step_ms: i64) {
        self.change(|state| state.order_time(advance, step_ms));
        self.leapt.send_replace(());
    }

    /// Tells when the clock has been pushed forward or set since.
    pub(super) fn leaps(&self) -> watch::Receiver<()> {
        self.leapt.subscribe()
    }

    /// Ends the serving.
    pub(super) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Tells when the serving ends.
    pub(super) fn stopped(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Must be called before looking at the state, so that no change is missed in between.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        let mut changes = self.changed.subscribe();
        changes.mark_unchanged();
        changes
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic of a test's closure under the lock must not take the whole playground down.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
