//! Messages in channels: permissions, pages, nonces, mentions; and the rules that hold for every request.

use std::time::Duration;

use backroad::playground::permissions::{
    EMBED_LINKS, MANAGE_MESSAGES, MENTION_EVERYONE, READ_MESSAGE_HISTORY, SEND_MESSAGES, VIEW_CHANNEL,
};
use backroad::playground::{Fault, Playground, Snowflake};
use reqwest::Method;
use serde_json::{Value, json};

use crate::bot::{Bot, GUILD_MESSAGES, Rest, playground, text};

async fn world() -> (Playground, Rest) {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    (playground, rest)
}

/// The messages of a channel of the first guild.
fn path(playground: &Playground, channel: &str) -> String {
    let omar = playground.member("omar").unwrap();
    format!("/channels/{}/messages", omar.in_channel(channel).unwrap().channel_id())
}

fn hello() -> Value {
    json!({ "content": "hello" })
}

#[tokio::test]
async fn a_message_is_made_read_changed_and_deleted() {
    let (playground, rest) = world().await;
    let all = path(&playground, "general");
    let (status, made) = rest.post(&all, json!({ "content": "  hello  ", "tts": true })).await;
    assert_eq!(
        (status, &made["content"], &made["type"], &made["tts"]),
        (200, &json!("hello"), &json!(0), &json!(true))
    );
    let one = format!("{all}/{}", text(&made["id"]));
    assert_eq!(rest.get(&one).await.1, made);
    let (status, changed) = rest.patch(&one, json!({ "embeds": [{ "title": "t" }] })).await;
    assert_eq!((status, &changed["content"], &changed["embeds"][0]["type"]), (200, &json!("hello"), &json!("rich")));
    // Suppressed embeds are hidden, not lost.
    assert_eq!(rest.patch(&one, json!({ "flags": 4 })).await.1["embeds"], json!([]));
    assert_eq!(rest.patch(&one, json!({ "flags": 0 })).await.1["embeds"][0]["title"], "t");
    assert_eq!(rest.patch(&one, json!({ "content": null, "embeds": [] })).await.1["code"], 50006);
    assert_eq!(rest.delete(&one).await.0, 204);
    assert_eq!(rest.get(&one).await.1["code"], 10008);
    for empty in [json!({}), json!({ "content": " \n" }), json!({ "embeds": [{}] })] {
        let (status, body) = rest.post(&all, empty).await;
        assert_eq!(
            (status, &body["code"], &body["message"]),
            (400, &json!(50006), &json!("Cannot send an empty message"))
        );
    }
}

#[tokio::test]
async fn missing_permissions_have_their_codes() {
    let (playground, rest) = world().await;
    let general = path(&playground, "general");
    let (_, made) = rest.post(&general, hello()).await;
    let own = format!("{general}/{}", text(&made["id"]));
    let adas = playground.member("ada").unwrap().message("mine").await.unwrap();
    let others = format!("{general}/{}", adas.id().unwrap());
    assert_eq!(rest.patch(&others, hello()).await.1["code"], 50005);
    assert_eq!(rest.delete(&others).await.1["code"], 50013);
    assert_eq!(rest.post(&path(&playground, "mods"), hello()).await.1["code"], 50001);
    assert_eq!(rest.get(&path(&playground, "mods")).await.1["code"], 50001);
    assert_eq!(rest.get("/channels/1/messages").await.1["code"], 10003);
    assert_eq!(rest.get(&format!("{general}/1")).await.1["code"], 10008);
    let (status, body) = rest.get("/channels/abc/messages").await;
    assert_eq!((status, &body["errors"]["channel_id"]["_errors"][0]["code"]), (400, &json!("NUMBER_TYPE_COERCE")));

    playground.set_overwrite("general", "Backroad", 0, SEND_MESSAGES).unwrap();
    assert_eq!(rest.post(&general, hello()).await.1["code"], 50013);
    playground.set_overwrite("general", "Backroad", 0, READ_MESSAGE_HISTORY).unwrap();
    assert_eq!(rest.get(&own).await.1["code"], 50013);
    assert_eq!(rest.get(&general).await.1, json!([]));
    assert_eq!(rest.get(&format!("{general}?after=0")).await, (200, json!([])));
    let reply = json!({ "content": "x", "message_reference": { "message_id": made["id"] } });
    assert_eq!(rest.post(&general, reply).await.1["code"], 160_002);
    playground.set_overwrite("general", "Backroad", 0, EMBED_LINKS).unwrap();
    assert_eq!(rest.post(&general, json!({ "embeds": [{ "title": "t" }] })).await.1["code"], 50013);
    assert_eq!(rest.post(&general, json!({ "content": "x", "embeds": [] })).await.0, 200);
    playground.set_overwrite("general", "Backroad", 0, VIEW_CHANNEL).unwrap();
    let (status, body) = rest.post(&general, hello()).await;
    assert_eq!((status, &body["code"], &body["message"]), (403, &json!(50001), &json!("Missing Access")));
    assert_eq!(rest.patch(&own, hello()).await.1["code"], 50001);
    playground.delete_channel("general").unwrap();
    for (status, body) in
        [rest.post(&general, hello()).await, rest.patch(&own, hello()).await, rest.get(&general).await]
    {
        assert_eq!((status, &body["code"], &body["message"]), (404, &json!(10003), &json!("Unknown Channel")));
    }
}

#[tokio::test]
async fn a_message_that_a_moderator_deleted_is_unknown() {
    let playground = playground().await;
    let mut bot = Bot::connect_with(&playground, 1 | GUILD_MESSAGES).await;
    let general = path(&playground, "general");
    let (_, made) = bot.rest.post(&general, hello()).await;
    let shown = playground.message(text(&made["id"]).parse().unwrap()).unwrap();
    let ben = playground.member("ben").unwrap();
    assert_eq!(ben.delete(&shown).await.unwrap_err().to_string(), "ben may not delete the message.");
    playground.member("mira").unwrap().delete(&shown).await.unwrap();
    assert_eq!(bot.event("MESSAGE_DELETE").await["id"], made["id"]);
    let own = format!("{general}/{}", text(&made["id"]));
    for (status, body) in [bot.rest.patch(&own, hello()).await, bot.rest.get(&own).await, bot.rest.delete(&own).await] {
        assert_eq!((status, &body["code"], &body["message"]), (404, &json!(10008), &json!("Unknown Message")));
    }
}

#[tokio::test]
async fn pages_of_a_channel_come_newest_first() {
    let (playground, rest) = world().await;
    let all = path(&playground, "general");
    let mut ids = Vec::new();
    for n in 0..60 {
        ids.push(text(&rest.post(&all, json!({ "content": n.to_string() })).await.1["id"]).to_owned());
    }
    let contents = |query: String| {
        let rest = &rest;
        let all = &all;
        async move {
            let (_, page) = rest.get(&format!("{all}?{query}")).await;
            page.as_array().unwrap().iter().map(|m| text(&m["content"]).parse::<i32>().unwrap()).collect::<Vec<_>>()
        }
    };
    assert_eq!(contents(String::new()).await, (10..60).rev().collect::<Vec<_>>());
    assert_eq!(contents("limit=3".to_owned()).await, [59, 58, 57]);
    assert_eq!(contents(format!("limit=3&before={}", ids[30])).await, [29, 28, 27]);
    assert_eq!(contents(format!("limit=3&after={}", ids[30])).await, [33, 32, 31]);
    assert_eq!(contents(format!("limit=5&around={}", ids[30])).await, [32, 31, 30, 29, 28]);
    assert_eq!(contents("after=0&limit=2".to_owned()).await, [1, 0]);
    // An id need not be that of a message: one made from a moment will do.
    playground.advance(Duration::from_secs(60));
    rest.post(&all, json!({ "content": "60" })).await;
    let moment = Snowflake::at_ms(playground.clock().now_ms() - 1_000);
    assert_eq!(contents(format!("limit=100&after={moment}")).await, [60]);
    for (query, code) in [("limit=101", "NUMBER_TYPE_MAX"), ("limit=0", "NUMBER_TYPE_MIN")] {
        let (status, body) = rest.get(&format!("{all}?{query}")).await;
        assert_eq!((status, &body["errors"]["limit"]["_errors"][0]["code"]), (400, &json!(code)));
    }
}

#[tokio::test]
async fn an_enforced_nonce_gives_the_first_message_back_for_a_few_minutes() {
    let (playground, rest) = world().await;
    let all = path(&playground, "general");
    let body = |content: &str, enforce: bool| json!({ "content": content, "nonce": "row-7", "enforce_nonce": enforce });
    let (_, first) = rest.post(&all, body("one", true)).await;
    assert_eq!(first["nonce"], "row-7");
    let (status, again) = rest.post(&all, body("two", true)).await;
    assert_eq!((status, &again["id"], &again["content"]), (200, &first["id"], &json!("one")));
    let (_, unenforced) = rest.post(&all, body("three", false)).await;
    assert_ne!(unenforced["id"], first["id"]);
    playground.advance(Duration::from_secs(181));
    let (_, later) = rest.post(&all, body("four", true)).await;
    assert_eq!(later["content"], "four");
}

#[tokio::test]
async fn a_nonce_is_told_to_its_sender_and_in_the_event_alone() {
    let playground = playground().await;
    let mut bot = Bot::connect_with(&playground, 1 | GUILD_MESSAGES).await;
    let all = path(&playground, "general");
    for nonce in [json!("row-7"), json!(7), json!(-7)] {
        let (_, made) = bot.rest.post(&all, json!({ "content": "x", "nonce": nonce, "enforce_nonce": true })).await;
        let event = bot.event("MESSAGE_CREATE").await;
        assert_eq!((&made["nonce"], &event["nonce"]), (&nonce, &nonce));
        let (_, read) = bot.rest.get(&format!("{all}/{}", text(&made["id"]))).await;
        assert_eq!(read["nonce"], Value::Null);
    }
    // What somebody else wrote has nonces of its own.
    let ada = playground.member("ada").unwrap().message("row-7").await.unwrap();
    bot.event("MESSAGE_CREATE").await;
    let again = json!({ "content": "y", "nonce": "row-7", "enforce_nonce": true });
    let (status, first) = bot.rest.post(&all, again.clone()).await;
    assert_eq!((status, &first["content"], &first["nonce"]), (200, &json!("x"), &json!("row-7")));
    assert_ne!(Some(text(&first["id"]).to_owned()), ada.id().map(|id| id.to_string()));
    // Nothing was made, so there is no event; the next one is that of the next message.
    bot.rest.post(&all, json!({ "content": "next" })).await;
    assert_eq!(bot.event("MESSAGE_CREATE").await["content"], "next");
    // A message that was deleted is not remembered.
    bot.rest.delete(&format!("{all}/{}", text(&first["id"]))).await;
    assert_eq!(bot.rest.post(&all, again).await.1["content"], "y");
}

#[tokio::test]
async fn many_messages_are_deleted_at_once_unless_they_are_old() {
    let playground = playground().await;
    let mut bot = Bot::connect_with(&playground, 1 | GUILD_MESSAGES).await;
    let all = path(&playground, "general");
    let bulk = format!("{all}/bulk-delete");
    let mut ids = Vec::new();
    for n in 0..4 {
        ids.push(bot.rest.post(&all, json!({ "content": n.to_string() })).await.1["id"].clone());
    }
    let delete = |ids: Value| bot.rest.post(&bulk, json!({ "messages": ids }));
    assert_eq!(delete(json!(ids)).await.1["code"], 50013);
    playground.set_overwrite("general", "Backroad", MANAGE_MESSAGES, 0).unwrap();
    let made_up: Vec<String> = (0..101).map(|n| (text(&ids[3]).parse::<u64>().unwrap() + 1 + n).to_string()).collect();
    for wrong in [json!([]), json!([ids[0]]), json!(made_up)] {
        let (status, body) = delete(wrong).await;
        assert_eq!((status, &body["code"]), (400, &json!(50016)));
    }
    let (status, body) = delete(json!([ids[0], ids[0]])).await;
    let mistake = &body["errors"]["messages"]["1"]["_errors"][0]["code"];
    assert_eq!((status, mistake), (400, &json!("SET_TYPE_ALREADY_CONTAINS_VALUE")));
    // Ids of messages that are not there are no mistake.
    assert_eq!(delete(json!([ids[0], ids[1], made_up[0]])).await, (204, Value::Null));
    let event = bot.event("MESSAGE_DELETE_BULK").await;
    assert_eq!(event["ids"], json!([ids[0], ids[1]]));
    assert_eq!(bot.rest.get(&all).await.1.as_array().unwrap().len(), 2);
    playground.advance(Duration::from_secs(14 * 24 * 3600 + 1));
    let (_, young) = bot.rest.post(&all, hello()).await;
    let (status, body) = bot.rest.post(&bulk, json!({ "messages": [ids[2], young["id"]] })).await;
    assert_eq!((status, &body["code"]), (400, &json!(50034)));
    assert_eq!(bot.rest.get(&all).await.1.as_array().unwrap().len(), 3, "all or nothing");
}

#[tokio::test]
async fn only_allowed_mentions_notify() {
    let (playground, rest) = world().await;
    let all = path(&playground, "general");
    let id = |name: &str| playground.member(name).unwrap().id().to_string();
    let (ada, ben) = (id("ada"), id("ben"));
    let (_, roles) = rest.get(&format!("/guilds/{}/roles", playground.member("ada").unwrap().guild_id())).await;
    let role =
        |name: &str| text(&roles.as_array().unwrap().iter().find(|r| r["name"] == name).unwrap()["id"]).to_owned();
    let (moderator, bots) = (role("Moderator"), role("Backroad"));
    let content = format!("<@{ada}> <@!{ben}> <@&{moderator}> <@&{bots}> @everyone `<@{ada}>`");
    let cases = [
        (Value::Null, vec![&ada, &ben], vec![&moderator]),
        (json!({ "parse": [] }), vec![], vec![]),
        (json!({ "parse": ["users"] }), vec![&ada, &ben], vec![]),
        (json!({ "users": [ben] }), vec![&ben], vec![]),
        (json!({ "parse": ["roles"], "users": [] }), vec![], vec![&moderator]),
    ];
    for (allowed, users, roles) in cases {
        let (_, message) = rest.post(&all, json!({ "content": content, "allowed_mentions": allowed })).await;
        let notified: Vec<&str> =
            message["mentions"].as_array().unwrap().iter().map(|user| text(&user["id"])).collect();
        let mut users: Vec<&str> = users.iter().map(|id| id.as_str()).collect();
        users.sort_unstable();
        assert_eq!(notified, users, "{allowed}");
        assert_eq!(message["mention_roles"], json!(roles), "{allowed}");
        // The bot may not mention everyone.
        assert_eq!(message["mention_everyone"], false, "{allowed}");
    }
    playground.set_overwrite("general", "Backroad", MENTION_EVERYONE, 0).unwrap();
    assert_eq!(rest.post(&all, json!({ "content": content })).await.1["mention_everyone"], true);
    let quiet = json!({ "content": content, "allowed_mentions": { "parse": [] } });
    assert_eq!(rest.post(&all, quiet).await.1["mention_everyone"], false);
}

#[tokio::test]
async fn what_others_write_is_blank_without_the_content_intent() {
    let (playground, rest) = world().await;
    let all = path(&playground, "general");
    let ada = playground.member("ada").unwrap();
    ada.message("a secret").await.unwrap();
    ada.message(&format!("for <@{}>", rest.app)).await.unwrap();
    rest.post(&all, hello()).await;
    let (_, page) = rest.get(&all).await;
    let contents: Vec<&str> = page.as_array().unwrap().iter().map(|message| text(&message["content"])).collect();
    assert_eq!(contents, ["hello", &format!("for <@{}>", rest.app), ""]);
}

#[tokio::test]
async fn replies_name_what_they_reply_to() {
    let (playground, rest) = world().await;
    let all = path(&playground, "general");
    let question = playground.member("ada").unwrap().message("why?").await.unwrap();
    let reference = json!({ "message_id": question.id().unwrap().to_string() });
    let (_, reply) = rest.post(&all, json!({ "content": "so", "message_reference": reference })).await;
    assert_eq!((&reply["type"], &reply["referenced_message"]["author"]["username"]), (&json!(19), &json!("ada")));
    assert_eq!(reply["mentions"][0]["username"], "ada");
    let quiet = json!({ "content": "so", "message_reference": reference, "allowed_mentions": { "parse": [] } });
    assert_eq!(rest.post(&all, quiet).await.1["mentions"], json!([]));
}

#[tokio::test]
async fn requests_need_the_right_token_route_method_and_body() {
    let (playground, rest) = world().await;
    let me = "/api/v10/users/@me";
    for headers in [vec![], vec![("authorization", "Bot wrong")], vec![("authorization", playground.token())]] {
        let (status, body) = rest.bare(Method::GET, me, &headers, "").await.unwrap();
        assert_eq!((status, body), (401, json!({ "message": "401: Unauthorized", "code": 0 })));
    }
    assert_eq!(rest.get("/nowhere").await, (404, json!({ "message": "404: Not Found", "code": 0 })));
    assert_eq!(
        rest.put("/users/@me", json!({})).await,
        (405, json!({ "message": "405: Method Not Allowed", "code": 0 }))
    );
    let token = format!("Bot {}", playground.token());
    let authorized = ("authorization", token.as_str());
    let (status, user) = rest.bare(Method::GET, "/api/users/@me", &[authorized], "").await.unwrap();
    assert_eq!((status, &user["bot"]), (200, &json!(true)));
    let all = format!("/api/v10{}", path(&playground, "general"));
    let body = hello().to_string();
    let (status, answer) = rest.bare(Method::POST, &all, &[authorized], &body).await.unwrap();
    assert_eq!((status, &answer["errors"]["_errors"][0]["code"]), (400, &json!("CONTENT_TYPE_INVALID")));
    let json_type = ("content-type", "application/json");
    let (status, answer) = rest.bare(Method::POST, &all, &[authorized, json_type], "{").await.unwrap();
    assert_eq!((status, &answer["code"]), (400, &json!(50109)));
}

#[tokio::test]
async fn the_bot_can_look_around() {
    let (playground, rest) = world().await;
    let ada = playground.member("ada").unwrap();
    let guild = ada.guild_id();
    assert_eq!(rest.get("/applications/@me").await.1["id"], rest.app);
    assert_eq!(rest.get("/oauth2/applications/@me").await.1["bot"]["id"], rest.app);
    assert_eq!(rest.get("/users/@me/guilds").await.1.as_array().unwrap().len(), 2);
    assert_eq!(rest.get(&format!("/guilds/{guild}?with_counts=true")).await.1["approximate_member_count"], 6);
    let (_, channels) = rest.get(&format!("/guilds/{guild}/channels")).await;
    let names: Vec<&str> = channels.as_array().unwrap().iter().map(|channel| text(&channel["name"])).collect();
    assert_eq!(names, ["general", "quiz", "daily", "mods"]);
    assert_eq!(rest.get(&format!("/guilds/{guild}/members/{}", ada.id())).await.1["user"]["username"], "ada");
    assert_eq!(rest.get(&format!("/guilds/{guild}/members/1")).await.1["code"], 10013);
    assert_eq!(rest.get("/guilds/1").await.1["code"], 10004);
    assert_eq!(rest.get(&format!("/channels/{}", ada.channel_id())).await.1["name"], "general");
    let url = format!("ws{}/gateway", playground.api_url().trim_start_matches("http"));
    assert_eq!(rest.get("/gateway").await.1["url"], url);
    assert_eq!(rest.get("/gateway/bot").await.1["shards"], 1);
    assert_eq!(rest.post(&format!("/channels/{}/typing", ada.channel_id()), json!({})).await.0, 204);
}

#[tokio::test]
async fn ordered_faults_strike_and_everything_is_recorded() {
    let (playground, rest) = world().await;
    let all = path(&playground, "general");
    let limited = json!({ "message": "You are being rate limited.", "retry_after": 1.5, "global": false });
    playground
        .inject(Fault::answer("POST", "/channels/*/messages", 1, 429, limited.clone()).with_header("retry-after", "2"));
    assert_eq!(rest.post(&all, hello()).await, (429, limited));
    playground.inject(Fault::cut_before("POST", &all));
    assert!(rest.try_call(Method::POST, &all, Some(hello())).await.is_err());
    assert_eq!(rest.get(&all).await.1, json!([]));
    playground.inject(Fault::cut_after("POST", &all));
    assert!(rest.try_call(Method::POST, &all, Some(hello())).await.is_err());
    assert_eq!(rest.get(&all).await.1.as_array().unwrap().len(), 1);
    playground.inject(Fault { carried_out: true, ..Fault::answer("POST", "/channels/**", 1, 502, Value::Null) });
    assert_eq!(rest.post(&all, hello()).await.0, 502);
    assert_eq!(rest.get(&all).await.1.as_array().unwrap().len(), 2);

    let requests = playground.requests();
    let posts: Vec<_> = requests.iter().filter(|request| request.method == "POST").collect();
    let statuses: Vec<_> = posts.iter().map(|request| request.status).collect();
    assert_eq!(statuses, [Some(429), None, None, Some(502)]);
    assert_eq!(posts[0].route, Some("/channels/{channel_id}/messages"));
    assert_eq!((&posts[0].path, &posts[0].body), (&all, &hello()));
    assert_eq!(posts[0].headers["user-agent"], "DiscordBot (https://example.org, 1)");
}
