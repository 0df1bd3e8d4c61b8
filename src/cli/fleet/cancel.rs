//! `fleet cancel JOB`.

use super::args::CancelArgs;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::tell;
use crate::fleet::{Engine, Phase};
use crate::model::Stop;

/// A worker that has one of its chunks hears of it at its next mark; chunks that nobody has begun are not begun.
pub(super) async fn cancel(args: &CancelArgs) -> Result<Exit, Failure> {
    let engine = Engine::connect(&args.server.connecting("cancel")).await?;
    let stopped = engine.change_job(&args.job, |state| {
        if !matches!(state.phase, Phase::Stopped { .. }) {
            state.phase = Phase::Stopped { by: Stop::Cancelled.as_str().to_owned() };
        }
    });
    let Some(state) = stopped.await? else {
        return Err(Failure::usage(format!("there is no job {}", args.job)).hint("fleet status lists them"));
    };
    let done = engine.done(&args.job, &state).await?;
    tell(&format!(
        "job {} of {} is stopped: {done} of {} chunks were done; a chunk that is being sent ends within a lease\n",
        args.job, state.account, state.chunks
    ));
    Ok(Exit::Done)
}
