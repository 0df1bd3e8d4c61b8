//! Proofs that a gate was passed.

use crate::model::{Delivery, NewContact, Remark, Row};

/// The right to put one row on the wire. Made by admission, used up by sending.
#[derive(Debug)]
pub struct Ticket {
    /// The row as it stands in the file.
    pub row: Row,
    /// What is to be sent.
    pub contact: NewContact,
    /// What the mapping remarked.
    pub remarks: Vec<Remark>,
    /// An earlier run may have created the contact: look before sending.
    pub in_doubt: bool,
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

    /// The story, to be taken apart.
    pub fn into_delivery(self) -> Delivery {
        self.0
    }
}
