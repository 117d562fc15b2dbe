//! Pages into the texts of embeds: each within its own limit, and all of a message together within theirs.

use super::cut;
use crate::app::page::Page;

// Discord's limits: see "Messages" in its documentation.
const EMBEDS: usize = 10;
const TITLE: usize = 256;
const DESCRIPTION: usize = 4_096;
const AUTHOR: usize = 256;
/// Discord takes 2,048; more than a line or two is no footer.
const FOOTER: usize = 300;
/// Titles, descriptions, footers and authors of a message together.
const TOTAL: usize = 6_000;

const SOURCE: usize = 500;
const BODY: usize = DESCRIPTION - SOURCE - GAP;
/// The blank line between a body and its source.
const GAP: usize = 2;

/// No description is cut to less than this: pages for which there is no such room are left out, the last ones first.
const LEAST: usize = 160;

/// What stands in an embed. Empty texts are not shown.
pub(super) struct Texts {
    pub(super) title: String,
    pub(super) author: String,
    pub(super) footer: String,
    pub(super) description: String,
}

/// The texts of one embed for each page, as far as there is room. The longest descriptions give way.
pub(super) fn fitted<'a>(pages: impl Iterator<Item = &'a Page>) -> Vec<Texts> {
    let mut used = 0;
    let mut fitted: Vec<(&Page, Texts)> = pages
        .take(EMBEDS)
        .map(|page| (page, Texts::of(page)))
        .take_while(|(_, texts)| {
            used += texts.fixed() + cut::length(&texts.description).min(LEAST);
            used <= TOTAL
        })
        .collect();
    let room = TOTAL.saturating_sub(fitted.iter().map(|(_, texts)| texts.fixed()).sum());
    let most = share(fitted.iter().map(|(_, texts)| cut::length(&texts.description)).collect(), room);
    for (page, texts) in &mut fitted {
        if cut::length(&texts.description) > most {
            texts.description = description(page, most);
        }
    }
    fitted.into_iter().map(|(_, texts)| texts).collect()
}

/// What each may have at most, so that all together have at most `room`.
fn share(mut lengths: Vec<usize>, room: usize) -> usize {
    lengths.sort_unstable();
    let mut left = room;
    for (taken, length) in lengths.iter().enumerate() {
        let share = left / (lengths.len() - taken);
        if *length > share {
            return share;
        }
        left -= length;
    }
    DESCRIPTION
}

impl Texts {
    /// Each within its own limit.
    fn of(page: &Page) -> Texts {
        Texts {
            title: cut::plain(&page.title, TITLE),
            author: cut::plain(&page.kicker, AUTHOR),
            footer: cut::plain(&page.footer, FOOTER),
            description: description(page, DESCRIPTION),
        }
    }

    /// The length of what is never cut for the sake of other pages.
    fn fixed(&self) -> usize {
        [&self.title, &self.author, &self.footer].into_iter().map(|text| cut::length(text)).sum()
    }
}

/// The body with its source below it. A source that would leave little of a short text is left out.
fn description(page: &Page, max: usize) -> String {
    let source = cut::first_page(&page.source, SOURCE).0;
    let source = if cut::length(&source) > max / 3 { String::new() } else { source };
    let room = if source.is_empty() { max } else { max.saturating_sub(cut::length(&source) + GAP) };
    let body = cut::first_page(&page.body, room.min(BODY)).0;
    [body, source].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(title: &str, body: &str, source: &str) -> Page {
        Page { title: title.to_owned(), body: body.to_owned(), source: source.to_owned(), ..Page::default() }
    }

    fn descriptions(pages: &[Page]) -> Vec<String> {
        fitted(pages.iter()).into_iter().map(|texts| texts.description).collect()
    }

    #[test]
    fn the_longest_give_way_and_the_short_ones_stay_whole() {
        let (long, short) = ("A sentence of some length. ".repeat(140), "A short text.");
        let shown =
            descriptions(&[page("One", &long, ""), page("Two", short, "Source: a book"), page("Three", &long, "")]);
        assert_eq!(shown[1], "A short text.\n\nSource: a book");
        assert_eq!(cut::length(&shown[0]), cut::length(&shown[2]));
        assert!((2_900..3_000).contains(&cut::length(&shown[0])), "{}", cut::length(&shown[0]));
    }

    #[test]
    fn what_is_cut_keeps_its_source_and_its_code_blocks() {
        let code = format!("Words before it.\n\n```sql\n{}```", "SELECT 1;\n".repeat(300));
        let shown = descriptions(&[page("One", &code, "Source: a book"), page("Two", &code, "")]);
        assert!(shown.iter().all(|text| text.matches("```").count() == 2), "{shown:?}");
        assert!(shown[0].ends_with("SELECT 1;\n```\n\nSource: a book"), "{}", shown[0]);
    }

    #[test]
    fn pages_without_room_are_left_out() {
        let title = "t".repeat(256);
        let pages =
            vec![Page { kicker: title.clone(), footer: "f".repeat(300), ..page(&title, &"b".repeat(900), "") }; 12];
        assert_eq!(descriptions(&pages).len(), 6, "972 for each is the least");
        assert_eq!(descriptions(&vec![page("One", "Text", ""); 12]).len(), 10);
    }
}
