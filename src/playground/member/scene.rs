//! What a member's client draws: where they are, what they see and may do there, and the messages, as JSON.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde_json::{Value, json};

use super::{Member, sees};
use crate::playground::interactions::Place;
use crate::playground::json::set;
use crate::playground::messages::Message;
use crate::playground::page::StartingPoint;
use crate::playground::permissions::{
    ADD_REACTIONS, CREATE_PUBLIC_THREADS, MANAGE_GUILD, MANAGE_MESSAGES, Permissions, SEND_MESSAGES,
    USE_APPLICATION_COMMANDS,
};
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::validate::CommandKind;
use crate::playground::world::{Channel, DIRECT, Guild, User};

/// The parts of a client's picture that are not messages, by name. A part is sent anew when it is not as it was.
pub(in crate::playground) type Parts = Vec<(&'static str, Value)>;

impl Member {
    /// Where the member is as long as they can be there, and else the first channel that they see.
    pub(in crate::playground) fn settled_somewhere(&self) -> Self {
        let there = self.shared.read(|state| sees(state, self.place.user, self.place.channel));
        if there {
            return self.clone();
        }
        // Somebody who is in no server any more still has their direct messages.
        let Ok(home) = Self::find(self.shared.clone(), &self.name) else { return self.in_direct_messages() };
        let seen = home.channel_names();
        seen.first().and_then(|name| home.in_channel(name).ok()).unwrap_or(home)
    }

    /// `place`, `world`, `latest`, `commands` and `notice`.
    pub(in crate::playground) fn parts(&self) -> Parts {
        self.shared.read(|state| {
            vec![
                ("place", self.place_json(state)),
                ("world", self.world_json(state)),
                ("latest", self.latest(state)),
                ("commands", self.commands_json(state)),
                ("notice", json!(state.board.latest())),
            ]
        })
    }

    /// The messages of the channel that the member sees, from one on, oldest first.
    pub(in crate::playground) fn messages_since(&self, first: Snowflake) -> Vec<(Snowflake, Value)> {
        let Place { user, channel, .. } = self.place;
        self.shared.read(|state| {
            if !sees(state, user, channel) {
                return Vec::new();
            }
            let here = state.messages.seen(channel, user, first..).into_iter();
            here.map(|message| (message.id, self.message_json(state, message))).collect()
        })
    }

    /// The newest of these messages before one, at most `most`, oldest first; and whether there are earlier ones.
    pub(in crate::playground) fn messages_before(
        &self,
        end: Option<Snowflake>,
        most: usize,
    ) -> (Vec<(Snowflake, Value)>, bool) {
        let Place { user, channel, .. } = self.place;
        self.shared.read(|state| {
            if !sees(state, user, channel) {
                return (Vec::new(), false);
            }
            let range = (Bound::Unbounded, end.map_or(Bound::Unbounded, Bound::Excluded));
            let newest = state.messages.newest_seen(channel, user, range, most + 1);
            let earlier = newest.len() > most;
            let list = newest.into_iter().skip(usize::from(earlier));
            (list.map(|message| (message.id, self.message_json(state, message))).collect(), earlier)
        })
    }

    /// As the API gives it, with the member's own reactions and votes instead of the bot's.
    fn message_json(&self, state: &State, message: &Message) -> Value {
        let mut json = state.message_json(message);
        let me = self.place.user;
        if !message.reactions.is_empty() {
            set(&mut json, "reactions", message.reactions.iter().map(|known| known.json(me)).collect::<Vec<_>>());
        }
        if let Some(poll) = &message.poll {
            set(&mut json, "poll", poll.json(me));
        }
        json
    }

    fn place_json(&self, state: &State) -> Value {
        let powers = state.world.permissions(self.place.user, self.place.channel, state.now_ms());
        let channel = state.world.channel(self.place.channel).map(|(_, channel)| channel);
        let to_send = channel.map_or(SEND_MESSAGES, Channel::needed_to_send);
        let may = |bit: Permissions| powers & bit == bit;
        json!({
            "as": self.name, "user": self.place.user, "channel": self.place.channel,
            "guild": (self.place.guild != DIRECT).then_some(self.place.guild),
            "may": {
                "send": may(to_send), "commands": may(USE_APPLICATION_COMMANDS), "react": may(ADD_REACTIONS),
                "start_threads": may(CREATE_PUBLIC_THREADS), "manage_messages": may(MANAGE_MESSAGES),
            },
        })
    }

    fn world_json(&self, state: &State) -> Value {
        let world = &state.world;
        let own = world.guilds.iter().filter(|guild| guild.member(self.place.user).is_some());
        let guilds: Vec<Value> = own.map(|guild| self.guild_json(state, guild)).collect();
        let people: Vec<Value> = world.people().map(|user| person(state, user)).collect();
        let users: BTreeMap<String, Value> = world
            .users
            .values()
            .map(|user| {
                let json = json!({ "name": user.display_name(), "username": user.username, "bot": user.bot });
                (user.id.to_string(), json)
            })
            .collect();
        let proposed = state.try_this.iter().filter(|point| point.only.as_ref().is_none_or(|only| *only == self.name));
        let proposed: Vec<&StartingPoint> = proposed.collect();
        json!({
            "bot": { "id": world.bot, "online": state.sessions.online() }, "people": people, "users": users,
            "guilds": guilds, "try_this": proposed,
        })
    }

    fn guild_json(&self, state: &State, guild: &Guild) -> Value {
        let now = state.now_ms();
        let seen = guild.channels.iter().filter(|channel| sees(state, self.place.user, channel.id));
        let listed = seen.filter(|channel| channel.thread.is_none() || channel.is_active_thread());
        let channels: Vec<Value> = listed
            .map(|channel| {
                let powers = guild.permissions(self.place.user, channel, now);
                json!({
                    "id": channel.id, "name": channel.name, "type": channel.kind as u8, "parent": channel.parent,
                    "thread": channel.thread.is_some(), "topic": channel.topic,
                    "read_only": powers & channel.needed_to_send() == 0,
                })
            })
            .collect();
        let members: Vec<Value> = guild
            .members
            .iter()
            .map(|member| json!({ "id": member.user, "nick": member.nick, "roles": member.roles }))
            .collect();
        let roles: Vec<Value> = guild
            .roles
            .iter()
            .map(|role| {
                let everyone = role.id == guild.id;
                json!({ "id": role.id, "name": role.name, "color": role.color, "position": role.position, "everyone": everyone })
            })
            .collect();
        json!({
            "id": guild.id, "name": guild.name, "channels": channels, "members": members, "roles": roles,
            "has_bot": !state.sessions.has_departed(guild.id), "outage": state.sessions.is_in_outage(guild.id),
        })
    }

    /// The newest message of each channel that the member sees, so that what is unread can be told.
    fn latest(&self, state: &State) -> Value {
        let guilds = state.world.guilds.iter().chain([&state.world.direct]);
        let channels = guilds.flat_map(|guild| guild.channels.iter());
        let seen = channels.filter(|channel| sees(state, self.place.user, channel.id));
        seen.filter_map(|channel| Some((channel.id.to_string(), json!(channel.last_message?)))).collect()
    }

    /// The commands that the member is offered here, of all kinds, as they were registered.
    fn commands_json(&self, state: &State) -> Value {
        let kinds = [CommandKind::Slash, CommandKind::User, CommandKind::Message];
        let offered = kinds.into_iter().flat_map(|kind| self.offered_of_kind(state, kind).unwrap_or_default());
        offered.map(|(scope, known)| known.json(state.world.bot, scope, false)).collect()
    }
}

/// Somebody whom one can be, with a word on what they may do.
fn person(state: &State, user: &User) -> Value {
    let guild = state.world.guilds.iter().find(|guild| guild.member(user.id).is_some());
    let channel = guild.and_then(|guild| guild.channels.first());
    let powers = channel.map_or(0, |channel| state.world.permissions(user.id, channel.id, state.now_ms()));
    let standing = match guild {
        Some(guild) if guild.owner == user.id => "owner",
        _ if powers & MANAGE_GUILD != 0 => "moderator",
        _ if powers & SEND_MESSAGES == 0 => "may only read",
        _ => "member",
    };
    json!({ "id": user.id, "username": user.username, "name": user.display_name(), "standing": standing })
}
