//! Slash commands, their autocomplete, and the commands on messages and members.

use serde_json::{Value, json};

use super::{ActError, Choice, Member, refused};
use crate::playground::interactions::{InteractionKind, Place, Response};
use crate::playground::json::{set, string};
use crate::playground::line::{self, Directory, Found, Offered, Purpose, Target};
use crate::playground::permissions::{self, Permissions, USE_APPLICATION_COMMANDS, VIEW_CHANNEL};
use crate::playground::rest::commands::Registered;
use crate::playground::shown::Shown;
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::validate::CommandKind;
use crate::playground::world::{DIRECT, Role};

impl Member {
    /// Runs a line such as `/ask query: how does jwt work` and waits for the bot's first response.
    ///
    /// # Errors
    /// When a client would not send the line, or the bot does not respond in time.
    pub async fn slash(&self, line: &str) -> Result<Shown, ActError> {
        let data = self.shared.read(|state| {
            let offered = self.offered(state)?;
            line::parse(line, &offered, &Here { state, place: self.place }, Purpose::Run).map_err(ActError::Refused)
        })?;
        self.interact(InteractionKind::Command, self.place, data, None).await
    }

    /// What a hostile client could send: a registered command with any text in any of its options.
    ///
    /// # Errors
    /// When there is no such command, or the bot does not respond in time.
    pub async fn forge_slash(&self, name: &str, options: &[(&str, &str)]) -> Result<Shown, ActError> {
        let id = self.shared.read(|state| {
            let found = state.commands.in_guild(self.place.guild).find(|(_, known)| known.command.name == name);
            found.map(|(_, known)| known.id)
        });
        let id = id.ok_or_else(|| refused(format!("There is no command /{name} here.")))?;
        let options: Vec<Value> =
            options.iter().map(|(name, text)| json!({ "name": name, "type": 3, "value": text })).collect();
        let data = json!({ "id": id, "name": name, "type": 1, "options": options });
        self.interact(InteractionKind::Command, self.place, data, None).await
    }

    /// The bot's proposals for the last option of a line such as `/topic name: jw`.
    ///
    /// # Errors
    /// When a client would not ask, or the bot does not respond in time.
    pub async fn autocomplete(&self, line: &str) -> Result<Vec<Choice>, ActError> {
        let data = self.shared.read(|state| {
            let offered = self.offered(state)?;
            line::parse(line, &offered, &Here { state, place: self.place }, Purpose::Complete)
                .map_err(ActError::Refused)
        })?;
        self.choices(data).await
    }

    /// Runs a command by its name with its sub-commands, such as `quiz start`, with a text for each option that is given:
    /// what a line says, whatever the texts hold.
    ///
    /// # Errors
    /// When a client would not send it, or the bot does not respond in time.
    pub async fn command(&self, name: &str, options: &[(&str, &str)]) -> Result<Shown, ActError> {
        let data = self.filled_in(name, options, None)?;
        self.interact(InteractionKind::Command, self.place, data, None).await
    }

    /// The bot's proposals for one of the options of such a command.
    ///
    /// # Errors
    /// When a client would not ask, or the bot does not respond in time.
    pub async fn complete(&self, name: &str, options: &[(&str, &str)], focused: &str) -> Result<Vec<Choice>, ActError> {
        if !options.iter().any(|(name, _)| *name == focused) {
            return Err(refused(format!("The option `{focused}` is not among those that are given.")));
        }
        let data = self.filled_in(name, options, Some(focused))?;
        self.choices(data).await
    }

    fn filled_in(&self, name: &str, options: &[(&str, &str)], focused: Option<&str>) -> Result<Value, ActError> {
        self.shared.read(|state| {
            let offered = self.offered(state)?;
            line::fill_in(name, options, focused, &offered, &Here { state, place: self.place })
                .map_err(ActError::Refused)
        })
    }

    async fn choices(&self, data: Value) -> Result<Vec<Choice>, ActError> {
        let (_, response) = self.send(InteractionKind::Autocomplete, self.place, data, None).await?;
        let Response::Choices(choices) = response else { return Err(ActError::NotResponding) };
        let choice = |json: &Value| Choice {
            name: string(json, "name").to_owned(),
            value: json.get("value").cloned().unwrap_or_default(),
        };
        Ok(choices.iter().map(choice).collect())
    }

    /// Uses a message command, such as `Find an answer`, on a message.
    ///
    /// # Errors
    /// When the command is not offered, the message is not there for this member, or the bot does not respond in time.
    pub async fn message_command(&self, name: &str, message: &Shown) -> Result<Shown, ActError> {
        let data = self.shared.read(|state| {
            let target = self.visible(state, message)?;
            let message = state.messages.get(target).map(|message| state.message_json(message));
            let mut messages = json!({});
            set(&mut messages, &target.to_string(), message.unwrap_or_default());
            self.context_menu(state, CommandKind::Message, name, target, &json!({ "messages": messages }))
        })?;
        self.interact(InteractionKind::Command, self.place, data, None).await
    }

    /// Uses a user command on somebody, by user name.
    ///
    /// # Errors
    /// When the command is not offered, there is nobody with the name here, or the bot does not respond in time.
    pub async fn user_command(&self, name: &str, target: &str) -> Result<Shown, ActError> {
        let data = self.shared.read(|state| {
            let here = Here { state, place: self.place };
            let found = here.find(Target::User, target.trim_start_matches('@'));
            let (id, entries) = found.ok_or_else(|| refused(format!("There is nobody called {target} here.")))?;
            let mut resolved = json!({});
            for (kind, entry) in entries {
                let mut known = json!({});
                set(&mut known, &id.to_string(), entry);
                set(&mut resolved, kind, known);
            }
            self.context_menu(state, CommandKind::User, name, id, &resolved)
        })?;
        self.interact(InteractionKind::Command, self.place, data, None).await
    }

    /// The data of a command from a context menu.
    fn context_menu(
        &self,
        state: &State,
        kind: CommandKind,
        name: &str,
        target: Snowflake,
        resolved: &Value,
    ) -> Result<Value, ActError> {
        let what = if kind == CommandKind::User { "user" } else { "message" };
        let mut offered = self.offered_of_kind(state, kind)?.into_iter();
        let (scope, known) = offered
            .find(|(_, known)| known.command.name == name)
            .ok_or_else(|| refused(format!("There is no {what} command \"{name}\" for {} here.", self.name)))?;
        let mut data = json!({
            "id": known.id, "name": name, "type": kind as i64, "target_id": target, "resolved": resolved,
        });
        if let Some(guild) = scope {
            set(&mut data, "guild_id", guild);
        }
        Ok(data)
    }

    /// The names of the slash commands that the member is offered here, sorted.
    pub fn offered_commands(&self) -> Vec<String> {
        let offered = self.shared.read(|state| self.offered(state)).unwrap_or_default();
        let mut names: Vec<String> =
            offered.iter().filter_map(|o| Some(o.json.get("name")?.as_str()?.to_owned())).collect();
        names.sort_unstable();
        names
    }

    /// The names of the message commands that the member is offered here.
    pub fn offered_message_commands(&self) -> Vec<String> {
        self.offered_names(CommandKind::Message)
    }

    /// The names of the user commands that the member is offered here.
    pub fn offered_user_commands(&self) -> Vec<String> {
        self.offered_names(CommandKind::User)
    }

    fn offered_names(&self, kind: CommandKind) -> Vec<String> {
        self.shared.read(|state| {
            let offered = self.offered_of_kind(state, kind).unwrap_or_default();
            offered.into_iter().map(|(_, known)| known.command.name.clone()).collect()
        })
    }

    /// The slash commands that a client offers this member here.
    fn offered(&self, state: &State) -> Result<Vec<Offered>, ActError> {
        let slash = self.offered_of_kind(state, CommandKind::Slash)?.into_iter();
        let offered = |(guild, known): (_, &Registered)| Offered {
            id: known.id,
            guild,
            json: Value::Object(known.command.json.clone()),
        };
        Ok(slash.map(offered).collect())
    }

    /// The commands of a kind that a client offers this member here, each with the guild that it belongs to.
    pub(super) fn offered_of_kind<'s>(
        &self,
        state: &'s State,
        kind: CommandKind,
    ) -> Result<Vec<(Option<Snowflake>, &'s Registered)>, ActError> {
        self.check_may_use_commands(state)?;
        let direct = self.place.guild == DIRECT;
        let commands = state.commands.in_guild(self.place.guild);
        let offered = commands.filter(|(_, known)| {
            let command = &known.command;
            command.kind == kind
                && command.is_for(direct)
                && (direct || self.is_allowed(state, command.needed_permissions()))
        });
        Ok(offered.collect())
    }

    fn check_may_use_commands(&self, state: &State) -> Result<(), ActError> {
        if state.sessions.has_departed(self.place.guild) {
            return Err(refused("The bot is not in this server."));
        }
        let needed = VIEW_CHANNEL | USE_APPLICATION_COMMANDS;
        let powers = state.world.permissions(self.place.user, self.place.channel, state.now_ms());
        if powers & needed == needed {
            return Ok(());
        }
        Err(refused(format!("{} may not use commands in #{}.", self.name, self.place_name(state))))
    }

    /// All of the needed permissions; `0` stands for administrators only.
    fn is_allowed(&self, state: &State, needed: Option<Permissions>) -> bool {
        let powers = state.world.permissions(self.place.user, self.place.channel, state.now_ms());
        match needed {
            None => true,
            Some(0) => powers & permissions::ADMINISTRATOR != 0,
            Some(needed) => powers & needed == needed,
        }
    }
}

/// Looks people and places up with the eyes of a member.
pub(super) struct Here<'s> {
    pub(super) state: &'s State,
    pub(super) place: Place,
}

impl Directory for Here<'_> {
    fn find(&self, kind: Target, name: &str) -> Option<Found> {
        let world = &self.state.world;
        let guild = world.guild(self.place.guild).unwrap_or(&world.direct);
        let id: Option<Snowflake> = name.parse().ok();
        match kind {
            Target::User => {
                let user = world.user_named(name).or_else(|| world.users.get(&id?))?;
                let mut entries = vec![("users", user.json())];
                if self.place.guild == DIRECT {
                    // In direct messages there is the bot, and whoever writes to it.
                    let here = user.id == world.bot || user.id == self.place.user;
                    return here.then_some((user.id, entries));
                }
                entries.push(("members", self.state.resolved_member(self.place, user.id)?));
                Some((user.id, entries))
            }
            Target::Role => {
                let named = |role: &&Role| role.name.eq_ignore_ascii_case(name) || Some(role.id) == id;
                let role = guild.roles.iter().find(named)?;
                Some((role.id, vec![("roles", role.json())]))
            }
            Target::Channel => {
                let channel = guild.channel_named(name).or_else(|| guild.channel(id?))?;
                let powers = world.permissions(self.place.user, channel.id, self.state.now_ms());
                let json = channel.json_in_interaction(powers);
                (powers & VIEW_CHANNEL != 0).then(|| (channel.id, vec![("channels", json)]))
            }
        }
    }
}
