//! Interactions: complete events, one first response in time, of a type that fits, and fifteen minutes for what
//! follows.

use std::time::Duration;

use backroad::playground::{ActError, Member, Playground, Shown, permissions};
use reqwest::Method;
use serde_json::{Value, json};

use crate::bot::{Bot, callback_path, text, webhook_path, with_bot};

fn button(custom_id: &str) -> Value {
    json!([{ "type": 1, "components": [{ "type": 2, "style": 1, "label": custom_id, "custom_id": custom_id }] }])
}

fn form() -> Value {
    json!({ "type": 9, "data": { "custom_id": "form", "title": "Your answer", "components": [
        { "type": 1, "components": [
            { "type": 4, "custom_id": "text", "label": "Answer", "style": 1, "min_length": 2 },
        ] },
        { "type": 18, "label": "Level", "component": { "type": 3, "custom_id": "level", "required": false,
            "options": [{ "label": "Easy", "value": "1" }, { "label": "Hard", "value": "2" }] } },
    ] } })
}

fn says(content: &str) -> Value {
    json!({ "type": 4, "data": { "content": content } })
}

/// Lets somebody do something and gives back the event, without answering it.
async fn event<T>(bot: &mut Bot, act: impl Future<Output = T>) -> Value {
    tokio::select! {
        event = bot.interaction() => event,
        _ = act => panic!("the act ended before the bot heard of it"),
    }
}

/// A message of the bot with one button `go`, made by ada's command.
async fn with_button(playground: &Playground, bot: &mut Bot) -> (Member, Shown) {
    let ada = playground.member("ada").unwrap();
    let reply = json!({ "type": 4, "data": { "content": "press", "components": button("go") } });
    let (shown, _) = tokio::join!(ada.slash("/ask query: x"), bot.answer(reply));
    (ada, shown.unwrap())
}

#[tokio::test]
async fn a_command_event_is_complete() {
    let (playground, mut bot) = with_bot().await;
    let mira = playground.member("mira").unwrap().in_channel("quiz").unwrap();
    let (_, event) = tokio::join!(mira.slash("/ask query: jwt"), bot.answer(says("ok")));
    for key in ["id", "token", "locale", "guild_locale", "app_permissions", "guild_id", "channel_id", "application_id"]
    {
        assert!(event[key].is_string(), "{key}");
    }
    assert_eq!((&event["type"], &event["version"], &event["context"]), (&json!(2), &json!(1), &json!(0)));
    assert_eq!(event["entitlements"], json!([]));
    assert_eq!(event["attachment_size_limit"], 10_485_760);
    assert_eq!(event["authorizing_integration_owners"], json!({ "0": event["guild_id"] }));
    assert_eq!(event["guild"]["id"], event["guild_id"]);
    assert_eq!(event["channel"]["id"], event["channel_id"]);
    assert_eq!(event["channel"]["name"], "quiz");
    assert_eq!(event["member"]["user"]["username"], "mira");
    assert!(event["user"].is_null());
    // Mira manages the server, the bot does not; both as decimal strings.
    let bits = |value: &Value| text(value).parse::<u64>().unwrap();
    assert_ne!(bits(&event["member"]["permissions"]) & 1 << 5, 0);
    assert_eq!(bits(&event["app_permissions"]) & 1 << 5, 0);
    assert_ne!(bits(&event["app_permissions"]) & 1 << 11, 0);
    assert_eq!(event["data"]["options"], json!([{ "type": 3, "name": "query", "value": "jwt" }]));
    assert_eq!(event["data"]["name"], "ask");
}

#[tokio::test]
async fn permissions_in_events_follow_the_channels_overwrites() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap().in_channel("daily").unwrap();
    let (_, event) = tokio::join!(ada.slash("/ask query: jwt"), bot.answer(says("ok")));
    let sends = |value: &Value| text(value).parse::<u64>().unwrap() & 1 << 11 != 0;
    assert!(!sends(&event["member"]["permissions"]));
    assert!(sends(&event["app_permissions"]));
    // What the channel gives and takes is in there at once.
    let bits = |value: &Value| text(value).parse::<u64>().unwrap();
    let before = bits(&event["app_permissions"]);
    let (given, taken) = (permissions::MANAGE_MESSAGES, permissions::SEND_MESSAGES | permissions::EMBED_LINKS);
    playground.set_overwrite("daily", "Backroad", given, taken).unwrap();
    let (_, event) = tokio::join!(ada.slash("/ask query: jwt"), bot.answer(says("ok")));
    assert_eq!(bits(&event["app_permissions"]), before & !taken | given);
    // Where the bot does not see the channel it is still told of what is asked there, and may answer.
    let mira = playground.member("mira").unwrap().in_channel("mods").unwrap();
    let (shown, event) = tokio::join!(mira.slash("/ask query: jwt"), bot.answer(says("ok")));
    assert_eq!((shown.unwrap().text(), bits(&event["app_permissions"]) & permissions::VIEW_CHANNEL), ("ok", 0));
}

#[tokio::test]
async fn a_first_response_is_taken_until_three_seconds_after_the_event_and_no_millisecond_longer() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let in_time = async {
        let event = bot.interaction().await;
        playground.advance(Duration::from_secs(3));
        bot.rest.respond(&event, says("in time")).await
    };
    let (shown, (status, _)) = tokio::join!(ada.slash("/ask query: x"), in_time);
    assert_eq!((shown.unwrap().text(), status), ("in time", 204));
    let late = async {
        let event = bot.interaction().await;
        playground.advance(Duration::from_millis(3_001));
        bot.rest.respond(&event, says("too late")).await
    };
    let (shown, (status, body)) = tokio::join!(ada.slash("/ask query: x"), late);
    assert!(matches!(shown, Err(ActError::NotResponding)), "{shown:?}");
    assert_eq!((status, &body["code"], &body["message"]), (404, &json!(10062), &json!("Unknown interaction")));
    assert_eq!(ada.sees("general").unwrap().len(), 1);
}

#[tokio::test]
async fn a_second_answer_is_refused_with_40060() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let (_, event) = tokio::join!(ada.slash("/ask query: x"), bot.answer(says("one")));
    let (status, body) = bot.rest.respond(&event, says("two")).await;
    assert_eq!((status, &body["code"]), (400, &json!(40060)));
}

#[tokio::test]
async fn unknown_ids_and_tokens_are_refused_with_10062() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let event = event(&mut bot, ada.slash("/ask query: x")).await;
    for (key, value) in [("token", "wrong"), ("id", "12345")] {
        let mut other = event.clone();
        other[key] = json!(value);
        assert_eq!(bot.rest.respond(&other, says("x")).await.1["code"], 10062, "{key}");
    }
    // A response needs no bot token.
    let path = format!("/api/v10{}", callback_path(&event));
    let headers = [("content-type", "application/json")];
    let (status, _) = bot.rest.bare(Method::POST, &path, &headers, &says("fine").to_string()).await.unwrap();
    assert_eq!(status, 204);
}

#[tokio::test]
async fn a_bad_answer_leaves_the_interaction_open_for_a_good_one() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let twice = async {
        let event = bot.interaction().await;
        let (status, body) = bot.rest.respond(&event, says(&"x".repeat(2001))).await;
        assert_eq!((status, &body["code"]), (400, &json!(50035)));
        assert_eq!(body["errors"]["data"]["content"]["_errors"][0]["code"], "BASE_TYPE_MAX_LENGTH");
        assert_eq!(bot.rest.respond(&event, says("")).await.1["code"], 50006);
        assert_eq!(bot.rest.respond(&event, says("good")).await.0, 204);
    };
    let (shown, ()) = tokio::join!(ada.slash("/ask query: x"), twice);
    assert_eq!(shown.unwrap().text(), "good");
}

#[tokio::test]
async fn every_kind_of_interaction_takes_its_own_types_only() {
    let (playground, mut bot) = with_bot().await;
    let (ada, shown) = with_button(&playground, &mut bot).await;
    let (opened, _) = tokio::join!(ada.click(&shown, "go"), bot.answer(form()));
    let from_component = opened.unwrap();
    let (opened, _) = tokio::join!(ada.slash("/ask query: x"), bot.answer(form()));
    let from_command = opened.unwrap();
    let values = [("Answer", "yes")];

    let commands = event(&mut bot, ada.slash("/ask query: x")).await;
    let components = event(&mut bot, ada.click(&shown, "go")).await;
    let autocompletes = event(&mut bot, ada.autocomplete("/ask x topic: j")).await;
    let forms = event(&mut bot, ada.submit(&from_command, &values)).await;
    let forms_of_components = event(&mut bot, ada.submit(&from_component, &values)).await;
    for (name, event, allowed) in [
        ("command", commands, vec![4, 5, 9]),
        ("component", components, vec![4, 5, 6, 7, 9]),
        ("autocomplete", autocompletes, vec![8]),
        ("form of a command", forms, vec![4, 5]),
        ("form of a component", forms_of_components, vec![4, 5, 6, 7]),
    ] {
        for kind in (0..=12).filter(|kind| !allowed.contains(kind)) {
            let (status, body) = bot.rest.respond(&event, json!({ "type": kind, "data": {} })).await;
            assert_eq!((status, &body["code"]), (400, &json!(50035)), "{name} {kind}");
            assert_eq!(body["errors"]["type"]["_errors"][0]["code"], "BASE_TYPE_CHOICES", "{name} {kind}");
        }
        let data = match allowed[0] {
            8 => json!({ "choices": [] }),
            _ => json!({ "content": "x" }),
        };
        assert_eq!(bot.rest.respond(&event, json!({ "type": allowed[0], "data": data })).await.0, 204, "{name}");
    }
}

#[tokio::test]
async fn with_response_gives_the_message_back() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let event = event(&mut bot, ada.slash("/ask query: x")).await;
    let path = format!("{}?with_response=true", callback_path(&event));
    let (status, body) = bot.rest.post(&path, says("hi")).await;
    assert_eq!((status, &body["interaction"]["id"]), (200, &event["id"]));
    assert_eq!(body["interaction"]["response_message_id"], body["resource"]["message"]["id"]);
    assert_eq!((&body["resource"]["type"], &body["resource"]["message"]["content"]), (&json!(4), &json!("hi")));
    assert_eq!(body["interaction"]["response_message_ephemeral"], false);
    // Without it there is no body.
    let again = self::event(&mut bot, ada.slash("/ask query: x")).await;
    assert_eq!(bot.rest.respond(&again, says("hi")).await, (204, Value::Null));

    let (ada, shown) = with_button(&playground, &mut bot).await;
    let on = shown.id().unwrap().to_string();
    let quiet = json!({ "type": 4, "data": { "content": "psst", "flags": 64 } });
    let update = json!({ "type": 7, "data": { "content": "changed" } });
    for (response, message, ephemeral) in [(quiet, false, true), (update, true, false)] {
        let event = self::event(&mut bot, ada.click(&shown, "go")).await;
        let path = format!("{}?with_response=true", callback_path(&event));
        let (status, body) = bot.rest.post(&path, response.clone()).await;
        assert_eq!((status, &body["resource"]["type"]), (200, &response["type"]));
        assert_eq!(body["interaction"]["response_message_id"] == on, message);
        assert_eq!(body["resource"]["message"]["id"], body["interaction"]["response_message_id"]);
        assert_eq!(body["interaction"]["response_message_ephemeral"], ephemeral);
    }
    // What comes later is no message as yet, and a form is none.
    for (response, message, loading) in [
        (json!({ "type": 5 }), true, json!(true)),
        (json!({ "type": 6 }), true, json!(false)),
        (form(), false, Value::Null),
    ] {
        let event = self::event(&mut bot, ada.click(&shown, "go")).await;
        let path = format!("{}?with_response=true", callback_path(&event));
        let (status, body) = bot.rest.post(&path, response).await;
        assert_eq!((status, &body["resource"]), (200, &Value::Null));
        assert_eq!(body["interaction"]["response_message_id"].is_string(), message);
        assert_eq!(body["interaction"]["response_message_loading"], loading);
    }
}

#[tokio::test]
async fn the_original_and_follow_ups_can_be_read_changed_and_deleted() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let (shown, event) = tokio::join!(ada.slash("/ask query: x"), bot.answer(says("one")));
    let base = webhook_path(&event);
    let original = format!("{base}/messages/@original");
    assert_eq!(bot.rest.get(&original).await.1["id"], shown.unwrap().id().unwrap().to_string());
    let (status, edited) = bot.rest.patch(&original, json!({ "content": "two" })).await;
    assert_eq!((status, &edited["content"]), (200, &json!("two")));
    assert!(edited["edited_timestamp"].is_string());
    assert_eq!(bot.rest.patch(&original, json!({ "content": "" })).await.1["code"], 50006);

    let (status, follow_up) = bot.rest.post(&base, json!({ "content": "three", "flags": 64 })).await;
    assert_eq!((status, &follow_up["flags"]), (200, &json!(64)));
    let path = format!("{base}/messages/{}", text(&follow_up["id"]));
    assert_eq!(bot.rest.patch(&path, json!({ "content": "four" })).await.1["content"], "four");
    let seen: Vec<String> = ada.sees("general").unwrap().iter().map(|shown| shown.text().to_owned()).collect();
    assert_eq!(seen, ["two", "four\nOnly you can see this"]);
    let ben_sees = playground.member("ben").unwrap().sees("general").unwrap();
    assert_eq!(ben_sees.len(), 1);

    assert_eq!(bot.rest.delete(&path).await.0, 204);
    assert_eq!(bot.rest.get(&path).await.1["code"], 10008);
    assert_eq!(bot.rest.delete(&original).await.0, 204);
    assert_eq!(bot.rest.get(&original).await.1["code"], 10008);
    assert_eq!(ada.sees("general").unwrap().len(), 0);
}

#[tokio::test]
async fn the_messages_of_another_interaction_are_not_there() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let (_, one) = tokio::join!(ada.slash("/ask query: x"), bot.answer(says("one")));
    let (two, _) = tokio::join!(ada.slash("/ask query: x"), bot.answer(says("two")));
    let path = format!("{}/messages/{}", webhook_path(&one), two.unwrap().id().unwrap());
    assert_eq!(bot.rest.patch(&path, json!({ "content": "x" })).await.1["code"], 10008);
}

#[tokio::test]
async fn a_token_lives_fifteen_minutes_from_the_event_and_no_millisecond_longer() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let (_, event) = tokio::join!(ada.slash("/ask query: x"), bot.answer(says("one")));
    let base = webhook_path(&event);
    let original = format!("{base}/messages/@original");
    let all = |text: &'static str| {
        let (rest, base, original) = (&bot.rest, &base, &original);
        async move {
            let body = || json!({ "content": text });
            let posted = rest.post(base, body()).await;
            [posted, rest.patch(original, body()).await, rest.get(original).await]
        }
    };
    playground.advance(Duration::from_secs(15 * 60));
    for (status, body) in all("in time").await {
        assert_eq!(status, 200, "{body}");
    }
    // A second response is told apart as long as the token lives.
    assert_eq!(bot.rest.respond(&event, says("two")).await.1["code"], 40060);
    playground.advance(Duration::from_millis(1));
    for (status, body) in all("too late").await {
        assert_eq!((status, &body["code"]), (401, &json!(50027)));
    }
    assert_eq!(bot.rest.delete(&original).await.1["code"], 50027);
    assert_eq!(bot.rest.respond(&event, says("two")).await.1["code"], 10062);
    let (status, body) = bot.rest.get(&format!("/webhooks/{}/made-up/messages/@original", bot.rest.app)).await;
    assert_eq!((status, &body["code"]), (401, &json!(50027)));
}

#[tokio::test]
async fn follow_ups_before_an_acknowledgement_are_an_unknown_webhook() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let event = event(&mut bot, ada.slash("/ask query: x")).await;
    assert_eq!(bot.rest.post(&webhook_path(&event), json!({ "content": "x" })).await.1["code"], 10015);
    assert_eq!(bot.rest.post("/webhooks/1/token", json!({ "content": "x" })).await.1["code"], 10015);
}

#[tokio::test]
async fn the_first_follow_up_fills_a_deferred_reply_whose_privacy_stays() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let (shown, event) = tokio::join!(ada.slash("/ask query: x"), bot.answer(json!({ "type": 5 })));
    let shown = shown.unwrap();
    assert!(shown.is_thinking() && !shown.is_ephemeral());
    let base = webhook_path(&event);
    let (settled, (_, message)) =
        tokio::join!(shown.settled(), bot.rest.post(&base, json!({ "content": "done", "flags": 64 })));
    assert_eq!(message["id"], shown.id().unwrap().to_string());
    let settled = settled.unwrap();
    assert_eq!((settled.text(), settled.is_ephemeral()), ("done", false));
}

#[tokio::test]
async fn a_deferred_reply_takes_no_flag_but_ephemeral() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let event = event(&mut bot, ada.slash("/ask query: x")).await;
    let (_, body) = bot.rest.respond(&event, json!({ "type": 5, "data": { "flags": 68 } })).await;
    assert!(body["errors"]["data"]["flags"]["_errors"].is_array(), "{body}");
}

#[tokio::test]
async fn a_put_off_update_settles_with_the_edit_or_the_follow_up() {
    let (playground, mut bot) = with_bot().await;
    let (ada, shown) = with_button(&playground, &mut bot).await;
    let (clicked, event) = tokio::join!(ada.click(&shown, "go"), bot.answer(json!({ "type": 6 })));
    let clicked = clicked.unwrap();
    assert_eq!(clicked.text(), "press\n[go]");
    let original = format!("{}/messages/@original", webhook_path(&event));
    let (settled, _) = tokio::join!(clicked.settled(), bot.rest.patch(&original, json!({ "content": "pressed" })));
    assert_eq!(settled.unwrap().text(), "pressed\n[go]");

    let (clicked, event) = tokio::join!(ada.click(&shown, "go"), bot.answer(json!({ "type": 6 })));
    let (clicked, base) = (clicked.unwrap(), webhook_path(&event));
    let (settled, _) =
        tokio::join!(clicked.settled(), bot.rest.post(&base, json!({ "content": "for you", "flags": 64 })));
    assert_eq!(settled.unwrap().text(), "for you\nOnly you can see this");
}

#[tokio::test]
async fn ephemeral_messages_are_out_of_reach_for_channel_routes_and_other_members() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let reply = json!({ "type": 4, "data": { "content": "secret", "flags": 64, "components": button("go") } });
    let (shown, _) = tokio::join!(ada.slash("/ask query: x"), bot.answer(reply));
    let shown = shown.unwrap();
    let path = format!("/channels/{}/messages", ada.channel_id());
    let one = format!("{path}/{}", shown.id().unwrap());
    assert_eq!(bot.rest.get(&path).await.1, json!([]));
    assert_eq!(bot.rest.get(&one).await.1["code"], 10008);
    assert_eq!(bot.rest.patch(&one, json!({ "content": "x" })).await.1["code"], 10008);
    assert_eq!(bot.rest.delete(&one).await.1["code"], 10008);
    let error = playground.member("ben").unwrap().click(&shown, "go").await.unwrap_err();
    assert_eq!(error.to_string(), "ben does not see the message.");
    let (clicked, _) =
        tokio::join!(ada.click(&shown, "go"), bot.answer(json!({ "type": 7, "data": { "content": "more" } })));
    assert!(clicked.unwrap().is_ephemeral());
}

#[tokio::test]
async fn a_component_event_carries_the_message_and_comes_from_its_channel() {
    let (playground, mut bot) = with_bot().await;
    let (ada, shown) = with_button(&playground, &mut bot).await;
    let elsewhere = ada.in_channel("quiz").unwrap();
    let (replied, event) = tokio::join!(elsewhere.click(&shown, "go"), bot.answer(says("pressed")));
    assert_eq!(event["data"], json!({ "id": 2, "custom_id": "go", "component_type": 2 }));
    assert_eq!((&event["type"], &event["channel_id"]), (&json!(3), &event["message"]["channel_id"]));
    assert_eq!(event["message"]["id"], shown.id().unwrap().to_string());
    assert_eq!(event["message"]["interaction_metadata"]["user"]["username"], "ada");
    let reply = replied.unwrap();
    assert_eq!(reply.json()["message_reference"]["message_id"], event["message"]["id"]);
    assert_eq!(reply.json()["interaction_metadata"]["interacted_message_id"], event["message"]["id"]);
}

#[tokio::test]
async fn a_form_comes_back_with_what_was_filled_in() {
    let (playground, mut bot) = with_bot().await;
    let (ada, shown) = with_button(&playground, &mut bot).await;
    let (opened, _) = tokio::join!(ada.click(&shown, "go"), bot.answer(form()));
    let opened = opened.unwrap();
    insta::assert_snapshot!(opened.text(), @r"
    === Your answer ===
    Answer:
    Level (optional):
      - Easy
      - Hard
    ");
    for (values, sentence) in [
        (vec![("Answer", "x")], "\"Answer\" takes 2 to 4000 characters, and that is 1."),
        (vec![], "\"Answer\" must be filled in."),
        (vec![("Answer", "yes"), ("Level", "Odd")], "\"Level\" does not offer that."),
        (vec![("Name", "yes")], "The form has no field \"Name\"."),
    ] {
        assert_eq!(ada.submit(&opened, &values).await.unwrap_err().to_string(), sentence);
    }
    let ben = playground.member("ben").unwrap();
    assert!(ben.submit(&opened, &[("Answer", "yes")]).await.is_err());
    let (updated, event) = tokio::join!(
        ada.submit(&opened, &[("Answer", "yes"), ("level", "Hard")]),
        bot.answer(json!({ "type": 7, "data": { "content": "thanks" } }))
    );
    assert_eq!(event["type"], 5);
    assert_eq!(event["message"]["id"], shown.id().unwrap().to_string());
    assert_eq!(
        event["data"],
        json!({ "custom_id": "form", "components": [
            { "type": 1, "id": 1, "components": [{ "type": 4, "id": 2, "custom_id": "text", "value": "yes" }] },
            { "type": 18, "id": 3, "component": { "type": 3, "id": 4, "custom_id": "level", "values": ["2"] } },
        ] })
    );
    assert_eq!(updated.unwrap().text(), "thanks\n[go]");
}

#[tokio::test]
async fn autocomplete_tells_the_choices_and_checks_them() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let answers = async {
        let event = bot.interaction().await;
        let choice = |name: String, value: Value| json!({ "name": name, "value": value });
        for (choices, path) in [
            (vec![choice("x".repeat(101), json!("v"))], "/errors/data/choices/0/name"),
            (vec![choice("x".to_owned(), json!("v".repeat(101)))], "/errors/data/choices/0/value"),
            (vec![choice("x".to_owned(), json!(5))], "/errors/data/choices/0/value"),
            (vec![choice("x".to_owned(), json!("v")); 26], "/errors/data/choices"),
        ] {
            let (status, body) = bot.rest.respond(&event, json!({ "type": 8, "data": { "choices": choices } })).await;
            assert_eq!(status, 400);
            assert!(body.pointer(path).is_some_and(|place| place["_errors"].is_array()), "{path} in {body}");
        }
        let good = json!({ "type": 8, "data": { "choices": [{ "name": "JSON Web Tokens", "value": "jwt" }] } });
        assert_eq!(bot.rest.respond(&event, good).await.0, 204);
        event
    };
    let (choices, event) = tokio::join!(ada.autocomplete("/ask query: x topic: jw"), answers);
    let choices = choices.unwrap();
    assert_eq!((choices[0].name.as_str(), &choices[0].value), ("JSON Web Tokens", &json!("jwt")));
    assert_eq!(event["type"], 4);
    assert_eq!(event["data"]["options"][1], json!({ "type": 3, "name": "topic", "value": "jw", "focused": true }));
}

#[tokio::test]
async fn a_message_command_brings_its_message_with_the_text() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let question = playground.member("ben").unwrap().message("why do i get 401 after an hour").await.unwrap();
    let (shown, event) =
        tokio::join!(ada.message_command("Find an answer", &question), bot.answer(says("Tokens expire.")));
    let id = question.id().unwrap().to_string();
    assert_eq!((&event["data"]["type"], &event["data"]["target_id"]), (&json!(3), &json!(id)));
    assert_eq!(event["data"]["resolved"]["messages"][&id]["content"], "why do i get 401 after an hour");
    assert_eq!(shown.unwrap().json()["type"], 23);
    let error = ada.message_command("Nonsense", &question).await.unwrap_err();
    assert_eq!(error.to_string(), "There is no message command \"Nonsense\" for ada here.");
}

#[tokio::test]
async fn a_hostile_client_can_send_what_was_never_offered() {
    let (playground, mut bot) = with_bot().await;
    let (_, shown) = with_button(&playground, &mut bot).await;
    let ben = playground.member("ben").unwrap();
    let (_, event) = tokio::join!(
        ben.forge_component(shown.id().unwrap(), "made:up", &["1", "2"]),
        bot.answer(json!({ "type": 4, "data": { "content": "no", "flags": 64 } }))
    );
    assert_eq!(event["data"], json!({ "id": 1, "custom_id": "made:up", "component_type": 3, "values": ["1", "2"] }));
}

#[tokio::test]
async fn what_is_deleted_meanwhile_cannot_be_answered() {
    let (playground, mut bot) = with_bot().await;
    let (ada, shown) = with_button(&playground, &mut bot).await;
    let click = event(&mut bot, ada.click(&shown, "go")).await;
    let command = event(&mut bot, ada.slash("/ask query: x")).await;
    bot.rest.delete(&format!("/channels/{}/messages/{}", ada.channel_id(), shown.id().unwrap())).await;
    let update = json!({ "type": 7, "data": { "content": "x" } });
    assert_eq!(bot.rest.respond(&click, update).await.1["code"], 10008);
    playground.delete_channel("general").unwrap();
    assert_eq!(bot.rest.respond(&command, says("x")).await.1["code"], 10003);
}

#[tokio::test]
async fn an_update_may_not_leave_nothing() {
    let (playground, mut bot) = with_bot().await;
    let (ada, shown) = with_button(&playground, &mut bot).await;
    let click = event(&mut bot, ada.click(&shown, "go")).await;
    let nothing = json!({ "type": 7, "data": { "content": "", "components": [] } });
    assert_eq!(bot.rest.respond(&click, nothing).await.1["code"], 50006);
}
