//! Threads that are started from a message. Such a thread has the id of its message.

use serde_json::json;

use super::channels::{channel, message};
use super::error::{ApiError, MISSING_PERMISSIONS, THREAD_EXISTS, UNKNOWN_CHANNEL};
use super::{Call, Reply};
use crate::playground::permissions::{CREATE_PUBLIC_THREADS, READ_MESSAGE_HISTORY};
use crate::playground::state::State;
use crate::playground::validate::{Form, HAS_THREAD};
use crate::playground::world::{Channel, Thread};

pub(super) fn start(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let parent = channel(state, call, CREATE_PUBLIC_THREADS)?;
    let id = message(state, call, READ_MESSAGE_HISTORY)?.id;
    let form = Form::default();
    let root = form.root(&call.body);
    let name = root.is_object().then(|| root.require("name")).flatten();
    let name = name.and_then(|name| name.trimmed(1..=100)).unwrap_or_default().to_owned();
    let archive = root.get("auto_archive_duration");
    let auto_archive_minutes = archive.and_then(|field| field.one_of(&[60, 1440, 4320, 10_080])).unwrap_or(1440);
    root.get("rate_limit_per_user").map(|field| field.integer(0..=21_600));
    form.finish()?;
    let (guild, around) = state.world.channel(parent).ok_or(UNKNOWN_CHANNEL)?;
    if around.thread.is_some() {
        // There are no threads in threads.
        return Err(MISSING_PERMISSIONS);
    }
    if guild.channel(id).is_some() {
        return Err(THREAD_EXISTS);
    }
    let thread =
        Thread { parent, owner: state.world.bot, auto_archive_minutes, created_ms: state.now_ms(), message_count: 0 };
    let channel = Channel { thread: Some(thread), ..Channel::text(id, guild, &name) };
    let (guild, json) = (guild.id, channel.json());
    state.world.add_channel(channel);
    if let Some(message) = state.messages.get_mut(&id) {
        message.flags |= HAS_THREAD;
    }
    let mut told = json.clone();
    crate::playground::json::set(&mut told, "newly_created", json!(true));
    state.tell_guild("THREAD_CREATE", guild, &told);
    state.announce("MESSAGE_UPDATE", id);
    Reply::created(json)
}
