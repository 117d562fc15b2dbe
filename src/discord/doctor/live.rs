//! Tests what we believe about Discord in a channel: makes messages, looks at what Discord says of them, and deletes them.

use std::time::Duration;

use serde_json::{Value, json};
use serenity::http::{LightMethod, Route};
use serenity::model::id::{ChannelId, MessageId};

use crate::discord::rest::{Answer, Rest, RestError};
use crate::discord::{Api, BotError, Token};

/// Something that we rely on, and what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belief {
    pub text: &'static str,
    pub seen: Seen,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    Holds,
    DoesNotHold { instead: String },
    NotTested { why: String },
}

/// How long one test may take, the waiting for rate limits included.
const PATIENCE: Duration = Duration::from_secs(60);

/// The flag of messages that ring nobody's phone.
const SILENT: u64 = 1 << 12;

/// Characters that take two units in UTF-16.
const CRAB: &str = "\u{1f980}";

/// Tests all beliefs that a bot can test alone, tells each as soon as it is known, and deletes what it made. Goes on to the
/// deleting at once when `stop` completes. Returns what could not be deleted.
///
/// # Errors
/// When the connection cannot be set up, or the bot cannot write in the channel.
pub async fn test_beliefs(
    token: &Token,
    api: &Api,
    channel: u64,
    stop: impl Future<Output = ()>,
    mut tell: impl FnMut(Belief),
) -> Result<Vec<String>, BotError> {
    let rest = Rest::new(token, api)?;
    let mut lab =
        Lab { rest: &rest, channel: ChannelId::new(channel), made: Vec::new(), threads: Vec::new(), nonces: 0 };
    lab.say(json!({ "content": "Testing what I believe about Discord. This goes away in a minute." })).await?;
    tokio::select! {
        () = test_all(&mut lab, &mut tell) => {}
        () = stop => {}
    }
    Ok(lab.clean_up().await)
}

async fn test_all(lab: &mut Lab<'_>, tell: &mut impl FnMut(Belief)) {
    // Each test has a patience of its own, so that a long rate limit is told and not waited for.
    macro_rules! test {
        ($($text:literal: $test:ident,)*) => {$(
            let seen = match tokio::time::timeout(PATIENCE, $test(lab)).await {
                Ok(Ok(())) => Seen::Holds,
                Ok(Err(Doubt::Instead(instead))) => Seen::DoesNotHold { instead },
                Ok(Err(Doubt::NotTested(why))) => Seen::NotTested { why },
                Err(_elapsed) => Seen::NotTested { why: "it took more than a minute".to_owned() },
            };
            tell(Belief { text: $text, seen });
        )*};
    }
    test! {
        "a message with a known nonce is not made twice": nonce,
        "2000 characters of content are accepted, 2001 refused": content_length,
        "content counts characters, not UTF-16 units": content_counts_characters,
        "4096 characters of description are accepted, 4097 refused": description_length,
        "descriptions count characters, not UTF-16 units": description_counts_characters,
        "6000 characters in all embeds are accepted, 6001 refused": embeds_length,
        "with parse [] a mention mentions nobody": mentions,
        "an edit that names the content alone leaves the rest": edit_leaves_the_rest,
        "an empty content in an edit takes the text away": edit_takes_the_text_away,
        "a message that is gone answers with code 10008": gone,
        "history after a message is the next messages, newest first": history,
        "a time makes a snowflake that history takes": history_by_time,
        "a custom_id of 100 characters is accepted, 101 refused": custom_id_length,
        "a custom_id that stands twice in a message is refused": custom_id_twice,
        "25 options in a menu are accepted, 26 refused": options,
        "a thread from a message has its id; a second is code 160004": thread,
        "answers carry the headers of rate limits": rate_limit_headers,
    }
}

/// Why a belief was not confirmed.
enum Doubt {
    Instead(String),
    NotTested(String),
}

use Doubt::{Instead, NotTested};

/// What nobody expected: a refusal tells something about Discord, a lost connection does not.
impl From<RestError> for Doubt {
    fn from(error: RestError) -> Doubt {
        match error {
            RestError::Refused { code: 50001 | 50013, .. } => {
                NotTested("the bot lacks a permission for that in this channel".to_owned())
            }
            RestError::Refused { status: 400.., code, message, .. } if code != 0 => {
                Instead(format!("refused with code {code}: {}", first(&message)))
            }
            other => NotTested(other.to_string()),
        }
    }
}

/// The beginning of a long text.
fn first(text: &str) -> String {
    const SHOWN: usize = 160;
    let shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() { format!("{shown}…") } else { shown }
}

struct Lab<'a> {
    rest: &'a Rest,
    channel: ChannelId,
    /// What must be deleted.
    made: Vec<MessageId>,
    threads: Vec<ChannelId>,
    nonces: u64,
}

impl Lab<'_> {
    /// Makes a message that mentions nobody and makes no sound.
    async fn say(&mut self, mut body: Value) -> Result<Answer, RestError> {
        if let Some(fields) = body.as_object_mut() {
            fields.entry("allowed_mentions").or_insert_with(|| json!({ "parse": [] }));
            fields.entry("flags").or_insert(json!(SILENT));
        }
        let route = Route::ChannelMessages { channel_id: self.channel };
        let answer = self.rest.exchange(LightMethod::Post, route, "", Some(&body)).await?;
        self.made.extend(id(&answer.body));
        Ok(answer)
    }

    /// What Discord must accept, and what it must refuse as a bad form.
    async fn border(&mut self, accepted: Value, refused: Value) -> Result<(), Doubt> {
        self.say(accepted).await?;
        self.refused(refused, 50035).await
    }

    async fn refused(&mut self, body: Value, expected: u64) -> Result<(), Doubt> {
        match self.say(body).await {
            Ok(_) => Err(Instead("accepted what should be refused".to_owned())),
            Err(error) if error.code() == Some(expected) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether texts of so many characters beyond U+FFFF, made into a message, are accepted.
    async fn counts_characters(&mut self, message: Value) -> Result<(), Doubt> {
        match self.say(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some(50035) => {
                Err(Instead("a character beyond U+FFFF counts more than once".to_owned()))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn edit(&self, message: MessageId, body: Value) -> Result<Answer, RestError> {
        let route = Route::ChannelMessage { channel_id: self.channel, message_id: message };
        self.rest.exchange(LightMethod::Patch, route, "", Some(&body)).await
    }

    async fn delete(&self, message: MessageId) -> Result<Answer, RestError> {
        let route = Route::ChannelMessage { channel_id: self.channel, message_id: message };
        self.rest.exchange(LightMethod::Delete, route, "", None).await
    }

    /// The ids of the messages after one, as Discord lists them.
    async fn after(&self, id: u64, limit: usize) -> Result<Vec<u64>, RestError> {
        let route = Route::ChannelMessages { channel_id: self.channel };
        let query = format!("limit={limit}&after={id}");
        let list = self.rest.exchange(LightMethod::Get, route, &query, None).await?.body;
        Ok(list.as_array().into_iter().flatten().filter_map(self::id).map(MessageId::get).collect())
    }

    /// Deletes what was made; says what stays.
    async fn clean_up(&mut self) -> Vec<String> {
        let mut left = Vec::new();
        for thread in std::mem::take(&mut self.threads) {
            let route = Route::Channel { channel_id: thread };
            match self.rest.exchange(LightMethod::Delete, route, "", None).await {
                Ok(_) => {}
                Err(error) if error.code() == Some(50013) => {
                    left.push("the thread \"A test of Backroad\", which takes Manage Threads".to_owned());
                }
                Err(error) => left.push(format!("the thread {thread} ({error})")),
            }
        }
        for message in std::mem::take(&mut self.made) {
            match self.delete(message).await {
                Err(error) if error.code() != Some(10008) => left.push(format!("the message {message} ({error})")),
                _ => {}
            }
        }
        left
    }
}

fn id(message: &Value) -> Option<MessageId> {
    message.get("id")?.as_str()?.parse().ok().map(MessageId::new)
}

fn id_of(answer: &Answer) -> Result<MessageId, Doubt> {
    id(&answer.body).ok_or_else(|| Instead("a message without an id".to_owned()))
}

/// What is expected, or a sentence of what was seen instead.
fn is(expected: bool, instead: impl FnOnce() -> String) -> Result<(), Doubt> {
    if expected { Ok(()) } else { Err(Instead(instead())) }
}

fn described(length: usize, of: &str) -> Value {
    json!({ "description": of.repeat(length) })
}

fn button(custom_id: &str) -> Value {
    json!({ "type": 2, "style": 2, "label": "button", "custom_id": custom_id })
}

fn with_buttons(buttons: &[Value]) -> Value {
    json!({ "content": "buttons", "components": [{ "type": 1, "components": buttons }] })
}

async fn nonce(lab: &mut Lab<'_>) -> Result<(), Doubt> {
    lab.nonces += 1;
    let nonce = format!("doctor-{:x}-{}", rand::random::<u32>(), lab.nonces);
    let body = json!({ "content": "once", "nonce": nonce, "enforce_nonce": true });
    let (one, two) = (id_of(&lab.say(body.clone()).await?)?, id_of(&lab.say(body).await?)?);
    is(one == two, || format!("two messages, {one} and {two}"))
}

async fn content_length(lab: &mut Lab<'_>) -> Result<(), Doubt> {
    lab.border(json!({ "content": "x".repeat(2000) }), json!({ "content": "x".repeat(2001) })).await
}

async fn content_counts_characters(lab: &mut Lab<'_>) -> Result<(), Doubt> {
    lab.counts_characters(json!({ "content": CRAB.repeat(2000) })).await
}

async fn description_length(lab: &mut Lab<'_>) -> Result<(), Doubt> {
    lab.border(json!({ "embeds": [described(4096, "x")] }), json!({ "embeds": [described(4097, "x")] })).await
}

async fn description_counts_characters(lab: &mut Lab<'_>) -> Result<(), Doubt> {
    lab.counts_characters(json!({ "embeds": [described(4096, CRAB)] })).await
}

async fn embeds_length(lab: &mut Lab<'_>) -> Result<(), Doubt> {
    let embeds = |second| json!({ "embeds": [described(3000, "x"), described(second, "x")] });
    lab.border(embeds(3000), embeds(3001)).await
}

async fn mentions(lab: &mut Lab<'_>) -> Result<(), Doubt> {
    // Itself: if the belief is wrong, nobody is disturbed.
    let me = lab.rest.exchange(LightMethod::Get, Route::UserMe, "", None).await?.body;
    let me = me.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let message = lab.say(json!({ "content": format!("<@{me}>") })).await?.body;
    let mentioned = message.get("mentions").and_then(Value::as_array).map_or(0, Vec::len);
    is(mentioned == 0, || format!("{mentioned} mentioned"))
}

async fn edit_leaves_the_rest(lab: &mut Lab<'_>) -> Result<(), Doubt> {
    let row = json!({ "type": 1, "components": [button("kept")] });
    let body = json!({ "content": "buttons", "embeds": [described(3, "x")], "components": [row] });
    let message = id_of(&lab.say(body).await?)?;
    let edited = lab.edit(message, json!({ "content": "edited" })).await?.body;
    let parts = |name| edited.get(name).and_then(Value::as_array).map_or(0, Vec::len);
    is(edited.get("content") == Some(&json!("edited")), || "another content".to_owned())?;
    is(parts("embeds") == 1 && parts("components") == 1, || {
        format!("{} embeds and {} rows of buttons, where one each was before", parts("embeds"), parts("components"))
    })
}

async fn edit_takes_the_text_away(lab: &mut Lab<'_>) -> Result<(), Doubt> {
    let message = id_of(&lab.say(json!({ "content": "text", "embeds": [described(3, "x")] })).await?)?;
    let edited = lab.edit(message, json!({ "content": "" })).await?.body;
    let content = edited.get("content").and_then(Value::as_str).unwrap_or("none").to_owned();
    is(content.is_empty(), || format!("the content {content:?}"))
}

async fn gone(lab: &mut Lab<'_>) -> Result<(), Doubt> {
    let message = id_of(&lab.say(json!({ "content": "gone soon" })).await?)?;
    lab.delete(message).await?;
    match lab.edit(message, json!({ "content": "gone" })).await {
        Ok(_) => Err(Instead("edited a deleted message".to_owned())),
        Err(error) if error.code() == Some(10008) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn history(lab: &mut Lab<'_>) -> Result<(), Doubt> {
    let mut ids = Vec::new();
    for text in ["first", "second", "third", "fourth"] {
        ids.push(id_of(&lab.say(json!({ "content": text })).await?)?.get());
    }
    let [first, second, third, _] = ids.as_slice() else { return Ok(()) };
    let seen = lab.after(*first, 2).await?;
    if seen.is_empty() {
        return Err(NotTested("the bot may not read this channel's history".to_owned()));
    }
    if seen.iter().any(|id| !ids.contains(id)) {
        return Err(NotTested("somebody else wrote meanwhile".to_owned()));
    }
    is(seen == [*third, *second], || format!("{seen:?} after {first}, of {ids:?}"))
}

async fn history_by_time(lab: &mut Lab<'_>) -> Result<(), Doubt> {
    let made = id_of(&lab.say(json!({ "content": "now" })).await?)?.get();
    // The upper 42 bits of an id are milliseconds; this one belongs to the millisecond before.
    let before = ((made >> 22) - 1) << 22;
    let seen = lab.after(before, 10).await?;
    if seen.is_empty() {
        return Err(NotTested("the bot may not read this channel's history".to_owned()));
    }
    is(seen.contains(&made), || format!("{seen:?} after {before}, without {made}"))
}

async fn custom_id_length(lab: &mut Lab<'_>) -> Result<(), Doubt> {
    lab.border(with_buttons(&[button(&"x".repeat(100))]), with_buttons(&[button(&"x".repeat(101))])).await
}

async fn custom_id_twice(lab: &mut Lab<'_>) -> Result<(), Doubt> {
    lab.border(with_buttons(&[button("one"), button("two")]), with_buttons(&[button("one"), button("one")])).await
}

async fn options(lab: &mut Lab<'_>) -> Result<(), Doubt> {
    let menu = |count: usize| {
        let options: Vec<Value> =
            (0..count).map(|n| json!({ "label": n.to_string(), "value": n.to_string() })).collect();
        let menu = json!({ "type": 3, "custom_id": "menu", "options": options });
        json!({ "content": "menu", "components": [{ "type": 1, "components": [menu] }] })
    };
    lab.border(menu(25), menu(26)).await
}

async fn thread(lab: &mut Lab<'_>) -> Result<(), Doubt> {
    let message = id_of(&lab.say(json!({ "content": "a thread begins here" })).await?)?;
    let start = async || {
        let route = Route::ChannelMessageThreads { channel_id: lab.channel, message_id: message };
        let body = json!({ "name": "A test of Backroad", "auto_archive_duration": 60 });
        lab.rest.exchange(LightMethod::Post, route, "", Some(&body)).await
    };
    let thread = id_of(&start().await?)?;
    let second = start().await;
    lab.threads.push(ChannelId::new(thread.get()));
    is(thread == message, || format!("the thread {thread} of the message {message}"))?;
    match second {
        Ok(_) => Err(Instead("a second thread".to_owned())),
        Err(error) if error.code() == Some(160_004) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn rate_limit_headers(lab: &mut Lab<'_>) -> Result<(), Doubt> {
    let headers = lab.say(json!({ "content": "headers" })).await?.headers;
    let expected = ["bucket", "limit", "remaining", "reset", "reset-after"].map(|name| format!("x-ratelimit-{name}"));
    let missing: Vec<&str> = expected.iter().map(String::as_str).filter(|name| !headers.contains_key(*name)).collect();
    is(missing.is_empty(), || format!("no {}", missing.join(", ")))
}
