//! `backroad doctor`: what it finds, and that it leaves nothing behind.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use backroad::playground::{Fault, Options, Playground, permissions};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{BotProcess, Community, backroad, check_bodies, check_requests, empty_community};

/// Runs the doctor on a community's data and Discord.
async fn doctor(c: &Community, arguments: &[&str]) -> Output {
    let mut command = backroad();
    command.arg("doctor").args(arguments).env("DISCORD_TOKEN", c.discord.token());
    command.env("DISCORD_API_URL", c.discord.api_url()).env("BACKROAD_DATA", c.data.path());
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// What it says, without what differs between machines and runs.
fn said(c: &Community, output: &Output) -> String {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let secret = c.discord.token().rsplit('.').next().unwrap();
    assert!(!text.contains(secret) && !String::from_utf8_lossy(&output.stderr).contains(secret), "the token is told");
    for line in text.lines() {
        assert!(line.chars().count() <= 80 || !line.trim_start().contains(' '), "too long: {line}");
    }
    // Wrapped lines are joined again, so that the lengths of names do not matter.
    let text = text.replace(&" ".repeat(19), " ").replace("\n ", " ");
    let text = text.replace(&c.data.path().display().to_string(), "DATA").replace(&c.discord.api_url(), "URL");
    let text = text.replace(&c.discord.api_url().replace("http", "ws"), "GATEWAY");
    regex::Regex::new(r"\d+ (kB|MB|GB)").unwrap().replace_all(&text, "SIZE").into_owned()
}

fn line<'a>(text: &'a str, what: &str) -> &'a str {
    text.lines().find(|line| line.split_whitespace().nth(1) == Some(what)).unwrap_or_else(|| panic!("{what}: {text}"))
}

#[tokio::test]
async fn a_bot_that_runs_well_is_told_so_line_by_line() {
    let c = empty_community().await;
    let mut bot = BotProcess::spawn(&c);
    bot.until_said("backed the database up").await;
    c.discord.until_ready().await.unwrap();
    let output = doctor(&c, &[]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_snapshot!(said(&c, &output), @"
    ok       settings  config.toml; set outside: BACKROAD_CONTENT, BACKROAD_DATA, BACKROAD_INDEX
    ok       content   9 items, no problem
    ok       index     current
    ok       data      DATA can be written, SIZE free
    ok       database  sound, SIZE, in use by a bot that runs
    ok       backups   1, the newest is 0 h old
    warning  discord   a local one, URL: unset DISCORD_API_URL to check the real one
    ok       token     accepted: application Backroad (1196423538278400000), bot user Backroad (1196423538278400000)
    ok       portal    no privileged intents are needed, none are on
    ok       sessions  999 of 1000 starts left today
    ok       gateway   GATEWAY/gateway says hello
    ok       commands  all 10 are registered as they are
    ok       servers   in 2 servers, with all permissions
    ok       clock     agrees with Discord's
    1 warning
    ");
    assert!(c.member("ada").slash("/ask query: jwt").await.is_ok(), "the bot was not disturbed");
    bot.stop().await;
    check_requests(&c);
}

#[tokio::test]
async fn before_the_first_start_it_says_what_the_start_will_do_and_does_nothing_itself() {
    let c = empty_community().await;
    let folder = c.data.path().join("data");
    let output = doctor(&c, &["--data", folder.to_str().unwrap()]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = said(&c, &output);
    assert_snapshot!(line(&text, "database"), @"ok       database  none yet: the first start makes it");
    assert_snapshot!(line(&text, "commands"), @"warning  commands  not registered: /quiz, /ask, /project, /question, /topic, /roadmap, /leaderboard, /daily, /help, /Find an answer; `backroad run` registers them at its start");
    assert!(!folder.exists());
    assert!(c.discord.requests().iter().all(|request| request.method == "GET"));
}

#[tokio::test]
async fn a_token_that_is_wrong_or_missing_is_one_problem_and_one_request() {
    let c = empty_community().await;
    let mut command = backroad();
    command.arg("doctor").env("DISCORD_TOKEN", "wrong.token.indeed").env("DISCORD_API_URL", c.discord.api_url());
    command.env("BACKROAD_DATA", c.data.path());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_snapshot!(line(&said(&c, &output), "token"), @"problem  token     Discord refused the token: check DISCORD_TOKEN; nothing else was asked of Discord");
    assert_eq!(c.discord.requests().len(), 1);
    let output = backroad().arg("doctor").env("BACKROAD_DATA", c.data.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_snapshot!(line(&said(&c, &output), "token"), @"problem  token     there is no token: set DISCORD_TOKEN to the token on the Bot page of your application");
}

#[tokio::test]
async fn wrong_settings_are_a_problem_in_the_report() {
    let c = empty_community().await;
    let output = backroad().arg("doctor").env("BACKROAD_BACKUPS", "none").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_snapshot!(said(&c, &output), @"problem  settings  BACKROAD_BACKUPS: `backups` must be a whole number from 1 to 365; nothing else was checked");
}

#[tokio::test]
async fn what_keeps_a_bot_from_working_at_discord_is_found() {
    let c = empty_community().await;
    // Nobody asks so often in life.
    c.discord.switch_rate_limits(false);
    let gateway = |url: &str, remaining: u32| {
        let limit = json!({"total": 1000, "remaining": remaining, "reset_after": 3_600_000, "max_concurrency": 1});
        json!({"url": url, "shards": 1, "session_start_limit": limit})
    };
    let fault = |path: &str, body| Fault::answer("GET", path, 1, 200, body);
    let url = c.discord.api_url().replace("http", "ws") + "/gateway";
    let application = |fields: serde_json::Value| {
        let mut body = json!({"id": "1196423538278400000", "name": "Backroad"});
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        fault("/oauth2/applications/@me", body)
    };
    let user = json!({"id": "1", "username": "Backroad", "bot": true});
    let person = json!({"id": "1", "username": "omar"});
    let guilds = json!([
        {"id": "1", "name": "Backend Learners", "permissions": "1024"},
        {"id": "2", "name": "Study Group", "permissions": "0"},
        {"id": "3", "name": "Owners", "permissions": "8"},
    ]);
    let other =
        json!([{"name": "ask", "description": "another one", "type": 1}, {"name": "dance", "description": "d"}]);
    let cases = [
        ("sessions", fault("/gateway/bot", gateway(&url, 0))),
        ("sessions", fault("/gateway/bot", gateway(&url, 42))),
        ("gateway", fault("/gateway/bot", gateway("ws://127.0.0.1:1", 999))),
        (
            "gateway",
            fault("/gateway/bot", gateway(&(c.discord.api_url().replace("http", "ws") + "/control/state"), 999)),
        ),
        ("gateway", fault("/gateway/bot", gateway("wss://gateway.example.com", 999))),
        ("portal", application(json!({"interactions_endpoint_url": "https://example.com/hook"}))),
        ("portal", application(json!({"bot_require_code_grant": true}))),
        ("portal", application(json!({"flags": 1 << 18}))),
        ("token", fault("/users/@me", person)),
        ("clock", fault("/users/@me", user).with_header("date", "Fri, 20 Nov 2020 12:00:00 GMT")),
        ("servers", fault("/users/@me/guilds", guilds)),
        ("servers", fault("/users/@me/guilds", json!([]))),
        ("commands", fault("/applications/*/commands", other)),
        ("commands", Fault::answer("GET", "/applications/*/commands", 1, 403, json!({"message": "no", "code": 50001}))),
    ];
    let mut lines = Vec::new();
    for (what, fault) in cases {
        c.discord.inject(fault);
        let text = said(&c, &doctor(&c, &[]).await);
        lines.push(line(&text, what).to_owned());
    }
    let text = regex::Regex::new(r"\d{6,} s ahead").unwrap().replace_all(&lines.join("\n"), "N s ahead").into_owned();
    assert_snapshot!(text, @r#"
    problem  sessions  0 of 1000 starts left today: look why the bot was started so often, and wait 60 min
    warning  sessions  42 of 1000 starts left today: look in the log why the bot is started so often
    problem  gateway   ws://127.0.0.1:1 does not say hello (Connection refused (os error 111)): let this machine connect to it, port 443
    problem  gateway   GATEWAY/control/state does not say hello (it answered with 404): let this machine connect to it, port 443
    problem  gateway   wss://gateway.example.com does not say hello (Discord named wss://gateway.example.com as its gateway, which cannot be used: check DISCORD_API_URL, or report this): let this machine connect to it, port 443
    problem  portal    interactions are sent to https://example.com/hook and not to this bot: remove the interactions endpoint URL in the developer portal
    problem  portal    invite links fail: switch "Requires OAuth2 Code Grant" off on the Bot page
    ok       portal    no privileged intents are needed; message content may be switched off
    problem  token     accepted: application Backroad (1196423538278400000), the user omar is no bot: use the token on the Bot page
    problem  clock     N s ahead of Discord's: let the system set its clock from the network (NTP)
    warning  servers   in 3, but Backend Learners lacks Send Messages, Embed Links, Read Message History, Create Public Threads, Send Messages in Threads; Study Group lacks View Channel, Send Messages, Embed Links, Read Message History, Create Public Threads, Send Messages in Threads: give its role that, or invite it again with https://discord.com/oauth2/authorize?client_id=1196423538278400000&scope=bot+applications.commands&permissions=309237730304
    warning  servers   in none: invite the bot with https://discord.com/oauth2/authorize?client_id=1196423538278400000&scope=bot+applications.commands&permissions=309237730304
    warning  commands  not registered: /quiz, /project, /question, /topic, /roadmap, /leaderboard, /daily, /help, /Find an answer; different: /ask; not of this version: /dance; `backroad run` registers them at its start
    problem  commands  Discord answered GET applications/1196423538278400000/commands with 403, code 50001: no
    "#);
}

#[tokio::test]
async fn a_discord_that_is_away_is_one_problem() {
    let c = empty_community().await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = backroad();
    command.arg("doctor").env("DISCORD_TOKEN", "a.b.c").env("DISCORD_API_URL", format!("http://127.0.0.1:{port}"));
    let output = command.env("BACKROAD_DATA", c.data.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(line(&said(&c, &output), "token").contains("cannot reach Discord: "), "{output:?}");
}

#[tokio::test]
async fn a_ban_is_told_and_not_waited_for() {
    let c = empty_community().await;
    c.discord.exhaust_global_limit(Duration::from_secs(3600)).unwrap();
    let output = doctor(&c, &[]).await;
    assert_eq!(output.status.code(), Some(1));
    let text = said(&c, &output);
    let token = line(&text, "token");
    assert!(token.starts_with("problem") && token.contains("with 429"), "{token}");
}

#[tokio::test]
async fn what_is_wrong_on_this_machine_is_found() {
    let c = empty_community().await;
    std::fs::write(c.data.path().join("backroad.db"), "damaged ".repeat(1000)).unwrap();
    let text = said(&c, &doctor(&c, &[]).await);
    assert_snapshot!(line(&text, "database"), @"problem  database  damaged (file is not a database), and without a backup: restore one with `backroad restore FILE`");
    assert_snapshot!(text.lines().last().unwrap(), @"1 problem, 3 warnings");

    let index = tempfile::tempdir().unwrap();
    let look = |content: &Path| {
        let mut command = backroad();
        command.arg("doctor").env("BACKROAD_CONTENT", content).env("BACKROAD_INDEX", index.path());
        let output = command.env("BACKROAD_DATA", c.data.path()).output().unwrap();
        String::from_utf8(output.stdout).unwrap().replace(&index.path().display().to_string(), "INDEX")
    };
    assert!(line(&look(Path::new("/no/such/folder")), "content").contains("there is no content folder"));
    assert_snapshot!(line(&look(index.path()), "content"), @"problem  content   there is nothing in INDEX: name the right folder");
    let text = look(&crate::support::fixture());
    assert_snapshot!(line(&text, "index"), @"ok       index     the next start builds it, because there is none");
    assert_eq!(std::fs::read_dir(index.path()).unwrap().count(), 0, "nothing was built");
}

/// A community in which limits run out in real time, but fast.
async fn with_limits() -> Community {
    let discord = Playground::start(Options { identify_spacing: Duration::ZERO, ..Options::default() }).await.unwrap();
    discord.switch_rate_limits(true);
    for (method, path) in [("POST", "/channels/*/messages"), ("DELETE", "/channels/*/messages/*")] {
        discord.set_rate_limit(method, path, 5, Duration::from_millis(200)).unwrap();
    }
    Community { discord, data: tempfile::tempdir().unwrap() }
}

#[tokio::test]
async fn every_belief_is_tested_in_a_channel_and_nothing_is_left_there() {
    let c = with_limits().await;
    c.discord.set_overwrite("general", "Backroad", permissions::MANAGE_THREADS, 0).unwrap();
    let channel = c.member("ada").channel_id().to_string();
    let output = doctor(&c, &["--live", &channel]).await;
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert_snapshot!(text, @"
    holds         a message with a known nonce is not made twice
    holds         2000 characters of content are accepted, 2001 refused
    holds         content counts characters, not UTF-16 units
    holds         4096 characters of description are accepted, 4097 refused
    holds         descriptions count characters, not UTF-16 units
    holds         6000 characters in all embeds are accepted, 6001 refused
    holds         with parse [] a mention mentions nobody
    holds         an edit that names the content alone leaves the rest
    holds         an empty content in an edit takes the text away
    holds         a message that is gone answers with code 10008
    holds         history after a message is the next messages, newest first
    holds         a time makes a snowflake that history takes
    holds         a custom_id of 100 characters is accepted, 101 refused
    holds         a custom_id that stands twice in a message is refused
    holds         25 options in a menu are accepted, 26 refused
    holds         a thread from a message has its id; a second is code 160004
    holds         answers carry the headers of rate limits
    17 hold, 0 do not, 0 not tested
    what takes a member's click or a gateway session is not among them
    ");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr).lines().filter(|line| !line.contains("local Discord")).count(),
        0
    );
    assert_eq!(c.member("ada").sees("general").unwrap().len(), 0, "all of it is deleted");
    assert!(text.lines().all(|line| line.chars().count() <= 80));
}

#[tokio::test]
async fn a_belief_that_does_not_hold_is_told_with_what_was_seen() {
    let c = with_limits().await;
    let channel = c.member("ada").channel_id().to_string();
    let edited = json!({"id": "1", "content": "edited", "embeds": [], "components": []});
    c.discord.inject(Fault::answer("PATCH", "/channels/*/messages/*", 1, 200, edited));
    let output = doctor(&c, &["--live", &channel]).await;
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let wrong: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("DOES")).take(2).collect();
    assert_snapshot!(wrong.join("\n"), @"
    DOES NOT HOLD an edit that names the content alone leaves the rest: 0 embeds and
                  0 rows of buttons, where one each was before
    ");
    assert!(text.contains(" hold, 1 do not, 0 not tested"), "{text}");
    // Without the permission to take its thread away, it says so.
    assert!(text.contains("not deleted   the thread \"A test of Backroad\""), "{text}");
    assert_eq!(c.member("ada").sees("general").unwrap().len(), 0);
}

#[tokio::test]
async fn a_channel_in_which_the_bot_cannot_write_is_said_at_once() {
    let c = empty_community().await;
    let mods = c.member("omar").in_channel("mods").unwrap().channel_id().to_string();
    let output = doctor(&c, &["--live", &mods]).await;
    assert_eq!(output.status.code(), Some(1));
    assert_snapshot!(String::from_utf8_lossy(&output.stderr).lines().last().unwrap().replace(&mods, "MODS"), @"backroad: Discord answered POST channels/MODS/messages with 403, code 50001: Missing Access");
    assert_eq!(doctor(&c, &["--live", "general"]).await.status.code(), Some(2));
    check_bodies(&c);
}
