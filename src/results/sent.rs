//! `sent.log`: what was sent for each contact, and what the API showed of it then.
//!
//! The journal knows contacts by fingerprints and holds nobody's data. To read contacts back and compare them field by
//! field, and to take an import back without harm to what somebody did since, it must be known what they were. The
//! input cannot tell: it may have been edited, moved or piped in. So it is kept here, one line for each contact that
//! came to be, or may have, written before the journal's verdict and in the same order, with the same checksums. Where
//! there is no room for it, the journal gets no verdict either, unless nothing but this answer will ever tell of the
//! contact.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::value::RawValue;

use super::OutputError;
use super::private::OutputDir;
use crate::journal::{TicketNumber, decode_line, encode_line, own_file, own_file_to_read, write_line};
use crate::model::{
    BotStatus, Code, Delivery, FieldValue, NewContact, Outcome, RowNumber, Said, Shown, Source,
};

/// Its name in the folder.
pub const SENT_LOG: &str = "sent.log";

/// What was sent for one contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The ticket under which it was sent.
    pub ticket: TicketNumber,
    /// The row it came from, in the file of that run.
    pub row: RowNumber,
    /// Its name in the account.
    pub uuid: String,
    /// What was sent.
    pub contact: NewContact,
    /// What the API showed of it in its answer, or when it was looked up.
    pub shown: Option<Shown>,
}

/// The file, open for more.
pub(super) struct SentLog {
    file: File,
    path: PathBuf,
    length: u64,
    /// Lines on their way to the file; kept for the next ones.
    lines: Vec<u8>,
}

impl SentLog {
    pub(super) fn open(folder: &OutputDir) -> Result<Self, OutputError> {
        let path = folder.path().join(SENT_LOG);
        let failed = |source| OutputError::Write { path: path.clone(), source };
        let mut file = own_file(&path).map_err(failed)?;
        let mut length = file.seek(SeekFrom::End(0)).map_err(failed)?;
        if length > 0 && !ends_with_a_line(&mut file, length).map_err(failed)? {
            // What stands before it is torn, and known for it.
            file.write_all(b"\n").map_err(failed)?;
            length += 1;
        }
        Ok(Self { file, path, length, lines: Vec::new() })
    }

    pub(super) fn keep(&mut self, deliveries: &[(TicketNumber, Delivery)]) -> Result<(), OutputError> {
        let lines = &mut self.lines;
        lines.clear();
        for (ticket, delivery) in deliveries {
            let (Some(contact), Some(id)) = (&delivery.contact, delivery.outcome.contact_id()) else {
                continue;
            };
            let wrote = match &delivery.outcome {
                Outcome::Created { .. } | Outcome::Updated { .. } => true,
                Outcome::ChangeRefused { made, .. } => made.as_ref().is_some_and(|made| !made.is_empty()),
                _ => false,
            };
            let may_be_own = || delivery.remarks.iter().any(|remark| remark.code == Code::MayBeOwn);
            if wrote || may_be_own() {
                let sent = SaidToWrite(contact);
                let line = LineToWrite { n: *ticket, row: delivery.row.number.get(), uuid: &id.uuid, sent };
                write_line(lines, |bytes| line.write(delivery.shown.as_ref(), bytes));
            }
        }
        if lines.is_empty() {
            return Ok(());
        }
        if let Err(source) = self.file.write_all(lines) {
            // Half a line must not stand before a whole one.
            let _ = self.file.set_len(self.length).and_then(|()| self.file.seek(SeekFrom::End(0)));
            return Err(OutputError::Write { path: self.path.clone(), source });
        }
        self.length += lines.len() as u64;
        Ok(())
    }

    pub(super) fn finish(&self) -> Result<(), OutputError> {
        self.file.sync_data().map_err(|source| OutputError::Write { path: self.path.clone(), source })
    }
}

fn ends_with_a_line(file: &mut File, length: u64) -> io::Result<bool> {
    use std::os::unix::fs::FileExt as _;
    let mut last = [0];
    file.read_exact_at(&mut last, length - 1)?;
    Ok(last == *b"\n")
}

/// Reads `log` from where it stands, line by line: where each begins, and what it says. Lines that are not whole are
/// passed over.
///
/// # Errors
///
/// If it cannot be read, or `each` fails.
pub fn read_sent(log: &mut dyn BufRead, mut each: impl FnMut(u64, Sent) -> io::Result<()>) -> io::Result<()> {
    let (mut line, mut at) = (Vec::new(), 0);
    loop {
        line.clear();
        let count = log.read_until(b'\n', &mut line)? as u64;
        if count == 0 {
            return Ok(());
        }
        if let Some(sent) = line.strip_suffix(b"\n").and_then(decode_line).and_then(Line::read) {
            each(at, sent)?;
        }
        at += count;
    }
}

/// Calls `each` with source, identifier and name of everybody for whom something was sent by the import in `folder`, as they were
/// called then; of nobody where that is not kept any more.
pub fn each_who_was_sent(folder: &Path, mut each: impl FnMut(&str, &str, &str)) {
    let Ok(log) = own_file_to_read(&folder.join(SENT_LOG)) else { return };
    // What cannot be read tells nothing of anybody.
    let _ = read_sent(&mut io::BufReader::new(log), |_, Sent { contact, .. }| {
        each(contact.source.as_str(), &contact.identifier, &contact.name);
        Ok(())
    });
}

/// A line of the file, without its end, under another number; with its end. `None`: it is not whole.
pub fn renumber_sent(
    line: &[u8],
    number: impl FnOnce(TicketNumber) -> Option<TicketNumber>,
) -> Option<Vec<u8>> {
    // What it says is passed on as it stands: a number that was read and written again may look otherwise.
    let mut members: BTreeMap<&str, &RawValue> = serde_json::from_str(decode_line(line)?).ok()?;
    let ticket = number(members.get("n")?.get().parse().ok()?)?;
    let ticket = RawValue::from_string(ticket.to_string()).ok()?;
    members.insert("n", &ticket);
    Some(encode_line(&serde_json::to_string(&members).ok()?))
}

/// One line, as it stands in the file.
#[derive(Deserialize)]
struct Line<'l> {
    n: TicketNumber,
    row: u64,
    uuid: String,
    sent: SaidThen,
    #[serde(borrow, default)]
    shown: Option<&'l RawValue>,
}

/// A [`NewContact`], as it is read. The order of custom fields counts: what is said is known again by it.
#[derive(Deserialize)]
struct SaidThen {
    identifier: String,
    source: String,
    name: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    custom_fields: Vec<(String, Value)>,
    #[serde(default)]
    assigned_user: Option<String>,
    #[serde(default)]
    team_uuid: Option<String>,
    #[serde(default)]
    channel_uuid: Option<String>,
    #[serde(default)]
    bot_status: Option<String>,
    #[serde(default)]
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Options(Vec<String>),
}

/// The same, as it is written: nothing of it is copied before.
#[derive(serde::Serialize)]
struct LineToWrite<'l> {
    n: TicketNumber,
    row: u64,
    uuid: &'l str,
    sent: SaidToWrite<'l>,
}

struct SaidToWrite<'l>(&'l NewContact);

impl Serialize for SaidToWrite<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (field, said) in self.0.says().into_iter().filter(|(_, said)| !said.is_nothing()) {
            let name = field.wire_name();
            match said {
                Said::Text(text) => map.serialize_entry(name, text)?,
                Said::Maybe(text) => map.serialize_entry(name, &text)?,
                Said::Texts(texts) => map.serialize_entry(name, texts)?,
                Said::Labelled(fields) => {
                    let pairs = fields.iter().map(|(label, value)| (label, ValueToWrite::of(value)));
                    map.serialize_entry(name, &pairs.collect::<Vec<_>>())?;
                }
            }
        }
        map.end()
    }
}

#[derive(serde::Serialize)]
#[serde(untagged)]
enum ValueToWrite<'l> {
    Text(&'l str),
    Options(&'l [String]),
}

impl<'l> ValueToWrite<'l> {
    fn of(value: &'l FieldValue) -> Self {
        match value {
            FieldValue::Text(text) => Self::Text(text),
            FieldValue::Options(options) => Self::Options(options),
        }
    }
}

impl LineToWrite<'_> {
    /// Appends the line as JSON, with what was `shown`, which is JSON already.
    fn write(&self, shown: Option<&Shown>, bytes: &mut Vec<u8>) {
        #[expect(
            clippy::expect_used,
            reason = "texts and numbers always are JSON, and memory takes every byte"
        )]
        serde_json::to_writer(&mut *bytes, self).expect("texts and numbers always are JSON");
        if let Some(shown) = shown {
            bytes.pop();
            bytes.extend_from_slice(b",\"shown\":");
            bytes.extend_from_slice(shown.as_json().as_bytes());
            bytes.push(b'}');
        }
    }
}

impl Line<'_> {
    fn read(text: &str) -> Option<Sent> {
        let Line { n, row, uuid, sent, shown } = serde_json::from_str(text).ok()?;
        let value = |value| match value {
            Value::Text(text) => FieldValue::Text(text),
            Value::Options(options) => FieldValue::Options(options),
        };
        Some(Sent {
            ticket: n,
            row: (row > 0).then(|| RowNumber::new(row))?,
            uuid,
            contact: NewContact {
                identifier: sent.identifier,
                source: Source::parse(&sent.source)?,
                name: sent.name,
                tags: sent.tags,
                custom_fields: sent
                    .custom_fields
                    .into_iter()
                    .map(|(label, said)| (label, value(said)))
                    .collect(),
                assigned_user: sent.assigned_user,
                team_uuid: sent.team_uuid,
                channel_uuid: sent.channel_uuid,
                bot_status: sent.bot_status.as_deref().and_then(BotStatus::parse),
                note: sent.note,
            },
            shown: shown.map(|shown| Shown::new(shown.get())),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::time::SystemTime;

    use csv::ByteRecord;

    use super::*;
    use crate::model::{ContactId, Row};

    fn contact() -> NewContact {
        NewContact {
            name: "Ada \"A\"".to_owned(),
            tags: vec!["VIP".to_owned()],
            custom_fields: vec![
                ("Z".to_owned(), FieldValue::Text("1".to_owned())),
                ("A".to_owned(), FieldValue::Options(vec!["x".to_owned()])),
            ],
            team_uuid: Some("t".to_owned()),
            bot_status: Some(BotStatus::End),
            note: Some("é\n2".to_owned()),
            ..NewContact::ada()
        }
    }

    fn delivery(outcome: Outcome) -> Delivery {
        Delivery {
            row: Row { number: RowNumber::new(3), line: 4, cells: ByteRecord::new(), flaw: None },
            contact: Some(contact()),
            remarks: Vec::new(),
            outcome,
            attempts: 1,
            http_status: None,
            shown: Some(Shown::new("{\"name\":\"Ada\"}")),
            finished_at: SystemTime::UNIX_EPOCH,
        }
    }

    fn created(uuid: &str) -> Delivery {
        delivery(Outcome::Created { id: ContactId { uuid: uuid.to_owned(), href: None }, by_lookup: false })
    }

    fn read(folder: &OutputDir) -> Vec<Sent> {
        let mut read = Vec::new();
        let bytes = std::fs::read(folder.path().join(SENT_LOG)).unwrap();
        read_sent(&mut &bytes[..], |_, sent| {
            read.push(sent);
            Ok(())
        })
        .unwrap();
        read
    }

    #[test]
    fn what_was_sent_is_read_back_as_it_was_and_is_private() {
        let parent = tempfile::tempdir().unwrap();
        let folder = OutputDir::open(parent.path()).unwrap();
        let failed = delivery(Outcome::Rejected { field: None, said: "no".to_owned() });
        let mut log = SentLog::open(&folder).unwrap();
        log.keep(&[(7, created("a")), (8, failed), (9, created("b"))]).unwrap();
        log.finish().unwrap();
        let sent = read(&folder);
        assert_eq!(
            sent.iter().map(|sent| (sent.ticket, sent.uuid.as_str())).collect::<Vec<_>>(),
            [(7, "a"), (9, "b")]
        );
        assert_eq!((&sent[0].contact, sent[0].row), (&contact(), RowNumber::new(3)));
        assert_eq!(sent[0].shown.as_ref().map(Shown::as_json), Some("{\"name\":\"Ada\"}"));
        let mode = std::fs::metadata(folder.path().join(SENT_LOG)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_line_stays_what_it_was() {
        let contact = contact();
        let line = LineToWrite { n: 7, row: 3, uuid: "u", sent: SaidToWrite(&contact) };
        let mut bytes = Vec::new();
        line.write(None, &mut bytes);
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            r#"{"n":7,"row":3,"uuid":"u","sent":{"identifier":"393331234567","source":"whatsapp","name":"Ada \"A\"","tags":["VIP"],"custom_fields":[["Z","1"],["A",["x"]]],"team_uuid":"t","bot_status":"bot_end","note":"é\n2"}}"#
        );
    }

    #[test]
    fn a_torn_line_costs_itself_and_no_other() {
        let parent = tempfile::tempdir().unwrap();
        let folder = OutputDir::open(parent.path()).unwrap();
        SentLog::open(&folder).unwrap().keep(&[(1, created("a")), (2, created("b"))]).unwrap();
        let path = folder.path().join(SENT_LOG);
        let bytes = std::fs::read(&path).unwrap();
        for cut in 1..bytes.len() / 2 {
            std::fs::write(&path, &bytes[..bytes.len() - cut]).unwrap();
            SentLog::open(&folder).unwrap().keep(&[(3, created("c"))]).unwrap();
            let tickets: Vec<_> = read(&folder).into_iter().map(|sent| sent.ticket).collect();
            // Without its line end alone, the line is whole again when the next one begins.
            let expected: &[u64] = if cut == 1 { &[1, 2, 3] } else { &[1, 3] };
            assert_eq!(tickets, expected, "{cut}");
        }
    }
}
