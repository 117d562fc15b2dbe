//! The rules once more, told naively: from the list of everything that happened, from the beginning each time. It shares
//! no code with the engine, knows nothing of messages, and is slow.

use std::collections::BTreeMap;

use crate::content::QuestionKind;
use crate::quiz::Mode;

pub const STARTER: u64 = 1;
pub const MODERATOR: u64 = 9;

const SECOND: i64 = 1_000;
const TIME: i64 = 30 * SECOND;
const READING: i64 = 10 * SECOND;
const FORGOTTEN: i64 = 15 * 60 * SECOND;
const WEEK: i64 = 7 * 24 * 3600 * SECOND;

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Join,
    Begin,
    Press(u8),
    Undo,
    Done,
    Type(String),
    Skip,
    Next,
    Pause,
    Resume,
    Stop,
    Restart,
    Nothing,
}

/// Who did what, so many milliseconds after the game was started.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub at: i64,
    pub who: u64,
    pub what: What,
}

/// How it stands.
#[derive(Debug, PartialEq)]
pub struct View {
    pub stage: Stage,
    pub round: usize,
    /// Of the question under way: what each has answered, as letters or as typed.
    pub answers: BTreeMap<u64, String>,
    /// Points, right answers, answers, streak and best streak of those who joined.
    pub players: BTreeMap<u64, (i64, u32, u32, u32, u32)>,
    /// Of each round that is over: how many answered, how many were right, and whether it counts for nobody.
    pub rounds: Vec<(usize, usize, bool)>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    Lobby {
        until: i64,
    },
    Open {
        until: i64,
    },
    Revealed {
        until: i64,
    },
    /// Since then; with so much time passed and left of the open question.
    Paused {
        since: i64,
        question: Option<(i64, i64)>,
    },
    Over,
}

struct Tale<'a> {
    mode: Mode,
    kinds: &'a [QuestionKind],
    stage: Stage,
    round: usize,
    /// When the question under way was opened, less the pauses, and when its time is over.
    opened: i64,
    deadline: i64,
    /// What was done to answers in it: when, by whom.
    acts: Vec<(i64, u64, What)>,
    /// How long each of them was after the opening.
    after: Vec<i64>,
    /// When something happened that starts the wait anew.
    signs: Vec<i64>,
    skips: Vec<u64>,
    nexts: Vec<u64>,
    /// Everything that showed that somebody is there: who, after how many rounds.
    alive: Vec<(u64, usize)>,
    ended: Vec<Ended>,
    /// After how many rounds somebody last said that it goes on.
    resumed: usize,
}

struct Ended {
    /// Who answered, whether right, for how many points.
    answers: Vec<(u64, bool, i64)>,
    void: bool,
}

/// What all acts of somebody add up to.
#[derive(Clone, Default, PartialEq)]
struct Answer {
    letters: String,
    whole: bool,
    /// When it last became another one, after the opening.
    after: i64,
}

pub fn retell(mode: Mode, kinds: &[QuestionKind], lines: &[Line]) -> View {
    let mut tale = Tale {
        mode,
        kinds,
        stage: Stage::Lobby { until: 15 * SECOND },
        round: 0,
        opened: 0,
        deadline: 0,
        acts: Vec::new(),
        after: Vec::new(),
        signs: Vec::new(),
        skips: Vec::new(),
        nexts: Vec::new(),
        alive: Vec::new(),
        ended: Vec::new(),
        resumed: 0,
    };
    if mode == Mode::Solo {
        tale.alive.push((STARTER, 0));
        tale.ask(0, 0);
    }
    for line in lines {
        // Restarting is what stops the time.
        if line.what != What::Restart {
            tale.pass(line.at);
        }
        tale.line(line);
    }
    tale.view()
}

impl Tale<'_> {
    fn pass(&mut self, now: i64) {
        loop {
            match self.stage {
                Stage::Lobby { until } if until <= now => self.ask(0, until),
                Stage::Open { .. } if self.closes() <= now => self.reveal(false, self.closes()),
                Stage::Revealed { until } if until <= now => self.go_on(until),
                Stage::Paused { since, .. } if since + WEEK <= now => self.stop(),
                _ => return,
            }
        }
    }

    fn line(&mut self, line: &Line) {
        let Line { at, who, what } = line;
        let commands = *who == STARTER || *who == MODERATOR;
        let plays = self.mode != Mode::Solo || *who == STARTER;
        let joined = self.players().contains(who);
        match (what, self.stage.clone()) {
            (What::Nothing, _) | (_, Stage::Over) => {}
            (What::Restart, _) => self.restart(*at),
            (What::Join, _) if plays => self.come(*who, *at),
            (What::Begin, Stage::Lobby { .. }) if commands => self.ask(0, *at),
            (What::Press(_) | What::Undo | What::Done | What::Type(_), Stage::Open { .. }) if plays => {
                self.act(*who, what, *at);
            }
            (What::Skip, Stage::Open { .. }) if commands => self.reveal(true, *at),
            (What::Skip, Stage::Open { .. }) if joined => {
                self.come(*who, *at);
                self.skips.push(*who);
                if self.is_majority(&self.skips) {
                    self.reveal(true, *at);
                }
            }
            (What::Skip, Stage::Revealed { .. }) if commands => self.go_on(*at),
            (What::Skip | What::Next, Stage::Revealed { .. }) if joined => {
                self.come(*who, *at);
                self.nexts.push(*who);
                if self.is_majority(&self.nexts) {
                    self.go_on(*at);
                }
            }
            (What::Pause, Stage::Open { .. }) if commands => {
                let question = Some((*at - self.opened, self.time_is_up() - *at));
                self.stage = Stage::Paused { since: *at, question };
            }
            (What::Pause, Stage::Revealed { .. }) if commands => {
                self.stage = Stage::Paused { since: *at, question: None };
            }
            (What::Resume, Stage::Paused { question, .. }) if commands => {
                self.resumed = self.ended.len();
                match question {
                    Some((passed, left)) => {
                        self.opened = at - passed;
                        self.deadline = at + left.max(10 * SECOND);
                        self.signs.push(*at);
                        self.stage = Stage::Open { until: 0 };
                    }
                    None => self.go_on(*at),
                }
            }
            (What::Stop, _) if commands => self.stop(),
            _ => {}
        }
    }

    fn restart(&mut self, now: i64) {
        match &mut self.stage {
            Stage::Lobby { until } | Stage::Revealed { until } => *until = (*until).max(now + 3 * SECOND),
            Stage::Open { .. } => {
                self.deadline = self.deadline.max(now + 10 * SECOND);
                self.signs.push(now);
            }
            Stage::Paused { .. } | Stage::Over => {}
        }
    }

    /// Shows that somebody is there; who was away is waited for again.
    fn come(&mut self, who: u64, now: i64) {
        if !self.present().contains(&who) {
            self.signs.push(now);
        }
        self.alive.push((who, self.ended.len()));
    }

    fn act(&mut self, who: u64, what: &What, now: i64) {
        let before = self.answer(who);
        let kind = self.kinds[self.round];
        let fits = match (kind, what) {
            (QuestionKind::Choice | QuestionKind::Multi | QuestionKind::Order, What::Press(place)) => *place < 3,
            (QuestionKind::TrueFalse, What::Press(place)) => *place < 2,
            (QuestionKind::Multi, What::Done) | (QuestionKind::Order, What::Undo) => before.is_some(),
            (QuestionKind::Short, What::Type(text)) => !text.trim().is_empty(),
            _ => false,
        };
        if !fits {
            return;
        }
        self.come(who, now);
        self.acts.push((now, who, what.clone()));
        self.after.push(now - self.opened);
        let (before, after) = (before.unwrap_or_default(), self.answer(who).unwrap_or_default());
        if (&before.letters, before.whole) != (&after.letters, after.whole) {
            self.signs.push(now);
        }
    }

    /// What somebody's acts add up to; `None` if there were none.
    fn answer(&self, who: u64) -> Option<Answer> {
        let mut answer: Option<Answer> = None;
        for ((_, _, what), after) in self.acts.iter().zip(&self.after).filter(|((_, user, _), _)| *user == who) {
            let before = answer.clone();
            let mut now = before.clone().unwrap_or_default();
            match (self.kinds[self.round], what) {
                (QuestionKind::Multi, What::Press(place)) => {
                    let letter = letter(*place);
                    let mut letters: Vec<char> = now.letters.chars().filter(|other| *other != letter).collect();
                    if letters.len() == now.letters.len() {
                        letters.push(letter);
                    }
                    letters.sort_unstable();
                    (now.letters, now.whole) = (letters.into_iter().collect(), false);
                }
                (QuestionKind::Multi, _) => now.whole = !now.letters.is_empty(),
                (QuestionKind::Order, What::Press(place)) => {
                    if !now.letters.contains(letter(*place)) {
                        now.letters.push(letter(*place));
                    }
                    if now.letters.len() == 2 {
                        now.letters.extend("ABC".chars().find(|last| !now.letters.contains(*last)));
                    }
                    now.whole = now.letters.len() == 3;
                }
                (QuestionKind::Order, _) => {
                    let steps = now.letters.len();
                    now.letters.truncate(if steps == 3 { 1 } else { steps.saturating_sub(1) });
                    now.whole = false;
                }
                (_, What::Press(place)) => (now.letters, now.whole) = (letter(*place).to_string(), true),
                (_, What::Type(text)) => (now.letters, now.whole) = (text.trim().to_owned(), true),
                _ => {}
            }
            if before.is_none_or(|before| before.letters != now.letters) {
                now.after = *after;
            }
            answer = Some(now);
        }
        answer
    }

    fn players(&self) -> Vec<u64> {
        let mut players: Vec<u64> = self.alive.iter().map(|(who, _)| *who).collect();
        players.sort_unstable();
        players.dedup();
        players
    }

    /// Players who left fewer than two questions unanswered since they were last heard of.
    fn present(&self) -> Vec<u64> {
        let silent = |who: u64| {
            let since = self.alive.iter().filter(|(other, _)| *other == who).map(|(_, since)| *since).max();
            let rounds = self.ended.iter().skip(since.unwrap_or(0)).filter(|ended| !ended.void);
            rounds.filter(|ended| ended.answers.iter().all(|(other, ..)| *other != who)).count()
        };
        self.players().into_iter().filter(|who| silent(*who) < 2).collect()
    }

    fn is_majority(&self, votes: &[u64]) -> bool {
        let mut votes = votes.to_vec();
        votes.sort_unstable();
        votes.dedup();
        votes.len() * 2 > self.present().len()
    }

    fn time_is_up(&self) -> i64 {
        let last = self.signs.iter().copied().max().unwrap_or(0);
        if self.mode == Mode::Untimed { last + FORGOTTEN } else { self.deadline }
    }

    fn closes(&self) -> i64 {
        let present = self.present();
        let all = present.iter().all(|who| self.answer(*who).is_some_and(|answer| answer.whole));
        let last = self.signs.iter().copied().max().unwrap_or(0);
        if all && !present.is_empty() { self.time_is_up().min(last + 2 * SECOND) } else { self.time_is_up() }
    }

    fn ask(&mut self, round: usize, now: i64) {
        self.round = round;
        (self.opened, self.deadline) = (now, now + TIME);
        (self.acts, self.after, self.signs) = (Vec::new(), Vec::new(), vec![now]);
        (self.skips, self.nexts) = (Vec::new(), Vec::new());
        self.stage = Stage::Open { until: 0 };
    }

    fn reveal(&mut self, void: bool, now: i64) {
        self.end_round(void);
        self.stage = Stage::Revealed { until: now + READING };
        let unanswered = |ended: &&Ended| !ended.void && ended.answers.is_empty();
        let idle = self.ended.iter().skip(self.resumed).rev().take_while(unanswered).count();
        if idle >= 2 && self.round + 1 < self.kinds.len() {
            self.stage = Stage::Paused { since: now, question: None };
        }
    }

    fn end_round(&mut self, void: bool) {
        let kind = self.kinds[self.round];
        let mut answers = Vec::new();
        for who in self.players() {
            let Some(answer) = self.answer(who).filter(|answer| !answer.letters.is_empty()) else { continue };
            let right = match kind {
                QuestionKind::Multi => answer.letters == "BC",
                QuestionKind::Order => answer.letters == "CAB",
                QuestionKind::Short => answer.letters == "mutex",
                _ => answer.letters == "B",
            };
            let left = (TIME - answer.after).clamp(0, TIME) as f64 / TIME as f64;
            let points = match (self.mode, right) {
                (Mode::Race, true) => 100 + (50.0 * left).round() as i64,
                (Mode::Race, false) => -25,
                (_, right) => 100 * i64::from(right),
            };
            answers.push((who, right, points));
        }
        self.ended.push(Ended { answers, void });
    }

    fn go_on(&mut self, now: i64) {
        if self.round + 1 == self.kinds.len() {
            self.stage = Stage::Over;
        } else {
            self.ask(self.round + 1, now);
        }
    }

    fn stop(&mut self) {
        if matches!(self.stage, Stage::Open { .. } | Stage::Paused { question: Some(_), .. }) {
            self.end_round(true);
        }
        self.stage = Stage::Over;
    }

    fn view(&self) -> View {
        let stage = match &self.stage {
            Stage::Open { .. } => Stage::Open { until: self.closes() },
            other => other.clone(),
        };
        let mut answers = BTreeMap::new();
        let mut players = BTreeMap::new();
        for who in self.players() {
            let answer = self.answer(who).map(|answer| answer.letters);
            answers.extend(answer.filter(|letters| !letters.is_empty()).map(|letters| (who, letters)));
            let (mut points, mut right, mut answered, mut streak, mut best) = (0, 0, 0, 0, 0);
            for ended in self.ended.iter().filter(|ended| !ended.void) {
                let answer = ended.answers.iter().find(|(other, ..)| *other == who);
                streak = if answer.is_some_and(|(_, right, _)| *right) { streak + 1 } else { 0 };
                best = best.max(streak);
                points += answer.map_or(0, |(_, _, points)| *points);
                right += u32::from(answer.is_some_and(|(_, right, _)| *right));
                answered += u32::from(answer.is_some());
            }
            players.insert(who, (points, right, answered, streak, best));
        }
        let rounds = self.ended.iter().map(|ended| {
            (ended.answers.len(), ended.answers.iter().filter(|(_, right, _)| *right).count(), ended.void)
        });
        View { stage, round: self.round, answers, players, rounds: rounds.collect() }
    }
}

fn letter(place: u8) -> char {
    char::from(b'A' + place)
}
