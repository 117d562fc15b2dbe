//! Tests of the quiz: its rules as scripts, its parts, and (in `simulation`) many games on a machine that dies.

mod deck;
pub(super) mod sabotage;
mod script;

mod scripts;

mod card;
mod desk;
mod draw;
mod naive;
mod retelling;
mod score;
mod short;
mod simulation;
