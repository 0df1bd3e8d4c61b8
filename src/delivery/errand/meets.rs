//! A row that may meet a contact which is there already: looks before the first send, reads, changes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::sleep;

use super::{Errand, NoTurn};
use crate::api::{StoredContact, Transport};
use crate::delivery::deliverer::Halt;
use crate::delivery::existing::Admission;
use crate::delivery::first_look::{FirstLook, Looked};
use crate::delivery::life::End;
use crate::delivery::meeting::{Meeting, Step};
use crate::delivery::patience::seed_of;
use crate::delivery::suspicion::Deed;
use crate::journal::{Begun, There, Ticket};
use crate::model::{Code, ContactId, Event, OnExisting, Outcome, Remark, Shown, Source, Stop, Untouched};
use crate::words::message;

/// What a row's meeting with a contact leaves for its story.
#[derive(Debug, Default)]
pub(super) struct Met {
    /// Changes that were sent.
    pub(super) sends: u32,
    pub(super) status: Option<u16>,
    pub(super) remarks: Vec<Remark>,
    /// The API answered the change as made and did not make it.
    is_in_vain: bool,
    /// What the API showed of the contact after the change.
    pub(super) shown: Option<Shown>,
}

impl<T: Transport> Errand<T> {
    /// What is to be done before the row is sent, if that ends its story: the contact is there, or it cannot be known.
    pub(super) async fn before_sending(&mut self, ticket: &Ticket) -> Option<(End, Option<Stop>)> {
        let shared = Arc::clone(&self.deliverer.shared);
        let carriage = &shared.carriage;
        if let Some(begun) = carriage.begun.get(&ticket.number) {
            if begun.may_be_own {
                self.life.remark_may_be_own();
            }
            let there = before(ContactId { uuid: begun.uuid.clone(), href: None });
            let met = self.meet(ticket, there, None, true).await;
            return Some(if begun.may_be_own { self.unless_own(met) } else { met });
        }
        if let Some(there) = &ticket.there {
            let mut met = self.meet(ticket, there.clone(), None, false).await;
            if is_gone(&met.0) {
                // Whoever was stored a moment before this run began, by another one, may not be shown yet. The place is kept
                // meanwhile: of those that have one, a crash leaves in doubt whether they were sent.
                let left = carriage.patience.read_lag.saturating_sub(self.deliverer.now());
                if self.deliverer.unless_halted(Halt::Go, sleep(left)).await.is_err() {
                    return Some((End::Unsent, None));
                }
                met = self.meet(ticket, there.clone(), None, false).await;
            }
            // Whoever can be looked for is looked for once more: its number may have a contact all the same. Who was to be
            // forgotten is as one of whom nobody knew.
            let is_sought = ticket.contact.source == Source::Whatsapp || there.is_forgotten;
            if !(is_gone(&met.0) && is_sought) {
                return Some(if there.is_forgotten { self.unless_unread(met) } else { met });
            }
            self.met = Met { sends: self.met.sends, ..Met::default() };
        }
        // Whoever may have been sent before is looked for in another way. Who was turned away stands in `failures.csv`, and may
        // have come from a copy of it.
        let has_look_up = ticket.contact.source == Source::Whatsapp;
        let looks = carriage.existing.policy.looks() || ticket.was_turned_away;
        if !looks || ticket.earlier.is_in_doubt() || !has_look_up {
            return None;
        }
        if let Some(walked) = &carriage.existing.walked {
            let there = before(ContactId { uuid: walked(&ticket.contact)?, href: None });
            return Some(self.meet(ticket, there, None, false).await);
        }
        let mut look = FirstLook::new(carriage.patience, seed_of(carriage.seed, ticket.row.number));
        loop {
            self.is_last_try = look.is_last_try();
            if self.keeps_last && self.is_last_try {
                return Some((End::Unsent, None));
            }
            let exchange = match self.look(ticket, Halt::Go).await {
                Ok((_, exchange)) => exchange,
                Err(NoTurn::Halted(_)) => return Some((End::Unsent, None)),
                Err(NoTurn::Outage(_, seconds)) => {
                    return Some((End::Unsent, Some(Stop::Outage { seconds })));
                }
            };
            match look.looked(&ticket.contact, exchange, self.deliverer.now()) {
                Looked::Nobody => {
                    self.is_last_try = false;
                    return None;
                }
                Looked::There(stored) => {
                    let there = before(stored.id.clone());
                    return Some(self.meet(ticket, there, Some(*stored), false).await);
                }
                Looked::End(end, stop) => return Some((end, stop)),
                // The turnstile keeps the time of a 429.
                Looked::Again(Duration::ZERO) => {}
                Looked::Again(wait) => {
                    if self.rest(wait).await.is_err() {
                        return Some((End::Unsent, None));
                    }
                }
            }
        }
    }

    /// The row meets a contact, which was read just now if it is given.
    pub(super) async fn meet(
        &mut self,
        ticket: &Ticket,
        there: There,
        stored: Option<StoredContact>,
        begun: bool,
    ) -> (End, Option<Stop>) {
        let shared = Arc::clone(&self.deliverer.shared);
        let carriage = &shared.carriage;
        let existing = &carriage.existing;
        let seed = seed_of(carriage.seed, ticket.row.number);
        // Forbidden is who was there before.
        let policy = match existing.policy {
            OnExisting::Fail if there.is_ours => OnExisting::Skip,
            policy => policy,
        };
        let mut meeting = Meeting::new(there.id, (policy, &existing.rules), carriage.patience, begun, seed);
        self.meets = true;
        let mut next = match &stored {
            // A look-up does not show the types of custom fields, which an update has to know.
            Some(stored) if existing.policy != OnExisting::Update => meeting.seen(&ticket.contact, stored),
            _ => Step::Read,
        };
        let ended = loop {
            self.tell(ticket, meeting.is_in_doubt());
            self.is_last_try = meeting.is_last_try();
            let step = match next {
                Step::End(end) => break (end, None),
                Step::Admit => self.admit(ticket, &mut meeting).await,
                Step::Change => self.change(ticket, &mut meeting).await,
                Step::Wait(wait) => self.rest(wait).await.map(|()| (Step::Read, None)),
                Step::Read => self.read(ticket, &mut meeting).await,
            };
            let stop;
            (next, stop) = match step {
                Ok(decision) => decision,
                Err(NoTurn::Outage(_, seconds)) => (meeting.cut_short(false), Some(Stop::Outage { seconds })),
                Err(NoTurn::Halted(_)) => (meeting.cut_short(false), None),
            };
            if let (Step::End(end), Some(stop)) = (&next, stop) {
                break (end.clone(), Some(stop));
            }
        };
        (self.meets, self.is_last_try) = (false, false);
        self.met.status = meeting.status();
        self.met.remarks = meeting.take_remarks();
        self.met.shown = meeting.shown.take();
        self.met.is_in_vain = meeting.is_in_vain;
        ended
    }

    async fn rest(&mut self, wait: Duration) -> Result<(), NoTurn> {
        self.place = None;
        self.deliverer.unless_halted(Halt::Go, sleep(wait)).await.map_err(NoTurn::from)
    }

    async fn read(
        &mut self,
        ticket: &Ticket,
        meeting: &mut Meeting<'_>,
    ) -> Result<(Step, Option<Stop>), NoTurn> {
        let granted = self.turn(Deed::Look, Halt::Go).await?;
        let shared = Arc::clone(&self.deliverer.shared);
        let contact = shared.carriage.client.contact(&meeting.id.uuid);
        let mut exchange = self.deliverer.unless_halted(Halt::Stopping, contact).await?;
        if self.hear(ticket, Deed::Look, granted, &mut exchange)
            && Box::pin(self.is_asked_again(ticket, Deed::Look, Halt::Go)).await?
        {
            return Ok((Step::Read, None));
        }
        Ok(meeting.read(&ticket.contact, exchange, self.deliverer.now()))
    }

    /// Has the change written down: it may be sent when the disk has what there was before.
    async fn admit(
        &mut self,
        ticket: &Ticket,
        meeting: &mut Meeting<'_>,
    ) -> Result<(Step, Option<Stop>), NoTurn> {
        let shared = Arc::clone(&self.deliverer.shared);
        let (admitted, told) = oneshot::channel();
        let admission = Admission {
            ticket: ticket.number,
            identity: ticket.identity,
            begun: Begun { uuid: meeting.id.uuid.clone(), may_be_own: self.life.may_be_own() },
            fields: meeting.planned().map(|update| update.fields.clone()).unwrap_or_default(),
            admitted,
        };
        // Where nobody writes any more, nothing is changed any more.
        let _ = shared.carriage.admissions.send(admission);
        match self.deliverer.unless_halted(Halt::Go, told).await? {
            Ok(()) => Ok((meeting.admitted(), None)),
            Err(_) => Err(NoTurn::Halted(Halt::LetGo)),
        }
    }

    async fn change(
        &mut self,
        ticket: &Ticket,
        meeting: &mut Meeting<'_>,
    ) -> Result<(Step, Option<Stop>), NoTurn> {
        let granted = self.turn(Deed::Change, Halt::Go).await?;
        let shared = Arc::clone(&self.deliverer.shared);
        let Some(update) = meeting.planned().cloned() else { return Ok((Step::Read, None)) };
        self.met.sends += 1;
        if self.met.sends > 1 {
            shared.carriage.watch.see(&Event::Retried(ticket.row.number));
        }
        let change = shared.carriage.client.change(&meeting.id.uuid, &update.changes);
        let Ok(mut exchange) = self.deliverer.unless_halted(Halt::Stopping, change).await else {
            return Ok((meeting.cut_short(true), None));
        };
        if self.hear(ticket, Deed::Change, granted, &mut exchange)
            && Box::pin(self.is_asked_again(ticket, Deed::Change, Halt::Go)).await?
        {
            // Somebody may have changed it meanwhile.
            return Ok((meeting.turned_away(), None));
        }
        Ok(meeting.sent(&ticket.contact, exchange, self.deliverer.now()))
    }

    /// A contact that may be what the row's own send has left cannot be told as one that is not there, whatever became of its
    /// change. Where the API does not make the change, no run would ever settle it: it is told as it is, and rests until its
    /// row or the rules say something else.
    fn unless_own(&self, (end, stop): (End, Option<Stop>)) -> (End, Option<Stop>) {
        let End::Settled(Outcome::ChangeFailed { id, last }) = end else { return (end, stop) };
        let outcome = if self.met.is_in_vain {
            Outcome::Existing { id, differs: true, untouched: Untouched::NothingToChange }
        } else {
            Outcome::InDoubt { id, code: Code::LookupFailed, last }
        };
        (End::Settled(outcome), stop)
    }

    /// Of a contact that was to be forgotten, and could not be read, nothing says that it is there: the next run asks again.
    fn unless_unread(&self, (end, stop): (End, Option<Stop>)) -> (End, Option<Stop>) {
        let end = match end {
            End::Settled(Outcome::ChangeFailed { last, .. }) if self.met.sends == 0 => {
                End::Settled(Outcome::Failed { code: Code::ExistingUnknown, last })
            }
            end => end,
        };
        (end, stop)
    }

    /// The contact that a row turned out to be, changed or refused if that is wanted.
    pub(super) async fn after_all(
        &mut self,
        ticket: &Ticket,
        end: End,
        stop: Option<Stop>,
    ) -> (End, Option<Stop>) {
        let policy = self.deliverer.shared.carriage.existing.policy;
        let End::Settled(Outcome::Existing { id, differs, .. }) = &end else {
            return (end, stop);
        };
        if policy == OnExisting::Fail && self.life.was_there() {
            return (End::Settled(Outcome::Unwanted { id: id.clone(), differs: *differs }), stop);
        }
        if policy != OnExisting::Update {
            return (end, stop);
        }
        // Told as it is, its change would never be made: what is settled is not taken up again. It was on the wire, so
        // that it cannot be called unsent either.
        let put_off = || {
            let last = message!("stopped-before-the-change");
            End::Settled(Outcome::InDoubt { id: id.clone(), code: Code::StoppedInDoubt, last })
        };
        if stop.is_some() {
            return (put_off(), stop);
        }
        match self.meet(ticket, before(id.clone()), None, false).await {
            (End::Unsent, stop) => (put_off(), stop),
            met if !self.life.was_there() => self.unless_own(met),
            met => met,
        }
    }
}

/// A contact that was there before, as far as anybody knows.
fn before(id: ContactId) -> There {
    There { id, is_ours: false, is_forgotten: false }
}

/// Whether a contact that was there has been deleted since.
fn is_gone(end: &End) -> bool {
    matches!(end, End::Settled(Outcome::Failed { code: Code::ContactGone, .. }))
}
