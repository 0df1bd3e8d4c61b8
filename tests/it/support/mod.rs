//! What the tests stand on: a hermetic bench for the program, and the street without sockets.

mod bench;
mod in_process;
mod witness;

pub(crate) use bench::{Bench, Done, Line, TOKEN, canary_numbers, sample};
pub(crate) use in_process::{Simulation, Walked};
pub(crate) use witness::Witness;
