//! What became of the rows of a chunk, in the shared folder.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::bug;
use super::order::{JobFolder, failed, foreign};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::handed_over::ASIDE;
use crate::cli::settings;
use crate::fleet::Work;
use crate::ledger::JOURNAL;
use crate::model::ApiManners;
use crate::report::{STORY, Story};
use crate::results::{OutputDir, SENT_LOG};
use crate::run::{Before, Report};
use crate::words::message;

/// What other parts and the whole need to know of a part.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Aside {
    /// How the account answered.
    pub(super) manners: ApiManners,
    /// Rows that failed, those aside that were left out on purpose.
    pub(super) failures: u64,
    /// Rows.
    pub(super) rows: u64,
    /// How long it took.
    pub(super) took: Duration,
}

impl Aside {
    /// That of an import that took so long.
    pub(super) fn of(report: Report, took: Duration) -> Self {
        Self {
            failures: report.tally.failures() - report.tally.left_out(),
            rows: report.taken,
            took,
            manners: report.manners,
        }
    }
}

/// Writes down what became of a chunk, in the folder of a turn.
pub(super) fn write(turn: &OutputDir, story: &Story, aside: &Aside) -> Result<(), Failure> {
    let story = serde_json::to_string(story)
        .map_err(|error| Failure::new(Exit::Bug, message!("report-unwritten", why = error.to_string())))?;
    let aside = serde_json::to_string(aside).map_err(|error| bug(&error.to_string()))?;
    for (name, json) in [(STORY, story), (ASIDE, aside)] {
        let mut file = turn.create(name)?;
        file.write(json.as_bytes())?;
        file.finish()?;
    }
    Ok(())
}

/// The folder of a part that is whole.
pub(super) fn path(folder: &JobFolder, chunk: u32, round: u32) -> PathBuf {
    folder.parts().join(format!("{chunk:05}.{round}"))
}

/// The part of this round that a chunk has.
pub(super) fn of_round(folder: &JobFolder, chunk: u32, round: u32) -> Option<PathBuf> {
    Some(path(folder, chunk, round)).filter(|path| path.is_dir())
}

/// The part of the last round up to `round` that a chunk has.
pub(super) fn find(folder: &JobFolder, chunk: u32, round: u32) -> Option<PathBuf> {
    (1..=round).rev().find_map(|round| of_round(folder, chunk, round))
}

/// A folder for this worker's turn, which no other turn has.
pub(super) fn begin(folder: &JobFolder, work: &Work) -> Result<PathBuf, Failure> {
    let turns = folder.work();
    let turn = tempfile::Builder::new()
        .prefix(&format!("{:05}.{}.", work.chunk, work.round))
        .tempdir_in(&turns)
        .map_err(failed(&turns))?;
    Ok(turn.keep())
}

/// Gives the folder of a turn its name as a part, with what earlier turns kept of what they sent. Another worker may have
/// done so, which is as good: it told the same rows by the same journal.
pub(super) fn publish(folder: &JobFolder, work: &Work, turn: &Path) -> Result<(), Failure> {
    let others = others(folder, work, turn);
    let path_of_log = turn.join(SENT_LOG);
    let mut log =
        File::options().append(true).create(true).open(&path_of_log).map_err(failed(&path_of_log))?;
    for other in &others {
        append(&mut log, &other.join(SENT_LOG)).map_err(failed(&path_of_log))?;
    }
    log.sync_data().map_err(failed(&path_of_log))?;
    let part = path(folder, work.chunk, work.round);
    match std::fs::rename(turn, &part) {
        Ok(()) => {
            let parts = folder.parts();
            File::open(&parts).and_then(|parts| parts.sync_all()).map_err(failed(&parts))?;
        }
        Err(error) if part.is_dir() => tracing::debug!(%error, "the part is there already"),
        Err(error) => return Err(failed(&part)(error)),
    }
    for other in others.iter().filter(|other| other.starts_with(folder.work())) {
        // What stays is no harm: its worker is gone, or may not send any more.
        let _ = std::fs::remove_dir_all(other);
    }
    Ok(())
}

/// Folders of other turns at the chunk, and of its earlier parts.
fn others(folder: &JobFolder, work: &Work, turn: &Path) -> Vec<PathBuf> {
    let prefix = format!("{:05}.", work.chunk);
    let mut others: Vec<PathBuf> = [folder.work(), folder.parts()]
        .iter()
        .filter_map(|all| std::fs::read_dir(all).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&prefix)))
        // By its name, which no other has: its path may be written in another way.
        .filter(|path| path.file_name() != turn.file_name())
        .collect();
    others.sort();
    others
}

/// What other turns at the chunk, and its earlier parts, keep of its log.
pub(super) fn mirrors(folder: &JobFolder, work: &Work, turn: &Path) -> Vec<PathBuf> {
    let others = others(folder, work, turn).into_iter().map(|other| other.join(JOURNAL));
    others.filter(|mirror| mirror.is_file()).collect()
}

/// Whether something is known to have been sent by those who kept these mirrors: they told an answer, or a whole part.
pub(super) fn have_sent(mirrors: &[PathBuf]) -> bool {
    let told = |folder: &Path| {
        folder.join(ASIDE).is_file()
            || std::fs::metadata(folder.join(SENT_LOG)).is_ok_and(|log| log.len() > 0)
    };
    mirrors.iter().filter_map(|mirror| mirror.parent()).any(told)
}

/// Appends whole lines: a line that its writer did not finish gets an end, and is known for torn.
fn append(log: &mut File, other: &Path) -> io::Result<()> {
    let mut other = match File::open(other) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    // As long as it is now: one that is being written to would have no end.
    let length = other.metadata()?.len();
    io::copy(&mut (&mut other).take(length), log)?;
    let mut last = [b'\n'];
    if other.seek(SeekFrom::End(0))? > 0 {
        other.seek(SeekFrom::End(-1))?;
        other.read_exact(&mut last)?;
    }
    if last != *b"\n" { log.write_all(b"\n") } else { Ok(()) }
}

/// What the parts of a round that are whole came to, and how long they took.
pub(super) fn before(folder: &JobFolder, chunks: u32, round: u32) -> Result<(Before, Duration), Failure> {
    let (mut before, mut took) = (Before::default(), Duration::ZERO);
    for chunk in 0..chunks {
        let part = path(folder, chunk, round);
        if part.is_dir() {
            let aside: Aside = read(&part.join(ASIDE))?;
            before.failures += aside.failures;
            before.rows += aside.rows;
            took += aside.took;
        }
    }
    Ok((before, took))
}

/// The word for what stopped the run of a part, if anything did.
pub(super) fn stopped_by(part: &Path) -> Result<Option<String>, Failure> {
    let story: Story = read(&part.join(STORY))?;
    Ok(story.summary.stopped_by.map(Into::into))
}

/// Reads the story of a part, and what is told of it aside.
pub(super) fn told(part: &Path) -> Result<(Story, Aside), Failure> {
    Ok((read(&part.join(STORY))?, read(&part.join(ASIDE))?))
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let text = std::fs::read_to_string(path).map_err(|why| {
        Failure::new(Exit::Output, message!("cannot-read", path = settings::shown(path), why = &why))
    })?;
    serde_json::from_str(&text).map_err(|error| foreign(path, &error.to_string()))
}
