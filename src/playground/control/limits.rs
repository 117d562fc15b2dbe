//! Rate limits, read and ordered over HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::Response;
use axum::routing::get;
use serde::Deserialize;
use serde_json::json;

use super::{answer, from_body, success};
use crate::playground::limits::LimitScope;
use crate::playground::state::Shared;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/control/limits", get(read).post(order))
}

async fn read(State(shared): State<Arc<Shared>>) -> Response<Body> {
    let now = shared.clock.flowing_ms();
    success(&shared.change(|state| state.limits.json(now)))
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
enum Order {
    Switch { on: bool },
    Budget { method: String, path: String, requests: u32, per_ms: u64 },
    Exhaust { method: String, path: String, scope: LimitScope, for_ms: u64 },
    Global { for_ms: u64 },
    Invalid { count: usize },
}

async fn order(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    let now = shared.clock.flowing_ms();
    answer(from_body::<Order>(&body).and_then(|order| {
        shared.change(|state| {
            let limits = &mut state.limits;
            match order {
                Order::Switch { on } => limits.switch(on),
                Order::Budget { method, path, requests, per_ms } => {
                    limits.set(&method, &path, requests, Duration::from_millis(per_ms))?;
                }
                Order::Exhaust { method, path, scope, for_ms } => {
                    limits.exhaust(&method, &path, scope, Duration::from_millis(for_ms), now)?;
                }
                Order::Global { for_ms } => limits.exhaust_global(Duration::from_millis(for_ms), now)?,
                Order::Invalid { count } => limits.count_invalid(count, now),
            }
            Ok(json!({}))
        })
    }))
}
