//! What is wrong with content, where, and what to do about it; and the errors that stop everything.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::source::is_invisible;

/// One mistake in one file. Shown as `path:line:column: what is wrong: what to do`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// Begins with the name of the content folder, parts joined by `/`: `content/topics/api/rest.md`.
    pub path: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters (Unicode scalar values), as editors count; a byte order mark does not count.
    pub column: u32,
    /// What is wrong, without a full stop.
    pub what: String,
    /// What to do about it, without a full stop.
    pub remedy: String,
    /// Whether the item in this file is left out of the library, because of this or another of its problems.
    pub left_out: bool,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}: {}", self.path, self.line, self.column, self.what, self.remedy)
    }
}

/// Why there is no library at all.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(
        "there is no content folder at `{}`: run backroad in the folder that contains `content`, or name the right one",
        .0.display()
    )]
    Missing(PathBuf),
    #[error("`{}` is not a folder: name the folder that contains `areas.toml` and `topics`", .0.display())]
    NotAFolder(PathBuf),
    #[error("the content folder `{}` cannot be read ({source}): check its permissions", .path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
}

/// A place in a file: line and column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Place {
    pub(super) const START: Place = Place { line: 1, column: 1 };

    pub(super) fn problem(self, path: &str, what: impl AsRef<str>, remedy: impl AsRef<str>) -> Problem {
        Problem {
            path: path.to_owned(),
            line: self.line,
            column: self.column,
            what: one_line(what.as_ref()),
            remedy: one_line(remedy.as_ref()),
            left_out: false,
        }
    }
}

/// Sentences quote what stands in files, and that may be anything: a page of text, or what moves a terminal's cursor.
fn one_line(sentence: &str) -> String {
    const LONGEST: usize = 400;
    let mut line: String = sentence
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !is_invisible(*c))
        .take(LONGEST + 1)
        .collect();
    if let Some((end, _)) = line.char_indices().nth(LONGEST) {
        line.truncate(end);
        line.push('…');
    }
    line
}

/// A value and where it stands, for checks that need more than one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Located<T> {
    pub(super) value: T,
    pub(super) place: Place,
}
