//! Practising: a question with lettered options, its answer, and what the member says of it.

use super::views::{FULL_PAGE, shortened};
use super::{Button, Reply, Row};
use crate::app::Recall;
use crate::app::page;
use crate::app::practice::{Lettering, Scope, has_more};
use crate::content::{Library, Question};
use crate::discord::components::Action;

/// A question to think about, with a button that shows the answer to who presses it.
pub(in crate::discord) fn asked(
    library: &Library,
    question: &Question,
    lettering: &Lettering,
    scope: Scope,
    private: bool,
) -> Reply {
    let letters = lettering.written(question);
    let reveal = Action::Reveal { question: question.id.clone(), letters, scope };
    let buttons = vec![Button { strong: true, ..Button::new("Show answer", reveal) }];
    let page = page::asked(library, question, lettering);
    Reply { private, rows: vec![Row::Buttons(buttons)], ..Reply::page(page) }
}

/// The answer, and what the member may say of it. `recall` is what they said last.
pub(in crate::discord) fn solved(
    library: &Library,
    question: &Question,
    lettering: &Lettering,
    scope: Scope,
    recall: Option<Recall>,
    content: String,
) -> Reply {
    let mut page = page::solved(library, question, lettering);
    let whole = page.body;
    page.body = shortened(&whole, FULL_PAGE);
    let id = question.id.clone();
    let letters = lettering.written(question);
    let said = Recall::ALL.map(|said| {
        let action = Action::Rate { question: id.clone(), recall: said, letters: letters.clone(), scope };
        // Marked beside the other two: the sentence that says so stands far above on a phone.
        let marked = recall == Some(said);
        let label = if marked { format!("✓ {}", label(said)) } else { label(said).to_owned() };
        Button { strong: marked, ..Button::new(label, action) }
    });
    let mut next = Vec::new();
    if has_more(library, &scope.wanted(question), &question.id) {
        next.push(Button::new("Another question", Action::Another { question: id.clone(), scope }));
    }
    if page.body != whole {
        next.push(Button::new("More", Action::More { item: id.clone() }));
    }
    if question.topics.iter().any(|topic| library.topics.contains_key(topic)) {
        next.push(Button::new("Related", Action::Related { item: id }));
    }
    Reply { content, private: true, rows: vec![Row::Buttons(said.into()), Row::Buttons(next)], ..Reply::page(page) }
}

fn label(recall: Recall) -> &'static str {
    match recall {
        Recall::Knew => "I knew it",
        Recall::Partly => "Partly",
        Recall::Didnt => "I didn't",
    }
}
