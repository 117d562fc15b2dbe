//! The order of the hits. All weights of the ranking stand in this file.
//!
//! ```text
//! score = sum over words ( mass * strength )                      how well the text matches
//!       + mass of the query * ( NAME * closeness^3                near to a title, alias, id or way to ask
//!                             + EQUAL, if one reads the same
//!                             + SIDES, if it treats both things that are compared
//!                             + TOPIC, if it is a topic )
//!
//! mass     = rarity * weight of the word's class (content, light, stop)
//! rarity   = ln(1 + (N - n + 0.5) / (n + 0.5)), the idf of BM25, over whole items: N items, n with the word
//! strength = sum over parts ( weight of the part * saturation ), of the best form of the word
//! ```

use std::cmp::Ordering;

use super::analysis::Class;
use super::catalog::Catalog;
use super::expansion::Asked;
use super::matching::{Match, Matches};
use super::reader::Occurrence;
use super::schema::Part;
use super::stages::{Stage, Stages};
use crate::content::ItemKind;

/// BM25's constants, at their usual values.
const K1: f32 = 1.2;
const B: f32 = 0.75;

const NAME: f32 = 3.0;
const EQUAL: f32 = 2.0;
const SIDES: f32 = 0.6;
const TOPIC: f32 = 0.2;

/// Of these many items with the best text match, and of those whose name equals the query, the names are compared.
const CANDIDATES: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ranked {
    pub(super) item: u32,
    pub(super) score: f32,
    /// The item has a name that reads the same as the query.
    pub(super) equal: bool,
}

/// How much a match in a part counts.
pub(super) fn part_weight(part: Part) -> f32 {
    match part {
        Part::Title => 2.0,
        Part::Aliases | Part::AskedAs | Part::Body => 1.5,
        Part::Summary => 1.0,
        Part::Detail => 0.75,
    }
}

/// How much a word of a class counts.
pub(super) fn class_weight(class: Class) -> f32 {
    match class {
        Class::Content => 1.0,
        Class::Light => 0.25,
        Class::Stop => 0.1,
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

/// The idf of BM25 (Robertson and Zaragoza 2009, in Lucene's form that is never negative).
pub(super) fn rarity(items_with_word: u32, items: usize) -> f32 {
    let (n, all) = (items_with_word as f32, items as f32);
    (1.0 + (all - n).max(0.0) / (n + 0.5) + 0.5 / (n + 0.5)).ln()
}

/// The term frequency of BM25: grows with occurrences towards `K1 + 1`, less so in long parts.
pub(super) fn saturation(o: &Occurrence) -> f32 {
    let times = o.times as f32;
    let length = 1.0 - B + B * o.length as f32 / o.average_length;
    times * (K1 + 1.0) / (times + K1 * length)
}

/// The matching items of this kind (or of all), best first; equal scores by the order of the library.
pub(super) fn rank(
    asked: &Asked,
    matches: &Matches,
    catalog: &Catalog,
    kind: Option<ItemKind>,
    stages: Stages,
) -> Vec<Ranked> {
    let is_wanted = |item: u32| catalog.get(item).is_some_and(|entry| kind.is_none_or(|kind| entry.kind == kind));
    let mut ranked: Vec<Ranked> = matches
        .items()
        .filter(|(item, _)| is_wanted(*item))
        .map(|(item, row)| Ranked { item, score: text_score(asked, row), equal: false })
        .collect();
    if ranked.len() > CANDIDATES {
        ranked.select_nth_unstable_by(CANDIDATES, better_first);
        let rest = ranked.split_off(CANDIDATES);
        let equals = catalog.equals(asked);
        ranked.extend(rest.into_iter().filter(|hit| equals.contains(&hit.item)));
    }

    let mass = asked.mass();
    let names = catalog.name_query(asked);
    for hit in &mut ranked {
        let mut likeness = catalog.likeness(&names, hit.item, stages.has(Stage::AskedAs));
        if !stages.has(Stage::Names) {
            likeness.closeness = 0.0;
        }
        likeness.equal &= stages.has(Stage::Equality);
        let is_topic = catalog.get(hit.item).is_some_and(|entry| entry.kind == ItemKind::Topic);
        let is_topic = is_topic && stages.has(Stage::TopicsFirst);
        let mut bonus = NAME * likeness.closeness.powi(3);
        bonus += if likeness.equal { EQUAL } else { 0.0 };
        bonus += if treats_both_sides(asked, matches.of(hit.item)) { SIDES } else { 0.0 };
        bonus += if is_topic { TOPIC } else { 0.0 };
        hit.score += mass * bonus;
        hit.equal = likeness.equal;
    }
    ranked.sort_unstable_by(better_first);
    ranked
}

fn text_score(asked: &Asked, row: &[Match]) -> f32 {
    asked.words.iter().zip(row).map(|(word, found)| word.mass * found.strength).sum()
}

/// Whether the item names, and does not only mention, a word of each side of a comparison.
fn treats_both_sides(asked: &Asked, row: &[Match]) -> bool {
    let names = |side: &Vec<usize>| {
        side.iter().any(|word| row.get(*word).is_some_and(|found| found.evidence > part_evidence(Part::Body)))
    };
    asked.sides.as_ref().is_some_and(|sides| sides.iter().all(names))
}

fn better_first(a: &Ranked, b: &Ranked) -> Ordering {
    b.score.total_cmp(&a.score).then(a.item.cmp(&b.item))
}
