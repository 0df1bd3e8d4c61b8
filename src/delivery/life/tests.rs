//! A row on the wire, with its luck played out answer by answer.

mod answers;
mod from_before;
mod looks;
mod searches;
mod stops;

use proptest::prelude::*;

use super::*;
use crate::model::ContactId;

const UUID: &str = "414a6d692bd645ed803f2e7ce360d4c8";
const ORIGIN: Origin = Origin {
    earlier: Earlier::Nothing,
    sent_after: None,
    has_twin: false,
    unlooked: false,
    just_missed: false,
};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
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
        Self::with(NewContact::ada(), Patience::default())
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
        let settled = patience.settled().as_secs();
        let mut walk = Walk::with(NewContact::ada(), patience);
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
