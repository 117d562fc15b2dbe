//! `/project [topic] [level]`: something to build, with checks that tell when it is done.

use serenity::builder::CreateCommand;
use serenity::model::application::CommandInteraction;

use super::topic::topic_option;
use super::{level_option, topic_and_level};
use crate::app::App;
use crate::content::{Level, Library};
use crate::discord::components::Action;
use crate::discord::render::{self, Reply};

pub(super) fn definition() -> CreateCommand {
    CreateCommand::new("project")
        .description("Get a project idea with acceptance checks")
        .add_option(topic_option("What it practises (anything)"))
        .add_option(level_option())
}

pub(super) fn run(app: &App, command: &CommandInteraction) -> Reply {
    let knowledge = app.knowledge();
    let library = &knowledge.library;
    let (topic, level) = match topic_and_level(app, &knowledge, &command.data.options) {
        Ok(chosen) => chosen,
        Err(reply) => return *reply,
    };
    let topic = topic.map(|topic| topic.id.as_str());
    idea(app, library, level, topic, None).unwrap_or_else(|| {
        let level = level.map_or_else(String::new, |level| format!("{level} "));
        let about = topic.and_then(|id| library.topics.get(id));
        let about = about.map_or_else(String::new, |topic| format!(" that practises **{}**", topic.title));
        Reply::sentence(format!("I have no {level}project{about} yet. Leave out an option, and I choose from more."))
    })
}

/// A project that fits and is not `not`.
pub(in crate::discord) fn idea(
    app: &App,
    library: &Library,
    level: Option<Level>,
    topic: Option<&str>,
    not: Option<&str>,
) -> Option<Reply> {
    let project = app.draw_project(library, topic, level, not)?;
    let another = app.draw_project(library, topic, level, Some(&project.id)).is_some();
    let again = Action::Idea { level, topic: topic.map(str::to_owned) };
    Some(render::project(library, project, another.then_some(again)))
}
