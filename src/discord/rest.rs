//! The REST sender: one way to Discord for every request. Waits for permits, obeys Retry-After, and stops before Discord
//! bans the address for invalid requests. All that is sent here has the same effect when it is sent twice, so a request
//! whose fate is unknown is sent again; what may not be doubled must not come here without a nonce.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rand::RngExt;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
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

/// Discord bans an address after 10,000 invalid requests (401, 403, 429 that is not shared) in 10 minutes.
const INVALID_WINDOW: Duration = Duration::from_secs(600);
const INVALID_STOP: usize = 9_000;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(15);

/// How often a request is sent again after a failure that may pass.
const RETRIES: u32 = 4;

/// An interaction's first response must arrive within 3 s of the event. One attempt must leave time for another.
const RESPONSE_WINDOW: Duration = Duration::from_millis(2_800);
const RESPONSE_ATTEMPT: Duration = Duration::from_millis(1_000);

/// Longer waits are left to the caller, who can say that it waits.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(30);

/// The header that says that a 429 concerns every request of the bot.
const GLOBAL: &str = "x-ratelimit-global";

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
    fn is_ambiguous(&self) -> bool {
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
    body: Option<Vec<u8>>,
}

/// What became of a first response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    Made,
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
    invalid: Mutex<Invalid>,
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
            invalid: Mutex::default(),
            closed_until: Mutex::default(),
        })
    }

    pub async fn get<T: DeserializeOwned>(&self, route: Route<'_>) -> Result<T, RestError> {
        self.json(Call { route, method: LightMethod::Get, body: None }).await
    }

    pub async fn put<T: DeserializeOwned>(&self, route: Route<'_>, body: Vec<u8>) -> Result<T, RestError> {
        self.json(Call { route, method: LightMethod::Put, body: Some(body) }).await
    }

    /// Edits something to a given content.
    pub async fn patch(&self, route: Route<'_>, body: Vec<u8>) -> Result<(), RestError> {
        self.limited(Call { route, method: LightMethod::Patch, body: Some(body) }).await.map(drop)
    }

    /// Sends the first response to an interaction that arrived at `since`. Outside all rate limits. Repeating it is
    /// harmless: Discord accepts one response, and answers a repetition of an accepted one with code 40060.
    pub(super) async fn respond(
        &self,
        id: InteractionId,
        token: &str,
        body: Vec<u8>,
        since: Instant,
    ) -> Result<Delivery, RestError> {
        let call = Call {
            route: Route::InteractionResponse { interaction_id: id, token },
            method: LightMethod::Post,
            body: Some(body),
        };
        let mut pause = Duration::from_millis(50);
        let mut ambiguous = false;
        loop {
            let left = RESPONSE_WINDOW.saturating_sub(since.elapsed());
            let attempt = tokio::time::timeout(left.min(RESPONSE_ATTEMPT), self.attempt(&call));
            let (error, wait) = match attempt.await {
                Ok(Ok(Sent { response: Ok(_), .. })) => return Ok(Delivery::Made),
                Ok(Ok(Sent { response: Err(error), retry_after, .. })) => (error, retry_after),
                Ok(Err(error)) => (error, None),
                Err(_elapsed) => (RestError::Network("no answer in time".to_owned()), None),
            };
            match error.code() {
                Some(40060) if ambiguous => return Ok(Delivery::Made),
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
            let hopeless = matches!(error, RestError::Paused) || wait > RETRY_AFTER_MAX;
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
        if lock(&self.invalid).is_over(Instant::now()) {
            return Err(RestError::Paused);
        }
        let response = self.request(call)?.send().await.map_err(|error| RestError::Network(plain(error)))?;
        let (status, limits) = (response.status(), limits(response.headers()));
        if status.is_success() {
            return Ok(Sent { response: Ok(response), limits, retry_after: None });
        }
        let scope = response.headers().get(RateLimitHeaders::SCOPE);
        let shared = scope.is_some_and(|scope| scope == "shared");
        // A 429 without a bucket comes from in front of the API and concerns the address.
        let global = scope.is_some_and(|scope| scope == "global")
            || response.headers().contains_key(GLOBAL)
            || !response.headers().contains_key(RateLimitHeaders::BUCKET);
        let limited = status == StatusCode::TOO_MANY_REQUESTS;
        if matches!(status.as_u16(), 401 | 403) || (limited && !shared) {
            lock(&self.invalid).count(Instant::now());
        }
        let header_wait = seconds(response.headers(), "retry-after");
        let problem: Problem = serde_json::from_slice(&response.bytes().await.unwrap_or_default()).unwrap_or_default();
        let body_wait = problem.retry_after.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let retry_after = body_wait.or(header_wait).filter(|_| limited);
        if let Some(wait) = retry_after.filter(|_| global && !shared) {
            tracing::warn!(?wait, "Discord's global rate limit is reached: nothing but answers is sent meanwhile");
            *lock(&self.closed_until) = Some(Instant::now() + wait);
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

/// When invalid requests happened, as far back as Discord counts them.
#[derive(Default)]
struct Invalid(VecDeque<Instant>);

impl Invalid {
    fn count(&mut self, now: Instant) {
        self.0.push_back(now);
    }

    fn is_over(&mut self, now: Instant) -> bool {
        while self.0.front().is_some_and(|&then| now.duration_since(then) >= INVALID_WINDOW) {
            self.0.pop_front();
        }
        self.0.len() >= INVALID_STOP
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

fn limits(headers: &HeaderMap) -> Option<RateLimitHeaders> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    Some(RateLimitHeaders {
        bucket: headers.get(RateLimitHeaders::BUCKET)?.as_bytes().to_vec(),
        limit: text(RateLimitHeaders::LIMIT)?.parse().ok()?,
        remaining: text(RateLimitHeaders::REMAINING)?.parse().ok()?,
        reset_at: Instant::now() + seconds(headers, RateLimitHeaders::RESET_AFTER)?,
    })
}

fn seconds(headers: &HeaderMap, name: &str) -> Option<Duration> {
    let seconds: f64 = headers.get(name)?.to_str().ok()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
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
    fn the_breaker_opens_before_discord_bans_and_closes_when_the_window_has_passed() {
        let start = Instant::now();
        let mut invalid = Invalid::default();
        for _ in 0..INVALID_STOP - 1 {
            invalid.count(start);
        }
        assert!(!invalid.is_over(start));
        invalid.count(start + Duration::from_secs(1));
        assert!(invalid.is_over(start + Duration::from_secs(599)));
        assert!(!invalid.is_over(start + Duration::from_secs(600)));
    }

    #[test]
    fn a_path_in_a_log_holds_no_token() {
        let route = Route::InteractionResponse { interaction_id: InteractionId::new(7), token: "secret" };
        let call = Call { route, method: LightMethod::Post, body: None };
        assert_eq!(path(&call), "interactions/7/secret/callback");
        assert_eq!(shown_path(&call), "interactions/7/…/callback");
    }

    #[test]
    fn limits_are_read_from_headers_and_nonsense_is_ignored() {
        let mut headers = HeaderMap::new();
        headers.insert("x-ratelimit-bucket", "abc".parse().unwrap());
        headers.insert("x-ratelimit-limit", "5".parse().unwrap());
        headers.insert("x-ratelimit-remaining", "4".parse().unwrap());
        assert!(limits(&headers).is_none(), "a header is missing");
        headers.insert("x-ratelimit-reset-after", "1.5".parse().unwrap());
        assert_eq!(limits(&headers).map(|l| (l.limit, l.remaining)), Some((5, 4)));
        headers.insert("x-ratelimit-reset-after", "-1e400".parse().unwrap());
        assert!(limits(&headers).is_none());
    }
}
