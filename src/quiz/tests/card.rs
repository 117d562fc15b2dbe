//! Cards: how options are dealt, which answers are right, how long a reveal stays.

use std::collections::BTreeSet;
use std::path::PathBuf;

use proptest::prelude::*;
use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::super::{Card, CardOption, Given};
use super::deck::card;
use crate::content::{Level, Library, Question, QuestionKind, QuestionOption};

fn question(kind: QuestionKind, options: &[(&str, bool)]) -> Question {
    let option = |(text, right): &(&str, bool)| QuestionOption {
        text: (*text).to_owned(),
        right: *right,
        reason: String::new(),
    };
    Question {
        id: "q".into(),
        kind,
        topics: vec!["locks".into()],
        area: "a".into(),
        level: Level::Beginner,
        aliases: Vec::new(),
        asked_as: Vec::new(),
        key_points: Vec::new(),
        accepted: Vec::new(),
        reviewed_on: jiff::civil::date(2026, 1, 1),
        title: String::new(),
        question: String::new(),
        options: options.iter().map(option).collect(),
        answer: String::new(),
        explanation: String::new(),
        follow_ups: Vec::new(),
        source: PathBuf::new(),
    }
}

fn deal(question: &Question, seed: u64) -> Card {
    Card::deal(&Library::default(), question, &mut ChaCha8Rng::seed_from_u64(seed))
}

#[test]
fn true_and_false_stay_in_order() {
    let question = question(QuestionKind::TrueFalse, &[("True", false), ("False", true)]);
    for seed in 0..20 {
        assert_eq!(deal(&question, seed).options[0].text, "True");
    }
}

#[test]
fn a_topic_that_is_not_in_the_library_is_called_by_its_id() {
    let card = deal(&question(QuestionKind::Short, &[]), 1);
    assert_eq!(card.topics[0].title, "locks");
}

proptest! {
    #[test]
    fn options_keep_what_they_are_when_they_are_shuffled(seed: u64) {
        let question = question(QuestionKind::Multi, &[("a", true), ("b", false), ("c", true), ("d", false)]);
        let card = deal(&question, seed);
        let right: BTreeSet<&str> = card.options.iter().filter(|o| o.right).map(|o| o.text.as_str()).collect();
        prop_assert_eq!(right, BTreeSet::from(["a", "c"]));
        prop_assert_eq!(card.options.len(), 4);
    }

    #[test]
    fn steps_are_never_dealt_in_their_right_order_and_the_right_order_is_right(seed: u64, steps in 2usize..7) {
        let names = ["1", "2", "3", "4", "5", "6"];
        let steps: Vec<(&str, bool)> = names[..steps].iter().map(|name| (*name, true)).collect();
        let card = deal(&question(QuestionKind::Order, &steps), seed);
        let texts = |places: &mut dyn Iterator<Item = u8>| -> Vec<String> {
            places.map(|place| card.options[usize::from(place)].text.clone()).collect()
        };
        let shown = texts(&mut (0..card.options.len() as u8));
        let right = texts(&mut card.right_order.iter().copied());
        prop_assert!(!shown.is_sorted());
        prop_assert!(right.is_sorted());
        prop_assert!(card.is_right(&Given::Order(card.right_order.clone())));
        prop_assert!(!card.is_right(&Given::Order((0..card.options.len() as u8).collect())));
    }
}

#[test]
fn all_of_an_answer_must_be_right() {
    let multi = card(QuestionKind::Multi);
    assert!(multi.is_right(&Given::Several(vec![1, 2])));
    for wrong in [vec![], vec![1], vec![0, 1, 2], vec![0]] {
        assert!(!multi.is_right(&Given::Several(wrong)));
    }
    let choice = card(QuestionKind::Choice);
    assert!(choice.is_right(&Given::One(1)));
    assert!(!choice.is_right(&Given::One(0)));
    assert!(!choice.is_right(&Given::One(9)));
    assert!(card(QuestionKind::Short).is_right(&Given::Typed("a Mutex".into())));
}

#[test]
fn a_reveal_stays_as_long_as_it_takes_to_read_it() {
    let mut card = card(QuestionKind::Choice);
    assert_eq!(card.reading_time(), 10_000, "a short one is not rushed");
    card.explanation = "ä".repeat(600 - 3 * "an option".len() - card.answer.len());
    assert_eq!(card.reading_time(), 25_000, "24 characters a second");
    let reason = "x".repeat(240);
    card.options[0] = CardOption { reason, ..card.options[0].clone() };
    assert_eq!(card.reading_time(), 35_000, "the reasons are read, too");
    card.explanation = "x".repeat(100_000);
    assert_eq!(card.reading_time(), 40_000, "nobody waits longer");
}
