//! Channels of a guild: made, changed, moved, deleted, and their permission overwrites.

use serde_json::Value;

use super::access::{channel, guild, guild_powers, powers};
use super::error::{
    ApiError, INVALID_RECIPIENT, MISSING_PERMISSIONS, TOO_MANY_CHANNELS, TOO_MANY_OVERWRITES, UNKNOWN_CHANNEL,
    UNKNOWN_OVERWRITE, WRONG_CHANNEL_TYPE,
};
use super::{Call, Reply, threads};
use crate::playground::permissions::{ADMINISTRATOR, MANAGE_CHANNELS, MANAGE_ROLES, Permissions};
use crate::playground::reactions::is_emoji;
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::validate::{Field, Form};
use crate::playground::world::{Channel, ChannelKind, DIRECT, Guild, MOST_CHANNELS, Overwrite, OverwriteKind, Tag};

const MOST_CHILDREN: usize = 50;
const MOST_OVERWRITES: usize = 1_000;
const MOST_TAGS: usize = 20;

pub(super) fn list(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let channels = guild(state, call, 0)?.channels.iter().filter(|channel| channel.thread.is_none());
    let channels: Vec<Value> = channels.map(Channel::json).collect();
    Reply::ok(channels.into())
}

pub(super) fn get(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let id = channel(state, call, 0)?;
    let (_, channel) = state.world.channel(id).ok_or(UNKNOWN_CHANNEL)?;
    Reply::ok(state.channel_json(channel))
}

pub(super) fn create(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = guild(state, call, MANAGE_CHANNELS)?;
    let form = Form::default();
    let root = form.root(&call.body);
    let kind = root.get("type").map_or(Some(0), |field| field.one_of(&[0, 2, 4, 5, 13, 15]));
    let kind = kind.and_then(ChannelKind::of_guild).unwrap_or(ChannelKind::Text);
    if root.is_object() {
        root.require("name");
    }
    let settings = settings(&root, guild, kind, None);
    form.finish()?;
    if !guild.has_room() {
        return Err(TOO_MANY_CHANNELS);
    }
    let own = guild_powers(state, guild).unwrap_or_default();
    settings.check_overwrites(&[], own, false)?;
    let guild_id = guild.id;
    let id = state.next_id();
    let guild = state.world.guild(guild_id).ok_or(UNKNOWN_CHANNEL)?;
    let mut channel = guild.new_channel(id, kind, "");
    settings.apply(&mut channel, &mut || state.ids.next(state.clock.now_ms()));
    let json = channel.json();
    state.open_channel(channel);
    Reply::created(json)
}

/// Opens direct messages. Whether they can be sent is told when one is.
pub(super) fn open_direct(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let form = Form::default();
    let root = form.root(&call.body);
    let recipient = root.is_object().then(|| root.require("recipient_id")).flatten();
    let recipient = recipient.and_then(|id| id.snowflake());
    form.finish()?;
    let user = recipient.filter(|id| *id != state.world.bot && state.world.users.contains_key(id));
    let id = state.direct_channel(user.ok_or(INVALID_RECIPIENT)?);
    let (_, channel) = state.world.channel(id).ok_or(UNKNOWN_CHANNEL)?;
    Reply::ok(state.channel_json(channel))
}

/// Channels and threads share the route.
pub(super) fn edit(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let id = channel(state, call, 0)?;
    let (guild, place) = state.world.channel(id).ok_or(UNKNOWN_CHANNEL)?;
    if place.thread.is_some() {
        return threads::edit(state, call, id);
    }
    if place.guild == DIRECT {
        return Err(WRONG_CHANNEL_TYPE);
    }
    let form = Form::default();
    let root = form.root(&call.body);
    // Only text and announcement channels change into each other, and only in guilds with news, which this is not.
    root.get("type").and_then(|field| field.one_of(&[place.kind as i64]));
    let settings = settings(&root, guild, place.kind, Some(id));
    form.finish()?;
    let own = powers(state, id);
    if own & MANAGE_CHANNELS == 0 {
        return Err(MISSING_PERMISSIONS);
    }
    settings.check_overwrites(&place.overwrites, guild_powers(state, guild).unwrap_or_default(), true)?;
    if settings.overwrites.is_some() && own & MANAGE_ROLES == 0 {
        return Err(MISSING_PERMISSIONS);
    }
    let mut channel = place.clone();
    settings.apply(&mut channel, &mut || state.ids.next(state.clock.now_ms()));
    let json = channel.json();
    if let Some(known) = state.world.channel_mut(id) {
        *known = channel;
    }
    state.tell_of_change(id);
    Reply::ok(json)
}

pub(super) fn delete(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let id = channel(state, call, 0)?;
    let (_, place) = state.world.channel(id).ok_or(UNKNOWN_CHANNEL)?;
    if place.thread.is_some() {
        return threads::delete(state, id);
    }
    if place.guild == DIRECT {
        // Closed, not deleted: it opens again with its messages.
        return Reply::ok(state.channel_json(place));
    }
    if powers(state, id) & MANAGE_CHANNELS == 0 {
        return Err(MISSING_PERMISSIONS);
    }
    let gone = state.remove_channel(id).ok_or(UNKNOWN_CHANNEL)?;
    Reply::ok(gone.json())
}

/// Moves channels, also into categories.
pub(super) fn move_all(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = guild(state, call, MANAGE_CHANNELS)?;
    let form = Form::default();
    let mut moves = Vec::new();
    for item in form.root(&call.body).items(0..=MOST_CHANNELS) {
        let id = item.is_object().then(|| item.require("id")).flatten().and_then(|id| id.snowflake());
        let position = item.get("position").and_then(|field| field.integer(0..=i64::from(u16::MAX)));
        let parent = parent(&item, guild, id);
        moves.extend(id.map(|id| (id, position, parent)));
    }
    form.finish()?;
    if moves.iter().any(|(id, _, _)| guild.channel(*id).is_none_or(|channel| channel.thread.is_some())) {
        return Err(UNKNOWN_CHANNEL);
    }
    for (id, position, parent) in moves {
        if let Some(channel) = state.world.channel_mut(id) {
            channel.position = position.and_then(|place| u32::try_from(place).ok()).unwrap_or(channel.position);
            channel.parent = parent.unwrap_or(channel.parent);
        }
        state.tell_of_change(id);
    }
    Reply::no_content()
}

pub(super) fn put_overwrite(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let id = overwritten(state, call)?;
    let (guild, place) = state.world.channel(id).ok_or(UNKNOWN_CHANNEL)?;
    let form = Form::default();
    let root = form.root(&call.body);
    root.is_object();
    let kind = overwrite_kind(&root);
    let bits = |key: &str| root.get(key).and_then(|field| field.permissions()).unwrap_or_default();
    let overwrite = Overwrite { id: call.id("overwrite_id")?, kind, allow: bits("allow"), deny: bits("deny") };
    form.finish()?;
    let before = place.overwrites.iter().find(|known| known.id == overwrite.id);
    if before.is_none() && place.overwrites.len() >= MOST_OVERWRITES {
        return Err(TOO_MANY_OVERWRITES);
    }
    let own = guild_powers(state, guild).unwrap_or_default();
    check_overwrite(before, &overwrite, own)?;
    if let Some(channel) = state.world.channel_mut(id) {
        channel.overwrites.retain(|known| known.id != overwrite.id);
        channel.overwrites.push(overwrite);
    }
    state.tell_of_change(id);
    Reply::no_content()
}

pub(super) fn delete_overwrite(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let id = overwritten(state, call)?;
    let target = call.id("overwrite_id")?;
    let channel = state.world.channel_mut(id).ok_or(UNKNOWN_CHANNEL)?;
    let before = channel.overwrites.len();
    channel.overwrites.retain(|known| known.id != target);
    if channel.overwrites.len() == before {
        return Err(UNKNOWN_OVERWRITE);
    }
    state.tell_of_change(id);
    Reply::no_content()
}

/// A channel whose overwrites the bot may change.
fn overwritten(state: &State, call: &Call) -> Result<Snowflake, ApiError> {
    let id = channel(state, call, MANAGE_ROLES)?;
    let (_, place) = state.world.channel(id).ok_or(UNKNOWN_CHANNEL)?;
    if place.thread.is_some() || place.guild == DIRECT { Err(WRONG_CHANNEL_TYPE) } else { Ok(id) }
}

fn overwrite_kind(root: &Field<'_>) -> OverwriteKind {
    let kind = root.get("type").and_then(|field| field.one_of(&[0, 1]));
    if kind == Some(1) { OverwriteKind::Member } else { OverwriteKind::Role }
}

/// Only what the bot may do itself can it allow or deny to others, and Manage Roles only as an administrator.
fn check_overwrite(before: Option<&Overwrite>, after: &Overwrite, own: Permissions) -> Result<(), ApiError> {
    let (allow, deny) = before.map_or((0, 0), |before| (before.allow, before.deny));
    let changed = (allow ^ after.allow) | (deny ^ after.deny);
    let roles = if own & ADMINISTRATOR == 0 { changed & MANAGE_ROLES } else { 0 };
    if changed & !own != 0 || roles != 0 { Err(MISSING_PERMISSIONS) } else { Ok(()) }
}

/// What a body says about a channel. `None`: not mentioned; an inner `None`: cleared.
struct Settings {
    name: Option<String>,
    topic: Option<Option<String>>,
    position: Option<u32>,
    nsfw: Option<bool>,
    slowmode: Option<i64>,
    parent: Option<Option<Snowflake>>,
    overwrites: Option<Vec<Overwrite>>,
    auto_archive_minutes: Option<i64>,
    tags: Option<Vec<GivenTag>>,
}

struct GivenTag {
    id: Option<Snowflake>,
    name: String,
    moderated: bool,
    emoji_name: Option<String>,
}

fn settings(root: &Field<'_>, guild: &Guild, kind: ChannelKind, own: Option<Snowflake>) -> Settings {
    let forum = kind == ChannelKind::Forum;
    let topic_most = if forum { 4096 } else { 1024 };
    let name = root.get("name").and_then(|name| name.trimmed(1..=100)).map(|name| shown_name(name, kind));
    let topic = root.has("topic").then(|| {
        let topic = root.get("topic").and_then(|topic| topic.text(0..=topic_most));
        topic.filter(|topic| !topic.is_empty()).map(str::to_owned)
    });
    let integer = |key: &str, most: i64| root.get(key).and_then(|field| field.integer(0..=most));
    let overwrites = root.get("permission_overwrites").map(|list| {
        let items = list.items(0..=MOST_OVERWRITES);
        items.iter().filter_map(overwrite).collect()
    });
    Settings {
        name,
        topic,
        position: integer("position", i64::from(u16::MAX)).and_then(|position| u32::try_from(position).ok()),
        nsfw: root.get("nsfw").and_then(|field| field.boolean()),
        slowmode: integer("rate_limit_per_user", 21_600),
        parent: parent(root, guild, own),
        overwrites,
        auto_archive_minutes: root
            .get("default_auto_archive_duration")
            .and_then(|field| field.one_of(threads::ARCHIVE_AFTER)),
        tags: root.get("available_tags").filter(|_| forum).map(|list| {
            let items = list.items(0..=MOST_TAGS);
            items.iter().filter_map(tag).collect()
        }),
    }
}

/// Text channels are written small and without blanks.
fn shown_name(name: &str, kind: ChannelKind) -> String {
    match kind {
        ChannelKind::Text | ChannelKind::Announcement | ChannelKind::Forum => {
            name.split_whitespace().collect::<Vec<_>>().join("-").to_lowercase()
        }
        _ => name.to_owned(),
    }
}

/// The category that a channel is put into.
fn parent(root: &Field<'_>, guild: &Guild, own: Option<Snowflake>) -> Option<Option<Snowflake>> {
    if !root.has("parent_id") {
        return None;
    }
    let parent = root.get("parent_id").and_then(|field| {
        let id = field.snowflake()?;
        let category = guild.channel(id).filter(|channel| channel.kind == ChannelKind::Category);
        let children = guild.channels.iter().filter(|child| child.parent == Some(id) && Some(child.id) != own).count();
        if category.is_none() {
            field.problem("CHANNEL_PARENT_INVALID_TYPE", "Not a category");
        } else if children >= MOST_CHILDREN {
            let message = format!("Maximum number of channels in category reached ({MOST_CHILDREN})");
            field.problem("CHANNEL_PARENT_MAX_CHANNELS", &message);
        }
        category.map(|category| category.id)
    });
    Some(parent)
}

fn overwrite(item: &Field<'_>) -> Option<Overwrite> {
    let id = item.is_object().then(|| item.require("id")).flatten()?.snowflake()?;
    let bits = |key: &str| item.get(key).and_then(|field| field.permissions()).unwrap_or_default();
    Some(Overwrite { id, kind: overwrite_kind(item), allow: bits("allow"), deny: bits("deny") })
}

fn tag(item: &Field<'_>) -> Option<GivenTag> {
    let name = item.is_object().then(|| item.require("name")).flatten()?.trimmed(1..=20)?;
    let emoji = item.get("emoji_name").and_then(|field| field.text(0..=100));
    if emoji.is_some_and(|emoji| !is_emoji(emoji)) {
        item.problem_at("emoji_name", "INVALID_EMOJI", "Invalid emoji");
    }
    Some(GivenTag {
        id: item.get("id").and_then(|id| id.snowflake()),
        name: name.to_owned(),
        moderated: item.get("moderated").and_then(|field| field.boolean()).unwrap_or(false),
        emoji_name: emoji.map(str::to_owned),
    })
}

impl Settings {
    fn check_overwrites(&self, before: &[Overwrite], own: Permissions, edits: bool) -> Result<(), ApiError> {
        let after = self.overwrites.as_deref().unwrap_or_default();
        for overwrite in after {
            check_overwrite(before.iter().find(|known| known.id == overwrite.id), overwrite, own)?;
        }
        let gone = before.iter().filter(|known| !after.iter().any(|overwrite| overwrite.id == known.id));
        for known in gone.filter(|_| edits && self.overwrites.is_some()) {
            check_overwrite(Some(known), &Overwrite { allow: 0, deny: 0, ..known.clone() }, own)?;
        }
        Ok(())
    }

    fn apply(self, channel: &mut Channel, next_id: &mut dyn FnMut() -> Snowflake) {
        channel.name = self.name.unwrap_or_else(|| channel.name.clone());
        channel.topic = self.topic.unwrap_or_else(|| channel.topic.clone());
        channel.position = self.position.unwrap_or(channel.position);
        channel.nsfw = self.nsfw.unwrap_or(channel.nsfw);
        channel.slowmode = self.slowmode.unwrap_or(channel.slowmode);
        channel.parent = self.parent.unwrap_or(channel.parent);
        channel.overwrites = self.overwrites.unwrap_or_else(|| channel.overwrites.clone());
        channel.auto_archive_minutes = self.auto_archive_minutes.or(channel.auto_archive_minutes);
        if let Some(tags) = self.tags {
            let known: Vec<Snowflake> = channel.tags.iter().map(|tag| tag.id).collect();
            let id = |given: Option<Snowflake>| given.filter(|id| known.contains(id));
            let tags = tags.into_iter().map(|GivenTag { id: given, name, moderated, emoji_name }| Tag {
                id: id(given).unwrap_or_else(&mut *next_id),
                name,
                moderated,
                emoji_name,
            });
            channel.tags = tags.collect();
        }
    }
}
