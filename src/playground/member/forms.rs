//! Forms that a bot opens: filling them in and sending them.

use serde_json::{Value, json};

use super::{ActError, Member, count_in_words, refused};
use crate::playground::interactions::InteractionKind;
use crate::playground::json::{list, set};
use crate::playground::shown::{FormField, Shown};

impl Member {
    /// Fills in a form, fields named by label or custom_id, and sends it. A field that is not named keeps what stood
    /// there.
    ///
    /// # Errors
    /// When the form has no such field, a value is missing, too short or too long, or the bot does not respond in time.
    pub async fn submit(&self, form: &Shown, values: &[(&str, &str)]) -> Result<Shown, ActError> {
        let opener = form.interaction.filter(|_| form.is_form() && form.viewer == Some(self.place.user));
        let opener = opener.ok_or_else(|| refused("This is no form that was opened for this member."))?;
        let fields = form.fields();
        if let Some((name, _)) = values.iter().find(|(name, _)| !fields.iter().any(|field| is_named(field, name))) {
            return Err(refused(format!("The form has no field \"{name}\".")));
        }
        let mut filled = Vec::new();
        for field in &fields {
            let given = values.iter().find(|(name, _)| is_named(field, name)).map(|(_, value)| *value);
            filled.push((field.custom_id.clone(), fill(field, given.unwrap_or(&field.value))?));
        }
        let components: Vec<Value> =
            list(form.json(), "components").filter_map(|part| submitted(part, &filled)).collect();
        let data = json!({ "custom_id": form.json().get("custom_id"), "components": components });
        let opener = self.shared.read(|state| {
            let opener = state.interactions.get(&opener)?;
            Some((opener.place, opener.source))
        });
        let (place, source) = opener.ok_or_else(|| refused("The form was open for too long."))?;
        self.interact(InteractionKind::ModalSubmit, place, data, source).await
    }
}

fn is_named(field: &FormField, name: &str) -> bool {
    field.label == name || field.custom_id == name
}

/// A checked value of a form's field: a text, or the values chosen in a menu (written separated by commas).
fn fill(field: &FormField, text: &str) -> Result<Value, ActError> {
    let label = &field.label;
    if !field.options.is_empty() {
        let chosen = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let values: Option<Vec<&str>> = chosen
            .map(|name| field.options.iter().find(|o| o.label == name || o.value == name).map(|o| o.value.as_str()))
            .collect();
        let values = values.ok_or_else(|| refused(format!("\"{label}\" does not offer that.")))?;
        let least = if field.required { field.least.max(1) } else { 0 };
        if values.len() < least || values.len() > field.most {
            return Err(refused(format!("Choose {} of \"{label}\".", count_in_words(least, field.most))));
        }
        return Ok(json!(values));
    }
    let length = text.chars().count();
    if length == 0 {
        return if field.required { Err(refused(format!("\"{label}\" must be filled in."))) } else { Ok(text.into()) };
    }
    if length < field.least || length > field.most {
        let bounds = count_in_words(field.least, field.most);
        return Err(refused(format!("\"{label}\" takes {bounds} characters, and that is {length}.")));
    }
    Ok(text.into())
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
