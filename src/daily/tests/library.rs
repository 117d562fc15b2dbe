//! Twelve topics in three areas, twenty questions, and a roadmap whose stages contradict what must be known first.

use crate::content::{Item, Level, Library, Question, QuestionKind, Roadmap, Stage, Topic};
use Level::{Advanced, Beginner, Intermediate};
use QuestionKind::{Choice, Multi, Open, Order, Short, TrueFalse};

pub const AREAS: [&str; 3] = ["data", "net", "ops"];

/// The roadmap, and its topics in the order in which they are posted.
pub const ROAD: &str = "road";
pub const ON_ROAD: [&str; 9] =
    ["http", "rest", "sql", "caching", "docker", "transactions", "replication", "kubernetes", "indexes"];

/// Its stages.
const STAGES: [(&[&str], &[&str]); 3] = [
    (&["rest", "sql"], &[]),
    (&["http"], &["caching", "docker"]),
    (&["replication", "transactions", "kubernetes", "indexes"], &[]),
];

const TOPICS: [(&str, &str, Level, &[&str]); 12] = [
    ("sql", "data", Beginner, &[]),
    ("indexes", "data", Intermediate, &["sql"]),
    ("transactions", "data", Intermediate, &["sql"]),
    ("replication", "data", Advanced, &["transactions"]),
    ("caching", "data", Intermediate, &[]),
    ("http", "net", Beginner, &[]),
    ("rest", "net", Beginner, &["http"]),
    ("grpc", "net", Advanced, &["http", "rest"]),
    ("websockets", "net", Intermediate, &["http"]),
    ("docker", "ops", Beginner, &[]),
    ("ci", "ops", Intermediate, &["docker"]),
    ("kubernetes", "ops", Advanced, &["docker"]),
];

const QUESTIONS: [(&str, &[&str], Level, QuestionKind); 20] = [
    ("sql-1", &["sql"], Beginner, Choice),
    ("sql-2", &["sql"], Intermediate, Short),
    ("indexes-1", &["indexes", "sql"], Intermediate, Multi),
    ("indexes-2", &["indexes"], Intermediate, Choice),
    ("transactions-1", &["transactions"], Intermediate, Order),
    ("transactions-2", &["transactions", "replication"], Advanced, Choice),
    ("replication-1", &["replication"], Advanced, TrueFalse),
    ("caching-1", &["caching"], Intermediate, Choice),
    ("caching-2", &["caching"], Advanced, Choice),
    ("http-1", &["http"], Beginner, Choice),
    ("http-2", &["http"], Beginner, TrueFalse),
    ("rest-1", &["rest", "http"], Beginner, Multi),
    ("rest-2", &["rest"], Beginner, Open),
    ("grpc-1", &["grpc"], Advanced, Choice),
    ("websockets-1", &["websockets"], Intermediate, Choice),
    ("docker-1", &["docker"], Beginner, Choice),
    ("docker-2", &["docker"], Intermediate, Short),
    ("ci-1", &["ci"], Intermediate, Open),
    ("kubernetes-1", &["kubernetes"], Advanced, Choice),
    ("kubernetes-2", &["kubernetes"], Advanced, Order),
];

/// What moderators put into queues: also what is known by a former name, or cannot be posted.
pub const QUEUED: [&str; 8] = ["ci", "grpc-1", "http", "old-sql", "rest-2", "road", "long-gone", "docker-1"];

pub fn library() -> Library {
    let mut library = Library::default();
    for (id, area, level, prerequisites) in TOPICS {
        library.topics.insert(id.to_owned(), topic(id, area, level, prerequisites));
    }
    for (id, topics, level, kind) in QUESTIONS {
        let area = library.topics[topics[0]].area.clone();
        library.questions.insert(id.to_owned(), question(id, topics, area, level, kind));
    }
    let stage = |(topics, choices): (&[&str], &[&str])| Stage {
        title: String::new(),
        effort: None,
        optional: false,
        choose: (!choices.is_empty()).then_some(1),
        choices: strings(choices),
        topics: strings(topics),
        projects: Vec::new(),
        tips: Vec::new(),
    };
    let road = Roadmap {
        id: ROAD.to_owned(),
        title: ROAD.to_owned(),
        summary: String::new(),
        aliases: Vec::new(),
        reviewed_on: jiff::civil::date(2026, 11, 20),
        stages: STAGES.into_iter().map(stage).collect(),
        source: "road.toml".into(),
    };
    library.roadmaps.insert(ROAD.to_owned(), road);
    library.alias("old-sql", "sql");
    library
}

/// Whether an entry of a queue leads to something that can be posted; its id.
pub fn playable<'a>(library: &'a Library, entry: &str) -> Option<&'a str> {
    match library.find(entry)? {
        Item::Topic(topic) => Some(&topic.id),
        Item::Question(question) if question.kind != Open => Some(&question.id),
        _ => None,
    }
}

fn topic(id: &str, area: &str, level: Level, prerequisites: &[&str]) -> Topic {
    Topic {
        id: id.to_owned(),
        title: id.to_owned(),
        aliases: Vec::new(),
        area: area.to_owned(),
        level,
        summary: String::new(),
        prerequisites: strings(prerequisites),
        related: Vec::new(),
        resources: Vec::new(),
        minutes: 10,
        asked_as: Vec::new(),
        reviewed_on: jiff::civil::date(2026, 11, 20),
        explanation: String::new(),
        example: String::new(),
        pitfalls: String::new(),
        source: format!("{id}.md").into(),
    }
}

fn question(id: &str, topics: &[&str], area: String, level: Level, kind: QuestionKind) -> Question {
    Question {
        id: id.to_owned(),
        kind,
        topics: strings(topics),
        area,
        level,
        aliases: Vec::new(),
        asked_as: Vec::new(),
        key_points: Vec::new(),
        accepted: Vec::new(),
        reviewed_on: jiff::civil::date(2026, 11, 20),
        title: id.to_owned(),
        question: String::new(),
        options: Vec::new(),
        answer: String::new(),
        explanation: String::new(),
        follow_ups: Vec::new(),
        source: format!("{id}.md").into(),
    }
}

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|&text| text.to_owned()).collect()
}
