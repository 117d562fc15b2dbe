//! What shows only when all files are looked at together: sentences that two of them share, and right options that give
//! themselves away by their length.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use jiff::civil::Date;

use super::assemble::Named;
use super::files::{self, Role};
use super::model::{Question, QuestionKind};
use super::problem::{Place, Problem};
use super::rules::{self, Content, OwnedItem, QUESTION_KINDS};
use super::sentences::Sentence;
use super::skeleton;
use super::source::char_count;

/// Of fewer questions nobody sees a habit.
const HABIT: usize = 30;

/// So many of the worst are named.
const NAMED: usize = 5;

/// Reports each sentence of an item that stands in an earlier file, too.
pub(super) fn check_sentences(items: &[Named], problems: &mut Vec<Problem>) {
    let mut seen: HashMap<Sentence, (&str, Place)> = HashMap::new();
    let unwritten = sentences_of_skeletons();
    for Named { path, file } in items {
        for sentence in file.sentences.iter().filter(|sentence| !unwritten.contains(&sentence.value)) {
            match seen.get(&sentence.value) {
                Some((other, place)) if *other != path => {
                    let what = format!("a sentence here stands also in {other}, line {}", place.line);
                    problems.push(sentence.place.problem(path, what, "say it in other words in one of them"));
                }
                Some(_) => {}
                None => drop(seen.insert(sentence.value, (path, sentence.place))),
            }
        }
    }
}

/// What stands in new items until their author writes something in its place.
fn sentences_of_skeletons() -> &'static HashSet<Sentence> {
    static SENTENCES: OnceLock<HashSet<Sentence>> = OnceLock::new();
    SENTENCES.get_or_init(|| {
        let area = || "area".to_owned();
        let mut skeletons = vec![
            (Role::Topic { area: area() }, skeleton::topic("id", "Title", "area", Date::ZERO)),
            (Role::Project, skeleton::project("id", "Title", "topic", Date::ZERO)),
        ];
        for kind in QUESTION_KINDS {
            skeletons.push((Role::Question { area: area() }, skeleton::question("id", kind, "topic", Date::ZERO)));
        }
        let mut sentences = HashSet::new();
        for (role, text) in skeletons {
            if let (Content::Item(file), _) = rules::read("", &role, "id", text.as_bytes()) {
                sentences.extend(file.sentences.iter().map(|sentence| sentence.value));
            }
        }
        sentences
    })
}

/// Who always takes the longest option, or the shortest one, must not do better than by chance.
pub(super) fn check_lengths(root: &str, items: &[Named], problems: &mut Vec<Problem>) {
    let questions: Vec<&Question> = items
        .iter()
        .filter_map(|named| match &named.file.item {
            Some(OwnedItem::Question(question)) if question.kind == QuestionKind::Choice => Some(question),
            _ => None,
        })
        .collect();
    let chance: f64 = questions.iter().map(|question| 1.0 / question.options.len().max(1) as f64).sum();
    if questions.len() < HABIT {
        return;
    }
    for (habit, remedy, by) in [
        ("longest", "shorten it, or make the others as precise", longer_by as fn(&Question) -> Option<usize>),
        ("shortest", "say its condition, or take what pads the others away", shorter_by),
    ] {
        let mut found: Vec<(usize, &str)> =
            questions.iter().filter_map(|question| Some((by(question)?, question.id.as_str()))).collect();
        if found.len() as f64 <= chance {
            continue;
        }
        found.sort_by(|a, b| b.cmp(a));
        let what = format!(
            "in {} of {} choice questions the right option is the {habit}, which by chance it would be in {chance:.0}",
            found.len(),
            questions.len(),
        );
        let worst: Vec<&str> = found.iter().take(NAMED).map(|(_, id)| *id).collect();
        let remedy = format!("{remedy}; begin with {}", worst.join(", "));
        problems.push(Place::START.problem(&files::shown(root, "questions"), what, remedy));
    }
}

/// By how many characters the right option is longer than every other one, if it is.
fn longer_by(question: &Question) -> Option<usize> {
    let (right, wrong) = lengths(question);
    right.into_iter().max()?.checked_sub(wrong.into_iter().max()?).filter(|more| *more > 0)
}

/// By how many characters the right option is shorter than every other one, if it is.
fn shorter_by(question: &Question) -> Option<usize> {
    let (right, wrong) = lengths(question);
    wrong.into_iter().min()?.checked_sub(right.into_iter().min()?).filter(|less| *less > 0)
}

/// How long the right options are, and the wrong ones.
fn lengths(question: &Question) -> (Vec<usize>, Vec<usize>) {
    let of = |right: bool| {
        let options = question.options.iter().filter(move |option| option.right == right);
        options.map(|option| char_count(&option.text)).collect()
    };
    (of(true), of(false))
}
