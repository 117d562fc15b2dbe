//! What the library does not treat: words that name such subjects, from `content/outside.toml`.

use std::collections::HashMap;

use super::analysis::Analyser;
use crate::content;

#[derive(Clone, Debug, Default)]
pub(super) struct Outside {
    /// First term of a phrase -> the phrase, and its subject.
    by_first: HashMap<String, Vec<(Vec<String>, usize)>>,
    /// What each subject is called.
    names: Vec<String>,
}

impl Outside {
    pub(super) fn new(analyser: &mut Analyser, subjects: &[content::Subject]) -> Outside {
        let mut outside = Outside::default();
        for (place, subject) in subjects.iter().enumerate() {
            outside.names.push(subject.name.clone());
            for phrase in &subject.words {
                let terms: Vec<String> = analyser.words(phrase).into_iter().map(|word| word.term).collect();
                if let Some(first) = terms.first() {
                    outside.by_first.entry(first.clone()).or_default().push((terms, place));
                }
            }
        }
        outside
    }

    /// The phrases that start at the beginning of `terms`: how many words each takes, and its subject.
    pub(super) fn starting<'a>(&'a self, terms: &'a [&str]) -> impl Iterator<Item = (usize, usize)> + 'a {
        let phrases = terms.first().and_then(|first| self.by_first.get(*first)).map(Vec::as_slice).unwrap_or_default();
        phrases.iter().filter_map(move |(phrase, subject)| {
            let matches = terms.len() >= phrase.len() && phrase.iter().zip(terms).all(|(a, b)| a == b);
            matches.then_some((phrase.len(), *subject))
        })
    }

    pub(super) fn name(&self, subject: usize) -> Option<&str> {
        self.names.get(subject).map(String::as_str)
    }
}
