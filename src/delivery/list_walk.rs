//! Looking for contacts that cannot be asked for: one walk of the contact list for all rows that wait.
//!
//! The list shows no platform identifier, so a contact is known by everything else: it came into being after the row
//! was first sent, and it says what was sent. That decides only where it cannot be somebody else's: no second row of
//! the file has the name, no second contact of the list fits, and no row has the contact already. A walk that finds
//! nobody decides nothing.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tokio::sync::oneshot;

use super::echo;
use crate::api::{Fault, StoredContact};
use crate::model::{NewContact, Source};

/// Someone who is looked for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// What was sent.
    pub(super) contact: NewContact,
    /// The server's clock before it was sent.
    pub(super) sent_after: SystemTime,
}

/// What a walk of the whole list showed of someone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sighting {
    /// One contact that fits.
    One(Box<StoredContact>),
    /// No contact that fits.
    Nobody,
    /// More than one, or one that fits somebody else, too.
    Several,
    /// One that fits, and that another row has, or may have.
    Taken,
}

impl Sighting {
    fn one(&self) -> Option<&StoredContact> {
        match self {
            Self::One(stored) => Some(stored),
            _ => None,
        }
    }
}

/// What of a list fits those who are looked for.
pub(super) struct Sieve {
    wanted: Vec<Wanted>,
    fitting: Vec<Sighting>,
}

impl Sieve {
    pub(super) fn new(wanted: Vec<Wanted>) -> Self {
        let fitting = vec![Sighting::Nobody; wanted.len()];
        Self { wanted, fitting }
    }

    /// Looks at one contact of the list.
    pub(super) fn pass(&mut self, stored: &StoredContact) {
        let fits: Vec<usize> =
            (0..self.wanted.len()).filter(|&at| is_like(&self.wanted[at], stored)).collect();
        for &at in &fits {
            let seen = &mut self.fitting[at];
            *seen = match seen {
                // The list moves while it is walked, and can show a contact twice.
                Sighting::One(known) if known.id == stored.id => continue,
                Sighting::Nobody if fits.len() == 1 => Sighting::One(Box::new(stored.clone())),
                _ => Sighting::Several,
            };
        }
    }

    /// What was seen, in the order of those who were looked for. `are_taken`: which of the contacts that fit another row has.
    pub(super) fn finish(self, are_taken: impl FnOnce(&[&StoredContact]) -> Vec<bool>) -> Vec<Sighting> {
        let found: Vec<&StoredContact> = self.fitting.iter().filter_map(Sighting::one).collect();
        let mut taken = if found.is_empty() { Vec::new() } else { are_taken(&found) }.into_iter();
        let seen = |seen: Sighting| match seen {
            Sighting::One(_) if taken.next() != Some(false) => Sighting::Taken,
            seen => seen,
        };
        self.fitting.into_iter().map(seen).collect()
    }
}

fn is_like(wanted: &Wanted, stored: &StoredContact) -> bool {
    let contact = &wanted.contact;
    stored.source.as_deref() == Some(contact.source.as_str())
        && stored.name.as_ref() == Some(&contact.name)
        && stored.created_at.is_some_and(|created| created >= wanted.sent_after)
        && echo::differences(contact, stored).is_empty()
}

type Told = oneshot::Sender<Result<Sighting, Fault>>;

/// Rows that wait for a walk. Whoever comes first walks for all.
#[derive(Default)]
pub(super) struct Waiting {
    rows: Mutex<Vec<(Wanted, Told)>>,
    /// Held by the one who walks.
    pub(super) walking: tokio::sync::Mutex<()>,
}

impl Waiting {
    fn rows(&self) -> MutexGuard<'_, Vec<(Wanted, Told)>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits to be told by the next walk that begins.
    pub(super) fn join(&self, wanted: Wanted) -> oneshot::Receiver<Result<Sighting, Fault>> {
        let (tell, told) = oneshot::channel();
        self.rows().push((wanted, tell));
        told
    }

    /// Everybody of this source who waits now.
    pub(super) fn take(&self, source: Source) -> (Vec<Wanted>, Vec<Told>) {
        let mut rows = self.rows();
        let (taken, left) =
            std::mem::take(&mut *rows).into_iter().partition(|(wanted, _)| wanted.contact.source == source);
        *rows = left;
        Vec::into_iter(taken).unzip()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::model::ContactId;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn wanted(name: &str) -> Wanted {
        let contact = NewContact {
            identifier: "any".to_owned(),
            source: Source::Telegram,
            name: name.to_owned(),
            tags: vec!["VIP".to_owned()],
            ..NewContact::ada()
        };
        Wanted { contact, sent_after: at(100) }
    }

    fn stored(uuid: &str, name: &str) -> StoredContact {
        StoredContact {
            name: Some(name.to_owned()),
            source: Some("telegram".to_owned()),
            created_at: Some(at(150)),
            tags: Some(vec!["VIP".to_owned()]),
            ..StoredContact::bare(ContactId { uuid: uuid.to_owned(), href: None })
        }
    }

    fn walk(wanted: Vec<Wanted>, list: &[StoredContact]) -> Vec<Sighting> {
        let mut sieve = Sieve::new(wanted);
        list.iter().for_each(|contact| sieve.pass(contact));
        sieve.finish(|found| vec![false; found.len()])
    }

    fn one(stored: &StoredContact) -> Sighting {
        Sighting::One(Box::new(stored.clone()))
    }

    #[test]
    fn a_contact_that_came_after_the_send_and_says_what_was_sent_is_found() {
        let (ada, bob) = (stored("a", "Ada"), stored("b", "Bob"));
        let list = [bob.clone(), ada.clone(), ada.clone()];
        assert_eq!(
            walk(vec![wanted("Ada"), wanted("Bob"), wanted("Eve")], &list),
            [one(&ada), one(&bob), Sighting::Nobody]
        );
    }

    #[test]
    fn what_is_older_or_says_something_else_or_hides_it_is_somebody_else() {
        for other in [
            StoredContact { created_at: Some(at(99)), ..stored("a", "Ada") },
            StoredContact { created_at: None, ..stored("a", "Ada") },
            StoredContact { source: Some("instagram".to_owned()), ..stored("a", "Ada") },
            StoredContact { source: None, ..stored("a", "Ada") },
            StoredContact { name: None, ..stored("a", "Ada") },
            StoredContact { tags: Some(Vec::new()), ..stored("a", "Ada") },
            stored("a", "ada"),
        ] {
            assert_eq!(
                walk(vec![wanted("Ada")], std::slice::from_ref(&other)),
                [Sighting::Nobody],
                "{other:?}"
            );
        }
    }

    #[test]
    fn where_two_fit_nobody_is_chosen() {
        let list = [stored("a", "Ada"), stored("b", "Ada")];
        assert_eq!(walk(vec![wanted("Ada")], &list), [Sighting::Several]);
        assert_eq!(
            walk(vec![wanted("Ada"), wanted("Ada")], &list[..1]),
            [Sighting::Several, Sighting::Several]
        );
    }

    #[test]
    fn whom_another_row_has_is_told_as_that_and_who_was_not_found_is_not_asked_about() {
        let mut sieve = Sieve::new(vec![wanted("Ada"), wanted("Eve"), wanted("Bob")]);
        let (ada, bob) = (stored("a", "Ada"), stored("b", "Bob"));
        for stored in [&ada, &bob] {
            sieve.pass(stored);
        }
        let sightings = sieve.finish(|found| found.iter().map(|found| found.id.uuid == "b").collect());
        assert_eq!(sightings, [one(&ada), Sighting::Nobody, Sighting::Taken]);
        let nobody = Sieve::new(vec![wanted("Eve")]).finish(|_| panic!("nobody was found"));
        assert_eq!(nobody, [Sighting::Nobody]);
    }

    #[test]
    fn whoever_walks_takes_those_of_the_same_source() {
        let waiting = Waiting::default();
        let mut told = waiting.join(wanted("Ada"));
        let mut other = wanted("Bob");
        other.contact.source = Source::Instagram;
        let _other = waiting.join(other);
        let (taken, tell) = waiting.take(Source::Telegram);
        assert_eq!((taken.len(), waiting.rows().len()), (1, 1));
        drop(tell);
        assert!(told.try_recv().is_err(), "a walk that breaks off tells nothing");
    }
}
