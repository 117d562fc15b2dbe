//! Bans: of members whose highest role is below the bot's, and of users who are no members.

use serde_json::{Value, json};

use super::access::{check_outranks, guild};
use super::error::{ApiError, FAILED_TO_BAN, UNKNOWN_BAN, UNKNOWN_USER};
use super::{Call, Reply};
use crate::playground::events::MODERATION;
use crate::playground::permissions::{BAN_MEMBERS, MANAGE_GUILD};
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::validate::{Field, Form};

/// Seconds of messages that a ban may delete: seven days.
const MOST_SECONDS: i64 = 604_800;

pub(super) fn list(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = guild(state, call, BAN_MEMBERS)?;
    let form = Form::default();
    let query = json!(call.query);
    let root = form.root(&query);
    let limit = root.get("limit").map_or(Some(1000), |field| field.integer(1..=1000)).unwrap_or(1000);
    let id = |key: &str| root.get(key).and_then(|field| field.snowflake());
    let (before, after) = (id("before"), id("after"));
    form.finish()?;
    let limit = usize::try_from(limit).unwrap_or(1000);
    let fits = |user: &Snowflake| before.is_none_or(|b| *user < b) && after.is_none_or(|a| *user > a);
    let mut ids: Vec<Snowflake> = guild.bans.keys().copied().filter(fits).collect();
    if before.is_some() {
        ids = ids.split_off(ids.len().saturating_sub(limit));
    }
    let bans: Vec<Value> = ids.into_iter().take(limit).filter_map(|user| ban_json(state, guild.id, user)).collect();
    Reply::ok(bans.into())
}

pub(super) fn get(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = guild(state, call, BAN_MEMBERS)?;
    Reply::ok(ban_json(state, guild.id, call.id("user_id")?).ok_or(UNKNOWN_BAN)?)
}

pub(super) fn add(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = guild(state, call, BAN_MEMBERS)?.id;
    let user = call.id("user_id")?;
    let form = Form::default();
    let seconds = seconds(&form.root(&call.body));
    form.finish()?;
    ban(state, call, guild, user, seconds)?;
    Reply::no_content()
}

pub(super) fn add_all(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = guild(state, call, BAN_MEMBERS | MANAGE_GUILD)?.id;
    let form = Form::default();
    let root = form.root(&call.body);
    let seconds = seconds(&root);
    let list = root.is_object().then(|| root.require("user_ids")).flatten();
    let items = list.map(|list| list.items(1..=200)).unwrap_or_default();
    let users: Vec<Snowflake> = items.iter().filter_map(Field::snowflake).collect();
    drop(items);
    form.finish()?;
    let (mut banned, mut failed) = (Vec::new(), Vec::new());
    for user in users {
        let done = ban(state, call, guild, user, seconds).is_ok();
        if done { &mut banned } else { &mut failed }.push(user);
    }
    if banned.is_empty() {
        return Err(FAILED_TO_BAN);
    }
    Reply::ok(json!({ "banned_users": banned, "failed_users": failed }))
}

pub(super) fn remove(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = guild(state, call, BAN_MEMBERS)?.id;
    let user = call.id("user_id")?;
    let known = state.world.guild_mut(guild).and_then(|guild| guild.bans.remove(&user));
    known.ok_or(UNKNOWN_BAN)?;
    let data = json!({ "guild_id": guild, "user": state.world.user_json(user) });
    state.tell("GUILD_BAN_REMOVE", guild, MODERATION, &data);
    Reply::no_content()
}

/// How far back messages are deleted, in seconds. Days are the older way to say it.
fn seconds(root: &Field<'_>) -> i64 {
    let seconds = root.get("delete_message_seconds").and_then(|field| field.integer(0..=MOST_SECONDS));
    let days = root.get("delete_message_days").and_then(|field| field.integer(0..=7)).map(|days| days * 86_400);
    seconds.or(days).unwrap_or_default()
}

fn ban(state: &mut State, call: &Call, guild: Snowflake, user: Snowflake, delete_seconds: i64) -> Result<(), ApiError> {
    state.world.users.get(&user).ok_or(UNKNOWN_USER)?;
    if let Some(guild) = state.world.guild(guild).filter(|guild| guild.member(user).is_some()) {
        check_outranks(state, guild, user)?;
    }
    let reason = call.reason.clone();
    let new = state.world.guild_mut(guild).is_some_and(|guild| guild.bans.insert(user, reason).is_none());
    state.remove_member(guild, user);
    let since = state.now_ms() - delete_seconds * 1000;
    let theirs = state.messages.iter().filter(|message| message.guild == guild && message.author == user);
    let recent: Vec<(Snowflake, Snowflake)> =
        theirs.filter(|m| delete_seconds > 0 && m.id.created_ms() >= since).map(|m| (m.channel, m.id)).collect();
    let channels: std::collections::BTreeSet<Snowflake> = recent.iter().map(|(channel, _)| *channel).collect();
    for channel in channels {
        let ids: Vec<Snowflake> = recent.iter().filter(|(place, _)| *place == channel).map(|(_, id)| *id).collect();
        state.delete_all(channel, &ids);
    }
    if new {
        let data = json!({ "guild_id": guild, "user": state.world.user_json(user) });
        state.tell("GUILD_BAN_ADD", guild, MODERATION, &data);
    }
    Ok(())
}

fn ban_json(state: &State, guild: Snowflake, user: Snowflake) -> Option<Value> {
    let reason = state.world.guild(guild)?.bans.get(&user)?;
    Some(json!({ "user": state.world.user_json(user), "reason": reason }))
}
