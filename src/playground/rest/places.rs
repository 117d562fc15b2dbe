//! What the bot can ask about itself, the gateway, guilds and their stickers.

use serde_json::{Value, json};

use super::error::{ApiError, UNKNOWN_GUILD, UNKNOWN_STICKER, UNKNOWN_USER};
use super::{Call, Reply, access};
use crate::playground::json::set;
use crate::playground::permissions;
use crate::playground::state::State;
use crate::playground::world::Sticker;

pub(super) fn gateway(state: &mut State, _: &Call) -> Result<Reply, ApiError> {
    Reply::ok(json!({ "url": state.sessions.url }))
}

pub(super) fn gateway_bot(state: &mut State, _: &Call) -> Result<Reply, ApiError> {
    let limit = state.sessions.start_limit(state.now_ms());
    let shards = state.sessions.recommended_shards(state.own_guilds().count());
    Reply::ok(json!({ "url": state.sessions.url, "shards": shards, "session_start_limit": {
        "total": limit.total, "remaining": limit.remaining, "reset_after": limit.reset_after_ms,
        "max_concurrency": limit.max_concurrency,
    } }))
}

pub(super) fn own_user(state: &mut State, _: &Call) -> Result<Reply, ApiError> {
    let mut user = state.world.user_json(state.world.bot);
    set(&mut user, "verified", true);
    set(&mut user, "mfa_enabled", false);
    set(&mut user, "email", Value::Null);
    set(&mut user, "locale", "en-US");
    Reply::ok(user)
}

pub(super) fn own_guilds(state: &mut State, _: &Call) -> Result<Reply, ApiError> {
    let now = state.now_ms();
    let guilds: Vec<Value> = state
        .own_guilds()
        .map(|guild| {
            let powers = guild.member(state.world.bot).map_or(0, |member| permissions::in_guild(guild, member, now));
            json!({
                "id": guild.id, "name": guild.name, "icon": null, "banner": null, "features": [],
                "owner": guild.owner == state.world.bot, "permissions": powers.to_string(),
            })
        })
        .collect();
    Reply::ok(guilds.into())
}

pub(super) fn user(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let user = state.world.users.get(&call.id("user_id")?).ok_or(UNKNOWN_USER)?;
    Reply::ok(user.json())
}

pub(super) fn application(state: &mut State, _: &Call) -> Result<Reply, ApiError> {
    let owner = state.world.user_named("omar").map_or(Value::Null, |user| user.json());
    let flags = state.sessions.application_flags();
    Reply::ok(json!({
        "id": state.world.bot, "name": "Backroad", "icon": null, "description": "", "summary": "", "type": null,
        "bot": state.world.user_json(state.world.bot), "bot_public": true, "bot_require_code_grant": false,
        "verify_key": "0".repeat(64), "flags": flags, "flags_new": flags.to_string(), "hook": true,
        "integration_types_config": { "0": {} }, "redirect_uris": [], "interactions_endpoint_url": null,
        "role_connections_verification_url": null, "owner": owner, "team": null,
        "approximate_guild_count": state.own_guilds().count(), "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0, "explicit_content_filter": 0, "eligible_oauth2_scopes": [],
    }))
}

pub(super) fn guild(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    // Here, and only here, a guild without the bot is as unknown as one that does not exist.
    let id = call.id("guild_id")?;
    let guild = state.own_guilds().find(|guild| guild.id == id).ok_or(UNKNOWN_GUILD)?;
    let mut json = guild.json();
    if call.asks_for("with_counts") {
        set(&mut json, "approximate_member_count", guild.members.len());
        set(&mut json, "approximate_presence_count", guild.members.len());
    }
    Reply::ok(json)
}

pub(super) fn stickers(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let stickers: Vec<Value> = access::guild(state, call, 0)?.stickers.iter().map(Sticker::json).collect();
    Reply::ok(stickers.into())
}

pub(super) fn sticker(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let (guild, id) = (access::guild(state, call, 0)?, call.id("sticker_id")?);
    let sticker = guild.stickers.iter().find(|sticker| sticker.id == id).ok_or(UNKNOWN_STICKER)?;
    Reply::ok(sticker.json())
}
