//! Typed answers: what passes for the accepted one.

use proptest::prelude::*;

use super::super::matches_any;

#[track_caller]
fn check(typed: &str, accepted: &str, right: bool) {
    assert_eq!(matches_any(typed, &[accepted.to_owned()]), right, "{typed:?} for {accepted:?}");
}

#[test]
fn case_punctuation_accents_and_articles_do_not_matter() {
    check("  Mutex! ", "mutex", true);
    check("a mutex", "Mutex", true);
    check("the CAP-theorem", "CAP theorem", true);
    check("key-value", "key value", true);
    check("keyvalue", "key value", true);
    check("naïve", "naive", true);
    check("ｍｕｔｅｘ", "mutex", true);
    check("a", "A", true);
    check("", "mutex", false);
    check("?!", "mutex", false);
}

#[test]
fn slips_are_forgiven_by_length() {
    check("jion", "join", false);
    check("mutx", "mutex", true);
    check("mtx", "mutex", false);
    check("autovacum", "autovacuum", true);
    check("auotvacum", "autovacuum", true);
    check("auotvcum", "autovacuum", false);
    check("inner jion", "inner join", true);
    check("kubectl los --previous", "kubectl logs --previous", false);
    check("kubectl logs --previuos", "kubectl logs --previous", true);
}

#[test]
fn signs_make_another_name() {
    check("C", "C++", false);
    check("C++", "C#", false);
    check("c++", "C++", true);
    check("a < b", "a > b", false);
}

#[test]
fn a_number_that_is_nearly_right_is_wrong() {
    check("1000 requests", "1001 requests", false);
    check("ten rows", "two rows", false);
    check("two rows", "2 rows", true);
    check("1.5", "15", false);
    check("1,000", "1000", true);
    check("-1", "1", false);
    check("HTTP/2", "HTTP/3", false);
    check("O(n^2)", "O(n²)", true);
    check("O(n^3)", "O(n²)", false);
}

#[test]
fn a_word_that_decides_is_no_slip() {
    check("allkeys-lfu", "allkeys-lru", false);
    check("X-Forwarded-Port", "X-Forwarded-Proto", false);
    check("X-Forwarded-Prot", "X-Forwarded-Proto", true);
}

#[test]
fn the_contrary_is_no_slip() {
    check("asynchronous", "synchronous", false);
    check("synchronous", "asynchronous", false);
    check("asyncronous", "synchronous", false);
    check("asyncronous", "asynchronous", true);
    check("denormalization", "normalization", false);
    check("asymmetric key", "symmetric key", false);
    check("a symmetric key", "symmetric key", true);
}

#[test]
fn any_of_the_accepted_answers_will_do() {
    let accepted = ["SIGKILL".to_owned(), "signal 9".to_owned(), "9".to_owned()];
    for right in ["sigkill", "sig kill", "Signal nine", "9", "nine"] {
        assert!(matches_any(right, &accepted), "{right}");
    }
    for wrong in ["SIGTERM", "signal 15", "6"] {
        assert!(!matches_any(wrong, &accepted), "{wrong}");
    }
}

proptest! {
    #[test]
    fn every_answer_is_accepted_for_itself_however_it_is_written(text in "[a-zA-Z0-9+#. -]{1,40}", spaces in "[ ]{0,3}") {
        if text.chars().any(char::is_alphanumeric) {
            let accepted = [text.clone()];
            prop_assert!(matches_any(&text, &accepted));
            prop_assert!(matches_any(&text.to_uppercase(), &accepted));
            let written = format!("{}{text}!", &spaces);
            prop_assert!(matches_any(&written, &accepted) || text.starts_with('-'));
        }
    }

    #[test]
    fn one_wrong_letter_in_a_long_word_is_forgiven_and_three_are_not(word in "[b-h]{7,20}", at in 0usize..7) {
        let mut typed: Vec<char> = word.chars().collect();
        typed[at] = 'z';
        let accepted = [word.clone()];
        prop_assert!(matches_any(&typed.iter().collect::<String>(), &accepted));
        let far: String = word.chars().enumerate().map(|(place, c)| if place < 3 { 'z' } else { c }).collect();
        prop_assert!(!matches_any(&far, &accepted));
    }

    #[test]
    fn nothing_that_is_typed_panics(typed: String, accepted: String) {
        matches_any(&typed, &[accepted]);
    }
}
