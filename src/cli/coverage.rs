//! `backroad check --coverage`: how much the library holds of each area, and where it is thin.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::io::Write;

use jiff::civil::Date;
use serde::Serialize;

use super::check::count;
use crate::content::{Area, Item, Level, Library, QuestionKind};

/// A topic with fewer questions is thin.
const QUESTIONS: usize = 2;

/// A review that is older than this is old, in days.
const OLD: i32 = 365;

/// How much of one area there is.
#[derive(Serialize)]
pub struct AreaCoverage<'a> {
    area: &'a str,
    topics: usize,
    questions: usize,
    kinds: BTreeMap<&'static str, usize>,
    levels: BTreeMap<&'static str, usize>,
    /// Whose main topic is of this area.
    projects: usize,
    /// Days since the oldest review.
    oldest_review: Option<i32>,
    thin: Thin<'a>,
}

/// Where something should be added.
#[derive(Serialize)]
struct Thin<'a> {
    /// No question of the area has these levels.
    levels: Vec<&'static str>,
    /// Fewer than two questions are about these topics.
    topics: Vec<&'a str>,
    /// Their last review is more than a year ago.
    old: Vec<&'a str>,
}

/// Every area in the order of `areas.toml`.
pub fn coverage(library: &Library, today: Date) -> Vec<AreaCoverage<'_>> {
    library.areas.iter().map(|area| of_area(library, area, today)).collect()
}

fn of_area<'a>(library: &'a Library, area: &'a Area, today: Date) -> AreaCoverage<'a> {
    let topics: Vec<_> = library.topics.values().filter(|topic| topic.area == area.id).collect();
    let ids: HashSet<&str> = topics.iter().map(|topic| topic.id.as_str()).collect();
    let questions: Vec<_> = library.questions.values().filter(|question| question.area == area.id).collect();
    let main = |topics: &[String]| topics.first().is_some_and(|topic| ids.contains(topic.as_str()));
    let projects: Vec<_> = library.projects.values().filter(|project| main(&project.topics)).collect();
    let reviews = topics.iter().map(|topic| (Item::Topic(topic), topic.reviewed_on));
    let reviews = reviews.chain(questions.iter().map(|question| (Item::Question(question), question.reviewed_on)));
    let reviews = reviews.chain(projects.iter().map(|project| (Item::Project(project), project.reviewed_on)));
    let ages: Vec<(&str, i32)> = reviews.map(|(item, on)| (item.id(), (today - on).get_days())).collect();
    let with_level = |level: Level| questions.iter().filter(|question| question.level == level).count();
    let with_kind = |kind: QuestionKind| questions.iter().filter(|question| question.kind == kind).count();
    AreaCoverage {
        area: &area.id,
        topics: topics.len(),
        questions: questions.len(),
        kinds: QuestionKind::ALL.map(|kind| (kind.as_str(), with_kind(kind))).into(),
        levels: Level::ALL.map(|level| (level.as_str(), with_level(level))).into(),
        projects: projects.len(),
        oldest_review: ages.iter().map(|(_, age)| *age).max(),
        thin: Thin {
            levels: Level::ALL.into_iter().filter(|l| with_level(*l) == 0).map(Level::as_str).collect(),
            topics: topics
                .iter()
                .map(|topic| topic.id.as_str())
                .filter(|topic| library.questions_of(topic).take(QUESTIONS).count() < QUESTIONS)
                .collect(),
            old: ages.into_iter().filter(|(_, age)| *age > OLD).map(|(id, _)| id).collect(),
        },
    }
}

/// A table, and below it what is thin.
///
/// # Errors
/// When `out` cannot be written to.
pub fn print(areas: &[AreaCoverage<'_>], out: &mut impl Write) -> std::io::Result<()> {
    let columns: Vec<&str> = ["topics", "questions"]
        .into_iter()
        .chain(QuestionKind::ALL.map(QuestionKind::as_str))
        .chain(Level::ALL.map(Level::as_str))
        .chain(["projects", "review"])
        .collect();
    let width = areas.iter().map(|area| area.area.len()).max().unwrap_or(0).max("area".len());
    let line = |name: &str, cells: &[String]| {
        let cells = columns.iter().zip(cells).map(|(column, cell)| format!("  {cell:>w$}", w = column.len()));
        format!("{name:<width$}{}", cells.collect::<String>())
    };
    let texts = |numbers: &[usize]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>();
    writeln!(out, "{}", line("area", &columns.iter().map(|column| (*column).to_owned()).collect::<Vec<_>>()))?;
    let mut totals = vec![0; columns.len() - 1];
    for area in areas {
        let numbers = area.numbers();
        totals.iter_mut().zip(&numbers).for_each(|(total, number)| *total += number);
        let mut cells = texts(&numbers);
        cells.push(area.oldest_review.map_or_else(|| "-".to_owned(), |days| format!("{days} d")));
        writeln!(out, "{}", line(area.area, &cells))?;
    }
    writeln!(out, "{}", line("all", &texts(&totals)))?;
    for area in areas.iter().filter(|area| !area.thin.is_empty()) {
        writeln!(out, "thin: {}: {}", area.area, area.thin)?;
    }
    Ok(())
}

impl AreaCoverage<'_> {
    /// What stands in the columns of the table, but for the review.
    fn numbers(&self) -> Vec<usize> {
        let of = |counts: &BTreeMap<&str, usize>, name: &str| counts.get(name).copied().unwrap_or_default();
        let mut numbers = vec![self.topics, self.questions];
        numbers.extend(QuestionKind::ALL.map(|kind| of(&self.kinds, kind.as_str())));
        numbers.extend(Level::ALL.map(|level| of(&self.levels, level.as_str())));
        numbers.push(self.projects);
        numbers
    }
}

impl Thin<'_> {
    fn is_empty(&self) -> bool {
        self.levels.is_empty() && self.topics.is_empty() && self.old.is_empty()
    }
}

impl fmt::Display for Thin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if !self.levels.is_empty() {
            parts.push(format!("no question is {}", self.levels.join(" or ")));
        }
        if !self.topics.is_empty() {
            let topics = count(self.topics.len(), "topic");
            parts.push(format!("{topics} with fewer than {QUESTIONS} questions ({})", self.topics.join(", ")));
        }
        if !self.old.is_empty() {
            parts.push(format!("not reviewed for a year: {}", self.old.join(", ")));
        }
        f.write_str(&parts.join("; "))
    }
}
