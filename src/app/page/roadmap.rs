//! Roadmaps: the list of them, one with its stages, one stage.

use super::{Page, bullets, topic_titles};
use crate::content::{Item, Library, Roadmap, Stage, Weeks};

/// All roadmaps, to choose from.
pub fn paths(library: &Library) -> Page {
    let lines = library.roadmaps.values().map(|roadmap| {
        format!("**{}** · {}{}\n{}", roadmap.title, count(roadmap), total_weeks(roadmap), roadmap.summary)
    });
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
pub(super) fn stages(roadmap: &Roadmap) -> String {
    let lines = roadmap.stages.iter().enumerate();
    let lines = lines.map(|(n, stage)| format!("{}. **{}**{}", n + 1, stage.title, emphasised_length(stage)));
    lines.collect::<Vec<_>>().join("\n")
}

/// How many stages it has, in words.
pub fn count(roadmap: &Roadmap) -> String {
    let stages = roadmap.stages.len();
    format!("{stages} stage{}", if stages == 1 { "" } else { "s" })
}

pub(super) fn full(library: &Library, roadmap: &Roadmap) -> String {
    let stages = roadmap.stages.iter().enumerate().map(|(n, stage)| {
        let (length, contents) = (emphasised_length(stage), contents(library, stage));
        format!("**{}. {}**{length}\n{contents}\n{}", n + 1, stage.title, bullets(&stage.tips))
    });
    let stages: Vec<String> = stages.collect();
    format!("{}\n\n{}", roadmap.summary, stages.join("\n\n"))
}

/// How long a stage takes and whether it may be left out, to stand behind its title as plain text.
pub fn length(stage: &Stage) -> String {
    length_and(stage, " · optional")
}

/// The same in Markdown.
fn emphasised_length(stage: &Stage) -> String {
    length_and(stage, " *(optional)*")
}

fn length_and(stage: &Stage, if_optional: &str) -> String {
    let weeks = stage.weeks.map_or_else(String::new, |w| format!(" · {}", weeks(&w)));
    if stage.optional { weeks + if_optional } else { weeks }
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
pub(super) fn total_weeks(roadmap: &Roadmap) -> String {
    let timed = || roadmap.stages.iter().filter_map(|stage| stage.weeks.as_ref());
    match timed().map(|w| w.max).sum() {
        0 => String::new(),
        max => format!(" · {}", weeks(&Weeks { min: timed().map(|w| w.min).sum(), max })),
    }
}

fn weeks(weeks: &Weeks) -> String {
    let Weeks { min, max } = *weeks;
    if min == max { format!("{min} week{}", if min == 1 { "" } else { "s" }) } else { format!("{min}–{max} weeks") }
}
