//! The output folder, and files in it that only the user can read.

use std::fs::{self, DirBuilder, File};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, CWD, accessat};
use rustix::io::Errno;
use tempfile::NamedTempFile;

use super::OutputError;
use crate::journal::give_to_owner_of;
use crate::words::{Message, message};

/// Files of an import that are written where they stand.
const WRITTEN_IN_PLACE: [&str; 6] =
    ["journal.length", "journal.log", "lock", "sent.log", "undo.length", "undo.log"];

/// Files of an import that are read again by later runs and commands, and replaced as a whole.
const READ_AGAIN: [&str; 14] = [
    "failures.csv",
    "failures.known",
    "failures.written",
    "fleet.json",
    "given-back.json",
    "history.json",
    "import.json",
    "people.known",
    "problems.csv",
    "problems.written",
    "report.json",
    "results.csv",
    "stdin.csv",
    "summary.json",
];

/// Files that runs in other folders write here, while an import may work in this one.
const WRITTEN_BY_OTHERS: [&str; 1] = ["given-back.json"];

/// Names under which files are kept for which their own is needed.
const MOST_OF_A_NAME: u32 = 1000;

/// Ending of files that have not got their name yet.
const UNFINISHED: &str = ".part";

/// A folder for one import, mode 0700 if it is new.
#[derive(Debug, Clone)]
pub struct OutputDir {
    path: PathBuf,
}

impl OutputDir {
    /// Makes the folder if it is not there.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn open(path: &Path) -> Result<Self, OutputError> {
        let failed = |source| OutputError::Folder { path: path.to_owned(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
        Ok(Self { path: path.to_owned() })
    }

    /// Refuses a folder that belongs to another user and is closed to this one: nobody could tell what is in it. `writes`: it is
    /// to be written into. One that is not there is nobody's.
    ///
    /// # Errors
    ///
    /// If it is one, or is in a folder that is closed.
    pub fn refuse_one_of_another(path: &Path, writes: bool) -> Result<(), OutputError> {
        let found = match fs::metadata(path) {
            Ok(found) => found,
            Err(source) if source.kind() == io::ErrorKind::PermissionDenied => {
                return Err(OutputError::Folder { path: path.to_owned(), source });
            }
            Err(_) => return Ok(()),
        };
        let needed = Access::READ_OK | Access::EXEC_OK;
        let needed = if writes { needed | Access::WRITE_OK } else { needed };
        let is_closed = || accessat(CWD, path, needed, AtFlags::EACCESS) == Err(Errno::ACCESS);
        if found.is_dir() && found.uid() != rustix::process::geteuid().as_raw() && is_closed() {
            return Err(OutputError::FolderOfAnother { path: path.to_owned(), owner: found.uid() });
        }
        Ok(())
    }

    /// What to tell if others could change what is in it. A link or a pipe that they put there is refused file by
    /// file; a journal that they wrote is believed.
    ///
    /// # Errors
    ///
    /// If it cannot be looked at.
    pub fn exposure(&self) -> Result<Option<Message>, OutputError> {
        let failed = |source| OutputError::Folder { path: self.path.clone(), source };
        let found = fs::metadata(&self.path).map_err(failed)?;
        Ok(if found.uid() != rustix::process::geteuid().as_raw() {
            Some(message!("folder-of-others", path = &self.path))
        } else if found.mode() & 0o022 != 0 {
            Some(message!("folder-open-to-others", path = &self.path))
        } else {
            None
        })
    }

    /// Refuses a folder in which a file of the import belongs to another user and is closed to this one, as where
    /// somebody looked after it by hand as another user: before anything is sent, and with a way out.
    ///
    /// # Errors
    ///
    /// If there is such a file.
    pub fn refuse_files_of_others(&self) -> Result<(), OutputError> {
        let in_place = WRITTEN_IN_PLACE.map(|name| (name, Access::READ_OK | Access::WRITE_OK));
        let again = READ_AGAIN.map(|name| (name, Access::READ_OK));
        for (name, needed) in in_place.into_iter().chain(again) {
            let path = self.path.join(name);
            let Ok(found) = fs::symlink_metadata(&path) else { continue };
            if found.uid() != rustix::process::geteuid().as_raw()
                && found.is_file()
                && accessat(CWD, &path, needed, AtFlags::EACCESS) == Err(Errno::ACCESS)
            {
                return Err(OutputError::OfAnother { path, owner: found.uid() });
            }
        }
        Ok(())
    }

    /// Clears away what a killed run left unfinished. Only for whoever holds the folder's lock: another run's unfinished
    /// files look the same.
    ///
    /// # Errors
    ///
    /// If it cannot be read or written to.
    pub fn clear_away(&self) -> Result<(), OutputError> {
        self.clear(|of| WRITTEN_BY_OTHERS.iter().all(|name| !is_of(of, name)))
    }

    /// The same of what is to be called `name`. Only for whoever holds what is held to write it.
    ///
    /// # Errors
    ///
    /// As [`Self::clear_away`].
    pub fn clear_away_of(&self, name: &str) -> Result<(), OutputError> {
        self.clear(|of| is_of(of, name))
    }

    fn clear(&self, is_meant: impl Fn(&str) -> bool) -> Result<(), OutputError> {
        let failed = |source| OutputError::Folder { path: self.path.clone(), source };
        for entry in fs::read_dir(&self.path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let unfinished = name.strip_prefix('.').and_then(|name| name.strip_suffix(UNFINISHED));
            if unfinished.is_some_and(&is_meant) {
                match fs::remove_file(entry.path()) {
                    // It was finished meanwhile, or somebody else has cleared it away.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    done => done.map_err(failed)?,
                }
            }
        }
        Ok(())
    }

    /// Its path, as given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins a file that will be called `name`.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn create(&self, name: &'static str) -> Result<PrivateFile, OutputError> {
        self.create_named(name)
    }

    /// [`Self::create`] for a name that a person chose.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn create_named(&self, name: &str) -> Result<PrivateFile, OutputError> {
        let path = self.path.join(name);
        // tempfile makes files with mode 0600, under a name that was not there.
        let file = tempfile::Builder::new()
            .prefix(&format!(".{name}."))
            .suffix(UNFINISHED)
            .tempfile_in(&self.path)
            .map_err(|source| OutputError::Write { path: path.clone(), source })?;
        give_to_owner_of(&self.path, file.as_file());
        Ok(PrivateFile { path, file: BufWriter::with_capacity(64 * 1024, file) })
    }

    /// The first path in it that is free of `stem` and `ending` and, from the second on, a number between them: nothing is
    /// overwritten. `None` if a thousand are taken.
    pub fn free(&self, stem: &str, ending: &str) -> Option<PathBuf> {
        let names = (1..=MOST_OF_A_NAME).map(|number| match number {
            1 => format!("{stem}{ending}"),
            number => format!("{stem}-{number}{ending}"),
        });
        names.map(|name| self.path.join(name)).find(|path| path.symlink_metadata().is_err())
    }

    /// A file without a name, for what is needed only while the program runs.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn scratch(&self) -> Result<File, OutputError> {
        tempfile::tempfile_in(&self.path)
            .map_err(|source| OutputError::Folder { path: self.path.clone(), source })
    }
}

/// A file that gets its name when it is whole.
pub struct PrivateFile {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl PrivateFile {
    /// Appends bytes.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.file.write_all(bytes).map_err(|source| self.failed(source))
    }

    /// The same file from its beginning, for whoever writes it by itself and reads it again.
    ///
    /// # Errors
    ///
    /// If it cannot be opened once more.
    pub fn handle(&self) -> Result<File, OutputError> {
        self.file.get_ref().reopen().map_err(|source| self.failed(source))
    }

    /// Puts the file on disk and gives it its name, in the place of what had it.
    ///
    /// # Errors
    ///
    /// If it cannot be completed.
    pub fn finish(self) -> Result<(), OutputError> {
        let Self { path, file } = self;
        let failed = |source| OutputError::Write { path: path.clone(), source };
        let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        if let Some(folder) = path.parent() {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        }
        Ok(())
    }

    fn failed(&self, source: io::Error) -> OutputError {
        OutputError::Write { path: self.path.clone(), source }
    }
}

/// Whether an unfinished file, without its marks, is to be called `name`.
fn is_of(unfinished: &str, name: &str) -> bool {
    unfinished.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn folder_and_files_are_private_and_a_file_has_no_name_before_it_is_whole() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("a.import");
        let dir = OutputDir::open(&folder).unwrap();
        assert_eq!(mode(&folder), 0o700);
        let mut file = dir.create("results.csv").unwrap();
        file.write(b"row\n").unwrap();
        assert!(!folder.join("results.csv").exists());
        file.finish().unwrap();
        assert_eq!(mode(&folder.join("results.csv")), 0o600);
        assert_eq!(fs::read(folder.join("results.csv")).unwrap(), b"row\n");
    }

    #[test]
    fn a_folder_in_which_others_could_write_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let dir = OutputDir::open(folder.path()).unwrap();
        for (mode, open) in [(0o700, false), (0o755, false), (0o770, true), (0o757, true), (0o1777, true)] {
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(dir.exposure().unwrap().is_some(), open, "{mode:o}");
        }
    }

    #[test]
    fn a_file_that_is_not_finished_leaves_the_old_one_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let dir = OutputDir::open(folder.path()).unwrap();
        let mut file = dir.create("results.csv").unwrap();
        file.write(b"old").unwrap();
        file.finish().unwrap();
        let mut file = dir.create("results.csv").unwrap();
        file.write(b"new").unwrap();
        drop(file);
        assert_eq!(fs::read(folder.path().join("results.csv")).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_a_killed_run_left_unfinished_is_cleared_away() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".results.csv.x7.part"), "half").unwrap();
        fs::write(folder.path().join("mine.part"), "keep").unwrap();
        // A run in another folder may be about to finish it.
        fs::write(folder.path().join(".given-back.json.x7.part"), "half").unwrap();
        let left = || {
            let entries = fs::read_dir(folder.path()).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        let dir = OutputDir::open(folder.path()).unwrap();
        dir.clear_away().unwrap();
        assert_eq!(left(), [".given-back.json.x7.part", "mine.part"]);
        dir.clear_away_of("given-back.json").unwrap();
        assert_eq!(left(), ["mine.part"]);
    }

    #[test]
    fn a_folder_that_cannot_be_used_is_an_error() {
        let file = NamedTempFile::new().unwrap();
        assert!(matches!(OutputDir::open(file.path()), Err(OutputError::Folder { .. })));
        assert!(matches!(OutputDir::open(&file.path().join("below")), Err(OutputError::Folder { .. })));
    }
}
