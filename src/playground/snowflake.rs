//! Discord's ids: 64-bit numbers that carry the millisecond of their making in the upper 42 bits.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// Discord's epoch, 2015-01-01T00:00:00Z, in Unix milliseconds.
const EPOCH_MS: i64 = 1_420_070_400_000;

/// An id. Written as a decimal string in JSON, because JavaScript numbers are too short for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Snowflake(u64);

impl Snowflake {
    /// The lowest id of a millisecond (Unix time). Moments before 2015 give id 0.
    pub const fn at_ms(unix_ms: i64) -> Self {
        let since_epoch = unix_ms.saturating_sub(EPOCH_MS);
        Self(if since_epoch < 0 { 0 } else { (since_epoch as u64) << 22 })
    }

    /// The `index`-th id of a millisecond; the lower 22 bits hold the index.
    pub const fn nth_at_ms(unix_ms: i64, index: u64) -> Self {
        Self(Self::at_ms(unix_ms).0 | (index & 0x3F_FFFF))
    }

    pub const fn get(self) -> u64 {
        self.0
    }

    /// When the id was made, in Unix milliseconds.
    pub const fn created_ms(self) -> i64 {
        (self.0 >> 22) as i64 + EPOCH_MS
    }
}

impl From<u64> for Snowflake {
    fn from(value: u64) -> Self {
        Self(value)
    }
}

impl From<Snowflake> for Value {
    fn from(id: Snowflake) -> Self {
        id.to_string().into()
    }
}

impl fmt::Display for Snowflake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Discord takes digits only: no sign, no spaces.
impl FromStr for Snowflake {
    type Err = NotASnowflake;

    fn from_str(text: &str) -> Result<Self, NotASnowflake> {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotASnowflake);
        }
        text.parse().map(Self).map_err(|_| NotASnowflake)
    }
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is a number of at most twenty digits")]
pub struct NotASnowflake;

impl Serialize for Snowflake {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Hands out ids that only ever grow, also when the clock stands still or goes back.
#[derive(Debug, Default)]
pub(super) struct Snowflakes {
    last: u64,
}

impl Snowflakes {
    pub(super) fn next(&mut self, now_ms: i64) -> Snowflake {
        self.last = Snowflake::at_ms(now_ms).0.max(self.last + 1);
        Snowflake(self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_when_it_was_made() {
        // The example of Discord's reference page.
        assert_eq!(Snowflake(175_928_847_299_117_063).created_ms(), 1_462_015_105_796);
        assert_eq!(Snowflake::at_ms(1_462_015_105_796).created_ms(), 1_462_015_105_796);
    }

    #[test]
    fn ids_grow_even_when_the_clock_goes_back() {
        let mut ids = Snowflakes::default();
        let first = ids.next(1_700_000_000_000);
        let second = ids.next(1_700_000_000_000);
        let third = ids.next(1_600_000_000_000);
        assert!(first < second && second < third);
    }

    #[test]
    fn only_digits_are_an_id() {
        for text in ["", "-1", "+1", " 1", "1e3", "99999999999999999999999"] {
            assert_eq!(text.parse::<Snowflake>(), Err(NotASnowflake), "{text:?}");
        }
        assert_eq!("42".parse(), Ok(Snowflake(42)));
    }
}
