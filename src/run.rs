//! The loop that walks each row from door to door.
//!
//! It owns the run: rows, journal, results and counts are its own, and nothing else changes them. Its arms have an
//! order: stop first, then deliveries that have come back, then new rows, so that it never takes what it cannot
//! settle.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures::{Stream, StreamExt as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::api::Transport;
use crate::delivery::{Delivered, Deliverer, Halt};
use crate::intake::{Arrival, IntakeError};
use crate::journal::Journal;
use crate::model::{Delivery, Event, NewContact, Outcome, Remark, Status, Stop, Tally, Watch};
use crate::results::{OutputError, Results};
use crate::survey::Standing;

/// Bounds of a run.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Rows taken beyond the oldest that is not settled; bounds memory while a row in doubt waits for the server. At
    /// 300 rows a second it takes longer than the settle time to reach it.
    pub spread: u64,
    /// How long rows on the wire may take after a stop.
    pub grace: Duration,
    /// Failures at which the run stops.
    pub max_failures: Option<MaxFailures>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { spread: 65_536, grace: Duration::from_secs(15), max_failures: None }
    }
}

/// `--max-failures`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxFailures {
    /// So many rows.
    Rows(u64),
    /// Such a share of the rows that have ended, in per cent, once a hundred have.
    Percent(f64),
}

impl MaxFailures {
    /// Rows that must have ended before a share means anything.
    const FIRST_ROWS: u64 = 100;

    fn is_reached(self, tally: &Tally) -> bool {
        match self {
            Self::Rows(rows) => tally.failures() >= rows.max(1),
            #[expect(clippy::cast_precision_loss, reason = "a share need not be exact")]
            Self::Percent(percent) => {
                tally.settled() >= Self::FIRST_ROWS
                    && tally.failures() as f64 * 100.0 >= percent * tally.settled() as f64
            }
        }
    }
}

/// A wish from outside to stop. Graver wishes replace lesser ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopWish {
    /// Why.
    pub stop: Stop,
    /// Do not even wait for what is on the wire.
    pub at_once: bool,
}

/// What is left to say when the last row has come home.
#[derive(Debug)]
pub struct Report {
    /// What became of the rows.
    pub tally: Tally,
    /// Rows that were taken and went home unsent.
    pub unsent: u64,
    /// Rows that were taken.
    pub taken: u64,
    /// Why the run stopped early, if it did.
    pub stop: Option<Stop>,
}

/// Why a run cannot go on. A row's misfortune is none of these.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The input.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// The output.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A delivery broke down: a bug.
    #[error("a delivery broke down: {0}")]
    Broken(String),
}

/// Everything a run walks through.
pub struct Street<'s, T> {
    /// The gate.
    pub journal: &'s mut Journal,
    /// The wire.
    pub deliverer: Deliverer<T>,
    /// Places for rows at the turnstile or on the wire; `deliverer` gives back those of rows that wait.
    pub air: Arc<Semaphore>,
    /// Tells those on the wire how far the stop has come; the other end is in `deliverer`.
    pub halt: watch::Sender<Halt>,
    /// The files.
    pub results: &'s mut Results,
    /// Whoever watches.
    pub watch: Arc<dyn Watch>,
    /// The bounds.
    pub bounds: Bounds,
}

/// Walks all rows. `wish` may ask to stop at any time.
///
/// On an error no more rows are taken, and those on the wire are waited for within the grace time.
///
/// # Errors
///
/// If input or output fail. What was settled until then is in `results`.
pub async fn run<T: Transport>(
    street: Street<'_, T>,
    arrivals: impl Stream<Item = Result<Arrival, IntakeError>> + Unpin,
    wish: watch::Receiver<Option<StopWish>>,
) -> (Report, Result<(), RunError>) {
    let air = Arc::clone(&street.air);
    let mut walk = Walk {
        street,
        air: JoinSet::new(),
        report: Report { tally: Tally::default(), unsent: 0, taken: 0, stop: None },
        reading: true,
        stopping: false,
        deadline: None,
    };
    let result = walk.all(arrivals, wish, &air).await;
    if result.is_err() {
        walk.halt(Halt::Stopping);
        let deadline = Instant::now() + walk.street.bounds.grace;
        while let Ok(Some(_)) = tokio::time::timeout_at(deadline, walk.air.join_next()).await {}
    }
    (walk.report, result)
}

struct Walk<'s, T> {
    street: Street<'s, T>,
    air: JoinSet<(Delivered, Option<Stop>)>,
    report: Report,
    reading: bool,
    stopping: bool,
    /// When those on the wire are let go.
    deadline: Option<Instant>,
}

impl<T: Transport> Walk<'_, T> {
    async fn all(
        &mut self,
        mut arrivals: impl Stream<Item = Result<Arrival, IntakeError>> + Unpin,
        mut wish: watch::Receiver<Option<StopWish>>,
        air: &Arc<Semaphore>,
    ) -> Result<(), RunError> {
        let mut wishing = true;
        let mut place: Option<OwnedSemaphorePermit> = None;
        while self.reading || !self.air.is_empty() {
            if !self.reading {
                place = None;
            }
            let room = self.reading
                && self.report.taken < self.street.results.oldest_missing().get() + self.street.bounds.spread;
            let deadline = self.deadline;
            tokio::select! {
                biased;
                changed = wish.changed(), if wishing => match changed {
                    Ok(()) => {
                        let wish = wish.borrow_and_update().clone();
                        if let Some(wish) = wish { self.stop(wish.stop, wish.at_once); }
                    }
                    Err(_) => wishing = false,
                },
                () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => {
                    self.deadline = None;
                    self.halt(Halt::LetGo);
                }
                Some(done) = self.air.join_next() => {
                    let (delivered, stop) = done.map_err(|error| RunError::Broken(error.to_string()))?;
                    self.came_home(delivered)?;
                    if let Some(stop) = stop { self.stop(stop, false); }
                }
                permit = Arc::clone(air).acquire_owned(), if room && place.is_none() => place = permit.ok(),
                arrival = arrivals.next(), if room && place.is_some() => match arrival {
                    None => {
                        self.reading = false;
                        self.street.watch.see(&Event::AllTaken);
                    }
                    Some(arrival) => self.take(arrival?, &mut place)?,
                },
            }
        }
        Ok(())
    }

    /// A row begins its walk. `place` is the place in the air that is kept for it.
    fn take(&mut self, arrival: Arrival, place: &mut Option<OwnedSemaphorePermit>) -> Result<(), RunError> {
        let Arrival { row, filled, standing, in_doubt } = arrival;
        self.report.taken += 1;
        self.street.watch.see(&Event::Taken(row.number));
        let settled_here = |contact: Option<NewContact>, remarks: Vec<Remark>, outcome: Outcome| Delivery {
            row: row.clone(),
            contact,
            remarks,
            outcome,
            attempts: 0,
            http_status: None,
            finished_at: SystemTime::now(),
        };
        match (filled, standing) {
            (Err(rejection), _) => self.settle(settled_here(None, Vec::new(), Outcome::Invalid(rejection))),
            (Ok((contact, remarks)), Standing::Repeats { of, same_content }) => {
                self.settle(settled_here(Some(contact), remarks, Outcome::Duplicate { of, same_content }))
            }
            (Ok((contact, remarks)), Standing::Fresh) => {
                let ticket = self.street.journal.admit(row, contact, remarks, in_doubt);
                let deliverer = self.street.deliverer.clone();
                let place = place.take();
                self.air.spawn(deliverer.deliver(ticket, place));
                Ok(())
            }
        }
    }

    fn came_home(&mut self, delivered: Delivered) -> Result<(), RunError> {
        match delivered {
            Delivered::Settled(delivery) => self.settle(*delivery),
            Delivered::Unsent(ticket) => {
                self.report.unsent += 1;
                Ok(self.street.results.skip(ticket.row.number)?)
            }
        }
    }

    fn settle(&mut self, delivery: Delivery) -> Result<(), RunError> {
        let settled = self.street.journal.settle(delivery);
        let delivery = settled.delivery();
        self.report.tally.note(delivery);
        let (row, status) = (delivery.row.number, delivery.outcome.status());
        self.street.results.push(&settled)?;
        self.street.watch.see(&Event::Settled(row, status));
        if status.is_failure()
            && self.street.bounds.max_failures.is_some_and(|most| most.is_reached(&self.report.tally))
        {
            self.stop(Stop::TooManyFailures { failures: self.report.tally.failures() }, false);
        }
        Ok(())
    }

    /// No more rows are taken. A graver reason replaces a lesser one.
    fn stop(&mut self, stop: Stop, at_once: bool) {
        if self.report.stop.as_ref().is_none_or(|known| known.gravity() < stop.gravity()) {
            self.street.watch.see(&Event::Stopping(stop.clone()));
            self.report.stop = Some(stop);
        }
        self.reading = false;
        if !std::mem::replace(&mut self.stopping, true) {
            self.deadline = Some(Instant::now() + self.street.bounds.grace);
        }
        if at_once {
            self.deadline = None;
            self.halt(Halt::LetGo);
        } else {
            self.halt(Halt::Stopping);
        }
    }

    fn halt(&self, halt: Halt) {
        self.street.halt.send_if_modified(|known| {
            let rises = halt > *known;
            *known = halt.max(*known);
            rises
        });
    }
}

/// The sum that must hold at the end of every run: each row of the file has exactly one fate.
///
/// # Errors
///
/// What does not add up, in words: a bug.
pub fn check_conservation(
    rows: u64,
    report: &Report,
    written: &[u64; Status::ALL.len()],
) -> Result<u64, String> {
    let not_taken = rows
        .checked_sub(report.taken)
        .ok_or_else(|| format!("{} rows were taken, the file has {rows}", report.taken))?;
    for status in Status::ALL {
        let (counted, lines) = (report.tally.count(status), written[status as usize]);
        if counted != lines {
            return Err(format!("{counted} rows are {status}, results.csv has {lines}"));
        }
    }
    let not_attempted = report.unsent + not_taken;
    let sum = written.iter().sum::<u64>() + not_attempted;
    if sum != rows {
        return Err(format!(
            "the statuses and the rows not attempted add up to {sum}, the file has {rows} rows"
        ));
    }
    Ok(not_attempted)
}
