//! The known word that a misspelt one was probably meant to be: for "did you mean" wherever people write names.

/// The word of `known` nearest to `word` by edit distance (a swap of neighbours counts as one edit), or `None` when
/// nothing is near enough to be worth suggesting. Case, and `-`, `_` and spaces, are not told apart. Of equally near
/// words the first one wins.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = fold(word);
    let length = word.chars().count();
    known
        .into_iter()
        .filter_map(|candidate| {
            let folded = fold(candidate);
            let other = folded.chars().count();
            let allowed = allowed_edits(length.max(other));
            // The lengths alone rule most words out, and cost far less than the distance.
            if length.abs_diff(other) > allowed {
                return None;
            }
            let distance = strsim::osa_distance(&word, &folded);
            (distance <= allowed).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// A third of the letters may be wrong, at least one and at most four: beyond that a suggestion reads like a guess.
fn allowed_edits(letters: usize) -> usize {
    (letters / 3).clamp(1, 4)
}

fn fold(word: &str) -> String {
    word.chars().map(|c| if c == '_' || c == ' ' { '-' } else { c }).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const FIELDS: [&str; 6] = ["id", "title", "summary", "prerequisites", "asked_as", "reviewed_on"];

    #[test]
    fn finds_slips_of_the_keyboard() {
        for (typed, meant) in [
            ("sumary", "summary"),
            ("titel", "title"),
            ("Title", "title"),
            ("asked-as", "asked_as"),
            ("reviewed", "reviewed_on"),
            ("prerequesites", "prerequisites"),
            ("ids", "id"),
        ] {
            assert_eq!(nearest(typed, FIELDS), Some(meant), "{typed}");
        }
    }

    #[test]
    fn stays_silent_when_nothing_is_near() {
        for typed in ["", "colour", "x", "sum", "prerequisite_topics_of_this"] {
            assert_eq!(nearest(typed, FIELDS), None, "{typed}");
        }
        assert_eq!(nearest("word", []), None);
    }

    #[test]
    fn takes_the_first_of_equally_near_words() {
        assert_eq!(nearest("cat", ["bat", "car"]), Some("bat"));
        assert_eq!(nearest("cat", ["bat", "cat"]), Some("cat"));
    }
}
