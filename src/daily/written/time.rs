//! Times of day: `18:30`, `9`, `09.30`, `9:30 pm`, `noon`, `18h30`, `1830`.

use jiff::civil::Time;

use super::{Suggestion, folded, quoted, suggest};

/// Suggested in this order before anything is typed; the other hours follow.
const USUAL: [i8; 8] = [9, 12, 18, 8, 17, 20, 10, 15];

/// A time of day in whole minutes.
///
/// # Errors
/// A sentence for whoever typed it.
pub fn read_time(typed: &str) -> Result<Time, String> {
    const HOW: &str = "write it like 18:30 or 6:30 pm.";
    let text = folded(typed);
    if text.is_empty() {
        return Err("A time of day is missing: write it like 18:30 or 6:30 pm.".to_owned());
    }
    match read(&text) {
        Some((time, 0)) => Ok(time),
        Some(_) => Err(format!("{} has seconds, and posts keep to whole minutes: {HOW}", quoted(typed))),
        None => Err(format!("I cannot read {} as a time of day: {HOW}", quoted(typed))),
    }
}

/// Times that what is typed may become: what it says as it stands first, then whole hours, halves and quarters.
pub fn suggest_times(typed: &str) -> Vec<(String, String)> {
    let mut suggestions = Vec::new();
    let typed = folded(typed);
    if typed.is_empty() {
        for hour in USUAL.into_iter().chain(0..24) {
            suggest(&mut suggestions, suggestion(Time::constant(hour, 0, 0, 0)));
        }
        return suggestions;
    }
    if let Some((time, 0)) = read(&typed) {
        suggest(&mut suggestions, suggestion(time));
    }
    let mut begun = typed.replace(' ', "");
    if begun.starts_with(|c: char| c.is_ascii_digit()) {
        begun = begun.replace(['.', 'h'], ":");
    }
    let minutes = [0, 30, 15, 45, 5, 10, 20, 25, 35, 40, 50, 55];
    for minute in minutes {
        for hour in 0..24 {
            let time = Time::constant(hour, minute, 0, 0);
            if spellings(time).iter().any(|spelling| spelling.starts_with(&begun)) {
                suggest(&mut suggestions, suggestion(time));
            }
        }
    }
    suggestions
}

fn suggestion(time: Time) -> Suggestion {
    let value = time.strftime("%H:%M").to_string();
    (format!("{value} ({})", twelve_hours(time, " ")), value)
}

fn twelve_hours(time: Time, before_half: &str) -> String {
    let half = if time.hour() < 12 { "am" } else { "pm" };
    format!("{}:{:02}{before_half}{half}", (time.hour() + 11) % 12 + 1, time.minute())
}

fn spellings(time: Time) -> Vec<String> {
    let (hour, minute) = (time.hour(), time.minute());
    let mut spellings = vec![format!("{hour:02}:{minute:02}"), format!("{hour}:{minute:02}"), twelve_hours(time, "")];
    if minute == 0 {
        spellings.push(twelve_hours(time, "").replace(":00", ""));
    }
    match (hour, minute) {
        (0, 0) => spellings.push("midnight".to_owned()),
        (12, 0) => spellings.push("noon".to_owned()),
        _ => {}
    }
    spellings
}

/// The time and its seconds, of folded text.
fn read(text: &str) -> Option<(Time, i8)> {
    match text {
        "noon" | "midday" | "12 noon" => return Some((Time::constant(12, 0, 0, 0), 0)),
        "midnight" | "12 midnight" => return Some((Time::midnight(), 0)),
        _ => {}
    }
    let halves = [("a.m.", 0), ("p.m.", 12), ("a.m", 0), ("p.m", 12), ("am", 0), ("pm", 12)];
    let half = halves.into_iter().find_map(|(word, hours)| Some((text.strip_suffix(word)?.trim_end(), hours)));
    let (hour, minute, second) = numbers(half.map_or(text, |(clock, _)| clock))?;
    let hour = match half {
        None => hour,
        Some((_, hours)) if (1..=12).contains(&hour) => hour % 12 + hours,
        Some(_) => return None,
    };
    Some((Time::new(hour, minute, 0, 0).ok()?, second))
}

/// `18:30`, `18.30`, `18h30`, `18h`, `18`, `1830`, `18:30:00`: hours, minutes and seconds, in their ranges or not.
fn numbers(clock: &str) -> Option<(i8, i8, i8)> {
    let number = |digits: &str, widths: std::ops::RangeInclusive<usize>| {
        let plain = widths.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if plain { digits.parse::<i8>().ok() } else { None }
    };
    let Some((hour, rest)) = clock.split_once([':', '.', 'h']) else {
        if !clock.is_ascii() || clock.len() < 3 {
            return Some((number(clock, 1..=2)?, 0, 0));
        }
        let (hour, minute) = clock.split_at(clock.len() - 2);
        return Some((number(hour, 1..=2)?, number(minute, 2..=2)?, 0));
    };
    let (minute, second) = rest.split_once(':').unwrap_or((rest, "00"));
    let minute = if minute.is_empty() && clock.ends_with('h') { 0 } else { number(minute, 2..=2)? };
    let second = number(second, 2..=2).filter(|second| *second < 60)?;
    Some((number(hour, 1..=2)?, minute, second))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(typed: &str) -> Vec<String> {
        suggest_times(typed).into_iter().map(|(_, value)| value).collect()
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        for (typed, meant) in [
            ("18:30", "18:30"),
            ("9", "09:00"),
            ("09.30", "09:30"),
            ("9am", "09:00"),
            ("9:30 pm", "21:30"),
            ("9.30 P.M.", "21:30"),
            ("noon", "12:00"),
            ("Midnight", "00:00"),
            ("12 am", "00:00"),
            ("12pm", "12:00"),
            ("12:30 am", "00:30"),
            ("18h30", "18:30"),
            ("18h", "18:00"),
            ("1830", "18:30"),
            ("930", "09:30"),
            ("0930pm", "21:30"),
            ("00:00", "00:00"),
            ("18:30:00", "18:30"),
            ("１８：３０", "18:30"),
            ("  18:30\n", "18:30"),
        ] {
            let read = read_time(typed).unwrap_or_else(|sentence| panic!("{typed}: {sentence}"));
            assert_eq!(read.strftime("%H:%M").to_string(), meant, "{typed}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let refused = [
            "",
            "25:00",
            "24:00",
            "18:60",
            "18:5",
            "18:",
            ":30",
            "13pm",
            "0am",
            "h",
            "am",
            "-1",
            "+9",
            "9:30:99",
            "123456",
            "18:30:00:00",
            "half past nine",
            "９時",
            "1é3",
            "18:30 CET",
            "9:30 pm pm",
        ];
        for typed in refused {
            assert!(read_time(typed).is_err(), "{typed}");
        }
        insta::assert_snapshot!(read_time("25:00").unwrap_err(), @"I cannot read `25:00` as a time of day: write it like 18:30 or 6:30 pm.");
        insta::assert_snapshot!(read_time("18:30:15").unwrap_err(), @"`18:30:15` has seconds, and posts keep to whole minutes: write it like 18:30 or 6:30 pm.");
        insta::assert_snapshot!(read_time(" ").unwrap_err(), @"A time of day is missing: write it like 18:30 or 6:30 pm.");
    }

    #[test]
    fn suggestions_complete_what_is_typed() {
        assert_eq!(suggest_times("18.30").first().unwrap(), &("18:30 (6:30 pm)".to_owned(), "18:30".to_owned()));
        assert_eq!(values("")[..4], ["09:00", "12:00", "18:00", "08:00"]);
        assert_eq!(values("").len(), 24);
        assert_eq!(values("9")[..4], ["09:00", "21:00", "09:30", "21:30"]);
        assert_eq!(
            values("18"),
            [
                "18:00", "18:30", "18:15", "18:45", "18:05", "18:10", "18:20", "18:25", "18:35", "18:40", "18:50",
                "18:55"
            ]
        );
        assert_eq!(values("6:3"), ["06:30", "18:30", "06:35", "18:35"]);
        assert_eq!(values("6p"), ["18:00"]);
        assert_eq!(values("18:37"), ["18:37"]);
        assert_eq!(values("mid"), ["00:00"]);
        assert_eq!(values("no"), ["12:00"]);
        assert_eq!(values("tomorrow"), [""; 0]);
    }

    #[test]
    fn every_minute_is_read_back() {
        for hour in 0..24 {
            for minute in 0..60 {
                let time = Time::constant(hour, minute, 0, 0);
                let (label, value) = suggestion(time);
                assert_eq!(read_time(&value), Ok(time));
                assert_eq!(read_time(&time.to_string()), Ok(time));
                assert_eq!(read_time(&twelve_hours(time, " ")), Ok(time), "{label}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_much(typed in prop_oneof![any::<String>(), "[0-9ampnoh:. ]{0,9}"]) {
            let suggestions = suggest_times(&typed);
            prop_assert!(suggestions.len() <= 25);
            match read_time(&typed) {
                Ok(time) => prop_assert_eq!(&suggestions[0].1, &time.strftime("%H:%M").to_string()),
                Err(sentence) => prop_assert!(sentence.chars().count() < 160 && !sentence.contains('\n')),
            }
            for (label, value) in suggestions {
                prop_assert!(read_time(&value).is_ok() && label.chars().count() <= 100);
            }
        }
    }
}
