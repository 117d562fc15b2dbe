//! `/leaderboard [period] [topic]`: who has how many points in this server.

use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::application::{CommandInteraction, CommandOptionType, InteractionContext};

use super::string;
use super::topic::{find_topic, topic_option};
use crate::app::App;
use crate::app::page::quiz::period_title;
use crate::app::quiz::LeaderboardPeriod;
use crate::discord::quiz::actor;
use crate::discord::render::{Reply, quiz as render};
use crate::quiz::Actor;

pub(super) fn definition() -> CreateCommand {
    let periods = CreateCommandOption::new(CommandOptionType::String, "period", "Over which time (this week)");
    let periods = LeaderboardPeriod::ALL
        .into_iter()
        .fold(periods, |option, period| option.add_string_choice(period_title(period), period.as_str()));
    CreateCommand::new("leaderboard")
        .description("The best quiz players of this server, and your place")
        .contexts(vec![InteractionContext::Guild])
        .add_option(periods)
        .add_option(topic_option("Only questions about this topic (all)"))
}

pub(super) async fn run(app: &App, command: &CommandInteraction) -> Reply {
    let Some(guild) = command.guild_id else {
        return Reply::sentence("A leaderboard belongs to a server: use `/leaderboard` in one of its channels.");
    };
    let options = &command.data.options;
    let period = match string(options, "period") {
        None => LeaderboardPeriod::Week,
        Some(word) => match LeaderboardPeriod::ALL.into_iter().find(|period| period.as_str() == word) {
            Some(period) => period,
            None => return Reply::sentence("That is none of the periods: choose one from the list."),
        },
    };
    let knowledge = app.knowledge();
    match find_topic(app, &knowledge, string(options, "topic")) {
        Ok(topic) => {
            let topic = topic.map(|topic| topic.id.clone());
            let actor = actor(&command.user, command.member.as_deref(), super::is_moderator);
            board(app, guild.get(), &actor, period, topic, 0).await
        }
        Err(reply) => *reply,
    }
}

/// A page of the leaderboard.
pub(in crate::discord) async fn board(
    app: &App,
    guild: u64,
    actor: &Actor,
    period: LeaderboardPeriod,
    topic: Option<String>,
    page: u32,
) -> Reply {
    match app.leaderboard(guild, actor.user.0, period, topic, page).await {
        Ok(board) => {
            let knowledge = app.knowledge();
            let title = board.topic.as_deref().map(|id| knowledge.library.topic(id).map_or(id, |topic| &topic.title));
            render::leaderboard(&board, title, &actor.name)
        }
        Err(error) => {
            tracing::error!(%error, "a leaderboard was not read");
            Reply::sentence("I could not read the leaderboard. Please try again in a minute.")
        }
    }
}
