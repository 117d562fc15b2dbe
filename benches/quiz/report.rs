//! The table, from what was measured in one time.

use std::collections::{BTreeMap, HashMap};

use crate::Result;
use crate::journal::{Due, Journal};
use crate::load::{Came, Clicked};
use crate::look::Look;
use crate::requests::{Kind, Request, most_in_a_second};
use crate::world::Room;

/// The time between two looks.
#[derive(Clone, Copy)]
struct Within {
    from: Look,
    to: Look,
}

impl Within {
    fn holds(&self, at_ms: i64) -> bool {
        (self.from.at_ms..self.to.at_ms).contains(&at_ms)
    }

    fn holds_click(&self, click: &Clicked) -> bool {
        (self.from.at..self.to.at).contains(&click.due) && click.came != Came::Gone
    }

    fn seconds(&self) -> f64 {
        self.to.at.duration_since(self.from.at).as_secs_f64()
    }

    fn cpu(&self) -> [f64; 3] {
        self.from.cpu_until(&self.to)
    }
}

pub struct Measured {
    /// One a second, and one at the beginning.
    pub looks: Vec<Look>,
    pub rooms: Vec<Room>,
    pub clicked: Vec<Clicked>,
    /// From the beginning on, as are the requests.
    pub journal: Journal,
    pub requests: Vec<Request>,
}

pub fn print(measured: &Measured) -> Result<()> {
    let (from, to) =
        measured.looks.first().copied().zip(measured.looks.last().copied()).ok_or("nothing was measured")?;
    let within = Within { from, to };
    let clicked: Vec<&Clicked> = measured.clicked.iter().filter(|click| within.holds_click(click)).collect();
    let seconds = within.seconds();
    println!("{:<64} {:>12} {:>10}", format!("measured over {seconds:.0} s"), "measured", "wanted");
    let line = |what: &str, value: String, wanted: &str| println!("{what:<64} {value:>12} {wanted:>10}");

    let came = |wanted: Came| clicked.iter().filter(|click| click.came == wanted).count();
    line("clicks a second", format!("{:.0}", clicked.len() as f64 / seconds), "");
    line("  no response within 3 s", came(Came::Nothing).to_string(), "0");
    line("  told to be too late", came(Came::Refused).to_string(), "");
    let took = sorted(clicked.iter().map(|click| click.took.as_secs_f64() * 1e3));
    line("acknowledged, from when it was due, p50", ms(at(&took, 0.5)), "");
    line("acknowledged, from when it was due, p99", ms(at(&took, 0.99)), "< 50 ms");
    line("acknowledged, from when it was due, most", ms(at(&took, 1.0)), "");
    let pressed = sorted(clicked.iter().map(|click| click.pressed.as_secs_f64() * 1e3));
    line("  of that, from when this machine came round to it, p99", ms(at(&pressed, 0.99)), "");

    let commits: Vec<_> = measured.journal.commits.iter().filter(|commit| within.holds(commit.at_ms)).collect();
    line("commits a second", format!("{:.0}", commits.len() as f64 / seconds), "");
    let each = |sum: u64| sum as f64 / commits.len().max(1) as f64;
    line("  events in each", format!("{:.1}", each(commits.iter().map(|commit| commit.replies).sum())), "");
    line("  sessions in each", format!("{:.1}", each(commits.iter().map(|commit| commit.sessions).sum())), "");
    let took = sorted(commits.iter().map(|commit| commit.took_us as f64 / 1e3));
    line("  a commit takes, p50 / p99", format!("{} / {}", ms(at(&took, 0.5)), ms(at(&took, 0.99))), "");

    let due: Vec<&Due> = measured.journal.due.iter().filter(|due| within.holds(due.at_ms)).collect();
    let late = sorted(due.iter().map(|due| due.late_ms as f64));
    line("from a deadline until what follows is stored, p50", ms(at(&late, 0.5)), "");
    line("from a deadline until what follows is stored, p99", ms(at(&late, 0.99)), "< 250 ms");
    line("from a deadline until what follows is stored, most", ms(at(&late, 1.0)), "");

    let resident = measured.looks.iter().map(|look| look.resident_kib).max().unwrap_or_default() as f64 / 1024.0;
    line("resident memory of the bot, most", format!("{resident:.0} MB"), "< 150 MB");
    let [bot, here, others] = within.cpu();
    let each = bot / 100.0 * seconds * 1e6 / clicked.len().max(1) as f64;
    line("CPU of the bot for each click, all else included", format!("{each:.0} us"), "");
    line("CPU: the bot, of one core", format!("{bot:.0} %"), "");
    line("CPU: the local Discord and its members", format!("{here:.0} %"), "");
    line("CPU: all other processes of the machine", format!("{others:.0} %"), "");

    requests(measured, within, &line);
    delays(measured, within, &line);
    let complaints = &measured.journal.complaints;
    line("warnings and errors of the bot, from the beginning on", complaints.len().to_string(), "0");
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for complaint in complaints {
        let words = complaint.split_whitespace().skip(1).filter(|word| !word.contains(|c: char| c.is_ascii_digit()));
        *kinds.entry(words.collect::<Vec<_>>().join(" ")).or_default() += 1;
    }
    for (kind, count) in kinds {
        println!("  {count} times: {kind}");
    }
    slices(measured);
    Ok(())
}

/// Ten seconds after ten seconds, with what other processes took from the machine.
fn slices(measured: &Measured) {
    println!(
        "\n{:>8} {:>9} {:>9} {:>9} {:>9} {:>8} {:>7} {:>7} {:>7}",
        "from s", "clicks/s", "p50 ms", "p99 ms", "late p99", "requests", "bot %", "here %", "others"
    );
    let ends: Vec<Look> = measured.looks.iter().step_by(10).copied().collect();
    for pair in ends.windows(2) {
        let &[from, to] = pair else { continue };
        let within = Within { from, to };
        let clicked = measured.clicked.iter().filter(|click| within.holds_click(click));
        let took = sorted(clicked.map(|click| click.took.as_secs_f64() * 1e3));
        let due = measured.journal.due.iter().filter(|due| within.holds(due.at_ms));
        let late = sorted(due.map(|due| due.late_ms as f64));
        let sent = measured.requests.iter().filter(|sent| within.holds(sent.at_ms)).count();
        let began = measured.looks.first().map_or(0.0, |first| from.at.duration_since(first.at).as_secs_f64());
        let [bot, here, others] = within.cpu();
        println!(
            "{began:>8.0} {:>9.0} {:>9.1} {:>9.1} {:>9.1} {:>8.1} {bot:>7.0} {here:>7.0} {others:>7.0}",
            took.len() as f64 / within.seconds(),
            at(&took, 0.5),
            at(&took, 0.99),
            at(&late, 0.99),
            sent as f64 / within.seconds(),
        );
    }
}

fn requests(measured: &Measured, within: Within, line: &impl Fn(&str, String, &str)) {
    let sent: Vec<Request> = measured.requests.iter().filter(|sent| within.holds(sent.at_ms)).copied().collect();
    let count = |kind: Kind| sent.iter().filter(|sent| sent.kind == kind).count();
    let questions = count(Kind::Question);
    let seconds = within.seconds();
    line("questions a second", format!("{:.1}", questions as f64 / seconds), "");
    let cycle = measured.rooms.len() as f64 * seconds / questions.max(1) as f64;
    line("  from one question of a session to the next", format!("{cycle:.1} s"), "45 s");
    let each = |count: usize| format!("{:.2}", count as f64 / questions.max(1) as f64);
    line("requests for a question outside responses", each(sent.len()), "");
    line("  that must be: question and answer", each(questions + count(Kind::Answer)), "<= 2");
    line("  with what is left: how many have answered", each(count(Kind::Count)), "");
    line("  other", each(count(Kind::Other)), "");
    line("requests a second", format!("{:.1}", sent.len() as f64 / seconds), "");
    line("  most in any second, from the beginning on", most_in_a_second(&measured.requests).to_string(), "<= 50");
    let refused = measured.requests.iter().filter(|sent| sent.status != 200).count();
    line("  refused, from the beginning on", refused.to_string(), "0");
}

/// How long what was wanted took to arrive, for the big server and the small ones.
fn delays(measured: &Measured, within: Within, line: &impl Fn(&str, String, &str)) {
    let wanted: HashMap<(u64, u64, bool), i64> =
        measured.journal.due.iter().map(|due| ((due.session, due.round, due.revealed), due.at_ms)).collect();
    for (kind, revealed, name) in [(Kind::Question, false, "question"), (Kind::Answer, true, "answer")] {
        for (big, whose) in [(true, "the big server"), (false, "a small one")] {
            let waits = measured.requests.iter().filter(|sent| sent.kind == kind && within.holds(sent.at_ms));
            let waits = waits.filter(|sent| {
                let room = sent.room.and_then(|room| measured.rooms.get(room));
                room.is_some_and(|room| (room.guild == 0) == big)
            });
            let waits = waits.filter_map(|sent| {
                let (session, round) = sent.about?;
                Some((sent.at_ms - wanted.get(&(session, round, revealed))?) as f64)
            });
            let waits = sorted(waits);
            let figures = format!("{} / {}", ms(at(&waits, 0.5)), ms(at(&waits, 0.99)));
            line(&format!("{name} of {whose}, from stored until sent, p50 / p99"), figures, "");
        }
    }
    let told = measured.requests.iter().filter(|sent| sent.says_wait && within.holds(sent.at_ms)).count();
    line("questions that say how long they waited (3 s or more)", told.to_string(), "");
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

fn ms(value: f64) -> String {
    format!("{value:.1} ms")
}
