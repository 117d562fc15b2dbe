//! One file as text: bytes -> UTF-8 with `\n` line ends, places in it, front matter and body. No rules about content.

use std::ops::Range;

use super::limits;
use super::problem::{Place, Problem};

/// A file's text and how to find a place in it. Offsets are bytes of [`Source::text`].
pub(super) struct Source {
    /// As shown in problems.
    pub(super) path: String,
    /// Without a byte order mark, line ends as `\n`: what a Windows editor adds is nobody's mistake.
    pub(super) text: String,
    line_starts: Vec<usize>,
}

impl Source {
    /// `Err` when the bytes are no text that could be checked any further.
    pub(super) fn decode(path: &str, bytes: &[u8]) -> Result<Self, Problem> {
        if bytes.len() as u64 > limits::FILE_BYTES {
            return Err(Place::START.problem(
                path,
                format!("the file is larger than {} KiB", limits::FILE_BYTES / 1024),
                "shorten it, or move what is no content out of the folder",
            ));
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(path, text)),
            Err(error) => {
                let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let before = Self::new(path, &String::from_utf8_lossy(valid));
                Err(before.place(before.text.len()).problem(
                    path,
                    "the file is not valid UTF-8 from here on",
                    "save it with the encoding UTF-8",
                ))
            }
        }
    }

    pub(super) fn new(path: &str, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { path: path.to_owned(), text, line_starts }
    }

    /// The place of an offset. Anything past the end, or inside a character, moves back to the nearest valid place.
    pub(super) fn place(&self, offset: usize) -> Place {
        let offset = self.text.floor_char_boundary(offset.min(self.text.len()));
        let line = self.line(offset);
        let start = self.line_starts.get(line).copied().unwrap_or(0);
        let column = self.slice(start..offset).chars().count();
        Place { line: to_u32(line + 1), column: to_u32(column + 1) }
    }

    /// The line that an offset lies in, from 0.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// Empty when the range lies outside of the text.
    pub(super) fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    /// Where the front matter and the body lie.
    pub(super) fn split(&self) -> Split {
        let mut lines = self.lines().skip_while(|(_, line)| line.trim().is_empty());
        let Some((opening, line)) = lines.next() else { return Split::Empty };
        if line.trim_end() != FENCE {
            return Split::NoFrontMatter { yaml: line.trim_end() == "---", at: opening };
        }
        let front = opening + line.len() + 1;
        match lines.find(|(_, line)| line.trim_end() == FENCE) {
            Some((closing, line)) => {
                let body = (closing + line.len() + 1).min(self.text.len());
                Split::Parts { opening, front: front..closing, body: body..self.text.len() }
            }
            None => Split::Unclosed { opening },
        }
    }

    /// Every line without its line end, with its offset.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.line_starts.iter().enumerate().map(|(number, &start)| {
            let end = self.line_starts.get(number + 1).map_or(self.text.len(), |next| next - 1);
            (start, self.slice(start..end))
        })
    }
}

const FENCE: &str = "+++";

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Split {
    Empty,
    /// `yaml`: it begins like a front matter in YAML.
    NoFrontMatter {
        yaml: bool,
        at: usize,
    },
    Unclosed {
        opening: usize,
    },
    Parts {
        opening: usize,
        front: Range<usize>,
        body: Range<usize>,
    },
}

/// Characters that nobody sees: control characters but line end and tab, and those without width that change how the text
/// around them is compared or shown.
pub(super) fn is_invisible(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

pub(super) fn char_count(text: &str) -> usize {
    text.chars().count()
}

/// Files are far smaller than 4 GiB; should one not be, the last number that fits is near enough.
fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Place, Source, Split};

    fn place(text: &str, offset: usize) -> (u32, u32) {
        let Place { line, column } = Source::new("x.md", text).place(offset);
        (line, column)
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(place("", 0), (1, 1));
        assert_eq!(place("äöü x", "äöü ".len()), (1, 5));
        assert_eq!(place("a\nbc\n", 3), (2, 2));
        assert_eq!(place("a\nbc\n", 99), (3, 1));
        assert_eq!(place("ä", 1), (1, 1), "inside a character");
    }

    #[test]
    fn what_windows_editors_add_makes_no_difference() {
        let source = Source::new("x.md", "\u{feff}+++\r\nid = 1\r\n+++\r\nText\r\n");
        assert_eq!(source.text, "+++\nid = 1\n+++\nText\n");
        assert_eq!(source.split(), Split::Parts { opening: 0, front: 4..11, body: 15..20 });
    }

    #[test]
    fn a_body_may_be_missing() {
        assert_eq!(
            Source::new("x.md", "+++\n+++").split(),
            Split::Parts { opening: 0, front: 4..4, body: 7..7 },
            "empty, not out of range"
        );
        assert_eq!(Source::new("x.md", " \n\n").split(), Split::Empty);
        assert_eq!(Source::new("x.md", "+++\nid = 1\n").split(), Split::Unclosed { opening: 0 });
        assert_eq!(Source::new("x.md", "---\nid: 1\n---\n").split(), Split::NoFrontMatter { yaml: true, at: 0 });
    }
}
