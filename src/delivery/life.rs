//! What happens to one row, decided purely: `(state, what happened, when) → what to do next`.
//!
//! Three rules carry the guarantee. A contact that may exist is looked up before it is sent again. A look-up that
//! finds it is believed at once; one that finds nothing is believed only if it began after the settle time, for until
//! then the server may still be storing the request whose answer was lost. And where nobody can look, the row is
//! unconfirmed rather than guessed.
//!
//! WhatsApp contacts are looked up by their numbers. Those of other sources are searched for in the contact list, once,
//! after the settle time: what is found there by its data is believed, but that nothing is found proves nothing.

use std::time::{Duration, SystemTime};

use super::echo;
use super::list_walk::Sighting;
use super::patience::{Patience, Throttling, back_off, stop_for};
use crate::api::{CLOCK_SLACK, Exchange, Existence, Fault, StoredContact};
use crate::journal::Earlier;
use crate::model::{Code, DuplicateAnswer, NewContact, Outcome, Remark, Shown, Source, Stop, Untouched};
use crate::words::{Message, message};

/// A doubt is looked into at these ages; most lost answers are found at the first. The last look is at the settle time.
const EARLY_LOOKS: [Duration; 4] =
    [Duration::ZERO, Duration::from_secs(2), Duration::from_secs(8), Duration::from_secs(30)];
/// Failed look-ups in a row before one look is given up.
const MOST_LOOK_FAILURES: u32 = 5;
/// By how much a contact must be older than the first send, to have been there before, where the answer to a send names it and a
/// look-up the moment before showed nobody: so far apart two clocks of one service may be. It is [`CLOCK_SLACK`] otherwise.
const CLOCKS_APART: Duration = Duration::from_secs(3600);

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Send the contact.
    Send,
    /// Ask for its number.
    LookUp,
    /// Search the contact list.
    Search,
    /// Wait this long, then ask [`Life::after_wait`].
    Wait(Duration),
    /// Nothing more.
    End(End),
}

/// How a row leaves the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// With an outcome.
    Settled(Outcome),
    /// Not sent, or provably without effect; it is sent later. Only if the run stops, or of a row that [keeps its last
    /// send](Life::keep_last).
    Unsent,
}

/// The next step, and whether the whole run has to stop.
pub(super) type Decision = (Next, Option<Stop>);

/// What is known of a row before it is on the wire.
#[derive(Debug, Clone, Copy, Default)]
pub struct Origin {
    /// What an earlier run may have done about it.
    pub earlier: Earlier,
    /// The server's clock before it was first sent, or can have been.
    pub sent_after: Option<SystemTime>,
    /// Another row of the file may be taken for this one, where only the name can tell.
    pub has_twin: bool,
    /// Nobody looked before it was sent: its number may have had a contact then.
    pub unlooked: bool,
    /// A look-up finds nobody, the moment before it is sent.
    pub just_missed: bool,
}

/// How it can be found out whether a contact exists.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    /// By its number.
    Number,
    /// By its data, in the contact list.
    List,
    /// Not at all, for this reason.
    None(Message),
}

/// One row on the wire.
#[derive(Debug)]
pub struct Life {
    patience: Patience,
    way: Way,
    jitter: fastrand::Rng,
    /// Sends that were begun, whatever came of them.
    attempts: u32,
    /// Sends that may have had an effect.
    sends: u32,
    unreached: u32,
    look_failures: u32,
    /// The server's clock before the contact was first sent, in this process or an earlier one.
    sent_after: Option<SystemTime>,
    /// An earlier run promised to send it.
    was_promised: bool,
    /// Whoever has sent it before knows that it was not stored.
    was_in_vain: bool,
    /// When the first send of this process began.
    first_sent: Option<Duration>,
    throttling: Throttling,
    doubt: Option<Doubt>,
    /// A 4xx whose contact is being looked up: it may mean that the contact is there already.
    refusal: Option<(Option<String>, String)>,
    status: Option<u16>,
    /// Nobody looked before it was sent.
    unlooked: bool,
    /// The last look-up, the moment before a send, found nobody.
    just_missed: bool,
    /// Its number has a contact from before, which hides it from look-ups.
    is_hidden: bool,
    /// The run is stopping: no more waiting.
    hurried: bool,
    /// See [`Self::keep_last`].
    keeps_last: bool,
    remarks: Vec<Remark>,
    /// The contact that came back, or was found.
    shown: Option<Shown>,
    /// What it got, if somebody was there already.
    duplicate: Option<DuplicateAnswer>,
    /// The contact that is there was there before this row was sent; false also where nobody can know.
    was_there: bool,
}

/// A contact that may exist.
#[derive(Debug, Clone)]
struct Doubt {
    /// When the attempt ended that left it.
    since: Duration,
    /// Looks that were taken.
    looks: usize,
    last: Message,
}

impl Life {
    /// A row that is about to be sent, or that an earlier run left in doubt. `seed` makes its waits repeatable.
    pub fn new(contact: &NewContact, origin: Origin, patience: Patience, now: Duration, seed: u64) -> Self {
        let doubt =
            origin.earlier.is_in_doubt().then(|| Doubt { since: now, looks: 0, last: message!("left-open") });
        let way = match origin {
            _ if contact.source == Source::Whatsapp => Way::Number,
            Origin { has_twin: true, .. } => Way::None(message!("no-look-up-twin")),
            Origin { sent_after: None, .. } => Way::None(message!("no-look-up-first-sent")),
            _ => Way::List,
        };
        Self {
            patience,
            way,
            jitter: fastrand::Rng::with_seed(seed),
            attempts: 0,
            sends: 0,
            unreached: 0,
            look_failures: 0,
            sent_after: origin.sent_after,
            was_promised: origin.earlier == Earlier::LeftOpen,
            was_in_vain: matches!(origin.earlier, Earlier::MaybeSent { in_vain: true, .. }),
            first_sent: None,
            throttling: Throttling::default(),
            doubt,
            refusal: None,
            status: None,
            unlooked: origin.unlooked,
            just_missed: origin.just_missed,
            is_hidden: false,
            hurried: false,
            keeps_last: false,
            remarks: Vec::new(),
            shown: None,
            duplicate: None,
            was_there: false,
        }
    }

    /// Nobody else is sent meanwhile: its last send would be spent in an outage that others can venture into instead, and is kept for
    /// when it goes beside them.
    pub fn keep_last(&mut self) {
        self.keeps_last = true;
    }

    /// The first step.
    pub fn first(&mut self) -> Next {
        match self.doubt.take() {
            Some(doubt) => self.begin_doubt(doubt),
            None => Next::Send,
        }
    }

    /// How often the contact was sent, refusals because of the rate and vain connections included.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Whether a send that fails would not be its last.
    pub fn may_venture(&self) -> bool {
        self.sends == 0 || self.sends + 1 < self.patience.most_sends
    }

    /// Status of the last answer that counted.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Whether the contact may exist and nobody knows.
    pub fn is_in_doubt(&self) -> bool {
        self.doubt.is_some()
    }

    /// What there is to say about the contact that came back.
    pub fn take_remarks(&mut self) -> Vec<Remark> {
        std::mem::take(&mut self.remarks)
    }

    /// The contact that came back, or was found, as the API showed it.
    pub fn take_shown(&mut self) -> Option<Shown> {
        self.shown.take()
    }

    /// What the account said to it, if somebody was there already.
    pub fn take_duplicate(&mut self) -> Option<DuplicateAnswer> {
        self.duplicate.take()
    }

    /// Whether the contact that is there is known to have been there before this row was sent.
    pub fn was_there(&self) -> bool {
        self.was_there
    }

    /// A send begins.
    pub fn sending(&mut self, now: Duration) {
        self.attempts += 1;
        self.sends += 1;
        self.first_sent.get_or_insert(now);
    }

    /// The send ended like this.
    pub(super) fn sent(
        &mut self,
        contact: &NewContact,
        exchange: Exchange<StoredContact>,
        now: Duration,
    ) -> Decision {
        self.status = exchange.status.or_else(|| exchange.result.as_ref().err().and_then(Fault::status));
        let fault = match exchange.result {
            // Whoever it is, it is not this row's person: what became of that one is looked up.
            Ok(stored) if self.is_of_another(contact, &stored, exchange.server_time, now) => {
                another_number(exchange.status)
            }
            Ok(stored) => {
                let outcome = self.answered(contact, stored, exchange.server_time, now);
                return (Next::End(End::Settled(outcome)), None);
            }
            Err(fault) => fault,
        };
        self.throttling.note(Some(&fault));
        if fault.existence() == Existence::Maybe {
            let next = self.begin_doubt(Doubt { since: now, looks: 0, last: fault.describe() });
            let stop = stop_for(&fault, Some(contact));
            return if stop.is_some() || self.hurried && matches!(next, Next::Wait(_)) {
                (self.let_go(), stop)
            } else {
                (next, None)
            };
        }
        match fault {
            Fault::Throttled { after } => {
                self.without_effect();
                self.throttled(after, now, Next::Send)
            }
            Fault::Unreached { .. } | Fault::NotProcessed { .. } => {
                self.without_effect();
                self.unreached += 1;
                if self.hurried {
                    return (Next::End(End::Unsent), None);
                }
                (Next::Wait(back_off(self.unreached, &mut self.jitter)), None)
            }
            Fault::Refused { field, said, .. } if self.way == Way::Number => {
                self.refusal = Some((field, said));
                (Next::LookUp, None)
            }
            Fault::Refused { field, said, .. } => {
                (Next::End(End::Settled(Outcome::Rejected { field, said })), None)
            }
            fault => {
                self.without_effect();
                (Next::End(End::Unsent), stop_for(&fault, Some(contact)))
            }
        }
    }

    /// A look-up that began at `began` ended like this.
    pub(super) fn looked(
        &mut self,
        contact: &NewContact,
        exchange: Exchange<Option<StoredContact>>,
        began: Duration,
        now: Duration,
    ) -> Decision {
        self.throttling.note(exchange.result.as_ref().err());
        let result = match exchange.result {
            Ok(Some(stored)) if !echo::is_same_number(contact, &stored) => {
                Err(another_number(exchange.status))
            }
            result => result,
        };
        match result {
            Ok(Some(stored)) if self.hides(contact, &stored, exchange.server_time, now) => {
                (self.hidden(now), None)
            }
            Ok(Some(stored)) => {
                let outcome = self.found(contact, stored, exchange.server_time, now);
                (Next::End(End::Settled(outcome)), None)
            }
            Ok(None) => (self.missed(began, now), None),
            Err(Fault::Throttled { after }) => self.throttled(after, now, Next::LookUp),
            Err(fault) => self.look_failed(&fault, began, now),
        }
    }

    fn look_failed(&mut self, fault: &Fault, began: Duration, now: Duration) -> Decision {
        if let Some(stop) = stop_for(fault, None) {
            return (self.let_go(), Some(stop));
        }
        self.look_failures += 1;
        if self.look_failures < MOST_LOOK_FAILURES && !self.hurried {
            return (Next::Wait(back_off(self.look_failures, &mut self.jitter)), None);
        }
        self.look_failures = 0;
        (self.gave_up_looking(fault, began, now), None)
    }

    /// A search of the whole list, which began at `began`, ended like this.
    pub(super) fn searched(
        &mut self,
        contact: &NewContact,
        sighting: Result<Sighting, Fault>,
        began: Duration,
        now: Duration,
    ) -> Decision {
        let open = |life: &mut Self, what: Message| {
            let last = life.doubt.take().map_or_else(|| Message::verbatim(""), |doubt| doubt.last);
            let last = message!("after", one = last, other = what);
            let code = if life.is_hidden { Code::AnotherFound } else { Code::NoLookup };
            (Next::End(End::Settled(Outcome::Unconfirmed { code, last })), None)
        };
        self.throttling.note(sighting.as_ref().err());
        match sighting {
            Ok(Sighting::Taken) => open(self, message!("search-taken")),
            Ok(Sighting::One(stored)) => {
                let outcome = self.found(contact, *stored, None, now);
                (Next::End(End::Settled(outcome)), None)
            }
            Ok(Sighting::Nobody) => open(self, message!("search-nobody")),
            Ok(Sighting::Several) => open(self, message!("search-several")),
            Err(Fault::Throttled { after }) => self.throttled(after, now, Next::Search),
            Err(fault) => self.look_failed(&fault, began, now),
        }
    }

    /// The wait is over: what was it for?
    pub fn after_wait(&self) -> Next {
        match self.way {
            _ if self.doubt.is_none() && self.refusal.is_none() => Next::Send,
            Way::List => Next::Search,
            _ => Next::LookUp,
        }
    }

    /// The run is stopping while this row waits, for its turn or for time to pass: one last look, or leave it unsent.
    pub fn hurry(&mut self) -> Next {
        let first_time = !std::mem::replace(&mut self.hurried, true);
        match self.after_wait() {
            Next::LookUp if first_time => Next::LookUp,
            // A search before the settle time would prove nothing.
            Next::LookUp | Next::Search => self.let_go(),
            _ => Next::End(End::Unsent),
        }
    }

    /// Look-ups were not answered for so many seconds, although the server is there.
    pub fn cannot_look(&mut self, seconds: u64) -> Next {
        let Some(doubt) = &self.doubt else { return self.let_go() };
        let unanswered = message!("look-ups-unanswered", seconds);
        let last = message!("after", one = &doubt.last, other = unanswered);
        Next::End(End::Settled(Outcome::Unconfirmed { code: Code::LookupFailed, last }))
    }

    /// There is no more time, and `sending` says whether a send is in the air: end as truthfully as possible.
    pub fn cut_short(&mut self, sending: bool, now: Duration) -> Next {
        if sending {
            self.doubt = Some(Doubt { since: now, looks: 0, last: message!("stopped-before-the-answer") });
        }
        self.let_go()
    }

    /// The send did not get as far as the account.
    fn without_effect(&mut self) {
        self.sends -= 1;
        if self.sends == 0 {
            self.first_sent = None;
        }
    }

    fn let_go(&mut self) -> Next {
        Next::End(match (self.doubt.take(), self.refusal.take()) {
            (_, Some((field, said))) => End::Settled(Outcome::Rejected { field, said }),
            (Some(doubt), None) => {
                End::Settled(Outcome::Unconfirmed { code: Code::StoppedInDoubt, last: doubt.last })
            }
            (None, None) => End::Unsent,
        })
    }

    /// The contact may exist from now on.
    fn begin_doubt(&mut self, doubt: Doubt) -> Next {
        if let Way::None(why) = &self.way {
            let last = message!("after", one = doubt.last, other = why);
            return Next::End(End::Settled(Outcome::Unconfirmed { code: Code::NoLookup, last }));
        }
        self.doubt = Some(doubt);
        match self.way {
            // Until then the server may still be storing it, and one search is all that it gets.
            Way::List => Next::Wait(self.patience.settled()),
            _ => Next::LookUp,
        }
    }

    /// The answer names a contact. One that is clearly older than the first send was there before.
    fn answered(
        &mut self,
        contact: &NewContact,
        stored: StoredContact,
        server_time: Option<SystemTime>,
        now: Duration,
    ) -> Outcome {
        let differences = echo::differences(contact, &stored);
        let most = if self.just_missed { CLOCKS_APART } else { CLOCK_SLACK };
        if self.age(&stored, server_time, now).is_some_and(|age| age > most) {
            self.was_there = true;
            let is_as_sent = differences.is_empty();
            self.duplicate =
                Some(if is_as_sent { DuplicateAnswer::AsSent } else { DuplicateAnswer::Untouched });
            return Outcome::Existing {
                id: stored.id,
                differs: !differences.is_empty(),
                untouched: Untouched::ByPolicy,
            };
        }
        self.remark(differences);
        self.shown = stored.shown;
        Outcome::Created { id: stored.id, by_lookup: false }
    }

    /// Whether the answer to a send names somebody else: under another number, and older or of another name. One of this
    /// name that came into being just now is this row's, however the server writes its number.
    fn is_of_another(
        &self,
        contact: &NewContact,
        stored: &StoredContact,
        server_time: Option<SystemTime>,
        now: Duration,
    ) -> bool {
        let is_named_otherwise = || stored.name.as_ref().is_some_and(|name| *name != contact.name);
        !echo::is_same_number(contact, stored)
            && (self.is_older(stored, server_time, now) == Some(true) || is_named_otherwise())
    }

    /// Whether the contact that a look-up found was there before this row was sent, so that it says nothing about what
    /// became of the send: where the account takes two contacts with one number, a look-up shows one of them.
    fn hides(
        &self,
        contact: &NewContact,
        stored: &StoredContact,
        server_time: Option<SystemTime>,
        now: Duration,
    ) -> bool {
        if self.doubt.is_none() || self.refusal.is_some() {
            return false;
        }
        let is_of_another_name = || echo::differences(contact, stored).iter().any(|field| field == "name");
        match self.age(stored, server_time, now) {
            // Whoever looks before sending meets somebody from before, and sends nothing: only where it is known to have been
            // sent has somebody come between.
            Some(before) if !self.unlooked => self.sends > 0 && before > CLOCK_SLACK,
            // Whoever else writes in at that time is beside it, and not in its place.
            Some(_) if self.sends > 0 && is_of_another_name() => true,
            // Both stamps are whole seconds, unless the first send was reckoned back from an answer.
            Some(before) if self.sent_after.is_some() => before > Duration::ZERO,
            Some(before) => before > Duration::from_secs(1),
            // Where nothing was promised, nothing need hide.
            None => self.unlooked && (self.sends > 0 || self.was_promised && self.sent_after.is_some()),
        }
    }

    /// What was sent is searched for in the contact list, which shows all contacts of a number.
    fn hidden(&mut self, now: Duration) -> Next {
        self.is_hidden = true;
        if self.sent_after.is_none() {
            let last = self.doubt.take().map_or_else(|| Message::verbatim(""), |doubt| doubt.last);
            let last = message!("after", one = last, other = message!("search-hidden"));
            return Next::End(End::Settled(Outcome::Unconfirmed { code: Code::AnotherFound, last }));
        }
        self.way = Way::List;
        if self.hurried {
            return self.let_go();
        }
        let settled = self.patience.settled();
        let since = self.doubt.as_ref().map_or(now, |doubt| doubt.since);
        Next::Wait((since + settled).saturating_sub(now))
    }

    /// A look-up found a contact. Is it this row's?
    fn found(
        &mut self,
        contact: &NewContact,
        stored: StoredContact,
        server_time: Option<SystemTime>,
        now: Duration,
    ) -> Outcome {
        let differences = echo::differences(contact, &stored);
        // A refusal says that this send stored nothing, so only an earlier one whose answer was lost can have.
        let refused_at_first = self.refusal.is_some() && self.sends <= 1;
        let is_anothers = refused_at_first || self.was_in_vain && self.sends == 0;
        let is_older = self.is_older(&stored, server_time, now);
        // However young it is, where nothing was promised it need not be what was sent.
        let is_older = is_older.filter(|is_older| *is_older || self.sends > 0 || self.was_promised);
        self.was_there = is_anothers || is_older == Some(true);
        let ours = match is_older {
            _ if is_anothers => false,
            Some(true) => false,
            // It came into being after the first send. Under another name it may be someone who wrote in meanwhile.
            Some(false) => !differences.iter().any(|field| field == "name"),
            None => differences.is_empty(),
        };
        if !ours {
            if !self.was_there {
                self.remark_may_be_own();
            }
            self.duplicate = self.status.filter(|_| refused_at_first).map(DuplicateAnswer::Refused);
            return Outcome::Existing {
                id: stored.id,
                differs: !differences.is_empty(),
                untouched: Untouched::ByPolicy,
            };
        }
        self.remark(differences);
        self.shown = stored.shown;
        Outcome::Created { id: stored.id, by_lookup: true }
    }

    /// Whether the contact came into being before this row was first sent, by the server's own clock.
    fn is_older(
        &self,
        stored: &StoredContact,
        server_time: Option<SystemTime>,
        now: Duration,
    ) -> Option<bool> {
        Some(self.age(stored, server_time, now)? > CLOCK_SLACK)
    }

    /// How long before this row was first sent the contact came into being, by the server's own clock; zero if it did
    /// afterwards.
    fn age(
        &self,
        stored: &StoredContact,
        server_time: Option<SystemTime>,
        now: Duration,
    ) -> Option<Duration> {
        let here = || server_time?.checked_sub(now.checked_sub(self.first_sent?)?);
        let first_sent = self.sent_after.or_else(here)?;
        Some(first_sent.duration_since(stored.created_at?).unwrap_or_default())
    }

    /// The contact may be what this row's own send has left, and nobody can tell.
    pub fn remark_may_be_own(&mut self) {
        self.remarks.push(Remark { code: Code::MayBeOwn, field: String::new() });
    }

    /// Whether that was remarked.
    pub fn may_be_own(&self) -> bool {
        self.remarks.iter().any(|remark| remark.code == Code::MayBeOwn)
    }

    fn remark(&mut self, differences: Vec<String>) {
        self.remarks.extend(differences.into_iter().map(|field| Remark { code: Code::EchoDiffers, field }));
    }

    /// A look-up found nobody.
    fn missed(&mut self, began: Duration, now: Duration) -> Next {
        self.look_failures = 0;
        if let Some((field, said)) = self.refusal.take() {
            return Next::End(End::Settled(Outcome::Rejected { field, said }));
        }
        let settled = self.patience.settled();
        let Some(doubt) = &mut self.doubt else { return Next::Send };
        if began.saturating_sub(doubt.since) < settled {
            if self.hurried {
                return self.let_go();
            }
            return Next::Wait(until_next_look(doubt, settled, now));
        }
        let last = doubt.last.clone();
        if self.patience.strict {
            return Next::End(End::Settled(Outcome::Unconfirmed { code: Code::Strict, last }));
        }
        self.doubt = None;
        self.just_missed = true;
        if self.sends >= self.patience.most_sends {
            return Next::End(End::Settled(Outcome::Failed { code: Code::AttemptsUsedUp, last }));
        }
        let is_kept = self.keeps_last && !self.may_venture();
        if self.hurried || is_kept { Next::End(End::Unsent) } else { Next::Send }
    }

    fn gave_up_looking(&mut self, fault: &Fault, began: Duration, now: Duration) -> Next {
        if self.refusal.is_some() || self.hurried {
            return self.let_go();
        }
        let settled = self.patience.settled();
        match &mut self.doubt {
            Some(doubt) if began.saturating_sub(doubt.since) < settled => {
                Next::Wait(until_next_look(doubt, settled, now))
            }
            Some(doubt) => {
                let failed = message!("look-up-failed", why = fault.describe());
                let last = message!("after", one = &doubt.last, other = failed);
                Next::End(End::Settled(Outcome::Unconfirmed { code: Code::LookupFailed, last }))
            }
            None => Next::Send,
        }
    }

    fn throttled(&mut self, after: Option<Duration>, now: Duration, again: Next) -> Decision {
        if let Some(stop) = self.throttling.again(after, now, self.patience.longest_hold) {
            return (self.let_go(), Some(stop));
        }
        if self.hurried {
            return (self.let_go(), None);
        }
        (again, None)
    }
}

fn another_number(status: Option<u16>) -> Fault {
    Fault::Unusable { status: status.unwrap_or_default(), why: message!("unusable-another-number") }
}

/// Time until the next look at a doubt; the last look is the one whose miss is believed.
fn until_next_look(doubt: &mut Doubt, settled: Duration, now: Duration) -> Duration {
    doubt.looks += 1;
    let at = EARLY_LOOKS.get(doubt.looks).map_or(settled, |&age| settled.min(age));
    (doubt.since + at).saturating_sub(now)
}

#[cfg(test)]
mod tests;
