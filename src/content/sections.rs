//! Sorts a document's blocks under the headings that its kind of item has, and reads lists from them.

use std::ops::{Range, RangeInclusive};

use super::limits;
use super::markdown::{Document, ListItem, Node, NodeKind};
use super::report::{Report, plural, quoted};
use crate::nearest::nearest;

/// A heading that an item may have.
pub(super) struct Expected {
    pub(super) name: &'static str,
    pub(super) required: bool,
}

impl Expected {
    pub(super) const fn required(name: &'static str) -> Self {
        Self { name, required: true }
    }
}

/// The parts of an item, each under its heading.
pub(super) struct Sections<'d, 's> {
    document: &'d Document<'s>,
    found: Vec<Section<'d>>,
}

pub(super) struct Section<'d> {
    pub(super) name: &'static str,
    /// Where its heading stands.
    pub(super) at: usize,
    /// Never empty.
    pub(super) nodes: &'d [Node],
}

impl<'d, 's> Sections<'d, 's> {
    /// `owner`: the kind of item with its article; `expected`: its headings in their order.
    pub(super) fn sort(
        document: &'d Document<'s>,
        owner: &str,
        expected: &[Expected],
        report: &mut Report<'_>,
    ) -> Self {
        let mut nodes = document.nodes.as_slice();
        let is_heading = |node: &Node| matches!(node.kind, NodeKind::Heading(_));
        let (preface, rest) = nodes.split_at(nodes.iter().position(is_heading).unwrap_or(nodes.len()));
        nodes = rest;
        if let Some(node) = preface.first() {
            let first = expected.first().map_or("", |heading| heading.name);
            report.soft(node.span.start, "text before the first heading", format!("move it below `## {first}`"));
        }
        // Every recognised heading, empty ones included: those are reported as empty and not as missing too.
        let mut seen: Vec<(usize, usize)> = Vec::new();
        let mut found = Vec::new();
        while let Some((heading, rest)) = nodes.split_first() {
            let (content, after) = rest.split_at(rest.iter().position(is_heading).unwrap_or(rest.len()));
            nodes = after;
            let NodeKind::Heading(name) = &heading.kind else { continue };
            let at = heading.span.start;
            let Some(index) = recognise(name, at, owner, expected, report) else { continue };
            let Some(known) = expected.get(index) else { continue };
            if seen.iter().any(|(earlier, _)| *earlier == index) {
                report.soft(at, format!("a second `## {}`", known.name), "make one part of the two");
                continue;
            }
            if let Some((later, _)) = seen.iter().find(|(earlier, _)| *earlier > index) {
                let later = expected.get(*later).map_or("", |heading| heading.name);
                report.soft(at, format!("`## {}` stands below `## {later}`", known.name), "move it above that");
            }
            seen.push((index, at));
            if content.is_empty() {
                let remedy = if known.required { "write it" } else { "write it, or remove the heading" };
                report_by(known.required, report, at, format!("`## {}` is empty", known.name), remedy);
            } else {
                found.push(Section { name: known.name, at, nodes: content });
            }
        }
        report_missing(document, owner, expected, &seen, report);
        Self { document, found }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Section<'d>> {
        self.found.iter().find(|section| section.name == name)
    }

    /// The Markdown of a part; empty when it is not there.
    pub(super) fn markdown(&self, name: &str) -> String {
        self.get(name).map(|section| self.document.text(section.span())).unwrap_or_default()
    }

    /// The Markdown of a part of at most `max` characters; empty when it is not there.
    pub(super) fn text(&self, name: &str, max: usize, report: &mut Report<'_>) -> String {
        let text = self.markdown(name);
        if let Some(section) = self.get(name) {
            report.length(section.at, &format!("`## {name}`"), &text, max);
        }
        text
    }

    pub(super) fn words(&self, name: &str, allowed: &RangeInclusive<usize>, report: &mut Report<'_>) {
        if let Some(section) = self.get(name) {
            let words = section.nodes.iter().map(|node| node.words).sum();
            report.words(section.at, &format!("`## {name}`"), words, allowed);
        }
    }

    /// The items of a part that is a list of at least `min` items, each with an empty box when `boxes`. Shown below one
    /// another they must fit one embed, so the limit is that of a part.
    pub(super) fn list(&self, name: &str, min: usize, boxes: bool, report: &mut Report<'_>) -> Vec<String> {
        self.text(name, limits::PART, report);
        let Some(section) = self.get(name) else { return Vec::new() };
        let bullet = if boxes { "- [ ]" } else { "-" };
        let Some(items) = section.items(None, &format!("begin every item with `{bullet}`"), report) else {
            return Vec::new();
        };
        if items.len() < min {
            let what = format!("`## {name}` has {}", plural(items.len(), "item", "items"));
            report.soft(section.at, what, format!("write {min} or more"));
        }
        let mut texts = Vec::new();
        for item in items {
            match (item.ticked, boxes) {
                (None, true) => report.soft(item.at, "this item has no box", "begin it with `- [ ]`"),
                (Some(true), true) => report.soft(item.at, "this box is ticked", "begin the item with `- [ ]`"),
                (Some(_), false) => report.soft(item.at, "this item has a box", "begin it with `-` alone"),
                (None, false) | (Some(false), true) => {}
            }
            let text = self.document.item_text(item);
            if text.is_empty() {
                report.soft(item.at, "this item is empty", "write it, or remove the bullet");
            } else {
                texts.push(text);
            }
        }
        if texts.is_empty() {
            report.give_up();
        }
        texts
    }

    pub(super) fn item_lines(&self, item: &ListItem) -> (String, String) {
        self.document.item_lines(item)
    }
}

impl<'d> Section<'d> {
    fn span(&self) -> Range<usize> {
        let start = self.nodes.first().map_or(0, |node| node.span.start);
        start..self.nodes.last().map_or(start, |node| node.span.end)
    }

    /// All list items; whatever is no list of the right sort is reported, and no list at all makes the item unusable.
    /// `numbered`: the number to begin with.
    pub(super) fn items(
        &self,
        numbered: Option<u64>,
        remedy: &str,
        report: &mut Report<'_>,
    ) -> Option<Vec<&'d ListItem>> {
        let mut lists = Vec::new();
        let mut others = Vec::new();
        for node in self.nodes {
            match &node.kind {
                NodeKind::List { numbered: number, items } if number.is_some() == numbered.is_some() => {
                    if *number != numbered {
                        report.soft(node.span.start, "the list does not begin with 1", "number the items from `1.`");
                    }
                    lists.push(items);
                }
                _ => others.push(node.span.start),
            }
        }
        if let Some(at) = others.first() {
            let sort = if numbered.is_some() { "a numbered list" } else { "a list" };
            let what = format!("`## {}` must be {sort} and nothing else", self.name);
            report_by(lists.is_empty(), report, *at, what, remedy);
        }
        (!lists.is_empty()).then(|| lists.into_iter().flatten().collect())
    }
}

/// Which of the expected headings this is, or was meant to be.
fn recognise(name: &str, at: usize, owner: &str, expected: &[Expected], report: &mut Report<'_>) -> Option<usize> {
    if let Some(index) = expected.iter().position(|heading| heading.name == name) {
        return Some(index);
    }
    let names = || expected.iter().map(|heading| heading.name);
    let near = nearest(name, names());
    let what =
        if name.is_empty() { "a heading without a name".to_owned() } else { format!("unknown heading `## {name}`") };
    match near {
        Some(near) => report.soft(at, what, format!("did you mean `## {near}`?")),
        None => {
            let headings: Vec<String> = names().map(|name| format!("## {name}")).collect();
            let list = quoted(headings.iter().map(String::as_str), "and");
            report.soft(at, what, format!("use **bold** instead; {owner} has {list}"));
        }
    }
    expected.iter().position(|heading| Some(heading.name) == near)
}

fn report_missing(
    document: &Document<'_>,
    owner: &str,
    expected: &[Expected],
    seen: &[(usize, usize)],
    report: &mut Report<'_>,
) {
    for (index, heading) in expected.iter().enumerate() {
        if !heading.required || seen.iter().any(|(present, _)| *present == index) {
            continue;
        }
        // Where it should be put: before the next part that is there.
        let next = seen.iter().filter(|(present, _)| *present > index).map(|(_, at)| *at).min();
        let at = next.unwrap_or(report.source.text.len());
        if !document.is_cut_short {
            report.hard(at, format!("`## {}` is missing", heading.name), format!("write it; {owner} needs one"));
        }
    }
}

fn report_by(hard: bool, report: &mut Report<'_>, at: usize, what: String, remedy: &str) {
    if hard { report.hard(at, what, remedy) } else { report.soft(at, what, remedy) }
}
