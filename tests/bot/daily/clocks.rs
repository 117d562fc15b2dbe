//! When it is posted: whatever clocks, zones, moderators and outages do, a day has one post at most, and no post is lost that
//! could come in time.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::board::{AT_NINE, Board, DAY, announced, made_at, title};
use crate::support::{RunningBot, check_requests, daily_community, daily_knowledge, empty_community};

/// The next moment at which the clocks of a zone are put forward, or back.
fn change(zone: &str, after: Timestamp, forward: bool) -> Timestamp {
    let zone = TimeZone::get(zone).unwrap();
    let offset = |at: Timestamp| zone.to_offset(at).seconds();
    let mut changes = zone.following(after).map(|change| change.timestamp());
    changes.find(|at| (offset(*at) > offset(*at - 1.second())) == forward).unwrap()
}

#[tokio::test]
async fn a_time_that_a_night_leaves_out_is_posted_when_the_clocks_are_put_forward() {
    daily_community(async |c| {
        let berlin = Board::at_eight(c);
        let new_york = Board::of(c, "quiz");
        let night = change("Europe/Berlin", berlin.now(), true);
        berlin.until(night - 12.hours());
        let said = berlin.add("channel: daily time: 02:30 timezone: Europe/Berlin").await;
        // From three o'clock on, and half an hour less than a day later at half past two again.
        assert_eq!(announced(&said)[..2], [night, night + 23.hours() + 30.minutes()]);
        new_york.add("channel: quiz time: 01:30 timezone: America/New_York").await;
        berlin.until(night - 1.second());
        berlin.daily("list").await;
        berlin.until(night);
        assert_eq!(made_at(&berlin.post(1).await), night);
        // Half past one there.
        berlin.until(night + 4.hours() + 30.minutes());
        new_york.post(1).await;
        berlin.until(night + 23.hours() + 30.minutes());
        assert_eq!(made_at(&berlin.post(2).await), berlin.now());
        berlin.until(night + 28.hours() + 30.minutes());
        assert_eq!(made_at(&new_york.post(2).await), berlin.now());
        berlin.posts(2).await;
    })
    .await;
}

#[tokio::test]
async fn a_time_that_a_night_has_twice_is_posted_once() {
    daily_community(async |c| {
        let new_york = Board::at_eight(c);
        let berlin = Board::of(c, "quiz");
        let night = change("America/New_York", new_york.now(), false);
        new_york.until(night - 12.hours());
        let said = new_york.add("channel: daily time: 01:30 timezone: America/New_York").await;
        let first = night - 30.minutes();
        assert_eq!(announced(&said)[..2], [first, first + 25.hours()]);
        berlin.add("channel: quiz time: 02:30 timezone: Europe/Berlin").await;
        new_york.until(first - 5.hours());
        new_york.until(first);
        assert_eq!(made_at(&new_york.post(1).await), first);
        // The same time once more, and again a day later.
        new_york.until(first + 1.hour());
        new_york.daily("list").await;
        new_york.until(first + 25.hours());
        assert_eq!(made_at(&new_york.post(2).await), first + 25.hours());
        berlin.posts(2).await;
    })
    .await;
}

#[tokio::test]
async fn a_time_that_is_changed_after_todays_post_brings_no_second_one_today() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(AT_NINE).await;
        board.days_on(0, 9);
        board.post(1).await;
        let said = board.daily("edit schedule: daily time: 10:00").await;
        assert!(said.text().starts_with("It is changed."), "{}", said.text());
        let tomorrow = board.now() + 25.hours();
        assert_eq!(announced(&said)[0], tomorrow);
        board.days_on(0, 10);
        board.daily("list").await;
        board.until(tomorrow);
        assert_eq!(made_at(&board.post(2).await), tomorrow);
    })
    .await;
}

#[tokio::test]
async fn a_time_that_is_over_when_it_is_set_comes_tomorrow() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add("channel: daily time: 18:00 timezone: UTC").await;
        board.days_on(0, 12);
        let said = board.daily("edit schedule: daily time: 10:00").await;
        let tomorrow = board.now() + 22.hours();
        assert_eq!(announced(&said)[0], tomorrow);
        board.days_on(0, 18);
        board.daily("list").await;
        board.until(tomorrow);
        assert_eq!(made_at(&board.post(1).await), tomorrow);
    })
    .await;
}

#[tokio::test]
async fn what_is_due_when_a_schedule_is_changed_is_posted_first() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
        board.days_on(0, 9);
        // Whichever of both the bot hears of first.
        board.daily("edit schedule: daily time: 10:00").await;
        assert_eq!(title(&board.post(1).await), "Sessions");
        board.days_on(0, 10);
        board.daily("list").await;
        board.days_on(1, 10);
        assert_eq!(title(&board.post(2).await), "JWT");
    })
    .await;
}

#[tokio::test]
async fn a_zone_that_is_changed_after_the_post_brings_no_second_one_that_day_by_either_calendar() {
    // Between them lie 23 hours, and most of the time a date.
    for (from, to) in [("Pacific/Auckland", "Pacific/Honolulu"), ("Pacific/Honolulu", "Pacific/Auckland")] {
        daily_community(async |c| {
            let board = Board::at_eight(c);
            let said = board.add(&format!("channel: daily time: 09:00 timezone: {from}")).await;
            board.until(announced(&said)[0]);
            let first = board.post(1).await;
            let dates = [from, to].map(|zone| made_at(&first).in_tz(zone).unwrap().date());
            let said = board.daily(&format!("edit schedule: daily timezone: {to}")).await;
            // The first day of the new calendar that is later than both.
            let next =
                dates.into_iter().max().unwrap().tomorrow().unwrap().at(9, 0, 0, 0).in_tz(to).unwrap().timestamp();
            assert_eq!(announced(&said)[0], next, "{from} -> {to}");
            while board.now() + 6.hours() < next {
                board.advance(6 * 3600);
                board.daily("list").await;
            }
            board.until(next);
            assert_eq!(made_at(&board.post(2).await), next, "{from} -> {to}");
        })
        .await;
    }
}

#[tokio::test]
async fn what_was_missed_is_made_up_for_within_twelve_hours_and_else_left_out() {
    let c = empty_community().await;
    let bot = RunningBot::start(&c, daily_knowledge()).await;
    let board = Board::at_eight(&c);
    board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
    bot.stop().await.unwrap();
    board.days_on(0, 20);
    let bot = RunningBot::start(&c, daily_knowledge()).await;
    assert_eq!(made_at(&board.post(1).await), board.now(), "eleven hours late");
    bot.stop().await.unwrap();
    board.days_on(1, 22);
    let bot = RunningBot::start(&c, daily_knowledge()).await;
    let list = board.list_says("Left out").await;
    assert!(
        list.text().contains("Left out: the post of 12 January, which could not be made in time"),
        "{}",
        list.text()
    );
    // Nothing of the path is lost with the day.
    board.days_on(1, 9);
    assert_eq!(title(&board.post(2).await), "JWT");
    bot.stop().await.unwrap();
    check_requests(&c);
}

#[tokio::test]
async fn after_three_days_without_the_bot_there_is_one_post() {
    let c = empty_community().await;
    let bot = RunningBot::start(&c, daily_knowledge()).await;
    let board = Board::at_eight(&c);
    board.add(AT_NINE).await;
    bot.stop().await.unwrap();
    board.days_on(2, 10);
    let bot = RunningBot::start(&c, daily_knowledge()).await;
    assert_eq!(made_at(&board.post(1).await), board.now());
    let list = board.list_says("Left out").await;
    assert!(
        list.text().contains("Left out: the post of 12 January, which could not be made in time, and 1 before it."),
        "{}",
        list.text()
    );
    board.days_on(1, 9);
    board.post(2).await;
    bot.stop().await.unwrap();
    check_requests(&c);
}

#[tokio::test]
async fn a_wall_clock_that_is_set_back_by_a_day_brings_no_second_post() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
        board.days_on(0, 9);
        board.known_post(1).await;
        c.discord.step_bot_clock(-i64::try_from(DAY).unwrap() * 1000);
        // By the bot's clock this is the morning of the same day once more, and then the next one.
        board.days_on(1, 9);
        board.daily("list").await;
        board.days_on(1, 9);
        let second = board.post(2).await;
        assert_eq!((title(&second).as_str(), made_at(&second)), ("JWT", board.now()));
    })
    .await;
}

#[tokio::test]
async fn a_wall_clock_that_is_set_forward_over_the_time_brings_the_post() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(AT_NINE).await;
        c.discord.step_bot_clock(2 * 3600 * 1000);
        board.post(1).await;
        // And set right again.
        c.discord.step_bot_clock(-2 * 3600 * 1000);
        board.days_on(0, 9);
        board.daily("list").await;
        board.days_on(1, 9);
        board.post(2).await;
    })
    .await;
}

#[tokio::test]
async fn nothing_is_made_up_for_after_a_pause() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
        board.days_on(0, 9);
        board.known_post(1).await;
        let said = board.daily("pause").await;
        assert!(said.text().contains("⏸ Paused by Mira."), "{}", said.text());
        for _ in 0..2 {
            board.days_on(1, 9);
            board.daily("list").await;
        }
        board.days_on(0, 10);
        let said = board.daily("resume").await;
        assert!(said.text().starts_with("It goes on."), "{}", said.text());
        assert!(!said.text().contains("Left out"), "{}", said.text());
        board.days_on(1, 9);
        let second = board.post(2).await;
        assert_eq!((title(&second).as_str(), made_at(&second)), ("JWT", board.now()));
    })
    .await;
}
