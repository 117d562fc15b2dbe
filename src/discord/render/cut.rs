//! Markdown into pieces that fit: cut between blocks, else at sentence ends, else between words. A code block that is
//! cut is closed and opened again, so that it stays one for the reader. Lengths are in UTF-16 code units, which is never
//! less than what Discord counts.

const FENCE: &str = "```";

/// An opening line longer than this is shortened to the bare fence: its label only chooses colours.
const FENCE_MAX: usize = 20;

/// A page is at least this long, so that a piece of code fits between its fences.
const PAGE_MIN: usize = 40;
const ROOM_FOR_CODE: usize = PAGE_MIN;

pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The first page of a text, and whether there is more of it.
pub(super) fn first_page(markdown: &str, max: usize) -> (String, bool) {
    let mut pages = first_pages(markdown, max, 2).into_iter();
    let first = pages.next().unwrap_or_default();
    (first, pages.next().is_some())
}

/// The whole text in pages of at most `max` units, or 40 if that is more. Nothing but white space between blocks is lost.
pub(super) fn pages(markdown: &str, max: usize) -> Vec<String> {
    first_pages(markdown, max, usize::MAX)
}

/// The same as far as the first `enough` pages, or one more.
fn first_pages(markdown: &str, max: usize, enough: usize) -> Vec<String> {
    let max = max.max(PAGE_MIN);
    let mut pages = Vec::new();
    let mut page = String::new();
    for block in blocks(markdown) {
        let mut rest = block;
        while !rest.text.is_empty() {
            if pages.len() >= enough {
                return pages;
            }
            let gap = if page.is_empty() { 0 } else { 2 };
            let room = max.saturating_sub(length(&page) + gap);
            if length(&rest.text) <= room {
                append(&mut page, &rest.text);
                break;
            }
            // Begin a new page rather than leave a crumb on this one, or tear a code block that fits on one page.
            let too_small = match rest.code {
                Some(_) => length(&rest.text) <= max || room < max / 3 || room < ROOM_FOR_CODE,
                None => room < max / 3,
            };
            if !page.is_empty() && too_small {
                pages.push(std::mem::take(&mut page));
                continue;
            }
            let (head, tail) = split(rest, room);
            append(&mut page, &head);
            pages.push(std::mem::take(&mut page));
            rest = tail;
        }
    }
    if !page.is_empty() {
        pages.push(page);
    }
    pages
}

/// A plain text (a title, a label) cut to `max` units between words, with an ellipsis where it was cut.
pub(super) fn plain(text: &str, max: usize) -> String {
    if length(text) <= max {
        return text.to_owned();
    }
    let head = prefix(text, max.saturating_sub(1));
    let at = head.rfind(char::is_whitespace).filter(|at| *at > head.len() / 2).unwrap_or(head.len());
    format!("{}…", head.get(..at).unwrap_or(head).trim_end())
}

/// A run of lines without a blank one, or a whole code block with its fences.
struct Block {
    text: String,
    /// The opening line of a code block.
    code: Option<String>,
}

fn append(page: &mut String, text: &str) {
    if !page.is_empty() {
        page.push_str("\n\n");
    }
    page.push_str(text);
}

fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut text = String::new();
    let mut code: Option<String> = None;
    let mut flush = |text: &mut String, code: Option<String>| {
        let taken = std::mem::take(text);
        if code.is_some() || !taken.trim().is_empty() {
            blocks.push(Block { text: taken.trim_end().to_owned(), code });
        }
    };
    for line in markdown.lines() {
        match (&code, line.trim_start().starts_with(FENCE)) {
            (None, true) => {
                flush(&mut text, None);
                // A fence inside a list is indented; Discord shows code blocks only at the margin.
                code = Some(line.trim().to_owned());
                text = format!("{}\n", line.trim());
            }
            (Some(_), true) => {
                text.push_str(FENCE);
                flush(&mut text, code.take());
            }
            (None, false) if line.trim().is_empty() => flush(&mut text, None),
            _ => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    if code.is_some() {
        text.push_str(FENCE);
    }
    flush(&mut text, code);
    blocks
}

/// Splits a block that does not fit into a head of at most `room` units and the rest.
fn split(block: Block, room: usize) -> (String, Block) {
    match block.code {
        Some(open) => split_code(&block.text, open, room),
        None => {
            let (head, tail) = split_prose(&block.text, room);
            (head, Block { text: tail, code: None })
        }
    }
}

fn split_code(text: &str, open: String, room: usize) -> (String, Block) {
    let open = if length(&open) > FENCE_MAX { FENCE.to_owned() } else { open };
    let inner = text.split_once('\n').map_or("", |(_, inner)| inner);
    let inner = inner.strip_suffix(FENCE).unwrap_or(inner);
    let budget = room.saturating_sub(length(&open) + 2 + FENCE.len());
    let head = prefix(inner, budget);
    // Whole lines, unless a single line fills the page.
    let at = head.rfind('\n').map_or(head.len(), |at| at + 1);
    let (head, tail) = inner.split_at(at);
    let wrap = |code: &str| format!("{open}\n{}\n{FENCE}", code.strip_suffix('\n').unwrap_or(code));
    let rest = if tail.trim().is_empty() { String::new() } else { wrap(tail) };
    (wrap(head), Block { text: rest, code: Some(open) })
}

fn split_prose(text: &str, room: usize) -> (String, String) {
    let head = prefix(text, room);
    let cut = best_cut(head).unwrap_or_else(|| {
        let space = head.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).next_back();
        space.filter(|at| says_something(head, *at)).unwrap_or(head.len())
    });
    let (head, tail) = text.split_at(cut);
    (head.trim_end().to_owned(), tail.trim_start_matches([' ', '\n']).to_owned())
}

/// The last place in `text` where a line or a sentence ends and no emphasis, code or link is open.
fn best_cut(text: &str) -> Option<usize> {
    let mut best = None;
    let mut open = Marks::default();
    let mut sentence_over = false;
    let mut last = 0;
    for (at, c) in text.char_indices() {
        // After "e.g." the sentence goes on.
        let goes_on =
            || text.get(at..).and_then(|rest| rest.trim_start().chars().next()).is_none_or(char::is_lowercase);
        if c == '\n' || (c == ' ' && sentence_over && !goes_on()) {
            open.read(text.get(last..at).unwrap_or(""));
            last = at;
            if says_something(text, at) && open.none() {
                best = Some(at);
            }
        }
        sentence_over = match c {
            '.' | '!' | '?' | '…' => true,
            '*' | '_' | '"' | ')' | '\'' | '`' => sentence_over,
            _ => false,
        };
    }
    best
}

fn says_something(text: &str, until: usize) -> bool {
    text.get(..until).is_some_and(|head| !head.trim().is_empty())
}

/// What inline marks are open after a stretch of text.
#[derive(Default)]
struct Marks {
    stars: usize,
    ticks: usize,
    brackets: i32,
}

impl Marks {
    fn read(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '`' => self.ticks += 1,
                _ if self.ticks % 2 == 1 => {}
                '*' => self.stars += 1,
                '[' | '(' => self.brackets += 1,
                ']' | ')' => self.brackets -= 1,
                _ => {}
            }
        }
        // A list item that begins with `* ` has an odd star; lists here are written with `-`.
    }

    fn none(&self) -> bool {
        self.stars.is_multiple_of(2) && self.ticks.is_multiple_of(2) && self.brackets <= 0
    }
}

/// The longest beginning of `text` within `max` units that does not tear a character.
fn prefix(text: &str, max: usize) -> &str {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > max {
            return text.get(..at).unwrap_or(text);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_that_fits_stays_as_it_is() {
        assert_eq!(pages("One.\n\nTwo.", 100), ["One.\n\nTwo."]);
    }

    #[test]
    fn prose_is_cut_at_the_end_of_a_sentence() {
        let text =
            "The first sentence is here. The second one, e.g. this, is longer than the room that is left for it.";
        assert_eq!(first_page(text, 60), ("The first sentence is here.".to_owned(), true));
    }

    #[test]
    fn emphasis_and_links_are_not_torn() {
        let text =
            "Begin. **Bold text. Still bold.** Then [a link. With a dot](https://example.com) and more words here.";
        let first = first_page(text, 50).0;
        assert_eq!(first, "Begin. **Bold text. Still bold.**");
    }

    #[test]
    fn a_code_block_moves_to_the_next_page_whole() {
        let text = format!("{}\n\n```sql\nSELECT 1;\nSELECT 2;\n```", "Words before it. ".repeat(4));
        let pages = pages(&text, 80);
        assert_eq!(pages.len(), 2);
        assert_eq!(pages[1], "```sql\nSELECT 1;\nSELECT 2;\n```");
    }

    #[test]
    fn a_code_block_that_fits_no_page_is_closed_and_opened_again() {
        let code: String = (1..=12).map(|n| format!("SELECT {n};\n")).collect();
        let pages = pages(&format!("```sql\n{code}```"), 60);
        assert!(pages.len() > 1);
        for page in &pages {
            assert!(page.starts_with("```sql\n") && page.ends_with("\n```"), "{page}");
        }
        let joined: String = pages.iter().map(|p| p.trim_start_matches("```sql\n").trim_end_matches("```")).collect();
        assert_eq!(joined, code);
    }

    #[test]
    fn a_label_is_cut_between_words() {
        assert_eq!(plain("Session vs token authentication", 20), "Session vs token…");
        assert_eq!(plain("Short", 20), "Short");
    }

    fn visible(text: &str) -> String {
        text.chars().filter(|c| !c.is_whitespace() && *c != '`').collect()
    }

    proptest! {
        #[test]
        fn pages_fit_and_lose_nothing(
            parts in proptest::collection::vec("([A-Za-z🎉é .!*_()\\[\\]-]{0,90}|\n|\n\n|\n```sql\n[a-z ;\n]{0,160}\n```\n)", 0..16),
            max in 40usize..400,
        ) {
            let text = parts.concat();
            let pages = pages(&text, max);
            for page in &pages {
                prop_assert!(length(page) <= max, "{} > {max}: {page}", length(page));
                prop_assert!(page.matches("```").count() % 2 == 0, "an open fence: {page}");
                prop_assert!(!page.trim().is_empty());
            }
            let all: String = pages.concat();
            let all = visible(&all);
            // Labels of code blocks are repeated on each page, so they are left out of the comparison.
            prop_assert_eq!(all.replace("sql", ""), visible(&text).replace("sql", ""));
        }

        #[test]
        fn any_text_can_be_paged(text in "\\PC{0,600}", max in 0usize..120) {
            for page in pages(&text, max) {
                prop_assert!(length(&page) <= max.max(40));
            }
            prop_assert!(length(&plain(&text, max.max(1))) <= max.max(1));
        }
    }
}
