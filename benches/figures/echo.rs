//! The least that a bot can do: every command is answered at once with the text that came with it. It uses the same HTTP
//! client as the bot, and a bare WebSocket.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::Result;

pub async fn run(url: &str, token: &str) -> Result<()> {
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().build()?;
    let authorization = format!("Bot {token}");
    let send = |method: reqwest::Method, path: String, body: Value| {
        let request = http.request(method, format!("{url}/api/v10{path}")).header("authorization", &authorization);
        request.header("content-type", "application/json").body(body.to_string()).send()
    };
    let me = http.get(format!("{url}/api/v10/oauth2/applications/@me")).header("authorization", &authorization);
    let me: Value = serde_json::from_str(&me.send().await?.text().await?)?;
    let id = text(&me, "/id").ok_or("no application")?;
    let option = json!({ "type": 3, "name": "query", "description": "What to say", "required": true });
    let command = json!([{ "name": "echo", "description": "Says it again", "options": [option] }]);
    send(reqwest::Method::PUT, format!("/applications/{id}/commands"), command).await?;

    let gateway = format!("{}/gateway?v=10&encoding=json", url.replacen("http", "ws", 1));
    let (socket, _) = tokio_tungstenite::connect_async(gateway).await?;
    let (mut sink, mut stream) = socket.split();
    let properties = json!({ "os": "linux", "browser": "echo", "device": "echo" });
    let identify = json!({ "op": 2, "d": { "token": token, "intents": 0, "properties": properties } });
    sink.send(Message::text(identify.to_string())).await?;
    let mut heartbeat = tokio::time::interval(Duration::from_secs(20));
    let mut sequence = Value::Null;
    loop {
        let message = tokio::select! {
            _ = heartbeat.tick() => {
                sink.send(Message::text(json!({ "op": 1, "d": sequence }).to_string())).await?;
                continue;
            }
            message = stream.next() => message.ok_or("the gateway is gone")??,
        };
        let Message::Text(event) = message else { continue };
        let event: Value = serde_json::from_str(&event)?;
        sequence = event.get("s").cloned().unwrap_or_default();
        if text(&event, "/t") != Some("INTERACTION_CREATE") {
            continue;
        }
        let (id, token) = (text(&event, "/d/id"), text(&event, "/d/token"));
        let path = format!("/interactions/{}/{}/callback", id.ok_or("no id")?, token.ok_or("no token")?);
        let said = json!({ "content": text(&event, "/d/data/options/0/value"), "flags": 0 });
        let answer = send(reqwest::Method::POST, path, json!({ "type": 4, "data": said }));
        tokio::spawn(async move { answer.await.map(drop) });
    }
}

fn text<'v>(json: &'v Value, path: &str) -> Option<&'v str> {
    json.pointer(path).and_then(Value::as_str)
}
