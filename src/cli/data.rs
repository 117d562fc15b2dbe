//! `backroad backup`, `restore` and `missed`: the database from a shell.

use std::io::Write;
use std::path::PathBuf;

use super::{Outcome, runtime};
use crate::config::Config;
use crate::store;

#[derive(clap::Args)]
pub(super) struct BackupArguments {
    /// The file to write; it must not exist yet
    to: PathBuf,
}

#[derive(clap::Args)]
pub(super) struct RestoreArguments {
    /// A file that `backroad backup` wrote
    from: PathBuf,
}

#[derive(clap::Args)]
pub(super) struct MissedArguments {
    /// At most this many
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

pub(super) fn missed(config: &Config, arguments: &MissedArguments, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let missed = runtime()?.block_on(store::most_missed(&config.data, arguments.limit))?;
    if missed.is_empty() {
        writeln!(out, "every query has found something so far")?;
    }
    for query in missed {
        writeln!(out, "{:>6}  {}", query.times, query.query)?;
    }
    Ok(Outcome::Done)
}

pub(super) fn backup(config: &Config, arguments: &BackupArguments, out: &mut impl Write) -> anyhow::Result<Outcome> {
    runtime()?.block_on(store::backup(&config.data, &arguments.to))?;
    writeln!(out, "wrote a checked copy of the database to {}", arguments.to.display())?;
    Ok(Outcome::Done)
}

pub(super) fn restore(config: &Config, arguments: &RestoreArguments, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let aside = runtime()?.block_on(store::restore(&config.data, &arguments.from))?;
    writeln!(out, "{} is now the database in {}", arguments.from.display(), config.data.display())?;
    if let Some(aside) = aside {
        writeln!(out, "the database that was there before is kept as {}", aside.display())?;
    }
    Ok(Outcome::Done)
}
