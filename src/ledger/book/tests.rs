use std::fmt::Write as _;

use tempfile::TempDir;

use super::super::seen::value_of;
use super::*;
use crate::journal::{Ended, Record, Value, Verdict, encode_line};
use crate::model::{FieldValue, NewContact, RowNumber};
use crate::results::{COLUMNS, RESULTS};

/// An import's folder, as its files tell.
#[derive(Default)]
struct Import {
    records: Vec<Record>,
    sent: Vec<u8>,
}

fn fingerprints() -> Fingerprints {
    Fingerprints::new([0; 32])
}

fn contact(name: &str) -> NewContact {
    NewContact { name: name.to_owned(), ..NewContact::ada() }
}

/// Somebody under another number.
fn other(identifier: &str) -> NewContact {
    NewContact { identifier: identifier.to_owned(), ..NewContact::ada() }
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

impl Import {
    fn new() -> Self {
        let head = Record::Head {
            v: crate::journal::VERSION,
            salt: "00".repeat(32),
            endpoint: "e".to_owned(),
            account: "a".to_owned(),
            main: None,
        };
        Self { records: vec![head], sent: Vec::new() }
    }

    /// A ticket is leased for this contact and marked.
    fn leased(mut self, n: TicketNumber, contact: &NewContact) -> Self {
        let (key, content) = (fingerprints().key(contact).0, fingerprints().content(contact));
        let mut hex = String::new();
        key.iter().chain(&content).for_each(|byte| write!(hex, "{byte:02x}").unwrap());
        self.records.push(Record::Lease { n, k: vec![hex], sv: Some(50), now: None, by_row: false });
        self.records.push(Record::Marked { n: vec![n] });
        self
    }

    fn changing(mut self, n: TicketNumber, uuid: &str, field: &str, before: &str, after: &str) -> Self {
        let c = vec![(field.to_owned(), Some(text(before)), text(after))];
        self.records.push(Record::Change { n, u: uuid.to_owned(), c, j: BTreeMap::new(), m: false, w: None });
        self
    }

    fn ended(mut self, n: TicketNumber, o: Ended) -> Self {
        self.records.push(Record::Verdict(Verdict::of(n, o, 0)));
        self
    }

    fn created(self, n: TicketNumber, uuid: &str) -> Self {
        self.ended(n, Ended::Created(uuid.to_owned(), None, false))
    }

    fn updated(self, n: TicketNumber, uuid: &str, fields: &[&str]) -> Self {
        let fields = fields.iter().map(|field| (*field).to_owned()).collect();
        self.ended(n, Ended::Updated(uuid.to_owned(), None, fields))
    }

    /// What was sent for it is kept.
    fn sent(mut self, n: TicketNumber, row: u64, uuid: &str, contact: &NewContact) -> Self {
        let NewContact { identifier, name, .. } = contact;
        let line = serde_json::json!({ "n": n, "row": row, "uuid": uuid, "sent": {
            "identifier": identifier, "source": "whatsapp", "name": name,
        }});
        self.sent.extend(encode_line(&line.to_string()));
        self
    }

    fn in_folder(&self) -> (TempDir, OutputDir) {
        let place = tempfile::tempdir().unwrap();
        let records = (0..).zip(&self.records).flat_map(|(at, record)| record.encode(at));
        std::fs::write(place.path().join(JOURNAL), records.collect::<Vec<u8>>()).unwrap();
        std::fs::write(place.path().join(SENT_LOG), &self.sent).unwrap();
        let folder = OutputDir::open(place.path()).unwrap();
        (place, folder)
    }

    fn ledger(&self) -> Ledger {
        Ledger::open(&self.in_folder().1).unwrap().unwrap()
    }
}

fn rows(ledger: &Ledger) -> Vec<(Option<u64>, &str)> {
    ledger.entries.iter().map(|entry| (entry.row.map(RowNumber::get), &*entry.uuid)).collect()
}

/// Field, what it says now, and whether that is known.
fn changes(ledger: &Ledger) -> Vec<(String, Vec<String>, bool)> {
    let texts = |change: &OwnChange| {
        let texts = change.written.iter().map(|value| value_of(value).as_str().unwrap().to_owned());
        texts.collect::<Vec<_>>()
    };
    let [entry] = &ledger.entries[..] else { panic!("{:?}", ledger.entries) };
    let all = ledger.changes(entry).into_iter();
    all.map(|change| (change.field.clone(), texts(&change), change.is_made)).collect()
}

#[test]
fn contacts_come_in_the_order_of_their_rows_and_those_without_a_row_last() {
    let [one, two, three] = ["391", "392", "393"].map(other);
    let import = Import::new()
        .leased(0, &one)
        .leased(1, &two)
        .leased(2, &three)
        .created(0, "u0")
        .created(1, "u1")
        .created(2, "u2")
        .sent(0, 9, "u0", &one)
        .sent(2, 4, "u2", &three);
    let ledger = import.ledger();
    assert_eq!(rows(&ledger), [(Some(4), "u2"), (Some(9), "u0"), (None, "u1")]);
    assert_eq!((ledger.certain(), ledger.doubtful()), (vec![0, 1, 2], 0));
    let names = |at: usize| ledger.named(&ledger.entries[at]).map(|named| named.identifier);
    assert_eq!([names(0), names(1), names(2)], [Some("393".to_owned()), Some("391".to_owned()), None]);
    assert_eq!(ledger.sent_at_first(&ledger.entries[1]).unwrap().contact, one);
    assert_eq!(ledger.sent(&ledger.entries[2]), None);
}

#[test]
fn a_line_that_names_another_contact_or_says_something_else_is_not_the_one_of_the_creation() {
    let ada = contact("Ada");
    let begun = || Import::new().leased(0, &ada).created(0, "u");
    for (import, is_found) in [
        (begun().sent(0, 1, "u", &ada), true),
        (begun().sent(0, 1, "v", &ada), false),
        (begun().sent(1, 1, "u", &ada), false),
        (begun().sent(0, 1, "u", &contact("Eva")), false),
    ] {
        let ledger = import.ledger();
        assert_eq!(ledger.sent_at_first(&ledger.entries[0]).is_some(), is_found);
        assert_eq!(ledger.sent(&ledger.entries[0]).is_some(), is_found);
    }
}

#[test]
fn where_no_import_is_there_is_no_ledger_and_what_was_sent_may_be_missing_but_not_be_a_link() {
    let ada = contact("Ada");
    let import = Import::new().leased(0, &ada).created(0, "u").sent(0, 1, "u", &ada);
    let (place, folder) = import.in_folder();
    let log = place.path().join(SENT_LOG);
    std::fs::remove_file(&log).unwrap();
    let ledger = Ledger::open(&folder).unwrap().unwrap();
    assert_eq!((rows(&ledger), ledger.sent(&ledger.entries[0])), (vec![(None, "u")], None));
    assert_eq!(ledger.named(&ledger.entries[0]), None);
    // Then the results tell.
    let cell = |column: &&str| match *column {
        "row" => "7",
        "uuid" => "u",
        "identifier" => "39",
        "name" => "Ada",
        _ => "",
    };
    let line: Vec<&str> = COLUMNS.iter().map(cell).collect();
    let results = format!("{}\n{}\n", COLUMNS.join(","), line.join(","));
    std::fs::write(place.path().join(RESULTS), results).unwrap();
    let ledger = Ledger::open(&folder).unwrap().unwrap();
    assert_eq!(rows(&ledger), [(Some(7), "u")]);
    assert_eq!(ledger.named(&ledger.entries[0]).unwrap().name, "Ada");
    std::os::unix::fs::symlink(place.path().join("nothing"), &log).unwrap();
    assert!(Ledger::open(&folder).is_err(), "what cannot be read is not taken for missing");
    std::fs::remove_file(place.path().join(JOURNAL)).unwrap();
    assert!(Ledger::open(&folder).unwrap().is_none());
}

#[test]
fn a_long_line_is_read_to_its_end_and_one_without_an_end_is_none() {
    let long = contact(&"é".repeat(3000));
    let short = other("392");
    let import = Import::new()
        .leased(0, &short)
        .leased(1, &long)
        .created(0, "u0")
        .created(1, "u1")
        .sent(0, 1, "u0", &short)
        .sent(1, 2, "u1", &long);
    let ledger = import.ledger();
    assert_eq!(ledger.sent(&ledger.entries[1]).unwrap().contact, long);
    // It was found, and is cut off before it is read once more.
    let (place, folder) = import.in_folder();
    let ledger = Ledger::open(&folder).unwrap().unwrap();
    let log = std::fs::OpenOptions::new().write(true).open(place.path().join(SENT_LOG)).unwrap();
    log.set_len(import.sent.len() as u64 - 1).unwrap();
    assert_eq!(ledger.sent(&ledger.entries[1]), None);
    assert_eq!(ledger.sent(&ledger.entries[0]).unwrap().contact, short);
}

#[test]
fn a_change_is_known_to_be_made_as_far_as_its_verdict_tells() {
    let (ada, eva) = (contact("Ada"), contact("Eva"));
    let begun = || {
        Import::new()
            .leased(0, &ada)
            .changing(0, "u", "name", "A", "B")
            .changing(0, "v", "name", "A", "of a contact that was gone")
            .changing(0, "u", "note", "A", "C")
            .changing(0, "u", "name", "B", "D")
    };
    let change = |field: &str, written: &[&str], is_made| {
        (field.to_owned(), written.iter().map(|text| (*text).to_owned()).collect(), is_made)
    };
    // The row says the same as when its ticket was leased: all that was written last was made.
    let ledger = begun().updated(0, "u", &["name"]).sent(0, 1, "u", &ada).ledger();
    assert_eq!(changes(&ledger), [change("name", &["D"], true), change("note", &["C"], true)]);
    // It was edited since: what the verdict names was made.
    let ledger = begun().updated(0, "u", &["note"]).sent(0, 1, "u", &eva).ledger();
    assert_eq!(changes(&ledger), [change("name", &["B", "D"], true), change("note", &["C"], true)]);
    assert_eq!(ledger.certain(), [0]);
    // Nobody knows.
    let ledger = Import::new().leased(0, &ada).changing(0, "u", "name", "A", "B").ledger();
    assert_eq!(changes(&ledger), [change("name", &["B"], false)]);
    assert_eq!((ledger.certain(), ledger.doubtful()), (vec![], 1));
}

#[test]
fn every_ticket_of_which_nobody_knows_is_counted() {
    let import = ["391", "392", "393"]
        .iter()
        .zip(0..)
        .fold(Import::new(), |import, (number, n)| import.leased(n, &other(number)));
    assert_eq!((import.ledger().doubtful(), import.ledger().entries.len()), (3, 0));
    assert_eq!(import.created(1, "u").ledger().doubts.len(), 2);
}

#[test]
fn a_change_whose_record_is_lost_is_told_where_the_journal_is_damaged() {
    let (ann, anna) = (contact("Ann"), contact("Anna"));
    let twice = || {
        Import::new()
            .leased(0, &ann)
            .changing(0, "u", "name", "Old", "Ann")
            .updated(0, "u", &["name"])
            .leased(1, &anna)
            .changing(1, "u", "name", "Ann", "Anna")
            .updated(1, "u", &["name"])
    };
    // In the place of these records.
    for (places, expected) in [
        (&[][..], vec![("name", Some("Old"), false)]),
        (&[3], vec![("name", Some("Ann"), true)]),
        (&[7], vec![("name", Some("Old"), true)]),
        (&[3, 7], vec![("name", None, true)]),
    ] {
        let mut import = twice();
        for &place in places {
            assert!(matches!(import.records[place], Record::Change { .. }));
            import.records[place] = Record::Damaged;
        }
        let ledger = import.ledger();
        let changes = ledger.changes(&ledger.entries[0]);
        let told: Vec<_> =
            changes.iter().map(|change| (&*change.field, &change.before, change.is_lost)).collect();
        let text = |before: Option<&str>| before.map(|text| FieldValue::Text(text.to_owned()));
        let expected: Vec<_> =
            expected.into_iter().map(|(field, before, is_lost)| (field, text(before), is_lost)).collect();
        let expected: Vec<_> =
            expected.iter().map(|(field, before, is_lost)| (*field, before, *is_lost)).collect();
        assert_eq!(told, expected, "{places:?}");
    }
}
