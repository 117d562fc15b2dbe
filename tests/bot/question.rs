//! `/question` and Quiz me: a question to think about, its answer, and what one says of it.

use insta::assert_snapshot;

use crate::support::{BotProcess, RunningBot, community, empty_community, knowledge, shaky_community};

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
        let right = format!("Right order: {}", steps.map(letter).join(", "));
        assert!(solved.text().contains(&right), "{right} in {}", solved.text());
        let places = steps.map(|step| solved.text().find(step).unwrap());
        assert!(places.is_sorted(), "and the steps are explained in their order: {}", solved.text());
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
        | - reviewed 2026-01-02
        [Show answer]
        ");
        let solved = ada.click(&asked, "Show answer").await.unwrap();
        assert_snapshot!(solved.text(), @"
        | Interview question · Data · advanced · open question
        | **Talk me through the long read.**
        | **Answer**
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
        | Topics: A long read · read more: [SQLite documentation](https://www.sqlite.org/docs.html)
        |
        | - pages-aloud · reviewed 2026-01-02
        [I knew it] [Partly] [I didn't]
        [Related]
        Only you can see this
        ");
        let noted = ada.click(&solved, "I didn't").await.unwrap();
        assert_eq!(noted.id(), solved.id());
        assert_snapshot!(noted.text().lines().next().unwrap(), @"Noted: you didn't know it, so it comes more often now.");
        assert!(noted.text().contains("[✓ I didn't]"), "{}", noted.text());
        let noted = ada.click(&noted, "Partly").await.unwrap();
        assert_snapshot!(noted.text().lines().next().unwrap(), @"Noted: you knew it partly, so it comes now and then.");

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
        assert!(!solved.text().contains("[Another question]"), "a button appears only when there is one");
        // A hostile client, or a library that has shrunk since: the answer stays where it is.
        let none = ada.forge_component(solved.id().unwrap(), "br1:another:t0:pages-aloud", &[]).await.unwrap();
        assert_ne!(none.id(), solved.id());
        assert_snapshot!(none.text(), @"
        I have no other question like that. `/question` draws from all that I have.
        Only you can see this
        ");
        let none = ada.slash("/question topic: jwt level: advanced kind: truefalse").await.unwrap();
        assert_snapshot!(none.text(), @"
        I have no advanced question of the kind *true or false* about **JWT** yet. Leave out an option, and I draw from more.
        [Any question about JWT]
        Only you can see this
        ");
        let none = ada.slash("/question topic: basket weaving").await.unwrap();
        assert!(none.is_ephemeral() && none.text().contains("I know no topic called"), "{}", none.text());
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
    let asked = ada.slash("/question topic: long-read").await.unwrap();
    assert!(asked.text().contains("Talk me through the long read"), "asking needs no database: {}", asked.text());
    bot.stop().await.unwrap();
}

#[tokio::test]
async fn a_question_does_not_come_twice_in_a_row() {
    community(async |c| {
        let ada = c.member("ada");
        let mut last = String::new();
        for _ in 0..8 {
            let asked = ada.slash("/question topic: sessions").await.unwrap();
            let title = asked.text().lines().nth(1).unwrap().to_owned();
            assert_ne!(title, last);
            last = title;
        }
    })
    .await;
}

#[tokio::test]
async fn of_two_clicks_the_later_one_counts_and_is_what_is_shown() {
    shaky_community(async |c| {
        let ada = c.member("ada");
        let asked = ada.slash("/question topic: long-read").await.unwrap();
        let solved = ada.click(&asked, "Show answer").await.unwrap();
        let clicks = ["I didn't", "Partly", "I knew it"].map(|label| {
            let (ada, solved) = (ada.clone(), solved.clone());
            tokio::spawn(async move { ada.click(&solved, label).await })
        });
        for click in clicks {
            click.await.unwrap().unwrap();
        }
        // Whatever the order in which they were handled, disk and message agree.
        let shown = solved.refresh().unwrap();
        let again = ada.click(&asked, "Show answer").await.unwrap();
        let word =
            again.text().lines().next().unwrap().trim_start_matches("-# Last time ").trim_end_matches('.').to_owned();
        assert!(word.starts_with("you"), "{word}");
        assert!(shown.text().contains("Noted: you"), "{}", shown.text());
    })
    .await;
}
