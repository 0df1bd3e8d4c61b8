//! Settled rows → lines: `results.csv` and `failures.csv`, in input order.
//!
//! Both files are written beside their final names and take those names when the run ends, so that nobody ever finds
//! half a file. `sent.log` is another thing: what was sent for a contact, kept before the journal settles its row.
//! Rows that finish early wait on a shelf until the rows before them have finished.

mod error;
mod failures;
mod formula;
mod given_back;
mod in_order;
mod known_failures;
mod lines;
mod people;
mod place;
mod private;
mod problems;
mod record;
mod sent;
mod table;

pub use error::OutputError;
pub use failures::FailuresFormat;
pub use given_back::{FAILURES, PROBLEMS, failures_were_edited, is_of_a_check, is_of_failures};
pub use known_failures::FailuresKnown;
pub use lines::{RESULTS, Results, Written};
pub use people::{each_who_is_away, forget_who_is_away};
pub use place::{Named, each_who_is_there, named, place_of};
pub use private::{OutputDir, PrivateFile};
pub use problems::Problems;
pub use record::COLUMNS;
pub use sent::{SENT_LOG, Sent, each_who_was_sent, read_sent, renumber_sent};
pub use table::Table;
