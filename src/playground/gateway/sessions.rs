//! Gateway sessions: who is connected, what each session still has to hear, and how many may be started.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use rand::distr::{Alphanumeric, SampleString};
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use crate::playground::snowflake::Snowflake;

/// Most events that a session keeps for a resume. A client that missed more must identify anew.
const MOST_KEPT: usize = 5_000;
/// How long a session without a connection can be resumed ("a few minutes").
const RESUMABLE_MS: i64 = 5 * 60_000;
/// Payloads that a client may send per connection and minute.
const MOST_RECEIVED: usize = 120;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// Sessions that may be started per day.
const MOST_STARTS: usize = 1000;

/// What a connection's task has to do.
#[derive(Debug)]
pub(in crate::playground) enum Order {
    Send(Arc<str>),
    Close(Option<u16>),
    Cut,
}

struct Connection {
    orders: UnboundedSender<Order>,
    session: Option<String>,
    /// When the payloads of the last minute came.
    received_ms: VecDeque<i64>,
}

pub(in crate::playground) struct Session {
    pub(in crate::playground) id: String,
    /// Number and count.
    pub(in crate::playground) shard: (u64, u64),
    pub(in crate::playground) intents: u64,
    connection: Option<u64>,
    lost_ms: Option<i64>,
    last_sequence: u64,
    /// Sequence number and payload of the latest events.
    kept: VecDeque<(u64, Arc<str>)>,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::playground) struct SessionStartLimit {
    pub(in crate::playground) total: usize,
    pub(in crate::playground) remaining: usize,
    pub(in crate::playground) reset_after_ms: i64,
    pub(in crate::playground) max_concurrency: u64,
}

pub(in crate::playground) struct Sessions {
    connections: HashMap<u64, Connection>,
    last_connection: u64,
    list: Vec<Session>,
    /// Where clients connect, `ws://127.0.0.1:PORT/gateway`.
    pub(in crate::playground) url: String,
    /// Close codes for the next identifies.
    pub(super) rejections: VecDeque<u16>,
    /// Beginning of the running day of starts, and the starts in it.
    starts: (i64, usize),
    /// Bits of privileged intents that the app may ask for.
    pub(super) privileged: u64,
    /// Least time between two identifies.
    identify_spacing_ms: i64,
    last_identify_ms: Option<i64>,
}

/// Identifies per spacing. With one, all shards share one concurrency key.
const MAX_CONCURRENCY: u64 = 1;

impl Sessions {
    pub(in crate::playground) fn new(url: String, privileged: u64, identify_spacing_ms: i64) -> Self {
        Self {
            url,
            connections: HashMap::new(),
            last_connection: 0,
            list: Vec::new(),
            rejections: VecDeque::new(),
            starts: (0, 0),
            privileged,
            identify_spacing_ms,
            last_identify_ms: None,
        }
    }

    /// The flags of the application: which of the privileged intents are switched on for it.
    pub(in crate::playground) fn application_flags(&self) -> u64 {
        let on = |intent: u64, flag: u64| if self.privileged & intent != 0 { flag } else { 0 };
        on(1 << 8, 1 << 13) | on(1 << 1, 1 << 15) | on(1 << 15, 1 << 19)
    }

    /// Whether the app may read what others write.
    pub(in crate::playground) const fn reads_content(&self) -> bool {
        self.privileged & 1 << 15 != 0
    }

    /// Whether the app may list members.
    pub(in crate::playground) const fn lists_members(&self) -> bool {
        self.privileged & 1 << 1 != 0
    }

    /// Whether some session is connected and ready.
    pub(in crate::playground) fn online(&self) -> bool {
        self.list.iter().any(|session| session.connection.is_some())
    }

    /// Whether an event of the guild would reach somebody, now or on a resume.
    pub(in crate::playground) fn reachable(&self, guild: Snowflake, now_ms: i64) -> bool {
        self.list.iter().any(|session| session.takes(guild) && session.alive(now_ms))
    }

    pub(in crate::playground) fn open(&mut self) -> (u64, UnboundedReceiver<Order>) {
        let (orders, receiver) = mpsc::unbounded_channel();
        self.last_connection += 1;
        let connection = Connection { orders, session: None, received_ms: VecDeque::new() };
        self.connections.insert(self.last_connection, connection);
        (self.last_connection, receiver)
    }

    /// The client closed the connection or it broke. 1000 and 1001 end the session, anything else leaves it to be
    /// resumed.
    pub(in crate::playground) fn left(&mut self, connection: u64, code: Option<u16>, now_ms: i64) {
        self.detach(connection, matches!(code, Some(1000 | 1001)), now_ms);
    }

    /// Closes a connection with a code, or with an empty close frame. Whether the session survives is up to the code.
    pub(in crate::playground) fn close(&mut self, connection: u64, code: Option<u16>, now_ms: i64) {
        let ends = matches!(code, Some(1000 | 1001 | 4004 | 4007 | 4009..=4014));
        self.order(connection, Order::Close(code));
        self.detach(connection, ends, now_ms);
    }

    pub(in crate::playground) fn close_all(&mut self, code: Option<u16>, now_ms: i64) {
        for connection in self.connections.keys().copied().collect::<Vec<_>>() {
            self.close(connection, code, now_ms);
        }
    }

    /// Cuts all connections without a word.
    pub(in crate::playground) fn cut_all(&mut self, now_ms: i64) {
        for connection in self.connections.keys().copied().collect::<Vec<_>>() {
            self.order(connection, Order::Cut);
            self.detach(connection, false, now_ms);
        }
    }

    pub(in crate::playground) fn reject_next_identify(&mut self, code: u16) {
        self.rejections.push_back(code);
    }

    /// Sends a bare operation to all connections with a session: 1 asks for a heartbeat, 7 to reconnect.
    pub(in crate::playground) fn ask_all(&self, operation: u64) {
        let payload = json!({ "op": operation, "t": null, "s": null, "d": null });
        for connection in self.list.iter().filter_map(|session| session.connection) {
            self.send(connection, &payload);
        }
    }

    pub(super) fn send(&self, connection: u64, payload: &Value) {
        self.order(connection, Order::Send(payload.to_string().into()));
    }

    pub(in crate::playground) fn start_limit(&self, now_ms: i64) -> SessionStartLimit {
        let (began, used) = self.starts;
        let over = now_ms >= began + DAY_MS;
        SessionStartLimit {
            total: MOST_STARTS,
            remaining: if over { MOST_STARTS } else { MOST_STARTS.saturating_sub(used) },
            reset_after_ms: if over { 0 } else { began + DAY_MS - now_ms },
            max_concurrency: MAX_CONCURRENCY,
        }
    }

    /// Queues an event for every session that is responsible for the guild and wants it; `data` makes what a session
    /// gets.
    pub(in crate::playground) fn dispatch(
        &mut self,
        event: &str,
        guild: Snowflake,
        mut data: impl FnMut(&Session) -> Option<Value>,
    ) {
        for session in self.list.iter_mut().filter(|session| session.takes(guild)) {
            let Some(data) = data(session) else { continue };
            let payload = session.keep(event, &data);
            if let Some(connection) = session.connection.and_then(|id| self.connections.get(&id)) {
                // A task that has just ended leaves the event for the resume.
                let _ = connection.orders.send(Order::Send(payload));
            }
        }
    }

    /// Notes one payload of a client; false when it sends too many.
    pub(super) fn count_received(&mut self, connection: u64, now_ms: i64) -> bool {
        let Some(connection) = self.connections.get_mut(&connection) else { return false };
        connection.received_ms.retain(|moment| now_ms - moment < MINUTE_MS);
        connection.received_ms.push_back(now_ms);
        connection.received_ms.len() <= MOST_RECEIVED
    }

    pub(super) fn is_open(&self, connection: u64) -> bool {
        self.connections.contains_key(&connection)
    }

    pub(super) fn has_session(&self, connection: u64) -> bool {
        self.connections.get(&connection).is_some_and(|connection| connection.session.is_some())
    }

    /// Takes one of the day's starts; false when none is left.
    pub(super) fn take_start(&mut self, now_ms: i64) -> bool {
        if now_ms >= self.starts.0 + DAY_MS {
            self.starts = (now_ms, 0);
        }
        self.starts.1 += 1;
        self.starts.1 <= MOST_STARTS
    }

    /// Whether a shard may identify now; one that may not has to wait.
    pub(super) fn may_identify(&mut self, now_ms: i64) -> bool {
        let may = self.last_identify_ms.is_none_or(|last| now_ms - last >= self.identify_spacing_ms);
        if may {
            self.last_identify_ms = Some(now_ms);
        }
        may
    }

    /// Makes the session of a connection; the caller sends its first events with `dispatch_to`.
    pub(super) fn start(&mut self, connection: u64, shard: (u64, u64), intents: u64, now_ms: i64) -> String {
        self.list.retain(|session| session.alive(now_ms));
        let id = Alphanumeric.sample_string(&mut rand::rng(), 32).to_lowercase();
        self.list.push(Session {
            id: id.clone(),
            shard,
            intents,
            connection: Some(connection),
            lost_ms: None,
            last_sequence: 0,
            kept: VecDeque::new(),
        });
        if let Some(connection) = self.connections.get_mut(&connection) {
            connection.session = Some(id.clone());
        }
        id
    }

    /// Queues an event for one session alone.
    pub(super) fn dispatch_to(&mut self, session: &str, event: &str, data: &Value) {
        let Some(session) = self.list.iter_mut().find(|known| known.id == session) else { return };
        let payload = session.keep(event, data);
        if let Some(connection) = session.connection {
            self.order(connection, Order::Send(payload));
        }
    }

    /// Gives a session a new connection and replays what it missed.
    pub(super) fn resume(&mut self, connection: u64, id: &str, sequence: u64, now_ms: i64) -> Resumed {
        let Some(session) = self.list.iter_mut().find(|session| session.id == id && session.alive(now_ms)) else {
            return Resumed::Unknown;
        };
        if sequence > session.last_sequence {
            return Resumed::NeverSent;
        }
        let oldest = session.kept.front().map_or(session.last_sequence + 1, |(number, _)| *number);
        if sequence + 1 < oldest {
            return Resumed::Unknown;
        }
        let earlier = session.connection.replace(connection);
        session.lost_ms = None;
        let missed: Vec<Arc<str>> =
            session.kept.iter().filter(|(number, _)| *number > sequence).map(|(_, payload)| payload.clone()).collect();
        if let Some(connection) = self.connections.get_mut(&connection) {
            connection.session = Some(id.to_owned());
        }
        if let Some(earlier) = earlier {
            self.order(earlier, Order::Close(Some(4000)));
            self.connections.remove(&earlier);
        }
        for payload in missed {
            self.order(connection, Order::Send(payload));
        }
        self.dispatch_to(id, "RESUMED", &json!({ "_trace": ["playground"] }));
        Resumed::Yes
    }

    fn detach(&mut self, connection: u64, ends_session: bool, now_ms: i64) {
        let Some(Connection { session: Some(id), .. }) = self.connections.remove(&connection) else { return };
        if ends_session {
            self.list.retain(|session| session.id != id);
        } else if let Some(session) = self.list.iter_mut().find(|session| session.id == id) {
            session.connection = None;
            session.lost_ms = Some(now_ms);
        }
    }

    fn order(&self, connection: u64, order: Order) {
        if let Some(connection) = self.connections.get(&connection) {
            // The task may have ended already; then nobody is there to be told.
            let _ = connection.orders.send(order);
        }
    }
}

pub(super) enum Resumed {
    Yes,
    /// No such session, too old, or too much was missed.
    Unknown,
    /// The client claims to have heard what was never said.
    NeverSent,
}

impl Session {
    fn takes(&self, guild: Snowflake) -> bool {
        let (number, count) = self.shard;
        (guild.get() >> 22) % count == number
    }

    fn alive(&self, now_ms: i64) -> bool {
        self.lost_ms.is_none_or(|lost| now_ms - lost < RESUMABLE_MS)
    }

    fn keep(&mut self, event: &str, data: &Value) -> Arc<str> {
        self.last_sequence += 1;
        let payload: Arc<str> = json!({ "op": 0, "t": event, "s": self.last_sequence, "d": data }).to_string().into();
        if self.kept.len() == MOST_KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back((self.last_sequence, payload.clone()));
        payload
    }
}
