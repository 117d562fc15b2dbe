//! Carries to Discord what was decided elsewhere, one attempt at a time: [`quiz`] for quizzes, [`daily`] for scheduled
//! posts. Here is what they share: who
//! we are, how a message is sent, and who is told when a channel cannot be used.

mod daily;
mod history;
mod quiz;
mod trouble;

use std::sync::Arc;

use serde::Deserialize;
use serenity::http::Route;
use serenity::model::id::{ChannelId, GuildId, MessageId, UserId};
use tokio::sync::OnceCell;

use super::render::Reply;
use super::rest::{Rest, RestError};
use crate::app::App;

pub(super) use quiz::{posted, show_again};

#[derive(Clone)]
pub(super) struct Courier {
    app: App,
    rest: Arc<Rest>,
    me: Arc<OnceCell<u64>>,
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It has arrived, or nothing more is to be done about it.
    Done,
    /// It may succeed later.
    Again,
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
    name: String,
    system_channel_id: Option<ChannelId>,
    public_updates_channel_id: Option<ChannelId>,
}

#[derive(Deserialize)]
struct Direct {
    id: ChannelId,
}

impl Courier {
    pub(super) fn new(app: App, rest: Arc<Rest>) -> Courier {
        Courier { app, rest, me: Arc::default() }
    }

    /// The bot's own id.
    async fn me(&self) -> Result<u64, RestError> {
        let me = self.me.get_or_try_init(|| async {
            let me: Me = self.rest.get(Route::UserMe).await?;
            Ok::<u64, RestError>(me.id.get())
        });
        me.await.copied()
    }

    /// Makes a message. One attempt, as for every POST.
    async fn send(&self, channel_id: ChannelId, body: Vec<u8>) -> Result<MessageId, RestError> {
        let made: Made = self.rest.post(Route::ChannelMessages { channel_id }, body).await?;
        Ok(made.id)
    }

    /// Tells a server what concerns it: where its moderators read such things, else where it is told news, but not in the
    /// channel that the trouble is about. A nonce has at most 25 characters. Whether that succeeded.
    async fn tell_server(&self, guild: u64, not_this_channel: u64, nonce: &str, reply: &Reply) -> bool {
        let guild: Result<Guild, RestError> = self.rest.get(Route::Guild { guild_id: GuildId::new(guild) }).await;
        let channels = match guild {
            Ok(guild) => [guild.public_updates_channel_id, guild.system_channel_id],
            Err(_) => [None, None],
        };
        for channel in channels.into_iter().flatten().filter(|channel| channel.get() != not_this_channel) {
            if self.send(channel, reply.clone().body(Some(nonce))).await.is_ok() {
                return true;
            }
        }
        false
    }

    /// How a server is called, if that can be found out.
    async fn server_name(&self, guild: u64) -> Option<String> {
        let guild: Result<Guild, RestError> = self.rest.get(Route::Guild { guild_id: GuildId::new(guild) }).await;
        guild.ok().map(|guild| guild.name)
    }

    /// Tells somebody by a direct message. Whether that succeeded.
    async fn tell_user(&self, user: u64, nonce: &str, reply: &Reply) -> bool {
        let recipient = serde_json::json!({ "recipient_id": user.to_string() });
        let direct: Result<Direct, RestError> =
            self.rest.post(Route::UserMeDmChannels, recipient.to_string().into_bytes()).await;
        match direct {
            Ok(direct) => self.send(direct.id, reply.clone().body(Some(nonce))).await.is_ok(),
            Err(_) => false,
        }
    }
}
