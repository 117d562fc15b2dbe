//! The sentences of an item that a hit shows.

use std::ops::Range;

use super::analysis::Analyser;
use super::expansion::{Asked, AskedWord, Clause};
use super::matching::Match;
use super::ranking;
use super::words::Class;

/// In characters.
const LONGEST: usize = 200;

/// The first paragraph is the summary or the answer: another must have this many times as much of the query to be shown.
const LEAD: f32 = 1.25;

/// What a hit shows of its item.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Snippet {
    pub(super) text: String,
    pub(super) marks: Vec<Range<usize>>,
    /// It is where the item begins.
    pub(super) leads: bool,
    /// The share of the query that it has beyond the item's own name, 0 to 1.
    pub(super) share: f32,
}

/// A sentence with its terms, as it is stored: `paragraph term term ...\nsentence`.
pub(super) struct Passage<'a> {
    paragraph: &'a str,
    terms: &'a str,
    sentence: &'a str,
}

impl<'a> Passage<'a> {
    pub(super) fn stored<'t>(paragraph: usize, terms: impl Iterator<Item = &'t str>, sentence: &str) -> String {
        let mut line = paragraph.to_string();
        for term in terms {
            line.push(' ');
            line.push_str(term);
        }
        line.push('\n');
        line.push_str(sentence);
        line
    }

    fn read(stored: &'a str) -> Option<Passage<'a>> {
        let (line, sentence) = stored.split_once('\n')?;
        let (paragraph, terms) = line.split_once(' ').unwrap_or((line, ""));
        Some(Passage { paragraph, terms, sentence })
    }

    /// The mass of the words that it has.
    fn worth(&self, asked: &Asked, masses: &[f32]) -> f32 {
        let mut found = vec![0.0f32; asked.words.len()];
        for clause in &asked.clauses {
            if clause.terms.iter().all(|term| self.terms.split(' ').any(|own| own == term)) {
                for word in &clause.covers {
                    if let Some(best) = found.get_mut(*word) {
                        *best = best.max(clause.damp);
                    }
                }
            }
        }
        let worth: f32 = masses.iter().zip(&found).map(|(mass, found)| mass * found).sum();
        if self.paragraph == "0" { worth * LEAD } else { worth }
    }
}

/// The sentence with the most of the query, the earlier one if two have as much, and the rest of its paragraph as far as it
/// fits. Plain text of at most 200 characters; cut within a sentence only if that alone is longer.
///
/// Words of the item's own name do not count: each of its sentences is about them, and the first ones say what it is.
pub(super) fn snippet(stored: &[String], asked: &Asked, row: &[Match], analyser: &mut Analyser) -> Snippet {
    let mass = |(word, found): (&AskedWord, &Match)| {
        if word.in_phrases_only || ranking::is_in_name(found) { 0.0 } else { word.mass }
    };
    let masses: Vec<f32> = asked.words.iter().zip(row).map(mass).collect();
    let passages: Vec<Passage<'_>> = stored.iter().filter_map(|stored| Passage::read(stored)).collect();
    let mut best: Option<(usize, f32)> = None;
    for (place, passage) in passages.iter().enumerate() {
        let worth = passage.worth(asked, &masses);
        if best.is_none_or(|(_, most)| worth > most) {
            best = Some((place, worth));
        }
    }
    let mut rest = passages.iter().skip(best.map_or(0, |(place, _)| place));
    let Some(first) = rest.next() else { return Snippet::default() };
    let mut text = cut(first.sentence);
    for next in rest.take_while(|next| next.paragraph == first.paragraph) {
        if text.chars().count() + 1 + next.sentence.chars().count() > LONGEST {
            break;
        }
        text.push(' ');
        text.push_str(next.sentence);
    }
    let most = best.map_or(0.0, |(_, worth)| worth);
    let share = (most / asked.telling_mass().max(f32::MIN_POSITIVE)).min(1.0);
    Snippet { marks: marks(&text, asked, analyser), leads: first.paragraph == "0", share, text }
}

/// Where the words that were asked for stand in a text, in bytes; what is only separated by a space is one place.
fn marks(text: &str, asked: &Asked, analyser: &mut Analyser) -> Vec<Range<usize>> {
    let is_asked = |term: &str| {
        let telling = |clause: &&Clause| {
            let words = clause.covers.iter().filter_map(|word| asked.words.get(*word));
            words.map(|word| word.class).any(|class| class != Class::Stop)
        };
        asked.clauses.iter().filter(telling).any(|clause| clause.terms.iter().any(|own| own == term))
    };
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '#' | '+'));
        let words = analyser.words(word);
        let hit = words.iter().flat_map(|word| word.parts.iter().chain([word])).any(|word| is_asked(&word.term));
        if hit && let Some(at) = piece.find(word) {
            let mark = start + at..start + at + word.len();
            match found.last_mut().filter(|last| text.get(last.end..mark.start) == Some(" ")) {
                Some(last) => last.end = mark.end,
                None => found.push(mark),
            }
        }
        start += piece.len();
    }
    found
}

/// A sentence that is too long ends after a whole word and an ellipsis.
fn cut(sentence: &str) -> String {
    if sentence.chars().count() <= LONGEST {
        return sentence.to_owned();
    }
    let room: String = sentence.chars().take(LONGEST - 1).collect();
    let whole = room.rsplit_once(' ').map_or(room.as_str(), |(words, _)| words);
    format!("{}…", whole.trim_end_matches(|c: char| !c.is_alphanumeric()))
}
