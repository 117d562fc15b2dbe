//! What threads do by themselves: they count messages, take in who writes, fall asleep when nothing happens and wake when
//! somebody writes.

use serde_json::{Value, json};

use super::events::{GUILD_MEMBERS, GUILDS};
use super::json::set;
use super::messages::{Message, Origin, Reference, THREAD_STARTER};
use super::permissions::{MANAGE_THREADS, VIEW_CHANNEL};
use super::rest::error::{
    ApiError, CANNOT_SEND_HERE, CANNOT_SEND_TO_USER, MISSING_ACCESS, MISSING_PERMISSIONS, THREAD_IS_ARCHIVED,
    THREAD_IS_LOCKED, UNKNOWN_CHANNEL,
};
use super::snowflake::Snowflake;
use super::state::State;
use super::validate::HAS_THREAD;
use super::world::{Channel, Guild, Thread};

impl State {
    /// Whether somebody may write in a channel or thread. An archived thread wakes up from it, unless it is locked.
    pub(super) fn check_may_send(&self, user: Snowflake, channel: Snowflake) -> Result<(), ApiError> {
        let (_, place) = self.world.channel(channel).ok_or(UNKNOWN_CHANNEL)?;
        let powers = self.world.permissions(user, channel, self.now_ms());
        if powers & VIEW_CHANNEL == 0 {
            return Err(MISSING_ACCESS);
        }
        if !place.takes_messages() {
            return Err(CANNOT_SEND_HERE);
        }
        if powers & place.needed_to_send() == 0 {
            return Err(MISSING_PERMISSIONS);
        }
        if place.recipient.is_some_and(|other| user == self.world.bot && !self.takes_direct_messages(other)) {
            return Err(CANNOT_SEND_TO_USER);
        }
        match &place.thread {
            Some(Thread { locked: true, archived, .. }) if powers & MANAGE_THREADS == 0 => {
                Err(if *archived { THREAD_IS_ARCHIVED } else { THREAD_IS_LOCKED })
            }
            _ => Ok(()),
        }
    }

    /// Apps may write to those who share a guild with them, allow it, and are no apps.
    fn takes_direct_messages(&self, user: Snowflake) -> bool {
        let shared = |guild: &Guild| guild.member(user).is_some() && guild.member(self.world.bot).is_some();
        let open = self.world.users.get(&user).is_some_and(|user| !user.closed && !user.bot);
        open && self.world.guilds.iter().any(shared)
    }

    /// Nothing but writing can be done in an archived thread.
    pub(super) fn check_is_awake(&self, channel: Snowflake) -> Result<(), ApiError> {
        let thread = self.world.channel(channel).and_then(|(_, channel)| channel.thread.as_ref());
        if thread.is_some_and(|thread| thread.archived) { Err(THREAD_IS_ARCHIVED) } else { Ok(()) }
    }

    /// Adds a thread to the world and tells of it.
    pub(super) fn open_thread(&mut self, channel: Channel) {
        let mut json = channel.json();
        set(&mut json, "newly_created", true);
        let id = channel.id;
        self.world.add_channel(channel);
        self.plan_archiving(id);
        self.tell_of_channel("THREAD_CREATE", id, GUILDS, &json);
    }

    /// Opens a thread that has the id of a message of its parent.
    pub(super) fn open_thread_from_message(&mut self, channel: Channel) {
        let (id, parent) = (channel.id, channel.parent.unwrap_or(channel.id));
        self.open_thread(channel);
        let Some(message) = self.messages.get_mut(id) else { return };
        message.flags |= HAS_THREAD;
        let author = message.author;
        let reference = Some(Reference { channel: parent, message: Some(id) });
        self.post_system(Origin { reference, ..Origin::plain(id, author, THREAD_STARTER) }, "");
        self.announce("MESSAGE_UPDATE", id);
    }

    pub(super) fn tell_of_thread(&mut self, id: Snowflake) {
        let Some(json) = self.world.channel(id).map(|(_, channel)| channel.json()) else { return };
        self.tell_of_channel("THREAD_UPDATE", id, GUILDS, &json);
    }

    /// A channel as the bot gets it: a thread with its own membership, direct messages with the other side.
    pub(super) fn channel_json(&self, channel: &Channel) -> Value {
        let mut json = channel.json();
        if let Some(recipient) = channel.recipient {
            return json!({
                "id": channel.id, "type": channel.kind as u8, "last_message_id": channel.last_message, "flags": 0,
                "recipients": [self.world.user_json(recipient)],
            });
        }
        let own = |thread: &Thread| thread.members.iter().find(|member| member.user == self.world.bot).copied();
        if let Some(own) = channel.thread.as_ref().and_then(own) {
            set(&mut json, "member", own.json(channel.id));
        }
        json
    }

    /// Somebody enters or leaves a thread.
    pub(super) fn change_thread_members(&mut self, id: Snowflake, added: &[Snowflake], removed: &[Snowflake]) {
        let now = self.now_ms();
        let Some(thread) = self.world.thread_mut(id) else { return };
        let mut came: Vec<Snowflake> = added.to_vec();
        came.retain(|user| thread.join(*user, now));
        let mut went: Vec<Snowflake> = removed.to_vec();
        went.retain(|user| thread.has(*user));
        thread.members.retain(|member| !went.contains(&member.user));
        if came.is_empty() && went.is_empty() {
            return;
        }
        let Some((guild, channel)) = self.world.channel(id) else { return };
        let Some(thread) = &channel.thread else { return };
        let came_json = thread.members.iter().filter(|member| came.contains(&member.user)).map(|member| {
            let mut json = member.json(id);
            let known = guild.member(member.user).zip(self.world.users.get(&member.user));
            set(&mut json, "member", known.map(|(member, user)| member.json_with_user(user)));
            set(&mut json, "presence", Value::Null);
            json
        });
        let mut data = json!({ "id": id, "guild_id": guild.id, "member_count": thread.members.len().min(50) });
        if !came.is_empty() {
            set(&mut data, "added_members", came_json.collect::<Vec<_>>());
        }
        if !went.is_empty() {
            set(&mut data, "removed_member_ids", json!(went));
        }
        // Of others only those hear who asked for members.
        let guild = guild.id;
        let own = came.contains(&self.world.bot) || went.contains(&self.world.bot);
        self.tell("THREAD_MEMBERS_UPDATE", guild, if own { GUILDS } else { GUILD_MEMBERS }, &data);
    }

    /// A message was written: the thread wakes up, counts it, and its author is in it from now on.
    pub(super) fn count_in_thread(&mut self, id: Snowflake, message: Snowflake) {
        let now = self.now_ms();
        let Some(message) = self.messages.get(message) else { return };
        // The first message of a thread is not counted.
        let (author, counts) = (message.author, message.kind != THREAD_STARTER && message.id != id);
        let Some(thread) = self.world.thread_mut(id) else { return };
        if counts {
            thread.message_count += 1;
            thread.total_sent += 1;
        }
        let woke = thread.archived;
        thread.archive(false, now);
        if woke {
            self.plan_archiving(id);
            self.tell_of_thread(id);
        }
        self.change_thread_members(id, &[author], &[]);
    }

    pub(super) fn discount_in_thread(&mut self, id: Snowflake, gone: &[&Message]) {
        let Some(thread) = self.world.thread_mut(id) else { return };
        let counted = gone.iter().filter(|message| message.kind != THREAD_STARTER && message.id != id).count();
        thread.message_count = thread.message_count.saturating_sub(counted as u64);
    }

    /// Archives the threads in which nothing has happened for long enough.
    pub(super) fn archive_idle_threads(&mut self) {
        let now = self.now_ms();
        while let Some((_, id)) = self.thread_ends.first().copied().filter(|(end, _)| *end <= now) {
            self.thread_ends.pop_first();
            let idle = self.world.thread_mut(id).filter(|thread| thread.is_idle(now));
            if idle.map(|thread| thread.archive(true, now)).is_some() {
                self.tell_of_thread(id);
            } else {
                // Something has happened in it since.
                self.plan_archiving(id);
            }
        }
    }

    /// Looks at an active thread again when it may have become idle.
    pub(super) fn plan_archiving(&mut self, id: Snowflake) {
        let thread = self.world.thread_mut(id).filter(|thread| !thread.archived);
        self.thread_ends.extend(thread.map(|thread| (thread.idle_from_ms(), id)));
    }
}
