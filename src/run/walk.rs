//! The loop that walks each row from door to door.
//!
//! It owns the run: rows, journal, results and counts are its own, and nothing else changes them. Its arms have an
//! order: stop first, then deliveries that have come back, then rows that the disk has, then new rows, so that it never
//! takes what it cannot settle. Everything that is written down goes by the handful: what has come home together is one
//! write, and so are the marks of rows that leave together.

use std::collections::VecDeque;
use std::time::SystemTime;

use futures::{FutureExt as _, Stream, StreamExt as _, stream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::bounds::Bounds;
use super::report::{Report, RunError};
use super::street::{StopWish, Street, rise};
use crate::api::Transport;
use crate::delivery::{Admission, Delivered, Halt};
use crate::intake::{Arrival, Filled, IntakeError, Known};
use crate::journal::{Applicant, Granted, JournalError, Lease, Leased, Settled, Storage, TicketNumber};
use crate::model::{Code, Delivery, Event, NewContact, Outcome, Remark, Row, Stop};
use crate::rate::Place;
use crate::words::message;

/// Rows leased at a time: few, so that a crash leaves few open; more when the disk is too slow for so few.
const LEAST_LEASED: usize = 64;
const MOST_LEASED: usize = 4096;

/// Where a walk begins.
pub(super) struct Start {
    /// Rows that were read ahead, in order; some of them may be settled.
    pub(super) ahead: VecDeque<Result<Arrival, IntakeError>>,
    /// It was wished before that all stops.
    pub(super) stopped: Option<StopWish>,
}

/// Walks all rows. `wish` may ask to stop at any time.
///
/// After a stop no more rows are sent. On an error it is the same, and those on the wire are waited for within the grace
/// time and written down as far as that is still possible.
///
/// # Errors
///
/// If input, journal or output fail. What was settled until then is in the results.
pub(super) async fn walk<T: Transport, S: Storage>(
    street: Street<'_, T, S>,
    start: Start,
    arrivals: impl Stream<Item = Result<Arrival, IntakeError>> + Unpin,
    wish: watch::Receiver<Option<StopWish>>,
    report: &mut Report,
) -> Result<(), RunError> {
    let mut walk = Walk {
        street,
        air: JoinSet::new(),
        admitting: JoinSet::new(),
        lease: None,
        leased: VecDeque::new(),
        at_a_time: LEAST_LEASED,
        report,
        reading: true,
        stopping: false,
        deadline: None,
    };
    let Start { mut ahead, stopped } = start;
    let mut result = stopped.map_or(Ok(()), |stopped| walk.begin_stopped(stopped, &mut ahead));
    let mut arrivals = stream::iter(ahead).chain(arrivals).fuse();
    if result.is_ok() {
        result = walk.all(&mut arrivals, wish).await;
    }
    if result.is_ok() {
        // What the results will tell is to outlast a power cut.
        result = walk.street.journal.sync().await.map_err(RunError::from);
    }
    if let Err(error) = &result {
        let can_read = matches!(error, RunError::Journal(_) | RunError::Broken(_));
        walk.save_what_can_be_saved().await;
        if can_read && walk.street.has_past {
            walk.report_the_past(&mut arrivals).await;
        }
    }
    result
}

struct Walk<'s, T, S> {
    street: Street<'s, T, S>,
    air: JoinSet<(Delivered, Option<Stop>)>,
    /// Changes that the disk does not have yet.
    admitting: JoinSet<()>,
    /// Rows that the disk does not have yet.
    lease: Option<Lease>,
    /// Rows that it has, and that wait for a place in the air.
    leased: VecDeque<Leased>,
    at_a_time: usize,
    report: &'s mut Report,
    reading: bool,
    stopping: bool,
    /// When those on the wire are let go.
    deadline: Option<Instant>,
}

impl<T: Transport, S: Storage> Walk<'_, T, S> {
    async fn all(
        &mut self,
        arrivals: &mut (impl Stream<Item = Result<Arrival, IntakeError>> + Unpin),
        mut wish: watch::Receiver<Option<StopWish>>,
    ) -> Result<(), RunError> {
        let mut wishing = true;
        let places = self.street.places.clone();
        while self.reading || self.lease.is_some() || !self.leased.is_empty() || !self.air.is_empty() {
            let room = self.may_take() && self.lease.is_none() && self.leased.len() < self.at_a_time;
            let deadline = self.deadline;
            let leave = !self.leased.is_empty();
            tokio::select! {
                biased;
                changed = wish.changed(), if wishing => match changed {
                    Ok(()) => {
                        let wish = wish.borrow_and_update().clone();
                        if let Some(wish) = wish { self.stop(wish.stop, wish.at_once)?; }
                    }
                    Err(_) => wishing = false,
                },
                () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => {
                    self.deadline = None;
                    self.halt(Halt::LetGo);
                }
                Some(done) = self.air.join_next() => {
                    let mut home = vec![done];
                    home.extend(std::iter::from_fn(|| self.air.try_join_next()));
                    let (mut delivered, mut broken) = (Vec::with_capacity(home.len()), None);
                    for done in home {
                        match done {
                            Ok(story) => delivered.push(story),
                            Err(error) => broken = Some(error.to_string()),
                        }
                    }
                    // What the others know is kept before the run ends.
                    self.come_home(delivered)?;
                    if let Some(why) = broken {
                        return Err(RunError::Broken(why));
                    }
                }
                Some(first) = self.street.admissions.recv() => self.admit(first)?,
                granted = granted(&mut self.lease) => {
                    self.lease = None;
                    let granted = self.street.journal.grant(granted?);
                    if self.leased.is_empty() && places.is_one_free() {
                        // Rows could have left, and the disk was not ready: more at a time.
                        self.at_a_time = (self.at_a_time * 2).min(MOST_LEASED);
                    }
                    self.leased.extend(granted);
                }
                place = places.take(), if leave => {
                    let mut free = vec![place];
                    while free.len() < self.leased.len() && let Some(place) = places.try_take() {
                        free.push(place);
                    }
                    self.leave(free)?;
                }
                arrival = arrivals.next(), if room => match arrival {
                    None => {
                        self.reading = false;
                        self.street.watch.see(&Event::AllTaken);
                    }
                    Some(arrival) => self.take(arrival?, arrivals)?,
                },
            }
        }
        Ok(())
    }

    /// Rows that were sent are reported all the same, however little time there is to stop.
    fn begin_stopped(
        &mut self,
        StopWish { stop, at_once }: StopWish,
        ahead: &mut VecDeque<Result<Arrival, IntakeError>>,
    ) -> Result<(), RunError> {
        self.stop(stop, at_once)?;
        ahead.drain(..).try_for_each(|arrival| self.take(arrival?, &mut stream::empty()))
    }

    /// Whether another row may be taken, for all that is known of those before it.
    fn may_take(&self) -> bool {
        self.reading && self.report.taken <= self.street.results.passed() + self.street.bounds.spread
    }

    /// Takes a handful of rows, as many as are there: those that need no sending are settled, the others are leased.
    fn take(
        &mut self,
        first: Arrival,
        arrivals: &mut (impl Stream<Item = Result<Arrival, IntakeError>> + Unpin),
    ) -> Result<(), RunError> {
        let mut applicants = Vec::new();
        let mut next = Some(first);
        let mut here = 0;
        while let Some(arrival) = next {
            here += 1;
            self.meet(arrival, &mut applicants)?;
            if applicants.len() >= self.at_a_time || here >= MOST_LEASED || !self.may_take() {
                break;
            }
            next = match arrivals.next().now_or_never() {
                Some(Some(arrival)) => Some(arrival?),
                _ => None,
            };
        }
        if applicants.is_empty() {
            return Ok(());
        }
        if self.stopping {
            return self.send_home(applicants.into_iter().map(|applicant| (None, applicant.row)).collect());
        }
        self.lease = Some(self.street.journal.lease(applicants, self.street.server_clock.now())?);
        Ok(())
    }

    /// A row begins its walk.
    fn meet(&mut self, arrival: Arrival, applicants: &mut Vec<Applicant>) -> Result<(), RunError> {
        let Arrival { row, filled, passed_over } = arrival;
        self.street.results.pass_over(row.number, passed_over)?;
        self.report.taken += 1;
        self.street.watch.see(&Event::Taken(row.number));
        let Filled { contact, remarks, known, earlier, has_twin, was_turned_away } = match filled {
            Ok(filled) => filled,
            Err(rejection) => {
                let story = never_sent(row, None, Vec::new(), Outcome::Invalid(rejection));
                let settled = self.street.journal.settle_here(story);
                return self.report(settled);
            }
        };
        let Bounds { max_failures, before, .. } = self.street.bounds;
        if max_failures.is_some_and(|most| most.begins_to_mean_something(before, self.report.taken)) {
            self.judge_failures()?;
        }
        let applicant = |identity, there, row, contact, remarks| Applicant {
            row,
            contact,
            remarks,
            identity,
            earlier,
            has_twin,
            there,
            was_turned_away,
        };
        match known {
            Known::Fresh(identity) => applicants.push(applicant(identity, None, row, contact, remarks)),
            Known::There(identity, there) => {
                applicants.push(applicant(identity, Some(there), row, contact, remarks));
            }
            Known::Open { identity, ticket, sent_after, there } => {
                let row = applicant(identity, there, row, contact, remarks);
                let leased = self.street.journal.reopen(row, ticket, sent_after);
                if self.stopping {
                    self.leave_open(leased)?;
                } else {
                    self.leased.push_back(leased);
                }
            }
            Known::Settled(story) => {
                self.report.settled_before += 1;
                let settled = self.street.journal.settled_before(*story);
                self.report(settled)?;
            }
            Known::Repeats { of, same_content } => {
                let story = never_sent(row, Some(contact), remarks, Outcome::Duplicate { of, same_content });
                let settled = self.street.journal.settle_here(story);
                self.report(settled)?;
            }
        }
        Ok(())
    }

    /// Rows get their tickets and leave, one for each free place.
    fn leave(&mut self, places: Vec<Place>) -> Result<(), RunError> {
        let leaving: Vec<Leased> = self.leased.drain(..places.len().min(self.leased.len())).collect();
        let tickets = self.street.journal.issue(leaving)?;
        let marked = self.street.journal.marked().map(|synced| synced.map(|synced| synced.is_ok()).shared());
        for (ticket, place) in tickets.into_iter().zip(places) {
            let (deliverer, marked) = (self.street.deliverer.clone(), marked.clone());
            // In a box of its own: the runtime moves about what it is given, and a delivery is kilobytes.
            self.air.spawn(Box::pin(async move {
                // A log that does not take the mark does not take the next lease either, which ends the run.
                if let Some(marked) = marked
                    && !marked.await
                {
                    return (Delivered::Unsent(Box::new(ticket)), None);
                }
                deliverer.deliver(ticket, Some(place)).await
            }));
        }
        Ok(())
    }

    /// Changes are written down, as many as are there.
    fn admit(&mut self, first: Admission) -> Result<(), RunError> {
        let mut waiting = vec![first];
        while let Ok(admission) = self.street.admissions.try_recv() {
            waiting.push(admission);
        }
        let synced = self.street.write_down(&waiting)?;
        while self.admitting.try_join_next().is_some() {}
        self.admitting.spawn(async move {
            // A disk that fails here fails the next lease, too, or the end of the journal.
            if synced.await.is_ok() {
                for admission in waiting {
                    // Whoever has stopped waiting sends nothing.
                    let _ = admission.admitted.send(());
                }
            }
        });
        Ok(())
    }

    /// Rows have come back from the wire.
    fn come_home(&mut self, home: Vec<(Delivered, Option<Stop>)>) -> Result<(), RunError> {
        let (mut stories, mut unsent) = (Vec::new(), Vec::new());
        let mut stops = Vec::new();
        for (delivered, stop) in home {
            match delivered {
                Delivered::Settled(ticket, story) => stories.push((ticket, *story)),
                Delivered::Unsent(ticket) => unsent.push((Some(ticket.number), ticket.row)),
            }
            stops.extend(stop);
        }
        let (settled, kept) = self.street.settle(stories)?;
        for settled in settled {
            self.report(settled)?;
        }
        kept?;
        self.send_home(unsent)?;
        for stop in stops {
            self.stop(stop, false)?;
        }
        Ok(())
    }

    /// These rows were provably not sent, or without effect.
    fn send_home(&mut self, rows: Vec<(Option<TicketNumber>, Row)>) -> Result<(), RunError> {
        self.street.journal.release(rows.iter().filter_map(|(ticket, _)| *ticket).collect())?;
        for (_, row) in rows {
            self.report.unsent += 1;
            self.street.results.skip(row.number)?;
        }
        Ok(())
    }

    /// The story of a row is written down, and may be told.
    fn report(&mut self, settled: Settled) -> Result<(), RunError> {
        let delivery = settled.delivery();
        self.report.tally.note(delivery);
        let (row, status) = (delivery.row.number, delivery.outcome.status());
        self.street.results.push(&settled)?;
        self.street.watch.see(&Event::Settled(row, status));
        if status.is_failure() { self.judge_failures() } else { Ok(()) }
    }

    /// Stops where the failures are too many.
    fn judge_failures(&mut self) -> Result<(), RunError> {
        let Bounds { max_failures, before, .. } = self.street.bounds;
        if let Some(most) = max_failures
            && most.is_reached(before, &self.report.tally, self.report.taken)
        {
            let (tally, taken) = (&self.report.tally, self.report.taken);
            let failures = before.failures + tally.failures();
            // What fails after the stop says nothing about how far the next run gets.
            if !self.stopping {
                self.report.stops_again = most.is_reached_for_good(before, tally, taken);
            }
            self.stop(Stop::TooManyFailures { failures }, false)?;
        }
        Ok(())
    }

    /// No more rows are sent. A graver reason replaces a lesser one.
    fn stop(&mut self, stop: Stop, at_once: bool) -> Result<(), RunError> {
        if self.report.notes_stop(&stop) {
            self.street.watch.see(&Event::Stopping(stop));
        }
        self.reading &= self.street.has_past && !at_once;
        if at_once {
            self.deadline = None;
            self.halt(Halt::LetGo);
        } else {
            self.halt(Halt::Stopping);
        }
        if std::mem::replace(&mut self.stopping, true) {
            return Ok(());
        }
        if !at_once {
            self.deadline = Some(Instant::now() + self.street.bounds.grace);
        }
        // Rows that have a lease and no ticket go home; those that an earlier run left open stay open.
        let waiting = self.lease.take().map(Lease::given_up).unwrap_or_default();
        let (open, unsent): (Vec<Leased>, Vec<Leased>) =
            self.leased.drain(..).chain(waiting).partition(Leased::is_open);
        self.send_home(
            unsent.into_iter().map(|leased| (Some(leased.number()), leased.into_parts().0)).collect(),
        )?;
        open.into_iter().try_for_each(|leased| self.leave_open(leased))
    }

    /// A row that an earlier run left open stays open: its ticket is in the journal, which is all there is to say.
    fn leave_open(&mut self, leased: Leased) -> Result<(), RunError> {
        let outcome = Outcome::Unconfirmed { code: Code::StoppedInDoubt, last: message!("left-open") };
        let (row, contact, remarks) = leased.into_parts();
        let settled = self.street.journal.settle_here(never_sent(row, Some(contact), remarks, outcome));
        self.report(settled)
    }

    fn halt(&self, halt: Halt) {
        rise(&self.street.halt, halt);
    }

    /// After an error: what is on the wire is waited for, and written down if it can be.
    async fn save_what_can_be_saved(&mut self) {
        self.stopping = true;
        self.halt(Halt::Stopping);
        let deadline = Instant::now() + self.street.bounds.grace;
        loop {
            match tokio::time::timeout_at(deadline, self.air.join_next()).await {
                Ok(None) => break,
                Ok(Some(done)) => {
                    // The journal may be what failed; then the rows are looked up next time.
                    let _ = done
                        .map_err(|error| RunError::Broken(error.to_string()))
                        .and_then(|done| self.come_home(vec![done]));
                }
                Err(_) => {
                    self.halt(Halt::LetGo);
                    while let Some(Ok(done)) = self.air.join_next().await {
                        let _ = self.come_home(vec![done]);
                    }
                    break;
                }
            }
        }
        let _ = self.street.journal.sync().await;
    }

    /// After an error: what earlier runs settled is reported all the same, as far as it can be read.
    async fn report_the_past(
        &mut self,
        arrivals: &mut (impl Stream<Item = Result<Arrival, IntakeError>> + Unpin),
    ) {
        while let Some(Ok(arrival)) = arrivals.next().await {
            if self.take(arrival, arrivals).is_err() {
                return;
            }
        }
    }
}

/// The lease that is waited for; never, if there is none.
async fn granted(lease: &mut Option<Lease>) -> Result<Granted, JournalError> {
    match lease {
        Some(lease) => lease.granted().await,
        None => std::future::pending().await,
    }
}

/// The story of a row that was never on the wire.
fn never_sent(row: Row, contact: Option<NewContact>, remarks: Vec<Remark>, outcome: Outcome) -> Delivery {
    Delivery {
        row,
        contact,
        remarks,
        outcome,
        attempts: 0,
        http_status: None,
        shown: None,
        finished_at: SystemTime::now(),
    }
}
