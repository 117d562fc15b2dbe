//! Whether the best hit answers the query, or it is better to say that nothing was found.

use super::analysis::Class;
use super::expansion::Asked;
use super::matching::Match;
use super::ranking;

/// The confidence that makes an answer, for a hit that the query names, and for any other.
const ANSWERS_IF_NAMED: f32 = 0.25;
const ANSWERS: f32 = 0.52;

/// A hit that is not named must have at least this much of what was asked for, as a share of a word that stands in one item
/// only. "What time is it" is covered by every text about response times; but "time" is no news.
const LEAST_MASS: f32 = 0.35;

/// How the query refers to the best hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// It reads the same as one of its names.
    Equal,
    /// It contains one of its names, or of its topic.
    Named,
    None,
}

/// The share of what was asked for that a hit is about, 0 to 1: the mass of each word times the evidence for it.
/// Words that occur nowhere count in full, so that one known word does not make an answer to "best pizza in rome".
pub(super) fn confidence(asked: &Asked, row: &[Match]) -> f32 {
    let all = asked.mass();
    if all > 0.0 { found_mass(asked, row) / all } else { 0.0 }
}

/// Whether a hit with these matches answers the query, among this many items.
pub(super) fn answers(asked: &Asked, row: &[Match], reference: Reference, items: usize) -> bool {
    let content = |found: bool| {
        let words = asked.words.iter().zip(row).filter(|(word, _)| word.class == Class::Content);
        words.filter(|(_, word)| !found || word.evidence > 0.0).count()
    };
    match reference {
        Reference::Equal => true,
        // "How does it work" asks for nothing.
        _ if content(false) == 0 => false,
        Reference::Named => confidence(asked, row) >= ANSWERS_IF_NAMED,
        // One word in common is an accident, unless it is all that was asked for.
        Reference::None => {
            confidence(asked, row) >= ANSWERS
                && found_mass(asked, row) >= LEAST_MASS * ranking::rarity(1, items)
                && content(true) >= content(false).min(2)
        }
    }
}

fn found_mass(asked: &Asked, row: &[Match]) -> f32 {
    asked.words.iter().zip(row).map(|(word, found)| word.mass * found.evidence).sum()
}
