//! Which items have which words of a query, how strongly, and in how telling a part.
//!
//! The postings are walked here and not by one of tantivy's queries, because ranking and abstention need to know word by word
//! what was matched, and because a word counts once, however many of its forms an item has.

use std::collections::HashMap;

use super::SearchError;
use super::expansion::{Asked, Clause};
use super::ranking;
use super::reader::Reader;
use super::schema::Part;
use super::stages::{Stage, Stages};

/// How an item matches one word.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Match {
    /// Saturated term frequency, summed over the parts with their weights; see `ranking`.
    pub(super) strength: f32,
    /// 0 to 1: how much it means that the word stands where it stands.
    pub(super) evidence: f32,
}

pub(super) struct Matches {
    words: usize,
    /// Item by item, a match for each word.
    table: Vec<Match>,
}

impl Matches {
    /// Looks all clauses up.
    pub(super) fn find(reader: &Reader, asked: &Asked, stages: Stages) -> Result<Matches, SearchError> {
        let words = asked.words.len();
        let mut matches = Matches { words, table: vec![Match::default(); reader.items() * words] };
        let mut buffer = vec![Match::default(); reader.items()];
        for clause in &asked.clauses {
            buffer.fill(Match::default());
            find_clause(reader, clause, &mut buffer, stages)?;
            for (row, found) in matches.table.chunks_exact_mut(words.max(1)).zip(&buffer) {
                for word in clause.covers.iter().filter(|_| found.strength > 0.0) {
                    if let Some(best) = row.get_mut(*word) {
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
        (0u32..).zip(rows).filter(|(_, row)| row.iter().any(|word| word.strength > 0.0))
    }

    /// The matches of one item; empty if there is no such item.
    pub(super) fn of(&self, item: u32) -> &[Match] {
        let start = item as usize * self.words;
        self.table.get(start..start + self.words).unwrap_or_default()
    }
}

/// Adds up what the items have of one clause. A part counts only if it has all terms, and is as strong as its weakest.
fn find_clause(reader: &Reader, clause: &Clause, found: &mut [Match], stages: Stages) -> Result<(), SearchError> {
    let searched = |part: &Part| *part != Part::AskedAs || stages.has(Stage::AskedAs);
    for part in Part::ALL.into_iter().filter(searched) {
        let weight = ranking::part_weight(part);
        let evidence = ranking::part_evidence(part);
        let mut add = |item: u32, strength: f32| {
            if let Some(found) = found.get_mut(item as usize) {
                found.strength += weight * strength;
                found.evidence = found.evidence.max(evidence);
            }
        };
        match clause.terms.as_slice() {
            [] => {}
            [term] => reader.occurrences(part, term, |o| add(o.item, ranking::saturation(&o)))?,
            [first, others @ ..] => {
                let mut weakest = HashMap::new();
                reader.occurrences(part, first, |o| _ = weakest.insert(o.item, ranking::saturation(&o)))?;
                for term in others {
                    let before = std::mem::take(&mut weakest);
                    reader.occurrences(part, term, |o| {
                        if let Some(strength) = before.get(&o.item) {
                            weakest.insert(o.item, strength.min(ranking::saturation(&o)));
                        }
                    })?;
                }
                weakest.into_iter().for_each(|(item, strength)| add(item, strength));
            }
        }
    }
    Ok(())
}
