//! Where a folder is that another folder remembers.

use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::saved_path;
use super::set_aside::set_aside_in;
use super::settings::SANDBOX;
use crate::journal::peek_head;
use crate::ledger::JOURNAL;

/// A folder, of another import for one, as the folder of an import remembers it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Saved")]
pub(super) struct Whereabouts {
    /// From the root.
    #[serde(with = "saved_path::one")]
    folder: PathBuf,
    /// From the folder that remembers it: both may have been moved together.
    #[serde(with = "saved_path::optional")]
    from_here: Option<PathBuf>,
    /// What tells its journal from others; `None` if an earlier version remembered it, or there was none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    journal: Option<String>,
}

/// As folders have it that this version wrote, or an earlier one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Saved {
    Whereabouts {
        #[serde(alias = "to", with = "saved_path::one")]
        folder: PathBuf,
        #[serde(default, with = "saved_path::optional")]
        from_here: Option<PathBuf>,
        #[serde(default)]
        journal: Option<String>,
    },
    Path(#[serde(with = "saved_path::one")] PathBuf),
}

impl From<Saved> for Whereabouts {
    fn from(saved: Saved) -> Self {
        match saved {
            Saved::Whereabouts { folder, from_here, journal } => Self { folder, from_here, journal },
            Saved::Path(folder) => Self { folder, ..Self::default() },
        }
    }
}

impl Whereabouts {
    /// `folder` and `here`, which remembers it, are paths from the root; `journal` is the id of the journal there, if there is one.
    pub(super) fn of(folder: &Path, here: &Path, journal: Option<String>) -> Self {
        Self { folder: folder.to_owned(), from_here: from(here, folder), journal }
    }

    /// The same with the journal that is there now.
    pub(super) fn as_it_is(folder: &Path, here: &Path) -> Self {
        let head = peek_head(&folder.join(JOURNAL)).ok().flatten();
        // A rehearsal's makes room for the import's.
        let head = head.filter(|head| head.endpoint != SANDBOX);
        Self::of(folder, here, head.map(|head| head.id()))
    }

    /// Where it was, from the root.
    pub(super) fn then(&self) -> &Path {
        &self.folder
    }

    /// Where the folder is now, for `here`, which remembers it: the first of the two ways that leads to one that `is_it` and not
    /// [another](Self::is_another), or that `is_it`, or where it was.
    pub(super) fn now(&self, here: &Path, is_it: impl Fn(&Path) -> bool) -> PathBuf {
        let from_here =
            self.from_here.as_ref().and_then(|from_here| here.join(from_here).canonicalize().ok());
        let ways = || from_here.iter().chain([&self.folder]).filter(|folder| is_it(folder));
        let now = ways().find(|folder| !self.is_another(folder)).or_else(|| ways().next());
        now.unwrap_or(&self.folder).clone()
    }

    /// Whether the import in `folder` is known to be another one than that which was there: neither its journal nor any that
    /// was set aside for a restart is that one's.
    pub(super) fn is_another(&self, folder: &Path) -> bool {
        let Some(id) = &self.journal else { return false };
        let is_it = |journal: &PathBuf| match peek_head(journal) {
            Ok(Some(head)) => head.id() == *id,
            // One that is damaged at its head is told as that by whoever reads it, and so is one that cannot be read.
            Ok(None) => journal.ends_with(JOURNAL) && journal.metadata().is_ok_and(|file| file.len() > 0),
            Err(_) => true,
        };
        let set_aside = set_aside_in(folder).unwrap_or_default();
        !set_aside.iter().chain([&folder.join(JOURNAL)]).any(is_it)
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
        let known = Whereabouts::of(folder, Path::new("/a/caf/fixes"), None);
        let text = serde_json::to_string(&known).unwrap();
        assert_eq!(serde_json::from_str::<Whereabouts>(&text).unwrap(), known);
    }

    #[test]
    fn a_folder_is_found_where_both_were_moved_to_or_where_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let known = Whereabouts::of(&root.join("old/list"), &root.join("old/fixes"), None);
        let moved = root.join("new/fixes");
        std::fs::create_dir_all(&moved).unwrap();
        let now = || known.now(&moved, Path::is_dir);
        assert_eq!(now(), root.join("old/list"), "only the one that remembers it was moved");
        std::fs::create_dir_all(root.join("new/list")).unwrap();
        assert_eq!(now(), root.join("new/list"));
    }

    #[test]
    fn what_earlier_versions_wrote_is_read() {
        let place = Whereabouts::of(Path::new("/a/b/list"), Path::new("/a/b/fixes"), None);
        for text in
            [r#"{"to":"/a/b/list","from_here":"../list"}"#, r#"{"folder":"/a/b/list","from_here":"../list"}"#]
        {
            assert_eq!(serde_json::from_str::<Whereabouts>(text).unwrap(), place);
        }
        let without = serde_json::from_str::<Whereabouts>(r#"{"to":"/a/b/list"}"#).unwrap();
        assert_eq!(without, Whereabouts { from_here: None, ..place.clone() });
        let path = serde_json::from_str::<Whereabouts>(r#""/a/b/list""#).unwrap();
        assert_eq!(path, Whereabouts { from_here: None, ..place });
    }
}
