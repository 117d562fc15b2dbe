//! A library of any size: the one of the repository, and copies of its items in which some words are others.

use std::path::Path;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::Result;

/// Of a hundred words in a copy so many are replaced by words that stand nowhere else, so that the vocabulary grows with the
/// library.
const REPLACED: u32 = 6;

/// Writes topics, questions and projects until there are `items`; returns what people ask of the real ones.
pub fn write(items: usize, to: &Path) -> Result<Vec<String>> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
    let mut real = Vec::new();
    for entry in walkdir::WalkDir::new(&from) {
        let entry = entry?;
        let place = to.join(entry.path().strip_prefix(&from)?);
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(place)?;
            continue;
        }
        std::fs::copy(entry.path(), &place)?;
        if place.extension().is_some_and(|extension| extension == "md") {
            real.push((place, std::fs::read_to_string(entry.path())?));
        }
    }
    let (library, _) = backroad::content::load(&from)?;
    let mut random = SmallRng::seed_from_u64(7);
    for number in library.items().count()..items {
        let Some((place, text)) = real.get(number % real.len()) else { continue };
        let id = place.file_stem().and_then(|stem| stem.to_str()).ok_or("no file name")?;
        let copy = format!("{id}-{number}");
        std::fs::write(place.with_file_name(format!("{copy}.md")), varied(text, id, &copy, number, &mut random))?;
    }
    let topics = library.topics.values().flat_map(|topic| &topic.asked_as);
    Ok(topics.chain(library.questions.values().flat_map(|question| &question.asked_as)).cloned().collect())
}

/// The same item with an id and a title of its own, no aliases, and other words here and there.
fn varied(text: &str, id: &str, copy: &str, number: usize, random: &mut SmallRng) -> String {
    let mut fenced = false;
    let mut first_of_question = false;
    let mut out = String::with_capacity(text.len() + 200);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("aliases = [") {
            // A list may go on over several lines.
            let mut last = line;
            while !last.ends_with(']') {
                let Some(next) = lines.next() else { break };
                last = next;
            }
            continue;
        }
        fenced ^= line.starts_with("```");
        let words = !fenced && !line.contains(['=', '#', '[', '`', '"', '+']);
        let line = if line == format!("id = \"{id}\"") {
            format!("id = \"{copy}\"")
        } else if let Some(title) = line.strip_prefix("title = \"").filter(|_| !out.contains("[[resources]]")) {
            format!("title = \"{number} {title}")
        } else if first_of_question && !line.is_empty() {
            first_of_question = false;
            format!("{number}: {line}").chars().take(150).collect()
        } else if words {
            line.split(' ').map(|word| replaced(word, random)).collect::<Vec<_>>().join(" ")
        } else {
            line.to_owned()
        };
        first_of_question |= line == "## Question";
        out.push_str(&line);
        out.push('\n');
    }
    out
}

fn replaced(word: &str, random: &mut SmallRng) -> String {
    let plain = word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    if !plain || random.random_range(0..100) >= REPLACED {
        return word.to_owned();
    }
    (0..word.len()).map(|_| char::from(random.random_range(b'a'..=b'z'))).collect()
}
