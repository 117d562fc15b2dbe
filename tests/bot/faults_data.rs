//! What can happen to data: a damaged database, backups, a full disk, an index that breaks under a running bot.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use insta::{allow_duplicates, assert_snapshot};

use crate::support::{BotProcess, Community, backroad, check_requests, empty_community, fixture};

/// Something that happens to a file.
type Harm = fn(&Path);

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A command on the community's data.
fn on_data(c: &Community, arguments: &[&str]) -> Output {
    backroad().env("BACKROAD_DATA", c.data.path()).args(arguments).output().unwrap()
}

fn missed(c: &Community) -> Vec<String> {
    let list = stdout(&on_data(c, &["missed"]));
    list.lines().map(|line| line.trim_start().split_once("  ").map_or(line, |(_, query)| query).to_owned()).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    files.retain(|file| !file.file_name().unwrap().to_string_lossy().starts_with('.'));
    files.sort();
    files
}

fn backups(c: &Community) -> Vec<PathBuf> {
    files(&c.data.path().join("backups"))
}

/// Runs the bot until it has made note of queries that find nothing, and stops it.
async fn record(c: &Community, queries: &[&str]) -> String {
    let bot = BotProcess::spawn(c);
    c.discord.until_ready().await.unwrap();
    for query in queries {
        c.member("ada").slash(&format!("/ask query: {query}")).await.unwrap();
    }
    bot.stop().await
}

/// What a log says, without times and folders.
fn plain(c: &Community, line: &str) -> String {
    let folder = c.data.path().display().to_string();
    let time = regex::Regex::new(r"\d{4}-\d\d-\d\dT\d\d[:-]\d\d[:-]\d\d(\.\d+)?Z").unwrap();
    time.replace_all(&line.replace(&folder, "data"), "TIME").into_owned()
}

#[tokio::test]
async fn a_damaged_database_is_replaced_by_the_last_backup_and_what_is_lost_is_said() {
    let c = empty_community().await;
    record(&c, &["best pizza in rome"]).await;
    for old in backups(&c) {
        fs::remove_file(old).unwrap();
    }
    stdout(&on_data(&c, &["backup"]));
    let database = c.data.path().join("backroad.db");
    let harms: [(&str, Harm); 4] = [
        ("cut in half", |file| {
            let bytes = fs::read(file).unwrap();
            fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
        }),
        ("emptied", |file| fs::write(file, "").unwrap()),
        ("overwritten", |file| fs::write(file, "no database ".repeat(2000)).unwrap()),
        ("one page of noise", |file| {
            let mut bytes = fs::read(file).unwrap();
            bytes[4096..8192].fill(0xa5);
            fs::write(file, bytes).unwrap();
        }),
    ];
    for (harm, damage) in harms {
        record(&c, &["best pasta in rome"]).await;
        assert_eq!(missed(&c).len(), 2, "{harm}");
        damage(&database);
        let harmed = fs::read(&database).unwrap();

        let mut bot = BotProcess::spawn(&c);
        let said = bot.until_said("is lost").await;
        c.discord.until_ready().await.unwrap();
        assert!(c.member("ada").slash("/ask query: jwt").await.unwrap().text().contains("A signed note"));
        let log = bot.stop().await;
        assert!(said.contains("ERROR"), "{log}");
        assert_eq!(missed(&c), ["best pizza in rome"], "{harm}");
        let aside: Vec<_> =
            files(c.data.path()).into_iter().filter(|f| f.display().to_string().contains("damaged-")).collect();
        assert_eq!(aside.len(), 1, "{harm}");
        assert_eq!(fs::read(aside[0].join("backroad.db")).unwrap(), harmed, "{harm}: nothing is thrown away");
        fs::remove_dir_all(&aside[0]).unwrap();
        if harm == "emptied" {
            assert_snapshot!(plain(&c, &said), @"TIME ERROR data/backroad.db was damaged (it is empty): restored the backup data/backups/backroad-TIME.db, so what was recorded after it, since TIME, is lost; the damaged files are in data/damaged-TIME");
        }
    }
}

#[tokio::test]
async fn a_database_that_is_gone_comes_back_from_the_last_backup() {
    let c = empty_community().await;
    record(&c, &["best pizza in rome"]).await;
    fs::remove_dir_all(c.data.path().join("backups")).unwrap();
    stdout(&on_data(&c, &["backup"]));
    fs::remove_file(c.data.path().join("backroad.db")).unwrap();
    let log = record(&c, &[]).await;
    assert!(log.contains("backroad.db is gone: restored the backup"), "{log}");
    assert_eq!(missed(&c), ["best pizza in rome"]);
}

#[tokio::test]
async fn a_log_of_writes_that_is_garbage_after_a_kill_does_not_keep_the_bot_from_starting() {
    let c = empty_community().await;
    record(&c, &["best pizza in rome"]).await;
    for side in ["-wal", "-shm"] {
        let bot = BotProcess::spawn(&c);
        c.discord.until("the bot", |view| view.bot_is_online().then_some(())).await.unwrap();
        drop(bot); // kill -9
        c.discord.until("the bot to be gone", |view| (!view.bot_is_online()).then_some(())).await.unwrap();
        let file = c.data.path().join(format!("backroad.db{side}"));
        assert!(file.exists(), "{side}");
        fs::write(file, [0x5a; 40_000]).unwrap();
        record(&c, &["best pizza in rome"]).await;
        assert_eq!(missed(&c), ["best pizza in rome"], "{side}");
    }
}

#[tokio::test]
async fn a_damaged_backup_is_skipped_for_the_next_older_one() {
    let c = empty_community().await;
    record(&c, &["best pizza in rome"]).await;
    let folder = c.data.path().join("backups");
    fs::remove_dir_all(&folder).unwrap();
    stdout(&on_data(&c, &["backup"]));
    let sound = backups(&c).remove(0);
    fs::rename(&sound, folder.join("backroad-2026-01-02T03-04-05Z.db")).unwrap();
    fs::write(folder.join("backroad-2026-01-03T03-04-05Z.db"), "damaged too ".repeat(1000)).unwrap();
    fs::write(folder.join("backroad-2026-01-04T03-04-05Z.db"), "").unwrap();
    fs::write(c.data.path().join("backroad.db"), "damaged ".repeat(1000)).unwrap();
    let log = record(&c, &[]).await;
    let said = log.lines().find(|line| line.contains("is lost")).unwrap();
    assert!(said.contains("since 2026-01-02T03:04:05Z, is lost"), "{said}");
    assert!(said.ends_with("2 younger backups were damaged, too"), "{said}");
    assert_eq!(missed(&c), ["best pizza in rome"]);
}

#[tokio::test]
async fn a_damaged_database_without_a_backup_keeps_the_bot_from_starting_and_is_left_alone() {
    let c = empty_community().await;
    record(&c, &["best pizza in rome"]).await;
    fs::remove_dir_all(c.data.path().join("backups")).unwrap();
    let database = c.data.path().join("backroad.db");
    fs::write(&database, "damaged ".repeat(1000)).unwrap();
    let (code, log) = BotProcess::spawn(&c).end().await;
    assert_eq!(code, Some(1), "{log}");
    assert_snapshot!(plain(&c, log.lines().last().unwrap()), @"backroad: data/backroad.db is damaged (file is not a database), and data/backups holds no sound backup: restore one with `backroad restore FILE`, or move the damaged file away to begin with an empty database");
    assert_eq!(fs::read_to_string(&database).unwrap(), "damaged ".repeat(1000));
    // The remedy works.
    fs::remove_file(&database).unwrap();
    record(&c, &[]).await;
}

#[tokio::test]
async fn a_backup_is_made_at_the_start_when_the_last_one_is_old_and_the_newest_are_kept() {
    let c = empty_community().await;
    let mut bot = BotProcess::spawn(&c);
    bot.until_said("backed the database up to").await;
    bot.stop().await;
    let first = backups(&c).remove(0);
    let folder = c.data.path().join("backups");
    for day in 10..20 {
        fs::copy(&first, folder.join(format!("backroad-2026-01-{day}T00-00-00Z.db"))).unwrap();
    }
    fs::write(folder.join("backroad-2026-01-30T00-00-00Z.db.part"), "left behind by a kill").unwrap();
    fs::write(folder.join("my own notes.txt"), "").unwrap();
    fs::remove_file(&first).unwrap();

    let mut command = backroad();
    command.env("BACKROAD_BACKUPS", "3");
    let mut bot = BotProcess::spawn_with(&c, command);
    bot.until_said("backed the database up to").await;
    bot.stop().await;
    let names: Vec<String> =
        backups(&c).iter().map(|f| f.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    assert_eq!(names[..2], ["backroad-2026-01-18T00-00-00Z.db", "backroad-2026-01-19T00-00-00Z.db"]);
    assert_eq!(names[3], "my own notes.txt");

    // The next start on the same day has nothing to do.
    record(&c, &[]).await;
    assert_eq!(backups(&c).len(), 4);
}

#[tokio::test]
async fn a_backup_that_cannot_be_written_is_one_warning_and_the_bot_answers() {
    let c = empty_community().await;
    record(&c, &[]).await;
    fs::remove_dir_all(c.data.path().join("backups")).unwrap();
    fs::write(c.data.path().join("backups"), "in the way").unwrap();
    let mut bot = BotProcess::spawn(&c);
    let said = bot.until_said("was not backed up").await;
    assert!(said.contains("WARN"), "{said}");
    c.discord.until_ready().await.unwrap();
    assert!(c.member("ada").slash("/ask query: jwt").await.unwrap().text().contains("A signed note"));
    let log = bot.stop().await;
    assert_eq!(log.matches("was not backed up").count(), 1, "{log}");
    assert_snapshot!(plain(&c, said.split_once("WARN ").unwrap().1), @"the database was not backed up: cannot keep backups in data/backups: Not a directory (os error 20); trying again every hour");
}

/// Whether a program can be had here.
fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

#[tokio::test]
async fn on_a_full_disk_no_vote_is_acknowledged_that_is_not_saved_and_answering_goes_on() {
    if !is_there("prlimit") {
        return eprintln!("not run: there is no prlimit here to lift a limit of a running process");
    }
    let c = empty_community().await;
    record(&c, &[]).await;
    // No file may grow beyond 400 blocks of 512 bytes: writes fail as they do on a full disk.
    let mut command = backroad();
    let limited = format!("ulimit -S -f 400; exec {} run", command.get_program().display());
    let envs: Vec<_> = command.get_envs().filter_map(|(k, v)| Some((k.to_owned(), v?.to_owned()))).collect();
    command = Command::new("sh");
    command.args(["-c", &limited]).current_dir(crate::support::root()).envs(envs);
    let mut bot = BotProcess::spawn_with(&c, command);
    c.discord.until_ready().await.unwrap();
    let (ada, ben) = (c.member("ada"), c.member("ben"));
    let (mut saved, mut refused) = (Vec::new(), Vec::new());
    while refused.len() < 3 {
        let answer = ada.slash("/ask query: jwt").await.unwrap();
        assert!(answer.text().contains("A signed note"), "answering goes on");
        let said = ada.click(&answer, "Helpful").await.unwrap();
        assert!(said.is_ephemeral());
        if said.text().contains("Noted") {
            assert!(refused.is_empty(), "there is no room for a later one when there was none before");
            saved.push(answer);
        } else {
            allow_duplicates! { assert_snapshot!(said.text(), @"
            I could not write that down. Please press the button again in a minute.
            Only you can see this
            ") };
            refused.push(answer);
        }
        assert!(saved.len() < 200, "the disk is never full");
    }
    assert!(!saved.is_empty(), "the disk is full from the beginning");
    bot.until_said("the session cannot be saved").await;

    // Room again: no restart is needed.
    let lifted = Command::new("prlimit").args(["--pid", &bot.id().to_string(), "--fsize=unlimited"]).status().unwrap();
    assert!(lifted.success());
    assert!(ada.click(&refused[0], "Helpful").await.unwrap().text().contains("Noted"));
    let log = bot.stop().await;
    assert_eq!(log.matches("the session cannot be saved").count(), 1, "{log}");

    // What each member was told is what the database holds.
    let bot = BotProcess::spawn(&c);
    c.discord.until_ready().await.unwrap();
    let cases = [(saved.last().unwrap(), "2 people"), (&refused[0], "2 people"), (&refused[1], "1 person")];
    for (answer, expected) in cases {
        ben.click(answer, "Helpful").await.unwrap();
        let id = answer.id().unwrap();
        let counted = c.discord.until(expected, |view| view.message(id).filter(|m| m.text().contains(expected)));
        counted.await.unwrap();
    }
    bot.stop().await;
    check_requests(&c);
}

#[tokio::test]
async fn a_backup_for_which_there_is_no_room_leaves_nothing_behind() {
    let c = empty_community().await;
    record(&c, &[]).await;
    fs::remove_dir_all(c.data.path().join("backups")).unwrap();
    let program = backroad().get_program().display().to_string();
    let output = Command::new("sh")
        .args(["-c", &format!("ulimit -f 64; exec {program} backup --data {}", c.data.path().display())])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(files(&c.data.path().join("backups")), Vec::<PathBuf>::new());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_snapshot!(plain(&c, said.trim_end()), @"backroad: the backup data/backups/backroad-TIME.db was not written: the database cannot be written or read (disk I/O error): look whether the disk is full");
}

#[tokio::test]
async fn an_index_that_breaks_under_a_running_bot_is_noticed_at_the_next_start_only() {
    let c = empty_community().await;
    let index = tempfile::tempdir().unwrap();
    let with_index = || {
        let mut command = backroad();
        command.env("BACKROAD_INDEX", index.path());
        command
    };
    let ask = async || {
        let shown = c.member("ada").slash("/ask query: how does jwt work").await.unwrap();
        assert!(shown.text().contains("A signed note"));
        let shown = c.member("ada").slash("/ask query: best pizza in rome").await.unwrap();
        assert!(shown.text().contains("I don't have a good answer"), "{}", shown.text());
    };
    let break_all = |harm: fn(&Path)| {
        for file in files(&index.path().join("current")) {
            harm(&file);
        }
    };
    let harms: [Harm; 3] = [
        |file| fs::File::options().write(true).open(file).unwrap().set_len(7).unwrap(),
        |file| fs::write(file, "noise ".repeat(500)).unwrap(),
        |file| fs::remove_file(file).unwrap(),
    ];
    for harm in harms {
        let bot = BotProcess::spawn_with(&c, with_index());
        c.discord.until_ready().await.unwrap();
        break_all(harm);
        ask().await;
        bot.stop().await;
        let mut bot = BotProcess::spawn_with(&c, with_index());
        let said = bot.until_said("The search index").await;
        assert!(said.contains("WARN") && said.contains("was broken"), "{said}");
        c.discord.until_ready().await.unwrap();
        ask().await;
        bot.stop().await;
    }
    // Gone altogether is no reason to warn: it is a cache.
    let bot = BotProcess::spawn_with(&c, with_index());
    c.discord.until_ready().await.unwrap();
    fs::remove_dir_all(index.path().join("current")).unwrap();
    ask().await;
    bot.stop().await;
    let mut bot = BotProcess::spawn_with(&c, with_index());
    let said = bot.until_said("Built the search index").await;
    assert!(said.contains("INFO") && said.contains("there was none"), "{said}");
    bot.stop().await;
}

#[tokio::test]
async fn content_that_vanishes_under_a_running_bot_is_missed_at_the_next_start_only() {
    let c = empty_community().await;
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    assert!(Command::new("cp").arg("-r").args([&fixture(), &content]).status().unwrap().success());
    let with_content = || {
        let mut command = backroad();
        command.env("BACKROAD_CONTENT", &content);
        command
    };
    let bot = BotProcess::spawn_with(&c, with_content());
    c.discord.until_ready().await.unwrap();
    fs::remove_dir_all(&content).unwrap();
    assert!(c.member("ada").slash("/ask query: jwt").await.unwrap().text().contains("A signed note"));
    bot.stop().await;
    let (code, log) = BotProcess::spawn_with(&c, with_content()).end().await;
    assert_eq!(code, Some(1));
    assert!(log.lines().last().unwrap().starts_with("backroad: there is no content folder at"), "{log}");
}
