//! What members answer, what they are told of it, and what the next post shows of all of them.

use insta::assert_snapshot;

use super::board::{AT_NINE, Board, answer, ask_until, buttons, custom_id, letter, titles};
use crate::support::{RunningBot, check_requests, daily_community, daily_knowledge, empty_community};

/// A schedule that asks these questions in this order.
async fn ask(board: &Board<'_>, questions: &[&str]) {
    board.add(&format!("{AT_NINE} kind: question")).await;
    for question in questions {
        board.daily(&format!("queue add item: {question}")).await;
    }
    board.days_on(0, 9);
}

#[tokio::test]
async fn one_letter_is_an_answer_until_another_one_is_pressed() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        ask(&board, &["token-logout", "session-secret"]).await;
        let post = board.post(1).await;
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        assert_snapshot!(ada.click(&post, "A").await.unwrap().text(), @"
        You chose **A**. You can change it until the next post.
        -# You are the first to answer.
        Only you can see this
        ");
        assert_snapshot!(ada.click(&post, "B").await.unwrap().text(), @"
        You chose **B**. You can change it until the next post.
        -# You are the first to answer.
        Only you can see this
        ");
        assert_snapshot!(ada.click(&post, "B").await.unwrap().text(), @"
        You have **B** already. You can change it until the next post.
        -# You are the first to answer.
        Only you can see this
        ");
        assert_snapshot!(ben.click(&post, "C").await.unwrap().text(), @"
        You chose **C**. You can change it until the next post.
        -# 2 have answered so far.
        Only you can see this
        ");
        board.days_on(1, 9);
        let post = board.post(2).await;
        assert_snapshot!(ada.click(&post, "B").await.unwrap().text(), @"
        You chose **B** · False. You can change it until the next post.
        -# You are the first to answer.
        Only you can see this
        ");
        // What counts is the last change.
        let bars = post.text().lines().filter(|line| line.starts_with("| `"));
        let counts: Vec<&str> = bars.map(|line| line.rsplit(' ').next().unwrap()).collect();
        assert_eq!(counts, ["0", "1", "1"], "{}", post.text());
    })
    .await;
}

#[tokio::test]
async fn several_letters_are_pressed_one_by_one_and_taken_back() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        ask(&board, &["index-use", "session-secret"]).await;
        let post = board.post(1).await;
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let said = ada.click(&post, "A").await.unwrap();
        assert_snapshot!(said.text(), @"
        Chosen so far: **A**. Press a letter again to take it back, **Done** when that is all.
        [A] [B] [C] [D]
        [Done]
        Only you can see this
        ");
        // The private message shows what is chosen where it was pressed.
        let changed = ada.click(&said, "B").await.unwrap();
        assert_eq!(changed.id(), said.id());
        assert!(changed.text().starts_with("Chosen so far: **A** and **B**."), "{}", changed.text());
        assert_snapshot!(ada.click(&said, "Done").await.unwrap().text(), @"
        You chose **A** and **B**, and that is all. You can change it until the next post.
        -# You are the first to answer.
        [A] [B] [C] [D]
        Only you can see this
        ");
        for letter in ["A", "B"] {
            ada.click(&said, letter).await.unwrap();
        }
        assert_snapshot!(said.refresh().unwrap().text(), @"
        Nothing is chosen now. Press the letters that are right.
        [A] [B] [C] [D]
        Only you can see this
        ");
        answer(&ben, &post, true).await;
        board.days_on(1, 9);
        let shown = board.post(2).await;
        assert!(
            shown.text().contains("The only answer was right."),
            "who took all back has not answered: {}",
            shown.text()
        );
        let looked = ada.click(&board.says(&post, "See the answer").await, "See the answer").await.unwrap();
        assert!(!looked.text().contains("you answered"), "{}", looked.text());
    })
    .await;
}

#[tokio::test]
async fn steps_are_placed_one_by_one_and_taken_back() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        ask(&board, &["row-steps", "session-secret"]).await;
        let post = board.post(1).await;
        let (ada, ben, omar) = (c.member("ada"), c.member("ben"), c.member("omar"));
        let said = ada.click(&post, "A").await.unwrap();
        assert_snapshot!(said.text(), @"
        Your order so far: **A** … Press the letter of the next step: an order that is not finished counts as wrong.
        [B] [C]
        [Undo]
        Only you can see this
        ");
        let said = ada.click(&said, "C").await.unwrap();
        assert_snapshot!(said.text(), @"
        Your order: **A**, **C**, **B**. **Undo** takes the last step back until the next post.
        -# You are the first to answer.
        [Undo]
        Only you can see this
        ");
        let said = ada.click(&said, "Undo").await.unwrap();
        assert!(said.text().starts_with("Your order so far: **A** …"), "{}", said.text());
        let said = ada.click(&said, "Undo").await.unwrap();
        assert_snapshot!(said.text(), @"
        Nothing is placed yet. Press the letter of the first step.
        [A] [B] [C]
        Only you can see this
        ");
        answer(&ben, &post, true).await;
        // An order that is not finished is an answer, and not a right one.
        omar.click(&post, &letter(&post, "The program sends the values")).await.unwrap();
        board.days_on(1, 9);
        let text = board.post(2).await.text().to_owned();
        assert!(text.contains("**1 of 2 was right.**"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn what_is_typed_stands_in_the_next_post() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        for name in ["cleo", "dan"] {
            c.discord.add_member(name).unwrap();
        }
        ask(&board, &["table-key", "session-secret"]).await;
        let post = board.post(1).await;
        let ada = c.member("ada");
        let form = ada.click(&post, "Answer").await.unwrap();
        assert_snapshot!(form.text(), @"
        === Daily question ===
        Your answer: (One or a few words)
        ");
        let said = ada.submit(&form, &[("Your answer", "a **foreign** key")]).await.unwrap();
        assert_snapshot!(said.text(), @r"
        Your answer: “a \*\*foreign\*\* key”. Press **Answer** again to change it until the next post.
        -# You are the first to answer.
        Only you can see this
        ");
        let empty = ada.submit(&form, &[("Your answer", " ")]).await.unwrap();
        assert_snapshot!(empty.text(), @"
        That was no answer. Press **Answer** and type one or a few words.
        Only you can see this
        ");
        for (name, typed) in [
            ("ben", "Primary Key"),
            ("cleo", "primary key"),
            ("dan", "@everyone"),
            ("omar", "row number"),
            ("ada", "Row number"),
        ] {
            let member = c.member(name);
            let form = member.click(&post, "Answer").await.unwrap();
            member.submit(&form, &[("Your answer", typed)]).await.unwrap();
        }
        board.days_on(1, 9);
        let post = board.post(2).await;
        let answered = post.text().split_once("| - Topic").unwrap().0;
        assert_snapshot!(answered, @"
        | The answer to the question of 11 January
        | **What is the column called that says which row is meant? Do not ask @everyone or @Moderator.**
        | **Right: primary key**
        |
        | **2 of 5 were right.**
        |
        | ✅ “primary key” 2 · ❌ “row number” 2 · 1 other answer
        |
        | The primary key: unique, always there, never changed.
        |
        | Other tables point to it, so it must not change.
        |
        ");
        assert_eq!(post.json()["mention_everyone"], false);
    })
    .await;
}

#[tokio::test]
async fn after_the_next_post_the_old_buttons_tell_what_was_right() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        ask(&board, &["session-secret", "table-key", "session-secret"]).await;
        let post = board.known_post(1).await;
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        ada.click(&post, "A").await.unwrap();
        board.says(&post, "1 answer so far").await;
        let still =
            ben.forge_component(post.id().unwrap(), &custom_id(&post, "Report").replace("report", "answer"), &[]).await;
        assert!(
            still.unwrap().text().starts_with("I don't know that button"),
            "a button that the message does not have"
        );
        let pick = custom_id(&post, "B");
        board.days_on(1, 9);
        let next = board.known_post(2).await;
        let closed = board.says(&post, "See the answer").await;
        assert_eq!(buttons(&closed), ["See the answer", "Report"]);
        assert_eq!(titles(&closed), titles(&post));
        let link = format!("https://discord.com/channels/{}/{}/{}", ada.guild_id(), board.channel, next.id().unwrap());
        let looked = ada.click(&closed, "See the answer").await.unwrap();
        assert_snapshot!(looked.text().replace(&link, "LINK"), @"
        This question takes no more answers.
        | The answer to the question of 11 January
        | **A session cookie holds the account's password.**
        | ❌ **Not right:** you answered A.
        |
        | **Right: B** · False
        |
        | The only answer was not right.
        |
        | `A ████████████` 1
        | `B ░░░░░░░░░░░░` 0
        |
        | ❌ **A** · True
        | A password in a cookie would travel with every request.
        | ✅ **B** · False
        | The cookie holds a number that nobody can guess, and nothing else.
        |
        | Whoever steals the number can act as that person until the server forgets it, which a password would outlive.
        |
        | [The post that came after it](LINK)
        |
        | - Topic: Sessions
        [Read about it v]
          - Sessions: Topic · The server remembers who logged in, and the browser carries only a number that nobody can…
        Only you can see this
        ");
        // Clients keep what they have drawn, so a letter may still be pressed.
        let late = ben.forge_component(post.id().unwrap(), &pick, &[]).await.unwrap();
        assert!(late.is_ephemeral(), "{}", late.text());
        // A form that was open when the next post came.
        board.to(board.today().tomorrow().unwrap().at(8, 55, 0, 0), "UTC");
        let form = ben.click(&next, "Answer").await.unwrap();
        board.days_on(0, 9);
        board.known_post(3).await;
        board.says(&next, "See the answer").await;
        let late = ben.submit(&form, &[("Your answer", "primary key")]).await.unwrap();
        assert!(late.text().starts_with("This question takes no more answers."), "{}", late.text());
        assert!(!late.text().contains("you answered"), "{}", late.text());
        let third = board.post(3).await;
        assert!(third.text().contains("Nobody answered."), "{}", third.text());
    })
    .await;
}

#[tokio::test]
async fn the_next_post_shows_who_was_right_in_a_row() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        ask(&board, &["session-secret", "token-logout", "table-key", "row-steps", "index-use", "session-secret"]).await;
        // Who is right in which question; what is missing was not answered.
        let table: [(&str, [Option<bool>; 4]); 3] = [
            ("ada", [Some(true), Some(true), Some(true), Some(false)]),
            ("ben", [Some(false), Some(true), Some(true), Some(true)]),
            ("omar", [Some(true), Some(true), None, Some(true)]),
        ];
        let mut streaks = Vec::new();
        for number in 0..=4 {
            if number > 0 {
                board.days_on(1, 9);
            }
            let post = board.known_post(number + 1).await;
            let line = post.text().lines().find(|line| line.contains("Right in a row"));
            streaks.push(line.map_or("none", |line| line.split_once(":** ").unwrap().1).to_owned());
            for (name, answers) in &table {
                if let Some(Some(rightly)) = answers.get(number) {
                    answer(&c.member(name), &post, *rightly).await;
                }
            }
        }
        assert_eq!(streaks, ["none", "none", "Ada 2 · Omar 2", "Ada 3 · Ben 2", "Ben 3"]);
        let post = board.post(5).await;
        assert!(post.text().contains("**2 of 3 were right.**"), "{}", post.text());
    })
    .await;
}

#[tokio::test]
async fn the_answer_gives_every_option_its_reason_and_how_many_chose_it() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} kind: both path: roadmap-daily")).await;
        board.days_on(0, 9);
        let post = board.post(1).await;
        for (name, letter) in [("ada", "B"), ("ben", "A"), ("omar", "B")] {
            c.member(name).click(&post, letter).await.unwrap();
        }
        board.days_on(1, 9);
        let post = board.post(2).await;
        assert_snapshot!(post.text().split_once("| Daily topic").unwrap().0, @"
        | The answer to the question of 11 January
        | **A session cookie holds the account's password.**
        | **Right: B** · False
        |
        | **2 of 3 were right.**
        |
        | `A ████░░░░░░░░` 1
        | `B ████████░░░░` 2
        |
        | ❌ **A** · True
        | A password in a cookie would travel with every request.
        | ✅ **B** · False
        | The cookie holds a number that nobody can guess, and nothing else.
        |
        | Whoever steals the number can act as that person until the server forgets it, which a password would outlive.
        |
        | - Topic: Sessions
        ");
    })
    .await;
}

#[tokio::test]
async fn nothing_is_answered_from_elsewhere() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        ask(&board, &["session-secret", "token-logout"]).await;
        let post = board.post(1).await;
        let (ada, mira) = (c.member("ada"), board.mira());
        let pick = custom_id(&post, "A");
        let number: u64 = pick.split(':').nth(2).unwrap().parse().unwrap();
        // A message of the bot in another channel, and one in another server.
        let elsewhere = ada.slash("/ask query: jwt").await.unwrap();
        let abroad = ada.in_guild("Study Group").unwrap().slash("/ask query: jwt").await.unwrap();
        for message in [&elsewhere, &abroad] {
            for press in ["pick:0", "undo", "done", "type", "read", "answer", "report"] {
                let id = format!("br1:daily:{number}:{press}");
                let said = ada.forge_component(message.id().unwrap(), &id, &[]).await.unwrap();
                assert!(said.text().starts_with("I don't know that button any more."), "{id}: {}", said.text());
            }
        }
        // On the post itself what it has no button for.
        let forged = [
            format!("br1:daily:{}:pick:0", number + 1),
            format!("br1:daily:{number}:pick:2"),
            format!("br1:daily:{number}:pick:200"),
            format!("br1:daily:{number}:type"),
            format!("br1:daily:{number}:done"),
        ];
        for id in forged {
            let said = ada.forge_component(post.id().unwrap(), &id, &[]).await.unwrap();
            assert!(said.text().starts_with("I don't know that button any more."), "{id}: {}", said.text());
        }
        mira.click(&post, "B").await.unwrap();
        board.days_on(1, 9);
        let next = board.post(2).await;
        assert!(next.text().contains("The only answer was right."), "{}", next.text());
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_question_is_noted() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        ask(&board, &["session-secret"]).await;
        let post = board.post(1).await;
        let ada = c.member("ada");
        let form = ada.click(&post, "Report").await.unwrap();
        assert_snapshot!(form.text(), @"
        === Report the daily question ===
        What is wrong with it?: (Such as: option B is right, too, because …)
        ");
        let empty = ada.submit(&form, &[("What is wrong with it?", "  ")]).await.unwrap();
        assert!(empty.text().starts_with("Say in a few words"), "{}", empty.text());
        let noted = ada.submit(&form, &[("What is wrong with it?", "Some servers do that")]).await.unwrap();
        assert!(noted.text().starts_with("Thank you: noted"), "{}", noted.text());
    })
    .await;
}

#[tokio::test]
async fn a_post_of_long_ago_still_shows_its_topic_and_its_answer() {
    let c = empty_community().await;
    let bot = RunningBot::start(&c, daily_knowledge()).await;
    let board = Board::at_eight(&c);
    board.add(&format!("{AT_NINE} kind: both path: roadmap-daily")).await;
    board.days_on(0, 9);
    let post = board.post(1).await;
    board.days_on(1, 9);
    board.known_post(2).await;
    let closed = board.says(&post, "See the answer").await;
    bot.stop().await.unwrap();
    // At the start what is older than a month is forgotten.
    board.days_on(40, 10);
    let bot = RunningBot::start(&c, daily_knowledge()).await;
    let ada = c.member("ada");
    let old = "This question takes no more answers. Here is the answer:\n";
    ask_until(old, async || ada.click(&closed, "See the answer").await.unwrap()).await;
    let read = ada.click(&closed, "Read all of it").await.unwrap();
    assert!(read.text().contains("**Sessions**"), "{}", read.text());
    bot.stop().await.unwrap();
    check_requests(&c);
}
