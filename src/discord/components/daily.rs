//! The buttons of scheduled posts and of schedules. `7:pick:1` is option B of the question of post 7.

use super::written_number;
use crate::daily::{PostId, ScheduleId};

/// What a button of a post does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::discord) enum DailyPress {
    /// The letter of an option, by its place from 0.
    Pick(u8),
    /// Takes the last step of an order back.
    Undo,
    /// Nothing more is chosen.
    Done,
    /// Opens a form for the answer; also the form itself.
    Type,
    /// The whole topic.
    Read,
    /// The answer, when the question is closed.
    Answer,
    /// Opens a form for what is wrong with the question; also the form itself.
    Report,
}

/// What a moderator's button does to a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::discord) enum SchedulePress {
    Show,
    Preview,
    PostNow,
    Skip,
    Pause,
    Resume,
    Queue,
    /// Asks whether it is meant.
    Remove,
    RemoveForGood,
}

const SCHEDULE_WORDS: [(SchedulePress, &str); 9] = [
    (SchedulePress::Show, "show"),
    (SchedulePress::Preview, "preview"),
    (SchedulePress::PostNow, "postnow"),
    (SchedulePress::Skip, "skip"),
    (SchedulePress::Pause, "pause"),
    (SchedulePress::Resume, "resume"),
    (SchedulePress::Queue, "queue"),
    (SchedulePress::Remove, "remove"),
    (SchedulePress::RemoveForGood, "removeforgood"),
];

/// What follows the word `daily:` in a custom_id.
pub(super) fn written(post: PostId, press: DailyPress) -> String {
    match press {
        DailyPress::Pick(place) => format!("{post}:pick:{place}"),
        DailyPress::Undo => format!("{post}:undo"),
        DailyPress::Done => format!("{post}:done"),
        DailyPress::Type => format!("{post}:type"),
        DailyPress::Read => format!("{post}:read"),
        DailyPress::Answer => format!("{post}:answer"),
        DailyPress::Report => format!("{post}:report"),
    }
}

pub(super) fn read(text: &str) -> Option<(PostId, DailyPress)> {
    let (post, rest) = text.split_once(':')?;
    let press = match rest {
        "undo" => DailyPress::Undo,
        "done" => DailyPress::Done,
        "type" => DailyPress::Type,
        "read" => DailyPress::Read,
        "answer" => DailyPress::Answer,
        "report" => DailyPress::Report,
        other => DailyPress::Pick(written_number(other.strip_prefix("pick:")?)?),
    };
    Some((PostId(written_number(post)?), press))
}

/// What follows the word `schedule:` in a custom_id.
pub(super) fn written_schedule(schedule: ScheduleId, press: SchedulePress) -> String {
    let word = SCHEDULE_WORDS.iter().find(|(known, _)| *known == press).map_or("show", |(_, word)| word);
    format!("{schedule}:{word}")
}

pub(super) fn read_schedule(text: &str) -> Option<(ScheduleId, SchedulePress)> {
    let (schedule, rest) = text.split_once(':')?;
    let (press, _) = SCHEDULE_WORDS.iter().find(|(_, word)| *word == rest)?;
    Some((ScheduleId(written_number(schedule)?), *press))
}
