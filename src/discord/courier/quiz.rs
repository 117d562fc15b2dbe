//! What quizzes want to show. A message is claimed in the database before it is sent and carries a nonce and buttons of its
//! own, so that it appears once, whatever happens in between; edits show a session as it is when they are made.

use serenity::http::Route;
use serenity::model::id::{ChannelId, MessageId};

use super::history::{CLOCKS_DIFFER, Search, Where, snowflake};
use super::trouble::{Trouble, trouble};
use super::{Courier, Outcome};
use crate::app::App;
use crate::app::quiz::Delivery;
use crate::discord::components::{Action, Press};
use crate::discord::outbox::Outbox;
use crate::discord::render::quiz as view;
use crate::discord::rest::RestError;
use crate::failpoint;
use crate::quiz::{self, Event, Place, Session, SessionId, Slot, Told, UnixMs};

impl Courier {
    /// Makes one attempt.
    pub(in crate::discord) async fn deliver(&self, delivery: &Delivery) -> Outcome {
        match delivery {
            Delivery::Post { id, slot, place } => self.post(*id, *slot, *place).await,
            Delivery::Edit { id, slot, place, urgent } => self.edit(*id, *slot, *place, *urgent).await,
            Delivery::TellModerators { session, trouble } => {
                self.tell_moderators(session, *trouble).await;
                Outcome::Done
            }
        }
    }

    async fn post(&self, id: SessionId, slot: Slot, place: Place) -> Outcome {
        // While nothing can be written nothing is sent; the engine asks again when it can.
        let Ok(claimed) = self.app.quiz_event(id, Event::Claim(slot)).await else { return Outcome::Done };
        failpoint::reach("quiz.after-claim");
        match claimed.told {
            Some(Told::Send) => {}
            // An earlier attempt, or an earlier life of the process, may have sent it.
            Some(Told::LookFirst { since }) => match self.look(id, slot, place, since).await {
                Ok(Search::There(message)) => {
                    posted(&self.app, id, slot, message).await;
                    return Outcome::Done;
                }
                Ok(Search::Blind) => {
                    self.tell(id, Event::Blind(slot)).await;
                    return Outcome::Done;
                }
                Ok(Search::Nowhere | Search::Empty) if !claimed.session.wants_sent(slot) => {
                    self.tell(id, Event::Unsent(slot)).await;
                    return Outcome::Done;
                }
                Ok(Search::Nowhere | Search::Empty) => {}
                Err(error) => return self.failed(id, &error, "a channel's history was not read").await,
            },
            _ => return Outcome::Done,
        }
        // Should Discord have it in spite of all, the nonce keeps it from making a second one.
        let body = view::message(&claimed.session, slot, false).body(Some(&nonce(id, slot)));
        match self.send(ChannelId::new(place.channel), body).await {
            Ok(message) => {
                failpoint::reach("quiz.after-send");
                posted(&self.app, id, slot, message.get()).await;
                Outcome::Done
            }
            Err(error) => self.failed(id, &error, "a message of a quiz was not sent").await,
        }
    }

    /// What becomes of a session to whose channel a request failed.
    async fn failed(&self, id: SessionId, error: &RestError, what: &str) -> Outcome {
        match trouble(error) {
            Some(trouble) => {
                tracing::warn!(%error, session = %id, "a quiz has ended, because nothing can be sent to its channel");
                self.tell(id, Event::Unreachable(of_quiz(trouble))).await;
                Outcome::Done
            }
            None => {
                tracing::warn!(%error, session = %id, "{what}; trying again");
                Outcome::Again
            }
        }
    }

    /// Whether a message is there that was claimed.
    async fn look(&self, id: SessionId, slot: Slot, place: Place, since: UnixMs) -> Result<Search, RestError> {
        let session = self.app.quiz_under_way(id).await.ok().flatten().map(|(session, _)| session);
        let known = session.iter().flat_map(|session| &session.posts).filter_map(|post| post.message()).max();
        // After the last message that is known, if that is earlier: clocks may differ by more than one thinks.
        let after = snowflake(since.plus(-CLOCKS_DIFFER)).min(known.unwrap_or(u64::MAX));
        let (channel, mark, wrote) = (ChannelId::new(place.channel), mark(id, slot), known.is_some());
        match self.search(Where { channel, mark: &mark, since, after, wrote }).await? {
            Search::Empty => Ok(Search::Nowhere),
            found => Ok(found),
        }
    }

    async fn edit(&self, id: SessionId, slot: Slot, place: Place, urgent: bool) -> Outcome {
        let Ok(Some((session, stalled))) = self.app.quiz_under_way(id).await else { return Outcome::Done };
        let Some(post) = session.post(slot).copied() else { return Outcome::Done };
        let Some(message) = post.message() else { return Outcome::Done };
        let body = view::message(&session, slot, stalled).body(None);
        let channel_id = ChannelId::new(place.channel);
        let route = Route::ChannelMessage { channel_id, message_id: MessageId::new(message) };
        match self.rest.patch(route, body).await {
            Ok(()) => {
                failpoint::reach("quiz.after-edit");
                if post.shown < post.wants {
                    self.tell(id, Event::Shown { slot, wants: post.wants }).await;
                }
                Outcome::Done
            }
            Err(error) if error.code() == Some(10008) => {
                self.tell(id, Event::Gone(slot)).await;
                Outcome::Done
            }
            // It would be refused every time.
            Err(error) if trouble(&error) == Some(Trouble::Refused) => {
                tracing::error!(%error, session = %id, "Discord did not take an edit of a quiz");
                self.tell(id, Event::Shown { slot, wants: post.wants }).await;
                Outcome::Done
            }
            Err(error) if !urgent && trouble(&error).is_none() => Outcome::Done,
            Err(error) => self.failed(id, &error, "a message of a quiz was not edited").await,
        }
    }

    /// Tells a session what became of a message. If that cannot be stored, it is found out again after a restart.
    async fn tell(&self, id: SessionId, event: Event) {
        if let Err(error) = self.app.quiz_event(id, event).await {
            tracing::warn!(%error, session = %id, "what became of a message of a quiz was not stored");
        }
    }

    /// Tells the server, else who started the quiz.
    async fn tell_moderators(&self, session: &Session, trouble: quiz::Trouble) {
        let reply = view::trouble(session, trouble);
        let nonce = format!("quiz {} trouble", session.id);
        let Place { guild, channel } = session.place;
        let told = self.tell_server(guild, channel, &nonce, &reply).await
            || self.tell_user(session.starter.0, &nonce, &reply).await;
        if !told {
            tracing::warn!(guild, channel, ?trouble, "nobody could be told of the trouble with a quiz");
        }
    }
}

/// A message of a session is there.
pub(in crate::discord) async fn posted(app: &App, id: SessionId, slot: Slot, message: u64) {
    if let Err(error) = app.quiz_event(id, Event::Posted { slot, message }).await {
        tracing::warn!(%error, session = %id, "that a message of a quiz is there was not stored");
    }
    failpoint::reach("quiz.after-posted");
}

/// A message was shown as it was at so many wants. If it has changed meanwhile, it is edited.
pub(in crate::discord) async fn show_again(app: &App, outbox: &Outbox, id: SessionId, slot: Slot, wants: u32) {
    let Ok(Some((session, _))) = app.quiz_under_way(id).await else { return };
    if session.post(slot).is_some_and(|post| post.wants > wants && post.message().is_some()) {
        outbox.deliver(Delivery::Edit { id, slot, place: session.place, urgent: true });
    }
}

/// At most 25 characters.
fn nonce(id: SessionId, slot: Slot) -> String {
    match slot {
        Slot::Lobby => format!("{id}-lobby"),
        Slot::Round(number) => format!("{id}-r{number}"),
        Slot::Reveal(number) => format!("{id}-a{number}"),
        Slot::End => format!("{id}-end"),
    }
}

/// The custom_id by which a message is known again, however it looks by now.
fn mark(session: SessionId, slot: Slot) -> String {
    let press = match slot {
        Slot::Lobby => Press::Join,
        Slot::Round(round) | Slot::Reveal(round) => Press::Report { round },
        Slot::End => Press::Mine,
    };
    Action::Quiz { session, press }.custom_id().unwrap_or_default()
}

/// How a session knows what hinders it.
fn of_quiz(trouble: Trouble) -> quiz::Trouble {
    match trouble {
        Trouble::Gone => quiz::Trouble::ChannelGone,
        Trouble::Forbidden => quiz::Trouble::Forbidden,
        Trouble::Refused => quiz::Trouble::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_within_discords_limit() {
        for slot in [Slot::Lobby, Slot::Round(49), Slot::Reveal(49), Slot::End] {
            assert!(nonce(SessionId(9_999_999_999_999_999), slot).len() <= 25);
        }
    }
}
