//! How the cells of a CSV file are kept apart.

use crate::words::{Message, message};
use csv::{ByteRecord, ReaderBuilder};

/// Delimiters that contact lists use; the first wins where nothing tells them apart.
pub(super) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Records that are compared with the header.
const MOST_RECORDS: usize = 200;

/// What keeps a delimiter or a line break inside a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    /// `"`, written twice inside a cell.
    Double,
    /// `'`, written twice inside a cell.
    Single,
    /// Nothing: a quote is a character as any other.
    None,
}

impl Quote {
    /// The byte.
    pub(super) fn byte(self) -> Option<u8> {
        match self {
            Self::Double => Some(b'"'),
            Self::Single => Some(b'\''),
            Self::None => None,
        }
    }
}

/// The form of a CSV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// The byte between two cells.
    pub delimiter: u8,
    /// What quotes cells.
    pub quote: Quote,
    /// The message that says how lines end, if that is unusual.
    pub(super) line_ends: Option<&'static str>,
    /// Bytes before the first record: Excel's `sep=` line, and the lines above a header that was named.
    pub(super) preamble: usize,
}

/// Two delimiters that fit equally well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tie(pub(super) u8, pub(super) u8);

impl Dialect {
    /// Reads the form off the first bytes of a text, of which `above` stand above its header. What is given overrides what
    /// they show.
    pub(super) fn detect(
        start: &[u8],
        delimiter: Option<u8>,
        quote: Option<Quote>,
        above: usize,
    ) -> Result<Self, Tie> {
        let (separator, preamble) = separator_line(start);
        let preamble = preamble.max(above).min(start.len());
        let text = &start[preamble..];
        let quote =
            quote.unwrap_or_else(|| if is_in_single_quotes(text) { Quote::Single } else { Quote::Double });
        let delimiter = match delimiter.or(separator) {
            Some(delimiter) => delimiter,
            None => best_delimiter(text, quote)?,
        };
        Ok(Self { delimiter, quote, line_ends: unusual_line_ends(text, quote), preamble })
    }

    /// The delimiter in words.
    pub fn delimiter_name(self) -> Message {
        delimiter_name(self.delimiter)
    }

    /// Whether a cell is ` "so"`, which the person sees as a quoted one, and no reader of CSV does.
    pub(super) fn is_quoted_behind_a_space(self, cell: &[u8]) -> bool {
        let Some(quote) = self.quote.byte() else { return false };
        let bare = cell.trim_ascii();
        cell.first() == Some(&b' ')
            && bare.len() > 1
            && bare.first() == Some(&quote)
            && bare.last() == Some(&quote)
    }

    /// A reader for records of this form, broken ones and all.
    pub(super) fn reader(self) -> ReaderBuilder {
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(self.delimiter);
        match self.quote.byte() {
            Some(quote) => builder.quote(quote),
            None => builder.quoting(false),
        };
        builder
    }
}

/// A delimiter in words.
pub(super) fn delimiter_name(delimiter: u8) -> Message {
    match delimiter {
        b',' => message!("delimiter-comma"),
        b';' => message!("delimiter-semicolon"),
        b'\t' => message!("delimiter-tab"),
        b'|' => message!("delimiter-bar"),
        b' ' => message!("delimiter-space"),
        other => Message::verbatim(format!("`{}`", char::from(other))),
    }
}

/// Excel's `sep=;` on the first line: the delimiter, and the length of the line with its end.
pub(super) fn separator_line(start: &[u8]) -> (Option<u8>, usize) {
    let end = start.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(start.len());
    let line = &start[..end];
    let bare = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match bare {
        [key @ .., separator] if key.eq_ignore_ascii_case(b"sep=") && separator.is_ascii() => {
            let breaks = if start[end..].starts_with(b"\r\n") { 2 } else { 1 };
            (Some(*separator), (end + breaks).min(start.len()))
        }
        _ => (None, 0),
    }
}

/// Lines that end as no system of today ends them, or in several ways. Line breaks inside cells are none.
fn unusual_line_ends(text: &[u8], quote: Quote) -> Option<&'static str> {
    let (mut cr, mut crlf, mut lf) = (0_usize, 0_usize, 0_usize);
    let (mut quoted, mut after_cr) = (false, false);
    for &byte in text {
        quoted ^= quote.byte() == Some(byte);
        match byte {
            b'\r' if !quoted => cr += 1,
            b'\n' if !quoted && after_cr => {
                cr -= 1;
                crlf += 1;
            }
            b'\n' if !quoted => lf += 1,
            _ => {}
        }
        after_cr = byte == b'\r' && !quoted;
    }
    match (cr, crlf, lf) {
        (1.., 0, 0) => Some("line-ends-old-mac"),
        (0, 0, _) | (0, _, 0) => None,
        _ => Some("line-ends-several"),
    }
}

/// Whether every cell of the first line that is not blank stands in `'`.
fn is_in_single_quotes(text: &[u8]) -> bool {
    let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).find(|line| !line.trim_ascii().is_empty());
    let line = line.unwrap_or_default().trim_ascii();
    line.len() > 2
        && DELIMITERS.iter().any(|delimiter| {
            line.split(|byte| byte == delimiter)
                .all(|cell| cell.len() >= 2 && cell.starts_with(b"'") && cell.ends_with(b"'"))
        })
}

/// The delimiter with which the most records are as wide as the header, and the header the widest.
fn best_delimiter(text: &[u8], quote: Quote) -> Result<u8, Tie> {
    let fits: Vec<(u8, (usize, usize))> = DELIMITERS
        .iter()
        .map(|&delimiter| (delimiter, fit(text, Dialect { delimiter, quote, line_ends: None, preamble: 0 })))
        .filter(|(_, (_, width))| *width > 1)
        .collect();
    let Some(best) = fits.iter().map(|(_, fit)| *fit).max() else { return Ok(DELIMITERS[0]) };
    let winners: Vec<u8> =
        fits.iter().filter(|(_, fit)| *fit == best).map(|(delimiter, _)| *delimiter).collect();
    match winners[..] {
        [one, other, ..] => Err(Tie(one, other)),
        _ => Ok(winners.first().copied().unwrap_or(DELIMITERS[0])),
    }
}

/// How many of a hundred records are as wide as the header, and how wide that is.
fn fit(text: &[u8], dialect: Dialect) -> (usize, usize) {
    let mut reader = dialect.reader().from_reader(text);
    let mut widths = Vec::new();
    let mut record = ByteRecord::new();
    while widths.len() <= MOST_RECORDS && reader.read_byte_record(&mut record).unwrap_or(false) {
        if record.len() > 1 || !record[0].trim_ascii().is_empty() {
            widths.push(record.len());
        }
    }
    // The last one may be cut off.
    if widths.len() > 2 {
        widths.pop();
    }
    let Some((&header, rows)) = widths.split_first() else { return (0, 0) };
    let alike = rows.iter().filter(|width| **width == header).count();
    ((alike * 100).checked_div(rows.len()).unwrap_or(100), header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(text: &[u8]) -> Dialect {
        Dialect::detect(text, None, None, 0).unwrap()
    }

    #[test]
    fn the_delimiter_is_what_makes_the_rows_as_wide_as_the_header() {
        for (text, delimiter) in [
            ("name,phone\n", b','),
            ("nom;téléphone;note\nA;1,2,3,4;x", b';'),
            ("Name;Phone, mobile;Note\nA;1;x\nB;2;y\n", b';'),
            ("a,b;c;d\n1;2;3\n4;5;6\n", b';'),
            ("a\tb", b'\t'),
            ("a|b|c\n", b'|'),
            ("name\n", b','),
            ("\"a;b;c\",d\n", b','),
            ("\n\r\n  \nx;y\n", b';'),
            ("\"two\nlines;\",b,c\nx;y;z;", b','),
            ("name,phone\nAda;x,1\nBob;y,2\n", b','),
        ] {
            assert_eq!(detect(text.as_bytes()).delimiter, delimiter, "{text:?}");
        }
    }

    #[test]
    fn two_delimiters_that_fit_alike_are_a_question() {
        assert_eq!(Dialect::detect(b"a;b,c\n1;2,3\n", None, None, 0), Err(Tie(b',', b';')));
        assert_eq!(Dialect::detect(b"a;b,c\n1;2,3\n", Some(b';'), None, 0).unwrap().delimiter, b';');
    }

    #[test]
    fn a_separator_line_says_it_and_is_no_record() {
        for (text, delimiter, preamble) in [
            ("sep=;\r\na,b;c\n", b';', 7),
            ("SEP=,\na\n", b',', 6),
            ("\"sep=|\"\nx|y\n", b'|', 8),
            ("sep=\t\rx", b'\t', 6),
            ("sep=;", b';', 5),
            ("separator;b\n", b';', 0),
        ] {
            let dialect = detect(text.as_bytes());
            assert_eq!((dialect.delimiter, dialect.preamble), (delimiter, preamble), "{text:?}");
        }
        assert_eq!(Dialect::detect(b"sep=;\na,b", Some(b','), None, 0).unwrap().delimiter, b',');
    }

    #[test]
    fn unusual_line_ends_are_told() {
        for (text, told) in [
            ("a,b\n1,2\n", None),
            ("a,b\r\n1,2", None),
            ("a,b", None),
            ("a,b\r\n1,\"2\n3\"\r\n", None),
            ("a,b\r1,2\r", Some("line-ends-old-mac")),
            ("a,b\r\n1,2\n", Some("line-ends-several")),
            ("a,b\r1,2\n", Some("line-ends-several")),
        ] {
            assert_eq!(detect(text.as_bytes()).line_ends, told, "{text:?}");
        }
    }

    #[test]
    fn single_quotes_are_quotes_if_the_whole_header_stands_in_them() {
        assert_eq!(detect(b"'name','phone'\n'A','1'\n").quote, Quote::Single);
        assert_eq!(detect(b"name,phone\n'A','1'\n").quote, Quote::Double);
        assert_eq!(detect(b"'id,name\n").quote, Quote::Double);
        assert_eq!(Dialect::detect(b"'a','b'", None, Some(Quote::None), 0).unwrap().quote, Quote::None);
    }
}
