//! Which questions fit a quiz, and which of them it asks.

use std::collections::HashMap;

use rand::Rng;

use crate::app::page::quiz::kind_word;
use crate::content::{Item, Level, Library, Question, QuestionKind};
use crate::quiz::{Candidate, Card, Seen, UnixMs, draw};
use crate::store::Asked;

/// What the questions of a quiz shall be. `None` or empty leaves it open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuizWanted {
    /// A topic's id.
    pub topic: Option<String>,
    /// An area's id.
    pub area: Option<String>,
    pub level: Option<Level>,
    pub kinds: Vec<QuestionKind>,
}

impl QuizWanted {
    pub(super) fn fitting<'a>(&self, library: &'a Library) -> Vec<&'a Question> {
        let fits = |question: &&Question| {
            Card::is_playable(question.kind)
                && self.topic.as_ref().is_none_or(|topic| question.topics.contains(topic))
                && self.area.as_ref().is_none_or(|area| question.area == *area)
                && self.level.is_none_or(|level| question.level == level)
                && (self.kinds.is_empty() || self.kinds.contains(&question.kind))
        };
        library.questions.values().filter(fits).collect()
    }

    /// The topic or area in words; empty for everything.
    pub(super) fn about(&self, library: &Library) -> String {
        let topic =
            self.topic.as_ref().map(|id| library.topics.get(id).map_or(id.clone(), |topic| topic.title.clone()));
        let area = self.area.as_ref().map(|id| library.area(id).map_or(id.clone(), |area| area.title.clone()));
        [topic, area].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// The level and the kinds in words; empty for all.
    pub(super) fn only(&self) -> String {
        let level = self.level.map(Level::as_str);
        let all = QuestionKind::ALL.into_iter().filter(|kind| Card::is_playable(*kind)).count();
        let kinds = self.kinds.iter().filter(|_| self.kinds.len() < all).map(|kind| kind_word(*kind));
        level.into_iter().chain(kinds).collect::<Vec<_>>().join(", ")
    }
}

/// At most `count` of the fitting questions, see [`draw`].
pub(super) fn choose<'a>(
    library: &Library,
    fitting: &[&'a Question],
    asked: &[Asked],
    count: usize,
    now: UnixMs,
    rng: &mut impl Rng,
) -> Vec<&'a Question> {
    let mut seen: HashMap<&str, Seen> = HashMap::new();
    for asked in asked {
        // What was asked under a former id counts for the question of today.
        let Some(Item::Question(question)) = library.find(&asked.question_id) else { continue };
        let ago_ms = now.since(UnixMs(asked.last_at_ms));
        let so_far = seen.entry(&question.id).or_insert(Seen { ago_ms, ..Seen::default() });
        so_far.ago_ms = so_far.ago_ms.min(ago_ms);
        so_far.answered += asked.answered;
        so_far.right += asked.right;
    }
    let candidates: Vec<Candidate<'_>> = fitting
        .iter()
        .map(|question| Candidate {
            topic: question.topics.first().map_or("", String::as_str),
            seen: seen.get(question.id.as_str()).copied(),
        })
        .collect();
    draw(&candidates, count, rng).into_iter().filter_map(|place| fitting.get(place).copied()).collect()
}
