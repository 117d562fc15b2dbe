//! Tests of the room as a whole, on a small library written in code.

mod behaviour;
mod cache;
mod properties;
mod snippets;
mod suggestions;

use std::path::PathBuf;

use jiff::civil::date;

use super::{Query, Results, Search, indexing};
use crate::content::{Level, Library, Project, Question, QuestionKind, QuestionOption, Roadmap, Subject, Topic};

/// A library that is put together item by item.
#[derive(Default)]
struct Shelf(Library);

impl Shelf {
    fn topic(mut self, id: &str, title: &str, change: impl FnOnce(&mut Topic)) -> Shelf {
        let mut topic = Topic {
            id: id.to_owned(),
            title: title.to_owned(),
            aliases: Vec::new(),
            area: "api".to_owned(),
            level: Level::Intermediate,
            summary: String::new(),
            prerequisites: Vec::new(),
            related: Vec::new(),
            resources: Vec::new(),
            minutes: 10,
            asked_as: Vec::new(),
            reviewed_on: date(2026, 11, 20),
            explanation: String::new(),
            example: String::new(),
            pitfalls: String::new(),
            source: PathBuf::new(),
        };
        change(&mut topic);
        self.0.topics.insert(id.to_owned(), topic);
        self
    }

    fn question(mut self, id: &str, topics: &[&str], title: &str, change: impl FnOnce(&mut Question)) -> Shelf {
        let mut question = Question {
            id: id.to_owned(),
            kind: QuestionKind::Choice,
            topics: strings(topics),
            area: "api".to_owned(),
            level: Level::Intermediate,
            aliases: Vec::new(),
            asked_as: Vec::new(),
            key_points: Vec::new(),
            accepted: Vec::new(),
            reviewed_on: date(2026, 11, 20),
            title: title.to_owned(),
            question: title.to_owned(),
            options: Vec::new(),
            answer: String::new(),
            explanation: String::new(),
            follow_ups: Vec::new(),
            source: PathBuf::new(),
        };
        change(&mut question);
        self.0.questions.insert(id.to_owned(), question);
        self
    }

    fn project(mut self, id: &str, title: &str, change: impl FnOnce(&mut Project)) -> Shelf {
        let mut project = Project {
            id: id.to_owned(),
            title: title.to_owned(),
            aliases: Vec::new(),
            level: Level::Beginner,
            topics: strings(&["rest"]),
            hours: 8,
            summary: String::new(),
            asked_as: Vec::new(),
            reviewed_on: date(2026, 11, 20),
            brief: String::new(),
            acceptance: Vec::new(),
            stretch: Vec::new(),
            hints: Vec::new(),
            source: PathBuf::new(),
        };
        change(&mut project);
        self.0.projects.insert(id.to_owned(), project);
        self
    }

    fn roadmap(mut self, id: &str, title: &str, summary: &str) -> Shelf {
        let roadmap = Roadmap {
            id: id.to_owned(),
            title: title.to_owned(),
            summary: summary.to_owned(),
            aliases: Vec::new(),
            reviewed_on: date(2026, 11, 20),
            stages: Vec::new(),
            source: PathBuf::new(),
        };
        self.0.roadmaps.insert(id.to_owned(), roadmap);
        self
    }

    /// With the synonyms that are shipped.
    fn done(mut self) -> Library {
        self.0.synonyms.groups = shipped_synonyms();
        self.0.outside = shipped_outside();
        self.0.hash = "the hash of this content".to_owned();
        self.0
    }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn shipped_synonyms() -> Vec<Vec<String>> {
    #[derive(serde::Deserialize)]
    struct File {
        groups: Vec<Group>,
    }
    #[derive(serde::Deserialize)]
    struct Group {
        words: Vec<String>,
        #[serde(default)]
        loose: bool,
    }
    let file: File = toml::from_str(include_str!("../../../content/synonyms.toml")).unwrap();
    file.groups.into_iter().filter(|group| !group.loose).map(|group| group.words).collect()
}

fn shipped_outside() -> Vec<Subject> {
    #[derive(serde::Deserialize)]
    struct File {
        subjects: Vec<Named>,
    }
    #[derive(serde::Deserialize)]
    struct Named {
        name: String,
        words: Vec<String>,
    }
    let file: File = toml::from_str(include_str!("../../../content/outside.toml")).unwrap();
    file.subjects.into_iter().map(|Named { name, words }| Subject { name, words }).collect()
}

/// Sixteen items, as far as a search needs them.
pub(super) fn library() -> Library {
    Shelf::default()
        .topic("jwt", "JWT", |t| {
            t.aliases = strings(&["JSON Web Token"]);
            t.summary = "A signed set of claims that any service with the key can verify.".to_owned();
            t.asked_as = strings(&["why do i get 401 after an hour, jwt expired", "can anyone read my token payload"]);
            t.explanation = "A JWT has three parts. The server *signs* the payload with `HS256` or `RS256`.".to_owned();
            t.pitfalls = "- **No expiry.** A stolen token works for ever. Set `exp`.".to_owned();
        })
        .topic("session-vs-token", "Sessions vs tokens", |t| {
            t.aliases = strings(&["session cookie"]);
            t.summary = "Keep the login on the server, or hand it to the client as a token.".to_owned();
            t.asked_as = strings(&["should i use cookies or jwt", "how does a site remember that i am logged in"]);
        })
        .topic("authn-vs-authz", "Authentication vs authorization", |t| {
            t.aliases = strings(&["authn", "authz"]);
            t.level = Level::Beginner;
            t.summary = "Authentication finds out who is calling, authorization what the caller may do.".to_owned();
            t.asked_as = strings(&["401 or 403", "who are you versus what may you do"]);
        })
        .topic("kubernetes", "Kubernetes", |t| {
            t.aliases = strings(&["k8s"]);
            t.level = Level::Advanced;
            t.summary = "Runs containers on many machines and restarts what fails.".to_owned();
            t.asked_as = strings(&["why is my pod in crashloopbackoff", "do i need an orchestrator"]);
            t.explanation = "A cluster has nodes. Docker images run in pods.".to_owned();
        })
        .topic("docker", "Docker", |t| {
            t.summary = "Packs a program with everything it needs into an image.".to_owned();
            t.asked_as = strings(&["works on my machine but not on the server", "image is 2 gb"]);
        })
        .topic("ci-cd", "CI/CD", |t| {
            t.aliases = strings(&["build pipeline"]);
            t.summary = "Every change is built, tested and delivered by a machine.".to_owned();
            t.asked_as = strings(&["tests pass locally but fail in the pipeline"]);
        })
        .topic("nodejs", "Node.js", |t| {
            t.aliases = strings(&["node runtime"]);
            t.summary = "JavaScript on the server, with one event loop.".to_owned();
        })
        .topic("csharp", "C# and .NET", |t| {
            t.aliases = strings(&["ASP.NET"]);
            t.summary = "A language and its platform.".to_owned();
        })
        .topic("caching", "Caching", |t| {
            t.level = Level::Beginner;
            t.summary = "Keep an answer close, and know when it is stale.".to_owned();
            t.asked_as =
                strings(&["same query runs again and again, can i keep the result", "stale data after update"]);
        })
        .topic("redis", "Redis", |t| {
            t.summary = "A data store in memory, used as a cache, a counter and a queue.".to_owned();
            t.asked_as = strings(&["is redis a database", "how to expire keys"]);
        })
        .topic("sql-vs-nosql", "SQL vs NoSQL", |t| {
            t.aliases = strings(&["relational vs document"]);
            t.summary = "Tables with a fixed shape, or documents that can differ.".to_owned();
            t.asked_as = strings(&["mongo or postgres for my app"]);
        })
        .topic("n-plus-one", "The N+1 problem", |t| {
            t.aliases = strings(&["n+1"]);
            t.summary = "One query for the list, and one more for each row of it.".to_owned();
            t.asked_as = strings(&["hundreds of selects for one page"]);
        })
        .topic("rest", "REST", |t| {
            t.level = Level::Beginner;
            t.summary = "Resources with addresses, and the methods of HTTP to work on them.".to_owned();
            t.asked_as = strings(&["put or post", "which status code for a validation error"]);
        })
        .question("how-jwt-authentication-works", &["jwt"], "How does JWT authentication work?", |q| {
            q.asked_as = strings(&["explain the jwt login flow"]);
            q.answer =
                "The server checks the password and signs a token. The client sends it with each request.".to_owned();
            q.options = vec![QuestionOption { text: "Magic".to_owned(), right: false, reason: "No.".to_owned() }];
        })
        .question("difference-sql-nosql", &["sql-vs-nosql"], "What is the difference between SQL and NoSQL?", |q| {
            q.answer =
                "Relational databases keep a schema and join tables; the others trade that for shape.".to_owned();
        })
        .project("project-url-shortener", "URL shortener", |p| {
            p.aliases = strings(&["link shortener"]);
            p.asked_as = strings(&["build something like bitly"]);
            p.brief = "Build a service that turns long links into short ones and counts the clicks.".to_owned();
        })
        .roadmap("roadmap-steps", "Backend in fourteen steps", "From the first program to a job.")
        .done()
}

/// Searches a library without a folder.
fn search(library: &Library) -> Search {
    let index = indexing::build(library).unwrap();
    let reader = super::Reader::open(&index, library.items().count()).unwrap();
    Search::new(library, reader, super::Intent::train(library))
}

fn ask(search: &Search, text: &str) -> Results {
    search.query(&Query { text, kind: None, limit: 5, snippets: 9 }).unwrap()
}
