//! Whether the folder of a list has the import of another one: two lists of one file stem would share it.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::given_back::{import_of, imports_of};
use super::prepare::Prepared;
use super::remembered::{Remembered, here};
use super::returning::Returning;
use super::settings;
use crate::words::{Message, Value, message};

/// A list whose file is not the one that was read last in its folder.
pub(super) struct OtherList {
    /// The files that were read last; none: standard input.
    held: Vec<PathBuf>,
    returning: Returning,
    /// The folder is the default one: nobody said that the list belongs there.
    is_default: bool,
    /// Both came from standard input, which has no name that could differ.
    is_stdin: bool,
}

impl OtherList {
    /// `None` where the same file is read again, or nothing says what was read before. `given`: the folder, if it was.
    pub(super) fn of(
        remembered: &Remembered,
        read: &[PathBuf],
        prepared: &Prepared,
        given: Option<&Path>,
    ) -> Option<Self> {
        let is_stdin = remembered.read.is_empty() && read.is_empty();
        if !remembered.is_of_a_run() || is_again(remembered, read, given) {
            return None;
        }
        Some(Self {
            held: remembered.read.clone(),
            returning: Returning::of(prepared),
            is_default: given.is_none(),
            is_stdin,
        })
    }

    /// Refuses another file full of strangers in a folder that nobody chose for it. Standard input is not refused: it has no
    /// name by which it could be another list, and a nightly pipe that brings who is new since yesterday brings strangers
    /// each night.
    pub(super) fn refuse(&self, folder: &Path) -> Result<(), Failure> {
        if self.is_stdin || !self.is_default || !self.returning.are_strangers() {
            return Ok(());
        }
        let folder = settings::shown(folder);
        Err(Failure::usage(message!(
            "other-list",
            folder = &folder,
            held = self.held(),
            known = self.returning.known,
            contacts = self.returning.contacts,
        ))
        .hint(message!("other-list.fix", folder)))
    }

    /// What the plan says of it.
    pub(super) fn told(&self) -> Option<Message> {
        let Returning { known, contacts, .. } = self.returning;
        if !self.is_stdin {
            return Some(message!("plan-other-list", held = self.held(), known, contacts));
        }
        self.returning.are_strangers().then(|| message!("plan-strangers-from-stdin", known, contacts))
    }

    fn held(&self) -> Value {
        if self.held.is_empty() {
            return message!("standard-input").into();
        }
        Value::list(self.held.iter().map(|file| Message::verbatim(settings::shown(file))), ", ")
    }
}

/// Whether one of the files was read last time, too, or lies where one did, in a folder that was moved with its lists.
fn is_again(remembered: &Remembered, read: &[PathBuf], given: Option<&Path>) -> bool {
    // Failures of one import are one list, in whatever form somebody has saved them.
    let is_of_the_same = |file: &PathBuf| import_of(file).is_some_and(|of| imports_of(read).contains(of));
    if remembered.read.iter().any(|file| read.contains(file) || is_of_the_same(file)) {
        return true;
    }
    let here = here();
    let below = |files: &[PathBuf], root: &Path| -> Vec<PathBuf> {
        files.iter().filter_map(|file| file.strip_prefix(root).ok()).map(Path::to_owned).collect()
    };
    let before = below(&remembered.read, &remembered.started_in);
    given.is_none() && below(read, &here).iter().any(|file| before.contains(file))
}
