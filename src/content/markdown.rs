//! Markdown -> headings and blocks with their places, as text for Discord, and what Discord cannot show. Knows no kind of
//! item and no heading's name.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

use super::limits;
use super::problem::Located;
use super::report::Report;
use super::sentences::{self, Sentence};
use super::source::Source;

/// A file's body. All offsets are those of the file.
pub(super) struct Document<'s> {
    source: &'s Source,
    pub(super) nodes: Vec<Node>,
    /// Where line ends within paragraphs stand, and what takes their place.
    joins: Vec<(Range<usize>, &'static str)>,
    /// All blocks of code between fences, in lists and quotes, too.
    pub(super) code: Vec<CodeBlock>,
    pub(super) sentences: Vec<Located<Sentence>>,
    /// A fence that is never closed swallows the headings after it.
    pub(super) is_cut_short: bool,
}

pub(super) struct CodeBlock {
    pub(super) at: usize,
    pub(super) language: String,
    pub(super) text: String,
}

/// A block that stands in no other block.
pub(super) struct Node {
    pub(super) span: Range<usize>,
    pub(super) kind: NodeKind,
    /// The words outside of code blocks, for counting.
    pub(super) words: usize,
}

pub(super) enum NodeKind {
    /// A second-level heading.
    Heading(String),
    /// Its text without any markup.
    Paragraph(String),
    List {
        numbered: Option<u64>,
        items: Vec<ListItem>,
    },
    Other,
}

pub(super) struct ListItem {
    /// Where its text begins, after the bullet and the box.
    pub(super) at: usize,
    /// Where its text ends.
    pub(super) end: usize,
    /// How far its further lines are indented.
    indent: usize,
    /// Whether the box is ticked, if it has one.
    pub(super) ticked: Option<bool>,
    /// It holds nothing but paragraphs.
    pub(super) is_plain: bool,
}

type Events<'a> = [(Event<'a>, Range<usize>)];

/// Reports whatever Discord cannot show.
pub(super) fn parse<'s>(body: Range<usize>, report: &mut Report<'s>) -> Document<'s> {
    let source = report.source;
    let text = source.slice(body.clone());
    let options =
        Options::ENABLE_TASKLISTS | Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    let parser = Parser::new_ext(text, options);
    for (_, definition) in parser.reference_definitions().iter() {
        let what = "Discord does not know links that are defined elsewhere";
        report.soft(body.start + definition.span.start, what, "write the link where it stands: [text](https://…)");
    }
    let events: Vec<(Event<'_>, Range<usize>)> = parser
        .into_offset_iter()
        .map(|(event, span)| (event, body.start + span.start..body.start + span.end))
        .collect();
    let mut document = Document {
        source,
        nodes: Vec::new(),
        joins: Vec::new(),
        code: Vec::new(),
        sentences: Vec::new(),
        is_cut_short: false,
    };
    document.gather_joins(&events);
    document.gather_code(&events);
    document.gather_nodes(&events);
    document.sentences = sentences::of(&events, report);
    document.check(&events, report);
    document
}

impl Document<'_> {
    /// The Markdown of a part, trimmed, with the lines of each paragraph joined: Discord would break them where the
    /// author's editor did.
    pub(super) fn text(&self, span: Range<usize>) -> String {
        let mut text = String::with_capacity(span.len());
        let mut from = span.start;
        let first = self.joins.partition_point(|(join, _)| join.start < span.start);
        for (join, replacement) in self.joins.iter().skip(first).take_while(|(join, _)| join.end <= span.end) {
            text.push_str(self.source.slice(from..join.start));
            text.push_str(replacement);
            from = join.end;
        }
        text.push_str(self.source.slice(from..span.end));
        text.trim().to_owned()
    }

    /// The Markdown of a list item as a text of its own.
    pub(super) fn item_text(&self, item: &ListItem) -> String {
        let text = self.text(item.at..item.end);
        let mut lines = text.split('\n');
        let mut dedented = lines.next().unwrap_or_default().to_owned();
        for line in lines {
            let spaces = line.bytes().take(item.indent).take_while(|byte| *byte == b' ').count();
            dedented.push('\n');
            dedented.push_str(line.get(spaces..).unwrap_or_default());
        }
        dedented
    }

    /// The first line of a list item, and the lines after it as one.
    pub(super) fn item_lines(&self, item: &ListItem) -> (String, String) {
        let text = self.source.slice(item.at..item.end);
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        let first = first.trim().trim_end_matches('\\').trim_end();
        let rest: Vec<&str> = rest.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        (first.to_owned(), rest.join(" "))
    }

    fn gather_joins(&mut self, events: &Events<'_>) {
        for (index, (event, span)) in events.iter().enumerate() {
            let next = events.get(index + 1).map_or(span.end, |(_, next)| next.start);
            match event {
                Event::SoftBreak => {
                    let end = self.skip_prefix(span.end).min(next.max(span.end));
                    self.joins.push((span.start..end, " "));
                }
                // The line stays broken, but Discord would show the backslash.
                Event::HardBreak => {
                    let newline = self.source.slice(span.clone()).find('\n').map_or(span.end, |at| span.start + at);
                    self.joins.push((span.start..newline, ""));
                }
                Event::Code(_) => {
                    let code = self.source.slice(span.clone());
                    for (newline, _) in code.match_indices('\n') {
                        let start = span.start + newline;
                        self.joins.push((start..self.skip_prefix(start + 1).min(span.end), " "));
                    }
                }
                _ => {}
            }
        }
    }

    fn gather_code(&mut self, events: &Events<'_>) {
        let mut open = false;
        for (event, span) in events {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                    let (language, text) = (language.to_string(), String::new());
                    self.code.push(CodeBlock { at: span.start, language, text });
                    open = true;
                }
                Event::End(TagEnd::CodeBlock) => open = false,
                Event::Text(part) if open => {
                    if let Some(block) = self.code.last_mut() {
                        block.text.push_str(part);
                    }
                }
                _ => {}
            }
        }
    }

    fn begins_with(&self, span: &Range<usize>, mark: &str) -> bool {
        self.source.slice(span.clone()).starts_with(mark)
    }

    /// The end of the indentation and quote signs that a line begins with.
    fn skip_prefix(&self, line: usize) -> usize {
        let rest = self.source.slice(line..self.source.text.len());
        line + (rest.len() - rest.trim_start_matches([' ', '\t', '>']).len())
    }

    fn gather_nodes(&mut self, events: &Events<'_>) {
        let mut rest = events;
        while let Some((event, span)) = rest.first() {
            let (block, after) = rest.split_at(block_length(rest));
            let kind = match event {
                Event::Start(Tag::Heading { level: HeadingLevel::H2, .. }) if self.begins_with(span, "#") => {
                    NodeKind::Heading(plain(block))
                }
                Event::Start(Tag::Paragraph) => NodeKind::Paragraph(plain(block)),
                Event::Start(Tag::List(numbered)) => {
                    NodeKind::List { numbered: *numbered, items: self.list_items(block) }
                }
                _ => NodeKind::Other,
            };
            self.nodes.push(Node { span: span.clone(), kind, words: count_words(block) });
            rest = after;
        }
    }

    fn list_items(&self, list: &Events<'_>) -> Vec<ListItem> {
        let mut items = Vec::new();
        let mut rest = list.get(1..list.len() - 1).unwrap_or_default();
        while let Some((_, span)) = rest.first() {
            let (item, after) = rest.split_at(block_length(rest));
            items.push(self.list_item(item, span.clone()));
            rest = after;
        }
        items
    }

    fn list_item(&self, events: &Events<'_>, span: Range<usize>) -> ListItem {
        let mut ticked = None;
        let mut at = self.skip_spaces(span.start + bullet_length(self.source.slice(span.clone())));
        // The box belongs to the text: what follows it is indented as far as the box is.
        let line_start = self.source.slice(0..span.start).rfind('\n').map_or(0, |newline| newline + 1);
        let indent = at - line_start;
        for (event, span) in events.iter().take(3) {
            if let Event::TaskListMarker(is_ticked) = event {
                ticked = Some(*is_ticked);
                at = span.end;
            }
        }
        let end = at + self.source.slice(at..span.end).trim_end().len();
        let is_plain = events.iter().skip(1).all(|(event, _)| match event {
            Event::Start(tag) => is_paragraph_or_inline(tag),
            Event::Rule => false,
            _ => true,
        });
        ListItem { at: self.skip_spaces(at).min(end), end, indent, ticked, is_plain }
    }

    fn skip_spaces(&self, at: usize) -> usize {
        let rest = self.source.slice(at..self.source.text.len());
        at + (rest.len() - rest.trim_start_matches([' ', '\t']).len())
    }

    fn check(&mut self, events: &Events<'_>, report: &mut Report<'_>) {
        let mut depth = 0usize;
        let mut in_code = false;
        for (event, span) in events {
            let at = span.start;
            match event {
                Event::Start(tag) => {
                    in_code |= matches!(tag, Tag::CodeBlock(_));
                    self.check_tag(tag, span, depth, report);
                    depth += 1;
                }
                Event::End(tag) => {
                    depth = depth.saturating_sub(1);
                    if matches!(tag, TagEnd::CodeBlock) {
                        in_code = false;
                    }
                }
                Event::InlineHtml(html) => {
                    let what = format!("Discord does not show HTML such as `{html}`");
                    report.soft(at, what, "put it between backticks if it is code, or take it out");
                }
                Event::Text(text) if !in_code => {
                    let written = self.source.slice(span.clone());
                    if written.starts_with('&') && written.ends_with(';') && written != &**text {
                        let what = format!("Discord does not know `{written}`");
                        report.soft(at, what, "write the character itself");
                    }
                }
                Event::FootnoteReference(_) => {
                    report.soft(at, "Discord does not know footnotes", "say it in the text");
                }
                Event::Rule => report.soft(at, "Discord does not show horizontal lines", "remove it"),
                _ => {}
            }
        }
    }

    fn check_tag(&mut self, tag: &Tag<'_>, span: &Range<usize>, depth: usize, report: &mut Report<'_>) {
        let at = span.start;
        match tag {
            Tag::Heading { level, .. } => {
                if !self.begins_with(span, "#") {
                    report.soft(at, "a heading that is underlined", "write it as `## Heading`");
                } else if *level != HeadingLevel::H2 {
                    let marks = "#".repeat(*level as usize);
                    report.soft(
                        at,
                        format!("a heading with `{marks}`"),
                        "use `##` for the parts and **bold** within them",
                    );
                } else if depth > 0 {
                    report.soft(at, "a heading within a list or quote", "put it at the beginning of a line of its own");
                }
            }
            Tag::CodeBlock(kind) => self.check_code(kind, span, report),
            Tag::HtmlBlock => {
                report.soft(at, "Discord does not show HTML", "write it in Markdown, or as code between ``` fences");
            }
            Tag::Table(_) => report.soft(at, "Discord does not show tables", "write a list, or a ```text block"),
            Tag::Image { .. } => report.soft(at, "pictures cannot be shown", "describe it, or link to it"),
            Tag::Link { link_type, dest_url, .. } => match link_type {
                LinkType::Inline | LinkType::Autolink if !dest_url.starts_with("https://") => {
                    let what = format!("a link to `{dest_url}`");
                    report.soft(at, what, "link to an address that begins with https://, or write it as `code`");
                }
                _ => {}
            },
            Tag::List(number) => {
                let list = self.source.slice(span.clone()).trim_start();
                let mark = list.trim_start_matches(|c: char| c.is_ascii_digit()).chars().next().unwrap_or_default();
                match (number, mark) {
                    (None, '+') => report.soft(at, "Discord does not know lists with `+`", "begin the items with `-`"),
                    (Some(_), ')') => {
                        report.soft(at, "Discord does not know lists with `1)`", "begin the items with `1.`");
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn check_code(&mut self, kind: &CodeBlockKind<'_>, span: &Range<usize>, report: &mut Report<'_>) {
        let at = span.start;
        let block = self.source.slice(span.clone()).trim_end();
        let CodeBlockKind::Fenced(language) = kind else {
            let what = "Discord does not show indented lines as code";
            report.soft(at, what, "put the code between ``` fences, or remove the indentation");
            return;
        };
        let mark = block.chars().next().unwrap_or('`');
        let fence = block.len() - block.trim_start_matches(mark).len();
        if mark != '`' || fence != 3 {
            report.soft(at, "Discord only knows fences of three backticks", "write ``` before and after the code");
        }
        if language.is_empty() {
            report.soft(at, "a code block without a language", "name it after the fence, like ```sql, or ```text");
        } else if !language.chars().all(|c| c.is_ascii_alphanumeric() || "+#-_.".contains(c)) {
            let what = format!("`{language}` is no name of a language");
            report.soft(at, what, "write one word after the fence, like ```sql");
        }
        let last = block.rsplit_once('\n').map_or("", |(_, last)| last).trim_start_matches([' ', '\t', '>']);
        if last.len() < fence || !last.chars().all(|c| c == mark) {
            self.is_cut_short = true;
            report.hard(at, "a code block that is not closed", "end it with a line ```");
        } else {
            report.length(at, "the code block", block, limits::CODE_BLOCK);
        }
    }
}

/// How many events the block has that begins with the first one.
fn block_length(events: &Events<'_>) -> usize {
    let mut depth = 0usize;
    for (index, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    events.len()
}

fn bullet_length(item: &str) -> usize {
    let mark = item.trim_start();
    let indent = item.len() - mark.len();
    let digits = mark.len() - mark.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    (indent + digits + 1).min(item.len())
}

fn is_paragraph_or_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Paragraph | Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
    )
}

/// The text of some events without any markup and without code blocks.
fn plain(events: &Events<'_>) -> String {
    let mut text = String::new();
    let mut in_code = false;
    for (event, _) in events {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::End(TagEnd::Paragraph | TagEnd::Item) | Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::Text(part) if !in_code => text.push_str(part),
            Event::Code(part) => text.push_str(part),
            _ => {}
        }
    }
    text.trim().to_owned()
}

/// Words are what stands between spaces and has a letter or digit.
fn count_words(events: &Events<'_>) -> usize {
    plain(events).split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}
