//! Mistakes that a test can switch on for its own thread, to see that the simulation finds them.

use std::cell::Cell;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    // Of the engine, which asks for them under `cfg(test)` only.
    CountTwice,
    ForgetClicks,
    ForgetClaims,
    KeepAfterRollBack,
    // Of what is around it, which the simulation plays.
    TellBeforeCommit,
    SendWithoutLooking,
    SendWithoutNonce,
    StartWithoutLooking,
    ForgetRestart,
    RecordApart,
}

thread_local! {
    static FAULT: Cell<Option<Fault>> = const { Cell::new(None) };
}

/// Whether the mistake is to be made.
pub fn is_on(fault: Fault) -> bool {
    FAULT.get() == Some(fault)
}

/// Does something while a mistake is made.
pub fn with<T>(fault: Fault, work: impl FnOnce() -> T) -> T {
    FAULT.set(Some(fault));
    let done = work();
    FAULT.set(None);
    done
}
