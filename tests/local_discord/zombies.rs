//! Connections that are dead without knowing it, clients that fall silent, and how long a session waits for its client.

use std::time::Duration;

use backroad::playground::{Options, Playground};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use crate::bot::{Bot, GUILD_MESSAGES, Heard, identify, playground};
use crate::gateway::{opened, resume};

const BEAT: Duration = Duration::from_secs(10);

/// A playground on whose clock heartbeats are due every ten seconds, also when the clock leaps.
async fn strict() -> Playground {
    let options = Options {
        clock_stands: true,
        identify_spacing: Duration::ZERO,
        heartbeat_interval: BEAT,
        leaps_need_heartbeats: true,
        ..Options::default()
    };
    Playground::start(options).await.unwrap()
}

#[tokio::test]
async fn a_silenced_connection_says_nothing_and_the_session_collects_events_for_the_resume() {
    let playground = playground().await;
    let mut bot = Bot::connect_with(&playground, GUILD_MESSAGES).await;
    playground.silence_gateway();
    let ada = playground.member("ada").unwrap();
    for number in 0..3 {
        ada.message(&format!("message {number}")).await.unwrap();
    }
    // It takes what comes, wrong or not, and does not even answer a close.
    bot.gateway.send(&json!({ "op": 1, "d": bot.sequence })).await;
    bot.gateway.send(&json!({ "op": 99 })).await;
    bot.gateway.send_raw(Message::binary(vec![1])).await;
    let frame = CloseFrame { code: 4000.into(), reason: "no acknowledgement".into() };
    bot.gateway.send_raw(Message::Close(Some(frame))).await;
    assert_eq!(bot.gateway.hear().await, Heard::Cut);

    let mut gateway = opened(&playground).await;
    gateway.send(&resume(&playground, &bot.session, bot.sequence)).await;
    for _ in 0..3 {
        assert_eq!(gateway.payload().await["t"], "MESSAGE_CREATE");
    }
    assert_eq!(gateway.payload().await["t"], "RESUMED");
    // The new connection is alive.
    gateway.send(&json!({ "op": 1, "d": null })).await;
    assert_eq!(gateway.payload().await["op"], 11);
    assert_eq!(playground.gateway_sessions()[0].resumes, 1);
}

#[tokio::test]
async fn the_hello_tells_the_interval() {
    let playground = strict().await;
    let mut gateway = crate::bot::Gateway::open(&playground, "?v=10&encoding=json").await;
    assert_eq!(gateway.payload().await["d"]["heartbeat_interval"], 10_000);
}

#[tokio::test]
async fn a_client_without_heartbeats_is_closed_with_4009_and_its_session_is_over() {
    let playground = strict().await;
    let mut bot = Bot::connect_with(&playground, 0).await;
    let mut anonymous = opened(&playground).await;
    // Discord waits a little longer than the interval.
    playground.advance(BEAT + BEAT / 2);
    bot.gateway.send(&json!({ "op": 1, "d": bot.sequence })).await;
    assert_eq!(bot.gateway.payload().await["op"], 11);
    playground.advance(Duration::from_millis(1));
    assert_eq!(anonymous.close_code().await, Some(4009));
    playground.advance(BEAT + BEAT / 2);
    assert_eq!(bot.gateway.close_code().await, Some(4009));
    let mut gateway = opened(&playground).await;
    gateway.send(&resume(&playground, &bot.session, bot.sequence)).await;
    let answer = gateway.payload().await;
    assert_eq!((&answer["op"], &answer["d"]), (&json!(9), &json!(false)));
}

#[tokio::test]
async fn a_running_clock_finds_a_silent_client_by_itself() {
    let options = Options { heartbeat_interval: Duration::from_millis(20), ..Options::default() };
    let playground = Playground::start(options).await.unwrap();
    assert_eq!(opened(&playground).await.close_code().await, Some(4009));
}

#[tokio::test]
async fn a_leap_of_the_clock_is_no_silence_unless_it_is_asked_for() {
    let playground = playground().await;
    let mut bot = Bot::connect_with(&playground, 0).await;
    playground.advance(Duration::from_secs(3600));
    bot.gateway.send(&json!({ "op": 1, "d": bot.sequence })).await;
    assert_eq!(bot.gateway.payload().await["op"], 11);
}

#[tokio::test]
async fn who_missed_more_than_is_kept_must_identify_anew() {
    let options =
        Options { clock_stands: true, identify_spacing: Duration::ZERO, kept_events: 3, ..Options::default() };
    let playground = Playground::start(options).await.unwrap();
    let ada = playground.member("ada").unwrap();
    for (missed, resumable) in [(3, true), (4, false)] {
        let mut bot = Bot::connect_with(&playground, GUILD_MESSAGES).await;
        playground.drop_gateway();
        assert_eq!(bot.gateway.hear_end().await, Heard::Cut);
        for _ in 0..missed {
            ada.message("hello").await.unwrap();
        }
        let mut gateway = opened(&playground).await;
        gateway.send(&resume(&playground, &bot.session, bot.sequence)).await;
        let first = gateway.payload().await;
        if resumable {
            assert_eq!(first["t"], "MESSAGE_CREATE");
        } else {
            assert_eq!((&first["op"], &first["d"]), (&json!(9), &json!(false)));
            gateway.send(&identify(playground.token(), 1)).await;
            assert_eq!(gateway.payload().await["t"], "READY");
        }
    }
}
