//! Messages: how they are made, changed and deleted, and how Discord writes them.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::attachments::Attachment;
use super::cause::Cause;
use super::clock::iso8601;
use super::events::{MESSAGE_CONTENT, MESSAGES};
use super::json::set;
use super::mentions::Mentions;
use super::permissions::VIEW_CHANNEL;
use super::polls::Poll;
use super::reactions::Reaction;
use super::rest::error::{ApiError, CANNOT_EDIT_POLL, EMPTY_MESSAGE};
use super::snowflake::Snowflake;
use super::state::State;
use super::validate::{Draft, Form, HAS_THREAD, IS_COMPONENTS_V2, LOADING, MessageKind, SUPPRESS_EMBEDS};
use super::world::{DIRECT, World};

/// How long Discord remembers a nonce ("a few minutes").
const NONCE_MEMORY_MS: i64 = 3 * 60_000;

/// Discord's types of messages.
pub(super) const DEFAULT: u64 = 0;
pub(super) const PINNED: u64 = 6;
pub(super) const THREAD_CREATED: u64 = 18;
pub(super) const REPLY: u64 = 19;
pub(super) const SLASH_REPLY: u64 = 20;
pub(super) const THREAD_STARTER: u64 = 21;
pub(super) const CONTEXT_MENU_REPLY: u64 = 23;
pub(super) const POLL_RESULT: u64 = 46;

#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) id: Snowflake,
    pub(super) channel: Snowflake,
    pub(super) guild: Snowflake,
    pub(super) author: Snowflake,
    pub(super) kind: u64,
    pub(super) content: String,
    pub(super) embeds: Vec<Value>,
    pub(super) components: Vec<Value>,
    pub(super) flags: u64,
    pub(super) tts: bool,
    pub(super) mentions: Mentions,
    pub(super) edited_ms: Option<i64>,
    /// How often it was changed.
    pub(super) revision: u64,
    pub(super) nonce: Option<Value>,
    pub(super) reference: Option<Reference>,
    pub(super) pinned_ms: Option<i64>,
    pub(super) reactions: Vec<Reaction>,
    pub(super) attachments: Vec<Attachment>,
    pub(super) poll: Option<Poll>,
    /// `sticker_items`.
    pub(super) stickers: Vec<Value>,
    /// For replies to interactions.
    pub(super) interaction: Option<Cause>,
    /// The only person who sees it, for an ephemeral message.
    pub(super) private_to: Option<Snowflake>,
}

/// What a message points to: the one that it replies to, that was pinned, or the thread that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) channel: Snowflake,
    pub(super) message: Option<Snowflake>,
}

/// Where a new message comes from and goes to.
pub(super) struct Origin {
    pub(super) channel: Snowflake,
    pub(super) author: Snowflake,
    pub(super) kind: u64,
    pub(super) interaction: Option<Cause>,
    pub(super) private_to: Option<Snowflake>,
    /// What it points to, if that is no message of the same channel to which the draft replies.
    pub(super) reference: Option<Reference>,
}

impl Origin {
    /// A public message that is no reply to an interaction.
    pub(super) fn plain(channel: Snowflake, author: Snowflake, kind: u64) -> Self {
        Self { channel, author, kind, interaction: None, private_to: None, reference: None }
    }
}

impl Message {
    pub(super) fn visible_to(&self, user: Snowflake) -> bool {
        self.private_to.is_none_or(|only| only == user)
    }

    pub(super) fn is_loading(&self) -> bool {
        self.flags & LOADING != 0
    }

    /// Whether Discord made it, to tell that something happened.
    pub(super) fn is_system(&self) -> bool {
        !matches!(self.kind, DEFAULT | REPLY | SLASH_REPLY | CONTEXT_MENU_REPLY)
    }

    /// As the API answers and as events carry it. `referenced` is the message that this one replies to.
    pub(super) fn json(&self, world: &World, referenced: Option<&Self>) -> Value {
        let mentions: Vec<Value> = self.mentions.users.iter().map(|user| world.user_json(*user)).collect();
        let embeds: &[Value] = if self.flags & SUPPRESS_EMBEDS == 0 { &self.embeds } else { &[] };
        let mut json = json!({
            "id": self.id, "type": self.kind, "channel_id": self.channel, "author": world.user_json(self.author),
            "content": self.content, "timestamp": iso8601(self.id.created_ms()),
            "edited_timestamp": self.edited_ms.map(iso8601), "tts": self.tts, "mentions": mentions,
            "mention_everyone": self.mentions.everyone, "mention_roles": self.mentions.roles,
            "attachments": self.attachments.iter().map(|attachment| &attachment.json).collect::<Vec<_>>(),
            "embeds": embeds,
            "components": self.components, "pinned": self.pinned_ms.is_some(), "flags": self.flags,
        });
        if !self.reactions.is_empty() {
            let reactions = self.reactions.iter().map(|reaction| reaction.json(world.bot));
            set(&mut json, "reactions", reactions.collect::<Vec<_>>());
        }
        if let Some(poll) = &self.poll {
            set(&mut json, "poll", poll.json(world.bot));
        }
        if !self.stickers.is_empty() {
            set(&mut json, "sticker_items", self.stickers.clone());
        }
        if self.author == world.bot {
            set(&mut json, "application_id", json!(world.bot));
        }
        if let Some(cause) = &self.interaction {
            set(&mut json, "webhook_id", json!(world.bot));
            set(&mut json, "interaction_metadata", cause.json(world));
        }
        if self.flags & HAS_THREAD != 0
            && let Some((_, thread)) = world.channel(self.id)
        {
            set(&mut json, "thread", thread.json());
        }
        if let Some(reference) = self.reference {
            let mut pointer = json!({ "type": 0, "channel_id": reference.channel });
            if let Some(id) = reference.message {
                set(&mut pointer, "message_id", id);
            }
            if self.guild != DIRECT {
                set(&mut pointer, "guild_id", self.guild);
            }
            set(&mut json, "message_reference", pointer);
            if matches!(self.kind, REPLY | THREAD_STARTER) {
                let referenced = referenced.map_or(Value::Null, |message| message.json(world, None));
                set(&mut json, "referenced_message", referenced);
            }
        }
        json
    }

    /// What kind of edit a body is for this message.
    pub(super) fn edit_kind(&self) -> MessageKind {
        MessageKind::Edit { v2: self.flags & IS_COMPONENTS_V2 != 0 }
    }

    /// An edit may not leave a message with nothing to show, mix the versions of components, keep files that it has not,
    /// or change a poll.
    pub(super) fn check_edit(&self, draft: &Draft) -> Result<(), ApiError> {
        if self.poll.is_some() {
            return Err(CANNOT_EDIT_POLL);
        }
        let known = |id: &Snowflake| self.attachments.iter().any(|attachment| attachment.id == *id);
        let kept = match &draft.kept {
            Some(kept) => kept.iter().filter(|id| known(id)).count(),
            None => self.attachments.len(),
        };
        draft.check_files(kept)?;
        let after = Draft {
            content: draft.content.clone().or_else(|| Some(self.content.clone())),
            embeds: draft.embeds.clone().or_else(|| Some(self.embeds.clone())),
            components: draft.components.clone().or_else(|| Some(self.components.clone())),
            ..Draft::default()
        };
        let v2 = (self.flags | draft.flags.unwrap_or_default()) & IS_COMPONENTS_V2 != 0;
        let form = Form::default();
        let nothing = Value::Null;
        for (key, given) in [
            ("content", after.content.as_ref().is_some_and(|content| !content.is_empty())),
            ("embeds", after.embeds.as_ref().is_some_and(|embeds| !embeds.is_empty())),
        ] {
            if v2 && given {
                let code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2";
                form.root(&nothing).problem_at(key, code, &format!("The '{key}' field must be cleared"));
            }
        }
        form.finish()?;
        let nothing_left = after.is_empty() && kept == 0 && draft.files.is_empty() && self.stickers.is_empty();
        if nothing_left { Err(EMPTY_MESSAGE) } else { Ok(()) }
    }

    fn set(&mut self, draft: Draft) {
        if let Some(content) = draft.content {
            self.content = content;
        }
        if let Some(embeds) = draft.embeds {
            self.embeds = embeds;
        }
        if let Some(components) = draft.components {
            self.components = components;
        }
        if let Some(flags) = draft.flags {
            // Only SUPPRESS_EMBEDS can be taken back.
            self.flags = self.flags & !SUPPRESS_EMBEDS | flags;
        }
    }
}

impl State {
    pub(super) fn message_json(&self, message: &Message) -> Value {
        let referenced = message.reference.and_then(|reference| self.messages.get(reference.message?));
        message.json(&self.world, referenced)
    }

    /// The same for whoever has just made the message: only they, and the event, are told the nonce.
    pub(super) fn made_message_json(&self, message: &Message) -> Value {
        let mut json = self.message_json(message);
        if let Some(nonce) = &message.nonce {
            set(&mut json, "nonce", nonce.clone());
        }
        json
    }

    /// Makes a message and tells the gateway. A nonce that must be unique gives back the message that had it before.
    pub(super) fn post(&mut self, draft: Draft, origin: Origin) -> Snowflake {
        let id = self.next_id();
        self.post_as(id, draft, origin)
    }

    /// Makes a message with an id of the caller's.
    pub(super) fn post_as(&mut self, id: Snowflake, mut draft: Draft, origin: Origin) -> Snowflake {
        if draft.enforce_nonce
            && let Some(nonce) = &draft.nonce
            && let Some(earlier) = self.recent_with_nonce(origin.author, nonce)
        {
            return earlier;
        }
        let guild = self.world.channel(origin.channel).map_or(DIRECT, |(guild, _)| guild.id);
        let mut message = Message {
            id,
            channel: origin.channel,
            guild,
            author: origin.author,
            kind: origin.kind,
            content: String::new(),
            embeds: Vec::new(),
            components: Vec::new(),
            flags: 0,
            tts: draft.tts,
            mentions: Mentions::default(),
            edited_ms: None,
            revision: 0,
            nonce: draft.nonce.clone(),
            reference: origin.reference.or_else(|| {
                let reply = |id| Reference { channel: origin.channel, message: Some(id) };
                draft.reference.map(reply)
            }),
            pinned_ms: None,
            reactions: Vec::new(),
            attachments: Vec::new(),
            poll: None,
            stickers: self.stickers(guild, &draft.stickers),
            interaction: origin.interaction,
            private_to: origin.private_to,
        };
        let allowed = draft.allowed.clone();
        let now = self.now_ms();
        message.poll = draft.poll.take().map(|poll| Poll::new(poll, now));
        self.poll_ends.extend(message.poll.as_ref().map(|poll| (poll.expires_ms, id)));
        message.attachments =
            self.attach(origin.channel, origin.private_to.is_some(), std::mem::take(&mut draft.files));
        self.resolve_draft(&mut draft, &message.attachments);
        message.set(draft);
        message.mentions = self.mentions(&message, &allowed);
        let public = message.private_to.is_none();
        self.messages.insert(message);
        if public {
            if let Some(channel) = self.world.channel_mut(origin.channel) {
                channel.last_message = Some(id);
            }
            self.count_in_thread(origin.channel, id);
            self.announce("MESSAGE_CREATE", id);
        }
        id
    }

    /// Discord's own word that somebody did something.
    pub(super) fn post_system(&mut self, origin: Origin, content: &str) -> Snowflake {
        self.post(Draft { content: Some(content.to_owned()), ..Draft::default() }, origin)
    }

    /// Changes a message and tells the gateway.
    pub(super) fn edit(&mut self, id: Snowflake, mut draft: Draft) {
        let now = self.now_ms();
        let allowed = draft.allowed.clone();
        let Some(message) = self.messages.get_mut(id) else { return };
        if let Some(kept) = draft.kept.take() {
            message.attachments.retain(|attachment| kept.contains(&attachment.id));
        }
        let (channel, private, mut attachments) =
            (message.channel, message.private_to.is_some(), std::mem::take(&mut message.attachments));
        attachments.extend(self.attach(channel, private, std::mem::take(&mut draft.files)));
        self.resolve_draft(&mut draft, &attachments);
        let Some(message) = self.messages.get_mut(id) else { return };
        message.attachments = attachments;
        let changes_text = draft.content.is_some();
        message.set(draft);
        // Filling in the text of a deferred reply is no edit.
        if message.flags & LOADING == 0 {
            message.edited_ms = Some(now);
        }
        message.flags &= !LOADING;
        message.revision += 1;
        if changes_text {
            let message = message.clone();
            let mentions = self.mentions(&message, &allowed);
            if let Some(message) = self.messages.get_mut(id) {
                message.mentions = mentions;
            }
        }
        self.announce("MESSAGE_UPDATE", id);
    }

    fn resolve_draft(&mut self, draft: &mut Draft, attachments: &[Attachment]) {
        for list in [&mut draft.embeds, &mut draft.components].into_iter().flatten() {
            list.iter_mut().for_each(|part| self.resolve_media(part, attachments));
        }
    }

    /// The stickers of a guild that a message shows.
    fn stickers(&self, guild: Snowflake, ids: &[Snowflake]) -> Vec<Value> {
        let known = self.world.guild(guild).map(|guild| guild.stickers.as_slice()).unwrap_or_default();
        known.iter().filter(|sticker| ids.contains(&sticker.id)).map(|sticker| sticker.item_json()).collect()
    }

    pub(super) fn delete(&mut self, id: Snowflake) {
        let Some(message) = self.messages.remove(id) else { return };
        if message.private_to.is_none() {
            self.discount_in_thread(message.channel, &[&message]);
            let data = with_guild(json!({ "id": id, "channel_id": message.channel }), message.guild);
            self.tell_of_channel("MESSAGE_DELETE", message.channel, MESSAGES, &data);
        }
    }

    /// Deletes many messages of a channel with a single event.
    pub(super) fn delete_all(&mut self, channel: Snowflake, ids: &[Snowflake]) {
        let gone: Vec<Message> = ids.iter().filter_map(|id| self.messages.remove(*id)).collect();
        let Some(guild) = gone.first().map(|message| message.guild) else { return };
        self.discount_in_thread(channel, &gone.iter().collect::<Vec<_>>());
        let ids: Vec<Snowflake> = gone.iter().map(|message| message.id).collect();
        let data = with_guild(json!({ "ids": ids, "channel_id": channel }), guild);
        self.tell_of_channel("MESSAGE_DELETE_BULK", channel, MESSAGES, &data);
    }

    pub(super) fn bot_sees(&self, channel: Snowflake) -> bool {
        self.world.permissions(self.world.bot, channel, self.now_ms()) & VIEW_CHANNEL != 0
    }

    fn recent_with_nonce(&self, author: Snowflake, nonce: &Value) -> Option<Snowflake> {
        let oldest = Snowflake::at_ms(self.now_ms() - NONCE_MEMORY_MS);
        self.messages.with_nonce(author, nonce).map(|message| message.id).filter(|id| *id >= oldest)
    }

    /// Without the message-content intent an app gets the text of others only where they mention it.
    pub(super) fn blank_for_bot(&self, message: &Message, json: &mut Value) {
        let bot = self.world.bot;
        if message.author == bot || message.mentions.users.contains(&bot) || message.guild == DIRECT {
            return;
        }
        set(json, "content", "");
        for key in ["embeds", "components", "attachments"] {
            set(json, key, json!([]));
        }
        if let Some(object) = json.as_object_mut() {
            object.remove("poll");
        }
    }

    pub(super) fn announce(&mut self, event: &str, id: Snowflake) {
        let Some(message) = self.messages.get(id) else { return };
        if message.private_to.is_some() || !self.bot_sees(message.channel) {
            return;
        }
        let json = if event == "MESSAGE_CREATE" { self.made_message_json(message) } else { self.message_json(message) };
        let mut full = with_guild(json, message.guild);
        if let Some(member) = self.world.guild(message.guild).and_then(|guild| guild.member(message.author)) {
            set(&mut full, "member", member.json());
        }
        let mut blank = full.clone();
        self.blank_for_bot(message, &mut blank);
        let guild = message.guild;
        self.sessions.dispatch(event, guild, |session| {
            let content = session.intents & MESSAGE_CONTENT != 0;
            MESSAGES.wanted(session.intents, guild).then_some(Cow::Borrowed(if content { &full } else { &blank }))
        });
    }
}

/// What belongs to a guild says so.
pub(super) fn with_guild(mut json: Value, guild: Snowflake) -> Value {
    if guild != DIRECT {
        set(&mut json, "guild_id", guild);
    }
    json
}
