//! One contact that this import created or changed.

use super::deeds::How;
use crate::journal::TicketNumber;
use crate::model::RowNumber;

/// A contact that this import created or changed, or may have changed, as the journal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The ticket under which something was last sent for it.
    pub ticket: TicketNumber,
    /// The row it came from; `None` if neither what was sent nor the results tell.
    pub row: Option<RowNumber>,
    /// Its name in the account.
    pub uuid: Box<str>,
    /// How it came to be; `None` if it was there before.
    pub created: Option<Creation>,
    /// Its changes, in the order of their tickets.
    pub updates: Vec<Update>,
    /// The ticket whose creation it may come from, where nobody can tell.
    pub(super) met: Option<TicketNumber>,
    /// Where it stands in `sent.log`, and the ticket that stands there.
    pub(super) place: Option<(u64, TicketNumber)>,
}

/// How a contact came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creation {
    pub(super) ticket: TicketNumber,
    /// What was said about it when it was created, or found.
    pub(super) content: [u8; 8],
    /// The answer to its creation was lost, and a look-up found it.
    pub by_lookup: bool,
    /// The server's clock before it was first sent, in seconds; `None` if that is not known.
    pub sent_after: Option<u64>,
    /// Where it stands in `sent.log`.
    pub(super) place: Option<u64>,
}

/// The changes of one ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    pub(super) ticket: TicketNumber,
    /// What was said about the contact when the ticket was leased.
    pub(super) leased: [u8; 8],
    /// Where the journal says what there was.
    pub(super) places: Box<[u64]>,
    /// Where the journal says that the contact is changed; `None` if nobody knows whether it is.
    pub(super) verdict: Option<u64>,
    /// When the contact was changed, the row said what it had said when the ticket was leased.
    pub(super) is_as_leased: bool,
}

impl Entry {
    /// A contact of which nothing but its name is known yet.
    pub(super) fn of(uuid: Box<str>) -> Self {
        Self { ticket: 0, row: None, uuid, created: None, updates: Vec::new(), met: None, place: None }
    }

    /// A contact that was created, of which only the journal is known.
    pub fn created(uuid: &str, how: Creation) -> Self {
        let mut entry = Self::of(uuid.into());
        entry.go_on(How::Created(how));
        entry
    }

    /// How often a change of it was written down.
    pub fn changes(&self) -> u64 {
        self.updates.iter().map(|update| update.places.len() as u64).sum()
    }

    /// The tickets under which something was written to it, or may have been.
    pub(super) fn tickets(&self) -> impl Iterator<Item = TicketNumber> {
        let created = self.created.iter().map(|creation| creation.ticket);
        created.chain(self.updates.iter().map(|update| update.ticket)).chain(self.met)
    }

    /// Its line of this ticket was found in `sent.log`; it says this.
    pub(super) fn found(&mut self, place: u64, ticket: TicketNumber, row: RowNumber, content: [u8; 8]) {
        if let Some(creation) = self.created.as_mut().filter(|creation| creation.ticket == ticket) {
            if creation.content != content {
                return;
            }
            creation.place = Some(place);
        }
        for update in self.updates.iter_mut().filter(|update| update.ticket == ticket) {
            update.is_as_leased = update.leased == content;
        }
        if self.place.is_none_or(|(_, known)| known <= ticket) {
            (self.place, self.row) = (Some((place, ticket)), Some(row));
        }
    }

    /// What was done next.
    pub(super) fn go_on(&mut self, how: How) {
        match how {
            How::Met(ticket) => {
                self.ticket = ticket;
                self.met = Some(ticket);
            }
            How::Created(creation) => {
                self.ticket = creation.ticket;
                self.created = Some(creation);
                self.updates.clear();
            }
            How::Changed(update) => {
                self.ticket = update.ticket;
                self.updates.push(update);
            }
        }
    }

    /// Whether this import created it, and not only changed it.
    pub fn is_created_here(&self) -> bool {
        self.created.is_some()
    }

    /// Whether a look-up found it where the answer to its creation was lost: what it showed then is not what it showed at
    /// first.
    pub fn is_looked_up(&self) -> bool {
        self.created.as_ref().is_some_and(|creation| creation.by_lookup)
    }

    /// Whether this import may have created it, and nobody can tell.
    pub fn may_be_own(&self) -> bool {
        self.created.is_none() && self.met.is_some()
    }

    /// Whether it is known to have been changed.
    pub fn is_changed(&self) -> bool {
        self.updates.iter().any(|update| update.verdict.is_some())
    }

    /// Whether something is known to have been written; otherwise there are only changes of which nobody knows.
    pub fn is_certain(&self) -> bool {
        self.is_created_here() || self.is_changed()
    }
}

impl Creation {
    /// Under this ticket, which says this; found by a look-up or not; sent after this time of the server's clock.
    pub fn new(ticket: TicketNumber, content: [u8; 8], by_lookup: bool, sent_after: Option<u64>) -> Self {
        Self { ticket, content, by_lookup, sent_after, place: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEN: [u8; 8] = [1; 8];
    const NOW: [u8; 8] = [2; 8];

    fn creation(ticket: TicketNumber) -> Creation {
        Creation::new(ticket, THEN, false, None)
    }

    fn update(ticket: TicketNumber, verdict: Option<u64>) -> Update {
        Update { ticket, leased: THEN, places: vec![10, 20].into(), verdict, is_as_leased: false }
    }

    fn entry(deeds: impl IntoIterator<Item = How>) -> Entry {
        let mut entry = Entry::of("a".into());
        deeds.into_iter().for_each(|how| entry.go_on(how));
        entry
    }

    #[test]
    fn a_contact_is_what_was_done_to_it() {
        let created = || How::Created(creation(1));
        let looked_up = || How::Created(Creation::new(1, THEN, true, None));
        let changed = |verdict| How::Changed(update(2, verdict));
        // Created here, looked up, perhaps its own, known to be changed, certain.
        for (deeds, expected) in [
            (vec![], [false, false, false, false, false]),
            (vec![created()], [true, false, false, false, true]),
            (vec![looked_up()], [true, true, false, false, true]),
            (vec![changed(Some(7))], [false, false, false, true, true]),
            (vec![changed(None)], [false, false, false, false, false]),
            (vec![changed(None), changed(Some(7))], [false, false, false, true, true]),
            (vec![How::Met(1)], [false, false, true, false, false]),
            (vec![How::Met(1), changed(Some(7))], [false, false, true, true, true]),
            (vec![How::Met(1), created()], [true, false, false, false, true]),
            (vec![changed(Some(7)), created()], [true, false, false, false, true]),
        ] {
            let entry = entry(deeds);
            let is = [
                entry.is_created_here(),
                entry.is_looked_up(),
                entry.may_be_own(),
                entry.is_changed(),
                entry.is_certain(),
            ];
            assert_eq!(is, expected, "{entry:?}");
        }
    }

    #[test]
    fn the_last_ticket_names_the_contact_and_all_of_them_are_looked_for() {
        let mut all = entry([How::Created(creation(1)), How::Changed(update(2, None)), How::Met(3)]);
        assert_eq!((all.ticket, all.changes()), (3, 2));
        assert_eq!(all.tickets().collect::<Vec<_>>(), [1, 2, 3]);
        all.go_on(How::Changed(update(4, None)));
        assert_eq!((all.ticket, all.changes()), (4, 4));
        // It came into being anew.
        all.go_on(How::Created(creation(5)));
        assert_eq!((all.ticket, all.changes()), (5, 0));
    }

    #[test]
    fn the_row_of_the_last_ticket_is_told_in_whichever_order_its_lines_are_found() {
        for order in [[1, 2], [2, 1]] {
            let mut entry = entry([How::Created(creation(1)), How::Changed(update(2, None))]);
            for ticket in order {
                entry.found(100 * ticket, ticket, RowNumber::new(ticket), THEN);
            }
            assert_eq!((entry.place, entry.row), (Some((200, 2)), Some(RowNumber::new(2))), "{order:?}");
            assert_eq!(entry.created.unwrap().place, Some(100));
        }
        // Of several lines for one ticket the last one counts.
        let mut twice = entry([How::Created(creation(1))]);
        twice.found(100, 1, RowNumber::new(1), THEN);
        twice.found(150, 1, RowNumber::new(3), THEN);
        assert_eq!((twice.place, twice.row), (Some((150, 1)), Some(RowNumber::new(3))));
    }

    #[test]
    fn a_line_that_says_something_else_than_was_created_is_not_its_line() {
        let mut entry = entry([How::Created(creation(1)), How::Changed(update(2, None))]);
        entry.found(100, 1, RowNumber::new(1), NOW);
        assert_eq!((entry.place, entry.row, entry.created.as_ref().unwrap().place), (None, None, None));
        // Of a change the row may say something else by then, and whether it does is kept.
        entry.found(200, 2, RowNumber::new(1), NOW);
        assert_eq!((entry.place, entry.updates[0].is_as_leased), (Some((200, 2)), false));
        entry.found(300, 2, RowNumber::new(1), THEN);
        assert_eq!((entry.place, entry.updates[0].is_as_leased), (Some((300, 2)), true));
        // A line of one ticket says nothing of another.
        entry.found(400, 3, RowNumber::new(1), NOW);
        assert!(entry.updates[0].is_as_leased);
    }
}
