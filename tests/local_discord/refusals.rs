//! What can be ordered from the gateway: closes, cuts, refusals and invalid sessions at every step of a connection.

use backroad::playground::{Playground, Refusal, Step};
use reqwest::Method;
use serde_json::{Value, json};

use crate::bot::{Bot, GUILD_MESSAGES, Gateway, Heard, Rest, identify, playground, text};
use crate::gateway::{PLAIN, opened, refusal, resume};

/// What comes instead of the answer to a resume of the bot's session.
async fn resumed(playground: &Playground, bot: &Bot) -> (Gateway, Heard) {
    let mut gateway = opened(playground).await;
    gateway.send(&resume(playground, &bot.session, bot.sequence)).await;
    let heard = gateway.hear().await;
    (gateway, heard)
}

fn invalid(resumable: bool) -> Heard {
    Heard::Payload(json!({ "op": 9, "d": resumable, "s": null, "t": null }))
}

#[tokio::test]
async fn connections_can_be_refused() {
    let playground = playground().await;
    playground.refuse(Step::Connect, 2, Refusal::Close(Some(4000)));
    playground.refuse(Step::Connect, 1, Refusal::Cut);
    for end in [Heard::Closed(Some(4000)), Heard::Closed(Some(4000)), Heard::Cut] {
        assert_eq!(Gateway::open(&playground, PLAIN).await.hear().await, end);
    }
    Bot::connect(&playground).await;
}

#[tokio::test]
async fn identifies_can_be_refused_with_any_code() {
    let playground = playground().await;
    for code in [4000, 4002, 4004, 4010, 4011, 4012, 4013, 4014] {
        playground.refuse(Step::Identify, 1, Refusal::Close(Some(code)));
        assert_eq!(refusal(&playground, &identify(playground.token(), 1)).await, Some(code));
    }
    playground.refuse(Step::Identify, 1, Refusal::InvalidSession { resumable: false });
    let mut gateway = opened(&playground).await;
    gateway.send(&identify(playground.token(), 1)).await;
    assert_eq!(gateway.hear().await, invalid(false));
    // The connection is still good.
    gateway.send(&identify(playground.token(), 1)).await;
    assert_eq!(gateway.payload().await["t"], "READY");
}

#[tokio::test]
async fn resumes_can_be_refused_and_what_becomes_of_the_session_is_up_to_the_refusal() {
    let playground = playground().await;
    for (order, end, goes_on) in [
        (Refusal::InvalidSession { resumable: true }, invalid(true), true),
        (Refusal::InvalidSession { resumable: false }, invalid(false), false),
        (Refusal::Close(Some(4000)), Heard::Closed(Some(4000)), true),
        (Refusal::Close(None), Heard::Closed(None), true),
        (Refusal::Close(Some(4007)), Heard::Closed(Some(4007)), false),
        (Refusal::Close(Some(4009)), Heard::Closed(Some(4009)), false),
        (Refusal::Cut, Heard::Cut, true),
    ] {
        let mut bot = Bot::connect_with(&playground, 0).await;
        playground.drop_gateway();
        assert_eq!(bot.gateway.hear_end().await, Heard::Cut);
        playground.refuse(Step::Resume, 1, order);
        assert_eq!(resumed(&playground, &bot).await.1, end, "{order:?}");
        let (_gateway, then) = resumed(&playground, &bot).await;
        let resumed = matches!(&then, Heard::Payload(payload) if payload["t"] == "RESUMED");
        assert!(resumed == goes_on && (resumed || then == invalid(false)), "{order:?}: {then:?}");
    }
}

#[tokio::test]
async fn running_sessions_can_be_made_invalid() {
    let playground = playground().await;
    for resumable in [true, false] {
        let mut bot = Bot::connect_with(&playground, GUILD_MESSAGES).await;
        playground.invalidate_sessions(resumable);
        assert_eq!(bot.gateway.hear().await, invalid(resumable));
        playground.member("ada").unwrap().message("did you hear?").await.unwrap();
        let (mut gateway, first) = resumed(&playground, &bot).await;
        if resumable {
            let Heard::Payload(first) = first else { panic!("expected an event, got {first:?}") };
            assert_eq!(first["t"], "MESSAGE_CREATE");
            assert_eq!(gateway.payload().await["t"], "RESUMED");
        } else {
            assert_eq!(first, invalid(false));
            // Without a session the old connection may say nothing but who it is.
            bot.gateway.send(&json!({ "op": 3, "d": {} })).await;
            assert_eq!(bot.gateway.close_code().await, Some(4003));
        }
    }
}

#[tokio::test]
async fn a_restart_of_the_gateway_closes_with_1001_and_sessions_go_on() {
    let playground = playground().await;
    let mut bot = Bot::connect_with(&playground, 0).await;
    playground.close_gateway(Some(1001));
    assert_eq!(bot.gateway.close_code().await, Some(1001));
    let (_gateway, then) = resumed(&playground, &bot).await;
    assert!(matches!(then, Heard::Payload(payload) if payload["t"] == "RESUMED"));
}

#[tokio::test]
async fn a_sequence_that_was_never_sent_costs_the_session() {
    let playground = playground().await;
    let mut bot = Bot::connect_with(&playground, 0).await;
    playground.drop_gateway();
    assert_eq!(bot.gateway.hear_end().await, Heard::Cut);
    assert_eq!(refusal(&playground, &resume(&playground, &bot.session, 9999)).await, Some(4007));
    assert_eq!(resumed(&playground, &bot).await.1, invalid(false));
}

#[tokio::test]
async fn the_starts_of_a_day_can_be_used_up() {
    let playground = playground().await;
    playground.leave_session_starts(1);
    let rest = Rest::new(&playground);
    let limit = rest.get("/gateway/bot").await.1["session_start_limit"].clone();
    assert_eq!((&limit["total"], &limit["remaining"]), (&json!(1000), &json!(1)));
    let mut bot = Bot::connect_with(&playground, 0).await;
    let mut gateway = opened(&playground).await;
    gateway.send(&identify(playground.token(), 0)).await;
    assert_eq!(gateway.close_code().await, Some(4004));
    assert_eq!(bot.gateway.close_code().await, Some(4004));
    assert!(playground.gateway_sessions().is_empty());
    playground.advance(std::time::Duration::from_secs(24 * 3600));
    Bot::connect(&playground).await;
}

#[tokio::test]
async fn everything_can_be_ordered_over_http() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let order = async |body: Value| {
        let answer = rest.bare(Method::POST, "/control/gateway", &[], &body.to_string()).await.unwrap();
        assert_eq!(answer, (200, json!({})), "{body}");
    };
    let mut bot = Bot::connect_with(&playground, 0).await;
    let (_, sessions) = rest.bare(Method::GET, "/control/gateway", &[], "").await.unwrap();
    assert_eq!(
        sessions,
        json!([{ "id": bot.session, "shard": [0, 1], "intents": 0, "connected": true, "sequence": 1, "resumes": 0 }])
    );
    for (body, operation) in [(json!({ "do": "heartbeat" }), 1), (json!({ "do": "reconnect" }), 7)] {
        order(body).await;
        assert_eq!(bot.gateway.payload().await["op"], operation);
    }
    order(json!({ "do": "cut" })).await;
    assert_eq!(bot.gateway.hear_end().await, Heard::Cut);
    order(json!({ "do": "refuse", "step": "connect", "code": 4000, "times": 2 })).await;
    for _ in 0..2 {
        assert_eq!(Gateway::open(&playground, PLAIN).await.hear().await, Heard::Closed(Some(4000)));
    }
    order(json!({ "do": "refuse", "step": "resume", "resumable": true })).await;
    assert_eq!(resumed(&playground, &bot).await.1, invalid(true));
    order(json!({ "do": "refuse", "step": "resume", "cut": true })).await;
    assert_eq!(resumed(&playground, &bot).await.1, Heard::Cut);
    order(json!({ "do": "refuse", "step": "resume" })).await;
    assert_eq!(resumed(&playground, &bot).await.1, Heard::Closed(None));
    order(json!({ "do": "reject_identify", "code": 4013 })).await;
    assert_eq!(refusal(&playground, &identify(playground.token(), 1)).await, Some(4013));
    let (mut gateway, then) = resumed(&playground, &bot).await;
    assert!(matches!(then, Heard::Payload(payload) if payload["t"] == "RESUMED"));
    order(json!({ "do": "invalidate", "resumable": false })).await;
    assert_eq!(gateway.hear().await, invalid(false));
    let mut bot = Bot::connect(&playground).await;
    order(json!({ "do": "silence" })).await;
    order(json!({ "do": "heartbeat" })).await;
    order(json!({ "do": "close", "code": 4008 })).await;
    assert_eq!(bot.gateway.close_code().await, Some(4008));
    order(json!({ "do": "leave_starts", "left": 0 })).await;
    assert_eq!(refusal(&playground, &identify(playground.token(), 1)).await, Some(4004));
    let guild = json!({ "guild": "Study Group", "do": "begin_outage" });
    let answer = rest.bare(Method::POST, "/control/guilds", &[], &guild.to_string()).await.unwrap();
    assert_eq!(answer.0, 200, "{}", text(&guild["do"]));
}
