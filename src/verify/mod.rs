//! Reads back what an import created, and compares it field by field with what was sent.
//!
//! What was sent comes from `sent.log`, not from the input, which may have been edited since. Nothing in the account is
//! changed.

mod judge;
mod reading;
mod sample;
mod totals;
mod unseen;

pub use judge::{Finding, Judgement, Verdict, judge};
pub use reading::{COLUMNS, Reading, Stopped};
pub use sample::{Sample, SampleError};
pub use totals::{FieldTotals, Totals};
