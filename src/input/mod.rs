//! Bytes → [`Row`](crate::model::Row)s. Knows files and CSV, interprets no cell.
//!
//! An input is read several times (fingerprint, facts, survey, sending), and every reading sees the same bytes: the
//! first one takes a hash of each block, and the later ones refuse a block that has changed.

mod dialect;
mod error;
mod file;
mod lines;
mod quoting;
mod records;
mod tee;

pub use dialect::Dialect;
pub use error::Unreadable;
pub use file::InputFile;
pub use records::{Header, Records};
