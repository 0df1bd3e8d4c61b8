//! Where the failures of an import were given back to: in its folder, for the import's own next run and for `status` and `undo`.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::exit::Exit;
use super::failure::Failure;
use super::set_aside::set_aside_in;
use super::settings;
use super::whereabouts::{Whereabouts, from_the_root};
use crate::journal::{decode_line, encode_line, not_before, own_file_to_read};
use crate::ledger::JOURNAL;
use crate::results::{OutputDir, OutputError, is_of_a_check, is_of_failures};
use crate::words::message;

/// In the folder of an import whose failures were given back: where to, a line each time, with a checksum.
pub(super) const NAME: &str = "given-back.json";

/// The folder of the import whose failures `file` has, or of the check that found its rows wanting: the import of that list may begin
/// there later.
pub(super) fn import_of(file: &Path) -> Option<&Path> {
    let folder = file.parent()?;
    let name = file.file_name()?.to_str()?;
    (is_of_failures(name) && (is_import(folder) || is_of_a_check(folder))).then_some(folder)
}

/// Whether something was sent, or may have been, with results in this folder: also where that was set aside for a restart.
pub(super) fn is_import(folder: &Path) -> bool {
    let journal = folder.join(JOURNAL);
    journal.is_file()
        || journal.with_extension("length").is_file()
        || set_aside_in(folder).is_ok_and(|journals| !journals.is_empty())
}

/// The folders of the imports whose failures the files have.
pub(super) fn imports_of(read: &[PathBuf]) -> BTreeSet<&Path> {
    read.iter().filter_map(|file| import_of(file)).collect()
}

/// That the failures of an import were given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct GivenBack {
    /// The folder with what became of them.
    #[serde(flatten)]
    to: Whereabouts,
    /// When the last time, in seconds since 1970: what a later run of the import wrote is not what was given back.
    pub(super) at: u64,
    /// When the first time, or before that, by the server's clock; `None` if an earlier version told it, which did not write it
    /// down.
    #[serde(default)]
    pub(super) not_before: Option<u64>,
    /// A run was about to begin there, and that is all that is known: without a journal there, nothing was sent.
    #[serde(rename = "announced", default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_announced: bool,
}

/// All that is known of where the failures of one import were given back to.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub(super) told: Vec<GivenBack>,
    /// Lines that say nothing any more, with the byte where each begins.
    pub(super) damaged: Vec<(usize, String)>,
}

impl Places {
    /// # Errors
    ///
    /// If there is something that cannot be read.
    pub(super) fn read(folder: &Path) -> io::Result<Self> {
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
    /// Tells the imports whose failures `read` has that they are given back, and where to. `journal` is the id of that import's.
    ///
    /// # Errors
    ///
    /// If one of them cannot be told.
    pub(super) fn tell(
        read: &[PathBuf],
        folder: &Path,
        server_time: Option<SystemTime>,
        journal: String,
    ) -> Result<(), OutputError> {
        let since = server_time.map_or_else(|| not_before(seconds(SystemTime::now())), seconds);
        Self::tell_all(read, folder, Some((since, journal)))
    }

    /// Tells them that they may be, before anything is: whoever looks for imports that belong together finds this one.
    ///
    /// # Errors
    ///
    /// If one of them cannot be told.
    pub(super) fn announce(read: &[PathBuf], folder: &Path) -> Result<(), Failure> {
        Self::tell_all(read, folder, None).map_err(not_announced)
    }

    /// `by`: they are given back, not before that, and to this journal; otherwise they may be.
    fn tell_all(read: &[PathBuf], folder: &Path, by: Option<(u64, String)>) -> Result<(), OutputError> {
        let to = from_the_root(folder);
        let others = imports_of(read).into_iter().filter(|import| *import != to);
        others.into_iter().try_for_each(|import| Self::tell_one(import, &to, by.clone()))
    }

    fn tell_one(import: &Path, to: &Path, by: Option<(u64, String)>) -> Result<(), OutputError> {
        let output = OutputDir::open(import)?;
        // Of two who tell it at the same moment none is forgotten, where a file system can lock a folder.
        let held = File::open(import).ok();
        if held.as_ref().is_some_and(|held| held.lock().is_ok()) {
            // Whoever died over it.
            output.clear_away_of(NAME)?;
        }
        let failed = |source| OutputError::Write { path: import.join(NAME), source };
        let Places { mut told, damaged } = Places::read(import).map_err(failed)?;
        let is_there = |told: &Self| told.place(import) == to;
        if by.is_none() && told.iter().any(is_there) {
            return Ok(());
        }
        let (since, journal) = by.unzip();
        // Whom an import had that was there before is not known any more, and that is not forgotten.
        let is_it = |told: &Self| is_there(told) && !told.to.is_another(to);
        let before = told.iter().find(|told| is_it(told));
        let first = before.filter(|told| !told.is_announced).map_or(since, |told| told.not_before);
        told.retain(|told| !is_it(told));
        let (to, at) = (Whereabouts::of(to, import, journal), seconds(SystemTime::now()));
        told.push(Self { to, at, not_before: first, is_announced: since.is_none() });
        let told: Vec<String> = told
            .iter()
            .map(serde_json::to_string)
            .collect::<Result<_, _>>()
            .map_err(|error| failed(io::Error::other(error)))?;
        let mut file = output.create(NAME)?;
        for (_, line) in damaged {
            file.write(format!("{line}\n").as_bytes())?;
        }
        for told in &told {
            file.write(&encode_line(told))?;
        }
        file.finish()
    }

    /// The folders with what became of the failures of the import in `folder`.
    pub(super) fn places_of(folder: &Path) -> Vec<PathBuf> {
        let told = Places::read(folder).unwrap_or_default().told;
        let there = told.iter().filter(|told| !told.is_replaced(folder)).map(|told| told.place(folder));
        there.filter(|place| is_import(place)).collect()
    }

    /// Where the failures of the import in `folder` were given back to the last time, if they were.
    pub(super) fn of(folder: &Path) -> Option<Self> {
        let told = Places::read(folder).ok()?.told;
        told.into_iter().rfind(|told| !told.is_announced && !told.is_replaced(folder))
    }

    /// Whether another import is there now, for the import in `import`.
    pub(super) fn is_replaced(&self, import: &Path) -> bool {
        let place = self.place(import);
        is_import(&place) && self.to.is_another(&place)
    }

    /// The folder with what became of the failures of the import in `import`.
    pub(super) fn place(&self, import: &Path) -> PathBuf {
        self.to.now(import, is_import)
    }
}

/// What is said where an import cannot be told: another `--out` does not help.
fn not_announced(error: OutputError) -> Failure {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    match &error {
        OutputError::Write { path, source }
            if matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem) =>
        {
            let folder = settings::shown(path.parent().unwrap_or(path));
            Failure::new(Exit::Output, error.message()).hint(message!("hint-told-in-its-folder", folder))
        }
        _ => error.into(),
    }
}

/// Since 1970.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_import_of_the_failures_cannot_be_told_its_folder_is_named() {
        let hint = |kind: io::ErrorKind| {
            let error =
                OutputError::Write { path: PathBuf::from("list.import").join(NAME), source: kind.into() };
            let failure = not_announced(error);
            assert_eq!(failure.exit(), Exit::Output);
            failure.words().1.map(ToString::to_string)
        };
        for kind in [io::ErrorKind::PermissionDenied, io::ErrorKind::ReadOnlyFilesystem] {
            let hint = hint(kind).unwrap();
            assert!(hint.contains("make list.import writable"), "{hint}");
        }
        assert!(hint(io::ErrorKind::StorageFull).unwrap().contains("Free some disk space"));
    }
}
