//! How long opening, queries and suggestions take with 1,500 generated items. `cargo bench --bench search` prints a table.

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use backroad::content::{Level, Library, Question, QuestionKind, Topic};
use backroad::search::{self, Query, Search};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

const TOPICS: usize = 400;
const QUESTIONS: usize = 1_100;
const ROUNDS: usize = 2_000;

fn main() -> Result<(), Box<dyn Error>> {
    let library = Generator::new().library();
    let dir = std::env::temp_dir().join(format!("backroad-bench-{}", std::process::id()));

    println!("{} items", library.items().count());
    let (built, opened) = timed(|| search::open(&library, &dir));
    let opened = opened?;
    println!("build    {:>8.1} ms   {:.1} MB", built.as_secs_f64() * 1e3, opened.bytes as f64 / 1e6);
    let (read, opened) = timed(|| search::open(&library, &dir));
    let search = opened?.search;
    println!("open     {:>8.1} ms", read.as_secs_f64() * 1e3);
    std::fs::remove_dir_all(&dir)?;

    println!("\n{:<22} {:>9} {:>9} {:>9}", "microseconds", "p50", "p99", "max");
    let mut generator = Generator::new();
    measure("query: name", &mut || generator.name(), &mut |text| run(&search, text));
    measure("query: question", &mut || generator.sentence(8), &mut |text| run(&search, text));
    measure("query: typo", &mut || generator.mistyped(), &mut |text| run(&search, text));
    measure("query: comparison", &mut || generator.comparison(), &mut |text| run(&search, text));
    measure("query: 4,000 letters", &mut || generator.sentence(640), &mut |text| run(&search, text));
    let mut suggest = |text: &str| search.suggest(text, None, 25).len();
    measure("suggest: nothing typed", &mut String::new, &mut suggest);
    measure("suggest: beginning", &mut || generator.beginning(), &mut suggest);
    measure("suggest: two words", &mut || generator.sentence(2), &mut suggest);
    measure("suggest: typo", &mut || generator.mistyped(), &mut suggest);
    Ok(())
}

fn run(search: &Search, text: &str) -> usize {
    search.query(&Query { text, kind: None, limit: 5, snippets: true }).map_or(0, |results| results.hits.len())
}

fn measure(name: &str, text: &mut dyn FnMut() -> String, work: &mut dyn FnMut(&str) -> usize) {
    let mut times: Vec<Duration> = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let text = text();
        let (time, found) = timed(|| work(&text));
        std::hint::black_box(found);
        times.push(time);
    }
    times.sort_unstable();
    let at =
        |share: f64| times.get((share * (ROUNDS - 1) as f64) as usize).map_or(0.0, |time| time.as_secs_f64() * 1e6);
    println!("{name:<22} {:>9.0} {:>9.0} {:>9.0}", at(0.5), at(0.99), at(1.0));
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let started = Instant::now();
    let result = work();
    (started.elapsed(), result)
}

/// Texts over a vocabulary whose words are as unevenly frequent as those of English.
struct Generator {
    random: SmallRng,
    words: Vec<String>,
}

impl Generator {
    fn new() -> Generator {
        let mut random = SmallRng::seed_from_u64(7);
        let syllables =
            ["ca", "che", "que", "ry", "to", "ken", "ser", "ver", "in", "dex", "lo", "ck", "pro", "xy", "da", "ta"];
        let mut word = || -> String {
            let count = random.random_range(2..5);
            (0..count).filter_map(|_| syllables.get(random.random_range(0..syllables.len()))).copied().collect()
        };
        let words = (0..6_000).map(|_| word()).collect();
        Generator { random, words }
    }

    fn word(&mut self) -> String {
        // Zipf's law: the rank is spread evenly on a logarithmic scale.
        let exponent = self.random.random_range(0.0..(self.words.len() as f64).ln());
        self.words.get(exponent.exp() as usize - 1).cloned().unwrap_or_default()
    }

    fn sentence(&mut self, words: usize) -> String {
        (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn text(&mut self, sentences: usize) -> String {
        (0..sentences).map(|_| self.sentence(14) + ". ").collect()
    }

    fn name(&mut self) -> String {
        let rank = self.random.random_range(50..self.words.len());
        self.words.get(rank).cloned().unwrap_or_default()
    }

    fn mistyped(&mut self) -> String {
        let mut letters: Vec<char> = self.name().chars().collect();
        let at = self.random.random_range(1..letters.len());
        letters.insert(at, 'z');
        letters.into_iter().collect()
    }

    fn comparison(&mut self) -> String {
        format!("what is the difference between {} and {}", self.name(), self.name())
    }

    fn beginning(&mut self) -> String {
        let length = self.random.random_range(1..5);
        self.name().chars().take(length).collect()
    }

    fn library(mut self) -> Library {
        let mut library = Library::default();
        library.hash = "generated".to_owned();
        let reviewed_on = jiff::civil::date(2026, 11, 20);
        let levels = [Level::Beginner, Level::Intermediate, Level::Advanced];
        for number in 0..TOPICS {
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
                explanation: self.text(22),
                example: format!("```js\n{}\n```", self.sentence(60)),
                pitfalls: self.text(12),
                source: PathBuf::new(),
            };
            library.topics.insert(topic.id.clone(), topic);
        }
        for number in 0..QUESTIONS {
            let title = self.sentence(12);
            let question = Question {
                id: format!("question-{number}"),
                kind: QuestionKind::Open,
                topics: vec![format!("topic-{}", number % TOPICS)],
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
                answer: self.text(5),
                explanation: self.text(10),
                follow_ups: vec![self.sentence(12)],
                source: PathBuf::new(),
            };
            library.questions.insert(question.id.clone(), question);
        }
        library
    }
}
