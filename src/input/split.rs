//! The cells of a CSV record whose end is known and whose quotes are sound.
//!
//! The csv crate looks for both once more, letter by letter, which is an eighth of a `check`. What it would read is what
//! is read here, and tests hold the two side by side.

use csv::ByteRecord;
use memchr::memchr;

use super::Dialect;

/// Reads the cells of `raw`, a record without its line end, in which every quote that is opened is closed and followed
/// by a delimiter or the end (see [`Scan`](super::scan::Scan)).
pub(super) fn split(raw: &[u8], dialect: Dialect, cells: &mut ByteRecord) {
    cells.clear();
    let quote = dialect.quote.byte();
    let mut rest = raw;
    loop {
        let after = match rest.split_first() {
            Some((first, inside)) if Some(*first) == quote => quoted(inside, *first, cells),
            _ => {
                let end = memchr(dialect.delimiter, rest).unwrap_or(rest.len());
                cells.push_field(&rest[..end]);
                &rest[end..]
            }
        };
        // Behind the last delimiter stands one more cell, be it empty.
        match after.split_first() {
            Some((_, behind)) => rest = behind,
            None => return,
        }
    }
}

/// Reads a cell after its opening quote, and tells what stands behind the closing one.
fn quoted<'r>(inside: &'r [u8], quote: u8, cells: &mut ByteRecord) -> &'r [u8] {
    let close = memchr(quote, inside).unwrap_or(inside.len());
    let after = inside.get(close + 1..).unwrap_or_default();
    if after.first() != Some(&quote) {
        cells.push_field(&inside[..close]);
        return after;
    }
    // Two quotes are one that belongs to the cell.
    let (mut cell, mut rest) = (inside[..close].to_vec(), after);
    while let Some((_, more)) = rest.split_first().filter(|(first, _)| **first == quote) {
        cell.push(quote);
        let close = memchr(quote, more).unwrap_or(more.len());
        cell.extend_from_slice(&more[..close]);
        rest = more.get(close + 1..).unwrap_or_default();
    }
    cells.push_field(&cell);
    rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Quote;
    use super::super::scan::Scan;
    use super::*;

    fn cells_of(raw: &[u8], dialect: Dialect) -> Vec<Vec<u8>> {
        let mut cells = ByteRecord::new();
        split(raw, dialect, &mut cells);
        cells.iter().map(<[u8]>::to_vec).collect()
    }

    #[test]
    fn cells_are_plain_quoted_or_empty_and_two_quotes_are_one() {
        let dialect = Dialect { delimiter: b';', quote: Quote::Double, line_ends: None, preamble: 0 };
        let cells = cells_of(b"a;\"b;c\";\"\";\"\"\"d\"\"e\"\"\";5\" pipe;", dialect);
        let expected: [&[u8]; 6] = [b"a", b"b;c", b"", b"\"d\"e\"", b"5\" pipe", b""];
        assert_eq!(cells, expected);
    }

    proptest! {
        #[test]
        fn whatever_is_sound_is_read_as_the_csv_crate_reads_it(
            raw in proptest::collection::vec(proptest::sample::select(b"ab,;'\"\"\xc3 \n".to_vec()), 1..24),
            delimiter in proptest::sample::select(b",;".to_vec()),
            quote in proptest::sample::select(vec![Quote::Double, Quote::Single, Quote::None]),
        ) {
            let dialect = Dialect { delimiter, quote, line_ends: None, preamble: 0 };
            let mut scan = Scan::new();
            let end = scan.end(&raw, dialect);
            prop_assume!(end.is_none_or(|end| end > 0) && scan.flaw.is_none() && !scan.is_open());
            let raw = &raw[..end.unwrap_or(raw.len())];
            let mut expected = ByteRecord::new();
            dialect.reader().from_reader(raw).read_byte_record(&mut expected).unwrap();
            let expected: Vec<Vec<u8>> = expected.iter().map(<[u8]>::to_vec).collect();
            prop_assert_eq!(cells_of(raw, dialect), expected);
        }
    }
}
