//! From a query to an answer or to an honest "I don't know".

use crate::content::ItemKind;
use crate::search::{Correction, Hit, Query, Results, Search, SearchError};

/// A match is worth offering beside the best one from this share of its score.
const OTHER_MATCH: f32 = 0.2;

/// How many titles are offered in place of an answer.
const NEAREST: usize = 5;

/// Below this score of its words an item has no more in common with the query than words like "who" and "best".
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
    /// `others` are the next best matches, best first; `corrections` what unknown words were taken for.
    Found { best: Hit, others: Vec<Hit>, corrections: Vec<Correction> },
    /// Nothing fits well; `nearest` may be empty. `outside` is a subject that was named and is not in the library.
    Unknown { nearest: Vec<Hit>, corrections: Vec<Correction>, outside: Option<String> },
}

pub(super) fn ask(search: &Search, request: &AskRequest<'_>, others: usize) -> Result<Answer, SearchError> {
    let results = search.query(&Query { text: request.query, kind: request.kind, limit: others + 1, snippets: 1 })?;
    let Results { answered, corrections, outside, hits, .. } = results;
    let mut hits = hits.into_iter();
    Ok(match hits.next() {
        Some(best) if answered => {
            let enough = best.score * OTHER_MATCH;
            Answer::Found { best, others: hits.filter(|hit| hit.score >= enough).collect(), corrections }
        }
        first => {
            let near = first.into_iter().chain(hits).filter(|hit| hit.text_score >= NEAR);
            Answer::Unknown { nearest: near.take(NEAREST).collect(), corrections, outside }
        }
    })
}
