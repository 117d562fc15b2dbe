//! `topics/<area>/<id>.md`.

use std::path::PathBuf;

use super::{ItemFile, OwnedItem, aliases, asked_as, check_url, checks, id, level, references, split, texts};
use crate::content::fields::Fields;
use crate::content::limits;
use crate::content::markdown;
use crate::content::model::{ItemKind, Resource, ResourceKind, Topic};
use crate::content::report::Report;
use crate::content::sections::{Expected, Sections};
use crate::content::syntax;

const OWNER: &str = "a topic";

const FIELDS: &[&str] = &[
    "id",
    "title",
    "area",
    "level",
    "minutes",
    "aliases",
    "summary",
    "prerequisites",
    "related",
    "asked_as",
    "reviewed_on",
    "resources",
    "checks",
];

const HEADINGS: &[Expected] =
    &[Expected::required("Explanation"), Expected::required("Example"), Expected::required("Pitfalls")];

const RESOURCE_KINDS: [(&str, ResourceKind); 7] = [
    ("official", ResourceKind::Official),
    ("specification", ResourceKind::Specification),
    ("article", ResourceKind::Article),
    ("book", ResourceKind::Book),
    ("course", ResourceKind::Course),
    ("video", ResourceKind::Video),
    ("tool", ResourceKind::Tool),
];

pub(super) fn read(stem: &str, folder: &str, report: &mut Report<'_>) -> Option<ItemFile> {
    let (at, front, body) = split(report, "`backroad new topic`")?;
    let table = syntax::parse(report.source.slice(front.clone()), front.start, report);
    let mut fields = Fields::open(&table, OWNER, FIELDS, front.start, at, report);
    let mut refs = Vec::new();

    let resources = resources(&mut fields, report);
    let id = id(&fields, stem, "md", report);
    let title = fields.text("title", limits::TITLE, report);
    let area = fields.text("area", limits::ID, report);
    let level = level(&fields, report);
    let minutes = fields.number("minutes", &limits::MINUTES, report);
    let summary = fields.text("summary", limits::SUMMARY, report);
    let aliases = aliases(&fields, report);
    let prerequisites = references(&fields, "prerequisites", ItemKind::Topic, 0, &mut refs, report);
    let related = references(&fields, "related", ItemKind::Topic, 0, &mut refs, report);
    let title_text = title.as_ref().map(|title| title.value.as_str());
    let asked_as = asked_as(&fields, title_text, limits::TOPIC_ASKED_AS, report);
    let reviewed_on = fields.date("reviewed_on", report);

    let document = markdown::parse(body, report);
    let checks = checks::read(&mut fields, FIELDS, &document, report);
    let sections = Sections::sort(&document, OWNER, HEADINGS, report);
    sections.words("Explanation", &limits::EXPLANATION_WORDS, report);
    let explanation = sections.text("Explanation", limits::PART, report);
    let example = sections.text("Example", limits::PART, report);
    sections.list("Pitfalls", limits::PITFALLS, false, report);
    let pitfalls = sections.markdown("Pitfalls");

    let topic = || {
        Some(Topic {
            id: id.value.clone(),
            title: title_text?.to_owned(),
            aliases: texts(&aliases),
            area: area.as_ref()?.value.clone(),
            level: level?,
            summary: summary?.value,
            prerequisites,
            related,
            resources,
            minutes: minutes?,
            asked_as,
            reviewed_on: reviewed_on?,
            explanation,
            example,
            pitfalls,
            source: PathBuf::from(&report.source.path),
        })
    };
    Some(ItemFile {
        kind: ItemKind::Topic,
        stem: stem.to_owned(),
        item: if report.is_unusable() { None } else { topic().map(OwnedItem::Topic) },
        title: title_text.map(str::to_owned),
        id,
        aliases,
        area,
        folder: Some(folder.to_owned()),
        references: refs,
        checks,
        sentences: document.sentences,
    })
}

fn resources(fields: &mut Fields<'_>, report: &mut Report<'_>) -> Vec<Resource> {
    let known = ["title", "url", "kind"];
    let Some(tables) = fields.tables("resources", "a resource", &known, FIELDS, report) else { return Vec::new() };
    fields.count("resources", tables.len(), &limits::RESOURCES, report);
    let mut resources: Vec<Resource> = Vec::new();
    for table in tables {
        let title = table.text("title", limits::RESOURCE_TITLE, report);
        let url = table.text("url", limits::URL, report);
        let kind = table.one_of("kind", &RESOURCE_KINDS, report);
        let (Some(title), Some(url), Some(kind)) = (title, url, kind) else { continue };
        if let Err((what, remedy)) = check_url(&url.value) {
            report.hard(table.at("url"), what, remedy);
        } else if resources.iter().any(|earlier| earlier.url == url.value) {
            report.soft(table.at("url"), format!("`{}` is linked twice", url.value), "remove one of them");
        } else {
            let is_first_hand = |kind| matches!(kind, ResourceKind::Official | ResourceKind::Specification);
            if is_first_hand(kind) && resources.last().is_some_and(|above| !is_first_hand(above.kind)) {
                let what = "an official resource stands below one that is not";
                report.soft(table.at("kind"), what, "move it up: official pages and specifications come first");
            }
            resources.push(Resource { title: title.value, url: url.value, kind });
        }
    }
    resources
}
