//! Quiet days by date: `2026-12-24`, `2026-12-24..2027-01-02`, `24 Dec 2026`, several with commas. In digits only the year
//! first, because `12/10` is another day on the other side of an ocean.

use jiff::civil::Date;

use super::{folded, quoted};
use crate::daily::Quiet;

/// So many spans are kept, each of so many days at most.
const SPANS: usize = 20;
const SPAN_DAYS: i64 = 366;

/// Between the first and the last day of a span.
const TO: [&str; 9] = ["...", "..", "–", "—", " - ", " to ", " until ", " till ", " through "];

/// Quiet days; none for nothing typed and for `none`.
///
/// # Errors
/// A sentence for whoever typed it: what is no date, is over before `today`, ends before it begins or is too long.
pub fn read_quiet(typed: &str, today: Date) -> Result<Quiet, String> {
    let text = folded(typed);
    if text == "none" {
        return Ok(Quiet::default());
    }
    let mut spans = Vec::new();
    for written in text.replace(" and ", ",").split([',', ';', '&']).map(str::trim).filter(|span| !span.is_empty()) {
        let (first, last) = TO.into_iter().find_map(|to| written.split_once(to)).unwrap_or((written, written));
        let (first, last) = (read_date(first, today)?, read_date(last, today)?);
        if last < first {
            return Err(format!("{} ends before it begins: write the earlier day first.", quoted(written)));
        }
        if last < today {
            return Err(format!("{} is over already: today is {today}.", quoted(written)));
        }
        spans.push((first, last));
    }
    // The limits hold for what is kept: spans that touch each other are one.
    let quiet = Quiet::of(spans);
    if let Some((first, last)) = quiet.spans().iter().find(|(first, last)| days_from(*first, *last) > SPAN_DAYS) {
        let days = days_from(*first, *last);
        return Err(format!(
            "`{first}..{last}` are {days} quiet days, and {SPAN_DAYS} in a row are the most: for a longer rest, pause the schedule."
        ));
    }
    if quiet.spans().len() > SPANS {
        let spans = quiet.spans().len();
        return Err(format!(
            "Those are {spans} spans of quiet days, and {SPANS} are the most: leave out the latest ones."
        ));
    }
    Ok(quiet)
}

/// Both included.
fn days_from(first: Date, last: Date) -> i64 {
    i64::from((last - first).get_days()) + 1
}

fn read_date(written: &str, today: Date) -> Result<Date, String> {
    let written = written.trim();
    let refuse = |why: &str| {
        let what = if written.is_empty() { "A day beside `..`".to_owned() } else { quoted(written) };
        format!("{what} {why}: write year-month-day, like {today} or {today}..{}.", week_after(today))
    };
    if let Some(date) = with_month_name(written) {
        return Ok(date);
    }
    let dashed = written.replace(['\u{2010}', '\u{2011}', '\u{2212}', '/', '.'], "-");
    let mut parts = dashed.split('-');
    let mut number = |widths: std::ops::RangeInclusive<usize>| {
        let digits = parts.next()?;
        let plain = widths.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if plain { digits.parse::<i16>().ok() } else { None }
    };
    let numbers = (number(4..=4), number(1..=2), number(1..=2));
    let (Some(year), Some(month), Some(day)) = numbers else {
        return Err(refuse(match written {
            "" => "is missing",
            digits if digits.contains(|c: char| c.is_ascii_digit()) => "is no date that everybody reads alike",
            _ => "is no date",
        }));
    };
    if parts.next().is_some() {
        return Err(refuse("is no date that everybody reads alike"));
    }
    let date =
        i8::try_from(month).ok().zip(i8::try_from(day).ok()).and_then(|(month, day)| Date::new(year, month, day).ok());
    date.ok_or_else(|| refuse("is no day of the calendar"))
}

/// `24 Dec 2026`, `December 24 2026`: whoever names the month is read alike everywhere.
fn with_month_name(written: &str) -> Option<Date> {
    let words = written.replace('.', " ");
    let plain = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let forms = ["%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y"];
    forms.into_iter().find_map(|form| Date::strptime(form, &plain).ok())
}

fn week_after(today: Date) -> Date {
    today.saturating_add(jiff::Span::new().days(7))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const TODAY: Date = date(2026, 11, 21);

    fn read(typed: &str) -> Result<Quiet, String> {
        read_quiet(typed, TODAY)
    }

    #[test]
    fn quiet_days_are_read_as_people_write_them() {
        for (typed, meant) in [
            ("", ""),
            ("none", ""),
            ("2026-12-24", "2026-12-24"),
            ("2026-12-24..2027-01-02", "2026-12-24..2027-01-02"),
            ("2026-12-24 to 2027-01-02", "2026-12-24..2027-01-02"),
            ("2026-12-24 – 2027-01-02", "2026-12-24..2027-01-02"),
            ("2026-12-24 - 2027-01-02", "2026-12-24..2027-01-02"),
            ("2026-12-24…2027-01-02", "2026-12-24..2027-01-02"),
            ("2026/12/24", "2026-12-24"),
            ("24 Dec 2026", "2026-12-24"),
            ("24. December 2026 to 2 Jan 2027", "2026-12-24..2027-01-02"),
            ("dec 24 2026", "2026-12-24"),
            ("2026.12.24..2027.1.2", "2026-12-24..2027-01-02"),
            ("2027-05-01, 2026-12-24..2026-12-26,", "2026-12-24..2026-12-26, 2027-05-01"),
            ("2026-12-24 and 2026-12-25", "2026-12-24..2026-12-25"),
            ("2026-11-21", "2026-11-21"),
            ("2026-11-01..2026-11-21", "2026-11-01..2026-11-21"),
            ("2027-01-01..2028-01-01", "2027-01-01..2028-01-01"),
        ] {
            let quiet = read(typed).unwrap_or_else(|sentence| panic!("{typed}: {sentence}"));
            assert_eq!(quiet.to_string(), meant, "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused_with_the_way_to_write_it() {
        let refused = |typed: &str| read(typed).unwrap_err();
        insta::assert_snapshot!(refused("24.12."), @"`24.12.` is no date that everybody reads alike: write year-month-day, like 2026-11-21 or 2026-11-21..2026-11-28.");
        insta::assert_snapshot!(refused("12/24"), @"`12/24` is no date that everybody reads alike: write year-month-day, like 2026-11-21 or 2026-11-21..2026-11-28.");
        insta::assert_snapshot!(refused("12/24/2026"), @"`12/24/2026` is no date that everybody reads alike: write year-month-day, like 2026-11-21 or 2026-11-21..2026-11-28.");
        insta::assert_snapshot!(refused("christmas"), @"`christmas` is no date: write year-month-day, like 2026-11-21 or 2026-11-21..2026-11-28.");
        insta::assert_snapshot!(refused("2026-12-24-25"), @"`2026-12-24-25` is no date that everybody reads alike: write year-month-day, like 2026-11-21 or 2026-11-21..2026-11-28.");
        insta::assert_snapshot!(refused("2027-02-29"), @"`2027-02-29` is no day of the calendar: write year-month-day, like 2026-11-21 or 2026-11-21..2026-11-28.");
        insta::assert_snapshot!(refused("2026-12-24.."), @"A day beside `..` is missing: write year-month-day, like 2026-11-21 or 2026-11-21..2026-11-28.");
        insta::assert_snapshot!(refused("2027-01-02..2026-12-24"), @"`2027-01-02..2026-12-24` ends before it begins: write the earlier day first.");
        insta::assert_snapshot!(refused("2026-11-20"), @"`2026-11-20` is over already: today is 2026-11-21.");
        insta::assert_snapshot!(refused("2027-01-01..2028-01-02"), @"`2027-01-01..2028-01-02` are 367 quiet days, and 366 in a row are the most: for a longer rest, pause the schedule.");
        insta::assert_snapshot!(refused("2027-01-01..2027-12-31, 2028-01-01..2028-12-31"), @"`2027-01-01..2028-12-31` are 731 quiet days, and 366 in a row are the most: for a longer rest, pause the schedule.");
        let many = |spans: i8| (1..=spans).map(|n| format!("{}-01-0{}", 2027 + i16::from(n / 4), n % 4 * 2 + 1));
        assert!(read(&many(20).collect::<Vec<_>>().join(", ")).is_ok());
        insta::assert_snapshot!(refused(&many(21).collect::<Vec<_>>().join(", ")), @"Those are 21 spans of quiet days, and 20 are the most: leave out the latest ones.");
    }

    fn spans() -> impl Strategy<Value = Vec<(i64, i64)>> {
        proptest::collection::vec((-2..20_000_i64, 0..200_i64), 0..=22)
    }

    proptest! {
        #[test]
        fn what_is_read_is_read_back(spans in spans()) {
            let day = |n: i64| TODAY + jiff::Span::new().days(n);
            let written: Vec<String> = spans.iter().map(|(from, days)| format!("{}..{}", day(*from), day(from + days))).collect();
            if let Ok(quiet) = read(&written.join(", ")) {
                prop_assert_eq!(&read(&quiet.to_string()), &Ok(quiet.clone()));
                prop_assert!(quiet.spans().len() <= SPANS);
                for (from, days) in spans {
                    prop_assert!(quiet.contains(day(from)) && quiet.contains(day(from + days)));
                }
            }
        }

        #[test]
        fn no_text_is_too_much(typed in prop_oneof![any::<String>(), "[0-9.,/ to–-]{0,24}", "[12][09][0-9]{2}-[0-9]{1,2}-[0-9]{1,2}(,|..| to )?[0-9]{0,4}-?1?-?1?"]) {
            match read(&typed) {
                Ok(quiet) => prop_assert_eq!(read(&quiet.to_string()), Ok(quiet)),
                Err(sentence) => prop_assert!(sentence.chars().count() < 200 && !sentence.contains('\n')),
            }
        }
    }
}
