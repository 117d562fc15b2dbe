//! Executes what content states: SQL in a sandbox, regular expressions, JSON, encodings, hashes, tokens and arithmetic. What
//! does not come out as it is written is a problem of the content.

mod facts;
#[cfg(test)]
mod tests;

use crate::content::Problem;
use crate::content::checks::{Check, Expected, Stated};
use crate::store::{Ran, Sandbox};

/// What came of the checks.
#[derive(Debug, Default)]
pub struct Verdict {
    /// How many were executed.
    pub executed: usize,
    /// How many stand for what cannot be executed here.
    pub skipped: usize,
    pub problems: Vec<Problem>,
}

/// Executes all of them.
///
/// # Errors
/// When SQLite cannot be started.
pub async fn run(checks: &[Check]) -> Result<Verdict, sqlx::Error> {
    let mut verdict = Verdict::default();
    for check in checks {
        if check.stated == Stated::Skipped {
            verdict.skipped += 1;
            continue;
        }
        verdict.executed += 1;
        let result = match &check.stated {
            Stated::Sql { setup, block, query, expected } => sql([setup, block, query], expected).await?,
            stated => facts::verify(stated),
        };
        if let Err(Wrong { what, remedy }) = result {
            verdict.problems.push(check.problem(what, remedy));
        }
    }
    Ok(verdict)
}

/// The two halves of a problem's sentence.
struct Wrong {
    what: String,
    remedy: String,
}

fn wrong(what: impl Into<String>, remedy: impl Into<String>) -> Result<(), Wrong> {
    Err(Wrong { what: what.into(), remedy: remedy.into() })
}

/// What must hold, and what is wrong if it does not.
fn hold(it: bool, what: impl FnOnce() -> String, remedy: &str) -> Result<(), Wrong> {
    if it { Ok(()) } else { wrong(what(), remedy) }
}

async fn sql(scripts: [&String; 3], expected: &Expected) -> Result<Result<(), Wrong>, sqlx::Error> {
    let mut sandbox = Sandbox::open().await?;
    let mut found = Ran::Rows(None);
    let [.., query] = scripts;
    let counts = if query.trim().is_empty() { 1 } else { 2 };
    for (index, script) in scripts.into_iter().enumerate() {
        match sandbox.run(script).await {
            Ran::Failed(why) if index == 0 => {
                sandbox.close().await;
                return Ok(wrong(format!("`setup` fails: {why}"), "mend it"));
            }
            // What a query gives counts for all, also when it is nothing.
            Ran::Rows(rows) if index == counts => found = Ran::Rows(rows),
            Ran::Rows(_) => {}
            failed => {
                found = failed;
                break;
            }
        }
    }
    sandbox.close().await;
    Ok(compare(found, expected))
}

fn compare(found: Ran, expected: &Expected) -> Result<(), Wrong> {
    let remedy = "mend the SQL, or what is expected";
    match (found, expected) {
        (Ran::Failed(why), Expected::Error(words)) => {
            hold(why.contains(words.as_str()), || format!("it fails with `{why}`, not with `{words}`"), remedy)
        }
        (Ran::Failed(why), Expected::Rows(_)) => wrong(format!("the SQL fails: {why}"), remedy),
        (Ran::Rows(_), Expected::Error(words)) => wrong(format!("the SQL does not fail with `{words}`"), remedy),
        (Ran::Rows(None), Expected::Rows(rows)) => hold(rows.is_empty(), || "no row comes out".to_owned(), remedy),
        (Ran::Rows(Some(found)), Expected::Rows(rows)) => hold(
            found == *rows,
            || {
                format!(
                    "other rows come out: {}",
                    found.iter().map(|row| format!("`{row}`")).collect::<Vec<_>>().join(", ")
                )
            },
            remedy,
        ),
    }
}
