//! `/quiz start, stop, skip, pause, resume, scores`: a quiz that a whole channel plays.

use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::Permissions;
use serenity::model::application::{
    CommandDataOption, CommandDataOptionValue, CommandInteraction, CommandOptionType, InteractionContext,
};
use serenity::model::channel::{ChannelType, PartialChannel};

use super::topic::{find_topic, topic_option};
use super::{After, Handled, level, level_option, string};
use crate::app::page::quiz::kind_word;
use crate::app::quiz::{QUESTIONS, QuizError, QuizWanted, SECONDS, StartQuiz, Started};
use crate::app::{App, Knowledge};
use crate::content::QuestionKind;
use crate::discord::quiz::{actor, message_link, sorry};
use crate::discord::render::{OPTIONS, Reply, Response, quiz as render};
use crate::nearest;
use crate::quiz::{Actor, Card, Event, Mode, Place, Session, Slot};

/// How many questions a quiz has when nothing is said, and seconds each.
const DEFAULT_QUESTIONS: u32 = 10;
const DEFAULT_SECONDS: u32 = 30;

/// What it takes beside writing to show questions, and to find them again after a restart.
pub(in crate::discord) const NEEDED: [(Permissions, &str); 3] = [
    (Permissions::VIEW_CHANNEL, "View Channel"),
    (Permissions::EMBED_LINKS, "Embed Links"),
    (Permissions::READ_MESSAGE_HISTORY, "Read Message History"),
];

/// What it takes to write, outside threads and in them.
pub(in crate::discord) const WRITE: (Permissions, &str) = (Permissions::SEND_MESSAGES, "Send Messages");
pub(in crate::discord) const WRITE_IN_THREADS: (Permissions, &str) =
    (Permissions::SEND_MESSAGES_IN_THREADS, "Send Messages in Threads");

/// What somebody may who decides over a quiz that another one started.
const MODERATOR: [Permissions; 3] =
    [Permissions::MANAGE_GUILD, Permissions::MANAGE_MESSAGES, Permissions::MANAGE_CHANNELS];

pub(super) fn definition() -> CreateCommand {
    let sub =
        |name: &str, description: &str| CreateCommandOption::new(CommandOptionType::SubCommand, name, description);
    CreateCommand::new("quiz")
        .description("A quiz for everybody in this channel")
        .contexts(vec![InteractionContext::Guild])
        .add_option(start_definition())
        .add_option(sub("stop", "End the quiz in this channel and show the standing"))
        .add_option(sub("skip", "Skip the question; who did not start the quiz votes for it"))
        .add_option(sub("pause", "Let the quiz wait, for as long as you like"))
        .add_option(sub("resume", "Let a paused quiz go on"))
        .add_option(sub("scores", "See the standing so far, only for you"))
}

fn start_definition() -> CreateCommandOption {
    let text = |name: &str, description: &str| CreateCommandOption::new(CommandOptionType::String, name, description);
    let whole = |name: &str, description: &str, range: std::ops::RangeInclusive<u32>| {
        CreateCommandOption::new(CommandOptionType::Integer, name, description)
            .min_int_value(u64::from(*range.start()))
            .max_int_value(u64::from(*range.end()))
    };
    let modes = Mode::ALL.into_iter().fold(text("mode", "How it is played (classic)"), |option, mode| {
        option.add_string_choice(mode_title(mode), mode.as_str())
    });
    CreateCommandOption::new(CommandOptionType::SubCommand, "start", "Start a quiz in this channel")
        .add_sub_option(topic_option("What it is about (anything)"))
        .add_sub_option(text("area", "A whole area of topics (all)").set_autocomplete(true))
        .add_sub_option(level_option())
        .add_sub_option(whole("questions", "How many questions, 1 to 50 (10)", QUESTIONS))
        .add_sub_option(whole("seconds", "Seconds for each question, 10 to 120 (30)", SECONDS))
        .add_sub_option(modes)
        .add_sub_option(text("kinds", "Which kinds of questions, with commas (all)").set_autocomplete(true))
}

fn mode_title(mode: Mode) -> &'static str {
    match mode {
        Mode::Classic => "Classic: 100 points for a right answer",
        Mode::Race => "Race: more points for speed, wrong answers cost",
        Mode::Untimed => "Untimed: each question waits for everybody",
        Mode::Solo => "Solo: only you play",
    }
}

pub(super) async fn run(app: &App, command: &CommandInteraction) -> Handled {
    let Some(guild) = command.guild_id else {
        return Reply::sentence(
            "A quiz is played in a channel of a server. Here, `/question` asks you one question at a time.",
        )
        .into();
    };
    let place = Place { guild: guild.get(), channel: command.channel_id.get() };
    let actor = actor(&command.user, command.member.as_deref(), is_moderator);
    let sub = command.data.options.first();
    let options = match sub.map(|sub| &sub.value) {
        Some(CommandDataOptionValue::SubCommand(options)) => options.as_slice(),
        _ => &[],
    };
    match sub.map(|sub| sub.name.as_str()) {
        Some("start") => start(app, command, place, actor, options).await,
        Some("scores") => match played(app, place).await {
            Ok(session) => render::scores(&session).into(),
            Err(reply) => (*reply).into(),
        },
        Some("stop") => tell(app, place, Event::Stop(actor)).await.into(),
        Some("skip") => {
            let command = Some(command.id.get());
            tell(app, place, Event::Skip { actor, round: None, command }).await.into()
        }
        Some("pause") => tell(app, place, Event::Pause(actor)).await.into(),
        Some("resume") => tell(app, place, Event::Resume(actor)).await.into(),
        _ => Reply::sentence("This version of me does not have that command. `/help` lists what I can do.").into(),
    }
}

pub(in crate::discord) fn is_moderator(permissions: Permissions) -> bool {
    permissions.administrator() || MODERATOR.into_iter().any(|may| permissions.contains(may))
}

async fn start(
    app: &App,
    command: &CommandInteraction,
    place: Place,
    actor: Actor,
    options: &[CommandDataOption],
) -> Handled {
    if let Some(missing) = missing(command.app_permissions, command.channel.as_ref()) {
        return missing.into();
    }
    if !actor.moderator
        && command.member.as_ref().and_then(|member| member.permissions).is_some_and(|may| {
            !may.contains(if is_thread(command.channel.as_ref()) { WRITE_IN_THREADS.0 } else { WRITE.0 })
        })
    {
        let sentence = "A quiz fills a channel with questions, so you must be allowed to write here to start one. Try another channel.";
        return Reply::sentence(sentence).into();
    }
    let knowledge = app.knowledge();
    let start = match wanted(app, &knowledge, options) {
        Err(reply) => return (*reply).into(),
        Ok((wanted, questions, seconds, mode)) => StartQuiz {
            place,
            starter: actor.user,
            starter_name: actor.name,
            interaction_id: command.id.get(),
            wanted,
            questions,
            seconds,
            mode,
        },
    };
    let started = app.start_quiz(&knowledge.library, start).await;
    begun(started)
}

/// What to answer to who wanted a quiz, and what to do when the lobby stands.
pub(in crate::discord) fn begun(started: Result<Started, QuizError>) -> Handled {
    match started {
        Ok(Started::New(session)) => lobby(&session),
        Ok(Started::Running(session)) => render::running(&session, message_link(&session)).into(),
        Ok(Started::Nothing) => {
            Reply::sentence("I have no question like that yet. Leave out an option, and I draw from more.").into()
        }
        Err(error) => sorry(error).into(),
    }
}

fn lobby(session: &Session) -> Handled {
    let wants = session.post(Slot::Lobby).map_or(0, |post| post.wants);
    let response = Response::New(render::message(session, Slot::Lobby, false));
    Handled { response, after: Some(After::QuizShown { id: session.id, slot: Slot::Lobby, wants, new: true }) }
}

/// What is said when the bot may not do in a channel what a quiz takes. What it may is not told in every interaction.
pub(in crate::discord) fn missing(permissions: Option<Permissions>, channel: Option<&PartialChannel>) -> Option<Reply> {
    let may = permissions?;
    let in_thread = is_thread(channel);
    let missing: Vec<&str> = NEEDED
        .into_iter()
        .chain([if in_thread { WRITE_IN_THREADS } else { WRITE }])
        .filter(|(needed, _)| !may.administrator() && !may.contains(*needed))
        .map(|(_, name)| name)
        .collect();
    if missing.is_empty() {
        return None;
    }
    Some(Reply::sentence(format!(
        "I cannot run a quiz in this channel: a moderator must give me {} here. Then `/quiz start` works.",
        missing.join(", ")
    )))
}

fn is_thread(channel: Option<&PartialChannel>) -> bool {
    let threads = [ChannelType::PublicThread, ChannelType::PrivateThread, ChannelType::NewsThread];
    channel.is_some_and(|channel| threads.contains(&channel.kind))
}

type Wanted = (QuizWanted, u32, u32, Mode);

fn wanted(app: &App, knowledge: &Knowledge, options: &[CommandDataOption]) -> Result<Wanted, Box<Reply>> {
    let refuse = |text: String| Box::new(Reply::sentence(text));
    let topic = find_topic(app, knowledge, string(options, "topic"))?;
    let area = string(options, "area").map(str::trim).filter(|area| !area.is_empty());
    let area = area.map(|named| find_area(knowledge, named)).transpose()?;
    let mode = match string(options, "mode") {
        None => Mode::Classic,
        Some(word) => Mode::ALL
            .into_iter()
            .find(|mode| mode.as_str() == word)
            .ok_or_else(|| refuse("That is none of the modes: choose one from the list.".to_owned()))?,
    };
    let whole = |name: &str, default: u32, range: std::ops::RangeInclusive<u32>| {
        let given = options.iter().find(|option| option.name == name).and_then(|option| option.value.as_i64());
        let given = given.map_or(Some(default), |given| u32::try_from(given).ok());
        given
            .filter(|given| range.contains(given))
            .ok_or_else(|| refuse(format!("{name} must be a whole number from {} to {}.", range.start(), range.end())))
    };
    let kinds = kinds(string(options, "kinds").unwrap_or_default()).map_err(refuse)?;
    let wanted = QuizWanted { topic: topic.map(|topic| topic.id.clone()), area, level: level(options)?, kinds };
    let questions = whole("questions", DEFAULT_QUESTIONS, QUESTIONS)?;
    Ok((wanted, questions, whole("seconds", DEFAULT_SECONDS, SECONDS)?, mode))
}

/// An area's id, by its id, its title or a part of its title that no other one has; or what to answer when there is no such
/// area.
pub(super) fn find_area(knowledge: &Knowledge, named: &str) -> Result<String, Box<Reply>> {
    let wanted = named.to_lowercase();
    let areas = &knowledge.library.areas;
    let exact = areas.iter().find(|area| area.id == wanted || area.title.to_lowercase() == wanted);
    let mut parts = areas.iter().filter(|area| area.title.to_lowercase().contains(&wanted));
    let only = parts.next().filter(|_| parts.next().is_none());
    exact.or(only).map(|area| area.id.clone()).ok_or_else(|| {
        let near = nearest::nearest(named, areas.iter().map(|area| area.title.as_str()));
        let hint = near.map_or_else(|| "choose one from the list.".to_owned(), |near| format!("did you mean {near}?"));
        let named = crate::app::page::quiz::plain(named);
        Box::new(Reply::sentence(format!("I have no area called “{named}”: {hint}")))
    })
}

fn playable() -> impl Iterator<Item = QuestionKind> {
    QuestionKind::ALL.into_iter().filter(|kind| Card::is_playable(*kind))
}

/// Kinds of questions as they are typed: words with commas or spaces between them.
fn kinds(typed: &str) -> Result<Vec<QuestionKind>, String> {
    let mut kinds = Vec::new();
    for word in typed.split([',', ' ', ';']).map(str::to_lowercase).filter(|word| !word.is_empty()) {
        let kind = playable().find(|kind| kind.as_str() == word).ok_or_else(|| {
            let known: Vec<&str> = playable().map(QuestionKind::as_str).collect();
            let near = nearest::nearest(&word, known.iter().copied());
            let hint = near
                .map_or_else(|| format!("the kinds are {}.", known.join(", ")), |near| format!("did you mean {near}?"));
            format!("I know no kind of question called “{}”: {hint}", crate::app::page::quiz::plain(&word))
        })?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    Ok(kinds)
}

/// The session that is played here, or what to answer when there is none.
async fn played(app: &App, place: Place) -> Result<std::sync::Arc<Session>, Box<Reply>> {
    match app.quiz_in(place.channel).await {
        Ok(Some(session)) => Ok(session),
        Ok(None) => Err(Box::new(Reply::sentence("No quiz is played in this channel. `/quiz start` begins one."))),
        Err(error) => Err(Box::new(sorry(error))),
    }
}

/// Lets the session of this channel handle an event, and says what came of it.
async fn tell(app: &App, place: Place, event: Event) -> Reply {
    let session = match played(app, place).await {
        Ok(session) => session,
        Err(reply) => return *reply,
    };
    match app.quiz_event(session.id, event).await {
        Ok(answered) => match &answered.told {
            Some(told) => render::told(&answered.session, told),
            None => Reply::sentence("Done."),
        },
        Err(error) => sorry(error),
    }
}

/// Areas and kinds that complete what is being typed.
pub(super) fn complete(app: &App, option: &str, typed: &str) -> Response {
    let choices = match option {
        "topic" => return super::topic::complete(app, typed, crate::app::With::Playable),
        "area" => {
            let knowledge = app.knowledge();
            let questions = &knowledge.library.questions;
            areas(&knowledge, typed, |id| {
                questions.values().any(|question| question.area == id && Card::is_playable(question.kind))
            })
        }
        "kinds" => more_kinds(typed),
        _ => Vec::new(),
    };
    Response::Choices(choices)
}

/// Areas that are kept, those first whose title begins with what is typed.
pub(super) fn areas(knowledge: &Knowledge, typed: &str, keep: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let typed = typed.trim().to_lowercase();
    let place = |title: &str| title.to_lowercase().find(&typed);
    let mut areas: Vec<_> = knowledge.library.areas.iter().filter(|area| keep(&area.id)).collect();
    areas.retain(|area| place(&area.title).or(area.id.find(&typed)).is_some());
    areas.sort_by_key(|area| place(&area.title) != Some(0));
    areas.into_iter().take(OPTIONS).map(|area| (area.title.clone(), area.id.clone())).collect()
}

/// What is typed so far with one kind more.
fn more_kinds(typed: &str) -> Vec<(String, String)> {
    let (before, word) = typed.rsplit_once(',').unwrap_or(("", typed));
    let chosen = kinds(before).unwrap_or_default();
    let word = word.trim().to_lowercase();
    let fitting = playable().filter(|kind| !chosen.contains(kind) && kind.as_str().starts_with(&word));
    fitting
        .map(|kind| {
            let all: Vec<&str> = chosen.iter().chain([&kind]).map(|kind| kind.as_str()).collect();
            let names: Vec<&str> = chosen.iter().chain([&kind]).map(|kind| kind_word(*kind)).collect();
            (names.join(", "), all.join(", "))
        })
        .collect()
}
