//! How gateway payloads go over a WebSocket: as text, as one zlib or zstd stream per connection that is flushed after
//! every payload, or each large payload compressed for itself.

use axum::extract::ws::Message;
use flate2::{Compress, Compression, FlushCompress};
use zstd_safe::{CCtx, InBuffer, OutBuffer, SafeResult};

/// Payloads from this length on are compressed when each is compressed for itself. Discord leaves some as they are,
/// too, without saying which.
const WORTH_COMPRESSING: usize = 1024;

pub(super) enum Wire {
    Text,
    /// Every large payload is a zlib stream of its own, as an identify with `compress: true` asks for.
    Packets,
    Zlib(Box<Compress>),
    Zstd(Box<CCtx<'static>>),
}

impl Wire {
    /// For the `compress` of the connection's query. What is not known means no compression.
    pub(super) fn named(compress: Option<&str>) -> Self {
        match compress {
            Some("zlib-stream") => Self::Zlib(Box::new(Compress::new(Compression::default(), true))),
            Some("zstd-stream") => Self::Zstd(Box::new(CCtx::create())),
            _ => Self::Text,
        }
    }

    /// Compresses each payload for itself from now on, unless the whole connection is compressed.
    pub(super) fn compress_packets(&mut self) {
        if matches!(self, Self::Text) {
            *self = Self::Packets;
        }
    }

    /// # Errors
    /// In the words of the compressor.
    pub(super) fn message(&mut self, payload: &str) -> Result<Message, String> {
        match self {
            Self::Packets if payload.len() >= WORTH_COMPRESSING => {
                let mut packet = Compress::new(Compression::default(), true);
                deflate(&mut packet, payload.as_bytes(), FlushCompress::Finish).map(Message::binary)
            }
            Self::Text | Self::Packets => Ok(Message::text(payload)),
            Self::Zlib(stream) => deflate(stream, payload.as_bytes(), FlushCompress::Sync).map(Message::binary),
            Self::Zstd(stream) => zstd(stream, payload.as_bytes())
                .map(Message::binary)
                .map_err(|code| zstd_safe::get_error_name(code).to_owned()),
        }
    }
}

fn deflate(stream: &mut Compress, payload: &[u8], flush: FlushCompress) -> Result<Vec<u8>, String> {
    let mut compressed = Vec::with_capacity(payload.len() / 2 + 64);
    let before = stream.total_in();
    loop {
        let taken = usize::try_from(stream.total_in() - before).unwrap_or(payload.len());
        let rest = payload.get(taken..).unwrap_or_default();
        stream.compress_vec(rest, &mut compressed, flush).map_err(|error| error.to_string())?;
        // Space that is left over means that nothing is held back.
        if compressed.len() < compressed.capacity() {
            return Ok(compressed);
        }
        compressed.reserve(compressed.len().max(64));
    }
}

fn zstd(stream: &mut CCtx<'static>, payload: &[u8]) -> Result<Vec<u8>, usize> {
    let mut compressed = Vec::new();
    let mut space = vec![0; CCtx::out_size()];
    let mut input = InBuffer::around(payload);
    while input.pos() < payload.len() {
        step(&mut compressed, &mut space, |output| stream.compress_stream(output, &mut input))?;
    }
    while step(&mut compressed, &mut space, |output| stream.flush_stream(output))? > 0 {}
    Ok(compressed)
}

fn step(to: &mut Vec<u8>, space: &mut [u8], act: impl FnOnce(&mut OutBuffer<'_, [u8]>) -> SafeResult) -> SafeResult {
    let mut output = OutBuffer::around(space);
    let left = act(&mut output)?;
    to.extend_from_slice(output.as_slice());
    Ok(left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Decompress, FlushDecompress};
    use proptest::prelude::*;
    use zstd_safe::DCtx;

    fn payloads() -> impl Strategy<Value = Vec<String>> {
        let payload = prop_oneof!["\\PC{1,300}", (1..200_000_usize).prop_map(|length| "x".repeat(length))];
        proptest::collection::vec(payload, 1..6)
    }

    fn bytes(message: Message) -> Vec<u8> {
        match message {
            Message::Binary(bytes) => bytes.to_vec(),
            other => panic!("expected a binary message, got {other:?}"),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn a_zlib_stream_can_be_read_payload_by_payload(payloads in payloads()) {
            let mut wire = Wire::named(Some("zlib-stream"));
            let mut reader = Decompress::new(true);
            for payload in &payloads {
                let compressed = bytes(wire.message(payload).unwrap());
                prop_assert!(compressed.ends_with(&[0, 0, 0xFF, 0xFF]));
                let mut read = Vec::with_capacity(1 << 20);
                reader.decompress_vec(&compressed, &mut read, FlushDecompress::Sync).unwrap();
                prop_assert_eq!(read, payload.as_bytes());
            }
        }

        #[test]
        fn a_zstd_stream_can_be_read_payload_by_payload(payloads in payloads()) {
            let mut wire = Wire::named(Some("zstd-stream"));
            let mut reader = DCtx::create();
            let mut space = vec![0; 1 << 20];
            for payload in &payloads {
                let compressed = bytes(wire.message(payload).unwrap());
                let mut input = InBuffer::around(&compressed);
                let mut output = OutBuffer::around(space.as_mut_slice());
                while input.pos() < compressed.len() {
                    reader.decompress_stream(&mut output, &mut input).unwrap();
                }
                prop_assert_eq!(output.as_slice(), payload.as_bytes());
            }
        }

        #[test]
        fn large_packets_are_zlib_streams_of_their_own(payloads in payloads()) {
            let mut wire = Wire::named(None);
            wire.compress_packets();
            for payload in &payloads {
                let read = match wire.message(payload).unwrap() {
                    Message::Text(text) => text.as_bytes().to_vec(),
                    message => {
                        let mut read = Vec::with_capacity(1 << 20);
                        let compressed = bytes(message);
                        Decompress::new(true).decompress_vec(&compressed, &mut read, FlushDecompress::Finish).unwrap();
                        read
                    }
                };
                prop_assert_eq!(read, payload.as_bytes());
            }
        }
    }
}
