//! A raw bot: an HTTP client and a WebSocket that speak Discord's protocol without any Discord library.

use std::time::Duration;

use backroad::playground::{Options, Playground};
use futures_util::{SinkExt, StreamExt};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Nothing here takes long; a test that waits longer than this waits for what never comes.
const CEILING: Duration = Duration::from_secs(20);

pub(crate) const GUILD_MESSAGES: u64 = 1 << 9;
pub(crate) const MESSAGE_CONTENT: u64 = 1 << 15;

/// What came from the gateway.
#[derive(Debug, PartialEq)]
pub(crate) enum Heard {
    Payload(Value),
    /// The close code, if there was one.
    Closed(Option<u16>),
    /// The connection ended without a close frame.
    Cut,
}

pub(crate) struct Gateway {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Gateway {
    pub(crate) async fn open(playground: &Playground, query: &str) -> Self {
        let url = playground.api_url().replace("http://", "ws://");
        let (socket, _) =
            connect_async(format!("{url}/gateway{query}")).await.expect("the gateway accepts connections");
        Self { socket }
    }

    pub(crate) async fn send(&mut self, payload: &Value) {
        self.send_text(&payload.to_string()).await;
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        self.send_raw(Message::text(text)).await;
    }

    pub(crate) async fn send_raw(&mut self, message: Message) {
        self.socket.send(message).await.expect("the gateway is still there");
    }

    pub(crate) async fn hear(&mut self) -> Heard {
        loop {
            let frame = timeout(CEILING, self.socket.next()).await.expect("the gateway says something");
            match frame {
                Some(Ok(Message::Text(text))) => return Heard::Payload(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Message::Close(frame))) => return Heard::Closed(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Heard::Cut,
            }
        }
    }

    pub(crate) async fn raw(&mut self) -> Message {
        timeout(CEILING, self.socket.next()).await.expect("in time").expect("a frame").expect("a good frame")
    }

    /// The next payload; everything else fails the test.
    pub(crate) async fn payload(&mut self) -> Value {
        match self.hear().await {
            Heard::Payload(payload) => payload,
            other => panic!("expected a payload, got {other:?}"),
        }
    }

    /// How the connection ends, whatever comes before.
    pub(crate) async fn hear_end(&mut self) -> Heard {
        loop {
            match self.hear().await {
                Heard::Payload(_) => {}
                end => return end,
            }
        }
    }

    pub(crate) async fn close_code(&mut self) -> Option<u16> {
        match self.hear_end().await {
            Heard::Closed(code) => code,
            other => panic!("expected a close frame, got {other:?}"),
        }
    }
}

pub(crate) fn identify(token: &str, intents: u64) -> Value {
    json!({ "op": 2, "d": {
        "token": token, "intents": intents, "shard": [0, 1],
        "properties": { "os": "linux", "browser": "raw", "device": "raw" },
    } })
}

pub(crate) struct Bot {
    pub gateway: Gateway,
    pub rest: Rest,
    pub session: String,
    pub sequence: u64,
}

impl Bot {
    pub(crate) async fn connect(playground: &Playground) -> Self {
        Self::connect_with(playground, 1).await
    }

    /// Connects, identifies and hears READY.
    pub(crate) async fn connect_with(playground: &Playground, intents: u64) -> Self {
        let mut gateway = Gateway::open(playground, "?v=10&encoding=json").await;
        assert_eq!(gateway.payload().await["op"], 10);
        gateway.send(&identify(playground.token(), intents)).await;
        let mut bot = Self { gateway, rest: Rest::new(playground), session: String::new(), sequence: 0 };
        let ready = bot.event("READY").await;
        ready["session_id"].as_str().expect("a session id").clone_into(&mut bot.session);
        bot
    }

    /// The data of the next event with the name, skipping others.
    pub(crate) async fn event(&mut self, name: &str) -> Value {
        loop {
            let payload = self.gateway.payload().await;
            self.sequence = payload["s"].as_u64().unwrap_or(self.sequence);
            if payload["t"] == name {
                return payload["d"].clone();
            }
        }
    }

    pub(crate) async fn interaction(&mut self) -> Value {
        self.event("INTERACTION_CREATE").await
    }

    /// Waits for an interaction and answers it.
    pub(crate) async fn answer(&mut self, response: Value) -> Value {
        let interaction = self.interaction().await;
        let (status, body) = self.rest.respond(&interaction, response).await;
        assert_eq!(status, 204, "{body}");
        interaction
    }

    /// Registers slash commands, each as its name and options.
    pub(crate) async fn register(&self, commands: Value) {
        let (status, body) = self.rest.put(&format!("/applications/{}/commands", self.rest.app), commands).await;
        assert_eq!(status, 200, "{body}");
    }
}

pub(crate) struct Rest {
    client: Client,
    api: String,
    token: String,
    pub app: String,
}

impl Rest {
    pub(crate) fn new(playground: &Playground) -> Self {
        // Fails when another test was quicker, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().timeout(CEILING).build().expect("a client");
        let app = "1196423538278400000".to_owned();
        Self { client, api: format!("{}/api/v10", playground.api_url()), token: playground.token().to_owned(), app }
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> (u16, Value) {
        self.call(Method::DELETE, path, None).await
    }

    pub(crate) async fn respond(&self, interaction: &Value, response: Value) -> (u16, Value) {
        self.post(&callback_path(interaction), response).await
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        self.try_call(method, path, body).await.expect("an answer")
    }

    pub(crate) async fn try_call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> reqwest::Result<(u16, Value)> {
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.api));
        request = request.header("authorization", format!("Bot {}", self.token));
        request = request.header("user-agent", "DiscordBot (https://example.org, 1)");
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let (status, body) = Self::answer(request).await?;
        crate::answers::check(method.as_str(), path, status, &body);
        Ok((status, body))
    }

    /// A request to any path below the server's root, with headers of the test's choice.
    pub(crate) async fn bare(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> reqwest::Result<(u16, Value)> {
        let root = self.api.replace("/api/v10", "");
        let mut request = self.client.request(method, format!("{root}{path}")).body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Self::answer(request).await
    }

    async fn answer(request: reqwest::RequestBuilder) -> reqwest::Result<(u16, Value)> {
        let response = request.send().await?;
        let status = response.status().as_u16();
        let text = response.text().await?;
        Ok((status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).expect("JSON") }))
    }
}

pub(crate) fn callback_path(interaction: &Value) -> String {
    format!("/interactions/{}/{}/callback", text(&interaction["id"]), text(&interaction["token"]))
}

/// The path of the messages that belong to an interaction.
pub(crate) fn webhook_path(interaction: &Value) -> String {
    format!("/webhooks/{}/{}", text(&interaction["application_id"]), text(&interaction["token"]))
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

pub(crate) async fn playground() -> Playground {
    let options = Options { clock_stands: true, identify_spacing: Duration::ZERO, ..Options::default() };
    let playground = Playground::start(options).await.expect("a free port");
    // Tests of other things send as fast as they can; `rate_limits` switches them on again.
    playground.switch_rate_limits(false);
    playground
}

/// Two commands that most tests use.
pub(crate) fn commands() -> Value {
    json!([
        { "name": "ask", "description": "Ask", "options": [
            { "type": 3, "name": "query", "description": "What to look for", "required": true },
            { "type": 3, "name": "topic", "description": "Topic", "autocomplete": true },
        ] },
        { "type": 3, "name": "Find an answer" },
    ])
}

/// A playground with a connected bot that has registered the commands.
pub(crate) async fn with_bot() -> (Playground, Bot) {
    let playground = playground().await;
    let bot = Bot::connect(&playground).await;
    bot.register(commands()).await;
    (playground, bot)
}
