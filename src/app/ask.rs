//! From a query to an answer or to an honest "I don't know".

use crate::content::ItemKind;
use crate::search::{Hit, Query, Search, SearchError};

/// A match is worth offering beside the best one from this share of its score.
const OTHER_MATCH: f32 = 0.2;

/// How many titles are offered in place of an answer.
const NEAREST: usize = 5;

/// Below this score an item has no more in common with the query than words like "who" and "best".
const NEAR: f32 = 3.0;

/// What somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct AskRequest<'a> {
    pub query: &'a str,
    /// `None` looks through every kind.
    pub kind: Option<ItemKind>,
}

#[derive(Clone, Debug)]
pub enum Answer {
    /// `others` are the next best matches, best first.
    Found { best: Hit, others: Vec<Hit> },
    /// Nothing fits well; `nearest` may be empty.
    Unknown { nearest: Vec<Hit> },
}

pub(super) fn ask(search: &Search, request: &AskRequest<'_>, others: usize) -> Result<Answer, SearchError> {
    let results =
        search.query(&Query { text: request.query, kind: request.kind, limit: others + 1, snippets: false })?;
    let mut hits = results.hits.into_iter();
    if !results.answered {
        return Ok(Answer::Unknown { nearest: hits.filter(|hit| hit.score >= NEAR).take(NEAREST).collect() });
    }
    Ok(match hits.next() {
        Some(best) => {
            let enough = best.score * OTHER_MATCH;
            Answer::Found { best, others: hits.filter(|hit| hit.score >= enough).collect() }
        }
        None => Answer::Unknown { nearest: Vec::new() },
    })
}
