//! Scheduled posts that are all due in the same minute, printed as tables: `cargo bench --bench daily`, on Linux, in about
//! half an hour, or for a quick look `cargo bench --bench daily -- short`, in about four minutes.
//!
//! 580 servers have 10,000 schedules: 480 as many as a server may have, the others 1 to 10. The bot is a process of its own,
//! which takes its time from the local Discord; the local Discord and its members are this program and share the machine
//! with it. In turn:
//!
//! 1. how long a start takes and how much memory an idle bot has with no, with 1,000 and with 10,000 schedules;
//! 2. 1,000 posts in a minute, of another database; 10,000 posts in a minute;
//! 3. the day after, when each post shows how the question before was answered, a hundred of them by 50 members; then a start
//!    with all of these posts stored;
//! 4. once more a day later, while quizzes are played in a hundred of the servers, which were measured before without posts;
//! 5. whether each schedule has one message for each day.

#[path = "daily/census.rs"]
mod census;
#[path = "daily/fill.rs"]
mod fill;
#[expect(dead_code, reason = "commits are not looked at here")]
#[path = "quiz/journal.rs"]
mod journal;
#[expect(dead_code, reason = "what members wait for here is told by fewer figures")]
#[path = "quiz/load.rs"]
mod load;
#[path = "quiz/look.rs"]
mod look;
#[path = "daily/members.rs"]
mod members;
#[path = "daily/minute.rs"]
mod minute;
#[path = "figures/process.rs"]
mod process;
#[path = "daily/report.rs"]
mod report;
#[expect(dead_code, reason = "what members wait for here is told by fewer figures")]
#[path = "quiz/requests.rs"]
mod requests;
#[path = "daily/servers.rs"]
mod servers;
#[path = "quiz/world.rs"]
mod world;

use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use backroad::playground::{Options, Playground};
use jiff::{SignedDuration, Timestamp, Unit};

use census::Census;
use journal::Journal;
use minute::{Minute, Until, advance_to};
use process::Process;
use report::{Played, Start};
use requests::Watch;
use servers::Servers;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// How much there is.
struct Scale {
    /// Servers with as many schedules as a server may have.
    big: usize,
    /// Servers with few.
    small: usize,
    /// So many of the big ones have members, who answer and play.
    played: usize,
    /// Schedules of the smaller database.
    fewer: usize,
    /// The quizzes are begun in this time, evenly.
    ramp: Duration,
    /// Then nothing is measured for this time, so that what the beginning caused is over.
    settle: Duration,
    /// So long the quizzes are measured without posts.
    alone: Duration,
    clicks_per_second: u32,
}

const FULL: Scale = Scale {
    big: 480,
    small: 100,
    played: 100,
    fewer: 1_000,
    ramp: Duration::from_secs(45),
    settle: Duration::from_secs(15),
    alone: Duration::from_secs(150),
    clicks_per_second: 20,
};

const SHORT: Scale = Scale {
    big: 20,
    small: 25,
    played: 10,
    fewer: 50,
    ramp: Duration::from_secs(10),
    settle: Duration::from_secs(5),
    alone: Duration::from_secs(60),
    clicks_per_second: 5,
};

/// Questions of a quiz: more than are asked here.
const QUESTIONS: usize = 20;

/// How often each start is measured; the median is printed.
const STARTS: usize = 5;

/// After this time a bot that was started is idle.
const REST: Duration = Duration::from_secs(3);

/// So long before a minute everything is ready for it.
const BEFORE: Duration = Duration::from_secs(3);

const DAY_MS: i64 = 24 * 3_600_000;

fn main() -> Result<()> {
    let scale = if std::env::args().any(|arg| arg == "short") { SHORT } else { FULL };
    let dir = tempfile::tempdir()?;
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("content"), &dir.path().join("content"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(dir.path(), &scale))
}

async fn run(dir: &Path, scale: &Scale) -> Result<()> {
    if !backroad(dir, "none").arg("index").stdout(Stdio::null()).status()?.success() {
        return Err("the index was not built".into());
    }
    let discord = Playground::start(Options { identify_spacing: Duration::ZERO, ..Options::default() }).await?;
    let servers = Servers::found(&discord, scale)?;
    let (schedules, fewer) = (servers.schedules(), scale.fewer);
    println!("{} servers with {} channels and {schedules} schedules", servers.all.len(), servers.rooms.len());

    // The smaller database is due an hour earlier, so that neither disturbs the other.
    let first = Timestamp::now().round(Unit::Minute)? + SignedDuration::from_hours(2);
    let minute = first + SignedDuration::from_hours(1);
    fill::write(dir, &dir.join("fewer"), &servers, fewer, first).await?;
    let took = fill::write(dir, &dir.join("all"), &servers, schedules, minute).await?;
    let rate = schedules as f64 / took.as_secs_f64();
    println!("{schedules} schedules were made in {:.1} s, {rate:.0} a second", took.as_secs_f64());
    let stored = [0, fewer, schedules].map(|count| format!("{count} schedules"));
    let folders = ["none", "fewer", "all"];
    let data: Vec<(&str, &str)> = folders.into_iter().zip(stored.iter().map(String::as_str)).collect();
    report::starts(&starts(dir, &discord, &data).await?);

    let watch = Watch::start(&discord, &servers.rooms);
    let bot = Bot::start(dir, "fewer", &discord).await?;
    advance_to(&discord, first.as_millisecond(), BEFORE);
    let small = Minute::see(&discord, &watch, &bot.process, first.as_millisecond(), fewer, Until::AllDone).await?;
    let of_small = bot.end(&discord).await?;
    let posted = census::posted(&discord, &servers.rooms, 0).await?;
    let last_of_fewer = posted.iter().map(|posted| posted.number).max().unwrap_or_default();
    let of_fewer = Census::take(&dir.join("fewer"), &posted).await?;

    let due_ms = minute.as_millisecond();
    let bot = Bot::start(dir, "all", &discord).await?;
    advance_to(&discord, due_ms, BEFORE);
    let day = Minute::see(&discord, &watch, &bot.process, due_ms, schedules, Until::AllDone).await?;

    let posted = census::posted(&discord, &servers.rooms, last_of_fewer).await?;
    let answered = members::answer(&servers, &posted).await?;
    let asked = posted.iter().filter(|posted| !posted.letters.is_empty()).count();
    let last_of_day = posted.iter().map(|posted| posted.number).max().unwrap_or_default();
    advance_to(&discord, due_ms + DAY_MS, BEFORE);
    let after = Minute::see(&discord, &watch, &bot.process, due_ms + DAY_MS, schedules, Until::AllDone).await?;
    let posted = census::posted(&discord, &servers.rooms, last_of_fewer).await?;
    let still_asked = posted.iter().filter(|posted| posted.number <= last_of_day && !posted.letters.is_empty()).count();
    let show = |posted: &&census::Posted| posted.number > last_of_day && posted.answers == servers::MEMBERS;
    let showing = posted.iter().filter(show).count();

    let mut journals = vec![of_small, bot.end(&discord).await?];
    let stored = format!("{schedules} schedules, {} posts", 2 * schedules);
    report::starts(&starts(dir, &discord, &[("all", &stored)]).await?);

    let bot = Bot::start(dir, "all", &discord).await?;
    let (with_quizzes, played) = with_quizzes(scale, &discord, &servers, &watch, &bot, due_ms + 2 * DAY_MS).await?;
    journals.push(bot.end(&discord).await?);

    let columns = [("few", &small), ("all", &day), ("the day after", &after), ("with quizzes", &with_quizzes)];
    report::minutes(&servers, &columns);
    report::refusals(&columns);
    report::answered(&answered);
    println!("  {showing} posts of the day after show {} answers (wanted: {})", servers::MEMBERS, answered.posts);
    println!("  {still_asked} of {asked} old questions kept their letters (wanted: 0)");
    report::quizzes(&played);
    println!();
    report::census("the smaller database", &of_fewer, fewer);
    let posted = census::posted(&discord, &servers.rooms, last_of_fewer).await?;
    report::census("three days", &Census::take(&dir.join("all"), &posted).await?, 3 * schedules);
    report::complaints(&journals);
    discord.shutdown().await;
    Ok(())
}

/// Quizzes without posts for a while, then with those of a minute.
async fn with_quizzes(
    scale: &Scale,
    discord: &Playground,
    servers: &Servers,
    watch: &Watch,
    bot: &Bot,
    due_ms: i64,
) -> Result<(Minute, Played)> {
    // What begins before the minute takes its time on the local Discord's clock, too.
    advance_to(discord, due_ms, scale.ramp + scale.settle + scale.alone + BEFORE);
    let rooms: Vec<_> = servers.played().cloned().collect();
    let mut clicks = load::start(watch.clone(), servers.rooms.clone(), scale.clicks_per_second, rooms.len() / 2);
    members::play(rooms, scale.ramp).await?;
    tokio::time::sleep(scale.settle).await;
    let from = Instant::now();
    advance_none_until(discord, due_ms).await;
    let without = (from, Instant::now());
    let schedules = servers.schedules();
    let minute = Minute::see(discord, watch, &bot.process, due_ms, schedules, Until::LastPost).await?;
    // Longer than the bot has for a response, so that late ones are counted, too.
    tokio::time::sleep(Duration::from_secs(4)).await;
    let mut clicked = Vec::new();
    while let Ok(click) = clicks.try_recv() {
        clicked.push(click);
    }
    let ahead_ms = discord.clock().now_ms() - Timestamp::now().as_millisecond();
    let (journal, requests) = (bot.journal(), watch.with(|seen| seen.requests.clone()));
    let with = minute.span;
    Ok((minute, Played { journal, requests, clicked, ahead_ms, without, with }))
}

/// Returns shortly before a moment of the local Discord's clock.
async fn advance_none_until(discord: &Playground, moment_ms: i64) {
    let left = u64::try_from(moment_ms - discord.clock().now_ms()).unwrap_or_default();
    tokio::time::sleep(Duration::from_millis(left).saturating_sub(Duration::from_secs(1))).await;
}

/// Starts a bot on a copy of each database (its folder, what it holds), in turn, so that all share what else the machine does.
async fn starts(dir: &Path, discord: &Playground, data: &[(&str, &str)]) -> Result<Vec<(String, Vec<Start>)>> {
    let mut starts: Vec<(String, Vec<Start>)> =
        data.iter().map(|(_, stored)| ((*stored).to_owned(), Vec::new())).collect();
    // The very first one registers the commands.
    for round in 0..=STARTS {
        for ((name, _), (_, starts)) in data.iter().zip(&mut starts) {
            let _none_yet = std::fs::remove_dir_all(dir.join("copy"));
            copy(&dir.join(name), &dir.join("copy"))?;
            let began = Instant::now();
            let bot = Bot::start(dir, "copy", discord).await?;
            let ready = began.elapsed();
            tokio::time::sleep(REST).await;
            let start = Start { ready, resident_kib: bot.process.resident_kib()? };
            if round > 0 {
                starts.push(start);
            }
            bot.end(discord).await?;
        }
    }
    Ok(starts)
}

/// A bot that is online.
struct Bot {
    process: Process,
    journal: Arc<Mutex<Journal>>,
}

impl Bot {
    /// Starts it on a database in a folder of this name, and waits until it is ready.
    async fn start(dir: &Path, data: &str, discord: &Playground) -> Result<Bot> {
        let (log, written) = std::io::pipe()?;
        let mut command = backroad(dir, data);
        command.arg("run").env("DISCORD_TOKEN", discord.token()).env("DISCORD_API_URL", discord.api_url());
        command.env("BACKROAD_CLOCK", "discord").env("BACKROAD_LOG", journal::FILTER);
        let process = Process::start(command.stderr(written))?;
        drop(command);
        let journal = journal::follow(log);
        discord.until_ready().await?;
        Ok(Bot { process, journal })
    }

    fn journal(&self) -> Journal {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Kills it. What it has said.
    async fn end(self, discord: &Playground) -> Result<Journal> {
        let journal = self.journal();
        drop(self.process);
        discord.until("the bot to be gone", |view| (!view.bot_is_online()).then_some(())).await?;
        Ok(journal)
    }
}

fn backroad(dir: &Path, data: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backroad"));
    command.current_dir(dir).env("BACKROAD_CONTENT", dir.join("content")).env("BACKROAD_INDEX", dir.join("index"));
    command.env("BACKROAD_DATA", dir.join(data));
    command
}

/// Copies a folder with everything in it; one that is not there is an empty one.
fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in walkdir::WalkDir::new(from).min_depth(1).into_iter().filter_map(std::result::Result::ok) {
        let place = to.join(entry.path().strip_prefix(from)?);
        match entry.file_type().is_dir() {
            true => std::fs::create_dir_all(place)?,
            false => drop(std::fs::copy(entry.path(), place)?),
        }
    }
    Ok(())
}
