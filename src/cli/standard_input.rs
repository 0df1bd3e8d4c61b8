//! A list from standard input, which is read several times: where it is kept, and until when.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::args::InputArgs;
use super::failure::Failure;
use super::{given, say, settings};
use crate::input::{InputFile, Unreadable};
use crate::results::{OutputDir, OutputError};
use crate::words::message;

/// Standard input is kept under this name until all of it is settled.
const KEPT: &str = "stdin.csv";
/// The same of a run that did not settle it, where another list came after that.
const UNSETTLED: &str = "stdin.unsettled.csv";
/// Of those at most.
const MOST_UNSETTLED: u32 = 1000;

/// How standard input is kept, which is read several times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stdin {
    /// Under a name in the folder, until it is settled: the rows that were not sent may be nowhere else.
    UntilSettled,
    /// As long as this process needs it.
    ForNow,
}

impl Stdin {
    /// Has `spool` read standard input into the file that it is given.
    ///
    /// # Errors
    ///
    /// If there is no place for it, or it is no list.
    pub(super) fn spool(
        self,
        folder: &OutputDir,
        spool: impl FnOnce(File, &Path) -> Result<InputFile, Unreadable>,
    ) -> Result<InputFile, Failure> {
        match self {
            Self::ForNow => Ok(spool(folder.scratch()?, &folder.path().join(KEPT))?),
            Self::UntilSettled => keep(folder, spool),
        }
    }
}

/// Keeps standard input until it is settled. What was kept of an earlier run is not settled: it stays, if this is another list,
/// and that is said.
fn keep(
    folder: &OutputDir,
    spool: impl FnOnce(File, &Path) -> Result<InputFile, Unreadable>,
) -> Result<InputFile, Failure> {
    let kept = folder.path().join(KEPT);
    let failed = |source| OutputError::Write { path: kept.clone(), source };
    let digest = |path: &Path| {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(File::open(path)?).map(|hasher| hasher.finalize())
    };
    let unsettled =
        kept.metadata().is_ok_and(|file| file.len() > 0).then(|| free_name(folder)).transpose()?;
    if let Some(unsettled) = &unsettled {
        std::fs::rename(&kept, unsettled).map_err(failed)?;
    }
    let (file, path) = folder.keep(KEPT)?;
    let input = spool(file, &path);
    let Some(unsettled) = unsettled else { return Ok(input?) };
    if input.is_err() || digest(&unsettled).ok() == digest(&kept).ok() {
        std::fs::rename(&unsettled, &kept).map_err(failed)?;
    } else {
        let (file, folder) = (given::argument(&unsettled), given::argument(folder.path()));
        say(&message!("stdin-unsettled", file, folder).told());
    }
    Ok(input?)
}

/// A name for a list from standard input that was not settled.
fn free_name(folder: &OutputDir) -> Result<PathBuf, OutputError> {
    let names = (1..=MOST_UNSETTLED).map(|number| match number {
        1 => UNSETTLED.to_owned(),
        number => UNSETTLED.replace(".csv", &format!("-{number}.csv")),
    });
    let path = folder.path().join(UNSETTLED);
    let is_free = |path: &PathBuf| path.symlink_metadata().is_err();
    names
        .map(|name| folder.path().join(name))
        .find(is_free)
        .ok_or(OutputError::Write { path, source: io::ErrorKind::AlreadyExists.into() })
}

/// Standard input is settled and needs not be kept, if that is what was read.
pub(super) fn forget(args: &InputArgs, folder: &OutputDir) {
    if settings::is_stdin(&args.file) {
        // That it stays is no harm: it is as private as the results.
        let _ = std::fs::remove_file(folder.path().join(KEPT));
    }
}
