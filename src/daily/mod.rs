//! Scheduled posts: pure rules. Time is an argument, what shall happen is returned as data; who does it, and what is
//! written where, is `app`'s business.
//!
//! - [`When`]: a time of day on some days in a time zone -> moments
//! - [`find_zone`], [`suggest_zones`]: what people call a place -> its time zone
//! - [`read_time`] and the like: what moderators type -> times, days and quiet days, or a sentence that refuses it

mod days;
mod quiet;
mod when;
mod written;
mod zone;
mod zones;

pub use days::Days;
pub use quiet::Quiet;
pub use when::When;
pub use written::{read_days, read_quiet, read_time, suggest_days, suggest_times};
pub use zone::Zone;
pub use zones::{find_zone, suggest_zones};
