//! Buttons outlive the library that they were made from.

use std::path::Path;

use backroad::app::Knowledge;
use backroad::playground::Shown;
use backroad::{content, search};
use insta::assert_snapshot;

use crate::support::{Community, RunningBot, check_bodies, empty_community, fixture, knowledge};

/// The fixture after somebody has renamed JWT, dropped a question and the guestbook, and shortened the roadmap.
fn next_library(dir: &Path) -> Knowledge {
    for entry in walkdir::WalkDir::new(fixture()) {
        let entry = entry.unwrap();
        let to = dir.join(entry.path().strip_prefix(fixture()).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(to).unwrap();
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let text = text.replace("id = \"jwt\"", "id = \"json-web-tokens\"");
        let text = text.replace("[\"jwt\"", "[\"json-web-tokens\"").replace("\"jwt\"]", "\"json-web-tokens\"]");
        let text = text.replace("aliases = [\"bearer token\"]", "aliases = [\"bearer token\", \"jwt\"]");
        let text = text.replace("projects = [\"project-guestbook\"]", "");
        let text = text.split("[[stages]]\ntitle = \"Read\"").next().unwrap().to_owned();
        let to = if to.ends_with("jwt.md") { to.with_file_name("json-web-tokens.md") } else { to };
        std::fs::write(to, text).unwrap();
    }
    std::fs::remove_file(dir.join("questions/auth/token-logout.md")).unwrap();
    std::fs::remove_file(dir.join("projects/project-guestbook.md")).unwrap();
    let (library, problems) = content::load(dir).unwrap();
    assert!(problems.is_empty(), "{}", problems[0]);
    let search = search::open(&library, &dir.join("../index")).unwrap().search;
    Knowledge { library, search }
}

async fn press(c: &Community, message: &Shown, button: &str) -> String {
    let shown = c.member("ada").click(message, button).await.unwrap();
    shown.text().to_owned()
}

#[tokio::test]
async fn buttons_of_renamed_items_work_and_those_of_removed_ones_help_on() {
    let c = empty_community().await;
    let ada = c.member("ada");
    let bot = RunningBot::start(&c, knowledge()).await;
    let answer = ada.slash("/ask query: how does jwt work").await.unwrap();
    let topic = ada.slash("/topic name: jwt").await.unwrap();
    let question = ada.slash("/question topic: jwt").await.unwrap();
    let solved = ada.click(&question, "Show answer").await.unwrap();
    let idea = ada.slash("/project topic: jwt").await.unwrap();
    let message = ada.message("how does jwt work").await.unwrap();
    let found = ada.message_command("Find an answer", &message).await.unwrap();
    let project = ada.slash("/ask query: cookie kind: projects").await.unwrap();
    let roadmap = ada.slash("/roadmap path: roadmap-short").await.unwrap();
    let stage = ada.select(&roadmap, "Open a stage", &["2. Read"]).await.unwrap();
    let whole = ada.slash("/roadmap path: roadmap-short").await.unwrap();
    bot.stop().await.unwrap();

    let dir = tempfile::tempdir().unwrap();
    let bot = RunningBot::start(&c, next_library(&dir.path().join("content"))).await;
    assert!(press(&c, &answer, "More").await.contains("A signed note"), "a renamed topic");
    let pitfalls = press(&c, &topic, "Pitfalls").await;
    assert!(pitfalls.contains("Reading instead of verifying"), "{pitfalls}");
    let votes = press(&c, &answer, "Helpful").await;
    assert!(votes.contains("Noted"), "{votes}");

    let shared = ada.click(&found, "Share with the channel").await.unwrap();
    assert!(!shared.is_ephemeral() && shared.text().contains("A signed note"), "{}", shared.text());
    let quiz = press(&c, &answer, "Quiz me").await;
    assert!(quiz.contains("I have no other question like that"), "its only question is gone: {quiz}");
    let another = ada.forge_component(idea.id().unwrap(), "br1:idea:any:jwt", &[]).await.unwrap();
    assert!(another.text().contains("That was the only one of its kind"), "{}", another.text());
    for button in ["I knew it", "Related"] {
        let gone = ada.click(&solved, button).await.unwrap();
        assert!(gone.text().contains("`token-logout` is no longer in my library"), "{button}: {}", gone.text());
    }

    assert_snapshot!(press(&c, &question, "Show answer").await, @"
    `token-logout` is no longer in my library. These come nearest:
    [Nearest titles v]
      - JWT: Topic · A signed note that says who you are, which any server with the key can check.
      - Token vault: Project · advanced · about 20 h
      - Sessions: Topic · The server remembers who logged in, and the browser carries only a number that nobody can…
    Only you can see this
    ");
    assert_snapshot!(press(&c, &project, "More").await, @"
    `project-guestbook` is no longer in my library. These come nearest:
    [Nearest titles v]
      - Token vault: Project · advanced · about 20 h
    Only you can see this
    ");
    let gone = ada.click(&project, "Helpful").await.unwrap();
    assert!(gone.is_ephemeral() && gone.text().contains("no longer in my library"), "{}", gone.text());
    let shorter = press(&c, &stage, "Back").await;
    assert!(shorter.contains("Log in"), "{shorter}");
    let gone = ada.select(&whole, "Open a stage", &["2. Read"]).await.unwrap();
    assert!(gone.is_ephemeral());
    assert_snapshot!(gone.text().lines().next().unwrap(), @"This roadmap has changed since, and has no such stage any more.");
    bot.stop().await.unwrap();
    check_bodies(&c);
}
