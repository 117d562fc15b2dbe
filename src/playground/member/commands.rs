//! Slash commands, their autocomplete, and message commands.

use serde_json::{Value, json};

use super::{ActError, Choice, Member, refused};
use crate::playground::interactions::{InteractionKind, Place, Response};
use crate::playground::json::{set, string};
use crate::playground::line::{self, Directory, Found, Offered, Purpose, Target};
use crate::playground::permissions::{self, Permissions, USE_APPLICATION_COMMANDS, VIEW_CHANNEL};
use crate::playground::shown::Shown;
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::validate::CommandKind;
use crate::playground::world::Role;

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
            self.check_may_use_commands(state)?;
            let target = self.visible(state, message)?;
            let commands = state.commands.in_guild(self.place.guild);
            let mut commands = commands.filter(|(_, known)| known.command.kind == CommandKind::Message);
            let (scope, known) = commands
                .find(|(_, known)| {
                    known.command.name == name && self.is_allowed(state, known.command.needed_permissions())
                })
                .ok_or_else(|| refused(format!("There is no message command \"{name}\" for {} here.", self.name)))?;
            let message = state.messages.get(&target).map(|message| state.message_json(message));
            let mut messages = json!({});
            set(&mut messages, &target.to_string(), message.unwrap_or_default());
            let resolved = json!({ "messages": messages });
            let mut data =
                json!({ "id": known.id, "name": name, "type": 3, "target_id": target, "resolved": resolved });
            if let Some(guild) = scope {
                set(&mut data, "guild_id", guild);
            }
            Ok::<_, ActError>(data)
        })?;
        self.interact(InteractionKind::Command, self.place, data, None).await
    }

    /// Uses a user command on somebody of this guild.
    ///
    /// # Errors
    /// When the command is not offered, nobody here has the name, or the bot does not respond in time.
    pub async fn user_command(&self, name: &str, target: &str) -> Result<Shown, ActError> {
        let data = self.shared.read(|state| {
            self.check_may_use_commands(state)?;
            let commands = state.commands.in_guild(self.place.guild);
            let mut commands = commands.filter(|(_, known)| known.command.kind == CommandKind::User);
            let (scope, known) = commands
                .find(|(_, known)| {
                    known.command.name == name && self.is_allowed(state, known.command.needed_permissions())
                })
                .ok_or_else(|| refused(format!("There is no user command \"{name}\" for {} here.", self.name)))?;
            let here = Here { state, place: self.place };
            let found = here.find(Target::User, target.trim_start_matches('@'));
            let (id, entries) = found.ok_or_else(|| refused(format!("There is nobody called {target} here.")))?;
            let mut resolved = json!({});
            for (kind, entry) in entries {
                set(&mut resolved, kind, json!({ id.to_string(): entry }));
            }
            let mut data = json!({ "id": known.id, "name": name, "type": 2, "target_id": id, "resolved": resolved });
            if let Some(guild) = scope {
                set(&mut data, "guild_id", guild);
            }
            Ok::<_, ActError>(data)
        })?;
        self.interact(InteractionKind::Command, self.place, data, None).await
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
        self.shared.read(|state| {
            if self.check_may_use_commands(state).is_err() {
                return Vec::new();
            }
            let commands = state.commands.in_guild(self.place.guild).map(|(_, known)| &known.command);
            let offered = commands.filter(|command| {
                command.kind == CommandKind::Message && self.is_allowed(state, command.needed_permissions())
            });
            offered.map(|command| command.name.clone()).collect()
        })
    }

    /// The slash commands that a client offers this member here.
    fn offered(&self, state: &State) -> Result<Vec<Offered>, ActError> {
        self.check_may_use_commands(state)?;
        let commands = state.commands.in_guild(self.place.guild);
        let slash = commands.filter(|(_, known)| known.command.kind == CommandKind::Slash);
        let allowed = slash.filter(|(_, known)| self.is_allowed(state, known.command.needed_permissions()));
        Ok(allowed
            .map(|(guild, known)| Offered { id: known.id, guild, json: Value::Object(known.command.json.clone()) })
            .collect())
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
        let guild = world.guild(self.place.guild)?;
        let id: Option<Snowflake> = name.parse().ok();
        match kind {
            Target::User => {
                let user = world.user_named(name).or_else(|| world.users.get(&id?))?;
                let member = self.state.resolved_member(self.place, user.id)?;
                Some((user.id, vec![("users", user.json()), ("members", member)]))
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
