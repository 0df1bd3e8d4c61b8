//! Where a record of a CSV text ends, whether its quotes are sound, and whether it has lines inside.
//!
//! The csv crate reads `"a"b` as `ab` and closes an open quote at the end of the file. Both change what the person
//! wrote, so such rows are refused. A quote inside an unquoted cell (`5" pipe`) is kept as it is and is no flaw.

use memchr::{memchr, memchr2, memchr3};

use super::Dialect;
use crate::model::Flaw;

/// The look at one record, piece by piece.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan {
    place: Place,
    /// The byte before those that are looked at.
    before: u8,
    /// The first flaw.
    pub(super) flaw: Option<Flaw>,
    /// Line ends stand inside of quotes.
    pub(super) has_lines: bool,
    /// A quote stands behind a space, and is a letter as any other.
    pub(super) has_spaced_quote: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the beginning of the record.
    Start,
    /// Inside a cell that is not quoted, or after a delimiter.
    Plain,
    Quoted,
    /// After a quote that closes the cell, unless another follows.
    AfterQuote,
}

impl Scan {
    pub(super) fn new() -> Self {
        Self { place: Place::Start, before: 0, flaw: None, has_lines: false, has_spaced_quote: false }
    }

    /// Whether a quote is open.
    pub(super) fn is_open(&self) -> bool {
        self.place == Place::Quoted
    }

    /// The offset of the line end that ends the record; `None` if `bytes` end before it.
    pub(super) fn end(&mut self, bytes: &[u8], dialect: Dialect) -> Option<usize> {
        let end = self.look(bytes, dialect);
        if let (None, Some(&last)) = (end, bytes.last()) {
            self.before = last;
        }
        end
    }

    fn look(&mut self, bytes: &[u8], dialect: Dialect) -> Option<usize> {
        let Some(quote) = dialect.quote.byte() else { return memchr2(b'\n', b'\r', bytes) };
        let mut at = 0;
        loop {
            let rest = bytes.get(at..)?;
            match self.place {
                Place::Start => {
                    let is_quoted = *rest.first()? == quote;
                    self.place = if is_quoted { Place::Quoted } else { Place::Plain };
                    at += usize::from(is_quoted);
                }
                Place::Plain => {
                    at += memchr3(quote, b'\n', b'\r', rest)?;
                    if bytes[at] != quote {
                        return Some(at);
                    }
                    let before = at.checked_sub(1).map_or(self.before, |before| bytes[before]);
                    // Elsewhere, a quote is a letter as any other.
                    if before == dialect.delimiter {
                        self.place = Place::Quoted;
                    }
                    self.has_spaced_quote |= before == b' ';
                    at += 1;
                }
                Place::Quoted => {
                    let close = memchr(quote, rest);
                    self.has_lines = self.has_lines
                        || memchr2(b'\n', b'\r', &rest[..close.unwrap_or(rest.len())]).is_some();
                    at += close? + 1;
                    self.place = Place::AfterQuote;
                }
                Place::AfterQuote => match *rest.first()? {
                    b'\n' | b'\r' => return Some(at),
                    byte if byte == quote => {
                        self.place = Place::Quoted;
                        at += 1;
                    }
                    byte => {
                        if byte != dialect.delimiter {
                            self.flaw = self.flaw.or(Some(Flaw::TextAfterQuote));
                        }
                        self.place = Place::Plain;
                    }
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Quote;
    use super::*;

    const COMMAS: Dialect = Dialect { delimiter: b',', quote: Quote::Double, line_ends: None, preamble: 0 };

    /// The record at the beginning, and its flaw, seen in pieces of any size.
    fn scan(text: &[u8], dialect: Dialect) -> (Option<usize>, Option<Flaw>) {
        let whole = at_a_time(text, dialect, text.len().max(1));
        for size in 1..text.len() {
            assert_eq!(at_a_time(text, dialect, size), whole, "{size} bytes at a time");
        }
        whole
    }

    fn at_a_time(text: &[u8], dialect: Dialect, size: usize) -> (Option<usize>, Option<Flaw>) {
        let mut scan = Scan::new();
        let mut before = 0;
        for piece in text.chunks(size) {
            if let Some(end) = scan.end(piece, dialect) {
                return (Some(before + end), scan.flaw);
            }
            before += piece.len();
        }
        (None, scan.flaw.or(scan.is_open().then_some(Flaw::UnclosedQuote)))
    }

    #[test]
    fn sound_quoting_has_no_flaw_and_line_ends_inside_of_it_end_nothing() {
        for (text, end) in [
            ("a,b\nc", Some(3)),
            ("\"a\",b\r\n", Some(5)),
            ("\"a\"\"b\",c", None),
            ("\"a,b\",\"c\nd\"\n", Some(11)),
            ("5\" pipe,x\n", Some(9)),
            ("a\"b\nc\"", Some(3)),
            (",,\n", Some(2)),
            ("\"\"", None),
            ("a,\"\"\n", Some(4)),
            ("\"a\n\"\"\r\"", None),
        ] {
            assert_eq!(scan(text.as_bytes(), COMMAS), (end, None), "{text}");
        }
    }

    #[test]
    fn text_after_a_closing_quote_is_a_flaw() {
        for text in ["\"a\"b,c\n", "x,\"a\" ,c\n", "\"a\"\"b\"c\n", "\"a\"b\"\n"] {
            let (end, flaw) = scan(text.as_bytes(), COMMAS);
            assert_eq!((end, flaw), (Some(text.len() - 1), Some(Flaw::TextAfterQuote)), "{text}");
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_is_a_flaw() {
        for text in ["\"a,b\n", "x,\"a", "x,\"a\"\"", "x,\"a\n\n"] {
            assert_eq!(scan(text.as_bytes(), COMMAS), (None, Some(Flaw::UnclosedQuote)), "{text}");
        }
    }

    #[test]
    fn only_the_quote_of_the_file_is_one() {
        let with = |quote| Dialect { delimiter: b';', quote, line_ends: None, preamble: 0 };
        let flaw = |text: &[u8], quote| scan(text, with(quote)).1;
        assert_eq!(flaw(b"'a'b;\"c\n", Quote::Single), Some(Flaw::TextAfterQuote));
        assert_eq!(flaw(b"'a;'';b';\"c\n", Quote::Single), None);
        assert_eq!(flaw(b"\"a\"b;'c\n", Quote::None), None);
    }
}
