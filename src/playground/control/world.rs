//! Changes of the world, ordered over HTTP.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::Response;
use axum::routing::post;
use serde_json::json;

use super::{answer, from_body};
use crate::playground::edit::Edit;
use crate::playground::state::Shared;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/control/world", post(edit))
}

async fn edit(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    answer(from_body::<Edit>(&body).and_then(|edit| {
        let id = shared.change(|state| state.edit_world(edit))?;
        Ok(json!({ "id": id }))
    }))
}
