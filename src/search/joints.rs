//! Words that some people write as one and others as two: `web socket`, `loadbalancer`.

use super::SearchError;
use super::analysis::{Analyser, Word};
use super::reader::Reader;

/// Shorter halves are found in too many words by accident.
const SHORTEST_HALF: usize = 3;

/// The term of two neighbours that somebody wrote as one word ("web socket", "no sql").
pub(super) fn joined(
    reader: &Reader,
    analyser: &mut Analyser,
    left: &Word,
    right: &Word,
) -> Result<Option<String>, SearchError> {
    if !left.parts.is_empty() || !right.parts.is_empty() {
        return Ok(None);
    }
    let term = analyser.term(&format!("{}{}", left.surface, right.surface));
    Ok((reader.frequency(&term)? > 0).then_some(term))
}

/// The two known words that a word consists of, at the place where the rarer of them is most frequent: as people write them,
/// and as terms.
pub(super) fn split(
    reader: &Reader,
    analyser: &mut Analyser,
    surface: &str,
) -> Result<Option<(String, Vec<String>)>, SearchError> {
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
            best = (rarer, Some((format!("{left} {right}"), terms)));
        }
    }
    Ok(best.1)
}
