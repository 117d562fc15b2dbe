//! What members do without the bot: they write, react, vote, and start threads, and change or delete what they wrote.

use super::{ActError, Member, refused};
use crate::playground::interactions;
use crate::playground::messages::{DEFAULT, Origin, REPLY};
use crate::playground::permissions::{ADD_REACTIONS, BYPASS_SLOWMODE, CREATE_PUBLIC_THREADS, MANAGE_MESSAGES};
use crate::playground::reactions::is_emoji;
use crate::playground::shown::Shown;
use crate::playground::state::State;
use crate::playground::validate::Draft;
use crate::playground::world::{Channel, ChannelKind, Thread};

#[expect(clippy::unused_async, reason = "all acts of a member are awaited alike")]
impl Member {
    /// Writes a plain message.
    ///
    /// # Errors
    /// When the member may not write here, or the text is empty or longer than 2000 characters.
    pub async fn message(&self, text: &str) -> Result<Shown, ActError> {
        self.write(text, None)
    }

    /// Answers a message of this channel with a plain one.
    ///
    /// # Errors
    /// As for `message`, or when there is no such message in this channel for the member.
    pub async fn reply(&self, message: &Shown, text: &str) -> Result<Shown, ActError> {
        self.write(text, Some(message))
    }

    fn write(&self, text: &str, answered: Option<&Shown>) -> Result<Shown, ActError> {
        let text = sendable(text)?;
        self.shared.change(|state| {
            if state.check_may_send(self.place.user, self.place.channel).is_err() {
                let channel = self.place_name(state);
                return Err(refused(format!("{} may not write in #{channel}.", self.name)));
            }
            self.check_slowmode(state)?;
            let answered = answered.map(|message| self.visible(state, message)).transpose()?;
            let elsewhere = |id| state.messages.get(id).is_none_or(|m| m.channel != self.place.channel);
            if answered.is_some_and(elsewhere) {
                return Err(refused("The message is in another channel."));
            }
            let kind = if answered.is_some() { REPLY } else { DEFAULT };
            let origin = Origin::plain(self.place.channel, self.place.user, kind);
            let id = state.post(Draft { reference: answered, ..interactions::plain_draft(text) }, origin);
            let message =
                state.messages.get(id).and_then(|message| Shown::of_message(&self.shared, state, message, None));
            message.ok_or(ActError::NotResponding)
        })
    }

    /// Changes the text of a message of their own. Gives back the message as it is then.
    ///
    /// # Errors
    /// When the member does not see the message or it is somebody else's, or the text is empty or longer than 2000
    /// characters.
    pub async fn edit(&self, message: &Shown, text: &str) -> Result<Shown, ActError> {
        let text = sendable(text)?;
        self.shared.change(|state| {
            let id = self.visible(state, message)?;
            let own = state.messages.get(id).is_some_and(|m| m.author == self.place.user && !m.is_system());
            if !own {
                return Err(refused(format!("{} can edit their own messages only.", self.name)));
            }
            state.edit(id, interactions::plain_draft(text));
            Ok(())
        })?;
        message.refresh()
    }

    /// Deletes a message of their own, or as a moderator one of somebody else.
    ///
    /// # Errors
    /// When the member does not see the message or may not delete it.
    pub async fn delete(&self, message: &Shown) -> Result<(), ActError> {
        self.shared.change(|state| {
            let id = self.visible(state, message)?;
            let powers = state.world.permissions(self.place.user, self.place.channel, state.now_ms());
            let own = state.messages.get(id).is_some_and(|m| m.author == self.place.user);
            // One that only they see is not deleted but dismissed, which the bot does not notice.
            if !own && (message.is_ephemeral() || powers & MANAGE_MESSAGES == 0) {
                return Err(refused(format!("{} may not delete the message.", self.name)));
            }
            state.delete(id);
            Ok(())
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
            let parent = state.messages.get(id).map_or(self.place.channel, |message| message.channel);
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

    /// Votes in a poll for answers by their numbers from 1; no number takes the vote back. Gives back the message as it
    /// is then.
    ///
    /// # Errors
    /// When the member does not see the message, it has no open poll, there is no such answer, or only one may be
    /// chosen.
    pub async fn vote(&self, message: &Shown, answers: &[u64]) -> Result<Shown, ActError> {
        self.shared.change(|state| {
            let id = self.visible(state, message)?;
            let poll = state.messages.get(id).and_then(|message| message.poll.as_ref());
            let poll = poll.filter(|poll| !poll.ended).ok_or_else(|| refused("The message has no open poll."))?;
            if let Some(number) = answers.iter().find(|number| poll.answer(**number).is_none()) {
                return Err(refused(format!("The poll has no answer {number}.")));
            }
            if answers.len() > 1 && !poll.multiselect {
                return Err(refused("The poll takes one answer."));
            }
            state.vote(id, self.place.user, answers);
            Ok(())
        })?;
        message.refresh()
    }
}

impl Member {
    /// In slow mode somebody waits between two messages, unless they may bypass it. Bots never wait.
    fn check_slowmode(&self, state: &State) -> Result<(), ActError> {
        let slowmode_ms = state.world.channel(self.place.channel).map_or(0, |(_, channel)| channel.slowmode * 1000);
        let powers = state.world.permissions(self.place.user, self.place.channel, state.now_ms());
        if slowmode_ms == 0 || powers & BYPASS_SLOWMODE != 0 {
            return Ok(());
        }
        let mut own = state.messages.public(self.place.channel, ..).rev().filter(|m| m.author == self.place.user);
        let wait_ms = own.next().map_or(0, |last| last.id.created_ms() + slowmode_ms - state.now_ms());
        if wait_ms <= 0 {
            return Ok(());
        }
        let seconds = wait_ms.unsigned_abs().div_ceil(1000);
        Err(refused(format!("Slow mode is on: {} can write again in {seconds} s.", self.name)))
    }
}

/// What a message can say.
fn sendable(text: &str) -> Result<&str, ActError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 2000 {
        return Err(refused("A message has 1 to 2000 characters."));
    }
    Ok(text)
}
