//! What members do without the bot: they write, react, and start threads.

use super::{ActError, Member, refused};
use crate::playground::interactions;
use crate::playground::messages::{DEFAULT, Origin};
use crate::playground::permissions::{ADD_REACTIONS, CREATE_PUBLIC_THREADS};
use crate::playground::reactions::is_emoji;
use crate::playground::shown::Shown;
use crate::playground::world::{Channel, ChannelKind, Thread};

#[expect(clippy::unused_async, reason = "all acts of a member are awaited alike")]
impl Member {
    /// Writes a plain message.
    ///
    /// # Errors
    /// When the member may not write here, or the text is empty or longer than 2000 characters.
    pub async fn message(&self, text: &str) -> Result<Shown, ActError> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > 2000 {
            return Err(refused("A message has 1 to 2000 characters."));
        }
        self.shared.change(|state| {
            if state.check_may_send(self.place.user, self.place.channel).is_err() {
                let channel = self.place_name(state);
                return Err(refused(format!("{} may not write in #{channel}.", self.name)));
            }
            let origin = Origin::plain(self.place.channel, self.place.user, DEFAULT);
            let id = state.post(interactions::plain_draft(text), origin);
            let message =
                state.messages.get(&id).and_then(|message| Shown::of_message(&self.shared, state, message, None));
            message.ok_or(ActError::NotResponding)
        })
    }

    /// Reacts to a message with a standard emoji. Gives back the message as it is then.
    ///
    /// # Errors
    /// When the member does not see the message or may not react, the emoji is none, or there are 20 kinds already.
    pub async fn react(&self, message: &Shown, emoji: &str) -> Result<Shown, ActError> {
        self.shared.change(|state| {
            let id = self.visible(state, message)?;
            let powers = state.world.permissions(self.place.user, self.place.channel, state.now_ms());
            if !state.has_reaction(id, emoji) && powers & ADD_REACTIONS == 0 {
                return Err(refused(format!("{} may not react here.", self.name)));
            }
            if !is_emoji(emoji) {
                return Err(refused(format!("\"{emoji}\" is no emoji.")));
            }
            let reacted = state.react(id, self.place.user, emoji);
            reacted.map_err(|_| refused("A message has at most 20 kinds of reactions."))
        })?;
        message.refresh()
    }

    /// Takes a reaction of theirs away. Gives back the message as it is then.
    ///
    /// # Errors
    /// When the member does not see the message, or has not reacted so.
    pub async fn unreact(&self, message: &Shown, emoji: &str) -> Result<Shown, ActError> {
        self.shared.change(|state| {
            let id = self.visible(state, message)?;
            let removed = state.unreact(id, self.place.user, emoji);
            removed.map_err(|_| refused(format!("{} has not reacted with {emoji}.", self.name)))
        })?;
        message.refresh()
    }

    /// Starts a public thread from a message. Gives back the member in the thread.
    ///
    /// # Errors
    /// When the member does not see the message or may not start threads, it has one already, or the name is not 1 to
    /// 100 characters long.
    pub async fn start_thread(&self, message: &Shown, name: &str) -> Result<Self, ActError> {
        let name = name.trim();
        if !(1..=100).contains(&name.chars().count()) {
            return Err(refused("A thread's name has 1 to 100 characters."));
        }
        let id = self.shared.change(|state| {
            let id = self.visible(state, message)?;
            let parent = state.messages.get(&id).map_or(self.place.channel, |message| message.channel);
            let powers = state.world.permissions(self.place.user, parent, state.now_ms());
            let place = state.world.channel(parent).filter(|(_, place)| place.kind == ChannelKind::Text);
            let (guild, place) = place.filter(|_| powers & CREATE_PUBLIC_THREADS != 0).ok_or_else(|| {
                refused(format!("{} may not start threads in #{}.", self.name, self.place_name(state)))
            })?;
            if guild.channel(id).is_some() {
                return Err(refused("The message has a thread already."));
            }
            let minutes = place.auto_archive_minutes.unwrap_or(1440);
            let thread = Thread::new(self.place.user, minutes, state.now_ms());
            let mut channel = Channel::new(id, guild.id, ChannelKind::PublicThread, name);
            (channel.parent, channel.thread) = (Some(parent), Some(thread));
            state.open_thread_from_message(channel);
            Ok(id)
        })?;
        self.in_channel(&id.to_string())
    }
}
