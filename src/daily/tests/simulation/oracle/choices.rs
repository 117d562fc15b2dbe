//! What is posted when: the queue first and in its order, a path in its order, areas in turn, nothing twice before all came.

use std::collections::{BTreeMap, HashMap};

use crate::content::{Library, QuestionKind};
use crate::daily::tests::library::{ON_ROAD, playable};
use crate::daily::tests::simulation::moderators::Command;
use crate::daily::tests::simulation::seen::Seen;
use crate::daily::{Choice, Filter, Kind, Settings};

#[derive(Default)]
pub struct Choices {
    turn: u64,
    used: HashMap<String, u64>,
    queue: Vec<String>,
}

impl Choices {
    /// Follows what a moderator did to the queue.
    pub fn commanded(&mut self, command: &Command) {
        match *command {
            Command::Queue(item) => self.queue.push(item.to_owned()),
            Command::Unqueue(place) => drop(self.queue.remove(place - 1)),
            Command::Shift(from, to) => {
                let item = self.queue.remove(from - 1);
                self.queue.insert(to - 1, item);
            }
            _ => {}
        }
    }

    pub fn compare(&self, queue: &[String]) -> Result<(), String> {
        (queue == self.queue)
            .then_some(())
            .ok_or_else(|| format!("the queue is {queue:?} and should be {:?}", self.queue))
    }

    /// Something is stored as used up.
    pub fn chosen(
        &mut self,
        library: &Library,
        settings: &Settings,
        choice: &Choice,
        seen: &mut Seen,
    ) -> Result<(), String> {
        self.turn += 1;
        let first = self.queue.iter().position(|entry| playable(library, entry).is_some());
        match (&choice.queued, first) {
            (None, None) => self.in_turn(library, settings, choice, seen)?,
            (Some(entry), Some(first)) if self.queue[first] == *entry => {
                seen.queued += 1;
                let id = playable(library, entry).unwrap_or_default();
                if choice.items().next() != Some(id) {
                    return Err(format!("{entry} is first in the queue, and {choice:?} came"));
                }
                self.queue.remove(first);
            }
            _ => return Err(format!("the queue is {:?}, and {choice:?} came", self.queue)),
        }
        if let (Some(topic), Some(question)) = (&choice.topic, &choice.question)
            && !library.questions[question].topics.contains(topic)
        {
            return Err(format!("{question} is not about {topic}"));
        }
        for item in choice.items() {
            if library.questions.get(item).is_some_and(|question| question.kind == QuestionKind::Open) {
                return Err(format!("{item} cannot be posted"));
            }
            self.used.insert(item.to_owned(), self.turn);
        }
        Ok(())
    }

    fn in_turn(&self, library: &Library, settings: &Settings, choice: &Choice, seen: &mut Seen) -> Result<(), String> {
        let Settings { kind, filter, .. } = settings;
        let chosen = if *kind == Kind::Question { &choice.question } else { &choice.topic };
        let Some(chosen) = chosen else { return Err(format!("{choice:?} for {kind:?}")) };
        let all = match kind {
            Kind::Question => questions(library, filter),
            _ => topics(library, filter),
        };
        let Some((_, its_area)) = all.iter().find(|(id, _)| id == chosen) else {
            return Err(format!("{chosen} does not fit {filter:?}"));
        };
        let fresh: Vec<&(&str, &str)> = all.iter().filter(|(id, _)| !self.used.contains_key(*id)).collect();
        let (Some((next, _)), path) = (fresh.first(), filter.path.is_some()) else {
            seen.repeats += 1;
            let turn = |id: &str| self.used.get(id).copied();
            let oldest = all.iter().map(|(id, _)| turn(id)).min().flatten();
            let is_oldest = turn(chosen) == oldest;
            return is_oldest.then_some(()).ok_or_else(|| format!("{chosen} comes again too early: {:?}", self.used));
        };
        if !fresh.iter().any(|(id, _)| id == chosen) {
            return Err(format!("{chosen} comes again before {next} came"));
        }
        if path {
            seen.steps += 1;
            return (chosen == next)
                .then_some(())
                .ok_or_else(|| format!("{next} is next on the path, and {chosen} came"));
        }
        let mut last: BTreeMap<&str, u64> = BTreeMap::new();
        for (id, area) in &all {
            let of_area = last.entry(area).or_default();
            *of_area = (*of_area).max(self.used.get(*id).copied().unwrap_or_default());
        }
        match fresh.iter().find(|(_, area)| last[area] < last[its_area]) {
            Some((_, area)) => Err(format!("it was the turn of {area}, and {chosen} of {its_area} came")),
            None => Ok(()),
        }
    }
}

/// Ids with their areas, on a path in its order.
fn topics<'a>(library: &'a Library, filter: &Filter) -> Vec<(&'a str, &'a str)> {
    let ids: Vec<&str> = match &filter.path {
        Some(_) => ON_ROAD.to_vec(),
        None => library.topics.keys().map(String::as_str).collect(),
    };
    let topics = ids.into_iter().map(|id| &library.topics[id]);
    let topics = topics.filter(|topic| filter.area.as_ref().is_none_or(|area| topic.area == *area));
    let topics = topics.filter(|topic| filter.level.is_none_or(|level| topic.level == level));
    topics.map(|topic| (topic.id.as_str(), topic.area.as_str())).collect()
}

fn questions<'a>(library: &'a Library, filter: &Filter) -> Vec<(&'a str, &'a str)> {
    let mut questions: Vec<_> = library.questions.values().filter(|known| known.kind != QuestionKind::Open).collect();
    questions.retain(|known| filter.area.as_ref().is_none_or(|area| known.area == *area));
    questions.retain(|known| filter.level.is_none_or(|level| known.level == level));
    if filter.path.is_some() {
        let step = |main: &str| ON_ROAD.iter().position(|topic| *topic == main);
        questions.retain(|known| step(&known.topics[0]).is_some());
        questions.sort_by_key(|known| step(&known.topics[0]));
    }
    questions.into_iter().map(|known| (known.id.as_str(), known.area.as_str())).collect()
}
