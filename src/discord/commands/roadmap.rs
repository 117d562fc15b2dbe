//! `/roadmap [path]`: what to learn in which order, stage by stage.

use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::application::{CommandInteraction, CommandOptionType};

use super::string;
use crate::app::App;
use crate::content::{Item, ItemKind};
use crate::discord::render::{self, Around, OPTIONS, Reply, Response};

pub(super) fn definition() -> CreateCommand {
    CreateCommand::new("roadmap").description("See what to learn in which order, stage by stage").add_option(
        CreateCommandOption::new(CommandOptionType::String, "path", "Begin to type, then choose a roadmap (lists all)")
            .set_autocomplete(true),
    )
}

pub(super) fn run(app: &App, command: &CommandInteraction) -> Reply {
    let knowledge = app.knowledge();
    let library = &knowledge.library;
    let Some(path) = string(&command.data.options, "path").map(str::trim).filter(|path| !path.is_empty()) else {
        return render::paths(library);
    };
    if let Some(roadmap @ Item::Roadmap(_)) = library.find(path) {
        return render::answer(library, roadmap, Around::default());
    }
    let near = knowledge.suggest(path, Some(ItemKind::Roadmap), OPTIONS);
    match near.first().and_then(|only| library.find(&only.id)).filter(|_| near.len() == 1) {
        Some(roadmap) => render::answer(library, roadmap, Around::default()),
        None => Reply {
            content: "I have no roadmap of that name. These are all of them:".into(),
            private: true,
            ..render::paths(library)
        },
    }
}

pub(super) fn complete(app: &App, typed: &str) -> Response {
    let suggestions = app.knowledge().suggest(typed, Some(ItemKind::Roadmap), OPTIONS);
    Response::Choices(suggestions.into_iter().map(|s| (s.title, s.id)).collect())
}
