//! Files, polls and stickers of messages.

use std::time::Duration;

use backroad::playground::permissions::{ATTACH_FILES, SEND_POLLS};
use backroad::playground::{Playground, RecordedFile};
use reqwest::Method;
use serde_json::{Value, json};

use crate::answers;
use crate::bot::{Bot, GUILD_MESSAGES, Rest, callback_path, playground, text, with_bot};

const POLLS: u64 = 1 << 24;

/// A multipart body: the JSON and files as (number, name, content).
fn multipart(json: &Value, files: &[(usize, &str, &str)]) -> String {
    let mut body = format!("--b\r\ncontent-disposition: form-data; name=\"payload_json\"\r\n\r\n{json}\r\n");
    for (n, name, content) in files {
        let head = format!("content-disposition: form-data; name=\"files[{n}]\"; filename=\"{name}\"");
        body.push_str(&format!("--b\r\n{head}\r\ncontent-type: text/plain\r\n\r\n{content}\r\n"));
    }
    body + "--b--\r\n"
}

async fn upload(
    playground: &Playground,
    method: Method,
    path: &str,
    json: Value,
    files: &[(usize, &str, &str)],
) -> (u16, Value) {
    let token = format!("Bot {}", playground.token());
    let headers = [("authorization", token.as_str()), ("content-type", "multipart/form-data; boundary=b")];
    let full = format!("/api/v10{path}");
    let body = multipart(&json, files);
    let (status, body) = Rest::new(playground).bare(method.clone(), &full, &headers, &body).await.unwrap();
    answers::check(method.as_str(), path, status, &body);
    (status, body)
}

/// A playground whose bot may also send files and polls, and the messages of `#general`.
async fn world() -> (Playground, Rest, String) {
    let playground = playground().await;
    playground.set_overwrite("general", "Backroad", ATTACH_FILES | SEND_POLLS, 0).unwrap();
    let rest = Rest::new(&playground);
    let path = format!("/channels/{}/messages", playground.member("ada").unwrap().channel_id());
    (playground, rest, path)
}

#[tokio::test]
async fn files_are_kept_described_and_can_be_fetched() {
    let (playground, rest, path) = world().await;
    let json = json!({
        "content": "two", "attachments": [{ "id": 1, "description": "the second" }],
        "embeds": [{ "image": { "url": "attachment://a_b.txt" } }],
    });
    let files = [(0, "a b.txt", "first"), (1, "c.txt", "second\r\nline")];
    let (status, made) = upload(&playground, Method::POST, &path, json, &files).await;
    assert_eq!(status, 200, "{made}");
    let [first, second] = [&made["attachments"][0], &made["attachments"][1]];
    assert_eq!(
        (&first["filename"], &first["size"], &first["description"]),
        (&json!("a_b.txt"), &json!(5), &Value::Null)
    );
    assert_eq!((&second["filename"], &second["description"]), (&json!("c.txt"), &json!("the second")));
    assert_eq!(made["embeds"][0]["image"]["url"], first["url"]);
    let fetched = reqwest::get(text(&second["url"])).await.unwrap();
    assert_eq!(fetched.headers()["content-type"], "text/plain");
    assert_eq!(fetched.text().await.unwrap(), "second\r\nline");
    let recorded = playground.requests().pop().unwrap();
    let expected =
        RecordedFile { filename: "a b.txt".to_owned(), content_type: Some("text/plain".to_owned()), size: 5 };
    assert_eq!((&recorded.body["content"], &recorded.files[0]), (&json!("two"), &expected));

    // An edit keeps the files that it names, and may add others.
    let one = format!("{path}/{}", text(&made["id"]));
    let json = json!({ "attachments": [{ "id": second["id"] }, { "id": 0, "description": "new" }] });
    let (_, changed) = upload(&playground, Method::PATCH, &one, json, &[(0, "d.txt", "third")]).await;
    let names: Vec<&str> = changed["attachments"].as_array().unwrap().iter().map(|a| text(&a["filename"])).collect();
    assert_eq!(names, ["c.txt", "d.txt"]);
    assert_eq!(rest.patch(&one, json!({ "content": "x" })).await.1["attachments"].as_array().unwrap().len(), 2);
    assert_eq!(rest.patch(&one, json!({ "attachments": [] })).await.1["attachments"], json!([]));
    assert_eq!(reqwest::get(text(&second["url"])).await.unwrap().status(), 404);
    let seen = playground.member("ada").unwrap().sees("general").unwrap();
    assert_eq!(seen[0].text().lines().next(), Some("x"));
}

#[tokio::test]
async fn files_have_their_limits() {
    let (playground, _, path) = world().await;
    let post =
        async |json: Value, files: &[(usize, &str, &str)]| upload(&playground, Method::POST, &path, json, files).await;
    let many: Vec<(usize, &str, &str)> = (0..11).map(|n| (n, "f.txt", "x")).collect();
    assert_eq!(post(json!({}), &many[..10]).await.0, 200, "a file is enough for a message");
    assert_eq!(post(json!({}), &many).await.1["code"], 30015);
    let most = "x".repeat(10 * 1024 * 1024);
    assert_eq!(post(json!({}), &[(0, "f", &most)]).await.0, 200);
    let more = format!("{most}x");
    let (status, body) = post(json!({}), &[(0, "f", &more)]).await;
    assert_eq!((status, &body["code"]), (413, &json!(40005)));
    let (status, body) = post(json!({}), &[(0, "f", &most), (1, "g", &most), (2, "h", &most)]).await;
    assert_eq!((status, &body["code"]), (413, &json!(40005)), "25 MiB for all");
    for (length, status) in [(1024, 200), (1025, 400)] {
        let json = json!({ "attachments": [{ "id": 0, "description": "x".repeat(length) }] });
        assert_eq!(post(json, &[(0, "f", "x")]).await.0, status);
    }
    let (_, body) = post(json!({ "content": "x", "attachments": [{ "id": 3 }] }), &[(0, "f", "x")]).await;
    assert_eq!(body["errors"]["attachments"]["0"]["id"]["_errors"][0]["code"], "ATTACHMENT_NOT_FOUND");
    playground.set_overwrite("general", "Backroad", 0, ATTACH_FILES).unwrap();
    assert_eq!(post(json!({}), &[(0, "f", "x")]).await.1["code"], 50013);
}

#[tokio::test]
async fn a_response_can_bring_a_file() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let respond = async {
        let event = bot.interaction().await;
        let data = json!({ "flags": 64, "attachments": [{ "id": 0, "description": "a plan" }] });
        let json = json!({ "type": 4, "data": data });
        upload(&playground, Method::POST, &callback_path(&event), json, &[(0, "plan.txt", "1. read")]).await
    };
    let (shown, (status, _)) = tokio::join!(ada.slash("/ask query: x"), respond);
    let shown = shown.unwrap();
    assert_eq!((status, shown.text()), (204, "(file: plan.txt, 7 bytes, a plan)\nOnly you can see this"));
    assert_eq!(shown.json()["attachments"][0]["ephemeral"], true);
}

#[tokio::test]
async fn a_file_of_a_layout_is_named_by_it() {
    let (playground, _, path) = world().await;
    let json = json!({ "flags": 1 << 15, "components": [{ "type": 13, "file": { "url": "attachment://f.txt" } }] });
    let (status, made) = upload(&playground, Method::POST, &path, json, &[(0, "f.txt", "x")]).await;
    let file = &made["components"][0]["file"];
    assert_eq!(
        (status, &file["attachment_id"], &file["url"]),
        (200, &made["attachments"][0]["id"], &made["attachments"][0]["url"])
    );
}

fn poll(key: &str, value: impl Into<Value>) -> Value {
    let answer = |text: &str| json!({ "poll_media": { "text": text } });
    let mut poll = json!({ "question": { "text": "SQL?" }, "answers": [answer("Yes"), answer("No")], "duration": 1 });
    poll[key] = value.into();
    json!({ "poll": poll })
}

#[tokio::test]
async fn members_vote_until_a_poll_ends() {
    let playground = playground().await;
    playground.set_overwrite("general", "Backroad", SEND_POLLS, 0).unwrap();
    let mut bot = Bot::connect_with(&playground, 1 | GUILD_MESSAGES | POLLS).await;
    let ada = playground.member("ada").unwrap();
    let path = format!("/channels/{}/messages", ada.channel_id());
    let (status, made) = bot.rest.post(&path, poll("allow_multiselect", false)).await;
    assert_eq!((status, &made["poll"]["results"]["is_finalized"]), (200, &json!(false)));
    let shown = ada.sees("general").unwrap().pop().unwrap();
    assert_eq!(shown.text(), "Poll: SQL?\n  1. Yes (0)\n  2. No (0)");
    assert_eq!(ada.vote(&shown, &[1, 2]).await.unwrap_err().to_string(), "The poll takes one answer.");
    assert_eq!(ada.vote(&shown, &[3]).await.unwrap_err().to_string(), "The poll has no answer 3.");
    ada.vote(&shown, &[2]).await.unwrap();
    assert_eq!(bot.event("MESSAGE_POLL_VOTE_ADD").await["answer_id"], 2);
    ada.vote(&shown, &[1]).await.unwrap();
    assert_eq!(bot.event("MESSAGE_POLL_VOTE_ADD").await["answer_id"], 1);
    assert_eq!(bot.event("MESSAGE_POLL_VOTE_REMOVE").await["answer_id"], 2);
    let answers = format!("/channels/{}/polls/{}/answers/1", ada.channel_id(), text(&made["id"]));
    assert_eq!(bot.rest.get(&answers).await.1["users"][0]["username"], "ada");
    assert_eq!(
        bot.rest.patch(&format!("{path}/{}", text(&made["id"])), json!({ "content": "x" })).await.1["code"],
        520_003
    );
    playground.advance(Duration::from_secs(3600));
    let ended = bot.event("MESSAGE_UPDATE").await;
    assert_eq!(ended["poll"]["results"]["answer_counts"], json!([{ "id": 1, "count": 1, "me_voted": false }]));
    assert_eq!(ended["poll"]["results"]["is_finalized"], true);
    let told = bot.event("MESSAGE_CREATE").await;
    assert_eq!((&told["type"], &told["embeds"][0]["type"]), (&json!(46), &json!("poll_result")));
    assert!(ada.vote(&shown, &[1]).await.is_err());

    // Its author may end one sooner.
    let (_, made) = bot.rest.post(&path, poll("duration", 768)).await;
    let expire = format!("/channels/{}/polls/{}/expire", ada.channel_id(), text(&made["id"]));
    assert_eq!(bot.rest.post(&expire, Value::Null).await.1["poll"]["results"]["is_finalized"], true);
    assert_eq!(bot.rest.post(&expire, Value::Null).await.1["code"], 520_001);
    let (_, plain) = bot.rest.post(&path, json!({ "content": "x" })).await;
    let expire = format!("/channels/{}/polls/{}/expire", ada.channel_id(), text(&plain["id"]));
    assert_eq!(bot.rest.post(&expire, Value::Null).await.1["code"], 520_006);
}

#[tokio::test]
async fn polls_have_their_limits() {
    let (playground, rest, path) = world().await;
    let long = |length: usize| json!({ "text": "x".repeat(length) });
    let answers = |count: usize| vec![json!({ "poll_media": { "text": "x" } }); count];
    let answer = |length: usize| json!([{ "poll_media": long(length) }]);
    type Limit<'l> = (&'l str, usize, &'l dyn Fn(usize) -> Value, &'l str);
    let limits: [Limit<'_>; 4] = [
        ("question", 300, &|n| long(n), "/question/text"),
        ("answers", 10, &|n| answers(n).into(), "/answers"),
        ("answers", 55, &|n| answer(n), "/answers/0/poll_media/text"),
        ("duration", 768, &|n| json!(n), "/duration"),
    ];
    for (key, limit, value, place) in limits {
        assert_eq!(rest.post(&path, poll(key, value(limit))).await.0, 200, "{place}");
        let (status, body) = rest.post(&path, poll(key, value(limit + 1))).await;
        let found = body["errors"]["poll"].pointer(place).map(|found| found["_errors"].is_array());
        assert_eq!((status, found), (400, Some(true)), "{place}: {body}");
    }
    assert_eq!(rest.post(&path, poll("duration", 2.0)).await.0, 200, "a whole number, however it is written");
    for (key, value) in
        [("answers", json!([])), ("duration", json!(0)), ("duration", json!(1.5)), ("question", json!({}))]
    {
        assert_eq!(rest.post(&path, poll(key, value)).await.0, 400, "{key}");
    }
    playground.set_overwrite("general", "Backroad", 0, SEND_POLLS).unwrap();
    assert_eq!(rest.post(&path, poll("duration", 1)).await.1["code"], 50013);
}

#[tokio::test]
async fn three_stickers_of_the_guild_are_the_most() {
    let (playground, rest, path) = world().await;
    let guild = playground.member("ada").unwrap().guild_id();
    let (_, stickers) = rest.get(&format!("/guilds/{guild}/stickers")).await;
    let ids: Vec<Value> = stickers.as_array().unwrap().iter().map(|sticker| sticker["id"].clone()).collect();
    let (status, made) = rest.post(&path, json!({ "sticker_ids": ids[..3] })).await;
    assert_eq!((status, &made["sticker_items"][2]["name"]), (200, &json!("solved")));
    let (status, body) = rest.post(&path, json!({ "sticker_ids": ids })).await;
    assert_eq!((status, &body["errors"]["sticker_ids"]["_errors"][0]["code"]), (400, &json!("BASE_TYPE_MAX_LENGTH")));
    assert_eq!(rest.post(&path, json!({ "sticker_ids": ["1"] })).await.1["code"], 50081);
    assert_eq!(rest.get(&format!("/guilds/{guild}/stickers/{}", text(&ids[0]))).await.1["name"], "hello");
    assert_eq!(rest.get(&format!("/guilds/{guild}/stickers/1")).await.1["code"], 10060);
}
