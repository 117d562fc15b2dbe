//! What is posted next: the queue, a path, areas in turn, what was used the longest time ago.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::time;

use super::library::{ON_ROAD, ROAD, library};
use crate::content::Level;
use crate::daily::{
    Choice, Days, Filter, Kind, Quiet, Schedule, ScheduleId, Settings, Used, When, Zone, choose, in_order, supply,
};

fn schedule(kind: Kind, filter: Filter) -> Schedule {
    let (zone, quiet) = (Zone::named("UTC").unwrap(), Quiet::default());
    let when = When { time: time(9, 0, 0, 0), zone, days: Days::ALL, quiet };
    let channel_name = "daily".into();
    let settings = Settings { channel: 1, channel_name, when, kind, filter, role: None, thread: None };
    Schedule::new(ScheduleId(1), 1, 1, settings, 7, Timestamp::UNIX_EPOCH)
}

fn along_the_road() -> Filter {
    Filter { path: Some(ROAD.into()), ..Filter::default() }
}

/// The next choices, each used up.
fn next(schedule: &mut Schedule, used: &mut Used, count: usize) -> Vec<Choice> {
    let library = library();
    let mut next = || {
        let choice = choose(&library, schedule, used).unwrap();
        schedule.use_up(&choice, used);
        choice
    };
    (0..count).map(|_| next()).collect()
}

fn topics(choices: &[Choice]) -> Vec<&str> {
    choices.iter().filter_map(|choice| choice.topic.as_deref()).collect()
}

fn questions(choices: &[Choice]) -> Vec<&str> {
    choices.iter().filter_map(|choice| choice.question.as_deref()).collect()
}

#[test]
fn a_path_goes_by_its_stages_but_what_must_be_known_comes_first() {
    let library = library();
    let order: Vec<&str> = in_order(&library, ROAD).into_iter().map(|topic| topic.id.as_str()).collect();
    assert_eq!(order, ON_ROAD);
    for (place, id) in ON_ROAD.iter().enumerate() {
        let first = library.topics[*id].prerequisites.iter().filter(|first| ON_ROAD.contains(&first.as_str()));
        assert!(first.into_iter().all(|first| ON_ROAD[..place].contains(&first.as_str())), "{id}");
    }
}

#[test]
fn a_path_is_posted_step_by_step_and_then_begins_again() {
    let (mut schedule, mut used) = (schedule(Kind::Topic, along_the_road()), Used::new());
    let choices = next(&mut schedule, &mut used, 11);
    assert_eq!(topics(&choices)[..9], ON_ROAD);
    assert_eq!(topics(&choices)[9..], ON_ROAD[..2]);
    assert_eq!((choices[0].step, choices[8].step, choices[9].step), (Some((1, 9)), Some((9, 9)), Some((1, 9))));
}

#[test]
fn questions_along_a_path_belong_to_its_steps() {
    let (mut schedule, mut used) = (schedule(Kind::Question, along_the_road()), Used::new());
    let choices = next(&mut schedule, &mut used, 5);
    // `rest-2` is open: nobody can answer it by a button.
    assert_eq!(questions(&choices), ["http-1", "http-2", "rest-1", "sql-1", "sql-2"]);
    assert_eq!(choices[4].step, Some((3, 9)));
}

#[test]
fn areas_take_turns_and_nothing_comes_twice_before_all_came() {
    let (mut schedule, mut used) = (schedule(Kind::Topic, Filter::default()), Used::new());
    let choices = next(&mut schedule, &mut used, 24);
    let (topics, library) = (topics(&choices), library());
    let area = |topic: &str| library.topics[topic].area.clone();
    // There are five, four and three: while each has one left, three in a row are of three areas.
    for three in topics[..9].chunks(3) {
        assert_eq!(three.iter().map(|topic| area(topic)).collect::<BTreeSet<_>>().len(), 3, "{topics:?}");
    }
    assert_eq!(topics[..12].iter().collect::<BTreeSet<_>>().len(), 12);
    assert_eq!(topics[..12], topics[12..]);
}

#[test]
fn schedules_differ_in_their_order() {
    let mut orders = BTreeSet::new();
    for seed in 0..20 {
        let mut schedule = Schedule { seed, ..schedule(Kind::Topic, Filter::default()) };
        orders.insert(topics(&next(&mut schedule, &mut Used::new(), 12)).join(" "));
    }
    assert_eq!(orders.len(), 20);
}

#[test]
fn the_queue_goes_first_and_what_it_brings_does_not_come_again_soon() {
    let (mut schedule, mut used) = (schedule(Kind::Topic, along_the_road()), Used::new());
    for item in ["rest", "long-gone", "rest-2", "grpc-1"] {
        schedule.queue.add(item).unwrap();
    }
    let choices = next(&mut schedule, &mut used, 4);
    assert_eq!((choices[0].topic.as_deref(), choices[0].step), (Some("rest"), None));
    assert_eq!(choices[1].question.as_deref(), Some("grpc-1"));
    // What cannot be posted stays where it is and holds up nothing.
    assert_eq!(schedule.queue.items(), ["long-gone", "rest-2"]);
    assert_eq!(topics(&choices[2..]), ["http", "sql"]);
}

#[test]
fn a_queue_that_is_moved_is_posted_in_its_new_order() {
    let (mut schedule, mut used) = (schedule(Kind::Topic, Filter::default()), Used::new());
    for item in ["sql", "http", "ci"] {
        schedule.queue.add(item).unwrap();
    }
    schedule.queue.shift(3, 1).unwrap();
    assert_eq!(topics(&next(&mut schedule, &mut used, 3)), ["ci", "sql", "http"]);
}

#[test]
fn a_former_name_in_the_queue_leads_to_its_item() {
    let (mut schedule, mut used) = (schedule(Kind::Topic, Filter::default()), Used::new());
    schedule.queue.add("old-sql").unwrap();
    assert_eq!(topics(&next(&mut schedule, &mut used, 1)), ["sql"]);
    assert!(schedule.queue.is_empty() && used.contains_key("sql"));
}

#[test]
fn what_was_skipped_comes_when_all_else_has_come() {
    let (mut schedule, mut used) = (schedule(Kind::Topic, along_the_road()), Used::new());
    let skipped = next(&mut schedule, &mut used, 1);
    let choices = next(&mut schedule, &mut used, 9);
    assert_eq!(topics(&skipped), ["http"]);
    assert_eq!(topics(&choices)[..8], ON_ROAD[1..]);
    assert_eq!(topics(&choices)[8], "http");
}

#[test]
fn a_topic_brings_a_question_about_it_another_one_each_time() {
    let filter = Filter { area: Some("data".into()), ..Filter::default() };
    let (mut schedule, mut used) = (schedule(Kind::Both, filter), Used::new());
    let choices = next(&mut schedule, &mut used, 10);
    let mut of_sql = BTreeMap::new();
    for choice in &choices {
        let (topic, question) = (choice.topic.clone().unwrap(), choice.question.clone().unwrap());
        assert!(library().questions[&question].topics.contains(&topic));
        of_sql.entry(topic).or_insert_with(BTreeSet::new).insert(question);
    }
    assert_eq!(of_sql["sql"].len(), 2);
}

#[test]
fn a_topic_without_a_question_comes_alone() {
    let (mut schedule, mut used) = (schedule(Kind::Both, Filter::default()), Used::new());
    let choices = next(&mut schedule, &mut used, 12);
    let ci = choices.iter().find(|choice| choice.topic.as_deref() == Some("ci")).unwrap();
    assert_eq!(ci.question, None);
}

#[test]
fn a_filter_is_kept_to_and_may_leave_nothing() {
    let filter = Filter { area: Some("net".into()), level: Some(Level::Beginner), ..Filter::default() };
    let (mut few, mut used) = (schedule(Kind::Topic, filter.clone()), Used::new());
    assert_eq!(supply(&library(), Kind::Topic, &filter), 2);
    let choices = next(&mut few, &mut used, 2);
    assert_eq!(topics(&choices).into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(["http", "rest"]));
    let filter = Filter { area: Some("net".into()), level: Some(Level::Advanced), path: Some(ROAD.into()) };
    assert_eq!(supply(&library(), Kind::Topic, &filter), 0);
    let nothing = schedule(Kind::Topic, filter);
    assert_eq!(choose(&library(), &nothing, &Used::new()), None);
}
