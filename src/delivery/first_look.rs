//! A look for somebody before the first send, as often as it takes.

use std::time::Duration;

use super::echo;
use super::life::End;
use super::patience::{MOST_TRIES, Patience, Throttling, back_off, stop_for};
use crate::api::{Exchange, Fault, StoredContact};
use crate::model::{Code, NewContact, Outcome, Stop};
use crate::words::message;

/// A look before the first send, as often as it takes.
#[derive(Debug)]
pub(super) struct FirstLook {
    patience: Patience,
    jitter: fastrand::Rng,
    failures: u32,
    throttling: Throttling,
}

/// What a first look shows.
#[derive(Debug)]
pub(super) enum Looked {
    /// The contact is there.
    There(Box<StoredContact>),
    /// It is not: it is sent.
    Nobody,
    /// Nothing: look again after this long.
    Again(Duration),
    /// Nothing, and this is the end of it.
    End(End, Option<Stop>),
}

impl FirstLook {
    pub(super) fn new(patience: Patience, seed: u64) -> Self {
        Self {
            patience,
            jitter: fastrand::Rng::with_seed(seed),
            failures: 0,
            throttling: Throttling::default(),
        }
    }

    /// Whether a look that fails would be its last.
    pub(super) fn is_last_try(&self) -> bool {
        self.failures + 1 >= MOST_TRIES
    }

    pub(super) fn looked(
        &mut self,
        row: &NewContact,
        exchange: Exchange<Option<StoredContact>>,
        now: Duration,
    ) -> Looked {
        let fault = match exchange.result {
            Ok(None) => return Looked::Nobody,
            Ok(Some(stored)) if echo::is_same_number(row, &stored) => return Looked::There(Box::new(stored)),
            Ok(Some(_)) => Fault::Unusable {
                status: exchange.status.unwrap_or_default(),
                why: message!("unusable-another-number"),
            },
            Err(fault) => fault,
        };
        self.throttling.note(Some(&fault));
        if let Fault::Throttled { after } = &fault {
            return match self.throttling.again(*after, now, self.patience.longest_hold) {
                Some(stop) => Looked::End(End::Unsent, Some(stop)),
                None => Looked::Again(Duration::ZERO),
            };
        }
        if let Some(stop) = stop_for(&fault, None) {
            return Looked::End(End::Unsent, Some(stop));
        }
        self.failures += 1;
        if self.failures < MOST_TRIES {
            return Looked::Again(back_off(self.failures, &mut self.jitter));
        }
        let outcome = Outcome::Failed { code: Code::ExistingUnknown, last: fault.describe() };
        Looked::End(End::Settled(outcome), None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ContactId;

    fn there() -> StoredContact {
        StoredContact::bare(ContactId { uuid: "414a6d692bd645ed803f2e7ce360d4c8".to_owned(), href: None })
    }

    fn exchange(result: Result<Option<StoredContact>, Fault>) -> Exchange<Option<StoredContact>> {
        Exchange { result, status: None, server_time: None }
    }

    #[test]
    fn a_first_look_says_there_nobody_or_that_it_cannot_be_known() {
        let mut look = FirstLook::new(Patience::default(), 1);
        assert!(matches!(
            look.looked(&NewContact::ada(), exchange(Ok(None)), Duration::ZERO),
            Looked::Nobody
        ));
        assert!(matches!(
            look.looked(&NewContact::ada(), exchange(Ok(Some(there()))), Duration::ZERO),
            Looked::There(_)
        ));
        let other = StoredContact { phone_digits: Some("15046218927".to_owned()), ..there() };
        for _ in 1..MOST_TRIES {
            let shown = look.looked(&NewContact::ada(), exchange(Ok(Some(other.clone()))), Duration::ZERO);
            assert!(matches!(shown, Looked::Again(_)), "somebody else's contact is no answer");
        }
        let shown = look.looked(&NewContact::ada(), exchange(Ok(Some(other))), Duration::ZERO);
        assert!(matches!(
            shown,
            Looked::End(End::Settled(Outcome::Failed { code: Code::ExistingUnknown, .. }), None)
        ));
    }
}
