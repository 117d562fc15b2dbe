//! Scheduled posts: pure rules. Time is an argument, what shall happen is returned as data; who does it, and what is
//! written where, is `app`'s business.
//!
//! - [`When`]: a time of day on some days in a time zone -> moments

mod days;
mod quiet;
mod when;
mod zone;

pub use days::Days;
pub use quiet::Quiet;
pub use when::When;
pub use zone::Zone;
