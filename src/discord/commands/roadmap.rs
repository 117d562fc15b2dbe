//! `/roadmap [path]`: what to learn in which order, stage by stage.

use std::ops::RangeInclusive;

use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::application::{CommandInteraction, CommandOptionType};

use super::string;
use crate::app::{App, page};
use crate::content::{Item, ItemKind, Library};
use crate::discord::render::{self, Around, OPTIONS, Reply, Response};

/// How many hours a week somebody may have.
pub(in crate::discord) const HOURS: RangeInclusive<u32> = 1..=60;

pub(super) fn definition() -> CreateCommand {
    CreateCommand::new("roadmap")
        .description("See what to learn in which order, stage by stage")
        .add_option(
            CreateCommandOption::new(
                CommandOptionType::String,
                "path",
                "Begin to type, then choose a roadmap (lists all)",
            )
            .set_autocomplete(true),
        )
        .add_option(
            CreateCommandOption::new(
                CommandOptionType::Integer,
                "hours",
                "Your hours a week, 1 to 60: turns hours into weeks",
            )
            .min_int_value(u64::from(*HOURS.start()))
            .max_int_value(u64::from(*HOURS.end())),
        )
}

pub(super) fn run(app: &App, command: &CommandInteraction) -> Reply {
    let knowledge = app.knowledge();
    let library = &knowledge.library;
    let pace =
        command.data.options.iter().find(|option| option.name == "hours").and_then(|option| option.value.as_i64());
    let pace = pace.and_then(|hours| u32::try_from(hours).ok());
    let Some(path) = string(&command.data.options, "path").map(str::trim).filter(|path| !path.is_empty()) else {
        // Only one roadmap can say what somebody's hours come to.
        let counted = library.roadmaps.values().find(|roadmap| page::says_hours(roadmap)).filter(|_| pace.is_some());
        return counted.map_or_else(|| render::paths(library), |roadmap| shown(library, Item::Roadmap(roadmap), pace));
    };
    if let Some(roadmap @ Item::Roadmap(_)) = library.find(path) {
        return shown(library, roadmap, pace);
    }
    let near = knowledge.suggest(path, Some(ItemKind::Roadmap), OPTIONS);
    match near.first().and_then(|only| library.find(&only.id)).filter(|_| near.len() == 1) {
        Some(roadmap) => shown(library, roadmap, pace),
        None => Reply {
            content: "I have no roadmap of that name. These are all of them:".into(),
            private: true,
            ..render::paths(library)
        },
    }
}

fn shown(library: &Library, item: Item<'_>, pace: Option<u32>) -> Reply {
    let reply = render::answer(library, item, Around { pace, ..Around::default() });
    match item {
        Item::Roadmap(roadmap) if pace.is_some() && !page::says_hours(roadmap) => {
            Reply { content: "This roadmap says weeks, not hours, so your hours change nothing here.".into(), ..reply }
        }
        _ => reply,
    }
}

pub(super) fn complete(app: &App, typed: &str) -> Response {
    let suggestions = app.knowledge().suggest(typed, Some(ItemKind::Roadmap), OPTIONS);
    Response::Choices(suggestions.into_iter().map(|s| (s.title, s.id)).collect())
}
