//! Scheduled posts on their way: a post is claimed in the database before it is sent and carries a nonce and a button of its
//! own, so that it appears once, whatever happens in between.

use serde_json::{Value, json};
use serenity::http::{LightMethod, Route};
use serenity::model::Permissions;
use serenity::model::id::{ChannelId, MessageId};

use super::history::{Search, Where, snowflake};
use super::trouble::{self, trouble};
use super::{Courier, Outcome};
use crate::app::daily::{Claimed, DailyError, Delivery, Shown};
use crate::daily::{PostId, ScheduleId, Trouble};
use crate::discord::permissions::{self, Standing};
use crate::discord::render::daily as view;
use crate::discord::rest::RestError;
use crate::failpoint;
use crate::quiz::UnixMs;

/// A post may have been claimed by a clock that was wrong by so much, in milliseconds.
const CLOCK_WAS_WRONG: i64 = 49 * 3_600_000;

/// The message has a thread already.
const HAS_THREAD: u64 = 160_004;
/// The server has as many open threads as it may have.
const TOO_MANY_THREADS: u64 = 160_006;
/// The message is gone.
const NO_MESSAGE: u64 = 10_008;

impl Courier {
    /// Makes one attempt. What may succeed later is handed out again by who keeps the posts.
    pub(in crate::discord) async fn deliver_daily(&self, delivery: &Delivery) -> Outcome {
        match delivery {
            Delivery::Post { id, .. } => {
                if let Err(error) = self.advance(*id).await {
                    tracing::warn!(%error, post = id.0, "a scheduled post was not sent; trying again");
                    self.app.daily_again(*id).await;
                }
            }
            Delivery::Tell { id, guild, .. } => {
                if let Err(error) = self.tell_trouble(*id, *guild).await {
                    tracing::warn!(%error, schedule = %id, "that a schedule cannot post was not noted as told");
                }
            }
            Delivery::Close { id, .. } => self.close(*id).await,
        }
        Outcome::Done
    }

    /// One step of a post: to its message, or from there to its thread.
    async fn advance(&self, id: PostId) -> Result<(), Failure> {
        let claimed = self.app.claim_daily(id).await?;
        failpoint::reach("daily.after-claim");
        match claimed {
            Claimed::Send(shown) => self.send_post(id, &shown).await,
            Claimed::LookFirst { since, shown } => self.look_first(id, since, &shown).await,
            Claimed::MakeThread { message, shown } => self.make_thread(id, message, &shown).await,
            Claimed::Wait | Claimed::Nothing => Ok(()),
        }
    }

    /// An earlier attempt, or an earlier life of the process, may have sent it.
    async fn look_first(&self, id: PostId, since: UnixMs, shown: &Shown) -> Result<(), Failure> {
        let channel = ChannelId::new(shown.channel);
        let known = shown.before.as_ref().filter(|before| before.channel == shown.channel);
        let known = known.and_then(|before| before.message);
        let mark = view::mark(id, shown).custom_id().unwrap_or_default();
        // It is younger than the post before it, whatever our clock showed then.
        let after = snowflake(since.plus(-CLOCK_WAS_WRONG)).max(known.unwrap_or_default());
        let place = Where { channel, mark: &mark, since, after, wrote: known.is_some() };
        match self.search(place).await {
            Ok(Search::There(message)) => Ok(self.app.daily_is_there(id, message).await.map(drop)?),
            Ok(Search::Nowhere) => self.send_again(id).await,
            Ok(Search::Blind) => Ok(self.app.daily_is_hidden(id).await?),
            Ok(Search::Empty) => {
                let me = self.me().await.map_err(Failure::Rest)?;
                let may = permissions::ask(&self.rest, me, shown.guild, shown.channel).await.map_err(Failure::Rest)?;
                let reads = Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY;
                match may {
                    Standing::May(may) if may.contains(reads) => self.send_again(id).await,
                    _ => Ok(self.app.daily_is_hidden(id).await?),
                }
            }
            // Nobody knows whether it is there, unless there is no place where it could be.
            Err(error) => match trouble(&error) {
                None => Err(Failure::Rest(error)),
                Some(trouble::Trouble::Gone) => Ok(self.app.daily_is_refused(id, Trouble::ChannelGone).await?),
                Some(_) => Ok(self.app.daily_is_hidden(id).await?),
            },
        }
    }

    async fn send_again(&self, id: PostId) -> Result<(), Failure> {
        match self.app.daily_is_nowhere(id).await? {
            Claimed::Send(shown) => self.send_post(id, &shown).await,
            Claimed::Wait => {
                self.app.daily_again(id).await;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    async fn send_post(&self, id: PostId, shown: &Shown) -> Result<(), Failure> {
        if shown.topic.is_none() && shown.card.is_none() {
            return Ok(self.app.daily_is_refused(id, Trouble::Nothing).await?);
        }
        let reply = view::post(&self.app.knowledge().library, shown);
        // Should Discord have it in spite of all, the nonce keeps it from making a second one.
        match self.send(ChannelId::new(shown.channel), reply.body(Some(&nonce(id)))).await {
            Ok(message) => {
                failpoint::reach("daily.after-send");
                self.app.daily_is_there(id, message.get()).await?;
                failpoint::reach("daily.after-record");
                Ok(())
            }
            Err(error) => self.not_sent(id, error).await,
        }
    }

    async fn make_thread(&self, id: PostId, message: u64, shown: &Shown) -> Result<(), Failure> {
        let Some(thread) = shown.thread else { return Ok(self.app.daily_has_thread(id).await?) };
        let name = view::thread_name(&self.app.knowledge().library, shown);
        let body = json!({ "name": name, "auto_archive_duration": thread.minutes() });
        let (channel_id, message_id) = (ChannelId::new(shown.channel), MessageId::new(message));
        let route = Route::ChannelMessageThreads { channel_id, message_id };
        let error = match self.rest.exchange(LightMethod::Post, route, "", Some(&body)).await {
            Ok(_made) => {
                failpoint::reach("daily.after-thread");
                return Ok(self.app.daily_has_thread(id).await?);
            }
            Err(error) => error,
        };
        match (error.code(), trouble(&error)) {
            (Some(HAS_THREAD | NO_MESSAGE), _) => Ok(self.app.daily_has_thread(id).await?),
            (Some(TOO_MANY_THREADS), _) => Ok(self.app.daily_is_refused(id, Trouble::ThreadLimit).await?),
            (_, Some(trouble::Trouble::Forbidden)) => {
                Ok(self.app.daily_is_refused(id, Trouble::ThreadForbidden).await?)
            }
            (_, Some(trouble::Trouble::Gone)) => Ok(self.app.daily_is_refused(id, Trouble::ChannelGone).await?),
            (_, Some(trouble::Trouble::Refused)) => {
                tracing::error!(%error, post = id.0, "Discord did not take the thread of a scheduled post");
                Ok(self.app.daily_has_thread(id).await?)
            }
            (_, None) => Err(Failure::Rest(error)),
        }
    }

    /// What is refused for good pauses the schedule, so that it is not tried again and again; everything else may pass.
    async fn not_sent(&self, id: PostId, error: RestError) -> Result<(), Failure> {
        let trouble = match trouble(&error) {
            Some(trouble::Trouble::Gone) => Trouble::ChannelGone,
            Some(trouble::Trouble::Forbidden) => Trouble::Forbidden,
            Some(trouble::Trouble::Refused) => Trouble::Refused,
            None => return Err(Failure::Rest(error)),
        };
        tracing::warn!(%error, post = id.0, "Discord refused a scheduled post");
        Ok(self.app.daily_is_refused(id, trouble).await?)
    }

    /// Who made the schedule is told once, else the server is. Who cannot be told is not tried again.
    async fn tell_trouble(&self, id: ScheduleId, guild: u64) -> Result<(), DailyError> {
        let Some(told) = self.app.daily_trouble(id).await? else { return Ok(()) };
        // Before it is said: rather not at all, for `/daily list` says it, too, than again and again.
        self.app.daily_was_told(guild, id).await?;
        let server = self.server_name(guild).await;
        let (reply, schedule) = (view::trouble(&told, server.as_deref()), &told.schedule);
        let nonce = format!("{id}-t{}", schedule.turn);
        if !self.tell_user(schedule.by, &nonce, &reply).await
            && !self.tell_server(guild, schedule.settings.channel, &nonce, &reply).await
        {
            tracing::warn!(guild, schedule = %id, trouble = ?told.trouble, "nobody could be told of the trouble with a schedule");
        }
        Ok(())
    }

    /// Takes the buttons for answers off a question that is closed. Whoever presses one that stayed is told so.
    async fn close(&self, id: PostId) {
        let shown = match self.app.daily_post(id).await {
            Ok(Some(shown)) if shown.closed => shown,
            Ok(_) => return,
            Err(error) => return tracing::info!(%error, post = id.0, "a scheduled post was not read"),
        };
        let Some(message) = shown.message else { return };
        let mut body: Value = serde_json::from_slice(&view::closed_post(id, &shown).body(None)).unwrap_or_default();
        if let Some(body) = body.as_object_mut() {
            // What it shows stays as it is.
            body.remove("embeds");
        }
        let (channel_id, message_id) = (ChannelId::new(shown.channel), MessageId::new(message));
        let route = Route::ChannelMessage { channel_id, message_id };
        if let Err(error) = self.rest.patch(route, body.to_string().into_bytes()).await {
            tracing::info!(%error, post = id.0, "a scheduled post kept its buttons");
        }
    }
}

/// Why a step is to be taken again later.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Rest(RestError),
    #[error(transparent)]
    Daily(#[from] DailyError),
}

/// At most 25 characters.
fn nonce(id: PostId) -> String {
    format!("daily-{id}")
}
