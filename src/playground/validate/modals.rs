//! Modals: a title and up to five rows or labels that hold text inputs (labels also string selects).

use serde_json::{Map, Value, json};

use super::Field;
use super::components::{self, ACTION_ROW, Numbering, STRING_SELECT, TEXT_INPUT};

const TEXT_DISPLAY: i64 = 10;
const LABEL: i64 = 18;

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
            let component = inner.and_then(|inner| {
                let kind = inner.require("type")?.one_of(&[STRING_SELECT, TEXT_INPUT])?;
                if kind == TEXT_INPUT {
                    return Some(text_input(&inner, numbering));
                }
                let id = numbering.next(&inner);
                let mut select = components::select(&inner, kind, numbering);
                let required = inner.get("required").and_then(|field| field.boolean()).unwrap_or(true);
                select.extend([("type", json!(kind)), ("id", json!(id)), ("required", json!(required))].map(owned));
                Some(select)
            });
            json!({ "type": LABEL, "id": id, "label": label, "description": description, "component": component })
        }
        Some(TEXT_DISPLAY) => {
            let content = part.require("content").and_then(|text| text.text(1..=4000));
            json!({ "type": TEXT_DISPLAY, "id": id, "content": content })
        }
        _ => Value::Null,
    }
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
