//! What somebody answers: what is stored of it, and how a press changes it.

use serde::{Deserialize, Serialize};

use super::card::{Card, letter};
use crate::content::QuestionKind;

/// The longest answer that can be typed, in characters.
pub const TYPED_MAX: usize = 100;

/// Options are told by their place from 0, as they are lettered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Given {
    One(u8),
    /// Sorted, without repeats.
    Several(Vec<u8>),
    /// In the order of the picks.
    Order(Vec<u8>),
    Typed(String),
}

/// What a member does to their answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Presses the letter of an option.
    Press(u8),
    /// Takes the last step of an order back.
    Undo,
    /// Says that they have chosen all that they want.
    Done,
    Type(String),
}

impl Given {
    /// What is given after the act, and whether more may be expected before it is whole. `None` when the act does not fit
    /// the question.
    pub(super) fn after(before: Option<&Given>, act: &Act, card: &Card) -> Option<(Given, bool)> {
        match (card.kind, act, before) {
            (QuestionKind::Choice | QuestionKind::TrueFalse, Act::Press(place), _) if has(card, *place) => {
                Some((Given::One(*place), true))
            }
            (QuestionKind::Multi, Act::Press(place), before) if has(card, *place) => {
                let mut chosen = if let Some(Given::Several(chosen)) = before { chosen.clone() } else { Vec::new() };
                match chosen.binary_search(place) {
                    Ok(at) => drop(chosen.remove(at)),
                    Err(at) => chosen.insert(at, *place),
                }
                Some((Given::Several(chosen), false))
            }
            (QuestionKind::Multi, Act::Done, Some(Given::Several(chosen))) => {
                Some((Given::Several(chosen.clone()), !chosen.is_empty()))
            }
            (QuestionKind::Order, Act::Press(place), before) if has(card, *place) => {
                let mut picked = if let Some(Given::Order(picked)) = before { picked.clone() } else { Vec::new() };
                if !picked.contains(place) {
                    picked.push(*place);
                }
                // The last one has no choice left.
                if picked.len() + 1 == card.options.len() {
                    let last = (0u8..).zip(&card.options).map(|(place, _)| place).find(|place| !picked.contains(place));
                    picked.extend(last);
                }
                let whole = picked.len() == card.options.len();
                Some((Given::Order(picked), whole))
            }
            (QuestionKind::Order, Act::Undo, Some(Given::Order(picked))) => {
                let mut picked = picked.clone();
                // The last step was placed by itself.
                if picked.len() == card.options.len() {
                    picked.pop();
                }
                picked.pop();
                Some((Given::Order(picked), false))
            }
            (QuestionKind::Short, Act::Type(text), _) if !text.trim().is_empty() => {
                Some((Given::Typed(text.trim().chars().take(TYPED_MAX).collect()), true))
            }
            _ => None,
        }
    }

    /// Whether there is an answer at all: nothing chosen is none.
    pub fn is_empty(&self) -> bool {
        match self {
            Given::One(_) => false,
            Given::Several(chosen) => chosen.is_empty(),
            Given::Order(picked) => picked.is_empty(),
            Given::Typed(text) => text.is_empty(),
        }
    }

    /// The letters in the order in which they stand, or what was typed.
    pub fn letters(&self) -> Vec<char> {
        match self {
            Given::One(place) => vec![letter(*place)],
            Given::Several(places) | Given::Order(places) => places.iter().map(|place| letter(*place)).collect(),
            Given::Typed(_) => Vec::new(),
        }
    }
}

fn has(card: &Card, place: u8) -> bool {
    usize::from(place) < card.options.len()
}
