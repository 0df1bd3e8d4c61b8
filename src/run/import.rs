//! What a run is made of, put together in one place for everyone who runs one.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures::StreamExt as _;
use futures::future::Either;
use tokio::sync::{mpsc, watch};

use super::bounds::Bounds;
use super::canary::{self, Flown};
use super::claims::{Claims, OtherParts};
use super::report::{Report, RunError};
use super::street::{StopWish, Street};
use super::walk::{self, Start};
use crate::api::{Client, Transport};
use crate::delivery::{
    Admission, Carriage, Deliverer, Existing, Halt, Patience, ServerClock, Suspicions, Timed,
};
use crate::input::InputFiles;
use crate::intake::{self, Gatekeeper};
use crate::journal::{About, Elsewhere, Journal, Replayed, Storage};
use crate::mapping::Form;
use crate::model::{Watch, Window};
use crate::rate::Rate;
use crate::results::{FailuresFormat, OutputDir, Results};
use crate::survey::Survey;

/// One import, ready to run.
pub struct Import<'i, T, S> {
    /// What is read.
    pub input: Arc<InputFiles>,
    /// The rows of it that are read.
    pub window: Window,
    /// How it is read.
    pub reading: Reading,
    /// What each row becomes.
    pub form: Form,
    /// What is known of each row.
    pub survey: Survey,
    /// The gate.
    pub journal: Journal<S>,
    /// What it remembered when it was opened.
    pub replayed: &'i Replayed,
    /// What other imports know, into which failures of this one were given back.
    pub elsewhere: Vec<Elsewhere>,
    /// What the other parts of the list know, whenever it is asked.
    pub other_parts: OtherParts,
    /// Whose contacts these are.
    pub about: About,
    /// The wire.
    pub sending: Sending<T>,
    /// Whether the first rows go alone and are read back.
    pub canary: bool,
    /// How far the run goes.
    pub bounds: Bounds,
    /// Where results go.
    pub folder: &'i OutputDir,
    /// How failures are given back.
    pub failures: FailuresFormat,
    /// Whoever watches.
    pub watch: Arc<dyn Watch>,
    /// When the run began, for people who read the journal.
    pub started_at: SystemTime,
}

/// How rows are sent.
pub struct Sending<T> {
    /// The API.
    pub client: Client<T>,
    /// The turnstile, with the places before it.
    pub rate: Arc<Rate>,
    /// How long, how often, how boldly.
    pub patience: Patience,
    /// How long an outage is waited out.
    pub longest_outage: Duration,
    /// The server's clock, as its last answer showed it.
    pub server_time: Option<SystemTime>,
    /// What is done about contacts that are there already.
    pub existing: Existing,
    /// Rows that were answered as if the account were closed.
    pub suspicions: Arc<Suspicions>,
    /// Makes waits repeatable.
    pub seed: u64,
}

impl<T: Transport> Sending<T> {
    /// What rows are carried with: contacts of others are left to them, and whoever watches is told of what is exchanged.
    fn carriage(
        self,
        claims: Claims,
        replayed: &Replayed,
        watch: &Arc<dyn Watch>,
        admissions: mpsc::UnboundedSender<Admission>,
    ) -> Carriage<Timed<T>> {
        let server_clock = ServerClock::default();
        if let Some(server_time) = self.server_time {
            server_clock.set(server_time);
        }
        Carriage {
            client: self.client.over(|transport| Timed::new(transport, Arc::clone(watch))),
            rate: self.rate,
            patience: self.patience,
            longest_outage: self.longest_outage,
            server_clock: Arc::new(server_clock),
            watch: Arc::clone(watch),
            are_taken: Box::new(move |found| claims.are_taken(found)),
            existing: self.existing,
            begun: replayed.changing.clone(),
            unlooked: replayed.unlooked.clone(),
            suspicions: self.suspicions,
            admissions,
            seed: self.seed,
        }
    }
}

/// Where rows are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// On a thread of its own.
    OnThread,
    /// Where they are taken: the same rows at the same times, always.
    InPlace,
}

/// How an import ended.
pub struct Imported<S> {
    /// What became of the rows. It is in the results as far as these could be written.
    pub report: Report,
    /// What is left to do, or why it broke off.
    pub ended: Result<Through<S>, RunError>,
}

/// An import whose results are written, and whose journal does not know that yet.
pub struct Through<S> {
    /// How many rows have no status because the run stopped before them.
    pub not_attempted: u64,
    journal: Journal<S>,
    /// The list was not read to its end.
    is_left: bool,
}

impl<S: Storage> Through<S> {
    /// Notes that the run ended in order. To be called when everything that tells of it is written: a run that was told to forget
    /// what was before it goes on until then. `is_repeated`: the command that said that has something to do once more.
    /// Returns how many rows have no status.
    ///
    /// # Errors
    ///
    /// If the journal cannot be written.
    pub async fn close(mut self, is_repeated: bool) -> Result<u64, RunError> {
        self.journal.close(self.is_left || is_repeated).await?;
        Ok(self.not_attempted)
    }
}

impl<T: Transport, S: Storage> Import<'_, T, S> {
    /// Runs to the end, or until `wish` asks to stop. What has happened is written down even when the run breaks off.
    pub async fn run(self, wish: watch::Receiver<Option<StopWish>>) -> Imported<S> {
        let mut report = Report::default();
        let ended = self.walk(&mut report, wish).await;
        Imported { report, ended }
    }

    async fn walk(
        self,
        report: &mut Report,
        mut wish: watch::Receiver<Option<StopWish>>,
    ) -> Result<Through<S>, RunError> {
        let Self { mut journal, survey, sending, watch, replayed, .. } = self;
        let unlooked = !sending.existing.policy.looks();
        journal.know_rules(&sending.existing.rules);
        let (input, rows) = (self.input.fingerprint(), survey.rows);
        journal
            .begin(&self.about, &input, rows, unlooked, replayed, (self.started_at, sending.server_time))
            .await?;
        let mut results =
            Results::begin_at(self.folder, self.failures, self.window.first(), replayed.head.is_some())?;
        if replayed.are_results_stale {
            results.forget_people();
        }
        let elsewhere: Arc<[Elsewhere]> = self.elsewhere.into();
        let recall = journal.recall()?;
        let all_have_twins = survey.values.without_look_up() > 0
            && intake::are_others_open((&self.input, self.window), &self.form, &elsewhere)?;
        let claims = Claims {
            own: recall,
            elsewhere: Arc::clone(&elsewhere),
            other_parts: self.other_parts,
            rows: (Arc::clone(&self.input), self.window),
            form: self.form.clone(),
        };
        let policy = sending.existing.policy;
        let (admit, admissions) = mpsc::unbounded_channel();
        let carriage = sending.carriage(claims, replayed, &watch, admit);
        let (halt, halted) = watch::channel(Halt::Go);
        let settled_before = survey.counts.settled;
        let gatekeeper = Gatekeeper {
            form: self.form,
            standings: survey.standings,
            fingerprints: journal.fingerprints().clone(),
            recall: journal.recall()?,
            unknown: replayed.of_unknown_rows(),
            policy,
            elsewhere,
            all_have_twins,
        };
        let arrivals = match self.reading {
            Reading::OnThread => Either::Left(intake::arrivals(self.input, self.window, gatekeeper)),
            Reading::InPlace => Either::Right(intake::in_place(&self.input, self.window, gatekeeper)?),
        };
        let mut arrivals = arrivals.fuse();
        let mut street = Street {
            journal: &mut journal,
            places: carriage.rate.places().clone(),
            server_clock: Arc::clone(&carriage.server_clock),
            deliverer: Deliverer::new(carriage, halted),
            halt,
            results: &mut results,
            watch,
            admissions,
            bounds: self.bounds,
            has_past: settled_before > 0,
        };
        let deliverer = street.deliverer.clone();
        let flown = match self.canary {
            true => canary::fly_unless(&mut street, &mut arrivals, &mut wish, report).await,
            false => Ok(Flown::default()),
        };
        let flown = match flown {
            Ok(flown) => flown,
            Err(error) => {
                end_brokenly(results, settled_before, report);
                return Err(error);
            }
        };
        report.first_rows_passed = flown.passed;
        let start = Start { ahead: flown.ahead, stopped: flown.stop };
        let result = walk::walk(street, start, arrivals, wish, report).await;
        report.manners = deliverer.manners();
        if let Err(error) = result {
            end_brokenly(results, settled_before + flown.settled, report);
            return Err(error);
        }
        // The first rows that went alone are told as settled, and this run has settled them.
        report.settled_before = report.settled_before.saturating_sub(flown.settled);
        report.failures_known = results.failures_known();
        let written = results.finish(report.stop.is_none())?;
        report.edited_failures = written.edited;
        let not_attempted = report.not_attempted(rows, &written.lines)?;
        let is_left = report.stop.is_some() || !self.window.is_to_the_end();
        Ok(Through { not_attempted, journal, is_left })
    }
}

/// What was settled until here is in the journal, and is told by the next run. Results that lack rows which earlier runs
/// settled do not replace those that have them.
fn end_brokenly(results: Results, settled_before: u64, report: &mut Report) {
    report.earlier_results_stay = results.there_are_earlier() && report.settled_before < settled_before;
    // Why the run broke off is what is told, whether this succeeds or not.
    let _ = if report.earlier_results_stay {
        results.leave_those_of_earlier_runs()
    } else {
        results.finish(false).map(|written| report.edited_failures = written.edited)
    };
}
