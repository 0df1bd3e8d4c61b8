//! `fleet status`: how jobs and accounts stand, for anybody who reaches the server; it needs no shared folder.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::json;

use super::args::StatusArgs;
use super::no_job;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::tell;
use crate::fleet::{Alias, Engine, JobId, JobState, Phase};
use crate::words::{Message, message};

pub(super) async fn status(args: &StatusArgs) -> Result<Exit, Failure> {
    let engine = Engine::visit(&args.server.connecting("status")).await?;
    let (told, accounts) = match (engine, &args.job) {
        (Some(engine), job) => stand(&engine, job.as_ref()).await?,
        (None, Some(job)) => return Err(no_job(job)),
        (None, None) => (Vec::new(), BTreeMap::new()),
    };
    tell(&if args.json { as_json(&told, &accounts) } else { as_text(&told, &accounts) });
    Ok(Exit::Done)
}

/// How the jobs stand, or this one, and their accounts.
async fn stand(
    engine: &Engine,
    job: Option<&JobId>,
) -> Result<(Vec<Job>, BTreeMap<Alias, Account>), Failure> {
    let jobs = match job {
        None => engine.jobs().await?,
        Some(job) => {
            let state = engine.job(job).await?;
            let state = state.ok_or_else(|| no_job(job))?;
            vec![(job.clone(), state)]
        }
    };
    let (mut told, mut accounts) = (Vec::new(), BTreeMap::new());
    for (job, state) in jobs {
        if !accounts.contains_key(&state.account) {
            accounts.insert(state.account.clone(), Account::of(engine, &state.account).await?);
        }
        let done = engine.done(&job, &state).await?;
        told.push((job, state, done));
    }
    Ok((told, accounts))
}

/// A job, how it stands, and how many of its chunks are done.
type Job = (JobId, JobState, u32);

/// How an account stands.
struct Account {
    waiting: u64,
    /// The worker that has a chunk of it, and since when.
    worker: Option<(String, String)>,
}

impl Account {
    async fn of(engine: &Engine, alias: &Alias) -> Result<Self, Failure> {
        let (waiting, is_held) = engine.waiting(alias).await?;
        let tenure = if is_held { engine.tenure(alias).await? } else { None };
        Ok(Self { waiting, worker: tenure.map(|tenure| (tenure.worker, tenure.since)) })
    }
}

fn phase(state: &JobState, done: u32) -> Message {
    match &state.phase {
        Phase::Planning | Phase::Enqueued if done == state.chunks => message!("fleet-done"),
        Phase::Planning => message!("fleet-planning"),
        Phase::Enqueued => message!("fleet-under-way"),
        Phase::Stopped { by } => message!("fleet-stopped", by),
    }
}

fn as_json(jobs: &[Job], accounts: &BTreeMap<Alias, Account>) -> String {
    let jobs: Vec<_> = jobs
        .iter()
        .map(|(job, state, done)| {
            json!({
                "job": job, "account": state.account, "rows": state.rows, "chunks": state.chunks, "chunks_done": done,
                "round": state.round, "phase": phase(state, *done).to_string(),
            })
        })
        .collect();
    let accounts: Vec<_> = accounts
        .iter()
        .map(|(alias, account)| {
            let (worker, since) = account.worker.clone().unzip();
            json!({ "account": alias, "chunks_waiting": account.waiting, "worker": worker, "since": since })
        })
        .collect();
    let text = serde_json::to_string_pretty(&json!({ "jobs": jobs, "accounts": accounts }));
    text.unwrap_or_default() + "\n"
}

fn as_text(jobs: &[Job], accounts: &BTreeMap<Alias, Account>) -> String {
    let mut text = String::new();
    if jobs.is_empty() {
        let _ = writeln!(text, "{}", message!("fleet-no-jobs").told());
    }
    for (job, state, done) in jobs {
        let told = message!(
            "fleet-job",
            account = state.account.as_str(),
            rows = state.rows,
            done = *done,
            chunks = state.chunks,
            phase = phase(state, *done)
        );
        let _ = writeln!(text, "{job}  {}", told.told());
    }
    for (alias, account) in accounts {
        let (account_name, waiting) = (alias.as_str(), account.waiting);
        let told = match &account.worker {
            Some((worker, since)) => {
                message!("fleet-account-held", account = account_name, waiting, worker, since)
            }
            None => message!("fleet-account", account = account_name, waiting),
        };
        let _ = writeln!(text, "{}", told.told());
    }
    text
}
