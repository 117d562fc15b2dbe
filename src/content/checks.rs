//! What items state that a machine can find out: plain data, executed by [`crate::verify`].

use super::problem::{Place, Problem};

/// A statement of an item and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    pub(super) path: String,
    pub(super) place: Place,
    pub stated: Stated,
}

impl Check {
    /// A problem at the place of the statement.
    pub fn problem(&self, what: impl AsRef<str>, remedy: impl AsRef<str>) -> Problem {
        self.place.problem(&self.path, what, remedy)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Stated {
    /// `setup`, then the block, then `query`, in an empty database.
    Sql {
        setup: String,
        block: String,
        query: String,
        expected: Expected,
    },
    /// A block that SQLite cannot run.
    Skipped,
    Regex {
        pattern: String,
        matches: Vec<String>,
        rejects: Vec<String>,
    },
    Json {
        text: String,
        valid: bool,
    },
    Base64 {
        text: String,
        encoded: String,
        alphabet: Alphabet,
    },
    /// With a key it is an HMAC.
    Hash {
        algorithm: Algorithm,
        text: String,
        key: Option<String>,
        hex: String,
    },
    /// With a secret its signature (HS256) is verified.
    Jwt {
        token: String,
        claims: String,
        secret: Option<String>,
    },
    /// `within` is absolute; without it the values may differ by rounding alone.
    Arithmetic {
        expression: String,
        equals: f64,
        within: Option<f64>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The columns of each row joined with `|`, NULL as `NULL`.
    Rows(Vec<String>),
    /// It fails, with these words in SQLite's message.
    Error(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    Standard,
    /// For URLs, without padding.
    Url,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}
