//! `/quiz`: a game that a whole channel plays, from the lobby to the result.

mod disturbed;
mod game;
mod killed;
mod play;
mod table;
