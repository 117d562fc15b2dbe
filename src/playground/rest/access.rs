//! What a request may touch: channels that the bot sees, messages in them, and whom its role stands above.

use serde_json::Value;

use super::Call;
use super::error::{
    ApiError, INVALID_ROLE, MISSING_ACCESS, MISSING_PERMISSIONS, UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MESSAGE,
    UNKNOWN_ROLE,
};
use crate::playground::messages::Message;
use crate::playground::permissions::{self, Permissions, VIEW_CHANNEL};
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::world::{Guild, Role};

/// A message as the bot gets it: without what the intents hide.
pub(super) fn message_json(state: &State, id: Snowflake) -> Result<Value, ApiError> {
    let message = state.messages.get(id).ok_or(UNKNOWN_MESSAGE)?;
    let mut json = state.message_json(message);
    if !state.sessions.reads_content() {
        state.blank_for_bot(message, &mut json);
    }
    Ok(json)
}

/// What the bot may do in a channel.
pub(super) fn powers(state: &State, channel: Snowflake) -> Permissions {
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

/// A public message; ephemeral ones are not there for these routes.
pub(super) fn message<'s>(state: &'s State, call: &Call, needed: Permissions) -> Result<&'s Message, ApiError> {
    let channel = channel(state, call, needed)?;
    let message = state.messages.get(call.id("message_id")?).ok_or(UNKNOWN_MESSAGE)?;
    if message.channel == channel && message.private_to.is_none() { Ok(message) } else { Err(UNKNOWN_MESSAGE) }
}

/// A guild that the bot is in, and in which it may do what is needed.
pub(super) fn guild<'s>(state: &'s State, call: &Call, needed: Permissions) -> Result<&'s Guild, ApiError> {
    let guild = state.world.guild(call.id("guild_id")?).ok_or(UNKNOWN_GUILD)?;
    let powers = guild_powers(state, guild).ok_or(MISSING_ACCESS)?;
    if powers & needed == needed { Ok(guild) } else { Err(MISSING_PERMISSIONS) }
}

/// What the bot may do in a guild as a whole; `None` where it is no member.
pub(super) fn guild_powers(state: &State, guild: &Guild) -> Option<Permissions> {
    guild.member(state.world.bot).map(|bot| permissions::in_guild(guild, bot, state.now_ms()))
}

/// The owner and members whose highest role is not below the bot's are out of its reach.
pub(super) fn check_outranks(state: &State, guild: &Guild, user: Snowflake) -> Result<(), ApiError> {
    let rank = |user| guild.member(user).map(|member| permissions::rank(guild, member));
    if rank(state.world.bot) > rank(user) { Ok(()) } else { Err(MISSING_PERMISSIONS) }
}

/// A role that stands below the bot's highest one.
pub(super) fn role_below<'g>(state: &State, guild: &'g Guild, role: Snowflake) -> Result<&'g Role, ApiError> {
    let role = guild.role(role).ok_or(UNKNOWN_ROLE)?;
    let own = guild.member(state.world.bot).map(|bot| permissions::rank(guild, bot));
    if own > Some(permissions::rank_of_role(role)) { Ok(role) } else { Err(MISSING_PERMISSIONS) }
}

/// A role that the bot may give and take: below its own, and no bot's own role.
pub(super) fn role_to_give<'g>(state: &State, guild: &'g Guild, role: Snowflake) -> Result<&'g Role, ApiError> {
    let role = role_below(state, guild, role)?;
    if role.id == guild.id || role.bot.is_some() { Err(INVALID_ROLE) } else { Ok(role) }
}
