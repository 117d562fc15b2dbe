//! The index on disk: a cache in a folder, read only if every byte of it is known to be right, and otherwise built anew.
//!
//! `current/` holds tantivy's files, the model of `intent` and a manifest with their checksums. It is written as `build-<pid>/` beside it and renamed
//! when complete; a lock file lets one process do so at a time. All files are read into memory at the start: a few MB, whose
//! bytes are checked anyway, and afterwards nothing that happens to the files can disturb a running bot.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::panic::resume_unwind;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use tantivy::directory::{Directory, RamDirectory};
use tantivy::{Index, TantivyError};

use super::SearchError;
use super::analysis::ANALYSER_VERSION;
use super::indexing;
use super::intent::Intent;
use super::reader::Reader;
use super::schema::SCHEMA_VERSION;
use crate::content::Library;

const CURRENT: &str = "current";
const MANIFEST: &str = "manifest.json";
const INTENT: &str = "intent.model";
const LOCK: &str = ".lock";
const BUILD: &str = "build-";
const BROKEN: &str = "broken-";
const BROKEN_KEPT: usize = 3;

/// What became of the index when it was opened. Displays as one sentence for a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexState {
    Current,
    /// There was none, or it was built from something else.
    Built {
        why: String,
    },
    /// It was damaged.
    Recovered {
        moved_to: PathBuf,
        why: String,
    },
    /// The folder cannot be used, so the next start must build it again.
    InMemory {
        why: String,
    },
}

impl IndexState {
    /// Whether the person who hosts the bot should look at it.
    pub fn is_warning(&self) -> bool {
        matches!(self, IndexState::Recovered { .. } | IndexState::InMemory { .. })
    }
}

impl fmt::Display for IndexState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IndexState::Current => write!(f, "The search index is current."),
            IndexState::Built { why } => write!(f, "Built the search index, because {why}."),
            IndexState::Recovered { moved_to, why } => {
                write!(f, "The search index was broken ({why}): moved it to {} and built it anew.", moved_to.display())
            }
            IndexState::InMemory { why } => write!(
                f,
                "Keeping the search index in memory only, because {why}. Searching works; make the folder writable to have a \
                 faster start."
            ),
        }
    }
}

pub(super) struct Cached {
    pub(super) reader: Reader,
    pub(super) intent: Intent,
    pub(super) state: IndexState,
    pub(super) bytes: u64,
}

/// Reads the index, or builds it.
pub(super) fn open(library: &Library, dir: &Path) -> Result<Cached, SearchError> {
    let key = Key::of(library);
    if let Ok(cached) = load(library, dir, &key) {
        return Ok(cached);
    }
    // Held until the end. Another process may have built it while this one waited, so look again.
    let lock = lock(dir);
    let unfit = match load(library, dir, &key) {
        Ok(cached) => return Ok(cached),
        Err(unfit) => unfit,
    };
    let (index, intent) = std::thread::scope(|scope| {
        let intent = scope.spawn(|| Intent::train(library));
        let index = indexing::build(library);
        (index, intent.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    let index = index?;
    let mut files = files_of(&index)?;
    files.insert(INTENT.to_owned(), intent.to_bytes());
    let state = match lock.and_then(|_| store(dir, key, &files, unfit)) {
        Ok(state) => state,
        Err(error) => IndexState::InMemory { why: format!("{} cannot be written: {error}", dir.display()) },
    };
    let bytes = files.values().map(|bytes| bytes.len() as u64).sum();
    Ok(Cached { reader: Reader::open(&index, library.items().count())?, intent, state, bytes })
}

/// Why an index would be built anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebuild {
    pub why: String,
    /// It is damaged, and not merely absent or of another content.
    pub broken: bool,
}

/// Whether [`open`] would have to build the index. Changes nothing.
pub(super) fn rebuild(library: &Library, dir: &Path) -> Option<Rebuild> {
    let (why, broken) = match load(library, dir, &Key::of(library)).err()? {
        Unfit::Missing => ("there is none".to_owned(), false),
        Unfit::Stale(why) => (why.to_owned(), false),
        Unfit::Broken(why) => (why, true),
    };
    Some(Rebuild { why, broken })
}

/// What an index was built from, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Key {
    content: String,
    schema: u32,
    analyser: u32,
}

impl Key {
    pub(super) fn of(library: &Library) -> Key {
        Key { content: library.hash.clone(), schema: SCHEMA_VERSION, analyser: ANALYSER_VERSION }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    key: Key,
    /// By file name.
    files: BTreeMap<String, Checksum>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Checksum {
    bytes: u64,
    blake3: String,
}

impl Checksum {
    fn of(bytes: &[u8]) -> Checksum {
        Checksum { bytes: bytes.len() as u64, blake3: blake3::hash(bytes).to_hex().to_string() }
    }
}

/// Why what lies on disk cannot be used.
enum Unfit {
    Missing,
    Stale(&'static str),
    Broken(String),
}

/// Reads `current/` into memory and opens it.
fn load(library: &Library, dir: &Path, key: &Key) -> Result<Cached, Unfit> {
    let current = dir.join(CURRENT);
    match fs::symlink_metadata(&current) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Err(Unfit::Missing);
        }
        _ => {}
    }
    let read = |name: &str| fs::read(current.join(name)).map_err(|error| Unfit::Broken(format!("{name}: {error}")));
    let manifest: Manifest = serde_json::from_slice(&read(MANIFEST)?)
        .map_err(|error| Unfit::Broken(format!("{MANIFEST} is damaged: {error}")))?;
    if manifest.key.content != key.content {
        return Err(Unfit::Stale("the content has changed"));
    }
    if manifest.key != *key {
        return Err(Unfit::Stale("this version of Backroad indexes differently"));
    }
    let ram = RamDirectory::create();
    let mut intent = None;
    let mut total = 0;
    for (name, checksum) in &manifest.files {
        if !is_file_name(name) {
            return Err(Unfit::Broken(format!("{MANIFEST} names {name:?}, which is no file of an index")));
        }
        let bytes = read(name)?;
        if Checksum::of(&bytes) != *checksum {
            return Err(Unfit::Broken(format!("{name} is damaged")));
        }
        if name == INTENT {
            intent = Intent::from_bytes(&bytes);
            total += checksum.bytes;
            continue;
        }
        ram.atomic_write(Path::new(name), &bytes).map_err(|error| Unfit::Broken(error.to_string()))?;
        total += checksum.bytes;
    }
    let index = Index::open(ram).map_err(|error| Unfit::Broken(error.to_string()))?;
    let reader = Reader::open(&index, library.items().count()).map_err(|error| Unfit::Broken(error.to_string()))?;
    let intent = intent.ok_or_else(|| Unfit::Broken(format!("{INTENT} is missing or damaged")))?;
    Ok(Cached { reader, intent, state: IndexState::Current, bytes: total })
}

/// A plain name: nothing in a manifest can make us read outside the folder.
fn is_file_name(name: &str) -> bool {
    let mut components = Path::new(name).components();
    matches!((components.next(), components.next()), (Some(Component::Normal(_)), None))
}

/// The files of an index in memory.
pub(super) fn files_of(index: &Index) -> Result<BTreeMap<String, Vec<u8>>, SearchError> {
    let directory = index.directory();
    let mut files = BTreeMap::new();
    for path in directory.list_managed_files() {
        if directory.exists(&path).map_err(TantivyError::from)? {
            let bytes = directory.atomic_read(&path).map_err(TantivyError::from)?;
            files.insert(path.to_string_lossy().into_owned(), bytes);
        }
    }
    Ok(files)
}

/// Waits until no other process builds here. The lock ends when the file is dropped, or its process dies.
fn lock(dir: &Path) -> io::Result<File> {
    fs::create_dir_all(dir)?;
    let file = File::options().create(true).truncate(false).write(true).open(dir.join(LOCK))?;
    file.lock()?;
    Ok(file)
}

/// Writes an index beside the old one and swaps them. Needs the lock. An error leaves the old one, or none.
fn store(dir: &Path, key: Key, files: &BTreeMap<String, Vec<u8>>, unfit: Unfit) -> io::Result<IndexState> {
    for (_, path) in numbered(dir, BUILD)? {
        remove(&path)?;
    }
    let build = dir.join(format!("{BUILD}{}", std::process::id()));
    let state = write(&build, key, files).and_then(|()| swap(dir, &build, unfit));
    if state.is_err() {
        let _ = remove(&build); // the first error is the one to tell
    }
    state
}

pub(super) fn write(build: &Path, key: Key, files: &BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    fs::create_dir(build)?;
    let save = |name: &str, bytes: &[u8]| {
        let mut file = File::create_new(build.join(name))?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    for (name, bytes) in files {
        save(name, bytes)?;
    }
    let files = files.iter().map(|(name, bytes)| (name.clone(), Checksum::of(bytes))).collect();
    save(MANIFEST, &serde_json::to_vec_pretty(&Manifest { key, files })?)
}

fn swap(dir: &Path, build: &Path, unfit: Unfit) -> io::Result<IndexState> {
    let current = dir.join(CURRENT);
    let state = match unfit {
        Unfit::Missing => IndexState::Built { why: "there was none".to_owned() },
        Unfit::Stale(why) => {
            remove(&current)?;
            IndexState::Built { why: why.to_owned() }
        }
        Unfit::Broken(why) => IndexState::Recovered { moved_to: move_aside(dir, &current)?, why },
    };
    fs::rename(build, current)?;
    Ok(state)
}

/// Renames a broken index to the next `broken-<n>`, and removes the oldest of these.
fn move_aside(dir: &Path, current: &Path) -> io::Result<PathBuf> {
    let mut broken = numbered(dir, BROKEN)?;
    let next = broken.last().map_or(1, |(n, _)| n.saturating_add(1));
    let moved_to = dir.join(format!("{BROKEN}{next}"));
    fs::rename(current, &moved_to)?;
    broken.push((next, moved_to.clone()));
    for (_, old) in broken.iter().rev().skip(BROKEN_KEPT) {
        remove(old)?;
    }
    Ok(moved_to)
}

/// The entries of a folder with this name and a number, by number.
fn numbered(dir: &Path, prefix: &str) -> io::Result<Vec<(u32, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(prefix)).and_then(|n| n.parse().ok());
        found.extend(number.map(|n| (n, entry.path())));
    }
    found.sort();
    Ok(found)
}

fn remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}
