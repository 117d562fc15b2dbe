//! Which days are settled when: downtime, pauses, changes of time and zone, posts by hand.

use jiff::civil::{Date, Time, date, time};
use jiff::{SignedDuration, Timestamp};

use crate::daily::{
    Days, Due, Filter, Kind, LeftOut, NotNow, Pause, Quiet, Schedule, ScheduleId, Settings, Trouble, When, Zone,
};

const CATCH_UP: SignedDuration = SignedDuration::from_hours(12);

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn settings(zone: &str, time: Time) -> Settings {
    let when = When { time, zone: Zone::named(zone).unwrap(), days: Days::ALL, quiet: Quiet::default() };
    let filter = Filter::default();
    let channel_name = "daily".into();
    Settings { channel: 1, channel_name, when, kind: Kind::Topic, filter, role: None, thread: None }
}

fn schedule(zone: &str, time: Time, made: &str) -> Schedule {
    Schedule::new(ScheduleId(1), 1, 1, settings(zone, time), 1, at(made))
}

/// Ticks; the day for which something is to be posted.
fn tick(schedule: &mut Schedule, now: &str) -> Option<Date> {
    schedule.tick(at(now), CATCH_UP).map(|due| due.date)
}

/// The next days with their moments.
fn upcoming(schedule: &Schedule) -> Vec<String> {
    schedule.upcoming().take(2).map(|due| format!("{} at {}", due.date, due.at)).collect()
}

fn change(schedule: &mut Schedule, zone: &str, time: Time, now: &str) {
    schedule.change(settings(zone, time), at(now));
}

#[test]
fn a_day_is_posted_once_when_its_moment_has_come() {
    let mut schedule = schedule("Europe/Berlin", time(9, 0, 0, 0), "2026-11-20T12:00:00Z");
    assert_eq!(schedule.wakes_at(), Some(at("2026-11-21T08:00:00Z")));
    assert_eq!(tick(&mut schedule, "2026-11-21T07:59:59Z"), None);
    let due = Due { date: date(2026, 11, 21), at: at("2026-11-21T08:00:00Z") };
    assert_eq!(schedule.tick(at("2026-11-21T08:00:01Z"), CATCH_UP), Some(due));
    assert_eq!(tick(&mut schedule, "2026-11-21T08:00:02Z"), None);
    assert_eq!(schedule.wakes_at(), Some(at("2026-11-22T08:00:00Z")));
}

#[test]
fn what_was_missed_by_less_than_the_limit_is_made_up_for() {
    let mut schedule = schedule("UTC", time(9, 0, 0, 0), "2026-11-20T12:00:00Z");
    assert_eq!(tick(&mut schedule, "2026-11-21T20:59:00Z"), Some(date(2026, 11, 21)));
    assert_eq!(schedule.left_out, None);
}

#[test]
fn what_was_missed_by_more_is_left_out_and_reported() {
    let mut schedule = schedule("UTC", time(9, 0, 0, 0), "2026-11-20T12:00:00Z");
    assert_eq!(tick(&mut schedule, "2026-11-21T21:01:00Z"), None);
    let today = date(2026, 11, 21);
    assert_eq!(schedule.left_out, Some(LeftOut { count: 1, first: today, last: today, in_doubt: false }));
    assert_eq!(upcoming(&schedule)[0], "2026-11-22 at 2026-11-22T09:00:00Z");
}

#[test]
fn of_several_missed_days_only_the_last_is_posted() {
    let mut schedule = schedule("UTC", time(9, 0, 0, 0), "2026-11-10T12:00:00Z");
    assert_eq!(tick(&mut schedule, "2026-11-20T10:00:00Z"), Some(date(2026, 11, 20)));
    let left_out = LeftOut { count: 9, first: date(2026, 11, 11), last: date(2026, 11, 19), in_doubt: false };
    assert_eq!(schedule.left_out, Some(left_out));
}

#[test]
fn where_nothing_is_made_up_for_a_post_still_comes_on_time() {
    let mut schedule = schedule("UTC", time(9, 0, 0, 0), "2026-11-20T12:00:00Z");
    assert!(schedule.tick(at("2026-11-21T09:00:00.004Z"), SignedDuration::ZERO).is_some());
    assert!(schedule.tick(at("2026-11-22T09:06:00Z"), SignedDuration::ZERO).is_none());
}

#[test]
fn days_that_are_reported_late_do_not_mix_up_the_report() {
    let mut schedule = schedule("UTC", time(9, 0, 0, 0), "2026-11-10T12:00:00Z");
    // The post of the 11th is on its way when the bot goes down for two days.
    assert_eq!(tick(&mut schedule, "2026-11-11T09:00:00Z"), Some(date(2026, 11, 11)));
    assert_eq!(tick(&mut schedule, "2026-11-13T22:00:00Z"), None);
    schedule.leave_out(date(2026, 11, 11));
    let left_out = LeftOut { count: 3, first: date(2026, 11, 11), last: date(2026, 11, 13), in_doubt: false };
    assert_eq!(schedule.left_out, Some(left_out));
    // Today's can still be posted by hand.
    assert!(schedule.post_now(at("2026-11-13T22:05:00Z")).is_ok());
}

#[test]
fn what_was_missed_during_a_pause_does_not_come() {
    let mut schedule = schedule("UTC", time(9, 0, 0, 0), "2026-11-10T12:00:00Z");
    schedule.pause(Pause::Moderator("ada".into()));
    assert_eq!(schedule.wakes_at(), None);
    assert_eq!(tick(&mut schedule, "2026-11-12T10:00:00Z"), None);
    schedule.resume(at("2026-11-13T10:00:00Z"));
    assert_eq!(tick(&mut schedule, "2026-11-13T10:00:01Z"), None);
    assert_eq!(upcoming(&schedule)[0], "2026-11-14 at 2026-11-14T09:00:00Z");
    assert_eq!(schedule.left_out, None);
}

#[test]
fn an_earlier_time_that_is_over_comes_tomorrow() {
    let mut schedule = schedule("UTC", time(18, 0, 0, 0), "2026-11-20T20:00:00Z");
    change(&mut schedule, "UTC", time(9, 0, 0, 0), "2026-11-21T12:00:00Z");
    assert_eq!(tick(&mut schedule, "2026-11-21T12:00:01Z"), None);
    assert_eq!(upcoming(&schedule)[0], "2026-11-22 at 2026-11-22T09:00:00Z");
}

#[test]
fn a_later_time_comes_today_unless_today_has_its_post() {
    let mut fresh = schedule("UTC", time(9, 0, 0, 0), "2026-11-21T10:00:00Z");
    change(&mut fresh, "UTC", time(18, 0, 0, 0), "2026-11-21T12:00:00Z");
    assert_eq!(upcoming(&fresh)[0], "2026-11-21 at 2026-11-21T18:00:00Z");
    let mut posted = schedule("UTC", time(9, 0, 0, 0), "2026-11-20T10:00:00Z");
    assert!(tick(&mut posted, "2026-11-21T09:00:00Z").is_some());
    change(&mut posted, "UTC", time(18, 0, 0, 0), "2026-11-21T12:00:00Z");
    assert_eq!(upcoming(&posted)[0], "2026-11-22 at 2026-11-22T18:00:00Z");
}

#[test]
fn from_auckland_to_honolulu_no_day_has_two_posts() {
    let mut schedule = schedule("Pacific/Auckland", time(9, 0, 0, 0), "2026-11-21T00:00:00Z");
    assert_eq!(tick(&mut schedule, "2026-11-21T20:00:00Z"), Some(date(2026, 11, 22)));
    // There it is still the 21st, and the 22nd has its post.
    change(&mut schedule, "Pacific/Honolulu", time(18, 0, 0, 0), "2026-11-21T21:00:00Z");
    assert_eq!(upcoming(&schedule)[0], "2026-11-23 at 2026-11-24T04:00:00Z");
    assert_eq!(schedule.post_now(at("2026-11-21T21:00:00Z")), Err(NotNow::Today));
}

#[test]
fn a_day_that_was_missed_by_the_old_calendar_has_its_post_by_the_new_one() {
    let mut schedule = schedule("Pacific/Auckland", time(9, 0, 0, 0), "2026-11-20T00:00:00Z");
    assert_eq!(tick(&mut schedule, "2026-11-21T20:00:00Z"), Some(date(2026, 11, 22)));
    assert_eq!(schedule.missing, Some(date(2026, 11, 21)));
    change(&mut schedule, "Pacific/Honolulu", time(18, 0, 0, 0), "2026-11-21T21:00:00Z");
    assert_eq!(schedule.post_now(at("2026-11-21T21:00:00Z")), Err(NotNow::Today));
}

#[test]
fn from_honolulu_to_auckland_no_day_has_two_posts() {
    let mut schedule = schedule("Pacific/Honolulu", time(9, 0, 0, 0), "2026-11-20T20:00:00Z");
    assert_eq!(tick(&mut schedule, "2026-11-21T19:00:00Z"), Some(date(2026, 11, 21)));
    // There it was the 22nd already when that was posted.
    change(&mut schedule, "Pacific/Auckland", time(18, 0, 0, 0), "2026-11-21T19:05:00Z");
    assert_eq!(upcoming(&schedule)[0], "2026-11-23 at 2026-11-23T05:00:00Z");
    assert_eq!(schedule.post_now(at("2026-11-21T19:05:00Z")), Err(NotNow::Today));
}

#[test]
fn a_wrong_zone_that_is_mended_at_once_costs_no_day() {
    let mut schedule = schedule("Pacific/Honolulu", time(9, 0, 0, 0), "2026-11-20T20:00:00Z");
    assert_eq!(tick(&mut schedule, "2026-11-21T19:00:00Z"), Some(date(2026, 11, 21)));
    change(&mut schedule, "Pacific/Auckland", time(9, 0, 0, 0), "2026-11-21T19:05:00Z");
    change(&mut schedule, "Pacific/Honolulu", time(9, 0, 0, 0), "2026-11-21T19:06:00Z");
    assert_eq!(upcoming(&schedule)[0], "2026-11-22 at 2026-11-22T19:00:00Z");
}

#[test]
fn a_post_that_was_refused_takes_no_day_of_another_calendar() {
    let mut schedule = schedule("Pacific/Honolulu", time(9, 0, 0, 0), "2026-11-20T20:00:00Z");
    let today = tick(&mut schedule, "2026-11-21T19:00:00Z").unwrap();
    schedule.leave_out(today);
    schedule.pause(Pause::Trouble { trouble: Trouble::Forbidden, told: true });
    change(&mut schedule, "Pacific/Auckland", time(18, 0, 0, 0), "2026-11-21T19:05:00Z");
    schedule.resume(at("2026-11-21T19:06:00Z"));
    assert_eq!(upcoming(&schedule)[0], "2026-11-22 at 2026-11-22T05:00:00Z");
}

#[test]
fn what_was_refused_does_not_make_the_post_before_forgotten() {
    let mut schedule = schedule("Etc/GMT+12", time(23, 30, 0, 0), "2026-11-21T20:00:00Z");
    assert_eq!(tick(&mut schedule, "2026-11-22T11:30:00Z"), Some(date(2026, 11, 21)));
    change(&mut schedule, "Etc/GMT+12", time(0, 10, 0, 0), "2026-11-22T11:40:00Z");
    assert_eq!(tick(&mut schedule, "2026-11-22T12:10:00Z"), Some(date(2026, 11, 22)));
    schedule.leave_out(date(2026, 11, 22));
    // On Kiritimati, 26 hours ahead, the first one was posted on the 23rd.
    change(&mut schedule, "Pacific/Kiritimati", time(9, 0, 0, 0), "2026-11-22T12:11:00Z");
    assert_eq!(upcoming(&schedule)[0], "2026-11-24 at 2026-11-23T19:00:00Z");
}

#[test]
fn a_post_by_hand_takes_the_place_of_todays() {
    let mut schedule = schedule("UTC", time(18, 0, 0, 0), "2026-11-20T20:00:00Z");
    let now = at("2026-11-21T12:00:00Z");
    assert_eq!(schedule.post_now(now), Ok(Due { date: date(2026, 11, 21), at: now }));
    assert_eq!(schedule.post_now(now), Err(NotNow::Today));
    assert_eq!(upcoming(&schedule)[0], "2026-11-22 at 2026-11-22T18:00:00Z");
}

#[test]
fn a_post_by_hand_may_be_made_while_it_is_paused_or_when_todays_is_missing() {
    let mut schedule = schedule("UTC", time(9, 0, 0, 0), "2026-11-20T20:00:00Z");
    let today = tick(&mut schedule, "2026-11-21T09:00:00Z").unwrap();
    schedule.leave_out(today);
    schedule.pause(Pause::Trouble { trouble: Trouble::ChannelGone, told: false });
    assert!(schedule.owes_notice());
    assert!(schedule.post_now(at("2026-11-21T12:00:00Z")).is_ok());
    assert_eq!(schedule.post_now(at("2026-11-21T12:00:01Z")), Err(NotNow::Today));
}

#[test]
fn a_quiet_day_and_a_day_that_is_off_are_passed_over_and_not_missing() {
    let mut schedule = schedule("UTC", time(9, 0, 0, 0), "2026-12-23T20:00:00Z");
    schedule.settings.when.days = Days::WEEKDAYS;
    schedule.settings.when.quiet = Quiet::of([(date(2026, 12, 24), date(2026, 12, 27))]);
    assert_eq!(upcoming(&schedule), ["2026-12-28 at 2026-12-28T09:00:00Z", "2026-12-29 at 2026-12-29T09:00:00Z"]);
    assert_eq!(tick(&mut schedule, "2026-12-28T08:00:00Z"), None);
    assert_eq!(schedule.left_out, None);
}

#[test]
fn a_clock_that_goes_back_makes_no_second_post() {
    let mut schedule = schedule("UTC", time(9, 0, 0, 0), "2026-11-20T20:00:00Z");
    assert_eq!(tick(&mut schedule, "2026-11-23T09:30:00Z"), Some(date(2026, 11, 23)));
    assert_eq!(tick(&mut schedule, "2026-11-21T09:30:00Z"), None);
    assert_eq!(tick(&mut schedule, "2026-11-23T09:30:00Z"), None);
    assert_eq!(upcoming(&schedule)[0], "2026-11-24 at 2026-11-24T09:00:00Z");
}

#[test]
fn a_time_that_the_clocks_pass_over_comes_when_they_have() {
    // On 28 March 2027 two o'clock becomes three.
    let schedule = schedule("Europe/Berlin", time(2, 30, 0, 0), "2027-03-27T12:00:00Z");
    assert_eq!(upcoming(&schedule), ["2027-03-28 at 2027-03-28T01:00:00Z", "2027-03-29 at 2027-03-29T00:30:00Z"]);
}

#[test]
fn a_schedule_is_kept_as_it_is() {
    let mut schedule = schedule("Europe/Berlin", time(9, 0, 0, 0), "2026-11-10T12:00:00Z");
    tick(&mut schedule, "2026-11-13T08:00:00Z");
    schedule.queue.add("jwt").unwrap();
    schedule.pause(Pause::Trouble { trouble: Trouble::NoHistory, told: true });
    let stored = serde_json::to_string(&schedule).unwrap();
    assert_eq!(serde_json::from_str::<Schedule>(&stored).unwrap(), schedule);
}

#[test]
fn a_day_whose_post_may_have_arrived_is_reported_and_not_made_again_by_hand() {
    let mut schedule = schedule("UTC", time(9, 0, 0, 0), "2026-11-21T08:00:00Z");
    let today = date(2026, 11, 21);
    assert_eq!(tick(&mut schedule, "2026-11-21T09:00:00Z"), Some(today));
    schedule.leave_in_doubt(today);
    assert_eq!(schedule.left_out, Some(LeftOut { count: 1, first: today, last: today, in_doubt: true }));
    assert_eq!(schedule.post_now(at("2026-11-21T22:00:00Z")), Err(NotNow::Today));
    schedule.leave_out(date(2026, 11, 22));
    assert!(schedule.left_out.is_some_and(|left_out| left_out.count == 2 && !left_out.in_doubt));
}
