//! The control API: everything over HTTP, strict about what it takes and from whom.

use std::time::Duration;

use backroad::playground::{Notice, NoticeKind, Playground};
use reqwest::Method;
use serde_json::{Value, json};

use crate::bot::{Rest, text, with_bot};

async fn get(rest: &Rest, path: &str) -> (u16, Value) {
    rest.bare(Method::GET, path, &[], "").await.unwrap()
}

async fn post(rest: &Rest, path: &str, body: Value) -> (u16, Value) {
    rest.bare(Method::POST, path, &[], &body.to_string()).await.unwrap()
}

async fn act(rest: &Rest, body: Value) -> (u16, Value) {
    post(rest, "/control/act", body).await
}

fn reply() -> Value {
    json!({ "type": 4, "data": { "content": "hi", "components": [
        { "type": 1, "components": [{ "type": 2, "style": 1, "label": "Go", "custom_id": "go" }] },
        { "type": 1, "components": [{ "type": 3, "custom_id": "pick", "options": [{ "label": "A", "value": "a" }] }] },
    ] } })
}

/// A second client beside the bot's, so that both can be used at once.
fn rest(playground: &Playground) -> Rest {
    Rest::new(playground)
}

#[tokio::test]
async fn a_member_can_do_everything_over_http() {
    let (playground, mut bot) = with_bot().await;
    let rest = rest(&playground);
    let slash = json!({ "as": "ada", "in": "quiz", "do": "slash", "line": "/ask query: x" });
    let ((status, shown), _) = tokio::join!(act(&rest, slash), bot.answer(reply()));
    assert_eq!((status, &shown["text"]), (200, &json!("hi\n[Go]\n[Make a selection v]\n  - A")));
    let id = text(&shown["id"]);
    let click = json!({ "as": "ada", "do": "click", "message": id, "button": "Go" });
    let update = json!({ "type": 7, "data": { "content": "pressed" } });
    let ((_, shown), event) = tokio::join!(act(&rest, click), bot.answer(update.clone()));
    assert_eq!((&event["data"]["custom_id"], &shown["json"]["content"]), (&json!("go"), &json!("pressed")));
    let select = json!({ "as": "ada", "do": "select", "message": id, "menu": "pick", "values": ["A"] });
    let (_, event) = tokio::join!(act(&rest, select), bot.answer(update.clone()));
    assert_eq!(event["data"]["values"], json!(["a"]));
    let forge = json!({ "as": "ben", "do": "forge", "message": id, "custom_id": "evil", "values": [] });
    let (_, event) = tokio::join!(act(&rest, forge), bot.answer(update));
    assert_eq!(event["data"]["custom_id"], "evil");

    let form = json!({ "type": 9, "data": { "custom_id": "f", "title": "Form", "components": [
        { "type": 1, "components": [{ "type": 4, "custom_id": "t", "label": "Text", "style": 1 }] },
    ] } });
    let click = json!({ "as": "ada", "do": "click", "message": id, "button": "Go" });
    let ((_, opened), _) = tokio::join!(act(&rest, click), bot.answer(form));
    assert_eq!(opened["form"], true);
    let submit = json!({ "as": "ada", "do": "submit", "form": opened["interaction_id"], "values": { "Text": "yes" } });
    let (_, event) = tokio::join!(act(&rest, submit), bot.answer(reply()));
    assert_eq!(event["data"]["components"][0]["components"][0]["value"], "yes");

    // A list of choices, whose values may hold commas.
    let form = json!({ "type": 9, "data": { "custom_id": "f", "title": "Form", "components": [
        { "type": 18, "label": "Pick", "component": { "type": 3, "custom_id": "p", "max_values": 2, "options": [
            { "label": "A", "value": "1,2" }, { "label": "B", "value": "3" },
        ] } },
    ] } });
    let click = json!({ "as": "ada", "do": "click", "message": id, "button": "Go" });
    let ((_, opened), _) = tokio::join!(act(&rest, click), bot.answer(form));
    let submit =
        json!({ "as": "ada", "do": "submit", "form": opened["interaction_id"], "values": { "p": ["1,2", "3"] } });
    let (_, event) = tokio::join!(act(&rest, submit), bot.answer(reply()));
    assert_eq!(event["data"]["components"][0]["component"]["values"], json!(["1,2", "3"]));

    let complete = json!({ "as": "ada", "do": "autocomplete", "line": "/ask x topic: j" });
    let choices = json!({ "type": 8, "data": { "choices": [{ "name": "JWT", "value": "jwt" }] } });
    let ((_, found), _) = tokio::join!(act(&rest, complete), bot.answer(choices));
    assert_eq!(found, json!([{ "name": "JWT", "value": "jwt" }]));

    let (_, message) = act(&rest, json!({ "as": "ben", "do": "message", "text": "why?" })).await;
    let id = &message["id"];
    let find = json!({ "as": "ada", "do": "message_command", "name": "Find an answer", "message": id, "settle": true });
    let deferred = async {
        let event = bot.answer(json!({ "type": 5, "data": { "flags": 64 } })).await;
        let path = format!("{}/messages/@original", crate::bot::webhook_path(&event));
        bot.rest.patch(&path, json!({ "content": "because" })).await
    };
    let ((_, shown), _) = tokio::join!(act(&rest, find), deferred);
    assert_eq!(shown["text"], "because\nOnly you can see this");
    let (_, seen) = get(&rest, "/control/see?as=ben&in=general").await;
    assert_eq!(seen.as_array().unwrap().len(), 1);
    let (_, one) = get(&rest, &format!("/control/message?id={}", text(&message["id"]))).await;
    assert_eq!((&one["author"], &one["text"]), (&json!("Ben"), &json!("why?")));
}

#[tokio::test]
async fn the_state_the_clock_and_the_record_can_be_read() {
    let (playground, bot) = with_bot().await;
    let rest = &bot.rest;
    let (_, state) = get(rest, "/control/state").await;
    assert_eq!((&state["bot_online"], &state["commands"]), (&json!(true), &json!(["ask", "Find an answer"])));
    assert_eq!(state["guilds"][0]["channels"][1]["name"], "quiz");
    let (status, clock) = post(rest, "/control/clock", json!({ "advance_ms": 3_600_000 })).await;
    assert_eq!(status, 200);
    let hour = clock["now_ms"].as_i64().unwrap() - state["now_ms"].as_i64().unwrap();
    assert!((3_600_000..3_700_000).contains(&hour));
    assert!(playground.clock().now_ms() >= clock["now_ms"].as_i64().unwrap());
    let (_, commands) = get(rest, "/control/commands").await;
    assert_eq!(commands[0]["name"], "ask");
    let (_, requests) = get(rest, "/control/requests").await;
    assert_eq!((&requests[0]["method"], &requests[0]["status"]), (&json!("PUT"), &json!(200)));
    assert_eq!(get(rest, "/control/requests?after=1").await.1, json!([]));
}

#[tokio::test]
async fn faults_can_be_ordered() {
    let (playground, mut bot) = with_bot().await;
    let rest = rest(&playground);
    let answer = json!({ "status": 503, "headers": { "retry-after": "1" }, "body": { "x": 1 } });
    let fault = json!({ "path": "/users/@me", "answer": answer });
    assert_eq!(post(&rest, "/control/faults", fault).await, (200, json!({})));
    assert_eq!(bot.rest.get("/users/@me").await, (503, json!({ "x": 1 })));
    post(&rest, "/control/faults", json!({ "method": "GET", "path": "/users/@me", "cut": true })).await;
    assert!(bot.rest.try_call(Method::GET, "/users/@me", None).await.is_err());
    post(&rest, "/control/gateway", json!({ "do": "heartbeat" })).await;
    while bot.gateway.payload().await["op"] != 1 {}
    post(&rest, "/control/gateway", json!({ "do": "close", "code": 4000 })).await;
    assert_eq!(bot.gateway.close_code().await, Some(4000));
}

#[tokio::test]
async fn the_world_can_be_changed_and_members_do_more_than_speak() {
    let (playground, bot) = with_bot().await;
    let rest = rest(&playground);
    let world = async |body: Value| post(&rest, "/control/world", body).await;
    assert_eq!(world(json!({ "do": "add_member", "name": "zoe" })).await.0, 200);
    let (_, channel) = world(json!({ "do": "add_channel", "name": "lab" })).await;
    let (_, message) = act(&rest, json!({ "as": "zoe", "in": "lab", "do": "message", "text": "hello" })).await;
    let react = json!({ "as": "ada", "in": "lab", "do": "react", "message": message["id"], "emoji": "👋" });
    assert_eq!(act(&rest, react).await.1["text"], "hello\n(👋 1)");
    let thread =
        json!({ "as": "zoe", "in": "lab", "do": "start_thread", "message": message["id"], "name": "Greetings" });
    let (_, thread) = act(&rest, thread).await;
    let inside = json!({ "as": "ada", "in": thread["thread"], "do": "message", "text": "welcome" });
    assert_eq!(act(&rest, inside).await.0, 200);
    // 1 << 11 is the permission to send messages, 1 << 49 that for polls.
    for (target, deny, status) in [("zoe", 1_u64 << 11, 400), ("zoe", 0, 200)] {
        world(json!({ "do": "overwrite", "channel": "lab", "target": target, "deny": deny })).await;
        let text = json!({ "as": "zoe", "in": "lab", "do": "message", "text": "again" });
        assert_eq!(act(&rest, text).await.0, status);
    }
    world(json!({ "do": "overwrite", "channel": "lab", "target": "Backroad", "allow": 1_u64 << 49 })).await;
    let poll = json!({ "poll": { "question": { "text": "Tea?" }, "answers": [{ "poll_media": { "text": "Yes" } }] } });
    let (_, poll) = bot.rest.post(&format!("/channels/{}/messages", text(&channel["id"])), poll).await;
    let vote = json!({ "as": "zoe", "in": "lab", "do": "vote", "message": poll["id"], "values": [1] });
    assert_eq!(act(&rest, vote).await.1["text"], "Poll: Tea?\n  1. Yes (1)");
    world(json!({ "do": "direct_messages", "name": "zoe", "allow": false })).await;
    let direct = json!({ "as": "zoe", "in": "@Backroad", "do": "message", "text": "psst" });
    assert_eq!(act(&rest, direct).await.0, 200);
    assert_eq!(get(&rest, "/control/see?as=zoe&in=@").await.1[0]["text"], "psst");
    world(json!({ "do": "time_out", "name": "zoe", "for_ms": 60_000 })).await;
    world(json!({ "do": "role_permissions", "role": "Backroad", "permissions": 1 << 10 })).await;
    world(json!({ "do": "delete_channel", "name": "lab" })).await;
    world(json!({ "do": "remove_member", "name": "zoe" })).await;
    let (status, body) = world(json!({ "do": "remove_member", "name": "nobody" })).await;
    assert_eq!((status, &body["error"]), (400, &json!("There is nobody called nobody.")));
    let (_, state) = get(&rest, "/control/state").await;
    assert_eq!(state["guilds"][0]["channels"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn bad_input_is_answered_with_one_sentence() {
    let (_playground, bot) = with_bot().await;
    let rest = &bot.rest;
    for (path, body, sentence) in [
        (
            "act",
            json!({ "as": "zoe", "do": "slash", "line": "/ask" }),
            "There is nobody called zoe; there are omar, mira, ada, ben, nell.",
        ),
        ("act", json!({ "as": "ada", "do": "slash", "line": "/nope" }), "There is no command /nope; there are /ask."),
        ("act", json!({ "as": "ada", "do": "slash" }), "This act needs `line`."),
        ("act", json!({ "as": "ada", "do": "user_command", "name": "Profile" }), "This act needs `user`."),
        ("act", json!({ "as": "ada", "do": "click", "message": "x", "button": "b" }), "\"x\" is no message id."),
        ("act", json!({ "as": "ada", "do": "click", "message": "5", "button": "b" }), "There is no message 5."),
        ("act", json!({ "as": "ada", "do": "submit", "form": "5" }), "The interaction 5 has opened no form."),
        (
            "faults",
            json!({ "path": "/x", "cut": true, "silent": true }),
            "A fault has one of `answer`, `\"cut\": true`, `\"late\": true`, `late_ms` and `\"silent\": true`.",
        ),
        (
            "faults",
            json!({ "path": "/x", "answer": { "status": 9 } }),
            "The status of an ordered answer lies between 200 and 599.",
        ),
        (
            "gateway",
            json!({ "do": "close", "code": 1006 }),
            "A close code is 1000 to 1003, 1007 to 1014 or 3000 to 4999.",
        ),
        (
            "gateway",
            json!({ "do": "refuse", "step": "resume", "cut": true, "code": 4000 }),
            "A refusal has one of `code`, `\"cut\": true` and `resumable`.",
        ),
        ("clock", json!({}), "Say `advance_ms`, `step_ms` or both."),
        ("guilds", json!({ "guild": "Nowhere", "do": "remove_bot" }), "There is no server called Nowhere."),
        ("guilds", json!({ "guild": "Study Group", "do": "add_bot" }), "The bot is in Study Group already."),
        ("guilds", json!({ "guild": "Study Group", "do": "end_outage" }), "Study Group is available."),
        (
            "guilds",
            json!({ "guild": "Study Group", "do": "add_bot", "permissions": "all" }),
            "`permissions` is a number in quotes, such as \"2048\".",
        ),
    ] {
        let (status, answer) = post(rest, &format!("/control/{path}"), body).await;
        assert_eq!((status, &answer), (400, &json!({ "error": sentence })));
    }
    for (path, body) in [
        ("act", json!({ "as": "ada", "do": "dance" })),
        ("clock", json!({ "advance": 1 })),
        ("act", json!([])),
        ("gateway", json!({ "do": "reject_identify" })),
        ("gateway", json!({ "do": "cut", "code": 4000 })),
    ] {
        let (status, answer) = post(rest, &format!("/control/{path}"), body).await;
        assert_eq!(status, 400);
        assert!(text(&answer["error"]).starts_with("The body is not understood: "), "{answer}");
    }
    assert_eq!(get(rest, "/control/see?in=quiz").await.0, 400);
    let answer = get(rest, "/control/clock?after=x").await;
    assert_eq!(answer.1["error"], "`after` is a `change` that was told before.");
    assert_eq!(get(rest, "/control/requests?after=x").await.1["error"], "`after` is how many requests to skip.");
}

#[tokio::test]
async fn the_notice_of_the_host_is_told_with_a_number_that_grows() {
    let (playground, bot) = with_bot().await;
    let notice = async || get(&bot.rest, "/control/state").await.1["notice"].take();
    assert_eq!(notice().await, Value::Null);
    let news = |title: &str| Notice { kind: NoticeKind::News, title: title.to_owned(), lines: Vec::new() };
    playground.set_notice(Some(news("One.")));
    assert_eq!(notice().await, json!({ "number": 1, "kind": "news", "title": "One.", "lines": [] }));
    playground.set_notice(None);
    assert_eq!(notice().await, Value::Null);
    let lines = vec!["what".to_owned()];
    playground.set_notice(Some(Notice { kind: NoticeKind::Problem, lines, ..news("Two.") }));
    assert_eq!(notice().await, json!({ "number": 2, "kind": "problem", "title": "Two.", "lines": ["what"] }));
}

#[tokio::test]
async fn a_bot_can_follow_the_clock() {
    let (playground, bot) = with_bot().await;
    let rest = &bot.rest;
    let clock = async |query: &str| {
        let (status, clock) = get(rest, &format!("/control/clock{query}")).await;
        assert_eq!(status, 200, "{clock}");
        clock
    };
    let began = clock("").await;
    let (passed, stepped, change) = ("passed_ms", "stepped_ms", "change");
    assert_eq!((&began[passed], &began[stepped], &began["stands"]), (&json!(0), &json!(0), &json!(true)));

    playground.advance(Duration::from_secs(5));
    let leapt = clock("").await;
    assert_eq!((&leapt[passed], &leapt[stepped]), (&json!(5_000), &json!(0)));
    assert_eq!(leapt["now_ms"].as_i64(), began["now_ms"].as_i64().map(|now| now + 5_000));
    assert!(leapt[change].as_u64() > began[change].as_u64());
    // Who has not heard of it yet hears of it at once.
    assert_eq!(clock(&format!("?after={}", began[change])).await, leapt);

    // The machine's clock is set back: the local Discord's own time is what it was.
    playground.step_bot_clock(-60_000);
    playground.step_bot_clock(1_000);
    let stepped_back = clock("").await;
    assert_eq!((&stepped_back[passed], &stepped_back[stepped]), (&json!(5_000), &json!(-59_000)));
    assert_eq!(stepped_back["now_ms"], leapt["now_ms"]);
    assert!(stepped_back[change].as_u64() > leapt[change].as_u64());

    // One order may hold both, and is one change.
    let (_, both) = post(rest, "/control/clock", json!({ "advance_ms": 1_000, "step_ms": 59_000 })).await;
    assert_eq!((&both[passed], &both[stepped]), (&json!(6_000), &json!(0)));
    assert_eq!(both[change].as_u64(), stepped_back[change].as_u64().map(|change| change + 1));
}

#[tokio::test]
async fn who_waits_for_the_clock_is_told_when_it_changes() {
    let (playground, bot) = with_bot().await;
    let rest = &bot.rest;
    let wait = async |after: &Value| get(rest, &format!("/control/clock?after={after}")).await.1;
    let now = get(rest, "/control/clock").await.1;
    let (told, ()) = tokio::join!(wait(&now["change"]), async { playground.advance(Duration::from_secs(1)) });
    assert_eq!(told["passed_ms"], 1_000);
    let (told, ()) = tokio::join!(wait(&told["change"]), async { playground.step_bot_clock(7) });
    assert_eq!(told["stepped_ms"], 7);
}

#[tokio::test]
async fn web_pages_from_elsewhere_are_kept_out() {
    let (playground, bot) = with_bot().await;
    let own = playground.api_url();
    for path in ["/control/state", "/", "/page/main.js", "/control/stream?as=ada"] {
        for (header, value, let_in) in [
            ("host", "evil.example", false),
            ("host", "localhost:7878", true),
            ("origin", "https://evil.example", false),
            ("origin", "null", false),
            ("origin", "http://127.0.0.1:1", false),
            ("origin", own.as_str(), true),
        ] {
            let client = reqwest::Client::new();
            let answer = client.get(format!("{own}{path}")).header(header, value).send().await.unwrap();
            assert_eq!(answer.status() != 403, let_in, "{path}, {header}: {value}");
        }
    }
    // A socket is opened across sites without any question, so the gateway looks for itself.
    let answer = bot.rest.bare(Method::GET, "/gateway", &[("origin", "https://evil.example")], "").await.unwrap();
    assert_eq!(answer.0, 403);
}

#[tokio::test]
async fn a_silent_bot_is_a_504() {
    let (playground, mut bot) = with_bot().await;
    let rest = rest(&playground);
    let silent = async {
        bot.interaction().await;
        playground.advance(Duration::from_secs(4));
    };
    let slash = json!({ "as": "ada", "do": "slash", "line": "/ask query: x" });
    let (answer, ()) = tokio::join!(act(&rest, slash), silent);
    assert_eq!(answer, (504, json!({ "error": "The application did not respond" })));
}
