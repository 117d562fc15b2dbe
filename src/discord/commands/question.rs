//! `/question [topic] [level] [kind]`: an interview question at random, to practise on.

use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::application::{CommandInteraction, CommandOptionType};

use super::topic::topic_option;
use super::{level_option, string, topic_and_level};
use crate::app::App;
use crate::app::page;
use crate::app::practice::Wanted;
use crate::content::{Library, Question, QuestionKind};
use crate::discord::components::Action;
use crate::discord::render::{self, Button, Reply, Row};

pub(super) fn definition() -> CreateCommand {
    let kinds = CreateCommandOption::new(CommandOptionType::String, "kind", "What kind of question (any)");
    let kinds = QuestionKind::ALL
        .into_iter()
        .fold(kinds, |option, kind| option.add_string_choice(page::kind_title(kind), kind.as_str()));
    CreateCommand::new("question")
        .description("Practise on an interview question")
        .add_option(topic_option("What it is about (anything)"))
        .add_option(level_option())
        .add_option(kinds)
}

pub(super) async fn run(app: &App, command: &CommandInteraction) -> Reply {
    let options = &command.data.options;
    let knowledge = app.knowledge();
    let library = &knowledge.library;
    let (topic, level) = match topic_and_level(app, &knowledge, options) {
        Ok(chosen) => chosen,
        Err(reply) => return *reply,
    };
    let kind = match string(options, "kind") {
        None => None,
        Some(word) => match QuestionKind::ALL.into_iter().find(|kind| kind.as_str() == word) {
            Some(kind) => Some(kind),
            None => return Reply::sentence("I have no questions of that kind: choose one from the list."),
        },
    };
    let wanted = Wanted { topics: topic.iter().map(|topic| topic.id.clone()).collect(), level, kind };
    match app.draw_question(library, command.user.id.get(), &wanted, None).await {
        Some((question, lettering)) => render::asked(library, question, &lettering, wanted.scope(question), false),
        None => none(library, &wanted),
    }
}

/// Another question that fits, privately.
pub(in crate::discord) async fn another(
    app: &App,
    library: &Library,
    user_id: u64,
    wanted: &Wanted,
    not: Option<&Question>,
) -> Reply {
    match app.draw_question(library, user_id, wanted, not.map(|question| question.id.as_str())).await {
        Some((question, lettering)) => render::asked(library, question, &lettering, wanted.scope(question), true),
        None => Reply::sentence("I have no other question like that. `/question` draws from all that I have."),
    }
}

fn none(library: &Library, wanted: &Wanted) -> Reply {
    let level = wanted.level.map_or_else(String::new, |level| format!("{level} "));
    let kind = wanted
        .kind
        .map_or_else(String::new, |kind| format!(" of the kind *{}*", page::kind_title(kind).to_lowercase()));
    let topics = wanted.topics.iter().filter_map(|id| library.topics.get(id)).map(|topic| topic.title.as_str());
    let topics: Vec<&str> = topics.collect();
    let about = if topics.is_empty() { String::new() } else { format!(" about **{}**", topics.join(", ")) };
    let mut reply = Reply::sentence(format!(
        "I have no {level}question{kind}{about} yet. Leave out an option, and I draw from more."
    ));
    let any = wanted.topics.iter().filter(|topic| library.questions_of(topic).next().is_some());
    let any = any.filter_map(|topic| library.topics.get(topic));
    let any = any.map(|topic| {
        Button::new(format!("Any question about {}", topic.title), Action::QuizMe { item: topic.id.clone() })
    });
    reply.rows.push(Row::Buttons(any.collect()));
    reply
}
