//! Copies of the database: taken while the bot runs, put back while it does not.

use std::path::{Path, PathBuf};

use sqlx::sqlite::SqlitePoolOptions;

use super::{FILE, StoreError, lock, options, quick_check};

/// Writes a consistent copy of the database in `folder` to the new file `to`, also while a bot uses it.
///
/// # Errors
/// When there is no database, `to` exists already or cannot be written.
pub async fn backup(folder: &Path, to: &Path) -> Result<(), StoreError> {
    let file = folder.join(FILE);
    if !file.exists() {
        return Err(StoreError::NoDatabase { folder: folder.to_path_buf() });
    }
    if to.exists() {
        return Err(StoreError::Exists { file: to.to_path_buf() });
    }
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options(&file)).await?;
    let done = sqlx::query("VACUUM INTO $1").bind(to.to_string_lossy().into_owned()).execute(&pool).await;
    pool.close().await;
    done?;
    quick_check(to).await
}

/// Puts the backup `from` in the place of the database in `folder`. Returns where the old database was moved to, with its
/// write-ahead log beside it if it has one.
///
/// # Errors
/// When `from` is missing, damaged or no backup of ours, a bot uses the folder, or files cannot be moved; then the old
/// database stays where it is.
pub async fn restore(folder: &Path, from: &Path) -> Result<Option<PathBuf>, StoreError> {
    if !from.is_file() {
        return Err(StoreError::NoBackup { file: from.to_path_buf() });
    }
    let _lock = lock(folder)?;
    let file = folder.join(FILE);
    let fresh = folder.join("restoring.db");
    let fail = |from: &Path, to: &Path, error| StoreError::Copy { from: from.into(), to: to.into(), error };
    std::fs::copy(from, &fresh).map_err(|error| fail(from, &fresh, error))?;
    if let Err(error) = check_backup(&fresh, from).await {
        remove(&fresh);
        return Err(error);
    }
    let aside = file.exists().then(|| free_name(folder));
    if let Some(aside) = &aside {
        rename(&file, aside).map_err(|error| fail(&file, aside, error))?;
    }
    if let Err(error) = rename(&fresh, &file) {
        if let Some(aside) = &aside {
            let _both_renames_failed = rename(aside, &file);
        }
        return Err(fail(&fresh, &file, error));
    }
    Ok(aside)
}

/// Whether `copy` is a sound database that this program wrote; errors name the file that was given.
async fn check_backup(copy: &Path, given: &Path) -> Result<(), StoreError> {
    let damaged = |what: String| StoreError::NotABackup { file: given.to_path_buf(), what };
    quick_check(copy).await.map_err(|error| match error {
        StoreError::Damaged { what, .. } => damaged(what),
        other => other,
    })?;
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options(copy)).await?;
    let tables: Result<i64, sqlx::Error> = sqlx::query_scalar(
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name IN ('_sqlx_migrations', 'gateway_session')",
    )
    .fetch_one(&pool)
    .await;
    pool.close().await;
    match tables? {
        2 => Ok(()),
        _ => Err(damaged("it holds none of the tables of a backup".to_owned())),
    }
}

fn free_name(folder: &Path) -> PathBuf {
    let mut n = 1;
    loop {
        let name = folder.join(format!("{FILE}.before-restore-{n}"));
        if !name.exists() {
            return name;
        }
        n += 1;
    }
}

/// Renames a database with the files that SQLite keeps beside it.
fn rename(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::rename(from, to)?;
    for side in SIDES {
        let (from, to) = (beside(from, side), beside(to, side));
        if from.exists() {
            std::fs::rename(from, to)?;
        }
    }
    Ok(())
}

fn remove(file: &Path) {
    let _what_is_left_is_overwritten_next_time = std::fs::remove_file(file);
    for side in SIDES {
        let _may_not_exist = std::fs::remove_file(beside(file, side));
    }
}

/// What SQLite adds to a database's name for its write-ahead log and that log's index.
const SIDES: [&str; 2] = ["-wal", "-shm"];

fn beside(file: &Path, side: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(side);
    name.into()
}
