//! Every number that content must keep, in one place. Lengths are in Unicode scalar values, of the Markdown as written,
//! after the wrapped lines of a paragraph are joined.

use std::ops::RangeInclusive;

/// No item needs more; anything larger is a mistake, and is not even parsed.
pub const FILE_BYTES: u64 = 256 * 1024;

pub const ID: usize = 60;
/// Discord: the label of a select option or an autocomplete choice.
pub const TITLE: usize = 100;
pub const ALIAS: usize = 100;
pub const ASKED_AS: usize = 200;
pub const SUMMARY: usize = 300;
pub const RESOURCE_TITLE: usize = 100;
/// Discord: the URL of a link button.
pub const URL: usize = 512;
pub const TIP: usize = 200;

/// Discord: the description of an embed. Every part of an item fits one.
pub const PART: usize = 4096;
/// A code block with its fences; small enough to stay whole in any message.
pub const CODE_BLOCK: usize = 1800;

pub const MINUTES: RangeInclusive<u32> = 1..=240;
pub const HOURS: RangeInclusive<u32> = 1..=400;
pub const WEEKS: RangeInclusive<u32> = 1..=104;
pub const STAGE_HOURS: RangeInclusive<u32> = 1..=1000;

pub const TOPIC_ASKED_AS: usize = 5;
pub const OTHER_ASKED_AS: usize = 3;
pub const RESOURCES: RangeInclusive<usize> = 1..=5;
pub const EXPLANATION_WORDS: RangeInclusive<usize> = 120..=450;
pub const PITFALLS: usize = 2;

pub const QUESTION: usize = 600;
pub const QUESTION_TITLE: usize = 150;
pub const OPTION: usize = 150;
pub const REASON: usize = 300;
pub const ANSWER: usize = 500;
pub const OPEN_ANSWER: usize = 1800;
pub const QUESTION_EXPLANATION: usize = 900;
pub const ACCEPTED: RangeInclusive<usize> = 1..=20;
pub const ACCEPTED_LENGTH: usize = 80;
pub const KEY_POINTS: RangeInclusive<usize> = 3..=8;
pub const KEY_POINT: usize = 200;

pub const BRIEF_WORDS: RangeInclusive<usize> = 80..=300;
pub const ACCEPTANCE: usize = 3;
pub const STRETCH: usize = 1;
pub const HINTS: usize = 2;

/// Discord: the options of a select menu; a roadmap's stages are chosen from one.
pub const STAGES: RangeInclusive<usize> = 1..=25;
