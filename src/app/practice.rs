//! Practising alone: which question comes next, how its options are lettered, and what a member said of it afterwards.

use std::collections::HashMap;

use rand::Rng;
use rand::seq::{IndexedRandom, SliceRandom};

use crate::content::{Level, Library, Question, QuestionKind, QuestionOption};
use crate::store::{Recall, Recalled};

/// What a question must be. Empty or `None` leaves it open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// About any of these topics (ids).
    pub topics: Vec<String>,
    pub level: Option<Level>,
    pub kind: Option<QuestionKind>,
}

impl Wanted {
    fn fits(&self, question: &Question) -> bool {
        (self.topics.is_empty() || question.topics.iter().any(|topic| self.topics.contains(topic)))
            && self.level.is_none_or(|level| question.level == level)
            && self.kind.is_none_or(|kind| question.kind == kind)
    }

    /// The same wish, told by a question that fits it.
    pub fn scope(&self, question: &Question) -> Scope {
        Scope {
            topic: question.topics.iter().position(|topic| self.topics.contains(topic)),
            level: self.level.is_some(),
            kind: self.kind.is_some(),
        }
    }
}

/// In what another question is to be like this one; small enough for a button.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// About the same topic, given by its place among the question's topics.
    pub topic: Option<usize>,
    pub level: bool,
    pub kind: bool,
}

impl Scope {
    pub fn wanted(self, question: &Question) -> Wanted {
        Wanted {
            topics: self.topic.and_then(|place| question.topics.get(place)).cloned().into_iter().collect(),
            level: self.level.then_some(question.level),
            kind: self.kind.then_some(question.kind),
        }
    }
}

/// So many questions do not come again at once.
const MOST_RECENT: usize = 20;

/// Of so many members is remembered what they saw; a bigger community begins anew.
const MOST_MEMBERS: usize = 10_000;

/// How often a question comes, against the others: what was not known comes six times as often as what was known, and
/// something new four times.
fn weight(recall: Option<Recall>) -> u32 {
    match recall {
        Some(Recall::Didnt) => 6,
        None => 4,
        Some(Recall::Partly) => 3,
        Some(Recall::Knew) => 1,
    }
}

/// A question at random that fits, and is not `not`. `recalls` are the member's own, by question id; what they saw lately
/// comes again only when there is nothing else.
pub(super) fn draw<'a>(
    library: &'a Library,
    wanted: &Wanted,
    not: Option<&str>,
    recalls: &HashMap<String, Recall>,
    recent: &[String],
    rng: &mut impl Rng,
) -> Option<&'a Question> {
    let fitting = library.questions.values().filter(|q| wanted.fits(q) && not != Some(q.id.as_str()));
    let mut fitting: Vec<&Question> = fitting.collect();
    for seen in recent.iter().rev() {
        if fitting.len() > 1 {
            fitting.retain(|question| question.id != *seen);
        }
    }
    fitting.choose_weighted(rng, |question| weight(recalls.get(&question.id).copied())).ok().copied()
}

/// Whether there is a question that fits, besides `not`.
pub fn has_more(library: &Library, wanted: &Wanted, not: &str) -> bool {
    library.questions.values().any(|question| wanted.fits(question) && question.id != not)
}

/// What a member said, by the questions' ids of today; of what they said under two ids of one question, the later counts.
pub(super) fn by_question(library: &Library, mut recalled: Vec<Recalled>) -> HashMap<String, Recall> {
    recalled.sort_unstable_by_key(|said| said.interaction_id);
    let today = |said: Recalled| (library.find(&said.question_id).map(|item| item.id().to_owned()), said.recall);
    recalled.into_iter().map(today).filter_map(|(id, recall)| Some((id?, recall))).collect()
}

/// The questions that members were asked lately, for as long as the process lives.
#[derive(Debug, Default)]
pub(super) struct Recent(HashMap<u64, Vec<String>>);

impl Recent {
    /// Oldest first.
    pub(super) fn of(&self, user_id: u64) -> &[String] {
        self.0.get(&user_id).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn add(&mut self, user_id: u64, question_id: &str) {
        if self.0.len() >= MOST_MEMBERS && !self.0.contains_key(&user_id) {
            self.0.clear();
        }
        let seen = self.0.entry(user_id).or_default();
        seen.retain(|id| id != question_id);
        seen.push(question_id.to_owned());
        if seen.len() > MOST_RECENT {
            seen.remove(0);
        }
    }
}

/// Which option stands behind which letter: at place n the index of the option lettered with the n-th letter. It is
/// written into buttons with a checksum of the options, so that letters stay as they were shown, or it is known that they
/// cannot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lettering(Vec<u8>);

impl Lettering {
    /// True and False stay in that order; other options are shuffled.
    pub fn shuffled(question: &Question, rng: &mut impl Rng) -> Lettering {
        let mut places = Lettering::as_stored(question);
        if question.kind != QuestionKind::TrueFalse {
            places.0.shuffle(rng);
        }
        places
    }

    fn as_stored(question: &Question) -> Lettering {
        Lettering((0u8..).zip(&question.options).map(|(place, _)| place).collect())
    }

    /// Reads what [`Lettering::written`] wrote. `false` when the options have changed since: then they are in the order of
    /// the library, and their letters are not those that were shown.
    pub fn read(text: &str, question: &Question) -> (Lettering, bool) {
        let stored = Lettering::as_stored(question);
        let (digits, sum) = text.split_once('-').unwrap_or((text, ""));
        let places: Vec<u8> = digits.bytes().filter_map(|byte| byte.checked_sub(b'0')).collect();
        let mut sorted = places.clone();
        sorted.sort_unstable();
        if sorted == stored.0 && sum == checksum(question) { (Lettering(places), true) } else { (stored, false) }
    }

    /// One digit for each option, and what tells whether these are still the same. At most 10 characters.
    pub fn written(&self, question: &Question) -> String {
        let digits: String = self.0.iter().map(u8::to_string).collect();
        format!("{digits}-{}", checksum(question))
    }

    /// The options as they are shown.
    pub fn options<'q>(&self, question: &'q Question) -> impl Iterator<Item = (char, &'q QuestionOption)> {
        let options = self.0.iter().filter_map(|place| question.options.get(usize::from(*place)));
        ('A'..).zip(options)
    }

    /// The same in the order of the library, which is the right one for `order`.
    pub fn in_order<'q>(&self, question: &'q Question) -> impl Iterator<Item = (char, &'q QuestionOption)> {
        let mut letters: Vec<(u8, char)> = self.0.iter().copied().zip('A'..).collect();
        letters.sort_unstable();
        letters.into_iter().map(|(_, letter)| letter).zip(&question.options)
    }
}

/// Three characters that are others when the options are.
fn checksum(question: &Question) -> String {
    let mut hasher = blake3::Hasher::new();
    for option in &question.options {
        hasher.update(option.text.as_bytes()).update(&[0]);
    }
    hasher.finalize().to_hex().chars().take(3).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::SmallRng;

    use super::*;

    fn question(id: &str, kind: QuestionKind, options: usize) -> Question {
        let option = |n: usize| QuestionOption { text: format!("text {n}"), right: n == 0, reason: String::new() };
        Question {
            id: id.to_owned(),
            kind,
            topics: vec!["jwt".to_owned()],
            area: "auth".to_owned(),
            level: Level::Beginner,
            aliases: Vec::new(),
            asked_as: Vec::new(),
            key_points: Vec::new(),
            accepted: Vec::new(),
            reviewed_on: jiff::civil::date(2026, 1, 2),
            title: id.to_owned(),
            question: id.to_owned(),
            options: (0..options).map(option).collect(),
            answer: String::new(),
            explanation: String::new(),
            follow_ups: Vec::new(),
            source: std::path::PathBuf::new(),
        }
    }

    fn library(ids: &[&str]) -> Library {
        let mut library = Library::default();
        library.questions = ids.iter().map(|id| ((*id).to_owned(), question(id, QuestionKind::Open, 0))).collect();
        library
    }

    #[test]
    fn what_was_known_comes_less_often_and_what_was_not_more_often() {
        let library = library(&["known", "new", "unknown"]);
        let recalls = HashMap::from([("known".to_owned(), Recall::Knew), ("unknown".to_owned(), Recall::Didnt)]);
        let mut rng = SmallRng::seed_from_u64(7);
        let mut times: BTreeMap<&str, u32> = BTreeMap::new();
        for _ in 0..1100 {
            let drawn = draw(&library, &Wanted::default(), None, &recalls, &[], &mut rng).unwrap();
            *times.entry(drawn.id.as_str()).or_default() += 1;
        }
        // Expected: 100, 400 and 600.
        assert!(times["known"] < 200 && (300..500).contains(&times["new"]) && times["unknown"] > 500, "{times:?}");
    }

    #[test]
    fn the_question_that_was_just_shown_does_not_come_again() {
        let library = library(&["one", "two"]);
        let mut rng = SmallRng::seed_from_u64(7);
        for _ in 0..50 {
            let drawn = draw(&library, &Wanted::default(), Some("one"), &HashMap::new(), &[], &mut rng);
            assert_eq!(drawn.map(|q| q.id.as_str()), Some("two"));
        }
        let advanced = Wanted { level: Some(Level::Advanced), ..Wanted::default() };
        assert!(draw(&library, &advanced, None, &HashMap::new(), &[], &mut rng).is_none());
    }

    #[test]
    fn what_was_seen_lately_comes_again_only_when_there_is_nothing_else() {
        let library = library(&["a", "b", "c"]);
        let mut rng = SmallRng::seed_from_u64(7);
        let mut recent = Recent::default();
        let mut last = String::new();
        for round in 0..60 {
            let drawn = draw(&library, &Wanted::default(), None, &HashMap::new(), recent.of(1), &mut rng).unwrap();
            assert_ne!(drawn.id, last, "in round {round}");
            last.clone_from(&drawn.id);
            recent.add(1, &last);
        }
        assert_eq!(recent.of(2), [""; 0], "what one member saw is nothing to another");
    }

    #[test]
    fn what_was_said_under_a_former_id_counts_for_the_question_of_today() {
        let mut library = library(&["new-name"]);
        library.alias("old-name", "new-name");
        let said = |id: &str, recall, interaction_id| Recalled { question_id: id.to_owned(), recall, interaction_id };
        let known =
            vec![said("new-name", Recall::Knew, 9), said("old-name", Recall::Didnt, 3), said("gone", Recall::Knew, 4)];
        assert_eq!(by_question(&library, known), HashMap::from([("new-name".to_owned(), Recall::Knew)]));
    }

    #[test]
    fn true_stands_before_false() {
        let asked = question("q", QuestionKind::TrueFalse, 2);
        for seed in 0..20 {
            let letters = Lettering::shuffled(&asked, &mut SmallRng::seed_from_u64(seed)).written(&asked);
            assert!(letters.starts_with("01-"), "{letters}");
        }
    }

    proptest! {
        #[test]
        fn letters_stay_as_they_were_shown(options in 0usize..7, seed in any::<u64>()) {
            let asked = question("q", QuestionKind::Choice, options);
            let shown = Lettering::shuffled(&asked, &mut SmallRng::seed_from_u64(seed));
            prop_assert!(shown.written(&asked).len() <= 10);
            prop_assert_eq!(Lettering::read(&shown.written(&asked), &asked), (shown.clone(), true));
            let mut seen: Vec<&str> = shown.options(&asked).map(|(_, o)| o.text.as_str()).collect();
            seen.sort_unstable();
            prop_assert_eq!(seen.len(), options);
            seen.dedup();
            prop_assert_eq!(seen.len(), options, "every option has one letter");
            let order: Vec<_> = shown.in_order(&asked).collect();
            prop_assert_eq!(order.len(), options);
            for ((letter, ordered), option) in order.into_iter().zip(&asked.options) {
                prop_assert_eq!(ordered, option);
                prop_assert!(shown.options(&asked).any(|(l, o)| l == letter && o == option));
            }
        }

        #[test]
        fn anything_may_stand_in_a_button(text in "\\PC{0,12}", options in 0usize..7) {
            let asked = question("q", QuestionKind::Choice, options);
            prop_assert_eq!(Lettering::read(&text, &asked).0.options(&asked).count(), options);
        }

        #[test]
        fn options_that_changed_since_are_noticed(options in 2usize..7, seed in any::<u64>()) {
            let mut asked = question("q", QuestionKind::Choice, options);
            let shown = Lettering::shuffled(&asked, &mut SmallRng::seed_from_u64(seed)).written(&asked);
            asked.options.reverse();
            prop_assert!(!Lettering::read(&shown, &asked).1);
        }

        #[test]
        fn a_scope_asks_for_what_its_question_is(topics in proptest::collection::vec("[a-c]", 0..3), level: bool, kind: bool) {
            let mut asked = question("q", QuestionKind::Multi, 3);
            asked.topics = vec!["a".into(), "b".into()];
            let wanted = Wanted { topics, level: level.then_some(asked.level), kind: kind.then_some(asked.kind) };
            let again = wanted.scope(&asked).wanted(&asked);
            prop_assert!(again.fits(&asked));
            if wanted.fits(&asked) {
                prop_assert_eq!(again.level, wanted.level);
                prop_assert_eq!(again.kind, wanted.kind);
                prop_assert_eq!(again.topics.is_empty(), wanted.topics.is_empty());
                prop_assert!(again.topics.iter().all(|topic| wanted.topics.contains(topic)));
            }
        }
    }
}
