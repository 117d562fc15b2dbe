//! Roles: a bot makes, changes and moves those below its own highest one, with permissions that it has itself.

use serde_json::{Value, json};

use super::access::{guild, guild_powers, role_below};
use super::error::{ApiError, INVALID_ROLE, MISSING_PERMISSIONS, TOO_MANY_ROLES, UNKNOWN_ROLE};
use super::{Call, Reply};
use crate::playground::events::GUILDS;
use crate::playground::permissions::{self, MANAGE_ROLES, Permissions};
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::validate::{Field, Form};
use crate::playground::world::Role;

const MOST: usize = 250;

pub(super) fn list(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let roles: Vec<Value> = guild(state, call, 0)?.roles.iter().map(Role::json).collect();
    Reply::ok(roles.into())
}

pub(super) fn get(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let role = guild(state, call, 0)?.role(call.id("role_id")?).ok_or(UNKNOWN_ROLE)?;
    Reply::ok(role.json())
}

/// How many members have each role.
pub(super) fn member_counts(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = guild(state, call, 0)?;
    let count = |role: &Role| guild.members.iter().filter(|member| member.roles.contains(&role.id)).count();
    let given = guild.roles.iter().filter(|role| role.id != guild.id);
    let counts = given.map(|role| (role.id.to_string(), json!(count(role)))).collect();
    Reply::ok(Value::Object(counts))
}

/// A new role stands directly above @everyone.
pub(super) fn create(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = guild(state, call, MANAGE_ROLES)?;
    if guild.roles.len() >= MOST {
        return Err(TOO_MANY_ROLES);
    }
    let guild_id = guild.id;
    let everyone = guild.role(guild_id).map_or(0, |role| role.permissions);
    let form = Form::default();
    let root = form.root(&call.body);
    let settings = settings(&root);
    form.finish()?;
    let permissions = settings.permissions.unwrap_or(everyone);
    let own = guild_powers(state, guild).unwrap_or_default();
    if settings.permissions.is_some() && permissions & !own != 0 {
        return Err(MISSING_PERMISSIONS);
    }
    let id = state.next_id();
    let mut role = Role { position: 1, ..Role::new(id, "new role", permissions) };
    settings.apply(&mut role);
    let json = role.json();
    if let Some(guild) = state.world.guild_mut(guild_id) {
        for known in guild.roles.iter_mut().filter(|known| known.id != guild_id) {
            known.position += 1;
        }
        guild.roles.push(role);
    }
    state.tell("GUILD_ROLE_CREATE", guild_id, GUILDS, &json!({ "guild_id": guild_id, "role": json }));
    Reply::ok(json)
}

pub(super) fn edit(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = guild(state, call, MANAGE_ROLES)?;
    let guild_id = guild.id;
    let role = role_below(state, guild, call.id("role_id")?)?;
    let (id, before) = (role.id, role.permissions);
    let form = Form::default();
    let root = form.root(&call.body);
    let settings = settings(&root);
    form.finish()?;
    let own = guild_powers(state, guild).unwrap_or_default();
    let after = settings.permissions.unwrap_or(before);
    if (before ^ after) & !own != 0 {
        return Err(MISSING_PERMISSIONS);
    }
    let role = state.world.guild_mut(guild_id).and_then(|guild| guild.roles.iter_mut().find(|role| role.id == id));
    let role = role.ok_or(UNKNOWN_ROLE)?;
    settings.apply(role);
    let json = role.json();
    state.tell("GUILD_ROLE_UPDATE", guild_id, GUILDS, &json!({ "guild_id": guild_id, "role": json }));
    Reply::ok(json)
}

/// Moves roles. Neither they nor their new places may stand as high as the bot.
pub(super) fn move_all(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = guild(state, call, MANAGE_ROLES)?;
    let guild_id = guild.id;
    let form = Form::default();
    let mut moves = Vec::new();
    for item in form.root(&call.body).items(0..=MOST) {
        let id = item.is_object().then(|| item.require("id")).flatten().and_then(|id| id.snowflake());
        let position = item.get("position").and_then(|field| field.integer(1..=i64::from(u16::MAX)));
        moves.extend(id.zip(position.and_then(|position| u32::try_from(position).ok())));
    }
    form.finish()?;
    let own = guild.member(state.world.bot).map(|bot| permissions::rank(guild, bot));
    for (id, position) in &moves {
        let role = role_below(state, guild, *id)?;
        if id == &guild_id {
            return Err(INVALID_ROLE);
        }
        let moved = Role { position: *position, ..role.clone() };
        if own.is_none_or(|own| permissions::rank_of_role(&moved) >= own) {
            return Err(MISSING_PERMISSIONS);
        }
    }
    let mut changed = Vec::new();
    if let Some(guild) = state.world.guild_mut(guild_id) {
        for (id, position) in moves {
            let role = guild.roles.iter_mut().find(|role| role.id == id && role.position != position);
            changed.extend(role.map(|role| {
                role.position = position;
                role.json()
            }));
        }
    }
    for role in changed {
        state.tell("GUILD_ROLE_UPDATE", guild_id, GUILDS, &json!({ "guild_id": guild_id, "role": role }));
    }
    list(state, call)
}

pub(super) fn delete(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = guild(state, call, MANAGE_ROLES)?;
    let guild_id = guild.id;
    let role = role_below(state, guild, call.id("role_id")?)?;
    let id = role.id;
    if id == guild_id || role.bot.is_some() {
        return Err(INVALID_ROLE);
    }
    let mut held_by: Vec<Snowflake> = Vec::new();
    if let Some(guild) = state.world.guild_mut(guild_id) {
        guild.roles.retain(|role| role.id != id);
        for member in guild.members.iter_mut().filter(|member| member.roles.contains(&id)) {
            member.roles.retain(|role| *role != id);
            held_by.push(member.user);
        }
        for channel in guild.channels.iter_mut() {
            channel.overwrites.retain(|overwrite| overwrite.id != id);
        }
    }
    state.tell("GUILD_ROLE_DELETE", guild_id, GUILDS, &json!({ "guild_id": guild_id, "role_id": id }));
    held_by.into_iter().for_each(|user| state.tell_of_member(guild_id, user));
    Reply::no_content()
}

struct Settings {
    name: Option<String>,
    permissions: Option<Permissions>,
    color: Option<i64>,
    hoist: Option<bool>,
    mentionable: Option<bool>,
}

fn settings(root: &Field<'_>) -> Settings {
    let colors = root.get("colors").and_then(|colors| colors.get("primary_color"));
    Settings {
        name: root.get("name").and_then(|name| name.trimmed(1..=100)).map(str::to_owned),
        permissions: root.get("permissions").and_then(|field| field.permissions()),
        color: colors.or_else(|| root.get("color")).and_then(|color| color.integer(0..=0xFF_FFFF)),
        hoist: root.get("hoist").and_then(|field| field.boolean()),
        mentionable: root.get("mentionable").and_then(|field| field.boolean()),
    }
}

impl Settings {
    fn apply(self, role: &mut Role) {
        role.name = self.name.unwrap_or_else(|| role.name.clone());
        role.permissions = self.permissions.unwrap_or(role.permissions);
        role.color = self.color.unwrap_or(role.color);
        role.hoist = self.hoist.unwrap_or(role.hoist);
        role.mentionable = self.mentionable.unwrap_or(role.mentionable);
    }
}
