//! Backroad: a Discord bot for communities that learn backend development.

pub mod cli;
pub mod content;
pub mod nearest;
pub mod playground;
pub mod search;
pub mod store;
