//! Direct messages with the bot, commands in them, and commands on members.

use std::time::Duration;

use serde_json::{Value, json};

use crate::bot::{Bot, Rest, playground, text, webhook_path};

const DIRECT_MESSAGES: u64 = 1 << 12;

fn commands() -> Value {
    json!([
        { "name": "anywhere", "description": "d" },
        { "name": "guilds", "description": "d", "contexts": [0] },
        { "name": "direct", "description": "d", "contexts": [1] },
        { "name": "older", "description": "d", "dm_permission": false },
        { "type": 2, "name": "Progress of" },
    ])
}

fn says(text: &str) -> Value {
    json!({ "type": 4, "data": { "content": text } })
}

#[tokio::test]
async fn the_bot_writes_to_somebody_and_they_answer() {
    let playground = playground().await;
    let mut bot = Bot::connect_with(&playground, 1 | DIRECT_MESSAGES).await;
    let ada = playground.member("ada").unwrap();
    let open = json!({ "recipient_id": ada.id() });
    let (status, channel) = bot.rest.post("/users/@me/channels", open.clone()).await;
    assert_eq!((status, &channel["type"], &channel["recipients"][0]["username"]), (200, &json!(1), &json!("ada")));
    assert_eq!(bot.rest.post("/users/@me/channels", open).await.1["id"], channel["id"], "there is one only");
    let messages = format!("/channels/{}/messages", text(&channel["id"]));
    let (status, sent) = bot.rest.post(&messages, json!({ "content": "psst" })).await;
    assert_eq!(status, 200);
    let event = bot.event("MESSAGE_CREATE").await;
    assert_eq!((&event["id"], &event["guild_id"], &event["member"]), (&sent["id"], &Value::Null, &Value::Null));
    let private = ada.in_direct_messages();
    assert_eq!(private.sees_around().last().unwrap().text(), "psst");
    private.message("yes?").await.unwrap();
    // What is written to the bot it may read without any intent for content.
    assert_eq!(bot.event("MESSAGE_CREATE").await["content"], "yes?");
    assert_eq!(playground.member("ben").unwrap().in_direct_messages().sees_around().len(), 0);
    assert_eq!(bot.rest.get(&messages).await.1.as_array().unwrap().len(), 2);
    let path = format!("/channels/{}", text(&channel["id"]));
    assert_eq!(bot.rest.get(&path).await.0, 200);
    assert_eq!(bot.rest.delete(&path).await.0, 200);
    for id in ["1", bot.rest.app.as_str()] {
        let (status, body) = bot.rest.post("/users/@me/channels", json!({ "recipient_id": id })).await;
        assert_eq!((status, &body["code"]), (400, &json!(50033)));
    }
}

#[tokio::test]
async fn who_wants_no_messages_or_shares_no_guild_cannot_be_written_to() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let ada = playground.member("ada").unwrap();
    let (_, channel) = rest.post("/users/@me/channels", json!({ "recipient_id": ada.id() })).await;
    let messages = format!("/channels/{}/messages", text(&channel["id"]));
    let hello = || json!({ "content": "hello" });
    playground.allow_direct_messages("ada", false).unwrap();
    let (status, body) = rest.post(&messages, hello()).await;
    assert_eq!((status, &body["code"]), (403, &json!(50007)));
    playground.allow_direct_messages("ada", true).unwrap();
    assert_eq!(rest.post(&messages, hello()).await.0, 200);
    playground.remove_member("ada").unwrap();
    assert_eq!(rest.post(&messages, hello()).await.1["code"], 50007);
}

#[tokio::test]
async fn commands_and_buttons_work_in_direct_messages() {
    let playground = playground().await;
    let mut bot = Bot::connect_with(&playground, 1 | DIRECT_MESSAGES).await;
    bot.register(commands()).await;
    let ada = playground.member("ada").unwrap();
    let private = ada.in_direct_messages();
    assert_eq!(ada.offered_commands(), ["anywhere", "guilds", "older"]);
    let (_, registered) = bot.rest.get(&format!("/applications/{}/commands", bot.rest.app)).await;
    let contexts = |name: &str| {
        registered.as_array().unwrap().iter().find(|command| command["name"] == name).unwrap()["contexts"].clone()
    };
    assert_eq!([contexts("guilds"), contexts("direct"), contexts("anywhere")], [json!([0]), json!([1]), Value::Null]);
    assert_eq!(
        private.slash("/guilds").await.unwrap_err().to_string(),
        "There is no command /guilds; there are /anywhere, /direct."
    );
    assert_eq!(private.offered_commands(), ["anywhere", "direct"]);
    let button = json!({ "type": 4, "data": { "content": "hi", "components": [
        { "type": 1, "components": [{ "type": 2, "style": 1, "label": "Go", "custom_id": "go" }] },
    ] } });
    let (shown, event) = tokio::join!(private.slash("/direct"), bot.answer(button));
    assert_eq!((&event["context"], &event["user"]["username"]), (&json!(1), &json!("ada")));
    for absent in ["guild_id", "guild", "member", "guild_locale"] {
        assert_eq!(event[absent], Value::Null, "{absent}");
    }
    assert_eq!(event["channel"]["type"], 1);
    let shown = shown.unwrap();
    let (_, event) = tokio::join!(private.click(&shown, "Go"), bot.answer(says("pressed")));
    assert_eq!((&event["data"]["custom_id"], &event["guild_id"]), (&json!("go"), &Value::Null));
    playground.advance(Duration::from_secs(10));
    let path = format!("{}/messages/@original", webhook_path(&event));
    assert_eq!(bot.rest.patch(&path, json!({ "content": "changed" })).await.0, 200);
    assert_eq!(private.sees_around().last().unwrap().text(), "changed");
}

#[tokio::test]
async fn a_command_is_used_on_a_member() {
    let playground = playground().await;
    let mut bot = Bot::connect(&playground).await;
    bot.register(commands()).await;
    let ada = playground.member("ada").unwrap();
    assert_eq!(ada.offered_user_commands(), ["Progress of"]);
    let (shown, event) = tokio::join!(ada.user_command("Progress of", "ben"), bot.answer(says("fine")));
    let ben = playground.member("ben").unwrap().id().to_string();
    let data = &event["data"];
    assert_eq!((&data["type"], &data["target_id"]), (&json!(2), &json!(ben)));
    assert_eq!(data["resolved"]["users"][&ben]["username"], "ben");
    assert!(data["resolved"]["members"][&ben]["permissions"].is_string());
    let json = shown.unwrap().json().clone();
    assert_eq!((&json["type"], &json["interaction_metadata"]["target_user"]["id"]), (&json!(23), &json!(ben)));
    for (name, target, sentence) in [
        ("Nope", "ben", "There is no user command \"Nope\" for ada here."),
        ("Progress of", "zoe", "There is nobody called zoe here."),
    ] {
        assert_eq!(ada.user_command(name, target).await.unwrap_err().to_string(), sentence);
    }
}
