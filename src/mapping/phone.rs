//! A cell → a WhatsApp number, through Google's metadata.
//!
//! The library is asked two things only: may these digits be a number (length and country code), and are they in a
//! range that is in use. A number that is given internationally goes out with exactly its digits; the library's own
//! parser would drop some (a Mexican 1, an extension) or make digits of letters, so it reads national numbers only.

use std::borrow::Cow;
use std::fmt;

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region,
};
use serde::{Serialize, Serializer};
use unicode_normalization::UnicodeNormalization as _;

use super::MappingError;
use super::ranges::Parts;
use crate::model::{Code, sibling_form};
use crate::words::{Message, discreet, message};

/// Most digits a number may have, country code included (ITU-T E.164).
const MOST_DIGITS: usize = 15;

/// A country whose national numbers are known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Country(Region);

impl Country {
    /// Reads an ISO 3166 code of two letters.
    ///
    /// # Errors
    ///
    /// If no country with telephones has it.
    pub fn parse(code: &str) -> Result<Self, MappingError> {
        let unknown = || MappingError::Country { code: code.to_owned() };
        let region: Region = code.trim().to_ascii_uppercase().parse().map_err(|_| unknown())?;
        PHONE_NUMBER_UTIL.get_country_code_for_region(region).map(|_| Self(region)).ok_or_else(unknown)
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.as_region_str())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A number as it goes out, and what was done to read it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Number<'c> {
    /// With country code, without `+`.
    pub(super) digits: Cow<'c, str>,
    /// Warnings and repairs.
    pub(super) remarks: Vec<Code>,
}

discreet!(Number<'c> { remarks });

impl Number<'_> {
    /// The same, for when the cell does not stay.
    pub(super) fn into_owned<'o>(self) -> Number<'o> {
        Number { digits: Cow::Owned(self.digits.into_owned()), remarks: self.remarks }
    }
}

/// Why a cell is no number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoNumber {
    pub(super) code: Code,
    pub(super) message: Message,
}

pub(super) fn no(code: Code, message: Message) -> NoNumber {
    NoNumber { code, message }
}

/// Reads a cell that is not empty.
pub(super) fn read(cell: &str, default_country: Option<Country>) -> Result<Number<'_>, NoNumber> {
    let mut remarks = Vec::new();
    if let Some(digits) = plain_international(cell) {
        as_given(digits, &mut remarks)?;
        suspect(digits, &mut remarks);
        return Ok(Number { digits: digits.into(), remarks });
    }
    let text = without_spreadsheet_marks(cell.trim(), &mut remarks);
    if is_scientific(&text) {
        return Err(no(Code::PhoneScientific, message!("phone-scientific")));
    }
    if let Some(count) = several_numbers(&text) {
        return Err(no(Code::PhoneMultiple, message!("phone-multiple", count)));
    }
    if has_short_end(&text, default_country) {
        return Err(no(Code::PhoneMultiple, message!("phone-short-after-slash")));
    }
    if has_extension(&text) {
        return Err(no(Code::PhoneExtension, message!("phone-extension")));
    }
    let (mut international, mut digits) = digits_of(&text)?;
    if let Some(dialled) = without_trunk_zero(&text, &digits) {
        (international, digits) = (true, dialled);
        remarks.push(Code::PhoneZeroDropped);
    }
    if text.chars().any(|c| c != '+' && !c.is_ascii_digit()) || (international && !text.starts_with('+')) {
        remarks.push(Code::PhonePunctuation);
    }
    if digits.len() > MOST_DIGITS {
        let rounded = digits.ends_with('0') && !international;
        let (digits, most) = (digits.len(), MOST_DIGITS);
        return Err(no(
            Code::PhoneLength,
            if rounded {
                message!("phone-too-long-rounded", digits, most)
            } else {
                message!("phone-too-long", digits, most)
            },
        ));
    }
    let digits = if international {
        as_given(&digits, &mut remarks)?;
        digits
    } else {
        match default_country {
            Some(country) => national(&digits, country, &mut remarks)?,
            None => without_country(digits, &mut remarks)?,
        }
    };
    // Some plans allow more digits than there may be together with the country code.
    if digits.len() > MOST_DIGITS {
        return Err(no(
            Code::PhoneLength,
            message!("phone-too-long-with-code", digits = digits.len(), most = MOST_DIGITS),
        ));
    }
    suspect(&digits, &mut remarks);
    Ok(Number { digits: digits.into(), remarks })
}

/// The digits of a cell that holds a `+` and digits, as many as a number has, and nothing else: most cells of most lists.
fn plain_international(cell: &str) -> Option<&str> {
    let digits = cell.strip_prefix('+').filter(|digits| (7..=MOST_DIGITS).contains(&digits.len()))?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits)
}

/// Digits that are given internationally: judged, and kept.
fn as_given(digits: &str, remarks: &mut Vec<Code>) -> Result<(), NoNumber> {
    match judge(digits) {
        Judgement::InUse => {}
        Judgement::Possible => remarks.push(Code::PhoneUnknownRange),
        Judgement::Not(reason) => return Err(reason),
    }
    Ok(())
}

/// Reads a number whose country code stands in a cell of its own.
pub(super) fn read_after_code<'c>(code: &str, cell: &'c str) -> Result<Number<'c>, NoNumber> {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    let region = digits.parse().ok().and_then(|code| PHONE_NUMBER_UTIL.get_region_for_country_code(code));
    match region {
        Some(region) => read(cell, Some(Country(region))),
        None => Err(no(Code::PhoneCountry, message!("phone-country-column"))),
    }
}

/// `x12`, `ext. 12`, `#12` and the like after a number.
fn has_extension(text: &str) -> bool {
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

fn suspect(digits: &str, remarks: &mut Vec<Code>) {
    if is_suspicious(digits) {
        remarks.push(Code::PhoneSuspicious);
    }
}

/// Eight digits alike at the end, or nine in a row up or down.
fn is_suspicious(digits: &str) -> bool {
    let last = |count: usize| digits.len().checked_sub(count).map(|at| &digits.as_bytes()[at..]);
    let steps = |bytes: &[u8], step: u8| bytes.windows(2).all(|pair| (pair[1] + 10 - pair[0]) % 10 == step);
    last(8).is_some_and(|bytes| steps(bytes, 0))
        || last(9).is_some_and(|bytes| steps(bytes, 1) || steps(bytes, 9))
}

/// Takes off what spreadsheets put on: `'391…`, `="391…"`, `391….0`.
fn without_spreadsheet_marks(cell: &str, remarks: &mut Vec<Code>) -> String {
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
    if text.is_ascii() { text.to_owned() } else { text.nfkc().map(ascii_digit).collect() }
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
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    !exponent.is_empty()
        && exponent.bytes().all(|byte| byte.is_ascii_digit())
        && mantissa.bytes().any(|byte| byte.is_ascii_digit())
        && mantissa.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',')
}

/// How many numbers stand in the cell, if there are several.
fn several_numbers(text: &str) -> Option<usize> {
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

/// Whether the number is given internationally, and its digits without `+` or `00`.
fn digits_of(text: &str) -> Result<(bool, String), NoNumber> {
    let mut digits = String::with_capacity(text.len());
    let mut international = false;
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() && !international => international = true,
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
    if !international && let Some(rest) = digits.strip_prefix("00") {
        return Ok((true, rest.to_owned()));
    }
    Ok((international, digits))
}

/// The digits of a number that has a `(0)` after its country code, without that 0, if they are in use so and not with it:
/// it is dialled within the country only (ITU-T E.123 has such numbers written without it).
fn without_trunk_zero(text: &str, digits: &str) -> Option<String> {
    let (before, _) = text.split_once("(0)")?;
    let (international, code) = digits_of(before).ok()?;
    let rest = digits.strip_prefix(&*code)?.strip_prefix('0')?;
    let dialled = format!("{code}{rest}");
    let is_code = Parts::of(&dialled).is_some_and(|parts| parts.national == rest);
    (international && is_code && is_in_use(&dialled) && !is_in_use(digits)).then_some(dialled)
}

fn is_in_use(digits: &str) -> bool {
    Parts::of(digits).is_some_and(|parts| parts.is_in_use())
}

/// Whether what stands before the last `/` is a number by itself, and what follows would be too short for another one:
/// `333 1234516/17` is two numbers, `030/1234567/8` two or one with an extension, and `030/1234567` is one.
fn has_short_end(text: &str, default_country: Option<Country>) -> bool {
    let Some((before, _)) = text.rsplit_once('/') else { return false };
    let Ok((international, digits)) = digits_of(before) else { return false };
    match default_country {
        Some(country) if !international => {
            PhoneNumber::parse(&digits, Some(country.0)).is_ok_and(|number| number.is_valid())
        }
        _ => matches!(judge(&digits), Judgement::InUse),
    }
}

enum Judgement {
    InUse,
    Possible,
    Not(NoNumber),
}

/// Judges digits that begin with a country code, without changing one of them.
fn judge(digits: &str) -> Judgement {
    let Some(parts) = Parts::of(digits) else {
        return Judgement::Not(no(Code::PhoneCountry, message!("phone-country")));
    };
    if parts.is_in_use() {
        return Judgement::InUse;
    }
    // WhatsApp writes some numbers in a form that their numbering plan has left behind.
    if sibling_form(digits).is_some_and(|sibling| is_in_use(&sibling)) {
        return Judgement::InUse;
    }
    let number = parts.number();
    let code = number.country_code.to_string();
    let after_zeros = parts.national.trim_start_matches('0');
    let without_zero = (after_zeros != parts.national).then(|| format!("{code}{after_zeros}"));
    let is_possible = matches!(number.is_possible_with_reason(), Ok(NumberLengthType::IsPossible));
    if is_possible && !without_zero.as_deref().is_some_and(is_in_use) {
        return Judgement::Possible;
    }
    if without_zero.is_some() {
        return Judgement::Not(no(Code::PhoneLength, message!("phone-zero-after-code", code)));
    }
    Judgement::Not(no(Code::PhoneLength, message!("phone-length", digits = digits.len() - code.len(), code)))
}

/// Digits without `+` or `00`, and no country is known: international only if that makes a number that is in use.
fn without_country(digits: String, remarks: &mut Vec<Code>) -> Result<String, NoNumber> {
    if !digits.starts_with('0') && matches!(judge(&digits), Judgement::InUse) {
        remarks.push(Code::PhoneReadAsInternational);
        return Ok(digits);
    }
    if digits.len() < 6 {
        return Err(no(Code::PhoneLength, message!("phone-too-short", digits = digits.len())));
    }
    Err(no(Code::PhoneNational, message!("phone-national")))
}

/// Digits without `+` or `00`, as they are dialled in `country`.
fn national(digits: &str, country: Country, remarks: &mut Vec<Code>) -> Result<String, NoNumber> {
    let parsed = PhoneNumber::parse(digits, Some(country.0)).ok();
    let international = |number: &PhoneNumber| format!("{number}").trim_start_matches('+').to_owned();
    let remark = |result: &str| {
        if result == digits { Code::PhoneReadAsInternational } else { Code::PhoneMadeInternational }
    };
    if let Some(number) = parsed.as_ref().filter(|number| number.is_valid()) {
        let result = international(number);
        if result != digits && !digits.starts_with('0') && is_dialled_with_zero(number) {
            // Nobody has WhatsApp on a landline as often as a list loses its +.
            if !is_mobile(number) && is_in_use(digits) {
                if Parts::of(digits).is_some_and(|parts| parts.number().country_code == number.country_code) {
                    remarks.push(Code::PhoneReadAsInternational);
                    return Ok(digits.to_owned());
                }
                return Err(no(
                    Code::PhoneAmbiguous,
                    message!("phone-ambiguous", country = country.to_string()),
                ));
            }
            remarks.extend([remark(&result), Code::PhoneZeroAdded]);
            return Ok(result);
        }
        remarks.push(remark(&result));
        return Ok(result);
    }
    // Exports that drop the + leave the country code in front.
    if !digits.starts_with('0') && matches!(judge(digits), Judgement::InUse) {
        remarks.push(Code::PhoneReadAsInternational);
        return Ok(digits.to_owned());
    }
    // Where the 0 belongs to the number, nobody knows whether it was there.
    let with_zero = PhoneNumber::parse(format!("0{digits}"), Some(country.0)).ok();
    if !digits.starts_with('0') && with_zero.is_some_and(|number| number.is_valid()) {
        return Err(no(Code::PhoneLostZero, message!("phone-lost-zero", country = country.to_string())));
    }
    match parsed.map(|number| (number.is_possible_with_reason(), number)) {
        Some((Ok(NumberLengthType::IsPossible), number)) => {
            let result = international(&number);
            remarks.extend([remark(&result), Code::PhoneUnknownRange]);
            Ok(result)
        }
        _ => Err(no(
            Code::PhoneLength,
            message!("phone-national-length", country = country.to_string(), digits = digits.len()),
        )),
    }
}

fn is_mobile(number: &PhoneNumber) -> bool {
    matches!(number.get_type(), PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile)
}

/// Whether the number is dialled with a 0 in its own country.
fn is_dialled_with_zero(number: &PhoneNumber) -> bool {
    number.format_as(PhoneNumberFormat::National).trim_start_matches('(').starts_with('0')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn country(code: &str) -> Option<Country> {
        Some(Country::parse(code).unwrap())
    }

    #[test]
    fn a_number_given_internationally_goes_out_with_exactly_its_digits() {
        for (cell, digits) in [
            ("+393331234567", "393331234567"),
            ("+39 333 123-45.67", "393331234567"),
            ("00393331234567", "393331234567"),
            ("0039 02 1234567", "39021234567"),
            ("(+39) 02 1234567", "39021234567"),
            ("+5215512345678", "5215512345678"),
            ("+5491123456789", "5491123456789"),
            ("+5511987654321", "5511987654321"),
            ("+551187654321", "551187654321"),
            ("\u{202a}+39 333 1234567\u{202c}", "393331234567"),
            ("＋３９ ３３３ １２３４５６７", "393331234567"),
            ("+٣٩٣٣٣١٢٣٤٥٦٧", "393331234567"),
            ("'+393331234567", "393331234567"),
            ("=\"+393331234567\"", "393331234567"),
            ("+393331234567.0", "393331234567"),
            ("+۳۹۳۳۳۱۲۳۴۵۶۷", "393331234567"),
            ("+39 333\u{2013}123\u{2212}4567", "393331234567"),
            ("+39 333\u{b}1234567", "393331234567"),
            ("+49 30/1234567", "49301234567"),
            ("0049 171/1234567", "491711234567"),
        ] {
            for default in [None, country("US"), country("IT")] {
                let number = read(cell, default).unwrap_or_else(|error| panic!("{cell}: {error:?}"));
                assert_eq!(number.digits, digits, "{cell}");
                assert!(!number.remarks.contains(&Code::PhoneUnknownRange), "{cell}");
            }
        }
    }

    #[test]
    fn a_possible_number_in_no_known_range_is_sent_with_a_warning() {
        let number = read("+1 555 123 4567", None).unwrap();
        assert_eq!(number.digits, "15551234567");
        assert!(number.remarks.contains(&Code::PhoneUnknownRange));
        let number = read("(555) 123-4567", country("US")).unwrap();
        assert_eq!(number.digits, "15551234567");
        assert!(number.remarks.contains(&Code::PhoneUnknownRange));
    }

    #[test]
    fn what_cannot_be_a_number_is_refused_with_its_reason() {
        for (cell, code) in [
            ("+3912", Code::PhoneLength),
            ("+4420 7946 0958 12", Code::PhoneLength),
            ("+44 020 7946 0958", Code::PhoneLength),
            ("+49 0171 1234567", Code::PhoneLength),
            ("00 49 (0171) 1234567", Code::PhoneLength),
            ("+49 (0)(0)171 1234567", Code::PhoneLength),
            ("+39 333 1234516/17", Code::PhoneMultiple),
            ("+49 30/1234567/8", Code::PhoneMultiple),
            ("+1234567890123456", Code::PhoneLength),
            ("+999 123456789", Code::PhoneCountry),
            ("+0 333 1234567", Code::PhoneCountry),
            ("3.91235E+11", Code::PhoneScientific),
            ("3,91E+11", Code::PhoneScientific),
            ("1e12", Code::PhoneScientific),
            ("1-800-FLOWERS", Code::PhoneCharacters),
            ("n/a", Code::PhoneCharacters),
            ("-", Code::PhoneCharacters),
            ("#REF!", Code::PhoneCharacters),
            ("+15046218927 x12", Code::PhoneExtension),
            ("01 42 34 56 78 poste 12", Code::PhoneExtension),
            ("+1 504 621 8927 ext. 7", Code::PhoneExtension),
            ("+1 504 621 8927#7", Code::PhoneExtension),
            ("+15046218927 home", Code::PhoneCharacters),
            ("3933312345670000", Code::PhoneLength),
            ("+39333+1234567", Code::PhoneMultiple),
            ("333 1234567 / 334 1234567", Code::PhoneMultiple),
            ("+393331234567 ::: +393341234567", Code::PhoneMultiple),
            ("333\n1234567", Code::PhoneCharacters),
            ("+39 333\r1234567", Code::PhoneCharacters),
            ("39333+1234567", Code::PhoneCharacters),
            ("333 1234567 ::: 334 1234567", Code::PhoneMultiple),
            ("+39 333 1234567 +39 334 1234567 +39 335 1234567", Code::PhoneMultiple),
            ("+15046218927 x", Code::PhoneCharacters),
            ("+15046218927 x1234567", Code::PhoneCharacters),
            ("12 x3", Code::PhoneCharacters),
            ("1.5E", Code::PhoneCharacters),
            ("1.5Ex", Code::PhoneCharacters),
            ("E11", Code::PhoneCharacters),
            (".E11", Code::PhoneCharacters),
            ("+39 3x2E5", Code::PhoneCharacters),
            ("0612345678", Code::PhoneNational),
            ("504-621-8927", Code::PhoneNational),
            ("12345", Code::PhoneLength),
            ("123456", Code::PhoneNational),
        ] {
            let error = read(cell, None).map(|number| number.digits).unwrap_err();
            assert_eq!(error.code, code, "{cell}: {}", error.message);
        }
    }

    #[test]
    fn a_national_number_becomes_international_with_the_default_country() {
        for (cell, country_code, digits) in [
            ("504-621-8927", "US", "15046218927"),
            ("1 (504) 621-8927", "US", "15046218927"),
            ("06 12 34 56 78", "FR", "33612345678"),
            ("333 1234567", "IT", "393331234567"),
            ("02 1234567", "IT", "39021234567"),
            ("030/1234567", "DE", "49301234567"),
            ("393331234567", "IT", "393331234567"),
            ("612345678", "ES", "34612345678"),
        ] {
            let number =
                read(cell, country(country_code)).unwrap_or_else(|error| panic!("{cell}: {error:?}"));
            assert_eq!(number.digits, digits, "{cell}");
        }
    }

    #[test]
    fn a_zero_in_brackets_after_the_country_code_is_dropped_where_it_is_not_part_of_the_number() {
        for (cell, digits, dropped) in [
            ("+44 (0)20 7946 0958", "442079460958", true),
            ("0049 (0) 171 1234567", "491711234567", true),
            ("+49(0)171/1234567", "491711234567", true),
            ("0049(0)171/1234567", "491711234567", true),
            ("(+33) (0)6 12 34 56 78", "33612345678", true),
            ("+41 (0)79 123 45 67", "41791234567", true),
            ("+39 (0)333 1234567", "393331234567", true),
            // Here it is.
            ("+39 (0)2 12345678", "390212345678", false),
        ] {
            let number = read(cell, country("US")).unwrap_or_else(|error| panic!("{cell}: {error:?}"));
            assert_eq!(number.digits, digits, "{cell}");
            assert_eq!(number.remarks.contains(&Code::PhoneZeroDropped), dropped, "{cell}");
        }
    }

    #[test]
    fn what_follows_a_slash_is_glued_to_no_number_that_is_one_by_itself() {
        for (cell, default) in [
            ("0171 123456 7 / 8", "DE"),
            ("030/1234567/8", "DE"),
            ("333 1234567/68", "IT"),
            ("504-621-8927/8", "US"),
            ("+39 333 1234516/17", "IT"),
        ] {
            let refused = read(cell, country(default)).unwrap_err();
            assert_eq!(refused, no(Code::PhoneMultiple, message!("phone-short-after-slash")), "{cell}");
        }
        for (cell, default, digits) in [
            ("030/1234567", "DE", "49301234567"),
            ("0171/123 45 67", "DE", "491711234567"),
            ("06/12/34/56/78", "FR", "33612345678"),
            ("0475/12.34.56", "BE", "32475123456"),
            ("0664/123 45 67", "AT", "436641234567"),
            ("02/1234567", "IT", "39021234567"),
            ("504/621/8927", "US", "15046218927"),
        ] {
            let number = read(cell, country(default)).unwrap_or_else(|error| panic!("{cell}: {error:?}"));
            assert_eq!(number.digits, digits, "{cell}");
        }
    }

    #[test]
    fn what_was_done_to_read_a_number_is_said_and_nothing_else() {
        use Code::{
            PhoneMadeInternational, PhonePunctuation, PhoneReadAsInternational, PhoneSpreadsheet,
            PhoneZeroAdded,
        };
        let said: [(&str, &str, &[Code]); 15] = [
            ("+393331234567", "IT", &[]),
            ("+39 333 1234567", "IT", &[PhonePunctuation]),
            ("00393331234567", "IT", &[PhonePunctuation]),
            ("(+39) 3331234567", "IT", &[PhonePunctuation]),
            ("'+393331234567", "IT", &[PhoneSpreadsheet]),
            ("=\"+393331234567\"", "IT", &[PhoneSpreadsheet]),
            ("+393331234567.00", "IT", &[PhoneSpreadsheet]),
            ("393331234567", "IT", &[PhoneReadAsInternational]),
            ("393331234567", "US", &[PhoneReadAsInternational]),
            ("3331234567", "IT", &[PhoneMadeInternational]),
            ("333 1234567", "IT", &[PhonePunctuation, PhoneMadeInternational]),
            ("0612345678", "FR", &[PhoneMadeInternational]),
            ("612345678", "FR", &[PhoneMadeInternational, PhoneZeroAdded]),
            ("33612345678", "FR", &[PhoneReadAsInternational]),
            ("612345678", "ES", &[PhoneMadeInternational]),
        ];
        for (cell, default, remarks) in said {
            assert_eq!(read(cell, country(default)).unwrap().remarks, remarks, "{cell} in {default}");
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

    #[test]
    fn a_number_that_somebody_made_up_is_sent_and_called_suspicious() {
        for (cell, suspicious) in [
            ("+39333333333", true),
            ("+39 345 1111111", false),
            ("+39 391 23456789", true),
            ("+39 3 123456780", false),
            ("+39 398 7654321", true),
            ("+39 312 3456789", true),
            ("+39 389 0123456", true),
            ("+39 333 1234567", false),
            ("+39 313 1313131", false),
        ] {
            let remarks = read(cell, None).unwrap().remarks;
            assert_eq!(remarks.contains(&Code::PhoneSuspicious), suspicious, "{cell}");
        }
    }

    #[test]
    fn as_many_digits_as_there_may_be_are_read_and_one_more_is_not() {
        assert_eq!(read("+49 5555 555555555", None).unwrap().digits, "495555555555555");
        let digits = 16_usize;
        let (plain, rounded) = (
            message!("phone-too-long", digits, most = MOST_DIGITS),
            message!("phone-too-long-rounded", digits, most = MOST_DIGITS),
        );
        for (cell, message) in [
            ("3933312345670000", &rounded),
            ("3933312345671234", &plain),
            ("+3933312345670000", &plain),
            ("+3933312345671234", &plain),
        ] {
            assert_eq!(read(cell, None).err(), Some(no(Code::PhoneLength, message.clone())), "{cell}");
        }
    }

    #[test]
    fn a_number_that_lost_its_plus_is_not_made_a_landline_that_lost_its_zero() {
        for (cell, default, digits) in [
            ("4917112345678", "DE", "4917112345678"),
            ("49 171 12345678", "DE", "4917112345678"),
            ("436641234567", "AT", "436641234567"),
            // Mobile numbers without their 0, that are in use with a + as well.
            ("687123456", "FR", "33687123456"),
            ("612345678", "FR", "33612345678"),
            // The 0 is there.
            ("04917112345", "DE", "494917112345"),
        ] {
            let number = read(cell, country(default)).unwrap_or_else(|error| panic!("{cell}: {error:?}"));
            assert_eq!(number.digits, digits, "{cell}");
        }
        for (cell, default) in [("393331234501", "DE"), ("436641234567", "DE"), ("447911123456", "DE")] {
            assert_eq!(read(cell, country(default)).unwrap_err().code, Code::PhoneAmbiguous, "{cell}");
        }
    }

    #[test]
    fn a_zero_that_belongs_to_the_number_is_not_made_up() {
        assert_eq!(read("21234567", country("IT")).unwrap_err().code, Code::PhoneLostZero);
        assert_eq!(read("021234567", country("IT")).unwrap().digits, "39021234567");
        assert_eq!(read("0", country("IT")).unwrap_err().code, Code::PhoneLength);
    }

    #[test]
    fn a_national_number_that_is_too_long_with_its_country_code_is_refused() {
        assert_eq!(read("555555555555555", country("DE")).unwrap_err().code, Code::PhoneLength);
    }

    #[test]
    fn digits_with_a_country_code_and_no_plus_are_read_as_international_and_it_is_said() {
        let number = read("393331234567", None).unwrap();
        assert_eq!((&*number.digits, number.remarks), ("393331234567", vec![Code::PhoneReadAsInternational]));
        let number = read("393331234567", country("US")).unwrap();
        assert_eq!(number.digits, "393331234567");
    }

    #[test]
    fn countries_are_codes_of_two_letters() {
        assert_eq!(Country::parse(" it ").unwrap().to_string(), "IT");
        for code in ["Italy", "XX", "", "39", "001"] {
            assert!(Country::parse(code).is_err(), "{code}");
        }
    }

    #[test]
    fn a_country_that_is_called_by_its_name_brings_its_code() {
        for (name, code) in
            [("Italy", "IT"), ("italia", "IT"), ("Allemagne", "DE"), ("ITA", "IT"), ("UK", "GB")]
        {
            let hint = Country::parse(name).unwrap_err().hint().unwrap();
            assert_eq!(hint.to_string(), format!("did you mean `{code}`?"), "{name}");
        }
        assert_eq!(Country::parse("Atlantis").unwrap_err().hint(), None);
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_never_invents_a_digit(
            cell in "[+0-9 ().eE/'\\-x=\"]{0,24}|[+]4[0-9]([(]0[)])?[0-9 /]{5,14}",
        ) {
            let given: String = cell.chars().filter(char::is_ascii_digit).collect();
            if let Ok(number) = read(&cell, None) {
                prop_assert!(number.digits.len() <= MOST_DIGITS);
                let drops = number.remarks.contains(&Code::PhoneZeroDropped);
                let given = if drops { cell.replacen("(0)", "", 1) } else { given };
                let given: String = given.chars().filter(char::is_ascii_digit).collect();
                prop_assert!(given.contains(&*number.digits));
            }
        }

        #[test]
        fn any_text_is_read_without_a_panic(cell in any::<String>()) {
            let _ = read(&cell, country("IT"));
        }
    }
}
