use std::collections::BTreeMap;
use std::path::Path;

use csv::ByteRecord;

use super::super::storage::Disk;
use super::*;
use crate::model::{NewContact, Row, RowNumber, Source};

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
    journal.begin(&about, &[1; 32], 9, replayed, UNIX_EPOCH).await.unwrap();
}

fn applicant(row: u64, in_doubt: bool) -> Applicant {
    Applicant {
        row: Row { number: RowNumber::new(row), line: row + 1, cells: ByteRecord::new(), flaw: None },
        contact: NewContact {
            identifier: format!("39333000000{row}"),
            source: Source::Whatsapp,
            name: "Ada".to_owned(),
            tags: Vec::new(),
            custom_fields: Vec::new(),
            assigned_user: None,
            team_uuid: None,
            channel_uuid: None,
            bot_status: None,
            note: None,
        },
        remarks: Vec::new(),
        key: ContactKey([row as u8; 16]),
        content: [row as u8; 8],
        in_doubt,
        has_twin: false,
        there: None,
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
                assert!(open(&path).unwrap().1.head.is_some());
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
    let rows = vec![applicant(1, false), applicant(2, false), applicant(3, true), applicant(4, false)];
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
    assert_eq!(tickets.iter().map(|ticket| ticket.in_doubt).collect::<Vec<_>>(), [false, false, true]);
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
    let mut lease = journal.lease(vec![applicant(5, false)], None).unwrap();
    let granted = lease.granted().await.unwrap();
    assert_eq!(journal.grant(granted)[0].number, first + 4);
    let reopened = journal.reopen(applicant(1, false), first, Some(5000));
    assert!(reopened.is_open && reopened.applicant.in_doubt && reopened.sent_after == at);
}

#[tokio::test]
async fn a_torn_line_at_the_end_is_cut_off_and_the_next_one_stands_on_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.log");
    begun(&path).await.close().await.unwrap();
    let whole = std::fs::read(&path).unwrap();
    let torn = [&whole[..], b"0123 half a li"].concat();
    std::fs::write(&path, torn).unwrap();
    let (mut journal, replayed, _) = open(&path).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), whole);
    begin(&mut journal, &replayed).await;
    journal.close().await.unwrap();
    drop(journal);
    let (_, replayed, _) = open(&path).unwrap();
    assert!(replayed.damage.is_none(), "{:?}", replayed.damage);
    assert!(std::fs::read(&path).unwrap().len() > whole.len());
}
