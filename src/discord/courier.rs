//! Carries what quizzes want to show to Discord. A message is claimed in the database before it is sent and carries a nonce
//! and buttons of its own, so that it appears once, whatever happens in between; edits show a session as it is when they
//! are made.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use serenity::http::{LightMethod, Route};
use serenity::model::id::{ChannelId, GuildId, MessageId, UserId};
use tokio::sync::OnceCell;

use super::components::{Action, Press};
use super::outbox::Outbox;
use super::render::{Reply, quiz as view};
use super::rest::{Rest, RestError};
use crate::app::App;
use crate::app::quiz::Delivery;
use crate::failpoint;
use crate::quiz::{Event, Place, Session, SessionId, Slot, Told, Trouble, UnixMs};

/// Our clock and Discord's may differ by so much, in milliseconds.
const CLOCKS_DIFFER: i64 = 15 * 60_000;

/// Discord's first moment, in milliseconds since the Unix epoch; its ids count from there.
const DISCORD_EPOCH: i64 = 1_420_070_400_000;

/// Messages of history that are read at once, and how many times.
const PAGE: usize = 100;
const PAGES: usize = 50;

#[derive(Clone)]
pub(super) struct Courier {
    app: App,
    rest: Arc<Rest>,
    me: Arc<OnceCell<u64>>,
}

/// As much of a message as is needed.
#[derive(Deserialize)]
struct Made {
    id: MessageId,
}

#[derive(Deserialize)]
struct Me {
    id: UserId,
}

#[derive(Deserialize)]
struct Guild {
    system_channel_id: Option<ChannelId>,
    public_updates_channel_id: Option<ChannelId>,
}

#[derive(Deserialize)]
struct Direct {
    id: ChannelId,
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It has arrived, or nothing more is to be done about it.
    Done,
    /// It may succeed later.
    Again,
}

/// A message that was looked for.
enum Search {
    There(u64),
    Nowhere,
    /// The channel's history cannot be read.
    Blind,
}

impl Courier {
    pub(super) fn new(app: App, rest: Arc<Rest>) -> Courier {
        Courier { app, rest, me: Arc::default() }
    }

    /// Makes one attempt.
    pub(super) async fn deliver(&self, delivery: &Delivery) -> Outcome {
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
            Some(Told::LookFirst { since }) => match self.search(id, slot, place, since).await {
                Ok(Search::There(message)) => {
                    posted(&self.app, id, slot, message).await;
                    return Outcome::Done;
                }
                Ok(Search::Blind) => {
                    self.tell(id, Event::Blind(slot)).await;
                    return Outcome::Done;
                }
                Ok(Search::Nowhere) if !claimed.session.wants_sent(slot) => {
                    self.tell(id, Event::Unsent(slot)).await;
                    return Outcome::Done;
                }
                Ok(Search::Nowhere) => {}
                Err(error) => return self.failed(id, &error, "a channel's history was not read").await,
            },
            _ => return Outcome::Done,
        }
        // Should Discord have it in spite of all, the nonce keeps it from making a second one.
        let body = view::message(&claimed.session, slot, false).body(Some(&nonce(id, slot)));
        let route = Route::ChannelMessages { channel_id: ChannelId::new(place.channel) };
        match self.rest.post::<Made>(route, body).await {
            Ok(made) => {
                failpoint::reach("quiz.after-send");
                posted(&self.app, id, slot, made.id.get()).await;
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
                self.tell(id, Event::Unreachable(trouble)).await;
                Outcome::Done
            }
            None => {
                tracing::warn!(%error, session = %id, "{what}; trying again");
                Outcome::Again
            }
        }
    }

    /// Looks through what was written to the channel since a message was claimed.
    async fn search(&self, id: SessionId, slot: Slot, place: Place, since: UnixMs) -> Result<Search, RestError> {
        let me = self.me.get_or_try_init(|| async {
            let me: Me = self.rest.get(Route::UserMe).await?;
            Ok::<u64, RestError>(me.id.get())
        });
        let me = me.await?.to_string();
        let mark = mark(id, slot);
        let session = self.app.quiz_under_way(id).await.ok().flatten().map(|(session, _)| session);
        let known = session.iter().flat_map(|session| &session.posts).filter_map(|post| post.message()).max();
        // After the last message that is known, if that is earlier: clocks may differ by more than one thinks.
        let mut after = snowflake(since.plus(-CLOCKS_DIFFER)).min(known.unwrap_or(u64::MAX));
        for page in 1.. {
            // Whoever has written so much since then, one of these messages may be ours.
            if page > PAGES {
                return Ok(Search::Blind);
            }
            let list = self.history(place, &format!("after={after}&limit={PAGE}")).await?;
            let ours = |message: &&Value| author(message) == Some(me.as_str()) && carries(message, &mark);
            if let Some(message) = list.iter().find(ours).and_then(message_id) {
                return Ok(Search::There(message));
            }
            after = list.iter().filter_map(message_id).max().unwrap_or(after);
            if list.len() < PAGE {
                break;
            }
        }
        // A channel whose history one may not read looks empty; one in which we wrote is not.
        if known.is_some() && self.history(place, "limit=1").await?.is_empty() {
            return Ok(Search::Blind);
        }
        Ok(Search::Nowhere)
    }

    async fn history(&self, place: Place, query: &str) -> Result<Vec<Value>, RestError> {
        let route = Route::ChannelMessages { channel_id: ChannelId::new(place.channel) };
        match self.rest.exchange(LightMethod::Get, route, query, None).await?.body {
            Value::Array(list) => Ok(list),
            _ => Ok(Vec::new()),
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

    /// Where moderators read what concerns the server, else where the server is told news, else to who started the quiz.
    async fn tell_moderators(&self, session: &Session, trouble: Trouble) {
        let reply = view::trouble(session, trouble);
        let guild: Result<Guild, RestError> =
            self.rest.get(Route::Guild { guild_id: GuildId::new(session.place.guild) }).await;
        let channels = match guild {
            Ok(guild) => [guild.public_updates_channel_id, guild.system_channel_id],
            Err(_) => [None, None],
        };
        let here = ChannelId::new(session.place.channel);
        for channel in channels.into_iter().flatten().filter(|channel| *channel != here) {
            if self.send_once(channel, session.id, &reply).await {
                return;
            }
        }
        let recipient = serde_json::json!({ "recipient_id": session.starter.0.to_string() });
        let direct: Result<Direct, RestError> =
            self.rest.post(Route::UserMeDmChannels, recipient.to_string().into_bytes()).await;
        let told = match direct {
            Ok(direct) => self.send_once(direct.id, session.id, &reply).await,
            Err(_) => false,
        };
        if !told {
            tracing::warn!(
                guild = session.place.guild,
                channel = session.place.channel,
                ?trouble,
                "nobody could be told of the trouble with a quiz"
            );
        }
    }

    async fn send_once(&self, channel_id: ChannelId, id: SessionId, reply: &Reply) -> bool {
        let body = reply.clone().body(Some(&format!("quiz {id} trouble")));
        self.rest.post::<Made>(Route::ChannelMessages { channel_id }, body).await.is_ok()
    }
}

/// A message of a session is there.
pub(super) async fn posted(app: &App, id: SessionId, slot: Slot, message: u64) {
    if let Err(error) = app.quiz_event(id, Event::Posted { slot, message }).await {
        tracing::warn!(%error, session = %id, "that a message of a quiz is there was not stored");
    }
    failpoint::reach("quiz.after-posted");
}

/// A message was shown as it was at so many wants. If it has changed meanwhile, it is edited.
pub(super) async fn show_again(app: &App, outbox: &Outbox, id: SessionId, slot: Slot, wants: u32) {
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

fn carries(message: &Value, mark: &str) -> bool {
    let list = |value: &Value| value.get("components").and_then(Value::as_array).cloned().unwrap_or_default();
    let parts = list(message).into_iter().flat_map(|row| list(&row));
    parts.into_iter().any(|part| part.get("custom_id").and_then(Value::as_str) == Some(mark))
}

fn author(message: &Value) -> Option<&str> {
    message.pointer("/author/id")?.as_str()
}

fn message_id(message: &Value) -> Option<u64> {
    message.get("id")?.as_str()?.parse().ok()
}

/// The smallest id that Discord could give at a moment.
fn snowflake(at: UnixMs) -> u64 {
    u64::try_from(at.0 - DISCORD_EPOCH).unwrap_or_default() << 22
}

/// What a definite refusal says about the channel; `None` when it is worth trying again.
fn trouble(error: &RestError) -> Option<Trouble> {
    match error {
        RestError::Refused { status, code, .. } => match (status, code) {
            (_, 10003) => Some(Trouble::ChannelGone),
            (_, 50001 | 50013) => Some(Trouble::Forbidden),
            (429 | 500.., _) => None,
            (404, _) => Some(Trouble::ChannelGone),
            _ => Some(Trouble::Refused),
        },
        RestError::Token | RestError::Network(_) | RestError::Paused | RestError::Body { .. } => None,
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

    #[test]
    fn an_id_can_be_made_from_a_moment() {
        assert_eq!(snowflake(UnixMs(1_462_015_105_796)) >> 22, 41_944_705_796);
        assert_eq!(snowflake(UnixMs(0)), 0);
    }
}
