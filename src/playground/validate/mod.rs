//! Checks of request bodies. Every mistake of a body is collected with its place, in Discord's words, before anything
//! is done.

mod commands;
mod components;
mod embeds;
mod messages;
mod modals;

use std::cell::RefCell;
use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};

pub(super) use commands::{Command, CommandKind, bulk_commands, command, edited_command};
pub(super) use messages::{AllowedMentions, Draft, MessageKind, choices, deferred_flags, message};
pub(super) use modals::modal;

use super::permissions::{self, Permissions};
use super::rest::error::ApiError;
use super::snowflake::Snowflake;

/// Flags of messages that the playground knows.
pub(super) const SUPPRESS_EMBEDS: u64 = 1 << 2;
pub(super) const HAS_THREAD: u64 = 1 << 5;
pub(super) const EPHEMERAL: u64 = 1 << 6;
pub(super) const LOADING: u64 = 1 << 7;
pub(super) const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
pub(super) const IS_COMPONENTS_V2: u64 = 1 << 15;

/// The mistakes found so far, in the nested shape of Discord's `errors`.
#[derive(Debug, Default)]
pub(super) struct Form {
    errors: RefCell<Map<String, Value>>,
}

impl Form {
    pub(super) fn root<'f>(&'f self, value: &'f Value) -> Field<'f> {
        Field { form: self, path: Vec::new(), value }
    }

    /// `Ok` when no mistake was noted.
    pub(super) fn finish(self) -> Result<(), ApiError> {
        let errors = self.errors.into_inner();
        if errors.is_empty() { Ok(()) } else { Err(ApiError::invalid_form(errors.into())) }
    }

    fn note(&self, path: &[String], code: &str, message: &str) {
        let mut errors = self.errors.borrow_mut();
        let mut place: &mut Map<String, Value> = &mut errors;
        for step in path {
            let next = place.entry(step.clone()).or_insert_with(|| Value::Object(Map::new()));
            let Value::Object(object) = next else { return };
            place = object;
        }
        let list = place.entry("_errors").or_insert_with(|| json!([]));
        if let Value::Array(list) = list {
            list.push(json!({ "code": code, "message": message }));
        }
    }
}

/// One value of a body together with its place. A check that fails notes the mistake and answers `None`.
#[derive(Clone)]
pub(super) struct Field<'f> {
    form: &'f Form,
    path: Vec<String>,
    pub(super) value: &'f Value,
}

impl<'f> Field<'f> {
    pub(super) fn problem(&self, code: &str, message: &str) {
        self.form.note(&self.path, code, message);
    }

    /// Notes a mistake at a field of this object, be it present or not.
    pub(super) fn problem_at(&self, key: &str, code: &str, message: &str) {
        let mut path = self.path.clone();
        path.push(key.to_owned());
        self.form.note(&path, code, message);
    }

    fn child(&self, key: &str, value: &'f Value) -> Self {
        let mut path = self.path.clone();
        path.push(key.to_owned());
        Self { form: self.form, path, value }
    }

    /// A field of this object; absent and `null` are the same to Discord.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        self.value.get(key).filter(|value| !value.is_null()).map(|value| self.child(key, value))
    }

    /// Whether the key is there at all, `null` included: in a PATCH that means "clear it".
    pub(super) fn has(&self, key: &str) -> bool {
        self.value.get(key).is_some()
    }

    /// A field that must be there and not be `null`.
    pub(super) fn require(&self, key: &str) -> Option<Self> {
        let field = self.get(key);
        if field.is_none() && self.value.is_object() {
            self.problem_at(key, "BASE_TYPE_REQUIRED", "This field is required");
        }
        field
    }

    pub(super) fn is_object(&self) -> bool {
        if !self.value.is_object() {
            self.problem("MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType");
        }
        self.value.is_object()
    }

    /// The elements of a list whose length must lie in the range. A list of a wrong length is reported and still looked
    /// into.
    pub(super) fn items(&self, lengths: RangeInclusive<usize>) -> Vec<Self> {
        let Value::Array(list) = self.value else {
            self.problem("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
            return Vec::new();
        };
        self.check_length(list.len(), &lengths);
        list.iter().enumerate().map(|(index, value)| self.child(&index.to_string(), value)).collect()
    }

    /// A string whose length in characters lies in the range.
    pub(super) fn text(&self, lengths: RangeInclusive<usize>) -> Option<&'f str> {
        let Value::String(text) = self.value else {
            self.problem("STRING_TYPE_CONVERT", &format!("Could not interpret \"{}\" as string.", self.value));
            return None;
        };
        self.check_length(text.chars().count(), &lengths).then_some(text)
    }

    /// Like `text`, without the white space around it, which Discord cuts off before it counts.
    pub(super) fn trimmed(&self, lengths: RangeInclusive<usize>) -> Option<&'f str> {
        let Value::String(text) = self.value else { return self.text(lengths) };
        let text = text.trim();
        self.check_length(text.chars().count(), &lengths).then_some(text)
    }

    pub(super) fn integer(&self, range: RangeInclusive<i64>) -> Option<i64> {
        let Some(number) = self.value.as_i64().or_else(|| self.value.as_str()?.parse().ok()) else {
            self.problem("NUMBER_TYPE_COERCE", &format!("Value \"{}\" is not int.", plain(self.value)));
            return None;
        };
        if number < *range.start() {
            let least = range.start();
            self.problem("NUMBER_TYPE_MIN", &format!("int value should be greater than or equal to {least}."));
        } else if number > *range.end() {
            let most = range.end();
            self.problem("NUMBER_TYPE_MAX", &format!("int value should be less than or equal to {most}."));
        } else {
            return Some(number);
        }
        None
    }

    pub(super) fn boolean(&self) -> Option<bool> {
        let value = self.value.as_bool();
        if value.is_none() {
            self.problem("BOOLEAN_TYPE_CONVERT", "Must be either true or false.");
        }
        value
    }

    pub(super) fn snowflake(&self) -> Option<Snowflake> {
        let text = plain(self.value);
        let id = text.parse().ok();
        if id.is_none() {
            self.problem("NUMBER_TYPE_COERCE", &format!("Value \"{text}\" is not snowflake."));
        }
        id
    }

    /// A set of permissions, as a string or a number.
    pub(super) fn permissions(&self) -> Option<Permissions> {
        let bits: Option<Permissions> = self.value.as_str().and_then(|text| text.parse().ok());
        let bits = bits.or_else(|| self.value.as_u64()).filter(|bits| bits & !permissions::ALL == 0);
        if bits.is_none() {
            self.problem("NUMBER_TYPE_COERCE", "Value is not a set of permissions.");
        }
        bits
    }

    /// A moment as Unix milliseconds.
    pub(super) fn moment(&self) -> Option<i64> {
        let text = plain(self.value);
        let moment = text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond);
        if moment.is_none() {
            self.problem("DATE_TIME_TYPE_PARSE", &format!("Could not parse {text}. Should be ISO8601."));
        }
        moment
    }

    /// One of a few numbers.
    pub(super) fn one_of(&self, allowed: &[i64]) -> Option<i64> {
        let number = self.value.as_i64().filter(|number| allowed.contains(number));
        if number.is_none() {
            let names: Vec<String> = allowed.iter().map(i64::to_string).collect();
            self.problem("BASE_TYPE_CHOICES", &format!("Value must be one of {{{}}}.", names.join(", ")));
        }
        number
    }

    /// A web address of at most `most` characters, with one of the schemes.
    pub(super) fn url(&self, most: usize, schemes: &[&str]) -> Option<&'f str> {
        let text = self.text(0..=most)?;
        let Ok(url) = reqwest::Url::parse(text) else {
            self.problem("URL_TYPE_INVALID_URL", "Not a well formed URL.");
            return None;
        };
        if !schemes.contains(&url.scheme()) {
            let quoted: Vec<String> = schemes.iter().map(|scheme| format!("'{scheme}'")).collect();
            self.problem(
                "URL_TYPE_INVALID_SCHEME",
                &format!(
                    "Scheme \"{}\" is not supported. Scheme must be one of ({}).",
                    url.scheme(),
                    quoted.join(", ")
                ),
            );
            return None;
        }
        Some(text)
    }

    fn check_length(&self, length: usize, lengths: &RangeInclusive<usize>) -> bool {
        let (least, most) = (*lengths.start(), *lengths.end());
        if lengths.contains(&length) {
            return true;
        }
        if least == 0 {
            self.problem("BASE_TYPE_MAX_LENGTH", &format!("Must be {most} or fewer in length."));
        } else if length == 0 {
            self.problem("BASE_TYPE_REQUIRED", "This field is required");
        } else {
            self.problem("BASE_TYPE_BAD_LENGTH", &format!("Must be between {least} and {most} in length."));
        }
        false
    }
}

/// A value without JSON's quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// JSON that often has the fields that bodies have, with values of any type.
    fn bodies() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-3_i64..30).prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,40}".prop_map(Value::from),
            "(https://a\\.b|users|2026-01-31T12:00:00Z|1196423538278400000|32)".prop_map(Value::from),
        ];
        let keys = "(content|embeds|fields|name|value|title|description|footer|text|author|url|color|timestamp|image\
                    |components|component|type|style|label|custom_id|emoji|options|default|min_values|max_values\
                    |placeholder|flags|allowed_mentions|parse|users|nonce|choices|required|autocomplete|min_length\
                    |max_length|name_localizations|de|contexts|default_member_permissions|message_reference|id)";
        leaf.prop_recursive(6, 60, 6, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::btree_map(keys, inner, 0..8).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    /// Every `errors` object leads to lists of mistakes and nothing else.
    fn is_nested_errors(json: &Value) -> bool {
        let Value::Object(object) = json else { return false };
        !object.is_empty()
            && object.iter().all(|(key, value)| match key.as_str() {
                "_errors" => {
                    value.as_array().is_some_and(|list| list.iter().all(|mistake| mistake["code"].is_string()))
                }
                _ => is_nested_errors(value),
            })
    }

    proptest! {
        #[test]
        fn no_body_makes_a_check_panic(body in bodies()) {
            let mut errors = Vec::new();
            for kind in [MessageKind::Create, MessageKind::Reply, MessageKind::Edit] {
                errors.extend(Draft::of_body(&body, kind).err());
            }
            errors.extend(command(&body).err());
            errors.extend(bulk_commands(&body).err());
            let form = Form::default();
            modal(&form.root(&body));
            choices(&form.root(&body), 4);
            errors.extend(form.finish().err());
            for error in errors {
                if let Some(nested) = error.json().get("errors") {
                    prop_assert!(is_nested_errors(nested), "{nested}");
                }
            }
        }
    }

    #[test]
    fn all_mistakes_are_reported_at_their_places() {
        let form = Form::default();
        let body = json!({ "name": "", "list": [{ "n": 11 }, { "n": "x" }] });
        let root = form.root(&body);
        root.require("name").unwrap().text(1..=3);
        root.require("missing");
        for item in root.get("list").unwrap().items(0..=1) {
            item.get("n").unwrap().integer(0..=10);
        }
        let error = form.finish().unwrap_err();
        let mistake = |code: &str, message: &str| json!({ "_errors": [{ "code": code, "message": message }] });
        let required = mistake("BASE_TYPE_REQUIRED", "This field is required");
        let mut list = mistake("BASE_TYPE_MAX_LENGTH", "Must be 1 or fewer in length.");
        list["0"]["n"] = mistake("NUMBER_TYPE_MAX", "int value should be less than or equal to 10.");
        list["1"]["n"] = mistake("NUMBER_TYPE_COERCE", "Value \"x\" is not int.");
        assert_eq!(error.json()["errors"], json!({ "name": required, "missing": required, "list": list }));
    }
}
