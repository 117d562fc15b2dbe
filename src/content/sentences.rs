//! The sentences of a file's prose, so that one that stands in two files is found. Knows no kind of item.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};
use unicode_segmentation::UnicodeSegmentation;

use super::problem::Located;
use super::report::Report;
use super::rules::fold;

/// Fewer words are no sentence of somebody's own.
const WORDS: usize = 7;

/// A sentence without case and punctuation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Sentence(u64);

/// Of paragraphs and list items; code is left out. Of a sentence that stands twice the first one.
pub(super) fn of(events: &[(Event<'_>, Range<usize>)], report: &Report<'_>) -> Vec<Located<Sentence>> {
    let mut found: Vec<Located<Sentence>> = Vec::new();
    let (mut text, mut at, mut in_code, mut in_items) = (String::new(), 0, false, 0usize);
    let mut flush = |text: &mut String, at: usize| {
        let place = report.source.place(at);
        for sentence in text.split_sentence_bounds().filter_map(sentence) {
            if found.iter().all(|known| known.value != sentence) {
                found.push(Located { value: sentence, place });
            }
        }
        text.clear();
    };
    for (event, span) in events {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Start(tag @ (Tag::Paragraph | Tag::Item | Tag::Heading { .. })) => {
                flush(&mut text, at);
                at = span.start;
                in_items += usize::from(matches!(tag, Tag::Item));
            }
            Event::End(tag @ (TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_))) => {
                flush(&mut text, at);
                in_items -= usize::from(matches!(tag, TagEnd::Item) && in_items > 0);
            }
            // An option ends where its line does.
            Event::SoftBreak if in_items > 0 => {
                flush(&mut text, at);
                at = span.end;
            }
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::Text(part) if !in_code => text.push_str(part),
            Event::Code(part) => text.push_str(part),
            _ => {}
        }
    }
    flush(&mut text, at);
    found
}

fn sentence(text: &str) -> Option<Sentence> {
    let folded = fold(text);
    if folded.split(' ').count() < WORDS {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    folded.hash(&mut hasher);
    Some(Sentence(hasher.finish()))
}
