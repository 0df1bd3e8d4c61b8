//! Rows inside of a quote.
//!
//! Programs that quote nothing (a spreadsheet's tab-separated text, a database's) leave a ditto mark or the sign for
//! inches at the beginning of a cell as it is. Read as CSV, it opens a quote, and the next such sign closes it, however
//! many rows stand between: they would be part of a cell, and nobody would miss them.

use super::Dialect;
use super::contact_point::ContactPoint;

/// Columns from which on lines that merely have as many cells as the header are taken for rows, where no cell of the
/// first line tells more.
const MANY_COLUMNS: usize = 4;

/// Whether `raw`, a record whose quotes are sound, looks as if rows of their own stood inside of its quotes: another of
/// its lines has as many cells as `columns` says, quotes not counted, and a telephone number, an e-mail address or the
/// same text in the same column as the first line, or a quote and nothing else. `extra`: columns that come behind these in
/// rows that are given back.
pub(super) fn holds_rows(raw: &[u8], dialect: Dialect, columns: usize, extra: usize) -> bool {
    if columns < 2 {
        return false;
    }
    let lines = raw.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_empty());
    let mut lines = lines.map(|line| line.split(|byte| *byte == dialect.delimiter).collect::<Vec<_>>());
    let Some(first) = lines.next() else { return false };
    // A spreadsheet puts empty cells behind ours.
    let fits_with_extra = |line: &[&[u8]]| {
        extra > 0
            && line.get(columns + extra..).is_some_and(|beyond| beyond.iter().all(|cell| cell.is_empty()))
    };
    let fits = |line: &[&[u8]]| line.len() == columns || fits_with_extra(line);
    // A ditto mark in one row and in a later one: between two cells that are a quote and nothing else stand rows.
    let is_ditto =
        |line: &[&[u8]]| first.iter().zip(line).any(|(one, other)| one == other && is_lone_quote(one));
    if lines.clone().any(|line| fits(&line) && is_ditto(&line)) {
        return true;
    }
    if first.iter().any(|cell| ContactPoint::of(cell).is_some()) {
        return lines.any(|line| fits(&line) && is_alike(&first, &line));
    }
    let (mut others, mut all_fit, mut any_alike) = (0, fits(&first), false);
    for line in lines {
        others += 1;
        all_fit &= fits(&line);
        any_alike |= fits(&line) && is_alike(&first, &line);
    }
    any_alike || all_fit && others > 0 && columns >= MANY_COLUMNS
}

fn is_lone_quote(cell: &[u8]) -> bool {
    matches!(cell, [b'"' | b'\''])
}

/// Whether two lines say the same kind of thing in a column, and in none another kind.
fn is_alike(first: &[&[u8]], line: &[&[u8]]) -> bool {
    let mut is_alike = false;
    for (one, other) in first.iter().zip(line) {
        if one.trim_ascii().is_empty() || other.trim_ascii().is_empty() {
            continue;
        }
        match (ContactPoint::of(one), ContactPoint::of(other)) {
            (Some(kind), found) if found != Some(kind) => return false,
            (Some(_), _) => is_alike = true,
            // A quote alone is what opened or closed the cell.
            (None, _) => is_alike |= one == other && !is_lone_quote(one),
        }
    }
    is_alike
}

#[cfg(test)]
mod tests {
    use super::super::Quote;
    use super::*;

    const COMMAS: Dialect = Dialect { delimiter: b',', quote: Quote::Double, line_ends: None, preamble: 0 };

    fn holds(raw: &str, columns: usize) -> bool {
        holds_rows(raw.as_bytes(), COMMAS, columns, 5)
    }

    #[test]
    fn a_line_that_is_a_row_by_its_number_its_address_or_a_text_that_repeats_is_one() {
        for (raw, columns) in [
            ("Bob,+39 333 1000002,\"\nCy,+39 333 1000003,\"", 3),
            ("+39 333 1000001,Ada,\"12\r\n+39 333 1000002,Bob,14\r\n+39 333 1000003,Cy,15\"", 3),
            ("Bob,\",+39 333 1000002\nCy,\",+39 333 1000003", 3),
            ("bob@e.com,\"\n\ncy@e.com,\"", 2),
            ("bob,telegram,\"\ncy,telegram,\"", 3),
            ("bob,a,b,\"\ncy,c,d,\"", 4),
            // Nothing but the signs themselves tells.
            ("bob,\"\ncy,\"", 2),
            ("bob,Rome,\"\n\ncy,\ndi,Milan,x\ned,Rimini,\"", 3),
            ("bob,\",a\ncy,\",b", 3),
            ("Bob,+39 333 1000002,\"\nCy,,\"", 3),
            // One of the rows between is ragged, one has no number.
            ("Bob,+39 333 1000002,\"\nCy,,\nDi\nEd,+39 333 1000004,\"", 3),
            // Given back, with columns of ours behind those of the list.
            ("Bob,+39 333 1000002,\"\nCy,+39 333 1000003,\",4,5,code,why,", 3),
            ("Bob,+39 333 1000002,\"\nCy,+39 333 1000003,\",4,5,code,why,,,", 3),
        ] {
            assert!(holds(raw, columns), "{raw}");
        }
    }

    #[test]
    fn a_cell_of_several_lines_is_one_cell() {
        for (raw, columns) in [
            ("Ann,+39 333 1000001,\"two\nlines\"", 3),
            ("Ann,+39 333 1000001,\"two, or\nthree, lines, say\"", 3),
            ("Ann,+39 333 1000001,a@b.it,\"ACME\nVia Roma 1, 00184, Rome, Italy\"", 4),
            ("+39 333 1000001,\"Via Roma 1\nRome, Italy\"", 2),
            ("Ann,\"call\n+39 333 1000009\",+39 333 1000001", 3),
            ("Ann,\"Via Roma, 1\nRome\",+39 333 1000001", 3),
            ("ann,\"one, two\nthree, four\"", 2),
            ("ann,\"\none, two\"", 2),
            ("ann,\"one, two\n\"", 2),
            ("\"one\ntwo\"", 1),
        ] {
            assert!(!holds(raw, columns), "{raw}");
        }
    }
}
