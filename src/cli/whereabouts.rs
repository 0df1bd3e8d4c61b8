//! Where a folder is that another folder remembers.

use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

/// A folder, as the folder of an import remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Whereabouts {
    /// From the root.
    #[serde(alias = "to", with = "saved::one")]
    folder: PathBuf,
    /// From the folder that remembers it: both may have been moved together.
    #[serde(default, with = "saved::optional")]
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

/// Paths as JSON has them: text, or bytes where they are none.
pub(crate) mod saved {
    use std::ffi::OsString;
    use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
    use std::path::{Path, PathBuf};

    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Saved {
        Text(String),
        Bytes(Vec<u8>),
    }

    impl From<&Path> for Saved {
        fn from(path: &Path) -> Self {
            path.to_str().map_or_else(
                || Self::Bytes(path.as_os_str().as_bytes().to_vec()),
                |text| Self::Text(text.to_owned()),
            )
        }
    }

    impl From<Saved> for PathBuf {
        fn from(saved: Saved) -> Self {
            match saved {
                Saved::Text(text) => text.into(),
                Saved::Bytes(bytes) => OsString::from_vec(bytes).into(),
            }
        }
    }

    pub(crate) mod one {
        use serde::{Deserializer, Serializer};

        use super::{Deserialize, Path, PathBuf, Saved, Serialize};

        pub(crate) fn serialize<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
            Saved::from(path).serialize(to)
        }

        pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PathBuf, D::Error> {
            Saved::deserialize(from).map(PathBuf::from)
        }
    }

    pub(crate) mod optional {
        use serde::{Deserializer, Serializer};

        use super::{Deserialize, PathBuf, Saved, Serialize};

        pub(crate) fn serialize<S: Serializer>(path: &Option<PathBuf>, to: S) -> Result<S::Ok, S::Error> {
            path.as_deref().map(Saved::from).serialize(to)
        }

        pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<PathBuf>, D::Error> {
            Ok(Option::<Saved>::deserialize(from)?.map(PathBuf::from))
        }
    }

    pub(crate) mod list {
        use serde::{Deserializer, Serializer};

        use super::{Deserialize, PathBuf, Saved};

        pub(crate) fn serialize<S: Serializer>(paths: &[PathBuf], to: S) -> Result<S::Ok, S::Error> {
            to.collect_seq(paths.iter().map(|path| Saved::from(path.as_path())))
        }

        pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<PathBuf>, D::Error> {
            Ok(Vec::<Saved>::deserialize(from)?.into_iter().map(PathBuf::from).collect())
        }
    }
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
