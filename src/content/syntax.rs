//! TOML text -> a table with places, and what is wrong with the syntax in sentences for people who do not know TOML.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::report::Report;

/// Parses as much as can be made sense of. Each broken line is reported once and muted in `report`, so that what the
/// parser guessed there brings up nothing more. `base`: where `text` begins in the file.
pub(super) fn parse<'s>(text: &'s str, base: usize, report: &mut Report<'_>) -> DeTable<'s> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let table = table.into_inner();
    let mut errors: Vec<(Range<usize>, Error)> =
        errors.into_iter().map(|error| (error.span().unwrap_or(0..0), error)).collect();
    errors.sort_by_key(|(span, _)| span.start);
    if let Some((span, what, remedy)) = unclosed(&table, &errors) {
        // The parser read the fields that follow as part of the value: one mistake, many errors. A text that is not closed
        // swallows the bracket that would close its list.
        let text_in_it = errors.iter().find(|(at, error)| span.contains(&at.start) && is_unclosed_text(error));
        match text_in_it {
            Some((at, error)) => {
                let (what, remedy) = explain(error, "");
                report.hard(base + at.start, what, remedy);
            }
            None => report.hard(base + span.start, what, remedy),
        }
        errors.retain(|(at, _)| at.end < span.start);
        report.mute(base + span.start..base + text.trim_end().len());
    }
    let mut last_line = None;
    for (span, error) in errors {
        let at = base + span.start.min(text.len());
        let line = report.source.line(at);
        if last_line.replace(line) != Some(line) {
            let (what, remedy) = explain(&error, text.get(span).unwrap_or_default());
            report.hard(at, what, remedy);
            // What stands below a broken [name] belongs to nothing.
            let end = if is_unclosed_name(&error) { base + text.trim_end().len() } else { at };
            report.mute(at..end);
        }
    }
    table
}

/// The outermost value that goes on to the end of the text because nothing closes it.
fn unclosed(
    table: &DeTable<'_>,
    errors: &[(Range<usize>, Error)],
) -> Option<(Range<usize>, &'static str, &'static str)> {
    let end = errors.iter().find(|(_, error)| {
        ["unclosed array,", "unclosed inline table", "invalid multi-line"]
            .iter()
            .any(|m| error.message().starts_with(m))
    })?;
    let mut rest: Vec<&Spanned<DeValue<'_>>> = table.values().collect();
    let mut outermost: Option<&Spanned<DeValue<'_>>> = None;
    while let Some(value) = rest.pop() {
        if value.span().end >= end.0.start && outermost.is_none_or(|other| value.span().start < other.span().start) {
            outermost = Some(value);
        }
        match value.get_ref() {
            DeValue::Array(entries) => rest.extend(entries),
            DeValue::Table(fields) => rest.extend(fields.values()),
            _ => {}
        }
    }
    outermost.map(|value| match value.get_ref() {
        DeValue::Array(_) => (value.span(), "this list is not closed", "end it with `]`"),
        DeValue::Table(_) => (value.span(), "this table is not closed", "end it with `}`"),
        _ => (value.span(), "this text is not closed", "end it with the quotes that it begins with"),
    })
}

fn is_unclosed_text(error: &Error) -> bool {
    let message = error.message();
    message.starts_with("invalid basic string") || message.starts_with("invalid literal string")
}

fn is_unclosed_name(error: &Error) -> bool {
    let message = error.message();
    message.starts_with("unclosed table") || message.starts_with("unclosed array table")
}

/// The parser's messages for the mistakes that people make, as what is wrong and what to do.
fn explain(error: &Error, found: &str) -> (String, String) {
    let message = error.message();
    let says = |start: &str| message.starts_with(start);
    let (what, remedy) = if found.contains(['“', '”', '„', '‘', '’']) {
        ("curly quotes do not count as quotes", "write straight ones: \"text\"")
    } else if says("string values must be quoted") {
        ("a text without quotes, or no value at all", "write it between double quotes: \"text\"")
    } else if says("duplicate key") {
        ("this field is given twice", "keep one of them")
    } else if says("missing comma") {
        ("a comma is missing between two entries of a list", "put one in")
    } else if is_unclosed_text(error) {
        ("a text is not closed", "end it with the quote that it begins with, on the same line")
    } else if says("missing escaped value") || says("invalid escape") {
        ("a backslash in double quotes must be doubled", "write \\\\ for \\")
    } else if says("key with no value") || says("invalid unquoted key") {
        ("this line is no field", "write `name = value`")
    } else if is_unclosed_name(error) {
        ("a name in square brackets is not closed", "end it with as many `]` as it begins with `[`")
    } else if says("invalid date") {
        ("there is no such date", "write year-month-day, like 2026-11-20")
    } else {
        return (
            format!("not valid TOML ({message})"),
            "correct it; CONTRIBUTING.md shows how the fields look".to_owned(),
        );
    };
    (what.to_owned(), remedy.to_owned())
}
