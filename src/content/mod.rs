//! What the bot knows: files below `content/` -> a [`Library`] and every problem with its place.
//! Knows nothing of Discord beyond the numbers that a text must fit.

mod model;

pub use model::*;
