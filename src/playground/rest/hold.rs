//! Requests whose answers come late or never.

use std::time::Duration;

use tokio::time::timeout;

use super::{Answer, Incoming, Step, carry_out};
use crate::playground::faults::Hold;
use crate::playground::state::Shared;

/// The answer when it is due; `None` when the connection is to be cut.
pub(super) async fn finish(shared: &Shared, incoming: &Incoming, step: Step) -> Option<Answer> {
    let (ticket, sent) = match step {
        Step::Done(sent) => return sent,
        Step::Late(ticket, sent) => (ticket, sent),
        Step::Silent(ticket) => (ticket, None),
    };
    let ended = wait(shared, ticket).await == Hold::Ended;
    shared.change(|state| {
        state.held.forget(ticket);
        if ended {
            return None;
        }
        sent.or_else(|| {
            let sent = carry_out(state, incoming);
            state.finish(incoming, Some(&sent));
            Some(sent)
        })
    })
}

async fn wait(shared: &Shared, ticket: u64) -> Hold {
    let mut changes = shared.changes();
    loop {
        changes.mark_unchanged();
        let hold = shared.read(|state| state.held.look(ticket, state.now_ms()));
        let Hold::Wait(left_ms) = hold else { return hold };
        // On a clock that stands only a change can bring the end.
        match left_ms.filter(|_| !shared.clock.stands()) {
            Some(left_ms) => {
                // An elapsed time is looked at like a change.
                let _ = timeout(Duration::from_millis(left_ms.unsigned_abs()), changes.changed()).await;
            }
            None if changes.changed().await.is_err() => return Hold::Ended,
            None => {}
        }
    }
}
