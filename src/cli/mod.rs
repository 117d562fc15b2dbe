//! What the command line does, one file for each command.

pub mod check;
pub mod index;
pub mod new;
pub mod search;
