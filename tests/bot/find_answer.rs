//! The message command *Find an answer*: private, with a way to share.

use insta::assert_snapshot;

use crate::support::{community, shaky_community};

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
        let expected = format!("<@{}> shared an answer to {link}", ada.id());
        assert!(shared.text().contains(&expected) || shared.text().contains(&link), "{}", shared.text());
        assert_eq!(shared.mentioned(), [""; 0], "nobody is pinged");
        assert_eq!(ben.sees("general").unwrap().len(), 2);

        let again = ada.click(&found, "Share with the channel").await.unwrap();
        assert!(again.is_ephemeral());
        assert_snapshot!(again.text(), @"
        You have shared this answer already.
        Only you can see this
        ");
        assert_eq!(ben.sees("general").unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn another_match_can_be_shared_as_well() {
    community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let question = ben.message("jwt or session cookie").await.unwrap();
        let found = ada.message_command("Find an answer", &question).await.unwrap();
        let other = ada.select(&found, "Other matches", &["Sessions"]).await.unwrap();
        assert!(other.is_ephemeral());
        let shared = ada.click(&other, "Share with the channel").await.unwrap();
        assert!(shared.text().contains("The server remembers who logged in"), "{}", shared.text());
        // The message is ada's now: she may change it, ben gets copies.
        let copy = ben.click(&shared, "More").await.unwrap();
        assert!(copy.is_ephemeral());
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
        assert!(none.text().contains("I don't have a good answer to"), "{}", none.text());
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
        let refused = c.discord.until("the refusal", |view| (view.request_count() >= 6).then_some(()));
        refused.await.unwrap();
        c.discord.advance(std::time::Duration::from_secs(4));
        failed.await.unwrap().unwrap_err();
        let mut shared = ada.click(&found, "Share with the channel").await.unwrap();
        // The claim is given back a moment after the refusal.
        while shared.is_ephemeral() {
            shared = ada.click(&found, "Share with the channel").await.unwrap();
        }
        assert_eq!(ben.sees("general").unwrap().len(), 2);
    })
    .await;
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
