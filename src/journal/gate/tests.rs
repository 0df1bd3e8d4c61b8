use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use csv::ByteRecord;

use super::super::storage::Disk;
use super::*;
use crate::model::{NewContact, Outcome, Row, RowNumber};

const BOOT: &str = "boot";

type Opened = (Journal<Disk>, Replayed, BTreeMap<TicketNumber, Past>);

fn open(path: &Path) -> Result<Opened, JournalError> {
    let mut pasts = BTreeMap::new();
    let disk = Disk::open(path, false).unwrap();
    let (journal, replayed) = Journal::open(disk, Some(BOOT.to_owned()), [7; 32], |past| {
        pasts.insert(past.ticket, past);
        Ok(())
    })?;
    Ok((journal, replayed, pasts))
}

/// A journal that a process has begun with, at this path.
async fn begun(path: &Path) -> Journal<Disk> {
    let (mut journal, replayed, _) = open(path).unwrap();
    begin(&mut journal, &replayed).await;
    journal
}

async fn begin(journal: &mut Journal<Disk>, replayed: &Replayed) {
    let about = About { endpoint: "sandbox".to_owned(), account: "a".to_owned() };
    journal.begin(&about, &[1; 32], 9, false, replayed, (UNIX_EPOCH, None)).await.unwrap();
}

fn applicant(row: u64, earlier: Earlier) -> Applicant {
    Applicant {
        row: Row { number: RowNumber::new(row), line: row + 1, cells: ByteRecord::new(), flaw: None },
        contact: NewContact { identifier: format!("39333000000{row}"), ..NewContact::ada() },
        remarks: Vec::new(),
        identity: Identity { key: ContactKey([row as u8; 16]), content: [row as u8; 8] },
        earlier,
        has_twin: false,
        there: None,
        was_turned_away: false,
    }
}

#[tokio::test]
async fn a_journal_of_a_newer_program_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.log");
    let head = |v| Record::Head {
        v,
        salt: replay::write_salt(&[7; 32]),
        endpoint: "sandbox".to_owned(),
        account: "a".to_owned(),
        main: None,
    };
    let newer = head(VERSION + 1).encode(0);
    std::fs::write(&path, &newer).unwrap();
    match open(&path) {
        Err(JournalError::Newer { found, known }) => assert_eq!((found, known), (VERSION + 1, VERSION)),
        other => panic!("{:?}", other.map(|(_, replayed, _)| replayed.head)),
    }
    assert_eq!(std::fs::read(&path).unwrap(), newer);
    for version in 1..=VERSION {
        std::fs::write(&path, head(version).encode(0)).unwrap();
        assert_eq!(open(&path).unwrap().1.head.map(|head| head.version), Some(version));
    }
}

#[tokio::test]
async fn a_journal_keeps_to_the_numbers_that_were_one_contact_when_it_began() {
    let folder = tempfile::tempdir().unwrap();
    let is_one = |journal: &Journal<Disk>| {
        let [mobile, landline] = ["5511941234567", "551141234567"].map(|digits| {
            journal.fingerprints().key(&NewContact { identifier: digits.to_owned(), ..NewContact::ada() })
        });
        mobile == landline
    };
    for (version, expected) in [(3, true), (4, false)] {
        let path = folder.path().join(format!("{version}.log"));
        let head = Record::Head {
            v: version,
            salt: replay::write_salt(&[7; 32]),
            endpoint: "sandbox".to_owned(),
            account: "a".to_owned(),
            main: None,
        };
        std::fs::write(&path, head.encode(0)).unwrap();
        let (mut journal, replayed, _) = open(&path).unwrap();
        begin(&mut journal, &replayed).await;
        drop(journal);
        let (journal, replayed, _) = open(&path).unwrap();
        assert_eq!((is_one(&journal), replayed.head.map(|head| head.version)), (expected, Some(version)));
    }
    let path = folder.path().join("new.log");
    drop(begun(&path).await);
    assert!(!is_one(&open(&path).unwrap().0), "a new one begins with those of today");
}

#[tokio::test]
async fn a_journal_without_a_first_line_begins_anew_unless_the_disk_had_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.log");
    let length = |synced| Length { written: 20, synced, boot: Some(BOOT.to_owned()) };
    for (synced, has_begun) in [(0, false), (1, true)] {
        std::fs::write(&path, b"no line of ours\n").unwrap();
        Disk::open(&path, false).unwrap().note_length(&length(synced));
        match open(&path) {
            Ok((mut journal, replayed, _)) => {
                assert!(!has_begun && replayed.head.is_none() && replayed.damage.is_none());
                begin(&mut journal, &replayed).await;
                drop(journal);
                let replayed = open(&path).unwrap().1;
                assert!(replayed.head.is_some() && replayed.damage.is_none(), "{:?}", replayed.damage);
            }
            Err(JournalError::HeadLost { .. }) => assert!(has_begun),
            Err(error) => panic!("{error}"),
        }
    }
    // An empty file is new, unless the disk had something in it.
    for (synced, is_new) in [(0, true), (20, false)] {
        std::fs::write(&path, b"").unwrap();
        Disk::open(&path, false).unwrap().note_length(&length(synced));
        assert_eq!(open(&path).is_ok(), is_new, "{synced}");
    }
}

#[tokio::test]
async fn tickets_are_numbered_on_and_what_a_process_did_with_them_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.log");
    let clock = UNIX_EPOCH + std::time::Duration::from_secs(5000);
    let mut journal = begun(&path).await;
    let rows = vec![
        applicant(1, Earlier::Nothing),
        applicant(2, Earlier::Nothing),
        applicant(3, Earlier::MaybeSent { after: None, by_row: false, in_vain: false }),
        applicant(4, Earlier::Nothing),
    ];
    let mut lease = journal.lease(rows, Some(clock)).unwrap();
    let granted = lease.granted().await.unwrap();
    let mut leased = journal.grant(granted);
    let told: Vec<_> = leased.iter().map(|row| (row.number, row.sent_after, row.is_open)).collect();
    let first = told[0].0;
    let at = Some(clock);
    assert_eq!(
        told,
        [(first, at, false), (first + 1, at, false), (first + 2, None, false), (first + 3, at, false)]
    );
    journal.release(vec![leased.pop().unwrap().number]).unwrap();
    let tickets = journal.issue(leased).unwrap();
    assert_eq!(
        tickets.iter().map(|ticket| ticket.earlier.is_in_doubt()).collect::<Vec<_>>(),
        [false, false, true]
    );
    drop(journal);

    let (mut journal, replayed, pasts) = open(&path).unwrap();
    assert!(replayed.damage.is_none() && replayed.head.is_some());
    let seen: Vec<_> = pasts
        .values()
        .map(|past| (past.ticket, past.evidence.marked, past.evidence.released, past.sent_after))
        .collect();
    let then = Some(5000);
    assert_eq!(
        seen,
        [
            (first, true, false, then),
            (first + 1, true, false, then),
            (first + 2, true, false, None),
            (first + 3, false, true, then),
        ]
    );
    assert_eq!(replayed.next_ticket, first + 4);
    begin(&mut journal, &replayed).await;
    let mut lease = journal.lease(vec![applicant(5, Earlier::Nothing)], None).unwrap();
    let granted = lease.granted().await.unwrap();
    assert_eq!(journal.grant(granted)[0].number, first + 4);
    let reopened = journal.reopen(applicant(1, Earlier::Nothing), first, Some(5000));
    assert!(reopened.is_open && reopened.applicant.earlier.is_in_doubt() && reopened.sent_after == at);
}

#[tokio::test]
async fn a_torn_line_at_the_end_is_cut_off_and_the_next_one_stands_on_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.log");
    begun(&path).await.close(false).await.unwrap();
    let whole = std::fs::read(&path).unwrap();
    let torn = [&whole[..], b"0123 half a li"].concat();
    std::fs::write(&path, torn).unwrap();
    let (mut journal, replayed, _) = open(&path).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), whole);
    begin(&mut journal, &replayed).await;
    journal.close(false).await.unwrap();
    drop(journal);
    let (_, replayed, _) = open(&path).unwrap();
    assert!(replayed.damage.is_none(), "{:?}", replayed.damage);
    assert!(std::fs::read(&path).unwrap().len() > whole.len());
}

#[tokio::test]
async fn the_main_channel_is_kept_from_the_beginning_of_a_journal_whatever_it_becomes() {
    const MAIN: &str = "414a6d692bd645ed803f2e7ce360d4c8";
    const OTHER: &str = "514a6d692bd645ed803f2e7ce360d4c8";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.log");
    let (mut journal, replayed, _) = open(&path).unwrap();
    journal.know_main_channel(Some(MAIN));
    begin(&mut journal, &replayed).await;
    drop(journal);
    let (mut journal, ..) = open(&path).unwrap();
    assert_eq!(journal.fingerprints().main_channel(), Some(MAIN));
    journal.know_main_channel(Some(OTHER));
    assert_eq!(journal.fingerprints().main_channel(), Some(MAIN));
    // One that began without it keeps to that.
    let path = folder.path().join("old.log");
    drop(begun(&path).await);
    let (mut journal, ..) = open(&path).unwrap();
    journal.know_main_channel(Some(MAIN));
    assert_eq!(journal.fingerprints().main_channel(), None);
}

#[tokio::test]
async fn what_was_taken_back_is_forgotten_and_what_was_put_back_is_known_to_be_there() {
    const COUNT: usize = 2 * FORGOTTEN_AT_A_TIME + 2;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.log");
    let mut journal = begun(&path).await;
    let taken_back: Vec<_> = (0..COUNT)
        .map(|at| TakenBack {
            key: ContactKey([at as u8; 16]),
            still_there: (at % 2 == 0).then(|| format!("uuid-{at}")),
        })
        .collect();
    let restart = Restart { list: Some("l".to_owned()), rows: COUNT as u64 };
    journal.forget(&taken_back, restart.clone(), UNIX_EPOCH).await.unwrap();
    drop(journal);
    let (_, replayed, pasts) = open(&path).unwrap();
    assert!(replayed.damage.is_none(), "{:?}", replayed.damage);
    assert_eq!(replayed.restart, Some(restart));
    assert_eq!((pasts.len(), replayed.next_ticket), (COUNT + COUNT / 2, (COUNT + COUNT / 2) as u64));
    let forgotten: Vec<_> =
        pasts.values().filter(|past| past.evidence.forgotten).map(|past| past.key).collect();
    assert_eq!(forgotten, taken_back.iter().map(|contact| contact.key).collect::<Vec<_>>());
    for (contact, past) in taken_back
        .iter()
        .filter(|contact| contact.still_there.is_some())
        .zip(pasts.values().filter(|past| !past.evidence.forgotten))
    {
        assert_eq!(past.key, contact.key);
        let Some(Verdict { o: Ended::Left(uuid, ..), .. }) = &past.verdict else { panic!("{past:?}") };
        assert_eq!(Some(uuid), contact.still_there.as_ref());
    }
}

#[tokio::test]
async fn a_journal_that_was_closed_is_on_the_disk_to_its_last_byte_and_notes_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.log");
    let mut journal = begun(&path).await;
    let noted = |path: &Path| Disk::open(path, false).unwrap().noted_length().unwrap();
    let length = |path: &Path| std::fs::metadata(path).unwrap().len();
    let mut lease = journal.lease(vec![applicant(1, Earlier::Nothing)], None).unwrap();
    let granted = lease.granted().await.unwrap();
    let leased = journal.grant(granted);
    let synced = length(&path);
    journal.issue(leased).unwrap();
    drop(journal);
    // A process that died: what is known to be on the disk is what was leased.
    let boot = Some(BOOT.to_owned());
    assert_eq!(noted(&path), Length { written: length(&path), synced, boot: boot.clone() });
    let (mut journal, replayed, _) = open(&path).unwrap();
    begin(&mut journal, &replayed).await;
    let begun = length(&path);
    journal.close(false).await.unwrap();
    drop(journal);
    assert!(length(&path) > begun, "it says that it ended in order");
    assert_eq!(noted(&path), Length { written: length(&path), synced: length(&path), boot });
}

/// A journal in memory, which cannot be cut, and which may be one that dies with the process.
#[derive(Clone, Default)]
struct Memory {
    forgets: bool,
    bytes: Arc<Mutex<Vec<u8>>>,
    reserved: Arc<AtomicU64>,
}

impl Storage for Memory {
    fn read(&mut self) -> io::Result<Box<dyn io::BufRead + '_>> {
        Ok(Box::new(io::Cursor::new(self.bytes.lock().unwrap().clone())))
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes.lock().unwrap().extend_from_slice(bytes);
        Ok(())
    }

    fn truncate(&mut self, _length: u64) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn reserve(&mut self, bytes: u64) -> io::Result<()> {
        self.reserved.fetch_add(bytes, Ordering::Relaxed);
        Ok(())
    }

    fn sync(&mut self) -> Synced {
        Box::pin(std::future::ready(Ok(())))
    }

    fn forgets_with_the_process(&self) -> bool {
        self.forgets
    }

    fn noted_length(&mut self) -> Option<Length> {
        None
    }

    fn note_length(&mut self, _length: &Length) {}

    fn reader(&self) -> io::Result<Box<dyn crate::journal::ReadAt>> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

async fn in_memory(memory: &Memory) -> Journal<Memory> {
    let (mut journal, replayed) = Journal::open(memory.clone(), None, [7; 32], |_| Ok(())).unwrap();
    let about = About { endpoint: "sandbox".to_owned(), account: "a".to_owned() };
    journal.begin(&about, &[1; 32], 9, false, &replayed, (UNIX_EPOCH, None)).await.unwrap();
    journal
}

#[tokio::test]
async fn a_journal_that_is_whole_is_not_cut() {
    let memory = Memory::default();
    drop(in_memory(&memory).await);
    drop(in_memory(&memory).await);
}

#[tokio::test]
async fn before_rows_are_leased_there_is_room_for_all_that_will_be_written_about_them() {
    for count in [1, 40] {
        let memory = Memory::default();
        let mut journal = in_memory(&memory).await;
        let written = || memory.bytes.lock().unwrap().len() as u64;
        let before = written();
        let rows = (1..=count).map(|row| applicant(row, Earlier::Nothing)).collect();
        let mut lease = journal.lease(rows, Some(UNIX_EPOCH)).unwrap();
        let granted = lease.granted().await.unwrap();
        let leased = journal.grant(granted);
        let tickets = journal.issue(leased).unwrap();
        let said = "what the API says about a field that it does not like ".repeat(8);
        let rejected = |ticket: Ticket| {
            let outcome =
                Outcome::Rejected { field: Some("custom_fields.City".to_owned()), said: said.clone() };
            let delivery = Delivery {
                row: ticket.row,
                contact: Some(ticket.contact),
                remarks: Vec::new(),
                outcome,
                attempts: 3,
                http_status: Some(422),
                shown: None,
                finished_at: UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000),
            };
            (ticket.number, delivery)
        };
        assert_eq!(journal.settle(tickets.into_iter().map(rejected).collect()).unwrap().len() as u64, count);
        let (needed, reserved) = (written() - before, memory.reserved.load(Ordering::Relaxed));
        assert!((needed..2 * needed).contains(&reserved), "{count} rows: {reserved}, {needed} were needed");
    }
}

#[tokio::test]
async fn a_mark_is_synced_only_where_what_is_written_is_lost_with_the_process() {
    let forgetful = Memory { forgets: true, ..Memory::default() };
    assert!(in_memory(&forgetful).await.marked().is_some());
    let folder = tempfile::tempdir().unwrap();
    assert!(begun(&folder.path().join("journal.log")).await.marked().is_none());
}
