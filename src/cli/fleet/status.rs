//! `fleet status`: how jobs and accounts stand, for anybody who reaches the server; it needs no shared folder.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::json;

use super::args::StatusArgs;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::tell;
use crate::fleet::{Alias, Engine, JobId, JobState, Phase};
use crate::model::printable;

pub(super) async fn status(args: &StatusArgs) -> Result<Exit, Failure> {
    let engine = Engine::connect(&args.server.connecting("status")).await?;
    let jobs: Vec<(JobId, JobState)> = match &args.job {
        None => engine.jobs().await?,
        Some(job) => {
            let state = engine.job(job).await?;
            let state = state.ok_or_else(|| Failure::usage(format!("there is no job {job}")))?;
            vec![(job.clone(), state)]
        }
    };
    let mut told = Vec::new();
    let mut accounts: BTreeMap<Alias, Account> = BTreeMap::new();
    for (job, state) in jobs {
        if !accounts.contains_key(&state.account) {
            accounts.insert(state.account.clone(), Account::of(&engine, &state.account).await?);
        }
        let done = engine.done(&job, &state).await?;
        told.push((job, state, done));
    }
    tell(&if args.json { as_json(&told, &accounts) } else { as_text(&told, &accounts) });
    Ok(Exit::Done)
}

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

/// In one word.
fn phase(state: &JobState, done: u32) -> String {
    match &state.phase {
        Phase::Planning => "planning".to_owned(),
        Phase::Enqueued if done == state.chunks => "done".to_owned(),
        Phase::Enqueued => "under way".to_owned(),
        Phase::Stopped { by } => format!("stopped ({by})"),
    }
}

fn as_json(jobs: &[(JobId, JobState, u32)], accounts: &BTreeMap<Alias, Account>) -> String {
    let jobs: Vec<_> = jobs
        .iter()
        .map(|(job, state, done)| {
            json!({
                "job": job, "account": state.account, "rows": state.rows, "chunks": state.chunks, "chunks_done": done,
                "round": state.round, "phase": phase(state, *done),
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

fn as_text(jobs: &[(JobId, JobState, u32)], accounts: &BTreeMap<Alias, Account>) -> String {
    let mut text = String::new();
    if jobs.is_empty() {
        text.push_str("no jobs\n");
    }
    for (job, state, done) in jobs {
        let _ = writeln!(
            text,
            "{job}  {:20}  {:>10} rows  {done} of {} chunks  {}",
            state.account,
            state.rows,
            state.chunks,
            phase(state, *done)
        );
    }
    for (alias, account) in accounts {
        let worker = match &account.worker {
            Some((worker, since)) => format!("with {} since {}", printable(worker), printable(since)),
            None => "with nobody".to_owned(),
        };
        let _ = writeln!(text, "account {alias}: {} chunks wait, {worker}", account.waiting);
    }
    text
}
