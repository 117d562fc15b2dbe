//! Rate limits: what headers tell, who is refused and for how long, and what tests can order.

use std::time::Duration;

use backroad::playground::{Fault, LimitScope, Playground};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::bot::{Rest, callback_path, playground, webhook_path, with_bot};

/// An answer with everything that limits write into it.
struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    fn retry_after_ms(&self) -> u64 {
        (self.json()["retry_after"].as_f64().unwrap() * 1000.0).round() as u64
    }
}

struct Sender {
    client: Client,
    playground: Playground,
    authorization: String,
}

impl Sender {
    fn new(playground: &Playground) -> Self {
        playground.switch_rate_limits(true);
        // Sets up TLS for all clients of this process.
        Rest::new(playground);
        let client = Client::builder().no_proxy().build().unwrap();
        Self { client, playground: playground.clone(), authorization: format!("Bot {}", playground.token()) }
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let url = format!("{}/api/v10{path}", self.playground.api_url());
        let mut request = self.client.request(method, url).header("authorization", &self.authorization);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, text: response.text().await.unwrap() }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    async fn say(&self, channel: &str, text: &str) -> Answer {
        let path = format!("/channels/{}/messages", self.channel(channel));
        self.send(Method::POST, &path, Some(json!({ "content": text }))).await
    }

    fn channel(&self, name: &str) -> String {
        self.playground.member("omar").unwrap().in_channel(name).unwrap().channel_id().to_string()
    }

    /// How many messages there are.
    async fn count(&self) -> usize {
        self.playground.until("the messages", |view| Some(view.messages().len())).await.unwrap()
    }

    async fn limits(&self) -> Value {
        let response = self.client.get(format!("{}/control/limits", self.playground.api_url())).send().await.unwrap();
        serde_json::from_str(&response.text().await.unwrap()).unwrap()
    }

    async fn order(&self, body: Value) -> (u16, Value) {
        let url = format!("{}/control/limits", self.playground.api_url());
        let response = self.client.post(url).body(body.to_string()).send().await.unwrap();
        (response.status().as_u16(), serde_json::from_str(&response.text().await.unwrap()).unwrap())
    }
}

async fn sender() -> Sender {
    let sender = Sender::new(&playground().await);
    // Long windows: none ends while a test runs.
    sender.playground.set_rate_limit("POST", "/channels/*/messages", 5, Duration::from_secs(600)).unwrap();
    sender
}

#[tokio::test]
async fn headers_tell_the_state_of_a_bucket() {
    let sender = sender().await;
    let first = sender.say("general", "1").await;
    assert_eq!((first.status, first.header("x-ratelimit-limit")), (200, Some("5")));
    assert_eq!(first.header("x-ratelimit-remaining"), Some("4"));
    let reset_after: f64 = first.header("x-ratelimit-reset-after").unwrap().parse().unwrap();
    assert!((599.0..=600.0).contains(&reset_after), "{reset_after}");
    let reset: f64 = first.header("x-ratelimit-reset").unwrap().parse().unwrap();
    let now = sender.playground.clock().now_ms() as f64 / 1000.0;
    assert!((now + 599.0..now + 660.0).contains(&reset), "{reset}");
    let second = sender.say("general", "2").await;
    assert_eq!(second.header("x-ratelimit-remaining"), Some("3"));
    assert_eq!(second.header("x-ratelimit-bucket"), first.header("x-ratelimit-bucket"));
    assert_eq!(second.header("x-ratelimit-reset").map(|text| text.len()), Some("1470173023.123".len()));
    // The same bucket for every channel, with a count of its own.
    let elsewhere = sender.say("quiz", "1").await;
    assert_eq!(elsewhere.header("x-ratelimit-remaining"), Some("4"));
    assert_eq!(elsewhere.header("x-ratelimit-bucket"), first.header("x-ratelimit-bucket"));
    // A mistake counts, too; another route has another bucket.
    let bad = sender.say("general", "").await;
    assert_eq!((bad.status, bad.header("x-ratelimit-remaining")), (400, Some("2")));
    let other = sender.get(&format!("/channels/{}/messages", sender.channel("general"))).await;
    assert_ne!(other.header("x-ratelimit-bucket"), first.header("x-ratelimit-bucket"));
    // What never reaches a route has no bucket.
    assert_eq!(sender.get("/nowhere").await.header("x-ratelimit-bucket"), None);
    assert_eq!(other.header("via"), Some("1.1 google"));
}

#[tokio::test]
async fn an_exhausted_bucket_refuses_until_its_window_is_over() {
    let sender = sender().await;
    for n in 0..5 {
        assert_eq!(sender.say("general", &n.to_string()).await.status, 200);
    }
    let refused = sender.say("general", "too much").await;
    assert_eq!(refused.status, 429);
    let json = refused.json();
    assert_eq!((&json["message"], &json["global"]), (&json!("You are being rate limited."), &json!(false)));
    assert_eq!(refused.header("x-ratelimit-scope"), Some("user"));
    assert_eq!(refused.header("x-ratelimit-remaining"), Some("0"));
    assert_eq!(refused.header("x-ratelimit-global"), None);
    let whole: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert_eq!(whole, refused.retry_after_ms().div_ceil(1000));
    assert_eq!(sender.count().await, 5, "what is refused is not carried out");
    // The clock of this playground stands: what was told passes all the same.
    sender.playground.advance(Duration::from_millis(refused.retry_after_ms()));
    assert_eq!(sender.say("general", "in time").await.header("x-ratelimit-remaining"), Some("4"));
}

#[tokio::test]
async fn routes_share_buckets_as_they_do_at_discord() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let says = json!({ "type": 4, "data": { "content": "hi" } });
    let (_, event) = tokio::join!(ada.slash("/ask query: x"), bot.answer(says));
    let sender = Sender::new(&playground);
    playground.set_rate_limit("POST", "/webhooks/*/*", 2, Duration::from_secs(600)).unwrap();
    let follow_up = webhook_path(&event);
    let original = format!("{follow_up}/messages/@original");
    let first = sender.send(Method::POST, &follow_up, Some(json!({ "content": "and" }))).await;
    let second = sender.send(Method::PATCH, &original, Some(json!({ "content": "then" }))).await;
    assert_eq!((first.status, second.status), (200, 200));
    assert_eq!(second.header("x-ratelimit-bucket"), first.header("x-ratelimit-bucket"));
    assert_eq!(sender.get(&original).await.status, 429);
    // Another interaction is another webhook.
    let (_, other) = tokio::join!(ada.slash("/ask query: x"), bot.answer(json!({ "type": 5 })));
    assert_eq!(sender.get(&format!("{}/messages/@original", webhook_path(&other))).await.status, 200);
}

#[tokio::test]
async fn the_global_limit_is_fifty_a_second_without_interactions() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let sender = Sender::new(&playground);
    playground.set_rate_limit("GET", "/users/@me", 1_000, Duration::from_secs(600)).unwrap();
    let mut refused = None;
    // A second may begin anew while this runs, but not again and again.
    for _ in 0..100_000 {
        let answer = sender.get("/users/@me").await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("more than fifty a second are refused");
    assert_eq!(refused.header("x-ratelimit-scope"), Some("global"));
    assert_eq!(refused.header("x-ratelimit-global"), Some("true"));
    assert_eq!(refused.header("x-ratelimit-bucket"), None);
    assert_eq!((&refused.json()["global"], refused.retry_after_ms() <= 1000), (&json!(true), true));

    playground.exhaust_global_limit(Duration::from_secs(600)).unwrap();
    assert_eq!(sender.say("general", "x").await.header("x-ratelimit-global"), Some("true"));
    let says = json!({ "type": 4, "data": { "content": "hi" } });
    let ((shown, event), ()) = tokio::join!(async { (ada.slash("/ask query: x").await, ()) }, async {
        let event = bot.interaction().await;
        assert_eq!(sender.send(Method::POST, &callback_path(&event), Some(says)).await.status, 204);
        let more = sender.send(Method::POST, &webhook_path(&event), Some(json!({ "content": "more" }))).await;
        assert_eq!(more.status, 200);
    });
    assert_eq!((shown.unwrap().text(), event), ("hi", ()));
    playground.advance(Duration::from_secs(600));
    assert_eq!(sender.say("general", "x").await.status, 200);
}

#[tokio::test]
async fn buckets_can_be_exhausted_on_order() {
    let sender = sender().await;
    let general = format!("/channels/{}/messages", sender.channel("general"));
    let minute = Duration::from_secs(60);
    sender.playground.exhaust_rate_limit("POST", &general, LimitScope::Shared, minute).unwrap();
    let shared = sender.say("general", "x").await;
    assert_eq!((shared.status, shared.header("x-ratelimit-scope")), (429, Some("shared")));
    assert_eq!(shared.json()["message"], "The resource is being rate limited.");
    assert_eq!(sender.say("quiz", "x").await.status, 200);
    assert_eq!(sender.limits().await["invalid_requests"], 0, "a shared limit is nobody's fault");

    sender.playground.exhaust_rate_limit("POST", "/channels/*/messages", LimitScope::User, minute).unwrap();
    let own = sender.say("quiz", "x").await;
    assert_eq!((own.status, own.header("x-ratelimit-scope")), (429, Some("user")));
    assert_eq!(own.header("x-ratelimit-remaining"), Some("0"));
    assert_eq!(sender.limits().await["invalid_requests"], 1);
    sender.playground.advance(minute);
    for channel in ["general", "quiz"] {
        assert_eq!(sender.say(channel, "x").await.status, 200);
    }
}

#[tokio::test]
async fn ten_thousand_invalid_requests_ban_the_address() {
    let sender = sender().await;
    sender.playground.count_invalid_requests(9_998);
    let mods = format!("/channels/{}/messages", sender.channel("mods"));
    assert_eq!(sender.get(&mods).await.status, 403);
    assert_eq!(sender.get("/users/@me").await.status, 200, "one more is allowed");
    // Whoever asks: the address is what counts.
    let nobody = Sender {
        client: sender.client.clone(),
        playground: sender.playground.clone(),
        authorization: "Bot wrong".to_owned(),
    };
    assert_eq!(nobody.get("/users/@me").await.status, 401);
    let banned = sender.get("/users/@me").await;
    assert_eq!((banned.status, banned.text.as_str()), (429, "error code: 1015"));
    assert_eq!((banned.header("via"), banned.header("x-ratelimit-scope")), (None, None));
    let wait: u64 = banned.header("retry-after").unwrap().parse().unwrap();
    assert!((3_500..=3_600).contains(&wait), "{wait}");
    sender.playground.advance(Duration::from_secs(wait));
    assert_eq!(sender.get("/users/@me").await.status, 200);

    // Those of ten minutes ago no longer count.
    sender.playground.count_invalid_requests(9_999);
    sender.playground.advance(Duration::from_secs(600));
    assert_eq!(nobody.get("/users/@me").await.status, 401);
    assert_eq!(sender.get("/users/@me").await.status, 200);
}

#[tokio::test]
async fn ordered_answers_count_as_what_they_are() {
    let sender = sender().await;
    let body = json!({ "message": "limited", "retry_after": 1.0, "global": false });
    sender.playground.inject(Fault::answer("GET", "/users/@me", 1, 429, body.clone()));
    sender
        .playground
        .inject(Fault::answer("GET", "/users/@me", 1, 429, body).with_header("X-RateLimit-Scope", "shared"));
    let html = Fault::answer("GET", "/users/@me", 1, 502, json!("<html>Bad Gateway</html>"));
    sender.playground.inject(html.with_header("content-type", "text/html"));
    let answers = [sender.get("/users/@me").await, sender.get("/users/@me").await, sender.get("/users/@me").await];
    assert_eq!(answers.each_ref().map(|answer| answer.status), [429, 429, 502]);
    assert_eq!(sender.limits().await["invalid_requests"], 1);
    assert_eq!(answers[2].text, "<html>Bad Gateway</html>");
}

#[tokio::test]
async fn limits_can_be_ordered_over_http() {
    let sender = sender().await;
    let budget = json!({ "do": "budget", "method": "GET", "path": "/users/@me", "requests": 1, "per_ms": 600_000 });
    assert_eq!(sender.order(budget).await, (200, json!({})));
    assert_eq!(sender.get("/users/@me").await.status, 200);
    assert_eq!(sender.get("/users/@me").await.status, 429);
    let limits = sender.limits().await;
    let bucket = &limits["buckets"][0];
    assert_eq!((&bucket["path"], &bucket["limit"], &bucket["remaining"]), (&json!("/users/@me"), &json!(1), &json!(0)));
    let path = "/channels/{channel_id}/messages";
    let exhaust = json!({ "do": "exhaust", "method": "POST", "path": path, "scope": "shared", "for_ms": 60_000 });
    sender.order(exhaust).await;
    assert_eq!(sender.say("general", "x").await.header("x-ratelimit-scope"), Some("shared"));
    sender.order(json!({ "do": "global", "for_ms": 60_000 })).await;
    assert_eq!(sender.get("/users/@me").await.header("x-ratelimit-scope"), Some("global"));
    sender.order(json!({ "do": "invalid", "count": 10_000 })).await;
    assert_eq!(sender.get("/users/@me").await.text, "error code: 1015");
    sender.order(json!({ "do": "switch", "on": false })).await;
    for _ in 0..3 {
        let free = sender.get("/users/@me").await;
        assert_eq!((free.status, free.header("x-ratelimit-limit")), (200, None));
    }
    for (body, sentence) in [
        (
            json!({ "do": "budget", "method": "GET", "path": "/x", "requests": 1, "per_ms": 1 }),
            "The API has no route GET /x.",
        ),
        (
            json!({ "do": "budget", "method": "GET", "path": "/users/@me", "requests": 0, "per_ms": 1 }),
            "A route takes at least one request.",
        ),
        (json!({ "do": "global", "for_ms": 0 }), "A time for limits is at least one millisecond."),
    ] {
        assert_eq!(sender.order(body).await, (400, json!({ "error": sentence })));
    }
}
