//! Files of rows that people correct: what somebody wrote into one of them is never written over.
//!
//! Beside each stands what this program wrote last, as a digest. A file that is another one was edited, and is kept under
//! another name before the new one takes its place.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::OutputError;
use super::failures::FailuresFormat;
use super::private::{OutputDir, PrivateFile};
use crate::journal::own_file_to_read;

/// The rows that could not be imported, in the folder of an import.
pub const FAILURES: &str = "failures.csv";
/// What the name of a file that somebody had corrected gets before its end.
const EDITED: &str = ".edited";
/// The rows that a check found wanting, in its folder.
pub const PROBLEMS: &str = "problems.csv";

/// Such a file in the making.
pub(super) struct GivenBack {
    folder: OutputDir,
    name: &'static str,
    file: PrivateFile,
    digest: blake3::Hasher,
}

impl GivenBack {
    pub(super) fn begin(
        folder: &OutputDir,
        name: &'static str,
        format: &FailuresFormat,
    ) -> Result<Self, OutputError> {
        let (file, digest) = (folder.create(name)?, blake3::Hasher::new());
        let mut begun = Self { folder: folder.clone(), name, file, digest };
        begun.write(&format.start())?;
        Ok(begun)
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.digest.update(bytes);
        self.file.write(bytes)
    }

    /// Gives the file its name. Returns where the one that had it is kept, if that was edited.
    pub(super) fn finish(self) -> Result<Option<PathBuf>, OutputError> {
        let Self { folder, name, file, digest } = self;
        let new = digest.finalize().to_hex().to_string();
        let before = digest_of(&folder.path().join(name));
        let kept = match &before {
            Some(before) if *before != new && !is_ours(folder.path(), name, before) => {
                Some(keep(&folder, name)?)
            }
            _ => None,
        };
        // Written first: if the process dies here, the file that is there is known all the same.
        let ours = [before.filter(|_| kept.is_none()).unwrap_or_default(), new].join("\n");
        let mut beside = folder.create_named(&beside(name))?;
        beside.write(ours.as_bytes())?;
        beside.finish()?;
        file.finish()?;
        Ok(kept)
    }
}

/// Forms in which people save a file that they have opened, or pack it, by the ends of its names.
const SAVED_AS: [&str; 12] =
    ["csv", "gz", "ods", "tsv", "txt", "xls", "xlsb", "xlsm", "xlsx", "xz", "zip", "zst"];

/// Whether a file of this name in the folder of an import has its failures, or what a check found wanting: as they were written, kept
/// beside because somebody had corrected them, or saved under a name that begins so, as copies are (`failures (1).csv`).
pub fn is_of_failures(name: &str) -> bool {
    let name = name.to_lowercase();
    let Some((_, end)) = name.rsplit_once('.') else { return false };
    let is_written = [FAILURES, PROBLEMS].iter().any(|written| {
        let rest = name.strip_prefix(written.trim_end_matches(".csv"));
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    });
    is_written && SAVED_AS.contains(&end)
}

/// Whether a check has written in `folder` what it found wanting.
pub fn is_of_a_check(folder: &Path) -> bool {
    folder.join(beside(PROBLEMS)).is_file()
}

/// Whether `failures.csv` in the folder at `path` was edited since it was written.
pub fn failures_were_edited(path: &Path) -> bool {
    digest_of(&path.join(FAILURES)).is_some_and(|digest| !is_ours(path, FAILURES, &digest))
}

/// The digest of a file, if there is one. What cannot be read is nothing that this program wrote.
fn digest_of(path: &Path) -> Option<String> {
    let mut digest = blake3::Hasher::new();
    let read = own_file_to_read(path).and_then(|file| digest.update_reader(file).map(drop));
    match read {
        Ok(()) => Some(digest.finalize().to_hex().to_string()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(_) => Some(String::new()),
    }
}

fn is_ours(folder: &Path, name: &str, digest: &str) -> bool {
    let ours = own_file_to_read(&folder.join(beside(name)));
    let ours = ours.and_then(io::read_to_string).unwrap_or_default();
    !digest.is_empty() && ours.lines().any(|line| line == digest)
}

/// Where the digests stand.
fn beside(name: &str) -> String {
    name.replace(".csv", ".written")
}

/// Keeps a file under the first name that is free.
fn keep(folder: &OutputDir, name: &str) -> Result<PathBuf, OutputError> {
    let path = folder.path().join(name);
    let failed = |source| OutputError::Write { path: path.clone(), source };
    let kept = folder
        .free(&name.replace(".csv", EDITED), ".csv")
        .ok_or_else(|| failed(io::ErrorKind::AlreadyExists.into()))?;
    fs::rename(&path, &kept).map_err(failed)?;
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &OutputDir, row: &str) -> Option<PathBuf> {
        let mut file =
            GivenBack::begin(folder, FAILURES, &FailuresFormat::new(vec!["a".to_owned()], b',', false))
                .unwrap();
        file.write(row.as_bytes()).unwrap();
        file.finish().unwrap()
    }

    #[test]
    fn what_somebody_wrote_into_the_file_is_kept_and_what_nobody_touched_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let dir = OutputDir::open(folder.path()).unwrap();
        let path = folder.path().join(FAILURES);
        assert_eq!((write(&dir, "1\n"), write(&dir, "2\n"), write(&dir, "2\n")), (None, None, None));
        assert!(!failures_were_edited(folder.path()));
        for (mended, kept) in [("mended", "failures.edited.csv"), ("again", "failures.edited-2.csv")] {
            fs::write(&path, mended).unwrap();
            assert!(failures_were_edited(folder.path()));
            let kept = folder.path().join(kept);
            assert_eq!(write(&dir, "3\n").as_ref(), Some(&kept));
            assert_eq!(fs::read_to_string(&kept).unwrap(), mended);
            assert!(fs::read_to_string(&path).unwrap().ends_with("3\n"));
        }
        assert_eq!(write(&dir, "4\n"), None);
    }

    #[test]
    fn failures_are_known_by_their_name_in_whatever_form_they_were_saved() {
        for name in [
            "failures.csv",
            "Failures.CSV",
            "failures.xlsx",
            "failures.edited-2.csv",
            "failures (1).csv",
            "failures - Copy.ods",
            "failures.csv.txt",
            "failures.csv.gz",
            "failures.csv.zst",
            "problems.csv",
            "problems-mended.xlsx",
        ] {
            assert!(is_of_failures(name), "{name}");
        }
        for name in [
            "failures",
            "failures.known",
            "failures.written",
            "failures.import",
            "failures2.csv",
            "myfailures.csv",
        ] {
            assert!(!is_of_failures(name), "{name}");
        }
    }

    #[test]
    fn a_process_that_died_between_the_two_files_leaves_none_that_is_taken_for_edited() {
        let folder = tempfile::tempdir().unwrap();
        let dir = OutputDir::open(folder.path()).unwrap();
        write(&dir, "1\n");
        let before = fs::read(folder.path().join(FAILURES)).unwrap();
        write(&dir, "2\n");
        fs::write(folder.path().join(FAILURES), before).unwrap();
        assert_eq!(write(&dir, "3\n"), None);
    }
}
