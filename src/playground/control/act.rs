//! What a member does, ordered over HTTP.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{answer, from_body, shown};
use crate::playground::member::{ActError, Choice, Filled, Member, refused};
use crate::playground::shown::Shown;
use crate::playground::snowflake::Snowflake;
use crate::playground::state::Shared;

/// Who, where.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Who {
    #[serde(rename = "as")]
    name: String,
    #[serde(rename = "in")]
    channel: Option<String>,
    guild: Option<String>,
}

impl Who {
    pub(super) fn member(&self, shared: &Arc<Shared>) -> Result<Member, ActError> {
        let mut member = Member::find(shared.clone(), &self.name)?;
        if let Some(guild) = &self.guild {
            member = member.in_guild(guild)?;
        }
        match &self.channel {
            Some(channel) if channel.starts_with('@') => Ok(member.in_direct_messages()),
            Some(channel) => member.in_channel(channel),
            None => Ok(member),
        }
    }

    /// The same person where they begin.
    pub(super) fn anywhere(&self, shared: &Arc<Shared>) -> Result<Member, ActError> {
        Member::find(shared.clone(), &self.name)
    }
}

/// The body of an act. One flat object, so that it is easy to write by hand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Act {
    #[serde(rename = "as")]
    name: String,
    #[serde(rename = "in")]
    channel: Option<String>,
    guild: Option<String>,
    #[serde(rename = "do")]
    act: Deed,
    line: Option<String>,
    text: Option<String>,
    message: Option<String>,
    user: Option<String>,
    button: Option<String>,
    menu: Option<String>,
    custom_id: Option<String>,
    form: Option<String>,
    /// A list for menus, an object for forms.
    values: Option<Value>,
    #[serde(default)]
    settle: bool,
    emoji: Option<String>,
    /// The name of a command or a new thread.
    #[serde(rename = "name")]
    command: Option<String>,
    /// The texts of a command's options.
    #[serde(default)]
    options: BTreeMap<String, String>,
    /// The option that is being typed.
    focused: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Deed {
    Slash,
    Command,
    Autocomplete,
    Complete,
    Edit,
    Delete,
    Message,
    MessageCommand,
    UserCommand,
    Click,
    Select,
    Submit,
    Forge,
    React,
    Unreact,
    StartThread,
    Vote,
}

pub(super) async fn serve(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    answer(match from_body::<Act>(&body) {
        Ok(act) => carry_out(&shared, act).await,
        Err(error) => Err(error),
    })
}

async fn carry_out(shared: &Arc<Shared>, act: Act) -> Result<Value, ActError> {
    let who = Who { name: act.name.clone(), channel: act.channel.clone(), guild: act.guild.clone() };
    let member = who.member(shared)?;
    let target = || needed(act.message.as_ref(), "message").and_then(|id| shown(shared, id));
    let list = || strings(act.values.as_ref());
    let seen = match act.act {
        Deed::Slash => member.slash(needed(act.line.as_ref(), "line")?).await?,
        Deed::Command => member.command(needed(act.command.as_ref(), "name")?, &texts(&act.options)).await?,
        Deed::Message if act.message.is_some() => member.reply(&target()?, needed(act.text.as_ref(), "text")?).await?,
        Deed::Message => member.message(needed(act.text.as_ref(), "text")?).await?,
        Deed::Edit => member.edit(&target()?, needed(act.text.as_ref(), "text")?).await?,
        Deed::Delete => {
            member.delete(&target()?).await?;
            return Ok(json!({}));
        }
        Deed::MessageCommand => member.message_command(needed(act.command.as_ref(), "name")?, &target()?).await?,
        Deed::UserCommand => {
            member.user_command(needed(act.command.as_ref(), "name")?, needed(act.user.as_ref(), "user")?).await?
        }
        Deed::Click => member.click(&target()?, needed(act.button.as_ref(), "button")?).await?,
        Deed::React => member.react(&target()?, needed(act.emoji.as_ref(), "emoji")?).await?,
        Deed::Unreact => member.unreact(&target()?, needed(act.emoji.as_ref(), "emoji")?).await?,
        Deed::Vote => {
            let answers = act.values.clone().unwrap_or_else(|| json!([]));
            let answers: Vec<u64> = serde_json::from_value(answers)
                .map_err(|_| refused("`values` of a vote is a list of numbers from 1."))?;
            member.vote(&target()?, &answers).await?
        }
        Deed::StartThread => {
            let thread = member.start_thread(&target()?, needed(act.command.as_ref(), "name")?).await?;
            return Ok(json!({ "thread": thread.channel_id() }));
        }
        Deed::Select => {
            let values = list()?;
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            member.select(&target()?, needed(act.menu.as_ref(), "menu")?, &values).await?
        }
        Deed::Submit => {
            let form = form(shared, needed(act.form.as_ref(), "form")?)?;
            member.submit_filled(&form, &pairs(act.values.as_ref())?).await?
        }
        Deed::Forge => {
            let id = target()?.id().ok_or_else(|| refused("A form is no message."))?;
            let values = list()?;
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            member.forge_component(id, needed(act.custom_id.as_ref(), "custom_id")?, &values).await?
        }
        Deed::Autocomplete => return Ok(listed(&member.autocomplete(needed(act.line.as_ref(), "line")?).await?)),
        Deed::Complete => {
            let (name, focused) = (needed(act.command.as_ref(), "name")?, needed(act.focused.as_ref(), "focused")?);
            return Ok(listed(&member.complete(name, &texts(&act.options), focused).await?));
        }
    };
    let seen = if act.settle { seen.settled().await? } else { seen };
    Ok(seen.to_json())
}

/// The form that an interaction opened.
fn form(shared: &Arc<Shared>, interaction: &str) -> Result<Shown, ActError> {
    let unknown = || refused(format!("The interaction {interaction} has opened no form."));
    let id: Snowflake = interaction.parse().map_err(|_| unknown())?;
    let found = shared.read(|state| {
        let response = state.interactions.get(id)?.response.as_ref()?;
        Shown::of_response(shared, state, id, response)
    });
    found.filter(Shown::is_form).ok_or_else(unknown)
}

fn needed<'v>(value: Option<&'v String>, key: &str) -> Result<&'v str, ActError> {
    value.map(String::as_str).ok_or_else(|| refused(format!("This act needs `{key}`.")))
}

fn texts(options: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    options.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}

fn listed(choices: &[Choice]) -> Value {
    choices.iter().map(|choice| json!({ "name": choice.name, "value": choice.value })).collect()
}

fn strings(values: Option<&Value>) -> Result<Vec<String>, ActError> {
    let Some(values) = values else { return Ok(Vec::new()) };
    serde_json::from_value(values.clone()).map_err(|_| refused("`values` of this act is a list of strings."))
}

/// Fields by label or custom_id, each with a text or a list of choices.
fn pairs(values: Option<&Value>) -> Result<Vec<(&str, Filled<'_>)>, ActError> {
    let error = || refused("`values` of a form is an object from labels to texts or lists of texts.");
    let Some(values) = values else { return Ok(Vec::new()) };
    let object = values.as_object().ok_or_else(error)?;
    object.iter().map(|(name, value)| Ok((name.as_str(), filled(value).ok_or_else(error)?))).collect()
}

fn filled(value: &Value) -> Option<Filled<'_>> {
    match value {
        Value::String(text) => Some(Filled::Text(text)),
        Value::Array(list) => list.iter().map(Value::as_str).collect::<Option<_>>().map(Filled::Chosen),
        _ => None,
    }
}
