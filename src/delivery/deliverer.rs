//! Carries rows, many at a time, and knows what they have in common: the turnstile, outages, the clock, what answers showed.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc, watch};
use tokio::time::Instant;

use super::breaker::{Breakers, Change, Kind, News};
use super::echo;
use super::errand::Errand;
use super::existing::{Admission, Existing};
use super::life::{Life, Origin};
use super::list_walk::Waiting;
use super::patience::{Patience, Throttling, seed_of, stop_for};
use super::server_clock::ServerClock;
use super::suspicion::{Deed, Suspicions};
use crate::api::{Client, Exchange, Existence, Fault, StoredContact, Transport};
use crate::journal::{Begun, Ticket, TicketNumber};
use crate::model::{
    ApiManners, Delivery, DuplicateAnswer, Event, NewContact, Source, Stop, Watch, sibling_form,
};
use crate::rate::{self, Rate};
use crate::words::Message;

/// How far a run has come in stopping. It only rises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Halt {
    /// Not stopping.
    Go,
    /// What waits ends now; what is on the wire is answered.
    Stopping,
    /// Everything ends now.
    LetGo,
}

/// What reading a contact back shows.
pub enum ReadBack {
    /// The contact.
    Shown(Box<StoredContact>),
    /// Nothing that says anything: it may be read later.
    Nothing,
    /// An answer as if the account were closed, which may be meant for this contact alone.
    Refused,
}

/// How a row came back from the wire.
#[derive(Debug)]
pub enum Delivered {
    /// With its story.
    Settled(TicketNumber, Box<Delivery>),
    /// Not sent, or provably without effect: nothing of it is on its way, and no change of it was written down. Its ticket
    /// is to be given back.
    Unsent(Box<Ticket>),
}

/// Which of these contacts are somebody else's, in their order.
pub type AreTaken = Box<dyn Fn(&[&StoredContact]) -> Vec<bool> + Send + Sync>;

/// What rows are carried with.
pub struct Carriage<T> {
    /// The API.
    pub client: Client<T>,
    /// The turnstile. Rows that wait for their turn or are on the wire have a place; rows that wait for the server have
    /// none.
    pub rate: Arc<Rate>,
    /// How long, how often, how boldly.
    pub patience: Patience,
    /// How long an outage is waited out.
    pub longest_outage: Duration,
    /// The server's clock.
    pub server_clock: Arc<ServerClock>,
    /// Whoever watches.
    pub watch: Arc<dyn Watch>,
    /// Which of these contacts, which a walk of the list has found, another row has already, or may have.
    pub are_taken: AreTaken,
    /// What is done about contacts that are there already.
    pub existing: Existing,
    /// Contacts that an earlier run began to change and did not settle, by their tickets: what there was before is in the
    /// journal, and the change may or may not have been made.
    pub begun: BTreeMap<TicketNumber, Begun>,
    /// Tickets of earlier runs that looked for nobody before they sent.
    pub unlooked: BTreeSet<TicketNumber>,
    /// Rows that were answered as if the account were closed.
    pub suspicions: Arc<Suspicions>,
    /// Changes that wait to be written down.
    pub admissions: mpsc::UnboundedSender<Admission>,
    /// Makes waits repeatable.
    pub seed: u64,
}

impl<T> Carriage<T> {
    /// The server said 429: everybody is held, and it is counted. Returns for how long.
    pub(super) fn throttled(&self, after: Option<Duration>) -> Duration {
        let hold = self.rate.throttled(after);
        self.watch.see(&Event::Throttled(hold));
        hold
    }
}

/// Carries rows over the wire, many at a time; every clone carries one.
pub struct Deliverer<T> {
    pub(super) shared: Arc<Shared<T>>,
    halt: watch::Receiver<Halt>,
}

pub(super) struct Shared<T> {
    pub(super) carriage: Carriage<T>,
    breakers: Mutex<Breakers>,
    /// Rings when requests of a kind are answered again.
    pub(super) closed: Notify,
    /// Rows that wait for a walk of the contact list.
    pub(super) waiting: Waiting,
    /// Ages are counted from here.
    origin: Instant,
    /// How long a new contact was seen to stay invisible.
    lag: OnceLock<Duration>,
    /// What the answers showed so far.
    manners: Mutex<ApiManners>,
}

impl<T> Clone for Deliverer<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), halt: self.halt.clone() }
    }
}

impl<T: Transport> Deliverer<T> {
    /// Carries until `halt` says otherwise.
    pub fn new(carriage: Carriage<T>, halt: watch::Receiver<Halt>) -> Self {
        let breakers = Mutex::new(Breakers::new(carriage.longest_outage, carriage.seed));
        let shared = Shared {
            carriage,
            breakers,
            closed: Notify::new(),
            waiting: Waiting::default(),
            origin: Instant::now(),
            lag: OnceLock::new(),
            manners: Mutex::default(),
        };
        Self { shared: Arc::new(shared), halt }
    }

    /// Carries one row to its end, and tells if the whole run has to stop. `place` is its place in the air, if it has
    /// one already.
    pub async fn deliver(self, ticket: Ticket, place: Option<rate::Place>) -> (Delivered, Option<Stop>) {
        self.errand(&ticket, place).carry(ticket).await
    }

    /// [`Self::deliver`] for a row that goes alone: nobody else is sent meanwhile. `keeps_last`: its last send, or its last look before
    /// it is sent, is not spent in an outage that others may venture into instead, and it comes back unsent.
    pub async fn deliver_alone(self, ticket: Ticket, keeps_last: bool) -> (Delivered, Option<Stop>) {
        self.errand(&ticket, None).alone(keeps_last).carry(ticket).await
    }

    fn errand(self, ticket: &Ticket, place: Option<rate::Place>) -> Errand<T> {
        let carriage = &self.shared.carriage;
        let seed = seed_of(carriage.seed, ticket.row.number);
        let origin = Origin {
            earlier: ticket.earlier,
            sent_after: ticket.sent_after,
            has_twin: ticket.has_twin,
            unlooked: !self.looks_first() || carriage.unlooked.contains(&ticket.number),
            just_missed: self.looks_first()
                && carriage.existing.walked.is_none()
                && ticket.contact.source == Source::Whatsapp,
        };
        let mut patience = carriage.patience;
        patience.read_lag = patience.read_lag.max(self.shared.lag.get().copied().unwrap_or_default());
        let life = Life::new(&ticket.contact, origin, patience, self.now(), seed);
        Errand::new(self, life, place)
    }

    /// A new contact was seen to stay invisible for so long: the rows that follow wait for three times as long.
    pub fn visible_after(&self, seen: Duration) {
        // Only the first word counts.
        let _ = self.shared.lag.set(seen * 3);
    }

    /// The contact with this uuid, if it can be read now.
    ///
    /// # Errors
    ///
    /// If the server asks for a longer wait than a run bears.
    pub async fn read_back(&self, uuid: &str) -> Result<ReadBack, Stop> {
        self.ask(async || self.shared.carriage.client.contact(uuid).await).await
    }

    /// The contact that a look-up finds under the number of `contact`, or its other form, if it finds one now.
    ///
    /// # Errors
    ///
    /// As [`Self::read_back`].
    pub async fn find_by_number(&self, contact: &NewContact) -> Result<ReadBack, Stop> {
        let forms = [Some(contact.identifier.clone()), sibling_form(&contact.identifier)];
        for digits in forms.into_iter().flatten() {
            let channel = contact.channel_uuid.as_deref();
            match self.ask(async || self.shared.carriage.client.find(&digits, channel).await).await? {
                ReadBack::Shown(found) if !echo::is_same_number(contact, &found) => {}
                ReadBack::Nothing => {}
                seen => return Ok(seen),
            }
        }
        Ok(ReadBack::Nothing)
    }

    /// Asks once, and once more for each time that it was too soon.
    async fn ask(
        &self,
        question: impl AsyncFn() -> Exchange<Option<StoredContact>>,
    ) -> Result<ReadBack, Stop> {
        let carriage = &self.shared.carriage;
        let mut throttling = Throttling::default();
        loop {
            let turn = carriage.rate.turn().await;
            carriage.watch.see(&Event::Requested);
            let exchange = question().await;
            drop(turn);
            let after = match exchange.result {
                Err(Fault::Throttled { after }) => after,
                Ok(Some(contact)) => return Ok(ReadBack::Shown(Box::new(contact))),
                Err(fault) if stop_for(&fault, None).is_some() => return Ok(ReadBack::Refused),
                Ok(None) | Err(_) => return Ok(ReadBack::Nothing),
            };
            carriage.throttled(after);
            if let Some(stop) = throttling.again(after, self.now(), carriage.patience.longest_hold) {
                return Err(stop);
            }
        }
    }

    /// Whether somebody who is there already is looked for before a row is sent.
    pub fn looks_first(&self) -> bool {
        self.shared.carriage.existing.policy.looks()
    }

    /// What the answers showed so far.
    pub fn manners(&self) -> ApiManners {
        self.shared.manners().clone()
    }

    /// A contact that was there already got this answer.
    pub fn answered_a_duplicate(&self, answer: DuplicateAnswer) {
        *self.shared.manners().duplicates.entry(answer).or_default() += 1;
    }

    pub(super) fn now(&self) -> Duration {
        self.shared.origin.elapsed()
    }

    /// Does `work` unless the run has come further in stopping than `tolerated`.
    pub(super) async fn unless_halted<F: Future>(
        &mut self,
        tolerated: Halt,
        work: F,
    ) -> Result<F::Output, Halt> {
        tokio::select! {
            biased;
            halted = self.halt.wait_for(|halt| *halt > tolerated) => Err(halted.map_or(Halt::LetGo, |halt| *halt)),
            done = work => Ok(done),
        }
    }
}

impl<T> Shared<T> {
    pub(super) fn breakers(&self) -> MutexGuard<'_, Breakers> {
        self.breakers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn manners(&self) -> MutexGuard<'_, ApiManners> {
        self.manners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn note_manners(&self, exchange: &Exchange<StoredContact>) {
        let form = match &exchange.result {
            Ok(stored) => stored.form,
            Err(Fault::Refused { .. }) => None,
            Err(_) => return,
        };
        let mut manners = self.manners();
        manners.statuses.extend(exchange.status);
        manners.forms.extend(form);
    }

    pub(super) fn is_out(&self, kind: Kind) -> bool {
        self.breakers().open_since(kind).is_some()
    }

    /// How long an answer to other rows takes at most of late; `None` while they wait, for the end of a 429 or of an outage, before
    /// that may be done for one of them.
    pub(super) fn slow_answer(&self, deed: Deed, looks_first: bool) -> Option<Duration> {
        let (rate, now) = (&self.carriage.rate, self.origin.elapsed());
        let waits = {
            let breakers = self.breakers();
            let waits = |kind| breakers.is_waited_out(kind, now);
            match deed {
                Deed::Look => waits(Kind::Look),
                Deed::Create | Deed::Change => waits(Kind::Create) || looks_first && waits(Kind::Look),
            }
        };
        (!waits && !rate.is_held()).then(|| rate.places().slow_answer())
    }

    /// Tells the turnstile, the breaker, the clock and the log what came of a request.
    pub(super) fn note<A>(&self, exchange: &Exchange<A>, kind: Kind, ventured: bool, ticket: &Ticket) {
        let carriage = &self.carriage;
        let row = ticket.row.number.get();
        if let Some(server_time) = exchange.server_time {
            carriage.server_clock.set(server_time);
        }
        match &exchange.result {
            Err(Fault::Throttled { after }) => {
                let hold = carriage.throttled(*after);
                tracing::info!(row, wait_ms = hold.as_millis(), "throttled: everybody waits");
            }
            Err(fault) => {
                carriage.rate.accepted();
                tracing::info!(
                    row,
                    status = fault.status(),
                    fault = fault.describe().to_string(),
                    "no good answer"
                );
            }
            Ok(_) => carriage.rate.accepted(),
        }
        let fault = exchange.result.as_ref().err();
        let news = match fault {
            Some(Fault::Throttled { .. }) => News::Throttled,
            Some(fault) if !is_definite(fault) => News::Failed,
            _ => News::Answered,
        };
        let (change, is_over) = {
            let mut breakers = self.breakers();
            let was_out = breakers.open_since(kind).is_some();
            let change = breakers.note(kind, news, ventured, self.origin.elapsed());
            (change, was_out && breakers.open_since(kind).is_none())
        };
        if is_over {
            self.closed.notify_waiters();
        }
        self.announce(change, fault);
    }

    fn announce(&self, change: Option<Change>, fault: Option<&Fault>) {
        match change {
            Some(Change::Opened) => {
                let last = fault.map_or_else(|| Message::verbatim(""), Fault::describe);
                let at_most = self.carriage.longest_outage;
                self.carriage.watch.see(&Event::OutageBegan { last, at_most });
            }
            Some(Change::Closed(lasted)) => {
                self.carriage.watch.see(&Event::OutageEnded { lasted });
            }
            None => {}
        }
    }
}

/// Whether somebody is there who answers, be it with a no. Who does not begin is there for nobody.
pub(super) fn is_definite(fault: &Fault) -> bool {
    match fault {
        Fault::Unreached { .. } | Fault::NotProcessed { .. } => false,
        Fault::NotTheApi { .. } => true,
        fault => fault.existence() == Existence::No,
    }
}
