//! One chunk on its way through the street. The street is the one of `run`; the journal is in the engine.

use std::cmp::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::Instant;

use super::first_rows::FirstRows;
use super::order::{JobFolder, Order};
use super::part::{self, Aside};
use super::room::{Basis, Room};
use super::{bug, refuse_put_back};
use crate::api::{Client, Guard, Http};
use crate::cli::args::{AccountArgs, RunArgs};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::handed_over::ENGINE;
use crate::cli::importing::note_end;
use crate::cli::past;
use crate::cli::settings::{self, Endpoint};
use crate::fleet::{Engine, FleetError, Hold, JobState, LogHandle, Phase, Seal, StreamLog, Work};
use crate::journal::Journal;
use crate::ledger::JOURNAL;
use crate::model::{Stop, Watch, Watchers};
use crate::progress::{Lines, Timeline};
use crate::rate::Rate;
use crate::report::{Span, Story, Summary, Traffic};
use crate::results::OutputDir;
use crate::run::{Bounds, Import, Imported, Reading, RunError, Sending, StopWish};
use crate::survey::Sightings;

/// Between the last request of a worker that went in order and the first of the next: the promise is about any second.
const A_SECOND: Duration = Duration::from_millis(1100);

/// Where the log's handle is put for whoever asks for proofs.
pub(super) type Slot = Arc<Mutex<Option<LogHandle>>>;

/// A chunk, and everything that is needed to import it.
pub(super) struct Task {
    pub(super) engine: Engine,
    /// Where marks, proofs and publishing go on while this thread reads files.
    pub(super) runtime: Handle,
    pub(super) shared: std::path::PathBuf,
    pub(super) account: AccountArgs,
    pub(super) work: Work,
    pub(super) hold: Hold,
    pub(super) slot: Slot,
    pub(super) wish: watch::Receiver<Option<StopWish>>,
    /// What is known of a job, perhaps of this one.
    pub(super) known: Option<Room>,
}

/// The turnstile, and the line behind it.
type Line = (Arc<Rate>, Client<Http>);

/// What is to be done with a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Its rows are sent.
    On,
    /// None are sent any more; what became of those that were is told.
    Stopped,
    /// Another round has begun.
    Over,
}

/// What is done with a chunk in one turn at it, and with what.
struct Attempt<'t> {
    order: &'t Order,
    job: &'t JobFolder,
    /// Becomes the part, if the turn is whole.
    results: OutputDir,
    state: &'t JobState,
    standing: Standing,
}

/// How it ended.
pub(super) enum Ended {
    /// The part is there.
    Done,
    /// The part is there, and the rest of the job must not be sent.
    Stopped(String),
    /// No row of it was ever sent, and none is to be.
    Dropped,
    /// It is of a round that is over, or nobody knows what became of its rows: it goes off the list, and is not done.
    Stale,
    /// This worker is to end.
    Interrupted,
    /// Another worker has it, or may.
    Lost,
    /// The job cannot be imported as it is.
    Refused(Failure),
    /// It did not work, and may work later.
    Failed(Failure),
}

/// Fails for what no other try would change.
fn judge(failure: Failure) -> Ended {
    match failure.exit() {
        Exit::Usage | Exit::Input | Exit::Token => Ended::Refused(failure),
        _ => Ended::Failed(failure),
    }
}

impl Task {
    /// Imports the chunk. What was found out about the job is kept in `known`.
    pub(super) async fn import(&mut self) -> Ended {
        let ended = self.try_to().await.unwrap_or_else(judge);
        match ended {
            Ended::Done | Ended::Stopped(_) | Ended::Dropped | Ended::Stale => ended,
            // Whatever went wrong, it went wrong because of that.
            _ if self.hold.is_lost() => Ended::Lost,
            ended => ended,
        }
    }

    async fn try_to(&mut self) -> Result<Ended, Failure> {
        let work = self.work.clone();
        let folder = JobFolder::of(&self.shared, &work.job);
        let last_round = folder.last_round()?;
        let state = self.engine.job(&work.job).await?.ok_or_else(|| bug(work.job.as_str()))?;
        let is_stopped = state.round == work.round && matches!(state.phase, Phase::Stopped { .. });
        let ended = self.in_its_round(&work, &folder, &state, last_round).await;
        match ended.unwrap_or_else(judge) {
            // It keeps the account from all others no longer: it was told when the job was stopped for it. A token that is
            // refused keeps them all from it, and may be replaced.
            Ended::Refused(failure) if is_stopped && failure.exit() != Exit::Token => {
                tracing::warn!(why = failure.text(), "a chunk of a job that is stopped");
                Ok(Ended::Stale)
            }
            // Nobody will ever tell what became of it.
            Ended::Failed(_) if is_stopped && !folder.is_there() => Ok(Ended::Stale),
            ended => Ok(ended),
        }
    }

    async fn in_its_round(
        &mut self,
        work: &Work,
        folder: &JobFolder,
        state: &JobState,
        last_round: u32,
    ) -> Result<Ended, Failure> {
        if state.round == work.round {
            refuse_put_back(Exit::Usage, last_round, state)?;
        }
        let standing = standing(state, work)?;
        let order = Order::read(folder)?;
        let part = part::path(folder, work.chunk, work.round);
        if part.is_dir() {
            return standing_part(&part, standing);
        }
        let results = part::begin(folder, work)?;
        let ended = match standing {
            // Whoever goes on with it elsewhere sees the turn, if this does not see the mark.
            Standing::On => folder.refuse_gone_on(),
            // Also of a round that is over, the log is claimed, and whoever had it waited out: what comes after this chunk
            // may begin at once.
            Standing::Stopped | Standing::Over => Ok(()),
        };
        let ended = match ended {
            Ok(()) => {
                let results = OutputDir::open(&results)?;
                self.with_log(&Attempt { order: &order, job: folder, results, state, standing }).await
            }
            Err(refusal) => Err(refusal),
        };
        if !matches!(ended, Ok(Ended::Done | Ended::Stopped(_))) && is_without_sent(&results) {
            let _ = std::fs::remove_dir_all(&results);
        }
        ended
    }

    async fn with_log(&mut self, attempt: &Attempt<'_>) -> Result<Ended, Failure> {
        let &Attempt { order, job, ref results, standing, .. } = attempt;
        let work = self.work.clone();
        let about = StreamLog::subject(&work);
        let seal = Seal::new(&order.key()?, &about).ok_or_else(|| bug("key"))?;
        let (mirror, note) = (results.path().join(JOURNAL), job.length_of_log(work.chunk));
        let mirrors = part::mirrors(job, &work, results.path());
        // The note may be lost, too: a log of which something was sent had a length.
        if part::have_sent(&mirrors) {
            StreamLog::note_at_least_one(&note).map_err(super::order::failed(&note))?;
        }
        let places = (mirror.as_path(), note.as_path());
        let opened =
            StreamLog::open(&self.engine, &work, seal, self.hold.clone(), places, &mirrors, &self.runtime);
        let (log, handle, opened) = match opened.await {
            // It was told when the job was stopped for it.
            Err(FleetError::LogLost { .. } | FleetError::Unreadable { .. })
                if standing == Standing::Stopped =>
            {
                return Ok(Ended::Stale);
            }
            // No other try reads it: it is damaged, or of another key, as where the job's folder was removed meanwhile.
            Err(error @ FleetError::Unreadable { .. }) => return Ok(Ended::Refused(error.into())),
            opened => opened?,
        };
        *self.slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(handle.clone());
        // What a predecessor announced may still be leaving, until its hold has run out.
        let pause = if opened.is_clean { A_SECOND } else { self.hold.lease().max(A_SECOND) };
        if !self.waited(pause).await {
            return Ok(Ended::Interrupted);
        }
        let ended = match standing {
            Standing::Over => Ended::Stale,
            Standing::Stopped if !opened.has_begun => Ended::Dropped,
            // When it returns, nothing of this worker is on the wire any more.
            _ => self.through_the_street(attempt, log).await.unwrap_or_else(judge),
        };
        if handle.retire().await.is_err() || self.hold.is_lost() {
            return Ok(Ended::Lost);
        }
        if matches!(ended, Ended::Done | Ended::Stopped(_)) {
            part::publish(job, &work, results.path())?;
        }
        Ok(ended)
    }

    /// False: it was not waited out.
    async fn waited(&mut self, pause: Duration) -> bool {
        let hold = self.hold.clone();
        let until = Instant::now() + pause;
        loop {
            let is_wished =
                self.wish.borrow_and_update().as_ref().is_some_and(|wish| wish.stop != Stop::Cancelled);
            if is_wished || hold.is_lost() {
                return false;
            }
            tokio::select! {
                () = tokio::time::sleep_until(until) => return true,
                () = hold.lost() => return false,
                changed = self.wish.changed() => if changed.is_err() { return false },
            }
        }
    }

    /// A chunk whose log is this worker's, from the job's file to its part.
    async fn through_the_street(&mut self, attempt: &Attempt<'_>, log: StreamLog) -> Result<Ended, Failure> {
        let &Attempt { order, job, ref results, state, standing } = attempt;
        let (started_at, clock) = (SystemTime::now(), Instant::now());
        let args = order.run_args(job, &state.limits)?;
        let (pace, limits) = (&args.sending.pace, &args.sending.limits);
        let (before, took) = part::before(job, state.chunks, state.round)?;
        let endpoint = Endpoint::of(&self.account)?;
        let line = self.line(&args, &endpoint)?;
        let rules = settings::update_rules(&args.preflight, &mut settings::mapping(&args.mapping)?)?;
        let mut sightings = Sightings::new(past::scratch(results)).by(&rules);
        let (mut journal, replayed) =
            Journal::open(log, Some(ENGINE.to_owned()), order.salt()?, |past| sightings.past(&past))?;
        if !self.enter_room(attempt, &args, &endpoint, &line).await? {
            return Ok(Ended::Interrupted);
        }
        let Some(room) = &self.known else { return Err(bug("room")) };
        journal.know_main_channel(room.main_channel());
        room.refuse_another_account(replayed.head.as_ref())?;
        let chunk = order.rows_of(self.work.chunk);
        let survey = room.survey(settings::window(&args.window), chunk, journal.fingerprints(), sightings)?;
        let rows = survey.rows;
        let (lines, timeline) = (Arc::new(Lines::new(rows, true)), Arc::new(Timeline::new()));
        let watchers: Vec<Arc<dyn Watch>> = vec![Arc::clone(&lines) as _, Arc::clone(&timeline) as _];
        let import = Import {
            input: Arc::clone(&room.input),
            window: chunk,
            reading: Reading::OnThread,
            form: room.form.clone(),
            survey,
            journal,
            replayed: &replayed,
            elsewhere: Vec::new(),
            other_parts: Box::new(|_| Ok(Vec::new())),
            about: room.about.clone(),
            sending: Sending {
                suspicions: Arc::clone(&room.suspicions),
                ..settings::sending(line, pace, room.server_time(), room.existing())
            },
            canary: standing != Standing::Stopped
                && FirstRows::are_due(job, self.work.round, pace, room.to_send)?,
            bounds: Bounds { before, ..settings::bounds(limits) },
            folder: results,
            failures: room.format.clone(),
            watch: Arc::new(Watchers(watchers)),
            started_at,
        };
        let most = limits.max_duration;
        let time_is_up = most.map(|most| (clock + most.saturating_sub(took), most.as_secs()));
        let (told, wishes) = self.wishes(standing, time_is_up);
        let Imported { report, ended } = tokio::select! {
            imported = import.run(told) => imported,
            () = wishes => return Err(bug("wishes")),
        };
        if report.first_rows_passed {
            FirstRows::note_passed(job, self.work.round)?;
        }
        let ended = match ended {
            Ok(through) => through.close(false).await,
            Err(error) => Err(error),
        };
        let not_attempted = match ended {
            Ok(not_attempted) => not_attempted,
            Err(RunError::Journal(_)) if self.hold.is_lost() => return Ok(Ended::Lost),
            Err(error) => return Err(error.into()),
        };
        if report.stop.as_ref().is_some_and(Stop::is_by_signal) {
            return Ok(Ended::Interrupted);
        }
        let Some(room) = &mut self.known else { return Err(bug("room")) };
        let traffic = Traffic::of(lines.counts(), room.take_requests());
        let span = Span { started_at, elapsed: clock.elapsed() };
        let (shown, account) = (order.shown_input.clone(), room.account.clone());
        let mut summary = Summary::new(shown, account, span, rows, &report.tally, not_attempted, traffic);
        note_end(&mut summary, &report);
        let story = Story {
            series: timeline.series(),
            learnt: room.learnt.clone(),
            ..Story::new(summary, room.opening.clone(), &report.tally, report.stop.as_ref())
        };
        let ended = ended_by(report.stop.as_ref().map(Stop::as_str));
        part::write(results, &story, &Aside::of(report, span.elapsed))?;
        Ok(ended)
    }

    /// Sees to it that the job is known as it stands. False: this worker is to end.
    async fn enter_room(
        &mut self,
        attempt: &Attempt<'_>,
        args: &RunArgs,
        endpoint: &Endpoint,
        (rate, client): &Line,
    ) -> Result<bool, Failure> {
        let basis = Basis::of(&self.work, attempt.state, endpoint);
        if self.known.as_ref().is_some_and(|room| room.is_of(&basis)) {
            return Ok(true);
        }
        self.known = None;
        let order = (attempt.order, attempt.job, args);
        // The account may ask to wait, and nothing is sent until it has answered.
        let room = tokio::select! {
            room = Room::enter(basis, order, endpoint, client, rate, &attempt.results) => room?,
            () = to_end(self.wish.clone()) => return Ok(false),
        };
        self.known = Some(room);
        Ok(true)
    }

    /// What the import is to hear, and what tells it, for ever. `time_is_up`: see [`pass_on`].
    fn wishes(
        &self,
        standing: Standing,
        time_is_up: Option<(Instant, u64)>,
    ) -> (watch::Receiver<Option<StopWish>>, impl Future<Output = ()> + use<>) {
        let (tell, told) = watch::channel(None);
        let is_stopped = standing == Standing::Stopped;
        if is_stopped {
            wish_for(&tell, StopWish::in_order(Stop::Cancelled));
        }
        let mut wish = self.wish.clone();
        // It may have been looked at while the predecessor was waited out.
        wish.mark_changed();
        (told, pass_on(wish, tell, time_is_up.filter(|_| !is_stopped)))
    }

    /// The turnstile, and the line behind it that nobody passes who does not hold the account.
    fn line(&self, args: &RunArgs, endpoint: &Endpoint) -> Result<Line, Failure> {
        let pace = &args.sending.pace;
        let limit = settings::rate(pace.rate, &endpoint.base)?;
        let (places, shard) = (settings::places(pace.concurrency), settings::window(&args.window).shard);
        let (rate, warning) = settings::unsaid_turnstile(limit, pace.headroom.0, shard, places, endpoint)?;
        if let Some(warning) = warning {
            tracing::warn!(%warning, "the rate");
        }
        let hold = self.hold.clone();
        let http = endpoint.http(places)?;
        let http = http.guarded(Guard::new(move || hold.is_good()));
        Ok((Arc::new(rate), Client::new(http, settings::style(&args.mapping))))
    }
}

/// What is to be done with a chunk of a job that stands so.
///
/// # Errors
///
/// If the chunk is of a later round than was told of the job: that is not how it stands, and may be told later.
fn standing(state: &JobState, work: &Work) -> Result<Standing, FleetError> {
    match (state.round.cmp(&work.round), &state.phase) {
        (Ordering::Greater, _) => Ok(Standing::Over),
        (Ordering::Less, _) => {
            let why = format!("{} < {}", state.round, work.round);
            Err(FleetError::Refused { doing: "fleet-do-state", why })
        }
        (Ordering::Equal, Phase::Stopped { .. }) => Ok(Standing::Stopped),
        (Ordering::Equal, Phase::Planning | Phase::Enqueued) => Ok(Standing::On),
    }
}

/// What a part that stands there already says to the engine, where its worker may have died before it could.
fn standing_part(part: &std::path::Path, standing: Standing) -> Result<Ended, Failure> {
    match standing {
        Standing::Over => Ok(Ended::Stale),
        Standing::Stopped => Ok(Ended::Done),
        Standing::On => Ok(ended_by(part::stopped_by(part)?.as_deref())),
    }
}

/// How a chunk ended whose rows are told. That the job is stopped is no news to the engine.
fn ended_by(stop: Option<&str>) -> Ended {
    match stop {
        Some(by) if by != Stop::Cancelled.as_str() => Ended::Stopped(by.to_owned()),
        _ => Ended::Done,
    }
}

/// Until this worker is to end. That the job is stopped is no reason: what was sent before is still looked up.
async fn to_end(mut wish: watch::Receiver<Option<StopWish>>) {
    let is_to_end = |wish: &Option<StopWish>| wish.as_ref().is_some_and(|wish| wish.stop != Stop::Cancelled);
    if wish.wait_for(is_to_end).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Passes wishes on for ever, and wishes for a stop itself when the job has taken long enough: then, and how long that is in
/// seconds.
async fn pass_on(
    mut wish: watch::Receiver<Option<StopWish>>,
    tell: watch::Sender<Option<StopWish>>,
    time_is_up: Option<(Instant, u64)>,
) {
    let mut time_is_up = time_is_up;
    let mut is_open = true;
    loop {
        let late = async {
            match time_is_up {
                Some((at, seconds)) => {
                    tokio::time::sleep_until(at).await;
                    seconds
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = wish.changed(), if is_open => {
                is_open = changed.is_ok();
                if let Some(wish) = wish.borrow_and_update().clone() {
                    wish_for(&tell, wish);
                }
            }
            seconds = late => {
                time_is_up = None;
                wish_for(&tell, StopWish::in_order(Stop::TimeUp { seconds }));
            }
        }
    }
}

/// A graver wish replaces a lesser one.
pub(super) fn wish_for(tell: &watch::Sender<Option<StopWish>>, wish: StopWish) {
    tell.send_if_modified(|known| {
        let is_news = known
            .as_ref()
            .is_none_or(|known| (known.at_once, known.stop.gravity()) < (wish.at_once, wish.stop.gravity()));
        if is_news {
            *known = Some(wish);
        }
        is_news
    });
}

/// Whether a turn sent nothing that its folder would have to be kept for.
fn is_without_sent(turn: &std::path::Path) -> bool {
    std::fs::metadata(turn.join(crate::results::SENT_LOG)).map_or(true, |log| log.len() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::JobId;

    #[test]
    fn a_part_that_stands_there_is_asked_what_stopped_it_only_while_its_round_goes_on() {
        let nowhere = std::path::Path::new("/nowhere");
        let job = JobId::of(&[b"a job"]);
        let work = Work { job, chunk: 0, round: 2, skip: 0, rows: 1, input: String::new() };
        let standing = |round: u32, phase: Phase| {
            let account = "acme".parse().unwrap();
            let state = JobState { account, chunks: 1, rows: 1, round, limits: Vec::new(), phase };
            standing_part(nowhere, standing(&state, &work)?)
        };
        let stopped = || Phase::Stopped { by: "outage".to_owned() };
        assert!(matches!(standing(3, Phase::Enqueued), Ok(Ended::Stale)));
        assert!(matches!(standing(3, stopped()), Ok(Ended::Stale)));
        assert!(matches!(standing(2, stopped()), Ok(Ended::Done)));
        assert!(standing(2, Phase::Enqueued).is_err());
        // What is told of the round before is no reason to take the chunk off the list.
        for phase in [Phase::Enqueued, stopped()] {
            assert!(matches!(standing(1, phase), Err(failure) if failure.exit() == Exit::Stopped));
        }
        assert!(matches!(ended_by(Some("canary_differs")), Ended::Stopped(by) if by == "canary_differs"));
        for by in [None, Some("cancelled")] {
            assert!(matches!(ended_by(by), Ended::Done));
        }
    }
}
