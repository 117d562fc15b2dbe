//! Reads the sources and keeps the invariants that ARCHITECTURE.md states: who may know what.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    found.sort();
    found
}

/// A source without comments and without what only tests use.
fn code(source: &str) -> String {
    let shipped = source.split("#[cfg(test)]\nmod tests").next().unwrap_or(source);
    shipped.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Every place outside `allowed` rooms where code says one of `words`.
fn found_outside(words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, source) in sources("src") {
        let shown = path.display().to_string();
        if allowed.iter().any(|room| shown.contains(room)) {
            continue;
        }
        for word in words {
            for (n, line) in code(&source).lines().enumerate() {
                if line.contains(word) {
                    found.push(format!("{shown}, line {} of code: {word}", n + 1));
                }
            }
        }
    }
    found
}

#[test]
fn the_sources_are_found() {
    assert!(sources("src").len() > 20, "the other tests here would pass on nothing");
}

#[test]
fn only_the_discord_room_knows_discord_libraries() {
    assert_eq!(found_outside(&["serenity::", "twilight_"], &["src/discord/"]), [""; 0]);
}

#[test]
fn only_the_store_speaks_sql() {
    assert_eq!(found_outside(&["sqlx"], &["src/store/"]), [""; 0]);
}

#[test]
fn only_search_knows_tantivy() {
    assert_eq!(found_outside(&["tantivy"], &["src/search/"]), [""; 0]);
}

#[test]
fn the_local_discord_shares_nothing_with_the_bot() {
    let rooms = ["app", "config", "content", "discord", "search", "store"];
    for (path, source) in sources("src/playground") {
        for room in rooms {
            let name = format!("crate::{room}");
            let named = code(&source).lines().any(|line| line.contains(&name));
            assert!(!named, "{} uses {name}: an oracle that shares the bot's code shares its mistakes", path.display());
        }
    }
}

#[test]
fn knowledge_points_one_way() {
    let below = [
        ("src/content/", &["app", "cli", "daily", "discord", "playground", "search", "store"][..]),
        ("src/quiz/", &["app", "cli", "daily", "discord", "playground", "search", "store"]),
        ("src/daily/", &["app", "cli", "discord", "playground", "quiz", "search", "store"]),
        ("src/search/", &["app", "cli", "daily", "discord", "playground", "quiz", "store"]),
        ("src/store/", &["app", "cli", "content", "daily", "discord", "playground", "quiz", "search"]),
        ("src/verify/", &["app", "cli", "daily", "discord", "playground", "quiz", "search"]),
        ("src/app/", &["cli", "discord", "playground", "verify"]),
        ("src/discord/", &["cli", "config", "playground", "verify"]),
    ];
    for (room, unknown) in below {
        for (path, source) in sources(room) {
            for other in unknown {
                assert!(!code(&source).contains(&format!("crate::{other}")), "{} knows {other}", path.display());
            }
        }
    }
}

/// Rooms whose decisions can be replayed: time and randomness are arguments, effects are returned.
#[test]
fn the_pure_rooms_do_nothing_themselves() {
    let impure = [
        "async ",
        ".await",
        "Instant::now",
        "SystemTime",
        "Timestamp::now",
        "Zoned::now",
        "rand::rng",
        "std::fs",
        "std::net",
        "tokio::",
    ];
    for room in ["src/quiz", "src/daily", "src/learning"] {
        for (path, source) in sources(room) {
            for word in impure {
                assert!(!code(&source).contains(word), "{} says {word}", path.display());
            }
        }
    }
}

#[test]
fn every_reply_is_built_where_it_is_kept_within_the_limits() {
    assert_eq!(
        found_outside(
            &["CreateInteractionResponseMessage", "CreateEmbed", "CreateActionRow"],
            &["src/discord/render/mod.rs"]
        ),
        [""; 0]
    );
}

#[test]
fn main_is_short_and_every_file_says_what_it_is_for() {
    let main = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/main.rs")).unwrap();
    assert!(main.lines().count() <= 40);
    for folder in ["src", "tests", "benches"] {
        for (path, source) in sources(folder) {
            assert!(
                source.starts_with("//!"),
                "{} does not begin with a line that says what it is for",
                path.display()
            );
        }
    }
}

#[test]
fn the_architecture_page_names_every_room() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    for entry in fs::read_dir(root.join("src")).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(page.contains(name.trim_end_matches(".rs")), "ARCHITECTURE.md does not name src/{name}");
    }
}

/// The modules of the playground's page, each with those that it imports.
fn page_modules() -> Vec<(String, String, Vec<String>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/playground/page/files");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let modules = paths.filter(|path| path.extension().is_some_and(|extension| extension == "js")).map(|path| {
        let source = fs::read_to_string(&path).unwrap();
        let imports = source.split("from \"./").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()));
        (path.file_name().unwrap().to_str().unwrap().to_owned(), source.clone(), imports.collect())
    });
    modules.collect()
}

#[test]
fn modules_of_the_page_say_what_they_are_for_and_import_in_no_circle() {
    let mut left = page_modules();
    assert!(left.len() > 10, "the modules are found");
    for (name, source, _) in &left {
        assert!(source.starts_with("// "), "{name} does not begin with a line that says what it is for");
    }
    // Modules whose imports are all gone can go, until none is left.
    loop {
        let names: Vec<String> = left.iter().map(|(name, ..)| name.clone()).collect();
        let before = left.len();
        left.retain(|(_, _, imports)| imports.iter().any(|import| names.contains(import)));
        if left.len() == before {
            break;
        }
    }
    let circle: Vec<&str> = left.iter().map(|(name, ..)| name.as_str()).collect();
    assert!(circle.is_empty(), "{circle:?} import one another");
}

/// What comes from members and bots is drawn as text: nothing on the page may become HTML or code by itself.
#[test]
fn the_page_makes_no_html_of_text() {
    for (name, source, _) in page_modules() {
        for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
            assert!(!source.contains(word), "{name} says {word}");
        }
    }
}
