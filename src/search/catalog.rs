//! The items as the search needs them in memory: what a hit shows, and the names that a query may equal.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::analysis::{Analyser, MAX_QUERY_WORDS};
use super::expansion::{Asked, bare, literal};
use super::ranking;
use super::stages::{Settings, Stage};
use super::weights::Weights;
use super::words::Class;
use crate::content::{Item, ItemKind, Level, Library};

/// A name counts as whole from this share of its mass on: light words may be missing, and a typo may be in it.
const WHOLE_NAME: f32 = 0.7;

pub(super) struct Catalog {
    pub(super) entries: Vec<Entry>,
    /// Terms of names -> their places in `masses`.
    terms: HashMap<String, u32>,
    /// How telling each term is among names: its class and its rarity.
    telling: Vec<(Class, f32)>,
    /// What proper names read as, with their items.
    literals: HashMap<String, Vec<u32>>,
    /// What ways to ask read as.
    phrases: HashMap<String, Vec<u32>>,
    /// What proper names read as without words that say little.
    bares: HashMap<String, Vec<u32>>,
}

/// One item; its place is that in `Library::items()`.
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) kind: ItemKind,
    pub(super) title: String,
    pub(super) aliases: Vec<String>,
    pub(super) topics: Vec<String>,
    /// `None` for roadmaps.
    pub(super) level: Option<Level>,
    /// In a row, as hundreds of them are looked at for a query.
    names: Vec<Name>,
    terms: Vec<u32>,
    /// The place of the first of its topics; a topic's own.
    pub(super) main_topic: Option<u32>,
}

/// A title, an alias, an id, or a way to ask.
struct Name {
    /// Where its terms stand in those of the entry, in the order of the name.
    terms: Range<u32>,
    /// The sums of what its content words tell, its light ones, and its stop words.
    masses: [f32; 3],
    /// What it is called, not how people ask for it.
    proper: bool,
}

/// The words of a query as terms of names: which word each stands for, and how well.
pub(super) struct NameQuery<'a> {
    asked: &'a Asked,
    settings: &'a Settings,
    mass: f32,
    /// Sorted by term.
    forms: Vec<(u32, usize, f32)>,
    /// For each term of names, one more than the place of its first form; 0 if it has none. Hundreds of names are looked at
    /// for a query, and most of their terms are not in it.
    first_form: Vec<u16>,
    /// For each term of names, whether it stands for a word that tells what is wanted.
    tells: Vec<bool>,
    /// See [`Catalog::equals`].
    equals: [&'a [u32]; 3],
}

impl NameQuery<'_> {
    /// The items of which a name or a way to ask reads the same as the query, or nearly; some more than once.
    pub(super) fn same(&self) -> impl Iterator<Item = u32> {
        self.equals.into_iter().flatten().copied()
    }
}

/// How near a query comes to one of the names of an item.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Likeness {
    /// To its likest proper name, 0 to 1; 1 when both have the same words, stop words aside.
    pub(super) name: f32,
    /// To the likest way to ask for it, 0 to 1.
    pub(super) phrase: f32,
    /// The share of the query, 0 to 1, whose words stand side by side in the name as they do in the query.
    pub(super) together: f32,
    /// One of its proper names reads the same, word by word.
    pub(super) is_name: bool,
    /// One of the ways to ask for it does.
    pub(super) is_phrase: bool,
    /// One of its proper names does, but for words that say little.
    pub(super) is_bare: bool,
}

impl Catalog {
    pub(super) fn new(analyser: &mut Analyser, library: &Library) -> Catalog {
        let mut terms: HashMap<String, u32> = HashMap::new();
        // Of each term: its class, and in how many items' names it stands.
        let mut seen: Vec<(Class, u32)> = Vec::new();
        let mut entries: Vec<Entry> = Vec::new();
        let mut literals: HashMap<String, Vec<u32>> = HashMap::new();
        let mut phrases: HashMap<String, Vec<u32>> = HashMap::new();
        let mut bares: HashMap<String, Vec<u32>> = HashMap::new();
        for item in library.items() {
            let item_place = entries.len() as u32;
            let mut names = Vec::new();
            let mut of_names: Vec<u32> = Vec::new();
            for (text, proper) in names_of(item) {
                let words = analyser.words(&text);
                let mut own = Vec::new();
                for word in &words {
                    let next = terms.len() as u32;
                    let term = *terms.entry(word.term.clone()).or_insert(next);
                    if term == next {
                        seen.push((word.class, 0));
                    }
                    own.push(term);
                }
                let literal = literal(&words);
                if !literal.is_empty() {
                    let same = if proper { &mut literals } else { &mut phrases };
                    same.entry(literal).or_default().push(item_place);
                }
                let bare = bare(&words);
                if proper && !bare.is_empty() {
                    bares.entry(bare).or_default().push(item_place);
                }
                let start = of_names.len() as u32;
                let mut known = HashSet::new();
                of_names.extend(own.into_iter().filter(|term| known.insert(*term)));
                names.push(Name { terms: start..of_names.len() as u32, masses: [0.0; 3], proper });
            }
            for term in distinct(of_names.clone()) {
                if let Some((_, items)) = seen.get_mut(term as usize) {
                    *items += 1;
                }
            }
            entries.push(entry(item, names, of_names));
        }
        let places: HashMap<String, u32> = entries.iter().map(|entry| entry.id.clone()).zip(0..).collect();
        for entry in &mut entries {
            entry.main_topic = entry.topics.first().and_then(|topic| places.get(topic).copied());
        }
        let telling: Vec<(Class, f32)> =
            seen.into_iter().map(|(class, items)| (class, ranking::rarity(items, entries.len()))).collect();
        for Entry { names, terms, .. } in &mut entries {
            for name in names {
                for (class, rarity) in name.terms_in(terms).iter().filter_map(|term| telling.get(*term as usize)) {
                    let [content, light, stop] = &mut name.masses;
                    *match class {
                        Class::Content => content,
                        Class::Light => light,
                        Class::Stop => stop,
                    } += *rarity;
                }
            }
        }
        Catalog { entries, terms, telling, literals, phrases, bares }
    }

    pub(super) fn get(&self, item: u32) -> Option<&Entry> {
        self.entries.get(item as usize)
    }

    /// The items that have a proper name which reads the same as the query, those with such a way to ask, and those of which
    /// a proper name does but for words that say little.
    fn equals(&self, asked: &Asked) -> [&[u32]; 3] {
        let names = self.literals.get(&asked.literal);
        let phrases = self.phrases.get(&asked.literal);
        let bares = self.bares.get(&asked.bare);
        [names, phrases, bares].map(|items| items.map(Vec::as_slice).unwrap_or_default())
    }

    pub(super) fn name_query<'a>(&'a self, asked: &'a Asked, settings: &'a Settings) -> NameQuery<'a> {
        let mut forms = Vec::new();
        for clause in &asked.clauses {
            for term in clause.terms.iter().filter_map(|term| self.terms.get(term)) {
                forms.extend(clause.covers.iter().map(|word| (*term, *word, clause.damp)));
            }
        }
        forms.sort_unstable_by_key(|(term, word, _)| (*term, *word));
        let mut first_form = vec![0; self.telling.len()];
        for (place, (term, ..)) in (1..).zip(&forms) {
            if let Some(first @ 0) = first_form.get_mut(*term as usize) {
                *first = place;
            }
        }
        let mut tells = vec![false; self.telling.len()];
        for (term, word, _) in &forms {
            let is_telling = asked.words.get(*word).is_some_and(|word| !word.in_phrases_only);
            if let Some(tells) = tells.get_mut(*term as usize) {
                *tells |= is_telling;
            }
        }
        NameQuery { asked, settings, mass: asked.mass(), forms, first_form, tells, equals: self.equals(asked) }
    }

    /// How like the names of the item are.
    pub(super) fn likeness(&self, query: &NameQuery<'_>, item: u32) -> Likeness {
        let [is_name, is_phrase, is_bare] = query.equals.map(|items| items.contains(&item));
        let mut best = Likeness { is_name, is_phrase, is_bare, ..Likeness::default() };
        let Some(entry) = self.get(item) else { return best };
        let phrases = query.settings.stages.has(Stage::AskedAs);
        let mut nearest = 0.0f32;
        for name in entry.names.iter().filter(|name| name.proper || phrases) {
            let overlap = self.overlap(query, name.terms_in(&entry.terms));
            if overlap.of_name > 0.0 {
                let both = query.mass + name.mass(&query.settings.weights);
                let closeness = (overlap.of_query + overlap.of_name) / both;
                let best_of_its_kind = if name.proper { &mut best.name } else { &mut best.phrase };
                *best_of_its_kind = best_of_its_kind.max(closeness);
                if closeness > nearest {
                    nearest = closeness;
                    best.together = overlap.together / query.mass;
                }
            }
        }
        best
    }

    /// Whether the query contains a whole title, alias or id of the item or of the topic that it is mainly about.
    pub(super) fn is_named(&self, query: &NameQuery<'_>, item: u32) -> bool {
        let Some(entry) = self.get(item) else { return false };
        let topic = entry.main_topic.and_then(|topic| self.get(topic));
        let is_whole = |entry: &Entry, name: &Name| {
            let overlap = self.overlap(query, name.terms_in(&entry.terms));
            overlap.of_name > 0.0 && overlap.of_name >= WHOLE_NAME * name.mass(&query.settings.weights)
        };
        let mut entries = [Some(entry), topic].into_iter().flatten();
        entries.any(|entry| entry.names.iter().any(|name| name.proper && is_whole(entry, name)))
    }

    fn overlap(&self, query: &NameQuery<'_>, terms_of_name: &[u32]) -> Overlap {
        let mut overlap = Overlap::default();
        // Most names have no word of the query that tells anything.
        if !terms_of_name.iter().any(|term| query.tells.get(*term as usize).copied().unwrap_or_default()) {
            return overlap;
        }
        let mut covered = [0.0f32; MAX_QUERY_WORDS];
        // The last word of the query that the term before stands for.
        let mut before = None;
        for term in terms_of_name {
            let first = query.first_form.get(*term as usize).copied().unwrap_or_default();
            let Some(first) = first.checked_sub(1) else {
                before = None;
                continue;
            };
            let mut found = 0.0f32;
            let mut stands_for = None;
            let forms = query.forms.iter().skip(usize::from(first));
            for (_, word, damp) in forms.take_while(|form| form.0 == *term) {
                found = found.max(*damp);
                stands_for = Some(*word);
                if let Some(covered) = covered.get_mut(*word) {
                    *covered = covered.max(*damp);
                }
            }
            if let Some(word) = stands_for.filter(|word| before.is_some_and(|before: usize| before + 1 == *word)) {
                let mass = |word: usize| query.asked.words.get(word).map_or(0.0, |word| word.mass);
                overlap.together += mass(word).min(mass(word - 1));
            }
            before = stands_for;
            if let Some((class, rarity)) = self.telling.get(*term as usize) {
                overlap.of_name += ranking::class_weight(*class, &query.settings.weights) * rarity * found;
            }
        }
        if overlap.of_name > 0.0 {
            overlap.of_query = query.asked.words.iter().zip(&covered).map(|(word, damp)| word.mass * damp).sum();
        }
        overlap
    }
}

impl Name {
    fn mass(&self, weights: &Weights) -> f32 {
        let [content, light, stop] = self.masses;
        content + weights.light * light + weights.stop * stop
    }

    fn terms_in<'a>(&self, terms: &'a [u32]) -> &'a [u32] {
        terms.get(self.terms.start as usize..self.terms.end as usize).unwrap_or_default()
    }
}

/// What a query and a name have in common, in mass.
#[derive(Default)]
struct Overlap {
    of_query: f32,
    of_name: f32,
    /// Of words that are neighbours in both.
    together: f32,
}

fn entry(item: Item<'_>, names: Vec<Name>, terms: Vec<u32>) -> Entry {
    let level = match item {
        Item::Topic(topic) => Some(topic.level),
        Item::Question(question) => Some(question.level),
        Item::Project(project) => Some(project.level),
        Item::Roadmap(_) => None,
    };
    Entry {
        id: item.id().to_owned(),
        kind: item.kind(),
        title: item.title().to_owned(),
        aliases: item.aliases().to_vec(),
        topics: item.topics().into_iter().map(str::to_owned).collect(),
        level,
        names,
        terms,
        main_topic: None,
    }
}

/// The names of an item, and whether each is a proper one.
pub(super) fn names_of(item: Item<'_>) -> impl Iterator<Item = (String, bool)> {
    let asked_as = match item {
        Item::Topic(topic) => topic.asked_as.as_slice(),
        Item::Question(question) => question.asked_as.as_slice(),
        Item::Project(project) => project.asked_as.as_slice(),
        Item::Roadmap(_) => &[],
    };
    let proper =
        [item.title().to_owned(), item.id().replace('-', " ")].into_iter().chain(item.aliases().iter().cloned());
    proper.map(|name| (name, true)).chain(asked_as.iter().map(|phrase| (phrase.clone(), false)))
}

fn distinct(mut terms: Vec<u32>) -> Vec<u32> {
    terms.sort_unstable();
    terms.dedup();
    terms
}
