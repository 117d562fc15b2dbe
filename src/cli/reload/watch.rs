//! Tells that something in a folder changed. What changed it does not tell: whoever asks reads the folder anyway.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;

use crate::content::is_left_alone;

/// An editor's save, and a checkout of many files, are over when nothing has happened for this long.
const QUIET: Duration = Duration::from_millis(100);

/// When it is never quiet, changes are told nevertheless after this time.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// How often to look whether the path still leads to the folder that is watched. Events tell of most that happens to a
/// folder, but not that it is back, and not that a link to it or a folder above it was replaced.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Why changes go unnoticed.
#[derive(Debug, thiserror::Error)]
pub(super) enum WatchError {
    #[error("this system lets no more files be watched (on Linux, fs.inotify.max_user_watches and max_user_instances)")]
    Limit,
    #[error("`{}` cannot be watched ({why})", .path.display())]
    Other { path: PathBuf, why: String },
}

impl WatchError {
    /// `root`: what is watched, for errors that do not say where they arose.
    fn of(error: notify::Error, root: &Path) -> WatchError {
        match &error.kind {
            notify::ErrorKind::MaxFilesWatch => WatchError::Limit,
            // Too many instances of inotify, or too many open files.
            notify::ErrorKind::Io(io) if io.raw_os_error() == Some(rustix::io::Errno::MFILE.raw_os_error()) => {
                WatchError::Limit
            }
            _ => WatchError::Other {
                path: error.paths.first().map_or_else(|| root.to_owned(), PathBuf::clone),
                why: error.set_paths(Vec::new()).to_string(),
            },
        }
    }
}

/// What the system told.
enum Told {
    Changed,
    /// The folder itself went away.
    Gone,
    Failed(WatchError),
}

/// A folder that is watched as long as it is there, and again when it is back.
pub(super) struct Watch {
    dir: PathBuf,
    watched: Option<Watched>,
    told: UnboundedReceiver<Told>,
    teller: UnboundedSender<Told>,
    /// Whether it was logged that the folder is there and cannot be watched.
    warned: bool,
}

struct Watched {
    folder: Identity,
    /// Watches until it is dropped.
    _watcher: RecommendedWatcher,
}

/// The device and number of a folder: what stays the same when it is renamed, and differs when another one takes its place.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Identity(u64, u64);

impl Identity {
    fn of(dir: &Path) -> Option<Identity> {
        let metadata = std::fs::metadata(dir).ok()?;
        Some(Identity(metadata.dev(), metadata.ino()))
    }
}

impl Watch {
    pub(super) fn new(dir: &Path) -> Watch {
        let (teller, told) = unbounded_channel();
        Watch { dir: dir.to_owned(), watched: None, told, teller, warned: false }
    }

    /// Waits until something may have changed since the last call, and it is quiet again. The first call returns as soon as
    /// the folder is watched, so that nothing is missed that happened before.
    ///
    /// # Errors
    /// When nothing can be watched on this system now.
    pub(super) async fn changed(&mut self) -> Result<(), WatchError> {
        loop {
            if self.watched.is_none() && self.begin().await? {
                break;
            }
            tokio::select! {
                // The other end is held here.
                Some(told) = self.told.recv() => {
                    self.note(told);
                    break;
                }
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
            let watched = self.watched.as_ref().map(|watched| watched.folder);
            if watched.is_some() && watched != Identity::of(&self.dir) {
                self.watched = None;
                break;
            }
        }
        let latest = Instant::now() + LONGEST_WAIT;
        while Instant::now() < latest
            && let Ok(Some(told)) = tokio::time::timeout(QUIET, self.told.recv()).await
        {
            self.note(told);
        }
        Ok(())
    }

    fn note(&mut self, told: Told) {
        match told {
            Told::Changed => {}
            Told::Gone => self.watched = None,
            Told::Failed(error) => tracing::warn!("some changes of the content may go unnoticed, because {error}"),
        }
    }

    /// Begins to watch. `false` when it is to be tried again, because the folder is not there or not readable now.
    async fn begin(&mut self) -> Result<bool, WatchError> {
        let (dir, teller) = (self.dir.clone(), self.teller.clone());
        let Ok(begun) = tokio::task::spawn_blocking(move || watch(&dir, teller)).await else { return Ok(false) };
        match begun {
            Ok(watched) => self.watched = Some(watched),
            Err(WatchError::Limit) => return Err(WatchError::Limit),
            // Also when a folder in it disappeared while it was walked through.
            Err(error) => {
                if self.dir.is_dir() && !std::mem::replace(&mut self.warned, true) {
                    tracing::warn!("changes of the content go unnoticed for now, because {error}");
                }
            }
        }
        Ok(self.watched.is_some())
    }
}

fn watch(dir: &Path, teller: UnboundedSender<Told>) -> Result<Watched, WatchError> {
    begin(dir, teller).map_err(|error| WatchError::of(error, dir))
}

fn begin(dir: &Path, teller: UnboundedSender<Told>) -> notify::Result<Watched> {
    // Links above the folder, or in its place, are followed once, here: events name the paths that were watched.
    let root = dir.canonicalize()?;
    let folder = Identity::of(&root).ok_or_else(notify::Error::path_not_found)?;
    let below = root.clone();
    let tell = move |event: notify::Result<Event>| {
        if let Some(told) = meaning(&below, event) {
            let _nobody_watches_any_more = teller.send(told);
        }
    };
    let options = notify::Config::default().with_follow_symlinks(false);
    let mut watcher = RecommendedWatcher::new(tell, options)?;
    watcher.watch(&root, RecursiveMode::Recursive)?;
    Ok(Watched { folder, _watcher: watcher })
}

/// What an event says of the folder at `root`; `None` when it says nothing of its content.
fn meaning(root: &Path, event: notify::Result<Event>) -> Option<Told> {
    let event = match event {
        Ok(event) if event.need_rescan() => return Some(Told::Changed),
        Ok(event) => event,
        Err(error) => return Some(Told::Failed(WatchError::of(error, root))),
    };
    let goes = match event.kind {
        // Reading the content must not lead to reading it again.
        EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write) => return None,
        EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) => true,
        _ => false,
    };
    if goes && event.paths.iter().any(|path| path == root) {
        return Some(Told::Gone);
    }
    event.paths.iter().any(|path| is_content(root, path)).then_some(Told::Changed)
}

/// Whether loading the content would look at this path.
fn is_content(root: &Path, path: &Path) -> bool {
    // What the system names otherwise is looked at, to be safe.
    let Ok(below) = path.strip_prefix(root) else { return true };
    !below.components().any(|part| is_left_alone(part.as_os_str()))
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, DataChange, Flag, MetadataKind, RemoveKind, RenameMode};

    use super::*;

    fn said(kind: EventKind, paths: &[&str]) -> &'static str {
        let event = paths.iter().fold(Event::new(kind), |event, path| event.add_path(PathBuf::from(path)));
        name(&meaning(Path::new("/home/.me/content"), Ok(event)))
    }

    fn name(told: &Option<Told>) -> &'static str {
        match told {
            None => "nothing",
            Some(Told::Changed) => "changed",
            Some(Told::Gone) => "gone",
            Some(Told::Failed(_)) => "failed",
        }
    }

    const WRITTEN: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));

    #[test]
    fn files_of_the_content_change_it_and_those_of_editors_do_not() {
        for (path, expected) in [
            ("/home/.me/content/topics/auth/jwt.md", "changed"),
            ("/home/.me/content/areas.toml", "changed"),
            ("/home/.me/content", "changed"),
            ("/home/.me/content/topics/auth/.jwt.md.swp", "nothing"),
            ("/home/.me/content/topics/auth/jwt.md~", "nothing"),
            ("/home/.me/content/topics/auth/#jwt.md#", "nothing"),
            ("/home/.me/content/topics/auth/4913", "nothing"),
            ("/home/.me/content/.git/index", "nothing"),
            ("/private/home/.me/content/areas.toml", "changed"),
        ] {
            assert_eq!(said(WRITTEN, &[path]), expected, "{path}");
        }
    }

    #[test]
    fn reading_changes_nothing_and_the_end_of_writing_does() {
        let path = ["/home/.me/content/areas.toml"];
        for (kind, expected) in [
            (EventKind::Access(AccessKind::Open(AccessMode::Any)), "nothing"),
            (EventKind::Access(AccessKind::Close(AccessMode::Read)), "nothing"),
            (EventKind::Access(AccessKind::Close(AccessMode::Write)), "changed"),
            (EventKind::Create(CreateKind::File), "changed"),
            (EventKind::Remove(RemoveKind::File), "changed"),
            (EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any)), "changed"),
        ] {
            assert_eq!(said(kind, &path), expected, "{kind:?}");
        }
    }

    #[test]
    fn a_file_that_is_renamed_from_a_hidden_one_counts() {
        let both = EventKind::Modify(ModifyKind::Name(RenameMode::Both));
        assert_eq!(said(both, &["/home/.me/content/.tmp1", "/home/.me/content/areas.toml"]), "changed");
        assert_eq!(said(both, &["/home/.me/content/.tmp1", "/home/.me/content/.tmp2"]), "nothing");
    }

    #[test]
    fn the_folder_itself_can_go() {
        assert_eq!(said(EventKind::Remove(RemoveKind::Folder), &["/home/.me/content"]), "gone");
        assert_eq!(said(EventKind::Modify(ModifyKind::Name(RenameMode::From)), &["/home/.me/content"]), "gone");
        assert_eq!(said(EventKind::Remove(RemoveKind::Folder), &["/home/.me/content/topics"]), "changed");
    }

    #[test]
    fn events_that_were_lost_may_have_been_anything() {
        let event = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert_eq!(name(&meaning(Path::new("/content"), Ok(event))), "changed");
        let error = notify::Error::new(notify::ErrorKind::MaxFilesWatch);
        assert_eq!(name(&meaning(Path::new("/content"), Err(error))), "failed");
    }
}
