//! Games as scripts: each line is a time in seconds and what happens, and behind the bar what comes of it.
//!
//! Ada started the game, Ben, Cy and Dee are members, Mo is a moderator. Unless a game is played by hand, Discord does at
//! once what it is asked to, and edits are not mentioned. `q1` is the first question.

use std::fmt::Write;

use super::super::{
    Act, Actor, Effect, Ending, Event, Given, Mode, Pause, Phase, Place, Refusal, RoundRecord, Session, SessionId,
    Settings, Slot, Standing, Suspended, Told, Trouble, UnixMs, UserId,
};
use super::deck::deck;
use crate::content::QuestionKind;

/// When the scripts begin.
pub const EPOCH: UnixMs = UnixMs(1_700_000_000_000);

pub struct Game {
    pub session: Session,
    /// Whether the script says what Discord does.
    by_hand: bool,
    click: u64,
    message: u64,
}

/// Plays a script against questions of these kinds, with 30 s for each.
pub fn play(mode: Mode, kinds: &[QuestionKind], script: &str) -> Game {
    let mut game = Game::new(mode, kinds);
    game.play(script);
    game
}

/// The same, and the script says what Discord does.
pub fn play_by_hand(mode: Mode, kinds: &[QuestionKind], script: &str) -> Game {
    let mut game = Game::new(mode, kinds);
    game.by_hand = true;
    game.play(script);
    game
}

pub fn user(name: &str) -> UserId {
    UserId(match name {
        "ada" => 1,
        "ben" => 2,
        "cy" => 3,
        "dee" => 4,
        "mo" => 9,
        other => panic!("{other} is nobody in these scripts"),
    })
}

fn actor(name: &str) -> Actor {
    Actor { user: user(name), name: name.to_owned(), moderator: name == "mo" }
}

impl Game {
    pub fn new(mode: Mode, kinds: &[QuestionKind]) -> Game {
        let settings = Settings { mode, seconds: 30, ..Settings::default() };
        let starter = (UserId(1), "ada".to_owned());
        let place = Place { guild: 1, channel: 1 };
        let mut session = Session::new(SessionId(1), place, settings, starter, 1, deck(kinds), EPOCH);
        let effects = session.open(EPOCH);
        let mut game = Game { session, by_hand: false, click: 100, message: 0 };
        game.discord(&effects, EPOCH, &mut Vec::new());
        game
    }

    pub fn play(&mut self, script: &str) {
        let (mut right, mut is) = (true, String::new());
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (what, expected) = line.split_once('|').unwrap_or((line, ""));
            let happened = self.line(what.trim());
            let same = happened == expected.trim();
            right &= same;
            let mark = if same { ' ' } else { '!' };
            writeln!(is, "{mark} {:<28} | {happened}", what.trim()).unwrap();
        }
        assert!(right, "the script is:\n{is}");
    }

    fn line(&mut self, what: &str) -> String {
        if what == "scores" {
            return scores(&self.session);
        }
        let (time, what) = what.split_once(' ').unwrap_or_else(|| panic!("no time in {what:?}"));
        let seconds: f64 = time.parse().unwrap_or_else(|_| panic!("{time:?} is no time"));
        let now = EPOCH.plus((seconds * 1000.0).round() as i64);
        let event = self.event(what.trim());
        let before = self.session.phase.clone();
        let mut happened = Vec::new();
        self.happen(event, now, &mut happened);
        if self.session.phase != before {
            happened.push(phase(&self.session));
        }
        happened.join("; ")
    }

    /// Lets something happen, and what it leads to.
    pub fn happen(&mut self, event: Event, now: UnixMs, happened: &mut Vec<String>) {
        let effects = self.session.handle(event, now);
        happened.extend(effects.iter().filter_map(|effect| self.say(effect)));
        self.discord(&effects, now, happened);
    }

    /// Does at once what Discord is asked to.
    fn discord(&mut self, effects: &[Effect], now: UnixMs, happened: &mut Vec<String>) {
        for effect in effects.iter().filter(|_| !self.by_hand) {
            let more = match effect {
                Effect::Post(slot) => {
                    assert!(self.session.handle(Event::Claim(*slot), now).contains(&Effect::Tell(Told::Send)));
                    self.message += 1;
                    self.session.handle(Event::Posted { slot: *slot, message: self.message }, now)
                }
                Effect::Edit { slot, .. } => {
                    let wants = self.session.post(*slot).map_or(0, |post| post.wants);
                    self.session.handle(Event::Shown { slot: *slot, wants }, now)
                }
                _ => continue,
            };
            happened.extend(more.iter().filter_map(|effect| self.say(effect)));
        }
    }

    fn event(&mut self, what: &str) -> Event {
        let words: Vec<&str> = what.split(' ').collect();
        let round = |word: &str| word.trim_start_matches('q').parse::<u32>().unwrap() - 1;
        let current = self.session.round.number;
        match words.as_slice() {
            ["tick"] => Event::Tick,
            ["restart"] => Event::Restarted,
            ["clock", by] => Event::ClockStepped(by.parse::<i64>().unwrap() * 1000),
            ["claim", at] => Event::Claim(slot(at)),
            [at, "is", "there"] => {
                self.message += 1;
                Event::Posted { slot: slot(at), message: self.message }
            }
            [at, "shows", wants] => Event::Shown { slot: slot(at), wants: wants.parse().unwrap() },
            [at, "is", "gone"] => Event::Gone(slot(at)),
            [at, "is", "out", "of", "sight"] => Event::Blind(slot(at)),
            ["forbidden"] => Event::Unreachable(Trouble::Forbidden),
            [name, "joins"] => Event::Join(actor(name)),
            [name, "starts"] => Event::Begin(actor(name)),
            [name, "skips"] => Event::Skip { actor: actor(name), round: None, command: None },
            [name, "skips", at] => Event::Skip { actor: actor(name), round: Some(round(at)), command: None },
            [name, "wants", "next"] => Event::Next { actor: actor(name), round: current },
            [name, "wants", "next", "after", at] => Event::Next { actor: actor(name), round: round(at) },
            [name, "pauses"] => Event::Pause(actor(name)),
            [name, "resumes"] => Event::Resume(actor(name)),
            [name, "stops"] => Event::Stop(actor(name)),
            [name, "types", text @ ..] => self.answer(name, current, Act::Type(text.join(" "))),
            [name, "undoes"] => self.answer(name, current, Act::Undo),
            [name, "is", "done"] => self.answer(name, current, Act::Done),
            [name, "presses", letter] => self.answer(name, current, press(letter)),
            // The same click is delivered once more.
            [name, "presses", letter, "again"] => {
                self.click -= 1;
                self.answer(name, current, press(letter))
            }
            // A click that was made before the last one arrives behind it.
            [name, "pressed", letter, "before"] => {
                self.click -= 2;
                let event = self.answer(name, current, press(letter));
                self.click += 1;
                event
            }
            [name, "presses", letter, "of", at] => self.answer(name, round(at), press(letter)),
            [name, "presses", letter, "on", "message", message] => {
                let mut event = self.answer(name, current, press(letter));
                if let Event::Answer { message: proof, .. } = &mut event {
                    *proof = Some(message.parse().unwrap());
                }
                event
            }
            _ => panic!("{what:?} means nothing in these scripts"),
        }
    }

    fn answer(&mut self, name: &str, round: u32, act: Act) -> Event {
        self.click += 1;
        Event::Answer { actor: actor(name), round, act, click: self.click, message: None }
    }

    fn say(&self, effect: &Effect) -> Option<String> {
        Some(match effect {
            Effect::Tell(told) => said(told),
            Effect::Record(record) => recorded(record),
            Effect::Post(slot) => format!("post {}", named(*slot)),
            Effect::Edit { .. } if !self.by_hand => return None,
            Effect::Edit { slot, urgent: true } => format!("edit {}", named(*slot)),
            Effect::Edit { slot, urgent: false } => format!("maybe edit {}", named(*slot)),
            Effect::TellModerators(trouble) => format!("tell moderators {trouble:?}"),
        })
    }
}

fn press(letter: &str) -> Act {
    Act::Press(letter.as_bytes()[0] - b'A')
}

fn slot(word: &str) -> Slot {
    match word {
        "lobby" => Slot::Lobby,
        "end" => Slot::End,
        _ => match word.strip_prefix("reveal") {
            Some(number) => Slot::Reveal(number.parse::<u32>().unwrap() - 1),
            None => Slot::Round(word.trim_start_matches('q').parse::<u32>().unwrap() - 1),
        },
    }
}

fn named(slot: Slot) -> String {
    match slot {
        Slot::Lobby => "lobby".into(),
        Slot::Round(round) => format!("q{}", round + 1),
        Slot::Reveal(round) => format!("reveal{}", round + 1),
        Slot::End => "end".into(),
    }
}

fn seconds(at: UnixMs) -> f64 {
    at.since(EPOCH) as f64 / 1000.0
}

fn answer(given: &Given) -> String {
    match given {
        Given::Typed(text) => format!("'{text}'"),
        given if given.is_empty() => "nothing".into(),
        given => given.letters().into_iter().collect(),
    }
}

fn said(told: &Told) -> String {
    match told {
        Told::Answered { given, whole, changed, .. } => {
            let more = if *whole || given.is_empty() { "" } else { " so far" };
            let unchanged = if *changed { "" } else { ", as before" };
            format!("chose {}{more}{unchanged}", answer(given))
        }
        Told::SkipVoted { votes, needed } | Told::NextVoted { votes, needed } => format!("{votes} of {needed} votes"),
        Told::LookFirst { since } => format!("look first since {}", seconds(*since)),
        Told::Refused(refusal) => refused(*refusal).into(),
        Told::JoinedBefore => "joined before".into(),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn refused(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::TooLate => "no, too late",
        Refusal::OldRound => "no, an old question",
        Refusal::NoSuchThing => "no such thing",
        Refusal::Over => "no, it is over",
        Refusal::Paused => "no, it is paused",
        Refusal::NotPaused => "no, it is not paused",
        Refusal::Begun => "no, it has begun",
        Refusal::InLobby => "no, it has not begun",
        Refusal::NotYours => "no, it is not yours",
        Refusal::Solo => "no, it is a solo",
        Refusal::NotPlaying => "no, you do not play",
        Refusal::NothingOpen => "no, nothing is open",
    }
}

fn recorded(record: &RoundRecord) -> String {
    let answers = record.answers.iter().map(|one| format!("{} {} {}", one.name, answer(&one.given), one.points));
    let answers: Vec<String> = answers.collect();
    let counts = if record.counts { " (counts)" } else { "" };
    let answers = if answers.is_empty() { "nobody".into() } else { answers.join(", ") };
    format!("q{}: {answers}{counts}", record.round + 1)
}

fn phase(session: &Session) -> String {
    match &session.phase {
        Phase::Lobby { begins_at } => format!("lobby until {}", seconds(*begins_at)),
        Phase::Asking => "asking".into(),
        Phase::Open { deadline, closes_at, .. } if deadline == closes_at => {
            format!("open until {}", seconds(*deadline))
        }
        Phase::Open { deadline, closes_at, .. } => {
            format!("open until {}, not {}", seconds(*closes_at), seconds(*deadline))
        }
        Phase::Revealed { next_at } => format!("revealed until {}", seconds(*next_at)),
        Phase::Paused { why, then, .. } => {
            let why = match why {
                Pause::Asked => "paused",
                Pause::Idle => "paused, nobody is there",
                Pause::Blind => "paused, out of sight",
            };
            match then {
                Suspended::Question { passed_ms, left_ms } => {
                    format!("{why} with {} s passed, {} s left", *passed_ms as f64 / 1000.0, *left_ms as f64 / 1000.0)
                }
                Suspended::Between => why.into(),
                Suspended::Asking => format!("{why} while asking"),
            }
        }
        Phase::Over { ending: Ending::Stopped { by }, .. } => format!("over, stopped by {by}"),
        Phase::Over { ending, .. } => format!("over, {ending:?}").to_lowercase(),
    }
}

fn scores(session: &Session) -> String {
    let standing = Standing::of(session);
    let lines = standing.0.iter().map(|rank| {
        let player = &rank.player;
        let wins = if standing.winners().any(|winner| winner.user == rank.user) { "*" } else { "" };
        let (right, of, best) = (player.right, player.answered, player.best_streak);
        format!(
            "{}{wins} {} {} ({right}/{of}, streak {} of {best})",
            rank.rank, player.name, player.points, player.streak
        )
    });
    lines.collect::<Vec<_>>().join("; ")
}
