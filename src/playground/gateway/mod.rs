//! The gateway's sockets: one task per connection that carries payloads between the client and the sessions.

mod guilds;
mod heartbeats;
mod orders;
mod protocol;
mod requests;
mod sessions;
mod starts;
mod wire;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tokio::sync::mpsc::UnboundedReceiver;

pub use orders::{GatewaySession, Refusal, Step};
pub(super) use sessions::{Order, Rules, Sessions};

use super::state::Shared;
use wire::Wire;

/// `GET /gateway?v=10&encoding=json[&compress=zlib-stream|zstd-stream]`
pub(super) async fn connect(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<HashMap<String, String>>,
    upgrade: WebSocketUpgrade,
) -> Response {
    if query.get("encoding").is_some_and(|encoding| encoding != "json") {
        return (StatusCode::BAD_REQUEST, "The playground's gateway speaks encoding=json only.").into_response();
    }
    let wire = Wire::named(query.get("compress").map(String::as_str));
    let known_version = query.get("v").is_none_or(|version| version == "10");
    upgrade.on_upgrade(move |socket| async move {
        let (id, orders) = shared.change(|state| {
            let opened = state.sessions.open(state.clock.now_ms());
            state.greet(opened.0, known_version);
            opened
        });
        serve(&shared, id, orders, socket, wire).await;
    })
}

async fn serve(shared: &Shared, id: u64, mut orders: UnboundedReceiver<Order>, mut socket: WebSocket, mut wire: Wire) {
    loop {
        tokio::select! {
            frame = socket.recv() => match frame {
                Some(Ok(Message::Text(text))) => shared.change(|state| state.receive(id, &text)),
                Some(Ok(Message::Binary(_))) => shared.change(|state| state.refuse_binary(id)),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(frame))) => {
                    let code = frame.map(|frame| frame.code);
                    if leave(shared, id, code) == Manners::Answers {
                        // One more read sends the close that answers the client's.
                        while let Some(Ok(_)) = socket.recv().await {}
                    }
                    return;
                }
                Some(Err(_)) | None => {
                    leave(shared, id, None);
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
                        leave(shared, id, None);
                        return;
                    }
                }
                Some(Order::CompressPackets) => wire.compress_packets(),
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
            () = late(shared, id) => shared.change(|state| state.close_late()),
        }
    }
}

/// Whether the gateway answers a client's close.
#[derive(PartialEq, Eq)]
enum Manners {
    Answers,
    SaysNothing,
}

fn leave(shared: &Shared, id: u64, code: Option<u16>) -> Manners {
    shared.change(|state| {
        let silenced = state.sessions.is_silenced(id);
        state.sessions.left(id, code, state.clock.now_ms());
        if silenced { Manners::SaysNothing } else { Manners::Answers }
    })
}

/// Returns when the heartbeat of a connection is overdue. On a clock that stands that happens by a leap alone.
async fn late(shared: &Shared, id: u64) {
    let left = shared.read(|state| state.sessions.ms_until_late(id, state.clock.now_ms()));
    match left {
        Some(left) if !shared.clock.stands() => {
            tokio::time::sleep(Duration::from_millis(left.max(0).unsigned_abs() + 1)).await;
        }
        _ => std::future::pending().await,
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
