//! A library for a load: the choice questions of the repository, with so little to read after each that a reveal lasts 15 s.

use std::path::Path;

use backroad::content::{Item, Question, QuestionKind};

use crate::Result;

/// Characters of options, reasons, answer and explanation together: at 24 a second they are read in 15 s.
const TO_READ: usize = 366;

/// Writes the library; returns how many questions it has.
pub fn write(to: &Path) -> Result<usize> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
    for entry in walkdir::WalkDir::new(&from) {
        let entry = entry?;
        let place = to.join(entry.path().strip_prefix(&from)?);
        match entry.file_type().is_dir() {
            true => std::fs::create_dir_all(place)?,
            false => drop(std::fs::copy(entry.path(), place)?),
        }
    }
    let (library, _) = backroad::content::load(to)?;
    for question in library.questions.values() {
        // Beginning with the folder's own name.
        let file = to.with_file_name(&question.source);
        match question.kind {
            QuestionKind::Choice => std::fs::write(file, short(question))?,
            _ => std::fs::remove_file(file)?,
        }
    }
    let (library, _) = backroad::content::load(to)?;
    let questions = library.items().filter(|item| matches!(item, Item::Question(_))).count();
    if questions < 50 { Err("the library has too few questions".into()) } else { Ok(questions) }
}

fn short(question: &Question) -> String {
    let mut left = TO_READ;
    let mut take = |text: &str, most: usize| {
        let text = plain(text, most.min(left));
        left -= text.len();
        text
    };
    let mut options = String::new();
    for (number, option) in question.options.iter().enumerate() {
        let mark = if option.right { 'x' } else { ' ' };
        let (text, reason) = (take(&format!("{number} {}", option.text), 30), take(&option.reason, 30));
        options.push_str(&format!("- [{mark}] {text}\n  {reason}\n"));
    }
    let answer = take(&question.answer, 60);
    let explanation = take(&question.explanation.repeat(10), TO_READ);
    let topics: Vec<String> = question.topics.iter().map(|topic| format!("{topic:?}")).collect();
    format!(
        "+++\nid = {:?}\nkind = \"choice\"\ntopics = [{}]\nlevel = {:?}\nasked_as = {:?}\nreviewed_on = {}\n+++\n\n## Question\n\n{}\n\n\
         ## Options\n\n{options}\n## Answer\n\n{answer}\n\n## Explanation\n\n{explanation}\n",
        question.id,
        topics.join(", "),
        question.level.as_str(),
        question.asked_as,
        question.reviewed_on,
        question.question,
    )
}

/// At most so many characters, of letters, digits and single spaces between them.
fn plain(text: &str, most: usize) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let text = words.collect::<Vec<_>>().join(" ");
    let cut: String = text.chars().take(most).collect();
    match cut.strip_suffix(' ') {
        Some(cut) => format!("{cut}x"),
        None => cut,
    }
}
