//! What became of the contacts so far, counted from the journal, in flat memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;

use crate::journal::{Class, Ended, Evidence, Past, Replayed, Story, classify, peek};
use crate::sorting::Sorter;

/// How far back the rate looks, in milliseconds.
const MINUTE_MS: u64 = 60_000;

/// What the last ticket of a contact that left says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Created.
    Created,
    /// Created, and a look-up confirmed it.
    Confirmed,
    /// There before.
    Existing,
    /// There before, and changed.
    Updated,
    /// Refused.
    Rejected,
    /// Given up.
    Failed,
    /// Nobody knew when the run ended.
    Unconfirmed,
    /// On the wire, or left there by a process that died.
    Open,
    /// Leased and not sent, or given back: a later run sends it.
    Waiting,
}

impl Kind {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 9] = [
        Self::Created,
        Self::Confirmed,
        Self::Existing,
        Self::Updated,
        Self::Rejected,
        Self::Failed,
        Self::Unconfirmed,
        Self::Open,
        Self::Waiting,
    ];

    fn of(past: &Past) -> (Self, Option<u64>) {
        if let Some(verdict) = &past.verdict {
            let kind = match verdict.o {
                Ended::Created(_, _, false) => Self::Created,
                Ended::Created(_, _, true) => Self::Confirmed,
                Ended::Existing(..) | Ended::Left(..) => Self::Existing,
                Ended::Updated(..) => Self::Updated,
                Ended::Rejected(..) | Ended::Unwanted(..) | Ended::ChangeRefused(..) => Self::Rejected,
                Ended::Failed(..) | Ended::ChangeFailed(..) => Self::Failed,
                Ended::Unconfirmed(..) => Self::Unconfirmed,
            };
            return (kind, Some(verdict.finished_ms));
        }
        let kind = match (past.evidence.verdict, classify(past.evidence, true)) {
            (Some(_), _) => Self::Unconfirmed,
            (None, Class::Unknown) => Self::Open,
            (None, _) => Self::Waiting,
        };
        (kind, None)
    }
}

/// The counts.
#[derive(Debug, Default)]
pub struct Census {
    /// Contacts by the last process that leased them, and by what became of them, in the order of [`Kind::ALL`].
    contacts: BTreeMap<u64, [u64; Kind::ALL.len()]>,
    /// Contacts that were settled within the last minute.
    recent: u64,
    /// What else the journal says.
    pub replayed: Replayed,
}

/// Contact, ticket, process that leased it, evidence, what the ticket says.
const TICKET: usize = 16 + 8 + 8 + 2 + 1;

/// A journal's tickets.
struct Tickets<F> {
    by_contact: Sorter<TICKET, F>,
    recent: u64,
}

impl<F: Fn() -> io::Result<File>> Tickets<F> {
    fn new(scratch: F) -> Self {
        Self { by_contact: Sorter::new(scratch), recent: 0 }
    }

    fn note(&mut self, past: &Past, now_ms: u64) -> io::Result<()> {
        let (kind, finished_ms) = Kind::of(past);
        self.recent += u64::from(
            finished_ms.is_some_and(|finished| finished <= now_ms && now_ms - finished < MINUTE_MS),
        );
        let mut record = [0; TICKET];
        record[..16].copy_from_slice(&past.key.0);
        record[16..24].copy_from_slice(&past.ticket.to_be_bytes());
        record[24..32].copy_from_slice(&(past.session as u64).to_be_bytes());
        record[32..34].copy_from_slice(&past.evidence.packed());
        record[34] = kind as u8;
        self.by_contact.push(record)
    }

    fn counted(self, replayed: Replayed) -> io::Result<Census> {
        let mut census = Census { contacts: BTreeMap::new(), recent: self.recent, replayed };
        let mut contact: Option<Contact> = None;
        for record in self.by_contact.sorted()? {
            let record = record?;
            let number = |at: usize| record[at..].first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
            let key = std::array::from_fn(|at| record[at]);
            if contact.as_ref().is_none_or(|contact| contact.key != key) {
                census.add(contact.as_ref());
                contact = Some(Contact { key, story: Story::default(), session: 0 });
            }
            let Some(contact) = &mut contact else { continue };
            let kind = Kind::ALL.get(usize::from(record[34])).copied().unwrap_or(Kind::Waiting);
            contact.story.note(number(16), Evidence::unpacked([record[32], record[33]]), kind);
            contact.session = contact.session.max(number(24));
        }
        census.add(contact.as_ref());
        Ok(census)
    }
}

/// A contact, and the last process that leased it.
struct Contact {
    key: [u8; 16],
    story: Story<Kind>,
    session: u64,
}

impl Census {
    /// Reads the journal at `path`, if there is one. `now_ms` is the wall clock, in milliseconds since 1970; the rate is
    /// as true as the clocks of then and now. `scratch` makes the file for what does not fit into memory.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or put aside.
    pub fn read(
        path: &Path,
        now_ms: u64,
        scratch: impl Fn() -> io::Result<File>,
    ) -> io::Result<Option<Self>> {
        let mut tickets = Tickets::new(scratch);
        let replayed = peek(path, |past| tickets.note(&past, now_ms))?;
        replayed.map(|replayed| tickets.counted(replayed)).transpose()
    }

    fn add(&mut self, contact: Option<&Contact>) {
        let Some(Contact { story, session, .. }) = contact else { return };
        let kind = story.last().map_or(Kind::Waiting, |(_, _, kind)| *kind);
        self.contacts.entry(*session).or_default()[kind as usize] += 1;
    }

    /// How many contacts of the whole journal are so.
    pub fn count(&self, kind: Kind) -> u64 {
        self.since(0)[kind as usize]
    }

    /// Contacts of the list as it is now, by what became of them, in the order of [`Kind::ALL`]: those that processes
    /// leased since the list is so. They are rows of it; those that stand in the journal from before may be.
    pub fn of_this_list(&self) -> [u64; Kind::ALL.len()] {
        self.since(self.this_list_since())
    }

    /// Contacts that only processes leased that read another list, or the list of now in another form.
    pub fn from_before(&self) -> u64 {
        let all = |counts: [u64; Kind::ALL.len()]| counts.iter().sum::<u64>();
        all(self.since(0)) - all(self.since(self.this_list_since()))
    }

    /// Those of which the last process that leased them is this one or a later one.
    fn since(&self, session: u64) -> [u64; Kind::ALL.len()] {
        let mut all = [0; Kind::ALL.len()];
        for counts in self.contacts.range(session..).map(|(_, counts)| counts) {
            all.iter_mut().zip(counts).for_each(|(all, count)| *all += count);
        }
        all
    }

    /// The first process that read what the last one reads. The journal does not know the columns and the part of the
    /// file; where more contacts were leased than there are rows, they were others, and only the last one is believed.
    fn this_list_since(&self) -> u64 {
        let Replayed { edition, sessions, ref last_session, .. } = self.replayed;
        let rows = last_session.as_ref().map_or(u64::MAX, |session| session.rows);
        let leased: u64 = self.since(edition as u64).iter().sum();
        (if leased > rows { sessions } else { edition }) as u64
    }

    /// Contacts settled per second, over the last minute or since the last process began, if that is shorter; `None`
    /// before it has run for a second.
    pub fn per_second(&self, now_ms: u64) -> Option<f64> {
        let began_ms = self.replayed.last_session.as_ref()?.at.checked_mul(1000)?;
        let ms = now_ms.checked_sub(began_ms)?.min(MINUTE_MS);
        #[expect(clippy::cast_precision_loss, reason = "a rate need not be exact")]
        (ms >= 1000).then(|| self.recent as f64 * 1000.0 / ms as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{ContactKey, Session, TicketNumber, Verdict};

    fn past(key: u8, ticket: TicketNumber, ended: Option<Ended>, finished_ms: u64) -> Past {
        let evidence = Evidence { marked: true, ..Evidence::LEASED };
        let verdict = ended.map(|o| Verdict { attempts: 1, ..Verdict::of(ticket, o, finished_ms) });
        let key = ContactKey([key; 16]);
        Past {
            key,
            content: [0; 8],
            leased: [0; 8],
            ticket,
            session: 1,
            evidence,
            offset: 0,
            sent_after: None,
            verdict,
            changes: Vec::new(),
        }
    }

    #[test]
    fn every_kind_has_its_place_among_all() {
        assert!(Kind::ALL.iter().enumerate().all(|(at, kind)| *kind as usize == at));
    }

    #[test]
    fn the_last_ticket_of_a_contact_counts_and_only_the_last_minute_makes_the_rate() {
        let created = |by_lookup| Some(Ended::Created("u".to_owned(), None, by_lookup));
        let failed = || Some(Ended::Failed("c".to_owned(), "l".to_owned()));
        let mut tickets = Tickets::new(tempfile::tempfile);
        for past in [
            past(1, 1, failed(), 10_000),
            past(2, 2, created(true), 69_000),
            past(1, 3, created(false), 100_000),
            past(3, 4, failed(), 100_001),
            past(4, 5, None, 0),
        ] {
            tickets.note(&past, 100_000).unwrap();
        }
        let census = tickets.counted(Replayed::default()).unwrap();
        let counts: Vec<u64> = Kind::ALL.into_iter().map(|kind| census.count(kind)).collect();
        assert_eq!(counts, [1, 1, 0, 0, 0, 1, 0, 1, 0]);
        assert_eq!(census.recent, 2, "a clock that went back makes no rate");
    }

    #[test]
    fn contacts_that_only_earlier_editions_of_a_list_had_are_none_of_this_one() {
        let census = |tickets: &[(u8, TicketNumber, usize)]| {
            let session = Session { boot: None, input: String::new(), rows: 2, at: 0 };
            let replayed =
                Replayed { edition: 2, sessions: 3, last_session: Some(session), ..Replayed::default() };
            let mut noted = Tickets::new(tempfile::tempfile);
            for (key, ticket, session) in tickets {
                let created = Some(Ended::Created("u".to_owned(), None, false));
                noted.note(&Past { session: *session, ..past(*key, *ticket, created, 0) }, 0).unwrap();
            }
            noted.counted(replayed).unwrap()
        };
        let mut tickets = vec![(1, 1, 1), (2, 2, 1), (1, 3, 2), (3, 4, 3)];
        let seen = census(&tickets);
        assert_eq!((seen.of_this_list()[0], seen.from_before(), seen.count(Kind::Created)), (2, 1, 3));
        // More contacts than rows: the columns were others.
        tickets.push((4, 5, 2));
        let seen = census(&tickets);
        assert_eq!((seen.of_this_list()[0], seen.from_before()), (1, 3));
    }
}
