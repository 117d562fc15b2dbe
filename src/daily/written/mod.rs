//! What moderators type: times of day, days of the week and quiet days, read and suggested. Every refusal is one sentence
//! that quotes what was typed and says how to write it.

mod days;
mod quiet;
mod time;

use unicode_normalization::UnicodeNormalization;

pub use days::{read_days, suggest_days};
pub use quiet::read_quiet;
pub use time::{read_time, suggest_times};

/// So many choices fit under an option while it is typed.
const SUGGESTIONS: usize = 25;

/// So many characters of what was typed are repeated.
const QUOTED: usize = 40;

/// A label that is shown and the value that is sent for it.
type Suggestion = (String, String);

/// What was typed as code, so that nothing in it becomes markup or a mention: on one line, without back-ticks, and short.
pub(super) fn quoted(typed: &str) -> String {
    let shown = |c: char| match c {
        '`' => '\'',
        c if c.is_whitespace() || c.is_control() || is_invisible(c) => ' ',
        c => c,
    };
    let plain: String = typed.trim().chars().take(QUOTED + 1).map(shown).collect();
    if plain.chars().count() <= QUOTED {
        return format!("`{plain}`");
    }
    let cut: String = plain.chars().take(QUOTED - 1).collect();
    format!("`{}…`", cut.trim_end())
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// One spelling: compatibility forms and case are folded away, what nobody sees is left out, a run of spaces is one space.
pub(super) fn folded(typed: &str) -> String {
    let text: String = typed.nfkc().filter(|c| !is_invisible(*c)).flat_map(char::to_lowercase).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Adds a suggestion unless its value is there already.
fn suggest(suggestions: &mut Vec<Suggestion>, (label, value): Suggestion) {
    if suggestions.len() < SUGGESTIONS && !suggestions.iter().any(|(_, known)| *known == value) {
        suggestions.push((label, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_quoted_as_code_on_one_short_line() {
        assert_eq!(quoted(" 25:00 "), "`25:00`");
        assert_eq!(quoted("a`b\nc\u{202e}@everyone"), "`a'b c @everyone`");
        assert_eq!(quoted(&"x".repeat(40)), format!("`{}`", "x".repeat(40)));
        assert_eq!(quoted(&"é".repeat(41)), format!("`{}…`", "é".repeat(39)));
    }
}
