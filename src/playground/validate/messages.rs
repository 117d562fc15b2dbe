//! Bodies that make or change a message, and the small answers to interactions: deferred replies and choices.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    EPHEMERAL, Field, Form, IS_COMPONENTS_V2, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS, components, embeds, plain,
};
use crate::playground::rest::error::{ApiError, EMPTY_MESSAGE};
use crate::playground::snowflake::Snowflake;

/// What a body is for; it decides about the flags that may be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::playground) enum MessageKind {
    /// A message in a channel.
    Create,
    /// A reply or a follow-up to an interaction, which may be ephemeral.
    Reply,
    /// Any change of an existing message.
    Edit,
}

/// A checked body. A field that is `None` was absent, which leaves it as it is in an edit.
#[derive(Clone, Debug, Default)]
pub(in crate::playground) struct Draft {
    pub(in crate::playground) content: Option<String>,
    pub(in crate::playground) embeds: Option<Vec<Value>>,
    pub(in crate::playground) components: Option<Vec<Value>>,
    pub(in crate::playground) flags: Option<u64>,
    pub(in crate::playground) allowed: AllowedMentions,
    pub(in crate::playground) tts: bool,
    pub(in crate::playground) nonce: Option<Value>,
    pub(in crate::playground) enforce_nonce: bool,
    /// The message that this one replies to.
    pub(in crate::playground) reference: Option<Snowflake>,
}

impl Draft {
    /// A new message must show something.
    pub(in crate::playground) fn is_empty(&self) -> bool {
        let nothing = |list: &Option<Vec<Value>>| list.as_ref().is_none_or(Vec::is_empty);
        self.content.as_ref().is_none_or(String::is_empty)
            && self.embeds.as_ref().is_none_or(|list| list.iter().all(embeds::is_empty))
            && nothing(&self.components)
    }
}

/// Who may be notified by the mentions in a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::playground) enum AllowedMentions {
    /// The body said nothing: every mention counts.
    #[default]
    All,
    Only {
        everyone: bool,
        /// `None`: all that are mentioned.
        users: Option<BTreeSet<Snowflake>>,
        roles: Option<BTreeSet<Snowflake>>,
        replied_user: bool,
    },
}

/// Checks a body at `root`, which is the whole body or the `data` of a callback. Mistakes are noted in the form; the
/// caller finishes it.
pub(in crate::playground) fn message(root: &Field<'_>, kind: MessageKind) -> Draft {
    let mut draft = Draft::default();
    if !root.is_object() {
        return draft;
    }
    let new = kind != MessageKind::Edit;
    let given = |key: &str| new || root.has(key);
    if given("content") {
        let content = root.get("content").map(|field| field.trimmed(0..=2000).unwrap_or_default().to_owned());
        draft.content = Some(content.unwrap_or_default());
    }
    if given("embeds") {
        draft.embeds = Some(root.get("embeds").map(|list| embeds::embeds(&list)).unwrap_or_default());
    }
    if given("components") {
        draft.components = Some(root.get("components").map(|list| components::rows(&list)).unwrap_or_default());
    }
    if root.get("embed").is_some() {
        root.problem_at("embed", "BASE_TYPE_INVALID", "Version 10 of the API knows embeds only");
    }
    draft.flags = root.get("flags").and_then(|field| flags(&field, kind));
    draft.tts = root.get("tts").and_then(|field| field.boolean()).unwrap_or(false);
    draft.allowed = root.get("allowed_mentions").map(|field| allowed_mentions(&field)).unwrap_or_default();
    if kind == MessageKind::Create {
        draft.nonce = root.get("nonce").and_then(|field| nonce(&field));
        draft.enforce_nonce = root.get("enforce_nonce").and_then(|field| field.boolean()).unwrap_or(false);
        let reference = root.get("message_reference").filter(Field::is_object);
        draft.reference = reference.and_then(|field| field.require("message_id")).and_then(|id| id.snowflake());
    }
    for key in ["attachments", "sticker_ids"] {
        if root.get(key).is_some_and(|list| list.value.as_array().is_none_or(|list| !list.is_empty())) {
            root.problem_at(key, "BASE_TYPE_INVALID", "The playground has no files and no stickers");
        }
    }
    if root.get("poll").is_some() {
        root.problem_at("poll", "BASE_TYPE_INVALID", "The playground has no polls");
    }
    draft
}

/// Checks a whole body, also for being empty.
impl Draft {
    /// The same for a message that is one field of a body.
    pub(in crate::playground) fn of_part(body: &Value, key: &str, kind: MessageKind) -> Result<Self, ApiError> {
        let form = Form::default();
        let draft = form.root(body).get(key).map(|part| message(&part, kind)).unwrap_or_default();
        form.finish()?;
        if draft.is_empty() { Err(EMPTY_MESSAGE) } else { Ok(draft) }
    }

    pub(in crate::playground) fn of_body(body: &Value, kind: MessageKind) -> Result<Self, ApiError> {
        let form = Form::default();
        let draft = message(&form.root(body), kind);
        form.finish()?;
        if kind != MessageKind::Edit && draft.is_empty() { Err(EMPTY_MESSAGE) } else { Ok(draft) }
    }
}

fn flags(field: &Field<'_>, kind: MessageKind) -> Option<u64> {
    let flags = field.integer(0..=i64::from(i32::MAX))?.unsigned_abs();
    let settable = match kind {
        MessageKind::Create => SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS,
        MessageKind::Reply => SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | EPHEMERAL,
        MessageKind::Edit => SUPPRESS_EMBEDS,
    };
    if flags & IS_COMPONENTS_V2 != 0 {
        field.problem("BASE_TYPE_INVALID", "The playground has no Components V2");
    } else if flags & !settable != 0 {
        field.problem("BASE_TYPE_INVALID", &format!("Flags that cannot be set here: {}", flags & !settable));
    }
    Some(flags)
}

/// The flags of a deferred reply, where only EPHEMERAL may be set.
pub(in crate::playground) fn deferred_flags(data: &Field<'_>) -> u64 {
    let Some(field) = data.get("flags") else { return 0 };
    let flags = field.integer(0..=i64::from(i32::MAX)).unwrap_or_default().unsigned_abs();
    if flags & !EPHEMERAL != 0 {
        field.problem("BASE_TYPE_INVALID", "A deferred reply can only have the flag EPHEMERAL");
    }
    flags & EPHEMERAL
}

fn nonce(field: &Field<'_>) -> Option<Value> {
    match field.value {
        Value::String(_) => field.text(0..=25).map(Value::from),
        Value::Number(number) if number.is_i64() => Some(field.value.clone()),
        _ => {
            field.problem("NONCE_TYPE_INVALID_TYPE", "This field must be a string or integer.");
            None
        }
    }
}

fn allowed_mentions(field: &Field<'_>) -> AllowedMentions {
    let mut parse = BTreeSet::new();
    if !field.is_object() {
        return AllowedMentions::All;
    }
    for item in field.get("parse").map(|list| list.items(0..=1521)).unwrap_or_default() {
        match item.value.as_str() {
            Some(name @ ("users" | "roles" | "everyone")) => {
                if !parse.insert(name) {
                    item.problem("SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value");
                }
            }
            _ => item.problem("BASE_TYPE_CHOICES", "Value must be one of ('roles', 'users', 'everyone')."),
        }
    }
    let listed = |kind: &str| {
        let mut ids = BTreeSet::new();
        for item in field.get(kind).map(|list| list.items(0..=100)).unwrap_or_default() {
            if item.snowflake().is_some_and(|id| !ids.insert(id)) {
                item.problem("SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value");
            }
        }
        if parse.contains(kind) && !ids.is_empty() {
            let code = "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE";
            field.problem(code, &format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive."));
        }
        if parse.contains(kind) { None } else { Some(ids) }
    };
    let (users, roles) = (listed("users"), listed("roles"));
    let replied_user = field.get("replied_user").and_then(|flag| flag.boolean()).unwrap_or(false);
    AllowedMentions::Only { everyone: parse.contains("everyone"), users, roles, replied_user }
}

/// The choices of an autocomplete answer for an option of a type (3 string, 4 integer, 10 number).
pub(in crate::playground) fn choices(data: &Field<'_>, option_type: i64) -> Vec<Value> {
    let Some(list) = data.is_object().then(|| data.require("choices")).flatten() else { return Vec::new() };
    list.items(0..=25)
        .iter()
        .filter(|choice| choice.is_object())
        .map(|choice| {
            let name = choice.require("name").and_then(|name| name.text(1..=100));
            let value = choice.require("value").and_then(|value| choice_value(&value, option_type));
            json!({ "name": name, "value": value })
        })
        .collect()
}

/// The value of a choice must have the type of its option.
pub(super) fn choice_value(field: &Field<'_>, option_type: i64) -> Option<Value> {
    const SAFE: i64 = (1 << 53) - 1;
    match option_type {
        4 => field.integer(-SAFE..=SAFE).map(Value::from),
        10 => {
            if field.value.as_f64().is_none() {
                let text = plain(field.value);
                field.problem("NUMBER_TYPE_COERCE", &format!("Value \"{text}\" is not float."));
            }
            Some(field.value.clone())
        }
        _ => field.text(1..=100).map(Value::from),
    }
}
