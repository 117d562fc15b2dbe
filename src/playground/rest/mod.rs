//! The REST API: one table of routes, one way in. A handler gets the state and a checked call, and answers at once.

mod access;
mod bans;
mod channels;
pub(super) mod commands;
pub(super) mod error;
mod hold;
mod interactions;
mod members;
mod messages;
mod multipart;
mod pins;
mod places;
mod polls;
mod reactions;
mod roles;
mod route;
mod thread_lists;
mod threads;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Path, State as Extract};
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use serde_json::{Value, json};

use self::error::{ApiError, INVALID_JSON, METHOD_NOT_ALLOWED, NOT_FOUND, TOO_LARGE, UNAUTHORIZED};
use self::route::{Auth, Found, Route};
use super::attachments::Upload;
use super::faults::{self, Outcome};
use super::limits::{self, Asked, Headers};
use super::record::{HEADERS, RecordedFile, RecordedRequest};
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
    uploads: Vec<Upload>,
    /// What the audit log would say about it.
    reason: Option<String>,
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
        let parent = json!({ name: text });
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

/// A request as it came, read before the state is looked at.
struct Incoming {
    method: String,
    /// Without the version.
    path: String,
    query: BTreeMap<String, String>,
    headers: HeaderMap,
    bytes: Bytes,
    target: Target,
}

/// What a request asks for.
enum Target {
    Route {
        route: &'static Route,
        /// The top-level id in the path.
        id: String,
        /// A body or reason that is not understood is refused once it is known that the sender may ask at all.
        call: Result<Call, ApiError>,
    },
    OtherMethod,
    Nothing,
}

impl Target {
    fn of(method: &str, path: &str, query: &BTreeMap<String, String>, headers: &HeaderMap, bytes: &Bytes) -> Self {
        let (route, parts) = match route::find(method, path) {
            Found::Route(route, parts) => (route, parts),
            Found::OtherMethod => return Self::OtherMethod,
            Found::Nothing => return Self::Nothing,
        };
        let id = route.top_level_id(&parts);
        let call = body(headers, bytes).and_then(|(body, uploads)| {
            Ok(Call { parts, query: query.clone(), body, uploads, reason: reason(headers)? })
        });
        Self::Route { route, id, call }
    }

    fn template(&self) -> Option<&'static str> {
        match self {
            Self::Route { route, .. } => Some(route.template),
            Self::OtherMethod | Self::Nothing => None,
        }
    }
}

impl Incoming {
    /// The JSON, or a string where it is none; and the files.
    fn recorded_body(&self) -> (Value, Vec<RecordedFile>) {
        let file = |upload: &Upload| RecordedFile {
            filename: upload.filename.clone(),
            content_type: upload.content_type.clone(),
            size: upload.bytes.len(),
        };
        if let Target::Route { call: Ok(call), .. } = &self.target {
            return (call.body.clone(), call.uploads.iter().map(file).collect());
        }
        match body(&self.headers, &self.bytes) {
            Ok((json, uploads)) => (json, uploads.iter().map(file).collect()),
            Err(_) => {
                let json = serde_json::from_slice(&self.bytes);
                (json.unwrap_or_else(|_| String::from_utf8_lossy(&self.bytes).into_owned().into()), Vec::new())
            }
        }
    }
}

/// What goes back.
struct Answer {
    status: u16,
    headers: Headers,
    body: Value,
}

/// Everything below `/api`.
pub(super) async fn serve(
    Extract(shared): Extract<Arc<Shared>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request<Body>,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, MOST_BYTES).await else {
        return answer(TOO_LARGE.status, &via(), &TOO_LARGE.json());
    };
    let (method, path) = (head.method.as_str().to_owned(), route::without_version(head.uri.path()).to_owned());
    let (query, headers) = (query(head.uri.query().unwrap_or_default()), head.headers);
    let target = Target::of(&method, &path, &query, &headers, &bytes);
    let incoming = Incoming { method, path, query, headers, bytes, target };
    // A task of its own: a request that is held is carried out also if its client gives up.
    let task = tokio::spawn(async move {
        let step = shared.change(|state| state.meet(&incoming));
        hold::finish(&shared, &incoming, step).await
    });
    match task.await.ok().flatten() {
        Some(sent) => answer(sent.status, &sent.headers, &sent.body),
        None => {
            cut.0.store(true, Ordering::SeqCst);
            Response::new(Body::empty())
        }
    }
}

/// `GET /attachments/{channel}/{id}/{name}`: a file of a message, for everybody who has the address.
pub(super) async fn attachment(
    Extract(shared): Extract<Arc<Shared>>,
    Path((channel, id, _)): Path<(String, String, String)>,
) -> Response<Body> {
    let found = shared.read(|state| {
        let file = state.attachment(channel.parse().ok()?, id.parse().ok()?)?;
        Some((file.content_type.clone(), file.bytes.clone()))
    });
    let Some((content_type, bytes)) = found else {
        let headers = Headers::from([("content-type".to_owned(), "text/plain".to_owned())]);
        return answer(404, &headers, &"This content is no longer available.".into());
    };
    let response = Response::builder()
        .header(header::CONTENT_TYPE, content_type)
        // The page has the same address: a file must not act in its name.
        .header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(Body::from(bytes));
    response.unwrap_or_else(|_| Response::new(Body::empty()))
}

/// How a request goes on.
enum Step {
    /// `None`: the connection is cut.
    Done(Option<Answer>),
    /// The answer waits; without one the request is carried out then.
    Late(u64, Option<Answer>),
    Silent(u64),
}

impl State {
    /// Carries a request out, unless an ordered fault has it otherwise.
    fn meet(&mut self, incoming: &Incoming) -> Step {
        let fault = faults::strike(&mut self.faults, &incoming.method, &incoming.path);
        let outcome = fault.as_ref().map(|fault| fault.outcome.clone());
        let mut carried_out = fault.is_none_or(|fault| fault.carried_out).then(|| carry_out(self, incoming));
        let step = match outcome {
            None => Step::Done(carried_out),
            Some(Outcome::Cut) => Step::Done(None),
            Some(Outcome::Answer { status, headers, body }) => {
                let headers = headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value));
                let headers = via().into_iter().chain(headers).collect();
                Step::Done(Some(Answer { status, headers, body }))
            }
            Some(Outcome::Late(by)) => {
                let now = self.now_ms();
                Step::Late(self.held.add_late(by, now), carried_out.take())
            }
            Some(Outcome::Silence) => Step::Silent(self.held.add_silent()),
        };
        match &step {
            Step::Done(sent) => self.finish(incoming, sent.as_ref()),
            Step::Late(_, Some(sent)) => self.finish(incoming, Some(sent)),
            Step::Late(_, None) => {}
            Step::Silent(_) => self.finish(incoming, None),
        }
        step
    }

    /// Keeps what came and what went back, `None` for no answer.
    fn finish(&mut self, incoming: &Incoming, sent: Option<&Answer>) {
        if sent.is_some_and(Answer::is_invalid) {
            let now = self.clock.flowing_ms();
            self.limits.count_invalid(1, now);
        }
        let at_ms = self.now_ms();
        let (body, files) = incoming.recorded_body();
        self.requests.add(RecordedRequest {
            method: incoming.method.clone(),
            path: incoming.path.clone(),
            query: incoming.query.clone(),
            route: incoming.target.template(),
            headers: recorded_headers(&incoming.headers),
            body,
            files,
            status: sent.map(|sent| sent.status),
            at_ms,
        });
    }
}

impl Answer {
    /// Whether it counts towards the ban for invalid requests.
    fn is_invalid(&self) -> bool {
        let shared = self.headers.get("x-ratelimit-scope").is_some_and(|scope| scope == "shared");
        matches!(self.status, 401 | 403) || (self.status == 429 && !shared)
    }

    fn error(error: &ApiError) -> Self {
        Self { status: error.status, headers: via(), body: error.json() }
    }
}

fn carry_out(state: &mut State, incoming: &Incoming) -> Answer {
    let now = state.clock.flowing_ms();
    if let Some(left_ms) = state.limits.banned_for_ms(now) {
        // Cloudflare's words, in front of the API: no JSON and no header that tells of the way through Google.
        let headers = [("content-type", "text/plain".to_owned()), ("retry-after", limits::whole_seconds(left_ms))];
        let headers = headers.map(|(name, value)| (name.to_owned(), value)).into();
        return Answer { status: 429, headers, body: "error code: 1015".into() };
    }
    let (route, id, call) = match &incoming.target {
        Target::Route { route, id, call } => (route, id, call),
        Target::OtherMethod => return Answer::error(&METHOD_NOT_ALLOWED),
        Target::Nothing => return Answer::error(&NOT_FOUND),
    };
    if route.auth == Auth::Bot && !is_authorized(&incoming.headers, &state.token) {
        return Answer::error(&UNAUTHORIZED);
    }
    // What has a token of its own in the path is not counted against the bot.
    let counts_globally = route.auth == Auth::Bot;
    let asked = Asked { method: route.method, template: route.template, id, counts_globally };
    let limits = match state.limits.admit(asked, now) {
        Ok(headers) => headers,
        Err(refusal) => {
            let headers = via().into_iter().chain(refusal.headers).collect();
            return Answer { status: 429, headers, body: refusal.body };
        }
    };
    let reply = call.as_ref().map_err(ApiError::clone).and_then(|call| (route.handler)(state, call));
    let mut answer = match reply {
        Ok(reply) => Answer { status: reply.status, headers: via(), body: reply.body },
        Err(error) => Answer::error(&error),
    };
    answer.headers.extend(limits);
    answer
}

/// `X-Audit-Log-Reason`: 1 to 512 characters, percent-encoded. How Discord refuses others is not documented.
fn reason(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(header) = headers.get("x-audit-log-reason") else { return Ok(None) };
    let text = header.to_str().ok().and_then(percent_decoded).map_or(Value::Null, Value::from);
    let form = Form::default();
    let parent = json!({ "reason": text });
    let reason = form.root(&parent).require("reason").and_then(|reason| reason.text(1..=512)).map(str::to_owned);
    form.finish()?;
    Ok(reason)
}

/// The route that a method and a path belong to, and the top-level id in the path.
pub(super) fn limited_route(method: &str, path: &str) -> Option<(&'static str, &'static str, String)> {
    let Found::Route(route, parts) = route::find(method, path) else { return None };
    Some((route.method, route.template, route.top_level_id(&parts)))
}

/// Discord's answers come through Google's load balancer. Libraries take a 429 without this header for Cloudflare's.
fn via() -> Headers {
    Headers::from([("via".to_owned(), "1.1 google".to_owned())])
}

fn is_authorized(headers: &HeaderMap, token: &str) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    given.and_then(|given| given.strip_prefix("Bot ")) == Some(token)
}

/// The JSON and the files of a body. Discord insists on the content type.
fn body(headers: &HeaderMap, bytes: &Bytes) -> Result<(Value, Vec<Upload>), ApiError> {
    if bytes.is_empty() {
        return Ok((Value::Null, Vec::new()));
    }
    let content_type = content_type(headers);
    if let Some(boundary) = multipart::boundary(content_type) {
        return multipart::parse(&boundary, bytes);
    }
    if content_type.split(';').next().map(str::trim) != Some("application/json") {
        let form = Form::default();
        let message = "Expected \"Content-Type\" header to be one of {'application/json'}.";
        form.root(&Value::Null).problem("CONTENT_TYPE_INVALID", message);
        form.finish()?;
    }
    serde_json::from_slice(bytes).map(|json| (json, Vec::new())).map_err(|_| INVALID_JSON)
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The text that a part of a path stands for; `None` when it is not well formed.
fn percent_decoded(part: &str) -> Option<String> {
    let mut rest = part;
    let mut bytes = Vec::new();
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend(before.bytes());
        let digits = after.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = after.get(2..)?;
    }
    bytes.extend(rest.bytes());
    String::from_utf8(bytes).ok()
}

fn query(text: &str) -> BTreeMap<String, String> {
    reqwest::Url::parse(&format!("http://localhost/?{text}"))
        .map(|url| url.query_pairs().into_owned().collect())
        .unwrap_or_default()
}

fn recorded_headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let known =
        HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), headers.get(*name)?.to_str().ok()?.to_owned())));
    known.collect()
}

/// An answer with a JSON body, or with none for `null`. With a content type among the headers a string is sent as it is.
pub(super) fn answer(status: u16, headers: &Headers, body: &Value) -> Response<Body> {
    let has_type = headers.contains_key("content-type");
    let text = match body {
        Value::Null => String::new(),
        Value::String(text) if has_type => text.clone(),
        _ => body.to_string(),
    };
    let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap_or(StatusCode::OK));
    if !text.is_empty() && !has_type {
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
