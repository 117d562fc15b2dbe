//! Quiz sessions in a database of their own.

use super::*;
use crate::store::Store;

async fn store() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    (dir, store)
}

fn new(id: u64, channel_id: u64) -> QuizWrite {
    QuizWrite {
        id,
        guild_id: 1,
        channel_id,
        before: Before::New { cards: "[]".to_owned() },
        stage: Stage::Played,
        state: "{}".to_owned(),
        at_ms: 1_000,
        rounds: Vec::new(),
    }
}

fn next(id: u64, version: u64, stage: Stage) -> QuizWrite {
    QuizWrite { before: Before::Version(version), stage, state: format!("{{\"v\":{version}}}"), ..new(id, 0) }
}

/// A round about `topic` in which users 1, 2, … got these points.
fn round(number: u32, at_ms: i64, topic: &str, points: &[i64]) -> QuizRound {
    let answer = |(user_id, points): (u64, &i64)| QuizAnswer {
        user_id,
        name: format!("user {user_id} in {number}"),
        given: "{\"one\":0}".to_owned(),
        is_right: *points > 0,
        points: *points,
        interaction_id: at_ms.unsigned_abs() * 10 + user_id,
    };
    QuizRound {
        round: number,
        question_id: format!("q{number}"),
        topics: vec![topic.to_owned()],
        at_ms,
        counts: points.len() >= 2,
        answers: (1..).zip(points).map(answer).collect(),
    }
}

const ALL: Period = Period { from_ms: i64::MIN, until_ms: i64::MAX };

#[tokio::test]
async fn a_channel_has_one_session_that_is_played() {
    let (_dir, store) = store().await;
    assert_eq!(store.save_quizzes(&[new(1, 7), new(2, 8)]).await.unwrap(), [0; 0]);
    assert_eq!(store.save_quizzes(&[new(3, 7)]).await.unwrap(), [3]);
    // One that ends makes room in the same transaction.
    assert_eq!(store.save_quizzes(&[next(1, 1, Stage::Over), new(3, 7)]).await.unwrap(), [0; 0]);
    let open: Vec<u64> = store.open_quizzes().await.unwrap().into_iter().map(|row| row.id).collect();
    assert_eq!((open, store.last_quiz().await.unwrap()), (vec![1, 2, 3], 3));
}

#[tokio::test]
async fn what_was_changed_meanwhile_is_left_out_and_the_rest_is_written() {
    let (_dir, store) = store().await;
    store.save_quizzes(&[new(1, 7), new(2, 8)]).await.unwrap();
    let mut stale = next(1, 5, Stage::Played);
    stale.rounds = vec![round(0, 1, "jwt", &[100])];
    assert_eq!(store.save_quizzes(&[stale, next(2, 1, Stage::Played)]).await.unwrap(), [1]);
    assert_eq!(store.quiz(1).await.unwrap().unwrap().version, 1);
    assert_eq!(store.quiz(2).await.unwrap().unwrap().version, 2);
    assert_eq!(store.answers_of(1, 1).await.unwrap(), [], "nor are the rounds of the one that was left out");
}

#[tokio::test]
async fn a_batch_with_an_impossible_round_writes_nothing() {
    let (_dir, store) = store().await;
    store.save_quizzes(&[new(1, 7), new(2, 8)]).await.unwrap();
    let twice = QuizWrite { rounds: vec![round(0, 1, "a", &[1]), round(0, 1, "a", &[1])], ..next(1, 1, Stage::Played) };
    let error = store.save_quizzes(&[next(2, 1, Stage::Played), twice]).await.unwrap_err();
    assert!(!error.is_passing(), "{error}");
    assert_eq!(store.quiz(2).await.unwrap().unwrap().version, 1);
}

#[tokio::test]
async fn a_session_that_is_set_aside_frees_its_channel() {
    let (_dir, store) = store().await;
    store.save_quizzes(&[new(1, 7)]).await.unwrap();
    store.set_quiz_aside(1).await.unwrap();
    assert_eq!(store.quiz(1).await.unwrap(), None);
    assert_eq!(store.open_quizzes().await.unwrap(), []);
    assert_eq!(store.save_quizzes(&[new(2, 7)]).await.unwrap(), [0; 0]);
}

#[tokio::test]
async fn old_sessions_are_forgotten_and_their_answers_stay() {
    let (_dir, store) = store().await;
    let done = QuizWrite { stage: Stage::Done, rounds: vec![round(0, 10, "jwt", &[100, 0])], ..new(1, 7) };
    store.save_quizzes(&[done, QuizWrite { at_ms: 1, ..new(2, 8) }]).await.unwrap();
    assert_eq!(store.forget_quizzes_before(1_000).await.unwrap(), 0, "not before its time");
    assert_eq!(store.forget_quizzes_before(1_001).await.unwrap(), 1, "and only what is done");
    assert_eq!(store.answers_of(1, 1).await.unwrap().len(), 1);
    assert_eq!(store.last_quiz().await.unwrap(), 2);
}

#[tokio::test]
async fn a_standing_counts_what_counts_in_its_time_and_about_its_topic() {
    let (_dir, store) = store().await;
    let rounds = vec![
        round(0, 100, "jwt", &[100, 100, 0]),
        round(1, 200, "sql", &[0, 0, 50]),
        // Nobody else answered, so it counts for nothing.
        round(2, 300, "jwt", &[1_000]),
    ];
    store.save_quizzes(&[QuizWrite { stage: Stage::Done, rounds, ..new(1, 7) }]).await.unwrap();
    let of = async |period, topic, user, page| {
        let standing = store.standing(1, period, topic, user, page).await.unwrap();
        let lines: Vec<(u64, u64, i64)> = standing.lines.iter().map(|l| (l.rank, l.user_id, l.points)).collect();
        (lines, standing.yours.map(|l| (l.rank, l.user_id)), standing.players)
    };
    let all = (vec![(1, 1, 100), (1, 2, 100), (3, 3, 50)], Some((3, 3)), 3);
    assert_eq!(of(ALL, "", 3, (0, 10)).await, all, "ties are equal, and the next rank counts them all");
    assert_eq!(of(ALL, "sql", 9, (0, 10)).await.0, [(1, 3, 50), (2, 1, 0), (2, 2, 0)]);
    let early = Period { from_ms: 100, until_ms: 200 };
    assert_eq!(of(early, "", 1, (0, 10)).await.0, [(1, 1, 100), (1, 2, 100), (3, 3, 0)], "the end is exclusive");
    // A page further on, with the own line that stands elsewhere.
    assert_eq!(of(ALL, "", 1, (2, 2)).await, (vec![(3, 3, 50)], Some((1, 1)), 3));
    assert_eq!(store.standing(2, ALL, "", 1, (0, 10)).await.unwrap(), GuildStanding::default(), "another server");
    let named = store.standing(1, ALL, "", 3, (0, 10)).await.unwrap();
    assert_eq!(named.lines[0].name, "user 1 in 2", "as they were called last");
}

#[tokio::test]
async fn a_channel_knows_what_it_was_asked() {
    let (_dir, store) = store().await;
    let rounds =
        vec![round(0, 100, "jwt", &[100, 0]), QuizRound { question_id: "q0".to_owned(), ..round(1, 300, "jwt", &[]) }];
    store.save_quizzes(&[QuizWrite { stage: Stage::Done, rounds, ..new(1, 7) }]).await.unwrap();
    let asked = |since| store.asked_in(7, since);
    let both = Asked { question_id: "q0".to_owned(), last_at_ms: 300, answered: 2, right: 1 };
    assert_eq!(asked(0).await.unwrap(), [both]);
    assert_eq!(asked(200).await.unwrap()[0].answered, 0);
    assert_eq!(store.asked_in(8, 0).await.unwrap(), []);
}

#[tokio::test]
async fn a_member_has_one_report_on_a_question() {
    let (dir, store) = store().await;
    let report = |interaction_id, text: &str| QuestionReport {
        question_id: "q".to_owned(),
        guild_id: 1,
        user_id: 5,
        text: text.to_owned(),
        interaction_id,
    };
    for (id, text) in [(10, "first"), (12, "last"), (11, "came late")] {
        store.report_question(&report(id, text)).await.unwrap();
    }
    let listed = reports(dir.path(), 10).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].0.as_str(), listed[0].1.as_str()), ("q", "last"));
}

#[tokio::test]
async fn it_can_be_found_out_whether_something_can_be_written() {
    let (_dir, store) = store().await;
    store.try_writing().await.unwrap();
    store.close().await;
    assert!(store.try_writing().await.unwrap_err().is_passing());
}
