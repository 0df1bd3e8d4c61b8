//! The toll gate on both sides of the one dangerous stretch: a row is admitted before it may be on the wire, and
//! settled before it is reported.

mod gate;
mod key;
mod ticket;

pub use gate::Journal;
pub use key::{ContactKey, Fingerprints};
pub use ticket::{Settled, Ticket};
