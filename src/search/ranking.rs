//! The order of the hits.
//!
//! ```text
//! score = sum over words ( mass * strength )                  how well the text matches
//!       + mass of the query * ( name   * nearness^power       to a title, alias or id
//!                             + phrase * nearness^power       to a way to ask for it
//!                             + together * share of the query that stands together in the nearest of them
//!                             + equal_name or equal_phrase, if one reads the same; else bare, if only words that say
//!                               little differ
//!                             + sides, if it treats both things that are compared
//!                             + intent * (1 - logits behind the likeliest topic / reach), if positive; see `intent`
//!                             + topic, if it is a topic )
//!
//! mass     = rarity * weight of the word's class (content, light, stop)
//! rarity   = ln(1 + (N - n + 0.5) / (n + 0.5)), the idf of BM25, over whole items: N items, n with the word
//! strength = sum over parts ( weight of the part * saturation ), of the best form of the word
//! nearness = what both have in common / (mass of the query + mass of the name), a Dice coefficient over masses
//! ```
//!
//! The names in it are those of [`Weights`].

use std::cmp::Ordering;

use super::catalog::{Catalog, Likeness, NameQuery};
use super::expansion::Asked;
use super::intent::Logits;
use super::matching::{Match, Matches};
use super::reader::Occurrence;
use super::schema::Part;
use super::stages::{Settings, Stage};
use super::weights::Weights;
use super::words::Class;
use crate::content::ItemKind;

/// BM25's constants, at their usual values.
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// The intent of items that are about no topic, 0 to 1.
const NO_TOPIC: f32 = 0.8;

/// Of these many items with the best text match, and of those whose name equals the query, the names are compared.
const CANDIDATES: usize = 60;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ranked {
    pub(super) item: u32,
    pub(super) score: f32,
    /// The part of the score that comes from the words of its text.
    pub(super) text: f32,
    pub(super) likeness: Likeness,
}

/// How much a match in a part counts.
pub(super) fn part_weight(part: Part, weights: &Weights) -> f32 {
    match part {
        Part::Title => weights.title,
        Part::Aliases => weights.aliases,
        Part::AskedAs => weights.asked_as,
        Part::Summary => weights.summary,
        Part::Body => weights.body,
        Part::Detail => weights.detail,
    }
}

/// How much a word of a class counts.
pub(super) fn class_weight(class: Class, weights: &Weights) -> f32 {
    match class {
        Class::Content => 1.0,
        Class::Light => weights.light,
        Class::Stop => weights.stop,
    }
}

/// How sure a match in a part makes that the item is about the word, 0 to 1.
pub(super) fn part_evidence(part: Part) -> f32 {
    match part {
        Part::Title | Part::Aliases => 1.0,
        Part::AskedAs => 0.9,
        Part::Summary => 0.8,
        Part::Body => 0.5,
        Part::Detail => 0.25,
    }
}

/// Whether the title or an alias of the item has the word as it was asked for.
pub(super) fn is_in_name(found: &Match) -> bool {
    found.evidence > part_evidence(Part::AskedAs)
}

/// Whether the word stands where it tells what the item is about, and not only in its text.
pub(super) fn is_telling(found: &Match) -> bool {
    found.evidence > part_evidence(Part::Body)
}

/// The idf of BM25 (Robertson and Zaragoza 2009, in Lucene's form that is never negative).
pub(super) fn rarity(items_with_word: u32, items: usize) -> f32 {
    let (n, all) = (items_with_word as f32, items as f32);
    (1.0 + (all - n).max(0.0) / (n + 0.5) + 0.5 / (n + 0.5)).ln()
}

/// The term frequency of BM25: grows with occurrences towards `K1 + 1`, less so in long parts.
pub(super) fn saturation(o: &Occurrence) -> f32 {
    let times = o.times as f32;
    times * (K1 + 1.0) / (times + o.length_norm)
}

/// How much a part of this length, in terms, holds the frequencies of its terms back.
pub(super) fn length_norm(length: f32, average: f32) -> f32 {
    K1 * (1.0 - B + B * length / average)
}

/// A query with the items that match it.
pub(super) struct Candidates<'a> {
    pub(super) asked: &'a Asked,
    pub(super) matches: &'a Matches,
    pub(super) logits: Option<&'a Logits<'a>>,
}

/// The matching items of this kind (or of all), best first; equal scores by the order of the library.
pub(super) fn rank(
    candidates: &Candidates<'_>,
    names: &NameQuery<'_>,
    catalog: &Catalog,
    kind: Option<ItemKind>,
    settings: &Settings,
) -> Vec<Ranked> {
    let Candidates { asked, matches, .. } = candidates;
    let is_wanted = |item: u32| kind.is_none_or(|kind| catalog.get(item).is_some_and(|entry| entry.kind == kind));
    let mut ranked: Vec<Ranked> = matches
        .items()
        .filter(|(item, _)| is_wanted(*item))
        .map(|(item, row)| {
            let text = text_score(asked, row);
            Ranked { item, score: text, text, likeness: Likeness::default() }
        })
        .collect();
    if ranked.len() > CANDIDATES {
        ranked.select_nth_unstable_by(CANDIDATES, better_first);
        let rest = ranked.split_off(CANDIDATES);
        ranked.extend(rest.into_iter().filter(|hit| names.same().any(|item| item == hit.item)));
    }

    let mass = asked.telling_mass();
    for hit in &mut ranked {
        hit.likeness = catalog.likeness(names, hit.item);
        let bonuses = bonuses(candidates, hit, catalog, settings);
        hit.score += mass * bonuses.map(|(_, bonus)| bonus).iter().sum::<f32>();
    }
    ranked.sort_unstable_by(better_first);
    ranked
}

/// What is added to the text score for each mass of the query, by the names of the weights.
pub(super) fn bonuses(
    candidates: &Candidates<'_>,
    hit: &Ranked,
    catalog: &Catalog,
    settings: &Settings,
) -> [(&'static str, f32); 9] {
    let Candidates { asked, matches, logits } = candidates;
    let row = matches.of(hit.item);
    let Settings { stages, weights, .. } = settings;
    let on = |stage: Stage, holds: bool| if stages.has(stage) && holds { 1.0 } else { 0.0 };
    let Likeness { name, phrase, together, is_name, is_phrase, is_bare } = hit.likeness;
    let entry = catalog.get(hit.item);
    let is_topic = entry.is_some_and(|entry| entry.kind == ItemKind::Topic);
    let topic = entry.and_then(|entry| entry.main_topic);
    let intent = match (logits, topic) {
        (Some(logits), Some(topic)) => {
            logits.behind(topic).map_or(0.0, |behind| (1.0 - behind / weights.reach).max(0.0))
        }
        // Roadmaps are about no topic in particular.
        (Some(_), None) => NO_TOPIC,
        (None, _) => 0.0,
    };
    [
        ("name", on(Stage::Names, true) * weights.name * name.powf(weights.power)),
        ("phrase", on(Stage::Names, true) * weights.phrase * phrase.powf(weights.power)),
        ("together", on(Stage::Proximity, true) * weights.together * together),
        ("equal_name", on(Stage::Equality, is_name) * weights.equal_name),
        ("equal_phrase", on(Stage::Equality, is_phrase && !is_name) * weights.equal_phrase),
        ("bare", on(Stage::Equality, is_bare && !is_name && !is_phrase) * weights.bare),
        ("sides", on(Stage::Comparisons, treats_both_sides(asked, row)) * weights.sides),
        ("intent", weights.intent * intent),
        ("topic", on(Stage::TopicsFirst, is_topic) * weights.topic),
    ]
}

fn text_score(asked: &Asked, row: &[Match]) -> f32 {
    asked.words.iter().zip(row).map(|(word, found)| word.mass * found.strength).sum()
}

/// Whether the item names, and does not only mention, a word of each side of a comparison.
fn treats_both_sides(asked: &Asked, row: &[Match]) -> bool {
    let names = |side: &Vec<usize>| side.iter().any(|word| row.get(*word).is_some_and(is_telling));
    asked.sides.as_ref().is_some_and(|sides| sides.iter().all(names))
}

fn better_first(a: &Ranked, b: &Ranked) -> Ordering {
    b.score.total_cmp(&a.score).then(a.item.cmp(&b.item))
}
