//! What a cell says: digits, and whether with their country code. No numbering plan is asked.

use unicode_normalization::UnicodeNormalization as _;

use super::{MOST_DIGITS, NoNumber, no};
use crate::model::Code;
use crate::words::{discreet, message};

/// The digits of a cell, without `+` or `00`.
pub(super) struct Digits {
    pub(super) digits: String,
    /// They begin with a country code, as a `+` or `00` before them says.
    pub(super) is_international: bool,
    /// By a `00`, which may be the beginning of what is dialled in some country before a number abroad.
    pub(super) is_after_zeros: bool,
}

discreet!(Digits { is_international });

/// The digits of a cell that holds a `+` and digits, as many as a number has, and nothing else: most cells of most lists.
pub(super) fn plain_international(cell: &str) -> Option<&str> {
    let digits = cell.strip_prefix('+').filter(|digits| (7..=MOST_DIGITS).contains(&digits.len()))?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits)
}

/// Takes off what spreadsheets put on: `'391…`, `="391…"`, `391….0`.
pub(super) fn without_spreadsheet_marks(cell: &str, remarks: &mut Vec<Code>) -> String {
    let mut text = cell;
    if let Some(inner) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        text = inner.trim();
    }
    text = text.strip_prefix('\'').unwrap_or(text).trim();
    if let Some((whole, fraction)) = text.split_once('.') {
        let number = whole.strip_prefix('+').unwrap_or(whole);
        if number.len() >= 7
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && !fraction.is_empty()
            && fraction.bytes().all(|byte| byte == b'0')
        {
            text = whole;
        }
    }
    if text.len() != cell.len() {
        remarks.push(Code::PhoneSpreadsheet);
    }
    // A footnote's digit is none of the number; as it stands it is refused.
    if text.is_ascii() || text.chars().any(is_no_plain_digit) {
        return text.to_owned();
    }
    text.nfkc().map(ascii_digit).collect()
}

/// What stands in a link to a number, as it is dialled or with its country code: `tel:+39…`, `whatsapp:+39…`,
/// `https://wa.me/39…`; `None` if the text is none.
pub(super) fn linked(text: &str) -> Option<String> {
    if let Some(number) = ["tel:", "whatsapp:"].into_iter().find_map(|scheme| after(text, scheme)) {
        return Some(number.trim().replacen(";ext=", " x", 1));
    }
    let address = after(text, "https://").or_else(|| after(text, "http://")).unwrap_or(text);
    let pages = ["wa.me/", "www.wa.me/", "api.whatsapp.com/send?phone=", "api.whatsapp.com/send/?phone="];
    let path = pages.into_iter().find_map(|page| after(address, page))?;
    let number = path.split(['?', '&', '/']).next().unwrap_or_default().trim_start_matches('+');
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("+{number}"))
}

/// What stands behind this beginning, in whatever letters that is written.
fn after<'t>(text: &'t str, beginning: &str) -> Option<&'t str> {
    let (found, rest) = text.split_at_checked(beginning.len())?;
    found.eq_ignore_ascii_case(beginning).then_some(rest)
}

/// A digit above or below the line, in a circle or in brackets.
fn is_no_plain_digit(c: char) -> bool {
    matches!(c, '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{2070}'..='\u{2089}' | '\u{2460}'..='\u{24ff}' | '\u{2776}'..='\u{2793}')
}

/// Arabic-Indic digits as ASCII ones; full-width ones are already.
fn ascii_digit(c: char) -> char {
    let zero = match c {
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        _ => return c,
    };
    char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c)
}

/// `3.9E+11`, `3,91234e11`.
pub(in crate::mapping) fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    !exponent.is_empty()
        && exponent.bytes().all(|byte| byte.is_ascii_digit())
        && mantissa.bytes().any(|byte| byte.is_ascii_digit())
        && mantissa.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',')
}

/// A number that is counted with and none that is dialled: `-612345679`, `393331000003.5`; or a day: `1980-02-03`. Digits in
/// groups with points between them begin with fewer, or with a 0.
///
/// # Errors
///
/// If it is one.
pub(super) fn no_quantity(text: &str) -> Result<(), NoNumber> {
    if is_day(text) {
        return Err(no(Code::PhoneCharacters, message!("phone-day")));
    }
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if !is_digits(fraction) {
        return Ok(());
    }
    if whole.strip_prefix(['-', '\u{2212}']).is_some_and(is_digits) {
        return Err(no(Code::PhoneCharacters, message!("phone-negative")));
    }
    if text.contains('.') && whole.len() >= 7 && is_digits(whole) && !whole.starts_with('0') {
        return Err(no(Code::PhoneCharacters, message!("phone-fraction")));
    }
    Ok(())
}

/// Whether it begins with a day of the last or this century as ISO 8601 writes it, and nothing or a time is behind it.
fn is_day(text: &str) -> bool {
    let Some((day, rest)) = text.split_at_checked(10) else { return false };
    let parts: Vec<&str> = day.split('-').collect();
    let [year, month, date] = parts[..] else { return false };
    let is_within = |text: &str, from: u32, to: u32| {
        text.bytes().all(|byte| byte.is_ascii_digit())
            && text.parse::<u32>().is_ok_and(|number| (from..=to).contains(&number))
    };
    (year.len(), month.len()) == (4, 2)
        && is_within(year, 1900, 2099)
        && is_within(month, 1, 12)
        && is_within(date, 1, 31)
        && (rest.is_empty() || rest.starts_with([' ', 'T']))
}

/// How many numbers stand in the cell, if there are several.
pub(super) fn several_numbers(text: &str) -> Option<usize> {
    let separators = ['/', ';', ',', '|', '\n', '\r', '&'];
    let pluses = text.bytes().filter(|&byte| byte == b'+').count();
    if pluses < 2 && !text.contains(separators) && !text.contains(" ::: ") {
        return None;
    }
    let numbers = text
        .split(separators)
        .flat_map(|part| part.split(" ::: "))
        .filter(|part| {
            // What is no digit of the number: `0049 (0)171/1234567` is one.
            let part = part.replace("(0)", "");
            let part = part.trim_start().strip_prefix("00").unwrap_or(&part);
            part.bytes().filter(u8::is_ascii_digit).count() >= 6
        })
        .count();
    (numbers > 1 || pluses > 1).then_some(numbers.max(pluses))
}

/// `x12`, `ext. 12`, `#12` and the like after a number.
pub(super) fn has_extension(text: &str) -> bool {
    let Some(at) = text.find(|c: char| c.is_alphabetic() || c == '#') else { return false };
    let (number, rest) = text.split_at(at);
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let word = rest
        .trim_end_matches(|c: char| c.is_ascii_digit() || c.is_whitespace())
        .trim_end_matches(['.', ':', '-']);
    let known = ["x", "ext", "extension", "#", "poste", "int", "interno", "anexo", "ramal", "p"];
    digits(number) >= 6
        && (1..=6).contains(&digits(rest))
        && known.iter().any(|known| word.trim().eq_ignore_ascii_case(known))
}

/// # Errors
///
/// If anything else stands there than a number is written with, or no digit.
pub(super) fn digits_of(text: &str) -> Result<Digits, NoNumber> {
    let mut digits = String::with_capacity(text.len());
    let mut is_international = false;
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() && !is_international => is_international = true,
            ' ' | '-' | '.' | '(' | ')' | '/' | '\t' => {}
            '\u{2010}'..='\u{2015}' | '\u{2212}' => {} // hyphens, dashes, minus
            '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}' => {} // invisible marks
            c if c.is_whitespace() && c != '\n' && c != '\r' => {}
            _ => {
                return Err(no(Code::PhoneCharacters, message!("phone-characters")));
            }
        }
    }
    if digits.is_empty() {
        return Err(no(Code::PhoneCharacters, message!("phone-no-digits")));
    }
    if !is_international && let Some(rest) = digits.strip_prefix("00") {
        return Ok(Digits { digits: rest.to_owned(), is_international: true, is_after_zeros: true });
    }
    Ok(Digits { digits, is_international, is_after_zeros: false })
}

/// What stands before a `(0)`: the country code, if the 0 is one that is dialled within the country only.
pub(super) fn before_zero_in_brackets(text: &str) -> Option<Digits> {
    text.split_once("(0)").and_then(|(before, _)| digits_of(before).ok())
}

/// What stands before the last `/`.
pub(super) fn before_last_slash(text: &str) -> Option<Digits> {
    text.rsplit_once('/').and_then(|(before, _)| digits_of(before).ok())
}

/// Whether one or two digits stand right behind a `/` that has six digits or more before it: the end of a second number,
/// which has the beginning of the first. Between other slashes there are fewer, as in `06/12/34/56/78`.
pub(super) fn has_end_of_another(text: &str) -> bool {
    if !text.contains('/') {
        return false;
    }
    let count = |part: &str| digits_of(part).is_ok().then(|| part.bytes().filter(u8::is_ascii_digit).count());
    let counts: Vec<Option<usize>> = text.split('/').map(count).collect();
    counts.windows(2).any(|pair| matches!(pair, [Some(6..), Some(1..=2)]))
}

#[cfg(test)]
mod tests {
    use super::super::{Country, read};
    use super::*;

    #[test]
    fn the_digit_of_a_footnote_is_none_of_the_number() {
        for cell in
            ["+49 171 123456²", "+49 171 123456\u{2076}", "+49 171 123456\u{2461}", "+49 171 123456\u{2085}"]
        {
            assert_eq!(read(cell, None).err().map(|no| no.code), Some(Code::PhoneCharacters), "{cell}");
        }
        assert!(read("+49 171 12345\u{ff16}\u{ff17}", None).is_ok());
    }

    #[test]
    fn a_day_is_no_number() {
        let germany = Country::parse("DE").unwrap();
        for cell in ["1980-02-03", "2023-03-15 00:00:00"] {
            assert_eq!(
                read(cell, Some(germany)).err().map(|no| no.code),
                Some(Code::PhoneCharacters),
                "{cell}"
            );
        }
        for cell in ["1980-22-03", "0171-12-34567", "2023-03-156", "+1980-02-03", "02-03-1980"] {
            let refused = read(cell, Some(germany)).err();
            assert!(refused.is_none_or(|no| no.message != message!("phone-day")), "{cell}");
        }
    }

    #[test]
    fn digits_behind_a_point_are_a_spreadsheets_only_if_they_are_noughts_behind_a_number() {
        for (cell, digits) in [
            ("+39333123456.7", "393331234567"),
            ("+39333123456.70", "3933312345670"),
            ("+39333 123456.0", "393331234560"),
            ("+39.0612345678", "390612345678"),
        ] {
            let number = read(cell, None).unwrap();
            assert_eq!((&*number.digits, &number.remarks[0]), (digits, &Code::PhonePunctuation), "{cell}");
        }
    }
}
