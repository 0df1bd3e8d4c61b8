//! One reading of the whole file before anything is sent: how many rows, what is wrong with which, who stands in it
//! twice. In bounded memory, whatever the size of the file.

mod crew;
mod reading;
mod records;
mod sightings;
mod standing;
mod standings;
mod values;

pub use reading::{FirstContact, Pass, RemarkCount, Scope, Survey, SurveyError};
pub use sightings::Sightings;
pub use standing::{Done, Standing, StandingCounts};
pub use standings::Standings;
pub use values::{Distinct, ValueCount, Values};
