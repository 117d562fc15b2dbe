//! Other people's libraries on the local Discord: what discord.js and discord.py take for Discord is near enough to it.
//! Run where `TEST_CLIENTS` names a folder with their packages:
//!
//! ```text
//! npm install --prefix DIR/js --no-package-lock discord.js@14.28.1
//! pip install --target DIR/python discord.py==2.7.1
//! ```
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy knows test functions, not the helpers that only tests call"
)]

mod bot;
mod gateway;
mod life;
