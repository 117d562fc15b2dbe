//! `/daily …`: posts that moderators schedule. Everybody may list them; everything else takes Manage Server, which is checked
//! here each time, whatever the server's settings for commands say.

mod options;
mod queue;

use jiff::Timestamp;
use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::Permissions;
use serenity::model::application::{
    CommandDataOption, CommandDataOptionValue, CommandInteraction, CommandOptionType, InteractionContext,
};
use serenity::model::guild::Member;
use serenity::model::user::User;

use super::{Handled, string};
use crate::app::App;
use crate::app::daily::DailyError;
use crate::content::Library;
use crate::daily::{QueueError, Schedule, ScheduleId, Settings};
use crate::discord::components::SchedulePress;
use crate::discord::quiz::actor;
use crate::discord::render::{OPTIONS, Reply, Response, daily as render};
use crate::discord::rest::Rest;

pub(in crate::discord) use options::MAKE_THREADS;

pub(super) fn definition() -> CreateCommand {
    let sub =
        |name: &str, description: &str| CreateCommandOption::new(CommandOptionType::SubCommand, name, description);
    let one = |name: &str, description: &str| sub(name, description).add_sub_option(schedule_option(false));
    let add = options::all(sub("add", "Post a topic or a question in a channel, at the same time every day"), true);
    let edit =
        sub("edit", "Change a schedule; what you leave out stays as it is").add_sub_option(schedule_option(true));
    let edit = options::all(edit, false).add_sub_option(options::clear());
    CreateCommand::new("daily")
        .description("Topics and questions that are posted by themselves")
        .contexts(vec![InteractionContext::Guild])
        .add_option(sub("list", "See what is posted when, in your own time"))
        .add_option(add)
        .add_option(edit)
        .add_option(one("preview", "See what comes next, only for you"))
        .add_option(one("post-now", "Post what comes next at once: it is today's post"))
        .add_option(one("skip", "Leave out what comes next; something else comes in its place"))
        .add_option(one("pause", "Let a schedule rest"))
        .add_option(one("resume", "Let a paused schedule go on"))
        .add_option(one("remove", "Remove a schedule; its posts stay"))
        .add_option(queue::definition())
}

fn schedule_option(required: bool) -> CreateCommandOption {
    let description = if required { "Which schedule" } else { "Which schedule (the only one)" };
    CreateCommandOption::new(CommandOptionType::String, "schedule", description)
        .set_autocomplete(true)
        .required(required)
}

pub(super) async fn run(app: &App, rest: &Rest, command: &CommandInteraction) -> Handled {
    let Some(guild) = command.guild_id else {
        return Reply::sentence("Daily posts belong to a server: use `/daily` in one of its channels.").into();
    };
    let by = By::of(guild.get(), &command.user, command.member.as_deref(), command.id.get());
    let sub = command.data.options.first();
    let options = match sub.map(|sub| &sub.value) {
        Some(CommandDataOptionValue::SubCommand(options) | CommandDataOptionValue::SubCommandGroup(options)) => {
            options.as_slice()
        }
        _ => &[],
    };
    let name = sub.map_or("", |sub| sub.name.as_str());
    if name == "list" {
        return list(app, by.guild, by.manages, 0).await.into();
    }
    if !by.manages {
        return not_yours().into();
    }
    let done = match name {
        "add" => add(app, rest, command, &by, options).await,
        "edit" => edit(app, rest, command, &by, options).await,
        "queue" => queue::run(app, &by, options).await,
        "preview" => of_one(app, rest, &by, options, SchedulePress::Preview).await,
        "post-now" => of_one(app, rest, &by, options, SchedulePress::PostNow).await,
        "skip" => of_one(app, rest, &by, options, SchedulePress::Skip).await,
        "pause" => of_one(app, rest, &by, options, SchedulePress::Pause).await,
        "resume" => of_one(app, rest, &by, options, SchedulePress::Resume).await,
        "remove" => of_one(app, rest, &by, options, SchedulePress::Remove).await,
        _ => Ok(Reply::sentence("This version of me does not have that command. `/help` lists what I can do.")),
    };
    done.unwrap_or_else(|refused| *refused).into()
}

/// Who acts, and whether they may.
pub(in crate::discord) struct By {
    guild: u64,
    user: u64,
    name: String,
    /// What they act by.
    interaction: u64,
    manages: bool,
    /// May mention roles that others may not.
    mentions: bool,
}

impl By {
    pub(in crate::discord) fn of(guild: u64, user: &User, member: Option<&Member>, interaction: u64) -> By {
        let may = member.and_then(|member| member.permissions).unwrap_or_default();
        let has = |permission| may.administrator() || may.contains(permission);
        By {
            guild,
            user: user.id.get(),
            name: actor(user, member, manages).name,
            interaction,
            manages: manages(may),
            mentions: has(Permissions::MENTION_EVERYONE),
        }
    }

    pub(in crate::discord) fn manages(&self) -> bool {
        self.manages
    }
}

fn manages(may: Permissions) -> bool {
    may.administrator() || may.manage_guild()
}

pub(in crate::discord) fn not_yours() -> Reply {
    Reply::sentence("That takes the permission Manage Server. `/daily list` shows what is posted when.")
}

/// What to say when something about a schedule did not happen.
pub(in crate::discord) fn sorry(error: DailyError) -> Reply {
    match error {
        DailyError::Unknown => {
            Reply::sentence("I know no such schedule; it may have been removed. `/daily list` shows all.")
        }
        DailyError::TooMany => Reply::sentence(format!(
            "This server has {} schedules, and that is the most. `/daily remove` makes room for another one.",
            crate::app::daily::SCHEDULES
        )),
        DailyError::Nothing => {
            Reply::sentence("My library has nothing like that. Leave out the path, the area or the level.")
        }
        DailyError::Today(shown) => {
            let link = shown.and_then(|shown| Some((shown.guild, shown.channel, shown.message?)));
            let there = link.map_or_else(
                || "Today's post is on its way, or may have arrived; I do not send it twice.".to_owned(),
                |(guild, channel, message)| {
                    format!("Today's post is there already: https://discord.com/channels/{guild}/{channel}/{message}")
                },
            );
            Reply::sentence(format!(
                "{there}\nA schedule posts once a day. `/topic` or `/question` shows another one now."
            ))
        }
        DailyError::Queue(QueueError::Full) => {
            Reply::sentence("The queue is full (50). `/daily queue remove` takes something out.")
        }
        DailyError::Queue(QueueError::There(place)) => {
            Reply::sentence(format!("That waits in the queue already, at place {place}."))
        }
        DailyError::Queue(QueueError::NoPlace) => {
            Reply::sentence("The queue has no such place. `/daily queue list` shows the numbers.")
        }
        DailyError::Busy => {
            Reply::sentence("Somebody else changed that at the same moment, so nothing has changed. Please try again.")
        }
        DailyError::Item => Reply::sentence(
            "I know no such topic or question that can be posted. Begin to type its name, and choose from the list.",
        ),
        DailyError::Done => {
            Reply::sentence("That is done: I was interrupted before I could say so. `/daily list` shows how it stands.")
        }
        DailyError::Store(error) => {
            tracing::error!(%error, "a schedule was not read or written");
            Reply::sentence("I could not write that down, so nothing has changed. Please try again in a minute.")
        }
    }
}

fn refused(error: DailyError) -> Box<Reply> {
    Box::new(sorry(error))
}

/// The schedules of a server.
pub(in crate::discord) async fn list(app: &App, guild: u64, manages: bool, page: usize) -> Reply {
    match app.dailies(guild).await {
        Ok(schedules) => render::list(&app.knowledge().library, &schedules, page, manages, app.wall_time()),
        Err(error) => sorry(error),
    }
}

async fn add(
    app: &App,
    rest: &Rest,
    command: &CommandInteraction,
    by: &By,
    given: &[CommandDataOption],
) -> Result<Reply, Box<Reply>> {
    let knowledge = app.knowledge();
    let library = &knowledge.library;
    let now = app.wall_time();
    let wishes = options::read(app, &knowledge, &command.data, given, by, now, None)?;
    let settings = wishes.new_settings()?;
    let warning = options::check(rest, by, &settings, Some(&wishes)).await?;
    let all = app.dailies(by.guild).await.map_err(refused)?;
    if all.iter().any(|known| known.settings == settings && !known.heard.contains(&by.interaction)) {
        return Err(Box::new(Reply::sentence(format!(
            "<#{}> has exactly this schedule already. Choose another time or kind, or change that one with `/daily edit`.",
            settings.channel
        ))));
    }
    let schedule = app.add_daily(library, by.guild, by.user, settings, by.interaction).await.map_err(refused)?;
    let said = format!("It is scheduled. {} {warning}", supply(library, &schedule));
    Ok(render::schedule(library, &schedule, said.trim(), now))
}

async fn edit(
    app: &App,
    rest: &Rest,
    command: &CommandInteraction,
    by: &By,
    given: &[CommandDataOption],
) -> Result<Reply, Box<Reply>> {
    let knowledge = app.knowledge();
    let library = &knowledge.library;
    let now = app.wall_time();
    let before = chosen(app, by, string(given, "schedule")).await?;
    let wishes = options::read(app, &knowledge, &command.data, given, by, now, Some(&before.settings))?;
    let mut settings = before.settings.clone();
    wishes.apply(&mut settings);
    if settings == before.settings {
        return Err(Box::new(Reply::sentence(
            "That changes nothing: name what is to be different, such as `time` or `channel`.",
        )));
    }
    let warning = options::check(rest, by, &settings, Some(&wishes)).await?;
    let edit = |settings: &mut Settings| wishes.apply(settings);
    let schedule = app.edit_daily(library, by.guild, before.id, edit).await.map_err(refused)?;
    let goes_on = if before.paused.is_some() && schedule.paused.is_none() { " It goes on." } else { "" };
    let other = (before.settings.kind, &before.settings.filter) != (schedule.settings.kind, &schedule.settings.filter);
    let supply = if other { supply(library, &schedule) } else { String::new() };
    Ok(render::schedule(library, &schedule, format!("It is changed.{goes_on} {supply} {warning}").trim(), now))
}

/// How long it takes until something comes again.
fn supply(library: &Library, schedule: &Schedule) -> String {
    let settings = &schedule.settings;
    match crate::app::daily::daily_supply(library, settings.kind, &settings.filter) {
        (1, _) => "I have one such post, so it will come each time.".to_owned(),
        (count, Some(asking)) if asking < count => {
            format!("I have {count} topics for it, {asking} of them with a question; then they begin again.")
        }
        (count, _) => format!("I have {count} different posts for it; then they begin again."),
    }
}

/// The schedule that is meant: the one that is named, or the only one.
async fn chosen(app: &App, by: &By, named: Option<&str>) -> Result<Schedule, Box<Reply>> {
    let named = named.map(str::trim).filter(|named| !named.is_empty());
    if let Some(id) = named.and_then(|named| named.parse().ok()) {
        return app.daily(by.guild, ScheduleId(id)).await.map_err(refused);
    }
    let mut all = app.dailies(by.guild).await.map_err(refused)?;
    if let Some(named) = named.map(str::to_lowercase) {
        all.retain(|schedule| render::label(schedule).to_lowercase().contains(&named));
    }
    match (all.len(), all.pop(), named) {
        (1, Some(only), _) => Ok(only),
        (0, _, None) => Err(Box::new(Reply::sentence(
            "Nothing is scheduled in this server yet. Make a schedule with `/daily add`.",
        ))),
        (0, _, Some(_)) => Err(Box::new(Reply::sentence("I don't know that schedule. Choose one from the list."))),
        _ => Err(Box::new(Reply::sentence(
            "There are several schedules: say which one with the option `schedule`, and choose it from the list.",
        ))),
    }
}

async fn of_one(
    app: &App,
    rest: &Rest,
    by: &By,
    options: &[CommandDataOption],
    press: SchedulePress,
) -> Result<Reply, Box<Reply>> {
    let schedule = chosen(app, by, string(options, "schedule")).await?;
    Ok(act(app, rest, by, schedule.id, press).await)
}

/// Does what a command or a button asks of a schedule.
pub(in crate::discord) async fn act(app: &App, rest: &Rest, by: &By, id: ScheduleId, press: SchedulePress) -> Reply {
    let knowledge = app.knowledge();
    let library = &knowledge.library;
    let show = |schedule: &Schedule, said: &str| render::schedule(library, schedule, said, app.wall_time());
    let done = async {
        Ok(match press {
            SchedulePress::Show => show(&app.daily(by.guild, id).await?, ""),
            SchedulePress::Preview => {
                let (schedule, shown) = app.preview_daily(library, by.guild, id).await?;
                render::preview(library, &schedule, &shown)
            }
            SchedulePress::PostNow => {
                can_post(app, rest, by, id).await?;
                let (schedule, choice) = app.post_daily_now(library, by.guild, id).await?;
                let named = render::named(library, &choice);
                let channel = schedule.settings.channel;
                show(&schedule, &format!("{named} is on its way to <#{channel}>. It is today's post."))
            }
            SchedulePress::Skip => {
                let (schedule, skipped, next) = app.skip_daily(library, by.guild, id, by.interaction).await?;
                let (skipped, next) = (render::named(library, &skipped), render::named(library, &next));
                show(
                    &schedule,
                    &format!("{skipped} is left out: it comes again when everything else has come. Next comes {next}."),
                )
            }
            SchedulePress::Pause => {
                let before = app.daily(by.guild, id).await?;
                let schedule = app.pause_daily(by.guild, id, &by.name).await?;
                show(&schedule, if before.paused.is_some() { "It was paused already." } else { "It is paused." })
            }
            SchedulePress::Resume => {
                can_post(app, rest, by, id).await?;
                let schedule = app.resume_daily(by.guild, id).await?;
                show(&schedule, &resumed(&schedule, app.wall_time()))
            }
            SchedulePress::Queue => render::queue(library, &app.daily(by.guild, id).await?),
            SchedulePress::Remove => render::remove(&app.daily(by.guild, id).await?),
            SchedulePress::RemoveForGood => {
                let schedule = app.remove_daily(by.guild, id).await?;
                Reply::sentence(format!("The schedule for <#{}> is removed.", schedule.settings.channel))
            }
        })
    };
    done.await.unwrap_or_else(|refused: Refused| match refused {
        Refused::Error(error) => sorry(error),
        Refused::Said(reply) => *reply,
    })
}

/// Why something was not done with a schedule.
enum Refused {
    Error(DailyError),
    Said(Box<Reply>),
}

impl From<DailyError> for Refused {
    fn from(error: DailyError) -> Refused {
        Refused::Error(error)
    }
}

/// Whether a schedule can post in its channel: what must be mended first is said.
async fn can_post(app: &App, rest: &Rest, by: &By, id: ScheduleId) -> Result<(), Refused> {
    let settings = app.daily(by.guild, id).await?.settings;
    options::check(rest, by, &settings, None).await.map(drop).map_err(Refused::Said)
}

fn resumed(schedule: &Schedule, now: Timestamp) -> String {
    let today = schedule.settings.when.date_at(now);
    if schedule.missing == Some(today) {
        "It goes on. Today's post did not come: **Post now** makes up for it.".to_owned()
    } else {
        "It goes on.".to_owned()
    }
}

/// Choices for the option that is being typed.
pub(super) async fn complete(app: &App, command: &CommandInteraction, option: &str, typed: &str) -> Response {
    let Some(guild) = command.guild_id else { return Response::Choices(Vec::new()) };
    let by = By::of(guild.get(), &command.user, command.member.as_deref(), command.id.get());
    if !by.manages {
        return Response::Choices(Vec::new());
    }
    let choices = match option {
        "schedule" => schedules(app, &by, typed).await,
        "item" => queue::items(app, typed),
        _ => options::complete(app, by.guild, option, typed).await,
    };
    Response::Choices(choices)
}

async fn schedules(app: &App, by: &By, typed: &str) -> Vec<(String, String)> {
    let all = app.dailies(by.guild).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the schedules of a server were not read");
        Vec::new()
    });
    let typed = typed.trim().to_lowercase();
    let labels = all.iter().map(|schedule| (render::label(schedule), schedule.id.to_string()));
    labels.filter(|(label, id)| label.to_lowercase().contains(&typed) || *id == typed).take(OPTIONS).collect()
}
