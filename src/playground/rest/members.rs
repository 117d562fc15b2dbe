//! Members: lists, and what a bot may do to those whose highest role is below its own.

use serde_json::{Value, json};

use super::access::{check_outranks, guild, role_to_give};
use super::error::{
    ApiError, MISSING_ACCESS, MISSING_PERMISSIONS, NOT_IN_VOICE, UNKNOWN_GUILD, UNKNOWN_MEMBER, UNKNOWN_USER,
};
use super::{Call, Reply};
use crate::playground::permissions::{
    self, ADMINISTRATOR, CHANGE_NICKNAME, DEAFEN_MEMBERS, KICK_MEMBERS, MANAGE_NICKNAMES, MANAGE_ROLES,
    MODERATE_MEMBERS, MUTE_MEMBERS,
};
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::validate::{Field, Form};
use crate::playground::world::{Guild, Member};

/// The longest time-out.
const TIMEOUT_MS: i64 = 28 * 24 * 60 * 60_000;

pub(super) fn get(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let id = call.id("user_id")?;
    state.world.users.get(&id).ok_or(UNKNOWN_USER)?;
    let guild = guild(state, call, 0)?;
    Reply::ok(member_json(state, guild, id)?)
}

/// By id. The privileged intent for members is what allows it.
pub(super) fn list(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = guild(state, call, 0)?;
    if !state.sessions.lists_members() {
        return Err(MISSING_ACCESS);
    }
    let form = Form::default();
    let query = json!(call.query);
    let root = form.root(&query);
    let limit = limit(&root);
    let after = root.get("after").and_then(|field| field.snowflake());
    form.finish()?;
    let mut ids: Vec<Snowflake> = guild.members.iter().map(|member| member.user).collect();
    ids.retain(|id| after.is_none_or(|after| *id > after));
    ids.sort_unstable();
    let members: Result<Vec<Value>, ApiError> =
        ids.into_iter().take(limit).map(|id| member_json(state, guild, id)).collect();
    Reply::ok(members?.into())
}

/// Members whose name or nickname begins with the query.
pub(super) fn search(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = guild(state, call, 0)?;
    let form = Form::default();
    let query = json!(call.query);
    let root = form.root(&query);
    let limit = limit(&root);
    let wanted = root.require("query").and_then(|field| field.text(1..=100)).unwrap_or_default().to_lowercase();
    form.finish()?;
    let begins = |name: Option<&str>| name.is_some_and(|name| name.to_lowercase().starts_with(&wanted));
    let fits = |member: &&Member| {
        let user = state.world.users.get(&member.user);
        let names = user.map(|user| (Some(user.username.as_str()), user.global_name.as_deref())).unwrap_or_default();
        begins(member.nick.as_deref()) || begins(names.0) || begins(names.1)
    };
    let found = guild.members.iter().filter(fits).take(limit);
    let members: Result<Vec<Value>, ApiError> = found.map(|member| member_json(state, guild, member.user)).collect();
    Reply::ok(members?.into())
}

fn limit(root: &Field<'_>) -> usize {
    let limit = root.get("limit").map_or(Some(1), |field| field.integer(1..=1000));
    limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(1)
}

/// What a PATCH asks for. `None`: not mentioned; an inner `None`: cleared.
struct Changes {
    nick: Option<Option<String>>,
    roles: Option<Vec<Snowflake>>,
    timeout_until_ms: Option<Option<i64>>,
    mute: bool,
    deafen: bool,
}

pub(super) fn edit(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = guild(state, call, 0)?;
    let (guild_id, user) = (guild.id, call.id("user_id")?);
    let member = guild.member(user).ok_or(UNKNOWN_MEMBER)?;
    let form = Form::default();
    let changes = changes(&form.root(&call.body), state.now_ms());
    form.finish()?;
    let own = user == state.world.bot;
    let needed = [
        (changes.nick.is_some(), if own { CHANGE_NICKNAME } else { MANAGE_NICKNAMES }),
        (changes.roles.is_some(), MANAGE_ROLES),
        (changes.timeout_until_ms.is_some(), MODERATE_MEMBERS),
        (changes.mute, MUTE_MEMBERS),
        (changes.deafen, DEAFEN_MEMBERS),
    ];
    let needed = needed.iter().filter(|(asked, _)| *asked).fold(0, |all, (_, bit)| all | bit);
    self::guild(state, call, needed)?;
    // Roles may be changed up to one's own rank, also of members who stand higher; the rest not.
    if !own && (changes.nick.is_some() || changes.timeout_until_ms.is_some()) {
        check_outranks(state, guild, user)?;
    }
    if let Some(Some(_)) = changes.timeout_until_ms
        && permissions::in_guild(guild, member, 0) & ADMINISTRATOR != 0
    {
        return Err(MISSING_PERMISSIONS);
    }
    if changes.mute || changes.deafen {
        // Nobody speaks here.
        return Err(NOT_IN_VOICE);
    }
    if let Some(roles) = &changes.roles {
        let given = roles.iter().filter(|role| !member.roles.contains(role));
        let taken = member.roles.iter().filter(|role| !roles.contains(role));
        for role in given.chain(taken) {
            role_to_give(state, guild, *role)?;
        }
    }
    if let Some(member) = member_mut(state, guild_id, user) {
        member.nick = changes.nick.unwrap_or_else(|| member.nick.clone());
        member.roles = changes.roles.unwrap_or_else(|| member.roles.clone());
        member.timeout_until_ms = changes.timeout_until_ms.unwrap_or(member.timeout_until_ms);
    }
    state.tell_of_member(guild_id, user);
    let guild = state.world.guild(guild_id).ok_or(UNKNOWN_GUILD)?;
    Reply::ok(member_json(state, guild, user)?)
}

fn changes(root: &Field<'_>, now_ms: i64) -> Changes {
    root.is_object();
    let nick = root.has("nick").then(|| {
        let nick = root.get("nick").and_then(|nick| nick.trimmed(0..=32)).filter(|nick| !nick.is_empty());
        nick.map(str::to_owned)
    });
    let roles = root.get("roles").map(|list| {
        let mut roles: Vec<Snowflake> = list.items(0..=250).iter().filter_map(Field::snowflake).collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    });
    let timeout_until_ms = root.has("communication_disabled_until").then(|| {
        let field = root.get("communication_disabled_until")?;
        let until = field.moment()?;
        if until - now_ms > TIMEOUT_MS {
            // The code is practice.
            field.problem("MEMBER_COMMUNICATION_DISABLED_TOO_LONG", "A time-out lasts at most 28 days.");
        }
        Some(until)
    });
    let flag = |key: &str| root.get(key).and_then(|field| field.boolean()).is_some();
    Changes { nick, roles, timeout_until_ms, mute: flag("mute"), deafen: flag("deaf") }
}

/// The bot's own nickname.
pub(super) fn edit_own(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = guild(state, call, 0)?;
    let (id, bot) = (guild.id, state.world.bot);
    let form = Form::default();
    let nick = changes(&form.root(&call.body), 0).nick;
    form.finish()?;
    if let Some(nick) = nick {
        self::guild(state, call, CHANGE_NICKNAME)?;
        if let Some(member) = member_mut(state, id, bot) {
            member.nick = nick;
        }
        state.tell_of_member(id, bot);
    }
    let guild = state.world.guild(id).ok_or(UNKNOWN_GUILD)?;
    Reply::ok(member_json(state, guild, bot)?)
}

pub(super) fn give_role(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    change_role(state, call, |roles, role| roles.push(role))
}

pub(super) fn take_role(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    change_role(state, call, |roles, role| roles.retain(|known| *known != role))
}

fn change_role(state: &mut State, call: &Call, change: fn(&mut Vec<Snowflake>, Snowflake)) -> Result<Reply, ApiError> {
    let guild = guild(state, call, MANAGE_ROLES)?;
    let (id, user, role) = (guild.id, call.id("user_id")?, call.id("role_id")?);
    role_to_give(state, guild, role)?;
    let before = guild.member(user).ok_or(UNKNOWN_MEMBER)?.roles.clone();
    if let Some(member) = member_mut(state, id, user) {
        change(&mut member.roles, role);
        member.roles.sort_unstable();
        member.roles.dedup();
        if member.roles != before {
            state.tell_of_member(id, user);
        }
    }
    Reply::no_content()
}

pub(super) fn kick(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = guild(state, call, KICK_MEMBERS)?;
    let (id, user) = (guild.id, call.id("user_id")?);
    guild.member(user).ok_or(UNKNOWN_MEMBER)?;
    check_outranks(state, guild, user)?;
    state.remove_member(id, user);
    Reply::no_content()
}

fn member_mut(state: &mut State, guild: Snowflake, user: Snowflake) -> Option<&mut Member> {
    state.world.guild_mut(guild)?.member_mut(user)
}

fn member_json(state: &State, guild: &Guild, user: Snowflake) -> Result<Value, ApiError> {
    let member = guild.member(user).zip(state.world.users.get(&user)).ok_or(UNKNOWN_MEMBER)?;
    Ok(member.0.json_with_user(member.1))
}
