//! `/topic name`: one topic, part by part.

use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::application::{CommandInteraction, CommandOptionType};

use super::{search_failed, string};
use crate::app::page::Part;
use crate::app::{Answer, App, AskRequest};
use crate::content::ItemKind;
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
    let name = string(&command.data.options, "name").unwrap_or_default().trim();
    let knowledge = app.knowledge();
    let library = &knowledge.library;
    if let Some(topic) = library.topic(name) {
        return render::topic(library, topic, Part::Overview);
    }
    match app.ask(&AskRequest { query: name, kind: Some(ItemKind::Topic) }) {
        Ok(Answer::Found { best, .. }) => match library.topic(&best.id) {
            Some(topic) => render::topic(library, topic, Part::Overview),
            None => render::missing(),
        },
        // What completes the name comes nearer than what a search in texts finds.
        Ok(Answer::Unknown { .. }) => {
            let near = app.suggest(name, Some(ItemKind::Topic), NEAREST);
            render::unknown(library, name, &near.into_iter().map(|s| s.id).collect::<Vec<_>>())
        }
        Err(error) => search_failed(&error),
    }
}

pub(super) fn complete(app: &App, command: &CommandInteraction) -> Response {
    let typed = command.data.autocomplete().map_or("", |option| option.value);
    let suggestions = app.suggest(typed, Some(ItemKind::Topic), OPTIONS);
    Response::Choices(suggestions.into_iter().map(|s| (s.title, s.id)).collect())
}
