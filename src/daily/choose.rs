//! What is posted next. It follows from the library, the settings, the queue and what was used when, so that a preview shows
//! what will come.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::schedule::{Filter, Kind, Schedule};
use crate::content::{Item, Library, Question, QuestionKind, Roadmap, Topic};

/// At which turn a schedule has used an item last.
pub type Used = HashMap<String, u64>;

/// What a post is made of: ids of the library, at least one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub topic: Option<String>,
    pub question: Option<String>,
    /// Which step of how many this is along the path, from 1.
    pub step: Option<(usize, usize)>,
    /// The entry of the queue that asked for it.
    pub queued: Option<String>,
}

impl Choice {
    pub fn items(&self) -> impl Iterator<Item = &str> {
        self.topic.iter().chain(&self.question).map(String::as_str)
    }
}

/// Whether a question can be answered by buttons or a form, and so be posted.
pub fn is_postable(question: &Question) -> bool {
    question.kind != QuestionKind::Open
}

/// How many different posts the settings allow before one comes again.
pub fn supply(library: &Library, kind: Kind, filter: &Filter) -> usize {
    match kind {
        Kind::Topic | Kind::Both => topics(library, filter).len(),
        Kind::Question => questions(library, filter).len(),
    }
}

/// The next post. `None` when the library has nothing that fits.
pub fn choose(library: &Library, schedule: &Schedule, used: &Used) -> Option<Choice> {
    let (kind, filter) = (schedule.settings.kind, &schedule.settings.filter);
    let queued = schedule.queue.items().iter().find_map(|entry| {
        let choice = match library.find(entry)? {
            Item::Topic(topic) => with_topic(library, topic, schedule, used),
            Item::Question(question) if is_postable(question) => {
                Choice { question: Some(question.id.clone()), ..Choice::default() }
            }
            _ => return None,
        };
        Some(Choice { queued: Some(entry.clone()), ..choice })
    });
    let chosen = queued.or_else(|| match kind {
        Kind::Topic | Kind::Both => {
            let all = topics(library, filter);
            let topic = next(&all, |topic| &topic.id, |topic| &topic.area, filter, schedule.seed, used)?;
            Some(with_topic(library, topic, schedule, used))
        }
        Kind::Question => {
            let all = questions(library, filter);
            let question = next(&all, |question| &question.id, |question| &question.area, filter, schedule.seed, used)?;
            Some(Choice { question: Some(question.id.clone()), ..Choice::default() })
        }
    })?;
    let step = step(library, filter, &chosen);
    Some(Choice { step, ..chosen })
}

/// How many of the topics that the settings allow come with a question, when the kind asks for one.
pub fn supply_with_question(library: &Library, filter: &Filter) -> usize {
    let asks = |topic: &&&Topic| questions_about(library, topic, filter).next().is_some();
    topics(library, filter).iter().filter(asks).count()
}

fn with_topic(library: &Library, topic: &Topic, schedule: &Schedule, used: &Used) -> Choice {
    let (kind, filter) = (schedule.settings.kind, &schedule.settings.filter);
    // Not what a moderator wants on another day, and not what came since the topic came last.
    let turn = |id: &str| used.get(id).copied();
    let comes =
        |question: &&Question| turn(&question.id) <= turn(&topic.id) && !schedule.queue.items().contains(&question.id);
    let about = questions_about(library, topic, filter).filter(|_| kind == Kind::Both).filter(comes);
    let question = about.min_by_key(|question| turn(&question.id));
    Choice {
        topic: Some(topic.id.clone()),
        question: question.map(|question| question.id.clone()),
        ..Choice::default()
    }
}

/// The questions that can come with a topic; of the filter's level where there is one.
fn questions_about<'a>(
    library: &'a Library,
    topic: &'a Topic,
    filter: &Filter,
) -> impl Iterator<Item = &'a Question> + use<'a> {
    let level = filter.level;
    let fits = move |question: &Question| level.is_none_or(|level| question.level == level);
    let about = || library.questions_of(&topic.id).filter(|question| is_postable(question));
    let any_fits = about().any(fits);
    about().filter(move |question| !any_fits || fits(question))
}

/// What was never used comes first: along a path in its order, otherwise from the area whose turn is the longest ago. When
/// everything was used, what was used the longest time ago comes again.
fn next<'a, T>(
    all: &[&'a T],
    id: impl Fn(&T) -> &str,
    area: impl Fn(&T) -> &str,
    filter: &Filter,
    seed: u64,
    used: &Used,
) -> Option<&'a T> {
    let turn = |item: &T| used.get(id(item)).copied();
    let fresh: Vec<&T> = all.iter().copied().filter(|item| turn(item).is_none()).collect();
    if fresh.is_empty() {
        return all.iter().copied().min_by_key(|item| turn(item));
    }
    if filter.path.is_some() {
        return fresh.into_iter().next();
    }
    let mut last: BTreeMap<&str, u64> = BTreeMap::new();
    for item in all {
        let turn = turn(item).map_or(0, |turn| turn + 1);
        let of_area = last.entry(area(item)).or_default();
        *of_area = turn.max(*of_area);
    }
    let key =
        |item: &&T| (last.get(area(item)).copied().unwrap_or_default(), lot(seed, area(item)), lot(seed, id(item)));
    fresh.into_iter().min_by_key(key)
}

/// A number drawn for a word, the same every time, and hardly changed by what else there is.
fn lot(seed: u64, word: &str) -> [u8; 32] {
    blake3::Hasher::new().update(&seed.to_le_bytes()).update(word.as_bytes()).finalize().into()
}

fn topics<'a>(library: &'a Library, filter: &Filter) -> Vec<&'a Topic> {
    let fits = |topic: &&Topic| {
        filter.area.as_ref().is_none_or(|area| topic.area == *area)
            && filter.level.is_none_or(|level| topic.level == level)
    };
    match &filter.path {
        None => library.topics.values().filter(fits).collect(),
        Some(path) => in_order(library, path).into_iter().filter(fits).collect(),
    }
}

fn questions<'a>(library: &'a Library, filter: &Filter) -> Vec<&'a Question> {
    let fits = |question: &&Question| {
        is_postable(question)
            && filter.area.as_ref().is_none_or(|area| question.area == *area)
            && filter.level.is_none_or(|level| question.level == level)
    };
    let Some(path) = &filter.path else { return library.questions.values().filter(fits).collect() };
    // A question belongs to the step of its main topic.
    let of_topic = |topic: &'a Topic| {
        let is_main = move |question: &&Question| question.topics.first() == Some(&topic.id);
        library.questions_of(&topic.id).filter(is_main)
    };
    in_order(library, path).into_iter().flat_map(of_topic).filter(fits).collect()
}

/// The topics of a roadmap in the order of its stages, but what must be known first comes first.
pub fn in_order<'a>(library: &'a Library, path: &str) -> Vec<&'a Topic> {
    let Some(Item::Roadmap(roadmap)) = library.find(path) else { return Vec::new() };
    let listed: Vec<&Topic> = listed(roadmap).filter_map(|id| library.topic(id)).collect();
    let on_path: HashSet<&str> = listed.iter().map(|topic| topic.id.as_str()).collect();
    let mut placed = HashSet::new();
    let mut order = Vec::new();
    for topic in listed {
        place(library, topic, &on_path, &mut placed, &mut order);
    }
    order
}

fn listed(roadmap: &Roadmap) -> impl Iterator<Item = &String> {
    roadmap.stages.iter().flat_map(|stage| stage.topics.iter().chain(&stage.choices))
}

fn place<'a>(
    library: &'a Library,
    topic: &'a Topic,
    on_path: &HashSet<&str>,
    placed: &mut HashSet<&'a str>,
    order: &mut Vec<&'a Topic>,
) {
    // Marked before its prerequisites are visited, so that a circle ends.
    if !placed.insert(&topic.id) {
        return;
    }
    for first in topic.prerequisites.iter().filter_map(|id| library.topic(id)) {
        if on_path.contains(first.id.as_str()) {
            place(library, first, on_path, placed, order);
        }
    }
    order.push(topic);
}

fn step(library: &Library, filter: &Filter, choice: &Choice) -> Option<(usize, usize)> {
    let path = filter.path.as_ref().filter(|_| choice.queued.is_none())?;
    let topic = match (&choice.topic, &choice.question) {
        (Some(topic), _) => topic,
        (None, Some(question)) => library.questions.get(question)?.topics.first()?,
        (None, None) => return None,
    };
    let order = in_order(library, path);
    let place = order.iter().position(|known| known.id == *topic)?;
    Some((place + 1, order.len()))
}

impl Schedule {
    /// A post that was to be made of this will not come: a moderator's entry of the queue waits again.
    pub fn give_back(&mut self, queued: Option<&str>) {
        if let Some(entry) = queued {
            self.queue.put_back(entry);
        }
    }

    /// A post was made of this, or it is left out for now: it comes again when everything else has come.
    pub fn use_up(&mut self, choice: &Choice, used: &mut Used) {
        self.turn += 1;
        for item in choice.items() {
            used.insert(item.to_owned(), self.turn);
        }
        if let Some(entry) = &choice.queued {
            self.queue.take(entry);
        }
    }
}
