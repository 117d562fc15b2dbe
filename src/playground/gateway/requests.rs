//! What a client with a session asks for over the gateway: members of a guild, and a few things that the playground's
//! guilds have none of.

use serde_json::{Value, json};

use super::guilds::GUILD_PRESENCES;
use crate::playground::json::set;
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::world::{Guild, Member};

const GUILD_MEMBERS: u64 = 1 << 1;
/// Members in one event.
const CHUNK: usize = 1000;
/// Members in answer to a query or to ids.
const MOST_FOUND: usize = 100;
const LONGEST_NONCE: usize = 32;
/// All members of a guild can be asked for this often.
const ALL_MEMBERS_MS: i64 = 30_000;

/// The data does not fit the opcode.
pub(super) struct Misfit;

impl State {
    /// Carries out what a session asks for with opcode 3, 4, 8, 31 or 43.
    pub(super) fn request(&mut self, session: &str, operation: u64, data: &Value, now: i64) -> Result<(), Misfit> {
        match operation {
            // Nobody here would see the presence.
            3 => is_presence(data).then_some(()).ok_or(Misfit),
            // There is no voice channel to join.
            4 => is_voice_state(data).then_some(()).ok_or(Misfit),
            8 => self.request_members(session, data, now),
            31 => {
                let guilds = data.get("guild_ids").and_then(Value::as_array).ok_or(Misfit)?;
                let guilds: Vec<Snowflake> = guilds.iter().map(snowflake).collect::<Option<_>>().ok_or(Misfit)?;
                for guild in guilds {
                    let sounds = json!({ "guild_id": guild, "soundboard_sounds": [] });
                    self.answer_for(session, guild, "SOUNDBOARD_SOUNDS", &sounds);
                }
                Ok(())
            }
            _ => {
                let guild = data.get("guild_id").and_then(snowflake).ok_or(Misfit)?;
                self.answer_for(session, guild, "CHANNEL_INFO", &json!({ "guild_id": guild, "channels": [] }));
                Ok(())
            }
        }
    }

    /// Sends an event, if the guild is the session's business.
    fn answer_for(&mut self, session: &str, guild: Snowflake, event: &str, data: &Value) {
        if self.guild_of_session(session, guild).is_some() {
            self.sessions.dispatch_to(session, event, data);
        }
    }

    fn guild_of_session(&self, id: &str, guild: Snowflake) -> Option<&Guild> {
        let session = self.sessions.list.iter().find(|session| session.id == id)?;
        let heard_of = session.takes(guild) && self.sessions.hears_of(guild);
        if heard_of { self.own_guilds().find(|known| known.id == guild) } else { None }
    }

    fn request_members(&mut self, session: &str, data: &Value, now: i64) -> Result<(), Misfit> {
        // One guild a request; of a list, which old versions took, only the first counts.
        let guild = data.get("guild_id").ok_or(Misfit)?;
        let guild = snowflake(guild.as_array().and_then(|list| list.first()).unwrap_or(guild)).ok_or(Misfit)?;
        let nonce = data.get("nonce").and_then(Value::as_str).filter(|nonce| nonce.len() <= LONGEST_NONCE);
        let wanted = Wanted::read(data)?;
        let intents = self.sessions.list.iter().find(|known| known.id == session).map_or(0, |known| known.intents);
        let Some(found) = self.guild_of_session(session, guild) else { return Ok(()) };
        if matches!(wanted, Wanted::All) {
            if intents & GUILD_MEMBERS == 0 {
                // Discord leaves such a request without an answer.
                return Ok(());
            }
            let waited = now - self.sessions.asked_for_all_ms.get(&guild).copied().unwrap_or(now - ALL_MEMBERS_MS);
            if waited < ALL_MEMBERS_MS {
                self.tell_of_limit(session, guild, nonce, ALL_MEMBERS_MS - waited);
                return Ok(());
            }
        }
        let (members, not_found) = self.find_members(found, &wanted);
        let chunks: Vec<&[Value]> = if members.is_empty() { vec![&[]] } else { members.chunks(CHUNK).collect() };
        if matches!(wanted, Wanted::All) {
            self.sessions.asked_for_all_ms.insert(guild, now);
        }
        for (index, chunk) in chunks.iter().enumerate() {
            let mut event = json!({
                "guild_id": guild, "members": chunk, "chunk_index": index, "chunk_count": chunks.len(),
                "not_found": not_found,
            });
            if data.get("presences").and_then(Value::as_bool) == Some(true) && intents & GUILD_PRESENCES != 0 {
                // Everybody is offline.
                set(&mut event, "presences", json!([]));
            }
            if let Some(nonce) = nonce {
                set(&mut event, "nonce", nonce);
            }
            self.sessions.dispatch_to(session, "GUILD_MEMBERS_CHUNK", &event);
        }
        Ok(())
    }

    fn tell_of_limit(&mut self, session: &str, guild: Snowflake, nonce: Option<&str>, left_ms: i64) {
        let mut meta = json!({ "guild_id": guild });
        if let Some(nonce) = nonce {
            set(&mut meta, "nonce", nonce);
        }
        let seconds = std::time::Duration::from_millis(left_ms.unsigned_abs()).as_secs_f64();
        let event = json!({ "opcode": 8, "retry_after": seconds, "meta": meta });
        self.sessions.dispatch_to(session, "RATE_LIMITED", &event);
    }

    /// The members that are wanted, and the ids that nobody has.
    fn find_members(&self, guild: &Guild, wanted: &Wanted) -> (Vec<Value>, Vec<Snowflake>) {
        let json = |member: &Member| Some(member.json_with_user(self.world.users.get(&member.user)?));
        match wanted {
            Wanted::All => (guild.members.iter().filter_map(json).collect(), Vec::new()),
            Wanted::Named { prefix, most } => {
                let starts = |name: &str| name.to_lowercase().starts_with(prefix);
                let fits = |member: &&Member| {
                    self.world
                        .users
                        .get(&member.user)
                        .is_some_and(|user| starts(&user.username) || starts(user.display_name()))
                };
                (guild.members.iter().filter(fits).take(*most).filter_map(json).collect(), Vec::new())
            }
            Wanted::Ids(ids) => {
                let (known, unknown): (Vec<Snowflake>, Vec<Snowflake>) =
                    ids.iter().take(MOST_FOUND).partition(|id| guild.member(**id).is_some());
                (known.into_iter().filter_map(|id| json(guild.member(id)?)).collect(), unknown)
            }
        }
    }
}

enum Wanted {
    All,
    Named { prefix: String, most: usize },
    Ids(Vec<Snowflake>),
}

impl Wanted {
    fn read(data: &Value) -> Result<Self, Misfit> {
        if let Some(ids) = data.get("user_ids").filter(|ids| !ids.is_null()) {
            let list = ids.as_array().map_or_else(|| std::slice::from_ref(ids), Vec::as_slice);
            return list.iter().map(snowflake).collect::<Option<_>>().map(Self::Ids).ok_or(Misfit);
        }
        let prefix = data.get("query").and_then(Value::as_str).ok_or(Misfit)?.to_lowercase();
        let limit = data.get("limit").and_then(Value::as_u64).ok_or(Misfit)?;
        Ok(match (prefix.as_str(), usize::try_from(limit).unwrap_or(MOST_FOUND)) {
            ("", 0) => Self::All,
            (_, 0) => Self::Named { prefix, most: MOST_FOUND },
            (_, limit) => Self::Named { prefix, most: limit.min(MOST_FOUND) },
        })
    }
}

/// Discord takes ids of the gateway as strings and as numbers.
fn snowflake(json: &Value) -> Option<Snowflake> {
    json.as_u64().map(Snowflake::from).or_else(|| json.as_str()?.parse().ok())
}

fn is_presence(data: &Value) -> bool {
    let is_moment = |since: &Value| since.is_null() || since.is_number();
    let is_status =
        |status: &Value| ["online", "dnd", "idle", "invisible", "offline"].iter().any(|known| status == known);
    data.get("since").is_some_and(is_moment)
        && data.get("activities").is_some_and(Value::is_array)
        && data.get("status").is_some_and(is_status)
        && data.get("afk").is_some_and(Value::is_boolean)
}

fn is_voice_state(data: &Value) -> bool {
    let is_channel = |channel: &Value| channel.is_null() || snowflake(channel).is_some();
    data.get("guild_id").and_then(snowflake).is_some()
        && data.get("channel_id").is_some_and(is_channel)
        && ["self_mute", "self_deaf"].iter().all(|key| data.get(key).is_some_and(Value::is_boolean))
}
