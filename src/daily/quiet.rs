//! Days on which a schedule does not post, by date.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Spans of days, both ends included; sorted, and none touches another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<(Date, Date)>", into = "Vec<(Date, Date)>")]
pub struct Quiet(Vec<(Date, Date)>);

impl Quiet {
    /// Spans in any order; the ends of a span, too.
    pub fn of(spans: impl IntoIterator<Item = (Date, Date)>) -> Quiet {
        let mut spans: Vec<(Date, Date)> = spans.into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect();
        spans.sort_unstable();
        let mut merged: Vec<(Date, Date)> = Vec::new();
        for (first, last) in spans {
            match merged.last_mut() {
                Some((_, end)) if end.tomorrow().map_or(true, |next| first <= next) => *end = last.max(*end),
                _ => merged.push((first, last)),
            }
        }
        Quiet(merged)
    }

    pub fn contains(&self, date: Date) -> bool {
        let after = self.0.partition_point(|(first, _)| *first <= date);
        self.0.get(..after).and_then(<[_]>::last).is_some_and(|(_, last)| date <= *last)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn spans(&self) -> &[(Date, Date)] {
        &self.0
    }

    /// The same without what is over before `today`.
    #[must_use]
    pub fn from_day(&self, today: Date) -> Quiet {
        Quiet(self.0.iter().copied().filter(|(_, last)| *last >= today).collect())
    }
}

impl From<Vec<(Date, Date)>> for Quiet {
    fn from(spans: Vec<(Date, Date)>) -> Quiet {
        Quiet::of(spans)
    }
}

impl From<Quiet> for Vec<(Date, Date)> {
    fn from(quiet: Quiet) -> Vec<(Date, Date)> {
        quiet.0
    }
}

/// `2026-12-24..2027-01-02, 2027-05-01`.
impl fmt::Display for Quiet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = |(first, last): &(Date, Date)| {
            if first == last { first.to_string() } else { format!("{first}..{last}") }
        };
        f.write_str(&self.0.iter().map(span).collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::ToSpan;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn day(n: i64) -> Date {
        date(2026, 12, 1) + n.days()
    }

    fn of(spans: &[(i64, i64)]) -> Quiet {
        Quiet::of(spans.iter().map(|(first, last)| (day(*first), day(*last))))
    }

    #[test]
    fn spans_that_overlap_or_touch_are_one() {
        let shown = |spans: &[(i64, i64)]| of(spans).to_string();
        assert_eq!(shown(&[]), "");
        assert_eq!(shown(&[(0, 0)]), "2026-12-01");
        assert_eq!(shown(&[(4, 2)]), "2026-12-03..2026-12-05", "the ends of a span in any order");
        assert_eq!(shown(&[(2, 3), (0, 1)]), "2026-12-01..2026-12-04", "neighbours");
        assert_eq!(shown(&[(0, 1), (3, 4)]), "2026-12-01..2026-12-02, 2026-12-04..2026-12-05", "a day between");
        assert_eq!(shown(&[(0, 9), (2, 3), (5, 5)]), "2026-12-01..2026-12-10", "one within another");
        let end = Quiet::of([(Date::MAX, Date::MAX), (Date::MIN, Date::MAX)]);
        assert!(end.contains(Date::MAX) && end.spans().len() == 1);
    }

    proptest! {
        #[test]
        fn contains_what_its_spans_contain(spans in prop::collection::vec((0..60_i64, 0..60_i64), 0..8), today in 0..60_i64) {
            let quiet = of(&spans);
            let naive: BTreeSet<i64> = spans.iter().flat_map(|(a, b)| *a.min(b)..=*a.max(b)).collect();
            for n in -2..62 {
                prop_assert_eq!(quiet.contains(day(n)), naive.contains(&n), "{}", day(n));
                let later = quiet.from_day(day(today));
                prop_assert_eq!(n >= today && later.contains(day(n)), n >= today && naive.contains(&n));
            }
            for pair in quiet.spans().windows(2) {
                prop_assert!(pair[0].1.tomorrow().unwrap() < pair[1].0, "{quiet} has a day between its spans");
            }
            prop_assert!(quiet.from_day(day(today)).spans().iter().all(|(_, last)| *last >= day(today)));
            prop_assert_eq!(quiet.is_empty(), naive.is_empty());
            let kept = serde_json::to_string(&quiet).unwrap();
            prop_assert_eq!(serde_json::from_str::<Quiet>(&kept).unwrap(), quiet);
        }
    }
}
