//! Members who come, change and go, and who is told.

use serde_json::{Value, json};

use super::events::{GUILD_MEMBERS, GUILDS};
use super::json::set;
use super::snowflake::Snowflake;
use super::state::State;
use super::world::Member;

impl State {
    pub(super) fn add_member(&mut self, guild: Snowflake, member: Member) {
        let user = member.user;
        if let Some(guild) = self.world.guild_mut(guild) {
            guild.members.push(member);
        }
        let data = self.member_event(guild, user);
        self.tell("GUILD_MEMBER_ADD", guild, GUILD_MEMBERS, &data);
    }

    /// Tells of a change. Of itself an app hears without the intent for members, too.
    pub(super) fn tell_of_member(&mut self, guild: Snowflake, user: Snowflake) {
        let data = self.member_event(guild, user);
        let intents = if user == self.world.bot { GUILDS } else { GUILD_MEMBERS };
        self.tell("GUILD_MEMBER_UPDATE", guild, intents, &data);
    }

    /// Takes somebody out of a guild and its threads; what they wrote stays.
    pub(super) fn remove_member(&mut self, guild: Snowflake, user: Snowflake) {
        let Some(known) = self.world.guild_mut(guild).filter(|known| known.member(user).is_some()) else { return };
        known.members.remove(user);
        for thread in known.channels.iter_mut().filter_map(|channel| channel.thread.as_mut()) {
            thread.members.retain(|member| member.user != user);
        }
        let data = json!({ "guild_id": guild, "user": self.world.user_json(user) });
        self.tell("GUILD_MEMBER_REMOVE", guild, GUILD_MEMBERS, &data);
    }

    fn member_event(&self, guild: Snowflake, user: Snowflake) -> Value {
        let member = self.world.guild(guild).and_then(|guild| guild.member(user)).zip(self.world.users.get(&user));
        let mut data = member.map_or(Value::Null, |(member, user)| member.json_with_user(user));
        set(&mut data, "guild_id", guild);
        data
    }
}
