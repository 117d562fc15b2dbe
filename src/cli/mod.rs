//! One file per command: what it does and what it prints.

pub mod index;
pub mod search;
