//! Modals: a title and up to five rows or labels that hold text inputs; labels also menus, files, radio buttons and
//! checkboxes.

use serde_json::{Map, Value, json};

use super::Field;
use super::components::{self, ACTION_ROW, Numbering, TEXT_INPUT};
use super::layout::TEXT_DISPLAY;

const LABEL: i64 = 18;
pub(in crate::playground) const FILE_UPLOAD: i64 = 19;
pub(in crate::playground) const RADIO_GROUP: i64 = 21;
pub(in crate::playground) const CHECKBOX_GROUP: i64 = 22;
pub(in crate::playground) const CHECKBOX: i64 = 23;

/// Most components of a modal. The specification says 40, the guide says 5: the playground takes the stricter one.
const MOST_COMPONENTS: usize = 5;

/// The modal as the client gets it. Mistakes are noted in the form; the caller finishes it.
pub(in crate::playground) fn modal(data: &Field<'_>) -> Value {
    if !data.is_object() {
        return Value::Null;
    }
    let custom_id = data.require("custom_id").and_then(|field| field.text(1..=100));
    let title = data.require("title").and_then(|field| field.text(1..=45));
    let mut numbering = Numbering::default();
    let mut rows = Vec::new();
    if let Some(list) = data.require("components") {
        rows.extend(list.items(1..=MOST_COMPONENTS).iter().map(|item| part(item, &mut numbering)));
    }
    json!({ "custom_id": custom_id, "title": title, "components": rows })
}

fn part(part: &Field<'_>, numbering: &mut Numbering) -> Value {
    if !part.is_object() {
        return Value::Null;
    }
    let kind = part.require("type").and_then(|kind| kind.one_of(&[ACTION_ROW, TEXT_DISPLAY, LABEL]));
    let id = numbering.next(part);
    match kind {
        Some(ACTION_ROW) => {
            let Some(list) = part.require("components") else { return Value::Null };
            let inputs: Vec<Value> = list
                .items(1..=1)
                .iter()
                .filter(|item| item.is_object())
                .filter(|item| item.require("type").and_then(|kind| kind.one_of(&[TEXT_INPUT])).is_some())
                .map(|item| {
                    let mut input = text_input(item, numbering);
                    let label = item.require("label").and_then(|label| label.text(1..=45));
                    input.insert("label".to_owned(), label.into());
                    input.into()
                })
                .collect();
            json!({ "type": ACTION_ROW, "id": id, "components": inputs })
        }
        Some(LABEL) => {
            let label = part.require("label").and_then(|label| label.text(1..=45));
            let description = part.get("description").and_then(|text| text.text(1..=100));
            let inner = part.require("component").filter(Field::is_object);
            let component = inner.and_then(|inner| field(&inner, numbering));
            json!({ "type": LABEL, "id": id, "label": label, "description": description, "component": component })
        }
        Some(TEXT_DISPLAY) => {
            let content = part.require("content").and_then(|text| text.text(1..=4000));
            json!({ "type": TEXT_DISPLAY, "id": id, "content": content })
        }
        _ => Value::Null,
    }
}

/// What a label holds.
fn field(inner: &Field<'_>, numbering: &mut Numbering) -> Option<Map<String, Value>> {
    let kind =
        inner.require("type")?.one_of(&[3, 4, 5, 6, 7, 8, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX])?;
    if kind == TEXT_INPUT {
        return Some(text_input(inner, numbering));
    }
    let id = numbering.next(inner);
    let mut json = match kind {
        FILE_UPLOAD | RADIO_GROUP | CHECKBOX_GROUP | CHECKBOX => {
            let custom_id = inner.require("custom_id").and_then(|field| numbering.custom_id(&field));
            Map::from_iter([owned(("custom_id", json!(custom_id)))])
        }
        _ => components::select(inner, kind, numbering),
    };
    match kind {
        FILE_UPLOAD => bounds(inner, &mut json, (1, 1)),
        RADIO_GROUP => {
            let options = inner.require("options").map(|list| components::options(&list, 2..=10, 1));
            json.insert("options".to_owned(), options.unwrap_or_default().into());
        }
        CHECKBOX_GROUP => {
            let options = inner.require("options").map(|list| components::options(&list, 1..=10, 10));
            let options = options.unwrap_or_default();
            bounds(inner, &mut json, (1, i64::try_from(options.len()).unwrap_or(10).max(1)));
            json.insert("options".to_owned(), options.into());
        }
        CHECKBOX => {
            let default = inner.get("default").and_then(|field| field.boolean()).unwrap_or(false);
            json.insert("default".to_owned(), default.into());
        }
        _ => {}
    }
    json.extend([("type", json!(kind)), ("id", json!(id))].map(owned));
    if kind != CHECKBOX {
        let required = inner.get("required").and_then(|field| field.boolean()).unwrap_or(true);
        json.insert("required".to_owned(), required.into());
    }
    Some(json)
}

/// How many files or boxes must and can be chosen, at most ten.
fn bounds(inner: &Field<'_>, json: &mut Map<String, Value>, (least, most): (i64, i64)) {
    let least = inner.get("min_values").map_or(Some(least), |field| field.integer(0..=10));
    let most = inner.get("max_values").map_or(Some(most), |field| field.integer(1..=10));
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        inner.problem_at("min_values", "NUMBER_TYPE_MAX", &format!("min_values must be equal to or less than {most}."));
    }
    json.extend([("min_values", json!(least)), ("max_values", json!(most))].map(owned));
}

fn text_input(input: &Field<'_>, numbering: &mut Numbering) -> Map<String, Value> {
    let id = numbering.next(input);
    let custom_id = input.require("custom_id").and_then(|field| numbering.custom_id(&field));
    let style = input.require("style").and_then(|style| style.one_of(&[1, 2]));
    let least = input.get("min_length").and_then(|field| field.integer(0..=4000));
    let most = input.get("max_length").and_then(|field| field.integer(1..=4000));
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        input.problem_at("min_length", "NUMBER_TYPE_MAX", "min_length must be equal to or less than max_length.");
    }
    let required = input.get("required").and_then(|field| field.boolean()).unwrap_or(true);
    let mut out = Map::from_iter(
        [
            ("type", json!(TEXT_INPUT)),
            ("id", json!(id)),
            ("custom_id", json!(custom_id)),
            ("style", json!(style)),
            ("required", json!(required)),
        ]
        .map(owned),
    );
    for (key, bound) in [("min_length", least), ("max_length", most)] {
        if let Some(bound) = bound {
            out.insert(key.to_owned(), bound.into());
        }
    }
    for (key, longest) in [("placeholder", 100), ("value", 4000)] {
        if let Some(text) = input.get(key).and_then(|field| field.text(0..=longest)) {
            out.insert(key.to_owned(), text.into());
        }
    }
    out
}

fn owned((key, value): (&str, Value)) -> (String, Value) {
    (key.to_owned(), value)
}
