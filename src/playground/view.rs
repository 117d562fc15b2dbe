//! A look at the state at one moment, for waiting until something is so.

use std::sync::Arc;

use super::gateway::GatewaySession;
use super::record::RecordedRequest;
use super::shown::Shown;
use super::snowflake::Snowflake;
use super::state::{Shared, State};

pub struct View<'s> {
    shared: &'s Arc<Shared>,
    state: &'s State,
}

impl<'s> View<'s> {
    pub(super) fn new(shared: &'s Arc<Shared>, state: &'s State) -> Self {
        Self { shared, state }
    }

    /// Whether some session of the bot is connected.
    pub fn bot_is_online(&self) -> bool {
        self.state.sessions.online()
    }

    /// Whether a session is connected that is responsible for the guild.
    pub fn bot_serves(&self, guild: Snowflake) -> bool {
        self.state.sessions.serves(guild)
    }

    /// The gateway sessions that are connected or can be resumed, oldest first.
    pub fn gateway_sessions(&self) -> Vec<GatewaySession> {
        self.state.gateway_sessions()
    }

    /// The names of all registered commands, global and of guilds.
    pub fn commands(&self) -> Vec<&'s str> {
        self.state.commands.all().map(|(_, known)| known.command.name.as_str()).collect()
    }

    pub fn message(&self, id: Snowflake) -> Option<Shown> {
        Shown::of_message(self.shared, self.state, self.state.messages.get(id)?, None)
    }

    /// All messages of all channels, ephemeral ones included, oldest first. Draws every one of them.
    pub fn messages(&self) -> Vec<Shown> {
        let all = self.state.messages.iter();
        all.filter_map(|message| Shown::of_message(self.shared, self.state, message, None)).collect()
    }

    /// What everybody sees in a channel, oldest first.
    pub fn messages_in(&self, channel: Snowflake) -> Vec<Shown> {
        let all = self.state.messages.public(channel, ..);
        all.filter_map(|message| Shown::of_message(self.shared, self.state, message, None)).collect()
    }

    /// The newest message that everybody sees in a channel.
    pub fn last_message_in(&self, channel: Snowflake) -> Option<Shown> {
        let newest = self.state.messages.public(channel, ..).next_back()?;
        Shown::of_message(self.shared, self.state, newest, None)
    }

    /// How many interactions members have started in the last half hour, answered or not; of more than 200,000 the last.
    pub fn interaction_count(&self) -> usize {
        self.state.interactions.len()
    }

    /// How many requests the bot has sent.
    pub fn request_count(&self) -> usize {
        self.state.requests.count()
    }

    /// What the bot sent after its first `skipped` requests, in order, as far as it is remembered.
    pub fn requests_after(&self, skipped: usize) -> impl Iterator<Item = &'s RecordedRequest> {
        self.state.requests.after(skipped)
    }

    /// How many requests of the bot were answered with this status.
    pub fn answers_with(&self, status: u16) -> usize {
        self.state.requests.answered_with(status)
    }

    /// How many requests wait for `Playground::release`, or for their time.
    pub fn held_count(&self) -> usize {
        self.state.held.count()
    }

    /// On the playground's clock, Unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.state.now_ms()
    }
}
