//! What a word that no item contains may have been meant to be: a known word a few letters away, or two words typed as one.
//!
//! A word that the library knows is never touched, and neither is one that names a subject outside of it (see `outside`):
//! "pandas" is no "bandwidth", and one product is not turned into another.

use super::analysis::Analyser;
use super::reader::Reader;
use super::stages::{Settings, Stage};
use super::{SearchError, joints};

/// Several words may be equally near; more than this would turn a typo into a guess.
const MOST_REPAIRS: usize = 3;

/// Longer words are not looked for, because no known word is as long and the search would take a while.
const LONGEST: usize = 24;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Repair {
    /// One term, or both halves of a word that was split.
    pub(super) terms: Vec<String>,
    pub(super) damp: f32,
    /// As people write it.
    pub(super) meant: String,
}

/// The best repairs of an unknown word, folded and unstemmed; none for what is not made of letters (`401` is not `404`).
pub(super) fn repairs(
    reader: &Reader,
    analyser: &mut Analyser,
    surface: &str,
    settings: &Settings,
) -> Result<Vec<Repair>, SearchError> {
    if surface.chars().count() > LONGEST || !surface.chars().all(char::is_alphabetic) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    if settings.stages.has(Stage::Typos) {
        found = respelled(reader, analyser, surface, settings.weights.one_edit)?;
    }
    if found.is_empty() && settings.stages.has(Stage::Joints) {
        let split = joints::split(reader, analyser, surface)?;
        found.extend(split.map(|(meant, terms)| Repair { terms, damp: settings.weights.split, meant }));
    }
    Ok(found)
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

fn respelled(
    reader: &Reader,
    analyser: &mut Analyser,
    surface: &str,
    one_edit: f32,
) -> Result<Vec<Repair>, SearchError> {
    let letters = surface.chars().count();
    let allowed = allowed_edits(letters);
    if allowed == 0 {
        return Ok(Vec::new());
    }
    let mut near: Vec<(usize, u32, String)> = Vec::new();
    // Looking two edits around takes many times as long, and what is one edit away is better anyway.
    for edits in 1..=allowed {
        near.clear();
        for (word, items) in reader.similar(surface, edits)? {
            let cost = cost(surface, &word);
            let swapped_only = letters > 4 || is_swap(surface, &word);
            if cost <= usize::from(allowed) && swapped_only {
                near.push((cost, items, word));
            }
        }
        if near.iter().any(|(cost, ..)| *cost <= usize::from(edits)) {
            break;
        }
    }
    near.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)).then_with(|| a.2.cmp(&b.2)));
    let best = near.first().map_or(0, |(cost, ..)| *cost);
    let mut found: Vec<Repair> = Vec::new();
    for (cost, _, word) in near.into_iter().filter(|(cost, ..)| *cost == best) {
        let terms = vec![analyser.term(&word)];
        if found.len() < MOST_REPAIRS && found.iter().all(|known| known.terms != terms) {
            let damp = one_edit.powi(i32::try_from(cost).unwrap_or(i32::MAX));
            found.push(Repair { terms, damp, meant: word });
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
