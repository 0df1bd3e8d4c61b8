//! Reads a journal from end to end: what happened, what is open, what is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Read as _};

use super::key::Fingerprints;
use super::past::{Begun, LeasedAs, Past, Tickets};
use super::record::{self, Record, Restart, TicketNumber};
use super::storage::Length;
use super::ticket::Earlier;
use crate::model::PhoneForms;
use crate::words::{Message, message};

/// The last version whose undo had no record of its own: it leased the contacts that it had taken back once more, and gave
/// the leases back.
const FORGOT_BY_LEASES: u32 = 2;

/// The last version whose keys are [those](PhoneForms::WithBrazilianLandlines) by which Brazilian mobiles and landlines could be
/// one contact.
const WITH_LANDLINES: u32 = 3;

/// What this machine's clock and the server's may differ by, in seconds, where nothing better is known: a clock that shows the
/// time of another place as if it were UTC is off by 14 hours at most.
const CLOCKS_DIFFER_BY: u64 = 15 * 60 * 60;

/// The server's clock when this machine's showed `at`, or before that, in seconds since 1970.
pub fn not_before(at: u64) -> u64 {
    at.saturating_sub(CLOCKS_DIFFER_BY)
}

/// Longest line that is taken for a record.
pub(super) const LONGEST_LINE: u64 = 8 << 20;

/// What the journal is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Version of the format.
    pub version: u32,
    /// Salt of all fingerprints.
    pub salt: [u8; 32],
    /// Address of the API, or `sandbox`.
    pub endpoint: String,
    /// Fingerprint of the account.
    pub account: String,
    /// The channel that contacts without one belong to, if keys were made so.
    pub main_channel: Option<String>,
}

impl Head {
    /// Makes fingerprints as this journal has them.
    pub fn fingerprints(&self) -> Fingerprints {
        let forms = match self.version {
            ..=WITH_LANDLINES => PhoneForms::WithBrazilianLandlines,
            _ => PhoneForms::OfOneNumber,
        };
        Fingerprints::new(self.salt).with_main_channel(self.main_channel.as_deref()).with_forms(forms)
    }

    /// What tells the journal from others, without its salt.
    pub fn id(&self) -> String {
        id_of(&self.salt)
    }
}

/// What tells the journal with this salt from others.
pub(super) fn id_of(salt: &[u8; 32]) -> String {
    blake3::hash(salt).to_hex()[..32].to_owned()
}

/// A process that wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The boot it ran in.
    pub boot: Option<String>,
    /// BLAKE3 of its input, hexadecimal.
    pub input: String,
    /// Data rows of its input.
    pub rows: u64,
    /// When it began, by the wall clock, in seconds; for people.
    pub at: u64,
}

/// A journal that was read.
#[derive(Debug, Default)]
pub struct Replayed {
    /// `None` if the journal is new, or its head is lost.
    pub head: Option<Head>,
    /// The last process that wrote.
    pub last_session: Option<Session>,
    /// The last process that wrote a session ended in order, whatever was written after it.
    pub ended: bool,
    /// The list that is begun anew, until a process has [done that](Restart::is_done_by).
    pub restart: Option<Restart>,
    /// Since a list was begun anew no process has ended in order: the results may be those that were to be forgotten.
    pub are_results_stale: bool,
    /// Processes that have begun.
    pub sessions: usize,
    /// Of the processes that read the same rows of the same input as the last one, and without another one between them,
    /// the first: the number of processes that had begun by then.
    pub edition: usize,
    /// What is wrong with the journal, in words, if something is.
    pub damage: Option<Message>,
    /// Where the last line ends; what stands behind it is torn.
    pub whole_length: u64,
    /// Bytes that were read.
    pub length: u64,
    /// The next sequence number.
    pub next_sequence: u64,
    /// The next ticket.
    pub next_ticket: TicketNumber,
    /// A process got as far as leasing a row.
    pub worked: bool,
    /// The server's clock before the first row was leased, in seconds, if nothing is missing before that: nothing was sent
    /// earlier.
    pub first_leased: Option<u64>,
    /// When the first process began, or before that, by the server's clock, in seconds, if nothing is missing before that.
    pub first_began: Option<u64>,
    /// Contacts that were about to be changed, by the tickets that do not say what came of it.
    pub changing: BTreeMap<TicketNumber, Begun>,
    /// Tickets without a final verdict before whose use nobody was looked for.
    pub unlooked: BTreeSet<TicketNumber>,
}

/// Reads `journal`. `boot` is the boot that runs now, `noted` the length that was noted beside the journal. Every
/// ticket's past is given to `each`, in no order; what several tickets of one contact say together is told by a
/// [`Story`](super::Story).
///
/// # Errors
///
/// If the journal cannot be read, or `each` fails.
pub(super) fn replay(
    mut journal: &mut dyn BufRead,
    boot: Option<&str>,
    noted: Option<&Length>,
    mut each: impl FnMut(Past) -> io::Result<()>,
) -> io::Result<Replayed> {
    let mut replayed = Replayed::default();
    let mut tickets = Tickets::default();
    let mut line = Vec::new();
    let mut torn_at: Option<u64> = None;
    loop {
        line.clear();
        let count = (&mut journal).take(LONGEST_LINE).read_until(b'\n', &mut line)? as u64;
        if count == 0 {
            break;
        }
        let begin = replayed.length;
        replayed.length += count;
        if let Some(torn_at) = torn_at.take() {
            replayed.damage(message!("damage-line", byte = torn_at.to_string()));
        }
        match line.strip_suffix(b"\n").and_then(Record::decode) {
            Some((sequence, record)) => {
                replayed.stands_at(begin, sequence, &record);
                replayed.take_up(record, begin, &mut tickets, &mut each)?;
            }
            // A line without an end is torn if it is the last one, and broken if it is not.
            None if line.ends_with(b"\n") => {
                // It stays where it is, so that what is missing is seen by every process to come.
                replayed.whole_length = replayed.length;
                replayed.damage(message!("damage-line", byte = begin.to_string()));
            }
            None => torn_at = Some(begin),
        }
    }
    if let Some(noted) = noted {
        replayed.compare_length(noted, boot);
    }
    let is_damaged = replayed.damage.is_some();
    let forgot_by_leases = replayed.head.as_ref().is_some_and(|head| head.version <= FORGOT_BY_LEASES);
    let left = tickets.left(boot, is_damaged, forgot_by_leases, each)?;
    (replayed.changing, replayed.unlooked) = (left.changing, left.unlooked);
    Ok(replayed)
}

impl Replayed {
    /// A record was read whole, and stands at this byte.
    fn stands_at(&mut self, begin: u64, sequence: u64, record: &Record) {
        if sequence != self.next_sequence {
            self.damage(message!("damage-gap", byte = begin.to_string()));
        }
        self.next_sequence = self.next_sequence.max(sequence + 1);
        self.whole_length = self.length;
        self.worked |= !matches!(
            record,
            Record::Head { .. } | Record::Session { .. } | Record::Restart(_) | Record::Closed { .. }
        );
        // A number is never given twice, also where the record that gave it is lost.
        self.next_ticket = self.next_ticket.max(record.next_ticket());
    }

    /// Takes up what the record at this byte says.
    fn take_up(
        &mut self,
        record: Record,
        begin: u64,
        tickets: &mut Tickets,
        each: &mut impl FnMut(Past) -> io::Result<()>,
    ) -> io::Result<()> {
        let is_damaged = self.damage.is_some();
        match record {
            Record::Head { v, salt, endpoint, account, main } => {
                let head = read_salt(&salt).map(|salt| Head {
                    version: v,
                    salt,
                    endpoint,
                    account,
                    main_channel: main,
                });
                self.head = self.head.take().or(head);
            }
            Record::Session { boot, input, rows, at, sv, unlooked, restart } => {
                if restart {
                    self.restart.get_or_insert(Restart { list: None, rows });
                    self.are_results_stale = true;
                }
                tickets.begin(boot.clone(), unlooked, is_damaged);
                self.begin(Session { boot, input, rows, at }, sv);
            }
            Record::Lease { n, k, sv, now, by_row } => {
                if !tickets.has_leased() {
                    self.first_leased = sv.filter(|_| !is_damaged);
                }
                // The parts of a list come one after another.
                self.first_leased = self.first_leased.map(|first| sv.map_or(first, |sv| sv.min(first)));
                let identities = k.iter().zip(n..);
                let identities =
                    identities.filter_map(|(text, ticket)| Some((ticket, record::decode_identity(text)?)));
                tickets.lease(identities, LeasedAs { sent_after: sv, leased_at: now.or(sv), by_row });
            }
            Record::Marked { n } => tickets.mark(&n),
            Record::Released { n } => tickets.release(&n),
            Record::Verdict(verdict) => {
                if let Some(past) = tickets.settle(verdict, begin, is_damaged) {
                    each(past)?;
                }
            }
            Record::Forgotten { n, k } => {
                for (text, ticket) in k.iter().zip(n..) {
                    let Some(key) = record::decode_key(text) else { continue };
                    each(Past::forgotten(key, ticket))?;
                }
            }
            Record::Change { n, u, m, w, .. } => {
                let lost = w.filter(|_| is_damaged).and_then(|lost| record::decode_identity(&lost));
                tickets.change(n, Begun { uuid: u, may_be_own: m }, begin, lost);
            }
            Record::Damaged => self.damage(message!("damage-before")),
            Record::Restart(restart) => {
                self.restart = Some(restart);
                self.are_results_stale = true;
            }
            Record::Closed { is_left } => {
                (self.ended, self.are_results_stale) = (true, false);
                self.restart = self.restart.take().filter(|_| is_left);
            }
        }
        Ok(())
    }

    /// A process begins to write; `sv`: the server's clock then, in seconds, if it had said so.
    fn begin(&mut self, session: Session, sv: Option<u64>) {
        (self.sessions, self.ended) = (self.sessions + 1, false);
        let before = self.last_session.as_ref();
        if before.is_none_or(|before| before.input != session.input || before.rows != session.rows) {
            self.edition = self.sessions;
        }
        if self.sessions == 1 && self.damage.is_none() {
            self.first_began = Some(sv.unwrap_or_else(|| not_before(session.at)));
        }
        self.last_session = Some(session);
    }

    /// Whether the journal is as long as was noted beside it; `boot` is the boot that runs now.
    fn compare_length(&mut self, noted: &Length, boot: Option<&str>) {
        let same_boot = noted.boot.is_some() && noted.boot.as_deref() == boot;
        let expected = if same_boot { noted.written } else { noted.synced };
        if self.whole_length < expected {
            let missing = expected - self.whole_length;
            self.damage(message!("damage-end", bytes = missing));
        }
    }

    fn damage(&mut self, what: Message) {
        self.damage.get_or_insert(what);
    }

    /// What an earlier process may have done about a row that the journal does not know.
    pub fn of_unknown_rows(&self) -> Earlier {
        match self.damage {
            Some(_) => {
                let after = self.first_leased.or(self.first_began);
                Earlier::MaybeSent { after, by_row: false, in_vain: false }
            }
            None => Earlier::Nothing,
        }
    }
}

fn read_salt(text: &str) -> Option<[u8; 32]> {
    let mut salt = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, at) in salt.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(salt)
}

/// What [`read_salt`] reads.
pub(super) fn write_salt(salt: &[u8; 32]) -> String {
    salt.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fate::Final;
    use super::super::{ContactKey, Ended, Identity, Story, Verdict};
    use super::*;
    use crate::model::Code;

    const KEY: ContactKey = ContactKey([7; 16]);

    /// Whether a contact that was created counts as there, by what a journal of `version` says after that.
    fn is_there_after(version: u32, later: Vec<Record>) -> bool {
        let k = || vec![record::encode_identity(Identity { key: KEY, content: [1; 8] })];
        let o = Ended::Created("u".to_owned(), None, false);
        let verdict = Verdict { attempts: 1, ..Verdict::of(0, o, 0) };
        let (salt, endpoint, account) = ("00".repeat(32), String::new(), String::new());
        let mut records = vec![
            Record::Head { v: version, salt, endpoint, account, main: None },
            Record::Session {
                boot: Some("b".to_owned()),
                input: String::new(),
                rows: 1,
                at: 0,
                sv: None,
                unlooked: false,
                restart: false,
            },
            Record::Lease { n: 0, k: k(), sv: Some(9), now: None, by_row: false },
            Record::Marked { n: vec![0] },
            Record::Verdict(verdict),
        ];
        records.extend(later);
        let bytes: Vec<u8> = (0..).zip(records).flat_map(|(at, record)| record.encode(at)).collect();
        let mut story = Story::default();
        replay(&mut &bytes[..], Some("b"), None, |past| {
            story.note(past.ticket, past.evidence, ());
            Ok(())
        })
        .unwrap();
        story.there().is_some()
    }

    #[test]
    fn what_undo_took_back_is_over_in_journals_of_every_version() {
        let lease = |sv| {
            let k = vec![record::encode_identity(Identity { key: KEY, content: [1; 8] })];
            vec![Record::Lease { n: 1, k, sv, now: None, by_row: false }, Record::Released { n: vec![1] }]
        };
        let forgotten = || vec![Record::Forgotten { n: 1, k: vec![record::encode_key(KEY)] }];
        assert!(is_there_after(3, Vec::new()));
        assert!(!is_there_after(3, forgotten()));
        assert!(is_there_after(3, lease(None)), "a lease that was given back says nothing");
        assert!(!is_there_after(2, lease(None)), "this is how undo said it");
        assert!(is_there_after(2, lease(Some(10))), "undo knew no clock");
    }

    fn head(salt: String) -> Record {
        Record::Head { v: record::VERSION, salt, endpoint: String::new(), account: String::new(), main: None }
    }

    fn session(boot: Option<&str>) -> Record {
        Record::Session {
            boot: boot.map(str::to_owned),
            input: String::new(),
            rows: 1,
            at: 0,
            sv: None,
            unlooked: false,
            restart: false,
        }
    }

    fn lease(n: TicketNumber, keys: usize) -> Record {
        Record::Lease {
            n,
            k: vec![record::encode_identity(Identity { key: KEY, content: [1; 8] }); keys],
            sv: Some(9),
            now: None,
            by_row: false,
        }
    }

    fn verdict(o: Ended) -> Record {
        Record::Verdict(Verdict { attempts: 1, ..Verdict::of(0, o, 0) })
    }

    /// What is read in this boot from a journal of these records, of whose length this was noted.
    fn read(records: &[Record], boot: Option<&str>, noted: Option<&Length>) -> (Replayed, Vec<Past>) {
        let bytes: Vec<u8> = (0..).zip(records).flat_map(|(at, record)| record.encode(at)).collect();
        let mut pasts = Vec::new();
        let replayed = replay(&mut &bytes[..], boot, noted, |past| {
            pasts.push(past);
            Ok(())
        })
        .unwrap();
        (replayed, pasts)
    }

    #[test]
    fn what_was_answered_as_if_the_account_were_closed_is_told_from_other_refusals() {
        let rejected = || Ended::Rejected(None, String::new());
        let not_changed = || Ended::ChangeRefused("u".to_owned(), None, None, String::new());
        for (o, http_status, said) in [
            (rejected(), 403, Final::TurnedAway),
            (rejected(), 422, Final::Rejected),
            (not_changed(), 402, Final::ChangeTurnedAway),
            (not_changed(), 404, Final::ChangeRefused),
        ] {
            let verdict = Verdict { http_status: Some(http_status), ..Verdict::of(0, o, 0) };
            let (_, pasts) = read(&[lease(0, 1), Record::Verdict(verdict)], None, None);
            let evidence = pasts[0].evidence;
            assert_eq!((evidence.verdict, evidence.marked), (Some(said), true), "{http_status}");
        }
    }

    #[test]
    fn a_broken_line_stays_where_it_is_and_a_torn_one_goes() {
        let lines: Vec<Vec<u8>> =
            (0..).zip([lease(0, 1), lease(1, 1)]).map(|(at, record)| record.encode(at)).collect();
        let broken: Vec<u8> = lines[1].iter().map(|byte| if *byte == b':' { b';' } else { *byte }).collect();
        let torn = &lines[1][..lines[1].len() - 1];
        for (last, is_broken) in [(&broken[..], true), (torn, false)] {
            let bytes = [&lines[0][..], last].concat();
            let replayed = replay(&mut &bytes[..], None, None, |_| Ok(())).unwrap();
            let whole = if is_broken { bytes.len() } else { lines[0].len() };
            assert_eq!((replayed.damage.is_some(), replayed.whole_length), (is_broken, whole as u64));
        }
    }

    #[test]
    fn a_journal_is_told_from_others_by_its_salt_and_does_not_show_it() {
        let ids = [id_of(&[1; 32]), id_of(&[2; 32])];
        assert!(ids[0] != ids[1] && ids.iter().all(|id| id.len() == 32 && !id.contains("0101")), "{ids:?}");
        let (replayed, _) = read(&[head("01".repeat(32))], None, None);
        assert_eq!(replayed.head.unwrap().id(), ids[0]);
    }

    #[test]
    fn a_doubt_is_by_its_row_alone_until_something_may_have_been_sent() {
        let lease = |by_row| Record::Lease {
            n: 0,
            k: vec![record::encode_identity(Identity { key: KEY, content: [1; 8] })],
            sv: None,
            now: Some(9),
            by_row,
        };
        let mark = || Record::Marked { n: vec![0] };
        let unconfirmed = |attempts| {
            let o = Ended::Unconfirmed(Code::NoLookup.as_str().to_owned(), String::new());
            Record::Verdict(Verdict { attempts, ..Verdict::of(0, o, 0) })
        };
        let change = || Record::Change {
            n: 0,
            u: "u".to_owned(),
            c: Vec::new(),
            j: BTreeMap::new(),
            m: false,
            w: None,
        };
        let again = || session(Some("b"));
        for (by_row, later, is_by_row) in [
            (true, vec![mark(), unconfirmed(0)], true),
            (true, vec![mark(), unconfirmed(0), again(), mark(), unconfirmed(0)], true),
            (false, vec![mark(), unconfirmed(0)], false),
            (true, vec![mark(), unconfirmed(1)], false),
            (true, vec![mark(), unconfirmed(1), again(), mark(), unconfirmed(0)], false),
            // A process died over it.
            (true, vec![mark(), again(), mark(), unconfirmed(0)], false),
            (true, vec![mark(), unconfirmed(0), again(), mark()], false),
            (true, vec![mark()], false),
            (true, vec![mark(), change(), unconfirmed(0)], false),
            (true, vec![mark(), unconfirmed(0), Record::Damaged], false),
        ] {
            let mut records = vec![head("00".repeat(32)), session(Some("b")), lease(by_row)];
            records.extend(later);
            let (_, pasts) = read(&records, Some("b"), None);
            assert_eq!(pasts[0].evidence.said_by_row, is_by_row, "{records:?}");
        }
    }

    #[test]
    fn a_failure_without_effect_is_as_if_the_ticket_had_been_given_back_and_no_other_is() {
        for code in Code::ALL {
            let failed = Ended::Failed(code.as_str().to_owned(), String::new());
            let change = Record::Change {
                n: 0,
                u: "u".to_owned(),
                c: Vec::new(),
                j: BTreeMap::new(),
                m: false,
                w: None,
            };
            let records =
                [session(Some("b")), lease(0, 1), Record::Marked { n: vec![0] }, change, verdict(failed)];
            let (replayed, pasts) = read(&records, Some("b"), None);
            let [past] = &pasts[..] else { panic!("{} pasts", pasts.len()) };
            let expected = if code.is_without_effect() { (true, None) } else { (false, Some(Final::Failed)) };
            assert_eq!((past.evidence.released, past.evidence.verdict), expected, "{code:?}");
            assert!(replayed.changing.is_empty(), "{code:?}");
        }
    }

    #[test]
    fn a_process_has_worked_once_a_row_was_leased_and_not_before() {
        let begun = || vec![head("00".repeat(32)), session(Some("b"))];
        let closed = || Record::Closed { is_left: false };
        for (then, worked) in [(vec![], false), (vec![closed()], false), (vec![lease(0, 1), closed()], true)]
        {
            let records: Vec<_> = begun().into_iter().chain(then).collect();
            assert_eq!(read(&records, Some("b"), None).0.worked, worked, "{records:?}");
        }
    }

    #[test]
    fn a_number_is_never_given_twice_whatever_took_it() {
        let forgotten = Record::Forgotten { n: 5, k: vec![record::encode_key(KEY); 3] };
        assert_eq!(read(&[lease(5, 3)], None, None).0.next_ticket, 8);
        assert_eq!(read(&[lease(0, 5), forgotten], None, None).0.next_ticket, 8);
    }

    #[test]
    fn a_number_is_never_given_twice_also_where_the_lease_that_gave_it_is_lost() {
        let change =
            Record::Change { n: 6, u: String::new(), c: Vec::new(), j: BTreeMap::new(), m: false, w: None };
        let of_six = Record::Verdict(Verdict::of(6, Ended::Rejected(None, String::new()), 0));
        for record in [Record::Marked { n: vec![6, 2] }, Record::Released { n: vec![6] }, change, of_six] {
            assert_eq!(read(std::slice::from_ref(&record), None, None).0.next_ticket, 7, "{record:?}");
        }
    }

    #[test]
    fn who_was_there_is_known_also_where_the_lease_is_lost_and_who_was_created_is_not() {
        let identity = Identity { key: KEY, content: [3; 8] };
        let w = || Some(record::encode_identity(identity));
        let ended = |o, identity| {
            let verdict = Verdict { identity, ..Verdict::of(4, o, 0) };
            vec![Record::Damaged, Record::Marked { n: vec![4] }, Record::Verdict(verdict)]
        };
        let left = || Ended::Left("u".to_owned(), None, true);
        let (_, pasts) = read(&ended(left(), w()), None, None);
        let [past] = &pasts[..] else { panic!("{} pasts", pasts.len()) };
        let known = (past.key, past.content, past.leased, past.evidence.verdict, past.sent_after);
        assert_eq!(known, (KEY, [3; 8], [3; 8], Some(Final::Left), None));
        assert!(read(&ended(left(), None), None, None).1.is_empty(), "as earlier programs wrote it");
        let undamaged = &ended(left(), w())[1..];
        assert!(read(undamaged, None, None).1.is_empty(), "no lease was lost");
        // Who was about to be changed, and what there was before.
        let change = |w| {
            let change =
                Record::Change { n: 4, u: "u".to_owned(), c: Vec::new(), j: BTreeMap::new(), m: false, w };
            vec![Record::Damaged, change]
        };
        let (replayed, pasts) = read(&change(w()), None, None);
        assert_eq!((pasts[0].key, pasts[0].changes.len(), pasts[0].evidence.marked), (KEY, 1, true));
        assert_eq!(replayed.changing[&4].uuid, "u");
        let both: Vec<_> = change(w()).into_iter().chain(ended(left(), w())).collect();
        let (replayed, pasts) = read(&both, None, None);
        assert_eq!((pasts.len(), pasts[0].changes.len(), replayed.changing.len()), (1, 1, 0));
        assert!(read(&change(None), None, None).1.is_empty());
    }

    #[test]
    fn whom_the_answer_to_its_own_request_names_was_not_created_before_the_lease_and_whom_a_look_up_finds_may_have_been()
     {
        let k = || vec![record::encode_identity(Identity { key: KEY, content: [1; 8] })];
        for (sv, now, by_lookup, sent_after) in [
            (Some(9), None, false, Some(9)),
            (Some(5), Some(9), false, Some(5)),
            (None, Some(9), false, Some(9)),
            (None, Some(9), true, None),
            (None, None, false, None),
        ] {
            let created = verdict(Ended::Created("u".to_owned(), None, by_lookup));
            let lease = Record::Lease { n: 0, k: k(), sv, now, by_row: false };
            let (_, pasts) = read(&[session(Some("b")), lease, created], Some("b"), None);
            assert_eq!(pasts[0].sent_after, sent_after, "{sv:?}, {now:?}, {by_lookup}");
        }
    }

    #[test]
    fn a_lease_is_of_this_boot_only_where_both_boots_are_known_and_the_same() {
        for (then, now, same) in [
            (Some("b"), Some("b"), true),
            (Some("b"), Some("c"), false),
            (Some("b"), None, false),
            (None, Some("b"), false),
            (None, None, false),
        ] {
            let (_, pasts) = read(&[session(then), lease(0, 1)], now, None);
            assert_eq!(pasts[0].evidence.leased_in_this_boot, same, "{then:?}, {now:?}");
        }
        let (_, pasts) = read(&[session(Some("b")), lease(0, 1), session(Some("c"))], Some("c"), None);
        assert!(!pasts[0].evidence.leased_in_this_boot, "a later process says nothing about it");
    }

    #[test]
    fn a_journal_is_as_long_as_was_written_in_this_boot_and_as_was_synced_in_another() {
        let records = [session(Some("b")), lease(0, 1)];
        let whole = read(&records, None, None).0.whole_length;
        let damage = |written, synced, then: Option<&str>, now| {
            let noted = Length { written, synced, boot: then.map(str::to_owned) };
            let (replayed, pasts) = read(&records, now, Some(&noted));
            assert_eq!(pasts[0].evidence.damaged, replayed.damage.is_some());
            replayed.damage
        };
        let seven = Some(message!("damage-end", bytes = 7_u64));
        let (b, c) = (Some("b"), Some("c"));
        assert_eq!(damage(whole, whole, b, b), None);
        assert_eq!(damage(whole - 7, 0, b, b), None, "what was appended after the note is no damage");
        assert_eq!(damage(whole + 7, 0, b, b), seven);
        for (then, now) in [(b, c), (b, None), (None, b), (None, None)] {
            assert_eq!(damage(whole + 7, whole, then, now), None, "{then:?}, {now:?}: lost with the power");
            assert_eq!(damage(whole + 9, whole + 7, then, now), seven, "{then:?}, {now:?}");
        }
    }

    #[test]
    fn a_ticket_is_retired_by_a_process_that_saw_it_given_back_with_nothing_missing() {
        let begun = || vec![session(Some("b")), lease(0, 1), Record::Marked { n: vec![0] }];
        let released = || Record::Released { n: vec![0] };
        let next = || session(Some("c"));
        for (then, retired) in [
            (vec![released()], false),
            (vec![released(), next()], true),
            (vec![released(), next(), Record::Damaged, next()], true),
            (vec![released(), Record::Damaged, next()], false),
            (vec![next(), released()], false),
            (vec![released(), next(), Record::Marked { n: vec![0] }], false),
            (vec![released(), Record::Marked { n: vec![0] }, next()], false),
        ] {
            let records: Vec<_> = begun().into_iter().chain(then).collect();
            let (_, pasts) = read(&records, Some("c"), None);
            assert_eq!(pasts[0].evidence.retired, retired, "{records:?}");
        }
    }

    #[test]
    fn rows_that_a_damaged_journal_does_not_know_were_not_sent_before_the_first_that_it_knows() {
        let lease = |n, sv| Record::Lease {
            n,
            k: vec![record::encode_identity(Identity { key: KEY, content: [1; 8] })],
            sv,
            now: None,
            by_row: false,
        };
        let session = |at, sv| Record::Session {
            boot: None,
            input: String::new(),
            rows: 1,
            at,
            sv,
            unlooked: false,
            restart: false,
        };
        let (began, said) = (|at| session(at, None), |at, sv| session(at, Some(sv)));
        let unknown = |records: Vec<Record>| read(&records, Some("b"), None).0.of_unknown_rows();
        assert_eq!(unknown(vec![lease(0, Some(9))]), Earlier::Nothing, "it knows all that were");
        for (records, after) in [
            (vec![lease(0, Some(9)), Record::Damaged, lease(1, Some(12))], Some(9)),
            (vec![lease(0, Some(9)), lease(1, Some(7)), lease(2, None), Record::Damaged], Some(7)),
            (vec![Record::Damaged, lease(0, Some(9))], None),
            (vec![lease(0, None), lease(1, Some(9)), Record::Damaged], None),
            (vec![Record::Damaged], None),
            // No process had begun by then; this machine's clock is not the server's.
            (vec![began(200_000), Record::Damaged], Some(200_000 - 15 * 60 * 60)),
            (vec![began(200_000), lease(0, None), Record::Damaged], Some(200_000 - 15 * 60 * 60)),
            (vec![said(200_000, 9000), Record::Damaged], Some(9000)),
            (vec![began(200_000), lease(0, Some(9)), Record::Damaged], Some(9)),
            (vec![began(5), Record::Damaged], Some(0)),
            (vec![Record::Damaged, began(200_000)], None),
        ] {
            let earlier = Earlier::MaybeSent { after, by_row: false, in_vain: false };
            assert_eq!(unknown(records.clone()), earlier, "{records:?}");
        }
    }

    #[test]
    fn an_edition_begins_with_the_process_that_reads_something_else() {
        let session = |input: &str, rows| Record::Session {
            boot: None,
            input: input.to_owned(),
            rows,
            at: 0,
            sv: None,
            unlooked: false,
            restart: false,
        };
        for (sessions, edition) in [
            (vec![("a", 1)], 1),
            (vec![("a", 1), ("a", 1)], 1),
            (vec![("a", 1), ("b", 1)], 2),
            (vec![("a", 1), ("a", 2), ("a", 2)], 2),
            (vec![("a", 1), ("b", 1), ("a", 1)], 3),
        ] {
            let records: Vec<_> = sessions.iter().map(|(input, rows)| session(input, *rows)).collect();
            let replayed = read(&records, None, None).0;
            assert_eq!((replayed.edition, replayed.sessions), (edition, sessions.len()), "{sessions:?}");
        }
    }

    #[test]
    fn a_ticket_that_was_leased_by_a_process_that_looked_for_nobody_is_known_as_such() {
        let session = |unlooked| Record::Session {
            boot: None,
            input: String::new(),
            rows: 1,
            at: 0,
            sv: None,
            unlooked,
            restart: false,
        };
        let records = [lease(0, 1), session(true), lease(1, 2), session(false), lease(3, 1), session(true)];
        let unlooked: Vec<_> = read(&records, None, None).0.unlooked.into_iter().collect();
        assert_eq!(unlooked, [1, 2]);
    }

    #[test]
    fn a_salt_is_read_as_it_was_written_and_nothing_else_is_a_salt() {
        let salt: [u8; 32] = std::array::from_fn(|at| (at * 9) as u8);
        let text = write_salt(&salt);
        let read_salt = |text: &str| read(&[head(text.to_owned())], None, None).0.head.map(|head| head.salt);
        assert_eq!(read_salt(&text), Some(salt));
        let (short, long) = (&text[..62], format!("{text}00"));
        let (wide, other) = (format!("0é{}", &text[3..]), format!("xy{}", &text[2..]));
        for text in ["", short, &long, &wide, &other] {
            assert_eq!(read_salt(text), None, "{text}");
        }
    }
}
