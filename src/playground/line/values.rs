//! The values of options, checked as a Discord client checks them before it sends anything.

use serde_json::{Value, json};

use super::kind;
use crate::playground::json::{is_set, list, string};

pub(super) fn focus(path: &str, option: &Value, text: &str) -> Result<Value, String> {
    let name = string(option, "name");
    if !is_set(option, "autocomplete") {
        return Err(format!("`{name}` of {path} has no autocomplete."));
    }
    Ok(json!({ "type": kind(option), "name": name, "value": text, "focused": true }))
}

pub(super) fn string_value(option: &Value, name: &str, text: &str) -> Result<Value, String> {
    if let Some(value) = choice(option, name, text)? {
        return Ok(value);
    }
    let length = text.chars().count();
    let bound = |key: &str, default: u64| option.get(key).and_then(Value::as_u64).unwrap_or(default);
    let (least, most) = (bound("min_length", 0).max(1), bound("max_length", 6000));
    if (length as u64) < least {
        return Err(match least {
            1 => format!("`{name}` is empty; write something behind it."),
            _ => format!("`{name}` needs at least {least} characters."),
        });
    }
    if length as u64 > most {
        return Err(format!("`{name}` takes at most {most} characters, and that is {length}."));
    }
    Ok(text.into())
}

pub(super) fn number_value(option: &Value, name: &str, text: &str) -> Result<Value, String> {
    if let Some(value) = choice(option, name, text)? {
        return Ok(value);
    }
    let whole = kind(option) == 4;
    let value =
        if whole { text.parse::<i64>().ok().map(Value::from) } else { text.parse::<f64>().ok().map(Value::from) };
    // JSON has no infinity: such a number became null.
    let value = value.filter(|value| !value.is_null());
    let value = value
        .ok_or_else(|| format!("`{name}` takes a {}number, not \"{text}\".", if whole { "whole " } else { "" }))?;
    let number = value.as_f64().unwrap_or_default();
    let bound = |key: &str| option.get(key).and_then(Value::as_f64);
    let (least, most) = (bound("min_value"), bound("max_value"));
    if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
        let range = match (least, most) {
            (Some(least), Some(most)) => format!("from {least} to {most}"),
            (Some(least), None) => format!("of {least} or more"),
            (None, most) => format!("of {} or less", most.unwrap_or_default()),
        };
        return Err(format!("`{name}` takes a number {range}, and {text} is not."));
    }
    const SAFE: i64 = (1 << 53) - 1;
    if value.as_i64().is_some_and(|whole| whole.abs() > SAFE) {
        return Err(format!("`{name}` takes a number of at most {SAFE}."));
    }
    Ok(value)
}

/// The value of the chosen one, for options with choices.
fn choice(option: &Value, name: &str, text: &str) -> Result<Option<Value>, String> {
    let choices: Vec<&Value> = list(option, "choices").collect();
    if choices.is_empty() {
        return Ok(None);
    }
    let is_it = |choice: &&&Value| {
        let value = choice.get("value").map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        string(choice, "name").eq_ignore_ascii_case(text) || value.as_deref() == Some(text)
    };
    let found = choices.iter().find(is_it).and_then(|choice| choice.get("value"));
    found.cloned().map(Some).ok_or_else(|| {
        let names: Vec<&str> = choices.iter().map(|choice| string(choice, "name")).collect();
        format!("`{name}` is one of: {}.", names.join(", "))
    })
}
