//! What an import brought about, contact by contact: the journal's verdicts beside what was sent, and how that is
//! compared with what the account shows now.
//!
//! It holds a few hundred bytes for each contact and reads what was sent when it is asked for.

mod book;
mod seen;

pub use book::{Entry, JOURNAL, Ledger};
pub use seen::{Comparison, Seen, compare, is_empty, is_same, value_of};
