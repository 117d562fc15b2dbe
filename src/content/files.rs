//! Which files there are below the content folder, and what each one is by its place. Reads no file.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::problem::{LoadError, Place, Problem};
use crate::nearest::nearest;

/// What a file holds, by where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Areas,
    Synonyms,
    Outside,
    /// `area`: the folder's name.
    Topic {
        area: String,
    },
    Question {
        area: String,
    },
    Project,
    Roadmap,
}

/// A file to be read.
pub(super) struct Found {
    pub(super) role: Role,
    /// Its name without the extension.
    pub(super) stem: String,
    /// Below the content folder, parts joined by `/`.
    pub(super) relative: String,
    pub(super) file: PathBuf,
}

#[derive(Default)]
pub(super) struct Listing {
    /// Sorted by their relative paths.
    pub(super) found: Vec<Found>,
    pub(super) problems: Vec<Problem>,
    /// Names, without extension, of files that cannot be read where they lie: what refers to them is not to blame.
    pub(super) strays: Vec<String>,
}

pub(super) const AREAS: &str = "areas.toml";

const FOLDERS: [&str; 4] = ["topics", "questions", "projects", "roadmaps"];

/// Whether a file or folder of this name is left alone wherever it lies: hidden ones, and what editors leave beside a file
/// that they save (`jwt.md~`, `#jwt.md#`, and `4913`, with which Vim tries whether it may write).
pub fn is_left_alone(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    let autosave = name.len() > 1 && name.starts_with(b"#") && name.ends_with(b"#");
    autosave || name.starts_with(b".") || name.ends_with(b"~") || name == b"4913"
}

/// `root`: how problems name the content folder.
pub(super) fn list(dir: &Path, root: &str) -> Result<Listing, LoadError> {
    match std::fs::metadata(dir) {
        Ok(metadata) if !metadata.is_dir() => return Err(LoadError::NotAFolder(dir.to_owned())),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(LoadError::Missing(dir.to_owned())),
        Err(source) => return Err(LoadError::Unreadable { path: dir.to_owned(), source }),
    }
    let mut listing = Listing::default();
    let mut walk = WalkDir::new(dir).min_depth(1).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(dir).to_owned();
                if path == dir {
                    return Err(LoadError::Unreadable { path, source: error.into() });
                }
                let relative = relative(dir, &path);
                let reason = error.into_io_error().map_or_else(String::new, |error| format!(" ({error})"));
                listing.problem(root, &relative, format!("this cannot be read{reason}"), "check its permissions");
                continue;
            }
        };
        let relative = relative(dir, entry.path());
        let is_folder = entry.file_type().is_dir();
        if is_left_alone(entry.file_name()) {
            if is_folder {
                walk.skip_current_dir();
            }
            continue;
        }
        if entry.file_type().is_symlink() {
            let remedy = "put the file itself here: links are not followed";
            listing.problem(root, &relative, "this is a symbolic link", remedy);
        } else if is_folder {
            if let Err((what, remedy)) = check_folder(&relative) {
                listing.problem(root, &relative, what, remedy);
            }
        } else if !entry.file_type().is_file() {
            listing.problem(root, &relative, "this is no regular file", "remove it");
        } else {
            listing.add(root, relative, entry.into_path());
        }
    }
    listing.found.sort_by(|a, b| a.relative.cmp(&b.relative));
    Ok(listing)
}

impl Listing {
    /// Sorts a file in by its relative path.
    pub(super) fn add(&mut self, root: &str, relative: String, file: PathBuf) {
        match role(&relative) {
            Ok(role) => self.found.push(Found { role, stem: stem(&relative).to_owned(), relative, file }),
            // The folder was reported, once for all its files.
            Err(_) if relative.contains('/') && check_folder(top(&relative)).is_err() => {
                self.strays.push(stem(&relative).to_owned());
            }
            Err((what, remedy)) => self.problem(root, &relative, what, remedy),
        }
    }

    fn problem(&mut self, root: &str, relative: &str, what: impl AsRef<str>, remedy: impl AsRef<str>) {
        self.strays.push(stem(relative).to_owned());
        let path = shown(root, relative);
        self.problems.push(Problem { left_out: true, ..Place::START.problem(&path, what, remedy) });
    }
}

/// How problems and [`super::Topic::source`] name a file.
pub(super) fn shown(root: &str, relative: &str) -> String {
    if root.is_empty() { relative.to_owned() } else { format!("{root}/{relative}") }
}

fn relative(dir: &Path, path: &Path) -> String {
    let below = path.strip_prefix(dir).unwrap_or(path);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    // A name that would break a line of output is as unreadable as one that is not UTF-8.
    parts.join("/").replace(char::is_control, "\u{fffd}")
}

fn stem(relative: &str) -> &str {
    let name = relative.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn top(relative: &str) -> &str {
    relative.split('/').next().unwrap_or_default()
}

type Wrong = (String, String);

/// A folder at the top whose name means nothing is reported itself, instead of every file in it.
fn check_folder(relative: &str) -> Result<(), Wrong> {
    if relative.contains('/') || FOLDERS.contains(&relative) {
        return Ok(());
    }
    let remedy = match nearest(relative, FOLDERS) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "use `topics`, `questions`, `projects` and `roadmaps`, or move it out of the content folder".to_owned(),
    };
    Err((format!("unknown folder `{relative}`"), remedy))
}

fn role(relative: &str) -> Result<Role, Wrong> {
    let parts: Vec<&str> = relative.split('/').collect();
    let role = match *parts.as_slice() {
        ["areas.toml"] => return Ok(Role::Areas),
        ["synonyms.toml"] => return Ok(Role::Synonyms),
        ["outside.toml"] => return Ok(Role::Outside),
        [name] => {
            let remedy = match nearest(name, [AREAS, "synonyms.toml", "outside.toml"]) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "move it into the folder of its kind, or out of the content folder".to_owned(),
            };
            return Err((format!("`{name}` does not belong here"), remedy));
        }
        ["topics", area, _] => Role::Topic { area: area.to_owned() },
        ["questions", area, _] => Role::Question { area: area.to_owned() },
        ["projects", _] => Role::Project,
        ["roadmaps", _] => Role::Roadmap,
        [folder, ..] => {
            let form = match folder {
                "topics" | "questions" => format!("{folder}/<area>/<id>.md"),
                "roadmaps" => "roadmaps/<id>.toml".to_owned(),
                _ => "projects/<id>.md".to_owned(),
            };
            return Err(("this file is in the wrong place".to_owned(), format!("its path must be {form}")));
        }
        [] => return Err(("this file has no name".to_owned(), "remove it".to_owned())),
    };
    let name = parts.last().copied().unwrap_or_default();
    let wanted = if role == Role::Roadmap { "toml" } else { "md" };
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    if extension != wanted {
        let what = format!("the name of this file does not end in `.{wanted}`");
        return Err((what, format!("rename it to `{stem}.{wanted}`, or remove it")));
    }
    if name.contains('\u{fffd}') {
        let what = "the name of this file cannot be read as text".to_owned();
        return Err((what, "rename it to its id".to_owned()));
    }
    Ok(role)
}
