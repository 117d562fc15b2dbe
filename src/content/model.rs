//! What the library is made of. Plain data, immutable once loaded; no parsing and no rules here.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::PathBuf;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// How much somebody should know before an item serves them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Beginner,
    Intermediate,
    Advanced,
}

impl Level {
    pub const ALL: [Level; 3] = [Level::Beginner, Level::Intermediate, Level::Advanced];

    pub fn as_str(self) -> &'static str {
        match self {
            Level::Beginner => "beginner",
            Level::Intermediate => "intermediate",
            Level::Advanced => "advanced",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The kinds of items that have an id of their own. Ids are unique over all kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemKind {
    Topic,
    Question,
    Project,
    Roadmap,
}

impl ItemKind {
    pub fn as_str(self) -> &'static str {
        match self {
            ItemKind::Topic => "topic",
            ItemKind::Question => "question",
            ItemKind::Project => "project",
            ItemKind::Roadmap => "roadmap",
        }
    }
}

impl fmt::Display for ItemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    pub id: String,
    pub title: String,
    pub summary: String,
}

/// What a link leads to. `Official` is the page of the project or body that is responsible for the thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResourceKind {
    Official,
    Specification,
    Article,
    Book,
    Course,
    Video,
    Tool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    pub title: String,
    pub url: String,
    pub kind: ResourceKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    pub id: String,
    pub title: String,
    pub aliases: Vec<String>,
    /// An id in [`Library::areas`].
    pub area: String,
    pub level: Level,
    /// At most 300 characters.
    pub summary: String,
    /// Topic ids; the graph has no cycles in a library without problems.
    pub prerequisites: Vec<String>,
    pub related: Vec<String>,
    pub resources: Vec<Resource>,
    /// Minutes to read it and try its example, 1 to 240.
    pub minutes: u32,
    pub asked_as: Vec<String>,
    pub reviewed_on: jiff::civil::Date,
    /// Markdown, as are the other parts.
    pub explanation: String,
    pub example: String,
    pub pitfalls: String,
    pub source: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuestionKind {
    /// Exactly one option is right.
    Choice,
    /// Two or more options are right.
    Multi,
    TrueFalse,
    /// Typed; compared with the accepted answers.
    Short,
    /// Options are put into order; they are stored in the right one.
    Order,
    /// Spoken at length; compared with key points by people.
    Open,
}

impl QuestionKind {
    pub const ALL: [QuestionKind; 6] = [
        QuestionKind::Choice,
        QuestionKind::Multi,
        QuestionKind::TrueFalse,
        QuestionKind::Short,
        QuestionKind::Order,
        QuestionKind::Open,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            QuestionKind::Choice => "choice",
            QuestionKind::Multi => "multi",
            QuestionKind::TrueFalse => "truefalse",
            QuestionKind::Short => "short",
            QuestionKind::Order => "order",
            QuestionKind::Open => "open",
        }
    }
}

/// One option of a question and the reason why it is right, wrong, or (for `order`) stands where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionOption {
    pub text: String,
    /// Always true for `order`.
    pub right: bool,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub id: String,
    pub kind: QuestionKind,
    /// Topic ids, the main one first; never empty.
    pub topics: Vec<String>,
    /// The folder it is filed under: an id in [`Library::areas`].
    pub area: String,
    pub level: Level,
    pub aliases: Vec<String>,
    pub asked_as: Vec<String>,
    /// Only for `open`.
    pub key_points: Vec<String>,
    /// Only for `short`; the best one first.
    pub accepted: Vec<String>,
    pub reviewed_on: jiff::civil::Date,
    /// The question's first paragraph as plain text, at most 150 characters.
    pub title: String,
    /// Markdown, as are the other parts.
    pub question: String,
    pub options: Vec<QuestionOption>,
    pub answer: String,
    pub explanation: String,
    /// Plain list items; may be empty.
    pub follow_ups: Vec<String>,
    pub source: PathBuf,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    pub id: String,
    pub title: String,
    pub aliases: Vec<String>,
    pub level: Level,
    /// Topic ids that it practises, the main one first; never empty.
    pub topics: Vec<String>,
    /// Typical effort in hours, 1 to 400.
    pub hours: u32,
    pub summary: String,
    pub asked_as: Vec<String>,
    pub reviewed_on: jiff::civil::Date,
    /// Markdown.
    pub brief: String,
    pub acceptance: Vec<String>,
    pub stretch: Vec<String>,
    pub hints: Vec<String>,
    pub source: PathBuf,
}

/// From one number to another one, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub min: u32,
    pub max: u32,
}

/// How long a stage takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Whole weeks, however many hours one has in each of them.
    Weeks(Span),
    /// Hours of study.
    Hours(Span),
}

impl Effort {
    pub fn weeks(self) -> Option<Span> {
        match self {
            Effort::Weeks(weeks) => Some(weeks),
            Effort::Hours(_) => None,
        }
    }

    pub fn hours(self) -> Option<Span> {
        match self {
            Effort::Hours(hours) => Some(hours),
            Effort::Weeks(_) => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    pub title: String,
    pub effort: Option<Effort>,
    pub optional: bool,
    /// How many of `choices` to study; `None` when there are no choices.
    pub choose: Option<u32>,
    pub choices: Vec<String>,
    pub topics: Vec<String>,
    pub projects: Vec<String>,
    pub tips: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roadmap {
    pub id: String,
    pub title: String,
    pub summary: String,
    pub aliases: Vec<String>,
    pub reviewed_on: jiff::civil::Date,
    pub stages: Vec<Stage>,
    pub source: PathBuf,
}

/// Groups of words and phrases that mean the same; lower case, at least two in each group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Synonyms {
    pub groups: Vec<Vec<String>>,
    /// Words that mean about the same in a question, such as "picture" and "photo".
    pub loose: Vec<Vec<String>>,
}

/// What the library does not treat, so that it can say so: a subject with words and phrases that nobody uses for anything
/// else, in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    pub name: String,
    pub words: Vec<String>,
}

/// One item, whatever its kind.
#[derive(Clone, Copy, Debug)]
pub enum Item<'a> {
    Topic(&'a Topic),
    Question(&'a Question),
    Project(&'a Project),
    Roadmap(&'a Roadmap),
}

impl<'a> Item<'a> {
    pub fn kind(self) -> ItemKind {
        match self {
            Item::Topic(_) => ItemKind::Topic,
            Item::Question(_) => ItemKind::Question,
            Item::Project(_) => ItemKind::Project,
            Item::Roadmap(_) => ItemKind::Roadmap,
        }
    }

    pub fn id(self) -> &'a str {
        match self {
            Item::Topic(i) => &i.id,
            Item::Question(i) => &i.id,
            Item::Project(i) => &i.id,
            Item::Roadmap(i) => &i.id,
        }
    }

    /// The line that names it in lists: the title, or the question itself.
    pub fn title(self) -> &'a str {
        match self {
            Item::Topic(i) => &i.title,
            Item::Question(i) => &i.title,
            Item::Project(i) => &i.title,
            Item::Roadmap(i) => &i.title,
        }
    }

    pub fn aliases(self) -> &'a [String] {
        match self {
            Item::Topic(i) => &i.aliases,
            Item::Question(i) => &i.aliases,
            Item::Project(i) => &i.aliases,
            Item::Roadmap(i) => &i.aliases,
        }
    }

    /// The topics that a hit on this item is about: the topic itself, or those that the question or project names.
    pub fn topics(self) -> Vec<&'a str> {
        match self {
            Item::Topic(i) => vec![i.id.as_str()],
            Item::Question(i) => i.topics.iter().map(String::as_str).collect(),
            Item::Project(i) => i.topics.iter().map(String::as_str).collect(),
            Item::Roadmap(_) => Vec::new(),
        }
    }
}

/// Everything under `content/`, checked as far as one can go on in spite of problems: an item with a problem of its own
/// that makes it unusable is left out, and every reference in what remains may be looked up with `Option`.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// In the order of `areas.toml`.
    pub areas: Vec<Area>,
    pub topics: BTreeMap<String, Topic>,
    pub questions: BTreeMap<String, Question>,
    pub projects: BTreeMap<String, Project>,
    pub roadmaps: BTreeMap<String, Roadmap>,
    pub synonyms: Synonyms,
    /// What it does not treat, in the order of `outside.toml`.
    pub outside: Vec<Subject>,
    /// BLAKE3 over the sorted relative paths and bytes of all files, as lower-case hex.
    pub hash: String,
    /// Lower-cased alias -> id.
    pub(super) by_alias: HashMap<String, String>,
    /// Topic id -> ids of its questions, see [`Library::questions_of`]. Made at the first use: every answer asks for it.
    pub(super) by_topic: OnceLock<HashMap<String, Vec<String>>>,
}

impl Library {
    /// The item with this id, or the one that lists it among its aliases (former ids stay there).
    pub fn find(&self, id_or_alias: &str) -> Option<Item<'_>> {
        self.by_id(id_or_alias).or_else(|| {
            let id = self.by_alias.get(&id_or_alias.to_lowercase())?;
            self.by_id(id)
        })
    }

    /// Makes a name lead to an item, for libraries that are put together in tests.
    #[cfg(test)]
    pub(crate) fn alias(&mut self, alias: &str, id: &str) {
        self.by_alias.insert(alias.to_owned(), id.to_owned());
    }

    fn by_id(&self, id: &str) -> Option<Item<'_>> {
        self.topics
            .get(id)
            .map(Item::Topic)
            .or_else(|| self.questions.get(id).map(Item::Question))
            .or_else(|| self.projects.get(id).map(Item::Project))
            .or_else(|| self.roadmaps.get(id).map(Item::Roadmap))
    }

    /// The topic with this id or alias.
    pub fn topic(&self, id_or_alias: &str) -> Option<&Topic> {
        match self.find(id_or_alias)? {
            Item::Topic(topic) => Some(topic),
            _ => None,
        }
    }

    pub fn area(&self, id: &str) -> Option<&Area> {
        self.areas.iter().find(|area| area.id == id)
    }

    /// Every item, by kind and then by id.
    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        self.topics
            .values()
            .map(Item::Topic)
            .chain(self.questions.values().map(Item::Question))
            .chain(self.projects.values().map(Item::Project))
            .chain(self.roadmaps.values().map(Item::Roadmap))
    }

    /// The questions about a topic: those that name it first come first, then by id.
    pub fn questions_of<'a>(&'a self, topic: &'a str) -> impl Iterator<Item = &'a Question> {
        let by_topic = self.by_topic.get_or_init(|| {
            let mut by_topic: HashMap<String, Vec<String>> = HashMap::new();
            let main = self.questions.values().flat_map(|q| q.topics.iter().take(1).map(move |topic| (topic, q)));
            let also = self.questions.values().flat_map(|q| q.topics.iter().skip(1).map(move |topic| (topic, q)));
            for (topic, question) in main.chain(also) {
                by_topic.entry(topic.clone()).or_default().push(question.id.clone());
            }
            by_topic
        });
        by_topic.get(topic).into_iter().flatten().filter_map(|id| self.questions.get(id))
    }
}
