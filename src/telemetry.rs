//! Where logs go: one subscriber, on standard error, so that standard output stays a program's own.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts logging with a filter such as `info` or `info,backroad::discord=debug`. A second call changes nothing.
pub fn start(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let _already_started = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        // It would be said on the very stream that failed, and a reader that went away must not take the bot with it.
        .log_internal_errors(false)
        .try_init();
}
