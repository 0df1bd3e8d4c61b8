//! A list from standard input, which is read several times: where it is kept, and until when.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::args::InputArgs;
use super::failure::Failure;
use super::{given, say, settings};
use crate::input::{InputFile, Unreadable};
use crate::journal::own_file_to_read;
use crate::results::{OutputDir, OutputError};
use crate::words::message;

/// Standard input is kept under this name until all of it is settled.
const KEPT: &str = "stdin.csv";
/// The same of a run that did not settle it, where another list came after that.
const UNSETTLED: &str = "stdin.unsettled";

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

/// Keeps standard input until it is settled: all of it, or nothing. What was kept of an earlier run is not settled: it stays,
/// if this is another list, and that is said.
fn keep(
    folder: &OutputDir,
    spool: impl FnOnce(File, &Path) -> Result<InputFile, Unreadable>,
) -> Result<InputFile, Failure> {
    let kept = folder.path().join(KEPT);
    let failed = |source| OutputError::Write { path: kept.clone(), source };
    let new = folder.create(KEPT)?;
    let input = spool(new.handle()?, &kept)?;
    let now = digest(new.handle()?).map_err(failed)?;
    let before = digest_of(&kept).filter(|before| *before != now);
    if before.is_some() && before.as_ref() != Some(&digest(io::empty()).map_err(failed)?) {
        let copy = unsettled(folder).find(|copy| digest_of(copy) == before);
        let is_kept = copy.is_some();
        let taken = || failed(io::ErrorKind::AlreadyExists.into());
        let copy = copy.or_else(|| folder.free(UNSETTLED, ".csv")).ok_or_else(taken)?;
        if !is_kept {
            std::fs::rename(&kept, &copy).map_err(failed)?;
        }
        let (file, folder) = (given::argument(&copy), given::argument(folder.path()));
        say(&message!("stdin-unsettled", file, folder).told());
    }
    new.finish()?;
    Ok(input)
}

fn digest(list: impl io::Read) -> io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(list).map(|hasher| hasher.finalize())
}

fn digest_of(path: &Path) -> Option<blake3::Hash> {
    digest(own_file_to_read(path).ok()?).ok()
}

/// Lists from standard input that were not settled before another one came.
fn unsettled(folder: &OutputDir) -> impl Iterator<Item = PathBuf> {
    let entries = std::fs::read_dir(folder.path()).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| is_unsettled(path))
}

fn is_unsettled(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.starts_with(UNSETTLED) && name.ends_with(".csv")
}

/// Whether `file` is a list from standard input that was kept in `folder`: to go on with it is to read the pipe once more.
pub(super) fn is_kept(file: &Path, folder: &Path) -> bool {
    let is_one = file.file_name().is_some_and(|name| name == KEPT) || is_unsettled(file);
    let there = || file.parent().and_then(|parent| parent.canonicalize().ok());
    is_one && there().is_some_and(|there| folder.canonicalize().is_ok_and(|folder| folder == there))
}

/// Every row of what was read has its status, and what failed is in `failures.csv`: standard input needs not be kept any more, if
/// that is what was read, nor what was kept of it before.
pub(super) fn forget(args: &InputArgs, folder: &OutputDir) {
    let is_stdin = settings::is_stdin(&args.file);
    // Somebody may have called a list of their own as the other one is called.
    if is_stdin || is_unsettled(&args.file) && is_kept(&args.file, folder.path()) {
        let read = if is_stdin { folder.path().join(KEPT) } else { args.file.clone() };
        let settled = digest_of(&read);
        let copies = unsettled(folder).chain([folder.path().join(KEPT)]);
        let copies = copies.filter(|copy| settled.is_some() && digest_of(copy) == settled);
        for list in copies.collect::<Vec<_>>().into_iter().chain([read]) {
            // That it stays is no harm: it is as private as the results.
            let _ = std::fs::remove_file(list);
        }
    }
}
