//! The two doors of the gate.

use super::ticket::{Settled, Ticket};
use crate::model::{Delivery, NewContact, Remark, Row};

/// What was promised and what was settled.
#[derive(Debug, Default)]
pub struct Journal {}

impl Journal {
    /// From now on this row may be on the wire.
    pub fn admit(&mut self, row: Row, contact: NewContact, remarks: Vec<Remark>, in_doubt: bool) -> Ticket {
        Ticket { row, contact, remarks, in_doubt }
    }

    /// This is what became of the row.
    pub fn settle(&mut self, delivery: Delivery) -> Settled {
        Settled::new(delivery)
    }
}
