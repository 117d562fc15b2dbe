//! What a member sees, over a WebSocket: everything at first, then what changed. A browser opens only six streams of
//! server-sent events to one host, and a window for each of six players would be one too many.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::Response;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::act::Who;
use super::{answer, from_query};
use crate::playground::member::Member;
use crate::playground::snowflake::Snowflake;
use crate::playground::state::Shared;

/// Messages that are sent at once; earlier ones on request.
const PAGE: usize = 50;

pub(super) async fn serve(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<BTreeMap<String, String>>,
    upgrade: WebSocketUpgrade,
) -> Response<Body> {
    let who = match from_query::<Who>(query) {
        Ok(who) => who,
        Err(error) => return answer(Err(error)),
    };
    // A place that is gone is no error: the stream says where the member is instead.
    let member = match who.member(&shared).or_else(|_| who.anywhere(&shared)) {
        Ok(member) => member,
        Err(error) => return answer(Err(error)),
    };
    upgrade.on_upgrade(move |socket| tell(Watcher::new(shared, member), socket))
}

/// Ends with the client or with the playground.
async fn tell(mut watcher: Watcher, mut socket: WebSocket) {
    loop {
        tokio::select! {
            event = watcher.next() => match event {
                Some(event) => {
                    if socket.send(Message::Text(event.into())).await.is_err() {
                        return;
                    }
                }
                None => return,
            },
            heard = socket.recv() => match heard {
                Some(Ok(Message::Text(word))) if word.as_str() == "earlier" => watcher.look_further_back(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                // Clients have nothing else to say but that they leave.
                _ => return,
            },
        }
    }
}

/// One client and what it has been told.
struct Watcher {
    shared: Arc<Shared>,
    member: Member,
    changes: watch::Receiver<()>,
    leaps: watch::Receiver<()>,
    stopped: watch::Receiver<bool>,
    /// By name, as they were sent last.
    parts: HashMap<&'static str, Value>,
    /// The messages that were sent, with a hash of what they looked like.
    known: HashMap<Snowflake, u64>,
    /// The oldest message that was sent; what is older is not told of. `None` when nothing was sent yet.
    floor: Option<Snowflake>,
    /// Events as JSON.
    waiting: VecDeque<String>,
    fresh: bool,
}

impl Watcher {
    fn new(shared: Arc<Shared>, member: Member) -> Self {
        Self {
            changes: shared.changes(),
            leaps: shared.leaps(),
            stopped: shared.stopped(),
            member,
            shared,
            parts: HashMap::new(),
            known: HashMap::new(),
            floor: None,
            waiting: VecDeque::new(),
            fresh: true,
        }
    }

    /// `None` when the playground ends. May be dropped while it waits: nothing that was queued is lost.
    async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            if !std::mem::take(&mut self.fresh) {
                tokio::select! {
                    biased;
                    _ = self.stopped.wait_for(|stopped| *stopped) => return None,
                    changed = self.changes.changed() => changed.ok()?,
                }
            }
            self.look();
        }
    }

    /// Queues what is not as it was.
    fn look(&mut self) {
        self.changes.mark_unchanged();
        self.member = self.member.settled_somewhere();
        if self.floor.is_none() || self.leaps.has_changed().unwrap_or(false) {
            self.leaps.mark_unchanged();
            self.tell("clock", &json!({ "now_ms": self.shared.clock.now_ms() }));
        }
        for (name, part) in self.member.parts() {
            if self.parts.get(name) == Some(&part) {
                continue;
            }
            if name == "place" {
                // Another channel is another list of messages.
                let channel = |place: &Value| place.get("channel").cloned();
                if self.parts.get(name).is_some_and(|before| channel(before) != channel(&part)) {
                    (self.floor, self.known) = (None, HashMap::new());
                }
            }
            self.tell(name, &part);
            self.parts.insert(name, part);
        }
        self.look_at_messages();
    }

    fn look_at_messages(&mut self) {
        let Some(floor) = self.floor else {
            let (list, earlier) = self.page();
            self.tell("messages", &json!({ "all": true, "list": list, "earlier": earlier }));
            return;
        };
        let now = self.member.messages_since(floor);
        let there: HashSet<Snowflake> = now.iter().map(|(id, _)| *id).collect();
        let gone: Vec<Snowflake> = self.known.extract_if(|id, _| !there.contains(id)).map(|(id, _)| id).collect();
        let mut changed = Vec::new();
        for (id, json) in now {
            let look = look_of(&json);
            if self.known.insert(id, look) != Some(look) {
                changed.push(json);
            }
        }
        if !changed.is_empty() || !gone.is_empty() {
            self.tell("messages", &json!({ "list": changed, "gone": gone }));
        }
    }

    /// Queues what was written before that which was sent.
    fn look_further_back(&mut self) {
        // Before the first look there is nothing to look back from.
        if self.floor.is_some() {
            let (list, earlier) = self.page();
            self.tell("messages", &json!({ "list": list, "gone": [], "earlier": earlier }));
        }
    }

    /// The newest messages that were not sent yet, oldest first, and whether there are earlier ones. From now on they are
    /// known, and so is everything that comes later, also when nothing is there yet.
    fn page(&mut self) -> (Vec<Value>, bool) {
        let (list, earlier) = self.member.messages_before(self.floor, PAGE);
        self.floor = Some(list.first().filter(|_| earlier).map_or(Snowflake::from(0), |(id, _)| *id));
        self.known.extend(list.iter().map(|(id, json)| (*id, look_of(json))));
        (list.into_iter().map(|(_, json)| json).collect(), earlier)
    }

    fn tell(&mut self, name: &str, data: &Value) {
        self.waiting.push_back(json!({ "event": name, "data": data }).to_string());
    }
}

fn look_of(json: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    json.to_string().hash(&mut hasher);
    hasher.finish()
}
