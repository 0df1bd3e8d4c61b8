//! Cells that a spreadsheet would run.

use std::borrow::Cow;

/// Puts a `'` before a cell that a spreadsheet would take for a formula (OWASP CSV injection, ASVS 1.2.10). A number
/// with a `+` before it stays what it is.
pub(super) fn harmless(cell: &str) -> Cow<'_, str> {
    let digits = cell.strip_prefix('+').unwrap_or(cell);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return cell.into();
    }
    let dangerous = |c: char| {
        matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0')
            || matches!(c, '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}') // their full-width twins
    };
    if cell.starts_with(dangerous) || cell.trim_start().starts_with(dangerous) {
        return format!("'{cell}").into();
    }
    cell.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_made_text_and_phone_numbers_stay() {
        for (cell, written) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1+1", "'+1+1"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            (" =1", "' =1"),
            ("＝1", "'＝1"),
            ("+393331234567", "+393331234567"),
            ("393331234567", "393331234567"),
            ("Ada", "Ada"),
            ("", ""),
            ("+", "+"),
        ] {
            assert_eq!(harmless(cell), written);
        }
    }
}
