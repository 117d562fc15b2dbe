//! Pages into embeds: each text within its own limit, and all embeds of a message together within theirs.

use serenity::builder::{CreateEmbed, CreateEmbedAuthor, CreateEmbedFooter};
use serenity::model::Colour;

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

/// A blue that stays readable in the dark and in the light theme.
const COLOUR: Colour = Colour(0x2f_80_ed);

/// One embed for each page, as far as there is room. The longest descriptions give way.
pub(super) fn embeds<'a>(pages: impl Iterator<Item = &'a Page>) -> Vec<CreateEmbed> {
    let mut used = 0;
    let parts: Vec<Parts<'_>> = pages
        .take(EMBEDS)
        .map(Parts::of)
        .take_while(|parts| {
            used += parts.fixed() + cut::length(&parts.description).min(LEAST);
            used <= TOTAL
        })
        .collect();
    let room = TOTAL.saturating_sub(parts.iter().map(Parts::fixed).sum());
    let most = share(parts.iter().map(|parts| cut::length(&parts.description)).collect(), room);
    parts.into_iter().map(|parts| parts.build(most)).collect()
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

/// The texts of an embed, each within its own limit.
struct Parts<'a> {
    page: &'a Page,
    title: String,
    author: String,
    footer: String,
    description: String,
}

impl Parts<'_> {
    fn of(page: &Page) -> Parts<'_> {
        Parts {
            page,
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

    fn build(self, most: usize) -> CreateEmbed {
        let description =
            if cut::length(&self.description) > most { description(self.page, most) } else { self.description };
        let mut embed = CreateEmbed::new().colour(COLOUR).description(description);
        if !self.title.is_empty() {
            embed = embed.title(self.title);
        }
        if !self.author.is_empty() {
            embed = embed.author(CreateEmbedAuthor::new(self.author));
        }
        if !self.footer.is_empty() {
            embed = embed.footer(CreateEmbedFooter::new(self.footer));
        }
        embed
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
        let json = serde_json::to_value(embeds(pages.iter())).unwrap();
        let list = json.as_array().unwrap().iter();
        list.map(|embed| embed["description"].as_str().unwrap().to_owned()).collect()
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
