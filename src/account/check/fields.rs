//! Custom fields: labels, types and options, as far as contacts show them.

use super::slipped::shown;
use super::{Check, Rows, all};
use crate::account::facts::{ContactsSeen, FieldSeen};
use crate::account::finding::{Certainty, Kind};
use crate::account::nearest::nearest;
use crate::survey::{Distinct, ValueCount};
use crate::words::message;

impl Check<'_> {
    pub(super) fn fields(&mut self) {
        let values = self.values;
        let mut labels: Vec<(&String, &Distinct)> = values.fields.iter().collect();
        labels.sort_unstable_by_key(|(label, _)| *label);
        for (label, distinct) in labels {
            let field = format!("custom_fields.{label}");
            let declared = self.form.declared(label);
            // What is declared with its options was held against them row by row.
            if declared.is_some_and(|(_, has_options)| has_options) {
                continue;
            }
            let Some(seen) = self.known.contacts.seen() else {
                if declared.is_none() {
                    self.contacts(&field, distinct, message!("the-custom-field-called", label));
                }
                continue;
            };
            match seen.fields.get(label) {
                Some(known) => self.values_of(&field, label, distinct, known, declared.map(|(kind, _)| kind)),
                None if declared.is_none() => self.unknown_label(&field, label, distinct, seen),
                None => {}
            }
        }
    }

    fn unknown_label(&mut self, field: &str, label: &str, distinct: &Distinct, seen: &ContactsSeen) {
        let near = nearest(label, seen.fields.keys().map(String::as_str));
        self.add(
            (Certainty::Uncertain, Kind::UnknownField),
            (field, Some(label)),
            all(distinct),
            (message!("unknown-field", label), near, message!("unknown-field.fix")),
        );
    }

    fn values_of(
        &mut self,
        field: &str,
        label: &str,
        distinct: &Distinct,
        known: &FieldSeen,
        declared: Option<&str>,
    ) {
        let Some(kind) = known.kind.as_deref() else { return };
        let is_list = declared == Some("checkbox") || distinct.lists > 0;
        if (kind == "checkbox") != is_list {
            let fix = if kind == "checkbox" {
                message!("field-shape-checkbox")
            } else {
                message!("field-shape-other")
            };
            return self.add(
                (Certainty::Uncertain, Kind::FieldShape),
                (field, None),
                all(distinct),
                (message!("field-shape", label, kind), None, fix),
            );
        }
        if matches!(kind, "dropdown" | "checkbox") {
            if known.options.is_empty() {
                return;
            }
            for (option, count) in distinct.iter().filter(|(option, _)| !known.options.contains(*option)) {
                let told = &*shown(option);
                self.add(
                    (Certainty::Uncertain, Kind::UnknownOption),
                    (field, Some(told)),
                    count,
                    (
                        message!("unknown-option", option = told, label),
                        nearest(option, known.options.iter().map(String::as_str)),
                        message!("unknown-option.fix"),
                    ),
                );
            }
            return self.beyond(field, distinct);
        }
        let misfits: Vec<ValueCount> =
            distinct.iter().filter(|(value, _)| !fits(kind, value)).map(|(_, count)| count).collect();
        let Some(first) = misfits.iter().map(|count| count.first).min() else { return };
        let rows = misfits.iter().map(|count| count.rows).sum();
        self.add(
            (Certainty::Uncertain, Kind::FieldType),
            (field, None),
            Rows { rows, first: Some(first) },
            (message!("field-type", label, kind), None, message!("field-type-declare", kind)),
        );
    }
}

/// Whether a text has the form that the API documents for this type.
fn fits(kind: &str, value: &str) -> bool {
    match kind {
        "number" => value.parse::<f64>().is_ok_and(f64::is_finite),
        "date" => {
            let bytes = value.as_bytes();
            bytes.len() == 10
                && bytes.iter().enumerate().all(|(at, byte)| match at {
                    4 | 7 => *byte == b'-',
                    _ => byte.is_ascii_digit(),
                })
        }
        "email" => value.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_typed_fields_have_the_form_that_the_api_documents() {
        for (kind, value, fits_in) in [
            ("number", "42.5", true),
            ("number", "1,5", false),
            ("number", "inf", false),
            ("date", "2020-01-31", true),
            ("date", "31/01/2020", false),
            ("email", "a@b.it", true),
            ("email", "a", false),
            ("text", "anything", true),
        ] {
            assert_eq!(fits(kind, value), fits_in, "{kind} {value}");
        }
    }
}
