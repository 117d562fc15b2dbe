//! What a session keeps of a question: a copy, so that content may change under a game, with its options as they are shown.

use rand::Rng;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use super::answer::{Act, Given};
use super::short;
use crate::content::{Level, Library, Question, QuestionKind};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardOption {
    pub text: String,
    /// Always true for `order`.
    pub right: bool,
    pub reason: String,
}

/// A topic as it was called when the question was drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicName {
    pub id: String,
    pub title: String,
}

/// A question of a session. Its options stand in the order in which they are lettered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub question_id: String,
    pub kind: QuestionKind,
    pub level: Level,
    /// The main one first.
    pub topics: Vec<TopicName>,
    /// One line.
    pub title: String,
    /// Markdown; begins with the title's paragraph.
    pub question: String,
    pub options: Vec<CardOption>,
    /// Only for `order`: the options (from 0) in the right order.
    pub right_order: Vec<u8>,
    /// Only for `short`; the best one first.
    pub accepted: Vec<String>,
    pub answer: String,
    pub explanation: String,
}

impl Card {
    /// Whether questions of this kind can be played: an open one is judged by people.
    pub fn is_playable(kind: QuestionKind) -> bool {
        kind != QuestionKind::Open
    }

    /// True and False stay in that order; other options are shuffled, steps never into their right order.
    pub fn deal(library: &Library, question: &Question, rng: &mut impl Rng) -> Card {
        let mut places: Vec<u8> = (0u8..).zip(&question.options).map(|(place, _)| place).collect();
        if question.kind != QuestionKind::TrueFalse {
            places.shuffle(rng);
        }
        if question.kind == QuestionKind::Order && places.is_sorted() && places.len() > 1 {
            places.rotate_left(1);
        }
        let options = places.iter().filter_map(|place| question.options.get(usize::from(*place)));
        let options = options.map(|option| CardOption {
            text: option.text.clone(),
            right: option.right,
            reason: option.reason.clone(),
        });
        let mut right_order: Vec<(u8, u8)> = places.iter().copied().zip(0u8..).collect();
        right_order.sort_unstable();
        let right_order = right_order.into_iter().map(|(_, shown)| shown);
        let name = |id: &String| {
            let title = library.topics.get(id).map_or(id, |topic| &topic.title);
            TopicName { id: id.clone(), title: title.clone() }
        };
        Card {
            question_id: question.id.clone(),
            kind: question.kind,
            level: question.level,
            topics: question.topics.iter().map(name).collect(),
            title: question.title.clone(),
            question: question.question.clone(),
            options: options.collect(),
            right_order: if question.kind == QuestionKind::Order { right_order.collect() } else { Vec::new() },
            accepted: question.accepted.clone(),
            answer: question.answer.clone(),
            explanation: question.explanation.clone(),
        }
    }

    /// What is given after an act, and whether nothing more is expected. `None` when the act does not fit the question.
    pub fn after(&self, before: Option<&Given>, act: &Act) -> Option<(Given, bool)> {
        Given::after(before, act, self)
    }

    /// All of it must be right: every right option and no wrong one, the whole order.
    pub fn is_right(&self, given: &Given) -> bool {
        match given {
            Given::One(place) => self.options.get(usize::from(*place)).is_some_and(|option| option.right),
            Given::Several(chosen) => {
                let right = (0u8..).zip(&self.options).filter(|(_, option)| option.right).map(|(place, _)| place);
                !chosen.is_empty() && right.eq(chosen.iter().copied())
            }
            Given::Order(picked) => *picked == self.right_order,
            Given::Typed(text) => short::matches_any(text, &self.accepted),
        }
    }

    /// How long it takes to read what is said when the question is over, in milliseconds, within 10 to 40 s: at 24
    /// characters a second, which is 238 words of five letters and a space a minute (Brysbaert 2019, silent reading of
    /// English non-fiction).
    pub fn reading_time(&self) -> i64 {
        let options = self.options.iter().flat_map(|option| [&option.text, &option.reason]);
        let chars: usize = options.chain([&self.answer, &self.explanation]).map(|text| text.chars().count()).sum();
        (i64::try_from(chars).unwrap_or(i64::MAX).saturating_mul(1000) / 24).clamp(10_000, 40_000)
    }
}

/// The letter of an option, from 0.
pub fn letter(place: u8) -> char {
    char::from(b'A'.saturating_add(place.min(25)))
}
