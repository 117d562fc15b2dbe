//! Gathers the problems of one file while it is read.

use std::collections::HashSet;
use std::ops::{Range, RangeInclusive};

use super::problem::{Located, Place, Problem};
use super::source::{Source, char_count, is_invisible};

pub(super) struct Report<'s> {
    pub(super) source: &'s Source,
    problems: Vec<Problem>,
    /// Lines, from 1, where the syntax is broken: what a guess at it brings up there is not the author's mistake.
    muted: HashSet<u32>,
    unusable: bool,
}

impl<'s> Report<'s> {
    pub(super) fn new(source: &'s Source) -> Self {
        let mut report = Self { source, problems: Vec::new(), muted: HashSet::new(), unusable: false };
        report.find_invisible_characters();
        report
    }

    /// A problem at this offset that leaves the item usable.
    pub(super) fn soft(&mut self, at: usize, what: impl AsRef<str>, remedy: impl AsRef<str>) {
        self.soft_at(self.source.place(at), what, remedy);
    }

    pub(super) fn soft_at(&mut self, place: Place, what: impl AsRef<str>, remedy: impl AsRef<str>) {
        if !self.is_muted(place) {
            self.problems.push(place.problem(&self.source.path, what, remedy));
        }
    }

    /// A problem at this offset because of which the item cannot be used.
    pub(super) fn hard(&mut self, at: usize, what: impl AsRef<str>, remedy: impl AsRef<str>) {
        self.unusable = true;
        self.soft(at, what, remedy);
    }

    /// The item cannot be used because of something that was reported otherwise.
    pub(super) fn give_up(&mut self) {
        self.unusable = true;
    }

    /// From now on, problems on the lines of this range are consequences of one that was reported.
    pub(super) fn mute(&mut self, range: Range<usize>) {
        self.muted.extend(self.source.place(range.start).line..=self.source.place(range.end).line);
    }

    pub(super) fn is_muted(&self, place: Place) -> bool {
        self.muted.contains(&place.line)
    }

    /// Whether syntax was broken somewhere, so that what seems to be missing may merely be unreadable.
    pub(super) fn is_partial(&self) -> bool {
        !self.muted.is_empty()
    }

    pub(super) fn is_unusable(&self) -> bool {
        self.unusable
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    pub(super) fn located<T>(&self, value: T, at: usize) -> Located<T> {
        Located { value, place: self.source.place(at) }
    }

    /// `name`: what is too long, as the author knows it (`` `title` ``, `## Answer`, `the option`).
    pub(super) fn length(&mut self, at: usize, name: &str, text: &str, max: usize) {
        let length = char_count(text);
        if length > max {
            self.hard(at, format!("{name} is {length} characters long"), format!("shorten it to {max} or less"));
        }
    }

    pub(super) fn words(&mut self, at: usize, name: &str, words: usize, allowed: &RangeInclusive<usize>) {
        if !allowed.contains(&words) {
            let (min, max) = (allowed.start(), allowed.end());
            self.soft(at, format!("{name} has {}", plural(words, "word", "words")), format!("write {min} to {max}"));
        }
    }

    /// One problem for each line that has some: they come in bunches, from one paste.
    fn find_invisible_characters(&mut self) {
        let mut last = None;
        let source = self.source;
        for (at, c) in source.text.char_indices().filter(|&(_, c)| is_invisible(c)) {
            let line = source.line(at);
            if last.replace(line) != Some(line) {
                let what = format!("an invisible character (U+{:04X}) stands here", u32::from(c));
                self.soft(at, what, "delete it, or type the text around it anew");
            }
        }
    }
}

/// `1 word`, `2 words`.
pub(super) fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// `` `a` ``, `` `a` or `b` ``, `` `a`, `b` or `c` `` with the conjunction given.
pub(super) fn quoted<'a>(words: impl IntoIterator<Item = &'a str>, conjunction: &str) -> String {
    let mut quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.pop() {
        Some(last) if !quoted.is_empty() => format!("{} {conjunction} {last}", quoted.join(", ")),
        Some(only) => only,
        None => String::new(),
    }
}
