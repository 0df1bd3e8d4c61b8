//! Which rows failed in the last run, too, and in the same way: a job that runs every night has told them already.

use std::collections::HashSet;
use std::io;

use super::OutputError;
use super::private::OutputDir;
use crate::journal::own_file_to_read;
use crate::model::{Delivery, Status};

/// Its name in the folder.
const NAME: &str = "failures.known";
/// Rows that are remembered; of a list with more that fail, those beyond are told as new each time.
const MOST: usize = 100_000;

/// How many rows failed, and how many of them are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FailuresKnown {
    /// Rows that failed in the last run as well, unchanged and for the same reason.
    pub known: u64,
    /// Rows that failed and are not known.
    pub new: u64,
}

impl FailuresKnown {
    /// Some rows failed, and all of them are known.
    pub fn is_nothing_new(self) -> bool {
        self.known > 0 && self.new == 0
    }
}

/// Digests of rows that failed.
#[derive(Default)]
pub(super) struct KnownFailures {
    before: HashSet<String>,
    now: HashSet<String>,
    pub(super) counts: FailuresKnown,
}

impl KnownFailures {
    /// What the last run into `folder` left.
    pub(super) fn read(folder: &OutputDir) -> Self {
        let text = own_file_to_read(&folder.path().join(NAME)).and_then(io::read_to_string);
        let before = text.unwrap_or_default().lines().take(MOST).map(str::to_owned).collect();
        Self { before, ..Self::default() }
    }

    /// Takes a row that failed. One whose fate is open or that was given up is never known: the next run may end it well.
    pub(super) fn note(&mut self, delivery: &Delivery) {
        let status = delivery.outcome.status();
        if !matches!(status, Status::Invalid | Status::Rejected) {
            self.counts.new += 1;
            return;
        }
        let digest = digest(delivery, status);
        let is_known = self.before.contains(&digest);
        *(if is_known { &mut self.counts.known } else { &mut self.counts.new }) += 1;
        if self.now.len() < MOST {
            self.now.insert(digest);
        }
    }

    /// Leaves them for the next run.
    pub(super) fn keep(self, folder: &OutputDir) -> Result<(), OutputError> {
        let mut digests: Vec<String> = self.now.into_iter().collect();
        digests.sort_unstable();
        let mut file = folder.create(NAME)?;
        file.write(digests.join("\n").as_bytes())?;
        file.finish()
    }
}

/// What the row says and why it failed; not where it stands, for lists grow at both ends.
fn digest(delivery: &Delivery, status: Status) -> String {
    let mut digest = blake3::Hasher::new();
    let code = delivery.code();
    for part in [status.as_str().as_bytes(), code.as_bytes()].into_iter().chain(delivery.row.cells.iter()) {
        digest.update(&(part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    digest.finalize().to_hex()[..32].to_owned()
}
