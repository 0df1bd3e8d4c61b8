//! A few rows of each kind, to look at; however many there are, the report stays small.

use std::collections::BTreeMap;

use super::CauseTold;
use crate::model::printable;
use crate::words::discreet;

/// Rows that are kept for each cause.
const MOST_OF_A_CAUSE: usize = 5;
/// Causes that have rows.
const MOST_CAUSES: usize = 200;
/// Created contacts that are linked.
const MOST_CREATED: usize = 50;

/// A line of `results.csv`, as far as the report shows it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SampleRow {
    /// Its number.
    pub row: String,
    /// Its line in the file.
    pub line: String,
    /// As it was sent, or stands in the file.
    pub identifier: String,
    /// The person's name.
    pub name: String,
    /// Why it failed, in words.
    pub message: String,
    /// Where the contact is; only an address that a browser may open.
    pub href: Option<String>,
}

discreet!(SampleRow { row, line });

/// Rows by cause, and created contacts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sample {
    causes: BTreeMap<(String, String), Vec<SampleRow>>,
    created: Vec<SampleRow>,
}

impl Sample {
    /// Looks at one line of `results.csv`; `cell` gives its cells by column.
    pub fn note<'c>(&mut self, cell: impl Fn(&str) -> &'c str) {
        let status = cell("status");
        if status == "created" && self.created.len() < MOST_CREATED {
            let row = SampleRow::of(&cell);
            if row.href.is_some() {
                self.created.push(row);
            }
        }
        for code in cell("code").split(';').filter(|code| !code.is_empty()) {
            let key = (status.to_owned(), code.to_owned());
            let is_room = self.causes.len() < MOST_CAUSES || self.causes.contains_key(&key);
            if is_room && self.causes.get(&key).is_none_or(|rows| rows.len() < MOST_OF_A_CAUSE) {
                self.causes.entry(key).or_default().push(SampleRow::of(&cell));
            }
        }
    }

    /// Whether more lines would show no more of these causes, nor of so many created contacts.
    pub fn is_full(&self, causes: &[CauseTold], created: u64) -> bool {
        let full = |cause: &CauseTold| {
            let kept = self.of_cause(&cause.status, &cause.code).len();
            let alike =
                causes.iter().filter(|other| (&other.status, &other.code) == (&cause.status, &cause.code));
            kept == MOST_OF_A_CAUSE || kept as u64 >= alike.map(|cause| cause.rows).sum()
        };
        (self.created.len() == MOST_CREATED || self.created.len() as u64 >= created)
            && causes.iter().all(full)
    }

    pub(super) fn of_cause(&self, status: &str, code: &str) -> &[SampleRow] {
        self.causes.get(&(status.to_owned(), code.to_owned())).map_or(&[], Vec::as_slice)
    }

    pub(super) fn created(&self) -> &[SampleRow] {
        &self.created
    }
}

impl SampleRow {
    fn of<'c>(cell: &impl Fn(&str) -> &'c str) -> Self {
        let href = cell("href");
        // What the server calls an address may be anything, such as a script.
        let is_web = href.starts_with("https://") || href.starts_with("http://127.0.0.1:");
        Self {
            row: cell("row").to_owned(),
            line: cell("line").to_owned(),
            identifier: shown(cell("identifier")),
            name: shown(cell("name")),
            message: shown(cell("message")),
            href: is_web.then(|| href.to_owned()).filter(|href| href.len() < 500),
        }
    }
}

/// Without the apostrophe that keeps spreadsheets from computing it; a page computes nothing.
fn shown(cell: &str) -> String {
    let bare = cell.strip_prefix('\'').filter(|bare| bare.starts_with(['+', '=', '-', '@']));
    printable(bare.unwrap_or(cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_rows_of_each_cause_are_kept_and_no_address_that_is_none() {
        let mut sample = Sample::default();
        for row in 0..1000 {
            let row = row.to_string();
            sample.note(|column| match column {
                "row" => &row,
                "status" => "invalid",
                "code" => "missing_name;phone_length",
                _ => "",
            });
            for href in ["javascript:alert(1)", "https://dash.callbell.eu/c/1"] {
                sample.note(|column| match column {
                    "status" => "created",
                    "href" => href,
                    _ => "",
                });
            }
        }
        let cause = |status: &str, code: &str, rows| CauseTold {
            status: status.to_owned(),
            code: code.to_owned(),
            field: String::new(),
            rows,
            first: 1,
            first_line: 2,
            said: None,
            is_failure: true,
            at_a_contact: false,
        };
        let full = [cause("invalid", "missing_name", 1000), cause("invalid", "phone_length", 1000)];
        assert!(sample.is_full(&full, 1000));
        assert!(!sample.is_full(&[full[0].clone(), cause("failed", "phone_length", 1)], 1000));
        sample.note(|column| match column {
            "status" => "failed",
            "code" => "phone_length",
            _ => "",
        });
        assert!(sample.is_full(&[cause("failed", "phone_length", 1)], 1000));
        assert!(
            !sample.is_full(&[cause("failed", "phone_length", 1), cause("failed", "phone_length", 1)], 1000)
        );
        assert!(Sample::default().is_full(&[], 0) && !Sample::default().is_full(&[], 1));
        assert_eq!(sample.of_cause("invalid", "phone_length").len(), 5);
        assert_eq!(sample.of_cause("invalid", "missing_name").len(), 5);
        assert_eq!(sample.created().len(), 50);
        assert!(sample.created().iter().all(|row| row.href.as_deref().unwrap().starts_with("https")));
    }
}
