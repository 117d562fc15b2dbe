//! Reactions and pins: who may, how many, and what the gateway tells.

use std::time::Duration;

use backroad::playground::permissions::{ADD_REACTIONS, MANAGE_MESSAGES, PIN_MESSAGES, READ_MESSAGE_HISTORY};
use backroad::playground::{Playground, Shown};
use serde_json::{Value, json};

use crate::bot::{Bot, GUILD_MESSAGES, playground, text};

const REACTIONS: u64 = 1 << 10;

async fn world() -> (Playground, Bot, Shown, String) {
    let playground = playground().await;
    let bot = Bot::connect_with(&playground, 1 | GUILD_MESSAGES | REACTIONS).await;
    let message = playground.member("ada").unwrap().message("hello").await.unwrap();
    let path = format!("/channels/{}/messages/{}", message.channel(), message.id().unwrap());
    (playground, bot, message, path)
}

trait Where {
    fn channel(&self) -> &str;
}

impl Where for Shown {
    fn channel(&self) -> &str {
        text(&self.json()["channel_id"])
    }
}

#[tokio::test]
async fn a_bot_and_members_react_and_take_it_back() {
    let (playground, mut bot, message, path) = world().await;
    let own = format!("{path}/reactions/👍/@me");
    assert_eq!(bot.rest.put(&own, Value::Null).await, (204, Value::Null));
    let event = bot.event("MESSAGE_REACTION_ADD").await;
    assert_eq!((&event["emoji"], &event["user_id"]), (&json!({ "id": null, "name": "👍" }), &json!(bot.rest.app)));
    assert_eq!((&event["message_id"], &event["member"]["user"]["bot"]), (&message.json()["id"], &json!(true)));
    // Twice is once.
    assert_eq!(bot.rest.put(&own, Value::Null).await.0, 204);
    let ben = playground.member("ben").unwrap();
    let seen = ben.react(&message, "👍").await.unwrap();
    assert_eq!(seen.text(), "hello\n(👍 2)");
    assert_eq!(bot.event("MESSAGE_REACTION_ADD").await["user_id"], json!(ben.id()));
    let (_, read) = bot.rest.get(&path).await;
    let reaction = &read["reactions"][0];
    assert_eq!((&reaction["count"], &reaction["me"]), (&json!(2), &json!(true)));
    let (_, users) = bot.rest.get(&format!("{path}/reactions/%F0%9F%91%8D")).await;
    let names: Vec<&str> = users.as_array().unwrap().iter().map(|user| text(&user["username"])).collect();
    assert_eq!(names, ["Backroad", "ben"]);
    let (_, page) = bot.rest.get(&format!("{path}/reactions/👍?limit=1&after={}", bot.rest.app)).await;
    assert_eq!(page[0]["username"], "ben");
    ben.unreact(&message, "👍").await.unwrap();
    assert_eq!(bot.event("MESSAGE_REACTION_REMOVE").await["user_id"], json!(ben.id()));
    assert!(ben.unreact(&message, "👍").await.is_err());
    assert_eq!(bot.rest.delete(&own).await.0, 204);
    assert_eq!(bot.rest.delete(&own).await.1["code"], 10014);
    assert_eq!(bot.rest.get(&path).await.1["reactions"], Value::Null);
}

#[tokio::test]
async fn reactions_need_permissions_a_real_emoji_and_end_at_twenty_kinds() {
    let (playground, mut bot, message, path) = world().await;
    for name in ["nonsense", "party:123", "%ZZ", "a%20b"] {
        let (status, body) = bot.rest.put(&format!("{path}/reactions/{name}/@me"), Value::Null).await;
        assert_eq!((status, &body["code"]), (400, &json!(10014)), "{name}");
    }
    let fruits: Vec<char> = "🍇🍈🍉🍊🍋🍌🍍🍎🍏🍐🍑🍒🍓🍔🍕🍖🍗🍘🍙🍚".chars().collect();
    for fruit in &fruits {
        assert_eq!(bot.rest.put(&format!("{path}/reactions/{fruit}/@me"), Value::Null).await.0, 204);
    }
    let (status, body) = bot.rest.put(&format!("{path}/reactions/🍛/@me"), Value::Null).await;
    assert_eq!((status, &body["code"]), (400, &json!(30010)));
    let ada = playground.member("ada").unwrap();
    assert!(ada.react(&message, "🍛").await.is_err());
    assert_eq!(bot.rest.put(&format!("{path}/reactions/🍇/@me"), Value::Null).await.0, 204, "an old kind is fine");

    // Those of others, and all at once, take Manage Messages.
    ada.react(&message, "🍇").await.unwrap();
    let adas = format!("{path}/reactions/🍇/{}", ada.id());
    for path in [adas.clone(), format!("{path}/reactions/🍇"), format!("{path}/reactions")] {
        assert_eq!(bot.rest.delete(&path).await.1["code"], 50013, "{path}");
    }
    playground.set_overwrite("general", "Backroad", MANAGE_MESSAGES, 0).unwrap();
    assert_eq!(bot.rest.delete(&adas).await.0, 204);
    assert_eq!(bot.event("MESSAGE_REACTION_REMOVE").await["user_id"], json!(ada.id()));
    assert_eq!(bot.rest.delete(&format!("{path}/reactions/🍇")).await.0, 204);
    assert_eq!(bot.event("MESSAGE_REACTION_REMOVE_EMOJI").await["emoji"]["name"], "🍇");
    assert_eq!(bot.rest.delete(&format!("{path}/reactions")).await.0, 204);
    assert_eq!(bot.event("MESSAGE_REACTION_REMOVE_ALL").await["message_id"], message.json()["id"]);

    // Without Add Reactions only what is there already.
    ada.react(&message, "🍇").await.unwrap();
    playground.set_overwrite("general", "Backroad", 0, ADD_REACTIONS).unwrap();
    assert_eq!(bot.rest.put(&format!("{path}/reactions/🍇/@me"), Value::Null).await.0, 204);
    assert_eq!(bot.rest.put(&format!("{path}/reactions/🍈/@me"), Value::Null).await.1["code"], 50013);
    playground.set_overwrite("general", "Backroad", 0, READ_MESSAGE_HISTORY).unwrap();
    assert_eq!(bot.rest.put(&format!("{path}/reactions/🍇/@me"), Value::Null).await.1["code"], 50013);
    assert_eq!(bot.rest.put("/channels/1/messages/1/reactions/🍇/@me", Value::Null).await.1["code"], 10003);
}

#[tokio::test]
async fn a_pin_is_told_and_listed_newest_first() {
    let (playground, mut bot, message, path) = world().await;
    let pins = format!("/channels/{}/messages/pins", message.channel());
    let pin = |id: &str| format!("{pins}/{id}");
    let first = message.id().unwrap().to_string();
    assert_eq!(bot.rest.put(&pin(&first), Value::Null).await.1["code"], 50013);
    // Since 2026 Manage Messages is no longer enough.
    playground.set_overwrite("general", "Backroad", MANAGE_MESSAGES, 0).unwrap();
    assert_eq!(bot.rest.put(&pin(&first), Value::Null).await.1["code"], 50013);
    playground.set_overwrite("general", "Backroad", PIN_MESSAGES, 0).unwrap();
    assert_eq!(bot.rest.put(&pin(&first), Value::Null).await, (204, Value::Null));
    assert!(bot.event("CHANNEL_PINS_UPDATE").await["last_pin_timestamp"].is_string());
    assert_eq!(bot.event("MESSAGE_UPDATE").await["pinned"], true);
    let told = bot.event("MESSAGE_CREATE").await;
    assert_eq!((&told["type"], &told["message_reference"]["message_id"]), (&json!(6), &json!(first)));
    assert_eq!(bot.rest.put(&pin(text(&told["id"])), Value::Null).await.1["code"], 50021);
    let reply = json!({ "content": "x", "message_reference": { "message_id": told["id"] } });
    let (_, body) = bot.rest.post(&format!("/channels/{}/messages", message.channel()), reply).await;
    let mistake = &body["errors"]["message_reference"]["_errors"][0]["code"];
    assert_eq!(mistake, "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE");

    playground.advance(Duration::from_secs(1));
    let second = playground.member("ben").unwrap().message("pin me").await.unwrap().id().unwrap().to_string();
    // The older route does the same.
    let old = format!("/channels/{}/pins", message.channel());
    assert_eq!(bot.rest.put(&format!("{old}/{second}"), Value::Null).await.0, 204);
    let (_, list) = bot.rest.get(&pins).await;
    let ids: Vec<&str> = list["items"].as_array().unwrap().iter().map(|item| text(&item["message"]["id"])).collect();
    assert_eq!((ids, &list["has_more"]), (vec![second.as_str(), first.as_str()], &json!(false)));
    let (_, page) = bot.rest.get(&format!("{pins}?limit=1")).await;
    assert_eq!(page["has_more"], true);
    let before = text(&page["items"][0]["pinned_at"]).replace('+', "%2B");
    let (_, rest) = bot.rest.get(&format!("{pins}?before={before}")).await;
    assert_eq!(rest["items"][0]["message"]["id"], json!(first));
    assert_eq!(bot.rest.get(&old).await.1.as_array().unwrap().len(), 2);
    assert_eq!(bot.rest.delete(&pin(&first)).await.0, 204);
    assert_eq!(bot.rest.get(&path).await.1["pinned"], false);
    playground.set_overwrite("general", "Backroad", 0, READ_MESSAGE_HISTORY).unwrap();
    assert_eq!(bot.rest.get(&pins).await.1["items"], json!([]));
}

#[tokio::test]
async fn a_channel_has_at_most_250_pins() {
    let (playground, bot, message, _) = world().await;
    playground.set_overwrite("general", "Backroad", PIN_MESSAGES, 0).unwrap();
    let pins = format!("/channels/{}/messages/pins", message.channel());
    let ada = playground.member("ada").unwrap();
    for n in 0..250 {
        let id = ada.message(&n.to_string()).await.unwrap().id().unwrap();
        assert_eq!(bot.rest.put(&format!("{pins}/{id}"), Value::Null).await.0, 204);
    }
    let (status, body) = bot.rest.put(&format!("{pins}/{}", message.id().unwrap()), Value::Null).await;
    assert_eq!((status, &body["code"]), (400, &json!(30003)));
}
