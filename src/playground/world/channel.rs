//! Places to write in: channels of a guild, threads, and direct messages, with their JSON.

use serde_json::{Value, json};

use crate::playground::clock::iso8601;
use crate::playground::json::set;
use crate::playground::permissions::{self, Permissions};
use crate::playground::snowflake::Snowflake;

/// Kinds of channels, with Discord's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::playground) enum ChannelKind {
    Text = 0,
    Direct = 1,
    Voice = 2,
    Category = 4,
    Announcement = 5,
    AnnouncementThread = 10,
    PublicThread = 11,
    PrivateThread = 12,
    Stage = 13,
    Forum = 15,
}

impl ChannelKind {
    /// The kinds that a guild's channels can have when they are made.
    pub(in crate::playground) const fn of_guild(number: i64) -> Option<Self> {
        match number {
            0 => Some(Self::Text),
            2 => Some(Self::Voice),
            4 => Some(Self::Category),
            5 => Some(Self::Announcement),
            13 => Some(Self::Stage),
            15 => Some(Self::Forum),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::playground) enum OverwriteKind {
    Role = 0,
    Member = 1,
}

#[derive(Clone, Debug, PartialEq)]
pub(in crate::playground) struct Overwrite {
    pub id: Snowflake,
    pub kind: OverwriteKind,
    pub allow: Permissions,
    pub deny: Permissions,
}

/// A tag that posts of a forum can have.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::playground) struct Tag {
    pub id: Snowflake,
    pub name: String,
    pub moderated: bool,
    pub emoji_name: Option<String>,
}

#[derive(Clone, Debug)]
pub(in crate::playground) struct Channel {
    pub id: Snowflake,
    /// `World::direct` for direct messages.
    pub guild: Snowflake,
    pub kind: ChannelKind,
    pub name: String,
    pub topic: Option<String>,
    pub position: u32,
    pub overwrites: Vec<Overwrite>,
    /// The category of a channel, or the channel of a thread.
    pub parent: Option<Snowflake>,
    pub nsfw: bool,
    /// Seconds between two messages of one member.
    pub slowmode: i64,
    pub last_message: Option<Snowflake>,
    pub last_pin_ms: Option<i64>,
    /// For a forum.
    pub tags: Vec<Tag>,
    pub auto_archive_minutes: Option<i64>,
    /// What makes it a thread in another channel.
    pub thread: Option<Thread>,
    /// With whom the bot speaks in direct messages.
    pub recipient: Option<Snowflake>,
}

/// What only threads have. Their parent's overwrites count for them.
#[derive(Clone, Debug)]
pub(in crate::playground) struct Thread {
    pub owner: Snowflake,
    pub auto_archive_minutes: i64,
    pub created_ms: i64,
    /// Messages that are there, without the first one.
    pub message_count: u64,
    pub total_sent: u64,
    pub archived: bool,
    pub locked: bool,
    /// When it was archived or brought back last.
    pub archive_changed_ms: i64,
    /// When something last happened in it.
    pub active_ms: i64,
    /// For a private thread: whether members may invite others.
    pub invitable: bool,
    pub members: Vec<ThreadMember>,
    pub applied_tags: Vec<Snowflake>,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::playground) struct ThreadMember {
    pub user: Snowflake,
    pub joined_ms: i64,
}

impl Channel {
    pub(in crate::playground) fn new(id: Snowflake, guild: Snowflake, kind: ChannelKind, name: &str) -> Self {
        Self {
            id,
            guild,
            kind,
            name: name.to_owned(),
            topic: None,
            position: 0,
            overwrites: Vec::new(),
            parent: None,
            nsfw: false,
            slowmode: 0,
            last_message: None,
            last_pin_ms: None,
            tags: Vec::new(),
            auto_archive_minutes: None,
            thread: None,
            recipient: None,
        }
    }

    /// Messages can be in it.
    pub(in crate::playground) fn takes_messages(&self) -> bool {
        !matches!(self.kind, ChannelKind::Category | ChannelKind::Forum)
    }

    /// The permission that writing takes.
    pub(in crate::playground) fn needed_to_send(&self) -> Permissions {
        if self.thread.is_some() { permissions::SEND_MESSAGES_IN_THREADS } else { permissions::SEND_MESSAGES }
    }

    pub(in crate::playground) fn is_private_thread(&self) -> bool {
        self.kind == ChannelKind::PrivateThread
    }

    /// A thread that is not archived.
    pub(in crate::playground) fn is_active_thread(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| !thread.archived)
    }

    /// As in a `GUILD_CREATE`, where `guild_id` goes without saying.
    pub(in crate::playground) fn json_in_guild(&self) -> Value {
        if let Some(thread) = &self.thread {
            return self.thread_json(thread);
        }
        let overwrites: Vec<Value> = self.overwrites.iter().map(Overwrite::json).collect();
        let mut json = json!({
            "id": self.id, "type": self.kind as u8, "name": self.name, "position": self.position,
            "permission_overwrites": overwrites, "parent_id": self.parent, "flags": 0,
        });
        if self.kind == ChannelKind::Category {
            return json;
        }
        for (key, value) in [
            ("topic", json!(self.topic)),
            ("nsfw", json!(self.nsfw)),
            ("rate_limit_per_user", json!(self.slowmode)),
            ("last_message_id", json!(self.last_message)),
        ] {
            set(&mut json, key, value);
        }
        if let Some(minutes) = self.auto_archive_minutes {
            set(&mut json, "default_auto_archive_duration", minutes);
        }
        if let Some(moment) = self.last_pin_ms {
            set(&mut json, "last_pin_timestamp", iso8601(moment));
        }
        match self.kind {
            ChannelKind::Voice | ChannelKind::Stage => {
                set(&mut json, "bitrate", 64_000);
                set(&mut json, "user_limit", 0);
                set(&mut json, "rtc_region", Value::Null);
            }
            ChannelKind::Forum => {
                set(&mut json, "available_tags", self.tags.iter().map(Tag::json).collect::<Vec<_>>());
                set(&mut json, "default_reaction_emoji", Value::Null);
                set(&mut json, "default_sort_order", Value::Null);
                set(&mut json, "default_forum_layout", 0);
            }
            _ => {}
        }
        json
    }

    fn thread_json(&self, thread: &Thread) -> Value {
        // Discord counts to 50 and no further.
        let member_count = thread.members.len().min(50);
        let mut metadata = json!({
            "archived": thread.archived, "locked": thread.locked, "auto_archive_duration": thread.auto_archive_minutes,
            "archive_timestamp": iso8601(thread.archive_changed_ms), "create_timestamp": iso8601(thread.created_ms),
        });
        if self.is_private_thread() {
            set(&mut metadata, "invitable", thread.invitable);
        }
        let mut json = json!({
            "id": self.id, "type": self.kind as u8, "name": self.name, "parent_id": self.parent,
            "owner_id": thread.owner, "rate_limit_per_user": self.slowmode, "last_message_id": self.last_message,
            "flags": 0, "message_count": thread.message_count, "total_message_sent": thread.total_sent,
            "member_count": member_count, "thread_metadata": metadata,
        });
        if !thread.applied_tags.is_empty() {
            set(&mut json, "applied_tags", json!(thread.applied_tags));
        }
        json
    }

    pub(in crate::playground) fn json(&self) -> Value {
        let mut json = self.json_in_guild();
        set(&mut json, "guild_id", json!(self.guild));
        json
    }

    /// What is told of a thread that was deleted.
    pub(in crate::playground) fn json_when_gone(&self) -> Value {
        json!({ "id": self.id, "guild_id": self.guild, "parent_id": self.parent, "type": self.kind as u8 })
    }

    /// As in an interaction: what is known about the channel, and what the invoker may do in it.
    pub(in crate::playground) fn json_in_interaction(&self, permissions: Permissions) -> Value {
        let mut json = self.json();
        set(&mut json, "permissions", permissions.to_string());
        if let Some(object) = json.as_object_mut() {
            object.remove("permission_overwrites");
        }
        json
    }
}

impl Thread {
    /// With its owner as the first member.
    pub(in crate::playground) fn new(owner: Snowflake, auto_archive_minutes: i64, now_ms: i64) -> Self {
        Self {
            owner,
            auto_archive_minutes,
            created_ms: now_ms,
            message_count: 0,
            total_sent: 0,
            archived: false,
            locked: false,
            archive_changed_ms: now_ms,
            active_ms: now_ms,
            invitable: true,
            members: vec![ThreadMember { user: owner, joined_ms: now_ms }],
            applied_tags: Vec::new(),
        }
    }

    pub(in crate::playground) fn has(&self, user: Snowflake) -> bool {
        self.members.iter().any(|member| member.user == user)
    }

    /// True when they were not in it before.
    pub(in crate::playground) fn join(&mut self, user: Snowflake, now_ms: i64) -> bool {
        let new = !self.has(user);
        if new {
            self.members.push(ThreadMember { user, joined_ms: now_ms });
        }
        new
    }

    pub(in crate::playground) fn archive(&mut self, archived: bool, now_ms: i64) {
        if self.archived != archived {
            (self.archived, self.archive_changed_ms) = (archived, now_ms);
        }
        if !archived {
            self.active_ms = now_ms;
        }
    }

    /// Whether nothing happened in it for as long as its settings say.
    pub(in crate::playground) fn is_idle(&self, now_ms: i64) -> bool {
        !self.archived && now_ms >= self.idle_from_ms()
    }

    /// When that will be, if nothing happens until then.
    pub(in crate::playground) fn idle_from_ms(&self) -> i64 {
        self.active_ms + self.auto_archive_minutes * 60_000
    }
}

impl ThreadMember {
    pub(in crate::playground) fn json(self, thread: Snowflake) -> Value {
        json!({ "id": thread, "user_id": self.user, "join_timestamp": iso8601(self.joined_ms), "flags": 0 })
    }
}

impl Overwrite {
    fn json(&self) -> Value {
        json!({
            "id": self.id, "type": self.kind as u8, "allow": self.allow.to_string(), "deny": self.deny.to_string(),
        })
    }
}

impl Tag {
    fn json(&self) -> Value {
        json!({
            "id": self.id, "name": self.name, "moderated": self.moderated, "emoji_id": null,
            "emoji_name": self.emoji_name,
        })
    }
}
