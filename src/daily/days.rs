//! The days of the week on which a schedule posts.

use std::fmt;

use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};

/// Never empty: bit 0 is Monday, bit 6 Sunday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Days(u8);

impl Days {
    pub const ALL: Days = Days(0b111_1111);
    pub const WEEKDAYS: Days = Days(0b001_1111);
    pub const WEEKEND: Days = Days(0b110_0000);

    /// `None` when there is no day among them.
    pub fn of(days: impl IntoIterator<Item = Weekday>) -> Option<Days> {
        Days::try_from(days.into_iter().fold(0, |all, day| all | bit(day))).ok()
    }

    pub fn contains(self, day: Weekday) -> bool {
        self.0 & bit(day) != 0
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day.to_monday_zero_offset()
}

impl TryFrom<u8> for Days {
    type Error = String;

    fn try_from(bits: u8) -> Result<Days, String> {
        if bits == 0 || bits > Days::ALL.0 { Err(format!("{bits} is no set of days")) } else { Ok(Days(bits)) }
    }
}

impl From<Days> for u8 {
    fn from(days: Days) -> u8 {
        days.0
    }
}

/// `every day`, `Mon–Fri`, `Mon, Wed–Fri`.
impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Days::ALL {
            return f.write_str("every day");
        }
        const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let on = |day: usize| self.0 & (1 << day) != 0;
        let mut runs: Vec<String> = Vec::new();
        let mut day = 0;
        while day < 7 {
            if !on(day) {
                day += 1;
                continue;
            }
            let first = day;
            while day < 7 && on(day) {
                day += 1;
            }
            let name = |day: usize| NAMES.get(day).copied().unwrap_or_default();
            runs.push(match day - first {
                1 => name(first).to_owned(),
                2 => format!("{}, {}", name(first), name(day - 1)),
                _ => format!("{}–{}", name(first), name(day - 1)),
            });
        }
        f.write_str(&runs.join(", "))
    }
}
