//! Library -> index, in memory. What of an item is searched, and as which part.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use tantivy::directory::RamDirectory;
use tantivy::indexer::NoMergePolicy;
use tantivy::{Index, IndexSettings, IndexWriter, TantivyDocument};

use super::SearchError;
use super::analysis::{Analyser, Word};
use super::plain::{Plain, plain};
use super::schema::{Fields, Part};
use super::snippet::Passage;
use crate::content::{Item, Library};

/// Memory for building; more text than that becomes a second segment, which is no harm.
const WRITER_BYTES: usize = 64 << 20;

/// Builds the index of all items.
pub(super) fn build(library: &Library) -> Result<Index, SearchError> {
    let fields = Fields::new();
    let index = Index::create(RamDirectory::create(), fields.schema.clone(), IndexSettings::default())?;
    let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES)?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    let mut analyser = Analyser::new();
    for (place, item) in library.items().enumerate() {
        let mut document = document(&fields, &mut analyser, item);
        document.add_u64(fields.item, place as u64);
        writer.add_document(document)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(index)
}

fn document(fields: &Fields, analyser: &mut Analyser, item: Item<'_>) -> TantivyDocument {
    let texts = Texts::of(item);
    let mut document = TantivyDocument::default();
    let mut terms = BTreeSet::new();
    let mut surfaces = BTreeSet::new();
    for part in Part::ALL {
        let mut line = String::new();
        for word in analyser.words(texts.part(part)) {
            for Word { term, surface, .. } in word.parts.iter().chain([&word]) {
                let _ = write!(line, "{term} "); // writing to a String cannot fail
                terms.insert(term.clone());
                surfaces.insert(surface.clone());
            }
        }
        document.add_text(fields.part(part), line);
    }
    document.add_text(fields.terms, joined(&terms));
    document.add_text(fields.surfaces, joined(&surfaces));
    for (paragraph, sentences) in texts.passages.iter().enumerate() {
        for sentence in sentences {
            let words = analyser.words(sentence);
            let terms = words.iter().flat_map(|word| word.parts.iter().chain([word])).map(|word| word.term.as_str());
            document.add_text(fields.passages, Passage::stored(paragraph, terms, sentence));
        }
    }
    document
}

fn joined(words: &BTreeSet<String>) -> String {
    words.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// An item's text, part by part.
#[derive(Default)]
struct Texts {
    title: String,
    aliases: String,
    asked_as: String,
    summary: String,
    body: String,
    detail: String,
    /// Paragraphs of sentences that a snippet may show, the best to begin with first.
    passages: Vec<Vec<String>>,
}

impl Texts {
    fn of(item: Item<'_>) -> Texts {
        let mut texts = Texts::default();
        texts.title.push_str(item.title());
        texts.aliases = item.aliases().join("\n");
        push(&mut texts.aliases, &item.id().replace('-', " "));
        match item {
            Item::Topic(topic) => {
                texts.asked_as = topic.asked_as.join("\n");
                texts.summary(&topic.summary);
                texts.prose(&topic.explanation);
                texts.prose(&topic.pitfalls);
                texts.detail(&topic.example);
            }
            Item::Question(question) => {
                texts.asked_as = question.asked_as.join("\n");
                // The answer first: the question is the title, and a snippet should tell what the title does not.
                texts.prose(&question.answer);
                texts.prose(&question.explanation);
                let Plain { paragraphs, code } = plain(&question.question);
                paragraphs.iter().skip(1).flatten().for_each(|sentence| push(&mut texts.body, sentence));
                push(&mut texts.detail, &code);
                for option in &question.options {
                    texts.detail(&option.text);
                    texts.detail(&option.reason);
                }
                let lists = [&question.key_points, &question.accepted, &question.follow_ups];
                lists.into_iter().flatten().for_each(|text| texts.detail(text));
            }
            Item::Project(project) => {
                texts.asked_as = project.asked_as.join("\n");
                texts.summary(&project.summary);
                texts.prose(&project.brief);
                let lists = [&project.acceptance, &project.stretch, &project.hints];
                lists.into_iter().flatten().for_each(|text| texts.detail(text));
            }
            // Its stages repeat the titles of topics, which are the better answers, so they are left out.
            Item::Roadmap(roadmap) => texts.summary(&roadmap.summary),
        }
        texts
    }

    fn part(&self, part: Part) -> &str {
        match part {
            Part::Title => &self.title,
            Part::Aliases => &self.aliases,
            Part::AskedAs => &self.asked_as,
            Part::Summary => &self.summary,
            Part::Body => &self.body,
            Part::Detail => &self.detail,
        }
    }

    fn summary(&mut self, markdown: &str) {
        let plain = plain(markdown);
        push(&mut self.summary, &plain.prose());
        self.passages.extend(plain.paragraphs);
    }

    fn prose(&mut self, markdown: &str) {
        let plain = plain(markdown);
        push(&mut self.body, &plain.prose());
        push(&mut self.detail, &plain.code);
        self.passages.extend(plain.paragraphs);
    }

    fn detail(&mut self, markdown: &str) {
        let plain = plain(markdown);
        push(&mut self.detail, &plain.prose());
        push(&mut self.detail, &plain.code);
    }
}

fn push(text: &mut String, more: &str) {
    text.push('\n');
    text.push_str(more);
}
