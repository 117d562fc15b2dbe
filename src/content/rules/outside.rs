//! `outside.toml`: subjects that the library does not treat. Those with problems are left out, the others serve.

use std::collections::HashMap;

use crate::content::fields::Fields;
use crate::content::limits;
use crate::content::model::Subject;
use crate::content::report::Report;
use crate::content::syntax;

pub(super) fn read(report: &mut Report<'_>) -> Vec<Subject> {
    let table = syntax::parse(&report.source.text, 0, report);
    let mut fields = Fields::open(&table, "outside.toml", &["subjects"], 0, 0, report);
    let mut subjects = Vec::new();
    if !fields.has("subjects") {
        // An empty file means that there are none yet.
        return subjects;
    }
    let mut lines: HashMap<String, u32> = HashMap::new();
    for subject in fields.tables("subjects", "a subject", &["name", "words"], &[], report).unwrap_or_default() {
        let name = subject.text("name", limits::TITLE, report);
        let words = words(&subject, 1, &mut lines, "leave it in the subject that fits best", report);
        if let Some(name) = name.filter(|_| !words.is_empty()) {
            subjects.push(Subject { name: name.value, words });
        }
    }
    subjects
}

/// The field `words` in lower case, without those that stand on earlier `lines`; they are reported with this remedy.
pub(super) fn words(
    group: &Fields<'_>,
    least: usize,
    lines: &mut HashMap<String, u32>,
    remedy: &str,
    report: &mut Report<'_>,
) -> Vec<String> {
    let mut words = Vec::new();
    for word in group.texts("words", least..=usize::MAX, limits::ALIAS, report) {
        let lower = word.value.to_lowercase();
        if lower != word.value {
            report.soft_at(word.place, format!("`{}` has capital letters", word.value), format!("write `{lower}`"));
        }
        if let Some(line) = lines.insert(lower.clone(), word.place.line) {
            report.soft_at(word.place, format!("`{lower}` is also in the group on line {line}"), remedy);
        } else {
            words.push(lower);
        }
    }
    words
}
