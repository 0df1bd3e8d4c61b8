//! Files of an import's folder that are written in place.
//!
//! The folder may come out of an archive or a repository that somebody else made. A link in it would have the program
//! write into whatever file of this user's it leads to, and a pipe would have it wait for ever: both are refused.
//!
//! Root looks after the imports of a service that runs as another user. A file that is made on the way belongs to that
//! user: the service has to read it the next night.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;

/// Opens the file at `path` to be read and written, and makes it if it is not there, mode 0600. What is in it stays.
///
/// # Errors
///
/// If it is no file, but a link or a pipe, or cannot be opened.
pub fn own_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    match plain(options.clone().create_new(true), path) {
        Ok(file) => {
            give_to_owner_of(folder_of(path), &file);
            Ok(file)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => plain(&options, path),
        Err(error) => Err(error),
    }
}

/// The folder of a file.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Gives `file`, which root has just made in a folder of another user's, to that user. Never a file that was there
/// before: under another name it could be one of root's, linked to by the user.
///
/// Where it cannot be given, it is left as it is; whoever cannot read it is told by
/// [`OutputDir::refuse_files_of_others`](crate::results::OutputDir::refuse_files_of_others).
pub fn give_to_owner_of(folder: &Path, file: &File) {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    if let Ok(found) = folder.metadata()
        && found.uid() != 0
    {
        let _ = std::os::unix::fs::fchown(file, Some(found.uid()), Some(found.gid()));
    }
}

/// Opens the file at `path` to be read.
///
/// # Errors
///
/// As [`own_file`]; `NotFound` if nothing is there.
pub fn own_file_to_read(path: &Path) -> io::Result<File> {
    plain(OpenOptions::new().read(true), path)
}

fn plain(options: &OpenOptions, path: &Path) -> io::Result<File> {
    // Without NONBLOCK, to open a pipe is to wait for somebody at its other end; to a file it means nothing.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let opened = options.clone().custom_flags(flags.bits().cast_signed()).open(path);
    let is_link = || path.symlink_metadata().is_ok_and(|found| found.is_symlink());
    match opened {
        Ok(file) if file.metadata()?.is_file() => Ok(file),
        Ok(_) => Err(io::Error::other("it is no file")),
        Err(_) if is_link() => Err(io::Error::other("it is a link, and where it leads is left alone")),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn links_and_pipes_are_neither_written_nor_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("theirs"), "theirs").unwrap();
        std::os::unix::fs::symlink(at("theirs"), at("link")).unwrap();
        std::os::unix::fs::symlink(at("nothing"), at("dangling")).unwrap();
        assert!(Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        for name in ["link", "dangling", "pipe"] {
            for opened in [own_file(&at(name)), own_file_to_read(&at(name))] {
                let error = opened.unwrap_err().to_string();
                assert!(error.starts_with("it is "), "{name}: {error}");
            }
        }
        assert!(!at("nothing").exists(), "nothing is made through a link");
        assert_eq!(std::fs::read(at("theirs")).unwrap(), b"theirs");
        assert!(own_file(&at("theirs")).is_ok() && own_file_to_read(&at("theirs")).is_ok());
        assert_eq!(own_file_to_read(&at("absent")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
