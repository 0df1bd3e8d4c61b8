//! Values of a person's that slipped into the column of a tag, a team, a channel, a user or an option.
//!
//! Findings are shown on screens and in logs, where tags and teams may stand and people may not.

use std::borrow::Cow;

use crate::model::{FEWEST_DIGITS_OF_A_NUMBER, is_uuid, unnamed};

/// `value` as it may be shown: masked where it has a telephone number or an e-mail address in it.
pub(super) fn shown(value: &str) -> Cow<'_, str> {
    if is_uuid(value) || !has_address(value) && !has_number(value) {
        return value.into();
    }
    unnamed(value).into()
}

/// Whether an at sign stands in a word, and not before one as in `@home`.
fn has_address(value: &str) -> bool {
    value.split_whitespace().any(|word| word.find('@').is_some_and(|at| at > 0 && at + 1 < word.len()))
}

/// Whether digits make a telephone number together, whatever parts them. A date is none, nor is it part of one.
fn has_number(value: &str) -> bool {
    let is_part =
        |c: char| c.is_numeric() || c.is_whitespace() || "+()./'-\u{2010}\u{2011}\u{2013}".contains(c);
    let undated: Vec<&str> = value.split_whitespace().filter(|word| !is_date(word)).collect();
    undated
        .join(" ")
        .split(|c| !is_part(c))
        .any(|run| run.chars().filter(|c| c.is_numeric()).count() >= FEWEST_DIGITS_OF_A_NUMBER)
}

/// A day, or a year to a year.
fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['-', '.', '/']).collect();
    let is_year = |part: &str| part.len() == 4 && (part.starts_with("19") || part.starts_with("20"));
    let is_short = |part: &str| matches!(part.len(), 1 | 2);
    let are_digits = parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    are_digits
        && match parts[..] {
            [year, month, day] if is_year(year) => is_short(month) && is_short(day),
            [day, month, year] => is_short(day) && is_short(month) && is_year(year),
            [from, to] => is_year(from) && is_year(to),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_addresses_are_masked() {
        for (value, masked) in [
            ("+39 333 777 0001", "+99 999 999 9999"),
            ("VIP 39333777000155555", "VIP 99999999999999999"),
            ("(0333) 777-0001", "(9999) 999-9999"),
            ("9333777E+11", "9999999x+99"),
            ("ada@example.com", "xxx@xxxxxxx.xxx"),
            ("<ada@example.com>", "<xxx@xxxxxxx.xxx>"),
            ("2025-11-29 3337770001", "9999-99-99 9999999999"),
        ] {
            assert_eq!(shown(value), masked, "{value}");
        }
    }

    #[test]
    fn tags_teams_and_uuids_are_shown() {
        for value in [
            "VIP",
            "Sales 2026",
            "Customers 2024-2025",
            "import 2025-11-29 10:30",
            "29.11.2025",
            "@home",
            "a @ b",
            "12345678123456781234567812345678",
            "123456",
        ] {
            assert_eq!(shown(value), value);
        }
    }
}
