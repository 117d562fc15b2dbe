//! `backroad check`: every problem of the content, and how much of it there is.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use serde::Serialize;

use super::Outcome;
use super::coverage::{self, AreaCoverage};
use crate::content::{self, Loaded, Problem};
use crate::verify;

/// With `--json`.
#[derive(Serialize)]
struct Output<'a> {
    topics: usize,
    questions: usize,
    projects: usize,
    roadmaps: usize,
    areas: usize,
    /// Files with items that could not be used and are not counted above.
    left_out: usize,
    /// With `--run`: how much of what items state was executed.
    #[serde(skip_serializing_if = "Option::is_none")]
    executed: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<usize>,
    /// With `--coverage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<Vec<AreaCoverage<'a>>>,
    problems: &'a [Problem],
}

#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct Arguments {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Execute what items state: SQL, patterns, encodings, hashes, arithmetic
    #[arg(long)]
    pub run: bool,
    /// Print how much there is of each area, and what is thin
    #[arg(long)]
    pub coverage: bool,
}

/// Checks the content folder. Prints one line for each problem and one that sums up, or one JSON object.
///
/// # Errors
/// When the folder cannot be read, or `out` cannot be written to.
pub fn run(content: &Path, arguments: Arguments, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let Loaded { library, mut problems, checks } = content::load_with_checks(content)?;
    let verdict = if arguments.run { Some(super::runtime()?.block_on(verify::run(&checks))?) } else { None };
    if let Some(verdict) = &verdict {
        problems.extend(verdict.problems.iter().cloned());
        problems.sort();
    }
    let today = jiff::Zoned::now().date();
    let output = Output {
        topics: library.topics.len(),
        questions: library.questions.len(),
        projects: library.projects.len(),
        roadmaps: library.roadmaps.len(),
        areas: library.areas.len(),
        left_out: paths(problems.iter().filter(|problem| problem.left_out)),
        executed: verdict.as_ref().map(|verdict| verdict.executed),
        skipped: verdict.as_ref().map(|verdict| verdict.skipped),
        coverage: arguments.coverage.then(|| coverage::coverage(&library, today)),
        problems: &problems,
    };
    if arguments.json {
        serde_json::to_writer(&mut *out, &output)?;
        writeln!(out)?;
    } else {
        for problem in &problems {
            writeln!(out, "{problem}")?;
        }
        if let Some(areas) = &output.coverage {
            coverage::print(areas, out)?;
        }
        writeln!(out, "{}", summary(&output))?;
    }
    Ok(if problems.is_empty() { Outcome::Done } else { Outcome::Failed })
}

fn summary(output: &Output<'_>) -> String {
    let counts = format!(
        "checked {}, {}, {}, {} in {}",
        count(output.topics, "topic"),
        count(output.questions, "question"),
        count(output.projects, "project"),
        count(output.roadmaps, "roadmap"),
        count(output.areas, "area"),
    );
    let result = match output.problems {
        [] => "no problems".to_owned(),
        problems => format!("{} in {}", count(problems.len(), "problem"), count(paths(problems.iter()), "file")),
    };
    let left_out = match output.left_out {
        0 => String::new(),
        files => format!(", {} left out", count(files, "file")),
    };
    let run = match (output.executed, output.skipped) {
        (Some(executed), Some(0)) => format!(", executed {}", count(executed, "check")),
        (Some(executed), Some(skipped)) => format!(", executed {} and skipped {skipped}", count(executed, "check")),
        _ => String::new(),
    };
    format!("{counts}{run}: {result}{left_out}")
}

fn paths<'a>(problems: impl Iterator<Item = &'a Problem>) -> usize {
    problems.map(|problem| problem.path.as_str()).collect::<BTreeSet<_>>().len()
}

pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use insta::assert_snapshot;

    use super::{Arguments, Outcome, run};

    fn check(files: &[(&str, &str)], json: bool) -> (Outcome, String) {
        let dir = tempfile::tempdir().unwrap();
        let content = dir.path().join("content");
        for (path, text) in files {
            let file = content.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let mut out = Vec::new();
        let outcome = run(&content, Arguments { json, ..Arguments::default() }, &mut out).unwrap();
        (outcome, String::from_utf8(out).unwrap())
    }

    const AREAS: &str = "[[areas]]\nid = \"api\"\ntitle = \"APIs\"\nsummary = \"Contracts.\"\n";

    #[test]
    fn a_clean_folder() {
        let (outcome, out) = check(&[("areas.toml", AREAS)], false);
        assert_eq!(outcome, Outcome::Done);
        assert_snapshot!(
            out,
            @"checked 0 topics, 0 questions, 0 projects, 0 roadmaps in 1 area: no problems"
        );
    }

    #[test]
    fn problems_are_listed_and_summed_up() {
        let files = [("areas.toml", AREAS), ("projects/a.md", ""), ("synonyms.toml", "[[groups]]\nwords = [\"a\"]\n")];
        let (outcome, out) = check(&files, false);
        assert_eq!(outcome, Outcome::Failed);
        assert_snapshot!(out, @"
        content/projects/a.md:1:1: the file is empty: write it, or delete it; `backroad new project` makes a skeleton
        content/synonyms.toml:2:9: `words` has 1 entry: write 2 or more
        checked 0 topics, 0 questions, 0 projects, 0 roadmaps in 1 area: 2 problems in 2 files, 1 file left out
        ");
        let (outcome, out) = check(&files, true);
        assert_eq!(outcome, Outcome::Failed);
        assert_snapshot!(
            out,
            @r#"{"topics":0,"questions":0,"projects":0,"roadmaps":0,"areas":1,"left_out":1,"problems":[{"path":"content/projects/a.md","line":1,"column":1,"what":"the file is empty","remedy":"write it, or delete it; `backroad new project` makes a skeleton","left_out":true},{"path":"content/synonyms.toml","line":2,"column":9,"what":"`words` has 1 entry","remedy":"write 2 or more","left_out":false}]}"#
        );
    }

    #[test]
    fn a_missing_folder_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        assert!(run(&dir.path().join("content"), Arguments::default(), &mut Vec::new()).is_err());
    }
}
