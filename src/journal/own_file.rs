//! Files of an import's folder that are written in place.
//!
//! The folder may come out of an archive or a repository that somebody else made. A link in it would have the program
//! write into whatever file of this user's it leads to, and a pipe would have it wait for ever: both are refused.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::OFlags;

/// Opens the file at `path` to be read and written, and makes it if it is not there, mode 0600. What is in it stays.
///
/// # Errors
///
/// If it is no file, but a link or a pipe, or cannot be opened.
pub fn own_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    plain(&options, path)
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
