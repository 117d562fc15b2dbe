//! What each kind of file must hold: one file per kind, and here what they share. Sees one file at a time.

mod areas;
mod checks;
mod options;
mod outside;
mod project;
mod question;
mod roadmap;
mod synonyms;
mod topic;

use std::ops::Range;

pub use question::QUESTION_KINDS;

use super::checks::Stated;
use super::fields::Fields;
use super::files::Role;
use super::limits;
use super::model::{Area, ItemKind, Level, Project, Question, Roadmap, Subject, Synonyms, Topic};
use super::problem::{Located, Place, Problem};
use super::report::Report;
use super::sentences::Sentence;
use super::source::{Source, Split, char_count, is_invisible};

/// What a file turned out to be.
pub(super) enum Content {
    /// `None` when the file is broken, so that no area can be called unknown.
    Areas(Option<Vec<Area>>),
    Synonyms(Synonyms),
    Outside(Vec<Subject>),
    Item(Box<ItemFile>),
}

/// An item's file: the item itself, if it can be used, and what other files must be compared with.
pub(super) struct ItemFile {
    pub(super) kind: ItemKind,
    /// The file's name without its extension. Where the id is unreadable, this is what others probably refer to.
    pub(super) stem: String,
    pub(super) item: Option<OwnedItem>,
    pub(super) id: Located<String>,
    pub(super) title: Option<String>,
    pub(super) aliases: Vec<Located<String>>,
    /// The area it names, or else the folder's name.
    pub(super) area: Option<Located<String>>,
    /// The folder it lies in, where that has to be its area.
    pub(super) folder: Option<String>,
    pub(super) references: Vec<Reference>,
    pub(super) checks: Vec<Located<Stated>>,
    pub(super) sentences: Vec<Located<Sentence>>,
}

pub(super) enum OwnedItem {
    Topic(Topic),
    Question(Question),
    Project(Project),
    Roadmap(Roadmap),
}

/// Another item that one names.
pub(super) struct Reference {
    pub(super) field: &'static str,
    pub(super) kind: ItemKind,
    pub(super) id: Located<String>,
}

/// Reads one file by the rules of its role.
pub(super) fn read(path: &str, role: &Role, stem: &str, bytes: &[u8]) -> (Content, Vec<Problem>) {
    let source = match Source::decode(path, bytes) {
        Ok(source) => source,
        Err(problem) => return (unreadable(role, stem), vec![problem]),
    };
    let mut report = Report::new(&source);
    let file = match role {
        Role::Areas => return (Content::Areas(areas::read(&mut report)), report.into_problems()),
        Role::Synonyms => return (Content::Synonyms(synonyms::read(&mut report)), report.into_problems()),
        Role::Outside => return (Content::Outside(outside::read(&mut report)), report.into_problems()),
        Role::Topic { area } => topic::read(stem, area, &mut report),
        Role::Question { area } => question::read(stem, area, &mut report),
        Role::Project => project::read(stem, &mut report),
        Role::Roadmap => roadmap::read(stem, &mut report),
    };
    let content = file.map_or_else(|| unreadable(role, stem), |file| Content::Item(Box::new(file)));
    (content, report.into_problems())
}

/// What is known of a file that cannot be read: its name.
pub(super) fn unreadable(role: &Role, stem: &str) -> Content {
    let kind = match role {
        Role::Areas => return Content::Areas(None),
        Role::Synonyms => return Content::Synonyms(Synonyms::default()),
        Role::Outside => return Content::Outside(Vec::new()),
        Role::Topic { .. } => ItemKind::Topic,
        Role::Question { .. } => ItemKind::Question,
        Role::Project => ItemKind::Project,
        Role::Roadmap => ItemKind::Roadmap,
    };
    Content::Item(Box::new(ItemFile {
        kind,
        stem: stem.to_owned(),
        item: None,
        id: Located { value: stem.to_owned(), place: Place::START },
        title: None,
        aliases: Vec::new(),
        area: None,
        folder: None,
        references: Vec::new(),
        checks: Vec::new(),
        sentences: Vec::new(),
    }))
}

/// Where front matter and body lie; reports what keeps them from being found.
fn split(report: &mut Report<'_>, command: &str) -> Option<(usize, Range<usize>, Range<usize>)> {
    match report.source.split() {
        Split::Parts { opening, front, body } => return Some((opening, front, body)),
        Split::Empty => {
            report.hard(0, "the file is empty", format!("write it, or delete it; {command} makes a skeleton"));
        }
        Split::NoFrontMatter { yaml: true, at } => {
            report.hard(at, "the front matter stands between `---` lines", "write it as TOML between two `+++` lines");
        }
        Split::NoFrontMatter { yaml: false, at } => {
            report.hard(at, "the front matter is missing", "begin with a line `+++`, the fields, and a line `+++`");
        }
        Split::Unclosed { opening } => {
            report.hard(opening, "the front matter is not closed", "put a line `+++` after its last field");
        }
    }
    None
}

fn level(fields: &Fields<'_>, report: &mut Report<'_>) -> Option<Level> {
    fields.one_of("level", &Level::ALL.map(|level| (level.as_str(), level)), report)
}

/// An id, which must have the right form and be the file's name.
fn id(fields: &Fields<'_>, stem: &str, extension: &str, report: &mut Report<'_>) -> Located<String> {
    let at = fields.at("id");
    let Some(id) = fields.text("id", usize::MAX, report) else {
        return Located { value: stem.to_owned(), place: Place::START };
    };
    if let Err((what, remedy)) = check_id(&id.value) {
        report.hard(at, what, remedy);
    } else if id.value != stem {
        let what = format!("the id is `{}` but the file is named `{stem}.{extension}`", id.value);
        report.soft(at, what, format!("rename the file to `{}.{extension}`, or write `{stem}`", id.value));
    }
    id
}

/// Whether this may be an id; if not, what is wrong with it and what to do.
///
/// # Errors
/// The two halves of a problem's sentence.
pub fn check_id(id: &str) -> Result<(), (String, String)> {
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let length = char_count(id);
    if !id.split('-').all(is_part) {
        let suggestion = kebab(id);
        let remedy = "write lower-case letters and digits, joined by single hyphens";
        let remedy = if suggestion.is_empty() { remedy.to_owned() } else { format!("{remedy}, like `{suggestion}`") };
        return Err((format!("`{id}` is no id"), remedy));
    }
    if length > limits::ID {
        return Err((format!("the id is {length} characters long"), format!("shorten it to {} or less", limits::ID)));
    }
    Ok(())
}

/// Whether this may be the title of a topic, project or roadmap; if not, what is wrong with it and what to do.
///
/// # Errors
/// The two halves of a problem's sentence.
pub fn check_title(title: &str) -> Result<(), (String, String)> {
    let length = char_count(title);
    if title.trim().is_empty() {
        Err(("the title is empty".to_owned(), "write it".to_owned()))
    } else if title.trim() != title || title.chars().any(|c| c == '\n' || c == '\t' || is_invisible(c)) {
        let what = "the title has invisible characters, or a space at its beginning or end".to_owned();
        Err((what, "remove them".to_owned()))
    } else if length > limits::TITLE {
        let remedy = format!("shorten it to {} or less", limits::TITLE);
        Err((format!("the title is {length} characters long"), remedy))
    } else {
        Ok(())
    }
}

fn kebab(text: &str) -> String {
    let lower = text.to_lowercase();
    let parts: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

fn aliases(fields: &Fields<'_>, report: &mut Report<'_>) -> Vec<Located<String>> {
    let mut aliases = fields.texts("aliases", 0..=usize::MAX, limits::ALIAS, report);
    aliases.retain(|alias| !report.is_muted(alias.place));
    for alias in aliases.iter().filter(|alias| alias.value.ends_with('?')) {
        report.soft_at(alias.place, format!("`{}` is a question", alias.value), "put it into `asked_as`");
    }
    aliases
}

/// How people ask for it, in at least `min` ways, none of which is the title again.
fn asked_as(fields: &Fields<'_>, title: Option<&str>, min: usize, report: &mut Report<'_>) -> Vec<String> {
    let asked = fields.texts("asked_as", min..=usize::MAX, limits::ASKED_AS, report);
    let title = title.map(fold).unwrap_or_default();
    for phrase in asked.iter().filter(|phrase| fold(&phrase.value) == title) {
        let what = format!("`{}` repeats the title", phrase.value);
        report.soft_at(phrase.place, what, "write how people ask, in words of their own");
    }
    texts(&asked)
}

fn references(
    fields: &Fields<'_>,
    field: &'static str,
    kind: ItemKind,
    min: usize,
    all: &mut Vec<Reference>,
    report: &mut Report<'_>,
) -> Vec<String> {
    let ids = fields.texts(field, min..=usize::MAX, limits::ID, report);
    let readable = ids.iter().filter(|id| !report.is_muted(id.place));
    all.extend(readable.map(|id| Reference { field, kind, id: id.clone() }));
    texts(&ids)
}

fn texts(located: &[Located<String>]) -> Vec<String> {
    located.iter().map(|text| text.value.clone()).collect()
}

/// Whether the bot may link to this; if not, what is wrong with it and what to do.
fn check_url(text: &str) -> Result<(), (String, &'static str)> {
    if !text.starts_with("https://") {
        return Err((format!("`{text}` does not begin with https://"), "write the whole address, with https://"));
    }
    let has_domain = |url: &url::Url| url.domain().is_some_and(|domain| domain.contains('.'));
    match url::Url::parse(text) {
        Ok(url) if has_domain(&url) && !text.contains(char::is_whitespace) => Ok(()),
        _ => Err((format!("`{text}` is no web address"), "copy the address from the browser")),
    }
}

/// What people compare when they call two texts the same: words, without case and punctuation.
pub(in crate::content) fn fold(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}
