//! What can be checked without Discord: settings, folders, content, index, database, backups.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use crate::config::{Config, ConfigError};
use crate::content;
use crate::discord::{Finding, Verdict};
use crate::search;
use crate::store::{self, Examination, Health, Kept, StoreError};

/// Below so much free space a backup may fail, and below so much a vote.
const SPACE_LOW: u64 = 200_000_000;
const SPACE_NONE: u64 = 10_000_000;

/// The bot makes a backup every day, so an older one means that it does not.
const BACKUP_OLD: SignedDuration = SignedDuration::from_hours(48);

pub(super) fn bad_settings(error: &ConfigError) -> Finding {
    Finding::new("settings", Verdict::Problem, format!("{error}; nothing else was checked"))
}

/// `file` is the file that was named, `variables` the names of those that are set.
pub(super) fn settings(file: Option<&Path>, variables: &[String]) -> Finding {
    let from = match file {
        Some(file) => file.display().to_string(),
        None if Path::new("config.toml").exists() => "config.toml".to_owned(),
        None => "the defaults, there is no config.toml here".to_owned(),
    };
    let over = if variables.is_empty() { String::new() } else { format!("; set outside: {}", variables.join(", ")) };
    Finding::new("settings", Verdict::Ok, format!("{from}{over}"))
}

/// Content and index.
pub(super) fn knowledge(config: &Config) -> Vec<Finding> {
    let (library, problems) = match content::load(&config.content) {
        Ok(loaded) => loaded,
        Err(error) => return vec![Finding::new("content", Verdict::Problem, error.to_string())],
    };
    let items = library.items().count();
    let content = match (items, problems.as_slice()) {
        (0, _) => {
            let text =
                format!("there is nothing in {}: name the right folder with `content`", config.content.display());
            Finding::new("content", Verdict::Problem, text)
        }
        (_, []) => Finding::new("content", Verdict::Ok, format!("{items} items, no problem")),
        (_, [first, ..]) => {
            let text = format!("{} problems in {items} items: `backroad check` lists them; {first}", problems.len());
            Finding::new("content", Verdict::Warning, text)
        }
    };
    let (verdict, index) = match (search::rebuild(&library, &config.index), space(&config.index)) {
        (_, Err(error)) => {
            (Verdict::Warning, format!("{error}: it is built anew at every start, which answers but is slow"))
        }
        (None, _) => (Verdict::Ok, "current".to_owned()),
        (Some(rebuild), _) if rebuild.broken => {
            (Verdict::Warning, format!("broken ({}): the next start builds it anew", rebuild.why))
        }
        (Some(rebuild), _) => (Verdict::Ok, format!("the next start builds it, because {}", rebuild.why)),
    };
    vec![content, Finding::new("index", verdict, index)]
}

/// The folder of the database, what is in it, and its backups.
pub(super) async fn data(folder: &Path, now: Timestamp) -> Vec<Finding> {
    let examined = store::examine(folder, now).await;
    let mut findings = vec![folder_of_data(folder, space(folder))];
    findings.extend(database(&examined, now));
    findings
}

fn folder_of_data(folder: &Path, space: Result<u64, String>) -> Finding {
    let (verdict, text) = match space {
        Err(error) => (Verdict::Problem, format!("{error}: let the user that runs the bot write there")),
        Ok(free) if free < SPACE_NONE => {
            (Verdict::Problem, format!("{} free: votes are lost, make room on the disk", size(free)))
        }
        Ok(free) if free < SPACE_LOW => {
            (Verdict::Warning, format!("{} free: make room on the disk before backups fail", size(free)))
        }
        Ok(free) => (Verdict::Ok, format!("{} can be written, {} free", folder.display(), size(free))),
    };
    Finding::new("data", verdict, text)
}

fn database(examined: &Result<Examination, StoreError>, now: Timestamp) -> Vec<Finding> {
    let examined = match examined {
        Ok(examined) => examined,
        Err(error) => return vec![Finding::new("database", Verdict::Problem, error.to_string())],
    };
    let newest = examined.backups.first();
    let user = if examined.in_use { "in use by a bot that runs" } else { "no bot uses it now" };
    let (verdict, text) = match (&examined.health, newest) {
        (Health::Sound, _) => (Verdict::Ok, format!("sound, {}, {user}", size(examined.bytes))),
        (Health::Missing, None) => (Verdict::Ok, "none yet: the first start makes it".to_owned()),
        (Health::Missing, Some(kept)) => {
            (Verdict::Problem, format!("gone: the next start restores the backup of {:.0}", kept.at))
        }
        (Health::Damaged(what), Some(kept)) => (
            Verdict::Problem,
            format!("damaged ({what}): start the bot anew, which restores the backup of {:.0}", kept.at),
        ),
        (Health::Damaged(what), None) => (
            Verdict::Problem,
            format!("damaged ({what}), and without a backup: restore one with `backroad restore FILE`"),
        ),
        (Health::Newer, _) => (Verdict::Problem, "written by a newer backroad: install that version again".to_owned()),
    };
    let mut findings = vec![Finding::new("database", verdict, text)];
    if newest.is_some() || examined.health != Health::Missing {
        findings.push(backups(&examined.backups, now));
    }
    findings
}

fn backups(list: &[Kept], now: Timestamp) -> Finding {
    let Some(newest) = list.first() else {
        let text = "none yet: the bot makes one at its start, `backroad backup` at once";
        return Finding::new("backups", Verdict::Warning, text);
    };
    let age = now.duration_since(newest.at);
    let hours = age.as_hours();
    let how_old = if hours < 48 { format!("{hours} h") } else { format!("{} days", hours / 24) };
    if age.is_negative() || age > BACKUP_OLD {
        let text = format!("the newest is {how_old} old: look in the log why, `backroad backup` makes one now");
        return Finding::new("backups", Verdict::Warning, text);
    }
    Finding::new("backups", Verdict::Ok, format!("{}, the newest is {how_old} old", list.len()))
}

/// The free bytes where the folder is or would be, if something can be written there.
fn space(folder: &Path) -> Result<u64, String> {
    let there = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    let there = there.ancestors().find(|ancestor| ancestor.exists()).map(PathBuf::from).unwrap_or_default();
    let fail = |error: &dyn std::fmt::Display| format!("{} cannot be written ({error})", folder.display());
    tempfile::tempfile_in(&there).map_err(|error| fail(&error))?;
    let disk = rustix::fs::statvfs(&there).map_err(|error| fail(&error))?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// In the units in which disks are sold.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        1_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::report;
    use super::*;

    fn shown(findings: &[Finding]) -> String {
        findings.iter().map(report::line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_state_of_the_database_has_its_remedy() {
        let now: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        let kept = |at: &str| vec![Kept { file: PathBuf::new(), at: at.parse().unwrap() }];
        let (fresh, old) = (kept("2026-11-20T03:04:05Z"), kept("2026-11-01T03:04:05Z"));
        let damaged = || Health::Damaged("it is empty".to_owned());
        let states = [
            (Health::Missing, false, Vec::new()),
            (Health::Missing, false, fresh.clone()),
            (Health::Sound, true, fresh.clone()),
            (Health::Sound, false, Vec::new()),
            (Health::Sound, false, old),
            (damaged(), true, fresh),
            (damaged(), false, Vec::new()),
            (Health::Newer, false, Vec::new()),
        ];
        let states = states.map(|(health, in_use, backups)| {
            let examined = Examination { health, bytes: 36_864, in_use, backups };
            shown(&database(&Ok(examined), now))
        });
        assert_snapshot!(states.join("\n\n"), @"
        ok       database  none yet: the first start makes it

        problem  database  gone: the next start restores the backup of
                           2026-11-20T03:04:05Z
        ok       backups   1, the newest is 8 h old

        ok       database  sound, 37 kB, in use by a bot that runs
        ok       backups   1, the newest is 8 h old

        ok       database  sound, 37 kB, no bot uses it now
        warning  backups   none yet: the bot makes one at its start, `backroad backup`
                           at once

        ok       database  sound, 37 kB, no bot uses it now
        warning  backups   the newest is 19 days old: look in the log why, `backroad
                           backup` makes one now

        problem  database  damaged (it is empty): start the bot anew, which restores the
                           backup of 2026-11-20T03:04:05Z
        ok       backups   1, the newest is 8 h old

        problem  database  damaged (it is empty), and without a backup: restore one with
                           `backroad restore FILE`
        warning  backups   none yet: the bot makes one at its start, `backroad backup`
                           at once

        problem  database  written by a newer backroad: install that version again
        warning  backups   none yet: the bot makes one at its start, `backroad backup`
                           at once
        ");
    }

    #[test]
    fn a_full_disk_and_a_folder_that_cannot_be_written_are_problems() {
        let spaces =
            [Ok(57_000_000_000), Ok(150_000_000), Ok(9_000_000), Err("data cannot be written (denied)".into())];
        let findings = spaces.map(|space| folder_of_data(Path::new("data"), space));
        assert_snapshot!(shown(&findings), @"
        ok       data      data can be written, 57 GB free
        warning  data      150 MB free: make room on the disk before backups fail
        problem  data      9 MB free: votes are lost, make room on the disk
        problem  data      data cannot be written (denied): let the user that runs the
                           bot write there
        ");
    }
}
