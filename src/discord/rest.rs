//! The REST sender: one way to Discord for every request. Waits for permits, obeys Retry-After, and stops before Discord
//! bans the address for invalid requests. A request whose fate is unknown is sent again when that has the same effect;
//! a POST makes something new, so it is sent again only after a 429, which says that nothing was done.

mod limits;

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use limits::{Breaker, Evenly, Scope, limits, scope, seconds};
use rand::RngExt;
use reqwest::header::{
    AUTHORIZATION, CONNECTION, CONTENT_TYPE, HeaderMap, HeaderValue, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
    USER_AGENT,
};
use reqwest::{Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serenity::constants;
use serenity::http::{LightMethod, Route};
use serenity::model::id::InteractionId;
use twilight_http_ratelimiting::{Endpoint, Method, RateLimitHeaders, RateLimiter};

use super::{Api, Token};

/// Discord's global limit in requests a second, interaction endpoints not counted.
const GLOBAL_PER_SECOND: u16 = 50;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(15);

/// How often a request is sent again after a failure that may pass.
const RETRIES: u32 = 4;

/// An interaction's first response must arrive within 3 s of the event. One attempt must leave time for another.
const RESPONSE_WINDOW: Duration = Duration::from_millis(2_800);
const RESPONSE_ATTEMPT: Duration = Duration::from_millis(1_000);

/// Longer waits are left to the caller, who can say that it waits.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(30);

#[derive(Debug, thiserror::Error)]
pub enum RestError {
    #[error("Discord refused the token: check DISCORD_TOKEN")]
    Token,
    #[error("cannot reach Discord: {0}")]
    Network(String),
    #[error("Discord answered {method} {path} with {status}, code {code}: {message}")]
    Refused { method: &'static str, path: String, status: u16, code: u64, message: String },
    #[error("too many requests were refused in the last 10 minutes: nothing is sent until that is over")]
    Paused,
    #[error("Discord's answer to {path} cannot be read: {error}")]
    Body { path: String, error: String },
}

impl RestError {
    /// Discord's own error code, such as 10008 for an unknown message.
    pub fn code(&self) -> Option<u64> {
        match self {
            RestError::Refused { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// Whether the request may have been carried out all the same.
    pub(super) fn is_ambiguous(&self) -> bool {
        match self {
            RestError::Network(_) | RestError::Body { .. } => true,
            RestError::Refused { status, .. } => *status >= 500,
            RestError::Token | RestError::Paused => false,
        }
    }

    /// Whether waiting may help, so that a start-up should try again.
    pub fn is_passing(&self) -> bool {
        match self {
            RestError::Network(_) | RestError::Paused => true,
            RestError::Refused { status, .. } => *status >= 500 || *status == 429,
            RestError::Token | RestError::Body { .. } => false,
        }
    }
}

struct Call<'a> {
    route: Route<'a>,
    method: LightMethod,
    /// Without the question mark; empty for none.
    query: &'a str,
    body: Option<Vec<u8>>,
}

impl Call<'_> {
    /// Whether sending it twice has the same effect as sending it once.
    fn is_repeatable(&self) -> bool {
        !matches!(self.method, LightMethod::Post)
    }
}

/// An answer with its headers, for who wants to know more than its body.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) headers: HeaderMap,
    /// `null` when there is none.
    pub(super) body: serde_json::Value,
}

/// What became of a first response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    /// With the message that it made, if that was asked for.
    Made { message: Option<u64> },
    /// The interaction had its response before: this is an event that was seen already.
    Before,
    /// The interaction's time is over, and it has had no response.
    Expired,
}

pub struct Rest {
    client: reqwest::Client,
    token: String,
    base: Option<String>,
    limiter: RateLimiter,
    breaker: Breaker,
    evenly: Evenly,
    /// Until when Discord wants no request at all but interaction responses.
    closed_until: Mutex<Option<Instant>>,
}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rest").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Rest {
    /// Must be called inside a tokio runtime: the rate limiter is a task.
    ///
    /// # Errors
    /// When the TLS set-up fails.
    pub fn new(token: &Token, api: &Api) -> Result<Rest, RestError> {
        let client = reqwest::Client::builder().connect_timeout(CONNECT_TIMEOUT).timeout(TIMEOUT);
        // A local Discord is never behind a proxy, whatever the environment says.
        let client = if api.is_loopback() { client.no_proxy() } else { client };
        Ok(Rest {
            client: client.build().map_err(|error| RestError::Network(error.to_string()))?,
            token: format!("Bot {}", token.secret()),
            base: api.base().map(str::to_owned),
            limiter: RateLimiter::new(GLOBAL_PER_SECOND),
            breaker: Breaker::default(),
            evenly: Evenly::default(),
            closed_until: Mutex::default(),
        })
    }

    pub async fn get<T: DeserializeOwned>(&self, route: Route<'_>) -> Result<T, RestError> {
        self.json(Call { route, method: LightMethod::Get, query: "", body: None }).await
    }

    pub async fn put<T: DeserializeOwned>(&self, route: Route<'_>, body: Vec<u8>) -> Result<T, RestError> {
        self.json(Call { route, method: LightMethod::Put, query: "", body: Some(body) }).await
    }

    /// Makes something. One attempt: whether a failed one has had an effect is for the caller to find out.
    pub async fn post<T: DeserializeOwned>(&self, route: Route<'_>, body: Vec<u8>) -> Result<T, RestError> {
        self.json(Call { route, method: LightMethod::Post, query: "", body: Some(body) }).await
    }

    /// Edits something to a given content.
    pub async fn patch(&self, route: Route<'_>, body: Vec<u8>) -> Result<(), RestError> {
        self.limited(Call { route, method: LightMethod::Patch, query: "", body: Some(body) }).await.map(drop)
    }

    /// Any request, and the answer as it is. `query` is empty or of the form `limit=2&after=1`.
    pub(super) async fn exchange(
        &self,
        method: LightMethod,
        route: Route<'_>,
        query: &str,
        body: Option<&serde_json::Value>,
    ) -> Result<Answer, RestError> {
        let call = Call { route, method, query, body: body.map(|body| body.to_string().into_bytes()) };
        let path = shown_path(&call);
        let response = self.limited(call).await?;
        let headers = response.headers().clone();
        let bytes = response.bytes().await.map_err(|error| RestError::Network(plain(error)))?;
        let body = if bytes.is_empty() { Ok(serde_json::Value::Null) } else { serde_json::from_slice(&bytes) };
        Ok(Answer { headers, body: body.map_err(|error| RestError::Body { path, error: error.to_string() })? })
    }

    /// Sends the first response to an interaction that arrived at `since`. Outside all rate limits. Repeating it is
    /// harmless: Discord accepts one response, and answers a repetition of an accepted one with code 40060.
    pub(super) async fn respond(
        &self,
        id: InteractionId,
        token: &str,
        body: Vec<u8>,
        since: Instant,
        wants_message: bool,
    ) -> Result<Delivery, RestError> {
        let call = Call {
            route: Route::InteractionResponse { interaction_id: id, token },
            method: LightMethod::Post,
            query: if wants_message { "with_response=true" } else { "" },
            body: Some(body),
        };
        let mut pause = Duration::from_millis(50);
        let mut ambiguous = false;
        loop {
            let left = RESPONSE_WINDOW.saturating_sub(since.elapsed());
            let attempt = tokio::time::timeout(left.min(RESPONSE_ATTEMPT), self.attempt(&call));
            let (error, wait) = match attempt.await {
                Ok(Ok(Sent { response: Ok(response), .. })) => {
                    let message = if wants_message { made_message(response).await } else { None };
                    return Ok(Delivery::Made { message });
                }
                Ok(Ok(Sent { response: Err(error), retry_after, .. })) => (error, retry_after),
                Ok(Err(error)) => (error, None),
                Err(_elapsed) => (RestError::Network("no answer in time".to_owned()), None),
            };
            match error.code() {
                Some(40060) if ambiguous => return Ok(Delivery::Made { message: None }),
                Some(40060) => return Ok(Delivery::Before),
                Some(10062) => return Ok(Delivery::Expired),
                _ => {}
            }
            ambiguous |= error.is_ambiguous();
            pause = wait.unwrap_or(pause * 2);
            if !error.is_passing() || since.elapsed() + pause >= RESPONSE_WINDOW {
                return Err(error);
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// Opens a connection that goes on as a WebSocket, without saying who we are. Errors are one sentence.
    pub(super) async fn upgrade(&self, url: &str) -> Result<reqwest::Upgraded, String> {
        let request = self.client.get(url).header(CONNECTION, "Upgrade").header(UPGRADE, "websocket");
        let request = request.header(SEC_WEBSOCKET_VERSION, "13").header(SEC_WEBSOCKET_KEY, "AAAAAAAAAAAAAAAAAAAAAA==");
        let response = request.send().await.map_err(plain)?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(format!("it answered with {}", response.status().as_u16()));
        }
        response.upgrade().await.map_err(plain)
    }

    async fn json<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T, RestError> {
        let path = shown_path(&call);
        let response = self.limited(call).await?;
        let bytes = response.bytes().await.map_err(|error| RestError::Network(plain(error)))?;
        serde_json::from_slice(&bytes).map_err(|error| RestError::Body { path, error: error.to_string() })
    }

    /// Waits for a permit, sends, and sends again what failed in a passing way.
    async fn limited(&self, call: Call<'_>) -> Result<Response, RestError> {
        let mut attempt = 0;
        loop {
            let permit = self.limiter.acquire(endpoint(&call)).await;
            self.open().await;
            self.evenly.turn().await;
            let outcome = self.attempt(&call).await;
            permit.complete(match &outcome {
                Ok(sent) => sent.limits.clone(),
                Err(_) => None,
            });
            let (error, wait) = match outcome {
                Ok(Sent { response: Ok(response), .. }) => return Ok(response),
                Ok(Sent { response: Err(refused), retry_after, .. }) => (refused, retry_after),
                Err(error) => (error, None),
            };
            attempt += 1;
            let wait = wait.unwrap_or_else(|| backoff(attempt));
            let doubles = error.is_ambiguous() && !call.is_repeatable();
            let hopeless = matches!(error, RestError::Paused) || doubles || wait > RETRY_AFTER_MAX;
            if hopeless || !error.is_passing() || attempt > RETRIES {
                return Err(error);
            }
            tracing::debug!(%error, ?wait, "sending again");
            tokio::time::sleep(wait).await;
        }
    }

    /// Returns when no global limit is in force.
    async fn open(&self) {
        loop {
            let until = *lock(&self.closed_until);
            match until {
                Some(until) if until > Instant::now() => tokio::time::sleep_until(until.into()).await,
                _ => return,
            }
        }
    }

    async fn attempt(&self, call: &Call<'_>) -> Result<Sent, RestError> {
        let permit = self.breaker.permit(Instant::now()).ok_or(RestError::Paused)?;
        let response = self.request(call)?.send().await.map_err(|error| RestError::Network(plain(error)))?;
        let (status, limits) = (response.status(), limits(response.headers()));
        if status.is_success() {
            return Ok(Sent { response: Ok(response), limits, retry_after: None });
        }
        let limited = status == StatusCode::TOO_MANY_REQUESTS;
        let scope = scope(response.headers());
        if matches!(status.as_u16(), 401 | 403) || (limited && scope != Scope::Shared) {
            permit.count(Instant::now());
        }
        let header_wait = seconds(response.headers(), "retry-after");
        let problem: Problem = serde_json::from_slice(&response.bytes().await.unwrap_or_default()).unwrap_or_default();
        let body_wait = problem.retry_after.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let retry_after = body_wait.or(header_wait).filter(|_| limited);
        if let Some(wait) = retry_after.filter(|_| scope == Scope::Global) {
            tracing::warn!(?wait, "Discord's global rate limit is reached: nothing but answers is sent meanwhile");
            let mut closed = lock(&self.closed_until);
            // A later answer may speak of a window that ends earlier.
            *closed = (*closed).max(Some(Instant::now() + wait));
        }
        let error = if status == StatusCode::UNAUTHORIZED {
            RestError::Token
        } else {
            RestError::Refused {
                method: endpoint(call).method.name(),
                path: shown_path(call),
                status: status.as_u16(),
                code: problem.code,
                message: problem.described(),
            }
        };
        Ok(Sent { response: Err(error), limits, retry_after })
    }

    /// serenity's own builder of requests is not used: it writes every request, tokens of interactions included, into a
    /// tracing span.
    fn request(&self, call: &Call<'_>) -> Result<reqwest::RequestBuilder, RestError> {
        let mut url = call.route.path().into_owned();
        if let Some(base) = &self.base {
            url = url.replacen("https://discord.com", base, 1);
        }
        if !call.query.is_empty() {
            url = format!("{url}?{}", call.query);
        }
        let method = call.method.reqwest_method();
        let authorization = HeaderValue::from_str(&self.token).map_err(|_| RestError::Token)?;
        let request = self.client.request(method, url).header(USER_AGENT, constants::USER_AGENT);
        let request = request.header(AUTHORIZATION, authorization);
        Ok(match &call.body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(body.clone()),
            None => request,
        })
    }
}

/// The message that a first response made, if Discord tells.
async fn made_message(response: Response) -> Option<u64> {
    let body: serde_json::Value = serde_json::from_slice(&response.bytes().await.ok()?).ok()?;
    body.pointer("/interaction/response_message_id")?.as_str()?.parse().ok()
}

/// What came back, and what it said about limits.
struct Sent {
    response: Result<Response, RestError>,
    limits: Option<RateLimitHeaders>,
    retry_after: Option<Duration>,
}

/// Discord's error body.
#[derive(Default, Deserialize)]
struct Problem {
    #[serde(default)]
    code: u64,
    #[serde(default)]
    message: String,
    errors: Option<serde_json::Value>,
    retry_after: Option<f64>,
}

impl Problem {
    fn described(&self) -> String {
        match &self.errors {
            Some(errors) => format!("{} {errors}", self.message),
            None => self.message.clone(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn endpoint(call: &Call<'_>) -> Endpoint {
    let method = match call.method {
        LightMethod::Delete => Method::Delete,
        LightMethod::Get => Method::Get,
        LightMethod::Patch => Method::Patch,
        LightMethod::Post => Method::Post,
        LightMethod::Put => Method::Put,
    };
    Endpoint { method, path: path(call) }
}

/// The route below `/api/v10/`, as the rate limiter wants it.
fn path(call: &Call<'_>) -> String {
    let full = call.route.path();
    full.split_once("/api/v10/").map_or_else(|| full.to_string(), |(_, path)| path.to_owned())
}

/// The path for logs: without the token that interaction and webhook routes hold.
fn shown_path(call: &Call<'_>) -> String {
    let path = path(call);
    let mut parts: Vec<&str> = path.split('/').collect();
    if let [kind, _, token, ..] = parts.as_mut_slice()
        && matches!(*kind, "interactions" | "webhooks")
    {
        *token = "…";
    }
    parts.join("/")
}

/// 0.25 s, 0.5 s, 1 s, 2 s, and up to a quarter more, so that many waiters do not come back at once.
fn backoff(attempt: u32) -> Duration {
    let base = Duration::from_millis(250) * 2u32.saturating_pow(attempt.saturating_sub(1).min(5));
    base.mul_f64(1.0 + rand::rng().random_range(0.0..0.25))
}

/// The innermost cause, without the address: an interaction's address holds its token.
fn plain(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_a_log_holds_no_token() {
        let route = Route::InteractionResponse { interaction_id: InteractionId::new(7), token: "secret" };
        let call = Call { route, method: LightMethod::Post, query: "", body: None };
        assert_eq!(path(&call), "interactions/7/secret/callback");
        assert_eq!(shown_path(&call), "interactions/7/…/callback");
    }
}
