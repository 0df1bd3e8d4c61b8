//! The identifier of a row: of several numbers, the first valid one, unless an earlier one may be somebody's, too.

use std::borrow::Cow;

use serde::Serialize;

use super::countries;
use super::fold::fold;
use super::phone::{self, Country, NoNumber, Number, no};
use super::says_country::SaysCountry;
use super::texts::Texts;
use super::value::Value;
use crate::model::Code;
use crate::words::message;

/// A place where a number may stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Candidate {
    pub(super) value: Value,
    /// The column that says what kind of number it is.
    pub(super) label: Option<usize>,
}

/// Where the identifier comes from, and how numbers are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Numbers {
    /// In the order in which they are tried; at least one.
    pub(super) candidates: Vec<Candidate>,
    /// What keeps several numbers apart in one cell.
    pub(super) separator: Option<String>,
    /// Folded kinds of numbers that are tried first.
    pub(super) prefer: Vec<String>,
    /// Column with the digits that belong before the number.
    pub(super) country_code: Option<usize>,
    /// Column with the country of national numbers.
    pub(super) country: Option<usize>,
    pub(super) default_country: Option<Country>,
    /// Columns that are called as countries are, whether or not somebody has said which is the one with the country of numbers.
    pub(super) says_country: Vec<SaysCountry>,
    /// Columns with numbers that are known to be such, and to have a fraction; what a run is has nothing to do with it.
    #[serde(skip)]
    pub(super) quantities: Vec<usize>,
}

impl Numbers {
    /// The first text that stands in one of the places; empty if none does.
    pub(super) fn first_text<'c>(&'c self, cells: Texts<'c>) -> Cow<'c, str> {
        let mut texts = self.candidates.iter().map(|candidate| candidate.value.text(cells));
        texts.find(|text| !text.is_empty()).unwrap_or(Cow::Borrowed(""))
    }

    /// The first place in which a text stands.
    fn first_filled(&self, cells: Texts<'_>) -> Option<&Value> {
        self.candidates.iter().map(|candidate| &candidate.value).find(|value| !value.text(cells).is_empty())
    }

    /// Whether the first text is a number that has a fraction, as the file says.
    pub(super) fn is_first_quantity(&self, cells: Texts<'_>) -> bool {
        !self.quantities.is_empty()
            && self.first_filled(cells).is_some_and(|value| self.is_quantity(value, cells))
    }

    /// Whether outer spaces were taken off the first text.
    pub(super) fn is_first_trimmed(&self, cells: Texts<'_>) -> bool {
        self.first_filled(cells).is_some_and(|value| value.is_trimmed(cells))
    }

    /// The number of a row, `None` if there is no text in any of the places.
    ///
    /// What is nobody's number is passed over. What only lacks something to be one, such as its country code, is not: the
    /// person has it, and the next number, such as their company's, is another one's.
    ///
    /// # Errors
    ///
    /// If the first number that is not passed over lacks something: what it lacks. If none of the texts is a number: what
    /// is wrong with the first.
    pub(super) fn read<'c>(&'c self, cells: Texts<'c>) -> Option<Result<Number<'c>, NoNumber>> {
        if let ([only], None) = (&self.candidates[..], &self.separator) {
            let text = only.value.text(cells);
            let mut read = match text {
                _ if self.is_quantity(&only.value, cells) => Err(a_fraction()),
                _ if text.is_empty() => return None,
                Cow::Borrowed(text) => self.read_one(text, cells),
                Cow::Owned(text) => self.read_one(&text, cells).map(Number::into_owned),
            };
            if let Ok(number) = &mut read
                && self.turn_of(only, cells) == Turn::Fax
            {
                number.remarks.push(Code::PhoneFax);
            }
            return Some(read);
        }
        let parts = self.parts(cells);
        let mut refused: Option<NoNumber> = None;
        let mut unfinished: Option<(&String, NoNumber)> = None;
        let mut has_another = false;
        for Part { turn, is_quantity, text: part } in &parts {
            let read = if *is_quantity { Err(a_fraction()) } else { self.read_one(part, cells) };
            match (read, &unfinished) {
                (Ok(number), Some((of, _))) if !is_the_same(of, &number.digits) => has_another = true,
                (Ok(mut number), _) => {
                    if refused.is_some() {
                        number.remarks.push(Code::PhonePassedOver);
                    } else if parts.len() > 1 {
                        number.remarks.push(Code::PhoneOneOfSeveral);
                    }
                    if *turn == Turn::Fax {
                        number.remarks.push(Code::PhoneFax);
                    }
                    return Some(Ok(number.into_owned()));
                }
                (Err(error), None) if is_unfinished(error.code) => unfinished = Some((part, error)),
                (Err(error), _) => refused = refused.or(Some(error)),
            }
        }
        if let Some((_, mut error)) = unfinished {
            if has_another {
                error.message = message!("phone-and-another", first = error.message);
            }
            return Some(Err(error));
        }
        let mut refused = refused?;
        if parts.len() > 1 {
            refused.message = message!("phone-none-of-several", count = parts.len(), first = refused.message);
        }
        Some(Err(refused))
    }

    /// The texts of a row that may be numbers, in the order in which they are tried.
    fn parts(&self, cells: Texts<'_>) -> Vec<Part> {
        let mut parts = Vec::new();
        for candidate in &self.candidates {
            let is_quantity = self.is_quantity(&candidate.value, cells);
            let (turn, text) = (self.turn_of(candidate, cells), candidate.value.text(cells));
            let several = match &self.separator {
                Some(separator) => text.split(separator.as_str()).collect::<Vec<_>>(),
                None => vec![text.as_ref()],
            };
            let several = several.into_iter().map(str::trim).filter(|text| !text.is_empty());
            parts.extend(several.map(|text| Part { turn, is_quantity, text: text.to_owned() }));
        }
        parts.sort_by_key(|part| part.turn);
        parts
    }

    /// Whether a row may have several numbers, or one that can be read in several ways.
    pub(super) fn may_have_others(&self) -> bool {
        self.candidates.len() > 1 || self.separator.is_some() || self.is_by_country()
    }

    /// Whether a column says of which country the number of a row is.
    pub(super) fn is_by_country(&self) -> bool {
        self.country.is_some() || self.country_code.is_some()
    }

    /// The country that the row names for its numbers.
    pub(super) fn country_of(&self, cells: Texts<'_>) -> Option<Country> {
        let code = self.country_code.map(|column| phone::digits_of_code(cells.at(column)));
        let by_code = code.as_deref().and_then(Country::of_code);
        by_code.or_else(|| countries::named(cells.at(self.country?).trim()))
    }

    /// All numbers of a row, in digits with country code and in the order in which they are tried: each as it is read, and those
    /// without a country also as they are read in `countries`, if that may be somebody's: `is_sought` tells of a number whether it is.
    pub(super) fn all<E>(
        &self,
        cells: Texts<'_>,
        countries: &[Country],
        mut is_sought: impl FnMut(&str) -> Result<bool, E>,
    ) -> Result<Vec<String>, E> {
        let mut all: Vec<String> = Vec::new();
        let mut add = |read: Result<Number<'_>, NoNumber>| {
            if let Ok(number) = read
                && !all.iter().any(|known| *known == number.digits)
            {
                all.push(number.digits.into_owned());
            }
        };
        let parts = self.parts(cells);
        let numbers = || parts.iter().filter(|part| !part.is_quantity).map(|part| part.text.as_str());
        for text in numbers() {
            add(self.read_one(text, cells));
        }
        for text in numbers().filter(|text| !countries.is_empty() && phone::read(text, None).is_err()) {
            let perhaps = phone::Perhaps::of(text);
            let always = perhaps.as_ref().map_or(Ok(true), |perhaps| is_sought(perhaps.as_it_stands()))?;
            for country in countries {
                let with_code = perhaps.as_ref().and_then(|perhaps| perhaps.with_code_of(*country));
                if always || with_code.map_or(Ok(false), |number| is_sought(&number))? {
                    add(phone::read(text, Some(*country)));
                }
            }
        }
        Ok(all)
    }

    /// Whether a cell of the value is a number with a fraction, which is none that is dialled: what follows the point may
    /// have ended in noughts, and nobody sees it. In a column of texts they are digits in two groups.
    fn is_quantity(&self, value: &Value, cells: Texts<'_>) -> bool {
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        !self.quantities.is_empty()
            && value.columns().into_iter().filter(|column| self.quantities.contains(column)).any(|column| {
                let parts = cells.at(column).trim().split_once('.');
                parts.is_some_and(|(whole, fraction)| is_digits(whole) && is_digits(fraction))
            })
    }

    fn turn_of(&self, candidate: &Candidate, cells: Texts<'_>) -> Turn {
        let Some(label) = candidate.label else { return Turn::Usual };
        let label = fold(cells.at(label));
        let is_fax = || FAXES.iter().any(|word| label.contains(word));
        match self.prefer.contains(&label) {
            true => Turn::Preferred,
            false if is_fax() => Turn::Fax,
            false => Turn::Usual,
        }
    }

    fn read_one<'t>(&self, text: &'t str, cells: Texts<'_>) -> Result<Number<'t>, NoNumber> {
        if let Some(code) =
            self.country_code.map(|column| cells.at(column).trim()).filter(|code| !code.is_empty())
        {
            return phone::read_after_code(code, text);
        }
        let Some(cell) = self.country.map(|column| cells.at(column).trim()).filter(|cell| !cell.is_empty())
        else {
            let number =
                phone::read(text, self.default_country).map_err(|error| self.of_its_row(error, cells))?;
            self.refuse_another_country(text, &number, cells)?;
            return Ok(number);
        };
        match countries::named(cell) {
            Some(country) => phone::read(text, Some(country)),
            // Only a national number needs the country.
            None => match phone::read(text, None) {
                Err(error) if error.code == Code::PhoneNational => {
                    Err(no(Code::CountryUnknown, message!("phone-country-unknown")))
                }
                read => read,
            },
        }
    }
}

impl Numbers {
    /// The columns that are called as countries are, where nobody has said which one gives the country of numbers.
    pub(super) fn saying_country(&self) -> &[SaysCountry] {
        let is_said = self.country.is_some() || self.country_code.is_some();
        if is_said { &[] } else { &self.says_country }
    }

    /// The countries that the row names, in columns that nobody has said to be the one with the country of numbers.
    fn said_countries(&self, cells: Texts<'_>) -> impl Iterator<Item = Country> {
        self.saying_country().iter().filter_map(move |says| says.read(cells.at(says.column)))
    }

    /// What is wrong with a number that lacks its country, where its row names one.
    fn of_its_row(&self, error: NoNumber, cells: Texts<'_>) -> NoNumber {
        if error.code != Code::PhoneNational {
            return error;
        }
        match self.said_countries(cells).next() {
            Some(country) => {
                no(error.code, message!("phone-national-beside-country", country = country.to_string()))
            }
            None => error,
        }
    }

    /// Refuses a national number that the default country has made a number of its own, where the row names another. Where
    /// it names both, only a number that is one in both is refused.
    fn refuse_another_country(
        &self,
        text: &str,
        number: &Number<'_>,
        cells: Texts<'_>,
    ) -> Result<(), NoNumber> {
        let Some(default) = self.default_country.filter(|_| !self.saying_country().is_empty()) else {
            return Ok(());
        };
        let Some(own) = default.code() else { return Ok(()) };
        let typed: String = text.chars().filter(char::is_ascii_digit).collect();
        let is_whole = typed.strip_prefix("00").unwrap_or(&typed).starts_with(&own);
        if is_whole || !number.digits.starts_with(&own) {
            return Ok(());
        }
        let is_own = |country: &Country| country.code().is_none_or(|code| code == own);
        let (own, others): (Vec<Country>, Vec<Country>) = self.said_countries(cells).partition(is_own);
        let is_one_in = |country: &Country| {
            let read = phone::read(text, Some(*country));
            read.is_ok_and(|other| other.digits != number.digits)
        };
        let Some(other) = others.into_iter().find(|country| own.is_empty() || is_one_in(country)) else {
            return Ok(());
        };
        let message =
            message!("phone-of-another-country", country = other.to_string(), default = default.to_string());
        Err(no(Code::PhoneAmbiguous, message))
    }
}

fn a_fraction() -> NoNumber {
    no(Code::PhoneCharacters, message!("phone-fraction"))
}

/// A text that may be a number.
struct Part {
    turn: Turn,
    /// It is a number with a fraction, as the file says.
    is_quantity: bool,
    /// Without outer spaces.
    text: String,
}

/// When a number is tried, by what its label says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Preferred,
    Usual,
    /// No telephone: a fax or a pager.
    Fax,
}

/// What the labels of faxes and pagers have in common, in all languages of the profiles, folded.
const FAXES: [&str; 4] = ["fax", "pager", "cercapersone", "buscapersonas"];

/// Whether what was refused is a number of somebody that cannot be told from the cell: its country is not known, or a digit
/// is missing that a spreadsheet ate, or it is one of several.
fn is_unfinished(code: Code) -> bool {
    matches!(
        code,
        Code::PhoneNational
            | Code::CountryUnknown
            | Code::PhoneAmbiguous
            | Code::PhoneLostZero
            | Code::PhoneMultiple
            | Code::PhoneScientific
    )
}

/// Whether a text without its country code is a number that is known with it: phone books keep both spellings side by side.
fn is_the_same(text: &str, number: &str) -> bool {
    /// Fewer may be the end of many a number.
    const FEWEST: usize = 6;
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    let Some(before) = number.strip_suffix(digits).filter(|_| digits.len() >= FEWEST) else { return false };
    // In some countries the 0 belongs to the number.
    let codes = [Some(before), before.strip_suffix('0')];
    before.is_empty() || codes.into_iter().flatten().any(|code| Country::of_code(code).is_some())
}

#[cfg(test)]
mod tests {
    use csv::ByteRecord;

    use super::super::{Country, Facts, Form, Mapping};
    use crate::model::{Code, Row, RowNumber};

    /// What becomes of a row with these numbers: the digits that are sent with what is said of them, or why it is not sent.
    fn chosen(
        mobile: &str,
        office: &str,
        country: &str,
        options: &str,
    ) -> Result<(String, Vec<Code>), (Code, String)> {
        let header = ["Mobile", "Office", "Country", "Name"].map(str::to_owned);
        let file = format!(
            "[map]\nidentifier = [\"Mobile\", \"Office\"]\nname = \"Name\"\n[options]\ncountry_column = \"Country\"\n\
             phone_separator = \" ::: \"\n{options}"
        );
        let mapping = Mapping::from_toml(&file, std::path::Path::new("m.toml")).unwrap();
        let form = mapping.resolve(&header, &Facts::new(&header)).unwrap().form;
        let cells = ByteRecord::from(vec![mobile, office, country, "Ada"]);
        match form.fill(&Row { number: RowNumber::FIRST, line: 2, cells, flaw: None }) {
            Ok((contact, remarks)) => {
                let remarks = remarks.iter().map(|remark| remark.code);
                let of_choice = |code: &Code| matches!(code, Code::PhonePassedOver | Code::PhoneOneOfSeveral);
                Ok((contact.identifier, remarks.filter(of_choice).collect()))
            }
            Err(rejection) => {
                let problem = &rejection.problems()[0];
                Err((problem.code, problem.message.to_string()))
            }
        }
    }

    #[test]
    fn all_numbers_of_a_row_are_those_that_might_have_been_taken_and_national_ones_of_any_country_that_is_named()
     {
        let (italy, germany) = (Country::parse("IT").unwrap(), Country::parse("DE").unwrap());
        let others = |cells: [&str; 4], options: &str| {
            let header = ["Mobile", "Office", "Country", "Name"].map(str::to_owned);
            let file = format!(
                "[map]\nidentifier = [\"Mobile\", \"Office\"]\nname = \"Name\"\n[options]\n{options}"
            );
            let mapping = Mapping::from_toml(&file, std::path::Path::new("m.toml")).unwrap();
            let form = mapping.resolve(&header, &Facts::new(&header)).unwrap().form;
            let cells = ByteRecord::from(cells.to_vec());
            let row = Row { number: RowNumber::FIRST, line: 2, cells, flaw: None };
            let asked = std::cell::RefCell::new(Vec::new());
            let of = |is_sought: bool| {
                let note = |number: &str| {
                    asked.borrow_mut().push(number.to_owned());
                    Ok::<_, std::convert::Infallible>(is_sought)
                };
                form.other_numbers(&row, "393331234501", &[italy, germany], note).unwrap()
            };
            let numbers = of(true);
            // Whatever is read was asked for, or is read in the country of the row.
            let of_the_row = of(false);
            let is_asked = |number: &String| asked.borrow().contains(number) || of_the_row.contains(number);
            assert!(numbers.iter().all(is_asked), "{numbers:?}");
            numbers
        };
        let by_country = "country_column = \"Country\"\ndefault_country = \"FR\"";
        for (cells, options, numbers) in [
            (["+39 333 1234501", "+39 06 5551001", "", "Ada"], "", &["39065551001"][..]),
            (
                ["n/a", "+39 333 1234501 / +39 06 5551001", "", "Ada"],
                "phone_separator = \" / \"",
                &["39065551001"],
            ),
            // Without a column of countries there is no other way to read it.
            (["0151 23456789", "", "", "Ada"], "default_country = \"DE\"", &["4915123456789"]),
            (["333 1234501", "", "Germany", "Ada"], by_country, &["493331234501"]),
            (["0151 23456789", "", "", "Ada"], by_country, &["39015123456789", "4915123456789"]),
            (["+39 333 1234501", "", "Germany", "Ada"], by_country, &[]),
        ] {
            assert_eq!(others(cells, options), numbers, "{cells:?}");
        }
    }

    const OFFICE: &str = "+39 06 1234 5678";

    #[test]
    fn a_number_of_somebody_that_lacks_something_is_not_passed_over_for_another() {
        let in_italy = "default_country = \"IT\"";
        for (mobile, country, options, code) in [
            ("333 123 4501", "", "", Code::PhoneNational),
            ("n/a ::: 333 123 4501", "", "", Code::PhoneNational),
            ("333 123 4501", "Atlantis", "", Code::CountryUnknown),
            ("393331234508", "Germany", "", Code::PhoneAmbiguous),
            ("21234567", "", in_italy, Code::PhoneLostZero),
            ("333 1234501 / 334 1234501", "", in_italy, Code::PhoneMultiple),
            ("3.93331E+11", "", "", Code::PhoneScientific),
            // The end of the other, and no country has what stands before it.
            ("1234 5678", "", "", Code::PhoneNational),
        ] {
            let office = if mobile == "1234 5678" { "+39 06 2 1234 5678" } else { OFFICE };
            let (refused, message) = chosen(mobile, office, country, options).unwrap_err();
            assert_eq!(refused, code, "{mobile}");
            assert!(message.ends_with("the row has another number, which is not used instead"), "{message}");
            // Alone it is refused for the same.
            let (refused, message) = chosen(mobile, "", country, options).unwrap_err();
            assert_eq!(refused, code, "{mobile}");
            assert!(!message.contains("another number, which"), "{message}");
        }
    }

    #[test]
    fn what_is_nobodys_number_is_passed_over() {
        let digits = "390612345678".to_owned();
        for mobile in ["ask at reception", "-", "+39 12", "+999 333 1234510", "+39 06 1234567 x12", "12345"] {
            assert_eq!(
                chosen(mobile, OFFICE, "", ""),
                Ok((digits.clone(), vec![Code::PhonePassedOver])),
                "{mobile}"
            );
        }
        assert_eq!(chosen("", OFFICE, "", ""), Ok((digits, vec![])));
    }

    #[test]
    fn a_number_that_stands_there_with_and_without_its_country_code_is_one() {
        for (mobile, office, options, digits) in [
            ("333 123 4501 ::: +39 06 1234 5678 ::: +39 333 1234501", "", "", "393331234501"),
            ("06 12 34 56 78", "+33 6 12 34 56 78", "", "33612345678"),
            ("06 1234 5678", OFFICE, "", "390612345678"),
            ("21234567", "+39 02 1234567", "default_country = \"IT\"", "39021234567"),
            ("393331234508", "+39 333 1234508", "default_country = \"DE\"", "393331234508"),
            ("010 123 4567", "+20 10 1234567", "", "20101234567"),
        ] {
            let taken = chosen(mobile, office, "", options);
            assert_eq!(taken, Ok((digits.to_owned(), vec![Code::PhoneOneOfSeveral])), "{mobile}");
        }
    }

    fn form(header: &[&str], file: &str) -> Form {
        let header: Vec<String> = header.iter().map(|&name| name.to_owned()).collect();
        let mapping = Mapping::from_toml(file, std::path::Path::new("m.toml")).unwrap();
        mapping.resolve(&header, &Facts::new(&header)).unwrap().form
    }

    fn row(cells: &[&str]) -> Row {
        Row { number: RowNumber::FIRST, line: 2, cells: ByteRecord::from(cells.to_vec()), flaw: None }
    }

    /// The digits that are sent with all that is said of them, or why the row is not sent.
    fn filled(form: &Form, cells: &[&str]) -> Result<(String, Vec<Code>), (Code, String)> {
        match form.fill(&row(cells)) {
            Ok((contact, remarks)) => {
                Ok((contact.identifier, remarks.iter().map(|remark| remark.code).collect()))
            }
            Err(rejection) => {
                let problem = &rejection.problems()[0];
                Err((problem.code, problem.message.to_string()))
            }
        }
    }

    const OF_TWO_COUNTRIES: [&str; 4] = ["Mobile", "Country", "Land", "Name"];

    #[test]
    fn a_national_number_is_none_of_the_default_country_where_its_row_names_another() {
        let plain = "[map]\nidentifier = \"Mobile\"\nname = \"Name\"\n";
        let in_italy = form(&OF_TWO_COUNTRIES, &format!("{plain}[options]\ndefault_country = \"IT\""));
        for (mobile, country, land, digits) in [
            ("0151 23456789", "", "", Some("39015123456789")),
            ("0151 23456789", "Italy", "", Some("39015123456789")),
            ("0151 23456789", "Germany", "", None),
            ("0151 23456789", "", "Germany", None),
            // It is one in both.
            ("0151 23456789", "Italy", "Germany", None),
            ("333 123 4501", "Italy", "San Marino", None),
            ("333 123 4501", "Italy", "Malta", Some("393331234501")),
            ("333 123 4501", "Malta", "", None),
            // The country code stands before it.
            ("+39 0151 23456789", "Germany", "", Some("39015123456789")),
            ("0039 0151 23456789", "Germany", "", Some("39015123456789")),
            ("39 333 1234501", "Germany", "", Some("393331234501")),
            ("+49 151 23456789", "Germany", "", Some("4915123456789")),
        ] {
            match (filled(&in_italy, &[mobile, country, land, "Ada"]), digits) {
                (Ok((taken, _)), Some(digits)) => assert_eq!(taken, digits, "{mobile} {country} {land}"),
                (Err((code, message)), None) => {
                    assert_eq!(code, Code::PhoneAmbiguous, "{mobile}");
                    assert!(message.contains("would be read as one of IT, but its row names "), "{message}");
                }
                (other, _) => panic!("{mobile} {country} {land}: {other:?}"),
            }
        }
        // Where somebody has said which column has the country of numbers, the others are of something else.
        for options in ["country_column = \"Land\"", "country_code_column = \"Land\""] {
            let options = format!("{plain}[options]\ndefault_country = \"IT\"\n{options}");
            let (taken, _) =
                filled(&form(&OF_TWO_COUNTRIES, &options), &["0151 23456789", "Germany", "", "Ada"]).unwrap();
            assert_eq!(taken, "39015123456789", "{options}");
        }
        let nowhere = form(&OF_TWO_COUNTRIES, plain);
        for (mobile, country, code, names_it) in [
            ("0151 23456789", "Germany", Code::PhoneNational, true),
            ("0151 23456789", "", Code::PhoneNational, false),
            ("+49 12", "Germany", Code::PhoneLength, false),
        ] {
            let (refused, message) = filled(&nowhere, &[mobile, country, "", "Ada"]).unwrap_err();
            assert_eq!(refused, code, "{mobile}: {message}");
            assert_eq!(message.contains("its row names DE"), names_it, "{message}");
        }
    }

    #[test]
    fn what_the_country_of_a_row_is_says_its_code_or_its_name_and_only_a_national_number_needs_it() {
        let of = |options: &str| {
            let file = "[map]\nidentifier = \"Mobile\"\nname = \"Name\"\n[options]\n";
            form(&["Mobile", "Country", "Code", "Name"], &format!("{file}{options}"))
        };
        let by_name = of("country_column = \"Country\"\ndefault_country = \"IT\"");
        let by_code = of("country_code_column = \"Code\"");
        let by_none = of("default_country = \"IT\"");
        let cells = ["0151 23456789", "Germany", "41", "Ada"];
        for (form, country, numbers) in
            [(&by_name, Some("DE"), "4915123456789"), (&by_code, Some("CH"), ""), (&by_none, None, "")]
        {
            let named = form.country_of_numbers(&row(&cells)).map(|country| country.to_string());
            assert_eq!(named, country.map(|code| Country::parse(code).unwrap().to_string()));
            assert_eq!(form.reads_by_country(), country.is_some());
            if !numbers.is_empty() {
                assert_eq!(filled(form, &cells).unwrap().0, numbers);
            }
        }
        assert_eq!(filled(&by_name, &["0151 23456789", "", "", "Ada"]).unwrap().0, "39015123456789");
        let unknown = |mobile| filled(&by_name, &[mobile, "Atlantis", "", "Ada"]).map_err(|(code, _)| code);
        assert_eq!(unknown("0151 23456789"), Err(Code::CountryUnknown));
        assert_eq!(unknown("+49 12"), Err(Code::PhoneLength));
        assert_eq!(unknown("+49 151 23456789").unwrap().0, "4915123456789");
    }

    #[test]
    fn several_numbers_or_several_countries_are_what_makes_another_number_possible() {
        for (identifier, options, may_have_others) in [
            ("\"Mobile\"", "", false),
            ("\"Mobile\"", "default_country = \"IT\"", false),
            ("[\"Mobile\", \"Land\"]", "", true),
            ("\"Mobile\"", "phone_separator = \" / \"", true),
            ("\"Mobile\"", "country_column = \"Land\"", true),
            ("\"Mobile\"", "country_code_column = \"Land\"", true),
        ] {
            let file = format!("[map]\nidentifier = {identifier}\nname = \"Name\"\n[options]\n{options}");
            let form = form(&OF_TWO_COUNTRIES, &file);
            assert_eq!(form.may_have_other_numbers(), may_have_others, "{identifier} {options}");
        }
    }

    #[test]
    fn a_cell_with_a_fraction_is_no_number_where_the_file_says_that_it_is_a_quantity() {
        let of = |identifier: &str, pointed: &[&str]| {
            let file = format!(
                "[map]\nidentifier = {identifier}\nname = \"Name\"\n[options]\ndefault_country = \"IT\""
            );
            let mut form = form(&["Mobile", "Office", "Name"], &file);
            form.know_points(&pointed.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
            form
        };
        for identifier in ["\"Mobile\"", "[\"Mobile\", \"Office\"]"] {
            let (quantities, texts) = (of(identifier, &["Mobile"]), of(identifier, &["Name"]));
            for (mobile, is_quantity) in [
                ("333.1234501", true),
                (" 333.1234501 ", true),
                ("333 1234501", false),
                ("333.1234501x", false),
                (".3331234501", false),
                ("tel.3331234501", false),
            ] {
                let cells = [mobile, "", "Ada"];
                assert_ne!(
                    filled(&texts, &cells).map_err(|(_, said)| said),
                    Err("the cell holds a number with a fraction; write the phone number as text".to_owned())
                );
                let read = filled(&quantities, &cells);
                if is_quantity {
                    let (code, message) = read.unwrap_err();
                    assert_eq!(code, Code::PhoneCharacters, "{identifier} {mobile}");
                    assert!(message.starts_with("the cell holds a number with a fraction"), "{message}");
                } else {
                    assert_eq!(read, filled(&texts, &cells), "{identifier} {mobile}");
                }
            }
        }
        // What follows the point may have ended in noughts: nobody is known by it.
        let others = of("[\"Mobile\", \"Office\"]", &["Mobile"]);
        let known = |cell| {
            let is_sought = |_: &str| Ok::<_, std::convert::Infallible>(true);
            others.other_numbers(&row(&[cell, "", "Ada"]), "", &[], is_sought).unwrap()
        };
        assert_eq!(known("333.1234501"), [""; 0]);
        assert_eq!(known("333 1234501"), ["393331234501"]);
    }

    #[test]
    fn the_kind_of_a_number_says_when_it_is_tried_and_that_it_is_a_fax() {
        let header = ["Phone 1 - Value", "Phone 1 - Label", "Phone 2 - Value", "Phone 2 - Label", "Name"];
        let of = |identifier: &str| {
            let label = identifier.replace("Value", "Label");
            let file = format!(
                "[map]\nidentifier = {identifier}\nname = \"Name\"\n[options]\nphone_label = {label}\n\
                 phone_prefer = [\"Mobile\"]"
            );
            form(&header, &file)
        };
        let (mobile, office) = ("+39 333 1234501", "+39 06 1234 5678");
        let (several, one) = (of("\"Phone # - Value\""), of("\"Phone 1 - Value\""));
        for (kinds, digits, is_fax) in [
            (["Work", "Mobile"], "390612345678", false),
            (["Home Fax", "Mobile"], "390612345678", false),
            (["Work", "Other"], "393331234501", false),
            (["Pager", "Work"], "390612345678", false),
            (["Fax", "Fax"], "393331234501", true),
        ] {
            let cells = [mobile, kinds[0], office, kinds[1], "Ada"];
            let (taken, said) = filled(&several, &cells).unwrap();
            assert_eq!((&*taken, said.contains(&Code::PhoneFax)), (digits, is_fax), "{kinds:?}");
        }
        for (kind, is_fax) in [("Mobile", false), ("Work", false), ("Work Fax", true)] {
            let said = filled(&one, &[mobile, kind, "", "", "Ada"]).unwrap().1;
            assert_eq!(said.contains(&Code::PhoneFax), is_fax, "{kind}");
        }
    }

    #[test]
    fn of_several_texts_of_which_none_is_a_number_is_said_how_many_they_are() {
        for (mobile, office, of_several) in
            [("n/a", "", false), ("n/a", "+39 12", true), ("a ::: b", "", true)]
        {
            let (_, message) = chosen(mobile, office, "", "").unwrap_err();
            assert_eq!(message.starts_with("none of the row's 2 numbers is valid"), of_several, "{message}");
        }
        // No text at all is no number that is wrong.
        let plain = form(&["Mobile", "Name"], "[map]\nidentifier = \"Mobile\"\nname = \"Name\"");
        assert_eq!(filled(&plain, &["", "Ada"]).unwrap_err().0, Code::MissingIdentifier);
        assert_eq!(chosen("", "", "", "").unwrap_err().0, Code::MissingIdentifier);
    }

    #[test]
    fn of_a_source_without_telephones_the_first_text_is_who_somebody_is() {
        let mut form = form(
            &["Handle", "Other", "Name"],
            "[map]\nidentifier = [\"Handle\", \"Other\"]\nname = \"Name\"\n[set]\nsource = \"instagram\"",
        );
        for (handle, other, taken, is_trimmed) in [
            ("ada.uno", " bob", "ada.uno", false),
            (" ada.uno", "bob", "ada.uno", true),
            ("", " bob", "bob", true),
            ("", "bob", "bob", false),
        ] {
            let (identifier, said) = filled(&form, &[handle, other, "Ada"]).unwrap();
            assert_eq!((&*identifier, said.contains(&Code::Trimmed)), (taken, is_trimmed), "{handle:?}");
        }
        // Short of a number that somebody has, and a number with a fraction where the file says so.
        let cells = ["", "12.5", "Ada"];
        let as_text = filled(&form, &cells);
        form.know_points(&["Handle".to_owned()]);
        assert_eq!(filled(&form, &cells), as_text);
        form.know_points(&["Other".to_owned()]);
        assert_ne!(filled(&form, &cells), as_text);
        let ada = filled(&form, &["ada.uno", "12.5", "Ada"]);
        assert_eq!(ada.unwrap().0, "ada.uno");
    }
}
