//! What the database keeps, and what it does when its file is not as it should be.

use rand::{RngExt, SeedableRng};

use super::*;

#[tokio::test]
async fn a_second_process_is_told_that_the_folder_is_in_use() {
    let dir = tempfile::tempdir().unwrap();
    let first = Store::open(dir.path()).await.unwrap();
    assert!(matches!(Store::open(dir.path()).await, Err(StoreError::InUse { .. })));
    first.close().await;
    drop(first);
    Store::open(dir.path()).await.unwrap();
}

#[tokio::test]
async fn a_damaged_database_without_a_backup_is_refused_with_the_remedy_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(FILE);
    for content in ["", "short", &"this is no database, and long enough to be read as a header: ".repeat(20)] {
        std::fs::write(&file, content).unwrap();
        let error = Store::open(dir.path()).await.unwrap_err();
        assert!(matches!(error, StoreError::Lost { .. }), "{content}: {error}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), content);
    }
}

/// A folder whose database holds one query that its only backup knows, and one more.
async fn with_backup() -> (tempfile::TempDir, Vec<u8>) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    store.missed("kept").await.unwrap();
    make_backup(dir.path(), 7).await.unwrap();
    store.missed("later").await.unwrap();
    store.close().await;
    let bytes = std::fs::read(dir.path().join(FILE)).unwrap();
    (dir, bytes)
}

#[tokio::test]
async fn whatever_happens_to_the_bytes_of_the_file_it_starts_with_what_was_kept_or_says_why_not() {
    let (dir, sound) = with_backup().await;
    let mut harm = rand::rngs::StdRng::seed_from_u64(7);
    for n in 0..60 {
        let mut bytes = sound.clone();
        match n % 3 {
            0 => bytes.truncate(harm.random_range(0..sound.len())),
            1 => bytes[harm.random_range(0..100)] ^= harm.random_range(1..=255),
            _ => bytes[harm.random_range(0..sound.len())..].iter_mut().take(600).for_each(|byte| *byte = harm.random()),
        }
        std::fs::write(dir.path().join(FILE), &bytes).unwrap();
        match Store::open(dir.path()).await {
            Ok(store) => store.close().await,
            // The list of migrations itself was hit: nothing says whether that is damage or another version's work.
            Err(error) => assert!(matches!(error, StoreError::Newer { .. } | StoreError::Sql(_)), "{n}: {error}"),
        }
    }
    std::fs::write(dir.path().join(FILE), sound.get(..5000).unwrap()).unwrap();
    Store::open(dir.path()).await.unwrap().close().await;
    assert_eq!(most_missed(dir.path(), 10).await.unwrap(), [MissedQuery { query: "kept".into(), times: 1 }]);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (999, 'later', TRUE, X'00', 0)")
        .execute(&store.writer)
        .await
        .unwrap();
    store.close().await;
    drop(store);
    assert!(matches!(Store::open(dir.path()).await, Err(StoreError::Newer { .. })));
}

#[tokio::test]
async fn a_vote_is_counted_once_and_can_be_changed() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let vote = async |user_id, interaction_id, helpful| {
        let vote = Vote { message_id: 7, user_id, interaction_id, item_id: "jwt".into(), helpful };
        let tally = store.vote(&vote).await.unwrap();
        (tally.helpful, tally.not_helpful)
    };
    assert_eq!(vote(1, 10, true).await, (1, 0));
    assert_eq!(vote(1, 11, true).await, (1, 0));
    assert_eq!(vote(2, 12, true).await, (2, 0));
    assert_eq!(vote(1, 14, false).await, (1, 1));
    assert_eq!(vote(1, 13, true).await, (1, 1), "an earlier click that comes later changes nothing");
}

#[tokio::test]
async fn a_query_that_found_nothing_is_counted_whatever_its_case() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    for query in ["Best  pizza", "best pizza ", &"x".repeat(4000), " \u{200b} "] {
        store.missed(query).await.unwrap();
    }
    let missed = most_missed(dir.path(), 10).await.unwrap();
    assert_eq!(missed.first(), Some(&MissedQuery { query: "best pizza".into(), times: 2 }));
    assert_eq!(missed.iter().map(|m| m.query.chars().count()).collect::<Vec<_>>(), [10, 200]);
}

#[tokio::test]
async fn a_gateway_session_is_found_again_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let session = GatewaySession { session_id: "abc".into(), sequence: 41, resume_url: "wss://x".into() };
    let store = Store::open(dir.path()).await.unwrap();
    store.save_gateway_session(9, (0, 1), &session).await.unwrap();
    let later = GatewaySession { sequence: 42, ..session };
    store.save_gateway_session(9, (0, 1), &later).await.unwrap();
    store.close().await;
    drop(store);
    let store = Store::open(dir.path()).await.unwrap();
    assert_eq!(store.gateway_session(9, (0, 1)).await.unwrap(), Some(later));
    assert_eq!(store.gateway_session(9, (1, 2)).await.unwrap(), None, "another number of shards is another stream");
    store.forget_gateway_session(9, (0, 1)).await.unwrap();
    assert_eq!(store.gateway_session(9, (0, 1)).await.unwrap(), None);
}

#[tokio::test]
async fn a_backup_taken_while_the_bot_runs_can_be_restored() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let copy = dir.path().join("copy.db");
    let store = Store::open(&data).await.unwrap();
    store.missed("kept").await.unwrap();
    backup(&data, &copy).await.unwrap();
    assert!(matches!(backup(&data, &copy).await, Err(StoreError::Exists { .. })));
    store.missed("lost").await.unwrap();
    assert!(matches!(restore(&data, &copy).await, Err(StoreError::InUse { .. })));
    store.close().await;
    drop(store);
    let aside = restore(&data, &copy).await.unwrap().expect("the old database is kept");
    assert!(aside.exists());
    let store = Store::open(&data).await.unwrap();
    store.close().await;
    assert_eq!(most_missed(&data, 10).await.unwrap(), [MissedQuery { query: "kept".into(), times: 1 }]);
}

#[tokio::test]
async fn something_else_than_a_backup_is_not_restored() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    Store::open(&data).await.unwrap().close().await;
    let copy = dir.path().join("copy.db");
    std::fs::write(&copy, "not a database at all ".repeat(100)).unwrap();
    assert!(matches!(restore(&data, &copy).await, Err(StoreError::NotABackup { .. })));
    std::fs::write(&copy, "").unwrap();
    assert!(
        matches!(restore(&data, &copy).await, Err(StoreError::NotABackup { .. })),
        "an empty file is a database to SQLite"
    );
    assert!(matches!(restore(&data, &dir.path().join("none")).await, Err(StoreError::NoBackup { .. })));
    Store::open(&data).await.unwrap();
}
