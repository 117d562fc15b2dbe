//! `synonyms.toml`. Groups with problems are left out, the others serve.

use std::collections::HashMap;

use crate::content::fields::Fields;
use crate::content::limits;
use crate::content::model::Synonyms;
use crate::content::report::Report;
use crate::content::syntax;

pub(super) fn read(report: &mut Report<'_>) -> Synonyms {
    let table = syntax::parse(&report.source.text, 0, report);
    let mut fields = Fields::open(&table, "synonyms.toml", &["groups"], 0, 0, report);
    let mut synonyms = Synonyms::default();
    if !fields.has("groups") {
        // An empty file means that there are none yet.
        return synonyms;
    }
    let mut lines: HashMap<String, u32> = HashMap::new();
    for group in fields.tables("groups", "a group", &["words"], &[], report).unwrap_or_default() {
        let mut words = Vec::new();
        for word in group.texts("words", 2..=usize::MAX, limits::ALIAS, report) {
            let lower = word.value.to_lowercase();
            if lower != word.value {
                report.soft_at(word.place, format!("`{}` has capital letters", word.value), format!("write `{lower}`"));
            }
            if let Some(line) = lines.insert(lower.clone(), word.place.line) {
                let what = format!("`{lower}` is also in the group on line {line}");
                report.soft_at(word.place, what, "put all words that mean the same into one group");
            } else {
                words.push(lower);
            }
        }
        if words.len() >= 2 {
            synonyms.groups.push(words);
        }
    }
    synonyms
}
