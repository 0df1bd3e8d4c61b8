//! What all tickets of one contact say together.

use super::fate::{Class, Evidence, classify};
use super::record::TicketNumber;

/// One contact's tickets, however they come. `T` is whatever is to be known of a ticket that counts.
///
/// The last ticket that left counts. One that never left says nothing: what was known before it still holds. Where
/// records are missing, a ticket that was given back may have left after all; but not one that is retired, and so that
/// one counts only where no other does. And whatever became of the last one, a contact that an earlier ticket knows to
/// be in the account is there, so that it is never created again.
#[derive(Debug, Clone)]
pub struct Story<T> {
    last: Option<(TicketNumber, Evidence, T)>,
    /// The last one of those that are retired.
    retired: Option<(TicketNumber, Evidence, T)>,
    there: Option<(TicketNumber, T)>,
    /// The last one after which there was nothing left to do.
    done: Option<(TicketNumber, T)>,
    /// The last one that created it.
    created: Option<TicketNumber>,
    /// The last one that was turned away.
    turned_away: Option<TicketNumber>,
    /// Tickets up to this number are over.
    forgotten: Option<TicketNumber>,
}

impl<T> Default for Story<T> {
    fn default() -> Self {
        let (created, turned_away) = (None, None);
        Self { last: None, retired: None, there: None, done: None, created, turned_away, forgotten: None }
    }
}

impl<T: Clone> Story<T> {
    /// A ticket, with what is to be known of it.
    pub fn note(&mut self, ticket: TicketNumber, evidence: Evidence, what: T) {
        if self.forgotten.is_some_and(|forgotten| ticket <= forgotten) {
            return;
        }
        if evidence.forgotten {
            self.forgotten = Some(ticket);
            self.last.take_if(|(number, ..)| *number <= ticket);
            self.retired.take_if(|(number, ..)| *number <= ticket);
            self.there.take_if(|(number, _)| *number <= ticket);
            self.done.take_if(|(number, _)| *number <= ticket);
            self.created.take_if(|number| *number <= ticket);
            self.turned_away.take_if(|number| *number <= ticket);
            return;
        }
        let is_later = |known: Option<TicketNumber>| known.is_none_or(|known| known < ticket);
        if evidence.verdict.is_some_and(super::Final::is_there)
            && is_later(self.there.as_ref().map(|(number, _)| *number))
        {
            self.there = Some((ticket, what.clone()));
        }
        if evidence.verdict == Some(super::Final::There) {
            self.created = self.created.max(Some(ticket));
        }
        if evidence.verdict.is_some_and(super::Final::is_turned_away) {
            self.turned_away = self.turned_away.max(Some(ticket));
        }
        if evidence.verdict.is_some_and(super::Final::is_done)
            && is_later(self.done.as_ref().map(|(number, _)| *number))
        {
            self.done = Some((ticket, what.clone()));
        }
        let last = if evidence.retired { &mut self.retired } else { &mut self.last };
        if left(evidence) && is_later(last.as_ref().map(|(number, ..)| *number)) {
            *last = Some((ticket, evidence, what));
        }
    }

    /// The last ticket that left: its number, what the records show, and what is known of it. `None` if none did: the
    /// contact is as fresh as one that was never seen.
    pub fn last(&self) -> Option<(TicketNumber, Evidence, &T)> {
        let last = self.last.as_ref().or(self.retired.as_ref());
        last.map(|(number, evidence, what)| (*number, *evidence, what))
    }

    /// The last ticket after which there was nothing left to do about the contact: it was created or changed, or said
    /// what the row did.
    pub fn done(&self) -> Option<&T> {
        self.done.as_ref().map(|(_, what)| what)
    }

    /// Whether a ticket of this import created it, so that it is nobody else's.
    pub fn is_created(&self) -> bool {
        self.created.is_some()
    }

    /// Whether it was answered as if the account were closed, and no ticket since has done what was wanted.
    pub fn is_turned_away(&self) -> bool {
        self.turned_away > self.done.as_ref().map(|(number, _)| *number)
    }

    /// The last ticket whose verdict says that the contact is in the account.
    pub fn there(&self) -> Option<&T> {
        self.there.as_ref().map(|(_, what)| what)
    }
}

/// Whether a ticket's contact was on the wire, or may have been.
fn left(evidence: Evidence) -> bool {
    evidence.verdict.is_some() || classify(evidence, true) != Class::NeverSent
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Final;
    use super::*;

    const MARKED: Evidence = Evidence { marked: true, ..Evidence::LEASED };
    const RELEASED: Evidence = Evidence { released: true, ..MARKED };
    const RETIRED: Evidence = Evidence { retired: true, damaged: true, ..RELEASED };
    const FORGOTTEN: Evidence = Evidence { forgotten: true, ..MARKED };

    fn with(verdict: Final) -> Evidence {
        Evidence { verdict: Some(verdict), ..MARKED }
    }

    /// The last ticket, and the last one that knows the contact to be there.
    fn told(tickets: &[(TicketNumber, Evidence)]) -> (Option<TicketNumber>, Option<TicketNumber>) {
        let mut story = Story::default();
        for (number, evidence) in tickets {
            story.note(*number, *evidence, *number);
        }
        (story.last().map(|(number, ..)| number), story.there().copied())
    }

    #[test]
    fn a_ticket_that_never_left_hides_nothing() {
        let unmarked = Evidence { marked: false, ..MARKED };
        let there = [
            Final::There,
            Final::Met,
            Final::Left,
            Final::Unwanted,
            Final::ChangeRefused,
            Final::ChangeFailed,
        ];
        for earlier in there.into_iter().chain([Final::Rejected, Final::Failed]) {
            for later in [RELEASED, unmarked] {
                let there = earlier.is_there().then_some(1);
                assert_eq!(told(&[(1, with(earlier)), (2, later)]), (Some(1), there), "{earlier:?}");
            }
        }
        assert_eq!(told(&[(1, RELEASED), (2, unmarked)]), (None, None));
    }

    #[test]
    fn what_is_missing_does_not_bring_a_ticket_back_that_was_retired_before() {
        for known in [with(Final::There), with(Final::Rejected), with(Final::Unconfirmed), MARKED] {
            let (last, _) = told(&[(1, known), (2, RETIRED)]);
            assert_eq!(last, Some(1), "{known:?}");
            let (last, _) = told(&[(1, RETIRED), (2, known)]);
            assert_eq!(last, Some(2), "{known:?}");
        }
        assert_eq!(
            told(&[(1, RETIRED), (2, RETIRED)]).0,
            Some(2),
            "the contact may have been sent all the same"
        );
        let given_back = Evidence { retired: false, ..RETIRED };
        assert_eq!(told(&[(1, with(Final::There)), (2, given_back)]), (Some(2), Some(1)));
    }

    #[test]
    fn a_contact_that_is_there_stays_there_whatever_became_of_its_change() {
        for later in [with(Final::Failed), with(Final::Rejected), with(Final::Unconfirmed), MARKED] {
            assert_eq!(told(&[(1, with(Final::There)), (2, later)]), (Some(2), Some(1)));
        }
        assert_eq!(told(&[(1, with(Final::There)), (2, with(Final::There))]), (Some(2), Some(2)));
    }

    #[test]
    fn what_was_taken_back_is_over_and_what_comes_after_it_counts() {
        assert_eq!(told(&[(1, with(Final::There)), (2, FORGOTTEN)]), (None, None));
        assert_eq!(told(&[(1, with(Final::There)), (2, FORGOTTEN), (3, MARKED)]), (Some(3), None));
        assert_eq!(
            told(&[(1, with(Final::There)), (2, FORGOTTEN), (3, with(Final::Left))]),
            (Some(3), Some(3))
        );
    }

    #[test]
    fn who_was_turned_away_is_known_for_it_until_the_contact_is_made_or_taken_back() {
        let is_turned_away = |tickets: &[(TicketNumber, Evidence)]| {
            let mut story = Story::default();
            tickets.iter().for_each(|(number, evidence)| story.note(*number, *evidence, ()));
            story.is_turned_away()
        };
        for turned_away in [Final::TurnedAway, Final::ChangeTurnedAway] {
            let first = (1, with(turned_away));
            for later in
                [RELEASED, MARKED, with(Final::Failed), with(Final::Rejected), with(Final::Unconfirmed)]
            {
                assert!(is_turned_away(&[first, (2, later)]), "{later:?}");
            }
            for later in [FORGOTTEN, with(Final::There), with(Final::Met)] {
                assert!(!is_turned_away(&[first, (2, later)]), "{later:?}");
            }
            assert!(is_turned_away(&[(1, with(Final::There)), (2, with(turned_away))]));
        }
        assert!(!is_turned_away(&[(1, with(Final::Rejected))]));
    }

    fn evidence() -> impl Strategy<Value = Evidence> {
        let verdict = proptest::option::of(proptest::sample::select(Final::ALL.to_vec()));
        (verdict, any::<[bool; 5]>()).prop_map(
            |(verdict, [marked, released, damaged, forgotten, retired])| Evidence {
                verdict,
                marked,
                released,
                damaged,
                forgotten,
                retired,
                ..MARKED
            },
        )
    }

    proptest! {
        #[test]
        fn the_order_in_which_tickets_are_read_does_not_matter(
            evidence in proptest::collection::vec(evidence(), 0..6),
            seed in any::<u64>(),
        ) {
            let tickets: Vec<_> = (1..).zip(evidence).collect();
            let mut shuffled = tickets.clone();
            fastrand::Rng::with_seed(seed).shuffle(&mut shuffled);
            let mut story = Story::default();
            for (number, evidence) in &shuffled {
                story.note(*number, *evidence, *number);
            }
            // All that comes after what was taken back, in the order of the tickets.
            let over = tickets.iter().rposition(|(_, evidence)| evidence.forgotten).map_or(0, |at| at + 1);
            let count = |counts: &dyn Fn(Evidence) -> bool| {
                let counting = tickets[over..].iter().rev().find(|(_, evidence)| counts(*evidence));
                counting.map(|(number, _)| *number)
            };
            let last = count(&|evidence| left(evidence) && !evidence.retired);
            let last = last.or_else(|| count(&|evidence| left(evidence)));
            prop_assert_eq!(story.last().map(|(number, ..)| number), last);
            let there = count(&|evidence| evidence.verdict.is_some_and(Final::is_there));
            prop_assert_eq!(story.there().copied(), there);
            let done = count(&|evidence| evidence.verdict.is_some_and(Final::is_done));
            prop_assert_eq!(story.done().copied(), done);
            let created = count(&|evidence| evidence.verdict == Some(Final::There));
            prop_assert_eq!(story.is_created(), created.is_some());
            let turned_away = count(&|evidence| evidence.verdict.is_some_and(Final::is_turned_away));
            prop_assert_eq!(story.is_turned_away(), turned_away > done);
        }
    }
}
