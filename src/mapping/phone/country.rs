//! A country as the telephone network knows it.

use std::fmt;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberType, Region, get_national_significant_number_owned};
use serde::{Serialize, Serializer};

use crate::mapping::MappingError;

/// A country whose national numbers are known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Country(pub(super) Region);

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

    /// Digits of the longest usual number of a person, after the country code.
    pub(super) fn usual_digits(self) -> Option<usize> {
        let example =
            |of_type| PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(self.0, of_type).ok();
        [PhoneNumberType::FixedLine, PhoneNumberType::Mobile]
            .into_iter()
            .filter_map(example)
            .map(|number| get_national_significant_number_owned(&number).len())
            .max()
    }

    /// Its country code (ITU-T E.164), digits only.
    pub(in crate::mapping) fn code(self) -> Option<String> {
        PHONE_NUMBER_UTIL.get_country_code_for_region(self.0).map(|code| code.to_string())
    }

    /// The main country of a country code (ITU-T E.164).
    pub(in crate::mapping) fn of_code(code: &str) -> Option<Self> {
        PHONE_NUMBER_UTIL.get_region_for_country_code(code.parse().ok()?).map(Self)
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
