//! Which items have which words of a query, how strongly, and in how telling a part.
//!
//! The postings are walked here and not by one of tantivy's queries, because ranking and abstention need to know word by word
//! what was matched, and because a word counts once, however many of its forms an item has.
//!
//! Rare words are looked up first, and every item that has one becomes a candidate. Once [`most_looks`] are spent, more
//! frequent words only add to the candidates that there are. In a library of a few thousand items that hardly happens; in one
//! of a million it keeps "which server is faster" from reading most of the index.

use super::SearchError;
use super::expansion::{Asked, Clause};
use super::ranking;
use super::reader::{DocAddress, Looking, Occurrence, Reader};
use super::schema::Part;
use super::stages::{Settings, Stage};

/// How many items are looked at for all words of a query together to find candidates; an item counts once for each form of a
/// word. In a large library, where each candidate is then sought in longer lists, there are fewer.
fn most_looks(items: usize) -> u32 {
    const MANY_ITEMS: usize = 20_000;
    if items < MANY_ITEMS { 8_000 } else { 1_500 }
}

/// For so many candidates there is room from the beginning.
const ROOM: usize = 1_024;

/// How an item matches one word.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Match {
    /// Saturated term frequency, summed over the parts with their weights; see `ranking`.
    pub(super) strength: f32,
    /// 0 to 1: how much it means that the word stands where it stands.
    pub(super) evidence: f32,
}

/// What the items have of one clause.
struct Found {
    of_rows: Vec<Match>,
    /// The rows of those that have anything.
    rows: Vec<usize>,
}

pub(super) struct Matches {
    words: usize,
    /// For each item one more than the place of its row, 0 if it has none.
    rows: Vec<u32>,
    /// Row by row its item.
    items: Vec<u32>,
    /// Row by row a match for each word.
    table: Vec<Match>,
}

impl Matches {
    /// Looks all clauses up. The items that are `certain` are candidates in any case.
    pub(super) fn find(
        reader: &Reader,
        asked: &Asked,
        certain: impl Iterator<Item = u32>,
        settings: &Settings,
    ) -> Result<Matches, SearchError> {
        let words = asked.words.len();
        let room = reader.items().min(ROOM);
        let mut matches = Matches {
            words,
            rows: vec![0; reader.items()],
            items: Vec::with_capacity(room),
            table: Vec::with_capacity(room * words),
        };
        for item in certain {
            matches.row(item);
        }
        let mut clauses: Vec<&Clause> = asked.clauses.iter().filter(|clause| clause.items > 0).collect();
        clauses.sort_by_key(|clause| (asked.is_in_phrases_only(clause), clause.items));
        let mut looks = most_looks(reader.items());
        let mut candidates: Option<Vec<DocAddress>> = None;
        let mut found = Found { of_rows: Vec::with_capacity(room), rows: Vec::with_capacity(room) };
        for (place, clause) in clauses.into_iter().enumerate() {
            // An item that has nothing but "how" and "my" is no candidate.
            let adds = !asked.is_in_phrases_only(clause);
            if place > 0 && clause.items > looks {
                let candidates = candidates.get_or_insert_with(|| reader.in_order(&matches.items));
                matches.look_up(reader, clause, adds, settings, Looking::Among(candidates), &mut found)?;
            } else {
                // Only the first may be more than there is room for.
                matches.look_up(reader, clause, adds, settings, Looking::AtFirst(looks), &mut found)?;
                looks = looks.saturating_sub(clause.items);
            }
            for row in found.rows.drain(..) {
                let Some(found) = found.of_rows.get_mut(row).map(std::mem::take) else { continue };
                for word in &clause.covers {
                    if let Some(best) = matches.table.get_mut(row * words + word) {
                        best.strength = best.strength.max(clause.damp * found.strength);
                        best.evidence = best.evidence.max(clause.damp * found.evidence);
                    }
                }
            }
        }
        Ok(matches)
    }

    /// Each item that has at least one of the words, with its match for every word.
    pub(super) fn items(&self) -> impl Iterator<Item = (u32, &[Match])> {
        let rows = self.table.chunks_exact(self.words.max(1));
        self.items.iter().copied().zip(rows).filter(|(_, row)| row.iter().any(|word| word.evidence > 0.0))
    }

    /// The matches of one item; empty if it has none.
    pub(super) fn of(&self, item: u32) -> &[Match] {
        let row = self.rows.get(item as usize).and_then(|row| row.checked_sub(1));
        row.and_then(|row| self.table.chunks_exact(self.words.max(1)).nth(row as usize)).unwrap_or_default()
    }

    /// Adds up what the items have of one clause; what `adds` may make them candidates, anything else is looked for in the ways
    /// to ask for those that there are. A part counts only if it has all terms, and is as strong as its weakest.
    fn look_up(
        &mut self,
        reader: &Reader,
        clause: &Clause,
        adds: bool,
        settings: &Settings,
        looking: Looking<'_>,
        found: &mut Found,
    ) -> Result<(), SearchError> {
        found.of_rows.resize(self.items.len(), Match::default());
        let searched = |part: &Part| *part != Part::AskedAs || settings.stages.has(Stage::AskedAs);
        let parts: &[Part] = if adds { &Part::ALL } else { &[Part::AskedAs] };
        for part in parts.iter().copied().filter(searched) {
            let weight = ranking::part_weight(part, &settings.weights);
            let evidence = ranking::part_evidence(part);
            reader.occurrences(part, &clause.terms, looking, |occurrence: Occurrence| {
                if !adds && self.rows.get(occurrence.item as usize).is_none_or(|row| *row == 0) {
                    return;
                }
                let row = self.row(occurrence.item);
                if row == found.of_rows.len() {
                    found.of_rows.push(Match::default());
                }
                if let Some(of_row) = found.of_rows.get_mut(row) {
                    if of_row.evidence == 0.0 {
                        found.rows.push(row);
                    }
                    of_row.strength += weight * ranking::saturation(&occurrence);
                    of_row.evidence = of_row.evidence.max(evidence);
                }
            })?;
        }
        Ok(())
    }

    /// The place of the row of an item, which becomes a candidate.
    fn row(&mut self, item: u32) -> usize {
        let Some(row) = self.rows.get_mut(item as usize) else { return usize::MAX };
        if *row == 0 {
            self.items.push(item);
            *row = self.items.len() as u32;
            self.table.resize(self.items.len() * self.words, Match::default());
        }
        *row as usize - 1
    }
}
