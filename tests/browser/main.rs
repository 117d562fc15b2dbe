//! The playground's page in headless Chromium: members type, press and read, in windows of their own.
//!
//! Where Chromium and its driver are missing, nothing is run and every test passes. `CHROMIUM` and `CHROMEDRIVER` name the
//! programs, if they are not on the path; with `BROWSER_TESTS=required` it is a failure that they are missing.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy knows test functions, not the helpers that only tests call"
)]

#[allow(dead_code, reason = "shared with tests/local_discord, which uses all of it")]
#[path = "../local_discord/answers.rs"]
mod answers;
#[allow(dead_code, reason = "shared with tests/local_discord, which uses all of it")]
#[path = "../local_discord/bot.rs"]
mod bot;
#[allow(dead_code, unused_imports, reason = "shared with tests/bot, which uses all of it")]
#[path = "../bot/support/mod.rs"]
mod support;

mod driver;
mod stage;
mod states;
mod window;

mod accessibility;
mod ask;
mod connection;
mod drafts;
mod failures;
mod files;
mod forms;
mod keyboard;
mod live;
mod markup;
mod options;
mod phone;
mod places;
mod private;
mod screenshots;
mod threads;
mod try_this;
