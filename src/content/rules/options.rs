//! The options of a question: their list, their number, their reasons, and that none speaks of another.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use super::fold;
use crate::content::limits;
use crate::content::markdown::ListItem;
use crate::content::model::{QuestionKind, QuestionOption};
use crate::content::report::{Report, plural};
use crate::content::sections::{Section, Sections};

/// Whether questions of this kind have options.
pub(super) fn has_options(kind: QuestionKind) -> bool {
    !matches!(kind, QuestionKind::Short | QuestionKind::Open)
}

/// Empty for kinds without options.
pub(super) fn read(kind: QuestionKind, sections: &Sections<'_, '_>, report: &mut Report<'_>) -> Vec<QuestionOption> {
    let Some(section) = sections.get("Options") else { return Vec::new() };
    let allowed = match kind {
        QuestionKind::Choice => 3..=5,
        QuestionKind::Multi | QuestionKind::Order => 3..=6,
        QuestionKind::TrueFalse => 2..=2,
        QuestionKind::Short | QuestionKind::Open => {
            let what = format!("a question of the kind `{}` has no options", kind.as_str());
            report.soft(section.at, what, "remove this part, or change the kind");
            return Vec::new();
        }
    };
    let is_order = kind == QuestionKind::Order;
    let remedy = match is_order {
        true => "number the options from `1.` on, in the right order",
        false => "begin every option with `- [ ]`, the right ones with `- [x]`",
    };
    let Some(items) = section.items(is_order.then_some(1), remedy, report) else { return Vec::new() };
    let options: Vec<(usize, QuestionOption)> =
        items.iter().map(|item| (item.at, option(item, is_order, sections, report))).collect();
    check_count(kind, options.len(), &allowed, section, report);
    if !is_order && items.iter().all(|item| item.ticked.is_some()) {
        check_ticks(kind, &options, section, report);
    }
    if kind == QuestionKind::TrueFalse {
        for (at, option) in options.iter().filter(|(_, option)| option.text != "True" && option.text != "False") {
            report.hard(*at, format!("`{}` is neither `True` nor `False`", option.text), "write exactly one of these");
        }
    }
    check_texts(&options, report);
    options.into_iter().map(|(_, option)| option).collect()
}

fn option(item: &ListItem, is_order: bool, sections: &Sections<'_, '_>, report: &mut Report<'_>) -> QuestionOption {
    let at = item.at;
    match (item.ticked, is_order) {
        (None, false) => report.hard(at, "this option has no box", "begin it with `- [ ]`, or `- [x]` if it is right"),
        (Some(_), true) => report.hard(at, "this step has a box", "begin it with its number alone"),
        _ => {}
    }
    let (text, reason) = sections.item_lines(item);
    if !item.is_plain {
        let remedy = "write the option on one line and its reason on the next, both as plain sentences";
        report.hard(at, "an option with a list, quote or code block in it", remedy);
    }
    if text.is_empty() {
        report.hard(at, "this option is empty", "write it, or remove it");
    } else if reason.is_empty() {
        let remedy = "say on the next line, indented, why it is right or wrong";
        let remedy = if is_order { "say on the next line, indented, why it comes here" } else { remedy };
        report.hard(at, "this option has no reason", remedy);
    }
    report.length(at, "the option", &text, limits::OPTION);
    report.length(at, "the reason", &reason, limits::REASON);
    QuestionOption { text, right: is_order || item.ticked == Some(true), reason }
}

fn check_count(
    kind: QuestionKind,
    count: usize,
    allowed: &RangeInclusive<usize>,
    section: &Section<'_>,
    report: &mut Report<'_>,
) {
    if allowed.contains(&count) {
        return;
    }
    let remedy = match kind {
        QuestionKind::TrueFalse => "write exactly two, `True` and `False`".to_owned(),
        _ => format!("write {} to {}", allowed.start(), allowed.end()),
    };
    let what = format!("{} for a question of the kind `{}`", plural(count, "option", "options"), kind.as_str());
    report.hard(section.at, what, remedy);
}

fn check_ticks(
    kind: QuestionKind,
    options: &[(usize, QuestionOption)],
    section: &Section<'_>,
    report: &mut Report<'_>,
) {
    let right = options.iter().filter(|(_, option)| option.right).count();
    let remedy = match kind {
        QuestionKind::Multi if right < 2 => "tick two or more with `[x]`, or change the kind to `choice`",
        QuestionKind::Multi if right == options.len() => "leave at least one `[ ]`",
        QuestionKind::Choice if right > 1 => "tick exactly one with `[x]`, or change the kind to `multi`",
        QuestionKind::Choice | QuestionKind::TrueFalse if right != 1 => "tick exactly one with `[x]`",
        _ => return,
    };
    let what = match right {
        0 => "no option is ticked".to_owned(),
        _ if right == options.len() => "every option is ticked".to_owned(),
        _ => format!("{} ticked", plural(right, "option is", "options are")),
    };
    report.hard(section.at, what, remedy);
}

fn check_texts(options: &[(usize, QuestionOption)], report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    for (at, option) in options {
        // With its punctuation, which is all that tells some options about code apart.
        if !seen.insert(option.text.to_lowercase()) && !option.text.is_empty() {
            report.hard(*at, format!("`{}` is an option twice", option.text), "make them differ, or remove one");
        }
        if refers_to_others(&option.text) {
            let what = "this option speaks of other options";
            report.soft(*at, what, "say what it means: options are shuffled when they are shown");
        } else if names_an_option(&option.reason) {
            let what = "the reason speaks of an option by its letter or number";
            report.soft(*at, what, "say what that option says: options are shuffled when they are shown");
        }
    }
}

/// Words that options like "Both A and C" and "None of these" are made of.
const FILLERS: [&str; 25] = [
    "above", "all", "and", "answer", "answers", "are", "both", "correct", "either", "false", "is", "neither", "none",
    "nor", "not", "of", "only", "option", "options", "or", "right", "the", "them", "these", "true",
];

/// "All of the above", "Both A and C", "None of these".
fn refers_to_others(option: &str) -> bool {
    let folded = fold(option);
    let words: Vec<&str> = folded.split(' ').collect();
    let points = words.iter().filter(|word| is_letter(word)).count() > 1
        || words.iter().any(|word| matches!(*word, "above" | "these" | "them"));
    folded.contains("of the above")
        || folded.contains("of the other options")
        || (points && words.iter().all(|word| is_letter(word) || FILLERS.contains(word)))
}

/// "Option B", "the second option".
pub(super) fn names_an_option(text: &str) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(2).any(|pair| {
        let [first, second] = pair else { return false };
        let (first, is_capital) = (first.to_lowercase(), second.chars().all(char::is_uppercase));
        let ordinals = ["first", "second", "third", "fourth", "fifth", "sixth", "last"];
        (["option", "options"].contains(&first.as_str()) && is_capital && is_letter(&second.to_lowercase()))
            || (ordinals.contains(&first.as_str()) && ["option", "options"].contains(&second.to_lowercase().as_str()))
    })
}

fn is_letter(word: &str) -> bool {
    matches!(word, "a" | "b" | "c" | "d" | "e" | "f")
}
