//! A cell → a WhatsApp number, through Google's metadata.
//!
//! What the cell says is read first, then what it may mean is asked of the numbering plans. The library is asked two
//! things only: may these digits be a number (length and country code), and are they in a range that is in use. A number
//! that is given internationally goes out with exactly its digits; the library's own parser would drop some (a Mexican 1,
//! an extension) or make digits of letters, so it reads national numbers only.

mod cell;
mod country;
mod numbering;
mod ranges;

use std::borrow::Cow;

use cell::Digits;
pub(super) use cell::is_scientific;
pub use country::Country;
pub(super) use numbering::is_in_range_of_mobiles;
pub use ranges::load_ranges;

use crate::model::Code;
use crate::words::{Message, discreet, message};

/// Most digits a number may have, country code included (ITU-T E.164).
const MOST_DIGITS: usize = 15;

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
    if let Some(digits) = cell::plain_international(cell) {
        numbering::international(digits, &mut remarks)?;
        suspect(digits, &mut remarks);
        return Ok(Number { digits: digits.into(), remarks });
    }
    let mut text = cell::without_spreadsheet_marks(cell.trim(), &mut remarks);
    let is_linked = cell::linked(&text).map(|number| text = number).is_some();
    let Digits { digits, is_international, .. } = digits(&text, default_country, &mut remarks)?;
    // Digits of other scripts are ASCII ones already.
    if (is_linked || !cell.is_ascii()) && !remarks.contains(&Code::PhonePunctuation) {
        remarks.push(Code::PhonePunctuation);
    }
    if digits.len() > MOST_DIGITS {
        let rounded = digits.ends_with('0') && !is_international;
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
    let digits = match default_country {
        _ if is_international => {
            numbering::international(&digits, &mut remarks)?;
            digits
        }
        Some(country) => numbering::national(&digits, country, &mut remarks)?,
        None => numbering::without_country(digits, &mut remarks)?,
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

/// The digits of a cell that holds one number and nothing else.
fn digits(text: &str, default_country: Option<Country>, remarks: &mut Vec<Code>) -> Result<Digits, NoNumber> {
    if is_scientific(text) {
        return Err(no(Code::PhoneScientific, message!("phone-scientific")));
    }
    cell::no_quantity(text)?;
    if let Some(count) = cell::several_numbers(text) {
        return Err(no(Code::PhoneMultiple, message!("phone-multiple", count)));
    }
    // `333 1234516/17` is two numbers, `030/1234567/8` two or one with an extension, and `030/1234567` is one.
    if cell::before_last_slash(text).is_some_and(|before| numbering::is_number(&before, default_country)) {
        return Err(no(Code::PhoneMultiple, message!("phone-short-after-slash")));
    }
    // `1234516/17` has its area code left out: of a town, no number by itself, and with what follows often one of somebody else.
    if cell::has_end_of_another(text) {
        return Err(no(Code::PhoneMultiple, message!("phone-end-after-slash")));
    }
    if cell::has_extension(text) {
        return Err(no(Code::PhoneExtension, message!("phone-extension")));
    }
    let mut read = cell::digits_of(text)?;
    // `49 (0)30 …` has its country code as surely as `+49 (0)30 …`.
    let is_code = |before: &Digits| {
        before.is_international || default_country.and_then(Country::code).as_ref() == Some(&before.digits)
    };
    if let Some(code) = cell::before_zero_in_brackets(text).filter(is_code)
        && let Some(dialled) = numbering::without_trunk_zero(&code.digits, &read.digits)
    {
        read = Digits { digits: dialled, is_international: true, is_after_zeros: false };
        remarks.push(Code::PhoneZeroDropped);
    }
    if read.is_after_zeros
        && let Some(country) = default_country
        && let Some(dialled) = numbering::dialled_abroad(&read.digits, country)?
    {
        read.digits = dialled;
    }
    let is_written_otherwise = text.chars().any(|c| c != '+' && !c.is_ascii_digit());
    if is_written_otherwise || (read.is_international && !text.starts_with('+')) {
        remarks.push(Code::PhonePunctuation);
    }
    Ok(read)
}

/// The numbers that [`read`] may make of a cell in a country, which it takes a hundred times as long to tell.
pub(super) struct Perhaps(String);

discreet!(Perhaps {});

impl Perhaps {
    /// Of a cell of digits that are dialled within some country; `None` if only [`read`] knows what they are.
    pub(super) fn of(cell: &str) -> Option<Self> {
        let text = cell::without_spreadsheet_marks(cell.trim(), &mut Vec::new());
        let Digits { digits, is_international, is_after_zeros } = cell::digits_of(&text).ok()?;
        let is_plain = !is_international && !is_after_zeros && !text.contains('(');
        is_plain.then_some(Self(digits))
    }

    /// The one that they are as they stand, in any country.
    pub(super) fn as_it_stands(&self) -> &str {
        &self.0
    }

    /// The one that they are with the code of `country`.
    pub(super) fn with_code_of(&self, country: Country) -> Option<String> {
        numbering::with_code(&self.0, country)
    }
}

/// The digits of a country code that stands in a cell of its own, as in `+39` and `0039`.
pub(super) fn digits_of_code(code: &str) -> String {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').to_owned()
}

/// Reads a number whose country code stands in a cell of its own.
pub(super) fn read_after_code<'c>(code: &str, cell: &'c str) -> Result<Number<'c>, NoNumber> {
    let digits = digits_of_code(code);
    match Country::of_code(&digits) {
        Some(country) => match read(cell, Some(country))? {
            // Digits alone are of the country that is said, or are none.
            number
                if number.remarks.contains(&Code::PhoneReadAsInternational)
                    && !number.digits.starts_with(&digits) =>
            {
                Err(no(Code::PhoneAmbiguous, message!("phone-of-another-code", code = digits)))
            }
            number => Ok(number),
        },
        None => Err(no(Code::PhoneCountry, message!("phone-country-column"))),
    }
}

fn suspect(digits: &str, remarks: &mut Vec<Code>) {
    if numbering::is_longer_than_of_people(digits) {
        remarks.push(Code::PhoneUnknownRange);
    }
    if numbering::is_suspicious(digits) {
        remarks.push(Code::PhoneSuspicious);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn country(code: &str) -> Option<Country> {
        Some(Country::parse(code).unwrap())
    }

    #[test]
    fn a_country_code_in_a_cell_of_its_own_keeps_digits_in_that_country() {
        let read = |code: &str, cell: &str| {
            read_after_code(code, cell).map(|number| number.digits.into_owned()).map_err(|no| no.code)
        };
        for (code, cell, digits) in [
            ("39", "333 1234501", "393331234501"),
            ("+39", "393331234501", "393331234501"),
            ("0039", "+39 333 1234501", "393331234501"),
            ("1", "212 621 8900", "12126218900"),
            ("39", "+34 612 345 678", "34612345678"),
        ] {
            assert_eq!(read(code, cell), Ok(digits.to_owned()), "{code} {cell}");
        }
        // The old form of a Mexican mobile, and a Spanish number with two digits too many.
        for (code, cell) in [("52", "15512345679"), ("34", "61234567890")] {
            assert_eq!(read(code, cell), Err(Code::PhoneAmbiguous), "{code} {cell}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_in_a_country_is_among_what_it_was_perhaps(
            digits in "(0{0,2}|1|8|9|15|45|52|54)[0-9]{4,12}",
            between in prop::sample::select(vec!["", " ", "-", "/", "."]),
        ) {
            let (start, end) = digits.split_at(digits.len() / 2);
            let cell = format!("{start}{between}{end}");
            let Some(perhaps) = Perhaps::of(&cell) else { return Ok(()) };
            for code in ["IT", "DE", "AT", "US", "AG", "MX", "AR", "BR", "SG", "SM", "HU", "RU", "KZ", "GB", "FR", "IN", "CI"] {
                let country = country(code).unwrap();
                if let Ok(number) = read(&cell, Some(country)) {
                    let is_among = number.digits == perhaps.as_it_stands()
                        || Some(number.digits.as_ref()) == perhaps.with_code_of(country).as_deref();
                    prop_assert!(is_among, "{cell} {code}");
                }
            }
        }
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
    fn a_link_to_a_number_is_that_number() {
        for (cell, digits) in [
            ("tel:+393331234567", "393331234567"),
            ("TEL: +39 333 123-4567", "393331234567"),
            ("tel:3331234567", "393331234567"),
            ("whatsapp:+393331234567", "393331234567"),
            ("https://wa.me/393331234567", "393331234567"),
            ("https://wa.me/+491711234567?text=Ciao", "491711234567"),
            ("wa.me/393331234567", "393331234567"),
            ("https://api.whatsapp.com/send?phone=393331234567&text=x", "393331234567"),
        ] {
            let number = read(cell, country("IT")).unwrap_or_else(|error| panic!("{cell}: {error:?}"));
            assert_eq!(number.digits, digits, "{cell}");
            assert!(number.remarks.contains(&Code::PhonePunctuation), "{cell}");
        }
        for (cell, code) in [
            ("tel:+390612345678;ext=12", Code::PhoneExtension),
            ("tel:+393331234567;phone-context=x", Code::PhoneCharacters),
            ("https://wa.me/message/ABC123", Code::PhoneCharacters),
            ("https://example.com/393331234567", Code::PhoneCharacters),
            ("https://wa.me/3331234567", Code::PhoneLength),
        ] {
            let refused = read(cell, country("IT")).map(|number| number.digits).unwrap_err();
            assert_eq!(refused.code, code, "{cell}");
        }
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
            ("+972 050 123 4567", Code::PhoneLength),
            ("+49 0700 1234567", Code::PhoneLength),
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
            ("-612345679", Code::PhoneCharacters),
            ("\u{2212}393331234567.5", Code::PhoneCharacters),
            ("393331000003.5", Code::PhoneCharacters),
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
    fn a_zero_in_brackets_after_the_country_code_is_dropped_where_it_is_not_part_of_the_number() {
        for (cell, digits, dropped) in [
            ("+44 (0)20 7946 0958", "442079460958", true),
            ("0049 (0) 171 1234567", "491711234567", true),
            ("+49(0)171/1234567", "491711234567", true),
            ("0049(0)171/1234567", "491711234567", true),
            ("(+33) (0)6 12 34 56 78", "33612345678", true),
            ("+41 (0)79 123 45 67", "41791234567", true),
            ("+39 (0)333 1234567", "393331234567", true),
            // In ranges that nobody is known to have.
            ("+972 (0)50 123 4567", "972501234567", true),
            ("+49 (0) 700 1234567", "497001234567", true),
            // Here it is.
            ("+39 (0)2 12345678", "390212345678", false),
        ] {
            let number = read(cell, country("US")).unwrap_or_else(|error| panic!("{cell}: {error:?}"));
            assert_eq!(number.digits, digits, "{cell}");
            assert_eq!(number.remarks.contains(&Code::PhoneZeroDropped), dropped, "{cell}");
        }
        // Without a +, what stands before it is the code of the default country all the same.
        for (cell, default, digits) in [
            ("49 (0)30 123456", "DE", "4930123456"),
            ("44(0)20 7946 0958", "GB", "442079460958"),
            ("39 (0)333 1234567", "IT", "393331234567"),
            ("39 (0)2 12345678", "IT", "390212345678"),
        ] {
            assert_eq!(read(cell, country(default)).unwrap().digits, digits, "{cell}");
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
    fn one_or_two_digits_after_a_slash_are_the_end_of_another_number_in_every_country() {
        let countries =
            ["IT", "FR", "PL", "SE", "DE", "ES", "GB", "CH", "NL", "LU", "FI", "AT", "BR", "US", "IN"];
        for country in countries.map(country).into_iter().chain([None]) {
            for cell in [
                "1234516/17",
                "1234516/7",
                "1234516 / 17",
                "123 45 16/17",
                "1234516/17/18",
                "(1234516)/17",
                "123456/7",
            ] {
                let refused = read(cell, country).unwrap_err();
                assert_eq!(refused.code, Code::PhoneMultiple, "{cell} in {country:?}");
            }
        }
        let refused = |cell, default| read(cell, country(default)).unwrap_err();
        let end = no(Code::PhoneMultiple, message!("phone-end-after-slash"));
        assert_eq!(refused("1234516/17", "FR"), end);
        assert_eq!(refused("069/1234516/17", "DE").code, Code::PhoneMultiple);
        // An area code, or a part of the number, before the slash.
        for (cell, default, digits) in [
            ("069/1234516", "DE", "49691234516"),
            ("06151/12345", "DE", "49615112345"),
            ("06 12/34 56 78", "FR", "33612345678"),
            ("01/23/45/16/17", "FR", "33123451617"),
            ("+33 1/23/45/16/17", "FR", "33123451617"),
            ("08/123 456 17", "SE", "46812345617"),
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
        let said: [(&str, &str, &[Code]); 17] = [
            ("+393331234567", "IT", &[]),
            ("+39 333 1234567", "IT", &[PhonePunctuation]),
            ("00393331234567", "IT", &[PhonePunctuation]),
            ("(+39) 3331234567", "IT", &[PhonePunctuation]),
            ("+٣٩٣٣٣١٢٣٤٥٦٧", "IT", &[PhonePunctuation]),
            ("３３３１２３４５６７", "IT", &[PhonePunctuation, PhoneMadeInternational]),
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

        /// Most cells of most lists take a shorter way.
        #[test]
        fn a_plus_and_digits_are_read_as_they_are_with_a_blank_before_the_plus(
            digits in "(1|39|44|49|52|55|99)[0-9]{4,14}", default in prop::sample::select(vec!["", "DE", "US"]),
        ) {
            let default = Country::parse(default).ok();
            let (plain, blank) = (format!("+{digits}"), format!(" +{digits}"));
            prop_assert_eq!(read(&plain, default), read(&blank, default));
        }

        #[test]
        fn any_text_is_read_without_a_panic(cell in any::<String>()) {
            let _ = read(&cell, country("IT"));
        }
    }
}
