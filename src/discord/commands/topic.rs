//! `/topic name`: one topic, part by part.

use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::application::{CommandInteraction, CommandOptionType};

use super::ask::search_failed;
use super::string;
use crate::app::page::Part;
use crate::app::{Answer, App, AskRequest, Knowledge, With};
use crate::content::{ItemKind, Topic};
use crate::discord::render::{self, OPTIONS, Reply, Response};

/// How many titles are offered for a name that no topic has.
const NEAREST: usize = 8;

pub(super) fn definition() -> CreateCommand {
    CreateCommand::new("topic")
        .description("Read a topic: overview, example, pitfalls, resources, questions")
        .add_option(
            CreateCommandOption::new(CommandOptionType::String, "name", "Begin to type, then choose a topic")
                .required(true)
                .set_autocomplete(true),
        )
}

/// The name is an id when it was chosen from the list, and anything at all when it was not.
pub(super) fn run(app: &App, command: &CommandInteraction) -> Reply {
    let name = string(&command.data.options, "name").unwrap_or_default();
    let knowledge = app.knowledge();
    match find_topic(app, &knowledge, Some(name)) {
        Ok(Some(topic)) => render::topic(&knowledge.library, topic, Part::Overview),
        Ok(None) => render::no_topic(&knowledge.library, name, &[]),
        Err(reply) => *reply,
    }
}

/// The option with which other commands name a topic.
pub(super) fn topic_option(description: &str) -> CreateCommandOption {
    CreateCommandOption::new(CommandOptionType::String, "topic", description).set_autocomplete(true)
}

/// The topic that an option names, or what to answer when there is no such topic.
pub(super) fn find_topic<'a>(
    app: &App,
    knowledge: &'a Knowledge,
    name: Option<&str>,
) -> Result<Option<&'a Topic>, Box<Reply>> {
    let library = &knowledge.library;
    let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) else { return Ok(None) };
    if let Some(topic) = library.topic(name) {
        return Ok(Some(topic));
    }
    match app.ask(knowledge, &AskRequest { query: name, kind: Some(ItemKind::Topic) }) {
        Ok(Answer::Found { best, .. }) => match library.topic(&best.id) {
            Some(topic) => Ok(Some(topic)),
            None => Err(Box::new(render::no_topic(library, name, &[]))),
        },
        // What completes the name comes nearer than what a search in texts finds.
        Ok(Answer::Unknown { .. }) => {
            let near = knowledge.suggest(name, Some(ItemKind::Topic), NEAREST);
            Err(Box::new(render::no_topic(library, name, &near.into_iter().map(|s| s.id).collect::<Vec<_>>())))
        }
        Err(error) => Err(Box::new(search_failed(&error))),
    }
}

/// Topics that complete what is being typed and have what the command is about.
pub(super) fn complete(app: &App, typed: &str, with: With) -> Response {
    let suggestions = app.knowledge().suggest_topics(typed, with, OPTIONS);
    Response::Choices(suggestions.into_iter().map(|s| (s.title, s.id)).collect())
}
