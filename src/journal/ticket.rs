//! Proofs that a gate was passed.

use std::time::SystemTime;

use super::key::Identity;
use super::record::TicketNumber;
use crate::model::{ContactId, Delivery, NewContact, Remark, Row};

/// What an earlier run may have done about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Earlier {
    /// Nothing.
    #[default]
    Nothing,
    /// It may have sent it, or somebody may have done so from its `failures.csv`.
    MaybeSent {
        /// But not before the server's clock said so, in seconds; `None` if nobody knows.
        after: Option<u64>,
        /// Nothing says so but a word in the row itself, which somebody who knows better may take out.
        by_row: bool,
        /// Whoever has sent it knows that it is not there: if it is now, it came in another way.
        in_vain: bool,
    },
    /// It promised to send it, and did not say what came of that.
    LeftOpen,
}

impl Earlier {
    /// Whether it may have created the contact: it is looked for before it is sent.
    pub fn is_in_doubt(self) -> bool {
        self != Self::Nothing
    }
}

/// A contact that is in the account, as a journal knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct There {
    /// Which one.
    pub id: ContactId,
    /// It came into being by this program, in this import or in one that belongs together with it: it was not there before.
    pub is_ours: bool,
    /// The import that knows it was told to forget it: if it is not there any more, nothing is known.
    pub is_forgotten: bool,
}

/// A row before the gate.
#[derive(Debug)]
pub struct Applicant {
    /// The row as it stands in the file.
    pub row: Row,
    /// What is to be sent.
    pub contact: NewContact,
    /// What the mapping remarked.
    pub remarks: Vec<Remark>,
    /// Who the contact is, and what is said about it.
    pub identity: Identity,
    /// What an earlier run may have done about it.
    pub earlier: Earlier,
    /// Another row of the file may be taken for this one, where only the name can tell.
    pub has_twin: bool,
    /// An earlier run knows the contact: it is met, and not created.
    pub there: Option<There>,
    /// An earlier run was answered about it as if the account were closed, while others were created: it is the row that is meant
    /// if it is answered so again.
    pub was_turned_away: bool,
}

/// A row whose lease is on disk. Made by the journal only, once the disk has it.
#[derive(Debug)]
pub struct Leased {
    pub(super) number: TicketNumber,
    pub(super) applicant: Applicant,
    pub(super) sent_after: Option<SystemTime>,
    /// An earlier process left it open.
    pub(super) is_open: bool,
}

impl Leased {
    /// The row, its contact and its remarks, without the lease.
    pub fn into_parts(self) -> (Row, NewContact, Vec<Remark>) {
        (self.applicant.row, self.applicant.contact, self.applicant.remarks)
    }

    /// Whether an earlier process left it open, so that it may be on the far side already.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Its ticket.
    pub fn number(&self) -> TicketNumber {
        self.number
    }
}

/// The right to put one row on the wire. Made from a lease, with a mark in the journal; used up by sending.
#[derive(Debug)]
pub struct Ticket {
    /// Its number, by which the journal knows it.
    pub number: TicketNumber,
    /// The row as it stands in the file.
    pub row: Row,
    /// What is to be sent.
    pub contact: NewContact,
    /// What the mapping remarked.
    pub remarks: Vec<Remark>,
    /// Who the contact is, and what is said about it.
    pub identity: Identity,
    /// What an earlier run may have done about it.
    pub earlier: Earlier,
    /// Another row of the file may be taken for this one, where only the name can tell.
    pub has_twin: bool,
    /// An earlier run knows the contact: it is met, and not created.
    pub there: Option<There>,
    /// An earlier run was answered about it as if the account were closed; see [`Applicant::was_turned_away`].
    pub was_turned_away: bool,
    /// The server's clock before the contact was first sent: what is older was there before.
    pub sent_after: Option<SystemTime>,
}

/// A row whose story has ended and was written down. Results accept nothing else.
#[derive(Debug)]
pub struct Settled(Delivery);

impl Settled {
    pub(super) fn new(delivery: Delivery) -> Self {
        Self(delivery)
    }

    /// The story.
    pub fn delivery(&self) -> &Delivery {
        &self.0
    }
}
