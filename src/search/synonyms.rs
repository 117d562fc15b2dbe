//! Words and phrases that mean the same, from `content/synonyms.toml`.

use std::collections::HashMap;

use super::analysis::Analyser;
use crate::content;

/// How near the words of a group are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Same,
    /// Exchangeable in most questions.
    Alike,
}

/// The synonym groups in analysed form.
#[derive(Clone, Debug, Default)]
pub(super) struct Synonyms {
    /// Each group's phrases as terms, and whether they mean the same or only about the same.
    groups: Vec<(Vec<Vec<String>>, Meaning)>,
    /// First term of a phrase -> (group, phrase).
    by_first: HashMap<String, Vec<(usize, usize)>>,
}

impl Synonyms {
    pub(super) fn new(analyser: &mut Analyser, synonyms: &content::Synonyms) -> Synonyms {
        let mut found = Synonyms::default();
        let same = synonyms.groups.iter().map(|group| (group, Meaning::Same));
        let alike = synonyms.loose.iter().map(|group| (group, Meaning::Alike));
        for (group, meaning) in same.chain(alike) {
            let terms = |phrase: &String| analyser.words(phrase).into_iter().map(|word| word.term).collect::<Vec<_>>();
            let phrases: Vec<Vec<String>> = group.iter().map(terms).filter(|terms| !terms.is_empty()).collect();
            for (place, phrase) in phrases.iter().enumerate() {
                let first = phrase.first().cloned().unwrap_or_default();
                found.by_first.entry(first).or_default().push((found.groups.len(), place));
            }
            found.groups.push((phrases, meaning));
        }
        found
    }

    /// The phrases that start at the beginning of `terms`: how many words each takes, how near its group
    /// is, and the others of it.
    pub(super) fn starting<'a>(
        &'a self,
        terms: &'a [&str],
    ) -> impl Iterator<Item = (usize, Meaning, impl Iterator<Item = &'a Vec<String>>)> {
        let places = terms.first().and_then(|first| self.by_first.get(*first)).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(move |&(group, place)| {
            let (phrases, meaning) = self.groups.get(group)?;
            let phrase = phrases.get(place)?;
            let matches = terms.len() >= phrase.len() && phrase.iter().zip(terms).all(|(a, b)| a == b);
            let others = phrases.iter().filter(move |other| *other != phrase);
            matches.then_some((phrase.len(), *meaning, others))
        })
    }

    /// Whether a phrase starts with this term.
    pub(super) fn has_start(&self, term: &str) -> bool {
        self.by_first.contains_key(term)
    }
}
