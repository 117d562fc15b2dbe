//! Roadmaps: the list of them, one with its stages, one stage.

use super::{Page, bullets, topic_titles};
use crate::content::{Effort, Item, Library, Roadmap, Span, Stage};

/// All roadmaps, to choose from.
pub fn paths(library: &Library) -> Page {
    let lines = library
        .roadmaps
        .values()
        .map(|roadmap| format!("**{}** · {}{}\n{}", roadmap.title, count(roadmap), total(roadmap), roadmap.summary));
    Page { title: "Roadmaps".into(), body: lines.collect::<Vec<_>>().join("\n\n"), ..Page::default() }
}

/// One stage (from 0) of a roadmap.
pub fn stage(library: &Library, roadmap: &Roadmap, number: usize) -> Option<Page> {
    let stage = roadmap.stages.get(number)?;
    let mut blocks = Vec::new();
    if let Some(choose) = stage.choose {
        let count = if choose == 1 { "one".to_owned() } else { choose.to_string() };
        blocks.push(format!("**Choose {count}**\n{}", summaries(library, &stage.choices)));
    }
    if !stage.topics.is_empty() {
        blocks.push(format!("**Learn**\n{}", summaries(library, &stage.topics)));
    }
    let projects = stage.projects.iter().filter_map(|id| library.projects.get(id));
    let projects: Vec<String> =
        projects.map(|p| format!("- **{}** · {}, about {} h", p.title, p.level, p.hours)).collect();
    if !projects.is_empty() {
        blocks.push(format!("**Build**\n{}", projects.join("\n")));
    }
    if !stage.tips.is_empty() {
        blocks.push(format!("**Tips**\n{}", bullets(&stage.tips)));
    }
    Some(Page {
        kicker: format!("{} · stage {} of {}{}", roadmap.title, number + 1, roadmap.stages.len(), length(stage)),
        title: stage.title.clone(),
        body: blocks.join("\n\n"),
        source: String::new(),
        footer: super::frame(library, Item::Roadmap(roadmap)).footer,
    })
}

/// One line for each stage, so that all of them are seen at once; what they hold is said where they are opened.
pub(super) fn stages(roadmap: &Roadmap, pace: Option<u32>) -> String {
    let lines = roadmap.stages.iter().enumerate();
    let lines = lines.map(|(n, stage)| format!("{}. **{}**{}", n + 1, stage.title, emphasised_length(stage, pace)));
    lines.collect::<Vec<_>>().join("\n")
}

/// From so many weeks on it is said how many months they are.
const IN_MONTHS: u32 = 9;

/// How long all of it takes with so many hours a week; with and without what may be left out. `None` when the roadmap does
/// not say how many hours it takes.
pub(super) fn plan(roadmap: &Roadmap, pace: u32) -> Option<String> {
    let hours = |optional: bool| {
        let stages = roadmap.stages.iter().filter(move |stage| optional || !stage.optional);
        sum(stages.filter_map(|stage| stage.effort?.hours()))
    };
    let (all, needed) = (hours(true)?, hours(false));
    let of = |hours: Span| {
        let weeks = weeks_for(hours, pace);
        let months = Span { min: weeks.min * 12 / 52, max: (weeks.max * 12).div_ceil(52) };
        match weeks.min >= IN_MONTHS {
            true => format!("{}, about {}", span(weeks, "week", "weeks"), span(months, "month", "months")),
            false => span(weeks, "week", "weeks"),
        }
    };
    let each = format!("At {} a week it takes", span(Span { min: pace, max: pace }, "hour", "hours"));
    Some(match needed.filter(|needed| *needed != all) {
        Some(needed) => format!("{each} **{}**; with the optional stages {}.", of(needed), of(all)),
        None => format!("{each} **{}**.", of(all)),
    })
}

/// Whether its hours can become weeks.
pub fn says_hours(roadmap: &Roadmap) -> bool {
    roadmap.stages.iter().filter_map(|stage| stage.effort).any(|effort| effort.hours().is_some())
}

/// How many stages it has, in words.
pub fn count(roadmap: &Roadmap) -> String {
    let stages = roadmap.stages.len();
    format!("{stages} stage{}", if stages == 1 { "" } else { "s" })
}

pub(super) fn full(library: &Library, roadmap: &Roadmap) -> String {
    let stages = roadmap.stages.iter().enumerate().map(|(n, stage)| {
        let (length, contents) = (emphasised_length(stage, None), contents(library, stage));
        format!("**{}. {}**{length}\n{contents}\n{}", n + 1, stage.title, bullets(&stage.tips))
    });
    let stages: Vec<String> = stages.collect();
    format!("{}\n\n{}", roadmap.summary, stages.join("\n\n"))
}

/// How long a stage takes and whether it may be left out, to stand behind its title as plain text.
pub fn length(stage: &Stage) -> String {
    length_and(stage, None, " · optional")
}

/// The same in Markdown.
fn emphasised_length(stage: &Stage, pace: Option<u32>) -> String {
    length_and(stage, pace, " *(optional)*")
}

fn length_and(stage: &Stage, pace: Option<u32>, if_optional: &str) -> String {
    let effort = stage.effort.map_or_else(String::new, |effort| format!(" · {}", shown(effort, pace)));
    if stage.optional { effort + if_optional } else { effort }
}

fn contents(library: &Library, stage: &Stage) -> String {
    let mut parts = Vec::new();
    if let Some(n) = stage.choose {
        parts.push(format!("choose {n} of {}", topic_titles(library, &stage.choices)));
    }
    if !stage.topics.is_empty() {
        parts.push(topic_titles(library, &stage.topics));
    }
    let projects = stage.projects.iter().filter_map(|id| library.projects.get(id)).map(|p| p.title.as_str());
    let projects: Vec<&str> = projects.collect();
    if !projects.is_empty() {
        parts.push(format!("build: {}", projects.join(", ")));
    }
    parts.join("; ")
}

fn summaries(library: &Library, topics: &[String]) -> String {
    let topics = topics.iter().filter_map(|id| library.topics.get(id));
    topics.map(|topic| format!("- **{}** · {}", topic.title, topic.level)).collect::<Vec<_>>().join("\n")
}

/// The sum over the stages that say how long they take, to stand behind a title.
pub(super) fn total(roadmap: &Roadmap) -> String {
    let efforts = || roadmap.stages.iter().filter_map(|stage| stage.effort);
    let (weeks, hours) = (sum(efforts().filter_map(Effort::weeks)), sum(efforts().filter_map(Effort::hours)));
    let parts = [weeks.map(Effort::Weeks), hours.map(Effort::Hours)].into_iter().flatten();
    parts.map(|effort| format!(" · {}", shown(effort, None))).collect()
}

fn sum(spans: impl Iterator<Item = Span>) -> Option<Span> {
    spans.reduce(|a, b| Span { min: a.min + b.min, max: a.max + b.max })
}

/// Hours become weeks when it is known how many of them a week has.
fn shown(effort: Effort, pace: Option<u32>) -> String {
    match (effort, pace) {
        (Effort::Weeks(weeks), _) => span(weeks, "week", "weeks"),
        (Effort::Hours(hours), None) => span(hours, "h", "h"),
        (Effort::Hours(hours), Some(pace)) => span(weeks_for(hours, pace), "week", "weeks"),
    }
}

/// Whole weeks for hours, at so many of them a week.
fn weeks_for(hours: Span, pace: u32) -> Span {
    let weeks = |hours: u32| hours.div_ceil(pace.max(1));
    Span { min: weeks(hours.min), max: weeks(hours.max) }
}

fn span(Span { min, max }: Span, one: &str, many: &str) -> String {
    match (min, max) {
        (1, 1) => format!("1 {one}"),
        (min, max) if min == max => format!("{min} {many}"),
        (min, max) => format!("{min}–{max} {many}"),
    }
}
