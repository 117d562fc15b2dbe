//! Which questions a game asks.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::super::{Candidate, Seen, draw};

const DAY: i64 = 24 * 3_600_000;

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// How often the first of two candidates of different topics is drawn of 2,000 times.
fn first_of(one: Option<Seen>, other: Option<Seen>) -> usize {
    let candidates = [Candidate { topic: "a", seen: one }, Candidate { topic: "b", seen: other }];
    let mut rng = rng(1);
    (0..2000).filter(|_| draw(&candidates, 1, &mut rng) == [0]).count()
}

#[test]
fn new_questions_come_before_those_that_were_asked_lately() {
    let lately = Seen { ago_ms: DAY, answered: 4, right: 2 };
    assert!(first_of(None, Some(lately)) > 1800);
}

#[test]
fn a_question_that_was_forgotten_comes_nearly_as_often_as_a_new_one() {
    let forgotten = Seen { ago_ms: 60 * DAY, answered: 0, right: 0 };
    let (new, all) = (first_of(None, Some(forgotten)), 2000);
    assert!((all * 2 / 5..all * 3 / 5).contains(&new), "{new} of {all}");
}

#[test]
fn questions_that_were_answered_wrong_come_back_sooner() {
    let seen = |right| Some(Seen { ago_ms: 10 * DAY, answered: 10, right });
    assert!(first_of(seen(0), seen(10)) > 1200);
}

#[test]
fn topics_take_turns() {
    let candidates: Vec<Candidate<'_>> = (0..40)
        .map(|n| Candidate {
            topic: if n < 30 {
                "big"
            } else if n < 35 {
                "small"
            } else {
                "tiny"
            },
            seen: None,
        })
        .collect();
    let mut small = 0;
    for seed in 0..200 {
        small += draw(&candidates, 6, &mut rng(seed)).iter().filter(|place| **place >= 30).count();
    }
    // By chance alone it would be a quarter.
    assert!(small > 200 * 6 * 2 / 5, "{small} of {}", 200 * 6);
}

#[test]
fn a_clock_that_was_wrong_does_no_harm() {
    let seen = Some(Seen { ago_ms: -DAY, answered: 1, right: 2 });
    assert_eq!(draw(&[Candidate { topic: "a", seen }], 1, &mut rng(1)), [0]);
}

proptest! {
    #[test]
    fn as_many_as_there_are_and_none_twice(topics in prop::collection::vec(0usize..4, 0..60), count in 0usize..55, seed: u64) {
        let names = ["a", "b", "c", "d"];
        let candidates: Vec<Candidate<'_>> =
            topics.iter().map(|topic| Candidate { topic: names[*topic], seen: None }).collect();
        let drawn = draw(&candidates, count, &mut rng(seed));
        prop_assert_eq!(drawn.len(), count.min(candidates.len()));
        prop_assert_eq!(drawn.iter().collect::<BTreeSet<_>>().len(), drawn.len());
        prop_assert!(drawn.iter().all(|place| *place < candidates.len()));
        prop_assert_eq!(drawn, draw(&candidates, count, &mut rng(seed)), "the same seed draws the same");
    }
}
