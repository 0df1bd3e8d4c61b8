//! One record of `failures.csv`: the row as it stood in the file, and why it failed.

use csv::ByteRecord;

use super::record;
use crate::model::{Delivery, Row};
use crate::words::message;

/// What is added on the right; such columns are ignored when the file is given back.
pub const EXTRA_COLUMNS: [&str; 5] =
    ["import_row", "import_status", "import_code", "import_field", "import_message"];

/// Put right of a row that the header does not fit, or whose quoting was broken. Given back unmended, such a row would
/// otherwise pass as something the person never wrote; with one cell too many it is refused again.
fn mend_mark() -> String {
    message!("mend-mark").told()
}

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

    pub(super) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// What stands before the header.
    pub(super) fn start(&self) -> &'static [u8] {
        if self.byte_order_mark { b"\xef\xbb\xbf" } else { b"" }
    }

    pub(super) fn header(&self) -> ByteRecord {
        self.kept.iter().map(|&at| self.header[at].as_str()).chain(EXTRA_COLUMNS).collect()
    }

    pub(super) fn record(&self, delivery: &Delivery) -> ByteRecord {
        let row: &Row = &delivery.row;
        let row_number = row.number.to_string();
        let (code, field, message) = (delivery.code(), delivery.field(), record::message(delivery));
        let ours: [&[u8]; EXTRA_COLUMNS.len()] = [
            row_number.as_bytes(),
            delivery.outcome.status().as_str().as_bytes(),
            code.as_bytes(),
            field.as_bytes(),
            message.as_bytes(),
        ];
        if row.flaw.is_none() && row.cells.len() == self.header.len() {
            return self.kept.iter().map(|&at| &row.cells[at]).chain(ours).collect();
        }
        let width = self.kept.len();
        let cell = |at: usize| row.cells.get(at).unwrap_or_default();
        let rest = (width..row.cells.len()).map(cell);
        (0..width).map(cell).chain(ours).chain(rest).chain([mend_mark().as_bytes()]).collect()
    }
}
