//! Watches a run for people: a bar on a terminal, a line now and then elsewhere. Nothing here influences the run.

mod bar;
mod counts;
mod lines;
mod speed;
mod timeline;

pub use bar::Bar;
pub use counts::Counts;
pub use lines::Lines;
pub use timeline::{Point, Series, Timeline};
