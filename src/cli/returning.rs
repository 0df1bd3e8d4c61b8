//! How many of the contacts that a folder knows come back in a list.

use super::prepare::Prepared;

/// Contacts of a list, beside those that its folder knows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Returning {
    /// Contacts in the list.
    pub(super) contacts: u64,
    /// Of those, contacts that the folder knows.
    pub(super) known: u64,
    /// Contacts that the folder knows and the list does not have.
    gone: u64,
    /// Contacts of the list whom the folder knows, or may know, by another of their numbers than the one that would be taken.
    by_other_numbers: u64,
}

impl Returning {
    pub(super) fn of(prepared: &Prepared) -> Self {
        let survey = &prepared.survey;
        let (counts, contacts) = (&survey.counts, survey.rows - survey.invalid - survey.counts.repeats);
        let by_other_numbers = prepared.resolved.form.known_by_other_numbers();
        Self { contacts, known: counts.known, gone: counts.gone, by_other_numbers }
    }

    /// Contacts that the folder does not know.
    pub(super) fn unknown(self) -> u64 {
        self.contacts.saturating_sub(self.known)
    }

    /// Contacts that the folder knows, in the list or not.
    pub(super) fn in_folder(self) -> u64 {
        self.known + self.gone
    }

    /// Whether the last results, with so many contacts, tell of less than half of those whom the folder knows, and the list may
    /// have that many: a night's list was cut off. One that brings each time who is new never has.
    pub(super) fn is_more_than(self, in_last: u64) -> bool {
        in_last * 2 < self.in_folder() && self.contacts * 2 >= self.in_folder()
    }

    /// Whether (almost) nobody in the list is known, by the smaller of the two: a list may have grown, or be the first part
    /// of the other.
    pub(super) fn are_strangers(self) -> bool {
        self.known * 10 < self.contacts.min(self.known + self.gone)
    }

    /// Whether everybody comes back whom the folder knows: nobody can have become somebody else.
    pub(super) fn is_everybody(self) -> bool {
        self.gone == 0
    }

    /// Whether somebody whom the folder knows can stand in the list as somebody else, or would if it were not known by which
    /// number they were sent.
    pub(super) fn may_hide_anybody(self) -> bool {
        self.by_other_numbers > 0 || !self.is_everybody() && self.unknown() > 0
    }
}
