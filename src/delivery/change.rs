//! A change of a contact that is there: what was to be changed, and what answers and looks say became of it. Pure.

use super::echo;
use super::update::{self, Update};
use crate::api::StoredContact;
use crate::model::{Code, FieldChange, NewContact, Remark, UpdateRules};

/// Fields whose values no account has to know: an API that takes changes takes them.
const TAKEN_BY_ALL: [&str; 2] = ["name", "note"];

/// A change, however often it is sent.
pub(super) struct Change<'c> {
    rules: &'c UpdateRules,
    planned: Option<Update>,
    /// What was to be changed, by all tries together, with what there was before the first of them.
    tried: Vec<FieldChange>,
}

impl<'c> Change<'c> {
    pub(super) fn new(rules: &'c UpdateRules) -> Self {
        Self { rules, planned: None, tried: Vec::new() }
    }

    /// What would make the contact say what the row says.
    pub(super) fn update(&self, row: &NewContact, stored: &StoredContact) -> Update {
        update::update(row, stored, self.rules)
    }

    /// This is what is sent next.
    pub(super) fn plan(&mut self, update: Update) {
        self.planned = Some(update);
    }

    /// What is to be sent.
    pub(super) fn planned(&self) -> Option<&Update> {
        self.planned.as_ref()
    }

    /// What was planned has been sent, whatever came of it.
    pub(super) fn sent(&mut self) {
        for change in self.planned.iter().flat_map(|planned| &planned.fields) {
            if self.tried.iter().all(|known| known.field != change.field) {
                self.tried.push(change.clone());
            }
        }
    }

    /// The fields that were to be changed.
    pub(super) fn fields(&self) -> Vec<String> {
        self.tried.iter().map(|change| change.field.clone()).collect()
    }

    /// The fields that are not what they were before: made, by whichever try.
    pub(super) fn made(&self, row: &NewContact, stored: &StoredContact) -> Vec<String> {
        let still = self.update(row, stored).fields;
        self.tried
            .iter()
            .filter(|change| !still.iter().any(|still| is_from_the_same(still, change)))
            .map(|change| change.field.clone())
            .collect()
    }

    /// Whether the contact shows every field that is to be changed as it was before, and not only such as the API may
    /// leave out because the account does not know the value: those came back otherwise, as they do where something else
    /// is changed, too.
    pub(super) fn is_as_before(&self, row: &NewContact, stored: &StoredContact) -> bool {
        let Some(planned) = &self.planned else { return false };
        if !planned.fields.iter().any(|change| TAKEN_BY_ALL.contains(&change.field.as_str())) {
            return false;
        }
        let still = self.update(row, stored).fields;
        still.len() == planned.fields.len()
            && still.iter().zip(&planned.fields).all(|(one, other)| is_from_the_same(one, other))
    }

    /// What came back is held against what was sent: also whether the fields that were not to change are still there.
    pub(super) fn differing(&mut self, row: &NewContact, stored: &StoredContact) -> Vec<Remark> {
        let Some(planned) = self.planned.take() else { return Vec::new() };
        let planned_fields: Vec<&str> = planned.fields.iter().map(|change| change.field.as_str()).collect();
        let mut differing: Vec<String> = echo::differences(row, stored)
            .into_iter()
            .filter(|field| planned_fields.contains(&field.as_str()))
            .collect();
        if let Some(custom_fields) = &stored.custom_fields {
            let given = planned.changes.custom_fields.iter().map(|(label, _)| label);
            for label in given.chain(planned.changes.kept_fields.iter().map(|(label, _)| label)) {
                let field = format!("custom_fields.{label}");
                if !custom_fields.contains_key(label) && !differing.contains(&field) {
                    differing.push(field);
                }
            }
        }
        if let (Some(sent), Some(tags)) = (&planned.changes.tags, &stored.tags)
            && sent.iter().any(|tag| !tags.contains(tag))
            && !differing.iter().any(|field| field == "tags")
        {
            differing.push("tags".to_owned());
        }
        differing.into_iter().map(|field| Remark { code: Code::EchoDiffers, field }).collect()
    }
}

/// Whether two changes are of one field, and it said the same before both.
fn is_from_the_same(one: &FieldChange, other: &FieldChange) -> bool {
    one.field == other.field
        && match (&one.before, &other.before) {
            (Some(one), Some(other)) => update::is_same_value(one, other),
            (one, other) => one == other,
        }
}
