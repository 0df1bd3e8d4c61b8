//! What another import into the same account knows of contacts.
//!
//! Rows that failed are corrected in `failures.csv` and given back into a folder of their own. Where they are corrected in
//! the list, too, the import of the list meets somebody whom it has never sent, and whom that other import has; and what
//! is given back may be somebody whom the list's import has sent in another night.
//!
//! The other import may be of millions of rows. Its tickets are sorted by contact, as a survey sorts its own, and what they
//! come to is found again by contact, both in flat memory.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::Path;

use super::error::JournalError;
use super::fate::{Class, Evidence, Final, classify};
use super::gate::About;
use super::key::{ContactKey, Fingerprints};
use super::own_file::own_file_to_read;
use super::past::Past;
use super::peek::peek_whole;
use super::recall::Recall;
use super::storage::Length;
use super::story::Story;
use super::ticket::{Earlier, There};
use crate::model::NewContact;
use crate::sorting::{Index, Sorted, Sorter};
use crate::words::{Message, message};

/// The contacts of another import that are in the account, or may be.
pub struct Elsewhere {
    known: Option<Contacts>,
    /// What may have been done about contacts that it does not know: something, if it lacks something.
    unknown: Earlier,
    /// What it lacks, in words.
    damage: Option<Message>,
    /// It is of the list from which the rows come, which say themselves whether it left them in doubt.
    is_list: bool,
    /// It was set aside when its import was begun anew.
    is_forgotten: bool,
    /// How many contacts may be in the account, of those that may have been sent by `until`.
    open: usize,
    /// The server's clock in seconds since 1970, or the end of all time.
    until: u64,
}

struct Contacts {
    fingerprints: Fingerprints,
    contacts: Index<KNOWN>,
    recall: Recall,
}

/// Contact, ticket, evidence, number of what is known.
const TICKET: usize = 16 + 8 + 2 + 8;
/// Contact, number of what is known.
const KNOWN: usize = 16 + 8;

#[derive(Clone, Copy)]
enum Presence {
    /// `is_ours`: it was created there.
    There {
        offset: u64,
        is_ours: bool,
    },
    MaybeSent {
        after: Option<u64>,
    },
    NotThere {
        after: Option<u64>,
    },
}

impl Presence {
    /// What a ticket says by itself: where the verdict stands that the contact is there, or when it may have been sent.
    fn of(past: &Past) -> Self {
        if past.evidence.verdict.is_some_and(Final::is_there) {
            Self::There { offset: past.offset, is_ours: false }
        } else {
            Self::MaybeSent { after: past.sent_after }
        }
    }

    /// Whether it may be in the account, and may have been sent by then.
    fn is_open_by(self, until: u64) -> bool {
        matches!(self, Self::MaybeSent { after } if after.is_none_or(|after| after <= until))
    }

    fn number(self) -> u64 {
        // No clock goes so far that this makes a difference.
        let seconds = |after: Option<u64>| after.map_or(0, |after| after.min(u64::MAX >> 3) + 1);
        match self {
            Self::There { offset, is_ours: false } => offset << 2,
            Self::There { offset, is_ours: true } => offset << 2 | 3,
            Self::MaybeSent { after } => seconds(after) << 2 | 1,
            Self::NotThere { after } => seconds(after) << 2 | 2,
        }
    }

    fn of_number(number: u64) -> Self {
        let (kind, number) = (number & 3, number >> 2);
        let after = number.checked_sub(1);
        match kind {
            0 => Self::There { offset: number, is_ours: false },
            1 => Self::MaybeSent { after },
            2 => Self::NotThere { after },
            _ => Self::There { offset: number, is_ours: true },
        }
    }
}

fn ticket(past: &Past) -> [u8; TICKET] {
    let mut record = [0; TICKET];
    record[..16].copy_from_slice(&past.key.0);
    record[16..24].copy_from_slice(&past.ticket.to_be_bytes());
    record[24..26].copy_from_slice(&past.evidence.packed());
    record[26..].copy_from_slice(&Presence::of(past).number().to_be_bytes());
    record
}

/// Of each contact what all its tickets say together, in the order of contacts.
fn known(tickets: Sorted<TICKET>) -> impl Iterator<Item = io::Result<[u8; KNOWN]>> {
    let mut tickets = tickets.peekable();
    let contact = |record: &[u8; TICKET]| record.first_chunk::<16>().copied();
    std::iter::from_fn(move || {
        loop {
            let first = match tickets.next()? {
                Ok(first) => first,
                Err(error) => return Some(Err(error)),
            };
            let mut story: Story<Presence> = Story::default();
            note(&mut story, &first);
            while let Some(next) =
                tickets.next_if(|next| next.as_ref().is_ok_and(|next| contact(next) == contact(&first)))
            {
                match next {
                    Ok(next) => note(&mut story, &next),
                    Err(error) => return Some(Err(error)),
                }
            }
            if let Some(known) = of_story(&story) {
                let mut record = [0; KNOWN];
                record[..16].copy_from_slice(&first[..16]);
                record[16..].copy_from_slice(&known.number().to_be_bytes());
                return Some(Ok(record));
            }
        }
    })
}

fn note(story: &mut Story<Presence>, record: &[u8; TICKET]) {
    let evidence = Evidence::unpacked([record[24], record[25]]);
    story.note(number(&record[16..]), evidence, Presence::of_number(number(&record[26..])));
}

fn of_story(story: &Story<Presence>) -> Option<Presence> {
    if let Some(there) = story.there() {
        return Some(match *there {
            Presence::There { offset, .. } => Presence::There { offset, is_ours: story.is_created() },
            known => known,
        });
    }
    let (_, evidence, last) = story.last()?;
    if evidence.said_by_row {
        return None;
    }
    Some(match (*last, classify(evidence, true)) {
        (Presence::MaybeSent { after }, Class::NeverSent | Class::Settled) => Presence::NotThere { after },
        (known, _) => known,
    })
}

/// The number that the first eight bytes are.
fn number(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// That a contact was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// The server's clock before which it was not, in seconds, if that is known.
    pub after: Option<u64>,
    /// It is known that it is not there, as far as the one goes who sent it.
    pub in_vain: bool,
}

/// What is known of one contact.
#[derive(Debug, PartialEq, Eq)]
pub enum Abroad {
    /// It is in the account.
    There(There),
    /// It may be.
    MaybeSent {
        /// The server's clock when its ticket was leased, in seconds.
        after: Option<u64>,
    },
}

impl Elsewhere {
    /// Reads the journal at `path`; `None` if nothing was ever sent there, or if it is of an account that is not `asked`.
    /// Nothing is changed. `is_gone`: whether the contact of a ticket was deleted since, by an undo. `scratch` makes files for
    /// what does not fit into memory.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or put aside.
    pub fn read(
        path: &Path,
        is_gone: impl Fn(&Past) -> bool,
        asked: impl FnOnce(&Fingerprints, &About) -> bool,
        scratch: impl Fn() -> io::Result<File>,
    ) -> io::Result<Option<Self>> {
        Self::read_until(path, u64::MAX, is_gone, asked, scratch)
    }

    /// The same for someone who asks for contacts that came into being by `until`, by the server's clock in seconds since 1970:
    /// what was sent after that is not [open](Self::open). The journal may be written meanwhile.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or put aside.
    pub fn read_until(
        path: &Path,
        until: u64,
        is_gone: impl Fn(&Past) -> bool,
        asked: impl FnOnce(&Fingerprints, &About) -> bool,
        scratch: impl Fn() -> io::Result<File>,
    ) -> io::Result<Option<Self>> {
        let mut tickets = Sorter::new(&scratch);
        // Before the journal, which only grows: so it is never shorter than this.
        let noted = Length::beside(path);
        let was_written = noted.as_ref().is_some_and(|noted| noted.synced > 0);
        let Some(replayed) = peek_whole(path, noted.as_ref(), |past| {
            if is_gone(&past) { Ok(()) } else { tickets.push(ticket(&past)) }
        })?
        else {
            return Ok(was_written.then(|| Self::lost(message!("damage-no-journal"), None)));
        };
        let unknown = replayed.of_unknown_rows();
        let Some(head) = replayed.head else {
            let damage = replayed.damage.unwrap_or_else(|| message!("damage-no-head"));
            return Ok((was_written || replayed.length > 0).then(|| Self::lost(damage, None)));
        };
        let fingerprints = head.fingerprints();
        if !asked(&fingerprints, &About { endpoint: head.endpoint, account: head.account }) {
            return Ok(None);
        }
        let mut open = 0;
        let count = |record: &io::Result<[u8; KNOWN]>| {
            let known = record.as_ref().map(|record| Presence::of_number(number(&record[16..])));
            open += usize::from(known.is_ok_and(|known| known.is_open_by(until)));
        };
        let contacts = Index::of(known(tickets.sorted()?).inspect(count), &scratch)?;
        let recall = Recall::of(own_file_to_read(path)?);
        let known = Some(Contacts { fingerprints, contacts, recall });
        let damage = replayed.damage;
        Ok(Some(Self { known, unknown, damage, is_list: false, is_forgotten: false, open, until }))
    }

    /// An import of which nothing can be read: anybody may have been sent there. `after`: not before that, by the server's clock,
    /// in seconds since 1970.
    pub fn lost(damage: Message, after: Option<u64>) -> Self {
        let unknown = Earlier::MaybeSent { after, by_row: false, in_vain: false };
        let (damage, until) = (Some(damage), u64::MAX);
        Self { known: None, unknown, damage, is_list: false, is_forgotten: false, open: 0, until }
    }

    /// It is of the list from which the rows come: where one says itself whether it was left in doubt there, a person may have
    /// taken that word back.
    #[must_use]
    pub fn of_a_list(self) -> Self {
        Self { is_list: true, ..self }
    }

    /// Its journal was set aside when the import was begun anew, and what it knows counts as long as the account bears it out;
    /// `None` if nothing can be read of it. What it lacks was to be forgotten.
    #[must_use]
    pub fn of_before_a_restart(self) -> Option<Self> {
        let known = Some(self.known?);
        Some(Self { known, unknown: Earlier::Nothing, damage: None, is_forgotten: true, ..self })
    }

    /// The list whose failures it imports is begun anew, and what it knows counts as long as the account bears it out.
    #[must_use]
    pub fn of_failures_before_a_restart(self) -> Self {
        Self { is_forgotten: true, ..self }
    }

    /// Whether it is of before a restart.
    pub fn is_forgotten(&self) -> bool {
        self.is_forgotten
    }

    /// What it lacks, in words, if something: contacts that it does not know may have been sent all the same.
    pub fn damage(&self) -> Option<&Message> {
        self.damage.as_ref()
    }

    /// What is known of this contact; `None` if it was not sent there. `says_itself`: its row says whether the list from which it
    /// comes left it in doubt.
    ///
    /// # Errors
    ///
    /// If what is known of it cannot be read back.
    pub fn of(&self, contact: &NewContact, says_itself: bool) -> Result<Option<Abroad>, JournalError> {
        Ok(match (self.known_of(contact)?, self.unknown) {
            (Some((recall, Presence::There { offset, is_ours })), _) => {
                let (id, is_forgotten) = (recall.contact(offset)?, self.is_forgotten);
                Some(Abroad::There(There { id, is_ours, is_forgotten }))
            }
            (Some((_, Presence::MaybeSent { after })), _) if !(self.is_list && says_itself) => {
                Some(Abroad::MaybeSent { after })
            }
            // Where something is missing, what is known last need not be the last; who looked and took a row's word back knows
            // more.
            (_, Earlier::MaybeSent { after, .. }) if !says_itself => Some(Abroad::MaybeSent { after }),
            _ => None,
        })
    }

    /// Whether this contact is in the account, or may be, by what is known of it there.
    ///
    /// # Errors
    ///
    /// If what is known of it cannot be read back.
    pub fn may_have(&self, contact: &NewContact) -> Result<bool, JournalError> {
        let known = self.known_of(contact)?;
        Ok(matches!(known, Some((_, Presence::There { .. } | Presence::MaybeSent { .. }))))
    }

    /// That this contact was sent there, or may have been; `None` if it was not.
    ///
    /// # Errors
    ///
    /// If what is known of it cannot be read back.
    pub fn sent(&self, contact: &NewContact) -> Result<Option<Sent>, JournalError> {
        let sent = |after, in_vain| Some(Sent { after, in_vain });
        Ok(match self.known_of(contact)? {
            _ if self.damage.is_some() => sent(None, false),
            Some((_, Presence::MaybeSent { after })) => sent(after, false),
            Some((_, Presence::NotThere { after })) => sent(after, true),
            Some((_, Presence::There { .. })) => sent(None, false),
            None => None,
        })
    }

    /// How many contacts may be in the account by what is known there.
    pub fn open(&self) -> usize {
        self.open
    }

    /// Who this contact is there, if it is one of those who [may be in the account](Self::open).
    ///
    /// # Errors
    ///
    /// If what is known of it cannot be read back.
    pub fn open_key(&self, contact: &NewContact) -> Result<Option<ContactKey>, JournalError> {
        let key = |contacts: &Contacts| contacts.fingerprints.key(contact);
        let is_open = self.known_of(contact)?.is_some_and(|(_, known)| known.is_open_by(self.until));
        Ok(self.known.as_ref().filter(|_| is_open).map(key))
    }

    /// Which of the contacts with these uuids may be known there. Reads the whole journal, once for all of them.
    pub fn may_mention<'u>(&self, uuids: &BTreeSet<&'u str>) -> BTreeSet<&'u str> {
        let is_whole = self.damage.is_none();
        let known = self.known.as_ref().filter(|_| is_whole);
        let mentioned = known.and_then(|contacts| contacts.recall.mentioned(uuids).ok());
        mentioned.unwrap_or_else(|| uuids.clone())
    }

    fn known_of(&self, contact: &NewContact) -> Result<Option<(&Recall, Presence)>, JournalError> {
        let Some(Contacts { fingerprints, contacts, recall }) = &self.known else { return Ok(None) };
        let ContactKey(key) = fingerprints.key(contact);
        let found = contacts.find(key).map_err(JournalError::io("read"))?;
        Ok(found.map(|record| (recall, Presence::of_number(number(&record[16..])))))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::record::{Ended, Record, TicketNumber, VERSION, Verdict, encode_identity};
    use super::super::storage::{Disk, Storage as _};
    use super::super::{Identity, replay};
    use super::*;
    use crate::model::ContactId;

    fn past(contact: u8, ticket: TicketNumber, evidence: Evidence) -> Past {
        Past {
            key: ContactKey([contact; 16]),
            content: [0; 8],
            leased: [0; 8],
            ticket,
            session: 1,
            evidence,
            offset: 100 + ticket,
            sent_after: ticket.is_multiple_of(2).then_some(ticket),
            verdict: None,
            changes: Vec::new(),
        }
    }

    #[test]
    fn who_cannot_have_been_sent_by_then_is_not_open() {
        let maybe = |after| Presence::MaybeSent { after };
        let not_there = Presence::NotThere { after: None };
        for (known, is_open) in
            [(maybe(None), true), (maybe(Some(7)), true), (maybe(Some(8)), false), (not_there, false)]
        {
            assert_eq!(Presence::of_number(known.number()).is_open_by(7), is_open);
        }
    }

    proptest! {
        #[test]
        fn of_each_contact_is_known_what_its_tickets_say_together(
            tickets in prop::collection::vec((0_u8..5, 0_u8..=9, 0_u8..128), 0..30),
        ) {
            let mut sorter = Sorter::new(tempfile::tempfile);
            let mut stories: BTreeMap<u8, Story<(u64, Option<u64>)>> = BTreeMap::new();
            for (number, (contact, verdict, bits)) in (0..).zip(tickets) {
                let past = past(contact, number, Evidence::unpacked([verdict, bits]));
                sorter.push(ticket(&past)).unwrap();
                let told = (past.offset, past.sent_after);
                stories.entry(contact).or_default().note(number, past.evidence, told);
            }
            let contacts = Index::of(known(sorter.sorted().unwrap()), tempfile::tempfile).unwrap();
            for contact in 0..5 {
                let story = stories.entry(contact).or_default();
                // Where the verdict stands that it is there, since when it may be, and since when it was sent and is not.
                let expected = match (story.there(), story.last()) {
                    (Some((offset, _)), _) if story.is_created() => Some(("ours", Some(*offset))),
                    (Some((offset, _)), _) => Some(("there", Some(*offset))),
                    // The row itself said so, and says it here, too, or somebody has taken it back.
                    (None, Some((_, evidence, _))) if evidence.said_by_row => None,
                    (None, Some((_, evidence, (_, after)))) => {
                        let is_known = classify(evidence, true) != Class::Unknown;
                        Some((if is_known { "not there" } else { "maybe" }, *after))
                    }
                    (None, None) => None,
                };
                let found = contacts.find([contact; 16]).unwrap();
                let found = found.map(|record| match Presence::of_number(number(&record[16..])) {
                    Presence::There { offset, is_ours } => (if is_ours { "ours" } else { "there" }, Some(offset)),
                    Presence::MaybeSent { after } => ("maybe", after),
                    Presence::NotThere { after } => ("not there", after),
                });
                prop_assert_eq!(found, expected);
            }
        }
    }

    fn contact(number: u8) -> NewContact {
        NewContact { identifier: format!("39333123450{number}"), ..NewContact::ada() }
    }

    fn uuid(number: u8) -> String {
        format!("uuid-{number}")
    }

    const SALT: [u8; 32] = [7; 32];

    /// 0 was created, 1 was there, 2 was rejected, 3 was sent after 50 and 4 after 90, and nobody knows what became of them; 5
    /// was created and is gone. 6 was never sent.
    fn records() -> Vec<Record> {
        let of = |contacts: &[u8]| -> Vec<String> {
            let key = |number: &u8| Fingerprints::new(SALT).key(&contact(*number));
            contacts
                .iter()
                .map(|number| encode_identity(Identity { key: key(number), content: [*number; 8] }))
                .collect()
        };
        let lease = |n, contacts: &[u8], sv| Record::Lease {
            n,
            k: of(contacts),
            sv: Some(sv),
            now: None,
            by_row: false,
        };
        let ended = |n, ended| Record::Verdict(Verdict::of(n, ended, 0));
        vec![
            Record::Head {
                v: VERSION,
                salt: replay::write_salt(&SALT),
                endpoint: "here".to_owned(),
                account: "a".to_owned(),
                main: None,
            },
            lease(0, &[0, 1, 2, 3], 50),
            lease(4, &[4, 5], 90),
            Record::Marked { n: (0..6).collect() },
            ended(0, Ended::Created(uuid(0), None, false)),
            ended(1, Ended::Left(uuid(1), None, false)),
            ended(2, Ended::Rejected(None, "no".to_owned())),
            ended(5, Ended::Created(uuid(5), None, false)),
        ]
    }

    fn write(path: &Path, records: &[Record]) {
        let lines: Vec<u8> = (0..).zip(records).flat_map(|(at, record)| record.encode(at)).collect();
        std::fs::write(path, lines).unwrap();
    }

    fn read_until(path: &Path, until: u64) -> Option<Elsewhere> {
        let is_gone = |past: &Past| past.ticket == 5;
        let is_asked = |_: &Fingerprints, about: &About| about.endpoint == "here" && about.account == "a";
        Elsewhere::read_until(path, until, is_gone, is_asked, tempfile::tempfile).unwrap()
    }

    fn there(number: u8, is_ours: bool, is_forgotten: bool) -> Option<Abroad> {
        let id = ContactId { uuid: uuid(number), href: None };
        Some(Abroad::There(There { id, is_ours, is_forgotten }))
    }

    fn maybe(after: Option<u64>) -> Option<Abroad> {
        Some(Abroad::MaybeSent { after })
    }

    #[test]
    fn what_another_import_says_of_a_contact_is_what_its_journal_has() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.log");
        write(&path, &records());
        let other = read_until(&path, u64::MAX).unwrap();
        let sent = |after, in_vain| Some(Sent { after, in_vain });
        for (number, of, may_have, was_sent) in [
            (0, there(0, true, false), true, sent(None, false)),
            (1, there(1, false, false), true, sent(None, false)),
            (2, None, false, sent(Some(50), true)),
            (3, maybe(Some(50)), true, sent(Some(50), false)),
            (4, maybe(Some(90)), true, sent(Some(90), false)),
            (5, None, false, None),
            (6, None, false, None),
        ] {
            let contact = contact(number);
            assert_eq!(other.of(&contact, false).unwrap(), of, "{number}");
            // A row's own word is only of the list that it comes from.
            assert_eq!(other.of(&contact, true).unwrap(), of, "{number}");
            assert_eq!(other.may_have(&contact).unwrap(), may_have, "{number}");
            assert_eq!(other.sent(&contact).unwrap(), was_sent, "{number}");
            let key = Fingerprints::new(SALT).key(&contact);
            let is_open = |number| number == 3 || number == 4;
            assert_eq!(other.open_key(&contact).unwrap(), is_open(number).then_some(key), "{number}");
        }
        assert!(other.damage().is_none() && !other.is_forgotten());
        let (known, unknown) = (uuid(1), uuid(6));
        assert_eq!(other.may_mention(&BTreeSet::from([&*known, &*unknown])), BTreeSet::from([&*known]));
        let of_list = other.of_a_list();
        assert_eq!(of_list.of(&contact(3), false).unwrap(), maybe(Some(50)));
        assert_eq!(of_list.of(&contact(3), true).unwrap(), None);
        assert_eq!(of_list.of(&contact(0), true).unwrap(), there(0, true, false));
        let before = of_list.of_before_a_restart().unwrap();
        assert!(before.is_forgotten());
        assert_eq!(before.of(&contact(1), false).unwrap(), there(1, false, true));
    }

    #[test]
    fn what_was_sent_later_than_is_asked_for_is_not_open() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.log");
        write(&path, &records());
        for (until, open) in [(49, &[][..]), (50, &[3]), (89, &[3]), (90, &[3, 4]), (u64::MAX, &[3, 4])] {
            let other = read_until(&path, until).unwrap();
            assert_eq!(other.open(), open.len(), "{until}");
            let is_open = |number: &u8| other.open_key(&contact(*number)).unwrap().is_some();
            assert_eq!((0..7).filter(is_open).collect::<Vec<u8>>(), open, "{until}");
        }
    }

    #[test]
    fn where_something_is_missing_anybody_may_have_been_sent_unless_the_row_knows_better() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.log");
        write(&path, &[records(), vec![Record::Damaged]].concat());
        let other = read_until(&path, u64::MAX).unwrap();
        assert!(other.damage().is_some());
        for (number, of) in
            [(0, there(0, true, false)), (2, maybe(Some(50))), (3, maybe(Some(50))), (6, maybe(Some(50)))]
        {
            assert_eq!(other.of(&contact(number), false).unwrap(), of, "{number}");
            let sent = other.sent(&contact(number)).unwrap();
            assert_eq!(sent, Some(Sent { after: None, in_vain: false }), "{number}");
        }
        assert_eq!(other.of(&contact(6), true).unwrap(), None);
        assert!(!other.may_have(&contact(6)).unwrap());
        let (known, unknown) = (uuid(1), uuid(6));
        let asked = BTreeSet::from([&*known, &*unknown]);
        assert_eq!(other.may_mention(&asked), asked);
        // What a restart has set aside counts as far as it goes.
        let before = other.of_before_a_restart().unwrap();
        assert!(before.damage().is_none());
        assert_eq!(before.of(&contact(6), false).unwrap(), None);
        assert_eq!(before.sent(&contact(6)).unwrap(), None);
    }

    #[test]
    fn of_another_account_nothing_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.log");
        write(&path, &records());
        let read = Elsewhere::read(&path, |_| false, |_, _| false, tempfile::tempfile).unwrap();
        assert!(read.is_none());
        let read = Elsewhere::read(&path, |_| false, |_, _| true, tempfile::tempfile).unwrap().unwrap();
        assert_eq!(read.open(), 2);
        assert_eq!(read.of(&contact(5), false).unwrap(), there(5, true, false));
    }

    #[test]
    fn an_import_that_may_have_sent_anybody_is_lost_and_one_that_cannot_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.log");
        let note = |synced| {
            let mut disk = Disk::open(&path, false).unwrap();
            disk.note_length(&Length { written: 20, synced, boot: None });
        };
        assert!(read_until(&path, u64::MAX).is_none(), "there is no journal");
        for (text, synced, is_lost) in [
            (None, 0, false),
            (None, 20, true),
            (Some(""), 0, false),
            (Some(""), 20, true),
            (Some("no line of ours\n"), 0, true),
            (Some("no line of ours\n"), 20, true),
        ] {
            note(synced);
            match text {
                Some(text) => std::fs::write(&path, text).unwrap(),
                None => std::fs::remove_file(&path).unwrap(),
            }
            let read = read_until(&path, u64::MAX);
            assert_eq!(read.is_some(), is_lost, "{text:?} {synced}");
            let Some(lost) = read else { continue };
            assert!(lost.damage().is_some());
            assert_eq!(lost.of(&contact(0), false).unwrap(), maybe(None));
            assert_eq!(lost.sent(&contact(0)).unwrap(), Some(Sent { after: None, in_vain: false }));
            assert_eq!((lost.open(), lost.open_key(&contact(0)).unwrap()), (0, None));
            assert!(lost.of_before_a_restart().is_none());
        }
    }
}
