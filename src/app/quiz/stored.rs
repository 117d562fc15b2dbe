//! Sessions as documents: between the quiz and the database, which knows nothing of each other.

use serde::de::Error;

use crate::quiz::{AnswerRecord, Card, Change, Session, UnixMs};
use crate::store::{Before, QuizAnswer, QuizRound, QuizSession, QuizWrite, Stage};

pub(super) fn read(row: &QuizSession) -> serde_json::Result<Session> {
    let cards: Vec<Card> = serde_json::from_str(&row.cards)?;
    let session: Session = serde_json::from_str(&row.state)?;
    if session.id.0 != row.id {
        return Err(serde_json::Error::custom("it is stored under another number"));
    }
    Ok(Session { cards: cards.into(), ..session })
}

pub(super) fn write(change: &Change, now: UnixMs) -> serde_json::Result<QuizWrite> {
    let session = &change.session;
    let before = match change.version {
        Some(version) => Before::Version(version),
        None => Before::New { cards: serde_json::to_string(&*session.cards)? },
    };
    let stage = match (session.is_over(), session.is_done()) {
        (_, true) => Stage::Done,
        (true, false) => Stage::Over,
        (false, false) => Stage::Played,
    };
    let rounds = change.records.iter().map(|record| {
        Ok(QuizRound {
            round: record.round,
            question_id: record.question_id.clone(),
            topics: record.topics.clone(),
            at_ms: record.at.0,
            counts: record.counts,
            answers: record.answers.iter().map(answer).collect::<serde_json::Result<_>>()?,
        })
    });
    Ok(QuizWrite {
        id: session.id.0,
        guild_id: session.place.guild,
        channel_id: session.place.channel,
        before,
        stage,
        state: serde_json::to_string(&**session)?,
        at_ms: now.0,
        rounds: rounds.collect::<serde_json::Result<_>>()?,
    })
}

fn answer(record: &AnswerRecord) -> serde_json::Result<QuizAnswer> {
    Ok(QuizAnswer {
        user_id: record.user.0,
        name: record.name.clone(),
        given: serde_json::to_string(&record.given)?,
        is_right: record.right,
        points: record.points,
        interaction_id: record.click,
    })
}
