//! Finds quoting that a lenient reader would mend by guessing.
//!
//! The csv crate reads `"a"b` as `ab` and closes an open quote at the end of the file. Both change what the person
//! wrote, so such rows are refused. A quote inside an unquoted cell (`5" pipe`) is kept as it is and is no flaw.

use super::Dialect;
use crate::model::Flaw;

/// The flaw in the raw bytes of one record, if it has one.
pub(super) fn flaw(record: &[u8], dialect: Dialect) -> Option<Flaw> {
    let (quote, delimiter) = (dialect.quote.byte()?, dialect.delimiter);
    if !record.contains(&quote) {
        return None;
    }
    let mut bytes = record.iter().copied().peekable();
    loop {
        // At the start of a cell.
        if bytes.peek() == Some(&quote) {
            bytes.next();
            loop {
                match bytes.next() {
                    None => return Some(Flaw::UnclosedQuote),
                    Some(byte) if byte == quote && bytes.peek() == Some(&quote) => {
                        bytes.next();
                    }
                    Some(byte) if byte == quote => break,
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

#[cfg(test)]
mod tests {
    use super::super::Quote;
    use super::*;

    fn flaw(record: &[u8]) -> Option<Flaw> {
        super::flaw(record, Dialect { delimiter: b',', quote: Quote::Double, line_ends: None, preamble: 0 })
    }

    #[test]
    fn sound_quoting_has_no_flaw() {
        for record in [
            "a,b\n",
            "\"a\",b\r\n",
            "\"a\"\"b\",c",
            "\"a,b\",\"c\nd\"\n",
            "5\" pipe,x",
            ",,\n",
            "\"\"",
            "a,\"\"\n",
        ] {
            assert_eq!(flaw(record.as_bytes()), None, "{record}");
        }
    }

    #[test]
    fn text_after_a_closing_quote_is_a_flaw() {
        for record in ["\"a\"b,c\n", "x,\"a\" ,c\n", "\"a\"\"b\"c"] {
            assert_eq!(flaw(record.as_bytes()), Some(Flaw::TextAfterQuote), "{record}");
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_is_a_flaw() {
        for record in ["\"a,b\n", "x,\"a", "x,\"a\"\""] {
            assert_eq!(flaw(record.as_bytes()), Some(Flaw::UnclosedQuote), "{record}");
        }
    }

    #[test]
    fn only_the_quote_of_the_file_is_one() {
        let with = |quote| Dialect { delimiter: b';', quote, line_ends: None, preamble: 0 };
        assert_eq!(super::flaw(b"'a'b;\"c\n", with(Quote::Single)), Some(Flaw::TextAfterQuote));
        assert_eq!(super::flaw(b"'a;'';b';\"c\n", with(Quote::Single)), None);
        assert_eq!(super::flaw(b"\"a\"b;'c\n", with(Quote::None)), None);
    }
}
