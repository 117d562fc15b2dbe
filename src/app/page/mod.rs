//! Items laid out for reading, in Markdown, without the limits of any medium: Discord and the terminal both show these.

pub mod daily;
mod question;
pub mod quiz;
mod roadmap;

use std::fmt::Write;

use crate::content::{Item, Library, Project, Resource, Roadmap, Topic};

pub use question::{asked, kind_title, solved};
pub use roadmap::{count, length, paths, says_hours, stage};

/// Something to read. Every text is Markdown except `kicker`, `title` and `footer`, which are plain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// What it is: kind, area, level, time.
    pub kicker: String,
    pub title: String,
    pub body: String,
    /// Where the facts come from; empty when the body says it.
    pub source: String,
    /// Where the item stands and when it was last checked.
    pub footer: String,
}

/// The parts of a topic that can be shown one at a time, in reading order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Overview,
    Example,
    Pitfalls,
    Resources,
    Questions,
}

impl Part {
    pub const ALL: [Part; 5] = [Part::Overview, Part::Example, Part::Pitfalls, Part::Resources, Part::Questions];

    pub fn label(self) -> &'static str {
        match self {
            Part::Overview => "Overview",
            Part::Example => "Example",
            Part::Pitfalls => "Pitfalls",
            Part::Resources => "Resources",
            Part::Questions => "Questions",
        }
    }
}

/// The answer that an item gives: what a reader wants first.
pub fn answer(library: &Library, item: Item<'_>) -> Page {
    let body = match item {
        Item::Topic(topic) => format!("**{}**\n\n{}", topic.summary, topic.explanation),
        Item::Question(question) => {
            let asked = question::beyond_title(question);
            format!("{asked}\n\n**Answer**\n{}\n\n{}", question.answer, question.explanation)
        }
        // The brief is long, and who looks for something to build wants to know first what it comes to.
        Item::Project(project) => {
            format!("**{}**\n\n**Done when**\n{}", project.summary, bullets(&project.acceptance))
        }
        Item::Roadmap(roadmap) => format!("**{}**\n\n{}", roadmap.summary, roadmap::stages(roadmap, None)),
    };
    Page { body: body.trim().to_owned(), ..frame(library, item) }
}

/// A roadmap for somebody who has so many hours a week. `None` when it does not say how many hours it takes.
pub fn at_pace(library: &Library, roadmap: &Roadmap, hours: u32) -> Option<Page> {
    let plan = roadmap::plan(roadmap, hours)?;
    let body = format!("{plan}\n\n**{}**\n\n{}", roadmap.summary, roadmap::stages(roadmap, Some(hours)));
    Some(Page { body, ..frame(library, Item::Roadmap(roadmap)) })
}

/// Everything that the library says about an item: the page without a body, and the body in sections, each of which
/// begins a new thought and is best begun on a new screen.
pub fn full(library: &Library, item: Item<'_>) -> (Page, Vec<String>) {
    let sections = match item {
        Item::Topic(topic) => {
            let parts = Part::ALL.into_iter().filter(|part| has_part(library, topic, *part));
            parts.map(|part| format!("**{}**\n\n{}", part.label(), part_body(library, topic, part))).collect()
        }
        Item::Question(question) => vec![question::full(question).trim().to_owned()],
        Item::Project(project) => full_project(project),
        Item::Roadmap(roadmap) => vec![roadmap::full(library, roadmap)],
    };
    (frame(library, item), sections)
}

/// One part of a topic.
pub fn part(library: &Library, topic: &Topic, part: Part) -> Page {
    let frame = frame(library, Item::Topic(topic));
    let title = match part {
        Part::Overview => frame.title.clone(),
        _ => format!("{} · {}", frame.title, part.label()),
    };
    Page { title, body: part_body(library, topic, part), ..frame }
}

/// Whether a part has anything to show.
pub fn has_part(library: &Library, topic: &Topic, part: Part) -> bool {
    match part {
        Part::Overview | Part::Example | Part::Pitfalls => true,
        Part::Resources => !topic.resources.is_empty(),
        Part::Questions => library.questions_of(&topic.id).next().is_some(),
    }
}

fn frame(library: &Library, item: Item<'_>) -> Page {
    let area = |id: &str| library.area(id).map_or_else(|| id.to_owned(), |area| area.title.clone());
    let (kicker, reviewed) = match item {
        Item::Topic(t) => (format!("Topic · {} · {} · {} min", area(&t.area), t.level, t.minutes), t.reviewed_on),
        Item::Question(q) => (format!("Interview question · {} · {}", area(&q.area), q.level), q.reviewed_on),
        Item::Project(p) => (format!("Project · {} · about {} h", p.level, p.hours), p.reviewed_on),
        Item::Roadmap(r) => (format!("Roadmap · {}{}", roadmap::count(r), roadmap::total(r)), r.reviewed_on),
    };
    Page {
        kicker,
        title: item.title().to_owned(),
        body: String::new(),
        source: source(library, item),
        footer: format!("{} · reviewed {}", item.id(), reviewed),
    }
}

fn part_body(library: &Library, topic: &Topic, part: Part) -> String {
    match part {
        Part::Overview => {
            let mut body = format!("**{}**\n\n{}", topic.summary, topic.explanation);
            if !topic.prerequisites.is_empty() {
                let _infallible = write!(body, "\n\n*Know first: {}*", topic_titles(library, &topic.prerequisites));
            }
            body
        }
        Part::Example => topic.example.clone(),
        Part::Pitfalls => topic.pitfalls.clone(),
        Part::Resources => topic.resources.iter().map(link).collect::<Vec<_>>().join("\n"),
        Part::Questions => {
            let lines =
                library.questions_of(&topic.id).map(|q| format!("- {} *({}, {})*", q.title, q.kind.as_str(), q.level));
            lines.collect::<Vec<_>>().join("\n")
        }
    }
}

/// For a topic its first resource; for a question or project the topics that it is about, with the main one's.
fn source(library: &Library, item: Item<'_>) -> String {
    let link = |topic: &Topic| topic.resources.first().map(|r| format!("[{}]({})", r.title, r.url));
    let about = |what: &str, ids: &[String]| {
        let more = ids.first().and_then(|id| library.topics.get(id)).and_then(link);
        let more = more.map_or_else(String::new, |link| format!(" · read more: {link}"));
        format!("{what}: {}{more}", topic_titles(library, ids))
    };
    match item {
        Item::Topic(topic) => link(topic).map_or_else(String::new, |link| format!("Source: {link}")),
        Item::Question(question) => about("Topics", &question.topics),
        Item::Project(project) => about("Practises", &project.topics),
        Item::Roadmap(_) => String::new(),
    }
}

fn link(resource: &Resource) -> String {
    let kind = format!("{:?}", resource.kind).to_lowercase();
    format!("- [{}]({}) *({kind})*", resource.title, resource.url)
}

fn full_project(project: &Project) -> Vec<String> {
    vec![
        project.brief.clone(),
        format!("**Done when**\n{}", bullets(&project.acceptance)),
        format!("**Going further**\n{}\n\n**Hints**\n{}", bullets(&project.stretch), bullets(&project.hints)),
    ]
}

fn topic_titles(library: &Library, ids: &[String]) -> String {
    let titles = ids.iter().map(|id| library.topics.get(id).map_or(id.as_str(), |topic| topic.title.as_str()));
    titles.collect::<Vec<_>>().join(", ")
}

fn bullets(items: &[String]) -> String {
    items.iter().map(|item| format!("- {item}")).collect::<Vec<_>>().join("\n")
}
