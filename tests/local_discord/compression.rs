//! Payloads over the gateway, compressed in every way that Discord offers.

use flate2::{Decompress, FlushDecompress};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use zstd_safe::{DCtx, InBuffer, OutBuffer};

use crate::bot::{Gateway, identify, playground};

fn bytes(message: Message) -> Vec<u8> {
    match message {
        Message::Binary(bytes) => bytes.to_vec(),
        other => panic!("expected a binary frame, got {other:?}"),
    }
}

/// Says what a client says at first, and checks that `read` understands all that comes.
async fn converse(gateway: &mut Gateway, identify: Value, mut read: impl FnMut(Message) -> Value) {
    assert_eq!(read(gateway.raw().await)["op"], 10);
    gateway.send(&identify).await;
    for name in ["READY", "GUILD_CREATE", "GUILD_CREATE"] {
        assert_eq!(read(gateway.raw().await)["t"], name);
    }
    gateway.send(&json!({ "op": 1, "d": 3 })).await;
    assert_eq!(read(gateway.raw().await)["op"], 11);
}

#[tokio::test]
async fn payloads_can_be_one_zlib_stream() {
    let playground = playground().await;
    let mut gateway = Gateway::open(&playground, "?v=10&encoding=json&compress=zlib-stream").await;
    let mut stream = Decompress::new(true);
    let read = |message: Message| -> Value {
        let compressed = bytes(message);
        assert!(compressed.ends_with(&[0, 0, 0xFF, 0xFF]), "every payload ends with a flush");
        let mut text = Vec::with_capacity(1 << 20);
        stream.decompress_vec(&compressed, &mut text, FlushDecompress::Sync).unwrap();
        serde_json::from_slice(&text).unwrap()
    };
    // Payload compression is switched off by transport compression.
    let mut payload = identify(playground.token(), 1);
    payload["d"]["compress"] = json!(true);
    converse(&mut gateway, payload, read).await;
}

#[tokio::test]
async fn payloads_can_be_one_zstd_stream() {
    let playground = playground().await;
    let mut gateway = Gateway::open(&playground, "?v=10&encoding=json&compress=zstd-stream").await;
    let mut stream = DCtx::create();
    let mut space = vec![0; 1 << 20];
    let read = |message: Message| -> Value {
        let compressed = bytes(message);
        let mut input = InBuffer::around(&compressed);
        let mut output = OutBuffer::around(space.as_mut_slice());
        while input.pos() < compressed.len() {
            stream.decompress_stream(&mut output, &mut input).unwrap();
        }
        serde_json::from_slice(output.as_slice()).unwrap()
    };
    converse(&mut gateway, identify(playground.token(), 1), read).await;
}

#[tokio::test]
async fn large_payloads_can_be_compressed_each_for_itself() {
    let playground = playground().await;
    let mut gateway = Gateway::open(&playground, "?v=10&encoding=json").await;
    let mut compressed = 0;
    let read = |message: Message| -> Value {
        let Message::Binary(bytes) = message else {
            return serde_json::from_str(&message.into_text().unwrap()).unwrap();
        };
        compressed += 1;
        let mut text = Vec::with_capacity(1 << 20);
        Decompress::new(true).decompress_vec(&bytes, &mut text, FlushDecompress::Finish).unwrap();
        serde_json::from_slice(&text).unwrap()
    };
    let mut payload = identify(playground.token(), 1);
    payload["d"]["compress"] = json!(true);
    converse(&mut gateway, payload, read).await;
    assert!(compressed >= 2, "the guilds at least are large");
}

#[tokio::test]
async fn an_unknown_compression_is_none() {
    let playground = playground().await;
    let mut gateway = Gateway::open(&playground, "?v=10&encoding=json&compress=lzma").await;
    assert_eq!(gateway.payload().await["op"], 10);
}
