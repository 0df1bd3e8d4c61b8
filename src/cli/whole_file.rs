//! Files that are there as a whole or not at all.

use std::io::{self, Write as _};
use std::path::Path;

/// What is done about a file that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It stays, and nothing is written.
    Free,
    /// It gives way.
    Taken,
    /// It gives way, and what takes its place is for the same people: it has its mode.
    Inherited,
}

/// Writes a file of this mode, as far as the umask lets it, which has its name only when all of it is written.
pub(super) fn write(path: &Path, text: &str, mode: u32, place: Place) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let permissions = std::fs::Permissions::from_mode(mode);
    let mut file = tempfile::Builder::new().permissions(permissions).tempfile_in(folder)?;
    if place == Place::Inherited {
        // Whatever the umask is now.
        let mode = std::fs::metadata(path)?.permissions().mode() & 0o777;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(mode))?;
    }
    file.write_all(text.as_bytes())?;
    let put = match place {
        Place::Free => file.persist_noclobber(path),
        Place::Taken | Place::Inherited => file.persist(path),
    };
    put.map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_inherits_the_place_of_a_file_has_its_mode_and_other_files_have_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mapping.toml");
        let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        write(&path, "a", 0o600, Place::Free).unwrap();
        assert_eq!(mode(), 0o600);
        for kept in [0o600, 0o640, 0o666] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(kept)).unwrap();
            write(&path, "b", 0o666, Place::Inherited).unwrap();
            assert_eq!(mode(), kept);
        }
        write(&path, "c", 0o600, Place::Taken).unwrap();
        assert_eq!((mode(), &*std::fs::read_to_string(&path).unwrap()), (0o600, "c"));
        assert!(write(&path, "d", 0o600, Place::Free).is_err());
    }
}
