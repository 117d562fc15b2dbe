//! Orders to the gateway, and what becomes of the bot's guilds, over HTTP.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{answer, from_body, success};
use crate::playground::fixture::BOT;
use crate::playground::gateway::{Refusal, Sessions, Step};
use crate::playground::member::{ActError, refused};
use crate::playground::state::Shared;

/// The sessions that are connected or can be resumed.
pub(super) async fn sessions(State(shared): State<Arc<Shared>>) -> Response<Body> {
    success(&shared.read(|state| json!(state.gateway_sessions())))
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
enum GatewayOrder {
    Close {
        code: Option<u16>,
    },
    Cut {},
    Silence {},
    Reconnect {},
    Heartbeat {},
    Invalidate {
        resumable: bool,
    },
    RejectIdentify {
        code: u16,
    },
    Refuse {
        step: Step,
        #[serde(default = "once")]
        times: u32,
        code: Option<u16>,
        #[serde(default)]
        cut: bool,
        /// Whether the session that is told to be invalid can be resumed.
        resumable: Option<bool>,
    },
    LeaveStarts {
        left: u64,
    },
}

const fn once() -> u32 {
    1
}

pub(super) async fn order(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    answer(from_body::<GatewayOrder>(&body).and_then(|order| {
        shared.change(|state| order.carry_out(&mut state.sessions, state.clock.now_ms()))?;
        Ok(json!({}))
    }))
}

impl GatewayOrder {
    fn carry_out(self, sessions: &mut Sessions, now_ms: i64) -> Result<(), ActError> {
        match self {
            Self::Close { code } => sessions.close_all(code.map(sendable).transpose()?, now_ms),
            Self::Cut {} => sessions.cut_all(now_ms),
            Self::Silence {} => sessions.silence_all(),
            Self::Reconnect {} => sessions.ask_all(7),
            Self::Heartbeat {} => sessions.ask_all(1),
            Self::Invalidate { resumable } => sessions.invalidate_all(resumable, now_ms),
            Self::RejectIdentify { code } => {
                sessions.refuse_next(Step::Identify, 1, Refusal::Close(Some(sendable(code)?)));
            }
            Self::Refuse { step, times, code, cut, resumable } => {
                let refusal = match (code, cut, resumable) {
                    (None, true, None) => Refusal::Cut,
                    (None, false, Some(resumable)) => Refusal::InvalidSession { resumable },
                    (code, false, None) => Refusal::Close(code.map(sendable).transpose()?),
                    _ => return Err(refused("A refusal has one of `code`, `\"cut\": true` and `resumable`.")),
                };
                sessions.refuse_next(step, times, refusal);
            }
            Self::LeaveStarts { left } => sessions.leave_starts(left, now_ms),
        }
        Ok(())
    }
}

/// The codes that may stand in a close frame.
fn sendable(code: u16) -> Result<u16, ActError> {
    match code {
        1000..=1003 | 1007..=1014 | 3000..=4999 => Ok(code),
        _ => Err(refused("A close code is 1000 to 1003, 1007 to 1014 or 3000 to 4999.")),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GuildOrder {
    guild: String,
    #[serde(rename = "do")]
    act: GuildAct,
    /// Permission bits, in decimal.
    permissions: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum GuildAct {
    BeginOutage,
    EndOutage,
    RemoveBot,
    AddBot,
}

pub(super) async fn guilds(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    answer(from_body::<GuildOrder>(&body).and_then(|order| {
        let GuildOrder { guild, act, permissions } = order;
        let permissions = permissions.map(|bits| bits.parse()).transpose();
        let permissions = permissions.map_err(|_| refused("`permissions` is a number in quotes, such as \"2048\"."))?;
        shared.change(|state| match (act, permissions) {
            (GuildAct::AddBot, permissions) => state.with_bot(&guild, permissions.unwrap_or(BOT)),
            (_, Some(_)) => Err(refused("Only `add_bot` takes `permissions`.")),
            (GuildAct::BeginOutage, None) => state.with_outage(&guild),
            (GuildAct::EndOutage, None) => state.without_outage(&guild),
            (GuildAct::RemoveBot, None) => state.without_bot(&guild),
        })?;
        Ok::<Value, ActError>(json!({}))
    }))
}
