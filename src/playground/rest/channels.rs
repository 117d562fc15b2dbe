//! Messages in channels, with the permissions that each act needs.

use serde_json::{Value, json};

use super::error::{ApiError, MISSING_ACCESS, MISSING_PERMISSIONS, NOT_THE_AUTHOR, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE};
use super::{Call, Reply};
use crate::playground::messages::{DEFAULT, Message, Origin, REPLY};
use crate::playground::permissions::{MANAGE_MESSAGES, Permissions, READ_MESSAGE_HISTORY, VIEW_CHANNEL};
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::validate::{Draft, Form, MessageKind};

pub(super) fn create(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let channel = channel_to_send(state, call)?;
    let draft = Draft::of_body(&call.body, MessageKind::Create)?;
    if let Some(id) = draft.reference {
        let known = state.messages.get(&id).is_some_and(|m| m.channel == channel && m.private_to.is_none());
        if !known && reference_must_exist(&call.body) {
            let form = Form::default();
            let root = form.root(&call.body);
            root.problem_at("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message");
            form.finish()?;
        }
    }
    let kind = if draft.reference.is_some() { REPLY } else { DEFAULT };
    let origin = Origin { channel, author: state.world.bot, kind, interaction: None, private_to: None };
    let id = state.post(draft, origin);
    Reply::ok(json_of(state, id)?)
}

pub(super) fn get(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let message = message(state, call, READ_MESSAGE_HISTORY)?;
    let id = message.id;
    Reply::ok(json_of(state, id)?)
}

pub(super) fn list(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let channel = channel(state, call, 0)?;
    let form = Form::default();
    let query = json!(call.query);
    let root = form.root(&query);
    let limit = root.get("limit").map_or(Some(50), |field| field.integer(1..=100)).unwrap_or(50);
    let id = |key: &str| root.get(key).and_then(|field| field.snowflake());
    let (before, after, around) = (id("before"), id("after"), id("around"));
    form.finish()?;
    // Without the permission to read history the list is empty, not forbidden.
    if powers(state, channel) & READ_MESSAGE_HISTORY == 0 {
        return Reply::ok(json!([]));
    }
    let limit = usize::try_from(limit).unwrap_or(50);
    let all: Vec<&Message> = state.public_messages(channel).collect();
    let picked = pick(&all, limit, before, after, around);
    let newest_first: Result<Vec<Value>, ApiError> = picked.iter().rev().map(|m| json_of(state, m.id)).collect();
    Reply::ok(newest_first?.into())
}

pub(super) fn edit(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let message = message(state, call, 0)?;
    let id = message.id;
    if message.author != state.world.bot {
        return Err(NOT_THE_AUTHOR);
    }
    let draft = Draft::of_body(&call.body, MessageKind::Edit)?;
    message.refuse_emptying(&draft)?;
    state.edit(id, draft);
    Reply::ok(json_of(state, id)?)
}

pub(super) fn delete(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let message = message(state, call, 0)?;
    let id = message.id;
    if message.author != state.world.bot && powers(state, message.channel) & MANAGE_MESSAGES == 0 {
        return Err(MISSING_PERMISSIONS);
    }
    state.delete(id);
    Reply::no_content()
}

pub(super) fn typing(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    channel_to_send(state, call)?;
    Reply::no_content()
}

/// A message as the bot gets it: without what the intents hide.
pub(super) fn json_of(state: &State, id: Snowflake) -> Result<Value, ApiError> {
    let message = state.messages.get(&id).ok_or(UNKNOWN_MESSAGE)?;
    let mut json = state.message_json(message);
    if !state.sessions.reads_content() {
        state.blank_for_bot(message, &mut json);
    }
    Ok(json)
}

fn powers(state: &State, channel: Snowflake) -> Permissions {
    state.world.permissions(state.world.bot, channel, state.now_ms())
}

/// A channel that the bot sees and may act in.
pub(super) fn channel(state: &State, call: &Call, needed: Permissions) -> Result<Snowflake, ApiError> {
    let id = call.id("channel_id")?;
    state.world.channel(id).ok_or(UNKNOWN_CHANNEL)?;
    let powers = powers(state, id);
    if powers & VIEW_CHANNEL == 0 {
        Err(MISSING_ACCESS)
    } else if powers & needed != needed {
        Err(MISSING_PERMISSIONS)
    } else {
        Ok(id)
    }
}

/// A channel that the bot may write in.
fn channel_to_send(state: &State, call: &Call) -> Result<Snowflake, ApiError> {
    let (_, known) = state.world.channel(call.id("channel_id")?).ok_or(UNKNOWN_CHANNEL)?;
    channel(state, call, known.needed_to_send())
}

/// A public message; ephemeral ones are not there for these routes.
pub(super) fn message<'s>(state: &'s State, call: &Call, needed: Permissions) -> Result<&'s Message, ApiError> {
    let channel = channel(state, call, needed)?;
    let message = state.messages.get(&call.id("message_id")?).ok_or(UNKNOWN_MESSAGE)?;
    if message.channel == channel && message.private_to.is_none() { Ok(message) } else { Err(UNKNOWN_MESSAGE) }
}

fn reference_must_exist(body: &Value) -> bool {
    body.pointer("/message_reference/fail_if_not_exists").and_then(Value::as_bool).unwrap_or(true)
}

/// A page of a channel, oldest first.
fn pick<'m>(
    all: &[&'m Message],
    limit: usize,
    before: Option<Snowflake>,
    after: Option<Snowflake>,
    around: Option<Snowflake>,
) -> Vec<&'m Message> {
    let last = |list: Vec<&'m Message>, count: usize| {
        let skip = list.len().saturating_sub(count);
        list.into_iter().skip(skip).collect::<Vec<_>>()
    };
    let older = |id: Snowflake| all.iter().copied().filter(|message| message.id < id).collect::<Vec<_>>();
    if let Some(id) = around {
        let mut page = last(older(id), limit / 2);
        let rest = limit - page.len();
        page.extend(all.iter().copied().filter(|message| message.id >= id).take(rest));
        page
    } else if let Some(id) = after {
        all.iter().copied().filter(|message| message.id > id).take(limit).collect()
    } else if let Some(id) = before {
        last(older(id), limit)
    } else {
        last(all.to_vec(), limit)
    }
}
