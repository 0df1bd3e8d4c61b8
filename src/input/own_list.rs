//! Lists that this program wrote: rows that are given back, under a header that ends in its own columns.
//!
//! They are in one form, whatever was said of the list they come from, and what is said of that one is said of them, too,
//! by whoever repeats a command: their header is a header, `"` quotes, and rows that do not fit were marked as such.

use csv::ByteRecord;

use super::dialect::{Dialect, separator_line};
use super::{InputOptions, Quote, Ragged};
use crate::model::{EXTRA_COLUMNS, width_of_the_list};

/// The delimiter of a list of our own that begins so; `None` if it is none. A spreadsheet may have written it anew, with
/// another delimiter, quotes around every cell, or empty cells on the right.
pub(super) fn delimiter(start: &[u8]) -> Option<u8> {
    let (_, preamble) = separator_line(start);
    let text = &start[preamble..];
    let mark = EXTRA_COLUMNS[0].as_bytes();
    let mut tried = Vec::new();
    for (at, _) in text.windows(mark.len()).enumerate().filter(|(_, window)| *window == mark) {
        let after = &text[at + mark.len()..];
        let Some(&delimiter) = after.strip_prefix(b"\"").unwrap_or(after).first() else { continue };
        if delimiter.is_ascii_alphanumeric()
            || matches!(delimiter, b'"' | b'\r' | b'\n')
            || tried.contains(&delimiter)
        {
            continue;
        }
        tried.push(delimiter);
        if ends_in_our_columns(text, delimiter) {
            return Some(delimiter);
        }
    }
    None
}

fn ends_in_our_columns(text: &[u8], delimiter: u8) -> bool {
    let form = Dialect { delimiter, quote: Quote::Double, line_ends: None, preamble: 0 };
    let mut records = form.reader().from_reader(text);
    let mut header = ByteRecord::new();
    while records.read_byte_record(&mut header).unwrap_or(false) {
        if header.iter().any(|name| !name.trim_ascii().is_empty()) {
            return width_of_the_list(&header.iter().collect::<Vec<_>>()).is_some();
        }
    }
    false
}

impl InputOptions {
    /// For a list of our own, which has no delimiter where a spreadsheet has put it into a workbook; what was said of its letters holds, unless it has a byte-order mark.
    pub(super) fn of_own_list(&self, delimiter: Option<u8>) -> Self {
        Self {
            delimiter,
            quote: Some(Quote::Double),
            header: Some(true),
            header_line: None,
            // A row that was too wide or broken has a cell too many, so that it is refused until somebody mends it.
            ragged: Ragged::Refuse,
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_our_own_is_known_by_the_end_of_its_header_in_every_form_that_a_spreadsheet_gives_it() {
        for (text, expected) in [
            ("a;import_row;import_status;import_code;import_field;import_message\n", Some(b';')),
            ("\n a b \"c,d\" import_row import_status import_code import_field import_message", Some(b' ')),
            ("a \"b c\" import_row import_status import_code import_field import_message", Some(b' ')),
            (
                "\"import_row, x\",\"import_row\",\"import_status\",\"import_code\",\"import_field\",\"import_message\",,\r\n",
                Some(b','),
            ),
            ("sep=~\na~import_row~import_status~import_code~import_field~import_message\n", Some(b'~')),
            ("import_row,import_status,import_code,import_field,import_message\n", Some(b',')),
            ("import_row,import_status,import_code,import_field,import_message,a\n", None),
            ("import_row,import_status,import_code,import_message\n", None),
            ("a,b\nx,import_row,import_status,import_code,import_field,import_message\n", None),
            ("import_row", None),
            ("", None),
        ] {
            assert_eq!(delimiter(text.as_bytes()), expected, "{text:?}");
        }
    }
}
