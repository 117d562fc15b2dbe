//! The whole state of a playground behind one lock, and the signal that something in it changed.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::clock::Clock;
use super::faults::{Fault, Held};
use super::fixture;
use super::gateway::Sessions;
use super::interactions::Interaction;
use super::limits::Limits;
use super::messages::Message;
use super::record::RecordedRequest;
use super::rest::commands::RegisteredCommands;
use super::snowflake::{Snowflake, Snowflakes};
use super::world::World;

/// Most requests that are remembered; older ones are forgotten.
const MOST_REQUESTS: usize = 20_000;

pub(super) struct State {
    pub(super) clock: Clock,
    /// The bot's token.
    pub(super) token: String,
    pub(super) ids: Snowflakes,
    pub(super) world: World,
    pub(super) messages: BTreeMap<Snowflake, Message>,
    pub(super) interactions: HashMap<Snowflake, Interaction>,
    pub(super) commands: RegisteredCommands,
    pub(super) sessions: Sessions,
    pub(super) requests: VecDeque<RecordedRequest>,
    pub(super) faults: Vec<Fault>,
    pub(super) held: Held,
    pub(super) limits: Limits,
}

impl State {
    pub(super) fn new(clock: Clock, token: String, sessions: Sessions) -> Self {
        Self {
            clock,
            token,
            ids: Snowflakes::default(),
            world: fixture::world(),
            messages: BTreeMap::new(),
            interactions: HashMap::new(),
            commands: RegisteredCommands::default(),
            sessions,
            requests: VecDeque::new(),
            faults: Vec::new(),
            held: Held::default(),
            limits: Limits::default(),
        }
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    pub(super) fn next_id(&mut self) -> Snowflake {
        self.ids.next(self.clock.now_ms())
    }

    pub(super) fn record(&mut self, request: RecordedRequest) {
        if self.requests.len() == MOST_REQUESTS {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }
}

/// What the server, the members and the handle of the playground hold together.
pub(super) struct Shared {
    state: Mutex<State>,
    changed: watch::Sender<()>,
    pub(super) clock: Clock,
    pub(super) address: SocketAddr,
    /// How long (in real time) to wait for something before saying that it did not come.
    pub(super) patience: Duration,
}

impl Shared {
    pub(super) fn new(state: State, address: SocketAddr, patience: Duration) -> Self {
        let clock = state.clock.clone();
        Self { state: Mutex::new(state), changed: watch::Sender::new(()), clock, address, patience }
    }

    pub(super) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock())
    }

    /// Changes the state and wakes everybody who waits for a change.
    pub(super) fn change<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let result = {
            let mut state = self.lock();
            // What was due before the act, and what is due if it advanced the clock.
            state.archive_idle_threads();
            let result = act(&mut state);
            state.archive_idle_threads();
            result
        };
        self.changed.send_replace(());
        result
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
