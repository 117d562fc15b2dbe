//! Gateway sessions: who is connected, what each session still has to hear, and when it is over.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use rand::distr::{Alphanumeric, SampleString};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use super::orders::{Refusal, Refusals};
use super::starts::{SessionStartLimit, Starts};
use crate::playground::snowflake::Snowflake;

/// How long a session without a connection can be resumed ("a few minutes").
const RESUMABLE_MS: i64 = 5 * 60_000;
/// Payloads that a client may send per connection and minute.
const MOST_RECEIVED: usize = 120;
const MINUTE_MS: i64 = 60_000;

/// What a connection's task has to do.
#[derive(Debug)]
pub(in crate::playground) enum Order {
    Send(Arc<str>),
    /// Compress every payload that follows for itself.
    CompressPackets,
    Close(Option<u16>),
    Cut,
}

/// What the gateway goes by. Times are in milliseconds on the playground's clock.
#[derive(Clone, Debug)]
pub(in crate::playground) struct Rules {
    /// Bits of privileged intents that the app may ask for.
    pub(in crate::playground) privileged: u64,
    pub(in crate::playground) heartbeat_interval_ms: i64,
    /// Whether time that passes by a leap of the clock needs heartbeats, too.
    pub(in crate::playground) leaps_need_heartbeats: bool,
    pub(in crate::playground) identify_spacing_ms: i64,
    pub(in crate::playground) max_concurrency: u64,
    pub(in crate::playground) guilds_per_shard: usize,
    /// Most events that a session keeps for a resume. A client that missed more must identify anew.
    pub(in crate::playground) kept_events: usize,
}

pub(super) struct Connection {
    orders: UnboundedSender<Order>,
    session: Option<String>,
    /// When the payloads of the last minute came.
    received_ms: VecDeque<i64>,
    /// When the last heartbeat came; before the first one, when the connection began.
    pub(super) beat_ms: i64,
    /// Nothing is said to it any more, and what it says has no effect.
    silenced: bool,
}

/// A shard: its number, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shard {
    pub(super) number: u64,
    pub(super) count: u64,
}

pub(in crate::playground) struct Session {
    pub(super) id: String,
    pub(super) shard: Shard,
    pub(in crate::playground) intents: u64,
    /// In guilds with more members than this, `GUILD_CREATE` leaves ordinary ones out.
    pub(super) large_threshold: usize,
    pub(super) connection: Option<u64>,
    lost_ms: Option<i64>,
    pub(super) last_sequence: u64,
    pub(super) resumes: u64,
    /// Sequence number and payload of the latest events.
    kept: VecDeque<(u64, Arc<str>)>,
}

pub(in crate::playground) struct Sessions {
    pub(super) connections: HashMap<u64, Connection>,
    last_connection: u64,
    pub(super) list: Vec<Session>,
    /// Where clients connect, `ws://127.0.0.1:PORT/gateway`.
    pub(in crate::playground) url: String,
    pub(super) rules: Rules,
    pub(super) refusals: Refusals,
    pub(super) starts: Starts,
    /// Guilds of which nothing is heard because they are unavailable.
    pub(super) outages: BTreeSet<Snowflake>,
    /// Guilds of which nothing is heard because the bot was removed from them.
    pub(super) departed: BTreeSet<Snowflake>,
    /// When all members of a guild were last asked for.
    pub(super) asked_for_all_ms: HashMap<Snowflake, i64>,
}

impl Sessions {
    pub(in crate::playground) fn new(url: String, rules: Rules) -> Self {
        Self {
            url,
            connections: HashMap::new(),
            last_connection: 0,
            list: Vec::new(),
            refusals: Refusals::default(),
            starts: Starts::new(rules.identify_spacing_ms, rules.max_concurrency),
            outages: BTreeSet::new(),
            departed: BTreeSet::new(),
            asked_for_all_ms: HashMap::new(),
            rules,
        }
    }

    /// The flags of the application: which of the privileged intents are switched on for it.
    pub(in crate::playground) fn application_flags(&self) -> u64 {
        let on = |intent: u64, flag: u64| if self.rules.privileged & intent != 0 { flag } else { 0 };
        on(1 << 8, 1 << 13) | on(1 << 1, 1 << 15) | on(1 << 15, 1 << 19)
    }

    /// Whether the app may read what others write.
    pub(in crate::playground) const fn reads_content(&self) -> bool {
        self.rules.privileged & 1 << 15 != 0
    }

    /// Whether the app may list members.
    pub(in crate::playground) const fn lists_members(&self) -> bool {
        self.rules.privileged & 1 << 1 != 0
    }

    /// Whether some session is connected and ready.
    pub(in crate::playground) fn online(&self) -> bool {
        self.list.iter().any(|session| session.connection.is_some())
    }

    /// Whether a session that is responsible for the guild is connected.
    pub(in crate::playground) fn serves(&self, guild: Snowflake) -> bool {
        self.list.iter().any(|session| session.takes(guild) && session.connection.is_some())
    }

    /// Whether an event of the guild would reach somebody, now or on a resume.
    pub(in crate::playground) fn reachable(&self, guild: Snowflake, now_ms: i64) -> bool {
        self.hears_of(guild) && self.list.iter().any(|session| session.takes(guild) && session.alive(now_ms))
    }

    pub(super) fn hears_of(&self, guild: Snowflake) -> bool {
        !self.outages.contains(&guild) && !self.departed.contains(&guild)
    }

    /// Whether the guild is unavailable to the bot.
    pub(in crate::playground) fn is_in_outage(&self, guild: Snowflake) -> bool {
        self.outages.contains(&guild)
    }

    /// Whether the bot was removed from the guild.
    pub(in crate::playground) fn has_departed(&self, guild: Snowflake) -> bool {
        self.departed.contains(&guild)
    }

    /// As many shards as `guilds` need.
    pub(in crate::playground) fn recommended_shards(&self, guilds: usize) -> usize {
        guilds.div_ceil(self.rules.guilds_per_shard.max(1)).max(1)
    }

    pub(in crate::playground) fn start_limit(&self, now_ms: i64) -> SessionStartLimit {
        self.starts.limit(now_ms)
    }

    pub(in crate::playground) fn open(&mut self, now_ms: i64) -> (u64, UnboundedReceiver<Order>) {
        let (orders, receiver) = mpsc::unbounded_channel();
        self.last_connection += 1;
        let connection =
            Connection { orders, session: None, received_ms: VecDeque::new(), beat_ms: now_ms, silenced: false };
        self.connections.insert(self.last_connection, connection);
        (self.last_connection, receiver)
    }

    /// The client closed the connection or it broke. 1000 and 1001 end the session, anything else leaves it to be
    /// resumed.
    pub(super) fn left(&mut self, connection: u64, code: Option<u16>, now_ms: i64) {
        self.detach(connection, matches!(code, Some(1000 | 1001)), now_ms);
    }

    /// Closes a connection with a code, or with an empty close frame. Whether the session survives is up to the code.
    pub(super) fn close(&mut self, connection: u64, code: Option<u16>, now_ms: i64) {
        self.order(connection, Order::Close(code));
        self.detach(connection, code.is_some_and(ends_session), now_ms);
    }

    /// Cuts a connection without a word.
    pub(super) fn cut(&mut self, connection: u64, now_ms: i64) {
        self.order(connection, Order::Cut);
        self.detach(connection, false, now_ms);
    }

    pub(super) fn connection_ids(&self) -> Vec<u64> {
        self.connections.keys().copied().collect()
    }

    /// Says that the connection's session cannot go on: it can be resumed once more, or is over.
    pub(super) fn invalidate(&mut self, connection: u64, resumable: bool, now_ms: i64) {
        self.say(connection, 9, resumable);
        let Some(connection) = self.connections.get_mut(&connection) else { return };
        if let Some(id) = connection.session.take() {
            self.abandon(&id, !resumable, now_ms);
        }
    }

    /// Ends a session that nobody is connected to.
    pub(super) fn forget(&mut self, id: &str) {
        self.list.retain(|session| session.id != id || session.connection.is_some());
    }

    pub(super) fn silence(&mut self, connection: u64) {
        if let Some(connection) = self.connections.get_mut(&connection) {
            connection.silenced = true;
        }
    }

    pub(super) fn is_silenced(&self, connection: u64) -> bool {
        self.connections.get(&connection).is_some_and(|connection| connection.silenced)
    }

    /// Sends an operation that is no event.
    pub(super) fn say(&self, connection: u64, operation: u64, data: impl Into<Value>) {
        let payload = json!({ "op": operation, "t": null, "s": null, "d": data.into() });
        self.order(connection, Order::Send(payload.to_string().into()));
    }

    /// Queues an event for every session that is responsible for the guild and wants it; `data` makes what a session
    /// gets.
    pub(in crate::playground) fn dispatch<'d>(
        &mut self,
        event: &str,
        guild: Snowflake,
        mut data: impl FnMut(&Session) -> Option<Cow<'d, Value>>,
    ) {
        if !self.hears_of(guild) {
            return;
        }
        for session in self.list.iter_mut().filter(|session| session.takes(guild)) {
            let Some(data) = data(session) else { continue };
            let payload = session.keep(event, &data, self.rules.kept_events);
            if let Some(connection) = session.connection.and_then(|id| self.connections.get(&id)) {
                connection.order(Order::Send(payload));
            }
        }
    }

    /// Queues an event for one session alone.
    pub(super) fn dispatch_to(&mut self, session: &str, event: &str, data: &Value) {
        let Some(session) = self.list.iter_mut().find(|known| known.id == session) else { return };
        let payload = session.keep(event, data, self.rules.kept_events);
        if let Some(connection) = session.connection {
            self.order(connection, Order::Send(payload));
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

    /// The session that goes over a connection.
    pub(super) fn session_of(&self, connection: u64) -> Option<&Session> {
        let id = self.connections.get(&connection)?.session.as_ref()?;
        self.list.iter().find(|session| session.id == *id)
    }

    /// Makes the session of a connection; the caller sends its first events with `dispatch_to`.
    pub(super) fn start(
        &mut self,
        connection: u64,
        shard: Shard,
        intents: u64,
        large_threshold: usize,
        now_ms: i64,
    ) -> String {
        self.list.retain(|session| session.alive(now_ms));
        let id = Alphanumeric.sample_string(&mut rand::rng(), 32).to_lowercase();
        self.list.push(Session {
            id: id.clone(),
            shard,
            intents,
            large_threshold,
            connection: Some(connection),
            lost_ms: None,
            last_sequence: 0,
            resumes: 0,
            kept: VecDeque::new(),
        });
        if let Some(connection) = self.connections.get_mut(&connection) {
            connection.session = Some(id.clone());
        }
        id
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
        session.resumes += 1;
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

    /// Carries out an ordered refusal.
    pub(super) fn refuse(&mut self, connection: u64, refusal: Refusal, now_ms: i64) {
        match refusal {
            Refusal::Close(code) => self.close(connection, code, now_ms),
            Refusal::Cut => self.cut(connection, now_ms),
            Refusal::InvalidSession { resumable } => self.invalidate(connection, resumable, now_ms),
        }
    }

    pub(super) fn order(&self, connection: u64, order: Order) {
        if let Some(connection) = self.connections.get(&connection) {
            connection.order(order);
        }
    }

    fn detach(&mut self, connection: u64, ends_session: bool, now_ms: i64) {
        if let Some(Connection { session: Some(id), .. }) = self.connections.remove(&connection) {
            self.abandon(&id, ends_session, now_ms);
        }
    }

    fn abandon(&mut self, id: &str, ends_session: bool, now_ms: i64) {
        if ends_session {
            self.list.retain(|session| session.id != id);
        } else if let Some(session) = self.list.iter_mut().find(|session| session.id == id) {
            session.connection = None;
            session.lost_ms = Some(now_ms);
        }
    }
}

/// An event as it is sent.
#[derive(Serialize)]
struct Payload<'p> {
    op: u64,
    t: &'p str,
    s: u64,
    d: &'p Value,
}

/// Whether a session is over once the gateway has closed with a code. (When it restarts it closes with 1001, and
/// sessions go on.)
pub(super) const fn ends_session(code: u16) -> bool {
    matches!(code, 1000 | 4004 | 4007 | 4009..=4014)
}

pub(super) enum Resumed {
    Yes,
    /// No such session, too old, or too much was missed.
    Unknown,
    /// The client claims to have heard what was never said.
    NeverSent,
}

impl Connection {
    fn order(&self, order: Order) {
        if !(self.silenced && matches!(order, Order::Send(_))) {
            // A task that has just ended cannot be told; the session keeps the event for a resume.
            let _ = self.orders.send(order);
        }
    }
}

impl Session {
    pub(super) fn takes(&self, guild: Snowflake) -> bool {
        self.shard.takes(guild)
    }

    pub(super) fn alive(&self, now_ms: i64) -> bool {
        self.lost_ms.is_none_or(|lost| now_ms - lost < RESUMABLE_MS)
    }

    fn keep(&mut self, event: &str, data: &Value, most: usize) -> Arc<str> {
        self.last_sequence += 1;
        let payload = Payload { op: 0, t: event, s: self.last_sequence, d: data };
        let payload: Arc<str> = serde_json::to_string(&payload).unwrap_or_default().into();
        self.kept.push_back((self.last_sequence, payload.clone()));
        if self.kept.len() > most {
            self.kept.pop_front();
        }
        payload
    }
}

impl Shard {
    /// By Discord's formula.
    pub(super) const fn takes(self, guild: Snowflake) -> bool {
        (guild.get() >> 22) % self.count == self.number
    }
}
