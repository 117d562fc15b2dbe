//! `backroad index`: builds the search index, unless it is current.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use crate::content::{ItemKind, Library};
use crate::search::{self, IndexState};

/// Opens the index of the library in `dir` and tells what it took.
///
/// # Errors
/// If the index could not be written, because that is what was asked for; or if `out` cannot be written.
pub fn run(library: &Library, dir: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    let started = Instant::now();
    let opened = search::open(library, dir)?;
    let took = started.elapsed();
    if let IndexState::InMemory { why } = &opened.index {
        anyhow::bail!("the index was not saved, because {why}: make the folder writable, or name another one");
    }
    writeln!(out, "{}", opened.index)?;
    writeln!(out, "  items  {}{}", opened.documents, counts(library))?;
    writeln!(out, "  time   {:.2} s", took.as_secs_f32())?;
    writeln!(out, "  size   {:.1} MB", opened.bytes as f64 / 1e6)?;
    writeln!(out, "  path   {}", dir.display())?;
    Ok(())
}

/// ": 36 topics, 1 question"; nothing for an empty library.
fn counts(library: &Library) -> String {
    let kinds = [ItemKind::Topic, ItemKind::Question, ItemKind::Project, ItemKind::Roadmap];
    let mut counts = String::new();
    for kind in kinds {
        let count = library.items().filter(|item| item.kind() == kind).count();
        if count > 0 {
            let start = if counts.is_empty() { ": " } else { ", " };
            let end = if count == 1 { "" } else { "s" };
            counts.push_str(&format!("{start}{count} {kind}{end}"));
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_in(dir: &Path) -> anyhow::Result<String> {
        let mut out = Vec::new();
        run(&Library::default(), dir, &mut out)?;
        let text = String::from_utf8(out)?;
        let time = text.lines().find(|line| line.contains("time")).unwrap_or_default().to_owned();
        Ok(text.replace(&time, "  time   0.01 s").replace(&dir.display().to_string(), "index"))
    }

    #[test]
    fn an_index_is_built_and_then_current() {
        let dir = tempfile::tempdir().unwrap();
        assert!(run_in(dir.path()).unwrap().starts_with("Built the search index, because there was none.\n"));
        insta::assert_snapshot!(run_in(dir.path()).unwrap(), @r"
        The search index is current.
          items  0
          time   0.01 s
          size   0.0 MB
          path   index
        ");
    }

    #[test]
    fn an_index_that_cannot_be_saved_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = run_in(file.path()).unwrap_err().to_string();
        assert!(error.contains("not saved") && error.contains("make the folder writable"), "{error}");
    }
}
