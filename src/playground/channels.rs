//! Channels that come, change and go. Bots are told of all of them, but only of threads that they see: practice.

use super::events::GUILDS;
use super::snowflake::Snowflake;
use super::state::State;
use super::world::{Channel, ChannelKind, DIRECT};

impl State {
    /// Adds a channel of a guild and tells of it.
    pub(super) fn open_channel(&mut self, channel: Channel) {
        let (guild, json) = (channel.guild, channel.json());
        self.world.add_channel(channel);
        self.tell("CHANNEL_CREATE", guild, GUILDS, &json);
    }

    pub(super) fn tell_of_change(&mut self, id: Snowflake) {
        let Some((guild, channel)) = self.world.channel(id) else { return };
        let (guild, json) = (guild.id, channel.json());
        self.tell("CHANNEL_UPDATE", guild, GUILDS, &json);
    }

    /// Deletes a channel with its threads and messages, or a thread. The channels of a category stay.
    pub(super) fn remove_channel(&mut self, id: Snowflake) -> Option<Channel> {
        let seen = self.bot_sees(id);
        let (guild, _) = self.world.channel(id)?;
        let guild = guild.id;
        let (gone, threads) = self.world.remove_channel(id)?;
        let mut orphans = Vec::new();
        for channel in self.world.guild_mut(guild)?.channels.iter_mut() {
            if channel.parent == Some(id) {
                channel.parent = None;
                orphans.push(channel.id);
            }
        }
        threads.iter().chain([&gone]).for_each(|channel| self.messages.remove_channel(channel.id));
        if gone.thread.is_none() {
            self.tell("CHANNEL_DELETE", guild, GUILDS, &gone.json());
        } else if seen {
            self.tell("THREAD_DELETE", guild, GUILDS, &gone.json_when_gone());
        }
        if gone.kind == ChannelKind::Category {
            orphans.into_iter().for_each(|id| self.tell_of_change(id));
        }
        Some(gone)
    }

    /// The direct messages with somebody, opened if need be.
    pub(super) fn direct_channel(&mut self, user: Snowflake) -> Snowflake {
        if let Some(known) = self.world.direct_with(user) {
            return known;
        }
        let id = self.next_id();
        let mut channel = Channel::new(id, DIRECT, ChannelKind::Direct, "");
        channel.recipient = Some(user);
        self.world.add_channel(channel);
        id
    }
}
