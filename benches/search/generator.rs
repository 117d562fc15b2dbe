//! Items, queries and what somebody begins to type, over a vocabulary whose words are as unevenly frequent as those of English.

use std::path::PathBuf;

use backroad::content::{Level, Library, Question, QuestionKind, Topic};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

/// How much is generated.
pub struct Sizes {
    pub topics: usize,
    pub questions: usize,
    /// Sentences of 14 words in the longest part of a topic; the others are in proportion.
    pub sentences: usize,
}

/// Texts over a vocabulary whose words are as unevenly frequent as those of English.
pub struct Generator {
    random: SmallRng,
    words: Vec<String>,
}

impl Generator {
    /// With this many words.
    pub fn new(words: usize) -> Generator {
        let mut random = SmallRng::seed_from_u64(7);
        let syllables = [
            "ca", "che", "que", "ry", "to", "ken", "ser", "ver", "in", "dex", "lo", "ck", "pro", "xy", "da", "ta",
            "mi", "gra", "thy", "wo", "ble", "sun", "fi", "jor", "plu", "ne", "vag", "hu",
        ];
        let mut word = || -> String {
            let count = random.random_range(2..5);
            (0..count).filter_map(|_| syllables.get(random.random_range(0..syllables.len()))).copied().collect()
        };
        let words = (0..words).map(|_| word()).collect();
        Generator { random, words }
    }

    fn word(&mut self) -> String {
        // Zipf's law: the rank is spread evenly on a logarithmic scale.
        let exponent = self.random.random_range(0.0..(self.words.len() as f64).ln());
        self.words.get(exponent.exp() as usize - 1).cloned().unwrap_or_default()
    }

    pub fn sentence(&mut self, words: usize) -> String {
        (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn text(&mut self, sentences: usize) -> String {
        (0..sentences).map(|_| self.sentence(14) + ". ").collect()
    }

    pub fn name(&mut self) -> String {
        let rank = self.random.random_range(50..self.words.len());
        self.words.get(rank).cloned().unwrap_or_default()
    }

    pub fn mistyped(&mut self) -> String {
        let mut letters: Vec<char> = self.name().chars().collect();
        let at = self.random.random_range(1..letters.len());
        letters.insert(at, 'z');
        letters.into_iter().collect()
    }

    pub fn comparison(&mut self) -> String {
        format!("what is the difference between {} and {}", self.name(), self.name())
    }

    pub fn beginning(&mut self) -> String {
        let length = self.random.random_range(1..5);
        self.name().chars().take(length).collect()
    }

    pub fn library(mut self, sizes: &Sizes) -> Library {
        let mut library = Library::default();
        library.hash = "generated".to_owned();
        let reviewed_on = jiff::civil::date(2026, 11, 20);
        let levels = [Level::Beginner, Level::Intermediate, Level::Advanced];
        for number in 0..sizes.topics {
            let topic = Topic {
                id: format!("topic-{number}"),
                title: self.name(),
                aliases: vec![self.name(), format!("{} {}", self.name(), self.name())],
                area: "sql".to_owned(),
                level: levels.get(number % 3).copied().unwrap_or(Level::Beginner),
                summary: self.text(2),
                prerequisites: Vec::new(),
                related: Vec::new(),
                resources: Vec::new(),
                minutes: 10,
                asked_as: (0..6).map(|_| self.sentence(7)).collect(),
                reviewed_on,
                explanation: self.text(sizes.sentences),
                example: format!("```js\n{}\n```", self.sentence(sizes.sentences * 3)),
                pitfalls: self.text(sizes.sentences / 2),
                source: PathBuf::new(),
            };
            library.topics.insert(topic.id.clone(), topic);
        }
        for number in 0..sizes.questions {
            let title = self.sentence(12);
            let question = Question {
                id: format!("question-{number}"),
                kind: QuestionKind::Open,
                topics: vec![format!("topic-{}", number % sizes.topics.max(1))],
                area: "sql".to_owned(),
                level: Level::Intermediate,
                aliases: vec![format!("{} {}", self.name(), self.name())],
                asked_as: (0..4).map(|_| self.sentence(8)).collect(),
                key_points: Vec::new(),
                accepted: Vec::new(),
                reviewed_on,
                question: title.clone(),
                title,
                options: Vec::new(),
                answer: self.text(sizes.sentences.div_ceil(4)),
                explanation: self.text(sizes.sentences / 2),
                follow_ups: vec![self.sentence(12)],
                source: PathBuf::new(),
            };
            library.questions.insert(question.id.clone(), question);
        }
        library
    }
}
