//! Small questions. Option B is right, or B and C, or the order is C A B, or it is called `mutex`.

use std::sync::Arc;

use super::super::{Card, CardOption, TopicName};
use crate::content::{Level, QuestionKind};

pub fn card(kind: QuestionKind) -> Card {
    let right: &[bool] = match kind {
        QuestionKind::Choice => &[false, true, false],
        QuestionKind::Multi => &[false, true, true],
        QuestionKind::TrueFalse => &[false, true],
        QuestionKind::Order => &[true, true, true],
        QuestionKind::Short | QuestionKind::Open => &[],
    };
    let option = |right: &bool| CardOption { text: "an option".into(), right: *right, reason: String::new() };
    Card {
        question_id: kind.as_str().to_owned(),
        kind,
        level: Level::Beginner,
        topics: vec![TopicName { id: "locks".into(), title: "Locks".into() }],
        title: "Which?".into(),
        question: "Which?".into(),
        options: right.iter().map(option).collect(),
        right_order: if kind == QuestionKind::Order { vec![2, 0, 1] } else { Vec::new() },
        accepted: if kind == QuestionKind::Short { vec!["mutex".into()] } else { Vec::new() },
        answer: "Because.".into(),
        explanation: String::new(),
    }
}

pub fn deck(kinds: &[QuestionKind]) -> Arc<[Card]> {
    kinds.iter().map(|kind| card(*kind)).collect()
}
