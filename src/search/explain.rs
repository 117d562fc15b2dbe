//! Why the hits of a query are what they are: how its words were understood, and what made each score. For people who look
//! after the library; takes longer than the query itself.

use std::fmt::Write;

use serde::Serialize;

use super::expansion::{Asked, Origin};
use super::ranking::{self, Candidates, Ranked};
use super::reader::{Looking, Reader};
use super::schema::Part;
use super::words::Class;
use super::{ANSWERS, Found, Inner, Query, Search, SearchError, Signals, Stage};

#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    pub query: String,
    /// The words that count.
    pub words: Vec<Word>,
    /// Both sides of a comparison.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared: Option<[Vec<String>; 2]>,
    /// Subjects that it names and the library does not treat.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outside: Vec<String>,
    pub hits: Vec<ExplainedHit>,
    /// Each signal with its value and what it adds to the confidence in the first hit, on a logistic scale.
    pub signals: Vec<(&'static str, f32, f32)>,
    /// 0 to 1.
    pub confidence: f32,
    pub answered: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct Word {
    pub typed: String,
    /// "content", "light" for what says little, "stop" for what only makes a sentence of it.
    pub class: &'static str,
    /// How much of the question it carries.
    pub mass: f32,
    pub forms: Vec<Form>,
}

/// One way to find a word.
#[derive(Clone, Debug, Serialize)]
pub struct Form {
    /// Terms of the index.
    pub terms: Vec<String>,
    /// Such as "synonym" or "correction".
    pub origin: &'static str,
    pub counts: f32,
    /// In how many items it stands.
    pub items: u32,
}

#[derive(Clone, Debug, Serialize)]
pub struct ExplainedHit {
    pub id: String,
    pub title: String,
    pub score: f32,
    /// Word by word what it adds to the score, and the parts in which it stands in whatever form.
    pub words: Vec<Scored>,
    /// What is added for nearness to a name and the like, by the names of the weights.
    pub bonuses: Vec<(&'static str, f32)>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Scored {
    pub typed: String,
    pub adds: f32,
    pub parts: Vec<&'static str>,
}

impl Search {
    /// Explains a query and its hits.
    ///
    /// # Errors
    /// If the index in memory cannot be read, which would be a bug.
    pub fn explain(&self, query: &Query<'_>) -> Result<Explanation, SearchError> {
        let Inner { reader, intent, catalog, outside, .. } = &*self.inner;
        let Found { asked, matches, ranked, signals } = self.find(query)?;
        let logits = if self.settings.stages.has(Stage::Intent) { intent.logits(&asked) } else { None };
        let candidates = Candidates { asked: &asked, matches: &matches, logits: logits.as_ref() };
        let typed = |places: &Vec<usize>| {
            places.iter().filter_map(|place| asked.words.get(*place)).map(|word| word.surface.clone()).collect()
        };
        let mut hits = Vec::new();
        for hit in ranked.iter().take(query.limit) {
            let Some(entry) = catalog.get(hit.item) else { continue };
            let row = matches.of(hit.item);
            let bonuses = ranking::bonuses(&candidates, hit, catalog, &self.settings);
            let added = bonuses.iter().map(|(name, bonus)| (*name, bonus * asked.telling_mass()));
            let mut scored = Vec::new();
            for (place, (word, found)) in asked.words.iter().zip(row).enumerate() {
                let parts = parts_with(reader, &asked, place, hit)?;
                scored.push(Scored { typed: word.surface.clone(), adds: word.mass * found.strength, parts });
            }
            hits.push(ExplainedHit {
                id: entry.id.clone(),
                title: entry.title.clone(),
                score: hit.score,
                words: scored,
                bonuses: added.filter(|(_, added)| *added > 0.0).collect(),
            });
        }
        let calibration = &self.settings.calibration;
        let confidence = signals.map_or(0.0, |signals| calibration.confidence(&signals));
        let each = signals.iter().flat_map(|signals| {
            let factors = Signals::NAMES.iter().zip(signals.0).zip(calibration.factors);
            factors.map(|((name, signal), factor)| (*name, signal, signal * factor))
        });
        Ok(Explanation {
            query: query.text.trim().to_owned(),
            words: (0..).zip(&asked.words).map(|(place, _)| word(&asked, place)).collect(),
            compared: asked.sides.as_ref().map(|sides| sides.each_ref().map(typed)),
            outside: asked
                .outside
                .iter()
                .filter_map(|(subject, _)| outside.name(*subject))
                .map(str::to_owned)
                .collect(),
            hits,
            signals: each.collect(),
            confidence,
            answered: confidence >= ANSWERS,
        })
    }
}

fn word(asked: &Asked, place: usize) -> Word {
    let forms = asked.clauses.iter().filter(|clause| clause.covers.contains(&place)).map(|clause| Form {
        terms: clause.terms.clone(),
        origin: match clause.origin {
            Origin::Word => "word",
            Origin::Pieces => "pieces",
            Origin::Joined => "joined",
            Origin::Synonym => "synonym",
            Origin::Loose => "loose synonym",
            Origin::Correction(_) => "correction",
        },
        counts: clause.damp,
        items: clause.items,
    });
    let forms = forms.collect();
    let (typed, class, mass) = match asked.words.get(place) {
        Some(word) => (word.surface.clone(), word.class, word.mass),
        None => (String::new(), Class::Stop, 0.0),
    };
    let class = match class {
        Class::Content => "content",
        Class::Light => "light",
        Class::Stop => "stop",
    };
    Word { typed, class, mass, forms }
}

/// The parts of an item in which a word stands, in whatever form.
fn parts_with(reader: &Reader, asked: &Asked, place: usize, hit: &Ranked) -> Result<Vec<&'static str>, SearchError> {
    let address = reader.in_order(&[hit.item]);
    let mut parts = Vec::new();
    for part in Part::ALL {
        let mut is_there = false;
        for clause in asked.clauses.iter().filter(|clause| clause.covers.contains(&place)) {
            reader.occurrences(part, &clause.terms, Looking::Among(&address), |_| is_there = true)?;
        }
        if is_there {
            parts.push(part.name());
        }
    }
    Ok(parts)
}

impl Explanation {
    /// For a terminal.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _: Result<(), _> = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "{:?}", self.query)?;
        let (stop, telling): (Vec<&Word>, Vec<&Word>) = self.words.iter().partition(|word| word.class == "stop");
        for Word { typed, class, mass, forms } in telling {
            writeln!(text, "  {typed:<20} {}carries {mass:.1}", if *class == "light" { "says little, " } else { "" })?;
            for Form { terms, origin, counts, items } in forms {
                let items = if *items == 1 { "1 item".to_owned() } else { format!("{items} items") };
                writeln!(text, "    {origin:<13} {:<24} counts {counts:.2}, in {items}", terms.join(" + "))?;
            }
        }
        if !stop.is_empty() {
            let typed: Vec<&str> = stop.iter().map(|word| word.typed.as_str()).collect();
            writeln!(text, "  counts only in names and ways to ask: {}", typed.join(" "))?;
        }
        if let Some([left, right]) = &self.compared {
            writeln!(text, "  compares: {} | {}", left.join(" "), right.join(" "))?;
        }
        for subject in &self.outside {
            writeln!(text, "  outside of the library: {subject}")?;
        }
        for (place, hit) in self.hits.iter().enumerate() {
            writeln!(text, "\n{:>2}  {} ({}), {:.1}", place + 1, hit.title, hit.id, hit.score)?;
            for Scored { typed, adds, parts } in hit.words.iter().filter(|word| word.adds > 0.0) {
                writeln!(text, "    {adds:>6.1}  {typed}: {}", parts.join(", "))?;
            }
            for (name, added) in &hit.bonuses {
                writeln!(text, "    {added:>6.1}  {name}")?;
            }
        }
        if !self.signals.is_empty() {
            let said = if self.answered { "answered" } else { "declined" };
            writeln!(text, "\nConfidence {:.2}: {said} (from {ANSWERS} on it is answered)", self.confidence)?;
        }
        for (name, value, adds) in &self.signals {
            writeln!(text, "    {adds:>+6.2}  {name} {value:.2}")?;
        }
        Ok(())
    }
}
