//! The backups that the bot makes by itself: one a day in `backups/`, the newest few are kept.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::StoreError;
use super::backup::{backup, unfinished};
use super::file::stamp;

const PREFIX: &str = "backroad-";
const SUFFIX: &str = ".db";

/// How old the newest backup may become.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How often the age is looked at. A day is not slept through, because a clock may be set and a machine suspended.
const LOOK_EVERY: Duration = Duration::from_secs(3600);

/// A backup, by its name alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub file: PathBuf,
    /// When it was taken.
    pub at: Timestamp,
}

/// Where the backups of the database in `data` are.
pub(super) fn folder(data: &Path) -> PathBuf {
    data.join("backups")
}

/// Makes a backup whenever the newest one is older than a day, and removes all but the newest `keep`. Never returns. A
/// backup that fails is one warning, and is tried again in an hour.
pub async fn keep_backups(data: PathBuf, keep: usize) {
    let mut failing = false;
    loop {
        match backup_if_due(&data, keep, Timestamp::now()).await {
            Ok(made) => {
                failing = false;
                if let Some(file) = made {
                    tracing::info!("backed the database up to {}", file.display());
                }
            }
            Err(StoreError::BackupUnderWay { .. }) => {}
            Err(error) if !failing => {
                failing = true;
                tracing::warn!("the database was not backed up: {error}; trying again every hour");
            }
            Err(_) => {}
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn backup_if_due(data: &Path, keep: usize, now: Timestamp) -> Result<Option<PathBuf>, StoreError> {
    let newest = backups(data, now)?.into_iter().next();
    if newest.is_some_and(|kept| is_fresh(kept.at, now)) { Ok(None) } else { make_backup(data, keep).await.map(Some) }
}

/// A time in the future says nothing about the age: a clock was wrong.
fn is_fresh(at: Timestamp, now: Timestamp) -> bool {
    at <= now && now.duration_since(at) < DAY
}

/// Makes a backup among those of the bot, and removes all but the newest `keep`. Returns the new file.
///
/// # Errors
/// When there is no database, it cannot be read, or the backup cannot be written.
pub async fn make_backup(data: &Path, keep: usize) -> Result<PathBuf, StoreError> {
    if !data.join(super::file::FILE).exists() {
        return Err(StoreError::NoDatabase { folder: data.to_path_buf() });
    }
    let folder = folder(data);
    let _lock = lock(&folder)?;
    let now = Timestamp::now();
    let fail = |error| StoreError::Backups { folder: folder.clone(), error };
    remove_unfinished(&folder).map_err(fail)?;
    let to = folder.join(format!("{PREFIX}{}{SUFFIX}", stamp(now)));
    backup(data, &to).await?;
    for old in backups(data, now)?.into_iter().skip(keep.max(1)) {
        fs::remove_file(old.file).map_err(fail)?;
    }
    Ok(to)
}

/// The backups of the database in `data`, newest first. Those of the future (a clock was wrong) count as the oldest.
///
/// # Errors
/// When there is a folder of backups that cannot be read.
pub fn backups(data: &Path, now: Timestamp) -> Result<Vec<Kept>, StoreError> {
    let folder = folder(data);
    let fail = |error| StoreError::Backups { folder: folder.clone(), error };
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(fail(error)),
    };
    let mut list = Vec::new();
    for entry in entries {
        let file = entry.map_err(fail)?.path();
        let at = file.file_name().and_then(|name| moment(name.to_str()?));
        list.extend(at.map(|at| Kept { file, at }));
    }
    list.sort_by_key(|kept| std::cmp::Reverse((kept.at <= now, kept.at)));
    Ok(list)
}

/// When a backup was taken, from its name.
fn moment(name: &str) -> Option<Timestamp> {
    let text = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    let time = jiff::civil::DateTime::strptime("%Y-%m-%dT%H-%M-%SZ", text).ok()?;
    time.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// Held while a backup is written, so that what is unfinished is known to be nobody's.
fn lock(folder: &Path) -> Result<File, StoreError> {
    let fail = |error| StoreError::Backups { folder: folder.to_path_buf(), error };
    fs::create_dir_all(folder).map_err(fail)?;
    let lock = File::create(folder.join(".lock")).map_err(fail)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::BackupUnderWay { folder: folder.to_path_buf() }),
        Err(TryLockError::Error(error)) => Err(fail(error)),
    }
}

/// What a killed process left behind.
fn remove_unfinished(folder: &Path) -> io::Result<()> {
    let ending = unfinished(Path::new(SUFFIX));
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(PREFIX) && name.contains(&*ending.to_string_lossy()) {
            fs::remove_file(&file)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_name_says_when_and_other_files_are_none_of_ours() {
        let moment_of = |name: &str| moment(name).map(|moment| moment.to_string());
        let taken = at("2026-11-20T03:04:05Z");
        assert_eq!(moment(&format!("{PREFIX}{}{SUFFIX}", stamp(taken))), Some(taken));
        for name in
            ["backroad.db", "backroad-.db", "backroad-2026-13-01T00-00-00Z.db", "backroad-2026-11-20T03-04-05Z.db.part"]
        {
            assert_eq!(moment_of(name), None, "{name}");
        }
    }

    #[test]
    fn a_backup_is_due_after_a_day_and_when_its_time_has_not_come_yet() {
        let now = at("2026-11-20T12:00:00Z");
        assert!(is_fresh(now, now));
        assert!(is_fresh(at("2026-11-19T12:00:01Z"), now));
        assert!(!is_fresh(at("2026-11-19T12:00:00Z"), now));
        assert!(!is_fresh(at("2026-11-20T12:00:01Z"), now));
    }

    #[test]
    fn backups_of_the_future_count_as_the_oldest() {
        let dir = tempfile::tempdir().unwrap();
        let names = ["2026-11-18T00-00-00Z", "2099-01-01T00-00-00Z", "2026-11-19T00-00-00Z"];
        fs::create_dir(folder(dir.path())).unwrap();
        for name in names {
            fs::write(folder(dir.path()).join(format!("{PREFIX}{name}{SUFFIX}")), "").unwrap();
        }
        let list = backups(dir.path(), at("2026-11-20T12:00:00Z")).unwrap();
        let years: Vec<String> = list.iter().map(|kept| stamp(kept.at)).collect();
        assert_eq!(years, ["2026-11-19T00-00-00Z", "2026-11-18T00-00-00Z", "2099-01-01T00-00-00Z"]);
    }
}
