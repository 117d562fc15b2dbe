//! `backroad backup`, `restore`, `missed` and `reports`: the database from a shell.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::{Outcome, runtime};
use crate::config::Config;
use crate::store;

#[derive(clap::Args)]
struct Data {
    /// The folder of the database, in place of the one in the settings
    #[arg(long = "data", value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl Data {
    fn or<'a>(&'a self, config: &'a Config) -> &'a Path {
        self.folder.as_deref().unwrap_or(&config.data)
    }
}

#[derive(clap::Args)]
pub(super) struct BackupArguments {
    /// The file to write, which must not exist yet; without it, one more of the bot's own backups is made
    to: Option<PathBuf>,
    #[command(flatten)]
    data: Data,
}

#[derive(clap::Args)]
pub(super) struct RestoreArguments {
    /// A file that `backroad backup` wrote
    from: PathBuf,
    #[command(flatten)]
    data: Data,
}

#[derive(clap::Args)]
pub(super) struct ListArguments {
    /// At most this many
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    #[command(flatten)]
    data: Data,
}

pub(super) fn missed(config: &Config, arguments: &ListArguments, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let missed = runtime()?.block_on(store::most_missed(arguments.data.or(config), arguments.limit))?;
    if missed.is_empty() {
        writeln!(out, "every query has found something so far")?;
    }
    for query in missed {
        writeln!(out, "{:>6}  {}", query.times, query.query)?;
    }
    Ok(Outcome::Done)
}

pub(super) fn reports(config: &Config, arguments: &ListArguments, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let reports = runtime()?.block_on(store::reports(arguments.data.or(config), arguments.limit))?;
    if reports.is_empty() {
        writeln!(out, "nobody has reported a question so far")?;
    }
    for (question, text, at_ms) in reports {
        let day = jiff::Timestamp::from_millisecond(at_ms).unwrap_or_default().strftime("%Y-%m-%d");
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(out, "{day}  {question}: {line}")?;
    }
    Ok(Outcome::Done)
}

pub(super) fn backup(config: &Config, arguments: &BackupArguments, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let (runtime, folder) = (runtime()?, arguments.data.or(config));
    let written = match &arguments.to {
        Some(to) => runtime.block_on(store::backup(folder, to)).map(|()| to.clone())?,
        None => runtime.block_on(store::make_backup(folder, config.backups))?,
    };
    writeln!(out, "wrote a checked copy of the database to {}", written.display())?;
    Ok(Outcome::Done)
}

pub(super) fn restore(config: &Config, arguments: &RestoreArguments, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let folder = arguments.data.or(config);
    let aside = runtime()?.block_on(store::restore(folder, &arguments.from))?;
    writeln!(out, "{} is now the database in {}", arguments.from.display(), folder.display())?;
    if let Some(aside) = aside {
        writeln!(out, "the database that was there before is kept in {}", aside.display())?;
    }
    Ok(Outcome::Done)
}
