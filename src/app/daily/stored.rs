//! The documents of schedules and posts, and a post as it is shown.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Stored;
use super::delivery::Closed;
use crate::content::{Item, Library};
use crate::daily::{Archive, Choice, Due, Kind, PostId, Schedule};
use crate::quiz::Card;
use crate::store::{DailyPost, DailySchedule, DailyWrite, StoreError};

/// What of a post is settled when it is wanted, so that it looks the same whenever it is sent.
#[derive(Debug, Serialize, Deserialize)]
struct Document {
    kind: Kind,
    card: Option<Card>,
    /// A roadmap, and which step of how many this is.
    step: Option<(String, usize, usize)>,
    role: Option<u64>,
    thread: Option<Archive>,
    #[serde(flatten)]
    used: UsedFor,
}

/// What making a post has used up.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct UsedFor {
    pub(super) turn: u64,
    /// The entry of the queue that asked for it.
    pub(super) queued: Option<String>,
}

/// A post with everything that is shown of it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Not in a preview.
    pub post: Option<PostId>,
    pub guild: u64,
    pub channel: u64,
    /// When it is there.
    pub message: Option<u64>,
    pub date: Date,
    pub at: Timestamp,
    pub kind: Kind,
    /// An id of the library.
    pub topic: Option<String>,
    pub card: Option<Card>,
    /// A roadmap, and which step of how many this is, from 1.
    pub step: Option<(String, usize, usize)>,
    pub role: Option<u64>,
    pub thread: Option<Archive>,
    /// A moderator chose it.
    pub queued: bool,
    /// Its question takes no more answers.
    pub closed: bool,
    /// How many have answered it, where that was counted.
    pub answered: u64,
    /// The question before, with its answers.
    pub before: Option<Box<Closed>>,
}

pub(super) fn read(row: &DailySchedule) -> Option<Stored> {
    match serde_json::from_str(&row.document) {
        Ok(schedule) => Some(Stored {
            schedule: Schedule { id: crate::daily::ScheduleId(row.id), ..schedule },
            version: row.version,
        }),
        Err(error) => {
            tracing::error!(schedule = row.id, %error, "a schedule cannot be read");
            None
        }
    }
}

pub(super) fn written(schedule: &Schedule) -> Result<String, StoreError> {
    serde_json::to_string(schedule).map_err(|error| StoreError::Document(error.to_string()))
}

pub(super) fn write(schedule: &Schedule, version: u64) -> Result<DailyWrite, StoreError> {
    Ok(DailyWrite {
        id: schedule.id.0,
        version,
        next_at_ms: schedule.wakes_at().map(Timestamp::as_millisecond),
        notice: schedule.owes_notice(),
        document: written(schedule)?,
    })
}

pub(super) fn document(schedule: &Schedule, choice: &Choice, card: Option<Card>) -> Result<String, StoreError> {
    let settings = &schedule.settings;
    let step = choice.step.zip(settings.filter.path.clone()).map(|((step, of), path)| (path, step, of));
    let used = UsedFor { turn: schedule.turn, queued: choice.queued.clone() };
    let document = Document { kind: settings.kind, card, step, role: settings.role, thread: settings.thread, used };
    serde_json::to_string(&document).map_err(|error| StoreError::Document(error.to_string()))
}

/// What would be posted.
pub(super) fn shown(
    library: &Library,
    schedule: &Schedule,
    due: Due,
    choice: &Choice,
    card: Option<Card>,
    post: Option<PostId>,
) -> Shown {
    let settings = &schedule.settings;
    Shown {
        post,
        guild: schedule.guild,
        channel: settings.channel,
        message: None,
        date: due.date,
        at: due.at,
        kind: settings.kind,
        topic: choice.topic.clone().filter(|topic| library.topic(topic).is_some()),
        card,
        step: choice.step.zip(settings.filter.path.clone()).map(|((step, of), path)| (path, step, of)),
        role: settings.role,
        thread: settings.thread,
        queued: choice.queued.is_some(),
        closed: false,
        answered: 0,
        before: None,
    }
}

/// A post as it is stored, without the question before. `None` when its document was forgotten.
pub(super) fn shown_post(library: &Library, post: &DailyPost) -> Option<Shown> {
    let document = document_of(post)?;
    Some(Shown {
        post: Some(PostId(post.id)),
        guild: post.guild,
        channel: post.channel,
        message: super::delivery::stage(post.stage).message(),
        date: post.date.parse().ok()?,
        at: Timestamp::from_millisecond(post.at_ms).ok()?,
        kind: document.kind,
        topic: post.topic.clone().filter(|topic| matches!(library.find(topic), Some(Item::Topic(_)))),
        card: document.card,
        step: document.step,
        role: document.role,
        thread: document.thread,
        queued: document.used.queued.is_some(),
        closed: post.closed_at_ms.is_some(),
        answered: 0,
        before: None,
    })
}

pub(super) fn card_of(post: &DailyPost) -> Option<Card> {
    document_of(post)?.card
}

pub(super) fn used_for(post: &DailyPost) -> Option<UsedFor> {
    Some(document_of(post)?.used)
}

/// A post that nobody has tried to send is left out: what a moderator wanted first waits again.
pub(super) fn take_back(schedule: &mut Schedule, post: &DailyPost) {
    if let Ok(date) = post.date.parse() {
        schedule.leave_out(date);
    }
    schedule.give_back(used_for(post).and_then(|used| used.queued).as_deref());
}

pub(super) fn role_of(post: &DailyPost) -> Option<u64> {
    document_of(post)?.role
}

pub(super) fn wants_thread(post: &DailyPost) -> bool {
    document_of(post).is_some_and(|document| document.thread.is_some())
}

fn document_of(post: &DailyPost) -> Option<Document> {
    if post.document.is_empty() {
        return None;
    }
    match serde_json::from_str(&post.document) {
        Ok(document) => Some(document),
        Err(error) => {
            tracing::error!(post = post.id, %error, "a scheduled post cannot be read");
            None
        }
    }
}
