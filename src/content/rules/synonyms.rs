//! `synonyms.toml`. Groups with problems are left out, the others serve.

use std::collections::HashMap;

use super::outside::words;
use crate::content::fields::Fields;
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
    for group in fields.tables("groups", "a group", &["words", "loose"], &[], report).unwrap_or_default() {
        let remedy = "put all words that mean the same into one group";
        let words = words(&group, 2, &mut lines, remedy, report);
        let loose = group.flag("loose", report);
        if words.len() >= 2 {
            if loose { &mut synonyms.loose } else { &mut synonyms.groups }.push(words);
        }
    }
    synonyms
}
