//! What must outlive the process, in SQLite: the only room that speaks SQL. Each subject has a file of its own.
//! Ids are 64-bit integers, times are milliseconds since the epoch, and the SQL is such that PostgreSQL takes it too.

mod backup;
mod feedback;
mod gateway;
mod missed;
mod practice;
mod share;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

pub use backup::{backup, restore};
pub use feedback::{Tally, Vote};
pub use gateway::GatewaySession;
pub use missed::{MissedQuery, most_missed};
pub use practice::{Recall, Recalled};
pub use share::Share;

const FILE: &str = "backroad.db";

/// Every change of the schema, in order. A migration that has been released never changes.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "first", include_str!("migrations/0001_first.sql")),
    (2, "practice", include_str!("migrations/0002_practice.sql")),
];

/// How long a statement waits for another process's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "cannot use the data folder {folder}: {error}; name another one with `data` in config.toml or BACKROAD_DATA"
    )]
    Folder { folder: PathBuf, error: std::io::Error },
    #[error("{folder} is in use by another backroad: stop that one first, or give this one another data folder")]
    InUse { folder: PathBuf },
    #[error("{file} is damaged ({what}): stop the bot and restore a backup with `backroad restore FILE`")]
    Damaged { file: PathBuf, what: String },
    #[error("{file} was written by a newer backroad: install that version again, or give this one another data folder")]
    Newer { file: PathBuf },
    #[error("{file} is no backup of Backroad ({what}): name a file that `backroad backup` wrote")]
    NotABackup { file: PathBuf, what: String },
    #[error("there is no file {file}: name a file that `backroad backup` wrote")]
    NoBackup { file: PathBuf },
    #[error("{folder} holds no database yet: run the bot first, or name the right folder with `data` or BACKROAD_DATA")]
    NoDatabase { folder: PathBuf },
    #[error("{file} exists already: name a new file")]
    Exists { file: PathBuf },
    #[error("cannot copy {from} to {to}: {error}")]
    Copy { from: PathBuf, to: PathBuf, error: std::io::Error },
    #[error("the database failed: {0}")]
    Sql(#[from] sqlx::Error),
}

/// The open database. Cheap to clone. Holds the data folder's lock as long as a clone lives.
#[derive(Clone, Debug)]
pub struct Store {
    /// One connection, so that writes never wait for each other inside SQLite.
    writer: SqlitePool,
    readers: SqlitePool,
    /// How many tallies were counted.
    tallies: Arc<AtomicU64>,
    _lock: Arc<File>,
}

impl Store {
    /// Opens the database in `folder`, creating both if need be; checks it and brings its schema up to date.
    ///
    /// # Errors
    /// When the folder cannot be written, another process uses it, or the file is damaged or newer than this program.
    pub async fn open(folder: &Path) -> Result<Store, StoreError> {
        let lock = lock(folder)?;
        let file = folder.join(FILE);
        quick_check(&file).await?;
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options(&file)).await;
        let writer = writer.map_err(|error| damaged_or(&file, error))?;
        migrate(&writer, &file).await?;
        let readers = SqlitePoolOptions::new().max_connections(2).connect_with(options(&file).read_only(true)).await?;
        Ok(Store { writer, readers, tallies: Arc::default(), _lock: Arc::new(lock) })
    }

    /// Waits for what is under way, folds the write-ahead log into the file and closes it.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn lock(folder: &Path) -> Result<File, StoreError> {
    let fail = |error| StoreError::Folder { folder: folder.to_path_buf(), error };
    std::fs::create_dir_all(folder).map_err(fail)?;
    let lock = File::create(folder.join("lock")).map_err(fail)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { folder: folder.to_path_buf() }),
        Err(TryLockError::Error(error)) => Err(fail(error)),
    }
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
}

/// Nothing to say about a file that does not exist yet.
async fn quick_check(file: &Path) -> Result<(), StoreError> {
    if !file.exists() {
        return Ok(());
    }
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options(file)).await;
    let pool = pool.map_err(|error| damaged_or(file, error))?;
    let found: Result<String, sqlx::Error> = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&pool).await;
    pool.close().await;
    match found {
        Ok(word) if word == "ok" => Ok(()),
        Ok(what) => Err(StoreError::Damaged { file: file.to_path_buf(), what }),
        Err(error) => Err(damaged_or(file, error)),
    }
}

/// SQLite's codes for a file that is malformed (11) or no database at all (26).
fn damaged_or(file: &Path, error: sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(|e| e.code()).map(|code| code.into_owned());
    match code.as_deref() {
        Some("11" | "26") => StoreError::Damaged { file: file.to_path_buf(), what: error.to_string() },
        _ => StoreError::Sql(error),
    }
}

async fn migrate(pool: &SqlitePool, file: &Path) -> Result<(), StoreError> {
    let migrations = MIGRATIONS.iter().map(|&(version, name, sql)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    use sqlx::migrate::MigrateError;
    match Migrator::with_migrations(migrations.collect()).run(pool).await {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_)) => {
            Err(StoreError::Newer { file: file.to_path_buf() })
        }
        Err(error) => Err(StoreError::Sql(error.into())),
    }
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Discord's ids are unsigned, SQL's integers are not; real ids stay below 2^63 until the year 2084.
fn id(snowflake: u64) -> i64 {
    i64::try_from(snowflake).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
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
    async fn a_damaged_database_is_refused_with_the_remedy() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(
            dir.path().join(FILE),
            "this is no database, and long enough to be read as a header: ".repeat(20),
        )
        .unwrap();
        let error = Store::open(dir.path()).await.unwrap_err().to_string();
        assert!(error.contains("restore a backup"), "{error}");
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
}
