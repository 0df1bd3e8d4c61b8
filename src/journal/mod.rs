//! The toll gate on both sides of the one dangerous stretch: a row is admitted before it may be on the wire, and
//! settled before it is reported.

mod ticket;

pub use ticket::{Settled, Ticket};
