//! Tests of the quiz.
