//! Journals that were set aside for a restart: how that is done, and where they are.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::exit::Exit;
use super::failure::Failure;
use super::settings;
use crate::results::{OutputDir, SENT_LOG, forget_who_is_away};
use crate::undo;
use crate::words::message;

/// Takes a journal away, with what was sent, or keeps both under other names.
pub(super) fn set_aside(path: &Path, kept: Option<&PathBuf>) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::new(Exit::Output, message!("journal-aside", path, why = &error));
    let there = |result: io::Result<()>| match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
        _ => Ok(()),
    };
    for beside in ["length", "suspect", "new"] {
        there(std::fs::remove_file(path.with_extension(beside)))?;
    }
    if let Some(folder) = path.parent() {
        there(forget_who_is_away(folder))?;
    }
    let sent = path.with_file_name(SENT_LOG);
    // An undo that deleted nothing.
    there(std::fs::remove_file(path.with_file_name(undo::UNDO_LOG)))?;
    there(std::fs::remove_file(path.with_file_name("undo.length")))?;
    match kept {
        Some(kept) => {
            let name = kept.file_name().unwrap_or_default().to_string_lossy();
            there(std::fs::rename(&sent, kept.with_file_name(name.replacen("journal", "sent", 1))))?;
            there(std::fs::rename(path, kept))
        }
        None => {
            there(std::fs::remove_file(&sent))?;
            there(std::fs::remove_file(path))
        }
    }
}

/// Most journals that were set aside in one folder that are asked.
const MOST_ASKED: usize = 10;

/// The journals in `folder` that were set aside for a restart, the last ones.
pub(super) fn set_aside_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut kept: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in folder.read_dir()? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("journal.before-restart") && name.ends_with(".log") {
            kept.push((entry.metadata()?.modified()?, entry.path()));
        }
    }
    kept.sort();
    Ok(kept.into_iter().rev().take(MOST_ASKED).map(|(_, path)| path).collect())
}

/// Where what is set aside is kept: nothing earlier is overwritten.
pub(super) fn free_name(folder: &OutputDir, stem: &str) -> Result<PathBuf, Failure> {
    folder.free(stem, ".log").ok_or_else(|| {
        let shown = settings::shown(folder.path());
        Failure::new(Exit::Output, message!("thousand-logs", folder = shown))
            .hint(message!("thousand-logs.fix", files = format!("{stem}-*.log")))
    })
}

/// How the journal of an import of failures is called that was set aside when their list was begun anew.
pub(super) const WITH_ITS_LIST: &str = "journal.before-restart-of-its-list";

/// Whether the journal at `path` was set aside when the list was begun anew whose failures its import imports.
pub(super) fn was_with_its_list(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(WITH_ITS_LIST))
}
