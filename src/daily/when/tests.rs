//! When a schedule posts, against an oracle that knows nothing of gaps and folds: it looks at the zone's clock every minute.

use jiff::civil::{Weekday, date};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Span};
use proptest::prelude::*;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::*;

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

fn when(zone: &str, time: Time) -> When {
    When { time, zone: Zone::named(zone).unwrap(), days: Days::ALL, quiet: Quiet::default() }
}

fn moment(zone: &str, date: Date, hour: i8, minute: i8) -> Option<String> {
    Some(when(zone, Time::constant(hour, minute, 0, 0)).moment_on(date)?.to_string())
}

/// What the clock of a zone shows, minute for minute, long enough that all of a day is in it: moments and clock readings in
/// seconds, the latter as if they were UTC.
struct Watched {
    begins: i64,
    minutes: Vec<(i64, i64)>,
}

impl Watched {
    fn day(rules: &TimeZone, date: Date) -> Watched {
        let begins = Offset::UTC.to_timestamp(date.to_datetime(Time::midnight())).unwrap().as_second();
        // Clocks go up to 14 hours before UTC and up to 12 behind it.
        let moments = (begins - 15 * DAY / 24..begins + 37 * DAY / 24).step_by(60);
        let shown = |at: i64| at + i64::from(rules.to_offset(Timestamp::from_second(at).unwrap()).seconds());
        Watched { begins, minutes: moments.map(|at| (at, shown(at))).collect() }
    }

    /// The first minute of which the clock shows that time of the day, or later; `None` when it shows nothing of the day.
    fn first(&self, time: Time) -> Option<i64> {
        self.minutes.iter().find(|(_, shown)| (self.begins..self.begins + DAY).contains(shown))?;
        let wanted = self.begins + (i64::from(time.hour()) * 60 + i64::from(time.minute())) * MINUTE;
        let (at, _) = self.minutes.iter().find(|(_, shown)| *shown >= wanted)?;
        Some(*at)
    }
}

fn check(zone: &str, date: Date, times: impl IntoIterator<Item = Time>) {
    let mut when = when(zone, Time::midnight());
    let watched = Watched::day(when.zone.rules(), date);
    for time in times {
        when.time = time;
        let moment = when.moment_on(date).map(Timestamp::as_second);
        assert_eq!(moment, watched.first(time), "{zone} on {date} at {time}");
    }
}

fn zones() -> Vec<String> {
    jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect()
}

/// How many days of each zone are looked at.
fn days_each(default: usize) -> usize {
    std::env::var("ZONE_DAYS")
        .map_or(default, |days| days.parse().expect("ZONE_DAYS is a number of days for each zone"))
}

fn any_time(rng: &mut ChaCha8Rng) -> Time {
    Time::constant(rng.random_range(0..24), rng.random_range(0..60), 0, 0)
}

#[test]
fn around_every_change_of_the_clocks_the_moment_is_the_first_that_shows_the_time() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let (from, to) = (date(1990, 1, 1), "2038-01-01T00:00Z".parse::<Timestamp>().unwrap());
    let from = Offset::UTC.to_timestamp(from.to_datetime(Time::midnight())).unwrap();
    let mut looked_at = 0;
    for zone in zones() {
        let rules = TimeZone::get(&zone).unwrap();
        let changes: Vec<Timestamp> =
            rules.following(from).map(|change| change.timestamp()).take_while(|at| *at < to).collect();
        let mut days: Vec<(Date, [Time; 2])> = Vec::new();
        for at in changes {
            let before = rules.to_offset(at - SignedDuration::from_secs(1)).to_datetime(at);
            let after = rules.to_offset(at).to_datetime(at);
            let first = before.min(after).date().yesterday().unwrap();
            let last = before.max(after).date().tomorrow().unwrap();
            let around = first.series(Span::new().days(1)).take_while(|day| *day <= last);
            days.extend(around.map(|day| (day, [before.time(), after.time()])));
        }
        days.shuffle(&mut rng);
        for (day, ends) in days.into_iter().take(days_each(5)) {
            let near = ends.into_iter().flat_map(|end| {
                [-90, -31, -30, -15, -1, 0, 1, 15, 29, 30, 59, 60]
                    .map(|minutes| end.wrapping_add(Span::new().minutes(minutes)))
            });
            let fixed = [Time::midnight(), Time::constant(23, 59, 0, 0), any_time(&mut rng), any_time(&mut rng)];
            check(&zone, day, near.chain(fixed));
            looked_at += 1;
        }
    }
    assert!(looked_at > 1000, "only {looked_at} days");
}

#[test]
fn on_any_day_the_moment_is_the_first_that_shows_the_time() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    for zone in zones() {
        for _ in 0..days_each(2) {
            let day = date(1990, 1, 1) + Span::new().days(rng.random_range(0..48 * 365_i64));
            let times: Vec<Time> = (0..8).map(|_| any_time(&mut rng)).collect();
            check(&zone, day, times);
        }
    }
}

#[test]
fn a_time_over_which_the_clocks_are_put_forward_is_the_moment_after() {
    assert_eq!(moment("Europe/Berlin", date(2027, 3, 28), 2, 30).unwrap(), "2027-03-28T01:00:00Z");
    assert_eq!(moment("Europe/Berlin", date(2027, 3, 28), 1, 59).unwrap(), "2027-03-28T00:59:00Z");
    assert_eq!(moment("Europe/Berlin", date(2027, 3, 28), 3, 0).unwrap(), "2027-03-28T01:00:00Z");
    assert_eq!(moment("Australia/Lord_Howe", date(2026, 10, 4), 2, 15).unwrap(), "2026-10-03T15:30:00Z");
}

#[test]
fn a_time_that_the_clocks_show_twice_is_the_first_one() {
    assert_eq!(moment("Europe/Berlin", date(2026, 10, 25), 2, 30).unwrap(), "2026-10-25T00:30:00Z");
    assert_eq!(moment("Europe/Berlin", date(2026, 10, 25), 3, 0).unwrap(), "2026-10-25T02:00:00Z");
    assert_eq!(moment("Australia/Lord_Howe", date(2026, 4, 5), 1, 45).unwrap(), "2026-04-04T14:45:00Z");
}

#[test]
fn a_day_that_a_zone_left_out_has_no_moment() {
    for (hour, minute) in [(0, 0), (12, 0), (23, 59)] {
        assert_eq!(moment("Pacific/Apia", date(2011, 12, 30), hour, minute), None);
    }
    assert_eq!(moment("Pacific/Apia", date(2011, 12, 29), 23, 59).unwrap(), "2011-12-30T09:59:00Z");
    assert_eq!(moment("Pacific/Apia", date(2011, 12, 31), 0, 0).unwrap(), "2011-12-30T10:00:00Z");
    let dates: Vec<Date> =
        when("Pacific/Apia", Time::midnight()).occurrences(date(2011, 12, 28)).map(|(date, _)| date).take(3).collect();
    assert_eq!(dates, [date(2011, 12, 28), date(2011, 12, 29), date(2011, 12, 31)]);
}

#[test]
fn a_day_that_begins_late_is_a_day() {
    // In Cairo, Beirut and Santiago midnight itself is left out.
    assert_eq!(moment("Africa/Cairo", date(2024, 4, 26), 0, 0).unwrap(), "2024-04-25T22:00:00Z");
    assert_eq!(moment("Africa/Cairo", date(2024, 4, 26), 0, 30).unwrap(), "2024-04-25T22:00:00Z");
    assert_eq!(moment("Africa/Cairo", date(2024, 4, 25), 23, 59).unwrap(), "2024-04-25T21:59:00Z");
    assert_eq!(moment("Asia/Beirut", date(2024, 3, 31), 0, 15).unwrap(), "2024-03-30T22:00:00Z");
    assert_eq!(moment("America/Santiago", date(2024, 9, 8), 0, 59).unwrap(), "2024-09-08T04:00:00Z");
    // And in autumn the last hour of the day before comes twice.
    assert_eq!(moment("America/Santiago", date(2024, 4, 6), 23, 30).unwrap(), "2024-04-07T02:30:00Z");
    assert_eq!(moment("America/Santiago", date(2024, 4, 7), 0, 0).unwrap(), "2024-04-07T04:00:00Z");
}

#[test]
fn offsets_need_not_be_whole_hours() {
    assert_eq!(moment("Asia/Kathmandu", date(2026, 11, 21), 9, 0).unwrap(), "2026-11-21T03:15:00Z");
    assert_eq!(moment("Pacific/Kiritimati", date(2026, 11, 21), 9, 0).unwrap(), "2026-11-20T19:00:00Z");
    assert_eq!(moment("UTC", date(2026, 11, 21), 9, 0).unwrap(), "2026-11-21T09:00:00Z");
}

#[test]
fn occurrences_end_when_there_are_none_for_years() {
    let mut when = when("Europe/Berlin", Time::midnight());
    when.days = Days::of([Weekday::Monday]).unwrap();
    when.quiet = Quiet::of([(date(2026, 1, 1), date(2028, 12, 31))]);
    assert_eq!(when.occurrences(date(2026, 1, 1)).next().unwrap().0, date(2029, 1, 1));
    when.quiet = Quiet::of([(date(2026, 1, 1), date(2036, 1, 1))]);
    assert_eq!(when.occurrences(date(2026, 1, 1)).next(), None);
    when.quiet = Quiet::default();
    assert!(when.occurrences(date(9999, 12, 1)).count() <= 5, "the calendar ends");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn occurrences_are_all_moments_in_their_order(
        zone in prop::sample::select(zones()),
        (hour, minute) in (0..24_i8, 0..60_i8),
        days in 1..128_u8,
        quiet in prop::collection::vec((0..400_i64, 0..30_i64), 0..4),
        first in 0..48 * 365_i64,
    ) {
        let first = date(1990, 1, 1) + Span::new().days(first);
        let day = |n: i64| first + Span::new().days(n);
        let when = When {
            days: Days::try_from(days).unwrap(),
            quiet: Quiet::of(quiet.into_iter().map(|(from, days)| (day(from), day(from + days)))),
            ..when(&zone, Time::constant(hour, minute, 0, 0))
        };
        let last = day(400);
        let occurrences: Vec<(Date, Timestamp)> = when.occurrences(first).take_while(|(date, _)| *date <= last).collect();
        for pair in occurrences.windows(2) {
            prop_assert!(pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1, "{:?}", pair);
        }
        let mut expected = (0..=400).map(day).filter(|date| when.is_on(*date));
        let mut found = occurrences.into_iter();
        for date in expected.by_ref() {
            if let Some(moment) = when.moment_on(date) {
                prop_assert_eq!(found.next(), Some((date, moment)));
                prop_assert!(when.date_at(moment) >= date);
            }
        }
        prop_assert_eq!(found.next(), None);
    }
}
