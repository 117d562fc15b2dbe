//! `backroad eval`: how good the search is on labelled queries, by style, and what each stage of it contributes.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde::Serialize;

use super::tune;
use crate::content::Library;
use crate::search::quality::{self, DEPTH, Figures, Labelled, Outcome};
use crate::search::{Query, Search, Settings, Stage, Stages, Weights};

/// The columns of the file, in any order.
const COLUMNS: [&str; 4] = ["qid", "style", "query", "relevant"];

/// What stands in place of ids when a query must be declined.
const DECLINE: &str = "-";

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A table with the columns qid, style, query and relevant, separated by tabs
    file: std::path::PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Also list each query that went wrong
    #[arg(long)]
    misses: bool,
    /// Also show what is lost without each stage of the search
    #[arg(long)]
    stages: bool,
    /// Only the queries whose column `split` has this value
    #[arg(long)]
    split: Option<String>,
    /// Give a weight of the ranking another value, such as `--set title=0.5`
    #[arg(long, value_name = "WEIGHT=VALUE")]
    set: Vec<String>,
    /// Look for better weights on these queries and print them
    #[arg(long)]
    tune: bool,
}

#[derive(Serialize)]
struct Output<'a> {
    all: &'a Figures,
    styles: &'a BTreeMap<&'a str, Figures>,
    microseconds: Times,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    without: Vec<Without>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    misses: Vec<Miss>,
}

/// The time of one query without its snippets, of which people see at most five.
#[derive(Clone, Copy, Serialize)]
struct Times {
    p50: f64,
    p99: f64,
}

#[derive(Serialize)]
struct Without {
    stage: &'static str,
    figures: Figures,
    microseconds: Times,
}

#[derive(Serialize)]
struct Miss {
    qid: String,
    query: String,
    relevant: Vec<String>,
    answered: bool,
    hits: Vec<String>,
}

/// Asks all queries of the file.
///
/// # Errors
/// When the file cannot be read or names items that are not in the library, or `out` cannot be written to.
pub fn run(
    library: &Library,
    search: &Search,
    arguments: &Arguments,
    out: &mut impl Write,
) -> anyhow::Result<super::Outcome> {
    let queries = read(&arguments.file, arguments.split.as_deref(), library)?;
    let mut settings = Settings::SHIPPED;
    for assignment in &arguments.set {
        set(&mut settings.weights, assignment)?;
    }
    if arguments.tune {
        tune::run(search, settings, &queries, out)?;
        return Ok(super::Outcome::Done);
    }
    let search = &search.with(settings);
    let (all, times) = ask(search, &queries)?;
    let figures = quality::figures(all.iter().map(|(labelled, outcome)| (labelled, outcome)));
    let styles = quality::by_style(&all);
    let mut without = Vec::new();
    if arguments.stages {
        for stage in Stage::ALL {
            let (all, microseconds) =
                ask(&search.with(Settings { stages: Stages::ALL.without(stage), ..settings }), &queries)?;
            let figures = quality::figures(all.iter().map(|(labelled, outcome)| (labelled, outcome)));
            without.push(Without { stage: stage.as_str(), figures, microseconds });
        }
    }
    let misses = if arguments.misses { misses(search, &all)? } else { Vec::new() };
    let output = Output { all: &figures, styles: &styles, microseconds: times, without, misses };
    if arguments.json {
        serde_json::to_writer(&mut *out, &output)?;
        writeln!(out)?;
    } else {
        print(&output, out)?;
    }
    Ok(super::Outcome::Done)
}

fn set(weights: &mut Weights, assignment: &str) -> anyhow::Result<()> {
    let (name, value) = assignment
        .split_once('=')
        .with_context(|| format!("`{assignment}` is no weight: write its name, `=` and a number"))?;
    let value: f32 = value.parse().with_context(|| format!("`{value}` is no number: write one such as 0.5"))?;
    let mut each = weights.each();
    let names: Vec<&str> = each.iter().map(|(name, _)| *name).collect();
    let weight = each.iter_mut().find(|(known, _)| *known == name);
    let (_, weight) =
        weight.with_context(|| format!("there is no weight `{name}`: use one of {}", names.join(", ")))?;
    **weight = value;
    Ok(())
}

fn ask(search: &Search, queries: &[Labelled]) -> anyhow::Result<(Vec<(Labelled, Outcome)>, Times)> {
    let (mut all, mut times) = (Vec::new(), Vec::new());
    for labelled in queries {
        let started = Instant::now();
        let results = search.query(&query(labelled))?;
        times.push(started.elapsed());
        all.push((labelled.clone(), quality::outcome(labelled, &results)));
    }
    times.sort_unstable();
    let at = |share: f64| {
        let place = (share * times.len().saturating_sub(1) as f64) as usize;
        times.get(place).map_or(0.0, Duration::as_secs_f64) * 1e6
    };
    Ok((all, Times { p50: at(0.5), p99: at(0.99) }))
}

pub(super) fn query(labelled: &Labelled) -> Query<'_> {
    Query { text: &labelled.query, kind: None, limit: DEPTH, snippets: 0 }
}

fn misses(search: &Search, all: &[(Labelled, Outcome)]) -> anyhow::Result<Vec<Miss>> {
    let mut misses = Vec::new();
    for (labelled, outcome) in all {
        let right = match labelled.relevant.is_empty() {
            true => !outcome.answered,
            false => outcome.answered && outcome.found.first().is_some_and(Option::is_some),
        };
        if !right {
            let results = search.query(&query(labelled))?;
            misses.push(Miss {
                qid: labelled.id.clone(),
                query: labelled.query.clone(),
                relevant: labelled.relevant.clone(),
                answered: outcome.answered,
                hits: results.hits.into_iter().take(3).map(|hit| hit.id).collect(),
            });
        }
    }
    Ok(misses)
}

fn print(output: &Output<'_>, out: &mut impl Write) -> std::io::Result<()> {
    let width = output.styles.keys().map(|style| style.len()).chain([12]).max().unwrap_or(12);
    writeln!(
        out,
        "{:<width$} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>9} {:>7} {:>7}",
        "style", "queries", "right@1", "first", "first3", "MRR", "nDCG", "decl.prec", "recall", "F1"
    )?;
    let line = |name: &str, figures: &Figures| {
        let cell = |value: f64, is_there: bool| if is_there { format!("{value:.3}") } else { "-".to_owned() };
        let asks = figures.queries > figures.abstention.to_decline;
        let of = |value| cell(value, asks);
        let abstention = &figures.abstention;
        let declines = abstention.to_decline > 0;
        format!(
            "{name:<width$} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>9} {:>7} {:>7}",
            figures.queries,
            of(figures.right),
            of(figures.first),
            of(figures.third),
            of(figures.mrr),
            of(figures.ndcg),
            cell(abstention.precision, declines),
            cell(abstention.recall, declines),
            cell(abstention.f1, declines),
        )
    };
    for (style, figures) in output.styles {
        writeln!(out, "{}", line(style, figures))?;
    }
    writeln!(out, "{}", line("all", output.all))?;
    let Times { p50, p99 } = output.microseconds;
    writeln!(out, "a query takes {p50:.0} µs (median), {p99:.0} µs (p99)")?;
    if !output.without.is_empty() {
        writeln!(out, "\nwithout one stage")?;
        for Without { stage, figures, microseconds } in &output.without {
            let Times { p50, p99 } = microseconds;
            writeln!(out, "{}   {p50:.0} µs, p99 {p99:.0} µs", line(stage, figures))?;
        }
    }
    for Miss { qid, query, relevant, answered, hits } in &output.misses {
        let wanted = if relevant.is_empty() { "to be declined".to_owned() } else { relevant.join(", ") };
        let said = if *answered { "answered" } else { "declined" };
        writeln!(out, "{qid}: {query:?}: {wanted}; {said}: {}", hits.join(", "))?;
    }
    Ok(())
}

fn read(file: &Path, split: Option<&str>, library: &Library) -> anyhow::Result<Vec<Labelled>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let header: Vec<&str> = lines.next().map(|(_, line)| line.split('\t').collect()).unwrap_or_default();
    let column = |name: &str| {
        let named = || format!("the first line must name the columns {}, separated by tabs", COLUMNS.join(", "));
        let place = header.iter().position(|cell| *cell == name);
        place.with_context(|| match COLUMNS.contains(&name) {
            true => format!("{}: {}", file.display(), named()),
            false => format!("{}: there is no column `{name}` in it: leave --{name} out", file.display()),
        })
    };
    let mut places = [0usize; COLUMNS.len()];
    for (place, name) in places.iter_mut().zip(COLUMNS) {
        *place = column(name)?;
    }
    let split = match split {
        Some(wanted) => Some((column("split")?, wanted)),
        None => None,
    };
    let mut queries = Vec::new();
    for (number, line) in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        if split.is_some_and(|(place, wanted)| cells.get(place).map(|cell| cell.trim()) != Some(wanted)) {
            continue;
        }
        let [id, style, query, relevant] = places.map(|place| cells.get(place).map_or("", |cell| cell.trim()));
        let at = format!("{}:{}", file.display(), number + 1);
        if query.is_empty() || relevant.is_empty() {
            bail!(
                "{at}: a query and its `relevant` ids must be there: write `{DECLINE}` for one that must be declined"
            );
        }
        let relevant: Vec<String> = match relevant {
            DECLINE => Vec::new(),
            ids => ids.split(',').map(|id| id.trim().to_owned()).collect(),
        };
        if let Some(unknown) = relevant.iter().find(|id| library.find(id).is_none()) {
            bail!("{at}: the library has no item `{unknown}`: write an id that exists");
        }
        queries.push(Labelled { id: id.to_owned(), style: style.to_owned(), query: query.to_owned(), relevant });
    }
    if let Some((_, wanted)) = split.filter(|_| queries.is_empty()) {
        bail!("{}: no query of it has `{wanted}` in the column `split`", file.display());
    }
    if queries.is_empty() {
        bail!("{}: there is no query in it: write one a line below the names of the columns", file.display());
    }
    Ok(queries)
}
