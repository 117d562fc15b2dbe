//! Library -> index, in memory. What of an item is searched, and as which part.

use std::collections::BTreeSet;
use std::num::NonZero;
use std::panic::resume_unwind;

use tantivy::directory::RamDirectory;
use tantivy::indexer::NoMergePolicy;
use tantivy::{Index, IndexSettings, IndexWriter, TantivyDocument};

use super::SearchError;
use super::analysis::{Analyser, Word};
use super::plain::{Plain, plain};
use super::schema::{Fields, Part};
use super::snippet::Passage;
use crate::content::{Item, Library};

/// Memory for building, at most; more text than that becomes a further segment. A few are no harm, but each word of a query is
/// looked up in all of them.
fn writer_bytes(items: usize) -> usize {
    const MANY_ITEMS: usize = 20_000;
    if items < MANY_ITEMS { 64 << 20 } else { 1 << 30 }
}

/// Threads that analyse texts; the index itself is written by one, which would keep no more than these waiting.
const MOST_THREADS: usize = 4;

/// Builds the index of all items.
pub(super) fn build(library: &Library) -> Result<Index, SearchError> {
    let fields = Fields::new();
    let index = Index::create(RamDirectory::create(), fields.schema.clone(), IndexSettings::default())?;
    let items: Vec<(usize, Item<'_>)> = library.items().enumerate().collect();
    let mut writer: IndexWriter = index.writer_with_num_threads(1, writer_bytes(items.len()))?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS);
    let add = |items: &[(usize, Item<'_>)]| -> Result<(), SearchError> {
        let mut analyser = Analyser::remembering();
        for (place, item) in items {
            let mut document = document(&fields, &mut analyser, *item);
            document.add_u64(fields.item, *place as u64);
            writer.add_document(document)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let chunks = items.chunks(items.len().div_ceil(threads).max(1));
        let workers: Vec<_> = chunks.map(|chunk| scope.spawn(|| add(chunk))).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })?;
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(index)
}

fn document(fields: &Fields, analyser: &mut Analyser, item: Item<'_>) -> TantivyDocument {
    let texts = Texts::of(item);
    let mut document = TantivyDocument::default();
    let mut found = Found::default();
    for (paragraph, Paragraph { part, sentences }) in texts.passages.iter().enumerate() {
        for sentence in sentences {
            let words = analyser.words(sentence);
            found.add(*part, &words);
            let terms = words.iter().flat_map(|word| word.parts.iter().chain([word])).map(|word| word.term.as_str());
            document.add_text(fields.passages, Passage::stored(paragraph, terms, sentence));
        }
    }
    for part in Part::ALL {
        found.add(part, &analyser.words(texts.part(part)));
    }
    for (part, line) in Part::ALL.into_iter().zip(found.lines) {
        document.add_text(fields.part(part), line);
    }
    document.add_text(fields.terms, joined(&found.terms));
    document.add_text(fields.surfaces, joined(&found.surfaces));
    document
}

/// The words of an item.
#[derive(Default)]
struct Found {
    /// The terms part by part, in the order of [`Part::ALL`], with a space behind each.
    lines: [String; Part::ALL.len()],
    terms: BTreeSet<String>,
    surfaces: BTreeSet<String>,
}

impl Found {
    fn add(&mut self, part: Part, words: &[Word]) {
        let Some(line) = self.lines.get_mut(part as usize) else { return };
        for Word { term, surface, .. } in words.iter().flat_map(|word| word.parts.iter().chain([word])) {
            line.push_str(term);
            line.push(' ');
            if !self.terms.contains(term) {
                self.terms.insert(term.clone());
            }
            if !self.surfaces.contains(surface) {
                self.surfaces.insert(surface.clone());
            }
        }
    }
}

fn joined(words: &BTreeSet<String>) -> String {
    words.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// An item's text, part by part, but for what stands in its passages.
#[derive(Default)]
struct Texts {
    title: String,
    aliases: String,
    asked_as: String,
    body: String,
    detail: String,
    /// What a snippet may show, the best to begin with first. It is searched, too.
    passages: Vec<Paragraph>,
}

struct Paragraph {
    part: Part,
    sentences: Vec<String>,
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
            Part::Summary => "",
            Part::Body => &self.body,
            Part::Detail => &self.detail,
        }
    }

    fn summary(&mut self, markdown: &str) {
        self.passages(Part::Summary, plain(markdown).paragraphs);
    }

    fn prose(&mut self, markdown: &str) {
        let plain = plain(markdown);
        push(&mut self.detail, &plain.code);
        self.passages(Part::Body, plain.paragraphs);
    }

    fn passages(&mut self, part: Part, paragraphs: Vec<Vec<String>>) {
        self.passages.extend(paragraphs.into_iter().map(|sentences| Paragraph { part, sentences }));
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
