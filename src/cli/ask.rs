//! `backroad ask`: the answer that Discord would show, as text.

use std::io::Write;

use super::{Outcome, knowledge};
use crate::app::page;
use crate::config::Config;
use crate::search::Query;

/// Lines of prose are broken at this width, code is left as it is.
const WIDTH: usize = 88;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Your question, in your own words
    #[arg(required = true)]
    query: Vec<String>,
}

pub(super) fn run(config: &Config, arguments: &Arguments, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let knowledge = knowledge(config)?;
    let query = arguments.query.join(" ");
    let results =
        knowledge.search.query(&Query { text: &query, kind: None, limit: config.other_matches + 1, snippets: 0 })?;
    let mut hits = results.hits.iter();
    if results.answered
        && let Some(item) = hits.next().and_then(|hit| knowledge.library.find(&hit.id))
    {
        let (page, sections) = page::full(&knowledge.library, item);
        let body = wrapped(&sections.join("\n\n"));
        writeln!(out, "{}\n{}\n\n{body}\n\n{}\n{}", page.kicker, page.title, page.source, page.footer)?;
        if !hits.as_slice().is_empty() {
            writeln!(out, "\nOther matches:")?;
        }
    } else {
        writeln!(out, "I don't have a good answer to that.")?;
        if !hits.as_slice().is_empty() {
            writeln!(out, "These come nearest:")?;
        }
    }
    for hit in hits {
        writeln!(out, "  {:<8} {}  ({})", hit.kind, hit.title, hit.id)?;
    }
    Ok(Outcome::Done)
}

fn wrapped(markdown: &str) -> String {
    let mut in_code = false;
    let mut lines = Vec::new();
    for line in markdown.lines() {
        let fence = line.trim_start().starts_with("```");
        if in_code || fence {
            lines.push(line.to_owned());
            in_code ^= fence;
        } else {
            wrap(line, &mut lines);
        }
    }
    lines.join("\n")
}

/// Breaks a line between words; what follows a list mark stays indented below it.
fn wrap(line: &str, lines: &mut Vec<String>) {
    let indent = line.len() - line.trim_start_matches([' ', '-', '>']).len();
    let mut current = String::new();
    for word in line.split_inclusive(' ') {
        if !current.trim().is_empty() && current.chars().count() + word.trim_end().chars().count() > WIDTH {
            lines.push(current.trim_end().to_owned());
            current = " ".repeat(indent);
        }
        current.push_str(word);
    }
    lines.push(current.trim_end().to_owned());
}
