//! Records of a CSV text, with the line on which each stands and the flaw it has.

use std::io::{self, Read};

use csv::ByteRecord;

use super::limits::{MOST_RECORD_BYTES, MOST_SWALLOWED_LINES};
use super::lines::LineCounter;
use super::quoting;
use super::tee::Tee;
use super::{Dialect, InputFile, Unreadable};
use crate::model::Flaw;

/// A record as it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// Physical line on which it starts, from 1.
    pub(super) line: u64,
    /// Why it cannot be trusted.
    pub(super) flaw: Option<Flaw>,
    /// A blank line stands before it.
    pub(super) after_blank: bool,
}

/// One reading of a CSV text.
pub(super) struct TextRows<'a> {
    input: &'a InputFile,
    reader: csv::Reader<Tee<Box<dyn Read + Send>>>,
    dialect: Dialect,
    lines: LineCounter,
    blank_lines: u64,
}

impl<'a> TextRows<'a> {
    pub(super) fn new(
        input: &'a InputFile,
        mut text: Box<dyn Read + Send>,
        dialect: Dialect,
    ) -> Result<Self, Unreadable> {
        let mut preamble = vec![0; dialect.preamble];
        text.read_exact(&mut preamble).map_err(|error| Unreadable::from_reading(input.path(), 1, error))?;
        let mut lines = LineCounter::new();
        lines.feed(&preamble);
        let reader =
            dialect.reader().buffer_capacity(64 * 1024).from_reader(Tee::new(text, MOST_RECORD_BYTES));
        Ok(Self { input, reader, dialect, lines, blank_lines: 0 })
    }

    /// Reads the next record that is no blank line into `record`.
    pub(super) fn read(&mut self, record: &mut ByteRecord) -> Result<Option<Found>, Unreadable> {
        let mut after_blank = false;
        loop {
            let from = self.reader.position().byte();
            let more = match self.reader.read_byte_record(record) {
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
            let line_before = self.lines.line();
            self.lines.feed(before);
            let line = self.lines.line();
            self.blank_lines += line - line_before;
            after_blank |= line > line_before;
            let flaw = quoting::flaw(raw, self.dialect);
            let is_blank = raw.iter().all(u8::is_ascii_whitespace) && record.len() == 1;
            self.lines.feed(raw);
            self.reader.get_mut().done_to(to);
            if is_blank {
                self.blank_lines += 1;
                after_blank = true;
                continue;
            }
            if flaw == Some(Flaw::UnclosedQuote) && self.lines.line() - line > MOST_SWALLOWED_LINES {
                return Err(self.quote_to_the_end(line));
            }
            return Ok(Some(Found { line, flaw, after_blank }));
        }
    }

    /// Blank lines that were passed over so far.
    pub(super) fn blank_lines(&self) -> u64 {
        self.blank_lines
    }

    /// The quote that was opened on `line` is never closed.
    pub(super) fn quote_to_the_end(&self, line: u64) -> Unreadable {
        Unreadable::QuoteToTheEnd {
            path: self.input.path().to_owned(),
            line,
            lines: self.lines.line() - line + 1,
        }
    }

    fn unreadable(&self, error: csv::Error) -> Unreadable {
        let source = match error.into_kind() {
            csv::ErrorKind::Io(source) => source,
            kind => io::Error::other(format!("{kind:?}")),
        };
        Unreadable::from_reading(self.input.path(), self.lines.line(), source)
    }
}
