//! Buttons and menus: what a client lets a member do with them, and what a hostile client could send.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::commands::Here;
use super::{ActError, Member, count_in_words, refused};
use crate::playground::interactions::{InteractionKind, Place, Response};
use crate::playground::json::{control_rows, is_set, number, set};
use crate::playground::line::{Directory, Found, Target};
use crate::playground::messages::Message;
use crate::playground::shown::{Control, Shown, control};
use crate::playground::snowflake::Snowflake;

/// What came of a button that was pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pressed {
    /// How long the bot took to respond, in real time.
    pub took: Duration,
    /// Discord's number for its response: 4 a message, 5 one to come, 6 nothing as yet, 7 the message is changed, 9 a form.
    pub kind: i64,
    /// The message that was made, or whose button it was; `None` for a form.
    pub message: Option<Snowflake>,
    /// What is written in it.
    pub content: String,
}

impl Member {
    /// Presses a button, named by its label or its custom_id. Gives back what the member sees then: a reply, a form, or
    /// the message, changed or not.
    ///
    /// # Errors
    /// When the message or the button is not there for this member, the button is disabled or a link, or the bot does
    /// not respond in time.
    pub async fn click(&self, message: &Shown, button: &str) -> Result<Shown, ActError> {
        let (source, controls) = self.controls(message)?;
        let named = |label: &str, custom_id: &Option<String>| label == button || custom_id.as_deref() == Some(button);
        let found = controls.iter().find_map(|control| match control {
            Control::Button { label, custom_id, url, disabled } if named(label, custom_id) => {
                Some((custom_id.clone(), url.clone(), *disabled))
            }
            _ => None,
        });
        match found {
            None => Err(refused(format!("There is no button \"{button}\" on the message."))),
            Some((_, Some(url), _)) => Err(refused(format!("The button \"{button}\" only opens {url}."))),
            Some((_, _, true)) => Err(refused(format!("The button \"{button}\" is disabled."))),
            Some((custom_id, None, false)) => {
                let custom_id = custom_id.unwrap_or_default();
                let data = self.component_data(source, &custom_id, 2, None);
                self.use_component(source, data).await
            }
        }
    }

    /// Presses a button of a message that is known by its id, named by its custom_id: the same as `click` for whoever
    /// presses thousands and has no eyes for what comes of it.
    ///
    /// # Errors
    /// As for `click`.
    pub async fn press(&self, message: Snowflake, custom_id: &str) -> Result<Pressed, ActError> {
        let began = Instant::now();
        let (place, data) = self.shared.read(|state| {
            let message = self.visible_message(state, message)?;
            let button = component(message, custom_id).filter(|component| number(component, "type") == 2);
            let button =
                button.ok_or_else(|| refused(format!("There is no button \"{custom_id}\" on the message.")))?;
            if is_set(button, "disabled") {
                return Err(refused(format!("The button \"{custom_id}\" is disabled.")));
            }
            let id = button.get("id").and_then(Value::as_i64).unwrap_or(1);
            let place = Place { guild: message.guild, channel: message.channel, ..self.place };
            Ok((place, json!({ "id": id, "custom_id": custom_id, "component_type": 2 })))
        })?;
        let (id, response) = self.send(InteractionKind::Component, place, data, Some(message)).await?;
        let took = began.elapsed();
        self.shared.read(|state| {
            let kind = state.interactions.get(id).map_or(0, |interaction| interaction.response_type);
            let message = match response {
                Response::Message(message) | Response::Source(message) => Some(message),
                Response::Choices(_) | Response::Modal(_) => None,
            };
            let content = message.and_then(|id| state.messages.get(id)).map(|message| message.content.clone());
            Ok(Pressed { took, kind, message, content: content.unwrap_or_default() })
        })
    }

    /// Chooses in a menu, named by its placeholder or its custom_id; choices are labels or values (names for menus of
    /// members and so on).
    ///
    /// # Errors
    /// When the menu or a choice is not there for this member, too few or too many are chosen, or the bot does not
    /// respond in time.
    pub async fn select(&self, message: &Shown, menu: &str, choices: &[&str]) -> Result<Shown, ActError> {
        let (source, controls) = self.controls(message)?;
        let found = controls.into_iter().find_map(|control| match control {
            Control::Select { placeholder, custom_id, options, least, most, disabled, component_type }
                if placeholder == menu || custom_id == menu =>
            {
                Some((custom_id, options, least, most, disabled, component_type))
            }
            _ => None,
        });
        let Some((custom_id, options, least, most, disabled, component_type)) = found else {
            return Err(refused(format!("There is no menu \"{menu}\" on the message.")));
        };
        if disabled {
            return Err(refused(format!("The menu \"{menu}\" is disabled.")));
        }
        if choices.len() < least || choices.len() > most {
            return Err(refused(format!("Choose {} of the menu \"{menu}\".", count_in_words(least, most))));
        }
        let mut resolved = Map::new();
        let mut values = Vec::new();
        for choice in choices {
            if component_type == 3 {
                let option = options.iter().find(|option| option.label == *choice || option.value == *choice);
                let option =
                    option.ok_or_else(|| refused(format!("The menu \"{menu}\" does not offer \"{choice}\".")))?;
                values.push(option.value.clone());
            } else {
                let (id, entries) = self.target(component_type, choice)?;
                for (kind, entry) in entries {
                    set(resolved.entry(kind).or_insert_with(|| json!({})), &id.to_string(), entry);
                }
                values.push(id.to_string());
            }
        }
        let mut data = self.component_data(source, &custom_id, component_type, Some(&values));
        if component_type != 3 {
            set(&mut data, "resolved", resolved);
        }
        self.use_component(source, data).await
    }

    /// What a hostile client could send: any custom_id and any values for any message. The type is that of the
    /// component with the custom_id, or else a button without values and a string select with some.
    ///
    /// # Errors
    /// When the message does not exist or the bot does not respond in time.
    pub async fn forge_component(
        &self,
        message: Snowflake,
        custom_id: &str,
        values: &[&str],
    ) -> Result<Shown, ActError> {
        if !self.shared.read(|state| state.messages.get(message).is_some()) {
            return Err(refused("There is no such message."));
        }
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        let values = (!values.is_empty()).then_some(values.as_slice());
        let data = self.component_data(message, custom_id, if values.is_some() { 3 } else { 2 }, values);
        self.use_component(message, data).await
    }

    /// Sends the interaction from where the message is.
    async fn use_component(&self, message: Snowflake, data: Value) -> Result<Shown, ActError> {
        let place = self.shared.read(|state| {
            let message = state.messages.get(message)?;
            Some(Place { guild: message.guild, channel: message.channel, ..self.place })
        });
        let place = place.ok_or_else(|| refused("The message was deleted."))?;
        self.interact(InteractionKind::Component, place, data, Some(message)).await
    }

    /// The controls of a message as it is now.
    fn controls(&self, message: &Shown) -> Result<(Snowflake, Vec<Control>), ActError> {
        self.shared.read(|state| {
            let id = self.visible(state, message)?;
            let components = state.messages.get(id).map_or(&[][..], |message| &message.components);
            Ok((id, control_rows(components).into_iter().flatten().map(control).collect()))
        })
    }

    fn component_data(
        &self,
        message: Snowflake,
        custom_id: &str,
        default_type: i64,
        values: Option<&[String]>,
    ) -> Value {
        let part = self.shared.read(|state| {
            let component = component(state.messages.get(message)?, custom_id)?;
            Some((component.get("id").and_then(Value::as_i64), component.get("type").and_then(Value::as_i64)))
        });
        let (id, kind) = part.unwrap_or_default();
        let mut data = json!({
            "id": id.unwrap_or(1), "custom_id": custom_id, "component_type": kind.unwrap_or(default_type),
        });
        if let Some(values) = values {
            set(&mut data, "values", json!(values));
        }
        data
    }

    pub(super) fn target(&self, component_type: i64, name: &str) -> Result<Found, ActError> {
        let targets: &[Target] = match component_type {
            5 => &[Target::User],
            6 => &[Target::Role],
            8 => &[Target::Channel],
            _ => &[Target::User, Target::Role],
        };
        let bare = name.trim_start_matches(['@', '#']);
        let found = self.shared.read(|state| {
            let here = Here { state, place: self.place };
            targets.iter().find_map(|target| here.find(*target, bare))
        });
        found.ok_or_else(|| refused(format!("There is no {name} here.")))
    }
}

/// The component of a message with a custom_id.
fn component<'m>(message: &'m Message, custom_id: &str) -> Option<&'m Value> {
    let mut all = control_rows(&message.components).into_iter().flatten();
    all.find(|component| component.get("custom_id").and_then(Value::as_str) == Some(custom_id))
}
