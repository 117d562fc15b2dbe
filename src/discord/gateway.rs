//! The sockets to Discord: one task for each shard. Events become interactions and go to the router; sessions are saved,
//! so that a restart resumes them and nothing that happened meanwhile is lost.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{FutureExt, StreamExt};
use serde::Deserialize;
use serde_json::value::RawValue;
use serenity::model::application::Interaction;
use serenity::model::id::{ApplicationId, InteractionId};
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use twilight_gateway::error::{ReceiveMessageError, ReceiveMessageErrorType};
use twilight_gateway::queue::InMemoryQueue;
use twilight_gateway::{CloseFrame, ConfigBuilder, Intents, Message, Session, Shard, ShardId, ShardState};

use super::commands::After;
use super::pace::Pace;
use super::render::{Reply, Response};
use super::rest::{Delivery, Rest};
use super::router::Router;
use super::{BotError, GatewayBot, Token, is_local};
use crate::store::{GatewaySession, Store};

/// A session is saved this often while events arrive. After a kill, events of at most this time are seen twice: an
/// interaction can be answered only once, and what was answered before has no further effect.
const SAVE_EVERY: Duration = Duration::from_secs(2);

/// A handler that waits longer than this (for the database; nothing else waits) has its member told so, before Discord
/// stops listening at 3 s.
const HANDLER_TIME: Duration = Duration::from_millis(2_300);

/// How long a closing handshake may take.
const CLOSE_TIME: Duration = Duration::from_secs(1);

pub(super) struct Setup<'a> {
    pub(super) application_id: ApplicationId,
    pub(super) token: &'a Token,
    pub(super) loopback: bool,
    pub(super) gateway: &'a GatewayBot,
    /// The address in `gateway`, checked.
    pub(super) gateway_url: String,
    pub(super) store: &'a Store,
    pub(super) rest: &'a Arc<Rest>,
    pub(super) router: &'a Router,
}

/// The running shards.
pub(super) struct Shards {
    tasks: JoinSet<()>,
    fatal: mpsc::UnboundedReceiver<BotError>,
    stop: watch::Sender<bool>,
}

impl Shards {
    pub(super) async fn start(setup: &Setup<'_>) -> Shards {
        let limit = setup.gateway.session_start_limit;
        if limit.remaining == 0 {
            tracing::warn!("Discord's budget of new sessions is used up for {} s", limit.reset_after / 1000);
        }
        // Shards take turns here, so that together they stay within Discord's budget.
        let queue = InMemoryQueue::new(
            limit.max_concurrency.max(1),
            limit.remaining,
            Duration::from_millis(limit.reset_after),
            limit.total,
        );
        let total = setup.gateway.shards.max(1);
        let (report, fatal) = mpsc::unbounded_channel();
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for number in 0..total {
            let shard = (number, total);
            let saved = setup.store.gateway_session(setup.application_id.get(), shard).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "the saved session was not read; starting a new one");
                None
            });
            let mut config = ConfigBuilder::new(setup.token.secret().to_owned(), Intents::empty())
                .queue(queue.clone())
                .proxy_url(setup.gateway_url.clone());
            let mut resume_url = setup.gateway_url.clone();
            if let Some(session) = saved {
                tracing::debug!(shard = number, sequence = session.sequence, "resuming the saved session");
                if let Some(url) = usable(&session.resume_url, setup.loopback) {
                    resume_url = url.clone();
                    config = config.resume_url(url);
                }
                config = config.session(Session::new(session.sequence, session.session_id));
            }
            let task = Task {
                application_id: setup.application_id.get(),
                shard,
                store: setup.store.clone(),
                rest: Arc::clone(setup.rest),
                router: setup.router.clone(),
                handlers: JoinSet::new(),
                resume_url,
            };
            let shard = Shard::with_config(ShardId::new(number, total), config.build());
            let (report, stopped) = (report.clone(), stopped.clone());
            tasks.spawn(async move {
                if let Err(error) = task.run(shard, stopped).await {
                    let _bot_is_stopping = report.send(error);
                }
            });
        }
        Shards { tasks, fatal, stop }
    }

    /// Completes when a shard must not connect again, or its task has ended in another way, which only a panic does.
    pub(super) async fn fatal(&mut self) -> BotError {
        let ended = tokio::select! {
            biased;
            told = self.fatal.recv() => told,
            _task = self.tasks.join_next() => self.fatal.try_recv().ok(),
        };
        ended.unwrap_or_else(|| BotError::FatalClose {
            code: 0,
            reason: "the connection's task ended".into(),
            remedy: "start me again, and report this if it stays so",
        })
    }

    /// Ends the connections so that their sessions can be resumed, and waits for the handlers.
    pub(super) async fn stop(&mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

struct Task {
    application_id: u64,
    shard: (u32, u32),
    store: Store,
    rest: Arc<Rest>,
    router: Router,
    /// Interactions that are being answered.
    handlers: JoinSet<()>,
    /// Where the session is resumed, as far as known: twilight forgets it when one attempt to connect there fails.
    resume_url: String,
}

/// An event, looked into only as far as needed.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    t: Option<&'a str>,
    #[serde(borrow)]
    d: Option<&'a RawValue>,
}

/// What is needed to say sorry for an interaction that could not be read.
#[derive(Deserialize)]
struct Unread {
    id: InteractionId,
    token: String,
}

impl Task {
    async fn run(mut self, mut shard: Shard, mut stopped: watch::Receiver<bool>) -> Result<(), BotError> {
        let mut tick = tokio::time::interval(SAVE_EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        // The database is another task's to wait for: a slow disk must not stop heartbeats and answers.
        let (positions, saver) = self.start_saver();
        let mut pace = Pace::default();
        let mut paused_until: Option<Instant> = None;
        let ended = loop {
            tokio::select! {
                message = shard.next(), if paused_until.is_none() => match message {
                    Some(Ok(Message::Text(text))) => {
                        self.event(&text);
                        // A new session is worth saving at once: until then a restart would cost another identify.
                        if shard.session().map(Session::sequence) == Some(1) {
                            positions.send_replace(self.position(&shard));
                        }
                    }
                    Some(Ok(Message::Close(frame))) => {
                        let code = frame.as_ref().map(|frame| frame.code);
                        if shard.state() == ShardState::FatallyClosed {
                            let reason = frame.map_or_else(String::new, |frame| frame.reason.into_owned());
                            break Err(fatal_close(code.unwrap_or(0), reason));
                        }
                        paused_until = self.pause(&mut pace, &format!("connection closed ({})", closed_with(code)));
                    }
                    Some(Err(error)) if matches!(error.kind(), ReceiveMessageErrorType::Compression) => {
                        paused_until = self.pause(&mut pace, &described(&error));
                    }
                    // The connection stays, or it could not be made: then twilight makes a pause itself.
                    Some(Err(error)) => tracing::warn!(shard = self.shard.0, "{}", described(&error)),
                    None => break Err(fatal_close(0, "the connection ended".into())),
                },
                _ = tick.tick() => drop(positions.send_replace(self.position(&shard))),
                Some(_done) = self.handlers.join_next() => {}
                () = wait_until(paused_until), if paused_until.is_some() => paused_until = None,
                () = told(&mut stopped) => break Ok(()),
            }
        };
        if ended.is_ok() {
            // The session stays alive at Discord when the close code is not 1000 or 1001.
            shard.close(CloseFrame::RESUME);
            let closed = async {
                while let Some(Ok(Message::Text(text))) = shard.next().await {
                    self.event(&text);
                }
            };
            let _gone_anyway = tokio::time::timeout(CLOSE_TIME, closed).await;
            positions.send_replace(self.position(&shard));
        }
        // The saver writes what it was given last, and ends.
        drop(positions);
        let _saver_never_panics = saver.await;
        if ended.is_err() {
            self.forget_session().await;
        }
        while self.handlers.join_next().await.is_some() {}
        ended
    }

    /// Until when to wait before connecting again: twilight does so at once, also when it is refused every time.
    fn pause(&self, pace: &mut Pace, why: &str) -> Option<Instant> {
        let now = Instant::now();
        let pause = pace.lost(now);
        if pause.is_zero() {
            tracing::info!(shard = self.shard.0, "{why}, connecting again");
            return None;
        }
        tracing::warn!(shard = self.shard.0, "{why}, connecting again in {} s", pause.as_secs());
        Some(now + pause)
    }

    fn start_saver(&self) -> (watch::Sender<Option<GatewaySession>>, JoinHandle<()>) {
        let (positions, mut latest) = watch::channel(None);
        let (store, application_id, shard) = (self.store.clone(), self.application_id, self.shard);
        let saver = tokio::spawn(async move {
            let mut saved: Option<GatewaySession> = None;
            let mut failing = false;
            while latest.changed().await.is_ok() {
                let position = latest.borrow_and_update().clone();
                let Some(position) = position.filter(|position| saved.as_ref() != Some(position)) else { continue };
                match store.save_gateway_session(application_id, shard, &position).await {
                    Ok(()) => (saved, failing) = (Some(position), false),
                    Err(error) if !failing => {
                        failing = true;
                        tracing::warn!(%error, "the session cannot be saved: a restart now may miss events");
                    }
                    Err(_) => {}
                }
            }
        });
        (positions, saver)
    }

    /// Where the event stream stands, if there is a session that can be resumed.
    fn position(&mut self, shard: &Shard) -> Option<GatewaySession> {
        if let Some(url) = shard.resume_url() {
            url.clone_into(&mut self.resume_url);
        }
        let session = shard.session()?;
        Some(GatewaySession {
            session_id: session.id().to_owned(),
            sequence: session.sequence(),
            resume_url: self.resume_url.clone(),
        })
    }

    fn event(&mut self, text: &str) {
        let event: Event<'_> = match serde_json::from_str(text) {
            Ok(event) => event,
            Err(error) => return tracing::warn!(%error, "an event cannot be read"),
        };
        match (event.t, event.d) {
            (Some("READY"), _) => tracing::info!(shard = self.shard.0, "ready"),
            (Some("RESUMED"), _) => tracing::info!(shard = self.shard.0, "resumed"),
            (Some("INTERACTION_CREATE"), Some(data)) => {
                let since = Instant::now();
                let (rest, router) = (Arc::clone(&self.rest), self.router.clone());
                match serde_json::from_str::<Interaction>(data.get()) {
                    Ok(interaction) => drop(self.handlers.spawn(answer(rest, router, interaction, since))),
                    Err(error) => {
                        tracing::error!(%error, "an interaction cannot be read");
                        if let Ok(unread) = serde_json::from_str::<Unread>(data.get()) {
                            self.handlers.spawn(async move {
                                let sorry = Response::New(sorry());
                                respond(&rest, unread.id, &unread.token, sorry, since, false).await;
                            });
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// After a fatal close nothing can be resumed.
    async fn forget_session(&self) {
        if let Err(error) = self.store.forget_gateway_session(self.application_id, self.shard).await {
            tracing::warn!(%error, "the session that has ended was not forgotten");
        }
    }
}

async fn wait_until(moment: Option<Instant>) {
    if let Some(moment) = moment {
        tokio::time::sleep_until(moment.into()).await;
    }
}

fn closed_with(code: Option<u16>) -> String {
    code.map_or_else(|| "without a code".to_owned(), |code| format!("code {code}"))
}

/// Returns when the flag has been raised.
async fn told(flag: &mut watch::Receiver<bool>) {
    let _raised_or_gone = flag.wait_for(|raised| *raised).await;
}

/// Answers one interaction, whatever happens while doing so.
async fn answer(rest: Arc<Rest>, router: Router, interaction: Interaction, since: Instant) {
    let (id, token) = (interaction.id(), interaction.token().to_owned());
    let handled = AssertUnwindSafe(router.handle(&interaction)).catch_unwind();
    let (response, after) = match tokio::time::timeout(HANDLER_TIME, handled).await {
        Ok(Ok(Some(handled))) => (handled.response, handled.after),
        Ok(Ok(None)) => return,
        Ok(Err(_panic)) => {
            tracing::error!(interaction = %id, "a handler panicked");
            (sorry_for(&interaction), None)
        }
        Err(_elapsed) => {
            tracing::error!(interaction = %id, "a handler took too long");
            (sorry_for(&interaction), None)
        }
    };
    let wants_message = after.as_ref().is_some_and(After::wants_message);
    let delivered = respond(&rest, id, &token, response, since, wants_message).await;
    if let Some(after) = after {
        router.after(after, delivered).await;
    }
}

async fn respond(
    rest: &Rest,
    id: InteractionId,
    token: &str,
    response: Response,
    since: Instant,
    wants_message: bool,
) -> Option<Delivery> {
    let body = match serde_json::to_vec(&response.build()) {
        Ok(body) => body,
        Err(error) => {
            tracing::error!(%error, "a response cannot be written as JSON");
            return None;
        }
    };
    match rest.respond(id, token, body, since, wants_message).await {
        Ok(made @ Delivery::Made { .. }) => {
            tracing::debug!(interaction = %id, took = ?since.elapsed(), "answered");
            Some(made)
        }
        Ok(unwanted) => {
            tracing::info!(interaction = %id, ?unwanted, "a response was not taken");
            Some(unwanted)
        }
        Err(error) => {
            tracing::warn!(interaction = %id, %error, "a response did not arrive");
            None
        }
    }
}

fn sorry() -> Reply {
    Reply::sentence("Something went wrong on my side. Please try again; if it stays so, tell the person who hosts me.")
}

/// A form of apology that Discord accepts for this interaction.
fn sorry_for(interaction: &Interaction) -> Response {
    match interaction {
        Interaction::Autocomplete(_) => Response::Choices(Vec::new()),
        _ => Response::New(sorry()),
    }
}

/// What went wrong, without the event that may be part of it: an interaction holds a token.
fn described(error: &ReceiveMessageError) -> String {
    let what = match error.kind() {
        ReceiveMessageErrorType::Reconnect => "cannot connect to Discord's gateway, trying again",
        ReceiveMessageErrorType::Deserializing { .. } => "an event of Discord's gateway cannot be read",
        _ => "a message of Discord's gateway cannot be read",
    };
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(inner) = cause.and_then(std::error::Error::source) {
        cause = Some(inner);
    }
    cause.map_or_else(|| what.to_owned(), |cause| format!("{what}: {cause}"))
}

/// A gateway address from Discord, if it is of the form that may be used: encrypted, or on this machine when a local
/// Discord is used.
pub(super) fn usable(url: &str, loopback: bool) -> Option<String> {
    let parsed = reqwest::Url::parse(url).ok()?;
    let fits = if loopback { parsed.scheme() == "ws" && is_local(&parsed) } else { parsed.scheme() == "wss" };
    fits.then(|| url.trim_end_matches('/').to_owned())
}

fn fatal_close(code: u16, reason: String) -> BotError {
    let remedy = match code {
        4004 => return BotError::Token,
        4010 => "the shard number is wrong: update Backroad",
        4011 => "the bot is in too many servers for one shard: start it again, so that it asks how many it needs",
        4012 => "this version speaks an API that Discord ended: update Backroad",
        4013 | 4014 => "an intent is not allowed: allow it on the Bot page of your application",
        _ => "start me again, and report this if it stays so",
    };
    BotError::FatalClose { code, reason, remedy }
}
