//! The figures that a host cares about, printed as tables: `cargo bench --bench figures`, on Linux, in about two minutes.
//!
//! 1. With 1,500 items (the library of the repository, and variations of it): how long the index takes from nothing, how long
//!    the bot takes from its start until it is online, how long a query takes, how much memory the bot uses.
//! 2. `/ask` through the local Discord at 100 to 4,000 interactions a second: how long from the event to the callback, and how
//!    much CPU the bot used for each, beside a program that answers every event at once with a constant. Both run in turn, in
//!    the same run, on the same machine, which the local Discord and its members share with them: compare them with each other.

#[path = "figures/echo.rs"]
mod echo;
#[path = "figures/library.rs"]
mod library;
#[path = "figures/load.rs"]
mod load;
#[path = "figures/process.rs"]
mod process;

use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use backroad::playground::{Options, Playground};
use backroad::search::{self, Query};
use process::Process;

/// Items in all.
const ITEMS: usize = 1_500;

/// How often each start is measured; the median is printed.
const ROUNDS: usize = 5;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    if args.next().as_deref() == Some("echo") {
        let (url, token) = (args.next().unwrap_or_default(), args.next().unwrap_or_default());
        return tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(echo::run(&url, &token));
    }
    let dir = tempfile::tempdir()?;
    let queries = library::write(ITEMS, &dir.path().join("content"))?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        at_rest(dir.path(), &queries).await?;
        under_load(dir.path(), &queries).await
    })
}

/// Index, start, query and memory.
async fn at_rest(dir: &Path, queries: &[String]) -> Result<()> {
    let build = median(ROUNDS, || {
        let _none_yet = std::fs::remove_dir_all(dir.join("index"));
        let began = Instant::now();
        let status = backroad(dir).arg("index").stdout(Stdio::null()).status()?;
        if status.success() { Ok(began.elapsed()) } else { Err("the index was not built".into()) }
    })?;

    let (library, _) = backroad::content::load(&dir.join("content"))?;
    let search = search::open(&library, &dir.join("index"))?.search;
    let mut took: Vec<Duration> = Vec::new();
    for query in queries {
        let began = Instant::now();
        std::hint::black_box(search.query(&Query { text: query, kind: None, limit: 9, snippets: 0 })?);
        took.push(began.elapsed());
    }

    let mut ready = Vec::new();
    let mut memory = 0;
    for _ in 0..ROUNDS {
        let discord = Playground::start(Options { identify_spacing: Duration::ZERO, ..Options::default() }).await?;
        let began = Instant::now();
        let bot = bot(dir, &discord)?;
        discord.until_ready().await?;
        ready.push(began.elapsed());
        let ada = discord.member("ada")?;
        for query in queries.iter().take(200) {
            ada.forge_slash("ask", &[("query", query)]).await?;
        }
        memory = memory.max(bot.resident_kib()?);
        drop(bot);
        discord.shutdown().await;
    }
    ready.sort_unstable();

    println!("{} items, {} queries", library.items().count(), queries.len());
    println!("{:<44} {:>9} {:>9}", "", "measured", "wanted");
    let line =
        |what: &str, value: f64, unit: &str, wanted: &str| println!("{what:<44} {value:>6.1} {unit:<2} {wanted:>9}");
    line("index from nothing, whole process", ms(build), "ms", "< 1000 ms");
    line("from start until online, index current", ms(at(&ready, 0.5)), "ms", "< 300 ms");
    line("query in process, p50", ms(at(&sorted(took.clone()), 0.5)), "ms", "< 1 ms");
    line("query in process, p99", ms(at(&sorted(took), 0.99)), "ms", "");
    line("resident memory after 200 answers, most", memory as f64 / 1024.0, "MB", "< 80 MB");
    Ok(())
}

/// The bot and the echo, in turn, at growing rates and then as fast as they go.
async fn under_load(dir: &Path, queries: &[String]) -> Result<()> {
    println!(
        "\n{:<12} {:<6} {:>9} {:>9} {:>9} {:>9} {:>12}",
        "asked/s", "", "answered/s", "p50 ms", "p99 ms", "failed", "CPU us each"
    );
    let mut ratios = Vec::new();
    for rate in [Some(100), Some(500), Some(1_000), Some(2_000), Some(4_000), None, None, None] {
        let mut answered = Vec::new();
        for (name, command) in [("ask", "ask"), ("echo", "echo")] {
            let discord = Playground::start(Options { identify_spacing: Duration::ZERO, ..Options::default() }).await?;
            let bot = if name == "ask" { bot(dir, &discord)? } else { echo_bot(&discord)? };
            discord.until_ready().await?;
            let figures = load::run(&discord, &bot, command, queries, rate).await?;
            let asked = rate.map_or("most".to_owned(), |rate| rate.to_string());
            println!(
                "{asked:<12} {name:<6} {:>9.0} {:>9.2} {:>9.2} {:>9} {:>12.0}",
                figures.per_second,
                ms(figures.p50),
                ms(figures.p99),
                figures.failed,
                figures.cpu_each.as_secs_f64() * 1e6
            );
            answered.push(figures.per_second);
            drop(bot);
            discord.shutdown().await;
        }
        if let (None, [ask, echo]) = (rate, answered.as_slice()) {
            ratios.push(ask / echo);
        }
    }
    ratios.sort_by(f64::total_cmp);
    if let Some(ratio) = ratios.get(ratios.len() / 2) {
        println!("\nas fast as they go, /ask answers {ratio:.2} times as many as the echo (wanted: at least 0.70)");
    }
    Ok(())
}

fn backroad(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backroad"));
    command.current_dir(dir).env("BACKROAD_CONTENT", dir.join("content")).env("BACKROAD_INDEX", dir.join("index"));
    command.env("BACKROAD_DATA", dir.join("data")).env("BACKROAD_LOG", "error");
    command
}

fn bot(dir: &Path, discord: &Playground) -> Result<Process> {
    let mut command = backroad(dir);
    command.arg("run").env("DISCORD_TOKEN", discord.token()).env("DISCORD_API_URL", discord.api_url());
    // A session of an earlier local Discord is of no use.
    let _none_yet = std::fs::remove_dir_all(dir.join("data"));
    Process::start(&mut command)
}

fn echo_bot(discord: &Playground) -> Result<Process> {
    Process::start(Command::new(std::env::current_exe()?).args(["echo", &discord.api_url(), discord.token()]))
}

fn median(rounds: usize, mut measure: impl FnMut() -> Result<Duration>) -> Result<Duration> {
    let took: Result<Vec<Duration>> = (0..rounds).map(|_| measure()).collect();
    Ok(at(&sorted(took?), 0.5))
}

fn sorted(mut times: Vec<Duration>) -> Vec<Duration> {
    times.sort_unstable();
    times
}

/// The value below which this share of the sorted times lies.
fn at(sorted: &[Duration], share: f64) -> Duration {
    let place = (share * (sorted.len().max(1) - 1) as f64) as usize;
    sorted.get(place).copied().unwrap_or_default()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
