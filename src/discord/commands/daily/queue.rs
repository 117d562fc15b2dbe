//! `/daily queue add, list, remove, move`: what moderators want to be posted before anything else.

use serenity::builder::CreateCommandOption;
use serenity::model::application::{CommandDataOption, CommandDataOptionValue, CommandOptionType};

use super::{By, chosen, refused, schedule_option};
use crate::app::App;
use crate::content::ItemKind;
use crate::daily::{Queue, is_postable};
use crate::discord::commands::string;
use crate::discord::render::{OPTIONS, Reply, daily as render};

pub(super) fn definition() -> CreateCommandOption {
    let sub =
        |name: &str, description: &str| CreateCommandOption::new(CommandOptionType::SubCommand, name, description);
    let place = |name: &str, description: &str| {
        CreateCommandOption::new(CommandOptionType::Integer, name, description)
            .min_int_value(1)
            .max_int_value(Queue::MOST as u64)
            .required(true)
    };
    let item = CreateCommandOption::new(CommandOptionType::String, "item", "Begin to type a topic or a question")
        .set_autocomplete(true)
        .required(true);
    CreateCommandOption::new(CommandOptionType::SubCommandGroup, "queue", "What is posted before anything else")
        .add_sub_option(
            sub("add", "Put a topic or a question into the queue")
                .add_sub_option(item)
                .add_sub_option(schedule_option(false)),
        )
        .add_sub_option(sub("list", "See what waits").add_sub_option(schedule_option(false)))
        .add_sub_option(
            sub("remove", "Take something out of the queue")
                .add_sub_option(place("place", "Its number in the list"))
                .add_sub_option(schedule_option(false)),
        )
        .add_sub_option(
            sub("move", "Let something come earlier or later")
                .add_sub_option(place("from", "Its number in the list"))
                .add_sub_option(place("to", "The number that it shall have"))
                .add_sub_option(schedule_option(false)),
        )
}

pub(super) async fn run(app: &App, by: &By, group: &[CommandDataOption]) -> Result<Reply, Box<Reply>> {
    let sub = group.first();
    let options = match sub.map(|sub| &sub.value) {
        Some(CommandDataOptionValue::SubCommand(options)) => options.as_slice(),
        _ => &[],
    };
    let schedule = chosen(app, by, string(options, "schedule")).await?;
    let (guild, id) = (by.guild, schedule.id);
    let knowledge = app.knowledge();
    let library = &knowledge.library;
    let place = |name: &str| {
        let given = options.iter().find(|option| option.name == name).and_then(|option| option.value.as_i64());
        given.and_then(|given| usize::try_from(given).ok()).unwrap_or_default()
    };
    let (schedule, said) = match sub.map(|sub| sub.name.as_str()) {
        Some("add") => {
            let typed = string(options, "item").unwrap_or_default().trim();
            let item = named(app, typed);
            let (schedule, item, place) =
                app.queue_daily(library, guild, id, &item, by.interaction).await.map_err(refused)?;
            let title = library.find(&item).map_or(item.as_str(), |item| item.title()).to_owned();
            let title = crate::app::page::quiz::plain(&title);
            (schedule, format!("**{title}** is in the queue, at place {place}."))
        }
        Some("remove") => {
            let schedule = app.unqueue_daily(guild, id, place("place"), by.interaction).await.map_err(refused)?;
            (schedule, "It is out of the queue.".to_owned())
        }
        Some("move") => {
            let (from, to) = (place("from"), place("to"));
            (
                app.move_daily(guild, id, (from, to), by.interaction).await.map_err(refused)?,
                format!("It has place {to} now."),
            )
        }
        _ => return Ok(render::queue(library, &schedule)),
    };
    let reply = render::queue(library, &schedule);
    Ok(Reply { content: format!("{said} {}", reply.content), ..reply })
}

/// The id of an item: as it was chosen from the list, or by its title or alias, or the only one that completes what was
/// typed.
fn named(app: &App, typed: &str) -> String {
    let knowledge = app.knowledge();
    let library = &knowledge.library;
    if library.find(typed).is_some() {
        return typed.to_owned();
    }
    let near = items(app, typed);
    let is_title = |id: &str| library.find(id).is_some_and(|item| item.title().to_lowercase() == typed.to_lowercase());
    let titled = near.iter().find(|(_, id)| is_title(id));
    match (titled, near.as_slice()) {
        (Some((_, id)), _) | (None, [(_, id)]) => id.clone(),
        _ => typed.to_owned(),
    }
}

/// Topics and questions that complete what is typed.
pub(super) fn items(app: &App, typed: &str) -> Vec<(String, String)> {
    let knowledge = app.knowledge();
    let suggested = |kind| knowledge.suggest(typed, Some(kind), OPTIONS);
    let topics = suggested(ItemKind::Topic).into_iter().take(OPTIONS / 2);
    let is_postable = |id: &str| knowledge.library.questions.get(id).is_some_and(is_postable);
    let questions = suggested(ItemKind::Question).into_iter().filter(|question| is_postable(&question.id));
    let topics = topics.map(|topic| (format!("Topic: {}", topic.title), topic.id));
    let questions = questions.map(|question| (format!("Question: {}", question.title), question.id));
    topics.chain(questions).take(OPTIONS).collect()
}
