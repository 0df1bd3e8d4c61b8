//! One reading of an input, row by row.

use std::io;

use csv::ByteRecord;

use super::file::{ChangedAfter, Unchanged};
use super::lines::LineCounter;
use super::quoting;
use super::tee::Tee;
use super::{InputFile, Unreadable};
use crate::model::{Flaw, Row, RowNumber};

/// Most bytes one record may have. A contact's note ends at 1000 characters; this is a guard, not a rule.
const MOST_RECORD_BYTES: usize = 1 << 20;
/// Most columns a header may have.
const MOST_COLUMNS: usize = 1024;
/// An unclosed quote that swallows more lines than this spoils the file, not one row.
const MOST_SWALLOWED_LINES: u64 = 1000;

/// The first record of a file: the names of its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// As they stand in the file, outer spaces included.
    pub names: Vec<String>,
    /// Physical line, from 1.
    pub line: u64,
}

/// The rows of a file in order, in bounded memory. Blank lines are passed over and end nothing.
pub struct Records<'a> {
    input: &'a InputFile,
    reader: csv::Reader<Tee<Unchanged>>,
    lines: LineCounter,
    record: ByteRecord,
    header: Header,
    next: RowNumber,
    ended: bool,
}

impl<'a> Records<'a> {
    /// Begins a reading and takes the header.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, has changed, or its header is not text.
    pub fn new(input: &'a InputFile) -> Result<Self, Unreadable> {
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(input.dialect().delimiter)
            .buffer_capacity(64 * 1024)
            .from_reader(Tee::new(input.bytes()?, MOST_RECORD_BYTES));
        let mut records = Self {
            input,
            reader,
            lines: LineCounter::new(),
            record: ByteRecord::new(),
            header: Header { names: Vec::new(), line: 1 },
            next: RowNumber::FIRST,
            ended: false,
        };
        let (line, flaw) =
            records.read()?.ok_or_else(|| Unreadable::Empty { path: input.path().to_owned() })?;
        if records.record.len() > MOST_COLUMNS {
            return Err(Unreadable::TooManyColumns {
                path: input.path().to_owned(),
                columns: records.record.len(),
                most: MOST_COLUMNS,
            });
        }
        let names: Result<Vec<String>, _> =
            records.record.iter().map(|cell| std::str::from_utf8(cell).map(str::to_owned)).collect();
        match (names, flaw) {
            (Ok(names), None) => records.header = Header { names, line },
            (_, Some(_)) => return Err(records.quote_to_the_end(line)),
            (Err(_), None) => return Err(Unreadable::HeaderNotText { path: input.path().to_owned(), line }),
        }
        Ok(records)
    }

    /// The names of the columns.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Reads the next record that is no blank line into `self.record`: its line and its flaw.
    fn read(&mut self) -> Result<Option<(u64, Option<Flaw>)>, Unreadable> {
        loop {
            let from = self.reader.position().byte();
            let more = match self.reader.read_byte_record(&mut self.record) {
                Ok(more) => more,
                Err(error) => return Err(self.unreadable(error)),
            };
            if !more {
                return Ok(None);
            }
            let to = self.reader.position().byte();
            let raw = self.reader.get_ref().between(from, to);
            // Blank lines, and the second half of the previous record's `\r\n`, stand before the record.
            let blank = raw.iter().take_while(|&&byte| byte == b'\r' || byte == b'\n').count();
            let (before, raw) = raw.split_at(blank);
            self.lines.feed(before);
            let line = self.lines.line();
            let flaw = quoting::flaw(raw, self.input.dialect().delimiter);
            let is_blank = raw.iter().all(u8::is_ascii_whitespace) && self.record.len() == 1;
            self.lines.feed(raw);
            self.reader.get_mut().done_to(to);
            if is_blank {
                continue;
            }
            if flaw == Some(Flaw::UnclosedQuote) && self.lines.line() - line > MOST_SWALLOWED_LINES {
                return Err(self.quote_to_the_end(line));
            }
            return Ok(Some((line, flaw)));
        }
    }

    fn quote_to_the_end(&self, line: u64) -> Unreadable {
        Unreadable::QuoteToTheEnd {
            path: self.input.path().to_owned(),
            line,
            lines: self.lines.line() - line + 1,
        }
    }

    fn unreadable(&self, error: csv::Error) -> Unreadable {
        let path = self.input.path().to_owned();
        let source = match error.into_kind() {
            csv::ErrorKind::Io(source) => source,
            kind => io::Error::other(format!("{kind:?}")),
        };
        if let Some(ChangedAfter(byte)) = source.get_ref().and_then(|inner| inner.downcast_ref()) {
            return Unreadable::Changed { path, byte: *byte };
        }
        if source.kind() == io::ErrorKind::FileTooLarge {
            return Unreadable::RecordTooLong { path, line: self.lines.line(), most: MOST_RECORD_BYTES };
        }
        Unreadable::Io { path, source }
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Row, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.read() {
            Ok(Some((line, flaw))) => {
                let number = self.next;
                self.next = number.next();
                Some(Ok(Row { number, line, cells: self.record.clone(), flaw }))
            }
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(error) => {
                self.ended = true;
                Some(Err(error))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::Write as _;

    use super::*;

    struct Read {
        header: Header,
        rows: Vec<Row>,
        error: Option<Unreadable>,
    }

    fn read(bytes: &[u8]) -> Result<Read, Unreadable> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let input = InputFile::open(file.path(), None)?;
        let records = Records::new(&input)?;
        let mut read = Read { header: records.header().clone(), rows: Vec::new(), error: None };
        for row in records {
            match row {
                Ok(row) => read.rows.push(row),
                Err(error) => read.error = Some(error),
            }
        }
        Ok(read)
    }

    fn cells(row: &Row) -> Vec<&str> {
        row.cells.iter().map(|cell| std::str::from_utf8(cell).unwrap()).collect()
    }

    #[test]
    fn rows_keep_their_number_their_line_and_their_cells() {
        let read = read(b"name,note\r\nA,one\r\n\"B\",\"two\r\nlines, \"\"so\"\" said\"\r\nC,\r\n").unwrap();
        assert_eq!(read.header.names, ["name", "note"]);
        let seen: Vec<_> = read.rows.iter().map(|row| (row.number.get(), row.line, cells(row))).collect();
        assert_eq!(
            seen,
            [(1, 2, vec!["A", "one"]), (2, 3, vec!["B", "two\r\nlines, \"so\" said"]), (3, 5, vec!["C", ""]),]
        );
    }

    #[test]
    fn a_blank_line_in_the_middle_is_passed_over_and_ends_nothing() {
        let read = read(b"\n\nname,note\n\n\nA,1\n   \n\r\nB,2\n\n").unwrap();
        let seen: Vec<_> = read.rows.iter().map(|row| (row.number.get(), row.line, cells(row))).collect();
        assert_eq!(read.header.line, 3);
        assert_eq!(seen, [(1, 6, vec!["A", "1"]), (2, 9, vec!["B", "2"])]);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_header() {
        assert_eq!(read(b"\xef\xbb\xbfname,note\nA,1").unwrap().header.names, ["name", "note"]);
    }

    #[test]
    fn ragged_rows_keep_the_cells_they_have() {
        let read = read(b"a,b,c\n1,2\n1,2,3,4\n1,2,3").unwrap();
        let widths: Vec<_> = read.rows.iter().map(|row| row.cells.len()).collect();
        assert_eq!(widths, [2, 4, 3]);
    }

    #[test]
    fn broken_quoting_is_a_flaw_of_its_row_alone() {
        let read = read(b"a,b\n\"x\"y,1\nz,2\n\"open,3\nnext,4\n").unwrap();
        let seen: Vec<_> = read.rows.iter().map(|row| (row.line, row.flaw)).collect();
        assert_eq!(seen, [(2, Some(Flaw::TextAfterQuote)), (3, None), (4, Some(Flaw::UnclosedQuote))]);
    }

    #[test]
    fn an_open_quote_that_swallows_the_file_is_an_error_with_its_line() {
        let mut text = "a,b\n1,2\n\"open,3\n".to_owned();
        for n in 0..2000 {
            writeln!(text, "{n},x").unwrap();
        }
        let read = read(text.as_bytes()).unwrap();
        assert_eq!(read.rows.len(), 1);
        assert!(
            matches!(read.error, Some(Unreadable::QuoteToTheEnd { line: 3, lines: 2002, .. })),
            "{:?}",
            read.error
        );
    }

    #[test]
    fn an_endless_record_is_an_error_in_bounded_memory() {
        let mut text = b"a,b\n1,2\n".to_vec();
        text.extend(std::iter::repeat_n(b'x', 3 * MOST_RECORD_BYTES));
        let read = read(&text).unwrap();
        assert!(matches!(read.error, Some(Unreadable::RecordTooLong { line: 3, .. })), "{:?}", read.error);
    }

    #[test]
    fn a_header_that_is_not_text_or_far_too_wide_is_an_error() {
        assert!(matches!(read(b"nam\xe9,b\n1,2"), Err(Unreadable::HeaderNotText { line: 1, .. })));
        let wide = ",".repeat(2000) + "\n";
        assert!(matches!(
            read(format!("a{wide}").as_bytes()),
            Err(Unreadable::TooManyColumns { columns: 2001, .. })
        ));
    }

    #[test]
    fn old_mac_line_ends_work() {
        let read = read(b"a,b\r1,2\r3,4").unwrap();
        let seen: Vec<_> = read.rows.iter().map(|row| (row.line, cells(row))).collect();
        assert_eq!(seen, [(2, vec!["1", "2"]), (3, vec!["3", "4"])]);
    }

    #[test]
    fn rows_split_over_many_blocks_arrive_whole() {
        let mut text = "name,note\n".to_owned();
        for n in 0..60_000 {
            writeln!(text, "person {n},\"note, {n}\nsecond line of {n}\"").unwrap();
        }
        let read = read(text.as_bytes()).unwrap();
        assert_eq!(read.rows.len(), 60_000);
        for (n, row) in read.rows.iter().enumerate() {
            assert_eq!(row.line, 2 + 2 * n as u64);
            assert_eq!(cells(row), [format!("person {n}"), format!("note, {n}\nsecond line of {n}")]);
        }
    }
}
