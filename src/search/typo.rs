//! What a word that no item contains may have been meant to be: a known word a few letters away, or two words typed as one.

use super::SearchError;
use super::analysis::Analyser;
use super::reader::Reader;
use super::stages::{Stage, Stages};

/// A word with one letter wrong counts this much of a right one; each further edit takes as much again.
const ONE_EDIT: f32 = 0.75;
const SPLIT: f32 = 0.85;

/// Several words may be equally near; more than this would turn a typo into a guess.
const MOST_REPAIRS: usize = 3;

/// Shorter halves are found in too many words by accident.
const SHORTEST_HALF: usize = 3;

/// Longer words are not looked for, because no known word is as long and the search would take a while.
const LONGEST: usize = 24;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Repair {
    /// One term, or both halves of a word that was split.
    pub(super) terms: Vec<String>,
    pub(super) damp: f32,
}

/// The best repairs of an unknown word, folded and unstemmed; none for what is not made of letters (`401` is not `404`).
pub(super) fn repairs(
    reader: &Reader,
    analyser: &mut Analyser,
    surface: &str,
    stages: Stages,
) -> Result<Vec<Repair>, SearchError> {
    if surface.chars().count() > LONGEST || !surface.chars().all(char::is_alphabetic) {
        return Ok(Vec::new());
    }
    let respelled = if stages.has(Stage::Typos) { respelled(reader, analyser, surface)? } else { Vec::new() };
    if respelled.is_empty() && stages.has(Stage::Joints) {
        return Ok(split(reader, analyser, surface)?.into_iter().collect());
    }
    Ok(respelled)
}

/// How many edits a word of this many letters may be away. Four letters and fewer may only have two neighbours swapped
/// (`jtw`): among short words, one other letter is usually another word.
fn allowed_edits(letters: usize) -> u8 {
    match letters {
        0..=2 => 0,
        3..=7 => 1,
        8..=LONGEST => 2,
        _ => 0,
    }
}

fn respelled(reader: &Reader, analyser: &mut Analyser, surface: &str) -> Result<Vec<Repair>, SearchError> {
    let letters = surface.chars().count();
    let allowed = allowed_edits(letters);
    if allowed == 0 {
        return Ok(Vec::new());
    }
    let mut near: Vec<(usize, u32, String)> = Vec::new();
    for (word, items) in reader.similar(surface, allowed)? {
        let cost = cost(surface, &word);
        let swapped_only = letters > 4 || is_swap(surface, &word);
        if cost <= usize::from(allowed) && swapped_only {
            near.push((cost, items, word));
        }
    }
    near.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)).then_with(|| a.2.cmp(&b.2)));
    let best = near.first().map_or(0, |(cost, ..)| *cost);
    let mut found: Vec<Repair> = Vec::new();
    for (cost, _, word) in near.into_iter().filter(|(cost, ..)| *cost == best) {
        let terms = vec![analyser.term(&word)];
        if found.len() < MOST_REPAIRS && found.iter().all(|known| known.terms != terms) {
            found.push(Repair { terms, damp: ONE_EDIT.powi(i32::try_from(cost).unwrap_or(i32::MAX)) });
        }
    }
    Ok(found)
}

/// Edits between what was typed and a known word, where a swap of two neighbours is one, and a wrong first letter counts
/// double, because people seldom mistype it.
fn cost(typed: &str, known: &str) -> usize {
    let first_differs = typed.chars().next() != known.chars().next() && !is_swap(typed, known);
    strsim::osa_distance(typed, known) + usize::from(first_differs)
}

fn is_swap(a: &str, b: &str) -> bool {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    sorted(a) == sorted(b) && strsim::osa_distance(a, b) == 1
}

/// The two known words that it consists of, at the place where the rarer of them is most frequent.
fn split(reader: &Reader, analyser: &mut Analyser, surface: &str) -> Result<Option<Repair>, SearchError> {
    let mut best = (0, None);
    for (at, _) in surface.char_indices().skip(SHORTEST_HALF) {
        let Some((left, right)) = surface.split_at_checked(at) else { continue };
        if right.chars().count() < SHORTEST_HALF {
            break;
        }
        let terms = vec![analyser.term(left), analyser.term(right)];
        let mut rarer = u32::MAX;
        for term in &terms {
            rarer = rarer.min(reader.frequency(term)?);
        }
        if rarer > best.0 {
            best = (rarer, Some(Repair { terms, damp: SPLIT }));
        }
    }
    Ok(best.1)
}
