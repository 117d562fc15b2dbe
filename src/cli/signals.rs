//! What signals do: SIGTERM and SIGINT stop a program, a hang-up and a file that may not grow do not kill it.

use std::io;

use tokio::signal::unix::{SignalKind, signal};

/// Returns a future that completes at the first SIGTERM or SIGINT after this call. SIGHUP is ignored: no settings are read anew,
/// and a terminal that closes takes no bot with it.
///
/// # Errors
/// When the signals cannot be watched.
pub(super) fn stop() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        loop {
            let name = tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
                _ = hangup.recv() => {
                    tracing::info!("SIGHUP is ignored: settings are read at the start, and SIGTERM stops me");
                    continue;
                }
            };
            return tracing::info!("stopping: {name} arrived, what is under way is still answered");
        }
    })
}

/// Makes writing beyond a limit of the file size fail like writing to a full disk, which is handled, in place of killing
/// the program. Needs a runtime.
///
/// # Errors
/// When the signal cannot be watched.
pub(super) fn outlive_file_limits() -> io::Result<()> {
    // The handler stays when nobody listens to it.
    signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw())).map(drop)
}
