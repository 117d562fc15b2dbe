//! Buttons and select menus of messages: rows, widths, ids that must be unique, and what each style may carry.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};

use super::Field;
use crate::playground::json::set;

pub(in crate::playground) const ACTION_ROW: i64 = 1;
pub(in crate::playground) const BUTTON: i64 = 2;
pub(in crate::playground) const STRING_SELECT: i64 = 3;
pub(in crate::playground) const TEXT_INPUT: i64 = 4;
pub(in crate::playground) const CHANNEL_SELECT: i64 = 8;

/// The style of a button that opens a web page instead of calling the bot.
const LINK: i64 = 5;
/// The style of a button that sells something; it shows what Discord knows about that.
const PREMIUM: i64 = 6;

/// What all components of one message or modal share: ids in use, and the numbers given to components without one.
#[derive(Default)]
pub(super) struct Numbering {
    custom_ids: HashSet<String>,
    last: i64,
}

impl Numbering {
    /// Discord numbers components from 1 where the app does not.
    pub(super) fn next(&mut self, component: &Field<'_>) -> i64 {
        self.last += 1;
        component.get("id").and_then(|id| id.integer(0..=i64::from(i32::MAX))).filter(|id| *id > 0).unwrap_or(self.last)
    }

    pub(super) fn custom_id<'f>(&mut self, field: &Field<'f>) -> Option<&'f str> {
        let id = field.text(1..=100)?;
        if !self.custom_ids.insert(id.to_owned()) {
            field.problem("COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
        }
        Some(id)
    }
}

/// The rows of a message as Discord stores them.
pub(super) fn rows(list: &Field<'_>) -> Vec<Value> {
    let mut numbering = Numbering::default();
    list.items(0..=5).iter().map(|row| self::row(row, &mut numbering)).collect()
}

/// A button beside the texts of a section.
pub(super) fn accessory_button(item: &Field<'_>, numbering: &mut Numbering) -> Value {
    let id = numbering.next(item);
    let mut json = button(item, numbering);
    json.insert("type".to_owned(), BUTTON.into());
    json.insert("id".to_owned(), id.into());
    json.into()
}

pub(super) fn row(row: &Field<'_>, numbering: &mut Numbering) -> Value {
    if !row.is_object() || row.require("type").and_then(|kind| kind.one_of(&[ACTION_ROW])).is_none() {
        return Value::Null;
    }
    let id = numbering.next(row);
    let Some(list) = row.require("components") else { return Value::Null };
    let mut width = 0;
    let mut components = Vec::new();
    for item in list.items(1..=5) {
        if !item.is_object() {
            continue;
        }
        let Some(kind) = item.require("type").and_then(|kind| kind.one_of(&[2, 3, 5, 6, 7, 8])) else { continue };
        width += if kind == BUTTON { 1 } else { 5 };
        if width > 5 {
            item.problem("COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width");
        }
        if kind == BUTTON {
            components.push(accessory_button(&item, numbering));
            continue;
        }
        let id = numbering.next(&item);
        let mut json = select(&item, kind, numbering);
        json.insert("type".to_owned(), kind.into());
        json.insert("id".to_owned(), id.into());
        components.push(Value::Object(json));
    }
    json!({ "type": ACTION_ROW, "id": id, "components": components })
}

fn button(button: &Field<'_>, numbering: &mut Numbering) -> Map<String, Value> {
    let mut out = Map::new();
    let style = button.require("style").and_then(|style| style.one_of(&[1, 2, 3, 4, LINK, PREMIUM]));
    out.insert("style".to_owned(), style.into());
    if style == Some(PREMIUM) {
        out.insert("sku_id".to_owned(), button.require("sku_id").and_then(|id| id.snowflake()).map(Value::from).into());
        for key in ["custom_id", "label", "url", "emoji"] {
            if button.get(key).is_some() {
                button.problem_at(key, "BASE_TYPE_INVALID", "A premium button has a sku_id alone");
            }
        }
        disabled(button, &mut out);
        return out;
    }
    let label = button.get("label").and_then(|label| label.text(0..=80)).filter(|label| !label.trim().is_empty());
    if let Some(label) = label {
        out.insert("label".to_owned(), label.into());
    }
    let emoji = button.get("emoji").and_then(|emoji| self::emoji(&emoji));
    if !button.has("emoji") && button.get("label").is_none_or(|label| label.value == "") {
        button.problem_at("label", "BASE_TYPE_REQUIRED", "This field is required");
    }
    if let Some(emoji) = emoji {
        out.insert("emoji".to_owned(), emoji);
    }
    disabled(button, &mut out);
    if button.get("custom_id").is_some() && button.get("url").is_some() {
        for key in ["custom_id", "url"] {
            let code = "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE";
            button.problem_at(key, code, "A custom id and url cannot both be specified");
        }
    } else if style == Some(LINK) {
        if button.get("custom_id").is_some() {
            button.problem_at("custom_id", "BUTTON_COMPONENT_INVALID_CUSTOM_ID", "A link button has no custom id");
        }
        if let Some(url) = button.require("url").and_then(|url| url.url(512, &["http", "https", "discord"])) {
            out.insert("url".to_owned(), url.into());
        }
    } else {
        if button.get("url").is_some() {
            button.problem_at("url", "BUTTON_COMPONENT_INVALID_URL", "Only a link button has a url");
        }
        match button.get("custom_id") {
            None => {
                button.problem_at("custom_id", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required");
            }
            Some(field) => {
                out.insert("custom_id".to_owned(), numbering.custom_id(&field).into());
            }
        }
    }
    out
}

/// A select menu of any kind; those of modals come through here, too.
pub(super) fn select(select: &Field<'_>, kind: i64, numbering: &mut Numbering) -> Map<String, Value> {
    let mut out = Map::new();
    let custom_id = select.require("custom_id").and_then(|field| numbering.custom_id(&field));
    out.insert("custom_id".to_owned(), custom_id.into());
    if let Some(text) = select.get("placeholder").and_then(|field| field.text(0..=150)) {
        out.insert("placeholder".to_owned(), text.into());
    }
    let bound = |key: &str, least: i64| select.get(key).map_or(Some(1), |field| field.integer(least..=25));
    let (least, most) = (bound("min_values", 0), bound("max_values", 1));
    out.insert("min_values".to_owned(), least.into());
    out.insert("max_values".to_owned(), most.into());
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        select.problem_at(
            "min_values",
            "NUMBER_TYPE_MAX",
            &format!("min_values must be equal to or less than {most}."),
        );
    }
    disabled(select, &mut out);
    if kind == CHANNEL_SELECT
        && let Some(types) = select.get("channel_types")
    {
        let types: Vec<Option<i64>> = types.items(0..=25).iter().map(|kind| kind.integer(0..=16)).collect();
        out.insert("channel_types".to_owned(), json!(types));
    }
    if kind != STRING_SELECT
        && let Some(list) = select.get("default_values")
    {
        out.insert("default_values".to_owned(), default_values(&list, kind, (least, most)).into());
    }
    if kind == STRING_SELECT {
        if let Some(list) = select.require("options") {
            let options = options(&list, 1..=25, most.unwrap_or(25));
            if most.and_then(|most| usize::try_from(most).ok()).is_some_and(|most| most > options.len()) {
                let most = most.unwrap_or_default();
                list.problem("BASE_TYPE_MIN_LENGTH", &format!("Must be {most} or more in length."));
            }
            out.insert("options".to_owned(), options.into());
        }
    } else if select.get("options").is_some() {
        select.problem_at("options", "BASE_TYPE_INVALID", "Only a string select has options");
    }
    out
}

/// Who or what is chosen from the beginning, in a menu of people, roles or channels.
fn default_values(list: &Field<'_>, kind: i64, (least, most): (Option<i64>, Option<i64>)) -> Vec<Value> {
    let kinds: &[&str] = match kind {
        5 => &["user"],
        6 => &["role"],
        7 => &["user", "role"],
        _ => &["channel"],
    };
    let items = list.items(0..=25);
    let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
    if count > 0 && (least.is_some_and(|least| count < least) || most.is_some_and(|most| count > most)) {
        let code = "SELECT_COMPONENT_INVALID_DEFAULT_VALUES";
        list.problem(code, "There must be as many default values as can be chosen");
    }
    let one = |item: &Field<'_>| {
        let id = item.is_object().then(|| item.require("id")).flatten().and_then(|id| id.snowflake());
        let of = item.require("type").map(|of| of.value.clone()).unwrap_or_default();
        if !of.as_str().is_some_and(|of| kinds.contains(&of)) {
            item.problem_at("type", "BASE_TYPE_CHOICES", "This menu has no values of that type");
        }
        json!({ "id": id, "type": of })
    };
    items.iter().map(one).collect()
}

/// What can be chosen, with at most `most_values` of them chosen from the beginning.
pub(super) fn options(list: &Field<'_>, lengths: RangeInclusive<usize>, most_values: i64) -> Vec<Value> {
    let mut values = HashSet::new();
    let mut defaults = 0;
    let mut options = Vec::new();
    for option in list.items(lengths) {
        if !option.is_object() {
            continue;
        }
        let label = option.require("label").and_then(|label| label.text(1..=100));
        let value = option.require("value").and_then(|value| value.text(1..=100));
        if value.is_some_and(|value| !values.insert(value)) {
            option.problem("SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used");
        }
        let mut json = json!({ "label": label, "value": value });
        if let Some(text) = option.get("description").and_then(|field| field.text(0..=100)) {
            set(&mut json, "description", text);
        }
        if let Some(emoji) = option.get("emoji").and_then(|field| emoji(&field)) {
            set(&mut json, "emoji", emoji);
        }
        if option.get("default").and_then(|field| field.boolean()) == Some(true) {
            defaults += 1;
            set(&mut json, "default", true);
        }
        options.push(json);
    }
    if defaults > most_values {
        list.problem("SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "More options are chosen than max_values allows");
    }
    options
}

fn disabled(component: &Field<'_>, out: &mut Map<String, Value>) {
    if component.get("disabled").and_then(|field| field.boolean()) == Some(true) {
        out.insert("disabled".to_owned(), true.into());
    }
}

/// A standard emoji (`name` alone). The playground's guilds have no emoji of their own, so an id is never right.
pub(super) fn emoji(field: &Field<'_>) -> Option<Value> {
    if !field.is_object() {
        return None;
    }
    let name = field.get("name").and_then(|name| name.text(0..=32)).unwrap_or_default();
    // A pictograph lies outside ASCII, or is a key cap such as `1` with a combining mark.
    if field.get("id").is_some() || name.is_ascii() {
        field.problem_at("name", "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji");
        return None;
    }
    Some(json!({ "name": name }))
}
