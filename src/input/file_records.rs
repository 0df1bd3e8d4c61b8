//! One reading of one file: its header, and its rows brought to the header's width.

use std::collections::VecDeque;

use csv::ByteRecord;

use super::aside::AsideRows;
use super::dialect::DELIMITERS;
use super::file::Content;
use super::header::{data_in, positional};
use super::limits::MOST_COLUMNS;
use super::text_rows::{Found, TextRows};
use super::{Header, InputFile, Notes, Ragged, Unreadable};
use crate::model::Flaw;

/// Lines at the end that are looked at for standing outside of the table.
const MOST_FOOTER_LINES: usize = 20;

/// The rows of a file in order, in bounded memory. Blank lines are passed over and end nothing.
pub(super) struct FileRecords<'a> {
    input: &'a InputFile,
    source: Source<'a>,
    record: ByteRecord,
    header: Header,
    ragged: Ragged,
    notes: Notes,
    /// Records that may be no rows: what stands alone on its line at the end of the file.
    held: VecDeque<(Found, ByteRecord)>,
    /// Records of `held` that are rows after all.
    released: usize,
}

enum Source<'a> {
    Text(TextRows<'a>),
    Aside(AsideRows<'a>),
}

impl Source<'_> {
    fn read(&mut self, input: &InputFile, record: &mut ByteRecord) -> Result<Option<Found>, Unreadable> {
        match self {
            Self::Text(rows) => rows.read(record),
            Self::Aside(rows) => {
                let row = rows.read(record);
                let row = row.map_err(|error| Unreadable::from_reading(input.path(), 1, error))?;
                Ok(row.map(|(line, flaw)| Found { line, flaw, after_blank: false }))
            }
        }
    }
}

impl<'a> FileRecords<'a> {
    /// Begins a reading and takes the header.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, has changed, or its header is not text or no header.
    pub(super) fn new(input: &'a InputFile) -> Result<Self, Unreadable> {
        let options = input.options();
        let (source, header) = match input.content() {
            Content::Text { dialect, .. } => {
                let rows = TextRows::new(input, input.text()?, *dialect)?;
                (Source::Text(rows), Header { names: Vec::new(), line: 1 })
            }
            Content::Aside { table, .. } => {
                (Source::Aside(table.rows()), Header { names: table.names.clone(), line: table.line })
            }
        };
        let mut records = Self {
            input,
            source,
            record: ByteRecord::new(),
            header,
            ragged: options.ragged,
            notes: input.first_notes(),
            held: VecDeque::new(),
            released: 0,
        };
        if matches!(records.source, Source::Text(_)) {
            records.take_header()?;
        }
        let header = &records.header;
        if options.header.is_none()
            && input.has_written_header()
            && let Some(column) = data_in(&header.names)
        {
            let path = input.path().to_owned();
            return Err(Unreadable::NoHeader { path, line: header.line, column: column + 1 });
        }
        let named = header.names.iter().filter(|name| !name.trim().is_empty());
        let twins = named.filter(|name| header.names.iter().filter(|other| other == name).count() > 1);
        records.notes.same_names = twins.count() as u64;
        Ok(records)
    }

    fn take_header(&mut self) -> Result<(), Unreadable> {
        let path = || self.input.path().to_owned();
        let found = self.source.read(self.input, &mut self.record)?;
        let found = found.ok_or_else(|| Unreadable::Empty { path: path() })?;
        if self.record.len() > MOST_COLUMNS {
            return Err(Unreadable::TooManyColumns { path: path(), most: MOST_COLUMNS });
        }
        if self.input.options().header == Some(false) {
            let names = (0..self.record.len()).map(positional).collect();
            self.header = Header { names, line: found.line };
            self.held.push_back((found, self.record.clone()));
            self.released = 1;
            return Ok(());
        }
        let names: Result<Vec<String>, _> =
            self.record.iter().map(|cell| std::str::from_utf8(cell).map(str::to_owned)).collect();
        match (names, found.flaw, &self.source) {
            (Ok(names), None, _) => self.header = Header { names, line: found.line },
            (_, Some(_), Source::Text(rows)) => return Err(rows.quote_to_the_end(found.line)),
            _ => {
                let encoding = self.input.encoding();
                return Err(Unreadable::HeaderNotText { path: path(), line: found.line, encoding });
            }
        }
        Ok(())
    }

    /// The names of the columns.
    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    /// What was found so far that is no row's own trouble.
    pub(super) fn notes(&self) -> Notes {
        let blank_lines = if let Source::Text(rows) = &self.source { rows.blank_lines() } else { 0 };
        Notes { blank_lines, ..self.notes }
    }

    /// The next row: its line, its flaw, its cells.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Option<Flaw>, ByteRecord)>, Unreadable> {
        let Some((found, mut cells)) = self.next_record()? else { return Ok(None) };
        if cells.len() != self.header.names.len() && found.flaw.is_none() {
            self.fit(found.line, &mut cells);
        }
        Ok(Some((found.line, found.flaw, cells)))
    }

    /// Brings a ragged row to the width of the header, where that loses and makes up nothing or the person said so.
    fn fit(&mut self, line: u64, cells: &mut ByteRecord) {
        let names = &self.header.names;
        if cells.len() > names.len() {
            if cells.iter().skip(names.len()).all(<[u8]>::is_empty) {
                self.notes.surplus_empty.note(line);
            } else if self.ragged == Ragged::Fit {
                self.notes.cut.note(line);
            } else {
                return;
            }
            cells.truncate(names.len());
        } else if self.ragged != Ragged::Refuse
            || names[cells.len()..].iter().all(|name| name.trim().is_empty())
        {
            self.notes.padded.note(line);
            while cells.len() < names.len() {
                cells.push_field(b"");
            }
        }
    }

    /// Whether the record is one cell in a table of several, and would be no row with another delimiter either.
    fn stands_alone(&self, found: Found) -> bool {
        let width = self.header.names.len();
        let would_fit = |delimiter: &u8| self.record[0].split(|byte| byte == delimiter).count() == width;
        self.record.len() == 1 && width > 1 && found.flaw.is_none() && !DELIMITERS.iter().any(would_fit)
    }

    /// The next record that is a row.
    fn next_record(&mut self) -> Result<Option<(Found, ByteRecord)>, Unreadable> {
        loop {
            if self.released > 0 {
                self.released -= 1;
                return Ok(self.held.pop_front());
            }
            let Some(found) = self.source.read(self.input, &mut self.record)? else {
                if let (Some((first, _)), Some((last, _))) = (self.held.front(), self.held.back()) {
                    self.notes.footer = Some((first.line, last.line));
                }
                return Ok(None);
            };
            let may_be_footer = (found.after_blank || !self.held.is_empty()) && self.stands_alone(found);
            if !may_be_footer && self.held.is_empty() {
                return Ok(Some((found, self.record.clone())));
            }
            self.held.push_back((found, self.record.clone()));
            if !may_be_footer || self.held.len() > MOST_FOOTER_LINES {
                self.released = self.held.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::Write as _;

    use super::super::limits::MOST_RECORD_BYTES;
    use super::super::{InputFiles, InputOptions, Records};
    use super::*;
    use crate::model::{Flaw, Row};

    struct Read {
        header: Header,
        rows: Vec<Row>,
        error: Option<Unreadable>,
    }

    fn read(bytes: &[u8]) -> Result<Read, Unreadable> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let input = InputFile::open(file.path(), &InputOptions::default(), &tempfile::tempfile)?;
        let input = InputFiles::new(vec![input])?;
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
        let broken = [&b"nam\xe9,b\n"[..], "éééé,2".as_bytes()].concat();
        assert!(matches!(read(&broken), Err(Unreadable::HeaderNotText { line: 1, .. })));
        let wide = ",".repeat(2000) + "\n";
        assert!(matches!(
            read(format!("a{wide}").as_bytes()),
            Err(Unreadable::TooManyColumns { most: 1024, .. })
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
