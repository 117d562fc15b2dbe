//! What the gateway says and how it answers: hello, identify, resume, heartbeats, and the close codes for what is
//! wrong.

use serde_json::{Value, json};

use super::sessions::Resumed;
use crate::playground::clock::iso8601;
use crate::playground::json::set;
use crate::playground::state::State;
use crate::playground::world::{Channel, Guild};

const HEARTBEAT_INTERVAL_MS: u64 = 41_250;
/// Most bytes in a payload of a client.
const MOST_BYTES: usize = 4096;
/// The intents that Discord defines.
const KNOWN_INTENTS: u64 = ((1 << 17) - 1) | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25;
const GUILDS: u64 = 1;
const GUILD_MEMBERS: u64 = 1 << 1;
/// Members, presences, message content.
const PRIVILEGED: u64 = 1 << 1 | 1 << 8 | 1 << 15;

impl State {
    /// The first word on a connection.
    pub(super) fn greet(&self, connection: u64) {
        let data = json!({ "heartbeat_interval": HEARTBEAT_INTERVAL_MS, "_trace": ["playground"] });
        self.sessions.send(connection, &json!({ "op": 10, "t": null, "s": null, "d": data }));
    }

    /// Answers one payload of a client.
    pub(super) fn receive(&mut self, connection: u64, text: &str) {
        let now = self.now_ms();
        if !self.sessions.is_open(connection) {
            return;
        }
        if let Err(code) = self.answer(connection, text, now) {
            self.sessions.close(connection, Some(code), now);
        }
    }

    /// `Err` is the code to close with.
    fn answer(&mut self, connection: u64, text: &str, now: i64) -> Result<(), u16> {
        if !self.sessions.count_received(connection, now) {
            return Err(4008);
        }
        if text.len() > MOST_BYTES {
            return Err(4002);
        }
        let payload: Value = serde_json::from_str(text).map_err(|_| 4002_u16)?;
        let operation = payload.get("op").and_then(Value::as_u64).ok_or(4001_u16)?;
        let data = payload.get("d").unwrap_or(&Value::Null);
        let authenticated = self.sessions.has_session(connection);
        match operation {
            1 => {
                self.sessions.send(connection, &json!({ "op": 11, "t": null, "s": null, "d": null }));
                Ok(())
            }
            2 | 6 if authenticated => Err(4005),
            2 => self.identify(connection, data, now),
            6 => self.resume(connection, data, now),
            // Presence and voice state: fine, and nobody here would see it.
            3 | 4 if authenticated => Ok(()),
            3 | 4 => Err(4003),
            _ => Err(4001),
        }
    }

    fn identify(&mut self, connection: u64, data: &Value, now: i64) -> Result<(), u16> {
        if let Some(code) = self.sessions.rejections.pop_front() {
            return Err(code);
        }
        self.check_token(data)?;
        if !data.get("properties").is_some_and(Value::is_object) {
            return Err(4002);
        }
        let intents = data.get("intents").and_then(Value::as_u64).ok_or(4013_u16)?;
        if intents & !KNOWN_INTENTS != 0 {
            return Err(4013);
        }
        if intents & PRIVILEGED & !self.sessions.privileged != 0 {
            return Err(4014);
        }
        let shard = match data.get("shard").filter(|shard| !shard.is_null()) {
            None => (0, 1),
            Some(shard) => match shard.as_array().map(Vec::as_slice) {
                Some([number, count]) => {
                    let (number, count) = number.as_u64().zip(count.as_u64()).ok_or(4010_u16)?;
                    if number >= count {
                        return Err(4010);
                    }
                    (number, count)
                }
                _ => return Err(4010),
            },
        };
        if !self.sessions.may_identify(now) {
            self.invalid_session(connection);
            return Ok(());
        }
        if !self.sessions.take_start(now) {
            // Discord ends everything and resets the token.
            self.sessions.close_all(Some(4004), now);
            return Ok(());
        }
        self.begin(connection, shard, intents, now);
        Ok(())
    }

    fn begin(&mut self, connection: u64, shard: (u64, u64), intents: u64, now: i64) {
        let session = self.sessions.start(connection, shard, intents, now);
        let responsible = |guild: &&Guild| (guild.id.get() >> 22) % shard.1 == shard.0;
        let guilds: Vec<Guild> = self.world.guilds.iter().filter(responsible).cloned().collect();
        let unavailable: Vec<Value> = guilds.iter().map(|g| json!({ "id": g.id, "unavailable": true })).collect();
        let mut user = self.world.user_json(self.world.bot);
        set(&mut user, "verified", true);
        set(&mut user, "mfa_enabled", false);
        set(&mut user, "email", Value::Null);
        let ready = json!({
            "v": 10, "user": user, "guilds": unavailable, "session_id": session, "session_type": "normal",
            "resume_gateway_url": self.sessions.url, "shard": [shard.0, shard.1],
            "application": { "id": self.world.bot, "flags": self.sessions.application_flags() },
            "private_channels": [], "relationships": [], "presences": [], "user_settings": {},
            "user_settings_proto": "", "guild_join_requests": [], "geo_ordered_rtc_regions": [],
            "auth": {}, "_trace": ["playground"],
        });
        self.sessions.dispatch_to(&session, "READY", &ready);
        if intents & GUILDS != 0 {
            for guild in guilds {
                let data = self.guild_create(&guild, intents & GUILD_MEMBERS != 0);
                self.sessions.dispatch_to(&session, "GUILD_CREATE", &data);
            }
        }
    }

    /// Without the members intent an app hears of itself alone.
    fn guild_create(&self, guild: &Guild, all_members: bool) -> Value {
        let heard_of = guild.members.iter().filter(|member| all_members || member.user == self.world.bot);
        let members: Vec<Value> =
            heard_of.filter_map(|member| Some(member.json_with_user(self.world.users.get(&member.user)?))).collect();
        let (threads, channels): (Vec<&Channel>, Vec<&Channel>) =
            guild.channels.iter().partition(|channel| channel.thread.is_some());
        let all = |channels: Vec<&Channel>| channels.into_iter().map(Channel::json_in_guild).collect::<Vec<Value>>();
        let joined = guild.member(self.world.bot).map_or(0, |member| member.joined_ms);
        let mut json = guild.json();
        set(&mut json, "members", members);
        set(&mut json, "channels", all(channels));
        set(&mut json, "threads", all(threads));
        set(&mut json, "joined_at", iso8601(joined));
        set(&mut json, "member_count", guild.members.len());
        set(&mut json, "large", false);
        set(&mut json, "unavailable", false);
        let empty = ["presences", "voice_states", "stage_instances", "guild_scheduled_events", "soundboard_sounds"];
        for key in empty {
            set(&mut json, key, json!([]));
        }
        json
    }

    fn resume(&mut self, connection: u64, data: &Value, now: i64) -> Result<(), u16> {
        self.check_token(data)?;
        let session = data.get("session_id").and_then(Value::as_str).ok_or(4002_u16)?;
        let sequence = data.get("seq").and_then(Value::as_u64).ok_or(4002_u16)?;
        match self.sessions.resume(connection, session, sequence, now) {
            Resumed::Yes => Ok(()),
            Resumed::NeverSent => Err(4007),
            Resumed::Unknown => {
                self.invalid_session(connection);
                Ok(())
            }
        }
    }

    fn check_token(&self, data: &Value) -> Result<(), u16> {
        let token = data.get("token").and_then(Value::as_str).ok_or(4002_u16)?;
        let token = token.strip_prefix("Bot ").unwrap_or(token);
        if token == self.token { Ok(()) } else { Err(4004) }
    }

    fn invalid_session(&self, connection: u64) {
        self.sessions.send(connection, &json!({ "op": 9, "t": null, "s": null, "d": false }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playground::clock::Clock;
    use crate::playground::gateway::{Order, Sessions};
    use proptest::prelude::*;

    /// Text of any kind, and payloads that look like those of a client.
    fn payloads() -> impl Strategy<Value = String> {
        let data = prop_oneof![
            "null|[0-9]",
            r#"\{"token":"t","intents":[0-9]{1,6},"properties":\{\},"shard":\[[0-9],[0-9]\]\}"#,
            r#"\{"token":"t","session_id":"s","seq":[0-9]\}"#,
        ];
        let framed = (0..12, data).prop_map(|(op, data)| format!(r#"{{"op":{op},"d":{data}}}"#));
        prop_oneof!["\\PC{0,30}", framed]
    }

    proptest! {
        #[test]
        fn no_payload_makes_the_gateway_panic(payloads in proptest::collection::vec(payloads(), 1..8)) {
            let sessions = Sessions::new("ws://localhost".to_owned(), 0, 0);
            let mut state = State::new(Clock::start(true), "t".to_owned(), sessions);
            let (connection, mut orders) = state.sessions.open();
            for payload in &payloads {
                state.receive(connection, payload);
            }
            // At most one close, and nothing after it.
            let mut closed = false;
            while let Ok(order) = orders.try_recv() {
                prop_assert!(!closed, "something was sent after the close");
                closed = matches!(order, Order::Close(_));
            }
        }
    }
}
