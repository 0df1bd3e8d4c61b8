//! One reading of one file: its header, and its rows stretch by stretch.

use std::sync::Arc;

use csv::ByteRecord;

use super::aside::AsideRows;
use super::contact_point::says_who;
use super::cutter::{Cut, Cutter};
use super::dialect::DELIMITERS;
use super::file::Content as FileContent;
use super::header::{data_in, number_in, positional};
use super::limits::MOST_COLUMNS;
use super::notes::LastEnd;
use super::stretch::{Content, ROWS, STRETCH, Shape, take_off_empty};
use super::{Header, InputFile, Notes, Ragged, Unreadable};
use crate::model::{EXTRA_COLUMNS, Flaw, width_of_the_list};

/// Lines at the end that are looked at for standing outside of the table.
const MOST_FOOTER_LINES: usize = 20;

/// The rows of a file in order, in bounded memory. Blank lines and rows of nothing but separators are passed over
/// and end nothing.
pub(super) struct FileRecords<'a> {
    input: &'a InputFile,
    source: Source<'a>,
    header: Header,
    shape: Arc<Shape>,
    notes: Notes,
}

enum Source<'a> {
    Text(Box<TextSource<'a>>),
    Aside(AsideRows<'a>),
}

/// A CSV text that is being cut.
struct TextSource<'a> {
    cutter: Cutter<'a>,
    /// Records that are rows.
    rows: Vec<Cut>,
    /// Records that may be no rows: what stands alone on its line at the end of the file.
    held: Vec<Cut>,
    /// What comes after the rows.
    failed: Option<Unreadable>,
}

impl<'a> FileRecords<'a> {
    /// Begins a reading and takes the header.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, has changed, or its header is not text or no header.
    pub(super) fn new(input: &'a InputFile) -> Result<Self, Unreadable> {
        let options = input.options();
        let mut notes = input.first_notes();
        let (source, mut header) = match input.content() {
            FileContent::Text { dialect, .. } => {
                let cutter = Cutter::new(input, input.text()?, *dialect)?;
                let mut text = TextSource { cutter, rows: Vec::new(), held: Vec::new(), failed: None };
                let header = text.take_header(input)?;
                (Source::Text(Box::new(text)), header)
            }
            FileContent::Aside { table, .. } => {
                (Source::Aside(table.rows()), Header { names: table.names.clone(), line: table.line })
            }
        };
        let width = width_of_the_list(&header.names);
        if let Some(width) = width {
            header.names.truncate(width + EXTRA_COLUMNS.len());
        }
        if options.header.is_none()
            && input.has_written_header()
            && let Some(column) = data_in(&header.names)
        {
            let path = input.path().to_owned();
            let named = options.header_line.is_some();
            let numbers = number_in(&header.names).unwrap_or_default() + 1;
            return Err(Unreadable::NoHeader { path, line: header.line, column: column + 1, numbers, named });
        }
        let named = header.names.iter().filter(|name| !name.trim().is_empty());
        let twins = named.filter(|name| header.names.iter().filter(|other| other == name).count() > 1);
        notes.same_names = twins.count() as u64;
        let shape = Arc::new(Shape {
            names: header.names.clone(),
            // What stands behind our columns marks a row that is to be mended.
            ragged: if width.is_some() { Ragged::Refuse } else { options.ragged },
            are_quotes_said: options.quote.is_some(),
        });
        Ok(Self { input, source, header, shape, notes })
    }

    /// The names of the columns.
    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    pub(super) fn shape(&self) -> &Arc<Shape> {
        &self.shape
    }

    /// What was found so far that is no row's own trouble.
    pub(super) fn notes(&self) -> Notes {
        match &self.source {
            Source::Aside(_) => self.notes,
            Source::Text(text) => Notes {
                blank_lines: text.cutter.blank_lines(),
                empty_rows: text.cutter.empty_rows(),
                marks: text.cutter.marks(),
                last_end: text.last_end(&self.header),
                footer: text.held.first().zip(text.held.last()).map(|(first, last)| (first.line, last.line)),
                ..self.notes
            },
        }
    }

    /// The next rows; at least one, unless the file is at its end.
    pub(super) fn next(&mut self) -> Result<Option<Content>, Unreadable> {
        match &mut self.source {
            Source::Text(text) => text.next(self.header.names.len()),
            Source::Aside(rows) => {
                let mut records = Vec::new();
                let mut cells = ByteRecord::new();
                while records.len() < ROWS
                    && let Some((line, flaw)) = rows
                        .read(&mut cells)
                        .map_err(|error| Unreadable::from_reading(self.input.path(), error))?
                {
                    take_off_empty(&mut cells, self.header.names.len());
                    records.push((line, flaw, cells.clone()));
                }
                Ok((!records.is_empty()).then_some(Content::Records(records)))
            }
        }
    }
}

impl TextSource<'_> {
    fn take_header(&mut self, input: &InputFile) -> Result<Header, Unreadable> {
        let path = || input.path().to_owned();
        let named = input.options().header_line;
        let nothing = || match named {
            Some(line) => Unreadable::NoSuchHeaderLine { path: path(), line },
            None => Unreadable::Empty { path: path() },
        };
        let cut = self.cutter.next()?.ok_or_else(nothing)?;
        let line = cut.line;
        if named.is_some_and(|named| named != line) {
            return Err(nothing());
        }
        if cut.flaw == Some(Flaw::TooLong) {
            return Err(self.cutter.too_long(line));
        }
        let has_spaced_quote = cut.has_spaced_quote;
        let record = self.cells(cut);
        if record.len() > MOST_COLUMNS {
            return Err(Unreadable::TooManyColumns { path: path(), most: MOST_COLUMNS });
        }
        if input.options().header == Some(false) {
            self.rows.push(cut);
            return Ok(Header { names: (0..record.len()).map(positional).collect(), line });
        }
        if cut.flaw.is_some() {
            return Err(self.cutter.quote_to_the_end(line));
        }
        let dialect = self.cutter.dialect();
        if has_spaced_quote && record.iter().any(|cell| dialect.is_quoted_behind_a_space(cell)) {
            return Err(Unreadable::QuoteAfterSpace { path: path(), line });
        }
        let names: Result<Vec<String>, _> =
            record.iter().map(|cell| std::str::from_utf8(cell).map(str::to_owned)).collect();
        let encoding = input.encoding();
        names.map(|names| Header { names, line }).map_err(|_| Unreadable::HeaderNotText {
            path: path(),
            line,
            encoding,
        })
    }

    /// How the last row ends; of none, or where other lines stand below the table, nothing is known.
    fn last_end(&self, header: &Header) -> LastEnd {
        match self.cutter.last_end() {
            LastEnd::Open(line) if line == header.line => LastEnd::Unknown,
            end if self.held.is_empty() => end,
            _ => LastEnd::Unknown,
        }
    }

    /// The cells of a record that is not taken yet.
    fn cells(&self, cut: Cut) -> ByteRecord {
        let mut record = ByteRecord::new();
        cut.read(self.cutter.cut(), self.cutter.dialect(), &mut record);
        record
    }

    /// Whether the record is one cell in a table of several that says nothing of who somebody is, and would be no row with
    /// another delimiter either.
    fn stands_alone(&self, cut: Cut, width: usize) -> bool {
        if width < 2 || cut.flaw.is_some() {
            return false;
        }
        let cells = self.cells(cut);
        let would_fit = |delimiter: &u8| cells[0].split(|byte| byte == delimiter).count() == width;
        cells.len() == 1 && !says_who(&cells[0]) && !DELIMITERS.iter().any(would_fit)
    }

    fn next(&mut self, width: usize) -> Result<Option<Content>, Unreadable> {
        loop {
            let is_over = match self.failed.take().map_or_else(|| self.cutter.next(), Err) {
                Ok(Some(cut)) => {
                    self.sort(cut, width);
                    false
                }
                Ok(None) => true,
                // What was read before is told first.
                Err(error) if self.rows.is_empty() => return Err(error),
                Err(error) => {
                    self.failed = Some(error);
                    true
                }
            };
            // Those that are held stay where they are.
            let is_full = self.held.is_empty() && self.cutter.cut().len() >= STRETCH;
            if !is_over && !is_full {
                continue;
            }
            let cuts = std::mem::take(&mut self.rows);
            if cuts.is_empty() && is_over {
                return Ok(None);
            }
            let bytes = self.cutter.take();
            if !cuts.is_empty() {
                return Ok(Some(Content::Text { bytes, cuts, dialect: self.cutter.dialect() }));
            }
        }
    }

    /// Puts a record among the rows, or holds it back.
    fn sort(&mut self, cut: Cut, width: usize) {
        let may_be_footer = (cut.after_blank || !self.held.is_empty()) && self.stands_alone(cut, width);
        if !may_be_footer && self.held.is_empty() {
            self.rows.push(cut);
            return;
        }
        self.held.push(cut);
        if !may_be_footer || self.held.len() > MOST_FOOTER_LINES {
            self.rows.append(&mut self.held);
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
    use crate::model::Row;

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
            matches!(read.error, Some(Unreadable::QuoteToTheEnd { line: 3, lines: 2001, .. })),
            "{:?}",
            read.error
        );
    }

    #[test]
    fn an_endless_record_is_refused_alone_if_its_end_is_found_and_is_an_error_if_it_is_not() {
        let long = "x".repeat(3 * MOST_RECORD_BYTES);
        let ended = read(format!("a,b\n1,2\n{long}\n3,4\n").as_bytes()).unwrap();
        let seen: Vec<_> = ended.rows.iter().map(|row| (row.number.get(), row.line, row.flaw)).collect();
        assert_eq!(seen, [(1, 2, None), (2, 3, Some(Flaw::TooLong)), (3, 4, None)]);
        assert!(ended.error.is_none());
        let open = read(format!("a,b\n1,2\n\"{long}\n3,4\n").as_bytes()).unwrap();
        assert!(matches!(open.error, Some(Unreadable::RecordTooLong { line: 3, .. })), "{:?}", open.error);
        assert_eq!(open.rows.len(), 1, "what was read before is told");
        let header = read(long.as_bytes());
        assert!(matches!(header, Err(Unreadable::RecordTooLong { line: 1, .. })));
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
