//! What a session hears of the bot's guilds: READY, and guilds that come and go.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::sessions::Session;
use crate::playground::clock::iso8601;
use crate::playground::json::set;
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::world::{Channel, Guild, Member, World};

const GUILDS: u64 = 1;
pub(super) const GUILD_PRESENCES: u64 = 1 << 8;

impl State {
    /// The guilds that the bot is in.
    pub(in crate::playground) fn own_guilds(&self) -> impl Iterator<Item = &Guild> {
        self.world.guilds.iter().filter(|guild| guild.member(self.world.bot).is_some())
    }

    /// The first events of a session.
    pub(super) fn introduce(&mut self, id: &str, tell_shard: bool) {
        let Some(session) = self.sessions.list.iter().find(|session| session.id == id) else { return };
        let (shard, intents) = (session.shard, session.intents);
        let guilds: Vec<Snowflake> =
            self.own_guilds().map(|guild| guild.id).filter(|guild| shard.takes(*guild)).collect();
        let all: Vec<Value> = guilds.iter().copied().map(unavailable).collect();
        let mut user = self.world.user_json(self.world.bot);
        set(&mut user, "verified", true);
        set(&mut user, "mfa_enabled", false);
        set(&mut user, "email", Value::Null);
        let mut ready = json!({
            "v": 10, "user": user, "guilds": all, "session_id": id, "session_type": "normal",
            "resume_gateway_url": self.sessions.url,
            "application": { "id": self.world.bot, "flags": self.sessions.application_flags() },
            "private_channels": [], "relationships": [], "presences": [], "user_settings": {},
            "user_settings_proto": "", "guild_join_requests": [], "geo_ordered_rtc_regions": [],
            "auth": {}, "_trace": ["playground"],
        });
        if tell_shard {
            set(&mut ready, "shard", json!([shard.number, shard.count]));
        }
        self.sessions.dispatch_to(id, "READY", &ready);
        if intents & GUILDS == 0 {
            return;
        }
        for guild in guilds {
            let (event, data) = if self.sessions.outages.contains(&guild) {
                ("GUILD_DELETE", Some(unavailable(guild)))
            } else {
                ("GUILD_CREATE", self.guild_create(guild, id))
            };
            if let Some(data) = data {
                self.sessions.dispatch_to(id, event, &data);
            }
        }
    }

    fn guild_create(&self, guild: Snowflake, session: &str) -> Option<Value> {
        let session = self.sessions.list.iter().find(|known| known.id == session)?;
        Some(guild_create(&self.world, self.world.guild(guild)?, session))
    }

    /// The bot is a member of the guild now.
    pub(in crate::playground) fn tell_of_joining(&mut self, guild: Snowflake) {
        self.sessions.departed.remove(&guild);
        self.tell_of_guild(guild);
    }

    /// The bot was removed from the guild.
    pub(in crate::playground) fn tell_of_removal(&mut self, guild: Snowflake) {
        self.tell_that_it_is_gone(guild, &json!({ "id": guild }));
        self.sessions.departed.insert(guild);
    }

    /// Nothing is heard of the guild until its outage ends. False when there is one already.
    pub(in crate::playground) fn begin_outage(&mut self, guild: Snowflake) -> bool {
        self.tell_that_it_is_gone(guild, &unavailable(guild));
        self.sessions.outages.insert(guild)
    }

    /// False when there is no outage.
    pub(in crate::playground) fn end_outage(&mut self, guild: Snowflake) -> bool {
        let ends = self.sessions.outages.remove(&guild);
        if ends {
            self.tell_of_guild(guild);
        }
        ends
    }

    fn tell_of_guild(&mut self, guild: Snowflake) {
        let Some(guild) = self.world.guild(guild) else { return };
        let world = &self.world;
        self.sessions.dispatch("GUILD_CREATE", guild.id, |session| {
            (session.intents & GUILDS != 0).then(|| Cow::Owned(guild_create(world, guild, session)))
        });
    }

    fn tell_that_it_is_gone(&mut self, guild: Snowflake, data: &Value) {
        let wanted = |session: &Session| session.intents & GUILDS != 0;
        self.sessions.dispatch("GUILD_DELETE", guild, |session| wanted(session).then_some(Cow::Borrowed(data)));
    }
}

fn unavailable(guild: Snowflake) -> Value {
    json!({ "id": guild, "unavailable": true })
}

fn guild_create(world: &World, guild: &Guild, session: &Session) -> Value {
    let large = guild.members.len() > session.large_threshold;
    // Without the presences intent an app hears of itself alone; of a large guild, of those with a role.
    let is_told = |member: &&Member| {
        member.user == world.bot || session.intents & GUILD_PRESENCES != 0 && (!large || !member.roles.is_empty())
    };
    let told = guild.members.iter().filter(is_told);
    let members: Vec<Value> =
        told.filter_map(|member| Some(member.json_with_user(world.users.get(&member.user)?))).collect();
    let (threads, channels): (Vec<&Channel>, Vec<&Channel>) =
        guild.channels.iter().partition(|channel| channel.thread.is_some());
    let all = |channels: Vec<&Channel>| channels.into_iter().map(Channel::json_in_guild).collect::<Vec<Value>>();
    let joined = guild.member(world.bot).map_or(0, |member| member.joined_ms);
    let mut json = guild.json();
    set(&mut json, "members", members);
    set(&mut json, "channels", all(channels));
    set(&mut json, "threads", all(threads));
    set(&mut json, "joined_at", iso8601(joined));
    set(&mut json, "member_count", guild.members.len());
    set(&mut json, "large", large);
    set(&mut json, "unavailable", false);
    let empty = ["presences", "voice_states", "stage_instances", "guild_scheduled_events", "soundboard_sounds"];
    for key in empty {
        set(&mut json, key, json!([]));
    }
    json
}
