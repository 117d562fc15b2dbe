//! Discord's permission bits and the order in which roles and overwrites decide about them.

use std::cmp::Reverse;

use super::snowflake::Snowflake;
use super::world::{Channel, Guild, Member, OverwriteKind, Role};

/// A set of permission bits.
pub type Permissions = u64;

pub const KICK_MEMBERS: Permissions = 1 << 1;
pub const BAN_MEMBERS: Permissions = 1 << 2;
pub const ADMINISTRATOR: Permissions = 1 << 3;
pub const MANAGE_CHANNELS: Permissions = 1 << 4;
pub const MANAGE_GUILD: Permissions = 1 << 5;
pub const ADD_REACTIONS: Permissions = 1 << 6;
pub const VIEW_CHANNEL: Permissions = 1 << 10;
pub const SEND_MESSAGES: Permissions = 1 << 11;
pub const MANAGE_MESSAGES: Permissions = 1 << 13;
pub const EMBED_LINKS: Permissions = 1 << 14;
pub const ATTACH_FILES: Permissions = 1 << 15;
pub const READ_MESSAGE_HISTORY: Permissions = 1 << 16;
pub const MENTION_EVERYONE: Permissions = 1 << 17;
pub const USE_EXTERNAL_EMOJIS: Permissions = 1 << 18;
pub const MUTE_MEMBERS: Permissions = 1 << 22;
pub const DEAFEN_MEMBERS: Permissions = 1 << 23;
pub const CHANGE_NICKNAME: Permissions = 1 << 26;
pub const MANAGE_NICKNAMES: Permissions = 1 << 27;
pub const MANAGE_ROLES: Permissions = 1 << 28;
pub const USE_APPLICATION_COMMANDS: Permissions = 1 << 31;
pub const MANAGE_THREADS: Permissions = 1 << 34;
pub const CREATE_PUBLIC_THREADS: Permissions = 1 << 35;
pub const CREATE_PRIVATE_THREADS: Permissions = 1 << 36;
pub const SEND_MESSAGES_IN_THREADS: Permissions = 1 << 38;
pub const MODERATE_MEMBERS: Permissions = 1 << 40;
pub const SEND_POLLS: Permissions = 1 << 49;
pub const PIN_MESSAGES: Permissions = 1 << 51;
pub const BYPASS_SLOWMODE: Permissions = 1 << 52;

/// Every bit that Discord defines today (0 to 52, without the hole at 47).
pub const ALL: Permissions = ((1 << 53) - 1) & !(1 << 47);

/// What both sides of direct messages may do.
pub(super) const IN_DIRECT_MESSAGES: Permissions = VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | ADD_REACTIONS
    | READ_MESSAGE_HISTORY
    | USE_EXTERNAL_EMOJIS
    | USE_APPLICATION_COMMANDS
    | SEND_POLLS
    | PIN_MESSAGES;

/// What a member in time-out keeps.
const KEPT_IN_TIMEOUT: Permissions = VIEW_CHANNEL | READ_MESSAGE_HISTORY;

/// What a member may do in the guild as a whole: owner and administrators everything, else the union of all roles.
pub(super) fn in_guild(guild: &Guild, member: &Member, now_ms: i64) -> Permissions {
    let of_roles = base(guild, member);
    if of_roles == ALL { ALL } else { of_roles & timeout_mask(member, now_ms) }
}

/// What a member may do in a channel. Overwrites decide in this order: @everyone, all roles together, the member.
pub(super) fn in_channel(guild: &Guild, channel: &Channel, member: &Member, now_ms: i64) -> Permissions {
    let mut permissions = base(guild, member);
    if permissions == ALL {
        return ALL;
    }
    let overwrites = |kind: OverwriteKind, applies: &dyn Fn(Snowflake) -> bool| {
        let matching = channel.overwrites.iter().filter(|o| o.kind == kind && applies(o.id));
        matching.fold((0, 0), |(allow, deny), o| (allow | o.allow, deny | o.deny))
    };
    for (allow, deny) in [
        overwrites(OverwriteKind::Role, &|id| id == guild.id),
        overwrites(OverwriteKind::Role, &|id| id != guild.id && member.roles.contains(&id)),
        overwrites(OverwriteKind::Member, &|id| id == member.user),
    ] {
        permissions = permissions & !deny | allow;
    }
    permissions & timeout_mask(member, now_ms)
}

/// Where a member stands in the hierarchy: the position of the highest role, and for equal positions the older role
/// first. The owner stands above all.
pub(super) fn rank(guild: &Guild, member: &Member) -> Rank {
    if guild.owner == member.user {
        return Rank(u32::MAX, Reverse(Snowflake::from(0)));
    }
    let held = guild.roles.iter().filter(|role| member.roles.contains(&role.id)).map(rank_of_role);
    held.max().unwrap_or(Rank(0, Reverse(guild.id)))
}

pub(super) fn rank_of_role(role: &Role) -> Rank {
    Rank(role.position, Reverse(role.id))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank(u32, Reverse<Snowflake>);

/// `ALL` for the owner and administrators.
fn base(guild: &Guild, member: &Member) -> Permissions {
    if guild.owner == member.user {
        return ALL;
    }
    let held = guild.roles.iter().filter(|role| role.id == guild.id || member.roles.contains(&role.id));
    let permissions = held.fold(0, |all, role| all | role.permissions);
    if permissions & ADMINISTRATOR != 0 { ALL } else { permissions }
}

fn timeout_mask(member: &Member, now_ms: i64) -> Permissions {
    if member.timeout_until_ms.is_some_and(|until| until > now_ms) { KEPT_IN_TIMEOUT } else { ALL }
}

#[cfg(test)]
mod tests {
    use super::super::world::{ChannelKind, Overwrite};
    use super::*;

    const SEND_AND_VIEW: Permissions = SEND_MESSAGES | VIEW_CHANNEL;

    fn id(number: u64) -> Snowflake {
        Snowflake::from(number)
    }

    /// Guild 1 with owner 10, @everyone 1, roles 2 and 3, and an administrator role 4; the member is user 20.
    fn check(roles: &[u64], overwrites: &[(u64, Permissions, Permissions)], user: u64) -> Permissions {
        let role = |number, permissions| Role { permissions, ..Role::new(id(number), "role", 0) };
        let guild = Guild {
            roles: vec![role(1, SEND_AND_VIEW), role(2, MANAGE_MESSAGES), role(3, 0), role(4, ADMINISTRATOR)],
            ..Guild::new(id(1), "guild", id(10))
        };
        let mut channel = Channel::new(id(5), guild.id, ChannelKind::Text, "general");
        for &(target, allow, deny) in overwrites {
            let kind = if target >= 10 { OverwriteKind::Member } else { OverwriteKind::Role };
            channel.overwrites.push(Overwrite { id: id(target), kind, allow, deny });
        }
        let mut member = Member::new(id(user), 0);
        member.roles = roles.iter().copied().map(id).collect();
        in_channel(&guild, &channel, &member, 0)
    }

    #[test]
    fn overwrites_decide_in_discords_order() {
        let s = SEND_MESSAGES;
        let v = VIEW_CHANNEL;
        type Case<'c> = (&'c str, &'c [u64], &'c [(u64, Permissions, Permissions)], u64, Permissions);
        let table: &[Case<'_>] = &[
            ("@everyone's role alone", &[], &[], 20, s | v),
            ("roles add up", &[2], &[], 20, s | v | MANAGE_MESSAGES),
            ("an overwrite of @everyone denies", &[2], &[(1, 0, s)], 20, v | MANAGE_MESSAGES),
            ("a role's allow beats @everyone's deny", &[3], &[(1, 0, s), (3, s, 0)], 20, s | v),
            ("among roles allow beats deny", &[2, 3], &[(2, 0, s), (3, s, 0)], 20, s | v | MANAGE_MESSAGES),
            ("a role that is not held does not count", &[], &[(3, PIN_MESSAGES, s)], 20, s | v),
            ("the member's deny beats a role's allow", &[3], &[(3, s, 0), (20, 0, s)], 20, v),
            ("the member's allow beats a role's deny", &[3], &[(3, 0, s), (20, s, 0)], 20, s | v),
            ("somebody else's overwrite does not count", &[], &[(21, 0, s)], 20, s | v),
            ("administrators ignore overwrites", &[4], &[(1, 0, s), (20, 0, v)], 20, ALL),
            ("the owner ignores overwrites", &[], &[(1, 0, s), (10, 0, v)], 10, ALL),
        ];
        for (name, roles, overwrites, user, expected) in table {
            assert_eq!(check(roles, overwrites, *user), *expected, "{name}");
        }
    }

    #[test]
    fn a_timeout_leaves_reading_only_and_ends() {
        let guild = Guild {
            roles: vec![Role { permissions: SEND_AND_VIEW | READ_MESSAGE_HISTORY, ..Role::new(id(1), "@everyone", 0) }],
            ..Guild::new(id(1), "guild", id(10))
        };
        let channel = Channel::new(id(5), guild.id, ChannelKind::Text, "general");
        let member = Member { timeout_until_ms: Some(1000), ..Member::new(id(20), 0) };
        assert_eq!(in_channel(&guild, &channel, &member, 999), VIEW_CHANNEL | READ_MESSAGE_HISTORY);
        assert_eq!(in_channel(&guild, &channel, &member, 1000), SEND_AND_VIEW | READ_MESSAGE_HISTORY);
        let owner = Member { timeout_until_ms: Some(1000), ..Member::new(id(10), 0) };
        assert_eq!(in_guild(&guild, &owner, 0), ALL);
    }
}
