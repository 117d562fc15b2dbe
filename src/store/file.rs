//! The database as files: their names, how they are opened, whether they are sound, and how they are put aside.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

use super::StoreError;

pub(super) const FILE: &str = "backroad.db";

/// What SQLite adds to a database's name for its write-ahead log, that log's index and its rollback journal.
const SIDES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// How long a statement waits for another process's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

pub(super) fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
}

/// Changes nothing in the file, whatever is wrong with it.
pub(super) fn looking(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(file).read_only(true).busy_timeout(BUSY_TIMEOUT)
}

pub(super) async fn connect(options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    SqlitePoolOptions::new().max_connections(1).connect_with(options).await
}

/// Opens the database in a folder to look at it, also while a bot uses it, and names its file.
///
/// # Errors
/// When there is none, or it cannot be opened.
pub(super) async fn look_into(folder: &Path) -> Result<(SqlitePool, PathBuf), StoreError> {
    let file = folder.join(FILE);
    if !file.exists() {
        return Err(StoreError::NoDatabase { folder: folder.to_path_buf() });
    }
    let pool = connect(looking(&file)).await.map_err(|error| damaged_or(&file, error))?;
    Ok((pool, file))
}

/// In what state a database is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Missing,
    Sound,
    Damaged(String),
}

/// Looks through the whole file, with its write-ahead log if it has one. A database of ours appears under its name only when
/// it is complete, so an empty file is a damaged one.
///
/// # Errors
/// When the file cannot be read for another reason than its content.
pub(super) async fn inspect(file: &Path) -> Result<Condition, StoreError> {
    match fs::metadata(file) {
        Ok(meta) if meta.len() == 0 => return Ok(Condition::Damaged("it is empty".to_owned())),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // Empty ones stay behind when a closed database is only looked at.
            let holds_something = |side: &&str| fs::metadata(beside(file, side)).is_ok_and(|meta| meta.len() > 0);
            let lost = ["-wal", "-journal"].iter().any(holds_something);
            let what = "its write-ahead log is there, but the file is not".to_owned();
            return Ok(if lost { Condition::Damaged(what) } else { Condition::Missing });
        }
        Err(error) => return Err(StoreError::Unreadable { file: file.to_path_buf(), error }),
    }
    match look_through(file).await {
        Ok(None) => Ok(Condition::Sound),
        Ok(Some(what)) => Ok(Condition::Damaged(what)),
        Err(error) => match damage(&error) {
            Some(what) => Ok(Condition::Damaged(what)),
            None => Err(StoreError::Sql(error)),
        },
    }
}

async fn look_through(file: &Path) -> Result<Option<String>, sqlx::Error> {
    let pool = connect(looking(file)).await?;
    let found = async {
        let word: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&pool).await?;
        if word != "ok" {
            // A heading stands on a line before what was found.
            return Ok(Some(word.lines().last().unwrap_or_default().to_owned()));
        }
        let ours: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name IN ('_sqlx_migrations', 'gateway_session')",
        )
        .fetch_one(&pool)
        .await?;
        Ok((ours != 2).then(|| "it holds none of the tables of Backroad".to_owned()))
    };
    let found = found.await;
    pool.close().await;
    found
}

/// What is wrong with the content of a file, if that is what SQLite complains of: it is malformed (11), no database at all
/// (26), or of a form that does not exist (1). The upper bytes of a code only say where it was noticed.
fn damage(error: &sqlx::Error) -> Option<String> {
    let (code, message) = code(error)?;
    matches!(code, 1 | 11 | 26).then(|| message.to_owned())
}

/// SQLite's own code for an error, and its words.
fn code(error: &sqlx::Error) -> Option<(u32, &str)> {
    let error = error.as_database_error()?;
    let code: u32 = error.code()?.parse().ok()?;
    Some((code & 0xff, error.message()))
}

/// Whether SQLite may do later what it refused: it ran out of memory (7) or may not write (8), reading or writing failed
/// (10), the disk is full (13), the file cannot be opened (14), another one holds it (5, 6), it was interrupted (9). What is
/// no answer of SQLite's at all, such as a pool that is closed, says nothing about what was to be written.
pub(super) fn is_passing(error: &sqlx::Error) -> bool {
    code(error).is_none_or(|(code, _)| matches!(code, 5..=10 | 13 | 14))
}

/// An error of SQLite with what one can do about it.
pub(super) fn sentence(error: &sqlx::Error) -> String {
    match code(error) {
        Some((10 | 13, what)) => {
            format!("the database cannot be written or read ({what}): look whether the disk is full")
        }
        Some((8 | 14 | 23, what)) => {
            format!("the database may not be used ({what}): let the user that runs the bot write the data folder")
        }
        Some((5 | 6, what)) => format!("the database is held by another program ({what}): close that one"),
        Some((_, what)) => format!("the database failed: {what}"),
        None => format!("the database failed: {error}"),
    }
}

pub(super) fn damaged_or(file: &Path, error: sqlx::Error) -> StoreError {
    match damage(&error) {
        Some(what) => StoreError::Damaged { file: file.to_path_buf(), what },
        None => StoreError::Sql(error),
    }
}

/// Moves a database with all that belongs to it into a new folder beside it, `<why>-<UTC time>`, and returns that folder.
/// `None` when there is nothing to move.
pub(super) fn set_aside(file: &Path, why: &str) -> io::Result<Option<PathBuf>> {
    let parts: Vec<PathBuf> =
        SIDES.iter().map(|side| beside(file, side)).chain([file.to_path_buf()]).filter(|part| is_there(part)).collect();
    if parts.is_empty() {
        return Ok(None);
    }
    let folder = new_folder(file, why)?;
    for part in parts {
        if let Some(name) = part.file_name() {
            fs::rename(&part, folder.join(name))?;
        }
    }
    sync_folder(&folder)?;
    Ok(Some(folder))
}

/// A broken symbolic link is there, too.
fn is_there(file: &Path) -> bool {
    fs::symlink_metadata(file).is_ok()
}

fn new_folder(file: &Path, why: &str) -> io::Result<PathBuf> {
    let mut name = format!("{why}-{}", stamp(Timestamp::now()));
    loop {
        let folder = file.with_file_name(&name);
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => name.push('+'),
            Err(error) => return Err(error),
        }
    }
}

/// Removes a file that is no longer wanted, with what SQLite left beside it.
pub(super) fn remove(file: &Path) {
    for part in SIDES.iter().map(|side| beside(file, side)).chain([file.to_path_buf()]) {
        let _may_not_exist = fs::remove_file(part);
    }
}

/// Makes a finished file appear under its name: all of it or nothing, also after a power cut.
pub(super) fn publish(finished: &Path, name: &Path) -> io::Result<()> {
    File::open(finished)?.sync_all()?;
    fs::rename(finished, name)?;
    name.parent().map_or(Ok(()), sync_folder)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}

fn beside(file: &Path, side: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(side);
    name.into()
}

/// A moment as part of a file's name: `2026-11-20T03-04-05Z`.
pub(super) fn stamp(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H-%M-%SZ").to_string()
}
