//! Tests of scheduled posts: the rules by example, and (in `simulation`) many days of schedules on a machine that dies.

mod library;
mod sabotage;

mod choose;
mod post;
mod queue;
mod schedule;
mod simulation;
