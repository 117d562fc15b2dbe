//! The buttons and forms of scheduled posts, and moderators' buttons for schedules.

use serenity::model::application::ModalInteraction;

use super::click::{Click, has_button};
use super::commands::daily::{self as command, By};
use super::commands::{self, After, Handled};
use super::components::{Action, DailyPress, SchedulePress};
use super::quiz::{actor, typed, who};
use super::render::{self, Reply, Response, daily as view};
use super::rest::Rest;
use crate::app::App;
use crate::app::daily::{DailyError, Pressed};
use crate::app::quiz::REPORT_MAX;
use crate::content::{Item, Library};
use crate::daily::{PostId, ScheduleId};
use crate::quiz::{Act, Actor};
use crate::store::QuestionReport;

/// A button of a post was pressed.
pub(super) async fn press(app: &App, library: &Library, click: Click<'_>, id: PostId, press: DailyPress) -> Handled {
    let Some(place) = click.quiz_place() else { return unknown(click) };
    // What counts on a message must be a button of that message, whatever a client sends.
    if !click.is_on_its_message() {
        return unknown(click);
    }
    let place = (place.guild, place.channel);
    let act = match press {
        DailyPress::Pick(letter) => Act::Press(letter),
        DailyPress::Undo => Act::Undo,
        DailyPress::Done => Act::Done,
        DailyPress::Type => return open_form(app, library, place, id, &who(click), view::answer_form(id)).await,
        DailyPress::Report => return Response::Form(view::report_form(id)).into(),
        DailyPress::Read => return read(app, library, id).await,
        DailyPress::Answer => return look_back(app, library, place, id, &who(click)).await,
    };
    let user = who(click);
    match app.answer_daily(place, id, &user, &act, click.id()).await {
        Ok(pressed) => {
            let after = counted(&pressed, place.1).filter(|_| click.channel_is_seen());
            let reply = told(app, library, id, &user, pressed).await;
            // A private message with letters to press shows what is chosen where it was pressed.
            let response = if click.is_private() { Response::Update(reply) } else { Response::New(reply) };
            Handled { response, after }
        }
        Err(error) => not_written(&error).into(),
    }
}

/// Everybody sees how many have answered, some time soon.
fn counted(pressed: &Pressed, channel: u64) -> Option<After> {
    let Pressed::Given(given) = pressed else { return None };
    let message = given.message.filter(|_| given.changed)?;
    Some(After::DailyAnswered { role: given.role, channel, message, count: given.answered })
}

/// What somebody is told who pressed a button of a question or sent its form.
async fn told(app: &App, library: &Library, id: PostId, user: &Actor, pressed: Pressed) -> Reply {
    match pressed {
        Pressed::Given(given) => view::given(&given),
        Pressed::Closed { closed, shown_by } => match app.own_daily(id, user.user.0).await {
            Ok(own) => view::looked_back(library, &closed, own.as_ref(), shown_by),
            Err(error) => not_read(&error),
        },
        Pressed::NoSuchThing => Reply::sentence("That was no answer. Use the buttons below the question."),
        Pressed::Unknown { question: Some(question) } => match library.find(&question) {
            Some(item @ Item::Question(_)) => Reply {
                content: "This question takes no more answers. Here is the answer:".to_owned(),
                private: true,
                ..render::answer(library, item, render::Around::default())
            },
            _ => Reply::sentence("This question takes no more answers, and is no longer in my library."),
        },
        Pressed::Unknown { question: None } => {
            Reply::sentence("I don't know that post any more. `/daily list` shows what comes next.")
        }
    }
}

async fn open_form(
    app: &App,
    library: &Library,
    place: (u64, u64),
    id: PostId,
    user: &Actor,
    form: render::Form,
) -> Handled {
    match app.open_daily(place, id).await {
        Ok(Ok(_open)) => Response::Form(form).into(),
        // Nobody should type in vain.
        Ok(Err(pressed)) => told(app, library, id, user, pressed).await.into(),
        Err(error) => not_read(&error).into(),
    }
}

async fn look_back(app: &App, library: &Library, place: (u64, u64), id: PostId, user: &Actor) -> Handled {
    match app.open_daily(place, id).await {
        Ok(Ok(_open)) => {
            Reply::sentence("This question still takes answers. The next post shows the right one.").into()
        }
        Ok(Err(pressed)) => told(app, library, id, user, pressed).await.into(),
        Err(error) => not_read(&error).into(),
    }
}

/// The whole topic, privately.
async fn read(app: &App, library: &Library, id: PostId) -> Handled {
    match app.daily_topic_id(id).await {
        Ok(topic) => match topic.and_then(|topic| library.find(&topic)) {
            Some(topic) => render::full_text(library, topic, 0).into(),
            None => Reply::sentence("That topic is no longer in my library. `/ask` finds what is.").into(),
        },
        Err(error) => not_read(&error).into(),
    }
}

/// A form of a post was sent.
pub(super) async fn submitted(
    app: &App,
    library: &Library,
    modal: &ModalInteraction,
    id: PostId,
    press: DailyPress,
) -> Handled {
    let Some(guild) = modal.guild_id else { return not_here().into() };
    // The form was opened from the post. Meanwhile its question may be closed: of its buttons this one stays.
    let mark = Action::Daily { post: id, press: DailyPress::Report }.custom_id().unwrap_or_default();
    if !modal.message.as_deref().is_some_and(|message| has_button(message, &mark)) {
        return not_here().into();
    }
    let place = (guild.get(), modal.channel_id.get());
    let user = actor(&modal.user, modal.member.as_ref(), commands::is_moderator);
    let text = typed(modal);
    match press {
        DailyPress::Type => match app.answer_daily(place, id, &user, &Act::Type(text), modal.id.get()).await {
            Ok(Pressed::NoSuchThing) => {
                Reply::sentence("That was no answer. Press **Answer** and type one or a few words.").into()
            }
            Ok(pressed) => {
                let after = counted(&pressed, place.1);
                Handled { response: Response::New(told(app, library, id, &user, pressed).await), after }
            }
            Err(error) => not_written(&error).into(),
        },
        DailyPress::Report => report(app, modal, guild.get(), id, &text).await.into(),
        _ => not_here().into(),
    }
}

async fn report(app: &App, modal: &ModalInteraction, guild: u64, id: PostId, text: &str) -> Reply {
    if text.trim().is_empty() {
        return Reply::sentence("Say in a few words what is wrong with the question, then send the form again.");
    }
    let question = match app.daily_question_id(guild, id).await {
        Ok(Some(question)) => question,
        Ok(None) => return not_here(),
        Err(error) => return not_read(&error),
    };
    let report = QuestionReport {
        question_id: question,
        guild_id: guild,
        user_id: modal.user.id.get(),
        text: text.trim().chars().filter(|c| !c.is_control() || *c == '\n').take(REPORT_MAX.into()).collect(),
        interaction_id: modal.id.get(),
    };
    match app.report_question(&report).await {
        Ok(()) => {
            tracing::info!(question = report.question_id, "a member reported a question: see `backroad reports`");
            Reply::sentence("Thank you: noted for who looks after the questions.")
        }
        Err(error) => {
            tracing::error!(%error, "a report was not kept");
            Reply::sentence("I could not write that down. Please send it again in a minute.")
        }
    }
}

/// A moderator's button for a schedule was pressed.
pub(super) async fn manage(
    app: &App,
    rest: &Rest,
    click: Click<'_>,
    schedule: Option<ScheduleId>,
    press: SchedulePress,
) -> Handled {
    let Some(guild) = click.0.guild_id else { return not_here().into() };
    let by = By::of(guild.get(), &click.0.user, click.0.member.as_ref(), click.id());
    // Who had the permission when the message was made may have lost it.
    if !by.manages() {
        return command::not_yours().into();
    }
    let chosen = || click.chosen().and_then(|id| id.parse().ok()).map(ScheduleId);
    let Some(schedule) = schedule.or_else(chosen) else { return not_here().into() };
    let reply = command::act(app, rest, &by, schedule, press).await;
    // What has a page of its own to read stands below the schedule.
    let stays = matches!(press, SchedulePress::Preview | SchedulePress::Queue);
    if click.is_private() && !stays { Response::Update(reply).into() } else { reply.into() }
}

/// Another page of the list of schedules.
pub(super) async fn list(app: &App, click: Click<'_>, page: usize) -> Handled {
    let Some(guild) = click.0.guild_id else { return not_here().into() };
    let by = By::of(guild.get(), &click.0.user, click.0.member.as_ref(), click.id());
    let reply = command::list(app, guild.get(), by.manages(), page).await;
    if click.is_private() { Response::Update(reply).into() } else { reply.into() }
}

fn not_here() -> Reply {
    Reply::sentence("I don't know that button any more. `/daily list` shows what is posted when.")
}

fn not_read(error: &DailyError) -> Reply {
    tracing::error!(%error, "a scheduled post could not be read");
    Reply::sentence("I could not look that up. Please try again in a minute.")
}

fn not_written(error: &DailyError) -> Reply {
    tracing::error!(%error, "an answer to a scheduled post was not written");
    Reply::sentence("I could not write that down, so it did not count. Please try again in a minute.")
}

fn unknown(click: Click<'_>) -> Handled {
    tracing::info!(custom_id = click.custom_id(), "a button of a scheduled post came from a message without it");
    not_here().into()
}
