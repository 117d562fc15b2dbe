//! The only room that knows Discord: the gateway, REST, commands, buttons and how everything looks there.

mod click;
mod commands;
mod components;
mod courier;
mod daily;
mod doctor;
mod gateway;
mod local;
mod outbox;
mod pace;
mod permissions;
mod quiz;
mod render;
mod rest;
mod router;

use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serenity::http::Route;
use serenity::model::Permissions;
use serenity::model::id::ApplicationId;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

pub use doctor::{Belief, Facts, Finding, Seen, Verdict, ask, test_beliefs};
pub use local::follow_clock;
pub use rest::RestError;

use crate::app::App;
use courier::Courier;
use outbox::Outbox;
use rest::Rest;
use router::Router;

/// How long a stop waits for what was acknowledged; the process is gone within 5 s.
const DRAIN: Duration = Duration::from_secs(3);

/// The longest pause between two attempts to reach Discord at start.
const START_PAUSE_MAX: Duration = Duration::from_secs(60);

/// The bot's token. Never printed.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// # Errors
    /// With one sentence when the text cannot be a token at all.
    pub fn new(text: &str) -> Result<Token, BotError> {
        let text = text.trim();
        let text = text.strip_prefix("Bot ").unwrap_or(text);
        if text.is_empty() {
            return Err(BotError::NoToken);
        }
        if !text.chars().all(|c| c.is_ascii_graphic()) {
            return Err(BotError::Token);
        }
        Ok(Token(text.to_owned()))
    }

    fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Where Discord's API is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Api {
    #[default]
    Discord,
    /// A local Discord, for tests and demonstrations: `http://127.0.0.1:PORT`.
    Loopback(String),
}

impl Api {
    /// Reads `DISCORD_API_URL`.
    ///
    /// # Errors
    /// With one sentence when the address is not `http://` on this very machine.
    pub fn loopback(url: &str) -> Result<Api, BotError> {
        let refuse = || BotError::NotLoopback(url.to_owned());
        let parsed = reqwest::Url::parse(url).map_err(|_| refuse())?;
        if parsed.scheme() != "http" || !is_local(&parsed) {
            return Err(refuse());
        }
        Ok(Api::Loopback(url.trim_end_matches('/').to_owned()))
    }

    pub fn is_loopback(&self) -> bool {
        matches!(self, Api::Loopback(_))
    }

    fn base(&self) -> Option<&str> {
        match self {
            Api::Discord => None,
            Api::Loopback(url) => Some(url),
        }
    }
}

/// Whether an address is on this machine.
fn is_local(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Why a bot cannot go on. Each is one sentence with its remedy.
#[derive(Debug, thiserror::Error)]
pub enum BotError {
    #[error("Discord refused the token: set DISCORD_TOKEN to the token on the Bot page of your application")]
    Token,
    #[error("there is no token: set DISCORD_TOKEN to the token on the Bot page of your application")]
    NoToken,
    #[error("DISCORD_API_URL={0} is refused: it may only name a local Discord, as http://127.0.0.1:PORT")]
    NotLoopback(String),
    #[error("Discord closed the connection for good (code {code}: {reason}): {remedy}")]
    FatalClose { code: u16, reason: String, remedy: &'static str },
    #[error("Discord named {0} as its gateway, which cannot be used: check DISCORD_API_URL, or report this")]
    Gateway(String),
    #[error("the local Discord does not tell its time: {0}")]
    Clock(String),
    #[error("the quizzes' task ended: start me again, and report this if it stays so")]
    Quizzes,
    #[error("the scheduled posts' task ended: start me again, and report this if it stays so")]
    Schedules,
    #[error("{0}")]
    Rest(RestError),
}

impl From<RestError> for BotError {
    fn from(error: RestError) -> BotError {
        match error {
            RestError::Token => BotError::Token,
            other => BotError::Rest(other),
        }
    }
}

#[derive(Deserialize)]
struct Application {
    id: ApplicationId,
}

#[derive(Debug, Deserialize)]
struct GatewayBot {
    url: String,
    shards: u32,
    session_start_limit: StartLimit,
}

/// Discord's budget of new sessions.
#[derive(Clone, Copy, Debug, Deserialize)]
struct StartLimit {
    total: u32,
    remaining: u32,
    /// In milliseconds.
    reset_after: u64,
    max_concurrency: u16,
}

/// Runs the bot until `stop` completes or it cannot go on. Waits, with growing pauses, while Discord cannot be reached.
///
/// # Errors
/// When the token is refused or Discord closes the connection with a code after which one must not return.
pub async fn run(app: App, token: Token, api: Api, stop: impl Future<Output = ()>) -> Result<(), BotError> {
    if let Api::Loopback(url) = &api {
        tracing::warn!(url, "using a local Discord");
    }
    let mut stop = std::pin::pin!(stop);
    let rest = Arc::new(Rest::new(&token, &api)?);
    let (application, gateway) = tokio::select! {
        reached = reach(&rest) => reached?,
        () = &mut stop => return Ok(()),
    };
    tracing::info!("invite me with {}", invite(application.id));
    let gateway_url = gateway::usable(&gateway.url, api.is_loopback());
    let gateway_url = gateway_url.ok_or_else(|| BotError::Gateway(gateway.url.clone()))?;
    let outbox = Outbox::start(Arc::clone(&rest), Courier::new(app.clone(), Arc::clone(&rest)));
    let mut quizzes = run_quizzes(&app, &outbox);
    let mut schedules = run_schedules(&app, &outbox);
    let router = Router::new(app.clone(), outbox.clone(), Arc::clone(&rest));
    let mut shards = gateway::Shards::start(&gateway::Setup {
        application_id: application.id,
        token: &token,
        loopback: api.is_loopback(),
        gateway: &gateway,
        gateway_url,
        store: app.store(),
        rest: &rest,
        router: &router,
    })
    .await;
    let ended = tokio::select! {
        error = shards.fatal() => Err(error),
        _ended = &mut quizzes => Err(BotError::Quizzes),
        _ended = &mut schedules => Err(BotError::Schedules),
        () = &mut stop => Ok(()),
    };
    let drained = async {
        shards.stop().await;
        // What they still want to show is shown after the next start.
        quizzes.abort();
        schedules.abort();
        outbox.drain().await;
    };
    if tokio::time::timeout(DRAIN, drained).await.is_err() {
        tracing::warn!("stopped before everything that waited had been sent");
    }
    ended
}

/// Lets the quizzes run, and hands what they want to show to the outbox. The task never ends by itself, unless something
/// in it panics.
fn run_quizzes(app: &App, outbox: &Outbox) -> JoinHandle<()> {
    let (deliveries, mut wanted) = mpsc::unbounded_channel();
    let (engine, outbox) = (app.run_quizzes(deliveries), outbox.clone());
    tokio::spawn(async move {
        let engine = AbortOnDrop(engine);
        while let Some(delivery) = wanted.recv().await {
            outbox.deliver(delivery);
        }
        drop(engine);
    })
}

/// The same for scheduled posts.
fn run_schedules(app: &App, outbox: &Outbox) -> JoinHandle<()> {
    let (deliveries, mut wanted) = mpsc::unbounded_channel();
    let (mut ticker, outbox) = (AbortOnDrop(app.run_daily(deliveries)), outbox.clone());
    tokio::spawn(async move {
        let Some(task) = &mut ticker.0 else { return };
        loop {
            tokio::select! {
                Some(delivery) = wanted.recv() => outbox.deliver_daily(delivery),
                _ended = &mut *task => return,
            }
        }
    })
}

/// A task that ends with who holds it.
struct AbortOnDrop(Option<JoinHandle<()>>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

/// Logs in and registers the commands.
async fn reach(rest: &Rest) -> Result<(Application, GatewayBot), BotError> {
    let mut pause = Duration::from_secs(1);
    loop {
        match try_reach(rest).await {
            Ok(reached) => return Ok(reached),
            Err(error) if error.is_passing() => {
                tracing::warn!("{error}; trying again in {} s", pause.as_secs());
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(START_PAUSE_MAX);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

async fn try_reach(rest: &Rest) -> Result<(Application, GatewayBot), RestError> {
    let application: Application = rest.get(Route::Oauth2ApplicationCurrent).await?;
    commands::register(rest, application.id).await?;
    Ok((application, rest.get(Route::GatewayBot).await?))
}

/// What the bot needs in a server: what quizzes and scheduled posts take, threads included. To see a channel is also what
/// editing an answer takes.
fn needed() -> Permissions {
    let writes = [commands::WRITE, commands::WRITE_IN_THREADS, commands::MAKE_THREADS];
    let needs = commands::QUIZ_NEEDS.into_iter().chain(writes);
    needs.fold(Permissions::empty(), |all, (needed, _)| all | needed)
}

/// Adds the bot to a server with its commands and exactly what it needs.
fn invite(application: ApplicationId) -> String {
    let permissions = needed().bits();
    format!(
        "https://discord.com/oauth2/authorize?client_id={application}&scope=bot+applications.commands&permissions={permissions}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_may_stand_in_for_discord() {
        for url in ["http://127.0.0.1:80", "http://localhost:1/", "http://[::1]:7878"] {
            assert!(Api::loopback(url).is_ok(), "{url}");
        }
        for url in
            ["https://127.0.0.1", "http://example.com", "http://127.0.0.1.example.com", "ftp://localhost", "", "x"]
        {
            assert!(Api::loopback(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_token_is_never_printed_and_nonsense_is_refused() {
        assert_eq!(format!("{:?}", Token::new(" Bot abc.def\n").unwrap()), "Token(…)");
        for text in ["", "  ", "two words", "böse", "a\u{0}b"] {
            assert!(Token::new(text).is_err(), "{text:?}");
        }
    }
}
