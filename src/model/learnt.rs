//! What the first rows showed of the account.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::ApiManners;
use crate::words::{Message, Value, decimal, message};

/// How the API shows a telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PhoneShape {
    /// `393331234567`
    Digits,
    /// `+393331234567`
    Plus,
    /// With spaces or the like.
    Formatted,
    /// Not at all.
    Hidden,
}

impl PhoneShape {
    /// The shape of a number as it is shown.
    pub fn of(shown: Option<&str>) -> Self {
        let Some(shown) = shown.filter(|shown| !shown.is_empty()) else { return Self::Hidden };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match shown.strip_prefix('+') {
            Some(rest) if digits(rest) => Self::Plus,
            None if digits(shown) => Self::Digits,
            _ => Self::Formatted,
        }
    }

    fn words(self) -> Message {
        match self {
            Self::Digits => message!("learnt-phone-digits"),
            Self::Plus => message!("learnt-phone-plus"),
            Self::Formatted => message!("learnt-phone-formatted"),
            Self::Hidden => message!("learnt-phone-hidden"),
        }
    }
}

/// What the first rows, one for each set of fields, showed of what the account really does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Learnt {
    /// Rows that were sent and answered, or that met a contact which is there.
    pub rows: u64,
    /// Of these, contacts that came into being.
    pub created: u64,
    /// Contacts that were there and were changed.
    pub updated: u64,
    /// Rows that the API refused.
    pub rejected: u64,
    /// Contacts that are there and that the API refused to change.
    pub change_refused: u64,
    /// How they were answered.
    pub manners: ApiManners,
    /// How numbers come back.
    pub phones: BTreeSet<PhoneShape>,
    /// How long it took until a new contact could be read and was found by its number.
    pub visible_after: Duration,
    /// Contacts that could not be read back.
    pub unread: u64,
    /// Contacts that were read back, and that a look-up of their number does not find.
    pub not_found: u64,
    /// Contacts whose reading back was answered as if the account were closed.
    pub reads_refused: u64,
    /// Contacts that were read back, and a look-up of whose number was answered so.
    pub looks_refused: u64,
    /// That was so of all that were tried, or of so many one after the other that it is not meant for them alone.
    pub is_closed: bool,
    /// Contacts that stand beside another with their number, although nobody was there before they were sent.
    pub doubled: u64,
    /// Fields that were sent and that nothing is shown of, so that nobody knows whether they were taken, and in how many
    /// rows.
    pub not_shown: BTreeMap<&'static str, u64>,
    /// Fields that came back otherwise than they were sent, and in how many rows.
    pub differences: BTreeMap<String, u64>,
}

impl Learnt {
    /// Whether the other rows should not follow as they are.
    pub fn is_a_warning(&self) -> bool {
        !self.differences.is_empty()
            || self.is_closed
            || self.unread + self.not_found + self.doubled > 0
            || self.rows > 0 && self.rejected + self.change_refused == self.rows
    }

    /// Whether any row showed how the account takes new contacts or changes.
    pub fn is_of_any(&self) -> bool {
        self.created + self.updated + self.rejected + self.change_refused > 0
    }

    /// In a few words.
    pub fn words(&self) -> Message {
        if self.rows == 0 {
            return message!("learnt-untried");
        }
        let mut parts = vec![message!(
            "learnt-rows",
            rows = self.rows,
            created = self.created,
            updated = self.updated,
            rejected = self.rejected,
        )];
        if self.change_refused > 0 {
            parts.push(message!("learnt-change-refused", contacts = self.change_refused));
        }
        if let Some(answers) = self.manners.answers() {
            parts.push(message!("learnt-answered", answers));
        }
        if !self.phones.is_empty() {
            let shapes = Value::list(self.phones.iter().map(|shape| shape.words()), ", ");
            parts.push(message!("learnt-phones", shapes));
        }
        if self.visible_after > Duration::from_millis(500) {
            parts.push(message!("learnt-visible-after", seconds = decimal(self.visible_after.as_secs_f64())));
        }
        for (name, contacts) in [
            ("learnt-unread", self.unread),
            ("learnt-reads-refused", self.reads_refused),
            ("learnt-not-found", self.not_found),
            ("learnt-looks-refused", self.looks_refused),
            ("learnt-doubled", self.doubled),
        ] {
            if contacts > 0 {
                parts.push(Message::new(name).with("contacts", contacts));
            }
        }
        if let Some(answers) = self.manners.duplicates() {
            parts.push(message!("learnt-duplicates", answers));
        }
        if !self.not_shown.is_empty() {
            parts.push(message!("learnt-not-shown", fields = with_rows(&self.not_shown)));
        }
        if !self.differences.is_empty() {
            parts.push(message!("learnt-differences", fields = with_rows(&self.differences)));
        }
        Message::list(parts, "; ")
    }
}

/// `tags (2), note (1)`
fn with_rows(fields: &BTreeMap<impl std::fmt::Display, u64>) -> String {
    fields.iter().map(|(field, rows)| format!("{field} ({rows})")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_of_a_number_is_told_and_not_the_number() {
        for (shown, shape) in [
            (Some("393331234567"), PhoneShape::Digits),
            (Some("+393331234567"), PhoneShape::Plus),
            (Some("+39 333"), PhoneShape::Formatted),
            (Some("tel:39"), PhoneShape::Formatted),
            (Some(""), PhoneShape::Hidden),
            (None, PhoneShape::Hidden),
        ] {
            assert_eq!(PhoneShape::of(shown), shape, "{shown:?}");
        }
    }

    #[test]
    fn differences_and_refusals_of_all_are_warnings() {
        let hides =
            Learnt { rows: 1, created: 1, not_shown: BTreeMap::from([("note", 1)]), ..Learnt::default() };
        assert!(!hides.is_a_warning() && hides.words().to_string().ends_with("so not known: note (1)"));
        let good = Learnt { rows: 2, created: 1, rejected: 1, ..Learnt::default() };
        assert!(!good.is_a_warning());
        assert!(Learnt { rejected: 2, created: 0, ..good.clone() }.is_a_warning());
        let refused = Learnt { rejected: 1, created: 0, change_refused: 1, ..good.clone() };
        assert!(refused.is_a_warning());
        assert_eq!(
            refused.words().to_string(),
            "first 2 rows sent and read back: 0 created, 1 rejected; 1 existing contact was not changed: the API \
             refused it"
        );
        assert!(Learnt { unread: 1, ..good.clone() }.is_a_warning());
        assert!(Learnt { not_found: 1, ..good.clone() }.is_a_warning());
        let refused = Learnt { reads_refused: 1, looks_refused: 2, ..good.clone() };
        assert!(!refused.is_a_warning(), "another one was read");
        assert!(Learnt { is_closed: true, ..refused }.is_a_warning());
        assert!(Learnt { doubled: 1, ..good.clone() }.is_a_warning());
        let differs = Learnt { differences: BTreeMap::from([("tags".to_owned(), 1)]), ..good };
        assert!(
            differs.is_a_warning()
                && differs.words().to_string().ends_with("differs from what was sent: tags (1)")
        );
    }
}
