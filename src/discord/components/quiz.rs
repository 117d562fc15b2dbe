//! The buttons of a quiz: which session, what, and of which question. `7:pick:3:1` is option B of the fourth question of
//! session 7.

use super::written_number;
use crate::quiz::SessionId;

/// What a button of a quiz does. Rounds and places count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::discord) enum Press {
    Join,
    Start,
    Pick {
        round: u32,
        place: u8,
    },
    /// Takes the last step of an order back.
    Undo {
        round: u32,
    },
    /// Nothing more is chosen.
    Done {
        round: u32,
    },
    /// Opens a form for the answer; also the form itself.
    Type {
        round: u32,
    },
    Skip {
        round: u32,
    },
    Next {
        round: u32,
    },
    /// Opens a form for what is wrong with the question; also the form itself.
    Report {
        round: u32,
    },
    Resume,
    /// Another quiz with the missed questions.
    Again,
    /// The private report of who presses it.
    Mine,
}

/// What follows the word `quiz:` in a custom_id.
pub(super) fn written(session: SessionId, press: Press) -> String {
    let rest = match press {
        Press::Join => "join".to_owned(),
        Press::Start => "start".to_owned(),
        Press::Pick { round, place } => format!("pick:{round}:{place}"),
        Press::Undo { round } => format!("undo:{round}"),
        Press::Done { round } => format!("done:{round}"),
        Press::Type { round } => format!("type:{round}"),
        Press::Skip { round } => format!("skip:{round}"),
        Press::Next { round } => format!("next:{round}"),
        Press::Report { round } => format!("report:{round}"),
        Press::Resume => "resume".to_owned(),
        Press::Again => "again".to_owned(),
        Press::Mine => "mine".to_owned(),
    };
    format!("{session}:{rest}")
}

pub(super) fn read(text: &str) -> Option<(SessionId, Press)> {
    let (session, rest) = text.split_once(':')?;
    let (word, argument) = rest.split_once(':').map_or((rest, None), |(word, argument)| (word, Some(argument)));
    let round = || number(argument?);
    let press = match (word, argument) {
        ("join", None) => Press::Join,
        ("start", None) => Press::Start,
        ("pick", Some(argument)) => {
            let (round, place) = argument.split_once(':')?;
            Press::Pick { round: number(round)?, place: u8::try_from(number(place)?).ok()? }
        }
        ("undo", _) => Press::Undo { round: round()? },
        ("done", _) => Press::Done { round: round()? },
        ("type", _) => Press::Type { round: round()? },
        ("skip", _) => Press::Skip { round: round()? },
        ("next", _) => Press::Next { round: round()? },
        ("report", _) => Press::Report { round: round()? },
        ("resume", None) => Press::Resume,
        ("again", None) => Press::Again,
        ("mine", None) => Press::Mine,
        _ => return None,
    };
    let session: u64 = written_number(session)?;
    Some((SessionId(session), press))
}

fn number(text: &str) -> Option<u32> {
    written_number(text)
}
