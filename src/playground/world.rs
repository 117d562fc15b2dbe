//! The people and places of the playground: guilds, channels, roles, members, and how Discord writes them as JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::clock::iso8601;
use super::json::set;
use super::permissions::{self, Permissions};
use super::snowflake::Snowflake;

#[derive(Clone, Debug)]
pub(super) struct User {
    pub id: Snowflake,
    pub username: String,
    pub global_name: Option<String>,
    pub bot: bool,
}

impl User {
    /// The name that people see.
    pub(super) fn display_name(&self) -> &str {
        self.global_name.as_deref().unwrap_or(&self.username)
    }

    pub(super) fn json(&self) -> Value {
        let mut json = json!({
            "id": self.id, "username": self.username, "discriminator": if self.bot { "0001" } else { "0" },
            "global_name": self.global_name, "avatar": null, "avatar_decoration_data": null, "banner": null,
            "accent_color": null, "collectibles": null, "primary_guild": null, "public_flags": 0, "flags": 0,
        });
        if self.bot {
            set(&mut json, "bot", true);
        }
        json
    }
}

#[derive(Clone, Debug)]
pub(super) struct Role {
    pub id: Snowflake,
    pub name: String,
    pub permissions: Permissions,
    pub position: u32,
    pub mentionable: bool,
    /// The bot whose own role this is.
    pub bot: Option<Snowflake>,
}

impl Role {
    pub(super) fn new(id: Snowflake, name: &str, permissions: Permissions) -> Self {
        Self { id, name: name.to_owned(), permissions, position: 0, mentionable: false, bot: None }
    }

    pub(super) fn json(&self) -> Value {
        let mut json = json!({
            "id": self.id, "name": self.name, "description": null, "permissions": self.permissions.to_string(),
            "position": self.position, "color": 0,
            "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null},
            "hoist": false, "managed": self.bot.is_some(), "mentionable": self.mentionable,
            "icon": null, "unicode_emoji": null, "flags": 0,
        });
        if let Some(bot) = self.bot {
            set(&mut json, "tags", json!({ "bot_id": bot }));
        }
        json
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OverwriteKind {
    Role = 0,
    Member = 1,
}

#[derive(Clone, Debug)]
pub(super) struct Overwrite {
    pub id: Snowflake,
    pub kind: OverwriteKind,
    pub allow: Permissions,
    pub deny: Permissions,
}

/// A text channel, or a thread in one.
#[derive(Clone, Debug)]
pub(super) struct Channel {
    pub id: Snowflake,
    pub guild: Snowflake,
    pub name: String,
    pub topic: Option<String>,
    pub position: u32,
    pub overwrites: Vec<Overwrite>,
    pub last_message: Option<Snowflake>,
    /// What makes it a thread in another channel.
    pub thread: Option<Thread>,
}

/// A public thread. Its parent's overwrites count for it.
#[derive(Clone, Debug)]
pub(super) struct Thread {
    pub parent: Snowflake,
    pub owner: Snowflake,
    pub auto_archive_minutes: i64,
    pub created_ms: i64,
    pub message_count: u64,
}

/// Discord's numbers for kinds of channels.
const TEXT_CHANNEL: u64 = 0;
const PUBLIC_THREAD: u64 = 11;

impl Channel {
    pub(super) fn text(id: Snowflake, guild: &Guild, name: &str) -> Self {
        let position = u32::try_from(guild.channels.len()).unwrap_or(u32::MAX);
        let name = name.to_owned();
        Self {
            id,
            guild: guild.id,
            name,
            topic: None,
            position,
            overwrites: Vec::new(),
            last_message: None,
            thread: None,
        }
    }

    /// The permission that writing takes.
    pub(super) fn needed_to_send(&self) -> Permissions {
        if self.thread.is_some() { permissions::SEND_MESSAGES_IN_THREADS } else { permissions::SEND_MESSAGES }
    }

    /// As in a `GUILD_CREATE`, where `guild_id` goes without saying.
    pub(super) fn json_in_guild(&self) -> Value {
        if let Some(thread) = &self.thread {
            return self.thread_json(thread);
        }
        let overwrites: Vec<Value> = self.overwrites.iter().map(overwrite_json).collect();
        json!({
            "id": self.id, "type": TEXT_CHANNEL, "name": self.name, "topic": self.topic, "position": self.position,
            "permission_overwrites": overwrites, "parent_id": null, "nsfw": false, "rate_limit_per_user": 0,
            "last_message_id": self.last_message, "flags": 0,
        })
    }

    fn thread_json(&self, thread: &Thread) -> Value {
        json!({
            "id": self.id, "type": PUBLIC_THREAD, "name": self.name, "parent_id": thread.parent,
            "owner_id": thread.owner, "rate_limit_per_user": 0, "last_message_id": self.last_message, "flags": 0,
            "message_count": thread.message_count, "total_message_sent": thread.message_count, "member_count": 1,
            "thread_metadata": {
                "archived": false, "locked": false, "auto_archive_duration": thread.auto_archive_minutes,
                "archive_timestamp": iso8601(thread.created_ms), "create_timestamp": iso8601(thread.created_ms),
            },
        })
    }

    pub(super) fn json(&self) -> Value {
        let mut json = self.json_in_guild();
        set(&mut json, "guild_id", json!(self.guild));
        json
    }

    /// As in an interaction: what is known about the channel, and what the invoker may do in it.
    pub(super) fn json_in_interaction(&self, permissions: Permissions) -> Value {
        let mut json = self.json();
        set(&mut json, "permissions", permissions.to_string());
        if let Some(object) = json.as_object_mut() {
            object.remove("permission_overwrites");
        }
        json
    }
}

fn overwrite_json(overwrite: &Overwrite) -> Value {
    json!({
        "id": overwrite.id, "type": overwrite.kind as u8,
        "allow": overwrite.allow.to_string(), "deny": overwrite.deny.to_string(),
    })
}

#[derive(Clone, Debug)]
pub(super) struct Member {
    pub user: Snowflake,
    pub roles: Vec<Snowflake>,
    pub joined_ms: i64,
    pub timeout_until_ms: Option<i64>,
}

impl Member {
    pub(super) fn new(user: Snowflake, joined_ms: i64) -> Self {
        Self { user, roles: Vec::new(), joined_ms, timeout_until_ms: None }
    }

    /// Without the user, as in messages and resolved data.
    pub(super) fn json(&self) -> Value {
        json!({
            "roles": self.roles, "nick": null, "avatar": null, "banner": null, "joined_at": iso8601(self.joined_ms),
            "premium_since": null, "deaf": false, "mute": false, "flags": 0, "pending": false,
            "communication_disabled_until": self.timeout_until_ms.map(iso8601),
        })
    }

    pub(super) fn json_with_user(&self, user: &User) -> Value {
        let mut json = self.json();
        set(&mut json, "user", user.json());
        json
    }
}

#[derive(Clone, Debug)]
pub(super) struct Guild {
    pub id: Snowflake,
    pub name: String,
    pub owner: Snowflake,
    pub roles: Vec<Role>,
    pub channels: Vec<Channel>,
    pub members: Vec<Member>,
}

impl Guild {
    pub(super) fn new(id: Snowflake, name: &str, owner: Snowflake) -> Self {
        let name = name.to_owned();
        Self { id, name, owner, roles: Vec::new(), channels: Vec::new(), members: Vec::new() }
    }

    pub(super) fn channel(&self, id: Snowflake) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.id == id)
    }

    pub(super) fn channel_named(&self, name: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.name == name)
    }

    pub(super) fn role(&self, id: Snowflake) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == id)
    }

    pub(super) fn member(&self, user: Snowflake) -> Option<&Member> {
        self.members.iter().find(|member| member.user == user)
    }

    /// As `GET /guilds/{id}` answers.
    pub(super) fn json(&self) -> Value {
        let roles: Vec<Value> = self.roles.iter().map(Role::json).collect();
        let mut json = json!({
            "id": self.id, "name": self.name, "owner_id": self.owner, "roles": roles, "preferred_locale": "en-US",
            "verification_level": 1, "default_message_notifications": 1, "explicit_content_filter": 2, "mfa_level": 0,
            "nsfw": false, "nsfw_level": 0, "premium_tier": 0, "premium_subscription_count": 0,
            "premium_progress_bar_enabled": false, "system_channel_flags": 0, "afk_timeout": 300,
            "region": "us-east", "widget_enabled": false, "max_members": 500_000, "max_video_channel_users": 25,
            "max_stage_video_channel_users": 50, "features": [], "emojis": [], "stickers": [],
        });
        for key in ABSENT {
            set(&mut json, key, Value::Null);
        }
        json
    }
}

/// What the playground's guilds have none of, and Discord writes as `null`.
const ABSENT: [&str; 17] = [
    "icon",
    "description",
    "home_header",
    "splash",
    "discovery_splash",
    "banner",
    "application_id",
    "afk_channel_id",
    "system_channel_id",
    "widget_channel_id",
    "max_presences",
    "vanity_url_code",
    "rules_channel_id",
    "safety_alerts_channel_id",
    "public_updates_channel_id",
    "incidents_data",
    "hub_type",
];

/// Everybody and everything, with the bot as one of the users.
#[derive(Clone, Debug)]
pub(super) struct World {
    /// The bot's user id, which is its application's id, too.
    pub bot: Snowflake,
    pub users: BTreeMap<Snowflake, User>,
    pub guilds: Vec<Guild>,
}

impl World {
    pub(super) fn guild(&self, id: Snowflake) -> Option<&Guild> {
        self.guilds.iter().find(|guild| guild.id == id)
    }

    pub(super) fn guild_named(&self, name: &str) -> Option<&Guild> {
        self.guilds.iter().find(|guild| guild.name.eq_ignore_ascii_case(name))
    }

    pub(super) fn channel(&self, id: Snowflake) -> Option<(&Guild, &Channel)> {
        self.guilds.iter().find_map(|guild| Some((guild, guild.channel(id)?)))
    }

    pub(super) fn channel_mut(&mut self, id: Snowflake) -> Option<&mut Channel> {
        self.guilds.iter_mut().flat_map(|guild| &mut guild.channels).find(|channel| channel.id == id)
    }

    /// Everybody but bots.
    pub(super) fn people(&self) -> impl Iterator<Item = &User> {
        self.users.values().filter(|user| !user.bot)
    }

    pub(super) fn add_channel(&mut self, channel: Channel) {
        if let Some(guild) = self.guilds.iter_mut().find(|guild| guild.id == channel.guild) {
            guild.channels.push(channel);
        }
    }

    pub(super) fn user_named(&self, name: &str) -> Option<&User> {
        self.users.values().find(|user| user.username.eq_ignore_ascii_case(name))
    }

    /// The JSON of a user, or of the "deleted user" that Discord shows in the place of one that is gone.
    pub(super) fn user_json(&self, id: Snowflake) -> Value {
        let gone = || User { id, username: "deleted_user".to_owned(), global_name: None, bot: false };
        self.users.get(&id).cloned().unwrap_or_else(gone).json()
    }

    /// What a user may do in a channel: nothing outside their guilds.
    pub(super) fn permissions(&self, user: Snowflake, channel: Snowflake, now_ms: i64) -> Permissions {
        let Some((guild, channel)) = self.channel(channel) else { return 0 };
        let channel = channel.thread.as_ref().and_then(|thread| guild.channel(thread.parent)).unwrap_or(channel);
        guild.member(user).map_or(0, |member| permissions::in_channel(guild, channel, member, now_ms))
    }
}
