//! Which questions a session asks: none twice, spread over topics, and rather those that this channel has not seen lately
//! or got wrong.

use std::collections::HashMap;

use rand::{Rng, RngExt};

/// What a channel has done with a question so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seen {
    /// How long ago it was asked last, in milliseconds.
    pub ago_ms: i64,
    pub answered: u32,
    pub right: u32,
}

/// A question that may be drawn.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Its main topic.
    pub topic: &'a str,
    /// `None` when this channel has never been asked it.
    pub seen: Option<Seen>,
}

/// How long it takes until a question is nearly as good as a new one.
const FORGOTTEN_MS: f64 = 30.0 * 24.0 * 3_600_000.0;

/// What each question of a topic that was drawn already is still worth.
const SAME_TOPIC: f64 = 0.25;

/// How often a question comes against the others, before its topic is looked at.
///
/// New ones weigh 4. Others weigh from 0.05 (just asked) to 2 (a month ago and longer), times 1 to 3 by the share of wrong
/// answers, which is taken for one half of two answers before there are any (Laplace's rule of succession).
fn weight(seen: Option<Seen>) -> f64 {
    let Some(seen) = seen else { return 4.0 };
    let rested = (seen.ago_ms.max(0) as f64 / FORGOTTEN_MS).min(1.0);
    let wrong = f64::from(seen.answered.saturating_sub(seen.right) + 1) / f64::from(seen.answered + 2);
    (0.05 + 1.95 * rested) * (1.0 + 2.0 * wrong)
}

/// Draws `count` of the candidates, or all if there are fewer: their places, in the order in which they shall be asked.
pub fn draw(candidates: &[Candidate<'_>], count: usize, rng: &mut impl Rng) -> Vec<usize> {
    let mut left: Vec<(usize, f64)> = candidates.iter().map(|candidate| weight(candidate.seen)).enumerate().collect();
    let mut of_topic: HashMap<&str, i32> = HashMap::new();
    let mut drawn = Vec::new();
    while drawn.len() < count && !left.is_empty() {
        let topic = |place: usize| candidates.get(place).map_or("", |candidate| candidate.topic);
        let weigh = |&(place, weight): &(usize, f64)| {
            weight * SAME_TOPIC.powi(of_topic.get(topic(place)).copied().unwrap_or_default())
        };
        let total: f64 = left.iter().map(weigh).sum();
        let mut ticket = rng.random::<f64>() * total;
        let hit = left.iter().position(|entry| {
            ticket -= weigh(entry);
            ticket < 0.0
        });
        // Rounding may leave a crumb behind the last one.
        let (place, _) = left.swap_remove(hit.unwrap_or(left.len() - 1));
        *of_topic.entry(topic(place)).or_default() += 1;
        drawn.push(place);
    }
    drawn
}
