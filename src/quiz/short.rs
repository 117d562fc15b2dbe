//! Whether a typed answer is one of the accepted ones: forgiving of case, punctuation and accents, and of small slips, the
//! more the longer the answer is.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Whether `typed` means one of the `accepted` answers.
pub fn matches_any(typed: &str, accepted: &[String]) -> bool {
    let typed = plain(typed);
    !typed.is_empty() && accepted.iter().any(|accepted| matches(&typed, &plain(accepted)))
}

/// Lower case, without accents and punctuation, single spaces. Signs that make a name another one (`C++`, `C#`) stay.
fn plain(text: &str) -> String {
    let folded = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    let spaced: String = folded
        .map(|c| if c.is_alphanumeric() || matches!(c, '+' | '#' | '*' | '<' | '>' | '=' | '%') { c } else { ' ' })
        .collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    // An article says nothing.
    match words.as_slice() {
        ["a" | "an" | "the", rest @ ..] if !rest.is_empty() => rest.join(" "),
        words => words.join(" "),
    }
}

fn matches(typed: &str, accepted: &str) -> bool {
    if typed == accepted {
        return true;
    }
    // `key value`, `key-value` and `keyvalue` are one.
    let (typed, accepted) = (joined(typed), joined(accepted));
    // A number that is nearly right is wrong.
    if digits(&typed) != digits(&accepted) {
        return false;
    }
    strsim::osa_distance(&typed, &accepted) <= slips(accepted.chars().count())
}

fn joined(text: &str) -> String {
    text.chars().filter(|c| *c != ' ').collect()
}

fn digits(text: &str) -> Vec<char> {
    text.chars().filter(|c| c.is_numeric() || !c.is_alphanumeric()).collect()
}

/// How many letters may be wrong, missing, too many or swapped with their neighbour in an answer of so many letters.
fn slips(letters: usize) -> usize {
    match letters {
        0..=4 => 0,
        5 | 6 => 1,
        _ => 2,
    }
}
