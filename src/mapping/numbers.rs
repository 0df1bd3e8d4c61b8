//! The identifier of a row: of several numbers, the first valid one.

use std::borrow::Cow;

use serde::Serialize;

use super::countries;
use super::fold::fold;
use super::phone::{self, Country, NoNumber, Number, no};
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
}

impl Numbers {
    /// The first text that stands in one of the places; empty if none does.
    pub(super) fn first_text<'c>(&'c self, cells: Texts<'c>) -> Cow<'c, str> {
        let mut texts = self.candidates.iter().map(|candidate| candidate.value.text(cells));
        texts.find(|text| !text.is_empty()).unwrap_or(Cow::Borrowed(""))
    }

    /// The number of a row, `None` if there is no text in any of the places.
    ///
    /// # Errors
    ///
    /// If none of the texts is a number: what is wrong with the first.
    pub(super) fn read<'c>(&'c self, cells: Texts<'c>) -> Option<Result<Number<'c>, NoNumber>> {
        if let ([only], None) = (&self.candidates[..], &self.separator) {
            let text = only.value.text(cells);
            return match text {
                _ if text.is_empty() => None,
                Cow::Borrowed(text) => Some(self.read_one(text, cells)),
                Cow::Owned(text) => Some(self.read_one(&text, cells).map(Number::into_owned)),
            };
        }
        let mut texts: Vec<(bool, Cow<'_, str>)> = self
            .candidates
            .iter()
            .map(|candidate| (self.is_preferred(candidate, cells), candidate.value.text(cells)))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        texts.sort_by_key(|(preferred, _)| !preferred);
        let parts: Vec<&str> = texts
            .iter()
            .flat_map(|(_, text)| match &self.separator {
                Some(separator) => text.split(separator.as_str()).collect::<Vec<_>>(),
                None => vec![text.as_ref()],
            })
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect();
        let mut refused: Option<NoNumber> = None;
        for part in &parts {
            match self.read_one(part, cells) {
                Ok(mut number) => {
                    if refused.is_some() {
                        number.remarks.push(Code::PhonePassedOver);
                    } else if parts.len() > 1 {
                        number.remarks.push(Code::PhoneOneOfSeveral);
                    }
                    return Some(Ok(number.into_owned()));
                }
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        let mut refused = refused?;
        if parts.len() > 1 {
            refused.message = message!("phone-none-of-several", count = parts.len(), first = refused.message);
        }
        Some(Err(refused))
    }

    fn is_preferred(&self, candidate: &Candidate, cells: Texts<'_>) -> bool {
        let Some(label) = candidate.label else { return false };
        let label = fold(cells.at(label));
        self.prefer.contains(&label)
    }

    fn read_one<'t>(&self, text: &'t str, cells: Texts<'_>) -> Result<Number<'t>, NoNumber> {
        if let Some(code) =
            self.country_code.map(|column| cells.at(column).trim()).filter(|code| !code.is_empty())
        {
            return phone::read_after_code(code, text);
        }
        let Some(cell) = self.country.map(|column| cells.at(column).trim()).filter(|cell| !cell.is_empty())
        else {
            return phone::read(text, self.default_country);
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
