//! What holds for any text.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::content::ItemKind;
use crate::search::{MOST_HITS, MOST_SUGGESTIONS};

static SEARCH: LazyLock<Search> = LazyLock::new(|| search(&library()));

/// Anything: any characters, what looks like queries, what looks like markup.
fn text() -> impl Strategy<Value = String> {
    let words = "(jwt|k8s|redis|c#|.net|n\\+1|ci/cd|vs|or|and|difference|between|the|how|authetication|x{1,60}| |<@1>|`|\\*){0,30}";
    prop_oneof!["\\PC{0,200}", any::<String>(), words, "[<>@:/#a-z0-9.+'|`~*_\\- \n]{0,80}"]
}

fn kind() -> impl Strategy<Value = Option<ItemKind>> {
    proptest::sample::select(vec![
        None,
        Some(ItemKind::Topic),
        Some(ItemKind::Question),
        Some(ItemKind::Project),
        Some(ItemKind::Roadmap),
    ])
}

proptest! {
    #[test]
    fn a_query_keeps_its_promises(text in text(), kind in kind(), limit in 0usize..200) {
        let results = SEARCH.query(&Query { text: &text, kind, limit, snippets: limit }).unwrap();
        prop_assert!(results.hits.len() <= limit.min(MOST_HITS));
        prop_assert!(results.hits.is_sorted_by(|a, b| a.score >= b.score));
        prop_assert!(!results.answered || !results.hits.is_empty());
        let library = library();
        for hit in &results.hits {
            let item = library.find(&hit.id).unwrap();
            prop_assert_eq!(item.kind(), hit.kind);
            prop_assert_eq!(item.title(), &hit.title);
            prop_assert!(kind.is_none_or(|kind| kind == hit.kind));
            prop_assert!(hit.score.is_finite() && hit.score > 0.0);
            prop_assert!(hit.snippet.chars().count() <= 200);
        }
        let again = SEARCH.query(&Query { text: &text, kind, limit, snippets: limit }).unwrap();
        prop_assert_eq!(results, again);
    }

    #[test]
    fn suggestions_keep_their_promises(text in text(), kind in kind(), limit in 0usize..60) {
        let suggestions = SEARCH.suggest(&text, kind, limit);
        prop_assert!(suggestions.len() <= limit.min(MOST_SUGGESTIONS));
        let library = library();
        for (place, suggestion) in suggestions.iter().enumerate() {
            let item = library.find(&suggestion.id).unwrap();
            prop_assert_eq!(item.title(), &suggestion.title);
            prop_assert!(kind.is_none_or(|kind| kind == item.kind()));
            prop_assert!(suggestions[..place].iter().all(|other| other.id != suggestion.id), "twice");
        }
    }

    #[test]
    fn one_edit_in_a_long_name_still_finds_it(at in 1usize..9, letter in proptest::char::range('a', 'z')) {
        let mut name: Vec<char> = "kubernetes".chars().collect();
        name[at] = letter;
        let name: String = name.into_iter().collect();
        prop_assert_eq!(&ask(&SEARCH, &name).hits[0].id, "kubernetes");
        prop_assert_eq!(&SEARCH.suggest(&name, None, 5)[0].id, "kubernetes");
    }
}

#[test]
fn the_longest_message_is_read() {
    let long = "why does my jwt expire and how do i renew it without asking for the password again? ".repeat(48);
    assert!(long.len() > 4000);
    assert_eq!(ask(&SEARCH, &long).hits[0].id, "jwt");
}

#[test]
fn searches_can_be_shared_between_threads() {
    fn is_shared<T: Clone + Send + Sync + 'static>() {}
    is_shared::<Search>();
}
