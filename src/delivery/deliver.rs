//! Does what a [`Life`] decides: takes turns, sends, looks up, waits, and stops when told to.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, sleep};

use super::breaker::{Breakers, Change, Kind, Permit};
use super::echo;
use super::existing::{Admission, Existing, Met};
use super::life::{Decision, End, Life, Next, Origin};
use super::list_walk::{Sieve, Sighting, Waiting, Wanted};
use super::patience::{Patience, Throttling, seed_of};
use super::server_clock::ServerClock;
use crate::api::{Client, Exchange, Existence, Fault, Place, StoredContact, Trail, Transport};
use crate::journal::{Ticket, TicketNumber};
use crate::model::{
    Delivery, DuplicateAnswer, Event, Manners, NewContact, Outcome, Stop, Watch, sibling_form,
};
use crate::rate::{self, Asked, Rate, Turn};
use crate::words::{Message, message};

/// Times that a page of the contact list is asked for again before a walk breaks off.
const MOST_PAGE_FAILURES: u32 = 4;

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
    Settled(TicketNumber, Box<Delivery>),
    /// Not sent, or provably without effect: nothing of it is on its way, and no change of it was written down. Its ticket
    /// is to be given back.
    Unsent(Box<Ticket>),
}

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
    /// Whether a row of this import has the contact with this uuid already.
    pub is_taken: Box<dyn Fn(&str) -> bool + Send + Sync>,
    /// What is done about contacts that are there already.
    pub existing: Existing,
    /// Contacts that an earlier run began to change and did not settle, by their tickets: what there was before is in the
    /// journal, and the change may or may not have been made.
    pub begun: BTreeMap<TicketNumber, String>,
    /// Changes that wait to be written down.
    pub admissions: mpsc::UnboundedSender<Admission>,
    /// Makes waits repeatable.
    pub seed: u64,
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
    closed: Notify,
    /// Rows that wait for a walk of the contact list.
    waiting: Waiting,
    /// Ages are counted from here.
    origin: Instant,
    /// How long a new contact was seen to stay invisible.
    lag: OnceLock<Duration>,
    /// What the answers showed so far.
    manners: Mutex<Manners>,
}

impl<T> Clone for Deliverer<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), halt: self.halt.clone() }
    }
}

/// Why a row does not get its turn.
pub(super) enum NoTurn {
    Halted(Halt),
    /// Requests of its kind are not answered for so many seconds.
    Outage(Kind, u64),
}

/// A row's turn.
pub(super) struct Granted {
    pub(super) turn: Turn,
    /// It goes out to see whether the outage is over.
    pub(super) ventured: bool,
}

impl From<Halt> for NoTurn {
    fn from(halt: Halt) -> Self {
        Self::Halted(halt)
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
        let row = ticket.row.number;
        let carriage = &self.shared.carriage;
        let seed = seed_of(carriage.seed, row);
        let origin =
            Origin { in_doubt: ticket.in_doubt, sent_after: ticket.sent_after, has_twin: ticket.has_twin };
        let mut patience = carriage.patience;
        patience.read_lag = patience.read_lag.max(self.shared.lag.get().copied().unwrap_or_default());
        let life = Life::new(&ticket.contact, origin, patience, self.now(), seed);
        let mut errand =
            Errand { deliverer: self, life, place, was_in_doubt: false, meets: false, met: Met::default() };
        let (end, stop) = match errand.before_sending(&ticket).await {
            Some(ended) => ended,
            None => {
                let (end, stop) = errand.run(&ticket).await;
                errand.after_all(&ticket, end, stop).await
            }
        };
        if let Some(answer) = errand.life.take_duplicate() {
            errand.deliverer.answered_a_duplicate(answer);
        }
        if errand.was_in_doubt {
            errand.deliverer.shared.carriage.watch.see(&Event::DoubtEnded(row));
        }
        let delivered = match end {
            End::Unsent => Delivered::Unsent(Box::new(ticket)),
            End::Settled(outcome) => {
                let number = ticket.number;
                Delivered::Settled(number, Box::new(errand.story(ticket, outcome)))
            }
        };
        (delivered, stop)
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
    pub async fn read_back(&self, uuid: &str) -> Result<Option<StoredContact>, Stop> {
        self.ask_once(self.shared.carriage.client.contact(uuid)).await
    }

    /// The contact that a look-up finds under the number of `contact`, or its other form, if it finds one now.
    ///
    /// # Errors
    ///
    /// As [`Self::read_back`].
    pub async fn find_by_number(&self, contact: &NewContact) -> Result<Option<StoredContact>, Stop> {
        let forms = [Some(contact.identifier.clone()), sibling_form(&contact.identifier)];
        for digits in forms.into_iter().flatten() {
            let found = self.ask_once(self.shared.carriage.client.find(&digits, contact)).await?;
            if let Some(found) = found.filter(|found| echo::is_same_number(contact, found)) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    async fn ask_once(
        &self,
        question: impl Future<Output = Exchange<Option<StoredContact>>>,
    ) -> Result<Option<StoredContact>, Stop> {
        let carriage = &self.shared.carriage;
        let turn = carriage.rate.turn().await;
        carriage.watch.see(&Event::Requested);
        let exchange = question.await;
        drop(turn);
        if let Err(Fault::Throttled { after }) = &exchange.result {
            let longest = carriage.patience.longest_hold;
            if let Some(stop) = Throttling::default().again(*after, self.now(), longest) {
                return Err(stop);
            }
            carriage.watch.see(&Event::Throttled(carriage.rate.throttled(*after)));
        }
        Ok(exchange.result.ok().flatten())
    }

    /// Whether somebody who is there already is looked for before a row is sent.
    pub fn looks_first(&self) -> bool {
        self.shared.carriage.existing.policy.looks()
    }

    /// What the answers showed so far.
    pub fn manners(&self) -> Manners {
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

pub(super) struct Errand<T> {
    pub(super) deliverer: Deliverer<T>,
    pub(super) life: Life,
    pub(super) place: Option<rate::Place>,
    was_in_doubt: bool,
    /// It is with a contact that is there: what it does may be repeated.
    pub(super) meets: bool,
    pub(super) met: Met,
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
                // What is rare is kept apart, so that a row that is only sent carries no room for it.
                Next::LookUp => Box::pin(self.look_up(ticket, tolerated)).await,
                Next::Search => Box::pin(self.search(ticket, tolerated)).await,
                Next::Wait(wait) => {
                    self.place = None;
                    let waited = self.deliverer.unless_halted(tolerated, sleep(wait)).await;
                    waited.map(|()| (self.life.after_wait(), None)).map_err(NoTurn::from)
                }
            };
            let stop;
            (next, stop) = match step {
                Ok(decision) => decision,
                Err(NoTurn::Outage(Kind::Look, seconds)) if !self.deliverer.shared.is_out(Kind::Create) => {
                    (self.life.cannot_look(seconds), None)
                }
                Err(NoTurn::Outage(_, seconds)) => {
                    (self.life.cut_short(false, self.deliverer.now()), Some(Stop::Outage { seconds }))
                }
                Err(NoTurn::Halted(Halt::LetGo)) => (self.life.cut_short(false, self.deliverer.now()), None),
                Err(NoTurn::Halted(_)) => {
                    tolerated = Halt::Stopping;
                    (self.life.hurry(), None)
                }
            };
            if let (Next::End(end), Some(stop)) = (&next, stop) {
                return (end.clone(), Some(stop));
            }
        }
    }

    /// One send: its turn, the exchange, what follows. Only the end of all waiting interrupts an exchange.
    async fn send(&mut self, ticket: &Ticket, tolerated: Halt) -> Result<Decision, NoTurn> {
        let Granted { turn, ventured } = self.turn(Kind::Create, tolerated).await?;
        let shared = Arc::clone(&self.deliverer.shared);
        self.life.sending(self.deliverer.now());
        if self.life.attempts() > 1 {
            shared.carriage.watch.see(&Event::Retried(ticket.row.number));
        }
        tracing::debug!(row = ticket.row.number.get(), attempt = self.life.attempts(), "sending");
        // Where it is made, it stays: an exchange is kilobytes.
        let create = pin!(shared.carriage.client.create(&ticket.contact));
        let Ok(exchange) = self.deliverer.unless_halted(Halt::Stopping, create).await else {
            return Ok((self.life.cut_short(true, self.deliverer.now()), None));
        };
        end(turn, Asked::Write, &exchange);
        shared.note(&exchange, Kind::Create, ventured, ticket);
        shared.note_manners(&exchange);
        Ok(self.life.sent(&ticket.contact, exchange, self.deliverer.now()))
    }

    /// One look: under the number, and under its other form if it has one.
    async fn look_up(&mut self, ticket: &Ticket, tolerated: Halt) -> Result<Decision, NoTurn> {
        let (began, exchange) = self.look(ticket, tolerated).await?;
        Ok(self.life.looked(&ticket.contact, exchange, began, self.deliverer.now()))
    }

    /// What one look shows, and when it began.
    pub(super) async fn look(
        &mut self,
        ticket: &Ticket,
        tolerated: Halt,
    ) -> Result<(Duration, Exchange<Option<StoredContact>>), NoTurn> {
        let contact = &ticket.contact;
        let mut began = None;
        let mut exchange = None;
        for digits in
            [Some(contact.identifier.clone()), sibling_form(&contact.identifier)].into_iter().flatten()
        {
            let Granted { turn, ventured } = self.turn(Kind::Look, tolerated).await?;
            let shared = Arc::clone(&self.deliverer.shared);
            began.get_or_insert(self.deliverer.now());
            tracing::debug!(row = ticket.row.number.get(), "looking up");
            let find = shared.carriage.client.find(&digits, contact);
            let look = self.deliverer.unless_halted(Halt::Stopping, find).await?;
            end(turn, Asked::Read, &look);
            shared.note(&look, Kind::Look, ventured, ticket);
            let missed = matches!(look.result, Ok(None));
            exchange = Some(look);
            if !missed {
                break;
            }
        }
        #[expect(clippy::expect_used, reason = "a contact has at least one number")]
        let exchange: Exchange<Option<StoredContact>> = exchange.expect("a contact has at least one number");
        Ok((began.unwrap_or_else(|| self.deliverer.now()), exchange))
    }

    /// One search of the contact list, shared by all rows that wait for one: whoever comes first walks for all.
    async fn search(&mut self, ticket: &Ticket, tolerated: Halt) -> Result<Decision, NoTurn> {
        let shared = Arc::clone(&self.deliverer.shared);
        let contact = &ticket.contact;
        // Only rows of which it is known are searched for.
        let Some(sent_after) = ticket.sent_after else {
            return Ok((self.life.cut_short(false, self.deliverer.now()), None));
        };
        self.place = None;
        let (began, sighting) = loop {
            let wanted = Wanted { contact: contact.clone(), sent_after };
            let mut told = shared.waiting.join(wanted);
            let began = self.deliverer.now();
            let walking = self.deliverer.unless_halted(tolerated, shared.waiting.walking.lock()).await?;
            if let Ok(sighting) = told.try_recv() {
                break (began, sighting);
            }
            let (wanted, tell) = shared.waiting.take(contact.source);
            let sightings = self.walk_the_list(ticket, Sieve::new(wanted), tolerated).await?;
            drop(walking);
            for (at, tell) in tell.into_iter().enumerate() {
                let sighting =
                    sightings.as_ref().map(|sightings| sightings[at].clone()).map_err(Fault::clone);
                // Whoever has stopped waiting needs no answer.
                let _ = tell.send(sighting);
            }
            // A walk that somebody began for this row may have broken off.
            if let Ok(sighting) = told.try_recv() {
                break (began, sighting);
            }
        };
        let uuid = match &sighting {
            Ok(Sighting::One(stored)) => Some(&stored.id.uuid),
            _ => None,
        };
        let is_taken = uuid.is_some_and(|uuid| (shared.carriage.is_taken)(uuid));
        Ok(self.life.searched(contact, sighting, is_taken, began, self.deliverer.now()))
    }

    /// Walks the list of the row's source from its first page to its end.
    async fn walk_the_list(
        &mut self,
        ticket: &Ticket,
        mut sieve: Sieve,
        tolerated: Halt,
    ) -> Result<Result<Vec<Sighting>, Fault>, NoTurn> {
        let shared = Arc::clone(&self.deliverer.shared);
        let mut place = Place::Number(1);
        let mut trail = Trail::default();
        trail.goes_on(&place);
        let mut failures = 0;
        let mut throttling = Throttling::default();
        let longest_hold = shared.carriage.patience.longest_hold;
        loop {
            let Granted { turn, ventured } = self.turn(Kind::Look, tolerated).await?;
            let list = shared.carriage.client.list(ticket.contact.source, &place);
            let exchange = self.deliverer.unless_halted(Halt::Stopping, list).await?;
            end(turn, Asked::List, &exchange);
            shared.note(&exchange, Kind::Look, ventured, ticket);
            let page = match exchange.result {
                Ok(page) => page,
                // The same page once more: the turnstile has been told.
                Err(Fault::Throttled { after })
                    if throttling.again(after, self.deliverer.now(), longest_hold).is_none() =>
                {
                    continue;
                }
                Err(fault) if failures < MOST_PAGE_FAILURES && !is_definite(&fault) => {
                    failures += 1;
                    let wait = Duration::from_millis(250 << failures);
                    self.deliverer.unless_halted(tolerated, sleep(wait)).await?;
                    continue;
                }
                Err(fault) => return Ok(Err(fault)),
            };
            failures = 0;
            throttling.note(None);
            page.contacts.iter().for_each(|contact| sieve.pass(contact));
            match page.next {
                None => return Ok(Ok(sieve.finish())),
                Some(next) if !trail.goes_on(&next) => {
                    let why = message!("unusable-circles");
                    return Ok(Err(Fault::Unusable { status: exchange.status.unwrap_or_default(), why }));
                }
                Some(next) => place = next,
            }
        }
    }

    /// A place in the air, a server that answers, and its turn at the turnstile.
    pub(super) async fn turn(&mut self, kind: Kind, tolerated: Halt) -> Result<Granted, NoTurn> {
        let shared = Arc::clone(&self.deliverer.shared);
        let carriage = &shared.carriage;
        if self.place.is_none() {
            let place = self.deliverer.unless_halted(tolerated, carriage.rate.places().take()).await?;
            self.place = Some(place);
        }
        let may_venture = kind == Kind::Look || self.meets || self.life.may_venture();
        let ventured = loop {
            let closed = shared.closed.notified();
            let permit = shared.breakers().permit(kind, may_venture, self.deliverer.now());
            match permit {
                Permit::Go => break false,
                Permit::Venture if Box::pin(self.is_somebody_there(kind, tolerated)).await? => break true,
                Permit::Venture => {}
                Permit::GiveUp => {
                    let since = shared.breakers().open_since(kind).unwrap_or_default();
                    let seconds = self.deliverer.now().saturating_sub(since).as_secs();
                    return Err(NoTurn::Outage(kind, seconds));
                }
                Permit::Wait(wait) => {
                    let either = async {
                        tokio::select! {
                            () = sleep(wait) => {}
                            () = closed => {}
                        }
                    };
                    self.deliverer.unless_halted(tolerated, either).await?;
                }
            }
        };
        let turn = self.deliverer.unless_halted(tolerated, carriage.rate.turn()).await?;
        carriage.watch.see(&Event::Requested);
        Ok(Granted { turn, ventured })
    }

    /// Asks before a venture; a question changes nothing in the account.
    async fn is_somebody_there(&mut self, kind: Kind, tolerated: Halt) -> Result<bool, NoTurn> {
        let shared = Arc::clone(&self.deliverer.shared);
        let carriage = &shared.carriage;
        let turn = self.deliverer.unless_halted(tolerated, carriage.rate.turn()).await?;
        carriage.watch.see(&Event::Requested);
        let exchange = self.deliverer.unless_halted(tolerated, carriage.client.identity()).await?;
        end(turn, Asked::Read, &exchange);
        let answered = exchange.result.as_ref().err().is_none_or(is_definite);
        tracing::info!(answered, "asked whether anybody is there");
        if !answered {
            shared.breakers().nobody_there(kind, self.deliverer.now());
        }
        Ok(answered)
    }

    fn tell_doubt(&mut self, ticket: &Ticket) {
        self.tell(ticket, self.life.is_in_doubt());
    }

    pub(super) fn tell(&mut self, ticket: &Ticket, is_in_doubt: bool) {
        if is_in_doubt != self.was_in_doubt {
            self.was_in_doubt = is_in_doubt;
            let row = ticket.row.number;
            let event = if is_in_doubt { Event::InDoubt(row) } else { Event::DoubtEnded(row) };
            self.deliverer.shared.carriage.watch.see(&event);
        }
    }

    fn story(&mut self, ticket: Ticket, outcome: Outcome) -> Delivery {
        let Ticket { row, contact, mut remarks, .. } = ticket;
        remarks.extend(self.life.take_remarks());
        remarks.append(&mut self.met.remarks);
        Delivery {
            row,
            contact: Some(contact),
            remarks,
            outcome,
            attempts: self.life.attempts() + self.met.sends,
            http_status: self.met.status.or(self.life.status()),
            shown: self.met.shown.take().or_else(|| self.life.take_shown()),
            finished_at: SystemTime::now(),
        }
    }
}

impl<T> Shared<T> {
    fn breakers(&self) -> MutexGuard<'_, Breakers> {
        self.breakers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn manners(&self) -> MutexGuard<'_, Manners> {
        self.manners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_manners(&self, exchange: &Exchange<StoredContact>) {
        let form = match &exchange.result {
            Ok(stored) => stored.form,
            Err(Fault::Refused { .. }) => None,
            Err(_) => return,
        };
        let mut manners = self.manners();
        manners.statuses.extend(exchange.status);
        manners.forms.extend(form);
    }

    fn is_out(&self, kind: Kind) -> bool {
        self.breakers().open_since(kind).is_some()
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
                let hold = carriage.rate.throttled(*after);
                carriage.watch.see(&Event::Throttled(hold));
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
        let definite = fault.is_none_or(is_definite);
        let (change, is_over) = {
            let mut breakers = self.breakers();
            let was_out = breakers.open_since(kind).is_some();
            let change = breakers.note(kind, definite, ventured, self.origin.elapsed());
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

/// A request has ended. How long it took says something only if it is an answer to what was asked.
pub(super) fn end<A>(turn: Turn, asked: Asked, exchange: &Exchange<A>) {
    match (&exchange.result, exchange.status) {
        (Ok(_), _) => turn.answered(asked),
        (Err(_), Some(400..=428 | 430..=499)) => turn.answered(Asked::TurnedDown),
        (Err(_), _) => drop(turn),
    }
}

/// Whether somebody is there who answers, be it with a no.
fn is_definite(fault: &Fault) -> bool {
    match fault {
        Fault::Unreached { .. } => false,
        Fault::NotTheApi { .. } => true,
        fault => fault.existence() == Existence::No,
    }
}
