//! What a hit shows of its item.

use super::*;

fn snippet(topic: impl FnOnce(&mut Topic), text: &str) -> String {
    let library = Shelf::default().topic("jwt", "JWT", topic).topic("redis", "Redis", |_| {}).done();
    ask(&search(&library), text).hits.remove(0).snippet
}

fn long_topic(topic: &mut Topic) {
    topic.summary = "A JSON Web Token is a signed set of claims.".to_owned();
    topic.explanation = "It has **three** parts. The [signature](https://a.example) covers `header.payload`.\n\n\
         A refresh token is stored on the server as a hash. With rotation it works once.\n\n\
         - Lifetime: access tokens live for minutes, \
         because a valid one is accepted until it expires whatever has happened in between, which may be a \
         stolen laptop, a changed password, a fired administrator or a closed account, to name only a few."
        .to_owned();
}

#[test]
fn a_name_shows_the_summary() {
    assert_eq!(snippet(long_topic, "jwt"), "A JSON Web Token is a signed set of claims.");
}

#[test]
fn the_sentence_that_has_the_words_is_shown_with_what_follows_it() {
    assert_eq!(
        snippet(long_topic, "jwt refresh token rotation hash"),
        "A refresh token is stored on the server as a hash. With rotation it works once."
    );
    assert_eq!(snippet(long_topic, "jwt signature header"), "The signature covers header.payload.");
}

#[test]
fn a_sentence_that_is_too_long_is_cut_after_a_word() {
    let snippet = snippet(long_topic, "jwt stolen laptop lifetime minutes");
    assert!(snippet.starts_with("Lifetime: access tokens live for minutes") && snippet.ends_with('…'), "{snippet}");
    assert!((150..=200).contains(&snippet.chars().count()), "{snippet}");
}

#[test]
fn an_item_without_prose_has_no_snippet() {
    assert_eq!(snippet(|_| {}, "jwt"), "");
}
