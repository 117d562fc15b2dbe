//! What a query compares: "jwt vs sessions", "difference between a and b", "put or patch".

use super::analysis::Word;
use super::words::Class;

/// The content words on both sides of "vs", "or", "than", and of "and", "to", "with", "from" where another word says that it
/// is a comparison, as places in `words`. `None` if nothing is compared.
pub(super) fn sides(words: &[Word]) -> Option<[Vec<usize>; 2]> {
    let compares = words.iter().any(|word| {
        let surface = word.surface.as_str();
        matches!(surface, "diff" | "difference" | "differences" | "differ" | "different" | "comparison" | "between")
            || surface.starts_with("compare")
    });
    words.iter().enumerate().find_map(|(at, word)| {
        match word.surface.as_str() {
            "vs" | "versus" | "or" | "than" => {}
            "and" | "to" | "with" | "from" | "n" | "btw" if compares => {}
            _ => return None,
        }
        let is = |i: &usize, class: Class| words.get(*i).is_some_and(|word| word.class == class);
        // "Is a better than b": what only compares stands between.
        let side = |places: &mut dyn Iterator<Item = usize>| -> Vec<usize> {
            places.skip_while(|i| is(i, Class::Light)).take_while(|i| is(i, Class::Content)).collect()
        };
        let (left, right) = (side(&mut (0..at).rev()), side(&mut (at + 1..words.len())));
        (!left.is_empty() && !right.is_empty()).then_some([left, right])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::analysis::Analyser;

    fn compared(text: &str) -> Option<[String; 2]> {
        let words = Analyser::new().words(text);
        let [left, right] = sides(&words)?;
        let text = |mut places: Vec<usize>| -> String {
            places.sort_unstable();
            places.into_iter().map(|place| words[place].surface.clone()).collect::<Vec<_>>().join(" ")
        };
        Some([text(left), text(right)])
    }

    #[test]
    fn both_sides_are_found() {
        for (text, left, right) in [
            ("jwt vs session cookies", "jwt", "session cookies"),
            ("what is the difference between put and patch", "put", "patch"),
            ("diff between rest n graphql", "rest", "graphql"),
            ("compare mongodb with postgres", "mongodb", "postgres"),
            ("is rabbitmq better than kafka?", "rabbitmq", "kafka"),
            ("monolith or microservices for a small team", "monolith", "microservices"),
        ] {
            let found = compared(text);
            let starts = found.as_ref().is_some_and(|[a, b]| a.ends_with(left) && b.starts_with(right));
            assert!(starts, "{text:?}: {found:?}");
        }
    }

    #[test]
    fn what_only_lists_or_asks_compares_nothing() {
        for text in ["css and html", "how to deploy to aws", "or", "vs", "kafka vs", "what is better"] {
            assert_eq!(compared(text), None, "{text:?}");
        }
    }
}
