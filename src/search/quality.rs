//! How good the search is on labelled queries: figures that information retrieval uses, by style of query. Pure.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Results;

/// How many hits count for the mean reciprocal rank and the cumulative gain.
pub const DEPTH: usize = 10;

/// A query with what should come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    pub id: String,
    /// Such as `name`, `symptom`, `typo`.
    pub style: String,
    pub query: String,
    /// Ids of items, the best one first; a hit counts by its id or by one of its topics. Empty: it must be declined.
    pub relevant: Vec<String>,
}

/// What came of one query.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub answered: bool,
    /// The place (from 0) in `relevant` of each of the first [`DEPTH`] hits; a place counts once.
    pub found: Vec<Option<usize>>,
}

/// Figures over some queries, all from 0 to 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    pub queries: usize,
    /// Of those that have an answer: answered, and the first hit is relevant.
    pub right: f64,
    /// A relevant hit is the first one, answered or not.
    pub first: f64,
    /// A relevant hit is among the first three.
    pub third: f64,
    /// The mean reciprocal rank of the first relevant hit.
    pub mrr: f64,
    /// Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002): gain 3 for the best item, 2 for the second one, 1
    /// for the others, discount log2(rank + 1).
    pub ndcg: f64,
    pub abstention: Abstention,
}

/// How well it is known what is not known. "Positive" is a query that must be declined.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Abstention {
    pub to_decline: usize,
    pub declined: usize,
    pub rightly: usize,
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

/// What a query came to.
pub fn outcome(labelled: &Labelled, results: &Results) -> Outcome {
    let mut taken = vec![false; labelled.relevant.len()];
    let mut place = |id: &str, topics: &[String]| {
        let is_hit = |wanted: &String| wanted == id || topics.contains(wanted);
        let (place, taken) = labelled
            .relevant
            .iter()
            .zip(&mut taken)
            .enumerate()
            .find_map(|(place, (wanted, taken))| (is_hit(wanted) && !*taken).then_some((place, taken)))?;
        *taken = true;
        Some(place)
    };
    let found = results.hits.iter().take(DEPTH).map(|hit| place(&hit.id, &hit.topics)).collect();
    Outcome { answered: results.answered, found }
}

/// The figures of some queries.
pub fn figures<'a>(outcomes: impl Iterator<Item = (&'a Labelled, &'a Outcome)>) -> Figures {
    let mut figures = Figures::default();
    let (mut answerable, mut sums) = (0usize, [0.0f64; 5]);
    let (mut to_decline, mut declined, mut rightly) = (0usize, 0usize, 0usize);
    for (labelled, outcome) in outcomes {
        figures.queries += 1;
        let must_decline = labelled.relevant.is_empty();
        to_decline += usize::from(must_decline);
        declined += usize::from(!outcome.answered);
        rightly += usize::from(must_decline && !outcome.answered);
        if must_decline {
            continue;
        }
        answerable += 1;
        let first = outcome.found.iter().position(Option::is_some);
        let one = |holds: bool| f64::from(u8::from(holds));
        let of = [
            one(outcome.answered && first == Some(0)),
            one(first == Some(0)),
            one(first.is_some_and(|rank| rank < 3)),
            first.map_or(0.0, |rank| 1.0 / (rank + 1) as f64),
            gain(outcome.found.iter().copied()) / gain((0..labelled.relevant.len()).map(Some).take(DEPTH)),
        ];
        sums.iter_mut().zip(of).for_each(|(sum, of)| *sum += of);
    }
    let [right, first, third, mrr, ndcg] = sums.map(|sum| share(sum, answerable));
    let (precision, recall) = (share(rightly as f64, declined), share(rightly as f64, to_decline));
    let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
    let abstention = Abstention { to_decline, declined, rightly, precision, recall, f1 };
    Figures { right, first, third, mrr, ndcg, abstention, ..figures }
}

/// The figures of each style, by its name.
pub fn by_style(all: &[(Labelled, Outcome)]) -> BTreeMap<&str, Figures> {
    let mut styles: BTreeMap<&str, Vec<&(Labelled, Outcome)>> = BTreeMap::new();
    for pair in all {
        styles.entry(&pair.0.style).or_default().push(pair);
    }
    styles.into_iter().map(|(style, pairs)| (style, figures(pairs.into_iter().map(|(l, o)| (l, o))))).collect()
}

fn gain(places: impl Iterator<Item = Option<usize>>) -> f64 {
    let gains = places.map(|place| place.map_or(0.0, |place| [3.0, 2.0].get(place).copied().unwrap_or(1.0)));
    gains.enumerate().map(|(rank, gain)| gain / ((rank + 2) as f64).log2()).sum()
}

fn share(part: f64, of: usize) -> f64 {
    if of == 0 { 0.0 } else { part / of as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::ItemKind;
    use crate::search::Hit;

    fn labelled(style: &str, relevant: &[&str]) -> Labelled {
        let relevant = relevant.iter().map(|id| (*id).to_owned()).collect();
        Labelled { id: "q".to_owned(), style: style.to_owned(), query: "?".to_owned(), relevant }
    }

    fn results(answered: bool, hits: &[(&str, &[&str])]) -> Results {
        let hit = |(id, topics): &(&str, &[&str])| Hit {
            id: (*id).to_owned(),
            kind: ItemKind::Topic,
            title: String::new(),
            topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
            score: 1.0,
            text_score: 1.0,
            snippet: String::new(),
            marks: Vec::new(),
            leads: false,
            snippet_share: 0.0,
        };
        let hits = hits.iter().map(hit).collect();
        Results { query: "?".to_owned(), answered, confidence: 1.0, corrections: Vec::new(), outside: None, hits }
    }

    fn of(cases: &[(Labelled, Results)]) -> Figures {
        let all: Vec<(Labelled, Outcome)> = cases.iter().map(|(l, r)| (l.clone(), outcome(l, r))).collect();
        figures(all.iter().map(|(labelled, outcome)| (labelled, outcome)))
    }

    #[test]
    fn a_hit_counts_by_its_id_or_a_topic_and_each_wanted_item_once() {
        let found = outcome(
            &labelled("name", &["jwt", "sessions"]),
            &results(true, &[("other", &["x"]), ("q-jwt", &["jwt"]), ("jwt", &["jwt"]), ("sessions", &["sessions"])]),
        );
        assert_eq!(found.found, [None, Some(0), None, Some(1)]);
    }

    #[test]
    fn figures_are_those_of_the_books() {
        let perfect = of(&[(labelled("a", &["x", "y"]), results(true, &[("x", &[]), ("y", &[])]))]);
        assert_eq!((perfect.right, perfect.first, perfect.third, perfect.mrr), (1.0, 1.0, 1.0, 1.0));
        assert!((perfect.ndcg - 1.0).abs() < 1e-9);
        let swapped = of(&[(labelled("a", &["x", "y"]), results(false, &[("y", &[]), ("x", &[])]))]);
        assert_eq!((swapped.right, swapped.first, swapped.mrr), (0.0, 1.0, 1.0));
        let expected = (2.0 + 3.0 / 3f64.log2()) / (3.0 + 2.0 / 3f64.log2());
        assert!((swapped.ndcg - expected).abs() < 1e-9);
        let fourth = of(&[(labelled("a", &["x"]), results(true, &[("a", &[]), ("b", &[]), ("c", &[]), ("x", &[])]))]);
        assert_eq!((fourth.third, fourth.mrr), (0.0, 0.25));
    }

    #[test]
    fn declining_has_a_precision_and_a_recall() {
        let figures = of(&[
            (labelled("off", &[]), results(false, &[])),
            (labelled("off", &[]), results(true, &[("x", &[])])),
            (labelled("name", &["x"]), results(false, &[("x", &[])])),
            (labelled("name", &["x"]), results(true, &[("x", &[])])),
        ]);
        let Abstention { to_decline, declined, rightly, precision, recall, f1 } = figures.abstention;
        assert_eq!((to_decline, declined, rightly, precision, recall, f1), (2, 2, 1, 0.5, 0.5, 0.5));
        assert_eq!((figures.queries, figures.right), (4, 0.5));
        assert_eq!(of(&[]), Figures::default());
    }
}
