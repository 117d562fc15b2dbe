//! Changes of the world while it runs: people come and go, channels vanish, permissions are taken away. The bot is told
//! as Discord tells it.

use std::time::Duration;

use serde::Deserialize;
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
        self.edit(Edit::AddMember { name: name.to_owned() })?;
        self.member(name)
    }

    /// Takes somebody out of all guilds. Their messages stay.
    ///
    /// # Errors
    /// When nobody has the name.
    pub fn remove_member(&self, name: &str) -> Result<(), ActError> {
        self.edit(Edit::RemoveMember { name: name.to_owned() }).map(drop)
    }

    /// Puts somebody in time-out in the first guild: until then they can only read.
    ///
    /// # Errors
    /// When nobody has the name.
    pub fn time_out(&self, name: &str, duration: Duration) -> Result<(), ActError> {
        let for_ms = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        self.edit(Edit::TimeOut { name: name.to_owned(), for_ms }).map(drop)
    }

    /// Whether somebody takes direct messages from apps.
    ///
    /// # Errors
    /// When nobody has the name.
    pub fn allow_direct_messages(&self, name: &str, allow: bool) -> Result<(), ActError> {
        self.edit(Edit::DirectMessages { name: name.to_owned(), allow }).map(drop)
    }

    /// Deletes a channel of the first guild with its threads and messages.
    ///
    /// # Errors
    /// When there is no such channel.
    pub fn delete_channel(&self, name: &str) -> Result<(), ActError> {
        self.edit(Edit::DeleteChannel { name: name.to_owned() }).map(drop)
    }

    /// Adds a text channel to the first guild.
    ///
    /// # Errors
    /// When there is one with the name.
    pub fn add_channel(&self, name: &str) -> Result<Snowflake, ActError> {
        self.edit(Edit::AddChannel { name: name.to_owned() })
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
        let (channel, target) = (channel.to_owned(), target.to_owned());
        self.edit(Edit::Overwrite { channel, target, allow, deny }).map(drop)
    }

    /// Sets what a role of the first guild may do in the guild as a whole.
    ///
    /// # Errors
    /// When there is no such role.
    pub fn set_role_permissions(&self, role: &str, permissions: Permissions) -> Result<(), ActError> {
        self.edit(Edit::RolePermissions { role: role.to_owned(), permissions }).map(drop)
    }

    fn edit(&self, edit: Edit) -> Result<Snowflake, ActError> {
        self.shared.change(|state| state.edit_world(edit))
    }
}

/// A change of the world, as the methods above describe it.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Edit {
    AddMember {
        name: String,
    },
    RemoveMember {
        name: String,
    },
    TimeOut {
        name: String,
        for_ms: i64,
    },
    DirectMessages {
        name: String,
        allow: bool,
    },
    AddChannel {
        name: String,
    },
    DeleteChannel {
        name: String,
    },
    Overwrite {
        channel: String,
        target: String,
        #[serde(default)]
        allow: Permissions,
        #[serde(default)]
        deny: Permissions,
    },
    RolePermissions {
        role: String,
        permissions: Permissions,
    },
}

impl State {
    /// Carries a change out. Gives the id of what was added or changed.
    pub(super) fn edit_world(&mut self, edit: Edit) -> Result<Snowflake, ActError> {
        match edit {
            Edit::AddMember { name } => self.add_person(&name),
            Edit::RemoveMember { name } => {
                let user = self.person(&name)?;
                let guilds: Vec<Snowflake> = self.world.guilds.iter().map(|guild| guild.id).collect();
                guilds.into_iter().for_each(|guild| self.remove_member(guild, user));
                Ok(user)
            }
            Edit::TimeOut { name, for_ms } => {
                let user = self.person(&name)?;
                let until = self.now_ms().saturating_add(for_ms);
                let guild = self.first_guild_mut()?;
                if let Some(member) = guild.member_mut(user) {
                    member.timeout_until_ms = Some(until);
                }
                let guild = guild.id;
                self.tell_of_member(guild, user);
                Ok(user)
            }
            Edit::DirectMessages { name, allow } => {
                let user = self.person(&name)?;
                self.world.users.get_mut(&user).into_iter().for_each(|user| user.closed = !allow);
                Ok(user)
            }
            Edit::AddChannel { name } => {
                let id = self.next_id();
                let guild = self.first_guild_mut()?;
                if guild.channel_named(&name).is_some() {
                    return Err(refused(format!("There is a #{name} already.")));
                }
                let channel = guild.new_channel(id, ChannelKind::Text, &name);
                self.open_channel(channel);
                Ok(id)
            }
            Edit::DeleteChannel { name } => {
                let channel = self.first_guild_mut()?.channel_named(&name).map(|channel| channel.id);
                let id = channel.ok_or_else(|| unknown_channel(&name))?;
                self.remove_channel(id);
                Ok(id)
            }
            Edit::Overwrite { channel, target, allow, deny } => self.overwrite(&channel, &target, allow, deny),
            Edit::RolePermissions { role, permissions } => {
                let guild = self.first_guild_mut()?;
                let id = guild.id;
                let found = guild.roles.iter_mut().find(|known| known.name == role);
                let role = found.ok_or_else(|| refused(format!("There is no role called {role}.")))?;
                role.permissions = permissions;
                let (role, data) = (role.id, json!({ "guild_id": id, "role": role.json() }));
                self.tell("GUILD_ROLE_UPDATE", id, GUILDS, &data);
                Ok(role)
            }
        }
    }

    fn add_person(&mut self, name: &str) -> Result<Snowflake, ActError> {
        let well_formed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.".contains(c);
        if !(2..=32).contains(&name.len()) || !name.chars().all(well_formed) {
            return Err(refused(format!("\"{name}\" is no user name: 2 to 32 small letters, digits, _ or .")));
        }
        if self.world.user_named(name).is_some() {
            return Err(refused(format!("There is a {name} already.")));
        }
        let id = self.next_id();
        let user = User { id, username: name.to_owned(), global_name: None, bot: false, closed: false };
        self.world.users.insert(id, user);
        let joined = self.now_ms();
        let guild = self.first_guild_mut()?.id;
        self.add_member(guild, world::Member::new(id, joined));
        Ok(id)
    }

    fn overwrite(
        &mut self,
        channel: &str,
        target: &str,
        allow: Permissions,
        deny: Permissions,
    ) -> Result<Snowflake, ActError> {
        let user = self.world.user_named(target).map(|user| user.id);
        let guild = self.first_guild_mut()?;
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
        self.tell_of_change(id);
        Ok(id)
    }

    /// Somebody by user name; bots are none.
    fn person(&self, name: &str) -> Result<Snowflake, ActError> {
        let user = self.world.user_named(name).filter(|user| !user.bot).map(|user| user.id);
        user.ok_or_else(|| refused(format!("There is nobody called {name}.")))
    }

    fn first_guild_mut(&mut self) -> Result<&mut Guild, ActError> {
        let guild = self.world.guilds.iter_mut().find(|guild| guild.name == FIRST_GUILD);
        guild.ok_or_else(|| refused("The first guild is gone."))
    }
}

fn unknown_channel(name: &str) -> ActError {
    refused(format!("There is no channel #{name}."))
}
