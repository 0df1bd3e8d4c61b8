//! What earlier runs left in the folder: continued, set aside, or refused.

use std::fs::File;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io;
use std::path::{Path, PathBuf};

use super::exit::Exit;
use super::failure::Failure;
use super::{ask, settings};
use crate::journal::{Disk, Journal, Replayed, boot, peek};
use crate::results::{OutputDir, SENT_LOG};
use crate::survey::Sightings;

/// The endpoint of a rehearsal, which begins with an empty stand-in each time.
pub(super) const SANDBOX: &str = "sandbox";

/// The journal's name in the folder.
const NAME: &str = "journal.log";

/// A journal that was opened, and what it remembers.
pub(super) struct Past<F> {
    pub(super) journal: Journal<Disk>,
    pub(super) replayed: Replayed,
    pub(super) sightings: Sightings<F>,
}

/// Makes files for what does not fit into memory.
pub(super) fn scratch(folder: &OutputDir) -> impl Fn() -> io::Result<File> + Clone + 'static {
    let folder = folder.clone();
    move || folder.scratch().map_err(|error| io::Error::other(error.to_string()))
}

/// What is asked of the past.
pub(super) struct Wanted {
    /// The stand-in in this process is used.
    pub(super) sandbox: bool,
    /// `--restart`
    pub(super) restart: bool,
    /// `--yes`
    pub(super) yes: bool,
    /// Wait for the disk.
    pub(super) power_safe: bool,
}

/// Opens the journal in `folder`, whose lock is held. The second value is something to tell.
pub(super) fn open<F: Fn() -> io::Result<File> + Clone>(
    folder: &OutputDir,
    wanted: &Wanted,
    scratch: F,
) -> Result<(Past<F>, Option<String>), Failure> {
    let path = folder.path().join(NAME);
    let told = set_aside_if_wanted(folder, &path, wanted)?;
    let storage = Disk::open(&path, wanted.power_safe).map_err(|error| {
        Failure::new(Exit::Output, format!("cannot open the journal {}: {error}", path.display()))
    })?;
    let mut sightings = Sightings::new(scratch);
    let (journal, replayed) = Journal::open(storage, boot(), salt(), |past| sightings.past(&past))?;
    Ok((Past { journal, replayed, sightings }, told))
}

/// What the journal in `folder` remembers, for someone who only looks.
pub(super) fn look<F: Fn() -> io::Result<File> + Clone>(
    folder: &OutputDir,
    scratch: F,
) -> Result<(Sightings<F>, Option<Replayed>), Failure> {
    let mut sightings = Sightings::new(scratch);
    let path = folder.path().join(NAME);
    let replayed = peek(&path, |past| sightings.past(&past)).map_err(|error| {
        Failure::new(Exit::Output, format!("cannot read the journal {}: {error}", path.display()))
    })?;
    Ok((sightings, replayed))
}

fn set_aside_if_wanted(folder: &OutputDir, path: &Path, wanted: &Wanted) -> Result<Option<String>, Failure> {
    let shown = settings::shown(folder.path());
    let head = peek(path, |_| Ok(()))
        .map_err(|error| {
            Failure::new(Exit::Output, format!("cannot read the journal {}: {error}", path.display()))
        })?
        .and_then(|replayed| replayed.head);
    let was_rehearsal = head.as_ref().is_some_and(|head| head.endpoint == SANDBOX);
    if was_rehearsal {
        set_aside(path, None)?;
        let told = (!wanted.sandbox).then(|| format!("{shown} held a rehearsal, which is forgotten now"));
        return Ok(told);
    }
    if wanted.sandbox && head.is_some() {
        return Err(Failure::usage(format!(
            "{shown} holds a real import, and a rehearsal would overwrite it"
        ))
        .hint("rehearse into another folder: --out DIR"));
    }
    if wanted.restart && path.exists() {
        let question = format!(
            "Forget what earlier runs did in {shown}? Contacts that they created may be created a second time."
        );
        if !wanted.yes {
            if !ask::someone_is_there() {
                return Err(Failure::usage(
                    "--restart forgets what earlier runs did, and there is no terminal to ask on",
                )
                .hint("pass --yes as well if contacts may be created a second time"));
            }
            if !ask::yes(&question, false) {
                return Err(Failure::usage("nothing was forgotten, and nothing was sent"));
            }
        }
        let kept = folder.path().join("journal.before-restart.log");
        set_aside(path, Some(&kept))?;
        return Ok(Some(format!(
            "earlier runs are forgotten; their journal is kept as {}",
            settings::shown(&kept)
        )));
    }
    Ok(None)
}

/// Takes a journal away, with what was sent, or keeps both under other names.
fn set_aside(path: &Path, kept: Option<&PathBuf>) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        Failure::new(Exit::Output, format!("cannot set the journal {} aside: {error}", path.display()))
    };
    let there = |result: io::Result<()>| match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
        _ => Ok(()),
    };
    for beside in ["length", "suspect", "new"] {
        there(std::fs::remove_file(path.with_extension(beside)))?;
    }
    let sent = path.with_file_name(SENT_LOG);
    match kept {
        Some(kept) => {
            there(std::fs::rename(&sent, kept.with_file_name("sent.before-restart.log")))?;
            std::fs::rename(path, kept).map_err(failed)
        }
        None => {
            there(std::fs::remove_file(&sent))?;
            std::fs::remove_file(path).map_err(failed)
        }
    }
}

/// Random enough to keep fingerprints of two journals apart, from the keys that the standard library draws from the
/// system for its hash tables.
fn salt() -> [u8; 32] {
    let mut salt = [0; 32];
    for part in salt.chunks_mut(8) {
        part.copy_from_slice(&RandomState::new().build_hasher().finish().to_le_bytes());
    }
    salt
}
