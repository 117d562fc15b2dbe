//! The control API: everything that the Rust API can do, as JSON over HTTP for tests in other processes and for a web
//! page.
//!
//! All bodies and answers are JSON. Bad input is 400 and a bot that does not respond 504, both as `{"error": "one
//! sentence"}`.
//!
//! | request | body or query | answer |
//! |---|---|---|
//! | `GET /control/state` | | `now_ms`, `bot_online`, `guilds` with channels and members, `commands`, `requests` (how many), `held` (how many), `notice`: what the host tells, `null` or `number` (it grows with each), `kind` (`news` or `problem`), `title`, `lines` |
//! | `GET /control/commands` | | the registered commands |
//! | `GET /control/requests` | `after=N` skips the first N | what the bot sent, oldest first; of more than 20,000 requests the last |
//! | `GET /control/see` | `as`, `in`, `guild` | the messages that a member sees in a channel; `in=@` is the direct messages with the bot |
//! | `GET /control/message` | `id` | one message |
//! | `GET /control/stream` | `as`, `in`, `guild` | a WebSocket with `{"event": …, "data": …}`, see below |
//! | `POST /control/act` | `{"as": "ada", "in": "quiz", "guild": …, "do": …, …}`, see below | what the member sees then |
//! | `GET /control/clock` | `after=CHANGE` waits until `change` is another, at most about 20 s | `now_ms`, `stands`, `passed_ms`, `stepped_ms`, `change`, see below |
//! | `POST /control/clock` | `{"advance_ms": 5000}`, `{"step_ms": -60000}` or both | the same |
//! | `POST /control/world` | `{"do": …, …}`, see below | `{"id": …}` of what was added or changed |
//! | `POST /control/faults` | `{"method": "POST", "path": "/channels/*/messages", "times": 1, "carried_out": false, …}` | `{}` |
//! | `GET /control/gateway` | | the gateway sessions: `id`, `shard`, `intents`, `connected`, `sequence`, `resumes` |
//! | `POST /control/gateway` | `{"do": "close", "code": 4000}`, …, see below | `{}` |
//! | `POST /control/guilds` | `{"guild": "Study Group", "do": "begin_outage"}`, `end_outage`, `remove_bot`, `add_bot` (with `permissions`) | `{}` |
//! | `POST /control/release` | | `released`: how many late answers were let go |
//! | `GET /control/limits` | | `on`, the open windows as `buckets`, `global_for_ms`, `invalid_requests`, `banned_for_ms` |
//! | `POST /control/limits` | `{"do": …, …}`, see below | `{}` |
//!
//! A bot under test takes its time from the clock: to its own monotonic and wall clock it adds `passed_ms`, which is how much
//! time was pushed forward in all, and to its wall clock also `stepped_ms`, by which the wall clock of its machine was set off
//! (perhaps back). Each order makes `change` greater, in the same moment. `now_ms` is the local Discord's own time, which
//! `stepped_ms` does not touch; where the clock `stands`, only orders move it.
//!
//! | gateway's `do` | with | what happens |
//! |---|---|---|
//! | `close` | `code` | all connections are closed, without `code` by a close frame that has none |
//! | `cut` | | their TCP connections end without a close frame |
//! | `silence` | | they become zombies: nothing is sent or acknowledged any more, while the sessions collect events |
//! | `reconnect` | | op 7 |
//! | `heartbeat` | | op 1 |
//! | `invalidate` | `resumable` | op 9 |
//! | `refuse` | `step`: `connect`, `identify` or `resume`; `times` (1) | the next clients at the step get a close with `code` (or without one), `"cut": true`, or op 9 with `resumable` |
//! | `reject_identify` | `code` | the same as `refuse` for one identify |
//! | `leave_starts` | `left` | so many session starts are left for the day |
//!
//! Of the world: `add_guild` (`name`, `channels`: their names), `add_member` (`name`: whoever has it, or somebody new),
//! `add_members` (`names`, all or nobody), `remove_member` (`name`; without `guild` from all), `time_out` (`name`, `for_ms`),
//! `add_channel`, `delete_channel` (`name`), `overwrite` (`channel`, `target`: a role or somebody, `allow`, `deny`) and
//! `role_permissions` (`role`, `permissions`), with `guild` (a name or an id) in another than the first guild; and
//! `direct_messages` (`name`, `allow`).
//!
//! Of limits: `switch` (`on`: true or false), `budget` (`method`, `path`, `requests`, `per_ms`), `exhaust` (`method`, `path`,
//! `scope`: `user` or `shared`, `for_ms`), `global` (`for_ms`), `invalid` (`count`: that many invalid requests more). In a
//! path `*` stands for any channel, guild or webhook.
//!
//! A fault has one of `"answer": {"status": 500, "headers": {}, "body": …}`, `"cut": true`, `"late": true` (until released),
//! `"late_ms": 5000` (of the playground's clock, or until released) and `"silent": true` (no answer ever). `carried_out`
//! says whether the request is carried out nevertheless; one with a late answer otherwise is when it is released.
//!
//! | `do` | with |
//! |---|---|
//! | `slash`, `autocomplete` | `line` |
//! | `command`, `complete` | `name` with its sub-commands (`quiz start`), `options`: an object from names to texts; `complete` also `focused`: the option that is being typed |
//! | `message` | `text`, and `message` (an id) to answer one |
//! | `edit` | `message`, `text` |
//! | `delete` | `message`; the answer is `{}` |
//! | `message_command` | `name`, `message` (an id) |
//! | `user_command` | `name`, `user` (a user name) |
//! | `react`, `unreact` | `message`, `emoji` (a standard one) |
//! | `vote` | `message`, `values`: numbers of a poll's answers |
//! | `start_thread` | `message`, `name`; the answer is `{"thread": ID}`, and `in` takes that id |
//! | `click` | `message`, `button` (label or custom_id) |
//! | `select` | `message`, `menu` (placeholder or custom_id), `values` |
//! | `submit` | `form` (the `interaction_id` of the form), `values`: an object from labels or custom_ids to texts, or to lists of what is chosen |
//! | `forge` | `message`, `custom_id`, `values`: what a hostile client could send |
//!
//! The stream tells what a client draws, everything at first and then what changed: `clock` (`now_ms`), `place` (where the
//! member is and what they may do there; it changes when their channel is gone), `world`, `latest` (the newest message of
//! each channel), `commands` (those that are offered here), `notice` and `messages` (`list`, `gone`; with `all` the list
//! replaces what was there, and `earlier` says whether there are earlier ones). A client that says `earlier` is sent up to 50
//! messages before those that it has, and is told of what becomes of them, too.
//!
//! `"settle": true` waits for what the bot puts off, too. What is seen has `id`, `author`, `ephemeral`, `thinking`,
//! `form`, `text`, `interaction_id` and `json`; `autocomplete` and `complete` answer with a list of `name` and `value`.

mod act;
mod clock;
mod faults;
mod gateway;
mod limits;
mod stream;
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::member::{ActError, refused};
use super::rest;
use super::shown::Shown;
use super::snowflake::Snowflake;
use super::state::Shared;
use act::Who;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/control/state", get(state))
        .route("/control/commands", get(commands))
        .route("/control/requests", get(requests))
        .route("/control/see", get(see))
        .route("/control/message", get(message))
        .route("/control/act", post(act::serve))
        .route("/control/stream", get(stream::serve))
        .route("/control/clock", get(clock::get).post(clock::order))
        .route("/control/gateway", get(gateway::sessions).post(gateway::order))
        .route("/control/guilds", post(gateway::guilds))
        .merge(faults::routes())
        .merge(limits::routes())
        .merge(world::routes())
}

async fn state(State(shared): State<Arc<Shared>>) -> Response<Body> {
    let json = shared.read(|state| {
        let guilds: Vec<Value> = state
            .world
            .guilds
            .iter()
            .map(|guild| {
                let member = |member: &super::world::Member| {
                    let user = state.world.users.get(&member.user)?;
                    Some(json!({ "id": user.id, "name": user.username, "bot": user.bot, "roles": member.roles }))
                };
                let members: Vec<Value> = guild.members.iter().filter_map(member).collect();
                let channels = guild.channels.iter().map(|channel| json!({ "id": channel.id, "name": channel.name }));
                let channels: Vec<Value> = channels.collect();
                json!({ "id": guild.id, "name": guild.name, "channels": channels, "members": members })
            })
            .collect();
        let commands: Vec<&str> = state.commands.all().map(|(_, known)| known.command.name.as_str()).collect();
        json!({
            "now_ms": state.now_ms(), "bot_online": state.sessions.online(), "guilds": guilds, "commands": commands,
            "requests": state.requests.count(), "held": state.held.count(),
            "notice": state.board.latest(),
        })
    });
    success(&json)
}

async fn commands(State(shared): State<Arc<Shared>>) -> Response<Body> {
    let json: Vec<Value> = shared
        .read(|state| state.commands.all().map(|(scope, known)| known.json(state.world.bot, scope, true)).collect());
    success(&json.into())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct After {
    after: Option<String>,
}

async fn requests(State(shared): State<Arc<Shared>>, Query(query): Query<BTreeMap<String, String>>) -> Response<Body> {
    answer(from_query::<After>(query).and_then(|query| {
        let skip = query.after.as_deref().unwrap_or("0").parse::<usize>();
        let skip = skip.map_err(|_| refused("`after` is how many requests to skip."))?;
        Ok(shared.read(|state| json!(state.requests.after(skip).collect::<Vec<_>>())))
    }))
}

async fn see(State(shared): State<Arc<Shared>>, Query(query): Query<BTreeMap<String, String>>) -> Response<Body> {
    let seen = from_query::<Who>(query).and_then(|who| Ok(who.member(&shared)?.sees_around()));
    answer(seen.map(|list| list.iter().map(Shown::to_json).collect::<Vec<_>>().into()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneMessage {
    id: String,
}

async fn message(State(shared): State<Arc<Shared>>, Query(query): Query<BTreeMap<String, String>>) -> Response<Body> {
    answer(from_query::<OneMessage>(query).and_then(|one| shown(&shared, &one.id)).map(|shown| shown.to_json()))
}

fn shown(shared: &Arc<Shared>, id: &str) -> Result<Shown, ActError> {
    let id: Snowflake = id.parse().map_err(|_| refused(format!("\"{id}\" is no message id.")))?;
    let found = shared.read(|state| Shown::of_message(shared, state, state.messages.get(id)?, None));
    found.ok_or_else(|| refused(format!("There is no message {id}.")))
}

fn from_body<T: DeserializeOwned>(body: &[u8]) -> Result<T, ActError> {
    serde_json::from_slice(body).map_err(|error| refused(format!("The body is not understood: {error}.")))
}

fn from_query<T: DeserializeOwned>(query: BTreeMap<String, String>) -> Result<T, ActError> {
    let object = query.into_iter().map(|(key, text)| (key, text.into())).collect();
    serde_json::from_value(Value::Object(object))
        .map_err(|error| refused(format!("The query is not understood: {error}.")))
}

fn answer(result: Result<Value, ActError>) -> Response<Body> {
    match result {
        Ok(json) => success(&json),
        Err(error) => {
            let status = match error {
                ActError::Refused(_) => 400,
                ActError::NotResponding | ActError::TimedOut { .. } => 504,
            };
            failure(status, &error.to_string())
        }
    }
}

fn success(json: &Value) -> Response<Body> {
    rest::answer(200, &BTreeMap::new(), json)
}

fn failure(status: u16, sentence: &str) -> Response<Body> {
    rest::answer(status, &BTreeMap::new(), &json!({ "error": sentence }))
}
