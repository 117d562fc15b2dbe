//! What players and moderators can do in a quiz, and what they are told.

use insta::{allow_duplicates, assert_snapshot};

use super::table::{Table, answer, letter};
use crate::support::{Community, quiz_community};

const ONE: &str = "questions: 1 kinds: choice";

fn table(c: &Community) -> Table<'_> {
    Table { discord: &c.discord }
}

#[tokio::test]
async fn a_question_can_be_read_and_answered_on_a_phone() {
    quiz_community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let question = table(c).begin(&ada, "questions: 1 kinds: truefalse").await;
        assert_snapshot!(question.text(), @"
        | Question 1 of 1 · beginner · true or false
        | **The claims of a signed token are secret.**
        | **A** · True
        | **B** · False
        |
        | *True or false? Press its letter.*
        |
        | ⏱ It ends <t:R>, or when all players have answered.
        [A] [B]
        [Skip] [Report]
        ");
        assert_snapshot!(ben.click(&question, "A").await.unwrap().text(), @"
        You chose **A** · True. You can change it until the answer is shown.
        Only you can see this
        ");
        assert_snapshot!(ben.click(&question, "B").await.unwrap().text(), @"
        You chose **B** · False. You can change it until the answer is shown.
        Only you can see this
        ");
        // The count comes when there is time for it.
        c.discord.advance(std::time::Duration::from_secs(1));
        table(c).there("| Question 1 of 1", |text| text.contains("1 answer so far")).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_chosen_and_ordered_is_shown_to_who_does_it_and_can_be_taken_back() {
    quiz_community(async |c| {
        let ada = c.member("ada");
        let question = table(c).begin(&ada, "questions: 1 kinds: multi").await;
        let (only, secure) = (letter(&question, "HttpOnly"), letter(&question, "Secure"));
        let said = ada.click(&question, &only).await.unwrap();
        assert!(said.text().starts_with(&format!("Chosen so far: **{only}**.")), "{}", said.text());
        let said = ada.click(&said, &secure).await.unwrap();
        let back = ada.click(&said, &only).await.unwrap();
        assert_eq!(back.id(), said.id(), "the same private message changes");
        assert!(back.text().starts_with(&format!("Chosen so far: **{secure}**.")), "{}", back.text());
        let nothing = ada.click(&back, &secure).await.unwrap();
        assert!(nothing.text().starts_with("Nothing is chosen now."), "{}", nothing.text());
        ada.slash("/quiz stop").await.unwrap();
        table(c).result().await;

        let question = table(c).begin(&ada, "questions: 1 kinds: order").await;
        let steps =
            ["The browser sends", "The server compares", "The server stores"].map(|step| letter(&question, step));
        let said = ada.click(&question, &steps[1]).await.unwrap();
        let back = ada.click(&said, "Undo").await.unwrap();
        assert!(back.text().starts_with("Nothing is placed yet."), "{}", back.text());
        ada.click(&question, &steps[0]).await.unwrap();
        let whole = ada.click(&question, &steps[1]).await.unwrap();
        let order = format!("Your order: **{}**, **{}**, **{}**.", steps[0], steps[1], steps[2]);
        assert!(whole.text().starts_with(&order), "the last step places itself: {}", whole.text());
        table(c).advance(2);
        table(c).there("| Question 1 of 1 · the answer", |text| text.contains("1 of 1 right:** Ada")).await;
    })
    .await;
}

#[tokio::test]
async fn a_typed_answer_may_have_small_slips() {
    quiz_community(async |c| {
        let ada = c.member("ada");
        let question = table(c).begin(&ada, "questions: 1 kinds: short").await;
        let form = ada.click(&question, "Answer").await.unwrap();
        assert_snapshot!(form.text(), @"
        === Question 1 ===
        Your answer: (One or a few words)
        ");
        let said = ada.submit(&form, &[("Your answer", "  Sesion-Fixation! ")]).await.unwrap();
        assert_snapshot!(said.text(), @"
        Your answer: “Sesion-Fixation!”. Press **Answer** again to change it until the answer is shown.
        Only you can see this
        ");
        table(c).advance(2);
        assert!(table(c).answer(1).await.text().contains("1 of 1 right:** Ada"));
        let late = ada.submit(&form, &[("Your answer", "fixation")]).await.unwrap();
        assert_snapshot!(late.text(), @"
        Too late: the time for this question is over.
        Only you can see this
        ");
    })
    .await;
}

#[tokio::test]
async fn only_who_may_decides_over_a_quiz() {
    quiz_community(async |c| {
        let (ada, ben, mira) = (c.member("ada"), c.member("ben"), c.member("mira"));
        let question = table(c).begin(&ada, "questions: 3").await;
        answer(&ben, &question, true).await;
        for command in ["/quiz stop", "/quiz pause", "/quiz resume"] {
            let refused = ben.slash(command).await.unwrap();
            assert!(refused.is_ephemeral());
            let sentence = match command {
                "/quiz resume" => "The quiz is not paused.",
                _ => "Only Ada, who started this quiz, or a moderator can do that.",
            };
            assert!(refused.text().starts_with(sentence), "{command}: {}", refused.text());
        }
        assert!(mira.slash("/quiz pause").await.unwrap().text().starts_with("The quiz is paused."));
        let paused = table(c).there("| Question 1 of 3", |text| text.contains("Paused")).await;
        let not_counted = ben.click(&question, "A").await;
        assert!(not_counted.is_err(), "a paused question has no letters");
        assert!(paused.text().contains("[Resume] [Report]"), "{}", paused.text());
        assert!(ben.click(&paused, "Resume").await.unwrap().text().starts_with("Only Ada"));
        // Time stands still, however long it takes.
        table(c).advance(3600);
        assert!(ada.click(&paused, "Resume").await.unwrap().text().starts_with("The quiz goes on."));
        table(c).there("| Question 1 of 3", |text| text.contains("It ends")).await;
        assert!(mira.slash("/quiz stop").await.unwrap().text().starts_with("The quiz is stopped."));
        let result = table(c).result().await;
        assert!(result.text().contains("Mira stopped the quiz"), "{}", result.text());
        let none = ada.slash("/quiz skip").await.unwrap();
        allow_duplicates! { assert_snapshot!(none.text(), @"
        No quiz is played in this channel. `/quiz start` begins one.
        Only you can see this
        ") };
    })
    .await;
}

#[tokio::test]
async fn most_of_those_who_play_can_skip_a_question_and_so_can_the_starter_alone() {
    quiz_community(async |c| {
        let (ada, ben, omar) = (c.member("ada"), c.member("ben"), c.discord.add_member("cleo").unwrap());
        let question = table(c).begin(&ada, "questions: 2").await;
        for player in [&ben, &omar] {
            answer(player, &question, true).await;
        }
        let voted = ben.click(&question, "Skip").await.unwrap();
        assert!(voted.text().contains("Skip: 1 of 2 votes"), "{}", voted.text());
        let skipped = omar.click(&question, "Skip").await.unwrap();
        assert!(
            skipped.text().contains("This question was skipped, so it brings nobody points."),
            "{}",
            skipped.text()
        );
        ada.slash("/quiz skip").await.unwrap();
        table(c).open(2).await;
        assert!(ada.slash("/quiz skip").await.unwrap().text().starts_with("This question is skipped"));
        ada.slash("/quiz skip").await.unwrap();
        let result = table(c).result().await;
        assert_snapshot!(result.text().lines().take(3).collect::<Vec<_>>().join("\n"), @"
        | Quiz · the result · classic
        | **No winner this time**
        | Nobody answered.
        ");
    })
    .await;
}

#[tokio::test]
async fn a_second_quiz_in_the_channel_is_told_where_the_first_one_is() {
    quiz_community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let question = table(c).begin(&ada, "questions: 2").await;
        let second = ben.slash("/quiz start").await.unwrap();
        assert!(second.is_ephemeral());
        assert!(second.text().contains("Ada's quiz is at question 1 of 2 here"), "{}", second.text());
        assert!(second.text().contains(&question.id().unwrap().to_string()), "it is linked: {}", second.text());
        let elsewhere = ben.in_channel("quiz").unwrap().slash("/quiz start questions: 1").await.unwrap();
        assert!(!elsewhere.is_ephemeral(), "another channel is free: {}", elsewhere.text());
    })
    .await;
}

#[tokio::test]
async fn two_questions_without_an_answer_pause_the_quiz() {
    quiz_community(async |c| {
        let ada = c.member("ada");
        table(c).begin(&ada, "questions: 4 seconds: 10").await;
        table(c).advance(10);
        table(c).answer(1).await;
        table(c).advance(40);
        table(c).open(2).await;
        table(c).advance(10);
        let paused = table(c).there("| Question 2 of 4", |text| text.contains("paused")).await;
        assert!(paused.text().contains("Nobody answered two questions in a row, so the quiz is paused."));
        assert!(paused.text().contains("Nobody answered."));
        ada.click(&paused, "Resume").await.unwrap();
        table(c).open(3).await;
        ada.slash("/quiz stop").await.unwrap();
        let result = table(c).result().await;
        // What follows depends on which questions were drawn.
        let (head, missed) = result.text().split_once("**Worth another look**").unwrap();
        assert_snapshot!(head, @"
        | Quiz · the result · classic
        | **No winner this time**
        | Ada stopped the quiz at question 3 of 4; 2 questions counted.
        |
        | Nobody answered.
        |
        |
        ");
        // The one that was stopped counts for nothing.
        assert_eq!(missed.matches("| - Question").count(), 2, "{missed}");
    })
    .await;
}

#[tokio::test]
async fn a_solo_quiz_is_for_its_starter_alone() {
    quiz_community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let lobby = ada.slash("/quiz start questions: 1 mode: solo kinds: choice").await.unwrap();
        assert_snapshot!(lobby.text(), @"
        | Quiz · one right · solo
        | **A solo quiz**
        | **Ada** plays alone. 1 question, 30 seconds each. It counts for no leaderboard.
        |
        | -# Ada and moderators: `/quiz pause`, `/quiz skip`, `/quiz stop`.
        ");
        let question = table(c).question(1).await;
        assert_snapshot!(ben.click(&question, "A").await.unwrap().text(), @"
        Ada plays this one alone. When it is over, `/quiz start` begins one for all.
        Only you can see this
        ");
        answer(&ada, &question, true).await;
        table(c).advance(2);
        ada.click(&table(c).answer(1).await, "Next").await.unwrap();
        assert_snapshot!(table(c).result().await.text(), @"
        | Quiz · the result · one right · solo
        | **Ada finished the quiz**
        | **#1 Ada** — 100 points · 1 of 1 right
        [My report]
        ");
        assert!(ada.slash("/leaderboard").await.unwrap().text().contains("Nobody has points in this time yet"));
    })
    .await;
}

#[tokio::test]
async fn a_race_rewards_speed_and_charges_for_mistakes() {
    quiz_community(async |c| {
        let (ada, ben, mira) = (c.member("ada"), c.member("ben"), c.member("mira"));
        let lobby = ada.slash("/quiz start questions: 1 seconds: 20 mode: race kinds: choice").await.unwrap();
        for player in [&ada, &ben, &mira] {
            player.click(&lobby, "Join").await.unwrap();
        }
        ada.click(&lobby, "Start").await.unwrap();
        let question = table(c).open(1).await;
        answer(&ada, &question, true).await;
        table(c).advance(10);
        answer(&ben, &question, true).await;
        answer(&mira, &question, false).await;
        table(c).advance(2);
        ada.click(&table(c).answer(1).await, "Next").await.unwrap();
        ben.click(&table(c).answer(1).await, "Next").await.unwrap();
        let result = table(c).result().await;
        let lines: Vec<&str> = result.text().lines().filter(|line| line.contains(" points")).collect();
        assert_snapshot!(lines.join("\n"), @"
        | 🥇 **#1 Ada** — 150 points · 1 of 1 right
        | 🥈 **#2 Ben** — 125 points · 1 of 1 right
        | **Mira** — −25 points · 0 of 1 right
        ");
    })
    .await;
}

#[tokio::test]
async fn a_tie_is_a_tie_and_the_leaderboard_knows_it() {
    quiz_community(async |c| {
        let (ada, ben, mira) = (c.member("ada"), c.member("ben"), c.member("mira"));
        let question = table(c).begin(&ada, ONE).await;
        for (player, rightly) in [(&ada, true), (&ben, true), (&mira, false)] {
            answer(player, &question, rightly).await;
        }
        table(c).advance(2);
        let shown = table(c).answer(1).await;
        for player in [&ada, &ben] {
            player.click(&shown, "Next").await.unwrap();
        }
        let result = table(c).result().await;
        assert!(result.text().contains("A tie: Ada and Ben"), "{}", result.text());
        let board = mira.slash("/leaderboard period: season").await.unwrap();
        let (head, lines) = board.text().split_once("**This season**").unwrap();
        assert!(head.starts_with("| Leaderboard · 1 "), "{head}");
        assert_snapshot!(lines, @"

        | **#1 Ada** — 100 points · 1 of 1 right
        | **#1 Ben** — 100 points · 1 of 1 right
        | **Mira** — 0 points · 0 of 1 right
        |
        | Mira: 0 points · 0 of 1 right
        [This week] [This month] [This season (disabled)] [All time]
        ");
        let topic = ben.slash("/leaderboard period: all topic: sessions").await.unwrap();
        assert!(topic.text().contains("All time · Sessions"), "{}", topic.text());
        assert!(topic.text().contains("#1 Ada** — 100 points · 1 of 1 right"), "{}", topic.text());
        let all = mira.click(&board, "All time").await.unwrap();
        assert_eq!(all.id(), board.id());
        assert!(all.text().contains("**All time**"), "{}", all.text());
        // Another server has a leaderboard of its own.
        let other = ada.in_guild("Study Group").unwrap().slash("/leaderboard").await.unwrap();
        assert!(other.text().contains("Nobody has points"), "{}", other.text());
    })
    .await;
}

#[tokio::test]
async fn what_was_missed_can_be_played_again_and_everybody_has_a_report_of_their_own() {
    quiz_community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let mut question = table(c).begin(&ada, "questions: 2 kinds: choice, truefalse").await;
        for number in 1..=2 {
            question = table(c).open(number).await;
            answer(&ada, &question, number == 1).await;
            answer(&ben, &question, number == 1).await;
            table(c).advance(2);
            let shown = table(c).answer(number).await;
            for player in [&ada, &ben] {
                player.click(&shown, "Next").await.unwrap();
            }
        }
        let missed = question.text().lines().nth(1).unwrap().trim_matches(['|', ' ', '*']).to_owned();
        let result = table(c).result().await;
        assert!(result.text().contains(&format!("- Question 2: {missed}")), "{}", result.text());
        let report = ben.click(&result, "My report").await.unwrap();
        assert!(report.is_ephemeral());
        assert!(report.text().contains("You had **1 of 2 right**: 100 points, place 1."), "{}", report.text());
        assert!(report.text().contains(&format!("**Question 2: {missed}**")), "{}", report.text());
        let stranger = c.member("mira").click(&result, "My report").await.unwrap();
        assert!(stranger.text().contains("You did not answer any question"), "{}", stranger.text());
        let lobby = ben.click(&result, "Again with the missed ones").await.unwrap();
        assert!(
            lobby.text().contains("**Ben** starts a quiz about **what was missed**. 1 question"),
            "{}",
            lobby.text()
        );
        ben.click(&lobby, "Start").await.unwrap();
        let again = table(c).there("| Question 1 of 1", |_| true).await;
        assert!(again.text().contains(&missed), "{}", again.text());
    })
    .await;
}

#[tokio::test]
async fn a_question_can_be_reported() {
    quiz_community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let question = table(c).begin(&ada, ONE).await;
        let form = ben.click(&question, "Report").await.unwrap();
        assert_snapshot!(form.text(), @"
        === Report question 1 ===
        What is wrong with it?: (Such as: option B is right, too, because …)
        ");
        let thanks = ben.submit(&form, &[("What is wrong with it?", "B is right, too")]).await.unwrap();
        assert_snapshot!(thanks.text(), @"
        Thank you: noted for who looks after the questions. The quiz goes on as it is.
        Only you can see this
        ");
        let listed = crate::support::quiz_backroad().args(["reports", "--data"]).arg(c.data.path()).output().unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        assert!(listed.contains("token-logout") && listed.contains("B is right, too"), "{listed}");
    })
    .await;
}

#[tokio::test]
async fn options_that_do_not_fit_get_a_sentence_and_are_completed_while_typed() {
    quiz_community(async |c| {
        let ada = c.member("ada");
        let cases = [
            ("kinds: choise", "did you mean choice?"),
            ("area: data", "I have no question like that yet."),
            ("area: nowhere", "I have no area called “nowhere”"),
        ];
        for (options, sentence) in cases {
            let refused = ada.slash(&format!("/quiz start {options}")).await.unwrap();
            assert!(refused.is_ephemeral() && refused.text().contains(sentence), "{options}: {}", refused.text());
        }
        let shorter = ada.slash("/quiz start questions: 9 topic: jwt").await.unwrap();
        assert!(shorter.text().contains("I have only 2 questions for this, not 9"), "{}", shorter.text());
        let names =
            |choices: Vec<backroad::playground::Choice>| choices.into_iter().map(|c| c.name).collect::<Vec<_>>();
        let areas = ada.complete("quiz start", &[("area", "auth")], "area").await.unwrap();
        assert_eq!(names(areas), ["Authentication"], "areas without a question are not offered");
        let kinds = ada.complete("quiz start", &[("kinds", "choice, s")], "kinds").await.unwrap();
        assert_eq!(names(kinds), ["one right, typed"]);
        let topics = ada.complete("quiz start", &[("topic", "jw")], "topic").await.unwrap();
        assert_eq!(names(topics), ["JWT"]);
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_is_past_loses_its_button_for_the_next_question() {
    quiz_community(async |c| {
        let ada = c.member("ada");
        let question = table(c).begin(&ada, "questions: 2").await;
        answer(&ada, &question, true).await;
        // Whether it was the last press or the time: the question closes.
        table(c).advance(30);
        let shown = table(c).answer(1).await;
        assert!(shown.text().contains("[Next]"), "{}", shown.text());
        table(c).advance(40);
        table(c).open(2).await;
        let id = shown.id().unwrap();
        let past =
            c.discord.until("the button to go", |view| view.message(id).filter(|m| !m.text().contains("[Next]")));
        assert!(!past.await.unwrap().text().contains("The next question comes"));
    })
    .await;
}

#[tokio::test]
async fn a_quiz_can_be_played_in_a_thread() {
    quiz_community(async |c| {
        let ada = c.member("ada");
        let message = ada.message("let us play here").await.unwrap();
        let in_thread = ada.start_thread(&message, "a quiz").await.unwrap();
        let lobby = in_thread.slash("/quiz start questions: 1 kinds: choice").await.unwrap();
        assert!(lobby.text().contains("Who plays?"), "{}", lobby.text());
        in_thread.click(&lobby, "Start").await.unwrap();
        let question = table(c).open(1).await;
        answer(&in_thread, &question, true).await;
        table(c).advance(2);
        assert!(table(c).answer(1).await.text().contains("1 of 1 right:** Ada"));
    })
    .await;
}
