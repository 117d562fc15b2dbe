//! The message command *Find an answer*: what `/ask` finds for somebody's message, shown privately, with a way to share it.

use serenity::builder::CreateCommand;
use serenity::model::application::{CommandInteraction, CommandType, ResolvedTarget};

use super::ask::find;
use crate::app::App;
use crate::discord::render::{FIND_ANSWER, Reply};

pub(super) fn definition() -> CreateCommand {
    CreateCommand::new(FIND_ANSWER).kind(CommandType::Message)
}

/// Unlike a query, a message was not written to us: when nothing is found, it is not remembered.
pub(super) fn run(app: &App, command: &CommandInteraction) -> Reply {
    let Some(ResolvedTarget::Message(message)) = command.data.target() else {
        return Reply::sentence("That message did not reach me. Try again, or ask with `/ask`.");
    };
    let query = message.content.trim();
    if query.is_empty() {
        return Reply::sentence("There is no text in that message. Ask about it in your own words with `/ask`.");
    }
    let (reply, answered) = find(app, query, None, Some(message.id.get()));
    if answered {
        return reply;
    }
    Reply {
        content: "I have no good answer to that message. Ask about it in your own words with `/ask`.".into(),
        ..reply
    }
}
