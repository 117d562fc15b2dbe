//! The command line: arguments -> settings -> one function for each command -> an exit code.
//! 0 done, 1 the work failed or a check found problems, 2 bad usage.

mod ask;
mod bot;
mod check;
mod coverage;
mod data;
mod doctor;
mod eval;
mod index;
mod new;
mod reload;
mod search;
mod signals;
mod tune;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand, ValueEnum};

use crate::app::Knowledge;
use crate::config::Config;
use crate::content::{self, ItemKind, Library, QuestionKind};
use crate::search::{MOST_HITS, Opened, SearchError};
use crate::telemetry;

/// A Discord bot for communities that learn backend development.
#[derive(Parser)]
#[command(name = "backroad", version, arg_required_else_help = true)]
struct Arguments {
    /// The file of settings; config.toml in this folder, if there is one
    #[arg(long, global = true, value_name = "FILE", env = "BACKROAD_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Try the bot in a local Discord: no account, no token, no network
    Playground(bot::PlaygroundArguments),
    /// Run the bot on Discord; the token comes from DISCORD_TOKEN
    Run,
    /// Check the settings, the token, the folders and what Discord says of the bot
    Doctor(doctor::Arguments),
    /// Validate all content; every problem with its place and remedy
    Check(check::Arguments),
    /// Build the search index
    Index,
    /// Show what /ask would find
    Search {
        /// What people would ask
        #[arg(required_unless_present = "stdin", conflicts_with = "stdin")]
        query: Vec<String>,
        /// Read one query a line from standard input
        #[arg(long)]
        stdin: bool,
        /// Print one JSON object a line
        #[arg(long)]
        json: bool,
        /// Explain how the words were understood and what made each score
        #[arg(long)]
        explain: bool,
        /// At most this many hits
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=MOST_HITS as u64))]
        limit: u64,
        /// Only items of this kind
        #[arg(long, value_enum)]
        kind: Option<Kind>,
    },
    /// Measure the search on labelled queries
    Eval(eval::Arguments),
    /// Answer a question in the terminal
    Ask(ask::Arguments),
    /// Write a valid skeleton of an item
    #[command(subcommand)]
    New(New),
    /// List the queries that most often found nothing: what the library lacks
    Missed(data::ListArguments),
    /// List what members say is wrong with questions, the newest first
    Reports(data::ListArguments),
    /// Copy the database, also while the bot runs
    Backup(data::BackupArguments),
    /// Put a backup in the place of the database
    Restore(data::RestoreArguments),
}

#[derive(Subcommand)]
enum New {
    /// A topic, in the folder of its area
    Topic {
        id: String,
        /// An id in areas.toml
        #[arg(long)]
        area: String,
        /// Without it, the id suggests one
        #[arg(long)]
        title: Option<String>,
    },
    /// An interview question, in the folder of its topic's area
    Question {
        id: String,
        /// The id of the topic that it is about
        #[arg(long)]
        topic: String,
        /// choice, multi, truefalse, short, order or open
        #[arg(long, default_value = "choice", value_parser = new::parse_kind)]
        kind: QuestionKind,
    },
    /// A project
    Project {
        id: String,
        /// The id of the topic that it practises most
        #[arg(long)]
        topic: String,
    },
    /// A roadmap
    Roadmap {
        id: String,
        /// The id of a topic of its first stage
        #[arg(long)]
        topic: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Topic,
    Question,
    Project,
    Roadmap,
}

impl From<Kind> for ItemKind {
    fn from(kind: Kind) -> ItemKind {
        match kind {
            Kind::Topic => ItemKind::Topic,
            Kind::Question => ItemKind::Question,
            Kind::Project => ItemKind::Project,
            Kind::Roadmap => ItemKind::Roadmap,
        }
    }
}

impl From<New> for new::NewItem {
    fn from(arguments: New) -> new::NewItem {
        match arguments {
            New::Topic { id, area, title } => new::NewItem::Topic { id, area, title },
            New::Question { id, topic, kind } => new::NewItem::Question { id, topic, kind },
            New::Project { id, topic } => new::NewItem::Project { id, topic },
            New::Roadmap { id, topic } => new::NewItem::Roadmap { id, topic },
        }
    }
}

/// What a command ends with when nothing went wrong on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// The command did its work, and the work says no: problems were found.
    Failed,
}

/// The whole program.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::FAILURE,
        // The reader of our output went away (`| head`): nothing is wrong.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _nowhere_to_say_it = writeln!(std::io::stderr(), "backroad: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<Outcome> {
    // Names that are not UTF-8 cannot be settings of ours.
    let variables = std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
    // Not locked: the playground writes from another thread.
    let mut out = std::io::stdout();
    let config = match Config::load(arguments.config.as_deref(), variables) {
        Err(error) if matches!(arguments.command, Command::Doctor(_)) => return doctor::bad_settings(&error, &mut out),
        loaded => loaded?,
    };
    let default_log = match arguments.command {
        Command::Run => "info",
        // That its Discord is a local one goes without saying.
        Command::Playground(_) => "warn,backroad::discord=error",
        _ => "warn",
    };
    telemetry::start(config.log.as_deref().unwrap_or(default_log));
    // The TLS library has no default of its own here; a second installation changes nothing.
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    match arguments.command {
        Command::Playground(arguments) => bot::playground(&config, &arguments),
        Command::Run => bot::run(&config),
        Command::Doctor(doctor) => doctor::run(&config, arguments.config.as_deref(), &doctor, &mut out),
        Command::Check(arguments) => check::run(&config.content, arguments, &mut out),
        Command::Index => index::run(&library(&config)?, &config.index, &mut out).map(|()| Outcome::Done),
        Command::Search { query, stdin, json, explain, limit, kind } => {
            let search = knowledge(&config)?.search;
            let limit = usize::try_from(limit).unwrap_or(MOST_HITS);
            let options = search::Options { kind: kind.map(ItemKind::from), limit, json, explain };
            if stdin {
                search::lines(&search, &mut std::io::stdin().lock(), options, &mut out)?;
            } else {
                search::one(&search, &query.join(" "), options, &mut out)?;
            }
            Ok(Outcome::Done)
        }
        Command::Eval(arguments) => {
            let Knowledge { library, search } = knowledge(&config)?;
            eval::run(&library, &search, &arguments, &mut out)
        }
        Command::Ask(arguments) => ask::run(&config, &arguments, &mut out),
        Command::New(arguments) => {
            let today = jiff::Zoned::now().date();
            new::run(&config.content, &arguments.into(), today, &mut out).map(|()| Outcome::Done)
        }
        Command::Missed(arguments) => data::missed(&config, &arguments, &mut out),
        Command::Reports(arguments) => data::reports(&config, &arguments, &mut out),
        Command::Backup(arguments) => data::backup(&config, &arguments, &mut out),
        Command::Restore(arguments) => data::restore(&config, &arguments, &mut out),
    }
}

/// The library as far as it is sound; what is not is logged, and `check` says it in full.
fn library(config: &Config) -> anyhow::Result<Library> {
    let (library, problems) = content::load(&config.content)?;
    if let Some(first) = problems.first() {
        tracing::warn!(
            "{} problems in the content, the first: {first}; `backroad check` lists them all",
            problems.len()
        );
    }
    Ok(library)
}

/// The library with its index, which is built when it is not current.
fn knowledge(config: &Config) -> anyhow::Result<Knowledge> {
    Ok(indexed(library(config)?, &config.index)?)
}

/// The library with its index in this folder.
fn indexed(library: Library, dir: &Path) -> Result<Knowledge, SearchError> {
    let Opened { search, index, .. } = crate::search::open(&library, dir)?;
    if index.is_warning() {
        tracing::warn!("{index}");
    } else {
        tracing::info!("{index}");
    }
    Ok(Knowledge { library, search })
}

/// The runtime of the commands that wait for something.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.context("cannot start the asynchronous runtime")?;
    let inside = runtime.enter();
    signals::outlive_file_limits().context("cannot watch signals")?;
    drop(inside);
    Ok(runtime)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
