//! One row on its way: does what its [`Life`] decides. Takes turns, sends, looks up, walks the list, waits.

mod meets;

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::sleep;

use self::meets::Met;
use super::breaker::{Kind, Permit};
use super::deliverer::{Delivered, Deliverer, Halt, is_definite};
use super::life::{Decision, End, Life, Next};
use super::list_walk::{Sieve, Sighting, Wanted};
use super::patience::Throttling;
use super::suspicion::{Deed, OfARow, Suspected};
use crate::api::{Exchange, Fault, Place, StoredContact, Trail, Transport};
use crate::journal::Ticket;
use crate::model::{Delivery, Event, Outcome, Stop, sibling_form};
use crate::rate::{self, Asked, Turn};
use crate::words::message;

/// Times that a page of the contact list is asked for again before a walk breaks off.
const MOST_PAGE_FAILURES: u32 = 4;

/// Why a row does not get its turn.
enum NoTurn {
    Halted(Halt),
    /// Requests of its kind are not answered for so many seconds.
    Outage(Kind, u64),
}

/// A row's turn.
struct Granted {
    turn: Turn,
    /// It goes out to see whether the outage is over.
    ventured: bool,
    /// See [`Suspicions::answers`](super::suspicion::Suspicions::answers).
    known: u64,
}

impl From<Halt> for NoTurn {
    fn from(halt: Halt) -> Self {
        Self::Halted(halt)
    }
}

/// One row on its way.
pub(super) struct Errand<T> {
    deliverer: Deliverer<T>,
    life: Life,
    place: Option<rate::Place>,
    was_in_doubt: bool,
    /// It is with a contact that is there: what it does may be repeated.
    meets: bool,
    /// If its next look before it is sent, or its next request about a contact that is there, fails, that is its end.
    is_last_try: bool,
    /// What it sends next rests on what a look has just shown.
    has_looked: bool,
    met: Met,
    /// Whether it was answered as if the account were closed.
    suspected: OfARow,
    /// See [`Self::alone`].
    goes_alone: bool,
    /// See [`Self::alone`].
    keeps_last: bool,
}

impl<T: Transport> Errand<T> {
    /// Of the row that `life` is about. `place` is its place in the air, if it has one already.
    pub(super) fn new(deliverer: Deliverer<T>, life: Life, place: Option<rate::Place>) -> Self {
        let (was_in_doubt, meets, has_looked, is_last_try) = (false, false, false, false);
        let (met, suspected, goes_alone, keeps_last) = (Met::default(), OfARow::default(), false, false);
        Self {
            deliverer,
            life,
            place,
            was_in_doubt,
            meets,
            is_last_try,
            has_looked,
            met,
            suspected,
            goes_alone,
            keeps_last,
        }
    }

    /// Nobody else is sent meanwhile, who would show whether an answer as if the account were closed is meant for the row.
    /// `keeps_last`: it comes back before its last try, which others can venture instead.
    pub(super) fn alone(mut self, keeps_last: bool) -> Self {
        (self.goes_alone, self.keeps_last) = (true, keeps_last);
        if keeps_last {
            self.life.keep_last();
        }
        self
    }

    /// From its first request to its end, and whether the whole run has to stop.
    pub(super) async fn carry(mut self, ticket: Ticket) -> (Delivered, Option<Stop>) {
        let row = ticket.row.number;
        let (end, stop) = match self.before_sending(&ticket).await {
            Some((end, stop)) => (end, stop.map(|stop| stop.at(row))),
            None => {
                let (end, stop) = self.run(&ticket).await;
                self.after_all(&ticket, end, stop).await
            }
        };
        if let Some(answer) = self.life.take_duplicate() {
            self.deliverer.answered_a_duplicate(answer);
        }
        if self.was_in_doubt {
            self.deliverer.shared.carriage.watch.see(&Event::DoubtEnded(row));
        }
        let delivered = match end {
            End::Unsent => Delivered::Unsent(Box::new(ticket)),
            End::Settled(outcome) => {
                let number = ticket.number;
                Delivered::Settled(number, Box::new(self.story(ticket, outcome)))
            }
        };
        (delivered, stop)
    }

    async fn run(&mut self, ticket: &Ticket) -> (End, Option<Stop>) {
        let mut next = self.life.first();
        // What the row tolerates before it hurries: once it has hurried, only the end of all waiting.
        let mut tolerated = Halt::Go;
        loop {
            self.tell_doubt(ticket);
            // The list of all contacts is asked for all who are in doubt: how that is answered says nothing of this row.
            let is_of_the_row = !matches!(next, Next::Search);
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
                Ok((next, Some(stop))) if is_of_the_row => (next, Some(stop.at(ticket.row.number))),
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

    /// One send: its turn, the exchange, what follows.
    async fn send(&mut self, ticket: &Ticket, tolerated: Halt) -> Result<Decision, NoTurn> {
        let granted = self.turn(Deed::Create, tolerated).await?;
        let shared = Arc::clone(&self.deliverer.shared);
        self.life.sending(self.deliverer.now());
        if self.life.attempts() > 1 {
            shared.carriage.watch.see(&Event::Retried(ticket.row.number));
        }
        tracing::debug!(row = ticket.row.number.get(), attempt = self.life.attempts(), "sending");
        // Where it is made, it stays: an exchange is kilobytes.
        let create = pin!(shared.carriage.client.create(&ticket.contact));
        let Ok(mut exchange) = self.deliverer.unless_halted(Halt::Stopping, create).await else {
            return Ok((self.life.cut_short(true, self.deliverer.now()), None));
        };
        shared.note_manners(&exchange);
        let may_be_the_row = self.hear(ticket, Deed::Create, granted, &mut exchange);
        let decision = self.life.sent(&ticket.contact, exchange, self.deliverer.now());
        if may_be_the_row && Box::pin(self.is_asked_again(ticket, Deed::Create, tolerated)).await? {
            return Ok((Next::Send, None));
        }
        Ok(decision)
    }

    /// What was asked for the row, when it had its turn, was answered. Whether that is an answer as if the account were closed which may
    /// be meant for the row alone; see [`Self::is_asked_again`]. Where it is known to be, the answer becomes one about the row.
    fn hear<A>(&mut self, ticket: &Ticket, deed: Deed, granted: Granted, exchange: &mut Exchange<A>) -> bool {
        let Granted { turn, ventured, known } = granted;
        self.has_looked = deed == Deed::Look;
        end(turn, deed.asked(), exchange);
        self.deliverer.shared.note(exchange, deed.kind(), ventured, ticket);
        let suspicions = &self.deliverer.shared.carriage.suspicions;
        let of_the_row = match &exchange.result {
            Ok(_) => {
                suspicions.done(deed, known);
                None
            }
            Err(fault) => fault.as_of_the_contact(),
        };
        let Some(refusal) = of_the_row else { return false };
        let is_the_row = ticket.was_turned_away
            || match self.suspected[deed as usize] {
                Suspected::No => false,
                Suspected::At(answer) => suspicions.is_anything_done_since(deed, answer),
                Suspected::Alone => true,
            };
        if is_the_row {
            exchange.result = Err(refusal);
        }
        !is_the_row
    }

    /// It was answered as if the account were closed: it is asked once more if that is done for another row meanwhile, or
    /// those that follow are to show what is meant; if not, the run has to stop.
    async fn is_asked_again(&mut self, ticket: &Ticket, deed: Deed, tolerated: Halt) -> Result<bool, NoTurn> {
        let shared = Arc::clone(&self.deliverer.shared);
        if self.suspected[deed as usize] != Suspected::No {
            return Ok(false);
        }
        let Some(answer) = shared.carriage.suspicions.suspect(deed, ticket.row.number) else {
            return Ok(false);
        };
        self.suspected[deed as usize] = Suspected::At(answer);
        if self.goes_alone {
            return Ok(false);
        }
        // Others go on meanwhile.
        self.place = None;
        let looks_first = self.deliverer.looks_first();
        let slow_answer = || shared.slow_answer(deed, looks_first);
        let another = shared.carriage.suspicions.is_anything_done_in_time(deed, answer, slow_answer);
        if self.deliverer.unless_halted(tolerated, another).await? {
            return Ok(true);
        }
        let is_believed = shared.carriage.suspicions.believes_who_is_alone(deed);
        if is_believed {
            self.suspected[deed as usize] = Suspected::Alone;
        }
        Ok(is_believed)
    }

    /// One look: under the number, and under its other form if it has one.
    async fn look_up(&mut self, ticket: &Ticket, tolerated: Halt) -> Result<Decision, NoTurn> {
        let (began, exchange) = self.look(ticket, tolerated).await?;
        Ok(self.life.looked(&ticket.contact, exchange, began, self.deliverer.now()))
    }

    /// What one look shows, and when it began.
    async fn look(
        &mut self,
        ticket: &Ticket,
        tolerated: Halt,
    ) -> Result<(Duration, Exchange<Option<StoredContact>>), NoTurn> {
        let contact = &ticket.contact;
        let mut began = None;
        let mut exchange = None;
        let mut forms =
            [Some(contact.identifier.clone()), sibling_form(&contact.identifier)].into_iter().flatten();
        let mut next = forms.next();
        while let Some(digits) = &next {
            let granted = self.turn(Deed::Look, tolerated).await?;
            let shared = Arc::clone(&self.deliverer.shared);
            began.get_or_insert(self.deliverer.now());
            tracing::debug!(row = ticket.row.number.get(), "looking up");
            let find = shared.carriage.client.find(digits, contact.channel_uuid.as_deref());
            let mut look = self.deliverer.unless_halted(Halt::Stopping, find).await?;
            if self.hear(ticket, Deed::Look, granted, &mut look)
                && Box::pin(self.is_asked_again(ticket, Deed::Look, tolerated)).await?
            {
                continue;
            }
            next = if matches!(look.result, Ok(None)) { forms.next() } else { None };
            exchange = Some(look);
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
        Ok(self.life.searched(contact, sighting, began, self.deliverer.now()))
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
            let Granted { turn, ventured, .. } = self.turn(Deed::Look, tolerated).await?;
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
                None => return Ok(Ok(sieve.finish(&shared.carriage.are_taken))),
                Some(next) if !trail.goes_on(&next) => {
                    let why = message!("unusable-circles");
                    return Ok(Err(Fault::Unusable { status: exchange.status.unwrap_or_default(), why }));
                }
                Some(next) => place = next,
            }
        }
    }

    /// A place in the air, a server that answers, and its turn at the turnstile.
    async fn turn(&mut self, deed: Deed, tolerated: Halt) -> Result<Granted, NoTurn> {
        let kind = deed.kind();
        let shared = Arc::clone(&self.deliverer.shared);
        let carriage = &shared.carriage;
        let may_venture = match kind {
            Kind::Create if !self.meets => self.life.may_venture(),
            Kind::Create | Kind::Look => !self.is_last_try,
        };
        let ventured = loop {
            if self.place.is_none() {
                let place = self.deliverer.unless_halted(tolerated, carriage.rate.places().take()).await?;
                self.place = Some(place);
            }
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
                    if !may_venture {
                        // For one that may.
                        self.place = None;
                    }
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
        let rate = &carriage.rate;
        let turn = if kind == Kind::Create && self.has_looked {
            self.deliverer.unless_halted(tolerated, rate.turn_after_a_look()).await?
        } else {
            self.deliverer.unless_halted(tolerated, rate.turn()).await?
        };
        carriage.watch.see(&Event::Requested);
        Ok(Granted { turn, ventured, known: carriage.suspicions.answers() })
    }

    /// Asks before a venture; a question changes nothing in the account.
    async fn is_somebody_there(&mut self, kind: Kind, tolerated: Halt) -> Result<bool, NoTurn> {
        let shared = Arc::clone(&self.deliverer.shared);
        let carriage = &shared.carriage;
        let turn = self.deliverer.unless_halted(tolerated, carriage.rate.turn()).await?;
        carriage.watch.see(&Event::Requested);
        let exchange = self.deliverer.unless_halted(tolerated, carriage.client.identity()).await?;
        end(turn, Asked::Read, &exchange);
        if let Err(Fault::Throttled { after }) = &exchange.result {
            carriage.throttled(*after);
        }
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

    fn tell(&mut self, ticket: &Ticket, is_in_doubt: bool) {
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

/// A request has ended. How long it took says something only if it is an answer to what was asked.
fn end<A>(turn: Turn, asked: Asked, exchange: &Exchange<A>) {
    match (&exchange.result, exchange.status) {
        (Ok(_), _) => turn.answered(asked),
        (Err(_), Some(400..=428 | 430..=499)) => turn.answered(Asked::TurnedDown),
        (Err(_), _) => drop(turn),
    }
}
