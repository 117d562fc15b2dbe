//! Carries what quizzes want to show to Discord. A message is claimed in the database before it is sent and carries a nonce
//! and buttons of its own, so that it appears once, whatever happens in between; edits show a session as it is when they
//! are made.

use std::sync::Arc;
use std::time::{Duration, Instant};

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

/// For so long a nonce is surely remembered by Discord; later a message is looked for before it is sent again.
const NONCE_KEPT: Duration = Duration::from_secs(60);

/// The pauses between attempts grow up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// An edit is given up after so many attempts; a restart makes it again.
const EDIT_ATTEMPTS: u32 = 10;

/// Our clock and Discord's may differ by so much, in milliseconds.
const CLOCKS_DIFFER: i64 = 60_000;

/// Discord's first moment, in milliseconds since the Unix epoch; its ids count from there.
const DISCORD_EPOCH: i64 = 1_420_070_400_000;

/// Messages of history that are read at once, and how many times.
const PAGE: usize = 100;
const PAGES: usize = 20;

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

    pub(super) async fn deliver(&self, delivery: Delivery) {
        match delivery {
            Delivery::Post { id, slot, place, .. } => self.post(id, slot, place).await,
            Delivery::Edit { id, slot, place, urgent } => self.edit(id, slot, place, urgent).await,
            Delivery::TellModerators { session, trouble } => self.tell_moderators(&session, trouble).await,
        }
    }

    async fn post(&self, id: SessionId, slot: Slot, place: Place) {
        // While nothing can be written nothing is sent; the engine asks again when it can.
        let Ok(claimed) = self.app.quiz_event(id, Event::Claim(slot)).await else { return };
        failpoint::reach("quiz.after-claim");
        let since = match claimed.told {
            Some(Told::Send) => None,
            Some(Told::LookFirst { since }) => Some(since),
            _ => return,
        };
        if let Some(since) = since
            && !self.is_nowhere(id, slot, place, since).await
        {
            return;
        }
        let nonce = nonce(id, slot);
        let body = view::message(&claimed.session, slot, false).body(Some(&nonce));
        let claimed_at = since.unwrap_or_else(|| self.app.clock().now());
        let mut began = Instant::now();
        let mut pause = Duration::from_secs(1);
        loop {
            let route = Route::ChannelMessages { channel_id: ChannelId::new(place.channel) };
            match self.rest.post::<Made>(route, body.clone()).await {
                Ok(made) => {
                    failpoint::reach("quiz.after-send");
                    return posted(&self.app, id, slot, made.id.get()).await;
                }
                Err(error) => match trouble(&error) {
                    Some(trouble) => return self.unreachable(id, trouble, &error).await,
                    None => tracing::warn!(%error, session = %id, "a message of a quiz was not sent; trying again"),
                },
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
            if began.elapsed() > NONCE_KEPT {
                if !self.is_nowhere(id, slot, place, claimed_at).await {
                    return;
                }
                began = Instant::now();
            }
        }
    }

    /// Whether a message that may have been sent is to be sent again. If it is there, or is not wanted any more, or cannot
    /// be looked for, the session is told.
    async fn is_nowhere(&self, id: SessionId, slot: Slot, place: Place, since: UnixMs) -> bool {
        let mut pause = Duration::from_secs(1);
        let found = loop {
            match self.search(id, slot, place, since).await {
                Ok(found) => break found,
                Err(error) => match trouble(&error) {
                    Some(trouble) => {
                        self.unreachable(id, trouble, &error).await;
                        return false;
                    }
                    None => tracing::warn!(%error, session = %id, "a channel's history was not read; trying again"),
                },
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        };
        match found {
            Search::There(message) => posted(&self.app, id, slot, message).await,
            Search::Blind => self.tell(id, Event::Blind(slot)).await,
            Search::Nowhere => match self.app.quiz_under_way(id).await {
                Ok(Some((session, _))) if session.wants_sent(slot) => return true,
                _ => self.tell(id, Event::Unsent(slot)).await,
            },
        }
        false
    }

    /// Looks through what was written to the channel since a message was claimed.
    async fn search(&self, id: SessionId, slot: Slot, place: Place, since: UnixMs) -> Result<Search, RestError> {
        let me = self.me.get_or_try_init(|| async {
            let me: Me = self.rest.get(Route::UserMe).await?;
            Ok::<u64, RestError>(me.id.get())
        });
        let me = me.await?.to_string();
        let mark = mark(id, slot);
        let mut after = snowflake(since.plus(-CLOCKS_DIFFER));
        for _ in 0..PAGES {
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
        let wrote = match self.app.quiz_under_way(id).await {
            Ok(Some((session, _))) => session.posts.iter().any(|post| post.message().is_some()),
            _ => false,
        };
        if wrote && self.history(place, "limit=1").await?.is_empty() {
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

    async fn edit(&self, id: SessionId, slot: Slot, place: Place, urgent: bool) {
        let mut pause = Duration::from_secs(2);
        for _ in 0..EDIT_ATTEMPTS {
            let Ok(Some((session, stalled))) = self.app.quiz_under_way(id).await else { return };
            let Some(post) = session.post(slot).copied() else { return };
            let Some(message) = post.message() else { return };
            let body = view::message(&session, slot, stalled).body(None);
            let channel_id = ChannelId::new(place.channel);
            let route = Route::ChannelMessage { channel_id, message_id: MessageId::new(message) };
            match self.rest.patch(route, body).await {
                Ok(()) => {
                    failpoint::reach("quiz.after-edit");
                    if post.shown < post.wants {
                        self.tell(id, Event::Shown { slot, wants: post.wants }).await;
                    }
                    return;
                }
                Err(error) if error.code() == Some(10008) => return self.tell(id, Event::Gone(slot)).await,
                Err(error) => match trouble(&error) {
                    Some(Trouble::Refused) => {
                        tracing::error!(%error, session = %id, "Discord did not take an edit of a quiz");
                        return self.tell(id, Event::Shown { slot, wants: post.wants }).await;
                    }
                    Some(trouble) => return self.unreachable(id, trouble, &error).await,
                    None if !urgent => return,
                    None => tracing::warn!(%error, session = %id, "a message of a quiz was not edited; trying again"),
                },
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn unreachable(&self, id: SessionId, trouble: Trouble, error: &RestError) {
        tracing::warn!(%error, session = %id, "a quiz has ended, because nothing can be sent to its channel");
        self.tell(id, Event::Unreachable(trouble)).await;
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
