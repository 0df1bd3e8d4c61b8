//! Numbers that WhatsApp writes in two ways.
//!
//! Brazil put a 9 before mobile numbers, Mexico dropped a 1 after the country code, Argentina puts a 9 there for
//! mobile calls from abroad. The same person is found under either form, depending on when and how the account met
//! them, so both must be asked for before a contact counts as absent, and both count as one contact.

use std::borrow::Cow;

/// The other form of `digits` (with country code, no `+`), if its country has two.
pub fn sibling_form(digits: &str) -> Option<String> {
    if let Some(national) = digits.strip_prefix("55") {
        let (area, subscriber) = national.split_at_checked(2)?;
        return match (subscriber.len(), subscriber.as_bytes().first()?) {
            (9, b'9') => Some(format!("55{area}{}", &subscriber[1..])),
            (8, b'6'..=b'9') => Some(format!("55{area}9{subscriber}")),
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

/// The one form that stands for both: two numbers are the same contact if and only if their canonical forms are equal.
pub fn canonical_form(digits: &str) -> Cow<'_, str> {
    match sibling_form(digits) {
        Some(sibling) if sibling.len() < digits.len() => sibling.into(),
        _ => digits.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brazil_mexico_and_argentina_have_two_forms() {
        for (one, other) in [
            ("5511987654321", "551187654321"),
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
}
