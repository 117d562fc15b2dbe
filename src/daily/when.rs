//! When a schedule posts: a time of day on some days, in a time zone, whatever its clocks do.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::AmbiguousOffset;
use serde::{Deserialize, Serialize};

use super::{Days, Quiet, Zone};

/// So many days are looked through for the next post; who is quiet for longer posts no more.
const FAR: usize = 3 * 366;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    pub time: Time,
    pub zone: Zone,
    pub days: Days,
    #[serde(default, skip_serializing_if = "Quiet::is_empty")]
    pub quiet: Quiet,
}

impl When {
    /// Whether it posts on that day of its calendar.
    pub fn is_on(&self, date: Date) -> bool {
        self.days.contains(date.weekday()) && !self.quiet.contains(date)
    }

    /// What day it is there.
    pub fn date_at(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.rules().clone()).date()
    }

    /// The first moment at which the clocks of that day show the time or a later one: where they are put forward over it,
    /// the moment after; where they show it twice, the first time. `None` when the zone has no such day (Samoa had no
    /// 30 December 2011).
    pub fn moment_on(&self, date: Date) -> Option<Timestamp> {
        let rules = self.zone.rules();
        let civil = date.to_datetime(self.time);
        let moment = match rules.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
                offset.to_timestamp(civil).ok()?
            }
            AmbiguousOffset::Gap { after, .. } => {
                // With the later offset the time lies before the gap: the gap's end is the next change.
                rules.following(after.to_timestamp(civil).ok()?).next()?.timestamp()
            }
        };
        let begins = date.to_zoned(rules.clone()).ok()?;
        (begins.date() == date).then_some(moment)
    }

    /// The days from `first` on, with their moments, in order; ends when there is none for about three years.
    pub fn occurrences(&self, first: Date) -> impl Iterator<Item = (Date, Timestamp)> + '_ {
        let mut day = Some(first);
        std::iter::from_fn(move || {
            for _ in 0..FAR {
                let date = day?;
                day = date.tomorrow().ok();
                if self.is_on(date)
                    && let Some(moment) = self.moment_on(date)
                {
                    return Some((date, moment));
                }
            }
            day = None;
            None
        })
    }
}

#[cfg(test)]
mod tests;
