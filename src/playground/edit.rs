//! Changes of the world while it runs: people come and go, channels vanish, permissions are taken away. The bot is told
//! as Discord tells it.

use std::time::Duration;

use serde_json::{Value, json};

use super::member::{ActError, Member, refused};
use super::permissions::Permissions;
use super::snowflake::Snowflake;
use super::state::State;
use super::world::{Channel, Guild, Overwrite, OverwriteKind, User};
use super::{FIRST_GUILD, Playground, world};

/// The intent for events about guilds, channels and roles.
const GUILDS: u64 = 1;

impl Playground {
    /// Adds somebody to the first guild, without any role.
    ///
    /// # Errors
    /// When the name is taken, or is not 2 to 32 small letters, digits, `_` or `.`.
    pub fn add_member(&self, name: &str) -> Result<Member, ActError> {
        let well_formed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.".contains(c);
        if !(2..=32).contains(&name.len()) || !name.chars().all(well_formed) {
            return Err(refused(format!("\"{name}\" is no user name: 2 to 32 small letters, digits, _ or .")));
        }
        self.shared.change(|state| {
            if state.world.user_named(name).is_some() {
                return Err(refused(format!("There is a {name} already.")));
            }
            let id = state.next_id();
            let user = User { id, username: name.to_owned(), global_name: None, bot: false };
            state.world.users.insert(id, user);
            let joined = state.now_ms();
            let guild = state.world.guilds.iter_mut().find(|guild| guild.name == FIRST_GUILD);
            guild.into_iter().for_each(|guild| guild.members.push(world::Member::new(id, joined)));
            Ok(())
        })?;
        self.member(name)
    }

    /// Takes somebody out of all guilds. Their messages stay.
    ///
    /// # Errors
    /// When nobody has the name.
    pub fn remove_member(&self, name: &str) -> Result<(), ActError> {
        let user = self.member(name)?.id();
        self.shared.change(|state| {
            state.world.guilds.iter_mut().for_each(|guild| guild.members.retain(|member| member.user != user));
        });
        Ok(())
    }

    /// Puts somebody in time-out in the first guild: until then they can only read.
    ///
    /// # Errors
    /// When nobody there has the name.
    pub fn time_out(&self, name: &str, duration: Duration) -> Result<(), ActError> {
        let user = self.member(name)?.id();
        self.shared.change(|state| {
            let until = state.now_ms().saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX));
            let members = state.world.guilds.iter_mut().flat_map(|guild| &mut guild.members);
            members.filter(|member| member.user == user).for_each(|member| member.timeout_until_ms = Some(until));
        });
        Ok(())
    }

    /// Deletes a channel of the first guild with its threads and messages.
    ///
    /// # Errors
    /// When there is no such channel.
    pub fn delete_channel(&self, name: &str) -> Result<(), ActError> {
        self.shared.change(|state| {
            let guild = state.first_guild_mut()?;
            let place = guild.channels.iter().position(|channel| channel.name == name);
            let channel = guild.channels.remove(place.ok_or_else(|| unknown_channel(name))?);
            let threads = |known: &Channel| known.thread.as_ref().is_some_and(|thread| thread.parent == channel.id);
            let gone: Vec<Snowflake> =
                guild.channels.extract_if(.., |known| threads(known)).map(|known| known.id).collect();
            state.messages.retain(|_, message| message.channel != channel.id && !gone.contains(&message.channel));
            state.tell_guild("CHANNEL_DELETE", channel.guild, &channel.json());
            Ok(())
        })
    }

    /// Adds a text channel to the first guild.
    ///
    /// # Errors
    /// When there is one with the name.
    pub fn add_channel(&self, name: &str) -> Result<Snowflake, ActError> {
        self.shared.change(|state| {
            let id = state.next_id();
            let guild = state.first_guild_mut()?;
            if guild.channel_named(name).is_some() {
                return Err(refused(format!("There is a #{name} already.")));
            }
            let channel = Channel::text(id, guild, name);
            state.world.add_channel(channel.clone());
            state.tell_guild("CHANNEL_CREATE", channel.guild, &channel.json());
            Ok(id)
        })
    }

    /// Sets what a channel of the first guild allows and denies to a role or somebody: a role's name such as
    /// `@everyone` or `Backroad`, or a user name.
    ///
    /// # Errors
    /// When there is no such channel, role or user.
    pub fn set_overwrite(
        &self,
        channel: &str,
        target: &str,
        allow: Permissions,
        deny: Permissions,
    ) -> Result<(), ActError> {
        self.shared.change(|state| {
            let user = state.world.user_named(target).map(|user| user.id);
            let guild = state.first_guild_mut()?;
            let role = guild.roles.iter().find(|role| role.name == target).map(|role| role.id);
            let (id, kind) = match (role, user) {
                (Some(role), _) => (role, OverwriteKind::Role),
                (None, Some(user)) => (user, OverwriteKind::Member),
                (None, None) => return Err(refused(format!("There is no role and nobody called {target}."))),
            };
            let found = guild.channels.iter_mut().find(|known| known.name == channel);
            let channel = found.ok_or_else(|| unknown_channel(channel))?;
            channel.overwrites.retain(|overwrite| overwrite.id != id);
            channel.overwrites.push(Overwrite { id, kind, allow, deny });
            let channel = channel.clone();
            state.tell_guild("CHANNEL_UPDATE", channel.guild, &channel.json());
            Ok(())
        })
    }

    /// Sets what a role of the first guild may do in the guild as a whole.
    ///
    /// # Errors
    /// When there is no such role.
    pub fn set_role_permissions(&self, role: &str, permissions: Permissions) -> Result<(), ActError> {
        self.shared.change(|state| {
            let guild = state.first_guild_mut()?;
            let id = guild.id;
            let found = guild.roles.iter_mut().find(|known| known.name == role);
            let role = found.ok_or_else(|| refused(format!("There is no role called {role}.")))?;
            role.permissions = permissions;
            let data = json!({ "guild_id": id, "role": role.json() });
            state.tell_guild("GUILD_ROLE_UPDATE", id, &data);
            Ok(())
        })
    }
}

impl State {
    fn first_guild_mut(&mut self) -> Result<&mut Guild, ActError> {
        let guild = self.world.guilds.iter_mut().find(|guild| guild.name == FIRST_GUILD);
        guild.ok_or_else(|| refused("The first guild is gone."))
    }

    pub(super) fn tell_guild(&mut self, event: &str, guild: Snowflake, data: &Value) {
        self.sessions.dispatch(event, guild, |session| (session.intents & GUILDS != 0).then(|| data.clone()));
    }
}

fn unknown_channel(name: &str) -> ActError {
    refused(format!("There is no channel #{name}."))
}
