//! Search over the library: which items answer a question, and what to suggest while somebody types.
//!
//! A query passes through one file after the other: `analysis` (text to words), `expansion` with `typo` (words to everything
//! that counts as them), `matching` (which items have them), `ranking`, `abstention`, `snippet`. The index is built by
//! `indexing` and kept on disk by `cache`. tantivy is named in this room only.

mod abstention;
mod analysis;
mod cache;
mod catalog;
mod expansion;
mod fold;
mod indexing;
mod matching;
mod plain;
pub mod quality;
mod ranking;
mod reader;
mod schema;
mod snippet;
mod stages;
mod suggest;
mod synonyms;
#[cfg(test)]
mod tests;
mod typo;

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use self::abstention::Reference;
use self::analysis::Analyser;
use self::catalog::Catalog;
use self::matching::Matches;
use self::reader::Reader;
use self::suggest::Suggester;
use self::synonyms::Synonyms;
use crate::content::{ItemKind, Library};

pub use self::cache::{IndexState, Rebuild};
pub use self::fold::strip_markup;
pub use self::stages::{Stage, Stages};
pub use self::suggest::Suggestion;

/// More hits than this are never returned.
pub const MOST_HITS: usize = 100;

/// More suggestions than this are never returned: as many as Discord shows.
pub const MOST_SUGGESTIONS: usize = 25;

#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The index could not be built or read.
    #[error("the search index failed: {0}")]
    Tantivy(#[from] tantivy::TantivyError),
    /// A part of the index in memory could not be read.
    #[error("the search index could not be read: {0}")]
    Io(#[from] std::io::Error),
    /// The index was built from something else.
    #[error("the search index does not fit the content: {0}")]
    Foreign(&'static str),
}

/// What [`open`] gives.
pub struct Opened {
    pub search: Search,
    pub index: IndexState,
    /// Items in the index.
    pub documents: usize,
    /// Size of the index, which is read into memory.
    pub bytes: u64,
}

/// Opens the index of this library that is kept in `dir`; builds it there if it is missing, stale or broken, and in memory only
/// if `dir` cannot be written. [`Opened::index`] tells which of these happened.
///
/// # Errors
/// Only if not even an index in memory can be built.
pub fn open(library: &Library, dir: &Path) -> Result<Opened, SearchError> {
    let cache::Cached { reader, state, bytes } = cache::open(library, dir)?;
    let documents = reader.items();
    Ok(Opened { search: Search::new(library, reader), index: state, documents, bytes })
}

/// Whether [`open`] would have to build the index, and why. Changes nothing.
pub fn rebuild(library: &Library, dir: &Path) -> Option<Rebuild> {
    cache::rebuild(library, dir)
}

/// A question to the library.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// As people typed it, Discord markup and all. The first 64 words are read.
    pub text: &'a str,
    /// Only items of this kind.
    pub kind: Option<ItemKind>,
    /// At most this many hits, and never more than [`MOST_HITS`].
    pub limit: usize,
    /// Whether hits have a snippet. Finding the right sentences takes longer than finding the items.
    pub snippets: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Results {
    /// The text of the query, trimmed.
    pub query: String,
    /// The first hit is good enough to be given as the answer.
    pub answered: bool,
    /// Best first.
    pub hits: Vec<Hit>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    pub id: String,
    pub kind: ItemKind,
    pub title: String,
    /// Ids of the topics that it is about; a topic's own id.
    pub topics: Vec<String>,
    /// Comparable only within one result.
    pub score: f32,
    /// Plain text, at most 200 characters; empty unless snippets were asked for.
    pub snippet: String,
}

/// A library that can be searched. Clones share everything; nothing in it changes.
#[derive(Clone)]
pub struct Search {
    inner: Arc<Inner>,
    stages: Stages,
}

struct Inner {
    analyser: Analyser,
    synonyms: Synonyms,
    reader: Reader,
    catalog: Catalog,
    suggester: Suggester,
}

impl Search {
    fn new(library: &Library, reader: Reader) -> Search {
        let mut analyser = Analyser::remembering();
        let synonyms = Synonyms::new(&mut analyser, &library.synonyms);
        let catalog = Catalog::new(&mut analyser, library);
        // Each query has a copy of it.
        let analyser = Analyser::new();
        let suggester = Suggester::new(&catalog);
        let inner = Inner { analyser, synonyms, reader, catalog, suggester };
        Search { inner: Arc::new(inner), stages: Stages::ALL }
    }

    /// The same search with some stages only.
    #[must_use]
    pub fn with(&self, stages: Stages) -> Search {
        Search { inner: Arc::clone(&self.inner), stages }
    }

    /// The items that answer a question best. A text without words has no hits and is not answered. Works in memory and well
    /// below a millisecond, so it may be called from async code.
    ///
    /// # Errors
    /// If the index in memory cannot be read, which would be a bug.
    pub fn query(&self, query: &Query<'_>) -> Result<Results, SearchError> {
        let Inner { analyser, synonyms, reader, catalog, .. } = &*self.inner;
        let mut analyser = analyser.clone();
        let words = analyser.query_words(query.text);
        let asked = expansion::expand(reader, &mut analyser, synonyms, words, self.stages)?;
        let matches = Matches::find(reader, &asked, self.stages)?;
        let ranked = ranking::rank(&asked, &matches, catalog, query.kind, self.stages);

        let mut hits = Vec::new();
        for ranked in ranked.iter().take(query.limit.min(MOST_HITS)) {
            let Some(entry) = catalog.get(ranked.item) else { continue };
            let snippet = match query.snippets {
                true => snippet::snippet(&reader.passages(ranked.item)?, &asked, matches.of(ranked.item)),
                false => String::new(),
            };
            hits.push(Hit {
                id: entry.id.clone(),
                kind: entry.kind,
                title: entry.title.clone(),
                topics: entry.topics.clone(),
                score: ranked.score,
                snippet,
            });
        }
        let answered = ranked.first().is_some_and(|hit| {
            let reference = match hit.equal {
                true => Reference::Equal,
                false if catalog.is_named(&catalog.name_query(&asked), hit.item) => Reference::Named,
                false => Reference::None,
            };
            !hits.is_empty() && abstention::answers(&asked, matches.of(hit.item), reference, reader.items())
        });
        Ok(Results { query: query.text.trim().to_owned(), answered, hits })
    }

    /// Items whose title, alias or id somebody may be typing, best first, at most `limit` and [`MOST_SUGGESTIONS`]. An empty
    /// text suggests topics for beginners first.
    pub fn suggest(&self, text: &str, kind: Option<ItemKind>, limit: usize) -> Vec<Suggestion> {
        self.suggest_among(text, kind, &|_id| true, limit)
    }

    /// The same among the items that `keep` keeps by their ids.
    pub fn suggest_among(
        &self,
        text: &str,
        kind: Option<ItemKind>,
        keep: &dyn Fn(&str) -> bool,
        limit: usize,
    ) -> Vec<Suggestion> {
        let Inner { catalog, suggester, .. } = &*self.inner;
        suggester.suggest(catalog, text, kind, keep, limit.min(MOST_SUGGESTIONS))
    }
}
