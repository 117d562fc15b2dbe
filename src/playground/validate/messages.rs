//! Bodies that make or change a message, and the small answers to interactions: deferred replies and choices.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::polls::{self, NewPoll};
use super::{
    EPHEMERAL, Field, Form, IS_COMPONENTS_V2, IS_VOICE_MESSAGE, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS, components,
    embeds, layout, plain,
};
use crate::playground::attachments::{self, NewFile, Upload};
use crate::playground::rest::error::{ApiError, EMPTY_MESSAGE, TOO_LARGE, TOO_MANY_ATTACHMENTS};
use crate::playground::snowflake::Snowflake;

/// What a body is for; it decides about the flags that may be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::playground) enum MessageKind {
    /// A message in a channel.
    Create,
    /// A reply or a follow-up to an interaction, which may be ephemeral.
    Reply,
    /// Any change of an existing message, which may have the flag IS_COMPONENTS_V2.
    Edit { v2: bool },
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
    /// New files.
    pub(in crate::playground) files: Vec<NewFile>,
    /// In an edit: the files that stay. `None`: all.
    pub(in crate::playground) kept: Option<Vec<Snowflake>>,
    pub(in crate::playground) poll: Option<NewPoll>,
    pub(in crate::playground) stickers: Vec<Snowflake>,
}

impl Draft {
    /// A new message must show something.
    pub(in crate::playground) fn is_empty(&self) -> bool {
        let nothing = |list: &Option<Vec<Value>>| list.as_ref().is_none_or(Vec::is_empty);
        self.content.as_ref().is_none_or(String::is_empty)
            && self.embeds.as_ref().is_none_or(|list| list.iter().all(embeds::is_empty))
            && nothing(&self.components)
            && self.files.is_empty()
            && self.poll.is_none()
            && self.stickers.is_empty()
    }

    /// What a form does not tell: too many or too large files.
    pub(in crate::playground) fn check_files(&self, kept: usize) -> Result<(), ApiError> {
        if self.files.len() + kept > attachments::MOST {
            return Err(TOO_MANY_ATTACHMENTS);
        }
        let too_large = |file: &NewFile| file.upload.bytes.len() > attachments::MOST_BYTES;
        if self.files.iter().any(too_large) { Err(TOO_LARGE) } else { Ok(()) }
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
pub(in crate::playground) fn message(root: &Field<'_>, uploads: &[Upload], kind: MessageKind) -> Draft {
    let mut draft = Draft::default();
    if !root.is_object() {
        return draft;
    }
    let new = !matches!(kind, MessageKind::Edit { .. });
    draft.flags = root.get("flags").and_then(|field| flags(&field, kind));
    let v2 = kind == MessageKind::Edit { v2: true } || draft.flags.unwrap_or_default() & IS_COMPONENTS_V2 != 0;
    if v2 {
        refuse_legacy(root);
    }
    let given = |key: &str| new || root.has(key);
    if given("content") {
        let content = root.get("content").map(|field| field.trimmed(0..=2000).unwrap_or_default().to_owned());
        draft.content = Some(content.unwrap_or_default());
    }
    if given("embeds") {
        draft.embeds = Some(root.get("embeds").map(|list| embeds::embeds(&list)).unwrap_or_default());
    }
    if given("components") {
        let check = if v2 { layout::layout } else { components::rows };
        draft.components = Some(root.get("components").map(|list| check(&list)).unwrap_or_default());
    }
    if root.get("embed").is_some() {
        root.problem_at("embed", "BASE_TYPE_INVALID", "Version 10 of the API knows embeds only");
    }
    draft.tts = root.get("tts").and_then(|field| field.boolean()).unwrap_or(false);
    draft.allowed = root.get("allowed_mentions").map(|field| allowed_mentions(&field)).unwrap_or_default();
    if kind == MessageKind::Create {
        draft.nonce = root.get("nonce").and_then(|field| nonce(&field));
        draft.enforce_nonce = root.get("enforce_nonce").and_then(|field| field.boolean()).unwrap_or(false);
        let reference = root.get("message_reference").filter(Field::is_object);
        draft.reference = reference.and_then(|field| field.require("message_id")).and_then(|id| id.snowflake());
        let stickers = root.get("sticker_ids").map(|list| list.items(0..=3)).unwrap_or_default();
        draft.stickers = stickers.iter().filter_map(Field::snowflake).collect();
    }
    if new {
        draft.poll = root.get("poll").and_then(|field| polls::poll(&field));
    }
    files(root, uploads, new, &mut draft);
    draft
}

/// With the flag IS_COMPONENTS_V2 a message has components and nothing else.
fn refuse_legacy(root: &Field<'_>) {
    for key in ["content", "embeds", "poll", "sticker_ids"] {
        let given = root.get(key).is_some_and(|field| field.value != "" && field.value != &json!([]));
        if given {
            let code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2";
            root.problem_at(key, code, &format!("The '{key}' field cannot be used with components of version 2"));
        }
    }
}

/// `attachments` describes new files by the number in `files[n]`, and in an edit names the old ones that stay.
fn files(root: &Field<'_>, uploads: &[Upload], new: bool, draft: &mut Draft) {
    let mut described: BTreeMap<u64, Map<String, Value>> = BTreeMap::new();
    let mut kept = Vec::new();
    let list = root.get("attachments");
    for item in list.as_ref().map(|list| list.items(0..=usize::MAX)).unwrap_or_default() {
        let Some(id) = item.is_object().then(|| item.require("id")).flatten().and_then(|id| id.snowflake()) else {
            continue;
        };
        let text = |key: &str, most: usize| item.get(key).and_then(|field| field.text(0..=most)).map(Value::from);
        let mut about = Map::new();
        for (key, most) in [("description", 1024), ("title", 1024), ("waveform", 400), ("filename", 1024)] {
            about.extend(text(key, most).map(|text| (key.to_owned(), text)));
        }
        about.extend(item.get("duration_secs").map(|field| ("duration_secs".to_owned(), field.value.clone())));
        if uploads.iter().any(|upload| upload.index == Some(id.get())) {
            described.insert(id.get(), about);
        } else if new {
            item.problem_at("id", "ATTACHMENT_NOT_FOUND", "There is no file with this number");
        } else {
            kept.push(id);
        }
    }
    draft.kept = list.filter(|_| !new).map(|_| kept);
    draft.files = uploads
        .iter()
        .map(|upload| {
            let mut described = upload.index.and_then(|index| described.remove(&index)).unwrap_or_default();
            let mut upload = upload.clone();
            if let Some(Value::String(name)) = described.remove("filename") {
                upload.filename = name;
            }
            NewFile { upload, described }
        })
        .collect();
}

/// Checks a whole body, also for being empty.
impl Draft {
    /// The same for a message that is one field of a body.
    pub(in crate::playground) fn of_part(
        body: &Value,
        key: &str,
        uploads: &[Upload],
        kind: MessageKind,
    ) -> Result<Self, ApiError> {
        let form = Form::default();
        let draft = form.root(body).get(key).map(|part| message(&part, uploads, kind)).unwrap_or_default();
        form.finish()?;
        draft.checked(kind)
    }

    pub(in crate::playground) fn of_body(
        body: &Value,
        uploads: &[Upload],
        kind: MessageKind,
    ) -> Result<Self, ApiError> {
        let form = Form::default();
        // With files the JSON may be left out altogether.
        let nothing = json!({});
        let body = if body.is_null() && !uploads.is_empty() { &nothing } else { body };
        let draft = message(&form.root(body), uploads, kind);
        form.finish()?;
        draft.checked(kind)
    }

    fn checked(self, kind: MessageKind) -> Result<Self, ApiError> {
        self.check_files(0)?;
        let new = !matches!(kind, MessageKind::Edit { .. });
        if new && self.is_empty() { Err(EMPTY_MESSAGE) } else { Ok(self) }
    }
}

fn flags(field: &Field<'_>, kind: MessageKind) -> Option<u64> {
    let flags = field.integer(0..=i64::from(i32::MAX))?.unsigned_abs();
    let settable = match kind {
        MessageKind::Create => SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | IS_VOICE_MESSAGE | IS_COMPONENTS_V2,
        MessageKind::Reply => {
            SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | IS_VOICE_MESSAGE | IS_COMPONENTS_V2 | EPHEMERAL
        }
        MessageKind::Edit { .. } => SUPPRESS_EMBEDS | IS_COMPONENTS_V2,
    };
    if flags & !settable != 0 {
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
