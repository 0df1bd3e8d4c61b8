//! Where a folder is that another folder remembers.

use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::saved_path;

/// A folder, as the folder of an import remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Whereabouts {
    /// From the root.
    #[serde(alias = "to", with = "saved_path::one")]
    folder: PathBuf,
    /// From the folder that remembers it: both may have been moved together.
    #[serde(default, with = "saved_path::optional")]
    from_here: Option<PathBuf>,
}

impl Whereabouts {
    /// `folder` and `here`, which remembers it, are paths from the root.
    pub(super) fn of(folder: &Path, here: &Path) -> Self {
        Self { folder: folder.to_owned(), from_here: from(here, folder) }
    }

    /// Where the folder is now, for `here`, which remembers it: the first of the two ways that leads to one that `is_it`, or
    /// where it was.
    pub(super) fn now(&self, here: &Path, is_it: impl Fn(&Path) -> bool) -> PathBuf {
        let from_here =
            self.from_here.as_ref().and_then(|from_here| here.join(from_here).canonicalize().ok());
        from_here.filter(|folder| is_it(folder)).unwrap_or_else(|| self.folder.clone())
    }
}

/// The path from the root, if the folder is there.
pub(super) fn from_the_root(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

/// The way from one folder to another, both from the root; `None` if they share nothing but the root.
fn from(here: &Path, there: &Path) -> Option<PathBuf> {
    let (mut here, mut there) = (here.components().peekable(), there.components().peekable());
    let mut shared = 0;
    while here.peek().is_some() && here.peek() == there.peek() {
        here.next();
        there.next();
        shared += 1;
    }
    let up = here.map(|_| Component::ParentDir);
    (shared > 1).then(|| up.chain(there).collect())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    use super::*;

    #[test]
    fn a_path_that_is_no_text_is_remembered_as_it_is() {
        let folder = Path::new(OsStr::from_bytes(b"/a/caf\xe9/list"));
        let known = Whereabouts::of(folder, Path::new("/a/caf/fixes"));
        let text = serde_json::to_string(&known).unwrap();
        assert_eq!(serde_json::from_str::<Whereabouts>(&text).unwrap(), known);
    }

    #[test]
    fn a_folder_is_found_where_both_were_moved_to_or_where_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let known = Whereabouts::of(&root.join("old/list"), &root.join("old/fixes"));
        let moved = root.join("new/fixes");
        std::fs::create_dir_all(&moved).unwrap();
        let now = || known.now(&moved, Path::is_dir);
        assert_eq!(now(), root.join("old/list"), "only the one that remembers it was moved");
        std::fs::create_dir_all(root.join("new/list")).unwrap();
        assert_eq!(now(), root.join("new/list"));
    }

    #[test]
    fn what_earlier_versions_wrote_is_read() {
        let place = Whereabouts::of(Path::new("/a/b/list"), Path::new("/a/b/fixes"));
        for text in
            [r#"{"to":"/a/b/list","from_here":"../list"}"#, r#"{"folder":"/a/b/list","from_here":"../list"}"#]
        {
            assert_eq!(serde_json::from_str::<Whereabouts>(text).unwrap(), place);
        }
        let without = serde_json::from_str::<Whereabouts>(r#"{"to":"/a/b/list"}"#).unwrap();
        assert_eq!(without, Whereabouts { from_here: None, ..place });
    }
}
