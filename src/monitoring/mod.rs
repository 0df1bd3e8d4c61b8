//! Tells other programs how a run goes: a stream of events, a metrics file, pings, a notice at the end. None of it can
//! fail a run, slow it down or carry a person's data: counts, row numbers, codes and times are all that leaves here.

mod address;
mod clerk;
mod command;
mod hurry;
mod line;
mod metrics;
mod monitors;
mod notice;
mod post;
mod start_ping;

pub use address::{Address, AddressError};
pub use command::{command_of_the_user, end_group};
pub use hurry::{Hurrier, Hurry};
pub use monitors::{Ending, Monitors, Wishes};
