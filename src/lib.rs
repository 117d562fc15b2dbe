//! Backroad: a Discord bot for communities that learn backend development.

pub mod content;
pub mod playground;
