//! Application commands: full validation, replacing, counting, and who is offered what.

use serde_json::{Value, json};

use crate::bot::{Bot, Rest, playground, with_bot};

fn path(rest: &Rest) -> String {
    format!("/applications/{}/commands", rest.app)
}

fn command(name: &str) -> Value {
    json!({ "name": name, "description": "d" })
}

fn with(key: &str, value: impl Into<Value>) -> Value {
    let mut command = command("ask");
    command[key] = value.into();
    command
}

fn option(key: &str, value: impl Into<Value>) -> Value {
    let mut option = json!({ "type": 3, "name": "o", "description": "d" });
    option[key] = value.into();
    with("options", vec![option])
}

fn options(count: usize) -> Value {
    let option = |n| json!({ "type": 3, "name": format!("o{n}"), "description": "d" });
    with("options", (0..count).map(option).collect::<Vec<_>>())
}

fn choices(count: usize) -> Value {
    option("choices", (0..count).map(|n| json!({ "name": format!("c{n}"), "value": "v" })).collect::<Vec<_>>())
}

fn choice(key: &str, value: impl Into<Value>) -> Value {
    let mut choice = json!({ "name": "c", "value": "v" });
    choice[key] = value.into();
    option("choices", vec![choice])
}

fn long(length: usize) -> String {
    "x".repeat(length)
}

/// A command with so many characters in all, a little more or less than 8000.
fn sized(characters: usize) -> Value {
    let choice = |name: &str, value: usize| json!({ "name": format!("{name}{}", long(99)), "value": long(value) });
    let option = |n: usize, choices: Vec<Value>| {
        let name = format!("o{n:03}");
        json!({ "type": 3, "name": name, "description": long(100), "choices": choices })
    };
    // 103 for the command, 320 for each of 24 options, 204 and the rest for the last one.
    let mut options: Vec<Value> = (0..24).map(|n| option(n, vec![choice("a", 8), choice("b", 8)])).collect();
    options.push(option(24, vec![choice("a", characters - 103 - 24 * 320 - 204)]));
    let mut command = with("options", options);
    command["description"] = json!(long(100));
    command
}

#[tokio::test]
async fn what_lies_at_the_limit_is_registered() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    for (name, body) in [
        ("name", command(&long(32))),
        ("name in Devanagari", command("हिंदी-खोज")),
        ("name with an apostrophe", command("l'aide_2")),
        ("description", with("description", long(100))),
        ("25 options", options(25)),
        ("25 choices", choices(25)),
        ("choice name", choice("name", long(100))),
        ("choice value", choice("value", long(100))),
        ("lengths", option("max_length", 6000)),
        ("nobody but administrators", with("default_member_permissions", "0")),
        ("a user command", json!({ "type": 2, "name": "Who Is This" })),
        ("8000 characters", sized(8000)),
    ] {
        let (status, answer) = rest.post(&path(&rest), body).await;
        assert!(status == 201 || status == 200, "{name}: {answer}");
    }
}

#[tokio::test]
async fn mistakes_are_told_at_their_places() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let two = |first: Value, second: Value| with("options", vec![first, second]);
    let plain = |name: &str| json!({ "type": 3, "name": name, "description": "d" });
    let required = |name: &str| json!({ "type": 3, "name": name, "description": "d", "required": true });
    let sub = json!({ "type": 1, "name": "sub", "description": "d" });
    let group_in_group = json!({ "type": 2, "name": "g", "description": "d", "options": [
        { "type": 2, "name": "h", "description": "d", "options": [] },
    ] });
    let integer_choice = json!({
        "type": 4, "name": "o", "description": "d", "choices": [{ "name": "c", "value": "v" }],
    });
    let both = json!({
        "type": 3, "name": "o", "description": "d", "autocomplete": true, "choices": [{ "name": "c", "value": "v" }],
    });
    let table = [
        ("no name", json!({ "description": "d" }), "/name", "BASE_TYPE_REQUIRED"),
        ("a long name", command(&long(33)), "/name", "BASE_TYPE_BAD_LENGTH"),
        ("a capital", command("Ask"), "/name", "APPLICATION_COMMAND_INVALID_NAME"),
        ("a space", command("ask me"), "/name", "APPLICATION_COMMAND_INVALID_NAME"),
        ("an emoji", command("👍"), "/name", "APPLICATION_COMMAND_INVALID_NAME"),
        ("no description", json!({ "name": "ask" }), "/description", "BASE_TYPE_REQUIRED"),
        ("a long description", with("description", long(101)), "/description", "BASE_TYPE_BAD_LENGTH"),
        ("26 options", options(26), "/options", "BASE_TYPE_MAX_LENGTH"),
        ("26 choices", choices(26), "/options/0/choices", "BASE_TYPE_MAX_LENGTH"),
        ("a long choice", choice("name", long(101)), "/options/0/choices/0/name", "BASE_TYPE_BAD_LENGTH"),
        ("a long choice value", choice("value", long(101)), "/options/0/choices/0/value", "BASE_TYPE_BAD_LENGTH"),
        (
            "a text for an integer",
            with("options", vec![integer_choice]),
            "/options/0/choices/0/value",
            "NUMBER_TYPE_COERCE",
        ),
        ("a long maximum", option("max_length", 6001), "/options/0/max_length", "NUMBER_TYPE_MAX"),
        ("bounds of text", option("min_value", 1), "/options/0/min_value", "APPLICATION_COMMAND_OPTION_FIELD_INVALID"),
        ("an unknown option type", option("type", 12), "/options/0/type", "BASE_TYPE_CHOICES"),
        (
            "required behind optional",
            two(plain("a"), required("b")),
            "/options/1",
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
        (
            "one option twice",
            two(plain("a"), plain("a")),
            "/options/1/name",
            "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
        ),
        ("sub-commands among options", two(sub, plain("a")), "/options/1", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
        ("a group in a group", with("options", vec![group_in_group]), "/options/0/options/0/type", "BASE_TYPE_CHOICES"),
        (
            "choices and autocomplete",
            with("options", vec![both]),
            "/options/0/autocomplete",
            "APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_NO_CHOICES",
        ),
        (
            "permissions that are none",
            with("default_member_permissions", "all"),
            "/default_member_permissions",
            "NUMBER_TYPE_COERCE",
        ),
        ("a context twice", with("contexts", vec![0, 0]), "/contexts/1", "SET_TYPE_ALREADY_CONTAINS_VALUE"),
        (
            "a locale of its own",
            with("name_localizations", json!({ "tlh": "ask" })),
            "/name_localizations/tlh",
            "BASE_TYPE_CHOICES",
        ),
        (
            "a described message command",
            json!({ "type": 3, "name": "Find", "description": "d" }),
            "/description",
            "BASE_TYPE_INVALID",
        ),
        ("8001 characters", sized(8001), "", "APPLICATION_COMMAND_TOO_LARGE"),
    ];
    for (name, body, place, code) in table {
        let (status, answer) = rest.post(&path(&rest), body).await;
        assert_eq!((status, &answer["code"]), (400, &json!(50035)), "{name}: {answer}");
        let errors = answer["errors"].pointer(place).map(|place| place["_errors"][0]["code"].clone());
        assert_eq!(errors, Some(json!(code)), "{name}: {answer}");
    }
    assert_eq!(rest.get(&path(&rest)).await.1, json!([]));
}

#[tokio::test]
async fn a_command_of_the_same_name_is_replaced() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let (status, first) = rest.post(&path(&rest), command("ask")).await;
    assert_eq!(status, 201);
    let (status, second) = rest.post(&path(&rest), with("description", "other")).await;
    assert_eq!((status, &second["id"]), (200, &first["id"]));
    assert_ne!(second["version"], first["version"]);
    let one = format!("{}/{}", path(&rest), first["id"].as_str().unwrap());
    assert_eq!(rest.patch(&one, json!({ "description": "third" })).await.1["description"], "third");
    assert_eq!(rest.patch(&one, json!({ "name": "Bad Name" })).await.0, 400);
    assert_eq!(rest.get(&one).await.1["name"], "ask");
    assert_eq!(rest.delete(&one).await.0, 204);
    assert_eq!(rest.get(&one).await.1["code"], 10063);
}

#[tokio::test]
async fn a_bulk_overwrite_keeps_ids_and_is_all_or_nothing() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let (_, first) = rest.put(&path(&rest), json!([command("ask"), command("quiz")])).await;
    let (status, second) = rest.put(&path(&rest), json!([command("quiz"), command("daily")])).await;
    assert_eq!(status, 200);
    assert_eq!(second[0]["id"], first[1]["id"]);
    let (_, answer) = rest.put(&path(&rest), json!([command("ask"), command("ask")])).await;
    assert_eq!(answer["errors"]["1"]["_errors"][0]["code"], "APPLICATION_COMMANDS_DUPLICATE_NAME");
    let many: Vec<Value> = (0..101).map(|n| command(&format!("c{n}"))).collect();
    assert_eq!(rest.put(&path(&rest), json!(many)).await.1["code"], 30032);
    assert_eq!(rest.put(&path(&rest), json!(many[..100])).await.0, 200);
    assert_eq!(rest.post(&path(&rest), command("one-more")).await.1["code"], 30032);
}

#[tokio::test]
async fn creates_are_counted_per_day() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let names = |from: usize| json!((from..from + 100).map(|n| command(&format!("c{n}"))).collect::<Vec<_>>());
    assert_eq!(rest.put(&path(&rest), names(0)).await.0, 200);
    assert_eq!(rest.put(&path(&rest), names(100)).await.0, 200);
    // Names that stay do not count.
    assert_eq!(rest.put(&path(&rest), names(100)).await.0, 200);
    assert_eq!(rest.put(&path(&rest), names(200)).await.1["code"], 30034);
    playground.advance(std::time::Duration::from_secs(24 * 3600));
    assert_eq!(rest.put(&path(&rest), names(200)).await.0, 200);
}

#[tokio::test]
async fn lists_tell_other_languages_only_when_asked() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    rest.post(&path(&rest), with("name_localizations", json!({ "de": "frag" }))).await;
    assert!(rest.get(&path(&rest)).await.1[0].get("name_localizations").is_none());
    let (_, full) = rest.get(&format!("{}?with_localizations=true", path(&rest))).await;
    assert_eq!(full[0]["name_localizations"]["de"], "frag");
}

#[tokio::test]
async fn commands_belong_to_their_app_and_guild() {
    let (playground, mut bot) = with_bot().await;
    assert_eq!(bot.rest.get("/applications/1/commands").await.1["code"], 10002);
    let ada = playground.member("ada").unwrap();
    let guild = format!("/applications/{}/guilds/{}/commands", bot.rest.app, ada.guild_id());
    let (status, registered) = bot.rest.post(&guild, command("local")).await;
    assert_eq!((status, &registered["guild_id"]), (201, &json!(ada.guild_id().to_string())));
    let nowhere = format!("/applications/{}/guilds/1/commands", bot.rest.app);
    assert_eq!(bot.rest.get(&nowhere).await.1["code"], 10004);
    assert_eq!(ada.offered_commands(), ["ask", "local"]);
    let elsewhere = ada.in_guild("Study Group").unwrap();
    assert_eq!(elsewhere.offered_commands(), ["ask"]);
    let reply = json!({ "type": 4, "data": { "content": "x" } });
    let (_, event) = tokio::join!(ada.slash("/local"), bot.answer(reply));
    assert_eq!(event["data"]["guild_id"], event["guild_id"]);
}

#[tokio::test]
async fn members_are_offered_what_they_may_use() {
    let playground = playground().await;
    let bot = Bot::connect(&playground).await;
    let manage =
        |name: &str, needed: &str| json!({ "name": name, "description": "d", "default_member_permissions": needed });
    bot.register(json!([command("ask"), manage("daily", "32"), manage("admin", "0")])).await;
    let offered = |name: &str| playground.member(name).unwrap().offered_commands().join(" ");
    assert_eq!(offered("ada"), "ask");
    assert_eq!(offered("mira"), "ask daily");
    assert_eq!(offered("omar"), "admin ask daily");
    assert_eq!(offered("nell"), "");
    let error = playground.member("nell").unwrap().slash("/ask").await.unwrap_err();
    assert_eq!(error.to_string(), "nell may not use commands in #general.");
    let error = playground.member("ada").unwrap().slash("/daily").await.unwrap_err();
    assert_eq!(error.to_string(), "There is no command /daily; there are /ask.");
    let mira = playground.member("mira").unwrap().in_guild("Study Group").unwrap();
    assert_eq!(mira.offered_commands(), ["ask"]);
}

#[tokio::test]
async fn fifteen_commands_on_members_and_fifteen_on_messages_are_the_most() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let of_kind = |kind: u64, n: usize| json!({ "type": kind, "name": format!("Command {n}") });
    for kind in [2, 3] {
        for n in 0..15 {
            assert_eq!(rest.post(&path(&rest), of_kind(kind, n)).await.0, 201);
        }
        let (status, body) = rest.post(&path(&rest), of_kind(kind, 15)).await;
        assert_eq!((status, &body["code"]), (400, &json!(30032)), "type {kind}");
    }
    assert_eq!(rest.post(&path(&rest), command("ask")).await.0, 201, "slash commands are counted apart");
}
