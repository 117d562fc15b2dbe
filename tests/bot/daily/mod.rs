//! `/daily`: what moderators schedule, what members see and answer, and that each post appears once, whatever happens.

mod schedule;
