//! Loads 10,000 valid files and prints how long that takes: `cargo bench --bench content_check`.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use backroad::content::{QuestionKind, load, skeleton};
use jiff::civil::date;

const FILES: usize = 10_000;
const AREAS: usize = 25;

fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let content = dir.path().join("content");
    write_library(&content)?;
    for round in 1..=5 {
        let start = Instant::now();
        let (library, problems) = load(&content)?;
        let time = start.elapsed();
        if let Some(problem) = problems.first() {
            return Err(format!("{} problems in valid files, such as {problem}", problems.len()).into());
        }
        println!("round {round}: {} items in {time:.0?}", library.items().count());
    }
    Ok(())
}

/// Half topics, each with the one before it as prerequisite, half questions about them.
fn write_library(content: &Path) -> Result<(), Box<dyn Error>> {
    let today = date(2026, 11, 20);
    let mut areas = String::new();
    for area in 0..AREAS {
        areas += &format!("[[areas]]\nid = \"area-{area}\"\ntitle = \"Area {area}\"\nsummary = \"One of many.\"\n\n");
        fs::create_dir_all(content.join(format!("topics/area-{area}")))?;
        fs::create_dir_all(content.join(format!("questions/area-{area}")))?;
    }
    fs::write(content.join("areas.toml"), areas)?;
    for number in 0..FILES / 2 {
        let area = format!("area-{}", number % AREAS);
        let topic = format!("topic-{number}");
        let mut text = skeleton::topic(&topic, &format!("Topic {number}"), &area, today);
        if let Some(before) = number.checked_sub(1) {
            text = text.replace("prerequisites = []", &format!("prerequisites = [\"topic-{before}\"]"));
        }
        fs::write(content.join(format!("topics/{area}/{topic}.md")), text)?;
        let question = format!("question-{number}");
        let text = skeleton::question(&question, QuestionKind::Choice, &topic, today);
        fs::write(content.join(format!("questions/{area}/{question}.md")), text)?;
    }
    Ok(())
}
