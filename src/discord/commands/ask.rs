//! `/ask query [kind] [private]`: the best answer of the library, or an honest "I don't know".

use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::application::{CommandInteraction, CommandOptionType};

use super::{After, Handled, flag, string};
use crate::app::{Answer, App, AppError, AskRequest};
use crate::content::ItemKind;
use crate::discord::render::{self, Around, Reply, Response};
use crate::search::Hit;

pub(super) fn definition() -> CreateCommand {
    CreateCommand::new("ask")
        .description("Ask anything about backend development")
        .add_option(
            CreateCommandOption::new(CommandOptionType::String, "query", "Your question, in your own words")
                .required(true),
        )
        .add_option(
            CreateCommandOption::new(CommandOptionType::String, "kind", "What to look through (all)")
                .add_string_choice("Everything", "all")
                .add_string_choice("Topics", "topics")
                .add_string_choice("Interview questions", "questions")
                .add_string_choice("Projects", "projects"),
        )
        .add_option(CreateCommandOption::new(
            CommandOptionType::Boolean,
            "private",
            "Show the answer to you alone (no)",
        ))
}

pub(super) fn run(app: &App, command: &CommandInteraction) -> Handled {
    let options = &command.data.options;
    let query = string(options, "query").unwrap_or_default();
    let kind = match string(options, "kind") {
        None | Some("all") => None,
        Some("topics") => Some(ItemKind::Topic),
        Some("questions") => Some(ItemKind::Question),
        Some("projects") => Some(ItemKind::Project),
        Some(_) => {
            return Reply::sentence("That is none of the kinds: choose all, topics, questions or projects.").into();
        }
    };
    answer_query(app, query, kind, flag(options, "private"))
}

/// The answer to a query: public unless `private`, and always private when there is none.
pub(in crate::discord) fn answer_query(app: &App, query: &str, kind: Option<ItemKind>, private: bool) -> Handled {
    let (reply, answered) = find(app, query, kind, None);
    let private = private || reply.private;
    Handled {
        response: Response::New(Reply { private, ..reply }),
        after: (!answered).then(|| After::RememberMissed(query.to_owned())),
    }
}

/// The answer to a query and whether there is one. `share` names the message that is the query, if it is one.
pub(super) fn find(app: &App, query: &str, kind: Option<ItemKind>, share: Option<u64>) -> (Reply, bool) {
    let knowledge = app.knowledge();
    let library = &knowledge.library;
    let ids = |hits: Vec<Hit>| hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>();
    match app.ask(&knowledge, &AskRequest { query, kind }) {
        Ok(Answer::Found { best, others, corrections }) => match library.find(&best.id) {
            Some(item) => {
                let others = ids(others);
                let around = Around { others, share, hit: Some(best), corrections, ..Around::default() };
                (render::answer(library, item, around), true)
            }
            None => (render::missing(library, &best.id, &[]), true),
        },
        Ok(Answer::Unknown { nearest, corrections, outside }) => {
            (render::unknown(library, query, &ids(nearest), &corrections, outside.as_deref()), false)
        }
        Err(error) => (search_failed(&error), true),
    }
}

pub(in crate::discord) fn search_failed(error: &AppError) -> Reply {
    tracing::error!(%error, "a query was not answered");
    Reply::sentence("My search index cannot be read at the moment. Try again later, or open a topic with `/topic`.")
}
