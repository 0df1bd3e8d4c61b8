//! What became of the contacts, in numbers. Nothing else counts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::fate::Fate;
use super::spared::Reason;
use crate::model::RowNumber;

/// Contacts that are kept for the same reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptFor {
    /// How many.
    pub contacts: u64,
    /// The row of the first, if it is known.
    pub first: Option<RowNumber>,
    /// The members that say so, with how many contacts each says it of.
    pub members: BTreeMap<String, u64>,
}

/// The numbers. `contacts` is the sum of all that follow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Contacts that the import created or changed.
    pub contacts: u64,
    /// They may be deleted (a dry run).
    pub would_delete: u64,
    /// They are deleted.
    pub deleted: u64,
    /// Of those: the answer was lost, and they were not there any more afterwards.
    #[serde(skip)]
    pub confirmed_by_lookup: u64,
    /// What an update changed can be put back (a dry run).
    pub would_restore: u64,
    /// What an update changed is put back.
    pub restored: u64,
    /// Of those: some fields were not.
    pub restored_in_part: u64,
    /// They were not there any more.
    pub gone: u64,
    /// They are kept.
    pub kept: u64,
    /// They could not be deleted, or read.
    pub failed: u64,
    /// They cannot be read, and a deletion whose answer was lost may have taken effect.
    pub unknown: u64,
    /// The undo was stopped before them.
    pub not_reached: u64,
    /// Why contacts are kept.
    #[serde(skip)]
    pub reasons: BTreeMap<Reason, KeptFor>,
}

/// Most members that are counted apart: their names come from outside.
const MOST_MEMBERS: usize = 100;

impl Tally {
    pub(super) fn note(&mut self, row: Option<RowNumber>, fate: Option<&Fate>) {
        self.contacts += 1;
        match fate {
            None => self.not_reached += 1,
            Some(Fate::WouldDelete) => self.would_delete += 1,
            Some(Fate::Deleted { by_lookup }) => {
                self.deleted += 1;
                self.confirmed_by_lookup += u64::from(*by_lookup);
            }
            Some(Fate::WouldRestore) => self.would_restore += 1,
            Some(Fate::Restored { left }) => {
                self.restored += 1;
                self.restored_in_part += u64::from(!left.is_empty());
            }
            Some(Fate::Gone) => self.gone += 1,
            Some(Fate::Kept(spared)) => {
                self.kept += 1;
                let reason = self.reasons.entry(spared.reason).or_default();
                reason.contacts += 1;
                reason.first = reason.first.or(row);
                for member in spared.members.split(';').filter(|member| !member.is_empty()) {
                    if reason.members.len() < MOST_MEMBERS || reason.members.contains_key(member) {
                        *reason.members.entry(member.to_owned()).or_default() += 1;
                    }
                }
            }
            Some(Fate::Failed { .. }) => self.failed += 1,
            Some(Fate::Unknown { .. }) => self.unknown += 1,
        }
    }

    /// The sum that must hold.
    pub fn adds_up(&self) -> bool {
        self.contacts
            == self.would_delete
                + self.deleted
                + self.would_restore
                + self.restored
                + self.gone
                + self.kept
                + self.failed
                + self.unknown
                + self.not_reached
    }
}
