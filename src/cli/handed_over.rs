//! A job of a fleet that was collected into a folder, and who goes on with it: the fleet, in another round, or a `run` or an
//! `undo` in that folder. Neither knows whom the other creates or deletes, so it is one of them.
//!
//! `fleet collect` notes in the folder where the job is. Who goes on there marks the job's folder, which `fleet enqueue` and
//! workers look at, and then looks for a round that was begun since; a worker begins its turn, and then looks for the mark:
//! of two at the same moment one at least sees the other.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::exit::Exit;
use super::failure::Failure;
use super::settings;
use crate::journal::{own_file_to_read, peek};
use crate::ledger::JOURNAL;
use crate::undo;
use crate::words::{Message, message};

/// In the folder of results: the job.
const COLLECTED: &str = "fleet.json";
/// In the job's folder: where it was gone on with.
const GONE_ON: &str = "gone-on.json";
/// Where turns and parts of all rounds are in a job's folder.
pub(super) const WORK: &str = "work";
pub(super) const PARTS: &str = "parts";

/// What was written into the engine outlives every worker and every boot of a machine; what it loses all the same shows by
/// the length that is noted outside of it.
pub(super) const ENGINE: &str = "engine";

/// The job whose results a folder has.
#[derive(Debug, Serialize, Deserialize)]
struct Collected {
    /// Its folder, from the root.
    job: PathBuf,
    /// The round that was collected; 0: it was not finished.
    round: u32,
}

/// Whether `folder` has the results of a job.
pub(super) fn was_collected(folder: &Path) -> bool {
    folder.join(COLLECTED).exists()
}

/// A run or an undo is about to go on in `folder`, whose lock is held: from here on nobody else does. The value is something
/// to tell.
///
/// # Errors
///
/// If somebody else has gone on with it, or that cannot be known.
pub(super) fn go_on(folder: &Path) -> Result<Option<Message>, Failure> {
    let Some(Collected { job, round }) = read(&folder.join(COLLECTED))? else { return Ok(None) };
    if !job.is_dir() {
        return Ok(Some(message!("warn-job-away", folder = settings::shown(&job))));
    }
    let here = folder.canonicalize().map_err(unreadable(folder))?;
    if let Some(there) = gone_on_with(&job)? {
        // It may have been moved since.
        let is_here = there == here || has_gone_on(folder).map_err(unreadable(folder))?;
        return if is_here { Ok(None) } else { Err(refusal(&there)) };
    }
    refuse_later_rounds(&job, round)?;
    mark(&job, &here)?;
    match gone_on_with(&job)? {
        Some(there) if there != here => return Err(refusal(&there)),
        _ => {}
    }
    if let Err(refusal) = refuse_later_rounds(&job, round) {
        let path = job.join(GONE_ON);
        std::fs::remove_file(&path).map_err(unwritten(&path))?;
        return Err(refusal);
    }
    Ok(None)
}

fn refuse_later_rounds(job: &Path, round: u32) -> Result<(), Failure> {
    if last_round(job)? <= round {
        return Ok(());
    }
    Err(Failure::usage(message!("job-went-on")).hint(message!("job-went-on.fix")))
}

/// The fleet does not go on with it.
pub(super) fn refusal(there: &Path) -> Failure {
    let folder = settings::shown(there);
    Failure::usage(message!("job-gone-on", folder = &folder)).hint(message!("job-gone-on.fix", folder))
}

/// Where the job in the folder `job` was gone on with, if it was.
pub(super) fn gone_on_with(job: &Path) -> Result<Option<PathBuf>, Failure> {
    read(&job.join(GONE_ON))
}

/// Leaves the mark, unless there is one: it is there as a whole or not at all.
fn mark(job: &Path, here: &Path) -> Result<(), Failure> {
    let path = job.join(GONE_ON);
    let failed = unwritten(&path);
    let json = serde_json::to_string(here).map_err(|error| failed(error.into()))?;
    let mut file = tempfile::NamedTempFile::new_in(job).map_err(&failed)?;
    file.write_all(json.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(&failed)?;
    match std::fs::hard_link(file.path(), &path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(failed(error)),
        _ => File::open(job).and_then(|folder| folder.sync_all()).map_err(failed),
    }
}

/// Whether a run or an undo went on in `folder` since it was collected.
fn has_gone_on(folder: &Path) -> io::Result<bool> {
    if undo::peek(folder)?.is_some_and(|undone| undone.has_effect()) {
        return Ok(true);
    }
    let session = peek(&folder.join(JOURNAL), |_| Ok(()))?.and_then(|known| known.last_session);
    Ok(session.is_some_and(|session| session.boot.as_deref() != Some(ENGINE)))
}

/// The last round of which something is in a job's folder; 0, if nothing is.
pub(super) fn last_round(job: &Path) -> Result<u32, Failure> {
    let mut last = 0;
    for folder in [PARTS, WORK].map(|name| job.join(name)) {
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.map_err(unreadable(&folder))?,
        };
        for entry in entries {
            let name = entry.map_err(unreadable(&folder))?.file_name();
            let round = name.to_str().and_then(|name| name.split('.').nth(1)?.parse().ok());
            last = last.max(round.unwrap_or_default());
        }
    }
    Ok(last)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Failure> {
    let text = match own_file_to_read(path).and_then(io::read_to_string) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text.map_err(unreadable(path))?,
    };
    serde_json::from_str(&text).map(Some).map_err(|error| unreadable(path)(error.into()))
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> Failure {
    move |why| Failure::new(Exit::Output, message!("cannot-read", path = settings::shown(path), why = &why))
}

fn unwritten(path: &Path) -> impl Fn(io::Error) -> Failure {
    move |why| {
        Failure::new(Exit::Output, message!("fleet-cannot-write", path = settings::shown(path), why = &why))
    }
}

#[cfg(feature = "fleet")]
mod by_collect {
    use std::path::Path;

    use super::{COLLECTED, Collected, gone_on_with, refusal, unreadable, unwritten};
    use crate::cli::failure::Failure;
    use crate::results::OutputDir;

    /// The job in the folder `job` is about to be collected into `out`: nobody goes on there before it is finished.
    ///
    /// # Errors
    ///
    /// If it was gone on with there: what that came to is lost, and another one would do it all again.
    pub(in crate::cli) fn begin_to_collect(out: &OutputDir, job: &Path) -> Result<(), Failure> {
        let here = out.path().canonicalize().map_err(unreadable(out.path()))?;
        match gone_on_with(job)? {
            Some(there) if there == here => Err(refusal(&there)),
            _ => note_collected(out, job, 0),
        }
    }

    /// It was collected as this round left it.
    pub(in crate::cli) fn note_collected(out: &OutputDir, job: &Path, round: u32) -> Result<(), Failure> {
        let job = job.canonicalize().map_err(unreadable(job))?;
        let path = out.path().join(COLLECTED);
        let json = serde_json::to_string(&Collected { job, round });
        let json = json.map_err(|error| unwritten(&path)(error.into()))?;
        let mut file = out.create(COLLECTED)?;
        file.write(json.as_bytes())?;
        Ok(file.finish()?)
    }
}

#[cfg(feature = "fleet")]
pub(super) use by_collect::{begin_to_collect, note_collected};

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of results of the first round, and the folder of its job.
    fn collected(all: &Path) -> (PathBuf, PathBuf) {
        let (out, job) = (all.join("out"), all.join("job"));
        for folder in [&out, &job.join(PARTS), &job.join(WORK)] {
            std::fs::create_dir_all(folder).unwrap();
        }
        copy_of(&out, &job);
        std::fs::create_dir(job.join("parts/00000.1")).unwrap();
        (out, job)
    }

    fn copy_of(out: &Path, job: &Path) {
        let json = serde_json::to_string(&Collected { job: job.to_owned(), round: 1 }).unwrap();
        std::fs::create_dir_all(out).unwrap();
        std::fs::write(out.join(COLLECTED), json).unwrap();
    }

    #[test]
    fn who_goes_on_first_leaves_a_mark_and_another_folder_is_refused() {
        let all = tempfile::tempdir().unwrap();
        let (out, job) = collected(all.path());
        assert_eq!(gone_on_with(&job).unwrap(), None);
        assert!(go_on(&out).unwrap().is_none());
        assert_eq!(gone_on_with(&job).unwrap(), Some(out.canonicalize().unwrap()));
        assert!(go_on(&out).unwrap().is_none());
        let other = all.path().join("other");
        copy_of(&other, &job);
        assert_eq!(go_on(&other).unwrap_err().exit(), Exit::Usage);
        // That of a run alone has nobody beside it.
        assert!(go_on(&job).unwrap().is_none());
    }

    #[test]
    fn a_round_that_was_begun_since_is_seen_by_its_turns_and_parts_and_leaves_no_mark() {
        for later in ["work/00003.2.Xy3a", "parts/00000.12"] {
            let all = tempfile::tempdir().unwrap();
            let (out, job) = collected(all.path());
            std::fs::create_dir(job.join(later)).unwrap();
            assert!(last_round(&job).unwrap() > 1);
            assert_eq!(go_on(&out).unwrap_err().exit(), Exit::Usage, "{later}");
            assert_eq!(gone_on_with(&job).unwrap(), None);
        }
    }

    #[test]
    fn a_job_that_is_not_to_be_seen_is_told_and_a_damaged_note_is_no_leave_to_go_on() {
        let all = tempfile::tempdir().unwrap();
        let (out, job) = collected(all.path());
        std::fs::write(job.join(GONE_ON), "\"").unwrap();
        assert_eq!(go_on(&out).unwrap_err().exit(), Exit::Output);
        std::fs::remove_dir_all(&job).unwrap();
        assert!(go_on(&out).unwrap().is_some());
        std::fs::write(out.join(COLLECTED), "{").unwrap();
        assert_eq!(go_on(&out).unwrap_err().exit(), Exit::Output);
    }
}
