//! Faults, ordered over HTTP.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::Response;
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{answer, from_body, success};
use crate::playground::faults::{Fault, Outcome};
use crate::playground::member::{ActError, refused};
use crate::playground::state::Shared;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/control/faults", post(order)).route("/control/release", post(release))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderedFault {
    method: Option<String>,
    path: String,
    #[serde(default = "once")]
    times: u32,
    #[serde(default)]
    carried_out: bool,
    answer: Option<OrderedAnswer>,
    #[serde(default)]
    cut: bool,
    #[serde(default)]
    late: bool,
    late_ms: Option<u64>,
    #[serde(default)]
    silent: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderedAnswer {
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Value,
}

const fn once() -> u32 {
    1
}

async fn order(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    answer(from_body::<OrderedFault>(&body).and_then(|ordered| {
        let fault = ordered.fault()?;
        shared.change(|state| state.faults.push(fault));
        Ok(json!({}))
    }))
}

async fn release(State(shared): State<Arc<Shared>>) -> Response<Body> {
    let released = shared.change(|state| state.held.release());
    success(&json!({ "released": released }))
}

impl OrderedFault {
    fn fault(self) -> Result<Fault, ActError> {
        let mut outcomes = Vec::new();
        if let Some(OrderedAnswer { status, headers, body }) = self.answer {
            if !(200..600).contains(&status) {
                return Err(refused("The status of an ordered answer lies between 200 and 599."));
            }
            outcomes.push(Outcome::Answer { status, headers, body });
        }
        outcomes.extend(self.cut.then_some(Outcome::Cut));
        outcomes.extend(self.late.then_some(Outcome::Late(None)));
        outcomes.extend(self.late_ms.map(|ms| Outcome::Late(Some(Duration::from_millis(ms)))));
        outcomes.extend(self.silent.then_some(Outcome::Silence));
        let outcome = outcomes.pop().filter(|_| outcomes.is_empty()).ok_or_else(|| {
            refused("A fault has one of `answer`, `\"cut\": true`, `\"late\": true`, `late_ms` and `\"silent\": true`.")
        })?;
        let Self { method, path, times, carried_out, .. } = self;
        Ok(Fault { method, path, times, carried_out, outcome })
    }
}
