//! The message command *Find an answer*: what `/ask` finds for somebody's message, shown privately, with a way to share it.

use serenity::builder::CreateCommand;
use serenity::model::application::{CommandInteraction, CommandType, ResolvedTarget};

use super::ask::{ids, search_failed};
use crate::app::{Answer, App, AskRequest};
use crate::discord::render::{self, FIND_ANSWER, Reply};

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
    let knowledge = app.knowledge();
    let library = &knowledge.library;
    match app.ask(&AskRequest { query, kind: None }) {
        Ok(Answer::Found { best, others }) => match library.find(&best.id) {
            Some(item) => {
                let others = others.iter().map(|hit| hit.id.as_str());
                render::answer(library, item, others, Some(message.id.get()))
            }
            None => render::missing(library, &best.id, &[]),
        },
        Ok(Answer::Unknown { nearest }) => render::unknown(library, query, &ids(&nearest)),
        Err(error) => search_failed(&error),
    }
}
