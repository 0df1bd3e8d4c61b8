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
use crate::api::{Exchange, Existence, Fault, StoredContact};
use crate::model::{Code, DuplicateAnswer, NewContact, Outcome, Remark, Shown, Source, Stop, Untouched};
use crate::words::{Message, message};

/// How long, how often, how boldly.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How long a server may still be storing a request whose answer was lost (`--settle`).
    pub settle: Duration,
    /// How long a stored contact may stay invisible to look-ups.
    pub read_lag: Duration,
    /// Never send a request again whose fate is open (`--strict`).
    pub strict: bool,
    /// Most times a contact is sent because an answer was lost.
    pub most_sends: u32,
    /// Longest wait that a server may ask for before the run stops instead.
    pub longest_hold: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            settle: Duration::from_secs(120),
            read_lag: Duration::from_secs(5),
            strict: false,
            most_sends: 3,
            longest_hold: Duration::from_secs(3600),
        }
    }
}

/// A doubt is looked into at these ages; most lost answers are found at the first. The last look is at the settle time.
const EARLY_LOOKS: [Duration; 4] =
    [Duration::ZERO, Duration::from_secs(2), Duration::from_secs(8), Duration::from_secs(30)];
/// Failed look-ups in a row before one look is given up.
const MOST_LOOK_FAILURES: u32 = 5;
/// A contact that is older than the first send by more than this was there before. Covers whole-second stamps.
const CLOCK_SLACK: Duration = Duration::from_secs(2);

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Send the contact.
    Send,
    /// Ask for its number.
    LookUp,
    /// Search the contact list.
    Search,
    /// Ask for the contact that is there.
    Read,
    /// Have a change written down.
    Admit,
    /// Change the contact that is there.
    Change,
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
    /// Not sent, or provably without effect; a later run sends it. Only if the run stops.
    Unsent,
}

/// The next step, and whether the whole run has to stop.
pub(super) type Decision = (Next, Option<Stop>);

/// What is known of a row before it is on the wire.
#[derive(Debug, Clone, Copy, Default)]
pub struct Origin {
    /// An earlier run may have created it: look before sending.
    pub in_doubt: bool,
    /// The server's clock before it was first sent.
    pub sent_after: Option<SystemTime>,
    /// Another row of the file may be taken for this one, where only the name can tell.
    pub has_twin: bool,
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
    /// When the first send of this process began.
    first_sent: Option<Duration>,
    /// Since when 429 follows on 429.
    throttled_since: Option<Duration>,
    doubt: Option<Doubt>,
    /// A 4xx whose contact is being looked up: it may mean that the contact is there already.
    refusal: Option<(Option<String>, String)>,
    status: Option<u16>,
    /// The run is stopping: no more waiting.
    hurried: bool,
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
        let doubt = origin.in_doubt.then(|| Doubt { since: now, looks: 0, last: message!("left-open") });
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
            first_sent: None,
            throttled_since: None,
            doubt,
            refusal: None,
            status: None,
            hurried: false,
            remarks: Vec::new(),
            shown: None,
            duplicate: None,
            was_there: false,
        }
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
            Ok(stored) => {
                let outcome = self.answered(contact, stored, exchange.server_time, now);
                return (Next::End(End::Settled(outcome)), None);
            }
            Err(fault) => fault,
        };
        if !matches!(fault, Fault::Throttled { .. }) {
            self.throttled_since = None;
        }
        if fault.existence() == Existence::Maybe {
            let next = self.begin_doubt(Doubt { since: now, looks: 0, last: fault.describe() });
            let stop = stop_for(&fault);
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
                (Next::Wait(self.back_off(self.unreached)), None)
            }
            Fault::Refused { field, said, .. } if self.way == Way::Number => {
                self.refusal = Some((field, said));
                (Next::LookUp, None)
            }
            Fault::Refused { field, said, .. } => {
                (Next::End(End::Settled(Outcome::Rejected { field, said })), None)
            }
            fault => (Next::End(End::Unsent), stop_for(&fault)),
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
        if !matches!(exchange.result, Err(Fault::Throttled { .. })) {
            self.throttled_since = None;
        }
        let result = match exchange.result {
            Ok(Some(stored)) if !echo::is_same_number(contact, &stored) => Err(Fault::Unusable {
                status: exchange.status.unwrap_or_default(),
                why: message!("unusable-another-number"),
            }),
            result => result,
        };
        match result {
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
        if let Some(stop) = stop_for(fault) {
            return (self.let_go(), Some(stop));
        }
        self.look_failures += 1;
        if self.look_failures < MOST_LOOK_FAILURES && !self.hurried {
            return (Next::Wait(self.back_off(self.look_failures)), None);
        }
        self.look_failures = 0;
        (self.gave_up_looking(fault, began, now), None)
    }

    /// A search of the whole list, which began at `began`, ended like this. `is_taken`: the contact that was found is
    /// another row's.
    pub(super) fn searched(
        &mut self,
        contact: &NewContact,
        sighting: Result<Sighting, Fault>,
        is_taken: bool,
        began: Duration,
        now: Duration,
    ) -> Decision {
        let open = |life: &mut Self, what: Message| {
            let last = life.doubt.take().map_or_else(|| Message::verbatim(""), |doubt| doubt.last);
            let last = message!("after", one = last, other = what);
            (Next::End(End::Settled(Outcome::Unconfirmed { code: Code::NoLookup, last })), None)
        };
        if !matches!(sighting, Err(Fault::Throttled { .. })) {
            self.throttled_since = None;
        }
        match sighting {
            Ok(Sighting::One(_)) if is_taken => open(self, message!("search-taken")),
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
            Way::List => Next::Wait(self.patience.settle + self.patience.read_lag),
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
        if self.is_older(&stored, server_time, now) == Some(true) {
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
        let is_older = self.is_older(&stored, server_time, now);
        self.was_there = refused_at_first || is_older == Some(true);
        let ours = match is_older {
            _ if refused_at_first => false,
            Some(true) => false,
            // It came into being after the first send. Under another name it may be someone who wrote in meanwhile.
            Some(false) => !differences.iter().any(|field| field == "name"),
            None => differences.is_empty(),
        };
        if !ours {
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
        let here = || server_time?.checked_sub(now.checked_sub(self.first_sent?)?);
        let first_sent = self.sent_after.or_else(here)?.checked_sub(CLOCK_SLACK)?;
        Some(stored.created_at? < first_sent)
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
        let settled = self.patience.settle + self.patience.read_lag;
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
        if self.sends >= self.patience.most_sends {
            return Next::End(End::Settled(Outcome::Failed { code: Code::AttemptsUsedUp, last }));
        }
        if self.hurried { Next::End(End::Unsent) } else { Next::Send }
    }

    fn gave_up_looking(&mut self, fault: &Fault, began: Duration, now: Duration) -> Next {
        if self.refusal.is_some() || self.hurried {
            return self.let_go();
        }
        let settled = self.patience.settle + self.patience.read_lag;
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
        let since = *self.throttled_since.get_or_insert(now);
        let longest = self.patience.longest_hold;
        let asked = after.unwrap_or_default();
        if asked > longest || now.saturating_sub(since) > longest {
            let seconds = asked.max(now.saturating_sub(since)).as_secs();
            return (self.let_go(), Some(Stop::HeldTooLong { seconds }));
        }
        if self.hurried {
            return (self.let_go(), None);
        }
        (again, None)
    }

    /// Full jitter: anything up to half a second times two to the power of the failures, at most 30 s.
    fn back_off(&mut self, failures: u32) -> Duration {
        let most =
            Duration::from_millis(500).saturating_mul(1 << failures.min(6)).min(Duration::from_secs(30));
        most.mul_f64(self.jitter.f64())
    }
}

/// Time until the next look at a doubt; the last look is the one whose miss is believed.
fn until_next_look(doubt: &mut Doubt, settled: Duration, now: Duration) -> Duration {
    doubt.looks += 1;
    let at = EARLY_LOOKS.get(doubt.looks).copied().filter(|&age| age < settled).unwrap_or(settled);
    (doubt.since + at).saturating_sub(now)
}

/// The faults that concern the whole run.
pub(super) fn stop_for(fault: &Fault) -> Option<Stop> {
    Some(match fault {
        Fault::Denied { status, said } => Stop::TokenRefused { http_status: *status, said: said.clone() },
        Fault::PaymentRequired { said } => Stop::PaymentRequired { said: said.clone() },
        Fault::NotTheApi { seen, .. } => Stop::NotTheApi { seen: seen.clone() },
        Fault::Untrusted { why } => Stop::Untrusted { why: why.clone() },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::ContactId;

    const UUID: &str = "414a6d692bd645ed803f2e7ce360d4c8";
    const ORIGIN: Origin = Origin { in_doubt: false, sent_after: None, has_twin: false };

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn ada() -> NewContact {
        NewContact {
            identifier: "393331234567".to_owned(),
            source: Source::Whatsapp,
            name: "Ada".to_owned(),
            tags: Vec::new(),
            custom_fields: Vec::new(),
            assigned_user: None,
            team_uuid: None,
            channel_uuid: None,
            bot_status: None,
            note: None,
        }
    }

    /// The server's clock reads a million seconds more than ours.
    fn server_time(now: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + seconds(1_000_000 + now)
    }

    fn stored(name: &str, created_at: Option<u64>) -> StoredContact {
        StoredContact {
            name: Some(name.to_owned()),
            phone_digits: Some("393331234567".to_owned()),
            created_at: created_at.map(server_time),
            ..StoredContact::bare(ContactId { uuid: UUID.to_owned(), href: None })
        }
    }

    /// A row under test, with its clock.
    struct Walk {
        life: Life,
        contact: NewContact,
        now: u64,
    }

    impl Walk {
        fn with(contact: NewContact, patience: Patience) -> Self {
            let life = Life::new(&contact, ORIGIN, patience, Duration::ZERO, 1);
            let mut walk = Self { life, contact, now: 0 };
            assert_eq!(walk.life.first(), Next::Send);
            walk
        }

        fn new() -> Self {
            Self::with(ada(), Patience::default())
        }

        fn exchange<A>(&self, result: Result<A, Fault>) -> Exchange<A> {
            Exchange { result, status: None, server_time: Some(server_time(self.now)) }
        }

        fn send(&mut self, result: Result<StoredContact, Fault>) -> Decision {
            self.life.sending(seconds(self.now));
            let exchange = self.exchange(result);
            self.life.sent(&self.contact, exchange, seconds(self.now))
        }

        fn look(&mut self, result: Result<Option<StoredContact>, Fault>) -> Decision {
            let exchange = self.exchange(result);
            self.life.looked(&self.contact, exchange, seconds(self.now), seconds(self.now))
        }

        /// Looks at every age up to the last, each time in vain; ends at `Next` after the last look.
        fn look_until_settled(&mut self) -> Decision {
            for _ in 0..10 {
                match self.look(Ok(None)) {
                    (Next::Wait(wait), None) => {
                        self.now += wait.as_secs();
                        assert_eq!(self.life.after_wait(), Next::LookUp);
                    }
                    decision => return decision,
                }
            }
            panic!("the looks do not end");
        }
    }

    fn lost() -> Fault {
        Fault::Lost { why: Message::verbatim("cut") }
    }

    fn created(by_lookup: bool) -> Decision {
        let id = ContactId { uuid: UUID.to_owned(), href: None };
        (Next::End(End::Settled(Outcome::Created { id, by_lookup })), None)
    }

    fn existing(differs: bool) -> Decision {
        let id = ContactId { uuid: UUID.to_owned(), href: None };
        (Next::End(End::Settled(Outcome::Existing { id, differs, untouched: Untouched::ByPolicy })), None)
    }

    fn code(decision: &Decision) -> Option<Code> {
        match &decision.0 {
            Next::End(End::Settled(Outcome::Failed { code, .. } | Outcome::Unconfirmed { code, .. })) => {
                Some(*code)
            }
            _ => None,
        }
    }

    #[test]
    fn a_good_answer_ends_it() {
        assert_eq!(Walk::new().send(Ok(stored("Ada", Some(0)))), created(false));
    }

    #[test]
    fn an_answer_that_names_an_older_contact_says_it_was_there_before() {
        let mut walk = Walk::new();
        walk.now = 100;
        assert_eq!(walk.send(Ok(stored("Ada", Some(50)))), existing(false));
        let mut walk = Walk::new();
        walk.now = 100;
        assert_eq!(walk.send(Ok(stored("Bob", Some(50)))), existing(true));
    }

    #[test]
    fn a_lost_answer_is_looked_up_before_anything_is_sent_again() {
        for fault in [
            lost(),
            Fault::Broken { status: 503 },
            Fault::Unusable { status: 200, why: Message::verbatim("") },
        ] {
            let mut walk = Walk::new();
            assert_eq!(walk.send(Err(fault)), (Next::LookUp, None));
            walk.now = 1;
            assert_eq!(walk.look(Ok(Some(stored("Ada", Some(0))))), created(true));
        }
    }

    #[test]
    fn a_miss_is_believed_only_after_the_settle_time_and_then_it_is_sent_again() {
        let mut walk = Walk::new();
        walk.now = 10;
        walk.send(Err(lost()));
        let mut ages = Vec::new();
        loop {
            ages.push(walk.now - 10);
            match walk.look(Ok(None)) {
                (Next::Wait(wait), None) => walk.now += wait.as_secs(),
                decision => break assert_eq!(decision, (Next::Send, None)),
            }
        }
        assert_eq!(ages, [0, 2, 8, 30, 125]);
    }

    #[test]
    fn a_row_whose_answers_are_always_lost_ends_as_failed_when_it_is_provably_not_there() {
        let mut walk = Walk::new();
        for _ in 0..2 {
            assert_eq!(walk.send(Err(lost())), (Next::LookUp, None));
            assert_eq!(walk.look_until_settled(), (Next::Send, None));
        }
        walk.send(Err(lost()));
        assert_eq!(code(&walk.look_until_settled()), Some(Code::AttemptsUsedUp));
        assert_eq!(walk.life.attempts(), 3);
    }

    #[test]
    fn strict_never_sends_again_what_may_exist() {
        let mut walk = Walk::with(ada(), Patience { strict: true, ..Patience::default() });
        walk.send(Err(lost()));
        assert_eq!(code(&walk.look_until_settled()), Some(Code::Strict));
    }

    #[test]
    fn where_nobody_can_look_the_row_is_unconfirmed_at_once() {
        let mut walk = Walk::with(NewContact { source: Source::Telegram, ..ada() }, Patience::default());
        assert_eq!(code(&walk.send(Err(lost()))), Some(Code::NoLookup));
    }

    #[test]
    fn a_contact_that_was_found_is_ours_only_if_it_came_after_the_first_send_under_this_name() {
        for (name, created_at, expected) in [
            ("Ada", Some(101), created(true)),
            ("Ada", Some(98), created(true)), // whole-second stamps
            ("Ada", Some(97), existing(false)),
            ("Bob", Some(101), existing(true)),
            ("Ada", None, created(true)),
            ("Bob", None, existing(true)),
        ] {
            let mut walk = Walk::new();
            walk.now = 100;
            walk.send(Err(lost()));
            walk.now = 130;
            assert_eq!(walk.look(Ok(Some(stored(name, created_at)))), expected, "{name} {created_at:?}");
        }
    }

    #[test]
    fn a_look_up_that_shows_another_number_decides_nothing() {
        let mut walk = Walk::new();
        walk.send(Err(lost()));
        let other = StoredContact { phone_digits: Some("15046218927".to_owned()), ..stored("Ada", Some(0)) };
        assert!(matches!(walk.look(Ok(Some(other))), (Next::Wait(_), None)));
    }

    #[test]
    fn a_429_and_a_vain_connection_are_sent_again_without_a_look() {
        let mut walk = Walk::new();
        assert_eq!(walk.send(Err(Fault::Throttled { after: Some(seconds(3)) })), (Next::Send, None));
        assert!(matches!(
            walk.send(Err(Fault::Unreached { why: Message::verbatim("") })),
            (Next::Wait(_), None)
        ));
        assert_eq!(walk.life.after_wait(), Next::Send);
        assert_eq!(walk.send(Ok(stored("Ada", Some(0)))), created(false));
        assert_eq!(walk.life.attempts(), 3);
    }

    #[test]
    fn a_server_that_is_not_reached_costs_no_row_its_life() {
        let mut walk = Walk::new();
        for _ in 0..100 {
            let decision = walk.send(Err(Fault::Unreached { why: Message::verbatim("refused") }));
            assert!(matches!(decision, (Next::Wait(wait), None) if wait <= seconds(30)));
        }
        assert_eq!(walk.send(Ok(stored("Ada", Some(0)))), created(false));
    }

    #[test]
    fn a_wait_longer_than_an_hour_stops_the_run() {
        let mut walk = Walk::new();
        let decision = walk.send(Err(Fault::Throttled { after: Some(seconds(7200)) }));
        assert_eq!(decision, (Next::End(End::Unsent), Some(Stop::HeldTooLong { seconds: 7200 })));
        let mut walk = Walk::new();
        assert_eq!(walk.send(Err(Fault::Throttled { after: None })), (Next::Send, None));
        walk.now = 3601;
        assert!(matches!(
            walk.send(Err(Fault::Throttled { after: None })),
            (Next::End(End::Unsent), Some(_))
        ));
    }

    #[test]
    fn a_refusal_is_looked_up_once_because_it_may_mean_that_the_contact_is_there() {
        let refused =
            || Fault::Refused { status: 422, field: Some("identifier".to_owned()), said: "taken".to_owned() };
        let rejected = Outcome::Rejected { field: Some("identifier".to_owned()), said: "taken".to_owned() };
        let mut walk = Walk::new();
        walk.now = 100;
        assert_eq!(walk.send(Err(refused())), (Next::LookUp, None));
        assert_eq!(walk.look(Ok(Some(stored("Ada", Some(50))))), existing(false));
        let mut walk = Walk::new();
        walk.send(Err(refused()));
        assert_eq!(walk.look(Ok(None)), (Next::End(End::Settled(rejected.clone())), None));
        let mut walk = Walk::with(NewContact { source: Source::Facebook, ..ada() }, Patience::default());
        assert_eq!(walk.send(Err(refused())), (Next::End(End::Settled(rejected)), None));
    }

    #[test]
    fn what_concerns_the_whole_run_stops_it_and_leaves_the_row_unsent() {
        for (fault, word) in [
            (Fault::Denied { status: 401, said: String::new() }, "token_refused"),
            (Fault::Denied { status: 403, said: String::new() }, "token_refused"),
            (Fault::PaymentRequired { said: String::new() }, "payment_required"),
            (Fault::NotTheApi { status: 404, seen: Message::verbatim("") }, "not_the_api"),
            (Fault::Untrusted { why: Message::verbatim("") }, "untrusted_server"),
        ] {
            let (next, stop) = Walk::new().send(Err(fault));
            assert_eq!((next, stop.unwrap().as_str()), (Next::End(End::Unsent), word));
        }
        let decision =
            Walk::new().send(Err(Fault::NotTheApi { status: 301, seen: Message::verbatim("redirects") }));
        assert_eq!(code(&decision), Some(Code::StoppedInDoubt));
        assert_eq!(decision.1.unwrap().as_str(), "not_the_api");
    }

    #[test]
    fn a_token_that_is_refused_during_a_look_up_leaves_the_row_unconfirmed() {
        let mut walk = Walk::new();
        walk.send(Err(lost()));
        let decision = walk.look(Err(Fault::Denied { status: 401, said: String::new() }));
        assert_eq!(code(&decision), Some(Code::StoppedInDoubt));
        assert!(decision.1.is_some());
    }

    #[test]
    fn a_look_up_that_keeps_failing_leaves_the_row_unconfirmed_at_the_settle_time() {
        let mut walk = Walk::new();
        walk.send(Err(lost()));
        let mut looks = 0;
        let decision = loop {
            looks += 1;
            match walk.look(Err(Fault::Broken { status: 500 })) {
                (Next::Wait(wait), None) => walk.now += wait.as_secs() + 1,
                decision => break decision,
            }
        };
        assert_eq!(code(&decision), Some(Code::LookupFailed));
        assert!(looks <= 5 * (EARLY_LOOKS.len() + 1), "{looks}");
    }

    #[test]
    fn a_row_that_waits_when_the_run_stops_takes_one_last_look_or_goes_home_unsent() {
        let mut walk = Walk::new();
        walk.send(Err(Fault::Unreached { why: Message::verbatim("") }));
        assert_eq!(walk.life.hurry(), Next::End(End::Unsent));
        let mut walk = Walk::new();
        walk.send(Err(lost()));
        assert!(matches!(walk.look(Ok(None)), (Next::Wait(_), None)));
        assert_eq!(walk.life.hurry(), Next::LookUp);
        assert_eq!(code(&walk.look(Ok(None))), Some(Code::StoppedInDoubt));
        let mut walk = Walk::new();
        walk.send(Err(lost()));
        assert_eq!(walk.life.hurry(), Next::LookUp);
        assert_eq!(walk.look(Ok(Some(stored("Ada", Some(0))))), created(true));
    }

    #[test]
    fn a_send_that_is_cut_short_is_unconfirmed() {
        let mut walk = Walk::new();
        walk.life.sending(Duration::ZERO);
        let next = walk.life.cut_short(true, Duration::ZERO);
        assert_eq!(code(&(next, None)), Some(Code::StoppedInDoubt));
        assert_eq!(Walk::new().life.cut_short(false, Duration::ZERO), Next::End(End::Unsent));
    }

    #[test]
    fn a_row_that_an_earlier_run_left_open_is_looked_up_first() {
        let contact = ada();
        let origin = Origin { in_doubt: true, ..Origin::default() };
        let mut life = Life::new(&contact, origin, Patience::default(), Duration::ZERO, 1);
        assert_eq!(life.first(), Next::LookUp);
        let hit = Exchange { result: Ok(Some(stored("Ada", Some(0)))), status: None, server_time: None };
        assert_eq!(life.looked(&contact, hit, Duration::ZERO, Duration::ZERO), created(true));
    }

    #[test]
    fn what_the_journal_knows_of_the_first_send_tells_a_contact_that_was_there_before() {
        for (created_at, expected) in
            [(Some(50), existing(false)), (Some(99), created(true)), (None, created(true))]
        {
            let contact = ada();
            let sent_after = Some(server_time(100));
            let origin = Origin { in_doubt: true, sent_after, has_twin: false };
            let mut life = Life::new(&contact, origin, Patience::default(), Duration::ZERO, 1);
            life.first();
            let hit =
                Exchange { result: Ok(Some(stored("Ada", created_at))), status: None, server_time: None };
            assert_eq!(
                life.looked(&contact, hit, Duration::ZERO, Duration::ZERO),
                expected,
                "{created_at:?}"
            );
        }
    }

    #[test]
    fn a_row_may_venture_as_long_as_a_failure_would_not_be_its_last() {
        let mut walk = Walk::with(ada(), Patience { most_sends: 4, ..Patience::default() });
        let mut may = vec![walk.life.may_venture()];
        for _ in 0..4 {
            walk.life.sending(Duration::ZERO);
            may.push(walk.life.may_venture());
        }
        assert_eq!(may, [true, true, true, false, false]);
        let only_once = Walk::with(ada(), Patience { most_sends: 1, ..Patience::default() });
        assert!(only_once.life.may_venture(), "somebody has to be the first");
    }

    #[test]
    fn what_is_told_beside_the_end_is_what_happened() {
        let mut walk = Walk::new();
        assert_eq!((walk.life.status(), walk.life.is_in_doubt()), (None, false));
        walk.send(Err(Fault::Broken { status: 503 }));
        assert_eq!((walk.life.status(), walk.life.is_in_doubt()), (Some(503), true));
        let shows = StoredContact { shown: Some(Shown::new("{}")), ..stored("Ada", Some(0)) };
        assert_eq!(walk.look(Ok(Some(shows.clone()))), created(true));
        assert_eq!(walk.life.take_shown(), Some(Shown::new("{}")));
        assert!(!walk.life.was_there() && walk.life.take_duplicate().is_none());
        let mut walk = Walk::new();
        assert_eq!(walk.send(Ok(shows)), created(false));
        assert_eq!(walk.life.take_shown(), Some(Shown::new("{}")));

        for (name, answer) in [("Ada", DuplicateAnswer::AsSent), ("Bob", DuplicateAnswer::Untouched)] {
            let mut walk = Walk::new();
            walk.now = 100;
            walk.send(Ok(stored(name, Some(50))));
            assert!(walk.life.was_there());
            assert_eq!(walk.life.take_duplicate(), Some(answer));
        }
        let mut walk = Walk::new();
        walk.now = 100;
        walk.send(Err(Fault::Refused { status: 409, field: None, said: "taken".to_owned() }));
        assert_eq!(walk.look(Ok(Some(stored("Ada", None)))), existing(false));
        assert!(walk.life.was_there(), "a refused send has made nobody");
        assert_eq!(walk.life.take_duplicate(), Some(DuplicateAnswer::Refused(409)));
    }

    #[test]
    fn a_lost_answer_of_a_source_without_look_up_waits_for_the_search_unless_the_run_stops() {
        let contact = NewContact { source: Source::Telegram, ..ada() };
        let origin = Origin { sent_after: Some(server_time(0)), ..Origin::default() };
        let life = || {
            let mut life = Life::new(&contact, origin, Patience::default(), Duration::ZERO, 1);
            life.sending(Duration::ZERO);
            life
        };
        let exchange = || Exchange { result: Err(lost()), status: None, server_time: None };
        let mut waits = life();
        assert_eq!(waits.sent(&contact, exchange(), Duration::ZERO), (Next::Wait(seconds(125)), None));
        assert_eq!(waits.after_wait(), Next::Search);
        let mut hurried = life();
        hurried.hurry();
        let decision = hurried.sent(&contact, exchange(), Duration::ZERO);
        assert_eq!(code(&decision), Some(Code::StoppedInDoubt));
    }

    #[test]
    fn a_server_that_is_not_reached_again_and_again_is_left_alone_for_longer() {
        let mut walk = Walk::new();
        let mut longest = |fault: fn() -> Fault| {
            let waits = (0..40).map(|_| match walk.send(Err(fault())) {
                (Next::Wait(wait), None) => wait,
                decision => panic!("{decision:?}"),
            });
            waits.max().unwrap_or_default()
        };
        assert!(longest(|| Fault::Unreached { why: Message::verbatim("") }) > seconds(15));
    }

    #[test]
    fn look_ups_that_are_refused_because_of_the_rate_for_an_hour_on_end_stop_the_run() {
        let mut walk = Walk::new();
        walk.send(Err(lost()));
        let throttled = || Err(Fault::Throttled { after: None });
        assert_eq!(walk.look(throttled()), (Next::LookUp, None));
        walk.now = 3000;
        // An answer in between, and the hour begins anew.
        assert!(matches!(walk.look(Err(Fault::Broken { status: 500 })), (Next::Wait(_), None)));
        walk.now = 3601;
        assert_eq!(walk.look(throttled()), (Next::LookUp, None));
        walk.now = 7200;
        assert_eq!(walk.look(throttled()), (Next::LookUp, None));
        walk.now = 7202;
        let decision = walk.look(throttled());
        assert_eq!(code(&decision), Some(Code::StoppedInDoubt));
        assert_eq!(decision.1, Some(Stop::HeldTooLong { seconds: 3601 }));
    }

    #[test]
    fn a_look_up_that_fails_is_tried_again_five_times_and_not_at_all_when_the_run_stops() {
        let mut walk = Walk::new();
        walk.send(Err(lost()));
        let mut failed = || walk.look(Err(Fault::Broken { status: 500 }));
        for _ in 1..MOST_LOOK_FAILURES {
            assert!(matches!(failed(), (Next::Wait(wait), None) if wait <= seconds(8)));
        }
        // This look is given up; the next one is at two seconds.
        assert_eq!(failed(), (Next::Wait(seconds(2)), None));
        let mut walk = Walk::new();
        walk.send(Err(lost()));
        walk.life.hurry();
        assert_eq!(code(&walk.look(Err(Fault::Broken { status: 500 }))), Some(Code::StoppedInDoubt));
    }

    #[test]
    fn a_contact_that_a_search_finds_is_this_rows_unless_it_is_anothers() {
        let contact = NewContact { source: Source::Telegram, ..ada() };
        let origin = Origin { in_doubt: true, sent_after: Some(server_time(0)), has_twin: false };
        let searched = |sighting: Result<Sighting, Fault>, is_taken: bool| {
            let mut life = Life::new(&contact, origin, Patience::default(), Duration::ZERO, 1);
            assert_eq!(life.first(), Next::Wait(seconds(125)));
            assert_eq!(life.after_wait(), Next::Search);
            life.searched(&contact, sighting, is_taken, seconds(125), seconds(125))
        };
        let one = || Ok(Sighting::One(Box::new(stored("Ada", Some(1)))));
        assert_eq!(searched(one(), false), created(true));
        for (sighting, is_taken) in
            [(one(), true), (Ok(Sighting::Nobody), false), (Ok(Sighting::Several), false)]
        {
            assert_eq!(code(&searched(sighting, is_taken)), Some(Code::NoLookup));
        }
        assert_eq!(searched(Err(Fault::Throttled { after: None }), false), (Next::Search, None));
    }

    #[test]
    fn searches_that_are_refused_because_of_the_rate_for_an_hour_on_end_stop_the_run() {
        let contact = NewContact { source: Source::Telegram, ..ada() };
        let origin = Origin { in_doubt: true, sent_after: Some(server_time(0)), has_twin: false };
        let mut life = Life::new(&contact, origin, Patience::default(), Duration::ZERO, 1);
        life.first();
        let mut search =
            |fault: Fault, now: u64| life.searched(&contact, Err(fault), false, seconds(now), seconds(now));
        let throttled = || Fault::Throttled { after: None };
        assert_eq!(search(throttled(), 125), (Next::Search, None));
        assert!(matches!(search(Fault::Broken { status: 500 }, 3000), (Next::Wait(_), None)));
        assert_eq!(search(throttled(), 4000), (Next::Search, None));
        assert_eq!(search(throttled(), 7600), (Next::Search, None));
        assert!(search(throttled(), 7601).1.is_some());
    }

    #[test]
    fn a_row_in_doubt_that_is_hurried_twice_is_let_go() {
        let mut walk = Walk::new();
        walk.send(Err(lost()));
        assert!(matches!(walk.look(Ok(None)), (Next::Wait(_), None)));
        assert_eq!(walk.life.hurry(), Next::LookUp);
        let next = walk.life.hurry();
        assert_eq!(code(&(next, None)), Some(Code::StoppedInDoubt));
        let contact = NewContact { source: Source::Telegram, ..ada() };
        let origin = Origin { in_doubt: true, sent_after: Some(server_time(0)), has_twin: false };
        let mut life = Life::new(&contact, origin, Patience::default(), Duration::ZERO, 1);
        life.first();
        let next = life.hurry();
        assert_eq!(code(&(next, None)), Some(Code::StoppedInDoubt), "a search would come too early");
    }

    #[test]
    fn a_send_that_had_no_effect_counts_neither_as_a_send_nor_as_the_first() {
        let mut walk = Walk::new();
        for _ in 0..5 {
            assert_eq!(walk.send(Err(Fault::Throttled { after: None })), (Next::Send, None));
        }
        walk.now = 100;
        walk.send(Err(lost()));
        assert_eq!(walk.look_until_settled(), (Next::Send, None), "two more are left");
        assert!(walk.life.may_venture());
        // Somebody wrote in between the vain send and this one.
        let mut walk = Walk::new();
        walk.send(Err(Fault::Throttled { after: None }));
        walk.now = 100;
        walk.send(Err(lost()));
        assert_eq!(walk.look(Ok(Some(stored("Ada", Some(50))))), existing(false));
        assert!(walk.life.was_there());
    }

    #[test]
    fn a_refusal_after_an_answer_that_was_lost_may_be_about_ones_own_contact() {
        let mut walk = Walk::new();
        walk.send(Err(lost()));
        assert_eq!(walk.look_until_settled(), (Next::Send, None));
        let refused = Fault::Refused { status: 409, field: None, said: "taken".to_owned() };
        assert_eq!(walk.send(Err(refused)), (Next::LookUp, None));
        assert_eq!(walk.look(Ok(Some(stored("Ada", Some(1))))), created(true));
        assert!(!walk.life.was_there() && walk.life.take_duplicate().is_none());
    }

    #[test]
    fn a_look_that_is_given_up_ends_a_doubt_at_the_settle_time_and_leaves_a_refusal_as_it_was_said() {
        let mut walk = Walk::new();
        let give_up = |walk: &mut Walk| {
            let mut decision = walk.look(Err(Fault::Broken { status: 500 }));
            for _ in 1..MOST_LOOK_FAILURES {
                decision = walk.look(Err(Fault::Broken { status: 500 }));
            }
            decision
        };
        walk.send(Err(lost()));
        walk.now = 124;
        assert!(matches!(give_up(&mut walk), (Next::Wait(_), None)));
        walk.now = 125;
        assert_eq!(code(&give_up(&mut walk)), Some(Code::LookupFailed));
        let mut walk = Walk::new();
        walk.send(Err(Fault::Refused { status: 422, field: None, said: "no".to_owned() }));
        let rejected = Outcome::Rejected { field: None, said: "no".to_owned() };
        assert_eq!(give_up(&mut walk), (Next::End(End::Settled(rejected)), None));
    }

    #[test]
    fn differences_in_the_echo_are_remarked_on() {
        let mut walk = Walk::new();
        walk.contact.tags = vec!["VIP".to_owned()];
        let echo = StoredContact { tags: Some(Vec::new()), ..stored("Ada", Some(0)) };
        assert_eq!(walk.send(Ok(echo)), created(false));
        assert_eq!(walk.life.take_remarks(), [Remark { code: Code::EchoDiffers, field: "tags".to_owned() }]);
    }

    #[derive(Debug, Clone)]
    enum Luck {
        Good,
        Lost,
        Unreached,
        Throttled,
        Refused,
        Missing,
        Failing,
    }

    proptest! {
        /// Whatever the far side does: no send while the contact may exist, and the row comes to an end.
        #[test]
        fn nothing_is_sent_while_in_doubt_and_everything_ends(
            luck in prop::collection::vec(prop_oneof![
                Just(Luck::Good), Just(Luck::Lost), Just(Luck::Lost), Just(Luck::Unreached), Just(Luck::Throttled),
                Just(Luck::Refused), Just(Luck::Missing), Just(Luck::Missing), Just(Luck::Failing),
            ], 1..40),
            strict in any::<bool>(),
            hurry_at in 0_usize..60,
        ) {
            // A server that is never reached is an outage, and the breaker ends that.
            prop_assume!(luck.iter().any(|luck| !matches!(luck, Luck::Unreached | Luck::Throttled)));
            let patience = Patience { strict, ..Patience::default() };
            let settled = (patience.settle + patience.read_lag).as_secs();
            let mut walk = Walk::with(ada(), patience);
            let mut luck = luck.into_iter().cycle();
            let mut next = Next::Send;
            let mut open_since: Option<u64> = None;
            for step in 0..8000 {
                match next.clone() {
                    Next::End(_) => return Ok(()),
                    Next::Wait(wait) => {
                        walk.now += wait.as_secs() + 1;
                        next = if step == hurry_at { walk.life.hurry() } else { walk.life.after_wait() };
                    }
                    Next::Send => {
                        prop_assert!(open_since.is_none(), "sent while it may exist");
                        let result = match luck.next().unwrap() {
                            Luck::Good | Luck::Missing => Ok(stored("Ada", Some(walk.now))),
                            Luck::Lost | Luck::Failing => Err(lost()),
                            Luck::Unreached => Err(Fault::Unreached { why: Message::verbatim("") }),
                            Luck::Throttled => Err(Fault::Throttled { after: None }),
                            Luck::Refused => Err(Fault::Refused { status: 422, field: None, said: String::new() }),
                        };
                        if result.as_ref().is_err_and(|fault| fault.existence() == Existence::Maybe) {
                            open_since = Some(walk.now);
                        }
                        next = walk.send(result).0;
                        walk.now += 1;
                    }
                    Next::Search => prop_assert!(false, "its number can be looked up"),
                    Next::Read | Next::Admit | Next::Change => prop_assert!(false, "it meets nobody"),
                    Next::LookUp => {
                        let result = match luck.next().unwrap() {
                            Luck::Good => Ok(Some(stored("Ada", Some(walk.now)))),
                            Luck::Throttled => Err(Fault::Throttled { after: None }),
                            Luck::Failing | Luck::Unreached => Err(Fault::Broken { status: 500 }),
                            _ => Ok(None),
                        };
                        if matches!(result, Ok(None)) && open_since.is_some_and(|since| walk.now - since >= settled) {
                            open_since = None;
                        }
                        next = walk.look(result).0;
                        walk.now += 1;
                    }
                }
            }
            prop_assert!(false, "the row does not end");
        }
    }
}
