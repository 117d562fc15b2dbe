//! The index on disk: used when it is right, rebuilt when it is not, and never half written.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread;

use tantivy::schema::{STORED, Schema};
use tantivy::{Index, IndexWriter, doc};
use tempfile::TempDir;

use super::*;
use crate::search::{IndexState, Opened, open};

/// A folder with a current index and a `.gitignore`, like the project's own.
fn built(library: &Library) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(".gitignore"), "*\n!.gitignore\n").unwrap();
    let opened = open(library, dir.path()).unwrap();
    assert_eq!(opened.index, IndexState::Built { why: "there was none".to_owned() });
    dir
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    names(dir).into_iter().map(|name| (name.clone(), fs::read(dir.join(name)).unwrap())).collect()
}

fn finds_jwt(opened: &Opened) -> bool {
    let results = ask(&opened.search, "jwt");
    results.answered && results.hits[0].id == "jwt"
}

/// Opening now moves the index aside for a reason that contains this, and all is well afterwards.
fn check_recovers(library: &Library, dir: &Path, reason: &str) {
    let opened = open(library, dir).unwrap();
    let IndexState::Recovered { moved_to, why } = &opened.index else { panic!("{reason}: {:?}", opened.index) };
    assert!(why.contains(reason), "{why:?} does not tell of {reason:?}");
    assert!(moved_to.exists() && moved_to.starts_with(dir));
    assert!(opened.index.is_warning());
    assert!(finds_jwt(&opened));
    assert_eq!(open(library, dir).unwrap().index, IndexState::Current);
    assert_eq!(fs::read_to_string(dir.join(".gitignore")).unwrap(), "*\n!.gitignore\n");
}

#[test]
fn an_index_is_built_once() {
    let library = library();
    let dir = built(&library);
    let before = files(&dir.path().join("current"));
    let opened = open(&library, dir.path()).unwrap();
    assert_eq!(opened.index, IndexState::Current);
    assert_eq!(opened.documents, library.items().count());
    assert!(opened.bytes > 1000);
    assert!(finds_jwt(&opened));
    assert_eq!(files(&dir.path().join("current")), before);
    assert_eq!(names(dir.path()), [".gitignore", ".lock", "current"]);
}

#[test]
fn an_index_read_from_disk_finds_what_a_new_one_finds() {
    let library = library();
    let dir = built(&library);
    let (read, new) = (open(&library, dir.path()).unwrap().search, search(&library));
    for text in ["jwt", "authetication vs authorisation", "stale data after update", "ci cd", "pizza"] {
        assert_eq!(ask(&read, text), ask(&new, text));
    }
}

#[test]
fn changed_content_is_indexed_anew() {
    let mut library = library();
    let dir = built(&library);
    library.topics.get_mut("jwt").unwrap().title = "Tokens of JSON".to_owned();
    library.hash = "another hash".to_owned();
    let opened = open(&library, dir.path()).unwrap();
    assert_eq!(opened.index, IndexState::Built { why: "the content has changed".to_owned() });
    assert!(!opened.index.is_warning());
    assert_eq!(ask(&opened.search, "tokens of json").hits[0].title, "Tokens of JSON");
    assert_eq!(names(dir.path()), [".gitignore", ".lock", "current"]);
}

#[test]
fn another_version_of_the_program_indexes_anew() {
    let library = library();
    for field in ["\"schema\": ", "\"analyser\": "] {
        let dir = built(&library);
        let path = dir.path().join("current/manifest.json");
        let manifest = fs::read_to_string(&path).unwrap();
        fs::write(&path, manifest.replacen(field, &format!("{field}9"), 1)).unwrap();
        let opened = open(&library, dir.path()).unwrap();
        let why = "this version of Backroad indexes differently".to_owned();
        assert_eq!(opened.index, IndexState::Built { why });
    }
}

#[test]
fn every_damaged_file_is_noticed() {
    let library = library();
    let dir = built(&library);
    let current = dir.path().join("current");
    let names: Vec<String> = names(&current);
    assert!(names.len() > 5, "{names:?}");
    type Damage = fn(&Path, Vec<u8>);
    let damages: [(&str, Damage); 5] = [
        ("removed", |path, _| fs::remove_file(path).unwrap()),
        ("emptied", |path, _| fs::write(path, b"").unwrap()),
        ("cut in half", |path, bytes| fs::write(path, &bytes[..bytes.len() / 2]).unwrap()),
        ("overwritten", |path, bytes| fs::write(path, vec![0xa5; bytes.len()]).unwrap()),
        ("changed in one bit", |path, mut bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(path, bytes).unwrap();
        }),
    ];
    for file in files(&current).keys() {
        // A new build has other segment names, so the file is found by its ending.
        let ending = file.rsplit('.').next().unwrap();
        for (damage, apply) in &damages {
            let (name, bytes) = files(&current).into_iter().find(|(name, _)| name.ends_with(ending)).unwrap();
            apply(&current.join(&name), bytes);
            let opened = open(&library, dir.path()).unwrap();
            // One bit of the manifest may make it name another key or another file, or change nothing that matters.
            let noticed = matches!(&opened.index, IndexState::Recovered { why, .. } if why.contains(&name));
            assert!(noticed || name == "manifest.json", "{name} was {damage}: {}", opened.index);
            assert!(finds_jwt(&opened));
        }
    }
    assert_eq!(open(&library, dir.path()).unwrap().index, IndexState::Current);
}

#[test]
fn foreign_things_in_its_place_are_moved_aside() {
    let library = library();
    let dir = built(&library);
    let current = dir.path().join("current");

    fs::remove_dir_all(&current).unwrap();
    fs::write(&current, "a file").unwrap();
    check_recovers(&library, dir.path(), "manifest.json");

    fs::remove_dir_all(&current).unwrap();
    fs::create_dir(&current).unwrap();
    check_recovers(&library, dir.path(), "manifest.json");

    fs::write(current.join("manifest.json"), "{\"key\": 1}").unwrap();
    check_recovers(&library, dir.path(), "manifest.json is damaged");
}

#[test]
fn a_manifest_cannot_make_it_read_other_files() {
    let library = library();
    let dir = built(&library);
    let path = dir.path().join("current/manifest.json");
    let manifest = fs::read_to_string(&path).unwrap();
    fs::write(&path, manifest.replace("\"meta.json\"", "\"../.gitignore\"")).unwrap();
    check_recovers(&library, dir.path(), "is no file of an index");
}

/// Writes the files of an index with checksums that are right, as `current`.
fn plant(dir: &Path, library: &Library, index: &Index) {
    fs::remove_dir_all(dir.join("current")).unwrap();
    let files = crate::search::cache::files_of(index).unwrap();
    crate::search::cache::write(&dir.join("current"), crate::search::cache::Key::of(library), &files).unwrap();
}

#[test]
fn an_index_of_something_else_is_moved_aside() {
    let library = library();
    let dir = built(&library);

    let mut schema = Schema::builder();
    let field = schema.add_text_field("other", STORED);
    let index = Index::create_in_ram(schema.build());
    let mut writer: IndexWriter = index.writer_with_num_threads(1, 15_000_000).unwrap();
    writer.add_document(doc!(field => "text")).unwrap();
    writer.commit().unwrap();
    plant(dir.path(), &library, &index);
    check_recovers(&library, dir.path(), "other fields");

    let smaller = Shelf::default().topic("jwt", "JWT", |_| {}).done();
    plant(dir.path(), &library, &indexing::build(&smaller).unwrap());
    check_recovers(&library, dir.path(), "items of the content are missing");

    let mut larger = library.clone();
    larger.topics.insert("z".to_owned(), larger.topics["jwt"].clone());
    plant(dir.path(), &library, &indexing::build(&larger).unwrap());
    check_recovers(&library, dir.path(), "not the items of the content");
}

#[test]
fn three_broken_indexes_are_kept() {
    let library = library();
    let dir = built(&library);
    for _ in 0..5 {
        fs::write(dir.path().join("current/meta.json"), "{}").unwrap();
        check_recovers(&library, dir.path(), "meta.json is damaged");
    }
    assert_eq!(names(dir.path()), [".gitignore", ".lock", "broken-3", "broken-4", "broken-5", "current"]);
}

#[test]
fn what_a_crash_leaves_behind_is_cleaned_up() {
    let library = library();
    let dir = built(&library);
    // Killed while it wrote: a folder without manifest beside the old index.
    let half = dir.path().join("build-4242");
    fs::create_dir(&half).unwrap();
    fs::write(half.join("meta.json"), "{").unwrap();
    assert_eq!(open(&library, dir.path()).unwrap().index, IndexState::Current);
    // Killed between removing the old index and renaming the new one.
    fs::remove_dir_all(dir.path().join("current")).unwrap();
    let opened = open(&library, dir.path()).unwrap();
    assert_eq!(opened.index, IndexState::Built { why: "there was none".to_owned() });
    assert_eq!(names(dir.path()), [".gitignore", ".lock", "current"]);
}

#[test]
fn a_folder_that_cannot_be_written_is_no_reason_not_to_search() {
    let library = library();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "not a folder").unwrap();
    for place in [file.clone(), file.join("below")] {
        let opened = open(&library, &place).unwrap();
        assert!(
            matches!(&opened.index, IndexState::InMemory { why } if why.contains("cannot be written")),
            "{place:?}"
        );
        assert!(opened.index.is_warning());
        assert!(finds_jwt(&opened));
    }
    assert_eq!(fs::read_to_string(file).unwrap(), "not a folder");
}

#[cfg(unix)]
#[test]
fn a_broken_index_in_a_read_only_folder_is_left_alone() {
    use std::os::unix::fs::PermissionsExt;

    let library = library();
    let dir = built(&library);
    fs::write(dir.path().join("current/meta.json"), "{}").unwrap();
    let set = |mode| fs::set_permissions(dir.path(), fs::Permissions::from_mode(mode)).unwrap();
    set(0o555);
    if fs::write(dir.path().join("probe"), "").is_ok() {
        return; // the superuser may write everywhere, so there is nothing to test
    }
    let opened = open(&library, dir.path()).unwrap();
    set(0o755);
    assert!(matches!(opened.index, IndexState::InMemory { .. }), "{:?}", opened.index);
    assert!(finds_jwt(&opened));
}

#[test]
fn many_at_once_build_it_once() {
    let library = library();
    let dir = built(&library);
    fs::write(dir.path().join("current/meta.json"), "{}").unwrap();
    let states: Vec<IndexState> = thread::scope(|scope| {
        let open = || {
            let opened = open(&library, dir.path()).unwrap();
            assert!(finds_jwt(&opened));
            opened.index
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let current = states.iter().filter(|state| **state == IndexState::Current).count();
    assert_eq!(current, 7, "{states:?}");
    assert_eq!(names(dir.path()), [".gitignore", ".lock", "broken-1", "current"]);
}

#[test]
fn each_state_is_one_sentence() {
    let why = "there was none".to_owned();
    insta::assert_snapshot!(IndexState::Current, @"The search index is current.");
    insta::assert_snapshot!(IndexState::Built { why }, @"Built the search index, because there was none.");
    let why = "meta.json is damaged".to_owned();
    insta::assert_snapshot!(IndexState::Recovered { moved_to: "index/broken-1".into(), why }, @"The search index was broken (meta.json is damaged): moved it to index/broken-1 and built it anew.");
    let why = "index cannot be written: Permission denied (os error 13)".to_owned();
    insta::assert_snapshot!(IndexState::InMemory { why }, @"Keeping the search index in memory only, because index cannot be written: Permission denied (os error 13). Searching works; make the folder writable to have a faster start.");
}
