//! `backroad playground` while somebody writes content: what is saved is checked, and served when it is sound.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use insta::assert_snapshot;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{PlaygroundProcess, backroad, copy_folder, fixture};

const RELOADED: &str = "* Content reloaded: ";

/// A folder of content that a test may change.
struct Author {
    dir: TempDir,
}

impl Author {
    fn new() -> Author {
        let dir = tempfile::tempdir().unwrap();
        copy_folder(&fixture(), &dir.path().join("content"));
        Author { dir }
    }

    fn content(&self) -> PathBuf {
        self.dir.path().join("content")
    }

    fn file(&self, path: &str) -> PathBuf {
        self.content().join(path)
    }

    /// Saves a file as it would be with other words in it.
    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.file(path)).unwrap();
        assert!(text.contains(from), "{path} does not say {from:?}");
        fs::write(self.file(path), text.replace(from, to)).unwrap();
    }

    fn backroad(&self) -> Command {
        let mut command = backroad();
        command.env("BACKROAD_CONTENT", self.content()).env("BACKROAD_INDEX", self.dir.path().join("index"));
        // A playground that is killed leaves the folder of its database; here it goes with everything else.
        command.env("TMPDIR", self.dir.path());
        command
    }

    async fn playground(&self) -> PlaygroundProcess {
        PlaygroundProcess::start(self.backroad()).await
    }
}

/// Waits until the answer to a query has the words, which may take more than one reload.
async fn until_answered(playground: &mut PlaygroundProcess, query: &str, words: &str) {
    while !playground.ask(query).await.contains(words) {
        playground.until(RELOADED).await;
    }
}

const JWT: &str = "topics/auth/jwt.md";
const SUMMARY: &str = "A signed note that says who you are";

#[tokio::test]
async fn a_saved_change_is_served_at_once() {
    let author = Author::new();
    let mut playing = author.playground().await;
    assert_eq!(playing.notice().await, Value::Null);
    assert!(playing.ask("how does jwt work").await.contains(SUMMARY));
    author.edit(JWT, SUMMARY, "A sealed letter about you");
    assert_snapshot!(
        playing.until(RELOADED).await,
        @"* Content reloaded: 3 topics, 3 questions, 2 projects, 1 roadmap."
    );
    let answer = playing.ask("how does jwt work").await;
    assert!(answer.contains("A sealed letter about you"), "{answer}");
    let notice = playing.notice().await;
    assert_eq!((&notice["kind"], &notice["lines"]), (&json!("news"), &json!([])));
    // The next start finds the index as it must be.
    let index = author.backroad().arg("index").output().unwrap();
    assert!(String::from_utf8_lossy(&index.stdout).starts_with("The search index is current."), "{index:?}");
}

#[tokio::test]
async fn a_new_file_is_found_and_a_removed_one_is_not() {
    let author = Author::new();
    let mut playing = author.playground().await;
    let written = author.backroad().args(["new", "topic", "zeppelins", "--area", "auth"]).output().unwrap();
    assert!(written.status.success(), "{written:?}");
    playing.until("* Content reloaded: 4 topics").await;
    assert!(playing.ask("zeppelins").await.contains("Zeppelins"));
    fs::remove_file(author.file("topics/auth/zeppelins.md")).unwrap();
    playing.until("* Content reloaded: 3 topics").await;
    let answer = playing.ask("zeppelins").await;
    assert!(answer.contains("I don't have a good answer"), "{answer}");
}

#[tokio::test]
async fn a_broken_file_is_named_with_its_place_and_the_last_good_version_serves_until_it_is_mended() {
    let author = Author::new();
    let mut playing = author.playground().await;
    author.edit(JWT, "summary =", "sumary =");
    playing.until("jwt.md:8:1").await;
    assert_snapshot!(serde_json::to_string_pretty(&playing.notice().await).unwrap(), @r#"
    {
      "kind": "problem",
      "lines": [
        "content/topics/auth/jwt.md:8:1: unknown field `sumary`: did you mean `summary`?"
      ],
      "number": 1,
      "title": "1 problem in the content. The last good version keeps serving."
    }
    "#);
    assert!(playing.ask("how does jwt work").await.contains(SUMMARY));
    author.edit(JWT, "sumary =", "summary =");
    playing.until("* The content is sound again: 3 topics").await;
    author.edit(JWT, SUMMARY, "A sealed letter about you");
    playing.until(RELOADED).await;
    assert_eq!(playing.notice().await["kind"], "news");
    assert!(playing.ask("how does jwt work").await.contains("A sealed letter about you"));
}

#[tokio::test]
async fn a_removed_file_to_which_others_refer_is_a_problem_of_theirs() {
    let author = Author::new();
    let mut playing = author.playground().await;
    fs::remove_file(author.file(JWT)).unwrap();
    playing.until("topics/auth/sessions.md:10:12: there is no topic `jwt`").await;
    let notice = playing.notice().await;
    assert_eq!(notice["kind"], "problem");
    assert!(notice["title"].as_str().unwrap().ends_with("The last good version keeps serving."), "{notice}");
    assert!(playing.ask("how does jwt work").await.contains(SUMMARY));
}

#[tokio::test]
async fn of_many_problems_the_first_are_shown_and_the_rest_is_counted() {
    let author = Author::new();
    let mut playing = author.playground().await;
    for number in 0..25 {
        fs::write(author.file(&format!("topics/auth/empty-{number:02}.md")), "").unwrap();
    }
    playing.until("! 25 problems in the content.").await;
    playing.until("and 5 more").await;
    let notice = playing.notice().await;
    assert_eq!(notice["lines"].as_array().unwrap().len(), 21);
}

#[tokio::test]
async fn what_is_sound_is_served_when_the_content_has_problems_at_the_start() {
    let author = Author::new();
    author.edit(JWT, "summary =", "sumary =");
    let mut playing = author.playground().await;
    playing.until("! 1 problem in the content. What is sound is served.").await;
    playing.until("jwt.md:8:1: unknown field `sumary`").await;
    assert!(!playing.ask("how does jwt work").await.contains(SUMMARY));
    author.edit(JWT, "reviewed_on", "reviewd_on");
    playing.until("problems in the content. What was sound at the start keeps serving.").await;
    author.edit(JWT, "sumary =", "summary =");
    author.edit(JWT, "reviewd_on", "reviewed_on");
    playing.until(RELOADED).await;
    until_answered(&mut playing, "how does jwt work", SUMMARY).await;
}

#[tokio::test]
async fn a_content_folder_that_goes_and_comes_back_is_followed() {
    let author = Author::new();
    let mut playing = author.playground().await;
    let (content, away) = (author.content(), author.dir.path().join("away"));
    fs::rename(&content, &away).unwrap();
    playing.until("! The content cannot be read. The last good version keeps serving.").await;
    let notice = playing.notice().await;
    assert!(notice["lines"][0].as_str().unwrap().starts_with("there is no content folder at"), "{notice}");
    assert!(playing.ask("how does jwt work").await.contains(SUMMARY));
    fs::rename(&away, &content).unwrap();
    playing.until("* The content is sound again").await;
    author.edit(JWT, SUMMARY, "A sealed letter about you");
    until_answered(&mut playing, "how does jwt work", "A sealed letter about you").await;

    fs::remove_dir_all(&content).unwrap();
    playing.until("! The content cannot be read.").await;
    copy_folder(&fixture(), &content);
    until_answered(&mut playing, "how does jwt work", SUMMARY).await;
    author.edit(JWT, SUMMARY, "A note under seal");
    until_answered(&mut playing, "how does jwt work", "A note under seal").await;

    // At once, so that the new folder may look like the old one, down to its number.
    fs::remove_dir_all(&content).unwrap();
    copy_folder(&fixture(), &content);
    until_answered(&mut playing, "how does jwt work", SUMMARY).await;
    author.edit(JWT, SUMMARY, "A letter of your own");
    until_answered(&mut playing, "how does jwt work", "A letter of your own").await;
}

#[tokio::test]
async fn the_last_of_many_saves_is_served() {
    let author = Author::new();
    let mut playing = author.playground().await;
    author.edit(JWT, SUMMARY, "Version 0 of a note");
    for version in 1..=30 {
        author.edit(JWT, &format!("Version {} of", version - 1), &format!("Version {version} of"));
    }
    until_answered(&mut playing, "how does jwt work", "Version 30 of a note").await;
    // Also where each one is served before the next one comes.
    for version in 31..=33 {
        author.edit(JWT, &format!("Version {} of", version - 1), &format!("Version {version} of"));
        until_answered(&mut playing, "how does jwt work", &format!("Version {version} of")).await;
    }
}

#[tokio::test]
async fn an_editor_that_writes_beside_the_file_and_renames_is_followed() {
    let author = Author::new();
    let mut playing = author.playground().await;
    let text = fs::read_to_string(author.file(JWT)).unwrap().replace(SUMMARY, "A sealed letter about you");
    let beside = |name: &str| author.file(&format!("topics/auth/{name}"));
    fs::write(beside(".jwt.md.swp"), "of the editor").unwrap();
    fs::write(beside("4913"), "").unwrap();
    fs::rename(author.file(JWT), beside("jwt.md~")).unwrap();
    fs::write(beside(".jwt.md.new"), text).unwrap();
    fs::rename(beside(".jwt.md.new"), author.file(JWT)).unwrap();
    playing.until(RELOADED).await;
    assert!(playing.ask("how does jwt work").await.contains("A sealed letter about you"));
    assert_eq!(playing.notice().await["kind"], "news", "what the editor left is no problem");
}

#[tokio::test]
async fn a_new_folder_is_watched_with_what_is_in_it() {
    let author = Author::new();
    let mut playing = author.playground().await;
    fs::rename(author.file("topics/data"), author.dir.path().join("data")).unwrap();
    playing.until("there is no topic `long-read`").await;
    fs::rename(author.dir.path().join("data"), author.file("topics/data")).unwrap();
    playing.until("* The content is sound again").await;
    let written = author.backroad().args(["new", "topic", "zeppelins", "--area", "data"]).output().unwrap();
    assert!(written.status.success(), "{written:?}");
    playing.until("* Content reloaded: 4 topics").await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_to_the_content_is_followed_also_when_it_leads_elsewhere() {
    let author = Author::new();
    let (first, second) = (author.dir.path().join("first"), author.dir.path().join("second"));
    fs::rename(author.content(), &first).unwrap();
    copy_folder(&first, &second);
    let link = |to: &Path| {
        std::os::unix::fs::symlink(to, author.dir.path().join("new")).unwrap();
        fs::rename(author.dir.path().join("new"), author.content()).unwrap();
    };
    link(&first);
    let mut playing = author.playground().await;
    author.edit(JWT, SUMMARY, "A sealed letter about you");
    until_answered(&mut playing, "how does jwt work", "A sealed letter about you").await;
    link(&second);
    until_answered(&mut playing, "how does jwt work", SUMMARY).await;
    author.edit(JWT, SUMMARY, "A note under seal");
    until_answered(&mut playing, "how does jwt work", "A note under seal").await;
}
