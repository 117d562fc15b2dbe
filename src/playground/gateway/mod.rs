//! The gateway's sockets: one task per connection that carries payloads between the client and the sessions.

mod protocol;
mod sessions;
mod wire;

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tokio::sync::mpsc::UnboundedReceiver;

pub(super) use sessions::{Order, Sessions};

use super::state::Shared;
use wire::Wire;

/// `GET /gateway?v=10&encoding=json[&compress=zstd-stream]`
pub(super) async fn connect(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<HashMap<String, String>>,
    upgrade: WebSocketUpgrade,
) -> Response {
    if query.get("encoding").is_some_and(|encoding| encoding != "json") {
        return (StatusCode::BAD_REQUEST, "The playground's gateway speaks encoding=json only.").into_response();
    }
    let wire = match Wire::named(query.get("compress").map(String::as_str)) {
        Ok(wire) => wire,
        Err(reason) => return (StatusCode::BAD_REQUEST, reason).into_response(),
    };
    let known_version = query.get("v").is_none_or(|version| version == "10");
    upgrade.on_upgrade(move |socket| async move {
        let (id, orders) = shared.change(|state| state.sessions.open());
        if known_version {
            shared.change(|state| state.greet(id));
        } else {
            shared.change(|state| state.sessions.close(id, Some(4012), state.clock.now_ms()));
        }
        serve(&shared, id, orders, socket, wire).await;
    })
}

async fn serve(shared: &Shared, id: u64, mut orders: UnboundedReceiver<Order>, mut socket: WebSocket, mut wire: Wire) {
    loop {
        tokio::select! {
            frame = socket.recv() => match frame {
                Some(Ok(Message::Text(text))) => shared.change(|state| state.receive(id, &text)),
                Some(Ok(Message::Binary(_))) => {
                    shared.change(|state| state.sessions.close(id, Some(4002), state.clock.now_ms()));
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(frame))) => {
                    let code = frame.map(|frame| frame.code);
                    shared.change(|state| state.sessions.left(id, code, state.clock.now_ms()));
                    // One more read sends the close that answers the client's.
                    while let Some(Ok(_)) = socket.recv().await {}
                    return;
                }
                Some(Err(_)) | None => {
                    shared.change(|state| state.sessions.left(id, None, state.clock.now_ms()));
                    return;
                }
            },
            order = orders.recv() => match order {
                Some(Order::Send(payload)) => {
                    let sent = match wire.message(&payload) {
                        Ok(message) => socket.send(message).await.is_ok(),
                        Err(error) => {
                            tracing::error!(error, "the playground could not compress a gateway payload");
                            false
                        }
                    };
                    if !sent {
                        shared.change(|state| state.sessions.left(id, None, state.clock.now_ms()));
                        return;
                    }
                }
                Some(Order::Close(code)) => {
                    let frame = code.map(|code| CloseFrame { code, reason: reason(code).into() });
                    if socket.send(Message::Close(frame)).await.is_ok() {
                        // The client answers with a close of its own or goes away.
                        while let Some(Ok(_)) = socket.recv().await {}
                    }
                    return;
                }
                // The TCP connection ends with the socket, without a close frame.
                Some(Order::Cut) | None => return,
            },
        }
    }
}

/// Discord's words for its close codes.
fn reason(code: u16) -> &'static str {
    match code {
        4000 => "Unknown error.",
        4001 => "Unknown opcode.",
        4002 => "Error while decoding payload.",
        4003 => "Not authenticated.",
        4004 => "Authentication failed.",
        4005 => "Already authenticated.",
        4007 => "Invalid seq.",
        4008 => "Rate limited.",
        4009 => "Session timed out.",
        4010 => "Invalid shard.",
        4011 => "Sharding required.",
        4012 => "Invalid API version.",
        4013 => "Invalid intent(s).",
        4014 => "Disallowed intent(s).",
        _ => "",
    }
}
