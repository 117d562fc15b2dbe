//! The REST API: one table of routes, one way in. A handler gets the state and a checked call, and answers at once.

mod channels;
pub(super) mod commands;
pub(super) mod error;
mod interactions;
mod places;
mod route;
mod threads;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State as Extract};
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use serde_json::Value;

use self::error::{ApiError, INVALID_JSON, METHOD_NOT_ALLOWED, NOT_FOUND, UNAUTHORIZED};
use self::route::{Auth, Found};
use super::faults::{self, Outcome};
use super::record::{HEADERS, RecordedRequest};
use super::snowflake::Snowflake;
use super::state::{Shared, State};
use super::validate::Form;

/// Discord's limit for a request.
const MOST_BYTES: usize = 25 * 1024 * 1024;

/// A switch that cuts the TCP connection of a request instead of answering it.
#[derive(Clone, Debug, Default)]
pub(super) struct Cut(pub(super) Arc<AtomicBool>);

/// One request to a known route.
pub(super) struct Call {
    /// The parts of the path that the route names.
    parts: BTreeMap<&'static str, String>,
    query: BTreeMap<String, String>,
    body: Value,
    /// The address of the server, for routes that tell it.
    gateway_url: String,
}

pub(super) struct Reply {
    status: u16,
    body: Value,
}

impl Reply {
    fn ok(body: Value) -> Result<Self, ApiError> {
        Ok(Self { status: 200, body })
    }

    fn created(body: Value) -> Result<Self, ApiError> {
        Ok(Self { status: 201, body })
    }

    fn no_content() -> Result<Self, ApiError> {
        Ok(Self { status: 204, body: Value::Null })
    }
}

impl Call {
    /// An id of the path. Anything but digits is a 50035.
    fn id(&self, name: &str) -> Result<Snowflake, ApiError> {
        let form = Form::default();
        let text = Value::from(self.part(name));
        let parent = serde_json::json!({ name: text });
        let id = form.root(&parent).get(name).and_then(|field| field.snowflake());
        form.finish()?;
        id.ok_or(NOT_FOUND)
    }

    fn part(&self, name: &str) -> &str {
        self.parts.get(name).map_or("", String::as_str)
    }

    fn asks_for(&self, flag: &str) -> bool {
        self.query.get(flag).is_some_and(|value| value == "true" || value == "1" || value == "True")
    }
}

/// Everything below `/api`.
pub(super) async fn serve(
    Extract(shared): Extract<Arc<Shared>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request<Body>,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, MOST_BYTES).await else {
        return answer(
            413,
            &BTreeMap::new(),
            &serde_json::json!({ "message": "Request entity too large", "code": 40005 }),
        );
    };
    let path = route::without_version(head.uri.path());
    let query = query(head.uri.query().unwrap_or_default());
    let method = head.method.as_str();
    let sent = shared.change(|state| {
        let fault = faults::strike(&mut state.faults, method, path);
        let found = route::find(method, path);
        let (mut status, mut answer, mut headers) = (0, Value::Null, BTreeMap::new());
        let recorded = recorded_body(&bytes);
        if fault.as_ref().is_none_or(|fault| fault.carried_out) {
            (status, answer) = match run(state, &found, &head.headers, &bytes, &query) {
                Ok(reply) => (reply.status, reply.body),
                Err(error) => (error.status, error.json()),
            };
        }
        let mut is_cut = false;
        match fault.map(|fault| fault.outcome) {
            None => {}
            Some(Outcome::Cut) => is_cut = true,
            Some(Outcome::Answer { status: ordered, headers: extra, body }) => {
                (status, answer, headers) = (ordered, body, extra);
            }
        }
        let at_ms = state.now_ms();
        state.record(RecordedRequest {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.clone(),
            route: found.template(),
            headers: recorded_headers(&head.headers),
            body: recorded,
            status: (!is_cut).then_some(status),
            at_ms,
        });
        (!is_cut).then_some((status, headers, answer))
    });
    match sent {
        Some((status, headers, body)) => answer(status, &headers, &body),
        None => {
            cut.0.store(true, Ordering::SeqCst);
            Response::new(Body::empty())
        }
    }
}

fn run(
    state: &mut State,
    found: &Found,
    headers: &HeaderMap,
    bytes: &[u8],
    query: &BTreeMap<String, String>,
) -> Result<Reply, ApiError> {
    let (route, parts) = match found {
        Found::Route(route, parts) => (route, parts),
        Found::OtherMethod => return Err(METHOD_NOT_ALLOWED),
        Found::Nothing => return Err(NOT_FOUND),
    };
    if route.auth == Auth::Bot && !is_authorized(headers, &state.token) {
        return Err(UNAUTHORIZED);
    }
    let body = body(headers, bytes)?;
    let gateway_url = state.sessions.url.clone();
    (route.handler)(state, &Call { parts: parts.clone(), query: query.clone(), body, gateway_url })
}

fn is_authorized(headers: &HeaderMap, token: &str) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    given.and_then(|given| given.strip_prefix("Bot ")) == Some(token)
}

/// The JSON of a body. Discord insists on the content type.
fn body(headers: &HeaderMap, bytes: &[u8]) -> Result<Value, ApiError> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if content_type.split(';').next().map(str::trim) != Some("application/json") {
        let form = Form::default();
        let message = "Expected \"Content-Type\" header to be one of {'application/json'}.";
        form.root(&Value::Null).problem("CONTENT_TYPE_INVALID", message);
        form.finish()?;
    }
    serde_json::from_slice(bytes).map_err(|_| INVALID_JSON)
}

fn query(text: &str) -> BTreeMap<String, String> {
    reqwest::Url::parse(&format!("http://localhost/?{text}"))
        .map(|url| url.query_pairs().into_owned().collect())
        .unwrap_or_default()
}

fn recorded_body(bytes: &[u8]) -> Value {
    if bytes.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned().into())
}

fn recorded_headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let known =
        HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), headers.get(*name)?.to_str().ok()?.to_owned())));
    known.collect()
}

/// An answer with a JSON body, or with none for `null`.
pub(super) fn answer(status: u16, headers: &BTreeMap<String, String>, body: &Value) -> Response<Body> {
    let text = if body.is_null() { String::new() } else { body.to_string() };
    let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap_or(StatusCode::OK));
    if !text.is_empty() {
        response = response.header(header::CONTENT_TYPE, "application/json");
    }
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(Body::from(text)).unwrap_or_else(|_| {
        let mut failed = Response::new(Body::from("a header of the ordered answer is not valid"));
        *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        failed
    })
}
