//! Scheduled posts: pure rules. Time is an argument, what shall happen is returned as data; who does it, and what is
//! written where, is `app`'s business.
//!
//! - [`When`]: a time of day on some days in a time zone -> moments
//! - [`Schedule`]: what a moderator set, and which days are settled; [`Schedule::tick`] says what is due
//! - [`choose`]: what a post is made of; [`Queue`]: what moderators want first
//! - [`Post`]: one post on its way, claimed before it is sent
//! - [`find_zone`], [`suggest_zones`]: what people call a place -> its time zone
//! - [`read_time`] and the like: what moderators type -> times, days and quiet days, or a sentence that refuses it

mod choose;
mod days;
mod post;
mod queue;
mod quiet;
mod schedule;
#[cfg(test)]
mod tests;
mod when;
mod written;
mod zone;
mod zones;

pub use choose::{Choice, Used, choose, in_order, is_postable, supply, supply_with_question};
pub use days::Days;
pub use post::{Moment, Post, PostId, Stage, Step};
pub use queue::{Queue, QueueError};
pub use quiet::Quiet;
pub use schedule::{
    Archive, Due, Filter, Kind, LeftOut, NotNow, Pause, Posted, Schedule, ScheduleId, Settings, Trouble, is_too_late,
};
pub use when::When;
pub use written::{read_days, read_quiet, read_time, suggest_days, suggest_times};
pub use zone::Zone;
pub use zones::{find_zone, suggest_zones};
