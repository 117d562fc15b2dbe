//! Who there is: users, their roles, and users as members of a guild.

use serde_json::{Value, json};

use crate::playground::clock::iso8601;
use crate::playground::json::set;
use crate::playground::permissions::Permissions;
use crate::playground::snowflake::Snowflake;

#[derive(Clone, Debug)]
pub(in crate::playground) struct User {
    pub id: Snowflake,
    pub username: String,
    pub global_name: Option<String>,
    pub bot: bool,
    /// Whether they take no direct messages from apps.
    pub closed: bool,
}

impl User {
    /// The name that people see.
    pub(in crate::playground) fn display_name(&self) -> &str {
        self.global_name.as_deref().unwrap_or(&self.username)
    }

    pub(in crate::playground) fn json(&self) -> Value {
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
pub(in crate::playground) struct Role {
    pub id: Snowflake,
    pub name: String,
    pub permissions: Permissions,
    pub position: u32,
    pub color: i64,
    pub hoist: bool,
    pub mentionable: bool,
    /// The bot whose own role this is.
    pub bot: Option<Snowflake>,
}

impl Role {
    pub(in crate::playground) fn new(id: Snowflake, name: &str, permissions: Permissions) -> Self {
        Self {
            id,
            name: name.to_owned(),
            permissions,
            position: 0,
            color: 0,
            hoist: false,
            mentionable: false,
            bot: None,
        }
    }

    pub(in crate::playground) fn json(&self) -> Value {
        let mut json = json!({
            "id": self.id, "name": self.name, "description": null, "permissions": self.permissions.to_string(),
            "position": self.position, "color": self.color,
            "colors": {"primary_color": self.color, "secondary_color": null, "tertiary_color": null},
            "hoist": self.hoist, "managed": self.bot.is_some(), "mentionable": self.mentionable,
            "icon": null, "unicode_emoji": null, "flags": 0,
        });
        if let Some(bot) = self.bot {
            set(&mut json, "tags", json!({ "bot_id": bot }));
        }
        json
    }
}

#[derive(Clone, Debug)]
pub(in crate::playground) struct Member {
    pub user: Snowflake,
    pub nick: Option<String>,
    pub roles: Vec<Snowflake>,
    pub joined_ms: i64,
    pub timeout_until_ms: Option<i64>,
}

impl Member {
    pub(in crate::playground) fn new(user: Snowflake, joined_ms: i64) -> Self {
        Self { user, nick: None, roles: Vec::new(), joined_ms, timeout_until_ms: None }
    }

    /// Without the user, as in messages and resolved data.
    pub(in crate::playground) fn json(&self) -> Value {
        json!({
            "roles": self.roles, "nick": self.nick, "avatar": null, "banner": null, "joined_at": iso8601(self.joined_ms),
            "premium_since": null, "deaf": false, "mute": false, "flags": 0, "pending": false,
            "communication_disabled_until": self.timeout_until_ms.map(iso8601),
        })
    }

    pub(in crate::playground) fn json_with_user(&self, user: &User) -> Value {
        let mut json = self.json();
        set(&mut json, "user", user.json());
        json
    }
}
