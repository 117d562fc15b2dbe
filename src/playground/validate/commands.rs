//! Application commands: names, descriptions, options, choices, and the 8000 characters that a command may have in all.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value, json};

use super::messages::choice_value;
use super::{Field, Form};
use crate::playground::permissions::Permissions;
use crate::playground::rest::error::ApiError;

/// Most characters of names, descriptions and values in one command, options included.
const TOTAL: usize = 8000;
/// Most commands in one bulk overwrite, all kinds together.
const MOST_IN_BULK: usize = 130;

const SUB_COMMAND: i64 = 1;
const SUB_COMMAND_GROUP: i64 = 2;
const STRING: i64 = 3;
const INTEGER: i64 = 4;
const CHANNEL: i64 = 7;
const NUMBER: i64 = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::playground) enum CommandKind {
    Slash = 1,
    User = 2,
    Message = 3,
}

impl CommandKind {
    /// How many commands of the kind an app can have globally, and again in each guild.
    pub(in crate::playground) const fn most(self) -> usize {
        match self {
            Self::Slash => 100,
            Self::User | Self::Message => 15,
        }
    }
}

/// A checked command. `json` holds what the app said, completed with defaults, without ids.
#[derive(Clone, Debug)]
pub(in crate::playground) struct Command {
    pub(in crate::playground) kind: CommandKind,
    pub(in crate::playground) name: String,
    pub(in crate::playground) json: Map<String, Value>,
}

impl Command {
    /// The permissions that a member needs to be offered the command; `None`: everybody gets it.
    pub(in crate::playground) fn needed_permissions(&self) -> Option<Permissions> {
        self.json.get("default_member_permissions")?.as_str()?.parse().ok()
    }

    /// Whether it is there in direct messages, or in guilds.
    pub(in crate::playground) fn is_for(&self, direct: bool) -> bool {
        let place = if direct { IN_DIRECT } else { IN_GUILD };
        match self.json.get("contexts").and_then(Value::as_array) {
            Some(contexts) => contexts.iter().any(|context| context.as_i64() == Some(place)),
            None => !direct || self.json.get("dm_permission").and_then(Value::as_bool) != Some(false),
        }
    }
}

/// The place where a command may be used: 0 in a guild, 1 in direct messages with the bot.
const IN_GUILD: i64 = 0;
const IN_DIRECT: i64 = 1;

/// The body of a POST.
pub(in crate::playground) fn command(body: &Value) -> Result<Command, ApiError> {
    let form = Form::default();
    let command = one(&form.root(body));
    form.finish()?;
    // A form without mistakes always gives a command.
    command.ok_or_else(|| ApiError::invalid_form(json!({})))
}

/// The body of a PATCH: what it leaves out stays as it is.
pub(in crate::playground) fn edited_command(current: &Command, body: &Value) -> Result<Command, ApiError> {
    let form = Form::default();
    form.root(body).is_object();
    form.finish()?;
    let mut merged = current.json.clone();
    for (key, value) in body.as_object().into_iter().flatten() {
        merged.insert(key.clone(), value.clone());
    }
    merged.insert("type".to_owned(), json!(current.kind as i64));
    command(&merged.into())
}

/// The body of a bulk overwrite.
pub(in crate::playground) fn bulk_commands(body: &Value) -> Result<Vec<Command>, ApiError> {
    let form = Form::default();
    let mut names = HashSet::new();
    let mut commands = Vec::new();
    for item in form.root(body).items(0..=MOST_IN_BULK) {
        let Some(command) = one(&item) else { continue };
        if !names.insert((command.kind, command.name.clone())) {
            item.problem("APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique");
        }
        commands.push(command);
    }
    form.finish()?;
    Ok(commands)
}

fn one(root: &Field<'_>) -> Option<Command> {
    if !root.is_object() {
        return None;
    }
    let kind = match root.get("type").map_or(Some(1), |field| field.one_of(&[1, 2, 3]))? {
        1 => CommandKind::Slash,
        2 => CommandKind::User,
        _ => CommandKind::Message,
    };
    let mut json = Map::from_iter([("type".to_owned(), json!(kind as i64))]);
    let mut size = Size::default();
    let name = if kind == CommandKind::Slash {
        let name = named(root, &mut json, &mut size);
        described(root, &mut json, &mut size);
        if let Some(list) = root.get("options") {
            let options = self::options(&list, Level::Command, &mut size);
            if !options.is_empty() {
                json.insert("options".to_owned(), options.into());
            }
        }
        name
    } else {
        let name = root.require("name").and_then(|name| name.trimmed(1..=32));
        json.insert("name".to_owned(), name.into());
        if root.get("description").is_some_and(|text| text.value != "") {
            root.problem_at("description", "BASE_TYPE_INVALID", "Only a slash command has a description");
        }
        json.insert("description".to_owned(), "".into());
        if root.get("options").is_some_and(|list| list.value != &json!([])) {
            root.problem_at("options", "BASE_TYPE_INVALID", "Only a slash command has options");
        }
        name
    };
    if size.0 > TOTAL {
        root.problem("APPLICATION_COMMAND_TOO_LARGE", &format!("Command exceeds maximum size ({TOTAL})"));
    }
    settings(root, &mut json);
    Some(Command { kind, name: name?.to_owned(), json })
}

/// Who may use the command, and where.
fn settings(root: &Field<'_>, json: &mut Map<String, Value>) {
    let needed = root.get("default_member_permissions").and_then(|field| field.permissions());
    let needed = needed.map(|bits| bits.to_string());
    json.insert("default_member_permissions".to_owned(), needed.into());
    let dm = root.get("dm_permission").and_then(|field| field.boolean()).unwrap_or(true);
    json.insert("dm_permission".to_owned(), dm.into());
    let nsfw = root.get("nsfw").and_then(|field| field.boolean()).unwrap_or(false);
    json.insert("nsfw".to_owned(), nsfw.into());
    for (key, allowed, default) in
        [("contexts", [0, 1, 2].as_slice(), Value::Null), ("integration_types", [0, 1].as_slice(), json!([0]))]
    {
        let given = root.get(key).map(|list| {
            let mut seen = HashSet::new();
            let items = list.items(1..=allowed.len());
            let numbers = items.iter().filter_map(|item| {
                let number = item.one_of(allowed)?;
                if !seen.insert(number) {
                    item.problem("SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value");
                }
                Some(number)
            });
            json!(numbers.collect::<Vec<i64>>())
        });
        json.insert(key.to_owned(), given.unwrap_or(default));
    }
}

/// Where a list of options stands, and so what it may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Command,
    Group,
    SubCommand,
}

fn options(list: &Field<'_>, level: Level, size: &mut Size) -> Vec<Value> {
    let mut names = HashSet::new();
    let mut kinds: Option<bool> = None;
    let mut optional_seen = false;
    let mut options = Vec::new();
    for item in list.items(0..=25) {
        if !item.is_object() {
            continue;
        }
        let allowed: &[i64] = match level {
            Level::Command => &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
            Level::Group => &[SUB_COMMAND],
            Level::SubCommand => &[3, 4, 5, 6, 7, 8, 9, 10, 11],
        };
        let Some(kind) = item.require("type").and_then(|kind| kind.one_of(allowed)) else { continue };
        let nests = kind == SUB_COMMAND || kind == SUB_COMMAND_GROUP;
        if *kinds.get_or_insert(nests) != nests {
            let code = "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID";
            item.problem(
                code,
                "Sub-command and sub-command group option types are mutually exclusive to all other types",
            );
        }
        let mut json = Map::from_iter([("type".to_owned(), json!(kind))]);
        let name = named(&item, &mut json, size);
        if name.is_some_and(|name| !names.insert(name)) {
            item.problem_at("name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists");
        }
        described(&item, &mut json, size);
        if nests {
            let inner = if kind == SUB_COMMAND { Level::SubCommand } else { Level::Group };
            let list = item.get("options").map(|list| self::options(&list, inner, size)).unwrap_or_default();
            json.insert("options".to_owned(), list.into());
        } else {
            let required = item.get("required").and_then(|field| field.boolean()).unwrap_or(false);
            if required && optional_seen {
                let code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID";
                item.problem(code, "Required options must be placed before non-required options");
            }
            optional_seen |= !required;
            if required {
                json.insert("required".to_owned(), true.into());
            }
            restrictions(&item, kind, &mut json, size);
        }
        options.push(json.into());
    }
    options
}

/// What narrows the values of an option: choices, autocomplete, bounds, kinds of channels.
fn restrictions(option: &Field<'_>, kind: i64, json: &mut Map<String, Value>, size: &mut Size) {
    let not_for_this_type = |key: &str| {
        // Libraries send empty lists with every option.
        if option.get(key).is_some_and(|field| field.value != &json!([])) {
            option.problem_at(key, "APPLICATION_COMMAND_OPTION_FIELD_INVALID", "This option type has no such field");
        }
    };
    let autocomplete = option.get("autocomplete").and_then(|field| field.boolean()).unwrap_or(false);
    if matches!(kind, STRING | INTEGER | NUMBER) {
        if autocomplete {
            json.insert("autocomplete".to_owned(), true.into());
        }
        let choices = option.get("choices").map(|list| self::choices(&list, kind, size)).unwrap_or_default();
        if autocomplete && !choices.is_empty() {
            let code = "APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_NO_CHOICES";
            option.problem_at("autocomplete", code, "Choices and autocomplete are mutually exclusive");
        }
        if !choices.is_empty() {
            json.insert("choices".to_owned(), choices.into());
        }
    } else {
        not_for_this_type("choices");
        if autocomplete {
            not_for_this_type("autocomplete");
        }
    }
    for (key, kinds, least) in [
        ("min_length", [STRING].as_slice(), 0),
        ("max_length", [STRING].as_slice(), 1),
        ("min_value", [INTEGER, NUMBER].as_slice(), 0),
        ("max_value", [INTEGER, NUMBER].as_slice(), 0),
    ] {
        if !kinds.contains(&kind) {
            not_for_this_type(key);
        } else if let Some(field) = option.get(key) {
            let bound =
                if kind == STRING { field.integer(least..=6000).map(Value::from) } else { choice_value(&field, kind) };
            json.insert(key.to_owned(), bound.into());
        }
    }
    if kind != CHANNEL {
        not_for_this_type("channel_types");
    } else if let Some(list) = option.get("channel_types") {
        let types: Vec<Option<i64>> = list.items(0..=25).iter().map(|kind| kind.integer(0..=16)).collect();
        json.insert("channel_types".to_owned(), json!(types));
    }
}

fn choices(list: &Field<'_>, kind: i64, size: &mut Size) -> Vec<Value> {
    let mut names = HashSet::new();
    let mut choices = Vec::new();
    for choice in list.items(0..=25) {
        if !choice.is_object() {
            continue;
        }
        let name = choice.require("name").and_then(|name| name.text(1..=100));
        if name.is_some_and(|name| !names.insert(name)) {
            choice.problem_at(
                "name",
                "APPLICATION_COMMAND_OPTIONS_CHOICES_NAME_ALREADY_EXISTS",
                "Option choice name already exists",
            );
        }
        let value = choice.require("value").and_then(|value| choice_value(&value, kind));
        size.add(name.unwrap_or_default());
        size.add(value.as_ref().and_then(Value::as_str).unwrap_or_default());
        choices.push(json!({ "name": name, "value": value }));
    }
    choices
}

/// The name of a slash command or an option, and its localizations.
fn named<'f>(root: &Field<'f>, json: &mut Map<String, Value>, size: &mut Size) -> Option<&'f str> {
    let name = root.require("name").and_then(|name| slash_name(&name));
    json.insert("name".to_owned(), name.into());
    let localized = localizations(root, "name_localizations", &slash_name);
    size.add_longest(name, &localized);
    json.insert("name_localizations".to_owned(), localized);
    name
}

fn described(root: &Field<'_>, json: &mut Map<String, Value>, size: &mut Size) {
    let description = root.require("description").and_then(|text| text.trimmed(1..=100));
    json.insert("description".to_owned(), description.into());
    let localized = localizations(root, "description_localizations", &|text| text.trimmed(1..=100));
    size.add_longest(description, &localized);
    json.insert("description_localizations".to_owned(), localized);
}

fn localizations<'f>(root: &Field<'f>, key: &str, check: &dyn Fn(&Field<'f>) -> Option<&'f str>) -> Value {
    let Some(map) = root.get(key).filter(Field::is_object) else { return Value::Null };
    let mut out = Map::new();
    for locale in map.value.as_object().into_iter().flat_map(Map::keys) {
        if !LOCALES.contains(&locale.as_str()) {
            map.problem_at(locale, "BASE_TYPE_CHOICES", "Not one of Discord's locales");
        } else if let Some(text) = map.get(locale).and_then(|field| check(&field)) {
            out.insert(locale.clone(), text.into());
        }
    }
    out.into()
}

const LOCALES: [&str; 32] = [
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR",
    "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko",
];

/// Letters and digits of any script, `-`, `_`, `'`; lower case where a letter has one.
fn slash_name<'f>(field: &Field<'f>) -> Option<&'f str> {
    static NAME: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$").ok());
    let name = field.text(1..=32)?;
    let well_formed = NAME.as_ref().is_some_and(|regex| regex.is_match(name));
    if !well_formed || name.chars().flat_map(char::to_lowercase).ne(name.chars()) {
        field.problem("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
        return None;
    }
    Some(name)
}

/// Characters counted so far.
#[derive(Default)]
struct Size(usize);

impl Size {
    fn add(&mut self, text: &str) {
        self.0 += text.chars().count();
    }

    /// Of a text and its localizations only the longest counts.
    fn add_longest(&mut self, text: Option<&str>, localized: &Value) {
        let texts = localized.as_object().into_iter().flat_map(Map::values).filter_map(Value::as_str).chain(text);
        self.0 += texts.map(|text| text.chars().count()).max().unwrap_or_default();
    }
}
