//! What the bot itself tells of its commits and deadlines, read from its log.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, PipeReader};
use std::sync::{Arc, Mutex, PoisonError};

/// The log filter that tells it.
pub const FILTER: &str = "warn,backroad::app::quiz=debug";

/// A commit.
#[derive(Clone, Copy, Debug)]
pub struct Commit {
    pub at_ms: i64,
    pub sessions: u64,
    pub replies: u64,
    pub took_us: u64,
}

/// A moment of a session that came by itself, when what followed was stored.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    pub at_ms: i64,
    pub session: u64,
    pub round: u64,
    /// The question was over; else the next one was wanted.
    pub revealed: bool,
    pub late_ms: i64,
}

#[derive(Clone, Debug, Default)]
pub struct Journal {
    pub commits: Vec<Commit>,
    pub due: Vec<Due>,
    /// Warnings and errors, in words.
    pub complaints: Vec<String>,
}

/// Reads a log for as long as the process lives.
pub fn follow(log: PipeReader) -> Arc<Mutex<Journal>> {
    let journal = Arc::new(Mutex::new(Journal::default()));
    let kept = Arc::clone(&journal);
    std::thread::spawn(move || {
        for line in BufReader::new(log).lines().map_while(Result::ok) {
            kept.lock().unwrap_or_else(PoisonError::into_inner).take(&line);
        }
    });
    journal
}

impl Journal {
    fn take(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        let (time, level) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let Ok(at) = time.parse::<jiff::Timestamp>() else {
            self.complaints.push(line.to_owned());
            return;
        };
        let fields: HashMap<&str, &str> = words.filter_map(|word| word.split_once('=')).collect();
        let number = |name: &str| fields.get(name).and_then(|value| value.parse::<i64>().ok());
        let small = |name: &str| number(name).and_then(|value| u64::try_from(value).ok()).unwrap_or_default();
        let at_ms = at.as_millisecond();
        if level != "DEBUG" {
            if !line.contains("using a local Discord") {
                self.complaints.push(line.to_owned());
            }
        } else if let Some(late_ms) = number("late_ms") {
            let revealed = fields.get("revealed") == Some(&"true");
            self.due.push(Due { at_ms, session: small("session"), round: small("round"), revealed, late_ms });
        } else if number("took_us").is_some() {
            let (sessions, replies, took_us) = (small("sessions"), small("replies"), small("took_us"));
            self.commits.push(Commit { at_ms, sessions, replies, took_us });
        }
    }
}
