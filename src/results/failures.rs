//! One record of `failures.csv`: the row as it stood in the file, and why it failed.

use csv::{ByteRecord, QuoteStyle};

use super::formula::harmless;
use super::lines::line_in;
use super::record;
use crate::model::{Code, Delivery, EXTRA_COLUMNS, Row, are_extra_cells, is_mend_mark, mend_mark};

/// U+FEFF, by which a spreadsheet knows UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// How rows are given back.
#[derive(Debug, Clone)]
pub struct FailuresFormat {
    delimiter: u8,
    byte_order_mark: bool,
    header: Vec<String>,
    /// Columns of the input that are not an earlier run's.
    kept: Vec<usize>,
}

impl FailuresFormat {
    /// For rows under this header, written as the input is.
    pub fn new(header: Vec<String>, delimiter: u8, byte_order_mark: bool) -> Self {
        let kept = (0..header.len()).filter(|&at| !EXTRA_COLUMNS.contains(&header[at].as_str())).collect();
        Self { delimiter, byte_order_mark, header, kept }
    }

    /// The first bytes of the file, with its header.
    pub(super) fn start(&self) -> Vec<u8> {
        let mark: &[u8] = if self.byte_order_mark { MARK } else { b"" };
        let header = self.kept.iter().map(|&at| self.header[at].as_str()).chain(EXTRA_COLUMNS).collect();
        [mark, &self.written(&header)].concat()
    }

    /// The line of a row.
    pub(super) fn line(&self, delivery: &Delivery) -> Vec<u8> {
        self.written(&self.record(delivery))
    }

    /// A record that would begin as a file or a joined part of one does is read as it was only in quotes.
    fn written(&self, record: &ByteRecord) -> Vec<u8> {
        let is_marked = record.get(0).is_some_and(|cell| cell.starts_with(MARK));
        let quoting = if is_marked { QuoteStyle::Always } else { QuoteStyle::Necessary };
        line_in(self.delimiter, quoting, |writer| writer.write_byte_record(record))
    }

    fn record(&self, delivery: &Delivery) -> ByteRecord {
        let row: &Row = &delivery.row;
        let row_number = row.number.to_string();
        let (code, field) = (delivery.code(), delivery.field());
        let (code, field, message) = (harmless(&code), harmless(&field), record::message(delivery));
        let ours: [&[u8]; EXTRA_COLUMNS.len()] = [
            row_number.as_bytes(),
            delivery.outcome.status().as_str().as_bytes(),
            code.as_bytes(),
            field.as_bytes(),
            message.as_bytes(),
        ];
        // A nested value that was none of the contact's is one that the person has to look at.
        let is_nested = delivery.code() == Code::JsonNested.as_str();
        if row.has_sound_cells() && !is_nested && row.cells.len() == self.header.len() {
            return self.kept.iter().map(|&at| &row.cells[at]).chain(ours).collect();
        }
        let (cells, width) = (self.cells_of_theirs(row), self.kept.len());
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        let rest = cells.iter().skip(width).copied();
        let mark = mend_mark().told();
        (0..width).map(cell).chain(ours).chain(rest).chain([mark.as_bytes()]).collect()
    }

    /// The cells of a row that fits no header, without what earlier runs put among and behind them if it was given back
    /// before: else it would grow each time.
    fn cells_of_theirs<'r>(&self, row: &'r Row) -> Vec<&'r [u8]> {
        let mut cells: Vec<&[u8]> = row.cells.iter().collect();
        let was_given_back = self.kept.len() < self.header.len();
        if was_given_back {
            while let Some(at) = cells.windows(EXTRA_COLUMNS.len()).position(are_extra_cells) {
                cells.drain(at..at + EXTRA_COLUMNS.len());
            }
        }
        while cells.last().is_some_and(|cell| cell.is_empty() || was_given_back && is_mend_mark(cell)) {
            cells.pop();
        }
        cells
    }
}
