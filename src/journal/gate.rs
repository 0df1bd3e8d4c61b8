//! The gate itself: what may be on the wire is written down before, what became of it after.

use std::collections::BTreeMap;
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use super::error::JournalError;
use super::past::{Begun, Past};
use super::record::{self, Ended, Record, Restart, TicketNumber, VERSION, Value, Verdict};
use super::replay::{self, Head, Replayed};
use super::storage::{Length, Storage, Synced};
use super::ticket::{Applicant, Earlier, Leased, Settled, Ticket};
use super::verdict;
use super::{ContactKey, Fingerprints, Identity, Recall, rules_mark};
use crate::model::{Code, Delivery, FieldChange, FieldValue, UpdateRules};
use crate::words::message;

/// Room that is made sure of before rows are leased, for each: its key, a mark and a long verdict.
const BYTES_PER_ROW: u64 = 820;

/// Contacts that are forgotten in one record.
const FORGOTTEN_AT_A_TIME: usize = 64;

/// A contact that this program deleted, or put back as it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBack {
    /// Who it is.
    pub key: ContactKey,
    /// Its uuid, if it was put back and not deleted.
    pub still_there: Option<String>,
}

/// What the import is about; a journal serves one account at one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Address of the API, or `sandbox`.
    pub endpoint: String,
    /// Fingerprint of the account.
    pub account: String,
}

/// What was promised and what was settled.
pub struct Journal<S> {
    storage: S,
    boot: Option<String>,
    fingerprints: Fingerprints,
    salt: [u8; 32],
    has_head: bool,
    sequence: u64,
    next_ticket: TicketNumber,
    written: u64,
    synced: u64,
    /// What the rows say of tickets that an earlier process leased, perhaps for something else.
    reopened: BTreeMap<TicketNumber, [u8; 8]>,
    /// By which rules rows are held against contacts that are there.
    rules: Option<String>,
}

/// Rows that wait for the disk.
pub struct Lease {
    leased: Vec<Leased>,
    synced: Synced,
    /// Where the journal ended when the lease was written.
    end: u64,
}

/// Rows that the disk has.
pub struct Granted {
    /// The rows.
    pub leased: Vec<Leased>,
    end: u64,
}

impl Lease {
    /// Waits until the disk has the lease. Can be waited for again if it was interrupted.
    ///
    /// # Errors
    ///
    /// If the disk does not take it; then none of the rows may be sent.
    pub async fn granted(&mut self) -> Result<Granted, JournalError> {
        (&mut self.synced).await.map_err(JournalError::io("sync"))?;
        Ok(Granted { leased: std::mem::take(&mut self.leased), end: self.end })
    }

    /// The rows, if they are not to be sent after all.
    pub fn given_up(self) -> Vec<Leased> {
        self.leased
    }
}

impl<S: Storage> Journal<S> {
    /// Reads what is there. `boot` is the boot that runs now; `salt` is for a new journal; every ticket's past is given
    /// to `each`.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is damaged beyond use, or was written by a newer program.
    pub fn open(
        mut storage: S,
        boot: Option<String>,
        salt: [u8; 32],
        each: impl FnMut(Past) -> io::Result<()>,
    ) -> Result<(Self, Replayed), JournalError> {
        let noted = storage.noted_length();
        let mut replayed = {
            let mut reader = storage.read().map_err(JournalError::io("read"))?;
            replay::replay(&mut *reader, boot.as_deref(), noted.as_ref(), each)
                .map_err(JournalError::io("read"))?
        };
        match &replayed.head {
            Some(Head { version, .. }) if *version > VERSION => {
                return Err(JournalError::Newer { found: *version, known: VERSION });
            }
            None => {
                if replayed.worked || noted.as_ref().is_some_and(|noted| noted.synced > 0) {
                    let what = replayed.damage.take().unwrap_or_else(|| message!("damage-no-head"));
                    return Err(JournalError::HeadLost { what });
                }
                // Nothing is leased before the disk has the head, so nothing was: the journal begins anew.
                replayed = Replayed { length: replayed.length, ..Replayed::default() };
            }
            Some(_) => {}
        }
        if replayed.length > replayed.whole_length {
            storage.truncate(replayed.whole_length).map_err(JournalError::io("write"))?;
        }
        let (salt, fingerprints) = match &replayed.head {
            Some(head) => (head.salt, head.fingerprints()),
            None => (salt, Fingerprints::new(salt)),
        };
        let journal = Self {
            storage,
            boot,
            fingerprints,
            salt,
            has_head: replayed.head.is_some(),
            sequence: replayed.next_sequence,
            next_ticket: replayed.next_ticket,
            written: replayed.whole_length,
            synced: noted.map_or(0, |noted| noted.synced).min(replayed.whole_length),
            reopened: BTreeMap::new(),
            rules: None,
        };
        Ok((journal, replayed))
    }

    /// What tells it from other journals, without its salt.
    pub fn id(&self) -> String {
        replay::id_of(&self.salt)
    }

    /// Makes fingerprints as this journal has them.
    pub fn fingerprints(&self) -> &Fingerprints {
        &self.fingerprints
    }

    /// Tells the channel that contacts without one belong to; see [`Fingerprints::with_main_channel`]. A journal that
    /// has begun keeps to what it began with.
    pub fn know_main_channel(&mut self, uuid: Option<&str>) {
        if !self.has_head {
            self.fingerprints = self.fingerprints.clone().with_main_channel(uuid);
        }
    }

    /// Tells the rules by which rows are held against contacts that are there: another run, with others, takes them up
    /// again.
    pub fn know_rules(&mut self, rules: &UpdateRules) {
        self.rules = rules_mark(rules);
    }

    /// Reads verdicts back, also while the journal is being written.
    ///
    /// # Errors
    ///
    /// If the journal cannot be opened a second time.
    pub fn recall(&self) -> Result<Recall, JournalError> {
        Ok(Recall::new(self.storage.reader().map_err(JournalError::io("open"))?))
    }

    /// A process begins to work; `unlooked`: it looks for nobody before it sends; `now` and `server_time` are the clocks of this
    /// machine and of the server. Nothing is sent before the disk has
    /// everything that was written until here.
    ///
    /// # Errors
    ///
    /// If the disk does not take it.
    pub async fn begin(
        &mut self,
        about: &About,
        input: &[u8; 32],
        rows: u64,
        unlooked: bool,
        replayed: &Replayed,
        (now, server_time): (SystemTime, Option<SystemTime>),
    ) -> Result<(), JournalError> {
        let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs());
        let mut records = Vec::new();
        if !self.has_head {
            records.push(Record::Head {
                v: VERSION,
                salt: replay::write_salt(&self.salt),
                endpoint: about.endpoint.clone(),
                account: about.account.clone(),
                main: self.fingerprints.main_channel().map(str::to_owned),
            });
            self.has_head = true;
        }
        if replayed.damage.is_some() {
            records.push(Record::Damaged);
        }
        records.push(Record::Session {
            boot: self.boot.clone(),
            input: replay::write_salt(input),
            rows,
            at: seconds(now).unwrap_or(0),
            sv: server_time.and_then(seconds),
            unlooked,
            restart: false,
        });
        self.append(&records)?;
        self.sync().await
    }

    /// Writes down that these rows may be on the wire soon. They may not be yet: see [`Lease::granted`]. `server_time`
    /// is the server's clock now.
    ///
    /// # Errors
    ///
    /// If it cannot be written, or there is no room for what will become of the rows.
    pub fn lease(
        &mut self,
        rows: Vec<Applicant>,
        server_time: Option<SystemTime>,
    ) -> Result<Lease, JournalError> {
        let mut keys: Vec<String> = rows.iter().map(|row| record::encode_identity(row.identity)).collect();
        let first = self.next_ticket;
        self.storage.reserve(rows.len() as u64 * BYTES_PER_ROW).map_err(JournalError::io("write"))?;
        let seconds =
            server_time.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map(|since| since.as_secs());
        let mut records = Vec::new();
        let mut next = first;
        let sent_after = |row: &Applicant| match row.earlier {
            Earlier::Nothing => seconds,
            // It may have been sent long before this lease.
            Earlier::MaybeSent { after, .. } => after,
            Earlier::LeftOpen => None,
        };
        let by_row = |row: &Applicant| matches!(row.earlier, Earlier::MaybeSent { by_row: true, .. });
        let said = |row: &Applicant| (sent_after(row), by_row(row));
        for alike in rows.chunk_by(|one, other| said(one) == said(other)) {
            let (sv, by_row) = said(&alike[0]);
            let k = keys.drain(..alike.len()).collect();
            records.push(Record::Lease { n: next, k, sv, now: seconds.filter(|_| sv != seconds), by_row });
            next += alike.len() as u64;
        }
        self.append(&records)?;
        self.next_ticket = next;
        let leased = (first..)
            .zip(rows)
            .map(|(number, applicant)| {
                let sent_after = sent_after(&applicant).map(from_seconds);
                Leased { number, applicant, sent_after, is_open: false }
            })
            .collect();
        Ok(Lease { leased, synced: self.storage.sync(), end: self.written })
    }

    /// Notes that the disk has a lease, and hands out its rows.
    pub fn grant(&mut self, granted: Granted) -> Vec<Leased> {
        self.synced = self.synced.max(granted.end);
        self.note_length();
        granted.leased
    }

    /// A row that an earlier process left open: its lease is on disk since then.
    pub fn reopen(&self, row: Applicant, number: TicketNumber, sent_after: Option<u64>) -> Leased {
        let applicant = Applicant { earlier: Earlier::LeftOpen, ..row };
        Leased { number, applicant, sent_after: sent_after.map(from_seconds), is_open: true }
    }

    /// Hands out tickets: from here on the rows may really be on the wire.
    ///
    /// # Errors
    ///
    /// If the mark cannot be written; then none of the rows may be sent.
    pub fn issue(&mut self, rows: Vec<Leased>) -> Result<Vec<Ticket>, JournalError> {
        self.append(&[Record::Marked { n: rows.iter().map(|row| row.number).collect() }])?;
        let reopened = rows.iter().filter(|row| row.is_open);
        self.reopened.extend(reopened.map(|row| (row.number, row.applicant.identity.content)));
        let ticket = |row: Leased| Ticket {
            number: row.number,
            row: row.applicant.row,
            contact: row.applicant.contact,
            remarks: row.applicant.remarks,
            identity: row.applicant.identity,
            earlier: row.applicant.earlier,
            has_twin: row.applicant.has_twin,
            there: row.applicant.there,
            was_turned_away: row.applicant.was_turned_away,
            sent_after: row.sent_after,
        };
        Ok(rows.into_iter().map(ticket).collect())
    }

    /// The sync that the rows of the tickets that were handed out last have to wait for, if there is one.
    pub fn marked(&mut self) -> Option<Synced> {
        self.storage.forgets_with_the_process().then(|| self.storage.sync())
    }

    /// Takes tickets back whose rows were provably not sent, or without effect. Whoever reads the journal believes it: a
    /// row that may be on its way, or whose [change](Self::change) may have been sent, must not be among them.
    ///
    /// # Errors
    ///
    /// If it cannot be written; then the rows are looked up next time.
    pub fn release(&mut self, tickets: Vec<TicketNumber>) -> Result<(), JournalError> {
        if tickets.is_empty() { Ok(()) } else { self.append(&[Record::Released { n: tickets }]) }
    }

    /// Writes down what became of rows on the wire. They may be reported then.
    ///
    /// # Errors
    ///
    /// If it cannot be written; then the rows are looked up next time.
    pub fn settle(
        &mut self,
        deliveries: Vec<(TicketNumber, Delivery)>,
    ) -> Result<Vec<Settled>, JournalError> {
        let mut records = Vec::with_capacity(deliveries.len());
        for (ticket, delivery) in &deliveries {
            let content = self.reopened.remove(ticket).map(record::encode_content);
            if let Some(verdict) = verdict::write(*ticket, delivery) {
                let rules = self.rules.clone().filter(|_| verdict.o.is_by_rules());
                let contact = delivery.contact.as_ref().filter(|_| verdict.o.is_of_one_who_was_there());
                let identity =
                    contact.map(|contact| record::encode_identity(self.fingerprints.identity(contact)));
                records.push(Record::Verdict(Verdict { content, rules, identity, ..verdict }));
            }
        }
        self.append(&records)?;
        Ok(deliveries.into_iter().map(|(_, delivery)| Settled::new(delivery)).collect())
    }

    /// Writes down that contacts which are there are about to be changed. They may not be yet: the disk has to have it.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn change<'c>(
        &mut self,
        changes: impl Iterator<Item = (TicketNumber, Identity, &'c Begun, &'c [FieldChange])>,
    ) -> Result<Synced, JournalError> {
        let value = |value: &FieldValue| match value {
            FieldValue::Text(text) => Value::Text(text.clone()),
            FieldValue::Options(options) => Value::List(options.clone()),
        };
        let records: Vec<Record> = changes
            .map(|(n, identity, begun, fields)| Record::Change {
                n,
                u: begun.uuid.clone(),
                m: begun.may_be_own,
                w: Some(record::encode_identity(identity)),
                c: fields
                    .iter()
                    .map(|change| {
                        (change.field.clone(), change.before.as_ref().map(value), value(&change.after))
                    })
                    .collect(),
                j: fields
                    .iter()
                    .filter_map(|change| Some((change.field.clone(), change.before_json.clone()?)))
                    .collect(),
            })
            .collect();
        self.append(&records)?;
        Ok(self.storage.sync())
    }

    /// Settles a row that was never on the wire: what became of it follows from the file alone, and needs no record.
    pub fn settle_here(&self, delivery: Delivery) -> Settled {
        debug_assert!(delivery.attempts == 0, "it was never on the wire");
        Settled::new(delivery)
    }

    /// A row that an earlier process settled, as it was then.
    pub fn settled_before(&self, delivery: Delivery) -> Settled {
        Settled::new(delivery)
    }

    /// This program has taken back what it did to these contacts: nothing that was known of them counts any more, and their list
    /// is begun anew. Those that are still in the account are known to be there, with something else than their rows say.
    ///
    /// # Errors
    ///
    /// If it cannot be written, or the disk does not take it.
    pub async fn forget(
        &mut self,
        contacts: &[TakenBack],
        restart: Restart,
        now: SystemTime,
    ) -> Result<(), JournalError> {
        let finished_ms = verdict::milliseconds(now);
        self.append(&[Record::Restart(restart)])?;
        for some in contacts.chunks(FORGOTTEN_AT_A_TIME) {
            let mut next = self.next_ticket;
            let k = some.iter().map(|contact| record::encode_key(contact.key)).collect();
            let mut records = vec![Record::Forgotten { n: next, k }];
            next += some.len() as u64;
            for contact in some {
                let Some(uuid) = &contact.still_there else { continue };
                // What nothing says: every row says something else.
                let identity = record::encode_identity(Identity { key: contact.key, content: [0; 8] });
                let k = vec![identity.clone()];
                records.push(Record::Lease { n: next, k, sv: None, now: None, by_row: false });
                let left = Verdict::of(next, Ended::Left(uuid.clone(), None, true), finished_ms);
                records.push(Record::Verdict(Verdict { identity: Some(identity), ..left }));
                next += 1;
            }
            self.append(&records)?;
            self.next_ticket = next;
        }
        self.sync().await
    }

    /// A person is done with what these tickets left in doubt. A row that comes back to one of them is looked up before
    /// it is sent, as one that was given up is.
    ///
    /// # Errors
    ///
    /// If it cannot be written, or the disk does not take it.
    pub async fn let_go(&mut self, doubts: &[TicketNumber], now: SystemTime) -> Result<(), JournalError> {
        let finished_ms = verdict::milliseconds(now);
        let let_go = || Ended::Failed(Code::LetGo.as_str().to_owned(), String::new());
        let records: Vec<Record> =
            doubts.iter().map(|&n| Record::Verdict(Verdict::of(n, let_go(), finished_ms))).collect();
        self.append(&records)?;
        self.sync().await
    }

    /// Ends in order; `is_left`: before the list was through, or with rows that the command which was told to forget goes on with, or
    /// it was not the list that is begun anew.
    ///
    /// # Errors
    ///
    /// If the disk does not take it.
    pub async fn close(&mut self, is_left: bool) -> Result<(), JournalError> {
        self.append(&[Record::Closed { is_left }])?;
        self.sync().await
    }

    /// Waits until the disk has everything that was written until here.
    ///
    /// # Errors
    ///
    /// If it does not.
    pub async fn sync(&mut self) -> Result<(), JournalError> {
        let end = self.written;
        self.storage.sync().await.map_err(JournalError::io("sync"))?;
        self.synced = self.synced.max(end);
        self.note_length();
        Ok(())
    }

    fn append(&mut self, records: &[Record]) -> Result<(), JournalError> {
        if records.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(records.len() * 192);
        for (sequence, record) in (self.sequence..).zip(records) {
            record.write(sequence, &mut bytes);
        }
        self.storage.append(&bytes).map_err(JournalError::io("write"))?;
        self.sequence += records.len() as u64;
        self.written += bytes.len() as u64;
        self.note_length();
        Ok(())
    }

    fn note_length(&mut self) {
        let length = Length { written: self.written, synced: self.synced, boot: self.boot.clone() };
        self.storage.note_length(&length);
    }
}

fn from_seconds(seconds: u64) -> SystemTime {
    UNIX_EPOCH + std::time::Duration::from_secs(seconds)
}

#[cfg(test)]
mod tests;
