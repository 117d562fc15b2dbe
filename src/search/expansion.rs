//! The words of a query -> everything that counts as one of them: the word, its pieces, synonyms, repaired typos.

use super::analysis::{Analyser, MAX_QUERY_WORDS, Word};
use super::outside::Outside;
use super::ranking;
use super::reader::Reader;
use super::stages::{Settings, Stage};
use super::synonyms::{Meaning, Synonyms};
use super::words::Class;
use super::{Correction, SearchError, comparison, joints, typo};

/// A query, ready to be matched.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// The words that count, each once.
    pub(super) words: Vec<AskedWord>,
    pub(super) clauses: Vec<Clause>,
    /// The two things that are compared, as places in `words`.
    pub(super) sides: Option<[Vec<usize>; 2]>,
    /// See [`literal`].
    pub(super) literal: String,
    /// See [`bare`].
    pub(super) bare: String,
    /// The subjects outside of the library that it names, with the places of their words in `words`.
    pub(super) outside: Vec<(usize, Vec<usize>)>,
}

#[derive(Clone, Debug)]
pub(super) struct AskedWord {
    pub(super) class: Class,
    /// How much of the question it carries: its rarity times the weight of its class.
    pub(super) mass: f32,
    /// As it was typed, folded.
    pub(super) surface: String,
    /// No item has it in any form, and no known word is near.
    pub(super) unknown: bool,
    /// A stop word beside words that tell more: it counts where people's own words stand, in names and ways to ask.
    pub(super) in_phrases_only: bool,
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
    pub(super) origin: Origin,
    /// In how many items the rarest of its terms stands.
    pub(super) items: u32,
}

impl Clause {
    fn new(
        reader: &Reader,
        covers: Vec<usize>,
        terms: Vec<String>,
        (damp, origin): (f32, Origin),
    ) -> Result<Clause, SearchError> {
        let mut items = u32::MAX;
        for term in &terms {
            items = items.min(reader.frequency(term)?);
        }
        Ok(Clause { covers, terms, damp, origin, items })
    }
}

/// Where a form of a word comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Word,
    /// Of a compound that was typed.
    Pieces,
    Joined,
    Synonym,
    /// Means about the same.
    Loose,
    /// Holds the known word (or the two) that it is taken for, as people write it.
    Correction(String),
}

impl Asked {
    pub(super) fn mass(&self) -> f32 {
        self.words.iter().map(|word| word.mass).sum()
    }

    /// That of the words that are looked for everywhere.
    pub(super) fn telling_mass(&self) -> f32 {
        self.words.iter().filter(|word| !word.in_phrases_only).map(|word| word.mass).sum()
    }

    /// Whether a clause is looked for only in the ways to ask.
    pub(super) fn is_in_phrases_only(&self, clause: &Clause) -> bool {
        clause.covers.iter().filter_map(|word| self.words.get(*word)).all(|word| word.in_phrases_only)
    }

    /// What unknown words were taken for, the likeliest of each.
    pub(super) fn corrections(&self) -> Vec<Correction> {
        let mut found: Vec<Correction> = Vec::new();
        for clause in &self.clauses {
            let Origin::Correction(meant) = &clause.origin else { continue };
            let typed = clause.covers.first().and_then(|word| self.words.get(*word));
            if let Some(word) = typed.filter(|word| found.iter().all(|known| known.typed != word.surface)) {
                found.push(Correction { typed: word.surface.clone(), meant: meant.clone() });
            }
        }
        found
    }
}

/// What is needed to understand a query.
pub(super) struct Understanding<'a> {
    pub(super) reader: &'a Reader,
    pub(super) synonyms: &'a Synonyms,
    pub(super) outside: &'a Outside,
    pub(super) settings: &'a Settings,
}

/// Finds every form of the words that are asked for.
pub(super) fn expand(
    of: &Understanding<'_>,
    analyser: &mut Analyser,
    mut words: Vec<Word>,
) -> Result<Asked, SearchError> {
    let Understanding { reader, synonyms, settings, .. } = of;
    if !settings.stages.has(Stage::QuestionWords) {
        words.iter_mut().for_each(|word| word.class = Class::Content);
    }
    let words = without_unknown_compounds(reader, synonyms, words)?;
    let text = Text::new(&words);
    let mut clauses = text.own_forms(reader, settings)?;
    if settings.stages.has(Stage::Synonyms) {
        clauses.extend(text.synonyms(reader, synonyms, settings)?);
    }
    if settings.stages.has(Stage::Joints) {
        clauses.extend(text.joined(reader, analyser, settings)?);
    }
    let outside = if settings.stages.has(Stage::Outside) { text.outside(of.outside) } else { Vec::new() };

    let mut asked_words = Vec::new();
    for (place, word) in text.kept.iter().enumerate() {
        let mut items = items_with(&clauses, place);
        let in_phrases_only = word.class == Class::Stop && !text.only_stop_words;
        let foreign = outside.iter().any(|(_, covers)| covers.contains(&place));
        if items == 0 && !foreign && !in_phrases_only {
            for repair in typo::repairs(reader, analyser, &word.surface, settings)? {
                let origin = Origin::Correction(repair.meant);
                clauses.push(Clause::new(reader, vec![place], repair.terms, (repair.damp, origin))?);
            }
            items = items_with(&clauses, place);
        }
        if items > 0 && items < RARE && word.class == Class::Content && settings.stages.has(Stage::Joints) {
            let clause = split_also(reader, analyser, place, word, settings)?;
            clauses.extend(clause.filter(|clause| clause.items >= RARE));
        }
        let mass = ranking::class_weight(word.class, &settings.weights) * ranking::rarity(items, reader.items());
        asked_words.push(AskedWord {
            class: word.class,
            // Chat-speak that no text has says nothing.
            mass: if in_phrases_only && items == 0 { 0.0 } else { mass },
            surface: word.surface.clone(),
            unknown: items == 0 && !in_phrases_only,
            in_phrases_only,
        });
    }
    let bare = join_content(text.as_read(&clauses));
    let sides = if settings.stages.has(Stage::Comparisons) { text.sides() } else { None };
    Ok(Asked { words: asked_words, clauses, sides, literal: literal(&words), bare, outside })
}

/// A word in fewer items may be what most people write as two: "loadbalancer".
const RARE: u32 = 6;

/// The letters that such a word has at least.
const LONG: usize = 8;

fn split_also(
    reader: &Reader,
    analyser: &mut Analyser,
    place: usize,
    word: &Word,
    settings: &Settings,
) -> Result<Option<Clause>, SearchError> {
    if word.surface.len() < LONG || !word.parts.is_empty() || !word.surface.bytes().all(|b| b.is_ascii_lowercase()) {
        return Ok(None);
    }
    let split = joints::split(reader, analyser, &word.surface)?;
    split
        .map(|(_, terms)| Clause::new(reader, vec![place], terms, (settings.weights.split, Origin::Pieces)))
        .transpose()
}

/// The same for texts that read the same, but for case, endings and punctuation.
pub(super) fn literal(words: &[Word]) -> String {
    words.iter().map(|word| word.term.as_str()).collect::<Vec<_>>().join(" ")
}

/// The same for texts whose content words are the same: "what is jwt", "jwt explained". Empty if there is none.
pub(super) fn bare(words: &[Word]) -> String {
    join_content(words.iter().map(|word| (word.class, word.term.as_str())))
}

fn join_content<'a>(words: impl Iterator<Item = (Class, &'a str)>) -> String {
    let content = words.filter(|(class, _)| *class == Class::Content);
    content.map(|(_, term)| term).collect::<Vec<_>>().join(" ")
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
/// using an unusual name; those that only mean about the same do not make it more frequent.
fn items_with(clauses: &[Clause], place: usize) -> u32 {
    let most = |loose: bool| {
        let is_form = |clause: &&Clause| clause.covers.contains(&place) && loose == (clause.origin == Origin::Loose);
        clauses.iter().filter(is_form).map(|clause| clause.items).max().unwrap_or_default()
    };
    if most(false) > 0 { most(false) } else { most(true) }
}

/// The words of a query in their order, and which of them count.
struct Text<'a> {
    words: &'a [Word],
    only_stop_words: bool,
    /// Each word once.
    kept: Vec<&'a Word>,
    /// For each of `words` the place in `kept`.
    places: Vec<usize>,
}

impl<'a> Text<'a> {
    fn new(words: &'a [Word]) -> Text<'a> {
        let only_stop_words = words.iter().all(|word| word.class == Class::Stop);
        let mut kept: Vec<&Word> = Vec::new();
        let mut places = Vec::new();
        for word in words {
            let known = kept.iter().position(|known| known.term == word.term);
            places.push(known.unwrap_or(kept.len()));
            if known.is_none() {
                kept.push(word);
            }
        }
        Text { words, only_stop_words, kept, places }
    }

    /// Each word's class and term, of a mistyped one the first term that it was taken for.
    fn as_read(&self, clauses: &'a [Clause]) -> impl Iterator<Item = (Class, &'a str)> {
        self.words.iter().zip(&self.places).map(move |(word, place)| {
            let taken_for = clauses
                .iter()
                .find(|clause| matches!(clause.origin, Origin::Correction(_)) && clause.covers.first() == Some(place));
            let term = taken_for.and_then(|clause| clause.terms.first()).unwrap_or(&word.term);
            (word.class, term.as_str())
        })
    }

    /// The places of some words that follow each other.
    fn covers(&self, from: usize, count: usize) -> Vec<usize> {
        let mut covers: Vec<usize> = self.places.iter().skip(from).take(count).copied().collect();
        covers.dedup();
        covers
    }

    /// Each word itself, and the pieces of compounds.
    fn own_forms(&self, reader: &Reader, settings: &Settings) -> Result<Vec<Clause>, SearchError> {
        let mut clauses = Vec::new();
        for (place, word) in self.kept.iter().enumerate() {
            clauses.push(Clause::new(reader, vec![place], vec![word.term.clone()], (1.0, Origin::Word))?);
            if !word.parts.is_empty() {
                let terms = word.parts.iter().map(|part| part.term.clone()).collect();
                clauses.push(Clause::new(reader, vec![place], terms, (settings.weights.pieces, Origin::Pieces))?);
            }
        }
        Ok(clauses)
    }

    fn synonyms(&self, reader: &Reader, synonyms: &Synonyms, settings: &Settings) -> Result<Vec<Clause>, SearchError> {
        let terms: Vec<&str> = self.words.iter().map(|word| word.term.as_str()).collect();
        let mut clauses = Vec::new();
        for from in 0..terms.len() {
            for (count, meaning, others) in synonyms.starting(terms.get(from..).unwrap_or_default()) {
                let covers = self.covers(from, count);
                for other in others.filter(|_| !covers.is_empty()) {
                    let form = match meaning {
                        Meaning::Same => (settings.weights.synonym, Origin::Synonym),
                        Meaning::Alike => (settings.weights.loose, Origin::Loose),
                    };
                    let clause = Clause::new(reader, covers.clone(), other.clone(), form)?;
                    clauses.extend(Some(clause).filter(|clause| clause.items > 0));
                }
            }
        }
        Ok(clauses)
    }

    fn joined(
        &self,
        reader: &Reader,
        analyser: &mut Analyser,
        settings: &Settings,
    ) -> Result<Vec<Clause>, SearchError> {
        let mut clauses = Vec::new();
        for (from, pair) in self.words.windows(2).enumerate() {
            let [left, right] = pair else { continue };
            let stop_words = pair.iter().filter(|word| word.class == Class::Stop).count();
            let covers = self.covers(from, 2);
            if covers.is_empty() || stop_words == 2 {
                continue;
            }
            if let Some(term) = joints::joined(reader, analyser, left, right)? {
                let weights = &settings.weights;
                let damp = if stop_words == 0 { weights.joined } else { weights.joined_with_stop_word };
                clauses.push(Clause::new(reader, covers, vec![term], (damp, Origin::Joined))?);
            }
        }
        Ok(clauses)
    }

    fn outside(&self, outside: &Outside) -> Vec<(usize, Vec<usize>)> {
        let terms: Vec<&str> = self.words.iter().map(|word| word.term.as_str()).collect();
        let mut found = Vec::new();
        for from in 0..terms.len() {
            for (count, subject) in outside.starting(terms.get(from..).unwrap_or_default()) {
                found.push((subject, self.covers(from, count)));
            }
        }
        found
    }

    fn sides(&self) -> Option<[Vec<usize>; 2]> {
        let place = |at: &usize| self.places.get(*at).copied();
        let [left, right] =
            comparison::sides(self.words)?.map(|side| side.iter().filter_map(place).collect::<Vec<_>>());
        (!left.is_empty() && !right.is_empty() && left != right).then_some([left, right])
    }
}
