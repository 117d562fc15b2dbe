//! How gateway payloads go over a WebSocket: as text, or as one zstd stream per connection that is flushed after every
//! payload.

use axum::extract::ws::Message;
use zstd_safe::{CCtx, InBuffer, OutBuffer, SafeResult};

pub(super) enum Wire {
    Text,
    Zstd(Box<CCtx<'static>>),
}

impl Wire {
    /// For the `compress` of the connection's query; `Err` names what is not spoken here.
    pub(super) fn named(compress: Option<&str>) -> Result<Self, String> {
        match compress {
            None => Ok(Self::Text),
            Some("zstd-stream") => Ok(Self::Zstd(Box::new(CCtx::create()))),
            Some(other) => Err(format!("The playground's gateway speaks zstd-stream or no compression, not {other}.")),
        }
    }

    pub(super) fn message(&mut self, payload: &str) -> Result<Message, &'static str> {
        match self {
            Self::Text => Ok(Message::text(payload)),
            Self::Zstd(stream) => {
                compress(stream, payload.as_bytes()).map(Message::binary).map_err(zstd_safe::get_error_name)
            }
        }
    }
}

fn compress(stream: &mut CCtx<'static>, payload: &[u8]) -> Result<Vec<u8>, usize> {
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
    use zstd_safe::DCtx;

    #[test]
    fn every_payload_can_be_read_as_soon_as_it_arrives() {
        let mut stream = CCtx::create();
        let mut reader = DCtx::create();
        let mut space = vec![0; 1 << 20];
        for payload in ["{}".to_owned(), "x".repeat(300_000), "{\"op\":11}".to_owned()] {
            let compressed = compress(&mut stream, payload.as_bytes()).unwrap();
            let mut input = InBuffer::around(&compressed);
            let mut output = OutBuffer::around(space.as_mut_slice());
            while input.pos() < compressed.len() {
                reader.decompress_stream(&mut output, &mut input).unwrap();
            }
            assert_eq!(output.as_slice(), payload.as_bytes());
        }
    }
}
