//! What must outlive the process, in SQLite: the only room that speaks SQL. Each subject has a file of its own.
//! Ids are 64-bit integers, times are milliseconds since the epoch, and the SQL is such that PostgreSQL takes it too.

mod backup;
mod daily;
mod examine;
mod feedback;
mod file;
mod gateway;
mod kept;
mod missed;
mod practice;
mod quiz;
mod sandbox;
mod share;

use std::fs::File;
use std::fs::TryLockError;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};
use sqlx::{Connection, SqlSafeStr};

use backup::Recovery;
use file::{Condition, FILE, damaged_or, options};

pub use backup::{backup, restore};
pub use daily::{
    DailyAnswer, DailyGiven, DailyOpen, DailyOvertaken, DailyPost, DailyPosts, DailySchedule, DailyStage, DailyStep,
    DailyTally, DailyTurn, DailyWanted, DailyWrite, Turned,
};
pub use examine::{Examination, Health, examine};
pub use feedback::{Tally, Vote};
pub use gateway::GatewaySession;
pub use kept::{Kept, backups, keep_backups, make_backup};
pub use missed::{MissedQuery, most_missed};
pub use practice::{Recall, Recalled};
pub use quiz::{
    Asked, Before, GuildStanding, Period, QuestionReport, QuizAnswer, QuizRound, QuizSession, QuizWrite, Stage,
    StandingLine, YourAnswer, reports,
};
pub use sandbox::{Ran, Sandbox};
pub use share::Share;

/// Whoever uses the folder holds a lock on this file.
const LOCK: &str = "lock";

/// Every change of the schema, in order. A migration that has been released never changes.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "first", include_str!("migrations/0001_first.sql")),
    (2, "practice", include_str!("migrations/0002_practice.sql")),
    (3, "quiz", include_str!("migrations/0003_quiz.sql")),
    (4, "daily", include_str!("migrations/0004_daily.sql")),
];

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("a document cannot be written: {0}")]
    Document(String),
    #[error(
        "cannot use the data folder {folder}: {error}; name another one with `data` in config.toml or BACKROAD_DATA"
    )]
    Folder { folder: PathBuf, error: std::io::Error },
    #[error("{folder} is in use by another backroad: stop that one first, or give this one another data folder")]
    InUse { folder: PathBuf },
    #[error(
        "{file} is damaged ({what}): start the bot anew, which restores its last backup, or use `backroad restore FILE`"
    )]
    Damaged { file: PathBuf, what: String },
    #[error(
        "{file} is damaged ({what}), and {backups} holds no sound backup: restore one with `backroad restore FILE`, or move the \
         damaged file away to begin with an empty database"
    )]
    Lost { file: PathBuf, what: String, backups: PathBuf },
    #[error("cannot read {file}: {error}; let the user that runs the bot read and write it")]
    Unreadable { file: PathBuf, error: std::io::Error },
    #[error("cannot keep backups in {folder}: {error}")]
    Backups { folder: PathBuf, error: std::io::Error },
    #[error("another backup is being written to {folder}: wait for it")]
    BackupUnderWay { folder: PathBuf },
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
    #[error("the backup {to} was not written: {}", file::sentence(.error))]
    NoRoom { to: PathBuf, error: sqlx::Error },
    #[error("{}", file::sentence(.0))]
    Sql(sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> StoreError {
        StoreError::Sql(error)
    }
}

/// The open database. Cheap to clone. Holds the data folder's lock as long as a clone lives.
#[derive(Clone, Debug)]
pub struct Store {
    /// One connection, so that writes never wait for each other inside SQLite.
    writer: SqlitePool,
    readers: SqlitePool,
    /// How many tallies were counted.
    tallies: Arc<AtomicU64>,
    folder: Arc<Path>,
    _lock: Arc<File>,
}

impl StoreError {
    /// Whether the same may succeed later: a full or read-only disk, a lock held by somebody else, a database that is being
    /// closed. Everything else is the fault of what is to be written.
    pub fn is_passing(&self) -> bool {
        match self {
            StoreError::Sql(error) => file::is_passing(error),
            _ => false,
        }
    }
}

impl Store {
    /// Opens the database in `folder`, creating both if need be; checks it and brings its schema up to date. A damaged one is
    /// set aside and the newest sound backup restored, which is logged as an error.
    ///
    /// # Errors
    /// When the folder cannot be written, another process uses it, or the file is newer than this program, or damaged and
    /// there is no backup.
    pub async fn open(folder: &Path) -> Result<Store, StoreError> {
        let lock = lock(folder)?;
        let file = folder.join(FILE);
        match file::inspect(&file).await? {
            Condition::Sound => {}
            Condition::Missing if backups(folder, jiff::Timestamp::now())?.is_empty() => create(folder, &file).await?,
            Condition::Missing => report(&file, "is gone", &backup::recover(folder, "it is gone".into()).await?),
            Condition::Damaged(what) => {
                let how = format!("was damaged ({what})");
                report(&file, &how, &backup::recover(folder, what).await?);
            }
        }
        let writer = SqlitePoolOptions::new().max_connections(1).after_release(|connection, _| {
            Box::pin(async move {
                // When a commit fails (a full disk), SQLite rolls back by itself, and sqlx then takes the connection for one
                // that is in a transaction for ever. The ping waits for the rollback that sqlx tries.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        });
        let writer = writer.connect_with(options(&file)).await.map_err(|error| damaged_or(&file, error))?;
        migrate(&writer, &file).await?;
        let readers = SqlitePoolOptions::new().max_connections(2).connect_with(options(&file).read_only(true)).await?;
        Ok(Store { writer, readers, tallies: Arc::default(), folder: folder.into(), _lock: Arc::new(lock) })
    }

    /// Whether a backup was put back since [`Store::restored_is_known`] was called: what was recorded after it is lost, while
    /// what was sent after it is there.
    pub fn was_restored(&self) -> bool {
        backup::is_restored(&self.folder)
    }

    /// What follows from a restored backup has been done.
    pub fn restored_is_known(&self) {
        backup::restored_is_known(&self.folder);
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
    let lock = File::create(folder.join(LOCK)).map_err(fail)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { folder: folder.to_path_buf() }),
        Err(TryLockError::Error(error)) => Err(fail(error)),
    }
}

/// Makes an empty database, which appears under its name when it is complete: an empty file is never ours.
async fn create(folder: &Path, file: &Path) -> Result<(), StoreError> {
    let fresh = folder.join("creating.db");
    file::remove(&fresh);
    let pool = file::connect(options(&fresh)).await?;
    let done = migrate(&pool, &fresh).await;
    pool.close().await;
    done?;
    file::publish(&fresh, file).map_err(|error| StoreError::Folder { folder: folder.to_path_buf(), error })
}

/// The loss of data is said once, loudly, with everything that is needed to look for what can be saved.
fn report(file: &Path, how: &str, recovery: &Recovery) {
    let Recovery { from, skipped, aside } = recovery;
    let aside =
        aside.as_ref().map_or_else(String::new, |aside| format!("; the damaged files are in {}", aside.display()));
    let skipped = match skipped {
        0 => String::new(),
        1 => "; a younger backup was damaged, too".to_owned(),
        n => format!("; {n} younger backups were damaged, too"),
    };
    tracing::error!(
        "{} {how}: restored the backup {}, so what was recorded after it, since {:.0}, is lost{aside}{skipped}",
        file.display(),
        from.file.display(),
        from.at,
    );
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
mod tests;
