//! Batches: what is committed stays, what is not is as if it had never been.

use super::super::{
    Actor, Desk, Effect, Event, Mode, Place, Refusal, Session, SessionId, Settings, Slot, Told, UnixMs, UserId,
};
use super::deck::deck;
use crate::content::QuestionKind::Choice;

const NOW: UnixMs = UnixMs(1_000_000);

fn session(id: u64, channel: u64) -> Session {
    let settings = Settings { mode: Mode::Classic, seconds: 30, ..Settings::default() };
    let place = Place { guild: 1, channel };
    Session::new(SessionId(id), place, settings, (UserId(1), "ada".into()), id, deck(&[Choice, Choice]), NOW)
}

fn ada() -> Actor {
    Actor { user: UserId(1), name: "ada".into(), moderator: false }
}

/// A desk with the sessions 1 and 2 in the channels 10 and 20, as they are stored.
fn desk() -> Desk {
    let mut desk = Desk::default();
    for (id, channel) in [(1, 10), (2, 20)] {
        desk.start(session(id, channel), NOW);
    }
    assert!(desk.changes().iter().all(|change| change.version.is_none()));
    desk.commit();
    assert_eq!(desk.changes().len(), 0);
    desk
}

fn open(desk: &mut Desk, id: u64) {
    for event in [Event::Begin(ada()), Event::Claim(Slot::Round(0)), Event::Posted { slot: Slot::Round(0), message: 1 }]
    {
        desk.handle(SessionId(id), event, NOW).unwrap();
    }
}

#[test]
fn a_batch_says_what_is_to_be_written_over_which_version() {
    let mut desk = desk();
    desk.handle(SessionId(1), Event::Join(ada()), NOW).unwrap();
    // Changes nothing.
    desk.handle(SessionId(2), Event::Tick, NOW).unwrap();
    let changes = desk.changes();
    assert_eq!(changes.len(), 1);
    assert_eq!((changes[0].session.id, changes[0].version), (SessionId(1), Some(1)));
    assert_eq!(changes[0].session.players.len(), 1);
    desk.commit();
    desk.handle(SessionId(1), Event::Begin(ada()), NOW).unwrap();
    desk.handle(SessionId(2), Event::Begin(ada()), NOW).unwrap();
    let versions: Vec<Option<u64>> = desk.changes().iter().map(|change| change.version).collect();
    assert_eq!(versions, [Some(2), Some(1)]);
}

#[test]
fn records_are_written_with_the_batch_and_not_told() {
    let mut desk = desk();
    open(&mut desk, 1);
    let effects = desk.handle(SessionId(1), Event::Skip { actor: ada(), round: None, command: None }, NOW).unwrap();
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Record(_))));
    assert_eq!(desk.changes()[0].records.len(), 1);
    desk.commit();
    desk.handle(SessionId(1), Event::Join(ada()), NOW).unwrap();
    assert_eq!(desk.changes()[0].records.len(), 0);
}

#[test]
fn taking_a_batch_back_takes_everything_back() {
    let mut desk = desk();
    let before: Vec<Session> = desk.ids().iter().map(|id| desk.get(*id).unwrap().as_ref().clone()).collect();
    let due = desk.next_due();
    open(&mut desk, 1);
    desk.handle(SessionId(1), Event::Stop(ada()), NOW).unwrap();
    desk.handle(SessionId(2), Event::Stop(ada()), NOW).unwrap();
    assert!(desk.running_in(20).is_none());
    desk.start(session(3, 20), NOW.plus(-5_000));
    assert_eq!(desk.running_in(20).unwrap().id, SessionId(3));
    desk.roll_back();
    let after: Vec<Session> = desk.ids().iter().map(|id| desk.get(*id).unwrap().as_ref().clone()).collect();
    assert_eq!(before, after);
    assert_eq!(desk.next_due(), due);
    assert_eq!(desk.running_in(10).unwrap().id, SessionId(1));
    assert_eq!(desk.running_in(20).unwrap().id, SessionId(2));
    assert_eq!(desk.changes().len(), 0);
    // The records, too: a later batch does not write them.
    desk.handle(SessionId(1), Event::Join(ada()), NOW).unwrap();
    let changes = desk.changes();
    assert_eq!((changes[0].version, changes[0].records.len()), (Some(1), 0));
}

#[test]
fn a_session_that_is_stored_in_another_version_leaves_the_batch_alone() {
    let mut desk = desk();
    desk.handle(SessionId(1), Event::Join(ada()), NOW).unwrap();
    desk.handle(SessionId(2), Event::Join(ada()), NOW).unwrap();
    desk.drop_stale(SessionId(1));
    assert_eq!(desk.changes().len(), 1);
    desk.commit();
    assert_eq!(desk.ids(), [SessionId(2)]);
    assert!(desk.running_in(10).is_none());
    desk.load(session(1, 10), 7);
    assert_eq!(desk.running_in(10).unwrap().id, SessionId(1));
    desk.handle(SessionId(1), Event::Join(ada()), NOW).unwrap();
    assert_eq!(desk.changes()[0].version, Some(7));
}

#[test]
fn a_channel_is_free_when_its_session_is_over() {
    let mut desk = desk();
    open(&mut desk, 1);
    desk.handle(SessionId(1), Event::Stop(ada()), NOW).unwrap();
    desk.commit();
    assert!(desk.running_in(10).is_none(), "its podium is still to be sent, but it is not played any more");
    desk.start(session(3, 10), NOW);
    desk.commit();
    let refused = desk.handle(SessionId(1), Event::Join(ada()), NOW).unwrap();
    assert_eq!(refused, [Effect::Tell(Told::Refused(Refusal::Over))]);
    assert_eq!(desk.running_in(10).unwrap().id, SessionId(3));
}

#[test]
fn a_session_to_which_nothing_can_happen_any_more_is_let_go() {
    let mut desk = desk();
    desk.handle(SessionId(1), Event::Stop(ada()), NOW).unwrap();
    assert_eq!(desk.len(), 2, "not before it is written");
    desk.commit();
    assert_eq!(desk.ids(), [SessionId(2)]);
    assert_eq!(desk.handle(SessionId(1), Event::Join(ada()), NOW), None);
    assert!(!desk.is_empty());
}

#[test]
fn the_longest_overdue_comes_first() {
    let mut desk = Desk::default();
    assert_eq!(desk.next_due(), None);
    desk.start(session(1, 10), NOW);
    desk.start(session(2, 20), NOW);
    desk.handle(SessionId(1), Event::ClockStepped(1_000), NOW).unwrap();
    assert_eq!(desk.next_due(), Some(NOW.plus(15_000)));
    assert_eq!(desk.due(NOW.plus(14_999)), []);
    assert_eq!(desk.due(NOW.plus(15_000)), [SessionId(2)]);
    assert_eq!(desk.due(NOW.plus(16_000)), [SessionId(2), SessionId(1)]);
}

#[test]
fn what_is_stored_loads_as_it_was() {
    let mut desk = desk();
    open(&mut desk, 1);
    let answer = |act, click| Event::Answer { actor: ada(), round: 0, act, click, message: None };
    desk.handle(SessionId(1), answer(super::super::Act::Press(1), 5), NOW).unwrap();
    desk.commit();
    let session = desk.get(SessionId(1)).unwrap();
    let stored = serde_json::to_string(session.as_ref()).unwrap();
    let mut loaded: Session = serde_json::from_str(&stored).unwrap();
    loaded.cards = session.cards.clone();
    assert_eq!(&loaded, session.as_ref());
    let cards: Vec<super::super::Card> =
        serde_json::from_str(&serde_json::to_string(&session.cards[..]).unwrap()).unwrap();
    assert_eq!(cards, session.cards[..]);
}
