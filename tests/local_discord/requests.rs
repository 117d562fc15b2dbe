//! What a client can ask for over the gateway: members of a guild, presences, voice, and what belongs to them.

use std::time::Duration;

use backroad::playground::{FIRST_GUILD, Options, Playground};
use serde_json::{Value, json};

use crate::bot::{Bot, playground, text};

const GUILD_MEMBERS: u64 = 1 << 1;
const GUILD_PRESENCES: u64 = 1 << 8;

async fn with_members_intent() -> (Playground, Bot, String) {
    let options = Options {
        clock_stands: true,
        identify_spacing: Duration::ZERO,
        privileged_intents: GUILD_MEMBERS | GUILD_PRESENCES,
        ..Options::default()
    };
    let playground = Playground::start(options).await.unwrap();
    let bot = Bot::connect_with(&playground, 1 | GUILD_MEMBERS | GUILD_PRESENCES).await;
    let guild = playground.member("ada").unwrap().in_guild(FIRST_GUILD).unwrap().guild_id().to_string();
    (playground, bot, guild)
}

async fn ask(bot: &mut Bot, data: Value) -> Value {
    bot.gateway.send(&json!({ "op": 8, "d": data })).await;
    bot.event("GUILD_MEMBERS_CHUNK").await
}

fn names(chunk: &Value) -> Vec<&str> {
    chunk["members"].as_array().unwrap().iter().map(|member| text(&member["user"]["username"])).collect()
}

#[tokio::test]
async fn members_are_found_by_name_and_by_id() {
    let (playground, mut bot, guild) = with_members_intent().await;
    let found = ask(&mut bot, json!({ "guild_id": guild, "query": "M", "limit": 5, "nonce": "n" })).await;
    assert_eq!(names(&found), ["mira"]);
    assert_eq!((&found["chunk_index"], &found["chunk_count"], &found["nonce"]), (&json!(0), &json!(1), &json!("n")));
    let ada = playground.member("ada").unwrap().id().to_string();
    let found = ask(&mut bot, json!({ "guild_id": guild, "user_ids": [ada, "5"], "presences": true })).await;
    assert_eq!((names(&found), &found["not_found"], &found["presences"]), (vec!["ada"], &json!(["5"]), &json!([])));
    let found = ask(&mut bot, json!({ "guild_id": guild, "user_ids": ada, "nonce": "x".repeat(33) })).await;
    // A nonce that is too long is ignored.
    assert!(names(&found) == ["ada"] && found.get("nonce").is_none() && found.get("presences").is_none());
    let found = ask(&mut bot, json!({ "guild_id": [guild], "query": "zzz", "limit": 0 })).await;
    assert_eq!((names(&found), &found["chunk_count"]), (vec![], &json!(1)));
}

#[tokio::test]
async fn all_members_can_be_asked_for_every_30_seconds() {
    let (playground, mut bot, guild) = with_members_intent().await;
    for number in 0..1000 {
        playground.add_member(&format!("m{number}")).unwrap();
    }
    let all = json!({ "op": 8, "d": { "guild_id": guild, "query": "", "limit": 0, "nonce": "n" } });
    for _ in 0..2 {
        bot.gateway.send(&all).await;
        let (first, second) = (bot.event("GUILD_MEMBERS_CHUNK").await, bot.event("GUILD_MEMBERS_CHUNK").await);
        assert_eq!((names(&first).len(), names(&second).len()), (1000, 6));
        assert_eq!((&second["chunk_index"], &second["chunk_count"]), (&json!(1), &json!(2)));
        playground.advance(Duration::from_secs(20));
        bot.gateway.send(&all).await;
        let limited = bot.event("RATE_LIMITED").await;
        assert_eq!(limited, json!({ "opcode": 8, "retry_after": 10.0, "meta": { "guild_id": guild, "nonce": "n" } }));
        playground.advance(Duration::from_secs(10));
    }
    // Queries give a hundred at most.
    let found = ask(&mut bot, json!({ "guild_id": guild, "query": "m", "limit": 0 })).await;
    assert_eq!(names(&found).len(), 100);
}

#[tokio::test]
async fn what_an_app_may_not_ask_for_gets_no_answer() {
    let playground = playground().await;
    let mut bot = Bot::connect_with(&playground, 0).await;
    let guild = playground.member("ada").unwrap().guild_id().to_string();
    for data in [
        // All members without the intent, and a guild that the bot is not in.
        json!({ "guild_id": guild, "query": "", "limit": 0 }),
        json!({ "guild_id": "5", "query": "a", "limit": 1 }),
    ] {
        bot.gateway.send(&json!({ "op": 8, "d": data })).await;
    }
    bot.gateway.send(&json!({ "op": 1, "d": null })).await;
    assert_eq!(bot.gateway.payload().await["op"], 11);
}

#[tokio::test]
async fn presence_voice_sounds_and_channel_info_are_taken() {
    let playground = playground().await;
    let mut bot = Bot::connect_with(&playground, 0).await;
    let guild = playground.member("ada").unwrap().guild_id().to_string();
    let presence = json!({ "since": null, "activities": [{ "name": "x", "type": 0 }], "status": "idle", "afk": false });
    bot.gateway.send(&json!({ "op": 3, "d": presence })).await;
    let voice = json!({ "guild_id": guild, "channel_id": null, "self_mute": false, "self_deaf": true });
    bot.gateway.send(&json!({ "op": 4, "d": voice })).await;
    bot.gateway.send(&json!({ "op": 31, "d": { "guild_ids": [guild, "5"] } })).await;
    assert_eq!(bot.event("SOUNDBOARD_SOUNDS").await, json!({ "guild_id": guild, "soundboard_sounds": [] }));
    bot.gateway.send(&json!({ "op": 43, "d": { "guild_id": guild, "fields": ["status"] } })).await;
    assert_eq!(bot.event("CHANNEL_INFO").await, json!({ "guild_id": guild, "channels": [] }));
}

#[tokio::test]
async fn data_that_does_not_fit_its_opcode_closes_with_4001() {
    let playground = playground().await;
    let guild = playground.member("ada").unwrap().guild_id().to_string();
    for payload in [
        json!({ "op": 3, "d": { "activities": [], "status": "online", "afk": false } }),
        json!({ "op": 3, "d": { "since": null, "activities": [], "status": "busy", "afk": false } }),
        json!({ "op": 4, "d": { "guild_id": guild } }),
        json!({ "op": 8, "d": { "query": "", "limit": 0 } }),
        json!({ "op": 8, "d": { "guild_id": guild } }),
        json!({ "op": 8, "d": { "guild_id": guild, "query": "a" } }),
        json!({ "op": 31, "d": { "guild_ids": "5" } }),
        json!({ "op": 43, "d": null }),
        json!({ "op": 0, "d": null }),
        json!({ "op": 11, "d": null }),
    ] {
        let mut bot = Bot::connect_with(&playground, 0).await;
        bot.gateway.send(&payload).await;
        assert_eq!(bot.gateway.close_code().await, Some(4001), "{payload}");
    }
}
