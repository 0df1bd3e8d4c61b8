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

#[cfg(test)]
mod tests {
    use super::super::spared::Spared;
    use super::*;
    use crate::words::Message;

    #[test]
    fn every_contact_is_counted_once_by_what_became_of_it() {
        let why = || Message::verbatim("");
        let fates = [
            None,
            Some(Fate::WouldDelete),
            Some(Fate::Deleted { by_lookup: true }),
            Some(Fate::Deleted { by_lookup: false }),
            Some(Fate::WouldRestore),
            Some(Fate::Restored { left: String::new() }),
            Some(Fate::Restored { left: "note".to_owned() }),
            Some(Fate::Gone),
            Some(Fate::Kept(Spared::plain(Reason::Changed))),
            Some(Fate::Failed { why: why() }),
            Some(Fate::Unknown { why: why() }),
        ];
        let mut tally = Tally::default();
        for (times, fate) in (1..).zip(&fates) {
            for _ in 0..times {
                tally.note(None, fate.as_ref());
            }
        }
        let reasons = std::mem::take(&mut tally.reasons);
        assert_eq!(reasons[&Reason::Changed].contacts, 9);
        let counted = Tally {
            contacts: (1..=11).sum(),
            would_delete: 2,
            deleted: 3 + 4,
            confirmed_by_lookup: 3,
            would_restore: 5,
            restored: 6 + 7,
            restored_in_part: 7,
            gone: 8,
            kept: 9,
            failed: 10,
            unknown: 11,
            not_reached: 1,
            reasons: BTreeMap::new(),
        };
        assert_eq!(tally, counted);
        assert!(tally.adds_up());
    }

    #[test]
    fn one_contact_too_many_anywhere_does_not_add_up() {
        let fields: [fn(&mut Tally) -> &mut u64; 10] = [
            |tally| &mut tally.contacts,
            |tally| &mut tally.would_delete,
            |tally| &mut tally.deleted,
            |tally| &mut tally.would_restore,
            |tally| &mut tally.restored,
            |tally| &mut tally.gone,
            |tally| &mut tally.kept,
            |tally| &mut tally.failed,
            |tally| &mut tally.unknown,
            |tally| &mut tally.not_reached,
        ];
        for field in fields {
            let mut tally = Tally::default();
            assert!(tally.adds_up());
            *field(&mut tally) += 1;
            assert!(!tally.adds_up(), "{tally:?}");
        }
    }

    #[test]
    fn what_keeps_contacts_is_counted_by_reason_and_member_and_the_first_known_row_is_named() {
        let kept = |reason, members: &str| Some(Fate::Kept(Spared { reason, members: members.to_owned() }));
        let row = |number| Some(RowNumber::new(number));
        let mut tally = Tally::default();
        for (row, fate) in [
            (None, kept(Reason::Changed, "note;tags")),
            (row(7), kept(Reason::Changed, "note")),
            (row(8), kept(Reason::Changed, "")),
            (row(2), kept(Reason::Older, "")),
        ] {
            tally.note(row, fate.as_ref());
        }
        let members = [("note".to_owned(), 2), ("tags".to_owned(), 1)].into();
        let changed = KeptFor { contacts: 3, first: row(7), members };
        let older = KeptFor { contacts: 1, first: row(2), members: BTreeMap::new() };
        assert_eq!(tally.reasons, [(Reason::Changed, changed), (Reason::Older, older)].into());
    }

    #[test]
    fn an_api_that_invents_members_fills_no_memory_and_those_that_are_known_are_counted_on() {
        let mut tally = Tally::default();
        for number in 0..MOST_MEMBERS + 50 {
            let members = format!("m0;m{number}");
            tally.note(None, Some(&Fate::Kept(Spared { reason: Reason::Changed, members })));
        }
        let members = &tally.reasons[&Reason::Changed].members;
        assert_eq!((members.len(), members["m0"]), (MOST_MEMBERS, MOST_MEMBERS as u64 + 51));
    }
}
