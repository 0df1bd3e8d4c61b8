//! Cells that a spreadsheet would run.

use std::borrow::Cow;

/// What parts cells for some spreadsheet. Which one of them does depends on where it runs: in much of Europe it is `;`,
/// also in a file whose cells are parted by `,`, and then quotes that do not begin a cell are letters.
const SEPARATORS: [char; 6] = [',', ';', '|', '\t', '\r', '\n'];

/// Puts a `'` before what a spreadsheet would take for a formula (OWASP CSV injection, ASVS 1.2.10), at the beginning of
/// the cell and wherever a spreadsheet may let another one begin. A number with a `+` before it stays what it is.
pub(super) fn harmless(cell: &str) -> Cow<'_, str> {
    if !cell.bytes().any(may_be_dangerous) {
        return cell.into();
    }
    let digits = cell.strip_prefix('+').unwrap_or(cell);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return cell.into();
    }
    let after_separators = cell.match_indices(SEPARATORS).map(|(at, separator)| at + separator.len());
    let mut written = String::new();
    let mut copied = 0;
    for start in std::iter::once(0).chain(after_separators) {
        let part = cell[start..].split(SEPARATORS).next().unwrap_or_default();
        if would_run(part) || start == 0 && cell.starts_with(is_dangerous) {
            written.push_str(&cell[copied..start]);
            written.push('\'');
            copied = start;
        }
    }
    if written.is_empty() {
        return cell.into();
    }
    written.push_str(&cell[copied..]);
    written.into()
}

/// A cell without the `'` that was put before it, as far as one was.
pub(super) fn as_it_was(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| harmless(rest) == cell).unwrap_or(cell)
}

/// Whether what stands between two separators begins as a formula. Spaces and quotes before it may be taken off.
fn would_run(part: &str) -> bool {
    part.trim_start_matches(|c: char| c.is_whitespace() || c == '"').starts_with(is_dangerous)
}

fn is_dangerous(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0')
        || matches!(c, '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}') // their full-width twins
}

/// Whether a character that is dangerous may begin with this byte.
fn may_be_dangerous(byte: u8) -> bool {
    byte == 0xef || is_dangerous(char::from(byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_made_text_and_phone_numbers_stay() {
        for (cell, written) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1+1", "'+1+1"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t'=1"),
            ("\tAda", "'\tAda"),
            (" =1", "' =1"),
            ("\u{ff1d}1", "'\u{ff1d}1"),
            ("+393331234567", "+393331234567"),
            ("393331234567", "393331234567"),
            ("Ada", "Ada"),
            ("", ""),
            ("+", "+"),
        ] {
            assert_eq!(harmless(cell), written);
        }
    }

    #[test]
    fn a_formula_behind_what_another_spreadsheet_takes_for_the_end_of_a_cell_is_made_text() {
        for (cell, written) in [
            ("x;=cmd|'/C calc'!A0", "x;'=cmd|'/C calc'!A0"),
            ("x;\"=1\"", "x;'\"=1\""),
            ("Ada, -Bob", "Ada,' -Bob"),
            ("two\n@lines", "two\n'@lines"),
            ("a;+393331234567;b", "a;'+393331234567;b"),
            ("a;b=c", "a;b=c"),
        ] {
            assert_eq!(harmless(cell), written);
        }
    }

    proptest! {
        #[test]
        fn however_a_cell_is_parted_no_part_runs_and_nothing_of_it_is_lost(
            parts in prop::collection::vec(
                prop::sample::select(vec!["=", "+", "-", "@", "\t", "\n", "\r", ";", ",", "|", "\"", " ", "a", "1", "\0"]),
                0..12,
            ),
            separators in prop::sample::subsequence(SEPARATORS.to_vec(), 0..=SEPARATORS.len()),
        ) {
            let cell = parts.concat();
            let written = harmless(&cell);
            for part in written.split(&separators[..]) {
                let bare = part.trim_start_matches(['"', ' ']);
                let is_number = cell.trim_start_matches('+').bytes().all(|byte| byte.is_ascii_digit());
                prop_assert!(!bare.starts_with(['=', '+', '-', '@']) || is_number, "{:?}: {:?}", written, part);
            }
            prop_assert_eq!(written.replace('\'', ""), cell.as_str());
            prop_assert_eq!(harmless(&written), written.as_ref());
        }
    }
}
