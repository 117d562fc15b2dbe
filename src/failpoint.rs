//! Points at which the process can be made to die, so that tests see what survives. Only the command line arms one, and
//! only when the Discord is a local one.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The armed point, and how often it is still passed before the process dies there.
static ARMED: OnceLock<(String, AtomicU32)> = OnceLock::new();

/// Arms `name`, or `name:N` for the N-th time that it is reached. Only the first call has an effect.
///
/// # Errors
/// With one sentence when N is no number from 1 on.
pub fn arm(spec: &str) -> Result<(), String> {
    let (name, times) = spec.split_once(':').unwrap_or((spec, "1"));
    let times: u32 = times.parse().ok().filter(|times| *times > 0).ok_or_else(|| {
        format!("BACKROAD_FAILPOINT={spec}: after the colon stands how often the point is reached, 1 or more")
    })?;
    let _armed_before = ARMED.set((name.to_owned(), AtomicU32::new(times)));
    Ok(())
}

/// Dies here, as by SIGKILL, if this point is armed.
pub fn reach(name: &str) {
    let Some((armed, left)) = ARMED.get() else { return };
    if armed == name && left.fetch_sub(1, Ordering::SeqCst) == 1 {
        std::process::abort();
    }
}
