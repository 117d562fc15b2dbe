//! What members do, and what comes of it.

use std::time::Duration;

use backroad::playground::{Options, Playground};
use serde_json::json;

use crate::bot::{Heard, text, webhook_path, with_bot};

fn reply(content: &str) -> serde_json::Value {
    json!({ "type": 4, "data": { "content": content, "components": [{ "type": 1, "components": [
        { "type": 2, "style": 1, "label": "More", "custom_id": "more" },
        { "type": 2, "style": 2, "label": "Old", "custom_id": "old", "disabled": true },
        { "type": 2, "style": 5, "label": "Docs", "url": "https://example.org/" },
    ] }, { "type": 1, "components": [{ "type": 3, "custom_id": "pick", "placeholder": "Others", "options": [
        { "label": "JWT", "value": "jwt", "description": "Signed tokens" }, { "label": "OAuth", "value": "oauth" },
    ] }] }] } })
}

#[tokio::test]
async fn a_command_is_answered_and_its_buttons_work() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let (shown, event) = tokio::join!(ada.slash("/ask query: how does jwt work"), bot.answer(reply("An answer")));
    let shown = shown.unwrap();
    insta::assert_snapshot!(shown.text(), @r"
    An answer
    [More] [Old (disabled)] [Docs <https://example.org/>]
    [Others v]
      - JWT: Signed tokens
      - OAuth
    ");
    assert_eq!(event["data"]["options"][0]["value"], "how does jwt work");

    let update = json!({ "type": 7, "data": { "content": "More of it", "components": [] } });
    let (clicked, event) = tokio::join!(ada.click(&shown, "More"), bot.answer(update));
    assert_eq!(clicked.unwrap().text(), "More of it");
    assert_eq!(event["message"]["content"], "An answer");
    assert_eq!(event["data"]["custom_id"], "more");
    assert_eq!(shown.refresh().unwrap().text(), "More of it");
}

#[tokio::test]
async fn a_deferred_answer_is_thinking_until_it_settles() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let (shown, event) =
        tokio::join!(ada.slash("/ask query: x"), bot.answer(json!({ "type": 5, "data": { "flags": 64 } })));
    let shown = shown.unwrap();
    assert_eq!(shown.text(), "Backroad is thinking…\nOnly you can see this");
    let path = format!("{}/messages/@original", webhook_path(&event));
    let (settled, (status, message)) =
        tokio::join!(shown.settled(), bot.rest.patch(&path, json!({ "content": "done" })));
    assert_eq!((status, text(&message["content"])), (200, "done"));
    assert_eq!(settled.unwrap().text(), "done\nOnly you can see this");
}

#[tokio::test]
async fn a_menu_takes_labels_and_values_within_its_bounds() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let (shown, _) = tokio::join!(ada.slash("/ask query: x"), bot.answer(reply("An answer")));
    let shown = shown.unwrap();
    let update = json!({ "type": 7, "data": { "content": "OAuth" } });
    let (chosen, event) = tokio::join!(ada.select(&shown, "Others", &["OAuth"]), bot.answer(update));
    assert!(chosen.unwrap().text().starts_with("OAuth\n"));
    assert_eq!(event["data"], json!({ "id": 6, "custom_id": "pick", "component_type": 3, "values": ["oauth"] }));
    for (menu, choices, sentence) in [
        ("pick", vec!["JWT", "OAuth"], "Choose exactly 1 of the menu \"pick\"."),
        ("pick", vec!["SAML"], "The menu \"pick\" does not offer \"SAML\"."),
        ("Nothing", vec!["JWT"], "There is no menu \"Nothing\" on the message."),
    ] {
        assert_eq!(ada.select(&shown, menu, &choices).await.unwrap_err().to_string(), sentence);
    }
}

#[tokio::test]
async fn menus_of_members_and_channels_resolve_them() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let menus = json!({ "type": 4, "data": { "content": "Whom?", "components": [
        { "type": 1, "components": [{ "type": 5, "custom_id": "who", "max_values": 2 }] },
        { "type": 1, "components": [{ "type": 8, "custom_id": "where", "placeholder": "Where" }] },
    ] } });
    let (shown, _) = tokio::join!(ada.slash("/ask query: x"), bot.answer(menus));
    let shown = shown.unwrap();
    assert_eq!(shown.text(), "Whom?\n[Make a selection v]\n[Where v]");
    let ben = playground.member("ben").unwrap().id().to_string();
    let (_, event) = tokio::join!(ada.select(&shown, "who", &["@ben"]), bot.answer(json!({ "type": 6 })));
    assert_eq!(event["data"]["values"], json!([ben]));
    assert_eq!(event["data"]["resolved"]["users"][&ben]["username"], "ben");
    assert!(event["data"]["resolved"]["members"][&ben]["roles"].is_array());
    let (_, event) = tokio::join!(ada.select(&shown, "Where", &["#quiz"]), bot.answer(json!({ "type": 6 })));
    let quiz = text(&event["data"]["values"][0]).to_owned();
    assert_eq!(event["data"]["resolved"]["channels"][&quiz]["name"], "quiz");
    let hidden = ada.select(&shown, "Where", &["#mods"]).await.unwrap_err();
    assert_eq!(hidden.to_string(), "There is no #mods here.");
}

#[tokio::test]
async fn buttons_that_cannot_be_pressed_say_why() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let (shown, _) = tokio::join!(ada.slash("/ask query: x"), bot.answer(reply("An answer")));
    let shown = shown.unwrap();
    for (button, sentence) in [
        ("Old", "The button \"Old\" is disabled."),
        ("Docs", "The button \"Docs\" only opens https://example.org/."),
        ("Less", "There is no button \"Less\" on the message."),
    ] {
        assert_eq!(ada.click(&shown, button).await.unwrap_err().to_string(), sentence);
    }
    let id = shown.id().unwrap();
    assert_eq!(ada.press(id, "less").await.unwrap_err().to_string(), "There is no button \"less\" on the message.");
    let path = format!("/channels/{}/messages/{}", ada.channel_id(), id);
    assert_eq!(bot.rest.delete(&path).await.0, 204);
    assert_eq!(ada.press(id, "more").await.unwrap_err().to_string(), "ada does not see the message.");
    assert_eq!(ada.click(&shown, "More").await.unwrap_err().to_string(), "ada does not see the message.");
}

#[tokio::test]
async fn a_press_tells_what_the_bot_said_without_a_picture() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let (shown, _) = tokio::join!(ada.slash("/ask query: x"), bot.answer(reply("An answer")));
    let id = shown.unwrap().id().unwrap();
    let ben = playground.member("ben").unwrap();
    let says = json!({ "type": 4, "data": { "content": "Noted.", "flags": 64 } });
    let (pressed, event) = tokio::join!(ben.press(id, "more"), bot.answer(says));
    let pressed = pressed.unwrap();
    assert_eq!((event["data"]["custom_id"].as_str(), &event["data"]["component_type"]), (Some("more"), &json!(2)));
    assert_eq!((pressed.kind, pressed.content.as_str()), (4, "Noted."));
    assert!(playground.message(pressed.message.unwrap()).unwrap().is_ephemeral());
    let update = json!({ "type": 7, "data": { "content": "Changed." } });
    let (pressed, _) = tokio::join!(ben.press(id, "more"), bot.answer(update));
    let pressed = pressed.unwrap();
    assert_eq!((pressed.kind, pressed.message, pressed.content.as_str()), (7, Some(id), "Changed."));
}

#[tokio::test]
async fn people_and_places_are_found_by_name() {
    let (playground, _bot) = with_bot().await;
    let sentence = |error: backroad::playground::ActError| error.to_string();
    let unknown = playground.member("zoe").err().map(sentence).unwrap();
    assert_eq!(unknown, "There is nobody called zoe; there are omar, mira, ada, ben, nell.");
    let ada = playground.member("ada").unwrap();
    assert_eq!(ada.in_channel("mods").err().map(sentence).unwrap(), "ada sees no channel #mods here.");
    assert_eq!(ada.in_guild("Nowhere").err().map(sentence).unwrap(), "ada is in no server called Nowhere.");
    assert_eq!(
        playground.member("nell").unwrap().in_guild("Study Group").err().map(sentence).unwrap(),
        "nell is in no server called Study Group."
    );
    let error = playground.member("nell").unwrap().message("hi").await.unwrap_err();
    assert_eq!(sentence(error), "nell may not write in #general.");
    let error = ada.in_channel("daily").unwrap().message("hi").await.unwrap_err();
    assert_eq!(sentence(error), "ada may not write in #daily.");
    assert_eq!(sentence(ada.message(&"x".repeat(2001)).await.unwrap_err()), "A message has 1 to 2000 characters.");
}

#[tokio::test]
async fn people_come_go_and_are_timed_out() {
    let (playground, _bot) = with_bot().await;
    let zoe = playground.add_member("zoe").unwrap();
    zoe.message("hi").await.unwrap();
    playground.time_out("zoe", Duration::from_secs(60)).unwrap();
    assert!(zoe.message("hi").await.is_err());
    playground.advance(Duration::from_secs(60));
    zoe.message("back").await.unwrap();
    playground.remove_member("zoe").unwrap();
    assert!(zoe.message("hi").await.is_err());
    assert_eq!(playground.member("ada").unwrap().sees("general").unwrap().len(), 2);
    assert!(playground.add_member("ada").is_err());
    assert!(playground.add_member("Z o e").is_err());
}

#[tokio::test]
async fn waiting_in_vain_says_for_what() {
    let options = Options { patience: Duration::ZERO, ..Options::default() };
    let playground = Playground::start(options).await.unwrap();
    let error = playground.until_ready().await.unwrap_err();
    assert_eq!(error.to_string(), "waited 0 s in vain for the bot to be online with its commands registered");
}

#[tokio::test]
async fn a_playground_listens_on_loopback_only_and_ends() {
    let everywhere = Options { address: "0.0.0.0:0".parse().unwrap(), ..Options::default() };
    assert!(Playground::start(everywhere).await.is_err());
    let (playground, mut bot) = with_bot().await;
    let address = playground.api_url().replace("http://", "");
    playground.shutdown().await;
    assert_eq!(bot.gateway.hear_end().await, Heard::Cut);
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
