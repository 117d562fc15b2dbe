//! What the gateway says and how it answers: hello, identify, resume, heartbeats, and the close codes for what is
//! wrong.

use serde_json::{Value, json};

use super::orders::Step;
use super::sessions::{Order, Resumed, Shard};
use crate::playground::state::State;

/// Most bytes in a payload of a client.
const MOST_BYTES: usize = 4096;
/// The intents that Discord defines.
const KNOWN_INTENTS: u64 = ((1 << 17) - 1) | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25;
/// Members, presences, message content.
const PRIVILEGED: u64 = 1 << 1 | 1 << 8 | 1 << 15;

const UNKNOWN_OPCODE: u16 = 4001;
const DECODE_ERROR: u16 = 4002;
const NOT_AUTHENTICATED: u16 = 4003;
const AUTHENTICATION_FAILED: u16 = 4004;
const ALREADY_AUTHENTICATED: u16 = 4005;
const INVALID_SEQUENCE: u16 = 4007;
const RATE_LIMITED: u16 = 4008;
const INVALID_SHARD: u16 = 4010;
const SHARDING_REQUIRED: u16 = 4011;
const INVALID_VERSION: u16 = 4012;
const INVALID_INTENTS: u16 = 4013;
const DISALLOWED_INTENTS: u16 = 4014;

impl State {
    /// The first word on a connection.
    pub(super) fn greet(&mut self, connection: u64, known_version: bool) {
        let now = self.now_ms();
        if let Some(refusal) = self.sessions.refusals.take(Step::Connect) {
            self.sessions.refuse(connection, refusal, now);
        } else if known_version {
            let interval = self.sessions.rules.heartbeat_interval_ms;
            let data = json!({ "heartbeat_interval": interval, "_trace": ["playground"] });
            self.sessions.say(connection, 10, data);
        } else {
            self.sessions.close(connection, Some(INVALID_VERSION), now);
        }
    }

    /// Answers one payload of a client.
    pub(super) fn receive(&mut self, connection: u64, text: &str) {
        let now = self.now_ms();
        if !self.sessions.is_open(connection) || self.sessions.is_silenced(connection) {
            return;
        }
        if let Err(code) = self.answer(connection, text, now) {
            self.sessions.close(connection, Some(code), now);
        }
    }

    /// A client sends text only.
    pub(super) fn refuse_binary(&mut self, connection: u64) {
        if !self.sessions.is_silenced(connection) {
            let now = self.now_ms();
            self.sessions.close(connection, Some(DECODE_ERROR), now);
        }
    }

    pub(super) fn close_late(&mut self) {
        let now = self.now_ms();
        self.sessions.close_late(now);
    }

    /// `Err` is the code to close with.
    fn answer(&mut self, connection: u64, text: &str, now: i64) -> Result<(), u16> {
        if !self.sessions.count_received(connection, now) {
            return Err(RATE_LIMITED);
        }
        if text.len() > MOST_BYTES {
            return Err(DECODE_ERROR);
        }
        let payload: Value = serde_json::from_str(text).map_err(|_| DECODE_ERROR)?;
        let operation = payload.get("op").and_then(Value::as_u64).ok_or(UNKNOWN_OPCODE)?;
        let data = payload.get("d").unwrap_or(&Value::Null);
        let session = self.sessions.session_of(connection).map(|session| session.id.clone());
        match (operation, session) {
            (1, _) => {
                self.sessions.note_heartbeat(connection, now);
                self.sessions.say(connection, 11, Value::Null);
                Ok(())
            }
            (2 | 6, Some(_)) => Err(ALREADY_AUTHENTICATED),
            (2, None) => self.identify(connection, data, now),
            (6, None) => self.resume(connection, data, now),
            (3 | 4 | 8 | 31 | 43, None) => Err(NOT_AUTHENTICATED),
            // Discord's answer to data that does not fit its opcode.
            (3 | 4 | 8 | 31 | 43, Some(session)) => {
                self.request(&session, operation, data, now).map_err(|_| UNKNOWN_OPCODE)
            }
            _ => Err(UNKNOWN_OPCODE),
        }
    }

    fn identify(&mut self, connection: u64, data: &Value, now: i64) -> Result<(), u16> {
        if let Some(refusal) = self.sessions.refusals.take(Step::Identify) {
            self.sessions.refuse(connection, refusal, now);
            return Ok(());
        }
        self.check_token(data)?;
        if !data.get("properties").is_some_and(Value::is_object) {
            return Err(DECODE_ERROR);
        }
        let intents = data.get("intents").and_then(Value::as_u64).ok_or(INVALID_INTENTS)?;
        if intents & !KNOWN_INTENTS != 0 {
            return Err(INVALID_INTENTS);
        }
        if intents & PRIVILEGED & !self.sessions.rules.privileged != 0 {
            return Err(DISALLOWED_INTENTS);
        }
        let given_shard = data.get("shard").filter(|shard| !shard.is_null());
        let shard = given_shard.map_or(Some(Shard { number: 0, count: 1 }), shard).ok_or(INVALID_SHARD)?;
        if self.own_guilds().filter(|guild| shard.takes(guild.id)).count() > self.sessions.rules.guilds_per_shard {
            return Err(SHARDING_REQUIRED);
        }
        if !self.sessions.starts.is_shards_turn(shard.number, now) {
            self.sessions.invalidate(connection, false, now);
            return Ok(());
        }
        if !self.sessions.starts.take(now) {
            // Discord ends everything and resets the token.
            self.sessions.close_all(Some(AUTHENTICATION_FAILED), now);
            return Ok(());
        }
        if data.get("compress").and_then(Value::as_bool) == Some(true) {
            self.sessions.order(connection, Order::CompressPackets);
        }
        let large_threshold = data.get("large_threshold").and_then(Value::as_u64).unwrap_or(50).clamp(50, 250);
        let large_threshold = usize::try_from(large_threshold).unwrap_or(50);
        let session = self.sessions.start(connection, shard, intents, large_threshold, now);
        self.introduce(&session, given_shard.is_some());
        Ok(())
    }

    fn resume(&mut self, connection: u64, data: &Value, now: i64) -> Result<(), u16> {
        let session = data.get("session_id").and_then(Value::as_str);
        if let Some(refusal) = self.sessions.refusals.take(Step::Resume) {
            self.sessions.refuse(connection, refusal, now);
            if refusal.ends_session() {
                self.sessions.forget(session.unwrap_or_default());
            }
            return Ok(());
        }
        self.check_token(data)?;
        let session = session.ok_or(DECODE_ERROR)?;
        let sequence = data.get("seq").and_then(Value::as_u64).ok_or(DECODE_ERROR)?;
        match self.sessions.resume(connection, session, sequence, now) {
            Resumed::Yes => Ok(()),
            Resumed::NeverSent => {
                self.sessions.forget(session);
                Err(INVALID_SEQUENCE)
            }
            Resumed::Unknown => {
                self.sessions.invalidate(connection, false, now);
                Ok(())
            }
        }
    }

    fn check_token(&self, data: &Value) -> Result<(), u16> {
        let token = data.get("token").and_then(Value::as_str).ok_or(DECODE_ERROR)?;
        let token = token.strip_prefix("Bot ").unwrap_or(token);
        if token == self.token { Ok(()) } else { Err(AUTHENTICATION_FAILED) }
    }
}

/// `[number, count]`, with a number below the count.
fn shard(json: &Value) -> Option<Shard> {
    let [number, count] = json.as_array()?.as_slice() else { return None };
    let (number, count) = (number.as_u64()?, count.as_u64()?);
    (number < count).then_some(Shard { number, count })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playground::Options;
    use crate::playground::clock::Clock;
    use crate::playground::gateway::Sessions;
    use proptest::prelude::*;

    /// Text of any kind, and payloads that look like those of a client.
    fn payloads() -> impl Strategy<Value = String> {
        let data = prop_oneof![
            "null|[0-9]",
            r#"\{"token":"t","intents":[0-9]{1,6},"properties":\{\},"shard":\[[0-9],[0-9]\]\}"#,
            r#"\{"token":"t","session_id":"s","seq":[0-9]\}"#,
            r#"\{"guild_id":("[0-9]{0,20}"|\["1"\]|7),"query":"[a-z]{0,2}","limit":-?[0-9]{1,3}\}"#,
            r#"\{"guild_ids?":\["[0-9]{0,20}"\],"user_ids":("1"|\["[0-9]{0,20}"\])\}"#,
        ];
        let operation = prop_oneof![0..12_u64, Just(31), Just(43)];
        let framed = (operation, data).prop_map(|(op, data)| format!(r#"{{"op":{op},"d":{data}}}"#));
        prop_oneof!["\\PC{0,30}", framed]
    }

    proptest! {
        #[test]
        fn no_payload_makes_the_gateway_panic(identified: bool, payloads in proptest::collection::vec(payloads(), 1..8)) {
            let sessions = Sessions::new("ws://localhost".to_owned(), Options::default().rules());
            let mut state = State::new(Clock::start(true), "t".to_owned(), sessions);
            let (connection, mut orders) = state.sessions.open(0);
            if identified {
                state.receive(connection, r#"{"op":2,"d":{"token":"t","intents":1,"properties":{}}}"#);
            }
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
