//! Tests of scheduled posts: the rules by example.

mod schedule;
