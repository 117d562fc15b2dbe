//! What can go wrong around a schedule, and what becomes of it then.

use std::process::Command;
use std::time::Duration;

use backroad::playground::permissions::{CREATE_PUBLIC_THREADS, READ_MESSAGE_HISTORY, SEND_MESSAGES, VIEW_CHANNEL};
use backroad::playground::{Fault, LimitScope};
use insta::assert_snapshot;
use serde_json::Value;

use super::board::{AT_NINE, Board, answer, ask_until, made_at, posts, refused, title};
use super::killed::{alive, died, doomed};
use crate::support::{
    BotProcess, RunningBot, check_bodies, copy_folder, daily_backroad, daily_fixture, daily_knowledge, empty_community,
    shaky_daily_community,
};

/// What the bot asked of a channel.
fn requests_to(board: &Board<'_>) -> usize {
    let path = format!("/channels/{}", board.channel);
    board.c.discord.requests().iter().filter(|request| request.path.starts_with(&path)).count()
}

#[tokio::test]
async fn a_schedule_whose_channel_is_deleted_is_paused_and_who_made_it_is_told_once() {
    shaky_daily_community(async |c| {
        c.discord.add_channel("doomed").unwrap();
        let (board, other) = (Board::at_eight(c), Board::of(c, "doomed"));
        board.add("channel: doomed time: 09:00 timezone: UTC").await;
        board.add("channel: daily time: 10:00 timezone: UTC").await;
        c.discord.delete_channel("doomed").unwrap();
        board.days_on(0, 9);
        let told = board.has_told().await;
        assert_snapshot!(told[0].text(), @"In **Backend Learners**: the daily post for **#doomed** (every day at 09:00, UTC) is paused: its channel was deleted. Choose another one with `/daily edit`, then `/daily resume`.");
        let asked = requests_to(&other);
        for day in 0..3 {
            board.days_on(i64::from(day > 0), 9);
            board.days_on(0, 10);
            board.post(day + 1).await;
        }
        assert_eq!(board.told().len(), 1);
        assert_eq!(requests_to(&other), asked, "a channel that is gone is left alone");
        let list = board.daily("list").await;
        assert_snapshot!(list.text().split_once("**2.**").unwrap().0, @"
        | Times are shown in your own time zone · 1 paused
        | **What is posted when**
        | **1.** #doomed (deleted) · a topic, every day at 09:00 (UTC)
        | ⏸ Paused: its channel was deleted. Choose another one with `/daily edit`, then `/daily resume`.
        | -# Left out: the post of 11 January, which could not be made in time.
        |
        |
        ");
        // The remedy works.
        board.daily("edit schedule: doomed channel: quiz").await;
        let said = board.daily("resume schedule: quiz").await;
        assert!(said.text().starts_with("It goes on."), "{}", said.text());
        board.days_on(1, 9);
        Board::of(c, "quiz").post(1).await;
    })
    .await;
}

#[tokio::test]
async fn a_schedule_that_may_not_write_is_paused_until_it_may_again() {
    shaky_daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} kind: both path: roadmap-daily")).await;
        board.days_on(0, 9);
        let first = board.known_post(1).await;
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        answer(&ada, &first, true).await;
        c.discord.set_overwrite("daily", "Backroad", 0, SEND_MESSAGES).unwrap();
        board.days_on(1, 9);
        let told = board.has_told().await;
        assert_snapshot!(told[0].text(), @"In **Backend Learners**: the daily post for **#daily** (every day at 09:00, UTC) is paused: I may not write in #daily. Give me View Channel, Send Messages, Embed Links and Read Message History there, then `/daily resume`.");
        let asked = requests_to(&board);
        // Nothing came after the question, so it still takes answers.
        let said = answer(&ben, &first, false).await;
        assert!(said.text().contains("2 have answered so far."), "{}", said.text());
        board.days_on(1, 9);
        board.daily("list").await;
        let edits = requests_to(&board) - asked;
        assert!(edits <= 1, "nothing is sent, but for the count of answers: {edits}");
        c.discord.set_overwrite("daily", "Backroad", SEND_MESSAGES, 0).unwrap();
        let said = board.daily("resume").await;
        assert_snapshot!(said.text(), @"
        It goes on.
        | **Daily post**
        | #daily · a topic with a question, every day at 09:00 (UTC)
        | -# along Four days
        | Next, in your time: <t:F> (<t:R>)
        | Then: <t:F> · <t:F>
        | -# Left out: the post of 12 January, which could not be made in time.
        [Preview] [Post now] [Skip the next] [Queue]
        [Pause] [Remove] [All schedules]
        Only you can see this
        ");
        board.days_on(1, 9);
        let second = board.post(2).await;
        assert!(title(&second).starts_with("JWT"), "the path waits for it: {}", second.text());
        assert!(second.text().contains("**1 of 2 was right.**"), "{}", second.text());
        assert_eq!((made_at(&second), board.told().len()), (board.now(), 1));
    })
    .await;
}

#[tokio::test]
async fn what_did_not_come_today_is_made_up_for_by_hand() {
    shaky_daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
        board.daily("queue add item: tables").await;
        c.discord.set_overwrite("daily", "Backroad", 0, VIEW_CHANNEL).unwrap();
        board.days_on(0, 9);
        board.has_told().await;
        c.discord.set_overwrite("daily", "Backroad", SEND_MESSAGES | VIEW_CHANNEL, 0).unwrap();
        let said = board.daily("resume").await;
        assert!(
            said.text().starts_with("It goes on. Today's post did not come: **Post now** makes up for it."),
            "{}",
            said.text()
        );
        board.mira().click(&said, "Post now").await.unwrap();
        assert_eq!(title(&board.known_post(1).await), "Tables", "what a moderator wanted first is not lost");
        board.days_on(1, 9);
        assert_eq!(title(&board.post(2).await), "Sessions");
    })
    .await;
}

#[tokio::test]
async fn who_takes_no_direct_messages_is_told_where_moderators_read() {
    shaky_daily_community(async |c| {
        c.discord.set_overwrite("mods", "Backroad", VIEW_CHANNEL | SEND_MESSAGES, 0).unwrap();
        c.discord.allow_direct_messages("mira", false).unwrap();
        let (board, mods) = (Board::at_eight(c), Board::of(c, "mods"));
        board.add(AT_NINE).await;
        c.discord.delete_channel("daily").unwrap();
        board.days_on(0, 9);
        let told = c.discord.until("the moderators to be told", |view| view.last_message_in(mods.channel)).await.unwrap();
        assert_snapshot!(told.text(), @"In **Backend Learners**: the daily post for **#daily** (every day at 09:00, UTC) is paused: its channel was deleted. Choose another one with `/daily edit`, then `/daily resume`.");
        board.days_on(1, 9);
        board.daily("list").await;
        assert_eq!(board.mira().sees("mods").unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_thread_that_may_not_be_made_pauses_the_schedule_and_the_post_stays() {
    shaky_daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} path: roadmap-daily thread: day")).await;
        c.discord.set_overwrite("daily", "Backroad", SEND_MESSAGES, CREATE_PUBLIC_THREADS).unwrap();
        board.days_on(0, 9);
        let told = board.has_told().await;
        assert_snapshot!(told[0].text(), @"In **Backend Learners**: the daily post for **#daily** (every day at 09:00, UTC) is paused: the post is there, but I may not make a thread of it in #daily. Give me Create Public Threads there, or take the thread away with `/daily edit`, then `/daily resume`.");
        board.post(1).await;
        board.daily("edit schedule: daily clear: thread").await;
        board.daily("resume").await;
        board.days_on(1, 9);
        assert_eq!(title(&board.post(2).await), "JWT");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_looked_for_is_not_posted_twice() {
    // Whether it had been sent when the bot was killed.
    for (failpoint, sent) in [("daily.after-send", 1), ("daily.after-claim", 0)] {
        let c = empty_community().await;
        let bot = doomed(&c, failpoint).await;
        let board = Board::at_eight(&c);
        board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
        board.days_on(0, 9);
        died(&c, bot, failpoint).await;
        c.discord.set_overwrite("daily", "Backroad", SEND_MESSAGES, READ_MESSAGE_HISTORY).unwrap();
        let bot = alive(&c).await;
        let told = board.has_told().await;
        insta::allow_duplicates! {
            assert_snapshot!(told[0].text(), @"In **Backend Learners**: the daily post for **#daily** (every day at 09:00, UTC) is paused: I was interrupted and cannot see whether my last post arrived in #daily. Give me Read Message History there, then `/daily resume`.");
        }
        let there = c.discord.until("a look", |view| Some(posts(view, board.channel).len())).await.unwrap();
        assert_eq!(there, sent, "{failpoint}");
        c.discord.set_overwrite("daily", "Backroad", SEND_MESSAGES | READ_MESSAGE_HISTORY, 0).unwrap();
        let said = board.daily("resume").await;
        assert!(said.text().starts_with("It goes on.\n"), "{}", said.text());
        board.known_post(1).await;
        board.days_on(1, 9);
        assert_eq!(title(&board.post(2).await), "JWT");
        bot.stop().await;
        check_bodies(&c);
    }
}

#[tokio::test]
async fn a_post_that_could_not_be_looked_for_until_it_was_too_late_is_in_doubt() {
    let c = empty_community().await;
    let failpoint = "daily.after-claim";
    let bot = doomed(&c, failpoint).await;
    let board = Board::at_eight(&c);
    board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
    board.days_on(0, 9);
    died(&c, bot, failpoint).await;
    c.discord.set_overwrite("daily", "Backroad", SEND_MESSAGES, READ_MESSAGE_HISTORY).unwrap();
    board.days_on(0, 22);
    let bot = alive(&c).await;
    board.list_says("I could not see whether the post of 11 January arrived, so it was not sent again.").await;
    c.discord.set_overwrite("daily", "Backroad", SEND_MESSAGES | READ_MESSAGE_HISTORY, 0).unwrap();
    let said = refused(&board, "post-now").await;
    assert!(said.starts_with("Today's post is on its way, or may have arrived; I do not send it twice."), "{said}");
    // That is no reason to stop what comes after it.
    board.days_on(1, 9);
    assert_eq!(title(&board.post(1).await), "JWT");
    bot.stop().await;
    check_bodies(&c);
}

#[tokio::test]
async fn a_post_that_discord_is_slow_to_take_comes_once() {
    shaky_daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
        let path = format!("/channels/{}/messages", board.channel);
        // Each day another thing goes wrong, first alone and then all of it in a row.
        let cut_before = || Fault::cut_before("POST", &path);
        let cut_after = || Fault::cut_after("POST", &path);
        let broken = || Fault::answer("POST", &path, 1, 502, Value::Null);
        let lost = || Fault::answer("POST", &path, 1, 504, Value::Null).after_carrying_out();
        let days = [
            vec![cut_before()],
            vec![cut_after()],
            vec![broken()],
            vec![lost()],
            vec![broken(), cut_before(), broken(), cut_after()],
        ];
        for (number, faults) in days.into_iter().enumerate() {
            for fault in faults {
                c.discord.inject(fault);
            }
            board.days_on(i64::from(number > 0), 9);
            // Another attempt is made a little later.
            let a_second_later = async || {
                board.advance(1);
                board.daily("post-now").await
            };
            ask_until("https://", a_second_later).await;
            board.posts(number + 1).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_post_waits_for_discords_limit() {
    shaky_daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(AT_NINE).await;
        let path = format!("/channels/{}/messages", board.channel);
        // On Discord's clock, of which the last second passes here.
        board.to(board.today().at(8, 59, 59, 0), "UTC");
        c.discord.exhaust_rate_limit("POST", &path, LimitScope::User, Duration::from_millis(1_300)).unwrap();
        board.days_on(0, 9);
        board.known_post(1).await;
        let refused =
            c.discord.requests().iter().filter(|request| request.path == path && request.status == Some(429)).count();
        assert_eq!(refused, 1);
    })
    .await;
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_posted_or_answered_that_could_not_be_kept() {
    let is_there = Command::new("prlimit").arg("--version").output().is_ok_and(|output| output.status.success());
    if !is_there {
        return eprintln!("not run: there is no prlimit here to limit a running process");
    }
    let c = empty_community().await;
    drop(daily_knowledge());
    let mut bot = BotProcess::spawn_with(&c, daily_backroad());
    c.discord.until_ready().await.unwrap();
    let board = Board::at_eight(&c);
    board.add(&format!("{AT_NINE} kind: both path: roadmap-daily")).await;
    board.days_on(0, 9);
    let first = board.known_post(1).await;
    let id = bot.id();
    // No file may grow any more: writes fail as they do on a full disk.
    let limit = |size: &str| {
        let done = Command::new("prlimit").args(["--pid", &id.to_string(), &format!("--fsize={size}")]).status();
        assert!(done.unwrap().success());
    };
    limit("4096:unlimited");
    let ada = c.member("ada");
    assert_snapshot!(ada.click(&first, "B").await.unwrap().text(), @"
    I could not write that down, so it did not count. Please try again in a minute.
    Only you can see this
    ");
    assert_snapshot!(board.daily("pause").await.text(), @"
    I could not write that down, so nothing has changed. Please try again in a minute.
    Only you can see this
    ");
    board.days_on(1, 9);
    bot.until_said("scheduled posts wait").await;
    board.posts(1).await;
    limit("unlimited:unlimited");
    let second = board.known_post(2).await;
    assert!(second.text().contains("Nobody answered."), "{}", second.text());
    let log = bot.stop().await;
    assert!(log.contains("scheduled posts go on"), "{log}");
    check_bodies(&c);
}

#[tokio::test]
async fn what_the_library_has_no_longer_is_left_out_and_a_schedule_without_anything_is_paused() {
    let c = empty_community().await;
    drop(daily_knowledge());
    let bot = BotProcess::spawn_with(&c, daily_backroad());
    c.discord.until_ready().await.unwrap();
    let (board, other) = (Board::at_eight(&c), Board::of(&c, "quiz"));
    board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
    board.daily("queue add item: index-use").await;
    board.add("channel: quiz time: 09:00 timezone: UTC kind: question area: data level: intermediate").await;
    bot.stop().await;
    // The bot comes back with a library that does not have the question any more.
    let content = tempfile::tempdir().unwrap();
    copy_folder(&daily_fixture(), content.path());
    std::fs::remove_file(content.path().join("questions/data/index-use.md")).unwrap();
    let mut command = daily_backroad();
    command.env("BACKROAD_CONTENT", content.path()).env("BACKROAD_INDEX", content.path().join("index"));
    let bot = BotProcess::spawn_with(&c, command);
    c.discord.until_ready().await.unwrap();
    assert_snapshot!(board.daily("queue list schedule: daily").await.text(), @"
    The queue for #daily:
    | **What comes first**
    | 1. index-use *(no longer in my library: it is left out)*
    |
    | - /daily queue move and remove take these numbers
    Only you can see this
    ");
    board.days_on(0, 9);
    assert_eq!(title(&board.post(1).await), "Sessions");
    let told = board.has_told().await;
    assert_snapshot!(told[0].text(), @"In **Backend Learners**: the daily post for **#quiz** (every day at 09:00, UTC) is paused: my library has nothing left for it. Choose another path, area or level with `/daily edit`, then `/daily resume`.");
    // It may come back: a library that is broken for a day costs nobody a place in the queue.
    assert!(board.daily("queue list schedule: daily").await.text().contains("1. index-use *(no longer in my library"));
    // The remedy works.
    board.daily("edit schedule: quiz clear: level").await;
    board.daily("resume schedule: quiz").await;
    board.days_on(1, 9);
    other.post(1).await;
    board.post(2).await;
    assert_eq!(board.told().len(), 1);
    bot.stop().await;
    check_bodies(&c);
}

#[tokio::test]
async fn a_backup_that_is_put_back_brings_no_second_post() {
    let c = empty_community().await;
    let bot = RunningBot::start(&c, daily_knowledge()).await;
    let board = Board::at_eight(&c);
    board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
    let backup = c.data.path().join("before.db");
    backroad::store::backup(c.data.path(), &backup).await.unwrap();
    board.days_on(0, 9);
    assert_eq!(title(&board.known_post(1).await), "Sessions");
    bot.stop().await.unwrap();
    // The database knows nothing of the post any more.
    backroad::store::restore(c.data.path(), &backup).await.unwrap();
    let bot = RunningBot::start(&c, daily_knowledge()).await;
    board.days_on(1, 9);
    let posts = board.posts(2).await;
    assert_eq!(made_at(&posts[1]), board.now(), "nothing comes for a moment that is over");
    bot.stop().await.unwrap();
    // The next start is one like any other.
    let bot = RunningBot::start(&c, daily_knowledge()).await;
    board.days_on(1, 9);
    board.posts(3).await;
    bot.stop().await.unwrap();
    // Discord tells again of what was answered after the backup.
    check_bodies(&c);
}

#[tokio::test]
async fn what_was_on_its_way_when_a_backup_was_made_is_looked_for_first() {
    let c = empty_community().await;
    let bot = RunningBot::start(&c, daily_knowledge()).await;
    let board = Board::at_eight(&c);
    board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
    // Discord is away, so the post waits in the database when the backup is made.
    let path = format!("/channels/{}/messages", board.channel);
    c.discord.inject(Fault::answer("POST", &path, 1, 503, Value::Null));
    board.days_on(0, 9);
    let failed = c.discord.until("a failed request", |view| (view.answers_with(503) > 0).then_some(()));
    failed.await.unwrap();
    let backup = c.data.path().join("before.db");
    backroad::store::backup(c.data.path(), &backup).await.unwrap();
    board.advance(60);
    board.known_post(1).await;
    bot.stop().await.unwrap();
    backroad::store::restore(c.data.path(), &backup).await.unwrap();
    let bot = RunningBot::start(&c, daily_knowledge()).await;
    board.days_on(1, 9);
    let posts = board.posts(2).await;
    assert_eq!(made_at(&posts[1]), board.now());
    bot.stop().await.unwrap();
    check_bodies(&c);
}
