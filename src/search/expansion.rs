//! The words of a query -> everything that counts as one of them: the word, its pieces, synonyms, repaired typos.

use super::SearchError;
use super::analysis::{Analyser, Class, MAX_QUERY_WORDS, Word};
use super::ranking;
use super::reader::Reader;
use super::stages::{Stage, Stages};
use super::synonyms::Synonyms;
use super::typo;

/// What other forms of a word count, compared with the word itself.
const PARTS: f32 = 0.9;
const JOINED: f32 = 0.95;
const JOINED_WITH_STOP_WORD: f32 = 0.8;
const SYNONYM: f32 = 0.85;

/// A query, ready to be matched.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// The words that count, each once.
    pub(super) words: Vec<AskedWord>,
    pub(super) clauses: Vec<Clause>,
    /// The two things that are compared, as places in `words`: "sql vs nosql", "difference between a and b".
    pub(super) sides: Option<[Vec<usize>; 2]>,
    /// See [`literal`].
    pub(super) literal: String,
}

#[derive(Clone, Debug)]
pub(super) struct AskedWord {
    pub(super) class: Class,
    /// How much of the question it carries: its rarity times the weight of its class.
    pub(super) mass: f32,
}

/// One way to find one or more words of the query.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Clause {
    /// Places in [`Asked::words`].
    pub(super) covers: Vec<usize>,
    /// An item must have all of them in one part.
    pub(super) terms: Vec<String>,
    /// 1 for the word itself, less for what only means about the same.
    pub(super) damp: f32,
}

impl Asked {
    pub(super) fn mass(&self) -> f32 {
        self.words.iter().map(|word| word.mass).sum()
    }
}

/// Finds every form of the words that are asked for.
pub(super) fn expand(
    reader: &Reader,
    analyser: &mut Analyser,
    synonyms: &Synonyms,
    mut words: Vec<Word>,
    stages: Stages,
) -> Result<Asked, SearchError> {
    if !stages.has(Stage::QuestionWords) {
        words.iter_mut().for_each(|word| word.class = Class::Content);
    }
    let words = without_unknown_compounds(reader, synonyms, words)?;
    let text = Text::new(&words);
    let mut clauses = text.own_forms();
    if stages.has(Stage::Synonyms) {
        clauses.extend(text.synonyms(synonyms));
    }
    if stages.has(Stage::Joints) {
        clauses.extend(text.joined(reader, analyser)?);
    }

    let mut asked_words = Vec::new();
    for (place, word) in text.kept.iter().enumerate() {
        let mut items = items_with(reader, &clauses, place)?;
        if items == 0 {
            for repair in typo::repairs(reader, analyser, &word.surface, stages)? {
                clauses.push(Clause { covers: vec![place], terms: repair.terms, damp: repair.damp });
            }
            items = items_with(reader, &clauses, place)?;
        }
        let mass = ranking::class_weight(word.class) * ranking::rarity(items, reader.items());
        asked_words.push(AskedWord { class: word.class, mass });
    }
    let sides = if stages.has(Stage::Comparisons) { text.sides() } else { None };
    Ok(Asked { words: asked_words, clauses, sides, literal: literal(&words) })
}

/// The same for texts that read the same, but for case, endings and punctuation.
pub(super) fn literal(words: &[Word]) -> String {
    words.iter().map(|word| word.term.as_str()).collect::<Vec<_>>().join(" ")
}

/// A compound that nobody wrote as one is only its pieces: `read/write` is "read write", also for their own rarity and typos.
fn without_unknown_compounds(reader: &Reader, synonyms: &Synonyms, words: Vec<Word>) -> Result<Vec<Word>, SearchError> {
    let mut found = Vec::with_capacity(words.len());
    for word in words {
        let known = word.parts.is_empty() || synonyms.has_start(&word.term) || reader.frequency(&word.term)? > 0;
        if known {
            found.push(word);
        } else {
            found.extend(word.parts);
        }
    }
    found.truncate(MAX_QUERY_WORDS);
    Ok(found)
}

/// In how many items the most frequent form of a word stands. All its forms share one rarity, so that an item does not win by
/// using an unusual name.
fn items_with(reader: &Reader, clauses: &[Clause], place: usize) -> Result<u32, SearchError> {
    let mut most = 0;
    for clause in clauses.iter().filter(|clause| clause.covers.contains(&place)) {
        let mut rarest = u32::MAX;
        for term in &clause.terms {
            rarest = rarest.min(reader.frequency(term)?);
        }
        most = most.max(rarest);
    }
    Ok(most)
}

/// The words of a query in their order, and which of them count.
struct Text<'a> {
    words: &'a [Word],
    /// The words that count, each once: all but stop words, or those if there is nothing else.
    kept: Vec<&'a Word>,
    /// For each of `words` the place in `kept`.
    places: Vec<Option<usize>>,
}

impl<'a> Text<'a> {
    fn new(words: &'a [Word]) -> Text<'a> {
        let only_stop_words = words.iter().all(|word| word.class == Class::Stop);
        let mut kept: Vec<&Word> = Vec::new();
        let mut places = Vec::new();
        for word in words {
            if word.class == Class::Stop && !only_stop_words {
                places.push(None);
                continue;
            }
            let known = kept.iter().position(|known| known.term == word.term);
            places.push(Some(known.unwrap_or(kept.len())));
            if known.is_none() {
                kept.push(word);
            }
        }
        Text { words, kept, places }
    }

    /// The places of the words that count among some that follow each other.
    fn covers(&self, from: usize, count: usize) -> Vec<usize> {
        let mut covers: Vec<usize> = self.places.iter().skip(from).take(count).copied().flatten().collect();
        covers.dedup();
        covers
    }

    /// Each word itself, and the pieces of compounds.
    fn own_forms(&self) -> Vec<Clause> {
        let mut clauses = Vec::new();
        for (place, word) in self.kept.iter().enumerate() {
            clauses.push(Clause { covers: vec![place], terms: vec![word.term.clone()], damp: 1.0 });
            if !word.parts.is_empty() {
                let parts = word.parts.iter().map(|part| part.term.clone()).collect();
                clauses.push(Clause { covers: vec![place], terms: parts, damp: PARTS });
            }
        }
        clauses
    }

    fn synonyms(&self, synonyms: &Synonyms) -> Vec<Clause> {
        let terms: Vec<&str> = self.words.iter().map(|word| word.term.as_str()).collect();
        let mut clauses = Vec::new();
        for from in 0..terms.len() {
            for (count, others) in synonyms.starting(terms.get(from..).unwrap_or_default()) {
                let covers = self.covers(from, count);
                if !covers.is_empty() {
                    let clause =
                        |terms: &Vec<String>| Clause { covers: covers.clone(), terms: terms.clone(), damp: SYNONYM };
                    clauses.extend(others.map(clause));
                }
            }
        }
        clauses
    }

    /// Neighbours that somebody wrote as one word: "web socket", "no sql".
    fn joined(&self, reader: &Reader, analyser: &mut Analyser) -> Result<Vec<Clause>, SearchError> {
        let mut clauses = Vec::new();
        for (from, pair) in self.words.windows(2).enumerate() {
            let [left, right] = pair else { continue };
            let stop_words = pair.iter().filter(|word| word.class == Class::Stop).count();
            let covers = self.covers(from, 2);
            let simple = left.parts.is_empty() && right.parts.is_empty();
            if !simple || covers.is_empty() || stop_words == 2 {
                continue;
            }
            let joined = analyser.term(&format!("{}{}", left.surface, right.surface));
            if reader.frequency(&joined)? > 0 {
                let damp = if stop_words == 0 { JOINED } else { JOINED_WITH_STOP_WORD };
                clauses.push(Clause { covers, terms: vec![joined], damp });
            }
        }
        Ok(clauses)
    }

    /// What is compared: the content words on both sides of "vs", "or", "than", and of "and", "to", "with", "from" where
    /// another word says that it is a comparison.
    fn sides(&self) -> Option<[Vec<usize>; 2]> {
        let compares = self.words.iter().any(|word| {
            let surface = word.surface.as_str();
            matches!(surface, "difference" | "differences" | "differ" | "different" | "comparison" | "between")
                || surface.starts_with("compare")
        });
        self.words.iter().enumerate().find_map(|(at, word)| {
            match word.surface.as_str() {
                "vs" | "versus" | "or" | "than" => {}
                "and" | "to" | "with" | "from" if compares => {}
                _ => return None,
            }
            let content = |i: &usize| self.words.get(*i).is_some_and(|word| word.class == Class::Content);
            let place = |i: usize| self.places.get(i).copied().flatten();
            let left: Vec<usize> = (0..at).rev().take_while(content).filter_map(place).collect();
            let right: Vec<usize> = (at + 1..self.words.len()).take_while(content).filter_map(place).collect();
            (!left.is_empty() && !right.is_empty() && left != right).then_some([left, right])
        })
    }
}
