//! The playground's content follows its files: a save is checked, and what is sound is served at once.

mod watch;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::watch::Watch;
use super::check::count;
use super::indexed;
use crate::app::{App, Knowledge};
use crate::config::Config;
use crate::content::{self, Library, Problem};
use crate::playground::{Notice, NoticeKind, Playground};
use crate::search::SearchError;

/// More problems than these are only counted.
const MOST_LINES: usize = 20;

/// What the files were when they were last looked at. Something that was written anew without a change is no news.
#[derive(PartialEq)]
enum Seen {
    Content { hash: String, problems: Vec<Problem> },
    Unreadable { why: String },
}

/// What came of a look at files that changed.
enum Found {
    Unreadable {
        why: String,
    },
    Problems(Vec<Problem>),
    /// They are sound, and what is served already.
    Served,
    New(Box<Knowledge>),
    NoIndex(SearchError),
}

/// Keeps what an app knows up to date with the content folder.
pub(super) struct Reload {
    app: App,
    playground: Playground,
    content: PathBuf,
    index: PathBuf,
    seen: Arc<Seen>,
    /// Whether what is served has all of its items, which at the start it may not have.
    whole: bool,
}

impl Reload {
    /// `problems`: those of the library that the app has now, of which a notice tells at once.
    pub(super) fn new(app: App, playground: Playground, config: &Config, problems: Vec<Problem>) -> Reload {
        if !problems.is_empty() {
            playground.set_notice(Some(of_problems(&problems, "What is sound is served.")));
        }
        let whole = problems.is_empty();
        let seen = Arc::new(Seen::Content { hash: app.knowledge().library.hash.clone(), problems });
        Reload { app, playground, content: config.content.clone(), index: config.index.clone(), seen, whole }
    }

    /// Watches and looks, one after the other: what is saved during a look leads to another one.
    pub(super) async fn run(mut self) {
        let mut watch = Watch::new(&self.content);
        loop {
            if let Err(error) = watch.changed().await {
                tracing::warn!("content that is saved is not loaded until the next start, because {error}");
                let title = "Content that is saved is not loaded until the next start.".to_owned();
                self.playground.set_notice(Some(problem(title, vec![error.to_string()])));
                return;
            }
            self.look().await;
        }
    }

    async fn look(&mut self) {
        let (content, index) = (self.content.clone(), self.index.clone());
        let (served, before) = (self.app.knowledge().library.hash.clone(), Arc::clone(&self.seen));
        let looked = tokio::task::spawn_blocking(move || look(&content, &index, &served, &before)).await;
        let (seen, found) = match looked {
            Ok(None) => return,
            Ok(Some(looked)) => looked,
            // A bug that ends the look must not end the playground.
            Err(error) => unreadable(format!("reading it failed unexpectedly: {error}")),
        };
        self.seen = Arc::new(seen);
        let served = match self.whole {
            true => "The last good version keeps serving.",
            false => "What was sound at the start keeps serving.",
        };
        let notice = match found {
            Found::Unreadable { why } => problem(format!("The content cannot be read. {served}"), vec![why]),
            Found::Problems(problems) => of_problems(&problems, served),
            Found::NoIndex(error) => {
                problem(format!("The content cannot be searched. {served}"), vec![error.to_string()])
            }
            Found::Served => {
                self.whole = true;
                news("The content is sound again", &self.app.knowledge().library)
            }
            Found::New(knowledge) => {
                self.whole = true;
                let notice = news("Content reloaded", &knowledge.library);
                self.app.set_knowledge(*knowledge);
                notice
            }
        };
        self.playground.set_notice(Some(notice));
    }
}

/// Reads the content, and builds its index when it is sound and another one than what is `served`. `None` when it is as it was
/// `before`.
fn look(content: &Path, index: &Path, served: &str, before: &Seen) -> Option<(Seen, Found)> {
    let (library, problems) = match content::load(content) {
        Ok(loaded) => loaded,
        Err(error) => return Some(unreadable(error.to_string())).filter(|(seen, _)| seen != before),
    };
    let seen = Seen::Content { hash: library.hash.clone(), problems: problems.clone() };
    if seen == *before {
        return None;
    }
    let found = if !problems.is_empty() {
        Found::Problems(problems)
    } else if library.hash == served {
        Found::Served
    } else {
        match indexed(library, index) {
            Ok(knowledge) => Found::New(Box::new(knowledge)),
            Err(error) => Found::NoIndex(error),
        }
    };
    Some((seen, found))
}

fn unreadable(why: String) -> (Seen, Found) {
    (Seen::Unreadable { why: why.clone() }, Found::Unreadable { why })
}

fn of_problems(problems: &[Problem], served: &str) -> Notice {
    let mut lines: Vec<String> = problems.iter().take(MOST_LINES).map(Problem::to_string).collect();
    if let Some(more @ 1..) = problems.len().checked_sub(MOST_LINES) {
        lines.push(format!("and {more} more"));
    }
    problem(format!("{} in the content. {served}", count(problems.len(), "problem")), lines)
}

fn problem(title: String, lines: Vec<String>) -> Notice {
    Notice { kind: NoticeKind::Problem, title, lines }
}

fn news(what: &str, library: &Library) -> Notice {
    let title = format!(
        "{what}: {}, {}, {}, {}.",
        count(library.topics.len(), "topic"),
        count(library.questions.len(), "question"),
        count(library.projects.len(), "project"),
        count(library.roadmaps.len(), "roadmap"),
    );
    Notice { kind: NoticeKind::News, title, lines: Vec::new() }
}
