//! What is posted: in which order, on which days, how it looks, and whom it tells.

use std::collections::HashSet;

use insta::assert_snapshot;
use jiff::ToSpan;

use super::board::{AT_NINE, Board, buttons, made_at, title, titles};
use crate::support::daily_community;

/// What the fixture's path is, step by step, whatever its stages say.
const STEPS: [&str; 4] = ["Sessions", "JWT", "Tables", "Indexes"];

#[tokio::test]
async fn a_topic_is_a_page_to_read_and_to_talk_about() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
        board.days_on(0, 9);
        let post = board.post(1).await;
        assert_snapshot!(post.text(), @"
        | Daily topic · 1 of 4 · Four days · beginner · 8 min
        | **Sessions**
        | **The server remembers who logged in, and the browser carries only a number that nobody can guess.**
        |
        | When somebody logs in, the server draws a long random number, stores it beside the account, and sends it to the browser in a cookie. With each further request the browser sends the number back, and the server looks up whose it is.
        |
        | Nothing about the person stands in the cookie itself. Whoever steals it can act as that person until the server forgets the number, so the cookie is marked such that scripts cannot read it, such that it travels only over encrypted connections, and such that other sites cannot make the browser send it along.
        |
        | **Example**
        | What the server sends after a login:
        |
        | ```http
        | Set-Cookie: id=8f2c; HttpOnly; Secure; SameSite=Lax
        | ```
        |
        | **To talk about**
        | What would you do here?
        | - **Keeping them in memory.** After each deploy everybody is logged out.
        | - **The number stays after login.** An attacker may have planted it.
        |
        | Source: [RFC 6265](https://www.rfc-editor.org/rfc/rfc6265)
        |
        | - sessions · reviewed 2026-01-02
        [Read all of it]
        ");
        assert_eq!(made_at(&post), board.now());
        let read = c.member("ada").click(&post, "Read all of it").await.unwrap();
        assert!(read.is_ephemeral() && read.text().contains("Nothing about the person stands in the cookie"), "{}", read.text());
    })
    .await;
}

#[tokio::test]
async fn a_question_is_answered_below_it_and_the_next_post_shows_the_answer() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} path: roadmap-daily kind: question level: beginner")).await;
        board.days_on(0, 9);
        assert_snapshot!(board.post(1).await.text(), @"
        | Daily question · 1 of 4 · Four days · beginner · true or false
        | **A session cookie holds the account's password.**
        | **A** · True
        | **B** · False
        |
        | *True or false? Press its letter. Only you see your answer, and you can change it until the next post, which shows how all have answered.*
        [A] [B]
        [Report]
        ");
        board.days_on(1, 9);
        let second = board.post(2).await;
        let answer = second.json()["embeds"][0]["author"]["name"].as_str().unwrap();
        assert_eq!(answer, "The answer to the question of 11 January");
    })
    .await;
}

#[tokio::test]
async fn a_topic_comes_with_a_question_about_it() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} path: roadmap-daily kind: both thread: day")).await;
        board.days_on(0, 9);
        let post = board.post(1).await;
        assert_eq!(titles(&post), ["Sessions", "A session cookie holds the account's password."]);
        assert_eq!(buttons(&post), ["A", "B", "Read all of it", "Report"]);
        // Where a question has options, they stand in an order that is drawn.
        let question = post.text().split_once("| Question").unwrap().1;
        assert_snapshot!(question, @"
         · beginner · true or false
        | **A session cookie holds the account's password.**
        | **A** · True
        | **B** · False
        |
        | *True or false? Press its letter. Only you see your answer, and you can change it until the next post, which shows how all have answered.*
        [A] [B]
        [Read all of it] [Report]
        ");
    })
    .await;
}

#[tokio::test]
async fn along_a_path_what_must_be_known_first_comes_first_and_then_it_begins_again() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
        for (number, step) in STEPS.into_iter().cycle().take(6).enumerate() {
            board.to((board.today() + i64::from(number > 0).days()).at(9, 0, 0, 0), "UTC");
            let post = board.post(number + 1).await;
            assert_eq!(title(&post), step);
            let place = format!("{} of 4 · Four days", number % 4 + 1);
            assert!(post.text().contains(&place), "no {place} in {}", post.text());
        }
    })
    .await;
}

#[tokio::test]
async fn what_waits_in_the_queue_comes_first() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
        board.daily("queue add item: indexes").await;
        board.daily("queue add item: table-key").await;
        let mut shown = Vec::new();
        for number in 1..=5 {
            board.days_on(i64::from(number > 1), 9);
            let post = board.post(number).await;
            assert_eq!(
                post.text().contains(" · Four days"),
                number > 2,
                "what a moderator chose is no step: {}",
                post.text()
            );
            shown.push(title(&post));
        }
        // A queued topic has had its turn, so the path goes on without it.
        let (queued, path) = shown.split_at(2);
        assert_eq!(queued[0], "Indexes");
        assert!(queued[1].starts_with("What is the column called"), "{}", queued[1]);
        assert_eq!(path, ["Sessions", "JWT", "Tables"]);
        assert!(board.daily("queue list").await.text().starts_with("Nothing waits for #daily."));
    })
    .await;
}

#[tokio::test]
async fn nothing_comes_again_before_everything_has_come() {
    for (kind, supply) in [("topic", 4), ("question", 5)] {
        daily_community(async |c| {
            let board = Board::at_eight(c);
            let said = board.add(&format!("{AT_NINE} kind: {kind}")).await;
            assert!(
                said.text().contains(&format!("I have {supply} different posts for it; then they begin again.")),
                "{}",
                said.text()
            );
            let mut shown = Vec::new();
            for number in 1..=2 * supply {
                board.days_on(i64::from(number > 1), 9);
                shown.push(title(&board.post(number).await));
            }
            let (first, second) = shown.split_at(supply);
            assert_eq!(first.iter().collect::<HashSet<_>>().len(), supply, "{first:?}");
            assert_eq!(second, first, "what has not been seen for longest comes first");
        })
        .await;
    }
}

#[tokio::test]
async fn days_that_are_off_and_quiet_days_bring_nothing() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        // A Monday, so that it is known which days come.
        let monday =
            (0..7).map(|n| board.today() + n.days()).find(|day| day.weekday() == jiff::civil::Weekday::Monday).unwrap();
        board.to(monday.at(8, 0, 0, 0), "UTC");
        let quiet = format!("{}..{}", monday + 8.days(), monday + 9.days());
        board.add(&format!("{AT_NINE} days: Mon-Wed, Sat quiet: {quiet}")).await;
        let expected: Vec<_> = [0, 1, 2, 5, 7, 12, 14].map(|n: i64| monday + n.days()).into();
        for day in 0..15 {
            let today = monday + i64::from(day).days();
            board.to(today.at(9, 0, 0, 0), "UTC");
            // Where nothing is expected, the next post shows that nothing came.
            if let Some(place) = expected.iter().position(|expected| *expected == today) {
                board.post(place + 1).await;
            }
        }
        let days: Vec<_> = board
            .posts(expected.len())
            .await
            .iter()
            .map(|post| made_at(post).to_zoned(jiff::tz::TimeZone::UTC).date())
            .collect();
        assert_eq!(days, expected);
    })
    .await;
}

#[tokio::test]
async fn a_role_that_a_moderator_chose_is_told_and_nobody_else() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} path: roadmap-daily kind: both role: @Moderator")).await;
        // The texts of this topic and of one of its questions speak of everyone, and of that role.
        board.daily("queue add item: tables").await;
        board.daily("queue add item: table-key").await;
        board.days_on(0, 9);
        let post = board.known_post(1).await;
        let role = "1196425299886080000";
        assert_eq!(post.json()["content"], format!("<@&{role}>"));
        assert_eq!(post.json()["mention_roles"], serde_json::json!([role]));
        assert_eq!((&post.json()["mention_everyone"], post.mentioned().len()), (&false.into(), 0));
        assert!(post.text().contains("whoever reads @everyone or @Moderator here"), "{}", post.text());
        let sent = sent_to(&board);
        assert_eq!(sent[0]["allowed_mentions"], serde_json::json!({ "parse": [], "users": [], "roles": [role] }));
        // Neither does an edit tell anybody, nor a schedule without a role.
        c.member("ada").click(&post, "A").await.unwrap();
        let counted = board.says(&post, "1 answer so far").await;
        assert!(counted.json()["content"].as_str().unwrap().starts_with(&format!("<@&{role}>")));
        board.daily("edit schedule: daily clear: role").await;
        board.days_on(1, 9);
        let post = board.post(2).await;
        assert!(title(&post).contains("Do not ask @everyone"), "{}", title(&post));
        assert_eq!(post.json()["content"], "");
        assert_eq!(post.json()["mention_roles"], serde_json::json!([]));
        let edits = c.discord.requests().into_iter().filter(|request| request.method == "PATCH");
        for told in sent_to(&board).into_iter().skip(1).chain(edits.map(|request| request.body)) {
            let roles = told["allowed_mentions"]["roles"].as_array().map_or(0, Vec::len);
            assert_eq!(roles, 0, "{told}");
        }
    })
    .await;
}

/// The bodies of the posts.
fn sent_to(board: &Board<'_>) -> Vec<serde_json::Value> {
    let path = format!("/channels/{}/messages", board.channel);
    let sent =
        board.c.discord.requests().into_iter().filter(|request| request.method == "POST" && request.path == path);
    sent.map(|request| request.body).collect()
}

#[tokio::test]
async fn how_many_have_answered_stands_below_the_post() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} kind: both path: roadmap-daily")).await;
        board.days_on(0, 9);
        let post = board.known_post(1).await;
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        ada.click(&post, "A").await.unwrap();
        board.says(&post, "1 answer so far").await;
        // Who changes an answer is still one.
        ada.click(&post, "B").await.unwrap();
        ben.click(&post, "B").await.unwrap();
        let counted = board.says(&post, "2 answers so far").await;
        assert_eq!(titles(&counted), titles(&post));
        assert_eq!(buttons(&counted), buttons(&post));
    })
    .await;
}

#[tokio::test]
async fn a_post_has_a_thread_to_talk_in() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} path: roadmap-daily thread: threedays")).await;
        for (number, name) in ["11 January · Sessions", "12 January · JWT"].into_iter().enumerate() {
            board.days_on(i64::from(number > 0), 9);
            let post = board.post(number + 1).await;
            let id = post.id().unwrap();
            let has_thread =
                |view: &backroad::playground::View<'_>| view.message(id).filter(|m| m.json()["thread"].is_object());
            let post = c.discord.until("the thread", has_thread).await.unwrap();
            let thread = &post.json()["thread"];
            assert_eq!(thread["name"], name);
            assert_eq!(thread["thread_metadata"]["auto_archive_duration"], 4320);
        }
    })
    .await;
}

#[tokio::test]
async fn a_post_by_hand_takes_the_place_of_todays() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        let schedule = board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
        let said = board.mira().click(&schedule, "Post now").await.unwrap();
        assert!(
            said.text().starts_with("**Sessions** is on its way to #daily. It is today's post."),
            "{}",
            said.text()
        );
        let first = board.known_post(1).await;
        assert_eq!(made_at(&first), board.now());
        let again = board.daily("post-now").await;
        let link = format!(
            "https://discord.com/channels/{}/{}/{}",
            board.mira().guild_id(),
            board.channel,
            first.id().unwrap()
        );
        let text = again.text().replace(&link, "LINK");
        assert_snapshot!(text, @"
        Today's post is there already: LINK
        A schedule posts once a day. `/topic` or `/question` shows another one now.
        Only you can see this
        ");
        // At nine nothing comes any more, the next one is tomorrow's.
        board.days_on(0, 9);
        board.daily("list").await;
        board.days_on(1, 9);
        let second = board.known_post(2).await;
        assert_eq!((title(&second).as_str(), made_at(&second)), ("JWT", board.now()));
        // Also on the same day after the scheduled one.
        let refused = board.daily("post-now").await;
        assert!(refused.text().starts_with("Today's post is there already: https://"), "{}", refused.text());
        board.posts(2).await;
    })
    .await;
}

#[tokio::test]
async fn two_schedules_in_one_channel_do_not_mix() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} kind: question path: roadmap-daily level: beginner")).await;
        board.add("channel: daily time: 10:00 timezone: UTC kind: both path: roadmap-daily").await;
        let ada = c.member("ada");
        board.days_on(0, 9);
        let question = board.post(1).await;
        board.days_on(0, 10);
        let both = board.post(2).await;
        assert_eq!(titles(&both), ["Sessions", "A session cookie holds the account's password."]);
        // Each question is open until the next post of its own schedule.
        for (post, letter) in [(&question, "B"), (&both, "A")] {
            let said = ada.click(post, letter).await.unwrap();
            assert!(said.text().starts_with(&format!("You chose **{letter}**")), "{}", said.text());
        }
        board.days_on(1, 9);
        let next = board.post(3).await;
        assert_eq!(titles(&next), ["Put the steps of writing a row in order."]);
        assert!(next.text().contains("The only answer was right."), "{}", next.text());
        let said = ada.click(&both, "A").await.unwrap();
        assert!(said.text().starts_with("You have **A** already."), "{}", said.text());
        board.says(&question, "[See the answer] [Report]").await;
        board.days_on(0, 10);
        let next = board.post(4).await;
        assert!(next.text().contains("The only answer was not right."), "{}", next.text());
        assert_eq!(titles(&next)[0], "JWT");
    })
    .await;
}

#[tokio::test]
async fn many_schedules_that_are_due_at_once_are_all_posted() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        let channels: Vec<String> = (0..20).map(|n| format!("daily-{n}")).collect();
        for name in &channels {
            c.discord.add_channel(name).unwrap();
            board.add(&format!("channel: {name} time: 09:00 timezone: UTC")).await;
        }
        board.days_on(0, 9);
        for name in &channels {
            Board::of(c, name).post(1).await;
        }
    })
    .await;
}
