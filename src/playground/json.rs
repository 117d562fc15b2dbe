//! Small helpers for plain JSON.

use serde_json::Value;

/// Sets a field of an object; does nothing to anything else.
pub(super) fn set(json: &mut Value, key: &str, value: impl Into<Value>) {
    if let Value::Object(object) = json {
        object.insert(key.to_owned(), value.into());
    }
}

/// A string of an object, or an empty one.
pub(super) fn string<'v>(json: &'v Value, key: &str) -> &'v str {
    json.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A number of an object, or 0.
pub(super) fn number(json: &Value, key: &str) -> i64 {
    json.get(key).and_then(Value::as_i64).unwrap_or_default()
}

/// Whether a field of an object is `true`.
pub(super) fn is_set(json: &Value, key: &str) -> bool {
    json.get(key).and_then(Value::as_bool) == Some(true)
}

/// The elements of a list in an object, none without it.
pub(super) fn list<'v>(json: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    json.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// The buttons and menus of a message, row by row, wherever they stand.
pub(super) fn control_rows<'v>(components: impl IntoIterator<Item = &'v Value>) -> Vec<Vec<&'v Value>> {
    fn collect<'v>(part: &'v Value, rows: &mut Vec<Vec<&'v Value>>) {
        match number(part, "type") {
            1 => rows.push(list(part, "components").collect()),
            // A section, whose accessory may be a button.
            9 => rows.extend(part.get("accessory").filter(|accessory| number(accessory, "type") == 2).map(|b| vec![b])),
            _ => list(part, "components").for_each(|inner| collect(inner, rows)),
        }
    }
    let mut rows = Vec::new();
    components.into_iter().for_each(|part| collect(part, &mut rows));
    rows
}
