//! Servers take turns when many posts are due in the same minute.

use super::{DailyOpen, DailyTurn, DailyWanted, DailyWrite};
use crate::store::Store;

/// 08:00 on 15 January 2027 by UTC.
const DUE_MS: i64 = 1_800_000_000_000;

/// A new schedule of a server, whose post is due.
async fn due(store: &Store, guild: u64, date: &str) -> DailyTurn {
    let made = store.add_daily(guild, 20, 1, |_| Ok(("{}".to_owned(), Some(DUE_MS)))).await.unwrap();
    let schedule = DailyWrite {
        id: made.unwrap(),
        version: 1,
        next_at_ms: Some(DUE_MS + 86_400_000),
        notice: false,
        document: "{}".to_owned(),
    };
    let post = DailyWanted {
        guild,
        channel: guild,
        date: date.to_owned(),
        at_ms: DUE_MS,
        topic: None,
        question: None,
        topics: Vec::new(),
        document: "{}".to_owned(),
        anew: false,
    };
    DailyTurn { schedule, used: Vec::new(), post: Some(post), overtakes: None }
}

#[tokio::test]
async fn who_has_few_does_not_wait_for_who_has_many() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let mut turns = Vec::new();
    // Not everywhere it is the same day.
    let (east, here, west) = ("2027-01-16", "2027-01-15", "2027-01-14");
    for (guild, date) in [(1, here), (1, east), (1, west), (2, west), (2, here), (3, here)] {
        turns.push(due(&store, guild, date).await);
    }
    // In several transactions, as more are due than are settled at once.
    for some in turns.chunks(2) {
        store.turn_dailies(some, 1).await.unwrap();
    }
    let servers = |posts: Vec<DailyOpen>| posts.into_iter().map(|post| post.guild).collect::<Vec<_>>();
    assert_eq!(servers(store.open_daily_posts(DUE_MS + 1_000, 10).await.unwrap()), [1, 2, 3, 1, 2, 1]);
}
