//! `fleet worker`: takes accounts, one chunk at a time each, until it is stopped.
//!
//! One thread talks to the engine for all accounts: it asks for chunks, marks and proves. Each chunk has a thread of its
//! own, so that one that reads a large file keeps nobody from saying that it is alive.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, SystemTime};

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use tokio::runtime::{Builder, Handle};
use tokio::sync::{Semaphore, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use super::args::WorkerArgs;
use super::bug;
use super::chunk::{Ended, Slot, Task, wish_for};
use super::pulse::Pulse;
use super::room::Room;
use crate::cli::args::AccountArgs;
use crate::cli::config::{self, Places, Refusal};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::settings::Endpoint;
use crate::cli::{logging, say, signals};
use crate::fleet::{Alias, Engine, FleetError, Phase, Tenure, Turn, Work};
use crate::model::Stop;
use crate::run::StopWish;
use crate::words::message;

/// How long a chunk is waited for where this worker has a place for every account, and where it has not.
const PATIENT: Duration = Duration::from_secs(1);
const IMPATIENT: Duration = Duration::from_millis(50);
/// How long to wait before asking again for what was not there, or did not work.
const PAUSE: Duration = Duration::from_millis(300);
/// How much nicer a chunk's thread is than the one that talks to the engine.
#[cfg(target_os = "linux")]
const STEP: i32 = 10;
const AFTER_A_FAILURE: Duration = Duration::from_secs(10);

/// What all accounts of a worker share.
#[derive(Clone)]
struct Worker {
    engine: Engine,
    name: String,
    shared: PathBuf,
    places: Arc<Semaphore>,
    pulse: Pulse,
    patience: Duration,
    drain: bool,
    wish: watch::Receiver<Option<StopWish>>,
}

pub(super) async fn worker(args: WorkerArgs, places: &Places) -> Result<Exit, Failure> {
    logging::start(args.verbose, None);
    let accounts = accounts(&args, places)?;
    let name = name();
    let signals::Heard { mut wish } =
        signals::listen(None).map_err(|why| Failure::new(Exit::Bug, message!("no-signals", why = &why)))?;
    let connecting = args.server.connecting(&name);
    let engine = tokio::select! {
        engine = Engine::found(&connecting, args.founding.founding()) => engine?,
        _ = wish.changed() => return Ok(exit_of(&wish)),
    };
    let at_a_time = usize::from(args.at_a_time);
    let told = message!(
        "fleet-worker",
        worker = &name,
        accounts = accounts.len(),
        most = at_a_time,
        lease = engine.lease().as_secs()
    );
    say(&told.told());
    let pulse = Pulse::new(engine.lease());
    let worker = Worker {
        engine,
        name,
        pulse: pulse.clone(),
        shared: args.folder.folder.clone(),
        places: Arc::new(Semaphore::new(at_a_time)),
        patience: if accounts.len() <= at_a_time { PATIENT } else { IMPATIENT },
        drain: args.drain,
        wish: wish.clone(),
    };
    let mut tending = JoinSet::new();
    for (alias, account) in accounts {
        let worker = worker.clone();
        tending.spawn(async move { worker.tend(&alias, &account).await });
    }
    let tended = async {
        while let Some(ended) = tending.join_next().await {
            ended.map_err(|error| bug(&error.to_string()))?;
        }
        Ok::<(), Failure>(())
    };
    tokio::select! {
        tended = tended => tended?,
        () = pulse.listen() => {}
    }
    Ok(exit_of(&wish))
}

fn exit_of(wish: &watch::Receiver<Option<StopWish>>) -> Exit {
    wish.borrow().as_ref().map_or(Exit::Done, |wish| (&wish.stop).into())
}

/// Accounts with what opens them.
fn accounts(args: &WorkerArgs, places: &Places) -> Result<Vec<(Alias, AccountArgs)>, Failure> {
    let config = args.config.as_deref();
    let mut aliases = args.accounts.clone();
    if aliases.is_empty() {
        let presets = config::presets_with_a_token(config, places)?;
        aliases = presets.iter().filter_map(|preset| preset.parse().ok()).collect();
    }
    if aliases.is_empty() {
        return Err(Failure::usage(message!("fleet-no-accounts")).hint(message!("fleet-no-accounts.fix")));
    }
    let mut accounts: Vec<(Alias, AccountArgs)> = Vec::with_capacity(aliases.len());
    let mut opened: BTreeMap<String, Alias> = BTreeMap::new();
    for alias in aliases {
        let account = match config::account(alias.as_str(), config, places) {
            Ok(account) => account,
            Err(Refusal::Failed(failure)) => return Err(failure),
            Err(Refusal::Said(error)) => return Err(Failure::usage(error.to_string())),
        };
        if account.api_key_file.is_none() && account.api_key_command.is_none() {
            return Err(Failure::usage(message!("fleet-no-token", account = alias.as_str()))
                .hint(message!("fleet-no-token.fix")));
        }
        // What is wrong with it shows now, and not when its first chunk comes.
        let endpoint = Endpoint::of(&account)?;
        let token = endpoint.token.fingerprint(&endpoint.base.to_string());
        if let Some(other) = opened.insert(token, alias.clone()).filter(|other| *other != alias) {
            let (one, other) = (other.as_str(), alias.as_str());
            return Err(Failure::usage(message!("fleet-same-account", one, other))
                .hint(message!("fleet-same-account.fix")));
        }
        accounts.push((alias, account));
    }
    Ok(accounts)
}

/// For people who look at the fleet.
fn name() -> String {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    format!("{host}/{}", std::process::id())
}

impl Worker {
    /// Works for an account.
    async fn tend(mut self, alias: &Alias, account: &AccountArgs) {
        let mut known = None;
        while self.wish.borrow().is_none() {
            let worked = self.one_chunk(alias, account, &mut known).await;
            let pause = match worked {
                Ok(true) => continue,
                Ok(false) if self.drain && self.is_idle(alias).await => return,
                Ok(false) => PAUSE,
                Err(failure) => {
                    say(&format!("{alias}: {}", failure.text().trim_end()));
                    AFTER_A_FAILURE.min(self.engine.lease())
                }
            };
            let _ = tokio::time::timeout(pause, self.wish.changed()).await;
        }
    }

    async fn is_idle(&self, alias: &Alias) -> bool {
        self.engine.waiting(alias).await.is_ok_and(|(waiting, is_held)| waiting == 0 && !is_held)
    }

    /// False: there is none.
    async fn one_chunk(
        &self,
        alias: &Alias,
        account: &AccountArgs,
        known: &mut Option<Room>,
    ) -> Result<bool, Failure> {
        let Ok(_place) = self.places.acquire().await else { return Ok(false) };
        let consumer = self.engine.consumer(alias).await?;
        let Some(turn) = self.engine.next(&consumer, self.patience).await? else { return Ok(false) };
        // It is held meanwhile, and the hold outlasts it: marks begin with the chunk.
        let Some(_under_way) = self.pulse.let_in(self.engine.lease() / 4).await else {
            tracing::info!(%alias, "this worker has enough to do");
            turn.give_back(Some(self.engine.lease() / 4), self.engine.patience()).await?;
            return Ok(false);
        };
        let (tell, wish) = watch::channel(None);
        let slot = Slot::default();
        let mut task = Task {
            engine: self.engine.clone(),
            runtime: Handle::current(),
            shared: self.shared.clone(),
            account: account.clone(),
            work: turn.work.clone(),
            hold: turn.hold.clone(),
            slot: Arc::clone(&slot),
            wish,
            known: known.take(),
        };
        let tenure = Tenure {
            worker: self.name.clone(),
            job: turn.work.job.clone(),
            chunk: turn.work.chunk,
            since: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        };
        tracing::info!(%alias, job = %tenure.job, chunk = tenure.chunk, "taken");
        let (told, mut ended) = oneshot::channel();
        std::thread::Builder::new()
            .name(format!("chunk {alias}"))
            .spawn(move || {
                step_back();
                let ended = match Builder::new_current_thread().enable_all().build() {
                    Ok(runtime) => runtime.block_on(task.import()),
                    Err(error) => Ended::Failed(Failure::new(Exit::Bug, error.to_string())),
                };
                let _ = told.send((ended, task.known));
            })
            .map_err(|error| bug(&error.to_string()))?;
        let alive = self.stay_alive(&turn, &slot, &tell, (alias, &tenure));
        let ended = tokio::select! {
            ended = &mut ended => ended,
            () = alive => ended.await,
        };
        let (ended, room) = ended.map_err(|error| bug(&error.to_string()))?;
        *known = room;
        self.conclude(alias, &turn, ended).await
    }

    /// Marks and proves until the hold is lost, and passes on what is wished.
    async fn stay_alive(
        &self,
        turn: &Turn,
        slot: &Slot,
        tell: &watch::Sender<Option<StopWish>>,
        (alias, tenure): (&Alias, &Tenure),
    ) {
        let beat = async {
            let _ = self.engine.note_tenure(alias, tenure).await;
            loop {
                let handle = slot.lock().unwrap_or_else(PoisonError::into_inner).clone();
                if let Some(handle) = handle {
                    handle.prove();
                }
                let state = self.engine.job(&turn.work.job);
                match tokio::time::timeout(self.engine.patience(), state).await {
                    Ok(Ok(Some(state)))
                        if state.round > turn.work.round
                            || state.round == turn.work.round
                                && matches!(state.phase, Phase::Stopped { .. }) =>
                    {
                        wish_for(tell, StopWish::in_order(Stop::Cancelled));
                    }
                    _ => {}
                }
                tokio::time::sleep(self.engine.lease() / 6).await;
            }
        };
        // One that gets no answer keeps the next ones from nothing.
        let mark = async {
            let mut marks = FuturesUnordered::new();
            let mut next = tokio::time::interval(self.engine.lease() / 6);
            next.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    _ = next.tick() => marks.push(turn.mark()),
                    Some(marked) = marks.next() => match marked {
                        Ok(took) => self.pulse.note(took),
                        Err(error) => tracing::info!(%error, %alias, "no mark"),
                    },
                }
            }
        };
        let mut wished = self.wish.clone();
        let pass_on = async {
            loop {
                let wish = wished.borrow_and_update().clone();
                if let Some(wish) = wish {
                    wish_for(tell, wish);
                }
                if wished.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        tokio::select! {
            () = turn.hold.lost() => {}
            () = beat => {}
            () = mark => {}
            () = pass_on => {}
        }
        wish_for(tell, StopWish { stop: Stop::Terminate, at_once: true });
    }

    /// Tells the engine and people what came of a chunk.
    async fn conclude(&self, alias: &Alias, turn: &Turn, ended: Ended) -> Result<bool, Failure> {
        let (work, patience) = (&turn.work, self.engine.patience());
        let what = format!("{alias}, {}/{}", work.job, work.chunk);
        let has_part = matches!(ended, Ended::Done | Ended::Stopped(_));
        match ended {
            Ended::Done => say(&message!("fleet-chunk-done", what).told()),
            Ended::Dropped => say(&message!("fleet-chunk-dropped", what).told()),
            Ended::Stopped(by) => {
                say(&message!("fleet-chunk-stopped", what, by = &by).told());
                self.stop_job(work, &by).await?;
            }
            Ended::Stale => {
                turn.done(patience).await?;
                return Ok(true);
            }
            Ended::Lost => {
                say(&message!("fleet-chunk-lost", what).told());
                return Ok(true);
            }
            Ended::Interrupted => {
                say(&message!("fleet-chunk-given-back", what).told());
                turn.give_back(None, patience).await?;
                return Ok(true);
            }
            Ended::Refused(failure) => {
                let by = match failure.exit() {
                    Exit::Token => "token_refused",
                    Exit::Input => "input_changed",
                    _ => "refused",
                };
                say(&message!("fleet-chunk-refused", what, by).told());
                say(&failure.text());
                self.stop_job(work, by).await?;
                turn.give_back(Some(AFTER_A_FAILURE), patience).await?;
                return Ok(true);
            }
            Ended::Failed(failure) => {
                turn.give_back(Some(AFTER_A_FAILURE), patience).await?;
                return Err(failure);
            }
        }
        self.engine.note_done(work, has_part).await?;
        turn.done(patience).await?;
        Ok(true)
    }

    async fn stop_job(&self, work: &Work, by: &str) -> Result<(), FleetError> {
        let stopped = self.engine.change_job(&work.job, |state| state.stop(work.round, by));
        stopped.await.map(drop)
    }
}

/// This thread gives way to the one that keeps the leases alive: what it does can wait, a lease cannot.
fn step_back() {
    // Elsewhere this would be about the whole process.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(STEP);
}
