//! `backroad search`: what `/ask` would find, for people and for programs.

use std::io::{self, BufRead, Write};

use serde::Serialize;

use crate::content::ItemKind;
use crate::search::{Correction, Query, Results, Search};

/// Columns of a terminal that text is set for.
const WIDTH: usize = 80;

#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub kind: Option<ItemKind>,
    pub limit: usize,
    /// One JSON object on one line, instead of text for people.
    pub json: bool,
    /// Why, instead of what.
    pub explain: bool,
}

/// Prints the results of one query.
///
/// # Errors
/// If the index or `out` fails. A reader that goes away (`| head`) is no error.
pub fn one(search: &Search, text: &str, options: Options, out: &mut dyn Write) -> anyhow::Result<()> {
    let printed = printed(search, text, options)?;
    ended(out.write_all(printed.as_bytes()).and_then(|()| out.flush()))?;
    Ok(())
}

/// Reads one query a line and prints the results of each at once: with JSON exactly one line for every line, also for blank
/// ones. Bytes that are not UTF-8 are replaced.
///
/// # Errors
/// If `input`, the index or `out` fails. A reader that goes away is no error.
pub fn lines(search: &Search, input: &mut dyn BufRead, options: Options, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        let mut printed = printed(search, text.trim(), options)?;
        if !options.json {
            printed.push('\n');
        }
        if ended(out.write_all(printed.as_bytes()).and_then(|()| out.flush()))? {
            break;
        }
        line.clear();
    }
    Ok(())
}

fn printed(search: &Search, text: &str, options: Options) -> anyhow::Result<String> {
    let Options { kind, limit, json, explain } = options;
    let query = Query { text, kind, limit, snippets: limit };
    Ok(match (explain, json) {
        (true, true) => line(&search.explain(&query)?)?,
        (true, false) => search.explain(&query)?.text(),
        (false, true) => line(&search.query(&query)?)?,
        (false, false) => page(&search.query(&query)?),
    })
}

/// Whether nobody reads what is written any more.
fn ended(written: io::Result<()>) -> io::Result<bool> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(true),
        other => other.map(|()| false),
    }
}

fn line(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(serde_json::to_string(value)? + "\n")
}

fn page(results: &Results) -> String {
    if results.hits.is_empty() {
        return "Nothing found. Try other words, or the name of a topic.\n".to_owned();
    }
    let mut page = String::new();
    if !results.answered {
        page.push_str("No sure answer. The nearest:\n\n");
    }
    for Correction { typed, meant } in &results.corrections {
        page.push_str(&format!("`{typed}` was read as `{meant}`.\n"));
    }
    if !results.corrections.is_empty() {
        page.push('\n');
    }
    for (place, hit) in results.hits.iter().enumerate() {
        let number = format!("{:>2}  ", place + 1);
        page.push_str(&set(&hit.title, &number));
        page.push_str(&set(&format!("{} {} ({:.1})", hit.kind, hit.id, hit.score), "    "));
        if !hit.snippet.is_empty() {
            page.push_str(&set(&hit.snippet, "    "));
        }
        page.push('\n');
    }
    page.truncate(page.trim_end().len());
    page + "\n"
}

/// Breaks text between words; the first line starts with `first`, the others are indented as far.
fn set(text: &str, first: &str) -> String {
    let indent = " ".repeat(first.len());
    let mut lines = first.to_owned();
    let mut used = first.len();
    let mut is_line_start = true;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if !is_line_start && used + 1 + length > WIDTH {
            lines.push('\n');
            lines.push_str(&indent);
            used = indent.len();
            is_line_start = true;
        }
        if !is_line_start {
            lines.push(' ');
            used += 1;
        }
        lines.push_str(word);
        used += length;
        is_line_start = false;
    }
    lines.push('\n');
    lines
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::content::{Library, Roadmap};
    use crate::search;

    const OPTIONS: Options = Options { kind: None, limit: 5, json: true, explain: false };

    fn searched() -> Search {
        let mut library = Library::default();
        for (id, title) in
            [("first-steps", "Backend in fourteen steps"), ("go-deep", "Databases for people in a hurry")]
        {
            let roadmap = Roadmap {
                id: id.to_owned(),
                title: title.to_owned(),
                summary: "From the first program to a service that many people use and that is kept alive by a small \
                          team."
                    .to_owned(),
                aliases: Vec::new(),
                reviewed_on: jiff::civil::date(2026, 11, 20),
                stages: Vec::new(),
                source: "roadmap.toml".into(),
            };
            library.roadmaps.insert(id.to_owned(), roadmap);
        }
        let dir = tempfile::tempdir().unwrap();
        search::open(&library, Path::new(dir.path())).unwrap().search
    }

    fn fed(input: &[u8], options: Options) -> String {
        let mut out = Vec::new();
        lines(&searched(), &mut &*input, options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_line_gets_one_line_of_json() {
        let out = fed(b"\n  \r\nfirst steps\r\nsteps \xff\xfe\n\"quoted\\\" \x00\nlast without end", OPTIONS);
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines.len(), 6);
        assert_eq!(lines[0], r#"{"query":"","answered":false,"hits":[]}"#);
        assert_eq!(lines[1], lines[0]);
        let parsed: Vec<serde_json::Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(parsed[2]["query"], "first steps");
        assert_eq!(parsed[2]["hits"][0]["id"], "first-steps");
        assert_eq!(parsed[3]["query"], "steps \u{fffd}\u{fffd}");
        assert_eq!(parsed[5]["query"], "last without end");
        assert_eq!(fed(b"", OPTIONS), "");
    }

    #[test]
    fn results_are_set_for_a_terminal() {
        let mut out = Vec::new();
        one(&searched(), "fourteen steps in a hurry", Options { json: false, ..OPTIONS }, &mut out).unwrap();
        insta::with_settings!({filters => vec![(r"\(\d+\.\d\)", "(score)")]}, {
            insta::assert_snapshot!(String::from_utf8(out).unwrap(), @"
            No sure answer. The nearest:

             1  Backend in fourteen steps
                roadmap first-steps (score)
                From the first program to a service that many people use and that is kept
                alive by a small team.

             2  Databases for people in a hurry
                roadmap go-deep (score)
                From the first program to a service that many people use and that is kept
                alive by a small team.
            ");
        });
        let mut out = Vec::new();
        one(&searched(), "pizza", Options { json: false, ..OPTIONS }, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "Nothing found. Try other words, or the name of a topic.\n");
    }

    #[test]
    fn a_reader_that_goes_away_is_no_error() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        one(&searched(), "steps", OPTIONS, &mut Gone).unwrap();
        lines(&searched(), &mut &b"steps\nsteps\n"[..], OPTIONS, &mut Gone).unwrap();
    }
}
