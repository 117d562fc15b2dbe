//! What content authors are told. Every test changes a valid library in one way and reads the problems.

mod anything;
mod bodies;
mod disk;
mod fields;
mod library;
mod options;

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::date;

use super::files::Listing;
use super::{Library, Problem, QUESTION_KINDS, load_listing, skeleton};

const TOPIC: &str = "topics/api/rest.md";
const PROJECT: &str = "projects/project-shop.md";
const ROADMAP: &str = "roadmaps/roadmap-web.toml";
const CHOICE: &str = "questions/api/q-choice.md";
const MULTI: &str = "questions/api/q-multi.md";
const TRUEFALSE: &str = "questions/api/q-truefalse.md";
const SHORT: &str = "questions/api/q-short.md";
const ORDER: &str = "questions/api/q-order.md";
const OPEN: &str = "questions/api/q-open.md";

/// A content folder in memory.
#[derive(Clone)]
struct Files(BTreeMap<String, Vec<u8>>);

/// Without problems: the topics `rest`, `http` and `redis`, a question of each kind (`q-choice` …), the project
/// `project-shop` and the roadmap `roadmap-web`, all of them skeletons.
fn valid() -> Files {
    let today = date(2026, 11, 20);
    let mut files = Files(BTreeMap::new())
        .write(
            "areas.toml",
            "[[areas]]\nid = \"api\"\ntitle = \"APIs\"\nsummary = \"Contracts.\"\n\n\
             [[areas]]\nid = \"caching\"\ntitle = \"Caching\"\nsummary = \"Copies.\"\n",
        )
        .write("synonyms.toml", "[[groups]]\nwords = [\"k8s\", \"kubernetes\"]\n")
        .write(TOPIC, skeleton::topic("rest", "REST", "api", today))
        .write("topics/api/http.md", skeleton::topic("http", "HTTP", "api", today))
        .write("topics/caching/redis.md", skeleton::topic("redis", "Redis", "caching", today))
        .write(PROJECT, skeleton::project("project-shop", "Shop", "rest", today))
        .write(ROADMAP, skeleton::roadmap("roadmap-web", "Web", "rest", today));
    for kind in QUESTION_KINDS {
        let id = format!("q-{}", kind.as_str());
        files = files.write(&format!("questions/api/{id}.md"), skeleton::question(&id, kind, "rest", today));
    }
    files
}

impl Files {
    fn write(mut self, path: &str, text: impl Into<Vec<u8>>) -> Self {
        self.0.insert(path.to_owned(), text.into());
        self
    }

    fn remove(mut self, path: &str) -> Self {
        assert!(self.0.remove(path).is_some(), "{path} is not there");
        self
    }

    /// Replaces what stands in a file once or more.
    fn edit(self, path: &str, from: &str, to: &str) -> Self {
        let text = String::from_utf8(self.0[path].clone()).unwrap();
        assert!(text.contains(from), "{path} does not contain {from:?}");
        self.write(path, text.replace(from, to))
    }

    fn load(&self) -> (Library, Vec<Problem>) {
        let mut listing = Listing::default();
        for path in self.0.keys() {
            listing.add("content", path.clone(), PathBuf::from(path));
        }
        let loaded = load_listing("content", listing, &|found| Ok(self.0[&found.relative].clone()));
        (loaded.library, loaded.problems)
    }

    /// As `check` prints them. A dagger marks the problems of files that are left out.
    fn problems(&self) -> String {
        let lines = self.load().1.into_iter().map(|problem| {
            assert!(!problem.what.is_empty() && !problem.remedy.is_empty());
            format!("{}{problem}", if problem.left_out { "† " } else { "" })
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

#[test]
fn a_valid_library_has_no_problems() {
    let (library, problems) = valid().load();
    assert_eq!(problems, []);
    assert_eq!(library.items().count(), 11);
    assert_eq!(library.areas.len(), 2);
    assert_eq!(library.synonyms.groups, [["k8s", "kubernetes"]]);
}
