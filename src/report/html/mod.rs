//! `report.html`: one file that opens anywhere, without a network, a script or a server.

mod page;
mod plot;
mod sample;
mod story;

pub use page::{PAGE, html};
pub use sample::{Sample, SampleRow};
pub use story::{CauseTold, FieldTold, Opening, STORY, Story, UnmappedTold};
