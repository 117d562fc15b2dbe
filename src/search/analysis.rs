//! Text -> words. The same for what is indexed and for what is asked; pure apart from the stemmer's buffer.

use std::collections::HashMap;

use tantivy::tokenizer::{Language, RawTokenizer, Stemmer, TextAnalyzer, TokenStream};
use unicode_normalization::char::is_combining_mark;

use super::fold::{fold, strip_markup};
use super::irregular;
use super::words::{Class, class};

/// Goes up with every change that makes the same text give other terms: an index that was built before is stale then.
pub(super) const ANALYSER_VERSION: u32 = 2;

/// How many words of a query are read. Discord lets people type 4,000 characters, about 700 words; what somebody wants to know
/// stands in the first sentences.
pub(super) const MAX_QUERY_WORDS: usize = 64;

/// In characters. Longer ones are hashes, keys and addresses.
const LONGEST_WORD: usize = 40;

/// More pieces than this are a path or a sentence joined by hyphens, not one name.
const MOST_PARTS: usize = 3;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// What is looked up in the index: folded and stemmed. A compound is written without its joints (`node.js` is `nodejs`).
    pub(super) term: String,
    /// Folded but not stemmed; typos are repaired by comparing these.
    pub(super) surface: String,
    pub(super) class: Class,
    /// The pieces of a compound (`ci/cd`: ci, cd), which have none themselves; empty for a simple word.
    pub(super) parts: Vec<Word>,
}

/// Holds the stemmer; cheap to make, so that every thread can have one.
#[derive(Clone)]
pub(super) struct Analyser {
    stemmer: TextAnalyzer,
    /// Simple words by their surfaces, where many texts are analysed that have most words in common.
    known: Option<HashMap<String, Word>>,
}

impl Analyser {
    pub(super) fn new() -> Analyser {
        let stemmer = TextAnalyzer::builder(RawTokenizer::default()).filter(Stemmer::new(Language::English)).build();
        Analyser { stemmer, known: None }
    }

    /// One that remembers every word: for a whole library, not for queries.
    pub(super) fn remembering() -> Analyser {
        Analyser { known: Some(HashMap::new()), ..Analyser::new() }
    }

    /// All words of a text, in order.
    pub(super) fn words(&mut self, text: &str) -> Vec<Word> {
        self.first_words(text, usize::MAX)
    }

    /// The words of what somebody typed: without Discord's markup, at most [`MAX_QUERY_WORDS`].
    pub(super) fn query_words(&mut self, text: &str) -> Vec<Word> {
        self.first_words(&strip_markup(text), MAX_QUERY_WORDS)
    }

    /// The term of one folded word, as it stands in the index.
    pub(super) fn term(&mut self, surface: &str) -> String {
        if !surface.bytes().all(|b| b.is_ascii_lowercase()) {
            return surface.to_owned();
        }
        let spelling = american(irregular::base(surface).unwrap_or(surface));
        let mut stream = self.stemmer.token_stream(&spelling);
        if stream.advance() { std::mem::take(&mut stream.token_mut().text) } else { spelling.clone() }
    }

    fn first_words(&mut self, text: &str, limit: usize) -> Vec<Word> {
        let folded = fold(text);
        let mut words = Vec::new();
        for run in folded.split(|c: char| !is_word_char(c) && !is_joint(c)).filter(|run| !run.is_empty()) {
            let pieces = pieces(run);
            let letters = |piece: &str| piece.chars().count();
            if pieces.len() <= MOST_PARTS
                && pieces.iter().map(|(_, piece)| letters(piece)).sum::<usize>() <= LONGEST_WORD
            {
                words.extend(self.compound(&pieces));
            } else {
                let short = pieces.iter().filter(|(_, piece)| letters(piece) <= LONGEST_WORD);
                words.extend(short.map(|(_, piece)| self.simple(piece)));
            }
            if words.len() >= limit {
                words.truncate(limit);
                break;
            }
        }
        words
    }

    fn compound(&mut self, pieces: &[(Joint, String)]) -> Option<Word> {
        match pieces {
            [] => None,
            [(Joint::LeadingDot, name)] => {
                let surface = format!(".{name}");
                Some(Word { term: surface.clone(), surface, class: Class::Content, parts: vec![self.simple(name)] })
            }
            [(_, only)] => Some(self.simple(only)),
            several => {
                let mut surface = String::new();
                for (joint, piece) in several {
                    surface.push_str(joint.kept());
                    surface.push_str(piece);
                }
                let parts = several.iter().map(|(_, piece)| self.simple(piece)).collect();
                Some(Word { term: self.term(&surface), surface, class: Class::Content, parts })
            }
        }
    }

    fn simple(&mut self, surface: &str) -> Word {
        if let Some(word) = self.known.as_ref().and_then(|known| known.get(surface)) {
            return word.clone();
        }
        let word =
            Word { term: self.term(surface), surface: surface.to_owned(), class: class(surface), parts: Vec::new() };
        if let Some(known) = &mut self.known {
            known.insert(surface.to_owned(), word.clone());
        }
        word
    }
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Signs that may stand inside a name, or make one: `c#`, `c++`, `.net`, `node.js`, `ci/cd`, `n+1`, `what's`.
fn is_joint(c: char) -> bool {
    matches!(c, '.' | '/' | '-' | '_' | '+' | '#' | '\'' | '&' | ':')
}

/// What stood before a piece of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joint {
    Nothing,
    LeadingDot,
    Plus,
}

impl Joint {
    /// What of it stays in the compound's spelling: `n+1` and `.net` are not `n1` and `net`.
    fn kept(self) -> &'static str {
        match self {
            Joint::Nothing => "",
            Joint::LeadingDot => ".",
            Joint::Plus => "+",
        }
    }
}

/// Cuts a run of word characters and joints into its pieces.
fn pieces(run: &str) -> Vec<(Joint, String)> {
    let dotted = run.strip_prefix('.').is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    let mut found: Vec<(Joint, String)> = Vec::new();
    for part in run.split(['.', '/', '-', '_', '&', ':']) {
        let at_plus = if part.contains("++") { vec![part] } else { part.split('+').collect() };
        for (i, piece) in at_plus.into_iter().enumerate() {
            let Some(piece) = trim_piece(piece) else { continue };
            let joint = match (found.is_empty(), i) {
                (true, _) if dotted => Joint::LeadingDot,
                (true, _) | (_, 0) => Joint::Nothing,
                _ => Joint::Plus,
            };
            found.push((joint, piece));
        }
    }
    found
}

/// A piece without stray signs and apostrophes (`what's` is `what`, `don't` is `dont`); `c++` and `c#` keep theirs.
fn trim_piece(piece: &str) -> Option<String> {
    let word = piece.trim_matches(is_joint);
    let tail = piece.trim_start_matches(is_joint).strip_prefix(word).unwrap_or_default();
    let word = word.strip_suffix("'s").unwrap_or(word).replace('\'', "");
    let letters = word.chars().all(char::is_alphabetic);
    match tail {
        _ if word.is_empty() => None,
        "++" if letters => Some(word + "++"),
        "#" if letters && word.len() <= 2 => Some(word + "#"),
        _ => Some(word.replace('#', "")),
    }
}

/// British spellings as American ones, which the stemmer knows. It is applied to every word with such an ending, also where no
/// American would write it so ("promize"): that harms nothing, because it is the same in the index and in the query.
fn american(word: &str) -> String {
    const SHORTEST: usize = 6;
    const ENDINGS: [(&str, &str); 14] = [
        ("isations", "izations"),
        ("isation", "ization"),
        ("ising", "izing"),
        ("isers", "izers"),
        ("iser", "izer"),
        ("ised", "ized"),
        ("ises", "izes"),
        ("ise", "ize"),
        ("ysing", "yzing"),
        ("ysed", "yzed"),
        ("yse", "yze"),
        ("ours", "ors"),
        ("our", "or"),
        ("ogue", "og"),
    ];
    let ending = ENDINGS.iter().find(|(british, _)| word.len() >= SHORTEST && word.ends_with(british));
    match ending {
        Some((british, american)) => word.strip_suffix(british).unwrap_or(word).to_owned() + american,
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn terms(text: &str) -> Vec<String> {
        Analyser::new().words(text).into_iter().map(|word| word.term).collect()
    }

    #[test]
    fn names_with_signs_stay_whole() {
        for (text, expected) in [
            ("C# or C++?", vec!["c#", "or", "c++"]),
            (".NET and ASP.NET", vec![".net", "and", "aspnet"]),
            ("Node.js", vec!["nodej"]),
            ("nodejs", vec!["nodej"]),
            ("CI/CD pipeline", vec!["cicd", "pipelin"]),
            ("k8s p99 2pc", vec!["k8s", "p99", "2pc"]),
            ("HTTP/2 over TCP/IP", vec!["http2", "over", "tcpip"]),
            ("the N+1 problem", vec!["the", "n+1", "problem"]),
            ("docker+kubernetes", vec!["docker+kubernetes"]),
            ("c++17", vec!["c++17"]),
            ("a.env file, .env.local", vec!["aenv", "file", ".envlocal"]),
            ("F# c#.", vec!["f#", "c#"]),
            ("#general jwt# -- ... ++ .", vec!["general", "jwt"]),
            ("what's don't users'", vec!["what", "dont", "user"]),
            ("how-jwt-authentication-works", vec!["how", "jwt", "authent", "work"]),
        ] {
            assert_eq!(terms(text), expected, "{text:?}");
        }
    }

    #[test]
    fn compounds_keep_their_parts() {
        let parts = |text: &str| -> Vec<String> {
            Analyser::new().words(text).remove(0).parts.into_iter().map(|part| part.term).collect()
        };
        assert_eq!(parts("ci/cd"), ["ci", "cd"]);
        assert_eq!(parts("ASP.NET"), ["asp", "net"]);
        assert_eq!(parts(".net"), ["net"]);
        assert_eq!(parts("rate-limiting"), ["rate", "limit"]);
        assert!(parts("jwt").is_empty());
    }

    #[test]
    fn forms_of_a_word_meet() {
        for group in [
            &["cache", "caching", "cached", "Caches"][..],
            &["authorization", "authorisation", "Authorizations"],
            &["normalise", "normalization", "normalising"],
            &["behavior", "behaviour", "behaviours"],
            &["micro-services", "microservices", "microservice"],
            &["index", "indexes", "indexing"],
        ] {
            let first = terms(group[0]);
            for word in group {
                assert_eq!(terms(word), first, "{word}");
            }
        }
    }

    #[test]
    fn long_queries_are_cut() {
        let long = "kubernetes ".repeat(400);
        assert_eq!(Analyser::new().query_words(&long).len(), MAX_QUERY_WORDS);
        assert_eq!(terms(&"x".repeat(5000)), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn any_text_gives_clean_terms(text in "\\PC{0,80}|[ -~]{0,80}|[.+#/'_a-c-]{0,20}") {
            let mut analyser = Analyser::new();
            for word in analyser.query_words(&text) {
                for word in std::iter::once(&word).chain(&word.parts) {
                    prop_assert!(!word.term.is_empty() && !word.surface.is_empty());
                    prop_assert!(!word.term.contains(char::is_whitespace));
                    prop_assert!(word.term.contains(|c: char| is_word_char(c)), "{:?}", word.term);
                }
            }
        }

        #[test]
        fn case_and_spacing_do_not_matter(text in "[a-z0-9+#./ ]{0,60}") {
            prop_assert_eq!(terms(&text), terms(&format!("  {}\n", text.to_uppercase())));
        }
    }
}
