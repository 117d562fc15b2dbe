//! How many requests each route takes, and how the windows of one bucket are named.
//!
//! Discord publishes none of these numbers and changes them: bots must read the headers. Those here are what bots see
//! in practice.

/// So many requests in so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Budget {
    pub(super) requests: u32,
    pub(super) per_ms: i64,
}

/// What routes share a budget: the method and template of the first of them.
pub(super) type Bucket = (&'static str, &'static str);

const MESSAGES: &str = "/channels/{channel_id}/messages";
const MESSAGE: &str = "/channels/{channel_id}/messages/{message_id}";
const WEBHOOK: &str = "/webhooks/{webhook_id}/{webhook_token}";
const ORIGINAL: &str = "/webhooks/{webhook_id}/{webhook_token}/messages/@original";
const FOLLOW_UP: &str = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}";
const REACTIONS: &str = "/channels/{channel_id}/messages/{message_id}/reactions";
const REACTION: &str = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}";
const OWN_REACTION: &str = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me";
const USER_REACTION: &str = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/{user_id}";
const COMMANDS: &str = "/applications/{application_id}/commands";
const GUILD_COMMANDS: &str = "/applications/{application_id}/guilds/{guild_id}/commands";
const MEMBER_ROLE: &str = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}";
const BAN: &str = "/guilds/{guild_id}/bans/{user_id}";

/// Routes that share a bucket, requests, milliseconds.
type Row = (&'static [Bucket], u32, i64);

static ROWS: &[Row] = &[
    (&[("GET", "/gateway/bot")], 2, 5_000),
    (&[("POST", MESSAGES)], 5, 5_000),
    (&[("GET", MESSAGES)], 5, 5_000),
    (&[("PATCH", MESSAGE)], 5, 5_000),
    (&[("DELETE", MESSAGE)], 5, 1_000),
    (&[("POST", "/channels/{channel_id}/messages/bulk-delete")], 1, 1_000),
    (
        &[
            ("PUT", OWN_REACTION),
            ("DELETE", OWN_REACTION),
            ("DELETE", USER_REACTION),
            ("DELETE", REACTION),
            ("DELETE", REACTIONS),
        ],
        1,
        250,
    ),
    (&[("POST", "/channels/{channel_id}/typing")], 5, 5_000),
    (
        &[
            ("PUT", "/channels/{channel_id}/messages/pins/{message_id}"),
            ("DELETE", "/channels/{channel_id}/messages/pins/{message_id}"),
            ("PUT", "/channels/{channel_id}/pins/{message_id}"),
            ("DELETE", "/channels/{channel_id}/pins/{message_id}"),
        ],
        5,
        5_000,
    ),
    (&[("PATCH", "/channels/{channel_id}")], 5, 15_000),
    (
        &[("POST", "/channels/{channel_id}/threads"), ("POST", "/channels/{channel_id}/messages/{message_id}/threads")],
        50,
        300_000,
    ),
    // Everything of one interaction (or webhook) together.
    (
        &[
            ("POST", WEBHOOK),
            ("GET", ORIGINAL),
            ("PATCH", ORIGINAL),
            ("DELETE", ORIGINAL),
            ("GET", FOLLOW_UP),
            ("PATCH", FOLLOW_UP),
            ("DELETE", FOLLOW_UP),
        ],
        5,
        2_000,
    ),
    (&[("POST", COMMANDS), ("PUT", COMMANDS)], 5, 20_000),
    (&[("POST", GUILD_COMMANDS), ("PUT", GUILD_COMMANDS)], 5, 20_000),
    (&[("PATCH", "/guilds/{guild_id}/members/{user_id}")], 10, 10_000),
    (&[("PUT", MEMBER_ROLE), ("DELETE", MEMBER_ROLE)], 10, 10_000),
    (&[("PUT", BAN), ("DELETE", BAN)], 5, 1_000),
    (&[("POST", "/users/@me/channels")], 10, 10_000),
];

/// For routes without a row.
const OTHERS: Budget = Budget { requests: 10, per_ms: 1_000 };

pub(super) fn of_route(method: &'static str, template: &'static str) -> (Bucket, Budget) {
    let row = ROWS.iter().find(|(routes, _, _)| routes.contains(&(method, template)));
    match row {
        Some(([first, ..], requests, per_ms)) => (*first, Budget { requests: *requests, per_ms: *per_ms }),
        _ => ((method, template), OTHERS),
    }
}

/// The opaque name of a bucket in headers.
pub(super) fn hash((method, template): Bucket) -> String {
    let hex = blake3::hash(format!("{method} {template}").as_bytes()).to_hex();
    hex.chars().take(32).collect()
}
