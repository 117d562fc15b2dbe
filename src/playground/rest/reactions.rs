//! Reactions: the bot's own, those of others, and who reacted with what.

use serde_json::{Value, json};

use super::access::{message, powers};
use super::error::{ApiError, MISSING_PERMISSIONS, UNKNOWN_EMOJI};
use super::{Call, Reply};
use crate::playground::permissions::{ADD_REACTIONS, MANAGE_MESSAGES, READ_MESSAGE_HISTORY};
use crate::playground::reactions::is_emoji;
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::validate::Form;

pub(super) fn add(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let message = message(state, call, READ_MESSAGE_HISTORY)?;
    let (id, channel) = (message.id, message.channel);
    let emoji = emoji(call)?;
    state.check_is_awake(channel)?;
    // A kind that is there already may be joined without the permission.
    if !state.has_reaction(id, &emoji) && powers(state, channel) & ADD_REACTIONS == 0 {
        return Err(MISSING_PERMISSIONS);
    }
    state.react(id, state.world.bot, &emoji)?;
    Reply::no_content()
}

pub(super) fn remove_own(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    remove(state, call, state.world.bot, 0)
}

pub(super) fn remove_of_user(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let user = call.id("user_id")?;
    let needed = if user == state.world.bot { 0 } else { MANAGE_MESSAGES };
    remove(state, call, user, needed)
}

fn remove(state: &mut State, call: &Call, user: Snowflake, needed: u64) -> Result<Reply, ApiError> {
    let message = message(state, call, needed)?;
    let id = message.id;
    state.check_is_awake(message.channel)?;
    state.unreact(id, user, &emoji(call)?)?;
    Reply::no_content()
}

/// All reactions, or all with the emoji of the path.
pub(super) fn clear(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let message = message(state, call, MANAGE_MESSAGES)?;
    let id = message.id;
    state.check_is_awake(message.channel)?;
    let emoji = if call.part("emoji_name").is_empty() { None } else { Some(emoji(call)?) };
    state.clear_reactions(id, emoji.as_deref())?;
    Reply::no_content()
}

/// Who reacted with an emoji, by id.
pub(super) fn list(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let message = message(state, call, READ_MESSAGE_HISTORY)?;
    let emoji = emoji(call)?;
    let form = Form::default();
    let query = json!(call.query);
    let root = form.root(&query);
    let limit = root.get("limit").map_or(Some(25), |field| field.integer(1..=100)).unwrap_or(25);
    let after = root.get("after").and_then(|field| field.snowflake());
    // 1 asks for super reactions, of which there are none.
    let burst = root.get("type").and_then(|field| field.integer(0..=1)) == Some(1);
    form.finish()?;
    let reaction = message.reactions.iter().find(|reaction| reaction.emoji == emoji);
    let mut users = reaction.map(|reaction| reaction.users.clone()).filter(|_| !burst).unwrap_or_default();
    users.sort_unstable();
    users.retain(|user| after.is_none_or(|after| *user > after));
    users.truncate(usize::try_from(limit).unwrap_or(25));
    let users: Vec<Value> = users.into_iter().map(|user| state.world.user_json(user)).collect();
    Reply::ok(users.into())
}

fn emoji(call: &Call) -> Result<String, ApiError> {
    let emoji = super::percent_decoded(call.part("emoji_name"));
    emoji.filter(|emoji| is_emoji(emoji)).ok_or(UNKNOWN_EMOJI)
}
