//! One process at a time.
//!
//! The kernel releases a lock when its holder dies, however it dies, so there is no stale lock to be judged.

use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use super::own_file::own_file;
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
        match file.try_lock() {
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
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.take(200).read_to_string(&mut holder);
                let holder = holder.trim();
                let holder = if holder.is_empty() {
                    message!("unknown-process")
                } else {
                    Message::verbatim(crate::model::printable(holder))
                };
                Err(LockError::Held { holder })
            }
            Err(TryLockError::Error(source)) => Err(LockError::Unsupported { path: shown(), source }),
        }
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
    fn the_lock_is_free_when_it_is_let_go_even_if_somebody_else_still_has_its_file_open() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path(), SystemTime::UNIX_EPOCH).unwrap();
        let _inherited = first.file.try_clone().unwrap();
        drop(first);
        Lock::take(folder.path(), SystemTime::UNIX_EPOCH).unwrap();
    }
}
