//! One process at a time.
//!
//! The kernel releases a lock when its holder dies, however it dies, so there is no stale lock to be judged.

use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::Duration;

use super::own_file::{own_file, own_file_to_read};
use crate::words::{Message, message, worded};

/// Held for as long as a process works on an import.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

/// Why the lock cannot be had.
#[derive(Debug)]
pub enum LockError {
    /// Another process has it.
    Held {
        /// The process, as it describes itself.
        holder: Message,
    },
    /// Its file cannot be made.
    Unwritable {
        /// The lock file.
        path: String,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The file system does not say who has it.
    Unsupported {
        /// The lock file.
        path: String,
        /// The operating system's reason.
        source: io::Error,
    },
}

worded!(LockError);

impl LockError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::Held { holder } => message!("lock-held", holder),
            Self::Unwritable { path, source } => message!("lock-unwritable", path, why = source),
            Self::Unsupported { path, source } => message!("lock-unsupported", path, why = source),
        }
    }
}

impl Lock {
    /// Takes the lock of the import in `folder`, or tells who has it. `now` is the wall clock, for people.
    ///
    /// # Errors
    ///
    /// If another process has it, or the file system has no locks.
    pub fn take(folder: &Path, now: std::time::SystemTime) -> Result<Self, LockError> {
        let path = folder.join("lock");
        let shown = || path.display().to_string();
        let mut file = own_file(&path).map_err(|source| LockError::Unwritable { path: shown(), source })?;
        let wait = || std::thread::sleep(GLANCE);
        match take_past_glances(|| file.try_lock(), || is_glanced_at(&file), wait) {
            Ok(()) => {
                let holder = format!(
                    "process {}, since {}\n",
                    std::process::id(),
                    humantime::format_rfc3339_seconds(now)
                );
                // Who has the lock is for people; the lock does not depend on it.
                let _ = file
                    .set_len(0)
                    .and_then(|()| file.seek(SeekFrom::Start(0)))
                    .and_then(|_| file.write_all(holder.as_bytes()));
                Ok(Self { file })
            }
            Err(TryLockError::WouldBlock) => Err(LockError::Held { holder: described(file) }),
            Err(TryLockError::Error(source)) => Err(LockError::Unsupported { path: shown(), source }),
        }
    }

    /// Who has the lock of the import in `folder`, as it describes itself, also where it runs in another container, whose
    /// processes this one does not see; `None` if nobody has it, or the file system does not say. For an instant it is held to
    /// find out, which [`take`](Self::take) puts up with.
    ///
    /// # Errors
    ///
    /// If its file cannot be read.
    pub fn holder(folder: &Path) -> io::Result<Option<Message>> {
        let file = match own_file_to_read(&folder.join("lock")) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(match is_glanced_at(&file) {
            Ok(false) => Some(described(file)),
            Ok(true) | Err(_) => None,
        })
    }
}

/// How long is waited for somebody who only looks, and how often: it is over at once, unless that process was stopped meanwhile.
const GLANCE: Duration = Duration::from_millis(5);
const MOST_GLANCES: u32 = 1000;

/// Takes a lock. Somebody may hold it for as long as it takes to look, which `is_glanced_at` tells from one who works.
fn take_past_glances(
    take: impl Fn() -> Result<(), TryLockError>,
    is_glanced_at: impl Fn() -> io::Result<bool>,
    wait: impl Fn(),
) -> Result<(), TryLockError> {
    for _ in 0..MOST_GLANCES {
        match take() {
            Err(TryLockError::WouldBlock) if is_glanced_at().map_err(TryLockError::Error)? => wait(),
            taken => return taken,
        }
    }
    take()
}

/// Whether nobody holds the lock of this file but for a glance, if anybody does.
fn is_glanced_at(file: &File) -> io::Result<bool> {
    match file.try_lock_shared() {
        Ok(()) => file.unlock().map(|()| true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// What the holder of a lock says of itself.
fn described(file: File) -> Message {
    let mut holder = String::new();
    let _ = file.take(200).read_to_string(&mut holder);
    match holder.trim() {
        "" => message!("unknown-process"),
        holder => Message::verbatim(crate::model::printable(holder)),
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file is not enough: a process that is being started has it open, too, until it is another program.
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn the_second_is_told_who_has_the_lock_and_gets_it_when_the_first_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path(), SystemTime::UNIX_EPOCH).unwrap();
        let error = Lock::take(folder.path(), SystemTime::UNIX_EPOCH).unwrap_err().to_string();
        let process = format!("process {}, since 1970-01-01T00:00:00Z", std::process::id());
        assert!(error.contains(&process), "{error}");
        drop(first);
        Lock::take(folder.path(), SystemTime::UNIX_EPOCH).unwrap();
    }

    #[test]
    fn who_looks_is_told_who_has_the_lock_and_keeps_nobody_from_taking_it() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Lock::holder(folder.path()).unwrap(), None, "there is no lock yet");
        let held = Lock::take(folder.path(), SystemTime::UNIX_EPOCH).unwrap();
        let holder = Lock::holder(folder.path()).unwrap().unwrap().to_string();
        assert!(holder.contains(&format!("process {}", std::process::id())), "{holder}");
        drop(held);
        assert_eq!(Lock::holder(folder.path()).unwrap(), None);
        Lock::take(folder.path(), SystemTime::UNIX_EPOCH).unwrap();
    }

    #[test]
    fn who_takes_it_waits_for_whoever_looks_and_not_for_whoever_works() {
        let waited = Cell::new(0);
        let wait = || waited.set(waited.get() + 1);
        let after = |glances| {
            waited.set(0);
            let take = || if waited.get() < glances { Err(TryLockError::WouldBlock) } else { Ok(()) };
            (take_past_glances(take, || Ok(true), wait).is_ok(), waited.get())
        };
        assert_eq!((after(0), after(900), after(u32::MAX)), ((true, 0), (true, 900), (false, MOST_GLANCES)));
        waited.set(0);
        let taken = take_past_glances(|| Err(TryLockError::WouldBlock), || Ok(false), wait);
        assert!(matches!(taken, Err(TryLockError::WouldBlock)));
        assert_eq!(waited.get(), 0);
    }

    #[test]
    fn a_glance_is_told_from_work() {
        let folder = tempfile::tempdir().unwrap();
        let open = || own_file(&folder.path().join("lock")).unwrap();
        let (other, file) = (open(), open());
        assert!(is_glanced_at(&file).unwrap());
        other.lock_shared().unwrap();
        assert!(is_glanced_at(&file).unwrap());
        other.unlock().unwrap();
        other.lock().unwrap();
        assert!(!is_glanced_at(&file).unwrap());
    }

    #[test]
    fn the_lock_is_free_when_it_is_let_go_even_if_somebody_else_still_has_its_file_open() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path(), SystemTime::UNIX_EPOCH).unwrap();
        let _inherited = first.file.try_clone().unwrap();
        drop(first);
        Lock::take(folder.path(), SystemTime::UNIX_EPOCH).unwrap();
    }
}
