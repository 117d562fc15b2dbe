//! The bot from outside: members speak to it on a local Discord, and what they see is compared.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod ask;
mod bad_input;
mod command_line;
mod completeness;
mod daily;
mod doctor;
mod faults;
mod faults_data;
mod feedback;
mod find_answer;
mod gateway_faults;
mod help;
mod library;
mod old_buttons;
mod playground;
mod project;
mod question;
mod quiz;
mod reload;
mod rest_faults;
mod restart;
mod roadmap;
mod start;
mod support;
mod topic;
