//! What the bot knows: files below `content/` -> a [`Library`] and every problem with its place.
//! Knows nothing of Discord beyond the numbers that a text must fit.
//!
//! `files` finds, `source` decodes, `syntax` and `fields` read TOML, `markdown` and `sections` read bodies, `rules` say what
//! each kind of file must hold, `assemble` and `style` compare files with one another.

mod assemble;
pub mod checks;
mod fields;
mod files;
pub mod limits;
mod markdown;
mod model;
mod problem;
mod report;
mod rules;
mod sections;
mod sentences;
pub mod skeleton;
mod source;
mod style;
mod syntax;

use std::io::Read as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use assemble::{Named, Parts};
use checks::Check;
use files::{Found, Listing, Role};
use problem::Place;
use rules::Content;

pub use files::is_left_alone;
pub use model::*;
pub use problem::{LoadError, Problem};
pub use rules::{QUESTION_KINDS, check_id, check_title};

/// Reads everything below `dir`. The problems are sorted by path and place; items that are usable in spite of problems are
/// in the library, and so is everything else that can be.
///
/// # Errors
/// When there is no readable folder at `dir`. Whatever is wrong within it is a [`Problem`].
pub fn load(dir: &Path) -> Result<(Library, Vec<Problem>), LoadError> {
    let Loaded { library, problems, .. } = load_with_checks(dir)?;
    Ok((library, problems))
}

/// The same with what items state that can be executed.
///
/// # Errors
/// As there.
pub fn load_with_checks(dir: &Path) -> Result<Loaded, LoadError> {
    let root = root_name(dir);
    let listing = files::list(dir, &root)?;
    Ok(load_listing(&root, listing, &read_bytes))
}

/// All that the files hold.
pub struct Loaded {
    pub library: Library,
    pub problems: Vec<Problem>,
    /// In the order of the paths.
    pub checks: Vec<Check>,
}

/// The last part of the folder's path, also where that is written as `.` or `..`.
fn root_name(dir: &Path) -> String {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    name(dir).or_else(|| name(&dir.canonicalize().ok()?)).unwrap_or_default()
}

/// One byte more than is allowed tells that a file is too long.
fn read_bytes(found: &Found) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(&found.file)?.take(limits::FILE_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What became of one file.
struct FileRead {
    content: Content,
    problems: Vec<Problem>,
    hash: blake3::Hash,
}

type ReadFile<'a> = &'a (dyn Fn(&Found) -> std::io::Result<Vec<u8>> + Sync);

fn load_listing(root: &str, listing: Listing, read: ReadFile<'_>) -> Loaded {
    let Listing { found, mut problems, strays } = listing;
    let mut hasher = blake3::Hasher::new();
    let mut parts =
        Parts { areas: None, synonyms: Synonyms::default(), outside: Vec::new(), items: Vec::new(), strays };
    if !found.iter().any(|found| found.role == Role::Areas) {
        let path = files::shown(root, files::AREAS);
        let remedy = "write it; it lists the areas that topics are filed under";
        problems.push(Place::START.problem(&path, "this file is missing", remedy));
    }
    for (found, file) in found.iter().zip(read_all(root, &found, read)) {
        hasher.update(found.relative.as_bytes()).update(&[0]).update(file.hash.as_bytes());
        problems.extend(file.problems);
        match file.content {
            Content::Areas(areas) => parts.areas = areas,
            Content::Synonyms(synonyms) => parts.synonyms = synonyms,
            Content::Outside(subjects) => parts.outside = subjects,
            Content::Item(file) => parts.items.push(Named { path: files::shown(root, &found.relative), file: *file }),
        }
    }
    style::check_sentences(&parts.items, &mut problems);
    style::check_lengths(root, &parts.items, &mut problems);
    let checks = assemble::checks(&mut parts.items);
    let library = assemble::assemble(parts, hasher.finalize().to_hex().to_string(), &mut problems);
    problems.sort();
    Loaded { library, problems, checks }
}

/// Reads files on all processors; the results are in the order of the files.
fn read_all(root: &str, found: &[Found], read: ReadFile<'_>) -> Vec<FileRead> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let index = next.fetch_add(1, Ordering::Relaxed)
            && let Some(found) = found.get(index)
        {
            done.push((index, read_one(root, found, read)));
        }
        done
    };
    let mut all: Vec<(usize, FileRead)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for thread in threads {
            match thread.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, file)| file).collect()
}

fn read_one(root: &str, found: &Found, read: ReadFile<'_>) -> FileRead {
    let path = files::shown(root, &found.relative);
    match read(found) {
        Ok(bytes) => {
            let (content, problems) = rules::read(&path, &found.role, &found.stem, &bytes);
            FileRead { content, problems, hash: blake3::hash(&bytes) }
        }
        Err(error) => {
            let what = format!("this file cannot be read ({error})");
            let problem = Place::START.problem(&path, what, "check its permissions");
            let content = rules::unreadable(&found.role, &found.stem);
            FileRead { content, problems: vec![problem], hash: blake3::hash(&[]) }
        }
    }
}

#[cfg(test)]
mod tests;
