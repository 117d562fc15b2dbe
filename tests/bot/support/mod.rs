//! A community on a local Discord with the real bot in it. Tests speak as its members do.

mod openapi;
mod playground;
mod process;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use backroad::app::{self, App, Knowledge};
use backroad::discord::{self, Api, BotError, Token};
use backroad::playground::{Member, Options, Playground};
use backroad::store::Store;
use backroad::{content, search};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use playground::PlaygroundProcess;
pub use process::BotProcess;

/// A local Discord, a bot that has connected to it, and its data.
pub struct Community {
    pub discord: Playground,
    pub data: TempDir,
}

impl Community {
    pub fn member(&self, name: &str) -> Member {
        self.discord.member(name).expect("the member exists")
    }
}

/// Runs a test in a community whose bot lives in this process. At the end the bot must stop cleanly, and every request
/// that it sent must have been right.
pub async fn community(test: impl AsyncFnOnce(&Community)) {
    let community = run_in_community(test).await;
    check_requests(&community);
}

/// The same for tests in which Discord refuses requests on purpose.
pub async fn shaky_community(test: impl AsyncFnOnce(&Community)) {
    check_bodies(&run_in_community(test).await);
}

/// A community whose bot knows the library of the repository.
pub async fn real_community(test: impl AsyncFnOnce(&Community)) {
    let content = root().join("content");
    let (library, _) = content::load(&content).expect("the content folder is there");
    let search = search::open(&library, &real_index()).expect("the index can be built").search;
    let community = run_with(Knowledge { library, search }, test).await;
    check_requests(&community);
}

/// A community whose bot knows a question of each kind that can be played.
pub async fn quiz_community(test: impl AsyncFnOnce(&Community)) {
    check_requests(&run_with(quiz_knowledge(), test).await);
}

/// The same for tests in which Discord refuses requests on purpose.
pub async fn shaky_quiz_community(test: impl AsyncFnOnce(&Community)) {
    check_bodies(&run_with(quiz_knowledge(), test).await);
}

/// A community whose bot knows what the tests of scheduled posts post.
pub async fn daily_community(test: impl AsyncFnOnce(&Community)) {
    check_requests(&run_with(daily_knowledge(), test).await);
}

/// The same for tests in which Discord refuses requests on purpose.
pub async fn shaky_daily_community(test: impl AsyncFnOnce(&Community)) {
    check_bodies(&run_with(daily_knowledge(), test).await);
}

async fn run_in_community(test: impl AsyncFnOnce(&Community)) -> Community {
    run_with(knowledge(), test).await
}

async fn run_with(knowledge: Knowledge, test: impl AsyncFnOnce(&Community)) -> Community {
    let community = empty_community().await;
    let bot = RunningBot::start(&community, knowledge).await;
    test(&community).await;
    bot.stop().await.expect("the bot stops cleanly");
    community
}

/// A local Discord without a bot.
pub async fn empty_community() -> Community {
    // Discord's deadlines pass only when a test says so, so that no slow machine makes the bot late.
    community_with(Options { clock_stands: true, identify_spacing: Duration::ZERO, ..Options::default() }).await
}

/// The same with options of its own.
pub async fn community_with(options: Options) -> Community {
    if let Ok(filter) = std::env::var("TEST_LOG") {
        backroad::telemetry::start(&filter);
    }
    let discord = Playground::start(options).await.expect("a port is free");
    // Tests start bots faster one after another than anybody does in life.
    discord.set_rate_limit("GET", "/gateway/bot", 100, Duration::from_secs(1)).expect("there is such a route");
    Community { discord, data: tempfile::tempdir().unwrap() }
}

/// How many sessions Discord still lets the bot start today.
pub async fn sessions_left(community: &Community) -> u64 {
    let url = format!("{}/api/v10/gateway/bot", community.discord.api_url());
    let token = format!("Bot {}", community.discord.token());
    let text =
        reqwest::Client::new().get(url).header("authorization", token).send().await.unwrap().text().await.unwrap();
    let body: serde_json::Value = serde_json::from_str(&text).unwrap();
    body["session_start_limit"]["remaining"].as_u64().unwrap()
}

/// What was sent is within Discord's description, whatever became of it.
pub fn check_bodies(community: &Community) {
    openapi::validate(&community.discord.requests());
}

/// What was sent is within Discord's description, and Discord refused nothing of it.
pub fn check_requests(community: &Community) {
    let requests = community.discord.requests();
    for request in &requests {
        let refused = request.status.is_some_and(|status| (400..500).contains(&status) && status != 429);
        assert!(!refused, "{} {} was refused with {:?}", request.method, request.path, request.status);
    }
    openapi::validate(&requests);
}

pub struct RunningBot {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), BotError>>,
    store: Store,
}

impl RunningBot {
    /// Starts the bot as `backroad run` does, and waits until it is online with its commands.
    pub async fn start(community: &Community, knowledge: Knowledge) -> RunningBot {
        let store = Store::open(community.data.path()).await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let token = Token::new(community.discord.token()).unwrap();
        let api = Api::loopback(&community.discord.api_url()).unwrap();
        install_tls();
        let clock = discord::follow_clock(&api).await.expect("the local Discord tells its time");
        let app = App::new(knowledge, store.clone(), app::Options { clock, ..app::Options::default() });
        let task = tokio::spawn(discord::run(app, token, api, async { drop(stopped.await) }));
        community.discord.until_ready().await.expect("the bot comes online");
        RunningBot { stop, task, store }
    }

    /// From now on the database refuses everything.
    pub async fn close_database(&self) {
        self.store.close().await;
    }

    pub async fn stop(self) -> Result<(), BotError> {
        drop(self.stop);
        let ended = self.task.await.expect("the bot does not panic");
        self.store.close().await;
        ended
    }
}

/// The program with the fixture and its index, in a clean environment.
pub fn backroad() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backroad"));
    for (name, _) in std::env::vars() {
        if name.starts_with("BACKROAD_") || name.starts_with("DISCORD_") {
            command.env_remove(name);
        }
    }
    knowledge();
    command.current_dir(root()).env("BACKROAD_CONTENT", fixture()).env("BACKROAD_INDEX", index());
    command
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A library that only tests use: small, and it stays as it is, so that what is shown can be compared word by word.
pub fn fixture() -> PathBuf {
    root().join("tests/fixtures/content")
}

/// A library with one question of each kind that can be played, all about authentication.
pub fn quiz_fixture() -> PathBuf {
    root().join("tests/fixtures/quiz")
}

pub fn quiz_knowledge() -> Knowledge {
    let (library, problems) = content::load(&quiz_fixture()).expect("the content folder is there");
    assert!(problems.is_empty(), "{}", problems[0]);
    let search = search::open(&library, &quiz_index()).expect("the index can be built").search;
    Knowledge { library, search }
}

fn quiz_index() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("quiz-index")
}

/// The program with that library.
pub fn quiz_backroad() -> Command {
    let mut command = backroad();
    command.env("BACKROAD_CONTENT", quiz_fixture()).env("BACKROAD_INDEX", quiz_index());
    command
}

/// A library of four topics in two areas with a question of each kind that can be posted, and a roadmap along which what
/// must be known first stands later.
pub fn daily_fixture() -> PathBuf {
    root().join("tests/fixtures/daily")
}

pub fn daily_knowledge() -> Knowledge {
    let (library, problems) = content::load(&daily_fixture()).expect("the content folder is there");
    assert!(problems.is_empty(), "{}", problems[0]);
    let search = search::open(&library, &daily_index()).expect("the index can be built").search;
    Knowledge { library, search }
}

fn daily_index() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("daily-index")
}

/// The program with that library.
pub fn daily_backroad() -> Command {
    let mut command = backroad();
    command.env("BACKROAD_CONTENT", daily_fixture()).env("BACKROAD_INDEX", daily_index());
    command
}

/// Copies a folder of content, so that a test may change it.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).map(drop).unwrap();
        }
    }
}

/// The index of the fixture, kept between runs.
fn index() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixture-index")
}

/// The index of the repository's library, kept between runs.
pub fn real_index() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("real-index")
}

/// The fixture with its index, loaded once.
pub fn knowledge() -> Knowledge {
    static KNOWLEDGE: OnceLock<Knowledge> = OnceLock::new();
    let known = KNOWLEDGE.get_or_init(|| {
        let (library, problems) = content::load(&fixture()).expect("the content folder is there");
        assert!(problems.is_empty(), "{}", problems[0]);
        let search = search::open(&library, &index()).expect("the index can be built").search;
        Knowledge { library, search }
    });
    Knowledge { library: known.library.clone(), search: known.search.clone() }
}

pub fn install_tls() {
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
}
