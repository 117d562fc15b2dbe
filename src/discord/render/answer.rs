//! How a question is answered: buttons with letters or a form, and what an answer stands at.

use super::{Button, Reply, Row};
use crate::app::page;
use crate::content::QuestionKind;
use crate::discord::components::Action;
use crate::quiz::{Card, Given, letter};

/// What a button does to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::discord) enum Answering {
    /// The letter of an option, by its place from 0.
    Pick(u8),
    /// Takes the last step of an order back.
    Undo,
    /// Nothing more is chosen.
    Done,
    /// Opens a form.
    Type,
}

/// The buttons with which a question is answered, without those places that are taken.
pub(super) fn letters(card: &Card, taken: &[u8], action: &dyn Fn(Answering) -> Action) -> Vec<Row> {
    if card.kind == QuestionKind::Short {
        return vec![Row::Buttons(vec![strong("Answer", action(Answering::Type))])];
    }
    let places = (0u8..).zip(&card.options).map(|(place, _)| place).filter(|place| !taken.contains(place));
    let letters: Vec<Button> =
        places.map(|place| strong(letter(place).to_string(), action(Answering::Pick(place)))).collect();
    letters.chunks(5).map(|row| Row::Buttons(row.to_vec())).collect()
}

/// What an answer stands at, for who gave it, with buttons to go on where one press is not all. `until` says when it is
/// too late to change it.
pub(super) fn standing(
    card: &Card,
    given: &Given,
    (whole, changed): (bool, bool),
    until: &str,
    action: &dyn Fn(Answering) -> Action,
) -> Reply {
    let mut reply = Reply::sentence(text(card, given, whole, changed, until));
    match given {
        Given::Several(_) => {
            reply.rows = letters(card, &[], action);
            if !whole && !given.is_empty() {
                reply.rows.push(Row::Buttons(vec![strong("Done", action(Answering::Done))]));
            }
        }
        Given::Order(picked) => {
            reply.rows = letters(card, picked, action);
            if !picked.is_empty() {
                reply.rows.push(Row::Buttons(vec![Button::new("Undo", action(Answering::Undo))]));
            }
        }
        Given::One(_) | Given::Typed(_) => {}
    }
    reply
}

fn strong(label: impl Into<String>, action: Action) -> Button {
    Button { strong: true, ..Button::new(label, action) }
}

fn text(card: &Card, given: &Given, whole: bool, changed: bool, until: &str) -> String {
    let letters: Vec<String> = given.letters().iter().map(|letter| format!("**{letter}**")).collect();
    match given {
        Given::One(place) if !changed => {
            format!("You have **{}** already. You can change it {until}.", letter(*place))
        }
        Given::One(place) if card.kind == QuestionKind::TrueFalse => {
            let text = card.options.get(usize::from(*place)).map_or("", |option| option.text.as_str());
            format!("You chose **{}** · {text}. You can change it {until}.", letter(*place))
        }
        Given::One(place) => format!("You chose **{}**. You can change it {until}.", letter(*place)),
        Given::Typed(text) => {
            format!("Your answer: “{}”. Press **Answer** again to change it {until}.", page::quiz::plain(text))
        }
        Given::Several(_) if letters.is_empty() => {
            "Nothing is chosen now. Press the letters that are right.".to_owned()
        }
        Given::Several(_) if whole => {
            format!("You chose {}, and that is all. You can change it {until}.", joined(&letters))
        }
        Given::Several(_) => format!(
            "Chosen so far: {}. Press a letter again to take it back, **Done** when that is all.",
            joined(&letters)
        ),
        Given::Order(_) if letters.is_empty() => {
            "Nothing is placed yet. Press the letter of the first step.".to_owned()
        }
        Given::Order(_) if whole => {
            format!("Your order: {}. **Undo** takes the last step back {until}.", letters.join(", "))
        }
        Given::Order(_) if !changed => {
            format!("That one is placed already. Your order so far: {} … Press another letter.", letters.join(", "))
        }
        Given::Order(_) => format!(
            "Your order so far: {} … Press the letter of the next step: an order that is not finished counts as wrong.",
            letters.join(", ")
        ),
    }
}

fn joined(letters: &[String]) -> String {
    match letters.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => letters.concat(),
    }
}
