//! Pinned messages of a channel, at most 250.

use serde_json::{Value, json};

use super::access::{channel, message, message_json, powers};
use super::error::{ApiError, SYSTEM_MESSAGE, TOO_MANY_PINS, UNKNOWN_MESSAGE};
use super::{Call, Reply};
use crate::playground::clock::iso8601;
use crate::playground::events::GUILDS;
use crate::playground::json::set;
use crate::playground::messages::{Message, Origin, PINNED, Reference, with_guild};
use crate::playground::permissions::{PIN_MESSAGES, READ_MESSAGE_HISTORY};
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::validate::Form;

const MOST: usize = 250;

pub(super) fn list(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let channel = channel(state, call, 0)?;
    let form = Form::default();
    let query = json!(call.query);
    let root = form.root(&query);
    let limit = root.get("limit").map_or(Some(50), |field| field.integer(1..=50)).unwrap_or(50);
    let before = root.get("before").and_then(|field| field.moment());
    form.finish()?;
    let older =
        |message: &&Message| message.pinned_ms.is_some_and(|pinned| before.is_none_or(|before| pinned < before));
    let mut pinned = pinned(state, channel);
    pinned.retain(older);
    let limit = usize::try_from(limit).unwrap_or(50);
    let page = pinned.iter().take(limit).map(|message| {
        let moment = message.pinned_ms.map(iso8601);
        Ok(json!({ "pinned_at": moment, "message": message_json(state, message.id)? }))
    });
    let items: Vec<Value> = page.collect::<Result<_, ApiError>>()?;
    Reply::ok(json!({ "items": items, "has_more": pinned.len() > limit }))
}

/// The older form of the route: the latest fifty, without moments.
pub(super) fn list_plainly(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let channel = channel(state, call, 0)?;
    let latest = pinned(state, channel).into_iter().take(50).map(|message| message_json(state, message.id));
    let list: Result<Vec<Value>, ApiError> = latest.collect();
    Reply::ok(list?.into())
}

pub(super) fn add(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let message = message(state, call, PIN_MESSAGES)?;
    let (id, channel) = (message.id, message.channel);
    state.check_is_awake(channel)?;
    if message.is_system() {
        return Err(SYSTEM_MESSAGE);
    }
    if message.pinned_ms.is_some() {
        return Reply::no_content();
    }
    if state.messages.public(channel, ..).filter(|message| message.pinned_ms.is_some()).count() >= MOST {
        return Err(TOO_MANY_PINS);
    }
    let now = state.now_ms();
    pin(state, id, Some(now))?;
    let pointer = Reference { channel, message: Some(id) };
    let told = Origin { reference: Some(pointer), ..Origin::plain(channel, state.world.bot, PINNED) };
    state.post_system(told, "");
    Reply::no_content()
}

pub(super) fn remove(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let message = message(state, call, PIN_MESSAGES)?;
    let (id, is_pinned) = (message.id, message.pinned_ms.is_some());
    state.check_is_awake(message.channel)?;
    if is_pinned {
        pin(state, id, None)?;
    }
    Reply::no_content()
}

fn pin(state: &mut State, id: Snowflake, moment: Option<i64>) -> Result<(), ApiError> {
    let message = state.messages.get_mut(id).ok_or(UNKNOWN_MESSAGE)?;
    message.pinned_ms = moment;
    message.revision += 1;
    let (channel, guild) = (message.channel, message.guild);
    let latest = state.messages.public(channel, ..).filter_map(|message| message.pinned_ms).max();
    if let Some(place) = state.world.channel_mut(channel) {
        place.last_pin_ms = latest;
    }
    let mut data = with_guild(json!({ "channel_id": channel }), guild);
    set(&mut data, "last_pin_timestamp", latest.map(iso8601));
    state.tell_of_channel("CHANNEL_PINS_UPDATE", channel, GUILDS, &data);
    state.announce("MESSAGE_UPDATE", id);
    Ok(())
}

/// What was pinned last comes first. Without the permission to read history there is nothing.
fn pinned(state: &State, channel: Snowflake) -> Vec<&Message> {
    if powers(state, channel) & READ_MESSAGE_HISTORY == 0 {
        return Vec::new();
    }
    let mut all: Vec<&Message> =
        state.messages.public(channel, ..).filter(|message| message.pinned_ms.is_some()).collect();
    all.sort_by_key(|message| std::cmp::Reverse((message.pinned_ms, message.id)));
    all
}
