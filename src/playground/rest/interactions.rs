//! Responses to interactions and the messages that belong to them. The token in the path is the key.

use super::access::message_json;
use super::error::{ApiError, INVALID_WEBHOOK_TOKEN, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK};
use super::{Call, Reply};
use crate::playground::interactions::Interaction;
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::validate::{Draft, MessageKind};

pub(super) fn callback(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let id = call.id("interaction_id")?;
    state.respond(id, call.part("interaction_token"), &call.body, &call.uploads)?;
    if call.asks_for("with_response") { Reply::ok(state.response_json(id)) } else { Reply::no_content() }
}

pub(super) fn follow_up(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let interaction = interaction(state, call)?;
    let id = interaction.id;
    state.world.channel(interaction.place.channel).ok_or(UNKNOWN_CHANNEL)?;
    let draft = Draft::of_body(&call.body, &call.uploads, MessageKind::Reply)?;
    let message = state.follow_up(id, draft).ok_or(UNKNOWN_MESSAGE)?;
    Reply::ok(message_json(state, message)?)
}

pub(super) fn get_message(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let id = message(state, call)?;
    Reply::ok(message_json(state, id)?)
}

pub(super) fn edit_message(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let id = message(state, call)?;
    let message = state.messages.get(id).ok_or(UNKNOWN_MESSAGE)?;
    let draft = Draft::of_body(&call.body, &call.uploads, message.edit_kind())?;
    message.check_edit(&draft)?;
    state.edit(id, draft);
    Reply::ok(message_json(state, id)?)
}

pub(super) fn delete_message(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let id = message(state, call)?;
    state.delete(id);
    Reply::no_content()
}

/// The acknowledged interaction that a webhook path stands for.
fn interaction<'s>(state: &'s State, call: &Call) -> Result<&'s Interaction, ApiError> {
    if call.id("webhook_id")? != state.world.bot {
        return Err(UNKNOWN_WEBHOOK);
    }
    let token = call.part("webhook_token");
    let interaction = state.interactions.with_token(token).ok_or(INVALID_WEBHOOK_TOKEN)?;
    if interaction.is_over(state.now_ms()) {
        return Err(INVALID_WEBHOOK_TOKEN);
    }
    if interaction.response.is_none() { Err(UNKNOWN_WEBHOOK) } else { Ok(interaction) }
}

/// `@original` or one of the follow-ups.
fn message(state: &State, call: &Call) -> Result<Snowflake, ApiError> {
    let interaction = interaction(state, call)?;
    let id = if call.part("message_id").is_empty() {
        interaction.original.ok_or(UNKNOWN_MESSAGE)?
    } else {
        let id = call.id("message_id")?;
        if interaction.original != Some(id) && !interaction.followups.contains(&id) {
            return Err(UNKNOWN_MESSAGE);
        }
        id
    };
    if state.messages.get(id).is_some() { Ok(id) } else { Err(UNKNOWN_MESSAGE) }
}
