//! Numbers that WhatsApp writes in two ways.
//!
//! Brazil put a 9 before mobile numbers, Mexico dropped a 1 after the country code, Argentina puts a 9 there for
//! mobile calls from abroad. The same person is found under either form, depending on when and how the account met
//! them, so both must be asked for before a contact counts as absent, and both count as one contact.

use std::borrow::Cow;

/// Which numbers count as one contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PhoneForms {
    /// Those that are two forms of one number. Brazilian mobile numbers that had eight digits began with 6 to 9; what is
    /// left of a younger one without its 9 is somebody's landline.
    #[default]
    OfOneNumber,
    /// Every Brazilian number of nine digits, and the one of eight that ends it, also where that is a landline: so it was once,
    /// and journals hold it.
    WithBrazilianLandlines,
}

impl PhoneForms {
    /// The one form that stands for both: two numbers are the same contact if and only if their canonical forms are equal.
    /// `digits`: with country code, no `+`.
    pub fn canonical(self, digits: &str) -> Cow<'_, str> {
        match self.sibling(digits) {
            Some(sibling) if sibling.len() < digits.len() => sibling.into(),
            _ => digits.into(),
        }
    }

    fn sibling(self, digits: &str) -> Option<String> {
        if let Some(national) = digits.strip_prefix("55") {
            let (area, subscriber) = national.split_at_checked(2)?;
            return match (self, subscriber.as_bytes()) {
                (Self::OfOneNumber, [b'9', b'6'..=b'9', rest @ ..]) if rest.len() == 7 => {
                    Some(format!("55{area}{}", &subscriber[1..]))
                }
                (Self::WithBrazilianLandlines, [b'9', rest @ ..]) if rest.len() == 8 => {
                    Some(format!("55{area}{}", &subscriber[1..]))
                }
                (_, [b'6'..=b'9', rest @ ..]) if rest.len() == 7 => Some(format!("55{area}9{subscriber}")),
                _ => None,
            };
        }
        if let Some(national) = digits.strip_prefix("52") {
            return match (national.len(), national.as_bytes().first()?) {
                (11, b'1') => Some(format!("52{}", &national[1..])),
                (10, _) => Some(format!("521{national}")),
                _ => None,
            };
        }
        if let Some(national) = digits.strip_prefix("54") {
            return match (national.len(), national.as_bytes().first()?) {
                (11, b'9') => Some(format!("54{}", &national[1..])),
                (10, _) => Some(format!("549{national}")),
                _ => None,
            };
        }
        None
    }
}

/// The other form of `digits` (with country code, no `+`), if its country has two.
pub fn sibling_form(digits: &str) -> Option<String> {
    PhoneForms::default().sibling(digits)
}

/// The one form that stands for both; see [`PhoneForms::canonical`].
pub fn canonical_form(digits: &str) -> Cow<'_, str> {
    PhoneForms::default().canonical(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brazil_mexico_and_argentina_have_two_forms() {
        for (one, other) in [
            ("5511987654321", "551187654321"),
            ("5521967654321", "552167654321"),
            ("5215512345678", "525512345678"),
            ("5491123456789", "541123456789"),
        ] {
            assert_eq!(sibling_form(one).as_deref(), Some(other));
            assert_eq!(sibling_form(other).as_deref(), Some(one));
            assert_eq!(canonical_form(one), canonical_form(other));
        }
    }

    #[test]
    fn a_brazilian_landline_and_other_countries_have_one_form() {
        for digits in ["551132345678", "393331234567", "15046218927", "55", "52", "54", "", "5511"] {
            assert_eq!(sibling_form(digits), None, "{digits}");
            assert_eq!(canonical_form(digits), digits);
        }
    }

    #[test]
    fn a_brazilian_mobile_number_that_never_had_eight_digits_is_not_the_landline_that_ends_it() {
        for (mobile, landline) in [("5511941234567", "551141234567"), ("5521912345678", "552112345678")] {
            assert_eq!((sibling_form(mobile), sibling_form(landline)), (None, None));
            assert_ne!(canonical_form(mobile), canonical_form(landline));
            let once = PhoneForms::WithBrazilianLandlines;
            assert_eq!(once.canonical(mobile), once.canonical(landline));
        }
    }

    #[test]
    fn whoever_is_one_contact_today_was_one_before() {
        for tail in 0..=99 {
            for digits in [
                format!("5511{tail:02}1234567"),
                format!("5511{tail:02}123456"),
                format!("5211{tail:02}123456"),
            ] {
                let (today, once) =
                    (canonical_form(&digits), PhoneForms::WithBrazilianLandlines.canonical(&digits));
                assert_eq!(PhoneForms::WithBrazilianLandlines.canonical(&today), once, "{digits}");
            }
        }
    }
}
