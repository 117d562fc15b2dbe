//! Forms that a bot opens: filling them in and sending them.

use serde_json::{Map, Value, json};

use super::{ActError, Member, count_in_words, refused};
use crate::playground::attachments::{NewFile, Upload};
use crate::playground::interactions::InteractionKind;
use crate::playground::json::{list, set};
use crate::playground::line::Found;
use crate::playground::shown::{FormField, Shown};
use crate::playground::validate::TEXT_INPUT;
use crate::playground::validate::modals::{CHECKBOX, FILE_UPLOAD, RADIO_GROUP};

/// What somebody put into a field.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::playground) enum Filled<'f> {
    /// Choices stand between commas.
    Text(&'f str),
    Chosen(Vec<&'f str>),
}

impl<'f> Filled<'f> {
    fn text(&self) -> &'f str {
        match self {
            Filled::Text(text) => text,
            Filled::Chosen(names) => names.first().copied().unwrap_or_default(),
        }
    }

    fn names(&self) -> Vec<&'f str> {
        match self {
            Filled::Text(text) => text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect(),
            Filled::Chosen(names) => names.clone(),
        }
    }
}

impl Member {
    /// Fills in a form, fields named by label or custom_id, and sends it. A field that is not named keeps what stood
    /// there.
    ///
    /// # Errors
    /// When the form has no such field, a value is missing, too short or too long, or the bot does not respond in time.
    pub async fn submit(&self, form: &Shown, values: &[(&str, &str)]) -> Result<Shown, ActError> {
        let values: Vec<(&str, Filled<'_>)> = values.iter().map(|(name, text)| (*name, Filled::Text(text))).collect();
        self.submit_filled(form, &values).await
    }

    /// The same, where what is chosen may be given as a list, so that a value may hold a comma.
    ///
    /// # Errors
    /// As for `submit`.
    pub(in crate::playground) async fn submit_filled(
        &self,
        form: &Shown,
        values: &[(&str, Filled<'_>)],
    ) -> Result<Shown, ActError> {
        let opener = form.interaction.filter(|_| form.is_form() && form.viewer == Some(self.place.user));
        let opener = opener.ok_or_else(|| refused("This is no form that was opened for this member."))?;
        let fields = form.fields();
        if let Some((name, _)) = values.iter().find(|(name, _)| !fields.iter().any(|field| is_named(field, name))) {
            return Err(refused(format!("The form has no field \"{name}\".")));
        }
        let mut resolved = Map::new();
        let mut filled = Vec::new();
        for field in &fields {
            let given = values.iter().find(|(name, _)| is_named(field, name)).map(|(_, value)| value);
            let there = Filled::Text(&field.value);
            let value = self.fill(field, given.unwrap_or(&there), &mut resolved)?;
            filled.push((field.custom_id.clone(), value));
        }
        let components: Vec<Value> =
            list(form.json(), "components").filter_map(|part| submitted(part, &filled)).collect();
        let mut data = json!({ "custom_id": form.json().get("custom_id"), "components": components });
        if !resolved.is_empty() {
            set(&mut data, "resolved", resolved);
        }
        let opener = self.shared.read(|state| {
            let opener = state.interactions.get(opener)?;
            Some((opener.place, opener.source))
        });
        let (place, source) = opener.ok_or_else(|| refused("The form was open for too long."))?;
        self.interact(InteractionKind::ModalSubmit, place, data, source).await
    }

    /// A checked value of a field, written as text: choices separated by commas, yes or no for a checkbox, a file as its
    /// name, a colon and its content on one line. What it names is added to `resolved`.
    fn fill(
        &self,
        field: &FormField,
        filled: &Filled<'_>,
        resolved: &mut Map<String, Value>,
    ) -> Result<Value, ActError> {
        let label = &field.label;
        let mut add = |(id, entries): Found| {
            for (kind, entry) in entries {
                set(resolved.entry(kind).or_insert_with(|| json!({})), &id.to_string(), entry);
            }
            id.to_string()
        };
        let values: Vec<String> = match field.component_type {
            TEXT_INPUT => return fill_text(field, filled.text()).map(Value::from),
            CHECKBOX => {
                return match filled.text().to_lowercase().as_str() {
                    "true" | "yes" => Ok(true.into()),
                    "false" | "no" => Ok(false.into()),
                    _ => Err(refused(format!("\"{label}\" is either yes or no."))),
                };
            }
            FILE_UPLOAD => {
                let lines = filled.text().lines().filter(|line| !line.trim().is_empty());
                lines.map(|line| Ok(add(self.upload(label, line)?))).collect::<Result<_, ActError>>()?
            }
            5..=8 => {
                let names = filled.names();
                names
                    .into_iter()
                    .map(|name| Ok(add(self.target(field.component_type, name)?)))
                    .collect::<Result<_, ActError>>()?
            }
            _ => {
                let names = filled.names().into_iter();
                let option = |name| field.options.iter().find(|o| o.label == name || o.value == name);
                let values = names.map(|name| option(name).map(|option| option.value.clone())).collect::<Option<_>>();
                values.ok_or_else(|| refused(format!("\"{label}\" does not offer that.")))?
            }
        };
        // What is not required may be left alone altogether.
        let least = if field.required { field.least.max(1) } else { field.least };
        let alone = values.is_empty() && !field.required;
        if !alone && (values.len() < least || values.len() > field.most) {
            return Err(refused(format!("Choose {} of \"{label}\".", count_in_words(least, field.most))));
        }
        if field.component_type == RADIO_GROUP {
            return Ok(json!(values.first()));
        }
        Ok(json!(values))
    }

    /// A file that somebody adds to a form.
    fn upload(&self, label: &str, line: &str) -> Result<Found, ActError> {
        let (name, content) = line
            .split_once(':')
            .ok_or_else(|| refused(format!("\"{label}\" takes a file: its name, a colon, its text.")))?;
        let upload = Upload {
            index: None,
            filename: name.trim().to_owned(),
            content_type: Some("text/plain".to_owned()),
            bytes: content.trim().to_owned().into(),
        };
        let found = self.shared.change(|state| {
            let files = vec![NewFile { upload, described: Map::new() }];
            let attachment = state.attach(self.place.channel, true, files).pop()?;
            let found = (attachment.id, vec![("attachments", attachment.json.clone())]);
            state.loose_files.push(attachment);
            Some(found)
        });
        found.ok_or_else(|| refused("The file was lost."))
    }
}

fn is_named(field: &FormField, name: &str) -> bool {
    field.label == name || field.custom_id == name
}

fn fill_text<'t>(field: &FormField, text: &'t str) -> Result<&'t str, ActError> {
    let label = &field.label;
    let length = text.chars().count();
    if length == 0 {
        return if field.required { Err(refused(format!("\"{label}\" must be filled in."))) } else { Ok(text) };
    }
    if length < field.least || length > field.most {
        let bounds = count_in_words(field.least, field.most);
        return Err(refused(format!("\"{label}\" takes {bounds} characters, and that is {length}.")));
    }
    Ok(text)
}

/// A part of a modal as it comes back to the bot.
fn submitted(part: &Value, filled: &[(String, Value)]) -> Option<Value> {
    let kind = part.get("type").and_then(Value::as_i64)?;
    let answer = |inner: &Value| {
        let custom_id = inner.get("custom_id").and_then(Value::as_str)?;
        let (_, value) = filled.iter().find(|(id, _)| id == custom_id)?;
        let key = if value.is_array() { "values" } else { "value" };
        let mut json = json!({ "type": inner.get("type"), "id": inner.get("id"), "custom_id": custom_id });
        set(&mut json, key, value.clone());
        Some(json)
    };
    let mut json = json!({ "type": kind, "id": part.get("id") });
    if let Some(inner) = part.get("component") {
        set(&mut json, "component", answer(inner)?);
    } else if part.get("components").is_some() {
        set(&mut json, "components", list(part, "components").filter_map(answer).collect::<Vec<_>>());
    }
    Some(json)
}
