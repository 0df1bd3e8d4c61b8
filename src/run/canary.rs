//! The first rows go alone, one for each set of fields that rows have, and are read back before the others follow.
//!
//! They are rows of the import like any other: leased, sent, settled and reported. What a contact gets that is there
//! already is not tried out on purpose, because that could make a second one: it is learnt from rows that meet one.
//!
//! The loop does not send them: it takes rows in the order of the list, many at a time. These are picked from far ahead,
//! and each is read back before the next is sent. The loop meets them in their places, as rows that are settled.

mod learn;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use futures::{Stream, StreamExt as _};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use self::learn::{Read, learn};
use super::report::{Report, RunError};
use super::street::{StopWish, Street, rise};
use crate::api::Transport;
use crate::delivery::{Delivered, Deliverer, Halt, MOST_SUSPECTS};
use crate::intake::{Arrival, Filled, IntakeError, Known};
use crate::journal::{Applicant, Earlier, JournalError, Storage};
use crate::model::{ApiManners, Delivery, Event, FieldValue, Learnt, NewContact, Outcome, Stop};

/// New rows that are looked at for their sets of fields, and rows that are sent at most.
const FIRST_ROWS: usize = 1000;
const MOST_SENT: usize = 20;
/// Rows that are read for that, those that earlier runs settled included: they are held in memory.
const MOST_AHEAD: usize = 20_000;
/// Rows that are tried, those that meet a contact which is there included, once one was sent.
const MOST_TRIES: usize = 60;
/// What the flight leaves.
#[derive(Default)]
pub(super) struct Flown {
    /// Rows that were read ahead, in order; those that were sent are settled.
    pub(super) ahead: VecDeque<Result<Arrival, IntakeError>>,
    /// How many of them were settled by the flight.
    pub(super) settled: u64,
    /// Why the others must not follow.
    pub(super) stop: Option<StopWish>,
    /// Rows were sent and came back as they should.
    pub(super) passed: bool,
}

/// [`fly`], cut short when somebody wishes to stop: the row on the wire is waited for within the grace time, or let go
/// when a graver wish comes. Wishes are told, and noted in `report`.
pub(super) async fn fly_unless<T: Transport, S: Storage>(
    street: &mut Street<'_, T, S>,
    arrivals: &mut (impl Stream<Item = Result<Arrival, IntakeError>> + Unpin),
    wish: &mut watch::Receiver<Option<StopWish>>,
    report: &mut Report,
) -> Result<Flown, RunError> {
    let (halts, watch, grace) = (street.halt.clone(), Arc::clone(&street.watch), street.bounds.grace);
    let mut flying = Box::pin(fly(street, arrivals));
    let (mut wishing, mut wished, mut deadline) = (true, None, None);
    loop {
        tokio::select! {
            biased;
            changed = wish.changed(), if wishing => {
                wishing = changed.is_ok();
                let Some(StopWish { stop, at_once }) = wish.borrow_and_update().clone() else { continue };
                if report.notes_stop(&stop) {
                    watch.see(&Event::Stopping(stop.clone()));
                }
                rise(&halts, if at_once { Halt::LetGo } else { Halt::Stopping });
                deadline.get_or_insert_with(|| Instant::now() + grace);
                wished = Some(StopWish { stop, at_once });
            }
            () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => {
                rise(&halts, Halt::LetGo);
                // What is let go comes home at once.
                return flying.await.map(|flown| Flown { stop: wished, ..flown });
            }
            flown = &mut flying => {
                return flown.map(|flown| Flown { stop: wished.or(flown.stop), ..flown });
            }
        }
    }
}

/// Sends the first rows and reads them back.
async fn fly<T: Transport, S: Storage>(
    street: &mut Street<'_, T, S>,
    arrivals: &mut (impl Stream<Item = Result<Arrival, IntakeError>> + Unpin),
) -> Result<Flown, RunError> {
    let (ahead, new) = read_ahead(arrivals).await;
    let mut flown = Flown { ahead, ..Flown::default() };
    let mut halted = street.halt.subscribe();
    let mut flight = Flight::default();
    // Where they stand, and whether they keep their last try: those that an outage kept from being sent are tried to their end if no other
    // one was sent.
    let mut waiting: VecDeque<(usize, bool)> = (0..flown.ahead.len()).map(|at| (at, true)).collect();
    while let Some((at, keeps_last)) = waiting.pop_front() {
        if flight.is_over(keeps_last) {
            break;
        }
        let Some(Ok(arrival)) = flown.ahead.get_mut(at) else { continue };
        let Some((shape, applicant)) = applicant(arrival, &flight.shapes) else { continue };
        let (story, stop) = send(street, applicant, keeps_last).await?;
        if story.is_none() && stop.is_none() && keeps_last {
            waiting.push_back((at, false));
        }
        let mut stop = flight.tried(story.as_ref(), stop);
        if let Some(story) = story {
            if let Ok(filled) = &mut arrival.filled {
                filled.known = Known::Settled(Box::new(story.clone()));
            }
            flown.settled += 1;
            // Whoever wishes to stop does not wait for what is only to be learnt.
            let held = tokio::select! {
                biased;
                _ = halted.wait_for(|halt| *halt != Halt::Go) => None,
                held = flight.came_home(&street.deliverer, &story, shape) => held.err(),
            };
            stop = stop.or(held);
        }
        if stop.is_some() || *halted.borrow() != Halt::Go {
            return Ok(Flown { stop: stop.map(StopWish::in_order), ..flown });
        }
    }
    if flight.learnt.rows == 0 {
        if new > 0 || flown.ahead.len() >= MOST_AHEAD {
            street.watch.see(&Event::CanaryBack(Box::default()));
        }
        return Ok(flown);
    }
    let learnt = flight.end(street.deliverer.manners());
    street.watch.see(&Event::CanaryBack(Box::new(learnt.clone())));
    street.deliverer.visible_after(learnt.visible_after);
    let passed = learnt.is_of_any() && !learnt.is_a_warning();
    let stop = learnt.is_a_warning().then(|| Stop::CanaryDiffers { learnt: Box::new(learnt) });
    Ok(Flown { passed, stop: stop.map(StopWish::in_order), ..flown })
}

/// The rows among which the first are chosen, and how many of them are new.
async fn read_ahead(
    arrivals: &mut (impl Stream<Item = Result<Arrival, IntakeError>> + Unpin),
) -> (VecDeque<Result<Arrival, IntakeError>>, usize) {
    let (mut ahead, mut new) = (VecDeque::new(), 0);
    while new < FIRST_ROWS && ahead.len() < MOST_AHEAD {
        let Some(arrival) = arrivals.next().await else { break };
        let is_last = arrival.is_err();
        new += usize::from(arrival.as_ref().is_ok_and(is_new));
        ahead.push_back(arrival);
        if is_last {
            break;
        }
    }
    (ahead, new)
}

/// How the flight goes.
#[derive(Default)]
struct Flight {
    /// Sets of fields of which the account has taken or refused a new contact. An update shows how it changes contacts, and nothing of
    /// that.
    shapes: BTreeSet<Shape>,
    sent: usize,
    tries: usize,
    /// Rows that were answered as if the account were closed, since one was created or changed.
    suspects: usize,
    /// Rows whose reading back was answered so, since one was read.
    refused: usize,
    was_read: bool,
    learnt: Learnt,
}

impl Flight {
    /// Whether enough is known, or more of it will not be shown. `keeps_last`: whether the next row has not been tried yet.
    fn is_over(&self, keeps_last: bool) -> bool {
        let is_enough = self.sent >= MOST_SENT || self.sent > 0 && (self.tries >= MOST_TRIES || !keeps_last);
        is_enough || self.refused > MOST_SUSPECTS
    }

    /// A row was tried. Returns why no other one is to follow, of what it says.
    fn tried(&mut self, story: Option<&Delivery>, stop: Option<Stop>) -> Option<Stop> {
        self.tries += 1;
        if story
            .is_some_and(|story| matches!(story.outcome, Outcome::Created { .. } | Outcome::Updated { .. }))
        {
            self.suspects = 0;
        }
        // It may be meant for that row alone, which is found out beside others: another one goes first.
        let may_be_the_row = story.is_none() && stop.as_ref().is_some_and(|stop| stop.at_row().is_some());
        self.suspects += usize::from(may_be_the_row);
        stop.filter(|_| !may_be_the_row || self.suspects > MOST_SUSPECTS)
    }

    /// A row was settled: what it shows is learnt.
    ///
    /// # Errors
    ///
    /// As [`learn`].
    async fn came_home<T: Transport>(
        &mut self,
        deliverer: &Deliverer<T>,
        story: &Delivery,
        shape: Shape,
    ) -> Result<(), Stop> {
        // A row that met somebody and was not sent shows nothing; the next of its kind may.
        if story.attempts == 0 {
            return Ok(());
        }
        self.sent += 1;
        let read = learn(deliverer, story, &mut self.learnt).await?;
        match read {
            // Another one of its kind may be read.
            Read::Refused => self.refused += 1,
            Read::Contact => (self.refused, self.was_read) = (0, true),
            Read::Nothing => {}
        }
        // Who got no answer, or was there, shows nothing of how new ones of the kind are taken.
        let is_answer = matches!(story.outcome, Outcome::Created { .. } | Outcome::Rejected { .. });
        if is_answer && read != Read::Refused {
            self.shapes.insert(shape);
        }
        Ok(())
    }

    /// What it showed, taken together.
    fn end(self, manners: ApiManners) -> Learnt {
        let is_closed = self.refused > 0 && (!self.was_read || self.refused > MOST_SUSPECTS);
        Learnt { is_closed, manners, ..self.learnt }
    }
}

fn is_new(arrival: &Arrival) -> bool {
    matches!(arrival.filled, Ok(Filled { known: Known::Fresh(_), .. }))
}

/// The row with its shape, if it is to be sent and none of its shape was.
fn applicant(arrival: &Arrival, shapes: &BTreeSet<Shape>) -> Option<(Shape, Applicant)> {
    let Ok(filled) = &arrival.filled else { return None };
    let Filled { contact, remarks, known: Known::Fresh(identity), .. } = filled else { return None };
    let shape = Shape::of(contact);
    // Who was turned away shows nothing of how the account takes others.
    let is_no_example = filled.earlier.is_in_doubt() || filled.was_turned_away;
    if is_no_example || shapes.contains(&shape) {
        return None;
    }
    let applicant = Applicant {
        row: arrival.row.clone(),
        contact: contact.clone(),
        remarks: remarks.clone(),
        identity: *identity,
        earlier: Earlier::Nothing,
        has_twin: filled.has_twin,
        there: None,
        was_turned_away: false,
    };
    Some((shape, applicant))
}

/// One row through both gates. Without a story it was not sent. `keeps_last`: see [`Deliverer::deliver_alone`].
///
/// [`Deliverer::deliver_alone`]: crate::delivery::Deliverer::deliver_alone
async fn send<T: Transport, S: Storage>(
    street: &mut Street<'_, T, S>,
    applicant: Applicant,
    keeps_last: bool,
) -> Result<(Option<Delivery>, Option<Stop>), RunError> {
    let mut lease = street.journal.lease(vec![applicant], street.server_clock.now())?;
    let granted = lease.granted().await?;
    let leased = street.journal.grant(granted);
    let Some(ticket) = street.journal.issue(leased)?.pop() else { return Ok((None, None)) };
    if let Some(marked) = street.journal.marked() {
        marked.await.map_err(JournalError::sync)?;
    }
    let mut delivering = Box::pin(street.deliverer.clone().deliver_alone(ticket, keeps_last));
    let (delivered, stop) = loop {
        tokio::select! {
            biased;
            done = &mut delivering => break done,
            Some(change) = street.admissions.recv() => {
                if street.write_down(std::slice::from_ref(&change))?.await.is_ok() {
                    let _ = change.admitted.send(());
                }
            }
        }
    };
    match delivered {
        Delivered::Unsent(ticket) => {
            street.journal.release(vec![ticket.number])?;
            Ok((None, stop))
        }
        Delivered::Settled(ticket, story) => {
            let (mut settled, kept) = street.settle(vec![(ticket, *story)])?;
            kept?;
            Ok((settled.pop().map(|settled| settled.delivery().clone()), stop))
        }
    }
}

/// The set of fields that a row has, and the form of those that have several.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Shape {
    source: &'static str,
    labels: BTreeSet<(String, bool)>,
    others: [bool; 6],
}

impl Shape {
    fn of(contact: &NewContact) -> Self {
        let is_list = |value: &FieldValue| matches!(value, FieldValue::Options(_));
        Self {
            source: contact.source.as_str(),
            labels: contact
                .custom_fields
                .iter()
                .map(|(label, value)| (label.clone(), is_list(value)))
                .collect(),
            others: [
                !contact.tags.is_empty(),
                contact.assigned_user.is_some(),
                contact.team_uuid.is_some(),
                contact.channel_uuid.is_some(),
                contact.bot_status.is_some(),
                contact.note.is_some(),
            ],
        }
    }
}
