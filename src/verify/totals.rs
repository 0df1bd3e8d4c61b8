//! What was found, in numbers. Nothing else counts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::judge::{Judgement, Verdict};

/// How a field differs, over all contacts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct FieldTotals {
    /// See [`Verdict::Altered`].
    pub altered: u64,
    /// See [`Verdict::Changed`].
    pub changed: u64,
    /// See [`Verdict::Differs`].
    pub differs: u64,
    /// Contacts for which it was sent, and the API does not show it.
    pub not_shown: u64,
}

/// The numbers. `checked` is the sum of the five kinds of contacts below it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Contacts that the import created or changed.
    pub contacts: u64,
    /// Contacts that were to be read back: all of them, or a sample.
    pub chosen: u64,
    /// Contacts of which something was found out.
    pub checked: u64,
    /// They are as sent, as far as the API shows them.
    pub as_sent: u64,
    /// They differ in a field or more.
    pub differing: u64,
    /// They are not in the account any more.
    pub gone: u64,
    /// What was sent for them is not known.
    pub unknown: u64,
    /// They could not be read.
    pub unreadable: u64,
    /// Differences by field.
    pub fields: BTreeMap<String, FieldTotals>,
}

/// Most fields that are kept apart: labels of custom fields come from outside.
const MOST_FIELDS: usize = 500;

impl Totals {
    pub(super) fn note(&mut self, judgement: &Judgement) {
        self.checked += 1;
        if judgement.findings.is_empty() {
            self.as_sent += 1;
        } else {
            self.differing += 1;
        }
        for finding in judgement.findings.iter().chain(&judgement.not_shown) {
            let totals = self.field(&finding.field);
            match finding.verdict {
                Verdict::Altered => totals.altered += 1,
                Verdict::Changed => totals.changed += 1,
                Verdict::Differs => totals.differs += 1,
                Verdict::NotShown => totals.not_shown += 1,
            }
        }
    }

    fn field(&mut self, field: &str) -> &mut FieldTotals {
        let known = self.fields.contains_key(field) || self.fields.len() < MOST_FIELDS;
        let name = if known { field } else { "custom_fields" };
        self.fields.entry(name.to_owned()).or_default()
    }
}
