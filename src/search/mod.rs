//! Search over the library: which items answer a question, and what to suggest while somebody types.
//!
//! A query passes through one file after the other: `fold` (characters), `analysis` with `words` (text to words), `expansion`
//! with `synonyms`, `joints`, `typo`, `outside` and `comparison` (words to everything that counts as them), `matching` (which
//! items have them), `ranking` with `catalog` (their order), `abstention` (whether the first one answers), `snippet`. The
//! numbers stand in `weights`, what can be left out in `stages`. The index is built by `indexing` and kept on disk by
//! `cache`. tantivy is named in this room only.

mod abstention;
mod analysis;
mod cache;
mod catalog;
mod comparison;
mod expansion;
mod explain;
mod fold;
mod indexing;
mod intent;
mod irregular;
mod joints;
mod matching;
mod outside;
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
mod weights;
mod words;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use self::analysis::Analyser;
use self::catalog::Catalog;
use self::expansion::{Asked, Understanding};
use self::intent::Intent;
use self::matching::Matches;
use self::outside::Outside;
use self::ranking::Ranked;
use self::reader::Reader;
use self::snippet::Snippet;
use self::suggest::Suggester;
use self::synonyms::Synonyms;
use crate::content::{ItemKind, Library};

pub use self::abstention::{ANSWERS, Calibration, SIGNALS, Signals};
pub use self::cache::{IndexState, Rebuild};
pub use self::explain::Explanation;
pub use self::fold::strip_markup;
pub use self::stages::{Settings, Stage, Stages};
pub use self::suggest::Suggestion;
pub use self::weights::Weights;

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
    let cache::Cached { reader, intent, state, bytes } = cache::open(library, dir)?;
    let documents = reader.items();
    Ok(Opened { search: Search::new(library, reader, intent), index: state, documents, bytes })
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
    /// How many of the first hits have a snippet. Finding the right sentences takes as long as finding the items.
    pub snippets: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Results {
    /// The text of the query, trimmed.
    pub query: String,
    /// The first hit is good enough to be given as the answer.
    pub answered: bool,
    /// How sure it is that it answers, 0 to 1; 0 without hits.
    #[serde(skip)]
    pub confidence: f32,
    /// What unknown words were taken for.
    #[serde(skip)]
    pub corrections: Vec<Correction>,
    /// A subject that the query names and the library does not treat.
    #[serde(skip)]
    pub outside: Option<String>,
    /// Best first.
    pub hits: Vec<Hit>,
}

/// A word that no item has, and the known one (or two) that it was taken for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Correction {
    pub typed: String,
    pub meant: String,
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
    /// The part of the score that comes from words that both have.
    #[serde(skip)]
    pub text_score: f32,
    /// Whole sentences of plain text, at most 200 characters; empty unless snippets were asked for.
    pub snippet: String,
    /// Where words of the query stand in the snippet, in bytes.
    #[serde(skip)]
    pub marks: Vec<Range<usize>>,
    /// The snippet is the beginning of the item, its summary or answer.
    #[serde(skip)]
    pub leads: bool,
    /// The share of the query that the snippet has beyond the item's own name, 0 to 1.
    #[serde(skip)]
    pub snippet_share: f32,
}

/// A library that can be searched. Clones share everything; nothing in it changes.
#[derive(Clone)]
pub struct Search {
    inner: Arc<Inner>,
    settings: Settings,
}

struct Inner {
    analyser: Analyser,
    synonyms: Synonyms,
    outside: Outside,
    reader: Reader,
    intent: Intent,
    catalog: Catalog,
    suggester: Suggester,
}

/// What came of a query.
struct Found {
    asked: Asked,
    matches: Matches,
    ranked: Vec<Ranked>,
    /// Of the best hit.
    signals: Option<Signals>,
}

impl Search {
    fn new(library: &Library, reader: Reader, intent: Intent) -> Search {
        let mut analyser = Analyser::remembering();
        let synonyms = Synonyms::new(&mut analyser, &library.synonyms);
        let outside = Outside::new(&mut analyser, &library.outside);
        let catalog = Catalog::new(&mut analyser, library);
        // Each query has a copy of it.
        let analyser = Analyser::new();
        let suggester = Suggester::new(&catalog);
        let inner = Inner { analyser, synonyms, outside, reader, intent, catalog, suggester };
        Search { inner: Arc::new(inner), settings: Settings::SHIPPED }
    }

    /// The same search with other settings.
    #[must_use]
    pub fn with(&self, settings: Settings) -> Search {
        Search { inner: Arc::clone(&self.inner), settings }
    }

    /// The items that answer a question best. A text without words has no hits and is not answered. Works in memory and well
    /// below a millisecond, so it may be called from async code.
    ///
    /// # Errors
    /// If the index in memory cannot be read, which would be a bug.
    pub fn query(&self, query: &Query<'_>) -> Result<Results, SearchError> {
        let Inner { analyser, reader, catalog, outside, .. } = &*self.inner;
        let Found { asked, matches, ranked, signals } = self.find(query)?;
        let mut hits = Vec::new();
        let mut analyser = (query.snippets > 0).then(|| analyser.clone());
        for (place, ranked) in ranked.iter().take(query.limit.min(MOST_HITS)).enumerate() {
            let Some(entry) = catalog.get(ranked.item) else { continue };
            let mut shown = Snippet::default();
            if let Some(analyser) = analyser.as_mut().filter(|_| place < query.snippets) {
                let row = matches.of(ranked.item);
                shown = snippet::snippet(&reader.passages(ranked.item)?, &asked, row, analyser);
            }
            hits.push(Hit {
                id: entry.id.clone(),
                kind: entry.kind,
                title: entry.title.clone(),
                topics: entry.topics.clone(),
                score: ranked.score,
                text_score: ranked.text,
                snippet: shown.text,
                marks: shown.marks,
                leads: shown.leads,
                snippet_share: shown.share,
            });
        }
        let confidence = signals.map_or(0.0, |signals| self.settings.calibration.confidence(&signals));
        Ok(Results {
            query: query.text.trim().to_owned(),
            answered: confidence >= ANSWERS && !hits.is_empty(),
            confidence,
            corrections: asked.corrections(),
            outside: asked.outside.first().and_then(|(subject, _)| outside.name(*subject)).map(str::to_owned),
            hits,
        })
    }

    /// What the confidence in the best hit comes from; `None` without hits.
    ///
    /// # Errors
    /// As [`Search::query`].
    pub fn signals(&self, query: &Query<'_>) -> Result<Option<Signals>, SearchError> {
        Ok(self.find(query)?.signals)
    }

    fn find(&self, query: &Query<'_>) -> Result<Found, SearchError> {
        let Inner { analyser, synonyms, outside, reader, intent, catalog, .. } = &*self.inner;
        let settings = &self.settings;
        let mut analyser = analyser.clone();
        let words = analyser.query_words(query.text);
        let of = Understanding { reader, synonyms, outside, settings };
        let asked = expansion::expand(&of, &mut analyser, words)?;
        let names = catalog.name_query(&asked, settings);
        let matches = Matches::find(reader, &asked, names.same(), settings)?;
        let logits = if settings.stages.has(Stage::Intent) { intent.logits(&asked) } else { None };
        let found = ranking::Candidates { asked: &asked, matches: &matches, logits: logits.as_ref() };
        let ranked = ranking::rank(&found, &names, catalog, query.kind, settings);
        let signals = ranked.first().map(|hit| Signals::of(&found, hit, &names, catalog, reader.items()));
        Ok(Found { asked, matches, ranked, signals })
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
