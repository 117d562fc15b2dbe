//! A local Discord: REST and gateway on loopback, with a small world of members who act through Rust, HTTP,
//! a prompt or a web page.
//!
//! It is written from Discord's documentation in plain JSON. It must never use the bot's types or its Discord
//! libraries, and no other room of this crate: an oracle that shares the bot's types shares its mistakes.

mod archive;
mod attachments;
mod cause;
mod channels;
mod clock;
mod control;
mod edit;
mod events;
mod faults;
mod fixture;
mod gateway;
mod guard;
mod guilds;
mod handles;
mod interactions;
mod json;
mod limits;
mod line;
mod member;
mod members;
mod mentions;
mod messages;
mod notice;
mod page;
pub mod permissions;
mod polls;
pub mod prompt;
mod reactions;
mod record;
mod render;
mod rest;
mod server;
mod shown;
mod snowflake;
mod state;
mod threads;
mod under_way;
mod validate;
mod view;
mod world;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use clock::Clock;
pub use faults::{Fault, Outcome};
pub use fixture::{FIRST_GUILD, SECOND_GUILD};
pub use gateway::{GatewaySession, Refusal, Step};
pub use handles::GuildHandle;
pub use limits::LimitScope;
pub use member::{ActError, Choice, Member, Pressed};
pub use notice::{Notice, NoticeKind};
pub use page::StartingPoint;
pub use record::{RecordedFile, RecordedRequest};
pub use shown::{Control, FormField, SelectOption, Shown};
pub use snowflake::Snowflake;
pub use view::View;

use gateway::{Rules, Sessions};
use state::{Shared, State};

/// The token of the playground's bot: its id in base 64 and two made-up parts. It opens nothing anywhere else.
const TOKEN: &str = "MTE5NjQyMzUzODI3ODQwMDAwMA.playgr.a-token-that-opens-nothing-else";

/// How long open requests may take to end on a shutdown.
const GRACE: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
pub struct Options {
    /// A loopback address; port 0 takes any free port.
    pub address: SocketAddr,
    /// The privileged intents (members, presences, message content) that are switched on for the app, as bits.
    pub privileged_intents: u64,
    /// Whether the clock stands, so that time passes by `advance` alone and no slow machine makes a bot late.
    pub clock_stands: bool,
    /// How far apart two identifies of a concurrency key must be on the playground's clock.
    pub identify_spacing: Duration,
    /// How many concurrency keys there are; that of a shard is its number modulo this.
    pub max_concurrency: u64,
    /// How many guilds one shard may have (4011), and what `GET /gateway/bot` goes by.
    pub guilds_per_shard: usize,
    /// How often clients have to send a heartbeat. One that stays without for half as long again is closed with 4009.
    pub heartbeat_interval: Duration,
    /// Whether time that passes by `advance` needs heartbeats, too. Clients send them in real time, so that with this
    /// a leap of the clock finds them all too late.
    pub leaps_need_heartbeats: bool,
    /// How many events a session keeps for a resume. A client that missed more gets an invalid session.
    pub kept_events: usize,
    /// How long, in real time, to wait for something before saying that it did not come.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            privileged_intents: 0,
            clock_stands: false,
            identify_spacing: Duration::from_secs(5),
            max_concurrency: 1,
            guilds_per_shard: 2500,
            heartbeat_interval: Duration::from_millis(41_250),
            leaps_need_heartbeats: false,
            kept_events: 5000,
            patience: Duration::from_secs(20),
        }
    }
}

impl Options {
    fn rules(&self) -> Rules {
        let ms = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Rules {
            privileged: self.privileged_intents,
            heartbeat_interval_ms: ms(self.heartbeat_interval),
            leaps_need_heartbeats: self.leaps_need_heartbeats,
            identify_spacing_ms: ms(self.identify_spacing),
            max_concurrency: self.max_concurrency,
            guilds_per_shard: self.guilds_per_shard,
            kept_events: self.kept_events,
        }
    }
}

/// A running local Discord. It ends with `shutdown`, or when the last clone is dropped.
#[derive(Clone)]
pub struct Playground {
    shared: Arc<Shared>,
    server: Arc<Server>,
}

struct Server {
    tasks: Mutex<Vec<JoinHandle<io::Result<()>>>>,
    shared: Arc<Shared>,
}

impl Playground {
    /// Opens the port and starts to serve.
    ///
    /// # Errors
    /// When the address is not a loopback address or cannot be bound.
    pub async fn start(options: Options) -> io::Result<Self> {
        if !options.address.ip().is_loopback() {
            let message = format!("the playground listens on loopback only, not on {}", options.address.ip());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let listener = TcpListener::bind(options.address).await?;
        let address = listener.local_addr()?;
        let sessions = Sessions::new(format!("ws://{address}/gateway"), options.rules());
        let state = State::new(Clock::start(options.clock_stands), TOKEN.to_owned(), sessions);
        let shared = Arc::new(Shared::new(state, address, options.patience));
        let task = tokio::spawn(server::run(listener, server::everything(shared.clone()), shared.stopped()));
        Ok(Self { server: Arc::new(Server { tasks: Mutex::new(vec![task]), shared: shared.clone() }), shared })
    }

    /// Serves the page and the control API, but not the bot's API, at another address, too: one that others can reach.
    /// They can then do whatever the members can. Gives back the address with its port.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn open_page(&self, address: SocketAddr) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let shared = &self.shared;
        let task = tokio::spawn(server::run(listener, server::page_only(shared.clone()), shared.stopped()));
        self.server.tasks.lock().unwrap_or_else(PoisonError::into_inner).push(task);
        Ok(address)
    }

    /// What the page proposes to somebody who is new.
    pub fn propose(&self, starting_points: Vec<StartingPoint>) {
        self.shared.change(|state| state.try_this = starting_points);
    }

    /// `http://127.0.0.1:PORT`; the API is below `/api/v10/`.
    pub fn api_url(&self) -> String {
        format!("http://{}", self.shared.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// The bot's token.
    pub fn token(&self) -> &'static str {
        TOKEN
    }

    pub fn clock(&self) -> Clock {
        self.shared.clock.clone()
    }

    /// Pushes the clock forward: deadlines pass without waiting.
    pub fn advance(&self, by: Duration) {
        self.shared.order_time(by, 0);
    }

    /// Sets the wall clock of the bot's machine forward or back, as an administrator or NTP does. The time of this Discord
    /// stays what it is, and so does the time that passes on the machine. Only a bot that follows `GET /control/clock`
    /// notices.
    pub fn step_bot_clock(&self, by_ms: i64) {
        self.shared.order_time(Duration::ZERO, by_ms);
    }

    /// Somebody of the world, standing in `#general` of the first guild they are in.
    ///
    /// # Errors
    /// When nobody has the name.
    pub fn member(&self, name: &str) -> Result<Member, ActError> {
        Member::find(self.shared.clone(), name)
    }

    /// The names of all members of the world.
    pub fn member_names(&self) -> Vec<String> {
        self.shared.read(|state| state.world.people().map(|user| user.username.clone()).collect())
    }

    /// A message that exists, as everybody (or the one who may) sees it.
    pub fn message(&self, id: Snowflake) -> Option<Shown> {
        self.shared.read(|state| Shown::of_message(&self.shared, state, state.messages.get(id)?, None))
    }

    /// Shows a notice in place of the one before, or none.
    pub fn set_notice(&self, notice: Option<Notice>) {
        self.shared.change(|state| state.board.put(notice));
    }

    /// What the bot sent over REST, in order: everything, or the last 20,000 requests.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.read(|state| state.requests.after(0).cloned().collect())
    }

    /// Waits until `look` finds what it looks for. `awaited` says what that is, for the error.
    ///
    /// # Errors
    /// When it did not come within the patience of the options.
    pub async fn until<T>(&self, awaited: &str, mut look: impl FnMut(&View<'_>) -> Option<T>) -> Result<T, ActError> {
        member::until(&self.shared, awaited, |state| look(&View::new(&self.shared, state))).await
    }

    /// Waits until the bot is connected and has registered commands.
    ///
    /// # Errors
    /// When that did not happen within the patience of the options.
    pub async fn until_ready(&self) -> Result<(), ActError> {
        let ready = |view: &View<'_>| (view.bot_is_online() && !view.commands().is_empty()).then_some(());
        self.until("the bot to be online with its commands registered", ready).await
    }

    /// Orders a fault for coming requests.
    pub fn inject(&self, fault: Fault) {
        self.shared.change(|state| state.faults.push(fault));
    }

    /// Lets all late answers go. Says how many there were.
    pub fn release(&self) -> usize {
        self.shared.change(|state| state.held.release())
    }

    /// Stops serving: connections are cut, the port is free again.
    pub async fn shutdown(self) {
        self.server.end();
        let tasks = std::mem::take(&mut *self.server.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for mut task in tasks {
            // A request that still waits for the bot does not hold up the end.
            if tokio::time::timeout(GRACE, &mut task).await.is_err() {
                task.abort();
            }
        }
    }
}

impl Server {
    fn end(&self) {
        self.shared.stop();
        self.shared.change(|state| {
            state.held.end();
            state.sessions.cut_all(state.clock.now_ms());
        });
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}
