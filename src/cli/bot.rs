//! `backroad run` and `backroad playground`: the same bot, on Discord or on a local one.

use std::io::{IsTerminal, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::reload::Reload;
use super::{Outcome, indexed, knowledge, runtime, signals};
use crate::app::clock::Clock;
use crate::app::{self, App, Knowledge};
use crate::config::{CLOCK, Config, FAILPOINT};
use crate::content;
use crate::discord::{self, Api, BotError, Token};
use crate::failpoint;
use crate::playground::prompt::{self, Look};
use crate::playground::{self, Playground, StartingPoint};
use crate::store::{self, Store};

#[derive(clap::Args)]
pub(super) struct PlaygroundArguments {
    /// The port on this machine; 0 takes any free one
    #[arg(long, default_value_t = 7878)]
    port: u16,
    /// The address to listen on; one that is not loopback needs --i-know-this-is-open
    #[arg(long, value_name = "ADDRESS", default_value_t = Ipv4Addr::LOCALHOST.into())]
    bind: IpAddr,
    /// Everybody who reaches the address of --bind may be every member of the playground
    #[arg(long)]
    i_know_this_is_open: bool,
    /// Only the page, without a prompt in the terminal; SIGTERM or Ctrl-C ends it
    #[arg(long)]
    no_prompt: bool,
    /// Keep the bot's database in this folder; without it, it is gone at the end
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

pub(super) fn run(config: &Config) -> anyhow::Result<Outcome> {
    let token = token(config)?;
    let api = api()?;
    arm_failpoint(&api)?;
    runtime()?.block_on(async {
        let stop = signals::stop()?;
        let clock = clock(&api).await?;
        let app = app(knowledge(config)?, config, &config.data, clock).await?;
        // Beside the bot: neither its start nor its answers wait for a backup.
        tokio::spawn(store::keep_backups(config.data.clone(), config.backups));
        let ended = discord::run(app.clone(), token, api, stop).await;
        app.store().close().await;
        Ok(ended.map(|()| Outcome::Done)?)
    })
}

pub(super) fn playground(config: &Config, arguments: &PlaygroundArguments) -> anyhow::Result<Outcome> {
    let open = Some(arguments.bind).filter(|address| !address.is_loopback());
    if let Some(address) = open.filter(|_| !arguments.i_know_this_is_open) {
        anyhow::bail!(
            "{address} can be reached by others, who could then be every member of the playground: \
             say --i-know-this-is-open if that is what you want, or leave out --bind"
        );
    }
    let passing = tempfile::tempdir().context("cannot make a folder for the database")?;
    let data = arguments.data.as_deref().unwrap_or(passing.path());
    let runtime = runtime()?;
    let done = runtime.block_on(async {
        let stop = signals::stop()?;
        // Its problems are told by a notice.
        let (library, problems) = content::load(&config.content)?;
        // The bot's API stays on this machine; at an open address there is only the page.
        let (address, port) = match open {
            Some(_) => (Ipv4Addr::LOCALHOST.into(), 0),
            None => (arguments.bind, arguments.port),
        };
        let options = playground::Options { address: (address, port).into(), ..playground::Options::default() };
        let failed = || {
            let PlaygroundArguments { bind, port, .. } = arguments;
            format!("cannot listen on {bind}, port {port}: choose another one with --bind or --port")
        };
        let playground = Playground::start(options).await.with_context(failed)?;
        let page = match open {
            Some(address) => playground.open_page((address, arguments.port).into()).await.with_context(failed)?,
            None => playground.address(),
        };
        let api = Api::loopback(&playground.api_url())?;
        // Who pushes the local Discord's clock forward means the bot's, too.
        let clock = discord::follow_clock(&api).await?;
        let app = app(indexed(library, &config.index)?, config, data, clock).await?;
        if let Some(kept) = &arguments.data {
            tokio::spawn(store::keep_backups(kept.clone(), config.backups));
        }
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let token = Token::new(playground.token())?;
        let bot = tokio::spawn(discord::run(app.clone(), token, api, async { drop(ended.await) }));
        playground.propose(starting_points());
        let reload = Reload::new(app.clone(), playground.clone(), config, problems);
        let reload = tokio::spawn(reload.run());
        let hint = match (open, arguments.no_prompt) {
            (Some(_), _) => " Everybody who reaches the address can use it.",
            (None, true) => "",
            (None, false) => " Or type here.",
        };
        writeln!(std::io::stdout(), "A local Discord with Backroad in it: open http://{page} in a browser.{hint}")?;
        let look = Look { colors: std::io::stdout().is_terminal(), echo: !std::io::stdin().is_terminal() };
        let input = tokio::io::BufReader::new(tokio::io::stdin());
        let prompt = async {
            match arguments.no_prompt {
                true => std::future::pending().await,
                false => prompt::run(&playground, input, tokio::io::stdout(), look).await,
            }
        };
        let talked = tokio::select! {
            talked = prompt => talked.map_err(anyhow::Error::from),
            () = stop => Ok(()),
        };
        reload.abort();
        drop(end);
        let bot = bot.await.context("the bot stopped unexpectedly")?;
        app.store().close().await;
        playground.shutdown().await;
        talked?;
        Ok(bot.map(|()| Outcome::Done)?)
    });
    // A thread may still wait for a line of input that never comes.
    runtime.shutdown_background();
    done
}

/// What the page proposes to somebody who is new: one of each thing that the bot does.
fn starting_points() -> Vec<StartingPoint> {
    let point = |title: &str, command: &str, options: &[(&str, &str)]| StartingPoint {
        title: title.to_owned(),
        command: command.to_owned(),
        options: options.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
        only: None,
    };
    vec![
        point("Ask what something is", "ask", &[("query", "how does jwt work")]),
        point("Describe a problem", "ask", &[("query", "why is my page doing one query per row")]),
        point("See what to learn in which order", "roadmap", &[]),
        point("Practise an interview question", "question", &[("kind", "choice")]),
        point("Play a quiz", "quiz start", &[("questions", "3")]),
        point("Find something to build", "project", &[("level", "beginner")]),
        // The moderator of the playground.
        StartingPoint {
            only: Some("mira".to_owned()),
            ..point(
                "Post a topic with a question every day",
                "daily add",
                &[("channel", "daily"), ("time", "9:00"), ("timezone", "Europe/Berlin"), ("kind", "both")],
            )
        },
    ]
}

/// Lets tests end the process at a point of their choice.
fn arm_failpoint(api: &Api) -> anyhow::Result<()> {
    match std::env::var(FAILPOINT) {
        Ok(spec) if !spec.is_empty() => {
            anyhow::ensure!(
                api.is_loopback(),
                "{FAILPOINT} ends the bot on purpose: it works with a local Discord only"
            );
            failpoint::arm(&spec).map_err(anyhow::Error::msg)
        }
        _ => Ok(()),
    }
}

/// The machine's clock, or the local Discord's if that is wanted.
async fn clock(api: &Api) -> anyhow::Result<Clock> {
    match std::env::var(CLOCK) {
        Ok(which) if which == "discord" => {
            anyhow::ensure!(api.is_loopback(), "{CLOCK}=discord works with a local Discord only: leave it out");
            Ok(discord::follow_clock(api).await?)
        }
        Ok(which) if !which.is_empty() => anyhow::bail!("{CLOCK}={which}: the only other clock is `discord`"),
        _ => Ok(Clock::default()),
    }
}

async fn app(knowledge: Knowledge, config: &Config, data: &Path, clock: Clock) -> anyhow::Result<App> {
    let store = Store::open(data).await?;
    let catch_up = jiff::SignedDuration::from_hours(i64::try_from(config.catch_up_hours).unwrap_or_default());
    let options =
        app::Options { other_matches: config.other_matches, time_zone: config.time_zone.clone(), clock, catch_up };
    Ok(App::new(knowledge, store, options))
}

/// The Discord that `DISCORD_API_URL` names, or the real one.
pub(super) fn api() -> Result<Api, BotError> {
    match std::env::var("DISCORD_API_URL") {
        Ok(url) if !url.is_empty() => Api::loopback(&url),
        _ => Ok(Api::Discord),
    }
}

pub(super) fn token(config: &Config) -> anyhow::Result<Token> {
    match std::env::var("DISCORD_TOKEN") {
        Ok(token) if !token.trim().is_empty() => return Ok(Token::new(&token)?),
        _ => {}
    }
    match &config.token_file {
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("cannot read the token file {}", file.display()))?;
            Ok(Token::new(&text)?)
        }
        None => Err(BotError::NoToken.into()),
    }
}
