//! Messages: how they are made, changed and deleted, whom they mention, and how Discord writes them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::clock::iso8601;
use super::json::set;
use super::permissions::{MENTION_EVERYONE, VIEW_CHANNEL};
use super::rest::error::{ApiError, EMPTY_MESSAGE};
use super::snowflake::Snowflake;
use super::state::State;
use super::validate::{AllowedMentions, Draft, EPHEMERAL, HAS_THREAD, LOADING, SUPPRESS_EMBEDS};
use super::world::World;

/// How long Discord remembers a nonce ("a few minutes").
const NONCE_MEMORY_MS: i64 = 3 * 60_000;

/// Discord's types of messages.
pub(super) const DEFAULT: u64 = 0;
pub(super) const REPLY: u64 = 19;
pub(super) const SLASH_REPLY: u64 = 20;
pub(super) const CONTEXT_MENU_REPLY: u64 = 23;

/// The intents that messages need.
const GUILD_MESSAGES: u64 = 1 << 9;
const MESSAGE_CONTENT: u64 = 1 << 15;

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
    pub(super) reference: Option<Snowflake>,
    /// For replies to interactions: their `interaction_metadata`.
    pub(super) interaction: Option<Value>,
    /// The only person who sees it, for an ephemeral message.
    pub(super) private_to: Option<Snowflake>,
}

/// Who is notified by a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Mentions {
    pub(super) users: BTreeSet<Snowflake>,
    pub(super) roles: BTreeSet<Snowflake>,
    pub(super) everyone: bool,
}

/// Where a new message comes from and goes to.
pub(super) struct Origin {
    pub(super) channel: Snowflake,
    pub(super) author: Snowflake,
    pub(super) kind: u64,
    pub(super) interaction: Option<Value>,
    pub(super) private_to: Option<Snowflake>,
}

impl Message {
    pub(super) fn visible_to(&self, user: Snowflake) -> bool {
        self.private_to.is_none_or(|only| only == user)
    }

    pub(super) fn is_loading(&self) -> bool {
        self.flags & LOADING != 0
    }

    /// As the API answers and as events carry it. `referenced` is the message that this one replies to.
    pub(super) fn json(&self, world: &World, referenced: Option<&Self>) -> Value {
        let mentions: Vec<Value> = self.mentions.users.iter().map(|user| world.user_json(*user)).collect();
        let embeds: &[Value] = if self.flags & SUPPRESS_EMBEDS == 0 { &self.embeds } else { &[] };
        let mut json = json!({
            "id": self.id, "type": self.kind, "channel_id": self.channel, "author": world.user_json(self.author),
            "content": self.content, "timestamp": iso8601(self.id.created_ms()),
            "edited_timestamp": self.edited_ms.map(iso8601), "tts": self.tts, "mentions": mentions,
            "mention_everyone": self.mentions.everyone, "mention_roles": self.mentions.roles, "attachments": [],
            "embeds": embeds,
            "components": self.components, "pinned": false, "flags": self.flags,
        });
        if let Some(nonce) = &self.nonce {
            set(&mut json, "nonce", nonce.clone());
        }
        if self.author == world.bot {
            set(&mut json, "application_id", json!(world.bot));
        }
        if let Some(metadata) = &self.interaction {
            set(&mut json, "webhook_id", json!(world.bot));
            set(&mut json, "interaction_metadata", metadata.clone());
        }
        if self.flags & HAS_THREAD != 0
            && let Some((_, thread)) = world.channel(self.id)
        {
            set(&mut json, "thread", thread.json());
        }
        if let Some(id) = self.reference {
            set(
                &mut json,
                "message_reference",
                json!({ "type": 0, "message_id": id, "channel_id": self.channel, "guild_id": self.guild }),
            );
            set(&mut json, "referenced_message", referenced.map_or(Value::Null, |message| message.json(world, None)));
        }
        json
    }

    /// An edit may not leave a message with nothing to show.
    pub(super) fn refuse_emptying(&self, draft: &Draft) -> Result<(), ApiError> {
        let after = Draft {
            content: draft.content.clone().or_else(|| Some(self.content.clone())),
            embeds: draft.embeds.clone().or_else(|| Some(self.embeds.clone())),
            components: draft.components.clone().or_else(|| Some(self.components.clone())),
            ..Draft::default()
        };
        if after.is_empty() { Err(EMPTY_MESSAGE) } else { Ok(()) }
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
            self.flags = self.flags & (EPHEMERAL | LOADING | HAS_THREAD) | flags;
        }
    }
}

impl State {
    pub(super) fn message_json(&self, message: &Message) -> Value {
        let referenced = message.reference.and_then(|id| self.messages.get(&id));
        message.json(&self.world, referenced)
    }

    /// Makes a message and tells the gateway. A nonce that must be unique gives back the message that had it before.
    pub(super) fn post(&mut self, draft: Draft, origin: Origin) -> Snowflake {
        if draft.enforce_nonce
            && let Some(nonce) = &draft.nonce
            && let Some(earlier) = self.recent_with_nonce(origin.author, nonce)
        {
            return earlier;
        }
        let guild = self.world.channel(origin.channel).map_or(origin.channel, |(guild, _)| guild.id);
        let id = self.next_id();
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
            reference: draft.reference,
            interaction: origin.interaction,
            private_to: origin.private_to,
        };
        let allowed = draft.allowed.clone();
        message.set(draft);
        message.mentions = self.mentions(&message, &allowed);
        let public = message.private_to.is_none();
        self.messages.insert(id, message);
        if public {
            if let Some(channel) = self.world.channel_mut(origin.channel) {
                channel.last_message = Some(id);
                channel.thread.iter_mut().for_each(|thread| thread.message_count += 1);
            }
            self.announce("MESSAGE_CREATE", id);
        }
        id
    }

    /// Changes a message and tells the gateway.
    pub(super) fn edit(&mut self, id: Snowflake, draft: Draft) {
        let now = self.now_ms();
        let allowed = draft.allowed.clone();
        let Some(message) = self.messages.get_mut(&id) else { return };
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
            if let Some(message) = self.messages.get_mut(&id) {
                message.mentions = mentions;
            }
        }
        self.announce("MESSAGE_UPDATE", id);
    }

    pub(super) fn delete(&mut self, id: Snowflake) {
        let Some(message) = self.messages.remove(&id) else { return };
        if message.private_to.is_none() && self.bot_sees(message.channel) {
            let data = json!({ "id": id, "channel_id": message.channel, "guild_id": message.guild });
            self.sessions.dispatch("MESSAGE_DELETE", message.guild, |session| {
                (session.intents & GUILD_MESSAGES != 0).then(|| data.clone())
            });
        }
    }

    /// The public messages of a channel, oldest first.
    pub(super) fn public_messages(&self, channel: Snowflake) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.values().filter(move |message| message.channel == channel && message.private_to.is_none())
    }

    pub(super) fn bot_sees(&self, channel: Snowflake) -> bool {
        self.world.permissions(self.world.bot, channel, self.now_ms()) & VIEW_CHANNEL != 0
    }

    fn recent_with_nonce(&self, author: Snowflake, nonce: &Value) -> Option<Snowflake> {
        let oldest = Snowflake::at_ms(self.now_ms() - NONCE_MEMORY_MS);
        let mut recent = self.messages.range(oldest..).map(|(_, message)| message);
        let earlier = recent.find(|message| message.author == author && message.nonce.as_ref() == Some(nonce));
        earlier.map(|message| message.id)
    }

    /// Without the message-content intent an app gets the text of others only where they mention it.
    pub(super) fn blank_for_bot(&self, message: &Message, json: &mut Value) {
        let bot = self.world.bot;
        if message.author == bot || message.mentions.users.contains(&bot) {
            return;
        }
        set(json, "content", "");
        for key in ["embeds", "components", "attachments"] {
            set(json, key, json!([]));
        }
    }

    pub(super) fn announce(&mut self, event: &str, id: Snowflake) {
        let Some(message) = self.messages.get(&id) else { return };
        if message.private_to.is_some() || !self.bot_sees(message.channel) {
            return;
        }
        let mut full = self.message_json(message);
        set(&mut full, "guild_id", json!(message.guild));
        if let Some(member) = self.world.guild(message.guild).and_then(|guild| guild.member(message.author)) {
            set(&mut full, "member", member.json());
        }
        let mut blank = full.clone();
        self.blank_for_bot(message, &mut blank);
        let guild = message.guild;
        self.sessions.dispatch(event, guild, |session| {
            let content = session.intents & MESSAGE_CONTENT != 0;
            (session.intents & GUILD_MESSAGES != 0).then(|| if content { full.clone() } else { blank.clone() })
        });
    }

    /// Who is really notified: named in the text, allowed by the body, and in the author's power.
    fn mentions(&self, message: &Message, allowed: &AllowedMentions) -> Mentions {
        let named = Named::in_text(&message.content);
        let powers = self.world.permissions(message.author, message.channel, self.now_ms());
        let may_mention_all = powers & MENTION_EVERYONE != 0;
        let (everyone, users, roles) = match allowed {
            AllowedMentions::All => (true, None, None),
            AllowedMentions::Only { everyone, users, roles, .. } => (*everyone, users.as_ref(), roles.as_ref()),
        };
        let guild = self.world.guild(message.guild);
        let mentionable =
            |id: &Snowflake| guild.and_then(|g| g.role(*id)).is_some_and(|role| role.mentionable || may_mention_all);
        let mut result = Mentions {
            everyone: everyone && may_mention_all && named.everyone,
            users: named.users.into_iter().filter(|id| users.is_none_or(|only| only.contains(id))).collect(),
            roles: named.roles.into_iter().filter(|id| roles.is_none_or(|only| only.contains(id))).collect(),
        };
        result.users.retain(|id| self.world.users.contains_key(id));
        result.roles.retain(mentionable);
        let notify_author = !matches!(allowed, AllowedMentions::Only { replied_user: false, .. });
        if message.interaction.is_none()
            && notify_author
            && let Some(replied_to) = message.reference.and_then(|id| self.messages.get(&id))
        {
            result.users.insert(replied_to.author);
        }
        result
    }
}

/// Everything that a text mentions, allowed or not.
#[derive(Debug, Default, PartialEq)]
struct Named {
    users: BTreeSet<Snowflake>,
    roles: BTreeSet<Snowflake>,
    everyone: bool,
}

impl Named {
    fn in_text(text: &str) -> Self {
        let mut named = Self::default();
        let text = without_code(text);
        named.everyone = text.contains("@everyone") || text.contains("@here");
        for part in text.split('<').skip(1) {
            let Some((inner, _)) = part.split_once('>') else { continue };
            if let Some(id) = inner.strip_prefix("@&").and_then(|id| id.parse().ok()) {
                named.roles.insert(id);
            } else if let Some(id) = inner.strip_prefix('@') {
                named.users.extend(id.strip_prefix('!').unwrap_or(id).parse::<Snowflake>().ok());
            }
        }
        named
    }
}

/// The text without code blocks and code spans, in which nothing is a mention.
fn without_code(text: &str) -> String {
    let mut rest = text;
    let mut out = String::new();
    while let Some((before, after)) = rest.split_once('`') {
        out.push_str(before);
        let ticks = 1 + after.bytes().take_while(|byte| *byte == b'`').count();
        let fence = "`".repeat(ticks);
        let inside = after.get(ticks - 1..).unwrap_or_default();
        rest = inside.split_once(&fence).map_or(inside, |(_, after)| after);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_found_outside_of_code_only() {
        let named = Named::in_text("<@1> `<@2>` <@!3> ```\n<@4> @everyone\n``` <@&5> <#6> <@x> ``a ` <@7>`` <@8");
        let ids = |list: &[u64]| list.iter().copied().map(Snowflake::from).collect::<BTreeSet<_>>();
        assert_eq!(named, Named { users: ids(&[1, 3]), roles: ids(&[5]), everyone: false });
        assert!(Named::in_text("hey @here").everyone);
        assert_eq!(Named::in_text("an open ` tick <@1>").users, ids(&[1]));
    }
}
