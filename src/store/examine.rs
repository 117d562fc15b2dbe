//! A look at the database and its backups that changes nothing, for who asks how they are.

use std::fs::{self, File};
use std::path::Path;

use jiff::Timestamp;

use super::file::{self, Condition, FILE};
use super::{Kept, LOCK, MIGRATIONS, StoreError, kept};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// There is none yet.
    Missing,
    Sound,
    Damaged(String),
    /// A newer version of this program wrote it.
    Newer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examination {
    pub health: Health,
    /// Of the database, the write-ahead log not counted.
    pub bytes: u64,
    /// A bot uses the folder now.
    pub in_use: bool,
    /// The backups that the bot made, newest first.
    pub backups: Vec<Kept>,
}

/// Looks at the database in `folder` and its backups, also while a bot uses it.
///
/// # Errors
/// When the database or the list of backups cannot be read.
pub async fn examine(folder: &Path, now: Timestamp) -> Result<Examination, StoreError> {
    let database = folder.join(FILE);
    let health = match file::inspect(&database).await? {
        Condition::Missing => Health::Missing,
        Condition::Damaged(what) => Health::Damaged(what),
        Condition::Sound if is_newer(&database).await? => Health::Newer,
        Condition::Sound => Health::Sound,
    };
    Ok(Examination {
        health,
        bytes: fs::metadata(&database).map_or(0, |meta| meta.len()),
        in_use: is_in_use(folder),
        backups: kept::backups(folder, now)?,
    })
}

async fn is_newer(database: &Path) -> Result<bool, StoreError> {
    let pool = file::connect(file::looking(database)).await?;
    let newest: Result<i64, sqlx::Error> =
        sqlx::query_scalar("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations").fetch_one(&pool).await;
    pool.close().await;
    Ok(newest? > MIGRATIONS.last().map_or(0, |(version, ..)| *version))
}

/// The lock is not taken longer than it takes to see whether it can be.
fn is_in_use(folder: &Path) -> bool {
    File::open(folder.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_err())
}
