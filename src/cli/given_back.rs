//! Imports that belong together: the failures of one were given back, and another came of them.
//!
//! Each of them has a folder and a journal of its own, and people may be in several: a row is corrected in `failures.csv`
//! and in the list, or says in the failures who is in the list already. So each asks the journals of all the others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::exit::Exit;
use super::failure::Failure;
use super::identity::Account;
use super::remembered::Remembered;
use super::{given, settings};
use crate::journal::{
    ContactKey, Elsewhere, Past, TicketNumber, decode_line, encode_line, own_file_to_read, peek,
};
use crate::ledger::JOURNAL;
use crate::model::EXTRA_COLUMNS;
use crate::results::{OutputDir, OutputError};
use crate::undo;
use crate::words::{Message, message};

/// In the folder of an import whose failures were given back: where to, a line each time, with a checksum.
pub(super) const NAME: &str = "given-back.json";

/// The folder of the import whose failures `file` has.
pub(super) fn import_of(file: &Path) -> Option<&Path> {
    let folder = file.parent()?;
    (file == given::places(folder).0 && is_import(folder)).then_some(folder)
}

/// The folder of the import whose failures are read.
pub(super) fn import_that(read: &[PathBuf]) -> Option<&Path> {
    let [file] = read else { return None };
    import_of(file)
}

/// Whether something was sent, or may have been, with results in this folder.
fn is_import(folder: &Path) -> bool {
    let journal = folder.join(JOURNAL);
    journal.is_file() || journal.with_extension("length").is_file()
}

/// That the failures of an import were given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct GivenBack {
    /// The folder with what became of them, from the root.
    to: PathBuf,
    /// The same from the import's folder: both may have been moved together.
    #[serde(default)]
    from_here: Option<PathBuf>,
    /// When, in seconds since 1970: what a later run of the import wrote is not what was given back.
    pub(super) at: u64,
}

/// The places to which the failures of one import were given back.
#[derive(Debug, Default)]
struct Places {
    told: Vec<GivenBack>,
    /// Lines that say nothing any more, with the byte where each begins.
    damaged: Vec<(usize, String)>,
}

impl Places {
    fn read(folder: &Path) -> io::Result<Self> {
        let mut places = Self::default();
        let text = match own_file_to_read(&folder.join(NAME)).and_then(io::read_to_string) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(places),
            Err(error) => return Err(error),
        };
        let mut at = 0;
        for whole in text.split_inclusive('\n') {
            let line = whole.trim_end();
            // Earlier versions remembered the last place only, without a checksum.
            let json = if line.starts_with('{') { Some(line) } else { decode_line(line.as_bytes()) };
            match json.and_then(|json| serde_json::from_str(json).ok()) {
                Some(told) => places.told.push(told),
                None => places.damaged.push((at, line.to_owned())),
            }
            at += whole.len();
        }
        Ok(places)
    }
}

impl GivenBack {
    /// Tells the import whose failures `read` has that they were given back, and where to. Its lock is not needed: of two
    /// who tell it at the same moment, one may be forgotten.
    pub(super) fn tell(read: &[PathBuf], folder: &Path) -> Result<(), OutputError> {
        let Some(import) = import_that(read) else { return Ok(()) };
        let to = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        if to == import {
            return Ok(());
        }
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let output = OutputDir::open(import)?;
        let Places { mut told, damaged } = Places::read(import).unwrap_or_default();
        told.retain(|told| told.place(import) != to);
        let from_here = from(import, &to);
        told.push(Self { to, from_here, at: now.as_secs() });
        let mut file = output.create(NAME)?;
        for (_, line) in damaged {
            file.write(format!("{line}\n").as_bytes())?;
        }
        for told in &told {
            file.write(&encode_line(&serde_json::to_string(told).unwrap_or_default()))?;
        }
        file.finish()
    }

    /// The folders with what became of the failures of the import in `folder`.
    pub(super) fn places_of(folder: &Path) -> Vec<PathBuf> {
        let told = Places::read(folder).unwrap_or_default().told;
        told.iter().map(|told| told.place(folder)).filter(|place| is_import(place)).collect()
    }

    /// Where the failures of the import in `folder` were given back to the last time, if they were.
    pub(super) fn of(folder: &Path) -> Option<Self> {
        Places::read(folder).ok()?.told.pop()
    }

    /// The folder with what became of the failures of the import in `import`.
    pub(super) fn place(&self, import: &Path) -> PathBuf {
        let from_here = self.from_here.as_ref().map(|from_here| import.join(from_here));
        from_here
            .and_then(|place| place.canonicalize().ok())
            .filter(|place| is_import(place))
            .unwrap_or_else(|| self.to.clone())
    }
}

/// The way from one folder to another, both from the root; `None` if they share nothing but the root.
fn from(here: &Path, there: &Path) -> Option<PathBuf> {
    let (mut here, mut there) = (here.components().peekable(), there.components().peekable());
    let mut shared = 0;
    while here.peek().is_some() && here.peek() == there.peek() {
        here.next();
        there.next();
        shared += 1;
    }
    let up = here.map(|_| Component::ParentDir);
    (shared > 1).then(|| up.chain(there).collect())
}

/// An import that belongs together with another one.
enum Related<'f> {
    /// In this folder; `is_list`: it is the one whose failures the other one imports.
    There { folder: &'f Path, is_list: bool },
    /// What is here, or should be, cannot be known any more.
    Lost { folder: &'f Path, damage: Message },
}

/// What the imports know that belong together with the one in `folder`, which reads `read`, and what is to be said of those
/// that lack something. A journal of another account, or of a rehearsal, knows nobody.
/// `scratch` makes files for what does not fit into memory.
///
/// # Errors
///
/// If one of them cannot be read.
pub(super) fn elsewhere(
    folder: &Path,
    read: &[PathBuf],
    account: &Account,
    scratch: impl Fn() -> io::Result<File>,
) -> Result<(Vec<Elsewhere>, Vec<Message>), Failure> {
    let (mut known, mut warnings) = (Vec::new(), Vec::new());
    let mut take = |elsewhere: Elsewhere, folder: &Path| {
        if let Some(damage) = elsewhere.damage() {
            let folder = settings::shown(folder);
            warnings.push(message!("warn-elsewhere-damaged", folder, damage));
        }
        known.push(elsewhere);
    };
    each_related(folder, read, |related| {
        match related {
            Related::Lost { folder, damage } => take(Elsewhere::lost(damage), folder),
            Related::There { folder, is_list } => {
                if let Some(elsewhere) = read_one(folder, account, &scratch)? {
                    // Its failures say themselves who is in doubt.
                    take(if is_list { elsewhere.of_those_who_are_there() } else { elsewhere }, folder);
                }
            }
        }
        Ok(())
    })?;
    Ok((known, warnings))
}

/// The uuids of the contacts that an undo has deleted of the imports that belong together with the one in `folder`, which
/// reads `read`, also if they were imported once more after that: what its own journal says of them is over.
///
/// # Errors
///
/// If one of them cannot be read.
pub(super) fn taken_back(folder: &Path, read: &[PathBuf]) -> Result<BTreeSet<String>, Failure> {
    let mut uuids = BTreeSet::new();
    each_related(folder, read, |related| {
        let Related::There { folder, .. } = related else { return Ok(()) };
        let (journal, deleted) = (folder.join(JOURNAL), deleted(folder)?);
        // Where a run was told to import them again, its journal alone knows it.
        let mut forgotten: BTreeMap<ContactKey, TicketNumber> = BTreeMap::new();
        let note_forgotten = |past: Past| {
            if past.evidence.forgotten {
                let last = forgotten.entry(past.key).or_default();
                *last = past.ticket.max(*last);
            }
            Ok(())
        };
        peek(&journal, note_forgotten).map_err(unreadable(folder))?;
        if deleted.is_empty() && forgotten.is_empty() {
            return Ok(());
        }
        let (mut gone, mut there) = (BTreeSet::new(), BTreeSet::new());
        let note = |past: Past| {
            let is_forgotten = forgotten.get(&past.key).is_some_and(|last| past.ticket <= *last);
            if let Some(contact) = past.verdict.and_then(|verdict| verdict.o.into_contact()) {
                if is_forgotten || deleted.contains(&past.ticket) {
                    gone.insert(contact.uuid);
                } else if forgotten.contains_key(&past.key) {
                    there.insert(contact.uuid);
                }
            }
            Ok(())
        };
        peek(&journal, note).map_err(unreadable(folder))?;
        // Who was put back and not deleted is named once more behind the word that it is over.
        uuids.extend(gone.difference(&there).cloned());
        Ok(())
    })?;
    Ok(uuids)
}

fn each_related(
    folder: &Path,
    read: &[PathBuf],
    mut each: impl FnMut(Related<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut met: Vec<PathBuf> = vec![folder.canonicalize().unwrap_or_else(|_| folder.to_owned())];
    let mut at = 0;
    while let Some(here) = met.get(at).cloned() {
        let read = if at == 0 { read.to_vec() } else { Remembered::read(&here).read };
        at += 1;
        let Places { told, damaged } = Places::read(&here).map_err(unreadable(&here))?;
        if let Some((byte, _)) = damaged.first() {
            let damage = message!("damage-line", byte = byte.to_string());
            each(Related::Lost { folder: &here.join(NAME), damage })?;
        }
        let named: Vec<PathBuf> = told.iter().map(|told| told.place(&here)).collect();
        let list = list_of(&here, &read);
        let failures = given::places(&here).1;
        for other in list.iter().cloned().chain([failures]).chain(named.iter().cloned()) {
            let is_list = Some(&other) == list.as_ref();
            let other = other.canonicalize().unwrap_or(other);
            if met.contains(&other) {
                continue;
            }
            if is_import(&other) {
                each(Related::There { folder: &other, is_list })?;
            } else if named.contains(&other) {
                each(Related::Lost { folder: &other, damage: message!("damage-no-journal") })?;
            } else {
                continue;
            }
            met.push(other);
        }
        // Nobody is in two parts of a list, so only their failures are asked for.
        for part in other_parts(&here) {
            if !met.contains(&part) {
                met.push(part);
            }
        }
    }
    Ok(())
}

/// The tickets of the import in `folder` whose contacts an undo has deleted.
fn deleted(folder: &Path) -> Result<BTreeSet<TicketNumber>, Failure> {
    let undone = undo::peek(folder).map_err(unreadable(folder))?;
    Ok(undone.iter().flat_map(undo::Past::deleted).collect())
}

fn read_one(
    folder: &Path,
    account: &Account,
    scratch: &impl Fn() -> io::Result<File>,
) -> Result<Option<Elsewhere>, Failure> {
    let deleted = deleted(folder)?;
    Elsewhere::read(&folder.join(JOURNAL), &deleted, |fingerprints| account.about(fingerprints), scratch)
        .map_err(unreadable(folder))
}

fn unreadable(folder: &Path) -> impl Fn(io::Error) -> Failure {
    |error| {
        let folder = settings::shown(folder);
        Failure::new(Exit::Output, message!("import-unreadable", folder, why = &error))
    }
}

/// The folder of the import whose failures the one in `here` imports, which reads `read`; by where it lies, if not by its file,
/// which may have been elsewhere then.
fn list_of(here: &Path, read: &[PathBuf]) -> Option<PathBuf> {
    let by_file = if let [file] = read { import_of(file) } else { None };
    let around = || here.parent().filter(|folder| given::places(folder).1 == here && is_import(folder));
    by_file.or_else(around).map(Path::to_owned)
}

/// Something to tell about rows that were written to be corrected, if nobody can know by which import: who is corrected in its
/// list, too, will not be known there.
pub(super) fn of_nobody_known(folder: &Path, read: &[PathBuf], header: &[String]) -> Option<Message> {
    let are_written =
        header.len() >= EXTRA_COLUMNS.len() && header.ends_with(&EXTRA_COLUMNS.map(str::to_owned));
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    (are_written && list_of(&folder, read).is_none()).then(|| message!("warn-failures-of-nobody"))
}

/// The folders of the other parts of the list of which the import in `here` is one. Whoever is corrected in the list may
/// belong to another part from then on.
fn other_parts(here: &Path) -> Vec<PathBuf> {
    let part_of = |folder: &Path| {
        let name = folder.file_name()?.to_str()?;
        let (_, count) = name.strip_prefix("shard-")?.split_once("-of-")?;
        Some(count.to_owned())
    };
    let (Some(count), Some(parent)) = (part_of(here), here.parent()) else { return Vec::new() };
    let folders = std::fs::read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut parts: Vec<PathBuf> = folders.filter(|part| part_of(part).as_ref() == Some(&count)).collect();
    parts.sort();
    parts
}
