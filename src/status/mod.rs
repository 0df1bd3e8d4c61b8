//! How an import stands, seen from outside: its journal is read while it may be written, and nothing is disturbed.

mod census;

pub use census::{Census, Kind};
