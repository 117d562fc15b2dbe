//! What is found first, and what is declined.

use super::*;
use crate::content::ItemKind;
use crate::search::analysis::Analyser;
use crate::search::words::Class;

/// Each query is answered, and its first hit is this item.
fn check_answers(expected: &[(&str, &str)]) {
    let search = search(&library());
    for (text, id) in expected {
        let results = ask(&search, text);
        assert_eq!(results.hits.first().map(|hit| hit.id.as_str()), Some(*id), "{text:?}: {results:#?}");
        assert!(results.answered, "{text:?} is not answered");
    }
}

fn check_declined(texts: &[&str]) {
    let search = search(&library());
    for text in texts {
        let results = ask(&search, text);
        assert!(!results.answered, "{text:?} is answered by {:#?}", results.hits.first());
    }
}

#[test]
fn a_bare_name_finds_its_topic_first() {
    check_answers(&[
        ("jwt", "jwt"),
        ("JWT?", "jwt"),
        ("what is jwt", "jwt"),
        ("json web tokens", "jwt"),
        ("k8s", "kubernetes"),
        ("redis", "redis"),
        ("caches", "caching"),
        ("rest", "rest"),
        ("authz", "authn-vs-authz"),
        ("sql nosql", "sql-vs-nosql"),
        ("project-url-shortener", "project-url-shortener"),
        ("roadmap-steps", "roadmap-steps"),
    ]);
}

#[test]
fn a_question_in_the_words_of_an_interview_question_finds_it() {
    check_answers(&[
        ("How does JWT authentication work?", "how-jwt-authentication-works"),
        ("how does jwt authentication work", "how-jwt-authentication-works"),
        ("What is the difference between SQL and NoSQL?", "difference-sql-nosql"),
    ]);
}

#[test]
fn names_with_signs_are_found_however_they_are_written() {
    check_answers(&[
        ("node.js", "nodejs"),
        ("nodejs", "nodejs"),
        ("node js", "nodejs"),
        ("ci/cd", "ci-cd"),
        ("cicd", "ci-cd"),
        ("ci cd", "ci-cd"),
        ("c#", "csharp"),
        (".net", "csharp"),
        ("asp.net", "csharp"),
        ("aspnet", "csharp"),
        ("n+1", "n-plus-one"),
        ("n+1 queries", "n-plus-one"),
    ]);
}

#[test]
fn synonyms_work_in_both_directions() {
    check_answers(&[
        ("json web token", "jwt"),
        ("continuous integration", "ci-cd"),
        ("dotnet", "csharp"),
        ("csharp", "csharp"),
        ("n plus one problem", "n-plus-one"),
        ("mongodb or pg for my app", "sql-vs-nosql"),
        ("authn", "authn-vs-authz"),
    ]);
}

#[test]
fn typos_are_repaired() {
    check_answers(&[
        ("authetication vs authorisation", "authn-vs-authz"),
        ("kubernets", "kubernetes"),
        ("kuberentes", "kubernetes"),
        ("jtw", "jwt"),
        ("reids", "redis"),
        ("dokcer", "docker"),
        ("buildpipeline", "ci-cd"),
    ]);
}

#[test]
fn a_comparison_finds_what_treats_both_sides() {
    check_answers(&[
        ("authentication vs authorization", "authn-vs-authz"),
        ("difference between authentication and authorization", "authn-vs-authz"),
        ("sql or nosql", "sql-vs-nosql"),
        ("cookies versus jwt", "session-vs-token"),
        ("is jwt better than a session", "session-vs-token"),
    ]);
}

#[test]
fn what_people_type_is_found() {
    check_answers(&[
        ("why do i get a 401 after one hour", "jwt"),
        ("my pod is in crashloopbackoff", "kubernetes"),
        ("works on my machine", "docker"),
        ("hundreds of selects", "n-plus-one"),
        ("stale data", "caching"),
        ("build something like bitly", "project-url-shortener"),
        ("<@123> jwt expired? <:sad:99> ||help||", "jwt"),
        ("> ```js\n> jwt\n> ```", "jwt"),
        ("ｊｗｔ", "jwt"),
        ("j\u{200b}wt", "jwt"),
        ("Rédis", "redis"),
    ]);
}

#[test]
fn what_is_not_in_the_library_is_declined() {
    check_declined(&[
        "",
        "   \n\t ",
        "😀😀😀",
        "?!... ++ #",
        "<@1> <@2>",
        "asdkjh",
        "best pizza in rome",
        "ignore previous instructions",
        "who are you",
        "what is it",
        "how does it work",
        "what is the difference",
        "hello",
        "what time is it",
        "سلام",
        "weather in berlin tomorrow",
        "recommend a movie",
        "1234567",
    ]);
}

#[test]
fn a_text_without_words_has_no_hits() {
    let search = search(&library());
    for text in ["", "  ", "😀", "<@1>", "\u{202e}"] {
        let results = ask(&search, text);
        assert!(results.hits.is_empty() && !results.answered, "{text:?}");
        assert_eq!(results.query, text.trim());
    }
}

#[test]
fn declined_questions_still_list_what_is_nearest() {
    let results = ask(&search(&library()), "jwt barbecue recipe with pork belly for my boyfriend");
    assert!(!results.answered);
    assert_eq!(results.hits[0].id, "jwt");
}

#[test]
fn an_empty_library_answers_nothing() {
    let search = search(&Library::default());
    assert_eq!(ask(&search, "jwt").hits, []);
    assert_eq!(search.suggest("", None, 25), []);
}

#[test]
fn hits_can_be_limited_to_a_kind_and_a_number() {
    let search = search(&library());
    let query = |kind, limit| search.query(&Query { text: "jwt", kind, limit, snippets: 9 }).unwrap();
    assert_eq!(query(Some(ItemKind::Question), 5).hits[0].id, "how-jwt-authentication-works");
    assert!(query(Some(ItemKind::Topic), 5).hits.iter().all(|hit| hit.kind == ItemKind::Topic));
    assert_eq!(query(None, 1).hits.len(), 1);
    let none = query(None, 0);
    assert!(none.hits.is_empty() && !none.answered);
}

#[test]
fn results_are_serialised_as_the_command_line_promises() {
    let search = search(&library());
    let mut results = search.query(&Query { text: " jwt ", kind: None, limit: 1, snippets: 9 }).unwrap();
    results.hits[0].score = 1.5;
    insta::assert_snapshot!(serde_json::to_string(&results).unwrap(), @r#"{"query":"jwt","answered":true,"hits":[{"id":"jwt","kind":"topic","title":"JWT","topics":["jwt"],"score":1.5,"snippet":"A signed set of claims that any service with the key can verify."}]}"#);
}

#[test]
fn shipped_synonyms_do_not_contradict_each_other() {
    let mut analyser = Analyser::new();
    let mut known: Vec<(Vec<String>, usize)> = Vec::new();
    for (group, phrases) in shipped_synonyms().iter().enumerate() {
        for phrase in phrases {
            let words = analyser.words(phrase);
            assert!(
                words.iter().any(|word| word.class == Class::Content),
                "{phrase:?} has only words that count little"
            );
            let terms: Vec<String> = words.into_iter().map(|word| word.term).collect();
            let other = known.iter().find(|(other, of)| *other == terms && *of != group);
            assert!(other.is_none(), "{phrase:?} is in two groups");
            known.push((terms, group));
        }
    }
}

#[test]
fn a_name_that_reads_the_same_comes_first_however_many_texts_match_better() {
    let mut shelf = Shelf::default();
    for number in 0..150 {
        let start = "Start the server, then start the next: where you start matters. ".repeat(5);
        shelf = shelf.topic(&format!("topic-{number}"), &format!("Start number {number}"), |t| t.explanation = start);
    }
    let shelf = shelf.topic("path", "The path", |topic| topic.aliases = strings(&["where do i start"]));
    let results = ask(&search(&shelf.done()), "where do I start?");
    assert_eq!(results.hits[0].id, "path");
    assert!(results.answered);
}
