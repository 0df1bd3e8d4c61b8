//! One rate for all processes of a machine that use the same token: a ledger in a small file, without a server.
//!
//! The file is named by what it is about, which is a hash of address and token. Each request locks it, reads it, takes a
//! cell and lets go, which takes some microseconds; how long the request counts is written into its cell when its answer
//! is there, without the lock, because the cell is its own until then. The kernel releases the lock of a process that
//! dies. One that is stopped while it has the lock would keep it: who has waited too long for it puts a new file into
//! its place, and the one that was stopped notices that its file is not the one at the path any more.
//!
//! The clock counts from the start of the machine and stands still while it sleeps, so that a sleep is never mistaken
//! for room.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::num::NonZeroU32;
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::cells::{self, Cell, Granted};
use super::pacer::Pacer;
use super::window::LONGEST_COUNT;
use crate::words::{Message, message, worded};

/// First bytes of the file; another first line is another format.
const MAGIC: &[u8; 16] = b"callbell rate 1\n";
/// Where the pacer stands, and where cells begin.
const PACER_AT: u64 = 16;
const CELLS_AT: u64 = 32;
const CELL: usize = 16;
/// Most cells that are read: the highest rate that can be asked for.
const MOST_CELLS: usize = 10_000;
/// How long to wait before the lock is tried again, and before it is taken away.
const BUSY: Duration = Duration::from_millis(1);
const STUCK: Duration = Duration::from_secs(3);
/// A wait for others' requests is looked at again after this: their answers may make room sooner.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// Files that nobody has written to for so long are removed.
const FORGOTTEN: Duration = Duration::from_secs(7 * 24 * 3600);

/// The ledger of all processes that use one token.
#[derive(Debug)]
pub struct Shared {
    path: PathBuf,
    file: File,
    limit: u32,
    /// Since when the lock has been busy.
    busy_since: Option<Duration>,
}

/// Why the rate cannot be shared.
#[derive(Debug)]
pub struct SharedError {
    path: PathBuf,
    source: io::Error,
}

worded!(SharedError);

impl SharedError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        message!("rate-not-shared", path = &self.path, why = &self.source)
    }
}

/// Where a request stands in the ledger.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    pub(super) index: usize,
    pub(super) left: Duration,
}

impl Shared {
    /// Opens the ledger called `name` in `folder`, both made if they are not there; this process sends at most `limit`
    /// requests a second. `now` is the wall clock, by which files are forgotten.
    ///
    /// # Errors
    ///
    /// If the folder is somebody else's, or the file cannot be made or locked.
    pub fn open(folder: &Path, name: &str, limit: NonZeroU32, now: SystemTime) -> Result<Self, SharedError> {
        let path = folder.join(name);
        let open = || {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            let found = std::fs::symlink_metadata(folder)?;
            if found.uid() != rustix::process::geteuid().as_raw() || !found.is_dir() {
                return Err(io::Error::other("its folder belongs to somebody else"));
            }
            remove_forgotten(folder, now)?;
            let file = open_file(&path)?;
            match file.try_lock() {
                Ok(()) => file.unlock()?,
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
            Ok(file)
        };
        match open() {
            Ok(file) => Ok(Self { path, file, limit: limit.get(), busy_since: None }),
            Err(source) => Err(SharedError { path, source }),
        }
    }

    /// Takes a cell for a request that leaves now.
    ///
    /// # Errors
    ///
    /// How long to wait before asking again.
    pub(super) fn leave(&mut self) -> io::Result<Result<Slot, Duration>> {
        match self.file.try_lock() {
            Ok(()) => self.busy_since = None,
            Err(TryLockError::WouldBlock) => {
                let now = clock();
                if now - *self.busy_since.get_or_insert(now) >= STUCK {
                    self.replace(now)?;
                }
                return Ok(Err(BUSY));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // Not before the lock: others may have left while it was waited for.
        let granted = self.locked(clock());
        self.file.unlock()?;
        granted
    }

    fn locked(&mut self, now: Duration) -> io::Result<Result<Slot, Duration>> {
        if !is_at(&self.file, &self.path) {
            // Another file is there now; this lock is of no use.
            self.file = open_file(&self.path)?;
            return Ok(Err(BUSY));
        }
        let (mut pacer, cells) = read(&self.file)?;
        Ok(match cells::grant(&mut pacer, &cells, self.limit, now) {
            Ok(Granted { index, cell }) => {
                self.file.write_all_at(&nanos(pacer.due).to_le_bytes(), PACER_AT)?;
                write(&self.file, index, cell)?;
                Ok(Slot { index, left: now })
            }
            Err(wait) => Err(wait.min(LOOK_AGAIN)),
        })
    }

    /// The request of `slot` counts for so long from its leaving.
    pub(super) fn counts_for(&self, slot: Slot, time: Duration) -> io::Result<()> {
        // After the longest time the cell may be another request's.
        if clock() >= slot.left + LONGEST_COUNT {
            return Ok(());
        }
        write(&self.file, slot.index, Cell { until: slot.left + time, limit: self.limit })
    }

    /// Puts a new file into the place of one whose lock is stuck. What was sent under the old one is not known: it
    /// counts as if all of it had been sent just now.
    fn replace(&mut self, now: Duration) -> io::Result<()> {
        self.busy_since = None;
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let file = tempfile::Builder::new().prefix(LEDGER).tempfile_in(folder)?;
        file.as_file().write_all_at(MAGIC, 0)?;
        let full = Cell { until: now + super::window::SECOND, limit: self.limit };
        for index in 0..self.limit as usize {
            write(file.as_file(), index, full)?;
        }
        self.file = file.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }
}

/// Time since this machine was started, without the time it slept.
fn clock() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn open_file(path: &Path) -> io::Result<File> {
    // The folder is this user's; a link in it is nobody's file all the same.
    let no_follow = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600).custom_flags(no_follow);
    let file = options.open(path)?;
    let mut magic = [0; MAGIC.len()];
    match file.read_exact_at(&mut magic, 0) {
        Ok(()) if &magic == MAGIC => {}
        // New, or nothing that anybody could need.
        _ => file.write_all_at(MAGIC, 0)?,
    }
    Ok(file)
}

/// Whether `path` is this file's.
fn is_at(file: &File, path: &Path) -> bool {
    let (Ok(this), Ok(there)) = (file.metadata(), std::fs::symlink_metadata(path)) else { return false };
    (this.dev(), this.ino()) == (there.dev(), there.ino())
}

fn read(file: &File) -> io::Result<(Pacer, Vec<Cell>)> {
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    let mut bytes = vec![0; length.clamp(CELLS_AT as usize, CELLS_AT as usize + MOST_CELLS * CELL)];
    let mut filled = 0;
    while filled < bytes.len() {
        match file.read_at(&mut bytes[filled..], filled as u64)? {
            0 => break,
            more => filled += more,
        }
    }
    let time = |bytes: &[u8]| {
        bytes.try_into().map_or(Duration::ZERO, |time| Duration::from_nanos(u64::from_le_bytes(time)))
    };
    let due = time(&bytes[PACER_AT as usize..PACER_AT as usize + 8]);
    let cell = |bytes: &[u8]| Cell {
        until: time(&bytes[..8]),
        limit: bytes[8..12].try_into().map_or(0, u32::from_le_bytes),
    };
    Ok((Pacer { due }, bytes[CELLS_AT as usize..].chunks_exact(CELL).map(cell).collect()))
}

fn write(file: &File, index: usize, cell: Cell) -> io::Result<()> {
    let mut bytes = [0; CELL];
    bytes[..8].copy_from_slice(&nanos(cell.until).to_le_bytes());
    bytes[8..12].copy_from_slice(&cell.limit.to_le_bytes());
    file.write_all_at(&bytes, CELLS_AT + (index * CELL) as u64)
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// What the names of ledgers begin with.
pub const LEDGER: &str = "rate-";

/// Removes ledgers that nobody has needed for long, and nothing else: people keep files of theirs anywhere.
fn remove_forgotten(folder: &Path, now: SystemTime) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(LEDGER) {
            continue;
        }
        let is_old = entry
            .metadata()
            .and_then(|found| found.modified())
            .is_ok_and(|time| now.duration_since(time).is_ok_and(|age| age > FORGOTTEN));
        if is_old {
            // Another process may have been quicker.
            let _ = std::fs::remove_file(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(folder: &Path, limit: u32) -> Shared {
        let limit = NonZeroU32::new(limit).unwrap();
        Shared::open(folder, "budget", limit, SystemTime::UNIX_EPOCH).unwrap()
    }

    /// Takes cells until there is none to be had for a while, or no lock.
    fn take(shared: &mut Shared) -> Result<Slot, Duration> {
        shared.leave().unwrap()
    }

    #[test]
    fn what_one_process_sends_counts_for_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let (mut one, mut other) = (open(folder.path(), 2), open(folder.path(), 2));
        let slot = take(&mut one).unwrap();
        assert!(take(&mut other).is_err(), "paced");
        // Counted for no time at all, it makes room.
        one.counts_for(slot, Duration::ZERO).unwrap();
        let (_, cells) = read(&one.file).unwrap();
        assert_eq!(cells.len(), 1);
        assert!(cells[0].until <= clock());
    }

    #[test]
    fn a_lock_that_is_stuck_is_left_to_its_holder_and_the_holder_comes_to_the_new_file() {
        let folder = tempfile::tempdir().unwrap();
        let (mut stopped, mut other) = (open(folder.path(), 300), open(folder.path(), 300));
        stopped.file.lock().unwrap();
        assert_eq!(take(&mut other).unwrap_err(), BUSY);
        // It has waited for long.
        other.busy_since = Some(clock().saturating_sub(STUCK));
        assert_eq!(take(&mut other).unwrap_err(), BUSY);
        // What the stopped one sent is not known, so there is no room for now.
        assert!(take(&mut other).unwrap_err() > BUSY);
        stopped.file.unlock().unwrap();
        assert_eq!(take(&mut stopped).unwrap_err(), BUSY, "it comes to the new file");
        assert!(is_at(&stopped.file, &stopped.path));
        assert!(take(&mut stopped).unwrap_err() > BUSY);
    }

    #[test]
    fn a_file_that_is_something_else_is_begun_anew_and_one_that_was_deleted_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("budget"), [0xff; 300]).unwrap();
        let mut shared = open(folder.path(), 300);
        take(&mut shared).unwrap();
        std::fs::remove_file(folder.path().join("budget")).unwrap();
        assert_eq!(take(&mut shared).unwrap_err(), BUSY);
        take(&mut shared).unwrap();
    }

    #[test]
    fn folder_and_file_are_the_users_own_and_what_nobody_needs_any_more_is_removed() {
        let (folder, now) = (tempfile::tempdir().unwrap(), SystemTime::now());
        let inside = folder.path().join("state");
        let limit = NonZeroU32::new(9).unwrap();
        Shared::open(&inside, "rate-old", limit, now).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().mode() & 0o777;
        assert_eq!((mode(&inside), mode(&inside.join("rate-old"))), (0o700, 0o600));
        std::fs::write(inside.join("contacts.csv"), "somebody's").unwrap();
        Shared::open(&inside, "rate-new", limit, now + FORGOTTEN * 2).unwrap();
        let is_there = |name: &str| inside.join(name).exists();
        assert!(!is_there("rate-old") && is_there("rate-new") && is_there("contacts.csv"));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_told() {
        let error = Shared::open(Path::new("/dev/null/x"), "budget", NonZeroU32::MIN, SystemTime::UNIX_EPOCH);
        assert!(error.unwrap_err().to_string().contains("/dev/null/x/budget"));
    }
}
