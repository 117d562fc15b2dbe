//! `roadmaps/<id>.toml`.

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use super::{ItemFile, OwnedItem, Reference, aliases, id, references, texts};
use crate::content::fields::Fields;
use crate::content::limits;
use crate::content::model::{Effort, ItemKind, Roadmap, Span, Stage};
use crate::content::report::Report;
use crate::content::syntax;

const FIELDS: &[&str] = &["id", "title", "summary", "aliases", "reviewed_on", "stages"];

const STAGE_FIELDS: &[&str] =
    &["title", "weeks", "hours", "optional", "choose", "choices", "topics", "projects", "tips"];

pub(super) fn read(stem: &str, report: &mut Report<'_>) -> Option<ItemFile> {
    if report.source.text.trim().is_empty() {
        report.hard(0, "the file is empty", "write it, or delete it; `backroad new roadmap` makes a skeleton");
        return None;
    }
    let table = syntax::parse(&report.source.text, 0, report);
    let mut fields = Fields::open(&table, "a roadmap", FIELDS, 0, 0, report);
    let mut refs = Vec::new();

    let stage_fields = fields.tables("stages", "a stage", STAGE_FIELDS, FIELDS, report).unwrap_or_default();
    let timed = stage_fields.iter().find(|stage| stage.has("weeks") || stage.has("hours"));
    let in_hours = timed.is_some_and(|stage| stage.has("hours"));
    let mut titles = HashSet::new();
    let mut stages = Vec::new();
    for fields in &stage_fields {
        let Some(stage) = stage(fields, &mut refs, report) else { continue };
        if !titles.insert(stage.title.to_lowercase()) {
            let what = format!("an earlier stage has the title `{}`, too", stage.title);
            report.soft(fields.at("title"), what, "say what is different about this one");
        }
        stages.push(stage);
    }
    if fields.has("stages") {
        fields.count("stages", stage_fields.len(), &limits::STAGES, report);
    }
    let unlike = |stage: &&Fields<'_>| stage.has(if in_hours { "weeks" } else { "hours" });
    if let Some(stage) = stage_fields.iter().find(unlike) {
        let (this, others) = if in_hours { ("weeks", "hours") } else { ("hours", "weeks") };
        let what = format!("this stage says `{this}`, others of the roadmap say `{others}`");
        report.soft(stage.at(this), what, "count all of them in the same way, so that they can be added up");
    }
    let id = id(&fields, stem, "toml", report);
    let title = fields.text("title", limits::TITLE, report).map(|title| title.value);
    let summary = fields.text("summary", limits::SUMMARY, report);
    let aliases = aliases(&fields, report);
    let reviewed_on = fields.date("reviewed_on", report);

    let roadmap = || {
        Some(Roadmap {
            id: id.value.clone(),
            title: title.clone()?,
            summary: summary?.value,
            aliases: texts(&aliases),
            reviewed_on: reviewed_on?,
            stages,
            source: PathBuf::from(&report.source.path),
        })
    };
    Some(ItemFile {
        kind: ItemKind::Roadmap,
        stem: stem.to_owned(),
        item: if report.is_unusable() { None } else { roadmap().map(OwnedItem::Roadmap) },
        id,
        title,
        aliases,
        area: None,
        folder: None,
        references: refs,
        checks: Vec::new(),
        sentences: Vec::new(),
    })
}

fn stage(fields: &Fields<'_>, refs: &mut Vec<Reference>, report: &mut Report<'_>) -> Option<Stage> {
    let title = fields.text("title", limits::TITLE, report);
    let effort = effort(fields, report);
    let optional = fields.flag("optional", report);
    let topics = references(fields, "topics", ItemKind::Topic, 0, refs, report);
    let choices = references(fields, "choices", ItemKind::Topic, 0, refs, report);
    let projects = references(fields, "projects", ItemKind::Project, 0, refs, report);
    let tips = texts(&fields.texts("tips", 0..=usize::MAX, limits::TIP, report));
    if topics.is_empty() && choices.is_empty() && projects.is_empty() && !report.is_partial() {
        let at = fields.at("title");
        report.soft(at, "this stage has nothing to study", "give it a topic, a choice or a project");
    }
    for choice in choices.iter().filter(|choice| topics.contains(choice)) {
        let what = format!("`{choice}` is in `topics` and in `choices` of one stage");
        report.soft(fields.at("choices"), what, "remove it from one of them");
    }
    let choose = choose(fields, choices.len(), report);
    Some(Stage { title: title?.value, effort, optional, choose, choices, topics, projects, tips })
}

/// `choose` and `choices` make sense only together.
fn choose(fields: &Fields<'_>, choices: usize, report: &mut Report<'_>) -> Option<u32> {
    if !fields.has("choose") {
        if choices > 0 {
            report.hard(fields.at("choices"), "`choices` without `choose`", "say how many to study, like `choose = 1`");
        }
        return None;
    }
    let at = fields.at("choose");
    if choices == 0 {
        report.hard(at, "`choose` without `choices`", "list the topics to choose from, or remove `choose`");
        return None;
    }
    fields.number("choose", &(1..=u32::try_from(choices).unwrap_or(u32::MAX)), report)
}

fn effort(fields: &Fields<'_>, report: &mut Report<'_>) -> Option<Effort> {
    let weeks = span(fields, "weeks", "the number of weeks", &limits::WEEKS, report);
    let hours = span(fields, "hours", "the number of hours", &limits::STAGE_HOURS, report);
    if fields.has("weeks") && fields.has("hours") {
        report.soft(
            fields.at("hours"),
            "this stage has `weeks` and `hours`",
            "keep one: hours become weeks by themselves",
        );
    }
    hours.map(Effort::Hours).or(weeks.map(Effort::Weeks))
}

fn span(
    fields: &Fields<'_>,
    name: &str,
    owner: &'static str,
    allowed: &RangeInclusive<u32>,
    report: &mut Report<'_>,
) -> Option<Span> {
    let span = fields.table(name, owner, &["min", "max"], "{ min = 2, max = 4 }", report)?;
    let min = span.number("min", allowed, report);
    let max = span.number("max", allowed, report);
    let (min, max) = (min?, max?);
    if min > max {
        report.hard(span.at("min"), format!("`min` is {min} but `max` is {max}"), "put the smaller number first");
    }
    Some(Span { min, max })
}
