//! Days of the week: `every day`, `weekdays`, `mon-fri`, `Fri–Mon`, `mon, wed & fri`, `tuesdays`.

use std::iter::successors;

use jiff::civil::Weekday;

use super::{Suggestion, folded, quoted, suggest};
use crate::daily::Days;
use crate::nearest::nearest;

const HOW: &str = "write days like Mon–Fri, weekends, or Mon, Wed & Fri.";

/// What a word may be the beginning of.
const WORDS: [(&str, Word); 14] = [
    ("mondays", Word::Day(Weekday::Monday)),
    ("tuesdays", Word::Day(Weekday::Tuesday)),
    ("wednesdays", Word::Day(Weekday::Wednesday)),
    ("thursdays", Word::Day(Weekday::Thursday)),
    ("fridays", Word::Day(Weekday::Friday)),
    ("saturdays", Word::Day(Weekday::Saturday)),
    ("sundays", Word::Day(Weekday::Sunday)),
    ("weekdays", Word::Set(Days::WEEKDAYS)),
    ("workdays", Word::Set(Days::WEEKDAYS)),
    ("weekends", Word::Set(Days::WEEKEND)),
    ("everyday", Word::Set(Days::ALL)),
    ("daily", Word::Set(Days::ALL)),
    ("days", Word::Set(Days::ALL)),
    ("all", Word::Set(Days::ALL)),
];

#[derive(Clone, Copy, PartialEq)]
enum Word {
    Day(Weekday),
    Set(Days),
}

/// Days of the week.
///
/// # Errors
/// A sentence for whoever typed it.
pub fn read_days(typed: &str) -> Result<Days, String> {
    // A comma or a word for it separates; a dash stands between the ends of a range, whatever it looks like.
    let mut text = String::new();
    for c in folded(typed).chars() {
        match c {
            ',' | ';' | '&' | '+' | '/' | '|' => text.push_str(" , "),
            '-' | '~' | '\u{2010}'..='\u{2015}' | '\u{2212}' => text.push_str(" - "),
            c => text.push(c),
        }
    }
    let refuse = |why: &str| format!("{} {why}: {HOW}", quoted(typed));
    let mut days: Vec<Weekday> = Vec::new();
    let mut last = Last::Nothing;
    for word in text.replace("..", " - ").split_whitespace() {
        let word = word.trim_end_matches('.');
        last = match (word, last) {
            ("" | "every" | "each" | "on", last) => last,
            (",", Last::RangeFrom(_)) => return Err(refuse("has a range without an end")),
            ("and" | ",", _) => Last::Nothing,
            ("-" | "to" | "thru" | "through" | "till" | "until", Last::Day(first)) => Last::RangeFrom(first),
            ("-" | "to" | "thru" | "through" | "till" | "until", Last::Nothing | Last::RangeFrom(_)) => {
                return Err(refuse("has a range that does not go from one day to another"));
            }
            (word, last) => match (meaning(word)?, last) {
                (Word::Day(end), Last::RangeFrom(first)) => {
                    let range = successors(Some(first), |day| Some(day.next()));
                    days.extend(range.take(days_between(first, end) + 1));
                    Last::Nothing
                }
                (Word::Set(_), Last::RangeFrom(_)) => {
                    return Err(refuse("has a range that does not go from one day to another"));
                }
                (Word::Day(day), _) => {
                    days.push(day);
                    Last::Day(day)
                }
                (Word::Set(set), _) => {
                    days.extend(WEEK.into_iter().filter(|day| set.contains(*day)));
                    Last::Nothing
                }
            },
        };
    }
    if matches!(last, Last::RangeFrom(_)) {
        return Err(refuse("has a range without an end"));
    }
    Days::of(days).ok_or_else(|| {
        if folded(typed).is_empty() { format!("The days are missing: {HOW}") } else { refuse("names no day") }
    })
}

/// Days that what is typed may become: what it says as it stands first, then its last word completed, then more days.
pub fn suggest_days(typed: &str) -> Vec<(String, String)> {
    if folded(typed).is_empty() {
        let single = WEEK.into_iter().filter_map(|day| Days::of([day]));
        return usual().chain(single).map(suggestion).collect();
    }
    let mut suggestions = Vec::new();
    let read = read_days(typed).ok();
    if let Some(days) = read {
        suggest(&mut suggestions, suggestion(days));
    }
    let word_begins =
        typed.char_indices().rev().find(|(_, c)| !c.is_alphanumeric()).map_or(0, |(at, c)| at + c.len_utf8());
    let (before, word) = typed.split_at(word_begins);
    let word = folded(word);
    for (name, _) in WORDS.iter().filter(|(name, _)| name.starts_with(&word)) {
        if let Ok(days) = read_days(&format!("{before}{name}")) {
            suggest(&mut suggestions, suggestion(days));
        }
    }
    if let Some(days) = read {
        for more in usual().filter(|more| WEEK.into_iter().all(|day| more.contains(day) || !days.contains(day))) {
            suggest(&mut suggestions, suggestion(more));
        }
        for day in WEEK {
            let more = WEEK.into_iter().filter(|known| days.contains(*known)).chain([day]);
            Days::of(more).into_iter().for_each(|more| suggest(&mut suggestions, suggestion(more)));
        }
    } else if let Some(near) = nearest(&word, WORDS.map(singular))
        && let Ok(days) = read_days(&format!("{before}{near}"))
    {
        suggest(&mut suggestions, suggestion(days));
    }
    suggestions
}

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// What the words before have come to.
#[derive(Clone, Copy)]
enum Last {
    Nothing,
    /// A range may go on from it.
    Day(Weekday),
    RangeFrom(Weekday),
}

fn days_between(first: Weekday, end: Weekday) -> usize {
    usize::try_from(first.until(end)).unwrap_or_default()
}

/// What a word means: a name, a beginning that only one meaning has, an abbreviation with an `s` (`weds`).
fn meaning(word: &str) -> Result<Word, String> {
    let begun_by = |beginning: &str| -> Vec<(&'static str, Word)> {
        let mut meanings: Vec<(&'static str, Word)> = Vec::new();
        for (name, meaning) in WORDS.into_iter().filter(|(name, _)| name.starts_with(beginning)) {
            if !meanings.iter().any(|(_, known)| *known == meaning) {
                meanings.push((name, meaning));
            }
        }
        meanings
    };
    let mut meanings = begun_by(word);
    if let ([], Some(singular)) = (meanings.as_slice(), word.strip_suffix('s')) {
        meanings = begun_by(singular);
    }
    match meanings.as_slice() {
        [(_, meaning)] => Ok(*meaning),
        [] => {
            let near = nearest(word, WORDS.map(singular));
            let hint = near.map_or_else(|| HOW.to_owned(), |near| format!("did you mean {}?", titled(near)));
            Err(format!("I know no day called {}: {hint}", quoted(word)))
        }
        several => {
            let names: Vec<String> = several.iter().map(|named| titled(singular(*named))).collect();
            Err(format!("{} could mean {}: write a letter more.", quoted(word), names.join(" or ")))
        }
    }
}

/// The word for one day, or for a set as it stands.
fn singular((name, word): (&'static str, Word)) -> &'static str {
    if matches!(word, Word::Day(_)) { name.trim_end_matches('s') } else { name }
}

/// Days are written with a capital.
fn titled(name: &str) -> String {
    match name.strip_suffix("day").and(name.get(..1)) {
        Some(first) => format!("{}{}", first.to_uppercase(), name.get(1..).unwrap_or_default()),
        None => name.to_owned(),
    }
}

fn suggestion(days: Days) -> Suggestion {
    let value = days.to_string();
    let label = match days {
        Days::WEEKDAYS => format!("weekdays ({value})"),
        Days::WEEKEND => format!("weekends ({value})"),
        _ => value.clone(),
    };
    (label, value)
}

/// What is suggested before anything is typed, followed by the single days.
fn usual() -> impl Iterator<Item = Days> {
    use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
    let some = [Days::of([Monday, Wednesday, Friday]), Days::of([Tuesday, Thursday])];
    [Days::ALL, Days::WEEKDAYS, Days::WEEKEND].into_iter().chain(some.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(typed: &str) -> Vec<String> {
        suggest_days(typed).into_iter().map(|(_, value)| value).collect()
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        for (typed, meant) in [
            ("every day", "every day"),
            ("Everyday", "every day"),
            ("daily", "every day"),
            ("all", "every day"),
            ("each day", "every day"),
            ("weekdays", "Mon–Fri"),
            ("weekday", "Mon–Fri"),
            ("every weekday", "Mon–Fri"),
            ("weekend", "Sat, Sun"),
            ("weekends", "Sat, Sun"),
            ("mon-fri", "Mon–Fri"),
            ("Mon–Fri", "Mon–Fri"),
            ("mon - fri", "Mon–Fri"),
            ("Monday to Friday", "Mon–Fri"),
            ("M-F", "Mon–Fri"),
            ("mon..wed", "Mon–Wed"),
            ("fri-mon", "Mon, Fri–Sun"),
            ("sun-sat", "every day"),
            ("mon-mon", "Mon"),
            ("mon, wed & fri", "Mon, Wed, Fri"),
            ("mon wed fri", "Mon, Wed, Fri"),
            ("fri; wed/mon", "Mon, Wed, Fri"),
            ("mon.,wed.", "Mon, Wed"),
            ("on tuesdays and thursdays", "Tue, Thu"),
            ("tues, thurs, weds", "Tue–Thu"),
            ("weekdays and sat", "Mon–Sat"),
            ("mon-wed, fri-sat", "Mon–Wed, Fri, Sat"),
            ("mo", "Mon"),
            ("sunday", "Sun"),
        ] {
            let read = read_days(typed).unwrap_or_else(|sentence| panic!("{typed}: {sentence}"));
            assert_eq!(read.to_string(), meant, "{typed}");
        }
    }

    #[test]
    fn what_is_no_day_is_refused_with_a_hint() {
        let refused = |typed: &str| read_days(typed).unwrap_err();
        insta::assert_snapshot!(refused(""), @"The days are missing: write days like Mon–Fri, weekends, or Mon, Wed & Fri.");
        insta::assert_snapshot!(refused("mondya"), @"I know no day called `mondya`: did you mean Monday?");
        insta::assert_snapshot!(refused("mon, wensday"), @"I know no day called `wensday`: did you mean Wednesday?");
        insta::assert_snapshot!(refused("weekedns"), @"I know no day called `weekedns`: did you mean weekends?");
        insta::assert_snapshot!(refused("t"), @"`t` could mean Tuesday or Thursday: write a letter more.");
        insta::assert_snapshot!(refused("we"), @"`we` could mean Wednesday or weekdays or weekends: write a letter more.");
        insta::assert_snapshot!(refused("montag"), @"I know no day called `montag`: did you mean Monday?");
        insta::assert_snapshot!(refused("1-5"), @"I know no day called `1`: write days like Mon–Fri, weekends, or Mon, Wed & Fri.");
        insta::assert_snapshot!(refused("every"), @"`every` names no day: write days like Mon–Fri, weekends, or Mon, Wed & Fri.");
        insta::assert_snapshot!(refused("mon-"), @"`mon-` has a range without an end: write days like Mon–Fri, weekends, or Mon, Wed & Fri.");
        insta::assert_snapshot!(refused("-fri"), @"`-fri` has a range that does not go from one day to another: write days like Mon–Fri, weekends, or Mon, Wed & Fri.");
        insta::assert_snapshot!(refused("mon-wed-fri"), @"`mon-wed-fri` has a range that does not go from one day to another: write days like Mon–Fri, weekends, or Mon, Wed & Fri.");
        insta::assert_snapshot!(refused("mon-weekend"), @"`mon-weekend` has a range that does not go from one day to another: write days like Mon–Fri, weekends, or Mon, Wed & Fri.");
        insta::assert_snapshot!(refused("mon-, fri"), @"`mon-, fri` has a range without an end: write days like Mon–Fri, weekends, or Mon, Wed & Fri.");
    }

    #[test]
    fn suggestions_complete_what_is_typed() {
        assert_eq!(
            values(""),
            [
                "every day",
                "Mon–Fri",
                "Sat, Sun",
                "Mon, Wed, Fri",
                "Tue, Thu",
                "Mon",
                "Tue",
                "Wed",
                "Thu",
                "Fri",
                "Sat",
                "Sun"
            ]
        );
        assert_eq!(suggest_days("WEEKD")[0], ("weekdays (Mon–Fri)".to_owned(), "Mon–Fri".to_owned()));
        assert_eq!(values("mon")[..4], ["Mon", "every day", "Mon–Fri", "Mon, Wed, Fri"]);
        assert_eq!(values("mon, w")[..2], ["Mon, Wed", "Mon–Fri"]);
        assert_eq!(values("mon-"), ["Mon", "Mon, Tue", "Mon–Wed", "Mon–Thu", "Mon–Fri", "Mon–Sat", "every day"]);
        assert_eq!(values("t"), ["Tue", "Thu"]);
        assert_eq!(values("mon, tusday"), ["Mon, Tue"]);
        assert_eq!(values("never"), [""; 0]);
    }

    #[test]
    fn every_set_of_days_is_read_back() {
        for bits in 1..128 {
            let days = Days::try_from(bits).unwrap();
            assert_eq!(read_days(&days.to_string()), Ok(days));
            assert_eq!(suggest_days(&days.to_string()).first(), Some(&suggestion(days)));
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_much(typed in prop_oneof![any::<String>(), "[a-z,& –-]{0,12}", "((mon|tu|wed|fri|sun)(-|,| |to|..)){0,5}"]) {
            let suggestions = suggest_days(&typed);
            prop_assert!(suggestions.len() <= 25);
            match read_days(&typed) {
                Ok(days) => prop_assert_eq!(&suggestions[0].1, &days.to_string()),
                Err(sentence) => prop_assert!(sentence.chars().count() < 200 && !sentence.contains('\n')),
            }
            for (label, value) in suggestions {
                prop_assert!(read_days(&value).is_ok() && label.chars().count() <= 100);
            }
        }
    }
}
