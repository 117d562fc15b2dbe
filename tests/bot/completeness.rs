//! What the library of the repository promises: how much there is, how it hangs together, and that what it is asked for by
//! name is found.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::Write;
use std::process::{Command, Stdio};

use backroad::content::{Item, Level, Library, QuestionKind, load};
use serde_json::Value;

use crate::support::{backroad, real_index, root};

fn library() -> Library {
    load(&root().join("content")).unwrap().0
}

#[test]
fn there_is_enough_of_each_kind() {
    let library = library();
    assert!(library.topics.len() >= 357, "{} topics", library.topics.len());
    assert!(library.questions.len() >= 600, "{} questions", library.questions.len());
    assert!(library.projects.len() >= 40, "{} projects", library.projects.len());
    let of_kind = |kind| library.questions.values().filter(|question| question.kind == kind).count();
    assert!(of_kind(QuestionKind::Choice) >= 380 && of_kind(QuestionKind::Open) >= 100);
    for kind in QuestionKind::ALL {
        assert!(of_kind(kind) >= 30, "{} questions are {}", of_kind(kind), kind.as_str());
    }
    for level in Level::ALL {
        assert!(library.projects.values().filter(|project| project.level == level).count() >= 10, "{level} projects");
        for area in &library.areas {
            let there = library.questions.values().any(|question| question.area == area.id && question.level == level);
            assert!(there, "{} has no question that is {level}", area.id);
        }
    }
}

#[test]
fn all_topics_hang_together() {
    let library = library();
    let mut neighbours: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for topic in library.topics.values() {
        assert!(topic.prerequisites.len() + topic.related.len() > 0, "{} stands alone", topic.id);
        for other in topic.prerequisites.iter().chain(&topic.related) {
            neighbours.entry(&topic.id).or_default().insert(other);
            neighbours.entry(other).or_default().insert(&topic.id);
        }
    }
    let mut reached = HashSet::from(["what-is-backend"]);
    let mut open = vec!["what-is-backend"];
    while let Some(id) = open.pop() {
        open.extend(neighbours[id].iter().filter(|other| reached.insert(**other)));
    }
    let lost: Vec<_> = library.topics.keys().filter(|id| !reached.contains(id.as_str())).collect();
    assert!(lost.is_empty(), "no way leads to {lost:?}");
}

#[test]
fn the_complete_roadmap_has_every_topic_once_and_after_what_it_builds_on() {
    let library = library();
    let roadmap = &library.roadmaps["roadmap-complete"];
    let mut stage_of: BTreeMap<&str, usize> = BTreeMap::new();
    let mut seen: HashSet<&str> = HashSet::new();
    for (number, stage) in roadmap.stages.iter().enumerate() {
        assert!(stage.effort.is_some(), "{} does not say how long it takes", stage.title);
        for topic in stage.choices.iter().chain(&stage.topics) {
            assert!(stage_of.insert(topic, number).is_none(), "{topic} stands there twice");
        }
        for topic in &stage.topics {
            let before = |needed: &&String| stage.topics.contains(needed) && !seen.contains(needed.as_str());
            let late = library.topics[topic].prerequisites.iter().find(before);
            assert_eq!(late, None, "{topic} comes before what it builds on, in {}", stage.title);
            seen.insert(topic);
        }
    }
    for topic in library.topics.values() {
        let stage = stage_of.get(topic.id.as_str()).unwrap_or_else(|| panic!("{} is in no stage", topic.id));
        let late = topic.prerequisites.iter().find(|needed| stage_of[needed.as_str()] > *stage);
        assert_eq!(late, None, "{} comes before what it builds on", topic.id);
    }
}

/// The rows of a table whose columns are separated by tabs, by the names in its first line.
fn rows(file: &str) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let row = |line: &str| names.iter().zip(line.split('\t')).map(|(n, cell)| ((*n).into(), cell.into())).collect();
    lines.map(row).collect()
}

/// `TAXONOMY` names a table of ids that the library must have.
#[test]
fn every_id_of_the_taxonomy_is_there() {
    let Ok(file) = std::env::var("TAXONOMY") else { return };
    let library = library();
    for row in rows(&file) {
        let found = match row["kind"].as_str() {
            "topic" => library.topics.get(&row["id"]).is_some_and(|topic| topic.area == row["area"]),
            "project" => library.projects.contains_key(&row["id"]),
            kind => panic!("{kind}"),
        };
        assert!(found, "{row:?}");
    }
}

/// `SEED_ITEMS` names a table of what people may type and what is to be among the first three hits.
#[test]
fn every_seed_item_is_found() {
    let Ok(file) = std::env::var("SEED_ITEMS") else { return };
    let (library, rows) = (library(), rows(&file));
    let mut command: Command = backroad();
    command.env("BACKROAD_CONTENT", root().join("content")).env("BACKROAD_INDEX", real_index());
    command.args(["search", "--stdin", "--json", "--limit", "3"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let queries: String = rows.iter().map(|row| format!("{}\n", row["item"])).collect();
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(queries.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let found: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(found.len(), rows.len());
    let mut missed = Vec::new();
    for (row, found) in rows.iter().zip(found) {
        let hits: Vec<&str> = found["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap()).collect();
        let wanted = &row["id"];
        let about = |hit: &&str| {
            *hit == wanted || library.find(hit).map_or(Vec::new(), Item::topics).contains(&wanted.as_str())
        };
        if !hits.iter().any(about) {
            missed.push(format!("{:?} should find {wanted}, not {}", row["item"], hits.join(", ")));
        }
    }
    assert!(missed.is_empty(), "{} of {} items are not found:\n{}", missed.len(), rows.len(), missed.join("\n"));
}
