//! The rules of the quiz, each as a short game.

mod answering;
mod messages;
mod pausing;
mod playing;
mod time;
mod voting;
