//! What a command would overwrite and must not: the list that it reads, and files of others.

use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::args::InputArgs;
use super::failure::Failure;
use super::{drift, remembered, settings};
use crate::ledger::JOURNAL;
use crate::report::{PAGE, STORY, SUMMARY};
use crate::results::{FAILURES, PROBLEMS, RESULTS, SENT_LOG};
use crate::undo::UNDO_LOG;
use crate::words::message;

/// What a run writes under a name that others use, too, and what a file of ours has in it at its beginning.
const OF_A_RUN: [(&str, &str); 7] = [
    (RESULTS, "row,line,status,"),
    (FAILURES, "import_row"),
    (SUMMARY, "\"rows_read\""),
    (STORY, "\"summary\""),
    (PAGE, OF_A_PAGE),
    (remembered::NAME, "\"started_in\""),
    (drift::NAME, "\"runs\""),
];
/// What a page of ours has in it at its beginning.
pub(super) const OF_A_PAGE: &str = "callbell-import";
/// What a check writes.
const OF_A_CHECK: [(&str, &str); 1] = [(PROBLEMS, "import_row")];
/// How far a file is read to see whose it is.
const BEGINNING: u64 = 64 * 1024;

/// The output folder of a command.
pub(super) enum Folder<'p> {
    OfARun(&'p Path),
    OfACheck(&'p Path),
}

/// Refuses to put a file in the place of a device or a pipe, or of a link to one: a program of root's would take `/dev/null`
/// from the whole machine. A link to a file is replaced, and its file stays.
///
/// # Errors
///
/// If there is one.
pub(super) fn refuse_what_is_no_file(path: &Path) -> Result<(), Failure> {
    match fs::metadata(path) {
        Ok(there) if !there.is_file() => {
            let file = settings::shown(path);
            Err(Failure::usage(message!("overwrites-no-file", file)).hint(message!("overwrites-no-file.fix")))
        }
        _ => Ok(()),
    }
}

/// Refuses to put a file in the place of one that has not `mark` in it, and so is none that this program writes there. Where a link
/// has the name, the link is replaced, and its file stays.
///
/// # Errors
///
/// If there is one.
pub(super) fn refuse_a_file_of_others(path: &Path, mark: &str) -> Result<(), Failure> {
    if !path.is_symlink() && is_of_others(path, mark) {
        let file = settings::shown(path);
        return Err(
            Failure::usage(message!("overwrites-others", file)).hint(message!("overwrites-others.name"))
        );
    }
    Ok(())
}

/// Refuses to write over the input, under whatever name, or over what this program did not write.
///
/// # Errors
///
/// If it would: nothing was written yet.
pub(super) fn refuse(input: &InputArgs, folder: &Folder, others: &[&Path]) -> Result<(), Failure> {
    let (folder, named, own): (&Path, &[(&str, &str)], &[&str]) = match folder {
        Folder::OfARun(folder) => (folder, &OF_A_RUN, &[JOURNAL, SENT_LOG, UNDO_LOG]),
        Folder::OfACheck(folder) => (folder, &OF_A_CHECK, &[]),
    };
    let written: Vec<PathBuf> = named
        .iter()
        .map(|(name, _)| folder.join(name))
        .chain(own.iter().map(|name| folder.join(name)))
        .chain(others.iter().map(|&path| path.to_owned()))
        .collect();
    for read in input.files().filter(|path| !settings::is_stdin(path)) {
        let Ok(read) = fs::metadata(read) else { continue };
        let is_read = |path: &&PathBuf| {
            fs::metadata(path).is_ok_and(|there| (there.dev(), there.ino()) == (read.dev(), read.ino()))
        };
        if let Some(path) = written.iter().find(is_read).filter(|_| read.is_file()) {
            let file = settings::shown(path);
            return Err(
                Failure::usage(message!("overwrites-input", file)).hint(message!("overwrites-input.fix"))
            );
        }
    }
    // Where an import of ours is, its files may have been opened and saved in another program.
    if folder.join(JOURNAL).exists() {
        return Ok(());
    }
    for (name, mark) in named {
        let path = folder.join(name);
        // A link of this name is replaced, and its file stays.
        let is_harmless = *name == drift::NAME && path.is_symlink();
        if !is_harmless && is_of_others(&path, mark) {
            let file = settings::shown(&path);
            return Err(
                Failure::usage(message!("overwrites-others", file)).hint(message!("overwrites-others.fix"))
            );
        }
    }
    Ok(())
}

fn is_of_others(path: &Path, mark: &str) -> bool {
    // A pipe would be waited for; it is nothing that this program made.
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return true;
    }
    let mut beginning = Vec::new();
    match File::open(path).and_then(|file| file.take(BEGINNING).read_to_end(&mut beginning)) {
        // One that is empty holds nothing that could be lost.
        Ok(0) => false,
        Ok(_) => !beginning.windows(mark.len()).any(|window| window == mark.as_bytes()),
        // What cannot be read is told by whoever reads it.
        Err(_) => false,
    }
}
