//! The folders of the parts of one list, which run side by side (`run --shard`).

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::identity::Account;
use super::set_aside::set_aside_in;
use crate::journal::{About, Elsewhere, Fingerprints, Past};
use crate::ledger::JOURNAL;
use crate::run::OtherParts;

/// The folders of all parts of the list of which the import in `here` is one; none if it is no part.
pub(super) fn all_with(here: &Path) -> Vec<PathBuf> {
    let part_of = |folder: &Path| {
        let name = folder.file_name()?.to_str()?;
        let (_, count) = name.strip_prefix("shard-")?.split_once("-of-")?;
        Some(count.to_owned())
    };
    let (Some(count), Some(parent)) = (part_of(here), here.parent()) else { return Vec::new() };
    let folders = std::fs::read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut parts: Vec<PathBuf> = folders.filter(|part| part_of(part).as_ref() == Some(&count)).collect();
    parts.sort();
    parts
}

/// The folders that have what became of the list of which `here` has a part, or all.
pub(super) fn with(here: &Path) -> Vec<PathBuf> {
    let all = all_with(here);
    if all.is_empty() { vec![here.to_owned()] } else { all }
}

/// What the parts know that belong to the one in `here`, without those in `but`. They may have begun only when it is asked, and
/// what they write meanwhile is no damage.
pub(super) fn know(
    here: PathBuf,
    but: Vec<PathBuf>,
    account: Account,
    scratch: impl Fn() -> io::Result<File> + Send + Sync + 'static,
) -> OtherParts {
    Box::new(move |until| {
        let until = until.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |until| until.as_secs());
        let asked = |fingerprints: &Fingerprints, about: &About| account.about(fingerprints) == *about;
        // An undo deletes nobody who is asked for: whoever is found is there.
        let is_gone = |_: &Past| false;
        let mut all = Vec::new();
        for part in all_with(&here).into_iter().filter(|part| !but.contains(part)) {
            all.extend(Elsewhere::read_until(&part.join(JOURNAL), until, is_gone, asked, &scratch)?);
            // After that, so that one that is set aside meanwhile is not missed.
            for path in set_aside_in(&part)? {
                let read = Elsewhere::read_until(&path, until, is_gone, asked, &scratch)?;
                all.extend(read.and_then(Elsewhere::of_before_a_restart));
            }
        }
        Ok(all)
    })
}
