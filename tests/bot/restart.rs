//! Killed, stopped and started again: nothing is lost, old messages keep working.

use std::process::Stdio;
use std::time::Duration;

use backroad::playground::{ActError, Shown, View};
use tokio::task::JoinHandle;

use crate::support::{BotProcess, Community, backroad, check_bodies, check_requests, empty_community};

/// Ada asks while the bot is away; returns when Discord has her question.
async fn ask_nobody(c: &Community) -> JoinHandle<Result<Shown, ActError>> {
    let ada = c.member("ada");
    let before = c.discord.until("a look", |view| Some(view.interaction_count())).await.unwrap();
    let asked = tokio::spawn(async move { ada.slash("/ask query: jwt").await });
    let there = |view: &View<'_>| (view.interaction_count() > before).then_some(());
    c.discord.until("the question to be there", there).await.unwrap();
    asked
}

#[tokio::test]
async fn buttons_of_an_old_message_work_after_a_kill_in_the_middle_of_a_conversation() {
    let c = empty_community().await;
    let bot = BotProcess::spawn(&c);
    c.discord.until_ready().await.unwrap();
    let ada = c.member("ada");
    let answer = ada.slash("/ask query: show me many pages").await.unwrap();
    let page = ada.click(&answer, "More").await.unwrap();

    drop(bot); // kill -9
    c.discord.until("the bot to be gone", |view| (!view.bot_is_online()).then_some(())).await.unwrap();
    let _bot = BotProcess::spawn(&c);
    c.discord.until_ready().await.unwrap();

    let next = ada.click(&page, "Next").await.unwrap();
    assert_eq!(next.id(), page.id());
    assert!(next.text().contains("Page 2 of"), "{}", next.text());
    ada.click(&answer, "Helpful").await.unwrap();
    assert!(ada.slash("/ask query: jwt").await.unwrap().text().contains("A signed note"));
    // Events that were seen before the kill come again; answering them again is refused and changes nothing.
    check_bodies(&c);
    assert_eq!(ada.sees("general").unwrap().len(), 4, "two answers, a page and a thank-you");
}

#[tokio::test]
async fn after_sigterm_it_ends_with_0_and_resumes_its_session_at_the_next_start() {
    let c = empty_community().await;
    let bot = BotProcess::spawn(&c);
    c.discord.until_ready().await.unwrap();
    let ada = c.member("ada");
    ada.slash("/ask query: jwt").await.unwrap();

    bot.terminate();
    let (code, stderr) = bot.end().await;
    assert_eq!(code, Some(0), "{stderr}");
    let said = "INFO stopping: SIGTERM arrived, what is under way is still answered";
    assert_eq!(stderr.lines().filter(|line| line.ends_with(said)).count(), 1, "{stderr}");

    // Asked while nobody is there: the event waits in the session.
    let asked = ask_nobody(&c).await;
    let bot = BotProcess::spawn(&c);
    let answer = asked.await.unwrap().unwrap();
    assert!(answer.text().contains("A signed note"), "{}", answer.text());
    bot.terminate();
    let (code, stderr) = bot.end().await;
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stderr.contains("resumed"), "{stderr}");
    check_requests(&c);
}

#[tokio::test]
async fn a_session_that_discord_has_forgotten_is_replaced_by_a_new_one() {
    let c = empty_community().await;
    let bot = BotProcess::spawn(&c);
    c.discord.until_ready().await.unwrap();
    bot.terminate();
    assert_eq!(bot.end().await.0, Some(0));
    // Discord keeps a session for minutes.
    c.discord.advance(Duration::from_secs(3600));
    let _bot = BotProcess::spawn(&c);
    c.discord.until_ready().await.unwrap();
    assert!(c.member("ada").slash("/ask query: jwt").await.unwrap().text().contains("A signed note"));
}

#[tokio::test]
async fn commands_are_registered_again_only_when_they_differ() {
    let c = empty_community().await;
    for _start in 0..2 {
        let bot = BotProcess::spawn(&c);
        c.discord.until_ready().await.unwrap();
        bot.terminate();
        assert_eq!(bot.end().await.0, Some(0));
    }
    let puts = c.discord.requests().iter().filter(|r| r.method == "PUT").count();
    assert_eq!(puts, 1);
    check_requests(&c);
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_no_error_for_the_next_one() {
    let c = empty_community().await;
    let bot = BotProcess::spawn(&c);
    c.discord.until_ready().await.unwrap();
    bot.terminate();
    assert_eq!(bot.end().await.0, Some(0));
    let ada = c.member("ada");
    let asked = ask_nobody(&c).await;
    c.discord.advance(Duration::from_secs(4));
    let _bot = BotProcess::spawn(&c);
    let late = asked.await.unwrap().unwrap_err().to_string();
    assert!(late.contains("did not respond"), "{late}");
    c.discord.until_ready().await.unwrap();
    assert!(ada.slash("/ask query: jwt").await.unwrap().text().contains("A signed note"));
}

#[tokio::test]
async fn what_was_acknowledged_before_sigterm_is_still_carried_out() {
    let c = empty_community().await;
    let bot = BotProcess::spawn(&c);
    c.discord.until_ready().await.unwrap();
    let ada = c.member("ada");
    let answers = [ada.slash("/ask query: jwt").await.unwrap(), ada.slash("/ask query: session cookie").await.unwrap()];
    for answer in &answers {
        ada.click(answer, "Helpful").await.unwrap();
    }
    bot.terminate();
    let (code, stderr) = bot.end().await;
    assert_eq!(code, Some(0), "{stderr}");
    for answer in &answers {
        let text = answer.refresh().unwrap().text().to_owned();
        assert!(text.contains("1 person found this helpful"), "{text}");
    }
    check_requests(&c);
}

#[tokio::test]
async fn a_hangup_does_not_stop_the_bot() {
    let c = empty_community().await;
    let mut bot = BotProcess::spawn(&c);
    c.discord.until_ready().await.unwrap();
    bot.signal("HUP");
    bot.until_said("SIGHUP is ignored").await;
    assert!(c.member("ada").slash("/ask query: jwt").await.unwrap().text().contains("A signed note"));
    bot.stop().await;
}

#[tokio::test]
async fn a_reader_of_the_log_that_goes_away_does_not_stop_the_bot() {
    let c = empty_community().await;
    let mut command = backroad();
    command.arg("run").env("DISCORD_TOKEN", c.discord.token()).env("DISCORD_API_URL", c.discord.api_url());
    command.env("BACKROAD_DATA", c.data.path()).env("BACKROAD_LOG", "debug").stderr(Stdio::piped());
    let mut bot = command.spawn().unwrap();
    drop(bot.stderr.take());
    c.discord.until_ready().await.unwrap();
    for _ in 0..3 {
        assert!(c.member("ada").slash("/ask query: jwt").await.unwrap().text().contains("A signed note"));
    }
    bot.kill().unwrap();
    bot.wait().unwrap();
}
