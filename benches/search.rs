//! How long opening, queries and suggestions take with generated items, and how much memory they need.
//!
//! `cargo bench --bench search` prints a table for 1,500 items as long as those of the library. With numbers of items behind
//! `--` (`cargo bench --bench search -- 1500 100000 1000000`) the items are short, about 110 words, and each number has a
//! process of its own; a million needs some minutes and about 6 GB.

#[path = "search/generator.rs"]
mod generator;

use std::error::Error;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use backroad::search::{self, Query, Search};

use self::generator::{Generator, Sizes};

const ROUNDS: usize = 2_000;

/// Tells the process that measures one size from the one that prints the table.
const CHILD: &str = "BACKROAD_BENCH_ITEMS";

fn main() -> Result<(), Box<dyn Error>> {
    if let Ok(items) = std::env::var(CHILD) {
        return short_items(items.parse()?);
    }
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    if sizes.is_empty() {
        return long_items();
    }
    println!("| items | index | disk | open | memory | query p50 | p99 | max | suggest p50 | p99 |");
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for items in sizes {
        let mut child = Command::new(std::env::current_exe()?);
        let status = child.env(CHILD, items.to_string()).stdin(Stdio::null()).status()?;
        if !status.success() {
            return Err(format!("measuring {items} items failed: {status}").into());
        }
    }
    Ok(())
}

/// Items as long as those of the library, query by query.
fn long_items() -> Result<(), Box<dyn Error>> {
    let vocabulary = 6_000;
    let library = Generator::new(vocabulary).library(&Sizes { topics: 400, questions: 1_100, sentences: 22 });
    let dir = tempfile::tempdir()?;

    println!("{} items", library.items().count());
    let (built, opened) = timed(|| search::open(&library, dir.path()));
    println!("build    {:>8.1} ms   {:.1} MB", built.as_secs_f64() * 1e3, opened?.bytes as f64 / 1e6);
    let (read, opened) = timed(|| search::open(&library, dir.path()));
    let search = opened?.search;
    println!("open     {:>8.1} ms", read.as_secs_f64() * 1e3);

    println!("\n{:<22} {:>9} {:>9} {:>9}", "microseconds", "p50", "p99", "max");
    let mut generator = Generator::new(vocabulary);
    let line = |name: &str, times: Times| {
        println!("{name:<22} {:>9.0} {:>9.0} {:>9.0}", times.at(0.5), times.at(0.99), times.at(1.0));
    };
    line("query: name", measure(&mut || generator.name(), &mut |text| run(&search, text)));
    line("query: question", measure(&mut || generator.sentence(8), &mut |text| run(&search, text)));
    line("query: typo", measure(&mut || generator.mistyped(), &mut |text| run(&search, text)));
    line("query: comparison", measure(&mut || generator.comparison(), &mut |text| run(&search, text)));
    line("query: 4,000 letters", measure(&mut || generator.sentence(640), &mut |text| run(&search, text)));
    let mut suggest = |text: &str| search.suggest(text, None, 25).len();
    line("suggest: nothing typed", measure(&mut String::new, &mut suggest));
    line("suggest: beginning", measure(&mut || generator.beginning(), &mut suggest));
    line("suggest: two words", measure(&mut || generator.sentence(2), &mut suggest));
    line("suggest: typo", measure(&mut || generator.mistyped(), &mut suggest));
    Ok(())
}

/// One line of the table for so many short items.
fn short_items(items: usize) -> Result<(), Box<dyn Error>> {
    // A larger library has more different words: Heaps' law with an exponent of a half.
    let vocabulary = 200 * items.isqrt();
    let sizes = Sizes { topics: items * 4 / 15, questions: items - items * 4 / 15, sentences: 3 };
    let library = Generator::new(vocabulary).library(&sizes);
    let dir = tempfile::tempdir()?;
    let (built, opened) = timed(|| search::open(&library, dir.path()));
    let bytes = opened?.bytes;
    let (read, opened) = timed(|| search::open(&library, dir.path()));
    let search = opened?.search;
    let mut generator = Generator::new(vocabulary);
    let mut kind = 0;
    let mut mixed = || {
        kind = (kind + 1) % 4;
        match kind {
            0 => generator.name(),
            1 => generator.sentence(8),
            2 => generator.mistyped(),
            _ => generator.comparison(),
        }
    };
    let queries = measure(&mut mixed, &mut |text| run(&search, text));
    let mut beginnings = Generator::new(vocabulary);
    // All names are looked at for a suggestion, so many rounds would take minutes.
    let rounds = if items < 200_000 { ROUNDS } else { ROUNDS / 10 };
    let suggestions =
        measure_rounds(rounds, &mut || beginnings.beginning(), &mut |text| search.suggest(text, None, 25).len());
    let ms =
        |micros: f64| if micros < 1_000.0 { format!("{micros:.0} µs") } else { format!("{:.1} ms", micros / 1e3) };
    println!(
        "| {items} | {:.1} s | {:.0} MB | {:.2} s | {:.0} MB | {} | {} | {} | {} | {} |",
        built.as_secs_f64(),
        bytes as f64 / 1e6,
        read.as_secs_f64(),
        resident_megabytes()?,
        ms(queries.at(0.5)),
        ms(queries.at(0.99)),
        ms(queries.at(1.0)),
        ms(suggestions.at(0.5)),
        ms(suggestions.at(0.99)),
    );
    Ok(())
}

fn run(search: &Search, text: &str) -> usize {
    search.query(&Query { text, kind: None, limit: 9, snippets: 1 }).map_or(0, |results| results.hits.len())
}

/// Sorted.
struct Times(Vec<Duration>);

impl Times {
    /// In microseconds.
    fn at(&self, share: f64) -> f64 {
        let place = (share * self.0.len().saturating_sub(1) as f64) as usize;
        self.0.get(place).map_or(0.0, Duration::as_secs_f64) * 1e6
    }
}

fn measure(text: &mut dyn FnMut() -> String, work: &mut dyn FnMut(&str) -> usize) -> Times {
    measure_rounds(ROUNDS, text, work)
}

fn measure_rounds(rounds: usize, text: &mut dyn FnMut() -> String, work: &mut dyn FnMut(&str) -> usize) -> Times {
    let mut times: Vec<Duration> = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let text = text();
        let (time, found) = timed(|| work(&text));
        std::hint::black_box(found);
        times.push(time);
    }
    times.sort_unstable();
    Times(times)
}

/// Of this process, with the generated items in it.
fn resident_megabytes() -> Result<f64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes / 1e3)
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let started = Instant::now();
    let result = work();
    (started.elapsed(), result)
}
