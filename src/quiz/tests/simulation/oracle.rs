//! What must hold, judged by what was told to people and what was recorded, not by what the engine thinks.

use std::collections::BTreeMap;

use crate::content::QuestionKind;
use crate::quiz::{Card, Change, Given, Mode, Player, RoundRecord, Session, SessionId, UserId};

#[derive(Default)]
pub struct Oracle {
    /// By number.
    games: Vec<Game>,
}

#[derive(Clone, Default)]
struct Game {
    rounds: Vec<Round>,
    /// What each player has, replayed from the records.
    scores: BTreeMap<UserId, Score>,
}

#[derive(Clone, Default)]
struct Round {
    answers: Vec<(UserId, Acknowledged)>,
    recorded: bool,
}

/// What somebody knows of their answer.
#[derive(Clone, Default)]
struct Acknowledged {
    /// The last that they were told, and the highest click of theirs that was answered.
    told: Option<(Given, u64)>,
    /// Clicks that were stored and never answered, since then.
    unanswered: Vec<u64>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Score {
    points: i64,
    right: u32,
    answered: u32,
    streak: u32,
    best_streak: u32,
}

impl Oracle {
    fn game(&mut self, id: SessionId) -> &mut Game {
        let at = id.0 as usize;
        if self.games.len() <= at {
            self.games.resize(at + 1, Game::default());
        }
        &mut self.games[at]
    }

    /// Somebody was told what they have answered.
    pub fn told(&mut self, id: SessionId, user: UserId, round: u32, click: u64, given: &Given) -> Result<(), String> {
        let answer = self.game(id).round(round).of(user);
        answer.unanswered.retain(|other| *other > click);
        let before = answer.told.replace((given.clone(), click));
        let Some((last, last_click)) = before.filter(|(_, last_click)| click <= *last_click) else { return Ok(()) };
        if answer.unanswered.is_empty() && last != *given {
            return Err(format!("click {click} came again or late and changed {last:?} to {given:?}"));
        }
        answer.told = Some((given.clone(), last_click));
        Ok(())
    }

    /// Somebody's click is stored, and they will never be told.
    pub fn left_in_the_dark(&mut self, id: SessionId, user: UserId, round: u32, click: u64) {
        self.game(id).round(round).of(user).unanswered.push(click);
    }

    /// A session is on the disk.
    pub fn stored(&mut self, change: &Change) -> Result<(), String> {
        let session = &change.session;
        let game = self.game(session.id);
        for record in &change.records {
            game.record(session, record)?;
        }
        let recorded = game.rounds.iter().filter(|round| round.recorded).count();
        if recorded != session.results.len() {
            return Err(format!("{recorded} rounds are recorded of {}", session.results.len()));
        }
        let nothing = Score::default();
        for (user, player) in &session.players {
            let (is, should) = (score(player), game.scores.get(user).unwrap_or(&nothing));
            if is != *should {
                return Err(format!("{user:?} has {is:?}, and by what is recorded {should:?}"));
            }
        }
        if session.is_over() {
            let lost = |round: &Round| !round.recorded && round.answers.iter().any(|(_, answer)| answer.told.is_some());
            if let Some(round) = game.rounds.iter().position(lost) {
                return Err(format!("it is over, and what was answered in round {round} is neither counted nor void"));
            }
        }
        Ok(())
    }
}

impl Game {
    fn round(&mut self, number: u32) -> &mut Round {
        let at = number as usize;
        if self.rounds.len() <= at {
            self.rounds.resize(at + 1, Round::default());
        }
        &mut self.rounds[at]
    }

    fn record(&mut self, session: &Session, record: &RoundRecord) -> Result<(), String> {
        let number = record.round;
        let round = self.round(number);
        if std::mem::replace(&mut round.recorded, true) {
            return Err(format!("round {number} is recorded twice"));
        }
        let void = session.results.get(number as usize).is_none_or(|result| result.void);
        if void {
            return record.answers.is_empty().then_some(()).ok_or_else(|| format!("round {number} is void and counts"));
        }
        let round = round.clone();
        for (user, answer) in &round.answers {
            let Some((told, _)) = answer.told.as_ref().filter(|(told, _)| !told.is_empty()) else { continue };
            let recorded = record.answers.iter().find(|recorded| recorded.user == *user);
            let known = match recorded {
                Some(recorded) => recorded.given == *told || answer.unanswered.contains(&recorded.click),
                None => !answer.unanswered.is_empty(),
            };
            if !known {
                return Err(format!("{user:?} was told {told:?} in round {number}, and recorded is {recorded:?}"));
            }
        }
        let card = &session.cards[number as usize];
        for (place, recorded) in record.answers.iter().enumerate() {
            let user = recorded.user;
            if record.answers[..place].iter().any(|other| other.user == user) {
                return Err(format!("{user:?} counts twice in round {number}"));
            }
            let heard = round.answers.iter().any(|(other, answer)| {
                let is_known = answer.told.as_ref().is_some_and(|(told, _)| *told == recorded.given);
                *other == user && (is_known || answer.unanswered.contains(&recorded.click))
            });
            if !heard {
                return Err(format!("{recorded:?} of round {number} was told to nobody"));
            }
            let points = match (session.settings.mode, is_right(card, &recorded.given)) {
                (Mode::Race, true) => 100..=150,
                (Mode::Race, false) => -25..=-25,
                (_, true) => 100..=100,
                (_, false) => 0..=0,
            };
            if !points.contains(&recorded.points) {
                return Err(format!("{recorded:?} of round {number} should be worth {points:?}"));
            }
            self.scores.entry(user).or_default();
        }
        for (user, score) in &mut self.scores {
            let Some(answer) = record.answers.iter().find(|answer| answer.user == *user) else {
                score.streak = 0;
                continue;
            };
            score.points += answer.points;
            score.answered += 1;
            score.right += u32::from(answer.right);
            score.streak = if answer.right { score.streak + 1 } else { 0 };
            score.best_streak = score.best_streak.max(score.streak);
        }
        Ok(())
    }
}

impl Round {
    fn of(&mut self, user: UserId) -> &mut Acknowledged {
        let at = self.answers.iter().position(|(other, _)| *other == user).unwrap_or_else(|| {
            self.answers.push((user, Acknowledged::default()));
            self.answers.len() - 1
        });
        &mut self.answers[at].1
    }
}

fn score(player: &Player) -> Score {
    let Player { points, right, answered, streak, best_streak, .. } = *player;
    Score { points, right, answered, streak, best_streak }
}

/// By what the cards of the tests are.
fn is_right(card: &Card, given: &Given) -> bool {
    match card.kind {
        QuestionKind::Choice | QuestionKind::TrueFalse => *given == Given::One(1),
        QuestionKind::Multi => *given == Given::Several(vec![1, 2]),
        QuestionKind::Order => *given == Given::Order(vec![2, 0, 1]),
        QuestionKind::Short => *given == Given::Typed("mutex".into()),
        QuestionKind::Open => false,
    }
}
