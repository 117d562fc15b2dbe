//! Which topic a wording is usually about: a softmax regression (multinomial logistic regression) that is trained, when the
//! index is built, on all titles, other names and ways to ask.
//!
//! ```text
//! logit(topic) = sum over words ( weight(word, topic) * idf(word) ) / norm,   norm = sqrt(sum of idf^2)
//! idf(word)    = ln(1 + phrases / phrases with the word)
//! ```
//!
//! The ranking compares words with one item at a time; this compares all topics with each other, and learns which words tell
//! them apart ("leave" in `pagination` and in `signals`). Trained by stochastic gradient descent with AdaGrad (Duchi, Hazan and
//! Singer 2011), in an order that is the same every time.

use std::collections::HashMap;

use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;

use super::analysis::{Analyser, Word};
use super::catalog::names_of;
use super::expansion::{Asked, Clause};
use super::words::Class;
use crate::content::{Item, Library};

const EPOCHS: usize = 4;
const RATE: f32 = 0.5;

/// What AdaGrad's sums of squares start with.
const FIRST_SQUARES: f32 = 0.1;

/// Errors below this are not followed.
const LEAST_ERROR: f32 = 1e-3;

/// What a phrase of a question or project tells of its topic, compared with one of the topic itself.
const FROM_OTHERS: f32 = 0.5;

/// Words times topics; a library with more is searched without.
const MOST_WEIGHTS: usize = 8_000_000;

/// A trained model; knows nothing if there are no topics, or too many.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Intent {
    words: HashMap<String, u32>,
    idf: Vec<f32>,
    /// The items that are told apart.
    topics: Vec<u32>,
    /// Word by word a weight for each topic, in units of the word's scale.
    weights: Vec<i8>,
    scales: Vec<f32>,
}

/// How much a query is about each topic.
pub(super) struct Logits<'a> {
    topics: &'a [u32],
    of_topics: Vec<f32>,
    best: f32,
    /// The sum of `exp(logit - best)`.
    sum: f32,
}

impl Logits<'_> {
    /// How far the topic is behind the likeliest one, at least 0; `None` if nothing is known about it.
    pub(super) fn behind(&self, topic: u32) -> Option<f32> {
        let place = self.topics.binary_search(&topic).ok()?;
        self.of_topics.get(place).map(|logit| self.best - logit)
    }

    /// The probability of the topic, 0 to 1.
    pub(super) fn probability(&self, topic: u32) -> f32 {
        self.behind(topic).map_or(0.0, |behind| (-behind).exp() / self.sum)
    }
}

struct Phrase {
    words: Vec<(u32, f32)>,
    topic: usize,
    worth: f32,
}

impl Intent {
    pub(super) fn train(library: &Library) -> Intent {
        let mut analyser = Analyser::remembering();
        let places: HashMap<&str, u32> = library.items().map(Item::id).zip(0..).collect();
        let is_topic = |item: &Item<'_>| matches!(item, Item::Topic(_));
        let topics: Vec<u32> =
            (0..).zip(library.items()).filter(|(_, item)| is_topic(item)).map(|(at, _)| at).collect();
        let mut words: HashMap<String, u32> = HashMap::new();
        let mut phrases_with: Vec<u32> = Vec::new();
        let mut phrases: Vec<Phrase> = Vec::new();
        for item in library.items() {
            let topic = item.topics().first().and_then(|id| places.get(id));
            let Some(topic) = topic.and_then(|place| topics.binary_search(place).ok()) else { continue };
            for (text, _) in names_of(item) {
                let mut own: Vec<u32> = Vec::new();
                for Word { term, class, .. } in analyser.words(&text) {
                    let next = words.len() as u32;
                    let word = if class == Class::Stop { continue } else { *words.entry(term).or_insert(next) };
                    if word == next {
                        phrases_with.push(0);
                    }
                    if !own.contains(&word) {
                        own.push(word);
                    }
                }
                for word in &own {
                    if let Some(count) = phrases_with.get_mut(*word as usize) {
                        *count += 1;
                    }
                }
                let worth = if is_topic(&item) { 1.0 } else { FROM_OTHERS };
                let words = own.into_iter().map(|word| (word, 1.0)).collect();
                phrases.push(Phrase { words, topic, worth });
            }
        }
        if topics.len() < 2 || words.len() * topics.len() > MOST_WEIGHTS {
            return Intent::default();
        }
        let all = phrases.len() as f32;
        let idf: Vec<f32> = phrases_with.iter().map(|count| (1.0 + all / *count as f32).ln()).collect();
        for phrase in &mut phrases {
            weigh(&mut phrase.words, &idf);
        }
        let weights = descend(&mut phrases, words.len(), topics.len());
        let mut intent = Intent { words, idf, topics, weights: Vec::with_capacity(weights.len()), scales: Vec::new() };
        for row in weights.chunks_exact(intent.topics.len()) {
            let largest = row.iter().fold(f32::MIN_POSITIVE, |most, weight| most.max(weight.abs()));
            let scale = largest / f32::from(i8::MAX);
            intent.scales.push(scale);
            intent.weights.extend(row.iter().map(|weight| (weight / scale).round() as i8));
        }
        intent
    }

    /// What a query is about; `None` if no word of it is known. A word that is not is read as what it is a form of.
    pub(super) fn logits(&self, asked: &Asked) -> Option<Logits<'_>> {
        let mut words: Vec<(u32, f32)> = Vec::new();
        for place in 0..asked.words.len() {
            let forms = asked.clauses.iter().filter(|clause| clause.covers.contains(&place));
            let known = forms.filter(|clause| clause.terms.iter().any(|term| self.words.contains_key(term)));
            // The word itself counts 1, which no other form exceeds; of equal ones the first.
            let best = known.reduce(|best, other| if other.damp > best.damp { other } else { best });
            let Some(Clause { terms, damp, .. }) = best else { continue };
            words.extend(terms.iter().filter_map(|term| Some((*self.words.get(term)?, *damp))));
        }
        words.sort_by_key(|(word, _)| *word);
        words.dedup_by_key(|(word, _)| *word);
        if words.is_empty() {
            return None;
        }
        weigh(&mut words, &self.idf);
        let count = self.topics.len();
        let mut logits = vec![0.0f32; count];
        for (word, value) in words {
            let start = word as usize * count;
            let value = value * self.scales.get(word as usize).copied().unwrap_or_default();
            let row = self.weights.get(start..start + count).unwrap_or_default();
            logits.iter_mut().zip(row).for_each(|(logit, weight)| *logit += value * f32::from(*weight));
        }
        let best = logits.iter().copied().fold(f32::MIN, f32::max);
        let sum = logits.iter().map(|logit| (logit - best).exp()).sum();
        Some(Logits { topics: &self.topics, of_topics: logits, best, sum })
    }

    /// For the folder of the index.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.weights.len() + 16 * self.words.len());
        bytes.extend((self.words.len() as u32).to_le_bytes());
        bytes.extend((self.topics.len() as u32).to_le_bytes());
        bytes.extend(self.topics.iter().flat_map(|topic| topic.to_le_bytes()));
        bytes.extend(self.idf.iter().chain(&self.scales).flat_map(|number| number.to_le_bytes()));
        bytes.extend(self.weights.iter().flat_map(|weight| weight.to_le_bytes()));
        let mut words: Vec<(&str, u32)> = self.words.iter().map(|(word, place)| (word.as_str(), *place)).collect();
        words.sort_unstable_by_key(|(_, place)| *place);
        bytes.extend(words.into_iter().flat_map(|(word, _)| word.bytes().chain([b'\n'])));
        bytes
    }

    /// What [`Intent::to_bytes`] made; `None` for anything else.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Intent> {
        let (words, bytes) = numbers(bytes, 1, u32::from_le_bytes)?;
        let (topics, bytes) = numbers(bytes, 1, u32::from_le_bytes)?;
        let (words, topics) = (*words.first()? as usize, *topics.first()? as usize);
        let (topics, bytes) = numbers(bytes, topics, u32::from_le_bytes)?;
        let (idf, bytes) = numbers(bytes, words, f32::from_le_bytes)?;
        let (scales, bytes) = numbers(bytes, words, f32::from_le_bytes)?;
        let (weights, bytes) = numbers(bytes, words.checked_mul(topics.len())?, i8::from_le_bytes)?;
        let lines = std::str::from_utf8(bytes).ok()?;
        let places: HashMap<String, u32> = lines.lines().map(str::to_owned).zip(0..).collect();
        (places.len() == words).then_some(Intent { words: places, idf, topics, weights, scales })
    }
}

/// So many numbers from the beginning of some bytes, and the rest of them.
fn numbers<T, const SIZE: usize>(bytes: &[u8], count: usize, read: fn([u8; SIZE]) -> T) -> Option<(Vec<T>, &[u8])> {
    let (own, rest) = bytes.split_at_checked(count.checked_mul(SIZE)?)?;
    let (numbers, _) = own.as_chunks::<SIZE>();
    Some((numbers.iter().map(|bytes| read(*bytes)).collect(), rest))
}

/// Each word by its idf and what it counts, together of length 1.
fn weigh(words: &mut [(u32, f32)], idf: &[f32]) {
    for (word, value) in words.iter_mut() {
        *value *= idf.get(*word as usize).copied().unwrap_or_default();
    }
    let norm = words.iter().map(|(_, value)| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    words.iter_mut().for_each(|(_, value)| *value /= norm);
}

/// The weights, word by word one for each topic.
fn descend(phrases: &mut [Phrase], words: usize, topics: usize) -> Vec<f32> {
    let mut weights = vec![0.0f32; words * topics];
    let mut squares = vec![FIRST_SQUARES; words * topics];
    let mut random = SmallRng::seed_from_u64(1);
    let mut errors = vec![0.0f32; topics];
    let mut large: Vec<(usize, f32)> = Vec::new();
    for _ in 0..EPOCHS {
        phrases.shuffle(&mut random);
        for Phrase { words, topic, worth } in &*phrases {
            errors.fill(0.0);
            for (word, value) in words {
                let start = *word as usize * topics;
                let row = weights.get(start..start + topics).unwrap_or_default();
                errors.iter_mut().zip(row).for_each(|(logit, weight)| *logit += value * weight);
            }
            let best = errors.iter().copied().fold(f32::MIN, f32::max);
            errors.iter_mut().for_each(|logit| *logit = (*logit - best).exp());
            let share = worth / errors.iter().sum::<f32>();
            large.clear();
            for (place, probability) in errors.iter().enumerate() {
                let error = probability * share - if place == *topic { *worth } else { 0.0 };
                if error.abs() > LEAST_ERROR {
                    large.push((place, error));
                }
            }
            for (word, value) in words {
                let start = *word as usize * topics;
                let row = weights.get_mut(start..start + topics).unwrap_or_default();
                let squares = squares.get_mut(start..start + topics).unwrap_or_default();
                for (place, error) in &large {
                    if let (Some(weight), Some(squares)) = (row.get_mut(*place), squares.get_mut(*place)) {
                        let slope = value * error;
                        *squares += slope * slope;
                        *weight -= RATE * slope / squares.sqrt();
                    }
                }
            }
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::tests::library;

    #[test]
    fn a_model_survives_its_bytes_and_nothing_else_is_one() {
        let intent = Intent::train(&library());
        let bytes = intent.to_bytes();
        assert_eq!(Intent::from_bytes(&bytes), Some(intent.clone()));
        assert_eq!(Intent::train(&library()), intent, "trained twice it is the same");
        for cut in [0, 3, 7, 8, bytes.len() / 2] {
            assert_eq!(Intent::from_bytes(&bytes[..cut]), None, "{cut}");
        }
        let empty = Intent::train(&Library::default());
        assert_eq!(Intent::from_bytes(&empty.to_bytes()), Some(empty));
    }
}
