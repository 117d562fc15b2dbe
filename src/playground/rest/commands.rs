//! Application commands, global and per guild.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::error::{ApiError, TOO_MANY_COMMAND_CREATES, TOO_MANY_COMMANDS, UNKNOWN_APPLICATION, UNKNOWN_COMMAND};
use super::{Call, Reply, access};
use crate::playground::json::set;
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::validate::{self, Command};

/// Commands that may be created per day and scope.
const MOST_CREATES: usize = 200;
const DAY_MS: i64 = 24 * 60 * 60_000;

/// `None` for global commands, else the guild.
type Scope = Option<Snowflake>;

#[derive(Clone, Debug)]
pub(in crate::playground) struct Registered {
    pub(in crate::playground) id: Snowflake,
    pub(in crate::playground) version: Snowflake,
    pub(in crate::playground) command: Command,
}

#[derive(Debug, Default)]
pub(in crate::playground) struct RegisteredCommands {
    scopes: BTreeMap<Scope, Vec<Registered>>,
    /// Moments of the creates of the last day.
    creates_ms: BTreeMap<Scope, Vec<i64>>,
}

impl RegisteredCommands {
    /// What a member of a guild is offered: the guild's own commands and the global ones.
    pub(in crate::playground) fn in_guild(&self, guild: Snowflake) -> impl Iterator<Item = (Scope, &Registered)> {
        [Some(guild), None].into_iter().flat_map(|scope| self.of(scope).iter().map(move |known| (scope, known)))
    }

    pub(in crate::playground) fn all(&self) -> impl Iterator<Item = (Scope, &Registered)> {
        self.scopes.iter().flat_map(|(scope, list)| list.iter().map(|known| (*scope, known)))
    }

    fn of(&self, scope: Scope) -> &[Registered] {
        self.scopes.get(&scope).map_or(&[], Vec::as_slice)
    }

    /// Takes `count` of the day's creates, all or none.
    fn count_creates(&mut self, scope: Scope, count: usize, now_ms: i64) -> Result<(), ApiError> {
        let creates = self.creates_ms.entry(scope).or_default();
        creates.retain(|moment| now_ms - moment < DAY_MS);
        if creates.len() + count > MOST_CREATES {
            return Err(TOO_MANY_COMMAND_CREATES);
        }
        creates.extend(std::iter::repeat_n(now_ms, count));
        Ok(())
    }
}

impl Registered {
    pub(in crate::playground) fn json(&self, app: Snowflake, scope: Scope, with_localizations: bool) -> Value {
        let mut json = Value::Object(self.command.json.clone());
        set(&mut json, "id", json!(self.id));
        set(&mut json, "application_id", json!(app));
        set(&mut json, "version", json!(self.version));
        if let Some(guild) = scope {
            set(&mut json, "guild_id", json!(guild));
        }
        if !with_localizations {
            drop_localizations(&mut json);
        }
        json
    }
}

pub(super) fn list(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let scope = scope(state, call)?;
    let all = state.commands.of(scope).iter();
    let json: Vec<Value> =
        all.map(|known| known.json(state.world.bot, scope, call.asks_for("with_localizations"))).collect();
    Reply::ok(json.into())
}

pub(super) fn get(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let (scope, known) = registered(state, call)?;
    Reply::ok(known.json(state.world.bot, scope, true))
}

/// A command of the same kind and name is replaced: 200 instead of 201.
pub(super) fn create(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let scope = scope(state, call)?;
    let command = validate::command(&call.body)?;
    let same = |known: &&Registered| known.command.kind == command.kind && known.command.name == command.name;
    let earlier = state.commands.of(scope).iter().find(same).map(|known| known.id);
    if earlier.is_none() {
        let of_kind = state.commands.of(scope).iter().filter(|known| known.command.kind == command.kind);
        if of_kind.count() >= command.kind.most() {
            return Err(TOO_MANY_COMMANDS);
        }
        let now = state.now_ms();
        state.commands.count_creates(scope, 1, now)?;
    }
    let json = put(state, scope, earlier, command);
    if earlier.is_some() { Reply::ok(json) } else { Reply::created(json) }
}

pub(super) fn edit(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let (scope, known) = registered(state, call)?;
    let id = known.id;
    let command = validate::edited_command(&known.command, &call.body)?;
    Reply::ok(put(state, scope, Some(id), command))
}

pub(super) fn delete(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let (scope, known) = registered(state, call)?;
    let id = known.id;
    state.commands.scopes.entry(scope).or_default().retain(|known| known.id != id);
    Reply::no_content()
}

/// Replaces all commands of a scope. Commands that keep kind and name keep their id, and only new names count as
/// creates.
pub(super) fn overwrite(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let scope = scope(state, call)?;
    let commands = validate::bulk_commands(&call.body)?;
    for command in &commands {
        if commands.iter().filter(|other| other.kind == command.kind).count() > command.kind.most() {
            return Err(TOO_MANY_COMMANDS);
        }
    }
    let before = state.commands.of(scope).to_vec();
    let same = |command: &Command| {
        let mut known = before.iter();
        known.find(|known| known.command.kind == command.kind && known.command.name == command.name)
    };
    let now = state.now_ms();
    let new = commands.iter().filter(|command| same(command).is_none()).count();
    state.commands.count_creates(scope, new, now)?;
    let mut after = Vec::new();
    for command in commands {
        let version = state.next_id();
        let id = same(&command).map_or(version, |known| known.id);
        after.push(Registered { id, version, command });
    }
    let json: Vec<Value> = after.iter().map(|known| known.json(state.world.bot, scope, true)).collect();
    state.commands.scopes.insert(scope, after);
    Reply::ok(json.into())
}

fn put(state: &mut State, scope: Scope, id: Option<Snowflake>, command: Command) -> Value {
    let version = state.next_id();
    let registered = Registered { id: id.unwrap_or(version), version, command };
    let json = registered.json(state.world.bot, scope, true);
    let list = state.commands.scopes.entry(scope).or_default();
    match list.iter_mut().find(|known| Some(known.id) == id) {
        Some(known) => *known = registered,
        None => list.push(registered),
    }
    json
}

fn scope(state: &State, call: &Call) -> Result<Scope, ApiError> {
    if call.id("application_id")? != state.world.bot {
        return Err(UNKNOWN_APPLICATION);
    }
    if call.part("guild_id").is_empty() { Ok(None) } else { access::guild(state, call, 0).map(|guild| Some(guild.id)) }
}

fn registered<'s>(state: &'s State, call: &Call) -> Result<(Scope, &'s Registered), ApiError> {
    let scope = scope(state, call)?;
    let id = call.id("command_id")?;
    let known = state.commands.of(scope).iter().find(|known| known.id == id).ok_or(UNKNOWN_COMMAND)?;
    Ok((scope, known))
}

/// Lists tell the names of other languages only to those who ask.
fn drop_localizations(json: &mut Value) {
    match json {
        Value::Object(object) => {
            object.remove("name_localizations");
            object.remove("description_localizations");
            if let Some(options) = object.get_mut("options") {
                drop_localizations(options);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(drop_localizations),
        _ => {}
    }
}
