//! `/help`: what to do first, by role.

use serenity::builder::CreateCommand;
use serenity::model::Permissions;
use serenity::model::application::CommandInteraction;

use crate::app::App;
use crate::discord::render::{self, Reply};

pub(super) fn definition() -> CreateCommand {
    CreateCommand::new("help").description("What I can do for you, and where to begin")
}

pub(super) fn run(app: &App, command: &CommandInteraction) -> Reply {
    let permissions = command.member.as_ref().and_then(|member| member.permissions);
    let moderator = permissions.is_some_and(|p| p.intersects(Permissions::MANAGE_GUILD | Permissions::ADMINISTRATOR));
    render::help(&app.knowledge().library, moderator)
}
