//! Digits → the number that they are, by the numbering plans: given internationally, as dialled within a country, or
//! either, where nobody can tell.

use rlibphonenumber::{
    CountryCodeSource, NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType,
    Region, get_national_significant_number_owned,
};

use super::cell::Digits;
use super::ranges::Parts;
use super::{Country, NoNumber, no};
use crate::model::{Code, sibling_form};
use crate::words::{Message, message};

/// Digits that are given internationally: judged, and kept.
pub(super) fn international(digits: &str, remarks: &mut Vec<Code>) -> Result<(), NoNumber> {
    match judge(digits) {
        Judgement::InUse => {}
        Judgement::Possible => remarks.push(Code::PhoneUnknownRange),
        Judgement::Not(reason) => return Err(reason),
    }
    Ok(())
}

/// Digits that follow a `00`, read as they are dialled in `country`, if more than `00` is dialled there before a number
/// abroad (`001` in Singapore, `0021` in Brazil) and that makes another number that is in use.
///
/// # Errors
///
/// If it is a number in use with a `+` in place of the `00`, too, and somebody's mobile as it is dialled: a landline abroad
/// is as rare in a list as it is common to write `00` for a `+`.
pub(super) fn dialled_abroad(digits: &str, country: Country) -> Result<Option<String>, NoNumber> {
    let dialled = PHONE_NUMBER_UTIL.parse_and_keep_raw_input(format!("00{digits}"), Some(country.0)).ok();
    let Some(number) =
        dialled.filter(|number| number.country_code_source() == CountryCodeSource::FromNumberWithIdd)
    else {
        return Ok(None);
    };
    let other = international_form(&number);
    // What the library leaves out besides the prefix is left out of no number.
    if other == digits || !digits.ends_with(&other) || !is_in_use(&other) {
        return Ok(None);
    }
    match (is_in_use(digits), is_mobile(&number)) {
        (false, _) => Ok(Some(other)),
        (true, false) => Ok(None),
        (true, true) => {
            let country = country.to_string();
            Err(no(Code::PhoneAmbiguous, message!("phone-ambiguous-abroad", country)))
        }
    }
}

/// Digits without `+` or `00`, as they are dialled in `country`.
pub(super) fn national(digits: &str, country: Country, remarks: &mut Vec<Code>) -> Result<String, NoNumber> {
    let parsed = PhoneNumber::parse(digits, Some(country.0)).ok();
    let remark = |result: &str| {
        if result == digits { Code::PhoneReadAsInternational } else { Code::PhoneMadeInternational }
    };
    let valid = parsed.as_ref().filter(|number| number.is_valid());
    if !valid.is_some_and(is_mobile) && is_mobile_with_zero_before_its_code(digits, country) {
        let (code, country) = (country.code().unwrap_or_default(), country.to_string());
        return Err(no(Code::PhoneAmbiguous, message!("phone-ambiguous-zero-before-code", code, country)));
    }
    if let Some(number) = valid {
        let result = international_form(number);
        if result != digits && !digits.starts_with('0') {
            let with_zero = is_dialled_with_zero(number);
            let code = number.country_code.to_string();
            // `49 030 123456` as `+49 (0)30 123456`, or as one of the area 04903 that lost its 0.
            if with_zero && without_trunk_zero(&code, digits).is_some_and(|other| other != result) {
                let country = country.to_string();
                return Err(no(Code::PhoneAmbiguous, message!("phone-ambiguous-zero", code, country)));
            }
            // Nobody has WhatsApp on a landline without its 0, nor on a number longer than those of people, such as a
            // voice mail's, as often as a list loses its +.
            if !is_mobile(number)
                && is_in_use(digits)
                && (with_zero || country.usual_digits().is_some_and(|usual| digits.len() > usual))
            {
                if Parts::of(digits).is_some_and(|parts| parts.number().country_code == number.country_code) {
                    remarks.push(Code::PhoneReadAsInternational);
                    return Ok(digits.to_owned());
                }
                let what = if with_zero { "phone-ambiguous" } else { "phone-ambiguous-long" };
                return Err(no(
                    Code::PhoneAmbiguous,
                    Message::new(what).with("country", country.to_string()),
                ));
            }
            if with_zero {
                let is_landline = matches!(number.get_type(), PhoneNumberType::FixedLine);
                if is_landline && result == format!("{code}{digits}") {
                    let local = Local::of(country);
                    if digits.len() <= local.surely {
                        return Err(no_area_code(digits, country));
                    }
                    if digits.len() <= local.perhaps {
                        remarks.push(Code::PhoneAreaCode);
                    }
                }
                remarks.extend([remark(&result), Code::PhoneZeroAdded]);
                return Ok(result);
            }
        }
        remarks.push(remark(&result));
        return Ok(result);
    }
    // Telephones kept the 1 that was dialled behind Mexico's code; with ten digits behind it, it looks like a number of the
    // United States.
    if digits.strip_prefix('1').is_some_and(is_mexican) && country.0 == Region::MX {
        return Err(no(Code::PhoneAmbiguous, message!("phone-ambiguous-one")));
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
    if let Some(prefix) = prefix_of_the_past(digits, country) {
        return Err(no(Code::PhoneLength, message!("phone-prefix-of-the-past", prefix)));
    }
    if !digits.starts_with('0')
        && parsed.as_ref().is_some_and(|number| has_no_area_code(number, digits, country))
    {
        return Err(no_area_code(digits, country));
    }
    match parsed.map(|number| (number.is_possible_with_reason(), number)) {
        Some((Ok(NumberLengthType::IsPossible), number)) if has_all(&number, digits, country) => {
            let result = international_form(&number);
            // A 0 that is not dialled with the country's code: with it, this is nobody's number, as it is with a +.
            if without_trunk_zero(&number.country_code.to_string(), digits).is_some() {
                let code = number.country_code.to_string();
                return Err(no(Code::PhoneLength, message!("phone-zero-after-code", code)));
            }
            if let Judgement::Not(reason) = judge(&result) {
                return Err(reason);
            }
            remarks.extend([remark(&result), Code::PhoneUnknownRange]);
            Ok(result)
        }
        _ => Err(no(
            Code::PhoneLength,
            message!("phone-national-length", country = country.to_string(), digits = digits.len()),
        )),
    }
}

/// The number that [`national`] makes of these digits, if it is one, and they do not stand for themselves.
pub(super) fn with_code(digits: &str, country: Country) -> Option<String> {
    PhoneNumber::parse(digits, Some(country.0)).ok().as_ref().map(international_form)
}

fn international_form(number: &PhoneNumber) -> String {
    format!("{number}").trim_start_matches('+').to_owned()
}

/// Whether the digits are somebody's mobile with its country code, but for a 0 in front of that, as people write it in India
/// (`091 98765 43210`).
fn is_mobile_with_zero_before_its_code(digits: &str, country: Country) -> bool {
    let Some(rest) = digits.strip_prefix('0') else { return false };
    let is_own = Parts::of(rest).is_some_and(|parts| Some(parts.code()) == country.code());
    is_own && is_in_use(rest) && is_in_range_of_mobiles(rest)
}

/// How many digits a number has that is dialled within one town, where a landline's number without its 0 may be as short.
struct Local {
    /// Of a whole number that lost its 0 there are hardly any with as few digits.
    surely: usize,
    /// There are numbers of both kinds.
    perhaps: usize,
}

impl Local {
    fn of(country: Country) -> Self {
        let (surely, perhaps) = match country.0 {
            // Eight within Berlin and Munich; a village has an area code of four or five, and three or four behind it.
            Region::DE => (7, 8),
            // Seven within Vienna, whose area code is a 1.
            Region::AT => (6, 7),
            // Where a usual landline has eight digits or more, nobody has six.
            _ if landline(country.0).is_some_and(|usual| usual >= 8) => (6, 6),
            _ => (0, 0),
        };
        Self { surely, perhaps }
    }
}

/// Digits of the landline that the library gives as an example.
fn landline(region: Region) -> Option<usize> {
    let landline =
        PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, PhoneNumberType::FixedLine).ok()?;
    Some(get_national_significant_number_owned(&landline).len())
}

fn no_area_code(digits: &str, country: Country) -> NoNumber {
    no(
        Code::PhoneLength,
        message!("phone-no-area-code", digits = digits.len(), country = country.to_string()),
    )
}

/// Whether a number that nobody is known to have is as short as one within a town: no landline and no mobile has so few
/// digits, whatever other services have, or a landline hardly ever.
fn has_no_area_code(number: &PhoneNumber, digits: &str, country: Country) -> bool {
    let has_length_of = |kind| {
        PHONE_NUMBER_UTIL.is_possible_number_for_type_with_reason(number, kind)
            == Ok(NumberLengthType::IsPossible)
    };
    if get_national_significant_number_owned(number) != digits {
        return false;
    }
    let is_of_people = has_length_of(PhoneNumberType::FixedLine) || has_length_of(PhoneNumberType::Mobile);
    let is_short = country.usual_digits().is_some_and(|usual| digits.len() < usual);
    !is_of_people && is_short || trunk_prefix(country.0) == "0" && digits.len() <= Local::of(country).surely
}

/// Whether a number that nobody is known to have has all of the digits but what is dialled in front of it within the
/// country, and its code: the library takes others for the code of a telephone company and leaves them out.
fn has_all(number: &PhoneNumber, digits: &str, country: Country) -> bool {
    let national = get_national_significant_number_owned(number);
    let Some(before) = digits.strip_suffix(&national) else { return national.ends_with(digits) };
    let code = number.country_code.to_string();
    let within = before.strip_prefix(&code).unwrap_or(before);
    within.is_empty() || within == trunk_prefix(country.0)
}

/// What was dialled in Mexico before the ten digits of a number until 2019 and 2020, and is no part of it.
fn prefix_of_the_past(digits: &str, country: Country) -> Option<&'static str> {
    let before = |prefix: &&str| digits.strip_prefix(*prefix).is_some_and(is_mexican);
    ["044", "045", "01"].into_iter().find(before).filter(|_| country.0 == Region::MX)
}

/// Whether these are the ten digits of a number in Mexico.
fn is_mexican(digits: &str) -> bool {
    digits.len() == 10 && is_in_use(&format!("52{digits}"))
}

/// What is dialled in front of a landline's number within a region, and is no part of it: the library writes it so.
fn trunk_prefix(region: Region) -> String {
    let landline =
        PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, PhoneNumberType::FixedLine).ok();
    landline.map_or_else(String::new, |number| {
        let written = number.format_as(PhoneNumberFormat::National);
        let dialled: String = written.chars().filter(char::is_ascii_digit).collect();
        let national = get_national_significant_number_owned(&number);
        dialled.strip_suffix(&national).unwrap_or_default().to_owned()
    })
}

/// Digits without `+` or `00`, and no country is known: international only if that makes a number that is in use.
pub(super) fn without_country(digits: String, remarks: &mut Vec<Code>) -> Result<String, NoNumber> {
    if !digits.starts_with('0') && matches!(judge(&digits), Judgement::InUse) {
        remarks.push(Code::PhoneReadAsInternational);
        return Ok(digits);
    }
    if digits.len() < 6 {
        return Err(no(Code::PhoneLength, message!("phone-too-short", digits = digits.len())));
    }
    Err(no(Code::PhoneNational, message!("phone-national")))
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
    let is_another = |without_zero: &str| is_in_use(without_zero) || trunk_prefix(parts.main_region()) == "0";
    if is_possible(&number) && !without_zero.as_deref().is_some_and(is_another) {
        return Judgement::Possible;
    }
    if without_zero.is_some() {
        return Judgement::Not(no(Code::PhoneLength, message!("phone-zero-after-code", code)));
    }
    Judgement::Not(no(Code::PhoneLength, message!("phone-length", digits = digits.len() - code.len(), code)))
}

fn is_in_use(digits: &str) -> bool {
    Parts::of(digits).is_some_and(|parts| parts.is_in_use())
}

fn is_possible(number: &PhoneNumber) -> bool {
    matches!(number.is_possible_with_reason(), Ok(NumberLengthType::IsPossible))
}

/// Whether it is in a range of voice mails or pagers that are longer than the numbers of people: with one digit too many a
/// number of theirs is in such a range.
pub(super) fn is_longer_than_of_people(digits: &str) -> bool {
    Parts::of(digits).is_some_and(|parts| {
        parts.is_longer_than_usual()
            && matches!(parts.number().get_type(), PhoneNumberType::VoiceMail | PhoneNumberType::Pager)
    })
}

/// Whether digits that begin with a country code are in a range of mobiles, or of mobiles and landlines.
pub(in crate::mapping) fn is_in_range_of_mobiles(digits: &str) -> bool {
    Parts::of(digits).is_some_and(|parts| is_mobile(&parts.number()))
}

fn is_mobile(number: &PhoneNumber) -> bool {
    matches!(number.get_type(), PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile)
}

/// Whether the number is dialled with a 0 in its own country.
fn is_dialled_with_zero(number: &PhoneNumber) -> bool {
    number.format_as(PhoneNumberFormat::National).trim_start_matches('(').starts_with('0')
}

/// Whether the digits are a number by themselves.
pub(super) fn is_number(given: &Digits, default_country: Option<Country>) -> bool {
    match default_country {
        Some(country) if !given.is_international => {
            PhoneNumber::parse(&given.digits, Some(country.0)).is_ok_and(|number| number.is_valid())
        }
        _ => matches!(judge(&given.digits), Judgement::InUse),
    }
}

/// The digits of a number without the 0 after its country code `code`, if that is dialled within the country only (ITU-T
/// E.123 has such numbers written without it): they are in use so and not with it, or nobody is known to have either, and
/// the country dials a 0 in front of its numbers.
pub(super) fn without_trunk_zero(code: &str, digits: &str) -> Option<String> {
    let rest = digits.strip_prefix(code)?.strip_prefix('0')?;
    let dialled = format!("{code}{rest}");
    let parts = Parts::of(&dialled).filter(|parts| parts.national == rest)?;
    let is_number =
        parts.is_in_use() || trunk_prefix(parts.main_region()) == "0" && is_possible(&parts.number());
    (is_number && !is_in_use(digits)).then_some(dialled)
}

/// Whether somebody made them up: eight digits alike at the end, or nine in a row up or down. Or a spreadsheet has rounded
/// them: it shows twelve digits and more as `3.93331E+11`, and a list that was saved so and opened again has noughts for all
/// but the first six. The main number of a large company may end so, too, and hardly any other.
pub(super) fn is_suspicious(digits: &str) -> bool {
    let last = |count: usize| digits.len().checked_sub(count).map(|at| &digits.as_bytes()[at..]);
    let steps = |bytes: &[u8], step: u8| bytes.windows(2).all(|pair| (pair[1] + 10 - pair[0]) % 10 == step);
    last(6).is_some_and(|bytes| bytes == b"000000")
        || last(8).is_some_and(|bytes| steps(bytes, 0))
        || last(9).is_some_and(|bytes| steps(bytes, 1) || steps(bytes, 9))
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    fn country(code: &str) -> Option<Country> {
        Some(Country::parse(code).unwrap())
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
    fn a_zero_before_the_own_country_code_makes_no_stranger_of_a_mobile() {
        for (cell, default) in [
            ("091 98765 43210", "IN"),
            ("0919876543210", "IN"),
            ("049 171 1234567", "DE"),
            ("049 1511 2345678", "DE"),
            ("092 300 1234567", "PK"),
            ("092 301 2345678", "PK"),
        ] {
            let refused = read(cell, country(default)).map(|number| number.digits).unwrap_err();
            assert_eq!(refused.code, Code::PhoneAmbiguous, "{cell} {default}");
            assert_eq!(refused.message.id(), "phone-ambiguous-zero-before-code", "{cell} {default}");
        }
        for (cell, default, digits) in [
            // A mobile as it is dialled, and landlines of towns whose area code begins alike.
            ("055 11 98765-4321", "BR", "5511987654321"),
            ("0491 7112345", "DE", "494917112345"),
            ("0491 12345", "DE", "4949112345"),
            ("039 333123", "IT", "39039333123"),
            ("0171 1234567", "DE", "491711234567"),
            ("098765 43210", "IN", "919876543210"),
        ] {
            let number = read(cell, country(default)).unwrap_or_else(|error| panic!("{cell}: {error:?}"));
            assert_eq!(number.digits, digits, "{cell} {default}");
        }
    }

    #[test]
    fn a_number_within_a_town_is_not_made_somebody_elses() {
        for (cell, default) in [
            ("5551234", "DE"),
            ("555 12 34", "DE"),
            ("3001234", "DE"),
            ("234567", "DE"),
            ("12345", "DE"),
            ("123456", "AT"),
            ("98765-4321", "BR"),
            ("3333-4444", "BR"),
            ("23456789", "IN"),
            ("2345678", "GB"),
            ("2345678", "TR"),
            // Six digits, where a usual landline has eight or more, are of a town, though a few whole numbers are as short.
            ("860123", "ZA"),
            ("614123", "FI"),
        ] {
            let refused = read(cell, country(default)).map(|number| number.digits).unwrap_err();
            assert_eq!(refused.code, Code::PhoneLength, "{cell} {default}");
            assert_eq!(refused.message.id(), "phone-no-area-code", "{cell} {default}");
        }
        for (cell, default, digits, warned) in [
            ("72311234", "DE", "4972311234", true),
            ("301234567", "DE", "49301234567", false),
            ("030 12345", "DE", "493012345", false),
            ("1234567", "AT", "431234567", true),
            ("15123456", "AT", "4315123456", false),
            ("01 71100", "AT", "43171100", false),
            ("8123456", "SE", "468123456", false),
            ("11 3333-4444", "BR", "551133334444", false),
            ("11 98765-4321", "BR", "5511987654321", false),
            ("27123456", "LU", "35227123456", false),
            // A usual landline has seven digits in Bulgaria, and six are one, too.
            ("265123", "BG", "359265123", false),
            // No landlines: nobody dials them without what is in front.
            ("815894", "ZA", "27815894", false),
            ("18012345", "DE", "4918012345", false),
        ] {
            let number = read(cell, country(default)).unwrap_or_else(|error| panic!("{cell}: {error:?}"));
            assert_eq!(number.digits, digits, "{cell} {default}");
            assert_eq!(number.remarks.contains(&Code::PhoneAreaCode), warned, "{cell} {default}");
        }
    }

    #[test]
    fn no_number_that_the_metadata_shows_of_any_country_lacks_its_area_code() {
        let (mut read, mut warned) = (0, std::collections::BTreeSet::new());
        for region in PHONE_NUMBER_UTIL.get_supported_regions() {
            for kind in
                [PhoneNumberType::FixedLine, PhoneNumberType::Mobile, PhoneNumberType::FixedLineOrMobile]
            {
                let example = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind);
                let Ok(number) = example else { continue };
                let digits = get_national_significant_number_owned(&number);
                let mut remarks = Vec::new();
                let result = national(&digits, Country(region), &mut remarks);
                assert_ne!(
                    result.err().map(|no| no.message.id().to_owned()).as_deref(),
                    Some("phone-no-area-code")
                );
                read += 1;
                if remarks.contains(&Code::PhoneAreaCode) {
                    warned.insert(region.to_string());
                }
            }
        }
        assert!(read > 400, "{read}");
        assert_eq!(
            warned.into_iter().collect::<Vec<_>>(),
            ["DE"],
            "there are whole numbers as short as that"
        );
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
    fn a_number_that_lost_its_plus_is_not_made_one_of_unusual_length() {
        for (cell, default) in [
            // As voice mail, or as landlines of more digits than people have.
            ("33612345678", "IT"),
            ("33612345678", "LU"),
            ("32470123456", "LU"),
            ("966512345678", "CZ"),
        ] {
            assert_eq!(
                read(cell, country(default)).unwrap_err().code,
                Code::PhoneAmbiguous,
                "{cell} {default}"
            );
        }
        for (cell, default, digits) in [
            ("3361234567", "IT", "393361234567"),
            ("336123456", "IT", "39336123456"),
            // As long as any, though Andorra and Iceland have such numbers, too.
            ("376312345", "IT", "39376312345"),
            ("3546112345", "IT", "393546112345"),
            ("376312000", "CZ", "420376312000"),
            ("221234567", "PL", "48221234567"),
            ("27123456", "LU", "35227123456"),
            ("621123456", "LU", "352621123456"),
            ("352621123456", "LU", "352621123456"),
            ("393361234567", "IT", "393361234567"),
            ("306912345678", "IT", "306912345678"),
        ] {
            let number = read(cell, country(default)).unwrap_or_else(|error| panic!("{cell}: {error:?}"));
            assert_eq!(number.digits, digits, "{cell} {default}");
        }
    }

    #[test]
    fn a_zero_that_makes_it_nobodys_number_is_refused_without_a_plus_as_it_is_with_one() {
        for (cell, default) in [
            ("0512345678", "PL"),
            ("06912345678", "GR"),
            ("0601123456", "CZ"),
            ("03211234567", "CO"),
            ("0347 1234567", "IT"),
            ("490171 1234567", "DE"),
            ("43 0664 1234567", "AT"),
        ] {
            let refused = read(cell, country(default)).unwrap_err();
            assert_eq!(refused.code, Code::PhoneLength, "{cell} {default}");
        }
        assert_eq!(read("44 07911 123456", country("GB")).unwrap().digits, "447911123456");
    }

    #[test]
    fn a_zero_after_the_own_country_code_is_not_made_part_of_a_number_that_lost_its_zero() {
        for (cell, default, code) in [
            ("49 030 123456", "DE", "49"),
            ("490-30/123456", "DE", "49"),
            ("27 082 0123", "ZA", "27"),
            ("62 062 536526", "ID", "62"),
        ] {
            let refused = read(cell, country(default)).map(|number| number.digits);
            let why = message!("phone-ambiguous-zero", code, country = default);
            assert_eq!(refused, Err(no(Code::PhoneAmbiguous, why)), "{cell}");
        }
        for (cell, default, digits) in [
            // Only one of the two is a number.
            ("33 06 12 34 56 78", "FR", "33612345678"),
            ("91 098765 43210", "IN", "919876543210"),
            ("55 011 98765 4321", "BR", "5511987654321"),
            ("62 021 12345678", "ID", "622112345678"),
            // The 0 in front says which is meant, and so does the + or the bracket.
            ("04903 123456", "DE", "494903123456"),
            ("+49 30 123456", "DE", "4930123456"),
            ("49 (0)30 123456", "DE", "4930123456"),
            // The 0 is not dialled there, but part of the number.
            ("39 02 12345678", "IT", "390212345678"),
            ("390 1234567", "IT", "393901234567"),
        ] {
            let number = read(cell, country(default)).unwrap_or_else(|error| panic!("{cell}: {error:?}"));
            assert_eq!(number.digits, digits, "{cell} {default}");
        }
    }

    #[test]
    fn a_zero_after_the_own_country_code_makes_it_no_other_number_and_no_number_as_it_is_dialled_is_refused_for_it()
     {
        let mut luck = fastrand::Rng::with_seed(4903);
        for default in ["AT", "BE", "CH", "DE", "FI", "FR", "GB", "ID", "IN", "NL", "PH", "SE", "TR", "ZA"] {
            let country = Country::parse(default).unwrap();
            let code = country.code().unwrap();
            let mut seen = 0;
            while seen < 120 {
                // Many that begin with the country's own code are sought: they are the ones that could be both.
                let mut national = if luck.bool() { code.clone() } else { String::new() };
                national.extend((0..luck.usize(3..=9)).map(|_| char::from(b'0' + luck.u8(..10))));
                let number = format!("{code}{national}");
                let Some(parts) = Parts::of(&number).filter(|parts| {
                    !parts.national.starts_with('0') && parts.number().is_valid_for_region(country.0)
                }) else {
                    continue;
                };
                seen += 1;
                let with_zero = format!("{code}0{national}");
                if let Ok(read) = read(&with_zero, Some(country)) {
                    assert_eq!(read.digits, number, "{with_zero} in {default}");
                }
                let dialled = parts.number().format_as(PhoneNumberFormat::National).to_string();
                let mut meant = vec![format!("+{number}"), number.clone(), dialled];
                if is_mobile(&parts.number()) {
                    meant.push(national);
                }
                for cell in meant {
                    let refused = read(&cell, Some(country)).err();
                    let is_for_it = refused.is_some_and(|why| why.message.id() == "phone-ambiguous-zero");
                    assert!(!is_for_it, "{cell} in {default}");
                }
            }
        }
    }

    #[test]
    fn no_digit_is_left_out_of_a_number_that_nobody_is_known_to_have() {
        for (cell, default) in [("113123456789", "CN"), ("17900 123456789", "CN")] {
            assert_eq!(read(cell, country(default)).unwrap_err().code, Code::PhoneLength, "{cell} {default}");
        }
        for (cell, default, digits) in [
            ("138 0013 8000", "CN", "8613800138000"),
            // The code of a telephone company before a number that somebody has.
            ("0 15 11 98765 4321", "BR", "5511987654321"),
            ("1 555 123 4567", "US", "15551234567"),
            // As long as a landline, and as long as none and longer than all of them: neither lacks an area code.
            ("713736184", "JP", "81713736184"),
            ("2772716496", "ZA", "272772716496"),
        ] {
            let number = read(cell, country(default)).unwrap_or_else(|error| panic!("{cell}: {error:?}"));
            assert_eq!(number.digits, digits, "{cell} {default}");
        }
    }

    #[test]
    fn double_zero_is_a_plus_only_where_it_is_not_the_beginning_of_what_is_dialled_abroad() {
        for (cell, default, digits) in [
            ("0011 39 333 1234567", "AU", "393331234567"),
            ("0021 39 333 1234567", "BR", "393331234567"),
            ("009 39 333 1234567", "NG", "393331234567"),
            ("009 39 333 1234567", "CO", "393331234567"),
            ("001 39 333 1234567", "TH", "393331234567"),
            // A plus, as nearly everywhere.
            ("0039 333 1234567", "SG", "393331234567"),
            ("0039 333 1234567", "US", "393331234567"),
            ("0039 333 1234567", "NG", "393331234567"),
            ("0044 7911 123456", "HK", "447911123456"),
            // As it is dialled, 003 and a landline in Hungary.
            ("0033 6 12 34 56 78", "SG", "33612345678"),
            ("001 504 621 8927", "DE", "15046218927"),
        ] {
            let number = read(cell, country(default)).unwrap_or_else(|error| panic!("{cell}: {error:?}"));
            assert_eq!(number.digits, digits, "{cell} {default}");
            assert!(number.remarks.contains(&Code::PhonePunctuation), "{cell}");
        }
        for default in ["SG", "HK", "TH"] {
            let refused = read("001 65 8223 2515", country(default)).unwrap_err();
            let why = message!("phone-ambiguous-abroad", country = default);
            assert_eq!(refused, no(Code::PhoneAmbiguous, why));
        }
    }

    #[test]
    fn what_is_dialled_before_a_number_abroad_is_no_reason_to_leave_out_more_of_it_or_to_make_it_nobodys() {
        // A 0 of Chinese landlines is left out by the library.
        let refused = read("0086 0769 6970 4045", country("CN")).unwrap_err();
        assert_eq!(refused, no(Code::PhoneLength, message!("phone-zero-after-code", code = "86")));
        // As it is dialled in Singapore, 006 and a number in Colombia that nobody has.
        let number = read("0065 7000 1234", country("SG")).unwrap();
        assert_eq!(number.digits, "6570001234");
    }

    #[test]
    fn what_was_dialled_in_mexico_is_named_and_nothing_is_guessed() {
        for prefix in ["044", "045", "01"] {
            let refused = read(&format!("{prefix} 55 1234 5678"), country("MX")).unwrap_err();
            assert_eq!(refused, no(Code::PhoneLength, message!("phone-prefix-of-the-past", prefix)));
        }
        assert_eq!(read("55 1234 5678", country("MX")).unwrap().digits, "525512345678");
        for cell in ["1 55 1234 5678", "15512345678"] {
            let refused = read(cell, country("MX")).unwrap_err();
            assert_eq!(refused, no(Code::PhoneAmbiguous, message!("phone-ambiguous-one")), "{cell}");
        }
        // No area of Mexico has this number.
        assert_eq!(read("1 305 555 1234", country("MX")).unwrap().digits, "13055551234");
        assert_eq!(read("+1 55 1234 5678", country("MX")).unwrap().digits, "15512345678");
        assert_eq!(read("1 551 234 5678", country("US")).unwrap().digits, "15512345678");
        let elsewhere = read("044 55 1234 5678", country("ES")).unwrap_err();
        assert!(elsewhere.message.id() != "phone-prefix-of-the-past");
    }

    #[test]
    fn a_number_that_is_as_long_as_only_that_of_a_voice_mail_is_sent_with_a_warning() {
        for (cell, default, warned) in [
            ("32812345678", "IT", true),
            ("+39 328 12345678", "IT", true),
            ("3281234567", "IT", false),
            ("0171 12345678", "DE", false),
            ("030 12345678", "DE", false),
            // Of pagers, as long as those of people.
            ("+46 740 123456", "SE", false),
            ("+31 6 62345678", "NL", false),
        ] {
            let number = read(cell, country(default)).unwrap();
            assert_eq!(number.remarks.contains(&Code::PhoneUnknownRange), warned, "{cell}");
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
            // 3.93331E+11, and six digits that it has kept.
            ("+39 333 1000000", true),
            ("+39 333 1200000", false),
            ("+39 333 0000001", false),
        ] {
            let remarks = read(cell, None).unwrap().remarks;
            assert_eq!(remarks.contains(&Code::PhoneSuspicious), suspicious, "{cell}");
        }
    }
}
