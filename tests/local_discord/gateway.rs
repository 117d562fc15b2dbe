//! The gateway keeps Discord's protocol: hello, identify, resume, heartbeats, close codes.

use std::time::Duration;

use backroad::playground::{Options, Playground};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::bot::{
    Bot, GUILD_MESSAGES, Gateway, Heard, MESSAGE_CONTENT, Rest, commands, identify, playground, text, with_bot,
};

pub(crate) const PLAIN: &str = "?v=10&encoding=json";

pub(crate) async fn opened(playground: &Playground) -> Gateway {
    let mut gateway = Gateway::open(playground, PLAIN).await;
    assert_eq!(gateway.payload().await["op"], 10);
    gateway
}

pub(crate) fn resume(playground: &Playground, session: &str, sequence: u64) -> Value {
    json!({ "op": 6, "d": { "token": playground.token(), "session_id": session, "seq": sequence } })
}

/// Sends one payload on a fresh connection and tells the close code.
pub(crate) async fn refusal(playground: &Playground, payload: &Value) -> Option<u16> {
    let mut gateway = opened(playground).await;
    gateway.send(payload).await;
    gateway.close_code().await
}

#[tokio::test]
async fn hello_then_ready_then_the_guilds() {
    let playground = playground().await;
    let mut gateway = Gateway::open(&playground, PLAIN).await;
    let hello = gateway.payload().await;
    assert_eq!((&hello["op"], &hello["d"]["heartbeat_interval"]), (&json!(10), &json!(41250)));
    gateway.send(&identify(playground.token(), 1)).await;
    let ready = gateway.payload().await;
    assert_eq!((&ready["t"], &ready["s"], &ready["d"]["v"]), (&json!("READY"), &json!(1), &json!(10)));
    assert_eq!(ready["d"]["user"]["bot"], true);
    assert_eq!(ready["d"]["application"]["id"], ready["d"]["user"]["id"]);
    assert_eq!(ready["d"]["shard"], json!([0, 1]));
    assert!(text(&ready["d"]["resume_gateway_url"]).starts_with("ws://127.0.0.1:"));
    for unavailable in ready["d"]["guilds"].as_array().unwrap() {
        let guild = gateway.payload().await;
        assert_eq!((&guild["t"], &guild["d"]["id"]), (&json!("GUILD_CREATE"), &unavailable["id"]));
        assert_eq!(unavailable["unavailable"], true);
        // Without the members intent the bot hears of itself alone.
        assert_eq!(guild["d"]["members"].as_array().unwrap().len(), 1);
        assert_eq!(guild["d"]["members"][0]["user"]["id"], ready["d"]["user"]["id"]);
    }
}

#[tokio::test]
async fn without_the_guilds_intent_no_guild_is_told() {
    let playground = playground().await;
    let mut bot = Bot::connect_with(&playground, 0).await;
    playground.ask_for_heartbeat();
    assert_eq!(bot.gateway.payload().await["op"], 1);
}

#[tokio::test]
async fn heartbeats_go_both_ways_even_before_identify() {
    let playground = playground().await;
    let mut gateway = opened(&playground).await;
    gateway.send(&json!({ "op": 1, "d": null })).await;
    assert_eq!(gateway.payload().await["op"], 11);
    let mut bot = Bot::connect_with(&playground, 0).await;
    playground.ask_for_heartbeat();
    assert_eq!(bot.gateway.payload().await["op"], 1);
    bot.gateway.send(&json!({ "op": 1, "d": bot.sequence })).await;
    assert_eq!(bot.gateway.payload().await["op"], 11);
    playground.ask_to_reconnect();
    assert_eq!(bot.gateway.payload().await["op"], 7);
}

#[tokio::test]
async fn wrong_payloads_close_with_their_codes() {
    let playground = playground().await;
    let token = playground.token();
    let with = |key: &str, value: Value| {
        let mut payload = identify(token, 1);
        payload["d"][key] = value;
        payload
    };
    let table = [
        ("a wrong token", with("token", json!("wrong")), 4004),
        ("no intents", with("intents", Value::Null), 4013),
        ("unknown intents", with("intents", json!(1_u64 << 30)), 4013),
        ("privileged intents that are not switched on", with("intents", json!(MESSAGE_CONTENT)), 4014),
        ("a shard beyond the count", with("shard", json!([1, 1])), 4010),
        ("a shard that is none", with("shard", json!([0])), 4010),
        ("no properties", with("properties", Value::Null), 4002),
        ("an unknown opcode", json!({ "op": 99, "d": null }), 4001),
        ("no opcode", json!({ "d": null }), 4001),
        ("a presence before identify", json!({ "op": 3, "d": {} }), 4003),
        ("a resume with a wrong token", json!({ "op": 6, "d": { "token": "x", "session_id": "x", "seq": 1 } }), 4004),
    ];
    for (name, payload, code) in table {
        assert_eq!(refusal(&playground, &payload).await, Some(code), "{name}");
    }
}

#[tokio::test]
async fn what_is_no_json_or_too_long_closes_with_4002() {
    let playground = playground().await;
    let mut gateway = opened(&playground).await;
    gateway.send_text("{").await;
    assert_eq!(gateway.close_code().await, Some(4002));

    let padded = |length: usize| {
        let rest = json!({ "op": 1, "d": null, "x": "" }).to_string().len();
        json!({ "op": 1, "d": null, "x": "x".repeat(length - rest) }).to_string()
    };
    let mut gateway = opened(&playground).await;
    gateway.send_text(&padded(4096)).await;
    assert_eq!(gateway.payload().await["op"], 11);
    gateway.send_text(&padded(4097)).await;
    assert_eq!(gateway.close_code().await, Some(4002));

    let mut gateway = opened(&playground).await;
    gateway.send_raw(Message::binary(vec![131, 109])).await;
    assert_eq!(gateway.close_code().await, Some(4002));
}

#[tokio::test]
async fn identifying_twice_closes_with_4005() {
    let (playground, mut bot) = with_bot().await;
    bot.gateway.send(&identify(playground.token(), 1)).await;
    assert_eq!(bot.gateway.close_code().await, Some(4005));
}

#[tokio::test]
async fn more_than_120_payloads_a_minute_close_with_4008() {
    let playground = playground().await;
    let mut gateway = opened(&playground).await;
    for _ in 0..120 {
        gateway.send(&json!({ "op": 1, "d": null })).await;
        assert_eq!(gateway.payload().await["op"], 11);
    }
    playground.advance(Duration::from_secs(60));
    gateway.send(&json!({ "op": 1, "d": null })).await;
    assert_eq!(gateway.payload().await["op"], 11);
    for _ in 0..120 {
        gateway.send(&json!({ "op": 1, "d": null })).await;
    }
    assert_eq!(gateway.close_code().await, Some(4008));
}

#[tokio::test]
async fn other_versions_are_closed_with_4012() {
    let playground = playground().await;
    let mut gateway = Gateway::open(&playground, "?v=9&encoding=json").await;
    assert_eq!(gateway.close_code().await, Some(4012));
}

#[tokio::test]
async fn identifies_too_close_together_are_invalid_sessions() {
    let playground = Playground::start(Options::default()).await.unwrap();
    let _first = Bot::connect(&playground).await;
    let mut second = opened(&playground).await;
    second.send(&identify(playground.token(), 1)).await;
    let answer = second.payload().await;
    assert_eq!((&answer["op"], &answer["d"]), (&json!(9), &json!(false)));
    playground.advance(Duration::from_secs(5));
    second.send(&identify(playground.token(), 1)).await;
    assert_eq!(second.payload().await["t"], "READY");
}

#[tokio::test]
async fn session_starts_are_counted_and_resumes_are_not() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let limit = || async { rest.get("/gateway/bot").await.1["session_start_limit"].clone() };
    let before = limit().await;
    assert_eq!((&before["total"], &before["remaining"]), (&json!(1000), &json!(1000)));
    let mut bot = Bot::connect(&playground).await;
    assert_eq!(limit().await["remaining"], 999);
    playground.drop_gateway();
    assert_eq!(bot.gateway.hear_end().await, Heard::Cut);
    let mut gateway = opened(&playground).await;
    gateway.send(&resume(&playground, &bot.session, bot.sequence)).await;
    while gateway.payload().await["t"] != "RESUMED" {}
    let after = limit().await;
    assert_eq!(after["remaining"], 999);
    assert!(after["reset_after"].as_i64().unwrap() > 0);
    playground.advance(Duration::from_secs(24 * 3600));
    assert_eq!(limit().await["remaining"], 1000);
}

#[tokio::test]
async fn the_start_after_the_last_one_ends_all_sessions() {
    let playground = playground().await;
    let mut last = opened(&playground).await;
    for _ in 0..1000 {
        let mut gateway = opened(&playground).await;
        gateway.send(&identify(playground.token(), 0)).await;
        assert_eq!(gateway.payload().await["t"], "READY");
    }
    last.send(&identify(playground.token(), 0)).await;
    assert_eq!(last.close_code().await, Some(4004));
    playground.until("the bot to be offline", |view| (!view.bot_is_online()).then_some(())).await.unwrap();
}

#[tokio::test]
async fn a_resume_replays_what_was_missed_in_order() {
    let (playground, mut bot) = with_bot().await;
    playground.drop_gateway();
    assert_eq!(bot.gateway.hear_end().await, Heard::Cut);
    let ada = playground.member("ada").unwrap();
    let ben = playground.member("ben").unwrap();
    let replay = async {
        let both = |view: &backroad::playground::View<'_>| (view.interaction_count() == 2).then_some(());
        playground.until("both commands", both).await.unwrap();
        let mut gateway = opened(&playground).await;
        gateway.send(&resume(&playground, &bot.session, bot.sequence)).await;
        let mut heard = Vec::new();
        loop {
            let payload = gateway.payload().await;
            heard.push((text(&payload["t"]).to_owned(), payload["s"].as_u64().unwrap()));
            match text(&payload["t"]) {
                "INTERACTION_CREATE" => {
                    let reply = json!({ "type": 4, "data": { "content": payload["d"]["member"]["user"]["username"] } });
                    bot.rest.respond(&payload["d"], reply).await;
                }
                "RESUMED" => return heard,
                _ => {}
            }
        }
    };
    let (one, two, heard) = tokio::join!(ada.slash("/ask query: one"), ben.slash("/ask query: two"), replay);
    assert_eq!((one.unwrap().text(), two.unwrap().text()), ("ada", "ben"));
    let numbers: Vec<u64> = heard.iter().map(|(_, number)| *number).collect();
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{heard:?}");
    assert_eq!(heard.iter().filter(|(name, _)| name == "INTERACTION_CREATE").count(), 2);
    assert_eq!(numbers[0], bot.sequence + 1);
}

#[tokio::test]
async fn a_close_with_1000_or_1001_ends_the_session_and_others_do_not() {
    let playground = playground().await;
    for (code, resumable) in [(1000, false), (1001, false), (4000, true), (3999, true)] {
        let mut bot = Bot::connect(&playground).await;
        let frame = tokio_tungstenite::tungstenite::protocol::CloseFrame { code: code.into(), reason: "".into() };
        bot.gateway.send_raw(Message::Close(Some(frame))).await;
        while !matches!(bot.gateway.hear().await, Heard::Cut) {}
        let mut gateway = opened(&playground).await;
        gateway.send(&resume(&playground, &bot.session, bot.sequence)).await;
        if resumable {
            while gateway.payload().await["t"] != "RESUMED" {}
        } else {
            let answer = gateway.payload().await;
            assert_eq!((&answer["op"], &answer["d"]), (&json!(9), &json!(false)), "{code}");
        }
    }
}

#[tokio::test]
async fn a_session_is_forgotten_after_a_few_minutes() {
    let (playground, mut bot) = with_bot().await;
    playground.drop_gateway();
    assert_eq!(bot.gateway.hear_end().await, Heard::Cut);
    playground.advance(Duration::from_secs(301));
    let mut gateway = opened(&playground).await;
    gateway.send(&resume(&playground, &bot.session, bot.sequence)).await;
    assert_eq!(gateway.payload().await["op"], 9);
    // The connection is still good for an identify.
    gateway.send(&identify(playground.token(), 1)).await;
    assert_eq!(gateway.payload().await["t"], "READY");
}

#[tokio::test]
async fn a_sequence_that_was_never_sent_closes_with_4007() {
    let (playground, mut bot) = with_bot().await;
    playground.drop_gateway();
    assert_eq!(bot.gateway.hear_end().await, Heard::Cut);
    assert_eq!(refusal(&playground, &resume(&playground, &bot.session, 9999)).await, Some(4007));
}

#[tokio::test]
async fn a_resume_takes_the_session_from_an_older_connection() {
    let (playground, mut bot) = with_bot().await;
    let mut gateway = opened(&playground).await;
    gateway.send(&resume(&playground, &bot.session, bot.sequence)).await;
    while gateway.payload().await["t"] != "RESUMED" {}
    assert_eq!(bot.gateway.close_code().await, Some(4000));
}

#[tokio::test]
async fn ordered_closes_and_cuts_happen() {
    let playground = playground().await;
    for code in [Some(4000), Some(4009), None] {
        let mut bot = Bot::connect(&playground).await;
        playground.close_gateway(code);
        assert_eq!(bot.gateway.close_code().await, code);
    }
    let mut bot = Bot::connect_with(&playground, 0).await;
    playground.drop_gateway();
    assert_eq!(bot.gateway.hear().await, Heard::Cut);
    playground.reject_identify(4014);
    assert_eq!(refusal(&playground, &identify(playground.token(), 1)).await, Some(4014));
    Bot::connect(&playground).await;
}

#[tokio::test]
async fn a_session_closed_with_4009_cannot_be_resumed() {
    let (playground, mut bot) = with_bot().await;
    playground.close_gateway(Some(4009));
    assert_eq!(bot.gateway.close_code().await, Some(4009));
    let mut gateway = opened(&playground).await;
    gateway.send(&resume(&playground, &bot.session, bot.sequence)).await;
    assert_eq!(gateway.payload().await["op"], 9);
}

#[tokio::test]
async fn messages_are_told_only_with_the_intent_and_blank_without_the_content_intent() {
    let options =
        Options { privileged_intents: MESSAGE_CONTENT, identify_spacing: Duration::ZERO, ..Options::default() };
    let playground = Playground::start(options).await.unwrap();
    let ada = playground.member("ada").unwrap();
    let mut deaf = Bot::connect(&playground).await;
    let mut blind = Bot::connect_with(&playground, GUILD_MESSAGES).await;
    let mut reader = Bot::connect_with(&playground, GUILD_MESSAGES | MESSAGE_CONTENT).await;
    ada.message("hello").await.unwrap();
    ada.message(&format!("hello <@{}>", blind.rest.app)).await.unwrap();
    assert_eq!(blind.event("MESSAGE_CREATE").await["content"], "");
    let mention = blind.event("MESSAGE_CREATE").await;
    assert!(text(&mention["content"]).starts_with("hello <@"));
    assert_eq!(mention["guild_id"], ada.guild_id().to_string());
    assert!(mention["member"]["roles"].is_array() && mention["member"]["user"].is_null());
    assert_eq!(reader.event("MESSAGE_CREATE").await["content"], "hello");
    // The one without the intent heard nothing but its guilds.
    playground.ask_for_heartbeat();
    loop {
        let payload = deaf.gateway.payload().await;
        assert_ne!(payload["t"], "MESSAGE_CREATE");
        if payload["op"] == 1 {
            break;
        }
    }
}

#[tokio::test]
async fn edits_and_deletes_of_messages_are_told() {
    let playground = playground().await;
    let mut bot = Bot::connect_with(&playground, GUILD_MESSAGES).await;
    let channel = playground.member("ada").unwrap().channel_id();
    let path = format!("/channels/{channel}/messages");
    let (_, message) = bot.rest.post(&path, json!({ "content": "one" })).await;
    assert_eq!(bot.event("MESSAGE_CREATE").await["content"], "one");
    let path = format!("{path}/{}", text(&message["id"]));
    bot.rest.patch(&path, json!({ "content": "two" })).await;
    let edited = bot.event("MESSAGE_UPDATE").await;
    assert_eq!(edited["content"], "two");
    assert!(edited["edited_timestamp"].is_string());
    bot.rest.delete(&path).await;
    assert_eq!(bot.event("MESSAGE_DELETE").await["id"], message["id"]);
}

#[tokio::test]
async fn changes_of_channels_are_told() {
    let (playground, mut bot) = with_bot().await;
    playground.add_channel("news").unwrap();
    assert_eq!(bot.event("CHANNEL_CREATE").await["name"], "news");
    playground.set_overwrite("news", "@everyone", 0, backroad::playground::permissions::VIEW_CHANNEL).unwrap();
    assert_eq!(bot.event("CHANNEL_UPDATE").await["permission_overwrites"][0]["deny"], "1024");
    playground.delete_channel("news").unwrap();
    assert_eq!(bot.event("CHANNEL_DELETE").await["name"], "news");
    assert!(playground.delete_channel("news").is_err());
}

#[tokio::test]
async fn a_bot_that_is_not_there_does_not_respond() {
    let playground = playground().await;
    Rest::new(&playground).put(&format!("/applications/{}/commands", Rest::new(&playground).app), commands()).await;
    let error = playground.member("ada").unwrap().slash("/ask query: x").await.unwrap_err();
    assert_eq!(error.to_string(), "The application did not respond");
}
