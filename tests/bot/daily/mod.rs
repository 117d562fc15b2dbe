//! `/daily`: what moderators schedule, what members see and answer, and that each post appears once, whatever happens.

mod answers;
mod board;
mod clocks;
mod disturbed;
mod killed;
mod post;
mod refused;
mod schedule;
