//! Changes of the world in Rust: of the first guild by the playground itself, of every guild by its handle.

use std::sync::Arc;
use std::time::Duration;

use super::edit::Edit;
use super::member::{ActError, Member};
use super::permissions::Permissions;
use super::snowflake::Snowflake;
use super::state::Shared;
use super::{FIRST_GUILD, Playground};

impl Playground {
    /// Founds a guild that belongs to omar, with text channels and the bot, which has the same permissions as everywhere.
    ///
    /// # Errors
    /// When there is a guild with the name, the name does not have 2 to 100 characters, or there are not 1 to 500 channels
    /// with different names.
    pub fn add_guild(&self, name: &str, channels: &[impl AsRef<str>]) -> Result<GuildHandle, ActError> {
        let edit = Edit::AddGuild { name: name.to_owned(), channels: owned(channels) };
        let id = self.shared.change(|state| state.edit_world(edit))?;
        Ok(GuildHandle { shared: self.shared.clone(), id })
    }

    /// A guild by name or id.
    ///
    /// # Errors
    /// When there is none.
    pub fn guild(&self, name: &str) -> Result<GuildHandle, ActError> {
        let id = self.shared.read(|state| state.guild_called(name))?;
        Ok(GuildHandle { shared: self.shared.clone(), id })
    }

    /// Adds somebody to the first guild, see `GuildHandle::add_member`.
    ///
    /// # Errors
    /// As there.
    pub fn add_member(&self, name: &str) -> Result<Member, ActError> {
        self.first_guild()?.add_member(name)
    }

    /// Takes somebody out of all guilds. Their messages stay.
    ///
    /// # Errors
    /// When nobody has the name.
    pub fn remove_member(&self, name: &str) -> Result<(), ActError> {
        self.edit(Edit::RemoveMember { guild: None, name: name.to_owned() })
    }

    /// Puts somebody in time-out in the first guild: until then they can only read.
    ///
    /// # Errors
    /// When nobody has the name.
    pub fn time_out(&self, name: &str, duration: Duration) -> Result<(), ActError> {
        self.first_guild()?.time_out(name, duration)
    }

    /// Whether somebody takes direct messages from apps.
    ///
    /// # Errors
    /// When nobody has the name.
    pub fn allow_direct_messages(&self, name: &str, allow: bool) -> Result<(), ActError> {
        self.edit(Edit::DirectMessages { name: name.to_owned(), allow })
    }

    /// Deletes a channel of the first guild with its threads and messages.
    ///
    /// # Errors
    /// When there is no such channel.
    pub fn delete_channel(&self, name: &str) -> Result<(), ActError> {
        self.first_guild()?.delete_channel(name)
    }

    /// Adds a text channel to the first guild.
    ///
    /// # Errors
    /// When there is one with the name, or the guild has 500.
    pub fn add_channel(&self, name: &str) -> Result<Snowflake, ActError> {
        self.first_guild()?.add_channel(name)
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
        self.first_guild()?.set_overwrite(channel, target, allow, deny)
    }

    /// Sets what a role of the first guild may do in the guild as a whole.
    ///
    /// # Errors
    /// When there is no such role.
    pub fn set_role_permissions(&self, role: &str, permissions: Permissions) -> Result<(), ActError> {
        self.first_guild()?.set_role_permissions(role, permissions)
    }

    fn first_guild(&self) -> Result<GuildHandle, ActError> {
        self.guild(FIRST_GUILD)
    }

    fn edit(&self, edit: Edit) -> Result<(), ActError> {
        self.shared.change(|state| state.edit_world(edit)).map(drop)
    }
}

/// One of the guilds, to be changed. Cheap to clone.
#[derive(Clone)]
pub struct GuildHandle {
    shared: Arc<Shared>,
    id: Snowflake,
}

impl GuildHandle {
    pub fn id(&self) -> Snowflake {
        self.id
    }

    /// Lets somebody join, without any role: whoever has the name, or somebody new. Gives back the member in the guild's
    /// first channel.
    ///
    /// # Errors
    /// When they are a member, or the name is not 2 to 32 small letters, digits, `_` or `.`.
    pub fn add_member(&self, name: &str) -> Result<Member, ActError> {
        self.edit(Edit::AddMember { guild: self.named(), name: name.to_owned() })?;
        Member::find(self.shared.clone(), name)?.in_guild(&self.id.to_string())
    }

    /// Lets many join at once, all or nobody. Gives them back in the same order.
    ///
    /// # Errors
    /// As for `add_member`, or when a name is given twice.
    pub fn add_members(&self, names: &[impl AsRef<str>]) -> Result<Vec<Member>, ActError> {
        self.edit(Edit::AddMembers { guild: self.named(), names: owned(names) })?;
        let guild = self.id.to_string();
        names.iter().map(|name| Member::find(self.shared.clone(), name.as_ref())?.in_guild(&guild)).collect()
    }

    /// Takes somebody out of this guild. Their messages stay.
    ///
    /// # Errors
    /// When nobody has the name.
    pub fn remove_member(&self, name: &str) -> Result<(), ActError> {
        self.edit(Edit::RemoveMember { guild: self.named(), name: name.to_owned() }).map(drop)
    }

    /// Puts somebody in time-out: until then they can only read.
    ///
    /// # Errors
    /// When nobody has the name.
    pub fn time_out(&self, name: &str, duration: Duration) -> Result<(), ActError> {
        let for_ms = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        self.edit(Edit::TimeOut { guild: self.named(), name: name.to_owned(), for_ms }).map(drop)
    }

    /// Adds a text channel.
    ///
    /// # Errors
    /// When there is one with the name, or the guild has 500.
    pub fn add_channel(&self, name: &str) -> Result<Snowflake, ActError> {
        self.edit(Edit::AddChannel { guild: self.named(), name: name.to_owned() })
    }

    /// Deletes a channel with its threads and messages.
    ///
    /// # Errors
    /// When there is no such channel.
    pub fn delete_channel(&self, name: &str) -> Result<(), ActError> {
        self.edit(Edit::DeleteChannel { guild: self.named(), name: name.to_owned() }).map(drop)
    }

    /// Sets what a channel allows and denies to a role (such as `@everyone` or `Backroad`) or somebody.
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
        let (guild, channel, target) = (self.named(), channel.to_owned(), target.to_owned());
        self.edit(Edit::Overwrite { guild, channel, target, allow, deny }).map(drop)
    }

    /// Sets what a role may do in the guild as a whole.
    ///
    /// # Errors
    /// When there is no such role.
    pub fn set_role_permissions(&self, role: &str, permissions: Permissions) -> Result<(), ActError> {
        self.edit(Edit::RolePermissions { guild: self.named(), role: role.to_owned(), permissions }).map(drop)
    }

    fn named(&self) -> Option<String> {
        Some(self.id.to_string())
    }

    fn edit(&self, edit: Edit) -> Result<Snowflake, ActError> {
        self.shared.change(|state| state.edit_world(edit))
    }
}

fn owned(names: &[impl AsRef<str>]) -> Vec<String> {
    names.iter().map(|name| name.as_ref().to_owned()).collect()
}
