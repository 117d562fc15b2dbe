//! What only a real folder can be.

use std::fs;

use insta::assert_snapshot;

use super::*;
use crate::content::load;

fn on_disk(files: &Files) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in &files.0 {
        let file = dir.path().join("content").join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    dir
}

fn problems(dir: &tempfile::TempDir) -> String {
    let (_, problems) = load(&dir.path().join("content")).unwrap();
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_folder_is_loaded_as_the_same_files_in_memory() {
    let dir = on_disk(&valid());
    let (library, problems) = load(&dir.path().join("content")).unwrap();
    assert_eq!(problems, []);
    let (in_memory, _) = valid().load();
    assert_eq!(library.hash, in_memory.hash);
    assert_eq!(library.topics, in_memory.topics);
    assert_eq!(library.topics["rest"].source, PathBuf::from("content/topics/api/rest.md"));
}

#[test]
fn a_folder_that_is_not_there() {
    let dir = tempfile::tempdir().unwrap();
    let error = load(&dir.path().join("content")).unwrap_err().to_string();
    let shown = error.replace(&dir.path().display().to_string(), "DIR");
    assert_snapshot!(
        shown,
        @"there is no content folder at `DIR/content`: run backroad in the folder that contains `content`, or name the right one"
    );
    fs::write(dir.path().join("content"), "").unwrap();
    let error = load(&dir.path().join("content")).unwrap_err().to_string();
    let shown = error.replace(&dir.path().display().to_string(), "DIR");
    assert_snapshot!(
        shown,
        @"`DIR/content` is not a folder: name the folder that contains `areas.toml` and `topics`"
    );
}

#[test]
fn hidden_files_are_left_alone_and_unknown_folders_named_once() {
    let dir = on_disk(
        &valid().write(".git/config", "").write("topics/.DS_Store", "").write("topic/a.md", "").write("topic/b.md", ""),
    );
    assert_snapshot!(problems(&dir), @"content/topic:1:1: unknown folder `topic`: did you mean `topics`?");
}

#[test]
fn what_editors_leave_behind_is_left_alone() {
    let dir = on_disk(
        &valid()
            .write("topics/api/rest.md~", "")
            .write("topics/api/#rest.md#", "")
            .write("topics/api/.rest.md.swp", "")
            .write("topics/api/4913", ""),
    );
    assert_snapshot!(problems(&dir), @"");
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let dir = on_disk(&valid());
    let content = dir.path().join("content");
    std::os::unix::fs::symlink(&content, content.join("topics/loop")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", content.join("topics/api/passwd.md")).unwrap();
    assert_snapshot!(problems(&dir), @"
    content/topics/api/passwd.md:1:1: this is a symbolic link: put the file itself here: links are not followed
    content/topics/loop:1:1: this is a symbolic link: put the file itself here: links are not followed
    ");
}
