//! `/question` and Quiz me: a question to think about, its answer, and what one says of it.

use insta::assert_snapshot;

use crate::support::{BotProcess, RunningBot, community, empty_community, knowledge};

#[tokio::test]
async fn a_question_is_asked_and_its_answer_shown_to_who_wants_it() {
    community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let asked = ada.slash("/question topic: sessions kind: order").await.unwrap();
        assert!(!asked.is_ephemeral());
        // The steps are shuffled.
        let (head, tail) = asked.text().split_once("**A** · ").unwrap();
        assert_snapshot!(head, @"
        | Interview question · Authentication · beginner · put in order
        | **Put the steps of a login with a server-side session in order.**
        |
        ");
        let steps = ["The browser sends name", "The server compares", "The server stores a session"];
        for step in steps {
            assert_eq!(tail.matches(step).count(), 1, "{tail}");
        }
        assert!(!asked.text().contains("session fixation"), "nothing gives the answer away");

        let solved = ben.click(&asked, "Show answer").await.unwrap();
        assert!(solved.is_ephemeral());
        // The letters are those that were shown.
        let letter = |step: &str| {
            let line = asked.text().lines().find(|line| line.contains(step)).unwrap();
            line.trim_start_matches(['|', ' ', '*']).chars().next().unwrap().to_string()
        };
        let right = format!("Right order: **{}**", steps.map(letter).join(", "));
        assert!(solved.text().contains(&right), "{right} in {}", solved.text());
        assert_eq!(ada.sees("general").unwrap().len(), 1, "ada sees the question alone");
    })
    .await;
}

#[tokio::test]
async fn what_one_says_of_a_question_is_noted_and_told_the_next_time() {
    community(async |c| {
        let ada = c.member("ada");
        let asked = ada.slash("/question topic: long-read").await.unwrap();
        assert_snapshot!(asked.text(), @"
        | Interview question · Data · advanced · open question
        | **Talk me through the long read.**
        | *Answer aloud in about two minutes, as in an interview, then look.*
        |
        | - pages-aloud · reviewed 2026-01-02
        [Show answer]
        ");
        let solved = ada.click(&asked, "Show answer").await.unwrap();
        assert_snapshot!(solved.text(), @"
        | Interview question · Data · advanced · open question
        | **Talk me through the long read.**
        | It is long because it shows how a long text is turned into pages, and how a code block survives being cut.
        |
        | **A good answer makes these points**
        | - Names the long example
        | - Says why it is long
        | - Reads it to the end
        |
        | **What the interviewer listens for**
        | The interviewer listens for somebody who has read it to the end.
        |
        | From: A long read · read more: [SQLite documentation](https://www.sqlite.org/docs.html)
        |
        | - pages-aloud · reviewed 2026-01-02
        [I knew it] [Partly] [I didn't]
        [Another question] [Related]
        Only you can see this
        ");
        let noted = ada.click(&solved, "I didn't").await.unwrap();
        assert_eq!(noted.id(), solved.id());
        assert_snapshot!(noted.text().lines().next().unwrap(), @"Noted: you didn't know it, so it comes more often now.");
        let noted = ada.click(&noted, "Partly").await.unwrap();
        assert_snapshot!(noted.text().lines().next().unwrap(), @"Noted: you knew it partly, so it comes a little less often now.");

        let again = ada.click(&asked, "Show answer").await.unwrap();
        assert_snapshot!(again.text().lines().next().unwrap(), @"-# Last time you knew it partly.");
        let of_another = c.member("ben").click(&asked, "Show answer").await.unwrap();
        assert!(!of_another.text().contains("Last time"), "what ada said is hers");
    })
    .await;
}

#[tokio::test]
async fn what_one_said_survives_a_kill() {
    let c = empty_community().await;
    let bot = BotProcess::spawn(&c);
    c.discord.until_ready().await.unwrap();
    let ada = c.member("ada");
    let asked = ada.slash("/question topic: long-read").await.unwrap();
    let solved = ada.click(&asked, "Show answer").await.unwrap();
    ada.click(&solved, "I knew it").await.unwrap();
    drop(bot); // kill -9
    c.discord.until("the bot to be gone", |view| (!view.bot_is_online()).then_some(())).await.unwrap();
    let _bot = BotProcess::spawn(&c);
    c.discord.until_ready().await.unwrap();
    let again = ada.click(&asked, "Show answer").await.unwrap();
    assert!(again.text().contains("Last time you knew it."), "{}", again.text());
}

#[tokio::test]
async fn another_question_comes_in_place_and_is_like_the_one_before() {
    community(async |c| {
        let ada = c.member("ada");
        let asked = ada.slash("/question topic: sessions").await.unwrap();
        let solved = ada.click(&asked, "Show answer").await.unwrap();
        let another = ada.click(&solved, "Another question").await.unwrap();
        assert_eq!(another.id(), solved.id());
        let titles = ["Put the steps of a login", "A member logs out"];
        let shown = |text: &str| titles.into_iter().filter(|title| text.contains(title)).collect::<Vec<_>>();
        assert_eq!(shown(asked.text()).len(), 1);
        assert_eq!(shown(another.text()).len(), 1);
        assert_ne!(shown(asked.text()), shown(another.text()), "there are two about sessions");
    })
    .await;
}

#[tokio::test]
async fn when_there_is_no_other_question_it_says_so() {
    community(async |c| {
        let ada = c.member("ada");
        let asked = ada.slash("/question topic: long-read").await.unwrap();
        let solved = ada.click(&asked, "Show answer").await.unwrap();
        let none = ada.click(&solved, "Another question").await.unwrap();
        assert_snapshot!(none.text(), @"
        That was the only one of its kind that I have. `/question` draws from all of them.
        Only you can see this
        ");
        let none = ada.slash("/question topic: jwt level: advanced kind: truefalse").await.unwrap();
        assert_snapshot!(none.text(), @"
        I have no advanced question of the kind *true or false* about **JWT** yet. Leave out an option, and I draw from more.
        Only you can see this
        ");
        let none = ada.slash("/question topic: basket weaving").await.unwrap();
        assert!(none.is_ephemeral() && none.text().contains("I don't have a good answer to"), "{}", none.text());
        for (option, value) in [("level", "godlike"), ("kind", "riddle")] {
            let refused = ada.forge_slash("question", &[(option, value)]).await.unwrap();
            assert!(refused.is_ephemeral() && refused.text().contains("choose"), "{}", refused.text());
        }
    })
    .await;
}

#[tokio::test]
async fn quiz_me_asks_privately_about_what_was_answered() {
    community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let answer = ada.slash("/ask query: jwt").await.unwrap();
        let asked = ben.click(&answer, "Quiz me").await.unwrap();
        assert!(asked.is_ephemeral());
        assert!(asked.text().contains("A member logs out"), "{}", asked.text());
        let solved = ben.click(&asked, "Show answer").await.unwrap();
        assert_eq!(solved.id(), asked.id(), "in place, because it is private already");
        let right = solved.text().lines().find(|line| line.contains("✅")).unwrap();
        assert!(right.contains("The token proves itself until it expires"), "{right}");
    })
    .await;
}

#[tokio::test]
async fn an_answer_without_other_questions_has_no_button_for_them() {
    community(async |c| {
        let shown = c.member("ada").slash("/ask query: explain the long read kind: questions").await.unwrap();
        assert!(shown.text().contains("Talk me through the long read"), "{}", shown.text());
        assert!(!shown.text().contains("[Quiz me]"), "{}", shown.text());
    })
    .await;
}

#[tokio::test]
async fn when_nothing_can_be_written_down_it_says_so() {
    let c = empty_community().await;
    let bot = RunningBot::start(&c, knowledge()).await;
    let ada = c.member("ada");
    let asked = ada.slash("/question topic: long-read").await.unwrap();
    let solved = ada.click(&asked, "Show answer").await.unwrap();
    bot.close_database().await;
    let refused = ada.click(&solved, "I knew it").await.unwrap();
    assert!(refused.is_ephemeral());
    assert!(refused.text().contains("I could not write that down"), "{}", refused.text());
    assert!(ada.slash("/question").await.is_ok(), "asking needs no database");
    bot.stop().await.unwrap();
}
