//! Does what a [`Life`] decides: takes turns, sends, looks up, waits, and stops when told to.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, sleep};

use super::life::{Decision, End, Life, Next, Patience};
use crate::api::{Client, Exchange, Fault, StoredContact, Transport};
use crate::journal::Ticket;
use crate::model::{Delivery, Event, Outcome, Stop, Watch, sibling_form};
use crate::rate::{Rate, Turn};

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

/// How a row came back from the wire.
#[derive(Debug)]
pub enum Delivered {
    /// With its story.
    Settled(Box<Delivery>),
    /// Not sent, or provably without effect.
    Unsent(Box<Ticket>),
}

/// Carries rows over the wire, many at a time; every clone carries one.
pub struct Deliverer<T> {
    shared: Arc<Shared<T>>,
    halt: watch::Receiver<Halt>,
}

struct Shared<T> {
    client: Client<T>,
    rate: Arc<Rate>,
    patience: Patience,
    /// As many rows at a time at the turnstile or on the wire as there are places; rows that wait have none.
    air: Arc<Semaphore>,
    watch: Arc<dyn Watch>,
    /// Ages are counted from here.
    origin: Instant,
    seed: u64,
}

impl<T> Clone for Deliverer<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), halt: self.halt.clone() }
    }
}

impl<T: Transport> Deliverer<T> {
    /// Carries over `client` at `rate`, with as many requests at a time as `air` has places, until `halt` says
    /// otherwise.
    pub fn new(
        client: Client<T>,
        rate: Arc<Rate>,
        patience: Patience,
        air: Arc<Semaphore>,
        halt: watch::Receiver<Halt>,
        watch: Arc<dyn Watch>,
        seed: u64,
    ) -> Self {
        let shared = Shared { client, rate, patience, air, watch, origin: Instant::now(), seed };
        Self { shared: Arc::new(shared), halt }
    }

    /// Carries one row to its end, and tells if the whole run has to stop. `place` is its place in the air, if it has
    /// one already.
    pub async fn deliver(
        self,
        ticket: Ticket,
        place: Option<OwnedSemaphorePermit>,
    ) -> (Delivered, Option<Stop>) {
        let row = ticket.row.number;
        let seed = self.shared.seed ^ row.get();
        let life = Life::new(&ticket.contact, ticket.in_doubt, self.shared.patience, self.now(), seed);
        let mut errand = Errand { deliverer: self, life, place, was_in_doubt: false };
        let (end, stop) = errand.run(&ticket).await;
        if errand.was_in_doubt {
            errand.deliverer.shared.watch.see(&Event::DoubtEnded(row));
        }
        let delivered = match end {
            End::Unsent => Delivered::Unsent(Box::new(ticket)),
            End::Settled(outcome) => Delivered::Settled(Box::new(errand.story(ticket, outcome))),
        };
        (delivered, stop)
    }

    fn now(&self) -> Duration {
        self.shared.origin.elapsed()
    }

    /// Does `work` unless the run has come further in stopping than `tolerated`.
    async fn unless_halted<F: Future>(&mut self, tolerated: Halt, work: F) -> Result<F::Output, Halt> {
        tokio::select! {
            biased;
            halted = self.halt.wait_for(|halt| *halt > tolerated) => Err(halted.map_or(Halt::LetGo, |halt| *halt)),
            done = work => Ok(done),
        }
    }
}

struct Errand<T> {
    deliverer: Deliverer<T>,
    life: Life,
    place: Option<OwnedSemaphorePermit>,
    was_in_doubt: bool,
}

impl<T: Transport> Errand<T> {
    async fn run(&mut self, ticket: &Ticket) -> (End, Option<Stop>) {
        let mut next = self.life.first();
        // What the row tolerates before it hurries: once it has hurried, only the end of all waiting.
        let mut tolerated = Halt::Go;
        loop {
            self.tell_doubt(ticket);
            let step = match next {
                Next::End(end) => return (end, None),
                Next::Send => self.send(ticket, tolerated).await,
                Next::LookUp => self.look_up(ticket, tolerated).await,
                Next::Wait(wait) => {
                    self.place = None;
                    let waited = self.deliverer.unless_halted(tolerated, sleep(wait)).await;
                    waited.map(|()| (self.life.after_wait(), None))
                }
            };
            next = match step {
                Ok((Next::End(end), stop)) => return (end, stop),
                Ok((next, _)) => next,
                Err(Halt::LetGo) => self.life.cut_short(false, self.deliverer.now()),
                Err(_) => {
                    tolerated = Halt::Stopping;
                    self.life.hurry()
                }
            };
        }
    }

    /// One send: its turn, the exchange, what follows. Only the end of all waiting interrupts an exchange.
    async fn send(&mut self, ticket: &Ticket, tolerated: Halt) -> Result<Decision, Halt> {
        let turn = self.turn(tolerated).await?;
        let shared = Arc::clone(&self.deliverer.shared);
        self.life.sending(self.deliverer.now());
        if self.life.attempts() > 1 {
            shared.watch.see(&Event::Retried(ticket.row.number));
        }
        tracing::debug!(row = ticket.row.number.get(), attempt = self.life.attempts(), "sending");
        let exchange =
            match self.deliverer.unless_halted(Halt::Stopping, shared.client.create(&ticket.contact)).await {
                Ok(exchange) => exchange,
                Err(_) => return Ok((self.life.cut_short(true, self.deliverer.now()), None)),
            };
        drop(turn);
        shared.note(&exchange, ticket);
        Ok(self.life.sent(&ticket.contact, exchange, self.deliverer.now()))
    }

    /// One look: under the number, and under its other form if it has one.
    async fn look_up(&mut self, ticket: &Ticket, tolerated: Halt) -> Result<Decision, Halt> {
        let contact = &ticket.contact;
        let mut began = self.deliverer.now();
        let mut exchange = None;
        for digits in
            [Some(contact.identifier.clone()), sibling_form(&contact.identifier)].into_iter().flatten()
        {
            let turn = self.turn(tolerated).await?;
            let shared = Arc::clone(&self.deliverer.shared);
            if exchange.is_none() {
                began = self.deliverer.now();
            }
            tracing::debug!(row = ticket.row.number.get(), "looking up");
            let look =
                self.deliverer.unless_halted(Halt::Stopping, shared.client.find(&digits, contact)).await?;
            drop(turn);
            shared.note(&look, ticket);
            let missed = matches!(look.result, Ok(None));
            exchange = Some(look);
            if !missed {
                break;
            }
        }
        #[expect(clippy::expect_used, reason = "a contact has at least one number")]
        let exchange: Exchange<Option<StoredContact>> = exchange.expect("a contact has at least one number");
        Ok(self.life.looked(contact, exchange, began, self.deliverer.now()))
    }

    /// A place in the air, and its turn at the turnstile.
    async fn turn(&mut self, tolerated: Halt) -> Result<Turn, Halt> {
        let shared = Arc::clone(&self.deliverer.shared);
        if self.place.is_none() {
            let place =
                self.deliverer.unless_halted(tolerated, Arc::clone(&shared.air).acquire_owned()).await?;
            self.place = place.ok();
        }
        let turn = self.deliverer.unless_halted(tolerated, shared.rate.turn()).await?;
        shared.watch.see(&Event::Requested);
        Ok(turn)
    }

    fn tell_doubt(&mut self, ticket: &Ticket) {
        let is_in_doubt = self.life.is_in_doubt();
        if is_in_doubt != self.was_in_doubt {
            self.was_in_doubt = is_in_doubt;
            let row = ticket.row.number;
            let event = if is_in_doubt { Event::InDoubt(row) } else { Event::DoubtEnded(row) };
            self.deliverer.shared.watch.see(&event);
        }
    }

    fn story(&mut self, ticket: Ticket, outcome: Outcome) -> Delivery {
        let Ticket { row, contact, mut remarks, .. } = ticket;
        remarks.extend(self.life.take_remarks());
        Delivery {
            row,
            contact: Some(contact),
            remarks,
            outcome,
            attempts: self.life.attempts(),
            http_status: self.life.status(),
            finished_at: SystemTime::now(),
        }
    }
}

impl<T> Shared<T> {
    fn note<A>(&self, exchange: &Exchange<A>, ticket: &Ticket) {
        let row = ticket.row.number.get();
        match &exchange.result {
            Err(Fault::Throttled { after }) => {
                let hold = self.rate.throttled(*after);
                self.watch.see(&Event::Throttled(hold));
                tracing::info!(row, wait_ms = hold.as_millis(), "throttled: everybody waits");
            }
            Err(fault) => {
                self.rate.accepted();
                tracing::info!(row, status = fault.status(), fault = fault.describe(), "no good answer");
            }
            Ok(_) => self.rate.accepted(),
        }
    }
}
