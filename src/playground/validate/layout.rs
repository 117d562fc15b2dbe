//! Components V2: texts, sections, pictures, files and containers, instead of content and embeds.

use serde_json::{Value, json};

use super::Field;
use super::components::{ACTION_ROW, BUTTON, Numbering, accessory_button, row};

pub(in crate::playground) const SECTION: i64 = 9;
pub(in crate::playground) const TEXT_DISPLAY: i64 = 10;
pub(in crate::playground) const THUMBNAIL: i64 = 11;
pub(in crate::playground) const MEDIA_GALLERY: i64 = 12;
pub(in crate::playground) const FILE: i64 = 13;
pub(in crate::playground) const SEPARATOR: i64 = 14;
pub(in crate::playground) const CONTAINER: i64 = 17;

/// Components of a message, those inside others included.
const MOST: usize = 40;
/// Characters of all texts together. Practice; the specification has this for each text.
const MOST_TEXT: usize = 4_000;
/// What a media item may point to.
const MEDIA: &[&str] = &["http", "https", "attachment"];

/// The components of a message with the flag IS_COMPONENTS_V2, as Discord stores them.
pub(super) fn layout(list: &Field<'_>) -> Vec<Value> {
    let mut layout = Layout { numbering: Numbering::default(), text: 0 };
    let all: Vec<Value> = list.items(0..=MOST).iter().map(|part| layout.part(part, false)).collect();
    if all.iter().map(count).sum::<usize>() > MOST {
        let message = format!("The total number of components must not exceed {MOST}");
        list.problem("COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", &message);
    }
    if layout.text > MOST_TEXT {
        let message = format!("The total displayable text across all components must not exceed {MOST_TEXT}");
        list.problem("COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", &message);
    }
    all
}

fn count(component: &Value) -> usize {
    let inner = component.get("components").and_then(Value::as_array).into_iter().flatten();
    1 + inner.map(count).sum::<usize>() + component.get("accessory").map_or(0, count)
}

struct Layout {
    numbering: Numbering,
    /// Characters of texts so far.
    text: usize,
}

impl Layout {
    fn part(&mut self, part: &Field<'_>, in_container: bool) -> Value {
        let kinds: &[i64] = &[ACTION_ROW, SECTION, TEXT_DISPLAY, MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER];
        let kinds = if in_container { kinds.get(..6).unwrap_or(kinds) } else { kinds };
        let Some(kind) = part.is_object().then(|| part.require("type")).flatten().and_then(|kind| kind.one_of(kinds))
        else {
            return Value::Null;
        };
        if kind == ACTION_ROW {
            return row(part, &mut self.numbering);
        }
        let id = self.numbering.next(part);
        match kind {
            TEXT_DISPLAY => self.text_display(part, id),
            SECTION => self.section(part, id),
            MEDIA_GALLERY => {
                let items = part.require("items").map(|list| list.items(1..=10)).unwrap_or_default();
                let items: Vec<Value> = items.iter().map(media_item).collect();
                json!({ "type": kind, "id": id, "items": items })
            }
            FILE => {
                let file = part.require("file").filter(Field::is_object).and_then(|file| file.require("url"));
                let url = file.and_then(|url| url.url(2048, &["attachment"]));
                let name = url.and_then(|url| url.strip_prefix("attachment://"));
                let file = json!({ "url": url });
                json!({ "type": kind, "id": id, "file": file, "name": name, "size": null, "spoiler": spoiler(part) })
            }
            SEPARATOR => {
                let divider = part.get("divider").and_then(|field| field.boolean()).unwrap_or(true);
                let spacing = part.get("spacing").and_then(|field| field.one_of(&[1, 2])).unwrap_or(1);
                json!({ "type": kind, "id": id, "divider": divider, "spacing": spacing })
            }
            _ => {
                let color = part.get("accent_color").and_then(|field| field.integer(0..=0xFF_FFFF));
                let list = part.require("components").map(|list| list.items(1..=MOST)).unwrap_or_default();
                let inner: Vec<Value> = list.iter().map(|inner| self.part(inner, true)).collect();
                json!({
                    "type": kind, "id": id, "accent_color": color, "components": inner, "spoiler": spoiler(part),
                })
            }
        }
    }

    fn text_display(&mut self, part: &Field<'_>, id: i64) -> Value {
        let content = part.require("content").and_then(|content| content.text(1..=MOST_TEXT));
        self.text += content.map_or(0, |content| content.chars().count());
        json!({ "type": TEXT_DISPLAY, "id": id, "content": content })
    }

    /// One to three texts with a button or a picture beside them.
    fn section(&mut self, part: &Field<'_>, id: i64) -> Value {
        let list = part.require("components").map(|list| list.items(1..=3)).unwrap_or_default();
        let mut texts = Vec::new();
        for text in list.iter().filter(|text| text.is_object()) {
            if text.require("type").and_then(|kind| kind.one_of(&[TEXT_DISPLAY])).is_some() {
                let id = self.numbering.next(text);
                texts.push(self.text_display(text, id));
            }
        }
        let accessory = part.require("accessory").filter(Field::is_object).and_then(|accessory| {
            let kind = accessory.require("type")?.one_of(&[BUTTON, THUMBNAIL])?;
            if kind == BUTTON {
                return Some(accessory_button(&accessory, &mut self.numbering));
            }
            let id = self.numbering.next(&accessory);
            let mut json = media_item(&accessory);
            json.as_object_mut()?.extend([("type".to_owned(), kind.into()), ("id".to_owned(), id.into())]);
            Some(json)
        });
        json!({ "type": SECTION, "id": id, "components": texts, "accessory": accessory })
    }
}

/// A picture or video with its description.
fn media_item(item: &Field<'_>) -> Value {
    if !item.is_object() {
        return Value::Null;
    }
    let media = item.require("media").filter(Field::is_object).and_then(|media| media.require("url"));
    let url = media.and_then(|url| url.url(2048, MEDIA));
    let description = item.get("description").and_then(|text| text.text(1..=1024));
    json!({ "media": { "url": url }, "description": description, "spoiler": spoiler(item) })
}

fn spoiler(part: &Field<'_>) -> bool {
    part.get("spoiler").and_then(|field| field.boolean()).unwrap_or(false)
}
