//! Sorts records of a fixed length, and finds them again, however many there are and however little memory.

mod index;
mod sorter;

pub use index::Index;
pub use sorter::{Sorted, Sorter};
