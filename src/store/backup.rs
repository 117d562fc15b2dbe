//! Copies of the database: taken while the bot runs, put back while it does not, or when the bot finds its database damaged.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::file::{self, Condition, FILE, inspect};
use super::{StoreError, kept, lock};

/// This file says that the database is an earlier one, and that nobody has drawn the consequences.
const RESTORED: &str = "restored";

/// Whether a backup was put back of which not everybody knows.
pub(super) fn is_restored(folder: &Path) -> bool {
    folder.join(RESTORED).exists()
}

/// Everybody knows that a backup was put back.
pub(super) fn restored_is_known(folder: &Path) {
    file::remove(&folder.join(RESTORED));
}

/// Writes a consistent copy of the database in `folder` to the new file `to`, also while a bot uses it. The file appears
/// only when it is complete and has been checked.
///
/// # Errors
/// When there is no database, `to` exists already or cannot be written.
pub async fn backup(folder: &Path, to: &Path) -> Result<(), StoreError> {
    let database = folder.join(FILE);
    if !database.exists() {
        return Err(StoreError::NoDatabase { folder: folder.to_path_buf() });
    }
    if to.exists() {
        return Err(StoreError::Exists { file: to.to_path_buf() });
    }
    let part = unfinished(to);
    file::remove(&part);
    let done = write(&database, &part, to).await;
    if done.is_err() {
        file::remove(&part);
    }
    done
}

async fn write(database: &Path, part: &Path, to: &Path) -> Result<(), StoreError> {
    let sql = |error| file::damaged_or(database, error);
    let pool = file::connect(file::looking(database)).await.map_err(sql)?;
    let copied = sqlx::query("VACUUM INTO $1").bind(part.to_string_lossy().into_owned()).execute(&pool).await;
    pool.close().await;
    copied.map_err(|error| match sql(error) {
        StoreError::Sql(error) => StoreError::NoRoom { to: to.to_path_buf(), error },
        damaged => damaged,
    })?;
    if let Condition::Damaged(what) = inspect(part).await? {
        return Err(StoreError::Damaged { file: database.to_path_buf(), what });
    }
    file::publish(part, to).map_err(|error| StoreError::Copy { from: part.into(), to: to.into(), error })
}

/// The name of a copy that is being written.
pub(super) fn unfinished(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

/// Puts the backup `from` in the place of the database in `folder`. Returns the folder into which the old database was moved.
///
/// # Errors
/// When `from` is missing, damaged or no backup of ours, a bot uses the folder, or files cannot be moved; then the old
/// database stays where it is, or in a folder of its own that is named like `replaced-2026-11-20T03-04-05Z`.
pub async fn restore(folder: &Path, from: &Path) -> Result<Option<PathBuf>, StoreError> {
    if !from.is_file() {
        return Err(StoreError::NoBackup { file: from.to_path_buf() });
    }
    let _lock = lock(folder)?;
    put_in_place(folder, from, "replaced").await
}

/// What became of a database that was found damaged.
pub(super) struct Recovery {
    /// The backup that is the database now, and when it was taken.
    pub(super) from: kept::Kept,
    /// Backups that were younger, and damaged too.
    pub(super) skipped: usize,
    /// Where the damaged files are now, if there were any.
    pub(super) aside: Option<PathBuf>,
}

/// Restores the newest sound backup of those in `folder`. Needs the lock.
///
/// # Errors
/// When there is none (then nothing has been touched), or files cannot be moved.
pub(super) async fn recover(folder: &Path, what: String) -> Result<Recovery, StoreError> {
    let mut skipped = 0;
    for from in kept::backups(folder, Timestamp::now())? {
        match put_in_place(folder, &from.file, "damaged").await {
            Ok(aside) => return Ok(Recovery { from, skipped, aside }),
            Err(StoreError::NotABackup { .. }) => skipped += 1,
            Err(other) => return Err(other),
        }
    }
    Err(StoreError::Lost { file: folder.join(FILE), what, backups: kept::folder(folder) })
}

/// Checks a copy of `from`, and swaps it with the database, which is set aside.
async fn put_in_place(folder: &Path, from: &Path, why: &str) -> Result<Option<PathBuf>, StoreError> {
    let database = folder.join(FILE);
    let fresh = folder.join("restoring.db");
    file::remove(&fresh);
    let fail = |from: &Path, to: &Path, error| StoreError::Copy { from: from.into(), to: to.into(), error };
    let checked = match fs::copy(from, &fresh) {
        Ok(_) => check(&fresh, from).await,
        Err(error) => Err(fail(from, &fresh, error)),
    };
    if let Err(error) = checked {
        file::remove(&fresh);
        return Err(error);
    }
    // Before the database appears, so that whoever opens it knows.
    let mark = folder.join(RESTORED);
    fs::write(&mark, b"").map_err(|error| fail(&fresh, &mark, error))?;
    let aside = file::set_aside(&database, why).map_err(|error| fail(&database, folder, error))?;
    // A crash here leaves no database but backups, from which the next start recovers.
    file::publish(&fresh, &database).map_err(|error| fail(&fresh, &database, error))?;
    Ok(aside)
}

/// Whether `copy` is a sound database that this program wrote; errors name the file that was given.
async fn check(copy: &Path, given: &Path) -> Result<(), StoreError> {
    match inspect(copy).await? {
        Condition::Sound => Ok(()),
        Condition::Missing => Err(StoreError::NoBackup { file: given.to_path_buf() }),
        Condition::Damaged(what) => Err(StoreError::NotABackup { file: given.to_path_buf(), what }),
    }
}
