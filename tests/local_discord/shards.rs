//! Bots with several shards: who hears what, who may identify when, and when sharding is required.

use std::time::Duration;

use backroad::playground::{FIRST_GUILD, Options, Playground, SECOND_GUILD, Snowflake};
use serde_json::{Value, json};

use crate::bot::{GUILD_MESSAGES, Gateway, Rest, callback_path, commands, identify, playground, text};
use crate::gateway::{opened, refusal};

fn identify_shard(playground: &Playground, number: u64, count: u64) -> Value {
    let mut payload = identify(playground.token(), 1 | GUILD_MESSAGES);
    payload["d"]["shard"] = json!([number, count]);
    payload
}

async fn shard(playground: &Playground, number: u64, count: u64) -> (Gateway, Value) {
    let mut gateway = opened(playground).await;
    gateway.send(&identify_shard(playground, number, count)).await;
    let ready = gateway.payload().await;
    assert_eq!(ready["t"], "READY", "{ready}");
    (gateway, ready["d"].clone())
}

async fn event(gateway: &mut Gateway, name: &str) -> Value {
    loop {
        let payload = gateway.payload().await;
        if payload["t"] == name {
            return payload["d"].clone();
        }
    }
}

fn shard_of(guild: Snowflake) -> u64 {
    (guild.get() >> 22) % 2
}

#[tokio::test]
async fn each_shard_hears_of_its_own_guilds_only() {
    let playground = playground().await;
    let (zero, ready_zero) = shard(&playground, 0, 2).await;
    let (one, ready_one) = shard(&playground, 1, 2).await;
    let mut shards = [zero, one];
    let mut heard = 0;
    for (number, ready) in [(0, ready_zero), (1, ready_one)] {
        assert_eq!(ready["shard"], json!([number, 2]));
        for guild in ready["guilds"].as_array().unwrap() {
            assert_eq!(shard_of(text(&guild["id"]).parse().unwrap()), number);
            heard += 1;
        }
    }
    assert_eq!(heard, 2);
    let rest = Rest::new(&playground);
    rest.put(&format!("/applications/{}/commands", rest.app), commands()).await;
    for guild in [FIRST_GUILD, SECOND_GUILD] {
        let ada = playground.member("ada").unwrap().in_guild(guild).unwrap();
        let shard = &mut shards[usize::try_from(shard_of(ada.guild_id())).unwrap()];
        ada.message("hello").await.unwrap();
        assert_eq!(event(shard, "MESSAGE_CREATE").await["guild_id"], ada.guild_id().to_string());
        let answer = async {
            let interaction = event(shard, "INTERACTION_CREATE").await;
            assert_eq!(interaction["guild_id"], ada.guild_id().to_string());
            rest.post(&callback_path(&interaction), json!({ "type": 4, "data": { "content": "hi" } })).await
        };
        let (shown, _) = tokio::join!(ada.slash("/ask query: x"), answer);
        assert_eq!(shown.unwrap().text(), "hi");
    }
    assert_eq!(playground.gateway_sessions().iter().map(|s| s.shard).collect::<Vec<_>>(), [(0, 2), (1, 2)]);
}

#[tokio::test]
async fn a_guild_whose_shard_is_not_there_gets_no_response() {
    let playground = playground().await;
    let ada = playground.member("ada").unwrap();
    let other = 1 - shard_of(ada.guild_id());
    let _gateway = shard(&playground, other, 2).await;
    let rest = Rest::new(&playground);
    rest.put(&format!("/applications/{}/commands", rest.app), commands()).await;
    let id = ada.guild_id();
    playground.until("a shard", |view| view.bot_is_online().then_some(())).await.unwrap();
    assert!(playground.until("no", |view| Some(!view.bot_serves(id))).await.unwrap());
    assert_eq!(ada.slash("/ask query: x").await.unwrap_err().to_string(), "The application did not respond");
}

#[tokio::test]
async fn without_a_shard_in_the_identify_none_is_in_the_ready() {
    let playground = playground().await;
    let mut gateway = opened(&playground).await;
    let mut payload = identify(playground.token(), 0);
    payload["d"].as_object_mut().unwrap().remove("shard");
    gateway.send(&payload).await;
    let ready = gateway.payload().await;
    assert_eq!(ready["d"]["guilds"].as_array().unwrap().len(), 2);
    assert!(ready["d"].get("shard").is_none());
}

#[tokio::test]
async fn too_many_guilds_for_a_shard_require_sharding() {
    let options = Options { identify_spacing: Duration::ZERO, guilds_per_shard: 1, ..Options::default() };
    let playground = Playground::start(options).await.unwrap();
    assert_eq!(refusal(&playground, &identify_shard(&playground, 0, 1)).await, Some(4011));
    assert_eq!(Rest::new(&playground).get("/gateway/bot").await.1["shards"], 2);
    shard(&playground, 0, 2).await;
}

#[tokio::test]
async fn shards_of_different_concurrency_keys_need_not_wait_for_each_other() {
    let options = Options { clock_stands: true, max_concurrency: 2, ..Options::default() };
    let playground = Playground::start(options).await.unwrap();
    let limit = Rest::new(&playground).get("/gateway/bot").await.1["session_start_limit"].clone();
    assert_eq!(limit["max_concurrency"], 2);
    shard(&playground, 0, 4).await;
    shard(&playground, 1, 4).await;
    let mut third = opened(&playground).await;
    third.send(&identify_shard(&playground, 2, 4)).await;
    let answer = third.payload().await;
    assert_eq!((&answer["op"], &answer["d"]), (&json!(9), &json!(false)));
    playground.advance(Duration::from_secs(5));
    shard(&playground, 2, 4).await;
}
