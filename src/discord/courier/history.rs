//! Whether a message of ours is there, read from its channel's history: for what was claimed and may have been sent.

use serde_json::Value;
use serenity::http::{LightMethod, Route};
use serenity::model::id::ChannelId;

use super::Courier;
use crate::discord::rest::RestError;
use crate::quiz::UnixMs;

/// Our clock and Discord's may differ by so much, in milliseconds.
pub(super) const CLOCKS_DIFFER: i64 = 15 * 60_000;

/// Discord's first moment, in milliseconds since the Unix epoch; its ids count from there.
const DISCORD_EPOCH: i64 = 1_420_070_400_000;

/// Messages of history that are read at once, and how many times.
const PAGE: usize = 100;
const PAGES: usize = 50;

/// A message that was looked for.
pub(super) enum Search {
    There(u64),
    Nowhere,
    /// The channel shows no message at all: there is none, or its history may not be read.
    Empty,
    /// The channel's history cannot be read.
    Blind,
}

/// Where a message is looked for.
pub(super) struct Where<'a> {
    pub(super) channel: ChannelId,
    /// The custom_id of a button of it.
    pub(super) mark: &'a str,
    /// When it was claimed, by our clock.
    pub(super) since: UnixMs,
    /// It is younger than this message.
    pub(super) after: u64,
    /// The bot has written to the channel: a history without any message is one that may not be read.
    pub(super) wrote: bool,
}

impl Courier {
    /// Looks for a message of ours in a channel's history, from the newest backwards.
    ///
    /// # Errors
    /// When a request failed.
    pub(super) async fn search(&self, place: Where<'_>) -> Result<Search, RestError> {
        let me = self.me().await?.to_string();
        let Where { channel, mark, since, after, wrote } = place;
        // By the clocks' difference at most, it is not older.
        let likely = snowflake(since.plus(-CLOCKS_DIFFER));
        let mut before = String::new();
        let mut oldest = u64::MAX;
        for page in 0..PAGES {
            let list = self.history(channel, &format!("limit={PAGE}{before}")).await?;
            if page == 0 && list.is_empty() {
                return Ok(if wrote { Search::Blind } else { Search::Empty });
            }
            let ours = |message: &&Value| author(message) == Some(me.as_str()) && carries(message, mark);
            if let Some(message) = list.iter().find(ours).and_then(message_id) {
                return Ok(Search::There(message));
            }
            oldest = list.iter().filter_map(message_id).min().unwrap_or(0);
            if list.len() < PAGE || oldest <= after {
                return Ok(Search::Nowhere);
            }
            before = format!("&before={oldest}");
        }
        // So much was written since then that one of these messages may be ours.
        Ok(if oldest < likely { Search::Nowhere } else { Search::Blind })
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
pub(super) fn snowflake(at: UnixMs) -> u64 {
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
