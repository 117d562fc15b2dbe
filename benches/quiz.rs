//! Many quizzes at once, printed as a table: `cargo bench --bench quiz`, on Linux, in about six minutes, or for a quick look
//! `cargo bench --bench quiz -- short`. `-- 1000` presses another number of letters a second than 2,000;
//! with `-- at-once` all sessions begin at the same moment, which is the worst that can happen.
//!
//! 1,000 channels of seven servers play at the same time, 30 s a question and 15 s between two, spread evenly as they would
//! be among communities that know nothing of one another, and 2,000 letters are pressed a second. The bot is a process of its
//! own and keeps every answer on the disk before it acknowledges it; the local Discord and its members are this program and
//! share the machine with it. What a session costs is measured in the same time, so that all figures belong together.

#[path = "quiz/journal.rs"]
mod journal;
#[path = "quiz/library.rs"]
mod library;
#[path = "quiz/load.rs"]
mod load;
#[path = "quiz/look.rs"]
mod look;
#[path = "figures/process.rs"]
mod process;
#[path = "quiz/report.rs"]
mod report;
#[path = "quiz/requests.rs"]
mod requests;
#[path = "quiz/world.rs"]
mod world;

use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use backroad::playground::{Options, Playground};
use process::Process;
use tokio::sync::watch;
use tokio::task::JoinSet;
use world::Room;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// How much is played, and for how long.
struct Scale {
    /// How many sessions each server has.
    guilds: &'static [usize],
    clicks_per_second: u32,
    /// All sessions are begun in this time, evenly.
    ramp: Duration,
    /// Nothing is measured for this time, so that what the beginning caused is over.
    settle: Duration,
    measured: Duration,
}

const FULL: Scale = Scale {
    guilds: &[400, 100, 100, 100, 100, 100, 100],
    clicks_per_second: 2_000,
    ramp: Duration::from_secs(180),
    settle: Duration::from_secs(45),
    measured: Duration::from_secs(120),
};

const SHORT: Scale = Scale {
    guilds: &[40, 10, 10, 10, 10, 10, 10],
    clicks_per_second: 200,
    ramp: Duration::from_secs(45),
    settle: Duration::from_secs(15),
    measured: Duration::from_secs(60),
};

/// When all begin at once, their lobbies are opened in this time, which is less than a lobby lasts.
const LOBBIES: Duration = Duration::from_secs(12);

/// Members of each server.
const MEMBERS: usize = 600;

/// Questions of a session: more than are asked here, so that no session ends.
const QUESTIONS: usize = 10;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let dir = tempfile::tempdir()?;
    let questions = library::write(&dir.path().join("content"))?;
    let mut scale = if args.iter().any(|arg| arg == "short") { SHORT } else { FULL };
    if let Some(rate) = args.iter().find_map(|arg| arg.parse().ok()) {
        scale.clicks_per_second = rate;
    }
    let at_once = args.iter().any(|arg| arg == "at-once");
    if at_once {
        (scale.ramp, scale.settle) = (LOBBIES, Duration::ZERO);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(play(dir.path(), &scale, at_once, questions))
}

async fn play(dir: &Path, scale: &Scale, at_once: bool, questions: usize) -> Result<()> {
    let status = backroad(dir).arg("index").stdout(Stdio::null()).status()?;
    if !status.success() {
        return Err("the index was not built".into());
    }
    let discord = Playground::start(Options { identify_spacing: Duration::ZERO, ..Options::default() }).await?;
    let (log, written) = std::io::pipe()?;
    let mut command = backroad(dir);
    command.arg("run").env("DISCORD_TOKEN", discord.token()).env("DISCORD_API_URL", discord.api_url());
    let bot = Process::start(command.env("BACKROAD_LOG", journal::FILTER).stderr(written))?;
    drop(command);
    let journal = journal::follow(log);
    discord.until_ready().await?;
    let rooms = rooms(&discord, scale.guilds)?;
    let sessions = rooms.len();
    let watch = requests::Watch::start(&discord, &rooms);
    let mut clicks = load::start(watch.clone(), rooms.clone(), scale.clicks_per_second, sessions / 2);

    let mut tick = tokio::time::interval(scale.ramp / u32::try_from(sessions)?);
    let mut begun: JoinSet<Result<()>> = JoinSet::new();
    let (begin, _) = watch::channel(!at_once);
    for room in rooms.clone() {
        tick.tick().await;
        let mut may_begin = begin.subscribe();
        begun.spawn(async move {
            let lobby = room.open(QUESTIONS).await?;
            may_begin.wait_for(|may| *may).await?;
            lobby.begin().await
        });
    }
    begin.send_replace(true);
    while let Some(one) = begun.join_next().await {
        one??;
    }
    println!("{sessions} sessions are under way, with questions of a library of {questions}");
    tokio::time::sleep(scale.settle).await;

    let from = Instant::now();
    let mut looks = vec![look::Look::now(&discord, &bot)?];
    while from.elapsed() < scale.measured {
        tokio::time::sleep(Duration::from_secs(1)).await;
        looks.push(look::Look::now(&discord, &bot)?);
    }
    // Longer than the bot has for a response, so that late ones are counted, too.
    tokio::time::sleep(Duration::from_secs(4)).await;
    let mut clicked = Vec::new();
    while let Ok(click) = clicks.try_recv() {
        clicked.push(click);
    }
    drop(clicks);
    let journal = journal.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let requests = watch.with(|seen| seen.requests.clone());
    report::print(&report::Measured { looks, rooms, clicked, journal, requests })?;
    drop(bot);
    discord.shutdown().await;
    Ok(())
}

/// One server for each number, with so many channels; the rooms of all servers take turns.
fn rooms(discord: &Playground, guilds: &[usize]) -> Result<Vec<Room>> {
    let mut rooms = Vec::new();
    for (guild, &channels) in guilds.iter().enumerate() {
        let names: Vec<String> = (0..channels).map(|n| format!("quiz-{n}")).collect();
        let (_, founded) = world::found(discord, guild, &names, MEMBERS)?;
        // Evenly among one another, whatever the sizes.
        rooms.extend(founded.into_iter().enumerate().map(|(n, room)| (n as f64 / channels as f64, room)));
    }
    rooms.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    Ok(rooms.into_iter().map(|(_, room)| room).collect())
}

fn backroad(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backroad"));
    command.current_dir(dir).env("BACKROAD_CONTENT", dir.join("content")).env("BACKROAD_INDEX", dir.join("index"));
    command.env("BACKROAD_DATA", dir.join("data"));
    command
}
