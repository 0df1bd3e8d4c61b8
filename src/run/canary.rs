//! The first rows go alone, one for each set of fields that rows have, and are read back before the others follow.
//!
//! They are rows of the import like any other: leased, sent, settled and reported. What a contact gets that is there
//! already is not tried out on purpose, because that could make a second one: it is learnt from rows that meet one.
//!
//! The loop does not send them: it takes rows in the order of the list, many at a time. These are picked from far ahead,
//! and each is read back before the next is sent. The loop meets them in their places, as rows that are settled.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt as _};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::report::{Report, RunError};
use super::street::{StopWish, Street, rise};
use crate::api::{StoredContact, Transport};
use crate::delivery::{Delivered, Halt, MOST_SUSPECTS, ReadBack, differences, not_shown};
use crate::intake::{Arrival, Filled, IntakeError, Known};
use crate::journal::{Applicant, Earlier, JournalError, Storage};
use crate::model::{
    Code, Delivery, DuplicateAnswer, Event, FieldValue, Learnt, NewContact, Outcome, PhoneShape, Source, Stop,
};

/// New rows that are looked at for their sets of fields, and rows that are sent at most.
const FIRST_ROWS: usize = 1000;
const MOST_SENT: usize = 20;
/// Rows that are read for that, those that earlier runs settled included: they are held in memory.
const MOST_AHEAD: usize = 20_000;
/// Rows that are tried, those that meet a contact which is there included, once one was sent.
const MOST_TRIES: usize = 60;
/// When a contact that was created is read back and looked up: it may take a while until it can be.
const LOOKS: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

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
pub(super) async fn fly<T: Transport, S: Storage>(
    street: &mut Street<'_, T, S>,
    arrivals: &mut (impl Stream<Item = Result<Arrival, IntakeError>> + Unpin),
) -> Result<Flown, RunError> {
    let mut flown = Flown::default();
    let mut halted = street.halt.subscribe();
    let mut new = 0;
    while new < FIRST_ROWS && flown.ahead.len() < MOST_AHEAD {
        let Some(arrival) = arrivals.next().await else { break };
        let is_last = arrival.is_err();
        new += usize::from(arrival.as_ref().is_ok_and(is_new));
        flown.ahead.push_back(arrival);
        if is_last {
            break;
        }
    }
    // Sets of fields that were sent as new contacts. An update shows how the account changes contacts, and nothing of how
    // it takes new ones.
    let mut shapes = BTreeSet::new();
    let (mut sent, mut tries) = (0, 0);
    // Rows that were answered as if the account were closed, since one was created or changed.
    let mut suspects = 0;
    // Rows whose reading back was answered so, since one was read.
    let (mut refused, mut was_read) = (0, false);
    let mut learnt = Learnt::default();
    // Where they stand, and whether they keep their last try: those that an outage kept from being sent are tried to their end if no other
    // one was sent.
    let mut waiting: VecDeque<(usize, bool)> = (0..flown.ahead.len()).map(|at| (at, true)).collect();
    while let Some((at, keeps_last)) = waiting.pop_front() {
        let is_enough = sent >= MOST_SENT || sent > 0 && (tries >= MOST_TRIES || !keeps_last);
        if is_enough || refused > MOST_SUSPECTS {
            break;
        }
        let Some(Ok(arrival)) = flown.ahead.get_mut(at) else { continue };
        let Some((shape, applicant)) = applicant(arrival, &shapes) else { continue };
        tries += 1;
        let (story, stop) = send(street, applicant, keeps_last).await?;
        if story.is_none() && stop.is_none() && keeps_last {
            waiting.push_back((at, false));
        }
        // It may be meant for that row alone, which is found out beside others: another one goes first.
        let may_be_the_row = story.is_none() && stop.as_ref().is_some_and(|stop| stop.at_row().is_some());
        suspects += usize::from(may_be_the_row);
        let stop = stop.filter(|_| !may_be_the_row || suspects > MOST_SUSPECTS);
        let mut stop = stop.map(|stop| StopWish { stop, at_once: false });
        if let Some(story) = story {
            if let Ok(filled) = &mut arrival.filled {
                filled.known = Known::Settled(Box::new(story.clone()));
            }
            flown.settled += 1;
            if matches!(story.outcome, Outcome::Created { .. } | Outcome::Updated { .. }) {
                suspects = 0;
            }
            // A row that met somebody and was not sent shows nothing; the next of its kind may.
            if story.attempts > 0 {
                sent += 1;
                // Whoever wishes to stop does not wait for what is only to be learnt.
                let held = tokio::select! {
                    biased;
                    _ = halted.wait_for(|halt| *halt != Halt::Go) => Ok(Read::Nothing),
                    held = learn(street, &story, &mut learnt) => held,
                };
                match held {
                    // Another one of its kind may be read.
                    Ok(Read::Refused) => refused += 1,
                    Ok(read) => {
                        if read == Read::Contact {
                            (refused, was_read) = (0, true);
                        }
                        if !matches!(story.outcome, Outcome::Updated { .. }) {
                            shapes.insert(shape);
                        }
                    }
                    Err(held) => stop = stop.or(Some(StopWish { stop: held, at_once: false })),
                }
            }
        }
        if stop.is_some() || *halted.borrow() != Halt::Go {
            return Ok(Flown { stop, ..flown });
        }
    }
    if learnt.rows == 0 {
        if new > 0 || flown.ahead.len() >= MOST_AHEAD {
            street.watch.see(&Event::CanaryBack(Box::default()));
        }
        return Ok(flown);
    }
    learnt.is_closed = refused > 0 && (!was_read || refused > MOST_SUSPECTS);
    learnt.manners = street.deliverer.manners();
    street.watch.see(&Event::CanaryBack(Box::new(learnt.clone())));
    street.deliverer.visible_after(learnt.visible_after);
    let stop = learnt.is_a_warning().then(|| Stop::CanaryDiffers { learnt: Box::new(learnt) });
    let passed = stop.is_none();
    Ok(Flown { stop: stop.map(|stop| StopWish { stop, at_once: false }), passed, ..flown })
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
    let is_no_example = filled.earlier.is_in_doubt() || filled.has_twin || filled.was_turned_away;
    if is_no_example || shapes.contains(&shape) {
        return None;
    }
    let applicant = Applicant {
        row: arrival.row.clone(),
        contact: contact.clone(),
        remarks: remarks.clone(),
        identity: *identity,
        earlier: Earlier::Nothing,
        has_twin: false,
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

/// What came of reading a contact back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read {
    /// It was read.
    Contact,
    /// It was not, or nothing was asked for.
    Nothing,
    /// It was answered as if the account were closed.
    Refused,
}

/// The contact that was read back, if it was; and whether that was refused.
fn shown(seen: ReadBack, is_refused: &mut bool) -> Option<StoredContact> {
    *is_refused |= matches!(seen, ReadBack::Refused);
    match seen {
        ReadBack::Shown(stored) => Some(*stored),
        ReadBack::Nothing | ReadBack::Refused => None,
    }
}

/// What the story of a row shows, and what the contact shows when it is read back.
///
/// # Errors
///
/// If the server asks for a longer wait than a run bears.
async fn learn<T: Transport, S: Storage>(
    street: &Street<'_, T, S>,
    story: &Delivery,
    learnt: &mut Learnt,
) -> Result<Read, Stop> {
    let Some(contact) = &story.contact else { return Ok(Read::Nothing) };
    learnt.rows += 1;
    let (mut is_read, mut is_refused) = (false, false);
    let mut differing: BTreeSet<String> = story
        .remarks
        .iter()
        .filter(|remark| remark.code == Code::EchoDiffers)
        .map(|remark| remark.field.clone())
        .collect();
    match &story.outcome {
        Outcome::Created { id, .. } => {
            learnt.created += 1;
            let is_looked_up = contact.source == Source::Whatsapp;
            let mut waited = Duration::ZERO;
            let (mut stored, mut found) = (None, None);
            for wait in LOOKS {
                tokio::time::sleep(wait).await;
                waited += wait;
                if stored.is_none() {
                    stored = shown(street.deliverer.read_back(&id.uuid).await?, &mut is_refused);
                }
                if is_looked_up && stored.is_some() {
                    found = shown(street.deliverer.find_by_number(contact).await?, &mut is_refused);
                }
                if is_refused {
                    break;
                }
                if stored.is_some() && found.is_some() == is_looked_up {
                    learnt.visible_after = learnt.visible_after.max(waited);
                    break;
                }
            }
            is_read = stored.is_some();
            match &stored {
                None if is_refused => learnt.reads_refused += 1,
                None => learnt.unread += 1,
                Some(stored) => {
                    differing.extend(differences(contact, stored));
                    for field in not_shown(contact, stored) {
                        *learnt.not_shown.entry(field.wire_name()).or_default() += 1;
                    }
                    if is_looked_up {
                        learnt.phones.insert(PhoneShape::of(stored.phone_as_shown.as_deref()));
                    }
                }
            }
            match found {
                None if !is_looked_up || !is_read => {}
                None if is_refused => learnt.looks_refused += 1,
                None => learnt.not_found += 1,
                Some(other) if other.id.uuid != id.uuid => {
                    street.deliverer.answered_a_duplicate(DuplicateAnswer::Second);
                    // Where nobody looks before sending, that is what was asked for.
                    learnt.doubled += u64::from(street.deliverer.looks_first());
                }
                Some(_) => {}
            }
        }
        Outcome::Updated { id, fields } => {
            learnt.updated += 1;
            match shown(street.deliverer.read_back(&id.uuid).await?, &mut is_refused) {
                Some(stored) => {
                    is_read = true;
                    differing.extend(
                        differences(contact, &stored).into_iter().filter(|field| fields.contains(field)),
                    );
                }
                None if is_refused => learnt.reads_refused += 1,
                None => learnt.unread += 1,
            }
        }
        Outcome::Rejected { .. } => learnt.rejected += 1,
        Outcome::ChangeRefused { .. } => learnt.change_refused += 1,
        _ => {}
    }
    for field in differing {
        *learnt.differences.entry(field).or_default() += 1;
    }
    Ok(match (is_refused, is_read) {
        (true, _) => Read::Refused,
        (false, true) => Read::Contact,
        (false, false) => Read::Nothing,
    })
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
