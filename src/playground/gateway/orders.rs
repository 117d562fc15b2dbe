//! What a test or a demo can make the gateway do: close, fall silent, refuse, invalidate.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::sessions::{Session, Sessions, ends_session};
use crate::playground::Playground;
use crate::playground::state::State;

/// Where on its way to a session a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// It has opened a connection, and would get the hello.
    Connect,
    /// It has sent an identify, and would get READY.
    Identify,
    /// It has sent a resume, and would get what it missed.
    Resume,
}

/// What a client gets instead of what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A close frame with a code, or one without.
    Close(Option<u16>),
    /// The end of the TCP connection, without a close frame.
    Cut,
    /// Op 9. A session that is not resumable is over.
    InvalidSession { resumable: bool },
}

/// A session that is connected or can be resumed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GatewaySession {
    pub id: String,
    /// Number and count.
    pub shard: (u64, u64),
    pub intents: u64,
    pub connected: bool,
    /// The number of its last event.
    pub sequence: u64,
    /// How often it was resumed.
    pub resumes: u64,
}

/// Ordered refusals, and how often each is still to come.
#[derive(Debug, Default)]
pub(super) struct Refusals(VecDeque<(Step, Refusal, u32)>);

impl Refusals {
    /// Takes one of the oldest order for the step.
    pub(super) fn take(&mut self, step: Step) -> Option<Refusal> {
        self.0.retain(|(.., left)| *left > 0);
        let (_, refusal, left) = self.0.iter_mut().find(|(ordered, ..)| *ordered == step)?;
        *left -= 1;
        Some(*refusal)
    }
}

impl Refusal {
    pub(super) fn ends_session(self) -> bool {
        match self {
            Self::Close(code) => code.is_some_and(ends_session),
            Self::Cut => false,
            Self::InvalidSession { resumable } => !resumable,
        }
    }
}

impl Playground {
    /// Closes all gateway connections with a code, or with a close frame that has none.
    pub fn close_gateway(&self, code: Option<u16>) {
        self.gateway(|sessions, now_ms| sessions.close_all(code, now_ms));
    }

    /// Cuts the TCP connections of the gateway without a close frame.
    pub fn drop_gateway(&self) {
        self.gateway(Sessions::cut_all);
    }

    /// Makes zombies of all gateway connections: they stay open, but nothing is sent over them any more, no heartbeat
    /// is acknowledged, and what the client sends has no effect. Their sessions go on collecting events, and new
    /// connections are as good as ever.
    pub fn silence_gateway(&self) {
        self.gateway(|sessions, _| sessions.silence_all());
    }

    /// Tells all connected clients that their session is invalid (op 9): to be resumed, or over.
    pub fn invalidate_sessions(&self, resumable: bool) {
        self.gateway(|sessions, now_ms| sessions.invalidate_all(resumable, now_ms));
    }

    /// Refuses the next `times` clients that come to a step. Orders for the same step are carried out one after
    /// another.
    pub fn refuse(&self, step: Step, times: u32, refusal: Refusal) {
        self.gateway(|sessions, _| sessions.refuse_next(step, times, refusal));
    }

    /// Closes the connection of the next client that identifies with a code.
    pub fn reject_identify(&self, code: u16) {
        self.refuse(Step::Identify, 1, Refusal::Close(Some(code)));
    }

    /// Leaves so many session starts (at most 1000) for the rest of the day.
    pub fn leave_session_starts(&self, left: u64) {
        self.gateway(|sessions, now_ms| sessions.leave_starts(left, now_ms));
    }

    /// Asks all connected clients to reconnect and resume (op 7).
    pub fn ask_to_reconnect(&self) {
        self.gateway(|sessions, _| sessions.ask_all(7));
    }

    /// Asks all connected clients for a heartbeat (op 1).
    pub fn ask_for_heartbeat(&self) {
        self.gateway(|sessions, _| sessions.ask_all(1));
    }

    /// The sessions that are connected or can be resumed, oldest first.
    pub fn gateway_sessions(&self) -> Vec<GatewaySession> {
        self.shared.read(State::gateway_sessions)
    }

    fn gateway(&self, order: impl FnOnce(&mut Sessions, i64)) {
        self.shared.change(|state| order(&mut state.sessions, state.clock.now_ms()));
    }
}

impl State {
    pub(in crate::playground) fn gateway_sessions(&self) -> Vec<GatewaySession> {
        let now = self.now_ms();
        self.sessions.list.iter().filter(|session| session.alive(now)).map(Session::told).collect()
    }
}

impl Sessions {
    pub(in crate::playground) fn close_all(&mut self, code: Option<u16>, now_ms: i64) {
        for connection in self.connection_ids() {
            self.close(connection, code, now_ms);
        }
    }

    pub(in crate::playground) fn cut_all(&mut self, now_ms: i64) {
        for connection in self.connection_ids() {
            self.cut(connection, now_ms);
        }
    }

    pub(in crate::playground) fn silence_all(&mut self) {
        for connection in self.connection_ids() {
            self.silence(connection);
        }
    }

    pub(in crate::playground) fn invalidate_all(&mut self, resumable: bool, now_ms: i64) {
        for connection in self.list.iter().filter_map(|session| session.connection).collect::<Vec<_>>() {
            self.invalidate(connection, resumable, now_ms);
        }
    }

    pub(in crate::playground) fn refuse_next(&mut self, step: Step, times: u32, refusal: Refusal) {
        self.refusals.0.push_back((step, refusal, times));
    }

    pub(in crate::playground) fn leave_starts(&mut self, left: u64, now_ms: i64) {
        self.starts.leave(left, now_ms);
    }

    /// Sends a bare operation to all connections with a session: 1 asks for a heartbeat, 7 to reconnect.
    pub(in crate::playground) fn ask_all(&self, operation: u64) {
        for connection in self.list.iter().filter_map(|session| session.connection) {
            self.say(connection, operation, Value::Null);
        }
    }
}

impl Session {
    fn told(&self) -> GatewaySession {
        GatewaySession {
            id: self.id.clone(),
            shard: (self.shard.number, self.shard.count),
            intents: self.intents,
            connected: self.connection.is_some(),
            sequence: self.last_sequence,
            resumes: self.resumes,
        }
    }
}
