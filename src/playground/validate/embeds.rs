//! Embeds: their limits one by one, and the 6000 characters that all embeds of a message share.

use serde_json::{Map, Value, json};

use super::Field;

/// Characters of title, description, names, values, footer and author over all embeds of a message.
const TOTAL: usize = 6000;
const URL: usize = 2048;
const WEB: &[&str] = &["http", "https"];
const PICTURE: &[&str] = &["http", "https", "attachment"];

/// The embeds as Discord stores them: without what is empty, with `type: rich`.
pub(super) fn embeds(list: &Field<'_>) -> Vec<Value> {
    let mut total = 0;
    let embeds = list.items(0..=10).iter().map(|embed| one(embed, &mut total)).collect();
    if total > TOTAL {
        list.problem("MAX_EMBED_SIZE_EXCEEDED", &format!("Embed size exceeds maximum size of {TOTAL}"));
    }
    embeds
}

/// Whether an embed shows anything at all.
pub(super) fn is_empty(embed: &Value) -> bool {
    let shown = ["title", "description", "fields", "footer", "author", "image", "thumbnail"];
    !shown.iter().any(|key| embed.get(key).is_some())
}

fn one(embed: &Field<'_>, total: &mut usize) -> Value {
    let mut out = Map::from_iter([("type".to_owned(), json!("rich"))]);
    if !embed.is_object() {
        return out.into();
    }
    for (key, most) in [("title", 256), ("description", 4096)] {
        if let Some(text) = embed.get(key).and_then(|field| counted(&field, most, total)) {
            put(&mut out, key, text);
        }
    }
    if let Some(url) = embed.get("url").and_then(|url| url.url(URL, WEB)) {
        put(&mut out, "url", url);
    }
    if let Some(color) = embed.get("color").and_then(|color| color.integer(0..=0xFF_FFFF)) {
        out.insert("color".to_owned(), color.into());
    }
    if let Some(field) = embed.get("timestamp")
        && let Some(text) = field.text(0..=64)
        && field.moment().is_some()
    {
        put(&mut out, "timestamp", text);
    }
    for (key, text_key, most) in [("footer", "text", 2048), ("author", "name", 256)] {
        let Some(part) = embed.get(key).filter(Field::is_object) else { continue };
        let mut named = Map::new();
        if let Some(text) = part.require(text_key).and_then(|field| counted(&field, most, total)) {
            put(&mut named, text_key, text);
        }
        if let Some(url) = part.get("url").and_then(|url| url.url(URL, WEB)) {
            put(&mut named, "url", url);
        }
        if let Some(url) = part.get("icon_url").and_then(|url| url.url(URL, PICTURE)) {
            put(&mut named, "icon_url", url);
        }
        if named.contains_key(text_key) {
            out.insert(key.to_owned(), named.into());
        }
    }
    for key in ["image", "thumbnail"] {
        let Some(part) = embed.get(key).filter(Field::is_object) else { continue };
        if let Some(url) = part.require("url").and_then(|url| url.url(URL, PICTURE)) {
            out.insert(key.to_owned(), json!({ "url": url }));
        }
    }
    if let Some(list) = embed.get("fields") {
        let fields: Vec<Value> = list.items(0..=25).iter().map(|field| name_and_value(field, total)).collect();
        if !fields.is_empty() {
            out.insert("fields".to_owned(), fields.into());
        }
    }
    out.into()
}

fn name_and_value(field: &Field<'_>, total: &mut usize) -> Value {
    if !field.is_object() {
        return Value::Null;
    }
    let mut text = |key: &str, most: usize| {
        let field = field.require(key)?;
        let text = counted(&field, most, total);
        if field.value.as_str().is_some_and(|text| text.trim().is_empty()) {
            field.problem("BASE_TYPE_REQUIRED", "This field is required");
        }
        text
    };
    let (name, value) = (text("name", 256), text("value", 1024));
    let inline = field.get("inline").and_then(|inline| inline.boolean()).unwrap_or(false);
    json!({ "name": name, "value": value, "inline": inline })
}

/// A text without the white space around it, added to the total; `None` for an empty one.
fn counted<'f>(field: &Field<'f>, most: usize, total: &mut usize) -> Option<&'f str> {
    *total += field.value.as_str().map_or(0, |text| text.trim().chars().count());
    field.trimmed(0..=most).filter(|text| !text.is_empty())
}

fn put(object: &mut Map<String, Value>, key: &str, text: &str) {
    object.insert(key.to_owned(), text.into());
}
