//! Starting under bad conditions: one sentence that says what to do, and an exit code.

use std::io::{BufRead, BufReader};
use std::process::{Output, Stdio};

use insta::assert_snapshot;

use crate::support::{BotProcess, backroad, empty_community};

/// The sentence that the program ended with, without what differs between machines.
fn sentence(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    stderr.lines().last().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_wrong_token_ends_the_program_with_one_sentence() {
    let c = empty_community().await;
    let mut command = backroad();
    command.arg("run").env("DISCORD_TOKEN", "wrong.token.indeed").env("DISCORD_API_URL", c.discord.api_url());
    command.env("BACKROAD_DATA", c.data.path());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert_snapshot!(sentence(&output), @"backroad: Discord refused the token: set DISCORD_TOKEN to the token on the Bot page of your application");
    let refused = c.discord.requests().iter().filter(|r| r.status == Some(401)).count();
    assert_eq!(refused, 1, "no retry loop");
}

#[tokio::test]
async fn the_link_that_invites_it_asks_for_what_it_needs_and_nothing_else() {
    let c = empty_community().await;
    let mut bot = BotProcess::spawn(&c);
    let said = bot.until_said("invite me with").await;
    let link = said.split_whitespace().last().unwrap();
    assert_snapshot!(link, @"https://discord.com/oauth2/authorize?client_id=1196423538278400000&scope=bot+applications.commands&permissions=309237730304");
    bot.stop().await;
}

#[test]
fn no_token_at_all_says_where_to_get_one() {
    let output = backroad().arg("run").output().unwrap();
    assert_snapshot!(sentence(&output), @"backroad: there is no token: set DISCORD_TOKEN to the token on the Bot page of your application");
}

#[tokio::test]
async fn a_fatal_close_code_ends_the_program_with_one_sentence() {
    for (code, words) in [
        (4004, "token"),
        (4010, "update"),
        (4011, "too many servers"),
        (4014, "intent"),
        (4013, "intent"),
        (4012, "update"),
    ] {
        let c = empty_community().await;
        c.discord.reject_identify(code);
        let bot = BotProcess::spawn(&c);
        let (exit, stderr) = bot.end().await;
        assert_eq!(exit, Some(1), "{code}: {stderr}");
        let last = stderr.lines().last().unwrap_or_default();
        assert!(last.starts_with("backroad: ") && last.contains(words), "{code}: {last}");
    }
}

#[test]
fn without_a_network_it_waits_and_says_so() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let data = tempfile::tempdir().unwrap();
    let mut command = backroad();
    command.arg("run").env("DISCORD_TOKEN", "a.b.c").env("DISCORD_API_URL", format!("http://127.0.0.1:{port}"));
    let mut child = command.env("BACKROAD_DATA", data.path()).stderr(Stdio::piped()).spawn().unwrap();
    let said =
        BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok).find(|l| l.contains("trying again"));
    child.kill().unwrap();
    child.wait().unwrap();
    let said = said.expect("it says that it tries again");
    assert!(said.contains("cannot reach Discord") && said.contains("trying again in 1 s"), "{said}");
}

#[test]
fn a_discord_that_is_not_on_this_machine_is_refused() {
    let output =
        backroad().arg("run").env("DISCORD_TOKEN", "a.b.c").env("DISCORD_API_URL", "http://example.com").output();
    assert_snapshot!(sentence(&output.unwrap()), @"backroad: DISCORD_API_URL=http://example.com is refused: it may only name a local Discord, as http://127.0.0.1:PORT");
}

#[test]
fn a_missing_content_folder_is_said_with_the_remedy() {
    let output = backroad().args(["search", "jwt"]).env("BACKROAD_CONTENT", "/no/such/folder").output().unwrap();
    assert_snapshot!(sentence(&output), @"backroad: there is no content folder at `/no/such/folder`: run backroad in the folder that contains `content`, or name the right one");
}

#[test]
fn a_setting_with_a_typo_names_the_right_one() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("config.toml"), "other_match = 3\n").unwrap();
    let output = backroad().current_dir(&dir).arg("check").output().unwrap();
    assert_snapshot!(sentence(&output), @"backroad: config.toml:1:1: unknown setting `other_match`: did you mean `other_matches`?");
}

#[tokio::test]
async fn a_second_bot_with_the_same_data_is_refused() {
    let c = empty_community().await;
    let _bot = BotProcess::spawn(&c);
    c.discord.until_ready().await.unwrap();
    let (code, stderr) = BotProcess::spawn(&c).end().await;
    assert_eq!(code, Some(1));
    assert!(stderr.contains("is in use by another backroad"), "{stderr}");
}
