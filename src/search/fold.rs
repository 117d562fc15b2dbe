//! Characters: one spelling for each letter, and no Discord markup. Works on text as people type it.

use unicode_normalization::UnicodeNormalization;

/// Folds compatibility forms (`ＪＷＴ`, `𝐣𝐰𝐭`, `ﬁ`), case and Latin accents away. Other scripts keep their vowel signs, because
/// they are letters there. Characters that nobody sees (zero width, direction marks, variation selectors) are left out, and
/// control characters become spaces.
pub(super) fn fold(text: &str) -> String {
    if text.bytes().all(|b| b.is_ascii() && !b.is_ascii_control()) {
        return text.to_ascii_lowercase();
    }
    text.nfkd()
        .flat_map(char::to_lowercase)
        .filter(|c| !is_invisible(*c) && !is_latin_accent(*c))
        .map(|c| if c.is_control() { ' ' } else { plain_letter(c) })
        .nfc()
        .collect()
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
    )
}

fn is_latin_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Letters with strokes do not decompose, and typographic quotes and dashes mean the same as typed ones.
fn plain_letter(c: char) -> char {
    match c {
        'ø' => 'o',
        'ł' => 'l',
        'đ' | 'ð' => 'd',
        'ı' => 'i',
        'ħ' => 'h',
        '\u{2018}' | '\u{2019}' | '\u{2bc}' | '´' => '\'',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        c => c,
    }
}

/// Leaves out what Discord draws from markup and nobody wrote as words: mentions, channels, custom emoji, timestamps, slash
/// command mentions, `@everyone` and the addresses of links. Ticks, spoiler bars, quote marks and asterisks stay, because
/// they separate words anyway.
pub fn strip_markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skip = match c {
            '<' => tag_length(rest),
            '@' => ["@everyone", "@here"].iter().find(|word| rest.starts_with(**word)).map(|word| word.len()),
            'h' | 'H' => address_length(rest),
            _ => None,
        };
        match skip {
            Some(bytes) => {
                out.push(' ');
                rest = rest.get(bytes..).unwrap_or_default();
            }
            None => {
                out.push(c);
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
            }
        }
    }
    out
}

/// The bytes of a Discord tag at the start, such as `<@1>`, `<#1>`, `<:name:1>`, `<a:name:1>`, `<t:1:R>` or `</ask:1>`.
/// `<T>` and `a < b` are no tags.
fn tag_length(text: &str) -> Option<usize> {
    const LONGEST: usize = 120;
    let is_tag = ["<@", "<#", "<:", "<a:", "<t:", "</", "<id:"].iter().any(|start| text.starts_with(start));
    let end = text.bytes().take(LONGEST).position(|b| b == b'>')?;
    let inside = text.get(1..end)?;
    let has_number = inside.bytes().any(|b| b.is_ascii_digit()) || inside.starts_with("id:");
    (is_tag && has_number && !inside.contains(['<', '\n'])).then_some(end + 1)
}

/// The bytes of a web address at the start, up to a space or a closing bracket.
fn address_length(text: &str) -> Option<usize> {
    let starts = |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let scheme = ["https://", "http://"].into_iter().find(|scheme| starts(scheme))?;
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, ')' | '>' | ']')).unwrap_or(text.len());
    (end > scheme.len()).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_one_spelling() {
        for (text, folded) in [
            ("JWT", "jwt"),
            ("ＪＷＴ 𝐣𝐰𝐭", "jwt jwt"),
            ("Café naïve", "cafe naive"),
            ("cafe\u{301}", "cafe"),
            ("eﬃcient", "efficient"),
            ("İstanbul", "istanbul"),
            ("what’s", "what's"),
            ("k\u{200b}8\u{feff}s", "k8s"),
            ("a\u{0}b\tc", "a b c"),
            ("اَلذَّاكِرَة", "اَلذَّاكِرَة"),
            ("שלום", "שלום"),
            ("हिन्दी", "हिन्दी"),
            ("한국어", "한국어"),
        ] {
            assert_eq!(fold(text), folded, "{text:?}");
        }
    }

    #[test]
    fn discord_markup_is_left_out() {
        for (text, stripped) in [
            ("<@1234> hey <@!1> <@&22> <#3>", "  hey      "),
            ("<:party_parrot:99> jwt <a:spin:7>", "  jwt  "),
            ("</quiz start:1> at <t:1700000000:R>", "  at  "),
            ("@everyone jwt @here", "  jwt  "),
            ("see [this](https://example.com/x?y=1) please", "see [this]( ) please"),
            ("<https://example.com>", "< >"),
            ("what is https:// for", "what is https:// for"),
            ("<@12> ask <@!3> in <#45>, <@&6>: a < b > c <@x>", "  ask   in  ,  : a < b > c <@x>"),
            ("Vec<T> and a < b > c", "Vec<T> and a < b > c"),
            ("</div> in html", "</div> in html"),
        ] {
            assert_eq!(strip_markup(text), stripped, "{text:?}");
        }
    }
}
