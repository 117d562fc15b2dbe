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
    let folded: Vec<char> = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    let is_digit = |at: Option<usize>| at.and_then(|at| folded.get(at)).is_some_and(char::is_ascii_digit);
    let mut spaced = String::with_capacity(folded.len());
    for (at, c) in folded.iter().copied().enumerate() {
        let in_number = is_digit(at.checked_sub(1)) && is_digit(at.checked_add(1));
        match c {
            _ if c.is_alphanumeric() || "+#*<>=%".contains(c) => spaced.push(c),
            '.' if in_number => spaced.push(c),
            '-' if at == 0 && is_digit(Some(1)) => spaced.push(c),
            ',' if in_number => {}
            _ => spaced.push(' '),
        }
    }
    let words: Vec<&str> = spaced.split_whitespace().map(numeral).collect();
    // An article says nothing.
    match words.as_slice() {
        ["a" | "an" | "the", rest @ ..] if !rest.is_empty() => rest.join(" "),
        words => words.join(" "),
    }
}

/// A small number as it is written with digits: `ten rows` is not nearly `two rows`.
fn numeral(word: &str) -> &str {
    const WORDS: [(&str, &str); 13] = [
        ("zero", "0"),
        ("one", "1"),
        ("two", "2"),
        ("three", "3"),
        ("four", "4"),
        ("five", "5"),
        ("six", "6"),
        ("seven", "7"),
        ("eight", "8"),
        ("nine", "9"),
        ("ten", "10"),
        ("eleven", "11"),
        ("twelve", "12"),
    ];
    WORDS.iter().find(|(name, _)| *name == word).map_or(word, |(_, digits)| digits)
}

fn matches(typed: &str, accepted: &str) -> bool {
    // `key value`, `key-value` and `keyvalue` are one.
    let (typed_joined, accepted_joined) = (joined(typed), joined(accepted));
    if typed_joined == accepted_joined {
        return true;
    }
    // A number that is nearly right is wrong.
    if digits(&typed_joined) != digits(&accepted_joined) {
        return false;
    }
    let slips_made = strsim::osa_distance(&typed_joined, &accepted_joined);
    if slips_made > slips(&accepted_joined) {
        return false;
    }
    let (typed, accepted): (Vec<&str>, Vec<&str>) = (typed.split(' ').collect(), accepted.split(' ').collect());
    if typed.len() != accepted.len() {
        return !is_opposite(&typed_joined, &accepted_joined);
    }
    // One word of a long answer often decides: `allkeys-lfu` is not `allkeys-lru`.
    typed.iter().zip(accepted).all(|(typed, accepted)| {
        let swapped = slips_made == 1 && letters(typed) == letters(accepted);
        let near = swapped || strsim::osa_distance(typed, accepted) <= slips(accepted);
        *typed == accepted || near && !is_opposite(typed, accepted)
    })
}

/// A few letters in front make the contrary of a word, which is no slip.
fn is_opposite(one: &str, other: &str) -> bool {
    let distance = strsim::osa_distance(one, other);
    let nearer = |long: &str, short: &str| {
        let rests = OPPOSITES.iter().filter_map(|prefix| long.strip_prefix(prefix));
        rests.into_iter().any(|rest| strsim::osa_distance(rest, short) < distance)
    };
    nearer(one, other) || nearer(other, one)
}

const OPPOSITES: [&str; 7] = ["a", "de", "dis", "im", "in", "non", "un"];

fn joined(text: &str) -> String {
    text.chars().filter(|c| *c != ' ').collect()
}

fn letters(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters
}

fn digits(text: &str) -> Vec<char> {
    text.chars().filter(|c| c.is_numeric() || !c.is_alphanumeric()).collect()
}

/// How many letters may be wrong, missing, too many or swapped with their neighbour in an answer or a word of an answer.
fn slips(accepted: &str) -> usize {
    match accepted.chars().count() {
        0..=4 => 0,
        5 | 6 => 1,
        _ => 2,
    }
}
