//! What Discord really serves now and then: errors, limits, lost connections.

use std::time::{Duration, Instant};

use backroad::playground::{Fault, Playground};
use serde_json::json;

use crate::support::{Community, RunningBot, empty_community, knowledge, shaky_community};

#[tokio::test]
async fn a_start_goes_on_when_discord_recovers_from_server_errors() {
    let c = empty_community().await;
    c.discord.inject(Fault::answer("GET", "/oauth2/applications/@me", 2, 502, json!(null)));
    c.discord.inject(Fault::cut_before("GET", "/applications/*/commands"));
    c.discord.inject(Fault::answer(
        "GET",
        "/gateway/bot",
        1,
        500,
        json!({"message": "500: Internal Server Error", "code": 0}),
    ));
    let bot = RunningBot::start(&c, knowledge()).await;
    assert!(c.member("ada").slash("/ask query: jwt").await.is_ok());
    bot.stop().await.unwrap();
}

#[tokio::test]
async fn a_response_whose_confirmation_is_lost_is_given_once() {
    shaky_community(async |c| {
        c.discord.inject(Fault::cut_after("POST", "/interactions/*/*/callback"));
        let ada = c.member("ada");
        let shown = ada.slash("/ask query: jwt").await.unwrap();
        assert!(shown.text().contains("A signed note"));
        assert_eq!(ada.sees("general").unwrap().len(), 1);
        assert!(ada.slash("/help").await.is_ok(), "the bot is well after that");
    })
    .await;
}

#[tokio::test]
async fn a_response_that_meets_a_server_error_is_given_again() {
    shaky_community(async |c| {
        c.discord.inject(Fault::answer("POST", "/interactions/*/*/callback", 1, 503, json!(null)));
        assert!(c.member("ada").slash("/ask query: jwt").await.unwrap().text().contains("A signed note"));
    })
    .await;
}

#[tokio::test]
async fn an_edit_that_is_rate_limited_is_made_after_the_wait() {
    shaky_community(async |c| {
        let limited = json!({"message": "You are being rate limited.", "retry_after": 0.3, "global": false});
        c.discord
            .inject(Fault::answer("PATCH", "/channels/*/messages/*", 1, 429, limited).with_header("retry-after", "1"));
        let ada = c.member("ada");
        let answer = ada.slash("/ask query: jwt").await.unwrap();
        let begun = Instant::now();
        ada.click(&answer, "Helpful").await.unwrap();
        let id = answer.id().unwrap();
        let counted = c.discord.until("the count after the wait", |view| {
            view.message(id).filter(|m| m.text().contains("1 person found this helpful"))
        });
        counted.await.unwrap();
        let requests = c.discord.requests();
        let edits: Vec<_> = requests.iter().filter(|r| r.method == "PATCH").collect();
        assert_eq!(edits.iter().map(|r| r.status).collect::<Vec<_>>(), [Some(429), Some(200)]);
        assert!(begun.elapsed() >= Duration::from_millis(300), "not one request inside the window");
    })
    .await;
}

#[tokio::test]
async fn an_edit_of_a_deleted_message_is_given_up_quietly() {
    shaky_community(async |c| {
        let unknown = json!({"message": "Unknown Message", "code": 10008});
        c.discord.inject(Fault::answer("PATCH", "/channels/*/messages/*", 1, 404, unknown));
        let ada = c.member("ada");
        let answer = ada.slash("/ask query: jwt").await.unwrap();
        ada.click(&answer, "Helpful").await.unwrap();
        let tried = c.discord.until("the edit", |view| (view.request_count() >= 6).then_some(()));
        tried.await.unwrap();
        assert!(ada.slash("/help").await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_lost_gateway_connection_is_resumed() {
    shaky_community(async |c| {
        // The test itself asks more often than a bot may.
        c.discord.set_rate_limit("GET", "/gateway/bot", 100, Duration::from_secs(1)).unwrap();
        let ada = c.member("ada");
        let losses: [fn(&Playground); 4] = [
            |discord| discord.drop_gateway(),
            |discord| discord.close_gateway(Some(4000)),
            |discord| discord.close_gateway(None),
            |discord| discord.ask_to_reconnect(),
        ];
        for lose in losses {
            let starts = sessions_left(c).await;
            lose(&c.discord);
            let shown = ada.slash("/ask query: jwt").await.unwrap();
            assert!(shown.text().contains("A signed note"));
            assert_eq!(sessions_left(c).await, starts, "resumed, not started anew");
        }
    })
    .await;
}

#[tokio::test]
async fn buttons_work_however_old_their_message_is() {
    shaky_community(async |c| {
        let ada = c.member("ada");
        let shown = ada.slash("/ask query: jwt").await.unwrap();
        c.discord.advance(Duration::from_secs(3600));
        let later = ada.click(&shown, "More").await.unwrap();
        assert!(later.text().contains("Page 1") || later.text().contains("A signed note"), "buttons have no age");
    })
    .await;
}

/// How many sessions Discord still lets the bot start today.
async fn sessions_left(c: &Community) -> u64 {
    let url = format!("{}/api/v10/gateway/bot", c.discord.api_url());
    let request = reqwest::Client::new().get(url).header("authorization", format!("Bot {}", c.discord.token()));
    let text = request.send().await.unwrap().text().await.unwrap();
    let body: serde_json::Value = serde_json::from_str(&text).unwrap();
    body["session_start_limit"]["remaining"].as_u64().unwrap()
}
