//! The sentences of an item that a hit shows.

use super::expansion::{Asked, AskedWord};
use super::matching::Match;
use super::ranking;

/// In characters.
const LONGEST: usize = 200;

/// The first paragraph is the summary or the answer: another must have this many times as much of the query to be shown.
const LEAD: f32 = 1.25;

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
pub(super) fn snippet(stored: &[String], asked: &Asked, row: &[Match]) -> String {
    let mass = |(word, found): (&AskedWord, &Match)| if ranking::is_in_name(found) { 0.0 } else { word.mass };
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
    let Some(first) = rest.next() else { return String::new() };
    let mut text = cut(first.sentence);
    for next in rest.take_while(|next| next.paragraph == first.paragraph) {
        if text.chars().count() + 1 + next.sentence.chars().count() > LONGEST {
            break;
        }
        text.push(' ');
        text.push_str(next.sentence);
    }
    text
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
