//! Interactions: the event that tells the bot, its first response within three seconds, and what may follow for fifteen
//! minutes.

use std::borrow::Cow;
use std::sync::Arc;

use rand::distr::{Alphanumeric, SampleString};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::attachments::{MOST_BYTES, Upload};
use super::cause::Cause;
use super::json::{is_set, list, number, set};
use super::messages::{CONTEXT_MENU_REPLY, Origin, REPLY, SLASH_REPLY, with_guild};
use super::permissions::Permissions;
use super::rest::error::{
    ALREADY_ACKNOWLEDGED, ApiError, EMPTY_MESSAGE, UNKNOWN_CHANNEL, UNKNOWN_INTERACTION, UNKNOWN_MESSAGE,
};
use super::snowflake::Snowflake;
use super::state::State;
use super::validate::{self, AllowedMentions, Draft, EPHEMERAL, Form, LOADING, MessageKind};
use super::world::DIRECT;

/// The first response must come this soon after the event.
const RESPONSE_MS: i64 = 3_000;
/// How long the token lives, counted from the event.
const TOKEN_MS: i64 = 15 * 60_000;
/// Bytes of an upload, told to the bot with every interaction.
const ATTACHMENT_SIZE_LIMIT: usize = MOST_BYTES;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InteractionKind {
    Command = 2,
    Component = 3,
    Autocomplete = 4,
    ModalSubmit = 5,
}

/// Who acts, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) user: Snowflake,
    pub(super) guild: Snowflake,
    pub(super) channel: Snowflake,
}

#[derive(Clone, Debug)]
pub(super) struct Interaction {
    pub(super) id: Snowflake,
    pub(super) token: Arc<str>,
    pub(super) kind: InteractionKind,
    pub(super) place: Place,
    pub(super) created_ms: i64,
    /// The message whose component was used; for a modal the one whose component opened it.
    pub(super) source: Option<Snowflake>,
    pub(super) data: Arc<Value>,
    pub(super) response: Option<Response>,
    /// Wakes the member who waits for the response.
    pub(super) answered: Arc<Notify>,
    /// Discord's number for the kind of the response, 0 before it came.
    pub(super) response_type: i64,
    /// What `@original` stands for.
    pub(super) original: Option<Snowflake>,
    pub(super) followups: Vec<Snowflake>,
}

/// The first response, as far as members notice it.
#[derive(Clone, Debug)]
pub(super) enum Response {
    /// A new message, perhaps still without content ("is thinking…").
    Message(Snowflake),
    /// The source message: to be changed later, or already changed.
    Source(Snowflake),
    Choices(Vec<Value>),
    Modal(Value),
}

impl Interaction {
    pub(super) fn deadline_ms(&self) -> i64 {
        self.created_ms + RESPONSE_MS
    }

    /// Whether the token is good for nothing any more, not even for the code of a second response.
    pub(super) fn is_over(&self, now_ms: i64) -> bool {
        now_ms - self.created_ms > TOKEN_MS
    }

    fn is_context_menu(&self) -> bool {
        self.data.get("target_id").is_some()
    }

    /// The response types that Discord takes for the interaction.
    fn allowed_types(&self) -> &'static [i64] {
        match self.kind {
            InteractionKind::Command => &[4, 5, 9],
            InteractionKind::Component => &[4, 5, 6, 7, 9],
            InteractionKind::Autocomplete => &[8],
            InteractionKind::ModalSubmit if self.source.is_some() => &[4, 5, 6, 7],
            InteractionKind::ModalSubmit => &[4, 5],
        }
    }
}

impl State {
    /// Makes an interaction and tells the bot. `None` when no session of the bot would ever hear of it.
    pub(super) fn interact(
        &mut self,
        kind: InteractionKind,
        place: Place,
        data: Value,
        source: Option<Snowflake>,
    ) -> Option<Snowflake> {
        let now = self.now_ms();
        self.interactions.forget_before(now - 2 * TOKEN_MS + 1);
        let id = self.next_id();
        let token = Alphanumeric.sample_string(&mut rand::rng(), 180).into();
        let interaction = Interaction {
            id,
            token,
            kind,
            place,
            created_ms: now,
            source,
            data: Arc::new(data),
            response: None,
            answered: Arc::default(),
            response_type: 0,
            original: None,
            followups: Vec::new(),
        };
        let event = self.event(&interaction);
        self.interactions.insert(interaction);
        if !self.sessions.reachable(place.guild, now) {
            return None;
        }
        self.sessions.dispatch("INTERACTION_CREATE", place.guild, |_| Some(Cow::Borrowed(&event)));
        Some(id)
    }

    /// Carries out the first response.
    pub(super) fn respond(
        &mut self,
        id: Snowflake,
        token: &str,
        body: &Value,
        uploads: &[Upload],
    ) -> Result<(), ApiError> {
        let now = self.now_ms();
        let known = self.interactions.get(id).filter(|known| *known.token == *token && !known.is_over(now)).cloned();
        let interaction = known.ok_or(UNKNOWN_INTERACTION)?;
        if interaction.response.is_some() {
            return Err(ALREADY_ACKNOWLEDGED);
        }
        if now > interaction.deadline_ms() {
            return Err(UNKNOWN_INTERACTION);
        }
        self.world.channel(interaction.place.channel).ok_or(UNKNOWN_CHANNEL)?;
        let response = self.carry_out(&interaction, body, uploads)?;
        let original = match response {
            Response::Message(message) | Response::Source(message) => Some(message),
            Response::Choices(_) | Response::Modal(_) => None,
        };
        if let Some(known) = self.interactions.get_mut(id) {
            known.response = Some(response);
            known.answered.notify_one();
            known.response_type = number(body, "type");
            known.original = original;
        }
        Ok(())
    }

    /// The answer to a response for those who ask for one.
    pub(super) fn response_json(&self, id: Snowflake) -> Value {
        let Some(interaction) = self.interactions.get(id) else { return Value::Null };
        let told = json!({ "id": id, "type": interaction.kind as u8, "channel_id": interaction.place.channel });
        let mut told = with_guild(told, interaction.place.guild);
        let mut answer = json!({});
        if let Some(message) = interaction.original.and_then(|id| self.messages.get(id)) {
            set(&mut told, "response_message_id", message.id);
            set(&mut told, "response_message_loading", message.is_loading());
            set(&mut told, "response_message_ephemeral", message.flags & EPHEMERAL != 0);
            // What is put off has no message as yet.
            if matches!(interaction.response_type, 4 | 7) {
                let resource = json!({ "type": interaction.response_type, "message": self.message_json(message) });
                set(&mut answer, "resource", resource);
            }
        }
        set(&mut answer, "interaction", told);
        answer
    }

    /// A message that follows up. The first one after a deferred reply fills that in instead, whatever its flags say.
    pub(super) fn follow_up(&mut self, id: Snowflake, draft: Draft) -> Option<Snowflake> {
        let interaction = self.interactions.get(id)?.clone();
        if let Some(original) = interaction.original
            && self.messages.get(original)?.is_loading()
        {
            let flags = draft.flags.map(|flags| flags & !EPHEMERAL);
            self.edit(original, Draft { flags, ..draft });
            return Some(original);
        }
        let origin = self.origin_of_reply(&interaction, draft.flags, REPLY);
        let message = self.post(Draft { reference: interaction.original, ..draft }, origin);
        self.interactions.get_mut(id)?.followups.push(message);
        Some(message)
    }

    fn carry_out(&mut self, interaction: &Interaction, body: &Value, uploads: &[Upload]) -> Result<Response, ApiError> {
        let form = Form::default();
        let root = form.root(body);
        let kind = root.is_object().then(|| root.require("type")).flatten();
        let kind = kind.and_then(|kind| kind.one_of(interaction.allowed_types()));
        let empty = json!({});
        let data = root.get("data");
        let data = || data.clone().unwrap_or_else(|| form.root(&empty));
        match kind {
            Some(4) => {
                let draft = validate::message(&data(), uploads, MessageKind::Reply);
                form.finish()?;
                draft.check_files(0)?;
                if draft.is_empty() {
                    return Err(EMPTY_MESSAGE);
                }
                let origin = self.origin_of_reply(interaction, draft.flags, reply_type(interaction));
                let reference = if interaction.kind == InteractionKind::Component { interaction.source } else { None };
                Ok(Response::Message(self.post(Draft { reference, ..draft }, origin)))
            }
            Some(5) => {
                let flags = validate::deferred_flags(&data());
                form.finish()?;
                let origin = self.origin_of_reply(interaction, Some(flags), reply_type(interaction));
                let reference = if interaction.kind == InteractionKind::Component { interaction.source } else { None };
                let draft = Draft { flags: Some(flags | LOADING), reference, ..Draft::default() };
                Ok(Response::Message(self.post(draft, origin)))
            }
            Some(6) => {
                form.finish()?;
                interaction.source.map(Response::Source).ok_or(UNKNOWN_INTERACTION)
            }
            Some(7) => {
                let source = interaction.source.ok_or(UNKNOWN_INTERACTION)?;
                let message = self.messages.get(source).ok_or(UNKNOWN_MESSAGE)?;
                let draft = validate::message(&data(), uploads, message.edit_kind());
                form.finish()?;
                message.check_edit(&draft)?;
                self.edit(source, draft);
                Ok(Response::Source(source))
            }
            Some(8) => {
                let choices = validate::choices(&data(), focused_type(&interaction.data).unwrap_or(3));
                form.finish()?;
                Ok(Response::Choices(choices))
            }
            Some(_) => {
                let modal = validate::modal(&data());
                form.finish()?;
                Ok(Response::Modal(modal))
            }
            None => {
                form.finish()?;
                Err(UNKNOWN_INTERACTION)
            }
        }
    }

    fn origin_of_reply(&self, interaction: &Interaction, flags: Option<u64>, kind: u64) -> Origin {
        let private = flags.unwrap_or_default() & EPHEMERAL != 0;
        Origin {
            channel: interaction.place.channel,
            author: self.world.bot,
            kind,
            interaction: Some(Cause::of(interaction)),
            private_to: private.then_some(interaction.place.user),
            reference: None,
        }
    }

    /// The whole `INTERACTION_CREATE`.
    fn event(&self, interaction: &Interaction) -> Value {
        let Place { user, guild, channel } = interaction.place;
        let powers = |who: Snowflake| -> Permissions { self.world.permissions(who, channel, interaction.created_ms) };
        let direct = guild == DIRECT;
        let mut event = json!({
            "id": interaction.id, "application_id": self.world.bot, "type": interaction.kind as u8,
            "token": &*interaction.token, "version": 1, "channel_id": channel, "locale": "en-US",
            "app_permissions": powers(self.world.bot).to_string(), "entitlements": [], "entitlement_sku_ids": [],
            "context": if direct { 1 } else { 0 }, "attachment_size_limit": ATTACHMENT_SIZE_LIMIT,
            "authorizing_integration_owners": { "0": installed_in(guild) }, "data": *interaction.data,
        });
        if let Some((_, channel)) = self.world.channel(channel) {
            let json = if direct { self.channel_json(channel) } else { channel.json_in_interaction(powers(user)) };
            set(&mut event, "channel", json);
        }
        if direct {
            set(&mut event, "user", self.world.user_json(user));
        } else {
            set(&mut event, "guild_id", guild);
            set(&mut event, "guild", json!({ "id": guild, "locale": "en-US", "features": [] }));
            set(&mut event, "guild_locale", "en-US");
        }
        let member = self.world.guild(guild).and_then(|guild| guild.member(user));
        if let Some((member, user)) = member.zip(self.world.users.get(&user)) {
            let mut member = member.json_with_user(user);
            set(&mut member, "permissions", powers(user.id).to_string());
            set(&mut event, "member", member);
        }
        if let Some(message) = interaction.source.and_then(|id| self.messages.get(id)) {
            set(&mut event, "message", self.message_json(message));
        }
        event
    }

    /// A member as `resolved` data shows them.
    pub(super) fn resolved_member(&self, place: Place, user: Snowflake) -> Option<Value> {
        let member = self.world.guild(place.guild)?.member(user)?;
        let mut json = member.json();
        for key in ["deaf", "mute"] {
            json.as_object_mut()?.remove(key);
        }
        let powers = self.world.permissions(user, place.channel, self.now_ms());
        set(&mut json, "permissions", powers.to_string());
        Some(json)
    }
}

/// Where the app was added: the guild, or 0 for direct messages with it.
pub(super) fn installed_in(guild: Snowflake) -> Value {
    if guild == DIRECT { json!("0") } else { json!(guild) }
}

fn reply_type(interaction: &Interaction) -> u64 {
    match interaction.kind {
        InteractionKind::Command if interaction.is_context_menu() => CONTEXT_MENU_REPLY,
        InteractionKind::Command => SLASH_REPLY,
        _ if interaction.source.is_some() => REPLY,
        _ => SLASH_REPLY,
    }
}

/// The type of the option that is being typed in an autocomplete.
fn focused_type(data: &Value) -> Option<i64> {
    let mut options = list(data, "options");
    options
        .find_map(|option| if is_set(option, "focused") { Some(number(option, "type")) } else { focused_type(option) })
}

/// A plain message of a member mentions whom it likes, within the member's power.
pub(super) fn plain_draft(text: &str) -> Draft {
    Draft { content: Some(text.to_owned()), allowed: AllowedMentions::All, ..Draft::default() }
}
