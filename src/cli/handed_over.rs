//! A job of a fleet that was collected into a folder, and who goes on with it: the fleet, in another round, or a `run` or an
//! `undo` in that folder. Neither knows whom the other creates or deletes, so it is one of them.
//!
//! `fleet collect` notes in the folder where the job is. Who goes on there marks the job's folder, which `fleet enqueue` and
//! workers look at, and then looks for a round that was begun since; a worker begins its turn, and then looks for the mark:
//! of two at the same moment one at least sees the other. A folder is known by a name that `collect` gives it: two machines
//! may have folders at the same path, and a folder may be moved.

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
/// In the folder of a part of a job: what other parts need to know of it.
pub(super) const ASIDE: &str = "part.json";
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
    /// The name that this collection has, and no other one; `None`: an earlier version gave none.
    #[serde(default)]
    collection: Option<String>,
}

/// Where a job was gone on with.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Noted")]
pub(super) struct GoneOn {
    /// The folder, as it was found then; that of the job's parts as it is in the job's folder.
    folder: PathBuf,
    /// The name of its collection.
    collection: Option<String>,
}

/// [`GoneOn`] as this version and an earlier one note it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Noted {
    Now { folder: PathBuf, collection: Option<String> },
    Earlier(PathBuf),
}

impl From<Noted> for GoneOn {
    fn from(noted: Noted) -> Self {
        match noted {
            Noted::Now { folder, collection } => Self { folder, collection },
            Noted::Earlier(folder) => Self { folder, collection: None },
        }
    }
}

impl GoneOn {
    /// Whether it was in `folder`, which is found at `here` and has this name.
    fn is_in(&self, folder: &Path, here: &Path, name: Option<&str>) -> io::Result<bool> {
        match (self.collection.as_deref(), name) {
            (Some(one), Some(other)) => Ok(one == other),
            // It may have been moved since.
            _ => Ok(self.folder == here || has_gone_on(folder)?),
        }
    }

    /// Parts of the job were undone one by one.
    fn is_in_parts(&self) -> bool {
        self.folder == Path::new(PARTS)
    }
}

/// Refuses the folder of a part of a job to a `run`: the fleet would not know whom it creates.
pub(super) fn refuse_part(folder: &Path) -> Result<(), Failure> {
    if job_of_part(folder).map_err(unreadable(folder))?.is_none() {
        return Ok(());
    }
    let folder = settings::shown(folder);
    Err(Failure::usage(message!("part-of-job", folder)).hint(message!("part-of-job.fix")))
}

/// The job's folder and the round, if `folder` is that of a part.
fn job_of_part(folder: &Path) -> io::Result<Option<(PathBuf, u32)>> {
    if !folder.join(ASIDE).is_file() {
        return Ok(None);
    }
    let here = folder.canonicalize()?;
    let round = here.file_name().and_then(|name| name.to_str()?.split('.').nth(1)?.parse().ok());
    let parts = here.parent().filter(|parts| parts.ends_with(PARTS));
    Ok(parts.and_then(Path::parent).map(Path::to_owned).zip(round))
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
    let (job, round, here) = if let Some((job, round)) = job_of_part(folder).map_err(unreadable(folder))? {
        (job, round, GoneOn { folder: PARTS.into(), collection: None })
    } else {
        let Some(Collected { job, round, collection }) = read(&folder.join(COLLECTED))? else {
            return Ok(None);
        };
        if !job.is_dir() {
            return Ok(Some(message!("warn-job-away", folder = settings::shown(&job))));
        }
        (job, round, GoneOn { folder: folder.canonicalize().map_err(unreadable(folder))?, collection })
    };
    let is_here = |there: &GoneOn| {
        let is_here = there.is_in(folder, &here.folder, here.collection.as_deref());
        is_here.map_err(unreadable(folder))
    };
    if let Some(there) = gone_on_with(&job)? {
        return if is_here(&there)? { Ok(None) } else { Err(refusal(&job, &there)) };
    }
    refuse_later_rounds(&job, round)?;
    mark(&job, &here)?;
    match gone_on_with(&job)? {
        Some(there) if !is_here(&there)? => return Err(refusal(&job, &there)),
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
pub(super) fn refusal(job: &Path, there: &GoneOn) -> Failure {
    let path = job.join(&there.folder);
    let folder = settings::shown(&path);
    let what = Failure::usage(message!("job-gone-on", folder = &folder));
    if there.is_in_parts() {
        return what.hint(message!("hint-job-in-parts"));
    }
    // At the same path another folder may be, on this machine or since it was moved: nobody is known there.
    let found = read::<Collected>(&path.join(COLLECTED)).ok().flatten();
    let is_found =
        found.is_some_and(|found| there.collection.is_none() || found.collection == there.collection);
    what.hint(if is_found { message!("job-gone-on.fix", folder) } else { message!("hint-job-elsewhere") })
}

/// Where the job in the folder `job` was gone on with, if it was.
pub(super) fn gone_on_with(job: &Path) -> Result<Option<GoneOn>, Failure> {
    read(&job.join(GONE_ON))
}

/// Leaves the mark, unless there is one: it is there as a whole or not at all.
fn mark(job: &Path, here: &GoneOn) -> Result<(), Failure> {
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

    use super::{COLLECTED, Collected, gone_on_with, read, refusal, settings, unreadable, unwritten};
    use crate::cli::exit::Exit;
    use crate::cli::failure::Failure;
    use crate::fleet::Seal;
    use crate::results::OutputDir;
    use crate::words::{Message, message};

    /// The name of a collection.
    pub(in crate::cli) struct Name(String);

    /// The job in the folder `job` is about to be collected into `out`: nobody goes on there before it is finished. The
    /// second value is something to tell.
    ///
    /// # Errors
    ///
    /// If it was gone on with there, or in its parts: what that came to is lost, and another one would do it all again.
    pub(in crate::cli) fn begin_to_collect(
        out: &OutputDir,
        job: &Path,
    ) -> Result<(Name, Option<Message>), Failure> {
        let here = out.path().canonicalize().map_err(unreadable(out.path()))?;
        let mut told = None;
        if let Some(there) = gone_on_with(job)? {
            let before = read::<Collected>(&out.path().join(COLLECTED))?;
            let is_here = before.is_some_and(|before| match (before.collection, &there.collection) {
                (Some(one), Some(other)) => one == *other,
                _ => there.folder == here,
            });
            if is_here || there.is_in_parts() {
                return Err(refusal(job, &there));
            }
            told = Some(message!("warn-gone-on", folder = settings::shown(&there.folder)));
        }
        let random = Seal::new_key().ok_or_else(|| Failure::new(Exit::Bug, message!("hint-bug")))?;
        let name = Name(random[..16].iter().map(|byte| format!("{byte:02x}")).collect());
        note_collected(out, job, 0, &name)?;
        Ok((name, told))
    }

    /// It was collected as this round left it.
    pub(in crate::cli) fn note_collected(
        out: &OutputDir,
        job: &Path,
        round: u32,
        name: &Name,
    ) -> Result<(), Failure> {
        let job = job.canonicalize().map_err(unreadable(job))?;
        let path = out.path().join(COLLECTED);
        let json = serde_json::to_string(&Collected { job, round, collection: Some(name.0.clone()) });
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
        copy_with(out, job, None);
    }

    fn copy_with(out: &Path, job: &Path, name: Option<&str>) {
        let collection = name.map(str::to_owned);
        let json = serde_json::to_string(&Collected { job: job.to_owned(), round: 1, collection }).unwrap();
        std::fs::create_dir_all(out).unwrap();
        std::fs::write(out.join(COLLECTED), json).unwrap();
    }

    fn hint_of(failure: &Failure) -> String {
        failure.text()
    }

    #[test]
    fn a_folder_is_known_by_its_name_wherever_it_is_and_another_one_at_its_place_is_not() {
        let all = tempfile::tempdir().unwrap();
        let (out, job) = collected(all.path());
        copy_with(&out, &job, Some("one"));
        assert!(go_on(&out).unwrap().is_none());
        // Moved before a first record was written there.
        let archive = all.path().join("archive");
        std::fs::rename(&out, &archive).unwrap();
        assert!(go_on(&archive).unwrap().is_none());
        // Another machine's at the same path, or one that was collected anew.
        copy_with(&out, &job, Some("two"));
        let refused = go_on(&out).unwrap_err();
        assert_eq!(refused.exit(), Exit::Usage);
        assert!(!hint_of(&refused).contains("--out"), "{}", hint_of(&refused));
        std::fs::remove_dir_all(&out).unwrap();
        std::fs::rename(&archive, &out).unwrap();
        copy_with(&archive, &job, Some("two"));
        let refused = go_on(&archive).unwrap_err();
        assert!(hint_of(&refused).contains("--out"), "{}", hint_of(&refused));
    }

    #[test]
    fn parts_are_undone_one_after_the_other_and_then_nobody_goes_on_elsewhere() {
        let all = tempfile::tempdir().unwrap();
        let (out, job) = collected(all.path());
        let parts = ["00000.1", "00001.1"].map(|name| job.join(PARTS).join(name));
        for part in &parts {
            std::fs::create_dir_all(part).unwrap();
            assert!(refuse_part(part).is_ok());
            std::fs::write(part.join(ASIDE), "{}").unwrap();
            assert_eq!(refuse_part(part).unwrap_err().exit(), Exit::Usage);
        }
        for part in &parts {
            assert!(go_on(part).unwrap().is_none());
        }
        assert!(gone_on_with(&job).unwrap().unwrap().is_in_parts());
        assert_eq!(go_on(&out).unwrap_err().exit(), Exit::Usage);
        assert!(refuse_part(&out).is_ok());
    }

    #[test]
    fn a_mark_of_an_earlier_version_is_read() {
        let all = tempfile::tempdir().unwrap();
        let (out, job) = collected(all.path());
        let here = out.canonicalize().unwrap();
        std::fs::write(job.join(GONE_ON), serde_json::to_string(&here).unwrap()).unwrap();
        assert!(go_on(&out).unwrap().is_none());
        let other = all.path().join("other");
        copy_with(&other, &job, Some("one"));
        assert_eq!(go_on(&other).unwrap_err().exit(), Exit::Usage);
    }

    #[test]
    fn who_goes_on_first_leaves_a_mark_and_another_folder_is_refused() {
        let all = tempfile::tempdir().unwrap();
        let (out, job) = collected(all.path());
        assert_eq!(gone_on_with(&job).unwrap(), None);
        assert!(go_on(&out).unwrap().is_none());
        assert_eq!(gone_on_with(&job).unwrap().unwrap().folder, out.canonicalize().unwrap());
        assert!(go_on(&out).unwrap().is_none());
        let other = all.path().join("other");
        copy_of(&other, &job);
        assert_eq!(go_on(&other).unwrap_err().exit(), Exit::Usage);
        // That of a run alone has nobody beside it.
        assert!(go_on(&job).unwrap().is_none());
        assert!(refuse_part(&job).is_ok());
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
