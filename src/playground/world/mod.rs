//! The people and places of the playground: guilds with their channels, roles and members, and how Discord writes them
//! as JSON.

mod by_id;
mod channel;
mod people;

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use by_id::{ById, HasId};
pub(super) use channel::{Channel, ChannelKind, Overwrite, OverwriteKind, Tag, Thread, ThreadMember};
pub(super) use people::{Member, Role, User};

use super::json::set;
use super::permissions::{self, Permissions};
use super::snowflake::Snowflake;

/// How many channels a guild can have; threads do not count.
pub(super) const MOST_CHANNELS: usize = 500;

#[derive(Clone, Debug)]
pub(super) struct Guild {
    pub id: Snowflake,
    pub name: String,
    pub owner: Snowflake,
    pub roles: Vec<Role>,
    /// Added and removed through the world, which knows where each one is.
    pub channels: ById<Channel>,
    pub members: ById<Member>,
    pub stickers: Vec<Sticker>,
    /// Where Discord welcomes who comes.
    pub system_channel: Option<Snowflake>,
    /// Where Discord writes to moderators.
    pub updates_channel: Option<Snowflake>,
    /// Who is banned, and why.
    pub bans: BTreeMap<Snowflake, Option<String>>,
}

impl Guild {
    pub(super) fn new(id: Snowflake, name: &str, owner: Snowflake) -> Self {
        let name = name.to_owned();
        Self {
            id,
            name,
            owner,
            roles: Vec::new(),
            channels: ById::default(),
            members: ById::default(),
            stickers: Vec::new(),
            system_channel: None,
            updates_channel: None,
            bans: BTreeMap::new(),
        }
    }

    /// A channel for this guild, below those that are there.
    pub(super) fn new_channel(&self, id: Snowflake, kind: ChannelKind, name: &str) -> Channel {
        let place = self.channel_count();
        Channel { position: u32::try_from(place).unwrap_or(u32::MAX), ..Channel::new(id, self.id, kind, name) }
    }

    /// Without threads.
    fn channel_count(&self) -> usize {
        self.channels.iter().filter(|channel| channel.thread.is_none()).count()
    }

    /// Whether there can be another channel.
    pub(super) fn has_room(&self) -> bool {
        self.channel_count() < MOST_CHANNELS
    }

    pub(super) fn channel(&self, id: Snowflake) -> Option<&Channel> {
        self.channels.get(id)
    }

    pub(super) fn channel_named(&self, name: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.name == name)
    }

    pub(super) fn role(&self, id: Snowflake) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == id)
    }

    pub(super) fn member(&self, user: Snowflake) -> Option<&Member> {
        self.members.get(user)
    }

    pub(super) fn member_mut(&mut self, user: Snowflake) -> Option<&mut Member> {
        self.members.get_mut(user)
    }

    /// Threads that are not archived, in channels that a member sees, without private threads of others.
    pub(super) fn active_threads(&self, user: Snowflake, now_ms: i64) -> impl Iterator<Item = &Channel> {
        let active = self.channels.iter().filter(|channel| channel.is_active_thread());
        active.filter(move |thread| self.permissions(user, thread, now_ms) & permissions::VIEW_CHANNEL != 0)
    }

    /// What a user may do in one of the guild's channels or threads.
    pub(super) fn permissions(&self, user: Snowflake, channel: &Channel, now_ms: i64) -> Permissions {
        let Some(member) = self.member(user) else { return 0 };
        let Some(thread) = &channel.thread else { return permissions::in_channel(self, channel, member, now_ms) };
        let Some(parent) = channel.parent.and_then(|parent| self.channel(parent)) else { return 0 };
        let all = permissions::in_channel(self, parent, member, now_ms);
        let hidden = channel.is_private_thread() && !thread.has(user) && all & permissions::MANAGE_THREADS == 0;
        if hidden { 0 } else { all }
    }

    /// As `GET /guilds/{id}` answers.
    pub(super) fn json(&self) -> Value {
        let roles: Vec<Value> = self.roles.iter().map(Role::json).collect();
        let stickers: Vec<Value> = self.stickers.iter().map(Sticker::json).collect();
        let mut json = json!({
            "id": self.id, "name": self.name, "owner_id": self.owner, "roles": roles, "preferred_locale": "en-US",
            "verification_level": 1, "default_message_notifications": 1, "explicit_content_filter": 2, "mfa_level": 0,
            "nsfw": false, "nsfw_level": 0, "premium_tier": 0, "premium_subscription_count": 0,
            "premium_progress_bar_enabled": false, "system_channel_flags": 0, "afk_timeout": 300,
            "region": "us-east", "widget_enabled": false, "max_members": 500_000, "max_video_channel_users": 25,
            "max_stage_video_channel_users": 50, "features": [], "emojis": [], "stickers": stickers,
            "system_channel_id": self.system_channel, "public_updates_channel_id": self.updates_channel,
        });
        for key in ABSENT {
            set(&mut json, key, Value::Null);
        }
        json
    }
}

impl HasId for Guild {
    fn id(&self) -> Snowflake {
        self.id
    }
}

impl HasId for Channel {
    fn id(&self) -> Snowflake {
        self.id
    }
}

/// In a guild a member is called by the id of the user.
impl HasId for Member {
    fn id(&self) -> Snowflake {
        self.user
    }
}

/// A guild's own sticker, a PNG.
#[derive(Clone, Debug)]
pub(super) struct Sticker {
    pub id: Snowflake,
    pub guild: Snowflake,
    pub name: String,
}

impl Sticker {
    pub(super) fn json(&self) -> Value {
        json!({
            "id": self.id, "name": self.name, "tags": "👍", "type": 2, "format_type": 1, "description": null,
            "available": true, "guild_id": self.guild,
        })
    }

    /// As in a message.
    pub(super) fn item_json(&self) -> Value {
        json!({ "id": self.id, "name": self.name, "format_type": 1 })
    }
}

/// What the playground's guilds have none of, and Discord writes as `null`.
const ABSENT: [&str; 15] = [
    "icon",
    "description",
    "home_header",
    "splash",
    "discovery_splash",
    "banner",
    "application_id",
    "afk_channel_id",
    "widget_channel_id",
    "max_presences",
    "vanity_url_code",
    "rules_channel_id",
    "safety_alerts_channel_id",
    "incidents_data",
    "hub_type",
];

/// Everybody and everything, with the bot as one of the users.
#[derive(Clone, Debug)]
pub(super) struct World {
    /// The bot's user id, which is its application's id, too.
    pub bot: Snowflake,
    /// Added with `add_user`.
    pub users: BTreeMap<Snowflake, User>,
    /// Added with `add_guild`.
    pub guilds: ById<Guild>,
    /// No guild of Discord's, but the place of all direct messages.
    pub direct: Guild,
    /// Users by name, in small letters.
    names: HashMap<String, Snowflake>,
    /// The guild of each channel.
    homes: HashMap<Snowflake, Snowflake>,
    /// The direct messages with each user.
    direct_by_user: HashMap<Snowflake, Snowflake>,
}

/// What stands for a guild where there is none. Its events go to shard 0, as Discord has it.
pub(super) const DIRECT: Snowflake = Snowflake::at_ms(0);

impl World {
    /// A world with nobody but the bot.
    pub(super) fn new(bot: User) -> Self {
        let mut world = Self {
            bot: bot.id,
            users: BTreeMap::new(),
            guilds: ById::default(),
            direct: Guild::new(DIRECT, "", bot.id),
            names: HashMap::new(),
            homes: HashMap::new(),
            direct_by_user: HashMap::new(),
        };
        world.add_user(bot);
        world
    }

    pub(super) fn add_user(&mut self, user: User) {
        self.names.insert(user.username.to_ascii_lowercase(), user.id);
        self.users.insert(user.id, user);
    }

    pub(super) fn add_guild(&mut self, guild: Guild) {
        self.homes.extend(guild.channels.iter().map(|channel| (channel.id, guild.id)));
        self.guilds.push(guild);
    }

    pub(super) fn guild(&self, id: Snowflake) -> Option<&Guild> {
        self.guilds.get(id)
    }

    pub(super) fn guild_named(&self, name: &str) -> Option<&Guild> {
        self.guilds.iter().find(|guild| guild.name.eq_ignore_ascii_case(name))
    }

    pub(super) fn channel(&self, id: Snowflake) -> Option<(&Guild, &Channel)> {
        let home = *self.homes.get(&id)?;
        let guild = if home == DIRECT { &self.direct } else { self.guild(home)? };
        Some((guild, guild.channel(id)?))
    }

    pub(super) fn guild_mut(&mut self, id: Snowflake) -> Option<&mut Guild> {
        self.guilds.get_mut(id)
    }

    pub(super) fn channel_mut(&mut self, id: Snowflake) -> Option<&mut Channel> {
        let home = *self.homes.get(&id)?;
        self.home_mut(home)?.channels.get_mut(id)
    }

    /// A guild, or the place of direct messages.
    fn home_mut(&mut self, id: Snowflake) -> Option<&mut Guild> {
        if id == DIRECT { Some(&mut self.direct) } else { self.guilds.get_mut(id) }
    }

    pub(super) fn thread_mut(&mut self, id: Snowflake) -> Option<&mut Thread> {
        self.channel_mut(id)?.thread.as_mut()
    }

    /// Everybody but bots.
    pub(super) fn people(&self) -> impl Iterator<Item = &User> {
        self.users.values().filter(|user| !user.bot)
    }

    pub(super) fn add_channel(&mut self, channel: Channel) {
        let (id, home, recipient) = (channel.id, channel.guild, channel.recipient);
        let Some(guild) = self.home_mut(home) else { return };
        guild.channels.push(channel);
        self.homes.insert(id, home);
        self.direct_by_user.extend(recipient.map(|user| (user, id)));
    }

    /// Takes a channel of a guild away with its threads, which are given back, too.
    pub(super) fn remove_channel(&mut self, id: Snowflake) -> Option<(Channel, Vec<Channel>)> {
        let home = *self.homes.get(&id)?;
        let guild = self.guilds.get_mut(home)?;
        let gone = guild.channels.remove(id)?;
        for known in [&mut guild.system_channel, &mut guild.updates_channel] {
            *known = known.filter(|known| *known != id);
        }
        let threads = guild.channels.take_all(|known| known.thread.is_some() && known.parent == Some(id));
        for channel in threads.iter().chain([&gone]) {
            self.homes.remove(&channel.id);
        }
        Some((gone, threads))
    }

    /// The channel of the direct messages with somebody, if there were any.
    pub(super) fn direct_with(&self, user: Snowflake) -> Option<Snowflake> {
        self.direct_by_user.get(&user).copied()
    }

    pub(super) fn user_named(&self, name: &str) -> Option<&User> {
        self.users.get(self.names.get(&name.to_ascii_lowercase())?)
    }

    /// The JSON of a user, or of the "deleted user" that Discord shows in the place of one that is gone.
    pub(super) fn user_json(&self, id: Snowflake) -> Value {
        let gone = || User { id, username: "deleted_user".to_owned(), global_name: None, bot: false, closed: false };
        self.users.get(&id).cloned().unwrap_or_else(gone).json()
    }

    /// What a user may do in a channel: nothing outside their guilds and direct messages.
    pub(super) fn permissions(&self, user: Snowflake, channel: Snowflake, now_ms: i64) -> Permissions {
        match self.channel(channel) {
            Some((_, direct)) if direct.recipient.is_some_and(|other| [other, self.bot].contains(&user)) => {
                permissions::IN_DIRECT_MESSAGES
            }
            Some((guild, channel)) => guild.permissions(user, channel, now_ms),
            None => 0,
        }
    }
}
