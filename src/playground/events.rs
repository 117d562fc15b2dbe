//! Who hears of what: events of the gateway, each with the intents that it takes.

use std::borrow::Cow;

use serde_json::Value;

use super::snowflake::Snowflake;
use super::state::State;
use super::world::DIRECT;

/// The intents that an event takes in a guild and in direct messages. One of its bits is enough.
#[derive(Clone, Copy, Debug)]
pub(super) struct Intents {
    guild: u64,
    direct: u64,
}

/// Guilds, channels, roles and threads.
pub(super) const GUILDS: Intents = Intents { guild: 1, direct: 1 };
/// Members who come, change and go, and members of threads.
pub(super) const GUILD_MEMBERS: Intents = Intents { guild: 1 << 1, direct: 0 };
/// Bans.
pub(super) const MODERATION: Intents = Intents { guild: 1 << 2, direct: 0 };
pub(super) const MESSAGES: Intents = Intents { guild: 1 << 9, direct: 1 << 12 };
pub(super) const REACTIONS: Intents = Intents { guild: 1 << 10, direct: 1 << 13 };
/// Votes in polls.
pub(super) const POLLS: Intents = Intents { guild: 1 << 24, direct: 1 << 25 };
/// What shows the text of others.
pub(super) const MESSAGE_CONTENT: u64 = 1 << 15;

impl Intents {
    pub(super) fn wanted(self, session: u64, guild: Snowflake) -> bool {
        session & (if guild == DIRECT { self.direct } else { self.guild }) != 0
    }
}

impl State {
    /// Tells all sessions of a guild that asked for such events.
    pub(super) fn tell(&mut self, event: &str, guild: Snowflake, intents: Intents, data: &Value) {
        self.sessions
            .dispatch(event, guild, |session| intents.wanted(session.intents, guild).then_some(Cow::Borrowed(data)));
    }

    /// Tells of something in a channel, if the bot sees that.
    pub(super) fn tell_of_channel(&mut self, event: &str, channel: Snowflake, intents: Intents, data: &Value) {
        let guild = self.world.channel(channel).map(|(guild, _)| guild.id);
        if let Some(guild) = guild.filter(|_| self.bot_sees(channel)) {
            self.tell(event, guild, intents, data);
        }
    }
}
