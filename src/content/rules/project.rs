//! `projects/<id>.md`.

use std::path::PathBuf;

use super::{ItemFile, OwnedItem, aliases, asked_as, id, level, references, split, texts};
use crate::content::fields::Fields;
use crate::content::limits;
use crate::content::markdown;
use crate::content::model::{ItemKind, Project};
use crate::content::report::Report;
use crate::content::sections::{Expected, Sections};
use crate::content::syntax;

const OWNER: &str = "a project";

const FIELDS: &[&str] = &["id", "title", "level", "topics", "hours", "aliases", "summary", "asked_as", "reviewed_on"];

const HEADINGS: &[Expected] = &[
    Expected::required("Brief"),
    Expected::required("Acceptance checks"),
    Expected::required("Stretch goals"),
    Expected::required("Hints"),
];

pub(super) fn read(stem: &str, report: &mut Report<'_>) -> Option<ItemFile> {
    let (at, front, body) = split(report, "`backroad new project`")?;
    let table = syntax::parse(report.source.slice(front.clone()), front.start, report);
    let fields = Fields::open(&table, OWNER, FIELDS, front.start, at, report);
    let mut refs = Vec::new();

    let id = id(&fields, stem, "md", report);
    let title = fields.text("title", limits::TITLE, report).map(|title| title.value);
    let level = level(&fields, report);
    let topics = references(&fields, "topics", ItemKind::Topic, 1, &mut refs, report);
    let hours = fields.number("hours", &limits::HOURS, report);
    let aliases = aliases(&fields, report);
    let summary = fields.text("summary", limits::SUMMARY, report);
    let asked_as = asked_as(&fields, title.as_deref(), limits::OTHER_ASKED_AS, report);
    let reviewed_on = fields.date("reviewed_on", report);

    let document = markdown::parse(body, report);
    let sections = Sections::sort(&document, OWNER, HEADINGS, report);
    sections.words("Brief", &limits::BRIEF_WORDS, report);
    let brief = sections.text("Brief", limits::PART, report);
    let acceptance = sections.list("Acceptance checks", limits::ACCEPTANCE, true, report);
    let stretch = sections.list("Stretch goals", limits::STRETCH, false, report);
    let hints = sections.list("Hints", limits::HINTS, false, report);

    let project = || {
        Some(Project {
            id: id.value.clone(),
            title: title.clone()?,
            aliases: texts(&aliases),
            level: level?,
            topics,
            hours: hours?,
            summary: summary?.value,
            asked_as,
            reviewed_on: reviewed_on?,
            brief,
            acceptance,
            stretch,
            hints,
            source: PathBuf::from(&report.source.path),
        })
    };
    Some(ItemFile {
        kind: ItemKind::Project,
        stem: stem.to_owned(),
        item: if report.is_unusable() { None } else { project().map(OwnedItem::Project) },
        id,
        title,
        aliases,
        area: None,
        folder: None,
        references: refs,
        checks: Vec::new(),
        sentences: document.sentences,
    })
}
