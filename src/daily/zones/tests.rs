//! Finding and suggesting time zones, and what the tables say.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZoneDatabase;
use proptest::prelude::*;

use super::*;

fn now() -> Timestamp {
    "2026-11-21T14:32:00Z".parse().unwrap()
}

/// The first few: later ones may have new rules on another machine.
fn labels(typed: &str) -> Vec<String> {
    suggest_zones(typed, &[], now(), 4).into_iter().map(|(label, _)| label).collect()
}

fn names(typed: &str) -> Vec<String> {
    suggest_zones(typed, &[], now(), 25).into_iter().map(|(_, name)| name).collect()
}

/// The atlas of the database that every machine has.
fn bundled() -> Atlas {
    Atlas::of(TimeZoneDatabase::bundled().available().map(|name| name.as_str().to_owned()).collect())
}

#[test]
fn places_are_found_as_people_call_them() {
    for (typed, name) in [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("Munich", "Europe/Berlin"),
        ("münchen", "Europe/Berlin"),
        ("germany", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("NEW_YORK", "America/New_York"),
        ("sao paulo", "America/Sao_Paulo"),
        ("São Paulo", "America/Sao_Paulo"),
        ("port au prince", "America/Port-au-Prince"),
        ("St Petersburg", "Europe/Moscow"),
        ("san francisco", "America/Los_Angeles"),
        ("Washington, D.C.", "America/New_York"),
        ("PST", "America/Los_Angeles"),
        ("eastern", "America/New_York"),
        ("CEST", "Europe/Berlin"),
        ("BST", "Europe/London"),
        ("Kiev", "Europe/Kyiv"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("asia/calcutta", "Asia/Kolkata"),
        ("US/Pacific", "America/Los_Angeles"),
        ("utc", "UTC"),
        ("Etc/UTC", "UTC"),
        ("lagos", "Africa/Lagos"),
        ("Łódź", "Europe/Warsaw"),
    ] {
        let zone = find_zone(typed).unwrap_or_else(|sentence| panic!("{typed}: {sentence}"));
        assert_eq!(zone.name(), name, "{typed}");
    }
}

#[test]
fn what_is_no_place_or_several_is_refused_with_a_hint() {
    let refused = |typed: &str| find_zone(typed).unwrap_err();
    insta::assert_snapshot!(refused(" "), @"A time zone is missing: write a big city near you, or a name like Europe/Berlin.");
    insta::assert_snapshot!(refused("europe/berln"), @"I know no time zone called `europe/berln`: did you mean Europe/Berlin?");
    insta::assert_snapshot!(refused("lodnon"), @"I know no time zone called `lodnon`: did you mean Europe/London?");
    insta::assert_snapshot!(refused("san fransi"), @"I know no time zone called `san fransi`: did you mean America/Los_Angeles?");
    insta::assert_snapshot!(refused("berl"), @"I know no time zone called `berl`: did you mean Europe/Berlin?");
    insta::assert_snapshot!(refused("xyzzy"), @"I know no time zone called `xyzzy`: write a big city near you, or a name like Europe/Berlin.");
    insta::assert_snapshot!(refused("IST"), @"`IST` could mean Asia/Jerusalem or Asia/Kolkata or Europe/Dublin: write one of these names.");
    insta::assert_snapshot!(refused("gmt"), @"`gmt` could mean Europe/London or UTC: write one of these names.");
    insta::assert_snapshot!(refused("usa"), @"`usa` could mean America/Anchorage or America/Chicago or America/Denver or America/Los_Angeles or America/New_York or Pacific/Honolulu: write one of these names.");
    insta::assert_snapshot!(refused("UTC+2"), @"`UTC+2` is an offset, and many places change theirs with the season: write a big city near you, or a name like Europe/Berlin.");
    insta::assert_snapshot!(refused("Etc/GMT+5"), @"`Etc/GMT+5` is an offset, and many places change theirs with the season: write a big city near you, or a name like Europe/Berlin.");
    for typed in ["posix/Europe/Berlin", "right/Europe/Berlin", "Factory", "SystemV/EST5", "localtime", "+5:30"] {
        refused(typed);
    }
}

#[test]
fn suggestions_begin_with_what_begins_like_it() {
    insta::assert_snapshot!(labels("berlin").join("\n"), @"Berlin · Europe/Berlin · 15:32 now");
    insta::assert_snapshot!(labels("ber").join("\n"), @"
    Berlin · Europe/Berlin · 15:32 now
    Bergen · Europe/Oslo · 15:32 now
    Bermuda · Atlantic/Bermuda · 10:32 now
    Bern · Europe/Zurich · 15:32 now
    ");
    insta::assert_snapshot!(labels("Europe/Ber").join("\n"), @"Berlin · Europe/Berlin · 15:32 now");
    insta::assert_snapshot!(labels("ist").join("\n"), @"
    IST · Asia/Kolkata · 20:02 now
    IST · Asia/Jerusalem · 16:32 now
    IST · Europe/Dublin · 14:32 now
    Istanbul · Europe/Istanbul · 17:32 now
    ");
    insta::assert_snapshot!(labels("new").join("\n"), @"
    New York · America/New_York · 09:32 now
    New Orleans · America/Chicago · 08:32 now
    New Mexico · America/Denver · 07:32 now
    New Delhi · Asia/Kolkata · 20:02 now
    ");
    insta::assert_snapshot!(labels("san fransi").join("\n"), @"San Francisco · America/Los_Angeles · 06:32 now");
    insta::assert_snapshot!(labels("lodnon").join("\n"), @"London · Europe/London · 14:32 now");
    insta::assert_snapshot!(labels("utc").join("\n"), @"UTC · 14:32 now");
    assert_eq!(names("calcutta"), ["Asia/Kolkata"]);
    assert_eq!(names("utc+2"), [""; 0]);
    assert_eq!(names("america").len(), 25);
}

#[test]
fn the_servers_own_zones_come_first_before_anything_is_typed() {
    let used = ["Asia/Kathmandu", "Europe/Berlin", "Nowhere/At_All"];
    let suggested = suggest_zones("", &used, now(), 25);
    let shown: Vec<&str> = suggested.iter().map(|(label, _)| label.as_str()).take(4).collect();
    let first = [
        "Kathmandu · Asia/Kathmandu · 20:17 now",
        "Berlin · Europe/Berlin · 15:32 now",
        "UTC · 14:32 now",
        "London · Europe/London · 14:32 now",
    ];
    assert_eq!(shown, first);
    assert_eq!(suggested.len(), 25);
    assert_eq!(suggest_zones("", &used, now(), 3).len(), 3);
    let used = ["America/Santiago"];
    assert_eq!(suggest_zones("san", &used, now(), 1)[0].1, "America/Santiago", "the one in use among equals");
}

#[test]
fn every_name_that_is_suggested_is_found() {
    let atlas = Atlas::get();
    assert!(atlas.zones.len() > 400, "the database is there");
    for name in &atlas.zones {
        assert_eq!(find_zone(name).unwrap().name(), name);
    }
}

#[test]
fn the_tables_name_only_zones_that_exist_and_are_suggested() {
    let atlas = bundled();
    let all: BTreeSet<String> = TimeZoneDatabase::bundled().available().map(|name| name.as_str().to_owned()).collect();
    for (place, name) in rows(CITIES).chain(rows(LINKS)) {
        assert!(atlas.position(name).is_some(), "{place}: {name} is not in the database, or is one of former times");
    }
    for (name, _) in rows(LINKS) {
        assert!(all.contains(name), "{name} is no name of former times");
    }
}

#[test]
fn the_tables_are_sorted_and_say_nothing_twice() {
    for (table, sorted_by) in [(CITIES, key as fn(&str) -> String), (LINKS, str::to_owned)] {
        assert_eq!(rows(table).count(), table.lines().count(), "each line has a tab");
        let keys: Vec<(String, &str)> = rows(table).map(|(place, name)| (sorted_by(place), name)).collect();
        for pair in keys.windows(2) {
            assert!(pair[0] < pair[1], "{pair:?}");
        }
    }
    let atlas = bundled();
    for (place, name) in rows(CITIES) {
        assert_ne!(key(place), key(&city(name)), "{place} says what {name} says already");
    }
    assert!(atlas.entries.iter().all(|entry| entry.key == key(&entry.key) && (1..=LONGEST).contains(&entry.key.len())));
}

#[test]
fn names_of_former_times_have_the_same_clocks() {
    let database = TimeZoneDatabase::bundled();
    for (name, today) in rows(LINKS) {
        let (then, today) = (database.get(name).unwrap(), database.get(today).unwrap());
        for days in 0..366 {
            let at = now() + jiff::SignedDuration::from_hours(24 * days);
            assert_eq!(then.to_offset(at), today.to_offset(at), "{name} at {at}");
        }
    }
}

#[test]
fn these_words_are_ambiguous_and_no_others() {
    let atlas = bundled();
    let mut meanings: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for entry in &atlas.entries {
        meanings.entry(&entry.key).or_default().insert(atlas.name(entry.zone));
    }
    let ambiguous: Vec<&str> = meanings.into_iter().filter(|(_, zones)| zones.len() > 1).map(|(key, _)| key).collect();
    insta::assert_snapshot!(ambiguous.join(", "), @"ast, australia, brazil, canada, cst, dr congo, georgia, gmt, indonesia, ist, mexico, russia, san jose, san juan, united states, usa, victoria, washington");
}

#[test]
fn a_letter_that_is_missing_is_forgiven() {
    let atlas = bundled();
    for (n, (place, name)) in rows(CITIES).filter(|(place, _)| place.len() > 7).enumerate() {
        let mut letters: Vec<char> = key(place).chars().collect();
        letters.remove(1 + n * 7 % (letters.len() - 1));
        let typed: String = letters.into_iter().collect();
        // What is another name without the letter is no slip: Georgetown is not George Town.
        let is_said = atlas.entries.iter().any(|entry| entry.key.contains(&typed));
        let found = atlas.search(&typed, &[]);
        assert!(is_said || found.iter().any(|(_, zone)| atlas.name(*zone) == name), "{typed} for {place}");
    }
}

proptest! {
    #[test]
    fn no_text_is_too_much(typed in prop_oneof![any::<String>(), "[a-z/_ +0-9é-]{0,12}"], limit in 0..30_usize) {
        let suggestions = suggest_zones(&typed, &["Asia/Tokyo"], now(), limit);
        prop_assert!(suggestions.len() <= limit);
        let mut seen = BTreeSet::new();
        for (label, name) in suggestions {
            prop_assert!(label.chars().count() <= 100 && label.ends_with(" now"));
            prop_assert!(seen.insert(name.clone()), "{} twice", name);
            let zone = find_zone(&name);
            prop_assert_eq!(zone.as_ref().map(Zone::name), Ok(name.as_str()));
        }
        if let Err(sentence) = find_zone(&typed) {
            prop_assert!(sentence.chars().count() < 240 && !sentence.contains('\n'));
        }
    }
}
