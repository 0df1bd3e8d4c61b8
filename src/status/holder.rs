//! Who works on an import, without touching its lock: to try it would keep a run that begins just then from having it.

use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::journal::own_file_to_read;
use crate::model::printable;
use crate::words::message;

/// Who has the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// Nobody.
    Nobody,
    /// A process, as it described itself.
    Process(String),
    /// It cannot be known on this system. Who had it last, if anybody had.
    Unknown(Option<String>),
}

/// Looks who has the lock of the import in `folder`.
///
/// # Errors
///
/// If its file cannot be read.
pub fn holder(folder: &Path) -> io::Result<Holder> {
    let file = match own_file_to_read(&folder.join("lock")) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Holder::Nobody),
        Err(error) => return Err(error),
    };
    let inode = file.metadata()?.ino();
    let mut described = String::new();
    file.take(200).read_to_string(&mut described)?;
    let described = printable(described.trim());
    let described = (!described.is_empty()).then_some(described);
    Ok(match std::fs::read_to_string("/proc/locks") {
        Err(_) => Holder::Unknown(described),
        Ok(locks) if is_locked(&locks, inode, described.as_deref()) => {
            Holder::Process(described.unwrap_or_else(|| message!("unknown-process").told()))
        }
        Ok(_) => Holder::Nobody,
    })
}

/// Whether the system's list of locks has one on this file, by the process that described itself. (The list names file
/// systems by another number than files do, on some; inode and process together are one file for sure.)
fn is_locked(locks: &str, inode: u64, described: Option<&str>) -> bool {
    let process = described
        .and_then(|text| text.strip_prefix("process "))
        .map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
    locks.lines().any(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, "FLOCK", _, "WRITE", pid, file, ..] = words[..] else { return false };
        let same_file = file.rsplit(':').next().and_then(|text| text.parse().ok()) == Some(inode);
        // A process in another container has no number here.
        same_file && (process.as_deref().is_none_or(|process| process == pid) || pid == "0" || pid == "-1")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_known_by_file_and_process() {
        let locks = "1: FLOCK  ADVISORY  WRITE 20501 fe:00:6258892 0 EOF\n\
                     2: POSIX  ADVISORY  WRITE 7 fe:00:77 0 EOF\n\
                     3: -> FLOCK  ADVISORY  WRITE 8 fe:00:78 0 EOF\n\
                     4: FLOCK  ADVISORY  READ 9 fe:00:79 0 EOF\n";
        assert!(is_locked(locks, 6_258_892, Some("process 20501, since 2026")));
        assert!(is_locked(locks, 6_258_892, None));
        assert!(!is_locked(locks, 6_258_892, Some("process 2, since 2026")), "another file system's inode");
        for inode in [77, 78, 79, 5] {
            assert!(!is_locked(locks, inode, None), "{inode}");
        }
    }

    #[test]
    fn looking_takes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(holder(folder.path()).unwrap(), Holder::Nobody);
        let lock = crate::journal::Lock::take(folder.path(), std::time::SystemTime::UNIX_EPOCH).unwrap();
        let seen = holder(folder.path()).unwrap();
        assert!(
            matches!(&seen, Holder::Process(who) if who.contains(&std::process::id().to_string())),
            "{seen:?}"
        );
        drop(lock);
        assert_eq!(holder(folder.path()).unwrap(), Holder::Nobody);
    }
}
