//! The commands that made an import, and those that go on with it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::here;
use crate::cli::given;
use crate::cli::whereabouts::{Whereabouts, from_the_root};
use crate::model::Window;

/// The commands of the last run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::cli) struct Commands {
    /// The command that gives the failures back, as it is typed in the folder below.
    pub(super) give_back: Option<String>,
    /// The command that goes on with the last run, as it is typed in the folder below.
    run: Option<String>,
    /// The part of the files that the last run read, in flags, if it was not all of them.
    pub(in crate::cli) window: Option<String>,
    /// The folder in which the last run was started.
    pub(in crate::cli) started_in: Whereabouts,
}

/// The part of a file as it is asked for.
fn flags(window: Window) -> Option<String> {
    let skip = (window.skip > 0).then(|| format!("--skip {}", window.skip));
    let limit = window.limit.map(|limit| format!("--limit {limit}"));
    let shard = (!window.shard.is_everything()).then(|| format!("--shard {}", window.shard));
    let flags: Vec<String> = [skip, limit, shard].into_iter().flatten().collect();
    (!flags.is_empty()).then(|| flags.join(" "))
}

impl Commands {
    /// Of a run that begins now in the current folder; `import` is the folder of its import, from the root.
    pub(super) fn of_a_run(give_back: String, run: Option<String>, window: Window, import: &Path) -> Self {
        Self {
            give_back: Some(give_back),
            run,
            window: flags(window),
            started_in: Whereabouts::of(&here(), import, None),
        }
    }

    /// The command that gives the failures of the import in `folder` back, as it is typed here; `read`: the files that the last
    /// run read.
    pub(in crate::cli) fn give_back_from_here(&self, folder: &Path, read: &[PathBuf]) -> Option<String> {
        self.typed_here(self.give_back.as_ref()?, folder, read)
    }

    /// The command that goes on with the last run of the import in `folder`, as it is typed here; `read`: the files that it read.
    pub(in crate::cli) fn run_from_here(&self, folder: &Path, read: &[PathBuf]) -> Option<String> {
        self.typed_here(self.run.as_ref()?, folder, read)
    }

    /// `None` if nobody knows where it would have to be typed.
    fn typed_here(&self, command: &str, folder: &Path, read: &[PathBuf]) -> Option<String> {
        let there = self.started_in_now(folder, read)?;
        if here() == there {
            return Some(command.to_owned());
        }
        Some(format!("cd {} && {command}", given::argument(&there)))
    }

    /// Where the folder in which the last run was started is now, of the import in `folder`: it may have been moved with that.
    fn started_in_now(&self, folder: &Path, read: &[PathBuf]) -> Option<PathBuf> {
        let folder = from_the_root(folder);
        let lists: Vec<&Path> =
            read.iter().filter_map(|list| list.strip_prefix(self.started_in.then()).ok()).collect();
        let has_lists = |there: &Path| there.is_dir() && lists.iter().all(|list| there.join(list).is_file());
        let now = self.started_in.now(&folder, has_lists);
        // The lists may have been taken away since.
        let now = if now.is_dir() { now } else { self.started_in.now(&folder, Path::is_dir) };
        now.is_dir().then_some(now)
    }
}
