//! `fleet`: one street, many workers.
//!
//! A job's folder on the shared file system holds everything that is of people, and the key of its journals:
//!
//! ```text
//! <folder>/<job>/job.json         what is to be done: flags, chunks, key (mode 0600)
//! <folder>/<job>/input/           the files, as they were when the job was enqueued
//! <folder>/<job>/work/C.R.xxxx/   a worker's turn at chunk C in round R
//! <folder>/<job>/logs/C.length    how long the log of chunk C was
//! <folder>/<job>/parts/C.R/       what became of the rows of chunk C, whole
//! ```

mod args;
mod cancel;
mod chunk;
mod collect;
mod enqueue;
mod join;
mod order;
mod part;
mod room;
mod status;
mod worker;

use std::ffi::OsString;

pub(super) use args::FleetCommand;

use super::config::Places;
use super::exit::Exit;
use super::failure::Failure;
use crate::fleet::FleetError;

pub(super) async fn fleet(
    command: FleetCommand,
    arguments: &[OsString],
    places: &Places,
) -> Result<Exit, Failure> {
    match command {
        FleetCommand::Enqueue(args) => enqueue::enqueue(&args, arguments, places).await,
        FleetCommand::Worker(args) => worker::worker(args, places).await,
        FleetCommand::Status(args) => status::status(&args).await,
        FleetCommand::Collect(args) => collect::collect(&args).await,
        FleetCommand::Cancel(args) => cancel::cancel(&args).await,
    }
}

impl From<FleetError> for Failure {
    fn from(error: FleetError) -> Self {
        let exit = match &error {
            FleetError::Unreached(_) | FleetError::Refused { .. } | FleetError::Lost => Exit::Stopped,
            FleetError::OtherLease { .. } | FleetError::OtherConsumer { .. } => Exit::Usage,
            FleetError::Unreadable { .. } | FleetError::Mirror(_) => Exit::Output,
        };
        let hint = match &error {
            FleetError::Unreached(_) => "name the server: --server nats://HOST:4222",
            FleetError::Refused { .. } => {
                "look at the server and at its JetStream, then give the same command again"
            }
            FleetError::OtherLease { .. } => "leave --lease out: whoever came first said what it is",
            FleetError::OtherConsumer { .. } => "delete the consumer; it is made again as it should be",
            FleetError::Unreadable { .. } => "use the folder and the program that wrote it",
            FleetError::Lost => "nothing is wrong: the other worker goes on",
            FleetError::Mirror(_) => "make room in the shared folder",
        };
        Self::new(exit, error.to_string()).hint(hint)
    }
}
