//! What can go wrong around a quiz, and what becomes of it then.

use std::process::Command;

use backroad::playground::permissions::{READ_MESSAGE_HISTORY, SEND_MESSAGES, VIEW_CHANNEL};
use insta::assert_snapshot;

use super::table::{Table, answer, letter};
use crate::support::{
    BotProcess, Community, RunningBot, check_bodies, copy_folder, empty_community, quiz_backroad, quiz_community,
    quiz_fixture, quiz_knowledge, shaky_quiz_community,
};

fn table(c: &Community) -> Table<'_> {
    Table { discord: &c.discord }
}

#[tokio::test]
async fn a_click_on_an_old_question_changes_nothing() {
    quiz_community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let first = table(c).begin(&ada, "questions: 2 kinds: choice, truefalse").await;
        let old = letter(&first, if first.text().contains("True") { "True" } else { "proves itself" });
        let pick = first.json()["components"][0]["components"][0]["custom_id"].as_str().unwrap().to_owned();
        ada.slash("/quiz skip").await.unwrap();
        ada.slash("/quiz skip").await.unwrap();
        table(c).open(2).await;
        // Clients keep what they have drawn for a while, so such a click may still be sent; its button is no longer there.
        let said = ben.forge_component(first.id().unwrap(), &pick, &[]).await.unwrap();
        assert_snapshot!(said.text(), @"
        I don't know that button. Use those of the question that is open now.
        Only you can see this
        ");
        assert!(ben.click(&first, &old).await.is_err(), "the letters are gone from the message");
        ada.slash("/quiz stop").await.unwrap();
        assert!(table(c).result().await.text().contains("Nobody answered."));
        // The day after, with the quiz long over.
        table(c).advance(24 * 3600);
        let said = ben.forge_component(first.id().unwrap(), &pick, &[]).await.unwrap();
        assert!(said.is_ephemeral(), "{}", said.text());
    })
    .await;
}

#[tokio::test]
async fn the_same_letter_twice_is_one_answer() {
    quiz_community(async |c| {
        let ada = c.member("ada");
        let question = table(c).begin(&ada, "questions: 1 kinds: choice").await;
        let right = letter(&question, "proves itself");
        ada.click(&question, &right).await.unwrap();
        let again = ada.click(&question, &right).await.unwrap();
        assert!(again.text().starts_with(&format!("You have **{right}** already.")), "{}", again.text());
        table(c).advance(2);
        let shown = table(c).answer(1).await;
        assert!(shown.text().contains("1 of 1 right:** Ada (+100)"), "{}", shown.text());
    })
    .await;
}

#[tokio::test]
async fn forged_quiz_buttons_do_nothing() {
    quiz_community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let question = table(c).begin(&ada, "questions: 2 kinds: choice").await;
        let other = ben.in_channel("quiz").unwrap().slash("/ask query: jwt").await.unwrap();
        let report = question.json()["components"][1]["components"][1]["custom_id"].as_str().unwrap();
        let session: u64 = report.split(':').nth(2).unwrap().parse().unwrap();
        let forged = [
            "pick:0:0",
            "pick:0:200",
            "pick:1:0",
            "start",
            "join",
            "again",
            "mine",
            "next:0",
            "undo:0",
            "done:0",
            "type:0",
        ];
        for rest in forged {
            let id = format!("br1:quiz:{session}:{rest}");
            // On a message that has no such button.
            let said = ben.forge_component(other.id().unwrap(), &id, &[]).await.unwrap();
            assert!(said.is_ephemeral() && said.text().contains("I don't know that button"), "{id}: {}", said.text());
            // On the question, as far as it has no such button.
            if rest != "pick:0:0" {
                let said = ben.forge_component(question.id().unwrap(), &id, &[]).await.unwrap();
                assert!(said.text().contains("I don't know that button"), "{id}: {}", said.text());
            }
        }
        let elsewhere = format!("br1:quiz:{}:pick:0:0", session + 1);
        let said = ben.forge_component(question.id().unwrap(), &elsewhere, &[]).await.unwrap();
        assert!(said.text().contains("I don't know that button"), "{}", said.text());
        ada.slash("/quiz stop").await.unwrap();
        assert!(table(c).result().await.text().contains("Nobody answered"));
    })
    .await;
}

#[tokio::test]
async fn a_click_after_the_deadline_is_told_so() {
    shaky_quiz_community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let question = table(c).begin(&ada, "questions: 1 kinds: choice seconds: 10").await;
        // The message still has its letters, because Discord is slow to take the edit.
        let path = "/channels/*/messages/*";
        c.discord.inject(backroad::playground::Fault::late("PATCH", path));
        table(c).advance(10);
        c.discord.until("the edit to wait", |view| (view.held_count() > 0).then_some(())).await.unwrap();
        let late = ben.click(&question, "A").await.unwrap();
        assert_snapshot!(late.text(), @"
        Too late: the time for this question is over.
        Only you can see this
        ");
        c.discord.release();
        let shown = table(c).answer(1).await;
        assert!(shown.text().contains("Nobody answered."), "{}", shown.text());
    })
    .await;
}

#[tokio::test]
async fn nobody_waits_for_long_for_a_member_who_has_left() {
    quiz_community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let lobby = ada.slash("/quiz start questions: 4").await.unwrap();
        for player in [&ada, &ben] {
            player.click(&lobby, "Join").await.unwrap();
        }
        ada.click(&lobby, "Start").await.unwrap();
        table(c).open(1).await;
        c.discord.remove_member("ben").unwrap();
        for number in 1..=4 {
            let question = table(c).open(number).await;
            answer(&ada, &question, true).await;
            if question.text().contains("several right") {
                // `answer` has said that this is all.
            }
            // For two questions he may just be slow.
            table(c).advance(if number <= 2 { 30 } else { 2 });
            table(c).answer(number).await;
            ada.slash("/quiz skip").await.unwrap();
        }
        let result = table(c).result().await;
        assert!(result.text().contains("#1 Ada** — 400 points"), "{}", result.text());
        assert!(result.text().contains("Joined without an answer so far: Ben"), "{}", result.text());
    })
    .await;
}

#[tokio::test]
async fn a_question_whose_message_is_deleted_is_answered_below() {
    shaky_quiz_community(async |c| {
        let (ada, mira) = (c.member("ada"), c.member("mira"));
        let question = table(c).begin(&ada, "questions: 2 kinds: choice, truefalse").await;
        answer(&ada, &question, true).await;
        mira.delete(&question).await.unwrap();
        // It is noticed when it is to be edited: here, when the count of answers is.
        let shown = table(c).answer(1).await;
        assert_ne!(shown.id(), question.id());
        assert!(shown.text().contains("1 of 1 right:** Ada"), "what was answered counts: {}", shown.text());
        ada.click(&shown, "Next").await.unwrap();
        table(c).open(2).await;
    })
    .await;
}

#[tokio::test]
async fn a_quiz_whose_channel_is_deleted_ends_and_the_server_is_told() {
    shaky_quiz_community(async |c| {
        let ada = c.member("ada").in_channel("quiz").unwrap();
        let lobby = ada.slash("/quiz start questions: 3 kinds: choice, truefalse, short").await.unwrap();
        ada.click(&lobby, "Start").await.unwrap();
        let question = table(c).open(1).await;
        answer(&ada, &question, true).await;
        table(c).advance(2);
        table(c).answer(1).await;
        c.discord.delete_channel("quiz").unwrap();
        table(c).advance(60);
        let told = table(c).there("The quiz that Ada started has ended", |_| true).await;
        assert_snapshot!(told.text(), @"
        The quiz that Ada started has ended after 1 of 3 questions: its channel was deleted.
        | Quiz · the standing · one right, true or false, typed · classic
        | **The standing**
        | **#1 Ada** — 100 points · 1 of 1 right
        ");
        let seen = c.member("ada").sees("general").unwrap();
        assert!(seen.iter().any(|shown| shown.id() == told.id()), "moderators' own channel is closed to the bot");
    })
    .await;
}

#[tokio::test]
async fn a_quiz_whose_channel_is_closed_to_the_bot_ends_and_says_what_it_takes() {
    shaky_quiz_community(async |c| {
        let ada = c.member("ada").in_channel("quiz").unwrap();
        let lobby = ada.slash("/quiz start questions: 3 kinds: choice, truefalse, short").await.unwrap();
        ada.click(&lobby, "Start").await.unwrap();
        let question = table(c).open(1).await;
        answer(&ada, &question, true).await;
        c.discord.set_overwrite("quiz", "Backroad", 0, SEND_MESSAGES).unwrap();
        table(c).advance(2);
        table(c).answer(1).await;
        table(c).advance(60);
        let told = table(c).there("The quiz that Ada started in #quiz has ended", |_| true).await;
        assert_snapshot!(told.text().lines().next().unwrap(), @"The quiz that Ada started in #quiz has ended after 1 of 3 questions: I may not write there any more. Give me View Channel, Send Messages, Embed Links and Read Message History there, then `/quiz start` begins a new one.");
        let refused = ada.slash("/quiz start").await.unwrap();
        assert_snapshot!(refused.text(), @"
        I cannot run a quiz in this channel: a moderator must give me Send Messages here. Then `/quiz start` works.
        Only you can see this
        ");
        c.discord.set_overwrite("quiz", "Backroad", SEND_MESSAGES | VIEW_CHANNEL, 0).unwrap();
        assert!(!ada.slash("/quiz start").await.unwrap().is_ephemeral());
    })
    .await;
}

#[tokio::test]
async fn a_question_that_was_removed_from_the_library_is_played_to_its_end() {
    let c = empty_community().await;
    let content = tempfile::tempdir().unwrap();
    copy_folder(&quiz_fixture(), content.path());
    let bot = BotProcess::spawn_with(&c, quiz_backroad());
    c.discord.until_ready().await.unwrap();
    let ada = c.member("ada");
    let question = table(&c).begin(&ada, "questions: 1 kinds: choice").await;
    bot.stop().await;
    // The bot comes back with a library that does not know the question any more.
    std::fs::remove_file(content.path().join("questions/auth/token-logout.md")).unwrap();
    let mut command = quiz_backroad();
    command.env("BACKROAD_CONTENT", content.path()).env("BACKROAD_INDEX", content.path().join("index"));
    let _bot = BotProcess::spawn_with(&c, command);
    c.discord.until_ready().await.unwrap();
    answer(&ada, &question, true).await;
    table(&c).advance(2);
    let shown = table(&c).answer(1).await;
    assert!(shown.text().contains("1 of 1 right:** Ada"), "{}", shown.text());
    ada.click(&shown, "Next").await.unwrap();
    table(&c).result().await;
    check_bodies(&c);
}

#[tokio::test]
async fn a_clock_that_is_set_neither_cuts_a_question_short_nor_lets_it_last() {
    for step_ms in [3_600_000, -3_600_000] {
        quiz_community(async |c| {
            let (ada, ben) = (c.member("ada"), c.member("ben"));
            let lobby = ada.slash("/quiz start questions: 1 kinds: choice seconds: 30").await.unwrap();
            for player in [&ada, &ben] {
                player.click(&lobby, "Join").await.unwrap();
            }
            ada.click(&lobby, "Start").await.unwrap();
            let question = table(c).open(1).await;
            answer(&ada, &question, true).await;
            let before = question.json()["embeds"][0]["description"].as_str().unwrap().to_owned();
            c.discord.step_bot_clock(step_ms);
            // The countdown is set right, so everybody sees it.
            let id = question.id().unwrap();
            let moved = c.discord.until("the countdown to move", |view| {
                view.message(id).filter(|m| m.json()["embeds"][0]["description"].as_str() != Some(&before))
            });
            moved.await.unwrap();
            answer(&ben, &question, false).await;
            table(c).advance(2);
            let shown = table(c).answer(1).await;
            assert!(shown.text().contains("1 of 2 right:** Ada"), "{}", shown.text());
        })
        .await;
    }
}

#[tokio::test]
async fn after_a_restart_a_question_has_ten_seconds_left_at_least() {
    let c = empty_community().await;
    let bot = RunningBot::start(&c, quiz_knowledge()).await;
    let (ada, ben) = (c.member("ada"), c.member("ben"));
    let lobby = ada.slash("/quiz start questions: 1 kinds: choice seconds: 30").await.unwrap();
    for player in [&ada, &ben] {
        player.click(&lobby, "Join").await.unwrap();
    }
    ada.click(&lobby, "Start").await.unwrap();
    let question = table(&c).open(1).await;
    answer(&ada, &question, true).await;
    bot.stop().await.unwrap();
    // Away for two minutes: the time of the question was over long ago.
    table(&c).advance(120);
    let bot = RunningBot::start(&c, quiz_knowledge()).await;
    let id = question.id().unwrap();
    let again = c.discord.until("the countdown to be set anew", |view| {
        let soon = format!("<t:{}:R>", (view.now_ms() + 10_000 + 999) / 1000);
        view.message(id).filter(|m| m.json()["embeds"][0]["description"].as_str().unwrap().contains(&soon))
    });
    again.await.unwrap();
    answer(&ben, &question, true).await;
    table(&c).advance(2);
    let shown = table(&c).answer(1).await;
    assert!(shown.text().contains("2 of 2 right:** Ada (+100), Ben (+100)"), "{}", shown.text());
    bot.stop().await.unwrap();
    check_bodies(&c);
}

#[tokio::test]
async fn a_message_that_cannot_be_looked_for_pauses_the_quiz_and_is_not_sent_twice() {
    let c = empty_community().await;
    drop(quiz_knowledge());
    let mut command = quiz_backroad();
    command.env("BACKROAD_FAILPOINT", "quiz.after-send:2");
    let mut bot = BotProcess::spawn_with(&c, command);
    c.discord.until_ready().await.unwrap();
    let ada = c.member("ada").in_channel("quiz").unwrap();
    let lobby = ada.slash("/quiz start questions: 3").await.unwrap();
    ada.click(&lobby, "Start").await.unwrap();
    table(&c).open(1).await;
    ada.slash("/quiz skip").await.unwrap();
    table(&c).answer(1).await;
    // The second question is sent, and the bot dies before it hears so.
    let _lost = tokio::join!(async { ada.slash("/quiz skip").await.map(drop) }, bot.died());
    c.discord.set_overwrite("quiz", "Backroad", 0, READ_MESSAGE_HISTORY).unwrap();
    c.discord.until("the bot to be gone", |view| (!view.bot_is_online()).then_some(())).await.unwrap();
    let _bot = BotProcess::spawn_with(&c, quiz_backroad());
    let told = table(&c).there("The quiz that Ada started in #quiz is paused", |_| true).await;
    assert_snapshot!(told.text(), @"The quiz that Ada started in #quiz is paused: I was restarted and cannot see whether my last message has arrived. Give me Read Message History there, then `/quiz resume` lets it go on.");
    let all = c.discord.until("a look", |view| Some(view.messages())).await.unwrap();
    assert_eq!(all.iter().filter(|m| m.text().starts_with("| Question 2 of 3")).count(), 1);
    c.discord.set_overwrite("quiz", "Backroad", READ_MESSAGE_HISTORY, 0).unwrap();
    assert!(ada.slash("/quiz resume").await.unwrap().text().starts_with("The quiz goes on."));
    table(&c).open(3).await;
    check_bodies(&c);
}

#[tokio::test]
async fn on_a_full_disk_the_quiz_waits_and_says_so() {
    let is_there = Command::new("prlimit").arg("--version").output().is_ok_and(|output| output.status.success());
    if !is_there {
        return eprintln!("not run: there is no prlimit here to limit a running process");
    }
    let c = empty_community().await;
    drop(quiz_knowledge());
    let bot = BotProcess::spawn_with(&c, quiz_backroad());
    c.discord.until_ready().await.unwrap();
    let (ada, ben) = (c.member("ada"), c.member("ben"));
    let lobby = ada.slash("/quiz start questions: 1 kinds: choice seconds: 30").await.unwrap();
    for player in [&ada, &ben] {
        player.click(&lobby, "Join").await.unwrap();
    }
    ada.click(&lobby, "Start").await.unwrap();
    let question = table(&c).open(1).await;
    answer(&ada, &question, true).await;
    let limit = |size: &str| {
        let done = Command::new("prlimit").args(["--pid", &bot.id().to_string(), &format!("--fsize={size}")]).status();
        assert!(done.unwrap().success());
    };
    // No file may grow any more: writes fail as they do on a full disk.
    limit("4096:unlimited");
    let refused = ben.click(&question, "A").await.unwrap();
    assert_snapshot!(refused.text(), @"
    I cannot write to my disk at the moment, so this did not count and the quiz waits. Please try again in a minute; if it stays so, tell the person who hosts me.
    Only you can see this
    ");
    table(&c).there("| Question 1 of 1", |text| text.contains("I cannot write to my disk")).await;
    // The time of the question passes, and nothing is revealed that could not be kept.
    table(&c).advance(60);
    limit("unlimited:unlimited");
    table(&c).there("| Question 1 of 1", |text| text.contains("It ends")).await;
    let said = answer(&ben, &question, false).await;
    assert!(said.text().starts_with("You chose"), "{}", said.text());
    table(&c).advance(2);
    let shown = table(&c).answer(1).await;
    assert!(shown.text().contains("1 of 2 right:** Ada"), "{}", shown.text());
    let log = bot.stop().await;
    assert_eq!(log.matches("quizzes cannot be written").count(), 1, "{log}");
    check_bodies(&c);
}

#[tokio::test]
async fn a_question_that_discord_refuses_to_take_for_a_while_comes_once() {
    shaky_quiz_community(async |c| {
        let ada = c.member("ada");
        let lobby = ada.slash("/quiz start questions: 1 kinds: choice").await.unwrap();
        let path = "/channels/*/messages";
        // Carried out, but the answer is lost; then an error of Discord's own.
        c.discord.inject(backroad::playground::Fault::cut_after("POST", path));
        c.discord.inject(backroad::playground::Fault::answer("POST", path, 1, 502, serde_json::Value::Null));
        ada.click(&lobby, "Start").await.unwrap();
        let question = table(c).open(1).await;
        answer(&ada, &question, true).await;
        table(c).advance(2);
        table(c).answer(1).await;
        let all = c.discord.until("a look", |view| Some(view.messages())).await.unwrap();
        assert_eq!(all.iter().filter(|m| m.text().starts_with("| Question 1 of 1")).count(), 1);
    })
    .await;
}
