//! Cuts a CSV text into records, with the line on which each stands and the flaw it has, and does not look into them:
//! their cells can then be read wherever there is time.

use std::io::{self, Read};

use csv::ByteRecord;

use super::limits::{MOST_PASSED_BYTES, MOST_RECORD_BYTES, MOST_SWALLOWED_LINES};
use super::lines::LineCounter;
use super::notes::LastEnd;
use super::scan::Scan;
use super::split::split;
use super::{Dialect, InputFile, Noted, Unreadable};
use crate::model::Flaw;

/// Bytes read at a time.
const AT_A_TIME: usize = 64 * 1024;
/// U+FEFF, as it stands between files that were joined.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// A record as it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    /// Where it begins and where its line end stands, among the bytes of the cutter.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Physical line on which it starts, from 1.
    pub(super) line: u64,
    /// Why it cannot be trusted.
    pub(super) flaw: Option<Flaw>,
    /// Line ends stand inside of its quotes.
    pub(super) has_lines: bool,
    /// A quote stands behind a space.
    pub(super) has_spaced_quote: bool,
    /// A blank line stands before it.
    pub(super) after_blank: bool,
}

impl Cut {
    /// Reads its cells, which stand in `bytes`.
    pub(super) fn read(&self, bytes: &[u8], dialect: Dialect, cells: &mut ByteRecord) {
        let raw = &bytes[self.start..self.end];
        match self.flaw {
            None => split(raw, dialect, cells),
            Some(Flaw::TooLong) => cells.clear(),
            // Broken quotes are read as the csv crate reads them. Memory has no errors.
            Some(_) => {
                let _ = dialect.reader().from_reader(raw).read_byte_record(cells);
            }
        }
    }
}

/// One reading of a CSV text.
pub(super) struct Cutter<'a> {
    input: &'a InputFile,
    text: Box<dyn Read + Send>,
    dialect: Dialect,
    /// What is cut and not taken yet, and what is to be cut.
    bytes: Vec<u8>,
    /// Where the next record is looked for.
    at: usize,
    ended: bool,
    lines: LineCounter,
    blank_lines: u64,
    empty_rows: Noted,
    marks: Noted,
    /// How the last record ends.
    end: LastEnd,
    /// Bytes of a record that is too long that are read past.
    most_passed: u64,
}

impl<'a> Cutter<'a> {
    pub(super) fn new(
        input: &'a InputFile,
        mut text: Box<dyn Read + Send>,
        dialect: Dialect,
    ) -> Result<Self, Unreadable> {
        let mut preamble = vec![0; dialect.preamble];
        text.read_exact(&mut preamble).map_err(|error| Unreadable::from_reading(input.path(), error))?;
        let mut lines = LineCounter::new();
        lines.feed(&preamble);
        let bytes = Vec::new();
        Ok(Self {
            input,
            text,
            dialect,
            bytes,
            at: 0,
            ended: false,
            lines,
            blank_lines: 0,
            empty_rows: Noted::default(),
            marks: Noted::default(),
            end: LastEnd::Unknown,
            most_passed: MOST_PASSED_BYTES,
        })
    }

    /// The next record that is no blank line and holds more than separators.
    pub(super) fn next(&mut self) -> Result<Option<Cut>, Unreadable> {
        let mut after_blank = false;
        let begin = self.at;
        while self.begins()? {
            // Blank lines may be endless, too.
            if self.at - begin > AT_A_TIME {
                self.bytes.drain(begin..self.at);
                self.at = begin;
            }
            after_blank |= self.line_ends();
            if self.at == self.bytes.len() || self.mark()? {
                continue;
            }
            let (start, line) = (self.at, self.lines.line());
            let mut scan = Scan::new();
            let end = self.end(&mut scan)?;
            let raw = &self.bytes[start..end];
            if raw[0].is_ascii_whitespace() && is_blank(raw, self.dialect) {
                self.done_to(end, false);
                self.blank_lines += 1;
                after_blank = true;
                continue;
            }
            let is_over = end == self.bytes.len() && self.ended;
            if !is_over && end == self.bytes.len() || end - start > MOST_RECORD_BYTES {
                self.pass_over(scan, end)?;
                let flaw = Some(Flaw::TooLong);
                let (has_lines, has_spaced_quote) = (false, false);
                return Ok(Some(Cut {
                    start,
                    end: start,
                    line,
                    flaw,
                    has_lines,
                    has_spaced_quote,
                    after_blank,
                }));
            }
            if holds_nothing(&self.bytes[start..end], self.dialect) {
                self.done_to(end, false);
                self.empty_rows.note(line);
                continue;
            }
            // A quote that is closed ends a cell.
            let is_closed = self.dialect.quote.byte().is_some_and(|quote| self.bytes[end - 1] == quote);
            self.end = match is_over {
                false => LastEnd::Line,
                true if is_closed => LastEnd::Unknown,
                true => LastEnd::Open(line),
            };
            self.done_to(end, scan.has_lines);
            let is_open = is_over && scan.is_open();
            // The line end after a record is no part of it.
            if is_open && self.lines.line() - line > MOST_SWALLOWED_LINES {
                return Err(self.quote_to_the_end(line));
            }
            let flaw = scan.flaw.or(is_open.then_some(Flaw::UnclosedQuote));
            let Scan { has_lines, has_spaced_quote, .. } = scan;
            return Ok(Some(Cut { start, end, line, flaw, has_lines, has_spaced_quote, after_blank }));
        }
        Ok(None)
    }

    /// Whether there is a byte at which something may begin.
    fn begins(&mut self) -> Result<bool, Unreadable> {
        Ok(self.at < self.bytes.len() || self.fill()?)
    }

    /// Passes over line ends: blank lines, and the second half of a `\r\n`. Whether there is a blank line.
    fn line_ends(&mut self) -> bool {
        let from = self.at;
        let rest = &self.bytes[from..];
        let count = rest.iter().take_while(|&&byte| matches!(byte, b'\r' | b'\n')).count();
        let before = self.lines.line();
        self.lines.feed(&rest[..count]);
        self.at = from + count;
        let blank = self.lines.line() - before;
        self.blank_lines += blank;
        blank > 0
    }

    /// Passes over a byte-order mark, which is no letter of the record: a line end is put in its place, so that nobody
    /// who reads these bytes meets it. Whether there was one.
    fn mark(&mut self) -> Result<bool, Unreadable> {
        if self.bytes[self.at] != MARK[0] {
            return Ok(false);
        }
        while self.bytes.len() - self.at < MARK.len() && self.fill()? {}
        if !self.bytes[self.at..].starts_with(MARK) {
            return Ok(false);
        }
        self.bytes[self.at..self.at + MARK.len()].fill(b'\n');
        self.at += MARK.len();
        self.marks.note(self.lines.line());
        Ok(true)
    }

    /// Looks for the end of the record that begins here, and reads on for it: as far as all is read, or the record is
    /// longer than any may be.
    fn end(&mut self, scan: &mut Scan) -> Result<usize, Unreadable> {
        let (start, mut from) = (self.at, self.at);
        loop {
            if let Some(end) = scan.end(&self.bytes[from..], self.dialect) {
                return Ok(from + end);
            }
            from = self.bytes.len();
            if from - start > MOST_RECORD_BYTES || !self.fill()? {
                return Ok(from);
            }
        }
    }

    /// The record ends at `end`, and so does what is known of its lines.
    fn done_to(&mut self, end: usize, has_lines: bool) {
        let raw = &self.bytes[self.at..end];
        // A line end that nothing is known of is none.
        let seen = if has_lines { raw } else { &raw[raw.len().saturating_sub(1)..] };
        self.lines.feed(seen);
        self.at = end;
        if let Some(line_end) = self.bytes.get(end) {
            self.lines.feed(std::slice::from_ref(line_end));
            self.at += 1;
        }
    }

    /// Passes over a record that is too long, of which the bytes up to `end` were looked at: nothing of it is kept.
    fn pass_over(&mut self, mut scan: Scan, mut end: usize) -> Result<(), Unreadable> {
        let (start, line) = (self.at, self.lines.line());
        let mut passed = 0;
        loop {
            passed += (end - start) as u64;
            self.lines.feed(&self.bytes[start..end]);
            if let Some(line_end) = self.bytes.get(end) {
                self.lines.feed(std::slice::from_ref(line_end));
                self.bytes.drain(start..=end);
                return Ok(());
            }
            self.bytes.truncate(start);
            if scan.is_open() && self.lines.line() - line > MOST_SWALLOWED_LINES {
                return Err(self.quote_to_the_end(line));
            }
            if passed > self.most_passed {
                return Err(self.too_long(line));
            }
            if !self.fill()? {
                return if scan.is_open() { Err(self.too_long(line)) } else { Ok(()) };
            }
            end = scan.end(&self.bytes[start..], self.dialect).map_or(self.bytes.len(), |end| start + end);
        }
    }

    /// Reads on; whether there was more.
    fn fill(&mut self) -> Result<bool, Unreadable> {
        let length = self.bytes.len();
        while !self.ended {
            self.bytes.resize(length + AT_A_TIME, 0);
            match self.text.read(&mut self.bytes[length..]) {
                Ok(count) => {
                    self.bytes.truncate(length + count);
                    self.ended = count == 0;
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.bytes.truncate(length);
                    return Err(Unreadable::from_reading(self.input.path(), error));
                }
            }
        }
        Ok(false)
    }

    /// The bytes that were looked at and not taken yet.
    pub(super) fn cut(&self) -> &[u8] {
        &self.bytes[..self.at]
    }

    /// Takes them; places in them stay right.
    pub(super) fn take(&mut self) -> Vec<u8> {
        let mut rest = Vec::with_capacity(self.bytes.capacity());
        rest.extend_from_slice(&self.bytes[self.at..]);
        let mut cut = std::mem::replace(&mut self.bytes, rest);
        cut.truncate(self.at);
        self.at = 0;
        cut
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Blank lines that were passed over so far.
    pub(super) fn blank_lines(&self) -> u64 {
        self.blank_lines
    }

    /// Rows of nothing but separators and white space that were passed over so far.
    pub(super) fn empty_rows(&self) -> Noted {
        self.empty_rows
    }

    /// Byte-order marks before records, which were passed over.
    pub(super) fn marks(&self) -> Noted {
        self.marks
    }

    /// How the last record ends that was cut.
    pub(super) fn last_end(&self) -> LastEnd {
        self.end
    }

    /// The quote that was opened on `line` is never closed.
    pub(super) fn quote_to_the_end(&self, line: u64) -> Unreadable {
        let lines = self.lines.since(line);
        Unreadable::QuoteToTheEnd { path: self.input.path().to_owned(), line, lines }
    }

    /// The record on `line` goes on and on.
    pub(super) fn too_long(&self, line: u64) -> Unreadable {
        Unreadable::RecordTooLong { path: self.input.path().to_owned(), line, most: MOST_RECORD_BYTES }
    }
}

/// Whether a record is nothing but separators and white space.
fn holds_nothing(raw: &[u8], dialect: Dialect) -> bool {
    raw.iter().all(|byte| *byte == dialect.delimiter || byte.is_ascii_whitespace())
}

/// Whether a line is one cell of white space.
fn is_blank(raw: &[u8], dialect: Dialect) -> bool {
    raw.iter().all(|byte| byte.is_ascii_whitespace() && *byte != dialect.delimiter)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use csv::ByteRecord;
    use proptest::prelude::*;

    use super::super::{InputOptions, Quote};
    use super::*;

    /// Hands out at most so many bytes.
    struct Slow(Vec<u8>, usize);

    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(buffer.len()).min(self.0.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0.drain(..count);
            Ok(count)
        }
    }

    type Record = (u64, Option<Flaw>, Vec<Vec<u8>>);

    /// What the cutter makes of a text: records, blank lines, marks.
    fn cut(text: &[u8], dialect: Dialect, at_a_time: usize) -> (Vec<Record>, u64, u64) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"any").unwrap();
        let input = InputFile::open(file.path(), &InputOptions::default(), &tempfile::tempfile).unwrap();
        let mut cutter = Cutter::new(&input, Box::new(Slow(text.to_vec(), at_a_time)), dialect).unwrap();
        let mut cuts = Vec::new();
        while let Some(cut) = cutter.next().unwrap() {
            cuts.push(cut);
        }
        let (blank, marks) = (cutter.blank_lines(), cutter.marks().rows);
        let bytes = cutter.take();
        let mut cells = ByteRecord::new();
        let records = cuts.iter().map(|cut| {
            cut.read(&bytes, dialect, &mut cells);
            (cut.line, cut.flaw, cells.iter().map(<[u8]>::to_vec).collect())
        });
        (records.collect(), blank, marks)
    }

    /// The same, letter by letter and by the csv crate.
    fn reference(text: &[u8], dialect: Dialect) -> (Vec<Record>, u64) {
        let mut reader = dialect.reader().from_reader(text);
        let (mut lines, mut blank_lines) = (LineCounter::new(), 0);
        let (mut records, mut cells) = (Vec::new(), ByteRecord::new());
        loop {
            let from = usize::try_from(reader.position().byte()).unwrap();
            let more = reader.read_byte_record(&mut cells).unwrap();
            let to = usize::try_from(reader.position().byte()).unwrap();
            let raw = &text[from..to];
            let blank = raw.iter().take_while(|&&byte| byte == b'\r' || byte == b'\n').count();
            let before = lines.line();
            lines.feed(&raw[..blank]);
            let line = lines.line();
            blank_lines += line - before;
            lines.feed(&raw[blank..]);
            if !more {
                return (records, blank_lines);
            }
            if cells.len() == 1 && raw.iter().all(u8::is_ascii_whitespace) {
                blank_lines += 1;
                continue;
            }
            if raw.iter().all(|byte| byte.is_ascii_whitespace() || *byte == dialect.delimiter) {
                continue;
            }
            let flaw = flaw(&raw[blank..], dialect);
            records.push((line, flaw, cells.iter().map(<[u8]>::to_vec).collect()));
        }
    }

    fn flaw(record: &[u8], dialect: Dialect) -> Option<Flaw> {
        let (quote, delimiter) = (dialect.quote.byte()?, dialect.delimiter);
        let mut bytes = record.iter().copied().peekable();
        loop {
            if bytes.next_if_eq(&quote).is_some() {
                loop {
                    match bytes.next() {
                        None => return Some(Flaw::UnclosedQuote),
                        Some(byte) if byte == quote && bytes.next_if_eq(&quote).is_none() => break,
                        Some(_) => {}
                    }
                }
                match bytes.next() {
                    None | Some(b'\r' | b'\n') => return None,
                    Some(byte) if byte == delimiter => continue,
                    Some(_) => return Some(Flaw::TextAfterQuote),
                }
            }
            match bytes.by_ref().find(|&byte| byte == delimiter || byte == b'\r' || byte == b'\n') {
                Some(byte) if byte == delimiter => {}
                _ => return None,
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn records_are_cut_where_the_csv_crate_ends_them(
            text in prop::collection::vec(prop::sample::select(&b"aab\"\"',; \t\n\n\r"[..]), 0..40),
            quote in prop::sample::select(&[Quote::Double, Quote::Single, Quote::None][..]),
            delimiter in prop::sample::select(&b",;\t "[..]),
            at_a_time in 1_usize..9,
        ) {
            let dialect = Dialect { delimiter, quote, line_ends: None, preamble: 0 };
            let (records, blank, _) = cut(&text, dialect, at_a_time);
            prop_assert_eq!((records, blank), reference(&text, dialect));
        }
    }

    const COMMAS: Dialect = Dialect { delimiter: b',', quote: Quote::Double, line_ends: None, preamble: 0 };

    #[test]
    fn a_mark_before_a_record_is_taken_off_and_one_inside_a_cell_is_not() {
        let text = "\u{feff}a,b\n\u{feff}\u{feff}1,2\n\"\u{feff}3\",4\n\u{feff}\"5,6\"\n\u{feff}".as_bytes();
        for at_a_time in [1, 2, 1000] {
            let (records, blank, marks) = cut(text, COMMAS, at_a_time);
            let seen: Vec<_> = records
                .iter()
                .map(|(line, flaw, cells)| (*line, *flaw, String::from_utf8(cells.join(&b'|')).unwrap()))
                .collect();
            assert_eq!(
                seen,
                [
                    (1, None, "a|b".to_owned()),
                    (2, None, "1|2".to_owned()),
                    (3, None, "\u{feff}3|4".to_owned()),
                    (4, None, "5,6".to_owned()),
                ]
            );
            assert_eq!((blank, marks), (0, 5));
        }
    }

    #[test]
    fn a_record_that_is_too_long_is_passed_over_and_the_next_ones_stand_where_they_stand() {
        let long = "x".repeat(MOST_RECORD_BYTES + 1);
        let text = format!("a,b\n{long},\"two\nlines\"\n\nc,d\n\"{long}\n\",y\r\ne,f\n{long}");
        for at_a_time in [1000, 1 << 20] {
            let (records, ..) = cut(text.as_bytes(), COMMAS, at_a_time);
            let seen: Vec<_> =
                records.iter().map(|(line, flaw, cells)| (*line, *flaw, cells.len())).collect();
            let too_long = Some(Flaw::TooLong);
            assert_eq!(
                seen,
                [
                    (1, None, 2),
                    (2, too_long, 0),
                    (5, None, 2),
                    (6, too_long, 0),
                    (8, None, 2),
                    (9, too_long, 0)
                ]
            );
        }
        let longest = "x".repeat(MOST_RECORD_BYTES);
        assert_eq!(cut(format!("{longest}\na").as_bytes(), COMMAS, 1 << 20).0[0].1, None);
    }

    #[test]
    fn a_record_that_goes_on_and_on_is_an_error() {
        let text = [b"a,b\n", &vec![b'x'; 3 << 20][..], b"\nc,d\n"].concat();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"any").unwrap();
        let input = InputFile::open(file.path(), &InputOptions::default(), &tempfile::tempfile).unwrap();
        let mut cutter = Cutter::new(&input, Box::new(Slow(text, 1 << 20)), COMMAS).unwrap();
        cutter.most_passed = 2 << 20;
        assert!(cutter.next().unwrap().is_some());
        assert!(matches!(cutter.next(), Err(Unreadable::RecordTooLong { line: 2, .. })));
    }

    #[test]
    fn rows_of_nothing_but_separators_are_passed_over_and_counted() {
        let text = ",,\na,b\n,\n , ,\nc,d\n\"\",\n,,";
        for at_a_time in [1, 1000] {
            let (records, blank, _) = cut(text.as_bytes(), COMMAS, at_a_time);
            let lines: Vec<u64> = records.iter().map(|(line, ..)| *line).collect();
            assert_eq!((lines, blank), (vec![2, 5, 6], 0));
        }
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"any").unwrap();
        let input = InputFile::open(file.path(), &InputOptions::default(), &tempfile::tempfile).unwrap();
        let text = ["a,b\n", &",\n".repeat(1 << 18), "c,d\n"].concat();
        let mut cutter = Cutter::new(&input, Box::new(Slow(text.into_bytes(), 1 << 20)), COMMAS).unwrap();
        while cutter.next().unwrap().is_some() {}
        assert_eq!((cutter.empty_rows().rows, cutter.empty_rows().first_line), (1 << 18, 2));
        assert!(cutter.cut().len() <= AT_A_TIME + 16, "they are not kept");
    }

    #[test]
    fn blank_lines_without_end_are_not_kept() {
        let text = [b"a\n".to_vec(), vec![b'\n'; 1 << 20], b"b".to_vec()].concat();
        let (records, blank, _) = cut(&text, COMMAS, 1 << 20);
        assert_eq!(records.iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [1, (1 << 20) + 2]);
        assert_eq!(blank, 1 << 20);
    }
}
