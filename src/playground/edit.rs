//! Changes of the world while it runs: people come and go, servers are founded, channels vanish, permissions are taken
//! away. The bot is told as Discord tells it.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::json;

use super::FIRST_GUILD;
use super::events::GUILDS;
use super::fixture;
use super::member::{ActError, refused};
use super::permissions::Permissions;
use super::snowflake::Snowflake;
use super::state::State;
use super::world::{ChannelKind, Guild, MOST_CHANNELS, Member, Overwrite, OverwriteKind, User};

/// A change of the world. A `guild` is a name or an id, and the first guild where there is none.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Edit {
    AddGuild {
        name: String,
        channels: Vec<String>,
    },
    AddMember {
        guild: Option<String>,
        name: String,
    },
    /// All or nobody.
    AddMembers {
        guild: Option<String>,
        names: Vec<String>,
    },
    /// From all guilds, or from one.
    RemoveMember {
        guild: Option<String>,
        name: String,
    },
    TimeOut {
        guild: Option<String>,
        name: String,
        for_ms: i64,
    },
    DirectMessages {
        name: String,
        allow: bool,
    },
    AddChannel {
        guild: Option<String>,
        name: String,
    },
    DeleteChannel {
        guild: Option<String>,
        name: String,
    },
    Overwrite {
        guild: Option<String>,
        channel: String,
        target: String,
        #[serde(default)]
        allow: Permissions,
        #[serde(default)]
        deny: Permissions,
    },
    RolePermissions {
        guild: Option<String>,
        role: String,
        permissions: Permissions,
    },
}

impl State {
    /// Carries a change out. Gives the id of what was added or changed; for many members that of their guild.
    pub(super) fn edit_world(&mut self, edit: Edit) -> Result<Snowflake, ActError> {
        match edit {
            Edit::AddGuild { name, channels } => self.found_guild(&name, &channels),
            Edit::AddMember { guild, name } => {
                let guild = self.guild_or_first(guild.as_deref())?;
                self.check_may_join(guild, &name)?;
                Ok(self.let_join(guild, &name))
            }
            Edit::AddMembers { guild, names } => {
                let guild = self.guild_or_first(guild.as_deref())?;
                let mut given = BTreeSet::new();
                for name in &names {
                    self.check_may_join(guild, name)?;
                    if !given.insert(name) {
                        return Err(refused(format!("{name} is given twice.")));
                    }
                }
                for name in &names {
                    self.let_join(guild, name);
                }
                Ok(guild)
            }
            Edit::RemoveMember { guild, name } => {
                let user = self.person(&name)?;
                let guilds = match guild {
                    Some(guild) => vec![self.guild_called(&guild)?],
                    None => self.world.guilds.iter().map(|guild| guild.id).collect(),
                };
                guilds.into_iter().for_each(|guild| self.remove_member(guild, user));
                Ok(user)
            }
            Edit::TimeOut { guild, name, for_ms } => {
                let (guild, user) = (self.guild_or_first(guild.as_deref())?, self.person(&name)?);
                let until = self.now_ms().saturating_add(for_ms);
                if let Some(member) = self.guild_to_change(guild)?.member_mut(user) {
                    member.timeout_until_ms = Some(until);
                }
                self.tell_of_member(guild, user);
                Ok(user)
            }
            Edit::DirectMessages { name, allow } => {
                let user = self.person(&name)?;
                self.world.users.get_mut(&user).into_iter().for_each(|user| user.closed = !allow);
                Ok(user)
            }
            Edit::AddChannel { guild, name } => {
                let (guild, id) = (self.guild_or_first(guild.as_deref())?, self.next_id());
                let guild = self.guild_to_change(guild)?;
                if guild.channel_named(&name).is_some() {
                    return Err(refused(format!("There is a #{name} already.")));
                }
                if !guild.has_room() {
                    return Err(refused(format!("A server has at most {MOST_CHANNELS} channels.")));
                }
                let channel = guild.new_channel(id, ChannelKind::Text, &name);
                self.open_channel(channel);
                Ok(id)
            }
            Edit::DeleteChannel { guild, name } => {
                let guild = self.guild_or_first(guild.as_deref())?;
                let channel = self.guild_to_change(guild)?.channel_named(&name).map(|channel| channel.id);
                let id = channel.ok_or_else(|| unknown_channel(&name))?;
                self.remove_channel(id);
                Ok(id)
            }
            Edit::Overwrite { guild, channel, target, allow, deny } => {
                let guild = self.guild_or_first(guild.as_deref())?;
                self.overwrite(guild, &channel, &target, allow, deny)
            }
            Edit::RolePermissions { guild, role, permissions } => {
                let id = self.guild_or_first(guild.as_deref())?;
                let found = self.guild_to_change(id)?.roles.iter_mut().find(|known| known.name == role);
                let role = found.ok_or_else(|| refused(format!("There is no role called {role}.")))?;
                role.permissions = permissions;
                let (role, data) = (role.id, json!({ "guild_id": id, "role": role.json() }));
                self.tell("GUILD_ROLE_UPDATE", id, GUILDS, &data);
                Ok(role)
            }
        }
    }

    /// A guild by name or id.
    pub(super) fn guild_called(&self, name: &str) -> Result<Snowflake, ActError> {
        let by_id = || self.world.guild(name.parse().ok()?);
        let guild = self.world.guild_named(name).or_else(by_id);
        guild.map(|guild| guild.id).ok_or_else(|| refused(format!("There is no server called {name}.")))
    }

    /// A new guild with the bot in it.
    fn found_guild(&mut self, name: &str, channels: &[String]) -> Result<Snowflake, ActError> {
        if !(2..=100).contains(&name.trim().chars().count()) {
            return Err(refused("The name of a server has 2 to 100 characters."));
        }
        if self.world.guild_named(name).is_some() {
            return Err(refused(format!("There is a server called {name} already.")));
        }
        if !(1..=MOST_CHANNELS).contains(&channels.len()) {
            return Err(refused(format!("A server begins with 1 to {MOST_CHANNELS} channels.")));
        }
        let mut given = BTreeSet::new();
        if let Some(twice) = channels.iter().find(|channel| !given.insert(channel.as_str())) {
            return Err(refused(format!("There is a #{twice} already.")));
        }
        let (id, role, now) = (self.next_id(), self.next_id(), self.now_ms());
        let owner = self.person(fixture::OWNER)?;
        let mut guild = fixture::guild_with_bot(id, name, owner, (self.world.bot, role), now);
        for channel in channels {
            let channel = guild.new_channel(self.next_id(), ChannelKind::Text, channel);
            guild.channels.push(channel);
        }
        self.world.add_guild(guild);
        self.tell_of_joining(id);
        Ok(id)
    }

    /// Nobody is a member twice, and who is new has a name that users can have.
    fn check_may_join(&self, guild: Snowflake, name: &str) -> Result<(), ActError> {
        let well_formed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.".contains(c);
        if !(2..=32).contains(&name.len()) || !name.chars().all(well_formed) {
            return Err(refused(format!("\"{name}\" is no user name: 2 to 32 small letters, digits, _ or .")));
        }
        let there = |user: &User| user.bot || self.world.guild(guild).is_some_and(|g| g.member(user.id).is_some());
        if self.world.user_named(name).is_some_and(there) {
            return Err(refused(format!("There is a {name} already.")));
        }
        Ok(())
    }

    /// Somebody enters a guild, as a new user if nobody has the name.
    fn let_join(&mut self, guild: Snowflake, name: &str) -> Snowflake {
        let known = self.world.user_named(name).map(|user| user.id);
        let id = known.unwrap_or_else(|| {
            let id = self.next_id();
            let user = User { id, username: name.to_owned(), global_name: None, bot: false, closed: false };
            self.world.add_user(user);
            id
        });
        let joined = self.now_ms();
        self.add_member(guild, Member::new(id, joined));
        id
    }

    fn overwrite(
        &mut self,
        guild: Snowflake,
        channel: &str,
        target: &str,
        allow: Permissions,
        deny: Permissions,
    ) -> Result<Snowflake, ActError> {
        let user = self.world.user_named(target).map(|user| user.id);
        let guild = self.guild_to_change(guild)?;
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

    fn guild_or_first(&self, name: Option<&str>) -> Result<Snowflake, ActError> {
        self.guild_called(name.unwrap_or(FIRST_GUILD))
    }

    fn guild_to_change(&mut self, id: Snowflake) -> Result<&mut Guild, ActError> {
        self.world.guild_mut(id).ok_or_else(|| refused(format!("There is no server {id}.")))
    }
}

fn unknown_channel(name: &str) -> ActError {
    refused(format!("There is no channel #{name}."))
}
