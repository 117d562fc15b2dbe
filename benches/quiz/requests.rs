//! What the bot sends, read from the local Discord's records: which questions are open, and all requests that count.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use backroad::playground::{Control, Playground, RecordedRequest, Shown, Snowflake, View};

use crate::world::Room;

/// How often the records are read.
const EVERY: Duration = Duration::from_millis(20);

/// How long a question is open.
const OPEN: Duration = Duration::from_secs(30);

/// A question that can be answered.
#[derive(Clone)]
pub struct Open {
    pub room: usize,
    pub message: Snowflake,
    /// The custom_ids of its letters.
    pub letters: Arc<[String]>,
    until: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Question,
    /// The edit that shows the answer to a question.
    Answer,
    /// An edit of a question that is open: how many have answered.
    Count,
    /// A scheduled post of this number.
    Post(u64),
    /// An edit that takes the letters off the question of a scheduled post, because it is closed.
    Buttons,
    Thread,
    Other,
}

/// A request outside the responses to interactions.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    pub at_ms: i64,
    pub kind: Kind,
    pub status: u16,
    /// Session and round, of questions and answers.
    pub about: Option<(u64, u64)>,
    pub room: Option<usize>,
    /// Whether players are told that it had to wait.
    pub says_wait: bool,
}

#[derive(Default)]
pub struct Seen {
    pub open: Vec<Open>,
    pub requests: Vec<Request>,
    rounds: HashMap<String, (u64, u64)>,
    count: usize,
}

#[derive(Clone)]
pub struct Watch(Arc<Mutex<Seen>>);

impl Watch {
    /// Reads on until it is aborted with the runtime.
    pub fn start(discord: &Playground, rooms: &[Room]) -> Watch {
        let watch = Watch(Arc::default());
        let rooms: HashMap<Snowflake, usize> =
            rooms.iter().enumerate().map(|(place, room)| (room.channel, place)).collect();
        let (kept, discord) = (watch.clone(), discord.clone());
        tokio::spawn(async move {
            let mut tick = tokio::time::interval(EVERY);
            loop {
                tick.tick().await;
                let read = discord.until("the records", |view| {
                    kept.with(|seen| seen.read(view, &rooms));
                    Some(())
                });
                if read.await.is_err() {
                    return;
                }
            }
        });
        watch
    }

    pub fn with<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Seen {
    fn read(&mut self, view: &View<'_>, rooms: &HashMap<Snowflake, usize>) {
        for request in view.requests_after(self.count) {
            if !request.path.starts_with("/interactions/") {
                self.take(view, request, rooms);
            }
        }
        self.count = view.request_count();
        let now = Instant::now();
        self.open.retain(|open| open.until > now);
    }

    fn take(&mut self, view: &View<'_>, request: &RecordedRequest, rooms: &HashMap<Snowflake, usize>) {
        let mut parts = request.path.split('/').skip(1);
        let (of, channel, _, message, last) = (parts.next(), parts.next(), parts.next(), parts.next(), parts.next());
        let channel: Option<Snowflake> = channel.filter(|_| of == Some("channels")).and_then(|id| id.parse().ok());
        let room = channel.and_then(|channel| rooms.get(&channel)).copied();
        let text = request.body.to_string();
        let (kind, about) = match (request.method.as_str(), message) {
            ("POST", None) => {
                let nonce = request.body.get("nonce").and_then(|nonce| nonce.as_str()).unwrap_or_default();
                let about = round_of(nonce);
                let post = nonce.strip_prefix("daily-").and_then(|post| post.parse().ok());
                let kind = if about.is_some() { Kind::Question } else { post.map_or(Kind::Other, Kind::Post) };
                (kind, about)
            }
            ("POST", Some(_)) if last == Some("threads") => (Kind::Thread, None),
            ("PATCH", Some(message)) => match self.rounds.get(message) {
                Some(about) if text.contains(":pick:") => (Kind::Count, Some(*about)),
                Some(about) => (Kind::Answer, Some(*about)),
                None if text.contains(":answer\"") => (Kind::Buttons, None),
                None => (Kind::Other, None),
            },
            _ => (Kind::Other, None),
        };
        let status = request.status.unwrap_or_default();
        let says_wait = kind == Kind::Question && text.contains("so this question waited");
        self.requests.push(Request { at_ms: request.at_ms, kind, status, about, room, says_wait });
        if let (Kind::Question, Some(about), Some(channel), Some(room), 200) = (kind, about, channel, room, status)
            && let Some(open) = posted(view, channel, room, about, request.at_ms)
        {
            self.rounds.insert(open.message.to_string(), about);
            self.open.push(open);
        }
    }
}

fn posted(view: &View<'_>, channel: Snowflake, room: usize, about: (u64, u64), at_ms: i64) -> Option<Open> {
    // Hardly ever has something else been written since.
    let (shown, letters) = view
        .last_message_in(channel)
        .and_then(|shown| lettered(shown, about))
        .or_else(|| view.messages_in(channel).into_iter().rev().find_map(|shown| lettered(shown, about)))?;
    let age = u64::try_from(view.now_ms() - at_ms).unwrap_or_default();
    let until = Instant::now() + OPEN.saturating_sub(Duration::from_millis(age));
    Some(Open { room, message: shown.id()?, letters, until })
}

/// A message with its letters, if it is the question of this session and round.
fn lettered(shown: Shown, (session, round): (u64, u64)) -> Option<(Shown, Arc<[String]>)> {
    let mark = format!("quiz:{session}:pick:{round}:");
    let letters: Vec<String> = shown
        .controls()
        .into_iter()
        .filter_map(|control| match control {
            Control::Button { custom_id, .. } => custom_id.filter(|id| id.contains(&mark)),
            Control::Select { .. } => None,
        })
        .collect();
    (!letters.is_empty()).then(|| (shown, letters.into()))
}

/// Session and round of a nonce such as `12-r3`.
fn round_of(nonce: &str) -> Option<(u64, u64)> {
    let (session, round) = nonce.split_once("-r")?;
    Some((session.parse().ok()?, round.parse().ok()?))
}

/// The most requests in any second.
pub fn most_in_a_second(requests: &[Request]) -> usize {
    let mut times: Vec<i64> = requests.iter().map(|request| request.at_ms).collect();
    times.sort_unstable();
    let mut from = 0;
    let mut most = 0;
    for (to, at) in times.iter().enumerate() {
        while times.get(from).is_some_and(|first| at - first >= 1_000) {
            from += 1;
        }
        most = most.max(to + 1 - from);
    }
    most
}
