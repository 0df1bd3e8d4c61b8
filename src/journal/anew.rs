//! A journal that takes the place of another one: its list is begun anew.
//!
//! It waits beside the other one with its first words on disk, until that is set aside. Whenever a process dies, there is
//! the one, or the other, or the one that only has to be put in its place: that a list is begun anew is never forgotten.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::About;
use super::own_file::own_file;
use super::record::{Record, Restart, VERSION};
use super::replay::write_salt;
use super::storage::sync_folder;

/// Writes the first words of the journal that is to be at `path`, and waits for the disk.
///
/// # Errors
///
/// If they cannot be written.
pub fn write_anew(
    path: &Path,
    (salt, about): (&[u8; 32], &About),
    main_channel: Option<&str>,
    restart: Restart,
) -> io::Result<()> {
    let waiting = waiting(path);
    let head = Record::Head {
        v: VERSION,
        salt: write_salt(salt),
        endpoint: about.endpoint.clone(),
        account: about.account.clone(),
        main: main_channel.map(str::to_owned),
    };
    let mut bytes = Vec::new();
    for (sequence, record) in (0..).zip([head, Record::Restart(restart)]) {
        record.write(sequence, &mut bytes);
    }
    remove(&waiting)?;
    let mut file = own_file(&waiting)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    sync_folder(path)
}

/// Puts the journal that waits for the place at `path` there, if that is free. Where it is not, whoever wrote it had not
/// begun to set the other one aside, and it is taken away.
///
/// # Errors
///
/// If it cannot be put there, or taken away.
pub fn put_in_place(path: &Path) -> io::Result<()> {
    let waiting = waiting(path);
    if path.symlink_metadata().is_ok() {
        return remove(&waiting);
    }
    match std::fs::rename(&waiting, path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(()) => sync_folder(path),
    }
}

/// Where to read the journal whose place is at `path`, for someone who changes nothing.
pub fn journal_or_what_waits(path: &Path) -> PathBuf {
    let waiting = waiting(path);
    if !path.exists() && waiting.exists() { waiting } else { path.to_owned() }
}

fn waiting(path: &Path) -> PathBuf {
    path.with_extension("anew")
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::peek;
    use super::*;

    fn written(path: &Path) {
        let about = About { endpoint: "https://x/v1".to_owned(), account: "a".to_owned() };
        let restart = Restart { list: Some("l".to_owned()), rows: 3 };
        write_anew(path, (&[7; 32], &about), Some("main"), restart).unwrap();
    }

    #[test]
    fn what_waits_takes_the_place_only_of_what_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.log");
        put_in_place(&path).unwrap();
        std::fs::write(&path, "of before").unwrap();
        written(&path);
        assert_eq!(journal_or_what_waits(&path), path);
        put_in_place(&path).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"of before");
        assert_eq!(folder.path().read_dir().unwrap().count(), 1, "nothing waits any more");

        // Also over what a process left that died while it wrote.
        std::fs::write(waiting(&path), "x".repeat(1000)).unwrap();
        written(&path);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(journal_or_what_waits(&path), waiting(&path));
        put_in_place(&path).unwrap();
        assert_eq!(folder.path().read_dir().unwrap().count(), 1);
        let replayed = peek(&path, |_| Ok(())).unwrap().unwrap();
        let head = replayed.head.unwrap();
        assert_eq!((head.endpoint.as_str(), head.main_channel.as_deref()), ("https://x/v1", Some("main")));
        assert_eq!(replayed.restart, Some(Restart { list: Some("l".to_owned()), rows: 3 }));
        assert!(replayed.are_results_stale && !replayed.worked && replayed.damage.is_none());
    }
}
