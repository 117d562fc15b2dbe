//! Questions: asked with lettered options, and solved.

use std::fmt::Write;

use super::{Page, bullets, frame};
use crate::app::practice::Lettering;
use crate::content::{Item, Library, Question, QuestionKind, QuestionOption};

/// A question to think about: its options are lettered, and nothing gives the answer away.
pub fn asked(library: &Library, question: &Question, lettering: &Lettering) -> Page {
    let mut body = beyond_title(question);
    if !question.options.is_empty() {
        let lines = lettering.options(question).map(|(letter, option)| format!("**{letter}** · {}", option.text));
        let _infallible = write!(body, "\n\n{}", lines.collect::<Vec<_>>().join("\n"));
    }
    let _infallible = write!(body, "\n\n*{}*", how_to_answer(question.kind));
    // The topics and the id could be half the answer.
    let (source, footer) = (String::new(), format!("reviewed {}", question.reviewed_on));
    Page {
        body: body.trim().to_owned(),
        source,
        footer,
        ..with_kind(frame(library, Item::Question(question)), question)
    }
}

/// The same question with its answer, every option with its reason, and the explanation.
pub fn solved(library: &Library, question: &Question, lettering: &Lettering) -> Page {
    let mut body = beyond_title(question);
    let right: Vec<String> = match question.kind {
        QuestionKind::Order => lettering.in_order(question).map(|(letter, _)| letter.to_string()).collect(),
        _ => lettering.options(question).filter(|(_, o)| o.right).map(|(letter, _)| letter.to_string()).collect(),
    };
    let heading = match (question.kind, right.as_slice()) {
        (_, []) => "Answer".to_owned(),
        (QuestionKind::Order, right) => format!("Right order: {}", right.join(", ")),
        (_, right) => format!("Right: {}", right.join(", ")),
    };
    let _infallible = write!(body, "\n\n**{heading}**\n{}", question.answer);
    let options: Vec<(char, &QuestionOption)> = match question.kind {
        QuestionKind::Order => lettering.in_order(question).collect(),
        _ => lettering.options(question).collect(),
    };
    for (letter, option) in options {
        let mark = match question.kind {
            QuestionKind::Order => "",
            _ if option.right => "✅ ",
            _ => "❌ ",
        };
        let _infallible = write!(body, "\n\n{mark}**{letter}** · {}\n{}", option.text, option.reason);
    }
    if !question.key_points.is_empty() {
        let _infallible = write!(body, "\n\n**A good answer makes these points**\n{}", bullets(&question.key_points));
    }
    let _infallible = write!(body, "\n\n**{}**\n{}", explanation_title(question), question.explanation);
    let body = body.trim().to_owned();
    Page { body, ..with_kind(frame(library, Item::Question(question)), question) }
}

/// Everything about a question, its options in the order of the library.
pub(super) fn full(question: &Question) -> String {
    let mut body = beyond_title(question);
    for (n, option) in question.options.iter().enumerate() {
        let mark = match question.kind {
            QuestionKind::Order => format!("{}.", n + 1),
            _ if option.right => "✅".to_owned(),
            _ => "❌".to_owned(),
        };
        let _infallible = write!(body, "\n\n{mark} **{}**\n{}", option.text, option.reason);
    }
    let explained = explanation_title(question);
    let _infallible = write!(body, "\n\n**Answer**\n{}\n\n**{explained}**\n{}", question.answer, question.explanation);
    if !question.key_points.is_empty() {
        let _infallible = write!(body, "\n\n**A good answer makes these points**\n{}", bullets(&question.key_points));
    }
    if !question.follow_ups.is_empty() {
        let _infallible = write!(body, "\n\n**What comes next**\n{}", bullets(&question.follow_ups));
    }
    body
}

/// What a question says beyond its title, which is its first paragraph.
pub(super) fn beyond_title(question: &Question) -> String {
    question.question.split_once("\n\n").map_or("", |(_title, rest)| rest).trim().to_owned()
}

fn with_kind(page: Page, question: &Question) -> Page {
    Page { kicker: format!("{} · {}", page.kicker, kind_title(question.kind).to_lowercase()), ..page }
}

/// An open question is explained by how it is judged.
fn explanation_title(question: &Question) -> &'static str {
    if question.kind == QuestionKind::Open { "What the interviewer listens for" } else { "Why" }
}

/// How a kind of question is called.
pub fn kind_title(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Choice => "One right answer",
        QuestionKind::Multi => "Several right answers",
        QuestionKind::TrueFalse => "True or false",
        QuestionKind::Short => "Short answer",
        QuestionKind::Order => "Put in order",
        QuestionKind::Open => "Open question",
    }
}

fn how_to_answer(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Choice => "Decide for one of them, then look.",
        QuestionKind::Multi => "More than one is right: decide for each, then look.",
        QuestionKind::TrueFalse => "Decide, and say to yourself why, then look.",
        QuestionKind::Short => "One or a few words will do: say them, then look.",
        QuestionKind::Order => "Put them into order, then look.",
        QuestionKind::Open => "Answer aloud in about two minutes, as in an interview, then look.",
    }
}
