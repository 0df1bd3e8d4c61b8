//! The rows of an import by what became of them, and who says so: its results, if the last run came to its end, else the
//! journal.

use std::io;
use std::path::Path;

use serde_json::Value;

use crate::journal::own_file_to_read;
use crate::model::{Code, Status, printable};
use crate::results::{COLUMNS, RESULTS};
use crate::status::{Census, Kind};
use crate::words::{Message, message};

/// The counts of one list, as it is now.
pub(super) struct Counts {
    /// Rows of the list, if that is known.
    pub(super) rows: Option<u64>,
    /// In the order of [`Kind::ALL`].
    kinds: [u64; Kind::ALL.len()],
    /// Created ones that a look-up confirmed; `None` if that cannot be known any more.
    pub(super) by_lookup: Option<u64>,
    /// Rows that never left; only results know which they are.
    stayed: Option<Stayed>,
    /// Contacts in the journal of which it is not known whether they are rows of this list. Results know of all rows.
    pub(super) from_before: Option<u64>,
}

struct Stayed {
    invalid: u64,
    duplicate: u64,
    not_attempted: u64,
}

impl Counts {
    /// What `summary.json` says, with what `results.csv` in `folder` says about the created ones.
    pub(super) fn of_results(summary: &Value, folder: &Path) -> Self {
        let number = |key: &str| summary.get(key).and_then(Value::as_u64).unwrap_or_default();
        let created = number("created");
        // Somebody may have taken the file away, or keep it open in a spreadsheet.
        let by_lookup = confirmed(&folder.join(RESULTS)).ok().filter(|rows| *rows <= created);
        let confirmed = by_lookup.unwrap_or_default();
        let kinds = Kind::ALL.map(|kind| match kind {
            Kind::Created => created - confirmed,
            Kind::Confirmed => confirmed,
            Kind::Existing => number("existing"),
            Kind::Updated => number("updated"),
            Kind::Rejected => number("rejected"),
            Kind::Failed => number("failed"),
            Kind::Unconfirmed => number("unconfirmed"),
            // They are among those that are unconfirmed or were not attempted.
            Kind::Open | Kind::Waiting => 0,
        });
        let stayed = Stayed {
            invalid: number("invalid"),
            duplicate: number("duplicate"),
            not_attempted: number("not_attempted"),
        };
        let rows = Some(number("rows_read"));
        Self { rows, kinds, by_lookup, stayed: Some(stayed), from_before: None }
    }

    /// What the journal says of a run that goes on or was broken off.
    pub(super) fn of_journal(census: &Census) -> Self {
        let rows = census.replayed.last_session.as_ref().map(|session| session.rows);
        let (kinds, from_before) = (census.of_this_list(), Some(census.from_before()));
        let counts = Self { rows, kinds, by_lookup: None, stayed: None, from_before };
        Self { by_lookup: Some(counts.of(Kind::Confirmed)), ..counts }
    }

    /// Who says so, for programs.
    pub(super) fn source(&self) -> &'static str {
        if self.stayed.is_some() { "summary" } else { "journal" }
    }

    /// How many rows are so.
    pub(super) fn of(&self, kind: Kind) -> u64 {
        Kind::ALL.into_iter().zip(self.kinds).find(|(one, _)| *one == kind).map_or(0, |(_, count)| count)
    }

    /// `20 in the file: 4 created, 16 not sent yet`
    /// `window`: the part of the file that was read, if it is not all of it.
    pub(super) fn told(&self, window: Option<&str>) -> String {
        let sent = Kind::ALL.into_iter().map(|kind| (id(kind), self.of(kind)));
        let stayed = self.stayed.iter().flat_map(|stayed| {
            [
                ("counted-invalid", stayed.invalid),
                ("status-repeating", stayed.duplicate),
                ("status-not-sent-yet", stayed.not_attempted),
            ]
        });
        let is_told = |&(id, rows): &(&str, u64)| rows > 0 || id == "counted-created";
        let counted = |(id, rows)| Message::new(id).with("rows", rows);
        let mut parts: Vec<Message> = sent.chain(stayed).filter(is_told).map(counted).collect();
        let Some(rows) = self.rows else { return Message::list(parts, ", ").told() };
        if self.stayed.is_some() {
            let of_what = if window.is_some() { "status-in-the-part" } else { "status-in-the-file" };
            return of_list(of_what, rows, window, parts).told();
        }
        let rest = rows.saturating_sub(self.kinds.iter().sum());
        if rest > 0 {
            parts.push(match self.from_before {
                Some(1..) => message!("status-rest-or-before", rows = rest),
                _ => message!("status-rest", rows = rest),
            });
        }
        let of_what = if window.is_some() { "status-part-by-the-journal" } else { "status-by-the-journal" };
        of_list(of_what, rows, window, parts).told()
    }
}

fn of_list(id: &'static str, rows: u64, window: Option<&str>, parts: Vec<Message>) -> Message {
    let parts = Message::list(parts, ", ");
    Message::new(id)
        .with("rows", rows)
        .with("parts", parts)
        .with("window", window.map(printable).unwrap_or_default())
}

fn id(kind: Kind) -> &'static str {
    match kind {
        Kind::Created => "counted-created",
        Kind::Confirmed => "status-created-confirmed",
        Kind::Existing => "counted-existing",
        Kind::Updated => "counted-updated",
        Kind::Rejected => "counted-rejected",
        Kind::Failed => "counted-failed",
        Kind::Unconfirmed => "counted-unconfirmed",
        Kind::Open => "status-open",
        Kind::Waiting => "status-waiting",
    }
}

/// Rows of the results at `path` that were created and confirmed by look-up.
fn confirmed(path: &Path) -> io::Result<u64> {
    let file = own_file_to_read(path)?;
    let column = |name| COLUMNS.iter().position(|column| *column == name).unwrap_or_default();
    let (status, code) = (column("status"), column("code"));
    // People edit it.
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(io::BufReader::new(file));
    let (mut line, mut rows) = (csv::ByteRecord::new(), 0);
    while reader.read_byte_record(&mut line)? {
        let is = |column: usize, what: &str| line.get(column).is_some_and(|cell| cell == what.as_bytes());
        let codes = || line.get(code).into_iter().flat_map(|cell| cell.split(|byte| *byte == b';'));
        let by_lookup = Code::ConfirmedByLookup.as_str().as_bytes();
        rows += u64::from(is(status, Status::Created.as_str()) && codes().any(|one| one == by_lookup));
    }
    Ok(rows)
}
