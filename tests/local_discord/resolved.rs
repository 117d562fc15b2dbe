//! What an interaction tells of everything that its options and targets name.

use backroad::playground::permissions::{self, VIEW_CHANNEL};
use serde_json::{Value, json};

use crate::bot::{Bot, playground, text};

fn every_kind() -> Value {
    let option = |kind: u64, name: &str| json!({ "type": kind, "name": name, "description": "x" });
    let kinds = [
        (3, "string"),
        (4, "integer"),
        (5, "boolean"),
        (6, "user"),
        (7, "channel"),
        (8, "role"),
        (9, "mentionable"),
        (10, "number"),
    ];
    let options: Vec<Value> = kinds.into_iter().map(|(kind, name)| option(kind, name)).collect();
    json!([
        { "name": "every", "description": "x", "options": options },
        { "name": "Profile", "type": 2 },
    ])
}

const REPLY: fn() -> Value = || json!({ "type": 4, "data": { "content": "hi" } });

#[tokio::test]
async fn every_kind_of_option_comes_with_what_it_names() {
    let playground = playground().await;
    let mut bot = Bot::connect(&playground).await;
    bot.register(every_kind()).await;
    let ada = playground.member("ada").unwrap();
    let line = "/every string: words integer: 7 boolean: true user: @ben channel: #quiz role: @Moderator \
                mentionable: @Backroad number: 2.5";
    let (shown, event) = tokio::join!(ada.slash(line), bot.answer(REPLY()));
    shown.unwrap();
    let data = &event["data"];
    let value = |name: &str| {
        let mut options = data["options"].as_array().unwrap().iter();
        options.find(|option| option["name"] == name).map(|option| option["value"].clone()).unwrap()
    };
    assert_eq!(
        [value("string"), value("integer"), value("boolean"), value("number")],
        [json!("words"), json!(7), json!(true), json!(2.5)]
    );
    let resolved = |kind: &str, name: &str| data["resolved"][kind][text(&value(name))].clone();
    assert_eq!(resolved("users", "user")["username"], "ben");
    let member = resolved("members", "user");
    assert!(member["user"].is_null() && member["deaf"].is_null() && member["roles"].is_array());
    assert_eq!(permission_bits(&member) & VIEW_CHANNEL, VIEW_CHANNEL);
    let channel = resolved("channels", "channel");
    assert_eq!((&channel["name"], &channel["type"]), (&json!("quiz"), &json!(0)));
    assert_eq!(permission_bits(&channel) & permissions::SEND_MESSAGES, permissions::SEND_MESSAGES);
    assert_eq!(resolved("roles", "role")["name"], "Moderator");
    assert_eq!(resolved("users", "mentionable")["bot"], true);
    assert!(resolved("members", "mentionable").is_object());
}

#[tokio::test]
async fn an_interaction_tells_where_and_by_whom_it_was_made_possible() {
    let playground = playground().await;
    let mut bot = Bot::connect(&playground).await;
    bot.register(every_kind()).await;
    let ada = playground.member("ada").unwrap();
    let (_, event) = tokio::join!(ada.slash("/every"), bot.answer(REPLY()));
    let guild = ada.guild_id().to_string();
    assert_eq!(event["context"], 0);
    assert_eq!(event["authorizing_integration_owners"], json!({ "0": guild }));
    assert_eq!((&event["entitlements"], &event["attachment_size_limit"]), (&json!([]), &json!(10 * 1024 * 1024)));
    assert_eq!((&event["guild_id"], &event["guild"]["id"]), (&json!(guild), &json!(guild)));
    assert_eq!((&event["locale"], &event["guild_locale"]), (&json!("en-US"), &json!("en-US")));
    assert_eq!(event["channel"]["id"], event["channel_id"]);
    assert_eq!(event["member"]["user"]["username"], "ada");
    assert!(event.get("user").is_none(), "in a guild the user stands in the member");
    let powers: u64 = text(&event["app_permissions"]).parse().unwrap();
    assert_eq!(powers & VIEW_CHANNEL, VIEW_CHANNEL);
    assert_eq!(event["version"], 1);
}

#[tokio::test]
async fn a_user_command_comes_with_its_target() {
    let playground = playground().await;
    let mut bot = Bot::connect(&playground).await;
    bot.register(every_kind()).await;
    let ada = playground.member("ada").unwrap();
    let ben = playground.member("ben").unwrap().id().to_string();
    let (shown, event) = tokio::join!(ada.user_command("Profile", "@ben"), bot.answer(REPLY()));
    let data = &event["data"];
    assert_eq!((&data["type"], &data["target_id"]), (&json!(2), &json!(ben)));
    assert_eq!(data["resolved"]["users"][&ben]["username"], "ben");
    assert!(data["resolved"]["members"][&ben]["joined_at"].is_string());
    let metadata = shown.unwrap().json()["interaction_metadata"].clone();
    assert_eq!((&metadata["target_user"]["id"], &metadata["command_type"]), (&json!(ben), &json!(2)));
    let error = ada.user_command("Profile", "zoe").await.unwrap_err();
    assert_eq!(error.to_string(), "There is nobody called zoe here.");
    let error = ada.user_command("Nope", "ben").await.unwrap_err();
    assert_eq!(error.to_string(), "There is no user command \"Nope\" for ada here.");
}

fn permission_bits(json: &Value) -> u64 {
    text(&json["permissions"]).parse().unwrap()
}
