//! What a member sees: a message or a form, with its text, its buttons and menus, as it was at one moment.

use std::fmt;
use std::sync::Arc;

use serde_json::{Value, json};

use super::interactions::Response;
use super::json::{control_rows, is_set, list, number, string};
use super::member::{self, ActError};
use super::messages::Message;
use super::render::{self, Renderer};
use super::snowflake::Snowflake;
use super::state::{Shared, State};
use super::validate::modals::{CHECKBOX, CHECKBOX_GROUP};

#[derive(Clone)]
pub struct Shown {
    shared: Arc<Shared>,
    id: Option<Snowflake>,
    author: String,
    ephemeral: bool,
    thinking: bool,
    revision: u64,
    json: Value,
    text: String,
    /// The interaction whose response this is.
    pub(super) interaction: Option<Snowflake>,
    /// For a form, who may fill it in.
    pub(super) viewer: Option<Snowflake>,
    /// How often the message had been changed when the bot put off its update.
    awaits_update_after: Option<u64>,
}

/// Something to press or choose.
#[derive(Clone, Debug, PartialEq)]
pub enum Control {
    Button {
        label: String,
        custom_id: Option<String>,
        url: Option<String>,
        disabled: bool,
    },
    Select {
        placeholder: String,
        custom_id: String,
        /// Empty for menus of members, roles and channels.
        options: Vec<SelectOption>,
        /// How many must and can be chosen.
        least: usize,
        most: usize,
        disabled: bool,
        /// Discord's number: 3 string, 5 user, 6 role, 7 mentionable, 8 channel.
        component_type: i64,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct SelectOption {
    pub label: String,
    pub value: String,
    pub description: String,
    pub chosen: bool,
}

/// Something to fill in or choose in a form.
#[derive(Clone, Debug, PartialEq)]
pub struct FormField {
    pub label: String,
    pub custom_id: String,
    pub required: bool,
    pub several_lines: bool,
    pub placeholder: String,
    /// What stands there already.
    pub value: String,
    pub least: usize,
    pub most: usize,
    /// For menus, radio buttons and groups of checkboxes.
    pub options: Vec<SelectOption>,
    /// Discord's number: 3 string menu, 4 text, 5 to 8 menus of users, roles, both and channels, 19 files, 21 radio
    /// buttons, 22 group of checkboxes, 23 checkbox.
    pub component_type: i64,
}

impl Shown {
    pub(super) fn of_message(
        shared: &Arc<Shared>,
        state: &State,
        message: &Message,
        interaction: Option<Snowflake>,
    ) -> Option<Self> {
        let author = state.world.users.get(&message.author)?.display_name().to_owned();
        let json = state.message_json(message);
        let text = if message.is_loading() {
            let mut text = format!("{author} is thinking…");
            if message.private_to.is_some() {
                text.push_str("\nOnly you can see this");
            }
            text
        } else {
            Renderer { world: &state.world, now_ms: None }.message(&json)
        };
        Some(Self {
            shared: shared.clone(),
            id: Some(message.id),
            author,
            ephemeral: message.private_to.is_some(),
            thinking: message.is_loading(),
            revision: message.revision,
            json,
            text,
            interaction,
            viewer: message.private_to,
            awaits_update_after: None,
        })
    }

    /// The first response to an interaction as its invoker sees it.
    pub(super) fn of_response(shared: &Arc<Shared>, state: &State, id: Snowflake, response: &Response) -> Option<Self> {
        let invoker = state.interactions.get(id)?.place.user;
        match response {
            Response::Message(message) | Response::Source(message) => {
                let message = state.messages.get(*message)?;
                let mut shown = Self::of_message(shared, state, message, Some(id))?;
                if matches!(response, Response::Source(_)) && state.interactions.get(id)?.response_type != 7 {
                    shown.awaits_update_after = Some(message.revision);
                }
                Some(shown)
            }
            Response::Modal(modal) => Some(Self {
                shared: shared.clone(),
                id: None,
                author: state.world.users.get(&state.world.bot)?.display_name().to_owned(),
                ephemeral: true,
                thinking: false,
                revision: 0,
                json: modal.clone(),
                text: Renderer { world: &state.world, now_ms: None }.modal(modal),
                interaction: Some(id),
                viewer: Some(invoker),
                awaits_update_after: None,
            }),
            Response::Choices(_) => None,
        }
    }

    /// The message's id; `None` for a form.
    pub fn id(&self) -> Option<Snowflake> {
        self.id
    }

    /// The name that stands above the message.
    pub fn author(&self) -> &str {
        &self.author
    }

    pub fn is_ephemeral(&self) -> bool {
        self.ephemeral
    }

    /// Whether the bot has only announced an answer ("is thinking…").
    pub fn is_thinking(&self) -> bool {
        self.thinking
    }

    /// How often the message had been changed.
    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    pub fn is_form(&self) -> bool {
        self.id.is_none()
    }

    /// The message as the API gives it, or the modal as the bot sent it.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// One canonical rendering. Mentions show names; moments show their style only, since they differ from run to run.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Content and embeds for somebody who wants to know when: moments are told from now on the playground's clock.
    pub fn body_with_times(&self) -> String {
        if self.thinking || self.is_form() {
            return self.text.clone();
        }
        self.shared.read(|state| Renderer { world: &state.world, now_ms: Some(state.now_ms()) }.body(&self.json))
    }

    /// The user names of those who were notified by the message.
    pub fn mentioned(&self) -> Vec<&str> {
        list(&self.json, "mentions").map(|user| string(user, "username")).collect()
    }

    /// Buttons and menus in the order in which they stand.
    pub fn controls(&self) -> Vec<Control> {
        self.rows().into_iter().flatten().collect()
    }

    /// Buttons and menus row by row.
    pub fn rows(&self) -> Vec<Vec<Control>> {
        if self.is_form() {
            return Vec::new();
        }
        control_rows(list(&self.json, "components"))
            .into_iter()
            .map(|row| row.into_iter().map(control).collect())
            .collect()
    }

    /// The fields of a form, in order.
    pub fn fields(&self) -> Vec<FormField> {
        if !self.is_form() {
            return Vec::new();
        }
        list(&self.json, "components").filter_map(field).collect()
    }

    /// The message as it is now.
    ///
    /// # Errors
    /// When it was deleted. A form never changes.
    pub fn refresh(&self) -> Result<Self, ActError> {
        let Some(id) = self.id else { return Ok(self.clone()) };
        self.shared
            .read(|state| Self::of_message(&self.shared, state, state.messages.get(id)?, self.interaction))
            .ok_or_else(|| ActError::Refused("The message was deleted.".to_owned()))
    }

    /// Waits for what the bot has put off: the content of "is thinking…", or the update after an acknowledged click
    /// (the changed message, or the first follow-up instead). Returns at once when nothing was put off.
    ///
    /// # Errors
    /// When it did not come within the patience of the playground's options, or the message was deleted.
    pub async fn settled(&self) -> Result<Self, ActError> {
        let (Some(id), Some(interaction)) = (self.id, self.interaction) else { return Ok(self.clone()) };
        if !self.thinking && self.awaits_update_after.is_none() {
            return Ok(self.clone());
        }
        let found = member::until(&self.shared, "the bot's answer after it had put it off", |state| {
            let follow_up = state.interactions.get(interaction).and_then(|known| known.followups.first());
            if let (Some(_), Some(message)) =
                (self.awaits_update_after, follow_up.and_then(|id| state.messages.get(*id)))
            {
                return Some(Self::of_message(&self.shared, state, message, Some(interaction)));
            }
            let Some(message) = state.messages.get(id) else { return Some(None) };
            let done = self.awaits_update_after.map_or(!message.is_loading(), |before| message.revision > before);
            done.then(|| Self::of_message(&self.shared, state, message, Some(interaction)))
        });
        found.await?.ok_or_else(|| ActError::Refused("The message was deleted.".to_owned()))
    }

    /// What tests and the control API hand out.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id, "author": self.author, "ephemeral": self.ephemeral, "thinking": self.thinking,
            "form": self.is_form(), "text": self.text, "interaction_id": self.interaction, "json": self.json,
        })
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.author, self.text)
    }
}

pub(super) fn control(component: &Value) -> Control {
    let custom_id = component.get("custom_id").and_then(Value::as_str).map(str::to_owned);
    let disabled = is_set(component, "disabled");
    let component_type = number(component, "type");
    if component_type == 2 {
        let url = component.get("url").and_then(Value::as_str).map(str::to_owned);
        return Control::Button { label: render::button_label(component), custom_id, url, disabled };
    }
    Control::Select {
        placeholder: render::select_label(component).to_owned(),
        custom_id: custom_id.unwrap_or_default(),
        options: options(component),
        least: bound(component, "min_values", 1),
        most: bound(component, "max_values", 1),
        disabled,
        component_type,
    }
}

fn field(part: &Value) -> Option<FormField> {
    let inner = part.get("component").or_else(|| list(part, "components").next())?;
    let label = Some(string(part, "label")).filter(|label| !label.is_empty());
    let options = options(inner);
    let component_type = number(inner, "type");
    let (least, most) = match component_type {
        4 => (("min_length", 0), ("max_length", 4000)),
        CHECKBOX_GROUP => (("min_values", 1), ("max_values", options.len())),
        _ => (("min_values", 1), ("max_values", 1)),
    };
    let value = match component_type {
        4 => string(inner, "value").to_owned(),
        CHECKBOX => is_set(inner, "default").to_string(),
        _ => {
            let chosen = options.iter().filter(|option| option.chosen).map(|option| option.value.as_str());
            chosen.collect::<Vec<_>>().join(",")
        }
    };
    Some(FormField {
        label: label.unwrap_or_else(|| string(inner, "label")).to_owned(),
        custom_id: string(inner, "custom_id").to_owned(),
        required: inner.get("required").and_then(Value::as_bool).unwrap_or(component_type != CHECKBOX),
        several_lines: number(inner, "style") == 2,
        placeholder: string(inner, "placeholder").to_owned(),
        value,
        least: bound(inner, least.0, least.1),
        most: bound(inner, most.0, most.1),
        options,
        component_type,
    })
}

fn options(select: &Value) -> Vec<SelectOption> {
    let option = |json: &Value| SelectOption {
        label: string(json, "label").to_owned(),
        value: string(json, "value").to_owned(),
        description: string(json, "description").to_owned(),
        chosen: is_set(json, "default"),
    };
    list(select, "options").map(option).collect()
}

fn bound(json: &Value, key: &str, default: usize) -> usize {
    json.get(key).and_then(Value::as_u64).and_then(|bound| usize::try_from(bound).ok()).unwrap_or(default)
}
