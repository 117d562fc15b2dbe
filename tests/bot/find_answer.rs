//! The message command *Find an answer*: private, with a way to share.

use std::time::Duration;

use insta::assert_snapshot;

use crate::support::{BotProcess, community, empty_community, shaky_community};

#[tokio::test]
async fn an_answer_to_a_message_is_private_and_can_be_shared_once() {
    community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let question = ben.message("how does jwt work, anybody?").await.unwrap();
        let found = ada.message_command("Find an answer", &question).await.unwrap();
        assert!(found.is_ephemeral());
        assert!(found.text().contains("A signed note that says who you are"), "{}", found.text());
        assert_eq!(ben.sees("general").unwrap().len(), 1, "ben sees his own message alone");

        let shared = ada.click(&found, "Share with the channel").await.unwrap();
        assert!(!shared.is_ephemeral());
        let link =
            format!("https://discord.com/channels/{}/{}/{}", ben.guild_id(), ben.channel_id(), question.id().unwrap());
        let attribution = format!("@Ada shared an answer to {link}");
        assert!(shared.text().contains(&attribution), "{}", shared.text());
        assert_eq!(shared.mentioned(), [""; 0], "nobody is pinged");
        assert_eq!(ben.sees("general").unwrap().len(), 2);

        let again = ada.click(&found, "Share with the channel").await.unwrap();
        assert!(again.is_ephemeral());
        assert_snapshot!(again.text(), @"
        You have shared this answer already. To share it once more, use *Find an answer* on the message again.
        Only you can see this
        ");
        assert_eq!(ben.sees("general").unwrap().len(), 2);

        // A vote is counted below the line that says who shared it.
        ben.click(&shared, "Helpful").await.unwrap();
        let id = shared.id().unwrap();
        let counted = c
            .discord
            .until("the count", |view| view.message(id).filter(|m| m.text().contains("1 person found this helpful")));
        assert!(counted.await.unwrap().text().contains(&attribution));
        ben.click(&shared, "Not helpful").await.unwrap();
        let counted = c
            .discord
            .until("the count to go", |view| view.message(id).filter(|m| !m.text().contains("found this helpful")));
        assert!(counted.await.unwrap().text().contains(&attribution));
    })
    .await;
}

#[tokio::test]
async fn another_match_can_be_shared_as_well() {
    community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let question = ben.message("jwt or session cookie").await.unwrap();
        let found = ada.message_command("Find an answer", &question).await.unwrap();
        ada.click(&found, "Share with the channel").await.unwrap();
        let other = ada.select(&found, "Other matches", &["Sessions"]).await.unwrap();
        assert!(other.is_ephemeral());
        let shared = ada.click(&other, "Share with the channel").await.unwrap();
        assert!(shared.text().contains("The server remembers who logged in"), "{}", shared.text());
        assert!(!shared.is_ephemeral());
        assert_eq!(ben.sees("general").unwrap().len(), 3, "the question and two answers");
    })
    .await;
}

#[tokio::test]
async fn a_message_without_a_question_gets_a_sentence() {
    community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let lunch = ben.message("who joins for the best pizza in town?").await.unwrap();
        let none = ada.message_command("Find an answer", &lunch).await.unwrap();
        assert!(none.is_ephemeral());
        assert!(none.text().contains("I have no good answer to that message"), "{}", none.text());
        assert!(!none.text().contains("[Share with the channel]"));
    })
    .await;
}

#[tokio::test]
async fn a_share_that_did_not_arrive_can_be_repeated() {
    shaky_community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let question = ben.message("how does jwt work").await.unwrap();
        let found = ada.message_command("Find an answer", &question).await.unwrap();
        let refused = serde_json::json!({"message": "Invalid Form Body", "code": 50035});
        c.discord.inject(backroad::playground::Fault::answer("POST", "/interactions/*/*/callback", 1, 400, refused));
        let failed = tokio::spawn({
            let (ada, found) = (ada.clone(), found.clone());
            async move { ada.click(&found, "Share with the channel").await }
        });
        let refused = c.discord.until("the refusal", |view| (view.answers_with(400) > 0).then_some(()));
        refused.await.unwrap();
        c.discord.advance(Duration::from_secs(4));
        failed.await.unwrap().unwrap_err();
        let shared = ada.click(&found, "Share with the channel").await.unwrap();
        assert!(!shared.is_ephemeral(), "{}", shared.text());
        assert_eq!(ben.sees("general").unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_share_that_came_too_late_can_be_repeated() {
    let c = empty_community().await;
    let bot = BotProcess::spawn(&c);
    c.discord.until_ready().await.unwrap();
    let (ada, ben) = (c.member("ada"), c.member("ben"));
    let question = ben.message("how does jwt work").await.unwrap();
    let found = ada.message_command("Find an answer", &question).await.unwrap();
    bot.terminate();
    assert_eq!(bot.end().await.0, Some(0));
    let before = c.discord.until("a look", |view| Some(view.interaction_count())).await.unwrap();
    let pressed = tokio::spawn({
        let (ada, found) = (ada.clone(), found.clone());
        async move { ada.click(&found, "Share with the channel").await }
    });
    let there = c.discord.until("the click", |view| (view.interaction_count() > before).then_some(()));
    there.await.unwrap();
    c.discord.advance(Duration::from_secs(4));
    pressed.await.unwrap().unwrap_err();
    // The click is replayed at the next start, and Discord wants no answer to it any more.
    let _bot = BotProcess::spawn(&c);
    let refused = c.discord.until("the refusal", |view| (view.answers_with(404) > 0).then_some(()));
    refused.await.unwrap();
    // The bot hears of the refusal in a moment, and gives its claim back.
    for _ in 0..1000 {
        if !ada.click(&found, "Share with the channel").await.unwrap().is_ephemeral() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("a share that did not arrive can never be repeated");
}

#[tokio::test]
async fn a_forged_share_shares_nothing() {
    shaky_community(async |c| {
        let ada = c.member("ada");
        let answer = ada.slash("/ask query: jwt private: true").await.unwrap();
        let forged = ada.forge_component(answer.id().unwrap(), "br1:share:1:jwt", &[]).await.unwrap();
        assert!(forged.is_ephemeral());
        assert_eq!(c.member("ben").sees("general").unwrap().len(), 0);
    })
    .await;
}
