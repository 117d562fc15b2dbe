//! The bot from outside: members speak to it on a local Discord, and what they see is compared.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod ask;
mod bad_input;
mod command_line;
mod faults;
mod faults_data;
mod feedback;
mod help;
mod library;
mod restart;
mod start;
mod support;
mod topic;
