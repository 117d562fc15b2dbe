//! Mistakes that the simulation makes on purpose, to see that it finds them.

use std::cell::Cell;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    // Of the rules.
    ForgetPosted,
    IgnoreCatchUp,
    ForgetSince,
    PostEachMissed,
    KeyByInstant,
    LoseGap,
    IgnoreQueue,
    RepeatAtRandom,
    ReportNothing,
    // Of what is around them.
    ForgetClaims,
    SendBlindly,
    LookNear,
    TakeBlindForRefused,
    SendOutOfOrder,
    SendWhilePaused,
    ChangeWithoutSettling,
    StopAtEachChange,
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
