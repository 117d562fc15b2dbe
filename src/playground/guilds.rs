//! Guilds that become unavailable, and a bot that is removed from a guild and added again. The bot is told as Discord
//! tells it.

use super::Playground;
use super::member::{ActError, refused};
use super::permissions::Permissions;
use super::snowflake::Snowflake;
use super::state::State;
use super::world::{Member, Role};

impl Playground {
    /// Makes a guild (a name or an id) unavailable: the bot hears nothing of it, and nothing of what happens there.
    ///
    /// # Errors
    /// When there is no such guild, or it is unavailable already.
    pub fn begin_outage(&self, guild: &str) -> Result<(), ActError> {
        self.shared.change(|state| state.with_outage(guild))
    }

    /// Ends an outage.
    ///
    /// # Errors
    /// When there is no such guild or it is available.
    pub fn end_outage(&self, guild: &str) -> Result<(), ActError> {
        self.shared.change(|state| state.without_outage(guild))
    }

    /// Removes the bot from a guild (a name or an id), with its role and the commands that it has registered there.
    ///
    /// # Errors
    /// When there is no such guild or the bot is not in it.
    pub fn remove_bot(&self, guild: &str) -> Result<(), ActError> {
        self.shared.change(|state| state.without_bot(guild))
    }

    /// Adds the bot to a guild, with a role of its own that has the permissions of the invitation.
    ///
    /// # Errors
    /// When there is no such guild or the bot is in it.
    pub fn add_bot(&self, guild: &str, permissions: Permissions) -> Result<(), ActError> {
        self.shared.change(|state| state.with_bot(guild, permissions))
    }
}

impl State {
    pub(super) fn with_outage(&mut self, guild: &str) -> Result<(), ActError> {
        let id = self.guild_called(guild)?;
        if self.begin_outage(id) { Ok(()) } else { Err(refused(format!("{guild} is unavailable already."))) }
    }

    pub(super) fn without_outage(&mut self, guild: &str) -> Result<(), ActError> {
        let id = self.guild_called(guild)?;
        if self.end_outage(id) { Ok(()) } else { Err(refused(format!("{guild} is available."))) }
    }

    pub(super) fn without_bot(&mut self, guild: &str) -> Result<(), ActError> {
        let id = self.guild_called(guild)?;
        if self.sessions.has_departed(id) {
            return Err(refused(format!("The bot is not in {guild}.")));
        }
        self.tell_of_removal(id);
        let bot = self.world.bot;
        if let Some(guild) = self.world.guild_mut(id) {
            let own: Vec<Snowflake> =
                guild.roles.extract_if(.., |role| role.bot == Some(bot)).map(|role| role.id).collect();
            guild.members.remove(bot);
            for channel in guild.channels.iter_mut() {
                channel.overwrites.retain(|overwrite| overwrite.id != bot && !own.contains(&overwrite.id));
            }
        }
        self.commands.forget_guild(id);
        Ok(())
    }

    pub(super) fn with_bot(&mut self, guild: &str, permissions: Permissions) -> Result<(), ActError> {
        let id = self.guild_called(guild)?;
        if !self.sessions.has_departed(id) {
            return Err(refused(format!("The bot is in {guild} already.")));
        }
        let (bot, now, role) = (self.world.bot, self.now_ms(), self.next_id());
        let name = self.world.users.get(&bot).map(|user| user.username.clone()).unwrap_or_default();
        if let Some(guild) = self.world.guild_mut(id) {
            guild.roles.push(Role { position: 1, bot: Some(bot), ..Role::new(role, &name, permissions) });
            guild.members.push(Member { roles: vec![role], ..Member::new(bot, now) });
        }
        self.tell_of_joining(id);
        Ok(())
    }
}
