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
}

/// Writes a file of this mode, as far as the umask lets it, which has its name only when all of it is written.
pub(super) fn write(path: &Path, text: &str, mode: u32, place: Place) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let permissions = std::fs::Permissions::from_mode(mode);
    let mut file = tempfile::Builder::new().permissions(permissions).tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    let put = match place {
        Place::Free => file.persist_noclobber(path),
        Place::Taken => file.persist(path),
    };
    put.map(drop).map_err(|error| error.error)
}
