//! Journals that were set aside for a restart: how that is done, and where they are, and their undos.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::exit::Exit;
use super::failure::Failure;
use super::settings;
use crate::ledger::JOURNAL;
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
    let undo = path.with_file_name(undo::UNDO_LOG);
    let undo_kept = kept.and_then(|kept| undo_kept_with(kept));
    if undo_kept.is_none() {
        // It deleted nothing.
        there(std::fs::remove_file(&undo))?;
        there(std::fs::remove_file(undo.with_extension("length")))?;
    }
    match kept {
        Some(kept) => {
            there(std::fs::rename(&sent, beside(kept, "sent")))?;
            there(std::fs::rename(path, kept))?;
        }
        None => {
            there(std::fs::remove_file(&sent))?;
            there(std::fs::remove_file(path))?;
        }
    }
    // After the journal, which alone would say that whoever was deleted is there.
    undo_kept.map_or(Ok(()), |kept| there(set_undo_aside(&undo, &kept)))
}

fn set_undo_aside(log: &Path, kept: &Path) -> io::Result<()> {
    match std::fs::rename(log.with_extension("length"), kept.with_extension("length")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => std::fs::rename(log, kept),
    }
}

/// Sets aside what is left of an undo whose journal a process had set aside with its list when it died.
pub(super) fn set_aside_the_rest(folder: &Path) -> io::Result<()> {
    let log = folder.join(undo::UNDO_LOG);
    if folder.join(JOURNAL).exists() || !log.exists() {
        return Ok(());
    }
    let kept = set_aside_in(folder)?.first().and_then(|kept| undo_kept_with(kept));
    kept.filter(|kept| !kept.exists()).map_or(Ok(()), |kept| set_undo_aside(&log, &kept))
}

/// What is kept with the journal at `kept`, by the same name but for its first word.
fn beside(kept: &Path, word: &str) -> PathBuf {
    let name = kept.file_name().unwrap_or_default().to_string_lossy();
    kept.with_file_name(name.replacen("journal", word, 1))
}

/// Where the undo of the import is kept whose journal was set aside at `kept`; `None` if it cannot have had an effect.
pub(super) fn undo_kept_with(kept: &Path) -> Option<PathBuf> {
    was_with_its_list(kept).then(|| beside(kept, "undo"))
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
