//! Autocomplete: items whose title, alias or id somebody may be typing. A table in memory; knows nothing of the index.

use std::collections::{BTreeMap, BTreeSet};

use super::catalog::{Catalog, Entry};
use super::fold::fold;
use crate::content::{ItemKind, Level};

/// Letters that are read of what was typed; Discord sends at most 100 characters back as a choice.
const LONGEST_TYPED: usize = 100;

/// The most that [`is_typo_of_start`] allows.
const MOST_EDITS: u32 = 2;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub id: String,
    /// At most 150 characters.
    pub title: String,
    pub kind: ItemKind,
}

pub(super) struct Suggester {
    /// In the order in which they are suggested when nothing has been typed, which also decides between equals.
    rows: Vec<Row>,
    /// All keys of all rows, each between line ends, so that one pass finds a text wherever it stands.
    keys: String,
    /// Every word of every key, sorted.
    words: Vec<Word>,
}

struct Row {
    item: u32,
    kind: ItemKind,
    /// Letters of the title: among rows that fit equally well, short ones come before long ones.
    length: usize,
    /// Where its keys end in `keys`.
    end: usize,
}

struct Word {
    text: String,
    letters: u32,
    rows: Vec<u32>,
}

/// How a row fits what was typed, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// A key is what was typed, or starts with it, or has it at the start of a word, or anywhere.
    Equal,
    Start,
    WordStart,
    Inside,
    /// Each word that was typed starts one of its words, in any order.
    Words,
    Mistyped,
}

impl Suggester {
    pub(super) fn new(catalog: &Catalog) -> Suggester {
        let mut entries: Vec<(u32, &Entry)> = (0..).zip(&catalog.entries).collect();
        entries
            .sort_by_cached_key(|(_, entry)| (entry.kind, entry.level.unwrap_or(Level::Beginner), key(&entry.title)));
        let mut suggester = Suggester { rows: Vec::new(), keys: "\n".to_owned(), words: Vec::new() };
        let mut words: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
        for (place, (item, entry)) in (0u32..).zip(entries) {
            let names = [&entry.title, &entry.id].into_iter().chain(&entry.aliases);
            let keys: BTreeSet<String> = names.map(|name| key(name)).collect();
            for key in &keys {
                suggester.keys.push_str(key);
                suggester.keys.push('\n');
                for word in key.split(' ') {
                    words.entry(word.to_owned()).or_default().insert(place);
                }
            }
            let length = entry.title.chars().count();
            suggester.rows.push(Row { item, kind: entry.kind, length, end: suggester.keys.len() });
        }
        let word = |(text, rows): (String, BTreeSet<u32>)| Word {
            letters: letters(&text),
            text,
            rows: rows.into_iter().collect(),
        };
        suggester.words = words.into_iter().map(word).collect();
        suggester
    }

    pub(super) fn suggest(
        &self,
        catalog: &Catalog,
        text: &str,
        kind: Option<ItemKind>,
        keep: &dyn Fn(&str) -> bool,
        limit: usize,
    ) -> Vec<Suggestion> {
        let typed = key(&text.chars().take(LONGEST_TYPED).collect::<String>());
        // Row by row the best fit.
        let mut fits: Vec<Option<Fit>> = vec![None; self.rows.len()];
        if typed.is_empty() {
            fits.fill(Some(Fit::Start));
        } else {
            self.find_text(&typed, &mut fits);
            if typed.contains(' ') {
                self.find_words(&typed, Fit::Words, &mut fits, |typed, word| word.text.starts_with(typed));
            }
        }
        let wanted = |row: &Row| {
            kind.is_none_or(|kind| row.kind == kind) && catalog.get(row.item).is_some_and(|entry| keep(&entry.id))
        };
        if !self.rows.iter().zip(&fits).any(|(row, fit)| fit.is_some() && wanted(row)) {
            self.find_words(&typed, Fit::Mistyped, &mut fits, |typed, word| {
                let lacking = (letters(typed) & !word.letters).count_ones();
                lacking <= MOST_EDITS && is_typo_of_start(typed, &word.text)
            });
        }
        let mut found: Vec<(Fit, ItemKind, usize, usize)> = Vec::new();
        for (place, (row, fit)) in self.rows.iter().zip(fits).enumerate() {
            if let Some(fit) = fit.filter(|_| wanted(row)) {
                found.push((fit, row.kind, if typed.is_empty() { 0 } else { row.length }, place));
            }
        }
        found.sort_unstable();
        let entries = found.into_iter().filter_map(|(.., place)| catalog.get(self.rows.get(place)?.item));
        entries
            .take(limit)
            .map(|entry| Suggestion { id: entry.id.clone(), title: entry.title.clone(), kind: entry.kind })
            .collect()
    }

    /// Finds the text wherever it stands in a key.
    fn find_text(&self, typed: &str, fits: &mut [Option<Fit>]) {
        let keys = self.keys.as_bytes();
        let mut rows = self.rows.iter().zip(fits);
        let mut current = rows.next();
        for start in memchr::memmem::find_iter(keys, typed) {
            while current.as_ref().is_some_and(|(row, _)| row.end <= start) {
                current = rows.next();
            }
            let Some((_, fit)) = &mut current else { break };
            let before = start.checked_sub(1).and_then(|before| keys.get(before));
            let after = keys.get(start + typed.len());
            let found = match (before, after) {
                (Some(b'\n'), Some(b'\n')) => Fit::Equal,
                (Some(b'\n'), _) => Fit::Start,
                (Some(b' '), _) => Fit::WordStart,
                _ => Fit::Inside,
            };
            **fit = Some(fit.map_or(found, |best| best.min(found)));
        }
    }

    /// Finds the rows that have, for each word that was typed, one that matches it; those that fit already stay as they are.
    fn find_words(&self, typed: &str, fit: Fit, fits: &mut [Option<Fit>], matches: impl Fn(&str, &Word) -> bool) {
        let mut counts = vec![0usize; self.rows.len()];
        let mut typed_words = 0;
        for typed in typed.split(' ') {
            for word in self.words.iter().filter(|word| matches(typed, word)) {
                for row in &word.rows {
                    // Counted once for each typed word: only up to the number of words so far.
                    if let Some(count) = counts.get_mut(*row as usize).filter(|count| **count == typed_words) {
                        *count += 1;
                    }
                }
            }
            typed_words += 1;
        }
        for (known, _) in fits.iter_mut().zip(counts).filter(|(known, count)| known.is_none() && *count == typed_words)
        {
            *known = Some(fit);
        }
    }
}

/// The Latin letters of a word as bits. A letter that a word lacks costs an edit, so most words are not worth comparing.
fn letters(word: &str) -> u32 {
    word.bytes().filter(u8::is_ascii_lowercase).fold(0, |bits, letter| bits | 1 << (letter - b'a'))
}

/// One spelling for names and for what is typed: folded, dots left out (`node.js` is `nodejs`), other joints as spaces.
fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in fold(text).chars() {
        match c {
            '.' | '\'' | '`' => {}
            '-' | '_' | '/' => key.push(' '),
            c => key.push(c),
        }
    }
    key.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a word's beginning is what was typed but for one edit, or two from eight letters on. With three letters only two
/// neighbours may be swapped, with fewer nothing; the first letter must be right or swapped with the second.
fn is_typo_of_start(typed: &str, word: &str) -> bool {
    let letters = typed.chars().count();
    let allowed = match letters {
        0..=2 => return word.starts_with(typed),
        3..=7 => 1,
        _ => 2,
    };
    let first = typed.chars().next();
    if !word.chars().take(2).any(|c| Some(c) == first) {
        return false;
    }
    let beginning =
        |length: usize| word.char_indices().nth(length).map_or(word, |(end, _)| word.get(..end).unwrap_or(word));
    if letters == 3 {
        return strsim::osa_distance(typed, beginning(3)) <= 1 && typed.chars().all(|c| beginning(3).contains(c));
    }
    (letters - 1..=letters + 1).any(|length| strsim::osa_distance(typed, beginning(length)) <= allowed)
}
