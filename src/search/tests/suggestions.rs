//! Autocomplete.

use super::*;
use crate::content::ItemKind;

fn ids(text: &str, kind: Option<ItemKind>) -> Vec<String> {
    search(&library()).suggest(text, kind, 4).into_iter().map(|suggestion| suggestion.id).collect()
}

#[test]
fn what_is_being_typed_is_suggested() {
    for (text, first) in [
        ("j", "jwt"),
        ("JW", "jwt"),
        ("json w", "jwt"),
        ("web token", "jwt"),
        ("k8", "kubernetes"),
        ("rel", "sql-vs-nosql"),
        ("nosql", "sql-vs-nosql"),
        ("sql no", "sql-vs-nosql"),
        ("token session", "session-vs-token"),
        ("n-plus-one", "n-plus-one"),
        ("n+1", "n-plus-one"),
        ("node.js", "nodejs"),
        ("ci cd", "ci-cd"),
        ("ci/", "ci-cd"),
        ("asp.n", "csharp"),
        ("kubernets", "kubernetes"),
        ("kubrenetes", "kubernetes"),
        ("dokc", "docker"),
        ("reids", "redis"),
        ("athentication", "authn-vs-authz"),
    ] {
        assert_eq!(ids(text, Some(ItemKind::Topic)).first().map(String::as_str), Some(first), "{text:?}");
    }
}

#[test]
fn an_equal_name_comes_before_one_that_starts_so() {
    assert_eq!(ids("jwt", None), ["jwt", "how-jwt-authentication-works"]);
    assert_eq!(ids("re", Some(ItemKind::Topic)), ["rest", "redis", "sql-vs-nosql"]);
}

#[test]
fn a_typo_is_forgiven_also_if_another_kind_fits_as_it_is() {
    let library = Shelf::default().topic("a", "Caches", |_| {}).project("b", "Cached pages", |_| {}).done();
    let first = |kind| search(&library).suggest("caches", Some(kind), 5).remove(0).id;
    assert_eq!(first(ItemKind::Topic), "a");
    assert_eq!(first(ItemKind::Project), "b");
}

#[test]
fn nothing_typed_suggests_topics_for_beginners_first() {
    assert_eq!(ids("", None), ["authn-vs-authz", "caching", "rest", "csharp"]);
    assert_eq!(ids("  ", Some(ItemKind::Project)), ["project-url-shortener"]);
    assert_eq!(ids("", Some(ItemKind::Roadmap)), ["roadmap-steps"]);
}

#[test]
fn what_nothing_is_like_suggests_nothing() {
    for text in ["zzzz", "xq", "😀 😀", "best pizza"] {
        assert_eq!(ids(text, None), Vec::<String>::new(), "{text:?}");
    }
}
