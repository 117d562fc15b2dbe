//! Whether the best hit answers the query, or it is better to say that nothing was found.
//!
//! ```text
//! confidence = 1 / (1 + exp(-(constant + sum over signals ( factor * signal ))))
//! ```
//!
//! The factors are those of a logistic regression over labelled queries: whether a query is one that the library answers.
//! `backroad eval QUERIES --tune` fits them.

use serde::Serialize;

use super::catalog::{Catalog, NameQuery};
use super::ranking::{self, Candidates, Ranked};
use super::words::Class;

/// A hit answers from this confidence on.
pub const ANSWERS: f32 = 0.5;

/// The probability of the intent where there is none to be known.
const UNKNOWN: f32 = 0.5;

/// How many signals there are.
pub const SIGNALS: usize = 13;

/// What is known of the best hit and of the query, in the order of [`Signals::NAMES`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Signals(pub [f32; SIGNALS]);

impl Signals {
    pub const NAMES: [&str; SIGNALS] = [
        // The share of what was asked for that the hit is about: the mass of each word times the evidence for it.
        "share",    // The same mass, in words that stand in one item only, up to three.
        "mass",     // How near a name or a way to ask is.
        "nearness", // The query has a whole name of the hit or of its topic in it.
        "named",    // It reads the same as a name.
        "equal",
        // The share of the content words that the hit has, and of those that it has in a telling part.
        "found", "telling", // Content words that it has, up to four.
        "words",   // The share of the mass that stands in no item.
        "unknown",
        // The share of the mass that names subjects outside of the library and is in no telling part of the hit.
        "outside", // The score for each mass of the query, up to ten.
        "score",   // There is one content word, or none.
        "short",   // The probability that such a wording is about the hit's topic.
        "intent",
    ];

    /// No word of the query that tells anything is in the hit, and it is no name either.
    fn asks_nothing(&self) -> bool {
        let [_, _, _, _, equal, _, _, words, ..] = self.0;
        equal == 0.0 && words == 0.0
    }

    pub(super) fn of(
        candidates: &Candidates<'_>,
        hit: &Ranked,
        names: &NameQuery<'_>,
        catalog: &Catalog,
        items: usize,
    ) -> Signals {
        let Candidates { asked, matches, logits } = candidates;
        let row = matches.of(hit.item);
        let topic = catalog.get(hit.item).and_then(|entry| entry.main_topic);
        let probability = match (logits, topic) {
            (Some(logits), Some(topic)) => logits.probability(topic),
            _ => UNKNOWN,
        };
        let all = asked.telling_mass().max(f32::MIN_POSITIVE);
        let words = || asked.words.iter().zip(row).filter(|(word, _)| !word.in_phrases_only);
        let found: f32 = words().map(|(word, found)| word.mass * found.evidence).sum();
        let content = || words().filter(|(word, _)| word.class == Class::Content);
        let count = content().count() as f32;
        let has = content().filter(|(_, found)| found.evidence > 0.0).count() as f32;
        let telling = content().filter(|(_, found)| ranking::is_telling(found)).count() as f32;
        let unknown: f32 = asked.words.iter().filter(|word| word.unknown).map(|word| word.mass).sum();
        let is_outside = |place: usize| asked.outside.iter().any(|(_, covers)| covers.contains(&place));
        let places = (0..).zip(asked.words.iter().zip(row));
        let outside: f32 = places
            .filter(|(place, (_, found))| is_outside(*place) && !ranking::is_telling(found))
            .map(|(_, (word, _))| word.mass)
            .sum();
        let one = |holds: bool| f32::from(u8::from(holds));
        Signals([
            found / all,
            (found / ranking::rarity(1, items)).min(3.0),
            hit.likeness.name.max(hit.likeness.phrase),
            one(catalog.is_named(names, hit.item)),
            one(hit.likeness.is_name || hit.likeness.is_phrase || hit.likeness.is_bare),
            has / count.max(1.0),
            telling / count.max(1.0),
            has.min(4.0),
            unknown / all,
            outside / all,
            (hit.score / all).min(10.0),
            one(count < 2.0),
            probability,
        ])
    }
}

/// What each signal counts for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Calibration {
    pub constant: f32,
    pub factors: [f32; SIGNALS],
}

impl Calibration {
    /// What `/ask` uses.
    pub const SHIPPED: Calibration = Calibration {
        constant: -10.667,
        factors: [-1.549, -0.666, 3.574, 0.305, 0.471, 2.447, 1.376, 0.126, 0.087, -11.478, 1.143, -0.527, 4.866],
    };

    /// How sure it is that the hit answers, 0 to 1.
    pub fn confidence(&self, signals: &Signals) -> f32 {
        // "How does it work" asks for nothing.
        if signals.asks_nothing() {
            return 0.0;
        }
        let sum: f32 = self.factors.iter().zip(signals.0).map(|(factor, signal)| factor * signal).sum();
        1.0 / (1.0 + (-(self.constant + sum)).exp())
    }
}
