//! The journals of the parts of one import, told as one.

use super::record::{Record, TicketNumber};

/// Tickets that the numbers of a part have room for.
const TICKETS: TicketNumber = 1 << 32;

/// Numbers of a part's tickets in the whole: the same whenever the parts are joined, however much a part has grown
/// meanwhile, so that what was noted about a ticket stays true.
///
/// `None`: no part has such a ticket.
pub fn ticket_in_whole(part: u32, ticket: TicketNumber) -> Option<TicketNumber> {
    (ticket < TICKETS).then_some(TicketNumber::from(part) << 32 | ticket)
}

/// The parts are not of one import: their fingerprints have another salt, or they went into another account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherImport;

/// The whole, as far as it was written.
#[derive(Debug, Default)]
pub struct Joined {
    /// Salt, endpoint and account.
    about: Option<[String; 3]>,
    sequence: u64,
    /// Which part is read, and the number that its next record should have.
    part: u32,
    expected: u64,
    /// Sessions that began last in their parts: boot, input, and when.
    last: Option<(Option<String>, String, u64)>,
    at: u64,
}

impl Joined {
    /// A part begins, by its number.
    pub fn begin(&mut self, part: u32) {
        self.note_session();
        (self.part, self.expected) = (part, 0);
    }

    /// Appends to `whole` what a part's line, without its end, is in the whole.
    ///
    /// # Errors
    ///
    /// If the part is of another import.
    pub fn line(&mut self, line: &[u8], whole: &mut Vec<u8>) -> Result<(), OtherImport> {
        let Some((sequence, record)) = Record::decode(line) else {
            self.write(&Record::Damaged, whole);
            return Ok(());
        };
        if sequence != self.expected {
            self.write(&Record::Damaged, whole);
        }
        self.expected = sequence + 1;
        let number = |ticket| ticket_in_whole(self.part, ticket).ok_or(OtherImport);
        let numbers = |tickets: Vec<TicketNumber>| -> Result<Vec<TicketNumber>, OtherImport> {
            tickets.into_iter().map(number).collect()
        };
        let record = match record {
            Record::Head { ref salt, ref endpoint, ref account, .. } => {
                // Not its main channel, which may have become another one between two parts. What was sent of the later
                // ones is not known again then, and that is told.
                let about = [salt, endpoint, account].map(String::clone);
                match &self.about {
                    Some(known) if *known == about => return Ok(()),
                    Some(_) => return Err(OtherImport),
                    None => self.about = Some(about),
                }
                record
            }
            Record::Session { ref boot, ref input, at, .. } => {
                self.last = Some((boot.clone(), input.clone(), at));
                record
            }
            Record::Lease { n, k, sv, now, by_row } => Record::Lease { n: number(n)?, k, sv, now, by_row },
            Record::Marked { n } => Record::Marked { n: numbers(n)? },
            Record::Released { n } => Record::Released { n: numbers(n)? },
            Record::Forgotten { n, k } => Record::Forgotten { n: number(n)?, k },
            Record::Change { n, u, c, j, m, w } => Record::Change { n: number(n)?, u, c, j, m, w },
            Record::Verdict(verdict) => {
                let n = number(verdict.n)?;
                Record::Verdict(super::record::Verdict { n, ..verdict })
            }
            // The others of the parts may not have ended so.
            Record::Closed { .. } | Record::Restart(_) => return Ok(()),
            Record::Damaged => record,
        };
        self.write(&record, whole);
        Ok(())
    }

    /// Ends the whole, which is of `rows` rows.
    pub fn end(&mut self, rows: u64, whole: &mut Vec<u8>) {
        self.note_session();
        if let Some((boot, input, _)) = self.last.take() {
            self.write(
                &Record::Session {
                    boot,
                    input,
                    rows,
                    at: self.at,
                    sv: None,
                    unlooked: false,
                    restart: false,
                },
                whole,
            );
            // However the parts ended, what is said of the whole is said now.
            self.write(&Record::Closed { is_left: false }, whole);
        }
    }

    fn note_session(&mut self) {
        self.at = self.last.as_ref().map_or(0, |(.., at)| *at).max(self.at);
    }

    fn write(&mut self, record: &Record, whole: &mut Vec<u8>) {
        record.write(self.sequence, whole);
        self.sequence += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::key::{ContactKey, Identity};
    use super::super::record::{Ended, Verdict, encode_identity};
    use super::super::replay::{Replayed, replay};
    use super::*;

    fn head(account: &str) -> Record {
        let (salt, endpoint) = ("07".repeat(32), "https://x/v1".to_owned());
        Record::Head { v: 2, salt, endpoint, account: account.to_owned(), main: None }
    }

    fn session(at: u64) -> Record {
        Record::Session {
            boot: Some("engine".to_owned()),
            input: "ab".to_owned(),
            rows: 2,
            at,
            sv: None,
            unlooked: false,
            restart: false,
        }
    }

    fn part(key: u8, at: u64) -> Vec<Record> {
        let k = vec![encode_identity(Identity { key: ContactKey([key; 16]), content: [key; 8] })];
        let o = Ended::Created(format!("uuid-{key}"), None, false);
        let verdict = Verdict { attempts: 1, http_status: Some(201), ..Verdict::of(0, o, 5) };
        vec![
            head("a"),
            session(at),
            Record::Lease { n: 0, k, sv: None, now: None, by_row: false },
            Record::Marked { n: vec![0] },
            Record::Verdict(verdict),
            Record::Closed { is_left: false },
        ]
    }

    fn join(parts: &[(u32, Vec<Record>)]) -> Result<Vec<u8>, OtherImport> {
        let (mut joined, mut whole) = (Joined::default(), Vec::new());
        for (number, records) in parts {
            joined.begin(*number);
            for (sequence, record) in (0..).zip(records) {
                let line = record.encode(sequence);
                joined.line(line.strip_suffix(b"\n").unwrap(), &mut whole)?;
            }
        }
        joined.end(9, &mut whole);
        Ok(whole)
    }

    fn read(whole: &[u8]) -> (Replayed, Vec<(u64, ContactKey, bool)>) {
        let mut tickets = Vec::new();
        let replayed = replay(&mut &whole[..], None, None, |past| {
            tickets.push((past.ticket, past.key, past.verdict.is_some()));
            Ok(())
        });
        (replayed.unwrap(), tickets)
    }

    #[test]
    fn parts_are_read_as_one_journal_and_keep_their_numbers() {
        let whole = join(&[(0, part(1, 7)), (3, part(2, 5))]).unwrap();
        let (replayed, tickets) = read(&whole);
        assert_eq!((&replayed.damage, replayed.ended), (&None, true));
        assert_eq!(tickets, [(0, ContactKey([1; 16]), true), (3 << 32, ContactKey([2; 16]), true)]);
        let session = replayed.last_session.unwrap();
        assert_eq!((session.rows, session.at, session.input.as_str()), (9, 7, "ab"));
    }

    #[test]
    fn what_is_missing_from_a_part_is_missing_from_the_whole() {
        let mut torn = part(1, 7);
        torn.remove(3);
        let (mut joined, mut whole) = (Joined::default(), Vec::new());
        for (sequence, record) in [0, 1, 2, 4, 5].into_iter().zip(&torn) {
            let line = record.encode(sequence);
            joined.line(line.strip_suffix(b"\n").unwrap(), &mut whole).unwrap();
        }
        joined.end(2, &mut whole);
        assert!(read(&whole).0.damage.is_some());
        joined = Joined::default();
        whole.clear();
        joined.line(b"no record", &mut whole).unwrap();
        assert!(read(&whole).0.damage.is_some());
    }

    #[test]
    fn parts_of_two_imports_are_not_one() {
        let mut other = part(2, 5);
        other[0] = head("b");
        assert_eq!(join(&[(0, part(1, 7)), (1, other)]), Err(OtherImport));
        assert_eq!(ticket_in_whole(1, TICKETS), None);
    }
}
