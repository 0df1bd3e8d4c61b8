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
    ContactKey, Elsewhere, Final, Past, TicketNumber, decode_line, encode_line, own_file_to_read, peek,
};
use crate::ledger::JOURNAL;
use crate::model::EXTRA_COLUMNS;
use crate::results::{OutputDir, OutputError};
use crate::status::{Holder, holder};
use crate::undo;
use crate::words::{Message, message};

/// In the folder of an import whose failures were given back: where to, a line each time, with a checksum.
pub(super) const NAME: &str = "given-back.json";

/// The folder of the import whose failures `file` has.
pub(super) fn import_of(file: &Path) -> Option<&Path> {
    let folder = file.parent()?;
    (file == given::places(folder).0 && is_import(folder)).then_some(folder)
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
    /// When the last time, in seconds since 1970: what a later run of the import wrote is not what was given back.
    pub(super) at: u64,
    /// When the first time; `None` if an earlier version told it, which did not write it down.
    #[serde(default)]
    since: Option<u64>,
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
        imports_of(read).into_iter().try_for_each(|import| Self::tell_one(import, folder))
    }

    fn tell_one(import: &Path, folder: &Path) -> Result<(), OutputError> {
        let to = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        if to == import {
            return Ok(());
        }
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let output = OutputDir::open(import)?;
        let Places { mut told, damaged } = Places::read(import).unwrap_or_default();
        let before = told.iter().find(|told| told.place(import) == to).map(|told| told.since);
        told.retain(|told| told.place(import) != to);
        let from_here = from(import, &to);
        told.push(Self { to, from_here, at: now, since: before.unwrap_or(Some(now)) });
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
        found(&self.to, self.from_here.as_deref(), import)
    }
}

/// An import whose failures were read, as the folder remembers it with what became of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ListOf {
    /// Its folder, from the root.
    folder: PathBuf,
    /// The same from the folder that remembers it: both may have been moved together.
    from_here: Option<PathBuf>,
}

impl ListOf {
    /// The imports whose failures `read` has, for the folder `here`.
    pub(super) fn all(read: &[PathBuf], here: &Path) -> Vec<Self> {
        let here = here.canonicalize().unwrap_or_else(|_| here.to_owned());
        let list = |folder: &Path| Self { folder: folder.to_owned(), from_here: from(&here, folder) };
        imports_of(read).into_iter().filter(|folder| *folder != here).map(list).collect()
    }
}

/// The folder that was at `to`, or on the way `from_here` from `here`, if there is an import.
fn found(to: &Path, from_here: Option<&Path>, here: &Path) -> PathBuf {
    let from_here = from_here.and_then(|from_here| here.join(from_here).canonicalize().ok());
    from_here.filter(|place| is_import(place)).unwrap_or_else(|| to.to_owned())
}

/// The folders of the imports whose failures the files have.
pub(super) fn imports_of(read: &[PathBuf]) -> BTreeSet<&Path> {
    read.iter().filter_map(|file| import_of(file)).collect()
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
    /// What is here, or should be, cannot be known any more, but that it began at this time, in seconds since 1970.
    Lost { folder: &'f Path, damage: Message, since: Option<u64> },
}

/// What the imports know that belong together with the one in `folder`, which reads `read`, and what is to be said of those
/// that lack something. A journal of another account, or of a rehearsal, knows nobody.
/// `gone` are those that undos took back. `scratch` makes files for what does not fit into memory.
///
/// # Errors
///
/// If one of them cannot be read.
pub(super) fn elsewhere(
    folder: &Path,
    read: &[PathBuf],
    (account, gone): (&Account, &Gone),
    scratch: impl Fn() -> io::Result<File>,
) -> Result<(Vec<Elsewhere>, Vec<Message>), Failure> {
    let (mut known, mut warnings, mut of_logs) = (Vec::new(), Vec::new(), Vec::new());
    let mut take = |elsewhere: Elsewhere, folder: &Path| {
        if let Some(damage) = elsewhere.damage() {
            let folder = settings::shown(folder);
            warnings.push(message!("warn-elsewhere-damaged", folder, damage));
        }
        known.push(elsewhere);
    };
    each_related(folder, read, |related| {
        match related {
            Related::Lost { folder, damage, since } => take(Elsewhere::lost(damage, since), folder),
            Related::There { folder, is_list } => {
                if let Some(damage) = undone(folder)?.damage {
                    let log = settings::shown(&folder.join(undo::UNDO_LOG));
                    of_logs.push(message!("warn-elsewhere-damaged", folder = log, damage));
                }
                if let Some(elsewhere) = read_one(folder, (account, gone), &scratch)? {
                    // Its failures say themselves who is in doubt.
                    take(if is_list { elsewhere.of_a_list() } else { elsewhere }, folder);
                }
            }
        }
        Ok(())
    })?;
    warnings.append(&mut of_logs);
    Ok((known, warnings))
}

/// Contacts that undos took back, by their uuids.
#[derive(Debug, Default)]
pub(super) struct Gone {
    /// They were deleted.
    pub(super) deleted: BTreeSet<String>,
    /// They may have been: what is known of them says that they are there, and is not believed unasked.
    pub(super) doubtful: BTreeSet<String>,
}

impl Gone {
    /// Those of whom the own journal says nothing any more.
    pub(super) fn contains(&self, uuid: &str) -> bool {
        self.deleted.contains(uuid) || self.doubtful.contains(uuid)
    }
}

/// Contacts that an undo has deleted, or may have, of the imports that belong together with the one in `folder`, which
/// reads `read`, also if they were imported once more after that: what its own journal says of them is over.
///
/// # Errors
///
/// If one of them cannot be read.
pub(super) fn taken_back(folder: &Path, read: &[PathBuf]) -> Result<Gone, Failure> {
    let mut gone = Gone::default();
    each_related(folder, read, |related| {
        let Related::There { folder, .. } = related else { return Ok(()) };
        let (journal, undone) = (folder.join(JOURNAL), undone(folder)?);
        let deleted: BTreeSet<TicketNumber> = undone.deleted().collect();
        let (open, is_damaged) = (&undone.open, undone.damage.is_some());
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
        if deleted.is_empty() && open.is_empty() && forgotten.is_empty() && !is_damaged {
            return Ok(());
        }
        let (mut over, mut there) = (BTreeSet::new(), BTreeSet::new());
        let note = |past: Past| {
            let is_forgotten = forgotten.get(&past.key).is_some_and(|last| past.ticket <= *last);
            // What an undo was about to delete when it died; and where it is not known what it deleted, whoever was created.
            let is_doubtful =
                open.contains(&past.ticket) || is_damaged && past.evidence.verdict == Some(Final::There);
            if let Some(contact) = past.verdict.and_then(|verdict| verdict.o.into_contact()) {
                if is_forgotten || deleted.contains(&past.ticket) {
                    over.insert(contact.uuid);
                } else if is_doubtful {
                    gone.doubtful.insert(contact.uuid);
                } else if forgotten.contains_key(&past.key) {
                    there.insert(contact.uuid);
                }
            }
            Ok(())
        };
        peek(&journal, note).map_err(unreadable(folder))?;
        // Who was put back and not deleted is named once more behind the word that it is over.
        gone.deleted.extend(over.difference(&there).cloned());
        Ok(())
    })?;
    Ok(gone)
}

/// Refuses to go on while another process works on an import that belongs together with the one in `folder`, whose lock is held:
/// what either of them creates, or deletes, the other one would not know. Of two that begin at the same moment both are refused
/// at worst.
///
/// # Errors
///
/// If there is such a process, or the folders cannot be read.
pub(super) fn refuse_another_at_work(folder: &Path, read: &[PathBuf]) -> Result<(), Failure> {
    each_related(folder, read, |related| {
        let Related::There { folder: other, .. } = related else { return Ok(()) };
        match holder(other).map_err(unreadable(other))? {
            Holder::Process(holder) => {
                let other = settings::shown(other);
                Err(Failure::new(Exit::Locked, message!("related-lock-held", folder = other, holder))
                    .hint(message!("related-lock-held.fix")))
            }
            Holder::Nobody | Holder::Unknown(_) => Ok(()),
        }
    })
}

fn each_related(
    folder: &Path,
    read: &[PathBuf],
    mut each: impl FnMut(Related<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut met: Vec<PathBuf> = vec![folder.canonicalize().unwrap_or_else(|_| folder.to_owned())];
    let are_failures = !lists_of(&met[0], read).is_empty();
    let mut at = 0;
    while let Some(here) = met.get(at).cloned() {
        let (lists, lost) =
            if at == 0 { (lists_of(&here, read), Vec::new()) } else { remembered_lists(&here) };
        at += 1;
        for list in lost {
            let damage = message!("damage-no-journal");
            each(Related::Lost { folder: &list, damage, since: None })?;
        }
        let Places { told, damaged } = Places::read(&here).map_err(unreadable(&here))?;
        if let Some((byte, _)) = damaged.first() {
            let damage = message!("damage-line", byte = byte.to_string());
            each(Related::Lost { folder: &here.join(NAME), damage, since: None })?;
        }
        let named_by = |told: &GivenBack| told.place(&here);
        let named: Vec<PathBuf> = told.iter().map(named_by).collect();
        let failures = given::places(&here).1;
        for other in lists.iter().cloned().chain([failures]).chain(named.iter().cloned()) {
            let is_list = lists.contains(&other);
            let other = other.canonicalize().unwrap_or(other);
            if met.contains(&other) {
                continue;
            }
            if is_import(&other) {
                each(Related::There { folder: &other, is_list })?;
            } else if named.contains(&other) {
                let since = told.iter().find(|told| named_by(told) == other).and_then(|told| told.since);
                each(Related::Lost { folder: &other, damage: message!("damage-no-journal"), since })?;
            } else {
                continue;
            }
            met.push(other);
        }
        // Nobody is in two parts of a list, so only their failures are asked for.
        for part in other_parts(&here) {
            if met.contains(&part) {
                continue;
            }
            // Who is mended in failures may belong to any of them.
            if are_failures && is_import(&part) {
                each(Related::There { folder: &part, is_list: true })?;
            }
            met.push(part);
        }
    }
    Ok(())
}

/// What undos did about the import in `folder`.
fn undone(folder: &Path) -> Result<undo::Past, Failure> {
    undo::peek_whole(folder).map_err(unreadable(folder))
}

fn read_one(
    folder: &Path,
    (account, gone): (&Account, &Gone),
    scratch: &impl Fn() -> io::Result<File>,
) -> Result<Option<Elsewhere>, Failure> {
    let deleted: BTreeSet<TicketNumber> = undone(folder)?.deleted().collect();
    let is_gone = |past: &Past| {
        let uuid = past.verdict.as_ref().and_then(|verdict| verdict.o.uuid());
        deleted.contains(&past.ticket) || uuid.is_some_and(|uuid| gone.deleted.contains(uuid))
    };
    Elsewhere::read(&folder.join(JOURNAL), is_gone, |fingerprints| account.about(fingerprints), scratch)
        .map_err(unreadable(folder))
}

fn unreadable(folder: &Path) -> impl Fn(io::Error) -> Failure {
    |error| {
        let folder = settings::shown(folder);
        Failure::new(Exit::Output, message!("import-unreadable", folder, why = &error))
    }
}

/// The folders of the imports whose failures the one in `here` imports, which reads `read`; by where it lies, if not by its
/// files, which may have been elsewhere then.
fn lists_of(here: &Path, read: &[PathBuf]) -> Vec<PathBuf> {
    let by_files: Vec<PathBuf> = imports_of(read).into_iter().map(Path::to_owned).collect();
    if by_files.is_empty() { around(here).into_iter().collect() } else { by_files }
}

/// The folder of the import within which the one in `here` lies as what became of its failures.
fn around(here: &Path) -> Option<PathBuf> {
    here.parent().filter(|folder| given::places(folder).1 == here && is_import(folder)).map(Path::to_owned)
}

/// The same for another folder, as it remembers them; those that are not where they were come last.
fn remembered_lists(here: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let Remembered { read, lists, .. } = Remembered::read(here);
    let Some(lists) = lists.filter(|lists| !lists.is_empty()) else {
        return (lists_of(here, &read), Vec::new());
    };
    let place = |list: &ListOf| found(&list.folder, list.from_here.as_deref(), here);
    let (there, lost): (Vec<PathBuf>, Vec<PathBuf>) =
        lists.iter().map(place).partition(|folder| is_import(folder));
    match around(here) {
        Some(around) if there.is_empty() => (vec![around], Vec::new()),
        _ => (there, lost),
    }
}

/// Something to tell about rows that were written to be corrected, if nobody can know by which import: who is corrected in its
/// list, too, will not be known there.
pub(super) fn of_nobody_known(folder: &Path, read: &[PathBuf], header: &[String]) -> Option<Message> {
    let are_written =
        header.len() >= EXTRA_COLUMNS.len() && header.ends_with(&EXTRA_COLUMNS.map(str::to_owned));
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    (are_written && is_of_nobody(&folder, read)).then(|| message!("warn-failures-of-nobody"))
}

/// Whether the import is not known of one of the files at least.
fn is_of_nobody(folder: &Path, read: &[PathBuf]) -> bool {
    lists_of(folder, read).is_empty() || read.len() > 1 && !read.iter().all(|file| import_of(file).is_some())
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
