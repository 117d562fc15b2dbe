//! A post on its way, step by step.

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::daily::{Moment, Post, PostId, ScheduleId, Stage, Step};

const CATCH_UP: SignedDuration = SignedDuration::from_hours(12);

/// Due at nine.
fn wanted(wants_thread: bool) -> Post {
    let (date, at, stage) = (date(2026, 11, 21), at("09:00:00"), Stage::Wanted);
    Post { id: PostId(1), schedule: ScheduleId(1), date, at, stage, wants_thread }
}

fn at(time: &str) -> Timestamp {
    format!("2026-11-21T{time}Z").parse().unwrap()
}

fn on_time(time: &str) -> Moment {
    moment(at(time))
}

fn moment(now: Timestamp) -> Moment {
    Moment { now, catch_up: CATCH_UP, overtaken: false, tried_at: None }
}

#[test]
fn a_post_is_claimed_sent_and_there() {
    let mut post = wanted(false);
    assert_eq!(post.claim(on_time("09:00:01")), Step::Send);
    assert_eq!(post.stage, Stage::Claimed { at: at("09:00:01") });
    assert_eq!(post.is_there(7), Step::Nothing);
    assert_eq!(post.stage, Stage::Done { message: 7 });
    assert_eq!(post.claim(on_time("09:00:02")), Step::Nothing);
}

#[test]
fn a_post_with_a_thread_is_done_when_it_has_it() {
    let mut post = wanted(true);
    post.claim(on_time("09:00:01"));
    assert_eq!(post.is_there(7), Step::MakeThread { message: 7 });
    // After a restart.
    assert_eq!(post.claim(on_time("23:00:00")), Step::MakeThread { message: 7 });
    post.has_thread();
    assert_eq!(post.stage, Stage::Done { message: 7 });
}

#[test]
fn what_may_have_been_sent_is_looked_for_since_it_was_claimed() {
    let mut post = wanted(false);
    post.claim(on_time("09:00:01"));
    assert_eq!(post.claim(on_time("10:00:00")), Step::LookFirst { since: at("09:00:01") });
    assert_eq!(post.is_nowhere(on_time("10:00:01")), Step::Send);
    // The first attempt may still be found.
    assert_eq!(post.claim(on_time("11:00:00")), Step::LookFirst { since: at("09:00:01") });
    assert_eq!(post.is_there(7), Step::Nothing);
    assert_eq!(post.stage, Stage::Done { message: 7 });
}

#[test]
fn what_is_too_late_is_left_out_but_not_before_it_was_looked_for() {
    let mut post = wanted(false);
    assert_eq!(post.claim(on_time("21:00:01")), Step::Nothing);
    assert_eq!(post.stage, Stage::LeftOut);
    let mut post = wanted(false);
    post.claim(on_time("20:59:59"));
    assert_eq!(post.claim(on_time("21:00:01")), Step::LookFirst { since: at("20:59:59") });
    assert_eq!(post.is_nowhere(on_time("21:00:01")), Step::Nothing);
    assert_eq!(post.stage, Stage::LeftOut);
    assert!(post.stage.is_missing());
}

#[test]
fn where_nothing_is_made_up_for_a_post_has_time_to_be_sent() {
    let mut post = wanted(false);
    assert_eq!(post.claim(Moment { catch_up: SignedDuration::ZERO, ..on_time("09:00:01") }), Step::Send);
    assert_eq!(post.is_nowhere(Moment { catch_up: SignedDuration::ZERO, ..on_time("09:04:00") }), Step::Send);
    assert_eq!(post.is_nowhere(Moment { catch_up: SignedDuration::ZERO, ..on_time("09:06:00") }), Step::Nothing);
}

#[test]
fn a_refused_post_is_missing_and_a_refused_thread_is_not_missed() {
    let mut post = wanted(true);
    post.claim(on_time("09:00:01"));
    post.is_refused();
    assert_eq!(post.stage, Stage::Refused);
    assert!(post.stage.is_missing());
    let mut post = wanted(true);
    post.claim(on_time("09:00:01"));
    post.is_there(7);
    post.is_refused();
    assert_eq!(post.stage, Stage::Done { message: 7 });
    assert!(!post.stage.is_missing());
}

/// What may become of a post, in any order.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Claim,
    Nowhere,
    There,
    Thread,
    Refused,
}

proptest! {
    #[test]
    fn a_message_that_is_there_is_never_sent_again_or_forgotten(
        fates in proptest::collection::vec(prop_oneof![
            Just(Fate::Claim), Just(Fate::Nowhere), Just(Fate::There), Just(Fate::Thread), Just(Fate::Refused)
        ], 0..12),
        minutes in proptest::collection::vec(0i64..1000, 12),
        wants_thread: bool,
    ) {
        let mut post = wanted(wants_thread);
        for (fate, minute) in fates.into_iter().zip(minutes) {
            let (before, now) = (post.stage, post.at + SignedDuration::from_mins(minute));
            let step = match fate {
                Fate::Claim => post.claim(moment(now)),
                Fate::Nowhere => post.is_nowhere(moment(now)),
                Fate::There => post.is_there(7),
                Fate::Thread => { post.has_thread(); Step::Nothing }
                Fate::Refused => { post.is_refused(); Step::Nothing }
            };
            if step == Step::Send {
                prop_assert!(matches!(post.stage, Stage::Claimed { .. }), "sent without a claim: {before:?}");
                prop_assert!(before.message().is_none() && minute <= 12 * 60);
            }
            if before.message().is_some() {
                prop_assert_eq!(post.stage.message(), before.message());
            }
            if before.is_missing() {
                prop_assert_eq!((post.stage, step), (before, Step::Nothing));
            }
        }
    }
}

#[test]
fn a_post_that_was_overtaken_by_a_later_day_does_not_come_any_more() {
    let overtaken = |time| Moment { overtaken: true, ..on_time(time) };
    let mut post = wanted(false);
    post.claim(overtaken("09:00:01"));
    assert_eq!(post.stage, Stage::LeftOut);
    let mut post = wanted(false);
    post.claim(on_time("09:00:01"));
    assert_eq!(post.is_nowhere(overtaken("09:00:30")), Step::Nothing);
    assert_eq!(post.stage, Stage::LeftOut);
}

#[test]
fn what_may_still_arrive_is_not_given_up() {
    let mut post = wanted(false);
    post.claim(on_time("09:00:01"));
    let sent = Some(at("21:00:20"));
    assert_eq!(post.is_nowhere(Moment { tried_at: sent, ..on_time("21:00:40") }), Step::Wait);
    assert_eq!(post.is_nowhere(Moment { tried_at: sent, ..on_time("21:01:20") }), Step::Nothing);
    assert_eq!(post.stage, Stage::LeftOut);
}

#[test]
fn what_cannot_be_seen_is_in_doubt_when_it_is_too_late() {
    let mut post = wanted(false);
    post.claim(on_time("09:00:01"));
    post.is_hidden(on_time("10:00:00"));
    assert_eq!(post.stage, Stage::Claimed { at: at("09:00:01") });
    post.is_hidden(on_time("21:00:01"));
    assert_eq!(post.stage, Stage::InDoubt);
    assert_eq!(post.claim(on_time("21:00:02")), Step::Nothing);
    assert!(!post.stage.is_missing(), "nobody knows");
}
