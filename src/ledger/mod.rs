//! What an import brought about, contact by contact: the journal's verdicts beside what was sent, and how that is
//! compared with what the account shows now.
//!
//! It holds a few hundred bytes for each contact and reads what was sent when it is asked for.

mod book;
mod deeds;
mod entry;
mod own_change;
mod seen;

pub use book::{JOURNAL, Ledger};
pub use entry::{Creation, Entry, Update};
pub use own_change::OwnChange;
pub use seen::{Comparison, Seen, compare, is_empty, is_same, value_of};
