//! The commands: one file for each, with its definition, its parsing and what it does. Also their registration.

mod ask;
pub(super) mod daily;
mod find_answer;
mod help;
mod leaderboard;
mod project;
mod question;
mod quiz;
mod roadmap;
mod topic;

use serde_json::Value;
use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::http::Route;
use serenity::model::application::{CommandDataOption, CommandDataOptionValue, CommandInteraction, CommandOptionType};
use serenity::model::id::ApplicationId;

use super::render::{FIND_ANSWER, Reply, Response};
use super::rest::{Rest, RestError};
use crate::app::{App, Knowledge, Share, With};
use crate::content::{Level, Topic};
use crate::quiz::{SessionId, Slot};

/// What a handler may answer, and what shall happen after the answer has been sent.
pub(super) struct Handled {
    pub(super) response: Response,
    pub(super) after: Option<After>,
}

/// Work that nobody waits for.
#[derive(Debug)]
pub(super) enum After {
    RememberMissed(String),
    /// If the answer did not arrive, nothing was shared.
    Shared(Share),
    /// So many have answered the question of a post, which names this role.
    DailyAnswered {
        role: Option<u64>,
        channel: u64,
        message: u64,
        count: u64,
    },
    /// A message of a quiz was shown as it was at so many wants; meanwhile it may have changed. A new one has an id now.
    QuizShown {
        id: SessionId,
        slot: Slot,
        wants: u32,
        new: bool,
    },
}

impl After {
    /// Whether the id of the message is needed that the response makes.
    pub(super) fn wants_message(&self) -> bool {
        matches!(self, After::QuizShown { new: true, .. })
    }
}

impl From<Response> for Handled {
    fn from(response: Response) -> Handled {
        Handled { response, after: None }
    }
}

impl From<Reply> for Handled {
    fn from(reply: Reply) -> Handled {
        Response::New(reply).into()
    }
}

/// Every command, as it is registered.
pub(super) fn definitions() -> Vec<CreateCommand> {
    vec![
        ask::definition(),
        topic::definition(),
        question::definition(),
        project::definition(),
        roadmap::definition(),
        quiz::definition(),
        leaderboard::definition(),
        daily::definition(),
        help::definition(),
        find_answer::definition(),
    ]
}

pub(super) async fn run(app: &App, rest: &Rest, command: &CommandInteraction) -> Handled {
    match command.data.name.as_str() {
        "ask" => ask::run(app, command),
        "topic" => topic::run(app, command).into(),
        "question" => question::run(app, command).await.into(),
        "project" => project::run(app, command).into(),
        "roadmap" => roadmap::run(app, command).into(),
        "quiz" => quiz::run(app, command).await,
        "leaderboard" => leaderboard::run(app, command).await.into(),
        "daily" => daily::run(app, rest, command).await,
        FIND_ANSWER => find_answer::run(app, command).into(),
        "help" => help::run(app, command).into(),
        other => {
            tracing::warn!(command = other, "a command arrived that this version does not have");
            Reply::sentence("This version of me does not have that command. `/help` lists what I can do.").into()
        }
    }
}

/// Choices for the option that is being typed.
pub(super) async fn complete(app: &App, command: &CommandInteraction) -> Response {
    let option = command.data.autocomplete();
    let (name, typed) = option.map_or(("", ""), |option| (option.name, option.value));
    match command.data.name.as_str() {
        "topic" => topic::complete(app, typed, With::Anything),
        "question" => topic::complete(app, typed, With::Questions),
        "project" => topic::complete(app, typed, With::Projects),
        "roadmap" => roadmap::complete(app, typed),
        "quiz" => quiz::complete(app, name, typed),
        "leaderboard" => topic::complete(app, typed, With::Playable),
        "daily" => daily::complete(app, command, name, typed).await,
        _ => Response::Choices(Vec::new()),
    }
}

pub(super) use ask::answer_query;
pub(super) use daily::MAKE_THREADS;
pub(super) use leaderboard::board;
pub(super) use project::idea;
pub(super) use question::another;
pub(super) use quiz::{
    NEEDED as QUIZ_NEEDS, WRITE, WRITE_IN_THREADS, begun as quiz_begun, is_moderator, missing as missing_for_quiz,
};
pub(super) use roadmap::HOURS;

fn string<'a>(options: &'a [CommandDataOption], name: &str) -> Option<&'a str> {
    options.iter().find(|option| option.name == name).and_then(|option| option.value.as_str())
}

fn level_option() -> CreateCommandOption {
    let option = CreateCommandOption::new(CommandOptionType::String, "level", "For whom (anybody)");
    Level::ALL.into_iter().fold(option, |option, level| option.add_string_choice(level.as_str(), level.as_str()))
}

/// What the options of a command narrow its choice down to, or what to answer when there is no such thing.
fn topic_and_level<'a>(
    app: &App,
    knowledge: &'a Knowledge,
    options: &[CommandDataOption],
) -> Result<(Option<&'a Topic>, Option<Level>), Box<Reply>> {
    Ok((topic::find_topic(app, knowledge, string(options, "topic"))?, level(options)?))
}

/// The level that was chosen, if one was, or what to answer when there is no such level.
fn level(options: &[CommandDataOption]) -> Result<Option<Level>, Box<Reply>> {
    let Some(word) = string(options, "level") else { return Ok(None) };
    let level = Level::ALL.into_iter().find(|level| level.as_str() == word);
    let refused = || Reply::sentence("That is none of the levels: choose beginner, intermediate or advanced.");
    level.map(Some).ok_or_else(|| Box::new(refused()))
}

fn flag(options: &[CommandDataOption], name: &str) -> bool {
    options.iter().any(|option| option.name == name && matches!(option.value, CommandDataOptionValue::Boolean(true)))
}

/// Makes Discord's list of commands equal to ours: looks first, and overwrites only what differs.
///
/// # Errors
/// When Discord cannot be reached or refuses a definition.
pub(super) async fn register(rest: &Rest, application_id: ApplicationId) -> Result<(), RestError> {
    let ours = serde_json::to_value(definitions())
        .map_err(|error| RestError::Body { path: "our own commands".into(), error: error.to_string() })?;
    let theirs: Value = rest.get(Route::Commands { application_id }).await?;
    if canonical_list(&ours) == canonical_list(&theirs) {
        tracing::debug!("the commands are registered as they are");
        return Ok(());
    }
    let _registered: Value = rest.put(Route::Commands { application_id }, ours.to_string().into_bytes()).await?;
    tracing::info!(commands = ours.as_array().map_or(0, Vec::len), "commands registered");
    Ok(())
}

/// What of a definition members can notice; everything else Discord fills in by itself.
const FIELDS: &[&str] = &[
    "type",
    "name",
    "description",
    "options",
    "choices",
    "value",
    "required",
    "autocomplete",
    "min_length",
    "max_length",
    "min_value",
    "max_value",
    "channel_types",
    "default_member_permissions",
    "nsfw",
];

pub(super) fn canonical_list(commands: &Value) -> Vec<Value> {
    let mut list: Vec<Value> = commands.as_array().into_iter().flatten().map(canonical).collect();
    for command in &mut list {
        if let Some(command) = command.as_object_mut().filter(|command| command.get("type") == Some(&1.into())) {
            command.remove("type");
        }
    }
    list.sort_by_key(|command| command.to_string());
    list
}

/// Only the fields that matter, without those that say the default (null, false, empty, a slash command's type).
fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(key, _)| FIELDS.contains(&key.as_str())).filter_map(|(key, value)| {
                let default = match value {
                    Value::Null | Value::Bool(false) => true,
                    Value::Array(list) => list.is_empty(),
                    Value::String(text) => text.is_empty(),
                    Value::Bool(true) | Value::Number(_) | Value::Object(_) => false,
                };
                (!default).then(|| (key.clone(), canonical(value)))
            });
            Value::Object(kept.collect())
        }
        Value::Array(list) => list.iter().map(canonical).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_discord_adds_to_a_definition_is_no_difference() {
        let ours = serde_json::to_value(definitions()).unwrap();
        let mut theirs = ours.clone();
        for command in theirs.as_array_mut().unwrap() {
            let kind = command.get("type").cloned().unwrap_or(json!(1));
            let more = json!({"id": "1", "application_id": "2", "version": "3", "type": kind, "nsfw": false,
                "default_member_permissions": null, "dm_permission": true, "name_localizations": null,
                "description": command.get("description").cloned().unwrap_or(json!(""))});
            command.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        }
        theirs.as_array_mut().unwrap().reverse();
        assert_eq!(canonical_list(&ours), canonical_list(&theirs));
    }

    #[test]
    fn a_changed_word_is_a_difference() {
        let ours = serde_json::to_value(definitions()).unwrap();
        for path in ["/0/description", "/0/options/0/description", "/0/options/1/choices/1/value"] {
            let mut theirs = ours.clone();
            *theirs.pointer_mut(path).unwrap() = json!("something else");
            assert_ne!(canonical_list(&ours), canonical_list(&theirs), "{path}");
        }
        let mut theirs = ours.clone();
        theirs.as_array_mut().unwrap().pop();
        assert_ne!(canonical_list(&ours), canonical_list(&theirs));
    }
}
