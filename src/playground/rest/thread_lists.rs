//! Who is in a thread, and which threads there are.

use serde_json::{Value, json};

use super::access::{channel, guild, powers};
use super::error::{
    ApiError, MISSING_ACCESS, MISSING_PERMISSIONS, TOO_MANY_THREAD_MEMBERS, UNKNOWN_CHANNEL, UNKNOWN_MEMBER,
    WRONG_CHANNEL_TYPE,
};
use super::{Call, Reply};
use crate::playground::json::set;
use crate::playground::permissions::{MANAGE_THREADS, READ_MESSAGE_HISTORY, VIEW_CHANNEL};
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::validate::{Field, Form};
use crate::playground::world::{Channel, ChannelKind, Thread, ThreadMember};

const MOST_MEMBERS: usize = 1_000;

pub(super) fn members(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let (id, thread) = thread(state, call)?;
    // Lists of members need the privileged intent.
    if !state.sessions.lists_members() {
        return Err(MISSING_ACCESS);
    }
    let form = Form::default();
    let query = json!(call.query);
    let root = form.root(&query);
    let limit = root.get("limit").map_or(Some(100), |field| field.integer(1..=100)).unwrap_or(100);
    let after = root.get("after").and_then(|field| field.snowflake());
    form.finish()?;
    let mut members = thread.members.clone();
    members.sort_by_key(|member| member.user);
    let with_member = call.asks_for("with_member");
    if with_member {
        members.retain(|member| after.is_none_or(|after| member.user > after));
        members.truncate(usize::try_from(limit).unwrap_or(100));
    }
    let members: Vec<Value> = members.into_iter().map(|member| member_json(state, id, member, with_member)).collect();
    Reply::ok(members.into())
}

pub(super) fn member(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let (id, thread) = thread(state, call)?;
    let user = call.id("user_id")?;
    let member = thread.members.iter().find(|member| member.user == user).ok_or(UNKNOWN_MEMBER)?;
    Reply::ok(member_json(state, id, *member, call.asks_for("with_member")))
}

pub(super) fn join(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let (id, _) = thread(state, call)?;
    add(state, id, state.world.bot)
}

pub(super) fn add_member(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let (id, thread) = thread(state, call)?;
    let user = call.id("user_id")?;
    let invitable = thread.invitable || thread.owner == state.world.bot;
    state.check_may_send(state.world.bot, id)?;
    let (guild, channel) = state.world.channel(id).ok_or(UNKNOWN_CHANNEL)?;
    if channel.is_private_thread() && !invitable && powers(state, id) & MANAGE_THREADS == 0 {
        return Err(MISSING_PERMISSIONS);
    }
    guild.member(user).ok_or(UNKNOWN_MEMBER)?;
    // Whoever does not see the channel cannot come into its threads.
    let parent = channel.parent.unwrap_or(id);
    if state.world.permissions(user, parent, state.now_ms()) & VIEW_CHANNEL == 0 {
        return Err(MISSING_ACCESS);
    }
    add(state, id, user)
}

fn add(state: &mut State, id: Snowflake, user: Snowflake) -> Result<Reply, ApiError> {
    state.check_is_awake(id)?;
    let (_, channel) = state.world.channel(id).ok_or(UNKNOWN_CHANNEL)?;
    let full = |thread: &Thread| !thread.has(user) && thread.members.len() >= MOST_MEMBERS;
    if channel.thread.as_ref().is_some_and(full) {
        return Err(TOO_MANY_THREAD_MEMBERS);
    }
    state.change_thread_members(id, &[user], &[]);
    Reply::no_content()
}

pub(super) fn leave(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let (id, _) = thread(state, call)?;
    state.check_is_awake(id)?;
    state.change_thread_members(id, &[], &[state.world.bot]);
    Reply::no_content()
}

/// Manage Threads, or being the creator of a private thread.
pub(super) fn remove_member(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let (id, thread) = thread(state, call)?;
    let user = call.id("user_id")?;
    let owns = thread.owner == state.world.bot;
    state.check_is_awake(id)?;
    let private = state.world.channel(id).is_some_and(|(_, channel)| channel.is_private_thread());
    if powers(state, id) & MANAGE_THREADS == 0 && !(private && owns) {
        return Err(MISSING_PERMISSIONS);
    }
    state.change_thread_members(id, &[], &[user]);
    Reply::no_content()
}

pub(super) fn active(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = guild(state, call, 0)?;
    let mut threads: Vec<&Channel> = guild.active_threads(state.world.bot, state.now_ms()).collect();
    threads.sort_by_key(|thread| std::cmp::Reverse(thread.id));
    Reply::ok(listed(state, &threads, false))
}

pub(super) fn archived_public(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    archived(state, call, READ_MESSAGE_HISTORY, &|thread| !thread.is_private_thread())
}

pub(super) fn archived_private(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    archived(state, call, READ_MESSAGE_HISTORY | MANAGE_THREADS, &Channel::is_private_thread)
}

/// A page of archived threads, the one that was archived last first.
fn archived(state: &State, call: &Call, needed: u64, wanted: &dyn Fn(&Channel) -> bool) -> Result<Reply, ApiError> {
    let parent = parent(state, call, needed)?;
    let form = Form::default();
    let query = json!(call.query);
    let root = form.root(&query);
    let limit = limit(&root);
    let before = root.get("before").and_then(|field| field.moment());
    form.finish()?;
    let archived_ms = |channel: &Channel| channel.thread.as_ref().map(|thread| thread.archive_changed_ms);
    let mut all = archived_threads(state, parent);
    all.retain(|channel| wanted(channel) && before.is_none_or(|before| archived_ms(channel) < Some(before)));
    all.sort_by_key(|channel| std::cmp::Reverse((archived_ms(channel), channel.id)));
    Reply::ok(page(state, &all, limit))
}

/// Private archived threads that the bot is in; these are paged by id.
pub(super) fn archived_joined(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let parent = parent(state, call, READ_MESSAGE_HISTORY)?;
    let form = Form::default();
    let query = json!(call.query);
    let root = form.root(&query);
    let limit = limit(&root);
    let before = root.get("before").and_then(|field| field.snowflake());
    form.finish()?;
    let own = |thread: &Thread| thread.has(state.world.bot);
    let mut all = archived_threads(state, parent);
    all.retain(|channel| channel.is_private_thread() && channel.thread.as_ref().is_some_and(own));
    all.retain(|channel| before.is_none_or(|before| channel.id < before));
    all.sort_by_key(|channel| std::cmp::Reverse(channel.id));
    Reply::ok(page(state, &all, limit))
}

/// The specification asks for at least two.
fn limit(root: &Field<'_>) -> Option<usize> {
    root.get("limit").and_then(|field| field.integer(2..=100)).and_then(|limit| usize::try_from(limit).ok())
}

fn page(state: &State, all: &[&Channel], limit: Option<usize>) -> Value {
    let limit = limit.unwrap_or(50);
    let page: Vec<&Channel> = all.iter().copied().take(limit).collect();
    listed(state, &page, all.len() > limit)
}

/// Threads, and for those that the bot is in its membership.
fn listed(state: &State, threads: &[&Channel], has_more: bool) -> Value {
    let own = |channel: &&Channel| {
        let thread = channel.thread.as_ref()?;
        let own = thread.members.iter().find(|member| member.user == state.world.bot)?;
        Some(own.json(channel.id))
    };
    let members: Vec<Value> = threads.iter().filter_map(own).collect();
    let threads: Vec<Value> = threads.iter().map(|thread| thread.json()).collect();
    json!({ "threads": threads, "members": members, "has_more": has_more })
}

fn archived_threads(state: &State, parent: Snowflake) -> Vec<&Channel> {
    let Some((guild, _)) = state.world.channel(parent) else { return Vec::new() };
    let archived = |channel: &&Channel| channel.thread.as_ref().is_some_and(|thread| thread.archived);
    guild.channels.iter().filter(|channel| channel.parent == Some(parent)).filter(archived).collect()
}

/// The channel whose threads are asked for.
fn parent(state: &State, call: &Call, needed: u64) -> Result<Snowflake, ApiError> {
    let id = channel(state, call, needed)?;
    let (_, place) = state.world.channel(id).ok_or(UNKNOWN_CHANNEL)?;
    let has_threads = matches!(place.kind, ChannelKind::Text | ChannelKind::Announcement | ChannelKind::Forum);
    if has_threads { Ok(id) } else { Err(WRONG_CHANNEL_TYPE) }
}

fn thread<'s>(state: &'s State, call: &Call) -> Result<(Snowflake, &'s Thread), ApiError> {
    let id = channel(state, call, 0)?;
    let (_, channel) = state.world.channel(id).ok_or(UNKNOWN_CHANNEL)?;
    channel.thread.as_ref().map(|thread| (id, thread)).ok_or(WRONG_CHANNEL_TYPE)
}

fn member_json(state: &State, thread: Snowflake, member: ThreadMember, with_member: bool) -> Value {
    let mut json = member.json(thread);
    let guild = state.world.channel(thread).map(|(guild, _)| guild);
    let known = guild.and_then(|guild| guild.member(member.user)).zip(state.world.users.get(&member.user));
    if let Some((member, user)) = known.filter(|_| with_member) {
        set(&mut json, "member", member.json_with_user(user));
    }
    json
}
