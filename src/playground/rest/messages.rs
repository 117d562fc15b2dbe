//! Messages in channels, with the permissions that each act needs.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Bound;

use serde_json::{Value, json};

use super::access::{channel, message, message_json, powers};
use super::error::{
    ApiError, CANNOT_REPLY_WITHOUT_HISTORY, INVALID_STICKER, MISSING_PERMISSIONS, NOT_THE_AUTHOR, SYSTEM_MESSAGE,
    TOO_OLD_TO_DELETE, WRONG_NUMBER_TO_DELETE,
};
use super::{Call, Reply};
use crate::playground::archive::Messages;
use crate::playground::json::set;
use crate::playground::messages::{DEFAULT, Message, Origin, REPLY, THREAD_STARTER};
use crate::playground::permissions::{ATTACH_FILES, EMBED_LINKS, MANAGE_MESSAGES, READ_MESSAGE_HISTORY, SEND_POLLS};
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::validate::{Draft, Form, MessageKind};

/// Only messages younger than this can be deleted in bulk.
const BULK_AGE_MS: i64 = 14 * 24 * 60 * 60_000;

pub(super) fn create(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let channel = channel_to_send(state, call)?;
    let draft = Draft::of_body(&call.body, &call.uploads, MessageKind::Create)?;
    check_powers(state, channel, &draft)?;
    if let Some(id) = draft.reference {
        check_reference(state, call, channel, id)?;
    }
    let kind = if draft.reference.is_some() { REPLY } else { DEFAULT };
    let id = state.post(draft, Origin::plain(channel, state.world.bot, kind));
    let mut json = message_json(state, id)?;
    if let Some(nonce) = state.messages.get(id).and_then(|message| message.nonce.clone()) {
        set(&mut json, "nonce", nonce);
    }
    Reply::ok(json)
}

/// Some parts of a message need permissions of their own. That they are refused, not left out, is practice.
pub(super) fn check_powers(state: &State, channel: Snowflake, draft: &Draft) -> Result<(), ApiError> {
    let powers = powers(state, channel);
    let needed = [
        (draft.embeds.as_ref().is_some_and(|embeds| !embeds.is_empty()), EMBED_LINKS),
        (!draft.files.is_empty(), ATTACH_FILES),
        (draft.poll.is_some(), SEND_POLLS),
    ];
    if needed.iter().any(|(asked, bit)| *asked && powers & bit == 0) {
        return Err(MISSING_PERMISSIONS);
    }
    let guild = state.world.channel(channel).map(|(guild, _)| guild);
    let known = |id: &Snowflake| guild.is_some_and(|guild| guild.stickers.iter().any(|sticker| sticker.id == *id));
    if draft.stickers.iter().all(known) { Ok(()) } else { Err(INVALID_STICKER) }
}

fn check_reference(state: &State, call: &Call, channel: Snowflake, id: Snowflake) -> Result<(), ApiError> {
    if powers(state, channel) & READ_MESSAGE_HISTORY == 0 {
        return Err(CANNOT_REPLY_WITHOUT_HISTORY);
    }
    let known = state.messages.get(id).filter(|m| m.channel == channel && m.private_to.is_none());
    let form = Form::default();
    let root = form.root(&call.body);
    if known.is_none() && reference_must_exist(&call.body) {
        root.problem_at("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message");
    } else if known.is_some_and(Message::is_system) {
        let code = "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE";
        root.problem_at("message_reference", code, "Cannot reply to a system message");
    }
    form.finish()
}

pub(super) fn get(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let message = message(state, call, READ_MESSAGE_HISTORY)?;
    let id = message.id;
    Reply::ok(message_json(state, id)?)
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
    let mut picked = page(&state.messages, channel, limit, before, after, around);
    picked.sort_unstable_by_key(|message| Reverse(message.id));
    let newest_first: Result<Vec<Value>, ApiError> = picked.iter().map(|m| message_json(state, m.id)).collect();
    Reply::ok(newest_first?.into())
}

pub(super) fn edit(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let message = message(state, call, 0)?;
    let id = message.id;
    if message.author != state.world.bot {
        return Err(NOT_THE_AUTHOR);
    }
    if message.is_system() {
        return Err(SYSTEM_MESSAGE);
    }
    state.check_is_awake(message.channel)?;
    let draft = Draft::of_body(&call.body, &call.uploads, message.edit_kind())?;
    message.check_edit(&draft)?;
    let channel = message.channel;
    check_powers(state, channel, &draft)?;
    state.edit(id, draft);
    Reply::ok(message_json(state, id)?)
}

pub(super) fn delete(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let message = message(state, call, 0)?;
    let id = message.id;
    if message.author != state.world.bot && powers(state, message.channel) & MANAGE_MESSAGES == 0 {
        return Err(MISSING_PERMISSIONS);
    }
    if message.kind == THREAD_STARTER {
        return Err(SYSTEM_MESSAGE);
    }
    state.delete(id);
    Reply::no_content()
}

/// Ids of messages that are not there count and do no harm.
pub(super) fn bulk_delete(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let channel = channel(state, call, MANAGE_MESSAGES)?;
    let form = Form::default();
    let root = form.root(&call.body);
    let list = root.is_object().then(|| root.require("messages")).flatten();
    let mut ids = BTreeSet::new();
    let mut given = 0;
    for item in list.map(|list| list.items(0..=usize::MAX)).unwrap_or_default() {
        given += 1;
        if item.snowflake().is_some_and(|id| !ids.insert(id)) {
            item.problem("SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value");
        }
    }
    form.finish()?;
    if !(2..=100).contains(&given) {
        return Err(WRONG_NUMBER_TO_DELETE);
    }
    if ids.iter().any(|id| state.now_ms() - id.created_ms() > BULK_AGE_MS) {
        return Err(TOO_OLD_TO_DELETE);
    }
    let here = |id: &Snowflake| {
        let message = state.messages.get(*id);
        message.is_some_and(|m| m.channel == channel && m.private_to.is_none() && m.kind != THREAD_STARTER)
    };
    let known: Vec<Snowflake> = ids.into_iter().filter(here).collect();
    state.delete_all(channel, &known);
    Reply::no_content()
}

/// A channel that the bot may write in.
fn channel_to_send(state: &State, call: &Call) -> Result<Snowflake, ApiError> {
    let id = call.id("channel_id")?;
    state.check_may_send(state.world.bot, id)?;
    Ok(id)
}

pub(super) fn typing(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    channel_to_send(state, call)?;
    Reply::no_content()
}

fn reference_must_exist(body: &Value) -> bool {
    body.pointer("/message_reference/fail_if_not_exists").and_then(Value::as_bool).unwrap_or(true)
}

/// A page of a channel, in any order.
fn page(
    messages: &Messages,
    channel: Snowflake,
    limit: usize,
    before: Option<Snowflake>,
    after: Option<Snowflake>,
    around: Option<Snowflake>,
) -> Vec<&Message> {
    if let Some(id) = around {
        let mut page: Vec<&Message> = messages.public(channel, ..id).rev().take(limit / 2).collect();
        let rest = limit - page.len();
        page.extend(messages.public(channel, id..).take(rest));
        page
    } else if let Some(id) = after {
        messages.public(channel, (Bound::Excluded(id), Bound::Unbounded)).take(limit).collect()
    } else {
        let end = before.map_or(Bound::Unbounded, Bound::Excluded);
        messages.public(channel, (Bound::Unbounded, end)).rev().take(limit).collect()
    }
}
