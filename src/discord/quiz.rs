//! The buttons and forms of a quiz: from a click to an event of its session, and from what came of it to a response.

use serenity::model::Permissions;
use serenity::model::application::{ActionRowComponent, ModalInteraction};
use serenity::model::guild::Member;
use serenity::model::user::User;

use super::click::{Click, has_button};
use super::commands::{self, After, Handled};
use super::components::Press;
use super::render::{self, Reply, Response, quiz as view};
use crate::app::App;
use crate::app::quiz::{Answered, QuizError, REPORT_MAX};
use crate::content::Library;
use crate::quiz::{Act, Actor, Event, Mode, Place, Refusal, Session, SessionId, Slot, Told, UserId};
use crate::store::QuestionReport;

/// The longest name that is shown.
const NAME: usize = 40;

/// Who acts, as they are called in this server.
pub(super) fn actor(user: &User, member: Option<&Member>, is_moderator: fn(Permissions) -> bool) -> Actor {
    let name = member.and_then(|member| member.nick.as_deref()).or(user.global_name.as_deref()).unwrap_or(&user.name);
    Actor {
        user: UserId(user.id.get()),
        name: name.chars().take(NAME).collect(),
        moderator: member.and_then(|member| member.permissions).is_some_and(is_moderator),
    }
}

/// Who pressed.
pub(super) fn who(click: Click<'_>) -> Actor {
    actor(&click.0.user, click.0.member.as_ref(), commands::is_moderator)
}

/// What to say when a quiz could not do something.
pub(super) fn sorry(error: QuizError) -> Reply {
    match error {
        QuizError::NotWritten => Reply::sentence(
            "I cannot write to my disk at the moment, so this did not count and the quiz waits. Please try again in a minute; if \
             it stays so, tell the person who hosts me.",
        ),
        QuizError::NotHere | QuizError::Unknown => {
            Reply::sentence("I don't know that quiz any more. `/quiz start` begins a new one.")
        }
        QuizError::Stopping => Reply::sentence("I am being restarted. Please try again in a few seconds."),
        QuizError::Store(error) => {
            tracing::error!(%error, "a quiz could not be read");
            Reply::sentence("I could not look that up. Please try again in a minute.")
        }
    }
}

/// A link to the last message of a session that is there.
pub(super) fn message_link(session: &Session) -> Option<String> {
    let message = session.posts.iter().rev().find_map(|post| post.message())?;
    let Place { guild, channel } = session.place;
    Some(format!("https://discord.com/channels/{guild}/{channel}/{message}"))
}

/// A button of a quiz was pressed.
pub(super) async fn press(app: &App, library: &Library, click: Click<'_>, id: SessionId, press: Press) -> Handled {
    let Some(place) = click.quiz_place() else { return unknown(click) };
    // What counts on a message must be a button of that message, whatever a client sends.
    if !click.is_on_its_message() {
        return unknown(click);
    }
    let actor = who(click);
    let message = (!click.is_private()).then(|| click.message().get());
    let user = actor.user;
    let act = |round, act| Event::Answer { actor: actor.clone(), round, act, click: click.id(), message };
    let event = match press {
        Press::Join => Event::Join(actor),
        Press::Start => Event::Begin(actor),
        Press::Pick { round, place } => act(round, Act::Press(place)),
        Press::Undo { round } => act(round, Act::Undo),
        Press::Done { round } => act(round, Act::Done),
        Press::Skip { round } => Event::Skip { actor, round: Some(round), command: None },
        Press::Next { round } => Event::Next { actor, round },
        Press::Resume => Event::Resume(actor),
        Press::Type { round } => return open_form(app, id, place, user, Press::Type { round }).await,
        Press::Report { round } => return open_form(app, id, place, user, Press::Report { round }).await,
        Press::Mine => return mine(app, library, id, place, user).await,
        Press::Again => return again(app, library, click, id, place, actor).await,
    };
    // The lobby is a response to a command; that it is there may have got lost with a restart.
    let proof = message.filter(|_| matches!(press, Press::Join | Press::Start)).map(|message| (Slot::Lobby, message));
    match app.quiz_press(id, place, proof, event).await.map_err(sorry) {
        Ok(answered) => respond(click, &answered, press),
        Err(reply) => reply.into(),
    }
}

/// What a press leads to: the message with the votes changes for everybody, everything else is told privately.
fn respond(click: Click<'_>, answered: &Answered, press: Press) -> Handled {
    let session = &answered.session;
    let told = answered.told.clone().unwrap_or(Told::Before);
    let update = |slot: Slot| {
        let wants = session.post(slot).map_or(0, |post| post.wants);
        let after = After::QuizShown { id: session.id, slot, wants, new: false };
        Handled { response: Response::Update(view::message(session, slot, false)), after: Some(after) }
    };
    if !click.is_private() {
        match (&told, press) {
            (Told::Joined | Told::Begun, Press::Join | Press::Start) => return update(Slot::Lobby),
            (Told::NextVoted { .. } | Told::Next, Press::Next { round })
            | (Told::SkipVoted { .. } | Told::Skipped, Press::Skip { round })
                if session.round(round).is_some() =>
            {
                return update(Slot::Round(round));
            }
            _ => {}
        }
    }
    let reply = view::told(session, &told);
    // A private message with letters to press shows what is chosen where it was pressed.
    if click.is_private() { Response::Update(reply).into() } else { reply.into() }
}

async fn open_form(app: &App, id: SessionId, place: Place, user: UserId, press: Press) -> Handled {
    let session = match app.quiz(id).await {
        Ok(session) if session.place == place => session,
        Ok(_) => return sorry(QuizError::Unknown).into(),
        Err(error) => return sorry(error).into(),
    };
    match press {
        // Nobody should type in vain.
        Press::Type { .. } if session.settings.mode == Mode::Solo && user != session.starter => {
            view::told(&session, &Told::Refused(Refusal::Solo)).into()
        }
        Press::Type { round } if round != session.round.number || session.is_revealed(round) => {
            let over = if session.is_over() { Refusal::Over } else { Refusal::OldRound };
            view::told(&session, &Told::Refused(over)).into()
        }
        Press::Type { round } => Response::Form(view::answer_form(&session, round)).into(),
        Press::Report { round } if (round as usize) < session.cards.len() => {
            Response::Form(view::report_form(&session, round)).into()
        }
        _ => sorry(QuizError::Unknown).into(),
    }
}

/// A form of a quiz was sent.
pub(super) async fn submitted(app: &App, modal: &ModalInteraction, id: SessionId, press: Press) -> Handled {
    let Some(guild) = modal.guild_id else { return sorry(QuizError::Unknown).into() };
    let place = Place { guild: guild.get(), channel: modal.channel_id.get() };
    let text = typed(modal);
    match press {
        Press::Type { round } => {
            let actor = actor(&modal.user, modal.member.as_ref(), commands::is_moderator);
            // The form was opened from the question, whose message has the button with the same custom_id.
            let opener = modal.message.as_deref().filter(|message| has_button(message, &modal.data.custom_id));
            let message = opener.map(|message| message.id.get());
            let event = Event::Answer { actor, round, act: Act::Type(text), click: modal.id.get(), message };
            match app.quiz_press(id, place, None, event).await.map_err(sorry) {
                Ok(answered) => match answered.told.as_ref() {
                    Some(Told::Refused(Refusal::NoSuchThing)) => {
                        Reply::sentence("That was no answer. Press **Answer** and type one or a few words.").into()
                    }
                    told => view::told(&answered.session, told.unwrap_or(&Told::Before)).into(),
                },
                Err(reply) => reply.into(),
            }
        }
        Press::Report { round } => report(app, modal, id, place, round, text).await.into(),
        _ => sorry(QuizError::Unknown).into(),
    }
}

/// What was typed in the only field.
pub(super) fn typed(modal: &ModalInteraction) -> String {
    let fields = modal.data.components.iter().flat_map(|row| &row.components);
    let text = fields.into_iter().find_map(|field| match field {
        ActionRowComponent::InputText(input) if input.custom_id == render::FIELD => input.value.clone(),
        _ => None,
    });
    text.unwrap_or_default()
}

async fn report(app: &App, modal: &ModalInteraction, id: SessionId, place: Place, round: u32, text: String) -> Reply {
    let session = match app.quiz(id).await {
        Ok(session) if session.place == place => session,
        Ok(_) => return sorry(QuizError::Unknown),
        Err(error) => return sorry(error),
    };
    let Some(card) = session.cards.get(round as usize) else { return sorry(QuizError::Unknown) };
    if text.trim().is_empty() {
        return Reply::sentence("Say in a few words what is wrong with the question, then send the form again.");
    }
    let report = QuestionReport {
        question_id: card.question_id.clone(),
        guild_id: place.guild,
        user_id: modal.user.id.get(),
        text: text.trim().chars().filter(|c| !c.is_control() || *c == '\n').take(REPORT_MAX.into()).collect(),
        interaction_id: modal.id.get(),
    };
    match app.report_question(&report).await {
        Ok(()) => {
            tracing::info!(question = report.question_id, "a member reported a question: see `backroad reports`");
            Reply::sentence("Thank you: noted for who looks after the questions. The quiz goes on as it is.")
        }
        Err(error) => {
            tracing::error!(%error, "a report was not kept");
            Reply::sentence("I could not write that down. Please send it again in a minute.")
        }
    }
}

/// The private report of who asks.
async fn mine(app: &App, library: &Library, id: SessionId, place: Place, user: UserId) -> Handled {
    let session = match app.quiz(id).await {
        Ok(session) if session.place == place => session,
        Ok(_) => return sorry(QuizError::Unknown).into(),
        Err(error) => return sorry(error).into(),
    };
    match app.own_answers(&session, user).await {
        Ok(own) => view::report(library, &session, user, &own).into(),
        Err(error) => {
            tracing::error!(%error, "a report was not read");
            Reply::sentence("I could not look that up. Please try again in a minute.").into()
        }
    }
}

/// Another quiz with the questions that were missed.
async fn again(app: &App, library: &Library, click: Click<'_>, id: SessionId, place: Place, actor: Actor) -> Handled {
    if let Some(missing) = commands::missing_for_quiz(click.0.app_permissions, click.0.channel.as_ref()) {
        return missing.into();
    }
    let started = app.repeat_missed(library, id, place, (actor.user, actor.name), click.id()).await;
    commands::quiz_begun(started)
}

fn unknown(click: Click<'_>) -> Handled {
    tracing::info!(custom_id = click.custom_id(), "a quiz button came from a message without it");
    Reply::sentence("I don't know that button. Use those of the question that is open now.").into()
}
