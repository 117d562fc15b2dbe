//! Reads the fields of a TOML table one by one, each with its place, and reports what is missing, unknown or of the
//! wrong type. Knows TOML and no kind of item.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::Located;
use super::report::{Report, plural, quoted};
use super::source::is_invisible;
use crate::nearest::nearest;

/// A table and what is known of it.
pub(super) struct Fields<'t> {
    table: &'t DeTable<'t>,
    owner: &'static str,
    /// Where the TOML begins in the file: spans are relative to it.
    base: usize,
    /// Where a missing field is reported.
    at: usize,
    /// Fields that are there under a misspelt name or in the wrong table: not to be reported as missing too.
    misplaced: Vec<&'static str>,
}

impl<'t> Fields<'t> {
    /// Reports all unknown fields. `owner`: what the fields belong to, with its article (`a topic`).
    pub(super) fn open(
        table: &'t DeTable<'t>,
        owner: &'static str,
        known: &[&'static str],
        base: usize,
        at: usize,
        report: &mut Report<'_>,
    ) -> Self {
        let mut fields = Self { table, owner, base, at, misplaced: Vec::new() };
        for key in table.keys() {
            fields.check_name(key, known, &[], "", report);
        }
        fields
    }

    /// The tables of an array of tables, such as each `[[resources]]`, with `known` fields. Fields of the outer table that
    /// stand below such a header belong to the inner one by TOML's rules; the author is told, and `self` remembers.
    pub(super) fn tables(
        &mut self,
        name: &'static str,
        owner: &'static str,
        known: &[&'static str],
        outer: &[&'static str],
        report: &mut Report<'_>,
    ) -> Option<Vec<Fields<'t>>> {
        let value = self.get(name, report)?;
        let at = self.start(value);
        let header = format!("[[{name}]]");
        let remedy = format!("write each one below a line {header} of its own");
        let DeValue::Array(entries) = value.get_ref() else {
            report.hard(at, format!("`{name}` must be a list of tables"), remedy);
            return None;
        };
        let mut found = Vec::new();
        for entry in entries {
            let at = self.start(entry);
            let DeValue::Table(table) = entry.get_ref() else {
                report.hard(at, format!("`{name}` must be a list of tables"), remedy.clone());
                continue;
            };
            let mut fields = Fields { table, owner, base: self.base, at, misplaced: Vec::new() };
            for key in table.keys() {
                self.misplaced.extend(fields.check_name(key, known, outer, &header, report));
            }
            found.push(fields);
        }
        Some(found)
    }

    /// A table within the table, such as `weeks = { min = 1, max = 2 }`; `None` when it is not there.
    pub(super) fn table(
        &self,
        name: &str,
        owner: &'static str,
        known: &[&'static str],
        example: &str,
        report: &mut Report<'_>,
    ) -> Option<Fields<'t>> {
        let value = self.table.get(name)?;
        let at = self.start(value);
        match value.get_ref() {
            DeValue::Table(table) => Some(Fields::open(table, owner, known, self.base, at, report)),
            other => {
                wrong_type(report, at, name, other, "a table", example);
                None
            }
        }
    }

    /// Returns the outer field that was meant, if it is one.
    fn check_name(
        &mut self,
        key: &Spanned<std::borrow::Cow<'t, str>>,
        known: &[&'static str],
        outer: &[&'static str],
        header: &str,
        report: &mut Report<'_>,
    ) -> Option<&'static str> {
        let name: &str = key.get_ref();
        if known.contains(&name) {
            return None;
        }
        let at = self.base + key.span().start;
        let owner = self.owner;
        if let Some(meant) = outer.iter().find(|field| **field == name) {
            let what = format!("`{name}` stands below {header} and so belongs to {owner}");
            report.soft(at, what, format!("move it above the first {header}"));
            return Some(meant);
        }
        match nearest(name, known.iter().copied()).and_then(|near| known.iter().find(|field| **field == near)) {
            Some(meant) => {
                report.soft(at, format!("unknown field `{name}`"), format!("did you mean `{meant}`?"));
                self.misplaced.push(meant);
            }
            None => {
                let remedy = format!("remove it; {owner} has {}", quoted(known.iter().copied(), "and"));
                report.soft(at, format!("unknown field `{name}`"), remedy);
            }
        }
        None
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    /// Where the value of a field stands; where a missing field is reported if it is not there.
    pub(super) fn at(&self, name: &str) -> usize {
        self.table.get(name).map_or(self.at, |value| self.start(value))
    }

    /// A line of text that must be there, of 1 to `max` characters.
    pub(super) fn text(&self, name: &'static str, max: usize, report: &mut Report<'_>) -> Option<Located<String>> {
        let value = self.get(name, report)?;
        self.line(name, value, max, true, report)
    }

    /// A list of lines of text, each of 1 to `max` characters, none twice. A list with fewer or more entries than `count`
    /// allows is reported; only when `count` allows none may the field be absent, or the list of a usable item empty.
    pub(super) fn texts(
        &self,
        name: &'static str,
        count: RangeInclusive<usize>,
        max: usize,
        report: &mut Report<'_>,
    ) -> Vec<Located<String>> {
        let required = *count.start() > 0;
        let value = if required { self.get(name, report) } else { self.table.get(name) };
        let Some(value) = value else { return Vec::new() };
        let DeValue::Array(entries) = value.get_ref() else {
            wrong_type(report, self.start(value), name, value.get_ref(), "a list of texts", r#"["one", "two"]"#);
            return Vec::new();
        };
        self.count(name, entries.iter().count(), &count, report);
        let mut texts: Vec<Located<String>> = Vec::new();
        let mut seen = HashSet::new();
        for entry in entries {
            let Some(text) = self.line(name, entry, max, false, report) else { continue };
            if seen.insert(text.value.to_lowercase()) {
                texts.push(text);
            } else {
                let what = format!("`{}` stands twice in `{name}`", text.value);
                report.soft(self.start(entry), what, "remove one of them");
            }
        }
        texts
    }

    /// Reports a list whose number of entries is not allowed.
    pub(super) fn count(&self, name: &str, entries: usize, allowed: &RangeInclusive<usize>, report: &mut Report<'_>) {
        if allowed.contains(&entries) {
            return;
        }
        let what = match entries {
            0 => {
                report.give_up();
                format!("`{name}` is empty")
            }
            _ => format!("`{name}` has {}", plural(entries, "entry", "entries")),
        };
        let remedy = match (*allowed.start(), *allowed.end()) {
            (min, usize::MAX) => format!("write {min} or more"),
            (min, max) => format!("write {min} to {max}"),
        };
        report.soft(self.at(name), what, remedy);
    }

    pub(super) fn number(
        &self,
        name: &'static str,
        allowed: &RangeInclusive<u32>,
        report: &mut Report<'_>,
    ) -> Option<u32> {
        let value = self.get(name, report)?;
        let at = self.start(value);
        let (min, max) = (allowed.start(), allowed.end());
        let DeValue::Integer(number) = value.get_ref() else {
            wrong_type(report, at, name, value.get_ref(), "a whole number", &min.to_string());
            return None;
        };
        // A number too large for the type is as far out of range as any other.
        let parsed = u32::from_str_radix(number.as_str(), number.radix()).ok().filter(|n| allowed.contains(n));
        if parsed.is_none() {
            report.hard(at, format!("`{name}` is {number}"), format!("write a number from {min} to {max}"));
        }
        parsed
    }

    /// False when it is not there.
    pub(super) fn flag(&self, name: &str, report: &mut Report<'_>) -> bool {
        let Some(value) = self.table.get(name) else { return false };
        if let DeValue::Boolean(flag) = value.get_ref() {
            return *flag;
        }
        wrong_type(report, self.start(value), name, value.get_ref(), "true or false", "true");
        false
    }

    /// A text that must be there, as it is written: of any length, with all of its lines and spaces.
    pub(super) fn raw(&self, name: &'static str, report: &mut Report<'_>) -> Option<String> {
        let value = self.get(name, report)?;
        match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            other => {
                wrong_type(report, self.start(value), name, other, "a text", r#""text""#);
                None
            }
        }
    }

    pub(super) fn optional_raw(&self, name: &'static str, report: &mut Report<'_>) -> Option<String> {
        if self.has(name) { self.raw(name, report) } else { None }
    }

    /// A list of texts as they are written; the same one may stand there several times.
    pub(super) fn raws(&self, name: &'static str, report: &mut Report<'_>) -> Option<Vec<String>> {
        let value = self.get(name, report)?;
        let texts = match value.get_ref() {
            DeValue::Array(entries) => {
                let text = |entry: &Spanned<DeValue<'_>>| entry.get_ref().as_str().map(str::to_owned);
                entries.iter().map(text).collect()
            }
            _ => None,
        };
        if texts.is_none() {
            wrong_type(report, self.start(value), name, value.get_ref(), "a list of texts", r#"["one", "two"]"#);
        }
        texts
    }

    /// A number, with a fraction or without.
    pub(super) fn decimal(&self, name: &'static str, report: &mut Report<'_>) -> Option<f64> {
        let value = self.get(name, report)?;
        let number = match value.get_ref() {
            DeValue::Float(number) => number.as_str().parse().ok(),
            DeValue::Integer(number) => number.as_str().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            wrong_type(report, self.start(value), name, value.get_ref(), "a decimal number", "0.5");
        }
        number
    }

    pub(super) fn date(&self, name: &'static str, report: &mut Report<'_>) -> Option<Date> {
        let value = self.get(name, report)?;
        let at = self.start(value);
        let date = match value.get_ref() {
            DeValue::Datetime(toml::value::Datetime { date: Some(date), time: None, offset: None }) => Some(date),
            other => {
                wrong_type(report, at, name, other, "a date", "2026-11-20");
                return None;
            }
        };
        let date = date.and_then(|date| {
            let (month, day) = (i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
            Date::new(i16::try_from(date.year).ok()?, month, day).ok()
        });
        if date.is_none() {
            report.hard(at, format!("`{name}` is no date of the calendar"), "write year-month-day, like 2026-11-20");
        }
        date
    }

    /// A text that must be one of a few.
    pub(super) fn one_of<T: Copy>(
        &self,
        name: &'static str,
        values: &[(&'static str, T)],
        report: &mut Report<'_>,
    ) -> Option<T> {
        let value = self.get(name, report)?;
        let at = self.start(value);
        let names = || values.iter().map(|(text, _)| *text);
        let DeValue::String(text) = value.get_ref() else {
            let example = format!("\"{}\"", names().next().unwrap_or_default());
            wrong_type(report, at, name, value.get_ref(), "a text", &example);
            return None;
        };
        let found = values.iter().find(|(known, _)| known == text).map(|(_, value)| *value);
        if found.is_none() {
            let remedy = match nearest(text, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("write {}", quoted(names(), "or")),
            };
            report.hard(at, format!("`{name}` cannot be `{text}`"), remedy);
        }
        found
    }

    /// The value of a field that must be there.
    fn get(&self, name: &'static str, report: &mut Report<'_>) -> Option<&'t Spanned<DeValue<'t>>> {
        let value = self.table.get(name);
        if value.is_none() {
            report.give_up();
            if !self.misplaced.contains(&name) && !report.is_partial() {
                report.soft(self.at, format!("`{name}` is missing"), format!("add it; {} needs one", self.owner));
            }
        }
        value
    }

    /// The text of a field (`vital`: the item cannot do without) or of one entry of its list.
    fn line(
        &self,
        name: &str,
        value: &Spanned<DeValue<'_>>,
        max: usize,
        vital: bool,
        report: &mut Report<'_>,
    ) -> Option<Located<String>> {
        let at = self.start(value);
        let text = match value.get_ref() {
            DeValue::String(text) => text,
            other if vital => {
                wrong_type(report, at, name, other, "a text", r#""text""#);
                return None;
            }
            other => {
                let what = format!("an entry of `{name}` must be a text but is {}", type_name(other));
                report.hard(at, what, "write every entry between double quotes");
                return None;
            }
        };
        let trimmed = text.trim();
        if trimmed.is_empty() {
            match vital {
                true => report.hard(at, format!("`{name}` is empty"), "write it"),
                false => report.hard(at, format!("an entry of `{name}` is empty"), "write it, or remove the entry"),
            }
            return None;
        }
        self.check_characters(name, value, text, report);
        let what = if vital { format!("`{name}`") } else { format!("an entry of `{name}`") };
        report.length(at, &what, trimmed, max);
        Some(report.located(trimmed.to_owned(), at))
    }

    fn check_characters(&self, name: &str, value: &Spanned<DeValue<'_>>, text: &str, report: &mut Report<'_>) {
        let at = self.start(value);
        if text.trim().len() != text.len() {
            report.soft(at, format!("`{name}` begins or ends with a space"), "remove the space");
        }
        if text.trim().contains('\n') {
            report.hard(at, format!("`{name}` has more than one line"), "write it on one line");
        }
        // Written as itself, such a character was reported with the rest of the file; here it hides in an escape.
        let written = report.source.slice(at..self.base + value.span().end);
        if let Some(c) = text.chars().find(|&c| c == '\t' || (is_invisible(c) && !written.contains(c))) {
            let what = format!("`{name}` has an invisible character (U+{:04X})", u32::from(c));
            report.soft(at, what, "remove it");
        }
    }

    fn start(&self, value: &Spanned<DeValue<'_>>) -> usize {
        self.base + value.span().start
    }
}

fn wrong_type(report: &mut Report<'_>, at: usize, name: &str, found: &DeValue<'_>, expected: &str, example: &str) {
    let what = format!("`{name}` must be {expected} but is {}", type_name(found));
    report.hard(at, what, format!("write it like `{name} = {example}`"));
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text in quotes",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(datetime) if datetime.time.is_some() => "a time",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
