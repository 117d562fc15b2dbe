//! Changes of the world while it runs: people come and go, channels vanish, permissions are taken away. The bot is told
//! as Discord tells it.

use std::time::Duration;

use serde_json::json;

use super::events::GUILDS;
use super::member::{ActError, Member, refused};
use super::permissions::Permissions;
use super::snowflake::Snowflake;
use super::state::State;
use super::world::{ChannelKind, Guild, Overwrite, OverwriteKind, User};
use super::{FIRST_GUILD, Playground, world};

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
            let user = User { id, username: name.to_owned(), global_name: None, bot: false, closed: false };
            state.world.users.insert(id, user);
            let joined = state.now_ms();
            let guild = state.first_guild_mut()?.id;
            state.add_member(guild, world::Member::new(id, joined));
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
            let guilds: Vec<Snowflake> = state.world.guilds.iter().map(|guild| guild.id).collect();
            guilds.into_iter().for_each(|guild| state.remove_member(guild, user));
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
            let guild = state.first_guild_mut()?;
            if let Some(member) = guild.member_mut(user) {
                member.timeout_until_ms = Some(until);
            }
            let guild = guild.id;
            state.tell_of_member(guild, user);
            Ok(())
        })
    }

    /// Whether somebody takes direct messages from apps.
    ///
    /// # Errors
    /// When nobody has the name.
    pub fn allow_direct_messages(&self, name: &str, allow: bool) -> Result<(), ActError> {
        let user = self.member(name)?.id();
        self.shared.change(|state| {
            state.world.users.get_mut(&user).into_iter().for_each(|user| user.closed = !allow);
        });
        Ok(())
    }

    /// Deletes a channel of the first guild with its threads and messages.
    ///
    /// # Errors
    /// When there is no such channel.
    pub fn delete_channel(&self, name: &str) -> Result<(), ActError> {
        self.shared.change(|state| {
            let channel = state.first_guild_mut()?.channel_named(name).map(|channel| channel.id);
            state.remove_channel(channel.ok_or_else(|| unknown_channel(name))?);
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
            let channel = guild.new_channel(id, ChannelKind::Text, name);
            state.open_channel(channel);
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
            let id = channel.id;
            state.tell_of_change(id);
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
            state.tell("GUILD_ROLE_UPDATE", id, GUILDS, &data);
            Ok(())
        })
    }
}

impl State {
    fn first_guild_mut(&mut self) -> Result<&mut Guild, ActError> {
        let guild = self.world.guilds.iter_mut().find(|guild| guild.name == FIRST_GUILD);
        guild.ok_or_else(|| refused("The first guild is gone."))
    }
}

fn unknown_channel(name: &str) -> ActError {
    refused(format!("There is no channel #{name}."))
}
