//! Scheduled posts in the database: one a day, found by index, answers counted when their question is closed.

use sqlx::Row;
use tempfile::TempDir;

use crate::store::{
    DailyGiven, DailyOvertaken, DailyPosts, DailyStage, DailyStep, DailyTurn, DailyWanted, DailyWrite, Period, Store,
    Turned,
};

const ALL: Period = Period { from_ms: i64::MIN, until_ms: i64::MAX };
const GUILD: u64 = 7;

async fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    (folder, store)
}

async fn schedule(store: &Store) -> u64 {
    store.add_daily(GUILD, 20, 1_000, |_| Ok(("{}".to_owned(), Some(0)))).await.unwrap().unwrap()
}

fn write(id: u64, version: u64) -> DailyWrite {
    DailyWrite { id, version, next_at_ms: Some(100), notice: false, document: "{}".to_owned() }
}

fn wanted(date: &str, anew: bool) -> DailyWanted {
    DailyWanted {
        guild: GUILD,
        channel: 5,
        date: date.to_owned(),
        at_ms: 10,
        topic: None,
        question: Some("q".to_owned()),
        topics: vec!["jwt".to_owned()],
        document: "{}".to_owned(),
        anew,
    }
}

async fn turn(store: &Store, id: u64, version: u64, post: DailyWanted) -> Turned {
    let turn = DailyTurn {
        schedule: write(id, version),
        used: vec![("q".to_owned(), version)],
        post: Some(post),
        overtakes: None,
    };
    store.turn_dailies(&[turn], 1_000).await.unwrap()[0]
}

/// The post of a day, made and done; it closes the one before.
async fn posted(store: &Store, schedule: u64, version: u64, date: &str, now_ms: i64) -> u64 {
    let Turned::Done { post: Some(id) } = turn(store, schedule, version, wanted(date, false)).await else {
        panic!("there is no post of {date}")
    };
    let claimed = DailyStage::Claimed { at_ms: now_ms };
    assert!(step(store, id, DailyStage::Wanted, claimed, Some(now_ms), None).await);
    assert!(step(store, id, claimed, DailyStage::Done { message: id * 10 }, None, None).await);
    id
}

/// `turn`: the post will not be there, and what was used at that turn is unused.
async fn step(
    store: &Store,
    id: u64,
    from: DailyStage,
    to: DailyStage,
    closes: Option<i64>,
    turn: Option<u64>,
) -> bool {
    let step = DailyStep {
        id,
        from,
        to,
        closes,
        reopens: turn.is_some(),
        gives_back: turn,
        arrives: to.message().map(|_| 0),
        ends: None,
        parked: false,
        schedule: None,
        others: DailyPosts::GoOn,
    };
    store.step_daily_post(&step).await.unwrap()
}

async fn open(store: &Store, now_ms: i64) -> Vec<u64> {
    store.open_daily_posts(now_ms, 9).await.unwrap().into_iter().map(|post| post.id).collect()
}

async fn answer(store: &Store, post: u64, user: u64, is_right: bool, interaction: u64, before: Option<u64>) -> bool {
    let (name, given) = (format!("user {user}"), "{\"one\":0}".to_owned());
    let given = DailyGiven { post, user, guild: GUILD, name, given, is_right, interaction, at_ms: 1, before };
    store.keep_daily_answer(&given).await.unwrap()
}

#[tokio::test]
async fn a_day_has_one_post_and_only_one_that_is_surely_missing_is_made_anew() {
    let (_folder, store) = store().await;
    let id = schedule(&store).await;
    let Turned::Done { post: Some(first) } = turn(&store, id, 1, wanted("2026-11-21", false)).await else { panic!() };
    assert_eq!(turn(&store, id, 1, wanted("2026-11-22", false)).await, Turned::Stale, "somebody was faster");
    assert_eq!(turn(&store, id, 2, wanted("2026-11-21", false)).await, Turned::Doubled);
    assert_eq!(turn(&store, id, 2, wanted("2026-11-21", true)).await, Turned::Doubled, "it may still come");
    assert!(step(&store, first, DailyStage::Wanted, DailyStage::LeftOut, None, None).await);
    assert_eq!(turn(&store, id, 2, wanted("2026-11-21", false)).await, Turned::Doubled);
    assert_eq!(turn(&store, id, 2, wanted("2026-11-21", true)).await, Turned::Done { post: Some(first) });
    assert_eq!(open(&store, 10).await, [first]);
}

#[tokio::test]
async fn a_stage_follows_from_the_one_before_it_alone() {
    let (_folder, store) = store().await;
    let id = schedule(&store).await;
    let Turned::Done { post: Some(post) } = turn(&store, id, 1, wanted("2026-11-21", false)).await else { panic!() };
    let claimed = DailyStage::Claimed { at_ms: 12 };
    assert!(!step(&store, post, claimed, DailyStage::Done { message: 3 }, None, None).await);
    assert!(step(&store, post, DailyStage::Wanted, claimed, None, None).await);
    assert!(!step(&store, post, DailyStage::Wanted, claimed, None, None).await);
    assert_eq!(store.daily_post(post).await.unwrap().unwrap().stage, claimed);
}

#[tokio::test]
async fn an_answer_counts_when_its_question_is_closed_and_streaks_go_on_from_question_to_question() {
    let (_folder, store) = store().await;
    let id = schedule(&store).await;
    let first = posted(&store, id, 1, "2026-11-21", 100).await;
    assert!(answer(&store, first, 1, true, 11, None).await && answer(&store, first, 2, true, 12, None).await);
    assert!(!answer(&store, first, 1, false, 13, None).await, "it was changed meanwhile");
    assert!(answer(&store, first, 2, false, 14, Some(12)).await);
    let standing = store.standing(GUILD, ALL, "", 1, (0, 10)).await.unwrap();
    assert_eq!(standing.players, 0, "who looks at the leaderboard does not learn whether they are right");
    let second = posted(&store, id, 2, "2026-11-22", 200).await;
    assert!(!answer(&store, first, 3, true, 15, None).await, "the first question is closed");
    assert_eq!(store.daily_post_before(second).await.unwrap().map(|post| post.id), Some(first));
    assert!(answer(&store, second, 1, true, 21, None).await && answer(&store, second, 2, true, 22, None).await);
    posted(&store, id, 3, "2026-11-23", 300).await;
    let tally = store.daily_tally(second, 5).await.unwrap();
    assert_eq!((tally.streaks, tally.in_a_row), (vec![("user 1".to_owned(), 2)], 1));
    assert_eq!(tally.given, [("{\"one\":0}".to_owned(), true, 2)]);
    let standing = store.standing(GUILD, ALL, "jwt", 2, (0, 10)).await.unwrap();
    let lines: Vec<_> = standing.lines.iter().map(|l| (l.rank, l.user_id, l.daily_right, l.daily_answered)).collect();
    assert_eq!(lines, [(1, 1, 2, 2), (2, 2, 1, 2)]);
    assert_eq!(store.standing(GUILD, ALL, "caching", 2, (0, 10)).await.unwrap().players, 0);
    let later = Period { from_ms: 300, until_ms: 301 };
    assert_eq!(store.standing(GUILD, later, "", 1, (0, 10)).await.unwrap().lines[0].daily_answered, 1);
}

#[tokio::test]
async fn a_post_that_will_not_come_opens_the_question_before_again() {
    let (_folder, store) = store().await;
    let id = schedule(&store).await;
    let first = posted(&store, id, 1, "2026-11-21", 100).await;
    assert!(answer(&store, first, 1, true, 11, None).await);
    let Turned::Done { post: Some(second) } = turn(&store, id, 2, wanted("2026-11-22", false)).await else { panic!() };
    let claimed = DailyStage::Claimed { at_ms: 200 };
    assert!(step(&store, second, DailyStage::Wanted, claimed, Some(200), None).await);
    assert_eq!(store.standing(GUILD, ALL, "", 1, (0, 10)).await.unwrap().players, 1);
    assert!(step(&store, second, claimed, DailyStage::Refused, None, Some(2)).await);
    assert_eq!(store.standing(GUILD, ALL, "", 1, (0, 10)).await.unwrap().players, 0);
    assert!(answer(&store, first, 1, false, 12, Some(11)).await);
}

#[tokio::test]
async fn a_pause_leaves_out_what_nobody_tried_to_send_and_lets_the_rest_wait() {
    let (_folder, store) = store().await;
    let (one, two) = (schedule(&store).await, schedule(&store).await);
    for id in [one, two] {
        assert_ne!(turn(&store, id, 1, wanted("2026-11-21", false)).await, Turned::Stale);
    }
    let both = open(&store, 20).await;
    let claimed = DailyStage::Claimed { at_ms: 12 };
    assert!(step(&store, both[1], DailyStage::Wanted, claimed, None, None).await);
    let stop = DailyPosts::Stop { wanted: None };
    assert!(!store.set_daily(&write(one, 2), stop, 20).await.unwrap(), "a post came up meanwhile");
    assert!(store.set_daily(&write(one, 2), DailyPosts::Stop { wanted: Some(both[0]) }, 20).await.unwrap());
    assert!(store.set_daily(&write(two, 2), stop, 20).await.unwrap());
    assert_eq!(open(&store, i64::MAX - 1).await, [0; 0]);
    assert_eq!(store.daily_post(both[0]).await.unwrap().unwrap().stage, DailyStage::LeftOut);
    assert!(store.set_daily(&write(two, 3), DailyPosts::GoOn, 30).await.unwrap(), "changed while it is paused");
    assert_eq!(open(&store, 30).await, [0; 0]);
    assert!(store.set_daily(&write(two, 4), DailyPosts::TryAgain, 30).await.unwrap());
    assert_eq!(open(&store, 30).await, [both[1]]);
}

#[tokio::test]
async fn a_later_post_takes_over_what_an_earlier_one_closed_and_does_not_show_what_nobody_saw() {
    let (_folder, store) = store().await;
    let id = schedule(&store).await;
    let first = posted(&store, id, 1, "2026-11-21", 100).await;
    assert!(answer(&store, first, 1, true, 11, None).await);
    let Turned::Done { post: Some(second) } = turn(&store, id, 2, wanted("2026-11-22", false)).await else { panic!() };
    let claimed = DailyStage::Claimed { at_ms: 200 };
    assert!(step(&store, second, DailyStage::Wanted, claimed, Some(200), None).await);
    assert!(!store.is_daily_overtaken(id, "2026-11-22").await.unwrap());
    let third = posted(&store, id, 3, "2026-11-23", 300).await;
    assert!(store.is_daily_overtaken(id, "2026-11-22").await.unwrap());
    assert_eq!(store.daily_post_before(third).await.unwrap().map(|post| post.id), Some(first));
    assert!(step(&store, second, claimed, DailyStage::LeftOut, None, Some(2)).await);
    assert!(!answer(&store, first, 2, true, 12, None).await, "its answers are shown by the third");
    assert_eq!(store.standing(GUILD, ALL, "", 1, (0, 10)).await.unwrap().players, 1);
}

#[tokio::test]
async fn after_a_backup_was_put_back_what_was_wanted_may_be_there() {
    let (_folder, store) = store().await;
    let id = schedule(&store).await;
    assert_ne!(turn(&store, id, 1, wanted("2026-11-21", false)).await, Turned::Stale);
    store.doubt_daily_posts().await.unwrap();
    let post = store.daily_post_of(id, "2026-11-21").await.unwrap().unwrap();
    assert_eq!(post.stage, DailyStage::Claimed { at_ms: 10 });
}

/// However many schedules there are, those that are due are found without looking at the others.
#[tokio::test]
async fn what_is_due_is_found_by_index() {
    let (_folder, store) = store().await;
    for sql in [
        "SELECT id FROM daily_schedule WHERE next_at_ms IS NOT NULL AND next_at_ms <= 5 ORDER BY next_at_ms, id LIMIT 9",
        "SELECT MIN(next_at_ms) FROM daily_schedule WHERE next_at_ms IS NOT NULL",
        "SELECT id FROM daily_schedule WHERE next_at_ms IS NOT NULL AND (next_at_ms, id) > (5, 6) ORDER BY next_at_ms, id LIMIT 9",
        "SELECT id FROM daily_schedule WHERE notice = 1 AND removed = 0 ORDER BY id LIMIT 9",
        "SELECT id FROM daily_post WHERE stage < 3 AND try_at_ms <= 5 ORDER BY try_at_ms, place, id LIMIT 9",
        "SELECT MIN(try_at_ms) FROM daily_post WHERE stage < 3 AND try_at_ms > 5 AND try_at_ms < 9",
        "SELECT id FROM daily_post WHERE closed_by = 5 ORDER BY id DESC LIMIT 1",
        "SELECT id FROM daily_schedule WHERE guild_id = 7 AND removed = 0 ORDER BY id",
    ] {
        let plan = sqlx::query(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
        let plan: Vec<String> =
            plan.fetch_all(&store.readers).await.unwrap().iter().map(|row| row.get("detail")).collect();
        let plan = plan.join("; ");
        assert!(
            plan.contains("USING") && plan.contains("INDEX daily_") && !plan.contains("TEMP B-TREE"),
            "{sql}: {plan}"
        );
    }
}

#[tokio::test]
async fn a_post_that_is_known_late_is_closed_by_the_one_that_was_claimed_meanwhile() {
    let (_folder, store) = store().await;
    let id = schedule(&store).await;
    let claimed = DailyStage::Claimed { at_ms: 12 };
    let mut posts = Vec::new();
    for (version, date) in [(1, "2026-11-21"), (2, "2026-11-22"), (3, "2026-11-23")] {
        let Turned::Done { post: Some(post) } = turn(&store, id, version, wanted(date, false)).await else { panic!() };
        posts.push(post);
    }
    for post in &posts[..2] {
        assert!(step(&store, *post, DailyStage::Wanted, claimed, Some(12), None).await);
    }
    assert!(step(&store, posts[0], claimed, DailyStage::Done { message: 3 }, None, None).await);
    assert_eq!(store.daily_post(posts[0]).await.unwrap().unwrap().closed_by, Some(posts[1]));
    assert!(step(&store, posts[1], claimed, DailyStage::Done { message: 4 }, None, None).await);
    assert_eq!(store.open_daily_question(id).await.unwrap().map(|post| post.id), Some(posts[1]), "the next one waits");
    assert!(step(&store, posts[2], DailyStage::Wanted, claimed, Some(13), None).await);
    assert_eq!(store.daily_post_before(posts[2]).await.unwrap().map(|post| post.id), Some(posts[1]));
}

#[tokio::test]
async fn a_post_that_nobody_has_tried_to_send_gives_way_to_the_next_one() {
    let (_folder, store) = store().await;
    let id = schedule(&store).await;
    let Turned::Done { post: Some(first) } = turn(&store, id, 1, wanted("2026-11-21", false)).await else { panic!() };
    let later = |version| DailyTurn {
        schedule: write(id, version),
        used: Vec::new(),
        post: Some(wanted("2026-11-22", false)),
        overtakes: Some(DailyOvertaken { id: first, turn: 1 }),
    };
    assert_eq!(store.turn_dailies(&[later(1)], 1_000).await.unwrap(), [Turned::Stale]);
    assert_eq!(store.daily_post(first).await.unwrap().unwrap().stage, DailyStage::Wanted, "nothing was written");
    assert!(matches!(store.turn_dailies(&[later(2)], 1_000).await.unwrap()[..], [Turned::Done { post: Some(_) }]));
    assert_eq!(store.daily_post(first).await.unwrap().unwrap().stage, DailyStage::LeftOut);
    assert_eq!(store.daily_used(id).await.unwrap(), [], "what it was made of can come again");
    // Somebody is sending it: it is looked at again.
    assert_eq!(store.turn_dailies(&[later(3)], 1_000).await.unwrap(), [Turned::Doubled]);
    let other = DailyTurn { post: Some(wanted("2026-11-23", false)), ..later(3) };
    assert_eq!(store.turn_dailies(&[other], 1_000).await.unwrap(), [Turned::Stale]);
}
