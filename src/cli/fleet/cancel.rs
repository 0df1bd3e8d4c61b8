//! `fleet cancel JOB`.

use super::args::CancelArgs;
use super::no_job;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::tell;
use crate::fleet::{Engine, Phase};
use crate::model::Stop;
use crate::words::message;

/// A worker that has one of its chunks hears of it at its next mark; chunks that nobody has begun are not begun.
pub(super) async fn cancel(args: &CancelArgs) -> Result<Exit, Failure> {
    let engine = Engine::visit(&args.server.connecting("cancel")).await?;
    let engine = engine.ok_or_else(|| no_job(&args.job))?;
    let stopped = engine.change_job(&args.job, |state| {
        if !matches!(state.phase, Phase::Stopped { .. }) {
            state.phase = Phase::Stopped { by: Stop::Cancelled.as_str().to_owned() };
        }
    });
    let Some(state) = stopped.await? else {
        return Err(no_job(&args.job));
    };
    let done = engine.done(&args.job, &state).await?;
    let told = message!(
        "fleet-cancelled",
        job = args.job.as_str(),
        account = state.account.as_str(),
        done,
        chunks = state.chunks
    );
    tell(&format!("{}\n", told.told()));
    Ok(Exit::Done)
}
