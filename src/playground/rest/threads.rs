//! Threads: started from a message (whose id they share), without one, or as a post in a forum; changed, archived,
//! locked.

use super::access::{channel, message, message_json, powers};
use super::error::{
    ApiError, MISSING_PERMISSIONS, THREAD_EXISTS, THREAD_IS_ARCHIVED, TOO_MANY_ACTIVE_THREADS, UNKNOWN_CHANNEL,
    WRONG_CHANNEL_TYPE,
};
use super::messages::check_powers;
use super::{Call, Reply};
use crate::playground::json::set;
use crate::playground::messages::{DEFAULT, Origin, Reference, THREAD_CREATED};
use crate::playground::permissions::{
    CREATE_PRIVATE_THREADS, CREATE_PUBLIC_THREADS, MANAGE_THREADS, READ_MESSAGE_HISTORY, SEND_MESSAGES,
};
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::validate::{Draft, Field, Form, MessageKind};
use crate::playground::world::{Channel, ChannelKind, Thread};

/// Active threads of a guild.
const MOST_ACTIVE: usize = 1_000;
/// The settings for `auto_archive_duration`, in minutes.
pub(super) const ARCHIVE_AFTER: &[i64] = &[60, 1440, 4320, 10_080];
/// Tags of a post.
const MOST_TAGS: usize = 5;

/// What every way to start a thread takes.
struct Start {
    name: String,
    auto_archive_minutes: Option<i64>,
    slowmode: i64,
}

pub(super) fn start_from_message(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let parent = channel(state, call, CREATE_PUBLIC_THREADS)?;
    let message = message(state, call, READ_MESSAGE_HISTORY)?;
    let id = message.id;
    let form = Form::default();
    let start = start(&form.root(&call.body));
    form.finish()?;
    let (guild, place) = state.world.channel(parent).ok_or(UNKNOWN_CHANNEL)?;
    let kind = match place.kind {
        ChannelKind::Text => ChannelKind::PublicThread,
        ChannelKind::Announcement => ChannelKind::AnnouncementThread,
        _ => return Err(WRONG_CHANNEL_TYPE),
    };
    if guild.channel(id).is_some() {
        return Err(THREAD_EXISTS);
    }
    let thread = thread(state, place, id, kind, &start)?;
    state.open_thread_from_message(thread);
    made(state, id)
}

fn start(root: &Field<'_>) -> Start {
    let name = root.is_object().then(|| root.require("name")).flatten();
    let name = name.and_then(|name| name.trimmed(1..=100)).unwrap_or_default().to_owned();
    let auto_archive_minutes = root.get("auto_archive_duration").and_then(|field| field.one_of(ARCHIVE_AFTER));
    let slowmode = root.get("rate_limit_per_user").and_then(|field| field.integer(0..=21_600)).unwrap_or_default();
    Start { name, auto_archive_minutes, slowmode }
}

/// Without a message: a public or private thread, or a post in a forum.
pub(super) fn start_bare(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let parent = channel(state, call, 0)?;
    let (_, place) = state.world.channel(parent).ok_or(UNKNOWN_CHANNEL)?;
    if place.kind == ChannelKind::Forum {
        return post(state, call, parent);
    }
    let form = Form::default();
    let root = form.root(&call.body);
    let start = start(&root);
    // Private is the default, as it was when threads were new.
    let number = root.get("type").and_then(|field| field.one_of(&[10, 11, 12])).unwrap_or(12);
    let invitable = root.get("invitable").and_then(|field| field.boolean()).unwrap_or(true);
    form.finish()?;
    let (kind, needed) = match (place.kind, number) {
        (ChannelKind::Text, 11) => (ChannelKind::PublicThread, CREATE_PUBLIC_THREADS),
        (ChannelKind::Text, 12) => (ChannelKind::PrivateThread, CREATE_PRIVATE_THREADS),
        (ChannelKind::Announcement, 10) => (ChannelKind::AnnouncementThread, CREATE_PUBLIC_THREADS),
        _ => return Err(WRONG_CHANNEL_TYPE),
    };
    if powers(state, parent) & needed == 0 {
        return Err(MISSING_PERMISSIONS);
    }
    let id = state.next_id();
    let (_, place) = state.world.channel(parent).ok_or(UNKNOWN_CHANNEL)?;
    let mut thread = thread(state, place, id, kind, &start)?;
    if let Some(inner) = &mut thread.thread {
        inner.invitable = invitable;
    }
    let name = thread.name.clone();
    state.open_thread(thread);
    if kind != ChannelKind::PrivateThread {
        let reference = Some(Reference { channel: id, message: None });
        let told = Origin { reference, ..Origin::plain(parent, state.world.bot, THREAD_CREATED) };
        state.post_system(told, &name);
    }
    made(state, id)
}

/// A post in a forum. Its first message has the id of the thread.
fn post(state: &mut State, call: &Call, forum: Snowflake) -> Result<Reply, ApiError> {
    if powers(state, forum) & SEND_MESSAGES == 0 {
        return Err(MISSING_PERMISSIONS);
    }
    let form = Form::default();
    let root = form.root(&call.body);
    let start = start(&root);
    let tags = tags(state, &root, forum);
    root.require("message");
    form.finish()?;
    let draft = Draft::of_part(&call.body, "message", &call.uploads, MessageKind::Create)?;
    check_powers(state, forum, &draft)?;
    let id = state.next_id();
    let (_, place) = state.world.channel(forum).ok_or(UNKNOWN_CHANNEL)?;
    check_moderated(state, place, &[], &tags)?;
    let mut thread = thread(state, place, id, ChannelKind::PublicThread, &start)?;
    if let Some(inner) = &mut thread.thread {
        inner.applied_tags = tags;
    }
    state.open_thread(thread);
    state.post_as(id, draft, Origin::plain(id, state.world.bot, DEFAULT));
    if let Some(place) = state.world.channel_mut(forum) {
        place.last_message = Some(id);
    }
    let (_, thread) = state.world.channel(id).ok_or(UNKNOWN_CHANNEL)?;
    let mut json = state.channel_json(thread);
    set(&mut json, "message", message_json(state, id)?);
    Reply::created(json)
}

fn thread(
    state: &State,
    parent: &Channel,
    id: Snowflake,
    kind: ChannelKind,
    start: &Start,
) -> Result<Channel, ApiError> {
    let active = state
        .world
        .guild(parent.guild)
        .map_or(0, |guild| guild.channels.iter().filter(|channel| channel.is_active_thread()).count());
    if active >= MOST_ACTIVE {
        return Err(TOO_MANY_ACTIVE_THREADS);
    }
    let minutes = start.auto_archive_minutes.or(parent.auto_archive_minutes).unwrap_or(1440);
    let thread = Thread::new(state.world.bot, minutes, state.now_ms());
    let mut channel = Channel::new(id, parent.guild, kind, &start.name);
    (channel.parent, channel.slowmode, channel.thread) = (Some(parent.id), start.slowmode, Some(thread));
    Ok(channel)
}

fn made(state: &State, id: Snowflake) -> Result<Reply, ApiError> {
    let (_, thread) = state.world.channel(id).ok_or(UNKNOWN_CHANNEL)?;
    Reply::created(state.channel_json(thread))
}

/// The tags of a post, each one of the forum's.
fn tags(state: &State, root: &Field<'_>, forum: Snowflake) -> Vec<Snowflake> {
    let items = root.get("applied_tags").map(|list| list.items(0..=MOST_TAGS)).unwrap_or_default();
    let known = state.world.channel(forum).map(|(_, forum)| forum.tags.as_slice()).unwrap_or_default();
    let mut tags = Vec::new();
    for item in &items {
        let Some(id) = item.snowflake() else { continue };
        if !known.iter().any(|tag| tag.id == id) {
            item.problem("BASE_TYPE_INVALID", "The forum has no such tag");
        } else if tags.contains(&id) {
            item.problem("SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value");
        }
        tags.push(id);
    }
    tags
}

/// Moderated tags are for those who manage threads.
fn check_moderated(state: &State, forum: &Channel, before: &[Snowflake], after: &[Snowflake]) -> Result<(), ApiError> {
    let changed = |id: &Snowflake| before.contains(id) != after.contains(id);
    let moderated = forum.tags.iter().any(|tag| tag.moderated && changed(&tag.id));
    if moderated && powers(state, forum.id) & MANAGE_THREADS == 0 { Err(MISSING_PERMISSIONS) } else { Ok(()) }
}

/// The owner of a thread may change most of it, whoever may write may wake it up, and the rest takes Manage Threads.
pub(super) fn edit(state: &mut State, call: &Call, id: Snowflake) -> Result<Reply, ApiError> {
    let (_, channel) = state.world.channel(id).ok_or(UNKNOWN_CHANNEL)?;
    let (Some(thread), Some(parent)) = (&channel.thread, channel.parent) else { return Err(WRONG_CHANNEL_TYPE) };
    let form = Form::default();
    let root = form.root(&call.body);
    root.is_object();
    let name = root.get("name").and_then(|name| name.trimmed(1..=100)).map(str::to_owned);
    let flag = |key: &str| root.get(key).and_then(|field| field.boolean());
    let (archived, locked, invitable) = (flag("archived"), flag("locked"), flag("invitable"));
    let minutes = root.get("auto_archive_duration").and_then(|field| field.one_of(ARCHIVE_AFTER));
    let slowmode = root.get("rate_limit_per_user").and_then(|field| field.integer(0..=21_600));
    let applied = root.get("applied_tags").map(|_| tags(state, &root, parent));
    form.finish()?;
    let manages = powers(state, id) & MANAGE_THREADS != 0;
    if thread.archived && archived != Some(false) {
        return Err(THREAD_IS_ARCHIVED);
    }
    let wakes_only = archived == Some(false)
        && name.is_none()
        && locked.is_none()
        && invitable.is_none()
        && minutes.is_none()
        && slowmode.is_none()
        && applied.is_none();
    let owns = thread.owner == state.world.bot && locked.is_none() && slowmode.is_none();
    if !manages && (thread.locked || !(owns || wakes_only)) {
        return Err(MISSING_PERMISSIONS);
    }
    if wakes_only {
        state.check_may_send(state.world.bot, id)?;
    }
    if let Some(applied) = &applied {
        let (_, forum) = state.world.channel(parent).ok_or(UNKNOWN_CHANNEL)?;
        check_moderated(state, forum, &thread.applied_tags, applied)?;
    }
    let now = state.now_ms();
    let channel = state.world.channel_mut(id).ok_or(UNKNOWN_CHANNEL)?;
    channel.name = name.unwrap_or_else(|| channel.name.clone());
    channel.slowmode = slowmode.unwrap_or(channel.slowmode);
    if let Some(thread) = &mut channel.thread {
        thread.locked = locked.unwrap_or(thread.locked);
        thread.invitable = invitable.unwrap_or(thread.invitable);
        thread.auto_archive_minutes = minutes.unwrap_or(thread.auto_archive_minutes);
        thread.applied_tags = applied.unwrap_or_else(|| thread.applied_tags.clone());
        if let Some(archived) = archived {
            thread.archive(archived, now);
        }
    }
    state.plan_archiving(id);
    state.tell_of_thread(id);
    let (_, channel) = state.world.channel(id).ok_or(UNKNOWN_CHANNEL)?;
    Reply::ok(state.channel_json(channel))
}

pub(super) fn delete(state: &mut State, id: Snowflake) -> Result<Reply, ApiError> {
    if powers(state, id) & MANAGE_THREADS == 0 {
        return Err(MISSING_PERMISSIONS);
    }
    let gone = state.remove_channel(id).ok_or(UNKNOWN_CHANNEL)?;
    Reply::ok(gone.json())
}
