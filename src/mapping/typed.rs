//! Values of custom fields by their type, as the API has checked them since March 2026.
//!
//! The account's types cannot be listed through the API, so the mapping file declares them. How dates and numbers are
//! written is declared too and never guessed.

use serde::{Deserialize, Serialize};

use super::cells;
use super::date::DateFormat;
use super::request::nearest;
use crate::model::{Code, FieldValue};
use crate::words::{Message, message};

/// What the API takes for one custom field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) enum FieldType {
    Text,
    Email,
    /// A number as text: digits, `.` before the fraction.
    Number {
        decimal: char,
        thousands: Option<char>,
    },
    /// `YYYY-MM-DD`. Without a format, only that is read.
    Date {
        format: Option<DateFormat>,
    },
    /// Exactly one of the options; any text if none are declared.
    Dropdown {
        options: Vec<String>,
    },
    /// A list of options.
    Checkbox {
        separator: String,
        options: Vec<String>,
    },
}

/// A `[custom_fields.<label>]` table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Declared {
    r#type: Kind,
    date_format: Option<String>,
    decimal_separator: Option<char>,
    thousands_separator: Option<char>,
    separator: Option<String>,
    options: Option<Vec<String>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Text,
    Email,
    Number,
    Date,
    Dropdown,
    Checkbox,
}

impl TryFrom<Declared> for FieldType {
    type Error = Message;

    fn try_from(declared: Declared) -> Result<Self, Message> {
        let kind = declared.r#type;
        let only_for = |is_given: bool, what: &str, kinds: &[Kind]| {
            if is_given && !kinds.contains(&kind) { Err(message!("type-has-no", what)) } else { Ok(()) }
        };
        only_for(declared.date_format.is_some(), "date_format", &[Kind::Date])?;
        only_for(declared.decimal_separator.is_some(), "decimal_separator", &[Kind::Number])?;
        only_for(declared.thousands_separator.is_some(), "thousands_separator", &[Kind::Number])?;
        only_for(declared.separator.is_some(), "separator", &[Kind::Checkbox])?;
        only_for(declared.options.is_some(), "options", &[Kind::Dropdown, Kind::Checkbox])?;
        let options = declared.options.unwrap_or_default();
        Ok(match kind {
            Kind::Text => Self::Text,
            Kind::Email => Self::Email,
            Kind::Number => {
                let (decimal, thousands) =
                    (declared.decimal_separator.unwrap_or('.'), declared.thousands_separator);
                if Some(decimal) == thousands {
                    return Err(message!("type-separators-alike"));
                }
                Self::Number { decimal, thousands }
            }
            Kind::Date => {
                Self::Date { format: declared.date_format.as_deref().map(DateFormat::parse).transpose()? }
            }
            Kind::Dropdown => Self::Dropdown { options },
            Kind::Checkbox => Self::Checkbox {
                separator: declared
                    .separator
                    .filter(|separator| !separator.is_empty())
                    .ok_or_else(|| message!("type-needs-a-separator"))?,
                options,
            },
        })
    }
}

/// Why a text is no value, to be put after the name of the field.
pub(super) type NoValue = (Code, Message);

impl FieldType {
    /// As it is named in the mapping file.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Email => "email",
            Self::Number { .. } => "number",
            Self::Date { .. } => "date",
            Self::Dropdown { .. } => "dropdown",
            Self::Checkbox { .. } => "checkbox",
        }
    }

    /// Whether this is one of the options that are declared.
    pub(super) fn has_option(&self, text: &str) -> bool {
        matches!(self, Self::Dropdown { options } | Self::Checkbox { options, .. } if options.iter().any(|option| option == text))
    }

    /// Whether its options are declared.
    pub(super) fn has_options(&self) -> bool {
        matches!(self, Self::Dropdown { options } | Self::Checkbox { options, .. } if !options.is_empty())
    }

    /// The lines that declare it in a mapping file.
    pub(super) fn written(&self) -> Vec<(&'static str, toml::Value)> {
        let text = |text: &str| toml::Value::String(text.to_owned());
        let list = |list: &[String]| toml::Value::Array(list.iter().map(|option| text(option)).collect());
        let mut lines = vec![("type", text(self.name()))];
        match self {
            Self::Text | Self::Email => {}
            Self::Number { decimal, thousands } => {
                lines.push(("decimal_separator", text(&decimal.to_string())));
                lines
                    .extend(thousands.map(|thousands| ("thousands_separator", text(&thousands.to_string()))));
            }
            Self::Date { format } => {
                lines.extend(format.as_ref().map(|format| ("date_format", text(&format.to_string()))));
            }
            Self::Dropdown { options } => lines.push(("options", list(options))),
            Self::Checkbox { separator, options } => {
                lines.extend([("separator", text(separator)), ("options", list(options))]);
            }
        }
        lines
    }

    /// The value of a text that is not empty and has no outer spaces.
    pub(super) fn read(&self, text: &str) -> Result<FieldValue, NoValue> {
        let value = |what: Message| (Code::CustomFieldValue, what);
        match self {
            Self::Text => Ok(FieldValue::Text(text.to_owned())),
            Self::Email if cells::is_email(text) => Ok(FieldValue::Text(text.to_owned())),
            Self::Email => Err(value(message!("value-no-email"))),
            Self::Number { decimal, thousands } => {
                number(text, *decimal, *thousands).map(FieldValue::Text).ok_or_else(|| {
                    value(match thousands {
                        None => message!("value-no-number", decimal = *decimal),
                        Some(thousands) => {
                            message!("value-no-number-thousands", decimal = *decimal, thousands = *thousands)
                        }
                    })
                })
            }
            Self::Date { format: Some(format) } => format.read(text).map(FieldValue::Text).map_err(value),
            Self::Date { format: None } => match DateFormat::iso().read(text) {
                Ok(date) => Ok(FieldValue::Text(date)),
                Err(what) if DateFormat::is_iso_shaped(text) => Err(value(what)),
                Err(_) if text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
                    Err(value(message!("value-serial-date")))
                }
                Err(_) => Err((Code::DateAmbiguous, message!("value-ambiguous-date"))),
            },
            Self::Dropdown { options } => {
                among(text, options)?;
                Ok(FieldValue::Text(text.to_owned()))
            }
            Self::Checkbox { separator, options } => {
                // As JSON Lines put it. What only begins like a list may be an option's name.
                let list: Option<Vec<String>> =
                    text.starts_with('[').then(|| serde_json::from_str(text).ok()).flatten();
                match &list {
                    Some(list) => ticked(list.iter().map(String::as_str), options),
                    None => ticked(text.split(separator.as_str()), options),
                }
            }
        }
    }

    /// What keeps options in a cell apart.
    pub(super) fn separator(&self) -> Option<&str> {
        match self {
            Self::Checkbox { separator, .. } => Some(separator),
            _ => None,
        }
    }

    /// Checks a value that is no cell of its own: a member of a `custom_fields` cell, or a constant.
    pub(super) fn check(&self, value: &FieldValue) -> Result<FieldValue, NoValue> {
        match (self, value) {
            (_, FieldValue::Text(text)) => self.read(text.trim()),
            (Self::Checkbox { options, .. }, FieldValue::Options(ticked)) => {
                ticked.iter().try_for_each(|option| among(option, options))?;
                Ok(value.clone())
            }
            (_, FieldValue::Options(_)) => {
                Err((Code::CustomFieldValue, message!("value-is-a-list", kind = self.name())))
            }
        }
    }
}

/// The options that are named, each once.
fn ticked<'t>(named: impl Iterator<Item = &'t str>, options: &[String]) -> Result<FieldValue, NoValue> {
    let mut ticked: Vec<String> = Vec::new();
    for option in named.map(str::trim).filter(|option| !option.is_empty()) {
        among(option, options)?;
        if !ticked.iter().any(|known| known == option) {
            ticked.push(option.to_owned());
        }
    }
    Ok(FieldValue::Options(ticked))
}

/// Whether the text is one of the options, if there are any.
fn among(text: &str, options: &[String]) -> Result<(), NoValue> {
    if options.is_empty() || options.iter().any(|option| option == text) {
        return Ok(());
    }
    let what = match nearest(text, options.iter().map(String::as_str)) {
        Some(nearest) => message!("value-no-option-nearest", nearest),
        None => message!("value-no-option"),
    };
    Err((Code::CustomFieldOption, what))
}

/// A number with `.` before the fraction and nothing between thousands.
fn number(text: &str, decimal: char, thousands: Option<char>) -> Option<String> {
    let (sign, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = match digits.split_once(decimal) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = match thousands.filter(|&thousands| whole.contains(thousands)) {
        // A separator that is not before three digits is a decimal one, or damage.
        Some(thousands) => {
            let mut groups = whole.split(thousands);
            let first = groups.next().filter(|first| first.len() <= 3)?;
            let rest: Vec<&str> = groups.collect();
            if rest.iter().any(|group| group.len() != 3) {
                return None;
            }
            format!("{first}{}", rest.concat())
        }
        None => whole.to_owned(),
    };
    if !is_digits(&whole) || fraction.is_some_and(|fraction| !is_digits(fraction)) {
        return None;
    }
    Some(match fraction {
        Some(fraction) => format!("{sign}{whole}.{fraction}"),
        None => format!("{sign}{whole}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(declared: &str, text: &str) -> Result<FieldValue, NoValue> {
        FieldType::try_from(toml::from_str::<Declared>(declared).unwrap()).unwrap().read(text)
    }

    fn code(declared: &str, text: &str) -> Code {
        read(declared, text).expect_err(text).0
    }

    fn text(value: &str) -> Result<FieldValue, NoValue> {
        Ok(FieldValue::Text(value.to_owned()))
    }

    #[test]
    fn numbers_are_read_with_the_declared_separators_only() {
        let plain = "type = \"number\"";
        let european = "type = \"number\"\ndecimal_separator = \",\"\nthousands_separator = \".\"";
        for (declared, cell, number) in [
            (plain, "42", "42"),
            (plain, "-3.50", "-3.50"),
            (plain, "+7", "7"),
            (european, "1.234,50", "1234.50"),
            (european, "1.234.567", "1234567"),
            (european, "12,5", "12.5"),
            (european, "\u{2212}1.000", "-1000"),
        ] {
            assert_eq!(read(declared, cell), text(number), "{cell}");
        }
        for (declared, cell) in [
            (plain, "1,234"),
            (plain, "1 234"),
            (plain, "1e5"),
            (plain, "."),
            (plain, "5."),
            (plain, "abc"),
            (european, "1.23"),
            (european, "1234.5"),
            (european, "1.2345"),
            (european, "1,2,3"),
        ] {
            assert_eq!(code(declared, cell), Code::CustomFieldValue, "{cell}");
        }
    }

    #[test]
    fn a_date_without_a_declared_format_is_iso_or_ambiguous() {
        let undeclared = "type = \"date\"";
        assert_eq!(read(undeclared, "2024-02-29"), text("2024-02-29"));
        assert_eq!(code(undeclared, "03/04/2026"), Code::DateAmbiguous);
        assert_eq!(
            code(undeclared, "31/12/2026"),
            Code::DateAmbiguous,
            "even where only one reading is a day"
        );
        assert_eq!(code(undeclared, "2023-02-29"), Code::CustomFieldValue);
        assert_eq!(code(undeclared, "45123"), Code::CustomFieldValue);
        let declared = "type = \"date\"\ndate_format = \"DD/MM/YYYY\"";
        assert_eq!(read(declared, "03/04/2026"), text("2026-04-03"));
        assert_eq!(code(declared, "31/02/2026"), Code::CustomFieldValue);
    }

    #[test]
    fn options_are_exact_and_the_nearest_is_suggested() {
        let dropdown = "type = \"dropdown\"\noptions = [\"Gold\", \"Silver\"]";
        assert_eq!(read(dropdown, "Gold"), text("Gold"));
        let (code, what) = read(dropdown, "gold").unwrap_err();
        assert_eq!(code, Code::CustomFieldOption);
        assert!(what.to_string().ends_with("did you mean \"Gold\"?"), "{what}");
        let checkbox = "type = \"checkbox\"\nseparator = \";\"\noptions = [\"Sea\", \"Art\"]";
        assert_eq!(
            read(checkbox, "Sea; Art;;Sea"),
            Ok(FieldValue::Options(vec!["Sea".to_owned(), "Art".to_owned()]))
        );
        assert_eq!(read(checkbox, "Sea; Arts").unwrap_err().0, Code::CustomFieldOption);
    }

    #[test]
    fn a_json_list_in_a_checkbox_is_its_options_and_what_only_begins_like_one_is_text() {
        let options = |options: &[&str]| {
            Ok(FieldValue::Options(options.iter().map(|option| (*option).to_owned()).collect()))
        };
        let checkbox = "type = \"checkbox\"\nseparator = \";\"";
        for (cell, ticked) in [
            (r#"["Sea","Art"]"#, &["Sea", "Art"][..]),
            (r#"["Sea; sun", " Art ", "", "Art"]"#, &["Sea; sun", "Art"]),
            ("[new]; Art", &["[new]", "Art"]),
        ] {
            assert_eq!(read(checkbox, cell), options(ticked), "{cell}");
        }
        let declared = format!("{checkbox}\noptions = [\"Sea\"]");
        assert_eq!(code(&declared, r#"["Sea","Art"]"#), Code::CustomFieldOption);
    }

    #[test]
    fn email_fields_are_judged_by_shape() {
        assert_eq!(read("type = \"email\"", "a@b.it"), text("a@b.it"));
        assert_eq!(code("type = \"email\"", "nobody"), Code::CustomFieldValue);
    }
}
