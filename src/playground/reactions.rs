//! Reactions on messages: who reacted with which emoji, at most twenty kinds on one message.

use serde_json::{Value, json};

use super::events::REACTIONS;
use super::json::set;
use super::messages::with_guild;
use super::rest::error::{ApiError, TOO_MANY_REACTIONS, UNKNOWN_EMOJI, UNKNOWN_MESSAGE};
use super::snowflake::Snowflake;
use super::state::State;

const MOST_KINDS: usize = 20;

/// One kind of reaction. The playground's guilds have no emoji of their own, so a name is the emoji itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reaction {
    pub(super) emoji: String,
    /// In the order in which they reacted.
    pub(super) users: Vec<Snowflake>,
}

impl Reaction {
    pub(super) fn json(&self, bot: Snowflake) -> Value {
        let count = self.users.len();
        json!({
            "emoji": emoji_json(&self.emoji), "count": count, "count_details": { "burst": 0, "normal": count },
            "burst_colors": [], "me_burst": false, "me": self.users.contains(&bot),
        })
    }
}

/// A standard emoji: pictographs outside ASCII, or a key cap. Discord knows them all by name; here everything that is
/// neither letter nor blank passes for one.
pub(super) fn is_emoji(text: &str) -> bool {
    let letters = |c: char| c.is_alphabetic() || c.is_whitespace() || c.is_control();
    (1..=16).contains(&text.chars().count()) && !text.is_ascii() && !text.chars().any(letters)
}

impl State {
    /// Whether somebody reacted to the message with the emoji.
    pub(super) fn has_reaction(&self, message: Snowflake, emoji: &str) -> bool {
        let message = self.messages.get(message);
        message.is_some_and(|message| message.reactions.iter().any(|known| known.emoji == emoji))
    }

    pub(super) fn react(&mut self, id: Snowflake, user: Snowflake, emoji: &str) -> Result<(), ApiError> {
        if !is_emoji(emoji) {
            return Err(UNKNOWN_EMOJI);
        }
        let message = self.messages.get_mut(id).ok_or(UNKNOWN_MESSAGE)?;
        let kinds = message.reactions.len();
        match message.reactions.iter_mut().find(|known| known.emoji == emoji) {
            Some(reaction) if reaction.users.contains(&user) => return Ok(()),
            Some(reaction) => reaction.users.push(user),
            None if kinds >= MOST_KINDS => return Err(TOO_MANY_REACTIONS),
            None => message.reactions.push(Reaction { emoji: emoji.to_owned(), users: vec![user] }),
        }
        message.revision += 1;
        let (author, guild) = (message.author, message.guild);
        let mut data = self.reaction_event(id, emoji);
        set(&mut data, "user_id", user);
        set(&mut data, "type", 0);
        set(&mut data, "burst", false);
        set(&mut data, "message_author_id", author);
        let member = self.world.guild(guild).and_then(|guild| guild.member(user)).zip(self.world.users.get(&user));
        if let Some((member, user)) = member {
            set(&mut data, "member", member.json_with_user(user));
        }
        self.tell_of_reaction("MESSAGE_REACTION_ADD", id, &data);
        Ok(())
    }

    /// Takes one reaction away. One that is not there is an unknown emoji, as in practice.
    pub(super) fn unreact(&mut self, id: Snowflake, user: Snowflake, emoji: &str) -> Result<(), ApiError> {
        let message = self.messages.get_mut(id).ok_or(UNKNOWN_MESSAGE)?;
        let reaction = message.reactions.iter_mut().find(|known| known.emoji == emoji && known.users.contains(&user));
        reaction.ok_or(UNKNOWN_EMOJI)?.users.retain(|known| *known != user);
        message.reactions.retain(|known| !known.users.is_empty());
        message.revision += 1;
        let mut data = self.reaction_event(id, emoji);
        set(&mut data, "user_id", user);
        set(&mut data, "type", 0);
        set(&mut data, "burst", false);
        self.tell_of_reaction("MESSAGE_REACTION_REMOVE", id, &data);
        Ok(())
    }

    /// Takes all reactions away, or all with one emoji.
    pub(super) fn clear_reactions(&mut self, id: Snowflake, emoji: Option<&str>) -> Result<(), ApiError> {
        let message = self.messages.get_mut(id).ok_or(UNKNOWN_MESSAGE)?;
        let before = message.reactions.len();
        message.reactions.retain(|known| emoji.is_some_and(|emoji| known.emoji != emoji));
        if message.reactions.len() == before {
            return if emoji.is_some() { Err(UNKNOWN_EMOJI) } else { Ok(()) };
        }
        message.revision += 1;
        match emoji {
            Some(emoji) => {
                let data = self.reaction_event(id, emoji);
                self.tell_of_reaction("MESSAGE_REACTION_REMOVE_EMOJI", id, &data);
            }
            None => {
                let data = self.message_pointer(id);
                self.tell_of_reaction("MESSAGE_REACTION_REMOVE_ALL", id, &data);
            }
        }
        Ok(())
    }

    fn reaction_event(&self, id: Snowflake, emoji: &str) -> Value {
        let mut data = self.message_pointer(id);
        set(&mut data, "emoji", emoji_json(emoji));
        data
    }

    /// Where a message is.
    pub(super) fn message_pointer(&self, id: Snowflake) -> Value {
        let Some(message) = self.messages.get(id) else { return Value::Null };
        with_guild(json!({ "message_id": id, "channel_id": message.channel }), message.guild)
    }

    fn tell_of_reaction(&mut self, event: &str, id: Snowflake, data: &Value) {
        if let Some(message) = self.messages.get(id).filter(|message| message.private_to.is_none()) {
            self.tell_of_channel(event, message.channel, REACTIONS, data);
        }
    }
}

fn emoji_json(emoji: &str) -> Value {
    json!({ "id": null, "name": emoji })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictographs_are_emoji_and_words_are_not() {
        for emoji in ["👍", "❤️", "👩‍💻", "1️⃣", "🇩🇪", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"] {
            assert!(is_emoji(emoji), "{emoji}");
        }
        for text in ["", "a", "1", "thumbsup", "ä", "name:123", " ", "👍 "] {
            assert!(!is_emoji(text), "{text}");
        }
    }
}
