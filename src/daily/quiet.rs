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
