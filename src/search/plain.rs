//! Markdown -> plain sentences and code, for the index and for snippets.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use unicode_segmentation::UnicodeSegmentation;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plain {
    /// Each paragraph or list item as its sentences, trimmed and never empty.
    pub(super) paragraphs: Vec<Vec<String>>,
    /// The contents of all code blocks.
    pub(super) code: String,
}

impl Plain {
    pub(super) fn prose(&self) -> String {
        self.paragraphs.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

pub(super) fn plain(markdown: &str) -> Plain {
    let mut plain = Plain::default();
    let mut paragraph = String::new();
    let mut in_code = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(text) if in_code => plain.code.push_str(&text),
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => paragraph.push_str(&text),
            Event::SoftBreak | Event::HardBreak => paragraph.push(' '),
            Event::Start(Tag::Paragraph | Tag::Item | Tag::Heading { .. } | Tag::List(_))
            | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_)) => {
                finish(&mut plain, &mut paragraph);
            }
            _ => {}
        }
    }
    finish(&mut plain, &mut paragraph);
    plain
}

fn finish(plain: &mut Plain, paragraph: &mut String) {
    let sentences: Vec<String> = sentences(paragraph).collect();
    if !sentences.is_empty() {
        plain.paragraphs.push(sentences);
    }
    paragraph.clear();
}

/// Cuts prose at sentence ends. A sentence does not end before a lower-case letter, so "e.g. this" stays together.
fn sentences(prose: &str) -> impl Iterator<Item = String> {
    prose
        .split_sentence_bounds()
        .map(|sentence| sentence.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|sentence| sentence.contains(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_sentences() {
        let text = "A **JWT** has\nthree [parts](https://a.example/b). Use `exp`, e.g. ten minutes.\n\n\
                    - **Fat tokens.** Over 4 KB.\n- Second item\n\n```js\nlet a = 1;\n```\n\n1. Vec<T> ~~old~~ new";
        let plain = plain(text);
        assert_eq!(
            plain.paragraphs,
            [
                vec!["A JWT has three parts.", "Use exp, e.g. ten minutes."],
                vec!["Fat tokens.", "Over 4 KB."],
                vec!["Second item"],
                vec!["Vec<T> old new"],
            ]
        );
        assert_eq!(plain.code, "let a = 1;\n");
        assert!(plain.prose().starts_with("A JWT has three parts. Use exp, e.g. ten minutes. Fat tokens."));
    }
}
