//! What the command line does, one file per command.

pub mod check;
pub mod new;
