//! The world that every playground starts with. Its ids are fixed, so that a bot's data outlives a restart of the
//! playground.
//!
//! **Backend Learners** (owner omar): `#general` (the system channel), `#quiz`, `#daily` (only moderators and the bot write), `#mods` (only
//! moderators see it, the bot does not; Discord's updates for moderators go there); members ada and ben, mira the moderator (Manage Server, Manage Messages),
//! nell, who may read `#general`, `#quiz` and `#daily` but neither write, react nor use commands there, and the bot; four stickers. **Study
//! Group** (owner omar): `#general`; ada, ben, mira (a plain member here) and the bot.

use super::permissions::{
    ADD_REACTIONS, ATTACH_FILES, CREATE_PUBLIC_THREADS, EMBED_LINKS, MANAGE_GUILD, MANAGE_MESSAGES, MANAGE_THREADS,
    MODERATE_MEMBERS, PIN_MESSAGES, Permissions, READ_MESSAGE_HISTORY, SEND_MESSAGES, SEND_MESSAGES_IN_THREADS,
    USE_APPLICATION_COMMANDS, USE_EXTERNAL_EMOJIS, VIEW_CHANNEL,
};
use super::snowflake::Snowflake;
use super::world::{ChannelKind, Guild, Member, Overwrite, OverwriteKind, Role, Sticker, User, World};

pub const FIRST_GUILD: &str = "Backend Learners";
pub const SECOND_GUILD: &str = "Study Group";

/// To whom all guilds belong.
pub(super) const OWNER: &str = "omar";
/// The bot's, and that of its role.
const BOT_NAME: &str = "Backroad";

/// 2024-01-15T12:00:00Z: when the world was made.
const FOUNDED_MS: i64 = 1_705_320_000_000;

const EVERYONE: Permissions = VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | ADD_REACTIONS
    | READ_MESSAGE_HISTORY
    | USE_EXTERNAL_EMOJIS
    | USE_APPLICATION_COMMANDS
    | CREATE_PUBLIC_THREADS
    | SEND_MESSAGES_IN_THREADS;
const MODERATOR: Permissions = MANAGE_GUILD | MANAGE_MESSAGES | MANAGE_THREADS | MODERATE_MEMBERS | PIN_MESSAGES;
/// What the bot may do by its own role.
pub(super) const BOT: Permissions = VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | READ_MESSAGE_HISTORY
    | CREATE_PUBLIC_THREADS
    | SEND_MESSAGES_IN_THREADS;

pub(super) fn world() -> World {
    let users = ["ada", "ben", "mira", "nell", "omar"].map(|name| User {
        id: id(name),
        username: name.to_owned(),
        global_name: Some(capitalized(name)),
        bot: false,
        closed: false,
    });
    let bot = User { id: id("bot"), username: BOT_NAME.to_owned(), global_name: None, bot: true, closed: false };
    let guilds = [first_guild(bot.id), second_guild(bot.id)];
    let mut world = World::new(bot);
    users.into_iter().for_each(|user| world.add_user(user));
    guilds.into_iter().for_each(|guild| world.add_guild(guild));
    world
}

fn first_guild(bot: Snowflake) -> Guild {
    let mut guild = Guild::new(id("first"), FIRST_GUILD, id(OWNER));
    let moderator = Role { position: 2, mentionable: true, ..Role::new(id("first/Moderator"), "Moderator", MODERATOR) };
    let bots_own = Role { position: 1, bot: Some(bot), ..Role::new(id("first/Backroad"), BOT_NAME, BOT) };
    let nell = id("nell");
    for name in ["general", "quiz", "daily", "mods"] {
        let mut channel = guild.new_channel(id(&format!("first/{name}")), ChannelKind::Text, name);
        match name {
            "daily" => {
                channel.overwrites.push(for_role(guild.id, 0, SEND_MESSAGES));
                channel.overwrites.push(for_role(moderator.id, SEND_MESSAGES, 0));
                channel.overwrites.push(for_role(bots_own.id, SEND_MESSAGES, 0));
            }
            "mods" => {
                channel.overwrites.push(for_role(guild.id, 0, VIEW_CHANNEL));
                channel.overwrites.push(for_role(moderator.id, VIEW_CHANNEL, 0));
            }
            _ => {}
        }
        if name != "mods" {
            let deny = SEND_MESSAGES
                | SEND_MESSAGES_IN_THREADS
                | CREATE_PUBLIC_THREADS
                | ADD_REACTIONS
                | USE_APPLICATION_COMMANDS;
            channel.overwrites.push(Overwrite { id: nell, kind: OverwriteKind::Member, allow: 0, deny });
        }
        guild.channels.push(channel);
    }
    guild.system_channel = Some(id("first/general"));
    guild.updates_channel = Some(id("first/mods"));
    guild.members.extend([
        Member::new(id("ada"), FOUNDED_MS),
        Member::new(id("ben"), FOUNDED_MS),
        Member { roles: vec![moderator.id], ..Member::new(id("mira"), FOUNDED_MS) },
        Member::new(nell, FOUNDED_MS),
        Member::new(id("omar"), FOUNDED_MS),
        Member { roles: vec![bots_own.id], ..Member::new(bot, FOUNDED_MS) },
    ]);
    guild.roles = vec![Role::new(guild.id, "@everyone", EVERYONE), bots_own, moderator];
    guild.stickers = ["hello", "thanks", "solved", "coffee"]
        .map(|name| Sticker { id: id(&format!("first/sticker/{name}")), guild: guild.id, name: name.to_owned() })
        .into();
    guild
}

fn second_guild(bot: Snowflake) -> Guild {
    let own = (bot, id("second/Backroad"));
    let mut guild = guild_with_bot(id("second"), SECOND_GUILD, id(OWNER), own, FOUNDED_MS);
    guild.channels.push(guild.new_channel(id("second/general"), ChannelKind::Text, "general"));
    guild.members.extend(["ada", "ben", "mira"].map(|name| Member::new(id(name), FOUNDED_MS)));
    guild
}

/// A guild without channels, in which there are its owner and the bot with a role of its own (their ids).
pub(super) fn guild_with_bot(
    id: Snowflake,
    name: &str,
    owner: Snowflake,
    (bot, role): (Snowflake, Snowflake),
    founded_ms: i64,
) -> Guild {
    let mut guild = Guild::new(id, name, owner);
    let bots_own = Role { position: 1, bot: Some(bot), ..Role::new(role, BOT_NAME, BOT) };
    guild.members.push(Member::new(owner, founded_ms));
    guild.members.push(Member { roles: vec![role], ..Member::new(bot, founded_ms) });
    guild.roles = vec![Role::new(id, "@everyone", EVERYONE), bots_own];
    guild
}

fn for_role(role: Snowflake, allow: Permissions, deny: Permissions) -> Overwrite {
    Overwrite { id: role, kind: OverwriteKind::Role, allow, deny }
}

/// Everything of the fixture that has an id; its place in this list makes the id, so only ever append.
const THINGS: [&str; 20] = [
    "bot",
    "omar",
    "mira",
    "ada",
    "ben",
    "nell",
    "first",
    "first/Moderator",
    "first/Backroad",
    "first/general",
    "first/quiz",
    "first/daily",
    "first/mods",
    "second",
    "second/Backroad",
    "second/general",
    "first/sticker/hello",
    "first/sticker/thanks",
    "first/sticker/solved",
    "first/sticker/coffee",
];

fn id(thing: &str) -> Snowflake {
    let place = THINGS.iter().position(|name| *name == thing).unwrap_or(THINGS.len());
    // Of two shards each has one guild.
    let odd = i64::from(thing == "second");
    Snowflake::at_ms(FOUNDED_MS + 60_000 * i64::try_from(place).unwrap_or_default() + odd)
}

fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_things_share_an_id() {
        let world = world();
        let mut ids: Vec<Snowflake> = world.users.keys().copied().collect();
        for guild in world.guilds.iter() {
            // @everyone has the guild's id by definition.
            ids.extend(guild.roles.iter().map(|role| role.id));
            ids.extend(guild.channels.iter().map(|channel| channel.id));
            ids.extend(guild.stickers.iter().map(|sticker| sticker.id));
        }
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    }

    #[test]
    fn who_may_do_what_is_as_the_page_says() {
        let world = world();
        let guild = world.guild_named(FIRST_GUILD).unwrap();
        let may = |name: &str, channel: &str| {
            let user = world.user_named(name).unwrap().id;
            let all = world.permissions(user, guild.channel_named(channel).unwrap().id, 0);
            [VIEW_CHANNEL, SEND_MESSAGES, USE_APPLICATION_COMMANDS, MANAGE_GUILD].map(|bit| all & bit != 0)
        };
        assert_eq!(may("ada", "general"), [true, true, true, false]);
        assert_eq!(may("ada", "daily"), [true, false, true, false]);
        assert_eq!(may("ada", "mods"), [false, true, true, false]);
        assert_eq!(may("mira", "daily"), [true, true, true, true]);
        assert_eq!(may("mira", "mods"), [true, true, true, true]);
        assert_eq!(may("nell", "general"), [true, false, false, false]);
        assert_eq!(may("nell", "quiz"), [true, false, false, false]);
        assert_eq!(may("omar", "mods"), [true; 4]);
        assert_eq!(may("backroad", "daily"), [true, true, true, false]);
        assert_eq!(may("backroad", "mods"), [false, true, true, false]);
    }
}
