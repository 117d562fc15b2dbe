//! The playground keeps Discord's rules: a raw bot on one side, members on the other.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy knows test functions, not the helpers that only tests call"
)]

mod answers;
mod bot;
mod commands;
mod compression;
mod contents;
mod control;
mod direct;
mod faults;
mod forms;
mod gateway;
mod guilds;
mod interactions;
mod layouts;
mod limits;
mod members;
mod messages;
mod moderation;
mod page;
mod prompt;
mod rate_limits;
mod reactions;
mod refusals;
mod requests;
mod resolved;
mod shards;
mod threads;
mod worlds;
mod zombies;
