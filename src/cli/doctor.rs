//! `backroad doctor`: whether this machine and Discord are ready for the bot, and whether what we believe about Discord is
//! true. Asks here; `local` and the Discord room judge, `report` writes.

mod local;
mod report;

use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{Outcome, bot, runtime, signals};
use crate::config::{Config, ConfigError};
use crate::discord::{self, Finding, Seen, Verdict};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Test in this channel (its id), with messages that are deleted again, what Backroad believes about Discord
    #[arg(long, value_name = "CHANNEL", value_parser = clap::value_parser!(u64).range(1..))]
    live: Option<u64>,
    /// The folder of the database, in place of the one in the settings
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// The settings themselves are wrong, so that nothing else can be checked.
pub(super) fn bad_settings(error: &ConfigError, out: &mut impl Write) -> anyhow::Result<Outcome> {
    writeln!(out, "{}", report::line(&local::bad_settings(error)))?;
    Ok(Outcome::Failed)
}

/// `file` is the file of settings that was named.
pub(super) fn run(
    config: &Config,
    file: Option<&Path>,
    arguments: &Arguments,
    out: &mut impl Write,
) -> anyhow::Result<Outcome> {
    match arguments.live {
        Some(channel) => live(config, channel, out),
        None => check(config, file, arguments.data.as_deref().unwrap_or(&config.data), out),
    }
}

fn check(config: &Config, file: Option<&Path>, data: &Path, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let runtime = runtime()?;
    let mut findings = Vec::new();
    let mut tell = |more: Vec<Finding>| -> anyhow::Result<()> {
        for finding in more {
            writeln!(out, "{}", report::line(&finding))?;
            findings.push(finding);
        }
        Ok(())
    };
    tell(vec![local::settings(file, &variables())])?;
    tell(local::knowledge(config))?;
    tell(runtime.block_on(local::data(data, Timestamp::now())))?;
    tell(match (bot::token(config), bot::api()) {
        (Ok(token), Ok(api)) => runtime.block_on(discord::ask(&token, &api))?.findings(),
        (Err(error), _) => vec![Finding::new("token", Verdict::Problem, format!("{error:#}"))],
        (_, Err(error)) => vec![Finding::new("discord", Verdict::Problem, format!("{error:#}"))],
    })?;
    writeln!(out, "{}", report::summary(&findings))?;
    let failed = findings.iter().any(|finding| finding.verdict == Verdict::Problem);
    Ok(if failed { Outcome::Failed } else { Outcome::Done })
}

fn live(config: &Config, channel: u64, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let (token, api) = (bot::token(config)?, bot::api()?);
    let mut beliefs = Vec::new();
    let mut written = Ok(());
    let left = runtime()?.block_on(async {
        let stop = signals::stop()?;
        let tell = |belief| {
            // A reader that went away is no reason to leave messages behind.
            if written.is_ok() {
                written = writeln!(out, "{}", report::belief(&belief));
            }
            beliefs.push(belief);
        };
        anyhow::Ok(discord::test_beliefs(&token, &api, channel, stop, tell).await?)
    })?;
    written?;
    for left in &left {
        writeln!(out, "{}", report::left(left))?;
    }
    let count = |wanted: fn(&Seen) -> bool| beliefs.iter().filter(|belief| wanted(&belief.seen)).count();
    let wrong = count(|seen| matches!(seen, Seen::DoesNotHold { .. }));
    let untested = count(|seen| matches!(seen, Seen::NotTested { .. }));
    writeln!(out, "{} hold, {wrong} do not, {untested} not tested", count(|seen| *seen == Seen::Holds))?;
    writeln!(out, "what takes a member's click or a gateway session is not among them")?;
    Ok(if wrong > 0 { Outcome::Failed } else { Outcome::Done })
}

/// The names of the variables that override settings.
fn variables() -> Vec<String> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut names: Vec<String> =
        names.filter(|name| name.starts_with("BACKROAD_") && name != "BACKROAD_CONFIG").collect();
    names.sort();
    names
}
