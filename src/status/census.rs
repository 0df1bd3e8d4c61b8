//! What became of the contacts so far, counted from the journal.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use crate::journal::{Class, ContactKey, Ended, Past, Replayed, Story, classify, peek};

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

/// A contact, and the last process that leased it.
#[derive(Debug, Default)]
struct Known {
    story: Story<Kind>,
    session: usize,
}

/// The counts.
#[derive(Debug, Default)]
pub struct Census {
    contacts: HashMap<ContactKey, Known>,
    /// Contacts that were settled within the last minute.
    recent: u64,
    /// What else the journal says.
    pub replayed: Replayed,
}

impl Census {
    /// Reads the journal at `path`, if there is one. `now_ms` is the wall clock, in milliseconds since 1970; the rate is
    /// as true as the clocks of then and now.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn read(path: &Path, now_ms: u64) -> io::Result<Option<Self>> {
        let mut census = Self::default();
        let replayed = peek(path, |past| {
            census.note(&past, now_ms);
            Ok(())
        })?;
        Ok(replayed.map(|replayed| Self { replayed, ..census }))
    }

    fn note(&mut self, past: &Past, now_ms: u64) {
        let (kind, finished_ms) = Kind::of(past);
        self.recent += u64::from(
            finished_ms.is_some_and(|finished| finished <= now_ms && now_ms - finished < MINUTE_MS),
        );
        let known = self.contacts.entry(past.key).or_default();
        known.story.note(past.ticket, past.evidence, kind);
        known.session = known.session.max(past.session);
    }

    /// How many contacts of the whole journal are so.
    pub fn count(&self, kind: Kind) -> u64 {
        self.since(0, |known| known.kind() == kind)
    }

    /// Contacts of the list as it is now, by what became of them, in the order of [`Kind::ALL`]: those that processes
    /// leased since the list is so. They are rows of it; those that stand in the journal from before may be.
    pub fn of_this_list(&self) -> [u64; Kind::ALL.len()] {
        let since = self.this_list_since();
        Kind::ALL.map(|kind| self.since(since, |known| known.kind() == kind))
    }

    /// Contacts that only processes leased that read another list, or the list of now in another form.
    pub fn from_before(&self) -> u64 {
        self.contacts.len() as u64 - self.since(self.this_list_since(), |_| true)
    }

    fn since(&self, session: usize, is_meant: impl Fn(&Known) -> bool) -> u64 {
        self.contacts.values().filter(|known| known.session >= session && is_meant(known)).count() as u64
    }

    /// The first process that read what the last one reads. The journal does not know the columns and the part of the
    /// file; where more contacts were leased than there are rows, they were others, and only the last one is believed.
    fn this_list_since(&self) -> usize {
        let Replayed { edition, sessions, ref last_session, .. } = self.replayed;
        let rows = last_session.as_ref().map_or(u64::MAX, |session| session.rows);
        if self.since(edition, |_| true) > rows { sessions } else { edition }
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

impl Known {
    fn kind(&self) -> Kind {
        self.story.last().map_or(Kind::Waiting, |(_, _, kind)| *kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{Evidence, Session, TicketNumber, Verdict};

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
    fn the_last_ticket_of_a_contact_counts_and_only_the_last_minute_makes_the_rate() {
        let created = |by_lookup| Some(Ended::Created("u".to_owned(), None, by_lookup));
        let failed = || Some(Ended::Failed("c".to_owned(), "l".to_owned()));
        let mut census = Census::default();
        for past in [
            past(1, 1, failed(), 10_000),
            past(2, 2, created(true), 69_000),
            past(1, 3, created(false), 100_000),
            past(3, 4, failed(), 100_001),
            past(4, 5, None, 0),
        ] {
            census.note(&past, 100_000);
        }
        let counts: Vec<u64> = Kind::ALL.into_iter().map(|kind| census.count(kind)).collect();
        assert_eq!(counts, [1, 1, 0, 0, 0, 1, 0, 1, 0]);
        assert_eq!(census.recent, 2, "a clock that went back makes no rate");
    }

    #[test]
    fn contacts_that_only_earlier_editions_of_a_list_had_are_none_of_this_one() {
        let session = Session { boot: None, input: String::new(), rows: 2, at: 0 };
        let replayed =
            Replayed { edition: 2, sessions: 3, last_session: Some(session), ..Replayed::default() };
        let mut census = Census { replayed, ..Census::default() };
        let note = |key, ticket, session, census: &mut Census| {
            let created = Some(Ended::Created("u".to_owned(), None, false));
            census.note(&Past { session, ..past(key, ticket, created, 0) }, 0);
        };
        for (key, ticket, session) in [(1, 1, 1), (2, 2, 1), (1, 3, 2), (3, 4, 3)] {
            note(key, ticket, session, &mut census);
        }
        assert_eq!((census.of_this_list()[0], census.from_before(), census.count(Kind::Created)), (2, 1, 3));
        // More contacts than rows: the columns were others.
        note(4, 5, 2, &mut census);
        assert_eq!((census.of_this_list()[0], census.from_before()), (1, 3));
    }
}
