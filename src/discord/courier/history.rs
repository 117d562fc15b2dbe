//! Whether a message of ours is there, read from its channel's history: for what was claimed and may have been sent.

use serde_json::Value;
use serenity::http::{LightMethod, Route};
use serenity::model::id::ChannelId;

use super::Courier;
use crate::discord::rest::RestError;
use crate::quiz::UnixMs;

/// Our clock and Discord's may differ by so much, in milliseconds.
const CLOCKS_DIFFER: i64 = 15 * 60_000;

/// Discord's first moment, in milliseconds since the Unix epoch; its ids count from there.
const DISCORD_EPOCH: i64 = 1_420_070_400_000;

/// Messages of history that are read at once, and how many times.
const PAGE: usize = 100;
const PAGES: usize = 50;

/// A message that was looked for.
pub(super) enum Search {
    There(u64),
    Nowhere,
    /// The channel's history cannot be read.
    Blind,
}

impl Courier {
    /// Looks for our message with a button whose custom_id is `mark` through what was written to a channel `since` it was
    /// claimed. `known`: the latest message of ours there that belongs to the same, if there is one.
    ///
    /// # Errors
    /// When a request failed.
    pub(super) async fn search(
        &self,
        channel: ChannelId,
        mark: &str,
        since: UnixMs,
        known: Option<u64>,
    ) -> Result<Search, RestError> {
        let me = self.me().await?.to_string();
        // After the last message that is known, if that is earlier: clocks may differ by more than one thinks.
        let mut after = snowflake(since.plus(-CLOCKS_DIFFER)).min(known.unwrap_or(u64::MAX));
        for page in 1.. {
            // Whoever has written so much since then, one of these messages may be ours.
            if page > PAGES {
                return Ok(Search::Blind);
            }
            let list = self.history(channel, &format!("after={after}&limit={PAGE}")).await?;
            let ours = |message: &&Value| author(message) == Some(me.as_str()) && carries(message, mark);
            if let Some(message) = list.iter().find(ours).and_then(message_id) {
                return Ok(Search::There(message));
            }
            after = list.iter().filter_map(message_id).max().unwrap_or(after);
            if list.len() < PAGE {
                break;
            }
        }
        // A channel whose history one may not read looks empty; one in which we wrote is not.
        if known.is_some() && self.history(channel, "limit=1").await?.is_empty() {
            return Ok(Search::Blind);
        }
        Ok(Search::Nowhere)
    }

    async fn history(&self, channel_id: ChannelId, query: &str) -> Result<Vec<Value>, RestError> {
        let route = Route::ChannelMessages { channel_id };
        match self.rest.exchange(LightMethod::Get, route, query, None).await?.body {
            Value::Array(list) => Ok(list),
            _ => Ok(Vec::new()),
        }
    }
}

fn carries(message: &Value, mark: &str) -> bool {
    let list = |value: &Value| value.get("components").and_then(Value::as_array).cloned().unwrap_or_default();
    let parts = list(message).into_iter().flat_map(|row| list(&row));
    parts.into_iter().any(|part| part.get("custom_id").and_then(Value::as_str) == Some(mark))
}

fn author(message: &Value) -> Option<&str> {
    message.pointer("/author/id")?.as_str()
}

fn message_id(message: &Value) -> Option<u64> {
    message.get("id")?.as_str()?.parse().ok()
}

/// The smallest id that Discord could give at a moment.
fn snowflake(at: UnixMs) -> u64 {
    u64::try_from(at.0 - DISCORD_EPOCH).unwrap_or_default() << 22
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_can_be_made_from_a_moment() {
        assert_eq!(snowflake(UnixMs(1_462_015_105_796)) >> 22, 41_944_705_796);
        assert_eq!(snowflake(UnixMs(0)), 0);
    }
}
