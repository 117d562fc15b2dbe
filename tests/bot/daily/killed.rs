//! The bot killed while it posts, at one place after another, and started again at once, later, or when much was written
//! meanwhile: there is one message with one thread, and the next day goes on as if nothing had happened.

use backroad::playground::View;

use super::board::{AT_NINE, Board, answer, made_at, title};
use crate::support::{BotProcess, Community, check_bodies, daily_backroad, daily_knowledge, empty_community};

/// What happens while the bot is down.
enum Meanwhile {
    Nothing,
    /// More is written than one page of history holds.
    Talk,
    /// Discord forgets the nonce of what was sent.
    HalfAnHour,
}

/// A bot that will die at a failpoint.
pub async fn doomed(c: &Community, failpoint: &str) -> BotProcess {
    // The index is there before, so that a start is short.
    drop(daily_knowledge());
    let mut command = daily_backroad();
    command.env("BACKROAD_FAILPOINT", failpoint);
    let bot = BotProcess::spawn_with(c, command);
    c.discord.until_ready().await.unwrap();
    bot
}

/// Waits until it has died, and Discord knows.
pub async fn died(c: &Community, mut bot: BotProcess, failpoint: &str) {
    let died = tokio::time::timeout(std::time::Duration::from_secs(30), bot.died()).await;
    died.unwrap_or_else(|_elapsed| panic!("{failpoint} was never reached"));
    c.discord.until("the bot to be gone", |view| (!view.bot_is_online()).then_some(())).await.unwrap();
}

pub async fn alive(c: &Community) -> BotProcess {
    let bot = BotProcess::spawn_with(c, daily_backroad());
    c.discord.until_ready().await.unwrap();
    bot
}

async fn killed(failpoint: &str, meanwhile: Meanwhile) {
    let c = empty_community().await;
    let bot = doomed(&c, failpoint).await;
    let board = Board::at_eight(&c);
    board.add(&format!("{AT_NINE} kind: both path: roadmap-daily thread: day")).await;
    board.days_on(0, 9);
    died(&c, bot, failpoint).await;
    match meanwhile {
        Meanwhile::Nothing => {}
        Meanwhile::Talk => {
            let mira = board.mira().in_channel("daily").unwrap();
            for number in 0..150 {
                mira.message(&format!("message {number}")).await.unwrap();
            }
        }
        Meanwhile::HalfAnHour => board.advance(1800),
    }
    let bot = alive(&c).await;
    let first = board.known_post(1).await;
    assert!(title(&first).starts_with("Sessions + "), "{}", first.text());
    has_thread(&board, 1).await;
    let ada = c.member("ada");
    let said = answer(&ada, &first, true).await;
    assert!(said.text().starts_with("You chose **B**"), "{}", said.text());
    board.days_on(1, 9);
    let second = board.known_post(2).await;
    assert!(title(&second).starts_with("JWT + "), "{}", second.text());
    assert!(second.text().contains("The only answer was right."), "{}", second.text());
    has_thread(&board, 2).await;
    board.says(&first, "See the answer").await;
    let threads = c
        .discord
        .requests()
        .into_iter()
        .filter(|request| request.path.ends_with("/threads") && request.status.is_some_and(|status| status < 300));
    assert_eq!(threads.count(), 2, "each post has one");
    bot.stop().await;
    check_bodies(&c);
}

/// Waits until so many posts have a thread.
async fn has_thread(board: &Board<'_>, count: usize) {
    let channel = board.channel;
    let threads = |view: &View<'_>| {
        let have = view.messages_in(channel).iter().filter(|message| message.json()["thread"].is_object()).count();
        (have >= count).then_some(have)
    };
    assert_eq!(board.c.discord.until("the thread", threads).await.unwrap(), count);
}

/// A test for each place, so that they run beside one another.
macro_rules! killed {
    ($($name:ident: $failpoint:literal, $meanwhile:ident;)+) => {
        $(#[tokio::test]
        async fn $name() {
            killed($failpoint, Meanwhile::$meanwhile).await;
        })+
    };
}

killed! {
    before_it_is_stored_that_a_post_is_due: "daily.before-due", Nothing;
    when_it_is_stored_that_a_post_is_due: "daily.after-due", Nothing;
    when_the_post_is_claimed_and_not_sent: "daily.after-claim", Nothing;
    when_the_post_is_sent_and_nobody_knows: "daily.after-send", Nothing;
    when_the_post_is_known_to_be_there: "daily.after-record", Nothing;
    before_the_thread_is_made: "daily.after-claim:2", Nothing;
    when_the_thread_is_made_and_nobody_knows: "daily.after-thread", Nothing;
    before_it_is_stored_and_much_is_written: "daily.before-due", Talk;
    when_it_is_stored_and_much_is_written: "daily.after-due", Talk;
    when_it_is_claimed_and_much_is_written: "daily.after-claim", Talk;
    when_it_is_sent_and_much_is_written: "daily.after-send", Talk;
    when_it_is_known_and_much_is_written: "daily.after-record", Talk;
    when_the_thread_is_made_and_much_is_written: "daily.after-thread", Talk;
    before_it_is_stored_and_half_an_hour_passes: "daily.before-due", HalfAnHour;
    when_it_is_stored_and_half_an_hour_passes: "daily.after-due", HalfAnHour;
    when_it_is_claimed_and_half_an_hour_passes: "daily.after-claim", HalfAnHour;
    when_it_is_sent_and_half_an_hour_passes: "daily.after-send", HalfAnHour;
    when_it_is_known_and_half_an_hour_passes: "daily.after-record", HalfAnHour;
    when_the_thread_is_made_and_half_an_hour_passes: "daily.after-thread", HalfAnHour;
}

#[tokio::test]
async fn a_post_that_was_not_sent_before_it_is_too_late_leaves_the_question_before_open() {
    let c = empty_community().await;
    let failpoint = "daily.after-claim:2";
    let bot = doomed(&c, failpoint).await;
    let board = Board::at_eight(&c);
    board.add(&format!("{AT_NINE} kind: both path: roadmap-daily")).await;
    board.days_on(0, 9);
    let first = board.known_post(1).await;
    let (ada, ben) = (c.member("ada"), c.member("ben"));
    answer(&ada, &first, true).await;
    board.days_on(1, 9);
    died(&c, bot, failpoint).await;
    board.days_on(0, 22);
    let bot = alive(&c).await;
    let list = board.list_says("Left out").await;
    assert!(list.text().contains("Left out: the post of 12 January"), "{}", list.text());
    let said = answer(&ben, &first, false).await;
    assert!(said.text().contains("2 have answered so far."), "{}", said.text());
    board.days_on(1, 9);
    let next = board.post(2).await;
    assert!(next.text().contains("**1 of 2 was right.**"), "{}", next.text());
    assert!(title(&next).starts_with("JWT + "), "nothing of the path is lost: {}", next.text());
    bot.stop().await;
    check_bodies(&c);
}

#[tokio::test]
async fn a_post_that_was_sent_is_known_again_also_when_it_would_be_too_late_for_it() {
    let c = empty_community().await;
    let failpoint = "daily.after-send";
    let bot = doomed(&c, failpoint).await;
    let board = Board::at_eight(&c);
    board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
    board.days_on(0, 9);
    died(&c, bot, failpoint).await;
    board.days_on(0, 23);
    let bot = alive(&c).await;
    let first = board.known_post(1).await;
    assert_eq!(made_at(&first), board.now() - jiff::SignedDuration::from_hours(14));
    let list = board.daily("list").await;
    assert!(!list.text().contains("Left out"), "{}", list.text());
    board.days_on(1, 9);
    assert_eq!(title(&board.post(2).await), "JWT");
    bot.stop().await;
    check_bodies(&c);
}

#[tokio::test]
async fn what_was_planned_and_nobody_sent_comes_on_the_next_day() {
    let c = empty_community().await;
    let failpoint = "daily.after-due";
    let bot = doomed(&c, failpoint).await;
    let board = Board::at_eight(&c);
    board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
    board.daily("queue add item: indexes").await;
    board.days_on(0, 9);
    died(&c, bot, failpoint).await;
    board.days_on(1, 9);
    let bot = alive(&c).await;
    assert_eq!(title(&board.known_post(1).await), "Indexes", "what a moderator wanted first is first");
    let list = board.daily("list").await;
    assert!(list.text().contains("Left out: the post of 11 January"), "{}", list.text());
    board.days_on(1, 9);
    assert_eq!(title(&board.known_post(2).await), "Sessions");
    bot.stop().await;
    check_bodies(&c);
}

#[tokio::test]
async fn what_discord_tells_of_again_after_a_kill_is_done_once() {
    let c = empty_community().await;
    let failpoint = "daily.before-due";
    let bot = doomed(&c, failpoint).await;
    let board = Board::at_eight(&c);
    board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
    // None of this is the same when it is done a second time.
    for item in ["tables", "table-key", "indexes", "jwt"] {
        board.daily(&format!("queue add item: {item}")).await;
    }
    board.daily("queue move from: 1 to: 4").await;
    board.daily("queue remove place: 1").await;
    board.daily("skip").await;
    board.days_on(0, 9);
    died(&c, bot, failpoint).await;
    let bot = alive(&c).await;
    board.known_post(1).await;
    let list = board.daily("list").await;
    assert!(list.text().contains("**1.**") && !list.text().contains("**2.**"), "{}", list.text());
    assert_eq!(title(&board.post(1).await), "JWT");
    let queue = board.daily("queue list").await;
    assert!(queue.text().contains("| 1. Tables *(topic)*\n|\n"), "{}", queue.text());
    bot.stop().await;
    check_bodies(&c);
}
