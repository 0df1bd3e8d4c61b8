//! How the cells of a file are kept apart.

/// Delimiters that contact lists use; the first wins a tie.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The form of a CSV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// The byte between two cells.
    pub delimiter: u8,
    /// Whether the file begins with a UTF-8 byte-order mark.
    pub byte_order_mark: bool,
}

impl Dialect {
    /// Reads the form off the first bytes of a file. `delimiter` overrides what the header line shows.
    pub fn detect(start: &[u8], delimiter: Option<u8>) -> Self {
        let text = start.strip_prefix(b"\xef\xbb\xbf");
        Self {
            delimiter: delimiter.unwrap_or_else(|| most_frequent(header_line(text.unwrap_or(start)))),
            byte_order_mark: text.is_some(),
        }
    }

    /// The delimiter in words.
    pub fn delimiter_name(self) -> &'static str {
        match self.delimiter {
            b',' => "comma",
            b';' => "semicolon",
            b'\t' => "tab",
            b'|' => "vertical bar",
            _ => "other",
        }
    }
}

/// The first line that is not blank; quoted line breaks belong to it.
fn header_line(text: &[u8]) -> &[u8] {
    let begin = text.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(text.len());
    let mut quoted = false;
    let end = text[begin..].iter().position(|&byte| {
        quoted ^= byte == b'"';
        !quoted && (byte == b'\n' || byte == b'\r')
    });
    &text[begin..end.map_or(text.len(), |length| begin + length)]
}

fn most_frequent(line: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [0_usize; CANDIDATES.len()];
    for &byte in line {
        quoted ^= byte == b'"';
        if let (false, Some(at)) = (quoted, CANDIDATES.iter().position(|&candidate| candidate == byte)) {
            counts[at] += 1;
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    let winner = counts.iter().position(|&count| count == most).unwrap_or_default();
    CANDIDATES[winner]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_the_most_frequent_candidate_of_the_header() {
        for (header, delimiter) in [
            ("name,phone\n", b','),
            ("nom;téléphone;note\nA;1,2,3,4;x", b';'),
            ("a\tb", b'\t'),
            ("a|b|c\n", b'|'),
            ("name\n", b','),
            ("\"a;b;c\",d\n", b','),
            ("\n\r\n  \nx;y\n", b';'),
            ("\"two\nlines;\",b,c\nx;y;z;", b','),
        ] {
            assert_eq!(Dialect::detect(header.as_bytes(), None).delimiter, delimiter, "{header:?}");
        }
    }

    #[test]
    fn a_delimiter_that_is_given_wins() {
        assert_eq!(Dialect::detect(b"a,b,c", Some(b';')).delimiter, b';');
    }

    #[test]
    fn a_byte_order_mark_is_seen_and_is_no_part_of_the_header() {
        let dialect = Dialect::detect(b"\xef\xbb\xbfname;phone", None);
        assert!(dialect.byte_order_mark);
        assert_eq!(dialect.delimiter, b';');
    }
}
