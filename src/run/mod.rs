//! One import, from the first row to the last.
//!
//! [`Import`] is everything that a run is made of; [`Import::run`] puts the street together and walks it. The loop that
//! does the walking is in `walk.rs`.

mod bounds;
mod canary;
mod claims;
mod import;
mod report;
mod street;
mod walk;

pub use bounds::{Before, Bounds, MaxFailures};
pub use claims::OtherParts;
pub use import::{Import, Imported, Reading, Sending, Through};
pub use report::{Report, RunError};
pub use street::StopWish;
