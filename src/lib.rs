//! Backroad: a Discord bot for communities that learn backend development.
//!
//! The rooms, from the outside in. Knowledge points one way only; ARCHITECTURE.md says why.
//!
//! - [`cli`]: arguments, settings, one file for each command
//! - [`discord`]: the only room that knows Discord
//! - [`app`]: one method for each thing that a user wants
//! - [`quiz`], [`daily`]: the rules of the game and of scheduled posts, rooms that do nothing themselves
//! - [`search`], [`store`]: the index and the database
//! - [`failpoint`]: where tests let the process die
//! - [`content`]: what the bot knows
//! - [`playground`]: a local Discord, which knows nothing of the other rooms

pub mod app;
pub mod cli;
pub mod config;
pub mod content;
pub mod daily;
pub mod discord;
pub mod failpoint;
pub mod nearest;
pub mod playground;
pub mod quiz;
pub mod search;
pub mod store;
pub mod telemetry;
pub mod verify;
