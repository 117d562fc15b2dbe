//! What members do, and what comes of it.

use serde_json::json;

use crate::bot::{text, webhook_path, with_bot};

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
