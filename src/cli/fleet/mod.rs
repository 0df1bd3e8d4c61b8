//! `fleet`: one street, many workers.
//!
//! A job's folder on the shared file system holds everything that is of people, and the key of its journals:
//!
//! ```text
//! <folder>/<job>/job.json         what is to be done: flags, chunks, key (mode 0600)
//! <folder>/<job>/input/           the files, as they were when the job was enqueued
//! <folder>/<job>/work/C.R.xxxx/   a worker's turn at chunk C in round R
//! <folder>/<job>/logs/C.length    how long the log of chunk C was
//! <folder>/<job>/first-rows.json  whether the first rows have passed
//! <folder>/<job>/account-marks.json  what the account showed of itself
//! <folder>/accounts/             the one name of each account, by its channels
//! <folder>/<job>/gone-on.json     the folder in which a run or an undo went on with it
//! <folder>/<job>/parts/C.R/       what became of the rows of chunk C, whole
//! ```

mod args;
mod book;
mod cancel;
mod chunk;
mod collect;
mod enqueue;
mod first_rows;
mod join;
mod names;
mod order;
mod part;
mod pulse;
mod room;
mod status;
mod worker;

use std::ffi::OsString;

pub(super) use args::FleetCommand;

use super::config::Places;
use super::exit::Exit;
use super::failure::Failure;
use crate::fleet::{FleetError, JobId, JobState};
use crate::words::message;

pub(super) async fn fleet(
    command: FleetCommand,
    arguments: &[OsString],
    places: &Places,
) -> Result<Exit, Failure> {
    refuse_secrets(arguments)?;
    match command {
        FleetCommand::Enqueue(args) => enqueue::enqueue(&args, arguments, places).await,
        FleetCommand::Worker(args) => worker::worker(args, places).await,
        FleetCommand::Status(args) => status::status(&args).await,
        FleetCommand::Collect(args) => collect::collect(&args).await,
        FleetCommand::Cancel(args) => cancel::cancel(&args).await,
    }
}

/// Everybody on a machine sees the arguments of its processes.
fn refuse_secrets(arguments: &[OsString]) -> Result<(), Failure> {
    let words = arguments.iter().map(|word| word.to_string_lossy());
    let mut is_server = false;
    for word in words {
        let value = if is_server { Some(&*word) } else { word.strip_prefix("--server=") };
        if value.is_some_and(|value| value.contains('@')) {
            return Err(Failure::usage(message!("fleet-secret")).hint(message!("fleet-secret.fix")));
        }
        is_server = word == "--server";
    }
    Ok(())
}

impl From<FleetError> for Failure {
    fn from(error: FleetError) -> Self {
        let exit = match &error {
            FleetError::Unreached(_) | FleetError::Refused { .. } | FleetError::Lost => Exit::Stopped,
            FleetError::OtherLease { .. }
            | FleetError::OtherCopies { .. }
            | FleetError::OtherConsumer { .. }
            | FleetError::LogLost { .. } => Exit::Usage,
            FleetError::Unreadable { .. } | FleetError::Mirror(_) => Exit::Output,
        };
        let hint = match &error {
            FleetError::Unreached(_) => message!("fleet-unreached.fix"),
            FleetError::Refused { .. } => message!("fleet-refused.fix"),
            FleetError::OtherLease { .. } => message!("fleet-other-lease.fix"),
            FleetError::OtherCopies { .. } => message!("fleet-other-copies.fix"),
            FleetError::OtherConsumer { .. } => message!("fleet-other-consumer.fix"),
            FleetError::Unreadable { .. } => message!("fleet-unreadable.fix"),
            FleetError::Lost => message!("fleet-lost.fix"),
            FleetError::LogLost { .. } => message!("fleet-log-lost.fix"),
            FleetError::Mirror(_) => message!("fleet-mirror.fix"),
        };
        Self::new(exit, error.message()).hint(hint)
    }
}

/// Something is not there that has to be.
fn bug(what: &str) -> Failure {
    Failure::new(Exit::Bug, message!("fleet-bug", what)).hint(message!("hint-bug"))
}

/// The engine knows an earlier round than the one of which something is in the job's folder: it has lost what came since.
fn refuse_put_back(exit: Exit, last_round: u32, state: &JobState) -> Result<(), Failure> {
    if last_round <= state.round {
        return Ok(());
    }
    let what = message!("fleet-put-back", known = state.round, there = last_round);
    Err(Failure::new(exit, what).hint(message!("fleet-put-back.fix")))
}

fn no_job(job: &JobId) -> Failure {
    Failure::usage(message!("fleet-no-job", job = job.as_str())).hint(message!("fleet-no-job.fix"))
}
