//! Threads: how they begin, who may write in them, how they fall asleep, and how they are listed.

use std::time::Duration;

use backroad::playground::permissions::{
    CREATE_PRIVATE_THREADS, CREATE_PUBLIC_THREADS, MANAGE_CHANNELS, MANAGE_THREADS, READ_MESSAGE_HISTORY,
    SEND_MESSAGES, SEND_MESSAGES_IN_THREADS, VIEW_CHANNEL,
};
use backroad::playground::{Options, Playground};
use serde_json::{Value, json};

use crate::bot::{Bot, GUILD_MESSAGES, Rest, playground, text};

async fn world() -> (Playground, Bot, String) {
    let playground = playground().await;
    let bot = Bot::connect_with(&playground, 1 | GUILD_MESSAGES).await;
    let channel = format!("/channels/{}", playground.member("ada").unwrap().channel_id());
    (playground, bot, channel)
}

fn allow(playground: &Playground, permissions: u64) {
    playground.set_overwrite("general", "Backroad", permissions, 0).unwrap();
}

fn hello() -> Value {
    json!({ "content": "hello" })
}

/// A thread that the bot has started, as `/channels/ID`.
async fn started(bot: &Bot, channel: &str, body: Value) -> String {
    let (status, thread) = bot.rest.post(&format!("{channel}/threads"), body).await;
    assert_eq!(status, 201, "{thread}");
    format!("/channels/{}", text(&thread["id"]))
}

#[tokio::test]
async fn a_thread_is_started_from_a_message_once() {
    let (playground, mut bot, channel) = world().await;
    let all = format!("{channel}/messages");
    let (_, message) = bot.rest.post(&all, hello()).await;
    let threads = format!("{all}/{}/threads", text(&message["id"]));
    let (status, body) = bot.rest.post(&threads, json!({ "name": "", "auto_archive_duration": 61 })).await;
    assert_eq!((status, &body["errors"]["name"]["_errors"][0]["code"]), (400, &json!("BASE_TYPE_REQUIRED")));
    assert_eq!(body["errors"]["auto_archive_duration"]["_errors"][0]["code"], "BASE_TYPE_CHOICES");
    let (status, thread) = bot.rest.post(&threads, json!({ "name": "Today's question" })).await;
    assert_eq!((status, &thread["id"], &thread["type"]), (201, &message["id"], &json!(11)));
    assert_eq!(
        (&thread["thread_metadata"]["auto_archive_duration"], &thread["member"]["user_id"]),
        (&json!(1440), &json!(bot.rest.app))
    );
    let created = bot.event("THREAD_CREATE").await;
    assert_eq!((&created["id"], &created["newly_created"]), (&thread["id"], &json!(true)));
    let (status, body) = bot.rest.post(&threads, json!({ "name": "again" })).await;
    assert_eq!((status, &body["code"]), (400, &json!(160_004)));
    let inside = format!("/channels/{}/messages", text(&thread["id"]));
    assert_eq!(bot.rest.post(&inside, hello()).await.0, 200);
    let ada = playground.member("ada").unwrap().in_channel("Today's question").unwrap();
    ada.message("I know!").await.unwrap();
    let (_, read) = bot.rest.get(&inside).await;
    let kinds: Vec<&Value> = read.as_array().unwrap().iter().map(|message| &message["type"]).collect();
    assert_eq!(kinds, [0, 0, 21]);
    // The first message of a thread points to what it was started from.
    assert_eq!(read[2]["referenced_message"]["id"], message["id"]);
    assert_eq!(bot.rest.delete(&format!("{inside}/{}", text(&read[2]["id"]))).await.1["code"], 50021);
    let (_, parent) = bot.rest.get(&format!("{all}/{}", text(&message["id"]))).await;
    assert_eq!((&parent["flags"], &parent["thread"]["message_count"]), (&json!(32), &json!(2)));
    assert_eq!(parent["thread"]["member_count"], 2, "who writes is in it");
    let (_, first) = bot.rest.get(&format!("/channels/{}/thread-members/{}", text(&thread["id"]), ada.id())).await;
    assert_eq!(first["user_id"], json!(ada.id()));
    bot.rest.delete(&format!("{inside}/{}", text(&read[1]["id"]))).await;
    let (_, now) = bot.rest.get(&format!("/channels/{}", text(&thread["id"]))).await;
    assert_eq!((&now["message_count"], &now["total_message_sent"]), (&json!(1), &json!(2)));
    // The parent's overwrites count.
    playground.set_overwrite("general", "Backroad", 0, SEND_MESSAGES_IN_THREADS).unwrap();
    assert_eq!(bot.rest.post(&inside, hello()).await.1["code"], 50013);
    playground.set_overwrite("general", "Backroad", 0, CREATE_PUBLIC_THREADS).unwrap();
    let (_, message) = bot.rest.post(&all, hello()).await;
    let threads = format!("{all}/{}/threads", text(&message["id"]));
    assert_eq!(bot.rest.post(&threads, json!({ "name": "no" })).await.1["code"], 50013);
    playground.set_overwrite("general", "Backroad", CREATE_PUBLIC_THREADS, READ_MESSAGE_HISTORY).unwrap();
    assert_eq!(bot.rest.post(&threads, json!({ "name": "no" })).await.1["code"], 50013);
    playground.delete_channel("general").unwrap();
    assert_eq!(bot.rest.get(&inside).await.1["code"], 10003);
}

#[tokio::test]
async fn there_are_no_threads_in_threads() {
    let (_playground, bot, channel) = world().await;
    let thread = started(&bot, &channel, json!({ "name": "t", "type": 11 })).await;
    let (_, inside) = bot.rest.post(&format!("{thread}/messages"), hello()).await;
    let path = format!("{thread}/messages/{}/threads", text(&inside["id"]));
    assert_eq!(bot.rest.post(&path, json!({ "name": "u" })).await.1["code"], 50024);
    assert_eq!(bot.rest.post(&format!("{thread}/threads"), json!({ "name": "u", "type": 11 })).await.1["code"], 50024);
}

#[tokio::test]
async fn members_start_threads_and_the_bot_is_told() {
    let (playground, mut bot, _) = world().await;
    let ada = playground.member("ada").unwrap();
    let message = ada.message("who knows?").await.unwrap();
    let inside = ada.start_thread(&message, "Who knows").await.unwrap();
    let created = bot.event("THREAD_CREATE").await;
    assert_eq!((&created["owner_id"], &created["id"]), (&json!(ada.id()), &message.json()["id"]));
    inside.message("nobody").await.unwrap();
    assert_eq!(bot.event("MESSAGE_CREATE").await["type"], 21);
    assert_eq!(bot.event("MESSAGE_CREATE").await["channel_id"], created["id"]);
    assert!(ada.start_thread(&message, "again").await.is_err());
    // The bot is no member until it joins or writes.
    let (_, thread) = bot.rest.get(&format!("/channels/{}", text(&created["id"]))).await;
    assert_eq!(thread["member"], Value::Null);
}

#[tokio::test]
async fn a_public_thread_without_a_message_is_told_in_its_channel_and_a_private_one_is_hidden() {
    let (playground, mut bot, channel) = world().await;
    let threads = format!("{channel}/threads");
    let (status, body) = bot.rest.post(&threads, json!({ "name": "t" })).await;
    assert_eq!((status, &body["code"]), (403, &json!(50013)), "private is the default, and takes a permission");
    let (_, thread) = bot.rest.post(&threads, json!({ "name": "Open", "type": 11, "auto_archive_duration": 60 })).await;
    assert_eq!((&thread["type"], &thread["parent_id"]), (&json!(11), &json!(channel.replace("/channels/", ""))));
    let told = bot.event("MESSAGE_CREATE").await;
    assert_eq!((&told["type"], &told["content"]), (&json!(18), &json!("Open")));
    assert_eq!(told["message_reference"]["channel_id"], thread["id"]);

    allow(&playground, CREATE_PRIVATE_THREADS);
    let (_, secret) = bot.rest.post(&threads, json!({ "name": "Secret", "invitable": false })).await;
    assert_eq!((&secret["type"], &secret["thread_metadata"]["invitable"]), (&json!(12), &json!(false)));
    let ada = playground.member("ada").unwrap();
    assert!(ada.in_channel("Open").is_ok());
    assert!(ada.in_channel("Secret").is_err());
    assert!(playground.member("mira").unwrap().in_channel("Secret").is_ok(), "Manage Threads sees all");
    let path = format!("/channels/{}/thread-members/{}", text(&secret["id"]), ada.id());
    assert_eq!(bot.rest.put(&path, Value::Null).await, (204, Value::Null));
    assert!(ada.in_channel("Secret").is_ok());
    assert_eq!(bot.rest.get(&path).await.1["user_id"], json!(ada.id()));
    // Its creator may also put somebody out, and leave; then it is out of sight.
    assert_eq!(bot.rest.delete(&path).await.0, 204);
    assert_eq!(bot.rest.get(&path).await.1["code"], 10007);
    let me = format!("/channels/{}/thread-members/@me", text(&secret["id"]));
    assert_eq!(bot.rest.delete(&me).await.0, 204);
    assert_eq!(bot.event("THREAD_MEMBERS_UPDATE").await["removed_member_ids"], json!([bot.rest.app]));
    assert_eq!(bot.rest.put(&me, Value::Null).await.1["code"], 50001);
}

#[tokio::test]
async fn members_of_a_public_thread_come_and_go() {
    let (playground, bot, channel) = world().await;
    let thread = started(&bot, &channel, json!({ "name": "t", "type": 11 })).await;
    let ben = playground.member("ben").unwrap();
    let bens = format!("{thread}/thread-members/{}", ben.id());
    assert_eq!(bot.rest.put(&bens, Value::Null).await.0, 204);
    assert_eq!(bot.rest.put(&format!("{thread}/thread-members/1"), Value::Null).await.1["code"], 10007);
    assert_eq!(bot.rest.delete(&bens).await.1["code"], 50013, "in a public thread that takes Manage Threads");
    allow(&playground, MANAGE_THREADS);
    assert_eq!(bot.rest.delete(&bens).await.0, 204);
    playground.set_overwrite("general", "ben", 0, VIEW_CHANNEL).unwrap();
    assert_eq!(bot.rest.put(&bens, Value::Null).await.1["code"], 50001);
    // The list needs the intent for members.
    assert_eq!(bot.rest.get(&format!("{thread}/thread-members")).await.1["code"], 50001);
    let options = Options { clock_stands: true, privileged_intents: 1 << 1, ..Options::default() };
    let playground = Playground::start(options).await.unwrap();
    let bot = Bot::connect_with(&playground, 1).await;
    let thread = started(&bot, &channel, json!({ "name": "t", "type": 11 })).await;
    let (_, members) = bot.rest.get(&format!("{thread}/thread-members?with_member=true")).await;
    assert_eq!(members[0]["member"]["user"]["username"], "Backroad");
}

#[tokio::test]
async fn a_thread_falls_asleep_when_nothing_happens_and_wakes_when_somebody_writes() {
    let (playground, mut bot, channel) = world().await;
    let body = json!({ "name": "t", "type": 11, "auto_archive_duration": 60 });
    let thread = started(&bot, &channel, body).await;
    let (_, message) = bot.rest.post(&format!("{thread}/messages"), hello()).await;
    let one = format!("{thread}/messages/{}", text(&message["id"]));
    playground.advance(Duration::from_secs(3599));
    assert_eq!(bot.rest.get(&thread).await.1["thread_metadata"]["archived"], false);
    playground.advance(Duration::from_secs(1));
    assert_eq!(bot.event("THREAD_UPDATE").await["thread_metadata"]["archived"], true);
    for (what, code) in [
        (bot.rest.patch(&one, hello()).await, 50083),
        (bot.rest.put(&format!("{one}/reactions/👍/@me"), Value::Null).await, 50083),
        (bot.rest.put(&format!("{thread}/thread-members/@me"), Value::Null).await, 50083),
        (bot.rest.delete(&format!("{thread}/thread-members/@me")).await, 50083),
        (bot.rest.patch(&thread, json!({ "name": "u" })).await, 50083),
    ] {
        assert_eq!(what.1["code"], code, "{what:?}");
    }
    let ada = playground.member("ada").unwrap();
    ada.in_channel("t").unwrap().message("awake").await.unwrap();
    assert_eq!(bot.event("THREAD_UPDATE").await["thread_metadata"]["archived"], false);
    assert_eq!(bot.rest.patch(&one, hello()).await.0, 200);
    // Its creator may put it to sleep, and whoever may write may wake it.
    let (status, asleep) = bot.rest.patch(&thread, json!({ "archived": true })).await;
    assert_eq!((status, &asleep["thread_metadata"]["archived"]), (200, &json!(true)));
    assert_eq!(bot.rest.post(&format!("{thread}/messages"), hello()).await.0, 200);
    assert_eq!(bot.rest.get(&thread).await.1["thread_metadata"]["archived"], false);
}

#[tokio::test]
async fn in_a_locked_thread_only_those_write_who_manage_threads() {
    let (playground, bot, channel) = world().await;
    let thread = started(&bot, &channel, json!({ "name": "t", "type": 11 })).await;
    let ada = playground.member("ada").unwrap().in_channel("t").unwrap();
    assert_eq!(bot.rest.patch(&thread, json!({ "locked": true })).await.1["code"], 50013);
    assert_eq!(bot.rest.patch(&thread, json!({ "name": "renamed" })).await.1["name"], "renamed");
    allow(&playground, MANAGE_THREADS);
    assert_eq!(bot.rest.patch(&thread, json!({ "locked": true })).await.0, 200);
    assert_eq!(bot.rest.post(&format!("{thread}/messages"), hello()).await.0, 200);
    assert!(ada.message("x").await.is_err());
    playground.set_overwrite("general", "Backroad", 0, 0).unwrap();
    assert_eq!(bot.rest.post(&format!("{thread}/messages"), hello()).await.1["code"], 160_005);
    allow(&playground, MANAGE_THREADS);
    bot.rest.patch(&thread, json!({ "archived": true })).await;
    playground.set_overwrite("general", "Backroad", 0, 0).unwrap();
    assert_eq!(bot.rest.post(&format!("{thread}/messages"), hello()).await.1["code"], 50083);
    assert_eq!(bot.rest.patch(&thread, json!({ "archived": false })).await.1["code"], 50013);
    assert_eq!(bot.rest.delete(&thread).await.1["code"], 50013);
}

#[tokio::test]
async fn threads_are_listed_active_and_archived() {
    let (playground, bot, channel) = world().await;
    allow(&playground, CREATE_PRIVATE_THREADS | MANAGE_THREADS);
    let mut threads = Vec::new();
    for n in 0..4 {
        let kind = if n < 3 { 11 } else { 12 };
        threads.push(started(&bot, &channel, json!({ "name": n.to_string(), "type": kind })).await);
        playground.advance(Duration::from_secs(1));
    }
    let guild = playground.member("ada").unwrap().guild_id();
    let active = format!("/guilds/{guild}/threads/active");
    let names = |list: &Value| {
        let names = list["threads"].as_array().unwrap().iter().map(|thread| text(&thread["name"]).to_owned());
        names.collect::<Vec<_>>()
    };
    let (_, list) = bot.rest.get(&active).await;
    assert_eq!(
        (names(&list), list["members"].as_array().unwrap().len()),
        (["3", "2", "1", "0"].map(str::to_owned).to_vec(), 4)
    );
    for thread in threads.iter().rev() {
        assert_eq!(bot.rest.patch(thread, json!({ "archived": true })).await.0, 200);
        playground.advance(Duration::from_secs(1));
    }
    assert_eq!(names(&bot.rest.get(&active).await.1), [""; 0]);
    let public = format!("{channel}/threads/archived/public");
    let (_, first) = bot.rest.get(&format!("{public}?limit=2")).await;
    assert_eq!((names(&first), &first["has_more"]), (vec!["0".to_owned(), "1".to_owned()], &json!(true)));
    let before = text(&first["threads"][1]["thread_metadata"]["archive_timestamp"]).replace('+', "%2B");
    assert_eq!(names(&bot.rest.get(&format!("{public}?before={before}")).await.1), ["2"]);
    assert_eq!(names(&bot.rest.get(&format!("{channel}/threads/archived/private")).await.1), ["3"]);
    let joined = format!("{channel}/users/@me/threads/archived/private");
    assert_eq!(names(&bot.rest.get(&joined).await.1), ["3"]);
    assert_eq!(bot.rest.get(&format!("{public}?limit=1")).await.0, 400);
    playground.set_overwrite("general", "Backroad", 0, READ_MESSAGE_HISTORY).unwrap();
    assert_eq!(bot.rest.get(&public).await.1["code"], 50013);
    allow(&playground, 0);
    assert_eq!(bot.rest.get(&format!("{channel}/threads/archived/private")).await.1["code"], 50013);
}

#[tokio::test]
async fn a_deleted_thread_is_gone_with_its_messages() {
    let (playground, mut bot, channel) = world().await;
    let thread = started(&bot, &channel, json!({ "name": "t", "type": 11 })).await;
    let (_, message) = bot.rest.post(&format!("{thread}/messages"), hello()).await;
    allow(&playground, MANAGE_THREADS);
    assert_eq!(bot.rest.delete(&thread).await.0, 200);
    let event = bot.event("THREAD_DELETE").await;
    assert_eq!((&event["id"], &event["type"]), (&json!(thread.replace("/channels/", "")), &json!(11)));
    assert_eq!(bot.rest.get(&thread).await.1["code"], 10003);
    assert!(playground.message(text(&message["id"]).parse().unwrap()).is_none());
}

#[tokio::test]
async fn posts_of_a_forum_have_a_message_and_tags() {
    let (playground, mut bot, _) = world().await;
    playground
        .set_role_permissions("Backroad", VIEW_CHANNEL | MANAGE_CHANNELS | SEND_MESSAGES | READ_MESSAGE_HISTORY)
        .unwrap();
    let guild = playground.member("ada").unwrap().guild_id();
    let body = json!({ "name": "Help Desk", "type": 15, "available_tags": [
        { "name": "sql", "emoji_name": "💾" }, { "name": "solved", "moderated": true },
    ] });
    let (status, forum) = bot.rest.post(&format!("/guilds/{guild}/channels"), body).await;
    assert_eq!(
        (status, &forum["name"], &forum["available_tags"][0]["name"]),
        (201, &json!("help-desk"), &json!("sql"))
    );
    let channel = format!("/channels/{}", text(&forum["id"]));
    assert_eq!(bot.rest.post(&format!("{channel}/messages"), hello()).await.1["code"], 50008);
    let tag = |n: usize| forum["available_tags"][n]["id"].clone();
    let path = format!("{channel}/threads");
    let rest = Rest::new(&playground);
    let post = |tags: Value, message: Value| {
        rest.post(&path, json!({ "name": "How do I join?", "applied_tags": tags, "message": message }))
    };
    let (status, made) = post(json!([tag(0)]), hello()).await;
    assert_eq!((status, &made["applied_tags"], &made["message"]["content"]), (201, &json!([tag(0)]), &json!("hello")));
    assert_eq!((&made["id"], &made["message_count"]), (&made["message"]["id"], &json!(0)));
    let (_, body) = post(json!(["1"]), hello()).await;
    assert_eq!(body["errors"]["applied_tags"]["0"]["_errors"][0]["code"], "BASE_TYPE_INVALID");
    assert_eq!(post(json!([tag(1)]), hello()).await.1["code"], 50013, "moderated tags take Manage Threads");
    assert_eq!(post(json!([]), json!({ "content": "" })).await.1["code"], 50006);
    let (_, body) = post(Value::Null, Value::Null).await;
    assert_eq!(body["errors"]["message"]["_errors"][0]["code"], "BASE_TYPE_REQUIRED");
    bot.event("THREAD_CREATE").await;
    assert_eq!(bot.event("MESSAGE_CREATE").await["id"], made["id"]);
    let (_, changed) = bot.rest.patch(&format!("/channels/{}", text(&made["id"])), json!({ "applied_tags": [] })).await;
    assert_eq!(changed["applied_tags"], Value::Null);
}
