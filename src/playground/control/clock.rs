//! The clock over HTTP: pushed forward and set, and told to bots that follow it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use super::{answer, from_body, from_query, success};
use crate::playground::member::refused;
use crate::playground::state::Shared;

/// How long, in real time, a client waits for a change before it is told that there was none.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct After {
    after: Option<String>,
}

pub(super) async fn get(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response<Body> {
    let after = from_query::<After>(query).and_then(|query| {
        let after = query.after.map(|text| text.parse::<u64>()).transpose();
        after.map_err(|_| refused("`after` is a `change` that was told before."))
    });
    match after {
        Ok(None) => success(&told(&shared)),
        Ok(Some(after)) => success(&changed(&shared, after).await),
        Err(error) => answer(Err(error)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    advance_ms: Option<u64>,
    step_ms: Option<i64>,
}

pub(super) async fn order(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    answer(from_body::<Order>(&body).and_then(|order| {
        if order.advance_ms.is_none() && order.step_ms.is_none() {
            return Err(refused("Say `advance_ms`, `step_ms` or both."));
        }
        let advance = Duration::from_millis(order.advance_ms.unwrap_or_default());
        shared.order_time(advance, order.step_ms.unwrap_or_default());
        Ok(told(&shared))
    }))
}

/// The clock once something was ordered after `after`; as it is when that takes too long, or the playground ends.
async fn changed(shared: &Shared, after: u64) -> Value {
    let (mut leaps, mut stopped) = (shared.leaps(), shared.stopped());
    let ceiling = Instant::now() + LONGEST_WAIT;
    while shared.read(|state| state.time_orders.change) == after {
        let change = async {
            tokio::select! {
                leapt = leaps.changed() => leapt.is_ok(),
                _ = stopped.wait_for(|stopped| *stopped) => false,
            }
        };
        if timeout_at(ceiling, change).await != Ok(true) {
            break;
        }
    }
    told(shared)
}

fn told(shared: &Shared) -> Value {
    shared.read(|state| {
        json!({
            "now_ms": state.now_ms(), "stands": state.clock.stands(), "passed_ms": state.clock.passed_ms(),
            "stepped_ms": state.time_orders.stepped_ms, "change": state.time_orders.change,
        })
    })
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::Poll;

    use super::*;
    use crate::playground::{Options, Playground};

    #[tokio::test]
    async fn the_end_of_the_playground_ends_the_wait() {
        let playground = Playground::start(Options::default()).await.unwrap();
        let mut wait = pin!(changed(&playground.shared, 0));
        assert!(poll_fn(|context| Poll::Ready(wait.as_mut().poll(context).is_pending())).await);
        playground.shared.stop();
        assert_eq!(wait.await["change"], 0);
    }
}
