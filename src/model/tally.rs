//! Counts of what became of the rows. Nothing else counts outcomes.

use std::collections::BTreeMap;

use super::unnamed::{known_parameters, of_row};
use super::{Code, Delivery, Outcome, RowPlace, Severity, Status};
use crate::words::discreet;

/// Most kinds of cause that are kept apart; the API words its refusals freely, and memory is bounded.
const MOST_CAUSES: usize = 200;

/// Examples that are kept of each.
const MOST_EXAMPLES: usize = 3;

/// Rows that ended for the same reason.
#[derive(Clone, PartialEq, Eq)]
pub struct Cause {
    /// The status these rows have.
    pub status: Status,
    /// As in the `code` column, one at a time.
    pub code: String,
    /// The wire field at fault, or empty: also where the API calls it by a name that may be a person's.
    pub field: String,
    /// These rows failed at contacts that are in the account; see [`Outcome::is_at_a_contact`].
    pub at_a_contact: bool,
    /// How many rows; a row with two problems counts in two causes.
    pub rows: u64,
    /// The first of them.
    pub first: RowPlace,
    /// What the API said about the first of them, with the person masked; `None` for causes found here.
    pub said: Option<String>,
    /// Shapes of what stood in the field, a few that differ.
    pub examples: Vec<String>,
}

discreet!(Cause { status, code, field, rows, first });

/// What became of the rows so far.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    by_status: [u64; Status::ALL.len()],
    by_lookup: u64,
    repeats_differing: u64,
    existing_differing: u64,
    rows_changed: u64,
    left_out: u64,
    causes: BTreeMap<(Status, String, String, bool), Cause>,
}

impl Tally {
    /// Counts one row.
    pub fn note(&mut self, delivery: &Delivery) {
        let status = delivery.outcome.status();
        self.by_status[status as usize] += 1;
        let row = delivery.row.place();
        let at_a_contact = delivery.outcome.is_at_a_contact();
        match &delivery.outcome {
            Outcome::Created { by_lookup: true, .. } => self.by_lookup += 1,
            Outcome::Duplicate { same_content: false, .. } => self.repeats_differing += 1,
            Outcome::Existing { untouched, .. } if untouched.is_of_the_row() => self.rows_changed += 1,
            Outcome::Existing { differs: true, .. } => self.existing_differing += 1,
            Outcome::Created { .. }
            | Outcome::Existing { .. }
            | Outcome::Updated { .. }
            | Outcome::Duplicate { .. } => {}
            Outcome::Invalid(rejection) => {
                let is_left_out = rejection.problems().iter().all(|problem| problem.code.is_left_out());
                self.left_out += u64::from(is_left_out);
                let mut seen: Vec<(Code, &str)> = Vec::new();
                for problem in rejection.problems() {
                    let field = problem.field.as_deref().unwrap_or_default();
                    if !seen.contains(&(problem.code, field)) {
                        seen.push((problem.code, field));
                        let cause = self.cause(status, problem.code.as_str(), (field, false), row);
                        if let Some(example) = &problem.example
                            && cause.examples.len() < MOST_EXAMPLES
                            && !cause.examples.contains(example)
                        {
                            cause.examples.push(example.clone());
                        }
                    }
                }
            }
            Outcome::Unwanted { .. } => {
                self.cause(status, Code::AlreadyThere.as_str(), ("", at_a_contact), row);
            }
            Outcome::Rejected { field, said } | Outcome::ChangeRefused { field, said, .. } => {
                let code = match delivery.http_status {
                    Some(status) => format!("http_{status}"),
                    None => Code::Refused.as_str().to_owned(),
                };
                let field = known_parameters(field.as_deref().unwrap_or_default());
                let cause = self.cause(status, &code, (&field, at_a_contact), row);
                // Rows are not settled in their order.
                if cause.first == row {
                    cause.said = Some(of_row(said, delivery));
                }
            }
            Outcome::ChangeFailed { .. } => {
                self.cause(status, Code::UpdateFailed.as_str(), ("", at_a_contact), row);
            }
            Outcome::Failed { code, .. }
            | Outcome::Unconfirmed { code, .. }
            | Outcome::InDoubt { code, .. } => {
                self.cause(status, code.as_str(), ("", at_a_contact), row);
            }
        }
        self.warnings(delivery);
    }

    /// Counts the warnings of a row: a code once, and one of the echo once for each field.
    fn warnings(&mut self, delivery: &Delivery) {
        let (status, row) = (delivery.outcome.status(), delivery.row.place());
        let mut warned: Vec<(Code, &str)> = Vec::new();
        for remark in &delivery.remarks {
            let by_field = matches!(remark.code, Code::EchoDiffers | Code::UpdateLeftOut);
            let key = (remark.code, if by_field { remark.field.as_str() } else { "" });
            if remark.code.severity() == Severity::Warning && !warned.contains(&key) {
                warned.push(key);
                self.cause(status, remark.code.as_str(), (&remark.field, false), row);
            }
        }
    }

    fn cause(
        &mut self,
        status: Status,
        code: &str,
        (field, at_a_contact): (&str, bool),
        row: RowPlace,
    ) -> &mut Cause {
        let mut key = (status, code.to_owned(), field.to_owned(), at_a_contact);
        if self.causes.len() >= MOST_CAUSES && !self.causes.contains_key(&key) {
            key.2 = String::new();
        }
        let cause = self.causes.entry(key).or_insert_with(|| Cause {
            status,
            code: code.to_owned(),
            field: field.to_owned(),
            at_a_contact,
            rows: 0,
            first: row,
            said: None,
            examples: Vec::new(),
        });
        cause.rows += 1;
        cause.first = cause.first.min(row);
        cause
    }

    /// Rows of this status.
    pub fn count(&self, status: Status) -> u64 {
        self.by_status[status as usize]
    }

    /// Created rows whose answer was lost and that a look-up confirmed; part of the created ones.
    pub fn confirmed_by_lookup(&self) -> u64 {
        self.by_lookup
    }

    /// Rows that repeat an earlier one and say something else; part of the duplicates.
    pub fn repeats_differing(&self) -> u64 {
        self.repeats_differing
    }

    /// Rows whose contact was there and says something else; part of the existing ones.
    pub fn existing_differing(&self) -> u64 {
        self.existing_differing
    }

    /// Rows that say something else, or less, than when an earlier run settled them, and whose contact nobody asked about;
    /// part of the existing ones, and not of those that differ.
    pub fn rows_changed(&self) -> u64 {
        self.rows_changed
    }

    /// Rows of all statuses.
    pub fn settled(&self) -> u64 {
        self.by_status.iter().sum()
    }

    /// Rows that go to `failures.csv`.
    pub fn failures(&self) -> u64 {
        Status::ALL.into_iter().filter(|status| status.is_failure()).map(|status| self.count(status)).sum()
    }

    /// Invalid rows that were left out on purpose: nothing is wrong with them, so they are no failures that could stop a
    /// run.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Why rows ended as they did, and warnings, the most frequent first.
    pub fn causes(&self) -> Vec<&Cause> {
        let mut causes: Vec<&Cause> = self.causes.values().collect();
        causes.sort_by_key(|cause| (std::cmp::Reverse(cause.rows), cause.first));
        causes
    }
}
