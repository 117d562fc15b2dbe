//! `questions/<area>/<id>.md`: front matter and prose. The options have a file of their own.

use std::path::PathBuf;

use super::options::{self, names_an_option};
use super::{ItemFile, OwnedItem, aliases, asked_as, checks, id, level, references, split, texts};
use crate::content::fields::Fields;
use crate::content::limits;
use crate::content::markdown::{self, Document, NodeKind};
use crate::content::model::{ItemKind, Question, QuestionKind};
use crate::content::problem::{Located, Place};
use crate::content::report::Report;
use crate::content::sections::{Expected, Sections};
use crate::content::syntax;

const OWNER: &str = "a question";

const FIELDS: &[&str] =
    &["id", "kind", "topics", "level", "aliases", "asked_as", "accepted", "key_points", "reviewed_on", "checks"];

/// Every kind of question.
pub const QUESTION_KINDS: [QuestionKind; 6] = [
    QuestionKind::Choice,
    QuestionKind::Multi,
    QuestionKind::TrueFalse,
    QuestionKind::Short,
    QuestionKind::Order,
    QuestionKind::Open,
];

pub(super) fn read(stem: &str, folder: &str, report: &mut Report<'_>) -> Option<ItemFile> {
    let (at, front, body) = split(report, "`backroad new question`")?;
    let table = syntax::parse(report.source.slice(front.clone()), front.start, report);
    let mut fields = Fields::open(&table, OWNER, FIELDS, front.start, at, report);
    let mut refs = Vec::new();

    let id = id(&fields, stem, "md", report);
    let kind = fields.one_of("kind", &QUESTION_KINDS.map(|kind| (kind.as_str(), kind)), report);
    let topics = references(&fields, "topics", ItemKind::Topic, 1, &mut refs, report);
    let level = level(&fields, report);
    let aliases = aliases(&fields, report);
    let accepted = only_for(&fields, kind, QuestionKind::Short, "accepted", report);
    let key_points = only_for(&fields, kind, QuestionKind::Open, "key_points", report);
    let reviewed_on = fields.date("reviewed_on", report);

    let document = markdown::parse(body, report);
    let checks = checks::read(&mut fields, FIELDS, &document, report);
    let sections = sections(&document, kind, report);
    let title = title(&sections, report);
    let asked_as = asked_as(&fields, title.as_deref(), limits::OTHER_ASKED_AS, report);
    let question = sections.text("Question", limits::QUESTION, report);
    let options = kind.map(|kind| options::read(kind, &sections, report));
    let answer_limit = if kind == Some(QuestionKind::Open) { limits::OPEN_ANSWER } else { limits::ANSWER };
    let answer = sections.text("Answer", answer_limit, report);
    check_answer(&sections, &answer, report);
    let explanation = sections.text("Explanation", limits::QUESTION_EXPLANATION, report);
    let follow_ups = sections.list("Follow-ups", 1, false, report);

    let question = || {
        Some(Question {
            id: id.value.clone(),
            kind: kind?,
            topics,
            area: folder.to_owned(),
            level: level?,
            aliases: texts(&aliases),
            asked_as,
            key_points,
            accepted,
            reviewed_on: reviewed_on?,
            title: title.clone()?,
            question,
            options: options?,
            answer,
            explanation,
            follow_ups,
            source: PathBuf::from(&report.source.path),
        })
    };
    Some(ItemFile {
        kind: ItemKind::Question,
        stem: stem.to_owned(),
        item: if report.is_unusable() { None } else { question().map(OwnedItem::Question) },
        id,
        title,
        aliases,
        area: Some(Located { value: folder.to_owned(), place: Place::START }),
        folder: None,
        references: refs,
        checks,
        sentences: document.sentences,
    })
}

fn sections<'d, 's>(
    document: &'d Document<'s>,
    kind: Option<QuestionKind>,
    report: &mut Report<'_>,
) -> Sections<'d, 's> {
    let owner = kind.map_or_else(|| OWNER.to_owned(), |kind| format!("a question of the kind `{}`", kind.as_str()));
    let headings = [
        Expected::required("Question"),
        Expected { name: "Options", required: kind.is_some_and(options::has_options) },
        Expected::required("Answer"),
        Expected::required("Explanation"),
        Expected { name: "Follow-ups", required: false },
    ];
    Sections::sort(document, &owner, &headings, report)
}

/// A list that one kind of question must have and the others must not.
fn only_for(
    fields: &Fields<'_>,
    kind: Option<QuestionKind>,
    wanted: QuestionKind,
    field: &'static str,
    report: &mut Report<'_>,
) -> Vec<String> {
    let (count, length) = match wanted {
        QuestionKind::Short => (limits::ACCEPTED, limits::ACCEPTED_LENGTH),
        _ => (limits::KEY_POINTS, limits::KEY_POINT),
    };
    if kind == Some(wanted) {
        return texts(&fields.texts(field, count, length, report));
    }
    if let Some(kind) = kind.filter(|_| fields.has(field)) {
        let (wanted, kind) = (wanted.as_str(), kind.as_str());
        let what = format!("`{field}` is only for questions of the kind `{wanted}`, this one is `{kind}`");
        report.soft(fields.at(field), what, "remove it, or change the kind");
    }
    Vec::new()
}

/// The question's first paragraph: lists and buttons show it alone.
fn title(sections: &Sections<'_, '_>, report: &mut Report<'_>) -> Option<String> {
    let first = sections.get("Question")?.nodes.first()?;
    let at = first.span.start;
    match &first.kind {
        NodeKind::Paragraph(text) if text.chars().any(char::is_alphabetic) => {
            report.length(at, "the first paragraph", text, limits::QUESTION_TITLE);
            Some(text.clone())
        }
        _ => {
            let remedy = "begin with a paragraph of prose: it is used as the title";
            report.hard(at, "the question does not begin with a sentence", remedy);
            None
        }
    }
}

/// The answer is also shown to people who have not seen the options.
fn check_answer(sections: &Sections<'_, '_>, answer: &str, report: &mut Report<'_>) {
    let Some(section) = sections.get("Answer") else { return };
    if sections.get("Options").is_some() && names_an_option(answer) {
        let what = "the answer speaks of an option by its letter or number";
        report.soft(section.at, what, "say what that option says: options are shuffled, and not always shown");
    }
}
