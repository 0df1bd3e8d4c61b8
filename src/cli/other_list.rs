//! Whether the folder of a list has the import of another one: two lists of one file stem would share it.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::given_back::{import_of, imports_of};
use super::prepare::Prepared;
use super::remembered::{Begun, Remembered, here};
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
    fn of(
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
    fn refuse(&self, folder: &Path) -> Result<(), Failure> {
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

/// What speaks against importing a list into the folder of runs before.
#[derive(Default)]
pub(super) struct Objections {
    /// It may be another list.
    pub(super) other_list: Option<OtherList>,
    /// It cannot be imported there.
    pub(super) refusal: Option<Failure>,
    /// It can only be imported there if somebody has approved that.
    pub(super) doubt: Option<Failure>,
}

impl Objections {
    /// Those to the list in the files `read`, in `folder`, which is `given` if somebody named it.
    pub(super) fn to(
        prepared: &Prepared,
        (read, folder, given): (&[PathBuf], &Path, Option<&Path>),
        remembered: &Remembered,
        begun: &Begun<'_>,
    ) -> Self {
        let other_list = OtherList::of(remembered, read, prepared, given);
        if let Some(Err(refusal)) = other_list.as_ref().map(|other_list| other_list.refuse(folder)) {
            return Self { other_list, refusal: Some(refusal), doubt: None };
        }
        let looks = prepared.policy.looks();
        match remembered.refuse_another_reading((read, folder), prepared, begun, looks) {
            Ok(doubt) => Self { other_list, refusal: None, doubt },
            Err(refusal) => Self { other_list, refusal: Some(refusal), doubt: None },
        }
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
    let before = below(&remembered.read, remembered.commands.started_in.then());
    given.is_none() && below(read, &here).iter().any(|file| before.contains(file))
}
