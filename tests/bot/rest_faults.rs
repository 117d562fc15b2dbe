//! What Discord's REST API does now and then, by its symptom: limits are obeyed, and what can be repeated is.

use std::time::Duration;

use backroad::playground::{Fault, LimitScope, Shown};
use serde_json::json;

use crate::support::{Community, shaky_community};

/// Waits until a message says that somebody found it helpful.
async fn is_counted(c: &Community, message: &Shown) {
    let id = message.id().unwrap();
    let counted = c.discord.until("the count of votes", |view| {
        view.message(id).filter(|m| m.text().contains("1 person found this helpful"))
    });
    counted.await.unwrap();
}

/// The statuses of the edits, in their order.
fn edits(c: &Community) -> Vec<Option<u16>> {
    c.discord.requests().iter().filter(|r| r.method == "PATCH").map(|r| r.status).collect()
}

#[tokio::test]
async fn inside_the_window_of_a_global_429_not_one_request_is_sent_but_answers() {
    shaky_community(async |c| {
        let ada = c.member("ada");
        let ben = c.member("ben").in_channel("quiz").unwrap();
        let answers =
            [ada.slash("/ask query: jwt").await.unwrap(), ben.slash("/ask query: session cookie").await.unwrap()];
        c.discord.exhaust_global_limit(Duration::from_secs(1)).unwrap();
        ada.click(&answers[0], "Helpful").await.unwrap();
        let refused = c.discord.until("the refusal", |view| (view.answers_with(429) > 0).then_some(()));
        refused.await.unwrap();
        // Another message in another channel is another bucket, and still has to wait. Members get their answers.
        ben.click(&answers[1], "Helpful").await.unwrap();
        assert!(ada.slash("/ask query: jwt").await.unwrap().text().contains("A signed note"));
        assert_eq!(edits(c), [Some(429)], "the window is open still");
        for answer in &answers {
            is_counted(c, answer).await;
        }
        assert_eq!(edits(c), [Some(429), Some(200), Some(200)], "whatever was sent in the window would have met a 429");
    })
    .await;
}

#[tokio::test]
async fn a_429_of_one_channel_holds_up_no_other() {
    shaky_community(async |c| {
        let ada = c.member("ada");
        let ben = c.member("ben").in_channel("quiz").unwrap();
        let waiting = ada.slash("/ask query: jwt").await.unwrap();
        let free = ben.slash("/ask query: session cookie").await.unwrap();
        let route = format!("/channels/{}/messages/*", ada.channel_id());
        c.discord.exhaust_rate_limit("PATCH", &route, LimitScope::User, Duration::from_secs(1)).unwrap();
        ada.click(&waiting, "Helpful").await.unwrap();
        let refused = c.discord.until("the refusal", |view| (view.answers_with(429) > 0).then_some(()));
        refused.await.unwrap();
        ben.click(&free, "Helpful").await.unwrap();
        is_counted(c, &free).await;
        assert!(!waiting.refresh().unwrap().text().contains("found this helpful"), "its window is open still");
        is_counted(c, &waiting).await;
        assert_eq!(edits(c), [Some(429), Some(200), Some(200)]);
    })
    .await;
}

#[tokio::test]
async fn a_shared_429_is_waited_out_as_well() {
    shaky_community(async |c| {
        let ada = c.member("ada");
        let answer = ada.slash("/ask query: jwt").await.unwrap();
        let route = "/channels/*/messages/*";
        c.discord.exhaust_rate_limit("PATCH", route, LimitScope::Shared, Duration::from_millis(300)).unwrap();
        ada.click(&answer, "Helpful").await.unwrap();
        is_counted(c, &answer).await;
        assert_eq!(edits(c), [Some(429), Some(200)]);
    })
    .await;
}

#[tokio::test]
async fn an_edit_that_meets_server_errors_and_lost_connections_is_made_in_the_end() {
    shaky_community(async |c| {
        let ada = c.member("ada");
        let answer = ada.slash("/ask query: jwt").await.unwrap();
        let path = "/channels/*/messages/*";
        c.discord.inject(Fault::answer("PATCH", path, 1, 502, json!(null)));
        c.discord.inject(Fault::cut_before("PATCH", path));
        c.discord.inject(Fault::cut_after("PATCH", path));
        ada.click(&answer, "Helpful").await.unwrap();
        is_counted(c, &answer).await;
        let made = c.discord.until("the last attempt", |view| (view.answers_with(502) == 1).then_some(()));
        made.await.unwrap();
        assert_eq!(edits(c).first(), Some(&Some(502)));
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_discord_confirms_too_slowly_is_given_once() {
    shaky_community(async |c| {
        let ada = c.member("ada");
        let before = ada.sees("general").unwrap().len();
        c.discord.inject(Fault::late("POST", "/interactions/*/*/callback").after_carrying_out());
        let shown = ada.slash("/ask query: jwt").await.unwrap();
        assert!(shown.text().contains("A signed note"));
        // The bot gives up waiting and asks again; Discord says that it has that answer already.
        let repeated = c.discord.until("the repetition", |view| (view.answers_with(400) > 0).then_some(()));
        repeated.await.unwrap();
        c.discord.release();
        assert_eq!(ada.sees("general").unwrap().len(), before + 1);
        assert!(ada.slash("/help").await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_gateway_address_that_cannot_be_asked_for_hinders_no_resume() {
    shaky_community(async |c| {
        for path in ["/gateway", "/gateway/bot"] {
            c.discord.inject(Fault::answer("GET", path, 100, 500, json!(null)));
        }
        c.discord.drop_gateway();
        assert!(c.member("ada").slash("/ask query: jwt").await.unwrap().text().contains("A signed note"));
    })
    .await;
}
