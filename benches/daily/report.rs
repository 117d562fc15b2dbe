//! The tables.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant};

use crate::census::Census;
use crate::journal::Journal;
use crate::load::{Came, Clicked};
use crate::members::Answered;
use crate::minute::{Minute, is_post};
use crate::requests::{Kind, Request};
use crate::servers::Servers;

/// A bot that was started and left alone.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    pub ready: Duration,
    pub resident_kib: u64,
}

/// Starts with so many schedules stored, in words, several of each.
pub fn starts(starts: &[(String, Vec<Start>)]) {
    println!("\n{:<48} {:>10} {:>14}", "stored", "ready", "resident, idle");
    for (stored, starts) in starts {
        let ready = sorted(starts.iter().map(|start| start.ready.as_secs_f64() * 1e3));
        let resident = sorted(starts.iter().map(|start| start.resident_kib as f64 / 1024.0));
        println!("{stored:<48} {:>7.0} ms {:>11.1} MB", at(&ready, 0.5), at(&resident, 0.5));
    }
}

/// Minutes beside one another, each with its name.
pub fn minutes(servers: &Servers, minutes: &[(&str, &Minute)]) {
    let most = backroad::app::daily::SCHEDULES;
    print!("\n{:<52}", "");
    minutes.iter().for_each(|(name, _)| print!(" {name:>14}"));
    println!(" {:>9}", "wanted");
    let row = |what: &str, wanted: &str, figure: &dyn Fn(&Minute) -> String| {
        print!("{what:<52}");
        minutes.iter().for_each(|(_, minute)| print!(" {:>14}", figure(minute)));
        println!(" {wanted:>9}");
    };
    row("posts", "all", &|minute| format!("{} of {}", minute.count(is_post), minute.posts));
    row("from the minute until the last post is there", "", &|minute| seconds(minute.took()));
    row("posts a second", "", &|minute| format!("{:.1}", minute.posts as f64 / minute.took()));
    row("requests a second until then", "", &|minute| format!("{:.1}", minute.requests_a_second()));
    row("  most in any second", "<= 50", &|minute| minute.most_in_a_second().to_string());
    row("  refused", "0", &|minute| minute.refused().to_string());
    for (whose, at_most) in [("first post of each server", most), ("the same, servers with at most 10", 10)] {
        for (share, name) in [(0.5, "p50"), (0.99, "p99"), (1.0, "last")] {
            row(&format!("{whose}, {name}"), "", &|minute| seconds(at(&minute.firsts(servers, at_most), share)));
        }
    }
    row("threads", "", &|minute| minute.count(|kind| kind == Kind::Thread).to_string());
    row("  the last one after", "", &|minute| seconds(minute.last(|kind| kind == Kind::Thread)));
    row("old questions whose buttons were taken off", "", &|minute| {
        minute.count(|kind| kind == Kind::Buttons).to_string()
    });
    row("  the last one after", "", &|minute| seconds(minute.last(|kind| kind == Kind::Buttons)));
    row("resident memory before", "", &|minute| format!("{:.1} MB", minute.resident_mb().0));
    row("  most", "flat", &|minute| format!("{:.1} MB", minute.resident_mb().1));
    for (place, name) in
        ["CPU: the bot, of one core", "CPU: the local Discord", "CPU: all other processes"].iter().enumerate()
    {
        row(name, "", &|minute| format!("{:.0} %", minute.cpu().get(place).copied().unwrap_or_default()));
    }
}

/// What Discord refused, if anything.
pub fn refusals(minutes: &[(&str, &Minute)]) {
    for (name, minute) in minutes {
        for ((status, kind), count) in minute.refusals() {
            println!("refused, {name}: {count} times {status} for {kind}");
        }
    }
}

pub fn answered(answered: &Answered) {
    let Answered { posts, answers, failed, took } = answered;
    let rate = *answers as f64 / took.as_secs_f64();
    println!(
        "\n{answers} answers to {posts} posts in {:.1} s, {rate:.0} a second; {failed} without a response",
        took.as_secs_f64()
    );
}

pub fn census(what: &str, census: &Census, wanted: usize) {
    let Census { there, doubled, unknown } = census;
    println!(
        "{what}: {there} of {wanted} (schedule, day) have a message; {doubled} messages too many, {unknown} that the database \
         does not know"
    );
}

/// What is known of the quizzes.
pub struct Played {
    pub journal: Journal,
    pub requests: Vec<Request>,
    pub clicked: Vec<Clicked>,
    /// By how much the local Discord's clock is ahead of the machine's, in milliseconds.
    pub ahead_ms: i64,
    /// Before there were posts, and while they were sent.
    pub without: (Instant, Instant),
    pub with: (Instant, Instant),
}

pub fn quizzes(played: &Played) {
    println!("\n{:<52} {:>14} {:>14} {:>9}", "quizzes", "without posts", "with posts", "ratio");
    let spans = [played.without, played.with];
    let ratio = |[without, with]: [f64; 2]| if without > 0.0 { with / without } else { 0.0 };
    let millis = |what: &str, figures: [f64; 2]| {
        let [without, with] = figures;
        println!("{what:<52} {without:>11.1} ms {with:>11.1} ms {:>9.2}", ratio(figures));
    };
    for (kind, revealed, name) in [(Kind::Question, false, "question"), (Kind::Answer, true, "answer")] {
        let waits = spans.map(|span| waits(played, kind, revealed, span));
        let count = |n: usize| waits.get(n).map_or(0, Vec::len);
        println!("{:<52} {:>14} {:>14}", format!("{name}s"), count(0), count(1));
        for (share, what) in [(0.5, "p50"), (0.99, "p99"), (1.0, "most")] {
            millis(&format!("{name}, from stored until sent, {what}"), waits.each_ref().map(|waits| at(waits, share)));
        }
    }
    let clicks = spans.map(|(from, to)| {
        played
            .clicked
            .iter()
            .filter(|click| (from..to).contains(&click.due) && click.came != Came::Gone)
            .collect::<Vec<_>>()
    });
    let count =
        |of: &dyn Fn(&Clicked) -> bool| clicks.each_ref().map(|clicks| clicks.iter().filter(|click| of(click)).count());
    let [without, with] = count(&|_| true);
    println!("{:<52} {without:>14} {with:>14}", "clicks");
    let [without, with] = count(&|click| click.came == Came::Nothing);
    println!("{:<52} {without:>14} {with:>14}", "  without a response within 3 s");
    let took = clicks.map(|clicks| sorted(clicks.iter().map(|click| click.took.as_secs_f64() * 1e3)));
    for (share, what) in [(0.5, "p50"), (0.99, "p99")] {
        millis(&format!("  acknowledged and on the disk, {what}"), took.each_ref().map(|took| at(took, share)));
    }
}

/// How long what was stored took to be sent, in milliseconds, sorted: of what was sent between two moments.
fn waits(played: &Played, kind: Kind, revealed: bool, (from, to): (Instant, Instant)) -> Vec<f64> {
    let stored: HashMap<(u64, u64, bool), i64> =
        played.journal.due.iter().map(|due| ((due.session, due.round, due.revealed), due.at_ms)).collect();
    let (now, now_ms) = (Instant::now(), jiff::Timestamp::now().as_millisecond());
    let millis = |moment: Instant| now_ms - i64::try_from((now - moment).as_millis()).unwrap_or(i64::MAX);
    let within = millis(from)..millis(to);
    // What is edited again later is another matter.
    let mut seen = HashSet::new();
    let sent =
        played.requests.iter().filter(|sent| sent.kind == kind && sent.about.is_some_and(|about| seen.insert(about)));
    sorted(sent.filter_map(|sent| {
        let (session, round) = sent.about?;
        let at_ms = sent.at_ms - played.ahead_ms;
        let stored = stored.get(&(session, round, revealed)).filter(|_| within.contains(&at_ms))?;
        Some((at_ms - stored) as f64)
    }))
}

/// What bots complained of, and in how many different seconds: a machine that stood still shows in one.
pub fn complaints(journals: &[Journal]) {
    let all = journals.iter().flat_map(|journal| &journal.complaints);
    let mut kinds: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for complaint in all.clone() {
        let (time, words) = complaint.split_once(' ').unwrap_or(("", complaint));
        let words = words.split_whitespace().filter(|word| !word.contains(|c: char| c.is_ascii_digit()));
        let second = time.split_once('.').map_or(time, |(second, _)| second);
        kinds.entry(words.collect::<Vec<_>>().join(" ")).or_default().push(second);
    }
    println!("warnings and errors of the bots: {} (wanted: 0)", all.count());
    for (kind, mut seconds) in kinds {
        let count = seconds.len();
        seconds.sort_unstable();
        seconds.dedup();
        println!("  {count} times, in {} different seconds: {kind}", seconds.len());
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The value below which this share of the sorted values lies.
fn at(sorted: &[f64], share: f64) -> f64 {
    let place = (share * (sorted.len().max(1) - 1) as f64) as usize;
    sorted.get(place).copied().unwrap_or_default()
}

fn seconds(value: f64) -> String {
    format!("{value:.1} s")
}
