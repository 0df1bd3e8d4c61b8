//! What the tests stand on: a hermetic bench for the program, and the street without sockets.

mod bench;
mod front;
#[cfg(feature = "http2")]
mod http2_front;
mod in_process;
mod reused_front;
mod rig;
mod running;
mod sim_disk;
mod stand_in;
mod tls_front;
mod undone;
mod witness;

pub(crate) use bench::{
    Bench, Done, Line, TOKEN, canary_numbers, messy_without_channel, read_csv, sample, sandbox_settings,
};
pub(crate) use front::{Front, Keeper, Says, read_request};
#[cfg(feature = "http2")]
pub(crate) use http2_front::{Http2Front, Meets};
pub(crate) use in_process::InProcess;
pub(crate) use reused_front::{Ends, ReusedFront};
pub(crate) use rig::{Rig, Walked};
pub(crate) use running::{Running, at_a_terminal};
pub(crate) use sim_disk::{DiskFault, Operation, SimDisk};
pub(crate) use stand_in::switches;
pub(crate) use tls_front::{Authority, Shows, TlsFront};
pub(crate) use undone::undo_in_process;
pub(crate) use witness::Witness;
